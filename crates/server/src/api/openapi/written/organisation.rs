//! Folders, perimeters and assets.

use super::{
    Written, answers, anything, body, files, filled, integer, list, map, maybe, object, page, text, truth, uuid,
};
use serde_json::json;

/// What an action takes and answers; `of_item` where it stands on one row.
pub(super) fn of(resource: &str, action: &str, of_item: bool) -> Option<Written> {
    let read = |name: &str| super::super::reference(&format!("{name}Read"));
    let finding = |key: &str, name: &str| {
        let objects = object(&[("objects", json!({ "type": "object" }))]);
        object(&[(key, read(name)), ("compliance_assessments", objects.clone()), ("risk_assessments", objects)])
    };
    Some(match (resource, action) {
        ("folders" | "perimeters", "quality_check") => {
            let of =
                if resource == "folders" { finding("folder", "Folder") } else { finding("perimeter", "Perimeter") };
            answers(if of_item { of } else { object(&[("results", map(&of))]) })
        }
        ("folders", "org_tree") => {
            answers(json!({ "type": "object", "required": ["name"] })).asking("include_perimeters", false, text())
        }
        ("folders", "my_assignments") => {
            let counts = object(&[("audits", integer()), ("controls", integer()), ("evidences", integer())]);
            answers(object(&[
                ("risk_assessments", list(&anything())),
                ("audits", list(&anything())),
                ("controls", list(&anything())),
                ("risk_scenarios", list(&anything())),
                ("metrics", object(&[("progress", counts)])),
                ("actor_ids", list(&uuid())),
            ]))
        }
        ("folders", "get_accessible_objects") => {
            let named = list(&object(&[("name", text()), ("id", uuid())]));
            let kinds = ["folders", "perimeters", "frameworks", "risk_matrices"];
            answers(object(&kinds.map(|kind| (kind, named.clone()))))
        }
        ("folders", "users") => answers(page(&object(&[
            ("id", uuid()),
            ("email", text()),
            ("first_name", text()),
            ("last_name", text()),
            ("is_active", truth()),
            ("roles", list(&object(&[("str", text())]))),
        ]))),
        ("folders", "export") => answers(object(&[
            ("format", text()),
            ("version", integer()),
            ("names", map(&map(&text()))),
            ("objects", map(&list(&json!({ "type": "object" })))),
        ])),
        ("folders", "import" | "import-dummy") => answers(object(&[
            ("message", text()),
            ("folder", uuid()),
            ("created", map(&integer())),
            ("left_out", list(&text())),
        ]))
        .asking("name", false, filled()),
        ("asset-class", "tree") => answers(list(&json!({ "type": "object", "required": ["id", "name", "children"] }))),
        ("assets", "asset_class") => answers(list(&object(&[("id", uuid()), ("name", text())]))),
        ("assets", "class-tree") => answers(object(&[
            ("tree", list(&json!({ "type": "object", "required": ["id", "name", "total_count", "children"] }))),
            ("unclassified_count", integer()),
            ("total_count", integer()),
        ])),
        ("assets", "security_objectives" | "disaster_recovery_objectives") => {
            answers(object(&[("results", list(&text()))]))
        }
        ("assets", "full") => answers(page(&read("Asset"))),
        ("assets", "graph") => answers(object(&[
            ("nodes", list(&json!({ "type": "object", "required": ["name", "value", "pk"] }))),
            ("links", list(&object(&[("source", integer()), ("target", integer()), ("value", text())]))),
            ("categories", list(&object(&[("name", text())]))),
        ])),
        ("assets", "export_csv") => files(&["text/csv"]),
        ("assets", "export_xlsx") => files(&["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]),
        ("assets", "batch-create") => {
            answers(object(&[("created", integer()), ("assets", list(&object(&[("id", uuid()), ("name", text())])))]))
                .taking(body(&[("assets_text", filled())], &[("folder", maybe(uuid()))]))
        }
        _ => return None,
    })
}
