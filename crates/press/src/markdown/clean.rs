//! The last gate before a page: whatever the transformation made, only this passes.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

/// Tags a story may write itself, as raw HTML; everything else it says in Markdown.
pub(super) const INLINE: [&str; 12] =
    ["abbr", "br", "cite", "del", "ins", "kbd", "mark", "q", "small", "sub", "sup", "wbr"];

/// Tags the transformation makes.
const MADE: [&str; 33] = [
    "a",
    "b",
    "blockquote",
    "caption",
    "code",
    "div",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "span",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "time",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(INLINE.into_iter().chain(MADE).collect())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "id", "role", "aria-label"])),
            ("img", HashSet::from(["src", "srcset", "sizes", "alt", "width", "height"])),
            ("abbr", HashSet::from(["title"])),
            ("ol", HashSet::from(["start"])),
            ("li", HashSet::from(["id"])),
            ("th", HashSet::from(["scope"])),
            ("div", HashSet::from(["tabindex", "role", "aria-label"])),
            ("section", HashSet::from(["role", "aria-labelledby"])),
            ("h2", HashSet::from(["id"])),
        ]))
        .allowed_classes(HashMap::from([
            ("a", HashSet::from(["note-ref", "note-back"])),
            ("div", HashSet::from(["exchange", "table"])),
            (
                "figure",
                HashSet::from([
                    "picture",
                    "statement",
                    "on-the-record",
                    "attributed",
                    "denied",
                    "disputed",
                ]),
            ),
            ("section", HashSet::from(["notes"])),
            ("td", HashSet::from(["start", "centre", "end"])),
            ("th", HashSet::from(["start", "centre", "end"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .clean_content_tags(HashSet::from(["script", "style"]))
        .link_rel(None);
    builder
});

/// `html` with everything taken out that a story page does not hold.
pub(super) fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_that_runs_passes() {
        for bad in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href='javascript:alert(1)'>x</a>",
            "<a href='JaVaScRiPt:alert(1)'>x</a>",
            "<a href='data:text/html,x'>x</a>",
            "<svg onload=alert(1)></svg>",
            "<iframe src=//evil.example></iframe>",
            "<p style='background:url(//evil.example)'>x</p>",
            "<form action=//evil.example><input></form>",
            "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
            "<link rel=stylesheet href=//evil.example>",
            "<object data=//evil.example></object>",
        ] {
            let out = clean(bad).to_lowercase();
            for word in
                ["<script", "onerror", "onload", "javascript:", "data:", "evil.example", "style"]
            {
                assert!(!out.contains(word), "{bad} gave {out}");
            }
        }
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in "[<>a-z=\"'/ ]{0,60}") {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }
    }
}
