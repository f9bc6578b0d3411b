//! The reader script passes the vectors of `vectors/`, in the browsers that it is for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::time::Duration;

use serde_json::Value;
use trials::browser::{Browser, Kind, Look};
use trials::checkout;
use trials::fixture::{self, Fixture};

/// Runs the script's own page of vectors and returns its report: name and result of each.
async fn report(kind: Kind, spoil: bool) -> Vec<(String, String)> {
    let mut pages = fixture::folder(&checkout().join("crates/press/reader"), "/reader").unwrap();
    pages.extend(fixture::folder(&checkout().join("vectors"), "/vectors").unwrap());
    if spoil {
        let page = pages.iter_mut().find(|(path, ..)| path == "/reader/wire.js").unwrap();
        assert!(page.2.contains("subrosa/1 outer"));
        page.2 = page.2.replace("subrosa/1 outer", "subrosa/1 other");
    }
    let site = Fixture::start(pages, "default-src 'self'").await.unwrap();
    let browser = Browser::start(kind, &Look::default()).await.unwrap();
    browser.goto(&format!("http://{}/reader/test/vectors.html", site.address)).await.unwrap();
    let done = "return ['pass', 'fail'].includes(document.title) && document.getElementById('report').textContent";
    let text = browser.until("the vectors", done, Duration::from_secs(90)).await.unwrap();
    let text: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
    let list = text.as_array().or_else(|| text["results"].as_array()).unwrap();
    list.iter()
        .map(|r| {
            let detail = r["detail"].as_str().unwrap_or_default();
            (
                format!("{} {detail}", r["name"].as_str().unwrap()),
                r["result"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

async fn passes(kind: Kind) {
    let results = report(kind, false).await;
    let failed: Vec<_> = results.iter().filter(|(_, result)| result == "fail").collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let passed = results.iter().filter(|(_, result)| result == "pass").count();
    assert!(passed >= 20, "only {passed} vectors were tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_passes_the_vectors() {
    passes(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_passes_the_vectors() {
    passes(Kind::Firefox).await;
}

/// Positive control: a script that binds other words into its keys does not pass.
#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_fails_the_vectors_with_a_changed_script() {
    let results = report(Kind::Chromium, true).await;
    assert!(results.iter().any(|(_, result)| result == "fail"), "{results:#?}");
}
