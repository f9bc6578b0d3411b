//! Key lists, and what is derived from a passphrase.

use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    craft::{self, Box2, Hand, flipped, hkdf, random, sha256},
    json::{hex, vector},
    world::{DAY, Desk, NOW, WEEK, World},
};

/// The fields of a key list, all of them free.
struct List {
    head: [u8; 4],
    site: [u8; 32],
    dates: (u64, u64),
    tick: u32,
    place: u8,
    crowd: [u8; 24],
    mix: Vec<(u8, u64, u64, Box2)>,
    mix_count: Option<u8>,
    desks: Vec<Vec<u8>>,
    desk_count: Option<u8>,
    signer_cert: Vec<u8>,
    revocations: Vec<Vec<u8>>,
    revocation_count: Option<u8>,
}

impl List {
    /// A list without desks, in date for two hours from [`NOW`].
    fn new(world: &World) -> Self {
        let mut crowd = [0; 24];
        (0..).zip(crowd.iter_mut().rev()).for_each(|(code, place)| *place = code / 4);
        Self {
            head: [1, b'K', 0, 0],
            site: world.site,
            dates: (NOW, NOW + 3 * 3600),
            tick: 3600,
            place: 0,
            crowd,
            mix: vec![(7, NOW - 60, NOW + 6 * 3600, Box2::new("mix"))],
            mix_count: None,
            desks: Vec::new(),
            desk_count: None,
            signer_cert: world.signer_cert.signed(&world.root),
            revocations: Vec::new(),
            revocation_count: None,
        }
    }

    fn with(world: &World, desks: usize) -> Self {
        let all = world.desks.iter().take(desks);
        Self { desks: all.map(|desk| entry(world, desk)).collect(), ..Self::new(world) }
    }

    fn signed(&self, by: &Hand) -> Vec<u8> {
        let mut out = self.head.to_vec();
        out.extend_from_slice(&self.site);
        out.extend_from_slice(&self.dates.0.to_be_bytes());
        out.extend_from_slice(&self.dates.1.to_be_bytes());
        out.extend_from_slice(&self.tick.to_be_bytes());
        out.push(self.place);
        out.extend_from_slice(&self.crowd);
        out.push(self.mix_count.unwrap_or(self.mix.len() as u8));
        for (epoch, from, until, keys) in &self.mix {
            out.push(*epoch);
            out.extend_from_slice(&from.to_be_bytes());
            out.extend_from_slice(&until.to_be_bytes());
            out.extend_from_slice(&keys.x25519_public);
            out.extend_from_slice(&keys.xwing_public);
        }
        out.push(self.desk_count.unwrap_or(self.desks.len() as u8));
        out.extend_from_slice(&self.desks.concat());
        out.extend_from_slice(&self.signer_cert);
        out.push(self.revocation_count.unwrap_or(self.revocations.len() as u8));
        out.extend_from_slice(&self.revocations.concat());
        by.signed(&[b"subrosa/1 key list"], out)
    }

    /// What a reader must make of it, by hand: which of the desks stay, and which mix key is to be used.
    fn expect(&self, world: &World, desks: &[&Desk], mix: Option<usize>) -> Value {
        let desks: Vec<Value> = desks
            .iter()
            .map(|desk| {
                json!({
                    "desk_id": hex(desk.hand.desk_id()),
                    "name": desk.name,
                    "week": WEEK,
                    "not_after": Desk::KEY_UNTIL,
                    "x25519": hex(&desk.keys.x25519_public),
                    "xwing_sha256": hex(sha256(&desk.keys.xwing_public)),
                })
            })
            .collect();
        let mix_key = mix.map(|index| {
            let (epoch, _, _, keys) = &self.mix[index];
            json!({
                "epoch": epoch,
                "x25519": hex(&keys.x25519_public),
                "xwing_sha256": hex(sha256(&keys.xwing_public)),
            })
        });
        json!({
            "signer": hex(world.signer.public()),
            "issued_at": self.dates.0,
            "expires_at": self.dates.1,
            "tick_secs": self.tick,
            "on_premises": self.place == 1,
            "crowd": hex(self.crowd),
            "mix_key": mix_key,
            "desks": desks,
            "left_out": self.desks.len() - desks.len(),
        })
    }
}

/// A desk's certificate and key, as a list has them.
fn entry(world: &World, desk: &Desk) -> Vec<u8> {
    [desk.cert.signed(&world.root), desk.key(world.site)].concat()
}

