//! Recovery of a source's key by two of three colleagues: a choice for each source, with its price.

use vault::{Owner, Share};

use super::{CustodyError, care};
use crate::service::{self, Desk};

impl Desk {
    /// Makes three shares of the key of a conversation's source, as text for paper, and notes that they were made.
    ///
    /// # Errors
    /// [`CustodyError::Desk`] if there is no such conversation.
    pub fn share_source(&self, conversation: &str) -> Result<Vec<String>, CustodyError> {
        self.vault().write(|tx| {
            let source = service::source(tx, conversation)?;
            let mut record = care::care(tx, &source)?;
            record.shared = true;
            care::put(tx, &source, &record)?;
            let shares = tx.share_owner_key(&Owner(source.0))?;
            Ok(shares.iter().map(|share| share.to_text().to_string()).collect())
        })
    }

    /// How many sets of shares of a source's key were made here: papers that are to be called in when it is destroyed.
    ///
    /// # Errors
    /// [`CustodyError::Desk`] if there is no such conversation.
    pub fn shares_dealt(&self, conversation: &str) -> Result<u32, CustodyError> {
        self.vault().read(|tx| Ok(tx.shares_dealt(&Owner(service::source(tx, conversation)?.0))?))
    }

    /// Brings a source's key back with its shares, each with the name of where it came from; says how many records it opens.
    ///
    /// # Errors
    /// [`CustodyError::Input`] names the share that is not right.
    pub fn recover_source(&self, shares: &[(String, String)]) -> Result<u64, CustodyError> {
        let mut all = Vec::new();
        for (from, text) in shares {
            let share = Share::from_text(text)
                .map_err(|error| CustodyError::Input(format!("{from}: {error}")))?;
            all.push(share);
        }
        self.vault().write(|tx| {
            tx.recover_owner(&all).map_err(|error| CustodyError::Input(error.to_string()))
        })
    }
}
