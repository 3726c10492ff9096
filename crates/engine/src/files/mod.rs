//! Files of rows: they arrive before the row is written, go after the row is gone, and are read as they were written.
//!
//! ```text
//! request ── receive ──▶ blob store ──▶ Context::files ──▶ a hook takes it into the row's transaction
//!                                            └ not taken, or refused: removed again
//! row goes, or gets another file ──▶ Doomed ──▶ removed after the commit
//! what a crash leaves between the two ──▶ sweep
//! ```
//!
//! What belongs here: the order of these things. What does not: which names are good and who may read (the room above),
//! and where the bytes lie (`store`).

mod doomed;
mod piped;
mod receive;
mod serve;
mod sweep;

pub(crate) use doomed::Doomed;
pub(crate) use doomed::doom_all;
pub use piped::{Blocking, Pipe, piped};
pub use receive::{Received, receive, too_large};
pub use serve::serve;
pub use sweep::{Unswept, keep_sweeping, sweep};
