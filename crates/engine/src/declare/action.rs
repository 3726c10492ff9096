//! Special operations of a resource. An action that does not say what it needs does not exist.

use super::field::BoxFuture;
use crate::access::Verb;
use crate::call::Call;
use crate::error::ApiError;
use serde_json::Value;

/// What an action answers. The server adds headers.
#[derive(Debug)]
pub enum Answer {
    /// 200 with a JSON value.
    Json(Value),
    /// 200 with JSON text that was streamed into a buffer.
    Raw(Vec<u8>),
    /// Another status with a JSON value.
    Status(u16, Value),
    /// 204.
    Nothing,
    /// A file to download.
    File {
        /// Name that the browser proposes.
        name: String,
        /// Content type.
        mime: &'static str,
        /// The whole content.
        bytes: Vec<u8>,
    },
}

/// HTTP method of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Acts.
    Post,
    /// Removes.
    Delete,
}

/// What an action stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// `/assets/graph/`.
    Collection,
    /// `/folders/{id}/users/`: the row is looked up first, so a hidden one is a 404.
    Item,
}

/// The code of an action.
pub type Run = for<'a> fn(Call<'a>) -> BoxFuture<'a, Result<Answer, ApiError>>;

/// A special operation.
#[derive(Clone, Copy)]
pub struct Action {
    /// HTTP method.
    pub method: Method,
    /// Path segment.
    pub name: &'static str,
    /// What it stands on.
    pub on: On,
    /// The verb that the caller must hold.
    pub needs: Verb,
    /// The body is a file, not an object.
    pub takes_file: bool,
    /// It changes something although it is a GET, so browsers have to prove that they mean it.
    pub acts: bool,
    /// Its code.
    pub run: Run,
}

impl std::fmt::Debug for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {} on {:?} needs {:?}", self.method, self.name, self.on, self.needs)
    }
}

impl Action {
    /// The body is a file: raw with its name in `Content-Disposition`, or a multipart `file`.
    #[must_use]
    pub fn takes_file(mut self) -> Self {
        self.takes_file = true;
        self
    }

    /// It changes something although it is a GET, as the contract has it.
    #[must_use]
    pub fn acts(mut self) -> Self {
        self.acts = true;
        self
    }
}

/// An action that lacks what it needs or does.
#[derive(Clone, Copy, Debug)]
pub struct ActionBuilder {
    method: Method,
    name: &'static str,
    on: On,
}

/// An action that knows what it needs, but not yet what it does.
#[derive(Clone, Copy, Debug)]
pub struct Guarded(ActionBuilder, Verb);

/// A reading action.
pub fn get(name: &'static str) -> ActionBuilder {
    ActionBuilder { method: Method::Get, name, on: On::Collection }
}

/// An acting one.
pub fn post(name: &'static str) -> ActionBuilder {
    ActionBuilder { method: Method::Post, name, on: On::Collection }
}

/// A removing one.
pub fn delete(name: &'static str) -> ActionBuilder {
    ActionBuilder { method: Method::Delete, name, on: On::Collection }
}

impl ActionBuilder {
    /// It stands on one row.
    #[must_use]
    pub fn on_item(mut self) -> Self {
        self.on = On::Item;
        self
    }

    /// What the caller must hold.
    pub fn needs(self, verb: Verb) -> Guarded {
        Guarded(self, verb)
    }
}

impl Guarded {
    /// What it does.
    pub fn run(self, run: Run) -> Action {
        let Self(ActionBuilder { method, name, on }, needs) = self;
        Action { method, name, on, needs, takes_file: false, acts: false, run }
    }
}
