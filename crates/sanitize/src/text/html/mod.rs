//! Pages (HTML Living Standard).

pub(super) mod names;
pub(super) mod tokens;
