//! Letters to parcels, and parcels to where they belong.

use envelope::{
    letter::{ParcelId, Piece},
    parcel::Parcel,
};
use serde::{Deserialize, Serialize};
use vault::{Shelf, Tx};
use zeroize::Zeroizing;

use super::{
    PostError, Said,
    colleagues::{self, Myself},
    outbox,
};
use crate::{
    custody, draft,
    error::StoreError,
    hold::Fixed,
    records::{self, DESK, Progress},
    story, team,
};

/// Parcels of which letters are missing, by parcel id.
const PARTIAL: Shelf<'static> = Shelf::all("parcel in");
/// The kind of record of a letter that has come, of a parcel by parcel id.
const PIECE: &str = "parcel piece";
/// Parcels that have been taken, by parcel id: none is taken twice.
const TAKEN: Shelf<'static> = Shelf::all("parcel taken");

/// Letters of a parcel whose other letters cannot come any more are kept for so many seconds.
const KEPT: u64 = 35 * 86_400;

/// Forgets parcels that will never be whole, and which were taken long ago.
pub(super) fn tidy(tx: &mut Tx<'_>, now: u64) -> Result<(), StoreError> {
    for (id, record) in records::all::<PartialRecord>(tx, PARTIAL)? {
        if record.since.saturating_add(KEPT) < now {
            let id: [u8; 16] =
                id.as_slice().try_into().map_err(|_| StoreError::Content("a parcel"))?;
            for piece in tx.list(Shelf::of(PIECE, &id))?.records {
                tx.remove(Shelf::of(PIECE, &id), &piece.id)?;
            }
            tx.remove(PARTIAL, &id)?;
        }
    }
    for (id, taken) in records::all::<u64>(tx, TAKEN)? {
        if taken.saturating_add(KEPT) < now {
            tx.remove(TAKEN, &id)?;
        }
    }
    Ok(())
}

#[derive(Serialize, Deserialize)]
struct PartialRecord {
    count: u32,
    have: u32,
    since: u64,
}

/// What has come from a colleague.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arrived {
    /// From whom.
    pub from: String,
    /// What, in words.
    pub what: String,
}

/// Takes a letter; the parcel, if it is whole with it. One that does not hold is dropped, and noted.
pub(super) fn take(
    tx: &mut Tx<'_>,
    piece: &Piece,
    now: u64,
) -> Result<Option<Arrived>, StoreError> {
    let id = piece.parcel.0;
    if tx.has(TAKEN, &id)? {
        return Ok(None);
    }
    let stored: Option<PartialRecord> = records::get(tx, PARTIAL, &id, "a parcel")?;
    let mut record = stored.unwrap_or(PartialRecord { count: piece.count, have: 0, since: now });
    if record.count != piece.count {
        return Ok(None);
    }
    if tx.insert(Shelf::of(PIECE, &id), &piece.index.to_be_bytes(), &piece.body)? {
        record.have += 1;
    }
    if record.have < record.count {
        records::put(tx, PARTIAL, &id, &record)?;
        return Ok(None);
    }
    let mut joined = Zeroizing::new(Vec::new());
    for piece in tx.list(Shelf::of(PIECE, &id))?.records {
        joined.extend_from_slice(&piece.body);
        tx.remove(Shelf::of(PIECE, &id), &piece.id)?;
    }
    tx.remove(PARTIAL, &id)?;
    records::put(tx, TAKEN, &id, &now)?;
    let taken =
        colleagues::myself(tx).and_then(|me| whole(tx, &me, joined, Some(ParcelId(id)), now));
    match taken {
        Ok(arrived) => Ok((!arrived.what.is_empty()).then_some(arrived)),
        Err(PostError::Store(error)) => Err(error),
        Err(error) => {
            let mut progress = records::progress(tx)?;
            progress.note(now, format!("A parcel from a colleague was not taken: {error}"));
            records::put(tx, DESK, Progress::ID, &progress)?;
            Ok(None)
        }
    }
}

/// Takes a whole parcel: checks who signed it, puts it where it belongs, and says so to the sender.
pub(super) fn whole(
    tx: &mut Tx<'_>,
    me: &Myself,
    bytes: Zeroizing<Vec<u8>>,
    parcel: Option<ParcelId>,
    now: u64,
) -> Result<Arrived, PostError> {
    let signed = Parcel::decode(bytes).map_err(envelope::VerifyError::from)?;
    let signed = signed.verify(&me.site, &me.id())?;
    signed.sender.holds(now, &colleagues::revoked(tx, &me.site)?)?;
    let from = signed.sender.desk_id().ok_or(PostError::Unknown)?;
    let name = signed.sender.name.as_str().to_owned();
    let (said, blobs) = Said::unpack(&signed.body)?;
    let by = By { id: Fixed(from.0), name: name.clone(), at: signed.at };
    let what = match said {
        Said::Got { parcel } => {
            outbox::got(tx, &parcel, &from, now)?;
            return Ok(Arrived { from: name, what: String::new() });
        }
        Said::Draft(shared) => draft::arrived(tx, &by, shared, now)?,
        Said::Ask(request) => story::asked(tx, me, &by, request, &blobs)?,
        Said::Approved { statement } => story::approved(tx, &by, &statement, &blobs)?,
        Said::Declined { statement, why } => story::declined(tx, &by, &statement, &why)?,
        Said::Out(out) => story::went_out(tx, &by, out)?,
        Said::Handed(handed) => custody::handed(tx, &by, handed, &blobs, now)?,
        Said::Team(said) => team::heard(tx, &by, said, now)?,
        Said::Duty(duty) => custody::took_duty(tx, &by, &duty)?,
        Said::TakenBack { what, why } => custody::taken_back(tx, &by, &what, &why, now)?,
        Said::Stop { what, why } => custody::told_to_stop(tx, &by, &what, &why, now)?,
    };
    if let Some(parcel) = parcel {
        let got = Said::Got { parcel: Fixed(parcel.0) };
        // Nothing to be shown: the empty word marks it.
        outbox::enqueue(tx, me, (&from, &name), &got, &Vec::new(), "", now)?;
    }
    Ok(Arrived { from: name, what })
}

/// Who has said something.
pub(crate) struct By {
    pub(crate) id: Fixed<16>,
    pub(crate) name: String,
    /// When, as the sender's clock has it, Unix seconds.
    pub(crate) at: u64,
}
