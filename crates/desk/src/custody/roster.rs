//! Who is called at two in the morning.

use serde::{Deserialize, Serialize};
use vault::{Shelf, Tx};

use super::CustodyError;
use crate::{
    error::StoreError,
    post::{self, By, Said},
    records,
    service::Desk,
};

/// Nights by day number since 1970.
const NIGHTS: Shelf<'static> = Shelf::all("duty");
const DAY: u64 = 86_400;
/// A night is over at this hour of the next day, UTC.
const OVER: u64 = 8 * 3_600;
/// Days ahead for which duty can be taken.
const AHEAD: u64 = 62;

/// A night, as it is told to colleagues.
#[derive(Serialize, Deserialize)]
pub(crate) struct Duty {
    day: u64,
    /// Nobody: it is given up.
    name: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct NightRecord {
    name: String,
}

/// A night and who has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Night {
    /// The day on which it begins, as `2026-11-29`.
    pub day: String,
    /// Who is on duty; nobody yet if there is none.
    pub name: Option<String>,
}

fn set(tx: &mut Tx<'_>, day: u64, name: Option<&str>) -> Result<(), StoreError> {
    match name {
        Some(name) => {
            records::put(tx, NIGHTS, &day.to_be_bytes(), &NightRecord { name: name.to_owned() })
        }
        None => Ok(tx.remove(NIGHTS, &day.to_be_bytes()).map(|_| ())?),
    }
}

/// A colleague has taken a night, or given it up.
pub(crate) fn took_duty(tx: &mut Tx<'_>, by: &By, duty: &Duty) -> Result<String, StoreError> {
    set(tx, duty.day, duty.name.as_deref())?;
    let day = check::When::day_of(duty.day.saturating_mul(DAY));
    Ok(match &duty.name {
        Some(name) => format!("{name} has duty on {day}"),
        None => format!("{} gave up the duty of {day}", by.name),
    })
}

impl Desk {
    /// Who is on duty now, and the nights to come.
    ///
    /// # Errors
    /// [`CustodyError::Store`].
    pub fn nights(&self, now: u64, days: u64) -> Result<Vec<Night>, CustodyError> {
        self.vault().read(|tx| {
            let first = now.saturating_sub(OVER) / DAY;
            let mut all = Vec::new();
            for day in first..first + days.min(AHEAD) {
                let night: Option<NightRecord> =
                    records::get(tx, NIGHTS, &day.to_be_bytes(), "a night")?;
                let name = night.map(|night| night.name);
                all.push(Night { day: check::When::day_of(day * DAY).to_string(), name });
            }
            Ok(all)
        })
    }

    /// Takes the duty of a night for this desk, or gives it up; all colleagues are told.
    ///
    /// # Errors
    /// [`CustodyError::Input`] for a day that is none, past, or too far ahead.
    pub fn take_night(&self, day: &str, take: bool, now: u64) -> Result<(), CustodyError> {
        let parsed: check::When = day.trim().parse().map_err(CustodyError::Input)?;
        let day = parsed.unix() / DAY;
        let first = now.saturating_sub(OVER) / DAY;
        if !(first..first + AHEAD).contains(&day) {
            let why = "That night is over, or more than two months ahead.";
            return Err(CustodyError::Input(why.to_owned()));
        }
        self.vault().write(|tx| {
            let me = post::myself(tx)?;
            let name = take.then(|| me.name().to_owned());
            set(tx, day, name.as_deref())?;
            for to in post::everybody(tx, &me, now)? {
                let said = Said::Duty(Duty { day, name: name.clone() });
                let to = (&to.id, to.name.as_str());
                post::enqueue(tx, &me, to, &said, &Vec::new(), "the duty roster", now)?;
            }
            Ok(())
        })
    }
}
