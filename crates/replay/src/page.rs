//! A case as one HTML file, and the index of several.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use askama::Template;
use base64::Engine as _;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::case::Kind;
use crate::crowd::{self, Crowd, Light};
use crate::reckon::{Left, Other, Reckoning};
use crate::{Case, ReplayError, shapes, words};

const STYLE: &str = include_str!("../assets/replay.css");
const SCRIPT: &str = include_str!("../assets/replay.js");

/// Figures that are drawn large when no more than so many are left.
const FEW: u64 = 30;

/// What goes into the head of a page for social cards.
pub(crate) struct Social {
    /// Absolute address of the page, or empty.
    pub(crate) page: String,
    /// Address of the picture: absolute, or a file beside the page.
    pub(crate) picture: String,
    /// What the picture shows.
    pub(crate) alt: String,
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage<'a> {
    policy: String,
    style: &'a str,
    script: &'a str,
    case: &'a Case,
    social: &'a Social,
    acts: Vec<Act<'a>>,
    people: [&'a str; 6],
    crowd: Drawn,
    scale: String,
    fieldsets: Vec<Fieldset<'a>>,
    best: Best,
    k: String,
    data: String,
    next: Option<(&'a str, &'a str)>,
}

/// One step as a page shows it; the first is before anything was said.
struct Act<'a> {
    id: &'a str,
    class: &'static str,
    kind: &'static str,
    date: String,
    iso: &'a str,
    outlet: &'a str,
    before: &'a str,
    mark: &'a str,
    after: &'a str,
    verbatim: bool,
    note: &'a str,
    number: String,
    beside: String,
    source: String,
    long: bool,
}

struct Fieldset<'a> {
    step: usize,
    date: String,
    outlet: &'a str,
    options: Vec<Radio<'a>>,
}

struct Radio<'a> {
    name: &'static str,
    words: Option<&'a str>,
    best: bool,
    printed: bool,
}

/// The cheapest way back, in words.
struct Best {
    heading: String,
    changes: Vec<String>,
    after: String,
    /// Whether there is anything to show by a button.
    button: bool,
}

/// A crowd as SVG.
struct Drawn {
    view: String,
    figures: String,
}

/// What the script looks up.
#[derive(Serialize)]
struct Data<'a> {
    each: u64,
    columns: [usize; 2],
    places: &'a [usize],
    /// How many people are in which circles.
    classes: Vec<[u64; 2]>,
    /// Each different count.
    states: Vec<State>,
    /// For each act: the circles needed, the state, and what is read out.
    acts: Vec<(u32, usize, String)>,
    /// For each rewritable step and option: the bit needed, or -1.
    options: Vec<Vec<i64>>,
    /// The state of each combination.
    table: Vec<usize>,
    losses: Vec<Vec<u64>>,
    best: Option<Vec<usize>>,
}

#[derive(Clone, PartialEq, Serialize)]
struct State {
    lo: u64,
    hi: u64,
    figure: String,
    beside: String,
    words: String,
    enough: bool,
    verdict: String,
    source: String,
}

