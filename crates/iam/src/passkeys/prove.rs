//! Using a passkey: to sign in, as the second half of a sign-in, to confirm within a session.

use super::challenge::{Purpose, draw, take};
use super::rows::{self, Stored};
use super::verify::{self, Flaw, Known};
use super::{RelyingParty, asker, challenge_gone, not_accepted, options};
use crate::secret::{ParsedSecret, Secret, SecretKind};
use crate::sign_in::{self, Means, SignedIn};
use crate::{Iam, account, confirm, second_factor};
use engine::access::Origin;
use engine::audit::{self, Entry};
use engine::{ApiError, Body, Context, Engine, Rows};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Options to sign in with, and the value that the answer has to show: whoever began goes on.
pub async fn begin_sign_in(iam: &Iam, party: &RelyingParty, origin: &Origin) -> Result<(Secret, Value), ApiError> {
    iam.charge_passkey(origin)?;
    let secret = Secret::generate(SecretKind::Session, &mut iam.engine().random().clone())
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut rows = iam.engine().write().await?;
    let challenge = draw(iam.engine(), &mut rows, secret.digest().as_bytes(), Purpose::SignIn).await?;
    rows.commit().await?;
    Ok((secret, options::request(party, &challenge, &[])))
}

/// Signs in whomever the passkey belongs to. The device made sure who it is, so this is both factors at once.
pub async fn finish_sign_in(
    iam: &Iam,
    party: &RelyingParty,
    begun: &str,
    body: &Body,
    origin: Arc<Origin>,
) -> Result<SignedIn, ApiError> {
    let digest = Secret::parse(SecretKind::Session, begun).map(ParsedSecret::digest).ok_or_else(challenge_gone)?;
    let mut rows = iam.engine().write().await?;
    let challenge = take(iam.engine(), &mut rows, digest.as_bytes(), Purpose::SignIn).await?;
    let asked = Asked { party, challenge, whose: None };
    let outcome = check(iam.engine(), &mut rows, &asked, body).await?;
    let ctx = iam.nobody(origin.clone()).await?;
    let (rows, passkey) = accepted(&ctx, rows, outcome).await?;
    enter(iam, rows, passkey, Means::Passkey, origin).await
}

/// Options for the second half of a sign-in.
pub async fn begin_second_half(iam: &Iam, party: &RelyingParty, pending: &str) -> Result<Value, ApiError> {
    let mut rows = iam.engine().write().await?;
    let (sign_in, user) = second_factor::waiting_for(iam, &mut rows, pending).await?;
    begin(iam.engine(), rows, (party, sign_in, user), Purpose::SecondHalf).await
}

/// Takes the passkey where a code could be given as well.
pub async fn finish_second_half(
    iam: &Iam,
    party: &RelyingParty,
    pending: &str,
    body: &Body,
    origin: Arc<Origin>,
) -> Result<SignedIn, ApiError> {
    let mut rows = iam.engine().write().await?;
    let (sign_in, user) = second_factor::waiting_for(iam, &mut rows, pending).await?;
    let challenge = take(iam.engine(), &mut rows, sign_in.as_bytes(), Purpose::SecondHalf).await?;
    let asked = Asked { party, challenge, whose: Some(user) };
    let outcome = check(iam.engine(), &mut rows, &asked, body).await?;
    let ctx = iam.nobody(origin.clone()).await?;
    let (mut rows, passkey) = accepted(&ctx, rows, outcome).await?;
    second_factor::done_waiting(&mut rows, sign_in).await?;
    enter(iam, rows, passkey, Means::PasswordAndPasskey, origin).await
}

/// Options to confirm with, within a session.
pub async fn begin_confirm(ctx: &Context, party: &RelyingParty) -> Result<Value, ApiError> {
    let (user, session) = asker(ctx)?;
    let rows = ctx.engine.write().await?;
    begin(&ctx.engine, rows, (party, session, user), Purpose::Confirm).await
}

/// Notes in the session that the person is still there.
pub async fn confirm(ctx: &Context, party: &RelyingParty, body: &Body) -> Result<(), ApiError> {
    let (user, session) = asker(ctx)?;
    let mut rows = ctx.engine.write().await?;
    let challenge = take(&ctx.engine, &mut rows, session.as_bytes(), Purpose::Confirm).await?;
    let asked = Asked { party, challenge, whose: Some(user) };
    let outcome = check(&ctx.engine, &mut rows, &asked, body).await?;
    let (mut rows, _) = accepted(ctx, rows, outcome).await?;
    confirm::note(ctx, &mut rows, session, "passkey").await?;
    rows.commit().await
}

