//! The engine against a site without a network.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[path = "../support/mod.rs"]
mod support;

mod incoming;
mod outgoing;
mod weeks;

use desk::{
    EngineError,
    service::{Direction, Filter, Mark, Outcome},
};
use envelope::{
    Suite, VerifyError,
    cert::Revocation,
    crowd::Crowd,
    payload::{Body, MessageId},
    time::{TickLength, week},
};
use proptest::prelude::*;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use support::*;

fn site(seed: u64) -> (FakeSite, u64) {
    (FakeSite::new(seed, TickLength::HOUR, START), START + 600)
}

/// A desk that the site lists, and the time it is then.
fn ready(seed: u64) -> (FakeSite, TestDesk, u64) {
    let (mut site, mut now) = site(seed);
    let mut desk = TestDesk::new(&mut site, seed + 100, now);
    desk.listed(&mut site, &mut now);
    (site, desk, now)
}

/// Text that DEFLATE cannot make small.
fn noise(seed: u64, bytes: usize) -> String {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    (0..bytes).map(|_| char::from(b'!' + (rng.next_u32() % 90) as u8)).collect()
}

fn texts(desk: &TestDesk, now: u64) -> Vec<String> {
    let inbox = desk.desk.inbox(Filter::All).unwrap();
    let mut out = Vec::new();
    for one in inbox.conversations {
        let shown = desk.desk.show(&one.number.to_string(), now).unwrap();
        out.extend(shown.messages.iter().map(|m| m.text.as_str().to_owned()));
    }
    out.sort();
    out
}
