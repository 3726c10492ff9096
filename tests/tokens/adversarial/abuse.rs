//! Doors that are open to strangers, used for what they are not for.

use super::{Case, FOLDERS, Stage, TOKENS, case};
use serde_json::json;

const LEAK: &str = "/api/iam/auth-tokens/report-leak/";
const OAUTH: &str = "/api/oauth/token/";
const SILENT: &str = "a report is answered alike, whatever it held (T-38)";
const URL: &str = "a secret in an address is refused, wherever in the query it stands (T-16)";
const CLIENT: &str = "a client proves itself or is told no more than that (RFC 6749 §5.2)";

fn leak(what: &str, body: serde_json::Value) -> Case {
    case(what, "POST", LEAK, 202, SILENT).json(body)
}

fn exchange(what: &str, form: &str, expect: u16) -> Case {
    case(what, "POST", OAUTH, expect, CLIENT).raw("application/x-www-form-urlencoded", form)
}

#[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        leak("a report of nothing", json!({ "tokens": [] })),
        leak("a report of noise", json!({ "tokens": ["x", "", null, 5, ["x"], { "a": 1 }] })),
        leak("a report of what is revoked", json!({ "tokens": ["{revoked}"] })),
        leak("a report of a session", json!({ "tokens": ["{session}"] })),
        leak("a report of a machine's", json!({ "tokens": ["{machine}"] })),
        leak("a report of part of a value", json!({ "tokens": ["{preview}"] })),
        leak("a report of the same thing many times", json!({ "tokens": vec!["{revoked}"; 1000] })),
        leak(
            "a report with a place that is a script",
            json!({ "tokens": ["{revoked}"], "url": "javascript:alert(1)" }),
        ),
        leak(
            "a report with a place inside",
            json!({ "tokens": ["{revoked}"], "url": "http://169.254.169.254/latest/meta-data/" }),
        ),
        leak("a report with a place that is no text", json!({ "tokens": ["{revoked}"], "url": { "a": [1] } })),
        leak("a report with a place without end", json!({ "tokens": ["{revoked}"], "url": "x".repeat(100_000) })),
        leak(
            "a report with a value in its place",
            json!({ "tokens": ["{revoked}"], "url": "https://paste.example/{good}" }),
        ),
        leak("a report with the header of the token itself", json!({ "tokens": [] })).by("good"),
        case("a report of too much", "POST", LEAK, 400, "reports have their size (T-38)")
            .json(json!({ "tokens": vec!["x"; 1001] })),
        case("a report of text", "POST", LEAK, 400, "a report is a list").json(json!({ "tokens": "x" })),
        case("a report without anything", "POST", LEAK, 400, "a report is a list").json(json!({})),
        case("a report by GET", "GET", LEAK, 405, "reading ends nothing"),
    ];
    for (what, query) in [
        ("a value as token", "token={good}"),
        ("a value as access_token", "access_token={good}"),
        ("a value as private_token", "private_token={good}"),
        ("a value as key", "key={good}"),
        ("a value as a name", "{good}=1"),
        ("a value as a name alone", "{good}"),
        ("a value behind others", "limit=1&offset=0&search=x&t={good}"),
        ("a value that is revoked", "token={revoked}"),
        ("a session in an address", "token={session}"),
        ("a value inside text", "next=https%3A%2F%2Fx%2F%3Ft%3D{good}"),
        ("a value with its keyword", "authorization=Token%20{good}"),
        ("a value with its underscores encoded", "token={encoded}"),
    ] {
        cases.push(case(what, "GET", format!("{FOLDERS}?{query}"), 400, URL).code("token_in_url"));
        cases.push(
            case(format!("{what}, beside a good header"), "GET", format!("{FOLDERS}?{query}"), 400, URL)
                .by("good")
                .code("token_in_url"),
        );
    }
    cases.extend([
        case("a value in the path", "GET", "/api/assets/{good}/", 401, "a path is no credential (T-16)"),
        case("a value as the path", "GET", "/{good}", 200, "the interface answers, and repeats nothing (T-16)"),
        case(
            "a value as a path of the API",
            "GET",
            "/api/{good}/",
            404,
            "a path is no credential, and is not repeated (T-16)",
        ),
        case("a value in a body", "POST", FOLDERS, 401, "a body is no credential (T-16)")
            .json(json!({ "token": "{good}", "access_token": "{good}" })),
        case("a value in a form", "POST", FOLDERS, 401, "a body is no credential (T-16)")
            .raw("application/x-www-form-urlencoded", "access_token={good}"),
        case(
            "a value as e-mail address",
            "POST",
            "/api/_allauth/app/v1/auth/login",
            400,
            "what is pasted into the wrong field is not repeated",
        )
        .json(json!({ "email": "{good}", "password": "{good}" })),
        case("a value as password", "POST", "/api/_allauth/app/v1/auth/login", 400, "a token is no password (T-25)")
            .json(json!({ "email": "admin@example.org", "password": "{good}" })),
        case(
            "a value as a code",
            "POST",
            "/api/_allauth/app/v1/auth/2fa/authenticate",
            401,
            "a token is no half of a sign-in",
        )
        .header("x-session-token", "{good}")
        .json(json!({ "code": "000000" })),
        case(
            "a value as a link to set a password",
            "POST",
            "/api/iam/password-reset/confirm/",
            400,
            "a token is no link (T-25)",
        )
        .json(json!({ "uid": "{good.id}", "token": "{good}", "new_password": "another good tile 8" })),
        case("a value as the set-up code", "POST", "/api/setup/", 403, "a token is no code of set-up")
            .json(json!({ "code": "{good}", "email": "x@example.org", "password": "another good tile 8" })),
        exchange("no grant", "client_id=x&client_secret=y", 400),
        exchange("a grant by password", "grant_type=password&username=admin@example.org&password=x", 400)
            .says("unsupported_grant_type"),
        exchange("a grant by code", "grant_type=authorization_code&code={good}", 400).says("unsupported_grant_type"),
        exchange("a grant by refreshing", "grant_type=refresh_token&refresh_token={good}", 400)
            .says("unsupported_grant_type"),
        exchange(
            "a grant by exchange",
            "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token={good}",
            400,
        )
        .says("unsupported_grant_type"),
        exchange("a grant in capitals", "grant_type=CLIENT_CREDENTIALS", 400).says("unsupported_grant_type"),
        exchange("two grants", "grant_type=client_credentials&grant_type=client_credentials", 400),
        exchange("no client", "grant_type=client_credentials", 401).says("invalid_client"),
        exchange(
            "a token as the client's secret",
            "grant_type=client_credentials&client_id={client}&client_secret={good}",
            401,
        )
        .says("invalid_client"),
        exchange(
            "a machine's token as the client's secret",
            "grant_type=client_credentials&client_id={client}&client_secret={machine}",
            401,
        )
        .says("invalid_client"),
        exchange("a client in SQL", "grant_type=client_credentials&client_id=x'%20OR%20'1'='1&client_secret=y", 401)
            .says("invalid_client"),
        exchange("a client with a nil", "grant_type=client_credentials&client_id=%00&client_secret=%00", 401)
            .says("invalid_client"),
        exchange("a client's list", "grant_type=client_credentials&client_id=x&client_id=y&client_secret=z", 401)
            .says("invalid_client"),
        case(
            "a client in the query",
            "POST",
            "/api/oauth/token/?grant_type=client_credentials&client_id=x&client_secret=y",
            400,
            "a query is no body (RFC 6749 §2.3.1)",
        ),
        case("a client's token in the query", "POST", "/api/oauth/token/?client_secret={machine}", 400, URL)
            .code("token_in_url"),
        case("the exchange by GET", "GET", OAUTH, 405, "secrets are not exchanged by reading"),
        exchange("a header that is no client", "grant_type=client_credentials", 401)
            .header("authorization", "Basic ////")
            .says("invalid_client"),
        exchange("a token beside the exchange", "grant_type=client_credentials", 401)
            .header("authorization", "Token {good}")
            .says("invalid_client"),
        case(
            "a key that repeats another's creation",
            "POST",
            TOKENS,
            409,
            "an answer with a value is never given twice (T-31)",
        )
        .by("session")
        .header("idempotency-key", "known")
        .json(json!({ "name": "known" })),
        case("the same key for another body", "POST", TOKENS, 422, "a key stands for one request")
            .by("session")
            .header("idempotency-key", "known")
            .json(json!({ "name": "other" })),
        case("a key that is a secret", "POST", "/api/assets/", 400, "a key is kept, so it must be no secret (T-41)")
            .by("good")
            .header("idempotency-key", "{good}")
            .json(json!({ "name": "x" })),
        case("a request id that is a secret", "GET", "/api/build/", 200, "what is not plain is not repeated (T-41)")
            .by("good")
            .header("x-request-id", "{good}"),
        case("a request id with an end of line", "GET", "/api/build/", 200, "what is not plain is not repeated")
            .by("good")
            .header("x-request-id", "a\tb"),
        case("a secret as language", "GET", "/api/build/", 200, "nothing of a header is repeated")
            .by("good")
            .header("accept-language", "{good}"),
        case("a secret as what is accepted", "GET", "/api/build/", 406, "nothing of a header is repeated")
            .by("good")
            .header("accept", "{good}"),
        case("a secret as origin", "GET", "/api/build/", 200, "no origin is echoed (T-42)")
            .by("good")
            .header("origin", "https://{good}.example"),
        case("a value in mixed schemes", "GET", "/api/build/", 401, "one header, one scheme")
            .header("authorization", "Basic {good}")
            .code(""),
    ]);
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn open_doors() {
    let mut stage = Stage::new().await;
    let revoked = stage.token("revoked", "session", json!({})).await;
    revoked.delete(&format!("{TOKENS}self/")).await.expect(204);
    let good = stage.value("good").to_owned();
    stage.knows("preview", &good[..12]);
    stage.knows("encoded", good.replace('_', "%5F"));
    let machine = super::who::machine(&stage).await;
    stage.knows("machine", machine);
    let accounts = stage.app.admin().get("/api/iam/service-accounts/").await.expect(200).rows();
    stage.knows("client", accounts[0]["client_id"].as_str().expect("an id"));
    let first =
        stage.app.admin().request("POST", TOKENS).header("idempotency-key", "known").json(&json!({ "name": "known" }));
    stage.app.admin().send(first).await.expect(200);
    let before = stage.tokens_of("session").await;
    stage.play_all(&cases()).await;
    assert_eq!(stage.tokens_of("session").await, before);
    // Nobody lost what was only talked about.
    for holder in ["good", "session", "machine"] {
        stage.actor(holder).get("/api/build/").await.expect(200);
    }
    let told = stage.app.admin().get("/api/audit-log/?action=pat.in_url").await.expect(200);
    assert!(told.json["count"].as_u64() >= Some(1), "the log tells of tokens in addresses");
    assert!(!told.text.contains(&good[8..51]));
}

/// The limit on reports holds for an address, and the neighbours are not concerned.
#[tokio::test(flavor = "multi_thread")]
async fn reports_are_limited_by_address() {
    let mut stage = Stage::new().await;
    let from = |address: &str, expect| {
        case("a report", "POST", LEAK, expect, "reports are limited by address (T-38)")
            .header("x-forwarded-for", address)
            .json(json!({ "tokens": [] }))
    };
    for _ in 0..60 {
        stage.play(&from("203.0.113.1", 202)).await;
    }
    let slowed = stage.play(&from("203.0.113.1", 429)).await;
    assert!(slowed.header("retry-after").is_some());
    stage.play(&from("203.0.113.2", 202)).await;
}
