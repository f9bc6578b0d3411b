//! A draft as paragraphs and sentences, each with its place, whatever format it came in.

mod docx;
mod html;
mod mail;
mod markdown;
mod plain;
mod sentences;

use std::fmt;
use std::ops::Range;

use crate::encoding;
use crate::fault::{Fault, Problem};

/// A draft longer than this is not one.
const LONGEST: usize = 16 << 20;

/// What a draft is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text; an empty line ends a paragraph.
    Plain,
    /// CommonMark with tables and footnotes.
    Markdown,
    /// A web page.
    Html,
    /// Office Open XML, as Word and Google Docs export it.
    Docx,
    /// A saved e-mail (RFC 5322).
    Mail,
}

impl Format {
    /// By the file's name, or by what it begins with.
    #[must_use]
    pub fn guess(name: &str, bytes: &[u8]) -> Self {
        let name = name.to_lowercase();
        let ends = |all: &[&str]| all.iter().any(|e| name.ends_with(e));
        if bytes.starts_with(b"PK\x03\x04") || ends(&[".docx"]) {
            Self::Docx
        } else if ends(&[".html", ".htm", ".xhtml"]) {
            Self::Html
        } else if ends(&[".eml"]) {
            Self::Mail
        } else if ends(&[".md", ".markdown"]) {
            Self::Markdown
        } else {
            Self::Plain
        }
    }
}

/// A draft that has been read. All ranges are bytes of [`Document::text`].
#[derive(Clone, Debug)]
pub struct Document {
    /// Its file name.
    pub name: String,
    /// What it was written in.
    pub format: Format,
    /// What a reader sees: paragraphs with an empty line between them, everything else in one line.
    pub text: String,
    /// Its paragraphs, headings and list items.
    pub paragraphs: Vec<Range<usize>>,
    /// Its sentences, in order. None crosses a paragraph.
    pub sentences: Vec<Sentence>,
    /// Comments of a DOCX: what an editor asked the reporter, often where a fact came from.
    pub comments: Vec<Comment>,
    /// What the reader of a report should know about how it was read.
    pub notes: Vec<String>,
    /// Where lines of the file begin in the text.
    lines: Vec<(usize, u64)>,
    /// The file's text to the last space, where it is a text.
    exact: Option<String>,
}

/// One sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Where it is in the text.
    pub range: Range<usize>,
    /// Its paragraph, from 0.
    pub paragraph: usize,
}

/// A comment with the words that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// What it says.
    pub text: String,
    /// Who wrote it, if the file says.
    pub author: String,
    /// The words it is about.
    pub range: Range<usize>,
}

/// Where something is in a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The draft's file name.
    pub file: String,
    /// The line, from 1, if the format has lines.
    pub line: Option<u64>,
    /// The paragraph, from 1.
    pub paragraph: usize,
    /// The character within the paragraph, from 1.
    pub character: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => write!(f, "{}, paragraph {}", self.file, self.paragraph),
        }
    }
}

