//! `subrosa demo` as a process of its own, as a person would start it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::process::Guarded;
use crate::{During, Result, Trouble, checkout};

/// The program, beside the tests that cargo built with it.
///
/// # Errors
/// When it has not been built; the error says how.
pub fn program() -> Result<PathBuf> {
    let here = std::env::current_exe().during("this test")?;
    let beside = here.ancestors().nth(2).map(|dir| dir.join("subrosa"));
    let usual = checkout().join("target/debug/subrosa");
    beside
        .into_iter()
        .chain([usual])
        .find(|path| path.exists())
        .ok_or_else(|| Trouble("subrosa is not built: cargo build -p subrosa".to_owned()))
}

/// A demonstration that is running; killed on drop.
#[derive(Debug)]
pub struct Demo {
    process: Guarded,
    /// Where the newspaper is, such as `http://127.0.0.1:40123`.
    pub site: String,
    /// An address of the desk's page that is good once.
    pub desk: String,
    /// The same for the other desks, with their names.
    pub colleagues: Vec<(String, String)>,
    /// The newsroom's root, in hexadecimal.
    pub newsroom: String,
    /// The desk's folder and the passphrase that opens it.
    pub desk_folder: (PathBuf, String),
}

impl Demo {
    /// Starts it on free ports, with its data in `data` and some simulated readers, and waits until it serves pages.
    ///
    /// # Errors
    /// When it does not start within a minute; the error holds what it said.
    pub async fn start(data: &Path, readers: usize) -> Result<Self> {
        let data = data.to_owned();
        let demo = tokio::task::spawn_blocking(move || Self::start_blocking(&data, readers))
            .await
            .during("demo")??;
        let start = std::time::Instant::now();
        while !demo.takes_tips().await.unwrap_or(false) {
            if start.elapsed() > Duration::from_secs(60) {
                return Err(Trouble(format!(
                    "no desk in the key list for a minute:\n{}",
                    demo.output()
                )));
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        Ok(demo)
    }

    /// Whether the key list that pages fetch has a desk in it (`docs/wire.md`, "Key list").
    async fn takes_tips(&self) -> Result<bool> {
        let list = crate::http::get(self.address()?, "/keys").await?;
        let mix_keys = usize::from(*list.get(81).during("key list")?);
        Ok(list.get(82 + 1265 * mix_keys).is_some_and(|desks| *desks > 0))
    }

    fn start_blocking(data: &Path, readers: usize) -> Result<Self> {
        let mut command = Command::new(program()?);
        command.arg("demo").arg("--data").arg(data);
        command.args(["--site", "127.0.0.1:0", "--desk", "127.0.0.1:0", "--json"]);
        command.args(["--readers", &readers.to_string()]);
        let log = data.join("demo.log");
        let _ = std::fs::remove_file(&log);
        let mut process = Guarded::spawn(command, &log)?;
        let line = process.wait_for(Duration::from_secs(60), |out| {
            out.lines().find(|line| line.starts_with('{') && line.ends_with('}')).map(str::to_owned)
        })?;
        let json: Value = serde_json::from_str(&line).during("demo's JSON")?;
        let others = json.get("colleagues").and_then(Value::as_array).during("colleagues")?;
        let field =
            |one: &Value, key: &str| one.get(key).and_then(Value::as_str).map(str::to_owned);
        let colleagues =
            others.iter().filter_map(|one| Some((field(one, "name")?, field(one, "desk")?)));
        let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned).during(key);
        Ok(Self {
            process,
            site: text("site")?,
            desk: text("desk")?,
            colleagues: colleagues.collect(),
            newsroom: text("newsroom")?,
            desk_folder: (text("desk_dir")?.into(), text("desk_passphrase")?),
        })
    }

    /// Where the newspaper listens.
    ///
    /// # Errors
    /// When the demo gave an address that is none.
    pub fn address(&self) -> Result<SocketAddr> {
        self.site
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .parse()
            .during("site's address")
    }

    /// What it has printed, errors included.
    #[must_use]
    pub fn output(&self) -> String {
        self.process.output()
    }

    /// Ends it as Ctrl-C does.
    ///
    /// # Errors
    /// When it has not ended in twenty seconds.
    pub fn end(&mut self) -> Result<()> {
        self.process.end(Duration::from_secs(20)).map(|_| ())
    }
}
