//! Everything a client can cause, in one enum with one exit.
//!
//! Handlers return [`ApiError`]; the server turns it into a response in one place. Use
//! [`ApiError::Validation`] for a field of the body, [`ApiError::Refused`] where the wire
//! contract records a body of its own, and let `?` turn a driver error into
//! [`ApiError::Internal`], which is logged once and tells the client only its request id.

use serde_json::{Map, Value, json};

/// What went wrong, in the client's terms.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 400: one or more fields of the body or filters of the query were refused.
    #[error("the request is not valid")]
    Validation(FieldErrors),
    /// 400: the request as a whole was refused, with a sentence.
    #[error("{0}")]
    BadRequest(String),
    /// 401: no or no valid credential. `code` is given only to the holder of the right value.
    #[error("{detail}")]
    Unauthenticated {
        /// The sentence of the contract.
        detail: String,
        /// Machine-readable reason, for the possessor of a known credential.
        code: Option<&'static str>,
    },
    /// 403: seen, but not permitted.
    #[error("You do not have permission to perform this action.")]
    Forbidden,
    /// 404 for a row of this type name (`Asset`), also when it exists but may not be seen.
    #[error("No {0} matches the given query.")]
    NoRow(&'static str),
    /// 404 for anything else.
    #[error("Not found.")]
    NotFound,
    /// 412: the row changed since the client read it.
    #[error("The object was changed since you read it. Read it again and repeat your change.")]
    PreconditionFailed,
    /// 429, with the seconds to wait.
    #[error("Request was throttled. Expected available in {0} seconds.")]
    Throttled(u64),
    /// 429 with a body of the contract's own.
    #[error("too many tries")]
    Slow {
        /// Seconds to wait.
        seconds: u64,
        /// The whole JSON body.
        body: Value,
    },
    /// Any other status with the body that the contract records for it.
    #[error("refused with status {status}")]
    Refused {
        /// HTTP status code.
        status: u16,
        /// The whole JSON body.
        body: Value,
    },
    /// 409: a unique index of this name refused the row.
    #[error("An object with these values exists already.")]
    Taken(String),
    /// Two transactions collided; the request may be repeated as it is.
    #[error("the transaction has to be repeated")]
    Retry,
    /// 503: a dependency is away. Authentication fails closed with it.
    #[error("{0}")]
    Unavailable(String),
    /// 500: our fault. Logged with the request id; the text never reaches the client.
    #[error("{0}")]
    Internal(String),
}

impl ApiError {
    /// A refusal with a body of the contract's own.
    pub fn refused(status: u16, body: Value) -> Self {
        Self::Refused { status, body }
    }

    /// 400 or 403 of the form `{"error": "…"}`.
    pub fn error(status: u16, message: impl Into<String>) -> Self {
        Self::refused(status, json!({ "error": message.into() }))
    }

    /// One field, one message.
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(name, message);
        Self::Validation(errors)
    }

    /// The recorded answer to a write into a folder where the caller may not add.
    pub fn forbidden_folder() -> Self {
        Self::refused(403, json!({ "folder": "You do not have permission to add objects in this folder" }))
    }

    /// HTTP status code of this error.
    pub fn status(&self) -> u16 {
        match self {
            Self::Validation(_) | Self::BadRequest(_) => 400,
            Self::Unauthenticated { .. } => 401,
            Self::Forbidden => 403,
            Self::NoRow(_) | Self::NotFound => 404,
            Self::Taken(_) => 409,
            Self::PreconditionFailed => 412,
            Self::Throttled(_) | Self::Slow { .. } => 429,
            Self::Refused { status, .. } => *status,
            Self::Retry | Self::Unavailable(_) => 503,
            Self::Internal(_) => 500,
        }
    }

    /// The JSON body in the contract's shape. Internal errors say nothing of their cause.
    pub fn body(&self) -> Value {
        match self {
            Self::Validation(errors) => errors.to_json(),
            Self::Refused { body, .. } | Self::Slow { body, .. } => body.clone(),
            Self::Unauthenticated { detail, code: Some(code) } => json!({ "detail": detail, "code": code }),
            Self::Internal(_) => json!({ "detail": "Something went wrong on our side." }),
            Self::Retry => json!({ "detail": "The server is busy with the same objects. Please repeat the request." }),
            other => json!({ "detail": other.to_string() }),
        }
    }
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Retry => Self::Retry,
            store::Error::Unreachable(why) => {
                tracing::error!(%why, "database unreachable");
                Self::Unavailable("The database cannot be reached. Please try again.".into())
            }
            store::Error::Unique { constraint } => Self::Taken(constraint),
            // Checked before, so it went, or was referred to, in between.
            store::Error::ForeignKey => Self::refused(
                409,
                json!({ "detail": "Something related was changed at the same moment. Read again and repeat your change." }),
            ),
            store::Error::Invalid(why) => Self::BadRequest(why),
            other => Self::Internal(other.to_string()),
        }
    }
}

/// Messages by field, in the order in which they were found.
#[derive(Debug, Default, Clone)]
pub struct FieldErrors(Vec<(String, Message)>);

/// The contract has two forms: a list of sentences, and (for taken names) a bare string.
#[derive(Debug, Clone)]
enum Message {
    List(Vec<String>),
    Bare(String),
}

impl FieldErrors {
    /// Adds a sentence to the list of a field.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        let message = message.into();
        match self.0.iter_mut().find(|(name, _)| name == field) {
            Some((_, Message::List(list))) => list.push(message),
            Some(_) => {}
            None => self.0.push((field.to_owned(), Message::List(vec![message]))),
        }
    }

    /// Sets the bare-string form, as recorded for taken names.
    pub fn bare(&mut self, field: &str, message: impl Into<String>) {
        self.0.push((field.to_owned(), Message::Bare(message.into())));
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Err` with what was found, or `Ok`.
    pub fn into_result(self) -> Result<(), ApiError> {
        if self.is_empty() { Ok(()) } else { Err(ApiError::Validation(self)) }
    }

    /// `{"field": ["sentence"]}`.
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        for (field, message) in &self.0 {
            let value = match message {
                Message::List(list) => json!(list),
                Message::Bare(text) => json!(text),
            };
            map.insert(field.clone(), value);
        }
        Value::Object(map)
    }
}