/// Options for a known person, who has to have a passkey.
async fn begin(
    engine: &Engine,
    mut rows: Rows,
    (party, bound_to, user): (&RelyingParty, Uuid, Uuid),
    purpose: Purpose,
) -> Result<Value, ApiError> {
    let known = rows::of_user(&mut rows, user).await?;
    if known.is_empty() {
        return Err(super::refused(409, "no_passkey", "There is no passkey to use."));
    }
    let challenge = draw(engine, &mut rows, bound_to.as_bytes(), purpose).await?;
    rows.commit().await?;
    Ok(options::request(party, &challenge, &known))
}

/// What was asked, of whom.
struct Asked<'a> {
    party: &'a RelyingParty,
    challenge: Vec<u8>,
    whose: Option<Uuid>,
}

/// The passkey with its owner's address, or what is wrong and as much of the two as is known.
type Outcome = Result<(Stored, String), (Flaw, Option<(Stored, String)>)>;

/// Holds an answer against what was asked, and notes the use of the passkey.
async fn check(engine: &Engine, rows: &mut Rows, asked: &Asked<'_>, body: &Body) -> Result<Outcome, ApiError> {
    let answer = body.get("credential").unwrap_or(&Value::Null);
    let (credential, handle) = match (verify::credential_id(answer), verify::user_handle(answer)) {
        (Ok(credential), Ok(handle)) => (credential, handle),
        (Err(flaw), _) | (_, Err(flaw)) => return Ok(Err((flaw, None))),
    };
    let Some(passkey) = rows::by_credential(rows, credential).await? else {
        return Ok(Err((Flaw::UnknownPasskey, None)));
    };
    let now = engine.clock().now();
    let Some(account) = account::by_id(rows, passkey.user).await? else {
        return Ok(Err((Flaw::UnknownPasskey, None)));
    };
    let email = account.owner.email.clone();
    // Who was not named by us has to be named by the device.
    let named = match (asked.whose, &handle) {
        (Some(user), None) => user == passkey.user,
        (whose, Some(handle)) => whose.is_none_or(|user| user == passkey.user) && *handle == passkey.user.as_bytes(),
        (None, None) => false,
    };
    let known = Known { key: &passkey.key, sign_count: passkey.sign_count };
    let verdict = match verify::assertion(asked.party, &asked.challenge, &known, answer) {
        _ if !named => Err(Flaw::OtherUser),
        Ok(_) if !account.owner.works(now) => Err(Flaw::ClosedAccount),
        Ok(count) if !rows::used(rows, passkey.id, count, now).await? => Err(Flaw::CountWentBack),
        verdict => verdict,
    };
    Ok(match verdict {
        Ok(_) => Ok((passkey, email)),
        Err(flaw) => Err((flaw, Some((passkey, email)))),
    })
}

/// Goes on with what was accepted. What was not is written down and refused; the challenge is used up in any case.
async fn accepted(ctx: &Context, rows: Rows, outcome: Outcome) -> Result<(Rows, Stored), ApiError> {
    let (flaw, known) = match outcome {
        Ok((passkey, _)) => return Ok((rows, passkey)),
        Err(refusal) => refusal,
    };
    let (user, name, email) = match &known {
        Some((passkey, email)) => (Some(passkey.user), Some(passkey.name.as_str()), email.as_str()),
        None => (ctx.principal.user(), None, ctx.principal.email()),
    };
    record_refusal(ctx, rows, flaw, user, email, name).await?;
    Err(not_accepted())
}

/// Writes a refusal down.
pub(super) async fn record_refusal(
    ctx: &Context,
    mut rows: Rows,
    flaw: Flaw,
    user: Option<Uuid>,
    email: &str,
    passkey: Option<&str>,
) -> Result<(), ApiError> {
    let mut changes = Map::from_iter([("reason".to_owned(), json!([null, flaw.to_string()]))]);
    if let Some(passkey) = passkey {
        changes.insert("passkey".to_owned(), json!([null, passkey]));
    }
    let name = email.to_owned();
    let entry = Entry { action: "passkey.refused", resource: "users", object: user, name, folder: None, changes };
    audit::record(ctx, &mut rows, entry).await?;
    rows.commit().await
}

async fn enter(
    iam: &Iam,
    mut rows: Rows,
    passkey: Stored,
    means: Means,
    origin: Arc<Origin>,
) -> Result<SignedIn, ApiError> {
    let account = account::by_id(&mut rows, passkey.user).await?.ok_or_else(not_accepted)?;
    sign_in::complete(iam, rows, account.owner, means, origin).await
}
