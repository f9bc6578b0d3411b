//! What streams hold: instructions, maps, programs, pixels; to the last byte.

use super::schema::Role;
use super::syntax::{Dict, Object, Reader, Value};
use flate2::{Decompress, FlushDecompress, Status};

/// Operators of content streams that the writer uses.
const OPERATORS: &[&[u8]] = &[
    b"q", b"Q", b"cm", b"re", b"m", b"l", b"c", b"h", b"W n", b"W* n", b"f", b"f*", b"S", b"w",
    b"J", b"j", b"M", b"d", b"gs", b"g", b"G", b"rg", b"RG", b"k", b"K", b"cs", b"CS", b"scn",
    b"SCN", b"Do", b"BT", b"ET", b"Tf", b"Tm", b"TJ", b"Tr", b"d0", b"d1",
];

/// Checks a stream of that role.
pub(super) fn check(role: Role, dict: &Dict, data: &[u8], objects: &[Object<'_>]) -> Option<()> {
    let number = |key: &str| match dict.get(key) {
        Some(Value::Number(value)) => Some(*value),
        _ => None,
    };
    if number("Length")? != data.len() as f64 {
        return None;
    }
    let Some(Value::Name(filter)) = dict.get("Filter") else { return None };
    if filter == "DCTDecode" {
        return (role == Role::Image || role == Role::Alpha)
            .then(|| super::super::jpeg::only_pixels(data))?;
    }
    if filter != "FlateDecode" {
        return None;
    }
    let plain = inflate(data)?;
    match role {
        Role::Transfer => (plain.len() == 256).then_some(()),
        Role::Palette => (plain.len() % 3 == 0 && plain.len() <= 768).then_some(()),
        Role::Content | Role::Glyph | Role::Form | Role::Tiling => content(&plain),
        Role::ToUnicode => to_unicode(&plain),
        Role::Program => super::super::cff::only_outlines(&plain),
        Role::Image | Role::Alpha => {
            let samples = match dict.get("ColorSpace") {
                Some(Value::Name(name)) if name == "DeviceRGB" => 3.0,
                Some(Value::Name(name)) if name == "DeviceCMYK" => 4.0,
                Some(Value::Array(parts)) => {
                    let Some(Value::Ref(table)) = parts.get(3) else { return None };
                    objects.get(table.checked_sub(1)?)?;
                    1.0
                }
                _ => 1.0,
            };
            let bits = number("Width")? * samples * number("BitsPerComponent")?;
            let filter_byte = if dict.contains_key("DecodeParms") { 1.0 } else { 0.0 };
            let wanted = ((bits / 8.0).ceil() + filter_byte) * number("Height")?;
            (wanted == plain.len() as f64).then_some(())
        }
        _ => None,
    }
}

/// Unpacks, if nothing comes after the end.
fn inflate(data: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = Decompress::new(true);
    let mut out = Vec::with_capacity(data.len().saturating_mul(3).max(64));
    loop {
        let input = data.get(usize::try_from(decoder.total_in()).ok()?..)?;
        let status = decoder.decompress_vec(input, &mut out, FlushDecompress::None).ok()?;
        match status {
            Status::StreamEnd => break,
            Status::Ok | Status::BufError if out.len() == out.capacity() => {
                out.reserve(out.len().max(64));
            }
            Status::Ok | Status::BufError => return None,
        }
    }
    (decoder.total_in() == data.len() as u64).then_some(out)
}

/// Numbers, made names, strings of hexadecimal digits, and known operators: one instruction to the line.
fn content(data: &[u8]) -> Option<()> {
    for line in data.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let mut reader = Reader::new(line);
        loop {
            let rest = reader.rest();
            match rest.first()? {
                b'/' => {
                    let end = rest.iter().position(|byte| *byte == b' ')?;
                    let name = std::str::from_utf8(rest.get(1..end)?).ok()?;
                    if !(super::made(name) || name == "Pattern") {
                        return None;
                    }
                    reader.at += end;
                }
                b'[' => {
                    let end = rest.iter().position(|byte| *byte == b']')?;
                    let inside = rest.get(1..end)?;
                    if !inside.iter().all(|byte| {
                        byte.is_ascii_hexdigit() || matches!(byte, b'<' | b'>' | b' ' | b'.' | b'-')
                    }) {
                        return None;
                    }
                    reader.at += end + 1;
                }
                b'0'..=b'9' | b'-' => {
                    reader.number()?;
                }
                _ => {
                    let length = OPERATORS
                        .iter()
                        .filter(|operator| {
                            rest.strip_prefix(**operator)
                                .is_some_and(|after| matches!(after.first(), None | Some(b' ')))
                        })
                        .map(|operator| operator.len())
                        .max()?;
                    reader.at += length;
                }
            }
            if reader.rest().is_empty() {
                break;
            }
            reader.expect(b" ")?;
        }
    }
    Some(())
}

/// The fixed text of the map, with lines of codes and characters in between.
fn to_unicode(data: &[u8]) -> Option<()> {
    let text = std::str::from_utf8(data).ok()?;
    let (start, end) = super::super::fonts::map_frame();
    let mut lines = text.strip_prefix(start)?.strip_suffix(end)?.lines();
    let range = lines.next()?;
    if !matches!(range, "<0000><FFFF>" | "<00><FF>") || lines.next()? != "endcodespacerange" {
        return None;
    }
    for line in lines {
        let count = line.strip_suffix(" beginbfchar").and_then(|count| count.parse::<u8>().ok());
        let pair = line
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
            .and_then(|rest| rest.split_once("><"));
        let fits = match pair {
            Some((code, text)) => {
                code.len() <= 4
                    && text.len() <= MAX_TEXT_DIGITS
                    && [code, text].into_iter().all(hex)
            }
            None => count.is_some() || line == "endbfchar",
        };
        if !fits {
            return None;
        }
    }
    Some(())
}

/// Four characters of two units of four digits.
const MAX_TEXT_DIGITS: usize = 32;

fn hex(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'A'..=b'F'))
}
