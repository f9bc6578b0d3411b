//! The report as an editor reads it: what matters first, no more than needed, at the terminal's width.

use std::io::{self, Write};

use super::words;
use super::{Change, Plan, Range, Report, Sentence, Supposing, Verdict};

/// How to print.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns, at least 30.
    pub width: usize,
    /// Whether colours may be used.
    pub colour: bool,
}

pub(super) struct Page<'a> {
    out: &'a mut dyn Write,
    look: Look,
}

/// Prints a report.
///
/// # Errors
/// What the writer says.
pub fn print(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, look);
    page.head(report)?;
    page.broken(report)?;
    page.costs(report)?;
    page.plan(report)?;
    words::print(&mut page, report)?;
    page.wrongly(report)?;
    page.sources(report)?;
    page.published(report)?;
    page.rest(report)
}

const RED: &str = "31;1";
const GREEN: &str = "32;1";
const YELLOW: &str = "33;1";
const BOLD: &str = "1";

impl<'a> Page<'a> {
    pub(super) fn new(out: &'a mut dyn Write, look: Look) -> Self {
        Self { out, look: Look { width: look.width.clamp(30, 100), ..look } }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.look.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(super) fn title(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out)?;
        self.strong(BOLD, text)
    }

    /// A text in colour, each line by itself.
    fn strong(&mut self, code: &str, text: &str) -> io::Result<()> {
        for line in textwrap::wrap(&plain(text), self.look.width) {
            let line = self.paint(code, &line);
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    /// A text with an indentation, the first line with a mark in front.
    pub(super) fn item(&mut self, mark: &str, text: &str) -> io::Result<()> {
        let first = format!("  {mark}");
        let rest = " ".repeat(first.chars().count());
        let options =
            textwrap::Options::new(self.look.width).initial_indent(&first).subsequent_indent(&rest);
        for line in textwrap::wrap(&plain(text), options) {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        self.item("", text)
    }

    fn head(&mut self, r: &Report) -> io::Result<()> {
        let (code, word) = match (r.clear, r.verdict) {
            (true, _) => (GREEN, "CLEAR"),
            (false, Verdict::Unsure) => (YELLOW, "NOT CLEAR"),
            _ => (RED, "NOT CLEAR"),
        };
        let only = r.audience.as_ref().map(|a| format!(", for {a} only")).unwrap_or_default();
        let first = plain(&format!("{word}  {}{only}", r.draft));
        for line in textwrap::wrap(&first, self.look.width) {
            match line.strip_prefix(word) {
                Some(rest) => writeln!(self.out, "{}{rest}", self.paint(code, word))?,
                None => writeln!(self.out, "{line}")?,
            }
        }
        writeln!(self.out)?;
        let width = self.look.width;
        self.strong(BOLD, &r.headline)?;
        let crowd = picture(r, width);
        if !crowd.is_empty() && r.verdict != Verdict::NobodyCould {
            writeln!(self.out, "{crowd}")?;
        }
        let mut more = Vec::new();
        match r.supposing {
            Supposing::OneSource => {}
            Supposing::SeveralSources => more.push(
                "That supposes several sources, because no one person could have told it all.".to_owned(),
            ),
            Supposing::Hearsay => more.push(
                "That supposes hearsay, because no one person could have told it all at first hand.".to_owned(),
            ),
        }
        if r.verdict != Verdict::AlreadyTooFew && r.before != r.left {
            more.push(format!("Before this draft it was {}.", r.before));
        }
        for text in more {
            for line in textwrap::wrap(&text, width) {
                writeln!(self.out, "{line}")?;
            }
        }
        if !r.nobody.is_empty() && r.verdict == Verdict::NobodyCould {
            self.title("Nobody could have told these together")?;
            for fact in &r.nobody {
                self.item("- ", fact)?;
            }
            self.line(
                "One of their circles is too small, or one of them did not come from this source.",
            )?;
        }
        Ok(())
    }

    fn broken(&mut self, r: &Report) -> io::Result<()> {
        if r.broken.is_empty() {
            return Ok(());
        }
        self.title("What was agreed would be broken")?;
        for b in &r.broken {
            let whose = b.source.as_ref().map(|s| format!("{s}, ")).unwrap_or_default();
            self.item("", &format!("{}  {whose}{}: {}", b.at, b.fact, b.text))?;
        }
        Ok(())
    }

    fn costs(&mut self, r: &Report) -> io::Result<()> {
        let Some(sentence) = r.costs_most.and_then(|n| r.sentences.get(n)) else { return Ok(()) };
        if r.clear && r.sentences.len() < 2 {
            return Ok(());
        }
        self.title("The sentence that costs most")?;
        self.item("", &format!("{}  “{}”", sentence.at, shorten(&sentence.text, 400)))?;
        self.line(&explain(sentence))?;
        let others = r.sentences.len() - 1;
        let effect = if sentence.without == r.survivors {
            "Others give away the same: taking it out alone changes nothing.".to_owned()
        } else {
            format!("Without it, {} would be left.", people(sentence.without))
        };
        self.line(&effect)?;
        if others > 0 && !r.clear {
            let mut rest: Vec<&Sentence> = r
                .sentences
                .iter()
                .enumerate()
                .filter(|(n, s)| Some(*n) != r.costs_most && s.without != r.survivors)
                .map(|(_, s)| s)
                .collect();
            rest.sort_by_key(|s| std::cmp::Reverse((s.without.lo, s.without.hi)));
            if !rest.is_empty() {
                self.line("Then:")?;
            }
            for s in rest.iter().take(4) {
                self.item(
                    "- ",
                    &format!(
                        "{}  “{}”: without it, {}",
                        s.at,
                        shorten(&s.text, 90),
                        people(s.without)
                    ),
                )?;
            }
        }
        Ok(())
    }

    fn plan(&mut self, r: &Report) -> io::Result<()> {
        match &r.plan {
            Plan::Nothing => Ok(()),
            Plan::Changes { changes, cost, at_least, left } => {
                let already = r.verdict == Verdict::Clear;
                self.title(&if already {
                    "What to change".to_owned()
                } else {
                    format!("The cheapest way back to {}", r.k)
                })?;
                for (n, change) in changes.iter().enumerate() {
                    self.item(&format!("{}. ", n + 1), &in_words(change))?;
                }
                let price = if cost == at_least {
                    format!("What the story loses by it: {cost}. No cheaper way exists.")
                } else {
                    format!(
                        "What the story loses by it: {cost}. The search was stopped; a cheaper way may exist, but none below {at_least}."
                    )
                };
                self.line(&format!("Then {} would be left. {price}", people(*left)))
            }
            Plan::Unattainable { left } => {
                self.title("It cannot be mended")?;
                let by = if r.published.is_empty() {
                    "Without this draft"
                } else {
                    "By what is out already"
                };
                self.line(&format!(
                    "{by} {} left, and the limit is {}. Nothing that is taken out of this draft brings anybody back.",
                    match *left { Range { lo: 1, hi: 1 } => "1 person is".to_owned(), Range { lo: 0, hi: 0 } => "nobody is".to_owned(), many => format!("{} are", people(many)) },
                    r.k
                ))
            }
            Plan::Uncertain { left } => {
                self.title("No plan is certain")?;
                self.line(&format!(
                    "Even without this draft it is not certain that {} are left: what is out already leaves {}.",
                    r.k,
                    people(*left)
                ))
            }
        }?;
        if let Some(q) = &r.question {
            self.title("One question first")?;
            self.line(&q.text)?;
            let list = |clear: bool| {
                q.settled_by
                    .iter()
                    .filter(|s| s.clear == clear)
                    .map(|s| format!("“{}”", s.answer))
                    .collect::<Vec<_>>()
                    .join(" or ")
            };
            let (yes, no) = (list(true), list(false));
            let mut text = String::new();
            if !yes.is_empty() {
                text.push_str(&format!("If {yes}, enough people are left. "));
            }
            if !no.is_empty() {
                text.push_str(&format!("If {no}, there are too few."));
            }
            self.line(&text)?;
        }
        Ok(())
    }

    fn wrongly(&mut self, r: &Report) -> io::Result<()> {
        let w = &r.wrongly;
        if w.count.hi == 0 || r.clear || r.verdict == Verdict::NobodyCould {
            return Ok(());
        }
        self.title("People wrongly pointed to")?;
        self.line(&format!(
            "{}. They would be asked first, and did nothing.",
            match w.count {
                Range { lo: 1, hi: 1 } => "1 person who is not the source".to_owned(),
                many => format!("{many} people who are not the source"),
            }
        ))?;
        if !w.names.is_empty() {
            let more = if w.more > 0 { format!(" and {} more", w.more) } else { String::new() };
            self.line(&format!("The draft points at: {}{more}.", w.names.join(", ")))?;
        }
        Ok(())
    }

    fn sources(&mut self, r: &Report) -> io::Result<()> {
        let left_out: Vec<_> = r.sources.iter().filter(|s| !s.left_out_by.is_empty()).collect();
        if left_out.is_empty() {
            return Ok(());
        }
        self.title("The source is not among them")?;
        for s in left_out {
            let facts: Vec<String> = s.left_out_by.iter().map(|f| format!("“{f}”")).collect();
            let mut text = format!(
                "{} was in none of the circles of {}. Whoever thinks of one source accuses the wrong people.",
                s.name,
                facts.join(", ")
            );
            match (s.crowd, s.one_in) {
                (Some(crowd), _) => text.push_str(&format!(
                    " Whoever thinks of several arrives at {} who knew all that this source knew.",
                    people(crowd)
                )),
                (None, Some(x)) if x >= 1.0 => text.push_str(&format!(
                    " By hearsay, as the ledger rates it, the source is one in {x:.0}."
                )),
                _ => {}
            }
            self.line(&text)?;
        }
        Ok(())
    }

    fn published(&mut self, r: &Report) -> io::Result<()> {
        if r.published.is_empty() {
            return Ok(());
        }
        self.title("Out already, and cannot be undone")?;
        for p in &r.published {
            let seen = p.audience.as_ref().map(|a| format!(", seen by {a}")).unwrap_or_default();
            let gave = if p.gave.is_empty() { "nothing".to_owned() } else { p.gave.join("; ") };
            self.item("", &format!("{}  {} ({}{seen}) gave away: {gave}", p.at, p.name, p.kind))?;
        }
        Ok(())
    }

    fn rest(&mut self, r: &Report) -> io::Result<()> {
        if !r.marks.is_empty() {
            self.title("Marks to look at")?;
            for m in &r.marks {
                let quote = shorten(&m.quote, 80);
                let text = match (m.state, &m.now, &m.at) {
                    ("changed", Some(now), Some(at)) => format!(
                        "{at}  {}: “{quote}” is now “{}”. If it says something else, mark it again.",
                        m.fact,
                        shorten(now, 80)
                    ),
                    ("ambiguous", ..) => format!(
                        "{}: “{quote}” stands in the draft more than once, and its surroundings do not tell where it is meant. Mark it again.",
                        m.fact
                    ),
                    _ => format!(
                        "{}: “{quote}” is not in the draft any more. If the fact is out, delete the mark; if it is worded differently, mark it again.",
                        m.fact
                    ),
                };
                self.item("- ", &text)?;
            }
        }
        if !r.comments.is_empty() {
            self.title("Comments that may be facts")?;
            for c in r.comments.iter().take(12) {
                let text =
                    format!("{}  “{}”: {}", c.at, shorten(&c.quote, 80), shorten(&c.text, 120));
                self.item("- ", &text)?;
            }
            if r.comments.len() > 12 {
                self.line(&format!("and {} more", r.comments.len() - 12))?;
            }
        }
        if !r.notes.is_empty() {
            self.title("Notes")?;
            for note in &r.notes {
                self.item("- ", note)?;
            }
        }
        Ok(())
    }
}

/// One sign per person, those beyond the limit in one figure.
fn picture(r: &Report, width: usize) -> String {
    let (sure, perhaps) = (r.left.lo, r.left.hi - r.left.lo);
    let k = r.k;
    if k > 60 || width < 40 || r.left.hi == 0 {
        return String::new();
    }
    let cell = |n: u64| {
        if n < sure {
            '●'
        } else if n < sure + perhaps {
            '◐'
        } else {
            '○'
        }
    };
    let row: String = (0..k).map(cell).collect();
    let beyond = r.left.hi.saturating_sub(k);
    if beyond > 0 { format!("{row} and more") } else { row }
}

fn people(r: Range) -> String {
    match r {
        Range { lo: 1, hi: 1 } => "1 person".to_owned(),
        Range { lo: 0, hi: 0 } => "nobody".to_owned(),
        many => format!("{many} people"),
    }
}

fn explain(s: &Sentence) -> String {
    let facts: Vec<String> = s
        .facts
        .iter()
        .map(|f| format!("{}, known to “{}” ({})", f.fact, f.circle, people(f.size)))
        .collect();
    format!("It gives away: {}.", facts.join("; "))
}

fn in_words(c: &Change) -> String {
    let at = c.at.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let from: Vec<String> = c.from.iter().map(|f| format!("“{f}”")).collect();
    match &c.to {
        Some(to) => format!("{at}  {}: say “{to}” instead of {}", c.fact, from.join(" and ")),
        None => format!("{at}  {}: leave it out ({})", c.fact, from.join(" and ")),
    }
}

pub(super) fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    let end = cut.rfind(' ').filter(|e| *e > most / 2).unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(&cut))
}

/// A stranger's text for a terminal: control characters, and marks that turn the direction of writing, must not reach it.
pub(crate) fn plain(text: &str) -> String {
    let hidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).collect()
}
