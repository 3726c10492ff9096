//! Every way to be wrong, with the place and the word that it gets.

use grc::library::{Class, Kind, Problem, read};

const HEADER: &str = "urn: urn:test:risk:library:one\nname: One\nversion: 1\n";

fn problems(file: &str) -> Vec<Problem> {
    read(file.as_bytes(), "mylib.yaml").expect_err("a refusal")
}

fn framework(body: &str) -> String {
    format!("{HEADER}objects:\n  framework:\n    urn: urn:test:fw\n    name: F\n{body}")
}

/// The one problem of a file.
fn only(file: &str) -> Problem {
    let mut all = problems(file);
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}

#[test]
fn what_is_no_library_file_at_all() {
    assert_eq!(only("").class(), Class::Empty);
    for (file, kind) in [
        ("# nothing\n", Kind::NotMap),
        ("just text", Kind::NotMap),
        ("- a\n- b\n", Kind::NotMap),
        ("a: [1, 2\n", Kind::NotYaml),
        ("a: 1\n b: 2\n", Kind::NotYaml),
        ("a: *nowhere\n", Kind::NotYaml),
        ("a: &a [*a]\n", Kind::NotYaml),
        ("a: 1\n---\nb: 2\n", Kind::NotYaml),
        ("a: !!python/object:os.system x\n", Kind::NotYaml),
        ("? [a]\n: 1\n", Kind::NotYaml),
    ] {
        let problem = only(file);
        assert_eq!((problem.kind, problem.class()), (kind, Class::File), "{file:?}: {problem}");
    }
}

#[test]
fn what_is_no_text() {
    for bytes in [&b"PK\x03\x04\xff\xfe\x00binary"[..], b"name: \"a\\0b\"\n", b"\xff\xfea", b"name: \xc3\x28", b"a\0b"]
    {
        let problems = read(bytes, "x.yaml").expect_err("a refusal");
        assert_eq!(problems[0].class(), Class::Binary, "{bytes:?}: {}", problems[0]);
    }
}

#[test]
fn all_faults_of_a_header_come_together() {
    let all = problems("urn: not a urn\nversion: one\npublication_date: yesterday\nobjects: {}\n");
    let kinds: Vec<_> = all.iter().map(|problem| problem.kind).collect();
    for kind in [Kind::LibraryUrn, Kind::LibraryName, Kind::Version, Kind::Objects, Kind::BadValue] {
        assert!(kinds.contains(&kind), "{kind:?} is missing of {all:#?}");
    }
    assert!(all.iter().all(|problem| problem.class() == Class::Header), "{all:#?}");
    for version in ["1.5", "-1", "true", "[1]", "99999999999", "~"] {
        let file = format!("urn: urn:a:b\nname: n\nversion: {version}\nobjects: {{threats: []}}\n");
        assert_eq!(only(&file).kind, Kind::Version, "{version}");
    }
}

#[test]
fn a_problem_says_where_it_is_and_what_to_do() {
    let body = "    requirement_nodes:\n      - urn: urn:test:n1\n      - name: no urn\n        assessable: true\n";
    let problem = only(&framework(body));
    assert_eq!(
        problem.to_string(),
        "mylib.yaml:10:9: objects.framework.requirement_nodes[1]: a node needs a urn. Add \"urn: …\""
    );
    assert_eq!(
        (problem.kind.code(), problem.class(), problem.part()),
        ("missing_urn", Class::Content, Some("framework"))
    );
}

#[test]
fn requirements_that_do_not_make_a_tree() {
    let tree = |nodes: &str| framework(&format!("    requirement_nodes:\n{nodes}"));
    let node = |urn: &str, parent: &str| format!("      - {{urn: {urn}, parent_urn: {parent}}}\n");
    assert_eq!(only(&tree(&node("a", "b"))).kind, Kind::UnknownParent);
    assert_eq!(only(&tree(&(node("a", "~") + &node("A", "~")))).kind, Kind::DuplicateUrn);
    assert_eq!(only(&tree(&(node("a", "b") + &node("b", "a")))).kind, Kind::ParentLoop);
    assert_eq!(only(&tree(&node("a", "a"))).kind, Kind::ParentLoop);
    let chain: String = (1..200).map(|n| node(&format!("n{n}"), &format!("n{}", n - 1))).collect();
    assert_eq!(only(&tree(&(node("n0", "~") + &chain))).kind, Kind::ParentLoop);
    // A parent may come after its child.
    read(tree(&(node("a", "b") + &node("b", "~"))).as_bytes(), "x.yaml").expect("a library");
}

