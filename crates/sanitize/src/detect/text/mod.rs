//! Which kind of text a text is. Anything readable is at least plain text; the rest is by what it says first.

mod shape;

use super::refused::named;
use crate::{Format, Refusal};

/// Bytes looked at; a kind shows in the first lines or not at all.
const LOOK: usize = 64 * 1024;

/// `None` if this is no text.
pub(super) fn detect(input: &[u8]) -> Option<Result<Format, Refusal>> {
    let text = readable(input)?;
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.starts_with("{\\rtf") {
        return Some(Ok(Format::Rtf));
    }
    if let Some(answer) = markup(start) {
        return Some(answer);
    }
    if start.starts_with("From ") && shape::is_mail(start.split_once('\n').map_or("", |(_, b)| b)) {
        return Some(Err(named("a mailbox (mbox)", "save each message as EML")));
    }
    if shape::is_mail(start) {
        return Some(Ok(Format::Eml));
    }
    Some(Ok(if shape::is_csv(start) {
        Format::Csv
    } else if shape::is_markdown(start) {
        Format::Markdown
    } else {
        Format::Txt
    }))
}

/// The first part of the text: UTF-8, UTF-16 with or without a mark, or an 8-bit code; `None` if the bytes are
/// not text. All of the input is checked for bytes that no text has.
fn readable(input: &[u8]) -> Option<String> {
    let head = input.get(..LOOK.min(input.len())).unwrap_or(input);
    let from = |order: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(order);
        let text: String =
            char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect();
        let bad = text.chars().filter(|c| is_binary(*c) || *c == '\u{fffd}').count();
        // Half a pair may be cut off at the end.
        (bad <= 1).then_some(text)
    };
    match head {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return None,
        [0xff, 0xfe, rest @ ..] => return from(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => return from(u16::from_be_bytes, rest),
        _ => {}
    }
    if head.contains(&0) {
        // UTF-16 of a Latin text without a mark: every other byte is zero.
        let zeros =
            |parity: usize| head.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
        let half = head.len() / 2;
        return match (zeros(0), zeros(1)) {
            (0, odd) if odd * 10 >= half * 8 => from(u16::from_le_bytes, head),
            (even, 0) if even * 10 >= half * 8 => from(u16::from_be_bytes, head),
            _ => None,
        };
    }
    let controls = input.iter().filter(|byte| is_binary(char::from(**byte))).count();
    if std::str::from_utf8(input).is_ok() {
        // Logs of terminals have some; the cleaner drops them.
        let few = controls * 20 < input.len();
        return few.then(|| String::from_utf8_lossy(head).into_owned());
    }
    if controls > 0 {
        return None;
    }
    // An 8-bit code. Letters beyond ASCII are the lesser part, or nearly all in long runs (Cyrillic, Greek, GBK).
    let unusual = head.iter().filter(|byte| (0x80..0xa0).contains(*byte)).count();
    let plain = head.iter().filter(|byte| matches!(**byte, b' ' | b'\n' | b'a'..=b'z')).count();
    (unusual * 4 < head.len() && plain * 20 >= head.len())
        .then(|| head.iter().map(|byte| char::from(*byte)).collect())
}

/// A control character that texts do not have.
fn is_binary(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{e}'..='\u{1a}' | '\u{1c}'..='\u{1f}')
}

/// SVG, HTML, or XML of a kind that has a name; other XML is plain text.
fn markup(text: &str) -> Option<Result<Format, Refusal>> {
    let root = root_element(text);
    let local = root.map(|name| name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase());
    match local.as_deref() {
        Some("svg") => return Some(Ok(Format::Svg)),
        Some("html" | "head" | "body" | "title") => return Some(Ok(Format::Html)),
        Some("document-content" | "document") if text.contains("opendocument:xmlns:office") => {
            return Some(Err(named("a flat OpenDocument file", "save it as ODT, ODS or ODP")));
        }
        Some("worddocument" | "package" | "workbook")
            if text.contains("schemas.microsoft.com/office") =>
        {
            return Some(Err(named("an old Office document in XML", "save it as DOCX or XLSX")));
        }
        Some("fictionbook") => return Some(Err(named("a FictionBook", "convert it to EPUB"))),
        _ => {}
    }
    if starts_ignoring_case(text, "<!doctype html") {
        return Some(Ok(Format::Html));
    }
    const FRAGMENT: &[&str] = &[
        "p", "div", "h1", "h2", "h3", "table", "ul", "ol", "span", "meta", "script", "style",
        "link", "a", "article", "section", "main", "header", "nav", "img", "center", "font", "pre",
        "base",
    ];
    let known = local.is_some_and(|name| FRAGMENT.contains(&name.as_str()));
    known.then_some(Ok(Format::Html))
}

/// The name of the first element, after a declaration, comments and a document type.
fn root_element(text: &str) -> Option<&str> {
    let mut rest = text;
    for _ in 0..64 {
        rest = rest.trim_start();
        let (open, close) = if rest.starts_with("<!--") {
            ("<!--", "-->")
        } else if rest.starts_with("<?") {
            ("<?", "?>")
        } else if starts_ignoring_case(rest, "<!doctype") {
            let subset = rest.find('[').filter(|at| rest.find('>').is_none_or(|end| *at < end));
            ("<!", if subset.is_some() { "]" } else { ">" })
        } else {
            break;
        };
        let inner = rest.get(open.len()..)?;
        let end = inner.find(close)?;
        rest = inner.get(end + close.len()..)?;
        rest = if close == "]" { rest.trim_start().strip_prefix('>')? } else { rest };
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || c == '>' || c == '/')?;
    name.get(..end).filter(|name| name.chars().all(|c| c.is_alphanumeric() || "-_.:".contains(c)))
}

fn starts_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
