//! What respondents see and change of audits, against the rule in a few lines, over random assignments.
//!
//! Who holds a role for every row sees every row; who holds only a role for assigned rows sees those
//! that an assignment names to them, to a team of theirs, and nothing else of these kinds.

use blackbox::TestApp;
use engine::access::{Credential, Origin, Principal};
use engine::declare::Shape;
use engine::write::{Mode, create_in, update};
use engine::{Access, Body, Context, Query, read};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

const PEOPLE: usize = 3;
const FOLDERS: usize = 2;
const AUDITS: usize = 3;
const REQUIREMENTS: usize = 3;
/// Rows of an audit: its requirements.
const ROWS: usize = AUDITS * REQUIREMENTS;

/// What somebody holds in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Nothing,
    Reader,
    Respondent,
    Both,
    Analyst,
}

#[derive(Clone, Debug)]
struct Case {
    /// By person and folder.
    holds: [[Holds; FOLDERS]; PEOPLE],
    /// The folder of each audit.
    audits: [usize; AUDITS],
    /// The assignment of each row, if it is in one.
    rows: [Option<usize>; ROWS],
    /// People by assignment; assignment n belongs to audit n.
    actors: [BTreeSet<usize>; AUDITS],
    /// Assignments whose people are named through a team.
    teams: [bool; AUDITS],
}

impl Case {
    /// The folder of a row.
    fn folder(&self, row: usize) -> usize {
        self.audits[row / REQUIREMENTS]
    }

    // The rule itself.

    fn sees_all(&self, person: usize, folder: usize) -> bool {
        matches!(self.holds[person][folder], Holds::Reader | Holds::Both | Holds::Analyst)
    }

    fn is_asked(&self, person: usize, folder: usize) -> bool {
        matches!(self.holds[person][folder], Holds::Respondent | Holds::Both)
    }

    fn is_assigned(&self, person: usize, row: usize) -> bool {
        self.rows[row].is_some_and(|assignment| self.actors[assignment].contains(&person))
    }

    fn sees_row(&self, person: usize, row: usize) -> bool {
        let folder = self.folder(row);
        self.sees_all(person, folder) || (self.is_asked(person, folder) && self.is_assigned(person, row))
    }

    fn changes_row(&self, person: usize, row: usize) -> bool {
        let folder = self.folder(row);
        self.holds[person][folder] == Holds::Analyst || (self.is_asked(person, folder) && self.is_assigned(person, row))
    }

    /// An audit is assigned with any assignment of it, and so is the assignment.
    fn sees_audit(&self, person: usize, audit: usize) -> bool {
        let folder = self.audits[audit];
        let asked = self.is_asked(person, folder) && self.actors[audit].contains(&person);
        self.sees_all(person, folder) || asked
    }
}

fn cases() -> impl Strategy<Value = Case> {
    use Holds::{Analyst, Both, Nothing, Reader, Respondent};
    let holds = || prop::sample::select(vec![Nothing, Reader, Respondent, Respondent, Both, Analyst]);
    let holds = prop::array::uniform3(prop::array::uniform2(holds()));
    let rows = prop::collection::vec(any::<bool>(), ROWS);
    let actors = prop::array::uniform3(prop::collection::btree_set(0..PEOPLE, 1..=2));
    let audits = prop::array::uniform3(0..FOLDERS);
    (holds, audits, rows, actors, prop::array::uniform3(any::<bool>())).prop_map(
        |(holds, audits, assigned, actors, teams)| {
            let rows: Vec<Option<usize>> =
                assigned.into_iter().enumerate().map(|(row, yes)| yes.then_some(row / REQUIREMENTS)).collect();
            Case { holds, audits, rows: rows.try_into().expect("as many"), actors, teams }
        },
    )
}

struct Made {
    app: TestApp,
    people: Vec<Uuid>,
    audits: Vec<Uuid>,
    rows: Vec<Uuid>,
    assignments: Vec<Uuid>,
}

fn body(value: &Value) -> Body {
    value.as_object().expect("an object").clone()
}

fn framework() -> String {
    let nodes: Vec<String> = (0..REQUIREMENTS)
        .map(|number| {
            format!(
                "    - {{urn: \"urn:test:risk:req_node:asked:{number}\", assessable: true, depth: 1, ref_id: \"{number}\", \
                 name: Requirement}}\n"
            )
        })
        .collect();
    format!(
        "urn: urn:test:risk:library:asked
locale: en
ref_id: asked
name: Asked
description: made up
copyright: none
version: 1
publication_date: 2026-01-01
provider: Somebody
packager: tests
objects:
  framework:
    urn: urn:test:risk:framework:asked
    ref_id: asked
    name: Asked
    requirement_nodes:
{}",
        nodes.concat()
    )
}

fn system() -> Access {
    Access::system("a test sets the scene")
}

