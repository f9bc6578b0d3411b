//! What sources gave, on the page.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Form, Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    App, compared,
    drafts::{self, Opened, Reply},
    format::{self, When},
    guard::{self, Visitor},
    jobs,
    pages::{self, Answer, Failed, work},
    text::{Run, runs},
    view::Frame,
};
use crate::material::{
    CopySeen, Format, Keep, Kind, LOOK_LINES, Level, Line, MaterialError, Shown, Summary,
};

impl From<MaterialError> for Failed {
    fn from(error: MaterialError) -> Self {
        let status = match error {
            MaterialError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            MaterialError::Missing | MaterialError::NoDraft => StatusCode::NOT_FOUND,
            MaterialError::Input(_) | MaterialError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self(status, error.to_string())
    }
}

struct Row {
    number: u64,
    name: Vec<Run>,
    at: When,
    size: String,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "documents.html")]
struct DocumentsPage {
    frame: Frame,
    rows: Vec<Row>,
}

pub(crate) async fn list(State(app): State<App>, Extension(visitor): Extension<Visitor>) -> Answer {
    let all = work(&app, |app: &App| app.desk.materials()).await?;
    let rows = all.into_iter().map(|one| Row {
        number: one.number,
        name: shown(&one),
        at: format::when(one.at, 3600),
        size: size(one.size),
        state: if !app.jobs.of_document(one.number).is_empty() {
            "Being cleaned"
        } else if one.copies.iter().any(|copy| copy.made.is_ok()) {
            "Has a clean copy"
        } else if one.copies.is_empty() {
            "Not cleaned yet"
        } else {
            "Could not be cleaned"
        },
    });
    let rows = rows.collect();
    let frame = pages::frame(&app, &visitor, "Documents").await?;
    pages::html(&DocumentsPage { frame, rows })
}

pub(crate) async fn give(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    drafts::check(&visitor, &headers)?;
    let name = drafts::file_name(&headers);
    let number =
        work(&app, move |app: &App| app.desk.give_material(&name, &body, app.clock.now())).await?;
    Ok(Json(Opened { at: format!("{}/m/{number}", app.guard.path()) }).into_response())
}

/// Things of one kind in a report.
struct Group {
    kind: &'static str,
    count: u64,
    lines: Vec<(Vec<Run>, String)>,
}

/// What became of a level of cleaning.
struct Copy {
    level: &'static str,
    title: &'static str,
    /// What was to stay, in the trade's words.
    keep: String,
    at: When,
    made: Result<Made, String>,
}

