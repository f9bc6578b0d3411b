//! ZIP and TAR: each member cleaned in its turn, in a container that says nothing of its own.
//!
//! One member that cannot be cleaned refuses the whole archive, by name: a copy that silently lacks a part would
//! be worse than none. Names, folders, times, owners, modes, comments and extra fields of members do not survive:
//! a member is `file-1.pdf`, numbered in the archive's order, and the report says which was which.

mod read_tar;
mod read_zip;
mod strict;
#[cfg(test)]
mod tests;
mod write;

use crate::detect::GZIP;
use crate::look::{Lines, words_inside};
use crate::{Context, Format, Kind, Refusal};

pub(crate) use write::zip as write_zip;

pub(crate) fn clean(
    input: &[u8],
    format: Format,
    cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    let mut fresh = Vec::new();
    members(input, format, cx, &mut |member, cx| {
        if let Some(member) = one(member, fresh.len(), format, cx)? {
            fresh.push(member);
        }
        Ok(())
    })?;
    if fresh.is_empty() {
        return Err(Refusal::Unsupported {
            format: format.name(),
            what: "an archive without a document in it".into(),
            advice: "there is nothing to clean",
        });
    }
    cx.removed(
        Kind::Properties,
        "archive",
        "order of folders, times, owners and modes of its members",
    );
    let bytes = match format {
        Format::Tar => write::tar(&fresh),
        _ => write::zip(&fresh),
    };
    Ok((
        bytes.ok_or_else(|| Refusal::TooMuch {
            what: "the cleaned archive",
            limit: "4 GiB".into(),
            advice: "clean its members one by one",
        })?,
        format,
    ))
}

/// The names of the members, and their words.
pub(crate) fn words(
    input: &[u8],
    format: Format,
    lines: &mut Lines,
    depth: u32,
    cx: &mut Context<'_>,
) -> Result<(), Refusal> {
    members(input, format, cx, &mut |member, cx| {
        words_inside(&member.name, &member.bytes, lines, depth, cx);
        Ok(())
    })
}

/// Takes one member after another.
type Take<'t> = dyn FnMut(Member, &mut Context<'_>) -> Result<(), Refusal> + 't;

fn members(
    input: &[u8],
    format: Format,
    cx: &mut Context<'_>,
    take: &mut Take<'_>,
) -> Result<(), Refusal> {
    match format {
        Format::Tar if input.starts_with(GZIP) => {
            let inside = unzipped(input, cx)?;
            read_tar::members(&inside, cx, take)
        }
        Format::Tar => read_tar::members(input, cx, take),
        _ => read_zip::members(input, cx, take),
    }
}

/// The archive in a gzip file, of which any number of members make one (RFC 1952, 2.2).
fn unzipped(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let mut decoder = flate2::bufread::MultiGzDecoder::new(input);
    let bytes = read_whole(&mut decoder, "gzip", "gzip archive", cx)?;
    cx.charge(bytes.len())?;
    cx.removed(Kind::FormatChanged, "archive", "the compression: it is a plain TAR archive now");
    cx.removed(Kind::Properties, "gzip", "its name, comment, time and system");
    Ok(bytes)
}

/// Reads an output again and accounts for every byte.
pub(crate) fn verify(output: &[u8], format: Format) -> Result<(), Refusal> {
    match format {
        Format::Tar => strict::tar(output),
        _ => strict::zip(output),
    }
    .map_err(|(place, reason)| Refusal::unsound(format.name(), place, reason))
}

/// A member as it was found.
struct Member {
    name: String,
    bytes: Vec<u8>,
}

/// A member as it is written.
pub(crate) struct Fresh {
    /// Neutral.
    pub(crate) name: String,
    /// Cleaned.
    pub(crate) bytes: Vec<u8>,
}

/// Files that systems leave in folders, which nobody meant to send.
const LEFT_BY_SYSTEMS: &[&str] = &[".ds_store", "thumbs.db", "desktop.ini", ".directory"];

fn one(
    member: Member,
    before: usize,
    format: Format,
    cx: &mut Context<'_>,
) -> Result<Option<Fresh>, Refusal> {
    let place = shown(&member.name);
    let base = member.name.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    if LEFT_BY_SYSTEMS.contains(&base.as_str())
        || base.starts_with("._")
        || member.name.starts_with("__MACOSX/")
    {
        cx.removed(Kind::UnusedData, place, "a file that an operating system left there");
        return Ok(None);
    }
    if member.bytes.is_empty() {
        cx.removed(Kind::UnusedData, place, "an empty file");
        return Ok(None);
    }
    let number = before.saturating_add(1);
    let (bytes, kind) =
        cx.clean_inside(&member.bytes, &place).map_err(|refusal| match refusal {
            // Limits are of the whole, and say so themselves.
            Refusal::TooMuch { .. } => refusal,
            other => Refusal::Unsupported {
                format: format.name(),
                what: format!("its member {place} ({other})"),
                advice: "take that member out or convert it, and try again",
            },
        })?;
    let name = format!("file-{number}.{}", kind.extension());
    cx.removed(Kind::Properties, place, format!("its name; it is {name} now"));
    Ok(Some(Fresh { name, bytes }))
}

/// A name as a report may show it: no control characters, not too long.
pub(crate) fn shown(name: &str) -> String {
    /// Characters of a name that a report shows.
    const LONGEST: usize = 120;
    let plain = crate::text_marks::without(name);
    plain.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

/// Reads one member, never more than the whole may have.
fn read_whole(
    source: &mut dyn std::io::Read,
    name: &str,
    format: &'static str,
    cx: &Context<'_>,
) -> Result<Vec<u8>, Refusal> {
    use std::io::Read as _;
    let limit = cx.options().limits.total_bytes;
    let mut bytes = Vec::new();
    source
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|_| Refusal::damaged(format, shown(name), "its data cannot be unpacked"))?;
    if bytes.len() as u64 > limit {
        return Err(Refusal::TooMuch {
            what: "what the archive unpacks to",
            limit: format!("{limit} bytes"),
            advice: "unpack it by hand and clean what is inside",
        });
    }
    Ok(bytes)
}

fn too_many(limit: u64) -> Refusal {
    Refusal::TooMuch {
        what: "the number of members",
        limit: limit.to_string(),
        advice: "unpack it by hand and clean what is inside",
    }
}
