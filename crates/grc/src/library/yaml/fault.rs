//! What makes a text no document, and where.

use super::document::Position;
use crate::library::problem::Kind;

/// Why a text is not a document.
#[derive(Debug)]
pub(in crate::library) struct Fault {
    pub(in crate::library) at: Position,
    pub(in crate::library) kind: Kind,
    pub(in crate::library) message: String,
}

pub(super) fn fault(at: Position, kind: Kind, message: impl Into<String>) -> Fault {
    Fault { at, kind, message: message.into() }
}
