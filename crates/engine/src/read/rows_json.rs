//! Rows in one of their shapes.

use super::relations::{self, Cells, kind_of};
use super::{Reading, Wording};
use crate::declare::{Choices, Columns, Field, Kind, Resource, Scope, Shape};
use crate::error::ApiError;
use crate::rows::required;
use serde_json::json;
use std::collections::HashMap;
use store::{Row, Statement, Value};
use uuid::Uuid;

/// How one field of the shape gets its JSON.
enum Cell {
    /// Copied from a column.
    Column(usize, store::Kind),
    /// A code that is shown as its label.
    Label(usize, store::Kind, Choices),
    /// `{"str", …, "id"}` from joined columns: id, label, extras.
    Reference(usize, Vec<(&'static str, store::Kind)>),
    /// Fetched before, by row.
    Prepared(Cells),
    /// Computed before, by row, as one field of a group.
    Computed(&'static str, &'static str),
    /// The folders above.
    Path,
}

/// Writes the rows with these ids, comma-separated, in this order clause.
pub async fn write_rows(
    reading: &mut Reading<'_>,
    resource: &Resource,
    shape: Shape,
    ids: &[Uuid],
    order: &str,
    out: &mut Vec<u8>,
) -> Result<(), ApiError> {
    let order = reading.rows.sql(order);
    write_ordered(reading, resource, shape, ids, &order, out).await
}

/// The same in an order that was planned.
pub(super) async fn write_ordered(
    reading: &mut Reading<'_>,
    resource: &Resource,
    shape: Shape,
    ids: &[Uuid],
    order: &Statement,
    out: &mut Vec<u8>,
) -> Result<(), ApiError> {
    if ids.is_empty() {
        return Ok(());
    }
    let fields: Vec<&Field> = resource.fields.iter().filter(|field| field.shown_in(shape)).collect();
    let mut computed: HashMap<&'static str, Columns> = HashMap::new();
    let mut cells: Vec<(&'static str, Vec<u8>, Cell)> = Vec::with_capacity(fields.len());
    let mut columns = Selected::new(reading, resource);
    for field in fields {
        let key = format!("{}\"{}\":", if cells.is_empty() { "{" } else { "," }, field.name).into_bytes();
        let cell = match &field.kind {
            Kind::Path => Cell::Path,
            Kind::References { .. } | Kind::Reverse { .. } => {
                Cell::Prepared(relations::fetch(reading, resource, field, shape, ids).await?)
            }
            Kind::Computed { group, run, .. } => {
                if !computed.contains_key(group) {
                    computed.insert(group, run(reading, ids).await?);
                }
                Cell::Computed(group, field.name)
            }
            _ => columns.cell(reading, resource, field, shape),
        };
        cells.push((field.name, key, cell));
    }
    let Selected { select, joins, .. } = columns;

    let access = reading.access(resource);
    let mut statement = reading.rows.sql(&format!("{select} FROM {} t", resource.table()));
    statement.append(&joins);
    statement.push(" WHERE ").bind_in("t.id", Value::Uuids(ids.to_vec())).append(order);
    let left_out = match resource.left_out {
        Some(which) => which(reading, shape, ids).await?,
        None => HashMap::new(),
    };
    let mut paths = Paths::new(reading, resource, shape);
    let mut first = true;
    reading
        .rows
        .each(&access, &statement, |row| {
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            let id = required(row.uuid(0)?)?;
            let without = left_out.get(&id);
            for (name, key, cell) in &cells {
                if without.is_some_and(|without| without.contains(name)) {
                    continue;
                }
                out.extend_from_slice(key);
                write_cell(row, id, cell, &computed, &mut paths, out)?;
            }
            out.push(b'}');
            Ok(())
        })
        .await
}

/// The folder that a visible row stands in is part of the row; other relatives, and the folder
/// above a folder, are shown only where they may be seen themselves.
fn is_own_folder(resource: &Resource, field: &Field) -> bool {
    resource.scope != Scope::Itself && field.name == "folder"
}

/// The columns of the main statement, as they are found to be needed.
struct Selected {
    select: String,
    joins: Statement,
    next: usize,
}

impl Selected {
    /// The id and the folder come first.
    fn new(reading: &Reading<'_>, resource: &Resource) -> Self {
        let folder = if resource.scope == Scope::Itself { "t.id" } else { "t.folder_id" };
        Self { select: format!("SELECT t.id, {folder}"), joins: reading.rows.statement(), next: 2 }
    }

    /// Adds a column; returns where it stands.
    fn add(&mut self, sql: &str) -> usize {
        self.select.push_str(", ");
        self.select.push_str(sql);
        self.next += 1;
        self.next - 1
    }

    /// A field with a column of its own.
    fn cell(&mut self, reading: &Reading<'_>, resource: &Resource, field: &Field, shape: Shape) -> Cell {
        let own = format!("t.{}", field.column_name().unwrap_or_default());
        let as_read = shape != Shape::Write;
        match &field.kind {
            Kind::Reference { target, .. } => {
                let shape = if field.bare { Shape::Write } else { shape };
                self.reference(reading, resource, field, shape, (target, &own))
            }
            Kind::Choice { options, labelled: true } if as_read => {
                Cell::Label(self.add(&own), field.storage().unwrap_or(store::Kind::Text), options)
            }
            _ => {
                let wording = Wording::of(reading.ctx);
                let shown = match field.shown_as {
                    Some(sql) if as_read || field.derived => wording.sql(resource, sql, "t"),
                    _ if as_read && field.translated => wording.text("t", field.name),
                    _ => own,
                };
                Cell::Column(self.add(&shown), field.storage().unwrap_or(store::Kind::Text))
            }
        }
    }

    /// A reference, shown only where its target may be seen.
    fn reference(
        &mut self,
        reading: &Reading<'_>,
        resource: &Resource,
        field: &Field,
        shape: Shape,
        (target, own): (&str, &str),
    ) -> Cell {
        let Some(target) = reading.ctx.engine.registry().get(target) else {
            // Nobody has declared the target yet, so there is nothing to refer to.
            return Cell::Column(self.add("NULL"), store::Kind::Text);
        };
        if shape == Shape::Write && is_own_folder(resource, field) {
            return Cell::Column(self.add(own), store::Kind::Uuid);
        }
        let alias = format!("r{}", self.next);
        self.joins.push(&format!(" LEFT JOIN {} {alias} ON {alias}.id = {own}", target.table()));
        if !is_own_folder(resource, field) {
            self.joins.push(" AND ");
            reading.access(target).push_condition(&alias, &mut self.joins);
        }
        let at = self.add(&format!("{alias}.id"));
        if shape == Shape::Write {
            return Cell::Column(at, store::Kind::Uuid);
        }
        let wording = Wording::of(reading.ctx);
        self.add(&wording.reference(target, &alias));
        let extras: Vec<_> = field.extra.iter().map(|extra| (*extra, kind_of(target, extra))).collect();
        for (extra, _) in &extras {
            self.add(&wording.column(target, &alias, extra));
        }
        Cell::Reference(at, extras)
    }
}

fn write_cell(
    row: &Row<'_>,
    id: Uuid,
    cell: &Cell,
    computed: &HashMap<&'static str, Columns>,
    paths: &mut Paths<'_>,
    out: &mut Vec<u8>,
) -> Result<(), store::Error> {
    match cell {
        Cell::Column(index, kind) => row.write_json(*index, *kind, out)?,
        Cell::Label(index, kind, options) => match code(row, *index, *kind)? {
            None => out.extend_from_slice(b"null"),
            Some(code) => {
                let label = options.iter().find(|(known, _)| *known == code).map_or(code.as_str(), |(_, label)| label);
                out.extend_from_slice(json!(label).to_string().as_bytes());
            }
        },
        Cell::Reference(at, extras) => {
            if row.uuid(*at)?.is_none() {
                out.extend_from_slice(b"null");
                return Ok(());
            }
            out.extend_from_slice(b"{\"str\":");
            row.write_json(at + 1, store::Kind::Text, out)?;
            for (index, (name, kind)) in extras.iter().enumerate() {
                out.extend_from_slice(format!(",\"{name}\":").as_bytes());
                row.write_json(at + 2 + index, *kind, out)?;
            }
            out.extend_from_slice(b",\"id\":");
            row.write_json(*at, store::Kind::Uuid, out)?;
            out.push(b'}');
        }
        Cell::Prepared(cells) => out.extend_from_slice(cells.get(&id).map_or(b"[]".as_slice(), Vec::as_slice)),
        Cell::Computed(group, name) => {
            let value = computed.get(group).and_then(|columns| columns.get(name)).and_then(|column| column.get(&id));
            out.extend_from_slice(value.map_or(b"null".as_slice(), Vec::as_slice));
        }
        Cell::Path => paths.write(required(row.uuid(1)?)?, out),
    }
    Ok(())
}

/// The code of a choice as its declaration has it.
fn code(row: &Row<'_>, index: usize, kind: store::Kind) -> Result<Option<String>, store::Error> {
    match kind {
        store::Kind::Int => Ok(row.int(index)?.map(|number| number.to_string())),
        _ => row.text(index),
    }
}

/// Writes `path`: the folders above that the caller may see, from the tree in memory.
struct Paths<'a> {
    ctx: &'a crate::context::Context,
    visible: Option<crate::access::Access>,
    /// A folder's own entry is part of its path when it is retrieved, not when it is listed.
    skip_last: bool,
    /// Retrieving something in the root folder shows the root.
    show_root: bool,
    cache: HashMap<Uuid, Vec<u8>>,
}

impl<'a> Paths<'a> {
    fn new(reading: &Reading<'a>, resource: &Resource, shape: Shape) -> Self {
        let visible = reading.ctx.engine.registry().get("folders").map(|folders| reading.access(folders));
        let itself = resource.scope == Scope::Itself;
        Self {
            ctx: reading.ctx,
            visible,
            skip_last: itself && shape == Shape::List,
            show_root: shape == Shape::Detail,
            cache: HashMap::new(),
        }
    }

    fn write(&mut self, folder: Uuid, out: &mut Vec<u8>) {
        if !self.cache.contains_key(&folder) {
            let json = self.compute(folder);
            self.cache.insert(folder, json);
        }
        out.extend_from_slice(&self.cache[&folder]);
    }

    fn compute(&self, folder: Uuid) -> Vec<u8> {
        let tree = self.ctx.principal.grants().tree();
        let mut path = tree.path(folder);
        if self.skip_last {
            path.pop();
        }
        if path.is_empty() && self.show_root {
            path.extend(tree.get(tree.root()));
        }
        let seen = |id: Uuid| id == folder || self.visible.as_ref().is_some_and(|access| access.shows_folder(id));
        let entries: Vec<_> = path
            .into_iter()
            .filter(|node| seen(node.id))
            .map(|node| json!({ "id": node.id, "str": node.name }))
            .collect();
        json!(entries).to_string().into_bytes()
    }
}
