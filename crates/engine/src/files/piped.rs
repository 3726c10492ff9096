//! Files that are made while somebody takes them: whoever writes waits for whoever reads, and nothing is held whole.

use bytes::{Buf, Bytes};
use futures_util::stream::{StreamExt, unfold};
use std::io::{self, Read, Write};
use std::time::Duration;
use store::BlobStream;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;

/// Bytes that travel at once.
const PIECE: usize = 64 * 1024;
/// Pieces that wait for the reader.
const WAITING: usize = 4;
/// Files that are made at the same time, in the whole process: each holds a thread, and threads end somewhere.
static PLACES: Semaphore = Semaphore::const_new(16);
/// A reader has to take a piece within this time. Below some 2 kB in a second nobody waits for the end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A piece of a file, or its end: what breaks off before its end is no file.
enum Piece {
    Bytes(Bytes),
    End,
    Broken(io::Error),
}

/// What the work writes, on where blocking is allowed. The stream ends in an error when the work does.
///
/// The work holds a thread for as long as it is read from, so there is an end to both: only so many works run at a time,
/// the others wait for their turn; and a reader that takes nothing for half a minute loses the file, as if it had gone.
pub fn piped<Work>(work: Work) -> BlobStream
where
    Work: FnOnce(&mut Pipe) -> io::Result<()> + Send + 'static,
{
    within(&PLACES, PATIENCE, work)
}

fn within<Work>(places: &'static Semaphore, patience: Duration, work: Work) -> BlobStream
where
    Work: FnOnce(&mut Pipe) -> io::Result<()> + Send + 'static,
{
    let (sender, receiver) = channel(WAITING);
    // Nobody waits for the task: it ends with its work, or when its reader has gone.
    drop(tokio::spawn(async move {
        let place = tokio::select! {
            biased;
            place = places.acquire() => place,
            () = sender.closed() => return,
        };
        let runtime = Handle::current();
        let mut pipe = Pipe { waiting: Vec::with_capacity(PIECE), sender, patience, runtime };
        drop(tokio::task::spawn_blocking(move || {
            let _place = place;
            let end = match work(&mut pipe).and_then(|()| pipe.flush()) {
                Ok(()) => Piece::End,
                Err(why) => Piece::Broken(why),
            };
            // A reader that has gone does not ask how it ended.
            let _ = pipe.send(end);
        }));
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
    patience: Duration,
    runtime: Handle,
}

impl Pipe {
    fn send(&self, piece: Piece) -> io::Result<()> {
        match self.runtime.block_on(timeout(self.patience, self.sender.send(piece))) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::Error::new(io::ErrorKind::BrokenPipe, "the reader has gone")),
            Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the reader is too slow")),
        }
    }
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
        self.send(Piece::Bytes(piece.into()))
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
    use super::{Blocking, piped, within};
    use futures_util::StreamExt;
    use std::io::{self, Read, Write};
    use std::time::Duration;
    use tokio::runtime::Handle;
    use tokio::sync::Semaphore;
    use tokio::time::timeout;

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

    #[tokio::test(flavor = "multi_thread")]
    async fn a_reader_that_takes_nothing_keeps_nobody() {
        static PLACES: Semaphore = Semaphore::const_new(1);
        let (told, heard) = tokio::sync::oneshot::channel();
        let stream = within(&PLACES, Duration::from_millis(50), move |pipe| {
            let end = (0..1000).find_map(|_| pipe.write_all(&[0; 4096]).err());
            told.send(end.expect("it ends").kind()).expect("heard");
            Ok(())
        });
        assert_eq!(heard.await.expect("told"), io::ErrorKind::TimedOut);
        drop(stream);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn works_wait_for_a_place() {
        static PLACES: Semaphore = Semaphore::const_new(1);
        let long = Duration::from_mins(1);
        let endless = |pipe: &mut super::Pipe| loop {
            pipe.write_all(&[0; 4096])?;
        };
        let mut first = within(&PLACES, long, endless);
        first.next().await.expect("a piece").expect("read");
        let mut second = within(&PLACES, long, endless);
        let early = timeout(Duration::from_millis(200), second.next()).await;
        assert!(early.is_err(), "the only place is taken");
        drop(within(&PLACES, long, endless));
        drop(first);
        timeout(long, second.next()).await.expect("its turn").expect("a piece").expect("read");
    }
}
