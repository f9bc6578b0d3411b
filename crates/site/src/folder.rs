//! What lies where in a site's folder.

use std::path::Path;

/// Makes a folder that only its owner can enter, unless it is there.
pub(crate) fn make_private(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
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
/// Held while a site runs.
pub(crate) const LOCK: &str = "site.lock";
/// Certificates and account key of ACME.
pub(crate) const TLS: &str = "tls";
/// In the store: the newsroom's id, 32 bytes.
pub(crate) const SITE_ID: &str = "site_id";
/// In the store: seconds of a tick, a big-endian `u32`.
pub(crate) const TICK_SECS: &str = "tick_secs";
