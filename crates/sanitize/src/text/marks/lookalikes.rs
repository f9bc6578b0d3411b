//! Letters and signs that look like others.

use super::line::Line;
use super::table::{Alphabet, has_twin, near_twin, phonetic_twin, twin};
use crate::Kind;
use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};
use unicode_script::{Script, UnicodeScript as _};
use unicode_security::confusable_detection::skeleton;

const FOREIGN: &str = "letters of another alphabet that look the same";
const SIGNS: &str = "signs and letters that look like ordinary ones";

/// How many letters of which alphabet a text has.
#[derive(Clone, Copy, Default)]
pub(super) struct Alphabets {
    /// All letters: Latin, Cyrillic, Greek, others.
    all: [usize; 4],
    /// Those without a twin in another alphabet.
    certain: [usize; 3],
}

impl Alphabets {
    /// Whether more than one is there, so that one may pose as another.
    pub(super) fn several(&self) -> bool {
        self.all.iter().filter(|count| **count > 0).count() > 1
    }

    fn main(&self) -> Option<Alphabet> {
        let [latin, cyrillic, greek] = self.certain;
        let most = latin.max(cyrillic).max(greek);
        if most == 0 {
            None
        } else if latin == most {
            Some(Alphabet::Latin)
        } else if cyrillic == most {
            Some(Alphabet::Cyrillic)
        } else {
            Some(Alphabet::Greek)
        }
    }
}

