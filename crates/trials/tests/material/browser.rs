//! What a source gives, by a reporter in a real browser who has no mouse.

use std::time::Duration;

use serde_json::json;
use thirtyfour::{By, Key, common::keys::TypingData};
use trials::browser::{Browser, Kind, Look};
use trials::demo::Demo;
use trials::{axe, checkout};

use super::{MARKER, holds, page, photo};

const SOON: Duration = Duration::from_secs(60);

struct Desk {
    browser: Browser,
    shots: String,
}

impl Desk {
    async fn at(demo: &Demo, kind: Kind, look: &Look) -> Self {
        let browser = Browser::start(kind, look).await.unwrap();
        browser.goto(&demo.desk).await.unwrap();
        let shade = if look.dark { "-dark" } else { "" };
        let desk =
            Self { browser, shots: format!("{}{shade}", if look.phone { "-phone" } else { "" }) };
        desk.wait("the desk", "return !!document.body.dataset.base").await;
        desk
    }

    async fn wait(&self, what: &str, script: &str) {
        self.browser.until(what, script, SOON).await.unwrap();
    }

    async fn says(&self, words: &str) {
        let script = format!("return (document.body?.innerText ?? '').includes({})", json!(words));
        self.wait(words, &script).await;
    }

    async fn press(&self, key: impl Into<TypingData>) {
        let keyboard = self.browser.page().unwrap().action_chain();
        keyboard.send_keys(key).perform().await.unwrap();
    }

    /// Goes on with the tabulator until the focus is there.
    async fn tab_to(&self, selector: &str) {
        let there = format!("return document.activeElement.matches({})", json!(selector));
        for _ in 0..60 {
            if self.browser.run(&there, vec![]).await.unwrap() == json!(true) {
                return;
            }
            self.press(Key::Tab).await;
        }
        panic!("{selector}: not reached with the keyboard");
    }

    async fn enter(&self, selector: &str) {
        self.tab_to(selector).await;
        self.press(Key::Enter).await;
    }

    async fn is_accessible(&self, what: &str) {
        assert_eq!(axe::violations(&self.browser).await.unwrap(), Vec::<String>::new(), "{what}");
        let wide = "return document.documentElement.scrollWidth <= innerWidth";
        assert_eq!(self.browser.run(wide, vec![]).await.unwrap(), json!(true), "{what}: too wide");
    }

    async fn shot(&self, name: &str) {
        self.browser.shot(&format!("documents-{name}{}", self.shots)).await.unwrap();
    }

    /// Gives a file and waits for its page.
    async fn give(&self, file: &str) {
        self.enter("nav[aria-label=Desk] a[href$='/documents']").await;
        self.wait("the list", "return !!document.getElementById('open')").await;
        let field = self.browser.page().unwrap().find(By::Css("#open input[type=file]")).await;
        field.unwrap().send_keys(file).await.unwrap();
        self.wait("its page", "return !!document.getElementById('make')").await;
    }
}

