//! Tokens of others, and ids that are not quite ids.

use super::{Case, FOLDERS, Stage, TOKENS, case};
use serde_json::json;

const OTHERS: &str = "what is another's does not exist (no oracle, 404 and not 403)";
const ID: &str = "an id is an id and nothing else";

#[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (whose, id) in [("an administrator's", "{good.id}"), ("nobody's", "00000000-0000-7000-8000-000000000000")] {
        let one = format!("{TOKENS}{id}/");
        cases.extend([
            case(format!("reading {whose} token"), "GET", one.clone(), 404, OTHERS).by("ann").says("Token not found"),
            case(format!("renaming {whose} token"), "PATCH", one.clone(), 404, OTHERS)
                .by("ann")
                .json(json!({ "name": "mine" }))
                .says("Token not found"),
            case(format!("ending {whose} token"), "DELETE", one.clone(), 404, OTHERS).by("ann").says("Token not found"),
            case(format!("renewing {whose} token"), "POST", format!("{one}rotate/"), 404, OTHERS)
                .by("ann")
                .json(json!({}))
                .says("Token not found"),
            case(format!("ending {whose} token among several"), "POST", format!("{TOKENS}revoke/"), 200, OTHERS)
                .by("ann")
                .json(json!({ "ids": [id] }))
                .says("[]"),
        ]);
    }
    for (what, id) in [
        ("the digest", "{digest}"),
        ("the value", "{good}"),
        ("the preview", "{preview}"),
        ("the name", "good"),
        ("a blank behind it", "{good.id}%20"),
        ("a nil behind it", "{good.id}%00"),
        ("an end of line behind it", "{good.id}%0a"),
        ("a path through it", "x%2F..%2F{good.id}"),
        ("SQL behind it", "{good.id}'%20OR%20'1'='1"),
        ("a star", "*"),
        ("a percent sign", "%25"),
        ("a number", "1"),
        ("minus one", "-1"),
        ("a null", "null"),
        ("two ids", "{good.id},{good.id}"),
        ("bytes that are no text", "%ff%fe"),
    ] {
        cases.push(case(format!("{what} as an id"), "DELETE", format!("{TOKENS}{id}/"), 404, ID).by("session"));
    }
    // Other spellings of an id may be read; they are still another's.
    for (what, id) in [
        ("braces", "%7B{good.id}%7D"),
        ("a name of its kind", "urn:uuid:{good.id}"),
        ("no dashes", "{good.plain}"),
        ("capitals", "{good.capitals}"),
    ] {
        let what = format!("an id with {what}");
        cases.push(case(what, "DELETE", format!("{TOKENS}{id}/"), 404, OTHERS).by("ann").says("Token not found"));
    }
    for (what, ids) in [
        ("ids as text", json!("{good.id}")),
        ("a star among ids", json!(["*"])),
        ("a null among ids", json!([null])),
        ("ids as true", json!(true)),
        ("ids as an object", json!({ "not": "x" })),
        ("more ids than are read", json!(vec!["{good.id}"; 10_001])),
    ] {
        cases.push(case(what, "POST", format!("{TOKENS}revoke/"), 400, ID).by("session").json(json!({ "ids": ids })));
    }
    cases.extend([
        case("another's list by a parameter", "GET", format!("{TOKENS}?user={{admin.id}}&state=all"), 200, OTHERS)
            .by("ann")
            .says("[]"),
        case("another's list by a header", "GET", format!("{TOKENS}?state=all"), 200, OTHERS)
            .by("ann")
            .header("x-user-id", "{admin.id}")
            .says("[]"),
        case(
            "a state that is none",
            "GET",
            format!("{TOKENS}?state=active%27--"),
            400,
            "a filter that is not understood is refused, not ignored",
        )
        .by("ann"),
        case(
            "both states",
            "GET",
            format!("{TOKENS}?state=all&state=revoked"),
            200,
            "the last one counts, as everywhere",
        )
        .by("ann"),
        case(
            "another's token by the log",
            "GET",
            "/api/audit-log/?object_id={good.id}",
            200,
            "the log shows one's own deeds (T-40)",
        )
        .by("ann")
        .says("\"count\":0"),
        case(
            "another's token by a search of administrators",
            "GET",
            "/api/iam/admin/auth-tokens/?search=good",
            403,
            OTHERS,
        )
        .by("ann"),
        case(
            "a field of the owner by a filter",
            "GET",
            "/api/iam/admin/auth-tokens/?user__password__startswith=a&digest=x",
            200,
            "filters that are not declared do nothing",
        )
        .by("session"),
        case(
            "SQL in an administrator's search",
            "GET",
            "/api/iam/admin/auth-tokens/?search=%25%27)%20OR%201=1--",
            200,
            "searches are values, not SQL",
        )
        .by("session")
        .says("\"count\":0"),
        case(
            "SQL in an administrator's scope",
            "GET",
            "/api/iam/admin/auth-tokens/?scope=%25%22%27)--",
            200,
            "searches are values, not SQL",
        )
        .by("session")
        .says("\"count\":0"),
        case(
            "a nil in an administrator's filter",
            "GET",
            "/api/iam/admin/auth-tokens/?ip=%00&search=%00",
            200,
            "a nil is no text that a database takes",
        )
        .by("session"),
        case(
            "days beyond all time",
            "GET",
            "/api/iam/admin/auth-tokens/?unused_days=99999999999999999999",
            400,
            "numbers have their range",
        )
        .by("session"),
        case(
            "days before all time",
            "GET",
            "/api/iam/admin/auth-tokens/?unused_days=-1",
            400,
            "numbers have their range",
        )
        .by("session"),
        case(
            "a page beyond all pages",
            "GET",
            "/api/iam/admin/auth-tokens/?limit=99999999999999999999&offset=99999999999999999999",
            200,
            "a page that is not there is empty",
        )
        .by("session"),
        case(
            "a time that is none",
            "GET",
            "/api/iam/admin/auth-tokens/?expires_before=yesterday",
            400,
            "a filter that is not understood is refused, not ignored",
        )
        .by("session"),
        case(
            "a filter for everything",
            "POST",
            "/api/iam/admin/auth-tokens/revoke/",
            400,
            "an empty filter would end every token",
        )
        .by("session")
        .json(json!({ "filter": {} })),
        case(
            "a filter that is not known",
            "POST",
            "/api/iam/admin/auth-tokens/revoke/",
            400,
            "a filter that is ignored would end every token",
        )
        .by("session")
        .json(json!({ "filter": { "usr": "{ann.id}" } })),
        case(
            "a filter whose value is empty",
            "POST",
            "/api/iam/admin/auth-tokens/revoke/",
            400,
            "an empty value would end every token",
        )
        .by("session")
        .json(json!({ "filter": { "user": "" } })),
        case(
            "a dry run in doubt",
            "POST",
            "/api/iam/admin/auth-tokens/revoke/",
            400,
            "what was meant as a trial must not be the deed",
        )
        .by("session")
        .json(json!({ "ids": ["{good.id}"], "dry_run": "perhaps" })),
        case("a dry run as text", "POST", "/api/iam/admin/auth-tokens/revoke/", 200, "a trial ends nothing")
            .by("session")
            .json(json!({ "ids": ["{good.id}"], "dry_run": "true" }))
            .says("\"dry_run\":true"),
        case(
            "a dry run in the query",
            "POST",
            "/api/iam/admin/auth-tokens/revoke/?dry_run=1",
            200,
            "a trial ends nothing",
        )
        .by("session")
        .json(json!({ "ids": ["{good.id}"], "dry_run": false }))
        .says("\"dry_run\":true"),
        case("a dry run", "POST", "/api/iam/admin/auth-tokens/revoke/", 200, "a trial ends nothing")
            .by("session")
            .json(json!({ "ids": ["{good.id}"], "dry_run": true }))
            .says("\"count\":1"),
    ]);
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn objects() {
    let mut stage = Stage::new().await;
    stage.person("ann", None).await;
    let admin = stage.app.admin().get("/api/iam/current-user/").await.expect(200).id();
    stage.knows("admin.id", admin);
    let good = stage.value("good").to_owned();
    stage.knows("preview", &good[..12]);
    let digest = sha2_hex(&good);
    stage.knows("digest", digest);
    let id = stage.value("good.id").to_owned();
    stage.knows("good.plain", id.replace('-', ""));
    stage.knows("good.capitals", id.to_uppercase());
    for case in cases() {
        stage.play(&case).await;
        // Whatever was tried, the token lives and has its name.
        let itself = stage.actor("good").get("/api/iam/auth-tokens/self/").await.expect(200);
        assert_eq!((&itself.json["name"], &itself.json["state"]), (&json!("good"), &json!("active")), "{}", case.what);
    }
    stage.actor("good").get(FOLDERS).await.expect(200);
}

fn sha2_hex(text: &str) -> String {
    use sha2::Digest as _;
    engine::hex(&sha2::Sha256::digest(text.as_bytes()))
}
