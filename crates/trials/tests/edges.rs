//! The edges of the schedule, the same for everyone: pages loaded ahead, left, frozen and come back to, browsers that
//! save data or have no worker, and a network that goes away.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tempfile::TempDir;
use trials::acts;
use trials::browser::{Browser, Kind, Look};
use trials::demo::Demo;
use trials::recorder::{Protocol, Recorder, Rewrite, Seen};

const SOON: Duration = Duration::from_secs(20);

struct Scene {
    browser: Browser,
    recorder: Recorder,
    _demo: Demo,
    _data: TempDir,
}

impl Scene {
    async fn set(kind: Kind, rewrite: Option<Rewrite>) -> Self {
        let data = tempfile::tempdir().unwrap();
        let demo = Demo::start(data.path(), 0).await.unwrap();
        let site: SocketAddr = demo.address().unwrap();
        let browser = Browser::start(kind, &Look::default()).await.unwrap();
        let recorder = Recorder::start_with(Protocol::Http2, site, rewrite).await.unwrap();
        browser.goto(&recorder.origin()).await.unwrap();
        Self { browser, recorder, _demo: demo, _data: data }
    }

    /// What the channel has sent or fetched so far.
    fn channel(&self) -> Vec<Seen> {
        let of_channel =
            |s: &Seen| s.path == "/cover" || s.path == "/keys" || s.path.starts_with("/drop/");
        self.recorder.seen().into_iter().filter(of_channel).collect()
    }

    fn count(&self, path: &str) -> usize {
        self.recorder.seen().iter().filter(|s| s.path == path).count()
    }

