//! The newsroom's public server: pages for readers, an ear for packets, the dead drop, batches for desks.
//!
//! Two processes. The **edge**, which is this crate, speaks HTTP, holds nothing secret and opens nothing. The **mix**
//! (crate `mix`) is a child without network and without files; it opens packets, and never learns an address. Between
//! them go blocks of 64 packets, shuffled.
//!
//! What the site writes down: stories' pages (in memory), batches, the dead drop, the key list, certificates. Not a
//! line about a request, an address, a browser or a moment finer than a tick.

pub mod approvals;
mod clock;
mod config;
mod cosign;
mod disk;
mod edge;
mod folder;
mod heartbeat;
mod init;
mod intake;
mod limits;
mod link;
mod log;
mod net;
mod pages;
mod preview;
mod printer;
mod published;
mod roster;
mod server;
mod status;
pub mod store;
pub mod witness;

pub use clock::{Clock, SystemClock};
pub use config::{Approvals, AskedWitness, Config, ConfigError, PublicLog, Tls};
pub use disk::{Disk, SystemDisk};
pub use init::{InitError, InstallError, Installed, Made, NewSite, init, install};
pub use link::{MixCommand, MixError};
pub use net::Timeouts;
pub use net::tls::TlsError;
pub use preview::{Preview, PreviewError, Seen};
pub use printer::PrintError;
pub use server::{Deps, ReloadError, Running, Server, StartError};
pub use status::Status;
