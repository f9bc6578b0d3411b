//! What desks have to say to each other: signed by one, for one other, and the same whether it goes by mail or as a file.
//! A parcel that is sealed on to a third desk does not verify there.

use zeroize::Zeroizing;

use crate::{
    Untrusted,
    cert::{Certificate, split},
    codec::Reader,
    error::{DecodeError, VerifyError},
    keys::{DeskId, DeskIdentity, Signing, SiteId, bound},
    sizes,
};

const CONTEXT: &[u8] = b"subrosa/1 parcel";
const WHAT: &str = "parcel";

/// A parcel that its sender has signed for this desk.
pub struct Parcel {
    /// Whose.
    pub sender: Certificate,
    /// When it was signed, as the sender's clock has it, Unix seconds.
    pub at: u64,
    /// What it says.
    pub body: Zeroizing<Vec<u8>>,
}

/// A parcel as it was put together from letters.
pub struct RawParcel {
    bytes: Zeroizing<Vec<u8>>,
    sender: Untrusted<Certificate>,
    at: u64,
}

impl Parcel {
    /// Signs a parcel for `to`. The bytes are secret: they leave in letters only.
    ///
    /// # Errors
    /// [`DecodeError::Value`] above 50 MiB.
    pub fn issue(
        desk: &Signing<DeskIdentity>,
        certificate: &Certificate,
        site: &SiteId,
        to: &DeskId,
        at: u64,
        body: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, DecodeError> {
        if body.len() > sizes::MAX_PARCEL {
            return Err(DecodeError::Value { what: WHAT, why: "holds more than 50 MiB" });
        }
        let mut out = Zeroizing::new(Vec::with_capacity(
            sizes::PARCEL_HEADER + body.len() + sizes::SIGNATURE,
        ));
        out.extend_from_slice(&[1, b'Q']);
        out.extend_from_slice(certificate.as_bytes());
        out.extend_from_slice(&at.to_be_bytes());
        out.extend_from_slice(body);
        let signature = desk.sign(&bound(CONTEXT, site), &[&to.0, &out]);
        out.extend_from_slice(&signature);
        Ok(out)
    }

    /// Reads a parcel.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode(bytes: Zeroizing<Vec<u8>>) -> Result<Untrusted<RawParcel>, DecodeError> {
        let least = sizes::PARCEL_HEADER + sizes::SIGNATURE;
        if !(least..=least + sizes::MAX_PARCEL).contains(&bytes.len()) {
            return Err(DecodeError::Value { what: WHAT, why: "is too short or too long" });
        }
        let mut reader = Reader::new(WHAT, &bytes);
        reader.version(Some(b'Q'))?;
        let sender = Certificate::decode(reader.bytes(sizes::CERTIFICATE)?)?;
        let at = reader.u64()?;
        Ok(Untrusted(RawParcel { bytes, sender, at }))
    }
}

impl Untrusted<RawParcel> {
    /// Checks that a desk of this newsroom signed it, for this desk.
    ///
    /// # Errors
    /// [`VerifyError`]; the sender's certificate must have held when it signed, as it says. Whether it has been taken back
    /// since is for the caller, who knows the revocations.
    pub fn verify(self, site: &SiteId, to: &DeskId) -> Result<Parcel, VerifyError> {
        let RawParcel { bytes, sender, at } = self.0;
        let sender = sender.verify_signature(site)?;
        sender.holds(at, &[])?;
        let desk = sender.desk().ok_or(VerifyError::Stranger(WHAT))?;
        let (signed, signature) = split(&bytes, bytes.len().saturating_sub(sizes::SIGNATURE))?;
        desk.verify(WHAT, &bound(CONTEXT, site), &[&to.0, signed], &signature)?;
        let body = signed.get(sizes::PARCEL_HEADER..).unwrap_or_default().to_vec();
        Ok(Parcel { sender, at, body: Zeroizing::new(body) })
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;
    use crate::{
        cert::{Holder, Name},
        keys::Root,
    };

    #[test]
    fn a_parcel_is_from_one_desk_for_one_other() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let root = Signing::<Root>::generate(&mut rng);
        let site = root.verifying().site_id();
        let desk = Signing::<DeskIdentity>::generate(&mut rng);
        let holder = Holder::Desk(desk.verifying());
        let name = Name::new("City").unwrap();
        let certificate = Certificate::issue(&root, holder, name, (100, 900), &mut rng).unwrap();
        let [to, third] = [DeskId([1; 16]), DeskId([2; 16])];
        let made = |at| Parcel::issue(&desk, &certificate, &site, &to, at, b"words").unwrap();
        let open = |bytes: Vec<u8>, to| {
            Parcel::decode(Zeroizing::new(bytes)).unwrap().verify(&site, to).map(|p| p.body)
        };
        assert_eq!(open(made(200).to_vec(), &to).unwrap().as_slice(), b"words");
        assert!(matches!(open(made(200).to_vec(), &third), Err(VerifyError::Signature(_))));
        assert!(matches!(open(made(901).to_vec(), &to), Err(VerifyError::Expired { .. })));
        for at in [240, 300] {
            let mut changed = made(200).to_vec();
            changed[at] ^= 1;
            assert!(open(changed, &to).is_err());
        }
        let short = Parcel::decode(Zeroizing::new(made(200)[..300].to_vec()));
        assert!(short.is_err());
    }
}