async fn documents(kind: Kind, look: &Look) {
    let data = tempfile::tempdir().unwrap();
    let given = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let desk = Desk::at(&demo, kind, look).await;

    // A draft, to attach to.
    desk.enter("nav[aria-label=Desk] a[href$='/drafts']").await;
    desk.wait("the drafts", "return !!document.getElementById('name')").await;
    desk.tab_to("#name").await;
    desk.press("Harbour fund").await;
    desk.tab_to("#text").await;
    desk.press("The fund paid twice.").await;
    desk.tab_to("form[action$='/drafts/new'] button").await;
    desk.press(Key::Enter).await;
    desk.says("No document goes with this draft").await;

    // A photograph, under a name that turns itself round.
    let path = given.path().join("Jane\u{202e}gpj.exe");
    std::fs::write(&path, photo()).unwrap();
    desk.give(&path.display().to_string()).await;
    desk.says("U+202E").await;
    desk.is_accessible("a document that was given").await;
    desk.shot("given").await;
    desk.enter("#make").await;
    desk.says("Save the clean copy").await;
    let shown = "const all = [...document.querySelectorAll('.pair img')];
        return all.length === 2 && all.every((one) => one.complete && one.naturalWidth > 40);";
    desk.wait("both pictures", shown).await;
    desk.enter(".report summary").await;
    desk.is_accessible("the report").await;
    desk.shot("photo").await;

    // It goes with the draft, and is seen there.
    desk.enter("form[action$='/attach'] button").await;
    desk.says("Attached to Harbour fund").await;
    desk.is_accessible("an attached copy").await;
    desk.shot("attached").await;
    desk.enter("form[action$='/detach'] a").await;
    let listed =
        "return document.getElementById('copies')?.textContent.includes('document-1.jpg') ?? false";
    desk.wait("the copy beside the draft", listed).await;
    desk.is_accessible("a draft with a copy").await;

    // The same once more, as pixels: two copies, told apart.
    desk.enter("nav[aria-label=Desk] a[href$='/documents']").await;
    desk.enter(".drafts a").await;
    desk.says("Another clean copy").await;
    desk.enter("#make").await;
    desk.says("Clean copy: only pixels").await;
    desk.is_accessible("two copies").await;
    let fetched = "return (async () => {
        const told = async (answer) => [answer.status, answer.headers.get('content-disposition'), answer.headers.get('content-type'), await answer.text()];
        const form = document.querySelector('form[action$=\"/original\"]');
        const post = (body) => fetch(form.action, { method: 'POST', body }).then(told);
        return [
          ...await Promise.all([...document.querySelectorAll('a[download]')].map((a) => fetch(a.href).then(told))),
          await post(new URLSearchParams({ csrf: 'x' })), await post(new URLSearchParams(new FormData(form))),
        ];
    })()";
    let fetched = desk.browser.run(fetched, vec![]).await.unwrap();
    let fetched: Vec<(u16, Option<String>, String, String)> =
        serde_json::from_value(fetched).unwrap();
    let names = ["document-1.jpg", "document-1p.jpg", "", "original-1.bin"];
    for (at, (status, disposition, kind, body)) in fetched.iter().enumerate() {
        assert_eq!(
            *status,
            if at == 2 { 403 } else { 200 },
            "the original only by the page's own form"
        );
        if at != 2 {
            let saved = format!("attachment; filename=\"{}\"", names[at]);
            assert_eq!(disposition.as_deref(), Some(saved.as_str()));
            assert_eq!(kind, "application/octet-stream");
        }
        assert_eq!(body.contains(MARKER), at == 3, "{}", names[at]);
    }
    assert_eq!(fetched.len(), 4);

    // A Word document with comments in it, a PDF, and something that is refused.
    desk.give(&checkout().join("examples/harbour-fund.docx").display().to_string()).await;
    desk.enter("#make").await;
    desk.says("Comments").await;
    desk.wait(
        "the words that went",
        "return [...document.querySelectorAll('.words del')].some((one) => one.textContent.includes('Figure is from the audit annex'))",
    )
    .await;
    desk.tab_to(".words").await;
    desk.is_accessible("words before and after").await;
    desk.shot("word").await;

    // The same once more, with its comments and with what cannot stay.
    // Words are not to be had as pixels: that is not offered first.
    desk.tab_to("input[value=look]:checked").await;
    desk.enter(".stay summary").await;
    for kind in ["comments", "thumbnails"] {
        desk.tab_to(&format!("input[name={kind}]")).await;
        desk.press(Key::Space).await;
    }
    desk.is_accessible("what is to stay").await;
    desk.shot("stay").await;
    desk.enter("#make").await;
    desk.says("You asked for this to stay: comments, small pictures of it").await;
    desk.says("Could not be kept").await;
    let kept = "return document.querySelector('.report h3 + ul .count') !== null
        && ![...document.querySelectorAll('.words del')].some((one) => one.textContent.includes('Figure is from the audit annex'))";
    desk.wait("the comment", kept).await;
    desk.is_accessible("a copy with its comments").await;
    desk.shot("kept").await;
    desk.enter("a[href$='/report']").await;
    desk.wait("the report", "return document.querySelectorAll('.entries tbody tr').length > 5")
        .await;
    desk.is_accessible("the whole report").await;
    desk.shot("report").await;

    // A text that would be markup, and turns round: inert, and pointed out.
    let path = given.path().join("notes.txt");
    let hostile = "Paid twice.\n<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>\nThe\u{200b} quay\u{202e}.\n";
    std::fs::write(&path, hostile).unwrap();
    desk.give(&path.display().to_string()).await;
    desk.enter("#make").await;
    let inert = "const words = document.querySelector('.words');
        return words !== null && document.title !== 'broken' && words.querySelector('img, script') === null
            && words.textContent.includes('<img src=x') && words.querySelector('del .mark').textContent.startsWith('U+200B');";
    desk.wait("the words, inert", inert).await;
    desk.is_accessible("a text").await;
    desk.shot("text").await;
    let path = given.path().join("page.pdf");
    std::fs::write(&path, page()).unwrap();
    desk.give(&path.display().to_string()).await;
    desk.enter("#make").await;
    desk.wait("both pictures", shown).await;
    desk.shot("pdf").await;
    let path = given.path().join("program.exe");
    std::fs::write(&path, b"MZ\x90\0 no document").unwrap();
    desk.give(&path.display().to_string()).await;
    desk.enter("#make").await;
    desk.says("No clean copy").await;
    desk.is_accessible("a refusal").await;
    desk.shot("refused").await;
    desk.enter("nav[aria-label=Desk] a[href$='/documents']").await;
    desk.says("Could not be cleaned").await;
    desk.is_accessible("the list").await;
    desk.shot("list").await;

    // Nothing but ciphertext on the disk.
    assert!(holds(&photo(), MARKER), "the search finds what is there");
    for entry in std::fs::read_dir(&demo.desk_folder.0).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!holds(&bytes, MARKER) && !holds(&bytes, "gpj.exe"), "{}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_a_sources_documents() {
    documents(
        Kind::Chromium,
        &Look { dark: true, phone: true, size: (390, 844), ..Look::default() },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_a_sources_documents() {
    documents(Kind::Firefox, &Look::default()).await;
}
