//! RTF 1.9.1.

use super::{jpeg, ole, png};
use crate::plant::{Planter, Sample};

const RTF: &str = "RTF 1.9.1";

/// Destinations of text that no page shows, with their chapter.
const DESTINATIONS: [(&str, &str, &str); 48] = [
    ("\\*\\generator ", "generator", "generator"),
    ("\\*\\template ", "template", "document properties"),
    ("\\*\\nextfile ", "next file", "document formatting"),
    ("\\*\\docvar {@name}", "document variable", "document variables"),
    ("\\*\\xmlnstbl {\\xmlns1 @uri}", "XML namespace table", "XML namespace table"),
    ("\\*\\userprops {\\propname @name}\\proptype30", "user property", "user properties"),
    ("\\*\\rsidtbl \\rsid1\\rsid", "revision table text", "revision save IDs"),
    ("\\*\\revtbl {Unknown;}", "revision authors", "track changes"),
    ("\\*\\filetbl ", "file table", "file table"),
    ("\\*\\listtable ", "list table", "list tables"),
    ("\\*\\pgptbl ", "paragraph group table", "paragraph group properties"),
    ("\\*\\latentstyles ", "latent styles", "style sheet"),
    ("\\*\\protusertbl ", "protected users", "document protection"),
    ("\\*\\mailmerge ", "mail merge", "mail merge"),
    ("\\*\\password ", "password hash", "write reservation"),
    ("\\*\\passwordhash ", "password hash 2", "write reservation"),
    ("\\*\\writereservhash ", "write reservation hash", "write reservation"),
    ("\\*\\datastore ", "data store", "custom XML data properties"),
    ("\\*\\themedata ", "theme data", "theme data"),
    ("\\*\\colorschememapping ", "color scheme mapping", "theme data"),
    ("\\*\\defchp ", "default character properties", "default properties"),
    ("\\*\\defpap ", "default paragraph properties", "default properties"),
    ("\\*\\fchars ", "following characters", "document formatting"),
    ("\\*\\lchars ", "leading characters", "document formatting"),
    ("\\*\\bkmkstart ", "bookmark start", "bookmarks"),
    ("\\*\\bkmkend ", "bookmark end", "bookmarks"),
    ("\\*\\atnid ", "comment, initials", "comments"),
    ("\\*\\atnauthor ", "comment, author", "comments"),
    ("\\*\\annotation ", "comment", "comments"),
    ("\\*\\atrfstart ", "comment, reference", "comments"),
    ("\\xe ", "index entry", "index entries"),
    ("\\tc ", "contents entry", "table of contents entries"),
    ("\\*\\formfield {\\*\\ffname @name}", "form field", "form fields"),
    ("\\*\\wgrffmtfilter ", "filter", "document formatting"),
    ("\\*\\xform ", "XML transform", "document formatting"),
    ("\\*\\xmlopen ", "XML tag", "custom XML tags"),
    ("\\*\\factoidname ", "smart tag name", "smart tag data"),
    ("\\*\\panose ", "panose", "font table"),
    ("\\*\\ud ", "Unicode destination", "Unicode RTF"),
    ("\\*\\ownunknown ", "unknown destination", "introduction, ignorable destinations"),
    ("\\*\\fldinst HYPERLINK ", "field instruction", "fields"),
    ("\\*\\datafield ", "field data", "fields"),
    ("\\*\\blipuid ", "picture ID", "pictures"),
    ("\\*\\shpinst {\\sp{\\sn wzDescription}{\\sv @text}}", "shape", "Word drawing objects"),
    ("\\*\\background ", "background", "document formatting"),
    ("\\*\\oldcprops ", "old character properties", "track changes"),
    ("\\*\\oldpprops ", "old paragraph properties", "track changes"),
    ("\\*\\keycode ", "key code", "style sheet"),
];

/// Fields of the information group.
const INFO: [&str; 12] = [
    "title",
    "subject",
    "author",
    "manager",
    "company",
    "operator",
    "category",
    "keywords",
    "comment",
    "doccomm",
    "hlinkbase",
    "\\*\\copyright",
];

