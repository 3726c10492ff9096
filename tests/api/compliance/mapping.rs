//! What an audit says of another framework: previewed, merged, and as a start of a new audit.

use super::seen::cost;
use super::shelf::{Audit, load, mapping, node, plain};
use blackbox::TestApp;
use serde_json::{Value, json};

const REQUIREMENTS: [(&str, &str); 3] = [("1", "B"), ("2", "B"), ("3", "B")];

/// Three frameworks in a row: `one` covers parts of `two`, `two` all of `three`.
async fn shelf() -> (TestApp, String) {
    let app = TestApp::start().await;
    for name in ["one", "two", "three", "far"] {
        load(&app, plain(name, &REQUIREMENTS)).await;
    }
    let rules = [("1", "intersect", "1"), ("2", "intersect", "1"), ("2", "subset", "2"), ("3", "equal", "3")];
    load(&app, mapping("one", "two", &rules)).await;
    load(&app, mapping("two", "three", &[("2", "equal", "2"), ("3", "superset", "3"), ("1", "not_related", "1")]))
        .await;
    let folder = app.domain("Ours", None).await;
    (app, folder)
}

async fn row(app: &TestApp, audit: &Audit, ref_id: &str) -> Value {
    app.admin().get(&audit.row(ref_id)).await.expect(200).json
}

