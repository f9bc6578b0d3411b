//! How a story that is published comes into the content folder, and what becomes of one whose way was cut short.

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use assent::Package;
use sha2::{Digest, Sha256};

use super::{Parts, PrintError};
use crate::{
    approvals, disk,
    store::{Coming, Records, SqliteRecords},
};

/// Files that were written for a story that is not published yet: removed on drop, so that a full disk gets its room back.
#[derive(Default)]
pub(super) struct Fresh(Vec<PathBuf>);

impl Fresh {
    pub(super) fn keep(mut self) {
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
    /// Writes all that belongs to a story, so that it only has to be moved to its place. Pictures are in theirs: no page shows
    /// them yet.
    pub(super) fn prepare(
        &self,
        package: &Package,
        fresh: &mut Fresh,
    ) -> Result<Coming, PrintError> {
        for (name, bytes) in &package.pictures {
            let path = self.content.join("images").join(name);
            match there(&path).map_err(file(&path))? {
                None => {
                    self.stage(&path, bytes, fresh)?;
                    fresh.0.push(path.clone());
                    self.disk.place(&disk::beside(&path), &path).map_err(file(&path))?;
                }
                Some(hash) if hash == sha256(bytes) => {}
                Some(_) => return Err(PrintError::Taken(name.clone())),
            }
        }
        let name = package.publication.statement().page.name.clone();
        let story = self.story(&name);
        let replaces = there(&story).map_err(file(&story))?;
        let publication = package.publication.text();
        let coming = Coming { name, replaces, publication, source: package.source.clone() };
        for (path, text) in self.files(&coming) {
            self.stage(&path, text.as_bytes(), fresh)?;
        }
        Ok(coming)
    }

    /// Lays a published story into the folder, if one is not laid there yet; gives its name.
    pub(super) fn settle(&self, records: &mut SqliteRecords) -> Result<Option<String>, PrintError> {
        let Some(coming) = records.coming()? else { return Ok(None) };
        let unfinished = |path: &Path, error: &io::Error| PrintError::Unfinished {
            story: coming.name.clone(),
            path: path.to_owned(),
            why: error.to_string(),
        };
        let story = self.story(&coming.name);
        let there = there(&story).map_err(|error| unfinished(&story, &error))?;
        let own = sha256(coming.source.as_bytes());
        if there.is_some_and(|there| there != own && Some(there) != coming.replaces) {
            return Err(PrintError::InTheWay { story: coming.name, path: story });
        }
        for (path, text) in self.files(&coming) {
            let beside = disk::beside(&path);
            let staged = fs::read(&beside).is_ok_and(|staged| staged == text.as_bytes());
            let stage = || self.disk.stage(&beside, text.as_bytes());
            let laid = if staged { Ok(()) } else { stage() };
            let laid = laid.and_then(|()| self.disk.place(&beside, &path));
            laid.map_err(|error| unfinished(&path, &error))?;
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
