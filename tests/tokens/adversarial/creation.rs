//! What is asked for when a token is made. What is here adds to `tests/api/tokens/creation.rs`,
//! which has the plain cases of names and days.

use super::{Case, Stage, TOKENS, case};
use serde_json::{Value, json};

const NAME: &str = "a name shows what it is: nothing in it hides, turns or breaks the line (T-29)";
const DAYS: &str = "days are a whole number, written as one (T-29)";
const BODY: &str = "a body that cannot be read makes nothing and is no failure of ours";
const LIMIT: &str = "a limit that cannot be understood must not become no limit (T-23)";
const TEXT: &str = "names are text, and only text (T-42)";
const IGNORED: &str = "nobody chooses owner, value or state of a token (T-29)";

fn make(what: &str, expect: u16, why: &'static str, body: Value) -> Case {
    let case = case(what, "POST", TOKENS, expect, why).by("session").json(body);
    if expect == 200 { case.makes() } else { case }
}

fn raw(what: &str, kind: &'static str, body: impl Into<Vec<u8>>, expect: u16) -> Case {
    case(what, "POST", TOKENS, expect, BODY).by("session").raw(kind, body)
}

/// A limit that is refused: its field, and a value.
fn limit(what: &str, field: &'static str, value: Value) -> Case {
    let mut body = json!({ "name": "x" });
    body[field] = value;
    make(what, 400, LIMIT, body).says(field)
}