pub(crate) fn case_page(
    case: &Case,
    sums: &Reckoning,
    social: &Social,
    next: Option<(&str, &str)>,
) -> Result<String, ReplayError> {
    let crowd = Crowd::of(sums.everybody);
    let mut states = Vec::new();
    let everybody = everybody(sums);
    let mut acts = vec![(0, state(&mut states, sums, &everybody), opening(case, sums))];
    for (i, left) in sums.after.iter().enumerate() {
        let said = case
            .story
            .steps
            .get(i)
            .map(|s| spoken(s, &source(sums, left), left, i + 1, sums.after.len()))
            .unwrap_or_default();
        acts.push((needed(case, sums, i), state(&mut states, sums, left), said));
    }
    let last = acts.last().map_or(0, |a| a.0);
    let lights = crowd.lights(&sums.classes, last, sums.after.last().unwrap_or(&everybody).people);
    let data = Data {
        each: crowd.each,
        columns: [crowd.columns(crowd::WIDE), crowd.columns(0.95)],
        places: &crowd.places,
        classes: sums.classes.iter().map(|c| [c.people, u64::from(c.in_circles)]).collect(),
        acts,
        options: sums
            .rewritable
            .iter()
            .map(|r| r.options.iter().map(|o| o.bit.map_or(-1, i64::from)).collect())
            .collect(),
        table: sums.table.iter().map(|l| state(&mut states, sums, l)).collect(),
        losses: sums
            .rewritable
            .iter()
            .map(|r| r.options.iter().map(|o| o.loss).collect())
            .collect(),
        best: sums.best.map(|b| sums.options_of(b)),
        states,
    };
    let page = CasePage {
        policy: policy(true),
        style: STYLE,
        script: SCRIPT,
        case,
        social,
        acts: acts_of(case, sums),
        people: shapes::PEOPLE,
        crowd: drawn(&crowd, &lights, crowd::WIDE),
        scale: scale(crowd.each),
        fieldsets: fieldsets(case, sums),
        best: best(case, sums),
        k: words::number(sums.k),
        data: json(&data)?,
        next,
    };
    page.render().map_err(|cause| ReplayError::Page { case: case.name.clone(), cause })
}

/// Nothing but what is in the file itself, and that only as it was built.
fn policy(scripted: bool) -> String {
    let hash = |text: &str| {
        let digest = Sha256::digest(text.as_bytes());
        format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(digest))
    };
    let script = if scripted { hash(SCRIPT) } else { "'none'".to_owned() };
    let style = hash(STYLE);
    format!(
        "default-src 'none'; script-src {script}; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

/// JSON that cannot end the element it stands in.
fn json(data: &impl Serialize) -> Result<String, ReplayError> {
    serde_json::to_string(data)
        .map(|text| text.replace('<', "\\u003c"))
        .map_err(|e| ReplayError::fault("page data", e.to_string()))
}

pub(crate) fn everybody(sums: &Reckoning) -> Left {
    Left {
        people: exposure::Bounds::exactly(sums.everybody),
        enough: sums.everybody >= sums.k,
        source_among: None,
        wrongly: exposure::Bounds::NONE,
    }
}

/// The circles of everything that holds after step `i`.
pub(crate) fn needed(case: &Case, sums: &Reckoning, i: usize) -> u32 {
    let until = || case.story.steps.iter().take(i + 1);
    let gone: Vec<&String> = until().flat_map(|s| &s.withdraws).collect();
    let held = until().zip(&sums.bits).filter(|(s, _)| !gone.contains(&&s.id));
    held.filter_map(|(_, bit)| *bit).fold(0, |all, bit| all | (1 << bit))
}

fn state(states: &mut Vec<State>, sums: &Reckoning, left: &Left) -> usize {
    let k = words::number(sums.k);
    let verdict = if left.enough {
        format!("Enough. The check asks for {k}.")
    } else if left.people.hi() >= sums.k {
        format!("Not certain. The check asks for {k}, and does not rely on hope.")
    } else {
        format!("Too few. The check asks for {k}.")
    };
    let new = State {
        lo: left.people.lo(),
        hi: left.people.hi(),
        figure: words::range(left.people),
        beside: words::beside(left.people).to_owned(),
        words: format!("{}.", words::left(left.people)),
        enough: left.enough,
        verdict,
        source: source(sums, left),
    };
    states.iter().position(|s| *s == new).unwrap_or_else(|| {
        states.push(new);
        states.len() - 1
    })
}

/// What has to be said of the source, in a case whose course leaves the source out.
fn source(sums: &Reckoning, left: &Left) -> String {
    match left.source_among {
        Some(false) if left.wrongly.hi() > 0 => format!(
            "The source is not among them. People wrongly pointed to: {}.",
            words::range(left.wrongly)
        ),
        Some(false) => "The source is not among them.".to_owned(),
        Some(true) if sums.after.iter().any(|l| l.source_among == Some(false)) => {
            "The source is among them, as one of many.".to_owned()
        }
        _ => String::new(),
    }
}

fn opening(case: &Case, sums: &Reckoning) -> String {
    format!("Before anything was said: {} {}.", words::figures(sums.everybody), case.story.crowd)
}

fn spoken(step: &crate::Step, source: &str, left: &Left, i: usize, of: usize) -> String {
    let said = format!(
        "{i} of {of}. {}, {}. {}.",
        step.outlet,
        words::day(&step.date),
        words::left(left.people)
    );
    if source.is_empty() { said } else { format!("{said} {source}") }
}

fn acts_of<'a>(case: &'a Case, sums: &Reckoning) -> Vec<Act<'a>> {
    let mut acts = vec![Act {
        id: "start",
        class: "start",
        kind: "Before",
        date: String::new(),
        iso: "",
        outlet: "Nothing has been said yet",
        before: "",
        mark: "",
        after: "",
        verbatim: false,
        note: "Any of them could have told it. Each sentence that follows is known to fewer people than that.",
        number: words::figures(sums.everybody),
        beside: case.story.crowd.clone(),
        source: String::new(),
        long: false,
    }];
    for (step, left) in case.story.steps.iter().zip(&sums.after) {
        let mark = step.mark.as_deref().unwrap_or_default();
        let (before, after) = match step.words.split_once(mark) {
            Some((before, after)) if !mark.is_empty() => (before, after),
            _ => (step.words.as_str(), ""),
        };
        acts.push(Act {
            id: &step.id,
            class: step.kind.class(),
            kind: step.kind.word(),
            date: words::day(&step.date),
            iso: &step.date,
            outlet: &step.outlet,
            before,
            mark,
            after,
            verbatim: step.verbatim,
            note: &step.note,
            number: words::range(left.people),
            beside: words::beside(left.people).to_owned(),
            source: source(sums, left),
            long: step.words.chars().count() > 140,
        });
    }
    acts
}

