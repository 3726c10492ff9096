//! Fields: what a column holds, how it is shown and what a body may say of it.

use super::kind::{Kind, OnDelete, Shape};
use serde_json::Value;

/// One field of a resource.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property that a declaration switches on by its name")]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// A POST must name it.
    pub required: bool,
    /// `null` may be written.
    pub nullable: bool,
    /// The empty text may be written.
    pub blank: bool,
    /// Longest text, in characters.
    pub max: usize,
    /// What a new row holds when the body is silent, as JSON text.
    pub default: Option<&'static str>,
    /// Shapes in which it is shown.
    pub shapes: &'static [Shape],
    /// Whether bodies may set it.
    pub input: bool,
    /// Bodies may set it on POST only; later values are ignored.
    pub frozen: bool,
    /// `?name=` filters by it.
    pub filter: bool,
    /// `?ordering=name` is understood.
    pub order: bool,
    /// `?search=` looks into it.
    pub search: bool,
    /// Shown as a column of the interface's table from the start.
    pub column: bool,
    /// Further columns of the referred row that its reference object carries.
    pub extra: &'static [&'static str],
    /// SQL over `{t}` that read answers show instead of the stored value.
    pub shown_as: Option<&'static str>,
    /// There is no column: `shown_as` is all there is.
    pub derived: bool,
    /// Name of the column, where the field's own name is a word of SQL.
    pub kept_in: Option<&'static str>,
    /// Read answers show it in the language asked for, from the row's `translations`.
    pub translated: bool,
    /// The codes of a choice are numbers, and are stored and written as such.
    pub numbered: bool,
    /// Read answers show relatives as bare ids too.
    pub bare: bool,
    /// Bodies say it to the resource's own code, which keeps what it makes of it; there is no column.
    pub told: bool,
}

const EVERYWHERE: &[Shape] = &[Shape::List, Shape::Detail, Shape::Write];
/// List and detail.
pub(super) const READ: &[Shape] = &[Shape::List, Shape::Detail];