/// What there is to be looked at, before and after.
enum Pair {
    Pictures,
    Words(Box<compared::Compared>),
    /// Why there is nothing.
    None(&'static str),
}

struct Made {
    name: String,
    what: String,
    removed: Vec<Group>,
    /// What was to stay and could not.
    refused: Vec<Group>,
    kept: Vec<Group>,
    more: u64,
    remains: Vec<String>,
    /// Whether there is a page with every entry.
    report: bool,
    pair: Pair,
    attached: Vec<(u64, String)>,
    /// Drafts that it is not attached to.
    others: Vec<(u64, String)>,
}

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentPage {
    frame: Frame,
    number: u64,
    name: Vec<Run>,
    at: When,
    size: String,
    sha256: String,
    copies: Vec<Copy>,
    /// How many lines are compared at most.
    most_lines: String,
    levels: Vec<Choice>,
    /// What can stay: name, in the trade's words.
    kinds: Vec<(&'static str, &'static str)>,
    working: bool,
    failed: Vec<String>,
    ask: &'static str,
}

/// A level that can be asked for.
struct Choice {
    value: &'static str,
    title: &'static str,
    words: &'static str,
    chosen: bool,
    /// There is a copy of it.
    made: bool,
}

const LEVELS: [(Level, &str, &str, &str); 2] = [
    (Level::KeepLook, "look", "Keep the look", "Made anew from what it shows. Text stays text."),
    (
        Level::Pixels,
        "pixels",
        "Only pixels",
        "Flattened and resampled, against marks of printers and faint patterns. For pictures and PDFs.",
    ),
];

pub(super) fn level(name: &str) -> Result<Level, Failed> {
    let found = LEVELS.iter().find(|(_, value, ..)| *value == name);
    found.map(|(level, ..)| *level).ok_or_else(|| MaterialError::Missing.into())
}

pub(crate) async fn show(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
) -> Answer {
    // Asked first: a job that ends in between has written its result.
    let states = app.jobs.of_document(number);
    let (one, all, pairs) = work(&app, move |app: &App| {
        let one = app.desk.material(number)?;
        let pairs = one.copies.iter().map(|copy| pair(app, &one, copy));
        let pairs = pairs.collect::<Result<Vec<_>, _>>()?;
        let drafts = app.desk.drafts().map_err(|error| match error {
            crate::draft::DraftError::Store(error) => MaterialError::Store(error),
            _ => MaterialError::NoDraft,
        })?;
        Ok::<_, MaterialError>((one, drafts, pairs))
    })
    .await?;
    let all: Vec<(u64, String)> = all.into_iter().map(|one| (one.number, one.name)).collect();
    let title = format!("Document {number}");
    let frame = pages::frame(&app, &visitor, &title).await?;
    let working = states.iter().any(|(_, state)| *state == jobs::State::Working);
    let failed = states.iter().filter_map(|(_, state)| match state {
        jobs::State::Failed(why) => Some(why.clone()),
        jobs::State::Working => None,
    });
    // Words and sheets are not to be had as pixels: nothing is offered first that will be refused.
    let words = one
        .copies
        .iter()
        .any(|copy| copy.made.as_ref().is_ok_and(|made| made.after == Some(Shown::Words)));
    let made = |level| one.copies.iter().any(|copy| copy.level == level && copy.made.is_ok());
    let mut levels = Vec::new();
    for (level, value, title, words) in LEVELS {
        if !states.iter().any(|(of, s)| *of == level && *s == jobs::State::Working) {
            let made = made(level);
            let chosen = !made && levels.iter().all(|other: &Choice| !other.chosen);
            levels.push(Choice { value, title, words, chosen, made });
        }
    }
    if let Some(first) = levels.first_mut().filter(|first| first.made) {
        // Of two that are both there, the first.
        first.chosen = words || LEVELS.iter().all(|(level, ..)| made(*level));
    }
    if words {
        levels.iter_mut().skip(1).for_each(|other| other.chosen = false);
    }
    pages::html(&DocumentPage {
        frame,
        number,
        name: shown(&one),
        at: format::when(one.at, 3600),
        size: size(one.size),
        sha256: hex::encode(one.sha256),
        most_lines: format::count(LOOK_LINES as u64, "line", "lines"),
        levels,
        kinds: Kind::KEEPABLE.iter().map(|one| (one.name(), kind(*one))).collect(),
        working,
        ask: match one.copies.first() {
            None => "Make a clean copy",
            Some(_) if one.copies.iter().any(|copy| copy.made.is_ok()) => "Another clean copy",
            Some(_) => "Ask again",
        },
        failed: failed.collect(),
        copies: one.copies.into_iter().zip(pairs).map(|(c, pair)| seen(c, pair, &all)).collect(),
    })
}

/// What there is of the original and of a copy to be looked at.
fn pair(app: &App, one: &Summary, copy: &CopySeen) -> Result<Pair, MaterialError> {
    let Ok(made) = &copy.made else { return Ok(Pair::None("")) };
    Ok(match (one.before, made.after) {
        (Some(Shown::Picture), Some(Shown::Picture)) => Pair::Pictures,
        (Some(Shown::Words), Some(Shown::Words)) => {
            let before = app.desk.words(one.number, None)?;
            let after = app.desk.words(one.number, Some(copy.level))?;
            Pair::Words(Box::new(compared::compare(before.as_str(), after.as_str())))
        }
        _ => Pair::None(match made.format {
            Format::Mp3 | Format::Flac | Format::Ogg | Format::Wav => {
                "Sound has no picture. Every sample was copied as it was: save the clean copy, and listen to it."
            }
            Format::Mp4 | Format::Matroska => {
                "No picture of a film is drawn here. Every frame was copied as it was: save the clean copy, and play it."
            }
            _ => "No picture of it could be drawn here: save the clean copy, and look at it.",
        }),
    })
}

fn seen(copy: CopySeen, pair: Pair, drafts: &[(u64, String)]) -> Copy {
    let (_, value, title, _) =
        LEVELS.iter().find(|(level, ..)| *level == copy.level).unwrap_or(&LEVELS[0]);
    let made = copy.made.map_err(|why| format::sentence(&why)).map(|made| {
        let (attached, others) =
            drafts.iter().cloned().partition(|(number, _)| made.drafts.contains(number));
        let could_not = |line: &&Line| line.what.ends_with(CANNOT);
        let (refused, removed): (Vec<&Line>, Vec<&Line>) =
            made.found.removed.iter().partition(could_not);
        Made {
            what: format!("{}, {}", made.format.name(), size(made.size)),
            name: made.name,
            removed: groups(removed),
            refused: groups(refused),
            kept: groups(&made.found.kept),
            more: made.found.more,
            remains: made.found.remains,
            report: made.report,
            pair,
            attached,
            others,
        }
    });
    let keep: Vec<_> = copy.keep.iter().map(|one| kind(*one).to_lowercase()).collect();
    Copy { level: value, title, keep: keep.join(", "), at: format::when(copy.at, 3600), made }
}

/// How the cleaning child says that something was to stay and could not.
const CANNOT: &str = ": cannot be kept here";

fn groups<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::new();
    for line in lines {
        let kind = kind(line.kind);
        if out.last().is_none_or(|group| group.kind != kind) {
            out.push(Group { kind, count: 0, lines: Vec::new() });
        }
        let Some(group) = out.last_mut() else { continue };
        group.count += line.count;
        let mut place = line.place.clone();
        if line.places > 0 {
            let places = format::count(line.places, "other place", "other places");
            place = format!("{place} and {places}");
        }
        if line.count > 1 {
            place = format!("{place}, {} times", line.count);
        }
        group.lines.push((runs(line.what.trim_end_matches(CANNOT)), place));
    }
    out
}

