//! The other process: it must be there at the start, and its death must not be noticed by a reader.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::path::PathBuf;
use std::time::Duration;

use common::{Newsroom, STORY, cover, get, now};
use envelope::drop::Chunk;
use envelope::keylist::KeyList;
use site::{MixCommand, Server};

async fn refused(site: &Newsroom, command: MixCommand) -> String {
    let config = site.config();
    let mut deps = site.deps(&config);
    deps.mix = command;
    Server::start(config, deps).await.err().expect("started").to_string()
}

fn command(program: &str, args: &[&str]) -> MixCommand {
    MixCommand { program: PathBuf::from(program), args: args.iter().map(Into::into).collect() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_without_its_mix_does_not_start() {
    let site = Newsroom::new(3600, "");
    let error = refused(&site, command("/no/such/program", &[])).await;
    assert!(error.contains("/no/such/program"), "{error}");
    let error = refused(&site, command("/bin/sh", &["-c", "echo wrong >&2; exit 3"])).await;
    assert!(error.contains("the mix ended") && error.contains('3'), "{error}");
    site.lines.wait_for("mix: wrong").await;
    // What a mix says when its sandbox cannot be had: a fault, and it leaves.
    let fault = mix::link::FromMix::Fault("no sandbox on this kernel".into()).encode();
    let path = site.dir.path().join("fault");
    std::fs::write(&path, fault).unwrap();
    let script = format!("cat {}; exit 1", path.display());
    let error = refused(&site, command("/bin/sh", &["-c", &script])).await;
    assert!(error.contains("no sandbox on this kernel"), "{error}");
    // It listens to nobody meanwhile: the port of a site that does not start is free.
    assert!(!site.lines.text().contains("site: http"), "{}", site.lines.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_signer_must_be_certified() {
    let site = Newsroom::uncertified(3600, "");
    let config = site.config();
    let error = Server::start(config.clone(), site.deps(&config)).await.err().unwrap().to_string();
    assert!(error.contains("signer.request") && error.contains("subrosa site install"), "{error}");

    let request = std::fs::read_to_string(site.folder.join("signer.request")).unwrap();
    let request = envelope::papers::Request::parse(&request).unwrap();
    let old = envelope::cert::Certificate::issue(
        &site.root,
        request.holder,
        request.name,
        (now() - 7200, now() - 3600),
        &mut site.rng.clone(),
    );
    site.install("old", &envelope::papers::certificate_text(&old.unwrap()));
    let error = Server::start(config.clone(), site.deps(&config)).await.err().unwrap().to_string();
    assert!(error.contains("does not hold") && error.contains("expired"), "{error}");
}

/// The process ids of the children of this process that run the example.
fn mixes() -> Vec<u32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let Some((_, rest)) = stat.rsplit_once(") ") else { continue };
        let mut fields = rest.split(' ');
        let (state, parent) = (fields.next(), fields.next());
        if parent == Some(&std::process::id().to_string()) && state != Some("Z") {
            found.push(pid);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_do_not_notice_when_the_mix_dies() {
    let site = Newsroom::new(1, "");
    let running = site.start().await;
    let at = running.local_addr();
    let before = get(at, "/drop/live").await;
    let before = Chunk::decode(&before.body).unwrap();
    let own: Vec<u32> = mixes()
        .into_iter()
        .filter(|pid| {
            let args = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            args.contains(&site.folder.display().to_string())
        })
        .collect();
    assert_eq!(own.len(), 1);
    let killed = std::process::Command::new("kill").args(["-9", &own[0].to_string()]).status();
    assert!(killed.unwrap().success());
    for _ in 0..200 {
        assert_eq!(get(at, STORY).await.status, 200);
        assert_eq!(cover(at, &[2; 4096]).await.status, 204);
        assert_eq!(get(at, "/keys").await.status, 200);
        assert_eq!(get(at, "/drop/live").await.status, 200);
        if site.lines.text().matches("mix: in its sandbox").count() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    site.lines.wait_for("starting the mix again").await;
    // It goes on where it was: keys that hold, a dead drop without a gap.
    let mut list = None;
    for _ in 0..100 {
        let keys = KeyList::decode(&get(at, "/keys").await.body).unwrap();
        list = keys.verify(&site.site, now()).ok();
        let live = Chunk::decode(&get(at, "/drop/live").await.body).unwrap();
        let signer = list.as_ref().unwrap().signer.clone();
        let live = live.verify(&site.site, &signer).unwrap();
        if site.tick.tick_at(now()) <= live.block * 12 + live.records.len() as u64 + 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let signer = list.unwrap().signer;
    let before = before.verify(&site.site, &signer).unwrap();
    if let Ok(closed) = Chunk::decode(&get(at, &format!("/drop/{}", before.block)).await.body) {
        let closed = closed.verify(&site.site, &signer).unwrap();
        assert!(closed.records[..before.records.len()] == before.records[..]);
    }
    running.shutdown().await;
    assert!(!mixes().contains(&own[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_starts_again_where_it_stopped() {
    let mut site = Newsroom::new(3600, "");
    let desk = site.enrolled_desk("Night desk");
    let running = site.start().await;
    let at = running.local_addr();
    let live = get(at, "/drop/live").await.body;
    assert!(Chunk::decode(&live).is_ok());
    let number = u64::from_be_bytes(live[4..12].try_into().unwrap());
    let closed = get(at, &format!("/drop/{}", number - 1)).await.body;
    let desks = async |at| {
        let keys = KeyList::decode(&get(at, "/keys").await.body).unwrap();
        keys.verify(&site.site, now()).unwrap().contents.desks.len()
    };
    assert_eq!(desks(at).await, 0, "certified, but without a key of the week");
    let bundle = envelope::bundle::Bundle::issue(
        &desk.identity,
        &site.site,
        (site.tick.tick_at(now()) + 1, site.tick),
        &[7; envelope::sizes::ENTRY],
        &[envelope::passphrase::ReceiptTag([7; 8]); 48],
        &desk.key,
    );
    let post = common::request("POST", "/desk/bundle", "", bundle.unwrap().as_bytes());
    assert_eq!(common::raw(at, &post).await.unwrap().status, 204);
    running.shutdown().await;
    let running = site.start().await;
    let at = running.local_addr();
    assert_eq!(desks(at).await, 1, "the key of its bundle was kept");
    assert_eq!(get(at, &format!("/drop/{}", number - 1)).await.body, closed);
    running.shutdown().await;
}

/// The last packets that were taken reach the mix before it is told to leave.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_packets_are_passed_on() {
    let site = Newsroom::new(3600, "");
    // A mix that greets like one, then writes down what it is sent.
    let signer = mix::state::signer_public(&site.folder.join("mix")).unwrap();
    let ready = mix::link::FromMix::Ready(mix::link::Ready {
        signer: signer.to_bytes(),
        landlock: mix::link::Landlock::Full,
        report: String::new(),
    });
    let (greeting, heard) = (site.dir.path().join("greeting"), site.dir.path().join("heard"));
    std::fs::write(&greeting, ready.encode()).unwrap();
    let script = format!("cat {}; cat > {}", greeting.display(), heard.display());
    let config = site.config();
    let mut deps = site.deps(&config);
    deps.mix = command("/bin/sh", &["-c", &script]);
    let running = Server::start(config, deps).await.unwrap();
    for n in 0..5u8 {
        let mut packet = [n; 4096];
        packet[0] = 2;
        assert_eq!(cover(running.local_addr(), &packet).await.status, 204);
    }
    running.shutdown().await;
    let mut frames = mix::link::Frames::new();
    frames.push(&std::fs::read(&heard).unwrap());
    let mut got = Vec::new();
    let mut last = None;
    while let Some(frame) = frames.next_frame().unwrap() {
        let message = mix::link::ToMix::decode(frame).unwrap();
        if let mix::link::ToMix::Block(block) = &message {
            assert_eq!(block.packets().count(), 64);
            got.extend(block.packets().filter(|p| p[0] == 2).map(|p| p[1]));
        }
        last = Some(message);
    }
    got.sort_unstable();
    assert_eq!(got, [0, 1, 2, 3, 4]);
    assert_eq!(last, Some(mix::link::ToMix::Shutdown));
}
