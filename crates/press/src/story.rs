//! A story's file: front matter in TOML between `+++` lines, then Markdown.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::date::Moment;
use crate::error::{PressError, line_of, toml_error};
use crate::images::Images;
use crate::markdown::{self, Body, Source};
use crate::paper::{Paper, is_slug, slug_of};

/// No story is longer; a larger file is a mistake (the whole of "War and Peace" is three of these).
const LONGEST: usize = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    title: Spanned<String>,
    section: Spanned<String>,
    date: Spanned<Datetime>,
    byline: Spanned<String>,
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
    pub(crate) byline: String,
    pub(crate) summary: String,
    pub(crate) lead: bool,
    pub(crate) picture: Option<Picture>,
    /// The one note on confidential sources.
    pub(crate) sources: Option<String>,
    /// Slugs, each with its line.
    pub(crate) related: Vec<(String, usize)>,
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
        let fault = |at: usize, problem: String, mend: &str| {
            PressError::content(file, line_of(front_text, at) + first_line - 1, problem, mend)
        };
        let required = |field: &Spanned<String>, name: &str| {
            let value = field.get_ref().trim();
            if value.is_empty() {
                Err(fault(field.span().start, format!("`{name}` is empty"), "fill it in"))
            } else {
                Ok(paper.set(value))
            }
        };
        let words = |field: Option<&String>| field.map(|f| paper.set(f)).filter(|f| !f.is_empty());
        let moment = |field: &Spanned<Datetime>| {
            Moment::new(field.get_ref()).map_err(|problem| {
                fault(
                    field.span().start,
                    problem.to_owned(),
                    "write 2026-11-20 or 2026-11-20T09:30:00+01:00",
                )
            })
        };
        let section = paper.section(front.section.get_ref()).ok_or_else(|| {
            let known: Vec<_> = paper.sections.iter().map(|s| s.slug.as_str()).collect();
            fault(
                front.section.span().start,
                format!("there is no section {:?}", front.section.get_ref()),
                &format!("choose one of {}", known.join(", ")),
            )
        })?;
        let slug = slug(file, &front, &fault)?;
        let date = moment(&front.date)?;
        let updated = front.updated.as_ref().map(moment).transpose()?;
        if let (Some(updated), Some(field)) = (updated, &front.updated)
            && updated.unix() < date.unix()
        {
            return Err(fault(
                field.span().start,
                "`updated` is before `date`".into(),
                "mend one of the two",
            ));
        }
        let source = Source { file, text: body_text, first_line: body_line };
        let body = markdown::story(&source, images, paper)?;
        Ok(Self {
            file: file.to_owned(),
            source: text.to_owned(),
            slug,
            title: required(&front.title, "title")?,
            section: section.slug.clone(),
            kicker: words(front.kicker.as_ref()),
            date,
            updated,
            byline: required(&front.byline, "byline")?,
            summary: required(&front.summary, "summary")?,
            lead: front.lead,
            picture: picture(&front, images, paper, &fault)?,
            sources: words(front.sources.as_ref()),
            related: front
                .related
                .iter()
                .map(|r| {
                    (r.get_ref().clone(), line_of(front_text, r.span().start) + first_line - 1)
                })
                .collect(),
            body,
        })
    }

    /// Where the story is, `/story/<slug>/`.
    pub(crate) fn path(&self) -> String {
        format!("/story/{}/", self.slug)
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

fn slug(
    file: &str,
    front: &Front,
    fault: &impl Fn(usize, String, &str) -> PressError,
) -> Result<String, PressError> {
    let mend = "write small letters, digits and single hyphens, at most 80";
    if let Some(slug) = &front.slug {
        if is_slug(slug.get_ref()) {
            return Ok(slug.get_ref().clone());
        }
        return Err(fault(slug.span().start, format!("{:?} is not a slug", slug.get_ref()), mend));
    }
    let name = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".md");
    let slug = slug_of(name);
    if is_slug(&slug) {
        Ok(slug)
    } else {
        Err(PressError::content(
            file,
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
    fault: &impl Fn(usize, String, &str) -> PressError,
) -> Result<Option<Picture>, PressError> {
    let Some(image) = &front.image else {
        if let Some(extra) = front.image_alt.as_ref().or(front.image_caption.as_ref()) {
            return Err(fault(
                extra.span().start,
                "words for a picture, but no `image`".into(),
                "add `image`, or take them out",
            ));
        }
        return Ok(None);
    };
    let at = image.span().start;
    let name = image.get_ref().strip_prefix("images/").unwrap_or(image.get_ref());
    if images.get(name).is_none() {
        return Err(fault(
            at,
            format!("there is no picture images/{name}"),
            "put it there, or mend the name",
        ));
    }
    let alt = front.image_alt.as_ref().map(|a| a.get_ref().trim()).unwrap_or_default();
    if alt.is_empty() {
        return Err(fault(
            at,
            "the picture has no `image_alt`".into(),
            "say in a sentence what it shows, for those who do not see it",
        ));
    }
    let caption = front.image_caption.as_ref().map(|c| paper.set(c.get_ref())).unwrap_or_default();
    Ok(Some(Picture { name: name.to_owned(), alt: paper.set(alt), caption }))
}
