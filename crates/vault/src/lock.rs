//! One daemon at a time on a vault. Short commands need no lock: SQLite keeps them apart from the daemon.

use std::{
    fmt,
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
};

use crate::{error::LockError, files};

const NAME: &str = "daemon.lock";
/// A holder's line is short; more is not read.
const MAX_LINE: u64 = 200;

/// Who holds the lock, in the words it left in the lock file: its process id and a note such as the
/// address of its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder(String);

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Held while a daemon works on a vault. Released when dropped, and by the operating system when the
/// process ends in any way.
#[derive(Debug)]
pub struct DaemonLock {
    file: File,
    path: PathBuf,
}

impl DaemonLock {
    /// Takes the lock of the vault in `dir`.
    ///
    /// # Errors
    /// [`LockError::Held`] names the daemon that has it.
    pub fn take(dir: &Path) -> Result<Self, LockError> {
        let path = dir.join(NAME);
        let io = |source| LockError::Io { path: path.clone(), source };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        files::private(&mut options);
        let file = options.open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held(read_holder(&file))),
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        let mut lock = Self { file, path };
        lock.note("")?;
        Ok(lock)
    }

    /// Leaves a note for others who want the lock, such as the address of the page. No secrets: the file
    /// is not encrypted.
    ///
    /// # Errors
    /// [`LockError::Io`].
    pub fn note(&mut self, note: &str) -> Result<(), LockError> {
        let gap = if note.is_empty() { "" } else { ", " };
        let line = format!("process {}{gap}{note}\n", std::process::id());
        self.rewrite(line.as_bytes())
            .map_err(|source| LockError::Io { path: self.path.clone(), source })
    }

    fn rewrite(&mut self, line: &[u8]) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(line)
    }

    /// Who holds the lock of the vault in `dir` now, if anybody does.
    #[must_use]
    pub fn holder(dir: &Path) -> Option<Holder> {
        let file = File::open(dir.join(NAME)).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(read_holder(&file)),
            _ => None,
        }
    }
}

fn read_holder(file: &File) -> Holder {
    let mut bytes = Vec::new();
    let read = file.take(MAX_LINE).read_to_end(&mut bytes);
    let line: String = String::from_utf8_lossy(&bytes)
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    match read {
        Ok(n) if n > 0 && !line.is_empty() => Holder(line),
        _ => Holder("its process is not known".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_daemon_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(DaemonLock::holder(dir.path()), None);
        let mut first = DaemonLock::take(dir.path()).unwrap();
        first.note("http://127.0.0.1:7777").unwrap();
        let error = DaemonLock::take(dir.path()).unwrap_err().to_string();
        let me = format!("process {}, http://127.0.0.1:7777", std::process::id());
        assert!(error.contains(&me), "{error}");
        assert_eq!(DaemonLock::holder(dir.path()).map(|h| h.to_string()), Some(me));
        drop(first);
        DaemonLock::take(dir.path()).unwrap();
    }
}