/// The trade's words for a kind.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::TrackedChanges => "Tracked changes",
        Kind::Comments => "Comments",
        Kind::Notes => "Notes",
        Kind::HiddenSheets => "Hidden sheets",
        Kind::HiddenRows => "Hidden rows and columns",
        Kind::HiddenSlides => "Hidden slides",
        Kind::HiddenText => "Hidden text",
        Kind::CoveredText => "Covered text",
        Kind::AltText => "Descriptions of pictures",
        Kind::Thumbnails => "Small pictures of it",
        Kind::EmbeddedObjects => "Embedded files",
        Kind::ZeroWidth => "Characters without width",
        Kind::Homoglyphs => "Letters of another alphabet",
        Kind::OddSpaces => "Odd spaces",
        Kind::Properties => "Properties: names, dates, places, devices",
        Kind::Code => "Macros and scripts",
        Kind::ExternalReferences => "Links to other machines",
        Kind::Identifiers => "Identifiers",
        Kind::UnusedData => "Data that nothing shows",
        Kind::Signatures => "Signatures",
        Kind::Fingerprints => "Names of programs and fonts",
        Kind::FormatChanged => "Format changed to a safer one",
        Kind::FaintPatterns => "Faint patterns",
    }
}

fn shown(one: &Summary) -> Vec<Run> {
    let name = one.name.as_str();
    runs(if name.trim().is_empty() { "without a name" } else { name })
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format::count(bytes, "byte", "bytes").replace(' ', "\u{a0}"),
        1024..1_048_576 => format!("{}\u{a0}KB", bytes.div_ceil(1024)),
        _ => format!("{:.1}\u{a0}MB", bytes as f64 / 1_048_576.0),
    }
}

#[derive(Serialize)]
struct Progress {
    working: bool,
}

/// Whether it is still being worked on, for the script.
pub(crate) async fn state(State(app): State<App>, Path(number): Path<u64>) -> Response {
    let states = app.jobs.of_document(number);
    let working = states.iter().any(|(_, state)| *state == jobs::State::Working);
    Json(Progress { working }).into_response()
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    csrf: String,
    #[serde(default)]
    draft: Option<u64>,
}

