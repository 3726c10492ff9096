//! What the matrix expects, from the declared scope, the roles' permission lists and the words
//! of the domain model. Nothing here asks the engine.

use engine::declare::{Resource, Scope};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Permission codenames of the built-in roles.
static ROLES: LazyLock<BTreeMap<String, BTreeSet<String>>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../crates/iam/src/builtin_roles.json")).expect("roles"));

/// Where a row stands, or a grant holds. Grants reach down: the root's reach everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The root folder.
    Root,
    /// The domain `Ours`, or a folder below it.
    Ours,
    /// Its sibling.
    Theirs,
}

/// Somebody of the matrix, and the one role that they hold in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Column of the table.
    pub name: &'static str,
    /// Role code and place.
    pub grant: Option<(&'static str, Place)>,
    /// The group that gives it.
    pub group: Option<&'static str>,
}

/// Everybody who can sign in.
pub const PEOPLE: [Person; 6] = [
    Person { name: "nobody", grant: None, group: None },
    Person { name: "sibling", grant: Some(("BI-RL-AUD", Place::Theirs)), group: Some("Theirs - Reader") },
    Person { name: "reader", grant: Some(("BI-RL-AUD", Place::Ours)), group: Some("Ours - Reader") },
    Person { name: "analyst", grant: Some(("BI-RL-ANA", Place::Ours)), group: Some("Ours - Analyst") },
    Person { name: "manager", grant: Some(("BI-RL-DMA", Place::Ours)), group: Some("Ours - Domain manager") },
    Person { name: "admin", grant: Some(("BI-RL-ADM", Place::Root)), group: Some("Global - Administrator") },
];

/// The row that an operation is tried on.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What it is called; found nowhere else.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it is shown to those below.
    pub published: bool,
    /// Whether it is part of the product, which nobody deletes.
    pub builtin: bool,
}

impl Person {
    /// Whether the codename is held anywhere.
    pub fn holds(self, codename: &str) -> bool {
        self.grant.is_some_and(|(role, _)| ROLES[role].contains(codename))
    }

    /// Whether the codename is held in a place.
    pub fn holds_in(self, codename: &str, place: Place) -> bool {
        self.holds(codename) && self.grant.is_some_and(|(_, held)| held == Place::Root || held == place)
    }

    /// The visibility rule: held here, or published and held somewhere below.
    pub fn sees(self, resource: &Resource, row: &Row) -> bool {
        let view = codename(resource, "view");
        self.holds_in(&view, row.place) || (row.published && row.place == Place::Root && self.holds(&view))
    }

    /// 404 for what is hidden, 403 for what is only seen, else `ok`.
    pub fn on_row(self, resource: &Resource, row: &Row, verb: &str, ok: u16) -> u16 {
        if !self.sees(resource, row) {
            404
        } else if verb != "view" && !self.holds_in(&codename(resource, verb), row.place) {
            403
        } else {
            ok
        }
    }

    /// Creating in a place: nobody's right anywhere is a refusal, a hidden folder is no folder.
    pub fn on_create(self, resource: &Resource, place: Place) -> u16 {
        let add = codename(resource, "add");
        if !self.holds(&add) {
            403
        } else if resource.scope == Scope::Root || self.holds_in(&add, place) {
            201
        } else if place == Place::Root || self.holds_in("view_folder", place) {
            403
        } else {
            400
        }
    }
}

/// The codename that guards a verb: of the resource's own model, or of the one that it names.
pub fn codename(resource: &Resource, verb: &str) -> String {
    format!("{verb}_{}", resource.guarded_by.unwrap_or(resource.model))
}
