//! The mix as a real process: sandbox, pipes, crashes, files.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod child {
    pub mod edge;
    pub mod newsroom;
}

use std::{
    collections::BTreeMap,
    fs,
    process::{Command, Stdio},
    time::Duration,
};

use child::{
    edge::{Edge, PROGRAM, hello_for},
    newsroom::Newsroom,
};
use envelope::{Suite, packet::Flag};
use mix::{
    link::{Frame, FromMix, Landlock, Limits, Refusal, ToMix, Verdict},
    state,
};

#[test]
fn what_works_before_the_sandbox_fails_inside_it() {
    let output = Command::new(PROGRAM).arg("check").output().unwrap();
    let report = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{report}{errors}");
    let lines = |prefix: &str| -> Vec<String> {
        report.lines().filter_map(|line| line.strip_prefix(prefix)).map(str::to_owned).collect()
    };
    let (before, after) = (lines("before: "), lines("after: "));
    assert_eq!((before.len(), after.len()), (9, 9), "{report}");
    assert!(before.iter().all(|line| line.ends_with(": worked")), "{report}");
    for line in &after {
        assert!(line.contains("ermitted") || line.contains("denied"), "{line}");
    }
    for what in [
        "open a file",
        "make a TCP socket",
        "make a UDP socket",
        "start a program",
        "write to an inherited socket",
    ] {
        assert!(after.iter().any(|line| line.starts_with(what)), "{what} was not tried");
    }
}

#[test]
fn the_running_mix_is_closed_in() {
    let newsroom = Newsroom::new(1);
    let mut edge = Edge::start(&newsroom.state());
    let ready = edge.ready();
    assert_eq!(ready.signer, newsroom.signer_public().to_bytes());
    assert_ne!(ready.landlock, Landlock::Absent);
    assert!(ready.report.lines().count() == 9 && !ready.report.contains("worked"));
    edge.send(&ToMix::Hello(Box::new(hello_for(&newsroom))));
    edge.wait_for(|message| matches!(message, FromMix::Batch { .. }));
    let proc = format!("/proc/{}", edge.id());
    let status = fs::read_to_string(format!("{proc}/status")).unwrap();
    for want in ["Seccomp:\t2", "NoNewPrivs:\t1", "Threads:\t1"] {
        assert!(status.lines().any(|line| line == want), "{want}: {status}");
    }
    let limits = fs::read_to_string(format!("{proc}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"));
    let mut open: Vec<String> = fs::read_dir(format!("{proc}/fd"))
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
        .map(|path| path.display().to_string())
        .collect();
    open.retain(|path| !path.starts_with("pipe:") && path != "/dev/null");
    open.sort();
    let names: Vec<_> = open.iter().filter_map(|path| path.rsplit('/').next()).collect();
    assert_eq!(names, ["keys.0", "keys.1", "lock", "pool.0", "pool.1", "seen.0", "seen.1"]);
    assert_eq!(edge.shutdown(), Some(0));
}

#[test]
fn a_tip_goes_through_kill_and_restart_to_the_desk_once() {
    let mut newsroom = Newsroom::new(2);
    let state = newsroom.state();
    let mut edge = Edge::start(&state);
    edge.ready();
    edge.send(&ToMix::Hello(Box::new(hello_for(&newsroom))));
    newsroom.learn_keys(&mut edge);
    let mut batches = BTreeMap::new();
    let mut copies = Vec::new();
    for round in 0..4_u64 {
        let mut packets = Vec::new();
        for n in 0..5 {
            let suite = if n % 2 == 0 { Suite::X25519 } else { Suite::XWing };
            let inner = newsroom.inner(suite, round * 5 + n);
            packets.push(newsroom.packet(Flag::Real, &inner));
            packets.push(newsroom.packet(Flag::Cover, &inner));
            copies.push(inner);
        }
        edge.send(&newsroom.block(&packets));
        let batch = edge.store_next_batch(&mut batches);
        assert!(batch > 0);
        // Without a word, in the middle of everything.
        let live = std::mem::take(&mut edge.live);
        edge.kill();
        edge = Edge::start(&state);
        edge.ready();
        let mut hello = hello_for(&newsroom);
        hello.newest_batch = batches.keys().next_back().copied().unwrap();
        hello.newest_chunk = live;
        edge.send(&ToMix::Hello(Box::new(hello)));
        newsroom.learn_keys(&mut edge);
        // The second copies.
        let again: Vec<_> = copies.iter().map(|inner| newsroom.packet(Flag::Real, inner)).collect();
        edge.send(&newsroom.block(&again));
    }
    (0..3).for_each(|_| {
        edge.store_next_batch(&mut batches);
    });
    assert_eq!(edge.shutdown(), Some(0));
    let sizes: Vec<usize> = batches.values().map(Vec::len).collect();
    assert!(sizes.windows(2).all(|pair| pair[0] == pair[1]), "{sizes:?}");
    let mut tips = newsroom.tips(&batches);
    tips.sort_unstable();
    tips.dedup();
    assert_eq!(tips, (0..20).collect::<Vec<_>>());
}

