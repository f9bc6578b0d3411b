//! The whole report of a clean copy, a page at a time.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
};
use serde::Deserialize;

use super::{
    App,
    guard::Visitor,
    material,
    pages::{self, Answer, work},
    text::{Run, runs},
    view::Frame,
};
use crate::material::Entry;

/// Entries of a page.
const ENTRIES: usize = 500;

struct Row {
    kept: bool,
    kind: &'static str,
    what: Vec<Run>,
    place: Vec<Run>,
    count: u64,
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    frame: Frame,
    number: u64,
    level: String,
    rows: Vec<Row>,
    first: usize,
    last: usize,
    all: usize,
    earlier: Option<usize>,
    further: Option<usize>,
}

#[derive(Deserialize)]
pub(crate) struct From {
    #[serde(default)]
    from: usize,
}

pub(crate) async fn show(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path((number, which)): Path<(u64, String)>,
    Query(From { from }): Query<From>,
) -> Answer {
    let level = material::level(&which)?;
    let report = work(&app, move |app: &App| app.desk.report(number, level)).await?;
    let frame = pages::frame(&app, &visitor, &format!("Report on document {number}")).await?;
    let all = report.removed.len() + report.kept.len();
    let removed = report.removed.into_iter().map(|entry| row(entry, false));
    let kept = report.kept.into_iter().map(|entry| row(entry, true));
    // What stayed is the shorter list, and the more dangerous one.
    let rows: Vec<Row> = kept.chain(removed).skip(from).take(ENTRIES).collect();
    let last = from.saturating_add(rows.len());
    pages::html(&ReportPage {
        frame,
        number,
        level: which,
        first: from.saturating_add(1).min(last),
        last,
        all,
        earlier: (from > 0).then(|| from.saturating_sub(ENTRIES)),
        further: (last < all && !rows.is_empty()).then_some(last),
        rows,
    })
}

fn row(entry: Entry, kept: bool) -> Row {
    let kind = material::kind(entry.kind);
    Row { kept, kind, what: runs(&entry.what), place: runs(&entry.place), count: entry.count }
}
