//! The edge: what is answered to whom. It holds nothing secret, and writes nothing down about a request.

pub(crate) mod answers;
mod desk;
mod redirect;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use envelope::keys::SiteId;
use envelope::sizes;
use envelope::time::TickLength;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use tokio::sync::mpsc;
use tokio::time::Instant;

pub(crate) use redirect::Redirect;

use crate::clock::Clock;
use crate::intake::{Counts, Intake};
use crate::limits::{Limiter, Origin};
use crate::link::Command;
use crate::log::Answered;
use crate::net::{Answer, Handler, read_exact};
use crate::pages::Shelf;
use crate::printer::Printer;
use crate::published::Published;
use crate::roster::Roster;
use crate::store::Store;
use answers::{Answers, closing, reads, without_body};

/// All packets of which a trusted proxy does not say the address share one budget.
const NO_ADDRESS: u64 = 0;
const OCTETS: &[u8] = b"application/octet-stream";

/// A value that is read with every request and exchanged now and then.
pub(crate) type Swap<T> = Arc<RwLock<Arc<T>>>;

/// The current value.
pub(crate) fn current<T>(swap: &Swap<T>) -> Arc<T> {
    swap.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Exchanges the value.
pub(crate) fn exchange<T>(swap: &Swap<T>, value: T) {
    *swap.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(value);
}

/// What the edge works with.
pub(crate) struct Parts {
    pub(crate) site: SiteId,
    pub(crate) base_url: String,
    pub(crate) tick: TickLength,
    pub(crate) body_timeout: Duration,
    pub(crate) shelf: Swap<Shelf>,
    pub(crate) printer: Arc<Printer>,
    pub(crate) roster: Swap<Roster>,
    pub(crate) published: Arc<Published>,
    pub(crate) store: Store,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) intake: Intake,
    pub(crate) counts: Arc<Counts>,
    pub(crate) commands: mpsc::Sender<Command>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Answers everything. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Edge(Arc<Inner>);

struct Inner {
    parts: Parts,
    answers: Answers,
}

/// What a path means.
enum Route<'a> {
    Cover,
    Keys,
    Live,
    Block(u64),
    Batch(u64),
    Bundle,
    Mail(u64),
    PostMail,
    Publish,
    Policy,
    Log(&'a str),
    Page(&'a str),
}

fn route(path: &str) -> Route<'_> {
    match path {
        "/cover" => Route::Cover,
        "/keys" => Route::Keys,
        "/drop/live" => Route::Live,
        "/desk/bundle" => Route::Bundle,
        "/desk/mail" => Route::PostMail,
        "/desk/publish" => Route::Publish,
        "/desk/policy" => Route::Policy,
        _ => {
            let block = path.strip_prefix("/drop/").and_then(number).map(Route::Block);
            let batch = || path.strip_prefix("/desk/batch/").and_then(number).map(Route::Batch);
            let mail = || path.strip_prefix("/desk/mail/").and_then(number).map(Route::Mail);
            let log = || path.strip_prefix("/log/").map(Route::Log);
            block.or_else(batch).or_else(mail).or_else(log).unwrap_or(Route::Page(path))
        }
    }
}

/// A number as there is only one way to write it, so that each thing has one address.
fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    (plain && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
}

impl Handler for Edge {
    async fn handle(&self, request: Request<Incoming>, origin: Origin) -> Response<Answer> {
        let (head, body) = request.into_parts();
        let route = route(head.uri.path());
        let allow = match route {
            Route::Cover | Route::Bundle | Route::PostMail | Route::Publish => "POST",
            _ => "GET, HEAD",
        };
        let posts = head.method == http::Method::POST;
        if posts != (allow == "POST") || !(posts || reads(&head.method)) {
            return closing(head.version, self.0.answers.method(allow));
        }
        let answer = match route {
            Route::Cover => self.cover(&head.headers, body, origin).await,
            Route::Bundle => self.bundle(&head.headers, body).await,
            Route::PostMail => self.post_mail(&head.headers, body).await,
            Route::Publish => self.publish(&head.headers, body).await,
            Route::Mail(tick) => Ok(self.mail(tick, head.uri.path(), &head.headers).await),
            Route::Policy => Ok(self.policy(head.uri.path(), &head.headers)),
            Route::Log(below) => Ok(self.log(below)),
            Route::Keys => Ok(self.keys()),
            Route::Live => Ok(self.live()),
            Route::Block(block) => Ok(self.block(block).await),
            Route::Batch(tick) => Ok(self.batch(tick, head.uri.path(), &head.headers).await),
            Route::Page(path) => {
                Ok(self.0.answers.page(current(&self.0.parts.shelf).get(path, &head.headers)))
            }
        };
        match answer {
            Ok(answer) if head.method == http::Method::HEAD => without_body(answer),
            Ok(answer) => answer,
            // Refused before its body was read, or while it was.
            Err(refused) => closing(head.version, *refused),
        }
    }
}

/// An answer, or one after which the rest of the request is not read.
type Outcome = Result<Response<Answer>, Box<Response<Answer>>>;

impl Edge {
    pub(crate) fn new(parts: Parts) -> Self {
        let answers = Answers::new(&parts.base_url);
        Self(Arc::new(Inner { parts, answers }))
    }

    /// A packet. From the moment its 4,096 bytes are here, the answer is 204, whatever becomes of it.
    async fn cover(&self, headers: &HeaderMap, body: Incoming, origin: Origin) -> Outcome {
        let Inner { parts, answers } = self.0.as_ref();
        // A page of another site cannot send this type without asking first, and it is never allowed to.
        let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
        if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case(OCTETS)) {
            let words = "a packet is sent as application/octet-stream";
            return Err(Box::new(answers.words(StatusCode::UNSUPPORTED_MEDIA_TYPE, words)));
        }
        let packet = self.body(headers, body, sizes::PACKET).await?;
        let within = match origin {
            Origin::Prefix(prefix) => parts.limiter.take(prefix, Instant::now()),
            Origin::Proxy => {
                let address = forwarded_for(headers);
                let prefix = address.map_or(NO_ADDRESS, |at| parts.limiter.prefix_key(at));
                parts.limiter.take(prefix, Instant::now())
            }
            Origin::Unknown => true,
        };
        if within {
            parts.intake.push(&packet);
        } else {
            Counts::add(&parts.counts.limited, 1);
        }
        Ok(answers.no_content())
    }

    async fn body(
        &self,
        headers: &HeaderMap,
        body: Incoming,
        want: usize,
    ) -> Result<Bytes, Box<Response<Answer>>> {
        let Inner { parts, answers } = self.0.as_ref();
        let due = || format!("exactly {want} bytes are due");
        let read = read_exact(headers, body, want, parts.body_timeout).await;
        read.map_err(|error| Box::new(answers.unread(error, due)))
    }

    fn keys(&self) -> Response<Answer> {
        let Inner { parts, answers } = self.0.as_ref();
        parts.published.key_list().map_or_else(|| self.not_now(), |bytes| answers.fresh(bytes))
    }

    fn live(&self) -> Response<Answer> {
        let Inner { parts, answers } = self.0.as_ref();
        parts.published.live().map_or_else(|| self.not_now(), |bytes| answers.fresh(bytes))
    }

    async fn block(&self, block: u64) -> Response<Answer> {
        let Inner { parts, answers } = self.0.as_ref();
        if let Some(bytes) = parts.published.closed(block) {
            return answers.immutable(bytes);
        }
        match parts.store.run(move |records| records.block(block)).await {
            Ok(Some(bytes)) => answers.immutable(bytes.into()),
            Ok(None) => answers.words(StatusCode::NOT_FOUND, "there is no such block"),
            Err(_) => self.not_now(),
        }
    }

    /// The public log.
    fn log(&self, below: &str) -> Response<Answer> {
        let Inner { parts, answers } = self.0.as_ref();
        match parts.printer.log(below) {
            Some(Answered::Fresh(bytes)) => answers.fresh(bytes.into()),
            Some(Answered::Fixed(bytes)) => answers.immutable(bytes.into()),
            None => answers.words(StatusCode::NOT_FOUND, "the public log has nothing there"),
        }
    }

    /// Nothing was published yet (a site in its first second), the mix is away, or the store is.
    fn not_now(&self) -> Response<Answer> {
        self.0.answers.words(StatusCode::SERVICE_UNAVAILABLE, "not to be had now; try again soon")
    }
}

/// The last address in `X-Forwarded-For`: the one that the proxy itself has seen.
fn forwarded_for(headers: &HeaderMap) -> Option<std::net::IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    let last = last.to_str().ok()?.rsplit(',').next()?.trim();
    let bare = last.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| last.parse().ok().map(|at: std::net::SocketAddr| at.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("498123"), Some(498_123));
        for bad in ["", "007", "+1", "-1", "1 ", "0x1", "18446744073709551616", "١"] {
            assert_eq!(number(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_last_forwarded_address_counts() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-forwarded-for", HeaderValue::from_static(value));
            }
            forwarded_for(&headers).map(|at| at.to_string())
        };
        assert_eq!(of(&["198.51.100.1, 203.0.113.7"]).unwrap(), "203.0.113.7");
        assert_eq!(of(&["198.51.100.1", "2001:db8::7"]).unwrap(), "2001:db8::7");
        assert_eq!(of(&["[2001:db8::7]:443"]).unwrap(), "2001:db8::7");
        assert_eq!(of(&["203.0.113.7:1234"]).unwrap(), "203.0.113.7");
        assert_eq!(of(&["unknown"]), None);
        assert_eq!(of(&[]), None);
    }
}