#[test]
fn questions_that_cannot_be_asked() {
    let ask = |question: &str| {
        let node = "    requirement_nodes:\n      - urn: n\n        questions:\n          ";
        framework(&format!("{node}q1: {question}\n          q2: {{type: text, text: T}}\n"))
    };
    assert_eq!(only(&ask("{type: essay, text: T}")).kind, Kind::QuestionType);
    assert_eq!(only(&ask("{text: T}")).kind, Kind::QuestionType);
    assert_eq!(only(&ask("{type: text, depends_on: {question: q3}}")).kind, Kind::DependsOn);
    assert_eq!(only(&ask("{type: text, depends_on: {question: q1}}")).kind, Kind::DependsOn);
    assert_eq!(only(&ask("{type: text, depends_on: {question: q2, condition: some}}")).kind, Kind::BadValue);
    assert_eq!(only(&ask("{type: unique_choice, choices: [{value: v}]}")).kind, Kind::MissingUrn);
    let problem = only(&ask("{type: unique_choice, choices: [{urn: c, add_score: many}]}"));
    assert_eq!(problem.path, "objects.framework.requirement_nodes[0].questions.q1.choices[0].add_score");
    read(ask("{type: text, depends_on: {question: Q2, answers: [a]}}").as_bytes(), "x.yaml").expect("a library");
}

#[test]
fn scales_upside_down() {
    let nodes = "    requirement_nodes: [{urn: n}]\n";
    assert_eq!(only(&framework(&format!("    min_score: 4\n    max_score: 4\n{nodes}"))).kind, Kind::Scale);
    assert_eq!(only(&framework(&format!("    min_score: 100\n{nodes}"))).kind, Kind::Scale);
    assert_eq!(only(&framework("    requirement_nodes: [{urn: n, max_score: 0}]\n")).kind, Kind::Scale);
}

#[test]
fn matrices_whose_grid_does_not_fit() {
    let matrix = |axes: &str, grid: &str| {
        format!("{HEADER}objects:\n  risk_matrix:\n    - {{urn: m, name: M, {axes}, grid: {grid}}}\n")
    };
    let axes =
        "probability: [{name: a}, {name: b}], impact: [{name: c}, {name: d}, {name: e}], risk: [{name: f}, {name: g}]";
    read(matrix(axes, "[[0, 0, 1], [0, 1, 1]]").as_bytes(), "x.yaml").expect("a library");
    for grid in ["[[0, 0, 1]]", "[[0, 0], [1, 1]]", "[[0, 0, 1], [0, 1, 2]]", "[[0, 0, 1], [0, 1, -1]]"] {
        assert!(problems(&matrix(axes, grid)).iter().all(|problem| problem.kind == Kind::Grid), "{grid}");
    }
    let ids = "probability: [{id: 1}], impact: [{id: 0}], risk: [{id: 0}]";
    let problem = only(&matrix(ids, "[[0]]"));
    assert_eq!((problem.kind, problem.path.as_str()), (Kind::Grid, "objects.risk_matrix[0].probability[0].id"));
    assert_eq!(only(&format!("{HEADER}objects:\n  risk_matrix: [{{urn: m, {axes}}}]\n")).kind, Kind::Grid);
}

#[test]
fn mappings_that_lead_nowhere() {
    let set = |rule: &str| {
        let set = "urn: s, source_framework_urn: a, target_framework_urn: b";
        format!("{HEADER}objects:\n  requirement_mapping_set: {{{set}, requirement_mappings: [{rule}]}}\n")
    };
    let rule =
        |word: &str| set(&format!("{{source_requirement_urn: x, target_requirement_urn: y, relationship: {word}}}"));
    read(rule("equal").as_bytes(), "x.yaml").expect("a library");
    assert_eq!(only(&rule("similar")).kind, Kind::Relationship);
    assert_eq!(only(&set("{source_requirement_urn: x, target_requirement_urn: y}")).kind, Kind::Relationship);
    assert_eq!(only(&set("{source_requirement_urn: x, relationship: equal}")).kind, Kind::MissingKey);
}

#[test]
fn values_of_the_wrong_kind() {
    for (nodes, path) in [
        ("[{urn: n, name: [a]}]", "objects.framework.requirement_nodes[0].name"),
        ("[{urn: n, assessable: perhaps}]", "objects.framework.requirement_nodes[0].assessable"),
        ("[{urn: n, weight: heavy}]", "objects.framework.requirement_nodes[0].weight"),
        ("[{urn: n, translations: French}]", "objects.framework.requirement_nodes[0].translations"),
        ("[text]", "objects.framework.requirement_nodes[0]"),
    ] {
        let all = problems(&framework(&format!("    requirement_nodes: {nodes}\n")));
        assert!(all.iter().any(|problem| problem.kind == Kind::BadValue && problem.path == path), "{nodes}: {all:#?}");
    }
    assert_eq!(problems(&framework("    requirement_nodes: []\n"))[0].kind, Kind::MissingKey);
}
