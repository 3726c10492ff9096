//! What is shown, against the visibility rule in twenty lines, over random trees and grants.
//!
//! Works on the engine's functions, but through the real way: rows as the engine writes them,
//! grants as `iam::directory` reads them, proofs as `Access::authorize` makes them.

use blackbox::TestApp;
use engine::access::{Credential, Origin, Principal};
use engine::declare::Shape;
use engine::write::{Mode, create_in, update};
use engine::{Access, Body, Context, Query, Rows, read};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// Codenames of the roles that are handed out.
const ROLES: [&[&str]; 4] = [&["view_asset", "view_folder"], &["view_asset"], &["view_folder"], &["view_perimeter"]];
const PEOPLE: usize = 3;
const GROUPS: usize = 2;
const DEEPEST: usize = 5;

/// A folder below another; number 0 is the root.
#[derive(Clone, Debug)]
struct Folder {
    parent: usize,
    published: bool,
    enclave: bool,
}

/// Who holds a role where: people first, then groups.
#[derive(Clone, Debug)]
struct Grant {
    holder: usize,
    role: usize,
    folders: BTreeSet<usize>,
    recursive: bool,
}

#[derive(Clone, Debug)]
struct Case {
    /// Without the root.
    folders: Vec<Folder>,
    members: Vec<BTreeSet<usize>>,
    grants: Vec<Grant>,
    /// Folder, and whether it is published.
    assets: Vec<(usize, bool)>,
    /// A folder that moves below another afterwards.
    moved: (usize, usize),
}

impl Case {
    fn parent(&self, folder: usize) -> Option<usize> {
        (folder > 0).then(|| self.folders[folder - 1].parent)
    }

    fn is_below(&self, folder: usize, above: usize) -> bool {
        self.parent(folder).is_some_and(|parent| parent == above || self.is_below(parent, above))
    }

    fn depth(&self, folder: usize) -> usize {
        self.parent(folder).map_or(0, |parent| 1 + self.depth(parent))
    }

    fn all(&self) -> std::ops::RangeInclusive<usize> {
        0..=self.folders.len()
    }

    // The rule itself, as `domain.md` §1.1 says it.

    /// Folders in which somebody holds a codename.
    fn held(&self, person: usize, codename: &str) -> BTreeSet<usize> {
        let mut held = BTreeSet::new();
        for grant in &self.grants {
            let theirs = grant.holder == person
                || (grant.holder >= PEOPLE && self.members[grant.holder - PEOPLE].contains(&person));
            if theirs && ROLES[grant.role].contains(&codename) {
                held.extend(&grant.folders);
                let below = |folder: &usize| grant.folders.iter().any(|above| self.is_below(*folder, *above));
                held.extend(self.all().filter(|folder| grant.recursive && below(folder)));
            }
        }
        held
    }

