//! Resources: fields, scope, rules and special behaviour of one kind of object.

use super::field::BoxFuture;
use super::{Accepts, Action, Field, Kind, Receives, Shape};
use crate::access::Verb;
use crate::context::{Body, Context};
use crate::error::ApiError;
use crate::read::Reading;
use crate::rows::Rows;
use crate::write::Saving;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

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

/// A hook on the way of a write.
pub type Hook = for<'a> fn(&'a mut Saving<'_>) -> BoxFuture<'a, Result<(), ApiError>>;

/// Finds rows that stand in the way of a deletion: path of their kind, id, label. Those that the
/// caller may not see are not named.
pub type Blockers =
    for<'a> fn(&'a mut Reading<'_>, Uuid) -> BoxFuture<'a, Result<Vec<(&'static str, Uuid, String)>, ApiError>>;

/// A body on its way into a new row, before anything is read from it.
#[derive(Debug)]
pub struct Preparing<'a> {
    /// Who asks, and how.
    pub ctx: &'a Context,
    /// What they sent; a hook may fill in what depends on something else.
    pub body: &'a mut Body,
    /// The transaction.
    pub rows: &'a mut Rows,
}

/// A hook on bodies of new rows.
pub type Prepare = for<'a> fn(&'a mut Preparing<'_>) -> BoxFuture<'a, Result<(), ApiError>>;

/// Rows whose links change from the other end, while a relative of theirs is saved.
#[derive(Debug)]
pub struct Relinking<'a> {
    /// Who saves the relative, and how.
    pub ctx: &'a Context,
    /// The field of these rows that changes.
    pub field: &'static str,
    /// The rows that gain or lose the relative; the caller may change each.
    pub ids: &'a [Uuid],
    /// The transaction.
    pub rows: &'a mut Rows,
}

/// A hook on links that change from the other end: it refuses what a change of the rows themselves would refuse.
pub type Relink = for<'a> fn(&'a mut Relinking<'_>) -> BoxFuture<'a, Result<(), ApiError>>;

/// Says for the rows of a page which fields they do without in a shape, with a fixed number of statements. Rows that
/// are not named show everything.
pub type LeftOut = for<'a> fn(
    &'a mut Reading<'_>,
    Shape,
    &'a [Uuid],
) -> BoxFuture<'a, Result<HashMap<Uuid, Arc<[&'static str]>>, ApiError>>;

/// Special behaviour around writes.
#[derive(Clone, Copy, Default)]
pub struct Hooks {
    /// Before the body of a new row is read: defaults that depend on something else.
    pub prepare: Option<Prepare>,
    /// After validation, before the row is written: cross-field rules, derived values.
    pub before_save: Option<Hook>,
    /// After the row was written, in the same transaction.
    pub after_save: Option<Hook>,
    /// Before links of rows change from the other end: refusals.
    pub before_relink: Option<Relink>,
    /// Before the row is deleted: refusals.
    pub before_delete: Option<Hook>,
    /// What such a refusal is about, for `cascade-info/`.
    pub blockers: Option<Blockers>,
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hooks")
    }
}

/// A filter that is not simply a field: appends its condition over alias `t`.
pub type Condition = fn(&Context, &str, &mut store::Statement) -> Result<(), String>;

/// The rows of another resource that hold one code in one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Path of the other resource, which has the tables.
    pub whole: &'static str,
    /// The choice field.
    pub field: &'static str,
    /// Its code.
    pub code: &'static str,
}

/// Appends, for the table under an alias, the condition that a row is assigned to a person.
pub type AssignedRows = fn(alias: &str, user: uuid::Uuid, into: &mut store::Statement);

/// What some rows keep from those who see them for being assigned alone: to such a reader the value is as if it were not
/// there, whether it is read, filtered or ordered by, searched, or followed from its other end.
#[derive(Clone, Copy, Debug)]
pub struct Withheld {
    /// Fields that can be kept back.
    pub fields: &'static [&'static str],
    /// Appends, for the table under an alias, the condition that a row keeps this field back.
    pub rows: fn(alias: &str, field: &str, into: &mut store::Statement),
}

