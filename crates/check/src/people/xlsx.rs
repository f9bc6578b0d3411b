//! People from a sheet of an XLSX file. Cells are read one after the other: a sheet that claims a cell in the last row and column
//! costs no more than any other.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};

use super::csv::Layout;
use super::table::Roster;
use crate::archive;
use crate::fault::{Fault, Problem, hint};
use crate::ledger::document::People;
use crate::when::When;

/// Sheets may have this many columns; more is no staff list.
const MOST_COLUMNS: usize = 256;
/// What a workbook may unpack to.
const MOST_BYTES: u64 = 1 << 29;

pub(super) fn read(
    roster: &mut Roster,
    list: &People,
    file: &str,
    bytes: &[u8],
) -> Result<(), Fault> {
    let fault = |text: String| Fault::in_file(file, Problem::Text(text));
    archive::weigh(bytes, MOST_BYTES).map_err(|p| Fault::in_file(file, p))?;
    let broken = |e: &dyn std::fmt::Display| {
        fault(format!(
            "this is not a sound XLSX file ({e}): save it again, or save the sheet as CSV"
        ))
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| broken(&e))?;
    let sheets = book.sheet_names();
    let sheet = match &list.sheet {
        None => {
            sheets.first().cloned().ok_or_else(|| fault("there is no sheet in it".to_owned()))?
        }
        Some(wanted) if sheets.contains(wanted) => wanted.clone(),
        Some(wanted) => {
            return Err(fault(format!(
                "there is no sheet \"{wanted}\"{}: the sheets are {}",
                hint(wanted, sheets.iter().map(String::as_str)),
                sheets.join(", ")
            )));
        }
    };
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|e| broken(&e))?;
    let mut rows = Rows { list, file, layout: None };
    let (mut at, mut row): (u32, Vec<String>) = (0, Vec::new());
    roster.begin(file);
    while let Some(cell) = cells.next_cell().map_err(|e| broken(&e))? {
        let (r, c) = cell.get_position();
        if r != at {
            rows.finish(roster, at, &mut row)?;
            at = r;
        }
        let Some(text) = text(cell.get_value()) else { continue };
        let c = c as usize;
        if c >= MOST_COLUMNS {
            return Err(Fault::on_line(
                file,
                u64::from(r) + 1,
                Problem::text(format!(
                    "there is something in column {}, and a list of people has at most {MOST_COLUMNS}: delete what is not a list of people",
                    c + 1
                )),
            ));
        }
        if row.len() <= c {
            row.resize(c + 1, String::new());
        }
        if let Some(place) = row.get_mut(c) {
            *place = text;
        }
    }
    rows.finish(roster, at, &mut row)?;
    if rows.layout.is_none() {
        return Err(fault("the sheet is empty: its first row has to name the columns".to_owned()));
    }
    Ok(())
}

struct Rows<'a> {
    list: &'a People,
    file: &'a str,
    layout: Option<Layout>,
}

impl Rows<'_> {
    fn finish(&mut self, roster: &mut Roster, at: u32, row: &mut Vec<String>) -> Result<(), Fault> {
        if row.iter().all(|c| c.trim().is_empty()) {
            row.clear();
            return Ok(());
        }
        match &self.layout {
            None => {
                let header: Vec<String> = row.iter().map(|c| c.trim().to_owned()).collect();
                let layout = Layout::of(self.list, self.file, &header)?;
                for (_, title) in &layout.others {
                    roster.declare(title);
                }
                self.layout = Some(layout);
            }
            Some(layout) => {
                let cell = |i: usize| row.get(i).map_or("", String::as_str);
                layout.row(roster, (self.file, u64::from(at) + 1), cell)?;
            }
        }
        row.clear();
        Ok(())
    }
}

/// A cell as text; dates as in a ledger.
fn text(value: &DataRef<'_>) -> Option<String> {
    match value {
        DataRef::String(s) => Some(s.clone()),
        DataRef::SharedString(s) => Some((*s).to_owned()),
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => Some(s.clone()),
        DataRef::Int(n) => Some(n.to_string()),
        DataRef::Float(x) => Some(x.to_string()),
        DataRef::Bool(b) => Some(if *b { "yes" } else { "no" }.to_owned()),
        DataRef::DateTime(at) => Some(date(at.as_f64())),
        DataRef::Error(_) | DataRef::Empty => None,
    }
}

/// Days since 30 December 1899, as spreadsheets count them.
fn date(serial: f64) -> String {
    let seconds = (serial - 25_569.0) * 86_400.0;
    if !(0.0..4e11).contains(&seconds) {
        return serial.to_string();
    }
    // In range by the line above.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let unix = seconds.round() as u64;
    let at = if unix.is_multiple_of(86_400) { When::day_of(unix) } else { When::moment(unix) };
    at.to_string()
}
