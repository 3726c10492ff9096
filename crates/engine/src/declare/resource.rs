//! Resources: fields, scope, rules and special behaviour of one kind of object.

use super::filter::Filter;
use super::hooks::Hooks;
use super::sight::{AssignedRows, LeftOut, Slice, Withheld};
use super::{Action, Field, Kind, Receives, Shape};
use crate::access::Verb;
use crate::error::ApiError;

/// Where rows of a resource belong, which decides who may see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Each row in a folder of its own choosing.
    Folder,
    /// All rows in the root folder. Whoever holds `add` in any folder may add.
    Root,
    /// The row is a folder.
    Itself,
}

/// Which names have to be unique.
#[derive(Clone, Copy, Debug)]
pub struct Unique {
    /// The text field, compared case-insensitively.
    pub field: &'static str,
    /// Within the folder, or among all rows.
    pub in_folder: bool,
    /// Checked on PATCH too. The contract checks POST only, for most kinds.
    pub on_update: bool,
    /// How the refusal is worded.
    pub refusal: fn(&str) -> serde_json::Value,
}

/// The standard operations that a resource offers.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one switch for each operation of the contract")]
pub struct Operations {
    /// POST.
    pub create: bool,
    /// PUT and PATCH.
    pub update: bool,
    /// DELETE.
    pub delete: bool,
    /// `batch-action/`.
    pub batch: bool,
    /// `autocomplete/`.
    pub autocomplete: Option<&'static [&'static str]>,
    /// `ids/`.
    pub ids: Option<IdsShape>,
    /// `names/`.
    pub names: bool,
}

/// The form of `ids/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdsShape {
    /// `{name: id}`.
    ByName,
    /// `{folder name: {name: id}}`.
    ByFolder,
}

/// One kind of object.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property that a declaration switches on by its name")]
pub struct Resource {
    /// Path segment and key in the registry: `applied-controls`.
    pub path: &'static str,
    /// Part of the permission codenames: `appliedcontrol`.
    pub model: &'static str,
    /// Type name in messages: `AppliedControl`.
    pub type_name: &'static str,
    /// Words for people: `Applied control`.
    pub verbose: &'static str,
    /// The same for many: `Applied controls`.
    pub plural: &'static str,
    /// Where the interface lists it: `organisation`.
    pub module: &'static str,
    /// Where rows belong.
    pub scope: Scope,
    /// Its rows are some of another resource's, under another path.
    pub slice: Option<Slice>,
    /// Whose permissions guard it, when not its own.
    pub guarded_by: Option<&'static str>,
    /// SQL over the alias `{t}` that names a row for people.
    pub label: &'static str,
    /// The same in the `str` of references, where it says more than the name.
    pub reference_label: Option<&'static str>,
    /// The field that the interface shows as the name.
    pub label_field: &'static str,
    /// Its fields, in the order of the wire.
    pub fields: Vec<Field>,
    /// Default order: field names, `-` for descending.
    pub default_order: &'static [&'static str],
    /// Which names have to be unique.
    pub unique: Option<Unique>,
    /// Standard operations.
    pub operations: Operations,
    /// Special operations.
    pub actions: Vec<Action>,
    /// Special filters.
    pub filters: Vec<Filter>,
    /// Special behaviour.
    pub hooks: Hooks,
    /// Fields that some rows do without.
    pub left_out: Option<LeftOut>,
    /// Rows whose column holds the caller's id are visible to the caller.
    pub own_column: Option<&'static str>,
    /// What it means that a row is assigned to somebody: for holders of roles that give this kind
    /// for assigned rows only.
    pub assigned_rows: Option<AssignedRows>,
    /// What rows keep from those who see them for that alone.
    pub withheld: Option<Withheld>,
    /// Writes change who may do what, so they move the epoch.
    pub affects_access: bool,
    /// Search looks into the folder's name too.
    pub search_folder: bool,
    /// `search_text` is kept by the resource's own code, not made of its fields.
    pub own_search: bool,
    /// Rows go along when their folder is exported.
    pub travels: bool,
    /// Rows with this boolean column set are not deleted and keep their name.
    pub protected_by: Option<&'static str>,
    /// A unique text column by which a row may be asked for in the place of its id.
    pub found_by: Option<&'static str>,
    /// The whole body of the answer to an id that is nobody's, where the contract has a bare sentence.
    pub missing: Option<&'static str>,
    /// The shape of `object/` and of the answers to writes.
    pub object_shape: Shape,
    /// Rows are parts of others: the audit log tells of the whole alone.
    pub part: bool,
    /// Rows are parts of a row of this resource: made with it, gone with it, and never alone.
    pub part_of: Option<&'static str>,
    /// The references of which a row names one, whose folder is the row's own.
    pub follows: &'static [&'static str],
    /// The file that a multipart body may bring along.
    pub receives: Option<Receives>,
}

