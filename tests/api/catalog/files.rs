//! Small library files, made up here.

/// A framework with two sections and four requirements, two controls, a threat, a question.
pub(super) fn small(name: &str, version: u32) -> String {
    format!(
        r#"
urn: urn:test:risk:library:{name}
locale: en
ref_id: {name}
name: Library {name}
description: made up
copyright: none
version: {version}
publication_date: 2026-01-01
provider: Somebody
packager: tests
translations:
  fr: {{name: "Bibliothèque {name}"}}
objects:
  threats:
  - {{urn: "urn:test:risk:threat:{name}:t1", ref_id: T1-{name}, name: "Threat {name}"}}
  reference_controls:
  - {{urn: "urn:test:risk:function:{name}:rc1", ref_id: RC1, name: "Control one {name}", description: first, category: technical, csf_function: protect}}
  - {{urn: "urn:test:risk:function:{name}:rc2", ref_id: RC2, name: "Control two {name}", category: policy}}
  framework:
    urn: urn:test:risk:framework:{name}
    ref_id: {name}
    name: Framework {name}
    description: also made up
    min_score: 0
    max_score: 4
    translations:
      fr: {{name: "Cadre {name}", description: "inventé"}}
    scores_definition:
    - {{score: 0, name: Nothing}}
    - {{score: 4, name: All}}
    implementation_groups_definition:
    - {{ref_id: L1, name: Level 1, default_selected: true}}
    - {{ref_id: L2, name: Level 2}}
    requirement_nodes:
    - {{urn: "urn:test:risk:req_node:{name}:s1", assessable: false, depth: 1, ref_id: "1", name: Section 1}}
    - urn: urn:test:risk:req_node:{name}:1.1
      parent_urn: urn:test:risk:req_node:{name}:s1
      assessable: true
      depth: 2
      ref_id: "1.1"
      name: First
      description: What is first
      weight: 2
      implementation_groups: [L1]
      threats: ["urn:test:risk:threat:{name}:t1"]
      translations:
        fr: {{name: Premier, description: "Ce qui est premier"}}
      questions:
        urn:test:risk:req_node:{name}:1.1:question:1:
          type: unique_choice
          text: Is it first?
          translations: {{fr: {{text: "Est-ce premier ?"}}}}
          choices:
          - {{urn: "urn:test:risk:req_node:{name}:1.1:question:1:choice:1", value: "Yes", add_score: 4, compute_result: compliant, translations: {{fr: {{value: Oui}}}}}}
          - {{urn: "urn:test:risk:req_node:{name}:1.1:question:1:choice:2", value: "No", add_score: 0, compute_result: non_compliant}}
        urn:test:risk:req_node:{name}:1.1:question:2:
          type: text
          text: How?
          depends_on:
            question: urn:test:risk:req_node:{name}:1.1:question:1
            answers: ["urn:test:risk:req_node:{name}:1.1:question:1:choice:1"]
    - {{urn: "urn:test:risk:req_node:{name}:1.2", parent_urn: "urn:test:risk:req_node:{name}:s1", assessable: true, depth: 2, ref_id: "1.2", description: No name, implementation_groups: [L2], reference_controls: ["urn:test:risk:function:{name}:rc1", "urn:test:risk:function:{name}:rc2"]}}
    - {{urn: "urn:test:risk:req_node:{name}:s2", assessable: false, depth: 1, ref_id: "2", name: Section 2}}
    - {{urn: "urn:test:risk:req_node:{name}:2.1", parent_urn: "urn:test:risk:req_node:{name}:s2", assessable: true, depth: 2, ref_id: "2.1", name: Last}}
"#
    )
}

/// Where files are uploaded.
pub(super) const UPLOAD: &str = "/api/stored-libraries/upload/";

/// The head of a library.
fn head(name: &str, version: u32, dependencies: &[&str]) -> String {
    let urns: Vec<String> = dependencies.iter().map(|name| format!("\"urn:test:risk:library:{name}\"")).collect();
    let dependencies = if urns.is_empty() { String::new() } else { format!("dependencies: [{}]\n", urns.join(", ")) };
    format!(
        "urn: urn:test:risk:library:{name}\nlocale: en\nref_id: {name}\nname: Library {name}\nversion: {version}\n\
         provider: Somebody\npackager: tests\n{dependencies}objects:\n"
    )
}

/// One reference control, and nothing else.
pub(super) fn control(name: &str) -> String {
    format!(
        "{}  reference_controls:\n  - {{urn: \"urn:test:risk:function:{name}:rc\", ref_id: RC-{name}, name: Control {name}}}\n",
        head(name, 1, &[])
    )
}

/// A framework whose only requirement is helped by the control of another library.
pub(super) fn dependent(name: &str, on: &str) -> String {
    format!(
        "{}  framework:\n    urn: urn:test:risk:framework:{name}\n    ref_id: {name}\n    name: Framework {name}\n    \
         requirement_nodes:\n    - {{urn: \"urn:test:risk:req_node:{name}:1\", assessable: true, depth: 1, ref_id: \"1\", \
         name: Only, reference_controls: [\"urn:test:risk:function:{on}:rc\"]}}\n",
        head(name, 1, &[on])
    )
}

/// A matrix of two by two.
pub(super) fn matrix(name: &str) -> String {
    let levels = "[{abbreviation: L, name: Low, description: low, hexcolor: \"#00FF00\", translations: {fr: {name: Bas}}}, \
                  {abbreviation: H, name: High, description: high, hexcolor: \"#FF0000\"}]";
    format!(
        "{}  risk_matrix:\n  - urn: urn:test:risk:matrix:{name}\n    ref_id: {name}\n    name: Matrix {name}\n    \
         probability: {levels}\n    impact: {levels}\n    risk: {levels}\n    grid: [[0, 0], [0, 1]]\n",
        head(name, 1, &[])
    )
}

/// Rules from one small framework to another.
pub(super) fn mapping(name: &str, source: &str, target: &str) -> String {
    format!(
        "{}  requirement_mapping_sets:\n  - urn: urn:test:risk:req_mapping_set:{name}\n    ref_id: {name}\n    \
         name: Mapping {name}\n    source_framework_urn: urn:test:risk:framework:{source}\n    \
         target_framework_urn: urn:test:risk:framework:{target}\n    requirement_mappings:\n    \
         - {{source_requirement_urn: \"urn:test:risk:req_node:{source}:1.1\", target_requirement_urn: \
         \"urn:test:risk:req_node:{target}:1.1\", relationship: equal}}\n    \
         - {{source_requirement_urn: \"urn:test:risk:req_node:{source}:1.1\", target_requirement_urn: \
         \"urn:test:risk:req_node:{target}:2.1\", relationship: intersect, strength_of_relationship: 5}}\n",
        head(name, 1, &[])
    )
}
