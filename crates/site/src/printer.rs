//! Prints editions: from the content folder, and with a story that a desk brings. One at a time; what is served changes
//! whole or not at all.
//!
//! A story that a desk brings is published in one moment: when the store has written down, in one transaction, that it was
//! approved, what the public log says of it, and the story itself. Until then nothing that anybody reads has changed; from
//! then on it is out, and whatever was cut short is done at the next start.

use std::{
    collections::HashMap,
    fs,
    io::{self, ErrorKind},
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
    disk::{self, Disk},
    edge::{Swap, exchange},
    log::{self, Log},
    pages::Shelf,
    status::Status,
    store::{Coming, Printed, Records, SqliteRecords, StoreError},
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
    /// A picture's name is another's.
    #[error(
        "images/{0}: another picture of this name lies there; give the story's picture another name"
    )]
    Taken(String),
    /// A file cannot be written.
    #[error("{path}: {why}. Nothing was published; bring the story again when that is mended")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// No room.
    #[error("{path}: the disk is full. Nothing was published; make room and bring the story again")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// A story is out, and its file does not lie in the folder.
    #[error(
        "{story} is published, but {path} cannot be written: {why}; make room or mend the folder: until then nothing \
         more is published"
    )]
    Unfinished {
        /// The story's name.
        story: String,
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
        for (name, bytes) in &package.pictures {
            let path = parts.content.join("images").join(name);
            match there(&path).map_err(file(&path))? {
                None => {
                    parts.stage(&path, bytes, &mut fresh)?;
                    fresh.0.push(path.clone());
                    parts.disk.place(&disk::beside(&path), &path).map_err(file(&path))?;
                }
                Some(hash) if hash == sha256(bytes) => {}
                Some(_) => return Err(PrintError::Taken(name.clone())),
            }
        }
        let statement = package.publication.statement();
        let story = parts.story(&statement.page.name);
        let coming = Coming {
            name: statement.page.name.clone(),
            replaces: there(&story).map_err(file(&story))?,
            publication: package.publication.text(),
            source: package.source.clone(),
        };
        for (path, text) in parts.files(&coming) {
            parts.stage(&path, text.as_bytes(), &mut fresh)?;
        }
        let paths = self.serve(&mut records, proof, Some(&coming))?;
        fresh.keep();
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

/// Files that were written for a story that is not published yet: removed on drop, so that a full disk gets its room back.
#[derive(Default)]
struct Fresh(Vec<PathBuf>);

impl Fresh {
    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        for path in &self.0 {
            let _ = fs::remove_file(path);
        }
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

    /// Lays a published story into the folder, unless it lies there or something else was put in its place; gives its name.
    fn settle(&self, records: &mut SqliteRecords) -> Result<Option<String>, PrintError> {
        let Some(coming) = records.coming()? else { return Ok(None) };
        let unfinished = |path: &Path, error: &io::Error| PrintError::Unfinished {
            story: coming.name.clone(),
            path: path.to_owned(),
            why: error.to_string(),
        };
        let story = self.story(&coming.name);
        if there(&story).map_err(|error| unfinished(&story, &error))? == coming.replaces {
            for (path, text) in self.files(&coming) {
                let beside = disk::beside(&path);
                let staged = fs::read(&beside).is_ok_and(|staged| staged == text.as_bytes());
                let stage = || self.disk.stage(&beside, text.as_bytes());
                let laid = if staged { Ok(()) } else { stage() };
                let laid = laid.and_then(|()| self.disk.place(&beside, &path));
                laid.map_err(|error| unfinished(&path, &error))?;
            }
        }
        records.has_come()?;
        Ok(Some(coming.name))
    }

    fn stage(&self, path: &Path, bytes: &[u8], fresh: &mut Fresh) -> Result<(), PrintError> {
        let beside = disk::beside(path);
        fresh.0.push(beside.clone());
        self.disk.stage(&beside, bytes).map_err(file(path))
    }

    fn story(&self, name: &str) -> PathBuf {
        self.content.join("stories").join(format!("{name}.md"))
    }

    /// A story's approvals and its file, in the order in which they are laid into the folder.
    fn files<'a>(&self, coming: &'a Coming) -> [(PathBuf, &'a str); 2] {
        let assent = approvals::path(&self.content, coming.source.as_bytes());
        [(assent, &coming.publication), (self.story(&coming.name), &coming.source)]
    }
}

/// Which of these the log does not end with, each for its address.
fn unlogged(log: &[Vec<u8>], entries: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let path = |entry: &[u8]| -> Option<Vec<u8>> {
        entry
            .split(|byte| *byte == b'\n')
            .find(|line| line.starts_with(b"path: "))
            .map(<[u8]>::to_vec)
    };
    let newest: HashMap<_, _> = log.iter().map(|entry| (path(entry), entry)).collect();
    entries.iter().filter(|entry| newest.get(&path(entry)) != Some(entry)).cloned().collect()
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

/// SHA-256 of a file; none if it is not there.
fn there(path: &Path) -> io::Result<Option<[u8; 32]>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(sha256(&bytes))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn file(path: &Path) -> impl Fn(io::Error) -> PrintError {
    let path = path.to_owned();
    move |error| match disk::is_full(&error) {
        true => PrintError::Full { path: path.clone() },
        false => PrintError::File { path: path.clone(), why: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use assent::{Draft, Publication, ReportOf};

    use super::*;
    use crate::approvals::tests::{House, NOW};
    use crate::disk::SystemDisk;

    #[test]
    fn a_store_without_room_publishes_nothing_and_goes_on_when_there_is_some() {
        let house = House::new();
        let policy = house.set_policy(1);
        house.approve(&policy, 1, 2);
        let content = house.dir.path().to_owned();
        let open = || SqliteRecords::open(&content.join("store.sqlite")).unwrap();
        let parts = Parts {
            content: content.clone(),
            base_url: "https://news.example".to_owned(),
            site: house.site(),
            mix_on_premises: false,
            approvals: Approvals::Policy,
            clock: Arc::new(|| NOW),
            disk: Arc::new(SystemDisk),
            status: Status::to(io::sink()),
            cache: BuildCache::default(),
            log: None,
        };
        let printer = Printer::start(parts, open()).unwrap();
        let front = "+++\ntitle = \"More\"\nsection = \"trade\"\ndate = 2026-11-12\nbyline = \"A. Writer\"\n\
                     summary = \"A summary.\"\n+++\n";
        // Larger than the room that is left in a page of the store.
        let source = front.to_owned() + &"\nAnd more of it.\n".repeat(2_000);
        let page = Package::page("more", &source, &[]).unwrap();
        let report = ReportOf::new(source.as_bytes(), b"report");
        let read = Draft::new(page).read(&report).unwrap();
        let statement = read.statement(&policy, Act::Publish, 1, vec![]).unwrap();
        let mut publication = Publication::new(statement);
        for (key, certificate) in &house.desks {
            publication.approve(key, certificate, NOW).unwrap();
        }
        let package = Package { publication, source, pictures: Vec::new() };
        let limit = |pages| printer.records.lock().unwrap().limit_pages(pages).unwrap();
        let before = (printer.shelf().read().unwrap().len(), open().log().unwrap());

        limit(1);
        let refused = printer.publish(&package).unwrap_err().to_string();
        assert!(
            refused.contains("store.sqlite: the disk is full. Nothing was published"),
            "{refused}"
        );
        assert_eq!((printer.shelf().read().unwrap().len(), open().log().unwrap()), before);
        assert_eq!(open().coming().unwrap(), None);
        assert!(!content.join("stories/more.md").exists());
        assert!(!content.join("stories/.more.md.new").exists(), "its room is given back");
        // What is out already is printed again meanwhile.
        printer.reload().unwrap();

        limit(100_000);
        printer.publish(&package).unwrap();
        assert_eq!(open().log().unwrap().len(), before.1.len() + 1);
        assert_eq!(fs::read_to_string(content.join("stories/more.md")).unwrap(), package.source);
    }
}
