//! Ticks and weeks, the two coarse clocks of the protocol. Nothing here reads a clock.

/// Seconds of a week.
pub const WEEK: u64 = 604_800;
/// The first week of the protocol (24 September 2026): reply keys are ratcheted from here.
pub const FIRST_WEEK: u32 = 2960;
/// Weeks after [`FIRST_WEEK`] for which keys can be derived: some forty years.
pub const MAX_WEEKS: u32 = 2_080;

/// The week that a moment lies in.
#[must_use]
pub fn week(now: u64) -> u32 {
    u32::try_from(now / WEEK).unwrap_or(u32::MAX)
}

/// The first second of a week.
#[must_use]
pub fn week_start(week: u32) -> u64 {
    u64::from(week) * WEEK
}

/// The length of a tick, 1 to 86,400 s. At tick `T`, Unix time `T × secs`, batch and record `T` appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TickLength(u32);

impl TickLength {
    /// An hour, the length outside demonstrations and tests.
    pub const HOUR: TickLength = TickLength(3600);

    /// `None` unless `secs` is 1 to 86,400.
    #[must_use]
    pub const fn new(secs: u32) -> Option<Self> {
        if secs >= 1 && secs <= 86_400 { Some(Self(secs)) } else { None }
    }

    /// Seconds of a tick.
    #[must_use]
    pub const fn secs(self) -> u32 {
        self.0
    }

    /// The last tick that has come by `now`.
    #[must_use]
    pub fn tick_at(self, now: u64) -> u64 {
        now / u64::from(self.0)
    }

    /// When a tick comes, in Unix seconds.
    #[must_use]
    pub fn start(self, tick: u64) -> u64 {
        tick.saturating_mul(u64::from(self.0))
    }

    /// The week whose reply keys serve what is published at a tick.
    #[must_use]
    pub fn week_of(self, tick: u64) -> u32 {
        week(self.start(tick))
    }
}
