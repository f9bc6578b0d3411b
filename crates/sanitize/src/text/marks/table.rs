//! Letters that look the same in the usual typefaces, after UTS #39's `confusables.txt`, without those of its
//! pairs that a reader tells apart.

use unicode_normalization::UnicodeNormalization as _;

/// The alphabets that share most of their capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    Latin,
    Cyrillic,
    Greek,
}

/// The letter of `target` that looks like `c`, a letter of `own`; with its accents, if it has any.
pub(super) fn twin(c: char, own: Alphabet, target: Alphabet) -> Option<char> {
    bare_twin(c, own, target).or_else(|| {
        let mut parts = std::iter::once(c).nfd();
        let base = parts.next().filter(|base| *base != c)?;
        let mut whole = std::iter::once(bare_twin(base, own, target)?).chain(parts).nfc();
        let twin = whole.next()?;
        whole.next().is_none().then_some(twin)
    })
}

fn bare_twin(c: char, own: Alphabet, target: Alphabet) -> Option<char> {
    let latin = match own {
        Alphabet::Latin => c,
        Alphabet::Cyrillic => find(FROM_CYRILLIC, c)?,
        Alphabet::Greek => find(FROM_GREEK, c)?,
    };
    match target {
        Alphabet::Latin => Some(latin),
        Alphabet::Cyrillic => find_back(FROM_CYRILLIC, COMMON_CYRILLIC, latin),
        Alphabet::Greek => find_back(FROM_GREEK, usize::MAX, latin),
    }
    .filter(|twin| *twin != c)
}

/// Whether a letter of `own` has a twin in another alphabet, so that it proves nothing about its word.
pub(super) fn has_twin(c: char, own: Alphabet) -> bool {
    [Alphabet::Latin, Alphabet::Cyrillic, Alphabet::Greek]
        .into_iter()
        .any(|target| target != own && twin(c, own, target).is_some())
}

/// Small Greek letters that a reader may take for Latin ones in the middle of a word.
pub(super) fn near_twin(c: char) -> Option<char> {
    find(NEAR_GREEK, c)
}

/// Latin letters of phonetics that look like ordinary ones.
pub(super) fn phonetic_twin(c: char) -> Option<char> {
    find(PHONETIC, c)
}

fn find(table: &[(char, char)], c: char) -> Option<char> {
    table.iter().find(|(from, _)| *from == c).map(|(_, to)| *to)
}

fn find_back(table: &[(char, char)], common: usize, latin: char) -> Option<char> {
    table.iter().take(common).find(|(_, to)| *to == latin).map(|(from, _)| *from)
}

/// The first ones are everyday letters; a Latin letter is taken for Cyrillic only among these.
const COMMON_CYRILLIC: usize = 28;

const FROM_CYRILLIC: &[(char, char)] = &[
    ('а', 'a'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('у', 'y'),
    ('х', 'x'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ѕ', 's'),
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('Ѕ', 'S'),
    ('ё', 'ë'),
    ('Ё', 'Ë'),
    ('ї', 'ï'),
    ('Ї', 'Ï'),
    ('ӓ', 'ä'),
    ('ӧ', 'ö'),
    ('ӕ', 'æ'),
    ('Ӕ', 'Æ'),
    ('ә', 'ǝ'),
    ('һ', 'h'),
    ('ԁ', 'd'),
    ('ԍ', 'G'),
    ('ԛ', 'q'),
    ('ԝ', 'w'),
    ('ѵ', 'v'),
    ('ӏ', 'l'),
    ('Ӏ', 'I'),
    ('Ԍ', 'G'),
    ('Ԛ', 'Q'),
    ('Ԝ', 'W'),
    ('Ү', 'Y'),
    ('Ѵ', 'V'),
];

const FROM_GREEK: &[(char, char)] = &[
    ('ο', 'o'),
    ('ν', 'v'),
    ('ϲ', 'c'),
    ('ϳ', 'j'),
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('Ϲ', 'C'),
    ('Ϳ', 'J'),
    ('ό', 'ó'),
    ('Ϊ', 'Ï'),
    ('Ϋ', 'Ÿ'),
];

const NEAR_GREEK: &[(char, char)] =
    &[('α', 'a'), ('γ', 'y'), ('ι', 'i'), ('κ', 'k'), ('ρ', 'p'), ('υ', 'u'), ('χ', 'x')];

const PHONETIC: &[(char, char)] = &[
    ('ɑ', 'a'),
    ('ɡ', 'g'),
    ('ᴄ', 'c'),
    ('ᴏ', 'o'),
    ('ᴜ', 'u'),
    ('ᴠ', 'v'),
    ('ᴡ', 'w'),
    ('ᴢ', 'z'),
    ('ꜱ', 's'),
];
