//! The wordings of a fact as a lattice, checked: a coarser wording may not exclude anybody whom a finer one admits.

use crate::circle::Extent;
use crate::fact::{Fact, Say, Wording};
use crate::ledger::{Ledger, foreign, twice};
use crate::{CircleId, LedgerError, OriginId, PersonId, SourceId};

/// How many wordings a fact may have: with the omission they fit the sixteen bits in which the search for a repair keeps them.
pub(crate) const MOST_WORDINGS: usize = 15;

/// A fact whose lattice is sound.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub(crate) name: String,
    pub(crate) source: Option<SourceId>,
    pub(crate) origin: Option<OriginId>,
    pub(crate) wordings: Vec<Step>,
    pub(crate) omission: u32,
    pub(crate) say: Say,
    /// The wordings that the source's say allows, as bits.
    pub(crate) agreed: u16,
}

#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) circle: CircleId,
    pub(crate) loss: u32,
    /// All wordings that say strictly less than this one, as bits.
    pub(crate) above: u16,
}

impl Resolved {
    pub(crate) fn above(&self, wording: usize) -> u16 {
        self.wordings.get(wording).map_or(0, |w| w.above)
    }
}

pub(crate) fn resolve(ledger: &Ledger, fact: Fact) -> Result<Resolved, LedgerError> {
    let Fact { name, source, origin, wordings, omission, say } = fact;
    if wordings.is_empty() {
        return Err(LedgerError::NoWording { fact: name });
    }
    if wordings.len() > MOST_WORDINGS {
        return Err(LedgerError::TooManyWordings { count: wordings.len(), fact: name });
    }
    for (i, w) in wordings.iter().enumerate() {
        if wordings.iter().take(i).any(|v| v.name == w.name) {
            return Err(twice("wording", &w.name));
        }
        ledger.size_of(w.circle).ok_or_else(|| foreign("circle", u64::from(w.circle.0)))?;
    }
    let above = closure(&name, &wordings)?;
    let find = |wanted: &str| wordings.iter().position(|v| v.name == wanted);
    for w in &wordings {
        for coarser in w.coarser.iter().filter_map(|c| find(c)).filter_map(|i| wordings.get(i)) {
            check_step(ledger, &name, w, coarser)?;
        }
        if omission < w.loss {
            return Err(LedgerError::Loss {
                fact: name,
                finer: w.name.clone(),
                coarser: "leaving it out".to_owned(),
                finer_loss: w.loss,
                coarser_loss: omission,
            });
        }
    }
    let mut agreed = 0u16;
    for a in &say.agreed {
        let Some(i) = find(&a.wording) else {
            return Err(LedgerError::MissingWording {
                fact: name,
                wording: "what was agreed".to_owned(),
                coarser: a.wording.clone(),
            });
        };
        agreed |= (1 << i) | above.get(i).copied().unwrap_or(0);
    }
    if say.agreed.is_empty() {
        agreed = u16::MAX;
    }
    let wordings = wordings
        .into_iter()
        .zip(above)
        .map(|(w, above)| Step { name: w.name, circle: w.circle, loss: w.loss, above })
        .collect();
    Ok(Resolved { name, source, origin, wordings, omission, say, agreed })
}

/// For each wording all that say less, or the ring that makes this impossible.
fn closure(fact: &str, wordings: &[Wording]) -> Result<Vec<u16>, LedgerError> {
    let mut direct = Vec::new();
    for w in wordings {
        let mut bits = 0u16;
        for c in &w.coarser {
            let Some(i) = wordings.iter().position(|v| &v.name == c) else {
                return Err(LedgerError::MissingWording {
                    fact: fact.to_owned(),
                    wording: w.name.clone(),
                    coarser: c.clone(),
                });
            };
            bits |= 1 << i;
        }
        direct.push(bits);
    }
    let mut above = direct.clone();
    // Fifteen wordings: fifteen rounds reach everything that can be reached.
    for _ in 0..wordings.len() {
        let before = above.clone();
        for bits in &mut above {
            for (i, more) in before.iter().enumerate() {
                if *bits & (1 << i) != 0 {
                    *bits |= more;
                }
            }
        }
    }
    if let Some(start) = above.iter().enumerate().position(|(i, bits)| bits & (1 << i) != 0) {
        // Follow steps that lead back to the start, so that the message shows the ring itself.
        let (mut names, mut at) = (Vec::new(), start);
        for _ in 0..=wordings.len() {
            names.push(format!("\"{}\"", wordings.get(at).map_or("", |w| w.name.as_str())));
            let next = direct.get(at).copied().unwrap_or(0);
            if next & (1 << start) != 0 {
                break;
            }
            let leads_back = |i: &usize| {
                next & (1 << i) != 0 && above.get(*i).is_some_and(|a| a & (1 << start) != 0)
            };
            at = (0..wordings.len()).find(leads_back).unwrap_or(start);
        }
        return Err(LedgerError::Ring { fact: fact.to_owned(), ring: names.join(", ") });
    }
    Ok(above)
}

fn check_step(
    ledger: &Ledger,
    fact: &str,
    finer: &Wording,
    coarser: &Wording,
) -> Result<(), LedgerError> {
    if coarser.loss < finer.loss {
        return Err(LedgerError::Loss {
            fact: fact.to_owned(),
            finer: finer.name.clone(),
            coarser: coarser.name.clone(),
            finer_loss: finer.loss,
            coarser_loss: coarser.loss,
        });
    }
    let contradiction = |what: String| LedgerError::Contradiction {
        fact: fact.to_owned(),
        finer: finer.name.clone(),
        coarser: coarser.name.clone(),
        what,
    };
    let (Some(small), Some(large)) = (ledger.extent(finer.circle), ledger.extent(coarser.circle))
    else {
        return Ok(());
    };
    match (small, large) {
        (Extent::People(a), Extent::People(b)) => {
            if a.is_subset(b) {
                return Ok(());
            }
            let missing = a - b;
            let names: Vec<_> =
                missing.iter().take(3).map(|p| ledger.describe(PersonId(p))).collect();
            let more = missing.len().saturating_sub(3);
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            let verb = if missing.len() == 1 { "is" } else { "are" };
            Err(contradiction(format!("{}{rest} {verb} missing from its circle", names.join(", "))))
        }
        _ => {
            let sizes = (ledger.size_of(finer.circle), ledger.size_of(coarser.circle));
            match sizes {
                (Some(a), Some(b)) if b.hi() < a.lo() => Err(contradiction(format!(
                    "its circle has {b} people, fewer than the finer one's {a}"
                ))),
                _ => Ok(()),
            }
        }
    }
}
