//! What a document shows, to be looked at before and after: a picture of its first page, or its words.

use crate::{
    Context, Family, Format, Keep, Kind, Level, Options, Refusal, Report, archive, family, image,
    office, pdf, text,
};
use rand_core::CryptoRng;

/// The longer side of a picture, in pixels.
const SIDE: u32 = 1400;
/// Lines of words that are read; one more says that there are others.
pub const LINES: usize = 2000;
/// Bytes of words after which no further line is begun.
pub const BYTES: usize = 400_000;
/// Characters of a line; what is behind them is left off, and a mark stands for it.
const LINE: usize = 4000;
/// Documents inside documents of which the words are read, too.
const DEPTH: u32 = 3;

/// Draws a picture, a drawing or the first page of a PDF at the level of pixels ([`Format::Jpeg`], [`Format::Png`],
/// [`Format::Gif`] or [`Format::WebP`], with nothing beside it); of other documents it reads the words, hidden ones too
/// ([`Format::Txt`]: UTF-8, a line for each paragraph, row or heading). Of a PDF, what viewers show is drawn, and not what is
/// hidden.
///
/// # Errors
/// As [`crate::clean`]; [`Refusal::Unsupported`] for sound and film, which have neither.
pub fn look(
    input: &[u8],
    options: &Options,
    rng: &mut dyn CryptoRng,
) -> Result<(Vec<u8>, Format), Refusal> {
    let format = Format::of(input)?;
    let drawn = matches!(family(format), Family::Pdf | Family::Image);
    let level = if drawn { Level::Pixels } else { Level::KeepLook };
    // What is hidden is read, so that it is seen to be gone.
    let options = Options { level, keep: Keep::from(Kind::KEEPABLE), ..options.clone() };
    let mut report = Report::default();
    let mut cx = Context::new(&options, &mut report, rng);
    cx.charge(input.len())?;
    match family(format) {
        Family::Pdf => {
            let page = pdf::first_page(input, SIDE, &mut cx)?;
            Ok((image::small(page, SIDE)?, Format::Jpeg))
        }
        Family::Text if format == Format::Svg => {
            Ok((image::small(text::drawing(input, SIDE, &mut cx)?, SIDE)?, Format::Jpeg))
        }
        Family::Image => image::look(input, format, SIDE, &mut cx),
        Family::Media => Err(Refusal::Unsupported {
            format: format.name(),
            what: "a picture of it".into(),
            advice: "play the clean copy",
        }),
        _ => {
            let mut lines = Lines::default();
            words(input, format, &mut lines, DEPTH, &mut cx)?;
            Ok((lines.finish().into_bytes(), Format::Txt))
        }
    }
}

/// The words of a document; of one inside another, `depth` more levels are read.
pub(crate) fn words(
    input: &[u8],
    format: Format,
    lines: &mut Lines,
    depth: u32,
    cx: &mut Context<'_>,
) -> Result<(), Refusal> {
    match family(format) {
        Family::Office => office::words(input, format, lines, cx),
        Family::Text => text::words(input, format, lines, depth, cx),
        Family::Archive => archive::words(input, format, lines, depth, cx),
        Family::Pdf => pdf::words(input, cx).map(|all| lines.verbatim(&all)),
        Family::Image | Family::Media => Ok(()),
    }
}

/// A document inside another: its name, and its words if it has any that can be read.
pub(crate) fn words_inside(
    name: &str,
    input: &[u8],
    lines: &mut Lines,
    depth: u32,
    cx: &mut Context<'_>,
) {
    lines.line(name);
    if let (Some(depth), Ok(format)) = (depth.checked_sub(1), Format::of(input)) {
        // One that is damaged is refused where it is cleaned.
        let _ = words(input, format, lines, depth, cx);
        lines.end();
    }
}

/// Words as they are read, within bounds.
#[derive(Default)]
pub(crate) struct Lines {
    all: String,
    count: usize,
    line: String,
    length: usize,
}

impl Lines {
    /// Whether there is no room for more.
    pub(crate) fn full(&self) -> bool {
        self.count > LINES || self.all.len() > BYTES
    }

    /// Adds the rest of a line.
    pub(crate) fn line_rest(&mut self, text: &str) {
        self.text(text);
        self.end();
    }

    /// Adds to the line. Spaces, tabs and breaks are one space.
    pub(crate) fn text(&mut self, text: &str) {
        for c in text.chars() {
            if !matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c') {
                self.push(c);
            } else if !self.line.is_empty() && !self.line.ends_with([' ', '\t']) {
                self.push(' ');
            }
        }
    }

    /// The next cell of a row.
    pub(crate) fn tab(&mut self) {
        self.push('\t');
    }

    fn push(&mut self, c: char) {
        self.length = self.length.saturating_add(1);
        match self.length.cmp(&LINE) {
            std::cmp::Ordering::Less => self.line.push(c),
            std::cmp::Ordering::Equal => self.line.push('…'),
            std::cmp::Ordering::Greater => {}
        }
    }

    /// Ends the line; an empty one is none.
    pub(crate) fn end(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.length = 0;
        let line = line.trim_matches([' ', '\t']);
        if !line.is_empty() && !self.full() {
            self.all.push_str(line);
            self.all.push('\n');
            self.count = self.count.saturating_add(1);
        }
    }

    /// A line of its own.
    pub(crate) fn line(&mut self, text: &str) {
        self.end();
        self.text(text);
        self.end();
    }

    /// Lines as they are, with all their spaces; empty ones are left out.
    pub(crate) fn verbatim(&mut self, text: &str) {
        self.end();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if self.full() {
                return;
            }
            line.chars().for_each(|c| self.push(c));
            self.all.push_str(&std::mem::take(&mut self.line));
            self.all.push('\n');
            self.length = 0;
            self.count = self.count.saturating_add(1);
        }
    }

    pub(crate) fn finish(mut self) -> String {
        self.end();
        self.all
    }
}
