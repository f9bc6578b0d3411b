//! Packets, inner envelopes, messages and replies.

use miniz_oxide::deflate::compress_to_vec;
use serde_json::{Value, json};

use crate::{
    craft::{self, Box2, X25519, XWING, flipped, padding, random, sha256},
    json::{hex, vector},
    world::{NOW, WEEK, World},
};

/// A recipient's keys, as the files have them.
pub fn both(keys: &Box2) -> Value {
    json!({
        "x25519_secret": hex(keys.x25519),
        "x25519_public": hex(&keys.x25519_public),
        "xwing_seed": hex(keys.xwing),
        "xwing_public": hex(&keys.xwing_public),
    })
}

const SUITES: [(u8, &str); 2] = [(X25519, "X25519"), (XWING, "MLKEM768-X25519")];

// Vectors that differ in what they hold are sealed with the same randomness, so that they differ in few bytes and
// the files stay small. Nobody who sends does this.

pub fn packet(world: &World) -> Value {
    let mut vectors = Vec::new();
    let site = world.site;
    let desk = &world.desks[0].keys;
    let of = |bytes: &[u8], site: &[u8]| json!({"site_id": hex(site), "bytes": hex(bytes)});
    for (suite, name) in SUITES {
        let inner = {
            let payload: [u8; 1819] = random(&format!("packet payload {name}"));
            let plain = [payload.as_slice(), &padding(suite)].concat();
            desk.inner(&site, suite, &plain, &format!("packet inner {name}"))
        };
        let plain =
            |flag: u8, slot: u8| [&[flag, slot], inner.as_slice(), &padding(suite)].concat();
        let seal =
            |plain: &[u8]| world.mix.packet(&site, suite, 7, plain, &format!("packet {name}"));
        for (what, flag, slot) in [("real", 1, 23), ("cover", 0, 255)] {
            let bytes = seal(&plain(flag, slot));
            let expect = json!({
                "suite": suite, "epoch": 7, "flag": what, "slot": slot, "inner": hex(&inner),
            });
            vectors.push(vector(&format!("{name}: {what}"), of(&bytes, &site), Ok(expect)));
        }
        let good = seal(&plain(1, 23));
        let enc = if suite == X25519 { 32 } else { 1120 };
        let mut refuse = |what: &str, bytes: &[u8], site: &[u8], class| {
            vectors.push(vector(&format!("{name}: {what}"), of(bytes, site), Err(class)));
        };
        refuse("encapsulation changed", &flipped(&good, 2 + enc / 2, 1), &site, "open");
        refuse("top bit of the encapsulation set", &flipped(&good, 1 + enc, 0x80), &site, "open");
        refuse("ciphertext changed", &flipped(&good, 3000, 4), &site, "open");
        if suite == X25519 {
            refuse("epoch changed", &flipped(&good, 1, 1), &site, "open");
            refuse("tag changed", &flipped(&good, 4095, 0x40), &site, "open");
            let mut zero = good.clone();
            zero[2..34].fill(0);
            refuse("encapsulation of small order", &zero, &site, "open");
            let mut padded = plain(1, 23);
            *padded.last_mut().unwrap() = 1;
            refuse("last byte of the padding not zero", &seal(&padded), &site, "decode");
            let mut padded = plain(1, 23);
            padded[2 + 2956] = 0x80;
            refuse("first byte of the padding not zero", &seal(&padded), &site, "decode");
            refuse("suite changed to the other", &flipped(&good, 0, 3), &site, "open");
            refuse("a byte short", &good[..4095], &site, "decode");
            refuse("a byte long", &[good.as_slice(), &[0]].concat(), &site, "decode");
        } else {
            refuse("made for another site", &good, &world.other_site(), "open");
            let older = world.older_mix.packet(&site, suite, 7, &plain(1, 23), "older mix");
            refuse("sealed to another key", &older, &site, "open");
            refuse("flag neither cover nor real", &seal(&plain(2, 23)), &site, "decode");
            refuse("suite 0", &flipped(&good, 0, 2), &site, "decode");
            refuse("suite 3", &flipped(&good, 0, 1), &site, "decode");
            let info = [b"subrosa/1 inner", site.as_slice()].concat();
            let sealed = world.mix.seal(suite, &info, &[suite, 7], &plain(1, 23), "role");
            let bytes = [&[suite, 7], sealed.as_slice()].concat();
            refuse("sealed in the role of an inner envelope", &bytes, &site, "open");
        }
    }
    vectors.push(vector("empty", of(&[], &site), Err("decode")));
    json!({"kind": "packet", "mix": both(&world.mix), "vectors": vectors})
}

