//! A small client for one site: no cookies, no redirects, bounded answers.

use std::{fmt, io::Read, net::IpAddr, time::Duration};

use thiserror::Error;

/// What can go wrong with a request.
#[derive(Debug, Error)]
pub enum HttpError {
    /// The address is not one that can be visited.
    #[error("{0}: not an address like https://news.example or http://127.0.0.1:8080")]
    Address(String),
    /// Nobody answered, or not in HTTP.
    #[error("{url}: {why}")]
    Reach {
        /// What was asked for.
        url: String,
        /// Why there is no answer.
        why: String,
    },
    /// An answer that is no success.
    #[error("{url}: the site answered {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// An answer longer than it may be.
    #[error("{url}: the answer is longer than {limit} bytes")]
    TooLong {
        /// What was asked for.
        url: String,
        /// Bytes that it may have.
        limit: usize,
    },
}

/// How a connection to a site looks to somebody on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Stays on this machine.
    Loopback,
    /// An onion service: the wire shows Tor, not the site.
    Onion,
    /// The open network: whoever watches sees a program, not a reader.
    Open,
}

/// An answer as the wire gave it.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of that name (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// A site that can be visited.
pub struct Site {
    base: String,
    reach: Reach,
    agent: ureq::Agent,
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

impl Site {
    /// Checks the address; connects to nothing. Onion addresses go through a SOCKS proxy on 127.0.0.1:9050, where Tor listens.
    ///
    /// # Errors
    /// [`HttpError::Address`].
    pub fn new(address: &str) -> Result<Self, HttpError> {
        let bad = || HttpError::Address(address.to_owned());
        let base = address.trim_end_matches('/').to_owned();
        let uri: ureq::http::Uri = base.parse().map_err(|_| bad())?;
        let plain = match uri.scheme_str() {
            Some("http") => true,
            Some("https") => false,
            _ => return Err(bad()),
        };
        let host = uri.host().ok_or_else(bad)?.trim_matches(['[', ']']).to_owned();
        let ip: Option<IpAddr> = host.parse().ok();
        let reach = match ip {
            _ if host.ends_with(".onion") => Reach::Onion,
            _ if host == "localhost" => Reach::Loopback,
            Some(ip) if ip.is_loopback() => Reach::Loopback,
            _ => Reach::Open,
        };
        if plain && reach == Reach::Open {
            return Err(HttpError::Reach {
                url: base,
                why: "http:// can be read on the way; use https://".to_owned(),
            });
        }
        let proxy = match reach {
            Reach::Onion => Some(ureq::Proxy::new("socks5://127.0.0.1:9050").map_err(|_| bad())?),
            _ => None,
        };
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(proxy)
            .build()
            .new_agent();
        Ok(Self { base, reach, agent })
    }

    /// How the connection looks on the wire.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Fetches a path, whatever its status, up to `limit` bytes.
    ///
    /// # Errors
    /// [`HttpError`].
    pub fn fetch(&self, path: &str, limit: usize) -> Result<Answer, HttpError> {
        let url = format!("{}{path}", self.base);
        let answer = self.agent.get(&url).call();
        self.read(url, answer, limit)
    }

    /// Fetches a path that must be there.
    ///
    /// # Errors
    /// [`HttpError`].
    pub fn get(&self, path: &str, limit: usize) -> Result<Vec<u8>, HttpError> {
        let answer = self.fetch(path, limit)?;
        match answer.status {
            200 => Ok(answer.body),
            status => Err(HttpError::Status { url: format!("{}{path}", self.base), status }),
        }
    }

    /// Posts a body of bytes.
    ///
    /// # Errors
    /// [`HttpError`].
    pub fn post(&self, path: &str, body: &[u8]) -> Result<Answer, HttpError> {
        let url = format!("{}{path}", self.base);
        let answer = self.agent.post(&url).content_type("application/octet-stream").send(body);
        self.read(url, answer, 4096)
    }

    fn read(
        &self,
        url: String,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
        limit: usize,
    ) -> Result<Answer, HttpError> {
        let reach = |why: String| HttpError::Reach { url: url.clone(), why };
        let answer = answer.map_err(|error| reach(error.to_string()))?;
        let (parts, body) = answer.into_parts();
        let mut bytes = Vec::new();
        body.into_with_config()
            .limit(u64::MAX)
            .reader()
            .take(limit as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| reach(error.to_string()))?;
        if bytes.len() > limit {
            return Err(HttpError::TooLong { url, limit });
        }
        let headers = parts
            .headers
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        Ok(Answer { status: parts.status.as_u16(), headers, body: bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_how_they_look_on_the_wire() {
        let reach = |address: &str| Site::new(address).map(|site| site.reach()).ok();
        assert_eq!(reach("http://127.0.0.1:8080/"), Some(Reach::Loopback));
        assert_eq!(reach("http://[::1]:8080"), Some(Reach::Loopback));
        assert_eq!(reach("http://localhost"), Some(Reach::Loopback));
        assert_eq!(reach("http://abcdefgh.onion"), Some(Reach::Onion));
        assert_eq!(reach("https://news.example"), Some(Reach::Open));
        for bad in ["http://news.example", "ftp://x", "news.example", "", "https://"] {
            assert_eq!(reach(bad), None, "{bad}");
        }
    }
}
