//! What the person asked for.

use crate::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How far a document is rebuilt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The same look, selectable text; the model is rebuilt.
    #[default]
    KeepLook,
    /// Flattened to pictures, resampled, tracking dots removed, noise added.
    Pixels,
}

/// The kinds of hidden content that the person decided to keep.
pub type Keep = BTreeSet<Kind>;

/// Bounds that no input may pass.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of one input, and of everything unpacked from it together. Default 1 GiB.
    pub total_bytes: u64,
    /// Pixels of one picture. Default 2^28 (268 million).
    pub pixels: u64,
    /// Documents inside documents. Default 6.
    pub depth: u32,
    /// Pages, sheets, slides, members or elements of one document. Default 1,000,000.
    pub items: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { total_bytes: 1 << 30, pixels: 1 << 28, depth: 6, items: 1_000_000 }
    }
}

/// What the person asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How far to rebuild.
    pub level: Level,
    /// Hidden content that stays.
    pub keep: Keep,
    /// Bounds.
    pub limits: Limits,
}
