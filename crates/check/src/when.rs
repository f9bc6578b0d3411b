//! Days and moments as people write them in a ledger.

use std::fmt;
use std::str::FromStr;

use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use toml::value::{Date, Datetime, Offset, Time};

/// A day, or a moment of a day. Without an offset it is taken as UTC: a ledger has no time zone of its own. Nothing before 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct When {
    unix: u64,
    day_only: bool,
}

impl When {
    /// A moment, in Unix seconds.
    #[must_use]
    pub const fn moment(unix: u64) -> Self {
        Self { unix, day_only: false }
    }

    /// The day in which this moment lies, UTC.
    #[must_use]
    pub const fn day_of(unix: u64) -> Self {
        Self { unix: unix - unix % DAY, day_only: true }
    }

    /// Unix seconds; the first of the day if only a day was given.
    #[must_use]
    pub const fn unix(self) -> u64 {
        self.unix
    }

    /// The first moment after it, Unix seconds: of a day, the beginning of the next.
    #[must_use]
    pub const fn end(self) -> u64 {
        self.unix.saturating_add(if self.day_only { DAY } else { 1 })
    }
}

const DAY: u64 = 86_400;

/// What is said about a date that cannot be read.
const MEND: &str = "write it as 2019-03-14 or 2019-03-14T09:40:00Z";

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.unix / DAY);
        write!(f, "{year:04}-{month:02}-{day:02}")?;
        if !self.day_only {
            let second = self.unix % DAY;
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            write!(f, "T{hour:02}:{minute:02}:{second:02}Z")?;
        }
        Ok(())
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("\"{text}\" is not a date: {MEND}");
        let parsed = Datetime::from_str(text.trim()).map_err(|_| bad())?;
        from_toml(&parsed).ok_or_else(bad)
    }
}

fn from_toml(at: &Datetime) -> Option<When> {
    let Date { year, month, day } = at.date?;
    let days = days(u64::from(year), u64::from(month), u64::from(day))?;
    let Some(Time { hour, minute, second, .. }) = at.time else {
        return Some(When { unix: days * DAY, day_only: true });
    };
    let local = days * DAY
        + u64::from(hour) * 3600
        + u64::from(minute) * 60
        + u64::from(second.unwrap_or(0));
    let shift = match at.offset {
        Some(Offset::Custom { minutes }) => i64::from(minutes) * 60,
        Some(Offset::Z) | None => 0,
    };
    Some(When { unix: local.checked_add_signed(-shift)?, day_only: false })
}

/// Days since 1 January 1970 of a day of the Gregorian calendar; None before 1970 and for days that do not exist.
/// After H. Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that the leap day is the last.
pub(crate) fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1970 || !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1;
    // 1 March of year 0 is 719,468 days before 1970.
    let days = days.checked_sub(719_468)?;
    (civil(days) == (year, month, day)).then_some(days)
}

/// Year, month and day of a day counted from 1 January 1970.
pub(crate) fn civil(days: u64) -> (u64, u64, u64) {
    let z = days + 719_468;
    let (era, doe) = (z / 146_097, z % 146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let m = (5 * doy + 2) / 153;
    let month = if m < 10 { m + 3 } else { m - 9 };
    (yoe + era * 400 + u64::from(month <= 2), month, doy - (153 * m + 2) / 5 + 1)
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = When;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date such as 2019-03-14")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<When, E> {
                text.parse().map_err(E::custom)
            }

            // How TOML hands over its own dates.
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<When, A::Error> {
                let at = Datetime::deserialize(MapAccessDeserializer::new(map))?;
                from_toml(&at).ok_or_else(|| {
                    de::Error::custom(format!("{at} is not a day since 1970: {MEND}"))
                })
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_comes_back() {
        let mut last = (1969, 12, 31);
        for day in 0..150_000 {
            let (y, m, d) = civil(day);
            assert_eq!(days(y, m, d), Some(day));
            assert!((y, m, d) > last && m <= 12 && d <= 31);
            last = (y, m, d);
        }
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(18_321), (2020, 2, 29));
        assert_eq!(days(2019, 2, 29), None);
        assert_eq!(days(1969, 12, 31), None);
    }

    #[test]
    fn dates_are_read_and_written_alike() {
        for text in ["2019-03-14", "2019-03-14T09:40:00Z"] {
            assert_eq!(text.parse::<When>().unwrap().to_string(), text);
        }
        let berlin: When = "2019-03-14T10:40:00+01:00".parse().unwrap();
        assert_eq!(berlin.to_string(), "2019-03-14T09:40:00Z");
        assert_eq!(
            "14 March".parse::<When>().unwrap_err(),
            "\"14 March\" is not a date: write it as 2019-03-14 or 2019-03-14T09:40:00Z"
        );
    }
}
