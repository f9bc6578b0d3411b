//! A session that nobody uses locks itself, and opens with the vault's passphrase. The daemon goes on working meanwhile: what is
//! locked is this browser's way to it.
//!
//! Nothing that was typed is lost: what was sent to a locked page, and what stood in its fields, is kept in memory, and goes on
//! when the page is unlocked.

use askama::Template;
use axum::{
    Extension, Json,
    body::{Body, Bytes},
    extract::{Form, FromRequest, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use std::{collections::BTreeMap, time::Duration};
use vault::Passphrase;

use super::{
    App,
    guard::{self, Visitor},
    pages::{self, Answer, work},
};
use crate::hold::Text;

/// A session is locked after so many seconds without use, unless it was said otherwise: a quarter of an hour.
pub(crate) const AFTER: u64 = 15 * 60;
/// Largest form that is kept for when the page is unlocked.
const KEPT: usize = super::TEXT;
/// Wait after a wrong passphrase. The passphrase is stretched besides.
const WRONG: Duration = Duration::from_secs(1);

/// What waits for a session to be unlocked. In memory only.
#[derive(Default)]
pub(crate) struct Kept {
    /// The page to go back to.
    back: Option<String>,
    /// What stood in its fields, by their names.
    fields: BTreeMap<String, Text>,
    /// A form that was sent to the locked page.
    posted: Option<Posted>,
}

struct Posted {
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

#[derive(Template)]
#[template(path = "lock.html")]
struct LockPage<'a> {
    base: &'a str,
    csrf: &'a str,
    wrong: bool,
    waits: bool,
}

/// What a page asks for by itself, without anybody's doing.
pub(super) fn by_itself(uri: &Uri) -> bool {
    let path = uri.path();
    (path.ends_with("/pulse") || path.ends_with("/state")) && uri.query() != Some("awake")
}

/// Answers a request with a locked session.
pub(super) async fn answer(
    app: &App,
    visitor: Visitor,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let within = path.strip_prefix(app.guard.path()).unwrap_or_default();
    let posts = *request.method() == Method::POST;
    match (posts, within) {
        (true, "/unlock") => return unlock(app, &visitor, request, next).await,
        (true, "/lock" | "/leave") => {
            request.extensions_mut().insert(visitor);
            return next.run(request).await;
        }
        _ => {}
    }
    // A page, not what a script asks for.
    let page = request.headers().get("sec-fetch-dest").is_none_or(|dest| dest == "document");
    if page && !posts && within != "/lock" {
        app.guard.keep(&visitor, |kept| {
            kept.back = Some(request.uri().to_string()).filter(|to| ours(app, to));
        });
    } else if page && posts {
        let (head, body) = request.into_parts();
        if let Ok(body) = axum::body::to_bytes(body, KEPT).await {
            let posted = Posted { uri: head.uri, headers: head.headers, body };
            app.guard.keep(&visitor, |kept| kept.posted = Some(posted));
        }
    }
    lock_page(app, &visitor, false)
}

fn lock_page(app: &App, visitor: &Visitor, wrong: bool) -> Response {
    let waits = app.guard.keep(visitor, |kept| kept.posted.is_some()).unwrap_or(false);
    let page = LockPage { base: app.guard.path(), csrf: &visitor.csrf, wrong, waits };
    let body = page.render().unwrap_or_default();
    (StatusCode::LOCKED, Html(body)).into_response()
}

/// Whether an address is one of this desk's pages.
fn ours(app: &App, to: &str) -> bool {
    to.strip_prefix(app.guard.path()).is_some_and(|rest| rest.starts_with('/'))
}

#[derive(Deserialize)]
struct Try {
    csrf: String,
    passphrase: String,
}

async fn unlock(app: &App, visitor: &Visitor, request: Request, next: Next) -> Response {
    let form = match Form::<Try>::from_request(request, &()).await {
        Ok(Form(form)) if visitor.sent(&form.csrf) => form,
        _ => return lock_page(app, visitor, false),
    };
    let passphrase = Passphrase::new(form.passphrase);
    let one_by_one = app.guard.trying.lock().await;
    let right = work(app, move |app| {
        let opens = app.desk.vault().opens_with(&passphrase);
        opens.map_err(|error| pages::Failed(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
    });
    match right.await {
        Ok(true) => {}
        Ok(false) => {
            tokio::time::sleep(WRONG).await;
            return lock_page(app, visitor, true);
        }
        Err(failed) => return failed.into_response(),
    }
    drop(one_by_one);
    let Kept { back, fields, posted } = app.guard.unlock(visitor, app.clock.now());
    app.guard.keep(visitor, |kept| kept.fields = fields);
    if let Some(Posted { uri, headers, body }) = posted {
        let mut request = Request::new(Body::from(body));
        (*request.method_mut(), *request.uri_mut()) = (Method::POST, uri);
        *request.headers_mut() = headers;
        request.extensions_mut().insert(visitor.clone());
        return next.run(request).await;
    }
    guard::see_other(&back.unwrap_or_else(|| format!("{}/", app.guard.path())))
}

#[derive(Deserialize)]
pub(crate) struct LockForm {
    csrf: String,
    /// Where to go on.
    #[serde(default)]
    back: String,
    /// What stands in the fields of the page, as JSON.
    #[serde(default)]
    fields: Text,
}

/// Locks the page: the person, or the page when nobody has used it.
pub(crate) async fn lock(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Form(form): Form<LockForm>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    app.guard.lock(&visitor);
    app.guard.keep(&visitor, |kept| {
        if ours(&app, &form.back) {
            kept.back = Some(form.back.clone());
        }
        if let Ok(fields) = serde_json::from_str(form.fields.as_str()) {
            kept.fields = fields;
        }
    });
    Ok(guard::see_other(&format!("{}/lock", app.guard.path())))
}

/// The page's address, for who is not locked out.
pub(crate) async fn open(State(app): State<App>) -> Response {
    guard::see_other(&format!("{}/", app.guard.path()))
}

/// What stood in the fields when the page locked, once.
pub(crate) async fn fields(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let taken = app.guard.keep(&visitor, |kept| std::mem::take(&mut kept.fields));
    let fields = taken.unwrap_or_default();
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (kind, Json(fields)).into_response()
}
