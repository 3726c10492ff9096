//! A token that was seen in a URL: it may be in logs and histories, so the log tells of it.

use crate::Iam;
use crate::secret::{ParsedSecret, SecretKind};
use engine::ApiError;
use engine::access::Origin;
use engine::audit::{self, Entry};
use std::sync::Arc;

/// Records that a live token stood in a URL. Values that are no token of ours leave no trace.
pub async fn report_in_url(iam: &Iam, secret: ParsedSecret<'_>, origin: Arc<Origin>) -> Result<(), ApiError> {
    if secret.kind() != SecretKind::Pat {
        return Ok(());
    }
    let Some(found) = super::lookup(iam.engine(), secret).await? else { return Ok(()) };
    if !iam.usage().tell_refusal(found.id, "in_url", iam.engine().clock().now()) {
        return Ok(());
    }
    let ctx = iam.nobody(origin).await?;
    let mut rows = iam.engine().write().await?;
    let entry = Entry {
        action: "pat.in_url",
        resource: "auth-tokens",
        object: Some(found.id),
        name: found.name,
        ..Entry::default()
    };
    audit::record(&ctx, &mut rows, entry).await?;
    rows.commit().await
}
