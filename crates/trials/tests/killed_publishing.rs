//! `subrosa site run`, killed with -9 at moments that nobody chose while desks publish, correct and withdraw one story after
//! the other: what was answered is there, what was not is there whole or not at all, and the public log goes on. And the same
//! program where there is no room.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[path = "../../site/tests/common/mod.rs"]
mod common;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use assent::{Act, Package};
use common::publishing::{audited, bring, logged, newsroom, packed, story, try_bring};
use common::{Desk, Newsroom, get};

const ROUNDS: u64 = 10;

/// The program, and where it listens.
fn start(site: &Newsroom) -> (Child, SocketAddr) {
    run(Command::new(trials::demo::program().unwrap()), site)
}

/// The program where no file may grow beyond a mebibyte, which stands for a full disk. The shell ignores the signal that would
/// end it; `ulimit` counts blocks of 512 bytes.
fn start_without_room(site: &Newsroom) -> (Child, SocketAddr) {
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\""]);
    shell.arg(trials::demo::program().unwrap());
    run(shell, site)
}

fn run(mut program: Command, site: &Newsroom) -> (Child, SocketAddr) {
    let mut child = program
        .args(["site", "run", "--dir"])
        .arg(&site.folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let at = said.by_ref().find_map(|line| {
        let (_, rest) = line.split_once("site: http://127.0.0.1 on ")?;
        rest.split(',').next()?.parse().ok()
    });
    // Somebody must read on, or the program waits.
    std::thread::spawn(move || said.for_each(drop));
    (child, at.unwrap())
}

/// The editions of a story, each with its address and words that only it has.
fn editions(number: usize) -> [(Act, String, String); 3] {
    let of = |what: &str, end: &str| {
        story(&format!("{what} {number}")).replace("\n+++\n\n", &format!("\n{end}+++\n\n"))
    };
    let fixed = "[[corrections]]\ndate = 2026-11-24\ntext = \"There are two.\"\n";
    let gone = format!("{fixed}[withdrawn]\ndate = 2026-11-25\nreason = \"Forged {number}.\"\n");
    [
        (Act::Publish, of("First", ""), format!("First {number}")),
        (Act::Correct, of("Second", fixed), format!("Second {number}")),
        (Act::Withdraw, of("Second", &gone), format!("Forged {number}.")),
    ]
}

/// The `n`th of all publications: each story's three editions, one after the other.
fn publication(
    policy: &assent::Policy,
    desks: &[Box<Desk>],
    n: usize,
) -> (Package, String, String) {
    let (number, edition) = (n / 3, n % 3);
    let (act, text, words) = editions(number).into_iter().nth(edition).unwrap();
    let name = format!("quay-{number}");
    let package = packed(policy, desks, (&name, &text), (act, edition as u32 + 1), Vec::new());
    (package, format!("/story/{name}/"), words)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_is_there_and_nothing_by_half() {
    let (site, desks, policy) = newsroom();
    let next = Arc::new(AtomicUsize::new(0));
    let (mut last, mut cut) = (None, 0);
    for round in 0..ROUNDS {
        let (mut child, at) = start(&site);
        // A clock of the test's own kills it: between 30 and 400 ms after the first story comes.
        let pid = child.id();
        let killer = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(30 + round * 137 % 370)).await;
            Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
        });
        loop {
            let n = next.load(SeqCst);
            let (package, ..) = publication(&policy, &desks, n);
            match try_bring(&site, at, &desks[n % 2], &package).await {
                Some(told) => assert_eq!(told.status, 204, "{told:?}"),
                None => break,
            }
            next.store(n + 1, SeqCst);
        }
        killer.await.unwrap();
        child.wait().unwrap();

        let (mut child, at) = start(&site);
        audited(&site, at, &mut last).await;
        let n = next.load(SeqCst);
        let (package, path, words) = publication(&policy, &desks, n);
        let page = get(at, &path).await;
        let new = page.status == 200 && page.text().contains(&words);
        cut += usize::from(!new);
        match n % 3 {
            _ if new => {}
            0 => assert_eq!(page.status, 404),
            _ => {
                let (_, _, before) = publication(&policy, &desks, n - 1);
                assert!(page.text().contains(&before), "the old page, whole");
            }
        }
        let entries = logged(at).await;
        let counted: usize = entries.values().map(Vec::len).sum();
        assert_eq!(counted, 1 + n + usize::from(new), "the log has what is out: {entries:?}");
        assert_eq!(bring(&site, at, &desks[0], &package).await.status, 204, "again");
        assert!(get(at, &path).await.text().contains(&words));
        audited(&site, at, &mut last).await;
        next.store(n + 1, SeqCst);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let all = next.load(SeqCst);
    println!("{all} publications, {ROUNDS} kills, {cut} of them before one was out");
    assert!(all > ROUNDS as usize, "some went out between the kills");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_the_story_comes_when_there_is_room() {
    let (site, desks, policy) = newsroom();
    let drawn = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 5\"><!-- {} --><path d=\"M0 0h8v5H0z\"/></svg>",
        "room ".repeat(400_000)
    );
    let text = story("The quay").replace("It stands", "![A quay](images/quay.svg)\n\nIt stands");
    let pictures = vec![("quay.svg".to_owned(), drawn.into_bytes())];
    let package = packed(&policy, &desks, ("quay", &text), (Act::Publish, 1), pictures);
    let (mut child, at) = start_without_room(&site);
    let told = bring(&site, at, &desks[0], &package).await;
    assert_eq!(told.status, 507, "{told:?}");
    assert!(told.text().contains("quay.svg: the disk is full. Nothing was published"), "{told:?}");
    assert_eq!(get(at, "/story/quay/").await.status, 404);
    assert_eq!(std::fs::read_dir(site.folder.join("content/images")).unwrap().count(), 0);
    audited(&site, at, &mut None).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let (mut child, at) = start(&site);
    assert_eq!(bring(&site, at, &desks[0], &package).await.status, 204);
    assert_eq!(get(at, "/story/quay/").await.status, 200);
    child.kill().unwrap();
    child.wait().unwrap();
}
