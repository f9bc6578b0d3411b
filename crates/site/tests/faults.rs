//! Publishing while things go wrong: two desks at once, no room on the disk.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::{fs, io};

use assent::Act;
use common::get;
use common::publishing::{audited, bring, logged, newsroom, packed, story};
use site::{Disk, SystemDisk};

const PICTURE: &str = "0123abcd-quay.svg";
const DRAWN: &[u8] =
    br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 5"><path d="M0 0h8v5H0z"/></svg>"#;

fn pictured(title: &str) -> (String, Vec<(String, Vec<u8>)>) {
    let text =
        story(title).replace("It stands", &format!("![A quay](images/{PICTURE})\n\nIt stands"));
    (text, vec![(PICTURE.to_owned(), DRAWN.to_vec())])
}

#[tokio::test(flavor = "multi_thread")]
async fn two_desks_at_once_each_publish_once() {
    let (site, desks, policy) = newsroom();
    let running = site.start().await;
    let at = running.local_addr();
    let made = |name: &str, title: &str| {
        packed(&policy, &desks, (name, &story(title)), (Act::Publish, 1), Vec::new())
    };
    let mut expected = logged(at).await;
    for round in 0..4 {
        // Two stories; then twice the same one; then two texts for one place.
        let names = [format!("a-{round}"), format!("b-{round}"), format!("c-{round}")];
        let [a, b, c] = names.each_ref().map(|name| made(name, name));
        let both = tokio::join!(bring(&site, at, &desks[0], &a), bring(&site, at, &desks[1], &b));
        assert_eq!((both.0.status, both.1.status), (204, 204), "{both:?}");
        let both = tokio::join!(bring(&site, at, &desks[0], &c), bring(&site, at, &desks[1], &c));
        assert_eq!((both.0.status, both.1.status), (204, 204), "{both:?}");
        let name = format!("d-{round}");
        let titles = [format!("The one {round}"), format!("The other {round}")];
        let [one, other] = titles.each_ref().map(|title| made(&name, title));
        let (first, second) =
            tokio::join!(bring(&site, at, &desks[0], &one), bring(&site, at, &desks[1], &other));
        let (out, refused) = if first.status == 204 { ("one", second) } else { ("other", first) };
        assert_eq!(refused.status, 422, "{refused:?}");
        assert!(refused.text().contains("replaced by a later one"), "{refused:?}");
        let page = get(at, &format!("/story/{name}/")).await.text();
        assert!(page.contains(&format!("The {out}")), "{page}");
        // The text that is out, under another name.
        let copy = made(&format!("copy-{round}"), &format!("The {out} {round}"));
        let refused = bring(&site, at, &desks[0], &copy).await;
        assert!(refused.text().contains("another story has this very text"), "{refused:?}");
        for name in names.iter().chain([&name]) {
            expected.insert(format!("/story/{name}/"), vec!["publish 1".to_owned()]);
        }
        assert_eq!(logged(at).await, expected);
    }
    audited(&site, at, &mut None).await;
    running.shutdown().await;
    let running = site.start().await;
    assert_eq!(logged(running.local_addr()).await, expected);
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_change_and_change_back_are_logged_each_time() {
    let (site, _, _) = newsroom();
    let running = site.start().await;
    let (at, mut last) = (running.local_addr(), None);
    audited(&site, at, &mut last).await;
    let words = site.folder.join("content/words.ftl");
    for (text, entries) in [("know-more = More?\n", 2), ("", 3), ("", 3)] {
        fs::write(&words, text).unwrap();
        running.reload().unwrap();
        audited(&site, at, &mut last).await;
        assert_eq!(logged(at).await[common::STORY].len(), entries);
    }
    running.shutdown().await;
}

/// A disk that is full from its `left`th step on.
struct Full {
    left: AtomicUsize,
}

impl Full {
    fn step(&self) -> io::Result<()> {
        let left = self.left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
        left.map(drop).map_err(|_| io::ErrorKind::StorageFull.into())
    }
}

impl Disk for Full {
    fn stage(&self, beside: &Path, bytes: &[u8]) -> io::Result<()> {
        // Some of it is there by then.
        self.step().inspect_err(|_| {
            let _ = SystemDisk.stage(beside, &bytes[..bytes.len() / 2]);
        })?;
        SystemDisk.stage(beside, bytes)
    }

    fn place(&self, beside: &Path, path: &Path) -> io::Result<()> {
        self.step()?;
        SystemDisk.place(beside, path)
    }
}

fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut all = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.insert(path);
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_publishes_nothing_by_half_and_loses_nothing() {
    let (site, desks, policy) = newsroom();
    let disk = Arc::new(Full { left: AtomicUsize::new(usize::MAX) });
    let running = site.start_on(disk.clone()).await;
    let (at, content) = (running.local_addr(), site.folder.join("content"));
    let made = |name: &str| {
        let (text, mut pictures) = pictured(name);
        // Each story has its own picture.
        pictures[0].0 = format!("{name}-{PICTURE}");
        let text = text.replace(PICTURE, &pictures[0].0);
        packed(&policy, &desks, (name, &text), (Act::Publish, 1), pictures)
    };
    let (mut refused, mut unfinished, mut last) = (0, 0, None);
    for steps in 0.. {
        let name = format!("quay-{steps}");
        let (package, page) = (made(&name), format!("/story/{name}/"));
        let before = files(&content);
        disk.left.store(steps, SeqCst);
        let told = bring(&site, at, &desks[0], &package).await;
        if told.status == 204 {
            assert_eq!(get(at, &page).await.status, 200, "what is out is served");
            let lies = content.join(format!("stories/{name}.md")).exists();
            if !lies {
                unfinished += 1;
                let words = site.lines.text();
                assert!(words.contains(&format!("{name} is published, but ")), "{words}");
                // Nothing else comes before that is done.
                let next = bring(&site, at, &desks[0], &made("next")).await;
                assert_eq!(next.status, 503, "{next:?}");
                assert!(next.text().contains(&format!("{name} is published, but ")), "{next:?}");
                assert_eq!(get(at, "/story/next/").await.status, 404);
            }
            audited(&site, at, &mut last).await;
            disk.left.store(usize::MAX, SeqCst);
            if lies {
                break;
            }
            running.reload().unwrap();
            assert!(content.join(format!("stories/{name}.md")).exists(), "done when there is room");
            continue;
        }
        refused += 1;
        assert_eq!(told.status, 507, "{told:?}");
        let words = told.text();
        assert!(words.contains("the disk is full. Nothing was published; make room"), "{words}");
        assert_eq!(files(&content), before, "its room is given back");
        assert_eq!(get(at, &page).await.status, 404);
        assert!(!logged(at).await.contains_key(&page));
        audited(&site, at, &mut last).await;
        disk.left.store(usize::MAX, SeqCst);
        assert_eq!(bring(&site, at, &desks[0], &package).await.status, 204, "when there is room");
        assert_eq!(get(at, &page).await.status, 200);
    }
    // Picture and its place, approvals, story; then the two that are moved to their places.
    assert_eq!((refused, unfinished), (4, 2));
    running.shutdown().await;
    let running = site.start().await;
    audited(&site, running.local_addr(), &mut last).await;
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_storys_picture_takes_the_place_of_another() {
    let (site, desks, policy) = newsroom();
    let running = site.start().await;
    let at = running.local_addr();
    let (text, pictures) = pictured("The quay");
    let quay = packed(&policy, &desks, ("quay", &text), (Act::Publish, 1), pictures);
    assert_eq!(bring(&site, at, &desks[0], &quay).await.status, 204);
    // The paper's own, which no approval names.
    let images = site.folder.join("content/images");
    fs::write(images.join("logo.svg"), DRAWN).unwrap();
    let drawn = String::from_utf8(DRAWN.to_vec()).unwrap().replace("h8v5", "h7v4");
    for (name, words) in [
        (PICTURE, "stories/quay.md: the approvals are for other pictures"),
        ("logo.svg", "images/logo.svg: another picture of this name lies there"),
    ] {
        let (text, _) = pictured("The pier");
        let pictures = vec![(name.to_owned(), drawn.clone().into_bytes())];
        let text = text.replace(PICTURE, name);
        let pier = packed(&policy, &desks, ("pier", &text), (Act::Publish, 1), pictures);
        let refused = bring(&site, at, &desks[0], &pier).await;
        assert!(refused.status == 422 && refused.text().contains(words), "{refused:?}");
        assert_eq!(fs::read(images.join(name)).unwrap(), DRAWN);
        assert_eq!(get(at, "/story/pier/").await.status, 404);
    }
    running.shutdown().await;
}
