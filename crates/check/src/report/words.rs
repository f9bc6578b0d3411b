//! The report's part on wording: what the draft shares with the source's papers, and marks that nobody sees.

use std::io::{self, Write};

use super::print::{Page, plain, shorten};
use super::{Look, Report};
use crate::words::{Copies, Shared, Unseen};

/// Prints what is shared and what is unseen, if anything is.
pub(super) fn print(page: &mut Page<'_>, r: &Report) -> io::Result<()> {
    if !r.shared.is_empty() {
        page.title("In the source's own words")?;
        for s in &r.shared {
            page.item("- ", &one(s))?;
        }
        page.line("These words can lead to the paper, and the paper to whoever had it. Put them into words of your own, or make sure that many had it.")?;
    }
    if !r.unseen.is_empty() {
        page.title("Marks that nobody sees")?;
        for u in &r.unseen {
            page.item("- ", &mark(u))?;
        }
        page.line("Marks in the draft go out with it, and can tell whose copy it was pasted from: type those words anew.")?;
    }
    Ok(())
}

fn one(s: &Shared) -> String {
    let there: Vec<String> = s.there.iter().map(|t| t.at.to_string()).collect();
    let other =
        s.there.first().filter(|t| s.kind == wording::Kind::NearVerbatim && t.text != s.text);
    let other =
        other.map(|t| format!(" There it is “{}”.", shorten(&t.text, 120))).unwrap_or_default();
    format!(
        "{}  “{}”: {} in {}, {}.{other}",
        s.at,
        shorten(&s.text, 160),
        s.what(),
        there.join(" and "),
        s.rarity(),
    )
}

fn mark(u: &Unseen) -> String {
    let first = if u.count == 1 { String::new() } else { format!(", {} times", u.count) };
    format!("{}  {}{first}, at “{}”", u.at, u.what, shorten(&u.near, 60))
}

/// Prints how two copies differ.
///
/// # Errors
/// What the writer says.
pub fn print_copies(copies: &Copies, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, look);
    match copies.differences.len() + copies.more {
        0 => page.line("The two copies are the same to the last character.")?,
        1 => page.line("The two copies differ at one place:")?,
        n => page.line(&format!("The two copies differ at {n} places:"))?,
    }
    for d in &copies.differences {
        let what = match d.change {
            wording::Change::Words => "other words",
            wording::Change::Number => "another number",
            wording::Change::Spelling => "another spelling",
            wording::Change::Lookalike => "letters of another alphabet that look the same",
            wording::Change::Punctuation => "punctuation",
            wording::Change::Case => "large and small letters",
            wording::Change::Spacing => "spaces",
            wording::Change::Unseen => "characters of no width",
        };
        let seen = |text: &str| {
            if text.is_empty() {
                "nothing".to_owned()
            } else {
                format!("“{}”", visible(&shorten(text, 80)))
            }
        };
        page.item(
            "- ",
            &format!(
                "{}, {}  {what}: {} and {}, at “{}”",
                d.first_at,
                d.second_at,
                seen(&d.first),
                seen(&d.second),
                plain(&d.near)
            ),
        )?;
    }
    if copies.more > 0 {
        page.line(&format!("and {} more", copies.more))?;
    }
    if !copies.differences.is_empty() {
        page.line(
            "Each of these can tell whose copy it was. Quote none of them, and show neither copy.",
        )?;
    }
    page.line(Copies::CAUTION)
}

/// Spaces and characters of no width, so that they can be told apart.
fn visible(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            ' ' => out.push('␣'),
            '\n' => out.push('⏎'),
            c if c.is_alphanumeric() || c.is_ascii_graphic() || "“”‘’–—…«»".contains(c) => {
                out.push(c)
            }
            c => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
        }
    }
    out
}
