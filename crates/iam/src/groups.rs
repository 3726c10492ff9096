//! The built-in groups of each domain, and the rule that an administrator remains.

use engine::access::Credential;
use engine::write::seed;
use engine::{Access, ApiError, Cell, Context, Dialect, Rows, Verb, required};
use uuid::Uuid;

/// The group of global administrators.
pub const ADMINISTRATORS: &str = "BI-UG-ADM";

/// The groups of a domain: code of the group, code of its role.
const OF_DOMAIN: [(&str, &str); 6] = [
    ("BI-UG-DMA", "BI-RL-DMA"),
    ("BI-UG-ANA", "BI-RL-ANA"),
    ("BI-UG-AUD", "BI-RL-AUD"),
    ("BI-UG-APP", "BI-RL-APP"),
    ("BI-UG-ADE", "BI-RL-ADE"),
    ("BI-UG-TST", "BI-RL-TST"),
];

/// The groups of the root folder.
pub(crate) const OF_ROOT: [(&str, &str); 5] = [
    ("BI-UG-ADM", "BI-RL-ADM"),
    ("BI-UG-GAD", "BI-RL-AUD"),
    ("BI-UG-ANA", "BI-RL-ANA"),
    ("BI-UG-GAP", "BI-RL-APP"),
    ("BI-UG-GAE", "BI-RL-ADE"),
];

fn access() -> Access {
    Access::system("built-in groups follow their domain")
}

/// Makes the groups of a domain, each with its recursive role. Those that exist stay.
pub async fn create_for(ctx: &Context, rows: &mut Rows, folder: Uuid) -> Result<(), ApiError> {
    create(ctx, rows, folder, &OF_DOMAIN).await
}

pub(crate) async fn create(
    ctx: &Context,
    rows: &mut Rows,
    folder: Uuid,
    groups: &[(&'static str, &'static str)],
) -> Result<(), ApiError> {
    for (group, role) in groups {
        let mut exists = rows.sql("SELECT id FROM user_groups WHERE builtin AND name = ");
        exists.bind(*group).push(" AND folder_id = ").bind(folder);
        if !rows.ids(&access(), &exists).await?.is_empty() {
            continue;
        }
        let mut known = rows.sql("SELECT id FROM roles WHERE builtin AND name = ");
        known.bind(*role);
        let Some(role_id) = rows.ids(&access(), &known).await?.pop() else { continue };
        let (group_id, assignment_id) = (ctx.engine.new_id()?, ctx.engine.new_id()?);
        let cells = [
            ("id", group_id.into()),
            ("folder_id", folder.into()),
            ("name", (*group).into()),
            ("builtin", true.into()),
            ("is_published", false.into()),
        ];
        seed(ctx, rows, &access(), "user_groups", &format!("{group} {}", words(group)), &cells).await?;
        let name = format!("{role} → {group}");
        let cells = [
            ("id", assignment_id.into()),
            ("folder_id", folder.into()),
            ("name", name.clone().into()),
            ("user_group_id", group_id.into()),
            ("role_id", role_id.into()),
            ("is_recursive", true.into()),
            ("builtin", true.into()),
            ("is_published", false.into()),
        ];
        seed(ctx, rows, &access(), "role_assignments", &name, &cells).await?;
        let mut link =
            rows.sql("INSERT INTO role_assignments__perimeter_folders (source_id, target_id, position) VALUES (");
        link.bind(assignment_id).push(", ").bind(folder).push(", 0)");
        rows.execute(&access(), &link).await?;
    }
    Ok(())
}

/// The words under which people look for a built-in group.
fn words(group: &str) -> &'static str {
    match group {
        "BI-UG-ADM" => "Administrator",
        "BI-UG-GAD" | "BI-UG-AUD" => "Reader",
        "BI-UG-ANA" => "Analyst",
        "BI-UG-GAP" | "BI-UG-APP" => "Approver",
        "BI-UG-DMA" => "Domain manager",
        "BI-UG-GAE" | "BI-UG-ADE" => "Respondent",
        "BI-UG-TST" => "Technical tester",
        _ => "",
    }
}

/// Removes the built-in groups of a domain; their members lose what they had through them.
pub async fn remove_from(rows: &mut Rows, folder: Uuid) -> Result<(), ApiError> {
    let mut statement = rows.sql("DELETE FROM user_groups WHERE builtin AND folder_id = ");
    statement.bind(folder);
    rows.execute(&access(), &statement).await.map(drop)
}

/// The folder that a group stands in.
pub(crate) async fn folder_of(rows: &mut Rows, group: Uuid) -> Result<Option<Uuid>, ApiError> {
    let mut statement = rows.sql("SELECT folder_id FROM user_groups WHERE id = ");
    statement.bind(group);
    Ok(rows.ids(&access(), &statement).await?.pop())
}

