//! The source's own words at the desk: papers taken in, what the draft shares with them, marks that nobody sees.

use std::path::Path;

use serde_json::json;
use trials::browser::{Kind, Look};
use trials::{demo::Demo, paper};

use crate::reporter::Reporter;

const LETTER: &str = "To whom it may concern.\n\nAs found by us, the harbour fund paid at least 4,218 invoices twice between May and July, reference HF-2291/7.\n";

/// Whether any file in a folder holds these bytes.
fn holds(folder: &Path, words: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => holds(&path, words),
            false => std::fs::read(&path)
                .is_ok_and(|bytes| bytes.windows(words.len()).any(|w| w == words.as_bytes())),
        }
    })
}

async fn own_words(kind: Kind, look: &Look) {
    let data = tempfile::tempdir().unwrap();
    let papers = tempfile::tempdir().unwrap();
    let paper = |name: &str, bytes: &[u8]| {
        let path = papers.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let mut reporter = Reporter::at(&demo, kind, look).await;
    reporter.open_the_document().await;

    // A letter as text, a memo as PDF; then a PDF that is none, which is named and changes nothing.
    reporter.fill("#paper", &paper("letter.txt", LETTER.as_bytes())).await;
    let found = "return document.querySelectorAll('#found li').length";
    reporter.wait("what is shared", found).await;
    let first = reporter.text("found").await;
    assert!(first.contains("4,218 invoices twice between May and July"), "{first}");
    assert!(first.contains("Word for word in letter.txt, line 3; once in it."), "{first}");
    assert!(first.contains("As found by us"), "the words around it in the paper: {first}");
    let memo = paper::pdf(
        "Two members asked for them to be stopped at the meeting of 14 March.",
        "nobody",
    );
    reporter.fill("#paper", &paper("memo.pdf", &memo)).await;
    let listed =
        |n: usize| format!("return document.querySelectorAll('#papers li').length === {n}");
    reporter.wait("the second paper", &listed(2)).await;
    let both = reporter.text("found").await;
    assert!(both.contains("memo.pdf, paragraph 1"), "{both}");
    assert!(both.contains("in 1 of 2 documents"), "{both}");
    reporter.fill("#paper", &paper("broken.pdf", b"%PDF-1.7\nnothing")).await;
    reporter
        .wait(
            "what is wrong",
            "return /^broken.pdf: /.test(document.getElementById('papers-error').textContent)",
        )
        .await;
    assert_eq!(reporter.get(&listed(2)).await, json!(true));

    // It is drawn in the text, found by a click, and no part of the verdict.
    let drawn = reporter.get("return CSS.highlights.get('shared').size").await;
    assert_eq!(drawn, reporter.get(found).await);
    reporter.click("#found button").await;
    assert!(reporter.text("draft-say").await.contains("4,218 invoices twice"));
    reporter.state("empty").await;
    reporter.is_accessible("the source's own words").await;
    reporter.get("document.getElementById('words-title').scrollIntoView()").await;
    let shade = if look.dark { "-dark" } else { "" };
    let size = if look.phone { "-phone" } else { "" };
    reporter.browser.shot(&format!("source-read-words{size}{shade}")).await.unwrap();

    // Marks that nobody sees: shown as they are typed in, taken out by a click, and put back by another.
    reporter.click("#edit").await;
    reporter.key("A pa\u{200b}sted line. ").await;
    reporter
        .wait("the mark", "return /width/.test(document.getElementById('unseen').textContent)")
        .await;
    reporter.click("#edit").await;
    reporter.is_accessible("marks that nobody sees").await;
    reporter.get("document.getElementById('unseen-part').scrollIntoView()").await;
    reporter.browser.shot(&format!("source-read-unseen{size}{shade}")).await.unwrap();
    reporter.click("#clean").await;
    reporter.wait("a clean text", "return document.getElementById('unseen-part').hidden").await;
    assert!(reporter.text("manuscript").await.contains("A pasted line."));
    reporter.click("#undo").await;
    reporter.wait("the mark again", "return !document.getElementById('unseen-part').hidden").await;

    // A text pasted in; papers taken out.
    reporter.click("details:has(#pasted) summary").await;
    reporter.fill("#pasted", "The fund’s chair, who led the meeting, did not answer.").await;
    reporter.click("#paste").await;
    reporter.wait("the pasted paper", &listed(3)).await;
    reporter
        .wait("its words", "return /pasted.txt/.test(document.getElementById('found').textContent)")
        .await;
    for left in [2, 1, 0] {
        reporter.click("#papers button").await;
        reporter.wait("one paper fewer", &listed(left)).await;
    }
    assert_eq!(reporter.get(found).await, json!(0));

    // Nothing but ciphertext lies in the desk's folder, and nobody but this computer was asked.
    assert!(holds(papers.path(), "As found by us"), "the search finds what is there");
    assert!(!holds(data.path(), "As found by us"), "a paper in the clear");
    let asked = "return performance.getEntriesByType('resource').every((r) => new URL(r.name).origin === location.origin)";
    assert_eq!(reporter.get(asked).await, json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_the_sources_own_words() {
    own_words(Kind::Chromium, &Look { dark: true, ..Look::default() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_the_sources_own_words() {
    own_words(Kind::Firefox, &Look::default()).await;
}
