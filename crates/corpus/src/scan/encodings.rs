//! Text encodings: base64, hexadecimal, quoted-printable, percent, entities, escapes, UTF-16, markup.

use super::Layer;
use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BASE64: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);
/// Shorter runs hold no marker.
const SHORTEST: usize = 8;

pub(super) fn unpack(bytes: &[u8], layers: &mut Vec<Layer>) {
    base64_runs(bytes, layers);
    hex_runs(bytes, layers);
    for (name, decoder) in [
        ("quoted-printable", quoted_printable as fn(&[u8]) -> Vec<u8>),
        ("percent", percent),
        ("entities", entities),
        ("escapes", escapes),
        ("tags removed", tags_removed),
        ("rtf control words removed", rtf_words_removed),
    ] {
        let decoded = decoder(bytes);
        if !decoded.is_empty() {
            layers.push((name.into(), decoded));
        }
    }
    utf16(bytes, layers);
}

/// RFC 4648, 4 and 5. A run may start with text that is not part of it, so all four alignments are tried.
fn base64_runs(bytes: &[u8], layers: &mut Vec<Layer>) {
    let is = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
    let mut at = 0;
    while at < bytes.len() {
        if !is(&bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        let mut run: Vec<u8> = Vec::new();
        loop {
            let line = bytes[at..].iter().take_while(|b| is(b)).count();
            run.extend(bytes[at..at + line].iter().map(|b| match b {
                b'-' => b'+',
                b'_' => b'/',
                other => *other,
            }));
            at += line;
            // Long lines go on after a line break and indentation.
            let gap = bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            let broken = bytes[at..at + gap].iter().any(|b| matches!(b, b'\r' | b'\n'));
            if line < 40 || !broken || !bytes.get(at + gap).is_some_and(is) {
                break;
            }
            at += gap;
        }
        if run.len() < SHORTEST {
            continue;
        }
        for skip in 0..4.min(run.len()) {
            let run = &run[skip..];
            // A last single letter holds no whole byte.
            let run = if run.len() % 4 == 1 { &run[..run.len() - 1] } else { run };
            if let Ok(decoded) = BASE64.decode(run) {
                layers.push((format!("base64 at {}", start + skip), decoded));
            }
        }
    }
}

/// Hexadecimal digits, possibly with white space between them, at both alignments.
fn hex_runs(bytes: &[u8], layers: &mut Vec<Layer>) {
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_hexdigit() {
            at += 1;
            continue;
        }
        let run = bytes[at..]
            .iter()
            .take_while(|b| b.is_ascii_hexdigit() || b.is_ascii_whitespace())
            .count();
        let digits: Vec<u8> =
            bytes[at..at + run].iter().copied().filter(u8::is_ascii_hexdigit).collect();
        if digits.len() >= 2 * SHORTEST {
            layers.push((format!("hex at {at}"), hex_digits(&digits)));
            layers.push((format!("hex at {}", at + 1), hex_digits(&digits[1..])));
        }
        at += run;
    }
}

