//! From what a request shows to a [`Principal`], in the order that `docs/security.md` fixes:
//! header shape, value format, digest, row, revoked, expired, owner. The first failure ends it.
//!
//! An internal error is a 503, never an anonymous pass.

use crate::Iam;
use crate::header::{self, Credential as Shown, HeaderError};
use crate::rate::Rate;
use crate::secret::{ParsedSecret, Secret, SecretKind};
use crate::tokens::{self, Ended, Owner};
use crate::{service_accounts, sessions};
use chrono::{DateTime, Utc};
use engine::access::{Credential, Grants, Origin, Principal};
use engine::audit::{self, Entry};
use engine::{Access, ApiError, Cell};
use serde_json::{Map, json};
use std::sync::Arc;
use uuid::Uuid;

/// What a request shows.
#[derive(Debug, Default)]
pub struct Presented<'a> {
    /// All `Authorization` header values.
    pub authorization: Vec<&'a [u8]>,
    /// `X-Session-Token`.
    pub session_header: Option<&'a str>,
    /// The session cookie.
    pub cookie: Option<&'a str>,
    /// Whether the request asks for a new value of the token it shows.
    pub renewing: bool,
}

/// Somebody, with what the response has to say about the credential.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// Who it is.
    pub principal: Arc<Principal>,
    /// When the token expires, for `Token-Expiration`.
    pub token_expiry: Option<DateTime<Utc>>,
    /// What is left of the person's requests, when the policy limits them.
    pub rate: Option<Rate>,
    /// When the person signed in, for sessions.
    pub signed_in: Option<DateTime<Utc>>,
    /// When they last proved who they are, for steps that want it to be recent.
    pub confirmed: Option<DateTime<Utc>>,
    /// The organisation wants a second factor, and this person has none: little is open to them
    /// until they enrol one.
    pub must_enrol: bool,
    /// The session came as a cookie, so unsafe requests need the anti-forgery header.
    pub by_cookie: bool,
}

const INVALID: &str = "Invalid token.";

/// Finds out who asks. `None` when nothing was shown.
pub async fn authenticate(
    iam: &Iam,
    presented: &Presented<'_>,
    origin: Arc<Origin>,
) -> Result<Option<Authenticated>, ApiError> {
    // A header that is there decides alone; a bad one never falls back to the cookie.
    if !presented.authorization.is_empty() {
        let shown = header::authorization(presented.authorization.iter().copied(), header::API_KINDS);
        return match shown {
            Ok(Shown::None) => Ok(None),
            Ok(Shown::Token(secret)) => {
                by_secret(iam, secret, origin, How { by_cookie: false, renewing: presented.renewing }).await.map(Some)
            }
            Err(error) => Err(refused(iam, error, &origin)),
        };
    }
    let (value, by_cookie) = match (presented.session_header, presented.cookie) {
        (Some(value), _) => (value, false),
        (None, Some(value)) => (value, true),
        (None, None) => return Ok(None),
    };
    match Secret::parse(SecretKind::Session, value) {
        Some(secret) => match by_secret(iam, secret, origin, How { by_cookie, renewing: false }).await {
            // An old cookie is no credential at all: the browser should be able to sign in.
            Err(ApiError::Unauthenticated { .. }) if by_cookie => Ok(None),
            other => other.map(Some),
        },
        None if by_cookie => Ok(None),
        None => Err(invalid(None)),
    }
}

fn refused(iam: &Iam, error: HeaderError, origin: &Origin) -> ApiError {
    if let HeaderError::MultipleHeaders = error {
        return ApiError::BadRequest(error.to_string());
    }
    match charge(iam, origin) {
        Err(throttled) => throttled,
        Ok(()) => ApiError::Unauthenticated { detail: error.to_string(), code: None },
    }
}

/// A failure is charged to the address; a valid token from the same address is never refused.
fn charge(iam: &Iam, origin: &Origin) -> Result<(), ApiError> {
    let Some(address) = origin.address else { return Ok(()) };
    iam.failures().failure(address, iam.engine().clock().now()).map_err(|wait| ApiError::Throttled(wait.seconds()))
}

fn invalid(code: Option<&'static str>) -> ApiError {
    ApiError::Unauthenticated { detail: INVALID.into(), code }
}

/// How a value was shown.
#[derive(Clone, Copy, Debug)]
struct How {
    by_cookie: bool,
    renewing: bool,
}

async fn by_secret(
    iam: &Iam,
    secret: ParsedSecret<'_>,
    origin: Arc<Origin>,
    how: How,
) -> Result<Authenticated, ApiError> {
    let by_cookie = how.by_cookie;
    let found = match secret.kind() {
        SecretKind::Pat => by_token(iam, secret, &origin, how.renewing).await,
        SecretKind::Session => by_session(iam, secret, &origin, how.by_cookie).await,
        SecretKind::ServiceAccount => by_service_account(iam, secret, &origin).await,
        SecretKind::Scim => Err(invalid(None)),
    };
    match found {
        Err(ApiError::Unauthenticated { code: None, detail }) if !by_cookie => {
            charge(iam, &origin)?;
            Err(ApiError::Unauthenticated { code: None, detail })
        }
        // Whatever fails inside, fails closed.
        Err(ApiError::Internal(why)) => {
            tracing::error!(%why, "a credential could not be checked");
            Err(ApiError::Unavailable("The credential could not be checked. Please try again.".into()))
        }
        other => other,
    }
}