    /// Held in its folder; or published, and held somewhere below.
    fn sees(&self, person: usize, codename: &str, folder: usize, published: bool) -> bool {
        let held = self.held(person, codename);
        held.contains(&folder) || (published && held.iter().any(|below| self.is_below(*below, folder)))
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let folders = prop::collection::vec((any::<prop::sample::Index>(), any::<bool>(), prop::bool::weighted(0.2)), 1..9);
    let members = prop::collection::vec(prop::collection::btree_set(0..PEOPLE, 0..=PEOPLE), GROUPS);
    (folders, members).prop_flat_map(|(drawn, members)| {
        let count = drawn.len();
        let mut case = Case { folders: Vec::new(), members, grants: Vec::new(), assets: Vec::new(), moved: (0, 0) };
        for (index, published, enclave) in drawn {
            let fitting: Vec<usize> = case.all().filter(|folder| case.depth(*folder) < DEEPEST).collect();
            let parent = fitting[index.index(fitting.len())];
            case.folders.push(Folder { parent, published, enclave });
        }
        let grant = (0..PEOPLE + GROUPS, 0..ROLES.len(), prop::collection::btree_set(0..=count, 1..=2), any::<bool>());
        let grants = prop::collection::vec(grant, 0..7);
        let assets = prop::collection::vec((0..=count, any::<bool>()), 1..13);
        (grants, assets, 1..=count, 0..=count).prop_map(move |(grants, assets, moved, below)| {
            let grants = grants.into_iter();
            let grants = grants.map(|(holder, role, folders, recursive)| Grant { holder, role, folders, recursive });
            Case { grants: grants.collect(), assets, moved: (moved, below), ..case.clone() }
        })
    })
}

/// The rows of a case in a database of their own.
struct Made {
    app: TestApp,
    folders: Vec<Uuid>,
    people: Vec<Uuid>,
    assets: Vec<Uuid>,
}

fn body(value: &Value) -> Body {
    value.as_object().expect("an object").clone()
}

async fn make(case: &Case) -> Made {
    let app = TestApp::with(|settings| settings.first_admin = None).await;
    let ctx = app.program().iam.program("test").await.expect("a context");
    let engine = &app.program().engine;
    let resource = |path: &str| engine.registry().get(path).expect("declared");
    let mut rows = engine.write().await.expect("a transaction");
    let mut folders = vec![ctx.principal.grants().tree().root()];
    for (number, folder) in case.folders.iter().enumerate() {
        let values = json!({
            "name": format!("F{}", number + 1), "parent_folder": folders[folder.parent], "is_published": folder.published,
        });
        let (id, _) = create_in(&ctx, &mut rows, resource("folders"), &body(&values)).await.expect("a folder");
        if folder.enclave {
            enclose(&mut rows, id).await;
        }
        folders.push(id);
    }
    let mut groups = Vec::new();
    for number in 0..GROUPS {
        let values = json!({ "name": format!("G{number}") });
        groups.push(create_in(&ctx, &mut rows, resource("user-groups"), &body(&values)).await.expect("a group").0);
    }
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let theirs: Vec<Uuid> = (0..GROUPS).filter(|g| case.members[*g].contains(&number)).map(|g| groups[g]).collect();
        let values = json!({ "email": format!("p{number}@example.org"), "user_groups": theirs });
        people.push(create_in(&ctx, &mut rows, resource("users"), &body(&values)).await.expect("a person").0);
    }
    let mut roles = Vec::new();
    for (number, codenames) in ROLES.iter().enumerate() {
        let mut permissions = Vec::new();
        for codename in *codenames {
            let mut statement = rows.sql("SELECT id FROM permissions WHERE codename = ");
            statement.bind(*codename);
            permissions.extend(rows.ids(&system(), &statement).await.expect("a permission"));
        }
        let values = json!({ "name": format!("R{number}"), "permissions": permissions });
        roles.push(create_in(&ctx, &mut rows, resource("roles"), &body(&values)).await.expect("a role").0);
    }
    for (number, grant) in case.grants.iter().enumerate() {
        let (key, holder) = match grant.holder.checked_sub(PEOPLE) {
            None => ("user", people[grant.holder]),
            Some(group) => ("user_group", groups[group]),
        };
        let places: Vec<Uuid> = grant.folders.iter().map(|folder| folders[*folder]).collect();
        let values = json!({
            "name": format!("A{number}"), "role": roles[grant.role], "perimeter_folders": places,
            "is_recursive": grant.recursive, key: holder,
        });
        create_in(&ctx, &mut rows, resource("role-assignments"), &body(&values)).await.expect("an assignment");
    }
    let mut assets = Vec::new();
    for (number, (folder, published)) in case.assets.iter().enumerate() {
        let values = json!({ "name": name(number), "folder": folders[*folder], "is_published": published });
        assets.push(create_in(&ctx, &mut rows, resource("assets"), &body(&values)).await.expect("an asset").0);
    }
    rows.commit().await.expect("committed");
    Made { app, folders, people, assets }
}

fn name(asset: usize) -> String {
    format!("asset-{asset:03}-{}", if asset.is_multiple_of(2) { "even" } else { "odd" })
}

fn system() -> Access {
    Access::system("a test sets the scene")
}

async fn enclose(rows: &mut Rows, folder: Uuid) {
    let mut statement = rows.sql("UPDATE folders SET content_type = 'ENCLAVE' WHERE id = ");
    statement.bind(folder);
    rows.execute(&system(), &statement).await.expect("enclosed");
}

