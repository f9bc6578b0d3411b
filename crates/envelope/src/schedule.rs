//! When a page sends and fetches. The reader script (`crates/press/reader/schedule.js`) and the simulated readers of
//! `source` follow this same schedule; a test holds them together.

/// Upper end of a slot's jitter, in milliseconds.
pub const JITTER_MS: u64 = 250;
/// A packet is sealed this long before its slot, in milliseconds.
pub const SEAL_AHEAD_MS: u64 = 2_500;
/// The two copies of a fragment leave at least this far apart, in milliseconds.
pub const REPEAT_GAP_MS: u64 = 20_000;
/// First fetch of the key list, and the step at whose multiples it is fetched again, in milliseconds.
pub const KEYS_AT_MS: (u64, u64) = (1_000, 600_000);
/// First full load of the dead drop, and the step at whose multiples it is loaded again, in milliseconds.
pub const DROP_AT_MS: (u64, u64) = (8_000, 1_200_000);

const FIRST_MINUTE: [u64; 5] = [5_000, 15_000, 30_000, 45_000, 60_000];

/// When slot `n` falls, in milliseconds after the page was shown, without its jitter.
#[must_use]
pub fn slot_ms(n: u32) -> u64 {
    match n {
        0..=4 => FIRST_MINUTE.get(n as usize).copied().unwrap_or(0),
        5..=23 => (u64::from(n) - 3) * 60_000,
        _ => 1_200_000 + (u64::from(n) - 23) * 300_000,
    }
}

/// The slot number that a packet carries: 255 once it is there.
#[must_use]
pub fn slot_byte(n: u32) -> u8 {
    u8::try_from(n).unwrap_or(u8::MAX)
}

/// When the dead drop's newest records are fetched again (live block and the closed one before it), in
/// milliseconds: each of the first five minutes, then every five minutes unless a full load falls there.
#[must_use]
pub fn is_refresh_ms(at: u64) -> bool {
    let minute = 60_000;
    let full_load = at >= 1_200_000 && at.is_multiple_of(1_200_000);
    let in_turn = at <= 5 * minute || at.is_multiple_of(5 * minute);
    at > 0 && at.is_multiple_of(minute) && in_turn && !full_load
}

/// Most packets that one visit sends within a minute.
pub const MAX_PACKETS_PER_MINUTE: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_as_documented() {
        let secs: Vec<u64> = (0..27).map(|n| slot_ms(n) / 1000).collect();
        assert_eq!(&secs[..7], [5, 15, 30, 45, 60, 120, 180]);
        assert_eq!(secs[23], 20 * 60);
        assert_eq!(&secs[24..], [25 * 60, 30 * 60, 35 * 60]);
        assert!((1..500).all(|n| slot_ms(n) > slot_ms(n - 1)));
        assert_eq!(slot_byte(255), 255);
        assert_eq!(slot_byte(4000), 255);
    }
}
