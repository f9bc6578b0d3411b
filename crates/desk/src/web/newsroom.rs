//! What colleagues ask, who has the night, and what has gone where.

use askama::Template;
use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Form, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    App,
    drafts::{self, Opened, Reply},
    format::{self, When},
    guard::{self, Visitor},
    pages::{self, Answer, Failed, work},
    view::Frame,
};
use crate::{
    custody::CustodyError,
    post::Sent,
    story::{Act, RequestSeen, State as Is, StoryError},
    team::Team,
};

impl From<CustodyError> for Failed {
    fn from(error: CustodyError) -> Self {
        let status = match &error {
            CustodyError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            CustodyError::Desk(crate::error::DeskError::NoConversation(_)) => StatusCode::NOT_FOUND,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self(status, error.to_string())
    }
}

/// Nights that are shown.
const NIGHTS: u64 = 8;

struct Asked {
    statement: String,
    name: String,
    from: String,
    act: &'static str,
    revision: u32,
    at: When,
    state: String,
    open: bool,
}

struct Night {
    day: String,
    name: Option<String>,
    mine: bool,
}

struct Other {
    name: String,
    short: String,
    seen: When,
}

struct Mate {
    name: String,
    desk: String,
    why: String,
    since: When,
    left: Option<String>,
}

struct Out {
    at: When,
    by: String,
    name: String,
    act: &'static str,
    revision: u32,
    overridden: Option<String>,
}

struct Hand {
    at: When,
    gave: bool,
    with: String,
    what: String,
    conversation: Option<u64>,
    why: String,
    back: Option<String>,
}

struct Going {
    what: String,
    to: String,
    state: String,
}

#[derive(Template)]
#[template(path = "newsroom.html")]
struct NewsroomPage {
    frame: Frame,
    error: Option<String>,
    requests: Vec<Asked>,
    nights: Vec<Night>,
    colleagues: Vec<Other>,
    team: Vec<Mate>,
    /// Colleagues who are not in the team.
    others: Vec<(String, String)>,
    teams: Vec<Team>,
    log: Vec<Out>,
    hands: Vec<Hand>,
    sent: Vec<Going>,
}

pub(crate) async fn show(State(app): State<App>, Extension(visitor): Extension<Visitor>) -> Answer {
    page(&app, &visitor, None).await
}

fn acted(act: Act) -> &'static str {
    match act {
        Act::Publish => "published",
        Act::Correct => "corrected",
        Act::Withdraw => "withdrawn",
    }
}

