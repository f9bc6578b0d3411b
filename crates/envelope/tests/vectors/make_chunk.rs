//! Chunks of the dead drop.

use serde_json::{Value, json};

use crate::{
    craft::{Hand, flipped, rng, sha256},
    json::{hex, vector},
    world::World,
};
use rand_core::Rng as _;

/// The fields of a chunk, all of them free.
struct Chunk {
    head: [u8; 2],
    count: u16,
    block: u64,
    tick: u32,
    records: Vec<u8>,
}

impl Chunk {
    fn new(count: u16) -> Self {
        let mut records = vec![0; usize::from(count) * 1408];
        rng("records").fill_bytes(&mut records);
        Self { head: [1, b'D'], count, block: 41_550, tick: 3600, records }
    }

    fn signed(&self, by: &Hand, site: &[u8; 32]) -> Vec<u8> {
        let mut out = self.head.to_vec();
        out.extend_from_slice(&self.count.to_be_bytes());
        out.extend_from_slice(&self.block.to_be_bytes());
        out.extend_from_slice(&self.tick.to_be_bytes());
        out.extend_from_slice(&self.records);
        by.signed(&[b"subrosa/1 dead drop", site], out)
    }

    fn expect(&self) -> Value {
        let records: Vec<Value> = self
            .records
            .chunks(1408)
            .zip(self.block * 12..)
            .map(|(record, tick)| {
                json!({
                    "tick": tick,
                    "entry_sha256": hex(sha256(&record[..1024])),
                    "first_receipt": hex(&record[1024..1032]),
                    "last_receipt": hex(&record[1400..]),
                })
            })
            .collect();
        json!({"block": self.block, "tick_secs": self.tick, "records": records})
    }
}

pub fn chunk(world: &World) -> Value {
    let (site, signer) = (world.site, &world.signer);
    let of = |bytes: &[u8]| json!({"site_id": hex(site), "signer": hex(signer.public()), "bytes": hex(bytes)});
    let mut vectors = Vec::new();
    for (name, chunk) in [
        ("live, no record yet", Chunk::new(0)),
        ("live, two records", Chunk::new(2)),
        ("closed, twelve records", Chunk::new(12)),
        ("block 0", Chunk { block: 0, ..Chunk::new(1) }),
        ("a tick of a second", Chunk { tick: 1, ..Chunk::new(0) }),
        ("a tick of a day", Chunk { tick: 86_400, ..Chunk::new(0) }),
    ] {
        let bytes = chunk.signed(signer, &site);
        vectors.push(vector(name, of(&bytes), Ok(chunk.expect())));
    }
    let one = Chunk::new(1).signed(signer, &site);
    for (name, bytes) in [
        ("version 2", Chunk { head: [2, b'D'], ..Chunk::new(1) }.signed(signer, &site)),
        ("of another kind", Chunk { head: [1, b'B'], ..Chunk::new(1) }.signed(signer, &site)),
        ("thirteen records", Chunk::new(13).signed(signer, &site)),
        ("fewer records than it says", Chunk { count: 2, ..Chunk::new(1) }.signed(signer, &site)),
        ("more records than it says", Chunk { count: 0, ..Chunk::new(1) }.signed(signer, &site)),
        ("a tick of no time", Chunk { tick: 0, ..Chunk::new(0) }.signed(signer, &site)),
        ("a tick longer than a day", Chunk { tick: 86_401, ..Chunk::new(0) }.signed(signer, &site)),
        (
            "a block beyond all time",
            Chunk { block: u64::MAX, ..Chunk::new(0) }.signed(signer, &site),
        ),
        ("a byte short", one[..one.len() - 1].to_vec()),
        ("a byte long", [one.as_slice(), &[0]].concat()),
        ("only a header", one[..16].to_vec()),
        ("empty", Vec::new()),
    ] {
        vectors.push(vector(name, of(&bytes), Err("decode")));
    }
    for (name, bytes) in [
        ("block number changed", flipped(&one, 11, 1)),
        ("tick length changed", flipped(&one, 15, 1)),
        ("entry changed", flipped(&one, 500, 1)),
        ("last receipt changed", flipped(&one, 16 + 1407, 1)),
        ("signature changed: R", flipped(&one, one.len() - 64, 1)),
        ("signature changed: S", flipped(&one, one.len() - 32, 1)),
        ("signed by a desk", Chunk::new(1).signed(&world.desks[0].hand, &site)),
        ("signed for another site", Chunk::new(1).signed(signer, &world.other_site())),
        ("signed in another role", {
            let whole = Chunk::new(1).signed(signer, &site);
            signer.signed(&[b"subrosa/1 batch", &site], whole[..whole.len() - 64].to_vec())
        }),
    ] {
        vectors.push(vector(name, of(&bytes), Err("verify")));
    }
    json!({"kind": "chunk", "vectors": vectors})
}
