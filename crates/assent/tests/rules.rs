//! What is a story, and every way in which something is none.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use assent::{
    Act, AssentError, Draft, Page, Policy, Publication, ReportOf, STATEMENT, SourceRead, Statement,
    When,
};
use envelope::{
    VerifyError,
    cert::{Certificate, Holder, Name, Revocation},
    keys::{DeskIdentity, Root, Signing},
};
use proptest::prelude::*;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

const NOW: u64 = 1_795_435_200;
const SOURCE: &[u8] = b"+++\ntitle = \"The list\"\n+++\nThe words.";
const ASSETS: &[(&str, [u8; 32])] = &[("quay.jpg", [1; 32]), ("list.png", [2; 32])];

struct Desk {
    key: Signing<DeskIdentity>,
    certificate: Certificate,
}

struct House {
    root: Signing<Root>,
    policy: Policy,
    /// Author, colleague, editor (who may override), and one whose certificate has run out.
    desks: Vec<Desk>,
}

impl House {
    fn new(seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let root = Signing::<Root>::generate(&mut rng);
        let desks: Vec<Desk> = ["Author", "Colleague", "Editor", "Former"]
            .iter()
            .map(|name| {
                let key = Signing::<DeskIdentity>::generate(&mut rng);
                let holder = Holder::Desk(key.verifying());
                let until = if *name == "Former" { NOW - 5 } else { NOW + 86_400 };
                let dates = (NOW - 86_400, until);
                let name = Name::new(name).unwrap();
                let certificate = Certificate::issue(&root, holder, name, dates, &mut rng).unwrap();
                Desk { key, certificate }
            })
            .collect();
        let editor = desks[2].key.verifying().desk_id();
        let policy = Policy::issue(&root, 1, 2, vec![editor], NOW).unwrap();
        Self { root, policy, desks }
    }

    fn statement(&self) -> Statement {
        let author = self.desks[0].key.verifying().desk_id();
        read(SOURCE).statement(&self.policy, Act::Publish, 1, vec![author]).unwrap()
    }

    fn signed(&self, by: &[usize]) -> Publication {
        let mut made = Publication::new(self.statement());
        for desk in by {
            let Desk { key, certificate } = &self.desks[*desk];
            made.approve(key, certificate, NOW - 10).unwrap();
        }
        made
    }

    fn editors_word(&self) -> Result<Publication, AssentError> {
        let Desk { key, certificate } = &self.desks[2];
        Publication::overridden(self.statement(), &self.policy, key, certificate, NOW)
    }
}

fn page(source: &[u8]) -> Page {
    Page::new("the-list", source, ASSETS).unwrap()
}

fn read(source: &[u8]) -> SourceRead {
    Draft::new(page(source)).read(&ReportOf::new(source, b"the report")).unwrap()
}

fn now() -> When<'static> {
    When::Now { now: NOW, revoked: &[] }
}

/// Through its bytes, as a site gets it.
fn judged(publication: &Publication, policy: &Policy, when: When<'_>) -> Result<(), AssentError> {
    let publication = Publication::parse(&publication.text()).unwrap();
    read(SOURCE).approve(publication, policy, when).map(|approved| {
        assert_eq!(approved.publish().statement().page, page(SOURCE));
    })
}

#[test]
fn two_desks_make_a_story() {
    let house = House::new(1);
    for by in [[0, 1], [1, 0], [1, 2]] {
        assert_eq!(judged(&house.signed(&by), &house.policy, now()), Ok(()));
    }
    assert_eq!(
        house.signed(&[0, 1]).encode(),
        house.signed(&[1, 0]).encode(),
        "the order of signing is not told"
    );
}

