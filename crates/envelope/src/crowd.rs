//! Coarsely rounded crowds. A crowd is the number of visits that reached a slot; anybody can send packets, so
//! it is an unauthenticated upper bound and is always said to be one.

/// A crowd, rounded down to 0, 10, 20, 40, 80 … One byte on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Crowd(u8);

impl Crowd {
    /// The highest code: about 10 × 2^30.
    pub const MAX: Crowd = Crowd(31);

    /// Rounds a count.
    #[must_use]
    pub fn of(count: u64) -> Self {
        let tens = count / 10;
        let code = u64::BITS - tens.leading_zeros();
        Self(u8::try_from(code).unwrap_or(u8::MAX).min(Self::MAX.0))
    }

    /// From a byte of the wire; codes above the highest count as the highest.
    #[must_use]
    pub fn from_code(code: u8) -> Self {
        Self(code.min(Self::MAX.0))
    }

    /// The byte on the wire.
    #[must_use]
    pub fn code(self) -> u8 {
        self.0
    }

    /// The lower end of the range: 0, 10, 20, 40 …
    #[must_use]
    pub fn at_least(self) -> u64 {
        match self.0 {
            0 => 0,
            code => 10 << (code - 1),
        }
    }

    /// Below 10 visits: said to be small wherever it is shown.
    #[must_use]
    pub fn is_small(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_down_to_the_documented_steps() {
        for (count, want) in
            [(0, 0), (9, 0), (10, 10), (19, 10), (20, 20), (39, 20), (40, 40), (159, 80)]
        {
            assert_eq!(Crowd::of(count).at_least(), want, "{count}");
        }
        assert_eq!(Crowd::of(u64::MAX), Crowd::MAX);
        assert_eq!(Crowd::from_code(255), Crowd::MAX);
    }
}
