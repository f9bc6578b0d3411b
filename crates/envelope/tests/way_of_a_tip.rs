//! The whole way through the formats: a tip out, an answer and a receipt back.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use envelope::{
    OpenError, Suite,
    batch::{Batch, Item},
    bundle::Bundle,
    cert::{Certificate, Holder, Name, Revocation},
    crowd::Crowd,
    deskkey::DeskKey,
    drop::{Chunk, Record, Share},
    fetch::Token,
    inner::InnerEnvelope,
    keylist::{Contents, KeyList, ListedDesk, MixKey, Placement},
    keys::{DeskIdentity, DeskWeek, KemSecret, MixEpoch, Root, Signing, SiteId, SiteSigner},
    message::{self, Assembly},
    packet::{self, Flag, Packet},
    passphrase::Master,
    payload::{Fragment, MessageId},
    reply::{self, Part, ReplyId},
    sizes,
    time::{self, TickLength},
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

const NOW: u64 = 1_795_000_000;
const YEAR: u64 = 365 * 86_400;

struct Newsroom {
    rng: ChaCha20Rng,
    root: Signing<Root>,
    site: SiteId,
    signer: Signing<SiteSigner>,
    signer_cert: Certificate,
    desk: Signing<DeskIdentity>,
    desk_cert: Certificate,
    week: KemSecret<DeskWeek>,
    mix: KemSecret<MixEpoch>,
}

impl Newsroom {
    fn new(seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let root = Signing::<Root>::generate(&mut rng);
        let signer = Signing::<SiteSigner>::generate(&mut rng);
        let desk = Signing::<DeskIdentity>::generate(&mut rng);
        let dates = (NOW - 86_400, NOW + YEAR - 86_400);
        let mut issue = |holder, name| {
            Certificate::issue(&root, holder, Name::new(name).unwrap(), dates, &mut rng).unwrap()
        };
        let signer_cert = issue(Holder::Signer(signer.verifying()), "The site");
        let desk_cert = issue(Holder::Desk(desk.verifying()), "Investigations");
        let week = KemSecret::generate(&mut rng);
        let mix = KemSecret::generate(&mut rng);
        let site = root.verifying().site_id();
        Self { rng, root, site, signer, signer_cert, desk, desk_cert, week, mix }
    }

    fn desk_key(&self) -> DeskKey {
        let week = time::week(NOW);
        let until = time::week_start(week) + 15 * 86_400;
        DeskKey::issue(&self.desk, &self.site, week, until, self.week.public()).unwrap()
    }

    fn contents(&self, revocations: Vec<Revocation>) -> Contents {
        Contents {
            issued_at: NOW,
            expires_at: NOW + 7200,
            tick: TickLength::HOUR,
            placement: Placement::BesideSite,
            crowd: [Crowd::of(25); sizes::CROWD_SLOTS],
            mix_keys: vec![MixKey {
                epoch: 9,
                not_before: NOW - 60,
                not_after: NOW + 3600,
                key: self.mix.public(),
            }],
            desks: vec![ListedDesk { certificate: self.desk_cert.clone(), key: self.desk_key() }],
            revocations,
        }
    }

    fn key_list(&self, revocations: Vec<Revocation>) -> Vec<u8> {
        KeyList::issue(&self.signer, &self.signer_cert, &self.site, &self.contents(revocations))
            .unwrap()
    }
}

