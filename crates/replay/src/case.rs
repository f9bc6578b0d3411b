//! A case as it is written down. What the check needs as well is in `case.toml` and in the ledger (`docs/ledger.md`); what was said, and
//! what else could have been, is in `replay.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::ReplayError;

/// What happened: what the Replay needs of `case.toml`, which has more in it for the check.
#[derive(Clone, Debug, Deserialize)]
pub struct Happened {
    /// Headline.
    pub title: String,
    /// The year by which it is known.
    pub year: u16,
    /// What happened; an empty line parts paragraphs.
    pub story: String,
    /// What history showed.
    pub history: String,
    /// Where it can be read.
    #[serde(default)]
    pub cite: Vec<Cited>,
}

/// Something that can be read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Cited {
    /// Judgment, affidavit, book, newspaper.
    pub text: String,
    /// Its address.
    pub url: Option<String>,
}

impl Happened {
    /// Reads `case.toml`.
    ///
    /// # Errors
    /// [`ReplayError::Fault`] with file and line.
    pub fn parse(file: &str, text: &str) -> Result<Self, ReplayError> {
        toml::from_str(text).map_err(|e| fault(file, text, &e))
    }

    /// What happened, in paragraphs.
    pub fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.story.split("\n\n").map(str::trim).filter(|p| !p.is_empty())
    }
}

/// What was said and what else could have been said: `replay.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Two or three words above the headline.
    pub kicker: String,
    /// The step whose count is drawn on the social card.
    pub picture: String,
    /// The demonstration newspaper's story about it, if there is one.
    pub story: Option<String>,
    /// One or two sentences.
    pub summary: String,
    /// Who the crowd is: "people at the agency".
    pub crowd: String,
    /// What a newsroom can learn from it.
    pub lesson: String,
    /// What the sum leaves out.
    pub limits: String,
    /// What was said, in order.
    pub steps: Vec<Step>,
    /// What is public record, and where.
    pub public: Vec<Public>,
    /// What is supposed.
    pub assumed: Vec<Assumed>,
}

/// Something that was said, or that an inquiry found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// A short name, for links and for tests.
    pub id: String,
    /// What kind of thing it was.
    pub kind: Kind,
    /// The day, as 2017-05-30.
    pub date: String,
    /// Who said it, and to whom if not to everybody.
    pub outlet: String,
    /// The words.
    pub words: String,
    /// Whether they are quoted exactly (with "…" where shortened), or given in substance.
    pub verbatim: bool,
    /// The part of the words that this step is about, if not all.
    pub mark: Option<String>,
    /// A sentence about it.
    pub note: String,
    /// The fact in the ledger that it gives away.
    pub fact: String,
    /// Its wording.
    pub wording: String,
    /// Earlier findings that are no longer held.
    #[serde(default)]
    pub withdraws: Vec<String>,
    /// How many were left after it, least and most, as history or the supposition has it: what the tests hold the model to.
    pub left: (u64, u64),
    /// What could have been said instead, from exact to coarse. To leave it out can always be chosen.
    #[serde(default)]
    pub instead: Vec<Instead>,
}

impl Step {
    /// Whether somebody who publishes chose these words, so that others could have been chosen.
    #[must_use]
    pub fn can_be_rewritten(&self) -> bool {
        self.kind != Kind::Found
    }
}

/// What kind of thing was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// In print, on the air or on a page.
    Published,
    /// A question sent for comment.
    Asked,
    /// By an office or its spokesman.
    Official,
    /// Found by an inquiry for itself; nobody published it, and no wording changes it.
    Found,
}

impl Kind {
    /// A word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Published => "Published",
            Self::Asked => "Sent for comment",
            Self::Official => "Said officially",
            Self::Found => "Found by the inquiry",
        }
    }

    /// A word for style sheets.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Asked => "asked",
            Self::Official => "official",
            Self::Found => "found",
        }
    }
}

/// Other words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instead {
    /// The wording in the ledger.
    pub wording: String,
    /// What would have been said.
    pub words: String,
}