#[test]
fn too_few_too_many_twice_or_only_the_author() {
    let house = House::new(2);
    let judge = |by: &[usize]| judged(&house.signed(by), &house.policy, now());
    assert_eq!(judge(&[1]), Err(AssentError::Count { have: vec!["Colleague".into()], want: 2 }));
    assert!(matches!(judge(&[]), Err(AssentError::Count { .. })));
    assert!(matches!(judge(&[0, 1, 2]), Err(AssentError::Count { .. })));
    let Desk { key, certificate } = &house.desks[1];
    let mut twice = house.signed(&[1]);
    assert!(matches!(twice.approve(key, certificate, NOW), Err(AssentError::Twice(_))));
    // Nor with a second certificate of the same key.
    let mut rng = ChaCha20Rng::seed_from_u64(9);
    let dates = (NOW - 9, NOW + 9);
    let name = Name::new("Somebody else").unwrap();
    let second =
        Certificate::issue(&house.root, Holder::Desk(key.verifying()), name, dates, &mut rng)
            .unwrap();
    twice.approve(key, &second, NOW - 1).unwrap();
    assert!(matches!(judged(&twice, &house.policy, now()), Err(AssentError::Twice(_))));
    let one = Policy::issue(&house.root, 2, 1, vec![], NOW).unwrap();
    let author = house.desks[0].key.verifying().desk_id();
    let statement = read(SOURCE).statement(&one, Act::Publish, 1, vec![author]).unwrap();
    let mut alone = Publication::new(statement);
    alone.approve(&house.desks[0].key, &house.desks[0].certificate, NOW).unwrap();
    assert_eq!(judged(&alone, &one, now()), Err(AssentError::OnlyAuthors));
}

#[test]
fn another_story_text_picture_report_or_revision() {
    let house = House::new(3);
    let publication = || house.signed(&[0, 1]);
    let other = |page: Page, source: &[u8], report: &[u8]| {
        let read = Draft::new(page).read(&ReportOf::new(source, report)).unwrap();
        read.approve(publication(), &house.policy, now()).map(|_| ())
    };
    let name = Page::new("another", SOURCE, ASSETS).unwrap();
    let refused = other(name, SOURCE, b"the report");
    assert_eq!(refused, Err(AssentError::OtherStory("the-list".into())));
    let text = b"another text".as_slice();
    assert_eq!(other(page(text), text, b"the report"), Err(AssentError::OtherText));
    let picture = Page::new("the-list", SOURCE, &[("quay.jpg", [1; 32])]).unwrap();
    assert_eq!(other(picture, SOURCE, b"the report"), Err(AssentError::OtherAssets));
    assert_eq!(other(page(SOURCE), SOURCE, b"another report"), Err(AssentError::OtherDraft));
    let stale = Draft::new(page(SOURCE)).read(&ReportOf::new(b"its first text", b"the report"));
    assert!(matches!(stale, Err(AssentError::OtherDraft)));
    // An approval cut out of its revision and put under the next.
    let mut bytes = publication().encode();
    bytes[4 + 149 + 3] = 2;
    let moved = Publication::decode(&bytes).unwrap();
    assert_eq!(moved.statement().revision, 2);
    let refused = judged(&moved, &house.policy, now());
    assert!(matches!(refused, Err(AssentError::Signature { .. })), "{refused:?}");
}

#[test]
fn strangers_the_revoked_and_the_expired() {
    let house = House::new(4);
    let other = House::new(5);
    let refused = judged(&other.signed(&[0, 1]), &house.policy, now());
    assert_eq!(refused, Err(AssentError::OtherNewsroom));
    // A stranger's certificate under this newsroom's statement.
    let mut mixed = house.signed(&[0]);
    mixed.approve(&other.desks[1].key, &other.desks[1].certificate, NOW).unwrap();
    let refused = judged(&mixed, &house.policy, now());
    assert!(matches!(refused, Err(AssentError::Signature { why: VerifyError::Stranger(_), .. })));
    // Somebody else's certificate over one's own signature.
    let mut borrowed = house.signed(&[0]);
    borrowed.approve(&other.desks[1].key, &house.desks[1].certificate, NOW).unwrap();
    let refused = judged(&borrowed, &house.policy, now());
    assert!(matches!(refused, Err(AssentError::Signature { why: VerifyError::Signature(_), .. })));
    let refused = judged(&house.signed(&[1, 3]), &house.policy, now());
    assert!(matches!(
        refused,
        Err(AssentError::Signature { ref name, why: VerifyError::Expired { .. } }) if name == "Former"
    ));
    let revoked = [Revocation::issue(&house.root, house.desks[1].certificate.serial)];
    let when = When::Now { now: NOW, revoked: &revoked };
    let refused = judged(&house.signed(&[0, 1]), &house.policy, when);
    assert!(matches!(refused, Err(AssentError::Signature { why: VerifyError::Revoked(_), .. })));
    // What was a story stays one.
    assert_eq!(judged(&house.signed(&[0, 1]), &house.policy, When::Before), Ok(()));
    assert_eq!(judged(&house.signed(&[1, 3]), &house.policy, When::Before), Ok(()));
    let later = Policy::issue(&house.root, 2, 3, vec![], NOW).unwrap();
    assert_eq!(judged(&house.signed(&[0, 1]), &later, now()), Err(AssentError::OtherPolicy));
    assert_eq!(judged(&house.signed(&[0, 1]), &later, When::Before), Ok(()));
}

