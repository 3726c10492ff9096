//! What rows keep from those who see them for being assigned alone, as SQL: whatever reads, filters, orders or follows a
//! field that can be kept back asks here for the condition, and nobody else pays for it.

use super::{Access, Folders, Principal, Verb};
use crate::declare::{Resource, Withheld};
use store::Statement;

/// Fields that some rows keep from the holder of a proof.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// Folders whose rows the holder sees for being assigned alone.
    folders: Folders,
    /// Which fields, and of which rows.
    rule: Withheld,
}

impl Kept {
    /// It is what somebody may see that decides, whatever is about to be done: `reached` are the folders where `verb` is
    /// held for assigned rows. None for whoever sees rows for themselves.
    pub(super) fn of(principal: &Principal, resource: &Resource, verb: Verb, reached: &Folders) -> Option<Self> {
        let rule = resource.withheld?;
        let folders = match verb {
            Verb::View => reached.clone(),
            _ => principal.grants().reach(&resource.codename(Verb::View)).assigned_rows,
        };
        (!folders.is_empty()).then_some(Self { folders, rule })
    }
}

impl Access {
    /// Whether there can be rows that keep this field from the caller.
    pub fn may_withhold(&self, field: &str) -> bool {
        self.kept.as_ref().is_some_and(|kept| kept.rule.fields.contains(&field))
    }

    /// Fields that some row can keep from the caller.
    pub fn withheld_fields(&self) -> &'static [&'static str] {
        self.kept.as_ref().map_or(&[], |kept| kept.rule.fields)
    }

    /// Appends the condition that the row under the alias tells the caller this field.
    pub fn push_tells(&self, alias: &str, field: &str, into: &mut Statement) {
        match self.kept.as_ref().filter(|kept| kept.rule.fields.contains(&field)) {
            None => drop(into.push("1=1")),
            Some(kept) => {
                into.push("NOT (");
                self.push_membership(&kept.folders, &format!("{alias}.{}", self.folder_column), into);
                into.push(" AND ");
                (kept.rule.rows)(alias, field, into);
                into.push(")");
            }
        }
    }

    /// Appends what the row under the alias tells the caller of a field: `sql`, or null.
    pub fn push_told(&self, alias: &str, field: &str, sql: &str, into: &mut Statement) {
        if !self.may_withhold(field) {
            into.push(sql);
            return;
        }
        into.push("(CASE WHEN ");
        self.push_tells(alias, field, into);
        into.push(" THEN ").push(sql).push(" END)");
    }

    /// Appends the condition that the row under the alias is covered, and tells what this field of it is linked to: for
    /// whatever comes from the other end of the link.
    pub fn push_linked(&self, alias: &str, field: &str, into: &mut Statement) {
        self.push_condition(alias, into);
        if self.may_withhold(field) {
            into.push(" AND ");
            self.push_tells(alias, field, into);
        }
    }
}
