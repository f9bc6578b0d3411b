//! Numbers that are known exactly or only between two limits.

use std::fmt;

use crate::LedgerError;

/// A count of people that lies between two limits, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bounds {
    lo: u64,
    hi: u64,
}

impl Bounds {
    /// Nobody.
    pub const NONE: Self = Self { lo: 0, hi: 0 };

    /// From `lo` to `hi`.
    ///
    /// # Errors
    /// [`LedgerError::Backwards`] if `lo` is more than `hi`.
    pub fn new(lo: u64, hi: u64) -> Result<Self, LedgerError> {
        if lo > hi { Err(LedgerError::Backwards { lo, hi }) } else { Ok(Self { lo, hi }) }
    }

    /// Exactly `n`.
    #[must_use]
    pub const fn exactly(n: u64) -> Self {
        Self { lo: n, hi: n }
    }

    /// Inside the crate the order is known from the arithmetic; if it were ever wrong the interval would only become wider.
    pub(crate) fn between(a: u64, b: u64) -> Self {
        Self { lo: a.min(b), hi: a.max(b) }
    }

    /// The least it can be.
    #[must_use]
    pub const fn lo(self) -> u64 {
        self.lo
    }

    /// The most it can be.
    #[must_use]
    pub const fn hi(self) -> u64 {
        self.hi
    }

    /// Whether there is only one possibility.
    #[must_use]
    pub const fn is_exact(self) -> bool {
        self.lo == self.hi
    }

    /// Whether `n` is possible.
    #[must_use]
    pub const fn contains(self, n: u64) -> bool {
        self.lo <= n && n <= self.hi
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_exact() {
            write!(f, "{}", self.lo)
        } else {
            write!(f, "{} to {}", self.lo, self.hi)
        }
    }
}

/// A measure that lies between two limits, both included; `hi` is infinite when the measure may be without limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// The least it can be.
    pub lo: f64,
    /// The most it can be.
    pub hi: f64,
}

impl Span {
    /// Whether `x` is possible, up to the rounding of double precision.
    #[must_use]
    pub fn contains(self, x: f64) -> bool {
        let slack = 1e-9 * (1.0 + x.abs());
        x == self.lo || x == self.hi || (self.lo - slack <= x && x <= self.hi + slack)
    }
}

/// A probability in thousandths: whole numbers, so that the same ledger gives the same figures on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rate(u16);

impl Rate {
    /// Never.
    pub const ZERO: Self = Self(0);
    /// 200 in 1000.
    pub const FIFTH: Self = Self(200);
    /// 500 in 1000.
    pub const HALF: Self = Self(500);

    /// `n` in a thousand; what is more than a thousand counts as a thousand.
    #[must_use]
    pub fn per_mille(n: u16) -> Self {
        Self(n.min(1000))
    }

    /// How many in a thousand, 0 to 1000.
    #[must_use]
    pub const fn in_a_thousand(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in 1000", self.0)
    }
}