    async fn text(&self, script: &str) -> String {
        let value = self.browser.run(script, vec![]).await.unwrap();
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    /// Waits until `count` requests for `path` have come.
    async fn await_count(&self, path: &str, count: usize, limit: Duration) {
        let start = std::time::Instant::now();
        while self.count(path) < count {
            assert!(start.elapsed() < limit, "{} of {count} requests for {path}", self.count(path));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

async fn seconds(count: u64) {
    tokio::time::sleep(Duration::from_secs(count)).await;
}

/// Puts lines in front of one of the site's scripts.
fn in_front_of(file: &'static str, lines: &'static str) -> Rewrite {
    Arc::new(move |path, body| {
        if !path.starts_with(&format!("/assets/{file}.")) {
            return body;
        }
        let mut text = lines.as_bytes().to_vec();
        text.extend_from_slice(&body);
        Bytes::from(text)
    })
}

/// Changes some words of the page's script, to prove that a test sees what it is there for.
fn instead_of(before: &'static str, after: &'static str) -> Rewrite {
    Arc::new(move |path, body| {
        if !path.starts_with("/assets/page.") {
            return body;
        }
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains(before), "nothing to change");
        Bytes::from(text.replace(before, after))
    })
}

/// Nothing was sent, the drawer says why it is closed and names other ways.
async fn silent(kind: Kind, rewrite: Rewrite, why: &str) {
    let scene = Scene::set(kind, Some(rewrite)).await;
    seconds(9).await;
    assert_eq!(scene.channel().len(), 0, "{:#?}", scene.channel());
    let said = scene.text("return document.getElementById('cover-text').textContent").await;
    assert!(said.contains(why) && said.contains("drawer is closed"), "{said}");
    let switch = scene.text("return document.getElementById('cover-switch').hidden").await;
    assert_eq!(switch, "true", "what cannot be turned on has no switch");
    acts::click(&scene.browser, "#drawer-open").await.unwrap();
    let step = "const d = document.getElementById('drawer'); return d.open && d.dataset.step;";
    assert_eq!(scene.browser.until("the drawer", step, SOON).await.unwrap(), json!("closed"));
    let ways = "return document.querySelectorAll('#drawer section:not([hidden]) .ways li').length";
    assert_ne!(scene.text(ways).await, "0", "other ways to make contact are named");
}

const SAVES_DATA: &str = "Object.defineProperty(Navigator.prototype, 'connection', \
     { configurable: true, get: () => ({ saveData: true }) });\n";
const NO_WORKER: &str = "globalThis.Worker = class { constructor() { throw new DOMException('blocked', 'SecurityError'); } };\n";
const BROKEN_WORKER: &str = "throw new Error('this worker does not start');\n";

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_that_saves_data_sends_nothing() {
    silent(Kind::Chromium, in_front_of("page", SAVES_DATA), "asks to save data").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_that_saves_data_sends_nothing() {
    silent(Kind::Firefox, in_front_of("page", SAVES_DATA), "asks to save data").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_without_workers_closes_the_drawer() {
    silent(Kind::Chromium, in_front_of("page", NO_WORKER), "lacks what the sealed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_with_a_broken_worker_closes_the_drawer() {
    silent(Kind::Firefox, in_front_of("worker", BROKEN_WORKER), "lacks what the sealed").await;
}

/// What a source wrote is gone when the page is hidden for good, nothing is sent while it is away, and a page that
/// comes back begins again at its first slot.
async fn left_and_come_back(kind: Kind) {
    let scene = Scene::set(kind, None).await;
    acts::open_drawer(&scene.browser).await.unwrap();
    acts::begin(&scene.browser).await.unwrap();
    acts::type_into(&scene.browser, "#drawer-text", "half a sentence").await.unwrap();
    scene.await_count("/cover", 1, SOON).await;
    // A page on another origin, and back by the browser's own button.
    scene.browser.goto("about:blank").await.unwrap();
    seconds(2).await;
    let before = scene.channel().len();
    seconds(14).await;
    assert_eq!(scene.channel().len(), before, "a page that was left sends nothing");
    let keys = scene.count("/keys");
    scene.browser.page().unwrap().back().await.unwrap();
    let back = "return document.readyState === 'complete' && !!document.getElementById('drawer')";
    scene.browser.until("the page", back, SOON).await.unwrap();
    let left = "const d = document.getElementById('drawer'), t = document.getElementById('drawer-text');
        return (d.open ? 'open ' : '') + (t?.value ?? '') + [...document.querySelectorAll('#drawer-words li')].map((e) => e.textContent).join('')";
    assert_eq!(scene.text(left).await, "", "nothing of it is on the page");
    scene.await_count("/keys", keys + 1, SOON).await;
    let covers = scene.count("/cover");
    scene.await_count("/cover", covers + 1, SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_page_left_and_come_back_to() {
    left_and_come_back(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_page_left_and_come_back_to() {
    left_and_come_back(Kind::Firefox).await;
}

const HIDE: &str =
    "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })); return true";

/// How many requests a page makes after it was put into the browser's cache.
async fn sent_while_hidden(scene: &Scene) -> usize {
    scene.await_count("/keys", 1, SOON).await;
    scene.browser.run(HIDE, vec![]).await.unwrap();
    seconds(1).await;
    let before = scene.channel().len();
    seconds(8).await;
    scene.channel().len() - before
}

/// The same by the two events themselves, whether or not this browser kept the page alive.
async fn kept_alive(kind: Kind) {
    let scene = Scene::set(kind, None).await;
    assert_eq!(sent_while_hidden(&scene).await, 0, "a page in the cache sends nothing");
    let show =
        "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })); return true";
    scene.browser.run(show, vec![]).await.unwrap();
    scene.await_count("/keys", 2, SOON).await;
    scene.await_count("/cover", 1, SOON).await;
    // Turned off by the reader, it stays off whatever the browser does.
    acts::click(&scene.browser, "#cover-switch").await.unwrap();
    seconds(1).await;
    let before = scene.channel().len();
    scene.browser.run(HIDE, vec![]).await.unwrap();
    scene.browser.run(show, vec![]).await.unwrap();
    seconds(8).await;
    assert_eq!(scene.channel().len(), before, "off is off");
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_page_kept_alive() {
    kept_alive(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_page_kept_alive() {
    kept_alive(Kind::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_control_a_page_that_goes_on_when_hidden_is_caught() {
    let deaf = instead_of("addEventListener('pagehide'", "addEventListener('never'");
    let scene = Scene::set(Kind::Chromium, Some(deaf)).await;
    assert_ne!(sent_while_hidden(&scene).await, 0);
}

async fn devtools(browser: &Browser, command: &str, parameters: Value) {
    browser.page().unwrap().cdp().send_raw(command, parameters).await.unwrap();
}

/// Has the browser load a page ahead, and says how many requests that page makes before anybody looks at it.
async fn sent_ahead(scene: &Scene) -> usize {
    // The page itself permits no such thing; somebody else's page or the browser's own guess would do it.
    devtools(&scene.browser, "Page.setBypassCSP", json!({ "enabled": true })).await;
    scene.browser.goto(&scene.recorder.origin()).await.unwrap();
    // Only the page loaded ahead may speak.
    acts::click(&scene.browser, "#cover-switch").await.unwrap();
    scene.recorder.restart();
    let ahead = "const s = document.createElement('script'); s.type = 'speculationrules';
        s.textContent = JSON.stringify({ prerender: [{ source: 'list', urls: ['/about/'], eagerness: 'immediate' }] });
        document.head.append(s); return true";
    scene.browser.run(ahead, vec![]).await.unwrap();
    scene.await_count("/about/", 1, SOON).await;
    let purpose = scene.recorder.seen().into_iter().find(|s| s.path == "/about/").unwrap().headers;
    assert!(
        purpose.iter().any(|(name, value)| name == "sec-purpose" && value.contains("prerender")),
        "it was loaded ahead: {purpose:?}"
    );
    seconds(9).await;
    scene.channel().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_control_a_page_loaded_ahead_that_sends_is_caught() {
    // Chromium itself keeps workers waiting, so the page has to ask by itself.
    let hasty = instead_of("\nfollowLinks();", "\nfollowLinks(); fetch('/keys');");
    let scene = Scene::set(Kind::Chromium, Some(hasty)).await;
    assert_ne!(sent_ahead(&scene).await, 0);
}

/// A page that the browser loads ahead does nothing until somebody looks at it.
#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_page_loaded_ahead_waits() {
    let scene = Scene::set(Kind::Chromium, None).await;
    assert_eq!(sent_ahead(&scene).await, 0, "{:#?}", scene.channel());
    // Looked at, it begins.
    scene.browser.run("location.assign('/about/'); return true", vec![]).await.unwrap();
    let here = "return location.pathname === '/about/' && document.readyState === 'complete'";
    scene.browser.until("the page loaded ahead", here, SOON).await.unwrap();
    let since = "return performance.getEntriesByType('navigation')[0].activationStart";
    assert_ne!(scene.text(since).await, "0", "it was the page loaded ahead");
    assert_eq!(scene.count("/about/"), 1, "and not loaded again");
    scene.await_count("/keys", 1, SOON).await;
    scene.await_count("/cover", 1, SOON).await;
}

/// After a freeze nothing is made up for: no two packets closer than two slots are.
#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_frozen_page_makes_up_for_nothing() {
    let scene = Scene::set(Kind::Chromium, None).await;
    scene.await_count("/cover", 1, SOON).await;
    seconds(1).await;
    devtools(&scene.browser, "Page.setWebLifecycleState", json!({ "state": "frozen" })).await;
    // Over the slots at 15 and 30 s.
    seconds(28).await;
    devtools(&scene.browser, "Page.setWebLifecycleState", json!({ "state": "active" })).await;
    seconds(14).await;
    let covers: Vec<f64> =
        scene.channel().iter().filter(|s| s.path == "/cover").map(|s| s.at.as_secs_f64()).collect();
    let begin = scene.channel()[0].at.as_secs_f64() - 1.0;
    for at in &covers {
        let of_visit = at - begin;
        let in_a_slot = [5.0, 15.0, 30.0, 45.0].iter().any(|slot| (of_visit - slot).abs() < 2.0);
        assert!(in_a_slot, "a packet at {of_visit:.1} s");
    }
    assert!(covers.windows(2).all(|w| w[1] - w[0] > 8.0), "no burst: {covers:?}");
}

/// When the network goes away under a reader, the page stays and says so.
async fn gone(kind: Kind) {
    let Scene { browser, recorder, _demo, _data } = Scene::set(kind, None).await;
    drop(recorder);
    let address = browser.run("return location.href", vec![]).await.unwrap();
    acts::click(&browser, "main h2 a, main h3 a, main article a").await.unwrap();
    let said = "return /did not load/.test(document.getElementById('page-say').textContent)";
    browser.until("word that the page did not load", said, SOON).await.unwrap();
    assert_eq!(browser.run("return location.href", vec![]).await.unwrap(), address);
    let shown = browser.run("return document.getElementById('content').innerText", vec![]).await;
    assert!(shown.unwrap().as_str().unwrap().len() > 200, "the page before is still there");
    browser.shot("page-did-not-load").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_stays_when_a_page_does_not_load() {
    gone(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_stays_when_a_page_does_not_load() {
    gone(Kind::Firefox).await;
}
