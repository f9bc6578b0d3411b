//! A real browser with a profile of its own on the disk.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{Capabilities, WebDriver};

use crate::driver::{self, Driver};
use crate::{During, Result, Trouble};

/// Which browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Debian's Chromium, headless.
    Chromium,
    /// Debian's Firefox ESR, headless.
    Firefox,
    /// WebKitGTK's MiniBrowser on a screen in memory.
    WebKit,
}

impl Kind {
    /// The name for file names and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }
}

/// How a browser is set up. The default is a light desktop with scripts on.
#[derive(Debug, Clone)]
pub struct Look {
    /// Prefers dark pages.
    pub dark: bool,
    /// Runs scripts.
    pub scripts: bool,
    /// Width and height of the window in CSS pixels.
    pub size: (u32, u32),
    /// Behaves as a phone: touch, a viewport that obeys the page, two device pixels to one of CSS. Chromium only.
    pub phone: bool,
    /// Further arguments (Chromium) or `name=value` preferences with JSON values (Firefox).
    pub extra: Vec<String>,
}

impl Default for Look {
    fn default() -> Self {
        Self { dark: false, scripts: true, size: (1280, 900), phone: false, extra: Vec::new() }
    }
}

/// A browser that is running; ended on drop, its profile deleted with it.
#[derive(Debug)]
pub struct Browser {
    page: Option<WebDriver>,
    driver: Option<Driver>,
    kind: Kind,
    scratch: TempDir,
}

impl Browser {
    /// Starts a browser that has never been anywhere.
    ///
    /// # Errors
    /// When the browser or its driver is missing or does not come up in a minute.
    pub async fn start(kind: Kind, look: &Look) -> Result<Self> {
        let scratch = TempDir::with_prefix("subrosa-trial-").during("scratch folder")?;
        let profile = scratch.path().join("profile");
        std::fs::create_dir_all(&profile).during("profile folder")?;
        let driver = {
            let path = scratch.path().to_owned();
            tokio::task::spawn_blocking(move || driver::start(kind, &path))
                .await
                .during("driver")??
        };
        let wanted = capabilities(kind, look, &profile)?;
        let page = WebDriver::builder(driver.url.as_str(), wanted)
            .request_timeout(Duration::from_secs(90))
            .connect()
            .await
            .during(kind.name())?;
        let browser = Self { page: Some(page), driver: Some(driver), kind, scratch };
        let page = browser.page()?;
        if !look.phone {
            page.set_window_rect(0, 0, look.size.0, look.size.1).await.during("window size")?;
        }
        page.set_script_timeout(Duration::from_secs(60)).await.during("timeouts")?;
        page.set_page_load_timeout(Duration::from_secs(60)).await.during("timeouts")?;
        Ok(browser)
    }

    /// Which browser this is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The WebDriver session.
    ///
    /// # Errors
    /// After [`Browser::quit`].
    pub fn page(&self) -> Result<&WebDriver> {
        self.page.as_ref().during("browser has been closed")
    }

    /// Where this browser keeps what it keeps, caches and temporary files included.
    #[must_use]
    pub fn disk(&self) -> &Path {
        self.scratch.path()
    }

