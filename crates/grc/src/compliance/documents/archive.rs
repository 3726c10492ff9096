//! The audit to take away: a page, and the files of the evidence that the caller sees, made while they are sent.

use super::paper::Paper;
use crate::compliance::file::File;
use crate::exported::ZIP;
use engine::declare::{Answer, Download};
use engine::files::{Blocking, piped, serve};
use engine::{ApiError, Call};
use report::audit::Attachment;
use std::io;
use tokio::runtime::Handle;

/// The archive.
pub(super) async fn archive(call: Call<'_>) -> Result<Answer, ApiError> {
    let (paper, files) = Paper::with_files(&call).await?;
    let audit = paper.audit();
    let name = format!("{}-{}-{}.zip", audit.title, audit.framework, call.ctx.now().format("%Y-%m-%d-%H-%M"));
    let (engine, runtime) = (call.ctx.engine.clone(), Handle::current());
    let bytes = piped(move |out| {
        // Each file is opened when its turn comes: the archive may be larger than the memory.
        let attachments = files.into_iter().map(|(name, File { blob, size, sha256, .. })| {
            let stream = runtime.block_on(serve(&engine, blob, size, &sha256)).map_err(io::Error::other)?;
            Ok(Attachment { name, content: Blocking::new(stream, runtime.clone()) })
        });
        audit.archive(out, attachments).map_err(io::Error::other)
    });
    Ok(Answer::Download(Download { name, mime: ZIP, size: None, inline: false, bytes }))
}
