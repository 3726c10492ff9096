use super::{
    Access, Credential, FolderKind, FolderNode, FolderTree, Folders, Grants, Limits, Origin, Principal,
    RolePermissions, Verb,
};
use crate::declare::{Resource, Scope};
use std::collections::HashSet;
use std::sync::Arc;
use store::{Dialect, Statement};
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
        published: true,
    };
    Arc::new(FolderTree::new(vec![
        node(1, None, FolderKind::Root),
        node(2, Some(1), FolderKind::Domain),
        node(3, Some(2), FolderKind::Domain),
        node(4, Some(1), FolderKind::Domain),
    ]))
}

fn reader() -> Arc<Vec<RolePermissions>> {
    Arc::new(vec![RolePermissions {
        name: "reader".into(),
        codenames: HashSet::from(["view_asset".to_owned()]),
        assigned_only: false,
    }])
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

#[test]
fn limits_only_take_away() {
    let grants = Grants::expand(tree(), reader(), [(0, id(1), true)]);
    let of = |limits: Limits| grants.restricted(&limits).folders("view_asset");
    assert_eq!(of(Limits::default()), Folders::All);
    assert!(of(Limits { folders: Some(Vec::new()), ..Limits::default() }).is_empty());
    let alone = of(Limits { folders: Some(vec![(id(2), false)]), ..Limits::default() });
    assert_eq!(alone, Folders::These(Arc::new([id(2)])));
    let down = of(Limits { folders: Some(vec![(id(2), true)]), ..Limits::default() });
    assert_eq!(down, Folders::These(Arc::new([id(2), id(3)])));
    let gone = of(Limits { folders: Some(vec![(id(9), true)]), ..Limits::default() });
    assert!(gone.is_empty());
    let codenames = Some(HashSet::from(["view_folder".to_owned(), "change_asset".to_owned()]));
    let other = grants.restricted(&Limits { codenames, folders: None });
    assert!(other.folders("view_asset").is_empty());
    assert!(other.folders("change_asset").is_empty(), "a limit gives nothing");
}

#[test]
fn a_new_folder_inherits_what_reaches_down_to_it() {
    let child = |parent: u128| FolderNode {
        id: id(7),
        parent: Some(id(parent)),
        name: "new".into(),
        kind: FolderKind::Domain,
        published: true,
    };
    let grants = Grants::expand(tree(), reader(), [(0, id(2), true), (0, id(4), false)]);
    assert!(grants.with_folder(child(3)).holds("view_asset", id(7)));
    assert!(!grants.with_folder(child(4)).holds("view_asset", id(7)));
    let limited = grants.restricted(&Limits { folders: Some(vec![(id(2), false)]), ..Limits::default() });
    assert!(!limited.with_folder(child(2)).holds("view_asset", id(7)));
}

/// Rows of a kind that can be assigned, for somebody with these roles in these folders.
fn of_assignable(roles: [bool; 2], assignments: &[(usize, u128, bool)], person: bool, verb: Verb) -> (Access, String) {
    let codenames = HashSet::from(["view_task".to_owned(), "add_task".to_owned()]);
    let role = |assigned_only| RolePermissions { name: "r".into(), codenames: codenames.clone(), assigned_only };
    let assignments = assignments.iter().map(|(role, folder, recursive)| (*role, id(*folder), *recursive));
    let grants = Arc::new(Grants::expand(tree(), Arc::new(roles.map(role).into()), assignments));
    let origin = Arc::new(Origin::default());
    let principal = if person {
        Principal::person(id(90), "p@example.org", Credential::Session(id(91)), false, grants, origin)
    } else {
        Principal::machine(id(90), "m", grants, origin)
    };
    let tasks = Resource::new("tasks", "task").scope(Scope::Folder).assigned_rows(|alias, user, into| {
        into.push(&format!("{alias}.owner_id = ")).bind(user);
    });
    let access = Access::authorize(&principal, &tasks, verb);
    let mut statement = Statement::new(Dialect::Sqlite);
    access.push_condition("t", &mut statement);
    (access, statement.sql().to_owned())
}

#[test]
fn a_role_for_assigned_rows_covers_those_alone() {
    let (access, sql) = of_assignable([true, false], &[(0, 2, true)], true, Verb::View);
    assert!(!access.covers(id(2)) && access.covers_assigned(id(3)) && !access.covers_assigned(id(4)));
    assert!(access.covers_any());
    assert!(sql.contains("1=0") && sql.contains("t.owner_id = "), "{sql}");
    assert!(!sql.contains("is_published"), "what is published above is not assigned: {sql}");

    let (access, sql) = of_assignable([true, false], &[(0, 2, true), (1, 3, false)], true, Verb::View);
    assert!(access.covers(id(3)) && !access.covers(id(2)) && access.covers_assigned(id(2)));
    assert!(sql.contains("t.owner_id = "), "{sql}");

    let (access, sql) = of_assignable([true, false], &[(0, 1, true), (1, 1, true)], true, Verb::View);
    assert!(access.covers(id(4)) && sql == "1=1", "who sees everything sees everything: {sql}");

    let (access, sql) = of_assignable([true, false], &[(0, 1, true)], true, Verb::View);
    assert!(!access.covers(id(1)) && sql.contains("t.owner_id"), "everywhere is not everything: {sql}");
}

#[test]
fn nothing_is_assigned_to_a_machine_and_nothing_new_to_anybody() {
    let (access, sql) = of_assignable([true, true], &[(0, 1, true)], false, Verb::View);
    assert!(!access.covers_any() && !sql.contains("owner_id"), "{sql}");
    let (access, sql) = of_assignable([true, true], &[(0, 1, true)], true, Verb::Add);
    assert!(!access.covers_any() && !sql.contains("owner_id"), "{sql}");
}
