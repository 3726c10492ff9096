//! Starting a session after a sign-in.

use super::access;
use crate::Iam;
use crate::secret::{Secret, SecretKind};
use chrono::{DateTime, Utc};
use engine::access::Origin;
use engine::{ApiError, Cell, Rows};
use uuid::Uuid;

/// A session that was just started.
#[derive(Debug)]
pub struct Started {
    /// Its id.
    pub id: Uuid,
    /// Its value, for a header or a cookie.
    pub secret: Secret,
}

/// Starts a session for a person, in the transaction of the sign-in. A further session of somebody
/// who signed in before is as old as that: `signed_in` decides how long it lives in any case.
pub async fn start(
    iam: &Iam,
    rows: &mut Rows,
    user: Uuid,
    signed_in: DateTime<Utc>,
    origin: &Origin,
) -> Result<Started, ApiError> {
    let engine = iam.engine();
    let secret = Secret::generate(SecretKind::Session, &mut engine.random().clone())
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let (id, now) = (engine.new_id()?, engine.clock().now());
    let mut statement = rows.sql(
        "INSERT INTO sessions (id, user_id, digest, created_at, last_used_at, expires_at, address, agent) VALUES (",
    );
    let address = origin.address.map(|address| address.to_string());
    let digest = Cell::Bytes(secret.digest().as_bytes().to_vec());
    statement.bind(id).push(", ").bind(user).push(", ").bind(digest).push(", ").bind(signed_in).push(", ").bind(now);
    statement.push(", ").bind(signed_in + iam.policy().session_life).push(", ");
    statement.bind(address.map_or(Cell::Null, Cell::Text)).push(", ");
    statement.bind(origin.agent.clone().map_or(Cell::Null, Cell::Text)).push(")");
    rows.execute(&access(), &statement).await?;
    Ok(Started { id, secret })
}
