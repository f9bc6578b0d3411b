//! A draft on its way to the paper.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Extension,
    extract::{Form, Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    App,
    format::{self, When},
    guard::{self, Visitor},
    pages::{self, Answer, Failed, work},
    view::Frame,
};
use crate::{
    draft::{Beside, Cited, DraftError},
    post::{Colleague, PostError},
    story::{Act, Front, Prepare, StoryError, StorySeen},
};

impl From<StoryError> for Failed {
    fn from(error: StoryError) -> Self {
        let status = match &error {
            StoryError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            StoryError::NoRequest | StoryError::Draft(DraftError::NoDraft(_)) => {
                StatusCode::NOT_FOUND
            }
            StoryError::Http(_) => StatusCode::BAD_GATEWAY,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self(status, error.to_string())
    }
}

impl From<PostError> for Failed {
    fn from(error: PostError) -> Self {
        let status = match &error {
            PostError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self(status, error.to_string())
    }
}

/// Lines of a version, each with whether the other version lacks it.
type Lines = Vec<(String, bool)>;

struct Other {
    from: String,
    at: When,
    mine: Lines,
    theirs: Lines,
}

#[derive(Template)]
#[template(path = "story.html")]
struct StoryPage {
    frame: Frame,
    number: u64,
    title: String,
    error: Option<String>,
    one: StorySeen,
    front: Front,
    beside: Vec<Other>,
    cited: Vec<Cited>,
    colleagues: Vec<Colleague>,
    ready: bool,
    editions: Vec<(&'static str, u32, When)>,
}

pub(crate) async fn show(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
) -> Answer {
    page(&app, &visitor, number, None, None).await
}

async fn page(
    app: &App,
    visitor: &Visitor,
    number: u64,
    error: Option<String>,
    front: Option<Front>,
) -> Answer {
    let (title, text, one, beside, cited, colleagues) = work(app, move |app| {
        let desk = &app.desk;
        Ok::<_, StoryError>((
            desk.draft_name(number)?,
            desk.draft_text(number)?,
            desk.story(number)?,
            desk.versions_beside(number)?,
            desk.cited(number)?,
            desk.colleagues()?,
        ))
    })
    .await?;
    let frame = pages::frame(app, visitor, "To the paper").await?;
    let today = check::When::day_of(app.clock.now()).to_string();
    let front =
        front.unwrap_or_else(|| Front { title: title.clone(), date: today, ..Front::default() });
    let ready = one.read.is_some() && !one.changed && one.missing.is_none() && one.frozen.is_none();
    let done = |act: Act| match act {
        Act::Publish => "published",
        Act::Correct => "corrected",
        Act::Withdraw => "withdrawn",
    };
    let editions = one
        .editions
        .iter()
        .map(|(act, revision, at)| (done(*act), *revision, format::when(*at, 3600)))
        .collect();
    let beside = beside.into_iter().map(|other| compared(&text, other)).collect();
    let failed = error.is_some();
    let mut answer = pages::html(&StoryPage {
        frame,
        number,
        title,
        error,
        one,
        front,
        beside,
        cited,
        colleagues,
        ready,
        editions,
    })?;
    if failed {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

/// Two versions, line by line. What only one of them has is marked in it.
fn compared(mine: &str, other: Beside) -> Other {
    let lines = |of: &str, against: &str| -> Lines {
        let known: std::collections::HashSet<&str> = against.lines().collect();
        of.lines()
            .map(|line| (line.to_owned(), !line.trim().is_empty() && !known.contains(line)))
            .collect()
    };
    Other {
        at: format::when(other.at, 3600),
        mine: lines(mine, &other.text),
        theirs: lines(&other.text, mine),
        from: other.from,
    }
}

/// Back to the page, or the page with what went wrong.
async fn done(
    app: &App,
    visitor: &Visitor,
    number: u64,
    result: Result<(), Failed>,
    front: Option<Front>,
) -> Answer {
    match result {
        Ok(()) => Ok(guard::see_other(&format!("{}/d/{number}/story", app.guard.path()))),
        Err(Failed(StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_GATEWAY, why)) => {
            page(app, visitor, number, Some(why), front).await
        }
        Err(other) => Err(other),
    }
}

#[derive(Deserialize)]
pub(crate) struct FrontForm {
    csrf: String,
    #[serde(flatten)]
    front: Front,
}

pub(crate) async fn front(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    Form(form): Form<FrontForm>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let front = form.front.clone();
    let result = work(&app, move |app| app.desk.put_front(number, &front, app.clock.now())).await;
    done(&app, &visitor, number, result, Some(form.front)).await
}

#[derive(Deserialize)]
pub(crate) struct PrepareForm {
    csrf: String,
    #[serde(flatten)]
    prepare: Prepare,
    #[serde(default)]
    reason: String,
}

pub(crate) async fn prepare(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    Form(form): Form<PrepareForm>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let job = move |app: &App| app.desk.prepare_story(number, &form.prepare, app.clock.now());
    let result = work(&app, job).await;
    done(&app, &visitor, number, result, None).await
}

#[derive(Deserialize)]
pub(crate) struct AskForm {
    csrf: String,
    to: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    file: String,
}

pub(crate) async fn ask(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    Form(form): Form<AskForm>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    if form.file == "yes" {
        let job = move |app: &App| {
            app.desk.approval_parcel(number, &form.to, &form.note, app.clock.now())
        };
        return match work(&app, job).await {
            Ok(bytes) => Ok(file("to-approve.parcel", bytes)),
            Err(failed) => done(&app, &visitor, number, Err(failed), None).await,
        };
    }
    let job = move |app: &App| app.desk.ask_approval(number, &form.to, &form.note, app.clock.now());
    let result = work(&app, job).await;
    done(&app, &visitor, number, result, None).await
}

/// The bytes of a parcel, to be saved.
pub(super) fn file(name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, bytes).into_response()
}

#[derive(Deserialize)]
pub(crate) struct Plain {
    csrf: String,
}

pub(crate) async fn publish(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    Form(form): Form<Plain>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let job = move |app: &App| {
        let now = app.clock.now();
        let page = app.desk.page_for_site(number, now)?;
        app.desk.publish(&page, &app.desk.client()?, now)
    };
    let result = work(&app, job).await;
    done(&app, &visitor, number, result, None).await
}

pub(crate) async fn overrule(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    Form(form): Form<PrepareForm>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let job = move |app: &App| {
        let now = app.clock.now();
        let page = app.desk.override_story(number, &form.prepare, &form.reason, now)?;
        app.desk.publish(&page, &app.desk.client()?, now)
    };
    let result = work(&app, job).await;
    done(&app, &visitor, number, result, None).await
}

#[derive(Deserialize)]
pub(crate) struct SendForm {
    csrf: String,
    to: String,
}

pub(crate) async fn send(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    Form(form): Form<SendForm>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let job = move |app: &App| app.desk.send_draft(number, &form.to, app.clock.now());
    let result = work(&app, job).await;
    done(&app, &visitor, number, result, None).await
}

#[derive(Deserialize)]
pub(crate) struct SettleForm {
    csrf: String,
    from: String,
    take: String,
}

pub(crate) async fn settle(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    Form(form): Form<SettleForm>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let job = move |app: &App| {
        app.desk.settle_draft(number, &form.from, form.take == "yes", app.clock.now())
    };
    let result = work(&app, job).await;
    done(&app, &visitor, number, result, None).await
}

pub(crate) async fn cite(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    Form(form): Form<HashMap<String, String>>,
) -> Answer {
    pages::check(&visitor, form.get("csrf").map(String::as_str).unwrap_or_default())?;
    let job = move |app: &App| {
        for one in app.desk.cited(number)? {
            let cited = form.contains_key(&format!("c{}", one.conversation));
            if cited != one.cited {
                app.desk.cite(number, &one.conversation.to_string(), cited)?;
            }
        }
        Ok::<_, DraftError>(())
    };
    let result = work(&app, job).await;
    done(&app, &visitor, number, result, None).await
}
