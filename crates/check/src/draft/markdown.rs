//! Markdown, by what a reader will see. Front matter between lines of `+++` or `---` is read as well: its title and summary go out.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::Builder;
use crate::draft::html;

pub(super) fn read(text: &str, build: &mut Builder) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut metadata = false;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let line = lines.of(range.start);
        match event {
            Event::Text(words) if metadata => {
                // One setting a line, each its own paragraph.
                for (n, setting) in words.lines().enumerate() {
                    build.words(setting, line + n as u64);
                    build.end();
                }
            }
            Event::Text(words) => build.words(&words, line),
            Event::Code(words) => build.words(&words, line),
            Event::SoftBreak | Event::HardBreak => build.gap(),
            Event::Html(markup) | Event::InlineHtml(markup) => html::fragment(&markup, line, build),
            Event::Start(Tag::MetadataBlock(_)) => metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => metadata = false,
            Event::Start(Tag::Image { title, .. }) => {
                build.gap();
                build.words(&title, line);
                build.gap();
            }
            Event::Start(tag) if is_block(&tag.to_end()) => build.end(),
            Event::End(tag) if is_block(&tag) => build.end(),
            Event::End(TagEnd::TableCell) => build.gap(),
            _ => {}
        }
    }
}

fn is_block(tag: &TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::TableCell
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_)
    )
}

/// Lines of bytes, asked for in order.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, byte: usize) -> u64 {
        if byte < self.at {
            (self.at, self.line) = (0, 1);
        }
        let between = self.text.as_bytes().get(self.at..byte).unwrap_or_default();
        self.line += between.iter().filter(|b| **b == b'\n').count() as u64;
        self.at = byte;
        self.line
    }
}
