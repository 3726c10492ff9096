//! Special operations of a resource. An action that does not say what it needs does not exist.

use super::kind::BoxFuture;
use crate::access::Verb;
use crate::call::Call;
use crate::error::ApiError;
use crate::kept::Kept;
use serde_json::Value;
use std::sync::Arc;
use store::BlobStream;

/// What an action answers. The server adds headers.
#[derive(Debug)]
pub enum Answer {
    /// 200 with a JSON value.
    Json(Value),
    /// 200 with JSON text that was streamed into a buffer.
    Raw(Vec<u8>),
    /// The same with text that may be sent again, or 304 to whoever has it already.
    Kept(Arc<Kept>),
    /// Another status with a JSON value.
    Status(u16, Value),
    /// 204.
    Nothing,
    /// 200 without a body.
    Done,
    /// A file to download.
    File {
        /// Name that the browser proposes.
        name: String,
        /// Content type.
        mime: &'static str,
        /// The whole content.
        bytes: Vec<u8>,
    },
    /// A file that is handed on piece by piece.
    Download(Download),
}

/// A file on its way to somebody.
pub struct Download {
    /// Name that the browser proposes.
    pub name: String,
    /// Content type.
    pub mime: &'static str,
    /// How many bytes there are; nobody knows of what is made while it is handed on.
    pub size: Option<u64>,
    /// May be shown in the browser; otherwise it is only kept.
    pub inline: bool,
    /// The bytes.
    pub bytes: BlobStream,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Download of {:?} bytes", self.size)
    }
}

/// Whether a file of this name is taken.
pub type Accepts = fn(&str) -> Result<(), ApiError>;

/// Files that an operation takes. They are in the blob store before the operation begins ([`crate::Context::files`]).
#[derive(Clone, Copy, Debug)]
pub struct Receives {
    /// Name of the part in a multipart body; none takes any.
    pub part: Option<&'static str>,
    /// Most files in one request.
    pub most: usize,
    /// Whether a file of this name is taken.
    pub accepts: Accepts,
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
    /// The body is a file, not an object, and small enough to be held whole.
    pub takes_file: bool,
    /// It changes something although it is a GET, so browsers have to prove that they mean it.
    pub acts: bool,
    /// The body is a file of any size, or several: stored as they arrive.
    pub receives: Option<Receives>,
    /// Its code.
    pub run: Run,
}

impl std::fmt::Debug for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {} on {:?} needs {:?}", self.method, self.name, self.on, self.needs)
    }
}

impl Action {
    /// The body is a file of any size, which is stored as it arrives: raw with its name in `Content-Disposition`, or the
    /// first file of a multipart body.
    #[must_use]
    pub fn receives(self, accepts: Accepts) -> Self {
        Self { receives: Some(Receives { part: None, most: 1, accepts }), ..self }
    }

    /// The same for up to `most` files of a multipart body, whose other parts are the fields of the body.
    #[must_use]
    pub fn receives_many(self, most: usize, accepts: Accepts) -> Self {
        Self { receives: Some(Receives { part: None, most, accepts }), ..self }
    }

    /// The body is a small file: raw with its name in `Content-Disposition`, or a multipart `file`.
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
        Action { method, name, on, needs, takes_file: false, receives: None, acts: false, run }
    }
}
