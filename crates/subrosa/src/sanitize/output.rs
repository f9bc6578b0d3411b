//! Where fresh files go: written whole under a temporary name, then named, never over anything.

use crate::out::Failure;
use rand_core::Rng as _;
use std::{
    collections::BTreeMap,
    fs::{self, File, FileTimes, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Mutex,
    time::{Duration, SystemTime},
};

/// The time of every output: the first second of 2000, UTC. The hour at which somebody cleaned a file is a trace, too.
const TIME: Duration = Duration::from_secs(946_684_800);

/// A folder for fresh files.
pub(super) struct Folder {
    path: PathBuf,
    /// The last number given, by extension.
    last: Mutex<BTreeMap<String, u32>>,
    /// Temporary names that have not become names yet.
    pending: Mutex<Vec<PathBuf>>,
}

impl Folder {
    /// Makes the folder if need be.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(path).map_err(|error| Failure::at(path.display(), error))?;
        Ok(Self { path: path.to_owned(), last: Mutex::default(), pending: Mutex::default() })
    }

    /// Writes a file to the disk under a name of chance that begins with a dot.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let path = self.path.join(format!(".{:016x}.part", crate::secrets::rng().next_u64()));
        if let Ok(mut pending) = self.pending.lock() {
            pending.push(path.clone());
        }
        let written = || -> io::Result<()> {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            // For the owner alone, whatever the umask.
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&path)?;
            file.write_all(bytes)?;
            let time = SystemTime::UNIX_EPOCH + TIME;
            file.set_times(FileTimes::new().set_accessed(time).set_modified(time))?;
            file.sync_all()
        };
        written().map_err(|error| Failure::at(self.path.display(), error))?;
        Ok(path)
    }

    /// Gives a written file its name: the next free `document-N`.
    pub(super) fn name(&self, written: &Path, extension: &str) -> Result<PathBuf, Failure> {
        let failed = |error: io::Error| Failure::at(self.path.display(), error);
        let mut last = self.last.lock().map_err(|_| Failure::new("another file failed"))?;
        let number = last.entry(extension.to_owned()).or_default();
        loop {
            *number += 1;
            let path = self.path.join(format!("document-{number}.{extension}"));
            match link(written, &path) {
                Ok(()) => {
                    File::open(&self.path).and_then(|folder| folder.sync_all()).map_err(failed)?;
                    if let Ok(mut pending) = self.pending.lock() {
                        pending.retain(|known| known != written);
                    }
                    return Ok(path);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

/// Renames, but never over another file. Where the file system has no links, the moment between looking and renaming
/// has to be trusted.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) if fs::symlink_metadata(to).is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Only after a failure is there anything left.
        if let Ok(pending) = self.pending.lock() {
            pending.iter().for_each(|path| {
                let _ = fs::remove_file(path);
            });
        }
    }
}
