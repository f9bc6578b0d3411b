//! What an approval is over: a fixed number of bytes that names exactly one page, whatever the story.

use envelope::{
    DecodeError,
    codec::{Reader, pad},
    keys::{DeskId, SiteId},
};

use crate::{Hash, hash};

/// Bytes of a statement.
pub const STATEMENT: usize = 313;
/// Most desks that have written a story.
pub const MAX_AUTHORS: usize = 4;
/// Longest name of a story.
const NAME: usize = 80;
const WHAT: &str = "statement";

/// What is done with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Its first edition.
    Publish,
    /// A corrected edition.
    Correct,
    /// A tombstone in its place.
    Withdraw,
}

/// A page as it will be printed: its name, its source (front matter and Markdown) and every asset that it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Name of the file without `.md`, 1 to 80 letters, digits, `-`, `_` and `.`; what the story is known by.
    pub name: String,
    /// Hash of the source.
    pub source: Hash,
    /// Hash of all its assets.
    pub assets: Hash,
}

impl Page {
    /// Takes the hashes of a page; `assets` are the names and SHA-256 of all files that it shows, in any order.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if the name cannot be one.
    pub fn new(name: &str, source: &[u8], assets: &[(&str, Hash)]) -> Result<Self, DecodeError> {
        check_name(name)?;
        let mut assets = assets.to_vec();
        assets.sort_unstable();
        let parts = assets.iter().flat_map(|(name, digest)| [name.as_bytes(), digest]);
        Ok(Self {
            name: name.to_owned(),
            source: Self::source_hash(source),
            assets: hash(b"subrosa/1 page assets", parts),
        })
    }

    /// The hash of a page's source; publications lie under it.
    #[must_use]
    pub fn source_hash(source: &[u8]) -> Hash {
        hash(b"subrosa/1 page source", [source])
    }
}

/// What desks sign. Only [`crate::SourceRead`] makes new ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The newsroom.
    pub site: SiteId,
    /// The policy under which it is made.
    pub policy: Hash,
    /// What is done.
    pub act: Act,
    /// The page.
    pub page: Page,
    /// Counts the editions of this story, from 1.
    pub revision: u32,
    /// Hash of the source read's report.
    pub report: Hash,
    /// The desks that have written it, in the order of ids, at most 4.
    pub authors: Vec<DeskId>,
}

impl Statement {
    /// Its 313 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let act = match self.act {
            Act::Publish => 1,
            Act::Correct => 2,
            Act::Withdraw => 3,
        };
        let count = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
        let mut out = vec![1, b'S', act, count(self.authors.len())];
        out.extend_from_slice(&self.site.0);
        out.extend_from_slice(&self.policy);
        out.push(count(self.page.name.len()));
        out.extend_from_slice(self.page.name.as_bytes());
        pad(&mut out, NAME.saturating_sub(self.page.name.len()));
        out.extend_from_slice(&self.revision.to_be_bytes());
        out.extend_from_slice(&self.page.source);
        out.extend_from_slice(&self.page.assets);
        out.extend_from_slice(&self.report);
        self.authors.iter().for_each(|author| out.extend_from_slice(&author.0));
        pad(&mut out, 16 * MAX_AUTHORS.saturating_sub(self.authors.len()));
        out
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.version(Some(b'S'))?;
        let act = match reader.u8()? {
            1 => Act::Publish,
            2 => Act::Correct,
            3 => Act::Withdraw,
            _ => return Err(reader.value("does nothing that is known")),
        };
        let count = usize::from(reader.u8()?);
        if count > MAX_AUTHORS {
            return Err(reader.value("names more than 4 authors"));
        }
        let site = SiteId(reader.array()?);
        let policy = reader.array()?;
        let length = usize::from(reader.u8()?);
        if length > NAME {
            return Err(reader.value("name is longer than 80 bytes"));
        }
        let name = String::from_utf8(reader.bytes(length)?.to_vec())
            .map_err(|_| reader.value("name is not UTF-8"))?;
        check_name(&name)?;
        reader.zeros(NAME - length)?;
        let revision = reader.u32()?;
        let page = Page { name, source: reader.array()?, assets: reader.array()? };
        let report = reader.array()?;
        let authors =
            (0..count).map(|_| reader.array().map(DeskId)).collect::<Result<Vec<_>, _>>()?;
        reader.zeros(16 * (MAX_AUTHORS - count))?;
        check(revision, &authors)?;
        Ok(Self { site, policy, act, page, revision, report, authors })
    }

    /// What a site remembers it by.
    #[must_use]
    pub fn hash(&self) -> Hash {
        hash(b"subrosa/1 statement hash", [self.encode().as_slice()])
    }
}

pub(crate) fn check(revision: u32, authors: &[DeskId]) -> Result<(), DecodeError> {
    let why = if !(1..=9_999).contains(&revision) {
        "revision is not 1 to 9,999"
    } else if authors.len() > MAX_AUTHORS {
        "names more than 4 authors"
    } else if authors.windows(2).any(|pair| matches!(pair, [a, b] if a >= b)) {
        "names an author twice, or not in the order of ids"
    } else {
        return Ok(());
    };
    Err(DecodeError::Value { what: WHAT, why })
}

fn check_name(name: &str) -> Result<(), DecodeError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > NAME || name.starts_with('.') || !name.chars().all(plain) {
        return Err(DecodeError::Value {
            what: WHAT,
            why: "a story's file name must be 1 to 80 letters, digits, - _ and .",
        });
    }
    Ok(())
}
