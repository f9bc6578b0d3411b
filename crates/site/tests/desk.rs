//! What desks do, and who is not let in.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use common::{Desk, Newsroom, Reply, get, get_with, now, raw, request};
use envelope::batch::Batch;
use envelope::bundle::Bundle;
use envelope::fetch::Token;
use envelope::keylist::KeyList;
use envelope::passphrase::ReceiptTag;
use envelope::sizes;

async fn fetch(at: SocketAddr, path: &str, authorization: &str) -> Reply {
    get_with(at, path, &format!("authorization: {authorization}\r\n")).await
}

/// The newest tick whose batch the desk can fetch.
async fn newest_batch(site: &Newsroom, at: SocketAddr, desk: &Desk) -> (u64, Vec<u8>) {
    for _ in 0..100 {
        let tick = site.tick.tick_at(now());
        let path = format!("/desk/batch/{tick}");
        let reply = fetch(at, &path, &desk.authorization(&site.site, now(), &path)).await;
        if reply.status == 200 {
            return (tick, reply.body);
        }
        assert_eq!(reply.status, 404, "{}", reply.text());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no batch:\n{}", site.lines.text());
}

fn bundle(site: &Newsroom, desk: &Desk, tick: u64) -> Vec<u8> {
    let entry = [7; sizes::ENTRY];
    let receipts = [ReceiptTag([7; sizes::RECEIPT]); sizes::RECEIPTS_PER_RECORD];
    Bundle::issue(&desk.identity, &site.site, (tick, site.tick), &entry, &receipts, &desk.key)
        .unwrap()
        .as_bytes()
        .to_vec()
}

async fn post(at: SocketAddr, bytes: &[u8]) -> Reply {
    raw(at, &request("POST", "/desk/bundle", "", bytes)).await.unwrap()
}

/// Hands in a bundle, and with it the desk's key. At a tick of one second the clock may move on while we speak.
async fn hand_in(site: &Newsroom, at: SocketAddr, desk: &Desk) {
    for _ in 0..50 {
        let next = site.tick.tick_at(now()) + 2;
        let reply = post(at, &bundle(site, desk, next)).await;
        if reply.status == 204 {
            return;
        }
        // 503: the mix is busy with a tick on a slow machine.
        assert!(matches!(reply.status, 409 | 503), "{} {}", reply.status, site.lines.text());
    }
    panic!("never in time:\n{}", site.lines.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_fetches_its_batch_and_hands_in_its_bundle() {
    let mut site = Newsroom::new(2, "");
    let desk = site.enrolled_desk("Night desk");
    let running = site.start().await;
    let at = running.local_addr();
    hand_in(&site, at, &desk).await;
    let (_, bytes) = newest_batch(&site, at, &desk).await;
    let list = KeyList::decode(&get(at, "/keys").await.body).unwrap();
    let list = list.verify(&site.site, now()).unwrap();
    assert_eq!(list.contents.desks.len(), 1, "its key came with the bundle");
    let batch = Batch::decode(&bytes).unwrap().verify(&site.site, &list.signer).unwrap();
    // Whether it is in the very first batch depends on when the bundle came; in a later one it is.
    let mut weeks = batch.weeks_for(&desk.identity.verifying().desk_id());
    for _ in 0..20 {
        if !weeks.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        let (_, bytes) = newest_batch(&site, at, &desk).await;
        let batch = Batch::decode(&bytes).unwrap().verify(&site.site, &list.signer).unwrap();
        weeks = batch.weeks_for(&desk.identity.verifying().desk_id());
    }
    assert_eq!(weeks, [desk.week]);
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_let_in() {
    let mut site = Newsroom::new(2, "");
    let desk = site.enrolled_desk("Night desk");
    let stranger = site.new_desk("Stranger");
    let expired = site.desk_for("Old desk", (now() - 7200, now() - 3600));
    site.install("old", &envelope::papers::certificate_text(&expired.certificate));
    let running = site.start().await;
    let at = running.local_addr();
    hand_in(&site, at, &desk).await;
    let (tick, _) = newest_batch(&site, at, &desk).await;
    let path = format!("/desk/batch/{tick}");
    let good = desk.authorization(&site.site, now(), &path);
    assert_eq!(fetch(at, &path, &good).await.status, 200);

    let token = Token::issue(&desk.identity, &site.site, now(), &path);
    let mut changed = token.clone();
    changed[87] ^= 1;
    let encode = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let other_path = format!("/desk/batch/{}", tick + 1);
    let mut other_site = site.site;
    other_site.0[0] ^= 1;
    let refused = [
        ("no scheme", encode.encode(&token), "base64url"),
        ("another scheme", good.replace("Subrosa ", "Bearer "), "base64url"),
        ("lower case", good.replace("Subrosa ", "subrosa "), "base64url"),
        ("padding", format!("Subrosa {}", URL_SAFE.encode(&token[..86])), "base64url"),
        ("the other alphabet", format!("Subrosa {}", STANDARD.encode([0xfb; 88])), "base64url"),
        ("not base64", "Subrosa ????".to_owned(), "base64url"),
        ("nothing", "Subrosa ".to_owned(), "base64url"),
        ("too short", format!("Subrosa {}", encode.encode(&token[..87])), "88"),
        ("too long", format!("Subrosa {}", encode.encode([&token[..], b"x"].concat())), "88"),
        ("a changed signature", format!("Subrosa {}", encode.encode(&changed)), "signature"),
        ("another path", desk.authorization(&site.site, now(), &other_path), "signature"),
        ("another newsroom", desk.authorization(&other_site, now(), &path), "signature"),
        ("a slow clock", desk.authorization(&site.site, now() - 310, &path), "expired"),
        ("a fast clock", desk.authorization(&site.site, now() + 310, &path), "clock"),
        ("an unknown desk", stranger.authorization(&site.site, now(), &path), "no certificate"),
        ("an expired certificate", expired.authorization(&site.site, now(), &path), "expired"),
    ];
    for (case, authorization, words) in refused {
        let reply = fetch(at, &path, &authorization).await;
        assert_eq!(reply.status, 401, "{case}: {}", reply.text());
        assert_eq!(reply.header("www-authenticate"), Some("Subrosa"), "{case}");
        assert!(reply.text().contains(words), "{case}: {}", reply.text());
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
    assert_eq!(get(at, &path).await.status, 401, "no header");
    let twice = format!("authorization: {good}\r\nauthorization: {good}\r\n");
    assert_eq!(get_with(at, &path, &twice).await.status, 401, "two headers");
    for skew in [-290i64, 290] {
        let time = now().saturating_add_signed(skew);
        let near = desk.authorization(&site.site, time, &path);
        assert_eq!(fetch(at, &path, &near).await.status, 200, "{skew} s are allowed");
    }
    // Whoever is not let in cannot tell which batches there are.
    let absent = fetch(at, "/desk/batch/1", "Subrosa x").await;
    assert_eq!(absent.status, 401);

    // Revoked while the site runs.
    site.revoke(&desk);
    site.lines.wait_for("1 revocations").await;
    let reply = fetch(at, &path, &desk.authorization(&site.site, now(), &path)).await;
    assert_eq!(reply.status, 401);
    assert!(reply.text().contains("revoked"), "{}", reply.text());
    let reply = post(at, &bundle(&site, &desk, site.tick.tick_at(now()) + 1)).await;
    assert_eq!(reply.status, 401);

    // Enrolled while the site runs.
    site.install("late", &envelope::papers::certificate_text(&stranger.certificate));
    site.lines.wait_for("4 certificates").await;
    hand_in(&site, at, &stranger).await;
    let (_, bytes) = newest_batch(&site, at, &stranger).await;
    assert!(!bytes.is_empty());
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bundles_that_are_refused() {
    let mut site = Newsroom::new(3600, "");
    let desk = site.enrolled_desk("Night desk");
    let stranger = site.new_desk("Stranger");
    let running = site.start().await;
    let at = running.local_addr();
    let next = site.tick.tick_at(now()) + 1;
    let good = bundle(&site, &desk, next);
    assert_eq!(post(at, &good).await.status, 204);
    assert_eq!(post(at, &good[1..]).await.status, 400);
    assert_eq!(post(at, &[&good[..], b"x"].concat()).await.status, 413);
    let changed = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    assert_eq!(post(at, &changed(0)).await.status, 400, "version");
    assert_eq!(post(at, &changed(2)).await.status, 400, "padding");
    assert_eq!(post(at, &changed(5)).await.status, 401, "another desk");
    assert_eq!(post(at, &changed(100)).await.status, 401, "signature");
    assert_eq!(post(at, &changed(2845)).await.status, 401, "signature");
    assert_eq!(post(at, &bundle(&site, &stranger, next)).await.status, 401);
    for tick in [next - 2, next + 2, 0] {
        let reply = post(at, &bundle(&site, &desk, tick)).await;
        assert_eq!(reply.status, 409, "tick {tick}, next is {next}: {}", reply.text());
    }
    let two_hours = envelope::time::TickLength::new(7200).unwrap();
    let other = Newsroom { tick: two_hours, ..Newsroom::uncertified(3600, "") };
    let reply = post(at, &bundle(&Newsroom { site: site.site, ..other }, &desk, next)).await;
    assert_eq!(reply.status, 409, "{}", reply.text());
    running.shutdown().await;
}

#[test]
fn what_is_installed_is_checked() {
    let mut site = Newsroom::new(3600, "");
    let file = |name: &str, text: &str| {
        let path = site.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let install = |path: std::path::PathBuf| {
        site::install(&site.folder, &[path]).map_err(|error| error.to_string())
    };
    let error = install(file("a", "hello")).unwrap_err();
    assert!(error.contains("/a: ") && error.contains("what the root gave back"), "{error}");
    let error = install(site.dir.path().join("missing")).unwrap_err();
    assert!(error.contains("missing"), "{error}");

    let mut elsewhere = Newsroom::uncertified(3600, "");
    elsewhere.root = envelope::keys::Signing::generate(&mut elsewhere.rng);
    elsewhere.site = elsewhere.root.verifying().site_id();
    let foreign = elsewhere.new_desk("Foreign desk");
    let text = envelope::papers::certificate_text(&foreign.certificate);
    let error = install(file("foreign", &text)).unwrap_err();
    assert!(error.contains("root of this site's own newsroom"), "{error}");
    let text = envelope::papers::revocation_text(&foreign.revocation, &foreign.certificate.name);
    let error = install(file("foreign", &text)).unwrap_err();
    assert!(error.contains("root of this site's own newsroom"), "{error}");

    // The signer of another site of the same newsroom.
    let key =
        envelope::keys::Signing::<envelope::keys::SiteSigner>::generate(&mut site.rng.clone());
    let signer = envelope::cert::Certificate::issue(
        &site.root,
        envelope::cert::Holder::Signer(key.verifying()),
        envelope::cert::Name::new("other").unwrap(),
        (now(), now() + 100),
        &mut site.rng.clone(),
    )
    .unwrap();
    let text = envelope::papers::certificate_text(&signer);
    let error = install(file("signer", &text)).unwrap_err();
    assert!(error.contains("another signer"), "{error}");

    let desk = site.new_desk("Night desk");
    let path = site.dir.path().join("good");
    std::fs::write(&path, envelope::papers::certificate_text(&desk.certificate)).unwrap();
    let twice = site::install(&site.folder, &[path.clone(), path]).unwrap();
    let new: Vec<bool> = twice
        .iter()
        .map(|installed| match installed {
            site::Installed::Certificate { new, holder, .. } => {
                *new && matches!(**holder, envelope::cert::Holder::Desk(_))
            }
            site::Installed::Revocation { .. } => panic!(),
        })
        .collect();
    assert_eq!(new, [true, false]);
    let error = site::install(site.dir.path(), &[]).unwrap_err().to_string();
    assert!(error.contains("no site yet"), "{error}");
}
