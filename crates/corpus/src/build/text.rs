//! Plain text, Markdown, CSV: what Unicode hides, and what each syntax does not show.

use super::png;
use crate::plant::{Planter, Sample};
use base64::Engine;

/// A marker as bits: zero-width space for 0, zero-width non-joiner for 1.
pub(super) fn zero_width(text: &str) -> String {
    text.bytes()
        .flat_map(|byte| {
            (0..8).rev().map(move |bit| if byte >> bit & 1 == 1 { '\u{200c}' } else { '\u{200b}' })
        })
        .collect()
}

/// A marker in Unicode's tag characters, which no font shows.
pub(super) fn tags(text: &str) -> String {
    text.bytes().filter_map(|byte| char::from_u32(0xe0000 + u32::from(byte))).collect()
}

/// A marker in variation selectors behind one letter.
fn selectors(text: &str) -> String {
    text.bytes()
        .filter_map(|byte| {
            char::from_u32(if byte < 16 {
                0xfe00 + u32::from(byte)
            } else {
                0xe0100 + u32::from(byte) - 16
            })
        })
        .collect()
}

/// A marker as bits in the white space at the ends of lines: space for 0, tab for 1, a byte on each line.
fn trailing(text: &str) -> Vec<String> {
    text.bytes()
        .map(|byte| (0..8).rev().map(|bit| if byte >> bit & 1 == 1 { '\t' } else { ' ' }).collect())
        .collect()
}

/// The places that any Unicode text offers, as lines of prose around them.
fn unicode(p: &mut Planter) -> String {
    let mut out = String::new();
    let u = "Unicode 16, 23.2";
    let one = p.visible("a line of text", "Unicode 16");
    let zero = p.hidden("zero-width characters, as bits", u);
    out.push_str(&format!("The first line {one} says{} something.\n", zero_width(&zero)));
    let tag = p.hidden("tag characters", "Unicode 16, 23.9");
    out.push_str(&format!("Another line{} of text.\n", tags(&tag)));
    let select = p.hidden("variation selectors, as bytes", "Unicode 16, 23.4");
    out.push_str(&format!("A letter x{} with selectors.\n", selectors(&select)));
    // The same sentence, its letters o and a in two alphabets: the sequence is the marker.
    let look = "Th\u{435} s\u{430}me w\u{43e}rds \u{430}s \u{435}lsewh\u{435}re f\u{43e}r \u{43e}ne c\u{43e}py \u{43e}nly";
    p.own(
        "letters of another alphabet that look the same",
        "Unicode technical standard 39, 4",
        look.as_bytes(),
    );
    out.push_str(&format!("{look}.\n"));
    let space = "Four\u{2005}spaces\u{2009}of\u{202f}other\u{2004}widths\u{205f}here";
    p.own("spaces of other widths", "Unicode 16, 6.2", space.as_bytes());
    out.push_str(&format!("{space}.\n"));
    let joined = "in\u{2060}vis\u{200d}ible\u{feff}ly\u{ad}cut\u{2063}wo\u{2064}rd\u{034f}s";
    p.own("joiners, soft hyphens and invisible operators", u, joined.as_bytes());
    out.push_str(&format!("Some {joined}.\n"));
    let bidi = "\u{202a}a\u{202c}\u{2066}b\u{2069}\u{200e}c\u{200f}\u{061c}";
    p.own("direction marks", "Unicode standard annex 9, 2", bidi.as_bytes());
    out.push_str(&format!("Directions {bidi}.\n"));
    let fillers = "\u{115f}\u{1160}\u{3164}\u{ffa0}\u{2800}\u{180e}\u{17b4}";
    p.own("fillers that show nothing", u, fillers.as_bytes());
    out.push_str(&format!("Fillers{fillers}.\n"));
    let private = "\u{e123}\u{f0345}\u{fff9}note\u{fffa}\u{fffb}";
    p.own("private use and annotation characters", "Unicode 16, 23.5 and 23.8", private.as_bytes());
    out.push_str(&format!("Private {private}.\n"));
    let snow = p.short("white space at the ends of lines, as bits", "SNOW");
    for (number, white) in trailing(&snow).into_iter().enumerate() {
        out.push_str(&format!("Line {number} of eight.{white}\n"));
    }
    let last = p.visible("the last line", "Unicode 16");
    out.push_str(&format!("The last line {last}.\n"));
    out
}