async fn context(made: &Made, person: usize) -> Context {
    let (engine, directory) = (&made.app.program().engine, made.app.program().iam.directory());
    let grants =
        directory.grants(made.people[person], directory.epoch().await.expect("an epoch")).await.expect("grants");
    let credential = Credential::Session(Uuid::from_u128(1));
    let origin = Arc::new(Origin::default());
    let principal = Principal::person(made.people[person], "p@example.org", credential, false, grants, origin);
    Context::new(engine.clone(), principal)
}

fn query(pairs: &[(&str, &str)]) -> Query {
    Query::new(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
}

fn page(bytes: &[u8]) -> (u64, BTreeSet<Uuid>) {
    let json: Value = serde_json::from_slice(bytes).expect("JSON");
    let rows = json["results"].as_array().expect("a page");
    let ids = rows.iter().map(|row| row["id"].as_str().and_then(|id| id.parse().ok()).expect("an id"));
    (json["count"].as_u64().expect("a count"), ids.collect())
}

/// Compares everything that one person can ask with what the rule says. Answers how much was compared.
async fn compare(case: &Case, made: &Made, person: usize) -> Result<usize, TestCaseError> {
    let ctx = context(made, person).await;
    let registry = made.app.program().engine.registry();
    let (assets, folders) = (registry.get("assets").expect("declared"), registry.get("folders").expect("declared"));
    let visible: Vec<bool> =
        case.assets.iter().map(|(folder, published)| case.sees(person, "view_asset", *folder, *published)).collect();
    let expected: BTreeSet<Uuid> = made.assets.iter().zip(&visible).filter(|(_, v)| **v).map(|(id, _)| *id).collect();
    let even: BTreeSet<Uuid> = made.assets.iter().step_by(2).filter(|id| expected.contains(id)).copied().collect();
    let count = |ids: &BTreeSet<Uuid>| ids.len() as u64;

    let list = read::list(&ctx, assets, &query(&[]), "/api/assets/").await.expect("a list");
    prop_assert_eq!(page(&list), (count(&expected), expected.clone()), "list of person {}", person);
    let found = read::list(&ctx, assets, &query(&[("search", "even")]), "/api/assets/").await.expect("a list");
    prop_assert_eq!(page(&found), (count(&even), even.clone()), "search of person {}", person);
    let light =
        read::autocomplete(&ctx, assets, &["name"], &query(&[]), "/api/assets/autocomplete/").await.expect("rows");
    prop_assert_eq!(page(&light), (count(&expected), expected.clone()), "autocomplete of person {}", person);
    let full = read::list_selected(&ctx, assets, &query(&[]), "/api/assets/full/", Shape::Detail).await.expect("rows");
    prop_assert_eq!(page(&full), (count(&expected), expected.clone()), "full list of person {}", person);
    let access = Access::authorize(&ctx.principal, assets, engine::Verb::View);
    let counted = read::count_visible(&ctx, assets, &access).await.expect("a count");
    prop_assert_eq!(counted, count(&expected), "counter of person {}", person);
    let map = read::ids(&ctx, assets, engine::declare::IdsShape::ByFolder).await.expect("a map");
    let in_map: BTreeSet<Uuid> = map
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(_, names)| names.as_object().expect("names").values())
        .map(|id| id.as_str().and_then(|id| id.parse().ok()).expect("an id"))
        .collect();
    prop_assert_eq!(&in_map, &expected, "ids of person {}", person);
    let asked = made.assets.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",");
    let names = read::names(&ctx, assets, &query(&[("id", &asked)])).await.expect("names");
    prop_assert_eq!(names.as_object().map(serde_json::Map::len), Some(expected.len()), "names of person {}", person);

    let mut rows = made.app.program().engine.read().await.expect("a snapshot");
    for (id, visible) in made.assets.iter().zip(&visible) {
        let one = read::retrieve(&ctx, &mut rows, assets, Shape::Detail, *id).await;
        let status = one.as_ref().map_or_else(engine::ApiError::status, |_| 200);
        prop_assert_eq!(status, if *visible { 200 } else { 404 }, "asset {} for person {}", id, person);
    }

    // Folders: the root is published, and each is its own scope.
    let shown = |folder: usize| folder == 0 || case.folders[folder - 1].published;
    let expected: Vec<usize> = case.all().filter(|f| case.sees(person, "view_folder", *f, shown(*f))).collect();
    let ids: BTreeSet<Uuid> = expected.iter().map(|folder| made.folders[*folder]).collect();
    let list = read::list(&ctx, folders, &query(&[]), "/api/folders/").await.expect("a list");
    prop_assert_eq!(page(&list), (count(&ids), ids.clone()), "folders of person {}", person);
    let json: Value = serde_json::from_slice(&list).expect("JSON");
    for row in json["results"].as_array().expect("a page") {
        // Neither the path nor the parent tells of a folder that is hidden.
        let above = row["path"].as_array().expect("a path").iter().chain([&row["parent_folder"]]);
        for folder in above.filter_map(|folder| folder["id"].as_str()) {
            prop_assert!(ids.contains(&folder.parse().expect("an id")), "{} tells of a hidden folder", row);
        }
    }
    for (number, id) in made.folders.iter().enumerate() {
        let one = read::retrieve(&ctx, &mut rows, folders, Shape::Detail, *id).await;
        prop_assert_eq!(one.is_ok(), expected.contains(&number), "folder {} for person {}", number, person);
        let filtered = read::list(&ctx, assets, &query(&[("folder", &id.to_string())]), "/api/assets/").await;
        prop_assert_eq!(
            filtered.is_ok(),
            expected.contains(&number),
            "filter by folder {} of person {}",
            number,
            person
        );
    }
    Ok(7 + made.assets.len() + 2 * made.folders.len())
}