pub fn key_list(world: &World) -> Value {
    let mut vectors = Vec::new();
    let site = world.site;
    let of = |bytes: &[u8], site: &[u8], now: u64| json!({"site_id": hex(site), "now": now, "bytes": hex(bytes)});
    let [first, second, third] = world.desks.as_slice() else { panic!("three desks") };
    let new = || List::new(world);
    let sign = |list: &List| list.signed(&world.signer);
    let mut accept = |name: &str, list: &List, now: u64, desks: &[&Desk], mix: Option<usize>| {
        let expect = list.expect(world, desks, mix);
        vectors.push(vector(name, of(&sign(list), &site, now), Ok(expect)));
    };

    accept("one desk", &List::with(world, 1), NOW, &[first], Some(0));
    let mut three = List::with(world, 3);
    three.place = 1;
    three.tick = 10;
    three.mix = vec![
        (2, NOW + 3000, NOW + 9000, Box2::new("next mix")),
        (1, NOW - 600, NOW + 3600, Box2::new("mix")),
        (0, NOW - 4200, NOW + 60, Box2::new("older mix")),
    ];
    accept(
        "three desks, a coming and an older mix key",
        &three,
        NOW,
        &[first, second, third],
        Some(1),
    );
    accept("no desk", &new(), NOW, &[], Some(0));
    accept("the clock runs five minutes behind", &new(), NOW - 300, &[], None);
    accept("the last second", &new(), NOW + 3 * 3600 - 1, &[], Some(0));
    let old = List { mix: vec![(7, NOW - 9000, NOW, Box2::new("mix"))], ..new() };
    accept("no mix key in date", &old, NOW, &[], None);

    // Desks that do not hold are left out; the list stays.
    let mut left_out = |name: &str, entry: Vec<u8>, revocations: Vec<Vec<u8>>| {
        let list = List { desks: vec![entry], revocations, ..new() };
        accept(name, &list, NOW, &[], Some(0));
    };
    let taken_back = craft::revocation(&world.root, first.cert.serial, site);
    left_out("a revoked desk is left out", entry(world, first), vec![taken_back.clone()]);
    let key = |week: u32, until: u64| craft::desk_key(&first.hand, site, week, until, &first.keys);
    let cert = first.cert.signed(&world.root);
    let past = key(WEEK - 2, u64::from(WEEK - 2) * 604_800 + 14 * DAY);
    left_out("a desk whose key has expired is left out", [cert.clone(), past].concat(), vec![]);
    let future = key(WEEK + 2, u64::from(WEEK + 2) * 604_800 + 14 * DAY);
    left_out(
        "a desk whose key is not valid yet is left out",
        [cert.clone(), future].concat(),
        vec![],
    );
    let mut expired = first.cert.clone();
    expired.dates = (NOW - 366 * DAY, NOW);
    let expired = [expired.signed(&world.root), first.key(site)].concat();
    left_out("a desk whose certificate has expired is left out", expired, vec![]);
    let forged = [first.cert.signed(&world.stranger), first.key(site)].concat();
    left_out("a desk certified by another root is left out", forged, vec![]);
    let swapped = [cert.clone(), second.key(site)].concat();
    left_out("a desk with the key of another is left out", swapped, vec![]);
    let elsewhere = [cert.clone(), first.key(world.other_site())].concat();
    left_out("a desk whose key was signed for another site is left out", elsewhere, vec![]);
    let tampered = [cert.clone(), flipped(&first.key(site), 40, 1)].concat();
    left_out("a desk whose key was changed is left out", tampered, vec![]);
    let signer = world.signer_cert.signed(&world.root);
    left_out("a signer is no desk", [signer, first.key(site)].concat(), vec![]);
    let mixed = List {
        desks: vec![entry(world, second), entry(world, first)],
        revocations: vec![taken_back.clone()],
        ..new()
    };
    accept("one desk revoked, the other stays", &mixed, NOW, &[second], Some(0));

    refusals(world, &mut vectors);
    json!({"kind": "keylist", "vectors": vectors})
}

