//! A story's file: front matter in TOML between `+++` lines, then Markdown.

mod amended;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::date::Moment;
use crate::error::{PressError, line_of, toml_error};
use crate::images::Images;
use crate::markdown::{self, Body, Source};
use crate::paper::{Paper, is_slug, slug_of};
pub(crate) use amended::{Correction, Withdrawal};

/// No story is longer; a larger file is a mistake (the whole of "War and Peace" is three of these).
const LONGEST: usize = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    title: Spanned<String>,
    section: Spanned<String>,
    date: Spanned<Datetime>,
    byline: Spanned<Byline>,
    summary: Spanned<String>,
    slug: Option<Spanned<String>>,
    kicker: Option<String>,
    updated: Option<Spanned<Datetime>>,
    #[serde(default)]
    lead: bool,
    image: Option<Spanned<String>>,
    image_alt: Option<Spanned<String>>,
    image_caption: Option<Spanned<String>>,
    sources: Option<String>,
    #[serde(default)]
    related: Vec<Spanned<String>>,
    #[serde(default)]
    corrections: Vec<amended::RawCorrection>,
    withdrawn: Option<amended::RawWithdrawal>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a byline that is neither a name nor a list of names")]
enum Byline {
    One(String),
    Many(Vec<String>),
}

/// A picture of a story.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// File name in `images/`.
    pub(crate) name: String,
    pub(crate) alt: String,
    pub(crate) caption: String,
}

/// One story, read and checked.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    /// Path of its file below the content folder.
    pub(crate) file: String,
    /// The whole file, as it was read.
    pub(crate) source: String,
    pub(crate) slug: String,
    pub(crate) title: String,
    /// Slug of its section.
    pub(crate) section: String,
    pub(crate) kicker: Option<String>,
    pub(crate) date: Moment,
    pub(crate) updated: Option<Moment>,
    /// Who wrote it, one name or more.
    pub(crate) byline: Vec<String>,
    pub(crate) summary: String,
    pub(crate) lead: bool,
    pub(crate) picture: Option<Picture>,
    /// The one note on confidential sources.
    pub(crate) sources: Option<String>,
    /// Slugs, each with its line.
    pub(crate) related: Vec<(String, usize)>,
    /// In the order of their dates.
    pub(crate) corrections: Vec<Correction>,
    /// If set, nothing of the story is printed but its headline and why it is gone.
    pub(crate) withdrawn: Option<Withdrawal>,
    pub(crate) body: Body,
}

impl Story {
    /// Reads a story. `file` is its path below the content folder, such as `stories/a.md`.
    pub(crate) fn parse(
        file: &str,
        text: &str,
        paper: &Paper,
        images: &Images,
    ) -> Result<Self, PressError> {
        if text.len() > LONGEST {
            return Err(PressError::content(
                file,
                1,
                format!("the file has {} bytes, more than {LONGEST}", text.len()),
                "split the story",
            ));
        }
        let (front_text, first_line, body_text, body_line) = split(file, text)?;
        let front: Front =
            toml::from_str(front_text).map_err(|e| toml_error(file, front_text, first_line, &e))?;
        let place = Place { file, text: front_text, first_line };
        let words = |field: Option<&String>| field.map(|f| paper.set(f)).filter(|f| !f.is_empty());
        let section = paper.section(front.section.get_ref()).ok_or_else(|| {
            let known: Vec<_> = paper.sections.iter().map(|s| s.slug.as_str()).collect();
            place.fault(
                front.section.span().start,
                format!("there is no section {:?}", front.section.get_ref()),
                &format!("choose one of {}", known.join(", ")),
            )
        })?;
        let slug = slug(&front, &place)?;
        let date = place.moment(&front.date)?;
        let updated = front.updated.as_ref().map(|u| amended::after(u, date, "`updated`", &place));
        let updated = updated.transpose()?;
        let corrections = amended::corrections(&front.corrections, date, paper, &place)?;
        let withdrawn = amended::withdrawal(front.withdrawn.as_ref(), date, paper, &place)?;
        let source = Source { file, text: body_text, first_line: body_line };
        let body = markdown::story(&source, images, paper)?;
        Ok(Self {
            file: file.to_owned(),
            source: text.to_owned(),
            slug,
            title: place.required(&front.title, "title", paper)?,
            section: section.slug.clone(),
            kicker: words(front.kicker.as_ref()),
            date,
            updated,
            byline: byline(&front.byline, paper, &place)?,
            summary: place.required(&front.summary, "summary", paper)?,
            lead: front.lead,
            picture: picture(&front, images, paper, &place)?,
            sources: words(front.sources.as_ref()),
            related: front
                .related
                .iter()
                .map(|r| (r.get_ref().clone(), place.line(r.span().start)))
                .collect(),
            corrections,
            withdrawn,
            body,
        })
    }

    /// Where the story is, `/story/<slug>/`.
    pub(crate) fn path(&self) -> String {
        format!("/story/{}/", self.slug)
    }

