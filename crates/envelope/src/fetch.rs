//! How a desk shows who it is when it fetches a batch: a signature over the path and the time.

use crate::{
    Untrusted,
    codec::Reader,
    error::{DecodeError, VerifyError},
    keys::{DeskId, DeskIdentity, Signing, SiteId, Verifying, bound},
    sizes,
};

const CONTEXT: &[u8] = b"subrosa/1 fetch";

/// Bytes of a token, before base64url.
pub const TOKEN: usize = 16 + 8 + sizes::SIGNATURE;
/// Seconds by which clocks may differ.
pub const SKEW: u64 = 300;

/// A desk's token for one path and moment.
pub struct Token {
    desk: DeskId,
    time: u64,
    signature: [u8; sizes::SIGNATURE],
}

impl Token {
    /// Signs a token; 88 bytes.
    #[must_use]
    pub fn issue(desk: &Signing<DeskIdentity>, site: &SiteId, now: u64, path: &str) -> Vec<u8> {
        let id = desk.verifying().desk_id();
        let time = now.to_be_bytes();
        let signature = desk.sign(&bound(CONTEXT, site), &[&id.0, &time, path.as_bytes()]);
        [id.0.as_slice(), &time, &signature].concat()
    }

    /// Reads a token.
    ///
    /// # Errors
    /// [`DecodeError::Length`].
    pub fn decode(bytes: &[u8]) -> Result<Untrusted<Self>, DecodeError> {
        let mut reader = Reader::exact("desk token", bytes, TOKEN)?;
        Ok(Untrusted(Self {
            desk: DeskId(reader.array()?),
            time: reader.u64()?,
            signature: reader.array()?,
        }))
    }
}

impl Untrusted<Token> {
    /// Who says to be asking, to find the certificate with which to verify it.
    #[must_use]
    pub fn claimed_desk(&self) -> DeskId {
        self.0.desk
    }

    /// Checks the desk's signature over this path, and that its clock is within five minutes of ours.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(
        &self,
        site: &SiteId,
        desk: &Verifying<DeskIdentity>,
        now: u64,
        path: &str,
    ) -> Result<DeskId, VerifyError> {
        let Token { desk: id, time, signature } = &self.0;
        if *id != desk.desk_id() {
            return Err(VerifyError::Stranger("desk token"));
        }
        let parts: [&[u8]; 3] = [&id.0, &time.to_be_bytes(), path.as_bytes()];
        desk.verify("desk token", &bound(CONTEXT, site), &parts, signature)?;
        match now.abs_diff(*time) {
            0..=SKEW => Ok(*id),
            _ if *time > now => Err(VerifyError::Early { what: "desk token", from: *time, now }),
            _ => Err(VerifyError::Expired { what: "desk token", until: *time + SKEW, now }),
        }
    }
}
