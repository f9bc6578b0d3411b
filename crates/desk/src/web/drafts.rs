//! Drafts on the page.

use askama::Template;
use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Form, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    App,
    format::{self, When},
    guard::{self, Visitor},
    pages::{self, Answer, Failed, work},
    view::Frame,
};
use crate::draft::{Answered, DraftError, Gone, Limits, Marking, PlanStep, Reading};
use crate::material::Attached;

impl From<DraftError> for Failed {
    fn from(error: DraftError) -> Self {
        let status = match error {
            DraftError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            DraftError::NoDraft(_) => StatusCode::NOT_FOUND,
            DraftError::Fault(_)
            | DraftError::Input(_)
            | DraftError::Frozen(_)
            | DraftError::Post(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self(status, error.to_string())
    }
}

/// What a script is told when something cannot be done.
#[derive(Serialize)]
struct Trouble {
    error: String,
}

/// An answer to a script: what went wrong in words, too.
pub(crate) struct Told(Failed);

impl<E: Into<Failed>> From<E> for Told {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        (self.0.0, Json(Trouble { error: self.0.1 })).into_response()
    }
}

pub(super) type Reply = Result<Response, Told>;

pub(super) fn check(visitor: &Visitor, headers: &HeaderMap) -> Result<(), Failed> {
    let csrf = headers.get("x-csrf").and_then(|value| value.to_str().ok()).unwrap_or_default();
    pages::check(visitor, csrf)
}

struct Row {
    number: u64,
    name: String,
    changed: When,
    words: usize,
    marks: usize,
}

#[derive(Template)]
#[template(path = "drafts.html")]
struct DraftsPage {
    frame: Frame,
    drafts: Vec<Row>,
}

pub(crate) async fn list(State(app): State<App>, Extension(visitor): Extension<Visitor>) -> Answer {
    let drafts = work(&app, |app: &App| app.desk.drafts()).await?;
    let rows = drafts.into_iter().map(|one| Row {
        number: one.number,
        name: one.name,
        changed: format::when(one.changed, 3600),
        words: one.words,
        marks: one.marks,
    });
    let drafts = rows.collect();
    let frame = pages::frame(&app, &visitor, "Drafts").await?;
    pages::html(&DraftsPage { frame, drafts })
}

#[derive(Template)]
#[template(path = "draft.html")]
struct DraftPage {
    frame: Frame,
    number: u64,
    name: String,
    copies: Vec<Attached>,
}

pub(crate) async fn show(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
) -> Answer {
    let name = work(&app, move |app: &App| app.desk.draft_name(number)).await?;
    let copies = work(&app, move |app: &App| app.desk.attached(number)).await?;
    let frame = pages::frame(&app, &visitor, &name).await?;
    pages::html(&DraftPage { frame, number, name, copies })
}

#[derive(Deserialize)]
pub(crate) struct New {
    csrf: String,
    name: String,
    text: String,
}

pub(crate) async fn new(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Form(form): Form<New>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let number =
        work(&app, move |app: &App| app.desk.new_draft(&form.name, &form.text, app.clock.now()))
            .await?;
    Ok(guard::see_other(&format!("{}/d/{number}", app.guard.path())))
}

#[derive(Deserialize)]
pub(crate) struct Delete {
    csrf: String,
}

pub(crate) async fn delete(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    Form(form): Form<Delete>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    work(&app, move |app: &App| app.desk.delete_draft(number)).await?;
    Ok(guard::see_other(&format!("{}/drafts", app.guard.path())))
}

#[derive(Serialize)]
pub(super) struct Opened {
    pub(super) at: String,
}

/// The name that a script gave a file.
pub(super) fn file_name(headers: &HeaderMap) -> String {
    let name = headers.get("x-name").and_then(|value| value.to_str().ok()).unwrap_or_default();
    // As `encodeURIComponent` writes it.
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16));
        match byte {
            b'%' => {
                if let (Some(high), Some(low)) = (digit(), digit()) {
                    bytes.extend(u8::try_from(16 * high + low));
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(crate) async fn open(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    check(&visitor, &headers)?;
    let name = file_name(&headers);
    let number =
        work(&app, move |app: &App| app.desk.open_draft(&name, &body, app.clock.now())).await?;
    Ok(Json(Opened { at: format!("{}/d/{number}", app.guard.path()) }).into_response())
}

pub(crate) async fn circle(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    check(&visitor, &headers)?;
    let name = file_name(&headers);
    let circle = work(&app, move |app: &App| app.desk.add_circle(&name, &body)).await?;
    Ok(Json(circle).into_response())
}

/// Takes in a paper of the source's.
pub(crate) async fn paper(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    check(&visitor, &headers)?;
    let name = file_name(&headers);
    work(&app, move |app: &App| app.desk.add_paper(number, &name, &body)).await?;
    Ok(Json(Done {}).into_response())
}

#[derive(Serialize)]
struct Done {}

#[derive(Deserialize)]
pub(crate) struct Unpaper {
    paper: u64,
}

/// Takes a paper out again.
pub(crate) async fn unpaper(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    headers: HeaderMap,
    Json(asked): Json<Unpaper>,
) -> Reply {
    check(&visitor, &headers)?;
    work(&app, move |app: &App| app.desk.remove_paper(number, asked.paper)).await?;
    Ok(Json(Done {}).into_response())
}

/// How far the draft has the source's own words.
pub(crate) async fn words(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    headers: HeaderMap,
    Json(asked): Json<Asked>,
) -> Reply {
    check(&visitor, &headers)?;
    let found = work(&app, move |app: &App| app.desk.draft_words(number, asked.text)).await?;
    Ok(Json(found).into_response())
}

/// What a script asks about a draft.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// The text as it is in the browser; none as long as it has not been changed there.
    #[serde(default)]
    text: Option<String>,
    #[serde(flatten)]
    rest: serde_json::Value,
}

#[derive(Deserialize)]
struct Unmark {
    mark: usize,
}

#[derive(Deserialize)]
struct Apply {
    changes: Vec<PlanStep>,
}

#[derive(Deserialize)]
struct Ask {
    question: AskedAbout,
    answer: String,
}

#[derive(Deserialize)]
struct AskedAbout {
    of: Vec<String>,
    inside: String,
}

fn part<T: serde::de::DeserializeOwned>(asked: &Asked) -> Result<T, DraftError> {
    serde_json::from_value(asked.rest.clone()).map_err(|_| {
        DraftError::Input(
            "The page asked for something the desk does not know. Load it again.".to_owned(),
        )
    })
}

/// Reading and changing, by one road: the answer is always how the draft reads now.
pub(crate) async fn act(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path((number, what)): Path<(u64, String)>,
    headers: HeaderMap,
    Json(asked): Json<Asked>,
) -> Reply {
    check(&visitor, &headers)?;
    let reading = work(&app, move |app: &App| carry_out(app, number, &what, &asked)).await?;
    Ok(Json(reading).into_response())
}

fn carry_out(app: &App, number: u64, what: &str, asked: &Asked) -> Result<Reading, DraftError> {
    let (desk, now) = (&app.desk, app.clock.now());
    let text = || {
        let none = || DraftError::Input("The page sent no text. Load it again.".to_owned());
        asked.text.clone().ok_or_else(none)
    };
    match what {
        "read" => desk.read_draft(number, asked.text.clone(), now),
        "save" => desk.save_draft(number, text()?, now),
        "mark" => desk.mark_draft(number, text()?, &part::<Marking>(asked)?, now),
        "unmark" => desk.unmark_draft(number, text()?, part::<Unmark>(asked)?.mark, now),
        "apply" => desk.apply_plan(number, text()?, &part::<Apply>(asked)?.changes, now),
        "record" => desk.record_draft(number, text()?, &part::<Gone>(asked)?, now),
        "limit" => desk.limit_draft(number, text()?, &part::<Limits>(asked)?, now),
        "clean" => desk.clean_draft(number, text()?, now),
        "undo" => desk.undo_draft(number, now),
        "answer" => {
            let ask: Ask = part(asked)?;
            let answer = serde_json::from_value(serde_json::Value::String(ask.answer))
                .map_err(|_| DraftError::Input("There is no such answer.".to_owned()))?;
            let answered = Answered { of: ask.question.of, inside: ask.question.inside, answer };
            desk.answer_draft(number, text()?, &answered, now)
        }
        _ => Err(DraftError::Input("The desk does not know how to do that.".to_owned())),
    }
}

/// Names of what [`asset`] answers.
pub(crate) const ASSETS: [&str; 7] =
    ["draft.js", "drafts.js", "crowd.js", "papers.js", "reading.js", "release.js", "draft.css"];

/// The scripts and styles of a draft's page.
pub(crate) async fn asset(name: &'static str) -> Response {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    let (kind, body) = match name {
        "draft.js" => (SCRIPT, include_str!("../../assets/draft.js")),
        "drafts.js" => (SCRIPT, include_str!("../../assets/drafts.js")),
        "crowd.js" => (SCRIPT, include_str!("../../assets/crowd.js")),
        "reading.js" => (SCRIPT, include_str!("../../assets/reading.js")),
        "papers.js" => (SCRIPT, include_str!("../../assets/papers.js")),
        "release.js" => (SCRIPT, include_str!("../../assets/release.js")),
        "draft.css" => ("text/css; charset=utf-8", include_str!("../../assets/draft.css")),
        _ => return pages::not_found().await,
    };
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}