#[test]
fn bad_frames_are_told_and_the_next_one_is_served() {
    let newsroom = Newsroom::new(3);
    let mut edge = Edge::start(&newsroom.state());
    edge.ready();
    edge.send_raw(&Frame { kind: 99, body: vec![1; 9] }.encode());
    edge.send_raw(&Frame { kind: 1, body: vec![0; 70] }.encode());
    edge.send(&ToMix::Stored { tick: 4 });
    for expected in ["type 99 is not known", "tick_secs must be", "before the hello"] {
        let FromMix::Fault(text) = edge.next() else { panic!("no fault") };
        assert!(text.contains(expected), "{text}");
    }
    edge.send(&ToMix::Hello(Box::new(hello_for(&newsroom))));
    edge.wait_for(|message| matches!(message, FromMix::KeyList(_)));
    edge.send_raw(&Frame { kind: 2, body: vec![1; 9] }.encode());
    edge.send(&ToMix::Bundle { token: 5, bytes: Box::new([0; 2846]) });
    let verdict = edge.wait_for(|message| matches!(message, FromMix::BundleVerdict { .. }));
    let FromMix::BundleVerdict { token: 5, verdict } = verdict else { panic!("{verdict:?}") };
    assert!(matches!(verdict, Verdict::Refused { refusal: Refusal::Malformed, .. }));
    // A length that cannot be is the end of it, with a word and a snapshot.
    edge.send_raw(&u32::MAX.to_be_bytes());
    let fault = edge.wait_for(|m| matches!(m, FromMix::Fault(t) if t.contains("out of step")));
    assert!(matches!(fault, FromMix::Fault(_)));
    assert_eq!(edge.exit(), Some(1));
}

#[test]
fn when_the_edge_goes_away_the_pool_is_saved() {
    let mut newsroom = Newsroom::new(4);
    let state = newsroom.state();
    let mut edge = Edge::start(&state);
    edge.ready();
    let mut hello = hello_for(&newsroom);
    // So long that neither a tick nor a snapshot comes in between.
    hello.tick = envelope::time::TickLength::new(86_400).unwrap();
    hello.limits.snapshot_secs = 3600;
    edge.send(&ToMix::Hello(Box::new(hello)));
    newsroom.learn_keys(&mut edge);
    let inner = newsroom.inner(Suite::X25519, 7);
    let packet = newsroom.packet(Flag::Real, &inner);
    edge.send(&newsroom.block(&[packet]));
    assert_eq!(edge.close_input(), Some(0), "the end of the stream is an orderly end");
    let mut edge = Edge::start(&state);
    edge.ready();
    edge.send(&ToMix::Hello(Box::new(hello_for(&newsroom))));
    let mut batches = BTreeMap::new();
    edge.store_next_batch(&mut batches);
    assert_eq!(newsroom.tips(&batches), [7]);
}