pub(super) fn txt() -> Vec<Sample> {
    let mut p = Planter::new("TXT", "txt");
    let mut text = unicode(&mut p);
    let (title, control) = (
        p.hidden("terminal escape, window title", "ECMA-48, 8.3.89 OSC"),
        p.hidden("terminal escape, application command", "ECMA-48, 8.3.2 APC"),
    );
    text.push_str(&format!("Escapes \u{1b}]0;{title}\u{7} and \u{1b}_{control}\u{1b}\\ here.\n"));
    let conceal = p.hidden("terminal escape, concealed text", "ECMA-48, 8.3.117 SGR 8");
    text.push_str(&format!("Concealed \u{1b}[8m{conceal}\u{1b}[0m.\n"));
    let controls = "a\u{1}b\u{2}c\u{7f}d\u{80}e\u{8d}f";
    p.own("control characters", "Unicode 16, 23.1", controls.as_bytes());
    text.push_str(&format!("Controls {controls}.\n"));
    let first = p.sample("txt", text.into_bytes());
    let mut p = Planter::new("TXT", "txt-utf16");
    let seen = p.visible("text in UTF-16", "Unicode 16, 3.10");
    let mark = "\u{200b}\u{200c}\u{200b}\u{200c}\u{200c}\u{200c}";
    p.own("zero-width characters in UTF-16", "Unicode 16, 23.2", crate::bytes::utf16le(mark));
    let bytes =
        [vec![0xff, 0xfe], crate::bytes::utf16le(&format!("Wide {seen}{mark} text.\r\n"))].concat();
    vec![first, p.sample("txt", bytes)]
}

pub(super) fn markdown() -> Vec<Sample> {
    let mut p = Planter::new("Markdown", "markdown");
    let spec = "CommonMark 0.31";
    let mut v = |place: &str| p.visible(place, spec);
    let (heading, strong, code, quote, item, link) = (
        v("heading"),
        v("strong"),
        v("code block"),
        v("quotation"),
        v("list item"),
        v("text of a link"),
    );
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let (front, key) = (
        h("front matter, value", "YAML front matter"),
        h("front matter, key", "YAML front matter"),
    );
    let (
        comment,
        inline,
        reference,
        definition,
        title,
        attribute,
        hidden,
        instruction,
        cdata,
        info,
        alt,
        id,
        script,
        declaration,
    ) = (
        h("HTML comment, block", "CommonMark 0.31, 4.6"),
        h("HTML comment, inline", "CommonMark 0.31, 6.6"),
        h("link definition as a comment", "CommonMark 0.31, 4.7"),
        h("link definition that nothing uses", "CommonMark 0.31, 4.7"),
        h("title of a link", "CommonMark 0.31, 6.3"),
        h("attribute of an HTML element", "CommonMark 0.31, 6.6"),
        h("HTML element that is hidden", "CommonMark 0.31, 4.6"),
        h("processing instruction", "CommonMark 0.31, 6.6"),
        h("CDATA section", "CommonMark 0.31, 6.6"),
        h("info string of a code block", "CommonMark 0.31, 4.5"),
        h("alt text of a picture", "CommonMark 0.31, 6.4"),
        h("HTML anchor", "CommonMark 0.31, 6.6"),
        h("script", "CommonMark 0.31, 4.6"),
        h("declaration", "CommonMark 0.31, 6.6"),
    );
    let (query, picture) = (
        h("address of a link", "CommonMark 0.31, 6.3"),
        h("address of a picture", "CommonMark 0.31, 6.4"),
    );
    let prose = unicode(&mut p);
    let text = format!(
        "---\nauthor: {front}\n{key}: x\n---\n\n# Heading {heading}\n\n<!-- {comment} -->\n\nSome **{strong}** words <!-- {inline} --> and a [link {link}](https://example.org/?id={query} \"{title}\").\n\n[//]: # ({reference})\n[unused]: https://example.org/{definition}\n\n![{alt}](https://example.org/{picture}.png)\n\n<span data-x=\"{attribute}\">word</span> <span style=\"display:none\">{hidden}</span> <?x {instruction}?> <![CDATA[{cdata}]]> <a id=\"{id}\"></a> <!X {declaration}>\n\n<script>/* {script} */</script>\n\n```rust {info}\nlet x = \"{code}\";\n```\n\n> {quote}\n\n- {item}\n\n{prose}"
    );
    vec![p.sample("md", text.into_bytes())]
}

