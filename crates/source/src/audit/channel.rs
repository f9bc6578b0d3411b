//! The channel: key list, packet intake, dead drop.

use envelope::{drop, keylist::KeyList, keys::SiteId, schedule, sizes};
use rand_core::CryptoRng;

use super::Findings;
use crate::{deaddrop, http::Site, tip, visit::KEY_LIST_LIMIT};

/// Checks key list, packets and dead drop.
pub(super) fn check<G: CryptoRng + ?Sized>(
    site: &Site,
    id: &SiteId,
    pinned: bool,
    now: u64,
    rng: &mut G,
    findings: &mut Findings,
) {
    if let Some(keys) = key_list(site, id, pinned, now, findings) {
        dead_drop(site, &keys, now, findings);
    }
    packets(site, rng, findings);
}

fn key_list(
    site: &Site,
    id: &SiteId,
    pinned: bool,
    now: u64,
    findings: &mut Findings,
) -> Option<KeyList> {
    const CHECK: &str = "key list";
    let bytes = match site.get("/keys", KEY_LIST_LIMIT) {
        Ok(bytes) => bytes,
        Err(error) => {
            findings.broken(CHECK, error.to_string());
            return None;
        }
    };
    match tip::verified_keys(&bytes, id, now) {
        Ok(keys) => {
            let contents = &keys.contents;
            let left = contents.expires_at.saturating_sub(now) / 60;
            let desks = contents.desks.len();
            let root = if pinned { "the root you named" } else { "the root that the page names" };
            let seen = format!("signed under {root}; {desks} desks; valid for {left} more minutes");
            if desks == 0 || keys.mix_key(now).is_none() {
                findings.broken(CHECK, format!("{seen}; but nobody can be written to"));
            } else {
                findings.kept(CHECK, seen);
            }
            if keys.left_out > 0 {
                let n = keys.left_out;
                findings.note(CHECK, format!("{n} desks are listed whose keys do not hold"));
            }
            if !pinned {
                findings.note(
                    "newsroom",
                    "compare the root with the one the newsroom prints elsewhere, and give it with --newsroom".to_owned(),
                );
            }
            Some(keys)
        }
        Err(error) => {
            findings.broken(CHECK, error.to_string());
            None
        }
    }
}

fn dead_drop(site: &Site, keys: &KeyList, now: u64, findings: &mut Findings) {
    const CHECK: &str = "dead drop";
    let chunks = match deaddrop::load(site, keys) {
        Ok(chunks) => chunks,
        Err(error) => return findings.broken(CHECK, error.to_string()),
    };
    let bytes: usize = chunks.iter().map(|chunk| chunk.as_bytes().len()).sum();
    let due = keys.contents.tick.tick_at(now);
    let next =
        chunks.last().map_or(0, |live| drop::first_tick(live.block) + live.records.len() as u64);
    let mut wrong = Vec::new();
    // `load` has checked that every closed block is whole, so the growth is constant by construction.
    if chunks.len() as u64 != sizes::WINDOW_BLOCKS + 1 {
        wrong.push(format!("{} blocks where {} are due", chunks.len(), sizes::WINDOW_BLOCKS + 1));
    }
    if due.abs_diff(next.saturating_sub(1)) > 1 {
        wrong.push(format!(
            "the newest record is of tick {}, but tick {due} is due",
            next.saturating_sub(1)
        ));
    }
    findings.all(
        CHECK,
        &wrong,
        format!(
            "{} signed blocks, {bytes} bytes; {} bytes a tick, without gaps",
            chunks.len(),
            sizes::RECORD
        ),
    );
}

fn packets<G: CryptoRng + ?Sized>(site: &Site, rng: &mut G, findings: &mut Findings) {
    let mut packet = vec![0; sizes::PACKET];
    rng.fill_bytes(&mut packet);
    let mut wrong = Vec::new();
    match site.post("/cover", &packet) {
        Ok(answer) if answer.status == 204 && answer.body.is_empty() => {}
        Ok(answer) => wrong.push(format!("a packet is answered {}, not 204", answer.status)),
        Err(error) => wrong.push(error.to_string()),
    }
    packet.push(0);
    if let Ok(answer) = site.post("/cover", &packet)
        && answer.status == 204
    {
        wrong.push("a body of another size is taken, too".to_owned());
    }
    findings.all(
        "packets",
        &wrong,
        format!(
            "{} bytes, answered 204 whatever they hold; other sizes refused; first at {} s",
            sizes::PACKET,
            schedule::slot_ms(0) / 1000
        ),
    );
}
