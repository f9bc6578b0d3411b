//! What stands in front of a story: headline, section, byline. It is part of the text, so that it is read, approved and
//! printed with it.

use serde::Deserialize;

use super::StoryError;
use crate::service::Desk;

/// The marks around it.
const MARK: &str = "+++";

/// What a story needs in front.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Front {
    /// The headline.
    pub title: String,
    /// Slug or name of a section of the paper.
    pub section: String,
    /// Who has written it, as readers see it.
    pub byline: String,
    /// One or two sentences.
    pub summary: String,
    /// The day, as `2026-11-29`.
    pub date: String,
}

impl Front {
    fn lines(&self) -> Result<String, StoryError> {
        let missing = |what: &str| StoryError::Input(format!("{what} is missing."));
        let mut out = format!("{MARK}\n");
        let fields = [
            ("title", "The headline", &self.title),
            ("section", "The section", &self.section),
            ("byline", "The byline", &self.byline),
            ("summary", "The summary", &self.summary),
        ];
        for (key, what, value) in fields {
            let value = value.trim();
            if value.is_empty() {
                return Err(missing(what));
            }
            // A JSON string is a TOML string.
            let value = serde_json::to_string(value).map_err(|_| missing(what))?;
            out.push_str(&format!("{key} = {value}\n"));
        }
        let date: check::When = self.date.trim().parse().map_err(StoryError::Input)?;
        let day = check::When::day_of(date.unix());
        out.push_str(&format!("date = {day}\n{MARK}\n\n"));
        Ok(out)
    }
}

/// Whether a text has its front.
pub(super) fn has_front(text: &str) -> bool {
    text.strip_prefix(MARK).is_some_and(|rest| rest.starts_with(['\n', '\r']))
}

impl Desk {
    /// Puts headline, section, byline, summary and date in front of a draft that has none.
    ///
    /// # Errors
    /// [`StoryError::Input`] if something is missing or there is a front already.
    pub fn put_front(&self, number: u64, front: &Front, now: u64) -> Result<(), StoryError> {
        let lines = front.lines()?;
        let text = self.draft_text(number)?;
        if has_front(&text) {
            let why = "It begins with +++ already: change what stands there.";
            return Err(StoryError::Input(why.to_owned()));
        }
        self.save_draft(number, format!("{lines}{text}"), now)?;
        Ok(())
    }
}
