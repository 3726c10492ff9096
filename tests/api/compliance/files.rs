//! Library files and audits, made up here.

use blackbox::{Actor, TestApp};
use serde_json::{Value, json};

/// Two sections, four requirements, two groups, a scale from 0 to 4.
pub(super) fn standard(name: &str, version: u32) -> String {
    with(name, version, (0, 4), &ALL)
}

/// Names of all requirements.
pub(super) const ALL: [&str; 4] = ["1.1", "1.2", "2.1", "2.2"];

/// The same with another scale, or with other requirements.
pub(super) fn with(name: &str, version: u32, (min, max): (i64, i64), nodes: &[&str]) -> String {
    let node = |ref_id: &str| {
        let (section, rest) = match ref_id {
            "1.1" => ("s1", "name: Req 1.1, description: Desc 1.1, weight: 2, implementation_groups: [L1]".to_owned()),
            "1.2" => (
                "s1",
                format!(
                    "description: Desc 1.2 only, implementation_groups: [L2], \
                     reference_controls: [\"urn:test:risk:function:{name}:rc1\"]"
                ),
            ),
            "2.1" => (
                "s2",
                format!(
                    "name: Req 2.1, implementation_groups: [L1, L2], threats: [\"urn:test:risk:threat:{name}:t1\"], \
                     reference_controls: [\"urn:test:risk:function:{name}:rc2\", \"urn:test:risk:function:{name}:rc1\"], \
                     translations: {{fr: {{name: Exigence 2.1}}}}"
                ),
            ),
            other => ("s2", format!("name: Req {other}")),
        };
        format!(
            "    - {{urn: \"urn:test:risk:req_node:{name}:{ref_id}\", parent_urn: \"urn:test:risk:req_node:{name}:{section}\", \
             assessable: true, depth: 2, ref_id: \"{ref_id}\", {rest}}}\n"
        )
    };
    let of = |section: &str| {
        nodes.iter().filter(|ref_id| ref_id.starts_with(section)).map(|ref_id| node(ref_id)).collect::<String>()
    };
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
provider: tests
packager: tests
objects:
  threats:
  - {{urn: "urn:test:risk:threat:{name}:t1", ref_id: "T1", name: "Threat {name}"}}
  reference_controls:
  - {{urn: "urn:test:risk:function:{name}:rc1", ref_id: RC1, name: "Ref ctl 1 {name}", description: rcd, category: technical, csf_function: protect}}
  - {{urn: "urn:test:risk:function:{name}:rc2", ref_id: RC2, name: "Ref ctl 2 {name}", category: policy}}
  framework:
    urn: urn:test:risk:framework:{name}
    ref_id: {name}
    name: Framework {name}
    min_score: {min}
    max_score: {max}
    scores_definition:
    - {{score: {min}, name: Low, description: nothing}}
    - {{score: {max}, name: High, description: all}}
    implementation_groups_definition:
    - {{ref_id: L1, name: Level 1, description: d1, default_selected: true}}
    - {{ref_id: L2, name: Level 2, description: d2}}
    requirement_nodes:
    - {{urn: "urn:test:risk:req_node:{name}:s1", assessable: false, depth: 1, ref_id: "1", name: Section 1}}
{}    - {{urn: "urn:test:risk:req_node:{name}:s2", assessable: false, depth: 1, ref_id: "2", name: Section 2}}
{}"#,
        of("1"),
        of("2")
    )
}

/// One requirement with a choice, a text that hangs on it, and a group that a choice switches on.
pub(super) fn asking(name: &str) -> String {
    let q = format!("urn:test:risk:req_node:{name}:r1:question");
    format!(
        r#"
urn: urn:test:risk:library:{name}
locale: en
ref_id: {name}
name: Library {name}
description: made up
copyright: none
version: 1
publication_date: 2026-01-01
provider: tests
packager: tests
objects:
  framework:
    urn: urn:test:risk:framework:{name}
    ref_id: {name}
    name: Framework {name}
    min_score: 0
    max_score: 10
    implementation_groups_definition:
    - {{ref_id: B, name: Bn, default_selected: true}}
    - {{ref_id: X, name: Xn}}
    requirement_nodes:
    - urn: urn:test:risk:req_node:{name}:r1
      assessable: true
      depth: 1
      ref_id: r1
      name: R1
      implementation_groups: [B]
      questions:
        {q}:1:
          type: unique_choice
          text: Q1
          choices:
          - {{urn: "{q}:1:choice:1", value: c1, add_score: 7, compute_result: compliant}}
          - {{urn: "{q}:1:choice:2", value: c2, add_score: 1, compute_result: non_compliant, select_implementation_groups: [X]}}
        {q}:2:
          type: text
          text: Q2
          depends_on: {{question: "{q}:1", answers: ["{q}:1:choice:1"], condition: any}}
    - {{urn: "urn:test:risk:req_node:{name}:r2", assessable: true, depth: 1, ref_id: r2, name: R2, implementation_groups: [X]}}
"#
    )
}

/// Uploads a library, and answers the id of its framework.
pub(super) async fn framework(app: &TestApp, name: &str, file: String) -> String {
    let admin = app.admin();
    admin.upload("/api/stored-libraries/upload/", "library.yaml", file).await.expect(201);
    let found = admin.get(&format!("/api/frameworks/?urn=urn:test:risk:framework:{name}")).await.expect(200).rows();
    found[0]["id"].as_str().expect("an id").to_owned()
}

/// A program with a domain and the standard framework.
pub(super) async fn stage(name: &str) -> (TestApp, String, String) {
    let app = TestApp::start().await;
    let domain = app.domain("Ours", None).await;
    let framework = framework(&app, name, standard(name, 1)).await;
    (app, domain, framework)
}

/// Makes an audit; `more` goes over the rest of the body.
pub(super) async fn audit(who: &Actor, name: &str, folder: &str, framework: &str, more: Value) -> String {
    let mut body = json!({ "name": name, "folder": folder, "framework": framework });
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    who.post("/api/compliance-assessments/", body).await.expect(201).id()
}

/// Rows of an audit.
pub(super) async fn rows(who: &Actor, audit: &str) -> Vec<Value> {
    who.get(&format!("/api/requirement-assessments/?compliance_assessment={audit}")).await.expect(200).rows()
}

/// The row of a requirement.
pub(super) async fn row(who: &Actor, audit: &str, ref_id: &str) -> String {
    let rows = rows(who, audit).await;
    let found = rows.iter().find(|row| row["requirement"]["ref_id"] == ref_id);
    found.unwrap_or_else(|| panic!("no row {ref_id} in {rows:?}"))["id"].as_str().expect("an id").to_owned()
}

/// The address of an audit, or of one of its views.
pub(super) fn at(audit: &str, view: &str) -> String {
    format!("/api/compliance-assessments/{audit}/{view}")
}

/// The address of a row.
pub(super) fn at_row(row: &str) -> String {
    format!("/api/requirement-assessments/{row}/")
}
