//! A site that is killed with -9 at each step of publishing, correcting and withdrawing. After the next start the old page is
//! there or the new one, the public log says the same, and the same story can be brought again.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use assent::{Act, Package};
use common::publishing::{audited, bring, logged, newsroom, packed, story, try_bring};
use common::{Newsroom, get, mix_program};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use site::{Config, Deps, Disk, MixCommand, Server, Status, SystemClock, SystemDisk};

const SITE: &str = "SUBROSA_TEST_KILLED_SITE";
const POINT: &str = "SUBROSA_TEST_KILLED_POINT";
/// The last point before a story with a picture is published, and the first after: the files are staged; none is in its place.
const STAGED: usize = 7;
const DECIDED: usize = 8;

/// A disk on which the machine dies: before its first step at 0, after it at 1, before the second at 2.
struct Deadly(AtomicUsize);

impl Deadly {
    fn point(&self) {
        if self.0.fetch_sub(1, SeqCst) == 0 {
            let me = std::process::id().to_string();
            Command::new("kill").args(["-9", &me]).status().unwrap();
            loop {
                std::thread::park();
            }
        }
    }

    fn step(&self, step: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        self.point();
        step()?;
        self.point();
        Ok(())
    }
}

impl Disk for Deadly {
    fn stage(&self, beside: &Path, bytes: &[u8]) -> io::Result<()> {
        self.step(|| SystemDisk.stage(beside, bytes))
    }

    fn place(&self, beside: &Path, path: &Path) -> io::Result<()> {
        self.step(|| SystemDisk.place(beside, path))
    }
}

/// A disk on which there is no room left.
struct Full;

impl Disk for Full {
    fn stage(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn place(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }
}

/// The child: a site that is killed on the way, or stops when its input ends.
#[tokio::test(flavor = "multi_thread")]
async fn child_is_killed_on_the_way() {
    let Some(toml) = std::env::var_os(SITE) else { return };
    let point = std::env::var(POINT).unwrap().parse().unwrap();
    let config = Config::load(Path::new(&toml)).unwrap();
    let deps = Deps {
        clock: Arc::new(SystemClock),
        rng: Box::new(ChaCha20Rng::seed_from_u64(1)),
        mix: MixCommand::program(mix_program(), &config),
        disk: Arc::new(Deadly(AtomicUsize::new(point))),
        status: Status::to(io::stderr()),
    };
    let running = Server::start(config, deps).await.unwrap();
    println!("listening {}", running.local_addr());
    tokio::task::spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new()))
        .await
        .unwrap()
        .unwrap();
    running.shutdown().await;
}

