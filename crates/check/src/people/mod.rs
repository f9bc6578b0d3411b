//! Everybody on lists: one row per person, kept lean, because a staff list may have a million rows.

mod csv;
mod index;
mod table;
pub(crate) use table::UNIT;
mod xlsx;

pub use table::{Column, Roster};

pub(crate) use self::csv::Rows;
pub(crate) use index::Found;

use crate::fault::Fault;
use crate::ledger::document::People;

/// Adds the people of a file to the roster.
///
/// # Errors
/// With the file and line: broken rows, no name column, rows without a name.
pub(crate) fn read(
    roster: &mut Roster,
    list: &People,
    file: &str,
    bytes: &[u8],
) -> Result<(), Fault> {
    let is_xlsx = file.to_lowercase().ends_with(".xlsx") || bytes.starts_with(b"PK\x03\x04");
    if is_xlsx {
        xlsx::read(roster, list, file, bytes)
    } else {
        csv::read(roster, list, file, bytes)
    }
}
