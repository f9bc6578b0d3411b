//! Bits of an entropy-coded segment whose stuffing has been taken out.

/// Zero bytes after the data, so that eight can always be loaded.
pub(super) const SLACK: usize = 16;

pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// Bytes loaded.
    next: usize,
    /// Bits at hand, the first one on top.
    hand: u64,
    /// How many of them count.
    count: u32,
}

impl<'a> Bits<'a> {
    /// `data` ends with [`SLACK`] zeros.
    pub(super) fn new(data: &'a [u8]) -> Self {
        let mut bits = Self { data, next: 0, hand: 0, count: 0 };
        bits.refill();
        bits
    }

    /// At least 56 bits at hand from here on; zeros after the end.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        let end = self.next.wrapping_add(8);
        let word = match self.data.get(self.next..end).and_then(|bytes| bytes.first_chunk()) {
            Some(bytes) => u64::from_be_bytes(*bytes),
            None => 0,
        };
        self.hand |= word >> self.count;
        self.next += ((63 - self.count) >> 3) as usize;
        self.count |= 56;
    }

    /// The bits at hand.
    #[inline(always)]
    pub(super) fn peek(&self) -> u64 {
        self.hand
    }

    /// Goes on; at most as many bits as are at hand.
    #[inline(always)]
    pub(super) fn skip(&mut self, bits: u32) {
        self.hand <<= bits;
        self.count = self.count.wrapping_sub(bits);
    }

    /// The next bits as a number; at most 16.
    #[inline]
    pub(super) fn take(&mut self, bits: u32) -> u32 {
        let value = if bits == 0 { 0 } else { (self.hand >> (64 - bits)) as u32 };
        self.skip(bits);
        value
    }

    /// Bits used up so far.
    pub(super) fn used(&self) -> usize {
        (self.next * 8).saturating_sub(self.count as usize)
    }

    /// Whether more bits were used than there are.
    #[inline]
    pub(super) fn overrun(&self) -> bool {
        self.used() > self.data.len().saturating_sub(SLACK) * 8
    }
}
