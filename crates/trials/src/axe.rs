//! Accessibility, by axe-core.

use serde_json::Value;

use crate::browser::Browser;
use crate::{During, Result, Trouble, checkout};

/// Every rule of WCAG 2.0 to 2.2, levels A and AA, and axe's best practices.
const RULES: &str = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']";

/// What axe found wrong with the page as it is now, one line for each rule and element; empty is good.
///
/// The checker is handed over by WebDriver, which the page's content policy does not hinder.
///
/// # Errors
/// When axe-core is not installed (`npm ci` in `dev/`) or cannot run.
pub async fn violations(browser: &Browser) -> Result<Vec<String>> {
    let file = checkout().join("dev/node_modules/axe-core/axe.min.js");
    let source = std::fs::read_to_string(&file).during("axe-core (./test installs it)")?;
    // One script for both, because Firefox gives each script a scope of its own.
    let script = format!(
        "const done = arguments[arguments.length - 1];
         const before = globalThis.axe;
         {source};
         const axe = globalThis.axe ?? before;
         // What fades in has another contrast on the way: people look at it afterwards, on a slow machine a good while afterwards.
         const moving = document.getAnimations().map((a) => a.finished.catch(() => null));
         Promise.all(moving).then(() => axe.run(document, {{ runOnly: {RULES}, resultTypes: ['violations'] }})).then(
           (r) => done({{ checked: r.passes.length, violations: r.violations }}),
           (e) => done({{ error: String(e) }}));"
    );
    let answer = browser.page()?.execute_async(script, Vec::new()).await.during("axe")?;
    let answer = answer.json();
    if let Some(error) = answer.get("error").and_then(Value::as_str) {
        return Err(Trouble(format!("axe: {error}")));
    }
    if answer.get("checked").and_then(Value::as_u64).unwrap_or(0) == 0 {
        return Err(Trouble("axe checked nothing on this page".to_owned()));
    }
    let text =
        |v: &Value, key: &str| v.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list =
        |v: &Value, key: &str| v.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut lines = Vec::new();
    for rule in list(answer, "violations") {
        for node in list(&rule, "nodes") {
            lines.push(format!(
                "{} ({}): {} in {}: {}",
                text(&rule, "id"),
                text(&rule, "impact"),
                text(&rule, "help"),
                text(&node, "html").chars().take(160).collect::<String>(),
                text(&node, "failureSummary").replace('\n', " ")
            ));
        }
    }
    Ok(lines)
}
