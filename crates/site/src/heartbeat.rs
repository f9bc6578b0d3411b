//! What happens once a second: packets that wait are passed on, new certificates are looked for, and once a tick a
//! line says roughly how many packets there were.

use std::sync::Arc;

use envelope::crowd::Crowd;
use envelope::keys::SiteId;
use envelope::time::TickLength;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior};

use crate::clock::Clock;
use crate::edge::{Swap, current, exchange};
use crate::intake::{Counts, Intake};
use crate::limits::Limiter;
use crate::link::{Command, records};
use crate::roster::Roster;
use crate::server::SECOND;
use crate::status::Status;
use crate::store::{Store, StoreError};

const SWEEP_EVERY: u64 = 60;

pub(crate) struct Heartbeat {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tick: TickLength,
    pub(crate) site: SiteId,
    pub(crate) store: Store,
    pub(crate) roster: Swap<Roster>,
    pub(crate) commands: mpsc::Sender<Command>,
    pub(crate) intake: Intake,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) counts: Arc<Counts>,
    pub(crate) status: Status,
}

impl Heartbeat {
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut pulse = tokio::time::interval(SECOND);
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut tick = self.tick.tick_at(self.clock.now());
        let mut beats: u64 = 0;
        loop {
            tokio::select! {
                _ = pulse.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            beats += 1;
            self.intake.flush();
            if beats.is_multiple_of(SWEEP_EVERY) {
                self.limiter.sweep(Instant::now());
            }
            // An error here is said by those who write; reading again a second later costs nothing.
            let _ = self.look_for_records().await;
            let now = self.tick.tick_at(self.clock.now());
            if now != tick {
                tick = now;
                self.say(tick);
            }
        }
    }

    /// `subrosa site install` writes into the store while the site runs.
    async fn look_for_records(&self) -> Result<(), StoreError> {
        let known = current(&self.roster).revision;
        let site = self.site;
        let news = self.store.run(move |records| {
            if records.revision()? == known {
                Ok(None)
            } else {
                Roster::read(records, &site).map(Some)
            }
        });
        let Some(roster) = news.await? else { return Ok(()) };
        let for_mix = records(&roster);
        let (certificates, revocations) = (roster.certificates.len(), roster.revocations.len());
        // Should the mix not take it now, it is told when it starts again.
        if self.commands.try_send(Command::Records(for_mix)).is_ok() {
            exchange(&self.roster, roster);
            self.status
                .line(&format!("site: {certificates} certificates, {revocations} revocations"));
        }
        Ok(())
    }

    /// Counts, rounded down to 0, 10, 20, 40 … like everything that a site says about its crowd.
    fn say(&self, tick: u64) {
        let [taken, limited, dropped] = self.counts.take().map(Crowd::of);
        let mut line = format!("tick {tick}: packets taken: {}", rough(taken));
        if !limited.is_small() {
            line.push_str(&format!("; beyond their prefix's rate: {}", rough(limited)));
        }
        if !dropped.is_small() {
            line.push_str(&format!("; dropped, because the mix was behind: {}", rough(dropped)));
        }
        self.status.line(&line);
    }
}

fn rough(crowd: Crowd) -> String {
    match crowd.at_least() {
        0 => "fewer than 10".to_owned(),
        least => format!("{least} or more"),
    }
}
