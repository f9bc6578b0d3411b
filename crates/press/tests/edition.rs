//! A whole edition, as a site would serve it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::collections::BTreeSet;
use std::path::Path;

use press::{Cache, Edition, PageContext, Pages, PressError};

fn edition(dir: &str) -> Edition {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(dir);
    Edition::load(&dir).unwrap_or_else(|e| panic!("{e}"))
}

fn printed(dir: &str) -> Pages {
    let edition = edition(dir);
    let ctx = PageContext {
        site_id: [0xab; 32],
        base_url: "https://ledger.example".into(),
        mix_on_premises: false,
        contact: edition.contact(),
    };
    edition.render(&ctx).unwrap()
}

fn html(pages: &Pages) -> Vec<(String, String)> {
    let all = pages.iter().chain([("/missing/", pages.not_found())]);
    all.filter(|(_, page)| page.content_type.starts_with("text/html"))
        .map(|(path, page)| (path.to_owned(), String::from_utf8(page.body.to_vec()).unwrap()))
        .collect()
}

fn text(pages: &Pages, path: &str) -> String {
    let page = pages.get(path).unwrap_or_else(|| panic!("{path} is not there"));
    String::from_utf8(page.body.to_vec()).unwrap()
}

/// Values of `name="…"` in a page.
fn attribute<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let opening = format!(" {name}=\"");
    html.split(opening.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start}"));
    let length = text[from..].find(end).unwrap_or_else(|| panic!("no {end}"));
    &text[from..from + length]
}

#[test]
fn every_path_of_the_paper_is_there() {
    let pages = printed("tests/newsroom");
    for path in [
        "/",
        "/world/",
        "/trade/",
        "/empty/",
        "/story/the-list/",
        "/story/other/",
        "/about/",
        "/contact/",
    ] {
        assert_eq!(pages.get(path).unwrap().content_type, "text/html; charset=utf-8", "{path}");
    }
    for path in ["/feed.xml", "/feed.json", "/sitemap.xml", "/robots.txt"] {
        assert_eq!(pages.get(path).unwrap().cache, Cache::Revalidate, "{path}");
    }
    assert!(pages.get("/story/the-list").is_none());
    for (path, page) in pages
        .iter()
        .filter(|(path, _)| path.starts_with("/assets/") || path.starts_with("/images/"))
    {
        assert_eq!(page.cache, Cache::Immutable, "{path}");
        let digits = path.rsplit('.').nth(1).unwrap();
        assert!(digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_hexdigit()), "{path}");
    }
}

