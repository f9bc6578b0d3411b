//! Destroying everything about a source.

use envelope::payload::ConversationId;
use serde::de::DeserializeOwned;
use vault::{Shelf, Tx};

use super::{
    CustodyError,
    care::{self, CARE},
    hand::{HANDS, HandRecord},
    stop,
};
use crate::{
    draft,
    error::StoreError,
    hold::Fixed,
    material,
    post::{self, Said},
    records::{
        self, ASSEMBLIES, CONVERSATIONS, ConversationRecord, KNOWN, NUMBERS, PARTS, PartRecord,
        RECEIPTS, ReceiptRecord,
    },
    service::{self, Desk},
    team,
};

impl Desk {
    /// Destroys everything about the source of a conversation: messages, documents, drafts and facts that rest on it alone, reports,
    /// the log of hand-overs. Desks to which something was handed are told to do the same.
    ///
    /// # Errors
    /// [`CustodyError::Hold`] under a legal hold: nothing is destroyed then.
    pub fn destroy_source(&self, conversation: &str, now: u64) -> Result<(), CustodyError> {
        self.vault().write(|tx| {
            let source = service::source(tx, conversation)?;
            if let Some(hold) = care::care(tx, &source)?.hold {
                let since = check::When::day_of(hold.at).to_string();
                return Err(CustodyError::Hold { since, why: hold.why });
            }
            for (id, hand) in stop::given(tx, &source)? {
                let me = post::myself(tx)?;
                let why = "Everything about this source is destroyed. Destroy it, too.".to_owned();
                let said = Said::TakenBack { what: id, why };
                let to = envelope::keys::DeskId(hand.desk.0);
                let to = (&to, hand.name.as_str());
                post::enqueue(tx, &me, to, &said, &Vec::new(), "word of a destruction", now)?;
            }
            team::destroyed(tx, &source, now)?;
            Ok(destroy(tx, &source)?)
        })?;
        // So that neither the file nor its journal keeps any of it.
        match self.vault().try_scrub()? {
            true => Ok(()),
            false => Err(CustodyError::Input(
                "It is destroyed. Another program was reading the vault, so that traces may stand in its journal until the next \
                 round has gone by."
                    .to_owned(),
            )),
        }
    }
}

/// Takes everything about a source out of the vault, and the key under which it was sealed.
pub(super) fn destroy(tx: &mut Tx<'_>, source: &Fixed<16>) -> Result<(), StoreError> {
    let id = ConversationId(source.0);
    let record: Option<ConversationRecord> =
        records::get(tx, CONVERSATIONS, &source.0, "a conversation")?;
    if let Some(record) = record {
        tx.remove(NUMBERS, &record.number.to_be_bytes())?;
    }
    for message in tx.list(records::messages(&id))?.records {
        tx.remove(records::messages(&id), &message.id)?;
    }
    for shelf in [KNOWN, ASSEMBLIES] {
        for record in tx.list(shelf)?.records {
            if record.id.starts_with(&source.0) {
                tx.remove(shelf, &record.id)?;
            }
        }
    }
    remove_where(tx, PARTS, |part: &PartRecord| part.conversation == *source)?;
    remove_where(tx, RECEIPTS, |receipt: &ReceiptRecord| receipt.conversation == *source)?;
    remove_where(tx, HANDS, |hand: &HandRecord| hand.source == Some(*source))?;
    material::destroy_of(tx, source)?;
    draft::destroy_of(tx, source)?;
    tx.remove(CARE, &source.0)?;
    tx.remove(CONVERSATIONS, &source.0)?;
    // And with it whatever else was sealed under it, wherever it lies.
    tx.destroy(&vault::Owner(source.0))?;
    Ok(())
}

fn remove_where<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    shelf: Shelf<'_>,
    goes: impl Fn(&T) -> bool,
) -> Result<(), StoreError> {
    for (id, record) in records::all::<T>(tx, shelf)? {
        if goes(&record) {
            tx.remove(shelf, &id)?;
        }
    }
    Ok(())
}