/// Starts the child; with its address, unless it was killed before it had one.
fn start(site: &Newsroom, point: usize) -> (Child, Option<SocketAddr>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_is_killed_on_the_way", "--nocapture", "--test-threads=1"])
        .env(SITE, site.folder.join("site.toml"))
        .env(POINT, point.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut at = lines.map_while(Result::ok).filter_map(|line| {
        let (_, at) = line.rsplit_once("listening ")?;
        at.trim().parse().ok()
    });
    let found = at.next();
    // Somebody must read on, or the child cannot end.
    std::thread::spawn(move || at.for_each(drop));
    (child, found)
}

fn was_killed(child: &mut Child) {
    let ended = child.wait().unwrap();
    assert_eq!(ended.signal(), Some(9), "{ended}");
}

fn stop(mut child: Child) {
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

/// The three editions of a story, and words that only each of them has.
fn editions(name: &str) -> [(Act, String, String); 3] {
    let of = |what: &str, end: &str| {
        let picture = format!("![A quay](images/{name}.svg)\n\nIt stands");
        let text = story(&format!("{what} {name}")).replace("It stands", &picture);
        text.replace("\n+++\n\n", &format!("\n{end}+++\n\n"))
    };
    let fixed = "[[corrections]]\ndate = 2026-11-24\ntext = \"There are two.\"\n";
    let gone =
        format!("{fixed}[withdrawn]\ndate = 2026-11-25\nreason = \"It was forged, {name}.\"\n");
    let end = format!("It was forged, {name}.");
    [
        (Act::Publish, of("First", ""), format!("First {name}")),
        (Act::Correct, of("Second", fixed), format!("Second {name}")),
        (Act::Withdraw, of("Second", &gone), end),
    ]
}

fn picture(name: &str) -> Vec<(String, Vec<u8>)> {
    let drawn = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 5\"><title>{name}</title><path d=\"M0 0h8v5H0z\"/></svg>"
    );
    vec![(format!("{name}.svg"), drawn.into_bytes())]
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_each_step_the_old_page_is_there_or_the_new_one_and_the_log_says_the_same() {
    let (site, desks, policy) = newsroom();
    let (mut last, mut done) = (None, [false; 3]);
    let mut came: [Vec<bool>; 3] = Default::default();
    for point in 0.. {
        let name = format!("quay-{point}");
        let path = format!("/story/{name}/");
        let (mut old, mut entries) = (None::<String>, Vec::new());
        for (n, (act, text, words)) in editions(&name).into_iter().enumerate() {
            let revision = n as u32 + 1;
            let edition = (act, revision);
            let package = packed(&policy, &desks, (&name, &text), edition, picture(&name));
            let (mut child, at) = start(&site, if done[n] { usize::MAX } else { point });
            let told = try_bring(&site, at.unwrap(), &desks[0], &package).await;
            match told {
                None => was_killed(&mut child),
                Some(told) => {
                    assert_eq!(told.status, 204, "{told:?}");
                    done[n] = true;
                    stop(child);
                }
            }
            if point == DECIDED && act == Act::Publish {
                killed_while_it_mends(&site);
            }
            let running = site.start().await;
            let at = running.local_addr();
            let page = get(at, &path).await;
            let new = page.status == 200 && page.text().contains(&words);
            match &old {
                _ if new => {}
                None => assert_eq!(page.status, 404, "{point} {act:?}"),
                Some(old) => assert!(page.text().contains(old), "{point} {act:?}"),
            }
            if !done[n] {
                came[n].push(new);
            }
            let entry = format!("{} {revision}", ["publish", "correct", "withdraw"][n]);
            if new {
                entries.push(entry.clone());
            }
            assert_eq!(logged(at).await.remove(&path).unwrap_or_default(), entries);
            audited(&site, at, &mut last).await;
            assert_eq!(bring(&site, at, &desks[1], &package).await.status, 204, "again");
            assert!(get(at, &path).await.text().contains(&words));
            if !new {
                entries.push(entry);
            }
            assert_eq!(logged(at).await[&path], entries, "once each");
            audited(&site, at, &mut last).await;
            running.shutdown().await;
            old = Some(words);
        }
        if done == [true; 3] {
            break;
        }
    }
    // Six steps for a story with its picture, four for a later edition, each with a moment before and after.
    for (came, staged) in came.iter().zip([DECIDED, DECIDED - 4, DECIDED - 4]) {
        let expected: Vec<bool> = (0..staged + 4).map(|point| point >= staged).collect();
        assert_eq!(came, &expected);
    }
}

/// Starts again after a kill, killed on each step of what the start has to mend, until there is none left.
fn killed_while_it_mends(site: &Newsroom) {
    for point in 0.. {
        let (mut child, at) = start(site, point);
        if at.is_some() {
            assert!(point > 3, "there was something to mend");
            return stop(child);
        }
        was_killed(&mut child);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_revoked_between_the_kill_and_the_start_takes_nothing_back_and_adds_nothing() {
    for point in [STAGED, DECIDED] {
        let (site, desks, policy) = newsroom();
        let (_, text, words) = editions("quay").into_iter().next().unwrap();
        let package = packed(&policy, &desks, ("quay", &text), (Act::Publish, 1), picture("quay"));
        let (mut child, at) = start(&site, point);
        assert!(try_bring(&site, at.unwrap(), &desks[0], &package).await.is_none());
        was_killed(&mut child);
        site.revoke(&desks[1]);
        let running = site.start().await;
        let at = running.local_addr();
        let published = point == DECIDED;
        let page = get(at, "/story/quay/").await;
        assert_eq!(page.status == 200 && page.text().contains(&words), published);
        assert_eq!(logged(at).await.contains_key("/story/quay/"), published);
        audited(&site, at, &mut None).await;
        let again = bring(&site, at, &desks[0], &package).await;
        assert_eq!(again.status, if published { 204 } else { 422 }, "{again:?}");
        assert!(published || again.text().contains("the approval of Night"), "{again:?}");
        let said = site.lines.text().contains("quay was published and cut short; it is done now");
        assert_eq!(said, published);
        running.shutdown().await;
        if !published {
            the_same_files_laid_there_by_hand_are_refused(&site, &package).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_a_published_story_from_its_place_is_named_and_nothing_is_lost() {
    let (site, desks, policy) = newsroom();
    let (_, text, words) = editions("quay").into_iter().next().unwrap();
    let package = packed(&policy, &desks, ("quay", &text), (Act::Publish, 1), picture("quay"));
    let (mut child, at) = start(&site, DECIDED);
    assert!(try_bring(&site, at.unwrap(), &desks[0], &package).await.is_none());
    was_killed(&mut child);
    let file = site.folder.join("content/stories/quay.md");
    let config = site.config();
    let full = Deps { disk: Arc::new(Full), ..site.deps(&config) };
    let refused = Server::start(config.clone(), full).await.err().unwrap();
    assert!(refused.to_string().starts_with("quay is published, but "), "{refused}");
    fs::write(&file, story("By hand")).unwrap();
    let refused = Server::start(config.clone(), site.deps(&config)).await.err().unwrap();
    assert!(refused.to_string().contains("quay.md: somebody changed this file"), "{refused}");
    assert_eq!(fs::read_to_string(&file).unwrap(), story("By hand"));
    fs::remove_file(&file).unwrap();
    let running = site.start().await;
    let at = running.local_addr();
    assert!(get(at, "/story/quay/").await.text().contains(&words));
    audited(&site, at, &mut None).await;
    running.shutdown().await;
}

/// The control: had the file come into the folder before the story was published, the site would not start any more.
async fn the_same_files_laid_there_by_hand_are_refused(site: &Newsroom, package: &Package) {
    let content = site.folder.join("content");
    fs::create_dir_all(content.join("images")).unwrap();
    for (name, bytes) in &package.pictures {
        fs::write(content.join("images").join(name), bytes).unwrap();
    }
    let assent = site::approvals::path(&content, package.source.as_bytes());
    fs::write(assent, package.publication.text()).unwrap();
    fs::write(content.join("stories/quay.md"), &package.source).unwrap();
    let config = site.config();
    let deps = site.deps(&config);
    let refused = Server::start(config, deps).await.err().unwrap().to_string();
    assert!(refused.contains("Night") && refused.contains("revoked"), "{refused}");
}
