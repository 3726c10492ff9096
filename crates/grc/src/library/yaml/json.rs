//! A node as JSON text, keys in the order of the file.
//!
//! Text and not `serde_json::Value`: it goes into a column and out of it again, and a map of
//! questions keeps its order that way.

use super::document::{Document, NodeId, Shape};
use super::scalar::Value;

/// A node and all below it as JSON.
pub(in crate::library) fn json(document: &Document<'_>, id: NodeId) -> String {
    let mut out = Vec::new();
    write(document, id, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn write(document: &Document<'_>, id: NodeId, out: &mut Vec<u8>) {
    match &document.node(id).shape {
        Shape::Scalar(scalar) => value(&scalar.value(), &scalar.text, out),
        Shape::List(_) => {
            out.push(b'[');
            for (index, item) in document.items(id).iter().enumerate() {
                separate(index, out);
                write(document, *item, out);
            }
            out.push(b']');
        }
        Shape::Map(_) => {
            out.push(b'{');
            for (index, (key, child)) in document.pairs(id).enumerate() {
                separate(index, out);
                text(document.key(key), out);
                out.push(b':');
                write(document, child, out);
            }
            out.push(b'}');
        }
    }
}

fn separate(index: usize, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
}

fn value(value: &Value<'_>, raw: &str, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Flag(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Float(number) => match serde_json::Number::from_f64(*number) {
            Some(number) => out.extend_from_slice(number.to_string().as_bytes()),
            None => text(raw, out), // JSON has no word for infinity
        },
        Value::Text(content) => text(content, out),
    }
}

fn text(content: &str, out: &mut Vec<u8>) {
    // Writing to a vector cannot fail, and neither can text.
    let _ = serde_json::to_writer(out, content);
}
