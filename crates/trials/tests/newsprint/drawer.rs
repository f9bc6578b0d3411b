//! The drawer as it is heard, by keys alone; and in another language than English.

use std::time::Duration;

use serde_json::json;
use thirtyfour::Key;
use trials::browser::{Browser, Kind, Look};
use trials::demo::Demo;
use trials::{acts, screen_reader};

use crate::paper::{ARABIC, ENGLISH, Paper};
use crate::preview;

/// Keeps what live regions say from now on.
const LISTEN: &str = "globalThis.heard = [];
    for (const place of document.querySelectorAll('[role=status]')) {
      new MutationObserver(() => place.textContent && heard.push(place.textContent)).observe(place, { childList: true, subtree: true });
    }";

async fn press(browser: &Browser, keys: impl Into<thirtyfour::TypingData>) {
    browser.page().unwrap().active_element().await.unwrap().send_keys(keys).await.unwrap();
}

/// Goes on with the tabulator until the element has the focus, and presses a key there.
async fn key_at(browser: &Browser, selector: &str, key: &str) {
    let there = format!("return document.activeElement.matches({})", json!(selector));
    for _ in 0..60 {
        if browser.run(&there, vec![]).await.unwrap() == json!(true) {
            return press(browser, key).await;
        }
        press(browser, Key::Tab.value().to_string()).await;
    }
    panic!("{selector} cannot be reached by the keyboard");
}