#[test]
fn a_tip_goes_out_and_an_answer_comes_back() {
    for suite in Suite::ALL {
        let mut n = Newsroom::new(1);
        let list = KeyList::decode(&n.key_list(vec![])).unwrap().verify(&n.site, NOW).unwrap();
        let desk = &list.contents.desks[0];
        let mix_key = list.mix_key(NOW).unwrap();

        // the source
        let text = "The minutes of the meeting were rewritten. ".repeat(400) + "Ночью. 夜里。";
        let master = Master::from_bytes([3; 32]);
        let reply_key = master.reply_key(&desk.key.desk, time::week(NOW)).unwrap();
        let conversation = master.conversation(&desk.key.desk);
        let message = MessageId([5; 16]);
        let fragments = message::split(&text, conversation, message, &reply_key).unwrap();
        let mut packets = Vec::new();
        for (slot, fragment) in fragments.iter().enumerate() {
            let payload = fragment.encode().unwrap();
            let inner =
                InnerEnvelope::seal(&n.site, suite, &desk.key.key, &payload, &mut n.rng).unwrap();
            let flag = (Flag::Real, slot as u8);
            let rng = &mut n.rng;
            packets.push(
                packet::seal(&n.site, suite, mix_key.epoch, &mix_key.key, flag, &inner, rng)
                    .unwrap(),
            );
        }
        let cover = InnerEnvelope::cover(&n.site, suite, &desk.key.key, &mut n.rng).unwrap();
        let cover = packet::seal(
            &n.site,
            suite,
            mix_key.epoch,
            &mix_key.key,
            (Flag::Cover, 3),
            &cover,
            &mut n.rng,
        )
        .unwrap();
        assert!(packets.iter().chain([&cover]).all(|packet| packet.len() == sizes::PACKET));

        // the mix
        let opened = Packet::decode(&cover).unwrap().open(&n.site, &n.mix).unwrap();
        assert_eq!((opened.flag, opened.slot), (Flag::Cover, 3));
        assert!(
            matches!(opened.inner.open(&n.site, &n.week), Ok(p) if Fragment::decode(&p).is_err())
        );
        let mut items: Vec<Item> = packets
            .iter()
            .map(|packet| {
                let opened = Packet::decode(packet).unwrap().open(&n.site, &n.mix).unwrap();
                assert_eq!(opened.flag, Flag::Real);
                Item { inner: opened.inner, crowd: Crowd::of(40), slot: opened.slot }
            })
            .collect();
        items.reverse();
        let tick = TickLength::HOUR.tick_at(NOW) + 1;
        let key = n.desk_key();
        let at = (tick, TickLength::HOUR);
        let batch = Batch::issue(&n.signer, &n.site, at, &items, &[&key], &mut n.rng).unwrap();
        assert_eq!(batch.len(), sizes::batch(items.len(), 1));

        // the desk
        let batch = Batch::decode(&batch).unwrap().verify(&n.site, &list.signer).unwrap();
        let me = n.desk.verifying().desk_id();
        assert_eq!(batch.weeks_for(&me), vec![time::week(NOW)]);
        let mut assembly: Option<Assembly> = None;
        let mut desk_reply_key = None;
        for item in batch.open(&n.site, &me, &n.week).unwrap() {
            let payload = item.inner.open(&n.site, &n.week).unwrap();
            let fragment = Fragment::decode(&payload).unwrap();
            desk_reply_key = Some(fragment.reply_key.copy());
            match &mut assembly {
                Some(assembly) => assembly.add(&fragment).unwrap(),
                none => *none = Some(Assembly::begin(&fragment)),
            }
        }
        assert_eq!(*assembly.unwrap().text().unwrap().unwrap(), text);

        // the answer, and the receipt, in one bundle
        let desk_key_of_week = desk_reply_key.unwrap();
        let part = &reply::split("Thank you. Which meeting?", ReplyId([8; 16]), NOW).unwrap()[0];
        let entry = part.seal(&desk_key_of_week, &mut n.rng).unwrap();
        let tag = desk_key_of_week.receipt(&message);
        let mut tags = [envelope::passphrase::ReceiptTag([0; 8]); sizes::RECEIPTS_PER_RECORD];
        tags[7] = tag;
        let bundle = Bundle::issue(&n.desk, &n.site, at, &entry, &tags, &key).unwrap();
        assert_eq!(bundle.as_bytes().len(), sizes::BUNDLE);
        let bundle = Bundle::decode(bundle.as_bytes())
            .unwrap()
            .verify(&n.site, n.desk_cert.desk().unwrap())
            .unwrap();

        // the dead drop
        let mut record = Record::dummy(&mut n.rng);
        let share = Share::of(0, 1, tick);
        assert!(share.entry);
        record.set_entry(&bundle.entry);
        share.receipts.for_each(|place| record.set_receipt(place, bundle.receipts[place]));
        let block = envelope::drop::block_of(tick);
        let records = vec![Record::dummy(&mut n.rng), record];
        let chunk = Chunk::issue(&n.signer, &n.site, block, TickLength::HOUR, records).unwrap();
        let chunk = Chunk::decode(chunk.as_bytes()).unwrap().verify(&n.site, &list.signer).unwrap();

        // the source, elsewhere, with nothing but the passphrase
        let (_, record) = chunk.ticks().nth(1).unwrap();
        let key = master.reply_key(&desk.key.desk, time::week(NOW)).unwrap();
        assert!(record.receipts().any(|found| found == key.receipt(&message)));
        let part = Part::open(record.entry(), &key).unwrap();
        assert_eq!(*message::join([&part.body].into_iter()).unwrap(), "Thank you. Which meeting?");
        let other = Master::from_bytes([4; 32]).reply_key(&desk.key.desk, time::week(NOW)).unwrap();
        assert_eq!(Part::open(record.entry(), &other).err(), Some(OpenError::Sealed));
    }
}

