//! A suffix automaton over words: every run of words that stands anywhere in the material, in space and time
//! linear in its length (Blumer, Blumer, Haussler, Ehrenfeucht, Chen and Seiferas 1985).

use std::collections::HashMap;
use std::ops::Range;

/// One state: all runs that end at the same places.
#[derive(Debug, Default)]
struct State {
    next: HashMap<u32, usize>,
    link: usize,
    length: usize,
}

/// All runs of words of the material.
#[derive(Debug)]
pub(crate) struct Automaton {
    states: Vec<State>,
}

const ROOT: usize = 0;

impl Automaton {
    /// Builds it from the words of all documents in a row, kept apart by words that stand nowhere else.
    pub(crate) fn new(words: &[u32]) -> Self {
        let mut automaton = Self { states: vec![State::default()] };
        let mut last = ROOT;
        for word in words {
            last = automaton.extend(last, *word);
        }
        automaton
    }

    /// Longest runs of `draft` that stand in the material and are not inside a longer one.
    pub(crate) fn runs(&self, draft: &[u32], at_least: usize) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        let (mut state, mut length) = (ROOT, 0);
        for (place, word) in draft.iter().enumerate() {
            while state != ROOT && self.step(state, *word).is_none() {
                state = self.get(state).map_or(ROOT, |s| s.link);
                length = self.get(state).map_or(0, |s| s.length);
            }
            match self.step(state, *word) {
                Some(next) => {
                    state = next;
                    length += 1;
                }
                None => length = 0,
            }
            if length < at_least {
                continue;
            }
            let run = place + 1 - length..place + 1;
            // A run that goes on is the longer one of the two.
            match runs.last_mut() {
                Some(known) if known.start == run.start => *known = run,
                _ => runs.push(run),
            }
        }
        runs
    }

    fn get(&self, state: usize) -> Option<&State> {
        self.states.get(state)
    }

    fn step(&self, state: usize, word: u32) -> Option<usize> {
        self.get(state)?.next.get(&word).copied()
    }

    fn extend(&mut self, last: usize, word: u32) -> usize {
        let length = self.get(last).map_or(0, |s| s.length) + 1;
        let new = self.push(State { length, ..State::default() });
        let mut at = Some(last);
        while let Some(state) = at.filter(|s| self.step(*s, word).is_none()) {
            self.link(state, word, new);
            at = (state != ROOT).then(|| self.get(state).map_or(ROOT, |s| s.link));
        }
        let link = at.and_then(|state| {
            let next = self.step(state, word)?;
            let short = self.get(state)?.length + 1;
            let full = self.get(next)?;
            if full.length == short {
                return Some(next);
            }
            let copy = State { next: full.next.clone(), link: full.link, length: short };
            let copy = self.push(copy);
            let mut from = Some(state);
            while let Some(state) = from.filter(|s| self.step(*s, word) == Some(next)) {
                self.link(state, word, copy);
                from = (state != ROOT).then(|| self.get(state).map_or(ROOT, |s| s.link));
            }
            if let Some(next) = self.states.get_mut(next) {
                next.link = copy;
            }
            Some(copy)
        });
        if let Some(state) = self.states.get_mut(new) {
            state.link = link.unwrap_or(ROOT);
        }
        new
    }

    fn push(&mut self, state: State) -> usize {
        self.states.push(state);
        self.states.len() - 1
    }

    fn link(&mut self, from: usize, word: u32, to: usize) {
        if let Some(state) = self.states.get_mut(from) {
            state.next.insert(word, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same by comparing everything with everything.
    fn slowly(material: &[u32], draft: &[u32], at_least: usize) -> Vec<Range<usize>> {
        let stands = |run: &[u32]| material.windows(run.len()).any(|w| w == run);
        let mut found: Vec<Range<usize>> = Vec::new();
        for end in 1..=draft.len() {
            let longest = (0..end).find(|start| stands(&draft[*start..end]));
            let Some(start) = longest.filter(|start| end - start >= at_least) else { continue };
            // Not inside the run that ends one word later.
            if end == draft.len() || !stands(&draft[start..=end]) {
                found.push(start..end);
            }
        }
        found
    }

    proptest! {
        #[test]
        fn finds_what_comparing_everything_finds(
            material in prop::collection::vec(0_u32..4, 0..60),
            draft in prop::collection::vec(0_u32..4, 0..40),
            at_least in 1_usize..5,
        ) {
            let runs = Automaton::new(&material).runs(&draft, at_least);
            prop_assert_eq!(runs, slowly(&material, &draft, at_least));
        }
    }
}
