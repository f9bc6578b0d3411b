//! Whether every story of an edition has the approvals that the newsroom's policy asks for.
//!
//! In the content folder, `newsroom.policy` is the policy, and the publication of a story lies in
//! `approvals/<hash of the story's file>.assent`: a story is replaced whole by the renaming of one file, and its
//! approvals are there before it.

use std::{
    collections::HashSet,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use assent::{
    Act, AssentError, Draft, Hash, Page, PaperError, Policy, Publication, Statement, When,
};
use envelope::{VerifyError, keys::SiteId};
use press::{Edition, Manuscript};
use thiserror::Error;

use crate::{
    roster::Roster,
    store::{Printed, Records, StoreError},
};

/// The policy's file in the content folder.
pub const POLICY: &str = "newsroom.policy";
/// The folder of publications in the content folder.
pub const FOLDER: &str = "approvals";

/// Why an edition is not served.
#[derive(Debug, Error)]
pub enum ApprovalError {
    /// There is no policy.
    #[error(
        "{0}: there is no policy; have the root make one (`subrosa root policy`), or write approvals = \"none\" into \
         site.toml if nobody but you is to approve stories"
    )]
    NoPolicy(PathBuf),
    /// A file cannot be read.
    #[error("{path}: {why}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// A file is not what it should be.
    #[error("{path}: {why}")]
    Paper {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: PaperError,
    },
    /// The policy is not this newsroom's.
    #[error("{path}: {why}; take the policy that this newsroom's root has signed")]
    Policy {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: VerifyError,
    },
    /// An older policy than one that this site has used.
    #[error("policy {0} has been replaced by a later one; put the newest newsroom.policy back")]
    OldPolicy(u32),
    /// A story has none.
    #[error(
        "{file}: nobody has approved this text; {want} desks must (`subrosa desk approve`). What was served goes on"
    )]
    Missing {
        /// The story's file.
        file: String,
        /// How many the policy asks for.
        want: u8,
    },
    /// A story's approvals are not as they must be.
    #[error("{file}: {why}. What was served goes on")]
    Refused {
        /// The story's file.
        file: String,
        /// What is wrong.
        why: AssentError,
    },
    /// What it says it is and what it is differ.
    #[error("{file}: {why}. What was served goes on")]
    Act {
        /// The story's file.
        file: String,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where the publication of a story's file lies below the content folder.
#[must_use]
pub fn path(content: &Path, source: &[u8]) -> PathBuf {
    let name = format!("{}.assent", hex::encode(Page::source_hash(source)));
    content.join(FOLDER).join(name)
}

/// A story of an edition as approvals see it.
///
/// # Errors
/// [`AssentError::Decode`] if its file's name cannot be a story's.
pub fn page(manuscript: &Manuscript<'_>) -> Result<Page, AssentError> {
    let name = manuscript.file.rsplit('/').next().unwrap_or(manuscript.file);
    let name = name.strip_suffix(".md").unwrap_or(name);
    Ok(Page::new(name, manuscript.source.as_bytes(), &manuscript.pictures)?)
}

/// What an edition stands on that was not known before: to be remembered once the edition is printed.
#[derive(Debug)]
pub(crate) struct Passed {
    new: Vec<New>,
    /// Every story's address and statement, in the order of the edition.
    pub(crate) stories: Vec<(String, Statement)>,
}

#[derive(Debug)]
struct New {
    statement: Statement,
    corrections: u32,
}

/// Checks every story. `incoming` is the publication of a story that is not in the folder yet.
pub(crate) fn check(
    edition: &Edition,
    content: &Path,
    records: &mut dyn Records,
    site: &SiteId,
    incoming: Option<&Publication>,
    now: u64,
) -> Result<Passed, ApprovalError> {
    let policy = policy(&content.join(POLICY), site)?;
    if is_past(records, "policy", policy.number, &policy.hash())? {
        return Err(ApprovalError::OldPolicy(policy.number));
    }
    // It is the root's: it holds from now on, whatever becomes of this edition.
    if records.value(&key("policy", policy.number))?.is_none() {
        let values = past("policy", policy.number, &policy.hash());
        records.print(&Printed { values: &values, ..Printed::default() })?;
    }
    let revoked = Roster::read(records, site)?.revocations;
    let mut passed = Passed { new: Vec::new(), stories: Vec::new() };
    let mut texts = HashSet::new();
    for manuscript in edition.manuscripts() {
        let file = manuscript.file;
        if !texts.insert(manuscript.source) {
            // They would share one file of approvals.
            let why = "another story has this very text; change it, or take one of the two away";
            return Err(ApprovalError::Act { file: file.to_owned(), why });
        }
        let refused = |why| ApprovalError::Refused { file: file.to_owned(), why };
        let page = page(&manuscript).map_err(refused)?;
        let publication = match incoming {
            Some(publication) if publication.statement().page.name == page.name => {
                publication.clone()
            }
            _ => publication(content, &manuscript, policy.approvals)?,
        };
        let statement = publication.statement();
        let kind = kind(&statement.page.name);
        let known = records.value(&key(&kind, statement.revision))?;
        let before = known.as_deref() == Some(statement.hash().as_slice());
        let when = if before { When::Before } else { When::Now { now, revoked: &revoked } };
        let story = Draft::new(page).publish(publication, &policy, when).map_err(refused)?;
        let statement = story.statement();
        if is_past(records, &kind, statement.revision, &statement.hash())? {
            return Err(refused(AssentError::Stale(statement.revision)));
        }
        if !before {
            let act = act(records, statement, &manuscript)?;
            act.map_err(|why| ApprovalError::Act { file: file.to_owned(), why })?;
            let corrections = manuscript.corrections;
            passed.new.push(New { statement: statement.clone(), corrections });
        }
        passed.stories.push((manuscript.path, story.statement().clone()));
    }
    Ok(passed)
}

impl Passed {
    /// What is to be remembered.
    pub(crate) fn values(&self) -> Vec<(String, Vec<u8>)> {
        let of = |New { statement, corrections }: &New| {
            let Statement { page, revision, .. } = statement;
            let shown = corrections_key(&page.name, *revision);
            let mut values = past(&kind(&page.name), *revision, &statement.hash());
            values.push((shown, corrections.to_be_bytes().to_vec()));
            values
        };
        self.new.iter().flat_map(of).collect()
    }
}

/// Whether a new edition does what its statement says: readers can see what was corrected, and that something was withdrawn.
fn act(
    records: &mut dyn Records,
    statement: &Statement,
    manuscript: &Manuscript<'_>,
) -> Result<Result<(), &'static str>, StoreError> {
    let Statement { revision, page, act, .. } = statement;
    let earlier = records.value(&corrections_key(&page.name, revision.saturating_sub(1)))?;
    let earlier = earlier.and_then(|n| n.try_into().ok()).map_or(0, u32::from_be_bytes);
    Ok(match act {
        Act::Withdraw if !manuscript.withdrawn => Err(
            "it was approved as withdrawn, and says nothing of that; add [withdrawn] with date and reason",
        ),
        Act::Publish | Act::Correct if manuscript.withdrawn => {
            Err("it is withdrawn, and was not approved as that; have the withdrawal approved")
        }
        Act::Publish if *revision != 1 => {
            Err("it has been published before; have it approved as a correction")
        }
        Act::Correct if manuscript.corrections <= earlier => {
            Err("nothing in it says what was corrected; add [[corrections]] with date and text")
        }
        _ => Ok(()),
    })
}