/// How a clean copy is to be made.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    csrf: String,
    level: String,
    /// The kinds that stay, by name.
    #[serde(flatten)]
    keep: BTreeMap<String, String>,
}

impl Wanted {
    fn keep(&self) -> Result<Keep, MaterialError> {
        let kind = |name: &String| Kind::KEEPABLE.into_iter().find(|kind| kind.name() == name);
        let all = self.keep.keys().map(|name| {
            kind(name).ok_or(MaterialError::Input("That cannot be kept. Nothing was made."))
        });
        all.collect()
    }
}

fn back(app: &App, number: u64) -> Response {
    guard::see_other(&format!("{}/m/{number}", app.guard.path()))
}

pub(crate) async fn clean(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    Form(form): Form<Wanted>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let (level, keep) = (level(&form.level)?, form.keep()?);
    work(&app, move |app: &App| app.desk.material(number)).await?;
    jobs::begin(&app, number, level, keep);
    Ok(back(&app, number))
}

/// A file to be saved, never to be shown: no name, no type that anything opens by itself.
fn file(name: &str, bytes: Vec<u8>) -> Answer {
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    let kind = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, kind);
    let how = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let how = how.map_err(|_| Failed::from(MaterialError::Missing))?;
    headers.insert(header::CONTENT_DISPOSITION, how);
    Ok(answer)
}

/// The original as it came, because somebody said so.
pub(crate) async fn original(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    Form(form): Form<Asked>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let raw = work(&app, move |app: &App| app.desk.raw(number)).await?;
    file(&format!("original-{number}.bin"), raw.for_verification().to_vec())
}

pub(crate) async fn save(
    State(app): State<App>,
    Path((number, which)): Path<(u64, String)>,
) -> Answer {
    let level = level(&which)?;
    let clean = work(&app, move |app: &App| app.desk.clean_copy(number, level)).await?;
    file(&clean.name(), clean.bytes().to_vec())
}

pub(crate) async fn delete(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(number): Path<u64>,
    Form(form): Form<Asked>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    work(&app, move |app: &App| app.desk.delete_material(number)).await?;
    app.jobs.forget(number);
    Ok(guard::see_other(&format!("{}/documents", app.guard.path())))
}

pub(crate) async fn attach(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path((number, which)): Path<(u64, String)>,
    Form(form): Form<Asked>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let (level, draft) = (level(&which)?, form.draft.unwrap_or_default());
    work(&app, move |app: &App| app.desk.clean_copy(number, level)?.attach(&app.desk, draft))
        .await?;
    Ok(back(&app, number))
}

pub(crate) async fn detach(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path((number, which)): Path<(u64, String)>,
    Form(form): Form<Asked>,
) -> Answer {
    pages::check(&visitor, &form.csrf)?;
    let (level, draft) = (level(&which)?, form.draft.unwrap_or_default());
    work(&app, move |app: &App| app.desk.detach(number, level, draft)).await?;
    Ok(back(&app, number))
}

/// The picture of the original, or of a copy, as the child made it.
pub(crate) async fn picture(
    State(app): State<App>,
    Path((number, which)): Path<(u64, String)>,
) -> Answer {
    let of = if which == "original" { None } else { Some(level(&which)?) };
    let bytes = work(&app, move |app: &App| app.desk.picture(number, of)).await?;
    let kind = match bytes.first() {
        Some(b'G') => "image/gif",
        Some(b'R') => "image/webp",
        Some(0xff) => "image/jpeg",
        _ => "image/png",
    };
    Ok(([(header::CONTENT_TYPE, kind)], bytes.to_vec()).into_response())
}

/// Names of what [`asset`] answers.
pub(crate) const ASSETS: [&str; 2] = ["document.js", "document.css"];

/// The script and the style of a document's page.
pub(crate) async fn asset(name: &'static str) -> Response {
    let (kind, body) = match name {
        "document.js" => {
            ("text/javascript; charset=utf-8", include_str!("../../assets/document.js"))
        }
        _ => ("text/css; charset=utf-8", include_str!("../../assets/document.css")),
    };
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}
