//! Characters that show nothing: which of them a script needs where they stand, and which are marks.

use super::line::Line;
use crate::Kind;
use unicode_normalization::char::canonical_combining_class;
use unicode_properties::{
    EmojiStatus, GeneralCategory as Category, UnicodeEmoji as _, UnicodeGeneralCategory as _,
};
use unicode_script::{Script, UnicodeScript as _};

const JOINERS: &str = "characters of no width";
const DIRECTION: &str = "direction marks";
const VARIANTS: &str = "variation selectors";
const TAGS: &str = "tag characters";
const HYPHENS: &str = "soft hyphens";
const CONTROLS: &str = "control characters";
const FILLERS: &str = "empty letters";

/// How many marks in a row are looked past for what follows them.
const AHEAD: usize = 16;

pub(super) fn pass(line: &mut Line<'_, '_>) {
    if line
        .seen()
        .all(|(_, c)| matches!(c, ' '..='~' | '\t' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}'))
    {
        return;
    }
    let rtl = line.seen().any(|(_, c)| is_rtl(c));
    let pairs = if rtl { useful_pairs(line) } else { Vec::new() };
    let mut before: Option<char> = None;
    // The emoji or letter that selectors and joiners belong to.
    let mut base: Option<char> = None;
    let mut i = 0;
    while i < line.len() {
        let Some(c) = line.ch(i) else {
            i = i.saturating_add(1);
            continue;
        };
        if c == '\u{1f3f4}'
            && let Some(length) = flag_tags(line, i)
        {
            before = Some('\u{e007f}');
            base = Some(c);
            i = i.saturating_add(length).saturating_add(1);
            continue;
        }
        let next = (1..=AHEAD).map_while(|n| line.ch(i.checked_add(n)?)).find(|c| {
            !matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
                && c.general_category() != Category::Format
        });
        let place = Place { before, base, next, rtl };
        let paired = pairs.binary_search(&i).is_ok();
        if let Some(what) = mark(c, &place).filter(|_| !paired) {
            line.drop(i, Kind::ZeroWidth, what);
        } else {
            before = Some(c);
            let attached = matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{20e3}')
                || c.general_category() == Category::NonspacingMark;
            if !attached {
                base = Some(c);
            }
        }
        i = i.saturating_add(1);
    }
}

struct Place {
    before: Option<char>,
    base: Option<char>,
    next: Option<char>,
    rtl: bool,
}

/// What kind of mark a character is there, if it is one.
fn mark(c: char, place: &Place) -> Option<&'static str> {
    let (what, needed) = match c {
        '\t' => return None,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => (CONTROLS, false),
        '\u{ad}' => (HYPHENS, false),
        '\u{200c}' => (JOINERS, non_joiner(place)),
        '\u{200d}' => (JOINERS, joiner(place)),
        '\u{200b}' => {
            (JOINERS, place.before.is_some_and(spaceless) && place.next.is_some_and(spaceless))
        }
        '\u{200e}' | '\u{200f}' | '\u{61c}' => (DIRECTION, place.rtl && turns(c, place)),
        // Pairs that are needed were found beforehand.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => (DIRECTION, false),
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => (VARIANTS, variant(c, place)),
        '\u{180b}'..='\u{180f}' => {
            (VARIANTS, place.before.is_some_and(|b| b.script() == Script::Mongolian))
        }
        '\u{e0000}'..='\u{e0fff}' => (TAGS, false),
        '\u{115f}' | '\u{1160}' => {
            (FILLERS, place.before.is_some_and(jamo) || place.next.is_some_and(jamo))
        }
        '\u{3164}' | '\u{ffa0}' | '\u{17b4}' | '\u{17b5}' | '\u{fffc}' => (FILLERS, false),
        '\u{34f}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}' => {
            (JOINERS, false)
        }
        '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' => {
            (CONTROLS, false)
        }
        '\u{fdd0}'..='\u{fdef}' => (CONTROLS, false),
        _ if u32::from(c) & 0xfffe == 0xfffe => (CONTROLS, false),
        _ => return None,
    };
    (!needed).then_some(what)
}

/// Between letters that would join, in scripts whose letters do; after a virama.
fn non_joiner(place: &Place) -> bool {
    let Some(base) = place.base else { return false };
    if place.before.is_some_and(|b| canonical_combining_class(b) == 9) {
        return place.next.is_some_and(char::is_alphabetic);
    }
    let cursive = |c: char| {
        matches!(
            c.script(),
            Script::Arabic | Script::Syriac | Script::Mongolian | Script::Nko | Script::Mandaic
        ) && c.is_alphabetic()
    };
    let follows = place.next.is_some_and(|c| cursive(c) && c != '\u{621}');
    cursive(base) && follows && !never_joins_on(base)
}

