//! Every word the pages say by themselves: Fluent catalogues, one a language, in `words/`; a paper may bring its own.

mod said;

use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast::{Entry, Pattern};
use unic_langid::LanguageIdentifier;

use crate::error::{PressError, line_of};

/// The paper's own words, beside `newsroom.toml`: for single messages, or for a language that the press does not have.
pub(crate) const FILE: &str = "words.ftl";

/// The catalogues of this build by primary language. English is whole, and says which keys there are.
const CATALOGUES: [(&str, &str); 3] = [
    ("en", include_str!("../words/en.ftl")),
    ("de", include_str!("../words/de.ftl")),
    ("ar", include_str!("../words/ar.ftl")),
];

/// The message of a catalogue that says whether a speaker has read it.
const REVIEWED: &str = "reviewed";

/// Messages that are filled in; the others are ready when a catalogue is read.
#[cfg(test)]
const FILLED: [&str; 2] = ["date", "withdrawn-title"];

macro_rules! labels {
    ($($name:ident)*) => {
        /// The words, by what they are for; `words/en.ftl` has them all.
        #[derive(Clone)]
        pub(crate) struct Labels {
            $(pub(crate) $name: String,)*
            months: Vec<String>,
            /// What the reader script says, for an attribute in single quotation marks; `said` has its form.
            pub(crate) said: String,
            bundle: Arc<FluentBundle<Arc<FluentResource>>>,
        }

        /// The messages that pages print as they are.
        #[cfg(test)]
        const PLAIN: &[&str] = &[$(stringify!($name)),*];

        impl Labels {
            fn read(bundle: FluentBundle<Arc<FluentResource>>) -> Result<Self, Gap> {
                let months: Result<_, _> = (1..=12).map(|n| plain(&bundle, &format!("month-{n}"))).collect();
                Ok(Self {
                    $($name: plain(&bundle, &stringify!($name).replace('_', "-"))?,)*
                    months: months?,
                    said: said::all(&bundle)?,
                    bundle: Arc::new(bundle),
                })
            }
        }
    };
}

labels! {
    skip front_page sections about contact tell cover_name cover turn_off
    by and pages newer older empty_author empty_section
    updated corrected corrections withdrawn withdrawn_text
    read_more sourcing notes back_to_text table
    on_the_record attributed denied disputed know_more know_more_text
    missing_title missing_text colophon
    contact_summary contact_page contact_page_text contact_open contact_noscript contact_other contact_none
    contact_limits contact_limits_text mix_site mix_premises
    standing_title standing_text on_the_record_text attributed_text denied_text disputed_text sourcing_text
    drawer_title drawer_wipe drawer_close drawer_closed drawer_closed_text drawer_other drawer_start
    drawer_start_text drawer_new drawer_resume drawer_carry drawer_protects drawer_protects_text
    drawer_limit_page drawer_limit_page_text drawer_limit_computer drawer_limit_computer_text
    drawer_limit_words drawer_limit_words_text drawer_limit_visits drawer_limit_visits_text drawer_limit_phone
    drawer_limit_phone_text drawer_law drawer_documents drawer_words drawer_words_text drawer_words_keep
    drawer_words_done drawer_check drawer_check_text drawer_check_again drawer_return drawer_phrase
    drawer_suggestions drawer_open drawer_back drawer_conversation drawer_to drawer_message drawer_send
}

/// A message that cannot be printed, and why.
#[derive(Debug, PartialEq, Eq)]
struct Gap {
    key: String,
    why: String,
}

/// Why a paper's language has no words.
#[derive(Debug)]
pub(crate) struct NoWords {
    pub(crate) problem: String,
    pub(crate) mend: String,
}

impl Labels {
    /// The words of `language` (BCP 47), `own` over those of the catalogue. `reviewed` says that the newsroom has had a draft
    /// read by a speaker.
    ///
    /// # Errors
    /// `Err` in `own` names its line; [`NoWords`] is for the place that names the language.
    pub(crate) fn load(
        language: &str,
        reviewed: bool,
        own: Option<&str>,
    ) -> Result<Result<Self, NoWords>, PressError> {
        let primary = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let catalogue = CATALOGUES.iter().find(|(name, _)| *name == primary).map(|(_, text)| *text);
        let own = own.map(own_words).transpose()?;
        let whole = own.as_ref().is_some_and(|own| missing(own).is_empty());
        let mut bundle = empty(&primary);
        if let Some(text) = catalogue {
            // The catalogues of the build parse; a test sees to it.
            let resource =
                FluentResource::try_new(text.to_owned()).unwrap_or_else(|(some, _)| some);
            bundle.add_resource_overriding(Arc::new(resource));
            let draft = plain(&bundle, REVIEWED).is_ok_and(|mark| mark != "yes");
            if draft && !reviewed && !whole {
                return Ok(Err(NoWords {
                    problem: format!(
                        "the press's words in {primary:?} are a draft that no speaker has reviewed"
                    ),
                    mend: format!(
                        "have a speaker read crates/press/words/{primary}.ftl, put what they change into {FILE} beside \
                         this file, and write words_reviewed_by = \"their name\""
                    ),
                }));
            }
        } else if !whole {
            let gaps = own.as_deref().map_or_else(Vec::new, missing);
            let which = gaps.first().map_or_else(String::new, |key| {
                format!("; {key:?} is the first of {} missing", gaps.len())
            });
            return Ok(Err(NoWords {
                problem: format!("the press has no words in {language:?}{which}"),
                mend: format!(
                    "put a {FILE} beside this file with every message of crates/press/words/en.ftl in that language"
                ),
            }));
        }
        let has_own = own.clone();
        if let Some(own) = own {
            bundle.add_resource_overriding(own);
        }
        let read = Self::read(bundle).and_then(Self::tried);
        read.map(Ok).map_err(|gap| {
            let text = has_own.as_ref().map_or("", |own| own.source());
            let mend = "write it as crates/press/words/en.ftl does";
            PressError::content(
                FILE,
                line_of_key(text, &gap.key),
                format!("`{}` {}", gap.key, gap.why),
                mend,
            )
        })
    }

