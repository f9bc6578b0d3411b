//! `newsroom.toml`: the paper itself.

mod authors;
mod look;

use serde::Deserialize;
use toml::Spanned;
use unic_langid::LanguageIdentifier;
use unicode_normalization::UnicodeNormalization as _;

use crate::error::{PressError, line_of, toml_error};
use crate::images::Images;
use crate::labels::Labels;
pub(crate) use authors::Author;
pub(crate) use look::Look;

/// The name of the file, for errors.
pub(crate) const FILE: &str = "newsroom.toml";

/// Paths that belong to the site or to the press itself; no section may be called so.
const TAKEN: [&str; 11] = [
    "about", "assets", "authors", "contact", "cover", "desk", "drop", "images", "keys", "story",
    "feed",
];

/// Languages written from right to left, by primary subtag.
const RIGHT_TO_LEFT: [&str; 12] =
    ["ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: Spanned<String>,
    tagline: Option<String>,
    language: Spanned<String>,
    direction: Option<Spanned<String>>,
    accent: Option<Spanned<String>>,
    accent_dark: Option<Spanned<String>>,
    #[serde(rename = "type")]
    face: Option<Spanned<String>>,
    logo: Option<Spanned<String>>,
    logo_dark: Option<Spanned<String>>,
    #[serde(default)]
    authors: Vec<Spanned<authors::RawAuthor>>,
    #[serde(default)]
    contact: Vec<Spanned<String>>,
    sections: Vec<Spanned<RawSection>>,
    words_reviewed_by: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSection {
    name: String,
    slug: Option<String>,
    about: Option<String>,
}

/// The paper: name, language, sections, words.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    pub(crate) name: String,
    pub(crate) tagline: String,
    /// BCP 47, such as `en` or `pt-BR`.
    pub(crate) language: String,
    /// `ltr` or `rtl`.
    pub(crate) direction: &'static str,
    pub(crate) look: Look,
    pub(crate) authors: Vec<Author>,
    pub(crate) contact: Vec<String>,
    pub(crate) sections: Vec<Section>,
    pub(crate) labels: Labels,
}

/// A section of the paper.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) about: String,
}

impl Paper {
    /// Reads and checks `newsroom.toml`, and the paper's own words if it has any.
    pub(crate) fn parse(text: &str, words: Option<&str>) -> Result<Self, PressError> {
        let raw: Raw = toml::from_str(text).map_err(|e| toml_error(FILE, text, 1, &e))?;
        let place = Fault { text };
        let fault = |at: usize, problem: String, mend: &str| place.at(at, problem, mend);
        if raw.name.get_ref().trim().is_empty() {
            return Err(fault(raw.name.span().start, "`name` is empty".into(), "name the paper"));
        }
        let language = raw.language.get_ref();
        let primary = language.split('-').next().unwrap_or_default();
        // Browsers throw on a tag that is not well-formed, and the reader script asks them for plurals and dates.
        let well_formed = !language.contains('_') && language.parse::<LanguageIdentifier>().is_ok();
        if !(2..=3).contains(&primary.len()) || !well_formed {
            return Err(fault(
                raw.language.span().start,
                format!("{language:?} is not a language tag"),
                "write one such as \"en\", \"pt-BR\" or \"ar\"",
            ));
        }
        let direction = match &raw.direction {
            None if RIGHT_TO_LEFT.contains(&primary.to_ascii_lowercase().as_str()) => "rtl",
            None => "ltr",
            Some(value) => match value.get_ref().as_str() {
                "ltr" => "ltr",
                "rtl" => "rtl",
                other => {
                    return Err(fault(
                        value.span().start,
                        format!("{other:?} is not a direction"),
                        "write \"ltr\" or \"rtl\", or leave it out",
                    ));
                }
            },
        };
        let look = Look {
            accent: crate::colour::Accent::parse(
                raw.accent.as_ref().map(|c| (c.get_ref().as_str(), c.span().start)),
                raw.accent_dark.as_ref().map(|c| (c.get_ref().as_str(), c.span().start)),
            )
            .map_err(|e| fault(e.at, e.problem, e.mend))?,
            face: look::face(raw.face.as_ref(), &place)?,
            logo: look::logo(raw.logo, raw.logo_dark, &place)?,
        };
        for line in &raw.contact {
            if line.get_ref().trim().is_empty() {
                return Err(fault(
                    line.span().start,
                    "an empty contact line".into(),
                    "write \"How: text\", or take it out",
                ));
            }
        }
        if let Some(name) = raw.words_reviewed_by.as_ref().filter(|n| n.get_ref().trim().is_empty())
        {
            return Err(fault(
                name.span().start,
                "`words_reviewed_by` names nobody".into(),
                "write the name of the speaker who has read the press's words",
            ));
        }
        let labels = Labels::load(language, raw.words_reviewed_by.is_some(), words)?
            .map_err(|why| fault(raw.language.span().start, why.problem, &why.mend))?;
        let sections = sections(&raw.sections, &fault)?;
        Ok(Self {
            name: raw.name.into_inner().trim().to_owned(),
            tagline: raw.tagline.unwrap_or_default(),
            language: raw.language.into_inner(),
            direction,
            look,
            authors: authors::authors(raw.authors, &place)?,
            contact: raw.contact.into_iter().map(Spanned::into_inner).collect(),
            sections,
            labels,
        })
    }

