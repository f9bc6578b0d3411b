//! What the site keeps: batches, the dead drop, the key list, certificates and desk keys. All of it is public or
//! sealed; nothing of a visitor is among it.
//!
//! [`Records`] is the boundary behind which a newsroom can put another database. It is plain blocking code;
//! [`Store`] runs it on a thread of its own. `tests/store.rs` is the one suite for every implementation.

mod error;
mod schema;
mod sqlite;

use std::sync::mpsc;

use tokio::sync::oneshot;

pub use error::StoreError;
pub use sqlite::SqliteRecords;

/// The live chunk of the dead drop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveChunk {
    /// Its block.
    pub block: u64,
    /// Its signed bytes.
    pub bytes: Vec<u8>,
}

/// A story that a desk has brought, from the moment it counts as published until its file lies in the content folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// The story's name: its file without `.md`.
    pub name: String,
    /// SHA-256 of the file that it replaces; none if there was none.
    pub replaces: Option<[u8; 32]>,
    /// Its publication, as it is written.
    pub publication: String,
    /// All of its file.
    pub source: String,
}

/// What an edition stands on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Printed<'a> {
    /// Values that never change; one that is set stays as it is.
    pub values: &'a [(String, Vec<u8>)],
    /// New entries of the public log, for ever.
    pub entries: &'a [Vec<u8>],
    /// The story that came with it.
    pub coming: Option<&'a Coming>,
}

/// Everything a site has to remember. When a method returns `Ok`, what it wrote survives a loss of power.
pub trait Records: Send + 'static {
    /// Sets a value that never changes, and returns the one that holds: the first that was ever set.
    ///
    /// # Errors
    /// [`StoreError`], as for every method here.
    fn set_once(&mut self, name: &str, value: &[u8]) -> Result<Vec<u8>, StoreError>;

    /// A value that was set.
    ///
    /// # Errors
    /// [`StoreError`].
    fn value(&mut self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps the batch of a tick, and forgets batches of ticks before `forget_before`. The same batch again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Immutable`] if another batch is kept for this tick.
    fn put_batch(&mut self, tick: u64, bytes: &[u8], forget_before: u64) -> Result<(), StoreError>;

    /// The batch of a tick.
    ///
    /// # Errors
    /// [`StoreError`].
    fn batch(&mut self, tick: u64) -> Result<Option<Vec<u8>>, StoreError>;

    /// The tick of the newest batch.
    ///
    /// # Errors
    /// [`StoreError`].
    fn newest_batch(&mut self) -> Result<Option<u64>, StoreError>;

    /// Keeps a closed block of the dead drop, for ever. The live chunk of this block or an older one ends with it.
    ///
    /// # Errors
    /// [`StoreError::Immutable`] if other bytes are kept for this block.
    fn put_block(&mut self, block: u64, bytes: &[u8]) -> Result<(), StoreError>;

    /// A closed block.
    ///
    /// # Errors
    /// [`StoreError`].
    fn block(&mut self, block: u64) -> Result<Option<Vec<u8>>, StoreError>;

    /// The newest closed blocks, newest first, at most `most`.
    ///
    /// # Errors
    /// [`StoreError`].
    fn newest_blocks(&mut self, most: u32) -> Result<Vec<(u64, Vec<u8>)>, StoreError>;

    /// Replaces the live chunk.
    ///
    /// # Errors
    /// [`StoreError::Immutable`] if its block, or a later one, is closed already.
    fn put_live(&mut self, block: u64, bytes: &[u8]) -> Result<(), StoreError>;

    /// The live chunk.
    ///
    /// # Errors
    /// [`StoreError`].
    fn live(&mut self) -> Result<Option<LiveChunk>, StoreError>;

    /// Replaces the key list.
    ///
    /// # Errors
    /// [`StoreError`].
    fn put_key_list(&mut self, bytes: &[u8]) -> Result<(), StoreError>;

    /// The newest key list.
    ///
    /// # Errors
    /// [`StoreError`].
    fn key_list(&mut self) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps a certificate (checked by the caller) under its serial. `true` if it is new.
    ///
    /// # Errors
    /// [`StoreError::Immutable`] if another certificate has this serial.
    fn put_certificate(&mut self, serial: [u8; 16], bytes: &[u8]) -> Result<bool, StoreError>;

    /// All certificates, in the order in which they came.
    ///
    /// # Errors
    /// [`StoreError`].
    fn certificates(&mut self) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Keeps a revocation (checked by the caller) under the serial it takes back. `true` if it is new.
    ///
    /// # Errors
    /// [`StoreError`].
    fn put_revocation(&mut self, serial: [u8; 16], bytes: &[u8]) -> Result<bool, StoreError>;

    /// All revocations, in the order in which they came.
    ///
    /// # Errors
    /// [`StoreError`].
    fn revocations(&mut self) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Keeps a desk's key of a week (checked by the caller), unless one of a later week is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    fn put_desk_key(&mut self, desk: [u8; 16], week: u32, bytes: &[u8]) -> Result<(), StoreError>;

    /// The newest key of each desk.
    ///
    /// # Errors
    /// [`StoreError`].
    fn desk_keys(&mut self) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Keeps a desk's mail for a tick, and forgets mail of ticks before `forget_before`. The same mail again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Immutable`] if other mail of this desk is kept for this tick.
    fn put_mail(
        &mut self,
        tick: u64,
        desk: [u8; 16],
        bytes: &[u8],
        forget_before: u64,
    ) -> Result<(), StoreError>;

    /// All desks' mail of a tick, one after the other, in the order of desk ids.
    ///
    /// # Errors
    /// [`StoreError`].
    fn mail(&mut self, tick: u64) -> Result<Vec<u8>, StoreError>;

    /// Writes what an edition stands on: all of it, or nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    fn print(&mut self, printed: &Printed<'_>) -> Result<(), StoreError>;

    /// A story that has been published, and may not have been laid into the content folder yet.
    ///
    /// # Errors
    /// [`StoreError`].
    fn coming(&mut self) -> Result<Option<Coming>, StoreError>;

    /// Forgets it: it lies there.
    ///
    /// # Errors
    /// [`StoreError`].
    fn has_come(&mut self) -> Result<(), StoreError>;

    /// All entries of the public log, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    fn log(&mut self) -> Result<Vec<Vec<u8>>, StoreError>;

    /// A number that changes whenever certificates or revocations were written, by this process or another.
    ///
    /// # Errors
    /// [`StoreError`].
    fn revision(&mut self) -> Result<u64, StoreError>;
}

type Job = Box<dyn FnOnce(&mut dyn Records) + Send>;

/// Runs [`Records`] on a thread of its own, one job after the other. Cheap to clone; the thread ends with the last clone.
#[derive(Clone)]
pub struct Store {
    jobs: mpsc::Sender<Job>,
}

impl Store {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`StoreError::Gone`] if the operating system gives no thread.
    pub fn new(mut records: impl Records) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let work = move || queue.into_iter().for_each(|job| job(&mut records));
        std::thread::Builder::new()
            .name("store".into())
            .spawn(work)
            .map_err(|_| StoreError::Gone)?;
        Ok(Self { jobs })
    }

    /// Runs `job` on the thread.
    ///
    /// # Errors
    /// What the job returns; [`StoreError::Gone`] if the thread has ended.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn Records) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, wait) = oneshot::channel();
        let job: Job = Box::new(move |records| drop(answer.send(job(records))));
        self.jobs.send(job).map_err(|_| StoreError::Gone)?;
        wait.await.unwrap_or(Err(StoreError::Gone))
    }
}
