//! The page of a story, or what stands where it stood.

use std::collections::BTreeSet;
use std::convert::Infallible;

use askama::Template;

use super::HTML;
use super::printer::{Printed, Printer};
use crate::error::PressError;
use crate::pages::{Cache, Page};
use crate::story::{Correction, Story, Withdrawal};
use crate::views::{Card, Dated, Link, Shown, StoryPage, WithdrawnPage};
use crate::{cache, card, colour, feeds};

/// Stories under "read more".
const MORE: usize = 4;

impl Printer<'_> {
    /// Everything that is served for one story.
    pub(super) fn story(&self, story: &Story) -> Result<Printed, PressError> {
        let mut printed = Vec::with_capacity(2);
        let html = match &story.withdrawn {
            None => {
                let drawn = self.drawn(story);
                let html = self.standing(story, drawn.as_ref())?;
                printed.extend(drawn);
                html
            }
            Some(withdrawal) => self.withdrawn(story, withdrawal)?,
        };
        printed.push((story.path(), Page::kept(HTML, html, Cache::Revalidate, self.cache)));
        Ok(printed)
    }

    /// The social card, if it can be drawn, and where it is served.
    fn drawn(&self, story: &Story) -> Option<(String, Page)> {
        let paper = &self.edition.paper;
        let section = paper.section(&story.section).map_or("", |s| &s.name);
        let accent = colour::rgb(&paper.look.accent.light)?;
        let key = [story.title.as_str(), section, &paper.name].map(str::as_bytes);
        let rtl = paper.direction == "rtl";
        let key = cache::key(&[key[0], key[1], key[2], &accent, &[u8::from(rtl)]]);
        let draw = || {
            let (headline, name) = (story.title.as_str(), paper.name.as_str());
            let card = card::Card { headline, section, name, rtl, accent };
            let page = |bytes| Page::new("image/png", bytes, Cache::Immutable);
            Ok::<_, Infallible>(card::draw(&card).map(page))
        };
        let page = self.cache.cards.get(key, draw).unwrap_or_else(|never| match never {})?;
        let hash = page.etag.get(1..9).unwrap_or_default();
        Some((format!("/images/{}-card.{hash}.png", story.slug), page))
    }

    fn standing(
        &self,
        story: &Story,
        drawn: Option<&(String, Page)>,
    ) -> Result<String, PressError> {
        let card = Card::new(story, self.edition);
        let raster = story.picture.as_ref().and_then(|p| self.edition.images.get(&p.name));
        let picture = card.picture.as_ref().filter(|_| raster.is_some_and(|i| i.is_raster));
        let picture =
            picture.map(|p| Shown { url: format!("{}{}", self.base, p.url), ..p.clone() });
        let (width, height) = card::SIZE;
        let drawn = drawn.map(|(path, _)| Shown {
            url: format!("{}{path}", self.base),
            alt: story.title.clone(),
            caption: String::new(),
            width,
            height,
            srcset: String::new(),
        });
        let urls: Vec<_> = picture.iter().chain(&drawn).map(|p| p.url.as_str()).collect();
        let data = feeds::news_article(self.edition, story, self.base, &urls)?;
        let social = drawn.or(picture);
        let mut head = self.head(&story.title, &story.summary, &story.path());
        head.kind = "article";
        head.card = social;
        head.data = Some(data);
        let page = StoryPage {
            site: &self.site,
            head,
            authors: feeds::authors(self.edition, story, ""),
            section: self.section(story),
            updated: story.updated.map(|d| self.day(d)),
            corrections: self.corrections(story),
            body: &story.body.html,
            sources: story.sources.as_deref(),
            more: self.more(story),
            story: card,
        };
        Ok(page.render()?)
    }

    fn withdrawn(&self, story: &Story, withdrawal: &Withdrawal) -> Result<String, PressError> {
        let title = withdrawal.headline.as_ref().unwrap_or(&story.title);
        let mut head = self.head(title, &withdrawal.reason, &story.path());
        head.kind = "article";
        let page = WithdrawnPage {
            site: &self.site,
            head,
            section: self.section(story),
            title,
            reason: &withdrawal.reason,
            date: self.day(story.date),
            withdrawn: self.day(withdrawal.date),
            corrections: self.corrections(story),
        };
        Ok(page.render()?)
    }

    fn section(&self, story: &Story) -> Link {
        let section = self.edition.paper.section(&story.section);
        Link {
            url: format!("/{}/", story.section),
            words: section.map(|s| s.name.clone()).unwrap_or_default(),
            slug: story.section.clone(),
        }
    }

    fn corrections(&self, story: &Story) -> Vec<Dated> {
        let dated = |c: &Correction| Dated { date: self.day(c.date), text: c.text.clone() };
        story.corrections.iter().map(dated).collect()
    }

    /// The stories the writer names, then the section's newest, then the paper's newest.
    fn more(&self, story: &Story) -> Vec<Card> {
        let named = story.related.iter().filter_map(|(slug, _)| self.by_slug.get(slug.as_str()));
        let near = self.by_section.get(story.section.as_str()).into_iter().flatten();
        let mut seen = BTreeSet::from([story.slug.as_str()]);
        named
            .chain(near)
            .chain(&self.stories)
            .filter(|s| seen.insert(s.slug.as_str()))
            .take(MORE)
            .map(|s| Card::new(s, self.edition))
            .collect()
    }
}