async fn by_token(
    iam: &Iam,
    secret: ParsedSecret<'_>,
    origin: &Arc<Origin>,
    renewing: bool,
) -> Result<Authenticated, ApiError> {
    let now = iam.engine().clock().now();
    let Some(found) = tokens::lookup(iam.engine(), secret).await? else { return Err(invalid(None)) };
    let reason = match (&found.ended, &found.owner) {
        (Ended::Revoked, _) => Some("token_revoked"),
        (Ended::SeenExpired, _) => Some("token_expired"),
        (Ended::No, _) if now >= found.expiry => {
            latch(iam, found.id).await?;
            Some("token_expired")
        }
        (Ended::No, None) => Some("user_inactive"),
        (Ended::No, Some(owner)) if !owner.works(now) => Some("user_inactive"),
        _ => None,
    };
    if reason.is_some() && found.rotated && renewing {
        // A value that was replaced is shown where values are renewed: somebody kept a copy.
        let ctx = iam.nobody(origin.clone()).await?;
        tokens::end_family(&ctx, found.id, &found.name).await?;
    }
    let policy = iam.directory().token_policy_at(found.epoch).await?;
    if let Some(why) = policy.disabled.as_ref().filter(|_| reason.is_none()) {
        return Err(ApiError::Unavailable(why.clone()));
    }
    let too_long = found.expiry - found.created > chrono::TimeDelta::days(policy.max_days);
    let reason = reason
        .or_else(|| too_long.then_some("policy_lifetime"))
        .or_else(|| (!found.limits.admits(origin.address)).then_some("ip_not_allowed"));
    if let Some(reason) = reason {
        tell_refusal(iam, found.id, &found.name, reason, origin).await?;
        let detail = if reason == "user_inactive" { "User inactive or deleted." } else { INVALID };
        return Err(ApiError::Unauthenticated { detail: detail.into(), code: Some(reason) });
    }
    let Some(owner) = found.owner else { return Err(invalid(None)) };
    let owner_id = owner.id;
    let grants = iam.directory().limited(owner.id, found.id, &found.limits, found.epoch).await?;
    let principal = person(owner, Credential::Token(found.id), grants, origin);
    iam.usage().note(&principal, now);
    let limit = policy.requests_per_minute;
    let rate = (limit > 0).then(|| iam.rates().count(owner_id, limit, now));
    Ok(Authenticated {
        principal,
        token_expiry: Some(found.expiry),
        rate,
        signed_in: None,
        confirmed: None,
        must_enrol: false,
        by_cookie: false,
    })
}

async fn by_session(
    iam: &Iam,
    secret: ParsedSecret<'_>,
    origin: &Arc<Origin>,
    by_cookie: bool,
) -> Result<Authenticated, ApiError> {
    let now = iam.engine().clock().now();
    let Some(found) = sessions::lookup(iam.engine(), secret).await? else { return Err(invalid(None)) };
    let last_used = iam.usage().latest(found.id, found.last_used);
    if now >= found.ends || now >= last_used + iam.policy().session_idle {
        return Err(invalid(None));
    }
    if !found.owner.works(now) {
        return Err(ApiError::Unauthenticated {
            detail: "User inactive or deleted.".into(),
            code: Some("user_inactive"),
        });
    }
    let (signed_in, confirmed) = (Some(found.created), Some(found.confirmed));
    let must_enrol = !found.owner.second_factor && iam.directory().second_factor_required(found.epoch).await?;
    let grants = iam.directory().grants(found.owner.id, found.epoch).await?;
    let principal = person(found.owner, Credential::Session(found.id), grants, origin);
    iam.usage().note(&principal, now);
    Ok(Authenticated { principal, token_expiry: None, rate: None, signed_in, confirmed, must_enrol, by_cookie })
}

async fn by_service_account(
    iam: &Iam,
    secret: ParsedSecret<'_>,
    origin: &Arc<Origin>,
) -> Result<Authenticated, ApiError> {
    let Some(found) = service_accounts::lookup(iam.engine(), secret).await? else { return Err(invalid(None)) };
    let grants = iam.directory().of_service_account(found.id, found.epoch).await?;
    let principal = Arc::new(Principal::machine(found.id, &found.name, grants, origin.clone()));
    Ok(Authenticated {
        principal,
        token_expiry: Some(found.expiry),
        rate: None,
        signed_in: None,
        confirmed: None,
        must_enrol: false,
        by_cookie: false,
    })
}

fn person(owner: Owner, credential: Credential, grants: Arc<Grants>, origin: &Arc<Origin>) -> Arc<Principal> {
    let (id, third_party) = (owner.id, owner.third_party);
    Arc::new(Principal::person(id, owner.email, credential, third_party, grants, origin.clone()))
}

/// Remembers that a token was seen expired, so that a clock stepping back revives nothing.
async fn latch(iam: &Iam, token: Uuid) -> Result<(), ApiError> {
    let access = Access::system("a token that was seen expired stays expired");
    let mut rows = iam.engine().write().await?;
    let mut statement = rows.sql("UPDATE personal_access_tokens SET seen_expired = ");
    statement.bind(Cell::Bool(true)).push(" WHERE id = ").bind(token);
    rows.execute(&access, &statement).await?;
    rows.commit().await
}

async fn tell_refusal(
    iam: &Iam,
    token: Uuid,
    name: &str,
    reason: &'static str,
    origin: &Arc<Origin>,
) -> Result<(), ApiError> {
    if !iam.usage().tell_refusal(token, reason, iam.engine().clock().now()) {
        return Ok(());
    }
    let ctx = iam.nobody(origin.clone()).await?;
    let mut rows = iam.engine().write().await?;
    let entry = Entry {
        action: "pat.denied",
        resource: "auth-tokens",
        object: Some(token),
        name: name.to_owned(),
        folder: None,
        changes: Map::from_iter([("reason".to_owned(), json!([null, reason]))]),
    };
    audit::record(&ctx, &mut rows, entry).await?;
    rows.commit().await
}