async fn check(mut case: Case) -> Result<usize, TestCaseError> {
    let made = make(&case).await;
    let mut compared = 0;
    for person in 0..PEOPLE {
        compared += compare(&case, &made, person).await?;
    }
    // A folder moves with all that is below it; what was computed before must not linger.
    let (moved, below) = case.moved;
    if moved != below && !case.is_below(below, moved) {
        let ctx = made.app.program().iam.program("test").await.expect("a context");
        let folders = made.app.program().engine.registry().get("folders").expect("declared");
        let values = body(&json!({ "parent_folder": made.folders[below] }));
        update(&ctx, folders, made.folders[moved], Mode::Patch, &values).await.expect("moved");
        case.folders[moved - 1].parent = below;
        for person in 0..PEOPLE {
            compared += compare(&case, &made, person).await?;
        }
    }
    made.app.stop().await;
    Ok(compared)
}

#[test]
fn what_is_shown_is_what_the_rule_says() {
    let config =
        ProptestConfig { cases: 48, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() };
    let mut compared = 0;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let outcome = proptest::test_runner::TestRunner::new(config).run(&cases(), |case| {
        let more = runtime.block_on(check(case))?;
        // Counted over good cases only; the runner takes no mutable state.
        COMPARED.fetch_add(more, std::sync::atomic::Ordering::Relaxed);
        Ok(())
    });
    compared += COMPARED.load(std::sync::atomic::Ordering::Relaxed);
    if let Err(error) = outcome {
        panic!("{error}");
    }
    assert!(compared > 1000, "only {compared} comparisons were made");
}

static COMPARED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

/// The model is worth something only if both answers occur.
#[test]
fn the_rule_shows_and_hides() {
    let case = Case {
        folders: vec![
            Folder { parent: 0, published: true, enclave: false },
            Folder { parent: 1, published: false, enclave: false },
            Folder { parent: 0, published: true, enclave: true },
        ],
        members: vec![BTreeSet::from([1]), BTreeSet::new()],
        grants: vec![
            Grant { holder: 0, role: 0, folders: BTreeSet::from([2]), recursive: false },
            Grant { holder: PEOPLE, role: 1, folders: BTreeSet::from([1]), recursive: true },
        ],
        assets: Vec::new(),
        moved: (1, 0),
    };
    let sees = |person, folder, published| case.sees(person, "view_asset", folder, published);
    assert!(sees(0, 2, false) && !sees(0, 1, false) && sees(0, 1, true) && sees(0, 0, true) && !sees(0, 3, true));
    assert!(sees(1, 1, false) && sees(1, 2, false) && !sees(1, 3, true) && !sees(2, 0, true));
    assert!(!case.sees(1, "view_folder", 1, true) && case.sees(0, "view_folder", 1, true));
}
