//! A parcel as a file: what is too large for the mail, carried by hand. The same letters, one after the other.

use envelope::{
    letter::{Letter, ParcelId, Piece},
    parcel::Parcel,
    sizes,
};
use zeroize::Zeroizing;

use super::{
    PostError, Said,
    arrive::{self, Arrived},
    colleagues::{self, Known, Myself},
    said::Blobs,
};
use crate::{engine::weeks, error::StoreError, service::Desk};
use vault::Tx;

/// How a parcel's file begins.
const MAGIC: &[u8; 16] = b"subrosa parcel 1";

/// Seals a parcel into the bytes of a file.
pub(crate) fn seal(
    tx: &mut Tx<'_>,
    me: &Myself,
    to: &Known,
    said: &Said,
    blobs: &Blobs,
    now: u64,
) -> Result<Vec<u8>, PostError> {
    let body = said.pack(blobs)?;
    let large = |_| PostError::File("This is more than a parcel holds: hand it over in parts.");
    let bytes =
        Parcel::issue(&me.signing, &me.certificate, &me.site, &to.id, now, &body).map_err(large)?;
    let pieces = Piece::cut(ParcelId(tx.random()), &bytes).map_err(large)?;
    let mut out = Vec::with_capacity(MAGIC.len() + pieces.len() * sizes::INNER);
    out.extend_from_slice(MAGIC);
    for piece in pieces {
        let odd = |_| PostError::NoKey(to.name.clone());
        let letter = piece.seal(&me.site, &to.key, tx.rng()).map_err(odd)?;
        out.extend_from_slice(letter.as_bytes());
    }
    Ok(out)
}

impl Desk {
    /// Opens a parcel that came as a file.
    ///
    /// # Errors
    /// [`PostError::File`] if it is none, was cut short, or is for another desk; [`PostError::Verify`].
    pub fn open_parcel(&self, bytes: &[u8], now: u64) -> Result<Arrived, PostError> {
        let letters = bytes
            .strip_prefix(MAGIC)
            .ok_or(PostError::File("This is no parcel of Subrosa's: nothing was taken from it."))?;
        if letters.is_empty() || letters.len() % sizes::INNER != 0 {
            return Err(cut_short());
        }
        self.vault().write(|tx| {
            let me = colleagues::myself(tx)?;
            let keys = weeks::live(tx)?;
            let mut joined = Zeroizing::new(Vec::with_capacity(letters.len()));
            let (mut parcel, mut count) = (None, 0);
            for (at, letter) in letters.chunks(sizes::INNER).enumerate() {
                let letter = Letter::decode(letter).map_err(|_| StoreError::Content("a letter"))?;
                let opened = keys.iter().find_map(|(_, key)| letter.open(&me.site, key).ok());
                let piece = opened.ok_or(PostError::File(
                    "The parcel does not open: it is for another desk, or older than this desk's keys.",
                ))?;
                let first = *parcel.get_or_insert(piece.parcel);
                if usize::try_from(piece.index) != Ok(at) || piece.parcel != first {
                    return Err(cut_short());
                }
                count = piece.count;
                joined.extend_from_slice(&piece.body);
            }
            if usize::try_from(count) != Ok(letters.len() / sizes::INNER) {
                return Err(cut_short());
            }
            arrive::whole(tx, &me, joined, None, now)
        })
    }
}

fn cut_short() -> PostError {
    PostError::File("The parcel is not whole: have it saved again. Nothing was taken.")
}