/// What is told of things that are not plain text.
async fn told(browser: &Browser) -> Vec<String> {
    let silent = ["StaticText", "paragraph", "list", "listitem", "strong", "link"];
    let all = screen_reader::told(browser).await.unwrap();
    let role = |line: &String| line.split(' ').next().unwrap_or_default().to_owned();
    all.into_iter().filter(|line| !silent.contains(&role(line).as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_drawer_by_keys_and_by_ear() {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let browser = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
    browser.goto(&demo.site).await.unwrap();
    browser.run(LISTEN, vec![]).await.unwrap();
    let enter = Key::Enter.value().to_string();

    // Past the head of the page, and back to its link to the drawer.
    key_at(&browser, ".skip", &enter).await;
    let focus = "return document.activeElement.id";
    assert_eq!(browser.run(focus, vec![]).await.unwrap(), json!("content"));
    browser.run("document.activeElement.blur(); scrollTo(0, 0)", vec![]).await.unwrap();
    key_at(&browser, "#drawer-open", &enter).await;
    let start = [
        "dialog \"In confidence\" modal",
        "button \"Close\"",
        "status polite",
        "heading 2 \"Tell us something, among our readers\" focused",
        "button \"Begin a conversation\"",
        "button \"I have seven words\"",
        "button \"I have sealed text\"",
        "heading 3 \"What this protects\"",
        "heading 3 \"What it does not protect from\"",
        "heading 3 \"Other ways to reach us\"",
    ];
    assert_eq!(told(&browser).await, start, "and nothing of the page behind it");

    key_at(&browser, "[data-do=new]", &enter).await;
    assert_eq!(
        told(&browser).await,
        [
            start[0],
            "button \"Wipe and close\"",
            start[1],
            start[2],
            "heading 2 \"Your seven words\" focused",
            "button \"I have them\"",
        ]
    );
    let words =
        "return [...document.querySelectorAll('#drawer-words li')].map((e) => e.textContent)";
    let words: Vec<String> =
        serde_json::from_value(browser.run(words, vec![]).await.unwrap()).unwrap();
    let all = screen_reader::told(&browser).await.unwrap();
    let read = all.iter().filter(|l| words.iter().any(|w| **l == format!("StaticText {w:?}")));
    assert_eq!(read.count(), 7, "{all:#?}");

    // A wrong word is said at once, and the seven are shown again.
    key_at(&browser, "[data-do=check]", &enter).await;
    let asked = acts::asked(&browser).await.unwrap();
    let question = format!(
        "Which is the {} word?",
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"][asked]
    );
    let heard = told(&browser).await;
    assert_eq!(heard[4], format!("heading 2 {question:?} focused"));
    assert_eq!(heard[5], format!("group {question:?}"));
    assert!(heard[6..10].iter().all(|line| line.starts_with("button ")), "{heard:#?}");
    assert_eq!(heard[10], "button \"Show me the words again\"");
    key_at(&browser, &format!("[data-do=choose]:not([data-word='{}'])", words[asked]), &enter)
        .await;
    let heard = told(&browser).await;
    assert_eq!(
        heard[3],
        "status \"That is not the word. Here are your seven words once more.\" polite"
    );
    assert_eq!(heard[4], "heading 2 \"Your seven words\" focused");

    key_at(&browser, "[data-do=check]", &enter).await;
    for _ in 0..3 {
        let asked = acts::asked(&browser).await.unwrap();
        key_at(&browser, &format!("[data-word='{}']", words[asked]), &enter).await;
    }
    acts::ready(&browser).await.unwrap();
    let heard = told(&browser).await;
    assert_eq!(heard[3], "status \"Your conversation is open. Nothing has been sent yet.\" polite");
    assert_eq!(heard[4], "heading 2 \"Your conversation\" focused");
    assert!(heard[5].starts_with("combobox \"To\" = "), "{heard:#?}");
    let field = heard.iter().find(|line| line.starts_with("textbox")).unwrap();
    let wanted = "textbox \"Your message\" – \"Paste or write your message. Some 3,000 characters fit one packet; eight packets are the most.\" multiline";
    assert_eq!(field, wanted);

    key_at(&browser, "#drawer-text", "It was the list. Nobody may know that I wrote this.").await;
    key_at(&browser, "[data-do=send]", &enter).await;
    acts::await_state(&browser, "confirmed", Duration::from_secs(180)).await.unwrap();
    let heard = browser.run("return heard", vec![]).await.unwrap();
    let heard: Vec<String> = serde_json::from_value(heard).unwrap();
    let said = [
        "That is not the word",
        "One moment",
        "Your conversation is open",
        "Your message waits for the next slot",
        "Sent once",
        "Sent. You can keep reading",
        "Confirmed: decrypted",
    ];
    let begins = |(line, start): (&String, &str)| line.starts_with(start);
    assert!(heard.len() == said.len() && heard.iter().zip(said).all(begins), "{heard:#?}");
    let list = screen_reader::told(&browser).await.unwrap();
    assert!(
        list.iter()
            .any(|l| l.starts_with("StaticText \"Your message of 51 characters: confirmed.")),
        "{list:#?}"
    );

    // What is not marked up is not told: the comparison would see it.
    browser.run("document.getElementById('drawer-say').removeAttribute('role'); document.querySelector('[for=drawer-text]').remove()", vec![]).await.unwrap();
    let spoilt = told(&browser).await;
    assert!(
        !spoilt
            .iter()
            .any(|l| l.starts_with("status") || l.starts_with("textbox \"Your message\"")),
        "{spoilt:#?}"
    );

    press(&browser, Key::Escape.value().to_string()).await;
    assert_eq!(
        browser.run(focus, vec![]).await.unwrap(),
        json!("drawer-open"),
        "back to where it was opened"
    );
}

/// Everything that the script can say, and what the drawer shows step by step.
async fn everything_said(browser: &Browser, paper: &Paper) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    paper.write(dir.path());
    let (_preview, url) = preview(dir.path());
    browser.goto(&url).await.unwrap();
    let say = "return (async () => {
        const link = document.querySelector('link[rel=modulepreload][href*=\"/say.\"]');
        const say = await import(link.href);
        const flat = (v) => typeof v === 'string' ? [v] : typeof v === 'object' ? Object.values(v).flatMap(flat) : [];
        const all = Object.values(say).flatMap(flat);
        const keys = (crowd, state, desks) => ({ crowd: Array(9).fill(crowd), tickSecs: 3600, onPremises: crowd === 1, state, desks });
        for (let n = 0; n < 7; n += 1) all.push(say.question(n), say.unknownWord(n), say.wordsSoFar(n + 1));
        for (const ms of [0, 5e3, 60e3, 120e3, 200e3, 660e3]) all.push(say.lasting(ms), say.room(0.3, 1 + ms / 5e3, ms));
        for (const state of ['none', 'bad', 'clock', 'good']) all.push(say.keys(keys(1, state, [])));
        for (const crowd of [0, 1, 4, 9]) all.push(say.crowd(keys(crowd)), say.crowdAt(keys(crowd), 3));
        for (const [once, twice] of [[0, 0], [2, 0], [3, 0], [3, 3]]) {
          for (const chars of [0, 1, 2, 7, 11, 1234]) all.push(say.progress(chars, { fragments: 3, once, twice }, 9e3));
        }
        all.push(say.progress(1, { fragments: 1, once: 0, twice: 0 }, 9e3), say.confirmed(3), say.confirmed(0, 1.8e9), say.confirmed(0));
        return [...all, say.replyFrom('', 1.8e9), say.nothingYet(0, 0), say.nothingYet(1, 1)];
      })()";
    let mut all: Vec<String> =
        serde_json::from_value(browser.run(say, vec![]).await.unwrap()).unwrap();
    // English words of the list, and ways to make contact, are not the catalogue's.
    let shown = "const d = document.getElementById('drawer').cloneNode(true);
        d.querySelectorAll('[lang=en], .ways, [hidden]').forEach((e) => e.remove());
        const labels = [...d.querySelectorAll('[aria-label]')].map((e) => e.ariaLabel);
        return [d.textContent, ...labels, document.getElementById('cover').textContent, document.getElementById('cover').ariaLabel].map((t) => t.replace(/\\s+/g, ' '));";
    acts::open_drawer(browser).await.unwrap();
    let mut look = async |step: &str| {
        browser.shot(&format!("{}-step-{step}", paper.name)).await.unwrap();
        all.extend(
            serde_json::from_value::<Vec<String>>(browser.run(shown, vec![]).await.unwrap())
                .unwrap(),
        );
    };
    look("start").await;
    acts::click(browser, "[data-do=new]").await.unwrap();
    look("words").await;
    acts::click(browser, "[data-do=check]").await.unwrap();
    look("check").await;
    acts::click(browser, "[data-do=wipe]").await.unwrap();
    acts::open_drawer(browser).await.unwrap();
    acts::click(browser, "[data-do=resume]").await.unwrap();
    acts::type_into(browser, "#drawer-phrase", "abacus zzz ").await.unwrap();
    look("resume").await;
    acts::click(browser, "[data-do=start]").await.unwrap();
    acts::click(browser, "[data-do=carry]").await.unwrap();
    look("write").await;
    acts::click(browser, "[data-do=close]").await.unwrap();
    acts::click(browser, "#cover-switch").await.unwrap();
    acts::click(browser, "#drawer-open").await.unwrap();
    look("closed").await;
    all
}

/// Whether a text has a word in Latin letters, the program's name left out.
fn latin(text: &str) -> bool {
    let text = text.replace("subrosa tip", "");
    text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_drawer_in_arabic_has_no_other_words() {
    let browser = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
    let said = everything_said(&browser, &ARABIC).await;
    let foreign: Vec<_> = said.iter().filter(|text| latin(text) || text.contains('{')).collect();
    assert!(foreign.is_empty(), "{foreign:#?}");
    let plurals = [
        "دقيقتين",
        "11 دقيقة",
        "5 ثوان",
        "رسالتك من حرفين",
        "رسالتك من 7 أحرف",
        "رسالتك من 11 حرفا",
    ];
    for words in plurals {
        assert!(said.iter().any(|text| text.contains(words)), "{words} is not in {said:#?}");
    }
    // The same look at a paper in English finds its words.
    let english = everything_said(&browser, &ENGLISH).await;
    assert!(
        english.len() == said.len()
            && english.iter().filter(|text| !text.is_empty()).all(|text| latin(text)),
        "{english:#?}"
    );
}
