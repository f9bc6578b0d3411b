//! What the source gave for a draft, and how far the draft has its very words. It does not enter the verdict: that many
//! could have known a thing, and that these words lead to one paper, are two different dangers.

use check::draft::Format;
use check::words::{self, Shared, Unseen};
use check::{Document, report::At};
use cleanroom::{PdfWords, WordsError};
use serde::Serialize;

use super::{
    DraftError, change,
    spots::Spots,
    store::{self, DraftRecord, Form, PaperRecord},
};
use crate::{hold::Text, service::Desk};

/// Papers of one draft.
const MOST: usize = 60;
/// Longest text of one, in bytes.
const TEXT: usize = 4 << 20;
/// Longest text of all of a draft's, in bytes: they are compared as one types.
const ALL: usize = 16 << 20;
/// Longest name, in characters.
const NAME: usize = 120;

/// The source's own words in a draft. Offsets are UTF-16 units of the draft's text.
#[derive(Clone, Debug, Serialize)]
pub struct Words {
    papers: Vec<Paper>,
    found: Vec<Found>,
    unseen: Vec<Mark>,
}

#[derive(Clone, Debug, Serialize)]
struct Paper {
    id: u64,
    name: String,
    words: usize,
}

/// Something that stands in the draft and in the papers.
#[derive(Clone, Debug, Serialize)]
struct Found {
    start: usize,
    end: usize,
    text: String,
    /// `word for word`, `the same number` and so on.
    what: &'static str,
    rarity: String,
    there: Vec<There>,
}

#[derive(Clone, Debug, Serialize)]
struct There {
    /// Which paper, and where in it.
    at: String,
    /// The words around it in the paper.
    near: String,
}

/// Marks of one kind that nobody sees, in the draft or in a paper.
#[derive(Clone, Debug, Serialize)]
struct Mark {
    /// In the draft: where the first is.
    start: Option<usize>,
    at: String,
    what: String,
    count: u64,
    near: String,
}

impl Desk {
    /// Takes in what a source gave: text, Markdown, HTML, Word, e-mail, or a PDF, which only a closed-in child interprets.
    /// Its text is kept, not the file.
    ///
    /// # Errors
    /// [`DraftError::Fault`] and [`DraftError::Input`] with the file's name and what to do. Nothing is kept then.
    pub fn add_paper(&self, number: u64, file: &str, bytes: &[u8]) -> Result<(), DraftError> {
        let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let name: String = file.trim().chars().filter(|c| !c.is_control()).take(NAME).collect();
        if name.is_empty() {
            return Err(DraftError::Input("Give the paper a name.".to_owned()));
        }
        // Interpreted before the vault is opened: it may take long.
        let (text, form) = taken(&name, bytes)?;
        self.vault().write(|tx| {
            store::draft(tx, number)?;
            let all = store::papers(tx, number)?;
            there_is_room(&all, &name, text.len())?;
            let taken = |name: &str| all.iter().any(|(_, paper)| paper.name == name);
            let name = (1..)
                .map(|n| if n == 1 { name.clone() } else { format!("{name} ({n})") })
                .find(|name| !taken(name))
                .unwrap_or_default();
            let next = all.last().map_or(1, |(last, _)| last + 1);
            store::put_paper(tx, number, next, &PaperRecord { name, text: Text::new(text), form })?;
            Ok(())
        })
    }

    /// Takes a paper out of the vault again.
    ///
    /// # Errors
    /// [`DraftError::Input`] if there is no such paper.
    pub fn remove_paper(&self, number: u64, paper: u64) -> Result<(), DraftError> {
        self.vault().write(|tx| match store::remove_paper(tx, number, paper)? {
            true => Ok(()),
            false => Err(DraftError::Input("There is no such paper any more.".to_owned())),
        })
    }

    /// Compares a draft with its papers, in the text that is kept or that is being written.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn draft_words(&self, number: u64, text: Option<String>) -> Result<Words, DraftError> {
        let (mut record, papers) = self.vault().read(|tx| {
            Ok::<_, DraftError>((store::draft(tx, number)?, store::papers(tx, number)?))
        })?;
        if let Some(text) = text {
            record.text = Text::new(super::checked(text)?);
        }
        Words::of(&record, &papers)
    }
}

