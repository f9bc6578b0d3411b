//! Times and figures in words.

/// A moment as the page shows it.
pub(crate) struct When {
    /// For `<time datetime>`.
    pub(crate) iso: String,
    /// For people, in UTC; a script puts it in local time.
    pub(crate) words: String,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment. Seconds are shown only where ticks are shorter than a minute.
pub(crate) fn when(at: u64, tick_secs: u32) -> When {
    let (year, month, day) = date(at / 86_400);
    let (hour, minute, second) = (at / 3600 % 24, at / 60 % 60, at % 60);
    let name = MONTHS.get(usize::try_from(month).unwrap_or(1).saturating_sub(1)).unwrap_or(&"");
    let seconds = if tick_secs < 60 { format!(":{second:02}") } else { String::new() };
    When {
        iso: format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"),
        words: format!("{day} {name} {year}, {hour:02}:{minute:02}{seconds} UTC"),
    }
}

/// A sentence with at most one moment in it.
pub(crate) struct Said {
    pub(crate) before: String,
    pub(crate) at: Option<When>,
    pub(crate) after: String,
}

impl From<String> for Said {
    fn from(words: String) -> Self {
        Self { before: words, at: None, after: String::new() }
    }
}

/// Puts a moment where `{}` stands.
pub(crate) fn said(sentence: &str, at: When) -> Said {
    let (before, after) = sentence.split_once("{}").unwrap_or((sentence, ""));
    Said { before: before.to_owned(), at: Some(at), after: after.to_owned() }
}

/// Only the day.
pub(crate) fn day(at: u64) -> When {
    let (year, month, day) = date(at / 86_400);
    let name = MONTHS.get(usize::try_from(month).unwrap_or(1).saturating_sub(1)).unwrap_or(&"");
    When { iso: format!("{year:04}-{month:02}-{day:02}"), words: format!("{day} {name} {year}") }
}

/// Days since 1970 to year, month, day (Howard Hinnant's civil-from-days).
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

/// The crowd that a tip left in, in honest words.
pub(crate) fn crowd(at_least: u64) -> String {
    match at_least {
        0 => "Fewer than 10 visits reached the moment it left in. That is a small crowd: treat when it was sent as \
              something that could point to a person."
            .to_owned(),
        n => format!(
            "Some {n} to {} visits reached the moment it left in. Nobody vouches for the figure: programs can visit, \
             too. Take it as an upper bound.",
            2 * n - 1
        ),
    }
}

/// `1 piece`, `2 pieces`.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

/// With a capital letter and a full stop.
pub(crate) fn sentence(words: &str) -> String {
    let mut letters = words.trim_end_matches('.').chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// `hour`, `10 seconds`: a span in the largest unit that is whole, to stand after "every".
pub(crate) fn every(secs: u64) -> String {
    let words = span(secs);
    words.strip_prefix("1 ").map(ToOwned::to_owned).unwrap_or(words)
}

fn span(secs: u64) -> String {
    match secs {
        s if s % 86_400 == 0 => count(s / 86_400, "day", "days"),
        s if s % 3600 == 0 => count(s / 3600, "hour", "hours"),
        s if s % 60 == 0 => count(s / 60, "minute", "minutes"),
        s => count(s, "second", "seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right_over_leap_years() {
        for (at, iso) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_305_600, "2026-11-22T00:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(when(at, 3600).iso, iso);
        }
        assert_eq!(when(1_795_356_000, 3600).words, "22 November 2026, 14:00 UTC");
        assert_eq!(when(1_795_356_010, 10).words, "22 November 2026, 14:00:10 UTC");
        assert_eq!([every(3600), every(10), every(172_800)], ["hour", "10 seconds", "2 days"]);
    }

    #[test]
    fn small_crowds_are_said_to_be_small() {
        assert!(crowd(0).contains("small crowd"));
        assert!(crowd(40).contains("40 to 79") && crowd(40).contains("upper bound"));
    }
}
