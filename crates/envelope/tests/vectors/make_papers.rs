//! What the root signs, and what desks and the mix send each other.

use serde_json::{Value, json};

use crate::{
    craft::{self, Cert, Hand, XWING, flipped, random, sha256},
    json::{hex, vector},
    make_sealed::both,
    world::{DAY, Desk, NOW, WEEK, World},
};

/// The identity of the curve: a key under which anything can be made to verify.
const SMALL_ORDER: [u8; 32] = {
    let mut key = [0; 32];
    key[0] = 1;
    key
};
/// No point of the curve has this encoding.
const NO_POINT: [u8; 32] = {
    let mut key = [0; 32];
    key[0] = 2;
    key
};

pub fn certificate(world: &World) -> Value {
    let mut vectors = Vec::new();
    let (site, desk) = (world.site, &world.desks[0]);
    let of = |bytes: &[u8], revocations: &[Vec<u8>]| {
        let revocations: Vec<Value> = revocations.iter().map(hex).collect();
        json!({"site_id": hex(site), "now": NOW, "revocations": revocations, "bytes": hex(bytes)})
    };
    let longest = Cert { name: "n".repeat(64).into_bytes(), ..desk.cert.clone() };
    let begun = Cert { dates: (NOW, NOW + 366 * DAY), ..desk.cert.clone() };
    let ending = Cert { dates: (NOW - 366 * DAY + 1, NOW + 1), ..desk.cert.clone() };
    for (name, cert) in [
        ("a desk", &desk.cert),
        ("the signer", &world.signer_cert),
        ("a name of 64 bytes", &longest),
        ("the first second of 366 days", &begun),
        ("the last second of 366 days", &ending),
    ] {
        let expect = json!({
            "role": if cert.role == 1 { "signer" } else { "desk" },
            "serial": hex(cert.serial),
            "not_before": cert.dates.0,
            "not_after": cert.dates.1,
            "key": hex(cert.key),
            "name": std::str::from_utf8(&cert.name).unwrap(),
        });
        vectors.push(vector(name, of(&cert.signed(&world.root), &[]), Ok(expect)));
    }
    let unneeded = craft::revocation(&world.root, random("some serial"), site);
    let good = desk.cert.signed(&world.root);
    let expect = vectors[0]["expect"].clone();
    vectors.push(vector("another one is revoked", of(&good, &[unneeded]), Ok(expect)));

    let named = |name: &[u8]| Cert { name: name.to_vec(), ..desk.cert.clone() };
    let dated = |from: u64, until: u64| Cert { dates: (from, until), ..desk.cert.clone() };
    for (name, cert) in [
        ("version 2", Cert { version: 2, ..desk.cert.clone() }),
        ("role 0", Cert { role: 0, ..desk.cert.clone() }),
        ("role 3", Cert { role: 3, ..desk.cert.clone() }),
        ("valid for no time", dated(NOW, NOW)),
        ("ends before it begins", dated(NOW, NOW - 1)),
        ("valid for 366 days and a second", dated(NOW, NOW + 366 * DAY + 1)),
        ("the holder's key is no point", Cert { key: NO_POINT, ..desk.cert.clone() }),
        ("the holder's key is of small order", Cert { key: SMALL_ORDER, ..desk.cert.clone() }),
        ("no name", named(b"")),
        ("a name of white space", named(b"  ")),
        ("a line break in the name", named(b"Night\ndesk")),
        ("the name is not UTF-8", named(&[0xff, 0xfe])),
        ("a name longer than there is room", Cert { name_length: Some(65), ..desk.cert.clone() }),
        ("something after the name", Cert { name_length: Some(3), ..named(b"desk") }),
    ] {
        vectors.push(vector(name, of(&cert.signed(&world.root), &[]), Err("decode")));
    }
    vectors.push(vector("a byte short", of(&good[..226], &[]), Err("decode")));
    let long = [good.as_slice(), &[0]].concat();
    vectors.push(vector("a byte long", of(&long, &[]), Err("decode")));

    let revoked = craft::revocation(&world.root, desk.cert.serial, site);
    vectors.push(vector("revoked", of(&good, &[revoked]), Err("verify")));
    let elsewhere = Cert { site: world.other_site(), ..desk.cert.clone() };
    for (name, bytes) in [
        ("not valid yet", dated(NOW + 1, NOW + DAY).signed(&world.root)),
        ("expired this second", dated(NOW - DAY, NOW).signed(&world.root)),
        ("for another site", elsewhere.signed(&world.root)),
        ("for another site, by its root", elsewhere.signed(&world.stranger)),
        ("by another root", desk.cert.signed(&world.stranger)),
        ("by the holder", desk.cert.signed(&desk.hand)),
        ("changed: role", flipped(&good, 1, 3)),
        ("changed: serial", flipped(&good, 2, 1)),
        ("changed: dates", flipped(&good, 57, 1)),
        ("changed: name", flipped(&good, 99, 1)),
        ("changed: signature, R", flipped(&good, 163, 1)),
        ("changed: signature, S", flipped(&good, 195, 1)),
        ("signed in another role", {
            world.root.signed(&[b"subrosa/1 revocation"], good[..163].to_vec())
        }),
        ("a signature whose S is not reduced", malleated(&good)),
    ] {
        vectors.push(vector(name, of(&bytes, &[]), Err("verify")));
    }
    json!({"kind": "certificate", "vectors": vectors})
}

