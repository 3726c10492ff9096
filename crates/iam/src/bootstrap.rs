//! What a fresh instance holds before anybody signs in: the root folder, permissions, roles,
//! groups and their assignments. Run at each start; what exists stays as it is.

use crate::Iam;
use crate::groups;
use engine::access::{FolderKind, FolderNode, FolderTree, Grants, Principal};
use engine::declare::Resource;
use engine::write::seed;
use engine::{Access, ApiError, Cell, Context, Engine, Rows, Verb, hex};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// Built-in roles by code, with their permission codenames.
const ROLES: &str = include_str!("builtin_roles.json");

fn access() -> Access {
    Access::system("setting up what every instance holds")
}

/// Makes sure that everything is there. Returns a context of the program over the root folder.
pub async fn bootstrap(engine: &Engine) -> Result<Context, ApiError> {
    let roles: BTreeMap<&str, BTreeSet<&str>> =
        serde_json::from_str(ROLES).map_err(|error| ApiError::Internal(error.to_string()))?;
    let codenames = codenames(engine.registry().all(), &roles);
    let mut rows = engine.write().await?;
    let root = root_folder(engine, &mut rows).await?;
    let ctx = program(engine, root);

    // The lists change with the program only, so one remembered digest spares the rest.
    let mark = hex(&Sha256::digest(format!("{ROLES}{codenames:?}")));
    if remembered(&mut rows, "roles").await?.as_deref() != Some(mark.as_str()) {
        let permissions = permissions(&ctx, &mut rows, root, &codenames).await?;
        for (name, held) in &roles {
            role(&ctx, &mut rows, root, name, held, &permissions).await?;
        }
        groups::create(&ctx, &mut rows, root, &groups::OF_ROOT).await?;
        remember(&mut rows, "roles", &mark).await?;
        engine::audit::move_epoch(&mut rows, &access()).await?;
    }
    rows.commit().await?;
    Ok(ctx)
}

/// All codenames: those of the built-in roles, and those of every resource.
fn codenames(resources: &[Resource], roles: &BTreeMap<&str, BTreeSet<&str>>) -> BTreeSet<String> {
    let of_roles = roles.values().flatten().map(|name| (*name).to_owned());
    let of_resources = resources.iter().flat_map(|resource| Verb::ALL.map(|verb| resource.codename(verb)));
    of_roles.chain(of_resources).collect()
}

fn program(engine: &Engine, root: Uuid) -> Context {
    let node = FolderNode { id: root, parent: None, name: "Global".into(), kind: FolderKind::Root, published: true };
    let tree = Arc::new(FolderTree::new(vec![node]));
    Context::new(engine.clone(), Principal::program("start", Arc::new(Grants::none(tree))))
}

async fn root_folder(engine: &Engine, rows: &mut Rows) -> Result<Uuid, ApiError> {
    let statement = rows.sql("SELECT id FROM folders WHERE parent_folder_id IS NULL ORDER BY created_at LIMIT 1");
    if let Some(root) = rows.ids(&access(), &statement).await?.pop() {
        return Ok(root);
    }
    let root = engine.new_id()?;
    let now = engine.clock().now();
    let mut statement = rows.sql(
        "INSERT INTO folders (id, name, name_key, search_text, content_type, builtin, create_iam_groups, is_published, \
         created_at, updated_at) VALUES (",
    );
    statement.bind(root).push(", 'Global', 'global', 'global', 'GLOBAL', ").bind(true).push(", ").bind(true);
    statement.push(", ").bind(true).push(", ").bind(now).push(", ").bind(now).push(")");
    rows.execute(&access(), &statement).await?;
    Ok(root)
}

/// Permissions by codename; missing ones are made.
async fn permissions(
    ctx: &Context,
    rows: &mut Rows,
    root: Uuid,
    wanted: &BTreeSet<String>,
) -> Result<HashMap<String, Uuid>, ApiError> {
    let statement = rows.sql("SELECT codename, id FROM permissions");
    let known = rows
        .all(&access(), &statement, |row| Ok((row.text(0)?.unwrap_or_default(), engine::required(row.uuid(1)?)?)))
        .await?;
    let mut known: HashMap<String, Uuid> = known.into_iter().collect();
    for codename in wanted {
        if known.contains_key(codename) {
            continue;
        }
        let id = ctx.engine.new_id()?;
        let cells = [
            ("id", id.into()),
            ("folder_id", root.into()),
            ("codename", codename.clone().into()),
            ("name", words(codename).into()),
            ("is_published", false.into()),
        ];
        seed(ctx, rows, &access(), "permissions", codename, &cells).await?;
        known.insert(codename.clone(), id);
    }
    Ok(known)
}

/// `view_asset` → `Can view asset`.
fn words(codename: &str) -> String {
    format!("Can {}", codename.replace('_', " "))
}

/// Makes a built-in role, or brings its permissions up to date.
async fn role(
    ctx: &Context,
    rows: &mut Rows,
    root: Uuid,
    name: &str,
    held: &BTreeSet<&str>,
    permissions: &HashMap<String, Uuid>,
) -> Result<(), ApiError> {
    let mut statement = rows.sql("SELECT id FROM roles WHERE builtin AND name = ");
    statement.bind(name);
    let id = match rows.ids(&access(), &statement).await?.pop() {
        Some(id) => id,
        None => {
            let id = ctx.engine.new_id()?;
            let cells = [
                ("id", id.into()),
                ("folder_id", root.into()),
                ("name", name.into()),
                ("builtin", true.into()),
                ("is_published", false.into()),
            ];
            seed(ctx, rows, &access(), "roles", name, &cells).await?;
            id
        }
    };
    let ids: Vec<Uuid> = held.iter().filter_map(|codename| permissions.get(*codename).copied()).collect();
    let mut statement = rows.sql("DELETE FROM roles__permissions WHERE source_id = ");
    statement.bind(id);
    rows.execute(&access(), &statement).await?;
    let mut statement =
        rows.sql("INSERT INTO roles__permissions (source_id, target_id, position) SELECT r.id, p.id, 0 ");
    statement
        .push("FROM roles r, permissions p WHERE r.id = ")
        .bind(id)
        .push(" AND ")
        .bind_in("p.id", Cell::Uuids(ids));
    rows.execute(&access(), &statement).await.map(drop)
}

/// A fact that earlier starts left behind.
pub async fn remembered(rows: &mut Rows, key: &'static str) -> Result<Option<String>, ApiError> {
    let mut statement = rows.sql("SELECT value FROM facts WHERE name = ");
    statement.bind(key);
    Ok(rows.one(&access(), &statement, |row| row.text(0)).await?.flatten())
}

/// Leaves a fact for later starts.
pub async fn remember(rows: &mut Rows, key: &'static str, value: &str) -> Result<(), ApiError> {
    let mut statement = rows.sql("INSERT INTO facts (name, value) VALUES (");
    statement.bind(key).push(", ").bind(value);
    statement.push(") ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    rows.execute(&access(), &statement).await.map(drop)
}

impl Iam {
    /// The root folder's context for things that the program does on its own.
    pub async fn bootstrap(&self) -> Result<Context, ApiError> {
        bootstrap(self.engine()).await
    }
}