async fn make(case: &Case) -> Made {
    let app = TestApp::start().await;
    app.admin().upload("/api/stored-libraries/upload/", "asked.yaml", framework()).await.expect(201);
    let ctx = app.program().iam.program("test").await.expect("a context");
    let engine = &app.program().engine;
    let resource = |path: &str| engine.registry().get(path).expect("declared");
    let mut rows = engine.write().await.expect("a transaction");
    let mut make = async |path: &str, values: Value| {
        create_in(&ctx, &mut rows, resource(path), &body(&values)).await.expect("a row").0
    };
    let mut folders = Vec::new();
    for number in 0..FOLDERS {
        folders.push(make("folders", json!({ "name": format!("F{number}") })).await);
    }
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(make("users", json!({ "email": format!("p{number}@example.org") })).await);
    }
    let mut teams = Vec::new();
    for (number, actors) in case.actors.iter().enumerate() {
        let members: Vec<Uuid> = actors.iter().map(|person| people[*person]).collect();
        // Whoever leads a team acts for it, and so does whoever belongs to it.
        let values = json!({ "name": format!("T{number}"), "leader": members[0], "members": members[1..] });
        teams.push(make("teams", values).await);
    }
    rows.commit().await.expect("committed");
    // Roles are known by their codes, and actors by whom they stand for.
    let mut rows = engine.read().await.expect("a snapshot");
    let mut role = async |code: &str| {
        let mut statement = rows.sql("SELECT id FROM roles WHERE name = ");
        statement.bind(code);
        rows.ids(&system(), &statement).await.expect("a role")[0]
    };
    let (reader, respondent, analyst) = (role("BI-RL-AUD").await, role("BI-RL-ADE").await, role("BI-RL-ANA").await);
    let mut actor = async |column: &str, of: Uuid| {
        let mut statement = rows.sql(&format!("SELECT id FROM actors WHERE {column} = "));
        statement.bind(of);
        rows.ids(&system(), &statement).await.expect("an actor")[0]
    };
    let mut named = Vec::new();
    for (number, actors) in case.actors.iter().enumerate() {
        let mut list = Vec::new();
        if case.teams[number] {
            list.push(actor("team_id", teams[number]).await);
        } else {
            for person in actors {
                list.push(actor("user_id", people[*person]).await);
            }
        }
        named.push(list);
    }
    let statement = rows.sql("SELECT id FROM frameworks WHERE urn = 'urn:test:risk:framework:asked'");
    let framework = rows.ids(&system(), &statement).await.expect("a framework")[0];
    drop(rows);

    let mut rows = engine.write().await.expect("a transaction");
    let ctx = app.program().iam.program("test").await.expect("a context");
    for (person, held) in case.holds.iter().enumerate() {
        for (folder, holds) in held.iter().enumerate() {
            let roles: &[Uuid] = match holds {
                Holds::Nothing => &[],
                Holds::Reader => &[reader],
                Holds::Respondent => &[respondent],
                Holds::Both => &[reader, respondent],
                Holds::Analyst => &[analyst],
            };
            for role in roles {
                let values = json!({
                    "name": "A", "role": role, "perimeter_folders": [folders[folder]], "user": people[person],
                });
                create_in(&ctx, &mut rows, resource("role-assignments"), &body(&values)).await.expect("an assignment");
            }
        }
    }
    let (mut audits, mut findings, mut assignments) = (Vec::new(), Vec::new(), Vec::new());
    for (number, folder) in case.audits.iter().enumerate() {
        let values = json!({ "name": format!("Audit {number}"), "framework": framework, "folder": folders[*folder] });
        let audit =
            create_in(&ctx, &mut rows, resource("compliance-assessments"), &body(&values)).await.expect("an audit").0;
        let mut statement = rows.sql("SELECT id FROM requirement_assessments WHERE compliance_assessment_id = ");
        statement.bind(audit).push(" ORDER BY position");
        let found = rows.ids(&system(), &statement).await.expect("rows");
        let assigned: Vec<Uuid> = found
            .iter()
            .enumerate()
            .filter(|(at, _)| case.rows[number * REQUIREMENTS + at].is_some())
            .map(|(_, id)| *id)
            .collect();
        let values =
            json!({ "compliance_assessment": audit, "actor": named[number], "requirement_assessments": assigned });
        let assignment = create_in(&ctx, &mut rows, resource("requirement-assignments"), &body(&values)).await;
        assignments.push(assignment.expect("an assignment").0);
        audits.push(audit);
        findings.extend(found);
    }
    rows.commit().await.expect("committed");
    Made { people, audits, rows: findings, assignments, app }
}

