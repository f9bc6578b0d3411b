//! The desk's way to the newsroom's site. What is fetched is signed, so TLS is here for hiding, not for trust;
//! without it everybody on the way could see that this is a desk.

use std::{fmt, io::Read, net::IpAddr, str::FromStr, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use thiserror::Error;

/// Seconds for one request, answer included.
const TIMEOUT: Duration = Duration::from_secs(120);
const CONNECT: Duration = Duration::from_secs(20);
/// Most bytes of an error's text that are read.
const WORDS: usize = 400;

/// The address of a newsroom's site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteAddress {
    base: String,
    onion: bool,
}

/// An address that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// Not an address.
    #[error("{0}: not an address like https://news.example or http://127.0.0.1:8080")]
    Unknown(String),
    /// Plain HTTP over the open network.
    #[error("{0}: plain http shows everybody on the way that this is a desk; use https")]
    Plain(String),
}

impl FromStr for SiteAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let unknown = || AddressError::Unknown(text.to_owned());
        let base = text.trim().trim_end_matches('/').to_owned();
        let uri: ureq::http::Uri = base.parse().map_err(|_| unknown())?;
        let host = uri.host().ok_or_else(unknown)?.trim_matches(['[', ']']);
        if uri.path() != "/" || uri.query().is_some() {
            return Err(unknown());
        }
        let onion = host.ends_with(".onion");
        let loopback = host == "localhost"
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if onion || loopback => {}
            Some("http") => return Err(AddressError::Plain(base)),
            _ => return Err(unknown()),
        }
        Ok(Self { base, onion })
    }
}

impl fmt::Display for SiteAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

/// A request that failed.
#[derive(Debug, Error)]
pub enum HttpError {
    /// Nobody answered, or not in HTTP.
    #[error("the site cannot be reached ({0})")]
    Reach(String),
    /// The site does not accept this desk.
    #[error(
        "the site does not accept this desk: {0}. Has its certificate been given to the site? Is this computer's clock right?"
    )]
    Refused(String),
    /// Another answer than success.
    #[error("the site answered {status} to {path}: {words}")]
    Status {
        /// What was asked for.
        path: String,
        /// HTTP status.
        status: u16,
        /// The site's words.
        words: String,
    },
    /// The answer is longer than it may be.
    #[error("the site's answer to {path} is longer than {limit} bytes")]
    TooLong {
        /// What was asked for.
        path: String,
        /// The limit.
        limit: usize,
    },
}

impl HttpError {
    /// Whether trying another request now is pointless.
    #[must_use]
    pub fn is_down(&self) -> bool {
        matches!(self, Self::Reach(_))
    }
}

/// A client for one site.
pub struct SiteClient {
    base: String,
    agent: ureq::Agent,
}

impl SiteClient {
    /// Connects to nothing yet. Onion addresses go through the SOCKS proxy at 127.0.0.1:9050, where Tor listens.
    #[must_use]
    pub fn new(address: &SiteAddress) -> Self {
        let proxy = match address.onion {
            true => ureq::Proxy::new("socks5://127.0.0.1:9050").ok(),
            false => None,
        };
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .timeout_connect(Some(CONNECT))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(proxy)
            .user_agent("")
            .build()
            .new_agent();
        Self { base: address.base.clone(), agent }
    }

    /// Fetches a path, at most `limit` bytes; `None` if the site has nothing there (404).
    ///
    /// # Errors
    /// [`HttpError`].
    pub fn get(
        &self,
        path: &str,
        token: Option<&[u8]>,
        limit: usize,
    ) -> Result<Option<Vec<u8>>, HttpError> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.header("authorization", authorization(token));
        }
        match read(path, request.call(), limit)? {
            (200, body) => Ok(Some(body)),
            (404, _) => Ok(None),
            (status, body) => Err(refusal(path, status, &body)),
        }
    }

    /// Brings bytes, with a token that shows who does.
    ///
    /// # Errors
    /// [`HttpError`]; [`HttpError::Status`] has the site's words.
    pub fn bring(&self, path: &str, token: &[u8], body: &[u8]) -> Result<(), HttpError> {
        self.send(path, Some(token), body)
    }

    /// Posts bytes.
    ///
    /// # Errors
    /// [`HttpError`].
    pub fn post(&self, path: &str, body: &[u8]) -> Result<(), HttpError> {
        self.send(path, None, body)
    }

    fn send(&self, path: &str, token: Option<&[u8]>, body: &[u8]) -> Result<(), HttpError> {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.header("authorization", authorization(token));
        }
        let answer = request.content_type("application/octet-stream").send(body);
        match read(path, answer, WORDS)? {
            (200..=299, _) => Ok(()),
            (status, body) => Err(refusal(path, status, &body)),
        }
    }
}

/// The header that shows which desk asks.
fn authorization(token: &[u8]) -> String {
    format!("Subrosa {}", URL_SAFE_NO_PAD.encode(token))
}

fn read(
    path: &str,
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    limit: usize,
) -> Result<(u16, Vec<u8>), HttpError> {
    let answer = answer.map_err(|error| HttpError::Reach(error.to_string()))?;
    let status = answer.status().as_u16();
    let limit = if status == 200 { limit } else { WORDS };
    let mut bytes = Vec::new();
    answer
        .into_body()
        .into_with_config()
        .limit(u64::MAX)
        .reader()
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| HttpError::Reach(error.to_string()))?;
    if bytes.len() > limit && status == 200 {
        return Err(HttpError::TooLong { path: path.to_owned(), limit });
    }
    bytes.truncate(limit);
    Ok((status, bytes))
}

fn refusal(path: &str, status: u16, body: &[u8]) -> HttpError {
    let words: String =
        String::from_utf8_lossy(body).chars().filter(|c| !c.is_control()).take(WORDS).collect();
    match status {
        401 | 403 => HttpError::Refused(words),
        _ => HttpError::Status { path: path.to_owned(), status, words },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_hide_the_desk() {
        let parse = |text: &str| text.parse::<SiteAddress>().map(|address| address.to_string());
        for good in [
            "https://news.example",
            "https://news.example:8443",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "http://localhost:1",
            "http://abcdef.onion",
        ] {
            assert_eq!(parse(&format!("{good}/")), Ok(good.to_owned()));
        }
        assert!(matches!(parse("http://news.example"), Err(AddressError::Plain(_))));
        for bad in ["", "news.example", "ftp://x", "https://", "https://x/y", "https://x?y"] {
            assert!(matches!(parse(bad), Err(AddressError::Unknown(_))), "{bad}");
        }
    }
}
