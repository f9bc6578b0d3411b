//! A ledger's folder: what is read from it, and what is written to it.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use check::{Fault, Files, Loaded, Problem};

use crate::out::{Failure, Out};

/// The largest file that is read.
const LARGEST: u64 = 1 << 30;

/// The files of a ledger: its own, and those it refers to.
#[derive(Default)]
pub(crate) struct Folder {
    files: BTreeMap<String, Vec<u8>>,
    names: Vec<String>,
}

impl Files for Folder {
    fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }
}

/// Reads a ledger, and says what it is.
pub(crate) fn read(dir: &Path, out: &mut Out) -> Result<(Loaded, Folder), Failure> {
    out.note(format!(
        "subrosa: {} is read from a plain folder. A ledger is a ready-made list of suspects: whoever can read this disk can read it. The desk keeps it encrypted.",
        dir.display()
    ));
    let mut folder = Folder::default();
    let listing = fs::read_dir(dir).map_err(|e| Failure::at(dir.display(), e))?;
    let mut names = Vec::new();
    for entry in listing {
        let entry = entry.map_err(|e| Failure::at(dir.display(), e))?;
        if let Ok(name) = entry.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort();
    for name in names.iter().filter(|n| n.ends_with(".toml")) {
        folder.files.insert(name.clone(), file(&dir.join(name))?);
    }
    folder.names = names;
    let loaded = check::load(&folder.files).map_err(|f| within(dir, f))?;
    for name in loaded.ledger.files() {
        let inside =
            Path::new(name).components().all(|c| matches!(c, std::path::Component::Normal(_)));
        if !inside {
            let what = format!("\"{name}\" leads out of the ledger's folder: put the file into it");
            return Err(within(dir, Fault::new(Problem::text(what))).into());
        }
        let path = dir.join(name);
        // What is missing is reported with the line that asks for it.
        if path.is_file() {
            folder.files.insert(name.to_owned(), file(&path)?);
        }
    }
    Ok((loaded, folder))
}

/// A fault with the folder in front of its file, so that an editor can open it.
pub(crate) fn within(dir: &Path, mut fault: Fault) -> Fault {
    if let Some(at) = &mut fault.at {
        at.file = dir.join(&at.file).display().to_string();
    }
    fault
}

/// A file of a size that can be meant.
pub(crate) fn file(path: &Path) -> Result<Vec<u8>, Failure> {
    let known = fs::metadata(path).map_err(|e| Failure::at(path.display(), e))?;
    if known.len() > LARGEST {
        return Err(Failure::at(
            path.display(),
            "the file is larger than 1 GB: nothing here needs to be",
        ));
    }
    fs::read(path).map_err(|e| Failure::at(path.display(), e))
}

/// Adds text at the end of a file, whole or not at all: a copy with the addition takes its place.
pub(crate) fn append(path: &Path, text: &str) -> Result<(), Failure> {
    let mut bytes = if path.exists() { file(path)? } else { Vec::new() };
    if !bytes.is_empty() && !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(text.as_bytes());
    replace(path, &bytes)
}

/// Writes a file that only its owner may read, whole or not at all.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let fault = |e: std::io::Error| Failure::at(path.display(), e);
    let mut beside: PathBuf = path.to_owned();
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    beside.set_file_name(format!(".{name}.{}", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(&beside).map_err(fault)?;
    let done = new.write_all(bytes).and_then(|()| new.sync_all());
    let done = done.and_then(|()| fs::rename(&beside, path));
    if done.is_err() {
        let _ = fs::remove_file(&beside);
    }
    done.map_err(fault)?;
    // The rename itself has to reach the disk, too.
    if let Some(dir) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
        let _ = fs::File::open(dir).and_then(|d| d.sync_all());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_stands_after_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("releases.toml");
        assert!(append(&path, "a\n").is_ok());
        fs::write(&path, "a\nb").unwrap();
        assert!(append(&path, "c\n").is_ok());
        assert_eq!(fs::read_to_string(&path).unwrap(), "a\nb\nc\n");
        // Nothing is left beside it.
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
