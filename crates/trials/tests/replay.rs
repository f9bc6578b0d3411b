//! The pages of the Replay, opened from the disk: they ask for nothing, can be used without a mouse and by ear, are valid, and show
//! what the model says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::path::Path;

use replay::{Case, Options, Reckoning, words};
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use trials::browser::{Browser, Kind, Look};
use trials::{axe, html};

fn pages(folder: &Path) -> Vec<(Case, Reckoning)> {
    let cases: Vec<_> = replay::names()
        .iter()
        .map(|name| {
            let case = replay::shipped(name).unwrap();
            let sums = case.reckon().unwrap();
            (case, sums)
        })
        .collect();
    let written = replay::write(folder, &cases, &Options::default()).unwrap();
    assert_eq!(written.len(), 2 * cases.len() + 1);
    cases
}

fn address(folder: &Path, name: &str) -> String {
    format!("file://{}/{name}.html", folder.display())
}

async fn text(browser: &Browser, css: &str) -> String {
    let script = "return document.querySelector(arguments[0]).textContent";
    browser.run(script, vec![json!(css)]).await.unwrap().as_str().unwrap().to_owned()
}

/// How many figures of a crowd are lit, and how many may be.
async fn lit(browser: &Browser, crowd: &str) -> (u64, u64) {
    let script = "const all = (c) => document.querySelectorAll(`${arguments[0]} use.${c}`).length; return [all('on'), all('may')]";
    let counts = browser.run(script, vec![json!(crowd)]).await.unwrap();
    (counts[0].as_u64().unwrap(), counts[1].as_u64().unwrap())
}

