//! The pages that lead to stories: front, sections, authors; and those about the paper.

use std::collections::HashMap;

use askama::Template;

use super::HTML;
use crate::cache::BuildCache;
use crate::date::Moment;
use crate::edition::{Edition, Writer};
use crate::error::PressError;
use crate::pages::{Cache, Page};
use crate::paper::Section;
use crate::parallel;
use crate::story::Story;
use crate::views::{
    AboutPage, AuthorPage, Block, Card, ContactPage, Day, FrontPage, Head, MissingPage, Pager,
    SectionPage, Shown, Site,
};

/// Stories beside the lead on the front page.
const SECONDS: usize = 3;
/// Stories in a section's strip on the front page.
const STRIP: usize = 4;
/// Stories on a page of a section or an author.
const LIST: usize = 40;

/// Paths with their pages.
pub(super) type Printed = Vec<(String, Page)>;

/// Prints an edition for a site.
pub(super) struct Printer<'a> {
    pub(super) edition: &'a Edition,
    pub(super) base: &'a str,
    pub(super) site: Site<'a>,
    pub(super) cache: &'a BuildCache,
    /// What was not withdrawn, newest first; then the same by slug and by section.
    pub(super) stories: Vec<&'a Story>,
    pub(super) by_slug: HashMap<&'a str, &'a Story>,
    pub(super) by_section: HashMap<&'a str, Vec<&'a Story>>,
}

impl<'a> Printer<'a> {
    pub(super) fn new(
        edition: &'a Edition,
        base: &'a str,
        site: Site<'a>,
        cache: &'a BuildCache,
    ) -> Self {
        let stories: Vec<_> = edition.standing().collect();
        let by_slug = stories.iter().map(|&s| (s.slug.as_str(), s)).collect();
        let mut by_section: HashMap<&str, Vec<&Story>> = HashMap::new();
        for &story in &stories {
            by_section.entry(&story.section).or_default().push(story);
        }
        Self { edition, base, site, cache, stories, by_slug, by_section }
    }

    /// Every page but the one for missing ones.
    pub(super) fn print(&self, ways: &str) -> Result<Printed, PressError> {
        let paper = &self.edition.paper;
        let labels = self.site.labels;
        let about = AboutPage {
            site: &self.site,
            head: self.head(&labels.about, &paper.tagline, "/about/"),
            body: self.edition.about.as_ref().map(|body| body.html.as_str()),
        };
        let contact = ContactPage {
            site: &self.site,
            head: self.head(&labels.contact, &labels.contact_summary, "/contact/"),
            ways,
        };
        let mut all = vec![
            self.page("/".to_owned(), self.front()?),
            self.page("/about/".to_owned(), about.render()?),
            self.page("/contact/".to_owned(), contact.render()?),
        ];
        for section in &paper.sections {
            let stories = self.by_section.get(section.slug.as_str());
            all.extend(self.section_pages(section, stories.map_or(&[], Vec::as_slice))?);
        }
        for writer in self.edition.authors() {
            all.extend(self.author_pages(&writer)?);
        }
        let stories = parallel::map(&self.edition.stories, |story| self.story(story))?;
        all.extend(stories.into_iter().flatten());
        Ok(all)
    }

    fn page(&self, path: String, html: String) -> (String, Page) {
        (path, Page::kept(HTML, html, Cache::Revalidate, self.cache))
    }

