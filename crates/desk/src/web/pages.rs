//! What the page answers.

use askama::Template;
use axum::{
    Extension,
    extract::{Form, Path, Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    App,
    format::{self, Said, said},
    guard::{self, Visitor},
    story,
    view::{ConversationPage, Draft, Frame, InboxPage, RefusalPage, StatusPage},
};
use crate::{
    error::DeskError,
    service::{Filter, Mark, Measure},
};

pub(super) type Answer = Result<Response, Failed>;

/// A page that could not be made.
pub(crate) struct Failed(pub(super) StatusCode, pub(super) String);

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        refusal(self.0, &self.1)
    }
}

impl From<DeskError> for Failed {
    fn from(error: DeskError) -> Self {
        let status = match error {
            DeskError::NoConversation(_) | DeskError::Ambiguous(_) => StatusCode::NOT_FOUND,
            DeskError::Reply(_) | DeskError::Input(_) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, error.to_string())
    }
}

impl From<askama::Error> for Failed {
    fn from(error: askama::Error) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

/// A page that says no, and what to do.
pub(crate) fn refusal(status: StatusCode, why: &str) -> Response {
    let title = match status {
        StatusCode::OK => "Session ended",
        StatusCode::FORBIDDEN => "Locked",
        StatusCode::NOT_FOUND => "Nothing here",
        StatusCode::MISDIRECTED_REQUEST => "Wrong address",
        _ => status.canonical_reason().unwrap_or("No"),
    };
    let page = RefusalPage { title, why };
    let body = page.render().unwrap_or_default();
    (status, Html(body)).into_response()
}

pub(super) fn html(page: &impl Template) -> Answer {
    Ok(Html(page.render()?).into_response())
}

fn json(value: &impl Serialize) -> Answer {
    let body = serde_json::to_string(value)
        .map_err(|error| Failed(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// Vault work off the threads that answer.
pub(super) async fn work<T: Send + 'static, E: Into<Failed> + Send + 'static>(
    app: &App,
    job: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
) -> Result<T, Failed> {
    let app = app.clone();
    match tokio::task::spawn_blocking(move || job(&app)).await {
        Ok(result) => result.map_err(Into::into),
        Err(_) => Err(Failed(StatusCode::INTERNAL_SERVER_ERROR, "The desk stumbled.".to_owned())),
    }
}

/// What every page has, for a page that needs nothing else of the desk.
pub(super) async fn frame(app: &App, visitor: &Visitor, title: &str) -> Result<Frame, Failed> {
    let status = work(app, |app| app.desk.status(app.clock.now())).await?;
    Ok(Frame::new(app, visitor, &status, title))
}

pub(super) fn check(visitor: &Visitor, csrf: &str) -> Result<(), Failed> {
    match visitor.sent(csrf) {
        true => Ok(()),
        false => Err(Failed(
            StatusCode::FORBIDDEN,
            "This form is not of this session. Nothing was changed; go back, reload the page and send it again."
                .to_owned(),
        )),
    }
}

#[derive(Deserialize)]
pub(crate) struct Token {
    #[serde(default)]
    token: String,
}

pub(crate) async fn enter(State(app): State<App>, Query(token): Query<Token>) -> Answer {
    let cookie = work(&app, move |app| app.guard.enter(&app.desk, &token.token, app.clock.now()));
    let Some(cookie) = cookie.await? else {
        return Err(Failed(
            StatusCode::FORBIDDEN,
            "This address was used already, or is older than ten minutes. Run “subrosa desk link” for a new one."
                .to_owned(),
        ));
    };
    let mut answer = guard::see_other(&format!("{}/", app.guard.path()));
    answer.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(answer)
}

#[derive(Deserialize)]
pub(crate) struct Csrf {
    csrf: String,
}

pub(crate) async fn leave(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Form(form): Form<Csrf>,
) -> Answer {
    check(&visitor, &form.csrf)?;
    app.guard.leave(&visitor);
    Ok(refusal(StatusCode::OK, "The session has ended. The daemon goes on working without it."))
}

#[derive(Deserialize)]
pub(crate) struct Show {
    #[serde(default)]
    show: String,
}

pub(crate) async fn inbox(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(query): Query<Show>,
) -> Answer {
    let filter = Filter::named(&query.show).unwrap_or_default();
    let (inbox, status) = work(&app, move |app| {
        Ok::<_, DeskError>((app.desk.inbox(filter)?, app.desk.status(app.clock.now())?))
    })
    .await?;
    let frame = Frame::new(&app, &visitor, &status, "Inbox");
    html(&InboxPage::new(frame, inbox, filter, &status))
}

pub(crate) async fn status(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
) -> Answer {
    let (status, now) = work(&app, |app| {
        let now = app.clock.now();
        Ok::<_, DeskError>((app.desk.status(now)?, now))
    })
    .await?;
    let frame = Frame::new(&app, &visitor, &status, "Status");
    html(&StatusPage::new(frame, status, now, &app.notice))
}

/// A backup of the vault, as a file.
pub(crate) async fn backup(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Form(form): Form<Csrf>,
) -> Answer {
    check(&visitor, &form.csrf)?;
    let (day, bytes) = work(&app, |app| {
        let failed = |why: String| Failed(StatusCode::INTERNAL_SERVER_ERROR, why);
        let vault = app.desk.vault();
        // Beside the vault, so that nothing of it goes to a place that others use.
        let name = format!("backup-{}", hex::encode(vault.random::<8>()));
        let path = vault.dir().join(name);
        vault.backup(&path).map_err(|error| failed(error.to_string()))?;
        let bytes = std::fs::read(&path);
        let gone = std::fs::remove_file(&path);
        let bytes = bytes.and_then(|bytes| gone.map(|()| bytes));
        let bytes = bytes.map_err(|error| failed(format!("{}: {error}", path.display())))?;
        Ok::<_, Failed>((check::When::day_of(app.clock.now()).to_string(), bytes))
    })
    .await?;
    Ok(story::file(&format!("desk-{day}.backup"), bytes))
}

pub(crate) async fn conversation(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<String>,
) -> Answer {
    show(&app, &visitor, number, Draft::default()).await
}

async fn show(app: &App, visitor: &Visitor, number: String, draft: Draft) -> Answer {
    let (conversation, status) = work(app, move |app| {
        let now = app.clock.now();
        let conversation = app.desk.show(&number, now)?;
        if conversation.summary.unread > 0 {
            app.desk.mark_read(&number)?;
        }
        Ok::<_, DeskError>((conversation, app.desk.status(now)?))
    })
    .await?;
    let title = format!("Conversation {}", conversation.summary.number);
    let frame = Frame::new(app, visitor, &status, &title);
    let failed = draft.error.is_some();
    let mut answer = html(&ConversationPage::new(frame, conversation, draft, &status))?;
    if failed {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

#[derive(Deserialize)]
pub(crate) struct ReplyForm {
    csrf: String,
    text: String,
    #[serde(default)]
    action: String,
}

pub(crate) async fn reply(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<String>,
    Form(form): Form<ReplyForm>,
) -> Answer {
    check(&visitor, &form.csrf)?;
    let text = form.text.clone();
    if form.action == "measure" {
        let room = work(&app, move |app| app.desk.measure(&text, app.clock.now())).await?;
        let status = work(&app, |app| app.desk.status(app.clock.now())).await?;
        let room = Some(room_words(&room, status.tick_secs.unwrap_or(3600)));
        return show(&app, &visitor, number, Draft { text: form.text, room, error: None }).await;
    }
    let which = number.clone();
    let sent = work(&app, move |app| {
        match app.desk.reply(&which, &text, app.clock.now()) {
            // A text that does not fit goes back into the form.
            Err(DeskError::Reply(error)) => Ok(Err(error.to_string())),
            other => other.map(Ok),
        }
    });
    match sent.await? {
        Ok(_) => Ok(guard::see_other(&format!("{}/c/{number}#last", app.guard.path()))),
        Err(error) => {
            let draft = Draft { text: form.text, room: None, error: Some(error) };
            show(&app, &visitor, number, draft).await
        }
    }
}

/// A sentence for the script, which puts its moment in local time.
#[derive(Serialize)]
struct Room {
    before: String,
    iso: Option<String>,
    words: Option<String>,
    after: String,
    fits: bool,
}

/// The remaining room, for the script that shows it while someone types.
pub(crate) async fn measure(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(_number): Path<String>,
    Form(form): Form<ReplyForm>,
) -> Answer {
    check(&visitor, &form.csrf)?;
    let (room, status) = work(&app, move |app| {
        let now = app.clock.now();
        Ok::<_, DeskError>((app.desk.measure(&form.text, now)?, app.desk.status(now)?))
    })
    .await?;
    let said = room_words(&room, status.tick_secs.unwrap_or(3600));
    let (iso, words) = said.at.map(|at| (at.iso, at.words)).unzip();
    json(&Room { before: said.before, iso, words, after: said.after, fits: !room.too_long })
}

fn room_words(room: &Measure, tick_secs: u32) -> Said {
    if room.too_long {
        return format!(
            "Too long: {} entries where at most {} can leave. Shorten it, or send it in two replies.",
            room.entries, room.of
        )
        .into();
    }
    let used = match room.entries {
        0 => return format!("Room for {} entries.", room.of).into(),
        n => format!("{n} of {} entries.", room.of),
    };
    match room.published {
        Some(at) => said(&format!("{used} Published by {{}}."), format::when(at, tick_secs)),
        None => format!("{used} Published once the site lists this desk.").into(),
    }
}

#[derive(Deserialize)]
pub(crate) struct MarkForm {
    csrf: String,
    mark: String,
    #[serde(default)]
    owner: String,
}

pub(crate) async fn mark(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<String>,
    Form(form): Form<MarkForm>,
) -> Answer {
    check(&visitor, &form.csrf)?;
    let mark = match form.mark.as_str() {
        "unread" => Mark::Read(false),
        "answered" => Mark::Answered(true),
        "unanswered" => Mark::Answered(false),
        "junk" => Mark::Junk(true),
        "keep" => Mark::Junk(false),
        "danger" => Mark::Danger(true),
        "safe" => Mark::Danger(false),
        "owner" => Mark::Owner(Some(form.owner).filter(|owner| !owner.trim().is_empty())),
        _ => return Err(Failed(StatusCode::UNPROCESSABLE_ENTITY, "There is no such mark.".into())),
    };
    // An unread conversation would be read at once if it were shown again.
    let back_to_inbox = matches!(mark, Mark::Read(_) | Mark::Junk(true));
    let which = number.clone();
    work(&app, move |app| app.desk.mark(&which, mark, app.clock.now())).await?;
    let path = app.guard.path();
    Ok(guard::see_other(&match back_to_inbox {
        true => format!("{path}/"),
        false => format!("{path}/c/{number}"),
    }))
}

#[derive(Serialize)]
struct Pulse {
    state: String,
}

/// Whether anything is new since the page was made, for the script.
pub(crate) async fn pulse(State(app): State<App>) -> Answer {
    let inbox = work(&app, |app| app.desk.inbox(Filter::Open)).await?;
    json(&Pulse { state: state_of(&inbox) })
}

/// Changes when something comes.
pub(crate) fn state_of(inbox: &crate::service::Inbox) -> String {
    let messages: u64 = inbox.conversations.iter().map(|one| one.incoming).sum();
    format!("{}-{messages}", inbox.all)
}

pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../assets/desk.css"))
        .into_response()
}

pub(crate) async fn script() -> Response {
    let kind = "text/javascript; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], include_str!("../../assets/desk.js")).into_response()
}

pub(crate) async fn icon() -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml")], include_str!("../../assets/icon.svg"))
        .into_response()
}

pub(crate) async fn not_found() -> Response {
    refusal(StatusCode::NOT_FOUND, "There is nothing here.")
}
