//! Head counts and rates as people write them.

use std::fmt;

use exposure::{Bounds, Rate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How many people: `12`, or between two limits, `"8..15"` (also `"8-15"`, `"8–15"` and `"8 to 15"`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Count(pub Bounds);

impl Count {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// A sentence that says what is wrong and how to mend it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bad =
            || format!("\"{text}\" is not a number of people: write 12, or 8..15 for an estimate");
        let number = |part: &str| {
            let digits: String =
                part.trim().chars().filter(|c| !matches!(c, ',' | '_' | '\u{a0}' | ' ')).collect();
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            if plain { digits.parse::<u64>().map_err(|_| bad()) } else { Err(bad()) }
        };
        let ends = ["..=", "..", "–", "—", "-", " to "]
            .into_iter()
            .find_map(|between| text.split_once(between));
        let (lo, hi) = match ends {
            Some((lo, hi)) => (number(lo)?, number(hi)?),
            None => (number(text)?, number(text)?),
        };
        Bounds::new(lo, hi).map(Self).map_err(|e| e.to_string())
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_exact() {
            write!(f, "{}", self.0.lo())
        } else {
            write!(f, "{}..{}", self.0.lo(), self.0.hi())
        }
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_exact() {
            serializer.serialize_u64(self.0.lo())
        } else {
            serializer.collect_str(self)
        }
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Count;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of people, 12 or \"8..15\"")
            }

            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Count, E> {
                Ok(Count(Bounds::exactly(n)))
            }

            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Count, E> {
                u64::try_from(n).map(|n| Count(Bounds::exactly(n))).map_err(|_| {
                    E::custom(format!("{n} people cannot be: write a number from 0 up"))
                })
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Count, E> {
                Count::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// A probability, written as a decimal with at most three places: `0.05`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chance(pub Rate);

impl Chance {
    /// Whether it is nought.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0 == Rate::ZERO
    }
}

impl Serialize for Chance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0.in_a_thousand()) / 1000.0)
    }
}

impl<'de> Deserialize<'de> for Chance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Chance;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a share such as 0.05")
            }

            fn visit_f64<E: de::Error>(self, x: f64) -> Result<Chance, E> {
                let bad = || E::custom(format!("{x} is not a share: write 0.05 for 5 in 100"));
                if !(0.0..=1.0).contains(&x) {
                    return Err(bad());
                }
                // Between 0 and 1000, so that the cast cannot cut anything off.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let thousandths = (x * 1000.0).round() as u16;
                if (f64::from(thousandths) / 1000.0 - x).abs() > 1e-9 {
                    return Err(E::custom(format!(
                        "{x} is finer than thousandths, which nobody can know: round it"
                    )));
                }
                Ok(Chance(Rate::per_mille(thousandths)))
            }

            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Chance, E> {
                match n {
                    0 => Ok(Chance(Rate::ZERO)),
                    1 => Ok(Chance(Rate::per_mille(1000))),
                    _ => Err(E::custom(format!("{n} is not a share: write 0.05 for 5 in 100"))),
                }
            }

            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Chance, E> {
                self.visit_i64(i64::try_from(n).unwrap_or(i64::MAX))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_as_people_write_them() {
        for (text, lo, hi) in [
            ("12", 12, 12),
            ("8..15", 8, 15),
            ("8–15", 8, 15),
            ("8 to 15", 8, 15),
            (" 1,200 ", 1200, 1200),
        ] {
            assert_eq!(Count::parse(text), Ok(Count(Bounds::new(lo, hi).unwrap())), "{text}");
        }
        for text in ["", "many", "-3", "8..", "1e3", "99999999999999999999"] {
            assert!(
                Count::parse(text).unwrap_err().contains("is not a number of people"),
                "{text}"
            );
        }
        assert_eq!(
            Count::parse("15..8").unwrap_err(),
            "the estimate 15 to 8 runs backwards: give the smaller number first"
        );
    }
}
