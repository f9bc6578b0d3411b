//! Markdown stories in, a newspaper out: pages, feeds, pictures, style and the reader script, as one map
//! from exact path to bytes. No network I/O, no clock, and nothing that knows of tips.
//!
//! ```no_run
//! use std::path::Path;
//! let edition = press::Edition::load(Path::new("newsroom"))?;
//! let pages = edition.render(&press::PageContext {
//!     site_id: [7; 32],
//!     base_url: "https://example.org".into(),
//!     mix_on_premises: false,
//!     contact: edition.contact(),
//! })?;
//! let front = pages.get("/").unwrap_or_else(|| pages.not_found());
//! assert_eq!(front.content_type, "text/html; charset=utf-8");
//! # Ok::<(), press::PressError>(())
//! ```
//!
//! What a newsroom writes, and what the reader script can rely on, is in this crate's `README.md`.

mod assets;
mod cache;
mod card;
mod colour;
mod date;
mod demo;
mod edition;
mod error;
mod feeds;
mod gzip;
pub mod headers;
mod images;
mod labels;
mod markdown;
mod pages;
mod paper;
mod parallel;
mod render;
mod story;
mod typography;
mod views;
mod words;

pub use assets::{ReaderAsset, reader_assets};
pub use cache::BuildCache;
pub use demo::write_demo;
pub use edition::{Edition, Incoming, Manuscript};
pub use error::PressError;
pub use pages::{Cache, Page, Pages};
pub use words::article_words;

/// What the pages need to know of the site they are on.
#[derive(Clone, Debug)]
pub struct PageContext {
    /// The newsroom root's Ed25519 public key, 32 bytes; pages carry it as base64url without padding.
    pub site_id: [u8; 32],
    /// Where the site is reached, such as `https://example.org`: scheme and authority, no trailing slash.
    /// Used where the web wants absolute addresses (feeds, sitemap, social cards), never for links.
    pub base_url: String,
    /// Whether the mix runs on the newsroom's premises (`true`) or beside the site (`false`); pages say which.
    pub mix_on_premises: bool,
    /// Other ways to make contact than the drawer. [`Edition::contact`] has what `newsroom.toml` says.
    pub contact: Contact,
}

/// Ways to reach the newsroom that work without a script.
#[derive(Clone, Debug, Default)]
pub struct Contact {
    /// One way each, as `How: text` (`By post: 4 Quay Street`); inline Markdown is allowed in the text.
    pub lines: Vec<String>,
}
