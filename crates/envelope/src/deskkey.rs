//! A desk's encryption keys of one week, signed by the desk itself.

use crate::{
    Untrusted,
    cert::{check_time, split},
    codec::Reader,
    error::{DecodeError, VerifyError},
    keys::{DeskId, DeskIdentity, DeskWeek, KemPublic, Signing, SiteId, Verifying, bound},
    sizes,
    time::week_start,
};

const CONTEXT: &[u8] = b"subrosa/1 desk key";
const SIGNED: usize = sizes::DESK_KEY - sizes::SIGNATURE;

/// A desk key is valid to at most 15 days past the start of its week, in seconds.
pub const MAX_AGE: u64 = 15 * 86_400;

/// A desk's public keys of one week, verified.
#[derive(Clone, PartialEq)]
pub struct DeskKey {
    bytes: Box<[u8; sizes::DESK_KEY]>,
    /// Whose keys.
    pub desk: DeskId,
    /// The week they were made for.
    pub week: u32,
    /// Unix seconds.
    pub not_after: u64,
    /// What to seal to.
    pub key: KemPublic<DeskWeek>,
}

impl DeskKey {
    /// Signs a week's keys.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if `not_after` is not within 15 days of the week's start.
    pub fn issue(
        desk: &Signing<DeskIdentity>,
        site: &SiteId,
        week: u32,
        not_after: u64,
        key: KemPublic<DeskWeek>,
    ) -> Result<Self, DecodeError> {
        check_dates(week, not_after)?;
        let id = desk.verifying().desk_id();
        let mut out = vec![1, b'W'];
        out.extend_from_slice(&id.0);
        out.extend_from_slice(&week.to_be_bytes());
        out.extend_from_slice(&not_after.to_be_bytes());
        key.write(&mut out);
        let signature = desk.sign(&bound(CONTEXT, site), &[&out]);
        out.extend_from_slice(&signature);
        let bytes = Box::new(Reader::exact("desk key", &out, sizes::DESK_KEY)?.array()?);
        Ok(Self { bytes, desk: id, week, not_after, key })
    }

    /// Reads a desk key.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Untrusted<Self>, DecodeError> {
        let mut reader = Reader::exact("desk key", bytes, sizes::DESK_KEY)?;
        reader.version(Some(b'W'))?;
        let desk = DeskId(reader.array()?);
        let (week, not_after) = (reader.u32()?, reader.u64()?);
        check_dates(week, not_after)?;
        let key = KemPublic::read(&mut reader)?;
        let bytes = Box::new(Reader::new("desk key", bytes).array()?);
        Ok(Untrusted(Self { bytes, desk, week, not_after, key }))
    }

    /// Its bytes, 1,342.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; sizes::DESK_KEY] {
        &self.bytes
    }

    /// Whether it may still be sealed to.
    ///
    /// # Errors
    /// [`VerifyError::Early`] before its week (a day of grace), [`VerifyError::Expired`] after its end.
    pub fn holds(&self, now: u64) -> Result<(), VerifyError> {
        let from = week_start(self.week).saturating_sub(86_400);
        check_time("desk key", (from, self.not_after), now)
    }
}

impl Untrusted<DeskKey> {
    /// Checks the desk's signature and the dates.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(
        self,
        site: &SiteId,
        desk: &Verifying<DeskIdentity>,
        now: u64,
    ) -> Result<DeskKey, VerifyError> {
        let key = self.0;
        if key.desk != desk.desk_id() {
            return Err(VerifyError::Stranger("desk key"));
        }
        let (signed, signature) = split(key.bytes.as_slice(), SIGNED)?;
        desk.verify("desk key", &bound(CONTEXT, site), &[signed], &signature)?;
        key.holds(now)?;
        Ok(key)
    }
}

fn check_dates(week: u32, not_after: u64) -> Result<(), DecodeError> {
    match not_after.checked_sub(week_start(week)) {
        Some(1..=MAX_AGE) => Ok(()),
        _ => Err(DecodeError::Value {
            what: "desk key",
            why: "is valid for no time or for more than 15 days",
        }),
    }
}
