//! An edition and a site's particulars, printed.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::assets::{self, Script};
use crate::date::Moment;
use crate::edition::Edition;
use crate::error::PressError;
use crate::markdown::{self, Source};
use crate::pages::{Cache, Page, Pages};
use crate::story::{Correction, Story, Withdrawal};
use crate::views::{
    AboutPage, Block, Card, ContactPage, Dated, Day, FrontPage, Head, Link, MissingPage,
    SectionPage, Shown, Site, StoryPage, WithdrawnPage,
};
use crate::{PageContext, feeds};

const HTML: &str = "text/html; charset=utf-8";
/// Stories beside the lead on the front page.
const SECONDS: usize = 3;
/// Stories in a section's strip on the front page.
const STRIP: usize = 4;
/// Stories under "read more".
const MORE: usize = 4;

struct Printer<'a> {
    edition: &'a Edition,
    base: &'a str,
    site: Site<'a>,
}

/// Every path of the site, and the page for the others.
pub(crate) fn pages(edition: &Edition, ctx: &PageContext) -> Result<Pages, PressError> {
    check_base(&ctx.base_url)?;
    let mut by_path = BTreeMap::new();
    let script = Script::embedded()?;
    for file in script.files.values() {
        by_path.insert(file.path.clone(), file.page());
    }
    let shown = edition.pictures();
    for (_, image) in edition.images.iter().filter(|(name, _)| shown.contains(name)) {
        by_path.insert(image.path.clone(), image.page());
    }
    let style = assets::style(&own_style(edition));
    let icon = icon(edition);
    let style_path = assets::hashed("paper.css", style.as_bytes());
    let icon_path = assets::hashed("icon.svg", icon.as_bytes());
    by_path
        .insert(style_path.clone(), Page::new("text/css; charset=utf-8", style, Cache::Immutable));
    by_path.insert(icon_path.clone(), Page::new("image/svg+xml", icon, Cache::Immutable));

    let ways = ways(edition, &ctx.contact.lines)?;
    let base = ctx.base_url.as_str();
    let site = site(edition, ctx, &script, (style_path, icon_path), &ways);
    let printer = Printer { edition, base, site };
    printer.print(&ways, &mut by_path)?;

    let text = |kind, body: String| Page::new(kind, body, Cache::Revalidate);
    for channel in feeds::channels(edition) {
        let atom = feeds::atom(edition, &channel, base)?;
        let json = feeds::json_feed(edition, &channel, base)?;
        let at = &channel.at;
        by_path.insert(format!("{at}feed.xml"), text("application/atom+xml; charset=utf-8", atom));
        by_path.insert(format!("{at}feed.json"), text("application/feed+json", json));
    }
    by_path.insert(
        "/sitemap.xml".into(),
        text("application/xml; charset=utf-8", feeds::sitemap(edition, base)?),
    );
    by_path.insert("/robots.txt".into(), text("text/plain; charset=utf-8", feeds::robots(base)));
    let not_found = text(HTML, printer.missing()?);
    Ok(Pages::new(by_path, not_found))
}

