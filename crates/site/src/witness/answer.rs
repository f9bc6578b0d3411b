//! What a witness answers to whom.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use tlog::{MAX_REQUEST, Refusal};

use super::book::Book;
use crate::clock::Clock;
use crate::edge::answers::{Answers, closing, reads, without_body};
use crate::limits::Origin;
use crate::net::{Answer, Handler, read_at_most};

/// Answers everything. Cheap to clone.
#[derive(Clone)]
pub(super) struct Answering(Arc<Inner>);

struct Inner {
    book: Arc<Mutex<Book>>,
    clock: Arc<dyn Clock>,
    body_timeout: Duration,
    answers: Answers,
}

impl Handler for Answering {
    async fn handle(&self, request: Request<Incoming>, _origin: Origin) -> Response<Answer> {
        let Inner { answers, .. } = self.0.as_ref();
        let (head, body) = request.into_parts();
        let adds = head.uri.path() == "/add-checkpoint";
        if adds && head.method == http::Method::POST {
            let timeout = self.0.body_timeout;
            return match read_at_most(&head.headers, body, MAX_REQUEST, timeout).await {
                Ok(request) => self.add(request.into()).await,
                Err(error) => {
                    let due = || format!("at most {MAX_REQUEST} bytes are due");
                    closing(head.version, answers.unread(error, due))
                }
            };
        }
        if adds || !reads(&head.method) {
            let allow = if adds { "POST" } else { "GET, HEAD" };
            return closing(head.version, answers.method(allow));
        }
        let answer = self.latest(head.uri.path()).await;
        if head.method == http::Method::HEAD { without_body(answer) } else { answer }
    }
}

impl Answering {
    pub(super) fn new(
        book: Arc<Mutex<Book>>,
        clock: Arc<dyn Clock>,
        body_timeout: Duration,
    ) -> Self {
        // Whether TLS is in front is the proxy's to say.
        let answers = Answers::new("http:");
        Self(Arc::new(Inner { book, clock, body_timeout, answers }))
    }

    async fn add(&self, request: Vec<u8>) -> Response<Answer> {
        let (answers, clock) = (&self.0.answers, self.0.clock.clone());
        match self.look(move |book| book.add(&request, clock.now())).await {
            Some(Ok(line)) => answers.words(StatusCode::OK, line.trim_end_matches('\n')),
            Some(Err(refusal)) => refused(answers, &refusal),
            None => answers.words(StatusCode::INTERNAL_SERVER_ERROR, "not to be had now"),
        }
    }

    async fn latest(&self, path: &str) -> Response<Answer> {
        let below = path.trim_start_matches('/').to_owned();
        let note = self.look(move |book| book.latest(&below).map(str::to_owned)).await;
        match note.flatten() {
            Some(note) => self.0.answers.words(StatusCode::OK, note.trim_end_matches('\n')),
            None => self.0.answers.words(StatusCode::NOT_FOUND, "there is nothing here"),
        }
    }

    /// Looks into the book, on a thread that may wait for the disk. One request at a time, so that nothing comes between
    /// looking at what was signed last and writing down what is signed now.
    async fn look<T: Send + 'static>(
        &self,
        with: impl FnOnce(&mut Book) -> T + Send + 'static,
    ) -> Option<T> {
        let book = self.0.book.clone();
        let look = move || with(&mut book.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(look).await.ok()
    }
}

fn refused(answers: &Answers, refusal: &Refusal) -> Response<Answer> {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = answers.words(status, refusal.body.trim_end_matches('\n'));
    let kind = HeaderValue::from_static(refusal.content_type());
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}
