//! Numbers and days in words, as a newspaper has them.

use exposure::Bounds;

const SMALL: [&str; 20] = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
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

/// `six`, `ninety-five`, `30,000`; from a hundred on in figures.
#[must_use]
pub fn number(n: u64) -> String {
    let small = |i: u64| usize::try_from(i).ok().and_then(|i| SMALL.get(i)).copied();
    if let Some(word) = small(n) {
        return word.to_owned();
    }
    let tens = usize::try_from(n / 10).ok().and_then(|i| TENS.get(i)).copied();
    match (tens, n % 10) {
        (Some(tens), 0) => tens.to_owned(),
        (Some(tens), ones) => format!("{tens}-{}", small(ones).unwrap_or_default()),
        (None, _) => figures(n),
    }
}

/// `30,000`.
#[must_use]
pub fn figures(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `6`, `60–600`.
#[must_use]
pub fn range(left: Bounds) -> String {
    if left.is_exact() {
        figures(left.lo())
    } else {
        format!("{}–{}", figures(left.lo()), figures(left.hi()))
    }
}

/// `Six people are left`, without a full stop.
#[must_use]
pub fn left(left: Bounds) -> String {
    capital(&match (left.lo(), left.hi()) {
        (0, 0) => "nobody is left".to_owned(),
        (1, 1) => "one person is left".to_owned(),
        (lo, hi) if lo == hi => format!("{} people are left", number(lo)),
        (0 | 1, hi) => format!("at most {} people are left, perhaps only one", number(hi)),
        (lo, hi) => format!("between {} and {} people are left", number(lo), number(hi)),
    })
}

/// The same words without the number, for beside a large figure.
#[must_use]
pub fn beside(left: Bounds) -> &'static str {
    match (left.lo(), left.hi()) {
        (1, 1) => "person is left",
        (lo, hi) if lo < hi && lo <= 1 => "people are left, nobody knows how many",
        _ => "people are left",
    }
}

/// `30 May 2017` of `2017-05-30`; anything else as it is.
#[must_use]
pub fn day(iso: &str) -> String {
    let mut parts = iso.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return iso.to_owned();
    };
    let name = month.parse::<usize>().ok().and_then(|m| MONTHS.get(m.wrapping_sub(1)));
    match (name, day.parse::<u8>()) {
        (Some(name), Ok(day)) => format!("{day} {name} {year}"),
        _ => iso.to_owned(),
    }
}

/// The first letter as a capital.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_a_newspaper() {
        let said: Vec<String> =
            [0, 1, 6, 10, 19, 20, 95, 99, 100, 1_000, 30_000].map(number).to_vec();
        assert_eq!(
            said,
            [
                "no",
                "one",
                "six",
                "ten",
                "nineteen",
                "twenty",
                "ninety-five",
                "ninety-nine",
                "100",
                "1,000",
                "30,000"
            ]
        );
        assert_eq!(figures(1_234_567), "1,234,567");
        assert_eq!(day("2017-05-30"), "30 May 2017");
        assert_eq!(day("spring"), "spring");
        assert_eq!(day("2017-13-01"), "2017-13-01");
    }

    #[test]
    fn what_is_left_is_a_sentence() {
        let say = |lo, hi| left(Bounds::new(lo, hi).unwrap());
        assert_eq!(say(6, 6), "Six people are left");
        assert_eq!(say(1, 1), "One person is left");
        assert_eq!(say(1, 40), "At most forty people are left, perhaps only one");
        assert_eq!(say(60, 600), "Between sixty and 600 people are left");
        assert_eq!(range(Bounds::new(60, 600).unwrap()), "60–600");
    }
}
