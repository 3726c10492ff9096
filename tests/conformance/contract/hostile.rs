//! Whatever is sent, the answer is the client's fault, never ours: no 5xx.

use super::{Checks, stage};
use blackbox::{Actor, Answer};
use server::api::routes::{Method, routes};
use std::collections::BTreeSet;

/// Calls that would end the session that asks.
const ENDS_THE_SESSION: [&str; 4] =
    ["/api/iam/logout", "/api/iam/revoke-sessions", "auth/session", "/api/iam/sessions/"];

fn check(checks: &mut Checks, what: &str, answer: &Answer) {
    checks.that((200..500).contains(&answer.status), || format!("{what}: {} {}", answer.status, answer.text));
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_never_break_a_list() {
    let (_app, maker, resources) = stage().await;
    let mut checks = Checks::default();
    let values = [
        "%00",
        "a%00b",
        "%ff%fe",
        "%",
        "%zz",
        "%F0%9F%92%A9",
        "'",
        "%22",
        "%5C",
        "%25",
        "_",
        "1e400",
        "-1",
        "99999999999999999999999",
        "9223372036854775807",
        "9223372036854775808",
        "null",
        "[]",
        "{}",
        "2026-99-99",
        "0001-01-01",
        "9999-12-31T23:59:59Z",
        "%2B1%2B1",
        "')%3B+DROP+TABLE+folders%3B--",
    ];
    for resource in &resources {
        let mut names: Vec<String> = engine::plan::parameters(resource);
        names.push("nosuch".into());
        for name in names {
            for value in values {
                let path = format!("/api/{}/?{name}={value}", resource.path);
                check(&mut checks, &path, &maker.actor().get(&path).await);
            }
        }
        let long = "x".repeat(6000);
        for path in [format!("/api/{}/?search={long}", resource.path), format!("/api/{}/{long}/", resource.path)] {
            check(&mut checks, "a long one", &maker.actor().get(&path).await);
        }
        for name in engine::plan::parameters(resource) {
            for value in ["11111111-1111-4111-8111-111111111111", "a", "true", "2026-01-01"] {
                // A client of ours says at most 64 KiB in an address.
                let most = 60_000 / (name.len() + value.len() + 2);
                let pairs: Vec<String> = (0..most.min(900)).map(|_| format!("{name}={value}")).collect();
                let path = format!("/api/{}/?{}", resource.path, pairs.join("&"));
                check(&mut checks, &format!("900 times {name}={value}"), &maker.actor().get(&path).await);
            }
        }
        let words: Vec<String> = (0..3000).map(|number| format!("w{number}")).collect();
        let path = format!("/api/{}/?search={}", resource.path, words.join("+"));
        check(&mut checks, "three thousand words", &maker.actor().get(&path).await);
        let path = format!("/api/{}/?ordering={}", resource.path, vec!["created_at"; 3000].join(","));
        check(&mut checks, "three thousand orders", &maker.actor().get(&path).await);
        let many = vec!["folder=11111111-1111-4111-8111-111111111111"; 1300].join("&");
        check(&mut checks, "many folders", &maker.actor().get(&format!("/api/{}/?{many}", resource.path)).await);
        for id in ["%00", "%2e%2e", "..%2f..", "%ff", "'", "00000000-0000-4000-8000-00000000000%00"] {
            for rest in ["", "object/", "cascade-info/"] {
                let path = format!("/api/{}/{id}/{rest}", resource.path);
                check(&mut checks, &path, &maker.actor().get(&path).await);
            }
        }
    }
    checks.settle();
}

/// Bodies that hurt parsers and stores.
fn bodies(fields: &[&str]) -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = vec![
        format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)).into(),
        format!("{{\"name\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000)).into(),
        vec![0xff, 0xfe, 0x00],
        b"{\"name\":\"\xff\"}".to_vec(),
        b"\x00".to_vec(),
        b"{\"name\":1e400}".to_vec(),
    ];
    let values = [
        "null",
        "true",
        "0",
        "-1",
        "1e308",
        "123456789012345678901234567890",
        "\"\"",
        "\"\\u0000\"",
        "\"x\\u0000y\"",
        "\"\\ud83d\\ude00\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{}]",
        "{\"\\u0000\":1}",
        "{\"objectives\":{\"\\u0000\":{\"value\":1}}}",
        "{\"fr\":{\"name\":\"\\u0000\"}}",
        "{\"objectives\":{\"rto\":{\"value\":18446744073709551615}}}",
        "\"00000000-0000-0000-0000-000000000000\"",
        "\"9999-12-31\"",
        "\"-262143-01-01T00:00:00Z\"",
        "\"0000-01-01\"",
    ];
    for value in values {
        let pairs: Vec<String> = fields.iter().map(|field| format!("\"{field}\":{value}")).collect();
        bodies.push(format!("{{{}}}", pairs.join(",")).into());
        for field in fields {
            bodies.push(format!("{{\"{field}\":{value}}}").into());
        }
    }
    bodies
}

async fn send(actor: &Actor, method: &str, path: &str, body: Vec<u8>) -> Answer {
    actor.send(actor.request(method, path).header("content-type", "application/json").body(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_never_break_a_write() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in resources.iter().filter(|resource| resource.makes_rows()) {
        let list = format!("/api/{}/", resource.path);
        let row = format!("{list}{}/", maker.make(resource).await);
        let fields: Vec<&str> =
            resource.fields.iter().map(|field| field.name).collect::<BTreeSet<_>>().into_iter().collect();
        for body in bodies(&fields) {
            let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
            check(
                &mut checks,
                &format!("POST {list} {shown}"),
                &send(maker.actor(), "POST", &list, body.clone()).await,
            );
            check(&mut checks, &format!("PATCH {row} {shown}"), &send(maker.actor(), "PATCH", &row, body).await);
        }
        let batch = format!("{list}batch-action/");
        for body in bodies(&["action", "ids", "value", "field"]) {
            check(&mut checks, &batch, &send(maker.actor(), "POST", &batch, body).await);
        }
        for action in ["change_field", "change_m2m", "add_m2m", "change_folder"] {
            for value in ["null", "\"\\u0000\"", "[\"\\u0000\"]", "{}", "[[]]", "1e308"] {
                let id = row.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                for field in &fields {
                    let body = format!(
                        "{{\"action\":\"{action}\",\"ids\":[\"{id}\"],\"field\":\"{field}\",\"value\":{value}}}"
                    );
                    check(&mut checks, &body.clone(), &send(maker.actor(), "POST", &batch, body.into()).await);
                }
            }
        }
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_breaks_on_nonsense() {
    let (_app, maker, _resources) = stage().await;
    let mut checks = Checks::default();
    for route in routes(&server::registry()) {
        if ENDS_THE_SESSION.iter().any(|path| route.path.contains(path)) {
            continue;
        }
        for id in ["11111111-1111-4111-8111-111111111111", "nobody", "%00"] {
            let path = route.path.replace("{id}", id);
            let method = route.method.as_str();
            let what = format!("{method} {path}");
            if matches!(route.method, Method::Get | Method::Delete) {
                check(
                    &mut checks,
                    &what,
                    &maker
                        .actor()
                        .call(method, &format!("{path}?limit=%00&id=%00&resource=%00&user=%00&from=%00"))
                        .await,
                );
                continue;
            }
            for body in [
                "{",
                "[]",
                "{}",
                "{\"name\":[[]],\"expiry\":{},\"users\":[[]],\"email\":5,\"password\":{},\"value\":[]}",
            ] {
                check(&mut checks, &what, &send(maker.actor(), method, &path, body.into()).await);
            }
        }
    }
    checks.settle();
}