/// The fields of a payload, all of them free.
struct Payload {
    head: [u8; 2],
    order: [u8; 2],
    week: u32,
    length: Option<u16>,
    body: Vec<u8>,
    fill: u8,
}

impl Payload {
    fn new(index: u8, count: u8, body: Vec<u8>) -> Self {
        Self { head: [1, 1], order: [index, count], week: WEEK, length: None, body, fill: 0 }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = self.head.to_vec();
        out.extend_from_slice(&random::<16>("conversation"));
        out.extend_from_slice(&random::<16>("message"));
        out.extend_from_slice(&self.order);
        out.extend_from_slice(&self.week.to_be_bytes());
        out.extend_from_slice(&random::<32>("reply key"));
        let length = self.length.unwrap_or(self.body.len() as u16);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&self.body);
        out.resize(1819, self.fill);
        out
    }

    fn expect(&self, suite: u8) -> Value {
        json!({
            "suite": suite,
            "payload": hex(self.bytes()),
            "conversation": hex(random::<16>("conversation")),
            "message": hex(random::<16>("message")),
            "index": self.order[0],
            "count": self.order[1],
            "week": self.week,
            "reply_key": hex(random::<32>("reply key")),
            "body": hex(&self.body),
        })
    }
}

pub fn inner(world: &World) -> Value {
    let mut vectors = Vec::new();
    let (site, desk) = (world.site, &world.desks[0].keys);
    let of = |bytes: &[u8], site: &[u8]| json!({"site_id": hex(site), "bytes": hex(bytes)});
    let seal = |suite: u8, payload: &Payload| {
        let plain = [payload.bytes(), padding(suite)].concat();
        desk.inner(&site, suite, &plain, &format!("inner {suite}"))
    };
    let short = compress_to_vec("Meet me where we met before.".as_bytes(), 9);
    let full = random::<1745>("full body").to_vec();

    for (suite, name) in SUITES {
        let good = seal(suite, &Payload::new(0, 1, short.clone()));
        let expect = Payload::new(0, 1, short.clone()).expect(suite);
        vectors.push(vector(&format!("{name}: a short tip"), of(&good, &site), Ok(expect)));
        let mut refuse = |what: &str, bytes: &[u8], site: &[u8]| {
            vectors.push(vector(&format!("{name}: {what}"), of(bytes, site), Err("open")));
        };
        let enc = if suite == X25519 { 32 } else { 1120 };
        refuse("encapsulation changed", &flipped(&good, 1 + enc / 2, 1), &site);
        refuse("top bit of the encapsulation set", &flipped(&good, enc, 0x80), &site);
        refuse("ciphertext changed", &flipped(&good, 2000, 4), &site);
        refuse("tag changed", &flipped(&good, 2955, 1), &site);
        refuse("made for another site", &good, &world.other_site());
    }
    // From here on X25519, the suite that every browser has: a payload does not know in what it is sealed.
    for (name, payload) in [
        ("the first of eight, full", Payload::new(0, 8, full.clone())),
        ("the last of eight, empty", Payload::new(7, 8, Vec::new())),
        ("week 2960, the first", Payload { week: 2960, ..Payload::new(0, 1, short.clone()) }),
        ("week 5040, the last", Payload { week: 5040, ..Payload::new(0, 1, short.clone()) }),
    ] {
        let bytes = seal(X25519, &payload);
        vectors.push(vector(name, of(&bytes, &site), Ok(payload.expect(X25519))));
    }
    let fine = || Payload::new(0, 1, short.clone());
    for (name, payload) in [
        ("version 0", Payload { head: [0, 1], ..fine() }),
        ("version 2", Payload { head: [2, 1], ..fine() }),
        ("kind 2", Payload { head: [1, 2], ..fine() }),
        ("count 0", Payload { order: [0, 0], ..fine() }),
        ("count 9", Payload { order: [8, 9], ..fine() }),
        ("index equal to count", Payload { order: [1, 1], ..fine() }),
        ("a fragment before the last that is not full", Payload { order: [0, 2], ..fine() }),
        ("week 2959", Payload { week: 2959, ..fine() }),
        ("week 5041", Payload { week: 5041, ..fine() }),
        ("body longer than there is room", Payload { length: Some(1746), ..fine() }),
        ("body shorter than what is there", Payload { length: Some(8), ..fine() }),
        ("padding not zero", Payload { fill: 1, ..fine() }),
    ] {
        vectors.push(vector(name, of(&seal(X25519, &payload), &site), Err("decode")));
    }
    let mut plain = [fine().bytes(), padding(X25519)].concat();
    *plain.last_mut().unwrap() = 1;
    let bytes = desk.inner(&site, X25519, &plain, "inner 1");
    vectors.push(vector("padding of the suite not zero", of(&bytes, &site), Err("decode")));
    let noise = [random::<1819>("cover").as_slice(), &padding(X25519)].concat();
    let bytes = desk.inner(&site, X25519, &noise, "inner cover");
    vectors.push(vector("cover: random bytes", of(&bytes, &site), Err("decode")));
    let bytes = world.mix.inner(&site, XWING, &fine().bytes(), "to somebody else");
    vectors.push(vector("sealed to another key", of(&bytes, &site), Err("open")));
    let good = seal(X25519, &fine());
    vectors.push(vector("suite 3", of(&flipped(&good, 0, 2), &site), Err("decode")));
    vectors.push(vector("a byte short", of(&good[..2955], &site), Err("decode")));
    let long = [good.as_slice(), &[0]].concat();
    vectors.push(vector("a byte long", of(&long, &site), Err("decode")));
    json!({"kind": "inner", "desk": both(desk), "vectors": vectors})
}

