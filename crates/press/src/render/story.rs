//! The page of a story, or what stands where it stood.

use std::collections::BTreeSet;

use askama::Template;

use super::HTML;
use super::printer::{Printed, Printer};
use crate::error::PressError;
use crate::feeds;
use crate::pages::{Cache, Page};
use crate::story::{Correction, Story, Withdrawal};
use crate::views::{Card, Dated, Link, Shown, StoryPage, WithdrawnPage};

/// Stories under "read more".
const MORE: usize = 4;

impl Printer<'_> {
    /// Everything that is served for one story.
    pub(super) fn story(&self, story: &Story) -> Result<Printed, PressError> {
        let html = match &story.withdrawn {
            None => self.standing(story)?,
            Some(withdrawal) => self.withdrawn(story, withdrawal)?,
        };
        Ok(vec![(story.path(), Page::kept(HTML, html, Cache::Revalidate, self.cache))])
    }

    fn standing(&self, story: &Story) -> Result<String, PressError> {
        let card = Card::new(story, self.edition);
        let raster = story.picture.as_ref().and_then(|p| self.edition.images.get(&p.name));
        let social = match (raster.filter(|i| i.is_raster), &card.picture) {
            (Some(_), Some(picture)) => {
                Some(Shown { url: format!("{}{}", self.base, picture.url), ..picture.clone() })
            }
            _ => None,
        };
        let picture = social.as_ref().map(|s| s.url.as_str());
        let data = feeds::news_article(self.edition, story, self.base, picture)?;
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
