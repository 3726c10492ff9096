//! Routes of a declared resource.

use super::{Auth, List, Method, Operation, Route};
use engine::declare::{Kind, Method as ActionMethod, On, Resource};

/// Adds the operations that a declaration offers.
pub(super) fn add(resource: &Resource, list: &mut List) {
    let offered = &resource.operations;
    let (one, many) = (resource.verbose.to_lowercase(), resource.plural.to_lowercase());
    let mut add = |method, rest: &str, operation, summary: String| {
        let path = format!("/api/{}/{rest}", resource.path);
        let route = Route::new(method, path, Auth::Anyone, operation, summary);
        list.0.push(Route { resource: Some(resource.path), ..route });
    };
    add(Method::Get, "", Operation::List, format!("List {many}."));
    if offered.create {
        add(Method::Post, "", Operation::Create, format!("Create one of the {many}."));
    }
    if offered.batch {
        add(Method::Post, "batch-action/", Operation::Batch, format!("One action on several {many}."));
    }
    if let Some(fields) = offered.autocomplete {
        add(
            Method::Get,
            "autocomplete/",
            Operation::Autocomplete(fields),
            format!("Light rows of {many} for pickers."),
        );
    }
    if let Some(shape) = offered.ids {
        add(Method::Get, "ids/", Operation::Ids(shape), format!("Ids of {many} by name."));
    }
    if offered.names {
        add(Method::Get, "names/", Operation::Names, format!("Names of {many} by id."));
    }
    for field in &resource.fields {
        let chosen = field.input || resource.slice.is_some_and(|slice| slice.field == field.name);
        if matches!(field.kind, Kind::Choice { .. }) && chosen {
            add(
                Method::Get,
                &format!("{}/", field.name),
                Operation::Choices(field.name),
                format!("Choices of {}.", field.name),
            );
        }
    }
    for action in &resource.actions {
        let method = match action.method {
            ActionMethod::Get => Method::Get,
            ActionMethod::Post => Method::Post,
            ActionMethod::Delete => Method::Delete,
        };
        let rest = match action.on {
            On::Collection => format!("{}/", action.name),
            On::Item => format!("{{id}}/{}/", action.name),
        };
        add(method, &rest, Operation::Action(*action), format!("{} of {many}.", action.name.replace(['_', '-'], " ")));
    }
    add(Method::Get, "{id}/", Operation::Retrieve, format!("Retrieve one of the {many}."));
    add(Method::Get, "{id}/object/", Operation::Object, format!("The write shape of one of the {many}."));
    add(Method::Get, "{id}/cascade-info/", Operation::CascadeInfo, format!("What goes with a deleted {one}."));
    if offered.update {
        add(Method::Put, "{id}/", Operation::Replace, format!("Replace one of the {many}."));
        add(Method::Patch, "{id}/", Operation::Patch, format!("Change one of the {many}."));
    }
    if offered.delete {
        add(Method::Delete, "{id}/", Operation::Delete, format!("Delete one of the {many}."));
    }
}
