//! Fields: what a column holds, how it is shown and what a body may say of it.

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
const READ: &[Shape] = &[Shape::List, Shape::Detail];

impl Field {
    fn new(name: &'static str, kind: Kind) -> Self {
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

/// Text on one line.
pub fn text(name: &'static str) -> Field {
    Field::new(name, Kind::Text { long: false })
}

/// Text on several lines.
pub fn long_text(name: &'static str) -> Field {
    Field::new(name, Kind::Text { long: true })
}

/// An e-mail address.
pub fn email(name: &'static str) -> Field {
    Field::new(name, Kind::Email)
}

/// An absolute address.
pub fn url(name: &'static str) -> Field {
    Field::new(name, Kind::Url).max(2048)
}

/// One of some codes; read answers show labels.
pub fn choice(name: &'static str, options: Choices) -> Field {
    Field::new(name, Kind::Choice { options, labelled: true })
}

/// True or false, false unless a default says otherwise.
pub fn boolean(name: &'static str) -> Field {
    Field::new(name, Kind::Bool).default("false")
}

/// A whole number from `min` to `max`.
pub fn integer(name: &'static str, min: i64, max: i64) -> Field {
    Field::new(name, Kind::Int { min, max })
}

/// A number with a fraction.
pub fn number(name: &'static str) -> Field {
    Field::new(name, Kind::Real)
}

/// A calendar day.
pub fn date(name: &'static str) -> Field {
    Field::new(name, Kind::Date).nullable()
}

/// An instant.
pub fn time(name: &'static str) -> Field {
    Field::new(name, Kind::Time)
}

/// JSON that passes a check; `form` names its editor.
pub fn json(name: &'static str, form: &'static str, check: JsonCheck) -> Field {
    Field::new(name, Kind::Json { check, form })
}

/// One row of another resource, or null.
pub fn reference(name: &'static str, target: &'static str) -> Field {
    Field::new(name, Kind::Reference { target, on_delete: OnDelete::Clear }).nullable()
}

/// Any number of rows of another resource.
pub fn references(name: &'static str, target: &'static str) -> Field {
    Field::new(name, Kind::References { target })
}

/// The other end of `field` of `source`.
pub fn reverse(name: &'static str, source: &'static str, field: &'static str) -> Field {
    Field::new(name, Kind::Reverse { source, field })
}

/// A field that is computed for a page at once; `schema` is its OpenAPI type.
pub fn computed(name: &'static str, group: &'static str, schema: &'static str, run: Compute) -> Field {
    Field::new(name, Kind::Computed { group, run, schema }).read_only().only(READ)
}

/// The primary key.
pub fn id() -> Field {
    Field::new("id", Kind::Id).read_only()
}

/// The file of the row: the id that it has in the blob store.
pub fn blob(name: &'static str) -> Field {
    Field::new(name, Kind::Blob).nullable().read_only().only(&[])
}

/// The folder that the row belongs to; a missing one means the root folder.
pub fn folder() -> Field {
    folder_as("folder")
}

/// The same under another name on the wire (`parent_folder`).
pub fn folder_as(name: &'static str) -> Field {
    Field::new(name, Kind::Reference { target: "folders", on_delete: OnDelete::Cascade }).filter().column()
}

/// Whether rows are published downwards.
pub fn is_published(default: &'static str) -> Field {
    boolean("is_published").default(default)
}

/// The folders above.
pub fn path() -> Field {
    Field::new("path", Kind::Path).read_only().only(READ)
}

/// When the row was made.
pub fn created_at() -> Field {
    time("created_at").read_only().order()
}

/// When the row last changed.
pub fn updated_at() -> Field {
    time("updated_at").read_only().order()
}
