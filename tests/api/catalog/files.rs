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
