//! The same moves on the program's own code: `iam` and `engine` over a database.

use super::reference::{MOST, Outcome, Step, Which};
use blackbox::TestApp;
use chrono::TimeDelta;
use engine::access::{Credential, Origin, Principal};
use engine::declare::Shape;
use engine::read::retrieve;
use engine::write::{Mode, create_in, update};
use engine::{ApiError, Context};
use iam::authenticate::{Presented, authenticate};
use iam::tokens::{self, Asker, NewToken};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// A program on which one person after the other lives.
pub struct World {
    app: TestApp,
    people: u32,
}

impl World {
    pub async fn new() -> Self {
        let most = i64::try_from(MOST).expect("small");
        Self { app: TestApp::with(|settings| settings.policy.tokens_per_person = most).await, people: 0 }
    }

    /// Somebody new, without tokens.
    pub async fn person(&mut self) -> Person<'_> {
        self.people += 1;
        let email = format!("person{}@example.org", self.people);
        let engine = &self.app.program().engine;
        let ctx = self.app.program().iam.program("test").await.expect("rights");
        let users = engine.registry().get("users").expect("users");
        let mut rows = engine.write().await.expect("a transaction");
        let (id, _) = create_in(&ctx, &mut rows, users, &body(&json!({ "email": email }))).await.expect("a person");
        rows.commit().await.expect("written");
        Person { app: &self.app, id, owner: None, renewing: None, made: Vec::new() }
    }
}

/// One person, with the requests that were let in and the values that were made.
pub struct Person<'a> {
    app: &'a TestApp,
    id: Uuid,
    owner: Option<Context>,
    renewing: Option<(Context, Uuid)>,
    made: Vec<(Uuid, String)>,
}

impl Person<'_> {
    pub async fn make(&mut self, step: Step) -> Outcome {
        match step {
            Step::OwnerEnters => self.enter().await,
            Step::Create => {
                let Some(ctx) = &self.owner else { return Outcome::Idle };
                let wanted = body(&json!({ "name": "t", "self_rotate": true }));
                let made = tokens::create(&self.app.program().iam, ctx, &wanted).await;
                self.keep(made)
            }
            Step::Rotate(which, hours) => {
                let (Some(ctx), Some((id, _))) = (&self.owner, self.find(which)) else { return Outcome::Idle };
                let made = self.rotate(ctx, *id, Asker::Owner, &json!({ "overlap_hours": hours })).await;
                self.keep(made)
            }
            Step::Revoke(which) => {
                let (Some(ctx), Some((id, _))) = (&self.owner, self.find(which)) else { return Outcome::Idle };
                outcome(tokens::revoke(ctx, *id).await)
            }
            Step::Use(which) => match self.find(which) {
                None => Outcome::Idle,
                Some((_, value)) => outcome(self.show(value, false).await.map(drop)),
            },
            Step::RenewalEnters(which) => {
                let Some((id, value)) = self.find(which) else { return Outcome::Idle };
                let id = *id;
                match self.show(value, true).await {
                    Ok(ctx) => {
                        self.renewing = Some((ctx, id));
                        Outcome::Done
                    }
                    Err(error) => outcome(Err(error)),
                }
            }
            Step::Renew => {
                let Some((ctx, id)) = &self.renewing else { return Outcome::Idle };
                let made = self.rotate(ctx, *id, Asker::Itself, &json!({})).await;
                self.keep(made)
            }
            Step::Deactivate => self.set_active(false).await,
            Step::Activate => self.set_active(true).await,
            Step::ReportLeak(which) => {
                let Some((_, value)) = self.find(which) else { return Outcome::Idle };
                let report = body(&json!({ "tokens": [value] }));
                outcome(tokens::report_leak(&self.app.program().iam, &report, Arc::default()).await)
            }
            Step::Wait(hours) => {
                self.app.wait(TimeDelta::hours(hours));
                Outcome::Done
            }
        }
    }

    /// What the holder of the value with this number is told.
    pub async fn shows(&self, number: usize) -> Outcome {
        outcome(self.show(&self.made[number].1, false).await.map(drop))
    }

    pub fn made(&self) -> usize {
        self.made.len()
    }

    /// The states that the owner's list shows, oldest first.
    pub async fn listed(&self) -> Vec<&'static str> {
        let grants = self.app.program().iam.directory().nothing().await.expect("grants");
        let principal = Principal::person(self.id, "", Credential::Session(self.id), false, grants, Arc::default());
        let ctx = Context::new(self.app.program().engine.clone(), principal);
        let list = tokens::list(&ctx, "all").await.expect("a list");
        let state =
            |(id, _): &(Uuid, String)| list.iter().find(|token| token.id == *id).expect("listed").state.as_str();
        self.made.iter().map(state).collect()
    }

    fn find(&self, which: Which) -> Option<&(Uuid, String)> {
        match which {
            Which::First => self.made.first(),
            Which::Last => self.made.last(),
        }
    }

    /// A new session, unless the account is switched off, and a request with it that is let in.
    async fn enter(&mut self) -> Outcome {
        let iam = &self.app.program().iam;
        let ctx = iam.program("test").await.expect("rights");
        let users = ctx.engine.registry().get("users").expect("users");
        let mut rows = ctx.engine.read().await.expect("a snapshot");
        let shown = retrieve(&ctx, &mut rows, users, Shape::Detail, self.id).await.expect("the person");
        drop(rows);
        let shown: Value = serde_json::from_slice(&shown).expect("JSON");
        if shown["is_active"] != true {
            return Outcome::Idle;
        }
        let now = self.app.clock().now();
        let mut rows = iam.engine().write().await.expect("a transaction");
        let started = iam::sessions::start(iam, &mut rows, self.id, now, &Origin::default()).await.expect("a session");
        rows.commit().await.expect("written");
        self.owner = Some(self.show(started.secret.expose(), false).await.expect("let in"));
        Outcome::Done
    }

    async fn show(&self, value: &str, renewing: bool) -> Result<Context, ApiError> {
        let header = format!("Token {value}");
        let presented = Presented { authorization: vec![header.as_bytes()], renewing, ..Presented::default() };
        let origin = Arc::new(Origin::default());
        let found = authenticate(&self.app.program().iam, &presented, origin).await?.expect("a header was shown");
        Ok(Context::of(self.app.program().engine.clone(), found.principal))
    }

    async fn rotate(&self, ctx: &Context, id: Uuid, asker: Asker, input: &Value) -> Result<NewToken, ApiError> {
        tokens::rotate(&self.app.program().iam, ctx, id, asker, &body(input)).await
    }

    fn keep(&mut self, made: Result<NewToken, ApiError>) -> Outcome {
        outcome(made.map(|token| self.made.push((token.id, token.secret.expose().to_owned()))))
    }

    async fn set_active(&self, active: bool) -> Outcome {
        let ctx = self.app.program().iam.program("test").await.expect("rights");
        let users = ctx.engine.registry().get("users").expect("users");
        outcome(update(&ctx, users, self.id, Mode::Patch, &body(&json!({ "is_active": active }))).await.map(drop))
    }
}

fn outcome(result: Result<(), ApiError>) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(ApiError::Unauthenticated { code, .. }) => Outcome::Refused(code.unwrap_or_default()),
        Err(error) => match error.status() {
            403 => Outcome::Forbidden,
            404 => Outcome::Missing,
            409 => Outcome::Conflict,
            _ => panic!("{error}"),
        },
    }
}

fn body(value: &Value) -> engine::Body {
    value.as_object().expect("an object").clone()
}
