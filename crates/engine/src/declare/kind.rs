//! What a field can hold, and how it is shown.

use crate::error::ApiError;
use crate::read::Reading;
use serde_json::Value;
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use uuid::Uuid;

/// A future that can be awaited on any thread, as hooks and actions return them.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Codes with the labels that read answers show.
pub type Choices = &'static [(&'static str, &'static str)];

/// The label of a code; the code itself when it is none of these.
pub fn label(choices: Choices, code: &str) -> &str {
    choices.iter().find(|(known, _)| *known == code).map_or(code, |(_, label)| label)
}

/// Checks a JSON value; `Err` holds the sentences to show.
pub type JsonCheck = fn(&Value) -> Result<(), Vec<String>>;

/// JSON cells by row, one map for each computed field of a group, by field name.
pub type Columns = HashMap<&'static str, HashMap<Uuid, Vec<u8>>>;

/// Computes a group of fields for a whole page, with a fixed number of statements.
pub type Compute = for<'a> fn(&'a mut Reading<'_>, &'a [Uuid]) -> BoxFuture<'a, Result<Columns, ApiError>>;

/// The three forms in which a row is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A row of a list.
    List,
    /// The answer to a retrieve.
    Detail,
    /// What may be written: `object/` and the answers to POST, PUT and PATCH. References are
    /// bare ids and choices are codes.
    Write,
}

/// What happens to the referring row when the referred one is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDelete {
    /// It goes too.
    Cascade,
    /// It stays and loses the reference.
    Clear,
    /// The deletion is refused while it exists.
    Refuse,
}

/// What a field holds.
#[derive(Clone, Debug)]
pub enum Kind {
    /// The primary key.
    Id,
    /// Text; `long` is a matter of the form only.
    Text {
        /// Several lines.
        long: bool,
    },
    /// An e-mail address.
    Email,
    /// An absolute http, https or ftp address.
    Url,
    /// One of some codes.
    Choice {
        /// Codes and labels.
        options: Choices,
        /// Read answers show the label instead of the code.
        labelled: bool,
    },
    /// True or false.
    Bool,
    /// A whole number in a range.
    Int {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// A number with a fraction.
    Real,
    /// A calendar day.
    Date,
    /// An instant.
    Time,
    /// Any JSON that passes a check; `form` names the editor in the interface.
    Json {
        /// The check.
        check: JsonCheck,
        /// The editor's name.
        form: &'static str,
    },
    /// One row of another resource.
    Reference {
        /// Path of the other resource.
        target: &'static str,
        /// What deletion of the other does.
        on_delete: OnDelete,
    },
    /// Any number of rows of another resource, through a link table of this field.
    References {
        /// Path of the other resource.
        target: &'static str,
    },
    /// The other end of a `References` field.
    Reverse {
        /// Path of the resource that declares the link.
        source: &'static str,
        /// The field over there.
        field: &'static str,
    },
    /// The folders above, topmost first.
    Path,
    /// The file of the row, by its id in the blob store. It goes with the row.
    Blob,
    /// Computed for a page at once, together with the other fields of its group.
    Computed {
        /// Fields with the same group are computed by one call.
        group: &'static str,
        /// The computation.
        run: Compute,
        /// OpenAPI type of the value.
        schema: &'static str,
    },
}
