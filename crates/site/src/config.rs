//! `site.toml`. Unknown keys are refused: a setting that is spelled wrong must not silently be another one.

mod public_log;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use envelope::time::TickLength;
use mix::link::Limits as MixLimits;
use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use crate::net::Timeouts;
use public_log::RawLog;
pub use public_log::{AskedWitness, PublicLog};

/// Why `site.toml` cannot be used: the file, the line, what is wrong, what to do.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: cannot read it: {why}; `subrosa site init` makes one")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// A line is wrong.
    #[error("{path}:{line}: {problem}; {mend}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
        /// What to do.
        mend: String,
    },
}

/// How a site is run. [`Config::load`] reads it; its folder is where everything of the site lives.
#[derive(Debug, Clone)]
pub struct Config {
    /// The site's folder.
    pub folder: PathBuf,
    /// Address and port to listen on; port 0 is any free one.
    pub listen: SocketAddr,
    /// Where a second listener answers every request with a redirect to `base_url`; `None`: nowhere.
    pub redirect_listen: Option<SocketAddr>,
    /// Where readers reach the site: scheme and authority, without a slash at the end.
    pub base_url: String,
    /// The folder with `newsroom.toml` and `stories/`.
    pub content: PathBuf,
    /// Whether stories need the approvals of the newsroom's policy.
    pub approvals: Approvals,
    /// Length of a tick. Never changes in the life of a site.
    pub tick: TickLength,
    /// Whether the mix runs on the newsroom's own premises; the pages say which.
    pub mix_on_premises: bool,
    /// TLS.
    pub tls: Tls,
    /// Timeouts of connections.
    pub timeouts: Timeouts,
    /// Most connections at once.
    pub connections: usize,
    /// Most connections of one address at once.
    pub connections_per_address: usize,
    /// A prefix (/24, /56) may send as many packets as this many visits do; `None`: any number.
    pub visits_per_prefix: Option<u32>,
    /// Proxies whose last `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
    /// Every connection comes from an onion service on this machine: there are no addresses to limit by.
    pub onion: bool,
    /// Sizes and clocks of the mix.
    pub mix: MixLimits,
    /// Who signs the public log beside the site.
    pub log: PublicLog,
    /// The mix may run where the kernel has no landlock; the system-call filter stays.
    pub mix_without_landlock: bool,
}

/// What a story needs before it is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Approvals {
    /// The approvals that `newsroom.policy` in the content folder asks for.
    #[default]
    Policy,
    /// None: a newsroom of one person, or a demonstration.
    None,
}

/// Where TLS ends, and with which certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// Not here: behind a proxy, an onion service, or on loopback.
    None,
    /// With a certificate of the newsroom's own.
    Files {
        /// PEM file of the certificate and its chain.
        certificate: PathBuf,
        /// PEM file of the private key.
        key: PathBuf,
    },
    /// With a certificate that ACME fetches and renews.
    Acme {
        /// Names for the certificate.
        domains: Vec<String>,
        /// Where the certificate authority writes to: `mailto:` addresses.
        contact: Vec<String>,
        /// URL of the directory.
        directory: String,
        /// Root of the directory's own certificate, if it is not one of the web's.
        directory_root: Option<PathBuf>,
    },
}

impl Tls {
    /// Whether browsers reach this process by TLS.
    #[must_use]
    pub fn is_on(&self) -> bool {
        *self != Tls::None
    }
}

/// Let's Encrypt.
const ACME_DIRECTORY: &str = "https://acme-v02.api.letsencrypt.org/directory";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    listen: SocketAddr,
    redirect_listen: Option<SocketAddr>,
    base_url: Spanned<String>,
    #[serde(default = "content")]
    content: PathBuf,
    #[serde(default)]
    approvals: Approvals,
    #[serde(default = "hour")]
    tick_secs: Spanned<u32>,
    #[serde(default)]
    mix_on_premises: bool,
    tls: Option<Spanned<RawTls>>,
    #[serde(default)]
    limits: RawLimits,
    proxy: Option<RawProxy>,
    public_log: Option<Spanned<RawLog>>,
    mix: Option<Spanned<RawMix>>,
}

fn content() -> PathBuf {
    "content".into()
}

fn hour() -> Spanned<u32> {
    Spanned::new(0..0, TickLength::HOUR.secs())
}

