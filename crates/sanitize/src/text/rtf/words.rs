//! Control words by what they are.

use crate::Kind;
use encoding_rs::{Encoding, WINDOWS_1252};

/// What a group holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Text of the page.
    Shown,
    /// Nothing that is shown.
    Skipped,
    Fonts,
    Colours,
    Picture,
    /// Shown if one of its groups is text.
    Shape,
    /// A shape's property: its name, its value.
    Name,
    Value,
    /// Shown is what stands for it.
    Object,
    /// One text in two encodings, of which the second counts.
    Twice,
}

/// Text that stands elsewhere on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aside {
    Header,
    Footer,
    Note,
}

/// Text beside the main text.
pub(super) fn aside(word: &str) -> Option<Aside> {
    Some(match word {
        "header" | "headerf" | "headerl" | "headerr" => Aside::Header,
        "footer" | "footerf" | "footerl" | "footerr" => Aside::Footer,
        "footnote" => Aside::Note,
        _ => return None,
    })
}

/// What a group holds whose first control word this is. `None`: the same as the one around it.
pub(super) fn place(word: &str, ignorable: bool, around: Place) -> Option<Place> {
    match around {
        Place::Twice => Some(if word == "ud" { Place::Shown } else { Place::Skipped }),
        Place::Object => Some(if word == "result" { Place::Shown } else { Place::Skipped }),
        Place::Shape => Some(match word {
            "shptxt" | "dptxbxtext" => Place::Shown,
            "sn" => Place::Name,
            "sv" => Place::Value,
            "shp" | "shpinst" | "shpgrp" | "sp" | "do" => Place::Shape,
            _ => Place::Skipped,
        }),
        Place::Value => Some(if word == "pict" { Place::Picture } else { Place::Skipped }),
        Place::Name | Place::Picture | Place::Skipped => Some(Place::Skipped),
        Place::Fonts | Place::Colours => ignorable.then_some(Place::Skipped),
        Place::Shown => match word {
            "fonttbl" => Some(Place::Fonts),
            "colortbl" => Some(Place::Colours),
            "pict" => Some(Place::Picture),
            "shp" | "do" | "shpgrp" => Some(Place::Shape),
            "object" => Some(Place::Object),
            "upr" => Some(Place::Twice),
            "shppict" | "fldrslt" => Some(Place::Shown),
            "info" | "stylesheet" | "xe" | "tc" | "tcn" | "rxe" | "txe" | "fldinst"
            | "nonshppict" | "shprslt" | "private" | "comment" | "ftnsep" | "ftnsepc" | "ftncn"
            | "aftnsep" | "aftnsepc" | "aftncn" | "pnseclvl" | "pntxta" | "pntxtb"
            | "listtable" | "revtbl" | "filetbl" | "annotation" | "atnid" | "atnauthor"
            | "template" | "bkmkstart" | "bkmkend" => Some(Place::Skipped),
            _ => ignorable.then_some(Place::Skipped),
        },
    }
}

/// What the report calls a group that goes.
pub(super) fn gone(word: &str) -> (Kind, &'static str) {
    match word {
        "info" | "userprops" | "docvar" | "title" => {
            (Kind::Properties, "properties of the document")
        }
        "revtbl" | "protusertbl" | "oldcprops" | "oldpprops" => {
            (Kind::Properties, "authors and properties of changes")
        }
        "generator" | "panose" | "falt" | "latentstyles" => {
            (Kind::Fingerprints, "names of programs and fonts")
        }
        "stylesheet" | "listtable" | "listoverridetable" | "pgptbl" => {
            (Kind::Fingerprints, "names of styles and lists")
        }
        _ if word.starts_with("atn") || word.starts_with("atrf") || word == "annotation" => {
            (Kind::Comments, "comments")
        }
        "bkmkstart" | "bkmkend" | "blipuid" | "rsidtbl" => {
            (Kind::Identifiers, "bookmarks and identifiers")
        }
        "fldinst" | "datafield" | "formfield" => {
            (Kind::ExternalReferences, "instructions of fields")
        }
        "objdata" | "objclass" | "objname" | "objalias" => {
            (Kind::EmbeddedObjects, "data and names of embedded objects")
        }
        "xe" | "tc" | "tcn" | "rxe" | "txe" => {
            (Kind::HiddenText, "entries of an index or of contents")
        }
        "password" | "passwordhash" | "writereservhash" | "writereservation" => {
            (Kind::Identifiers, "hashes of passwords")
        }
        "sp" | "sn" | "sv" => (Kind::UnusedData, "properties of shapes"),
        _ => (Kind::UnusedData, "groups that show nothing"),
    }
}

/// Control words that are one character.
pub(super) fn character(word: &str) -> Option<char> {
    Some(match word {
        "tab" | "emspace" | "enspace" | "qmspace" => ' ',
        "emdash" => '—',
        "endash" => '–',
        "bullet" => '•',
        "lquote" => '‘',
        "rquote" => '’',
        "ldblquote" => '“',
        "rdblquote" => '”',
        "ltrmark" => '\u{200e}',
        "rtlmark" => '\u{200f}',
        "zwj" => '\u{200d}',
        "zwnj" => '\u{200c}',
        _ => return None,
    })
}

/// The encoding of a code page.
pub(super) fn code_page(number: i32) -> &'static Encoding {
    let label = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10000 => "macintosh".to_owned(),
        866 => "ibm866".to_owned(),
        65001 => "utf-8".to_owned(),
        number => format!("windows-{number}"),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252)
}

/// The encoding of a font's character set, if it has one of its own.
pub(super) fn charset(number: i32) -> Option<&'static Encoding> {
    Some(code_page(match number {
        77 => 10000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    }))
}