pub(super) fn samples() -> Vec<Sample> {
    let mut p = Planter::new("RTF", "rtf");
    let mut v = |place: &str, spec| p.visible(place, spec);
    let (plain, bold, cell, field, escaped, head, foot, note) = (
        v("text", RTF),
        v("bold text", RTF),
        v("table cell", "RTF 1.9.1, table definitions"),
        v("field result", "RTF 1.9.1, fields"),
        v("text in escapes", "RTF 1.9.1, special characters"),
        v("header", "RTF 1.9.1, headers and footers"),
        v("footer", "RTF 1.9.1, headers and footers"),
        v("footnote", "RTF 1.9.1, footnotes"),
    );
    let escaped: String = escaped.bytes().map(|byte| format!("\\'{byte:02x}")).collect();
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let mut info = String::new();
    for name in INFO {
        info.push_str(&format!(
            "{{\\{name} {}}}",
            h(&format!("info {name}"), "RTF 1.9.1, information group")
        ));
    }
    let mut groups = String::new();
    for (start, place, chapter) in DESTINATIONS {
        let text = h(&format!("{place} ({chapter})"), RTF);
        let start = if start.contains('@') {
            start.replace("@name", &text).replace("@uri", &text).replace("@text", &text)
        } else {
            format!("{start}{text}")
        };
        groups.push_str(&format!("{{{start}}}\n"));
    }
    let mut hidden = String::new();
    for (place, words) in [
        ("hidden text", "\\v "),
        ("deleted text", "\\deleted\\revauthdel0 "),
        ("white text", "\\cf2 "),
        ("half a point", "\\fs1 "),
        ("web hidden text", "\\webhidden "),
        ("black on black", "\\cf1\\highlight1 "),
    ] {
        hidden.push_str(&format!(
            "{{{words}{}}}\\par\n",
            h(place, "RTF 1.9.1, font formatting properties")
        ));
    }
    let (font, alternative, style, header, after, bin, colour) = (
        h("font name that nothing uses", "RTF 1.9.1, font table"),
        h("alternative font name", "RTF 1.9.1, font table"),
        h("style name", "RTF 1.9.1, style sheet"),
        h("header of left pages, not shown", "RTF 1.9.1, headers and footers"),
        h("bytes behind the last group", RTF),
        h("binary data", "RTF 1.9.1, pictures, \\bin"),
        h("object class", "RTF 1.9.1, objects"),
    );
    let (object_name, result) = (
        h("object name", "RTF 1.9.1, objects"),
        h("text box outside the page", "RTF 1.9.1, Word drawing objects"),
    );
    let rsid = p.raw("revision save ID", "RTF 1.9.1, revision save IDs", 4);
    let number = u32::from_be_bytes(rsid.try_into().unwrap()) & 0x7fff_ffff;
    p.forget("revision save ID");
    p.own("revision save ID", "RTF 1.9.1, revision save IDs", number.to_string());
    let object = hex::encode(ole::object(&mut p, "object data: "));
    let object: Vec<&str> =
        object.as_bytes().chunks(128).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let picture = hex::encode(png::small(&mut p, "picture: "));
    let comment = p.hidden("photo, COM", "ITU T.81, B.2.4");
    let photo = hex::encode(
        [&jpeg::plain()[..2], &jpeg::segment(0xfe, comment.as_bytes()), &jpeg::plain()[2..]]
            .concat(),
    );
    let text = format!(
        "{{\\rtf1\\ansi\\ansicpg1252\\deff0{{\\fonttbl{{\\f0\\fswiss Liberation Sans;}}{{\\f1\\fnil {font}{{\\*\\falt {alternative}}};}}}}{{\\colortbl;\\red0\\green0\\blue0;\\red255\\green255\\blue255;}}{{\\stylesheet{{\\s0 Normal;}}{{\\s9 {style};}}}}\n{{\\info{info}{{\\creatim\\yr1987\\mo3\\dy11\\hr4\\min21}}}}\n{groups}{{\\headerl {header}}}{{\\header {head}}}{{\\footer {foot}}}\n\\rsidroot{number}\\pard Text {plain} and {{\\b {bold}}} and {escaped}.{{\\super 1{{\\footnote {note}}}}}\\par\n\\trowd\\cellx4000\\intbl {cell}\\cell\\row\\pard\n{{\\field{{\\*\\fldinst INCLUDEPICTURE x}}{{\\fldrslt {field}}}}}\\par\n{hidden}{{\\object\\objemb{{\\*\\objclass {colour}}}{{\\*\\objname {object_name}}}{{\\*\\objdata {}}}{{\\result box}}}}\\par\n{{\\shp{{\\*\\shpinst\\shpleft-90000\\shptop-90000\\shpright-80000\\shpbottom-80000{{\\shptxt {result}}}}}}}\n{{\\pict\\pngblip\\picw16\\pich12 {picture}}}\\par\n{{\\pict\\jpegblip\\picw64\\pich48 {photo}}}\\par\n{{\\*\\ownbinary\\bin{} {bin}}}\n}}{after}",
        object.join("\n"),
        bin.len(),
    );
    vec![p.sample("rtf", text.into_bytes())]
}
