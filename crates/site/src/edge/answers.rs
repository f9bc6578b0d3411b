//! Answers and the headers that every one of them has.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Version, header};

use crate::net::{Answer, BodyError};
use crate::pages::Found;

/// Two years, as browsers' preload lists ask for.
const HSTS: &str = "max-age=63072000; includeSubDomains";
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");
const PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Makes answers.
#[derive(Debug)]
pub(crate) struct Answers {
    /// On every answer: the press's security headers, and HSTS if readers come by TLS.
    always: HeaderMap,
}

impl Answers {
    pub(crate) fn new(base_url: &str) -> Self {
        let mut always = HeaderMap::new();
        for (name, value) in press::headers::SECURITY {
            always.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        if base_url.starts_with("https://") {
            always.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
        }
        always.insert(header::CACHE_CONTROL, NO_STORE);
        Self { always }
    }

    fn of(&self, status: StatusCode, body: Bytes) -> Response<Answer> {
        let mut response = Response::new(Answer::new(body));
        *response.status_mut() = status;
        *response.headers_mut() = self.always.clone();
        response
    }

    /// The one answer to every packet of the right size, whatever became of it.
    pub(super) fn no_content(&self) -> Response<Answer> {
        self.of(StatusCode::NO_CONTENT, Bytes::new())
    }

    /// Bytes that are never kept.
    pub(super) fn fresh(&self, body: Bytes) -> Response<Answer> {
        let mut response = self.of(StatusCode::OK, body);
        response.headers_mut().insert(header::CONTENT_TYPE, OCTETS);
        response
    }

    /// Bytes that never change.
    pub(super) fn immutable(&self, body: Bytes) -> Response<Answer> {
        let mut response = self.fresh(body);
        response.headers_mut().insert(header::CACHE_CONTROL, IMMUTABLE);
        response
    }

    /// A few words for whoever reads the answers of a program.
    pub(crate) fn words(&self, status: StatusCode, words: &str) -> Response<Answer> {
        let mut response = self.of(status, Bytes::from(format!("{words}\n")));
        response.headers_mut().insert(header::CONTENT_TYPE, PLAIN);
        response
    }

    /// Why a request's body was not read; `due` says what would have been.
    pub(crate) fn unread(&self, error: BodyError, due: impl Fn() -> String) -> Response<Answer> {
        let (status, words) = match error {
            BodyError::NoLength => {
                (StatusCode::LENGTH_REQUIRED, "the length must be said in front".to_owned())
            }
            BodyError::Length { too_long: true } => (StatusCode::PAYLOAD_TOO_LARGE, due()),
            BodyError::Length { too_long: false } => (StatusCode::BAD_REQUEST, due()),
            BodyError::Slow => {
                (StatusCode::REQUEST_TIMEOUT, "the body did not come in time".to_owned())
            }
            BodyError::Broken => {
                (StatusCode::BAD_REQUEST, "the body did not come whole".to_owned())
            }
        };
        self.words(status, &words)
    }

    /// 405, naming what is allowed.
    pub(crate) fn method(&self, allow: &'static str) -> Response<Answer> {
        let mut response = self.words(StatusCode::METHOD_NOT_ALLOWED, "this cannot be done here");
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
        response
    }

    /// A page.
    pub(super) fn page(&self, found: Found) -> Response<Answer> {
        let mut response = self.of(found.status, found.body);
        for (name, value) in found.headers.into_iter().flatten() {
            response.headers_mut().insert(name, value);
        }
        response
    }

    /// To another address.
    pub(super) fn moved(&self, location: HeaderValue) -> Response<Answer> {
        let mut response = self.of(StatusCode::PERMANENT_REDIRECT, Bytes::new());
        response.headers_mut().insert(header::LOCATION, location);
        response
    }
}

/// For HEAD: the same without the body, but with its length.
pub(crate) fn without_body(response: Response<Answer>) -> Response<Answer> {
    use hyper::body::Body as _;
    let length = response.body().size_hint().exact().unwrap_or(0);
    let (mut head, _) = response.into_parts();
    if head.status != StatusCode::NO_CONTENT && head.status != StatusCode::NOT_MODIFIED {
        head.headers.insert(header::CONTENT_LENGTH, length.into());
    }
    Response::from_parts(head, Answer::default())
}

/// For a body that was not read: on HTTP/1.1 there is no way to skip it but to end the connection.
pub(crate) fn closing(version: Version, mut response: Response<Answer>) -> Response<Answer> {
    if version < Version::HTTP_2 {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

/// Whether this is a method that only reads.
pub(crate) fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}
