//! A node of a tree: read from its row, and written as the wire has it.

use super::tree::Sections;
use crate::compliance::head::Head;
use crate::compliance::lines::{FOUND_AT, Finding, NEXT, both};
use crate::compliance::numbers::counts;
use crate::compliance::questionnaire::{Answers, Questionnaire};
use crate::compliance::requirement::texts;
use crate::compliance::words::{STATUS, key};
use engine::declare::label;
use engine::{Context, Row, Storage, StoreError, required};
use std::collections::HashMap;
use std::io::Write as _;
use uuid::Uuid;

/// The questions of nodes: as they are shown, and as answers are read.
pub(super) type Asked = HashMap<Uuid, (String, Questionnaire)>;

/// A node on its way into the answer.
pub(super) struct Node {
    /// The requirement.
    pub id: Uuid,
    /// Its row.
    pub row: Uuid,
    /// Its urn.
    pub urn: String,
    /// What was found, without what is withheld from the caller.
    pub finding: Finding,
    /// Whether nothing is said of its row.
    pub bare: bool,
    /// Whether the row is selected, for views that show it.
    pub selected: bool,
    /// What was observed, for views that show it.
    pub observation: Option<String>,
    /// Its place in the framework.
    pub order: Option<i64>,
    /// Everything before `style`, ready to be copied.
    before: Vec<u8>,
    description: Vec<u8>,
}

/// The columns that [`Node::read`] reads, of the row `t` and its requirement `n`.
pub(super) fn columns(ctx: &Context) -> String {
    let own = texts(ctx, "n");
    format!(
        "{}, t.id, n.id, n.urn, n.ref_id, {}, t.answers, t.mapping_inference, {}, n.display_mode, {}, t.selected, \
         t.observation, n.order_id",
        both(),
        own.name,
        own.long,
        own.description
    )
}

// Places in a row of what views say of a node; those of a finding come first.
const GROUPS: usize = 1;
const PARENT: usize = 2;
const WEIGHT: usize = 3;
const MIN: usize = 4;
const MAX: usize = 5;
const STATUS_AT: usize = FOUND_AT + 1;

impl Node {
    /// Reads a row of [`columns`].
    pub(super) fn read(
        row: &Row<'_>,
        head: &Head,
        sections: Sections,
        hidden: &[&str],
        asked: &Asked,
    ) -> Result<Self, StoreError> {
        let mut finding = Finding::read(row)?;
        finding.withhold(hidden);
        let bare = sections == Sections::Bare && !counts(&head.selected, &finding.about.groups);
        let id = required(row.uuid(NEXT + 1)?)?;
        let mut before = Vec::with_capacity(768);
        Writing { row, hidden, bare, out: &mut before }.before_style(head, &finding, asked.get(&id))?;
        let mut description = Vec::new();
        row.write_json(NEXT + 9, Storage::Text, &mut description)?;
        Ok(Self {
            id,
            row: required(row.uuid(NEXT)?)?,
            urn: row.text(NEXT + 2)?.unwrap_or_default(),
            finding,
            bare,
            selected: row.bool(NEXT + 10)?.unwrap_or(true),
            observation: row.text(NEXT + 11)?.filter(|_| !hidden.contains(&"observation")),
            order: row.int(NEXT + 12)?,
            before,
            description,
        })
    }

    /// About how many bytes it becomes.
    pub(super) fn size(&self) -> usize {
        self.before.len() + self.description.len() + 128
    }

    /// Writes `"id":{…,"children":`; what is below, and the end, is for the caller to write.
    pub(super) fn write(&self, style: &str, out: &mut Vec<u8>) {
        // A Vec does not fail to grow.
        let _ = write!(out, "\"{}\":{{", self.id);
        out.extend_from_slice(&self.before);
        let assessable = self.finding.about.assessable;
        let _ = write!(out, ",\"style\":\"{style}\",\"assessable\":{assessable},\"description\":");
        out.extend_from_slice(&self.description);
        out.extend_from_slice(b",\"children\":");
    }
}