/// Inside an emoji of several, after a virama, at the end of an Arabic letter that is to keep its joined form.
fn joiner(place: &Place) -> bool {
    if place.before.is_some_and(|b| canonical_combining_class(b) == 9) {
        return true;
    }
    let Some(base) = place.base else { return false };
    if base.script() == Script::Arabic && base.is_alphabetic() && !never_joins_on(base) {
        return !place.next.is_some_and(char::is_alphabetic);
    }
    place.next.is_some_and(|next| emoji_pair(base, next))
}

/// Arabic letters that do not join to the letter after them (joining types U and R).
const fn never_joins_on(c: char) -> bool {
    matches!(c,
        '\u{621}'..='\u{625}' | '\u{627}' | '\u{629}' | '\u{62f}'..='\u{632}' | '\u{648}'
        | '\u{671}'..='\u{677}' | '\u{688}'..='\u{699}' | '\u{6c0}' | '\u{6c3}'..='\u{6cb}'
        | '\u{6cd}' | '\u{6cf}' | '\u{6d2}' | '\u{6d3}' | '\u{6d5}' | '\u{6ee}' | '\u{6ef}')
}

/// Whether two emoji are shown as one when joined (UTS #51, emoji-zwj-sequences).
fn emoji_pair(first: char, second: char) -> bool {
    let person =
        |c| matches!(c, '\u{1f466}'..='\u{1f469}' | '\u{1f9d1}' | '\u{1f9d2}' | '\u{1f476}');
    match second {
        '\u{2640}' | '\u{2642}' => {
            matches!(
                first.emoji_status(),
                EmojiStatus::EmojiModifierBase
                    | EmojiStatus::EmojiPresentationAndModifierBase
                    | EmojiStatus::EmojiPresentation
            )
        }
        '\u{2764}' | '\u{1f48b}' | '\u{1f91d}' => {
            person(first) || matches!(first, '\u{2764}' | '\u{1faf1}' | '\u{1f43b}')
        }
        '\u{2695}'
        | '\u{2696}'
        | '\u{2708}'
        | '\u{27a1}'
        | '\u{1f33e}'
        | '\u{1f373}'
        | '\u{1f37c}'
        | '\u{1f384}'
        | '\u{1f393}'
        | '\u{1f3a4}'
        | '\u{1f3a8}'
        | '\u{1f3eb}'
        | '\u{1f3ed}'
        | '\u{1f4bb}'
        | '\u{1f4bc}'
        | '\u{1f527}'
        | '\u{1f52c}'
        | '\u{1f680}'
        | '\u{1f692}'
        | '\u{1f9af}'..='\u{1f9b3}'
        | '\u{1f9bc}'
        | '\u{1f9bd}'
        | '\u{1fa70}' => {
            person(first)
                || matches!(
                    first,
                    '\u{2640}' | '\u{2642}' | '\u{1f3c3}' | '\u{1f6b6}' | '\u{1f9ce}'
                )
                || matches!(second, '\u{1f9af}' | '\u{1f9bc}' | '\u{1f9bd}')
        }
        _ if person(second) => {
            person(first) || matches!(first, '\u{2764}' | '\u{1f48b}' | '\u{1f91d}')
        }
        '\u{1faf2}' => first == '\u{1faf1}',
        '\u{1f308}' | '\u{26a7}' => first == '\u{1f3f3}',
        '\u{2620}' => first == '\u{1f3f4}',
        '\u{2b1b}' => matches!(first, '\u{1f408}' | '\u{1f426}'),
        '\u{1f9ba}' => first == '\u{1f415}',
        '\u{1f525}' => matches!(first, '\u{2764}' | '\u{1f426}'),
        '\u{1fa79}' => first == '\u{2764}',
        '\u{1f4a8}' => first == '\u{1f62e}',
        '\u{1f4ab}' => first == '\u{1f635}',
        '\u{1f32b}' => first == '\u{1f636}',
        '\u{1f5e8}' => first == '\u{1f441}',
        '\u{2194}' | '\u{2195}' => first == '\u{1f642}',
        '\u{1f7e9}' => first == '\u{1f34b}',
        '\u{1f7eb}' => first == '\u{1f344}',
        '\u{1f4a5}' => first == '\u{26d3}',
        _ => false,
    }
}

