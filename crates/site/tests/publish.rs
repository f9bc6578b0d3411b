//! What desks bring beside their bundles: letters for colleagues, and stories with their approvals.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::net::SocketAddr;

use assent::{Act, Draft, Package, Policy, Publication, ReportOf};
use common::publishing::{bring, logged, newsroom, packed, story};
use common::{Desk, Newsroom, Reply, get, get_with, now, raw, request};
use envelope::cert::{Certificate, Holder, Name};
use envelope::keys::{Root, Signing};
use envelope::{letter::Letter, mail::Mail, sizes};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

fn package(
    policy: &Policy,
    by: &[Box<Desk>],
    name: &str,
    source: &str,
    act: Act,
    revision: u32,
) -> Package {
    packed(policy, by, (name, source), (act, revision), Vec::new())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_goes_out_when_those_who_must_have_approved_it() {
    let (site, desks, policy) = newsroom();
    let running = site.start().await;
    let at = running.local_addr();
    let made = |by, title: &str| package(&policy, by, "quay", &story(title), Act::Publish, 1);
    let later = |title: &str, end: &str, act, revision| {
        let text = story(title).replace("\n+++\n\n", &format!("\n{end}+++\n\n"));
        package(&policy, &desks, "quay", &text, act, revision)
    };
    let fixed = "[[corrections]]\ndate = 2026-11-24\ntext = \"There are two.\"\n";

    let lone = bring(&site, at, &desks[0], &made(&desks[..1], "The quay")).await;
    assert_eq!(lone.status, 422);
    assert!(lone.text().contains("1 of 2 approvals are there: of City"), "{}", lone.text());
    assert_eq!(get(at, "/story/quay/").await.status, 404, "nothing half-published");
    assert!(!site.folder.join("content/stories/quay.md").exists());

    let whole = made(&desks, "The quay");
    assert_eq!(bring(&site, at, &desks[1], &whole).await.status, 204);
    assert!(get(at, "/story/quay/").await.text().contains("The quay"));
    // Brought again it changes nothing.
    assert_eq!(bring(&site, at, &desks[1], &whole).await.status, 204);

    // Another text under the old approvals; then a corrected edition; then the first one again.
    let swapped = Package { source: story("Another"), ..whole.clone() };
    let refused = bring(&site, at, &desks[0], &swapped).await;
    assert!(refused.status == 422 && refused.text().contains("another text"), "{}", refused.text());
    let silent = bring(&site, at, &desks[0], &later("The quays", "", Act::Correct, 2)).await;
    assert!(silent.status == 422 && silent.text().contains("what was corrected"), "{silent:?}");
    let corrected = later("The quays", fixed, Act::Correct, 2);
    assert_eq!(bring(&site, at, &desks[0], &corrected).await.status, 204);
    assert!(get(at, "/story/quay/").await.text().contains("The quays"));
    let stale = bring(&site, at, &desks[0], &whole).await;
    assert!(stale.status == 422 && stale.text().contains("replaced by a later one"), "{stale:?}");

    // What the press cannot print is not written either.
    let bad = package(&policy, &desks, "bad", "no front matter", Act::Publish, 1);
    let refused = bring(&site, at, &desks[0], &bad).await;
    assert!(refused.status == 422 && refused.text().contains("stories/bad.md"), "{refused:?}");
    assert!(!site.folder.join("content/stories/bad.md").exists());

    // A site that starts again stands where it stood.
    running.shutdown().await;
    let running = site.start().await;
    let at = running.local_addr();
    assert!(get(at, "/story/quay/").await.text().contains("The quays"));
    site.revoke(&desks[1]);
    let twice = fixed.repeat(2);
    let late = later("The quays again", &twice, Act::Correct, 3);
    let mut refused = bring(&site, at, &desks[0], &late).await;
    for _ in 0..40 {
        if refused.status == 422 {
            break;
        }
        refused = bring(&site, at, &desks[0], &late).await;
    }
    assert!(refused.text().contains("Night") && refused.text().contains("revoked"), "{refused:?}");
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_of_being_wrong_has_its_words_and_changes_nothing() {
    let (mut site, mut desks, policy) = newsroom();
    desks.push(site.enrolled_desk("Third"));
    let dates = (now() - 7200, now() - 3600);
    desks.push(site.desk_for("Former", dates));
    // Another newsroom, and who is at home there.
    let mut rng = ChaCha20Rng::seed_from_u64(77);
    let root = Signing::<Root>::generate(&mut rng);
    let holder = Holder::Desk(desks[2].identity.verifying());
    let dates = (now() - 9, now() + 99);
    let name = Name::new("Nobody").unwrap();
    let nobody = Certificate::issue(&root, holder, name, dates, &mut rng).unwrap();
    let of = |by: &[&Desk], source: &str, policy: &Policy| {
        let mut made = package(policy, &[], "quay", source, Act::Publish, 1);
        for desk in by {
            made.publication.approve(&desk.identity, &desk.certificate, now()).unwrap();
        }
        made
    };
    let [city, night, third, former] = [&desks[0], &desks[1], &desks[2], &desks[3]].map(|d| &**d);
    let text = story("The quay");
    let ours = |by: &[&Desk]| of(by, &text, &policy);
    // Another certificate of a desk that has signed.
    let again = Holder::Desk(night.identity.verifying());
    let name = Name::new("Late").unwrap();
    let again = Certificate::issue(&site.root, again, name, dates, &mut site.rng).unwrap();
    let mut strange = ours(&[city]);
    strange.publication.approve(&third.identity, &nobody, now()).unwrap();
    let mut twice = ours(&[night]);
    twice.publication.approve(&night.identity, &again, now()).unwrap();
    let authors = [city, night].map(|desk| desk.identity.verifying().desk_id());
    let page = Package::page("quay", &text, &[]).unwrap();
    let read = Draft::new(page).read(&ReportOf::new(text.as_bytes(), b"report")).unwrap();
    let statement = read.statement(&policy, Act::Publish, 1, authors.to_vec()).unwrap();
    let mut own = Package { publication: Publication::new(statement), ..ours(&[]) };
    for desk in [city, night] {
        own.publication.approve(&desk.identity, &desk.certificate, now()).unwrap();
    }
    let lenient = Policy::issue(&site.root, 1, 2, authors.to_vec(), now()).unwrap();
    let statement = ours(&[]).publication.statement().clone();
    let (key, certificate) = (&city.identity, &city.certificate);
    let forced = Publication::overridden(statement, &lenient, key, certificate, now()).unwrap();
    let later = Policy::issue(&site.root, 2, 2, vec![], now()).unwrap();
    let foreign = Policy::issue(&root, 1, 2, vec![], now()).unwrap();
    let standing = text.replace("It stands", "> [whispered: a clerk]\n> It fell.\n\nIt stands");
    let asset = text.replace("It stands", "![The pier](images/pier.jpg)\n\nIt stands");
    let wrong = [
        (ours(&[]), "0 of 2 approvals are there"),
        (ours(&[city, night, third]), "3 of 2 approvals are there: of "),
        (twice, "has approved twice, which counts once"),
        (own, "only who wrote it has approved: one more desk must"),
        (ours(&[city, former]), "the approval of Former: "),
        (strange, "the approval of Nobody: "),
        (of(&[city, night], &text, &later), "under another policy than the newsroom's present one"),
        (of(&[city, night], &text, &foreign), "the approvals are for another newsroom"),
        (
            Package { publication: forced, ..ours(&[]) },
            "City has overridden the approvals, which the policy does not let it",
        ),
        (
            package(&policy, &desks[..2], "quay", &text, Act::Publish, 2),
            "it has been published before; have it approved as a correction",
        ),
        (of(&[city, night], &standing, &policy), "quay.md:9: there is no standing \"whispered\""),
        (of(&[city, night], &asset, &policy), "quay.md:9: there is no picture \"images/pier.jpg\""),
    ];
    let running = site.start().await;
    let at = running.local_addr();
    let before = logged(at).await;
    for (package, words) in wrong {
        let refused = bring(&site, at, city, &package).await;
        assert!(refused.status == 422 && refused.text().contains(words), "{words}: {refused:?}");
        assert!(refused.text().contains("quay.md"), "it says which story: {refused:?}");
        assert_eq!(get(at, "/story/quay/").await.status, 404);
        assert!(!site.folder.join("content/stories/quay.md").exists());
        assert_eq!(logged(at).await, before);
    }
    assert_eq!(bring(&site, at, city, &ours(&[city, night])).await.status, 204, "the control");
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_desks_bring_stories_and_only_where_approvals_are_asked_for() {
    let (mut site, desks, policy) = newsroom();
    let stranger = site.new_desk("Stranger");
    let running = site.start().await;
    let at = running.local_addr();
    let package = package(&policy, &desks, "quay", &story("The quay"), Act::Publish, 1);
    assert_eq!(bring(&site, at, &stranger, &package).await.status, 401);
    let none = raw(at, &request("POST", "/desk/publish", "", &package.encode())).await.unwrap();
    assert_eq!(none.status, 401);
    let (path, long) = ("/desk/publish", assent::MAX_PACKAGE + 1);
    let token = desks[0].authorization(&site.site, now(), path);
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\ncontent-length: {long}\r\n\r\n"
    );
    assert_eq!(raw(at, head.as_bytes()).await.unwrap().status, 413);
    running.shutdown().await;

    site.configure("approvals = \"policy\"", "approvals = \"none\"");
    let running = site.start().await;
    let refused = bring(&site, running.local_addr(), &desks[0], &package).await;
    assert!(refused.status == 422 && refused.text().contains("approvals ="), "{refused:?}");
    running.shutdown().await;
}

fn mail(site: &mut Newsroom, desk: &Desk, tick: u64) -> Vec<u8> {
    let letters = [(); sizes::LETTERS].map(|()| Letter::cover(&site.site, &mut site.rng).unwrap());
    Mail::issue(&desk.identity, &site.site, (tick, site.tick), &letters)
        .unwrap()
        .as_bytes()
        .to_vec()
}

async fn post(at: SocketAddr, bytes: &[u8]) -> Reply {
    raw(at, &request("POST", "/desk/mail", "", bytes)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_wait_for_their_tick_and_are_for_desks_only() {
    let mut site = Newsroom::new(4, "");
    let desks = [site.enrolled_desk("City"), site.enrolled_desk("Night")];
    let stranger = site.new_desk("Stranger");
    let running = site.start().await;
    let at = running.local_addr();
    let tick = site.tick.tick_at(now()) + 2;
    let sent = mail(&mut site, &desks[0], tick);
    assert_eq!(post(at, &sent).await.status, 204);
    assert_eq!(post(at, &sent).await.status, 204, "the same again");
    let other = mail(&mut site, &desks[0], tick);
    assert_eq!(post(at, &other).await.status, 409);
    let foreign = mail(&mut site, &stranger, tick);
    assert_eq!(post(at, &foreign).await.status, 401);
    let far = mail(&mut site, &desks[0], tick + 9);
    assert_eq!(post(at, &far).await.status, 409);
    assert_eq!(post(at, &sent[1..]).await.status, 400);

    let path = format!("/desk/mail/{tick}");
    let fetch = |desk: &Desk| {
        let header = format!("authorization: {}\r\n", desk.authorization(&site.site, now(), &path));
        let path = path.clone();
        async move { get_with(at, &path, &header).await }
    };
    assert_eq!(fetch(&stranger).await.status, 401);
    let mut reply = fetch(&desks[1]).await;
    assert!(reply.status == 404 || site.tick.tick_at(now()) >= tick);
    while reply.status == 404 {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        reply = fetch(&desks[1]).await;
    }
    assert_eq!((reply.status, &reply.body), (200, &sent));
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_story_leaves_a_page_that_says_so() {
    let (site, desks, policy) = newsroom();
    let running = site.start().await;
    let at = running.local_addr();
    let made = |text: &str, act, revision| package(&policy, &desks, "quay", text, act, revision);
    let first = story("The quay");
    assert_eq!(bring(&site, at, &desks[0], &made(&first, Act::Publish, 1)).await.status, 204);
    let end = "\n[withdrawn]\ndate = 2026-11-25\nreason = \"The list was forged.\"\n+++\n\n";
    let gone = first.replace("\n+++\n\n", end);
    let wrong = bring(&site, at, &desks[0], &made(&gone, Act::Correct, 2)).await;
    assert!(wrong.status == 422 && wrong.text().contains("approved as that"), "{wrong:?}");
    let whole = bring(&site, at, &desks[0], &made(&first, Act::Withdraw, 2)).await;
    assert!(whole.status == 422 && whole.text().contains("[withdrawn]"), "{whole:?}");
    assert_eq!(bring(&site, at, &desks[0], &made(&gone, Act::Withdraw, 2)).await.status, 204);
    let page = get(at, "/story/quay/").await.text();
    assert!(page.contains("The list was forged.") && !page.contains("It stands in the list"));
    running.shutdown().await;
}