/// Pairs of digits; anything else is skipped, and an odd last digit is followed by 0 (ISO 32000-2, 7.3.4.3).
pub(super) fn hex_digits(text: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = text
        .iter()
        .filter_map(|b| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

fn hex_value(bytes: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(bytes.get(..2)?).ok()?;
    u8::from_str_radix(text, 16).ok()
}

/// How much is kept around a place where something was decoded.
const AROUND: usize = 200;

/// Replaces what `one` recognises at a place: it gives the length of the input and the output. What is far from
/// any such place is the same as in the layer above, and left out.
fn replace(bytes: &[u8], start: u8, one: impl Fn(&[u8]) -> Option<(usize, Vec<u8>)>) -> Vec<u8> {
    let mut output = Vec::new();
    let (mut at, mut copied, mut near) = (0, 0, 0);
    while let Some(next) = bytes.get(at..).and_then(|rest| rest.iter().position(|b| *b == start)) {
        at += next;
        let Some((length, text)) = one(&bytes[at..]) else {
            at += 1;
            continue;
        };
        if at - copied > 2 * AROUND {
            output.extend_from_slice(&bytes[copied..near.max(copied)]);
            output.push(b'\n');
            output.extend_from_slice(&bytes[at - AROUND..at]);
        } else {
            output.extend_from_slice(&bytes[copied..at]);
        }
        output.extend(text);
        at += length.max(1);
        copied = at;
        near = (at + AROUND).min(bytes.len());
    }
    if copied == 0 {
        return Vec::new();
    }
    output.extend_from_slice(&bytes[copied..near.max(copied).min(bytes.len())]);
    output
}

/// RFC 2045, 6.7, and the Q encoding of RFC 2047.
fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    replace(bytes, b'=', |rest| match rest {
        [_, b'\r', b'\n', ..] => Some((3, vec![])),
        [_, b'\n', ..] => Some((2, vec![])),
        _ => hex_value(&rest[1..]).map(|byte| (3, vec![byte])),
    })
}

/// RFC 3986, 2.1.
fn percent(bytes: &[u8]) -> Vec<u8> {
    replace(bytes, b'%', |rest| hex_value(&rest[1..]).map(|byte| (3, vec![byte])))
}

/// Character references of XML and HTML.
fn entities(bytes: &[u8]) -> Vec<u8> {
    replace(bytes, b'&', |rest| {
        let end = rest.iter().take(12).position(|b| *b == b';')?;
        let name = std::str::from_utf8(&rest[1..end]).ok()?;
        let number = if let Some(hex) = name.strip_prefix("#x").or(name.strip_prefix("#X")) {
            u32::from_str_radix(hex, 16).ok()?
        } else if let Some(decimal) = name.strip_prefix('#') {
            decimal.parse().ok()?
        } else {
            match name {
                "amp" => 38,
                "lt" => 60,
                "gt" => 62,
                "quot" => 34,
                "apos" => 39,
                _ => return None,
            }
        };
        Some((end + 1, char::from_u32(number)?.to_string().into_bytes()))
    })
}

/// `\x5a`, `\u005a`, `\'5a`, `\132`, `\u90?`, and the six-digit form of CSS.
fn escapes(bytes: &[u8]) -> Vec<u8> {
    let digits = |rest: &[u8], radix: u32, most: usize| {
        let text: String = rest
            .iter()
            .take(most)
            .map(|b| char::from(*b))
            .take_while(|c| c.is_digit(radix))
            .collect();
        u32::from_str_radix(&text, radix).ok().map(|code| (text.len(), code))
    };
    let letter = |code: u32| char::from_u32(code).map(|c| c.to_string().into_bytes());
    replace(bytes, b'\\', |rest| match rest.get(1)? {
        b'x' | b'\'' => hex_value(&rest[2..]).map(|byte| (4, vec![byte])),
        b'u' => {
            if let Some((4, code)) = digits(&rest[2..], 16, 4) {
                return Some((6, letter(code)?));
            }
            // RTF: decimal, then one character for readers that do not know it.
            let (length, code) = digits(&rest[2..], 10, 5)?;
            Some((2 + length + usize::from(rest.get(2 + length) == Some(&b'?')), letter(code)?))
        }
        b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' => {
            // Six digits are CSS; three are octal.
            if let Some((6, code)) = digits(&rest[1..], 16, 6) {
                return Some((7, letter(code)?));
            }
            if let Some((3, code @ 0..=255)) = digits(&rest[1..], 8, 3) {
                return Some((4, vec![u8::try_from(code).ok()?]));
            }
            let (length, code) = digits(&rest[1..], 16, 6)?;
            let space = usize::from(rest.get(1 + length) == Some(&b' '));
            (length >= 2).then_some((1 + length + space, letter(code)?))
        }
        _ => None,
    })
}

/// Text that markup cuts into pieces.
fn tags_removed(bytes: &[u8]) -> Vec<u8> {
    replace(bytes, b'<', |rest| {
        let end = rest.iter().position(|b| *b == b'>')?;
        let name = rest.get(1)?;
        (name.is_ascii_alphabetic() || matches!(name, b'/' | b'!' | b'?'))
            .then_some((end + 1, vec![]))
    })
}

/// The same for RTF, in documents that are RTF.
fn rtf_words_removed(bytes: &[u8]) -> Vec<u8> {
    if crate::bytes::find(bytes, b"{\\rtf").is_none() {
        return Vec::new();
    }
    let words = replace(bytes, b'\\', |rest| {
        let letters = rest[1..].iter().take_while(|b| b.is_ascii_lowercase()).count();
        let number =
            rest[1 + letters..].iter().take_while(|b| b.is_ascii_digit() || **b == b'-').count();
        let length = 1 + letters + number;
        (letters > 0).then_some((length + usize::from(rest.get(length) == Some(&b' ')), vec![]))
    });
    words.into_iter().filter(|b| !matches!(b, b'{' | b'}' | b'\r' | b'\n')).collect()
}

/// Runs of at least four ASCII characters as UTF-16, in either byte order, and as UTF-32.
fn utf16(bytes: &[u8], layers: &mut Vec<Layer>) {
    for (name, low, width) in
        [("utf-16le", 0, 2), ("utf-16be", 1, 2), ("utf-32le", 0, 4), ("utf-32be", 3, 4)]
    {
        let is = |unit: &[u8]| {
            unit.iter().enumerate().all(|(i, b)| {
                if i == low { matches!(b, b'\t' | b'\n' | b'\r' | b' '..=b'~') } else { *b == 0 }
            })
        };
        let mut output = Vec::new();
        let mut at = 0;
        while at + width <= bytes.len() {
            let run: Vec<u8> = bytes[at..]
                .chunks_exact(width)
                .take_while(|unit| is(unit))
                .map(|unit| unit[low])
                .collect();
            if run.len() >= 4 {
                at += run.len() * width;
                output.extend(run);
                output.push(b'\n');
            } else {
                at += 1;
            }
        }
        if !output.is_empty() {
            layers.push((name.into(), output));
        }
    }
}
