//! Shapes of the `Authorization` header, and headers that are not it. What is here adds to
//! `tests/api/tokens/header.rs`, which has the recorded answers.

use super::{Case, FOLDERS, Stage, TOKENS, case};

const STRANGER: &str = "a value that is not exactly ours gets the one answer that tells nothing";
const SCHEME: &str = "only Token and Bearer are spoken; any other scheme is as good as no header";
const OTHER: &str = "a credential is in Authorization and nowhere else (T-14, T-16)";
const ALONE: &str = "a header that is there decides alone (T-15)";
const ROUTING: &str = "headers that reroute or impersonate mean nothing to the program";

/// The header that a case sends, the status, the words.
const SHAPES: [(&str, &str, &str, &str); 44] = [
    ("a no-break space", "Token\u{a0}{good}", "", STRANGER),
    ("a zero-width space before it", "Token \u{200b}{good}", "", STRANGER),
    ("a byte order mark before it", "Token \u{feff}{good}", "", STRANGER),
    ("a byte order mark before all", "\u{feff}Token {good}", "", STRANGER),
    ("a full-width keyword", "\u{ff34}oken {good}", "", STRANGER),
    ("a Cyrillic o in the keyword", "T\u{43e}ken {good}", "", STRANGER),
    ("a colon", "Token:{good}", "", SCHEME),
    ("a colon and a blank", "Token: {good}", "", SCHEME),
    ("an equals sign", "Token={good}", "", SCHEME),
    ("as a parameter", "Bearer token=\"{good}\"", "Invalid token.", STRANGER),
    ("as a parameter of Token", "Token token={good}", "Invalid token.", STRANGER),
    ("the keyword twice", "Token Token {good}", "should not contain spaces", STRANGER),
    ("both keywords", "Bearer Token {good}", "should not contain spaces", STRANGER),
    ("two keywords in a list", "Bearer,Token {good}", "", SCHEME),
    ("the scheme JWT", "JWT {good}", "not provided", SCHEME),
    ("the scheme ApiKey", "ApiKey {good}", "not provided", SCHEME),
    ("the scheme OAuth", "OAuth {good}", "not provided", SCHEME),
    ("the scheme token68", "AWS4-HMAC-SHA256 Credential={good}", "not provided", SCHEME),
    ("Negotiate with a good value", "Negotiate {good}", "not provided", SCHEME),
    ("a plural keyword", "Tokens {good}", "not provided", SCHEME),
    ("a value that is percent-encoded", "Token tsr%5Fpat%5F{good}", "Invalid token.", STRANGER),
    ("two values with a comma", "Token {good},{good}", "Invalid token.", STRANGER),
    ("two values with a semicolon", "Token {good};{good}", "Invalid token.", STRANGER),
    ("two values without anything", "Token {good}{good}", "Invalid token.", STRANGER),
    ("in angle brackets", "Token <{good}>", "Invalid token.", STRANGER),
    ("in parentheses", "Token ({good})", "Invalid token.", STRANGER),
    ("in single quotes", "Token '{good}'", "Invalid token.", STRANGER),
    ("in braces", "Token {{good}}", "Invalid token.", STRANGER),
    ("the public id", "Token {good.id}", "Invalid token.", "the id is public and opens nothing (T-11)"),
    ("the preview", "Token {preview}", "Invalid token.", "the preview is public and opens nothing (T-7)"),
    ("the name", "Token good", "Invalid token.", "a name is no secret"),
    ("an absent variable", "Token null", "Invalid token.", "scripts send this when a variable is missing"),
    ("an undefined variable", "Bearer undefined", "Invalid token.", "scripts send this when a variable is missing"),
    ("a shell's variable", "Token $TOKEN", "Invalid token.", "scripts send this when nothing was expanded"),
    ("an object", "Bearer [object Object]", "should not contain spaces", "browsers send this"),
    ("a path", "Token ../../etc/passwd", "Invalid token.", "no value is a path"),
    ("SQL", "Token '/**/OR/**/'1'='1", "Invalid token.", "no value reaches SQL as text (T-10)"),
    ("a union", "Token x'UNION/**/SELECT/**/1--", "Invalid token.", "no value reaches SQL as text (T-10)"),
    ("a wildcard", "Token tsr_pat_%", "Invalid token.", "look-up is equality of a digest (T-10)"),
    ("a look-up for a logger", "Token ${jndi:ldap://127.0.0.1/x}", "Invalid token.", "logs expand nothing"),
    ("a format", "Token %s%s%n", "Invalid token.", "logs expand nothing"),
    ("a script", "Bearer <script>alert(1)</script>", "Invalid token.", "nothing of a header is repeated"),
    ("a template", "Bearer {{7*7}}", "Invalid token.", "nothing of a header is evaluated"),
    ("an encoded nil", "Token %00{good}", "Invalid token.", STRANGER),
];

