//! Who the newsroom's root has certified, and whom it has taken back.

use envelope::cert::{Certificate, Revocation};
use envelope::error::VerifyError;
use envelope::keys::{DeskId, DeskIdentity, SiteId, SiteSigner, Verifying};
use thiserror::Error;

use crate::store::{Records, StoreError};

/// Certificates and revocations, each checked under the root.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roster {
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) revocations: Vec<Revocation>,
    /// [`Records::revision`] when it was read.
    pub(crate) revision: u64,
}

/// Why a desk is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum DeskRefused {
    #[error("no certificate of this desk is installed at the site")]
    Unknown,
    #[error(transparent)]
    Certificate(#[from] VerifyError),
}

impl Roster {
    /// Reads everything; records that do not verify (put there by hand) are left out.
    pub(crate) fn read(records: &mut dyn Records, site: &SiteId) -> Result<Self, StoreError> {
        let revision = records.revision()?;
        let certificates = records.certificates()?;
        let revocations = records.revocations()?;
        let certificate =
            |bytes: &Vec<u8>| Certificate::decode(bytes).ok()?.verify_signature(site).ok();
        let revocation = |bytes: &Vec<u8>| Revocation::decode(bytes).ok()?.verify(site).ok();
        Ok(Self {
            certificates: certificates.iter().filter_map(certificate).collect(),
            revocations: revocations.iter().filter_map(revocation).collect(),
            revision,
        })
    }

    /// The key of a desk that is let in at `now`.
    pub(crate) fn desk(
        &self,
        id: DeskId,
        now: u64,
    ) -> Result<&Verifying<DeskIdentity>, DeskRefused> {
        let mut refused = DeskRefused::Unknown;
        // The newest first: a desk may have several certificates in its life.
        for certificate in self.certificates.iter().rev() {
            let Some(desk) = certificate.desk().filter(|desk| desk.desk_id() == id) else {
                continue;
            };
            match certificate.holds(now, &self.revocations) {
                Ok(()) => return Ok(desk),
                Err(error) if refused == DeskRefused::Unknown => refused = error.into(),
                Err(_) => {}
            }
        }
        Err(refused)
    }

    /// Whether a certificate of this signer holds at `now`; `None` if there is none at all.
    pub(crate) fn signer(
        &self,
        key: &Verifying<SiteSigner>,
        now: u64,
    ) -> Option<Result<(), VerifyError>> {
        let mut result = None;
        for certificate in self.certificates.iter().rev() {
            if certificate.signer() == Some(key) {
                match certificate.holds(now, &self.revocations) {
                    Ok(()) => return Some(Ok(())),
                    Err(error) => result = result.or(Some(Err(error))),
                }
            }
        }
        result
    }
}
