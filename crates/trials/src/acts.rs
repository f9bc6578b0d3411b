//! What people do: a source in the drawer, a journalist at the desk. By clicks and keys, as they would.

use std::time::Duration;

use serde_json::json;
use thirtyfour::By;

use crate::browser::Browser;
use crate::{During, Result, Trouble};

const SOON: Duration = Duration::from_secs(20);

/// Clicks what a selector names, once it is there to be clicked.
///
/// # Errors
/// When it is not there within twenty seconds.
pub async fn click(browser: &Browser, selector: &str) -> Result<()> {
    let there = format!(
        "const e = document.querySelector({}); return !!e && e.checkVisibility() && !e.disabled;",
        json!(selector)
    );
    browser.until(selector, &there, SOON).await?;
    browser.page()?.find(By::Css(selector)).await.during(selector)?.click().await.during(selector)
}

/// Types into a field.
///
/// # Errors
/// When the field is not there.
pub async fn type_into(browser: &Browser, selector: &str, text: &str) -> Result<()> {
    let field = browser.page()?.find(By::Css(selector)).await.during(selector)?;
    field.send_keys(text).await.during(selector)
}

/// Opens the drawer by the link at the top of the page and waits until it can be used.
///
/// # Errors
/// When it says that it is closed, or does not open.
pub async fn open_drawer(browser: &Browser) -> Result<()> {
    click(browser, "#drawer-open").await?;
    let open = "const d = document.getElementById('drawer'); return d.open && d.dataset.step;";
    let step = browser.until("the open drawer", open, SOON).await?;
    if step == json!("closed") {
        let why =
            browser.run("return document.getElementById('drawer-why').textContent", vec![]).await?;
        return Err(Trouble(format!("{}: the drawer is closed: {why}", browser.kind().name())));
    }
    Ok(())
}

/// Begins a conversation: reads the seven words, answers the three questions, and returns the words.
///
/// # Errors
/// When the drawer does not follow.
pub async fn begin(browser: &Browser) -> Result<Vec<String>> {
    click(browser, "#drawer [data-do=new]").await?;
    let shown =
        "const w = [...document.querySelectorAll('#drawer-words li')].map((e) => e.textContent);
        return w.length === 7 && w;";
    let words = browser.until("seven words", shown, SOON).await?;
    let words: Vec<String> = words
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|w| w.as_str().map(str::to_owned))
        .collect();
    click(browser, "#drawer [data-do=check]").await?;
    for _ in 0..3 {
        let place = asked(browser).await?;
        let word = words.get(place).during("a word")?;
        click(browser, &format!("#drawer [data-do=choose][data-word='{word}']")).await?;
    }
    await_step(browser, "write").await?;
    Ok(words)
}

/// Which of the seven words the drawer asks for, from 0, in whatever language.
///
/// # Errors
/// When it asks for none.
pub async fn asked(browser: &Browser) -> Result<usize> {
    let place = "const { says } = document.getElementById('drawer').dataset;
        const [, cases, last] = JSON.parse(says).question;
        return [...Object.values(cases), last].indexOf(document.getElementById('drawer-question').textContent);";
    let place = browser.run(place, vec![]).await?.as_u64();
    place.and_then(|place| usize::try_from(place).ok()).during("the question names a place")
}

async fn await_step(browser: &Browser, step: &str) -> Result<()> {
    let at = format!("return document.getElementById('drawer').dataset.step === {}", json!(step));
    browser.until(&format!("the drawer's step {step}"), &at, SOON).await.map(|_| ())
}

/// Waits until the conversation can be used: keys made from the words, the newsroom's keys here and good.
///
/// # Errors
/// When that takes a minute.
pub async fn ready(browser: &Browser) -> Result<()> {
    let said =
        "return /conversation is open/.test(document.getElementById('drawer-say').textContent)";
    browser.until("an open conversation", said, Duration::from_secs(60)).await.map(|_| ())
}

/// Writes a message and sends it with the next packets.
///
/// # Errors
/// When the drawer does not take it.
pub async fn send(browser: &Browser, text: &str) -> Result<()> {
    type_into(browser, "#drawer-text", text).await?;
    click(browser, "#drawer [data-do=send]").await?;
    let listed = "return document.querySelectorAll('#drawer-messages li').length > 0";
    browser.until("the message in the list", listed, SOON).await.map(|_| ())
}

/// Waits until every message of this visit has come as far as `state` (`once`, `sent`, `confirmed`).
///
/// # Errors
/// When it has not within `limit`.
pub async fn await_state(browser: &Browser, state: &str, limit: Duration) -> Result<()> {
    let script = format!(
        "const order = ['waiting', 'once', 'sent', 'confirmed'];
         const items = [...document.querySelectorAll('#drawer-messages li')];
         return items.length > 0 && items.every((i) => order.indexOf(i.dataset.state) >= order.indexOf('{state}'));"
    );
    browser.until(&format!("messages that are {state}"), &script, limit).await.map(|_| ())
}

/// Comes back with seven words.
///
/// # Errors
/// When the drawer does not take them.
pub async fn resume(browser: &Browser, words: &[String]) -> Result<()> {
    click(browser, "#drawer [data-do=resume]").await?;
    type_into(browser, "#drawer-phrase", &words.join(" ")).await?;
    click(browser, "#drawer [data-do=open]").await?;
    await_step(browser, "write").await?;
    ready(browser).await
}

/// Waits for an answer that holds `text`.
///
/// # Errors
/// When there is none within `limit`.
pub async fn await_reply(browser: &Browser, text: &str, limit: Duration) -> Result<()> {
    let script = format!(
        "return document.getElementById('drawer-replies').textContent.includes({})",
        json!(text)
    );
    browser.until("the answer in the drawer", &script, limit).await.map(|_| ())
}

/// At the desk: waits for a conversation that holds `tip` and opens it.
///
/// # Errors
/// When it does not come within `limit`.
pub async fn find_tip(desk: &Browser, tip: &str, limit: Duration) -> Result<()> {
    let inbox = desk.run("return document.body.dataset.base + '/'", vec![]).await?;
    let inbox = inbox.as_str().during("the desk's address")?.to_owned();
    let start = std::time::Instant::now();
    loop {
        let script = format!(
            "const row = [...document.querySelectorAll('.conversation')].find((r) => r.textContent.includes({}));
             return row ? row.querySelector('a').getAttribute('href') : '';",
            json!(tip)
        );
        let link = desk.run(&script, vec![]).await?;
        if let Some(link) = link.as_str().filter(|l| !l.is_empty()) {
            let selector = format!(".conversation a[href='{link}']");
            return click(desk, &selector).await;
        }
        if start.elapsed() > limit {
            let shown = desk.run("return document.body.innerText", vec![]).await?;
            return Err(Trouble(format!("no such tip in {limit:?}; the inbox shows:\n{shown}")));
        }
        tokio::time::sleep(Duration::from_millis(1500)).await;
        desk.run(&format!("location.assign({})", json!(inbox)), vec![]).await?;
        desk.until("the inbox", "return document.readyState === 'complete'", SOON).await?;
    }
}

/// At the desk, in an open conversation: answers it.
///
/// # Errors
/// When the desk does not take the answer.
pub async fn answer(desk: &Browser, text: &str) -> Result<()> {
    type_into(desk, "#text", text).await?;
    click(desk, "#reply button.button:not(.quiet)").await?;
    let listed = format!(
        "return document.querySelector('.letters')?.textContent.includes({}) ?? false",
        json!(text)
    );
    desk.until("the answer among the letters", &listed, SOON).await.map(|_| ())
}
