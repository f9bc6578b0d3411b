//! A source's care: who knows what, how long it is kept, what is agreed, and Stop.

use askama::Template;
use axum::{
    Extension,
    extract::{Form, Path, State},
    http::StatusCode,
};
use serde::Deserialize;

use super::{
    App,
    format::{self, When},
    guard::{self, Visitor},
    pages::{self, Answer, Failed, work},
    story,
    view::Frame,
};
use crate::{
    custody::{Caring, CustodyError, Hands, Over, Rests, Stopped},
    post::Colleague,
};

struct Knows {
    who: String,
    what: String,
    at: When,
    why: String,
    id: Option<String>,
    back: Option<String>,
}

#[derive(Template)]
#[template(path = "care.html")]
struct CarePage {
    frame: Frame,
    number: u64,
    error: Option<String>,
    done: Option<Stopped>,
    stopped: Option<(When, String)>,
    hold: Option<(When, String)>,
    /// Whether it came from a colleague, and not from the source.
    handed: bool,
    /// The desk whose team this one is in, if it came to that.
    via: Option<String>,
    knows: Vec<Knows>,
    colleagues: Vec<Colleague>,
    documents: Vec<(u64, String)>,
    rests: Vec<Rests>,
    out: Vec<(String, String)>,
    suspected: Vec<String>,
    until: Option<When>,
    soon: bool,
    days: String,
    words: String,
    support: String,
    decisions: Vec<(When, String)>,
    /// Sets of recovery papers that were made.
    sets: u32,
}

