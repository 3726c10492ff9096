//! What the browser says, and the authenticator signs with it: which ceremony, which challenge, on whose page.

use super::Flaw;
use crate::passkeys::RelyingParty;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Holds the browser's words against what was asked.
pub(super) fn check(input: &[u8], kind: &str, challenge: &[u8], party: &RelyingParty) -> Result<(), Flaw> {
    let said: Value = serde_json::from_slice(input).map_err(|_| Flaw::Malformed)?;
    let text = |name: &str| said[name].as_str().unwrap_or_default();
    if text("type") != kind {
        return Err(Flaw::OtherCeremony);
    }
    if URL_SAFE_NO_PAD.decode(text("challenge")).ok().as_deref() != Some(challenge) {
        return Err(Flaw::OtherChallenge);
    }
    // A page of ours inside a page of somebody else's is not asked for passkeys either.
    if text("origin") != party.origin() || said["crossOrigin"] == true || said.get("topOrigin").is_some() {
        return Err(Flaw::OtherOrigin);
    }
    Ok(())
}
