//! Starts the program that speaks WebDriver for a browser.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::browser::Kind;
use crate::process::Guarded;
use crate::{During, Result};

/// A running WebDriver program and, for WebKit, the screen it draws on.
#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) url: String,
    // Dropped in this order: the browser before its screen.
    _program: Guarded,
    _screen: Option<Guarded>,
}

/// Starts the driver for `kind`; everything it writes goes below `scratch`.
pub(crate) fn start(kind: Kind, scratch: &Path) -> Result<Driver> {
    let log = scratch.join("driver.log");
    let wait = Duration::from_secs(60);
    let mut screen = None;
    let mut command = match kind {
        Kind::Chromium => {
            let mut c = Command::new("chromedriver");
            c.arg("--port=0");
            c
        }
        Kind::Firefox => {
            let mut c = Command::new("geckodriver");
            c.args(["--host", "127.0.0.1", "--port", "0", "--websocket-port", "0"]);
            c.arg("--profile-root").arg(scratch);
            c
        }
        Kind::WebKit => {
            let (guard, display) = start_screen(scratch)?;
            screen = Some(guard);
            let mut c = Command::new("WebKitWebDriver");
            c.args(["--host=127.0.0.1", &format!("--port={}", free_port()?)]);
            c.env("DISPLAY", display)
                .env("GDK_BACKEND", "x11")
                .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
            c
        }
    };
    // Nothing of a trial may end up in, or depend on, the home of whoever runs it.
    for name in
        ["HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"]
    {
        let dir = scratch.join(name.to_lowercase());
        std::fs::create_dir_all(&dir).during("scratch folder")?;
        command.env(name, dir);
    }
    command.env("LC_ALL", "C.UTF-8").env("TZ", "UTC").env("NO_AT_BRIDGE", "1");
    let port_argument = command
        .get_args()
        .find_map(|a| a.to_str()?.strip_prefix("--port=").filter(|p| *p != "0").map(str::to_owned));
    let mut program = Guarded::spawn(command, &log)?;
    let port = match port_argument {
        Some(port) => {
            await_port(&port, wait)?;
            port
        }
        None => program.wait_for(wait, |out| {
            let after = out
                .split_once("successfully on port ")
                .or_else(|| out.split_once("Listening on 127.0.0.1:"))?
                .1;
            let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
            let complete = after.len() > digits.len() && !digits.is_empty();
            complete.then_some(digits)
        })?,
    };
    Ok(Driver { url: format!("http://127.0.0.1:{port}"), _program: program, _screen: screen })
}

/// An X server in memory; it chooses a free display and prints its number.
fn start_screen(scratch: &Path) -> Result<(Guarded, String)> {
    let mut command = Command::new("Xvfb");
    command.args([
        "-displayfd",
        "1",
        "-screen",
        "0",
        "1400x1100x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]);
    let mut screen = Guarded::spawn(command, &scratch.join("screen.log"))?;
    let number = screen.wait_for(Duration::from_secs(20), |out| {
        out.lines()
            .map(str::trim)
            .find(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_digit()))
            .map(str::to_owned)
    })?;
    Ok((screen, format!(":{number}")))
}

fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).during("free port")?;
    Ok(listener.local_addr().during("free port")?.port())
}

fn await_port(port: &str, limit: Duration) -> Result<()> {
    let start = std::time::Instant::now();
    loop {
        match std::net::TcpStream::connect(format!("127.0.0.1:{port}")) {
            Ok(_) => return Ok(()),
            Err(error) if start.elapsed() > limit => return Err(error).during("WebDriver"),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
