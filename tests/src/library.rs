//! Library files of every kind of object, made up here.

/// Kinds whose rows come with libraries alone.
pub const LIBRARY_KINDS: [&str; 8] = [
    "stored-libraries",
    "loaded-libraries",
    "frameworks",
    "requirement-nodes",
    "questions",
    "question-choices",
    "risk-matrices",
    "requirement-mapping-sets",
];

/// A library that brings one object of every kind and two requirements. `name` says what the one
/// of a kind (a path, such as `frameworks`) is called; `number` tells it from other libraries.
pub fn library(number: u32, name: impl Fn(&str) -> String) -> String {
    let urn = |kind: &str| format!("\"urn:test:risk:{kind}:l{number}\"");
    let named = |path: &str| format!("name: \"{}\", description: made up, annotation: a remark", name(path));
    let levels = "[{abbreviation: L, name: Low, description: low, hexcolor: \"#00FF00\"}, \
                  {abbreviation: H, name: High, description: high, hexcolor: \"#FF0000\"}]";
    let (control, threat, node) = (urn("function"), urn("threat"), urn("req_node"));
    let question = format!(
        "{}: {{type: unique_choice, text: \"{}\", choices: [{{urn: {}, value: \"{}\", add_score: 1}}]}}",
        urn("question"),
        name("questions"),
        urn("choice"),
        name("question-choices")
    );
    let lines = [
        format!("urn: {}\nlocale: en\nref_id: L-{number}\nname: \"{}\"", urn("library"), name("loaded-libraries")),
        "description: made up\ncopyright: none\nversion: 1\npublication_date: 2026-01-01".into(),
        "provider: Somebody\npackager: tests\nobjects:\n  reference_controls:".into(),
        format!("  - {{urn: {control}, ref_id: C-{number}, {}, category: policy, csf_function: govern, typical_evidence: [A text]}}", named("reference-controls")),
        format!("  threats:\n  - {{urn: {threat}, ref_id: T-{number}, {}}}", named("threats")),
        format!("  risk_matrix:\n  - {{urn: {}, ref_id: M-{number}, {}, probability: {levels}, impact: {levels}, risk: {levels}, grid: [[0, 0], [0, 1]]}}", urn("matrix"), named("risk-matrices")),
        format!("  requirement_mapping_sets:\n  - {{urn: {}, ref_id: S-{number}, {}, source_framework_urn: {}, target_framework_urn: {}, requirement_mappings: [{{source_requirement_urn: {node}, target_requirement_urn: {node}, relationship: equal}}]}}", urn("req_mapping_set"), named("requirement-mapping-sets"), urn("framework"), urn("framework")),
        format!("  framework:\n    urn: {}\n    ref_id: F-{number}\n    name: \"{}\"\n    description: made up", urn("framework"), name("frameworks")),
        "    min_score: 0\n    max_score: 1\n    scores_definition:".into(),
        "    - {score: 0, name: None, description: none, translations: {fr: {name: Rien, description: rien}}}".into(),
        "    - {score: 1, name: All, description: all, translations: {fr: {name: Tout, description: tout}}}".into(),
        "    implementation_groups_definition: [{ref_id: L1, name: Level 1, description: first}]\n    requirement_nodes:".into(),
        format!("    - {{urn: \"urn:test:risk:req_node:l{number}:s\", ref_id: \"S\", name: Section {number}, description: made up, assessable: false}}"),
        format!("    - {{urn: {node}, parent_urn: \"urn:test:risk:req_node:l{number}:s\", ref_id: \"1\", {}, assessable: true, implementation_groups: [L1], reference_controls: [{control}], threats: [{threat}], typical_evidence: a paper, questions: {{{question}}}}}", named("requirement-nodes")),
    ];
    lines.join("\n") + "\n"
}
