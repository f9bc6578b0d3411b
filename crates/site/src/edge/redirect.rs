use http::{HeaderValue, Request, Response};
use hyper::body::Incoming;

use super::answers::{Answers, closing};
use crate::limits::Origin;
use crate::net::{Answer, Handler};

/// Answers everything with the same path at the site's own address: what listens on port 80.
#[derive(Clone)]
pub(crate) struct Redirect {
    base_url: std::sync::Arc<str>,
    answers: std::sync::Arc<Answers>,
}

impl Redirect {
    pub(crate) fn new(base_url: &str) -> Self {
        // HSTS must not be sent without TLS (RFC 6797, 7.2).
        let answers = Answers::new("http:");
        Self { base_url: base_url.into(), answers: answers.into() }
    }
}

impl Handler for Redirect {
    async fn handle(&self, request: Request<Incoming>, _origin: Origin) -> Response<Answer> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let path = if path.starts_with('/') { path } else { "/" };
        let target = HeaderValue::try_from(format!("{}{path}", self.base_url))
            .or_else(|_| HeaderValue::try_from(self.base_url.as_ref()))
            .unwrap_or(HeaderValue::from_static("/"));
        closing(request.version(), self.answers.moved(target))
    }
}
