//! The source's side without a browser: `subrosa tip` and `subrosa replies`, readers that only lend their crowd, and `subrosa audit`,
//! which visits a site as a reader would and says whether it keeps its promises.
//!
//! Everything follows the schedule that a browser follows ([`envelope::schedule`]), through one code path for cover and tips
//! ([`visit`]). Clock and randomness are passed in.

pub mod armour;
pub mod audit;
pub mod clock;
pub mod deaddrop;
pub mod http;
pub mod outbox;
pub mod readers;
pub mod tip;
pub mod visit;
