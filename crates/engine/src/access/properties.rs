//! `allowed(token) ⇒ allowed(owner)`, over random trees, roles, assignments and limits.

use super::{FolderKind, FolderNode, FolderTree, Folders, Grants, Limits, RolePermissions};
use proptest::collection::{hash_set, vec};
use proptest::option;
use proptest::prelude::*;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

const CODENAMES: [&str; 6] =
    ["view_asset", "add_asset", "change_asset", "delete_asset", "view_folder", "approve_something"];

fn id(n: usize) -> Uuid {
    Uuid::from_u128(n as u128 + 1)
}

/// A tree of up to twelve folders: each hangs below one that came before it.
fn tree() -> impl Strategy<Value = Arc<FolderTree>> {
    vec(any::<prop::sample::Index>(), 0..11).prop_map(|parents| {
        let node = |n: usize, parent: Option<Uuid>| FolderNode {
            id: id(n),
            parent,
            name: format!("F{n}"),
            kind: FolderKind::Domain,
            published: true,
        };
        let below = parents.iter().enumerate().map(|(n, parent)| node(n + 1, Some(id(parent.index(n + 1)))));
        Arc::new(FolderTree::new(std::iter::once(node(0, None)).chain(below).collect()))
    })
}

fn codenames() -> impl Strategy<Value = HashSet<String>> {
    hash_set(prop::sample::select(&CODENAMES[..]).prop_map(str::to_owned), 0..6)
}

fn roles() -> impl Strategy<Value = Arc<Vec<RolePermissions>>> {
    vec((codenames(), any::<bool>()), 1..4).prop_map(|sets| {
        let role = |(n, (codenames, assigned_only)): (usize, (HashSet<String>, bool))| RolePermissions {
            name: format!("R{n}"),
            codenames,
            assigned_only,
        };
        Arc::new(sets.into_iter().enumerate().map(role).collect())
    })
}

fn limits() -> impl Strategy<Value = Limits> {
    // Folder 12 never exists: a bound may name one that is gone.
    let folders = vec((0..13_usize, any::<bool>()), 0..4);
    let folders = folders.prop_map(|list| list.into_iter().map(|(n, recursive)| (id(n), recursive)).collect());
    (option::of(codenames()), option::of(folders)).prop_map(|(codenames, folders)| Limits { codenames, folders })
}

fn within(part: &Folders, whole: &Folders, tree: &FolderTree) -> bool {
    tree.subtree(tree.root()).into_iter().all(|folder| !part.contains(folder) || whole.contains(folder))
}

proptest! {
    #[test]
    fn limits_never_give(
        tree in tree(),
        roles in roles(),
        assignments in vec((0..3_usize, 0..12_usize, any::<bool>()), 0..6),
        limits in limits(),
        under in 0..12_usize,
    ) {
        let assignments = assignments.into_iter().map(|(role, folder, recursive)| (role % roles.len(), id(folder), recursive));
        let owner = Grants::expand(tree.clone(), roles.clone(), assignments);
        let token = owner.restricted(&limits);
        for codename in CODENAMES {
            let (mine, its) = (owner.folders(codename), token.folders(codename));
            prop_assert!(within(&its, &mine, &tree), "{codename} in {its:?} of {mine:?}");
            prop_assert!(within(&token.published_from(&its), &owner.published_from(&mine), &tree));
            let (whole, part) = (owner.reach(codename), token.reach(codename));
            prop_assert!(within(&part.every_row, &whole.every_row, &tree), "{codename} in {part:?} of {whole:?}");
            for folder in tree.subtree(tree.root()).into_iter().filter(|id| part.assigned_rows.contains(*id)) {
                prop_assert!(whole.assigned_rows.contains(folder) || whole.every_row.contains(folder));
            }
            for folder in tree.subtree(tree.root()) {
                prop_assert!(!token.holds(codename, folder) || owner.holds(codename, folder));
                prop_assert_eq!(token.holds(codename, folder), its.contains(folder));
            }
        }
        // The same holds in a folder that a transaction has just made.
        let node = FolderNode { id: id(20), parent: Some(id(under)), name: "new".into(), kind: FolderKind::Domain, published: true };
        let (owner, token) = (owner.with_folder(node.clone()), token.with_folder(node));
        for codename in CODENAMES {
            prop_assert!(!token.holds(codename, id(20)) || owner.holds(codename, id(20)));
        }
        // Limiting twice takes no more away than the second limit says.
        let again = token.restricted(&limits);
        for codename in CODENAMES {
            prop_assert_eq!(again.folders(codename), token.restricted(&limits).folders(codename));
        }
    }

    #[test]
    fn a_role_for_assigned_rows_never_gives_others(
        tree in tree(),
        roles in roles(),
        assignments in vec((0..3_usize, 0..12_usize, any::<bool>()), 0..6),
    ) {
        let assignments: Vec<_> = assignments.into_iter().map(|(role, folder, recursive)| (role % roles.len(), id(folder), recursive)).collect();
        let grants = Grants::expand(tree.clone(), roles.clone(), assignments.clone());
        // The same people without the roles for assigned rows, and with nothing else.
        let of = |assigned_only: bool| {
            let theirs = assignments.iter().copied().filter(|(role, ..)| roles[*role].assigned_only == assigned_only);
            Grants::expand(tree.clone(), roles.clone(), theirs)
        };
        let (without, only) = (of(false), of(true));
        for codename in CODENAMES {
            let reach = grants.reach(codename);
            for folder in tree.subtree(tree.root()) {
                prop_assert_eq!(reach.every_row.contains(folder), without.holds(codename, folder));
                let some = reach.every_row.contains(folder) || reach.assigned_rows.contains(folder);
                prop_assert_eq!(some, grants.holds(codename, folder));
                prop_assert!(!reach.assigned_rows.contains(folder) || only.holds(codename, folder));
            }
        }
    }

    #[test]
    fn a_folder_made_in_a_transaction_has_what_a_fresh_picture_gives_it(
        tree in tree(),
        roles in roles(),
        assignments in vec((0..3_usize, 0..12_usize, any::<bool>()), 0..6),
        under in 0..12_usize,
    ) {
        prop_assume!(tree.get(id(under)).is_some());
        let assignments: Vec<_> = assignments.into_iter().map(|(role, folder, recursive)| (role % roles.len(), id(folder), recursive)).collect();
        let node = FolderNode { id: id(20), parent: Some(id(under)), name: "new".into(), kind: FolderKind::Domain, published: true };
        let at_once = Grants::expand(tree.clone(), roles.clone(), assignments.clone()).with_folder(node.clone());
        let afresh = Grants::expand(Arc::new(tree.with(node)), roles, assignments);
        for codename in CODENAMES {
            prop_assert_eq!(at_once.folders(codename), afresh.folders(codename));
            prop_assert_eq!(at_once.reach(codename), afresh.reach(codename));
        }
    }
}
