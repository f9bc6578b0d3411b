//! The headers of Vorbis (the Vorbis I specification, section 4.2).

use super::super::codec::{Broken, Dropped};

/// What a decoder needs to know: the first and the third header. The second holds nothing but words.
pub(in crate::media) struct VorbisHeaders {
    identification: Vec<u8>,
    setup: Vec<u8>,
    /// Samples of a short and of a long block.
    blocks: [u64; 2],
    /// Whether a mode has long blocks.
    modes: Vec<bool>,
}

const BROKEN: Broken = Broken("the headers are not those of Vorbis");

/// The comment header with no vendor and no comments.
const COMMENTS: &[u8] = b"\x03vorbis\0\0\0\0\0\0\0\0\x01";

impl VorbisHeaders {
    pub(in crate::media) fn read(
        identification: &[u8],
        setup: &[u8],
        dropped: &mut Dropped,
    ) -> Result<Self, Broken> {
        let body = identification.strip_prefix(b"\x01vorbis").ok_or(BROKEN)?;
        let body = body.first_chunk::<23>().ok_or(BROKEN)?;
        let (&[_, _, _, _, channels, ..], sizes) = (body, body[21]);
        let blocks = [1u64 << (sizes & 15), 1u64 << (sizes >> 4)];
        if body[..4] != [0; 4]
            || channels == 0
            || blocks[0] < 64
            || blocks[1] < blocks[0]
            || blocks[1] > 8192
        {
            return Err(BROKEN);
        }
        let mut fresh = b"\x01vorbis".to_vec();
        fresh.extend_from_slice(&body[..9]);
        // Three bit rates, which are only hints.
        fresh.extend_from_slice(&[0; 12]);
        fresh.extend_from_slice(&[sizes, 1]);
        let (modes, bits) = read_setup(setup, channels).ok_or(BROKEN)?;
        let mut short = setup.get(..bits.div_ceil(8)).ok_or(BROKEN)?.to_vec();
        if let Some(last) = short.last_mut().filter(|_| bits % 8 != 0) {
            *last &= (1 << (bits % 8)) - 1;
        }
        if short != setup {
            dropped.add("bytes after the sound's description");
        }
        Ok(Self { identification: fresh, setup: short, blocks, modes })
    }

    /// Reads Matroska's form: three headers after their lengths.
    pub(in crate::media) fn laced(body: &[u8], dropped: &mut Dropped) -> Result<Self, Broken> {
        let mut rest = body.strip_prefix(&[2]).ok_or(BROKEN)?;
        let mut sizes = [0usize; 2];
        for size in &mut sizes {
            loop {
                let (byte, after) = rest.split_first().ok_or(BROKEN)?;
                rest = after;
                *size += usize::from(*byte);
                if *byte != 255 {
                    break;
                }
            }
        }
        let (identification, rest) = rest.split_at_checked(sizes[0]).ok_or(BROKEN)?;
        let (comments, setup) = rest.split_at_checked(sizes[1]).ok_or(BROKEN)?;
        if comments != COMMENTS {
            dropped.add("comments in the sound's description");
        }
        Self::read(identification, setup, dropped)
    }

    pub(in crate::media) fn lace(&self) -> Vec<u8> {
        let mut out = vec![2, self.identification.len() as u8, COMMENTS.len() as u8];
        self.packets().iter().for_each(|packet| out.extend_from_slice(packet));
        out
    }

    pub(super) fn packets(&self) -> [&[u8]; 3] {
        [&self.identification, COMMENTS, &self.setup]
    }

    /// Samples of a packet's block; `None` if it is not sound.
    pub(super) fn block(&self, packet: &[u8]) -> Option<u64> {
        let mut bits = Low::new(packet);
        if bits.take(1)? != 0 {
            return None;
        }
        let mode = bits.take(width(self.modes.len() as u64 - 1))? as usize;
        let long = *self.modes.get(mode)?;
        Some(if long { self.blocks[1] } else { self.blocks[0] })
    }
}

/// Reads bits, least significant first.
struct Low<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Low<'a> {
    fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    fn take(&mut self, count: u32) -> Option<u64> {
        let mut value = 0;
        for place in 0..count {
            let byte = *self.data.get(self.at / 8)?;
            value |= u64::from(byte >> (self.at % 8) & 1) << place;
            self.at += 1;
        }
        Some(value)
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        let end = (self.at as u64).checked_add(count)?;
        if end > self.data.len() as u64 * 8 {
            return None;
        }
        self.at = end as usize;
        Some(())
    }
}

/// Bits that a number needs (`ilog`).
fn width(value: u64) -> u32 {
    64 - value.leading_zeros()
}

