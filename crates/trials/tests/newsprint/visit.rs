//! A reader's visit: every kind of page of a real site, on a desktop and a phone, by day and by night.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use serde_json::json;
use trials::browser::{Browser, Kind, Look};
use trials::demo::Demo;
use trials::{acts, axe, chromium, http, schema};

use crate::paper::{ARABIC, ENGLISH, Paper};

/// Every kind of page, by the name that it gives itself, and where there is one.
pub(crate) const PAGES: [(&str, &str); 9] = [
    ("front", "/"),
    ("section", "/world/"),
    ("section", "/world/page/2/"),
    ("author", "/authors/ada-quill/"),
    ("story", "/story/list/"),
    ("withdrawn", "/story/gone/"),
    ("about", "/about/"),
    ("contact", "/contact/"),
    ("missing", "/no-such-page/"),
];

fn looks() -> [(&'static str, Look); 4] {
    let phone = Look { phone: true, size: (390, 844), ..Look::default() };
    [
        ("light", Look::default()),
        ("dark", Look { dark: true, ..Look::default() }),
        ("phone", phone.clone()),
        ("phone-dark", Look { dark: true, ..phone }),
    ]
}

/// What is wrong with the page that has just been loaded.
async fn faults(browser: &Browser, missing: bool) -> Vec<String> {
    let mut faults = axe::violations(browser).await.unwrap();
    let moved = chromium::shifted(browser).await.unwrap();
    if moved != 0.0 {
        faults.push(format!("things moved: {moved}"));
    }
    // That an address leads nowhere is written to the console by Chromium itself.
    let said = chromium::console(browser).await.unwrap().into_iter();
    faults.extend(said.filter(|line| !(missing && line.contains("no-such-page"))));
    let seen = "return {
        sideways: document.documentElement.scrollWidth > innerWidth,
        pictures: [...document.images].filter((i) => !i.currentSrc.startsWith(location.origin) || !i.naturalWidth).map((i) => i.src),
    }";
    let seen = browser.run(seen, vec![]).await.unwrap();
    if seen != json!({ "sideways": false, "pictures": [] }) {
        faults.push(seen.to_string());
    }
    faults
}

async fn visit(paper: &Paper) {
    let data = tempfile::tempdir().unwrap();
    let demo = printed(paper, data.path()).await;
    let browser = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
    for (name, look) in looks() {
        chromium::pretend(&browser, &look).await.unwrap();
        for (page, path) in PAGES {
            browser.goto(&format!("{}{path}", demo.site)).await.unwrap();
            let is = "return [document.getElementById('content').dataset.page, document.documentElement.dir]";
            let is = browser.run(is, vec![]).await.unwrap();
            assert_eq!(is, json!([page, paper.direction]), "{path}");
            let shot =
                format!("{}-{name}{}", paper.name, path.trim_end_matches('/').replace('/', "-"));
            browser.shot(&shot).await.unwrap();
            let found = faults(&browser, page == "missing").await;
            assert_eq!(found, Vec::<String>::new(), "{} {name} {path}", paper.name);
        }
        drawer(&browser, &demo, &format!("{}-{name}", paper.name)).await;
    }
    // A desktop at 400 % is as wide as this.
    chromium::pretend(&browser, &Look { size: (320, 256), ..Look::default() }).await.unwrap();
    for (_, path) in PAGES.iter().filter(|(page, _)| *page != "missing") {
        browser.goto(&format!("{}{path}", demo.site)).await.unwrap();
        let fits = "return document.documentElement.scrollWidth <= innerWidth";
        assert_eq!(browser.run(fits, vec![]).await.unwrap(), json!(true), "{path} at 400 %");
    }
    feeds(demo.address().unwrap()).await;
    structured(&browser, &demo).await;
    faults_are_seen(&browser, &demo).await;
}

/// A site that prints the paper. Its newsroom has no policy for approvals, which would want one for the withdrawal.
async fn printed(paper: &Paper, data: &Path) -> Demo {
    Demo::start(data, 0).await.unwrap().end().unwrap();
    let settings = data.join("site/site.toml");
    let with = fs::read_to_string(&settings).unwrap();
    let without = with.replace("approvals = \"policy\"", "approvals = \"none\"");
    assert_ne!(with, without);
    fs::write(settings, without).unwrap();
    // The demonstration leaves what is there as it is, but for the files of its own that are missing.
    paper.write(&data.join("newspaper"));
    Demo::start(data, 0).await.unwrap()
}