fn corrections_key(story: &str, revision: u32) -> String {
    format!("corrections {story} {revision}")
}

fn publication(
    content: &Path,
    manuscript: &Manuscript<'_>,
    want: u8,
) -> Result<Publication, ApprovalError> {
    let path = path(content, manuscript.source.as_bytes());
    match fs::read_to_string(&path) {
        Ok(text) => Publication::parse(&text).map_err(|why| ApprovalError::Paper { path, why }),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(ApprovalError::Missing { file: manuscript.file.to_owned(), want })
        }
        Err(error) => Err(ApprovalError::File { path, why: error.to_string() }),
    }
}

/// Reads the newsroom's policy.
///
/// # Errors
/// [`ApprovalError`].
pub fn policy(path: &Path, site: &SiteId) -> Result<Policy, ApprovalError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(ApprovalError::NoPolicy(path.to_owned()));
        }
        Err(error) => {
            return Err(ApprovalError::File { path: path.to_owned(), why: error.to_string() });
        }
    };
    Policy::parse(&text, site)
        .map_err(|why| ApprovalError::Paper { path: path.to_owned(), why })?
        .map_err(|why| ApprovalError::Policy { path: path.to_owned(), why })
}

fn kind(story: &str) -> String {
    format!("story {story}")
}

fn key(kind: &str, number: u32) -> String {
    format!("passed {kind} {number}")
}

