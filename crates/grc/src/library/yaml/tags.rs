//! Tags: `!!str` and its kin may be used where they say what is there; all others are refused.

use super::document::Position;
use super::fault::{Fault, fault};
use super::scalar::{Form, Scalar, Value};
use crate::library::problem::Kind;
use granit_parser::{ScalarStyle, Tag};
use std::borrow::Cow;

/// A scalar with its tag obeyed.
pub(super) fn scalar<'t>(
    text: Cow<'t, str>,
    style: ScalarStyle,
    tag: Option<&Tag>,
    at: Position,
) -> Result<Scalar<'t>, Fault> {
    if text.contains('\0') {
        return Err(fault(at, Kind::NotText, "the text holds a NUL character. Remove it"));
    }
    let form = if style == ScalarStyle::Plain { Form::Bare } else { Form::Text };
    let Some(tag) = tag else { return Ok(Scalar { text, form }) };
    let bare = Scalar { text, form: Form::Bare };
    let fits = match (tag.core_suffix(), bare.value()) {
        (Some("str"), _) => return Ok(Scalar { form: Form::Text, ..bare }),
        (None, _) if tag.parts() == ("", "!") || tag.parts() == ("!", "") => {
            return Ok(Scalar { form: Form::Text, ..bare });
        }
        (Some("null"), value) => value == Value::Null,
        (Some("bool"), Value::Flag(_)) | (Some("int"), Value::Integer(_)) | (Some("float"), Value::Float(_)) => true,
        _ => false,
    };
    if fits { Ok(bare) } else { Err(unknown_tag(tag, at)) }
}

/// The refusal of a tag.
pub(super) fn unknown_tag(tag: &Tag, at: Position) -> Fault {
    fault(at, Kind::NotYaml, format!("the tag {} cannot be used here. Remove it", tag.original()))
}