/// The drawer at its beginning and where people write.
async fn drawer(browser: &Browser, demo: &Demo, name: &str) {
    browser.goto(&demo.site).await.unwrap();
    acts::open_drawer(browser).await.unwrap();
    browser.shot(&format!("{name}-drawer")).await.unwrap();
    assert_eq!(axe::violations(browser).await.unwrap(), Vec::<String>::new(), "{name} drawer");
    assert_eq!(acts::begin(browser).await.unwrap().len(), 7);
    browser.shot(&format!("{name}-drawer-write")).await.unwrap();
    assert_eq!(axe::violations(browser).await.unwrap(), Vec::<String>::new(), "{name} writing");
    assert_eq!(chromium::console(browser).await.unwrap(), Vec::<String>::new(), "{name} drawer");
}

/// The path of an absolute address. The site was made for another port than it has now.
fn path_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap();
    &rest[rest.find('/').unwrap()..]
}

/// Every feed, by a parser that is not ours; what it leads to is there.
async fn feeds(site: SocketAddr) {
    for at in ["/", "/world/"] {
        let mut both = Vec::new();
        for name in ["feed.xml", "feed.json"] {
            let bytes = http::get(site, &format!("{at}{name}")).await.unwrap();
            let feed = feed_rs::parser::parse(bytes.as_ref()).unwrap();
            assert!(feed.title.is_some() && feed.entries.len() >= 46, "{at}{name}");
            let mut entries = Vec::new();
            for entry in &feed.entries {
                let link = entry.links.first().unwrap().href.clone();
                http::get(site, path_of(&link)).await.unwrap();
                assert!(entry.title.is_some() && !entry.authors.is_empty(), "{link}");
                entries.push((link, entry.updated.unwrap(), entry.published.unwrap()));
            }
            assert!(entries.is_sorted_by(|one, next| one.1 >= next.1), "{at}{name}: newest first");
            both.push(entries);
            // The parser refuses what is no feed.
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            let spoilt = text.replace("<feed", "<food").replace("\"version\"", "\"vision\"");
            assert!(feed_rs::parser::parse(spoilt.as_bytes()).is_err(), "{at}{name}");
        }
        assert_eq!(both[0], both[1], "{at}: both feeds say the same");
    }
}

/// A story's data is what schema.org knows, has what search engines require, and its pictures are there.
async fn structured(browser: &Browser, demo: &Demo) {
    let read = "return [...document.querySelectorAll('script[type=\"application/ld+json\"]')].map((e) => JSON.parse(e.textContent))";
    browser.goto(&format!("{}/story/list/", demo.site)).await.unwrap();
    let data = browser.run(read, vec![]).await.unwrap();
    let data = data.as_array().unwrap();
    assert_eq!(data.len(), 1);
    assert_eq!(schema::complaints("NewsArticle", data).unwrap(), Vec::<String>::new());
    let article = &data[0];
    assert_eq!(article["@type"], "NewsArticle");
    for required in
        ["headline", "datePublished", "dateModified", "publisher", "mainEntityOfPage", "inLanguage"]
    {
        assert!(!article[required].is_null(), "{required}");
    }
    assert!(
        article["author"]
            .as_array()
            .unwrap()
            .iter()
            .all(|a| a["@type"] == "Person" && a["name"].is_string())
    );
    let pictures: Vec<_> =
        article["image"].as_array().unwrap().iter().map(|i| i.as_str().unwrap()).collect();
    assert_eq!(pictures.len(), 2, "the story's picture and its card: {pictures:?}");
    for picture in pictures {
        http::get(demo.address().unwrap(), path_of(picture)).await.unwrap();
    }
    browser.goto(&format!("{}/story/gone/", demo.site)).await.unwrap();
    assert_eq!(
        browser.run(read, vec![]).await.unwrap(),
        json!([]),
        "a withdrawn story is no article"
    );
}

/// What the visit looks for, it sees.
async fn faults_are_seen(browser: &Browser, demo: &Demo) {
    browser.goto(&demo.site).await.unwrap();
    assert_eq!(faults(browser, false).await, Vec::<String>::new());
    let spoil = "console.info('spoilt');
        const i = document.createElement('img'); i.src = '/no-picture.png'; document.querySelector('main').prepend(i);
        const s = document.createElement('script'); s.textContent = '1'; document.head.append(s);
        const d = document.createElement('div'); d.style.cssText = 'height:99px;width:3000px'; document.body.prepend(d);";
    browser.run(spoil, vec![]).await.unwrap();
    let found = faults(browser, false).await.join("\n");
    for fault in [
        "spoilt",
        "no-picture",
        "Content Security Policy",
        "things moved",
        "\"sideways\":true",
        "image-alt",
    ] {
        assert!(found.contains(fault), "{fault} is not in\n{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_visit_left_to_right() {
    visit(&ENGLISH).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_visit_right_to_left() {
    visit(&ARABIC).await;
}