/// A selector that changes what is shown: text or picture for an emoji that has both, forms of Han characters,
/// of operators and of some scripts' letters. One at a time.
fn variant(c: char, place: &Place) -> bool {
    let Some(before) = place.before else { return false };
    match c {
        '\u{fe0f}' if matches!(before, '0'..='9' | '#' | '*') => place.next == Some('\u{20e3}'),
        '\u{fe0e}' | '\u{fe0f}' => match before.emoji_status() {
            EmojiStatus::EmojiOther | EmojiStatus::EmojiModifierBase => c == '\u{fe0f}',
            EmojiStatus::EmojiPresentation | EmojiStatus::EmojiPresentationAndModifierBase => {
                c == '\u{fe0e}'
            }
            _ => false,
        },
        '\u{fe00}'..='\u{fe02}' => {
            before.general_category() == Category::MathSymbol
                || matches!(
                    before.script(),
                    Script::Han | Script::Myanmar | Script::Phags_Pa | Script::Manichaean
                )
        }
        '\u{e0100}'..='\u{e01ef}' => before.script() == Script::Han,
        _ => false,
    }
}

/// The number of tag characters behind a black flag that make it the flag of England, Scotland or Wales: the
/// only ones there are.
fn flag_tags(line: &Line<'_, '_>, at: usize) -> Option<usize> {
    ["gbeng", "gbsct", "gbwls"].into_iter().find_map(|name| {
        let tags = name
            .chars()
            .map(|c| char::from_u32(u32::from(c).saturating_add(0xe0000)))
            .chain([Some('\u{e007f}')]);
        let mut length = 0_usize;
        for tag in tags {
            length = length.checked_add(1)?;
            if tag != line.ch(at.checked_add(length)?) {
                return None;
            }
        }
        Some(length)
    })
}

/// Whether a direction mark makes a difference: not between two letters that both run its way.
fn turns(mark: char, place: &Place) -> bool {
    let same = |c: char| {
        if c == mark {
            return true;
        }
        c.is_alphabetic() && (is_rtl(c) != (mark == '\u{200e}'))
    };
    !(place.before.is_some_and(same) && place.next.is_some_and(same)) && place.before != Some(mark)
}

/// Letters of scripts that are written from right to left.
fn is_rtl(c: char) -> bool {
    c > '\u{590}'
        && c.is_alphabetic()
        && matches!(
            c.script(),
            Script::Arabic
                | Script::Hebrew
                | Script::Syriac
                | Script::Thaana
                | Script::Nko
                | Script::Samaritan
                | Script::Mandaic
                | Script::Adlam
                | Script::Hanifi_Rohingya
                | Script::Mende_Kikakui
                | Script::Yezidi
        )
}

/// Scripts that set no spaces between words and mark the places where a line may break.
fn spaceless(c: char) -> bool {
    matches!(c.script(), Script::Khmer | Script::Lao | Script::Myanmar | Script::Thai)
}

const fn jamo(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115e}' | '\u{1161}'..='\u{11ff}' | '\u{a960}'..='\u{a97c}' | '\u{d7b0}'..='\u{d7fb}')
}

/// Embeddings and isolates that are closed again and hold something that runs the other way, or digits.
fn useful_pairs(line: &Line<'_, '_>) -> Vec<usize> {
    /// The explicit depth that UAX #9 allows.
    const DEPTH: usize = 125;
    let mut open: Vec<(usize, char, bool)> = Vec::new();
    let mut useful = Vec::new();
    for (i, c) in line.seen() {
        match c {
            '\u{202a}'..='\u{202b}' | '\u{202d}' | '\u{202e}' | '\u{2066}'..='\u{2068}'
                if open.len() < DEPTH =>
            {
                open.push((i, c, false));
            }
            '\u{202c}' | '\u{2069}' => {
                let isolate = c == '\u{2069}';
                let Some((start, opened, filled)) = open.pop() else { continue };
                if isolate == ('\u{2066}'..='\u{2068}').contains(&opened) && filled {
                    useful.extend([start, i]);
                }
            }
            _ if c.is_alphanumeric() && !is_rtl(c) => {
                open.iter_mut().for_each(|(_, _, filled)| *filled = true);
            }
            _ => {}
        }
    }
    useful.sort_unstable();
    useful
}
