//! Libraries made up here: what the tests of questionnaires, mappings and assignments audit.

use blackbox::{Actor, TestApp};
use serde_json::{Value, json};
use std::collections::HashMap;

/// A framework without questions: `ref_id`s of requirements, with the groups each is in.
pub(super) fn plain(name: &str, requirements: &[(&str, &str)]) -> String {
    let nodes: Vec<String> = requirements
        .iter()
        .map(|(ref_id, groups)| {
            format!(
                "    - {{urn: \"{}\", parent_urn: \"urn:test:risk:req_node:{name}:s\", assessable: true, depth: 2, \
                 ref_id: \"{ref_id}\", name: Requirement {ref_id}, implementation_groups: [{groups}]}}\n",
                node(name, ref_id)
            )
        })
        .collect();
    format!(
        "{}objects:
  framework:
    urn: {}
    ref_id: {name}
    name: Framework {name}
    min_score: 0
    max_score: 4
    implementation_groups_definition:
    - {{ref_id: B, name: Basic, default_selected: true}}
    - {{ref_id: X, name: Extra}}
    requirement_nodes:
    - {{urn: \"urn:test:risk:req_node:{name}:s\", assessable: false, depth: 1, ref_id: s, name: Section}}
{}",
        head(name, &[]),
        framework_urn(name),
        nodes.concat()
    )
}

/// A set of rules between requirements of two frameworks: source, relationship, target.
pub(super) fn mapping(source: &str, target: &str, rules: &[(&str, &str, &str)]) -> String {
    let rules: Vec<String> = rules
        .iter()
        .map(|(from, relationship, to)| {
            format!(
                "    - {{source_requirement_urn: \"{}\", target_requirement_urn: \"{}\", relationship: {relationship}}}\n",
                node(source, from),
                node(target, to)
            )
        })
        .collect();
    format!(
        "{}objects:
  requirement_mapping_set:
    urn: urn:test:risk:req_mapping_set:{source}-to-{target}
    ref_id: {source}-to-{target}
    name: From {source} to {target}
    source_framework_urn: {}
    target_framework_urn: {}
    requirement_mappings:
{}",
        head(&format!("{source}-to-{target}"), &[source, target]),
        framework_urn(source),
        framework_urn(target),
        rules.concat()
    )
}

/// One requirement with four questions, whose answers score, judge and select a group; a second one in that
/// group with a question of its own; a third without any.
pub(super) fn questions(name: &str) -> String {
    let first = node(name, "r1");
    let choice = |question: u32, number: u32, rest: &str| {
        format!("          - {{urn: \"{first}:question:{question}:choice:{number}\", value: c{number}{rest}}}\n")
    };
    let one: String = [
        ", add_score: 2, compute_result: compliant",
        ", add_score: 1, compute_result: partially_compliant",
        ", add_score: 0, compute_result: non_compliant",
        ", compute_result: not_applicable",
        ", add_score: 5",
        ", add_score: -3, compute_result: non_compliant, select_implementation_groups: [X]",
    ]
    .iter()
    .zip(1..)
    .map(|(rest, number)| choice(1, number, rest))
    .collect();
    let two: String = [
        ", add_score: 1, compute_result: \"true\"",
        ", add_score: 2, compute_result: compliant",
        ", add_score: 4, compute_result: non_compliant",
    ]
    .iter()
    .zip(1..)
    .map(|(rest, number)| choice(2, number, rest))
    .collect();
    let four = [", add_score: 10, compute_result: non_compliant", ", add_score: 0, compute_result: compliant"];
    let four: String = four.iter().zip(1..).map(|(rest, number)| choice(4, number, rest)).collect();
    format!(
        "{}objects:
  framework:
    urn: {}
    ref_id: {name}
    name: Framework {name}
    min_score: 0
    max_score: 10
    implementation_groups_definition:
    - {{ref_id: B, name: Bn, default_selected: true}}
    - {{ref_id: X, name: Xn}}
    requirement_nodes:
    - urn: {first}
      assessable: true
      depth: 1
      ref_id: r1
      name: R1
      implementation_groups: [B]
      questions:
        {first}:question:1:
          type: unique_choice
          text: Q1
          choices:
{one}        {first}:question:2:
          type: multiple_choice
          text: Q2
          choices:
{two}        {first}:question:3:
          type: text
          text: Q3
        {first}:question:4:
          type: unique_choice
          text: Q4
          depends_on: {{question: \"{first}:question:1\", answers: [\"{first}:question:1:choice:1\"], condition: any}}
          choices:
{four}    - urn: {second}
      assessable: true
      depth: 1
      ref_id: r2
      name: R2
      implementation_groups: [X]
      questions:
        {second}:question:1:
          type: text
          text: Why?
    - {{urn: \"{third}\", assessable: true, depth: 1, ref_id: r3, name: R3, implementation_groups: [B]}}
",
        head(name, &[]),
        framework_urn(name),
        second = node(name, "r2"),
        third = node(name, "r3"),
    )
}

fn head(name: &str, needs: &[&str]) -> String {
    let needs: Vec<String> = needs.iter().map(|other| format!("\"urn:test:risk:library:{other}\"")).collect();
    let needs = if needs.is_empty() { String::new() } else { format!("dependencies: [{}]\n", needs.join(", ")) };
    format!(
        "urn: urn:test:risk:library:{name}
locale: en
ref_id: {name}
name: Library {name}
description: made up
copyright: none
version: 1
publication_date: 2026-01-01
provider: Somebody
packager: tests
{needs}"
    )
}

/// The urn of a framework.
pub(super) fn framework_urn(name: &str) -> String {
    format!("urn:test:risk:framework:{name}")
}

/// The urn of a requirement.
pub(super) fn node(framework: &str, ref_id: &str) -> String {
    format!("urn:test:risk:req_node:{framework}:{ref_id}")
}

/// Puts a file on the shelf and loads it.
pub(super) async fn load(app: &TestApp, content: String) {
    app.admin().upload("/api/stored-libraries/upload/", "made-up.yaml", content).await.expect(201);
}

/// An audit with its rows by the reference of their requirement.
pub(super) struct Audit {
    pub id: String,
    pub rows: HashMap<String, String>,
}

impl Audit {
    /// Makes an audit of a framework; `rest` is added to the body.
    pub(super) async fn make(app: &TestApp, name: &str, framework: &str, folder: &str, rest: Value) -> Self {
        let found = app.admin().get(&format!("/api/frameworks/?urn={}", framework_urn(framework))).await.expect(200);
        let mut body = json!({ "name": name, "framework": found.rows()[0]["id"], "folder": folder });
        for (key, value) in rest.as_object().expect("an object") {
            body[key] = value.clone();
        }
        let id = app.admin().post("/api/compliance-assessments/", body).await.expect(201).id();
        Self { rows: rows_of(app.admin(), &id).await, id }
    }

    /// The path of a row.
    pub(super) fn row(&self, ref_id: &str) -> String {
        format!("/api/requirement-assessments/{}/", self.rows[ref_id])
    }

    /// What its framework is called in lists.
    pub(super) async fn framework_label(&self, app: &TestApp) -> Value {
        app.admin().get(&self.path("")).await.expect(200).json["framework"]["str"].clone()
    }

    /// Path of the audit, with something behind it.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/api/compliance-assessments/{}/{rest}", self.id)
    }
}

/// Rows that somebody sees of an audit, by the reference of their requirement.
pub(super) async fn rows_of(actor: &Actor, audit: &str) -> HashMap<String, String> {
    let rows =
        actor.get(&format!("/api/requirement-assessments/?compliance_assessment={audit}")).await.expect(200).rows();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    rows.iter().map(|row| (text(&row["requirement"]["ref_id"]), text(&row["id"]))).collect()
}

/// The actor of a person.
pub(super) async fn actor_of(app: &TestApp, email: &str) -> String {
    let found = app.admin().get(&format!("/api/actors/?search={email}")).await.expect(200).rows();
    found[0]["id"].as_str().expect("an id").to_owned()
}
