//! The desk without a network and without a clock: takes what the site serves, as bytes, and gives the one bundle
//! that leaves per tick.
//!
//! A round, once per tick:
//!
//! ```text
//! take_keys ─▶ plan ─▶ take_batch … ─▶ take_chunk … ─▶ bundle ─▶ (sent) ─▶ tidy
//! ```
//!
//! Every step is one transaction of the vault. It may be repeated, left out or cut off at any moment: a message is
//! stored once, a receipt is queued in the transaction that stores its message, and what was offered for the dead
//! drop stays queued until it has been seen there.

mod bundle;
mod chunk;
mod intake;
pub(crate) mod weeks;

use std::sync::Arc;

use envelope::{
    fetch::Token,
    keylist::KeyList,
    keys::{DeskId, DeskIdentity, DeskWeek, KemSecret, Signing, SiteId, SiteSigner, Verifying},
    sizes,
    time::TickLength,
};
use vault::Vault;

pub(crate) use self::chunk::erased_at;
pub(crate) use self::intake::{preview, this_week};
pub use self::{bundle::Outgoing, chunk::Seen, intake::Intake};
use crate::{
    error::EngineError,
    hold::Fixed,
    post,
    records::{self, Contact, DESK, Progress},
    team,
};

/// Seconds for which batches are still asked for after the desk was away: as long as private keys are kept.
const CATCH_UP: u64 = 21 * 86_400;
/// Most batches that are still asked for, so that a short tick does not make that millions.
const CATCH_UP_BATCHES: u64 = 4_000;
/// A batch or record that is not there this many ticks after its time never was.
const GONE_AFTER: u64 = 2;
/// A desk's new key is in the site's key list after so many ticks, or something is wrong.
const HELD_BACK: u64 = 4;
const OLD_KEY: &str = "The site goes on listing an old key of this desk, although it has taken bundles with the new one. Whoever has \
                       the old one can read what is sealed to it: ask who runs the site.";
/// A former signer's batches are accepted up to this many seconds after it was last seen.
const SIGNER_OVERLAP: u64 = 86_400;

/// A desk at work. Its state is in the vault; dropping it loses nothing.
pub struct DeskEngine {
    vault: Arc<Vault>,
    signing: Signing<DeskIdentity>,
    id: DeskId,
    site: SiteId,
    keys: Option<KeyList>,
}

/// What to fetch in this round.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Batches that have not been dealt with, oldest first.
    pub batches: Vec<u64>,
    /// Closed blocks of the dead drop that have not been looked at, oldest first. After them comes the live block.
    /// Which they are does not depend on what the desk has queued.
    pub blocks: Vec<u64>,
}

impl DeskEngine {
    /// The desk of a vault.
    ///
    /// # Errors
    /// [`EngineError::NoDesk`] before `init`, [`EngineError::NotEnrolled`] before a certificate is installed.
    pub fn open(vault: Arc<Vault>) -> Result<Self, EngineError> {
        let identity = vault.read(records::identity)?.ok_or(EngineError::NoDesk)?;
        let site = identity.site_id().ok_or(EngineError::NotEnrolled)?;
        let signing = identity.signing();
        let id = signing.verifying().desk_id();
        Ok(Self { vault, signing, id, site, keys: None })
    }

    /// This desk's id.
    #[must_use]
    pub fn desk_id(&self) -> DeskId {
        self.id
    }

    /// The newsroom.
    #[must_use]
    pub fn site_id(&self) -> SiteId {
        self.site
    }

