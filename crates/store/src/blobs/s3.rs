//! Files in a bucket of an S3-compatible service, under `<prefix>/<id>`.
//!
//! A file goes up in parts while it arrives, and is there once the last call of that upload has succeeded: half a file is
//! never seen. Parts of an upload that nobody finished or took back are the service's to remove (a rule of the bucket).

use super::{BlobError, BlobStream, MARK, marked};
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore as _, ObjectStoreExt as _, PutPayload, WriteMultipart};
use std::fmt;
use uuid::Uuid;

/// Bytes of one part; services want 5 MiB at least.
const PART: usize = 8 * 1024 * 1024;
/// Parts under way at once.
const PARTS: usize = 2;

/// Which bucket, and how to speak to it.
#[derive(Clone)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What names in it begin with; may be empty.
    pub prefix: String,
    /// Where the service is; none means Amazon's.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// Access key id and secret; none means those that the machine was given.
    pub keys: Option<(String, String)>,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bucket {}", self.name)
    }
}

/// The files of a bucket.
pub(super) struct Objects {
    service: AmazonS3,
    prefix: Path,
}

impl Objects {
    pub(super) fn new(bucket: &Bucket) -> Result<Self, BlobError> {
        // The client takes the provider of the process; there is one, unless another was installed before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = AmazonS3Builder::new().with_bucket_name(&bucket.name).with_region(&bucket.region);
        if let Some(endpoint) = &bucket.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        if let Some((id, secret)) = &bucket.keys {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret);
        }
        Ok(Self { service: builder.build()?, prefix: Path::from(bucket.prefix.as_str()) })
    }

    fn place(&self, id: Uuid) -> Path {
        self.prefix.clone().join(id.to_string())
    }

    pub(super) async fn begin(&self, id: Uuid) -> Result<Arriving, BlobError> {
        let upload = self.service.put_multipart(&self.place(id)).await?;
        Ok(Arriving(Some(WriteMultipart::new_with_chunk_size(upload, PART))))
    }

    pub(super) async fn open(&self, id: Uuid) -> Result<(u64, BlobStream), BlobError> {
        let found = self.service.get(&self.place(id)).await?;
        let size = found.meta.size;
        Ok((size, found.into_stream().map_err(std::io::Error::other).boxed()))
    }

    pub(super) async fn remove(&self, id: Uuid) -> Result<(), BlobError> {
        match self.service.delete(&self.place(id)).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            outcome => Ok(outcome?),
        }
    }

    pub(super) async fn mark(&self, instance: Uuid) -> Result<(), BlobError> {
        let place = self.prefix.clone().join(format!("{MARK}{instance}"));
        self.service.put(&place, PutPayload::new()).await?;
        Ok(())
    }

    pub(super) async fn marks(&self) -> Result<Vec<Uuid>, BlobError> {
        Ok(self.list().await?.iter().filter_map(|object| marked(object.location.filename())).collect())
    }

    pub(super) async fn names(&self) -> Result<Vec<Uuid>, BlobError> {
        // What is no id is none of ours.
        Ok(self.list().await?.iter().filter_map(|object| object.location.filename()?.parse().ok()).collect())
    }

    async fn list(&self) -> Result<Vec<ObjectMeta>, BlobError> {
        let prefix = Some(&self.prefix).filter(|prefix| !prefix.as_ref().is_empty());
        Ok(self.service.list_with_delimiter(prefix).await?.objects)
    }
}

/// A file that is being written.
pub(super) struct Arriving(Option<WriteMultipart>);

impl Arriving {
    pub(super) async fn write(&mut self, chunk: &[u8]) -> Result<(), BlobError> {
        if let Some(upload) = &mut self.0 {
            upload.wait_for_capacity(PARTS).await?;
            upload.write(chunk);
        }
        Ok(())
    }

    pub(super) async fn finish(mut self) -> Result<(), BlobError> {
        if let Some(upload) = self.0.take() {
            upload.finish().await?;
        }
        Ok(())
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let (Some(upload), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) else { return };
        runtime.spawn(async move {
            if let Err(why) = upload.abort().await {
                tracing::warn!(%why, "parts of a file that did not arrive whole could not be taken back");
            }
        });
    }
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            other => Self::Failed(other.to_string()),
        }
    }
}