#[test]
fn files_have_one_size_and_no_time_but_the_clocks() {
    let mut newsroom = Newsroom::new(5);
    let state = newsroom.state();
    let mut edge = Edge::start(&state);
    edge.ready();
    edge.send(&ToMix::Hello(Box::new(hello_for(&newsroom))));
    newsroom.learn_keys(&mut edge);
    let mut batches = BTreeMap::new();
    // Until every file has been written once.
    for _ in 0..3 {
        edge.store_next_batch(&mut batches);
    }
    let sizes = || -> BTreeMap<String, u64> {
        let files = fs::read_dir(&state).unwrap().map(Result::unwrap);
        files
            .map(|file| (file.file_name().into_string().unwrap(), file.metadata().unwrap().len()))
            .collect()
    };
    let before = sizes();
    let names: Vec<_> = before.keys().map(String::as_str).collect();
    let want = [
        "keys.0",
        "keys.1",
        "lock",
        "pool.0",
        "pool.1",
        "seen.0",
        "seen.1",
        "signer.key",
        "signer.pub",
    ];
    assert_eq!(names, want);
    for n in 0..30 {
        let inner = newsroom.inner(Suite::X25519, n);
        let packet = newsroom.packet(Flag::Real, &inner);
        edge.send(&newsroom.block(&[packet]));
    }
    edge.store_next_batch(&mut batches);
    assert_eq!(sizes(), before);
    // With nothing coming in, the files' times go on all the same.
    let time = |name: &str| fs::metadata(state.join(name)).unwrap().modified().unwrap();
    let earlier = [time("seen.0").max(time("seen.1")), time("pool.0").max(time("pool.1"))];
    std::thread::sleep(Duration::from_millis(2500));
    let later = [time("seen.0").max(time("seen.1")), time("pool.0").max(time("pool.1"))];
    assert!(later[0] > earlier[0] && later[1] > earlier[1]);
}

#[test]
fn damaged_state_is_told_and_done_without() {
    let newsroom = Newsroom::new(6);
    let state = newsroom.state();
    for name in ["keys.0", "keys.1", "pool.0", "pool.1", "seen.0"] {
        fs::write(state.join(name), b"rubbish").unwrap();
    }
    let mut edge = Edge::start(&state);
    edge.ready();
    edge.send(&ToMix::Hello(Box::new(hello_for(&newsroom))));
    let mut told = String::new();
    edge.wait_for(|message| {
        if let FromMix::Fault(text) = message {
            told.push_str(text);
        }
        matches!(message, FromMix::Batch { .. })
    });
    for name in ["keys.0", "keys.1", "pool.0", "pool.1"] {
        assert!(told.contains(name), "{name}: {told}");
    }
}

#[test]
fn it_refuses_to_run_without_a_signer_or_beside_another() {
    let empty = tempfile::tempdir().unwrap();
    let refused = |dir: &std::path::Path| {
        let mut command = Command::new(PROGRAM);
        command.arg("--state").arg(dir).stdin(Stdio::null());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let mut frames = mix::link::Frames::new();
        frames.push(&output.stdout);
        let frame = frames.next_frame().unwrap().unwrap();
        let FromMix::Fault(fault) = FromMix::decode(frame).unwrap() else { panic!("no fault") };
        assert!(String::from_utf8(output.stderr).unwrap().contains(&fault));
        fault
    };
    assert!(refused(empty.path()).contains("has no site signer yet"));
    let newsroom = Newsroom::new(7);
    let mut edge = Edge::start(&newsroom.state());
    edge.ready();
    assert!(refused(&newsroom.state()).contains("another mix is running"));
    let public = state::signer_public(&newsroom.state()).unwrap();
    assert!(public == newsroom.signer_public());
    let output = Command::new(PROGRAM).arg("--verbose").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_flood_of_blocks_delays_no_tick() {
    let mut newsroom = Newsroom::new(8);
    let mut edge = Edge::start(&newsroom.state());
    edge.ready();
    let mut hello = hello_for(&newsroom);
    hello.limits = Limits { seen_bits: 16, ..hello.limits };
    edge.send(&ToMix::Hello(Box::new(hello)));
    newsroom.learn_keys(&mut edge);
    let inner = newsroom.inner(Suite::X25519, 1);
    let packet = newsroom.packet(Flag::Cover, &inner);
    // Garbage under a live key, each with an encapsulation of its own: every one costs a KEM operation.
    let stop = edge.flood(move |n| {
        let mut bytes = packet.clone();
        bytes[2..10].copy_from_slice(&n.to_be_bytes());
        bytes
    });
    let mut batches = BTreeMap::new();
    let first = edge.store_next_batch(&mut batches);
    edge.store_next_batch(&mut batches);
    let third = edge.store_next_batch(&mut batches);
    stop();
    // At every tick; a busy machine may miss one or two by itself.
    assert!((first + 2..=first + 4).contains(&third), "{first} {third}");
}
