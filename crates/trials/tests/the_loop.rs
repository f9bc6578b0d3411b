//! The loop, in real browsers: a person reads the newsroom's site, writes a tip in the drawer, a journalist reads and
//! answers it at the desk, and the person, in a fresh browser with nothing but the seven words, reads the answer.
//! Afterwards the disk of every browser that the source used is searched.
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
use trials::canary::{self, Wanted};
use trials::demo::Demo;
use trials::{acts, axe};

const MINUTES: Duration = Duration::from_secs(180);

async fn the_loop(kind: Kind) {
    let data = tempfile::tempdir().unwrap();
    let mut demo = Demo::start(data.path(), 3).await.unwrap();
    let canary = format!("heronfeather-{}-71942", kind.name());
    let answered = format!("marmaladeclock-{}-55021", kind.name());
    let tip =
        format!("The list was printed on the third floor. {canary} <b>& \"quotes\"</b> ünïcödé");
    let reply = format!("Thank you. Which printer? {answered} <script>alert(1)</script>");

    // The source, among the readers.
    let mut source = Browser::start(kind, &Look::default()).await.unwrap();
    source.goto(&demo.site).await.unwrap();
    acts::open_drawer(&source).await.unwrap();
    source.shot("drawer-start").await.unwrap();
    assert_eq!(axe::violations(&source).await.unwrap(), Vec::<String>::new(), "the open drawer");
    let words = acts::begin(&source).await.unwrap();
    acts::ready(&source).await.unwrap();
    acts::send(&source, &tip).await.unwrap();
    source.shot("drawer-write").await.unwrap();
    assert_eq!(
        axe::violations(&source).await.unwrap(),
        Vec::<String>::new(),
        "the drawer while writing"
    );

    // The journalist.
    let desk = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
    desk.goto(&demo.desk).await.unwrap();
    desk.until("the desk", "return !!document.body.dataset.base", Duration::from_secs(20))
        .await
        .unwrap();
    acts::find_tip(&desk, &canary, MINUTES).await.unwrap();
    let shown =
        desk.run("return document.querySelector('.letters').textContent", vec![]).await.unwrap();
    assert!(shown.as_str().unwrap().contains(&tip), "the tip arrived to the letter: {shown}");
    desk.shot(&format!("desk-conversation-{}", kind.name())).await.unwrap();
    assert_eq!(
        axe::violations(&desk).await.unwrap(),
        Vec::<String>::new(),
        "the desk's conversation"
    );
    acts::answer(&desk, &reply).await.unwrap();

    // The source stays until the receipt is there, and goes.
    acts::await_state(&source, "confirmed", MINUTES).await.unwrap();
    source.quit().await.unwrap();

    // Any page, a fresh browser, the seven words.
    let mut later = Browser::start(kind, &Look::default()).await.unwrap();
    later.goto(&format!("{}/about/", demo.site)).await.unwrap();
    acts::open_drawer(&later).await.unwrap();
    acts::resume(&later, &words).await.unwrap();
    acts::await_reply(&later, &reply, MINUTES).await.unwrap();
    later.shot("drawer-answer").await.unwrap();
    later.quit().await.unwrap();

    // What they left on the disk: nothing of it.
    let wanted = Wanted { canaries: vec![canary, answered], passphrase: words };
    for browser in [&source, &later] {
        let report = canary::search(browser.disk(), &wanted).unwrap();
        assert!(
            report.files > 20 && report.bytes > 500_000,
            "a real profile was searched: {report}"
        );
        assert_eq!(report.sightings, [], "{report}");
    }

    // Started again on the same folder, nothing is lost.
    demo.end().unwrap();
    drop(demo);
    let demo = Demo::start(data.path(), 0).await.unwrap();
    desk.goto(&demo.desk).await.unwrap();
    desk.until("the desk", "return !!document.body.dataset.base", Duration::from_secs(20))
        .await
        .unwrap();
    acts::find_tip(&desk, &wanted.canaries[0], Duration::from_secs(5)).await.unwrap();
    let shown =
        desk.run("return document.querySelector('.letters').textContent", vec![]).await.unwrap();
    assert!(
        shown.as_str().unwrap().contains(&wanted.canaries[1]),
        "the answer is there, too: {shown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_carries_a_tip_and_its_answer() {
    the_loop(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_carries_a_tip_and_its_answer() {
    the_loop(Kind::Firefox).await;
}

/// WebKit reads the pages; the drawer opens, or says why it does not.
#[tokio::test(flavor = "multi_thread")]
async fn browser_webkit_reads_and_the_drawer_opens_or_says_why_not() {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let browser = Browser::start(Kind::WebKit, &Look::default()).await.unwrap();
    browser.goto(&demo.site).await.unwrap();
    let headline = browser
        .until(
            "a headline",
            "return document.querySelector('main h2, main h1')?.textContent",
            MINUTES,
        )
        .await;
    assert!(!headline.unwrap().as_str().unwrap().trim().is_empty());
    // The worker has had the time to say that this browser is not fit.
    tokio::time::sleep(Duration::from_secs(3)).await;
    acts::click(&browser, "#drawer-open").await.unwrap();
    let open = "const d = document.getElementById('drawer'); return d.open && d.dataset.step;";
    let step = browser.until("the drawer", open, MINUTES).await.unwrap();
    browser.shot("drawer").await.unwrap();
    if step == json!("closed") {
        let why = browser.run("return document.getElementById('drawer-why').checkVisibility() && document.getElementById('drawer-why').textContent", vec![]).await.unwrap();
        assert!(why.as_str().unwrap().contains("lacks what the sealed messages need"), "{why}");
        let ways = browser
            .run(
                "return document.querySelectorAll('#drawer section:not([hidden]) .ways li').length",
                vec![],
            )
            .await
            .unwrap();
        assert!(ways.as_u64().unwrap() > 0, "other ways to make contact are named");
    } else {
        let words = acts::begin(&browser).await.unwrap();
        acts::ready(&browser).await.unwrap();
        acts::send(&browser, "From WebKit.").await.unwrap();
        acts::await_state(&browser, "once", MINUTES).await.unwrap();
        assert_eq!(words.len(), 7);
    }
}
