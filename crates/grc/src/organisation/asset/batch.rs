//! Many assets from a pasted text: one a line, `PR:` or `SP:` before the name, indented below
//! what it supports.

use engine::declare::Answer;
use engine::write::create_in;
use engine::{ApiError, Body, Call};
use serde_json::{Value, json};
use uuid::Uuid;

/// Lines of one text; more are refused, since each is a row with its own audit entry.
const MOST: usize = 1000;

/// Makes the assets in one transaction: all of them, or none.
pub(super) async fn create(call: Call<'_>) -> Result<Answer, ApiError> {
    let text = call.body.get("assets_text").and_then(Value::as_str).unwrap_or_default();
    if text.trim().is_empty() {
        return Err(ApiError::error(400, "assets_text is required"));
    }
    let lines: Vec<Line> = text.lines().filter_map(Line::read).collect();
    if lines.len() > MOST {
        return Err(ApiError::error(400, format!("At most {MOST} assets can be made at once.")));
    }
    let mut rows = call.write().await?;
    let mut created = Vec::new();
    let mut above: Vec<(usize, Uuid)> = Vec::new();
    for line in lines {
        above.retain(|(indent, _)| *indent < line.indent);
        let mut body = Body::new();
        body.insert("name".into(), json!(line.name));
        let kind = line.kind.unwrap_or(if above.is_empty() { "PR" } else { "SP" });
        body.insert("type".into(), json!(kind));
        if let Some(folder) = call.body.get("folder").filter(|folder| !folder.is_null()) {
            body.insert("folder".into(), folder.clone());
        }
        body.insert("parent_assets".into(), json!(above.last().map(|(_, id)| id).into_iter().collect::<Vec<_>>()));
        let (id, _) = create_in(call.ctx, &mut rows, call.resource, &body).await?;
        created.push(json!({ "id": id, "name": line.name }));
        above.push((line.indent, id));
    }
    rows.commit().await?;
    Ok(Answer::Json(json!({ "created": created.len(), "assets": created })))
}

#[derive(Debug, PartialEq, Eq)]
struct Line<'a> {
    indent: usize,
    kind: Option<&'static str>,
    name: &'a str,
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let indent = line.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum();
        let text = line.trim().trim_start_matches(['-', '*']).trim();
        let (kind, name) = match text.split_once(':') {
            Some((kind, name)) if kind.eq_ignore_ascii_case("PR") => (Some("PR"), name.trim()),
            Some((kind, name)) if kind.eq_ignore_ascii_case("SP") => (Some("SP"), name.trim()),
            _ => (None, text),
        };
        (!name.is_empty()).then_some(Self { indent, kind, name })
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn lines_tell_kind_and_depth() {
        assert_eq!(Line::read("PR: Payroll"), Some(Line { indent: 0, kind: Some("PR"), name: "Payroll" }));
        assert_eq!(Line::read("\t- Server"), Some(Line { indent: 4, kind: None, name: "Server" }));
        assert_eq!(Line::read("   "), None);
    }
}
