//! What only Chromium tells or does: its console, how far things moved, and being another device.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};
use thirtyfour::common::command::{Command, ExtensionCommand};

use crate::browser::{Browser, Look};
use crate::{During, Result};

/// Reads and empties the log of the browser's console.
#[derive(Debug)]
struct Log;

impl ExtensionCommand for Log {
    fn parameters_json(&self) -> Option<Value> {
        Some(json!({ "type": "browser" }))
    }

    fn method(&self) -> Method {
        Method::POST
    }

    fn endpoint(&self) -> Arc<str> {
        Arc::from("/se/log")
    }
}

/// What pages and the browser have written to the console since the last call, whatever its level: what a script says, an
/// error, a file that was not there, a violated policy.
///
/// # Errors
/// When the browser has no such log.
pub async fn console(browser: &Browser) -> Result<Vec<String>> {
    let log = browser.page()?.handle().cmd(Command::ExtensionCommand(Box::new(Log))).await;
    let log: Vec<Value> = log.during("console")?.value().during("console")?;
    let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
    let line =
        |entry: &Value| Some(format!("{}: {}", text(entry, "level")?, text(entry, "message")?));
    Ok(log.iter().filter_map(line).collect())
}

/// Goes on as another device, light or dark: size, and phone or not. The pages to come are laid out for it.
///
/// # Errors
/// When the browser does not do it.
pub async fn pretend(browser: &Browser, look: &Look) -> Result<()> {
    let scheme = if look.dark { "dark" } else { "light" };
    let devtools = browser.page()?.cdp();
    for (command, parameters) in [
        (
            "Emulation.setDeviceMetricsOverride",
            json!({
                "width": look.size.0, "height": look.size.1, "mobile": look.phone,
                "deviceScaleFactor": if look.phone { 2 } else { 1 },
            }),
        ),
        ("Emulation.setTouchEmulationEnabled", json!({ "enabled": look.phone })),
        (
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
        ),
    ] {
        devtools.send_raw(command, parameters).await.during(command)?;
    }
    Ok(())
}

/// How far things have moved while the page came in (the sum of its layout shifts).
///
/// # Errors
/// When the script does not run.
pub async fn shifted(browser: &Browser) -> Result<f64> {
    let script = "return new Promise((done) => {
        let sum = 0;
        new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; })
          .observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => done(sum), 300);
      })";
    browser.run(script, vec![]).await?.as_f64().during("layout shift")
}
