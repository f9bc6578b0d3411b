//! What a page's markup makes a browser do: what it loads, where it leads, which newsroom it names.

use std::cell::RefCell;

use html5ever::{
    buffer_queue::BufferQueue,
    tendril::StrTendril,
    tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
};

/// What was found in a page.
#[derive(Debug, Default)]
pub(super) struct Markup {
    /// Addresses that a browser fetches by itself.
    pub(super) loads: Vec<String>,
    /// Scripts among them.
    pub(super) scripts: Vec<String>,
    /// Links of `<a>`.
    pub(super) links: Vec<String>,
    /// Inline scripts, event handlers and inline styles.
    pub(super) inline: Vec<String>,
    /// `data-site` of `<meta name="subrosa">`.
    pub(super) newsroom: Option<String>,
    /// `data-worker` of `<meta name="subrosa">`.
    pub(super) worker: Option<String>,
    /// Whether the page has the switch that turns the packets off.
    pub(super) has_switch: bool,
}

/// Reads a page.
pub(super) fn read(html: &str) -> Markup {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    // It pauses at some tags; there is nothing to do then but to go on.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[derive(Default)]
struct Sink(RefCell<Markup>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token
            && tag.kind == TagKind::StartTag
        {
            self.0.borrow_mut().tag(&tag);
        }
        TokenSinkResult::Continue
    }
}

impl Markup {
    fn tag(&mut self, tag: &Tag) {
        let get = |name: &str| {
            let found = tag.attrs.iter().find(|attr| &*attr.name.local == name);
            found.map(|attr| attr.value.to_string())
        };
        let name = &*tag.name;
        for attr in &tag.attrs {
            let attribute = &*attr.name.local;
            if attribute.starts_with("on") || attribute == "style" {
                self.inline.push(format!("<{name} {attribute}>"));
            }
        }
        let src = get("src");
        match name {
            "script" => match (src, get("type").as_deref()) {
                (Some(src), _) => {
                    self.scripts.push(src.clone());
                    self.loads.push(src);
                }
                (None, Some("application/ld+json")) => {}
                (None, _) => self.inline.push("<script>".to_owned()),
            },
            "style" => self.inline.push("<style>".to_owned()),
            "link" => {
                let rel = get("rel").unwrap_or_default().to_ascii_lowercase();
                let passive = ["canonical", "alternate", "license", "author", "next", "prev"];
                if !rel.split_whitespace().all(|rel| passive.contains(&rel)) {
                    self.loads.extend(get("href"));
                }
            }
            "a" => self.links.extend(get("href")),
            "meta" if get("name").as_deref() == Some("subrosa") => {
                self.newsroom = get("data-site");
                self.worker = get("data-worker");
            }
            "object" => self.loads.extend(get("data")),
            _ => self.loads.extend(src),
        }
        for set in get("srcset").iter().flat_map(|set| set.split(',')) {
            self.loads.extend(set.split_whitespace().next().map(str::to_owned));
        }
        self.has_switch |= get("id").as_deref() == Some("cover-switch");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_what_a_browser_would_load() {
        let page = read(
            r#"<link rel=canonical href="https://c/"><link rel="stylesheet" href="/a.css">
            <script src="https://t/x.js"></script><img src=/i.png srcset="/j.png 2x, https://p/k.png 3x">
            <a href="/story/">x</a><p onclick="x()" style="color:red">y</p><script>1</script>
            <script type="application/ld+json">{}</script><iframe src="https://f/"></iframe>
            <meta name=subrosa data-site=abc data-worker=/w.js><button id=cover-switch>"#,
        );
        assert_eq!(
            page.loads,
            ["/a.css", "https://t/x.js", "/i.png", "/j.png", "https://p/k.png", "https://f/"]
        );
        assert_eq!(page.scripts, ["https://t/x.js"]);
        assert_eq!(page.links, ["/story/"]);
        assert_eq!(page.inline, ["<p onclick>", "<p style>", "<script>"]);
        assert_eq!(
            (page.newsroom.as_deref(), page.worker.as_deref()),
            (Some("abc"), Some("/w.js"))
        );
        assert!(page.has_switch);
    }
}
