//! A newsroom, one valid example of every format, and how whoever receives it reads it.

use envelope::{
    Suite,
    batch::{Batch, Item},
    bundle::Bundle,
    cert::{Certificate, Holder, Name, Revocation},
    crowd::Crowd,
    deskkey::DeskKey,
    drop::{Chunk, Record},
    fetch::Token,
    inner::InnerEnvelope,
    keylist::{Contents, KeyList, ListedDesk, MixKey, Placement},
    keys::{
        DeskIdentity, DeskWeek, KemSecret, MixEpoch, Root, Signing, SiteId, SiteSigner, Verifying,
    },
    message,
    packet::{self, Flag, Packet},
    passphrase::{Master, ReceiptTag, ReplyKey},
    payload::{ConversationId, Fragment, MessageId},
    reply::{self, Part, ReplyId},
    sizes,
    time::{self, TickLength},
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use std::sync::LazyLock;

pub const NOW: u64 = 1_795_000_000;
pub const TICK: TickLength = TickLength::HOUR;
const PATH: &str = "/desk/batch/498611";

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// A newsroom, and one valid example of every format.
pub struct World {
    pub site: SiteId,
    pub signer: Verifying<SiteSigner>,
    pub desk: Verifying<DeskIdentity>,
    pub desk_secret: KemSecret<DeskWeek>,
    pub desk_key: DeskKey,
    pub mix: KemSecret<MixEpoch>,
    pub reply_key: ReplyKey,
    pub examples: Vec<(Format, Vec<u8>)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Format {
    Packet,
    Inner,
    Entry,
    Certificate,
    Revocation,
    DeskKey,
    KeyList,
    Batch,
    Bundle,
    Chunk,
    Token,
}

/// There is one, for all tests.
pub static WORLD: LazyLock<World> = LazyLock::new(|| {
    let rng = &mut rng(1);
    let root = Signing::<Root>::generate(rng);
    let signer = Signing::<SiteSigner>::generate(rng);
    let desk = Signing::<DeskIdentity>::generate(rng);
    let site = root.verifying().site_id();
    let dates = (NOW - 86_400, NOW + 300 * 86_400);
    let mut certify = |holder, name| {
        Certificate::issue(&root, holder, Name::new(name).unwrap(), dates, rng).unwrap()
    };
    let signer_cert = certify(Holder::Signer(signer.verifying()), "The site");
    let desk_cert = certify(Holder::Desk(desk.verifying()), "Night desk");
    let revocation = Revocation::issue(&root, envelope::cert::Serial([9; 16]));
    let desk_secret = KemSecret::<DeskWeek>::generate(rng);
    let mix = KemSecret::<MixEpoch>::generate(rng);
    let week = time::week(NOW);
    let until = time::week_start(week) + 14 * 86_400;
    let desk_key = DeskKey::issue(&desk, &site, week, until, desk_secret.public()).unwrap();
    let listed = ListedDesk { certificate: desk_cert.clone(), key: desk_key.clone() };
    let mix_key =
        MixKey { epoch: 3, not_before: NOW - 60, not_after: NOW + 3600, key: mix.public() };
    let contents = Contents {
        issued_at: NOW,
        expires_at: NOW + 7200,
        tick: TICK,
        placement: Placement::OnPremises,
        crowd: [Crowd::of(33); sizes::CROWD_SLOTS],
        mix_keys: vec![mix_key],
        desks: vec![listed],
        revocations: vec![revocation.clone()],
    };
    let reply_key =
        Master::from_bytes([5; 32]).reply_key(&desk.verifying().desk_id(), week).unwrap();
    let fragment = |suite, rng: &mut ChaCha20Rng| {
        let ids = (ConversationId([1; 16]), MessageId([2; 16]));
        let fragments = message::split("The text of a tip.", ids.0, ids.1, &reply_key).unwrap();
        let payload = fragments[0].encode().unwrap();
        InnerEnvelope::seal(&site, suite, &desk_secret.public(), &payload, rng).unwrap()
    };
    let mut examples = Vec::new();
    let mut items = Vec::new();
    for suite in Suite::ALL {
        let inner = fragment(suite, rng);
        let flag = (Flag::Real, 7);
        let packet = packet::seal(&site, suite, 3, &mix.public(), flag, &inner, rng).unwrap();
        examples.push((Format::Packet, packet));
        examples.push((Format::Inner, inner.as_bytes().to_vec()));
        items.push(Item { inner, crowd: Crowd::of(20), slot: 7 });
    }
    let part = &reply::split("The text of an answer.", ReplyId([3; 16]), NOW).unwrap()[0];
    let entry = part.seal(&reply_key, rng).unwrap();
    let tags = [ReceiptTag([4; 8]); sizes::RECEIPTS_PER_RECORD];
    let at = (TICK.tick_at(NOW), TICK);
    let bundle = Bundle::issue(&desk, &site, at, &entry, &tags, &desk_key).unwrap();
    let records = vec![Record::dummy(rng), Record::dummy(rng)];
    let chunk = Chunk::issue(&signer, &site, 41_550, TICK, records).unwrap();
    let batch = Batch::issue(&signer, &site, at, &items, &[&desk_key], rng).unwrap();
    let list = KeyList::issue(&signer, &signer_cert, &site, &contents).unwrap();
    examples.extend([
        (Format::Entry, entry.to_vec()),
        (Format::Certificate, desk_cert.as_bytes().to_vec()),
        (Format::Revocation, revocation.as_bytes().to_vec()),
        (Format::DeskKey, desk_key.as_bytes().to_vec()),
        (Format::KeyList, list),
        (Format::Batch, batch),
        (Format::Bundle, bundle.as_bytes().to_vec()),
        (Format::Chunk, chunk.as_bytes().to_vec()),
        (Format::Token, Token::issue(&desk, &site, NOW, PATH)),
    ]);
    World {
        site,
        signer: signer.verifying(),
        desk: desk.verifying(),
        desk_secret,
        desk_key,
        mix,
        reply_key,
        examples,
    }
});

impl World {
    /// Reads bytes as a format, as whoever receives it does; whether they were accepted.
    pub fn accepts(&self, format: Format, bytes: &[u8]) -> bool {
        let Self { site, signer, desk, .. } = self;
        match format {
            Format::Packet => Packet::decode(bytes).is_ok_and(|packet| {
                let _ = (packet.replay_tag(), packet.suite(), packet.epoch());
                packet.open(site, &self.mix).is_ok()
            }),
            Format::Inner => InnerEnvelope::decode(bytes).is_ok_and(|inner| {
                inner.open(site, &self.desk_secret).is_ok_and(|p| Fragment::decode(&p).is_ok())
            }),
            Format::Entry => {
                bytes.try_into().is_ok_and(|entry| Part::open(entry, &self.reply_key).is_ok())
            }
            Format::Certificate => {
                Certificate::decode(bytes).is_ok_and(|cert| cert.verify(site, NOW, &[]).is_ok())
            }
            Format::Revocation => Revocation::decode(bytes).is_ok_and(|r| r.verify(site).is_ok()),
            Format::DeskKey => {
                DeskKey::decode(bytes).is_ok_and(|key| key.verify(site, desk, NOW).is_ok())
            }
            Format::KeyList => {
                KeyList::decode(bytes).is_ok_and(|raw| raw.verify(site, NOW).is_ok())
            }
            Format::Batch => Batch::decode(bytes).is_ok_and(|raw| {
                raw.verify(site, signer).is_ok_and(|batch| {
                    let id = desk.desk_id();
                    batch.weeks_for(&id) == [self.desk_key.week]
                        && batch.open(site, &id, &self.desk_secret).is_ok()
                })
            }),
            Format::Bundle => Bundle::decode(bytes).is_ok_and(|raw| {
                let _ = raw.claimed_desk();
                raw.verify(site, desk).is_ok()
            }),
            Format::Chunk => Chunk::decode(bytes).is_ok_and(|raw| {
                raw.verify(site, signer).is_ok_and(|chunk| {
                    chunk.ticks().all(|(_, record)| record.receipts().count() == 48)
                })
            }),
            Format::Token => Token::decode(bytes).is_ok_and(|token| {
                let _ = token.claimed_desk();
                token.verify(site, desk, NOW, PATH).is_ok()
            }),
        }
    }
}

pub const FORMATS: [Format; 11] = [
    Format::Packet,
    Format::Inner,
    Format::Entry,
    Format::Certificate,
    Format::Revocation,
    Format::DeskKey,
    Format::KeyList,
    Format::Batch,
    Format::Bundle,
    Format::Chunk,
    Format::Token,
];
