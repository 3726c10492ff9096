//! One entry, and the digest that pins it down.

use crate::access::{Access, Credential};
use crate::context::Context;
use crate::error::ApiError;
use crate::rows::Rows;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use store::Value;
use uuid::Uuid;

/// What happened, as the one who did it tells it.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// `create`, `update`, `delete`, `sign_in`, `pat.created`, …
    pub action: &'static str,
    /// Path of the resource, or a word for what is none (`session`).
    pub resource: &'static str,
    /// The object, if there is one.
    pub object: Option<Uuid>,
    /// What it was called at that moment.
    pub name: String,
    /// The folder it stands in.
    pub folder: Option<Uuid>,
    /// `{field: [old, new]}`; secrets never get here.
    pub changes: Map<String, Json>,
}

/// An entry as it is stored.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: Uuid,
    /// When, in UTC.
    pub at: DateTime<Utc>,
    /// Who, if a person.
    pub actor: Option<Uuid>,
    /// Their e-mail address then, or the program's name for itself.
    pub actor_name: String,
    /// What they showed: `session`, `pat`, or `program` for nothing.
    pub credential: String,
    /// The token in use.
    pub token: Option<Uuid>,
    /// The client's address.
    pub address: Option<String>,
    /// The client's program.
    pub agent: Option<String>,
    /// The request.
    pub request: Option<String>,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    pub resource: String,
    /// To which one.
    pub object: Option<Uuid>,
    /// What it was called.
    pub name: String,
    /// In which folder.
    pub folder: Option<Uuid>,
    /// `{field: [old, new]}` as canonical text.
    pub changes: String,
}

impl Row {
    /// SHA-256 over all columns, each with its length before it, so that no two entries and
    /// no two splits of the same text give the same bytes.
    pub fn digest(&self) -> [u8; 32] {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string());
        let columns = [
            Some(self.id.to_string()),
            Some(self.at.to_rfc3339_opts(SecondsFormat::Micros, true)),
            id(self.actor),
            Some(self.actor_name.clone()),
            Some(self.credential.clone()),
            id(self.token),
            self.address.clone(),
            self.agent.clone(),
            self.request.clone(),
            Some(self.action.clone()),
            Some(self.resource.clone()),
            id(self.object),
            Some(self.name.clone()),
            id(self.folder),
            Some(self.changes.clone()),
        ];
        let mut hash = Sha256::new();
        for column in columns {
            match column {
                None => hash.update([0xff; 8]),
                Some(text) => {
                    hash.update((text.len() as u64).to_be_bytes());
                    hash.update(text.as_bytes());
                }
            }
        }
        hash.finalize().into()
    }
}

/// Records an entry in the transaction of what it tells of.
pub async fn record(ctx: &Context, rows: &mut Rows, entry: Entry) -> Result<(), ApiError> {
    let principal = &ctx.principal;
    let origin = principal.origin();
    let credential = match principal.credential() {
        Credential::Session(_) => "session",
        Credential::Token(_) => "pat",
        Credential::ServiceAccount(_) => "service_account",
        Credential::Program => "program",
    };
    let row = Row {
        id: ctx.engine.new_id()?,
        at: ctx.now(),
        actor: principal.user(),
        actor_name: principal.email().to_owned(),
        credential: credential.to_owned(),
        token: principal.token(),
        address: origin.address.map(|address| address.to_string()),
        agent: origin.agent.clone(),
        request: origin.request.clone(),
        action: entry.action.to_owned(),
        resource: entry.resource.to_owned(),
        object: entry.object,
        name: entry.name,
        folder: entry.folder,
        changes: Json::Object(entry.changes).to_string(),
    };
    let mut statement = rows.sql(
        "INSERT INTO audit_entries (id, at, actor_id, actor_name, credential, token_id, address, agent, request_id, \
         action, resource, object_id, object_name, folder_id, changes, digest) VALUES (",
    );
    let digest = row.digest().to_vec();
    let cells: [Value; 16] = [
        row.id.into(),
        row.at.into(),
        optional(row.actor),
        row.actor_name.into(),
        row.credential.into(),
        optional(row.token),
        optional(row.address),
        optional(row.agent),
        optional(row.request),
        row.action.into(),
        row.resource.into(),
        optional(row.object),
        row.name.into(),
        optional(row.folder),
        row.changes.into(),
        Value::Bytes(digest),
    ];
    for (index, cell) in cells.into_iter().enumerate() {
        statement.push(if index == 0 { "" } else { ", " }).bind(cell);
    }
    statement.push(")");
    let access = Access::system("the audit log is written by everyone and for no one in particular");
    rows.execute(&access, &statement).await?;
    rows.recorded(&ctx.engine);
    Ok(())
}

fn optional<T: Into<Value>>(cell: Option<T>) -> Value {
    cell.map_or(Value::Null, Into::into)
}

/// A cell as the log shows it.
pub fn shown(cell: Option<&Value>) -> Json {
    match cell {
        None | Some(Value::Null | Value::Bytes(_)) => Json::Null,
        Some(Value::Bool(value)) => json!(value),
        Some(Value::Int(value)) => json!(value),
        Some(Value::Real(value)) => json!(value),
        Some(Value::Text(value)) => json!(value),
        Some(Value::Uuid(value)) => json!(value),
        Some(Value::Time(value)) => json!(value.to_rfc3339_opts(SecondsFormat::Micros, true)),
        Some(Value::Date(value)) => json!(value.to_string()),
        Some(Value::Json(value)) => value.clone(),
        Some(Value::Uuids(value)) => json!(value),
        Some(Value::Texts(value)) => json!(value),
        Some(Value::Ints(value)) => json!(value),
    }
}
