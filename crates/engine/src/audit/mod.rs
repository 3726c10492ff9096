//! The audit log: append-only, each entry a digest, the digests a chain.
//!
//! A write records its entry in its own transaction, so neither exists without the other. The
//! chain is closed a moment later by [`seal`], in batches: writers never wait for each other's
//! place in it. [`verify()`] finds any entry that was changed, removed, inserted or moved since.

mod chain;
mod entry;
mod list;
mod mask;
mod verify;

pub use chain::{Checkpoint, checkpoint, keep_sealing, seal};
pub use entry::{Entry, Row, record, shown};
pub use list::list;
pub use verify::{Finding, Report, verify};

use crate::access::Access;
use crate::error::ApiError;
use crate::rows::Rows;

/// Says that somebody's rights may have changed: whoever holds computed grants reads them anew.
pub async fn move_epoch(rows: &mut Rows, access: &Access) -> Result<(), ApiError> {
    let statement = rows.sql("UPDATE access_epoch SET epoch = epoch + 1");
    rows.execute(access, &statement).await.map(drop)
}
