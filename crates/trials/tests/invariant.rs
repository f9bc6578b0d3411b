//! On the wire and at the edge a source looks like a reader: same requests, same order, same sizes, same headers, each
//! packet in its window. In both browsers, over HTTP/1.1 and HTTP/2. And builds that give a source away are caught.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::sync::atomic::Ordering;

use trials::browser::Kind;
use trials::changed::{Changes, ON_THE_MAIN_THREAD, ONE_MORE, changed};
use trials::demo::Demo;
use trials::recorder::{Protocol, Rewrite};
use trials::visit::{self, Role, Visit};

/// A reader and a source at the same time, begun in an order that differs from run to run.
async fn pair(demo: &Demo, kind: Kind, protocol: Protocol, rewrite: Option<Rewrite>) -> [Visit; 2] {
    let site = demo.address().unwrap();
    let source_first = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .is_ok_and(|now| now.subsec_micros() % 2 == 0);
    let (first, second) =
        if source_first { (Role::Source, Role::Reader) } else { (Role::Reader, Role::Source) };
    let begin = |role| tokio::spawn(visit::make(role, kind, protocol, site, rewrite.clone()));
    let first = begin(first);
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    let second = begin(second);
    [first.await.unwrap().unwrap(), second.await.unwrap().unwrap()]
}

/// Readers and sources cannot be told apart, neither from each other nor from their like.
async fn same(kind: Kind, protocol: Protocol) {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let mut visits: Vec<Visit> = Vec::new();
    let mut rounds = 0;
    while visits.len() < 4 {
        rounds += 1;
        assert!(rounds <= 4, "this machine is too busy for any visit to keep its slots");
        let both = pair(&demo, kind, protocol, None).await;
        // A busy machine makes a page skip a slot, whoever looks at it. Such a round shows nothing: another one. Only
        // what was sent counts, never how fast; and a page that sends more than it should is never excused.
        if both.iter().any(|v| v.packets.len() < visit::SLOTS.len()) {
            continue;
        }
        visits.extend(both);
    }
    for v in &visits {
        assert_eq!(visit::faults(v), Vec::<String>::new(), "{:?}", v.role);
        let difference = visit::difference(&visits[0], v);
        assert!(difference.is_none(), "{}", difference.unwrap());
    }
    assert!(visits.iter().any(|v| v.role == Role::Source));
    assert!(visits[0].sent.len() >= 4 + 1 + 15, "the whole window of the dead drop was loaded");
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_http1_source_looks_like_reader() {
    same(Kind::Chromium, Protocol::Http1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_http2_source_looks_like_reader() {
    same(Kind::Chromium, Protocol::Http2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_http1_source_looks_like_reader() {
    same(Kind::Firefox, Protocol::Http1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_http2_source_looks_like_reader() {
    same(Kind::Firefox, Protocol::Http2).await;
}

/// A pair of visits to a site that serves changed scripts.
async fn changed_pair(kind: Kind, protocol: Protocol, changes: Changes, spy: bool) -> [Visit; 2] {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let (rewrite, done) = changed(changes, spy);
    let visits = pair(&demo, kind, protocol, Some(rewrite)).await;
    let each = changes.len() + if spy { visit::SPY.len() } else { 0 };
    // At least: a browser may ask for a file again.
    assert!(done.load(Ordering::Relaxed) >= 2 * each, "every change was served to both");
    visits
}

/// Inside, too: both do the same work in the same order, in the worker, ahead of the slot.
async fn same_work(kind: Kind, protocol: Protocol) {
    let visits = changed_pair(kind, protocol, &[], true).await;
    for v in &visits {
        assert!(
            v.work.iter().filter(|w| w.what == "send").count() >= 3,
            "the spy sees: {:?}",
            v.work
        );
        assert_eq!(visit::work_faults(v), Vec::<String>::new(), "{:?}: {:#?}", v.role, v.work);
        // Between two packets lie the two seals of the second one, of the same sizes for everybody.
        let sizes = |what: &str| {
            v.work.iter().filter(|w| w.what == what).map(|w| w.size).collect::<Vec<_>>()
        };
        assert!(sizes("send").iter().all(|s| *s == 4096));
        let slots: Vec<Vec<u64>> = v
            .work
            .split(|w| w.what == "send")
            .skip(1)
            .map(|seals| seals.iter().map(|w| w.size).collect())
            .filter(|seals: &Vec<u64>| !seals.is_empty())
            .collect();
        assert!(
            slots.windows(2).all(|w| w[0] == w[1]) && slots[0].len() == 2,
            "{:?}: {slots:?}",
            v.role
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_seals_ahead_in_the_worker() {
    same_work(Kind::Chromium, Protocol::Http2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_seals_ahead_in_the_worker() {
    same_work(Kind::Firefox, Protocol::Http1).await;
}

/// Positive control: a build that sends one request more is told by what it sends.
async fn one_more_is_caught(kind: Kind, protocol: Protocol) {
    let [one, other] = changed_pair(kind, protocol, ONE_MORE, false).await;
    assert!(
        visit::difference(&one, &other).is_some(),
        "a build that gives sources away was not caught"
    );
}

/// Positive control: a build in which real packets are sealed and sent by the page when their slot has come.
async fn the_main_thread_is_caught(kind: Kind, protocol: Protocol) {
    let visits = changed_pair(kind, protocol, ON_THE_MAIN_THREAD, true).await;
    for v in visits {
        let faults = visit::work_faults(&v);
        assert_eq!(faults.is_empty(), v.role == Role::Reader, "{:?}: {faults:#?}", v.role);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_control_one_request_more_is_caught() {
    one_more_is_caught(Kind::Chromium, Protocol::Http2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_control_one_request_more_is_caught() {
    one_more_is_caught(Kind::Firefox, Protocol::Http1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_control_sealing_on_the_main_thread_is_caught() {
    the_main_thread_is_caught(Kind::Chromium, Protocol::Http1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_control_sealing_on_the_main_thread_is_caught() {
    the_main_thread_is_caught(Kind::Firefox, Protocol::Http2).await;
}
