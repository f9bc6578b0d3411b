//! Values, each in the one way in which it is written.

use super::super::css::{Declaration, Piece, colour};
use super::table::{FONTS, UNITS, WORDS};

/// A number as short as can be; nothing that is none.
pub(super) fn number(value: f32) -> String {
    if value.is_finite() { format!("{}", value + 0.0) } else { "0".to_owned() }
}

/// Reads a number at the start of a text (SVG 2, 4.2).
pub(super) fn take_number(text: &str) -> Option<(f32, &str)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(at);
    at = at.saturating_add(whole);
    let mut part = 0;
    if bytes.get(at) == Some(&b'.') {
        part = digits(at.saturating_add(1));
        at = at.saturating_add(1).saturating_add(part);
    }
    if whole == 0 && part == 0 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at.saturating_add(1)), Some(b'+' | b'-')));
        let start = at.saturating_add(1).saturating_add(sign);
        let exponent = digits(start);
        if exponent > 0 {
            at = start.saturating_add(exponent);
        }
    }
    let (number, rest) = text.split_at_checked(at)?;
    Some((number.parse().ok()?, rest))
}

fn blank(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',')
}

/// Numbers with their units, apart by blanks.
pub(super) fn numbers(text: &str) -> Option<String> {
    let mut out = Vec::new();
    let mut rest = blank(text);
    while !rest.is_empty() {
        let Some((value, after)) = take_number(rest) else {
            let end =
                rest.find(|c: char| c.is_ascii_whitespace() || c == ',').unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end)?;
            out.push((*WORDS.iter().find(|known| **known == word)?).to_owned());
            rest = blank(after);
            continue;
        };
        let end =
            after.find(|c: char| !(c.is_ascii_alphabetic() || c == '%')).unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end)?;
        let unit = if unit.is_empty() { "" } else { UNITS.iter().find(|known| **known == unit)? };
        out.push(format!("{}{unit}", number(value)));
        rest = blank(after);
    }
    (!out.is_empty()).then(|| out.join(" "))
}

/// Path data (SVG 2, 9.3). What follows a fault is not drawn, and not written.
pub(super) fn path(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = blank(text);
    let mut command = None;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_alphabetic() {
            command = Some(first);
            rest = blank(rest.get(1..)?);
        } else if command.is_none_or(|c| c.eq_ignore_ascii_case(&'z')) {
            break;
        }
        let Some(letter) = command else { break };
        let count = match letter.to_ascii_lowercase() {
            'm' | 'l' | 't' => 2,
            'h' | 'v' => 1,
            'c' => 6,
            's' | 'q' => 4,
            'a' => 7,
            'z' => 0,
            _ => break,
        };
        let mut arguments = Vec::new();
        for at in 0..count {
            let flag = letter.eq_ignore_ascii_case(&'a') && matches!(at, 3 | 4);
            let taken = match rest.chars().next() {
                Some(c @ ('0' | '1')) if flag => {
                    rest.get(1..).map(|after| (if c == '1' { 1.0 } else { 0.0 }, after))
                }
                _ if flag => None,
                _ => take_number(rest),
            };
            let Some((value, after)) = taken else { break };
            arguments.push(number(value));
            rest = blank(after);
        }
        if arguments.len() < count {
            break;
        }
        out.push(letter);
        out.push_str(&arguments.join(" "));
        // More points of a move are lines.
        command = Some(match letter {
            'm' => 'l',
            'M' => 'L',
            other => other,
        });
    }
    (!out.is_empty()).then_some(out)
}

/// Functions with numbers.
pub(super) fn functions(text: &str) -> Option<Vec<(&'static str, Vec<f32>)>> {
    const NAMES: &[&str] = &["matrix", "translate", "scale", "rotate", "skewX", "skewY"];
    let mut out = Vec::new();
    let mut rest = blank(text);
    while !rest.is_empty() {
        let (name, after) = rest.split_once('(')?;
        let name = NAMES.iter().find(|known| **known == name.trim())?;
        let (inside, after) = after.split_once(')')?;
        let mut arguments = Vec::new();
        let mut inner = blank(inside);
        while !inner.is_empty() {
            let (value, after) = take_number(inner)?;
            arguments.push(value);
            inner = blank(after);
        }
        out.push((*name, arguments));
        rest = blank(after);
    }
    (!out.is_empty()).then_some(out)
}

pub(super) fn transform(text: &str) -> Option<String> {
    let one = |(name, arguments): (&str, Vec<f32>)| {
        let all: Vec<String> = arguments.into_iter().map(number).collect();
        format!("{name}({})", all.join(" "))
    };
    Some(functions(text)?.into_iter().map(one).collect::<Vec<_>>().join(" "))
}