#[derive(Deserialize)]
#[serde(tag = "mode", rename_all = "lowercase", deny_unknown_fields)]
enum RawTls {
    None {},
    Files {
        certificate: PathBuf,
        key: PathBuf,
    },
    Acme {
        domains: Vec<String>,
        #[serde(default)]
        contact: Vec<String>,
        directory: Option<String>,
        directory_root: Option<PathBuf>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawLimits {
    connections: Spanned<usize>,
    connections_per_address: Spanned<usize>,
    visits_per_prefix: Spanned<u32>,
    header_secs: Spanned<u64>,
    body_secs: Spanned<u64>,
    stall_secs: Spanned<u64>,
    request_secs: Spanned<u64>,
    idle_secs: Spanned<u64>,
    shutdown_secs: Spanned<u64>,
}

impl Default for RawLimits {
    fn default() -> Self {
        let times = Timeouts::default();
        let secs = |time: Duration| Spanned::new(0..0, time.as_secs());
        Self {
            connections: Spanned::new(0..0, 8192),
            connections_per_address: Spanned::new(0..0, 256),
            visits_per_prefix: Spanned::new(0..0, 400),
            header_secs: secs(times.header),
            body_secs: secs(times.body),
            stall_secs: secs(times.stall),
            request_secs: secs(times.request),
            idle_secs: secs(times.idle),
            shutdown_secs: secs(times.shutdown),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProxy {
    #[serde(default)]
    trusted: Vec<IpAddr>,
    #[serde(default)]
    onion: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawMix {
    batch_items: u16,
    pool_items: u16,
    epoch_ticks: u16,
    seen_bits: u8,
    snapshot_secs: u16,
    noise_shift: u16,
    noise_scale: u16,
    without_landlock: bool,
}

impl Default for RawMix {
    fn default() -> Self {
        let limits = MixLimits::default();
        Self {
            batch_items: limits.batch_items,
            pool_items: limits.pool_items,
            epoch_ticks: limits.epoch_ticks,
            seen_bits: limits.seen_bits,
            snapshot_secs: limits.snapshot_secs,
            noise_shift: limits.noise_shift,
            noise_scale: limits.noise_scale,
            without_landlock: false,
        }
    }
}

impl Config {
    /// Reads `site.toml`. Relative paths in it start from the folder it is in.
    ///
    /// # Errors
    /// [`ConfigError`], which names the line and what to do.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| ConfigError::Read { path: path.into(), why: e.to_string() })?;
        Self::parse(path, &text)
    }

    /// Like [`Config::load`], from the text of the file.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let source = Source { path, text };
        let raw: Raw = toml::from_str(text).map_err(|error| source.explain(&error))?;
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let tls = tls(&source, &folder, raw.tls)?;
        let base_url = base_url(&source, &raw.base_url)?;
        if tls.is_on() && !base_url.starts_with("https://") {
            return Err(source.at(
                &raw.base_url,
                "base_url begins with http://, but tls is on",
                "begin it with https://",
            ));
        }
        let proxy = raw.proxy.unwrap_or(RawProxy { trusted: Vec::new(), onion: false });
        let (mix, mix_without_landlock) = mix(&source, raw.mix)?;
        let limits = &raw.limits;
        let visits = *limits.visits_per_prefix.get_ref();
        Ok(Self {
            listen: raw.listen,
            redirect_listen: raw.redirect_listen,
            base_url,
            content: folder.join(raw.content),
            approvals: raw.approvals,
            tick: tick(&source, &raw.tick_secs)?,
            mix_on_premises: raw.mix_on_premises,
            tls,
            timeouts: timeouts(&source, limits)?,
            connections: source.range("connections", &limits.connections, 1, 1_000_000)?,
            connections_per_address: source.range(
                "connections_per_address",
                &limits.connections_per_address,
                1,
                1_000_000,
            )?,
            visits_per_prefix: (visits > 0).then_some(visits),
            proxies: proxy.trusted.iter().map(IpAddr::to_canonical).collect(),
            onion: proxy.onion,
            mix,
            log: public_log::read(&source, raw.public_log)?,
            mix_without_landlock,
            folder,
        })
    }
}

fn tls(
    source: &Source<'_>,
    folder: &Path,
    raw: Option<Spanned<RawTls>>,
) -> Result<Tls, ConfigError> {
    let Some(raw) = raw else { return Ok(Tls::None) };
    let span = raw.span();
    Ok(match raw.into_inner() {
        RawTls::None {} => Tls::None,
        RawTls::Files { certificate, key } => {
            Tls::Files { certificate: folder.join(certificate), key: folder.join(key) }
        }
        RawTls::Acme { domains, contact, directory, directory_root } => {
            let at = Spanned::new(span, ());
            if domains.is_empty() || domains.iter().any(|name| !is_host(name)) {
                let mend = "give it as domains = [\"example.org\"]";
                return Err(source.at(&at, "domains must be names of this site", mend));
            }
            if let Some(bad) = contact.iter().find(|who| !who.starts_with("mailto:")) {
                let problem = format!("contact {bad:?} is no address");
                return Err(source.at(&at, &problem, "write it as \"mailto:desk@example.org\""));
            }
            let directory = directory.unwrap_or_else(|| ACME_DIRECTORY.to_owned());
            if !directory.starts_with("https://") {
                return Err(source.at(
                    &at,
                    "directory is no https:// address",
                    "leave it out for Let's Encrypt",
                ));
            }
            let directory_root = directory_root.map(|root| folder.join(root));
            Tls::Acme { domains, contact, directory, directory_root }
        }
    })
}

fn is_host(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
}

fn base_url(source: &Source<'_>, raw: &Spanned<String>) -> Result<String, ConfigError> {
    let mend = "write it as \"https://example.org\"";
    let url: http::Uri =
        raw.get_ref().parse().map_err(|_| source.at(raw, "base_url is no address", mend))?;
    let scheme = url.scheme_str().unwrap_or_default();
    let only_host = url.path_and_query().is_none_or(|path| path.as_str() == "/");
    match url.authority() {
        Some(host) if only_host && matches!(scheme, "http" | "https") => {
            Ok(format!("{scheme}://{host}"))
        }
        _ => Err(source.at(raw, "base_url must be a scheme and a host and nothing else", mend)),
    }
}

fn tick(source: &Source<'_>, raw: &Spanned<u32>) -> Result<TickLength, ConfigError> {
    TickLength::new(*raw.get_ref()).ok_or_else(|| {
        source.at(raw, "tick_secs must be 1 to 86400", "3600 (an hour) is right for most newsrooms")
    })
}

fn timeouts(source: &Source<'_>, raw: &RawLimits) -> Result<Timeouts, ConfigError> {
    let secs =
        |name, value: &Spanned<u64>| source.range(name, value, 1, 3600).map(Duration::from_secs);
    Ok(Timeouts {
        header: secs("header_secs", &raw.header_secs)?,
        body: secs("body_secs", &raw.body_secs)?,
        stall: secs("stall_secs", &raw.stall_secs)?,
        request: secs("request_secs", &raw.request_secs)?,
        idle: secs("idle_secs", &raw.idle_secs)?,
        shutdown: secs("shutdown_secs", &raw.shutdown_secs)?,
    })
}

fn mix(
    source: &Source<'_>,
    raw: Option<Spanned<RawMix>>,
) -> Result<(MixLimits, bool), ConfigError> {
    let Some(raw) = raw else { return Ok((MixLimits::default(), false)) };
    let at = Spanned::new(raw.span(), ());
    let raw = raw.into_inner();
    let limits = MixLimits {
        batch_items: raw.batch_items,
        pool_items: raw.pool_items,
        epoch_ticks: raw.epoch_ticks,
        seen_bits: raw.seen_bits,
        snapshot_secs: raw.snapshot_secs,
        noise_shift: raw.noise_shift,
        noise_scale: raw.noise_scale,
    };
    match limits.check() {
        Ok(()) => Ok((limits, raw.without_landlock)),
        Err(error) => Err(source.at(&at, &error.to_string(), "leave it out for the usual value")),
    }
}

struct Source<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Source<'_> {
    fn line(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    fn at<T>(&self, place: &Spanned<T>, problem: &str, mend: &str) -> ConfigError {
        self.error(place.span().start, problem.into(), mend.into())
    }

    fn error(&self, offset: usize, problem: String, mend: String) -> ConfigError {
        ConfigError::Line { path: self.path.into(), line: self.line(offset), problem, mend }
    }

    fn range<T: Copy + PartialOrd + std::fmt::Display>(
        &self,
        name: &str,
        value: &Spanned<T>,
        least: T,
        most: T,
    ) -> Result<T, ConfigError> {
        let got = *value.get_ref();
        if got < least || got > most {
            let problem = format!("{name} = {got}");
            return Err(self.at(value, &problem, &format!("it must be {least} to {most}")));
        }
        Ok(got)
    }

    fn explain(&self, error: &toml::de::Error) -> ConfigError {
        let message = error.message().trim().replace('\n', " ");
        let offset = error.span().map_or(0, |span| span.start);
        let (problem, mend) = match message.split_once(", expected ") {
            Some((problem, expected)) if message.starts_with("unknown field") => (
                problem.replace("unknown field", "unknown key"),
                format!("remove it, or mend its name: {expected}"),
            ),
            Some((problem, expected)) => (problem.to_owned(), format!("give {expected}")),
            None if message.starts_with("missing field") => {
                (message.replace("missing field", "missing key"), "add it".to_owned())
            }
            None => (message, "mend this line".to_owned()),
        };
        self.error(offset, problem, mend)
    }
}
