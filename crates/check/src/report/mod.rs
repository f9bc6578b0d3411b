//! What a check found, for people and for programs.

mod build;
mod memo;
mod print;
mod words;

use exposure::Bounds;
use serde::Serialize;

pub use build::{Ask, USUAL_K, check};
pub use memo::memo;
pub(crate) use print::plain;
pub use print::{Look, print};
pub use words::print_copies;

use crate::draft::Place;
use crate::words::{Shared, Unseen};

/// The version of the report's shape; `docs/check-report.schema.json` describes it.
pub const VERSION: u32 = 2;

/// A number of people between two limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range {
    /// At least.
    pub lo: u64,
    /// At most.
    pub hi: u64,
}

impl From<Bounds> for Range {
    fn from(b: Bounds) -> Self {
        Self { lo: b.lo(), hi: b.hi() }
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = |n: u64| {
            let digits = n.to_string();
            let mut out = String::new();
            for (i, d) in digits.chars().enumerate() {
                if i > 0 && (digits.len() - i).is_multiple_of(3) {
                    out.push(',');
                }
                out.push(d);
            }
            out
        };
        if self.lo == self.hi {
            f.write_str(&number(self.lo))
        } else {
            write!(f, "{} to {}", number(self.lo), number(self.hi))
        }
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// [`VERSION`].
    pub version: u32,
    /// The draft's file name.
    pub draft: String,
    /// The moment for which it was checked.
    pub at: String,
    /// The smallest crowd allowed.
    pub k: u64,
    /// Who will see the draft, if not everybody.
    pub audience: Option<String>,
    /// Whether it may go out: enough people are left, no term is broken and no mark is lost.
    pub clear: bool,
    /// On exposure alone.
    pub verdict: Verdict,
    /// The verdict in one sentence.
    pub headline: String,
    /// The number the verdict goes by: how many people the source stands among, in the worst case.
    pub left: Range,
    /// What the worst case supposes.
    pub supposing: Supposing,
    /// How many there were before this draft.
    pub before: Range,
    /// Those who could have known everything.
    pub survivors: Range,
    /// Passages with something from a source in them, in the order of the draft.
    pub sentences: Vec<Sentence>,
    /// Which of them costs most; none if no single one makes a difference.
    pub costs_most: Option<usize>,
    /// What to do about it.
    pub plan: Plan,
    /// Terms that would be broken.
    pub broken: Vec<Broken>,
    /// People who are not the source and would be suspected.
    pub wrongly: Wrongly,
    /// Sources whom the desk knows.
    pub sources: Vec<Source>,
    /// Facts that nobody could have told together; then the ledger is wrong somewhere.
    pub nobody: Vec<String>,
    /// What is out already and cannot be undone.
    pub published: Vec<Published>,
    /// The one question whose answer could change the verdict.
    pub question: Option<Question>,
    /// Marks that were found with other words, and marks that are lost.
    pub marks: Vec<MarkState>,
    /// Comments in the draft that nothing in the ledger corresponds to: candidates for facts.
    pub comments: Vec<Comment>,
    /// What the draft shares, word for word, with the source's material; what tells most first.
    pub shared: Vec<Shared>,
    /// Marks that nobody sees, in the draft and in the material.
    pub unseen: Vec<Unseen>,
    /// With each circle's own rates; shown beside the number above, and decides nothing.
    pub usual: Usual,
    /// Anything else worth knowing.
    pub notes: Vec<String>,
}

/// The verdict on exposure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// Enough people are left.
    #[serde(rename = "clear")]
    Clear,
    /// Perhaps enough, perhaps not.
    #[serde(rename = "unsure")]
    Unsure,
    /// Too few are left.
    #[serde(rename = "too few")]
    TooFew,
    /// Too few were left before this draft.
    #[serde(rename = "already too few")]
    AlreadyTooFew,
    /// By this ledger nobody could have told all of it.
    #[serde(rename = "nobody could")]
    NobodyCould,
}

impl Verdict {
    /// As in reports and in the cases.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Unsure => "unsure",
            Self::TooFew => "too few",
            Self::AlreadyTooFew => "already too few",
            Self::NobodyCould => "nobody could",
        }
    }
}