#[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (what, name) in [
        ("an Arabic letter mark", "a\u{61c}b"),
        ("a line separator", "a\u{2028}b"),
        ("a paragraph separator", "a\u{2029}b"),
        ("a next line", "a\u{85}b"),
        ("an escape", "a\u{1b}[31mb"),
        ("a carriage return", "a\rb"),
        ("a right-to-left mark", "a\u{200f}b"),
        ("an isolate", "a\u{2067}b"),
        ("a name of invisible blanks", "\u{200b}\u{200b}"),
        ("256 signs beyond the first plane", "\u{1f600}\u{1f600}\u{1f600}\u{1f600}"),
    ] {
        let name = if name.starts_with('\u{1f600}') { "\u{1f600}".repeat(256) } else { name.to_owned() };
        cases.push(make(what, 400, NAME, json!({ "name": name })).says("name"));
    }
    cases.push(make(
        "a secret as a name",
        400,
        "a secret in a name would be stored and shown in the clear (T-41)",
        json!({ "name": "{good}" }),
    ));
    cases.push(make(
        "a session as a part of a name",
        400,
        "a secret in a name would be stored and shown in the clear (T-41)",
        json!({ "name": "my {session}" }),
    ));
    for (what, name) in [
        ("markup", "<img src=x onerror=alert(1)>"),
        ("SQL in a name", "x'); DROP TABLE users; --"),
        ("a template in a name", "{{7*7}}${7*7}"),
        ("a formula", "=HYPERLINK(\"http://evil.example\")"),
        ("a path in a name", "../../etc/passwd"),
    ] {
        cases.push(make(what, 200, TEXT, json!({ "name": name, "expiry": 1 })));
    }
    cases.push(make(
        "255 signs beyond the first plane",
        200,
        "characters are counted, not bytes (T-29)",
        json!({ "name": "\u{1f600}".repeat(255) }),
    ));
    for (what, text) in [
        ("minus zero", "-0"),
        ("a fraction that is whole", "30.0"),
        ("an exponent", "3e1"),
        ("a number beyond all types", "1e999"),
        ("a number of many digits", "999999999999999999999999999999"),
        ("a number in a list", "[1]"),
        ("false", "false"),
        ("hexadecimal digits", "\"0x1e\""),
        ("digits with a blank", "\"30 \""),
        ("digits with a separator", "\"3_0\""),
        ("digits of another script", "\"\u{0663}\u{0660}\""),
        ("superscript digits", "\"\u{00b3}\u{2070}\""),
        ("a span", "\"30d\""),
        ("a date", "\"2099-01-01\""),
    ] {
        let body = format!("{{\"name\":\"x\",\"expiry\":{text}}}");
        cases.push(Case { why: DAYS, ..raw(&format!("days as {what}"), "application/json", body, 400) });
    }
    cases.extend([
        Case {
            why: DAYS,
            ..raw("days twice in a form", "application/x-www-form-urlencoded", "name=x&expiry=1&expiry=2", 400)
        },
        Case { why: NAME, ..raw("names twice in a form", "application/x-www-form-urlencoded", "name=x&name=y", 400) },
        Case { why: NAME, ..raw("a name as a list in a form", "application/x-www-form-urlencoded", "name[]=x", 400) },
        raw("not a number", "application/json", "{\"name\":\"x\",\"expiry\":NaN}", 400),
        raw("a byte order mark", "application/json", "\u{feff}{\"name\":\"x\"}", 400),
        raw(
            "two bytes for each character",
            "application/json",
            "{\"name\":\"x\"}".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
            400,
        ),
        raw("bytes that are no text", "application/json", b"{\"name\":\"\xff\xfe\"}".to_vec(), 400),
        raw("half of a pair", "application/json", "{\"name\":\"\\ud800\"}", 400),
        raw("nested without end", "application/json", format!("{{\"name\":{}", "[".repeat(100_000)), 400),
        raw(
            "nested limits",
            "application/json",
            format!("{{\"name\":\"x\",\"scopes\":{}{}}}", "[".repeat(120), "]".repeat(120)),
            400,
        ),
        raw("comments", "application/json", "{\"name\":\"x\"/**/}", 400),
        raw("single quotes", "application/json", "{'name':'x'}", 400),
        raw("a comma too many", "application/json", "{\"name\":\"x\",}", 400),
        raw("parts without a boundary", "multipart/form-data", "name=x", 400),
        raw(
            "parts that break off",
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx",
            400,
        ),
        raw("YAML", "application/yaml", "name: x", 415),
        raw("no type that is known", "application/octet-stream", "{\"name\":\"x\"}", 415),
        raw("a type that is no text", "application/json\u{e9}", "{\"name\":\"x\"}", 415),
        raw("more than is read", "application/json", vec![b' '; 10 * 1024 * 1024 + 1], 413),
        raw("a compressed body", "application/json", b"\x1f\x8b\x08\x00\x00\x00\x00\x00".to_vec(), 400)
            .header("content-encoding", "gzip"),
        case(
            "everything in the query",
            "POST",
            "/api/iam/auth-tokens/?name=x&expiry=1",
            400,
            "a query is no body (T-16)",
        )
        .by("session"),
        case("PUT on the list", "PUT", TOKENS, 405, "the contract has no such method")
            .by("session")
            .json(json!({ "name": "x" })),
        case("PATCH on the list", "PATCH", TOKENS, 405, "the contract has no such method")
            .by("session")
            .json(json!({ "name": "x" })),
        case("DELETE on the list", "DELETE", TOKENS, 405, "one request never ends all tokens by accident")
            .by("session"),
        case("an invented method", "TOKEN", TOKENS, 405, "methods that nobody knows do nothing").by("session"),
    ]);
    for (what, scopes) in [
        ("an empty scope", json!([""])),
        ("a scope with a blank", json!(["assets:read "])),
        ("a scope in capitals", json!(["ASSETS:read"])),
        ("an access that is a star", json!(["assets:*"])),
        ("two stars", json!(["*:*"])),
        ("an access that is not known", json!(["assets:admin"])),
        ("scopes in one text", json!(["assets:read,folders:read"])),
        ("a scope with an end of line", json!(["assets:read\n"])),
        ("a homoglyph in a scope", json!(["\u{430}ssets:read"])),
        ("a scope of what is no kind", json!(["auth-tokens:write"])),
        ("a null among scopes", json!([null])),
        ("a list among scopes", json!([["assets:read"]])),
        ("scopes as an object", json!({ "assets": "read" })),
        ("scopes as a number", json!(0)),
        ("scopes as false", json!(false)),
        ("101 scopes", json!(vec!["assets:read"; 101])),
    ] {
        cases.push(limit(what, "scopes", scopes));
    }
    for (what, domains) in [
        ("a star as domain", json!(["*"])),
        ("a domain as text", json!("{root}")),
        ("a null among domains", json!([null])),
        ("a domain as an object", json!([{ "id": "{root}" }])),
        ("an asset as domain", json!(["{asset}"])),
        ("a person as domain", json!(["{ann.id}"])),
        ("101 domains", json!(vec!["{root}"; 101])),
    ] {
        cases.push(limit(what, "domains", domains));
    }
    cases.push(limit("a domain that the maker does not see", "domains", json!(["{theirs}"])).by("ann"));
    for (what, networks) in [
        ("an empty network", json!([""])),
        ("a network with a blank", json!([" 10.0.0.0/8"])),
        ("33 bits of IPv4", json!(["10.0.0.1/33"])),
        ("129 bits of IPv6", json!(["::1/129"])),
        ("fewer than no bits", json!(["10.0.0.0/-1"])),
        ("two prefixes", json!(["10.0.0.0/8/8"])),
        ("a mask", json!(["10.0.0.0/255.0.0.0"])),
        ("a host's name", json!(["localhost"])),
        ("a short form", json!(["10.1"])),
        ("one number as an address", json!(["2130706433"])),
        ("hexadecimal parts of an address", json!(["0x7f.0.0.1"])),
        ("parts with zeros in front", json!(["010.0.0.1"])),
        ("an address with its zone", json!(["fe80::1%eth0"])),
        ("an address with its port", json!(["10.0.0.1:443"])),
        ("a range", json!(["10.0.0.1-10.0.0.9"])),
        ("a star as a network", json!(["*"])),
        ("networks as text", json!("10.0.0.0/8")),
        ("101 networks", json!(vec!["10.0.0.0/8"; 101])),
    ] {
        cases.push(limit(what, "allowed_ips", networks));
    }
    for (what, value) in
        [("rotation as text", json!("true")), ("rotation as one", json!(1)), ("rotation as a list", json!([]))]
    {
        cases.push(limit(what, "self_rotate", value));
    }
    for (what, body) in [
        (
            "another's id as owner",
            json!({ "name": "x", "user": "{ann.id}", "owner": "{ann.id}", "user_id": "{ann.id}" }),
        ),
        (
            "a state",
            json!({ "name": "x", "state": "active", "revoked_at": null, "seen_expired": false, "expires_at": "2099-01-01T00:00:00Z" }),
        ),
        ("a family", json!({ "name": "x", "family_id": "{good.id}", "rotated_at": null })),
        ("a prototype", json!({ "name": "x", "__proto__": { "is_admin": true }, "constructor": {} })),
        ("rights", json!({ "name": "x", "is_superuser": true, "permissions": ["*"], "roles": ["BI-RL-ADM"] })),
    ] {
        cases.push(make(what, 200, IGNORED, body));
    }
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn creation() {
    let mut stage = Stage::new().await;
    let root = stage.app.root().await;
    let theirs = stage.app.domain("Theirs", None).await;
    let asset = stage.app.asset("Ledger", &theirs).await;
    stage.person("ann", None).await;
    stage.knows("root", root);
    stage.knows("theirs", theirs);
    stage.knows("asset", asset);
    let (before, hers) = (stage.tokens_of("session").await, stage.tokens_of("ann").await);
    let mut made = 0;
    for case in cases() {
        let answer = stage.play(&case).await;
        if case.makes {
            made += 1;
            let body = &answer.json;
            assert!(body["expiry"].as_str().is_some_and(|end| end < "2027"), "{}: {}", case.what, answer.text);
            assert_eq!(
                stage.app.admin().get(&format!("{TOKENS}{}/", answer.id())).await.expect(200).json["state"],
                "active"
            );
        }
    }
    assert_eq!(stage.tokens_of("session").await, before + made, "what was refused made nothing");
    assert_eq!(stage.tokens_of("ann").await, hers, "nobody makes a token for somebody else");
}