    /// Names in a row: `A, B and C`.
    pub(crate) fn list(&self, names: &[String]) -> String {
        match names {
            [] => String::new(),
            [one] => one.clone(),
            [rest @ .., last] => format!("{} {} {last}", rest.join(", "), self.and),
        }
    }

    /// A day in words: `20 November 2026`.
    pub(crate) fn date(&self, day: u8, month: u8, year: u16) -> String {
        let month = self.months.get(usize::from(month).saturating_sub(1));
        let month = month.map_or("", String::as_str);
        // Days and years as text: a catalogue puts them where they belong and does not group their digits.
        let (day, year) = (day.to_string(), year.to_string());
        filled(&self.bundle, "date", &[("day", &day), ("month", month), ("year", &year)])
            .unwrap_or_default()
    }

    /// The headline of a withdrawn story where there is only a headline.
    pub(crate) fn withdrawn_title(&self, title: &str) -> String {
        filled(&self.bundle, "withdrawn-title", &[("title", title)]).unwrap_or_default()
    }

    /// Messages that are filled in must take what they are given, or a date would lose its day.
    fn tried(self) -> Result<Self, Gap> {
        let date = filled(
            &self.bundle,
            "date",
            &[("day", "\u{1}"), ("month", "\u{2}"), ("year", "\u{3}")],
        )?;
        let title = filled(&self.bundle, "withdrawn-title", &[("title", "\u{1}")])?;
        for (key, text, needs) in
            [("date", date, "\u{1}\u{2}\u{3}"), ("withdrawn-title", title, "\u{1}")]
        {
            if !needs.chars().all(|c| text.contains(c)) {
                let why = "lacks one of { $day }, { $month } and { $year }, or { $title }";
                return Err(Gap { key: key.to_owned(), why: why.to_owned() });
            }
        }
        Ok(self)
    }

    #[cfg(test)]
    pub(crate) fn english() -> Self {
        Self::load("en", false, None).unwrap().unwrap()
    }
}

impl std::fmt::Debug for Labels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Labels").finish_non_exhaustive()
    }
}

/// Reads a paper's own words: syntax, and no key that no page prints.
fn own_words(text: &str) -> Result<Arc<FluentResource>, PressError> {
    let resource = FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| {
        let (at, why) =
            errors.first().map_or((0, String::new()), |e| (e.pos.start, e.kind.to_string()));
        let mend = "write `key = words`, and indent the lines that go on";
        PressError::content(
            FILE,
            line_of(text, at),
            format!("this is no Fluent message ({why})"),
            mend,
        )
    })?;
    let known = english_keys();
    for key in keys(&resource) {
        if !known.contains(&key) {
            let problem = format!("no page prints `{key}`");
            let mend = "remove it or mend its name: crates/press/words/en.ftl has all of them";
            return Err(PressError::content(FILE, line_of_key(text, &key), problem, mend));
        }
    }
    Ok(Arc::new(resource))
}

/// Keys of the English catalogue that `own` does not have.
fn missing(own: &FluentResource) -> Vec<String> {
    let has = keys(own);
    english_keys().into_iter().filter(|key| key != REVIEWED && !has.contains(key)).collect()
}

fn english() -> FluentResource {
    let [(_, english), ..] = CATALOGUES;
    FluentResource::try_new(english.to_owned()).unwrap_or_else(|(some, _)| some)
}

fn english_keys() -> Vec<String> {
    keys(&english())
}

fn keys(resource: &FluentResource) -> Vec<String> {
    let message = |entry: &Entry<&str>| match entry {
        Entry::Message(message) => Some(message.id.name.to_owned()),
        _ => None,
    };
    resource.entries().filter_map(message).collect()
}

/// The words of an entry, if it is the message of this key.
fn pattern_of<'a>(entry: &'a Entry<&'a str>, key: &str) -> Option<&'a Pattern<&'a str>> {
    match entry {
        Entry::Message(message) if message.id.name == key => message.value.as_ref(),
        _ => None,
    }
}

fn line_of_key(text: &str, key: &str) -> usize {
    let starts =
        |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().position(starts).map_or(1, |at| at + 1)
}

fn empty(language: &str) -> FluentBundle<Arc<FluentResource>> {
    let language: LanguageIdentifier = language.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // The direction of a page is set; marks around each name would only stand in titles.
    bundle.set_use_isolating(false);
    bundle
}

/// A message without variables, on one line.
fn plain(bundle: &FluentBundle<Arc<FluentResource>>, key: &str) -> Result<String, Gap> {
    filled(bundle, key, &[]).map(|text| text.replace('\n', " "))
}

fn filled(
    bundle: &FluentBundle<Arc<FluentResource>>,
    key: &str,
    with: &[(&str, &str)],
) -> Result<String, Gap> {
    let gap = |why: &str| Gap { key: key.to_owned(), why: why.to_owned() };
    let pattern =
        bundle.get_message(key).and_then(|m| m.value()).ok_or_else(|| gap("is missing"))?;
    let args: FluentArgs<'_> = with.iter().copied().collect();
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
    match errors.first() {
        Some(error) => Err(gap(&format!("cannot be filled in ({error})"))),
        None if text.trim().is_empty() => Err(gap("is empty")),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests;
