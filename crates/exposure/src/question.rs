//! The one question whose answer could change the verdict.

use crate::circle::{Answer, Overlap};
use crate::crowd::Disclosed;
use crate::read::mentions;
use crate::{CircleId, Draft, Ledger, LedgerError, Policy, frechet};

/// "Were all of these in that group?"
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// "These": the people in all of these circles, or one estimated circle.
    pub of: Vec<CircleId>,
    /// "That group".
    pub inside: CircleId,
    /// The answers after which the draft is clear, or after which it certainly is not. Any other answer changes nothing.
    pub decisive: Vec<(Answer, bool)>,
}

impl Question {
    /// The entry for the ledger, once it is answered.
    #[must_use]
    pub fn answered(&self, answer: Answer) -> Overlap {
        Overlap { of: self.of.clone(), inside: self.inside, answer }
    }
}

/// The question to ask about a draft whose verdict is [`crate::Verdict::Unsure`]; none if no single answer could settle it.
/// Of several, the one that the most answers settle: one that "most of them" decides is easier to be sure of than one that needs "all".
///
/// # Errors
/// [`LedgerError::Foreign`] if the draft mentions what the ledger does not have.
pub fn next_question(
    ledger: &Ledger,
    draft: &Draft,
    policy: &Policy,
) -> Result<Option<Question>, LedgerError> {
    for p in &draft.passages {
        ledger.check(&p.mentions)?;
    }
    let said = Disclosed::of(ledger, mentions(ledger, Some(draft)));
    let crowd = said.crowd(ledger);
    let now = frechet::count(ledger, &crowd, &said.estimated);
    if now.lo() >= policy.k || now.hi() < policy.k {
        return Ok(None);
    }
    let mut asked: Vec<(Vec<CircleId>, CircleId)> = Vec::new();
    for estimate in &said.estimated {
        if !said.listed.is_empty() {
            asked.push((said.listed.clone(), *estimate));
        }
        asked.extend(said.listed.iter().map(|list| (vec![*list], *estimate)));
        asked.extend(said.listed.iter().map(|list| (vec![*estimate], *list)));
        asked.extend(
            said.estimated.iter().filter(|e| *e != estimate).map(|e| (vec![*e], *estimate)),
        );
    }
    let mut best: Option<Question> = None;
    for (of, inside) in asked {
        // A question that was asked before, even if nobody knew, is not asked again.
        if ledger.overlaps().iter().any(|o| o.of == of && o.inside == inside) {
            continue;
        }
        let mut question = Question { of, inside, decisive: Vec::new() };
        for answer in [Answer::All, Answer::Most, Answer::Some, Answer::Nobody] {
            let then = frechet::count_if(
                ledger,
                &crowd,
                &said.estimated,
                Some(&question.answered(answer)),
            );
            if then.lo() >= policy.k {
                question.decisive.push((answer, true));
            } else if then.hi() < policy.k && answer != Answer::Nobody {
                question.decisive.push((answer, false));
            }
        }
        let clears = |q: &Question| q.decisive.iter().filter(|d| d.1).count();
        if clears(&question) > best.as_ref().map_or(0, clears) {
            best = Some(question);
        }
    }
    Ok(best)
}
