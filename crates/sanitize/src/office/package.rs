//! The ZIP archive that a document is in.

use crate::{Context, Kind, Refusal};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// Unpacked bytes of one part for each packed one; DEFLATE cannot do better than 1,032.
const RATIO: u64 = 1_200;
/// Parts of a document; a workbook of a thousand sheets with drawings has some five thousand.
const PARTS: usize = 20_000;

/// A document's parts, by name, unpacked when asked for.
pub(super) struct Package<'a> {
    format: &'static str,
    archive: ZipArchive<Cursor<&'a [u8]>>,
    index: BTreeMap<String, usize>,
    lower: BTreeMap<String, String>,
}

impl<'a> Package<'a> {
    /// Reads the directory.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] if it is no archive, or one with members of one name, or with names that lead out of
    /// it; [`Refusal::Encrypted`] if a member is; [`Refusal::TooMuch`] for too many members.
    pub(super) fn open(
        input: &'a [u8],
        format: &'static str,
        cx: &mut Context<'_>,
    ) -> Result<Self, Refusal> {
        let archive = ZipArchive::new(Cursor::new(input))
            .map_err(|error| Refusal::damaged(format, "the archive's directory", error))?;
        if archive.len() > PARTS {
            return Err(Refusal::TooMuch {
                what: "the number of parts",
                limit: PARTS.to_string(),
                advice: "split the document",
            });
        }
        let mut package = Self { format, archive, index: BTreeMap::new(), lower: BTreeMap::new() };
        package.read_directory(input, cx)?;
        Ok(package)
    }

    /// The format's name, for refusals.
    pub(super) fn format(&self) -> &'static str {
        self.format
    }

    /// Every part's name, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    /// A part's bytes, or nothing if there is no such part; names are compared without regard to case
    /// (ECMA-376 Part 2, 6.3.5).
    ///
    /// # Errors
    /// [`Refusal::Damaged`] if it does not unpack to what its header says; [`Refusal::TooMuch`] over the limit.
    pub(super) fn get(
        &mut self,
        name: &str,
        cx: &mut Context<'_>,
    ) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(name) = self.lower.get(&name.to_ascii_lowercase()).cloned() else {
            return Ok(None);
        };
        let Some(at) = self.index.get(&name) else { return Ok(None) };
        let damaged =
            |error: &dyn ToString| Refusal::damaged(self.format, &name, error.to_string());
        let member = self.archive.by_index(*at).map_err(|error| damaged(&error))?;
        let size = member.size();
        if size > member.compressed_size().saturating_mul(RATIO).saturating_add(1024) {
            return Err(damaged(&"it says that it unpacks to more than packing can hold"));
        }
        cx.charge(usize::try_from(size).unwrap_or(usize::MAX))?;
        let mut bytes = Vec::new();
        member.take(size.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| damaged(&e))?;
        if bytes.len() as u64 != size {
            return Err(damaged(&"it is not as long as it says"));
        }
        Ok(Some(bytes))
    }

    fn read_directory(&mut self, input: &[u8], cx: &mut Context<'_>) -> Result<(), Refusal> {
        let damaged = |place: &str, reason: &str| Refusal::damaged(self.format, place, reason);
        let (mut dated, mut extra, mut commented) =
            (0, 0, usize::from(!self.archive.comment().is_empty()));
        for at in 0..self.archive.len() {
            let member = self
                .archive
                .by_index_raw(at)
                .map_err(|error| Refusal::damaged(self.format, "the archive's directory", error))?;
            let name = std::str::from_utf8(member.name_raw())
                .map_err(|_| damaged("the archive's directory", "a name that is no UTF-8"))?
                .to_owned();
            if member.encrypted() {
                return Err(Refusal::Encrypted { format: self.format });
            }
            dated += usize::from(member.last_modified().is_some_and(|time| time.year() > 1980));
            extra += usize::from(member.extra_data().is_some_and(|data| !data.is_empty()));
            commented += usize::from(!member.comment_raw().is_empty());
            if name.ends_with('/') {
                continue;
            }
            if name.starts_with('/')
                || name.contains(['\\', '\0', ':'])
                || name.split('/').any(|step| matches!(step, ".." | "." | ""))
            {
                return Err(damaged("the archive's directory", "a name that leads out of it"));
            }
            if self.lower.insert(name.to_ascii_lowercase(), name.clone()).is_some() {
                return Err(damaged("the archive's directory", "two parts of one name"));
            }
            self.index.insert(name, at);
        }
        if entries(input).is_some_and(|said| said != self.archive.len() & 0xffff) {
            return Err(damaged("the archive's directory", "two parts of one name"));
        }
        for (count, kind, what) in [
            (dated, Kind::Properties, "times of the archive's members"),
            (extra, Kind::UnusedData, "extra fields of the archive"),
            (commented, Kind::UnusedData, "comments of the archive"),
        ] {
            if count > 0 {
                cx.removed(kind, "the archive", what);
            }
        }
        Ok(())
    }
}

/// The number of members that the end of the directory gives (APPNOTE 4.3.16).
fn entries(input: &[u8]) -> Option<usize> {
    let from = input.len().saturating_sub(66_000);
    let at = from + input.get(from..)?.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let count = input.get(at + 10..at + 12)?.first_chunk()?;
    Some(usize::from(u16::from_le_bytes(*count)))
}
