//! An edition and a site's particulars, printed.

mod printer;
mod story;

use std::collections::BTreeMap;

use askama::Template as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::assets::{self, Script};
use crate::cache::BuildCache;
use crate::edition::Edition;
use crate::error::PressError;
use crate::markdown::{self, Source};
use crate::pages::{Cache, Page, Pages};
use crate::views::{Day, Drawer, Link, Shown, Site};
use crate::{PageContext, feeds};
use printer::Printer;

const HTML: &str = "text/html; charset=utf-8";

/// Every path of the site, and the page for the others.
pub(crate) fn pages(
    edition: &Edition,
    ctx: &PageContext,
    cache: &BuildCache,
) -> Result<Pages, PressError> {
    check_base(&ctx.base_url)?;
    let kept = |kind, body: String, how| Page::kept(kind, body, how, cache);
    let mut by_path = BTreeMap::new();
    let script = Script::embedded()?;
    for file in script.files.values() {
        by_path.insert(file.path.clone(), file.page());
    }
    let shown = edition.pictures();
    for (_, image) in edition.images.iter().filter(|(name, _)| shown.contains(name)) {
        by_path.extend(image.pages.iter().cloned());
    }
    let style = assets::style(&own_style(edition));
    let icon = icon(edition);
    let style_path = assets::hashed("paper.css", style.as_bytes());
    let icon_path = assets::hashed("icon.svg", icon.as_bytes());
    by_path.insert(style_path.clone(), kept("text/css; charset=utf-8", style, Cache::Immutable));
    by_path.insert(icon_path.clone(), kept("image/svg+xml", icon, Cache::Immutable));

    let ways = ways(edition, &ctx.contact.lines)?;
    let base = ctx.base_url.as_str();
    let site = site(edition, ctx, &script, (style_path, icon_path), &ways)?;
    let printer = Printer::new(edition, base, site, cache);
    by_path.extend(printer.print(&ways)?);

    let text = |kind, body: String| kept(kind, body, Cache::Revalidate);
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
    let not_found = printer.missing()?;
    cache.pages.sweep();
    cache.cards.sweep();
    Ok(Pages::new(by_path, not_found))
}

fn site<'a>(
    edition: &'a Edition,
    ctx: &PageContext,
    script: &Script,
    (style, icon): (String, String),
    ways: &str,
) -> Result<Site<'a>, PressError> {
    let paper = &edition.paper;
    let path = |name| script.path(name).map(str::to_owned);
    let sections = paper.sections.iter().map(|s| Link {
        url: format!("/{}/", s.slug),
        words: s.name.clone(),
        slug: s.slug.clone(),
    });
    let newest = edition.standing().next().map(|s| s.date);
    Ok(Site {
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
        site_id: URL_SAFE_NO_PAD.encode(ctx.site_id),
        mix_on_premises: ctx.mix_on_premises,
        drawer: Drawer { labels: &paper.labels, ways }.render()?,
        logo: paper
            .look
            .logo
            .as_ref()
            .and_then(|l| Shown::new(edition, &l.light.name, &paper.name, "")),
        logo_dark: paper
            .look
            .logo
            .as_ref()
            .and_then(|l| l.dark.as_ref())
            .and_then(|l| Shown::new(edition, &l.name, "", "")),
    })
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
    let accent = &edition.paper.look.accent;
    let mut style = format!(
        "\n:root {{ --accent: {}; }}\n@media (prefers-color-scheme: dark) {{ @media screen {{ :root {{ --accent: {}; }} }} }}\n",
        accent.light, accent.dark
    );
    let face = edition.paper.look.face;
    if !face.is_empty() {
        style.push_str(&format!(":root {{ {face} }}\n"));
    }
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
        edition.paper.look.accent.light
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