#[derive(Template)]
#[template(path = "papers.html")]
struct PapersPage {
    frame: Frame,
    number: u64,
    papers: Vec<String>,
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
    done: Option<Stopped>,
) -> Answer {
    let which = number.to_string();
    let (via, care, keeping, knows, rests, (out, suspected), sets) = work(app, move |app| {
        let (desk, now) = (&app.desk, app.clock.now());
        Ok::<_, CustodyError>((
            desk.show(&which, now)?.summary.via,
            desk.care(&which)?,
            desk.keeping(&which, now)?,
            desk.who_knows(&which)?,
            desk.rests_on(&which)?,
            desk.stands_out(&which, now)?,
            desk.shares_dealt(&which)?,
        ))
    })
    .await?;
    let colleagues = work(app, |app| app.desk.colleagues()).await?;
    let documents = work(app, |app| app.desk.materials()).await?;
    let frame = pages::frame(app, visitor, &format!("The source of conversation {number}")).await?;
    let when = |at| format::when(at, 3600);
    let pair = |(at, why): (u64, String)| (when(at), why);
    let handed = knows.iter().any(|one| !one.gave);
    let knows = knows.into_iter().map(|one| Knows {
        who: one.who,
        what: one.what,
        at: when(one.at),
        why: one.why,
        id: one.id,
        back: one.back.map(|at| format::day(at).words),
    });
    let failed = error.is_some();
    let mut answer = pages::html(&CarePage {
        frame,
        number,
        error,
        done,
        stopped: care.stopped.map(pair),
        hold: care.hold.map(pair),
        handed,
        via,
        knows: knows.collect(),
        colleagues,
        documents: documents
            .into_iter()
            .map(|one| (one.number, one.name.as_str().chars().take(40).collect()))
            .collect(),
        rests,
        out,
        suspected,
        until: keeping.until.map(format::day),
        soon: keeping.soon,
        days: care.days.map(|days| days.to_string()).unwrap_or_default(),
        words: care.words,
        support: care.support,
        decisions: care.decisions.into_iter().map(|one| (when(one.at), one.text)).collect(),
        sets,
    })?;
    if failed {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

async fn back(app: &App, visitor: &Visitor, number: u64, result: Result<(), Failed>) -> Answer {
    match result {
        Ok(()) => Ok(guard::see_other(&format!("{}/c/{number}/care", app.guard.path()))),
        Err(Failed(StatusCode::UNPROCESSABLE_ENTITY, why)) => {
            page(app, visitor, number, Some(why), None).await
        }
        Err(other) => Err(other),
    }
}

/// What the forms of the page send.
#[derive(Deserialize)]
pub(crate) struct Asked {
    csrf: String,
    #[serde(default)]
    what: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    days: String,
    #[serde(default)]
    lift: String,
    #[serde(default)]
    sure: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    support: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    write: String,
}

pub(crate) async fn act(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path((number, what)): Path<(u64, String)>,
    Form(form): Form<Asked>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    match what.as_str() {
        "hand" => return hand(&app, &visitor, number, form).await,
        "stop" => return stop(&app, &visitor, number, form).await,
        "papers" => return papers(&app, &visitor, number).await,
        "destroy" => {
            let job = move |app: &App| match form.sure.as_str() {
                "yes" => app.desk.destroy_source(&number.to_string(), app.clock.now()),
                _ => Err(CustodyError::Input("Say that you are sure.".to_owned())),
            };
            return match work(&app, job).await {
                Ok(()) => Ok(guard::see_other(&format!("{}/", app.guard.path()))),
                failed => back(&app, &visitor, number, failed).await,
            };
        }
        _ => {}
    }
    let job = move |app: &App| change(app, number, &what, form);
    let result = work(&app, job).await;
    back(&app, &visitor, number, result).await
}

fn change(app: &App, number: u64, what: &str, form: Asked) -> Result<(), CustodyError> {
    let (desk, which, now) = (&app.desk, number.to_string(), app.clock.now());
    match what {
        "back" => desk.take_back(&form.id, &form.why, now),
        "go-on" => desk.go_on(&which),
        "hold" => {
            let why = form.lift.is_empty().then_some(form.why);
            desk.take_care(&which, Caring::Hold(why), now)
        }
        "days" => {
            let days =
                match form.days.trim() {
                    "" => None,
                    days => Some(days.parse().map_err(|_| {
                        CustodyError::Input("Give the days as a number.".to_owned())
                    })?),
                };
            desk.take_care(&which, Caring::Days(days), now)
        }
        "agreed" => {
            desk.take_care(&which, Caring::Words(form.words), now)?;
            desk.take_care(&which, Caring::Support(form.support), now)
        }
        "decided" => desk.take_care(&which, Caring::Decision(form.text), now),
        _ => Err(CustodyError::Input("There is no such thing to do.".to_owned())),
    }
}

async fn hand(app: &App, visitor: &Visitor, number: u64, form: Asked) -> Answer {
    let job = move |app: &App| {
        let over = match form.what.as_str() {
            "conversation" => Over::Conversation(number.to_string()),
            "ledger" => Over::Ledger,
            document => Over::Document(
                document
                    .parse()
                    .map_err(|_| CustodyError::Input("There is no such document.".to_owned()))?,
            ),
        };
        app.desk.hand_over(&over, &form.to, &form.why, app.clock.now())
    };
    match work(app, job).await {
        Ok(Hands::Mailed) => back(app, visitor, number, Ok(())).await,
        Ok(Hands::File(bytes)) => Ok(story::file("handed-over.parcel", bytes)),
        Err(failed) => back(app, visitor, number, Err(failed)).await,
    }
}

/// Three papers, shown once. They are in no address and in no cache.
async fn papers(app: &App, visitor: &Visitor, number: u64) -> Answer {
    let made = work(app, move |app| app.desk.share_source(&number.to_string())).await?;
    let frame = pages::frame(app, visitor, "Papers for three colleagues").await?;
    pages::html(&PapersPage { frame, number, papers: made })
}

async fn stop(app: &App, visitor: &Visitor, number: u64, form: Asked) -> Answer {
    let job = move |app: &App| {
        let write = form.write == "yes";
        app.desk.stop(&number.to_string(), &form.why, write, app.clock.now())
    };
    match work(app, job).await {
        Ok(done) => page(app, visitor, number, None, Some(done)).await,
        Err(failed) => back(app, visitor, number, Err(failed)).await,
    }
}
