//! The key list: everything a page needs in order to send, signed by the site's signer, valid for a short time.

use crate::{
    Untrusted,
    cert::{Certificate, Revocation, check_time, split},
    codec::{Reader, pad},
    crowd::Crowd,
    deskkey::DeskKey,
    error::{DecodeError, VerifyError},
    keys::{KemPublic, MixEpoch, Signing, SiteId, SiteSigner, Verifying},
    sizes,
    time::TickLength,
};

const CONTEXT: &[u8] = b"subrosa/1 key list";
const WHAT: &str = "key list";

/// Where the mix runs; pages show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// In its own process beside the site.
    BesideSite,
    /// On the newsroom's premises: the web host never holds a packet key.
    OnPremises,
}

/// One packet key of the mix.
#[derive(Clone, PartialEq)]
pub struct MixKey {
    /// The id that packets carry.
    pub epoch: u8,
    /// Unix seconds.
    pub not_before: u64,
    /// Unix seconds.
    pub not_after: u64,
    /// What to seal to.
    pub key: KemPublic<MixEpoch>,
}

/// A desk in the key list.
#[derive(Clone)]
pub struct ListedDesk {
    /// The root's certificate.
    pub certificate: Certificate,
    /// The keys of the week.
    pub key: DeskKey,
}

/// What the signer signs.
pub struct Contents {
    /// Unix seconds.
    pub issued_at: u64,
    /// Unix seconds.
    pub expires_at: u64,
    /// The site's tick.
    pub tick: TickLength,
    /// Where the mix runs.
    pub placement: Placement,
    /// The crowd of the last tick at slots 0–23.
    pub crowd: [Crowd; sizes::CROWD_SLOTS],
    /// Newest first, 1 to 4.
    pub mix_keys: Vec<MixKey>,
    /// In the order of desk ids, at most 16.
    pub desks: Vec<ListedDesk>,
    /// All that the site knows, at most 64.
    pub revocations: Vec<Revocation>,
}

/// A verified key list.
pub struct KeyList {
    /// The newsroom.
    pub site: SiteId,
    /// The signer that vouches for it, and for the dead drop and the batches.
    pub signer: Verifying<SiteSigner>,
    /// What it says. Desks that do not verify are left out; the order is that of ids.
    pub contents: Contents,
    /// How many desks were left out because their certificate or key does not hold.
    pub left_out: usize,
}

/// A key list as it was read.
pub struct RawKeyList {
    bytes: Vec<u8>,
    contents: Contents,
    desks: Vec<(Untrusted<Certificate>, Untrusted<DeskKey>)>,
    signer: Untrusted<Certificate>,
    revocations: Vec<Untrusted<Revocation>>,
}

impl KeyList {
    /// Signs a key list.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if there are too many keys, desks or revocations, or no mix key.
    pub fn issue(
        signer: &Signing<SiteSigner>,
        certificate: &Certificate,
        site: &SiteId,
        contents: &Contents,
    ) -> Result<Vec<u8>, DecodeError> {
        let mut out = vec![1, b'K'];
        pad(&mut out, 2);
        out.extend_from_slice(&site.0);
        out.extend_from_slice(&contents.issued_at.to_be_bytes());
        out.extend_from_slice(&contents.expires_at.to_be_bytes());
        out.extend_from_slice(&contents.tick.secs().to_be_bytes());
        out.push(match contents.placement {
            Placement::BesideSite => 0,
            Placement::OnPremises => 1,
        });
        out.extend(contents.crowd.iter().map(|crowd| crowd.code()));
        out.push(count(
            contents.mix_keys.len(),
            1,
            sizes::MAX_MIX_KEYS,
            "has no or too many mix keys",
        )?);
        for key in &contents.mix_keys {
            out.push(key.epoch);
            out.extend_from_slice(&key.not_before.to_be_bytes());
            out.extend_from_slice(&key.not_after.to_be_bytes());
            key.key.write(&mut out);
        }
        out.push(count(contents.desks.len(), 0, sizes::MAX_DESKS, "has too many desks")?);
        let mut desks: Vec<&ListedDesk> = contents.desks.iter().collect();
        desks.sort_by_key(|desk| desk.key.desk);
        for desk in desks {
            out.extend_from_slice(desk.certificate.as_bytes());
            out.extend_from_slice(desk.key.as_bytes());
        }
        out.extend_from_slice(certificate.as_bytes());
        out.push(count(
            contents.revocations.len(),
            0,
            sizes::MAX_REVOCATIONS,
            "has too many revocations",
        )?);
        for revocation in &contents.revocations {
            out.extend_from_slice(revocation.as_bytes());
        }
        let signature = signer.sign(CONTEXT, &[&out]);
        out.extend_from_slice(&signature);
        Ok(out)
    }

