//! What a site serves: exact paths, each with its bytes.

use std::collections::BTreeMap;
use std::convert::Infallible;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::cache::{self, BuildCache};
use crate::gzip::gzip;

/// How long a browser may keep an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// Ask again each time (`no-cache`): pages and feeds, whose path outlives their content.
    Revalidate,
    /// Keep for a year (`public, max-age=31536000, immutable`): the path holds a hash of the content.
    Immutable,
}

impl Cache {
    /// The value of `cache-control`.
    #[must_use]
    pub fn header(self) -> &'static str {
        match self {
            Self::Revalidate => "no-cache",
            Self::Immutable => "public, max-age=31536000, immutable",
        }
    }
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Page {
    /// The value of `content-type`.
    pub content_type: &'static str,
    /// The bytes, uncompressed.
    pub body: Bytes,
    /// The same as gzip, if that is smaller. Everything here is public and the same for everyone, so
    /// compressing it tells nothing.
    pub gzip: Option<Bytes>,
    /// How long a browser may keep it.
    pub cache: Cache,
    /// A strong entity tag, quotation marks included: 16 hex digits of the body's SHA-256.
    pub etag: String,
}

impl Page {
    pub(crate) fn new(content_type: &'static str, body: impl Into<Bytes>, cache: Cache) -> Self {
        let body = body.into();
        let packed = content_type.starts_with("image/") && content_type != "image/svg+xml";
        let gzip = if packed { None } else { gzip(&body).map(Bytes::from) };
        let etag = format!("\"{}\"", short_hash(&body, 16));
        Self { content_type, body, gzip, cache, etag }
    }

    /// As [`Page::new`], or the one that was made before.
    pub(crate) fn kept(
        content_type: &'static str,
        body: String,
        cache: Cache,
        of: &BuildCache,
    ) -> Self {
        let key =
            cache::key(&[content_type.as_bytes(), cache.header().as_bytes(), body.as_bytes()]);
        let made = of.pages.get(key, || Ok::<_, Infallible>(Self::new(content_type, body, cache)));
        made.unwrap_or_else(|never| match never {})
    }
}

/// The first `digits` hex digits of the SHA-256 of `body`.
pub(crate) fn short_hash(body: &[u8], digits: usize) -> String {
    let mut hash = hex::encode(Sha256::digest(body));
    hash.truncate(digits);
    hash
}

/// Everything a site serves, by exact path: `/`, `/world/`, `/story/a-slug/`, `/feed.xml`,
/// `/assets/page.0a1b2c3d.js`.
#[derive(Clone, Debug)]
pub struct Pages {
    by_path: BTreeMap<String, Page>,
    not_found: Page,
}

impl Pages {
    pub(crate) fn new(by_path: BTreeMap<String, Page>, not_found: Page) -> Self {
        Self { by_path, not_found }
    }

    /// The answer for exactly this path (no query), if there is one.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Page> {
        self.by_path.get(path)
    }

    /// The page for every other path; to be sent with status 404.
    #[must_use]
    pub fn not_found(&self) -> &Page {
        &self.not_found
    }

    /// All paths with their answers, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Page)> {
        self.by_path.iter().map(|(path, page)| (path.as_str(), page))
    }
}