#[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = SHAPES
        .iter()
        .map(|(what, value, says, why)| {
            case(*what, "GET", FOLDERS, 401, why).header("authorization", *value).code("").says(says)
        })
        .collect();
    for (name, value) in [
        ("private-token", "{good}"),
        ("x-api-key", "{good}"),
        ("api-key", "{good}"),
        ("x-auth-token", "Token {good}"),
        ("x-access-token", "{good}"),
        ("x-authorization", "Token {good}"),
        ("proxy-authorization", "Token {good}"),
        ("authentication", "Token {good}"),
        ("x-forwarded-authorization", "Token {good}"),
        ("cookie", "token={good}; Authorization=Token {good}"),
    ] {
        let case = case(format!("a value in {name}"), "GET", FOLDERS, 401, OTHER).header(name, value);
        cases.push(case.code("").says("not provided"));
    }
    for name in ["remote-user", "x-remote-user", "x-forwarded-user", "x-authenticated-user", "x-webauth-user"] {
        let case = case(format!("a name in {name}"), "GET", FOLDERS, 401, ROUTING);
        cases.push(case.header(name, "admin@example.org").says("not provided"));
    }
    let cookie = "tessera_session={session}";
    cases.extend([
        case("256 bytes", "GET", FOLDERS, 401, STRANGER)
            .header("authorization", format!("Token {}", "a".repeat(250)))
            .code(""),
        case("257 bytes", "GET", FOLDERS, 401, STRANGER)
            .header("authorization", format!("Token {}", "a".repeat(251)))
            .code(""),
        case("eight thousand bytes", "GET", FOLDERS, 401, "long values are never hashed (T-14)")
            .header("authorization", format!("Token {}", "a".repeat(8000)))
            .code(""),
        case("a good value and a bad cookie", "GET", FOLDERS, 200, ALONE)
            .by("good")
            .header("cookie", "tessera_session=x"),
        case("a good value and a bad session", "GET", FOLDERS, 200, ALONE).by("good").header("x-session-token", "x"),
        case("a revoked value and a good cookie", "GET", FOLDERS, 401, ALONE)
            .by("revoked")
            .header("cookie", cookie)
            .code("token_revoked"),
        case("a revoked value and a good session", "GET", FOLDERS, 401, ALONE)
            .by("revoked")
            .header("x-session-token", "{session}")
            .code("token_revoked"),
        case("another scheme and a good session", "GET", FOLDERS, 401, ALONE)
            .header("authorization", "Basic eDp5")
            .header("x-session-token", "{session}"),
        case("an empty session and a good cookie", "GET", FOLDERS, 401, ALONE)
            .header("x-session-token", "")
            .header("cookie", cookie),
        case("a session that is no text and a good cookie", "GET", FOLDERS, 401, ALONE)
            .header("x-session-token", b"\xff\xfe".to_vec())
            .header("cookie", cookie),
        case("a token as a session beside a good cookie", "GET", FOLDERS, 401, ALONE)
            .header("x-session-token", "{good}")
            .header("cookie", cookie),
        case("a cookie with another case", "GET", FOLDERS, 401, "names of cookies are exact")
            .header("cookie", "Tessera_Session={session}"),
        case(
            "a cookie to write with, without the header against forgery",
            "POST",
            FOLDERS,
            403,
            "cookies alone write nothing (T-42)",
        )
        .header("cookie", cookie)
        .json(serde_json::json!({ "name": "x" })),
        case("a cookie to write with, from another site", "POST", FOLDERS, 403, "cookies alone write nothing (T-42)")
            .header("cookie", cookie)
            .header("origin", "https://evil.example")
            .header("x-csrftoken", "x")
            .json(serde_json::json!({ "name": "x" })),
        case(
            "a token needs no header against forgery",
            "GET",
            FOLDERS,
            200,
            "headers are not sent by themselves (T-42)",
        )
        .by("good")
        .header("origin", "https://evil.example"),
        case("another method in a header", "GET", FOLDERS, 200, ROUTING)
            .by("good")
            .header("x-http-method-override", "DELETE"),
        case("another method in a header of a POST", "POST", FOLDERS, 400, ROUTING)
            .by("good")
            .header("x-http-method-override", "GET")
            .json(serde_json::json!({})),
        case("another path in a header", "GET", "/api/build/", 200, ROUTING)
            .by("good")
            .header("x-original-url", TOKENS)
            .header("x-rewrite-url", TOKENS),
        case("an address out of the air", "GET", FOLDERS, 401, "whoever is no proxy of ours is not believed (T-43)")
            .by("elsewhere")
            .header("x-forwarded-for", "10.0.0.7, 203.0.113.9")
            .code("ip_not_allowed"),
        case(
            "an address in other headers",
            "GET",
            FOLDERS,
            401,
            "one header tells of addresses, and only proxies' (T-43)",
        )
        .by("elsewhere")
        .header("x-real-ip", "10.0.0.7")
        .header("true-client-ip", "10.0.0.7")
        .header("forwarded", "for=10.0.0.7")
        .header("cf-connecting-ip", "10.0.0.7")
        .code("ip_not_allowed"),
        case("an address as IPv6", "GET", FOLDERS, 200, "a mapped address is the same address (T-43)")
            .by("elsewhere")
            .header("x-forwarded-for", "::ffff:10.0.0.7"),
        case("a preflight without a value", "OPTIONS", FOLDERS, 401, "nothing is told to nobody"),
        case("HEAD without a value", "HEAD", FOLDERS, 401, "HEAD is as closed as GET"),
        case("HEAD with a value", "HEAD", FOLDERS, 200, "HEAD is as open as GET").by("good"),
    ]);
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn headers() {
    let mut stage = Stage::new().await;
    let preview = stage.value("good")[..12].to_owned();
    stage.knows("preview", preview);
    stage.token("elsewhere", "session", serde_json::json!({ "allowed_ips": ["10.0.0.0/8"] })).await;
    let revoked = stage.token("revoked", "session", serde_json::json!({})).await;
    revoked.delete(&format!("{TOKENS}self/")).await.expect(204);
    stage.play_all(&cases()).await;
}
