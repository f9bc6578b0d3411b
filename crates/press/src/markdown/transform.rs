//! From Markdown events to the events the page prints: statements, figures, tables, checked links.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Alignment, Event, HeadingLevel, Tag, TagEnd};

use super::Source;
use super::clean::INLINE;
use super::notes::Spot;
use super::standing::{self, Mark};
use crate::error::{PressError, line_of};
use crate::images::Images;
use crate::paper::Paper;

/// Quotes in lists in quotes … deeper than this nobody reads, and printing it could exhaust the stack.
const DEEPEST: usize = 24;

/// How wide a picture of a story is shown: as `--wide` in story.css says, or the screen without its margins.
const COLUMN: &str = "(min-width: 50rem) 46rem, 92vw";

/// Walks a text once. What it meets on the way is in its fields afterwards.
pub(super) struct Transform<'s> {
    source: &'s Source<'s>,
    images: &'s Images,
    paper: &'s Paper,
    /// Links to this site's own pages, each with its line.
    pub(super) links: Vec<(String, usize)>,
    /// Names of the pictures that are shown.
    pub(super) pictures: BTreeSet<String>,
    /// Notes in the order of their first mention.
    pub(super) mentioned: Vec<String>,
    mentions: BTreeMap<String, usize>,
    /// The columns of the table being walked.
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

impl<'s> Transform<'s> {
    pub(super) fn new(source: &'s Source<'s>, images: &'s Images, paper: &'s Paper) -> Self {
        Self {
            source,
            images,
            paper,
            links: Vec::new(),
            pictures: BTreeSet::new(),
            mentioned: Vec::new(),
            mentions: BTreeMap::new(),
            columns: Vec::new(),
            column: 0,
            in_head: false,
        }
    }

    pub(super) fn file(&self) -> &str {
        self.source.file
    }