/// The same signature with the group's order added to S, which some verifiers accept (RFC 8032, section 5.1.7).
fn malleated(signed: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut out = signed.to_vec();
    let at = out.len() - 32;
    let mut carry = 0;
    for (byte, order) in out[at..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    out
}

pub fn revocation(world: &World) -> Value {
    let mut vectors = Vec::new();
    let site = world.site;
    let of = |bytes: &[u8]| json!({"site_id": hex(site), "bytes": hex(bytes)});
    let serial = world.desks[0].cert.serial;
    let good = craft::revocation(&world.root, serial, site);
    vectors.push(vector("of a desk", of(&good), Ok(json!({"serial": hex(serial)}))));
    let headed = |head: &[u8; 2]| {
        let bytes = [head.as_slice(), &serial, &site].concat();
        world.root.signed(&[b"subrosa/1 revocation"], bytes)
    };
    for (name, bytes) in [
        ("version 2", headed(b"\x02R")),
        ("of another kind", headed(b"\x01W")),
        ("a byte short", good[..113].to_vec()),
        ("a byte long", [good.as_slice(), &[0]].concat()),
        ("empty", Vec::new()),
    ] {
        vectors.push(vector(name, of(&bytes), Err("decode")));
    }
    for (name, bytes) in [
        ("changed: serial", flipped(&good, 2, 1)),
        ("changed: signature", flipped(&good, 113, 1)),
        ("for another site", craft::revocation(&world.root, serial, world.other_site())),
        ("by another root", craft::revocation(&world.stranger, serial, site)),
        ("by the signer", craft::revocation(&world.signer, serial, site)),
    ] {
        vectors.push(vector(name, of(&bytes), Err("verify")));
    }
    json!({"kind": "revocation", "vectors": vectors})
}

pub fn deskkey(world: &World) -> Value {
    let mut vectors = Vec::new();
    let (site, desk) = (world.site, &world.desks[0]);
    let of = |bytes: &[u8], now: u64| {
        let key = hex(desk.hand.public());
        json!({"site_id": hex(site), "desk": key, "now": now, "bytes": hex(bytes)})
    };
    let good = desk.key(site);
    let expect = json!({
        "desk_id": hex(desk.hand.desk_id()),
        "week": WEEK,
        "not_after": Desk::KEY_UNTIL,
        "x25519": hex(&desk.keys.x25519_public),
        "xwing_sha256": hex(sha256(&desk.keys.xwing_public)),
    });
    let start = u64::from(WEEK) * 604_800;
    for (name, now) in [
        ("in its week", NOW),
        ("a day before its week", start - DAY),
        ("the last second", Desk::KEY_UNTIL - 1),
    ] {
        vectors.push(vector(name, of(&good, now), Ok(expect.clone())));
    }
    for (name, now) in [("too early", start - DAY - 1), ("expired", Desk::KEY_UNTIL)] {
        vectors.push(vector(name, of(&good, now), Err("verify")));
    }
    let of = |bytes: &[u8]| of(bytes, NOW);
    let by = |hand: &Hand, site| craft::desk_key(hand, site, WEEK, Desk::KEY_UNTIL, &desk.keys);
    for (name, bytes) in [
        ("changed: X25519 key", flipped(&good, 30, 1)),
        ("changed: signature", flipped(&good, 1341, 1)),
        ("of another desk", by(&world.desks[1].hand, site)),
        ("for another site", by(&desk.hand, world.other_site())),
    ] {
        vectors.push(vector(name, of(&bytes), Err("verify")));
    }
    let until = |until| craft::desk_key(&desk.hand, site, WEEK, until, &desk.keys);
    let headed = |head: &[u8; 2]| {
        let bytes = [head.as_slice(), &good[2..1278]].concat();
        desk.hand.signed(&[b"subrosa/1 desk key", &site], bytes)
    };
    // The ML-KEM part must be encoded in full reduction (FIPS 203, section 7.2).
    let mut unreduced = good[..1278].to_vec();
    unreduced[62..65].fill(0xff);
    for (name, bytes) in [
        ("version 2", headed(b"\x02W")),
        ("of another kind", headed(b"\x01K")),
        ("valid for no time", until(start)),
        ("valid for fifteen days and a second", until(start + 15 * DAY + 1)),
        ("an ML-KEM key that is not reduced", {
            desk.hand.signed(&[b"subrosa/1 desk key", &site], unreduced)
        }),
        ("a byte short", good[..1341].to_vec()),
        ("a byte long", [good.as_slice(), &[0]].concat()),
    ] {
        vectors.push(vector(name, of(&bytes), Err("decode")));
    }
    json!({"kind": "deskkey", "vectors": vectors})
}

pub fn bundle(world: &World) -> Value {
    let mut vectors = Vec::new();
    let (site, desk) = (world.site, &world.desks[0]);
    let of = |bytes: &[u8]| {
        let key = hex(desk.hand.public());
        json!({"site_id": hex(site), "desk": key, "bytes": hex(bytes)})
    };
    let (entry, receipts): ([u8; 1024], [u8; 384]) = (random("bundle entry"), random("receipts"));
    let tick = NOW / 3600 + 1;
    let unsigned = |head: [u8; 4], secs: u32| {
        let id = desk.hand.desk_id();
        let mut out = [head.as_slice(), &id, &tick.to_be_bytes(), &secs.to_be_bytes()].concat();
        out.extend_from_slice(&entry);
        out.extend_from_slice(&receipts);
        out.extend_from_slice(&desk.key(site));
        out
    };
    let context = [b"subrosa/1 bundle".as_slice(), &site];
    let sign = |bytes| desk.hand.signed(&context, bytes);
    let fine = || unsigned([1, b'U', 0, 0], 3600);
    let good = sign(fine());
    let expect = json!({
        "desk_id": hex(desk.hand.desk_id()),
        "tick": tick,
        "tick_secs": 3600,
        "entry_sha256": hex(sha256(&entry)),
        "first_receipt": hex(&receipts[..8]),
        "last_receipt": hex(&receipts[376..]),
        "desk_key_sha256": hex(sha256(&desk.key(site))),
    });
    vectors.push(vector("for the next tick", of(&good), Ok(expect)));
    for (name, bytes) in [
        ("version 2", sign(unsigned([2, b'U', 0, 0], 3600))),
        ("of another kind", sign(unsigned([1, b'B', 0, 0], 3600))),
        ("reserved bytes not zero", sign(unsigned([1, b'U', 1, 0], 3600))),
        ("a tick of no time", sign(unsigned([1, b'U', 0, 0], 0))),
        ("a tick longer than a day", sign(unsigned([1, b'U', 0, 0], 86_401))),
        ("a byte short", good[..2845].to_vec()),
        ("a byte long", [good.as_slice(), &[0]].concat()),
    ] {
        vectors.push(vector(name, of(&bytes), Err("decode")));
    }
    for (name, bytes) in [
        ("changed: tick", flipped(&good, 27, 1)),
        ("changed: entry", flipped(&good, 100, 1)),
        ("changed: last receipt", flipped(&good, 1439, 1)),
        ("changed: desk key", flipped(&good, 1500, 1)),
        ("changed: signature", flipped(&good, 2845, 1)),
        ("by another desk in its name", world.desks[1].hand.signed(&context, fine())),
        ("for another site", {
            desk.hand.signed(&[b"subrosa/1 bundle", &world.other_site()], fine())
        }),
        ("of another desk", {
            let mut bytes = fine();
            bytes[4..20].copy_from_slice(&world.desks[1].hand.desk_id());
            world.desks[1].hand.signed(&context, bytes)
        }),
    ] {
        vectors.push(vector(name, of(&bytes), Err("verify")));
    }
    json!({"kind": "bundle", "vectors": vectors})
}

/// The fields of a batch, all of them free.
struct Batch<'a> {
    head: [u8; 2],
    count: Option<u16>,
    secs: u32,
    desks: Vec<(&'a Desk, u32)>,
    desk_count: Option<u8>,
    items: Vec<u8>,
    /// The context that desks' slots are sealed in.
    sealed_for: [u8; 32],
}

const BATCH_TICK: u64 = NOW / 3600;

impl<'a> Batch<'a> {
    fn new(world: &'a World, desks: &[usize], items: usize) -> Self {
        let desks = desks.iter().map(|index| (&world.desks[*index], WEEK)).collect();
        let items = (0..items)
            .flat_map(|index| {
                let inner: [u8; 2956] = random(&format!("inner {index} of the batch"));
                [inner.as_slice(), &[index as u8 + 2, 200 + index as u8]].concat()
            })
            .collect();
        let sealed_for = world.site;
        let (head, secs) = ([1, b'B'], 3600);
        Self { head, count: None, secs, desks, desk_count: None, items, sealed_for }
    }

    fn unsigned(&self) -> Vec<u8> {
        let content_key: [u8; 32] = random("content key");
        let count = self.count.unwrap_or((self.items.len() / 2958) as u16);
        let mut out = self.head.to_vec();
        out.extend_from_slice(&count.to_be_bytes());
        out.extend_from_slice(&BATCH_TICK.to_be_bytes());
        out.extend_from_slice(&self.secs.to_be_bytes());
        let header = out.clone();
        out.push(self.desk_count.unwrap_or(self.desks.len() as u8));
        let info = [b"subrosa/1 batch".as_slice(), &self.sealed_for].concat();
        for (desk, week) in &self.desks {
            out.extend_from_slice(&desk.hand.desk_id());
            out.extend_from_slice(&week.to_be_bytes());
            let label = format!("batch for {} in week {week}", desk.name);
            out.extend_from_slice(&desk.keys.seal(XWING, &info, &header, &content_key, &label));
        }
        out.extend_from_slice(&craft::gcm(&content_key, &header, &self.items));
        out
    }

    fn signed(&self, by: &Hand, site: [u8; 32]) -> Vec<u8> {
        by.signed(&[b"subrosa/1 batch", &site], self.unsigned())
    }

    fn expect(&self, weeks: &[u32]) -> Value {
        let items: Vec<Value> = self
            .items
            .chunks(2958)
            .map(|item| {
                json!({
                    "inner_sha256": hex(sha256(&item[..2956])),
                    "crowd": item[2956],
                    "slot": item[2957],
                })
            })
            .collect();
        json!({"tick": BATCH_TICK, "tick_secs": self.secs, "weeks": weeks, "items": items})
    }
}

pub fn batch(world: &World) -> Value {
    let mut vectors = Vec::new();
    let (site, signer) = (world.site, &world.signer);
    let of = |bytes: &[u8]| {
        let desk_id = hex(world.desks[0].hand.desk_id());
        let signer = hex(signer.public());
        json!({"site_id": hex(site), "signer": signer, "desk_id": desk_id, "bytes": hex(bytes)})
    };
    let new = || Batch::new(world, &[0], 1);
    let weeks =
        Batch { desks: vec![(&world.desks[0], WEEK - 1), (&world.desks[0], WEEK)], ..new() };
    for (name, batch, listed) in [
        ("one item, one desk", new(), vec![WEEK]),
        ("two items, two desks", Batch::new(world, &[1, 0], 2), vec![WEEK]),
        ("no items", Batch::new(world, &[0], 0), vec![WEEK]),
        ("two weeks of one desk", weeks, vec![WEEK - 1, WEEK]),
    ] {
        let expect = batch.expect(&listed);
        vectors.push(vector(name, of(&batch.signed(signer, site)), Ok(expect)));
    }
    let good = new().signed(signer, site);
    for (name, bytes) in [
        ("version 2", Batch { head: [2, b'B'], ..new() }.signed(signer, site)),
        ("of another kind", Batch { head: [1, b'D'], ..new() }.signed(signer, site)),
        ("more items than there are", Batch { count: Some(2), ..new() }.signed(signer, site)),
        ("fewer items than there are", Batch { count: Some(0), ..new() }.signed(signer, site)),
        ("more desks than there are", Batch { desk_count: Some(2), ..new() }.signed(signer, site)),
        ("a tick of no time", Batch { secs: 0, ..new() }.signed(signer, site)),
        ("a tick longer than a day", Batch { secs: 86_401, ..new() }.signed(signer, site)),
        ("seventeen desks", {
            let desks = vec![(&world.desks[0], WEEK); 17];
            Batch { desks, items: Vec::new(), ..new() }.signed(signer, site)
        }),
        ("a byte short", good[..good.len() - 1].to_vec()),
        ("a byte long", [good.as_slice(), &[0]].concat()),
        ("only a header", good[..16].to_vec()),
        ("empty", Vec::new()),
    ] {
        vectors.push(vector(name, of(&bytes), Err("decode")));
    }
    for (name, bytes) in [
        ("changed: tick", flipped(&good, 11, 1)),
        ("changed: a desk's slot", flipped(&good, 600, 1)),
        ("changed: items", flipped(&good, 3000, 1)),
        ("changed: signature", flipped(&good, good.len() - 1, 1)),
        ("by a desk", new().signed(&world.desks[0].hand, site)),
        ("for another site", new().signed(signer, world.other_site())),
    ] {
        vectors.push(vector(name, of(&bytes), Err("verify")));
    }
    // What a dishonest signer might sign.
    let resigned = |at: usize| {
        let bytes = flipped(&new().unsigned(), at, 1);
        signer.signed(&[b"subrosa/1 batch", &site], bytes)
    };
    for (name, bytes) in [
        ("not for this desk", Batch::new(world, &[1], 1).signed(signer, site)),
        ("the desk's slot spoilt, then signed", resigned(600)),
        ("an item spoilt, then signed", resigned(3000)),
        ("the tick changed, then signed", resigned(11)),
        ("sealed for another site", {
            Batch { sealed_for: world.other_site(), ..new() }.signed(signer, site)
        }),
    ] {
        vectors.push(vector(name, of(&bytes), Err("open")));
    }
    json!({"kind": "batch", "desk": both(&world.desks[0].keys), "vectors": vectors})
}

pub fn token(world: &World) -> Value {
    let mut vectors = Vec::new();
    let (site, desk) = (world.site, &world.desks[0].hand);
    let path = "/desk/batch/498611";
    let of = |bytes: &[u8], now: u64| {
        let key = hex(desk.public());
        json!({"site_id": hex(site), "desk": key, "now": now, "path": path, "bytes": hex(bytes)})
    };
    // The token is what was signed, without the path: that comes with the request.
    let make = |by: &Hand, id: [u8; 16], site: [u8; 32], path: &str| {
        let fields = [id.as_slice(), &NOW.to_be_bytes()].concat();
        let signed =
            by.signed(&[b"subrosa/1 fetch", &site], [fields.as_slice(), path.as_bytes()].concat());
        [fields.as_slice(), &signed[signed.len() - 64..]].concat()
    };
    let id = desk.desk_id();
    let good = make(desk, id, site, path);
    let expect = json!({"desk_id": hex(id)});
    for (name, now) in [
        ("at once", NOW),
        ("the site's clock five minutes behind", NOW - 300),
        ("the site's clock five minutes ahead", NOW + 300),
    ] {
        vectors.push(vector(name, of(&good, now), Ok(expect.clone())));
    }
    vectors.push(vector("too early", of(&good, NOW - 301), Err("verify")));
    vectors.push(vector("too late", of(&good, NOW + 301), Err("verify")));
    let other = &world.desks[1].hand;
    for (name, bytes, class) in [
        ("for another path", make(desk, id, site, "/desk/batch/498612"), "verify"),
        ("for another site", make(desk, id, world.other_site(), path), "verify"),
        ("of another desk", make(other, other.desk_id(), site, path), "verify"),
        ("by another desk in its name", make(other, id, site, path), "verify"),
        ("changed: time", flipped(&good, 23, 1), "verify"),
        ("changed: signature", flipped(&good, 87, 1), "verify"),
        ("a byte short", good[..87].to_vec(), "decode"),
        ("a byte long", [good.as_slice(), &[0]].concat(), "decode"),
        ("empty", Vec::new(), "decode"),
    ] {
        vectors.push(vector(name, of(&bytes, NOW), Err(class)));
    }
    json!({"kind": "token", "vectors": vectors})
}