/// What the worst case supposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Supposing {
    /// One source who was in every circle.
    #[serde(rename = "one source")]
    OneSource,
    /// Several sources who shared it.
    #[serde(rename = "several sources")]
    SeveralSources,
    /// One source who had some of it by hearsay.
    #[serde(rename = "hearsay")]
    Hearsay,
}

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct At {
    /// The file.
    pub file: String,
    /// The line, if the format has lines.
    pub line: Option<u64>,
    /// The paragraph, from 1.
    pub paragraph: usize,
    /// The character in the paragraph, from 1.
    pub character: usize,
}

impl From<Place> for At {
    fn from(p: Place) -> Self {
        Self { file: p.file, line: p.line, paragraph: p.paragraph, character: p.character }
    }
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => write!(f, "{}, paragraph {}", self.file, self.paragraph),
        }
    }
}

/// A passage with something from a source in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sentence {
    /// Where it is.
    pub at: At,
    /// Its words.
    pub text: String,
    /// What is in it.
    pub facts: Vec<FactIn>,
    /// How many would be left if only this went.
    pub without: Range,
    /// How many people it excludes, counting somebody whom h passages exclude as 1/h; people known by list only.
    pub share: f64,
}

/// A fact in a passage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FactIn {
    /// Its name.
    pub fact: String,
    /// The wording used.
    pub wording: String,
    /// Who could have known it in this wording.
    pub circle: String,
    /// How many they are.
    pub size: Range,
    /// The words in the draft.
    pub quote: String,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Plan {
    /// Nothing has to be changed.
    Nothing,
    /// Make these changes.
    Changes {
        /// What to change.
        changes: Vec<Change>,
        /// What the story loses.
        cost: u64,
        /// No plan costs less than this.
        at_least: u64,
        /// Those left afterwards.
        left: Range,
    },
    /// k cannot be had any more.
    Unattainable {
        /// Those left by what is out already.
        left: Range,
    },
    /// Even without the draft it is not certain that k are left.
    Uncertain {
        /// Those left by what is out already.
        left: Range,
    },
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The fact.
    pub fact: String,
    /// The wordings in the draft now.
    pub from: Vec<String>,
    /// The wording to use instead; none: leave it out.
    pub to: Option<String>,
    /// What the story loses by it.
    pub cost: u64,
    /// Where it stands.
    pub at: Vec<At>,
}

/// A term that would be broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Whose.
    pub source: Option<String>,
    /// About which fact.
    pub fact: String,
    /// Which term.
    pub term: &'static str,
    /// In a sentence.
    pub text: String,
    /// Where.
    pub at: At,
}

/// People wrongly pointed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wrongly {
    /// How many.
    pub count: Range,
    /// The first of those whom the draft points at, source or not, by name.
    pub names: Vec<String>,
    /// How many more there are than are named here.
    pub more: u64,
}

/// A source whom the desk knows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Source {
    /// The desk's name for the source.
    pub name: String,
    /// The source is one of so many who knew all that the source knew; none if that explains nothing.
    pub crowd: Option<Range>,
    /// Facts whose circles leave this source out.
    pub left_out_by: Vec<String>,
    /// One in so many, at least, with each circle's own rates; none if it is without limit.
    pub one_in: Option<f64>,
}

/// Something that is out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Published {
    /// What it was.
    pub name: String,
    /// What kind of thing.
    pub kind: &'static str,
    /// When.
    pub at: String,
    /// Who saw it, if not everybody.
    pub audience: Option<String>,
    /// What it gave away.
    pub gave: Vec<String>,
}

/// The one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The question.
    pub text: String,
    /// "These".
    pub of: Vec<String>,
    /// "That group".
    pub inside: String,
    /// Answers that settle it, and whether the draft is then clear.
    pub settled_by: Vec<Settles>,
}

/// An answer that settles the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settles {
    /// The answer.
    pub answer: &'static str,
    /// Whether enough people are left for certain.
    pub clear: bool,
}

/// A mark that needs a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MarkState {
    /// The fact.
    pub fact: String,
    /// The words that were marked.
    pub quote: String,
    /// `changed`, `gone` or `ambiguous`.
    pub state: &'static str,
    /// The words there now, if it was found.
    pub now: Option<String>,
    /// Where it was found.
    pub at: Option<At>,
}

/// A comment in the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comment {
    /// What it says.
    pub text: String,
    /// The words it is about.
    pub quote: String,
    /// Where.
    pub at: At,
}

/// Figures with each circle's own rates.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Usual {
    /// k∞: one divided by the chance of the likeliest person, at least; none if nobody could have told this.
    pub k: Option<f64>,
    /// 2 to the power of the entropy; not given when circles are estimates.
    pub even_crowd: Option<f64>,
}
