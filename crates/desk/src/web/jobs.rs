//! Cleaning, while the page goes on answering.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Semaphore;

use super::App;
use crate::material::{Cleaner, Keep, Level};

/// Documents that are cleaned at the same time: each child may take 4 GiB of memory.
const AT_ONCE: usize = 2;

/// What is being done about a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is cleaned, or waits for its turn.
    Working,
    /// The vault could not take the result, or give the original: in words.
    Failed(String),
}

type States = BTreeMap<(u64, bool), State>;

/// The jobs of this page. They are not kept: after a restart one asks again.
pub(super) struct Jobs {
    program: Option<PathBuf>,
    states: Mutex<States>,
    room: Semaphore,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { program: None, states: Mutex::default(), room: Semaphore::new(AT_ONCE) }
    }
}

/// A job in hand. Whatever becomes of it, it does not stay in the list as one that works.
struct Hand {
    jobs: Arc<Jobs>,
    which: (u64, bool),
}

impl Drop for Hand {
    fn drop(&mut self) {
        let mut states = self.jobs.states();
        if states.get(&self.which) == Some(&State::Working) {
            states.remove(&self.which);
        }
    }
}

impl Jobs {
    pub(super) fn of(program: PathBuf) -> Self {
        Self { program: Some(program), ..Self::default() }
    }

    fn states(&self) -> MutexGuard<'_, States> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is being done about a document.
    pub(super) fn of_document(&self, number: u64) -> Vec<(Level, State)> {
        let level = |pixels| if pixels { Level::Pixels } else { Level::KeepLook };
        let states = self.states();
        let all = states.range((number, false)..=(number, true));
        all.map(|((_, pixels), state)| (level(*pixels), state.clone())).collect()
    }

    /// A document was deleted: what went wrong with it is of no interest to the next one of its number.
    pub(super) fn forget(&self, number: u64) {
        self.states().retain(|(of, _), state| *of != number || *state == State::Working);
    }
}

/// Begins to clean a document, unless that is being done.
pub(super) fn begin(app: &App, number: u64, level: Level, keep: Keep) {
    let which = (number, level == Level::Pixels);
    if app.jobs.states().insert(which, State::Working) == Some(State::Working) {
        return;
    }
    let (app, hand) = (app.clone(), Hand { jobs: app.jobs.clone(), which });
    tokio::spawn(async move {
        let Ok(_turn) = app.jobs.room.acquire().await else { return };
        let work = {
            let app = app.clone();
            move || {
                let cleaner = match &app.jobs.program {
                    Some(program) => Ok(Cleaner::new(program.clone())),
                    None => Cleaner::of_this_program(),
                };
                let mut cleaner = cleaner.map_err(|error| error.to_string())?;
                let now = app.clock.now();
                let done = app.desk.clean_material(number, level, &keep, &mut cleaner, now);
                done.map_err(|error| error.to_string())
            }
        };
        let done = tokio::task::spawn_blocking(work).await;
        let failed = match done {
            Ok(Ok(())) => None,
            Ok(Err(why)) => Some(why),
            Err(_) => Some("The desk stumbled.".to_owned()),
        };
        if let Some(why) = failed {
            app.jobs.states().insert(which, State::Failed(why));
        }
        drop(hand);
    });
}
