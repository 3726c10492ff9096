//! Files in a folder and, with the feature `s3` and `TESSERA_TEST_S3=http://host:port`, in a bucket there.

use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use store::{BlobError, BlobStream, Blobs, Stored};
use tempfile::TempDir;
use uuid::Uuid;

/// Ids as the program makes them, told apart by their last digits.
fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + number)
}

/// A store of files in a folder, and the folder.
fn in_folder() -> (Blobs, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    (Blobs::in_folder(&folder.path().join("blobs")), folder)
}

/// The same in a new bucket, where a service is named.
#[cfg(feature = "s3")]
async fn in_bucket() -> Option<Blobs> {
    Some(Blobs::in_bucket(&bucket().await?).expect("a bucket"))
}

#[cfg(feature = "s3")]
async fn bucket() -> Option<store::Bucket> {
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    static BUCKETS: AtomicU32 = AtomicU32::new(0);

    #[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
    let Ok(endpoint) = std::env::var("TESSERA_TEST_S3") else {
        eprintln!("LEFT OUT: files in a bucket are not tested; set TESSERA_TEST_S3=http://host:port");
        return None;
    };
    let name = format!("tessera-{}-{}", std::process::id(), BUCKETS.fetch_add(1, Ordering::Relaxed));
    let host = endpoint.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = tokio::net::TcpStream::connect(host).await.expect("the service answers");
    let request = format!("PUT /{name} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let keys = Some(("test".to_owned(), "test".to_owned()));
    let (prefix, region) = ("some/where".into(), "us-east-1".into());
    Some(store::Bucket { name, prefix, endpoint: Some(endpoint), region, keys })
}

#[cfg(not(feature = "s3"))]
async fn in_bucket() -> Option<Blobs> {
    eprintln!("LEFT OUT: files in a bucket need the feature s3");
    None
}

/// Runs the same test on both.
async fn on_both<F: Future<Output = ()>>(test: impl Fn(Blobs) -> F) {
    let (blobs, _folder) = in_folder();
    test(blobs).await;
    if let Some(blobs) = in_bucket().await {
        test(blobs).await;
    }
}

async fn write(blobs: &Blobs, id: Uuid, bytes: &[u8]) -> Stored {
    let mut incoming = blobs.begin(id).await.expect("begins");
    for chunk in bytes.chunks(60_000) {
        incoming.write(chunk).await.expect("takes it");
    }
    assert_eq!(incoming.size(), bytes.len() as u64);
    incoming.finish().await.expect("is there")
}

async fn read(stream: BlobStream) -> Vec<u8> {
    let chunks: Vec<_> = stream.try_collect().await.expect("reads");
    chunks.concat()
}

#[tokio::test]
async fn files_come_and_go() {
    on_both(|blobs| async move {
        assert_eq!(blobs.names().await.expect("names"), Vec::<Uuid>::new());
        let large: Vec<u8> = (0..20_000_000_u32).map(|at| u8::try_from(at / 7 % 251).unwrap_or_default()).collect();
        for (number, bytes) in [(1, &b"small"[..]), (2, &large)] {
            let stored = write(&blobs, id(number), bytes).await;
            let digest = Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            assert_eq!(stored, Stored { id: id(number), size: bytes.len() as u64, sha256: digest });
            let stream = blobs.read(stored.id, stored.size, &stored.sha256).await.expect("is whole");
            assert!(read(stream).await == bytes);
        }
        let mut names = blobs.names().await.expect("names");
        names.sort();
        assert_eq!(names, [id(1), id(2)]);
        blobs.remove(id(1)).await.expect("removed");
        blobs.remove(id(1)).await.expect("it is gone already");
        assert_eq!(blobs.names().await.expect("names"), [id(2)]);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_as_it_was_written_is_refused() {
    on_both(|blobs| async move {
        let stored = write(&blobs, id(1), b"as it was").await;
        let other = "0".repeat(64);
        for (size, sha256) in [(stored.size, &other), (stored.size + 1, &stored.sha256), (0, &stored.sha256)] {
            let refused = blobs.read(stored.id, size, sha256).await.err();
            assert!(matches!(refused, Some(BlobError::Damaged)), "{refused:?}");
        }
        let refused = blobs.read(id(2), 1, &other).await.err();
        assert!(matches!(refused, Some(BlobError::Missing)), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn marks_tell_who_keeps_files_here_and_are_no_files() {
    on_both(|blobs| async move {
        assert_eq!(blobs.marks().await.expect("marks"), Vec::<Uuid>::new());
        for instance in [7, 8, 7] {
            blobs.mark(id(instance)).await.expect("marked");
        }
        write(&blobs, id(1), b"a file").await;
        let mut marks = blobs.marks().await.expect("marks");
        marks.sort();
        assert_eq!(marks, [id(7), id(8)]);
        assert_eq!(blobs.names().await.expect("names"), [id(1)]);
    })
    .await;
}

#[cfg(feature = "s3")]
#[tokio::test]
async fn what_lies_below_a_prefix_is_another_place() {
    let Some(inner) = bucket().await else { return };
    let outer = store::Bucket { prefix: "some".into(), ..inner.clone() };
    let [inner, outer] = [inner, outer].map(|bucket| Blobs::in_bucket(&bucket).expect("a bucket"));
    for (number, blobs) in [(1, &inner), (2, &outer)] {
        write(blobs, id(number), b"a file").await;
        blobs.mark(id(number)).await.expect("marked");
    }
    for (number, blobs) in [(1, &inner), (2, &outer)] {
        assert_eq!(blobs.names().await.expect("names"), [id(number)]);
        assert_eq!(blobs.marks().await.expect("marks"), [id(number)]);
    }
}

#[tokio::test]
async fn half_a_file_is_no_file() {
    on_both(|blobs| async move {
        let mut incoming = blobs.begin(id(1)).await.expect("begins");
        incoming.write(&vec![b'x'; 9_000_000]).await.expect("takes it");
        let refused = blobs.read(id(1), 9_000_000, "").await.err();
        assert!(matches!(refused, Some(BlobError::Missing)), "{refused:?}");
        drop(incoming);
        assert_eq!(blobs.names().await.expect("names"), Vec::<Uuid>::new());
        assert_eq!(write(&blobs, id(1), b"again").await.size, 5);
    })
    .await;
}

#[tokio::test]
async fn an_id_is_used_once_at_a_time_and_the_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (blobs, folder) = in_folder();
    let first = blobs.begin(id(0x2f)).await.expect("begins");
    blobs.begin(id(0x2f)).await.expect_err("it is under way");
    first.finish().await.expect("is there");
    let place = folder.path().join("blobs/2f").join(id(0x2f).to_string());
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(&place), mode(&folder.path().join("blobs"))), (0o600, 0o700));
    // A swap on the disk while it is read is seen at the end at the latest.
    let stored = write(&blobs, id(0x30), &vec![b'a'; 1_000_000]).await;
    let stream = blobs.read(stored.id, stored.size, &stored.sha256).await.expect("is whole");
    std::fs::write(folder.path().join("blobs/30").join(stored.id.to_string()), vec![b'b'; 1_000_000]).expect("written");
    stream.try_collect::<Vec<_>>().await.expect_err("other bytes");
}
