//! The list of what exists. Routes, OpenAPI, permissions, interface and tests walk it.

use crate::declare::{Kind, OnDelete, Resource, Scope};
use std::collections::HashMap;
use std::sync::Arc;

/// All declared resources.
#[derive(Clone, Debug)]
pub struct Registry {
    resources: Arc<[Resource]>,
    by_path: Arc<HashMap<&'static str, usize>>,
}

/// A field of some resource that refers to another.
#[derive(Clone, Debug)]
pub struct Referrer<'a> {
    /// The resource whose rows refer.
    pub resource: &'a Resource,
    /// Where the reference stands.
    pub by: By,
}

/// How one row refers to another.
#[derive(Clone, Debug)]
pub enum By {
    /// Through a column of its own.
    Column(String, OnDelete),
    /// Through a link table in which it is the source.
    Link(&'static str),
}

impl Registry {
    /// Collects declarations.
    ///
    /// # Panics
    /// When two share a path: that is a mistake in the program, seen at its first start.
    pub fn new(resources: Vec<Resource>) -> Self {
        let mut by_path = HashMap::new();
        for (index, resource) in resources.iter().enumerate() {
            assert!(by_path.insert(resource.path, index).is_none(), "{} is declared twice", resource.path);
        }
        Self { resources: resources.into(), by_path: Arc::new(by_path) }
    }

    /// All of them, in the order of declaration.
    pub fn all(&self) -> &[Resource] {
        &self.resources
    }

    /// One by path. A target that nobody has declared yet is `None`: references to it are
    /// always empty, and become real on the day it is declared.
    pub fn get(&self, path: &str) -> Option<&Resource> {
        self.by_path.get(path).map(|index| &self.resources[*index])
    }

    /// The path of the resource that has the tables of this one.
    fn home<'a>(&'a self, path: &'a str) -> &'a str {
        self.get(path).map_or(path, |resource| resource.home())
    }

    /// Everything that refers to rows of `target`, by whichever of their names. Rows that
    /// have two names are told once, by the resource that has the tables.
    pub fn referrers<'a>(&'a self, target: &'a str) -> impl Iterator<Item = Referrer<'a>> {
        let home = self.home(target);
        let meant = move |to: &'static str| self.home(to) == home;
        self.all().iter().filter(|resource| resource.slice.is_none()).flat_map(move |resource| {
            let kept = resource.fields.iter().filter(|field| !field.told);
            let fields = kept.filter_map(move |field| match field.kind {
                Kind::Reference { target: to, on_delete } if meant(to) && !is_scope(field.name, resource) => {
                    Some(Referrer { resource, by: By::Column(format!("{}_id", field.name), on_delete) })
                }
                Kind::References { target: to } if meant(to) => Some(Referrer { resource, by: By::Link(field.name) }),
                _ => None,
            });
            let in_folder = (target == "folders")
                .then(|| Referrer { resource, by: By::Column(scope_column(resource).to_owned(), OnDelete::Cascade) });
            fields.chain(in_folder)
        })
    }
}

/// The folder that a row stands in is counted once, through the scope.
fn is_scope(name: &str, resource: &Resource) -> bool {
    match resource.scope {
        Scope::Itself => name == "parent_folder",
        Scope::Folder | Scope::Root => name == "folder",
    }
}

/// The column that holds the folder above a row.
fn scope_column(resource: &Resource) -> &'static str {
    match resource.scope {
        Scope::Itself => "parent_folder_id",
        Scope::Folder | Scope::Root => "folder_id",
    }
}