/// A resource that has not said yet where its rows belong: it can do nothing else.
#[derive(Debug)]
pub struct Unscoped {
    path: &'static str,
    model: &'static str,
}

impl Unscoped {
    /// Says where rows belong.
    pub fn scope(self, scope: Scope) -> Resource {
        Resource {
            path: self.path,
            model: self.model,
            type_name: self.model,
            verbose: self.model,
            plural: self.path,
            module: "administration",
            scope,
            slice: None,
            guarded_by: None,
            label: "{t}.name",
            reference_label: None,
            label_field: "name",
            fields: vec![super::id()],
            default_order: &["name"],
            unique: None,
            operations: Operations {
                create: true,
                update: true,
                delete: true,
                batch: true,
                autocomplete: None,
                ids: None,
                names: false,
            },
            actions: Vec::new(),
            filters: Vec::new(),
            hooks: Hooks::default(),
            left_out: None,
            own_column: None,
            assigned_rows: None,
            withheld: None,
            affects_access: false,
            search_folder: false,
            own_search: false,
            travels: false,
            protected_by: None,
            found_by: None,
            missing: None,
            object_shape: Shape::Write,
            part: false,
            part_of: None,
            follows: &[],
            receives: None,
        }
    }
}

impl Resource {
    /// Starts a declaration: path and permission model. A scope has to follow.
    #[expect(clippy::new_ret_no_self, reason = "a resource without a scope must not exist")]
    pub fn new(path: &'static str, model: &'static str) -> Unscoped {
        Unscoped { path, model }
    }

    /// The refusal for an id that is nobody's, or that the caller may not see.
    pub fn not_found(&self) -> ApiError {
        match self.missing {
            Some(sentence) => ApiError::refused(404, serde_json::Value::String(sentence.to_owned())),
            None => ApiError::NoRow(self.type_name),
        }
    }

    /// Whether a POST can make a row.
    pub fn makes_rows(&self) -> bool {
        self.operations.create && self.part_of.is_none()
    }

    /// The field that holds the file of a row, if rows have one.
    pub fn blob_field(&self) -> Option<&Field> {
        self.fields.iter().find(|field| matches!(field.kind, Kind::Blob))
    }

    /// Permission codename for a verb: `view_asset`.
    pub fn codename(&self, verb: Verb) -> String {
        format!("{}_{}", verb.as_str(), self.guarded_by.unwrap_or(self.model))
    }

    /// Path of the resource that has the tables: its own, unless its rows are some of another's.
    pub fn home(&self) -> &'static str {
        self.slice.map_or(self.path, |slice| slice.whole)
    }

    /// The table that holds the rows.
    pub fn table(&self) -> String {
        self.home().replace('-', "_")
    }

    /// The table that links rows to the relatives in `field`.
    pub fn links(&self, field: &str) -> String {
        link_table(self.home(), field)
    }

    /// A field by name; the one that has a column when a computed one shares the name.
    pub fn stored(&self, name: &str) -> Option<&Field> {
        self.fields
            .iter()
            .filter(|field| field.name == name)
            .max_by_key(|field| !matches!(field.kind, Kind::Computed { .. }))
    }

    /// The label as SQL over an alias.
    pub fn label_over(&self, alias: &str) -> String {
        self.label.replace("{t}", alias)
    }

    /// The field that holds the folder (`folder`, `parent_folder`), if it is shown or written.
    pub fn folder_field(&self) -> Option<&Field> {
        let name = if self.scope == Scope::Itself { "parent_folder" } else { "folder" };
        self.fields.iter().find(|field| field.name == name)
    }
}

/// The table that links `resource.field` to its target: `(source_id, target_id, position)`.
pub fn link_table(resource: &str, field: &str) -> String {
    format!("{}__{field}", resource.replace('-', "_"))
}