/// Whether a later one of its kind has been printed, or another of this number.
fn is_past(
    records: &mut dyn Records,
    kind: &str,
    number: u32,
    hash: &Hash,
) -> Result<bool, StoreError> {
    let other = records.value(&key(kind, number))?.is_some_and(|known| known != hash);
    Ok(other || records.value(&key(kind, number.saturating_add(1)))?.is_some())
}

/// The values of one that has been printed: it is the newest, and everything before it is past.
fn past(kind: &str, number: u32, hash: &Hash) -> Vec<(String, Vec<u8>)> {
    let earlier = (1..number).map(|earlier| (key(kind, earlier), b"past".to_vec()));
    earlier.chain([(key(kind, number), hash.to_vec())]).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use assent::ReportOf;
    use envelope::{
        cert::{Certificate, Holder, Name, Revocation},
        keys::{DeskIdentity, Root, Signing},
    };
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;
    use crate::store::SqliteRecords;

    pub(crate) const NOW: u64 = 1_795_435_200;

    pub(crate) struct House {
        pub(crate) dir: tempfile::TempDir,
        root: Signing<Root>,
        pub(crate) desks: Vec<(Signing<DeskIdentity>, Certificate)>,
    }

    impl House {
        pub(crate) fn new() -> Self {
            let mut rng = ChaCha20Rng::seed_from_u64(1);
            let root = Signing::<Root>::generate(&mut rng);
            let desks = ["City", "Night"].map(|name| {
                let key = Signing::<DeskIdentity>::generate(&mut rng);
                let (holder, name) = (Holder::Desk(key.verifying()), Name::new(name).unwrap());
                let dates = (NOW - 9, NOW + 99);
                let certificate = Certificate::issue(&root, holder, name, dates, &mut rng).unwrap();
                (key, certificate)
            });
            let dir = tempfile::tempdir().unwrap();
            press::write_demo(dir.path()).unwrap();
            fs::create_dir(dir.path().join(FOLDER)).unwrap();
            Self { dir, root, desks: desks.into() }
        }

        pub(crate) fn site(&self) -> SiteId {
            self.root.verifying().site_id()
        }

        pub(crate) fn set_policy(&self, number: u32) -> Policy {
            let policy = Policy::issue(&self.root, number, 2, vec![], NOW).unwrap();
            fs::write(self.dir.path().join(POLICY), policy.text()).unwrap();
            policy
        }

        /// Has every story of this revision approved by so many desks.
        pub(crate) fn approve(&self, policy: &Policy, revision: u32, by: usize) {
            for manuscript in Edition::load(self.dir.path()).unwrap().manuscripts() {
                let source = manuscript.source.as_bytes();
                let path = path(self.dir.path(), source);
                if path.exists() {
                    continue;
                }
                let report = ReportOf::new(source, b"report");
                let read = Draft::new(page(&manuscript).unwrap()).read(&report).unwrap();
                let act = if revision == 1 { Act::Publish } else { Act::Correct };
                let statement = read.statement(policy, act, revision, vec![]).unwrap();
                let mut publication = Publication::new(statement);
                for (key, certificate) in self.desks.iter().take(by) {
                    publication.approve(key, certificate, NOW).unwrap();
                }
                fs::write(path, publication.text()).unwrap();
            }
        }

        fn check(&self, now: u64) -> Result<(), ApprovalError> {
            let edition = Edition::load(self.dir.path()).unwrap();
            let mut records = SqliteRecords::open(&self.dir.path().join("store.sqlite")).unwrap();
            let passed = check(&edition, self.dir.path(), &mut records, &self.site(), None, now)?;
            records.print(&Printed { values: &passed.values(), ..Printed::default() }).unwrap();
            Ok(())
        }

        fn a_story(&self) -> PathBuf {
            let edition = Edition::load(self.dir.path()).unwrap();
            self.dir.path().join(edition.manuscripts().next().unwrap().file)
        }
    }

    fn corrected(story: &str) -> String {
        let at = story.rfind("+++").unwrap();
        let entry = "[[corrections]]\ndate = 2027-01-01\ntext = \"The pier was the other one.\"\n";
        format!("{}{entry}{}", &story[..at], &story[at..])
    }

    #[test]
    fn no_story_without_all_its_approvals() {
        let house = House::new();
        assert!(matches!(house.check(NOW), Err(ApprovalError::NoPolicy(_))));
        let policy = house.set_policy(1);
        assert!(matches!(house.check(NOW), Err(ApprovalError::Missing { want: 2, .. })));
        house.approve(&policy, 1, 1);
        let refused = house.check(NOW).unwrap_err().to_string();
        assert!(refused.contains("1 of 2 approvals are there: of City"), "{refused}");
        fs::remove_dir_all(house.dir.path().join(FOLDER)).unwrap();
        fs::create_dir(house.dir.path().join(FOLDER)).unwrap();
        house.approve(&policy, 1, 2);
        house.check(NOW).unwrap();
    }

    #[test]
    fn an_older_edition_and_an_older_policy_do_not_come_back() {
        let house = House::new();
        let first = house.set_policy(1);
        house.approve(&first, 1, 2);
        house.check(NOW).unwrap();
        let story = house.a_story();
        let before = fs::read_to_string(&story).unwrap();
        fs::write(&story, corrected(&before)).unwrap();
        assert!(matches!(house.check(NOW), Err(ApprovalError::Missing { .. })));
        house.approve(&first, 2, 2);
        house.check(NOW).unwrap();
        fs::write(&story, before).unwrap();
        let refused = house.check(NOW);
        assert!(
            matches!(refused, Err(ApprovalError::Refused { why: AssentError::Stale(1), .. })),
            "{refused:?}"
        );
        house.set_policy(2);
        assert!(!matches!(house.check(NOW), Err(ApprovalError::OldPolicy(_))));
        house.set_policy(1);
        assert!(matches!(house.check(NOW), Err(ApprovalError::OldPolicy(1))));
    }

    #[test]
    fn a_story_stays_when_a_certificate_runs_out_and_a_new_one_does_not_come() {
        let house = House::new();
        let policy = house.set_policy(1);
        house.approve(&policy, 1, 2);
        let late = house.check(NOW + 1000);
        assert!(matches!(
            late,
            Err(ApprovalError::Refused { why: AssentError::Signature { .. }, .. })
        ));
        house.check(NOW).unwrap();
        house.check(NOW + 1000).unwrap();
        let story = house.a_story();
        let text = fs::read_to_string(&story).unwrap();
        fs::write(&story, corrected(&text)).unwrap();
        house.approve(&policy, 2, 2);
        let mut records = SqliteRecords::open(&house.dir.path().join("store.sqlite")).unwrap();
        let revocation = Revocation::issue(&house.root, house.desks[0].1.serial);
        records.put_revocation(revocation.serial.0, revocation.as_bytes()).unwrap();
        let refused = house.check(NOW).unwrap_err().to_string();
        assert!(
            refused.contains("the approval of City") && refused.contains("revoked"),
            "{refused}"
        );
    }
}
