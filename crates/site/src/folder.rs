//! What lies where in a site's folder.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Makes a folder that only its owner can enter, unless it is there.
pub(crate) fn make_private(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file whole, for its owner only: beside its place, to the disk, then renamed. When it returns, it outlasts a
/// crash; until then the old file is there.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_added_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, path));
    if let Err(error) = written {
        let _ = fs::remove_file(&beside);
        return Err(error);
    }
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// The store.
pub(crate) const STORE: &str = "store.sqlite";
/// The configuration.
pub(crate) const CONFIG: &str = "site.toml";
/// The mix's own folder.
pub(crate) const MIX: &str = "mix";
/// What the root is to certify.
pub(crate) const REQUEST: &str = "signer.request";
/// The public log's key, in hexadecimal.
pub(crate) const LOG_KEY: &str = "log.key";
/// What the root is to certify of it.
pub(crate) const LOG_REQUEST: &str = "log.request";
/// The newest checkpoint that a witness has signed, with all its signatures.
pub(crate) const LOG_COSIGNED: &str = "log.cosigned";
/// Held while a site runs.
pub(crate) const LOCK: &str = "site.lock";
/// Certificates and account key of ACME.
pub(crate) const TLS: &str = "tls";
/// In the store: the newsroom's id, 32 bytes.
pub(crate) const SITE_ID: &str = "site_id";
/// In the store: seconds of a tick, a big-endian `u32`.
pub(crate) const TICK_SECS: &str = "tick_secs";