#[test]
fn an_override_looks_like_any_other() {
    let house = House::new(6);
    let overridden = house.editors_word().unwrap();
    assert_eq!(judged(&overridden, &house.policy, now()), Ok(()));
    let ordinary = house.signed(&[0, 1]);
    assert_eq!(overridden.encode().len(), ordinary.encode().len());
    assert_eq!(overridden.text().len(), ordinary.text().len());
    let Desk { key, certificate } = &house.desks[1];
    let word = Publication::overridden(house.statement(), &house.policy, key, certificate, NOW);
    assert!(matches!(word, Err(AssentError::NoEditor(_))));
    // An override that is taken from an editor: signed while a policy let them.
    let lenient = Policy::issue(
        &house.root,
        1,
        2,
        house.desks.iter().map(|desk| desk.key.verifying().desk_id()).collect(),
        NOW,
    )
    .unwrap();
    let forced = Publication::overridden(house.statement(), &lenient, key, certificate, NOW);
    let refused = judged(&forced.unwrap(), &house.policy, now());
    assert_eq!(refused, Err(AssentError::NoEditor("Colleague".into())));
}

#[test]
fn policies() {
    let house = House::new(7);
    let site = house.policy.site;
    let read = Policy::parse(&house.policy.text(), &site).unwrap().unwrap();
    assert_eq!(read, house.policy);
    let other = House::new(8).policy.site;
    assert!(Policy::parse(&house.policy.text(), &other).unwrap().is_err());
    let editor = house.policy.editors[0];
    for (number, approvals, editors) in
        [(0, 2, vec![]), (1, 0, vec![]), (1, 9, vec![]), (1, 2, vec![editor; 2])]
    {
        assert!(Policy::issue(&house.root, number, approvals, editors, NOW).is_err());
    }
    let bytes = house.policy.as_bytes();
    for at in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        changed[at] ^= 1;
        assert!(Policy::open(&changed, &site).is_err(), "byte {at}");
    }
}

#[test]
fn every_changed_byte_of_a_publication_is_found() {
    let house = House::new(10);
    let publication = house.signed(&[0, 1]);
    let bytes = publication.encode();
    assert_eq!(bytes.len(), 4 + STATEMENT + 2 * 299);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let taken = Publication::decode(&changed)
            .is_ok_and(|changed| changed.verify(&house.policy, now()).is_ok());
        assert!(!taken, "byte {at}");
    }
}

proptest! {
    #[test]
    fn any_bytes_give_an_error_or_themselves(bytes in proptest::collection::vec(any::<u8>(), 0..1200)) {
        if let Ok(publication) = Publication::decode(&bytes) {
            prop_assert_eq!(publication.encode(), bytes.clone());
        }
        let site = envelope::keys::SiteId([7; 32]);
        prop_assert!(Policy::open(&bytes, &site).is_err());
        let text = String::from_utf8_lossy(&bytes);
        prop_assert!(Publication::parse(&text).is_err());
    }

    #[test]
    fn one_page_one_hash(name in "[a-z]{2,20}", cut in 1usize..20, x: [u8; 32], y: [u8; 32]) {
        // Moving a letter from one asset's name to the next, or turning the assets, is another page.
        let cut = cut.min(name.len() - 1);
        let (a, b) = name.split_at(cut);
        let page = |assets: &[(&str, [u8; 32])]| Page::new("a", b"", assets).unwrap();
        let parts = page(&[(a, x), (b, y)]);
        prop_assert_eq!(page(&[(b, y), (a, x)]), parts.clone());
        prop_assert_ne!(page(&[(name.as_str(), x), ("z", y)]), parts.clone());
        prop_assert!(x == y || a == b || page(&[(a, y), (b, x)]) != parts);
    }
}