/// Whether one more paper with a text of so many bytes can be compared.
fn there_is_room(all: &[(u64, PaperRecord)], name: &str, text: usize) -> Result<(), DraftError> {
    let sum: usize = all.iter().map(|(_, paper)| paper.text.as_str().len()).sum();
    let why = if text > TEXT {
        format!("its text is over {} MB: give the part that the draft is about.", TEXT >> 20)
    } else if sum + text > ALL {
        format!(
            "the papers with this draft would be over {} MB of text: take one out first.",
            ALL >> 20
        )
    } else if all.len() >= MOST {
        format!(
            "there are {MOST} papers with this draft, and no more are compared: take one out first."
        )
    } else {
        return Ok(());
    };
    Err(DraftError::Input(format!("{name}: {why}")))
}

/// The text of a file and what it is.
fn taken(name: &str, bytes: &[u8]) -> Result<(String, Form), DraftError> {
    if PdfWords::is_pdf(bytes) {
        let words = PdfWords::default().read(bytes).map_err(|error| match error {
            WordsError::Refused(reason) => {
                let reason: String = reason.chars().filter(|c| !c.is_control()).collect();
                DraftError::Input(format!("{name}: {reason}. Paste its text instead."))
            }
            other => DraftError::Input(format!("{name}: {other}")),
        })?;
        let document = Document::read_as(Format::Plain, name, &words)?;
        return Ok((document.text, Form::Paragraphs));
    }
    let document = Document::read(name, bytes)?;
    Ok(match document.format {
        Format::Plain => (document.exact().to_owned(), Form::Plain),
        Format::Markdown => (document.exact().to_owned(), Form::Markdown),
        Format::Html | Format::Docx | Format::Mail => (document.text, Form::Paragraphs),
    })
}

impl Words {
    fn of(record: &DraftRecord, papers: &[(u64, PaperRecord)]) -> Result<Self, DraftError> {
        let document = change::document(record)?;
        let spots = Spots::new(record.text.as_str(), &document.text);
        let mut material = Vec::new();
        for (_, paper) in papers {
            let text = paper.text.as_str().as_bytes();
            material.push(Document::read_as(paper.form.format(), &paper.name, text)?);
        }
        let place = |at: &At| {
            let form = papers.iter().find(|(_, paper)| paper.name == at.file).map(|(_, p)| p.form);
            match at.line {
                Some(line) if form != Some(Form::Paragraphs) => format!("{}, line {line}", at.file),
                _ => format!("{}, paragraph {}", at.file, at.paragraph),
            }
        };
        let found = words::shared(&document, &material).into_iter().map(|shared: Shared| {
            let range = spots.to_browser(&shared.range);
            let there = shared.there.iter();
            Found {
                start: range.start,
                end: range.end,
                what: shared.what(),
                rarity: shared.rarity(),
                there: there.map(|t| There { at: place(&t.at), near: t.near.clone() }).collect(),
                text: shared.text,
            }
        });
        let found = found.collect();
        let units = |offset: usize| {
            let before = document.exact().get(..offset).unwrap_or_default();
            before.encode_utf16().count()
        };
        let mut unseen: Vec<Mark> = Vec::new();
        for mark in words::unseen(&document) {
            let start = Some(units(mark.offset));
            unseen.push(Mark { start, ..Mark::of(mark, "the draft".to_owned()) });
        }
        for paper in &material {
            for mark in words::unseen(paper) {
                let at = place(&mark.at);
                unseen.push(Mark::of(mark, at));
            }
        }
        let papers = papers.iter().map(|(id, paper)| Paper {
            id: *id,
            name: paper.name.clone(),
            words: paper.text.as_str().split_whitespace().count(),
        });
        Ok(Self { papers: papers.collect(), found, unseen })
    }
}

impl Mark {
    fn of(mark: Unseen, at: String) -> Self {
        Self { start: None, at, what: mark.what, count: mark.count, near: mark.near }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_have_bounds() {
        let paper = |bytes: usize| {
            let text = Text::new("a".repeat(bytes));
            (1, PaperRecord { name: "a".to_owned(), text, form: Form::Plain })
        };
        let why = |all: &[_], text| there_is_room(all, "b.txt", text).unwrap_err().to_string();
        assert!(there_is_room(&[], "b.txt", TEXT).is_ok());
        assert!(why(&[], TEXT + 1).starts_with("b.txt: its text is over 4 MB"));
        let full: Vec<_> = (0..4).map(|_| paper(TEXT)).collect();
        assert!(there_is_room(&full, "b.txt", 0).is_ok());
        assert!(why(&full, 1).contains("over 16 MB"));
        let many: Vec<_> = (0..MOST).map(|_| paper(1)).collect();
        assert!(why(&many, 1).contains("60 papers"));
    }
}
