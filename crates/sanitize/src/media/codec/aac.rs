//! AAC (ISO/IEC 14496-3): its configuration, and the data elements at the head of frames.

use super::super::bytes::{BitWriter, Bits};
use super::{Broken, Dropped};

/// An AudioSpecificConfig without comments (1.6.2.1, and 4.4.1 for GASpecificConfig).
pub(in crate::media) fn config(body: &[u8], dropped: &mut Dropped) -> Result<Vec<u8>, Broken> {
    let broken = Broken("the sound's description is not one of AAC that we know");
    let fresh = read_config(body, dropped).ok_or(broken)?;
    if fresh.len() < body.len() {
        dropped.add("bytes after the sound's description");
    }
    Ok(fresh)
}

fn read_config(body: &[u8], dropped: &mut Dropped) -> Option<Vec<u8>> {
    let mut bits = Bits::new(body);
    let mut out = BitWriter::default();
    let mut kind = object_type(&mut bits, &mut out)?;
    frequency(&mut bits, &mut out)?;
    let channels = copy(&mut bits, &mut out, 4)?;
    let explicit = kind == 5 || kind == 29;
    if explicit {
        frequency(&mut bits, &mut out)?;
        kind = object_type(&mut bits, &mut out)?;
    }
    // Main, LC, SSR, LTP.
    if !(1..=4).contains(&kind) {
        return None;
    }
    copy(&mut bits, &mut out, 1)?;
    if copy(&mut bits, &mut out, 1)? == 1 {
        copy(&mut bits, &mut out, 14)?;
    }
    if copy(&mut bits, &mut out, 1)? == 1 {
        return None;
    }
    if channels == 0 {
        program(&mut bits, &mut out, dropped)?;
    }
    // Backward-compatible signalling of SBR and PS.
    if !explicit && bits.left() >= 16 && bits.clone().take(11) == Some(0x2B7) {
        copy(&mut bits, &mut out, 11)?;
        if object_type(&mut bits, &mut out)? == 5 && copy(&mut bits, &mut out, 1)? == 1 {
            frequency(&mut bits, &mut out)?;
            if bits.left() >= 12 && bits.clone().take(11) == Some(0x548) {
                copy(&mut bits, &mut out, 12)?;
            }
        }
    }
    Some(out.finish())
}

fn copy(bits: &mut Bits<'_>, out: &mut BitWriter, count: u32) -> Option<u64> {
    let value = bits.take(count)?;
    out.put(value, count);
    Some(value)
}

fn object_type(bits: &mut Bits<'_>, out: &mut BitWriter) -> Option<u64> {
    match copy(bits, out, 5)? {
        31 => copy(bits, out, 6).map(|more| 32 + more),
        kind => Some(kind),
    }
}

fn frequency(bits: &mut Bits<'_>, out: &mut BitWriter) -> Option<()> {
    if copy(bits, out, 4)? == 15 {
        copy(bits, out, 24)?;
    }
    Some(())
}

/// A program_config_element (4.5.1.2), whose comment field is left empty.
fn program(bits: &mut Bits<'_>, out: &mut BitWriter, dropped: &mut Dropped) -> Option<()> {
    copy(bits, out, 10)?;
    let counts = [4, 4, 4, 2, 3, 4].map(|width| copy(bits, out, width));
    let [front, side, back, low, data, coupling] = counts;
    for width in [4, 4, 3] {
        if copy(bits, out, 1)? == 1 {
            copy(bits, out, width)?;
        }
    }
    let fives = front? + side? + back? + coupling?;
    let fours = low? + data?;
    out.copy(bits, (fives * 5 + fours * 4) as usize)?;
    bits.align();
    out.align();
    let comment = bits.take(8)?;
    bits.skip(comment as usize * 8)?;
    out.put(0, 8);
    if comment > 0 {
        dropped.add("a comment in the sound's description");
    }
    Some(())
}

/// Erases data and fill elements that stand before the sound of a frame. They keep their size, so that nothing
/// behind them moves; what stands behind the first sound element could only be found by decoding it.
pub(super) fn rewrite(sample: &[u8], out: &mut Vec<u8>, dropped: &mut Dropped) {
    let start = out.len();
    out.extend_from_slice(sample);
    let mut bits = Bits::new(sample);
    while let Some((from, to)) = element(&mut bits) {
        let mut erased = false;
        for bit in from..to {
            if let Some(byte) = out.get_mut(start + bit / 8) {
                let mask = 0x80u8 >> (bit % 8);
                erased |= *byte & mask != 0;
                *byte &= !mask;
            }
        }
        if erased {
            dropped.add("data beside the sound");
        }
    }
}

/// The bits to erase of a data or fill element that comes next.
fn element(bits: &mut Bits<'_>) -> Option<(usize, usize)> {
    let mut ahead = bits.clone();
    let length = match ahead.take(3)? {
        // DSE: instance, alignment flag, count.
        4 => {
            ahead.skip(4)?;
            let aligned = ahead.flag()?;
            let mut count = ahead.take(8)?;
            if count == 255 {
                count += ahead.take(8)?;
            }
            if aligned {
                ahead.align();
            }
            count
        }
        // FIL: count, then an extension type of four bits.
        6 => {
            let mut count = ahead.take(4)?;
            if count == 15 {
                count = (count + ahead.take(8)?).checked_sub(1)?;
            }
            // Only fill and fill data: dynamic range control and SBR are about the sound.
            if count > 0 && ahead.clone().take(4)? > 1 {
                return None;
            }
            count
        }
        _ => return None,
    };
    let from = ahead.position();
    ahead.skip(length as usize * 8)?;
    *bits = ahead;
    Some((from, bits.position()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fill_element_loses_its_words() {
        let mut writer = BitWriter::default();
        writer.put(6, 3);
        writer.put(5, 4);
        writer.put(0, 4);
        writer.put(0x0004_C617_6634, 36);
        writer.put(0, 3);
        writer.put(0x1FFF, 13);
        let sample = writer.finish();
        let (mut out, mut dropped) = (Vec::new(), Dropped::default());
        rewrite(&sample, &mut out, &mut dropped);
        assert_eq!(out.len(), sample.len());
        assert_eq!(Bits::new(&out).take(47), Some((6 << 44) | (5 << 40)));
        assert_eq!(out.last(), sample.last());
        let before = out.clone();
        let (mut again, mut nothing) = (Vec::new(), Dropped::default());
        rewrite(&before, &mut again, &mut nothing);
        assert!(again == before && nothing.0.is_empty());
    }

    #[test]
    fn a_comment_in_the_configuration_goes() {
        let mut writer = BitWriter::default();
        writer.put(2, 5);
        writer.put(4, 4);
        writer.put(0, 4);
        writer.put(0, 3);
        writer.put(0, 4 + 2 + 4);
        writer.put(1, 4);
        writer.put(0, 4 + 4 + 2 + 3 + 4);
        writer.put(0, 3);
        writer.put(0, 5);
        writer.align();
        writer.put(4, 8);
        writer.put(0x6D61_726B, 32);
        let body = writer.finish();
        let mut dropped = Dropped::default();
        let fresh = config(&body, &mut dropped).unwrap();
        assert_eq!(fresh.len(), body.len() - 4);
        assert!(!fresh.windows(4).any(|word| word == b"mark"));
        assert_eq!(config(&fresh, &mut Dropped::default()).unwrap(), fresh);
    }
}
