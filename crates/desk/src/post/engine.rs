//! Mail with the site: one post of four letters in every tick, whether or not there is anything to say, and everybody's
//! mail of every tick fetched whole.

use envelope::{
    cert::Certificate, keys::DeskId, letter::Letter, mail::Mail, sizes, time::TickLength,
};
use serde::{Deserialize, Serialize};
use vault::{Shelf, Tx};

use super::{
    arrive::{self, Arrived},
    colleagues, outbox,
};
use crate::{
    engine::DeskEngine,
    error::{EngineError, StoreError},
    hold::{Bytes, Fixed},
    records::{self, DESK, Progress},
};

/// Mail that was made for a tick, by tick.
const MAILS: Shelf<'static> = Shelf::all("mail out");
/// Ticks of which mail is still asked for after the desk was away, in seconds: as long as private keys are kept.
const CATCH_UP: u64 = 21 * 86_400;
/// Most of them in one round.
const AT_ONCE: u64 = 600;

#[derive(Serialize, Deserialize)]
struct MailRecord {
    bytes: Bytes,
    sent: bool,
    /// Queue ids of the parcels in it, each as often as there are letters of it.
    letters: Vec<Bytes>,
}

/// Mail to be posted.
pub struct OutgoingMail {
    /// The tick it is meant for.
    pub tick: u64,
    /// 11,920 bytes for `POST /desk/mail`.
    pub bytes: Vec<u8>,
    /// Whether the site has taken it already.
    pub sent: bool,
}

/// What came with a tick's mail.
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// Letters for this desk.
    pub letters: usize,
    /// Parcels that are whole with them.
    pub parcels: Vec<Arrived>,
    /// Posts that do not verify.
    pub refused: usize,
}

impl DeskEngine {
    /// The mail for the next tick. Asked again within a tick it is the same one.
    ///
    /// # Errors
    /// [`EngineError::NoKeys`] before [`DeskEngine::take_keys`].
    pub fn mail(&self, now: u64) -> Result<OutgoingMail, EngineError> {
        let length = self.tick()?;
        let tick = length.tick_at(now) + 1;
        self.vault().write(|tx| {
            let id = tick.to_be_bytes();
            let made: Option<MailRecord> = records::get(tx, MAILS, &id, "mail")?;
            if let Some(made) = made {
                return Ok(OutgoingMail { tick, bytes: made.bytes.0.clone(), sent: made.sent });
            }
            // Letters of earlier mail that the site never took are in it again.
            for record in tx.list(MAILS)?.records {
                tx.remove(MAILS, &record.id)?;
            }
            let record = self.compose_mail(tx, tick, length, now)?;
            records::put(tx, MAILS, &id, &record)?;
            outbox::tidy(tx, now)?;
            arrive::tidy(tx, now)?;
            Ok(OutgoingMail { tick, bytes: record.bytes.0.clone(), sent: false })
        })
    }

    /// Notes that the site has taken the mail for a tick.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn mail_sent(&self, tick: u64) -> Result<(), EngineError> {
        self.vault().write(|tx| -> Result<(), StoreError> {
            let id = tick.to_be_bytes();
            let made: Option<MailRecord> = records::get(tx, MAILS, &id, "mail")?;
            let Some(mut made) = made.filter(|made| !made.sent) else { return Ok(()) };
            made.sent = true;
            for queue in std::mem::take(&mut made.letters) {
                outbox::left(tx, &queue.0, 1)?;
            }
            records::put(tx, MAILS, &id, &made)
        })?;
        Ok(())
    }

    fn compose_mail(
        &self,
        tx: &mut Tx<'_>,
        tick: u64,
        length: TickLength,
        now: u64,
    ) -> Result<MailRecord, EngineError> {
        let (mut letters, mut queues) = (Vec::new(), Vec::new());
        let odd = |_| EngineError::from(StoreError::Content("a letter"));
        if let Ok(me) = colleagues::myself(tx) {
            for (queue, to, piece) in outbox::next(tx)? {
                // A colleague without a key of this week waits.
                let Ok(to) = colleagues::by_id(tx, &me, &to, now) else { continue };
                letters.push(piece.seal(&me.site, &to.key, tx.rng()).map_err(odd)?);
                queues.push(Bytes(queue));
            }
        }
        while letters.len() < sizes::LETTERS {
            letters.push(Letter::cover(&self.site_id(), tx.rng()).map_err(odd)?);
        }
        let letters: [Letter; sizes::LETTERS] =
            letters.try_into().map_err(|_| StoreError::Content("a tick's letters"))?;
        let mail = Mail::issue(self.signing(), &self.site_id(), (tick, length), &letters)?;
        Ok(MailRecord { bytes: Bytes(mail.as_bytes().to_vec()), sent: false, letters: queues })
    }

    /// Ticks whose mail has not been fetched, oldest first.
    ///
    /// # Errors
    /// [`EngineError::NoKeys`].
    pub fn mail_due(&self, now: u64) -> Result<Vec<u64>, EngineError> {
        let length = self.tick()?;
        let current = length.tick_at(now);
        let oldest = current.saturating_sub(CATCH_UP / u64::from(length.secs()));
        let next = self.vault().read(records::progress)?.next_mail;
        let from = if next == 0 { current } else { next.max(oldest) };
        Ok((from..=current).take(usize::try_from(AT_ONCE).unwrap_or(usize::MAX)).collect())
    }

    /// Takes `GET /desk/mail/<tick>`. All of it is on the disk when this returns, or nothing.
    ///
    /// # Errors
    /// [`EngineError`]; the mail is to be fetched again.
    pub fn take_mail(&self, tick: u64, bytes: &[u8], now: u64) -> Result<Received, EngineError> {
        let length = self.tick()?;
        let keys = self.live_keys()?;
        let mut received = Received::default();
        let mut pieces = Vec::new();
        for post in bytes.chunks(sizes::MAIL) {
            let mail = Mail::decode(post).ok().and_then(|mail| {
                let sender = self.listed(mail.claimed_desk())?;
                let desk = sender.desk()?;
                mail.verify(&self.site_id(), desk).ok()
            });
            let Some(mail) = mail.filter(|mail| mail.tick == tick && mail.length == length) else {
                received.refused += 1;
                continue;
            };
            if mail.desk == self.desk_id() {
                continue;
            }
            for letter in &mail.letters {
                let opened = keys.iter().find_map(|key| letter.open(&self.site_id(), key).ok());
                pieces.extend(opened);
            }
        }
        received.letters = pieces.len();
        self.vault().write(|tx| -> Result<(), EngineError> {
            for piece in pieces {
                received.parcels.extend(arrive::take(tx, &piece, now)?);
            }
            let mut progress = records::progress(tx)?;
            progress.next_mail = progress.next_mail.max(tick + 1);
            Ok(records::put(tx, DESK, Progress::ID, &progress)?)
        })?;
        Ok(received)
    }

    fn listed(&self, id: DeskId) -> Option<Certificate> {
        let me = self.vault().read(colleagues::myself).ok()?;
        let found = self.vault().read(|tx| {
            // Whether its key is of this week does not matter for what it has signed.
            colleagues::certificate(tx, &me, &Fixed(id.0))
        });
        found.ok()
    }
}