    /// The length of a tick, if a key list has ever been seen.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn tick_length(&self) -> Result<Option<TickLength>, EngineError> {
        Ok(self.vault.read(records::progress)?.tick())
    }

    /// A token that shows the site who is asking, for one path: the bytes before base64url.
    #[must_use]
    pub fn token(&self, path: &str, now: u64) -> Vec<u8> {
        Token::issue(&self.signing, &self.site, now, path)
    }

    /// Takes `GET /keys`. Nothing that cannot be undone (ratcheting, erasing) is done at a time that a fresh key
    /// list has not confirmed.
    ///
    /// # Errors
    /// [`EngineError::Clock`] if its dates do not hold, [`EngineError::Verify`] if it is not the newsroom's.
    pub fn take_keys(&mut self, bytes: &[u8], now: u64) -> Result<(), EngineError> {
        // A list that no longer holds must not vouch for this round.
        self.keys = None;
        let list = KeyList::decode(bytes)?.verify(&self.site, now)?;
        let signer = Fixed(list.signer.to_bytes());
        let contents = &list.contents;
        let tick = contents.tick;
        let ids: Vec<DeskId> = contents.desks.iter().map(|desk| desk.key.desk).collect();
        let (desks, index) = (ids.len(), ids.iter().position(|id| *id == self.id));
        let own = contents.desks.iter().find(|desk| desk.key.desk == self.id);
        let own = own.map(|desk| desk.key.as_bytes().to_vec());
        let (issued, expire) = (contents.issued_at, contents.expires_at);
        self.vault.write(|tx| {
            let mut progress = records::progress(tx)?;
            if progress.tick_secs != tick.secs() {
                // Ticks are numbered anew. What was offered under the old numbers goes back to the queue.
                for record in tx.list(records::OFFERS)?.records {
                    tx.remove(records::OFFERS, &record.id)?;
                }
                progress.tick_secs = tick.secs();
                progress.next_batch = tick.tick_at(now);
                progress.missed.clear();
                progress.next_record = tick.tick_at(now);
            }
            if progress.index.is_none() && index.is_some() && progress.batches_read == 0 {
                progress.note(now, "The site lists this desk: sources can write to it.");
            }
            if let Some(own) = &own {
                let contact: Option<Contact> = records::get(tx, DESK, Contact::ID, "contact")?;
                let bundle = contact.and_then(|contact| contact.last_bundle_at).unwrap_or(0);
                let late = HELD_BACK * u64::from(tick.secs());
                let told = progress.notes.iter().any(|note| note.text == OLD_KEY);
                if weeks::held_back(tx, own, late, (issued, bundle), now)? && !told {
                    progress.note(now, OLD_KEY);
                }
            }
            progress.desks = desks;
            progress.index = index;
            progress.keys_issued = progress.keys_issued.max(issued);
            progress.keys_expire = expire;
            progress.signers.retain(|(key, _)| *key != signer);
            progress.signers.push((signer, now));
            progress.signers.retain(|(_, seen)| *seen + CATCH_UP > now);
            records::put(tx, DESK, Progress::ID, &progress)?;
            post::remember(tx, &list, now)?;
            // After the progress was written: letters take their numbers from there.
            let team = team::check(tx, &self.signing, &self.site, now)?;
            weeks::ensure(tx, &self.signing, &self.site, now, team)?;
            team::share(tx, now)
        })?;
        self.keys = Some(list);
        Ok(())
    }

    /// What to fetch now.
    ///
    /// # Errors
    /// [`EngineError::NoKeys`] before [`DeskEngine::take_keys`].
    pub fn plan(&self, now: u64) -> Result<Plan, EngineError> {
        let tick = self.fresh()?.contents.tick;
        let current = tick.tick_at(now);
        let progress = self.vault.read(records::progress)?;
        let oldest = current.saturating_sub(span(tick));
        let new = progress.next_batch.max(oldest)..=current;
        let missed = progress.missed.iter().copied().filter(|missed| *missed >= oldest);
        let batches = missed.chain(new).collect();
        let block = envelope::drop::block_of(current);
        let oldest = block.saturating_sub(sizes::WINDOW_BLOCKS);
        let from = envelope::drop::block_of(progress.next_record).max(oldest);
        Ok(Plan { batches, blocks: (from..block).collect() })
    }

    /// Notes that the site has no batch for a tick. The newest ones are asked for again, older ones never were.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn batch_absent(&self, tick: u64, now: u64) -> Result<(), EngineError> {
        let length = self.fresh()?.contents.tick;
        if tick + GONE_AFTER > length.tick_at(now) {
            return Ok(());
        }
        self.vault.write(|tx| {
            let mut progress = records::progress(tx)?;
            progress.batches_absent += 1;
            progress.batch_done(tick, span(length));
            records::put(tx, DESK, Progress::ID, &progress)
        })?;
        Ok(())
    }

    /// Remembers how a round went, for the status page.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn set_contact(&self, contact: &Contact) -> Result<(), EngineError> {
        self.vault.write(|tx| records::put(tx, DESK, Contact::ID, contact))?;
        Ok(())
    }

    /// How the last round went.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn contact(&self) -> Result<Contact, EngineError> {
        let found = self.vault.read(|tx| records::get(tx, DESK, Contact::ID, "contact"))?;
        Ok(found.unwrap_or_default())
    }

    /// The site's tick, as the key list of this round has it.
    pub(crate) fn tick(&self) -> Result<TickLength, EngineError> {
        Ok(self.fresh()?.contents.tick)
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    pub(crate) fn signing(&self) -> &Signing<DeskIdentity> {
        &self.signing
    }

    /// The private keys of the weeks that are not over, newest first.
    pub(crate) fn live_keys(&self) -> Result<Vec<KemSecret<DeskWeek>>, EngineError> {
        Ok(self.vault.read(weeks::live)?.into_iter().map(|(_, key)| key).collect())
    }

    /// Keeps the newsroom's policy, as the site hands it out.
    ///
    /// # Errors
    /// [`EngineError::Policy`] if it is not this newsroom's, or older than one that was seen.
    pub fn take_policy(&self, bytes: &[u8]) -> Result<(), EngineError> {
        let odd = |why: &dyn std::fmt::Display| EngineError::Policy(why.to_string());
        let policy = assent::Policy::open(bytes, &self.site).map_err(|why| odd(&why))?;
        let kept = self.vault.write(|tx| crate::story::keep_policy(tx, &self.site, &policy));
        kept.map_err(|why| odd(&why))
    }

    fn fresh(&self) -> Result<&KeyList, EngineError> {
        self.keys.as_ref().ok_or(EngineError::NoKeys)
    }

    /// The signers whose word holds for something of a given tick: the present one, and former ones for what they
    /// signed while they were in office.
    fn signers(&self, made: u64) -> Result<Vec<Verifying<SiteSigner>>, EngineError> {
        let present = self.fresh()?.signer.clone();
        let former = self.vault.read(records::progress)?.signers;
        let former = former
            .iter()
            .filter(|(key, seen)| key.0 != present.to_bytes() && made <= seen + SIGNER_OVERLAP)
            .filter_map(|(key, _)| Verifying::from_bytes(&key.0).ok());
        Ok(std::iter::once(present.clone()).chain(former).collect())
    }
}

/// For how many ticks batches are still asked for.
fn span(tick: TickLength) -> u64 {
    (CATCH_UP / u64::from(tick.secs())).min(CATCH_UP_BATCHES)
}
