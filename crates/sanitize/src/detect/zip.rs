//! What a ZIP archive is: an office document, an e-book, or an archive. Decided by what its members say, over the
//! central directory, which is what every reader goes by.

use super::refused::named;
use crate::{Format, Refusal};

/// Members looked at; a document's own parts come far earlier.
const MEMBERS: usize = 100_000;
/// Bytes of a small part (`mimetype`, `[Content_Types].xml`) that are unpacked to look at it.
const PART: usize = 1 << 20;

/// See [`super::detect`].
pub(super) fn detect(input: &[u8]) -> Result<Format, Refusal> {
    let Some(members) = members(input) else {
        return Err(Refusal::damaged("ZIP", "its end", "there is no list of members"));
    };
    let part = |name: &[u8]| {
        let member = members.iter().find(|member| member.name == name)?;
        member.content(input)
    };
    if let Some(kind) = part(b"mimetype")
        && let Some(answer) = by_mimetype(&kind)
    {
        return answer;
    }
    if let Some(types) = part(b"[Content_Types].xml")
        && let Some(answer) = by_content_types(&types)
    {
        return answer;
    }
    let named_like = |ending: &[u8]| members.iter().any(|member| member.name.ends_with(ending));
    if named_like(b"Index/Document.iwa") || named_like(b"Index.zip") {
        return Err(named("a Pages, Numbers or Keynote document", "export it as PDF or DOCX"));
    }
    Ok(Format::Zip)
}

/// OpenDocument (ODF 1.3 part 2, 3.3) and EPUB (OCF 3.3): a first member that holds the media type.
fn by_mimetype(kind: &[u8]) -> Option<Result<Format, Refusal>> {
    let kind = std::str::from_utf8(kind).ok()?.trim();
    if kind == "application/epub+zip" {
        return Some(Ok(Format::Epub));
    }
    if kind.starts_with("application/vnd.sun.xml.") {
        return Some(Err(named("an old OpenOffice document", "save it as ODT, ODS or ODP")));
    }
    let rest = kind.strip_prefix("application/vnd.oasis.opendocument.")?;
    let flavour = rest.strip_suffix("-template").unwrap_or(rest);
    Some(match flavour {
        "text" | "text-master" | "text-web" => Ok(Format::Odt),
        "spreadsheet" => Ok(Format::Ods),
        "presentation" => Ok(Format::Odp),
        "graphics" => Err(named("an OpenDocument drawing", "save it as PDF or SVG")),
        _ => Err(named("an OpenDocument file of a rare kind", "save it as PDF")),
    })
}

/// Office Open XML (ECMA-376 part 2, 10.1.2.2): the media type of the main part.
fn by_content_types(types: &[u8]) -> Option<Result<Format, Refusal>> {
    const TYPES: &[(&str, Format)] = &[
        ("wordprocessingml.document.main+xml", Format::Docx),
        ("wordprocessingml.template.main+xml", Format::Docx),
        ("ms-word.document.macroEnabled.main+xml", Format::Docx),
        ("ms-word.template.macroEnabledTemplate.main+xml", Format::Docx),
        ("spreadsheetml.sheet.main+xml", Format::Xlsx),
        ("spreadsheetml.template.main+xml", Format::Xlsx),
        ("ms-excel.sheet.macroEnabled.main+xml", Format::Xlsx),
        ("ms-excel.template.macroEnabled.main+xml", Format::Xlsx),
        ("presentationml.presentation.main+xml", Format::Pptx),
        ("presentationml.template.main+xml", Format::Pptx),
        ("presentationml.slideshow.main+xml", Format::Pptx),
        ("ms-powerpoint.presentation.macroEnabled.main+xml", Format::Pptx),
        ("ms-powerpoint.slideshow.macroEnabled.main+xml", Format::Pptx),
        ("ms-powerpoint.template.macroEnabled.main+xml", Format::Pptx),
    ];
    let text = utf(types);
    // A presentation embeds workbooks' types as defaults of parts, never as their main part.
    let main = TYPES
        .iter()
        .filter_map(|(kind, format)| Some((text.find(kind)?, *format)))
        .min_by_key(|(at, _)| *at);
    if let Some((_, format)) = main {
        return Some(Ok(format));
    }
    let table = [
        ("ms-excel.sheet.binary", "a binary Excel workbook (XLSB)", "save it as XLSX"),
        ("ms-visio.", "a Visio drawing", "save it as PDF"),
        ("fixeddocumentsequence", "an XPS document", "save it as PDF"),
        ("ms-package.xps", "an XPS document", "save it as PDF"),
        ("3dmanufacturing", "a 3D model", "save a picture of it as PNG"),
    ];
    let (_, what, advice) = table.iter().find(|(kind, _, _)| text.contains(kind))?;
    Some(Err(named(what, advice)))
}

