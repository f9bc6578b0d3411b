//! What the keeper of the newsroom's root does, a few times a year: `root init`, `root enrol`, `root revoke`.

use std::path::Path;

use envelope::{
    DecodeError,
    cert::{Certificate, Revocation, Serial},
    keys::{Root, Signing, SiteId},
};
use rand_core::CryptoRng;

use crate::{
    error::{CreateError, UnlockError},
    kdf::{Kdf, Passphrase},
    papers::Request,
    root_file,
};

/// How long a certificate holds, in seconds: 365 days.
pub const VALIDITY: u64 = 365 * 86_400;
/// A certificate holds from so many seconds before it was signed, for clocks that run behind.
const GRACE: u64 = 3_600;

/// The opened root. Only this signs certificates, revocations and policies, and it signs nothing else.
pub struct OpenRoot(Signing<Root>);

impl OpenRoot {
    /// Makes a newsroom: a new root in a new file.
    ///
    /// # Errors
    /// [`CreateError`]; an existing file is never touched.
    pub fn create(
        path: &Path,
        passphrase: &Passphrase,
        kdf: Kdf,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, CreateError> {
        let root = Signing::<Root>::generate(rng);
        root_file::create(path, &root.seed(), passphrase, kdf, rng)?;
        Ok(Self(root))
    }

    /// Opens a newsroom's root file.
    ///
    /// # Errors
    /// [`UnlockError`].
    pub fn open(path: &Path, passphrase: &Passphrase) -> Result<Self, UnlockError> {
        Ok(Self(Signing::from_seed(&*root_file::open(path, passphrase)?)))
    }

    /// The newsroom, as every reader's page, desk and site knows it.
    #[must_use]
    pub fn site_id(&self) -> SiteId {
        self.0.verifying().site_id()
    }

    /// Lends the key for one more kind of paper that only the root signs.
    pub fn sign<T>(&self, paper: impl FnOnce(&Signing<Root>) -> T) -> T {
        paper(&self.0)
    }

    /// Signs a certificate for a year, and in advance the revocation that will end it should it have to end early.
    ///
    /// # Errors
    /// [`DecodeError`] if `now` is beyond what a certificate can express.
    pub fn enrol(
        &self,
        request: Request,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Certificate, Revocation), DecodeError> {
        let dates = (now.saturating_sub(GRACE), now.saturating_add(VALIDITY));
        let certificate = Certificate::issue(&self.0, request.holder, request.name, dates, rng)?;
        let revocation = Revocation::issue(&self.0, certificate.serial);
        Ok((certificate, revocation))
    }

    /// Signs the revocation of a certificate.
    #[must_use]
    pub fn revoke(&self, serial: Serial) -> Revocation {
        Revocation::issue(&self.0, serial)
    }
}

#[cfg(test)]
mod tests {
    use envelope::{
        VerifyError,
        cert::Name,
        keys::{DeskIdentity, SiteSigner},
    };
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;
    use crate::papers;

    #[test]
    fn enrol_for_a_year_and_revoke() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("newsroom.root");
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        let pass = Passphrase::new("the keeper's long passphrase".into());
        let made =
            OpenRoot::create(&path, &pass, Kdf::weak_for_demo_and_tests(), &mut rng).unwrap();
        let root = OpenRoot::open(&path, &pass).unwrap();
        assert_eq!(root.site_id(), made.site_id());
        let site = root.site_id();
        let now = 1_795_000_000;
        let desk = Signing::<DeskIdentity>::generate(&mut rng);
        let signer = Signing::<SiteSigner>::generate(&mut rng);
        let name = Name::new("City desk").unwrap();
        for text in [Request::for_desk(&desk, &name), Request::for_signer(&signer, &name)] {
            let request = Request::parse(&text).unwrap();
            let (certificate, revocation) = root.enrol(request.clone(), now, &mut rng).unwrap();
            let text = papers::certificate_text(&certificate);
            assert_eq!(papers::claimed_newsroom(&text), Ok(site));
            let read = || papers::parse_certificate(&text).unwrap();
            let held = read().verify(&site, now, &[]).unwrap();
            assert_eq!(held.holder, request.holder);
            assert!(read().verify(&site, now + VALIDITY - 1, &[]).is_ok());
            assert!(matches!(
                read().verify(&site, now + VALIDITY, &[]),
                Err(VerifyError::Expired { .. })
            ));
            let paper = papers::revocation_text(&revocation, &name);
            let revocation = papers::parse_revocation(&paper).unwrap().verify(&site).unwrap();
            assert_eq!(revocation, root.revoke(certificate.serial));
            assert_eq!(
                read().verify(&site, now, &[revocation]),
                Err(VerifyError::Revoked("certificate"))
            );
            let stranger = Signing::<Root>::generate(&mut rng).verifying().site_id();
            assert!(read().verify(&stranger, now, &[]).is_err());
        }
    }
}