fn refusals(world: &World, vectors: &mut Vec<Value>) {
    let site = world.site;
    let new = || List::new(world);
    let mut refuse = |name: &str, bytes: &[u8], site: &[u8], now: u64, class: &str| {
        let fields = json!({"site_id": hex(site), "now": now, "bytes": hex(bytes)});
        vectors.push(vector(name, fields, Err(class)));
    };
    let good = new().signed(&world.signer);
    refuse("expired this second", &good, &site, NOW + 3 * 3600, "verify");
    refuse("issued more than five minutes from now", &good, &site, NOW - 301, "verify");
    refuse("of another site", &good, &world.other_site(), NOW, "verify");
    let mut claimed = new();
    claimed.site = world.other_site();
    refuse("another site's id within", &claimed.signed(&world.signer), &site, NOW, "verify");
    for (name, at) in [
        ("issued at", 43),
        ("crowd", 70),
        ("mix key", 200),
        ("signer's certificate", good.len() - 65 - 227 + 100),
        ("signature, R", good.len() - 64),
        ("signature, S", good.len() - 32),
    ] {
        refuse(&format!("changed: {name}"), &flipped(&good, at, 1), &site, NOW, "verify");
    }
    let signer_with = |change: &dyn Fn(&mut craft::Cert)| {
        let mut cert = world.signer_cert.clone();
        change(&mut cert);
        List { signer_cert: cert.signed(&world.root), ..new() }.signed(&world.signer)
    };
    let desk = &world.desks[0];
    let by_desk = List { signer_cert: desk.cert.signed(&world.root), ..new() };
    refuse(
        "signed by a desk, with its certificate",
        &by_desk.signed(&desk.hand),
        &site,
        NOW,
        "verify",
    );
    refuse("signed by a desk", &new().signed(&desk.hand), &site, NOW, "verify");
    refuse("signed by the root itself", &new().signed(&world.root), &site, NOW, "verify");
    let rooted = List { signer_cert: world.signer_cert.signed(&world.stranger), ..new() };
    let rooted = rooted.signed(&world.signer);
    refuse("the signer certified by another root", &rooted, &site, NOW, "verify");
    let expired = signer_with(&|cert| cert.dates = (NOW - 366 * DAY, NOW));
    refuse("the signer's certificate has expired", &expired, &site, NOW, "verify");
    let early = signer_with(&|cert| cert.dates = (NOW + 1, NOW + 366 * DAY));
    refuse("the signer's certificate is not valid yet", &early, &site, NOW, "verify");
    let other = signer_with(&|cert| cert.site = world.other_site());
    refuse("the signer certified for another site", &other, &site, NOW, "verify");
    let revoke = |by: &Hand, serial, of| {
        let revocations = vec![craft::revocation(by, serial, of)];
        List { revocations, ..new() }.signed(&world.signer)
    };
    let serial = world.signer_cert.serial;
    refuse("the signer is revoked", &revoke(&world.root, serial, site), &site, NOW, "verify");
    let forged = revoke(&world.stranger, random("some serial"), site);
    refuse("a revocation that the root did not sign", &forged, &site, NOW, "verify");
    let foreign = revoke(&world.root, random("some serial"), world.other_site());
    refuse("a revocation for another site", &foreign, &site, NOW, "verify");

    let mut malformed = |name: &str, list: List| {
        refuse(name, &list.signed(&world.signer), &site, NOW, "decode");
    };
    malformed("version 2", List { head: [2, b'K', 0, 0], ..new() });
    malformed("of another kind", List { head: [1, b'B', 0, 0], ..new() });
    malformed("reserved bytes not zero", List { head: [1, b'K', 0, 1], ..new() });
    malformed("a tick of no time", List { tick: 0, ..new() });
    malformed("a tick longer than a day", List { tick: 86_401, ..new() });
    malformed("place of the mix unknown", List { place: 2, ..new() });
    malformed("no mix key", List { mix: Vec::new(), ..new() });
    let mix = |epoch| (epoch, NOW - 60, NOW + 3600, Box2::new("mix"));
    malformed("five mix keys", List { mix: (0..5).map(mix).collect(), ..new() });
    malformed("more desks than there are", List { desk_count: Some(1), ..new() });
    malformed("more revocations than there are", List { revocation_count: Some(1), ..new() });
    malformed("seventeen desks", List { desks: vec![entry(world, desk); 17], ..new() });
    let unneeded = craft::revocation(&world.root, random("some serial"), site);
    malformed("sixty-five revocations", List { revocations: vec![unneeded; 65], ..new() });
    let mut role = desk.cert.clone();
    role.role = 3;
    let role = vec![[role.signed(&world.root), desk.key(site)].concat()];
    malformed("a certificate with an unknown role", List { desks: role, ..new() });
    let until = Desk::KEY_UNTIL + 1;
    let long = craft::desk_key(&desk.hand, site, WEEK, until, &desk.keys);
    let long = vec![[desk.cert.signed(&world.root), long].concat()];
    malformed("a desk key for more than fifteen days", List { desks: long, ..new() });
    refuse("a byte short", &good[..good.len() - 1], &site, NOW, "decode");
    refuse("a byte long", &[good.as_slice(), &[0]].concat(), &site, NOW, "decode");
    refuse("cut within the mix key", &good[..600], &site, NOW, "decode");
    refuse("empty", &[], &site, NOW, "decode");
}