/// Somebody leaves all groups; what follows decides whether that may stand.
pub(crate) async fn leave(rows: &mut Rows, user: Uuid) -> Result<(), ApiError> {
    let mut statement = rows.sql("DELETE FROM users__user_groups WHERE source_id = ");
    statement.bind(user);
    rows.execute(&access(), &statement).await.map(drop)
}

/// Refuses a change that would leave no active administrator. Called after the change, in its
/// transaction, with the group locked so that two changes cannot each count on the other.
pub async fn keep_an_administrator(ctx: &Context, rows: &mut Rows, refusal: &'static str) -> Result<(), ApiError> {
    if administrators(ctx, rows).await? == 0 {
        return Err(ApiError::error(403, refusal));
    }
    Ok(())
}

/// How many administrators there are whose account works today.
pub async fn administrators(ctx: &Context, rows: &mut Rows) -> Result<i64, ApiError> {
    if rows.dialect() == Dialect::Postgres {
        let mut lock = rows.sql("SELECT id FROM user_groups WHERE builtin AND name = ");
        lock.bind(ADMINISTRATORS).push(" FOR UPDATE");
        rows.ids(&access(), &lock).await?;
    }
    let mut statement = rows.sql(
        "SELECT count(*) FROM users u JOIN users__user_groups m ON m.source_id = u.id \
         JOIN user_groups g ON g.id = m.target_id WHERE u.is_active AND g.builtin AND g.name = ",
    );
    statement.bind(ADMINISTRATORS).push(" AND (u.expiry_date IS NULL OR u.expiry_date >= ");
    statement.bind(ctx.now().date_naive()).push(")");
    Ok(rows.one(&access(), &statement, |row| required(row.int(0)?)).await?.unwrap_or(0))
}

/// Nobody removes themselves from the managers of a domain by accident.
pub(crate) async fn stay_manager(rows: &mut Rows, group: Uuid) -> Result<(), ApiError> {
    let mut statement = rows.sql("SELECT id FROM user_groups WHERE builtin AND name = 'BI-UG-DMA' AND id = ");
    statement.bind(group);
    if rows.ids(&access(), &statement).await?.is_empty() {
        return Ok(());
    }
    Err(ApiError::error(403, "attemptToRemoveSelfFromDomainAdminGroup"))
}

/// Puts a person into a built-in group of a folder.
pub async fn join(rows: &mut Rows, user: Uuid, group: &'static str, folder: Uuid) -> Result<(), ApiError> {
    let mut statement = rows.sql(
        "INSERT INTO users__user_groups (source_id, target_id, position) \
         SELECT u.id, g.id, 0 FROM users u, user_groups g WHERE g.builtin AND u.id = ",
    );
    statement.bind(user).push(" AND g.name = ").bind(group).push(" AND g.folder_id = ").bind(folder);
    statement.push(" ON CONFLICT (source_id, target_id) DO NOTHING");
    rows.execute(&access(), &statement).await.map(drop)
}

/// Acting on an administrator takes an administrator: otherwise whoever may change people could
/// become one by way of a password or an address.
pub(crate) async fn guard_administrators(ctx: &Context, rows: &mut Rows, user: Uuid) -> Result<(), ApiError> {
    if ctx.principal.credential() == Credential::Program || ctx.principal.grants().role_names().contains("BI-RL-ADM") {
        return Ok(());
    }
    let mut statement = rows.sql(
        "SELECT g.id FROM user_groups g JOIN users__user_groups m ON m.target_id = g.id WHERE g.builtin AND m.source_id = ",
    );
    statement.bind(user).push(" AND g.name = ").bind(ADMINISTRATORS);
    if rows.ids(&access(), &statement).await?.is_empty() { Ok(()) } else { Err(ApiError::Forbidden) }
}

/// Putting somebody into a group, or taking them out, needs the right to change that group too.
pub(crate) async fn may_change_membership(
    ctx: &Context,
    rows: &mut Rows,
    user: Uuid,
    wanted: &[Uuid],
) -> Result<(), ApiError> {
    let groups = ctx.engine.registry().get("user-groups").ok_or(ApiError::NotFound)?;
    let may = ctx.access(groups, Verb::Change);
    let mut statement = rows.sql("SELECT target_id FROM users__user_groups WHERE source_id = ");
    statement.bind(user);
    let old = rows.ids(&access(), &statement).await?;
    let moved = old.iter().filter(|id| !wanted.contains(id)).chain(wanted.iter().filter(|id| !old.contains(id)));
    let moved: Vec<Uuid> = moved.copied().collect();
    let mut statement = rows.sql("SELECT folder_id FROM user_groups WHERE ");
    statement.bind_in("id", Cell::Uuids(moved));
    let folders = rows.ids(&access(), &statement).await?;
    if folders.into_iter().all(|folder| may.covers(folder)) { Ok(()) } else { Err(ApiError::Forbidden) }
}
