//! Prints editions: from the content folder, and with a story that a desk brings. One at a time; what is served changes
//! whole or not at all.
//!
//! A story that a desk brings is published in one moment: when the store has written down, in one transaction, that it was
//! approved, what the public log says of it, and the story itself. Until then nothing that anybody reads has changed; from
//! then on it is out, and whatever was cut short is done at the next start.

mod entries;
mod error;
mod lay;
#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use assent::Package;
use envelope::keys::SiteId;
use press::{BuildCache, Edition, Incoming, PageContext};

use crate::{
    approvals::{self, ApprovalError, Passed},
    clock::Clock,
    config::Approvals,
    disk::Disk,
    edge::{Swap, exchange},
    log::{self, Log},
    pages::Shelf,
    status::Status,
    store::{Coming, Printed, Records, SqliteRecords, StoreError},
};
use entries::{entry, unlogged};
pub use error::PrintError;
use lay::Fresh;

/// What a printer works with.
pub(crate) struct Parts {
    pub(crate) content: PathBuf,
    pub(crate) base_url: String,
    pub(crate) site: SiteId,
    pub(crate) mix_on_premises: bool,
    pub(crate) approvals: Approvals,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) status: Status,
    /// So that printing again after one story changed is quick.
    pub(crate) cache: BuildCache,
    /// The public log, if it is certified.
    pub(crate) log: Option<Arc<Log>>,
}

/// Prints.
pub(crate) struct Printer {
    parts: Parts,
    shelf: Swap<Shelf>,
    /// What was printed before. Held from the first look at the folder until the edition is served.
    records: Mutex<SqliteRecords>,
}

/// An edition that may be served, once what it stands on has been remembered.
struct Proof {
    shelf: Shelf,
    passed: Option<Passed>,
    /// What the public log has to say of it: an entry for each story, as it is printed.
    entries: Vec<Vec<u8>>,
}

impl Printer {
    /// Prints the first edition.
    pub(crate) fn start(parts: Parts, mut records: SqliteRecords) -> Result<Self, PrintError> {
        if let Some(story) = parts.settle(&mut records)? {
            parts
                .status
                .line(&format!("site: {story} was published and cut short; it is done now"));
        }
        let proof = parts.proof(&mut records, None)?;
        parts.remember(&mut records, &proof, None)?;
        let shelf = Arc::new(std::sync::RwLock::new(Arc::new(proof.shelf)));
        Ok(Self { parts, shelf, records: Mutex::new(records) })
    }

    /// The newsroom's policy, if approvals are asked for and it can be read.
    pub(crate) fn policy(&self) -> Option<Vec<u8>> {
        if self.parts.approvals == Approvals::None {
            return None;
        }
        let path = self.parts.content.join(approvals::POLICY);
        approvals::policy(&path, &self.parts.site).ok().map(|policy| policy.as_bytes().to_vec())
    }

    /// What the public log answers at a path below `/log/`.
    pub(crate) fn log(&self, path: &str) -> Option<log::Answered> {
        self.parts.log.as_ref()?.get(path)
    }

    /// What is served.
    pub(crate) fn shelf(&self) -> Swap<Shelf> {
        self.shelf.clone()
    }

    /// Prints what lies in the folder now; gives how many paths there are.
    pub(crate) fn reload(&self) -> Result<usize, PrintError> {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        self.parts.settle(&mut records)?;
        let proof = self.parts.proof(&mut records, None)?;
        self.serve(&mut records, proof, None)
    }

    /// Prints a story that a desk has brought: tried whole before anything is written.
    pub(crate) fn publish(&self, package: &Package) -> Result<usize, PrintError> {
        self.take(package).map_err(|error| match error {
            PrintError::Store(StoreError::Full { path })
            | PrintError::Approval(ApprovalError::Store(StoreError::Full { path })) => {
                PrintError::Full { path }
            }
            error => error,
        })
    }

    fn take(&self, package: &Package) -> Result<usize, PrintError> {
        let parts = &self.parts;
        if parts.approvals == Approvals::None {
            return Err(PrintError::NoApprovals);
        }
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        parts.settle(&mut records)?;
        let proof = parts.proof(&mut records, Some(package))?;
        let mut fresh = Fresh::default();
        let coming = parts.prepare(package, &mut fresh)?;
        let served = self.serve(&mut records, proof, Some(&coming));
        // Only a full store is sure to have nothing written down. After any other fault a start may find the story there.
        if !matches!(served, Err(PrintError::Store(StoreError::Full { .. }))) {
            fresh.keep();
        }
        let paths = served?;
        // It is out: what goes wrong from here on is not the desk's affair.
        if let Err(error) = parts.settle(&mut records) {
            parts.status.line(&format!("site: {error}"));
        }
        Ok(paths)
    }

    fn serve(
        &self,
        records: &mut SqliteRecords,
        proof: Proof,
        coming: Option<&Coming>,
    ) -> Result<usize, PrintError> {
        self.parts.remember(records, &proof, coming)?;
        let paths = proof.shelf.len();
        exchange(&self.shelf, proof.shelf);
        Ok(paths)
    }
}

impl Parts {
    fn proof(
        &self,
        records: &mut SqliteRecords,
        package: Option<&Package>,
    ) -> Result<Proof, PrintError> {
        let file = package.map(|p| format!("{}.md", p.publication.statement().page.name));
        let incoming = package.zip(file.as_ref()).map(|(package, file)| Incoming {
            file,
            source: &package.source,
            pictures: &package.pictures,
        });
        let edition = Edition::load_incoming(&self.content, &self.cache, incoming.as_ref())?;
        let passed = match self.approvals {
            Approvals::Policy => {
                let publication = package.map(|package| &package.publication);
                let now = self.clock.now();
                Some(approvals::check(
                    &edition,
                    &self.content,
                    records,
                    &self.site,
                    publication,
                    now,
                )?)
            }
            Approvals::None => None,
        };
        let context = PageContext {
            site_id: self.site.0,
            base_url: self.base_url.clone(),
            mix_on_premises: self.mix_on_premises,
            contact: edition.contact(),
        };
        let pages = edition.render_with(&context, &self.cache)?;
        let entries = passed.iter().flat_map(|passed| &passed.stories);
        let entries = entries.filter_map(|(path, statement)| entry(&pages, path, statement));
        Ok(Proof { entries: entries.collect(), shelf: Shelf::new(&pages), passed })
    }

    /// Writes down what an edition stands on. From then on it counts as printed.
    fn remember(
        &self,
        records: &mut SqliteRecords,
        proof: &Proof,
        coming: Option<&Coming>,
    ) -> Result<(), PrintError> {
        let Some(passed) = &proof.passed else { return Ok(()) };
        let mut entries = records.log()?;
        let new = unlogged(&entries, &proof.entries);
        records.print(&Printed { values: &passed.values(), entries: &new, coming })?;
        if let Some(log) = &self.log {
            entries.extend(new);
            log.extend(entries);
        }
        Ok(())
    }
}