    /// When it last changed in a way that readers are told of.
    pub(crate) fn changed(&self) -> Moment {
        let corrected = self.corrections.iter().map(|c| c.date);
        let withdrawn = self.withdrawn.iter().map(|w| w.date);
        let all = self.updated.into_iter().chain(corrected).chain(withdrawn);
        all.fold(self.date, |last, next| if next.unix() > last.unix() { next } else { last })
    }
}

/// A front matter with its place, for errors.
struct Place<'a> {
    file: &'a str,
    text: &'a str,
    first_line: usize,
}

impl Place<'_> {
    /// The line of the file in which byte `at` of the front matter is.
    fn line(&self, at: usize) -> usize {
        line_of(self.text, at) + self.first_line - 1
    }

    fn fault(&self, at: usize, problem: impl Into<String>, mend: &str) -> PressError {
        PressError::content(self.file, self.line(at), problem, mend)
    }

    fn required(
        &self,
        field: &Spanned<String>,
        name: &str,
        paper: &Paper,
    ) -> Result<String, PressError> {
        match field.get_ref().trim() {
            "" => Err(self.fault(field.span().start, format!("`{name}` is empty"), "fill it in")),
            value => Ok(paper.set(value)),
        }
    }

    fn moment(&self, field: &Spanned<Datetime>) -> Result<Moment, PressError> {
        let mend = "write 2026-11-20 or 2026-11-20T09:30:00+01:00";
        Moment::new(field.get_ref()).map_err(|why| self.fault(field.span().start, why, mend))
    }
}

/// Front matter, its first line, body, its first line.
fn split<'a>(file: &str, text: &'a str) -> Result<(&'a str, usize, &'a str, usize), PressError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut offset = 0;
    let mut open = None;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let fence = line.trim_end() == "+++";
        match open {
            None if fence => open = Some((offset + line.len(), number + 2)),
            None if line.trim().is_empty() => {}
            None => break,
            Some((start, first)) if fence => {
                let front = text.get(start..offset).unwrap_or_default();
                let body = text.get(offset + line.len()..).unwrap_or_default();
                return Ok((front, first, body, number + 2));
            }
            Some(_) => {}
        }
        offset += line.len();
    }
    let (line, problem, mend) = match open {
        None => {
            (1, "no front matter", "begin the file with a line +++, then title, section, date …")
        }
        Some((_, first)) => {
            (first - 1, "the front matter does not end", "close it with a line +++")
        }
    };
    Err(PressError::content(file, line, problem, mend))
}

fn byline(
    raw: &Spanned<Byline>,
    paper: &Paper,
    place: &Place<'_>,
) -> Result<Vec<String>, PressError> {
    let names = match raw.get_ref() {
        Byline::One(name) => std::slice::from_ref(name),
        Byline::Many(names) => names.as_slice(),
    };
    let names: Vec<_> = names.iter().map(|name| paper.set(name)).collect();
    if names.is_empty() || names.iter().any(String::is_empty) {
        return Err(place.fault(raw.span().start, "`byline` is empty", "fill it in"));
    }
    Ok(names)
}

fn slug(front: &Front, place: &Place<'_>) -> Result<String, PressError> {
    let mend = "write small letters, digits and single hyphens, at most 80";
    if let Some(slug) = &front.slug {
        if is_slug(slug.get_ref()) {
            return Ok(slug.get_ref().clone());
        }
        let problem = format!("{:?} is not a slug", slug.get_ref());
        return Err(place.fault(slug.span().start, problem, mend));
    }
    let name = place.file.rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
    let slug = slug_of(name);
    if is_slug(&slug) {
        Ok(slug)
    } else {
        Err(PressError::content(
            place.file,
            1,
            "the file's name makes no address",
            "add a `slug` of small letters, digits and single hyphens, at most 80",
        ))
    }
}

fn picture(
    front: &Front,
    images: &Images,
    paper: &Paper,
    place: &Place<'_>,
) -> Result<Option<Picture>, PressError> {
    let Some(image) = &front.image else {
        if let Some(extra) = front.image_alt.as_ref().or(front.image_caption.as_ref()) {
            return Err(place.fault(
                extra.span().start,
                "words for a picture, but no `image`",
                "add `image`, or take them out",
            ));
        }
        return Ok(None);
    };
    let at = image.span().start;
    let name = image.get_ref().strip_prefix("images/").unwrap_or(image.get_ref());
    if images.get(name).is_none() {
        return Err(place.fault(
            at,
            format!("there is no picture images/{name}"),
            "put it there, or mend the name",
        ));
    }
    let alt = front.image_alt.as_ref().map(|a| a.get_ref().trim()).unwrap_or_default();
    if alt.is_empty() {
        return Err(place.fault(
            at,
            "the picture has no `image_alt`",
            "say in a sentence what it shows, for those who do not see it",
        ));
    }
    let caption = front.image_caption.as_ref().map(|c| paper.set(c.get_ref())).unwrap_or_default();
    Ok(Some(Picture { name: name.to_owned(), alt: paper.set(alt), caption }))
}