    /// Transforms blocks. Statements that follow one another become one exchange.
    pub(super) fn run<'a>(&mut self, events: Vec<Spot<'a>>) -> Result<Vec<Event<'a>>, PressError> {
        let blocks = self.blocks(events)?;
        let mut marks = Vec::with_capacity(blocks.len());
        for block in &blocks {
            marks.push(self.mark(block)?);
        }
        let mut out = Vec::new();
        let mut open = false;
        for (at, block) in blocks.into_iter().enumerate() {
            let mark = marks.get(at).and_then(Option::as_ref);
            let answered =
                marks.get(at + 1).and_then(Option::as_ref).is_some_and(|m| m.standing.answers());
            if let Some(mark) = mark {
                if answered && !open {
                    out.push(Event::Html("<div class=\"exchange\">\n".into()));
                    open = true;
                }
                self.statement(mark, block, &mut out)?;
                if open && !answered {
                    out.push(Event::Html("</div>\n".into()));
                    open = false;
                }
            } else if let Some(figure) = self.figure(&block)? {
                out.push(figure);
            } else {
                self.walk(block, &mut out)?;
            }
        }
        Ok(out)
    }

    /// Splits events into top-level blocks, and refuses what is nested too deep.
    fn blocks<'a>(&self, events: Vec<Spot<'a>>) -> Result<Vec<Vec<Spot<'a>>>, PressError> {
        let mut blocks = Vec::new();
        let mut block = Vec::new();
        let mut depth = 0_usize;
        for spot in events {
            match &spot.0 {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                return Err(self.fault(
                    spot.1.start,
                    format!("more than {DEEPEST} things inside one another"),
                    "write it flatter",
                ));
            }
            block.push(spot);
            if depth == 0 {
                blocks.push(std::mem::take(&mut block));
            }
        }
        blocks.push(block);
        Ok(blocks)
    }

    /// The mark at the head of a block quote.
    fn mark(&self, block: &[Spot<'_>]) -> Result<Option<Mark>, PressError> {
        let Some((Event::Start(Tag::BlockQuote(_)), range)) = block.first() else {
            return Ok(None);
        };
        let text = self.source.text.get(range.clone()).unwrap_or_default();
        let first = text.lines().next().unwrap_or_default().trim_start().trim_start_matches('>');
        standing::mark(first, self.source.file, self.line(range.start))
    }

    fn statement<'a>(
        &mut self,
        mark: &Mark,
        block: Vec<Spot<'a>>,
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), PressError> {
        let start = block.first().map_or(0, |spot| spot.1.start);
        let mut inner: Vec<_> = block.into_iter().skip(1).collect();
        inner.pop();
        // The mark is the first line of the first paragraph; the statement begins after it.
        let ends = |event: &Event<'_>| {
            matches!(event, Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph))
        };
        let cut = inner.iter().position(|spot| ends(&spot.0)).unwrap_or(inner.len());
        let whole = matches!(inner.get(cut), Some((Event::End(_), _)) | None);
        let mut said: Vec<_> = inner.into_iter().skip(cut + 1).collect();
        if said.is_empty() {
            let mend = "write what was said on the lines below the mark, each after >";
            return Err(self.fault(start, "the statement says nothing".into(), mend));
        }
        if !whole {
            said.insert(0, (Event::Start(Tag::Paragraph), start..start));
        }
        out.push(Event::Html(
            format!(
                "<figure class=\"statement {}\"><figcaption><b>{}</b> {}</figcaption><blockquote>\n",
                mark.standing.class(),
                escape(mark.standing.words(&self.paper.labels)),
                escape(&self.paper.set(&mark.who))
            )
            .into(),
        ));
        self.walk(said, out)?;
        out.push(Event::Html("</blockquote></figure>\n".into()));
        Ok(())
    }

    /// A paragraph that is one picture becomes a figure; its title is the caption.
    fn figure<'a>(&mut self, block: &[Spot<'_>]) -> Result<Option<Event<'a>>, PressError> {
        let [
            (Event::Start(Tag::Paragraph), _),
            (Event::Start(Tag::Image { dest_url, title, .. }), range),
            alt @ ..,
            (Event::End(TagEnd::Image), _),
            (Event::End(TagEnd::Paragraph), _),
        ] = block
        else {
            return Ok(None);
        };
        if alt.iter().any(|(event, _)| matches!(event, Event::End(TagEnd::Image))) {
            return Ok(None);
        }
        let mut html =
            format!("<figure class=\"picture\">{}", self.image(dest_url, alt, range.start)?);
        if !title.is_empty() {
            html.push_str(&format!("<figcaption>{}</figcaption>", escape(&self.paper.set(title))));
        }
        html.push_str("</figure>\n");
        Ok(Some(Event::Html(html.into())))
    }

    fn image(&mut self, url: &str, alt: &[Spot<'_>], at: usize) -> Result<String, PressError> {
        let name = url.strip_prefix("images/").unwrap_or_default();
        let Some(image) = self.images.get(name) else {
            let mend = "put the picture into images/ and write ![what it shows](images/name.jpg)";
            return Err(self.fault(at, format!("there is no picture {url:?}"), mend));
        };
        let words: String = alt
            .iter()
            .filter_map(|(event, _)| match event {
                Event::Text(text) | Event::Code(text) => Some(&**text),
                Event::SoftBreak | Event::HardBreak => Some(" "),
                _ => None,
            })
            .collect();
        if words.trim().is_empty() {
            let mend = "say in the square brackets what it shows, for those who do not see it";
            return Err(self.fault(at, "a picture without words".into(), mend));
        }
        self.pictures.insert(name.to_owned());
        let narrower = match image.srcset.as_str() {
            "" => String::new(),
            set => format!(" srcset=\"{set}\" sizes=\"{COLUMN}\""),
        };
        Ok(format!(
            "<img src=\"{}\"{narrower} alt=\"{}\" width=\"{}\" height=\"{}\">",
            image.path,
            escape(words.trim()),
            image.width,
            image.height
        ))
    }

    fn walk<'a>(
        &mut self,
        events: Vec<Spot<'a>>,
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), PressError> {
        let mut events = events.into_iter();
        let mut before = String::new();
        while let Some((event, range)) = events.next() {
            let at = range.start;
            match event {
                Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => {
                    let mend = "the headline is in the front matter; begin subheads with ##";
                    return Err(self.fault(at, "a headline in the text".into(), mend));
                }
                Event::Start(Tag::Link { ref dest_url, .. }) => {
                    self.link(dest_url, at)?;
                    out.push(event);
                }
                Event::Start(Tag::Image { dest_url, .. }) => {
                    let alt: Vec<_> = events
                        .by_ref()
                        .take_while(|(event, _)| !matches!(event, Event::End(TagEnd::Image)))
                        .collect();
                    out.push(Event::InlineHtml(self.image(&dest_url, &alt, at)?.into()));
                }
                Event::Html(ref text) | Event::InlineHtml(ref text) => {
                    self.raw(text, at)?;
                    out.push(event);
                }
                Event::FootnoteReference(name) => out.push(self.mention(&name)),
                Event::Text(ref text) => {
                    if before.ends_with('[') && text.starts_with('^') {
                        let problem = format!("there is no note [{text}]");
                        let mend = "write it below, beginning with [^name]: at the start of a line";
                        return Err(self.fault(at, problem, mend));
                    }
                    before = text.to_string();
                    out.push(event);
                }
                event => {
                    let printed = self.table(event);
                    // A head without words is none.
                    if is_html(Some(&printed), "</th>") && is_html(out.last(), "<th ") {
                        out.pop();
                        out.push(Event::Html("<td></td>".into()));
                    } else {
                        out.push(printed);
                    }
                }
            }
        }
        Ok(())
    }

    /// Tables get classes where the parser would write style attributes, which the content policy forbids.
    fn table<'a>(&mut self, event: Event<'a>) -> Event<'a> {
        let html = match event {
            Event::Start(Tag::Table(columns)) => {
                self.columns = columns;
                let label = escape(&self.paper.labels.table);
                format!(
                    "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"{label}\"><table>\n"
                )
            }
            Event::End(TagEnd::Table) => "</tbody></table></div>\n".to_owned(),
            Event::Start(Tag::TableHead) => {
                (self.column, self.in_head) = (0, true);
                "<thead><tr>".to_owned()
            }
            Event::End(TagEnd::TableHead) => {
                self.in_head = false;
                "</tr></thead>\n<tbody>".to_owned()
            }
            Event::Start(Tag::TableRow) => {
                self.column = 0;
                "<tr>".to_owned()
            }
            Event::End(TagEnd::TableRow) => "</tr>\n".to_owned(),
            Event::Start(Tag::TableCell) => {
                let class = match self.columns.get(self.column) {
                    Some(Alignment::Left) => " class=\"start\"",
                    Some(Alignment::Center) => " class=\"centre\"",
                    Some(Alignment::Right) => " class=\"end\"",
                    _ => "",
                };
                self.column += 1;
                if self.in_head {
                    format!("<th scope=\"col\"{class}>")
                } else {
                    format!("<td{class}>")
                }
            }
            Event::End(TagEnd::TableCell) if self.in_head => "</th>".to_owned(),
            Event::End(TagEnd::TableCell) => "</td>".to_owned(),
            other => return other,
        };
        Event::Html(html.into())
    }

    fn mention<'a>(&mut self, name: &str) -> Event<'a> {
        let number = self.mentioned.iter().position(|n| n == name).unwrap_or_else(|| {
            self.mentioned.push(name.to_owned());
            self.mentioned.len() - 1
        }) + 1;
        let count = self.mentions.entry(name.to_owned()).or_default();
        *count += 1;
        let again = if *count == 1 { String::new() } else { format!("-{count}") };
        Event::InlineHtml(
            format!(
                "<sup><a class=\"note-ref\" role=\"doc-noteref\" id=\"fnref-{number}{again}\" \
                 href=\"#fn-{number}\">{number}</a></sup>"
            )
            .into(),
        )
    }

    fn link(&mut self, url: &str, at: usize) -> Result<(), PressError> {
        let lower = url.to_ascii_lowercase();
        if ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme))
        {
            return Ok(());
        }
        if url.starts_with('/') && !url.starts_with("//") && !url.contains('\\') {
            self.links.push((url.to_owned(), self.line(at)));
            return Ok(());
        }
        Err(self.fault(
            at,
            format!("a link to {url:?}"),
            "begin links with https://, http://, mailto:, tel:, or / for this site's own pages",
        ))
    }

    fn raw(&self, html: &str, at: usize) -> Result<(), PressError> {
        for piece in html.split('<').skip(1) {
            let name = piece.strip_prefix('/').unwrap_or(piece);
            let name: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
            if !name.is_empty() && !INLINE.contains(&name.to_ascii_lowercase().as_str()) {
                return Err(self.fault(
                    at,
                    format!("HTML (<{name}>) in a story"),
                    &format!("write Markdown; of HTML only {} are printed", INLINE.join(", ")),
                ));
            }
        }
        Ok(())
    }

    fn line(&self, at: usize) -> usize {
        line_of(self.source.text, at) + self.source.first_line - 1
    }

    fn fault(&self, at: usize, problem: String, mend: &str) -> PressError {
        PressError::content(self.source.file, self.line(at), problem, mend)
    }
}

/// Text as HTML, inside elements and quoted attributes.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn is_html(event: Option<&Event<'_>>, start: &str) -> bool {
    matches!(event, Some(Event::Html(html)) if html.starts_with(start))
}