    fn front(&self) -> Result<String, PressError> {
        let stories = &self.stories;
        let lead = stories.iter().find(|s| s.lead).or(stories.first()).copied();
        let lead_slug = lead.map(|s| s.slug.as_str());
        let mut others = stories.iter().filter(|s| Some(s.slug.as_str()) != lead_slug);
        let seconds: Vec<_> = others.by_ref().take(SECONDS).copied().collect();
        let above = |s: &Story| {
            Some(s.slug.as_str()) == lead_slug || seconds.iter().any(|other| other.slug == s.slug)
        };
        let card = |story: &Story| Card::new(story, self.edition);
        let blocks = self.edition.paper.sections.iter().filter_map(|section| {
            let here = self.by_section.get(section.slug.as_str())?.iter().filter(|s| !above(s));
            let cards: Vec<_> = here.take(STRIP).map(|s| card(s)).collect();
            let sizes = match cards.len() {
                0 => return None,
                1 => "(min-width: 60rem) 34rem, (min-width: 40rem) 46vw, 92vw",
                2 => "(min-width: 60rem) 20rem, (min-width: 40rem) 46vw, 92vw",
                _ if cards.iter().any(|c| c.picture.is_none()) => "",
                _ => "(min-width: 60rem) 23rem, (min-width: 40rem) 46vw, 92vw",
            };
            Some(Block { name: section.name.clone(), slug: section.slug.clone(), cards, sizes })
        });
        let mut head = self.head("", &self.edition.paper.tagline, "/");
        head.title = self.site.name.to_owned();
        let page = FrontPage {
            site: &self.site,
            head,
            lead: lead.map(card),
            seconds: seconds.iter().map(|s| card(s)).collect(),
            blocks: blocks.collect(),
        };
        Ok(page.render()?)
    }

    fn section_pages(&self, section: &Section, stories: &[&Story]) -> Result<Printed, PressError> {
        parallel::map(&listed(&format!("/{}/", section.slug), stories), |list| {
            let page = SectionPage {
                site: &self.site,
                head: self.head(&section.name, &section.about, &list.path),
                name: &section.name,
                slug: &section.slug,
                about: &section.about,
                cards: list.stories.iter().map(|s| Card::new(s, self.edition)).collect(),
                pager: list.pager(),
            };
            Ok(self.page(list.path.clone(), page.render()?))
        })
    }

    fn author_pages(&self, writer: &Writer<'_>) -> Result<Printed, PressError> {
        let about = writer.introduced.map_or("", |a| &a.about);
        let picture = writer.introduced.and_then(|a| a.picture.as_ref());
        parallel::map(&listed(&format!("/authors/{}/", writer.slug), &writer.stories), |list| {
            let page = AuthorPage {
                site: &self.site,
                head: self.head(writer.name, about, &list.path),
                name: writer.name,
                about,
                picture: picture.and_then(|p| Shown::new(self.edition, &p.name, "", "")),
                cards: list.stories.iter().map(|s| Card::new(s, self.edition)).collect(),
                pager: list.pager(),
            };
            Ok(self.page(list.path.clone(), page.render()?))
        })
    }

    pub(super) fn missing(&self) -> Result<Page, PressError> {
        let labels = self.site.labels;
        let mut head = self.head(&labels.missing_title, &labels.missing_text, "/");
        head.canonical.clear();
        head.index = false;
        Ok(self.page(String::new(), MissingPage { site: &self.site, head }.render()?).1)
    }

    pub(super) fn head(&self, title: &str, description: &str, path: &str) -> Head {
        Head {
            title: format!("{title} · {}", self.site.name),
            description: description.to_owned(),
            canonical: format!("{}{path}", self.base),
            kind: "website",
            card: None,
            data: None,
            index: true,
        }
    }

    pub(super) fn day(&self, moment: Moment) -> Day {
        Day { iso: moment.iso(), words: moment.words(self.site.labels) }
    }
}

/// One page of a long list.
struct List<'a> {
    path: String,
    stories: &'a [&'a Story],
    newer: Option<String>,
    older: Option<String>,
}

impl List<'_> {
    fn pager(&self) -> Pager {
        Pager { newer: self.newer.clone(), older: self.older.clone() }
    }
}

/// The pages of a list at `first`: there, and at `page/2/` below it and so on. A list of nothing has one page.
fn listed<'a>(first: &str, stories: &'a [&'a Story]) -> Vec<List<'a>> {
    let path = |number: usize| match number {
        0 => first.to_owned(),
        _ => format!("{first}page/{}/", number + 1),
    };
    let count = stories.len().div_ceil(LIST).max(1);
    let chunks = stories.chunks(LIST).chain(stories.is_empty().then_some(stories));
    let list = |(number, stories): (usize, &'a [&'a Story])| List {
        path: path(number),
        stories,
        newer: number.checked_sub(1).map(path),
        older: (number + 1 < count).then(|| path(number + 1)),
    };
    chunks.enumerate().map(list).collect()
}