/// Counts the letters of a text.
pub(super) fn count(text: &str) -> Alphabets {
    let mut counts = Alphabets::default();
    let shown = |c: &char| {
        !matches!(c, '\u{34f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
            && c.general_category() != GeneralCategory::Format
    };
    for c in text.chars().filter(shown).nfc() {
        let slot = match alphabet(c) {
            Some(own) => {
                if !has_twin(c, own)
                    && near_twin(c).is_none()
                    && let Some(count) = counts.certain.get_mut(own as usize)
                {
                    *count = count.saturating_add(1);
                }
                own as usize
            }
            None if !c.is_ascii() && poses_as_latin(c) => 3,
            None => continue,
        };
        if let Some(count) = counts.all.get_mut(slot) {
            *count = count.saturating_add(1);
        }
    }
    counts
}

pub(super) fn pass(line: &mut Line<'_, '_>, alphabets: &Alphabets) {
    line.normalise();
    signs(line);
    if alphabets.several() || line.seen().any(|(_, c)| phonetic_twin(c).is_some() || is_sans(c)) {
        words(line, alphabets);
        // A letter that has become another may be one with the accent after it.
        line.normalise();
    }
}

fn alphabet(c: char) -> Option<Alphabet> {
    if c.is_ascii() {
        return c.is_ascii_alphabetic().then_some(Alphabet::Latin);
    }
    if !c.is_alphabetic() {
        return None;
    }
    match c.script() {
        Script::Latin => Some(Alphabet::Latin),
        Script::Cyrillic => Some(Alphabet::Cyrillic),
        Script::Greek => Some(Alphabet::Greek),
        _ => None,
    }
}

/// Letters of scripts from left to right, some of which look like Latin capitals or small letters.
fn poses_as_latin(c: char) -> bool {
    matches!(
        c.script(),
        Script::Armenian
            | Script::Cherokee
            | Script::Coptic
            | Script::Lisu
            | Script::Deseret
            | Script::Osage
            | Script::Gothic
            | Script::Tifinagh
            | Script::Canadian_Aboriginal
            | Script::Old_Italic
            | Script::Lycian
            | Script::Carian
            | Script::Elbasan
            | Script::Warang_Citi
            | Script::Vai
            | Script::Bamum
    )
}

/// Mathematical letters without serifs, which in many typefaces are the ordinary ones.
const fn is_sans(c: char) -> bool {
    matches!(c, '\u{1d5a0}'..='\u{1d5d3}')
}

/// Signs, ligatures and numerals that are made of ordinary characters as far as the eye can tell.
fn signs(line: &mut Line<'_, '_>) {
    let plan: Vec<(usize, String)> = line
        .seen()
        .filter(|(_, c)| !c.is_ascii())
        .filter_map(|(i, c)| Some((i, plain_sign(line, i, c)?)))
        .collect();
    line.set_each(&plan, Kind::Homoglyphs, SIGNS);
}

fn plain_sign(line: &Line<'_, '_>, i: usize, c: char) -> Option<String> {
    let plain = match c {
        '\u{2010}' | '\u{2011}' | '\u{2d7}' => "-",
        '\u{2012}' => "\u{2013}",
        '\u{2015}' => "\u{2014}",
        '\u{2024}' => ".",
        '\u{201a}' if line.previous(i).is_some_and(|(_, c)| c.is_alphanumeric()) => ",",
        '\u{2044}' if !line.previous(i).is_some_and(|(_, c)| c.is_numeric()) => "/",
        '\u{2215}' => "/",
        '\u{2216}' => "\\",
        '\u{2223}' => "|",
        '\u{2236}' | '\u{a789}' => ":",
        '\u{1c3}' if !line.next(i).is_some_and(|(_, c)| c.is_alphabetic()) => "!",
        '\u{2bc}' => "\u{2019}",
        '\u{2027}' | '\u{2219}' => "\u{b7}",
        '\u{149}' => "\u{2019}n",
        '\u{fb00}'..='\u{fb06}'
        | '\u{132}'
        | '\u{133}'
        | '\u{1c4}'..='\u{1cc}'
        | '\u{1f1}'..='\u{1f3}' => {
            return Some(c.nfkc().collect());
        }
        // In Chinese and Japanese they are as wide as the characters beside them, which shows.
        '\u{2160}'..='\u{217f}' => {
            let wide =
                |c: char| matches!(c.script(), Script::Han | Script::Hiragana | Script::Katakana);
            let beside_wide = line.previous(i).is_some_and(|(_, c)| wide(c))
                || line.next(i).is_some_and(|(_, c)| wide(c));
            return (!beside_wide).then(|| c.nfkc().collect());
        }
        _ => return None,
    };
    Some(plain.to_owned())
}

/// One letter of a word.
struct Letter {
    cell: usize,
    ch: char,
    alphabet: Option<Alphabet>,
    /// Whether it can be of no other alphabet.
    certain: bool,
}

/// Letters with nothing but marks between them.
struct Word {
    letters: Vec<Letter>,
    /// The alphabet of its certain letters, if they have one.
    verdict: Option<Alphabet>,
    /// Which stretch without spaces it belongs to.
    token: usize,
}

impl Word {
    fn new(mut letters: Vec<Letter>, token: usize) -> Self {
        let latin = |l: &Letter| match l.alphabet {
            Some(own) if own != Alphabet::Latin => twin(l.ch, own, Alphabet::Latin),
            _ => Some(l.ch),
        };
        let small = |letter: Option<&Letter>| {
            letter.and_then(latin).is_some_and(|c| c.is_ascii_lowercase())
        };
        for k in 0..letters.len() {
            let inside = k.checked_sub(1).is_some_and(|k| small(letters.get(k)))
                && small(letters.get(k.saturating_add(1)));
            if let Some(letter) = letters.get_mut(k)
                && inside
                && near_twin(letter.ch).is_some()
            {
                letter.certain = false;
            }
        }
        let mut certain = letters.iter().filter(|l| l.certain).map(|l| l.alphabet);
        let verdict = certain.next().flatten().filter(|a| certain.all(|other| other == Some(*a)));
        Self { letters, verdict, token }
    }

    /// An abbreviation in plain Latin capitals stays what it is in a text of another alphabet.
    fn is_acronym(&self) -> bool {
        self.letters.len() > 1 && self.letters.iter().all(|l| l.ch.is_ascii_uppercase())
    }
}

fn words(line: &mut Line<'_, '_>, alphabets: &Alphabets) {
    for word in split(line) {
        latin_twins(&word, line);
    }
    let words = split(line);
    let main = alphabets.main();
    let around = surroundings(&words, main);
    for (word, around) in words.iter().zip(around) {
        if !word.is_acronym() {
            judge(word, around, main, line);
        }
    }
}

fn split(line: &Line<'_, '_>) -> Vec<Word> {
    let mut words = Vec::new();
    let mut letters: Vec<Letter> = Vec::new();
    let mut token = 0_usize;
    for (cell, ch) in line.seen() {
        let own = alphabet(ch);
        if own.is_some() || ch.is_alphabetic() {
            let certain = own.is_some_and(|own| !has_twin(ch, own));
            letters.push(Letter { cell, ch, alphabet: own, certain });
            continue;
        }
        if unicode_normalization::char::is_combining_mark(ch) {
            continue;
        }
        if !letters.is_empty() {
            words.push(Word::new(std::mem::take(&mut letters), token));
        }
        if ch.is_whitespace() {
            token = token.saturating_add(1);
        }
    }
    if !letters.is_empty() {
        words.push(Word::new(letters, token));
    }
    words
}

/// For each word the alphabet that the words around it speak for.
fn surroundings(words: &[Word], main: Option<Alphabet>) -> Vec<Option<Alphabet>> {
    let mut last = None;
    let before: Vec<_> = words
        .iter()
        .map(|word| {
            let known = last;
            if let Some(verdict) = word.verdict {
                last = Some((verdict, word.token));
            }
            known
        })
        .collect();
    let mut next = None;
    let mut around: Vec<Option<Alphabet>> = words
        .iter()
        .zip(before)
        .rev()
        .map(|(word, before)| {
            let after = next;
            if let Some(verdict) = word.verdict {
                next = Some((verdict, word.token));
            }
            let same_token = |near: &Option<(Alphabet, usize)>| {
                near.is_some_and(|(_, token)| token == word.token)
            };
            match (before, after) {
                (Some((b, _)), _) if same_token(&before) => Some(b),
                (_, Some((a, _))) if same_token(&after) => Some(a),
                (Some((b, _)), Some((a, _))) => (a == b).then_some(a),
                (Some((one, _)), None) | (None, Some((one, _))) => Some(one),
                (None, None) => main,
            }
        })
        .collect();
    around.reverse();
    around
}

/// Gives each letter that could be of two alphabets the one of the nearest letter that could not.
fn judge(word: &Word, around: Option<Alphabet>, main: Option<Alphabet>, line: &mut Line<'_, '_>) {
    let nearest = nearest_certain(&word.letters);
    for (letter, near) in word.letters.iter().zip(nearest) {
        let Some(own) = letter.alphabet.filter(|_| !letter.certain) else { continue };
        let Some(target) = near.or(around).filter(|target| *target != own) else { continue };
        // A Greek letter beside Latin ones is a formula's, as in NFκB.
        if target == Alphabet::Greek
            && (around != Some(Alphabet::Greek) || main != Some(Alphabet::Greek))
        {
            continue;
        }
        let other = twin(letter.ch, own, target)
            .or_else(|| near_twin(letter.ch).filter(|_| target == Alphabet::Latin));
        if let Some(other) = other {
            line.set(letter.cell, other, Kind::Homoglyphs, FOREIGN);
        }
    }
}

fn nearest_certain(letters: &[Letter]) -> Vec<Option<Alphabet>> {
    let mut last: Option<(usize, Alphabet)> = None;
    let before: Vec<_> = letters
        .iter()
        .enumerate()
        .map(|(k, letter)| {
            if letter.certain
                && let Some(own) = letter.alphabet
            {
                last = Some((k, own));
            }
            last
        })
        .collect();
    let mut next: Option<(usize, Alphabet)> = None;
    let mut nearest: Vec<_> = letters
        .iter()
        .enumerate()
        .zip(before)
        .rev()
        .map(|((k, letter), before)| {
            if letter.certain
                && let Some(own) = letter.alphabet
            {
                next = Some((k, own));
            }
            match (before, next) {
                (Some((b, own)), Some((a, other))) => {
                    Some(if k.saturating_sub(b) <= a.saturating_sub(k) { own } else { other })
                }
                (Some((_, own)), None) | (None, Some((_, own))) => Some(own),
                (None, None) => None,
            }
        })
        .collect();
    nearest.reverse();
    nearest
}

/// Letters of phonetics, of mathematics and of rarer scripts inside a word of ordinary Latin ones.
fn latin_twins(word: &Word, line: &mut Line<'_, '_>) {
    let plain = word.letters.iter().filter(|l| l.ch.is_ascii()).count();
    if plain == 0 || plain == word.letters.len() {
        return;
    }
    let capitals = word.letters.iter().filter(|l| l.ch.is_ascii()).all(|l| l.ch.is_uppercase());
    let ordinary = |c: char| c.is_ascii() || phonetic_twin(c).is_some();
    let phonetics = !word.letters.iter().all(|l| ordinary(l.ch));
    for letter in &word.letters {
        let c = letter.ch;
        let plain = match phonetic_twin(c) {
            Some(_) if phonetics => None,
            Some(plain) => Some(plain),
            None if is_sans(c) => std::iter::once(c).nfkc().next(),
            None if letter.alphabet.is_none() && poses_as_latin(c) => latin_shape(c, capitals),
            None => None,
        };
        if let Some(plain) = plain {
            let what = if letter.alphabet.is_none() && !is_sans(c) { FOREIGN } else { SIGNS };
            line.set(letter.cell, plain, Kind::Homoglyphs, what);
        }
    }
}

/// The single Latin letter that UTS #39 gives for a character. It has one shape for capital I and small l.
fn latin_shape(c: char, capitals: bool) -> Option<char> {
    let mut buffer = [0; 4];
    let mut shape = skeleton(c.encode_utf8(&mut buffer));
    let first = shape.next().filter(char::is_ascii_alphabetic)?;
    if shape.next().is_some() {
        return None;
    }
    Some(if first == 'l' && capitals { 'I' } else { first })
}
