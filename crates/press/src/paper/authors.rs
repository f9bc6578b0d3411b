//! Who writes the paper, as far as `newsroom.toml` says more than a byline does.

use serde::Deserialize;
use toml::Spanned;

use super::{Fault, Named, is_slug, slug_of};
use crate::error::PressError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAuthor {
    name: String,
    slug: Option<String>,
    about: Option<String>,
    picture: Option<Spanned<String>>,
}

/// An author who is introduced.
#[derive(Clone, Debug)]
pub(crate) struct Author {
    /// As in bylines.
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) about: String,
    /// A file in `images/`, with its line.
    pub(crate) picture: Option<Named>,
}

/// Checks what `[[authors]]` says.
pub(super) fn authors(
    raw: Vec<Spanned<RawAuthor>>,
    fault: &Fault<'_>,
) -> Result<Vec<Author>, PressError> {
    let mut authors: Vec<Author> = Vec::with_capacity(raw.len());
    for entry in raw {
        let (at, entry) = (entry.span().start, entry.into_inner());
        let name = entry.name.trim().to_owned();
        let slug = entry.slug.unwrap_or_else(|| slug_of(&name));
        if name.is_empty() || !is_slug(&slug) {
            return Err(fault.at(
                at,
                format!("{slug:?} cannot be a path"),
                "give the author a name, and a `slug` of small letters, digits and hyphens",
            ));
        }
        if authors.iter().any(|a| a.slug == slug || a.name == name) {
            let problem = format!("two authors have the name or the slug of {name:?}");
            return Err(fault.at(
                at,
                problem,
                "give one of them another `slug`, and both one name each",
            ));
        }
        let picture = entry.picture.map(|p| fault.named(p));
        authors.push(Author { name, slug, about: entry.about.unwrap_or_default(), picture });
    }
    Ok(authors)
}