impl Printer<'_> {
    fn print(&self, ways: &str, by_path: &mut BTreeMap<String, Page>) -> Result<(), PressError> {
        let mut add = |path: String, body: String| {
            by_path.insert(path, Page::new(HTML, body, Cache::Revalidate));
        };
        add("/".to_owned(), self.front()?);
        for section in &self.edition.paper.sections {
            let stories = self.edition.standing().filter(|s| s.section == section.slug);
            let path = format!("/{}/", section.slug);
            let page = SectionPage {
                site: &self.site,
                head: self.head(&section.name, &section.about, &path),
                name: &section.name,
                slug: &section.slug,
                about: &section.about,
                cards: stories.map(|s| Card::new(s, self.edition)).collect(),
            };
            add(path, page.render()?);
        }
        for story in &self.edition.stories {
            let page = match &story.withdrawn {
                None => self.story(story)?,
                Some(withdrawal) => self.withdrawn(story, withdrawal)?,
            };
            add(story.path(), page);
        }
        let labels = self.site.labels;
        let about = AboutPage {
            site: &self.site,
            head: self.head(&labels.about, &self.edition.paper.tagline, "/about/"),
            body: self.edition.about.as_ref().map(|body| body.html.as_str()),
        };
        add("/about/".to_owned(), about.render()?);
        let contact = ContactPage {
            site: &self.site,
            head: self.head(&labels.contact, &labels.contact_summary, "/contact/"),
            ways,
        };
        add("/contact/".to_owned(), contact.render()?);
        Ok(())
    }

    fn front(&self) -> Result<String, PressError> {
        let stories: Vec<_> = self.edition.standing().collect();
        let lead = stories.iter().find(|s| s.lead).or(stories.first()).copied();
        let lead_slug = lead.map(|s| s.slug.as_str());
        let others: Vec<_> =
            stories.iter().filter(|s| Some(s.slug.as_str()) != lead_slug).collect();
        let (seconds, rest) = others.split_at(others.len().min(SECONDS));
        let card = |story: &&&Story| Card::new(story, self.edition);
        let blocks = self.edition.paper.sections.iter().filter_map(|section| {
            let here = rest.iter().filter(|s| s.section == section.slug);
            let cards: Vec<_> = here.take(STRIP).map(card).collect();
            let pictures = cards.len() < 3 || cards.iter().all(|c| c.picture.is_some());
            let (name, slug) = (section.name.clone(), section.slug.clone());
            (!cards.is_empty()).then_some(Block { name, slug, cards, pictures })
        });
        let mut head = self.head("", &self.edition.paper.tagline, "/");
        head.title = self.site.name.to_owned();
        let page = FrontPage {
            site: &self.site,
            head,
            lead: lead.map(|s| card(&&s)),
            seconds: seconds.iter().map(card).collect(),
            blocks: blocks.collect(),
        };
        Ok(page.render()?)
    }

    fn story(&self, story: &Story) -> Result<String, PressError> {
        let path = story.path();
        let card = Card::new(story, self.edition);
        let raster = story
            .picture
            .as_ref()
            .and_then(|p| self.edition.images.get(&p.name))
            .filter(|i| i.is_raster());
        let social = match (raster, &card.picture) {
            (Some(_), Some(picture)) => {
                Some(Shown { url: format!("{}{}", self.base, picture.url), ..picture.clone() })
            }
            _ => None,
        };
        let data = feeds::news_article(
            self.edition,
            story,
            self.base,
            social.as_ref().map(|s| s.url.as_str()),
        )?;
        let mut head = self.head(&story.title, &story.summary, &path);
        head.kind = "article";
        head.card = social;
        head.data = Some(data);
        let page = StoryPage {
            site: &self.site,
            head,
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

    /// What stands where a story stood.
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

    fn day(&self, moment: Moment) -> Day {
        Day { iso: moment.iso(), words: moment.words(self.site.labels) }
    }

    /// The stories the writer names, then the section's newest, then the paper's newest.
    fn more(&self, story: &Story) -> Vec<Card> {
        let stories = || self.edition.standing();
        let named =
            story.related.iter().filter_map(|(slug, _)| stories().find(|s| s.slug == *slug));
        let near = stories().filter(|s| s.section == story.section);
        let mut seen = BTreeSet::from([story.slug.as_str()]);
        named
            .chain(near)
            .chain(stories())
            .filter(|s| seen.insert(s.slug.as_str()))
            .take(MORE)
            .map(|s| Card::new(s, self.edition))
            .collect()
    }

    fn missing(&self) -> Result<String, PressError> {
        let labels = self.site.labels;
        let mut head = self.head(&labels.missing_title, &labels.missing_text, "/");
        head.canonical.clear();
        head.index = false;
        Ok(MissingPage { site: &self.site, head }.render()?)
    }

    fn head(&self, title: &str, description: &str, path: &str) -> Head {
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
}

fn site<'a>(
    edition: &'a Edition,
    ctx: &PageContext,
    script: &Script,
    (style, icon): (String, String),
    ways: &str,
) -> Site<'a> {
    let paper = &edition.paper;
    let path = |name| script.path(name).map(str::to_owned);
    let sections = paper.sections.iter().map(|s| Link {
        url: format!("/{}/", s.slug),
        words: s.name.clone(),
        slug: s.slug.clone(),
    });
    let newest = edition.standing().next().map(|s| s.date);
    Site {
        name: &paper.name,
        tagline: &paper.tagline,
        language: &paper.language,
        direction: paper.direction,
        labels: &paper.labels,
        sections: sections.collect(),
        today: newest.map(|d| Day { iso: d.iso(), words: d.words(&paper.labels) }),
        style,
        icon,
        preload: script.imported_by("page.js"),
        script: path("page.js"),
        worker: path("worker.js"),
        words: path("words.txt"),
        site_id: URL_SAFE_NO_PAD.encode(ctx.site_id),
        mix_on_premises: ctx.mix_on_premises,
        drawer: script.drawer.replace("{contact}", ways),
    }
}

/// The contact lines as a list; nothing if there are none.
fn ways(edition: &Edition, lines: &[String]) -> Result<String, PressError> {
    let mut list = String::new();
    for line in lines {
        // The page says "By post:" in bold, as the line begins.
        let marked = match line.split_once(": ") {
            Some((how, text)) if !how.contains(['*', '[', '`']) => format!("**{how}:** {text}"),
            _ => line.clone(),
        };
        let source = Source { file: crate::paper::FILE, text: &marked, first_line: 1 };
        let body = markdown::line(&source, &edition.images, &edition.paper)?;
        list.push_str(&format!("<li>{}</li>", body.html));
    }
    Ok(if list.is_empty() { list } else { format!("<ul class=\"ways\">{list}</ul>") })
}

/// The accent, and which section's name is lit while one of its pages is shown.
fn own_style(edition: &Edition) -> String {
    let accent = &edition.paper.accent;
    let mut style = format!(
        "\n:root {{ --accent: {}; }}\n@media (prefers-color-scheme: dark) {{ @media screen {{ :root {{ --accent: {}; }} }} }}\n",
        accent.light, accent.dark
    );
    for section in &edition.paper.sections {
        let slug = &section.slug;
        style.push_str(&format!(
            "body:has(main[data-section=\"{slug}\"]) .sections a[data-section=\"{slug}\"] {{ color: var(--accent); text-decoration-color: var(--accent); }}\n"
        ));
    }
    style
}

/// The paper's initial on its accent.
fn icon(edition: &Edition) -> String {
    let name = &edition.paper.name;
    let bare = name.strip_prefix("The ").unwrap_or(name);
    let initial: String = bare.chars().find(|c| c.is_alphanumeric()).into_iter().collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" rx=\"8\" \
         fill=\"{}\"/><text x=\"32\" y=\"48\" text-anchor=\"middle\" font-family=\"Georgia,serif\" font-size=\"46\" \
         font-weight=\"700\" fill=\"#fff\">{initial}</text></svg>\n",
        edition.paper.accent.light
    )
}

fn check_base(base: &str) -> Result<(), PressError> {
    let authority = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    if authority.is_some_and(|a| !a.is_empty() && a.chars().all(plain)) {
        return Ok(());
    }
    Err(PressError::Context {
        problem: format!("{base:?} is not the address of a site"),
        mend:
            "write https:// and the name, such as https://example.org, without a slash at the end"
                .into(),
    })
}
