//! The desk's pages as a screen reader has them.

use std::time::Duration;

use trials::browser::Browser;
use trials::{acts, spoken};

/// Nothing is wrong with the page that is open.
pub(crate) async fn fine(browser: &Browser, name: &str) {
    assert_eq!(spoken::faults(browser).await.unwrap(), Vec::<String>::new(), "{name}");
}

/// Goes through the desk's main pages, which have something on them by now.
pub(crate) async fn pages(browser: &Browser, base: &str) {
    for page in [
        "",
        "c/1",
        "c/1/care",
        "documents",
        "m/1",
        "drafts",
        "d/1",
        "d/1/story",
        "newsroom",
        "status",
    ] {
        browser.goto(&format!("{base}/{page}")).await.unwrap();
        fine(browser, page).await;
    }
}

/// A reply of nothing but spaces is refused in words that are spoken, at the field that is wrong.
pub(crate) async fn errors(browser: &Browser, base: &str) {
    browser.goto(&format!("{base}/c/1")).await.unwrap();
    browser.run("document.getElementById('text').value = '   '", vec![]).await.unwrap();
    acts::click(browser, "#reply button:not([name])").await.unwrap();
    let refused = "return !!document.getElementById('reply-error')";
    browser.until("the refusal", refused, Duration::from_secs(30)).await.unwrap();
    let shown = "return document.getElementById('reply-error').textContent";
    let words = browser.run(shown, vec![]).await.unwrap().as_str().unwrap().to_owned();
    assert!(spoken::announces(browser, &words).await.unwrap(), "{words}");
    fine(browser, "a refused reply").await;
    // The controls: the same words in plain text, and a field that does not refer to them.
    let spoil = "document.getElementById('reply-error').removeAttribute('role')";
    browser.run(spoil, vec![]).await.unwrap();
    assert!(!spoken::announces(browser, &words).await.unwrap());
    let spoil = "document.getElementById('reply-error').setAttribute('role', 'alert');
        document.getElementById('text').removeAttribute('aria-describedby')";
    browser.run(spoil, vec![]).await.unwrap();
    found(browser, "does not say what is wrong").await;
}

async fn found(browser: &Browser, fault: &str) {
    let found = spoken::faults(browser).await.unwrap();
    assert!(found.iter().any(|line| line.contains(fault)), "{fault} is not found: {found:?}");
}

/// Pages that are spoiled are found: what finds nothing in good ones is not blind.
pub(crate) async fn controls(browser: &Browser, base: &str) {
    let spoiled = [
        ("c/1", "document.querySelector('label[for=text]').remove()", "an unnamed textbox"),
        ("c/1", "document.querySelector('#reply .button').textContent = ''", "an unnamed button"),
        ("c/1", "document.querySelector('h1').remove()", "0 headings of level 1"),
        (
            "newsroom",
            "const h = document.querySelector('main h2'); h.outerHTML = `<h4>${h.innerHTML}</h4>`",
            "of level 4 after one of 1",
        ),
        (
            "newsroom",
            "document.querySelectorAll('th').forEach((th) => { th.outerHTML = `<td>${th.innerHTML}</td>` })",
            "without headers",
        ),
        ("newsroom", "document.querySelector('main').role = 'group'", "0 main landmarks"),
        (
            "newsroom",
            "document.querySelector('nav').removeAttribute('aria-label')",
            "an unnamed navigation",
        ),
        ("newsroom", "document.title = ''", "the page has no title"),
        (
            "d/1",
            "document.querySelector('[role=toolbar]').removeAttribute('aria-label')",
            "an unnamed toolbar",
        ),
        (
            "d/1",
            "document.querySelector('main').append(Object.assign(new Image(9, 9), { src: '/icon.svg' }))",
            "an unnamed image",
        ),
        (
            "d/1",
            "const p = document.createElement('p'); p.textContent = 'Edit'; p.ariaPressed = 'true'; document.querySelector('main').append(p)",
            "pressed: 2 in the page, 1 told",
        ),
    ];
    for (page, spoil, fault) in spoiled {
        browser.goto(&format!("{base}/{page}")).await.unwrap();
        fine(browser, page).await;
        browser.run(spoil, vec![]).await.unwrap();
        found(browser, fault).await;
    }
}
