//! A journalist's desk: an unattended daemon, a local page, and the commands that do the same.
//!
//! ```text
//!             ┌─ daemon ─ round ─ http ─▶ the newsroom's site
//! vault ◀──── engine                       (one round per tick)
//!   ▲
//!   └──────── service ◀── web (127.0.0.1)
//!                     ◀── commands of the binary
//! ```
//!
//! [`DeskEngine`] knows neither network nor clock: it takes what the site serves as bytes and gives the one bundle that
//! leaves per tick. [`Desk`] is what a person does. Both work on one vault, from one process or several.
//!
//! What is promised: a message that was decrypted is on this computer's disk before its receipt is queued; it is
//! stored once, however often it comes; what was offered for publication stays queued until it has been seen in the signed dead
//! drop; the desk sends one bundle of one size per tick, whether or not anybody writes.

pub mod clock;
pub mod custody;
pub mod daemon;
pub mod draft;
mod engine;
mod error;
mod hold;
pub mod http;
mod identity;
pub mod material;
pub mod post;
mod records;
pub mod round;
pub mod service;
pub mod story;
pub mod team;
pub mod web;

pub use engine::{DeskEngine, Intake, Outgoing, Plan, Seen};
pub use error::{DeskError, EngineError, StoreError};
pub use hold::Text;
pub use identity::{
    InitError, InstallError, Installed, NewDesk, REQUEST_FILE, desk_id, init, install, request_text,
};
pub use records::{Contact, Note};
pub use service::Desk;
