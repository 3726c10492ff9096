//! How a declaration is put together, word by word.

use super::filter::{Condition, Filter, Takes};
use super::hooks::{Blockers, Hook, Prepare, Relink};
use super::kind::Shape;
use super::resource::{Operations, Resource, Unique};
use super::sight::{AssignedRows, LeftOut, Slice, Withheld};
use super::{Accepts, Action, Field, Receives};

impl Resource {
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
}
