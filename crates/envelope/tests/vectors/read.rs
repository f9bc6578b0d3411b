//! What each kind of vector says, asked of the crate.

use envelope::{
    DecodeError, OpenError, VerifyError,
    drop::{Chunk, Record},
    inner::InnerEnvelope,
    keylist::{KeyList, Placement},
    keys::{DeskId, KemRole, KemSecret, SiteId, Verifying},
    message,
    packet::{Flag, Packet},
    passphrase::{Passphrase, ReplyKey},
    payload::{Body, Fragment, MessageId},
    reply::Part,
    sizes,
};
use serde_json::{Value, json};

use crate::{
    craft::sha256,
    json::{array, bytes, hex, number},
};

pub type Outcome = Result<Value, &'static str>;

pub fn site(vector: &Value) -> SiteId {
    SiteId(array(vector, "site_id"))
}

pub fn secret<R: KemRole>(keys: &Value) -> KemSecret<R> {
    let both = [array::<32>(keys, "x25519_secret"), array::<32>(keys, "xwing_seed")].concat();
    let secret = KemSecret::from_bytes(&both.try_into().unwrap()).unwrap();
    let public = KemSecret::<R>::public(&secret);
    let stated = envelope::keys::KemPublic::from_bytes(
        &array(keys, "x25519_public"),
        &array(keys, "xwing_public"),
    );
    assert!(public == stated.unwrap(), "the public keys of the file belong to its private keys");
    secret
}

pub fn decode(_: DecodeError) -> &'static str {
    "decode"
}

pub fn open(error: OpenError) -> &'static str {
    match error {
        OpenError::Decode(_) => "decode",
        OpenError::Sealed => "open",
    }
}

pub fn verify(error: VerifyError) -> &'static str {
    match error {
        VerifyError::Decode(_) => "decode",
        _ => "verify",
    }
}

pub fn packet(file: &Value, vector: &Value) -> Outcome {
    let bytes = bytes(vector, "bytes");
    let packet = Packet::decode(&bytes).map_err(decode)?;
    let opened = packet.open(&site(vector), &secret(&file["mix"])).map_err(open)?;
    Ok(json!({
        "suite": packet.suite().byte(),
        "epoch": packet.epoch(),
        "flag": match opened.flag { Flag::Real => "real", Flag::Cover => "cover" },
        "slot": opened.slot,
        "inner": hex(opened.inner.as_bytes()),
    }))
}

pub fn inner(file: &Value, vector: &Value) -> Outcome {
    let inner = InnerEnvelope::decode(&bytes(vector, "bytes")).map_err(decode)?;
    let payload = inner.open(&site(vector), &secret(&file["desk"])).map_err(open)?;
    let fragment = Fragment::decode(&payload).map_err(decode)?;
    assert_eq!(*fragment.encode().unwrap(), *payload, "encoding gives the same bytes");
    Ok(json!({
        "suite": inner.suite().unwrap().byte(),
        "payload": hex(payload.as_slice()),
        "conversation": hex(fragment.conversation.0),
        "message": hex(fragment.message.0),
        "index": fragment.index,
        "count": fragment.count,
        "week": fragment.reply_key.week(),
        "reply_key": hex(fragment.reply_key.as_bytes()),
        "body": hex(&fragment.body.0),
    }))
}

pub fn message(_: &Value, vector: &Value) -> Outcome {
    let pieces = vector["bodies"].as_array().unwrap().iter();
    let bodies: Vec<Body> =
        pieces.map(|piece| Body(hex::decode(piece.as_str().unwrap()).unwrap())).collect();
    let text = message::join(bodies.iter()).map_err(|_| "decode")?;
    let mut said = json!({"length": text.len(), "sha256": hex(sha256(text.as_bytes()))});
    if text.len() < 2000 {
        said["text"] = json!(*text);
    }
    Ok(said)
}

pub fn reply(_: &Value, vector: &Value) -> Outcome {
    let week = u32::try_from(number(vector, "week")).unwrap();
    let key = ReplyKey::new(week, array(vector, "key")).unwrap();
    let part = Part::open(&array(vector, "entry"), &key).map_err(open)?;
    Ok(json!({
        "reply": hex(part.reply.0),
        "index": part.index,
        "count": part.count,
        "written": part.written,
        "body": hex(&part.body.0),
    }))
}

