//! PDF (ISO 32000-2): streams behind their filters, strings with escapes or cut into pieces.

use super::binary::unfilter;
use super::containers::output;
use super::{Layer, MAX_LAYER};
use crate::bytes::find;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// The name of the layer of all strings.
pub(super) const STRINGS: &str = "pdf strings";

pub(super) fn unpack(bytes: &[u8], layers: &mut Vec<Layer>) {
    streams(bytes, layers);
    let strings = strings(bytes);
    if !strings.is_empty() {
        layers.push((STRINGS.into(), strings));
    }
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|rest| find(rest, b"<~")) {
        layers.push((format!("ascii85 at {}", from + at), ascii85(&bytes[from + at + 2..])));
        from += at + 2;
    }
}

/// 7.3.8 and 7.4: every stream, through the filters that its dictionary names.
fn streams(bytes: &[u8], layers: &mut Vec<Layer>) {
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|rest| find(rest, b"stream")) {
        let at = from + at;
        from = at + 6;
        if bytes[..at].ends_with(b"end") {
            continue;
        }
        let start = match &bytes[from..] {
            [b'\r', b'\n', ..] => from + 2,
            [b'\r' | b'\n', ..] => from + 1,
            _ => continue,
        };
        let end = find(&bytes[start..], b"endstream").map_or(bytes.len(), |end| start + end);
        let head = &bytes[at.saturating_sub(1000)..at];
        let head = &head[head.windows(4).rposition(|w| w == b" obj").unwrap_or(0)..];
        let head = String::from_utf8_lossy(head);
        let mut data = bytes[start..end].to_vec();
        let mut names = Vec::new();
        for word in head.split('/') {
            let name = word.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
            data = match name {
                "FlateDecode" | "Fl" => output(decompress_to_vec_zlib_with_limit(&data, MAX_LAYER)),
                "ASCIIHexDecode" | "AHx" => super::encodings::hex_digits(&data),
                "ASCII85Decode" | "A85" => ascii85(&data),
                "LZWDecode" | "LZW" => lzw(&data),
                "RunLengthDecode" | "RL" => run_length(&data),
                _ => continue,
            };
            names.push(name);
        }
        if names.is_empty() {
            continue;
        }
        let names = format!("pdf stream at {at} ({})", names.join(", "));
        let number = |key: &str| -> Option<usize> {
            let rest = head.split(key).nth(1)?.trim_start();
            rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
        };
        if number("/Predictor").is_some_and(|kind| kind >= 10) {
            let bits = number("/Colors").unwrap_or(1) * number("/BitsPerComponent").unwrap_or(8);
            let row = number("/Columns").unwrap_or(1).saturating_mul(bits).div_ceil(8);
            layers.push((format!("{names} rows"), unfilter(&data, row, bits.div_ceil(8).max(1))));
        }
        layers.push((names, data));
    }
}

/// 7.4.3.
fn ascii85(data: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    let mut group: Vec<u32> = Vec::new();
    for byte in data {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => output.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => {}
        }
        if group.len() == 5 {
            output.extend(group_of_five(&group));
            group.clear();
        }
    }
    if group.len() > 1 {
        let keep = group.len() - 1;
        group.resize(5, 84);
        output.extend(&group_of_five(&group)[..keep]);
    }
    output
}

fn group_of_five(group: &[u32]) -> [u8; 4] {
    group.iter().fold(0u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(*digit)).to_be_bytes()
}

/// 7.4.4, with early change.
fn lzw(data: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    let mut table: Vec<Vec<u8>> = Vec::new();
    let mut last: Option<Vec<u8>> = None;
    let (mut bits, mut held, mut width) = (0u32, 0u32, 9u32);
    for byte in data {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        if bits < width {
            continue;
        }
        bits -= width;
        let code = (held >> bits) as usize;
        held &= (1 << bits) - 1;
        match code {
            256 => {
                table.clear();
                last = None;
            }
            257 => break,
            _ => {
                let known = match code {
                    0..256 => Some(vec![u8::try_from(code).unwrap()]),
                    _ => table.get(code - 258).cloned(),
                };
                let entry = match (known, &last) {
                    (Some(entry), _) => entry,
                    (None, Some(last)) => [&last[..], &last[..1]].concat(),
                    (None, None) => break,
                };
                if let Some(last) = last.take() {
                    table.push([&last[..], &entry[..1]].concat());
                }
                output.extend_from_slice(&entry);
                last = Some(entry);
            }
        }
        let next = table.len() + 258 + 1 + usize::from(last.is_some());
        width = match next {
            0..=511 => 9,
            512..=1023 => 10,
            1024..=2047 => 11,
            _ => 12,
        };
        if output.len() > MAX_LAYER || table.len() > 4096 {
            break;
        }
    }
    output
}

/// 7.4.5.
fn run_length(data: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    let mut at = 0;
    while let Some(length) = data.get(at).copied() {
        let length = usize::from(length);
        match length {
            128 => break,
            0..128 => {
                output.extend_from_slice(
                    &data[(at + 1).min(data.len())..(at + 2 + length).min(data.len())],
                );
                at += 2 + length;
            }
            _ => {
                output.extend(std::iter::repeat_n(
                    data.get(at + 1).copied().unwrap_or(0),
                    257 - length,
                ));
                at += 2;
            }
        }
    }
    output
}

/// 7.3.4.2: literal and hexadecimal strings without their escapes; those of one array (a TJ) run together.
fn strings(bytes: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    let (mut at, mut depth) = (0, 0u32);
    while let Some(byte) = bytes.get(at).copied() {
        at += 1;
        match byte {
            b'[' => depth += 1,
            b']' => {
                depth = depth.saturating_sub(1);
                output.push(b'\n');
            }
            b'(' => {
                at = literal(bytes, at, &mut output);
                if depth == 0 {
                    output.push(b'\n');
                }
            }
            b'<' => {
                let Some(end) = bytes[at..].iter().take(4000).position(|b| *b == b'>') else {
                    continue;
                };
                let inside = &bytes[at..at + end];
                if !inside.is_empty()
                    && inside.iter().all(|b| b.is_ascii_hexdigit() || b.is_ascii_whitespace())
                {
                    output.extend(super::encodings::hex_digits(inside));
                    at += end + 1;
                    if depth == 0 {
                        output.push(b'\n');
                    }
                }
            }
            _ => {}
        }
    }
    output
}

fn literal(bytes: &[u8], mut at: usize, output: &mut Vec<u8>) -> usize {
    let mut depth = 1;
    let end = (at + 100_000).min(bytes.len());
    while at < end {
        let byte = bytes[at];
        at += 1;
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            b'\\' => {
                let digits =
                    bytes[at..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
                if digits > 0 {
                    let code = bytes[at..at + digits]
                        .iter()
                        .fold(0u32, |n, b| n * 8 + u32::from(b - b'0'));
                    output.push(u8::try_from(code & 255).unwrap());
                    at += digits;
                } else {
                    match bytes.get(at) {
                        Some(b'\r' | b'\n') | None => {}
                        Some(other) => output.push(*other),
                    }
                    at += 1;
                }
                continue;
            }
            _ => {}
        }
        output.push(byte);
    }
    at
}
