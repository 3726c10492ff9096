//! What every declared resource must do, walked over the registry: nothing is listed here, so
//! a resource that is declared tomorrow is tested tomorrow.

mod batch;
mod fields;
mod filters;
mod hostile;
mod life;
mod lists;
mod strict;
mod wire;

use blackbox::{Answer, Maker, TestApp};
use engine::declare::Resource;

/// Outcomes over all resources: one test shows all that is wrong at once.
#[derive(Debug, Default)]
struct Checks {
    made: usize,
    wrong: Vec<String>,
}

impl Checks {
    /// One outcome.
    fn that(&mut self, right: bool, sentence: impl FnOnce() -> String) {
        self.made += 1;
        if !right {
            self.wrong.push(sentence());
        }
    }

    /// An answer has this status.
    fn status(&mut self, what: &str, answer: &Answer, wanted: u16) {
        self.that(answer.status == wanted, || {
            format!("{what}: {} instead of {wanted}: {}", answer.status, answer.text)
        });
    }

    /// An answer has this status and this body.
    fn says(&mut self, what: &str, answer: &Answer, status: u16, body: &serde_json::Value) {
        self.that(answer.status == status && answer.json == *body, || {
            format!("{what}: {} {} instead of {status} {body}", answer.status, answer.text)
        });
    }

    /// The end of a test.
    fn settle(self) {
        println!("{} checks", self.made);
        assert!(self.made > 0, "nothing was checked");
        assert!(self.wrong.is_empty(), "{} of {} are wrong:\n{}", self.wrong.len(), self.made, self.wrong.join("\n"));
    }
}

/// A program, somebody who may do everything in it, and all resources.
async fn stage() -> (TestApp, Maker, Vec<Resource>) {
    let app = TestApp::start().await;
    let maker = Maker::new(&app).await;
    (app, maker, server::registry().all().to_vec())
}

/// Those that can be created.
fn creatable(resources: &[Resource]) -> impl Iterator<Item = &Resource> {
    resources.iter().filter(|resource| resource.makes_rows())
}
