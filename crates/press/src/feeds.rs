//! What machines read: Atom, JSON Feed, sitemap, robots.txt, structured data. Feeds hold summaries, not whole
//! stories, because a reader in the pages is part of the crowd and a feed reader's robot is not.

use askama::Template;
use serde_json::{Value, json};

use crate::edition::Edition;
use crate::error::PressError;
use crate::story::{Correction, Story};
use crate::views::Link;

/// Stories in a feed.
const NEWEST: usize = 50;

/// What a feed follows: the whole paper or one section.
pub(crate) struct Channel<'a> {
    /// The page it belongs to, `/` or `/<slug>/`; the feed lies beside it.
    pub(crate) at: String,
    pub(crate) title: String,
    pub(crate) about: &'a str,
    /// What changed last comes first, so that a correction or a withdrawal of an old story reaches those who follow.
    stories: Vec<&'a Story>,
}

/// The whole paper, then each section.
pub(crate) fn channels(edition: &Edition) -> Vec<Channel<'_>> {
    let paper = &edition.paper;
    let whole = Channel {
        at: "/".to_owned(),
        title: paper.name.clone(),
        about: &paper.tagline,
        stories: newest(edition.all()),
    };
    let section = paper.sections.iter().map(|section| Channel {
        at: format!("/{}/", section.slug),
        title: format!("{} · {}", section.name, paper.name),
        about: &section.about,
        stories: newest(edition.all().filter(|s| s.section == section.slug)),
    });
    std::iter::once(whole).chain(section).collect()
}

fn newest<'a>(stories: impl Iterator<Item = &'a Story>) -> Vec<&'a Story> {
    let mut stories: Vec<_> = stories.collect();
    stories.sort_by_key(|s| std::cmp::Reverse(s.changed().unix()));
    stories.truncate(NEWEST);
    stories
}

struct Entry {
    url: String,
    title: String,
    summary: String,
    authors: Vec<Link>,
    published: String,
    updated: String,
    section: String,
}

#[derive(Template)]
#[template(path = "feed.xml")]
struct Atom<'a> {
    /// Absolute address of the page the feed belongs to, with its slash.
    home: &'a str,
    title: &'a str,
    about: &'a str,
    name: &'a str,
    language: &'a str,
    updated: &'a str,
    entries: &'a [Entry],
}

#[derive(Template)]
#[template(path = "sitemap.xml")]
struct Sitemap<'a> {
    base: &'a str,
    pages: &'a [(String, Option<String>)],
}

fn entries(edition: &Edition, channel: &Channel, base: &str) -> Vec<Entry> {
    let labels = &edition.paper.labels;
    let entry = |story: &&Story| {
        let section = edition.paper.section(&story.section).map(|s| s.name.clone());
        let (title, summary) = match &story.withdrawn {
            None => (story.title.clone(), story.summary.clone()),
            Some(withdrawal) => {
                let title = withdrawal.headline.as_ref().unwrap_or(&story.title);
                (labels.withdrawn_title(title), withdrawal.reason.clone())
            }
        };
        Entry {
            url: format!("{base}{}", story.path()),
            title,
            summary,
            authors: authors(edition, story, base),
            published: story.date.rfc3339(),
            updated: story.changed().rfc3339(),
            section: section.unwrap_or_default(),
        }
    };
    channel.stories.iter().map(entry).collect()
}

/// Who wrote it, with the addresses of their pages below `base`. A withdrawn story leads to none: there may be no other.
pub(crate) fn authors(edition: &Edition, story: &Story, base: &str) -> Vec<Link> {
    let link = |name: &String| {
        let slug = edition.paper.author_slug(name).filter(|_| story.withdrawn.is_none());
        let slug = slug.unwrap_or_default();
        let url = if slug.is_empty() { String::new() } else { format!("{base}/authors/{slug}/") };
        Link { url, words: name.clone(), slug }
    };
    story.byline.iter().map(link).collect()
}

/// An author for machines, added to what `object` has.
fn person(mut object: Value, author: &Link) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert("name".to_owned(), json!(author.words));
        if !author.url.is_empty() {
            fields.insert("url".to_owned(), json!(author.url));
        }
    }
    object
}

