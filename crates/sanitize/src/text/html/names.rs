//! Elements by what becomes of them.

use crate::Kind;

/// Elements of which a reader sees nothing, with what to call them.
pub(in super::super) fn unseen(name: &str) -> Option<(Kind, &'static str)> {
    Some(match name {
        "script" => (Kind::Code, "scripts"),
        "noscript" | "noembed" | "noframes" => {
            (Kind::HiddenText, "text for readers without scripts")
        }
        "style" => (Kind::UnusedData, "style sheets"),
        "title" => (Kind::Properties, "titles"),
        "meta" | "link" | "base" | "head" => (Kind::Properties, "properties of the page"),
        "template" => (Kind::HiddenText, "templates"),
        "datalist" => (Kind::HiddenText, "suggestions of form fields"),
        "input" | "textarea" | "select" | "button" | "option" | "optgroup" | "keygen" => {
            (Kind::UnusedData, "form fields and what is in them")
        }
        "iframe" | "object" | "embed" | "applet" | "canvas" | "frame" | "frameset" | "param"
        | "portal" | "fencedframe" => (Kind::EmbeddedObjects, "embedded pages and objects"),
        "audio" | "video" | "track" => (Kind::EmbeddedObjects, "sound and film"),
        "source" => (Kind::ExternalReferences, "addresses of pictures"),
        "map" | "area" => (Kind::ExternalReferences, "areas of pictures"),
        "svg" => (Kind::EmbeddedObjects, "drawings"),
        "rp" => (Kind::HiddenText, "brackets for readers that know no ruby text"),
        "annotation" | "annotation-xml" => (Kind::HiddenText, "notes to formulas"),
        "xml" => (Kind::UnusedData, "data"),
        _ => return None,
    })
}

/// Elements without an end (HTML, 13.1.2).
pub(in super::super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements that go on in the same line.
pub(in super::super) fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "img"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "q"
            | "rb"
            | "rp"
            | "rt"
            | "rtc"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}
