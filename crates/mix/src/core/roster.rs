//! Who is who: the signer's certificate, the desks' certificates and keys, revocations. All of it signed by the
//! newsroom's root or by a desk; what does not verify is not kept.

use std::collections::BTreeMap;

use envelope::{
    VerifyError,
    cert::{Certificate, Revocation},
    deskkey::DeskKey,
    keylist::ListedDesk,
    keys::{DeskId, DeskIdentity, SiteId, SiteSigner, Verifying},
    sizes::{MAX_DESKS, MAX_REVOCATIONS},
};

/// Most certificates and revocations that are kept, each.
const MOST: usize = 4096;

/// Everything that the root has signed, and the desks' keys.
pub(crate) struct Roster {
    site: SiteId,
    certificates: Vec<Certificate>,
    revocations: Vec<Revocation>,
    keys: BTreeMap<DeskId, DeskKey>,
}

impl Roster {
    pub(crate) fn new(site: SiteId) -> Self {
        Self { site, certificates: Vec::new(), revocations: Vec::new(), keys: BTreeMap::new() }
    }

    /// Adds a certificate. Its dates are looked at whenever it is used.
    pub(crate) fn add_certificate(&mut self, bytes: &[u8]) -> Result<(), VerifyError> {
        let certificate = Certificate::decode(bytes)?.verify_signature(&self.site)?;
        if !self.certificates.contains(&certificate) && self.certificates.len() < MOST {
            self.certificates.push(certificate);
        }
        Ok(())
    }

    /// Adds a revocation.
    pub(crate) fn add_revocation(&mut self, bytes: &[u8]) -> Result<(), VerifyError> {
        let revocation = Revocation::decode(bytes)?.verify(&self.site)?;
        if !self.revocations.contains(&revocation) && self.revocations.len() < MOST {
            self.revocations.push(revocation);
        }
        Ok(())
    }

    /// Adds a desk's key of a week, unless a newer one is known. Says whether it changed anything.
    pub(crate) fn add_desk_key(&mut self, bytes: &[u8], now: u64) -> Result<bool, VerifyError> {
        let claimed = DeskKey::decode(bytes)?;
        let mut failure = VerifyError::Stranger("desk key");
        let desks: Vec<_> = self.valid_desks(now).cloned().collect();
        for certificate in &desks {
            let Some(desk) = certificate.desk() else { continue };
            match claimed.clone().verify(&self.site, desk, now) {
                Ok(key) => return Ok(self.keep(key, now)),
                Err(VerifyError::Stranger(_)) => {}
                Err(other) => failure = other,
            }
        }
        Err(failure)
    }

    fn keep(&mut self, key: DeskKey, now: u64) -> bool {
        let known = self.keys.get(&key.desk);
        let newer = known.is_none_or(|old| {
            old.holds(now).is_err() || key.week > old.week || (key.week == old.week && key != *old)
        });
        if newer {
            self.keys.insert(key.desk, key);
        }
        newer
    }

    /// The certificate of this site's signer that holds longest.
    pub(crate) fn signer(&self, key: &Verifying<SiteSigner>, now: u64) -> Option<&Certificate> {
        self.valid(now).filter(|c| c.signer() == Some(key)).max_by_key(|c| c.not_after)
    }

    /// The identity of a desk that is enrolled, in date and not revoked.
    pub(crate) fn desk(&self, id: &DeskId, now: u64) -> Option<&Verifying<DeskIdentity>> {
        self.valid_desks(now).find(|c| c.desk_id() == Some(*id)).and_then(Certificate::desk)
    }

    /// The desks that can be sealed to, in the order of their ids; at most 16.
    pub(crate) fn live(&self, now: u64) -> Vec<ListedDesk> {
        let mut live = BTreeMap::new();
        for certificate in self.valid_desks(now) {
            let Some(id) = certificate.desk_id() else { continue };
            let Some(key) = self.keys.get(&id).filter(|key| key.holds(now).is_ok()) else {
                continue;
            };
            let listed = live.entry(id).or_insert_with(|| ListedDesk {
                certificate: certificate.clone(),
                key: key.clone(),
            });
            if certificate.not_after > listed.certificate.not_after {
                listed.certificate = certificate.clone();
            }
        }
        live.into_values().take(MAX_DESKS).collect()
    }

    /// The revocations for the key list: those of certificates that would still hold come first; at most 64.
    pub(crate) fn listed_revocations(&self, now: u64) -> Vec<Revocation> {
        let mut listed: Vec<&Revocation> = self.revocations.iter().rev().collect();
        listed.sort_by_key(|revocation| !self.still_matters(revocation, now));
        listed.into_iter().take(MAX_REVOCATIONS).cloned().collect()
    }

    fn still_matters(&self, revocation: &Revocation, now: u64) -> bool {
        self.certificates.iter().any(|c| c.serial == revocation.serial && now < c.not_after)
    }

    fn valid(&self, now: u64) -> impl Iterator<Item = &Certificate> {
        self.certificates.iter().filter(move |c| c.holds(now, &self.revocations).is_ok())
    }

    fn valid_desks(&self, now: u64) -> impl Iterator<Item = &Certificate> {
        self.valid(now).filter(|certificate| certificate.desk().is_some())
    }
}