impl Document {
    /// Reads a draft.
    ///
    /// # Errors
    /// An encoding that cannot be read, a DOCX that is damaged or hostile, a draft without text; with file and line.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, Fault> {
        let format = Format::guess(name, bytes);
        Self::read_as(format, name, bytes)
    }

    /// Reads a draft of a known format.
    ///
    /// # Errors
    /// As [`Document::read`].
    pub fn read_as(format: Format, name: &str, bytes: &[u8]) -> Result<Self, Fault> {
        let fault = |problem| Fault::in_file(name, problem);
        if bytes.len() > LONGEST {
            return Err(fault(Problem::text(format!(
                "the draft is larger than {} MB: check the text without its pictures",
                LONGEST >> 20
            ))));
        }
        let mut build = Builder::default();
        let mut exact = None;
        if format == Format::Docx {
            docx::read(bytes, &mut build).map_err(fault)?;
        } else if format == Format::Mail {
            mail::read(bytes, &mut build).map_err(fault)?;
        } else {
            let (text, encoding) =
                encoding::decode(bytes).map_err(|(line, p)| Fault::on_line(name, line, p))?;
            match format {
                Format::Markdown => markdown::read(&text, &mut build),
                Format::Html => html::read(&text, &mut build),
                Format::Plain | Format::Docx | Format::Mail => plain::read(&text, &mut build),
            }
            if format != Format::Html {
                exact = Some(text.trim_start_matches('\u{feff}').to_owned());
            }
            if encoding != "UTF-8" {
                build.notes.push(format!("{name} was read as {encoding}."));
            }
        }
        build.finish(name, format, exact).ok_or_else(|| {
            fault(Problem::text("there is no text in this draft: nothing can be checked"))
        })
    }

    /// The words of a range.
    #[must_use]
    pub fn words(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or("")
    }

    /// Where a byte of the text is.
    #[must_use]
    pub fn place(&self, at: usize) -> Place {
        let before = self.lines.partition_point(|(start, _)| *start <= at);
        let line = before.checked_sub(1).and_then(|i| self.lines.get(i)).map(|(_, line)| *line);
        let paragraph = self.paragraphs.partition_point(|p| p.start <= at).saturating_sub(1);
        let start = self.paragraphs.get(paragraph).map_or(0, |p| p.start);
        let character = self.text.get(start..at).map_or(0, |t| t.chars().count()) + 1;
        Place { file: self.name.clone(), line, paragraph: paragraph + 1, character }
    }

    /// The text with every space and line end that the file has, if it is a text file; else [`Document::text`].
    #[must_use]
    pub fn exact(&self) -> &str {
        self.exact.as_deref().unwrap_or(&self.text)
    }

    /// Where a byte of [`Document::exact`] is.
    pub(crate) fn exact_place(&self, at: usize) -> crate::report::At {
        let Some(before) = self.exact.as_deref().and_then(|t| t.get(..at)) else {
            return self.place(at).into();
        };
        let start = before.rfind("\n\n").map_or(0, |i| i + 2);
        crate::report::At {
            file: self.name.clone(),
            line: Some(before.matches('\n').count() as u64 + 1),
            paragraph: before.matches("\n\n").count() + 1,
            character: before.get(start..).map_or(0, |t| t.chars().count()) + 1,
        }
    }

    /// The sentences that a range touches, by number.
    #[must_use]
    pub fn sentences_at(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.sentences.partition_point(|s| s.range.end <= range.start);
        let end =
            self.sentences.partition_point(|s| s.range.start < range.end.max(range.start + 1));
        first..end.max(first)
    }
}

/// Puts a document together, whatever it is read from.
#[derive(Default)]
pub(crate) struct Builder {
    text: String,
    paragraphs: Vec<Range<usize>>,
    start: Option<usize>,
    space: bool,
    lines: Vec<(usize, u64)>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) notes: Vec<String>,
}

impl Builder {
    /// Where the next words will stand.
    pub(crate) fn at(&self) -> usize {
        match self.start {
            None if self.text.is_empty() => 0,
            None => self.text.len() + 2,
            Some(_) => self.text.len() + usize::from(self.space),
        }
    }

    /// Adds words to the paragraph that is open, or opens one. Runs of white space become one space; `line` is the line of the file
    /// at which the words begin, 0 if there are none.
    pub(crate) fn words(&mut self, text: &str, mut line: u64) {
        for part in text.split_inclusive('\n') {
            for word in part.split_inclusive(char::is_whitespace) {
                let bare = word.trim_end_matches(char::is_whitespace);
                if !bare.is_empty() {
                    self.word(bare, line);
                }
                if bare.len() < word.len() && self.start.is_some() {
                    self.space = true;
                }
            }
            if line > 0 && part.ends_with('\n') {
                line += 1;
            }
        }
    }

    fn word(&mut self, word: &str, line: u64) {
        if self.start.is_none() {
            if !self.text.is_empty() {
                self.text.push_str("\n\n");
            }
            self.start = Some(self.text.len());
        } else if self.space {
            self.text.push(' ');
        }
        self.space = false;
        if line > 0 && self.lines.last().is_none_or(|(_, l)| *l < line) {
            self.lines.push((self.text.len(), line));
        }
        self.text.push_str(word);
    }

    /// Ends the paragraph.
    pub(crate) fn end(&mut self) {
        if let Some(start) = self.start.take() {
            self.paragraphs.push(start..self.text.len());
        }
        self.space = false;
    }

    /// A space between words that the format separates otherwise, such as cells of a table.
    pub(crate) fn gap(&mut self) {
        self.space = self.start.is_some();
    }

    fn finish(mut self, name: &str, format: Format, exact: Option<String>) -> Option<Document> {
        self.end();
        if self.text.is_empty() {
            return None;
        }
        let mut sentences = Vec::new();
        for (n, p) in self.paragraphs.iter().enumerate() {
            let text = self.text.get(p.clone()).unwrap_or("");
            sentences.extend(
                sentences::split(text)
                    .into_iter()
                    .map(|s| Sentence { range: s.start + p.start..s.end + p.start, paragraph: n }),
            );
        }
        let len = self.text.len();
        let mut comments = self.comments;
        for c in &mut comments {
            c.range = c.range.start.min(len)..c.range.end.min(len);
        }
        Some(Document {
            name: name.to_owned(),
            format,
            text: self.text,
            paragraphs: self.paragraphs,
            sentences,
            comments,
            notes: self.notes,
            lines: self.lines,
            exact,
        })
    }
}
