//! Files that are made while somebody takes them: whoever writes waits for whoever reads, and nothing is held whole.

use bytes::{Buf, Bytes};
use futures_util::stream::{StreamExt, unfold};
use std::io::{self, Read, Write};
use store::BlobStream;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Bytes that travel at once.
const PIECE: usize = 64 * 1024;
/// Pieces that wait for the reader.
const WAITING: usize = 4;

/// A piece of a file, or its end: what breaks off before its end is no file.
enum Piece {
    Bytes(Bytes),
    End,
    Broken(io::Error),
}

/// What the work writes, on where blocking is allowed. The stream ends in an error when the work does.
pub fn piped<Work>(work: Work) -> BlobStream
where
    Work: FnOnce(&mut Pipe) -> io::Result<()> + Send + 'static,
{
    let (sender, receiver) = channel(WAITING);
    let mut pipe = Pipe { waiting: Vec::with_capacity(PIECE), sender };
    // Nobody waits for the task: it ends with its work, or when its reader has gone.
    drop(tokio::task::spawn_blocking(move || {
        let end = match work(&mut pipe).and_then(|()| pipe.flush()) {
            Ok(()) => Piece::End,
            Err(why) => Piece::Broken(why),
        };
        // A reader that has gone does not ask how it ended.
        let _ = pipe.sender.blocking_send(end);
    }));
    unfold(Some(receiver), next).boxed()
}

async fn next(receiver: Option<Receiver<Piece>>) -> Option<(io::Result<Bytes>, Option<Receiver<Piece>>)> {
    let mut receiver = receiver?;
    match receiver.recv().await {
        Some(Piece::Bytes(bytes)) => Some((Ok(bytes), Some(receiver))),
        Some(Piece::End) => None,
        Some(Piece::Broken(why)) => Some((Err(why), None)),
        None => Some((Err(io::Error::other("the work broke off")), None)),
    }
}

/// Where the work writes.
pub struct Pipe {
    waiting: Vec<u8>,
    sender: Sender<Piece>,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.waiting, Vec::with_capacity(PIECE));
        self.sender
            .blocking_send(Piece::Bytes(piece.into()))
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the reader has gone"))
    }
}

/// A stream that is read where blocking is allowed.
pub struct Blocking {
    stream: BlobStream,
    piece: Bytes,
    runtime: Handle,
}

impl Blocking {
    /// Reads this stream with the help of a runtime.
    pub fn new(stream: BlobStream, runtime: Handle) -> Self {
        Self { stream, piece: Bytes::new(), runtime }
    }
}

impl Read for Blocking {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.runtime.block_on(self.stream.next()) {
                Some(piece) => self.piece = piece?,
                None => return Ok(0),
            }
        }
        let size = into.len().min(self.piece.len());
        self.piece.copy_to_slice(&mut into[..size]);
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use super::{Blocking, piped};
    use futures_util::StreamExt;
    use std::io::{self, Read, Write};
    use tokio::runtime::Handle;

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_written_arrives_whole_and_in_order() {
        let bytes: Vec<u8> = (0..1_000_000_u32).map(|number| (number % 251) as u8).collect();
        let written = bytes.clone();
        let stream = piped(move |pipe| written.chunks(777).try_for_each(|chunk| pipe.write_all(chunk)));
        let runtime = Handle::current();
        let read = tokio::task::spawn_blocking(move || {
            let mut read = Vec::new();
            Blocking::new(stream, runtime).read_to_end(&mut read).map(|_| read)
        });
        assert!(read.await.expect("no panic").expect("read") == bytes);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_breaks_off_is_no_file() {
        let mut refused = piped(|pipe| {
            pipe.write_all(b"half")?;
            Err(io::Error::other("lost"))
        });
        assert!(refused.next().await.expect("an error").is_err());
        let mut panicked = piped(|_| panic!("for the test"));
        assert!(panicked.next().await.expect("an error").is_err());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nobody_writes_for_a_reader_that_has_gone() {
        let (told, heard) = tokio::sync::oneshot::channel();
        let stream = piped(move |pipe| {
            let end = loop {
                if let Err(why) = pipe.write_all(&[0; 4096]) {
                    break why;
                }
            };
            told.send(end.kind()).expect("heard");
            Ok(())
        });
        drop(stream);
        assert_eq!(heard.await.expect("told"), io::ErrorKind::BrokenPipe);
    }
}