fn fieldsets<'a>(case: &'a Case, sums: &'a Reckoning) -> Vec<Fieldset<'a>> {
    let best = sums.best.map(|b| sums.options_of(b)).unwrap_or_default();
    let named = |i: usize, of: usize| match i {
        0 => "As it was",
        i if i + 1 == of => "Leave it out",
        _ => "Instead",
    };
    sums.rewritable
        .iter()
        .enumerate()
        .filter_map(|(n, r)| {
            let step = case.story.steps.get(r.step)?;
            let radio = |(i, other): (usize, &'a Other)| Radio {
                name: named(i, r.options.len()),
                words: other.words.as_deref(),
                best: best.get(n) == Some(&i),
                printed: i == 0,
            };
            Some(Fieldset {
                step: n,
                date: words::day(&step.date),
                outlet: &step.outlet,
                options: r.options.iter().enumerate().map(radio).collect(),
            })
        })
        .collect()
}

fn best(case: &Case, sums: &Reckoning) -> Best {
    let k = words::number(sums.k);
    let Some(index) = sums.best else {
        return Best {
            heading: format!("No wording leaves {k} for certain."),
            changes: Vec::new(),
            after: String::new(),
            button: false,
        };
    };
    let chosen = sums.options_of(index);
    let mut changes = Vec::new();
    for (r, option) in sums.rewritable.iter().zip(&chosen).filter(|(_, o)| **o > 0) {
        let Some(step) = case.story.steps.get(r.step) else { continue };
        let words = r.options.get(*option).and_then(|o| o.words.as_deref());
        let quoted = step.mark.as_deref().unwrap_or(&step.words);
        changes.push(match words {
            Some(words) => format!("Instead of “{quoted}”: {words}"),
            None => format!("Leave out “{quoted}”"),
        });
    }
    let left = sums.table.get(index).map(|l| words::left(l.people)).unwrap_or_default();
    if changes.is_empty() {
        return Best {
            heading: "Nothing has to be changed.".to_owned(),
            changes,
            after: format!("By what was published, {} as it stands.", lower(&left)),
            button: false,
        };
    }
    let n = changes.len() as u64;
    Best {
        heading: format!(
            "The cheapest way back to {k}: {} {}.",
            words::number(n),
            if n == 1 { "change" } else { "changes" }
        ),
        changes,
        after: format!("{left}."),
        button: true,
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn scale(each: u64) -> String {
    if each == 1 {
        "Each figure is one person.".to_owned()
    } else {
        format!("Each figure stands for {} people.", words::number(each))
    }
}

fn drawn(crowd: &Crowd, lights: &[Light], shape: f32) -> Drawn {
    let columns = crowd.columns(shape);
    let rows = crowd.places.len().div_ceil(columns);
    let mut by_place: BTreeMap<usize, usize> = BTreeMap::new();
    for (person, place) in crowd.places.iter().enumerate() {
        by_place.insert(*place, person);
    }
    let mut figures = String::new();
    // In the order of the people, not of the places: the script finds each by its number.
    for (place, light) in crowd.places.iter().zip(lights) {
        let (which, dx, dy) = crowd::stance(*place);
        #[allow(clippy::cast_precision_loss)]
        let (x, y) = (
            (place % columns) as f32 * crowd::PITCH.0 + dx + 1.0,
            (place / columns) as f32 * crowd::PITCH.1 + dy + 3.0,
        );
        let class = if light.left > 0.0 {
            " class=\"on\""
        } else if light.perhaps > 0.0 {
            " class=\"may\""
        } else {
            ""
        };
        // Writing to a string cannot fail.
        let _ = write!(figures, "<use href=\"#f{which}\" x=\"{x:.1}\" y=\"{y:.1}\"{class}/>");
    }
    #[allow(clippy::cast_precision_loss)]
    let (width, height) = (columns as f32 * crowd::PITCH.0, rows as f32 * crowd::PITCH.1);
    Drawn { view: format!("0 0 {width:.0} {height:.0}"), figures }
}

#[derive(Template)]
#[template(path = "index.html")]
struct IndexPage<'a> {
    policy: String,
    style: &'a str,
    people: [&'a str; 6],
    cards: Vec<IndexCard<'a>>,
}

/// A case in the index.
struct IndexCard<'a> {
    name: &'a str,
    case: &'a Case,
    from: String,
    to: String,
    to_words: String,
    few: bool,
    crowd: Drawn,
}

pub(crate) fn index_page(cases: &[(Case, Reckoning)]) -> Result<String, ReplayError> {
    let mut cards = Vec::new();
    for (case, sums) in cases {
        let crowd = Crowd::of(sums.everybody);
        let (i, left) = pictured(case, sums);
        let lights = crowd.lights(&sums.classes, needed(case, sums, i), left.people);
        cards.push(IndexCard {
            name: &case.name,
            case,
            from: words::figures(sums.everybody),
            to: words::range(left.people),
            to_words: format!("{}.", words::left(left.people)),
            crowd: drawn(&crowd, &lights, crowd::SMALL),
            few: left.people.hi() < 100,
        });
    }
    let page = IndexPage { policy: policy(false), style: STYLE, people: shapes::PEOPLE, cards };
    page.render().map_err(|cause| ReplayError::Page { case: "index".to_owned(), cause })
}

/// The step of the social card, and what was left after it.
pub(crate) fn pictured(case: &Case, sums: &Reckoning) -> (usize, Left) {
    let i = case.story.steps.iter().position(|s| s.id == case.story.picture).unwrap_or_default();
    (i, sums.after.get(i).copied().unwrap_or_else(|| everybody(sums)))
}

/// Whether a case has findings of an inquiry in it.
fn has_findings(case: &Case) -> bool {
    case.story.steps.iter().any(|s| s.kind == Kind::Found)
}

impl CasePage<'_> {
    fn found(&self) -> bool {
        has_findings(self.case)
    }

    fn few(&self) -> u64 {
        FEW
    }
}