async fn accessible(kind: Kind, looks: &[(&str, Look)]) {
    let folder = tempfile::tempdir().unwrap();
    let cases = pages(folder.path());
    for (name, look) in looks {
        let browser = Browser::start(kind, look).await.unwrap();
        browser.goto(&address(folder.path(), "index")).await.unwrap();
        browser.shot(&format!("replay-{name}-index")).await.unwrap();
        assert_eq!(axe::violations(&browser).await.unwrap(), Vec::<String>::new(), "{name} index");
        // All cases in one look, and of each kind one in the others.
        let few = ["six-who-knew", "the-empty-chair"];
        for (case, _) in
            cases.iter().filter(|(c, _)| *name == "light" || few.contains(&c.name.as_str()))
        {
            browser.goto(&address(folder.path(), &case.name)).await.unwrap();
            let none = Vec::<String>::new();
            assert_eq!(axe::violations(&browser).await.unwrap(), none, "{name} {}", case.name);
            let last = "const s = document.getElementById('scrub'); s.value = s.max; s.dispatchEvent(new Event('input'));
                        document.getElementById('stage').scrollIntoView(); document.getElementById('plan')?.click()";
            browser.run(last, vec![]).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(2600)).await;
            browser.shot(&format!("replay-{name}-{}", case.name)).await.unwrap();
            assert_eq!(
                axe::violations(&browser).await.unwrap(),
                none,
                "{name} {} at the end",
                case.name
            );
            let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(browser.run(wide, vec![]).await.unwrap(), json!(0), "{name} {}", case.name);
            browser
                .run("document.getElementById('rewrite').scrollIntoView()", vec![])
                .await
                .unwrap();
            browser.shot(&format!("replay-{name}-{}-rewrite", case.name)).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_replay_is_accessible() {
    let phone = Look { phone: true, size: (390, 844), ..Look::default() };
    let looks = [
        ("light", Look::default()),
        ("dark", Look { dark: true, ..Look::default() }),
        ("phone", phone.clone()),
        ("phone-dark", Look { dark: true, ..phone }),
        // What a desktop's window is at 200 %.
        ("large", Look { size: (640, 500), ..Look::default() }),
    ];
    accessible(Kind::Chromium, &looks).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_replay_is_accessible() {
    let looks = [("light", Look::default()), ("dark", Look { dark: true, ..Look::default() })];
    accessible(Kind::Firefox, &looks).await;
}

/// By keyboard alone: step through, hear each count, reword, and hear who came back.
async fn by_keyboard(kind: Kind) {
    let folder = tempfile::tempdir().unwrap();
    let cases = pages(folder.path());
    let (_, sums) = cases.iter().find(|(c, _)| c.name == "six-who-knew").unwrap();
    let browser = Browser::start(kind, &Look::default()).await.unwrap();
    browser.goto(&address(folder.path(), "six-who-knew")).await.unwrap();
    let page = browser.page().unwrap();
    assert_eq!(lit(&browser, "#crowd").await, (500, 0));
    assert!(text(&browser, ".act.now .figure").await.contains("500"));

    page.find(By::Id("scrub")).await.unwrap().focus().await.unwrap();
    for (i, left) in sums.after.iter().enumerate() {
        page.active_element().await.unwrap().send_keys(Key::Right).await.unwrap();
        assert_eq!(text(&browser, ".act.now .figure").await, words::range(left.people));
        let said = text(&browser, "#say").await;
        assert!(said.starts_with(&format!("{} of {}.", i + 1, sums.after.len())), "{said}");
        assert!(said.contains(&format!("{}.", words::left(left.people))), "{said}");
        assert!(said.contains("The source is not among them"), "{said}");
        assert_eq!(lit(&browser, "#crowd").await, (left.people.hi(), 0));
    }
    assert_eq!(lit(&browser, "#few").await, (6, 0));
    page.active_element().await.unwrap().send_keys(Key::Home).await.unwrap();
    assert!(text(&browser, "#say").await.contains("Before anything was said: 500"));

    // Six are left and the source is not among them; the cheapest plan leaves 400, everything coarser all, the source among them.
    assert_eq!(text(&browser, "#new-figure").await, "6");
    assert!(text(&browser, "#new-source").await.contains("wrongly pointed to: 6"));
    page.find(By::Id("plan")).await.unwrap().focus().await.unwrap();
    page.active_element().await.unwrap().send_keys(Key::Enter).await.unwrap();
    assert_eq!(
        text(&browser, "#new-figure").await,
        words::range(sums.table[sums.best.unwrap()].people)
    );
    assert!(text(&browser, "#new-say").await.starts_with("400 people are left. Enough."));
    page.find(By::Css("input[name=s0]:checked")).await.unwrap().focus().await.unwrap();
    page.active_element().await.unwrap().send_keys(Key::Down).await.unwrap();
    assert_eq!(text(&browser, "#new-figure").await, "500");
    assert!(text(&browser, "#new-say").await.contains("The source is among them"));
    assert_eq!(lit(&browser, "#new-crowd").await, (500, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_replay_by_keyboard() {
    by_keyboard(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_replay_by_keyboard() {
    by_keyboard(Kind::Firefox).await;
}

/// Every combination of every case, clicked: the page says what the table says. And in all of it, no request.
#[tokio::test(flavor = "multi_thread")]
async fn browser_replay_says_what_the_model_says() {
    let folder = tempfile::tempdir().unwrap();
    let cases = pages(folder.path());
    let browser = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
    let mut tried = 0;
    for (case, sums) in &cases {
        browser.goto(&address(folder.path(), &case.name)).await.unwrap();
        let all: Vec<_> = (0..sums.table.len()).map(|i| json!(sums.options_of(i))).collect();
        let script = "const form = document.getElementById('choices');
            return arguments[0].map((options) => {
              options.forEach((o, s) => { form.querySelector(`input[name=s${s}][value=\"${o}\"]`).checked = true; });
              form.dispatchEvent(new Event('change'));
              return [document.getElementById('new-figure').textContent, document.getElementById('new-verdict').classList.contains('enough')];
            })";
        let shown = browser.run(script, vec![Value::Array(all)]).await.unwrap();
        for (left, shown) in sums.table.iter().zip(shown.as_array().unwrap()) {
            assert_eq!(shown, &json!([words::range(left.people), left.enough]), "{}", case.name);
            tried += 1;
        }
        let asked = "return performance.getEntriesByType('resource').map((e) => e.name)";
        assert_eq!(browser.run(asked, vec![]).await.unwrap(), json!([]), "{}", case.name);
    }
    assert!(tried > 250, "{tried}");
    // The policy is in force: a script that was not built in does not run.
    let script = "const s = document.createElement('script'); s.textContent = 'globalThis.ran = 1'; document.body.append(s); return globalThis.ran ?? null";
    assert_eq!(browser.run(script, vec![]).await.unwrap(), Value::Null);
}

/// Without scripts every sentence and every count can be read.
#[tokio::test(flavor = "multi_thread")]
async fn browser_replay_reads_without_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let cases = pages(folder.path());
    let look = Look { scripts: false, ..Look::default() };
    let browser = Browser::start(Kind::Chromium, &look).await.unwrap();
    browser.goto(&address(folder.path(), "three-facts")).await.unwrap();
    let page = browser.page().unwrap();
    let acts = page.find_all(By::Css(".act")).await.unwrap();
    let (_, sums) = cases.iter().find(|(c, _)| c.name == "three-facts").unwrap();
    assert_eq!(acts.len(), sums.after.len() + 1);
    for (act, left) in acts.iter().skip(1).zip(&sums.after) {
        assert!(act.is_displayed().await.unwrap());
        assert!(act.text().await.unwrap().starts_with(&words::range(left.people)));
    }
    assert!(!page.find(By::Id("controls")).await.unwrap().is_displayed().await.unwrap());
    assert!(page.find(By::Css(".plan")).await.unwrap().is_displayed().await.unwrap());
    browser.shot("replay-without-scripts").await.unwrap();
}

#[test]
fn browser_replay_is_valid_html() {
    let folder = tempfile::tempdir().unwrap();
    pages(folder.path());
    let mut files = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        if path.extension().is_some_and(|e| e == "png") {
            assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
            assert_eq!(bytes[16..24], [0, 0, 4, 176, 0, 0, 2, 118], "1200 by 630");
        } else {
            assert!(bytes.len() < 250_000, "{}: {}", path.display(), bytes.len());
            files.push((path.file_name().unwrap().to_string_lossy().into_owned(), bytes));
        }
    }
    assert_eq!(files.len(), 9);
    // The checker does not reckon hashes; that the policy lets the page in and nothing else is tried above.
    let complaints: Vec<String> = html::complaints(&files)
        .unwrap()
        .into_iter()
        .filter(|c| !c.contains("violates Content Security Policy (meta tag)"))
        .collect();
    assert_eq!(complaints, Vec::<String>::new());
}
