//! Sealing a tip without trusting served code: verify the key list under a root known beforehand, then seal.

use envelope::{
    DecodeError, Suite, VerifyError,
    error::SealError,
    inner::InnerEnvelope,
    keylist::{KeyList, ListedDesk},
    keys::SiteId,
    message::{self, SplitError},
    passphrase::Passphrase,
    payload::MessageId,
    time,
};
use rand_core::CryptoRng;
use thiserror::Error;

/// Why a tip could not be sealed.
#[derive(Debug, Error)]
pub enum TipError {
    /// The key list is malformed.
    #[error("the site's key list is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// The key list does not verify. Do not send.
    #[error(
        "the site's key list does not verify: {0}. Do not send; reach the newsroom another way"
    )]
    Keys(#[from] VerifyError),
    /// No desk can be sealed to.
    #[error(
        "the newsroom lists no desk at the moment; try again in an hour, or reach it another way"
    )]
    NoDesk,
    /// The desk asked for is not listed.
    #[error("there is no desk named \"{wanted}\"; there is {listed}")]
    UnknownDesk {
        /// What was asked for.
        wanted: String,
        /// What there is.
        listed: String,
    },
    /// The text cannot be split.
    #[error(transparent)]
    Text(#[from] SplitError),
    /// The desk's key cannot be sealed to.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// A key list that verified under the newsroom's root.
///
/// # Errors
/// [`TipError::Malformed`] or [`TipError::Keys`].
pub fn verified_keys(bytes: &[u8], site: &SiteId, now: u64) -> Result<KeyList, TipError> {
    Ok(KeyList::decode(bytes)?.verify(site, now)?)
}

/// The desk of that name, or the first one in the order of names, as the drawer has them.
///
/// # Errors
/// [`TipError::NoDesk`] or [`TipError::UnknownDesk`].
pub fn choose_desk<'a>(keys: &'a KeyList, name: Option<&str>) -> Result<&'a ListedDesk, TipError> {
    let desks = &keys.contents.desks;
    let by_name = |desk: &&ListedDesk| desk.certificate.name.clone();
    let Some(wanted) = name else {
        return desks.iter().min_by_key(by_name).ok_or(TipError::NoDesk);
    };
    let matches = |desk: &&ListedDesk| desk.certificate.name.as_str().eq_ignore_ascii_case(wanted);
    desks.iter().find(matches).ok_or_else(|| {
        let listed: Vec<String> =
            desks.iter().map(|desk| format!("\"{}\"", desk.certificate.name.as_str())).collect();
        TipError::UnknownDesk { wanted: wanted.to_owned(), listed: listed.join(", ") }
    })
}

/// A tip, sealed to a desk; the mix's layer comes when it leaves.
pub struct SealedTip {
    /// One to eight envelopes.
    pub inners: Vec<InnerEnvelope>,
    /// What its receipt is asked for by.
    pub message: MessageId,
    /// The desk that can read it.
    pub desk: String,
}

/// Seals a tip in the post-quantum suite.
///
/// # Errors
/// [`TipError`].
pub fn seal<G: CryptoRng + ?Sized>(
    keys: &KeyList,
    desk: &ListedDesk,
    passphrase: &Passphrase,
    text: &str,
    now: u64,
    rng: &mut G,
) -> Result<SealedTip, TipError> {
    let master = passphrase.master(&keys.site);
    let id = desk.key.desk;
    let reply_key = master.reply_key(&id, time::week(now))?;
    let message = master.message_id(&id, now, &[]);
    let fragments = message::split(text, master.conversation(&id), message, &reply_key)?;
    let inners = fragments
        .iter()
        .map(|fragment| {
            let payload = fragment.encode()?;
            Ok(InnerEnvelope::seal(&keys.site, Suite::XWing, &desk.key.key, &payload, rng)?)
        })
        .collect::<Result<_, TipError>>()?;
    Ok(SealedTip { inners, message, desk: desk.certificate.name.as_str().to_owned() })
}
