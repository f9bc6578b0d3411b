//! What is answered to whom.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::collections::BTreeSet;

use common::{Newsroom, OCTETS, STORY, cover, get, get_with, raw, request};
use envelope::drop::Chunk;
use envelope::keylist::KeyList;
use envelope::sizes;

const LONG: u32 = 3600;

/// The names of the headers that make up a site's policy.
const POLICY: [&str; 7] = [
    "cache-control",
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_same_policy() {
    let site = Newsroom::new(LONG, "");
    let running = site.start().await;
    let at = running.local_addr();
    let packet = [2; sizes::PACKET];
    let mut answers = vec![cover(at, &packet).await, cover(at, &packet[1..]).await];
    for path in [
        "/",
        STORY,
        "/world",
        "/feed.xml",
        "/nowhere",
        "/keys",
        "/drop/live",
        "/drop/0",
        "/drop/9999999",
        "/desk/batch/1",
        "/cover",
        "/desk/bundle",
        "/%00",
        "//",
        "/../etc/passwd",
    ] {
        answers.push(get(at, path).await);
        answers.push(raw(at, &request("HEAD", path, "", &[])).await.unwrap());
        answers.push(raw(at, &request("POST", path, "", b"x")).await.unwrap());
        answers.push(raw(at, &request("OPTIONS", path, "", &[])).await.unwrap());
        answers.push(raw(at, &request("DELETE", path, "", &[])).await.unwrap());
    }
    let etag = get(at, STORY).await.header("etag").unwrap().to_owned();
    answers.push(get_with(at, STORY, &format!("if-none-match: {etag}\r\n")).await);
    let statuses: BTreeSet<u16> = answers.iter().map(|answer| answer.status).collect();
    for status in [200, 204, 304, 308, 400, 401, 404, 405, 415] {
        assert!(statuses.contains(&status), "no {status} among {statuses:?}");
    }
    let first = &answers[0];
    for answer in &answers {
        for name in POLICY {
            let value = answer.header(name).unwrap_or_else(|| panic!("{name} missing: {answer:?}"));
            if name != "cache-control" {
                assert_eq!(Some(value), first.header(name), "{answer:?}");
            }
        }
        let known = [
            "content-type",
            "content-length",
            "content-encoding",
            "etag",
            "vary",
            "location",
            "allow",
            "date",
            "connection",
            "www-authenticate",
        ];
        for (name, value) in &answer.headers {
            let name = name.as_str();
            assert!(POLICY.contains(&name) || known.contains(&name), "{name}: {value}");
        }
        assert!(answer.header("strict-transport-security").is_none(), "no TLS here");
        assert!(answer.header("set-cookie").is_none());
    }
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages() {
    let site = Newsroom::new(LONG, "");
    let running = site.start().await;
    let at = running.local_addr();
    let story = get(at, STORY).await;
    assert_eq!(story.status, 200);
    assert_eq!(story.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(story.text().contains("The List"));
    assert_eq!(story.header("content-encoding"), None);
    assert_eq!(get(at, &format!("{STORY}?from=elsewhere")).await.body, story.body);

    let packed = get_with(at, STORY, "accept-encoding: br, gzip\r\n").await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < story.body.len());
    assert_eq!(packed.header("vary"), Some("accept-encoding"));

    for answer in [&story, &packed] {
        let known = format!("if-none-match: \"x\", {}\r\n", answer.header("etag").unwrap());
        let again = get_with(at, STORY, &known).await;
        assert_eq!((again.status, again.body.len()), (304, 0));
    }
    assert_eq!(get_with(at, STORY, "if-none-match: \"x\"\r\n").await.status, 200);

    let head = raw(at, &request("HEAD", STORY, "", &[])).await.unwrap();
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), story.header("content-length"));
    assert_eq!(head.header("etag"), story.header("etag"));

    let moved = get(at, STORY.trim_end_matches('/')).await;
    assert_eq!((moved.status, moved.header("location")), (308, Some(STORY)));
    let missing = get(at, "/nowhere/").await;
    assert_eq!(missing.status, 404);
    assert!(missing.header("content-type").unwrap().starts_with("text/html"));
    let posted = raw(at, &request("POST", STORY, "", b"x")).await.unwrap();
    assert_eq!((posted.status, posted.header("allow")), (405, Some("GET, HEAD")));
    let got = get(at, "/cover").await;
    assert_eq!((got.status, got.header("allow")), (405, Some("POST")));
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packet_is_204_whatever_it_holds() {
    let site = Newsroom::new(LONG, "");
    let running = site.start().await;
    let at = running.local_addr();
    let mut answers = Vec::new();
    for first in [0, 1, 2, 255] {
        answers.push(cover(at, &[first; sizes::PACKET]).await);
    }
    for answer in &answers {
        assert_eq!((answer.status, answer.body.len()), (204, 0));
        let but_date = |headers: &[(String, String)]| {
            headers.iter().filter(|(name, _)| name != "date").cloned().collect::<Vec<_>>()
        };
        assert_eq!(but_date(&answer.headers), but_date(&answers[0].headers));
    }
    // A form of another site cannot send this type; a script there would have to ask first.
    let form = "content-type: text/plain\r\n";
    let foreign = raw(at, &request("POST", "/cover", form, &[2; sizes::PACKET])).await.unwrap();
    assert_eq!(foreign.status, 415);
    let asked = request("OPTIONS", "/cover", "origin: https://evil.example\r\n", &[]);
    let asked = raw(at, &asked).await.unwrap();
    assert_eq!(asked.status, 405);
    assert!(asked.header("access-control-allow-origin").is_none());
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_size_is_refused_before_its_body_is_sent() {
    let site = Newsroom::new(LONG, "");
    let running = site.start().await;
    let at = running.local_addr();
    for (length, status) in [
        ("content-length: 4097", 413),
        ("content-length: 5000000000", 413),
        ("content-length: 9223372036854775807", 413),
        ("content-length: 4095", 400),
        ("content-length: 0", 400),
        ("transfer-encoding: chunked", 411),
    ] {
        // Not a byte of the body follows, and the answer is there all the same.
        let head = format!("POST /cover HTTP/1.1\r\nhost: x\r\n{OCTETS}{length}\r\n\r\n");
        let answer = raw(at, head.as_bytes()).await.unwrap();
        assert_eq!(answer.status, status, "{length}");
        assert_eq!(answer.header("connection"), Some("close"), "{length}");
    }
    // The sender waits for "100 Continue": a right size gets it, a wrong one is refused at once.
    let expect = format!(
        "POST /cover HTTP/1.1\r\nhost: x\r\n{OCTETS}expect: 100-continue\r\ncontent-length: 4097\r\n\r\n"
    );
    assert_eq!(raw(at, expect.as_bytes()).await.unwrap().status, 413);
    let right = expect.replace("4097", "4096");
    assert_eq!(raw(at, right.as_bytes()).await.unwrap().status, 100);
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_dead_drop() {
    let mut site = Newsroom::new(LONG, "");
    let desk = site.enrolled_desk("Night desk");
    let running = site.start().await;
    let at = running.local_addr();
    let keys = get(at, "/keys").await;
    assert_eq!((keys.status, keys.header("cache-control")), (200, Some("no-store")));
    let list = KeyList::decode(&keys.body).unwrap().verify(&site.site, common::now()).unwrap();
    assert_eq!(list.contents.mix_keys.len(), 1);
    drop(desk);

    let live = get(at, "/drop/live").await;
    assert_eq!((live.status, live.header("cache-control")), (200, Some("no-store")));
    let chunk = Chunk::decode(&live.body).unwrap().verify(&site.site, &list.signer).unwrap();
    assert!(!chunk.is_closed());
    for back in 1..=sizes::WINDOW_BLOCKS {
        let block = chunk.block - back;
        let closed = get(at, &format!("/drop/{block}")).await;
        assert_eq!((closed.status, closed.body.len()), (200, sizes::CLOSED_BLOCK));
        assert!(closed.header("cache-control").unwrap().contains("immutable"));
        let closed = Chunk::decode(&closed.body).unwrap().verify(&site.site, &list.signer).unwrap();
        assert_eq!(closed.block, block);
    }
    assert_eq!(get(at, &format!("/drop/{}", chunk.block)).await.status, 404, "not closed yet");
    for bad in ["/drop/", "/drop/x", "/drop/-1", "/drop/007", "/drop/99999999999999999999"] {
        assert_eq!(get(at, bad).await.status, 404, "{bad}");
    }
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stories_are_read_again_and_a_mistake_changes_nothing() {
    let site = Newsroom::new(LONG, "");
    let running = site.start().await;
    let at = running.local_addr();
    let content = site.folder.join("content");
    common::write_content(&content, "A Second List");
    assert!(!get(at, STORY).await.text().contains("A Second List"));
    running.reload().unwrap();
    assert!(get(at, STORY).await.text().contains("A Second List"));
    std::fs::write(content.join("stories/broken.md"), "no front matter").unwrap();
    let error = running.reload().unwrap_err().to_string();
    assert!(error.contains("broken.md"), "{error}");
    assert!(get(at, STORY).await.text().contains("A Second List"));
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_packets_are_dropped_silently() {
    let site = Newsroom::new(2, "[limits]\nvisits_per_prefix = 2\n");
    let running = site.start().await;
    let at = running.local_addr();
    let mut answers = Vec::new();
    for _ in 0..45 {
        answers.push(cover(at, &[2; sizes::PACKET]).await);
    }
    for answer in &answers {
        assert_eq!((answer.status, answer.headers.len()), (204, answers[0].headers.len()));
    }
    site.lines.wait_for("beyond their prefix's rate: 20 or more").await;
    site.lines.wait_for("packets taken: 10 or more").await;
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_says_the_address_and_nobody_else() {
    let limits = "[limits]\nvisits_per_prefix = 1\n[proxy]\ntrusted = [\"127.0.0.1\"]\n";
    let site = Newsroom::new(2, limits);
    let running = site.start().await;
    let at = running.local_addr();
    // Twenty prefixes, each within its rate; the first address in the header is whatever the visitor wrote.
    for n in 0..40 {
        let from = format!("{OCTETS}x-forwarded-for: 10.9.9.9, 10.0.{}.1\r\n", n / 2);
        let answer = raw(at, &request("POST", "/cover", &from, &[2; sizes::PACKET])).await;
        assert_eq!(answer.unwrap().status, 204);
    }
    site.lines.wait_for("packets taken: 40 or more").await;
    assert!(!site.lines.text().contains("beyond"), "{}", site.lines.text());
    running.shutdown().await;

    let site = Newsroom::new(2, "[limits]\nvisits_per_prefix = 1\n");
    let running = site.start().await;
    for n in 0..40 {
        let from = format!("{OCTETS}x-forwarded-for: 10.0.{n}.1\r\n");
        let packet = request("POST", "/cover", &from, &[2; sizes::PACKET]);
        raw(running.local_addr(), &packet).await.unwrap();
    }
    site.lines.wait_for("beyond their prefix's rate: 20 or more").await;
    running.shutdown().await;
}
