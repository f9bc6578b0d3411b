//! Huffman tables (ITU-T T.81, C and F.2.2.3), for walking a scan rather than for decoding it: we have to know
//! where every code ends, not what it paints.

use crate::Refusal;

/// Bits looked at in one step.
pub(super) const WINDOW: u32 = 12;

/// A table as it stands in a DHT segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spec {
    /// How many codes there are of 1..=16 bits.
    pub(super) counts: [u8; 16],
    /// Their symbols, in order of the codes.
    pub(super) symbols: Vec<u8>,
}

impl Spec {
    /// Codes of each symbol: first bits, length, symbol.
    ///
    /// # Errors
    /// When there are more codes than bits allow, or none.
    fn codes(&self) -> Result<Vec<Code>, Refusal> {
        let bad = || Refusal::damaged("JPEG", "a Huffman table", "it holds more codes than it can");
        let mut symbols = self.symbols.iter();
        let (mut code, mut all) = (0_u32, Vec::with_capacity(self.symbols.len()));
        for (length, count) in (1_u32..).zip(self.counts) {
            for _ in 0..count {
                // The code of ones alone is reserved, but some writers use it.
                if code >= 1 << length {
                    return Err(bad());
                }
                let (symbol, index) = (*symbols.next().ok_or_else(bad)?, all.len() as u32);
                all.push(Code { code, length, symbol, index });
                code += 1;
            }
            code <<= 1;
        }
        if (1..=256).contains(&all.len()) { Ok(all) } else { Err(bad()) }
    }
}

/// One code of a table.
#[derive(Clone, Copy)]
pub(super) struct Code {
    code: u32,
    /// Bits.
    pub(super) length: u32,
    pub(super) symbol: u8,
    /// Which of the table's codes it is.
    pub(super) index: u32,
}

/// What the bits at hand say. Packed, because it is looked up for every few bits of a picture.
#[derive(Clone, Copy, Default)]
pub(super) struct Step(u32);

impl Step {
    const END: u32 = 1 << 24;

    fn new(bits: u32, advance: u32, end: bool, codes: u32) -> Self {
        Self(bits | (advance << 8) | (if end { Self::END } else { 0 }) | (codes << 25))
    }

    /// Bits to go on by, values included; 0 if no code is that short.
    pub(super) fn bits(self) -> u32 {
        self.0 & 0xff
    }

    /// Coefficients to go on by.
    pub(super) fn advance(self) -> u32 {
        (self.0 >> 8) & 0xffff
    }

    /// Whether the block ends here.
    pub(super) fn ends(self) -> bool {
        self.0 & Self::END != 0
    }
}

/// A table made ready for walking.
pub(super) struct Table {
    /// One code per look: length (5 bits), symbol (8 bits), index (8 bits).
    single: Vec<u32>,
    /// As many codes of a sequential AC scan as fit the window.
    several: Vec<Step>,
    codes: Vec<Code>,
}

fn unpack(entry: u32) -> Code {
    Code { code: 0, length: entry & 31, symbol: (entry >> 5) as u8, index: (entry >> 13) & 0xff }
}

impl Table {
    /// `ac` if it is to be walked by [`Self::some`].
    pub(super) fn new(spec: &Spec, ac: bool) -> Result<Self, Refusal> {
        let codes = spec.codes()?;
        let mut single = vec![0_u32; 1 << WINDOW];
        for code in codes.iter().filter(|code| code.length <= WINDOW) {
            let first = (code.code << (WINDOW - code.length)) as usize;
            let entry = code.length | (u32::from(code.symbol) << 5) | (code.index << 13);
            let range = single.get_mut(first..first + (1 << (WINDOW - code.length)));
            range.into_iter().flatten().for_each(|slot| *slot = entry);
        }
        let windows = if ac { 1 << WINDOW } else { 0 };
        let several = (0..windows).map(|window| several(&single, window)).collect();
        Ok(Self { single, several, codes })
    }

    /// The code at the top of these 64 bits.
    #[inline]
    pub(super) fn one(&self, bits: u64) -> Option<Code> {
        let entry = *self.single.get((bits >> (64 - WINDOW)) as usize)?;
        if entry != 0 {
            return Some(unpack(entry));
        }
        let top = (bits >> 48) as u32;
        let long = self.codes.iter().filter(|code| code.length > WINDOW);
        long.copied().find(|code| top >> (16 - code.length) == code.code)
    }

    /// As many codes of a sequential AC scan as the window holds, and which window it was.
    #[inline]
    pub(super) fn some(&self, bits: u64) -> (Step, usize) {
        let window = (bits >> (64 - WINDOW)) as usize;
        (self.several.get(window).copied().unwrap_or_default(), window)
    }

    /// Marks the codes that a look at this window went by.
    pub(super) fn mark(&self, window: usize, used: &mut [bool; 256]) {
        let (mut at, codes) = (0, self.several.get(window).map_or(0, |step| step.0 >> 25));
        for _ in 0..codes {
            let rest = (window << at) & ((1 << WINDOW) - 1);
            let Some(code) = self.single.get(rest).copied().map(unpack) else { break };
            if let Some(slot) = used.get_mut(code.index as usize) {
                *slot = true;
            }
            at += code.length + u32::from(code.symbol & 15);
            if at >= WINDOW {
                break;
            }
        }
    }

    /// The symbols in order, those of codes that no scan used replaced by a fixed filling: they paint nothing, and
    /// could spell something.
    pub(super) fn neutral(&self, used: &[bool; 256]) -> Vec<u8> {
        let is_used = |code: &&Code| used.get(code.index as usize).copied().unwrap_or(false);
        let taken: Vec<u8> = self.codes.iter().filter(is_used).map(|code| code.symbol).collect();
        let mut spare = (0..=255_u8).filter(|symbol| !taken.contains(symbol));
        let symbols = self.codes.iter().map(|code| {
            if is_used(&code) { code.symbol } else { spare.next().unwrap_or_default() }
        });
        symbols.collect()
    }
}

/// Puts together the codes of a sequential AC scan that begin in a window: run and size in one byte, then as
/// many bits as the size says (F.1.2.2).
fn several(single: &[u32], window: usize) -> Step {
    let (mut bits, mut advance, mut codes) = (0, 0, 0);
    while bits < WINDOW {
        let rest = (window << bits) & ((1 << WINDOW) - 1);
        let Some(entry) = single.get(rest).copied().filter(|entry| *entry != 0) else { break };
        let (length, symbol) = (entry & 31, (entry >> 5) & 0xff);
        if bits + length > WINDOW {
            break;
        }
        let (run, size) = (symbol >> 4, symbol & 15);
        // Sizes of 8-bit pictures end at 10; and only 0 and 15 have no size. Left to the careful way.
        if size > 10 || (size == 0 && run != 0 && run != 15) {
            break;
        }
        codes += 1;
        bits += length + size;
        if symbol == 0 {
            return Step::new(bits, advance, true, codes);
        }
        advance += run + 1;
    }
    Step::new(bits, advance, false, codes)
}
