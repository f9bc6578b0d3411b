//! What the vectors of certificates, desk keys, bundles, batches and tokens say, asked of the crate.

use envelope::{
    batch::Batch,
    bundle::Bundle,
    cert::{Certificate, Holder, Revocation},
    deskkey::DeskKey,
    fetch::Token,
    keys::{DeskId, DeskIdentity, Verifying},
};
use serde_json::{Value, json};

use crate::{
    craft::sha256,
    json::{array, bytes, hex, number},
    read::{Outcome, decode, open, publics, secret, site, verify},
};

pub fn certificate(_: &Value, vector: &Value) -> Outcome {
    let revoked: Vec<Revocation> = vector["revocations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|revocation| {
            let bytes = hex::decode(revocation.as_str().unwrap()).unwrap();
            Revocation::decode(&bytes).unwrap().verify(&site(vector)).unwrap()
        })
        .collect();
    let bytes = bytes(vector, "bytes");
    let certificate = Certificate::decode(&bytes)
        .map_err(decode)?
        .verify(&site(vector), number(vector, "now"), &revoked)
        .map_err(verify)?;
    assert_eq!(certificate.as_bytes().as_slice(), bytes);
    let (role, key) = match &certificate.holder {
        Holder::Signer(key) => ("signer", key.to_bytes()),
        Holder::Desk(key) => ("desk", key.to_bytes()),
        Holder::Log(key) => ("log", key.to_bytes()),
    };
    Ok(json!({
        "role": role,
        "serial": hex(certificate.serial.0),
        "not_before": certificate.not_before,
        "not_after": certificate.not_after,
        "key": hex(key),
        "name": certificate.name.as_str(),
    }))
}

pub fn revocation(_: &Value, vector: &Value) -> Outcome {
    let revocation = Revocation::decode(&bytes(vector, "bytes")).map_err(decode)?;
    let revocation = revocation.verify(&site(vector)).map_err(verify)?;
    Ok(json!({"serial": hex(revocation.serial.0)}))
}

fn desk(vector: &Value) -> Verifying<DeskIdentity> {
    Verifying::from_bytes(&array(vector, "desk")).unwrap()
}

pub fn deskkey(_: &Value, vector: &Value) -> Outcome {
    let key = DeskKey::decode(&bytes(vector, "bytes")).map_err(decode)?;
    let key = key.verify(&site(vector), &desk(vector), number(vector, "now")).map_err(verify)?;
    let (x25519, xwing) = publics(&key.as_bytes()[30..1278]);
    Ok(json!({
        "desk_id": hex(key.desk.0),
        "week": key.week,
        "not_after": key.not_after,
        "x25519": x25519,
        "xwing_sha256": xwing,
    }))
}

pub fn bundle(_: &Value, vector: &Value) -> Outcome {
    let bundle = Bundle::decode(&bytes(vector, "bytes")).map_err(decode)?;
    let bundle = bundle.verify(&site(vector), &desk(vector)).map_err(verify)?;
    Ok(json!({
        "desk_id": hex(bundle.desk.0),
        "tick": bundle.tick,
        "tick_secs": bundle.length.secs(),
        "entry_sha256": hex(sha256(bundle.entry.as_slice())),
        "first_receipt": hex(bundle.receipts[0].0),
        "last_receipt": hex(bundle.receipts[47].0),
        "desk_key_sha256": hex(sha256(bundle.desk_key.as_slice())),
    }))
}

pub fn batch(file: &Value, vector: &Value) -> Outcome {
    let signer = Verifying::from_bytes(&array(vector, "signer")).unwrap();
    let batch = Batch::decode(&bytes(vector, "bytes")).map_err(decode)?;
    let batch = batch.verify(&site(vector), &signer).map_err(verify)?;
    let id = DeskId(array(vector, "desk_id"));
    let items = batch.open(&site(vector), &id, &secret(&file["desk"])).map_err(open)?;
    let items: Vec<Value> = items
        .iter()
        .map(|item| {
            json!({
                "inner_sha256": hex(sha256(item.inner.as_bytes())),
                "crowd": item.crowd.code(),
                "slot": item.slot,
            })
        })
        .collect();
    Ok(json!({
        "tick": batch.tick,
        "tick_secs": batch.length.secs(),
        "weeks": batch.weeks_for(&id),
        "items": items,
    }))
}

pub fn token(_: &Value, vector: &Value) -> Outcome {
    let token = Token::decode(&bytes(vector, "bytes")).map_err(decode)?;
    let path = vector["path"].as_str().unwrap();
    let now = number(vector, "now");
    let desk_id = token.verify(&site(vector), &desk(vector), now, path).map_err(verify)?;
    Ok(json!({"desk_id": hex(desk_id.0)}))
}