#[test]
fn every_changed_byte_of_a_packet_is_noticed() {
    let mut n = Newsroom::new(2);
    for suite in Suite::ALL {
        let inner = InnerEnvelope::cover(&n.site, suite, &n.week.public(), &mut n.rng).unwrap();
        let key = n.mix.public();
        let sealed =
            packet::seal(&n.site, suite, 1, &key, (Flag::Real, 0), &inner, &mut n.rng).unwrap();
        let open = |bytes: &[u8]| {
            Packet::decode(bytes).map_err(OpenError::from).and_then(|p| p.open(&n.site, &n.mix))
        };
        assert!(open(&sealed).is_ok());
        for at in (0..sizes::PACKET).step_by(61).chain([0, 1, 2, 33, 34, sizes::PACKET - 1]) {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&changed).is_err(), "byte {at} in {suite:?}");
        }
        let other = SiteId([9; 32]);
        assert!(Packet::decode(&sealed).unwrap().open(&other, &n.mix).is_err());
    }
}

#[test]
fn replay_tag_follows_the_encapsulation_only() {
    let mut n = Newsroom::new(3);
    let inner = InnerEnvelope::cover(&n.site, Suite::X25519, &n.week.public(), &mut n.rng).unwrap();
    let key = n.mix.public();
    let seal = |rng: &mut ChaCha20Rng| {
        packet::seal(&n.site, Suite::X25519, 1, &key, (Flag::Real, 0), &inner, rng).unwrap()
    };
    let (one, two) = (seal(&mut n.rng), seal(&mut n.rng));
    let tag = |bytes: &[u8]| Packet::decode(bytes).unwrap().replay_tag();
    let mut changed = one.clone();
    changed[4000] ^= 1;
    assert_eq!(tag(&one), tag(&changed));
    assert_ne!(tag(&one), tag(&two));
}

#[test]
fn a_key_list_holds_only_while_everything_in_it_does() {
    let mut n = Newsroom::new(4);
    let verify = |bytes: &[u8], site: &SiteId, now| {
        KeyList::decode(bytes).unwrap().verify(site, now).map(|list| list.contents.desks.len())
    };
    let list = n.key_list(vec![]);
    assert_eq!(verify(&list, &n.site, NOW), Ok(1));
    assert_eq!(verify(&list, &n.site, NOW - 200), Ok(1), "small clock skew");
    assert!(verify(&list, &n.site, NOW - 2000).is_err(), "too early");
    assert!(verify(&list, &n.site, NOW + 7200).is_err(), "expired");
    assert!(verify(&list, &Newsroom::new(5).site, NOW).is_err(), "another newsroom");
    for at in (0..list.len()).step_by(37) {
        let mut changed = list.clone();
        changed[at] ^= 0x20;
        let accepted = KeyList::decode(&changed).is_ok_and(|raw| raw.verify(&n.site, NOW).is_ok());
        assert!(!accepted, "byte {at}");
    }

    let desk = Revocation::issue(&n.root, n.desk_cert.serial);
    assert_eq!(verify(&n.key_list(vec![desk]), &n.site, NOW), Ok(0), "a revoked desk is left out");
    let signer = Revocation::issue(&n.root, n.signer_cert.serial);
    assert!(
        verify(&n.key_list(vec![signer]), &n.site, NOW).is_err(),
        "a revoked signer spoils all"
    );

    // A desk's certificate does not make a signer.
    n.signer_cert = n.desk_cert.clone();
    assert!(verify(&n.key_list(vec![]), &n.site, NOW).is_err());
}

#[test]
fn a_token_is_for_one_desk_path_and_moment() {
    let n = Newsroom::new(6);
    let key = n.desk.verifying();
    let token = Token::issue(&n.desk, &n.site, NOW, "/desk/batch/7");
    let check = |bytes: &[u8], site: &SiteId, now, path: &str| {
        Token::decode(bytes).is_ok_and(|t| t.verify(site, &key, now, path).is_ok())
    };
    assert!(check(&token, &n.site, NOW + 299, "/desk/batch/7"));
    assert!(!check(&token, &n.site, NOW + 301, "/desk/batch/7"));
    assert!(!check(&token, &n.site, NOW - 301, "/desk/batch/7"));
    assert!(!check(&token, &n.site, NOW, "/desk/batch/8"));
    assert!(!check(&token, &SiteId([1; 32]), NOW, "/desk/batch/7"));
    assert!(Token::decode(&token[1..]).is_err());
}

#[test]
fn certificates_are_for_a_year_at_most() {
    let mut n = Newsroom::new(7);
    let holder = Holder::Desk(n.desk.verifying());
    let name = Name::new("x").unwrap();
    let dates = (NOW, NOW + 367 * 86_400);
    assert!(Certificate::issue(&n.root, holder, name, dates, &mut n.rng).is_err());
    for bad in ["", " ", " a", "a ", "a\nb", &"x".repeat(65)] {
        assert!(Name::new(bad).is_err(), "{bad:?}");
    }
}
