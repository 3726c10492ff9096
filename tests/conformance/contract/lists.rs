//! Order, search, pages, choices and small maps of every list.

use super::{Checks, creatable, stage};
use engine::declare::{Field, Kind, Resource, Shape};
use serde_json::{Value, json};

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| row["id"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_ordered_by_every_field_that_says_so() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        for _ in 0..3 {
            maker.make(resource).await;
        }
    }
    for resource in &resources {
        let list = format!("/api/{}/", resource.path);
        let named = resource.fields.iter().filter(|field| field.order).map(|field| field.name);
        for name in named.chain(["created_at", "id"]) {
            let up = maker.actor().get(&format!("{list}?ordering={name}")).await.expect(200).rows();
            let down = maker.actor().get(&format!("{list}?ordering=-{name}")).await.expect(200).rows();
            let mut reversed = ids(&down);
            reversed.reverse();
            checks.that(ids(&up) == reversed, || format!("{}: -{name} is not the reverse of {name}", resource.path));
            if let Some(field) = resource.stored(name).filter(|field| is_shown_as_stored(field)) {
                let shown: Vec<String> = up.iter().map(|row| key(field, &row[name])).collect();
                checks.that(shown.is_sorted(), || format!("{}: by {name} came {shown:?}", resource.path));
            }
        }
        let plain = ids(&maker.actor().get(&list).await.expect(200).rows());
        for ignored in ["no_such_field", "-no_such_field", "", "search_text", "id;drop table folders"] {
            let rows = maker.actor().get(&format!("{list}?ordering={ignored}")).await.expect(200).rows();
            checks.that(ids(&rows) == plain, || format!("{}: ordering={ignored} is not the default", resource.path));
        }
    }
    checks.settle();
}

/// Labels of choices sort otherwise than their codes, and some fields are shown in words.
fn is_shown_as_stored(field: &Field) -> bool {
    let simple = matches!(field.kind, Kind::Text { .. } | Kind::Email | Kind::Time | Kind::Date | Kind::Bool);
    simple && field.shown_in(Shape::List) && field.shown_as.is_none()
}

fn key(field: &Field, value: &Value) -> String {
    match field.kind {
        Kind::Bool => value.to_string(),
        _ => value.as_str().unwrap_or_default().to_lowercase(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_never_overlap_and_cover_the_list() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        for _ in 0..7 {
            maker.make(resource).await;
        }
    }
    for resource in &resources {
        let all = maker.actor().get(&format!("/api/{}/", resource.path)).await.expect(200);
        let mut seen = Vec::new();
        let mut next = json!(format!("/api/{}/?limit=3", resource.path));
        while let Some(path) = next.as_str() {
            let page = maker.actor().get(path).await.expect(200);
            checks.that(page.json["count"] == all.json["count"], || format!("{path} counts {}", page.json["count"]));
            seen.extend(ids(&page.rows()));
            next = page.json["next"].clone();
            if seen.len() > 2000 {
                break;
            }
        }
        checks.that(seen == ids(&all.rows()), || format!("{}: pages differ from the list", resource.path));
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_what_is_in_every_searched_field() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        let list = format!("/api/{}/", resource.path);
        let body = maker.full(resource).await;
        let made = maker.actor().post(&list, body.clone().into()).await.expect(201).id();
        for field in resource.fields.iter().filter(|field| field.search && field.input) {
            let Some(text) = body[field.name].as_str() else { continue };
            let part = text[1..].to_uppercase();
            let found = maker.actor().get(&format!("{list}?search={part}")).await.expect(200);
            checks.that(ids(&found.rows()).contains(&made), || {
                format!("{}.{}: {part} was not found", resource.path, field.name)
            });
            let none = maker.actor().get(&format!("{list}?search={part}+nosuchword")).await.expect(200);
            checks.that(none.json["count"] == 0, || format!("{}: terms are not all needed", resource.path));
        }
        for wild in ["%25", "_", "%5C", "'", "%22"] {
            let found = maker.actor().get(&format!("{list}?search=nosuch{wild}word")).await.expect(200);
            let searched = resource.fields.iter().any(|field| field.search);
            checks.that(found.json["count"] == 0 || !searched, || format!("{}: {wild} is a wildcard", resource.path));
        }
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn small_maps_hold_what_the_list_holds() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in &resources {
        if resource.makes_rows() {
            maker.make(resource).await;
        }
        let list = format!("/api/{}/", resource.path);
        let rows = maker.actor().get(&list).await.expect(200).rows();
        choices(resource, &maker, &mut checks).await;
        if resource.operations.ids.is_some() {
            let map = maker.actor().get(&format!("{list}ids/")).await.expect(200);
            let missing: Vec<String> = ids(&rows).into_iter().filter(|id| !map.text.contains(id.as_str())).collect();
            checks.that(missing.is_empty(), || format!("{}: ids/ lacks {missing:?}", resource.path));
        }
        if resource.operations.names {
            let id = &ids(&rows)[0];
            let map = maker.actor().get(&format!("{list}names/?id={id}")).await.expect(200);
            checks.that(map.json[id].is_string() && map.json.as_object().is_some_and(|map| map.len() == 1), || {
                format!("{}: names/ answered {}", resource.path, map.text)
            });
            checks.says("names/", &maker.actor().get(&format!("{list}names/")).await, 200, &json!({}));
        }
        if resource.operations.autocomplete.is_some() {
            let light = maker.actor().get(&format!("{list}autocomplete/")).await.expect(200);
            checks.that(ids(&light.rows()) == ids(&rows), || format!("{}: autocomplete/ differs", resource.path));
            checks.that(light.rows().iter().all(|row| row["str"].is_string()), || format!("{}: no str", resource.path));
        }
    }
    checks.settle();
}

/// The map of a choice field is what its declaration says, and its codes are accepted.
async fn choices(resource: &Resource, maker: &blackbox::Maker, checks: &mut Checks) {
    for field in resource.fields.iter().filter(|field| field.input) {
        let Kind::Choice { options, .. } = field.kind else { continue };
        let expected: serde_json::Map<String, Value> =
            options.iter().map(|(code, label)| ((*code).to_owned(), json!(label))).collect();
        let answer = maker.actor().get(&format!("/api/{}/{}/", resource.path, field.name)).await;
        checks.says(&format!("{}.{}", resource.path, field.name), &answer, 200, &expected.into());
    }
}
