//! What one person was granted: roles by folder, expanded down the tree.

use super::{FolderNode, FolderTree, Folders};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// A role with its permission codenames.
#[derive(Debug)]
pub struct RolePermissions {
    /// The role's name: a code such as `BI-RL-ANA`, or what its maker typed.
    pub name: String,
    /// Codenames such as `view_asset`.
    pub codenames: HashSet<String>,
    /// Of kinds whose rows can be assigned to people, its holders get no others.
    pub assigned_only: bool,
}

/// The folders in which a codename is held, by how far it reaches there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Folders where some role gives it for every row.
    pub every_row: Folders,
    /// Folders where some role gives it for rows that are assigned to its holder; those of `every_row`
    /// may be left out.
    pub assigned_rows: Folders,
}

/// The roles that a person holds in each folder. Computed once per person and epoch.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    tree: Arc<FolderTree>,
    roles: Arc<Vec<RolePermissions>>,
    by_folder: HashMap<Uuid, Held>,
    limited: bool,
}

/// What is held in one folder: indexes into the roles.
#[derive(Clone, Debug, Default)]
struct Held {
    here: Vec<usize>,
    /// Those of `here` that a folder made below would have too.
    below: Vec<usize>,
}

/// What a token leaves of its owner's grants. It can only take away.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Codenames that stay; all when `None`.
    pub codenames: Option<HashSet<String>>,
    /// Folders that stay, each with or without those below; all when `None`, none when empty.
    pub folders: Option<Vec<(Uuid, bool)>>,
}

impl Grants {
    /// Nothing at all, over this tree.
    pub fn none(tree: Arc<FolderTree>) -> Self {
        Self { tree, ..Self::default() }
    }

    /// Expands assignments (index into `roles`, folder, recursive) over the tree.
    pub fn expand(
        tree: Arc<FolderTree>,
        roles: Arc<Vec<RolePermissions>>,
        assignments: impl IntoIterator<Item = (usize, Uuid, bool)>,
    ) -> Self {
        let mut by_folder: HashMap<Uuid, Held> = HashMap::new();
        for (role, folder, recursive) in assignments {
            let reached = if recursive { tree.subtree(folder) } else { vec![folder] };
            for folder in reached.into_iter().filter(|id| tree.get(*id).is_some()) {
                let held = by_folder.entry(folder).or_default();
                if !held.here.contains(&role) {
                    held.here.push(role);
                }
                if recursive && !held.below.contains(&role) {
                    held.below.push(role);
                }
            }
        }
        Self { tree, roles, by_folder, limited: false }
    }

    /// What is left of these grants under limits.
    #[must_use]
    pub fn restricted(&self, limits: &Limits) -> Self {
        let mut left = self.clone();
        left.limited |= limits.codenames.is_some() || limits.folders.is_some();
        if let Some(kept) = &limits.codenames {
            let roles = self.roles.iter().map(|role| RolePermissions {
                name: role.name.clone(),
                codenames: role.codenames.intersection(kept).cloned().collect(),
                assigned_only: role.assigned_only,
            });
            left.roles = Arc::new(roles.collect());
        }
        if let Some(folders) = &limits.folders {
            let alone: HashSet<Uuid> = folders.iter().map(|(id, _)| *id).collect();
            let reached = folders.iter().filter(|(_, recursive)| *recursive);
            let reached: HashSet<Uuid> = reached.flat_map(|(id, _)| self.tree.subtree(*id)).collect();
            left.by_folder.retain(|id, _| alone.contains(id) || reached.contains(id));
            for (id, held) in &mut left.by_folder {
                if !reached.contains(id) {
                    held.below.clear();
                }
            }
        }
        left
    }

    /// The same grants over a tree with one folder more: for a transaction that has just made it.
    #[must_use]
    pub fn with_folder(&self, node: FolderNode) -> Self {
        let mut grown = self.clone();
        let below = node.parent.and_then(|parent| self.by_folder.get(&parent)).map(|held| held.below.clone());
        if let Some(below) = below.filter(|below| !below.is_empty()) {
            grown.by_folder.insert(node.id, Held { here: below.clone(), below });
        }
        grown.tree = Arc::new(self.tree.with(node));
        grown
    }