    /// Reads a key list.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Untrusted<RawKeyList>, DecodeError> {
        let mut reader = Reader::new(WHAT, bytes);
        reader.version(Some(b'K'))?;
        reader.zeros(2)?;
        let _site: [u8; 32] = reader.array()?;
        let (issued_at, expires_at) = (reader.u64()?, reader.u64()?);
        let tick = TickLength::new(reader.u32()?)
            .ok_or_else(|| reader.value("tick is not 1 to 86,400 s"))?;
        let placement = match reader.u8()? {
            0 => Placement::BesideSite,
            1 => Placement::OnPremises,
            _ => return Err(reader.value("place of the mix is unknown")),
        };
        let codes: [u8; sizes::CROWD_SLOTS] = reader.array()?;
        let mut mix_keys = Vec::new();
        for _ in 0..read_count(&mut reader, 1, sizes::MAX_MIX_KEYS)? {
            mix_keys.push(MixKey {
                epoch: reader.u8()?,
                not_before: reader.u64()?,
                not_after: reader.u64()?,
                key: KemPublic::read(&mut reader)?,
            });
        }
        let mut desks = Vec::new();
        for _ in 0..read_count(&mut reader, 0, sizes::MAX_DESKS)? {
            let certificate = Certificate::decode(reader.bytes(sizes::CERTIFICATE)?)?;
            desks.push((certificate, DeskKey::decode(reader.bytes(sizes::DESK_KEY)?)?));
        }
        let signer = Certificate::decode(reader.bytes(sizes::CERTIFICATE)?)?;
        let mut revocations = Vec::new();
        for _ in 0..read_count(&mut reader, 0, sizes::MAX_REVOCATIONS)? {
            revocations.push(Revocation::decode(reader.bytes(sizes::REVOCATION)?)?);
        }
        reader.bytes(sizes::SIGNATURE)?;
        reader.end()?;
        let contents = Contents {
            issued_at,
            expires_at,
            tick,
            placement,
            crowd: codes.map(Crowd::from_code),
            mix_keys,
            desks: Vec::new(),
            revocations: Vec::new(),
        };
        Ok(Untrusted(RawKeyList { bytes: bytes.to_vec(), contents, desks, signer, revocations }))
    }

    /// The newest mix key that may be sealed to now.
    #[must_use]
    pub fn mix_key(&self, now: u64) -> Option<&MixKey> {
        self.contents.mix_keys.iter().find(|key| (key.not_before..key.not_after).contains(&now))
    }
}

impl Untrusted<RawKeyList> {
    /// Checks everything: revocations, the signer's certificate, the signature, the dates, and every desk's certificate
    /// and key. Desks that do not hold are left out, they do not spoil the list.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(self, site: &SiteId, now: u64) -> Result<KeyList, VerifyError> {
        let raw = self.0;
        let at = raw.bytes.len().saturating_sub(sizes::SIGNATURE);
        let (signed, signature) = split(&raw.bytes, at)?;
        if signed.get(4..36) != Some(site.0.as_slice()) {
            return Err(VerifyError::Stranger(WHAT));
        }
        let revocations = raw
            .revocations
            .into_iter()
            .map(|revocation| revocation.verify(site))
            .collect::<Result<Vec<_>, _>>()?;
        let certificate = raw.signer.verify(site, now, &revocations)?;
        let signer = certificate.signer().ok_or(VerifyError::Stranger("signer's certificate"))?;
        signer.verify(WHAT, CONTEXT, &[signed], &signature)?;
        let mut contents = raw.contents;
        check_time(WHAT, (contents.issued_at.saturating_sub(SKEW), contents.expires_at), now)?;
        let listed = raw.desks.len();
        contents.desks = raw
            .desks
            .into_iter()
            .filter_map(|(certificate, key)| {
                let certificate = certificate.verify(site, now, &revocations).ok()?;
                let key = key.verify(site, certificate.desk()?, now).ok()?;
                Some(ListedDesk { certificate, key })
            })
            .collect();
        contents.desks.sort_by_key(|desk| desk.key.desk);
        contents.revocations = revocations;
        let left_out = listed - contents.desks.len();
        Ok(KeyList { site: *site, signer: signer.clone(), contents, left_out })
    }
}

/// Seconds by which a reader's clock may run behind the site's.
pub const SKEW: u64 = 300;

fn count(n: usize, least: usize, most: usize, why: &'static str) -> Result<u8, DecodeError> {
    u8::try_from(n)
        .ok()
        .filter(|n| (least..=most).contains(&usize::from(*n)))
        .ok_or(DecodeError::Value { what: WHAT, why })
}

fn read_count(reader: &mut Reader<'_>, least: usize, most: usize) -> Result<usize, DecodeError> {
    let n = usize::from(reader.u8()?);
    if (least..=most).contains(&n) { Ok(n) } else { Err(reader.value("a count is out of range")) }
}
