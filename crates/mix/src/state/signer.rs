//! The site signer's key files: two lines of text, a title and 32 bytes in hexadecimal.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use envelope::{
    cert::Name,
    keys::{Signing, SiteSigner, Verifying},
    papers::Request,
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{StateError, io_error};

const PRIVATE_TITLE: &str = "subrosa site signer, private key (keep)";
const PUBLIC_TITLE: &str = "subrosa site signer, public key";

/// Makes the folder and the signer's key, and gives the public half for the certificate request.
///
/// # Errors
/// [`StateError::SignerThere`] if there is one; [`StateError::Io`].
pub fn init<G: CryptoRng + ?Sized>(
    dir: &Path,
    rng: &mut G,
) -> Result<Verifying<SiteSigner>, StateError> {
    make_folder(dir)?;
    let path = private_path(dir);
    if path.exists() {
        return Err(StateError::SignerThere(path));
    }
    let key = Signing::<SiteSigner>::generate(rng);
    let seed = Zeroizing::new(hex::encode(key.seed().as_slice()));
    let public = key.verifying();
    // The public half first: a folder with a private key is complete.
    write(&public_path(dir), PUBLIC_TITLE, &hex::encode(public.to_bytes()))?;
    write(&path, PRIVATE_TITLE, &seed)?;
    Ok(public)
}

/// As [`init`], but a key that is there already is left alone and its public half given.
///
/// # Errors
/// [`StateError`].
pub fn ensure<G: CryptoRng + ?Sized>(
    dir: &Path,
    rng: &mut G,
) -> Result<Verifying<SiteSigner>, StateError> {
    match private_path(dir).exists() {
        true => signer_public(dir),
        false => init(dir, rng),
    }
}

/// The signer's public key. Reads `signer.pub` alone, never the private key.
///
/// # Errors
/// [`StateError`].
pub fn signer_public(dir: &Path) -> Result<Verifying<SiteSigner>, StateError> {
    let path = public_path(dir);
    let bytes = read(&path, PUBLIC_TITLE)?;
    Verifying::from_bytes(&bytes)
        .map_err(|_| StateError::Damaged(path, "the key is no Ed25519 public key"))
}

/// The text with which the site asks the newsroom's root to certify its signer; proves that the private key is here. For
/// `site init`, before any mix runs.
///
/// # Errors
/// [`StateError`].
pub fn request(dir: &Path, name: &Name) -> Result<String, StateError> {
    signer_private(dir).map(|key| Request::for_signer(&key, name))
}

/// The private key, for the mix.
pub(super) fn signer_private(dir: &Path) -> Result<Signing<SiteSigner>, StateError> {
    let path = private_path(dir);
    check_mode(&path)?;
    Ok(Signing::from_seed(&Zeroizing::new(read(&path, PRIVATE_TITLE)?)))
}

fn private_path(dir: &Path) -> PathBuf {
    dir.join("signer.key")
}

fn public_path(dir: &Path) -> PathBuf {
    dir.join("signer.pub")
}

fn make_folder(dir: &Path) -> Result<(), StateError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(io_error(dir, "making the folder"))
}

/// Writes beside, syncs, then renames: there is never half a key.
fn write(path: &Path, title: &str, value: &str) -> Result<(), StateError> {
    let beside = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside).map_err(io_error(&beside, "making the file"))?;
    let text = Zeroizing::new(format!("{title}\n{value}\n"));
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(io_error(&beside, "writing"))?;
    fs::rename(&beside, path).map_err(io_error(path, "putting the file in its place"))
}

fn read(path: &Path, title: &str) -> Result<[u8; 32], StateError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(StateError::NoSigner(path.to_owned()));
        }
        Err(error) => return Err(io_error(path, "reading")(error)),
    };
    let damaged = |why| StateError::Damaged(path.to_owned(), why);
    let mut lines = text.lines();
    if lines.next() != Some(title) {
        return Err(damaged("the first line is not that of a key file"));
    }
    let mut key = [0; 32];
    let value = lines.next().unwrap_or_default();
    hex::decode_to_slice(value, &mut key)
        .map_err(|_| damaged("the second line is not 64 hexadecimal digits"))?;
    match lines.next() {
        None => Ok(key),
        Some(_) => Err(damaged("there is more than two lines")),
    }
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), StateError> {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(metadata) = fs::metadata(path) else { return Ok(()) };
    match metadata.permissions().mode() & 0o7777 {
        mode if mode & 0o077 != 0 => Err(StateError::Mode { path: path.to_owned(), mode }),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), StateError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    #[test]
    fn makes_a_key_once_and_reads_its_public_half_alone() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("deep/mix");
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let public = init(&state, &mut rng).unwrap();
        assert!(matches!(init(&state, &mut rng), Err(StateError::SignerThere(_))));
        assert!(ensure(&state, &mut rng).unwrap() == public);
        assert!(signer_private(&state).unwrap().verifying() == public);
        fs::remove_file(state.join("signer.key")).unwrap();
        assert!(signer_public(&state).unwrap() == public);
        assert!(matches!(signer_private(&state), Err(StateError::NoSigner(_))));
    }

    #[cfg(unix)]
    #[test]
    fn private_files_are_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("mix");
        init(&state, &mut ChaCha20Rng::seed_from_u64(2)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&state), 0o700);
        let key = state.join("signer.key");
        assert_eq!(mode(&key), 0o600);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        let Err(error) = signer_private(&state) else { panic!("accepted") };
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    #[test]
    fn damaged_key_files_are_named() {
        let dir = tempfile::tempdir().unwrap();
        init(dir.path(), &mut ChaCha20Rng::seed_from_u64(3)).unwrap();
        let path = dir.path().join("signer.pub");
        let good = fs::read_to_string(&path).unwrap();
        for bad in ["", "\n", &good[..good.len() - 3], &good.replace("public", "other")] {
            fs::write(&path, bad).unwrap();
            let error = signer_public(dir.path()).unwrap_err().to_string();
            assert!(error.contains("signer.pub"), "{error}");
        }
    }
}