/// A matter of public record.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Public {
    /// What it shows.
    pub says: String,
    /// Judgment, affidavit, book, newspaper.
    pub source: String,
    /// Where it can be read.
    pub url: Option<String>,
}

/// Something supposed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumed {
    /// What, and why.
    pub says: String,
}

impl Story {
    /// Reads a story and checks that its steps fit together.
    ///
    /// # Errors
    /// [`ReplayError::Fault`] with file and line.
    pub fn parse(file: &str, text: &str) -> Result<Self, ReplayError> {
        let story: Self = toml::from_str(text).map_err(|e| fault(file, text, &e))?;
        story.check(file)?;
        Ok(story)
    }

    fn check(&self, file: &str) -> Result<(), ReplayError> {
        let fault = |problem: String| Err(ReplayError::fault(file, problem));
        let mut seen: BTreeMap<&str, Kind> = BTreeMap::new();
        for step in &self.steps {
            let id = &step.id;
            if let Some(gone) =
                step.withdraws.iter().find(|w| seen.get(w.as_str()) != Some(&Kind::Found))
            {
                return fault(format!(
                    "step \"{id}\" withdraws \"{gone}\": name an earlier step of the kind found"
                ));
            }
            if seen.insert(id, step.kind).is_some() {
                return fault(format!("there are two steps \"{id}\": give one of them another id"));
            }
            if step.mark.as_ref().is_some_and(|mark| !step.words.contains(mark.as_str())) {
                return fault(format!("step \"{id}\": its mark is not in its words"));
            }
            if step.kind == Kind::Found && !step.instead.is_empty() {
                return fault(format!(
                    "step \"{id}\" was found, not said: it has no other wordings"
                ));
            }
        }
        if self.steps.iter().all(|s| !s.can_be_rewritten()) {
            return fault(
                "nothing is said in this case: give it a step of another kind than found".into(),
            );
        }
        if !seen.contains_key(self.picture.as_str()) {
            return fault(format!("picture = \"{}\" names no step", self.picture));
        }
        Ok(())
    }
}

fn fault(file: &str, text: &str, error: &toml::de::Error) -> ReplayError {
    let line = error.span().and_then(|s| text.get(..s.start)).map(|t| t.matches('\n').count());
    let place = line.map_or_else(|| file.to_owned(), |n| format!("{file}:{}", n + 1));
    ReplayError::fault(&place, error.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: &str = "[[steps]]\nid = \"a\"\nkind = \"published\"\ndate = \"2020-01-01\"\noutlet = \"o\"\nwords = \"w x\"\nverbatim = true\n\
                        note = \"n\"\nfact = \"f\"\nwording = \"v\"\nleft = [1, 1]\n";

    fn story(steps: &str) -> Result<Story, String> {
        let text = format!(
            "kicker = \"k\"\npicture = \"a\"\nsummary = \"s\"\ncrowd = \"c\"\n\
             lesson = \"l\"\nlimits = \"l\"\npublic = []\nassumed = []\n{steps}"
        );
        Story::parse("x.toml", &text).map_err(|e| e.to_string())
    }

    #[test]
    fn faults_name_the_place() {
        assert!(story(STEP).is_ok());
        assert!(story(&format!("{STEP}{STEP}")).unwrap_err().contains("two steps \"a\""));
        assert!(story(&format!("{STEP}mark = \"z\"\n")).unwrap_err().contains("not in its words"));
        assert!(
            story(&format!("{STEP}withdraws = [\"b\"]\n")).unwrap_err().contains("withdraws \"b\"")
        );
        assert!(
            story(&STEP.replace("published", "found")).unwrap_err().contains("nothing is said")
        );
        assert!(
            story(&STEP.replace("id = \"a\"", "id = \"b\"")).unwrap_err().contains("names no step")
        );
        assert!(
            story(&STEP.replace("published", "rumoured")).unwrap_err().starts_with("x.toml:11")
        );
        assert!(story("[[steps]]\ntitel = 1\n").unwrap_err().starts_with("x.toml:1"));
    }
}