/// The modes, and how many bits the setup header has.
fn read_setup(setup: &[u8], channels: u8) -> Option<(Vec<bool>, usize)> {
    if !setup.starts_with(b"\x05vorbis") {
        return None;
    }
    let mut bits = Low { data: setup, at: 56 };
    for _ in 0..=bits.take(8)? {
        codebook(&mut bits)?;
    }
    let times = bits.take(6)? + 1;
    bits.skip(times * 16)?;
    for _ in 0..=bits.take(6)? {
        floor(&mut bits)?;
    }
    for _ in 0..=bits.take(6)? {
        residue(&mut bits)?;
    }
    for _ in 0..=bits.take(6)? {
        mapping(&mut bits, u64::from(channels))?;
    }
    let mut modes = Vec::new();
    for _ in 0..=bits.take(6)? {
        modes.push(bits.take(1)? == 1);
        bits.skip(16 + 16 + 8)?;
    }
    (bits.take(1)? == 1).then_some((modes, bits.at))
}

fn codebook(bits: &mut Low<'_>) -> Option<()> {
    if bits.take(24)? != 0x56_4342 {
        return None;
    }
    let (dimensions, entries) = (bits.take(16)?, bits.take(24)?);
    if bits.take(1)? == 0 {
        let sparse = bits.take(1)? == 1;
        for _ in 0..entries {
            if !sparse || bits.take(1)? == 1 {
                bits.skip(5)?;
            }
        }
    } else {
        bits.skip(5)?;
        let mut entry = 0;
        while entry < entries {
            entry += bits.take(width(entries - entry))?;
        }
        if entry > entries {
            return None;
        }
    }
    let kind = bits.take(4)?;
    if kind == 0 {
        return Some(());
    }
    bits.skip(64)?;
    let value = bits.take(4)? + 1;
    bits.skip(1)?;
    let values = match kind {
        1 => first_lookup(entries, dimensions)?,
        2 => entries.checked_mul(dimensions)?,
        _ => return None,
    };
    bits.skip(values.checked_mul(value)?)
}

/// The largest number whose power of `dimensions` is not above `entries`.
fn first_lookup(entries: u64, dimensions: u64) -> Option<u64> {
    if dimensions == 0 {
        return None;
    }
    let fits = |base: u64| {
        let mut product = 1u64;
        for _ in 0..dimensions.min(64) {
            product = product.saturating_mul(base);
        }
        product <= entries
    };
    let (mut low, mut high) = (0u64, entries + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if fits(middle) { low = middle } else { high = middle }
    }
    Some(low)
}

fn floor(bits: &mut Low<'_>) -> Option<()> {
    match bits.take(16)? {
        0 => {
            bits.skip(8 + 16 + 16 + 6 + 8)?;
            let books = bits.take(4)? + 1;
            bits.skip(books * 8)
        }
        1 => {
            let partitions = bits.take(5)?;
            let mut classes = Vec::new();
            for _ in 0..partitions {
                classes.push(bits.take(4)? as usize);
            }
            let mut sizes = Vec::new();
            if let Some(most) = classes.iter().max() {
                for _ in 0..=*most {
                    sizes.push(bits.take(3)? + 1);
                    let subclasses = bits.take(2)?;
                    if subclasses > 0 {
                        bits.skip(8)?;
                    }
                    bits.skip(8 << subclasses)?;
                }
            }
            bits.skip(2)?;
            let range = bits.take(4)?;
            classes.iter().try_for_each(|class| bits.skip(sizes.get(*class)? * range))
        }
        _ => None,
    }
}

fn residue(bits: &mut Low<'_>) -> Option<()> {
    bits.skip(16 + 24 + 24 + 24)?;
    let classes = bits.take(6)? + 1;
    bits.skip(8)?;
    let mut books = 0;
    for _ in 0..classes {
        books += bits.take(3)?.count_ones();
        if bits.take(1)? == 1 {
            books += bits.take(5)?.count_ones();
        }
    }
    bits.skip(u64::from(books) * 8)
}

fn mapping(bits: &mut Low<'_>, channels: u64) -> Option<()> {
    if bits.take(16)? != 0 {
        return None;
    }
    let submaps = if bits.take(1)? == 1 { bits.take(4)? + 1 } else { 1 };
    if bits.take(1)? == 1 {
        let steps = bits.take(8)? + 1;
        bits.skip(steps * 2 * u64::from(width(channels - 1)))?;
    }
    if bits.take(2)? != 0 {
        return None;
    }
    if submaps > 1 {
        bits.skip(4 * channels)?;
    }
    bits.skip(24 * submaps)
}
