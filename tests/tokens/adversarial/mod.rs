//! What somebody tries who means no good: tables of cases, each with what it expects and why.
//!
//! A case is data: a caller, a request with holes such as `{good}`, a status. [`Stage`] sets the
//! scene once for a table and plays each case in it; [`Stage::judge`] is the one place that looks
//! at every answer: never a 5xx, never a secret, never a 401 without a challenge.

mod abuse;
mod creation;
mod header;
mod life;
mod object;
mod parser;
mod rights;
mod who;

use blackbox::{Actor, Answer, PASSWORD, TestApp};
use iam::client_address::TrustedProxies;
use iam::secret::find_in;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const TOKENS: &str = "/api/iam/auth-tokens/";
const FOLDERS: &str = "/api/folders/";

/// Who asks.
#[derive(Clone, Copy, Debug)]
enum By {
    /// Nobody; the case may bring headers of its own.
    Nobody,
    /// Somebody whose credential is this entry of the stage.
    Holder(&'static str),
}

/// What is sent along.
#[derive(Clone, Debug)]
enum Sent {
    Nothing,
    Json(Value),
    /// A body as it is, with its type.
    Raw(&'static str, Vec<u8>),
}

/// One try, what has to come of it, and why.
#[derive(Clone, Debug)]
struct Case {
    what: String,
    why: &'static str,
    by: By,
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    sent: Sent,
    expect: u16,
    /// The `code` of the body. An empty one insists that there is none.
    code: Option<&'static str>,
    /// Text that the answer has to hold.
    says: Option<&'static str>,
    /// The answer is the one that shows a new secret; it must hold that one and none that was known.
    makes: bool,
}

/// A case: what is tried, what is expected, and why.
fn case(
    what: impl Into<String>,
    method: &'static str,
    path: impl Into<String>,
    expect: u16,
    why: &'static str,
) -> Case {
    Case {
        what: what.into(),
        why,
        by: By::Nobody,
        method,
        path: path.into(),
        headers: Vec::new(),
        sent: Sent::Nothing,
        expect,
        code: None,
        says: None,
        makes: false,
    }
}

impl Case {
    fn by(self, holder: &'static str) -> Self {
        Self { by: By::Holder(holder), ..self }
    }

    fn header(mut self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn json(self, body: Value) -> Self {
        Self { sent: Sent::Json(body), ..self }
    }

    fn raw(self, kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { sent: Sent::Raw(kind, body.into()), ..self }
    }

    fn code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    fn says(self, text: &'static str) -> Self {
        Self { says: Some(text), ..self }
    }

    fn makes(self) -> Self {
        Self { makes: true, ..self }
    }
}

/// A program with people, objects and tokens, each under a name that cases use as `{name}`.
struct Stage {
    app: TestApp,
    known: BTreeMap<&'static str, String>,
    played: u32,
    wrong: Vec<String>,
}

impl Drop for Stage {
    /// All that went wrong in a table, together.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.wrong.is_empty(), "{} cases:\n{}", self.wrong.len(), self.wrong.join("\n"));
        }
    }
}

impl Stage {
    /// Addresses of clients can be written into `X-Forwarded-For`, so that cases do not share the
    /// limit on failures.
    async fn new() -> Self {
        let app = TestApp::with(|settings| {
            settings.trusted_proxies = TrustedProxies::new(vec!["127.0.0.1/32".parse().expect("a network")]);
        })
        .await;
        // More tokens than a person may hold as delivered, for as long as a table takes.
        app.admin().patch("/api/iam/token-policy/", json!({ "per_person": 1000 })).await.expect(200);
        let session = app.admin().credential().to_owned();
        let mut stage = Self { app, known: BTreeMap::new(), played: 0, wrong: Vec::new() };
        stage.known.insert("session", session);
        stage.token("good", "session", json!({})).await;
        stage
    }

    fn knows(&mut self, name: &'static str, value: impl Into<String>) {
        self.known.insert(name, value.into());
    }

    fn value(&self, name: &str) -> &str {
        self.known.get(name).unwrap_or_else(|| panic!("the stage knows no {name}"))
    }

    /// Makes a token; its value is known as `name` and its id as `name.id`.
    async fn token(&mut self, name: &'static str, owner: &str, mut body: Value) -> Actor {
        body["name"] = json!(name);
        let session = self.actor(owner);
        let made = session.post(TOKENS, body).await.expect(200);
        let value = made.json["token"].as_str().expect("a value").to_owned();
        self.known.insert(format!("{name}.id").leak(), made.id());
        self.known.insert(name, value.clone());
        Actor::with_token(&self.app.base(), &value)
    }

