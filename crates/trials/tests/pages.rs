//! The pages themselves: accessible, valid, small, silent, and readable without scripts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::By;
use trials::browser::{Browser, Kind, Look};
use trials::demo::Demo;
use trials::recorder::{Protocol, Recorder};
use trials::{acts, axe, html};

const SOON: Duration = Duration::from_secs(30);

/// One page of each type, by links of the front page.
async fn page_types(browser: &Browser, origin: &str) -> Vec<(&'static str, String)> {
    browser.goto(origin).await.unwrap();
    let link = |script: &'static str| async move {
        let path = browser.run(script, vec![]).await.unwrap();
        path.as_str().expect("such a page is linked from the front page").to_owned()
    };
    let story =
        link("return document.querySelector('main a[href^=\"/story/\"]')?.getAttribute('href')")
            .await;
    let section =
        link("return document.querySelector('nav a[href^=\"/\"]:not([href=\"/\"])')?.getAttribute('href')").await;
    vec![
        ("front", "/".to_owned()),
        ("section", section),
        ("story", story),
        ("about", "/about/".to_owned()),
        ("contact", "/contact/".to_owned()),
        ("missing", "/no-such-page/".to_owned()),
    ]
}

/// No violation on any page type, with the drawer closed and open, at a desktop's and a phone's width, light and dark.
async fn accessible(kind: Kind, looks: &[(&str, Look)]) {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    for (name, look) in looks {
        let browser = Browser::start(kind, look).await.unwrap();
        for (page, path) in page_types(&browser, &demo.site).await {
            browser.goto(&format!("{}{path}", demo.site)).await.unwrap();
            let is = browser
                .run("return document.getElementById('content').dataset.page", vec![])
                .await
                .unwrap();
            assert_eq!(is, json!(page), "{path}");
            browser.shot(&format!("{name}-{page}")).await.unwrap();
            assert_eq!(
                axe::violations(&browser).await.unwrap(),
                Vec::<String>::new(),
                "{name} {page}"
            );
        }
        acts::open_drawer(&browser).await.unwrap();
        browser.shot(&format!("{name}-drawer")).await.unwrap();
        assert_eq!(
            axe::violations(&browser).await.unwrap(),
            Vec::<String>::new(),
            "{name} open drawer"
        );
        let words = acts::begin(&browser).await.unwrap();
        assert_eq!(words.len(), 7);
        browser.shot(&format!("{name}-drawer-write")).await.unwrap();
        assert_eq!(
            axe::violations(&browser).await.unwrap(),
            Vec::<String>::new(),
            "{name} writing"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_pages_are_accessible() {
    accessible(
        Kind::Firefox,
        &[("light", Look::default()), ("dark", Look { dark: true, ..Look::default() })],
    )
    .await;
}

/// Everything the site serves as HTML and CSS is valid, and nothing in it is loaded from elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn browser_pages_are_valid_html() {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let browser = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
    let mut files = Vec::new();
    let get = "return (async () => { const a = await fetch(arguments[0]); return a.text(); })()";
    for (page, path) in page_types(&browser, &demo.site).await {
        let text = browser.run(get, vec![json!(path)]).await.unwrap();
        files.push((format!("{page}.html"), text.as_str().unwrap().as_bytes().to_vec()));
    }
    let style = "return document.querySelector('link[rel=stylesheet]').getAttribute('href')";
    let style = browser.run(style, vec![]).await.unwrap();
    let text = browser.run(get, vec![style]).await.unwrap();
    files.push(("style.css".to_owned(), text.as_str().unwrap().as_bytes().to_vec()));
    assert!(files.iter().all(|(_, content)| content.len() > 500));
    // The drawer's question is an empty heading in a hidden part until it is asked.
    let complaints: Vec<String> = html::complaints(&files)
        .unwrap()
        .into_iter()
        .filter(|c| !c.ends_with("warning: Empty heading."))
        .collect();
    assert_eq!(complaints, Vec::<String>::new());
}

/// Page, style and script under 60 kB as they travel; no cookie, no storage, no third party; the drawer opens and a
/// conversation begins without any request.
async fn small_and_silent(kind: Kind) {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let recorder = Recorder::start(Protocol::Http2, demo.address().unwrap()).await.unwrap();
    let browser = Browser::start(kind, &Look::default()).await.unwrap();
    let pages = page_types(&browser, &demo.site).await;
    for (page, path) in pages.iter().filter(|(page, _)| ["front", "story"].contains(page)) {
        // A fresh browser for each, or the second would find the first one's files in its cache.
        let browser = Browser::start(kind, &Look::default()).await.unwrap();
        recorder.restart();
        browser.goto(&format!("{}{path}", recorder.origin())).await.unwrap();
        let asked = || recorder.seen().iter().any(|s| s.path == "/keys" && s.status == 200);
        let start = std::time::Instant::now();
        while !asked() && start.elapsed() < SOON {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(asked(), "the worker runs");
        let seen = recorder.seen();
        let counts = |s: &&trials::recorder::Seen| {
            s.method == "GET"
                && s.path != "/keys"
                && !s.path.starts_with("/drop/")
                && !s.path.starts_with("/images/")
        };
        // Each file once: Chromium keeps nothing of a site whose certificate it does not know, and asks again.
        let parts: std::collections::BTreeMap<_, _> =
            seen.iter().filter(counts).map(|s| (s.path.clone(), s.answer)).collect();
        let weight: usize = parts.values().sum();
        assert!(
            parts.len() >= 4 && weight > 15_000,
            "page, style and scripts were seen: {parts:#?}"
        );
        assert!(weight < 60_000, "{page} weighs {weight} bytes: {parts:#?}");
    }

    // One visit, watched from after the slot at 15 s to before the one at 30 s, when no page asks for anything.
    recorder.restart();
    browser.goto(&recorder.origin()).await.unwrap();
    let packets = || recorder.seen().iter().filter(|s| s.path == "/cover").count();
    let start = std::time::Instant::now();
    while packets() < 2 && start.elapsed() < Duration::from_secs(60) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(packets(), 2, "two packets by the slot at 15 s");
    let begin = recorder.seen().iter().find(|s| s.path == "/keys").map(|s| s.at).unwrap();
    let before = recorder.seen().len();
    acts::open_drawer(&browser).await.unwrap();
    acts::begin(&browser).await.unwrap();
    acts::type_into(&browser, "#drawer-text", "Nothing leaves before its slot.").await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let until = begin + Duration::from_millis(28_900);
    let during: Vec<_> =
        recorder.seen().into_iter().skip(before).filter(|s| s.at < until).collect();
    assert!(during.is_empty(), "the drawer asked for something: {during:#?}");

    let seen = recorder.seen();
    let named = |n: &str| {
        seen.iter().filter(|s| s.headers.iter().any(|(h, _)| h.eq_ignore_ascii_case(n))).count()
    };
    assert_eq!(named("cookie"), 0);
    assert_eq!(named("referer"), 0);
    assert!(browser.page().unwrap().get_all_cookies().await.unwrap().is_empty());
    let kept = "return (async () => JSON.stringify({
        local: localStorage.length, session: sessionStorage.length, state: Object.keys(history.state ?? {}),
        databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
        workers: (await navigator.serviceWorker.getRegistrations()).length,
        elsewhere: performance.getEntriesByType('resource').map((e) => e.name).filter((n) => !n.startsWith(location.origin)) }))()";
    let kept: Value =
        serde_json::from_str(browser.run(kept, vec![]).await.unwrap().as_str().unwrap()).unwrap();
    let nothing = json!({ "local": 0, "session": 0, "state": ["entry"], "databases": 0, "caches": 0, "workers": 0, "elsewhere": [] });
    assert_eq!(kept, nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_pages_are_small_and_silent() {
    small_and_silent(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_pages_are_small_and_silent() {
    small_and_silent(Kind::Firefox).await;
}

/// Without scripts the pages read, and the drawer's link leads to the other ways to make contact.
async fn without_scripts(kind: Kind) {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let recorder = Recorder::start(Protocol::Http1, demo.address().unwrap()).await.unwrap();
    let browser = Browser::start(kind, &Look { scripts: false, ..Look::default() }).await.unwrap();
    let page = browser.page().unwrap();
    browser.goto(&recorder.origin()).await.unwrap();
    page.find(By::Css("main a[href^='/story/']")).await.unwrap().click().await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(page.find(By::Css("main h1")).await.unwrap().text().await.unwrap().len() > 5);
    assert!(page.find(By::Css("main p")).await.unwrap().text().await.unwrap().len() > 20);
    assert!(
        !page.find(By::Css("#cover")).await.unwrap().is_displayed().await.unwrap(),
        "nothing is sent, and not promised"
    );
    page.find(By::Css("#drawer-open")).await.unwrap().click().await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(page.current_url().await.unwrap().path().starts_with("/contact/"));
    assert!(
        !page.find_all(By::Css("main .ways li")).await.unwrap().is_empty(),
        "other ways are named"
    );
    browser.shot("contact-without-scripts").await.unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await;
    let asked: Vec<_> =
        recorder.seen().into_iter().filter(|s| s.method != "GET" || s.path == "/keys").collect();
    assert!(asked.is_empty(), "{asked:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_reads_without_scripts() {
    without_scripts(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_reads_without_scripts() {
    without_scripts(Kind::Firefox).await;
}
