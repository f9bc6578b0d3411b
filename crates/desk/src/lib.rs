//! desk

mod engine;
mod error;
mod hold;
mod identity;
mod records;
pub mod service;

pub use engine::{DeskEngine, Intake, Outgoing, Plan, Seen};
pub use error::{DeskError, EngineError, StoreError};
pub use hold::Text;
pub use identity::{
    InitError, InstallError, Installed, NewDesk, REQUEST_FILE, init, install, request_text,
};
pub use records::{Contact, Note};
pub use service::Desk;
