//! What a ledger says, as it is written down. `docs/ledger.md` has every key with an example.

use serde::{Deserialize, Serialize};

use crate::count::{Chance, Count};
use crate::when::When;

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A ledger as people write it: everything by name, nothing looked up yet. It is plain data, read and written as TOML or JSON, and
/// [`Ledger::resolve`](crate::Ledger::resolve) makes the model's own ledger of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ledger {
    /// What it is about, for the memo.
    #[serde(skip_serializing_if = "is_default")]
    pub title: String,
    /// The smallest crowd in which a source may be left, if the newsroom has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k: Option<u64>,
    /// At most how many sources an inquiry may think of; 1 unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources_at_most: Option<u32>,
    /// How many people there are who are on no list and in no unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<Count>,
    /// Lists of people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<People>,
    /// Single people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub person: Vec<Person>,
    /// Units with head counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unit: Vec<Unit>,
    /// Addresses that stand for many people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<DistributionList>,
    /// The sources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<Source>,
    /// Documents, meetings, messages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origin: Vec<Origin>,
    /// Who could have known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub circle: Vec<Circle>,
    /// What the sources gave.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fact: Vec<Fact>,
    /// Where facts stand in drafts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mark: Vec<Mark>,
    /// Answers to overlap questions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overlap: Vec<Overlap>,
    /// What has gone out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub release: Vec<Release>,
}

/// A list of people: a CSV or XLSX file, or names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct People {
    /// A `.csv` or `.xlsx` file with one person per row, and a first row that names the columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Which sheet of an XLSX file; the first unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The column with the name; `name` unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The column with the e-mail address; `email` unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The column with the unit; `unit` unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Names, instead of a file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

/// One person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A group whose size is known, and whose members need no names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Unit {
    /// Its name, as in the unit column of the lists.
    pub name: String,
    /// How many people, named or not; those of its parts included. If left out: those who are named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heads: Option<u32>,
    /// The unit it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
}

/// An address that stands for many people, such as `all-legal@example.org`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DistributionList {
    /// The address.
    pub address: String,
    /// People on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// Units on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
}

/// A confidential source, by the desk's own name for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Source {
    /// The desk's name for the source; never the real one.
    pub name: String,
    /// The person, if the desk knows who it is and wants the check to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The say that holds for every fact of this source that has none of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub say: Option<Say>,
}

/// A document, a meeting, a message: facts of one origin count once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Origin {
    /// Its name.
    pub name: String,
    /// When it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<When>,
    /// Anything worth knowing, for the memo.
    #[serde(skip_serializing_if = "is_default")]
    pub note: String,
}

/// Who could have known something: lists of several kinds, taken together, or an estimate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Circle {
    /// Its name.
    pub name: String,
    /// People by name or e-mail address.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// Everybody in these units.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
    /// Everybody in these other circles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub circles: Vec<String>,
    /// Those for whom this is true: `unit = Legal and present contains 2019-03-14`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// From, To and Cc of these messages (`.eml`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mail: Vec<String>,
    /// Organiser and attendees of these calendar entries (`.ics`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub calendar: Vec<String>,
    /// Users in access logs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<Log>,
    /// A number of people of whom there is no list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Count>,
    /// For an estimate: a circle or unit they all belong to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// How likely somebody in the circle did not know after all (δ), 0 to 0.5.
    #[serde(skip_serializing_if = "Chance::is_zero")]
    pub missed: Chance,
    /// How likely somebody outside did know, by hearsay (ε), 0 to 0.2.
    #[serde(skip_serializing_if = "Chance::is_zero")]
    pub hearsay: Chance,
    /// When this was so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<When>,
    /// How the desk knows.
    #[serde(skip_serializing_if = "is_default")]
    pub evidence: String,
}

