use super::{FolderKind, FolderNode, FolderTree, Folders, Grants, RolePermissions};
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Root 1 ─ 2 ─ 3, and 1 ─ 4.
fn tree() -> Arc<FolderTree> {
    let node = |n: u128, parent: Option<u128>, kind| FolderNode {
        id: id(n),
        parent: parent.map(id),
        name: format!("F{n}"),
        kind,
    };
    Arc::new(FolderTree::new(vec![
        node(1, None, FolderKind::Root),
        node(2, Some(1), FolderKind::Domain),
        node(3, Some(2), FolderKind::Domain),
        node(4, Some(1), FolderKind::Domain),
    ]))
}

fn reader() -> Arc<Vec<RolePermissions>> {
    Arc::new(vec![RolePermissions { name: "reader".into(), codenames: HashSet::from(["view_asset".to_owned()]) }])
}

#[test]
fn recursive_grants_reach_down_and_published_rows_are_seen_from_below() {
    let grants = Grants::expand(tree(), reader(), [(0, id(2), true)]);
    let seen = grants.folders("view_asset");
    assert_eq!(seen, Folders::These(Arc::new([id(2), id(3)])));
    assert!(grants.folders("change_asset").is_empty());
    let published = grants.published_from(&seen);
    assert!(published.contains(id(1)) && !published.contains(id(4)));
}

#[test]
fn a_grant_on_the_whole_tree_needs_no_list() {
    let grants = Grants::expand(tree(), reader(), [(0, id(1), true)]);
    assert_eq!(grants.folders("view_asset"), Folders::All);
    let flat = Grants::expand(tree(), reader(), [(0, id(1), false)]);
    assert_eq!(flat.folders("view_asset"), Folders::These(Arc::new([id(1)])));
}

#[test]
fn grants_on_folders_that_are_gone_give_nothing() {
    let grants = Grants::expand(tree(), reader(), [(0, id(9), true)]);
    assert!(grants.folders("view_asset").is_empty());
}

#[test]
fn paths_leave_the_root_out() {
    let tree = tree();
    let names: Vec<&str> = tree.path(id(3)).into_iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["F2", "F3"]);
    assert!(tree.path(id(1)).is_empty());
}
