//! Several desks of one newsroom, and a site without a network.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[path = "../support/mod.rs"]
mod support;

mod custody;
mod stories;
mod teams;
mod together;

use envelope::time::TickLength;
use support::*;

/// Desks that know each other.
pub struct Room {
    pub site: FakeSite,
    pub desks: Vec<TestDesk>,
    pub now: u64,
}

impl Room {
    pub fn new(seed: u64, desks: usize) -> Self {
        let mut site = FakeSite::new(seed, TickLength::HOUR, START);
        let now = START + 600;
        let make = |n: usize| TestDesk::new(&mut site, seed * 10 + n as u64, now);
        let desks: Vec<TestDesk> = (1..=desks).map(make).collect();
        let mut room = Self { site, desks, now };
        for _ in 0..2 {
            room.round();
        }
        room
    }

    /// An hour goes by, and every desk makes its round.
    pub fn round(&mut self) {
        self.now += HOUR;
        for desk in &mut self.desks {
            desk.round(&mut self.site, self.now).unwrap();
        }
    }

    /// Hours go by until a desk has received this.
    pub fn until(&mut self, desk: usize, what: &str) {
        for _ in 0..60 {
            if self.desks[desk].arrived.iter().any(|one| one.what.contains(what)) {
                self.desks[desk].arrived.clear();
                return;
            }
            self.round();
        }
        panic!("{what} never came: {:?}", self.desks[desk].desk.status(self.now).unwrap().notes);
    }

    pub fn name(&self, desk: usize) -> String {
        self.desks[desk].desk.status(self.now).unwrap().name
    }
}