async fn set(app: &TestApp, audit: &Audit, ref_id: &str, body: Value) {
    app.admin().patch(&audit.row(ref_id), body).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_fills_gaps_and_a_whole_replaces() {
    let (app, folder) = shelf().await;
    let source = Audit::make(&app, "Source", "one", &folder, json!({})).await;
    let target = Audit::make(&app, "Target", "two", &folder, json!({})).await;
    let done = json!({ "result": "compliant", "status": "done", "observation": "seen" });
    set(&app, &source, "2", done.clone()).await;
    set(&app, &source, "3", done).await;
    set(&app, &target, "3", json!({ "result": "non_compliant", "observation": "ours" })).await;

    let preview = target.path(&format!("map_from_preview/?source_audit_id={}", source.id));
    let told = app.admin().get(&preview).await.expect(200).json;
    let label = source.framework_label(&app).await;
    assert_eq!(told["source_audit"], json!({ "id": source.id, "name": "Source", "framework": label }));
    assert_eq!(told["updated_count"], json!(2));
    assert_eq!(told["assessable_requirements_count"], json!(3));
    assert_eq!(told["current_results"], json!({ "not_assessed": 2, "non_compliant": 1 }));
    // The first of two sources decides, and it says nothing of the first requirement.
    assert_eq!(told["projected_results"], json!({ "not_assessed": 1, "partially_compliant": 1, "compliant": 1 }));
    let differences = told["differences"].as_array().expect("a list");
    assert_eq!(
        differences[0],
        json!({
            "requirement": { "ref_id": "2", "name": "2 - Requirement 2" }, "coverage": "partial",
            "base": { "result": "not_assessed" }, "compare": { "result": "partially_compliant" }, "m2m_added": {},
            "sources": [{ "ref_id": "2", "name": "2 - Requirement 2", "coverage": "partial", "framework": label }],
        })
    );
    assert_eq!(differences[1]["coverage"], json!("full"));
    assert_eq!(
        differences[1]["compare"],
        json!({ "result": "compliant", "status": "done", "observation": "ours\n\nseen" })
    );
    assert_eq!(row(&app, &target, "2").await["result"], json!("not_assessed"), "a preview changes nothing");

    let path = target.path("map_from/");
    let body = json!({ "source_audit_id": source.id });
    let merged = app.admin().post(&path, body.clone()).await.expect(200).json;
    let said = json!({ "updated_count": 2, "source_audit": "Source", "source_framework": label });
    assert_eq!(merged, said);
    let second = row(&app, &target, "2").await;
    assert_eq!((&second["result"], &second["status"]), (&json!("partially_compliant"), &json!("to_do")));
    assert_eq!(second["observation"], json!(null));
    let third = row(&app, &target, "3").await;
    assert_eq!((&third["result"], &third["status"]), (&json!("compliant"), &json!("done")));
    assert_eq!(third["observation"], json!("ours\n\nseen"));
    let inference = &row(&app, &target, "1").await["mapping_inference"];
    assert_eq!(inference["result"], json!("not_assessed"), "where nothing was copied, too");
    assert_eq!(inference["used_path"], json!(["urn:test:risk:framework:one", "urn:test:risk:framework:two"]));
    let sources = inference["source_requirement_assessments"].as_object().expect("by urn");
    assert_eq!(sources.len(), 2);
    let used = &sources[&node("one", "2")];
    assert_eq!((&used["coverage"], &used["str"]), (&json!("partial"), &json!("2 - Requirement 2")));
    assert_eq!(used["used_mapping_set"]["urn"], json!("urn:test:risk:req_mapping_set:one-to-two"));
    assert_eq!(used["source_framework"]["name"], json!("Framework one"));

    let again = app.admin().post(&path, body).await.expect(200).json;
    assert_eq!(again["updated_count"], json!(0), "a second run finds nothing to do");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ways_have_a_length_and_a_weakest_link() {
    let (app, folder) = shelf().await;
    let source = Audit::make(&app, "Source", "one", &folder, json!({})).await;
    let target = Audit::make(&app, "Target", "three", &folder, json!({})).await;
    let far = Audit::make(&app, "Far", "far", &folder, json!({})).await;
    for ref_id in ["1", "2", "3"] {
        set(&app, &source, ref_id, json!({ "result": "compliant" })).await;
    }
    let body = json!({ "source_audit_id": source.id });
    let settings = "/api/settings/general/";
    app.admin().put(settings, json!({ "mapping_max_depth": 2 })).await.expect(200);
    let direct = app.admin().post(&target.path("map_from/"), body.clone()).await.expect(200).json;
    assert_eq!(direct["updated_count"], json!(0), "two frameworks are a direct mapping");
    app.admin().put(settings, json!({ "mapping_max_depth": 3 })).await.expect(200);
    let over = app.admin().post(&target.path("map_from/"), body.clone()).await.expect(200).json;
    assert_eq!(over["updated_count"], json!(2));
    assert_eq!(row(&app, &target, "2").await["result"], json!("partially_compliant"), "the weakest rule decides");
    assert_eq!(row(&app, &target, "3").await["result"], json!("compliant"));
    assert_eq!(row(&app, &target, "1").await["mapping_inference"], json!({}), "unrelated");
    let none = app.admin().post(&far.path("map_from/"), body).await.expect(200).json;
    assert_eq!(none["updated_count"], json!(0), "no way leads there");

    let shown = app.admin().get(&source.path("frameworks/")).await.expect(200).json;
    let expected = [
        ("one", json!({ "compliant": 3 })),
        ("three", json!({ "partially_compliant": 1, "compliant": 1 })),
        ("two", json!({ "partially_compliant": 2, "compliant": 1 })),
    ];
    for (at, (name, results)) in expected.into_iter().enumerate() {
        assert!(
            shown[at]["str"].as_str().is_some_and(|label| label.ends_with(&format!("Framework {name}"))),
            "{shown}"
        );
        assert_eq!(shown[at]["results"], results, "{name}: its own comes first");
    }
    assert_eq!((shown.as_array().map(Vec::len), &shown[1]["assessable_requirements_count"]), (Some(3), &json!(3)));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_framework_maps_onto_itself_without_a_trace() {
    let (app, folder) = shelf().await;
    let source = Audit::make(&app, "Source", "one", &folder, json!({})).await;
    let target = Audit::make(&app, "Target", "one", &folder, json!({})).await;
    set(&app, &source, "1", json!({ "result": "non_compliant", "status": "in_review" })).await;
    let body = json!({ "source_audit_id": source.id });
    assert_eq!(
        app.admin().post(&target.path("map_from/"), body.clone()).await.expect(200).json["updated_count"],
        json!(1)
    );
    let first = row(&app, &target, "1").await;
    assert_eq!((&first["result"], &first["status"]), (&json!("non_compliant"), &json!("in_review")));
    assert_eq!(first["mapping_inference"], json!({}));
    assert_eq!(app.admin().post(&source.path("map_from/"), body).await.expect(200).json["updated_count"], json!(0));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_audit_starts_from_another_framework() {
    let (app, folder) = shelf().await;
    let source = Audit::make(&app, "Source", "one", &folder, json!({})).await;
    for ref_id in ["1", "2", "3"] {
        set(&app, &source, ref_id, json!({ "result": "compliant", "observation": ref_id })).await;
    }
    let made = Audit::make(&app, "Made", "two", &folder, json!({ "baseline": source.id })).await;
    let merged = Audit::make(&app, "Merged", "two", &folder, json!({})).await;
    app.admin().post(&merged.path("map_from/"), json!({ "source_audit_id": source.id })).await.expect(200);
    for ref_id in ["1", "2", "3"] {
        let (one, other) = (row(&app, &made, ref_id).await, row(&app, &merged, ref_id).await);
        for field in ["result", "status", "observation", "mapping_inference", "evidences", "applied_controls"] {
            assert_eq!(one[field], other[field], "{field} of {ref_id}");
        }
    }
    assert_eq!(row(&app, &made, "1").await["result"], json!("partially_compliant"));
    let framework = app.admin().get("/api/frameworks/?urn=urn:test:risk:framework:far").await.expect(200).rows();
    let body = json!({ "name": "Far", "framework": framework[0]["id"], "folder": folder, "baseline": source.id });
    let refused = app.admin().post("/api/compliance-assessments/", body).await.expect(400);
    assert!(refused.json["baseline"].is_array(), "{}", refused.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_named_and_seen_and_targets_are_open() {
    let (app, folder) = shelf().await;
    let source = Audit::make(&app, "Source", "one", &folder, json!({})).await;
    let target = Audit::make(&app, "Target", "two", &folder, json!({})).await;
    let preview = |id: &str| target.path(&format!("map_from_preview/?source_audit_id={id}"));
    let missing = json!({ "error": "source_audit_id is required" });
    assert_eq!(app.admin().get(&target.path("map_from_preview/")).await.expect(400).json, missing);
    assert_eq!(app.admin().post(&target.path("map_from/"), json!({})).await.expect(400).json, missing);
    let denied = json!({ "error": "Permission denied for source audit" });
    let unknown = "00000000-0000-4000-8000-000000000000";
    assert_eq!(app.admin().get(&preview(unknown)).await.expect(403).json, denied);
    assert_eq!(app.admin().get(&preview("no-uuid")).await.expect(403).json, denied);

    // Somebody who sees the target only.
    let theirs = app.domain("Theirs", None).await;
    let hidden = Audit::make(&app, "Hidden", "one", &theirs, json!({})).await;
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    let body = json!({ "source_audit_id": hidden.id });
    assert_eq!(analyst.post(&target.path("map_from/"), body).await.expect(403).json, denied);
    analyst.get(&preview(&source.id)).await.expect(200);
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    reader.get(&preview(&source.id)).await.expect(200);
    reader.post(&target.path("map_from/"), json!({ "source_audit_id": source.id })).await.expect(403);
    let sibling = app.person("sibling@example.org", Some("Theirs - Analyst")).await;
    sibling.post(&target.path("map_from/"), json!({ "source_audit_id": hidden.id })).await.expect(404);

    set(&app, &source, "3", json!({ "result": "compliant" })).await;
    app.admin().patch(&target.path(""), json!({ "is_locked": true })).await.expect(200);
    app.admin().post(&target.path("map_from/"), json!({ "source_audit_id": source.id })).await.expect(400);
    assert_eq!(row(&app, &target, "3").await["result"], json!("not_assessed"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_bound_both_sides() {
    let app = TestApp::start().await;
    load(&app, plain("one", &[("1", "B"), ("2", "X")])).await;
    load(&app, plain("two", &[("1", "B"), ("2", "X")])).await;
    load(&app, mapping("one", "two", &[("1", "equal", "1"), ("2", "equal", "1"), ("1", "equal", "2")])).await;
    let folder = app.domain("Ours", None).await;
    let source = Audit::make(&app, "Source", "one", &folder, json!({})).await;
    let target = Audit::make(&app, "Target", "two", &folder, json!({})).await;
    set(&app, &source, "1", json!({ "result": "compliant" })).await;
    set(&app, &source, "2", json!({ "result": "non_compliant", "observation": "outside" })).await;
    let body = json!({ "source_audit_id": source.id });
    assert_eq!(app.admin().post(&target.path("map_from/"), body).await.expect(200).json["updated_count"], json!(1));
    assert_eq!(row(&app, &target, "1").await["observation"], json!(null), "the second is outside the source's groups");
    assert_eq!(row(&app, &target, "2").await["result"], json!("not_assessed"), "and outside the target's");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_statements_does_not_grow_with_rows() {
    let app = TestApp::start().await;
    let names: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    let folder = app.domain("Ours", None).await;
    let mut counts = Vec::new();
    for (size, suffix) in [(4, "s"), (40, "l")] {
        let (one, two) = (format!("one{suffix}"), format!("two{suffix}"));
        let requirements: Vec<(&str, &str)> = names.iter().take(size).map(|name| (name.as_str(), "B")).collect();
        load(&app, plain(&one, &requirements)).await;
        load(&app, plain(&two, &requirements)).await;
        let rules: Vec<(&str, &str, &str)> =
            names.iter().take(size).map(|name| (name.as_str(), "equal", name.as_str())).collect();
        load(&app, mapping(&one, &two, &rules)).await;
        let source = Audit::make(&app, &format!("Source {size}"), &one, &folder, json!({})).await;
        let target = Audit::make(&app, &format!("Target {size}"), &two, &folder, json!({})).await;
        set(&app, &source, "0", json!({ "result": "compliant" })).await;
        let preview = target.path(&format!("map_from_preview/?source_audit_id={}", source.id));
        let frameworks = source.path("frameworks/");
        counts.push((cost(&app, app.admin(), &preview).await, cost(&app, app.admin(), &frameworks).await));
    }
    assert_eq!(counts[0], counts[1], "preview and frameworks, with 4 and with 40 rows");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_go_with_a_new_result_goes_and_is_told() {
    const RESULTS: [&str; 4] = ["compliant", "partially_compliant", "non_compliant", "not_applicable"];
    const EXTENDED: [(&str, &str, &[&str]); 5] = [
        ("major_nonconformity", "non_compliant", &["partially_compliant", "non_compliant"]),
        ("minor_nonconformity", "non_compliant", &["partially_compliant", "non_compliant"]),
        ("observation_sensitive_point", "non_compliant", &RESULTS),
        ("opportunity_for_improvement", "non_compliant", &RESULTS),
        ("good_practice", "compliant", &["compliant"]),
    ];
    let app = TestApp::start().await;
    let folder = app.domain("Ours", None).await;
    let pairs: Vec<_> = EXTENDED.iter().flat_map(|extended| RESULTS.map(|result| (extended, result))).collect();
    let names: Vec<String> = (0..pairs.len()).map(|number| format!("n{number}")).collect();
    let nodes: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "B")).collect();
    let rules: Vec<(&str, &str, &str)> = names.iter().map(|name| (name.as_str(), "equal", name.as_str())).collect();
    for name in ["from", "to"] {
        load(&app, plain(name, &nodes)).await;
    }
    load(&app, mapping("from", "to", &rules)).await;
    let both = json!({ "auditor": "edit", "respondent": "hidden" });
    let scored = json!({ "field_visibility": { "score": both, "is_scored": both, "documentation_score": both } });
    let source = Audit::make(&app, "Source", "from", &folder, scored.clone()).await;
    let target = Audit::make(&app, "Target", "to", &folder, scored).await;
    for (name, ((extended, fits, _), result)) in names.iter().zip(&pairs) {
        set(&app, &source, name, json!({ "result": result, "score": 3, "documentation_score": 2 })).await;
        set(&app, &target, name, json!({ "result": fits, "extended_result": extended, "is_scored": false })).await;
    }
    let preview = target.path(&format!("map_from_preview/?source_audit_id={}", source.id));
    let preview = app.admin().get(&preview).await.expect(200).json;
    app.wait(chrono::TimeDelta::seconds(1));
    app.admin().post(&target.path("map_from/"), json!({ "source_audit_id": source.id })).await.expect(200);
    for (name, ((extended, fits, goes_with), result)) in names.iter().zip(&pairs) {
        let stays = goes_with.contains(result);
        let shown = row(&app, &target, name).await;
        assert_eq!(shown["result"], json!(result), "{name}");
        assert_eq!(shown["extended_result"], if stays { json!(extended) } else { json!(null) }, "{extended} {result}");
        if result == fits {
            // Nothing new is found.
            continue;
        }
        let list = preview["differences"].as_array().expect("a list");
        let told = list.iter().find(|one| one["requirement"]["ref_id"] == json!(name)).expect("a difference");
        assert_eq!(told["base"].get("extended_result").is_some(), !stays, "{extended} {result}: {told}");
        let log =
            app.admin().get(&format!("/api/audit-log/?object_id={}", target.rows[name.as_str()])).await.expect(200);
        let latest = &log.rows()[0];
        let told = |field: &str| latest["changes"].get(field).cloned();
        assert_eq!(told("extended_result"), (!stays).then(|| json!([extended, null])), "{extended} {result}: {latest}");
        assert_eq!(told("is_scored"), Some(json!([false, true])), "{latest}");
        assert_eq!(told("documentation_score"), Some(json!([0, 2])), "{latest}");
    }
    app.stop().await;
}