/// RFC 4287.
pub(crate) fn atom(edition: &Edition, channel: &Channel, base: &str) -> Result<String, PressError> {
    let entries = entries(edition, channel, base);
    let newest = channel.stories.first().map(|s| s.changed().rfc3339());
    let updated = newest.unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned());
    let paper = &edition.paper;
    let atom = Atom {
        home: &format!("{base}{}", channel.at),
        title: &channel.title,
        about: channel.about,
        name: &paper.name,
        language: &paper.language,
        updated: &updated,
        entries: &entries,
    };
    Ok(atom.render()?)
}

/// JSON Feed 1.1.
pub(crate) fn json_feed(
    edition: &Edition,
    channel: &Channel,
    base: &str,
) -> Result<String, PressError> {
    let items: Vec<_> = entries(edition, channel, base)
        .into_iter()
        .map(|entry| {
            json!({
                "id": entry.url,
                "url": entry.url,
                "title": entry.title,
                "content_text": entry.summary,
                "summary": entry.summary,
                "date_published": entry.published,
                "date_modified": entry.updated,
                "authors": entry.authors.iter().map(|a| person(json!({}), a)).collect::<Vec<_>>(),
                "tags": [entry.section],
            })
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.about,
        "home_page_url": format!("{base}{}", channel.at),
        "feed_url": format!("{base}{}feed.json", channel.at),
        "language": edition.paper.language,
        "items": items,
    });
    Ok(serde_json::to_string_pretty(&feed)?)
}

/// sitemaps.org 0.9: every page, stories with the day of their last change.
pub(crate) fn sitemap(edition: &Edition, base: &str) -> Result<String, PressError> {
    let mut pages = vec![("/".to_owned(), None)];
    pages.extend(edition.paper.sections.iter().map(|s| (format!("/{}/", s.slug), None)));
    pages.extend(edition.standing().map(|story| (story.path(), Some(story.changed().iso()))));
    pages.extend(edition.authors().iter().map(|a| (format!("/authors/{}/", a.slug), None)));
    pages.extend([("/about/".to_owned(), None), ("/contact/".to_owned(), None)]);
    Ok(Sitemap { base, pages: &pages }.render()?)
}

/// Everyone may read everything; robots send no packets and need not fetch the machinery.
pub(crate) fn robots(base: &str) -> String {
    format!(
        "User-agent: *\nDisallow: /cover\nDisallow: /keys\nDisallow: /drop/\nDisallow: /desk/\n\n\
         Sitemap: {base}/sitemap.xml\n"
    )
}

/// schema.org `NewsArticle`, made safe to stand inside a script element.
pub(crate) fn news_article(
    edition: &Edition,
    story: &Story,
    base: &str,
    pictures: &[&str],
) -> Result<String, PressError> {
    let url = format!("{base}{}", story.path());
    let section = edition.paper.section(&story.section).map(|s| s.name.clone()).unwrap_or_default();
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "description": story.summary,
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": story.date.iso(),
        "dateModified": story.changed().iso(),
        "articleSection": section,
        "inLanguage": edition.paper.language,
        "isAccessibleForFree": true,
        "author": authors(edition, story, base).iter().map(|a| person(json!({ "@type": "Person" }), a)).collect::<Vec<_>>(),
        "publisher": { "@type": "NewsMediaOrganization", "name": edition.paper.name, "url": format!("{base}/") },
    });
    if let (false, Some(object)) = (pictures.is_empty(), data.as_object_mut()) {
        object.insert("image".to_owned(), json!(pictures));
    }
    let correction = |c: &Correction| json!({ "@type": "CorrectionComment", "text": c.text, "datePublished": c.date.iso() });
    if let (false, Some(object)) = (story.corrections.is_empty(), data.as_object_mut()) {
        object.insert("correction".to_owned(), story.corrections.iter().map(correction).collect());
    }
    // Inside <script> only `</script` and `<!--` end or change anything; no `<` at all is simpler to prove.
    Ok(serde_json::to_string(&data)?.replace('<', "\\u003c"))
}