    /// A person in a session that is known as `name`, with their id as `name.id`.
    async fn person(&mut self, name: &'static str, group: Option<&str>) -> Actor {
        let actor = self.app.person(&format!("{name}@example.org"), group).await;
        let id = actor.get("/api/iam/current-user/").await.expect(200).id();
        self.known.insert(format!("{name}.id").leak(), id);
        self.known.insert(name, actor.credential().to_owned());
        actor
    }

    fn actor(&self, name: &str) -> Actor {
        Actor::with_token(&self.app.base(), self.value(name))
    }

    /// The text with its holes filled.
    fn fill(&self, text: &str) -> String {
        self.known.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    fn fill_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.fill(text).into_bytes(),
            Err(_) => bytes.to_vec(),
        }
    }

    fn fill_json(&self, value: &Value) -> Value {
        serde_json::from_str(&self.fill(&value.to_string())).expect("JSON with its holes filled")
    }

    /// Plays a case and looks at the answer.
    async fn play(&mut self, case: &Case) -> Answer {
        self.played += 1;
        let actor = match case.by {
            By::Nobody => self.app.anonymous(),
            By::Holder(name) => self.actor(name),
        };
        let mut request = actor.request(case.method, &self.fill(&case.path));
        if case.headers.iter().all(|(name, _)| *name != "x-forwarded-for") {
            let [high, low] = [self.played / 250, self.played % 250];
            request = request.header("x-forwarded-for", format!("198.18.{high}.{low}"));
        }
        for (name, value) in &case.headers {
            let name: HeaderName = name.parse().expect("a name");
            request = request.header(name, HeaderValue::from_bytes(&self.fill_bytes(value)).expect("a value"));
        }
        request = match &case.sent {
            Sent::Nothing => request,
            Sent::Json(body) => request.json(&self.fill_json(body)),
            Sent::Raw(kind, bytes) => request.header("content-type", *kind).body(self.fill_bytes(bytes)),
        };
        let answer = actor.send(request).await;
        for what in self.judge(case, &answer) {
            let Case { what: tried, why, method, path, .. } = case;
            let text: String = answer.text.chars().take(300).collect();
            self.wrong.push(format!("{tried} ({why}): {what}\n    {method} {path} → {} {text}", answer.status));
        }
        answer
    }

    /// The one place that judges an answer: what is wrong with it, if anything.
    fn judge(&self, case: &Case, answer: &Answer) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut insist = |holds: bool, what: String| {
            if !holds {
                wrong.push(what);
            }
        };
        insist(answer.status < 500, "a failure of ours".into());
        insist(answer.status == case.expect, format!("{} was expected", case.expect));
        let header = |name: &str, value: &[u8]| format!("{name}: {}\n", String::from_utf8_lossy(value));
        let mut whole: String =
            answer.headers.iter().map(|(name, value)| header(name.as_str(), value.as_bytes())).collect();
        whole += &answer.text;
        for (name, value) in self.known.iter().filter(|(_, value)| value.starts_with("tsr_") && value.len() > 51) {
            insist(!whole.contains(&value[8..51]), format!("the answer repeats {name}"));
        }
        insist(find_in(&whole).count() == usize::from(case.makes), "secrets in the answer".into());
        insist(!whole.contains(PASSWORD), "the answer repeats a password".into());
        if answer.status == 401 && !case.path.starts_with("/api/oauth/") && !case.path.starts_with("/api/_allauth/") {
            insist(answer.header("www-authenticate") == Some("Token"), "a 401 without its challenge".into());
        }
        match case.code {
            Some("") => insist(answer.json.get("code").is_none(), "a reason for a stranger".into()),
            Some(code) => insist(answer.json["code"] == code, format!("the code {code} was expected")),
            None => {}
        }
        let says = case.says.map(|text| self.fill(text));
        insist(says.iter().all(|text| answer.text.contains(text)), format!("it should say {says:?}"));
        wrong
    }

    async fn play_all(&mut self, cases: &[Case]) {
        for case in cases {
            self.play(case).await;
        }
    }

    /// Tokens of the person with this session, whatever their state.
    async fn tokens_of(&self, session: &str) -> usize {
        let all = self.actor(session).get(&format!("{TOKENS}?state=all")).await.expect(200);
        all.json.as_array().expect("a list").len()
    }
}

/// The suite is as large as was asked for, and no case stands in it twice.
#[test]
fn there_are_enough_cases_and_none_twice() {
    let tables = [
        header::cases(),
        parser::cases(),
        creation::cases(),
        who::cases(),
        object::cases(),
        rights::cases(),
        abuse::cases(),
    ];
    let mut names: Vec<String> = tables.iter().flatten().map(|case| case.what.clone()).collect();
    names.extend(life::CASES.iter().map(|case| case.what.to_owned()));
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all, "two cases have one name");
    assert!(all >= 150, "{all} cases");
    assert!(tables.iter().flatten().all(|case| case.why.len() > 10), "every case says why");
    println!("{all} cases");
}
