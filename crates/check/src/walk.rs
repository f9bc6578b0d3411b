//! A ledger from questions: two boxes per sentence, *who could have known?* and *how many?*

use std::io::{self, BufRead, Read, Write};

use crate::anchor::Finder;
use crate::count::Count;
use crate::draft::Document;
use crate::ledger::document::{Answer, Circle, Fact, Ledger, Overlap, Source, Wording};
use crate::report::{self, Question};

/// An answer longer than this is no answer.
const LONGEST: u64 = 1 << 14;
/// How many people there may be in all, if the reporter does not know.
const MANY: u64 = 10_000_000;

/// Why a walk ended early.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// The answers ended before the questions.
    #[error(
        "the answers ended at sentence {at} of {of}: answer every question, or \"q\" to stop there"
    )]
    Ended {
        /// The sentence, from 1.
        at: usize,
        /// How many there are.
        of: usize,
    },
    /// Reading or writing failed.
    #[error("the conversation was cut off: {0}")]
    Io(#[from] io::Error),
    /// What was said contradicts itself.
    #[error(transparent)]
    Fault(#[from] crate::Fault),
}

/// Asks about every sentence, and returns what was said as a ledger.
///
/// # Errors
/// [`WalkError`].
pub fn walk(
    document: &Document,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Ledger, WalkError> {
    let of = document.sentences.len();
    writeln!(
        out,
        "{} has {of} sentences. For each: does it hold something from a confidential source?\n\
         Enter: no.  y: yes.  b: back to the one before.  q: stop here, the rest has nothing.\n\
         Nothing you type is kept unless you say so at the end.",
        report::plain(&document.name)
    )?;
    let mut said: Vec<Option<String>> = vec![None; of];
    let mut circles: Vec<(String, Count)> = Vec::new();
    let mut at = 0;
    while let Some(sentence) = document.sentences.get(at) {
        let ended = WalkError::Ended { at: at + 1, of };
        let place = document.place(sentence.range.start);
        let words = report::plain(document.words(&sentence.range));
        writeln!(out, "\n{}/{of}  {place}\n  “{words}”", at + 1)?;
        write!(out, "  From a source? [Enter, y, b, q] ")?;
        let Some(answer) = line(input, out)? else { return Err(ended) };
        match answer.to_lowercase().as_str() {
            "" | "n" | "no" => set(&mut said, at, None),
            "b" => {
                at = at.saturating_sub(1);
                continue;
            }
            "q" => break,
            "y" | "yes" => match boxes(input, out, &mut circles)? {
                Some(circle) => set(&mut said, at, Some(circle)),
                None => return Err(ended),
            },
            _ => {
                writeln!(out, "  Please answer with Enter, y, b or q.")?;
                continue;
            }
        }
        at += 1;
    }
    let used = |name: &str| said.iter().flatten().any(|s| s == name);
    circles.retain(|(name, _)| used(name));
    let largest = circles.iter().map(|(_, c)| c.0.hi()).max().unwrap_or(0);
    let mut others = format!("{largest}..{}", MANY.max(largest));
    if circles.len() > 1 {
        loop {
            write!(
                out,
                "\nOut of how many people in all? A number, or Enter if you do not know. "
            )?;
            let Some(answer) = line(input, out)? else {
                return Err(WalkError::Ended { at: of, of });
            };
            if answer.is_empty() {
                break;
            }
            match Count::parse(&answer) {
                Ok(all) if all.0.hi() < largest => {
                    writeln!(
                        out,
                        "That is fewer than the {largest} who could have known something."
                    )?;
                }
                Ok(all) => {
                    others = format!("{}..{}", all.0.lo().max(largest), all.0.hi());
                    break;
                }
                Err(what) => writeln!(out, "{what}")?,
            }
        }
    }
    build(document, &said, &circles, &others)
}

fn set(said: &mut [Option<String>], at: usize, to: Option<String>) {
    if let Some(place) = said.get_mut(at) {
        *place = to;
    }
}

/// The two boxes. None if the answers ended.
fn boxes(
    input: &mut dyn BufRead,
    out: &mut dyn Write,
    circles: &mut Vec<(String, Count)>,
) -> io::Result<Option<String>> {
    let name = loop {
        write!(out, "  Who could have known? ")?;
        let Some(name) = line(input, out)? else { return Ok(None) };
        if !name.is_empty() {
            break name;
        }
        writeln!(out, "  A few words are enough, such as: the 09:40 meeting.")?;
    };
    let known = circles.iter().find(|(n, _)| n.to_lowercase() == name.to_lowercase());
    if let Some((name, count)) = known {
        writeln!(out, "  As before: {count} people.")?;
        return Ok(Some(name.clone()));
    }
    loop {
        write!(out, "  How many? (12, or 8-15) ")?;
        let Some(answer) = line(input, out)? else { return Ok(None) };
        match Count::parse(&answer) {
            Ok(count) if count.0.hi() == 0 => {
                writeln!(out, "  At least the source knew: 1 or more.")?;
            }
            Ok(count) => {
                circles.push((name.clone(), count));
                return Ok(Some(name));
            }
            Err(what) => writeln!(out, "  {what}")?,
        }
    }
}

fn build(
    document: &Document,
    said: &[Option<String>],
    circles: &[(String, Count)],
    others: &str,
) -> Result<Ledger, WalkError> {
    let mut ledger = Ledger { title: document.name.clone(), ..Ledger::default() };
    let finder = Finder::new(document);
    if !circles.is_empty() {
        ledger.others = Count::parse(others).ok();
        ledger.add_source(Source { name: "the source".to_owned(), ..Source::default() })?;
    }
    for (name, count) in circles {
        let estimate = Some(*count);
        let evidence = "what the reporter said".to_owned();
        ledger.add_circle(Circle {
            name: name.clone(),
            estimate,
            evidence,
            ..Circle::default()
        })?;
    }
    for (n, circle) in said.iter().enumerate() {
        let (Some(circle), Some(sentence)) = (circle, document.sentences.get(n)) else { continue };
        let fact = format!("sentence {}", n + 1);
        let text = "as drafted".to_owned();
        ledger.add_fact(Fact {
            name: fact.clone(),
            source: Some("the source".to_owned()),
            // What one circle knows is one piece of evidence.
            wording: vec![Wording {
                text: text.clone(),
                circle: circle.clone(),
                ..Wording::default()
            }],
            ..Fact::default()
        })?;
        ledger.anchor(finder.mark(&sentence.range, &fact, &text))?;
    }
    Ok(ledger)
}

/// Asks the one question of a report. None if it was not answered.
///
/// # Errors
/// [`WalkError`].
pub fn ask(
    question: &Question,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Option<Overlap>, WalkError> {
    writeln!(out, "\n{}", report::plain(&question.text))?;
    loop {
        write!(out, "  [all, most, some, nobody; Enter if you do not know] ")?;
        let Some(answer) = line(input, out)? else { return Ok(None) };
        let answer = match answer.to_lowercase().as_str() {
            "all" | "a" => Answer::All,
            "most" | "m" => Answer::Most,
            "some" | "s" => Answer::Some,
            "nobody" | "none" | "n" => Answer::Nobody,
            "" | "don't know" => return Ok(None),
            _ => continue,
        };
        let (of, inside) = (question.of.clone(), question.inside.clone());
        return Ok(Some(Overlap { of, inside, answer }));
    }
}

/// Asks for the folder in which to keep what was said. None: forget it.
///
/// # Errors
/// [`WalkError`].
pub fn keep(input: &mut dyn BufRead, out: &mut dyn Write) -> Result<Option<String>, WalkError> {
    write!(
        out,
        "\nKeep what you said as a ledger? It is a list of suspects. A folder, or Enter to forget it: "
    )?;
    Ok(line(input, out)?.filter(|answer| !answer.is_empty()))
}

/// One answer without the spaces around it. None at the end.
fn line(input: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<Option<String>> {
    out.flush()?;
    let mut bytes = Vec::new();
    input.take(LONGEST).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).trim().to_owned()))
}