    /// Checks that the pictures it names are there.
    pub(crate) fn check(&self, images: &Images) -> Result<(), PressError> {
        for picture in self.pictures() {
            if images.get(&picture.name).is_none() {
                let problem = format!("there is no picture images/{}", picture.name);
                return Err(PressError::content(
                    FILE,
                    picture.line,
                    problem,
                    "put it there, or mend the name",
                ));
            }
        }
        Ok(())
    }

    /// The logo's and the authors' pictures.
    pub(crate) fn pictures(&self) -> impl Iterator<Item = &Named> {
        let logo = self.look.logo.iter().flat_map(|l| std::iter::once(&l.light).chain(&l.dark));
        logo.chain(self.authors.iter().filter_map(|a| a.picture.as_ref()))
    }

    /// Where the stories of the author of this name are, if the name makes an address.
    pub(crate) fn author_slug(&self, name: &str) -> Option<String> {
        let listed = self.authors.iter().find(|a| a.name == name).map(|a| a.slug.clone());
        listed.or_else(|| Some(slug_of(name))).filter(|slug| is_slug(slug))
    }

    /// Whether the paper is in English, whose quotation marks and dashes the press sets.
    pub(crate) fn is_english(&self) -> bool {
        self.language.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case("en"))
    }

    /// Words of the front matter, as they are printed.
    pub(crate) fn set(&self, text: &str) -> String {
        if self.is_english() {
            crate::typography::english(text.trim())
        } else {
            text.trim().to_owned()
        }
    }

    /// The section with this slug or name.
    pub(crate) fn section(&self, wanted: &str) -> Option<&Section> {
        self.sections.iter().find(|s| s.slug == wanted || s.name.eq_ignore_ascii_case(wanted))
    }
}

/// A file in `images/` that `newsroom.toml` names, and the line where it does.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) line: usize,
}

/// Makes errors that say where in `newsroom.toml` something is wrong.
struct Fault<'a> {
    text: &'a str,
}

impl Fault<'_> {
    fn at(&self, at: usize, problem: impl Into<String>, mend: &str) -> PressError {
        PressError::content(FILE, line_of(self.text, at), problem, mend)
    }

    fn named(&self, picture: Spanned<String>) -> Named {
        let line = line_of(self.text, picture.span().start);
        let name = picture.into_inner();
        Named { name: name.strip_prefix("images/").unwrap_or(&name).to_owned(), line }
    }
}

fn sections(
    raw: &[Spanned<RawSection>],
    fault: &impl Fn(usize, String, &str) -> PressError,
) -> Result<Vec<Section>, PressError> {
    let mut sections: Vec<Section> = Vec::new();
    for entry in raw {
        let (at, entry) = (entry.span().start, entry.get_ref());
        let slug = entry.slug.clone().unwrap_or_else(|| slug_of(&entry.name));
        if !is_slug(&slug) {
            return Err(fault(
                at,
                format!("{slug:?} cannot be a path"),
                "give the section a `slug` of small letters, digits and hyphens",
            ));
        }
        if TAKEN.contains(&slug.as_str()) {
            return Err(fault(
                at,
                format!("the site itself uses /{slug}/"),
                "give the section another `slug`",
            ));
        }
        if sections.iter().any(|s| s.slug == slug) {
            return Err(fault(
                at,
                format!("two sections have the slug {slug:?}"),
                "give one of them another `slug`",
            ));
        }
        let about = entry.about.clone().unwrap_or_default();
        sections.push(Section { slug, name: entry.name.clone(), about });
    }
    if sections.is_empty() {
        return Err(fault(0, "there is no section".into(), "add a [[sections]] with a name"));
    }
    Ok(sections)
}

/// Small ASCII letters and digits, single hyphens between them, at most 80.
pub(crate) fn is_slug(text: &str) -> bool {
    text.len() <= 80
        && text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

/// A slug made from a name, accents left out; empty if the name has no letter or digit of ASCII at its root.
pub(crate) fn slug_of(name: &str) -> String {
    let plain: String =
        name.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect();
    let lower = plain.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join("-")
}