async fn context(made: &Made, person: usize) -> Context {
    let (engine, directory) = (&made.app.program().engine, made.app.program().iam.directory());
    let epoch = directory.epoch().await.expect("an epoch");
    let grants = directory.grants(made.people[person], epoch).await.expect("grants");
    let credential = Credential::Session(Uuid::from_u128(1));
    let origin = Arc::new(Origin::default());
    let principal = Principal::person(made.people[person], "p@example.org", credential, false, grants, origin);
    Context::new(engine.clone(), principal)
}

fn page(bytes: &[u8]) -> BTreeSet<Uuid> {
    let json: Value = serde_json::from_slice(bytes).expect("JSON");
    let rows = json["results"].as_array().expect("a page");
    assert_eq!(json["count"].as_u64(), Some(rows.len() as u64));
    rows.iter().map(|row| row["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")).collect()
}

async fn check(case: Case) -> Result<(), TestCaseError> {
    let made = make(&case).await;
    let engine = &made.app.program().engine;
    for person in 0..PEOPLE {
        let ctx = context(&made, person).await;
        let kinds: [(&str, &[Uuid], Vec<bool>); 3] = [
            ("requirement-assessments", &made.rows, (0..ROWS).map(|row| case.sees_row(person, row)).collect()),
            ("compliance-assessments", &made.audits, (0..AUDITS).map(|audit| case.sees_audit(person, audit)).collect()),
            (
                "requirement-assignments",
                &made.assignments,
                (0..AUDITS).map(|one| case.sees_audit(person, one)).collect(),
            ),
        ];
        for (path, ids, visible) in kinds {
            let resource = engine.registry().get(path).expect("declared");
            let expected: BTreeSet<Uuid> =
                ids.iter().zip(&visible).filter(|(_, yes)| **yes).map(|(id, _)| *id).collect();
            let list =
                read::list(&ctx, resource, &Query::new(Vec::new()), &format!("/api/{path}/")).await.expect("a list");
            prop_assert_eq!(page(&list), expected, "{} of person {}", path, person);
            let mut rows = engine.read().await.expect("a snapshot");
            for (id, visible) in ids.iter().zip(&visible) {
                let one = read::retrieve(&ctx, &mut rows, resource, Shape::Detail, *id).await;
                let status = one.as_ref().map_or_else(engine::ApiError::status, |_| 200);
                prop_assert_eq!(status, if *visible { 200 } else { 404 }, "{} {} for person {}", path, id, person);
                if let Ok(one) = &one {
                    // Nothing hidden is named in what is shown.
                    let text = String::from_utf8_lossy(one);
                    for (row, id) in made.rows.iter().enumerate().filter(|(row, _)| !case.sees_row(person, *row)) {
                        prop_assert!(
                            !text.contains(&id.to_string()),
                            "{} tells person {} of row {}",
                            path,
                            person,
                            row
                        );
                    }
                }
            }
        }
        let resource = engine.registry().get("requirement-assessments").expect("declared");
        for (row, id) in made.rows.iter().enumerate() {
            let values = body(&json!({ "observation": format!("by {person}") }));
            let changed = update(&ctx, resource, *id, Mode::Patch, &values).await;
            let status = changed.as_ref().map_or_else(engine::ApiError::status, |_| 200);
            let expected = match (case.sees_row(person, row), case.changes_row(person, row)) {
                (false, _) => 404,
                (true, false) => 403,
                (true, true) => 200,
            };
            prop_assert_eq!(status, expected, "a change of row {} by person {}", row, person);
        }
    }
    made.app.stop().await;
    Ok(())
}

#[test]
fn respondents_see_and_change_what_the_rule_says() {
    let config =
        ProptestConfig { cases: 16, max_shrink_iters: 30, failure_persistence: None, ..ProptestConfig::default() };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let outcome = proptest::test_runner::TestRunner::new(config).run(&cases(), |case| runtime.block_on(check(case)));
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// The rule is worth something only if it gives and refuses.
#[test]
fn the_rule_gives_and_refuses() {
    use Holds::{Analyst, Nothing, Reader, Respondent};
    let case = Case {
        holds: [[Respondent, Nothing], [Reader, Respondent], [Analyst, Nothing]],
        audits: [0, 1, 0],
        rows: [Some(0), None, None, Some(1), None, None, None, None, None],
        actors: [BTreeSet::from([0]), BTreeSet::from([0, 1]), BTreeSet::from([1])],
        teams: [false; AUDITS],
    };
    assert!(case.sees_row(0, 0) && !case.sees_row(0, 1) && !case.sees_row(0, 3), "assigned, but no role there");
    assert!(case.sees_row(1, 1) && !case.changes_row(1, 0) && case.changes_row(1, 3) && !case.sees_row(1, 4));
    assert!(case.changes_row(2, 1) && !case.sees_audit(2, 1) && case.sees_audit(1, 1) && !case.sees_audit(0, 2));
}
