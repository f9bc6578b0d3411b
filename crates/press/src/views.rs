//! What the templates are given.

use askama::Template;

use crate::edition::Edition;
use crate::labels::Labels;
use crate::story::Story;

/// What is the same on every page.
pub(crate) struct Site<'a> {
    pub(crate) name: &'a str,
    pub(crate) tagline: &'a str,
    pub(crate) language: &'a str,
    pub(crate) direction: &'a str,
    pub(crate) labels: &'a Labels,
    pub(crate) sections: Vec<Link>,
    /// The newest story's day: the press has no clock.
    pub(crate) today: Option<Day>,
    pub(crate) style: String,
    pub(crate) icon: String,
    pub(crate) preload: Vec<String>,
    pub(crate) script: Option<String>,
    pub(crate) worker: Option<String>,
    pub(crate) site_id: String,
    pub(crate) mix_on_premises: bool,
    pub(crate) drawer: String,
    /// In place of the name at the head of the page.
    pub(crate) logo: Option<Shown>,
    pub(crate) logo_dark: Option<Shown>,
}

/// Where a source writes and reads; the same on every page.
#[derive(Template)]
#[template(path = "drawer.html")]
pub(crate) struct Drawer<'a> {
    pub(crate) labels: &'a Labels,
    /// The contact lines as a list, or nothing.
    pub(crate) ways: &'a str,
}

/// A link with its words.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) url: String,
    pub(crate) words: String,
    /// Slug of the section it leads to.
    pub(crate) slug: String,
}

/// A day for machines and for people.
#[derive(Clone)]
pub(crate) struct Day {
    pub(crate) iso: String,
    pub(crate) words: String,
}

/// Words with their day.
pub(crate) struct Dated {
    pub(crate) date: Day,
    pub(crate) text: String,
}

/// A picture as a page shows it.
#[derive(Clone)]
pub(crate) struct Shown {
    pub(crate) url: String,
    pub(crate) alt: String,
    pub(crate) caption: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Narrower copies; empty if there are none.
    pub(crate) srcset: String,
}

/// A story as other pages announce it.
#[derive(Clone)]
pub(crate) struct Card {
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) kicker: String,
    pub(crate) summary: String,
    pub(crate) byline: String,
    pub(crate) date: Day,
    pub(crate) picture: Option<Shown>,
}

/// A section's name and the stories announced in it.
pub(crate) struct Block {
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) cards: Vec<Card>,
    /// How wide the cards show their pictures; empty if they show none: three or more side by side do so all or not at
    /// all.
    pub(crate) sizes: &'static str,
}

/// Where the next and the last pages of a long list are.
#[derive(Default)]
pub(crate) struct Pager {
    pub(crate) newer: Option<String>,
    pub(crate) older: Option<String>,
}

/// What differs in `<head>`.
pub(crate) struct Head {
    pub(crate) title: String,
    pub(crate) description: String,
    /// Absolute address; empty on the page for missing ones.
    pub(crate) canonical: String,
    /// `website` or `article`.
    pub(crate) kind: &'static str,
    /// Absolute address of a picture that social networks can draw, its words and size.
    pub(crate) card: Option<Shown>,
    /// JSON-LD, safe inside a script element.
    pub(crate) data: Option<String>,
    /// Whether search engines may keep it.
    pub(crate) index: bool,
}

#[derive(Template)]
#[template(path = "front.html")]
pub(crate) struct FrontPage<'a> {
    pub(crate) site: &'a Site<'a>,
    pub(crate) head: Head,
    pub(crate) lead: Option<Card>,
    pub(crate) seconds: Vec<Card>,
    pub(crate) blocks: Vec<Block>,
}

#[derive(Template)]
#[template(path = "section.html")]
pub(crate) struct SectionPage<'a> {
    pub(crate) site: &'a Site<'a>,
    pub(crate) head: Head,
    pub(crate) name: &'a str,
    pub(crate) slug: &'a str,
    pub(crate) about: &'a str,
    pub(crate) cards: Vec<Card>,
    pub(crate) pager: Pager,
}

#[derive(Template)]
#[template(path = "author.html")]
pub(crate) struct AuthorPage<'a> {
    pub(crate) site: &'a Site<'a>,
    pub(crate) head: Head,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    pub(crate) picture: Option<Shown>,
    pub(crate) cards: Vec<Card>,
    pub(crate) pager: Pager,
}

#[derive(Template)]
#[template(path = "story.html")]
pub(crate) struct StoryPage<'a> {
    pub(crate) site: &'a Site<'a>,
    pub(crate) head: Head,
    pub(crate) story: Card,
    pub(crate) authors: Vec<Link>,
    pub(crate) section: Link,
    pub(crate) updated: Option<Day>,
    pub(crate) corrections: Vec<Dated>,
    pub(crate) body: &'a str,
    pub(crate) sources: Option<&'a str>,
    pub(crate) more: Vec<Card>,
}

#[derive(Template)]
#[template(path = "withdrawn.html")]
pub(crate) struct WithdrawnPage<'a> {
    pub(crate) site: &'a Site<'a>,
    pub(crate) head: Head,
    pub(crate) section: Link,
    pub(crate) title: &'a str,
    pub(crate) reason: &'a str,
    /// When the story appeared.
    pub(crate) date: Day,
    pub(crate) withdrawn: Day,
    pub(crate) corrections: Vec<Dated>,
}

#[derive(Template)]
#[template(path = "about.html")]
pub(crate) struct AboutPage<'a> {
    pub(crate) site: &'a Site<'a>,
    pub(crate) head: Head,
    pub(crate) body: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "contact.html")]
pub(crate) struct ContactPage<'a> {
    pub(crate) site: &'a Site<'a>,
    pub(crate) head: Head,
    /// The contact lines as a list, or nothing.
    pub(crate) ways: &'a str,
}

#[derive(Template)]
#[template(path = "missing.html")]
pub(crate) struct MissingPage<'a> {
    pub(crate) site: &'a Site<'a>,
    pub(crate) head: Head,
}

impl Shown {
    /// A picture of the edition, with its words.
    pub(crate) fn new(edition: &Edition, name: &str, alt: &str, caption: &str) -> Option<Self> {
        edition.images.get(name).map(|image| Self {
            url: image.path.clone(),
            alt: alt.to_owned(),
            caption: caption.to_owned(),
            width: image.width,
            height: image.height,
            srcset: image.srcset.clone(),
        })
    }
}

impl Card {
    pub(crate) fn new(story: &Story, edition: &Edition) -> Self {
        let paper = &edition.paper;
        let section = paper.section(&story.section).map(|s| s.name.clone()).unwrap_or_default();
        let picture = story.picture.as_ref();
        Self {
            url: story.path(),
            title: story.title.clone(),
            kicker: story.kicker.clone().unwrap_or(section),
            summary: story.summary.clone(),
            byline: paper.labels.list(&story.byline),
            date: Day { iso: story.date.iso(), words: story.date.words(&paper.labels) },
            picture: picture.and_then(|p| Shown::new(edition, &p.name, &p.alt, &p.caption)),
        }
    }
}
