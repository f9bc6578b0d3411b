//! Colours of letters and of what is behind them, as numbers: red, green, blue in the low three bytes.

/// White paper.
pub(super) const WHITE: u32 = 0xff_ffff;

/// Six hexadecimal digits.
pub(super) fn hex(digits: &str) -> Option<u32> {
    u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6)
}

/// So near to each other that nobody reads one on the other.
pub(super) fn near(one: u32, other: u32) -> bool {
    apart(one, other) <= 7
}

/// The largest difference of a channel.
pub(super) fn apart(one: u32, other: u32) -> u8 {
    let channels = one.to_be_bytes().into_iter().zip(other.to_be_bytes());
    channels.map(|(a, b)| a.abs_diff(b)).max().unwrap_or_default()
}