pub fn chunk(_: &Value, vector: &Value) -> Outcome {
    let signer = Verifying::from_bytes(&array(vector, "signer")).unwrap();
    let chunk = Chunk::decode(&bytes(vector, "bytes"))
        .map_err(decode)?
        .verify(&site(vector), &signer)
        .map_err(verify)?;
    let record = |(tick, record): (u64, &Record)| {
        let receipts: Vec<_> = record.receipts().collect();
        assert_eq!(receipts.len(), sizes::RECEIPTS_PER_RECORD);
        json!({
            "tick": tick,
            "entry_sha256": hex(sha256(record.entry())),
            "first_receipt": hex(receipts[0].0),
            "last_receipt": hex(receipts[47].0),
        })
    };
    let records: Vec<Value> = chunk.ticks().map(record).collect();
    Ok(json!({"block": chunk.block, "tick_secs": chunk.tick.secs(), "records": records}))
}

/// The X25519 key and a hash of the X-Wing key, from the bytes that a key is written in.
pub fn publics(bytes: &[u8]) -> (Value, Value) {
    let (x25519, xwing) = bytes.split_at(sizes::X25519_KEY);
    (hex(x25519), hex(sha256(xwing)))
}

pub fn keylist(_: &Value, vector: &Value) -> Outcome {
    let raw = bytes(vector, "bytes");
    let now = number(vector, "now");
    let untrusted = KeyList::decode(&raw).map_err(decode)?;
    let list = untrusted.verify(&site(vector), now).map_err(verify)?;
    let desks: Vec<Value> = list
        .contents
        .desks
        .iter()
        .map(|desk| {
            let (x25519, xwing) = publics(&desk.key.as_bytes()[30..1278]);
            json!({
                "desk_id": hex(desk.key.desk.0),
                "name": desk.certificate.name.as_str(),
                "week": desk.key.week,
                "not_after": desk.key.not_after,
                "x25519": x25519,
                "xwing_sha256": xwing,
            })
        })
        .collect();
    let mix_key = list.mix_key(now).map(|key| {
        let at = list.contents.mix_keys.iter().position(|other| other == key).unwrap();
        let start = 82 + at * sizes::MIX_KEY;
        let (x25519, xwing) = publics(&raw[start + 17..start + sizes::MIX_KEY]);
        json!({"epoch": key.epoch, "x25519": x25519, "xwing_sha256": xwing})
    });
    let contents = &list.contents;
    Ok(json!({
        "signer": hex(list.signer.to_bytes()),
        "issued_at": contents.issued_at,
        "expires_at": contents.expires_at,
        "tick_secs": contents.tick.secs(),
        "on_premises": contents.placement == Placement::OnPremises,
        "crowd": hex(contents.crowd.map(|crowd| crowd.code())),
        "mix_key": mix_key,
        "desks": desks,
        "left_out": list.left_out,
    }))
}

pub fn passphrase(_: &Value, vector: &Value) -> Outcome {
    let phrase = Passphrase::parse(vector["typed"].as_str().unwrap()).map_err(|_| "decode")?;
    let master = phrase.master(&site(vector));
    let message = MessageId(array(vector, "message"));
    let desks: Vec<Value> = vector["expect"]["desks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|asked| {
            let desk = DeskId(array(asked, "desk_id"));
            let keys: Vec<Value> = asked["reply_keys"]
                .as_array()
                .unwrap()
                .iter()
                .map(|asked| {
                    let week = u32::try_from(number(asked, "week")).unwrap();
                    let key = master.reply_key(&desk, week).unwrap();
                    let receipt = key.receipt(&message);
                    json!({"week": week, "key": hex(key.as_bytes()), "receipt": hex(receipt.0)})
                })
                .collect();
            let id = master.conversation(&desk);
            json!({"desk_id": hex(desk.0), "conversation": hex(id.0), "reply_keys": keys})
        })
        .collect();
    // The master has no accessor; that everything derived from it agrees is the proof that it is the stated one.
    let master = vector["expect"]["master"].clone();
    Ok(json!({"phrase": phrase.reveal(), "master": master, "desks": desks}))
}