/// A row that is being written.
struct Writing<'a> {
    row: &'a Row<'a>,
    hidden: &'a [&'a str],
    bare: bool,
    out: &'a mut Vec<u8>,
}

impl Writing<'_> {
    fn before_style(
        &mut self,
        head: &Head,
        finding: &Finding,
        asked: Option<&(String, Questionnaire)>,
    ) -> Result<(), StoreError> {
        self.out.extend_from_slice(b"\"urn\":");
        self.cell(NEXT + 2, Storage::Text)?;
        self.of_node("parent_urn", PARENT, Storage::Text)?;
        self.of_node("ref_id", NEXT + 3, Storage::Text)?;
        self.of_node("name", NEXT + 4, Storage::Text)?;
        self.of_node("implementation_groups", GROUPS, Storage::Json)?;
        self.of_row("ra_id", NEXT, Storage::Uuid)?;
        self.of_row("status", STATUS_AT, Storage::Text)?;
        self.of_row("result", STATUS_AT + 1, Storage::Text)?;
        self.of_row("extended_result", STATUS_AT + 2, Storage::Text)?;
        self.of_row("is_scored", STATUS_AT + 3, Storage::Bool)?;
        self.of_row("score", STATUS_AT + 4, Storage::Int)?;
        self.of_row("documentation_score", STATUS_AT + 5, Storage::Int)?;
        self.end_of_scale("max_score", MAX, head.scale().max)?;
        self.end_of_scale("min_score", MIN, head.scale().min)?;
        self.of_node("weight", WEIGHT, Storage::Int)?;
        self.questions(asked)?;
        self.of_row("mapping_inference", NEXT + 6, Storage::Json)?;
        self.word("status_display", "status", label(STATUS, &finding.status));
        self.word("status_i18n", "status", &key(&finding.status));
        self.word("result_i18n", "result", &key(&finding.result));
        self.of_node("node_content", NEXT + 7, Storage::Text)?;
        self.of_node("display_mode", NEXT + 8, Storage::Text)
    }

    fn cell(&mut self, at: usize, kind: Storage) -> Result<(), StoreError> {
        self.row.write_json(at, kind, self.out)
    }

    fn name(&mut self, name: &str) {
        self.out.extend_from_slice(b",\"");
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    fn null(&mut self) {
        self.out.extend_from_slice(b"null");
    }

    /// What everybody may know who sees the node.
    fn of_node(&mut self, name: &str, at: usize, kind: Storage) -> Result<(), StoreError> {
        self.name(name);
        self.cell(at, kind)
    }

    /// What was found.
    fn of_row(&mut self, name: &str, at: usize, kind: Storage) -> Result<(), StoreError> {
        self.name(name);
        if self.bare || self.hidden.contains(&name) {
            self.null();
            return Ok(());
        }
        self.cell(at, kind)
    }

    fn end_of_scale(&mut self, name: &str, at: usize, of_audit: i64) -> Result<(), StoreError> {
        self.name(name);
        if self.bare {
            self.null();
            return Ok(());
        }
        let end = self.row.int(at)?.unwrap_or(of_audit);
        let _ = write!(self.out, "{end}");
        Ok(())
    }

    fn word(&mut self, name: &str, field: &str, word: &str) {
        self.name(name);
        if self.bare || self.hidden.contains(&field) {
            self.null();
        } else {
            // Neither a &str nor a Vec gives it a reason to fail.
            let _ = serde_json::to_writer(&mut *self.out, word);
        }
    }

    fn questions(&mut self, asked: Option<&(String, Questionnaire)>) -> Result<(), StoreError> {
        self.name("questions");
        self.out.extend_from_slice(asked.map_or("null", |(text, _)| text).as_bytes());
        self.name("answers");
        match asked {
            _ if self.bare => self.null(),
            None => self.out.extend_from_slice(b"{}"),
            Some((_, questions)) => {
                let answers = Answers::stored(&self.row.json(NEXT + 5)?.unwrap_or_default()).shown(questions);
                let _ = write!(self.out, "{answers}");
            }
        }
        Ok(())
    }
}
