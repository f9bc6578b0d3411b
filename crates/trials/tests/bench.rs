//! Trials of the bench itself: each instrument sees what it should see before it is trusted to see nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::time::Duration;

use serde_json::json;
use trials::browser::{Browser, Kind, Look};
use trials::fixture::Fixture;
use trials::recorder::{Protocol, Recorder};
use trials::{axe, canary};

const STRICT: &str = "default-src 'none'; script-src 'self'; connect-src 'self'";

fn page(body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><title>A page</title></head>\
         <body><main><h1>A page</h1>{body}</main></body></html>"
    )
}

/// What a browser sends is seen whole and in order.
async fn recorded(kind: Kind, protocol: Protocol) {
    let script = "await fetch('/first', { method: 'POST', body: new Uint8Array(4096) });
        await fetch('/second'); document.body.dataset.done = 'yes';";
    let pages = vec![
        (
            "/".to_owned(),
            "text/html",
            page("<p>Hello.</p><script type=\"module\" src=\"/a.js\"></script>"),
        ),
        ("/a.js".to_owned(), "text/javascript", script.to_owned()),
    ];
    let site = Fixture::start(pages, STRICT).await.unwrap();
    let recorder = Recorder::start(protocol, site.address).await.unwrap();
    let browser = Browser::start(kind, &Look::default()).await.unwrap();
    browser.goto(&recorder.origin()).await.unwrap();
    browser
        .until("both requests", "return document.body.dataset.done", Duration::from_secs(20))
        .await
        .unwrap();

    let seen: Vec<_> = recorder.seen().into_iter().filter(|s| s.path != "/favicon.ico").collect();
    let asked: Vec<_> =
        seen.iter().map(|s| (s.method.as_str(), s.path.as_str(), s.body, s.status)).collect();
    assert_eq!(
        asked,
        [
            ("GET", "/", 0, 200),
            ("GET", "/a.js", 0, 200),
            ("POST", "/first", 4096, 204),
            ("GET", "/second", 0, 204)
        ]
    );
    assert!(
        seen.iter().all(|s| s.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case("user-agent")))
    );
    assert_eq!(seen.iter().all(|s| s.head.is_some()), protocol == Protocol::Http1);
    let secure = browser.run("return isSecureContext", vec![]).await.unwrap();
    assert_eq!(secure, json!(true), "WebCrypto needs it");
    let up: usize = recorder.records().into_iter().flatten().map(usize::from).sum();
    assert!(up >= 4096 + 17, "the POST's records were counted, {up} bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_is_recorded_over_http1() {
    recorded(Kind::Chromium, Protocol::Http1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_is_recorded_over_http2() {
    recorded(Kind::Chromium, Protocol::Http2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_is_recorded_over_http1() {
    recorded(Kind::Firefox, Protocol::Http1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_is_recorded_over_http2() {
    recorded(Kind::Firefox, Protocol::Http2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_webkit_starts_and_shows_a_page() {
    let site = Fixture::start(vec![("/".to_owned(), "text/html", page("<p>Hello.</p>"))], STRICT)
        .await
        .unwrap();
    let browser = Browser::start(Kind::WebKit, &Look::default()).await.unwrap();
    browser.goto(&format!("http://{}/", site.address)).await.unwrap();
    assert_eq!(browser.page().unwrap().title().await.unwrap(), "A page");
}

/// axe sees a fault, and does not see one where there is none, under a policy that forbids foreign scripts.
async fn axe_sees(kind: Kind) {
    let pages = vec![
        ("/good".to_owned(), "text/html", page("<p>Hello.</p>")),
        ("/bad".to_owned(), "text/html", page("<img src=\"/x.png\"><input>")),
    ];
    let site = Fixture::start(pages, STRICT).await.unwrap();
    let browser = Browser::start(kind, &Look::default()).await.unwrap();
    browser.goto(&format!("http://{}/good", site.address)).await.unwrap();
    assert_eq!(axe::violations(&browser).await.unwrap(), Vec::<String>::new());
    browser.goto(&format!("http://{}/bad", site.address)).await.unwrap();
    let found = axe::violations(&browser).await.unwrap();
    assert!(found.iter().any(|v| v.starts_with("image-alt")), "{found:?}");
    assert!(found.iter().any(|v| v.starts_with("label")), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_axe_sees_a_fault() {
    axe_sees(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_axe_sees_a_fault() {
    axe_sees(Kind::Firefox).await;
}

/// Text typed into an ordinary text field reaches the disk, and the search finds it there.
async fn typed_text_is_found(kind: Kind) {
    let site = Fixture::start(
        vec![("/".to_owned(), "text/html", page("<label>Text <textarea></textarea></label>"))],
        STRICT,
    )
    .await
    .unwrap();
    let mut browser = Browser::start(kind, &Look::default()).await.unwrap();
    browser.goto(&format!("http://{}/", site.address)).await.unwrap();
    let canary = "rosewater-9152-thimble";
    let field = browser.page().unwrap().find(thirtyfour::By::Css("textarea")).await.unwrap();
    field.send_keys(format!("They meet at noon, {canary}, every week.")).await.unwrap();
    let wanted = canary::Wanted { canaries: vec![canary.to_owned()], passphrase: vec![] };
    let start = std::time::Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        let report = canary::search(browser.disk(), &wanted).unwrap();
        if !report.sightings.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    browser.quit().await.unwrap();
    let report = canary::search(browser.disk(), &wanted).unwrap();
    assert!(!report.sightings.is_empty(), "the control was not found: {report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_writes_ordinary_fields_to_disk() {
    typed_text_is_found(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_writes_ordinary_fields_to_disk() {
    typed_text_is_found(Kind::Firefox).await;
}