/// `text` only where it is short; its SHA-256 and length in any case.
fn text_of(text: &str) -> Value {
    let mut expect = json!({"length": text.len(), "sha256": hex(sha256(text.as_bytes()))});
    if text.len() < 2000 {
        expect["text"] = json!(text);
    }
    expect
}

/// A DEFLATE stream of stored blocks: what a program writes that does not compress.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut blocks = bytes.chunks(65_535).peekable();
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&(block.len() as u16).to_le_bytes());
        out.extend_from_slice(&(!(block.len() as u16)).to_le_bytes());
        out.extend_from_slice(block);
    }
    out
}

pub fn message() -> Value {
    let of = |body: &[u8]| {
        let pieces: Vec<Value> = body.chunks(1745).map(hex).collect();
        json!({"bodies": pieces})
    };
    let random_text: String =
        random::<4200>("long text").iter().map(|byte| char::from(b' ' + byte % 95)).collect();
    let most = "a".repeat(262_144);
    let mut vectors = Vec::new();
    for (name, text, body) in [
        ("one letter", "a", compress_to_vec(b"a", 9)),
        (
            "Latin",
            "Meet me where we met before.",
            compress_to_vec(b"Meet me where we met before.", 9),
        ),
        (
            "four scripts and a face",
            "Ночью, у моста. 夜里，在桥边。 ليلاً عند الجسر. 🌹",
            compress_to_vec("Ночью, у моста. 夜里，在桥边。 ليلاً عند الجسر. 🌹".as_bytes(), 9),
        ),
        (
            "markup is text",
            "<script>alert(1)</script>\r\n\u{0}\u{202e}&amp;",
            compress_to_vec("<script>alert(1)</script>\r\n\u{0}\u{202e}&amp;".as_bytes(), 9),
        ),
        ("stored, not compressed", "as it is", stored(b"as it is")),
        ("nothing", "", vec![0x03, 0x00]),
        ("three fragments", &random_text, compress_to_vec(random_text.as_bytes(), 9)),
        ("the longest", &most, compress_to_vec(most.as_bytes(), 9)),
    ] {
        vectors.push(vector(name, of(&body), Ok(text_of(text))));
    }
    let good = compress_to_vec(b"Meet me where we met before.", 9);
    for (name, body) in [
        ("a byte longer than the longest", compress_to_vec("a".repeat(262_145).as_bytes(), 9)),
        ("a bomb: ten million bytes", compress_to_vec(&vec![b'a'; 10_000_000], 9)),
        ("no bytes at all", Vec::new()),
        ("noise", [&[0xff], random::<200>("noise").as_slice()].concat()),
        ("cut short", good[..good.len() - 1].to_vec()),
        ("a byte after the end of the stream", [good.as_slice(), &[0]].concat()),
        ("two streams", [good.as_slice(), &good].concat()),
        ("a block of the reserved type", vec![0x07]),
        ("a stored block whose length does not agree", flipped(&stored(b"as it is"), 3, 1)),
        ("not UTF-8: a lone continuation byte", compress_to_vec(&[b'a', 0x80], 9)),
        ("not UTF-8: cut within a letter", compress_to_vec(&[0xe5, 0xa4], 9)),
        ("not UTF-8: overlong", compress_to_vec(&[0xc0, 0xaf], 9)),
        ("not UTF-8: a surrogate", compress_to_vec(&[0xed, 0xa0, 0x80], 9)),
    ] {
        vectors.push(vector(name, of(&body), Err("decode")));
    }
    json!({"kind": "message", "vectors": vectors})
}

