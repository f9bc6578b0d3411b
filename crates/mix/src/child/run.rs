//! The child's loop.

use std::{
    collections::BTreeMap,
    os::fd::{AsRawFd as _, RawFd},
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use getrandom::SysRng;
use rand_core::UnwrapErr;

use super::{
    ChildError,
    edge::{Edge, Heard},
};
use crate::{
    core::{Core, Effect},
    link::{FromMix, Hello, Ready, ToMix},
    sandbox::{self, NeedLandlock},
    state::StateDir,
};

/// The longest wait: if the system's clock is set, it is noticed after a second.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn run(dir: &Path, need: NeedLandlock) -> Result<(), ChildError> {
    let mut edge = Edge::new();
    let result = life(dir, need, &mut edge);
    if let Err(error) = &result {
        let _ = edge.send(&FromMix::Fault(error.to_string()));
    }
    result
}

fn life(dir: &Path, need: NeedLandlock, edge: &mut Edge) -> Result<(), ChildError> {
    let (state, signer, stored) = StateDir::open(dir)?;
    let files: Vec<RawFd> = state.files().map(|file| file.as_raw_fd()).collect();
    let closed = sandbox::close(&files, need)?;
    let ready = Ready {
        signer: signer.verifying().to_bytes(),
        landlock: closed.landlock,
        report: closed.to_string(),
    };
    edge.send(&FromMix::Ready(ready)).map_err(writing)?;
    let Some(hello) = greet(edge)? else { return Ok(()) };
    // The system's generator at every draw: no state of a generator lies in memory.
    let mut rng = UnwrapErr(SysRng);
    let mut effects = Vec::new();
    let core = Core::new(signer, &hello, stored, clock().as_secs(), &mut rng, &mut effects);
    let mut process = Process { core, state, effects, rng, unsaved: Unsaved::default() };
    process.carry_out(edge)?;
    process.serve(edge)
}

/// Waits for the first frame. `None` if the edge went away or said that it is all over.
fn greet(edge: &mut Edge) -> Result<Option<Box<Hello>>, ChildError> {
    loop {
        while let Some(frame) = edge.next_frame()? {
            match ToMix::decode(frame) {
                Ok(ToMix::Hello(hello)) => return Ok(Some(hello)),
                Ok(ToMix::Shutdown) => return Ok(None),
                Ok(_) => fault(edge, "a frame came before the hello and is not used")?,
                Err(error) => fault(edge, &error.to_string())?,
            }
        }
        if let Heard::End = edge.wait(PATIENCE).map_err(reading)? {
            return Ok(None);
        }
    }
}

struct Process {
    core: Core,
    state: StateDir,
    effects: Vec<Effect>,
    rng: UnwrapErr<SysRng>,
    unsaved: Unsaved,
}

/// What could not be written, to be tried again with the next snapshot.
#[derive(Default)]
struct Unsaved {
    keys: bool,
    pages: BTreeMap<(usize, u64), Vec<u8>>,
}

impl Process {
    fn serve(&mut self, edge: &mut Edge) -> Result<(), ChildError> {
        loop {
            self.core.advance(clock().as_secs(), &mut self.rng, &mut self.effects);
            self.carry_out(edge)?;
            // One frame, then the clock again: a full pipe does not delay a tick.
            let ended = match edge.next_frame() {
                Ok(Some(frame)) => match ToMix::decode(frame) {
                    Ok(ToMix::Shutdown) => true,
                    Ok(ToMix::Hello(_)) => {
                        fault(edge, "a second hello came and is not used: start a new mix")?;
                        false
                    }
                    Ok(message) => {
                        self.take(&message);
                        false
                    }
                    Err(error) => {
                        fault(edge, &error.to_string())?;
                        false
                    }
                },
                Ok(None) => {
                    let deadline = Duration::from_secs(self.core.deadline());
                    let patience = deadline.saturating_sub(clock()).min(PATIENCE);
                    matches!(edge.wait(patience).map_err(reading)?, Heard::End)
                }
                Err(error) => {
                    self.save(edge)?;
                    return Err(error.into());
                }
            };
            if ended {
                self.carry_out(edge)?;
                return self.save(edge);
            }
        }
    }

    fn take(&mut self, message: &ToMix) {
        self.core.handle(message, clock().as_secs(), &mut self.rng, &mut self.effects);
    }

    /// Does what the core wants done, in its order. A file that cannot be written is told, and tried again with the next
    /// snapshot; the mix goes on in memory.
    fn carry_out(&mut self, edge: &mut Edge) -> Result<(), ChildError> {
        for effect in std::mem::take(&mut self.effects) {
            match effect {
                Effect::Send(message) => edge.send(&message).map_err(writing)?,
                Effect::SaveKeys => self.save_keys(edge)?,
                Effect::EmptySeen(table) => {
                    self.unsaved.pages.retain(|(of, _), _| *of != table);
                    let emptied = self.state.empty_seen(table, self.core.seen_size());
                    told(edge, "emptying a replay table", &emptied)?;
                }
                Effect::SaveSnapshot => self.save(edge)?,
            }
        }
        Ok(())
    }

    fn save_keys(&mut self, edge: &mut Edge) -> Result<(), ChildError> {
        let saved = self.state.save_keys(&self.core.keys());
        self.unsaved.keys = saved.is_err();
        told(edge, "writing the epoch keys", &saved)
    }

    fn save(&mut self, edge: &mut Edge) -> Result<(), ChildError> {
        if self.unsaved.keys {
            self.save_keys(edge)?;
        }
        if let Some(sealed) = self.core.snapshot(&mut self.rng) {
            told(edge, "writing a snapshot", &self.state.save_snapshot(&sealed))?;
        }
        for (table, at, bytes) in self.core.take_seen() {
            self.unsaved.pages.insert((table, at), bytes);
        }
        let saved = self.state.write_seen(&self.unsaved.pages);
        if saved.is_ok() {
            self.unsaved.pages.clear();
        }
        told(edge, "writing the replay tables", &saved)
    }
}

/// Tells the edge what the system refused; only a broken pipe is an error.
fn told(
    edge: &mut Edge,
    what: &'static str,
    result: &std::io::Result<()>,
) -> Result<(), ChildError> {
    match result {
        Ok(()) => Ok(()),
        Err(error) => fault(edge, &format!("{what}: {error}; tried again with the next snapshot")),
    }
}

fn fault(edge: &mut Edge, text: &str) -> Result<(), ChildError> {
    edge.send(&FromMix::Fault(text.to_owned())).map_err(writing)
}

fn clock() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn reading(error: std::io::Error) -> ChildError {
    ChildError::Io("reading from the edge", error)
}

fn writing(error: std::io::Error) -> ChildError {
    ChildError::Io("writing to the edge", error)
}
