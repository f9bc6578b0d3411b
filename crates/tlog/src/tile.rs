//! The files of a log: hashes and entries in pieces of 256 (tlog-tiles).

use std::fmt;
use std::str::FromStr;

use crate::{Error, MAX_SIZE};

/// How many hashes or entries a full tile has.
pub const TILE_WIDTH: u16 = 256;

/// The longest entry, in bytes: its length has 16 bits.
pub const MAX_ENTRY: usize = u16::MAX as usize;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Hashes of this level, 0 to 63: each is the root over 256^level entries.
    Hashes(u8),
    /// The entries themselves.
    Entries,
}

/// The place of a tile below the log's address: `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    kind: Kind,
    index: u64,
    width: u16,
}

impl Path {
    /// Tile number `index` (from 0) with `width` hashes or entries.
    ///
    /// # Errors
    /// [`Error::Path`] for a level above 63, a width that is not 1 to 256, or an index beyond every tree.
    pub fn new(kind: Kind, index: u64, width: u16) -> Result<Self, Error> {
        let level = matches!(kind, Kind::Entries | Kind::Hashes(0..=63));
        if !level || index > MAX_SIZE || !(1..=TILE_WIDTH).contains(&width) {
            return Err(Error::Path);
        }
        Ok(Self { kind, index, width })
    }

    /// The tile number `index` in the log of `size` entries, as wide as it is then; nothing where that log has none.
    #[must_use]
    pub fn at(kind: Kind, index: u64, size: u64) -> Option<Self> {
        let level = match kind {
            Kind::Hashes(level) => u32::from(level),
            Kind::Entries => 0,
        };
        let count = size.checked_shr(8 * level)?;
        let left = count.checked_sub(index.checked_mul(TILE_WIDTH.into())?)?;
        let width = u16::try_from(left.min(TILE_WIDTH.into())).ok()?;
        Self::new(kind, index, width).ok()
    }

    /// Every tile that a log which has grown from `old` to `new` entries must write: those that are new or wider.
    pub fn grown(old: u64, new: u64) -> impl Iterator<Item = Self> {
        let kinds = [Kind::Entries].into_iter().chain((0..8).map(Kind::Hashes));
        kinds.flat_map(move |kind| {
            let level = match kind {
                Kind::Hashes(level) => u32::from(level),
                Kind::Entries => 0,
            };
            let (had, has) = (old >> (8 * level), new >> (8 * level));
            let tiles = if has > had { had / 256..has.div_ceil(256) } else { 0..0 };
            tiles.filter_map(move |index| Self::at(kind, index, new))
        })
    }

    /// What the tile holds.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The number of the tile in its level, from 0.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it has, 1 to 256.
    #[must_use]
    pub fn width(&self) -> u16 {
        self.width
    }

    /// The most bytes that the file can have.
    #[must_use]
    pub fn max_bytes(&self) -> usize {
        let one = match self.kind {
            Kind::Hashes(_) => 32,
            Kind::Entries => 2 + MAX_ENTRY,
        };
        one * usize::from(self.width)
    }

    /// The number of its first hash or entry in its level.
    pub(crate) fn first(&self) -> Option<u64> {
        self.index.checked_mul(TILE_WIDTH.into())
    }

    /// The same tile, full.
    pub(crate) fn full(self) -> Self {
        Self { width: TILE_WIDTH, ..self }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Hashes(level) => write!(f, "tile/{level}/")?,
            Kind::Entries => f.write_str("tile/entries/")?,
        }
        let digits = self.index.to_string();
        let padded = format!("{digits:0>width$}", width = digits.len().div_ceil(3) * 3);
        for (place, digit) in padded.chars().enumerate() {
            match place % 3 {
                0 if place > 0 => f.write_str("/")?,
                _ => {}
            }
            if place % 3 == 0 && place + 3 < padded.len() {
                f.write_str("x")?;
            }
            write!(f, "{digit}")?;
        }
        if self.width < TILE_WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl FromStr for Path {
    type Err = Error;

    /// Takes only the one way to write a path: what is read is written again as it was.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() > 64 {
            return Err(Error::Path);
        }
        let rest = text.strip_prefix("tile/").ok_or(Error::Path)?;
        let (kind, rest) = rest.split_once('/').ok_or(Error::Path)?;
        let kind = match kind {
            "entries" => Kind::Entries,
            level => Kind::Hashes(level.parse().map_err(|_| Error::Path)?),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, width.parse().map_err(|_| Error::Path)?),
            None => (rest, TILE_WIDTH),
        };
        let digits: String = index.chars().filter(char::is_ascii_digit).collect();
        let path = Self::new(kind, digits.parse().map_err(|_| Error::Path)?, width)?;
        if path.to_string() == text { Ok(path) } else { Err(Error::Path) }
    }
}

/// The bytes of an entry bundle: each entry after its length in 16 bits, big-endian.
///
/// # Errors
/// [`Error::Tile`] for an entry above [`MAX_ENTRY`], no entry, or more than 256.
pub fn encode_bundle<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, Error> {
    if entries.is_empty() || entries.len() > TILE_WIDTH.into() {
        return Err(Error::Tile);
    }
    let mut bytes = Vec::new();
    for entry in entries.iter().map(AsRef::as_ref) {
        bytes.extend(u16::try_from(entry.len()).map_err(|_| Error::Tile)?.to_be_bytes());
        bytes.extend(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle that must have `width` of them.
///
/// # Errors
/// [`Error::Tile`] where it has fewer or more, or ends within one.
pub fn decode_bundle(mut bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, Error> {
    let mut entries = Vec::with_capacity(width.min(TILE_WIDTH).into());
    while entries.len() < width.into() {
        let (length, rest) = bytes.split_first_chunk().ok_or(Error::Tile)?;
        let length = u16::from_be_bytes(*length).into();
        let (entry, rest) = rest.split_at_checked(length).ok_or(Error::Tile)?;
        entries.push(entry);
        bytes = rest;
    }
    if bytes.is_empty() { Ok(entries) } else { Err(Error::Tile) }
}