/// What a special filter understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// One id.
    Id,
    /// Ids with commas between them.
    Ids,
    /// `true` or `false`; anything else says nothing.
    Truth,
    /// A word that the condition knows; repeated for any of several.
    Word,
    /// Ids, one at a time: a row that meets one of them is found.
    AnyId,
    /// Some of these words, one at a time: a row that meets one of them is found.
    Words(&'static [&'static str]),
    /// Any text.
    Text,
}

/// A query parameter with a condition of its own.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Name in the query.
    pub name: &'static str,
    /// What it understands.
    pub takes: Takes,
    /// Turns a value into SQL; `Err` is the sentence of the refusal.
    pub condition: Condition,
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

    /// Type name in messages, and the words for one and for many.
    #[must_use]
    pub fn called(mut self, type_name: &'static str, verbose: &'static str, plural: &'static str) -> Self {
        (self.type_name, self.verbose, self.plural) = (type_name, verbose, plural);
        self
    }

    /// Where the interface lists it.
    #[must_use]
    pub fn module(mut self, module: &'static str) -> Self {
        self.module = module;
        self
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// SQL over `{t}` that names a row, and the field that the interface shows as the name.
    #[must_use]
    pub fn label(mut self, sql: &'static str, field: &'static str) -> Self {
        (self.label, self.label_field) = (sql, field);
        self
    }

    /// SQL over `{t}` that names a row in the `str` of references.
    #[must_use]
    pub fn referred_to_as(mut self, sql: &'static str) -> Self {
        self.reference_label = Some(sql);
        self
    }

    /// A row may be asked for by this unique text column in the place of its id.
    #[must_use]
    pub fn found_by(mut self, column: &'static str) -> Self {
        self.found_by = Some(column);
        self
    }

    /// The whole body of the answer to an id that is nobody's.
    #[must_use]
    pub fn missing_says(mut self, sentence: &'static str) -> Self {
        self.missing = Some(sentence);
        self
    }

    /// `object/` and the answers to writes show the detail: there is no other shape.
    #[must_use]
    pub fn one_shape(mut self) -> Self {
        self.object_shape = Shape::Detail;
        self
    }

    /// Rows are parts of others, and the audit log tells of the whole alone.
    #[must_use]
    pub fn part(mut self) -> Self {
        self.part = true;
        self
    }

    /// The refusal for an id that is nobody's, or that the caller may not see.
    pub fn not_found(&self) -> ApiError {
        match self.missing {
            Some(sentence) => ApiError::refused(404, serde_json::Value::String(sentence.to_owned())),
            None => ApiError::NoRow(self.type_name),
        }
    }

    /// Default order: field names, `-` for descending.
    #[must_use]
    pub fn ordered_by(mut self, fields: &'static [&'static str]) -> Self {
        self.default_order = fields;
        self
    }

    /// Names must be unique.
    #[must_use]
    pub fn unique(mut self, unique: Unique) -> Self {
        self.unique = Some(unique);
        self
    }

    /// Takes operations away or adds some.
    #[must_use]
    pub fn operations(mut self, change: fn(&mut Operations)) -> Self {
        change(&mut self.operations);
        self
    }

    /// Nothing can be written.
    #[must_use]
    pub fn read_only(self) -> Self {
        self.operations(|offered| {
            (offered.create, offered.update, offered.delete, offered.batch) = (false, false, false, false);
        })
    }

    /// Adds a special operation.
    #[must_use]
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// Adds a special filter.
    #[must_use]
    pub fn filter(mut self, name: &'static str, takes: Takes, condition: Condition) -> Self {
        self.filters.push(Filter { name, takes, condition });
        self
    }

    /// Before the body of a new row is read.
    #[must_use]
    pub fn prepare(mut self, hook: Prepare) -> Self {
        self.hooks.prepare = Some(hook);
        self
    }

    /// Some rows do without some fields.
    #[must_use]
    pub fn leaves_out(mut self, which: LeftOut) -> Self {
        self.left_out = Some(which);
        self
    }

    /// After validation, before the row is written.
    #[must_use]
    pub fn before_save(mut self, hook: Hook) -> Self {
        self.hooks.before_save = Some(hook);
        self
    }

    /// After the row was written.
    #[must_use]
    pub fn after_save(mut self, hook: Hook) -> Self {
        self.hooks.after_save = Some(hook);
        self
    }

    /// Before links of rows change because a relative of theirs is saved.
    #[must_use]
    pub fn before_relink(mut self, hook: Relink) -> Self {
        self.hooks.before_relink = Some(hook);
        self
    }

    /// Before the row is deleted.
    #[must_use]
    pub fn before_delete(mut self, hook: Hook) -> Self {
        self.hooks.before_delete = Some(hook);
        self
    }

    /// What a refusal to delete is about.
    #[must_use]
    pub fn blocked_by(mut self, find: Blockers) -> Self {
        self.hooks.blockers = Some(find);
        self
    }

    /// Its rows are those of `whole` that hold `code` in the choice field `field`: the same rows
    /// under another path, with permissions and routes of their own. The field is given at
    /// creation and cannot be written through this path. Called after the fields.
    #[must_use]
    pub fn slice_of(mut self, whole: &'static str, field: &'static str, code: &'static str) -> Self {
        self.slice = Some(Slice { whole, field, code });
        for one in self.fields.iter_mut().filter(|one| one.name == field) {
            one.input = false;
        }
        self
    }

    /// Another model's permissions guard this one.
    #[must_use]
    pub fn guarded_by(mut self, model: &'static str) -> Self {
        self.guarded_by = Some(model);
        self
    }

    /// Rows whose column holds the caller's id are visible to the caller, whatever the grants.
    #[must_use]
    pub fn own_rows(mut self, column: &'static str) -> Self {
        self.own_column = Some(column);
        self
    }

    /// Rows can be assigned to people, and some roles give no others of this kind.
    #[must_use]
    pub fn assigned_rows(mut self, condition: AssignedRows) -> Self {
        self.assigned_rows = Some(condition);
        self
    }

    /// Some rows keep some fields from those who see them for being assigned alone. What answers show is for
    /// [`leaves_out`](Self::leaves_out) to say; this is about everything that a value could be told by.
    #[must_use]
    pub fn withholds(mut self, withheld: Withheld) -> Self {
        self.withheld = Some(withheld);
        self
    }

    /// Writes change who may do what.
    #[must_use]
    pub fn affects_access(mut self) -> Self {
        self.affects_access = true;
        self
    }

    /// Search looks into the folder's name too.
    #[must_use]
    pub fn searches_folder(mut self) -> Self {
        self.search_folder = true;
        self
    }

    /// The resource's own code keeps `search_text`.
    #[must_use]
    pub fn searchable(mut self) -> Self {
        self.own_search = true;
        self
    }

    /// Rows go along when their folder is exported.
    #[must_use]
    pub fn travels(mut self) -> Self {
        self.travels = true;
        self
    }

    /// Rows with this boolean set are part of the product: never deleted, never renamed.
    #[must_use]
    pub fn protected_by(mut self, column: &'static str) -> Self {
        self.protected_by = Some(column);
        self
    }

    /// Rows are parts of a whole: they come and go with it, and nobody makes or deletes one alone.
    #[must_use]
    pub fn part_of(mut self, whole: &'static str) -> Self {
        (self.part_of, self.part) = (Some(whole), true);
        self
    }

    /// Whether a POST can make a row.
    pub fn makes_rows(&self) -> bool {
        self.operations.create && self.part_of.is_none()
    }

    /// Rows stand in the folder of the row that one of these references names, and move with it. A new row names
    /// exactly one. Where roles give the kind for assigned rows only, what is new is assigned to whoever may see what it
    /// follows.
    #[must_use]
    pub fn follows(mut self, references: &'static [&'static str]) -> Self {
        self.follows = references;
        self
    }

    /// A multipart body may bring a file along in this part.
    #[must_use]
    pub fn receives(mut self, part: &'static str, accepts: Accepts) -> Self {
        self.receives = Some(Receives { part: Some(part), most: 1, accepts });
        self
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
