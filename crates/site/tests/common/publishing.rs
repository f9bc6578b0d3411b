//! Stories that desks bring, and what the site has of them.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;

use assent::{Act, Draft, Package, Policy, Publication, ReportOf};
use envelope::cert::Certificate;
use envelope::papers::{Request, certificate_text};
use press::Edition;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use source::audit::{Expected, Verdict, audit};
use source::http::Site;

use super::{Desk, Newsroom, Reply, get, now, raw_if_alive, request};

/// A newsroom whose one story is approved, with two desks and a policy of two approvals, and with a public log.
// Boxed: keys are large, and the threads of tests have small stacks.
#[allow(clippy::vec_box)]
pub fn newsroom() -> (Newsroom, Vec<Box<Desk>>, Policy) {
    let mut site = Newsroom::new(2, "");
    let desks = vec![site.enrolled_desk("City"), site.enrolled_desk("Night")];
    let request = fs::read_to_string(site.folder.join("log.request")).unwrap();
    let request = Request::parse(&request).unwrap();
    let dates = (now() - 3600, now() + 86_400);
    let (holder, name) = (request.holder, request.name);
    let certificate = Certificate::issue(&site.root, holder, name, dates, &mut site.rng).unwrap();
    site.install("log.certificate", &certificate_text(&certificate));
    let policy = Policy::issue(&site.root, 1, 2, vec![], now()).unwrap();
    let content = site.folder.join("content");
    fs::write(content.join("newsroom.policy"), policy.text()).unwrap();
    site.configure("approvals = \"none\"", "approvals = \"policy\"");
    let edition = Edition::load(&content).unwrap();
    fs::create_dir(content.join("approvals")).unwrap();
    for manuscript in edition.manuscripts() {
        let (name, act) = (("the-list", manuscript.source), (Act::Publish, 1));
        let package = packed(&policy, &desks, name, act, Vec::new());
        let path = site::approvals::path(&content, manuscript.source.as_bytes());
        fs::write(path, package.publication.text()).unwrap();
    }
    (site, desks, policy)
}

pub fn story(title: &str) -> String {
    format!(
        "+++\ntitle = \"{title}\"\nsection = \"world\"\ndate = 2026-11-23\nbyline = \"A. Writer\"\n\
         summary = \"A summary.\"\n+++\n\nIt stands in the list.\n"
    )
}

/// A story with its approvals.
pub fn packed(
    policy: &Policy,
    by: &[Box<Desk>],
    (name, source): (&str, &str),
    (act, revision): (Act, u32),
    pictures: Vec<(String, Vec<u8>)>,
) -> Package {
    let page = Package::page(name, source, &pictures).unwrap();
    let report = ReportOf::new(source.as_bytes(), b"report");
    let read = Draft::new(page).read(&report).unwrap();
    let mut publication = Publication::new(read.statement(policy, act, revision, vec![]).unwrap());
    for desk in by {
        publication.approve(&desk.identity, &desk.certificate, now()).unwrap();
    }
    Package { publication, source: source.to_owned(), pictures }
}

/// Brings a story; `None` if the site dies over it.
pub async fn try_bring(
    site: &Newsroom,
    at: SocketAddr,
    desk: &Desk,
    package: &Package,
) -> Option<Reply> {
    let path = "/desk/publish";
    let authorization =
        format!("authorization: {}\r\n", desk.authorization(&site.site, now(), path));
    raw_if_alive(at, &request("POST", path, &authorization, &package.encode())).await
}

pub async fn bring(site: &Newsroom, at: SocketAddr, desk: &Desk, package: &Package) -> Reply {
    try_bring(site, at, desk, package).await.unwrap()
}

/// What the public log has: for each address how many entries, in all editions.
pub async fn logged(at: SocketAddr) -> BTreeMap<String, Vec<String>> {
    let checkpoint = get(at, "/log/checkpoint").await.text();
    let size: u64 = checkpoint.lines().nth(1).unwrap().parse().unwrap();
    assert!(size < 256, "more than this reads");
    let entries = get(at, &format!("/log/tile/entries/000.p/{size}")).await.text();
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in entries.split("subrosa publication\n").skip(1) {
        let field = |name: &str| entry.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        let what = format!("{} {}", field("act: "), field("edition: "));
        all.entry(field("path: ").to_owned()).or_default().push(what);
    }
    all
}

/// Audits the public log, which must go on where the last audit left it.
pub async fn audited(site: &Newsroom, at: SocketAddr, before: &mut Option<String>) {
    let (newsroom, last) = (site.site, before.take());
    let (seen, checkpoint) = tokio::task::spawn_blocking(move || {
        let expected = Expected {
            script: &[],
            headers: &press::headers::SECURITY,
            newsroom: Some(newsroom),
            words: press::article_words,
            log_before: last.as_deref(),
            witnesses: None,
        };
        let mut rng = ChaCha20Rng::seed_from_u64(9);
        let there = Site::new(&format!("http://{at}")).unwrap();
        let report = audit(&there, &expected, now(), &mut rng).unwrap();
        let log = report.findings.into_iter().find(|one| one.check == "public log").unwrap();
        (log, report.checkpoint)
    })
    .await
    .unwrap();
    assert_eq!(seen.verdict, Verdict::Kept, "{}", seen.seen);
    *before = checkpoint;
}
