//! Who may see and do what: the proof ([`Access`]) that every function on rows asks for.
//!
//! What belongs here: the folder tree, grants, the visibility rule and the proof type.
//! What does not: where grants come from (that is `iam`) and SQL beyond the one predicate.

mod folders;
mod grants;
mod predicate;
mod principal;
mod withheld;

pub use folders::{FolderKind, FolderNode, FolderTree};
pub use grants::{Grants, Limits, Reach, RolePermissions};
pub use principal::{Credential, Origin, Principal};

use crate::declare::{AssignedRows, Resource, Scope, Slice};
use std::sync::Arc;
use uuid::Uuid;
use withheld::Kept;

/// What is about to be done to rows of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Read.
    View,
    /// Create.
    Add,
    /// Change.
    Change,
    /// Delete.
    Delete,
}

impl Verb {
    /// All four, in the order of the permission tables.
    pub const ALL: [Self; 4] = [Self::View, Self::Add, Self::Change, Self::Delete];

    /// The first part of a permission codename.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Add => "add",
            Self::Change => "change",
            Self::Delete => "delete",
        }
    }
}

/// A set of folders; `All` spares the database a list when nothing is excluded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Folders {
    /// Every folder.
    All,
    /// Just these, sorted.
    These(Arc<[Uuid]>),
}

impl Folders {
    /// Whether the folder is in the set.
    pub fn contains(&self, folder: Uuid) -> bool {
        match self {
            Self::All => true,
            Self::These(list) => list.binary_search(&folder).is_ok(),
        }
    }

    /// Whether no folder is in the set.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::These(list) if list.is_empty())
    }
}

/// Proof that somebody was authorised for a verb on a resource, with the rows it covers.
///
/// There is no way to read or write rows without one, and only [`Access::authorize`] and
/// [`Access::system`] make one.
#[derive(Clone, Debug)]
pub struct Access {
    folders: Folders,
    published: Folders,
    own: Option<(&'static str, Uuid)>,
    assigned: Option<Assigned>,
    kept: Option<Kept>,
    folder_column: &'static str,
    /// Rows of the table that are rows of the resource.
    slice: Option<Slice>,
}

/// Rows that are covered for being assigned to somebody.
#[derive(Clone, Debug)]
struct Assigned {
    /// The folders where that is enough.
    folders: Folders,
    /// To whom.
    user: Uuid,
    /// What assigned means for rows of the kind.
    rows: AssignedRows,
}

impl Access {
    /// What this principal may `verb` among the rows of `resource`. Never fails: somebody
    /// without any right gets a proof that covers no row.
    pub fn authorize(principal: &Principal, resource: &Resource, verb: Verb) -> Self {
        let grants = principal.grants();
        let codename = resource.codename(verb);
        let (folders, assigned, kept) = match resource.assigned_rows {
            None => (grants.folders(&codename), None, None),
            Some(rows) => {
                let Reach { every_row, assigned_rows: folders } = grants.reach(&codename);
                // A row that is not there yet is assigned to nobody, unless it follows one that is; and a machine is nobody.
                let can_be = verb != Verb::Add || !resource.follows.is_empty();
                let user = principal.user().filter(|_| can_be && !folders.is_empty());
                let kept = Kept::of(principal, resource, verb, &folders);
                (every_row, user.map(|user| Assigned { folders, user, rows }), kept)
            }
        };
        // Published rows of an ancestor folder can be seen from below, never changed.
        let published = match verb {
            Verb::View if resource.scope == Scope::Itself => grants.published_folders(&folders),
            Verb::View => grants.published_from(&folders),
            _ => Folders::These(Arc::new([])),
        };
        let own = match (verb, resource.own_column, principal.user()) {
            (Verb::View, Some(column), Some(user)) if !grants.is_limited() => Some((column, user)),
            _ => None,
        };
        Self { folders, published, own, assigned, kept, folder_column: folder_column(resource), slice: resource.slice }
    }

    /// All rows, for work that no person asked for (start, jobs, checks). The reason is for
    /// the reader who greps for these places.
    pub fn system(_reason: &'static str) -> Self {
        let (folders, published) = (Folders::All, Folders::All);
        Self { folders, published, own: None, assigned: None, kept: None, folder_column: "folder_id", slice: None }
    }

    /// Whether every row of this folder is covered, publication and ownership left aside.
    pub fn covers(&self, folder: Uuid) -> bool {
        self.folders.contains(folder)
    }

    /// Whether a row of this folder is covered when it is assigned to the caller.
    pub fn covers_assigned(&self, folder: Uuid) -> bool {
        self.assigned.as_ref().is_some_and(|assigned| assigned.folders.contains(folder))
    }

    /// Whether a folder is visible, itself or because it is published from below.
    pub fn shows_folder(&self, folder: Uuid) -> bool {
        self.folders.contains(folder) || self.published.contains(folder)
    }

    /// Whether any row can be covered, publication and ownership left aside.
    pub fn covers_any(&self) -> bool {
        !self.folders.is_empty() || self.assigned.is_some()
    }

    /// The folders of which every row is covered, publication left aside.
    pub fn folders(&self) -> &Folders {
        &self.folders
    }
}

/// A folder is its own scope; everything else carries `folder_id`.
fn folder_column(resource: &Resource) -> &'static str {
    match resource.scope {
        Scope::Itself => "id",
        Scope::Folder | Scope::Root => "folder_id",
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod properties;
