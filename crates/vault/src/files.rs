//! Files that nobody else reads, and that are on the disk when it is said so.

use std::{
    fs::{File, OpenOptions},
    io::ErrorKind,
    path::Path,
};

use crate::error::VaultError;

/// What the file system said about `path`. A full disk is told apart.
pub(crate) fn io(path: &Path) -> impl Fn(std::io::Error) -> VaultError + '_ {
    move |source| match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            VaultError::Full
        }
        _ => VaultError::Io { path: path.to_owned(), source },
    }
}

/// Readable by nobody else, where the system knows of others.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// A new, empty file that nobody else can read.
pub(crate) fn create_private(path: &Path) -> Result<File, VaultError> {
    let mut options = OpenOptions::new();
    private(options.read(true).write(true).create_new(true)).open(path).map_err(io(path))
}

pub(crate) fn private_dir(dir: &Path) -> Result<(), VaultError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(io(dir))
}

/// The folder of a file.
pub(crate) fn dir_of(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

/// A rename is on the disk only when the folder is.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), VaultError> {
    if cfg!(unix) {
        File::open(dir).and_then(|dir| dir.sync_all()).map_err(io(dir))?;
    }
    Ok(())
}

/// A file that is written beside its place. Unless it is kept, it is removed with what SQLite puts next to it.
pub(crate) struct Draft<'a>(Option<&'a Path>);

impl<'a> Draft<'a> {
    /// An empty file at `path`, in place of what an earlier attempt left there.
    pub(crate) fn create(path: &'a Path) -> Result<(Self, File), VaultError> {
        sweep(path)?;
        let file = create_private(path)?;
        Ok((Self(Some(path)), file))
    }

    /// Puts it in its place, on the disk when this returns.
    pub(crate) fn keep(mut self, place: &Path) -> Result<(), VaultError> {
        if let Some(path) = self.0 {
            File::open(path).and_then(|file| file.sync_all()).map_err(io(path))?;
            std::fs::rename(path, place).map_err(io(place))?;
            self.0 = None;
            sync_dir(dir_of(place))?;
        }
        Ok(())
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if let Some(path) = self.0 {
            let _ = sweep(path);
        }
    }
}

fn sweep(path: &Path) -> Result<(), VaultError> {
    for end in ["", "-wal", "-shm", "-journal"] {
        let path = beside(path, end);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(io(&path)(error)),
            _ => {}
        }
    }
    Ok(())
}

/// The same name with something at its end.
pub(crate) fn beside(path: &Path, end: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