pub(super) fn csv() -> Vec<Sample> {
    let mut p = Planter::new("CSV", "csv");
    let (head, cell, quoted) = (
        p.visible("column name", "RFC 4180, 2"),
        p.visible("cell", "RFC 4180, 2"),
        p.visible("quoted cell", "RFC 4180, 2"),
    );
    let (zero, tag) = (
        p.hidden("zero-width characters in a cell", "Unicode 16, 23.2"),
        p.hidden("tag characters in a column name", "Unicode 16, 23.9"),
    );
    let space = "a\u{2005}b\u{2009}c\u{202f}d\u{2004}e";
    p.own("spaces of other widths", "Unicode 16, 6.2", space.as_bytes());
    let look = "c\u{43e}py n\u{443}mber \u{43e}ne";
    p.own(
        "letters of another alphabet that look the same",
        "Unicode technical standard 39, 4",
        look.as_bytes(),
    );
    let text = format!(
        "\u{feff}name,{head}{},third\r\n1,{cell}{},x\r\n2,\"{quoted}, with a comma\",\"{space}\"\r\n3,{look},y\r\n",
        tags(&tag),
        zero_width(&zero)
    );
    vec![p.sample("csv", text.into_bytes())]
}

pub(super) fn html() -> Vec<Sample> {
    let mut p = Planter::new("HTML", "html");
    let spec = "HTML Living Standard";
    let mut v = |place: &str| p.visible(place, spec);
    let (heading, text, bold, cell, item, link, caption, pre, summary, entity) = (
        v("h1"),
        v("p"),
        v("b"),
        v("td"),
        v("li"),
        v("a"),
        v("figcaption"),
        v("pre"),
        v("summary"),
        v("text as character references"),
    );
    let entity: String = entity.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    let picture =
        base64::engine::general_purpose::STANDARD.encode(png::small(&mut p, "img, data URL: "));
    let prose = unicode(&mut p);
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let metas: String = [
        "author",
        "description",
        "generator",
        "keywords",
        "application-name",
        "referrer",
        "dcterms.creator",
        "twitter:creator",
        "csrf-token",
    ]
    .iter()
    .map(|name| {
        format!("<meta name=\"{name}\" content=\"{}\">", h(&format!("meta {name}"), "HTML, 4.2.5"))
    })
    .collect();
    let attributes: String = [
        "id",
        "class",
        "title",
        "lang",
        "slot",
        "style",
        "data-own",
        "aria-label",
        "aria-description",
        "itemid",
        "itemprop",
        "onclick",
        "nonce",
        "accesskey",
        "is",
        "part",
        "own-attribute",
        "itemtype",
    ]
    .iter()
    .map(|name| {
        let text = h(&format!("attribute {name}"), "HTML, 3.2.6");
        let text = if *name == "style" { format!("--own:{text}") } else { text };
        format!("<p {name}=\"{text}\">p</p>\n")
    })
    .collect();
    let hidden: String = [
        ("hidden attribute", "<p hidden>@</p>"),
        ("display none", "<p style=\"display:none\">@</p>"),
        ("visibility hidden", "<p style=\"visibility:hidden\">@</p>"),
        ("opacity 0", "<p style=\"opacity:0\">@</p>"),
        ("font size 0", "<p style=\"font-size:0\">@</p>"),
        ("white on white", "<p style=\"color:#fff\">@</p>"),
        ("transparent", "<p style=\"color:transparent\">@</p>"),
        ("outside the page", "<p style=\"position:absolute;left:-9999px\">@</p>"),
        ("clipped", "<p style=\"position:absolute;clip:rect(0,0,0,0)\">@</p>"),
        ("class that hides", "<p class=\"hide\">@</p>"),
        ("no height", "<p style=\"height:0;overflow:hidden\">@</p>"),
        ("indented away", "<p style=\"text-indent:-9999px;overflow:hidden\">@</p>"),
        ("details closed", "<details><summary>s</summary><p hidden>@</p></details>"),
        ("template", "<template><p>@</p></template>"),
        ("noscript", "<noscript>@</noscript>"),
        ("script", "<script>var s='@'</script>"),
        ("script, JSON-LD", "<script type=\"application/ld+json\">{\"author\":\"@\"}</script>"),
        ("input hidden", "<input type=\"hidden\" name=\"x\" value=\"@\">"),
        ("input, name", "<input name=\"@\">"),
        ("datalist", "<datalist><option value=\"@\"></datalist>"),
        ("dialog closed", "<dialog>@</dialog>"),
        ("iframe srcdoc", "<iframe srcdoc=\"<p>@</p>\"></iframe>"),
        ("iframe address", "<iframe src=\"https://example.org/@\"></iframe>"),
        ("object fallback", "<object data=\"data:text/plain,x\">@</object>"),
        ("object param", "<object><param name=\"x\" value=\"@\"></object>"),
        ("canvas fallback", "<canvas>@</canvas>"),
        ("video fallback", "<video>@</video>"),
        ("audio track", "<audio><track label=\"@\"></audio>"),
        ("ruby parenthesis", "<ruby>a<rp>@</rp><rt>b</rt></ruby>"),
        ("wbr and comment", "<p>a<!--@--><wbr>b</p>"),
        ("alt text", "<img src=\"data:,\" alt=\"@\">"),
        ("outside picture", "<img src=\"https://example.org/@.gif\" width=\"1\" height=\"1\">"),
        ("srcset", "<img src=\"data:,\" srcset=\"https://example.org/@ 2x\">"),
        ("map area", "<map name=\"m\"><area alt=\"@\"></map>"),
        ("form action", "<form action=\"https://example.org/@\"></form>"),
        ("blockquote cite", "<blockquote cite=\"https://example.org/@\">q</blockquote>"),
        ("time datetime", "<time datetime=\"@\">now</time>"),
        ("data value", "<data value=\"@\">d</data>"),
        ("del cite", "<del cite=\"https://example.org/@\">d</del>"),
        ("abbr title", "<abbr title=\"@\">a</abbr>"),
        ("a ping", "<a href=\"#\" ping=\"https://example.org/@\">a</a>"),
        ("a download", "<a href=\"#\" download=\"@\">a</a>"),
        ("a rel", "<a href=\"#\" rel=\"@\">a</a>"),
        ("custom element", "<own-element>x<own-inner name=\"@\"></own-inner></own-element>"),
        ("SVG metadata", "<svg width=\"1\" height=\"1\"><metadata>@</metadata></svg>"),
        ("SVG title", "<svg width=\"1\" height=\"1\"><title>@</title></svg>"),
        (
            "MathML annotation",
            "<math><semantics><mi>x</mi><annotation>@</annotation></semantics></math>",
        ),
        ("th abbr", "<table><tr><th abbr=\"@\">t</th></tr></table>"),
        ("conditional comment", "<!--[if mso]>@<![endif]-->"),
        ("bogus comment", "<?@>"),
        ("closing tag attribute", "<b>b</b x=\"@\">"),
        ("CDATA", "<svg width=\"1\" height=\"1\"><desc><![CDATA[@]]></desc></svg>"),
        ("background address", "<p style=\"background:url(https://example.org/@)\">b</p>"),
    ]
    .iter()
    .map(|(place, form)| form.replace('@', &h(place, spec)) + "\n")
    .collect();
    let document = format!(
        "<!-- {} -->\n<!DOCTYPE html SYSTEM \"{}\">\n<html lang=\"en\" manifest=\"{}\" prefix=\"x: https://{}/\"><head><meta charset=\"utf-8\"><title>{}</title>{metas}<meta property=\"og:url\" content=\"{}\"><meta http-equiv=\"refresh\" content=\"999;url=https://{}/\"><base target=\"{}\"><link rel=\"canonical\" href=\"https://example.org/{}\"><link rel=\"stylesheet\" href=\"https://example.org/{}\"><style>/* {} */ .hide {{ display: none }} .{} {{ }} @import url(https://example.org/{}); p::after {{ content: \"\"; --x: {}; }}</style></head><body>\n<h1>{heading}</h1>\n<p>{text} <b>{bold}</b> {entity}</p>\n<table><tr><td>{cell}</td></tr></table>\n<ul><li>{item}</li></ul>\n<p><a href=\"https://example.org/?id={}#{}\">{link}</a></p>\n<figure><img src=\"data:image/png;base64,{picture}\"><figcaption>{caption}</figcaption></figure>\n<pre>{pre}</pre>\n<details open><summary>{summary}</summary></details>\n{attributes}{hidden}<pre>{prose}</pre>\n</body></html>\n<!-- {} -->",
        h("comment before the document type", "HTML, 13.1.6"),
        h("document type, system identifier", "HTML, 13.1.1"),
        h("html manifest", spec),
        h("html prefix", "RDFa 1.1"),
        h("title", "HTML, 4.2.2"),
        h("meta property", "Open Graph"),
        h("meta refresh", "HTML, 4.2.5.3"),
        h("base target", "HTML, 4.2.3"),
        h("link canonical", "HTML, 4.2.4"),
        h("link stylesheet", "HTML, 4.2.4"),
        h("comment in style", "CSS Syntax 3, 4.3.2"),
        h("style rule that matches nothing", "HTML, 4.2.6"),
        h("style import", "CSS Cascade 5, 2"),
        h("custom property", "CSS Custom Properties 1, 2"),
        h("address of a link", "HTML, 4.6.1"),
        h("fragment of a link", "HTML, 4.6.1"),
        h("comment behind the document", "HTML, 13.1.6")
    );
    vec![p.sample("html", document.into_bytes())]
}
