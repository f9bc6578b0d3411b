//! What the mix publishes, made durable in the order in which it came. When the disk is full, it waits here and is
//! tried again; a batch is acknowledged to the mix only when it is stored.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use envelope::drop::Chunk;
use envelope::error::VerifyError;
use envelope::keys::{SiteId, SiteSigner, Verifying};
use envelope::time::TickLength;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::published::Published;
use crate::status::Status;
use crate::store::{Store, StoreError};

/// Publications that may wait for the disk: some twenty ticks.
const WAITING: usize = 64;
const AGAIN: Duration = Duration::from_secs(2);
/// Batches are kept as long, in seconds.
const KEEP_BATCHES: u64 = 14 * 86_400;

/// Something to keep.
#[derive(Debug, Clone)]
pub(crate) enum Publication {
    KeyList(Bytes),
    Batch { tick: u64, bytes: Bytes },
    Live { block: u64, bytes: Bytes },
    Closed { block: u64, bytes: Bytes },
}

impl Publication {
    /// A chunk: signed by this site's signer, and what the frame around it says.
    pub(super) fn chunk(
        site: &SiteId,
        signer: &Verifying<SiteSigner>,
        (block, records): (u64, u16),
        bytes: Bytes,
    ) -> Result<Self, VerifyError> {
        let chunk = Chunk::decode(&bytes)?.verify(site, signer)?;
        if chunk.block != block || chunk.records.len() != usize::from(records) {
            return Err(VerifyError::Stranger("chunk in this frame"));
        }
        Ok(if chunk.is_closed() {
            Self::Closed { block, bytes }
        } else {
            Self::Live { block, bytes }
        })
    }
}

/// The way into the store. Cheap to share by reference.
pub(crate) struct Storage {
    queue: mpsc::Sender<Publication>,
    published: Arc<Published>,
    stored: watch::Receiver<Option<u64>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Storage {
    pub(crate) fn new(
        store: Store,
        published: Arc<Published>,
        tick: TickLength,
        status: Status,
    ) -> Self {
        let (queue, incoming) = mpsc::channel(WAITING);
        let (stored, acknowledged) = watch::channel(None);
        let keeper =
            Keeper { store, stored, keep_ticks: KEEP_BATCHES / u64::from(tick.secs()), status };
        let task = Mutex::new(Some(tokio::spawn(keeper.run(incoming))));
        Self { queue, published, stored: acknowledged, task }
    }

    /// Publishes at once, except batches, and stores as soon as the disk lets it.
    pub(super) async fn put(&self, publication: Publication) {
        match &publication {
            Publication::KeyList(bytes) => self.published.set_key_list(bytes.clone()),
            Publication::Live { block, bytes } => self.published.set_live(*block, bytes.clone()),
            Publication::Closed { block, bytes } => self.published.close(*block, bytes.clone()),
            Publication::Batch { .. } => {}
        }
        let _ = self.queue.send(publication).await;
    }

    /// The newest tick whose batch is durable since the site started.
    pub(super) fn stored(&self) -> watch::Receiver<Option<u64>> {
        self.stored.clone()
    }

    /// Waits until everything is stored, at most a few seconds.
    pub(super) async fn finish(self) {
        drop(self.queue);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            let _ = tokio::time::timeout(Duration::from_secs(5), task).await;
        }
    }
}

struct Keeper {
    store: Store,
    stored: watch::Sender<Option<u64>>,
    keep_ticks: u64,
    status: Status,
}

impl Keeper {
    async fn run(self, mut incoming: mpsc::Receiver<Publication>) {
        while let Some(publication) = incoming.recv().await {
            let mut said = false;
            loop {
                match self.keep(publication.clone()).await {
                    Ok(()) if said => self.status.line("store: everything is stored again"),
                    Ok(()) => {}
                    Err(error) if error.may_pass() => {
                        if !std::mem::replace(&mut said, true) {
                            self.status.line(&format!("store: {error}"));
                        }
                        tokio::time::sleep(AGAIN).await;
                        continue;
                    }
                    Err(error) => self.status.line(&format!("store: {error}")),
                }
                break;
            }
        }
    }

    async fn keep(&self, publication: Publication) -> Result<(), StoreError> {
        match publication {
            Publication::KeyList(bytes) => {
                self.store.run(move |records| records.put_key_list(&bytes)).await
            }
            Publication::Live { block, bytes } => {
                self.store.run(move |records| records.put_live(block, &bytes)).await
            }
            Publication::Closed { block, bytes } => {
                self.store.run(move |records| records.put_block(block, &bytes)).await
            }
            Publication::Batch { tick, bytes } => {
                let forget = tick.saturating_sub(self.keep_ticks);
                self.store.run(move |records| records.put_batch(tick, &bytes, forget)).await?;
                self.stored.send_replace(Some(tick));
                Ok(())
            }
        }
    }
}
