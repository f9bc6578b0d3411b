//! The day of a newsroom, in real browsers: a tip and a follow-up, a hand-over, a document made clean, a draft that the
//! source read refuses, the repair, two approvals, publication, a correction, a Stop.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod heard;

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::By;
use trials::browser::{Browser, Kind, Look};
use trials::demo::{self, Demo};
use trials::{acts, axe, paper};

const MINUTES: Duration = Duration::from_secs(180);
const SOON: Duration = Duration::from_secs(30);

/// A journalist at a desk's page.
struct Journalist {
    browser: Browser,
    base: String,
}

impl Journalist {
    async fn at(link: &str) -> Self {
        let browser = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
        browser.goto(link).await.unwrap();
        browser.until("the desk", "return !!document.body.dataset.base", SOON).await.unwrap();
        let base = link.split("/enter").next().unwrap().to_owned();
        Self { browser, base }
    }

    async fn open(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.base)).await.unwrap();
    }

    /// Looks at a page again and again until it says this.
    async fn until(&self, path: &str, words: &str) {
        let start = std::time::Instant::now();
        loop {
            self.open(path).await;
            if self.says(words).await {
                return;
            }
            assert!(start.elapsed() < MINUTES, "{path} never said {words}: {}", self.text().await);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn text(&self) -> String {
        let text = self.browser.run("return document.querySelector('main').innerText", vec![]);
        text.await.unwrap().as_str().unwrap().to_owned()
    }

    async fn says(&self, words: &str) -> bool {
        self.text().await.contains(words)
    }

    async fn fill(&self, selector: &str, text: &str) {
        let field = self.browser.page().unwrap().find(By::Css(selector)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    async fn choose(&self, select: &str, name: &str) {
        let script = "for (const o of document.getElementById(arguments[0]).options) o.selected = o.text === arguments[1]";
        self.browser.run(script, vec![json!(select), json!(name)]).await.unwrap();
    }

    /// Presses a button and waits for the page that follows.
    async fn press(&self, selector: &str) {
        self.browser.run("document.body.dataset.old = 'yes'", vec![]).await.unwrap();
        acts::click(&self.browser, selector).await.unwrap();
        let new = "return document.readyState === 'complete' && !!document.body.dataset.base && !document.body.dataset.old";
        self.browser.until("the page after the button", new, SOON).await.unwrap();
    }

    /// A screenshot of a page that screen readers can use.
    async fn seen(&self, name: &str) {
        let wrong = axe::violations(&self.browser).await.unwrap();
        assert_eq!(wrong, Vec::<String>::new(), "{name}");
        heard::fine(&self.browser, name).await;
        self.browser.shot(&format!("day-{name}")).await.unwrap();
    }

    /// A file given to a form of the page.
    async fn give(&self, file: &std::path::Path) {
        let field = self.browser.page().unwrap().find(By::Css("#open input[type=file]")).await;
        field.unwrap().send_keys(file.display().to_string()).await.unwrap();
    }

    /// The draft's text put in place of what stands there, as somebody writes it.
    async fn write(&self, draft: u64, from: &str, to: &str) {
        let script = "const [at, from, to, done] = arguments; (async () => {
            const csrf = document.getElementById('bench').dataset.csrf;
            const ask = (what, body) => fetch(`${at}/${what}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf': csrf }, body: JSON.stringify(body) }).then((r) => r.json());
            const { text } = await ask('read', {});
            const told = await ask('save', { text: text.replace(from, to) });
            done(told.error ?? 'saved'); })();";
        self.open(&format!("/d/{draft}")).await;
        let at = format!("{}/d/{draft}", self.base);
        let page = self.browser.page().unwrap();
        let told = page.execute_async(script, vec![json!(at), json!(from), json!(to)]).await;
        assert_eq!(told.unwrap().json(), &json!("saved"));
    }
}

#[tokio::test]
async fn browser_the_whole_day() {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 2).await.unwrap();

    // A tip and a follow-up arrive at the investigations desk.
    let source = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
    source.goto(&demo.site).await.unwrap();
    acts::open_drawer(&source).await.unwrap();
    let words = acts::begin(&source).await.unwrap();
    acts::ready(&source).await.unwrap();
    acts::send(&source, "Only six people have read the annex: it says 4,218.").await.unwrap();
    let desk = Journalist::at(&demo.desk).await;
    acts::find_tip(&desk.browser, "read the annex", MINUTES).await.unwrap();
    desk.seen("1-tip").await;
    acts::send(&source, "I was in the room on 14 March.").await.unwrap();

    // What is agreed before it is needed; and the conversation is handed to a colleague, with what comes later.
    let other = Journalist::at(&demo.colleagues[0].1).await;
    desk.until("/newsroom", "Politics desk").await;
    desk.open("/c/1/care").await;
    desk.fill("#words", "The ferry does not run today.").await;
    desk.press("form[action$='/care/agreed'] button").await;
    desk.fill("#hand-why", "She knows the ministry.").await;
    desk.choose("to", "Politics desk").await;
    desk.press("form[action$='/care/hand'] button").await;
    assert!(desk.says("She knows the ministry.").await, "{}", desk.text().await);
    desk.seen("2-handed-over").await;
    other.until("/c/1", "read the annex").await;
    other.until("/c/1", "in the room on 14 March").await;
    other.seen("3-colleague").await;

    // A document of the source's is made clean.
    let file = data.path().join("annex.pdf");
    std::fs::write(&file, paper::pdf("The annex", "Ana Weber")).unwrap();
    desk.open("/documents").await;
    desk.give(&file).await;
    desk.browser
        .until("the document", "return location.pathname.includes('/m/')", SOON)
        .await
        .unwrap();
    desk.press("form[action$='/clean'] button").await;
    desk.until("/m/1", "document-1.pdf").await;
    desk.seen("4-clean-copy").await;

    // A draft that the source read refuses.
    desk.open("/drafts").await;
    desk.fill("form[action$='/drafts/new'] [name=name]", "The annex").await;
    let text = "An annex to the audit says 4,218.\n\nThe ministry has not answered.";
    desk.fill("form[action$='/drafts/new'] [name=text]", text).await;
    desk.press("form[action$='/drafts/new'] button").await;
    desk.open("/d/1/story").await;
    desk.browser.run("document.querySelector('[name=c1]').checked = true", vec![]).await.unwrap();
    desk.press("form[action$='/story/cite'] button").await;
    for (field, value) in [
        ("#summary", "What the papers of an audit say of a sum."),
        ("#section", "money"),
        ("#byline", "Ada Quill"),
    ] {
        desk.fill(field, value).await;
    }
    desk.press("form[action$='/story/front'] button").await;
    desk.open("/d/1").await;
    let mark = "const [at, done] = arguments; (async () => {
        const csrf = document.getElementById('bench').dataset.csrf;
        const ask = (what, body) => fetch(`${at}/${what}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf': csrf }, body: JSON.stringify(body) }).then((r) => r.json());
        const { text } = await ask('read', {});
        const start = text.indexOf('An annex'), end = text.indexOf('4,218') + 5;
        done((await ask('mark', { text, start, end, who: 'readers of the annex', many: '6', coarser: 'A paper names a figure', coarser_who: 'the ministry', coarser_many: '400' })).error ?? 'marked'); })();";
    let at = format!("{}/d/1", desk.base);
    let told = desk.browser.page().unwrap().execute_async(mark, vec![json!(at)]).await.unwrap();
    assert_eq!(told.json(), &json!("marked"));
    desk.open("/d/1").await;
    desk.browser
        .until(
            "the verdict",
            "return document.getElementById('verdict').dataset.state === 'refused'",
            SOON,
        )
        .await
        .unwrap();
    desk.seen("5-refused").await;
    desk.open("/d/1/story").await;
    desk.press("form[action$='/story/prepare'] button").await;
    assert!(desk.says("The source read refuses this text").await, "{}", desk.text().await);
    desk.seen("6-not-to-be-approved").await;

    // The repair is the plan's own.
    desk.open("/d/1").await;
    acts::click(&desk.browser, "#plan-part button[data-do=apply]:not([hidden])").await.unwrap();
    desk.browser
        .until(
            "a clear draft",
            "return document.getElementById('verdict').dataset.state === 'clear'",
            SOON,
        )
        .await
        .unwrap();
    desk.seen("7-repaired").await;
    desk.open("/d/1/story").await;
    desk.press("form[action$='/story/prepare'] button").await;
    assert!(desk.says("1 of 2 have approved").await, "{}", desk.text().await);

    // The second approval is a colleague's.
    desk.choose("ask-to", "Politics desk").await;
    desk.press("form[action$='/story/ask'] button").await;
    other.until("/newsroom", "To read").await;
    other.press("a[href*='/a/']").await;
    other.seen("8-to-approve").await;
    assert!(!other.says("readers of the annex").await, "the circle is not the colleague's affair");
    other.press("form[action$='/approve'] button").await;
    desk.until("/d/1/story", "That is enough.").await;
    desk.seen("9-approved").await;
    desk.press("form[action$='/story/publish'] button").await;
    assert!(desk.says("published").await, "{}", desk.text().await);

    // It is in the paper, and in the public log.
    let reader = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
    let story = format!("{}/story/the-annex/", demo.site);
    reader.goto(&story).await.unwrap();
    let shown = article(&reader).await;
    assert!(shown.contains("A paper names a figure"), "{shown}");
    reader.shot("day-10-in-the-paper").await.unwrap();
    let log = data.path().join("log.checkpoint");
    audited(&demo, &log);

    // A correction, visible and dated.
    let day = "return new Date().toISOString().slice(0, 10)";
    let day = reader.run(day, vec![]).await.unwrap().as_str().unwrap().to_owned();
    let entry =
        format!("[[corrections]]\ndate = {day}\ntext = \"The ministry has answered.\"\n+++\n\n");
    desk.write(1, "+++\n\n", &entry).await;
    desk.open("/d/1/story").await;
    desk.press("form[action$='/story/prepare'] button[value=correct]").await;
    desk.choose("ask-to", "Politics desk").await;
    desk.press("form[action$='/story/ask'] button").await;
    other.until("/newsroom", "To read").await;
    other.press("a[href*='/a/']").await;
    other.press("form[action$='/approve'] button").await;
    desk.until("/d/1/story", "That is enough.").await;
    desk.press("form[action$='/story/publish'] button").await;
    reader.goto(&story).await.unwrap();
    let shown = article(&reader).await;
    assert!(shown.contains("The ministry has answered."), "{shown}");
    reader.shot("day-11-corrected").await.unwrap();
    assert_eq!(axe::violations(&reader).await.unwrap(), Vec::<String>::new(), "a corrected story");
    audited(&demo, &log);

    // The desk is full by now: who hears its pages has the same day.
    heard::pages(&desk.browser, &desk.base).await;
    heard::errors(&desk.browser, &desk.base).await;
    heard::controls(&desk.browser, &desk.base).await;

    // Somebody was arrested.
    desk.open("/c/1/care").await;
    desk.fill("#stop-why", "Somebody was arrested.").await;
    desk.press("form[action$='/care/stop'] button").await;
    let done = desk.text().await;
    assert!(done.contains("Frozen: The annex") && done.contains("Told: Politics desk"), "{done}");
    assert!(done.contains("The agreed words are on their way."), "{done}");
    desk.seen("12-stopped").await;
    desk.open("/d/1/story").await;
    desk.press("form[action$='/story/prepare'] button[value=correct]").await;
    assert!(desk.says("frozen").await, "{}", desk.text().await);
    // While the words travel, somebody joins the team, and somebody locks their page in the middle of a sentence.
    desk.open("/newsroom").await;
    desk.choose("join", "Night desk").await;
    desk.fill("#join-why", "Takes the nights.").await;
    desk.press("form[action$='/newsroom/team'] button").await;
    assert!(desk.says("these colleagues’ desks open, too").await, "{}", desk.text().await);
    desk.seen("13-team").await;
    desk.open("/c/1/care").await;
    desk.press("form[action$='/care/papers'] button").await;
    assert!(desk.says("Paper 3 of 3").await, "{}", desk.text().await);
    desk.seen("14-papers").await;
    locked(&other).await;
    let late = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
    late.goto(&demo.site).await.unwrap();
    acts::open_drawer(&late).await.unwrap();
    acts::resume(&late, &words).await.unwrap();
    acts::await_reply(&late, "The ferry does not run today.", MINUTES).await.unwrap();
    late.shot("day-15-warned").await.unwrap();
    other.until("/c/1/care", "Stopped").await;
    other.seen("16-stopped-there").await;
}

/// A page that is locked in the middle of a sentence opens with the passphrase, and the sentence is there.
async fn locked(desk: &Journalist) {
    desk.open("/c/1").await;
    desk.fill("#reply [name=text]", "We have heard of it, and").await;
    acts::click(&desk.browser, "#lock button").await.unwrap();
    let there = "return document.title === 'Locked' && document.activeElement.id === 'passphrase'";
    desk.browser.until("the locked page", there, SOON).await.unwrap();
    assert!(!desk.says("read the annex").await, "{}", desk.text().await);
    desk.seen("17-locked").await;
    desk.fill("#passphrase", "not this one, to be sure").await;
    acts::click(&desk.browser, "button.button").await.unwrap();
    desk.browser.until("a no", "return !!document.querySelector('#wrong')", SOON).await.unwrap();
    desk.fill("#passphrase", "a demonstration keeps no secrets").await;
    acts::click(&desk.browser, "button.button").await.unwrap();
    let typed =
        "return document.querySelector('#reply [name=text]')?.value === 'We have heard of it, and'";
    desk.browser.until("the half sentence", typed, SOON).await.unwrap();
}

/// What a story says.
async fn article(reader: &Browser) -> String {
    let script = "return document.querySelector('article').textContent.replace(/\\s+/g, ' ')";
    reader.run(script, vec![]).await.unwrap().as_str().unwrap().to_owned()
}

/// The site keeps its promises, and its log goes on where the last audit left it.
fn audited(demo: &Demo, log: &std::path::Path) {
    let out = Command::new(demo::program().unwrap())
        .args(["audit", &demo.site, "--newsroom", &demo.newsroom, "--json", "--log"])
        .arg(log)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(report["kept"], json!(true), "{report:#}");
    let findings = report["findings"].as_array().unwrap();
    let seen = findings.iter().find(|one| one["check"] == json!("public log")).unwrap();
    assert_eq!(seen["verdict"], json!("kept"), "{seen}");
}
