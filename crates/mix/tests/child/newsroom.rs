//! A newsroom with one desk and the folder of its mix.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use envelope::{
    Suite,
    batch::Batch,
    cert::{Certificate, Holder, Name},
    deskkey::{DeskKey, MAX_AGE},
    inner::InnerEnvelope,
    keylist::{KeyList, MixKey},
    keys::{DeskIdentity, DeskWeek, KemSecret, Root, Signing, SiteId, SiteSigner, Verifying},
    packet::{Flag, seal},
    sizes::{CERTIFICATE, DESK_KEY, PACKET, PAYLOAD},
    time::{week, week_start},
};
use mix::{
    link::{BLOCK_BYTES, Block, FromMix, ToMix},
    state,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use super::edge::Edge;

pub struct Newsroom {
    pub site: SiteId,
    rng: ChaCha20Rng,
    folder: tempfile::TempDir,
    signer: Verifying<SiteSigner>,
    signer_certificate: Certificate,
    desk: Signing<DeskIdentity>,
    desk_certificate: Certificate,
    secret: KemSecret<DeskWeek>,
    desk_key: DeskKey,
    mix_key: Option<MixKey>,
}

impl Newsroom {
    pub fn new(seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let folder = tempfile::tempdir().unwrap();
        let signer = state::init(&folder.path().join("mix"), &mut rng).unwrap();
        let root = Signing::<Root>::generate(&mut rng);
        let site = root.verifying().site_id();
        let dates = (now() - 3600, now() + 86_400);
        let mut certify = |holder, name| {
            Certificate::issue(&root, holder, Name::new(name).unwrap(), dates, &mut rng).unwrap()
        };
        let signer_certificate = certify(Holder::Signer(signer.clone()), "site");
        let desk = Signing::<DeskIdentity>::from_seed(&[9; 32]);
        let desk_certificate = certify(Holder::Desk(desk.verifying()), "desk");
        let secret = KemSecret::generate(&mut rng);
        let this = week(now());
        let until = week_start(this) + MAX_AGE;
        let desk_key = DeskKey::issue(&desk, &site, this, until, secret.public()).unwrap();
        Self {
            site,
            rng,
            folder,
            signer,
            signer_certificate,
            desk,
            desk_certificate,
            secret,
            desk_key,
            mix_key: None,
        }
    }

    pub fn state(&self) -> PathBuf {
        self.folder.path().join("mix")
    }

    pub fn signer_public(&self) -> Verifying<SiteSigner> {
        self.signer.clone()
    }

    pub fn certificates(&self) -> Vec<[u8; CERTIFICATE]> {
        vec![*self.signer_certificate.as_bytes(), *self.desk_certificate.as_bytes()]
    }

    pub fn desk_keys(&self) -> Vec<[u8; DESK_KEY]> {
        vec![*self.desk_key.as_bytes()]
    }

    /// Waits for a key list, and takes the newest mix key from it.
    pub fn learn_keys(&mut self, edge: &mut Edge) {
        let list = edge.wait_for(|message| matches!(message, FromMix::KeyList(_)));
        let FromMix::KeyList(bytes) = list else { unreachable!() };
        let list = KeyList::decode(&bytes).unwrap().verify(&self.site, now()).unwrap();
        assert_eq!(list.contents.desks.len(), 1);
        self.mix_key = list.mix_key(now()).cloned();
    }

    pub fn inner(&mut self, suite: Suite, number: u64) -> InnerEnvelope {
        let mut payload = [0; PAYLOAD];
        payload[..8].copy_from_slice(&number.to_be_bytes());
        let key = self.secret.public();
        InnerEnvelope::seal(&self.site, suite, &key, &payload, &mut self.rng).unwrap()
    }

    pub fn packet(&mut self, flag: Flag, inner: &InnerEnvelope) -> Vec<u8> {
        let key = self.mix_key.as_ref().unwrap();
        let suite = inner.suite().unwrap();
        seal(&self.site, suite, key.epoch, &key.key, (flag, 4), inner, &mut self.rng).unwrap()
    }

    pub fn block(&self, packets: &[Vec<u8>]) -> ToMix {
        assert!(packets.iter().all(|packet| packet.len() == PACKET));
        let mut bytes = packets.concat();
        bytes.resize(BLOCK_BYTES, 0);
        ToMix::Block(Block::new(bytes).unwrap())
    }

    /// The numbers of the tips in these batches.
    pub fn tips(&self, batches: &BTreeMap<u64, Vec<u8>>) -> Vec<u64> {
        let mut tips = Vec::new();
        for bytes in batches.values() {
            let batch = Batch::decode(bytes).unwrap().verify(&self.site, &self.signer).unwrap();
            let id = self.desk.verifying().desk_id();
            for item in batch.open(&self.site, &id, &self.secret).unwrap() {
                if let Ok(payload) = item.inner.open(&self.site, &self.secret) {
                    tips.push(u64::from_be_bytes(*payload.first_chunk().unwrap()));
                }
            }
        }
        tips
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
