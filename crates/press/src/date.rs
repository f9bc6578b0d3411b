//! Dates as newsrooms write them: a day, or a day and a time with its zone.

use toml::value::{Datetime, Offset};

use crate::labels::Labels;

/// When a story appeared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    year: u16,
    month: u8,
    day: u8,
    /// Hour, minute, second and the zone's minutes east of UTC.
    time: Option<(u8, u8, u8, i16)>,
}

impl Moment {
    /// Reads a TOML date. The error says what is missing.
    pub(crate) fn new(value: &Datetime) -> Result<Self, &'static str> {
        let date = value.date.ok_or("a time without a date")?;
        let time = match (value.time, value.offset) {
            (None, _) => None,
            (Some(_), None) => return Err("a time without a zone"),
            (Some(time), Some(offset)) => {
                let east = match offset {
                    Offset::Z => 0,
                    Offset::Custom { minutes } => minutes,
                };
                Some((time.hour, time.minute, time.second.unwrap_or(0), east))
            }
        };
        Ok(Self { year: date.year, month: date.month, day: date.day, time })
    }

    /// Seconds since 1970, a day without a time counting from midnight UTC. For sorting.
    pub(crate) fn unix(self) -> i64 {
        let (hour, minute, second, east) = self.time.unwrap_or((0, 0, 0, 0));
        let clock = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        days_from_civil(self.year, self.month, self.day) * 86_400 + clock - i64::from(east) * 60
    }

    /// Whether it was before `other`. Where one of the two is a day without a time, the days are compared.
    pub(crate) fn is_before(self, other: Self) -> bool {
        match (self.time, other.time) {
            (Some(_), Some(_)) => self.unix() < other.unix(),
            _ => (self.year, self.month, self.day) < (other.year, other.month, other.day),
        }
    }

    /// `2026-11-20`, or `2026-11-20T09:30:00+01:00`: what HTML, JSON-LD and sitemaps take.
    pub(crate) fn iso(self) -> String {
        let day = format!("{:04}-{:02}-{:02}", self.year, self.month, self.day);
        match self.time {
            None => day,
            Some(_) => format!("{day}{}", self.clock()),
        }
    }

    /// RFC 3339 with a time in any case: what Atom and JSON Feed take.
    pub(crate) fn rfc3339(self) -> String {
        match self.time {
            None => format!("{}T00:00:00Z", self.iso()),
            Some(_) => self.iso(),
        }
    }

    fn clock(self) -> String {
        let (hour, minute, second, east) = self.time.unwrap_or((0, 0, 0, 0));
        let zone = match east {
            0 => "Z".to_owned(),
            _ => {
                let sign = if east < 0 { '-' } else { '+' };
                let east = east.unsigned_abs();
                format!("{sign}{:02}:{:02}", east / 60, east % 60)
            }
        };
        format!("T{hour:02}:{minute:02}:{second:02}{zone}")
    }

    /// The day in words: `20 November 2026`.
    pub(crate) fn words(self, labels: &Labels) -> String {
        labels.date(self.day, self.month, self.year)
    }
}

/// Days since 1970-01-01 in the Gregorian calendar (Howard Hinnant's `days_from_civil`).
fn days_from_civil(year: u16, month: u8, day: u8) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Result<Moment, &'static str> {
        Moment::new(&text.parse().unwrap())
    }

    #[test]
    fn days_and_zones_become_seconds() {
        assert_eq!(moment("1970-01-01").unwrap().unix(), 0);
        assert_eq!(moment("2000-02-29").unwrap().unix(), 951_782_400);
        assert_eq!(moment("2026-11-20T09:30:00+01:00").unwrap().unix(), 1_795_163_400);
        assert_eq!(moment("2026-11-20T08:30:00Z").unwrap().unix(), 1_795_163_400);
    }

    #[test]
    fn written_for_people_and_for_machines() {
        let day = moment("2026-11-20").unwrap();
        assert_eq!(day.words(&Labels::english()), "20 November 2026");
        assert_eq!(day.iso(), "2026-11-20");
        assert_eq!(day.rfc3339(), "2026-11-20T00:00:00Z");
        assert_eq!(moment("2026-11-20T09:30:00-03:30").unwrap().iso(), "2026-11-20T09:30:00-03:30");
    }

    #[test]
    fn a_day_without_a_time_is_not_before_its_own_morning() {
        let before = |a, b| moment(a).unwrap().is_before(moment(b).unwrap());
        assert!(before("2026-11-19", "2026-11-20"));
        assert!(!before("2026-11-20", "2026-11-20T09:30:00Z"));
        assert!(before("2026-11-20T09:00:00Z", "2026-11-20T09:30:00Z"));
        assert!(!before("2026-11-20T09:00:00-01:00", "2026-11-20T09:30:00Z"));
    }

    #[test]
    fn half_a_date_is_refused() {
        assert!(moment("09:30:00").is_err());
        assert!(moment("2026-11-20T09:30:00").is_err());
    }
}
