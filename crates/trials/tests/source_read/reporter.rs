//! A reporter in a real browser.

use std::time::Duration;

use serde_json::Value;
use thirtyfour::By;
use thirtyfour::common::keys::TypingData;
use trials::browser::{Browser, Kind, Look};
use trials::demo::Demo;
use trials::{axe, checkout};

const SOON: Duration = Duration::from_secs(30);

/// A person at the desk, whose every click, field and key is counted.
pub(crate) struct Reporter {
    pub(crate) browser: Browser,
    pub(crate) interactions: usize,
}

impl Reporter {
    pub(crate) async fn at(demo: &Demo, kind: Kind, look: &Look) -> Self {
        let browser = Browser::start(kind, look).await.unwrap();
        browser.goto(&demo.desk).await.unwrap();
        browser.until("the desk", "return !!document.body.dataset.base", SOON).await.unwrap();
        Self { browser, interactions: 0 }
    }

    pub(crate) async fn click(&mut self, selector: &str) {
        self.interactions += 1;
        trials::acts::click(&self.browser, selector).await.unwrap();
    }

    /// One field filled in.
    pub(crate) async fn fill(&mut self, selector: &str, text: &str) {
        self.interactions += 1;
        let field = self.browser.page().unwrap().find(By::Css(selector)).await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// One key pressed where the focus is.
    pub(crate) async fn key(&mut self, key: impl Into<TypingData>) {
        self.interactions += 1;
        let focus = self.browser.page().unwrap().active_element().await.unwrap();
        focus.send_keys(key).await.unwrap();
    }

    pub(crate) async fn get(&self, script: &str) -> Value {
        self.browser.run(script, vec![]).await.unwrap()
    }

    pub(crate) async fn text(&self, id: &str) -> String {
        let script = format!("return document.getElementById('{id}').textContent.trim()");
        self.get(&script).await.as_str().unwrap().to_owned()
    }

    pub(crate) async fn wait(&self, what: &str, script: &str) {
        self.browser.until(what, script, SOON).await.unwrap();
    }

    pub(crate) async fn state(&self, wanted: &str) {
        let script =
            format!("return document.getElementById('verdict').dataset.state === '{wanted}'");
        self.wait(&format!("the verdict {wanted}"), &script).await;
    }

    pub(crate) async fn is_accessible(&self, what: &str) {
        assert_eq!(axe::violations(&self.browser).await.unwrap(), Vec::<String>::new(), "{what}");
    }

    /// Drafts, and the Word document chosen.
    pub(crate) async fn open_the_document(&mut self) {
        self.click("nav[aria-label=Desk] a[href$='/drafts']").await;
        self.wait("the list of drafts", "return !!document.getElementById('open')").await;
        let document = checkout().join("examples/harbour-fund.docx");
        self.fill("#open input[type=file]", &document.display().to_string()).await;
        let text = "return /4,218/.test(document.getElementById('manuscript')?.textContent ?? '')";
        self.wait("the draft", text).await;
    }
}