/// Users in an access log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// A log in the common or combined format of web servers, or a CSV file.
    pub file: String,
    /// The column with the user, for a CSV; `user` unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The column with what was opened, for a CSV; `path` unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Only lines that opened this: the path, without what follows a question mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// Something that a source gave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fact {
    /// A short name: "the figure of 14,200".
    pub name: String,
    /// Who gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// What the story loses if it is left out; 100 unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub omission: Option<u32>,
    /// What was done to check it, for the memo.
    #[serde(skip_serializing_if = "is_default")]
    pub checked: String,
    /// The source's say about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub say: Option<Say>,
    /// Its wordings, from exact to coarse.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wording: Vec<Wording>,
}

/// One way to word a fact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wording {
    /// The wording, or a name for it.
    pub text: String,
    /// Who could have known it in this wording: a circle, or a unit.
    pub circle: String,
    /// Wordings of this fact that say less.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coarser: Vec<String>,
    /// What the story loses by it; 0 unless said otherwise.
    #[serde(skip_serializing_if = "is_default")]
    pub loss: u32,
    /// Words by which it is recognised in any draft without a mark.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phrases: Vec<String>,
}

/// What was agreed with the source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Say {
    /// On which terms it was told; on background unless said otherwise.
    #[serde(skip_serializing_if = "is_default")]
    pub terms: Terms,
    /// The wordings agreed, if not all are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agreed: Vec<Agreed>,
    /// The source wants to be asked before it goes out.
    #[serde(skip_serializing_if = "is_default")]
    pub ask_first: bool,
    /// When the source was asked and said yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said_yes: Option<When>,
    /// Not to go out before this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<When>,
    /// The source has taken it back.
    #[serde(skip_serializing_if = "is_default")]
    pub withdrawn: bool,
}

/// A wording that was agreed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Agreed {
    /// The wording's text.
    pub wording: String,
    /// The very words, if they were agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// The terms of a conversation, in the words of the trade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Terms {
    /// May be quoted, by name.
    #[serde(rename = "on the record")]
    OnTheRecord,
    /// May be used and described, not named.
    #[default]
    #[serde(rename = "on background")]
    OnBackground,
    /// May be used without any attribution.
    #[serde(rename = "deep background")]
    DeepBackground,
    /// May not be published at all.
    #[serde(rename = "off the record")]
    OffTheRecord,
}

/// A place in a draft where a fact stands: kept here, never as a tag in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mark {
    /// The draft's file name; any draft if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
    /// The fact.
    pub fact: String,
    /// The wording.
    pub wording: String,
    /// The words in the draft.
    pub quote: String,
    /// The words before, by which it is found again.
    #[serde(skip_serializing_if = "is_default")]
    pub before: String,
    /// The words after.
    #[serde(skip_serializing_if = "is_default")]
    pub after: String,
}

/// The answer to "were all of these in that group?"
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Overlap {
    /// "These": the people who are in all of these circles.
    pub of: Vec<String>,
    /// "That group": a circle.
    pub inside: String,
    /// The answer.
    pub answer: Answer,
}

/// An answer to an overlap question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// All of them.
    #[serde(rename = "all")]
    All,
    /// More than half.
    #[serde(rename = "most")]
    Most,
    /// At least one.
    #[serde(rename = "some")]
    Some,
    /// None of them.
    #[serde(rename = "nobody")]
    Nobody,
    /// The desk does not know.
    #[default]
    #[serde(rename = "don't know")]
    DontKnow,
}

/// Something that has gone out and cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// What it was.
    pub name: String,
    /// What kind of thing.
    pub kind: ReleaseKind,
    /// When it went out.
    pub at: When,
    /// Who saw it, if not everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// What it gave away.
    #[serde(default)]
    pub gave: Vec<Gave>,
}

/// A fact in one of its wordings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gave {
    /// The fact.
    pub fact: String,
    /// The wording.
    pub wording: String,
}

/// What kind of thing went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReleaseKind {
    /// A published story.
    #[serde(rename = "story")]
    Story,
    /// A question sent for comment.
    #[serde(rename = "question")]
    Question,
    /// A copy shown for verification, or the tear line sent for comment.
    #[serde(rename = "copy")]
    Copy,
    /// What others said in public.
    #[serde(rename = "statement")]
    Statement,
    /// A note on sourcing in the page.
    #[serde(rename = "sourcing note")]
    SourcingNote,
}
