//! Who could have known, from what an office leaves behind: mail headers, calendar entries, access logs.

pub(crate) mod calendar;
pub(crate) mod log;
pub(crate) mod mail;

/// Somebody named in one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The display name, or nothing.
    pub(crate) name: String,
    /// The address or user name, or nothing.
    pub(crate) address: String,
}
