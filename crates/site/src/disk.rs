//! How a story comes into the content folder: the only way in which a site changes files there. Injected, so that tests can
//! have it fail, or the machine die, at each step.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Puts files in their places.
pub trait Disk: Send + Sync + 'static {
    /// Writes a file that nobody reads yet; when it returns, it is on the disk.
    ///
    /// # Errors
    /// The operating system's.
    fn stage(&self, beside: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Moves it to its place, over what was there; when it returns, that outlasts a loss of power.
    ///
    /// # Errors
    /// The operating system's.
    fn place(&self, beside: &Path, path: &Path) -> io::Result<()>;
}

/// The operating system's.
#[derive(Debug, Clone, Copy)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn stage(&self, beside: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = folder(beside);
        if !folder.exists() {
            fs::create_dir_all(folder)?;
            folder.parent().map_or(Ok(()), |above| File::open(above)?.sync_all())?;
        }
        let mut file = File::create(beside)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn place(&self, beside: &Path, path: &Path) -> io::Result<()> {
        // Who has found it there need not know whether it was ever written through.
        File::open(beside)?.sync_all()?;
        fs::rename(beside, path)?;
        File::open(folder(path))?.sync_all()
    }
}

/// Where a file is written before it is moved to its place. What begins with a dot is not read as a story or picture.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file");
    folder(path).join(format!(".{name}.new"))
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

/// Whether this is for want of room.
pub(crate) fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}