/// The fields of a reply's plaintext, all of them free.
struct Reply {
    head: [u8; 2],
    order: [u8; 2],
    length: Option<u16>,
    body: Vec<u8>,
    fill: u8,
}

impl Reply {
    fn new(index: u8, count: u8, body: &[u8]) -> Self {
        Self { head: [1, 1], order: [index, count], length: None, body: body.to_vec(), fill: 0 }
    }

    fn entry(&self, key: &[u8; 32], label: &str) -> Vec<u8> {
        let mut plain = self.head.to_vec();
        plain.extend_from_slice(&random::<16>("reply id"));
        plain.extend_from_slice(&self.order);
        plain.extend_from_slice(&(NOW - NOW % 3600).to_be_bytes());
        let length = self.length.unwrap_or(self.body.len() as u16);
        plain.extend_from_slice(&length.to_be_bytes());
        plain.extend_from_slice(&self.body);
        plain.resize(992, self.fill);
        let salt: [u8; 16] = random(&format!("salt of {label}"));
        let entry_key = craft::hkdf(key, &salt, &[b"subrosa/1 reply entry"]);
        [salt.as_slice(), &craft::gcm(&entry_key, &[], &plain)].concat()
    }
}

pub fn reply() -> Value {
    let key: [u8; 32] = random("reply key");
    let of = |entry: &[u8]| json!({"key": hex(key), "week": WEEK, "entry": hex(entry)});
    let body = compress_to_vec(b"Thank you. Which meeting?", 9);
    let full: [u8; 962] = random("full reply");
    let mut vectors = Vec::new();
    for (name, part) in [
        ("a short reply", Reply::new(0, 1, &body)),
        ("the second of eight, full", Reply::new(1, 8, &full)),
        ("the last of eight, empty", Reply::new(7, 8, &[])),
    ] {
        let expect = json!({
            "reply": hex(random::<16>("reply id")),
            "index": part.order[0],
            "count": part.order[1],
            "written": NOW - NOW % 3600,
            "body": hex(&part.body),
        });
        vectors.push(vector(name, of(&part.entry(&key, name)), Ok(expect)));
    }
    let fine = || Reply::new(0, 1, &body);
    for (name, part) in [
        ("version 2", Reply { head: [2, 1], ..fine() }),
        ("kind 2", Reply { head: [1, 2], ..fine() }),
        ("count 0", Reply { order: [0, 0], ..fine() }),
        ("count 9", Reply { order: [0, 9], ..fine() }),
        ("index equal to count", Reply { order: [2, 2], ..fine() }),
        ("body longer than an entry", Reply { length: Some(963), ..fine() }),
        ("body shorter than what is there", Reply { length: Some(4), ..fine() }),
        ("padding not zero", Reply { fill: 0xff, ..fine() }),
    ] {
        vectors.push(vector(name, of(&part.entry(&key, name)), Err("decode")));
    }
    let good = fine().entry(&key, "a short reply");
    for (name, entry) in [
        ("salt changed", flipped(&good, 0, 1)),
        ("ciphertext changed", flipped(&good, 500, 0x80)),
        ("tag changed", flipped(&good, 1023, 1)),
        ("a dummy: random bytes", random::<1024>("dummy").to_vec()),
        ("under the key of another week", fine().entry(&random("another key"), "another week")),
    ] {
        vectors.push(vector(name, of(&entry), Err("open")));
    }
    json!({"kind": "reply", "vectors": vectors})
}
