//! Recovery codes: ten, each good once, shown when they are made and never again.

use super::access;
use chrono::{DateTime, Utc};
use engine::audit::{self, Entry};
use engine::{ApiError, Cell, Context, Rows};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How many there are.
const COUNT: usize = 10;
/// No letters or digits that are read as others: 32 characters, five bits each.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Makes new codes in place of the old ones.
async fn make(ctx: &Context, rows: &mut Rows, user: Uuid) -> Result<Vec<String>, ApiError> {
    let mut statement = rows.sql("DELETE FROM recovery_codes WHERE user_id = ");
    statement.bind(user);
    rows.execute(&access(), &statement).await?;
    let mut codes = Vec::with_capacity(COUNT);
    while codes.len() < COUNT {
        let mut bytes = [0_u8; 16];
        ctx.engine.random().fill(&mut bytes).map_err(|error| ApiError::Internal(error.to_string()))?;
        // 32 divides 256, so the remainder is uniform: 80 bits in 16 characters.
        let text: String = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
        let code = [&text[..4], &text[4..8], &text[8..12], &text[12..]].join("-");
        let mut statement = rows.sql("INSERT INTO recovery_codes (user_id, digest) VALUES (");
        statement.bind(user).push(", ").bind(Cell::Bytes(digest(&code))).push(")");
        rows.execute(&access(), &statement).await?;
        codes.push(code);
    }
    Ok(codes)
}

/// Codes for somebody who gets their first factor; none for somebody who has codes from an earlier one.
pub(crate) async fn first(ctx: &Context, rows: &mut Rows, user: Uuid) -> Result<Vec<String>, ApiError> {
    let mut statement = rows.sql("SELECT count(*) FROM recovery_codes WHERE user_id = ");
    statement.bind(user);
    match rows.one(&access(), &statement, |row| row.int(0)).await?.flatten() {
        Some(1..) => Ok(Vec::new()),
        _ => make(ctx, rows, user).await,
    }
}

fn digest(code: &str) -> Vec<u8> {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    Sha256::digest(plain.as_bytes()).to_vec()
}

/// Uses a code up, if it is one.
pub(super) async fn accept(rows: &mut Rows, user: Uuid, code: &str, now: DateTime<Utc>) -> Result<bool, ApiError> {
    let mut statement = rows.sql("UPDATE recovery_codes SET used_at = ");
    statement.bind(now).push(" WHERE used_at IS NULL AND user_id = ").bind(user);
    statement.push(" AND digest = ").bind(Cell::Bytes(digest(code)));
    Ok(rows.execute(&access(), &statement).await? > 0)
}

/// How many codes there are, and how many were not used.
pub async fn status(ctx: &Context) -> Result<(i64, i64), ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let mut rows = ctx.engine.peek().await?;
    let mut statement = rows.sql("SELECT count(*), count(*) - count(used_at) FROM recovery_codes WHERE user_id = ");
    statement.bind(user);
    let counts =
        rows.one(&access(), &statement, |row| Ok((row.int(0)?.unwrap_or(0), row.int(1)?.unwrap_or(0)))).await?;
    Ok(counts.unwrap_or((0, 0)))
}

/// New codes for the caller; the old ones stop working.
pub async fn renew(ctx: &Context) -> Result<Vec<String>, ApiError> {
    let user = ctx.principal.user().ok_or(ApiError::Forbidden)?;
    let mut rows = ctx.engine.write().await?;
    if !super::held(&mut rows, user).await?.any() {
        return Err(ApiError::NotFound);
    }
    let codes = make(ctx, &mut rows, user).await?;
    let name = ctx.principal.email().to_owned();
    let entry =
        Entry { action: "recovery_codes.renewed", resource: "users", object: Some(user), name, ..Entry::default() };
    audit::record(ctx, &mut rows, entry).await?;
    rows.commit().await?;
    Ok(codes)
}
