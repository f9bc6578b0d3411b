//! The newsroom's root: a 32-byte seed in a file of its own, sealed under a passphrase (Argon2id,
//! XChaCha20-Poly1305). It is needed to enrol a desk or a site and to revoke one, a few times a year, and
//! belongs on a stick in a safe. Nothing that runs day by day asks for it.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    path::Path,
};

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{
    error::{CreateError, UnlockError},
    files,
    kdf::{Kdf, Passphrase},
    wrap::{self, Unwrap},
};

const MAGIC: &[u8; 16] = b"subrosa root 1\n\0";

/// Writes `seed` into a new file at `path`, readable by its owner only.
///
/// # Errors
/// [`CreateError`]; an existing file is never touched.
pub fn create(
    path: &Path,
    seed: &[u8; 32],
    passphrase: &Passphrase,
    kdf: Kdf,
    rng: &mut dyn CryptoRng,
) -> Result<(), CreateError> {
    passphrase.check()?;
    let mut id = [0; 16];
    rng.fill_bytes(&mut id);
    let bytes = wrap::wrap(MAGIC, &id, seed, passphrase, kdf, rng).ok_or(CreateError::Stretch)?;
    write_new(path, &bytes)
}

/// Opens the file at `path`.
///
/// # Errors
/// [`UnlockError`].
pub fn open(path: &Path, passphrase: &Passphrase) -> Result<Zeroizing<[u8; 32]>, UnlockError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(UnlockError::Missing(path.to_owned()));
        }
        other => other.map_err(files::io(path))?,
    };
    let mut bytes = Vec::new();
    let limit = wrap::LEN as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(files::io(path))?;
    wrap::unwrap(MAGIC, &bytes, passphrase).map(|open| open.secret).map_err(|cause| match cause {
        Unwrap::Header(why) => UnlockError::Header { path: path.to_owned(), why },
        Unwrap::Stretch => UnlockError::Stretch,
        Unwrap::Passphrase => UnlockError::Passphrase,
    })
}

/// Writes a new file for its owner only, on the disk when this returns.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), CreateError> {
    let mut options = OpenOptions::new();
    files::private(options.write(true).create_new(true));
    let mut file = match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(CreateError::Exists(path.to_owned()));
        }
        other => other.map_err(files::io(path))?,
    };
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Half a root is worse than none: it would look like one.
        let _ = std::fs::remove_file(path);
        return Err(files::io(path)(error).into());
    }
    Ok(files::sync_dir(files::dir_of(path))?)
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    #[test]
    fn a_root_comes_back_only_with_its_passphrase_and_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("newsroom.root");
        let mut rng = ChaCha20Rng::seed_from_u64(9);
        let pass = Passphrase::new("a good long passphrase".into());
        let kdf = Kdf::weak_for_demo_and_tests();
        assert!(matches!(open(&path, &pass), Err(UnlockError::Missing(_))));
        create(&path, &[5; 32], &pass, kdf, &mut rng).unwrap();
        assert_eq!(*open(&path, &pass).unwrap(), [5; 32]);
        let wrong = Passphrase::new("a bad long passphrase".into());
        assert!(matches!(open(&path, &wrong), Err(UnlockError::Passphrase)));
        assert!(matches!(
            create(&path, &[6; 32], &pass, kdf, &mut rng),
            Err(CreateError::Exists(_))
        ));
        let whole = std::fs::read(&path).unwrap();
        assert!(!whole.windows(32).any(|w| w == [5; 32]));
        std::fs::write(&path, &whole[..50]).unwrap();
        assert!(matches!(open(&path, &pass), Err(UnlockError::Header { .. })));
        std::fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
        assert!(matches!(open(&path, &pass), Err(UnlockError::Header { .. })));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
        }
    }
}
