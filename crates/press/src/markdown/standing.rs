//! The mark at the head of a statement: `[denied: Ministry of Works, 6 May]`.

use crate::error::PressError;
use crate::labels::Labels;

/// How a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    OnTheRecord,
    Attributed,
    Denied,
    Disputed,
}

/// A mark, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) standing: Standing,
    /// Who says so.
    pub(super) who: String,
}

impl Standing {
    /// The class of the statement's figure.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::OnTheRecord => "on-the-record",
            Self::Attributed => "attributed",
            Self::Denied => "denied",
            Self::Disputed => "disputed",
        }
    }

    /// What the page says before the name.
    pub(super) fn words(self, labels: &Labels) -> &str {
        match self {
            Self::OnTheRecord => &labels.on_the_record,
            Self::Attributed => &labels.attributed,
            Self::Denied => &labels.denied,
            Self::Disputed => &labels.disputed,
        }
    }

    /// Whether it answers the statement before it.
    pub(super) fn answers(self) -> bool {
        matches!(self, Self::Denied | Self::Disputed)
    }
}

/// Reads the first line of a block quote. `None` if it is no mark at all.
pub(super) fn mark(line: &str, file: &str, number: usize) -> Result<Option<Mark>, PressError> {
    let Some(inner) = line.trim().strip_prefix('[').and_then(|l| l.strip_suffix(']')) else {
        return Ok(None);
    };
    // `[^1]` is a note and `[!NOTE]` belongs to others; neither is meant as a mark.
    if inner.starts_with(['^', '!']) || inner.contains(['[', ']']) {
        return Ok(None);
    }
    let (word, who) = inner.split_once(':').unwrap_or((inner, ""));
    let word = word.trim().to_lowercase();
    let standing = match word.as_str() {
        "on the record" => Standing::OnTheRecord,
        "attributed" | "according to" => Standing::Attributed,
        "denied" => Standing::Denied,
        "disputed" => Standing::Disputed,
        _ => {
            let mend = if ["anonym", "confidential", "source", "background"]
                .iter()
                .any(|w| word.contains(w))
            {
                "what rests on confidential sources gets one note, `sources` in the front matter: marked \
                 sentence by sentence it would hand a leak inquiry its map"
            } else {
                "write one of `on the record`, `attributed`, `denied`, `disputed`, a colon, and who says so"
            };
            return Err(PressError::content(
                file,
                number,
                format!("there is no standing {word:?}"),
                mend,
            ));
        }
    };
    let who = who.trim();
    if who.is_empty() {
        let mend = format!("write [{word}: who says so]");
        return Err(PressError::content(
            file,
            number,
            "the statement does not say whose it is",
            mend,
        ));
    }
    Ok(Some(Mark { standing, who: who.to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read() {
        let read = mark("[Denied: Ministry of Works, 6 May]", "a.md", 3).unwrap().unwrap();
        assert_eq!(
            read,
            Mark { standing: Standing::Denied, who: "Ministry of Works, 6 May".into() }
        );
        assert_eq!(mark("An ordinary quotation", "a.md", 3).unwrap(), None);
        assert_eq!(mark("[^1]", "a.md", 3).unwrap(), None);
    }

    #[test]
    fn a_mark_without_a_name_or_of_unknown_kind_is_refused() {
        let error = mark("[denied]", "stories/a.md", 3).unwrap_err().to_string();
        assert!(error.starts_with("stories/a.md:3: ") && error.contains("who says so"), "{error}");
        let error = mark("[guessed: me]", "a.md", 3).unwrap_err().to_string();
        assert!(error.contains("on the record"), "{error}");
        let error = mark("[anonymous source: an official]", "a.md", 3).unwrap_err().to_string();
        assert!(error.contains("`sources` in the front matter"), "{error}");
    }
}
