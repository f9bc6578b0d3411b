//! Prints editions: from the content folder, and with a story that a desk brings. One at a time; what is served changes
//! whole or not at all.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use assent::{Act, Package, Statement};
use envelope::keys::SiteId;
use press::{BuildCache, Edition, Incoming, PageContext, PressError};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{
    approvals::{self, ApprovalError, Passed},
    clock::Clock,
    config::Approvals,
    edge::{Swap, exchange},
    log::{self, Log},
    pages::Shelf,
    store::{Records, SqliteRecords, StoreError},
};

/// Why an edition is not printed. What was served goes on.
#[derive(Debug, Error)]
pub enum PrintError {
    /// The stories.
    #[error(transparent)]
    Press(#[from] PressError),
    /// The approvals of a story.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// A site that prints what lies in its folder takes no stories from desks.
    #[error(
        "this site asks for no approvals, so that it takes stories from its content folder only; write approvals = \
         \"policy\" into site.toml"
    )]
    NoApprovals,
    /// A file cannot be written.
    #[error("{path}: {why}. Nothing was published")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a printer works with.
pub(crate) struct Parts {
    pub(crate) content: PathBuf,
    pub(crate) base_url: String,
    pub(crate) site: SiteId,
    pub(crate) mix_on_premises: bool,
    pub(crate) approvals: Approvals,
    pub(crate) clock: Arc<dyn Clock>,
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
        let proof = parts.proof(&mut records, None)?;
        parts.remember(&mut records, &proof)?;
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
        let proof = self.parts.proof(&mut records, None)?;
        self.serve(&mut records, proof)
    }

    /// Prints a story that a desk has brought: tried whole before anything is written. The story's file is renamed into its
    /// place last, so that a crash at any moment leaves the old page or the new one.
    pub(crate) fn publish(&self, package: &Package) -> Result<usize, PrintError> {
        if self.parts.approvals == Approvals::None {
            return Err(PrintError::NoApprovals);
        }
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let proof = self.parts.proof(&mut records, Some(package))?;
        let content = &self.parts.content;
        for (name, bytes) in &package.pictures {
            let path = content.join("images").join(name);
            // A picture's name begins with its hash: what is there is the same, or was written by hand.
            if fs::read(&path).ok().as_ref() != Some(bytes) {
                write(&path, bytes)?;
            }
        }
        let assent = approvals::path(content, package.source.as_bytes());
        write(&assent, package.publication.text().as_bytes())?;
        let file = format!("{}.md", package.publication.statement().page.name);
        write(&content.join("stories").join(file), package.source.as_bytes())?;
        self.serve(&mut records, proof)
    }

    fn serve(&self, records: &mut SqliteRecords, proof: Proof) -> Result<usize, PrintError> {
        self.parts.remember(records, &proof)?;
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

    fn remember(&self, records: &mut SqliteRecords, proof: &Proof) -> Result<(), PrintError> {
        let Some(passed) = &proof.passed else { return Ok(()) };
        // The log first: what is remembered as printed has been logged.
        for entry in &proof.entries {
            records.append_log(entry)?;
        }
        approvals::remember(records, passed)?;
        if let Some(log) = &self.log {
            log.extend(records.log()?);
        }
        Ok(())
    }
}

/// What the public log says of a story: where it is, which edition of what, and a hash of the words that readers see.
fn entry(pages: &press::Pages, path: &str, statement: &Statement) -> Option<Vec<u8>> {
    let page = pages.get(path)?;
    let words = press::article_words(std::str::from_utf8(&page.body).ok()?)?;
    let act = match statement.act {
        Act::Publish => "publish",
        Act::Correct => "correct",
        Act::Withdraw => "withdraw",
    };
    let text = format!(
        "subrosa publication\npath: {path}\nstory: {}\nedition: {}\nact: {act}\nstatement: {}\nwords: {}\n",
        statement.page.name,
        statement.revision,
        hex::encode(statement.hash()),
        hex::encode(Sha256::digest(words))
    );
    Some(text.into_bytes())
}

/// Writes a file whole: beside its place, to the disk, then renamed.
fn write(path: &Path, bytes: &[u8]) -> Result<(), PrintError> {
    let file =
        |error: std::io::Error| PrintError::File { path: path.to_owned(), why: error.to_string() };
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(file)?;
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file");
    // What begins with a dot is not read as a story or picture.
    let beside = folder.join(format!(".{name}.new"));
    let written = File::create(&beside)
        .and_then(|mut out| out.write_all(bytes).and_then(|()| out.sync_all()))
        .and_then(|()| fs::rename(&beside, path))
        .and_then(|()| File::open(folder)?.sync_all());
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        file(error)
    })
}
