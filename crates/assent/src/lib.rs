//! Who must have signed before a draft is a story.
//!
//! A draft becomes a story by one road, and each station is a type that the next one consumes:
//!
//! ```text
//! Draft ── read ─▶ SourceRead ── approve ─▶ Approved ── publish ─▶ Story
//!          report             publication, policy
//! ```
//!
//! An approval is a desk's signature over a [`Statement`], and only a [`SourceRead`] makes one: it names the hash of
//! the page's source, of its assets and of the report of its source read. Nothing here does input or output or reads
//! a clock. Each format is written down where it is written and read.
//!
//! There is no road around the source read. A draft cannot be approved,
//!
//! ```compile_fail,E0599
//! fn hasty(draft: assent::Draft, publication: assent::Publication, policy: &assent::Policy) {
//!     let _ = draft.approve(publication, policy, assent::When::Before);
//! }
//! ```
//!
//! nobody can say that something was approved,
//!
//! ```compile_fail,E0451
//! fn forged(publication: assent::Publication) -> assent::Approved {
//!     assent::Approved { publication }
//! }
//! ```
//!
//! what was source-read is no story yet,
//!
//! ```compile_fail,E0308
//! fn early(read: assent::SourceRead) -> assent::Story {
//!     read
//! }
//! ```
//!
//! and a draft that has been read is gone, so that no other text can follow the report:
//!
//! ```compile_fail,E0382
//! fn twice(draft: assent::Draft, report: assent::ReportOf) {
//!     let _ = draft.read(&report);
//!     let _ = draft.page();
//! }
//! ```

mod package;
mod paper;
mod policy;
mod publication;
mod state;
mod statement;

pub use package::{MAX_PACKAGE, Package};
pub use paper::PaperError;
pub use policy::{MAX_APPROVALS, MAX_EDITORS, POLICY_PAPER, Policy};
pub use publication::{AssentError, PUBLICATION_PAPER, Publication, Signed, When};
pub use state::{Approved, Draft, ReportOf, SourceRead, Story};
pub use statement::{Act, MAX_AUTHORS, Page, STATEMENT, Statement};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// SHA-256 over a context and parts, each part with its length (8 bytes, big-endian) in front.
pub(crate) fn hash<'a>(context: &[u8], parts: impl IntoIterator<Item = &'a [u8]>) -> Hash {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(context);
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