async fn page(app: &App, visitor: &Visitor, error: Option<String>) -> Answer {
    let frame = pages::frame(app, visitor, "Newsroom").await?;
    let (requests, log) =
        work(app, |app| Ok::<_, StoryError>((app.desk.requests()?, app.desk.story_log()?))).await?;
    let (nights, hands, team, teams) = work(app, |app| {
        let nights = app.desk.nights(app.clock.now(), NIGHTS)?;
        let desk = &app.desk;
        Ok::<_, CustodyError>((nights, desk.hand_overs()?, desk.team()?, desk.teams()?))
    })
    .await?;
    let (colleagues, sent) = work(app, |app| {
        Ok::<_, crate::post::PostError>((app.desk.colleagues()?, app.desk.sent()?))
    })
    .await?;
    let when = |at| format::when(at, 3600);
    let requests = requests.into_iter().map(|one| Asked {
        state: match &one.state {
            Is::Open => "nothing decided".to_owned(),
            Is::Approved => "approved here".to_owned(),
            Is::Declined(_) => "not approved here".to_owned(),
        },
        open: one.state == Is::Open,
        act: one.act.word(),
        at: when(one.at),
        statement: one.statement,
        name: one.name,
        from: one.from,
        revision: one.revision,
    });
    let me = frame.desk.clone();
    let nights = nights.into_iter().map(|night| Night {
        mine: night.name.as_ref() == Some(&me),
        day: night.day,
        name: night.name,
    });
    let inside = |desk: &str| team.iter().any(|one| one.desk == desk && one.left.is_none());
    let others = colleagues.iter().filter(|one| !inside(&one.desk));
    let others = others.map(|one| (one.desk.clone(), one.name.clone())).collect();
    let colleagues = colleagues.into_iter().map(|one| Other {
        short: one.desk.chars().take(8).collect(),
        seen: when(one.seen),
        name: one.name,
    });
    let log = log.into_iter().map(|one| Out {
        at: when(one.at),
        by: one.by,
        name: one.name,
        act: acted(one.act),
        revision: one.revision,
        overridden: one.overridden,
    });
    let hands = hands.into_iter().map(|one| Hand {
        at: when(one.at),
        gave: one.gave,
        with: one.with,
        what: one.what,
        conversation: one.conversation,
        why: one.why,
        back: one.back.map(|(at, why)| format!("{}: {why}", format::day(at).words)),
    });
    let team = team.into_iter().map(|one| Mate {
        name: one.name,
        desk: one.desk,
        why: one.why,
        since: when(one.since),
        left: one.left.map(|(at, why)| format!("{}: {why}", format::day(at).words)),
    });
    let sent = sent.into_iter().map(going);
    let failed = error.is_some();
    let mut answer = pages::html(&NewsroomPage {
        requests: requests.collect(),
        nights: nights.collect(),
        colleagues: colleagues.collect(),
        team: team.collect(),
        others,
        teams,
        log: log.collect(),
        hands: hands.collect(),
        sent: sent.collect(),
        frame,
        error,
    })?;
    if failed {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

fn going(one: Sent) -> Going {
    let state = match (one.got, one.gone) {
        (Some(_), _) => "on their disk".to_owned(),
        (None, gone) if gone == one.of => "has left".to_owned(),
        (None, gone) => format!("{gone} of {} letters have left", one.of),
    };
    Going { what: one.what, to: one.to, state }
}

#[derive(Deserialize)]
pub(crate) struct NightForm {
    csrf: String,
    #[serde(default)]
    take: String,
    #[serde(default)]
    give: String,
}

pub(crate) async fn night(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Form(form): Form<NightForm>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let job = move |app: &App| {
        let take = !form.take.is_empty();
        let day = if take { &form.take } else { &form.give };
        app.desk.take_night(day, take, app.clock.now())
    };
    let done = work(&app, job).await;
    back(&app, &visitor, done).await
}

async fn back(app: &App, visitor: &Visitor, done: Result<(), Failed>) -> Answer {
    match done {
        Ok(()) => Ok(guard::see_other(&format!("{}/newsroom", app.guard.path()))),
        Err(Failed(StatusCode::UNPROCESSABLE_ENTITY, why)) => page(app, visitor, Some(why)).await,
        Err(other) => Err(other),
    }
}

#[derive(Deserialize)]
pub(crate) struct TeamForm {
    csrf: String,
    #[serde(default)]
    join: String,
    #[serde(default)]
    leave: String,
    why: String,
}

/// A colleague is taken into this desk's team, or out of it.
pub(crate) async fn team(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Form(form): Form<TeamForm>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let job = move |app: &App| match form.leave.is_empty() {
        true => app.desk.join_team(&form.join, &form.why, app.clock.now()),
        false => app.desk.leave_team(&form.leave, &form.why, app.clock.now()),
    };
    let done = work(&app, job).await;
    back(&app, &visitor, done).await
}

/// A parcel that was carried over as a file.
pub(crate) async fn parcel(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    drafts::check(&visitor, &headers)?;
    work(&app, move |app: &App| app.desk.open_parcel(&body, app.clock.now())).await?;
    Ok(Json(Opened { at: format!("{}/newsroom", app.guard.path()) }).into_response())
}

#[derive(Template)]
#[template(path = "request.html")]
struct RequestPage {
    frame: Frame,
    error: Option<String>,
    act: &'static str,
    at: When,
    state: Option<String>,
    one: RequestSeen,
}

pub(crate) async fn request(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(statement): Path<String>,
) -> Answer {
    request_page(&app, &visitor, statement, None).await
}

async fn request_page(
    app: &App,
    visitor: &Visitor,
    statement: String,
    error: Option<String>,
) -> Answer {
    let one = work(app, move |app| app.desk.request(&statement)).await?;
    let frame = pages::frame(app, visitor, &one.name).await?;
    let state = match &one.state {
        Is::Open => None,
        Is::Approved => Some(format!("You have approved it. {} has your signature.", one.from)),
        Is::Declined(why) => Some(format!("You have not approved it: {why}")),
    };
    let failed = error.is_some();
    let (act, at) = (one.act.word(), format::when(one.at, 3600));
    let mut answer = pages::html(&RequestPage { frame, error, act, at, state, one })?;
    if failed {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

#[derive(Deserialize)]
pub(crate) struct Word {
    csrf: String,
    #[serde(default)]
    why: String,
}

pub(crate) async fn approve(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(statement): Path<String>,
    Form(form): Form<Word>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let which = statement.clone();
    let result = work(&app, move |app| app.desk.approve(&which, app.clock.now())).await;
    decided(&app, &visitor, statement, result).await
}

pub(crate) async fn decline(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(statement): Path<String>,
    Form(form): Form<Word>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let which = statement.clone();
    let job = move |app: &App| app.desk.decline(&which, &form.why, app.clock.now());
    let result = work(&app, job).await;
    decided(&app, &visitor, statement, result).await
}

async fn decided(
    app: &App,
    visitor: &Visitor,
    statement: String,
    result: Result<(), Failed>,
) -> Answer {
    match result {
        Ok(()) => Ok(guard::see_other(&format!("{}/a/{statement}", app.guard.path()))),
        Err(Failed(StatusCode::UNPROCESSABLE_ENTITY, why)) => {
            request_page(app, visitor, statement, Some(why)).await
        }
        Err(other) => Err(other),
    }
}

/// A picture of a page that is to be approved. Colleagues' desks cleaned it; here it is only shown.
pub(crate) async fn picture(
    State(app): State<App>,
    Path((statement, name)): Path<(String, String)>,
) -> Result<Response, Failed> {
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("svg") => "image/svg+xml",
        _ => return Err(StoryError::NoRequest.into()),
    };
    let bytes = work(&app, move |app| app.desk.request_picture(&statement, &name)).await?;
    Ok(([(header::CONTENT_TYPE, kind)], bytes).into_response())
}

/// The style of the newsroom's pages.
pub(crate) async fn style() -> Response {
    let style = include_str!("../../assets/newsroom.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], style).into_response()
}