/// The name in `url(#name)`.
pub(super) fn reference(value: &[Piece]) -> Option<&str> {
    value.iter().enumerate().find_map(|(at, piece)| match piece {
        Piece::Address(address) if address.is_empty() => match value.get(at.checked_add(1)?)? {
            Piece::Text(address) => address.strip_prefix('#'),
            _ => None,
        },
        Piece::Address(address) => address.strip_prefix('#'),
        _ => None,
    })
}

/// `currentColor` and such, or a colour.
pub(super) fn paint(value: &[Piece]) -> Option<String> {
    for piece in value {
        if let Piece::Word(word) = piece {
            match word.as_str() {
                "none" => return Some("none".to_owned()),
                "inherit" => return Some("inherit".to_owned()),
                "currentcolor" => return Some("currentColor".to_owned()),
                "context-fill" | "context-stroke" => return Some(word.clone()),
                _ => {}
            }
        }
    }
    let [r, g, b, alpha] = colour(value)?;
    let part = |v: f32| v.round().clamp(0.0, 255.0);
    let [r, g, b] = [part(r), part(g), part(b)];
    Some(if alpha < 1.0 {
        format!("rgba({r},{g},{b},{})", number(alpha.max(0.0)))
    } else {
        format!("rgb({r},{g},{b})")
    })
}

/// Numbers of a style.
pub(super) fn lengths(value: &[Piece]) -> Option<String> {
    let all: Option<Vec<String>> = value
        .iter()
        .filter(|piece| !matches!(piece, Piece::Space | Piece::Sign(',')))
        .map(|piece| match piece {
            Piece::Number(value, unit) => {
                let unit = if unit.is_empty() { "" } else { UNITS.iter().find(|u| *u == unit)? };
                Some(format!("{}{unit}", number(*value)))
            }
            Piece::Word(word) => {
                Some((*WORDS.iter().find(|known| known.eq_ignore_ascii_case(word))?).to_owned())
            }
            _ => None,
        })
        .collect();
    all.filter(|all| !all.is_empty()).map(|all| all.join(" "))
}

/// Words of a style; weights of fonts are numbers.
pub(super) fn words(value: &[Piece]) -> Option<String> {
    let all: Option<Vec<&str>> = value
        .iter()
        .filter(|piece| !matches!(piece, Piece::Space | Piece::Sign(',')))
        .map(|piece| {
            let word = match piece {
                Piece::Word(word) => word.clone(),
                Piece::Number(value, unit) if unit.is_empty() => number(*value),
                _ => return None,
            };
            WORDS.iter().find(|known| known.eq_ignore_ascii_case(&word)).copied()
        })
        .collect();
    all.filter(|all| !all.is_empty()).map(|all| all.join(" "))
}

/// The fonts of a list that are known.
pub(super) fn fonts(value: &[Piece]) -> Option<String> {
    let names = value.split(|piece| *piece == Piece::Sign(',')).filter_map(|name| {
        let name: Vec<&str> = name
            .iter()
            .filter_map(|piece| match piece {
                Piece::Word(word) | Piece::Text(word) => Some(word.as_str()),
                _ => None,
            })
            .collect();
        let name = name.join(" ");
        FONTS.iter().find(|known| known.eq_ignore_ascii_case(&name)).copied()
    });
    let names: Vec<&str> = names.collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// What `font: italic 700 12px/1.4 serif` stands for, and every other declaration as it is. A size that is a word is not
/// read.
pub(super) fn longhand(set: Declaration) -> Vec<Declaration> {
    let is_size = |p: &Piece| matches!(p, Piece::Number(_, unit) if !unit.is_empty());
    if set.name != "font" {
        return vec![set];
    }
    let Some(at) = set.value.iter().position(is_size) else {
        return Vec::new();
    };
    let (before, after) = set.value.split_at(at);
    let mut family = after.get(1..).unwrap_or_default();
    let height = family.iter().position(|piece| *piece == Piece::Sign('/'));
    if let Some(slash) = height {
        let rest = family.get(slash + 1..).unwrap_or_default();
        let number = rest.iter().position(|piece| *piece != Piece::Space);
        family = number.and_then(|number| rest.get(number + 1..)).unwrap_or_default();
    }
    let mut parts =
        vec![("font-size", after.get(..1).unwrap_or_default()), ("font-family", family)];
    for piece in before.chunks(1) {
        match piece {
            [Piece::Word(word)] => match word.to_ascii_lowercase().as_str() {
                "italic" | "oblique" => parts.push(("font-style", piece)),
                "bold" | "bolder" | "lighter" => parts.push(("font-weight", piece)),
                "small-caps" => parts.push(("font-variant", piece)),
                _ => {}
            },
            [Piece::Number(..)] => parts.push(("font-weight", piece)),
            _ => {}
        }
    }
    let part = |(name, value): (&str, &[Piece])| Declaration {
        name: name.to_owned(),
        value: value.to_vec(),
        important: set.important,
    };
    parts.into_iter().map(part).collect()
}