/// What docs/wire.md derives from a passphrase, from the bare primitives.
fn conversation(master: &[u8; 32], desk: [u8; 16], weeks: &[u32], message: [u8; 16]) -> Value {
    let mut key: [u8; 32] = hkdf(master, &[], &[b"subrosa/1 reply root", &desk]);
    let mut week = 2960;
    let mut reply_keys = Vec::new();
    for wanted in weeks {
        while week < *wanted {
            key = hkdf(&key, &[], &[b"subrosa/1 ratchet"]);
            week += 1;
        }
        let receipt: [u8; 8] = hkdf(&key, &[], &[b"subrosa/1 receipt", &message]);
        reply_keys.push(json!({"week": week, "key": hex(key), "receipt": hex(receipt)}));
    }
    let id: [u8; 16] = hkdf(master, &[], &[b"subrosa/1 conversation", &desk]);
    json!({"desk_id": hex(desk), "conversation": hex(id), "reply_keys": reply_keys})
}

pub fn passphrase(world: &World) -> Value {
    let mut vectors = Vec::new();
    let message: [u8; 16] = random("message");
    let plain = "abacus scallion yo-yo felt-tip t-shirt drop-down zoom";
    for (name, typed, phrase, site) in [
        ("as shown", plain, plain, world.site),
        (
            "at another newsroom, as people type it: case, tabs, breaks, no-break and ideographic space",
            " Abacus\tSCALLION\r\nYo-Yo \u{a0} felt-TIP\u{3000}T-Shirt  drop-down\u{2009}zooM\n",
            plain,
            world.other_site(),
        ),
        (
            "seven times the first word",
            &["abacus"; 7].join(" "),
            &["abacus"; 7].join(" "),
            world.site,
        ),
    ] {
        let mut master = [0; 32];
        let salt = [b"subrosa/1 passphrase", site.as_slice()].concat();
        pbkdf2::pbkdf2_hmac::<Sha256>(phrase.as_bytes(), &salt, 600_000, &mut master);
        let desks: Vec<Value> = world
            .desks
            .iter()
            .map(|desk| {
                conversation(&master, desk.hand.desk_id(), &[2960, 2961, WEEK, 3100], message)
            })
            .collect();
        let fields = json!({"typed": typed, "site_id": hex(site), "message": hex(message)});
        let expect = json!({"phrase": phrase, "master": hex(master), "desks": desks});
        vectors.push(vector(name, fields, Ok(expect)));
    }
    for (name, typed) in [
        ("empty", ""),
        ("only white space", " \t\n\u{3000}"),
        ("six words", "abacus scallion yo-yo felt-tip t-shirt drop-down"),
        ("eight words", "abacus scallion yo-yo felt-tip t-shirt drop-down zoom zoom"),
        ("a word that is not in the list", "abacus scallion yo-yo felt-tip t-shirt drop-down zoo"),
        ("a word and a full stop", "abacus scallion yo-yo felt-tip t-shirt drop-down zoom."),
        (
            "a hyphen of another kind",
            "abacus scallion yo\u{2010}yo felt-tip t-shirt drop-down zoom",
        ),
        (
            "a letter of another script",
            "\u{430}bacus scallion yo-yo felt-tip t-shirt drop-down zoom",
        ),
        (
            "a zero-width space between words",
            "abacus\u{200b}scallion yo-yo felt-tip t-shirt drop-down zoom",
        ),
        (
            "a zero-width space beside",
            "abacus scallion yo-yo felt-tip t-shirt drop-down zoom\u{200b}",
        ),
        ("commas", "abacus, scallion, yo-yo, felt-tip, t-shirt, drop-down, zoom"),
    ] {
        let fields = json!({"typed": typed, "site_id": hex(world.site)});
        vectors.push(vector(name, fields, Err("decode")));
    }
    json!({"kind": "passphrase", "vectors": vectors})
}