    /// Whether a limit took something away: then nothing is seen for being one's own, either.
    pub fn is_limited(&self) -> bool {
        self.limited
    }

    /// The tree these grants were computed over.
    pub fn tree(&self) -> &Arc<FolderTree> {
        &self.tree
    }

    /// Names of all roles held anywhere, sorted.
    pub fn role_names(&self) -> BTreeSet<&str> {
        self.by_folder.values().flat_map(|held| &held.here).map(|role| self.roles[*role].name.as_str()).collect()
    }

    /// All codenames held anywhere, sorted.
    pub fn all_codenames(&self) -> BTreeSet<&str> {
        let held: BTreeSet<usize> = self.by_folder.values().flat_map(|held| held.here.iter().copied()).collect();
        held.into_iter().flat_map(|role| &self.roles[role].codenames).map(String::as_str).collect()
    }

    /// Folders in which any role is held, sorted.
    pub fn reached(&self) -> BTreeSet<Uuid> {
        self.by_folder.keys().copied().collect()
    }

    /// All codenames held in a folder, sorted.
    pub fn codenames(&self, folder: Uuid) -> BTreeSet<&str> {
        let held = self.by_folder.get(&folder).map_or(&[][..], |held| &held.here);
        held.iter().flat_map(|role| &self.roles[*role].codenames).map(String::as_str).collect()
    }

    /// Whether the codename is held in the folder.
    pub fn holds(&self, codename: &str, folder: Uuid) -> bool {
        let held = self.by_folder.get(&folder).map_or(&[][..], |held| &held.here);
        held.iter().any(|role| self.roles[*role].codenames.contains(codename))
    }

    /// The folders in which the codename is held.
    pub fn folders(&self, codename: &str) -> Folders {
        self.folders_by(|role| role.codenames.contains(codename))
    }

    /// The same for a kind whose rows can be assigned to people.
    pub fn reach(&self, codename: &str) -> Reach {
        let every_row = self.folders_by(|role| !role.assigned_only && role.codenames.contains(codename));
        let assigned = self.folders_by(|role| role.assigned_only && role.codenames.contains(codename));
        let assigned_rows = match (&every_row, assigned) {
            (Folders::All, _) => Folders::These(Arc::new([])),
            (Folders::These(_), Folders::All) => Folders::All,
            (Folders::These(_), Folders::These(list)) => {
                Folders::These(list.iter().copied().filter(|folder| !every_row.contains(*folder)).collect())
            }
        };
        Reach { every_row, assigned_rows }
    }

    fn folders_by(&self, gives: impl Fn(&RolePermissions) -> bool) -> Folders {
        let giving: Vec<bool> = self.roles.iter().map(gives).collect();
        let mut list: Vec<Uuid> = self
            .by_folder
            .iter()
            .filter(|(_, held)| held.here.iter().any(|role| giving[*role]))
            .map(|(folder, _)| *folder)
            .collect();
        if !list.is_empty() && list.len() == self.tree.len() {
            return Folders::All;
        }
        list.sort_unstable();
        Folders::These(list.into())
    }

    /// The publication rule, isolated: a published row is seen by whoever may see rows of its
    /// kind in some folder below. Returns the folders whose published rows are visible.
    pub fn published_from(&self, viewable: &Folders) -> Folders {
        let Folders::These(list) = viewable else { return Folders::All };
        let above: BTreeSet<Uuid> =
            list.iter().flat_map(|folder| self.tree.ancestors(*folder)).map(|node| node.id).collect();
        Folders::These(above.into_iter().collect())
    }

    /// The same for folders themselves, whose publication is part of the tree.
    pub(super) fn published_folders(&self, viewable: &Folders) -> Folders {
        let Folders::These(above) = self.published_from(viewable) else { return Folders::All };
        let published = |id: &Uuid| self.tree.get(*id).is_some_and(|node| node.published);
        Folders::These(above.iter().copied().filter(published).collect())
    }
}