impl Field {
    pub(super) fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            required: false,
            nullable: false,
            blank: false,
            max: usize::MAX,
            default: None,
            shapes: EVERYWHERE,
            input: true,
            frozen: false,
            filter: false,
            order: false,
            search: false,
            column: false,
            extra: &[],
            shown_as: None,
            derived: false,
            kept_in: None,
            translated: false,
            numbered: false,
            bare: false,
            told: false,
        }
    }

    /// A POST must name it, and nobody may take it away.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self.nullable = false;
        self
    }

    /// `null` may be written, and is the default.
    #[must_use]
    pub fn nullable(mut self) -> Self {
        self.nullable = true;
        self.blank = true;
        self
    }

    /// The empty text may be written, and is the default.
    #[must_use]
    pub fn blank(mut self) -> Self {
        self.blank = true;
        self.default = self.default.or(Some("\"\""));
        self
    }

    /// Longest text, in characters.
    #[must_use]
    pub fn max(mut self, characters: usize) -> Self {
        self.max = characters;
        self
    }

    /// What a new row holds when the body is silent, as JSON text.
    #[must_use]
    pub fn default(mut self, json: &'static str) -> Self {
        self.default = Some(json);
        self
    }

    /// Shown, never written.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.input = false;
        self
    }

    /// Written by POST only.
    #[must_use]
    pub fn frozen(mut self) -> Self {
        self.frozen = true;
        self
    }

    /// Shown in these shapes only.
    #[must_use]
    pub fn only(mut self, shapes: &'static [Shape]) -> Self {
        self.shapes = shapes;
        self
    }

    /// `?name=` filters by it.
    #[must_use]
    pub fn filter(mut self) -> Self {
        self.filter = true;
        self
    }

    /// `?ordering=name` is understood.
    #[must_use]
    pub fn order(mut self) -> Self {
        self.order = true;
        self
    }

    /// `?search=` looks into it.
    #[must_use]
    pub fn search(mut self) -> Self {
        self.search = true;
        self
    }

    /// A column of the interface's table from the start.
    #[must_use]
    pub fn column(mut self) -> Self {
        self.column = true;
        self
    }

    /// Read answers show the code, not the label.
    #[must_use]
    pub fn as_code(mut self) -> Self {
        if let Kind::Choice { labelled, .. } = &mut self.kind {
            *labelled = false;
        }
        self
    }

    /// The codes of a choice are numbers: stored as such, in their order, and shown as such in
    /// answers to writes.
    #[must_use]
    pub fn numbered(mut self) -> Self {
        self.numbered = true;
        self
    }

    /// Deleting the referred row deletes this one.
    #[must_use]
    pub fn cascade(self) -> Self {
        self.on_delete(OnDelete::Cascade)
    }

    /// Deleting the referred row is refused while this one exists.
    #[must_use]
    pub fn refuse(self) -> Self {
        self.on_delete(OnDelete::Refuse)
    }

    fn on_delete(mut self, what: OnDelete) -> Self {
        if let Kind::Reference { on_delete, .. } = &mut self.kind {
            *on_delete = what;
        }
        self
    }

    /// Further columns of the referred row that its reference object carries.
    #[must_use]
    pub fn with(mut self, columns: &'static [&'static str]) -> Self {
        self.extra = columns;
        self
    }

    /// SQL over the row's alias `{t}` that read answers show instead of the stored value.
    #[must_use]
    pub fn shown_as(mut self, sql: &'static str) -> Self {
        self.shown_as = Some(sql);
        self
    }

    /// SQL over the row's alias `{t}` in place of a column.
    #[must_use]
    pub fn derived(mut self, sql: &'static str) -> Self {
        (self.shown_as, self.derived, self.input, self.default) = (Some(sql), true, false, None);
        self
    }

    /// The column, where the field's name is a word of SQL.
    #[must_use]
    pub fn kept_in(mut self, column: &'static str) -> Self {
        self.kept_in = Some(column);
        self
    }

    /// Read answers show it in the language asked for, from the row's `translations`.
    #[must_use]
    pub fn translated(mut self) -> Self {
        self.translated = true;
        self
    }

    /// Read answers show relatives as bare ids, as answers to writes do.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Bodies say it to the resource's own code: it is validated like any field, and kept in no column.
    #[must_use]
    pub fn told(mut self) -> Self {
        (self.told, self.shapes) = (true, &[]);
        self
    }

    /// The column that holds it; none for links, paths, derived and computed fields, and what is only told.
    pub fn column_name(&self) -> Option<String> {
        if self.derived {
            return None;
        }
        if let Some(column) = self.kept_in {
            return Some(column.to_owned());
        }
        match self.kind {
            _ if self.told => None,
            Kind::Reference { .. } => Some(format!("{}_id", self.name)),
            Kind::References { .. } | Kind::Reverse { .. } | Kind::Path | Kind::Computed { .. } => None,
            _ => Some(self.name.to_owned()),
        }
    }

    /// What it holds, as SQL over an alias; nothing for links, paths and computed fields.
    pub fn sql(&self, alias: &str) -> Option<String> {
        match self.shown_as {
            Some(sql) if self.derived => Some(sql.replace("{t}", alias)),
            _ => self.column_name().map(|column| format!("{alias}.{column}")),
        }
    }

    /// A code of a choice as JSON has it: a text, or a number where codes are numbers.
    pub fn code(&self, code: &str) -> Value {
        match code.parse::<i64>() {
            Ok(number) if self.numbered => number.into(),
            _ => code.into(),
        }
    }

    /// Whether it is shown in a shape.
    pub fn shown_in(&self, shape: Shape) -> bool {
        self.shapes.contains(&shape)
    }

    /// Whether a body gives it as a list.
    pub fn is_list(&self) -> bool {
        matches!(self.kind, Kind::References { .. } | Kind::Reverse { .. })
    }

    /// How the column is stored; none for fields without one.
    pub fn storage(&self) -> Option<store::Kind> {
        use store::Kind as S;
        Some(match self.kind {
            Kind::Id | Kind::Blob | Kind::Reference { .. } => S::Uuid,
            Kind::Choice { .. } if self.numbered => S::Int,
            Kind::Text { .. } | Kind::Email | Kind::Url | Kind::Choice { .. } => S::Text,
            Kind::Bool => S::Bool,
            Kind::Int { .. } => S::Int,
            Kind::Real => S::Real,
            Kind::Date => S::Date,
            Kind::Time => S::Time,
            Kind::Json { .. } => S::Json,
            _ => return None,
        })
    }
}