    /// Goes to `url` and waits until it has loaded.
    ///
    /// # Errors
    /// When the page does not load.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.page()?.goto(url).await.during(url)
    }

    /// Runs a script in the page (`arguments` as in WebDriver) and returns its value.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let answer = self.page()?.execute(script, arguments).await.during("script")?;
        Ok(answer.json().clone())
    }

    /// Runs a script until it returns something truthy, and returns that.
    ///
    /// # Errors
    /// When it throws, or `limit` passes; the error names what was awaited.
    pub async fn until(&self, what: &str, script: &str, limit: Duration) -> Result<Value> {
        let start = Instant::now();
        loop {
            let value = self.run(script, Vec::new()).await?;
            let truthy = !matches!(value, Value::Null | Value::Bool(false))
                && value != json!("")
                && value != json!(0);
            if truthy {
                return Ok(value);
            }
            if start.elapsed() > limit {
                let shown = "const d = document.querySelector('dialog[open]') ?? document.body; return d?.innerText ?? ''";
                let shown = self.run(shown, Vec::new()).await?;
                let shown: String = shown.as_str().unwrap_or_default().chars().take(2000).collect();
                return Err(Trouble(format!(
                    "{}: waited {limit:?} for {what}; the page shows:\n{shown}",
                    self.kind.name()
                )));
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }

    /// Writes what the window shows as PNG to `$TRIALS_SHOTS/<browser>-<name>.png`, if that variable is set.
    ///
    /// # Errors
    /// When the browser gives no picture or the file cannot be written.
    pub async fn shot(&self, name: &str) -> Result<()> {
        let Some(dir) = std::env::var_os("TRIALS_SHOTS").map(PathBuf::from) else { return Ok(()) };
        std::fs::create_dir_all(&dir).during("folder for screenshots")?;
        let picture = self.page()?.screenshot_as_png().await.during("screenshot")?;
        std::fs::write(dir.join(format!("{}-{name}.png", self.kind.name())), picture)
            .during("screenshot")
    }

    /// Closes the browser as a person does, so that it writes what it writes at the end, and keeps the disk.
    ///
    /// # Errors
    /// When the browser does not end.
    pub async fn quit(&mut self) -> Result<()> {
        if let Some(page) = self.page.take() {
            page.quit().await.during("closing the browser")?;
        }
        // Firefox flushes its databases after it has answered.
        tokio::time::sleep(Duration::from_millis(500)).await;
        self.driver = None;
        Ok(())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The process goes either way; asking for the session's end first would block the executor.
        if let Some(page) = self.page.take() {
            let _ = page.leak();
        }
        self.driver = None;
    }
}

fn capabilities(kind: Kind, look: &Look, profile: &Path) -> Result<Capabilities> {
    let (name, key, options) = match kind {
        Kind::Chromium => ("chrome", "goog:chromeOptions", chromium(look, profile)),
        Kind::Firefox => ("firefox", "moz:firefoxOptions", firefox(look, profile)),
        Kind::WebKit => ("MiniBrowser", "webkitgtk:browserOptions", webkit()?),
    };
    let mut wanted = Capabilities::new();
    wanted.set("browserName", name).during("capabilities")?;
    wanted.set("acceptInsecureCerts", true).during("capabilities")?;
    wanted.set(key, options).during("capabilities")?;
    if kind == Kind::Chromium {
        wanted.set("goog:loggingPrefs", json!({ "browser": "ALL" })).during("capabilities")?;
    }
    Ok(wanted)
}

fn chromium(look: &Look, profile: &Path) -> Value {
    let mut arguments = vec![
        "--headless".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        format!("--user-data-dir={}", profile.display()),
        format!("--window-size={},{}", look.size.0, look.size.1),
    ];
    if look.dark {
        arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
    }
    arguments.extend(look.extra.iter().cloned());
    let javascript = if look.scripts { 1 } else { 2 };
    let mut options = json!({
        "binary": "/usr/bin/chromium",
        "args": arguments,
        "prefs": { "profile.managed_default_content_settings.javascript": javascript },
    });
    if let (true, Some(map)) = (look.phone, options.as_object_mut()) {
        map.insert(
            "mobileEmulation".to_owned(),
            json!({ "deviceMetrics": { "width": look.size.0, "height": look.size.1, "pixelRatio": 2.0, "touch": true } }),
        );
    }
    options
}

fn firefox(look: &Look, profile: &Path) -> Value {
    let mut preferences = json!({
        "app.update.auto": false,
        "app.normandy.enabled": false,
        "browser.safebrowsing.malware.enabled": false,
        "browser.safebrowsing.phishing.enabled": false,
        "datareporting.policy.dataSubmissionEnabled": false,
        "extensions.getAddons.cache.enabled": false,
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
        "services.settings.server": "data:,",
        "toolkit.telemetry.enabled": false,
        // What a person's Firefox does and geckodriver turns off: keep the session for after a crash.
        "browser.sessionstore.resume_from_crash": true,
        "javascript.enabled": look.scripts,
        "layout.css.prefers-color-scheme.content-override": if look.dark { 0 } else { 1 },
    });
    if let Some(map) = preferences.as_object_mut() {
        for line in &look.extra {
            if let Some((name, value)) = line.split_once('=') {
                map.insert(
                    name.to_owned(),
                    serde_json::from_str(value).unwrap_or_else(|_| json!(value)),
                );
            }
        }
    }
    json!({
        "binary": "/usr/bin/firefox-esr",
        "args": [
            "-headless", "-profile", profile,
            format!("--width={}", look.size.0), format!("--height={}", look.size.1),
        ],
        "prefs": preferences,
        "log": { "level": "error" },
    })
}

fn webkit() -> Result<Value> {
    // Debian keeps it in a folder named after the machine's architecture.
    let libraries = std::fs::read_dir("/usr/lib").during("/usr/lib")?;
    let binary = libraries
        .flatten()
        .flat_map(|dir| {
            ["webkit2gtk-4.1", "webkit2gtk-4.0"].map(|v| dir.path().join(v).join("MiniBrowser"))
        })
        .find(|path| path.exists())
        .during("MiniBrowser of webkit2gtk-driver (./test installs it)")?;
    Ok(json!({ "binary": binary, "args": ["--automation"] }))
}
