//! Text that nobody sees: bits in zero-width characters and trailing white space, Unicode's tag characters and
//! variation selectors.

use super::Layer;

pub(super) fn unpack(bytes: &[u8], layers: &mut Vec<Layer>) {
    let text = String::from_utf8_lossy(bytes);
    let mut push = |name: &str, found: Vec<u8>| {
        if !found.is_empty() {
            layers.push((name.into(), found));
        }
    };
    push(
        "zero-width bits",
        bits(text.chars().filter_map(|c| match c {
            '\u{200b}' => Some(false),
            '\u{200c}' => Some(true),
            _ => None,
        })),
    );
    push("zero-width characters removed", without_zero_width(&text));
    push("tag characters", text.chars().filter_map(tag).collect());
    push("variation selectors", text.chars().filter_map(selector).collect());
    push("trailing white space", bits(trailing(&text)));
}

/// Most significant bit first.
fn bits(bits: impl Iterator<Item = bool>) -> Vec<u8> {
    let bits: Vec<bool> = bits.collect();
    bits.chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit)))
        .collect()
}

fn without_zero_width(text: &str) -> Vec<u8> {
    let invisible = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if text.contains(invisible) { text.replace(invisible, "").into_bytes() } else { Vec::new() }
}

/// U+E0020 to U+E007E are ASCII that is not shown.
fn tag(c: char) -> Option<u8> {
    matches!(c, '\u{e0020}'..='\u{e007e}').then(|| u8::try_from(u32::from(c) - 0xe0000).unwrap())
}

/// 256 variation selectors make 256 bytes.
fn selector(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ 0xfe00..=0xfe0f => u8::try_from(code - 0xfe00).ok(),
        code @ 0xe0100..=0xe01ef => u8::try_from(code - 0xe0100 + 16).ok(),
        _ => None,
    }
}

/// A space is 0, a tab is 1.
fn trailing(text: &str) -> impl Iterator<Item = bool> {
    text.lines().flat_map(|line| {
        let end = line.trim_end_matches([' ', '\t', '\r']).len();
        line[end..].chars().filter(|c| *c != '\r').map(|c| c == '\t').collect::<Vec<_>>()
    })
}
