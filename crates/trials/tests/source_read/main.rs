//! The source read at the desk, by hand: from an empty vault and a Word document to a verdict, with as few
//! interactions as a person has patience for, and nothing leaves the computer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod reporter;
mod words;

use std::time::Duration;

use reporter::Reporter;
use serde_json::json;
use thirtyfour::Key;
use trials::browser::{Kind, Look};
use trials::demo::Demo;

/// What a reporter is asked to bear at most.
const MOST: usize = 25;

async fn verdict(kind: Kind) {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let mut reporter = Reporter::at(&demo, kind, &Look::default()).await;
    reporter.open_the_document().await;
    reporter.state("empty").await;
    reporter.is_accessible("a draft without marks").await;

    // Three comments in the document; each says who knew.
    for (who, many) in [
        ("readers of the audit's annex", "6"),
        ("the meeting of 14 March", "12"),
        ("the accounting office", "140"),
    ] {
        let before = reporter.get("return document.querySelectorAll('#marks li').length").await;
        reporter.click("#candidates li button").await;
        if before == json!(0) {
            reporter.is_accessible("the two boxes").await;
            reporter.browser.shot("source-read-boxes").await.unwrap();
        }
        reporter.fill("#who", who).await;
        reporter.fill("#many", many).await;
        reporter.key(Key::Enter).await;
        let marked = format!(
            "return document.querySelectorAll('#marks li').length === {}",
            before.as_u64().unwrap() + 1
        );
        reporter.wait("the mark", &marked).await;
    }
    reporter.state("refused").await;
    assert!((3..=MOST).contains(&reporter.interactions), "{} interactions", reporter.interactions);

    // What an editor reads: the number, and the sentence that costs most.
    let line = reporter.text("verdict-line").await;
    assert!(line.contains('6'), "at most the six who had the annex: {line}");
    let costly =
        reporter.get("return document.querySelector('#marks .cost-3 q').textContent").await;
    assert!(costly.as_str().unwrap().contains("4,218"), "{costly}");
    let drawn = reporter.get("return document.querySelectorAll('#crowd .person').length").await;
    assert!(drawn.as_u64().unwrap() > 0, "the crowd is drawn");
    let tints = "return [...CSS.highlights.keys()].filter((k) => k.startsWith('cost') || k === 'kept').reduce((n, k) => n + CSS.highlights.get(k).size, 0)";
    assert_eq!(reporter.get(tints).await, json!(3), "each marked sentence is tinted");
    reporter.is_accessible("a draft with marks").await;
    reporter.browser.shot("source-read-refused").await.unwrap();

    // One click follows the plan, and the draft is clear.
    let before = reporter.text("manuscript").await;
    reporter.click("#plan-part button[data-do=apply]:not([hidden])").await;
    reporter
        .wait(
            "a shorter text",
            &format!(
                "return document.getElementById('manuscript').textContent.length < {}",
                before.chars().count()
            ),
        )
        .await;
    assert!(!reporter.text("manuscript").await.contains("<"), "marks are never in the text");
    reporter.browser.shot("source-read-after-the-plan").await.unwrap();
    // And one click takes it back.
    reporter.click("#undo").await;
    reporter
        .wait("the marks again", "return document.querySelectorAll('#marks li').length === 3")
        .await;
    assert_eq!(reporter.text("manuscript").await, before);
    assert_eq!(reporter.text("draft-say").await, "Undone: the plan.");

    // Shown to somebody to be checked: all but the figure.
    reporter.click("button[data-do=gone]").await;
    reporter.click("#gone input[value=copy]").await;
    reporter.fill("#to", "the fund’s chair").await;
    reporter.click("#gone-marks label:first-child input").await;
    reporter.click("#gone button[value=save]").await;
    let both = "return document.querySelectorAll('#history li').length === 2";
    reporter.wait("what is out, and this draft", both).await;
    let out = reporter.text("history").await;
    assert!(out.contains("shown to check to the fund’s chair"), "{out}");
    assert!(out.contains("1 to 12 left") && out.contains("With this draft: 1 to 6 left"), "{out}");
    reporter.is_accessible("a curve").await;
    reporter.get("document.getElementById('out-title').scrollIntoView()").await;
    reporter.browser.shot("source-read-curve").await.unwrap();

    // Everything that was asked for was asked of this computer.
    let asked = "return performance.getEntriesByType('resource').every((r) => new URL(r.name).origin === location.origin)";
    assert_eq!(reporter.get(asked).await, json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_from_a_document_to_a_verdict() {
    verdict(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_from_a_document_to_a_verdict() {
    verdict(Kind::Firefox).await;
}

/// By keys alone: a sentence chosen, marked, worded more coarsely, edited as the figures follow, and recorded.
#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_source_read_by_keys_alone() {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let look = Look { dark: true, ..Look::default() };
    let mut reporter = Reporter::at(&demo, Kind::Chromium, &look).await;
    reporter.open_the_document().await;
    reporter.get("document.getElementById('manuscript').focus()").await;
    // The headline, then the first sentence.
    reporter.key(Key::Down).await;
    reporter.key(Key::Down).await;
    let said = reporter.text("draft-say").await;
    assert!(said.contains("4,218"), "what is chosen is said: {said}");
    reporter.key("f").await;
    reporter.wait("the two boxes", "return document.getElementById('box').open").await;
    reporter.key("readers of the annex").await;
    reporter.fill("#many", "6").await;
    reporter
        .get("document.querySelectorAll('#box details').forEach((one) => one.open = true)")
        .await;
    reporter.fill("#asked", "wants to be asked").await;
    reporter.fill("#coarser", "The harbour fund paid many invoices twice.").await;
    reporter.fill("#coarser_who", "the city's offices").await;
    reporter.fill("#coarser_many", "400-500").await;
    reporter.key(Key::Enter).await;
    reporter.state("refused").await;
    let beside = reporter.text("plan-part").await;
    let coarser = "return document.querySelector('#plan ins')?.textContent ?? ''";
    let coarser = reporter.get(coarser).await;
    assert!(coarser.as_str().unwrap().contains("many invoices"), "the plan: {beside}");
    let broken = reporter.text("broken").await;
    assert!(broken.contains("asked"), "{broken}");
    // Marked again, the box has what was said; the source has been asked meanwhile.
    reporter.key("f").await;
    let coarser_again = reporter.get("return document.getElementById('coarser').value").await;
    assert_eq!(coarser_again, json!("The harbour fund paid many invoices twice."));
    reporter.is_accessible("the box with all its parts").await;
    reporter.browser.shot("source-read-box-parts").await.unwrap();
    reporter.fill("#asked", "was asked, and said yes").await;
    reporter.click("#box button[value=save]").await;
    reporter.wait("no terms broken", "return document.getElementById('broken-part').hidden").await;
    // A number that is none is refused in the box, and nothing is lost.
    reporter.get("document.getElementById('manuscript').focus()").await;
    reporter.key(Key::Down).await;
    reporter.key("f").await;
    reporter.fill("#who", "the meeting").await;
    reporter.fill("#many", "a few").await;
    reporter.key(Key::Enter).await;
    reporter
        .wait(
            "what is wrong",
            "return /number of people/.test(document.getElementById('box-error').textContent)",
        )
        .await;
    reporter.key(Key::Escape).await;
    // The plan puts the coarser words in; the figure follows.
    reporter.click("#plan button[data-do=apply]").await;
    reporter
        .wait(
            "the coarser words",
            "return /many invoices twice/.test(document.getElementById('manuscript').textContent)",
        )
        .await;
    reporter.state("clear").await;
    reporter.key(Key::Control + "z").await;
    reporter.state("refused").await;
    reporter.click("#plan button[data-do=apply]").await;
    reporter.state("clear").await;
    // Typed, it reads along; an answer that comes late takes nothing away of what was typed meanwhile.
    reporter.get("document.getElementById('manuscript').focus()").await;
    reporter.key("e").await;
    reporter.get(HELD).await;
    reporter.key("Added ").await;
    reporter.wait("the first question", "return held.asked.length > 0").await;
    // In one breath, so that the answer comes before the next question is on its way.
    reporter.get("document.execCommand('insertText', false, 'words. '); held.asked.splice(0).forEach((go) => go())").await;
    reporter.get("return new Promise((on) => setTimeout(on, 300))").await;
    let typed = reporter.text("manuscript").await;
    assert!(typed.starts_with("Added words. Harbour"), "{typed}");
    reporter.get("held.open = true; held.asked.splice(0).forEach((go) => go())").await;
    reporter.key(Key::Escape).await;
    reporter
        .wait(
            "that it is kept",
            "return document.getElementById('undo').textContent === 'Undo the edit' && document.querySelectorAll('#marks li').length === 1",
        )
        .await;
    // What has gone out counts from now on, and is drawn: first a question to somebody, then the story.
    reporter.click("button[data-do=gone]").await;
    reporter.click("#gone input[value=question]").await;
    reporter.fill("#to", "the city’s press office").await;
    reporter.is_accessible("what has gone out").await;
    reporter.browser.shot("source-read-gone-out").await.unwrap();
    reporter.key(Key::Enter).await;
    let listed =
        |n: usize| format!("return document.querySelectorAll('#history li').length === {n}");
    reporter.wait("the record", &listed(2)).await;
    reporter.click("button[data-do=gone]").await;
    reporter.click("#gone button[value=save]").await;
    reporter.wait("the story", &listed(3)).await;
    let out = reporter.text("history").await;
    assert!(out.contains("sent for comment to the city’s press office"), "{out}");
    let curve =
        reporter.get("return document.getElementById('curve').getAttribute('aria-label')").await;
    assert_eq!(curve.as_str().unwrap().matches("400 to 500").count(), 3, "{curve}");
    // For the press office alone, and with a limit that the crowd does not reach.
    reporter.click("#limits summary").await;
    reporter.fill("#audience", "the city’s press office").await;
    reporter.get("document.getElementById('k').value = '600'").await;
    reporter.click("button[data-do=limit]").await;
    reporter.state("refused").await;
    let line = reporter.text("limits-line").await;
    assert_eq!(line, "Read for the city’s press office; 600 people are enough");
    reporter.is_accessible("a draft in the dark").await;
    reporter.browser.shot("source-read-dark").await.unwrap();
    // Kept in the vault: another visit finds it as it was left, with what was typed a moment before.
    reporter.get("document.getElementById('manuscript').focus()").await;
    reporter.key("e").await;
    reporter.key("At the last moment. ").await;
    let here = reporter.get("return location.href").await;
    // The page says farewell as it goes; it may take a moment until that has arrived.
    let mut found = String::new();
    for _ in 0..10 {
        reporter.browser.goto(here.as_str().unwrap()).await.unwrap();
        reporter.wait("the draft", "return document.querySelectorAll('#marks li').length").await;
        found = reporter.text("manuscript").await;
        if found.contains("At the last moment") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(found.contains("At the last moment") && found.contains("Added words"), "{found}");
    // Deleted, it is on no list any more.
    reporter.click(".delete summary").await;
    reporter.browser.shot("source-read-delete").await.unwrap();
    reporter.click("#delete").await;
    reporter
        .wait(
            "the list, empty",
            "return !!document.getElementById('open') && !document.querySelector('.drafts')",
        )
        .await;
    reporter.browser.goto(here.as_str().unwrap()).await.unwrap();
    let page = reporter.get("return document.body.textContent").await;
    assert!(page.as_str().unwrap().contains("there is no draft"), "{page}");
}

/// Holds the desk's answers back until they are let go.
const HELD: &str = "const quick = window.fetch; window.held = { asked: [], open: false };
    window.fetch = async (...all) => { const told = await quick(...all);
    if (!held.open) await new Promise((go) => held.asked.push(go)); return told; }";

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_source_read_on_a_phone() {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let look = Look { phone: true, size: (390, 844), ..Look::default() };
    let mut reporter = Reporter::at(&demo, Kind::Chromium, &look).await;
    reporter.open_the_document().await;
    // Scrolled past the bar at the foot, as a thumb does; the driver does not look whether something lies above.
    let there =
        "document.querySelector('#candidates li button').scrollIntoView({ block: 'center' })";
    reporter.get(there).await;
    reporter.click("#candidates li button").await;
    reporter.fill("#who", "readers of the annex").await;
    reporter.fill("#many", "6").await;
    reporter.browser.shot("source-read-phone-boxes").await.unwrap();
    reporter.key(Key::Enter).await;
    reporter.state("refused").await;
    let wide = reporter.get("return document.documentElement.scrollWidth <= innerWidth").await;
    assert_eq!(wide, json!(true), "nothing is wider than the phone");
    reporter.browser.shot("source-read-phone").await.unwrap();
}