/// Text of an XML part for a plain search: UTF-8, or UTF-16 with a mark.
fn utf(bytes: &[u8]) -> String {
    let units = |order: fn([u8; 2]) -> u16, rest: &[u8]| {
        let units: Vec<u16> =
            rest.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(order).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => units(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => units(u16::from_be_bytes, rest),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

struct Member<'a> {
    name: &'a [u8],
    method: u16,
    packed: usize,
    header: usize,
}

impl Member<'_> {
    /// What the member holds, if it is small, not encrypted, and stored or deflated.
    fn content(&self, input: &[u8]) -> Option<Vec<u8>> {
        let header = input.get(self.header..)?;
        if !header.starts_with(b"PK\x03\x04") {
            return None;
        }
        let start = 30_usize
            .checked_add(usize::from(u16_at(header, 26)?))?
            .checked_add(usize::from(u16_at(header, 28)?))?;
        let data = header.get(start..start.checked_add(self.packed)?)?;
        match self.method {
            0 => data.get(..data.len().min(PART)).map(<[u8]>::to_vec),
            8 => miniz_oxide::inflate::decompress_to_vec_with_limit(data, PART).ok(),
            _ => None,
        }
    }
}

/// The central directory (APPNOTE 4.3.12), 64-bit form included; `None` if there is none.
fn members(input: &[u8]) -> Option<Vec<Member<'_>>> {
    let floor = input.len().saturating_sub(22 + 65_535);
    let end = input.get(floor..)?.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let end = end.checked_add(floor)?;
    let record = input.get(end..)?;
    let mut at = u64::from(u32_at(record, 16)?);
    let size = u64::from(u32_at(record, 12)?);
    let mut start = None;
    if at == 0xffff_ffff || u16_at(record, 10)? == 0xffff {
        let locator = input.get(end.checked_sub(20)?..end)?;
        if locator.starts_with(b"PK\x06\x07") {
            let wide = usize::try_from(u64_at(locator, 8)?).ok()?;
            at = u64_at(input.get(wide..)?, 48)?;
            start = usize::try_from(at).ok();
        }
    } else {
        // What is before the archive shifts it: count from its end.
        start = end.checked_sub(usize::try_from(size).ok()?);
    }
    let shift = start?.checked_sub(usize::try_from(at).ok()?)?;
    let mut rest = input.get(start?..)?;
    let mut all = Vec::new();
    while rest.starts_with(b"PK\x01\x02") && all.len() < MEMBERS {
        let name = usize::from(u16_at(rest, 28)?);
        let extra = usize::from(u16_at(rest, 30)?);
        let comment = usize::from(u16_at(rest, 32)?);
        all.push(Member {
            name: rest.get(46..46 + name)?,
            method: u16_at(rest, 10)?,
            packed: usize::try_from(u32_at(rest, 20)?).ok()?,
            header: usize::try_from(u32_at(rest, 42)?).ok()?.checked_add(shift)?,
        });
        rest = rest.get(46 + name + extra + comment..)?;
    }
    Some(all)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|raw| u16::from_le_bytes(*raw))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|raw| u32::from_le_bytes(*raw))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|raw| u64::from_le_bytes(*raw))
}
