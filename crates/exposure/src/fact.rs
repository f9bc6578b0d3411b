//! Facts, their wordings from exact to coarse, what the source said about them, and what is published.

use crate::{CircleId, FactId, OriginId, PersonId, SourceId, WordingId};

/// A confidential source. The name is the desk's name for the source, never the real one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub(crate) name: String,
    pub(crate) person: Option<PersonId>,
}

impl Source {
    /// A source whom the desk calls by this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), person: None }
    }

    /// The desk knows who the source is.
    #[must_use]
    pub fn known_as(mut self, person: PersonId) -> Self {
        self.person = Some(person);
        self
    }
}

/// One way to word a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    pub(crate) name: String,
    pub(crate) circle: CircleId,
    pub(crate) coarser: Vec<String>,
    pub(crate) loss: u32,
}

impl Wording {
    /// A wording and the circle of those who could have known it in this wording.
    #[must_use]
    pub fn new(name: &str, circle: CircleId) -> Self {
        Self { name: name.to_owned(), circle, coarser: Vec::new(), loss: 0 }
    }

    /// Names a wording of the same fact that says less. There may be several.
    #[must_use]
    pub fn coarser(mut self, name: &str) -> Self {
        self.coarser.push(name.to_owned());
        self
    }

    /// What the story loses by this wording, in any unit the editor likes; 0 for the exact one.
    #[must_use]
    pub fn loss(mut self, loss: u32) -> Self {
        self.loss = loss;
        self
    }
}

/// The basis of a conversation, in the words of the trade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Basis {
    /// May be quoted, by name.
    OnTheRecord,
    /// May be used and described, not named. The usual case.
    #[default]
    OnBackground,
    /// May be used without any attribution.
    DeepBackground,
    /// May not be published at all.
    OffTheRecord,
}

/// The source's say about one fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Say {
    /// On which basis it was told.
    pub basis: Basis,
    /// If not empty, the only wordings agreed (by name). A coarser wording than an agreed one gives away less and may be used, too.
    pub agreed: Vec<Agreed>,
    /// The source wants to be asked before this goes out.
    pub ask_first: bool,
    /// When the source was asked and said yes, Unix seconds.
    pub said_yes: Option<u64>,
    /// Not to be published before this moment, Unix seconds.
    pub not_before: Option<u64>,
    /// The source has taken it back.
    pub withdrawn: bool,
}

/// A wording that was agreed with the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The wording's name.
    pub wording: String,
    /// The very words, if they were agreed: where this wording is used they must stand in the draft unchanged (spaces and the
    /// form of quotation marks aside).
    pub words: Option<String>,
}

/// Something that the source gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub(crate) name: String,
    pub(crate) source: Option<SourceId>,
    pub(crate) origin: Option<OriginId>,
    pub(crate) wordings: Vec<Wording>,
    pub(crate) omission: u32,
    pub(crate) say: Say,
}

impl Fact {
    /// A fact by its short name ("the figure of 14,200").
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            source: None,
            origin: None,
            wordings: Vec::new(),
            omission: 100,
            say: Say::default(),
        }
    }

    /// Who gave it.
    #[must_use]
    pub fn told_by(mut self, source: SourceId) -> Self {
        self.source = Some(source);
        self
    }

    /// The document, meeting or message it comes from. Facts of one origin count once.
    #[must_use]
    pub fn origin(mut self, origin: OriginId) -> Self {
        self.origin = Some(origin);
        self
    }

    /// Adds a wording.
    #[must_use]
    pub fn wording(mut self, wording: Wording) -> Self {
        self.wordings.push(wording);
        self
    }

    /// What the story loses if the fact is left out (100 unless said otherwise; no less than the coarsest wording's loss).
    #[must_use]
    pub fn omission(mut self, loss: u32) -> Self {
        self.omission = loss;
        self
    }

    /// The source's say.
    #[must_use]
    pub fn say(mut self, say: Say) -> Self {
        self.say = say;
        self
    }
}

/// A fact in one of its wordings, as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The fact.
    pub fact: FactId,
    /// The wording.
    pub wording: WordingId,
    /// The words in the text, if they are at hand: needed to check agreed words.
    pub words: Option<String>,
}

impl Mention {
    /// A mention without its words.
    #[must_use]
    pub fn new(fact: FactId, wording: WordingId) -> Self {
        Self { fact, wording, words: None }
    }

    /// The words as they stand in the text.
    #[must_use]
    pub fn words(mut self, words: &str) -> Self {
        self.words = Some(words.to_owned());
        self
    }
}

/// What kind of thing went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReleaseKind {
    /// A published story.
    Story,
    /// A question sent for comment: whoever is asked learns what the desk knows.
    Question,
    /// A copy shown for verification, or the tear line sent for comment.
    Copy,
    /// What others said in public.
    Statement,
    /// A note on sourcing in the page.
    SourcingNote,
}

/// Something that has gone out already and cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// What it was ("the story of 3 May").
    pub name: String,
    /// What kind of thing.
    pub kind: ReleaseKind,
    /// When, Unix seconds.
    pub at: u64,
    /// Who saw it, if not everybody.
    pub audience: Option<String>,
    /// What it gave away.
    pub mentions: Vec<Mention>,
}

/// One place in the draft, usually a sentence, with what it gives away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The anchor by which the desk finds the place again (kept in the vault, never in the text).
    pub anchor: String,
    /// The facts in it.
    pub mentions: Vec<Mention>,
}

/// A text that has not gone out yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Its marked places, in the order of the text.
    pub passages: Vec<Passage>,
}

impl Draft {
    /// Adds a place with the facts in it.
    #[must_use]
    pub fn passage(mut self, anchor: &str, mentions: impl IntoIterator<Item = Mention>) -> Self {
        self.passages
            .push(Passage { anchor: anchor.to_owned(), mentions: mentions.into_iter().collect() });
        self
    }

    pub(crate) fn mentions(&self) -> impl Iterator<Item = &Mention> {
        self.passages.iter().flat_map(|p| p.mentions.iter())
    }
}
