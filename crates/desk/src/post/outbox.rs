//! Parcels that wait to leave.

use envelope::{
    keys::DeskId,
    letter::{ParcelId, Piece},
    parcel::Parcel,
    sizes,
};
use serde::{Deserialize, Serialize};
use vault::{Shelf, Tx};

use super::{PostError, Said, colleagues::Myself, said::Blobs};
use crate::{
    error::StoreError,
    hold::{Bytes, Fixed},
    records::{self, DESK, Progress},
    service::Desk,
};

/// Parcels in the order of their queue numbers.
pub(super) const OUTBOX: Shelf<'static> = Shelf::all("parcel out");
/// Most letters of a parcel that goes by mail: five days of hourly ticks.
const MOST: usize = 480;

/// A parcel on its way.
#[derive(Serialize, Deserialize)]
pub(super) struct OutRecord {
    pub(super) parcel: Fixed<16>,
    pub(super) to: Fixed<16>,
    pub(super) name: String,
    /// What it is, in words for the page; nothing of a source.
    pub(super) what: String,
    pub(super) bytes: Bytes,
    /// Letters that the site has taken.
    pub(super) gone: u32,
    pub(super) of: u32,
    pub(super) at: u64,
    /// When the colleague said that it is on their disk.
    #[serde(default)]
    pub(super) got: Option<u64>,
    /// The source whose words are in it: it is sealed under that source's key, and destroyed with it.
    #[serde(default)]
    pub(super) source: Option<Fixed<16>>,
}

/// What a parcel is about.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    /// In words for the page; nothing of a source.
    pub(crate) what: &'a str,
    /// The source whose words are in it.
    pub(crate) source: Option<&'a Fixed<16>>,
}

impl<'a> From<&'a str> for About<'a> {
    fn from(what: &'a str) -> Self {
        Self { what, source: None }
    }
}

/// A parcel, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// To whom.
    pub to: String,
    /// What it is.
    pub what: String,
    /// When it was queued, Unix seconds.
    pub at: u64,
    /// Letters that have left.
    pub gone: u32,
    /// Letters of the parcel.
    pub of: u32,
    /// When the colleague's desk said that it has it.
    pub got: Option<u64>,
}

/// Signs a parcel for a colleague and queues it.
pub(crate) fn enqueue<'a>(
    tx: &mut Tx<'_>,
    me: &Myself,
    (to, name): (&DeskId, &str),
    said: &Said,
    blobs: &Blobs,
    about: impl Into<About<'a>>,
    now: u64,
) -> Result<(), PostError> {
    let About { what, source } = about.into();
    let body = said.pack(blobs)?;
    let bytes = Parcel::issue(&me.signing, &me.certificate, &me.site, to, now, &body)
        .map_err(|_| PostError::TooLong { got: body.len() / sizes::LETTER_BODY, most: MOST })?;
    let of = bytes.len().div_ceil(sizes::LETTER_BODY);
    if of > MOST {
        return Err(PostError::TooLong { got: of, most: MOST });
    }
    let mut progress = records::progress(tx)?;
    let queue = progress.next_queue();
    records::put(tx, DESK, Progress::ID, &progress)?;
    let record = OutRecord {
        parcel: Fixed(tx.random()),
        to: Fixed(to.0),
        name: name.to_owned(),
        what: what.to_owned(),
        bytes: Bytes(bytes.to_vec()),
        gone: 0,
        of: u32::try_from(of).unwrap_or(u32::MAX),
        at: now,
        got: None,
        source: source.copied(),
    };
    Ok(put(tx, &queue.to_be_bytes(), &record)?)
}

fn put(tx: &mut Tx<'_>, queue: &[u8], record: &OutRecord) -> Result<(), StoreError> {
    records::put_for(tx, OUTBOX, queue, record.source.as_ref(), record)
}

/// The next pieces that leave, at most four: of the oldest parcels first, each with its queue number.
pub(super) fn next(tx: &Tx<'_>) -> Result<Vec<(Vec<u8>, Fixed<16>, Piece)>, StoreError> {
    let mut out = Vec::new();
    for (queue, record) in records::all::<OutRecord>(tx, OUTBOX)? {
        if record.gone >= record.of {
            continue;
        }
        let pieces = Piece::cut(ParcelId(record.parcel.0), &record.bytes.0)
            .map_err(|_| StoreError::Content("a parcel"))?;
        for piece in pieces.into_iter().skip(usize::try_from(record.gone).unwrap_or(usize::MAX)) {
            if out.len() >= sizes::LETTERS {
                return Ok(out);
            }
            out.push((queue.clone(), record.to, piece));
        }
    }
    Ok(out)
}

/// The site has taken so many letters of a parcel. Its text is not kept longer than it has to be.
pub(super) fn left(tx: &mut Tx<'_>, queue: &[u8], letters: u32) -> Result<(), StoreError> {
    let record: Option<OutRecord> = records::get(tx, OUTBOX, queue, "a parcel")?;
    let Some(mut record) = record else { return Ok(()) };
    record.gone = record.gone.saturating_add(letters).min(record.of);
    if record.gone == record.of {
        record.bytes = Bytes::default();
    }
    put(tx, queue, &record)
}

/// A colleague has a parcel.
pub(super) fn got(
    tx: &mut Tx<'_>,
    parcel: &Fixed<16>,
    from: &DeskId,
    now: u64,
) -> Result<(), StoreError> {
    for (queue, mut record) in records::all::<OutRecord>(tx, OUTBOX)? {
        if record.parcel == *parcel && record.to.0 == from.0 {
            record.got = record.got.or(Some(now));
            put(tx, &queue, &record)?;
        }
    }
    Ok(())
}

/// Parcels that arrived are listed for so many seconds, those that did not for three times as long.
const LISTED: u64 = 14 * 86_400;

/// Forgets what has been settled for long.
pub(super) fn tidy(tx: &mut Tx<'_>, now: u64) -> Result<(), StoreError> {
    for (queue, record) in records::all::<OutRecord>(tx, OUTBOX)? {
        let over = |since: u64, seconds: u64| since.saturating_add(seconds) < now;
        let settled = record.got.is_some_and(|got| over(got, LISTED));
        let noise = record.what.is_empty() && record.gone == record.of;
        if settled || noise || (record.gone == record.of && over(record.at, 3 * LISTED)) {
            tx.remove(OUTBOX, &queue)?;
        }
    }
    Ok(())
}

impl Desk {
    /// What this desk has sent to others lately, the newest first.
    ///
    /// # Errors
    /// [`PostError`].
    pub fn sent(&self) -> Result<Vec<Sent>, PostError> {
        self.vault().read(|tx| {
            let all = records::all::<OutRecord>(tx, OUTBOX)?;
            let shown = all.into_iter().rev().filter(|(_, record)| !record.what.is_empty());
            let sent = shown.map(|(_, record)| Sent {
                to: record.name,
                what: record.what,
                at: record.at,
                gone: record.gone,
                of: record.of,
                got: record.got,
            });
            Ok(sent.collect())
        })
    }
}
