//! A reader's visit to every kind of page, left to right and right to left; and the preview that follows what is saved.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod drawer;
mod paper;
mod visit;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use site::Preview;
use trials::axe;
use trials::browser::{Browser, Kind, Look};

use paper::{ARABIC, ENGLISH};

fn preview(dir: &Path) -> (Preview, String) {
    let preview = Preview::start(dir.to_owned(), "127.0.0.1:0".parse().unwrap(), |_| {}).unwrap();
    let url = format!("http://{}", preview.address());
    (preview, url)
}

/// Firefox has an own eye for pages from right to left.
#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_newsprint() {
    let dir = tempfile::tempdir().unwrap();
    ARABIC.write(dir.path());
    let (_preview, url) = preview(dir.path());
    let look = Look { dark: true, ..Look::default() };
    let browser = Browser::start(Kind::Firefox, &look).await.unwrap();
    for (page, path) in visit::PAGES.iter().filter(|(page, _)| !["about", "missing"].contains(page))
    {
        browser.goto(&format!("{url}{path}")).await.unwrap();
        browser.shot(&format!("newsprint-arabic-dark-{}", path.replace('/', "-"))).await.unwrap();
        assert_eq!(axe::violations(&browser).await.unwrap(), Vec::<String>::new(), "{page}");
    }
}

/// Waits until a script says yes.
async fn until(browser: &Browser, script: &str) {
    let start = Instant::now();
    loop {
        // The page may be on its way out.
        if browser.run(script, vec![]).await.is_ok_and(|v| v == Value::Bool(true)) {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "never: {script}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A telephone takes a narrow copy; a faulty save is named above the old page; a good one is shown.
#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_preview_follows_what_is_saved() {
    let dir = tempfile::tempdir().unwrap();
    ENGLISH.write(dir.path());
    let (_preview, url) = preview(dir.path());
    let look = Look { phone: true, size: (390, 844), ..Look::default() };
    let browser = Browser::start(Kind::Chromium, &look).await.unwrap();
    browser.goto(&format!("{url}/story/list/")).await.unwrap();
    let widths = "return [...document.querySelectorAll('article img')].map((i) => /-800\\./.test(i.currentSrc))";
    assert_eq!(browser.run(widths, vec![]).await.unwrap(), json!([true, true]));
    let save = |text: &str| fs::write(dir.path().join("stories/list.md"), text).unwrap();
    let old = ENGLISH.list();

    save(&old.replace("summary", "sumary"));
    until(&browser, "return /stories\\/list\\.md:\\d+: /.test(document.getElementById('preview-fault')?.textContent ?? '')").await;
    let still = "return document.querySelector('.text p').textContent.startsWith('Printed in the basement')";
    assert_eq!(browser.run(still, vec![]).await.unwrap(), json!(true));
    browser.shot("newsprint-preview-fault").await.unwrap();
    assert_eq!(axe::violations(&browser).await.unwrap(), Vec::<String>::new());

    save(&old.replace("in the basement", "on the quay"));
    until(&browser, "return document.querySelector('.text p')?.textContent.startsWith('Printed on the quay') && !document.getElementById('preview-fault')").await;
}
