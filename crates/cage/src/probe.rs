//! What the sandbox is tested with: each of these works for an ordinary process and must fail inside.

use std::{fmt, fs, io, net, process, thread};

/// One thing that was tried.
#[derive(Debug)]
pub struct Attempt {
    what: &'static str,
    outcome: io::Result<()>,
}

impl Attempt {
    /// Whether it could be done.
    #[must_use]
    pub fn worked(&self) -> bool {
        self.outcome.is_ok()
    }

    /// What was tried.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Ok(()) => write!(f, "{}: worked", self.what),
            Err(error) => write!(f, "{}: {error}", self.what),
        }
    }
}

/// What the tests need and can only be had while the sandbox is open: a pair of sockets, as if inherited.
#[derive(Default)]
pub struct Probe {
    #[cfg(unix)]
    inherited: Option<(std::os::unix::net::UnixStream, std::os::unix::net::UnixStream)>,
}

impl Probe {
    /// To be called before the sandbox is closed.
    #[must_use]
    pub fn new() -> Self {
        Self {
            #[cfg(unix)]
            inherited: std::os::unix::net::UnixStream::pair().ok(),
        }
    }

    /// Tries everything that must not be possible inside. Sends nothing to anybody: sockets are never connected, and
    /// the inherited one leads back to this process.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt> {
        let mut all = fresh();
        #[cfg(unix)]
        all.push(attempt("write to an inherited socket", || match &self.inherited {
            Some((here, _there)) => io::Write::write_all(&mut &*here, b"x"),
            None => Ok(()),
        }));
        all
    }
}

fn fresh() -> Vec<Attempt> {
    let mut all = vec![
        attempt("open a file", || fs::File::open("/").map(drop)),
        attempt("make a file", || {
            let name = format!("subrosa-sandbox-{}", process::id());
            let path = std::env::temp_dir().join(name);
            fs::File::create(&path).map(drop).and_then(|()| fs::remove_file(&path))
        }),
        attempt("list a folder", || fs::read_dir("/").map(drop)),
        attempt("make a TCP socket", || net::TcpListener::bind("127.0.0.1:0").map(drop)),
        attempt("make a UDP socket", || net::UdpSocket::bind("127.0.0.1:0").map(drop)),
        attempt("start a thread", || {
            let started = thread::Builder::new().spawn(|| ())?;
            started.join().map_err(|_| io::Error::other("the thread failed"))
        }),
    ];
    #[cfg(unix)]
    all.push(attempt("make a Unix socket", || {
        std::os::unix::net::UnixDatagram::unbound().map(drop)
    }));
    #[cfg(target_os = "linux")]
    all.push(attempt("start a program", || {
        let mut child = process::Command::new("/proc/self/exe")
            .arg("--version")
            .stdin(process::Stdio::null())
            .stdout(process::Stdio::null())
            .stderr(process::Stdio::null())
            .spawn()?;
        let _ = child.kill();
        child.wait().map(drop)
    }));
    all
}

fn attempt(what: &'static str, f: impl FnOnce() -> io::Result<()>) -> Attempt {
    Attempt { what, outcome: f() }
}
