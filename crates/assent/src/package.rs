//! A story on its way to the site: its file, its pictures, and the publication that lets it be printed. Everything the
//! site needs in order to take it from whoever brings it: the signatures decide, not the carrier.

use std::collections::BTreeSet;

use envelope::{DecodeError, codec::Reader};

use crate::{Hash, Page, Publication};

const WHAT: &str = "package";
/// Longest file of a story, in bytes.
const SOURCE: usize = 1 << 20;
/// Most pictures of a story.
const PICTURES: usize = 64;
/// Largest picture, in bytes: what the press takes.
const PICTURE: usize = 4 << 20;
/// Largest package, in bytes.
pub const MAX_PACKAGE: usize = 64 << 20;

/// A story with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Package {
    /// What was approved, and by whom.
    pub publication: Publication,
    /// The story's file: front matter and Markdown.
    pub source: String,
    /// Names and bytes of its pictures, in the order of names.
    pub pictures: Vec<(String, Vec<u8>)>,
}

impl Package {
    /// The name that a picture has among those of all stories: a beginning of its hash in front of its own, so that no
    /// story's picture takes the place of another's.
    #[must_use]
    pub fn picture_name(name: &str, bytes: &[u8]) -> String {
        let hash = digest(bytes);
        format!("{}-{name}", hex::encode(hash.get(..4).unwrap_or_default()))
    }

    /// What approvals of this story are over.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if the name cannot be a story's.
    pub fn page(
        name: &str,
        source: &str,
        pictures: &[(String, Vec<u8>)],
    ) -> Result<Page, DecodeError> {
        let assets: Vec<(&str, Hash)> =
            pictures.iter().map(|(name, bytes)| (name.as_str(), digest(bytes))).collect();
        Page::new(name, source.as_bytes(), &assets)
    }

    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let publication = self.publication.encode();
        let room = self.pictures.iter().map(|(_, bytes)| bytes.len() + 90).sum::<usize>();
        let mut out = Vec::with_capacity(8_000 + self.source.len() + room);
        let length = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes();
        out.extend_from_slice(&[1, b'N']);
        for part in [publication.as_slice(), self.source.as_bytes()] {
            out.extend_from_slice(&length(part.len()));
            out.extend_from_slice(part);
        }
        out.push(u8::try_from(self.pictures.len()).unwrap_or(u8::MAX));
        for (name, bytes) in &self.pictures {
            out.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(&length(bytes.len()));
            out.extend_from_slice(bytes);
        }
        out
    }

    /// Reads a package; nothing in it is checked but its form.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(WHAT, bytes);
        reader.version(Some(b'N'))?;
        let publication = Publication::decode(part(&mut reader, 1 << 14)?)?;
        let source = core::str::from_utf8(part(&mut reader, SOURCE)?)
            .map_err(|_| DecodeError::Value { what: WHAT, why: "the story is not UTF-8" })?
            .to_owned();
        let count = usize::from(reader.u8()?);
        if count > PICTURES {
            return Err(reader.value("has more than 64 pictures"));
        }
        let (mut pictures, mut names) = (Vec::new(), BTreeSet::new());
        for _ in 0..count {
            let length = usize::from(reader.u8()?);
            let name = reader.bytes(length)?;
            let plain = |c: &u8| c.is_ascii_alphanumeric() || b"-_.".contains(c);
            if name.first().is_none_or(|first| *first == b'.') || !name.iter().all(plain) {
                return Err(reader.value("a picture's name must be letters, digits, - _ and ."));
            }
            let name = String::from_utf8_lossy(name).into_owned();
            if !names.insert(name.clone()) {
                return Err(reader.value("has two pictures of one name"));
            }
            pictures.push((name, part(&mut reader, PICTURE)?.to_vec()));
        }
        reader.end()?;
        Ok(Self { publication, source, pictures })
    }
}

/// SHA-256 of a file.
fn digest(bytes: &[u8]) -> Hash {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).into()
}

fn part<'a>(reader: &mut Reader<'a>, most: usize) -> Result<&'a [u8], DecodeError> {
    let length = usize::try_from(reader.u32()?).unwrap_or(usize::MAX);
    if length > most {
        return Err(reader.value("holds a part that is too long"));
    }
    reader.bytes(length)
}
