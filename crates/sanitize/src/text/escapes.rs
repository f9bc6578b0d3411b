//! What terminals obey and do not show (ECMA-48): titles, commands, colours, and text that they conceal.

use crate::{Context, Kind};
use std::borrow::Cow;

/// The text without sequences, as a terminal would show it. Concealed text goes with them, unless it is kept.
pub(super) fn without<'a>(text: &'a str, place: &str, cx: &mut Context<'_>) -> Cow<'a, str> {
    if !text.contains(['\u{1b}', '\u{90}', '\u{98}', '\u{9b}', '\u{9d}', '\u{9e}', '\u{9f}']) {
        return Cow::Borrowed(text);
    }
    let keep = cx.keeps(Kind::HiddenText);
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    let (mut concealed, mut hidden) = (false, 0_u64);
    while let Some(c) = rest.chars().next() {
        if let Some((sequence, after)) = sequence(rest) {
            if let Sequence::Look(parameters) = sequence {
                concealed = conceals(parameters, concealed);
            }
            rest = after;
            continue;
        }
        hidden += u64::from(concealed);
        if !concealed || keep || c == '\n' {
            out.push(c);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    cx.removed(Kind::UnusedData, place, "commands to a terminal");
    match (hidden, keep) {
        (0, _) => {}
        (_, true) => cx.kept(Kind::HiddenText, place, "text that a terminal conceals"),
        (_, false) => cx.removed(Kind::HiddenText, place, "text that a terminal conceals"),
    }
    Cow::Owned(out)
}

enum Sequence<'a> {
    /// Select graphic rendition, with its parameters.
    Look(&'a str),
    Other,
}

/// The sequence at the start, and what comes after it. One that does not end takes the line's rest along.
fn sequence(text: &str) -> Option<(Sequence<'_>, &str)> {
    let mut chars = text.chars();
    let kind = match chars.next()? {
        // The seven-bit form: ESC and the character 0x40 below.
        '\u{1b}' => match chars.clone().next() {
            Some(second @ '\u{40}'..='\u{5f}') => {
                chars.next();
                char::from_u32(u32::from(second) + 0x40)?
            }
            Some('\u{20}'..='\u{7e}') => {
                // With intermediate bytes, such as the choice of a set of characters.
                let after = chars.as_str().trim_start_matches(|c| matches!(c, '\u{20}'..='\u{2f}'));
                let after =
                    after.strip_prefix(|c| matches!(c, '\u{30}'..='\u{7e}')).unwrap_or(after);
                return Some((Sequence::Other, after));
            }
            _ => return Some((Sequence::Other, chars.as_str())),
        },
        c @ '\u{80}'..='\u{9f}' => c,
        _ => return None,
    };
    let rest = chars.as_str();
    match kind {
        // CSI: parameters, intermediate bytes, a final byte (5.4).
        '\u{9b}' => {
            let end = rest.find(|c| !matches!(c, '\u{20}'..='\u{3f}')).unwrap_or(rest.len());
            let (parameters, after) = rest.split_at(end);
            match after.chars().next() {
                Some('m') => Some((Sequence::Look(parameters), after.get(1..)?)),
                Some('\u{40}'..='\u{7e}') => Some((Sequence::Other, after.get(1..)?)),
                _ => Some((Sequence::Other, after)),
            }
        }
        // DCS, SOS, OSC, PM, APC: to the string terminator; xterm takes BEL too (5.6).
        '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => {
            let ends = ["\u{7}", "\u{1b}\\", "\u{9c}", "\n"];
            let end = ends.iter().filter_map(|end| Some((rest.find(end)?, end.len()))).min();
            Some((
                Sequence::Other,
                match end {
                    Some((at, _)) if rest.get(at..)?.starts_with('\n') => rest.get(at..)?,
                    Some((at, length)) => rest.get(at + length..)?,
                    None => "",
                },
            ))
        }
        _ => Some((Sequence::Other, rest)),
    }
}

/// SGR 8 conceals, 28 and 0 reveal (8.3.117).
fn conceals(parameters: &str, before: bool) -> bool {
    parameters.split([';', ':']).fold(before, |concealed, parameter| match parameter {
        "8" => true,
        "" | "0" | "28" => false,
        _ => concealed,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::{Kind, Options, Refusal, Report, clean};
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    fn cleaned(text: &str, keep: &[Kind]) -> Result<(String, Report), Refusal> {
        let options = Options { keep: keep.iter().copied().collect(), ..Options::default() };
        let done = clean(text.as_bytes(), &options, &mut ChaCha20Rng::seed_from_u64(1))?;
        Ok((String::from_utf8(done.bytes).unwrap(), done.report))
    }

    #[test]
    fn what_a_terminal_shows_is_what_stays() {
        for (text, shown) in [
            ("a \u{1b}[1;31mred\u{1b}[0m word", "a red word"),
            ("t \u{1b}]0;window\u{7}x \u{1b}_app\u{1b}\\y \u{9d}8-bit\u{9c}z", "t x y z"),
            ("a \u{1b}(Bset \u{1b}cand \u{9b}2Jeight", "a set and eight"),
            ("an open title \u{1b}]0;never closed\nthe next line", "an open title\nthe next line"),
            ("it ends with \u{1b}[", "it ends with "),
            ("it ends with \u{1b}", "it ends with "),
        ] {
            let (out, report) = cleaned(text, &[]).unwrap();
            assert_eq!(out.trim_end(), shown.trim_end(), "{text:?}");
            assert!(report.removed.iter().any(|entry| entry.kind == Kind::UnusedData));
        }
    }

    #[test]
    fn concealed_text_goes_unless_it_is_kept() {
        let text = "shown \u{1b}[8mhidden\nlines\u{1b}[28m shown";
        let (out, report) = cleaned(text, &[]).unwrap();
        assert_eq!(out.trim_end(), "shown\n shown");
        assert!(report.removed.iter().any(|entry| entry.kind == Kind::HiddenText));
        let (out, report) = cleaned(text, &[Kind::HiddenText]).unwrap();
        assert_eq!(out.trim_end(), "shown hidden\nlines shown");
        assert!(report.kept.iter().any(|entry| entry.kind == Kind::HiddenText));
    }
}