#[test]
fn outside_title_head_data_and_main_every_page_is_the_same() {
    for dir in ["tests/newsroom", "demo"] {
        let mut skeletons = BTreeSet::new();
        for (path, page) in html(&printed(dir)) {
            assert_eq!(page.matches("<main id=\"content\"").count(), 1, "{path}");
            let head = between(&page, "<title>", "</head>");
            let main = between(&page, "<main ", "</main>");
            skeletons.insert(page.replace(head, "").replace(main, ""));
        }
        assert_eq!(skeletons.len(), 1, "{dir}");
        let skeleton = skeletons.first().unwrap();
        for id in ["drawer-open", "cover", "cover-text", "cover-switch"] {
            assert_eq!(skeleton.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
        }
        assert!(skeleton.contains("data-site=\"q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s\""));
        assert!(skeleton.contains("so that sources look like readers"));
    }
}

#[test]
fn every_internal_link_and_asset_resolves() {
    for dir in ["tests/newsroom", "demo"] {
        let pages = printed(dir);
        for (at, page) in html(&pages) {
            for name in ["href", "src", "data-worker"] {
                for url in attribute(&page, name) {
                    if let Some(id) = url.strip_prefix('#') {
                        assert!(page.contains(&format!(" id=\"{id}\"")), "{at} leads to #{id}");
                    } else if url.starts_with('/') {
                        assert!(pages.get(url).is_some(), "{at} leads to {url}");
                    }
                }
            }
            let ids = attribute(&page, "id");
            assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{at}: an id twice");
        }
        let css: Vec<_> = pages.iter().filter(|(path, _)| path.ends_with(".css")).collect();
        assert_eq!(css.len(), 1);
        assert!(!text(&pages, css[0].0).contains("url("));
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere_and_nothing_runs_inline() {
    for dir in ["tests/newsroom", "demo"] {
        for (path, page) in html(&printed(dir)) {
            for tag in [
                "<img", "<script", "<link", "<iframe", "<source", "<video", "<audio", "<object",
                "<embed",
            ] {
                for element in page.split(tag).skip(1).map(|rest| rest.split('>').next().unwrap()) {
                    let names = [" rel=\"canonical\"", " type=\"application/ld+json\""];
                    if names.iter().any(|name| element.contains(name)) {
                        continue;
                    }
                    for url in attribute(element, "src").iter().chain(&attribute(element, "href")) {
                        assert!(
                            url.starts_with('/') && !url.starts_with("//"),
                            "{path}: {tag} {url}"
                        );
                    }
                }
            }
            for attribute_name in ["style", "onclick", "onload", "onerror", "ping", "loading"] {
                assert!(attribute(&page, attribute_name).is_empty(), "{path}: {attribute_name}");
            }
            for url in attribute(&page, "srcset").iter().flat_map(|set| set.split(", ")) {
                assert!(url.starts_with('/') && !url.starts_with("//"), "{path}: {url}");
            }
            assert!(
                !page.contains("<style")
                    && !page.contains("prefetch")
                    && !page.contains("preconnect")
            );
            assert_eq!(
                page.matches("<script").count(),
                page.matches("<script type=").count(),
                "{path}"
            );
        }
    }
}

#[test]
fn a_story_shows_statements_notes_pictures_and_its_sourcing() {
    let page = text(&printed("tests/newsroom"), "/story/the-list/");
    let exchange = between(&page, "<div class=\"exchange\">", "</div>");
    for part in [
        "<figure class=\"statement attributed\"><figcaption><b>According to</b> the indictment, 4 May</figcaption>",
        "<p>The list was printed on 9 May.</p>",
        "<li>twice</li>",
        "<figure class=\"statement denied\"><figcaption><b>Denied by</b> Ministry of Works &amp; Co</figcaption>",
        "<p>“There has never been a list.”</p>",
    ] {
        assert!(exchange.contains(part), "{part} is not in\n{exchange}");
    }
    assert!(!exchange.contains("I saw it"));
    for part in [
        "<b>On the record</b> Ada Quill",
        "<blockquote>\n<p>A plain quotation.</p>\n</blockquote>",
        "in the basement, “they” said – and again",
        "id=\"fnref-1-2\" href=\"#fn-1\"",
        "<li id=\"fn-1\">",
        "<th scope=\"col\" class=\"end\">copies</th><td></td></tr>",
        "alt=\"The quay at dawn\" width=\"640\" height=\"360\"",
        "<figcaption>The quay</figcaption>",
        "This story rests in part on people who were not allowed to speak.",
        "<abbr title=\"x\">H2<sub>2</sub>O</abbr>",
        "https://example.org/register?a=1&amp;b=2",
        "20 November 2026",
        "Another story",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    assert!(!page.contains("[attributed") && !page.contains("[^where]"));
    // The title's </script> must not end the block of structured data.
    let data = between(&page, "<script type=\"application/ld+json\">", "</script>");
    let data: serde_json::Value = serde_json::from_str(data.split_once('>').unwrap().1).unwrap();
    assert_eq!(data["headline"], "The list that “nobody” had </script>");
    assert!(data["image"][0].as_str().unwrap().starts_with("https://ledger.example/images/dawn."));
    assert!(page.contains(
        "<meta property=\"og:image\" content=\"https://ledger.example/images/the-list-card."
    ));
}

#[test]
fn feeds_and_sitemap_name_every_story() {
    let pages = printed("tests/newsroom");
    let atom = text(&pages, "/feed.xml");
    assert!(
        atom.contains("<updated>2026-11-21T00:00:00Z</updated>")
            && atom.contains("&lt;/script&gt;")
            || atom.contains("&#60;/script&#62;")
    );
    let feed: serde_json::Value = serde_json::from_str(&text(&pages, "/feed.json")).unwrap();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["items"].as_array().unwrap().len(), 2);
    assert_eq!(feed["items"][0]["date_published"], "2026-11-20T09:30:00+01:00");
    let sitemap = text(&pages, "/sitemap.xml");
    assert!(sitemap.contains(
        "<loc>https://ledger.example/story/the-list/</loc><lastmod>2026-11-21</lastmod>"
    ));
    assert!(text(&pages, "/robots.txt").contains("Sitemap: https://ledger.example/sitemap.xml"));
}

#[test]
fn each_section_has_feeds_of_its_own_stories_only() {
    let pages = printed("tests/newsroom");
    for (slug, title, story) in [
        ("world", "World · The Harbour Ledger", Some("the-list")),
        ("trade", "The Trade · The Harbour Ledger", Some("other")),
        ("empty", "Empty · The Harbour Ledger", None),
    ] {
        let home = format!("https://ledger.example/{slug}/");
        let json: serde_json::Value =
            serde_json::from_str(&text(&pages, &format!("/{slug}/feed.json"))).unwrap();
        assert_eq!(json["title"], title);
        assert_eq!(json["home_page_url"], home.as_str());
        assert_eq!(json["feed_url"], format!("{home}feed.json"));
        let urls: Vec<_> =
            json["items"].as_array().unwrap().iter().map(|i| i["url"].as_str().unwrap()).collect();
        let wanted: Vec<_> =
            story.iter().map(|s| format!("https://ledger.example/story/{s}/")).collect();
        assert_eq!(urls, wanted, "{slug}");

        let atom = text(&pages, &format!("/{slug}/feed.xml"));
        assert!(atom.contains(&format!("<id>{home}</id>\n<title>{title}</title>")), "{atom}");
        assert!(atom.contains(&format!("type=\"application/atom+xml\" href=\"{home}feed.xml\"")));
        assert_eq!(atom.matches("<entry>").count(), wanted.len(), "{slug}");
        for url in &wanted {
            assert!(atom.contains(&format!("<id>{url}</id>")), "{slug}");
        }
    }
}

#[test]
fn contact_works_without_the_script() {
    let page = text(&printed("tests/newsroom"), "/contact/");
    assert!(
        page.contains("<li><b>By post:</b>")
            || page.contains("<li><strong>By post:</strong> 4 Quay Street. No <em>sender</em>")
    );
    assert!(page.contains("<li>At the door, any weekday</li>"));
    assert!(page.contains("<noscript>"));
}

#[test]
fn page_style_and_script_stay_below_sixty_kilobytes() {
    let pages = printed("demo");
    let size = |path: &str| pages.get(path).map_or(0, |p| p.gzip.as_ref().unwrap_or(&p.body).len());
    let assets: usize =
        pages.iter().map(|(path, _)| path).filter(|p| p.starts_with("/assets/")).map(size).sum();
    let worst = html(&pages).into_iter().map(|(path, _)| size(&path)).max().unwrap();
    println!(
        "style, script, icon: {assets} bytes; largest page: {worst} bytes; together {}",
        assets + worst
    );
    assert!(assets + worst < 60_000, "{assets} + {worst}");
}

#[test]
fn the_same_edition_is_printed_the_same_way() {
    let (one, other) = (printed("demo"), printed("demo"));
    assert!(
        one.iter()
            .map(|(p, page)| (p, &page.body))
            .eq(other.iter().map(|(p, page)| (p, &page.body)))
    );
}

#[test]
fn an_address_that_is_none_is_refused() {
    let edition = edition("tests/newsroom");
    for base in ["", "ledger.example", "https://ledger.example/", "https://a\"b", "javascript:1"] {
        let ctx = PageContext {
            site_id: [0; 32],
            base_url: base.into(),
            mix_on_premises: true,
            contact: press::Contact::default(),
        };
        assert!(matches!(edition.render(&ctx), Err(PressError::Context { .. })), "{base}");
    }
}
