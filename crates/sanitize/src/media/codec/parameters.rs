//! Parameter sets of H.264 (7.3.2.1, 7.3.2.2, E.1) and H.265 (7.3.2, 7.3.3, E.2), copied field by field, so that
//! what stands behind the last field, or in a field that no decoder reads, is left out.

use super::super::bytes::{BitWriter, Bits};
use super::{Broken, Dropped, nal};

/// Copies while it reads.
pub(super) struct Copier<'a> {
    bits: Bits<'a>,
    out: BitWriter,
}

impl Copier<'_> {
    fn u(&mut self, count: u32) -> Option<u32> {
        let value = self.bits.u32(count)?;
        self.out.put(u64::from(value), count);
        Some(value)
    }

    fn flag(&mut self) -> Option<bool> {
        self.u(1).map(|bit| bit == 1)
    }

    fn ue(&mut self) -> Option<u32> {
        let value = self.bits.ue()?;
        self.out.ue(value);
        Some(value)
    }

    fn ues(&mut self, count: u32) -> Option<()> {
        (0..count).try_for_each(|_| self.ue().map(|_| ()))
    }

    /// A signed number is coded as an unsigned one.
    fn se(&mut self) -> Option<()> {
        self.ue().map(|_| ())
    }

    fn skip(&mut self, count: u32) -> Option<()> {
        self.out.copy(&mut self.bits, count as usize)
    }

    /// A count that the specification bounds.
    fn count(&mut self, most: u32) -> Option<u32> {
        self.ue().filter(|count| *count <= most)
    }

    /// Whether more follows than the stop bit and zeros (`more_rbsp_data`).
    fn more(&self) -> bool {
        let mut ahead = self.bits.clone();
        let mut ones = 0;
        while let Some(bit) = ahead.take(1) {
            ones += bit;
            if ones > 1 || bit == 0 && ones == 0 {
                return true;
            }
        }
        false
    }
}

type Parser = fn(&mut Copier<'_>) -> Option<()>;

/// A parameter set with a head of `head` bytes, without what follows its last field.
pub(super) fn rewrite(
    unit: &[u8],
    head: usize,
    parser: Parser,
    dropped: &mut Dropped,
) -> Result<Vec<u8>, Broken> {
    let unit = nal::trimmed(unit);
    let (head, body) = unit.split_at_checked(head).ok_or(Broken("a parameter set is empty"))?;
    let payload = nal::unescape(body);
    let mut copier = Copier { bits: Bits::new(&payload), out: BitWriter::default() };
    parser(&mut copier).ok_or(Broken("a parameter set is damaged or of an unknown kind"))?;
    copier.out.put(1, 1);
    let mut out = head.to_vec();
    out.extend(nal::escape(&copier.out.finish()));
    if out != unit {
        dropped.add("bytes in and after parameter sets");
    }
    if out.len() > usize::from(u16::MAX) {
        return Err(Broken("a parameter set is too long"));
    }
    Ok(out)
}

pub(super) fn h264_sequence(c: &mut Copier<'_>) -> Option<()> {
    let profile = c.u(8)?;
    c.skip(16)?;
    c.ue()?;
    if matches!(profile, 100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135) {
        let chroma = c.ue()?;
        if chroma == 3 {
            c.skip(1)?;
        }
        c.ues(2)?;
        c.skip(1)?;
        if c.flag()? {
            h264_scaling(c, if chroma == 3 { 12 } else { 8 })?;
        }
    }
    c.ue()?;
    match c.ue()? {
        0 => c.ues(1)?,
        1 => {
            c.skip(1)?;
            c.ues(2)?;
            let count = c.count(255)?;
            c.ues(count)?;
        }
        _ => {}
    }
    c.ue()?;
    c.skip(1)?;
    c.ues(2)?;
    if !c.flag()? {
        c.skip(1)?;
    }
    c.skip(1)?;
    if c.flag()? {
        c.ues(4)?;
    }
    if c.flag()? {
        h264_usability(c)?;
    }
    Some(())
}

fn h264_scaling(c: &mut Copier<'_>, lists: u32) -> Option<()> {
    for list in 0..lists {
        if !c.flag()? {
            continue;
        }
        let (mut last, mut next) = (8i32, 8i32);
        for _ in 0..if list < 6 { 16 } else { 64 } {
            if next != 0 {
                let delta = c.bits.clone().se()?;
                c.se()?;
                next = last.wrapping_add(delta).rem_euclid(256);
            }
            if next != 0 {
                last = next;
            }
        }
    }
    Some(())
}

fn h264_usability(c: &mut Copier<'_>) -> Option<()> {
    picture_format(c)?;
    if c.flag()? {
        c.skip(65)?;
    }
    let mut buffered = false;
    for _ in 0..2 {
        if c.flag()? {
            buffered = true;
            let count = c.count(31)?;
            c.skip(8)?;
            for _ in 0..=count {
                c.ues(2)?;
                c.skip(1)?;
            }
            c.skip(20)?;
        }
    }
    if buffered {
        c.skip(1)?;
    }
    c.skip(1)?;
    if c.flag()? {
        c.skip(1)?;
        c.ues(6)?;
    }
    Some(())
}

/// What the usability information of both begins with: shape, overscan, colours, chroma places.
fn picture_format(c: &mut Copier<'_>) -> Option<()> {
    if c.flag()? && c.u(8)? == 255 {
        c.skip(32)?;
    }
    if c.flag()? {
        c.skip(1)?;
    }
    if c.flag()? {
        c.skip(4)?;
        if c.flag()? {
            c.skip(24)?;
        }
    }
    if c.flag()? {
        c.ues(2)?;
    }
    Some(())
}

pub(super) fn h264_picture(c: &mut Copier<'_>) -> Option<()> {
    c.ues(2)?;
    c.skip(2)?;
    let groups = c.ue()?;
    if groups > 0 {
        h264_slice_groups(c, groups)?;
    }
    c.ues(2)?;
    c.skip(3)?;
    c.ues(3)?;
    c.skip(3)?;
    if !c.more() {
        return Some(());
    }
    let transform = c.flag()?;
    if c.flag()? {
        // With colour at full resolution there are four more lists; only the sequence's set says so.
        let (bits, out) = (c.bits.clone(), c.out.clone());
        h264_scaling(c, if transform { 8 } else { 6 })?;
        c.se()?;
        if transform && c.more() {
            let usual = (c.bits.clone(), c.out.clone());
            (c.bits, c.out) = (bits, out);
            if h264_scaling(c, 12).and_then(|()| c.se()).is_none() || c.more() {
                (c.bits, c.out) = usual;
            }
        }
        return Some(());
    }
    c.se()
}

fn h264_slice_groups(c: &mut Copier<'_>, groups: u32) -> Option<()> {
    if groups > 7 {
        return None;
    }
    match c.ue()? {
        0 => c.ues(groups + 1),
        2 => c.ues(groups * 2),
        3..=5 => {
            c.skip(1)?;
            c.ues(1)
        }
        6 => {
            let count = c.count(1 << 20)?;
            let width = 32 - groups.leading_zeros();
            (0..=count).try_for_each(|_| c.skip(width))
        }
        _ => Some(()),
    }
}

pub(super) fn h265_video(c: &mut Copier<'_>) -> Option<()> {
    c.skip(6)?;
    c.skip(6)?;
    let sub_layers = c.u(3)?;
    c.skip(17)?;
    h265_profile(c, sub_layers)?;
    h265_ordering(c, sub_layers)?;
    let last_layer = c.u(6)?;
    let sets = c.count(1023)?;
    for _ in 0..sets {
        c.skip(last_layer + 1)?;
    }
    if c.flag()? {
        c.skip(64)?;
        if c.flag()? {
            c.ue()?;
        }
        let count = c.count(1024)?;
        for number in 0..count {
            c.ue()?;
            let common = number == 0 || c.flag()?;
            h265_buffer(c, common, sub_layers)?;
        }
    }
    // The extension is about further layers, which are left out.
    c.bits.take(1)?;
    c.out.put(0, 1);
    Some(())
}

fn h265_profile(c: &mut Copier<'_>, sub_layers: u32) -> Option<()> {
    c.skip(96)?;
    let mut present = Vec::new();
    for _ in 0..sub_layers {
        present.push((c.flag()?, c.flag()?));
    }
    if sub_layers > 0 {
        c.skip((8 - sub_layers) * 2)?;
    }
    for (profile, level) in present {
        c.skip(if profile { 88 } else { 0 } + if level { 8 } else { 0 })?;
    }
    Some(())
}

fn h265_ordering(c: &mut Copier<'_>, sub_layers: u32) -> Option<()> {
    let times = if c.flag()? { sub_layers + 1 } else { 1 };
    c.ues(3 * times)
}

fn h265_buffer(c: &mut Copier<'_>, common: bool, sub_layers: u32) -> Option<()> {
    let (mut first, mut second, mut fine) = (false, false, false);
    if common {
        (first, second) = (c.flag()?, c.flag()?);
        if first || second {
            fine = c.flag()?;
            if fine {
                c.skip(19)?;
            }
            c.skip(8 + if fine { 4 } else { 0 } + 15)?;
        }
    }
    for _ in 0..=sub_layers {
        let fixed = c.flag()?;
        let fixed_within = fixed || c.flag()?;
        let mut low_delay = false;
        if fixed_within {
            c.ue()?;
        } else {
            low_delay = c.flag()?;
        }
        let count = if low_delay { 0 } else { c.count(31)? };
        for _ in 0..u32::from(first) + u32::from(second) {
            for _ in 0..=count {
                c.ues(if fine { 4 } else { 2 })?;
                c.skip(1)?;
            }
        }
    }
    Some(())
}

pub(super) fn h265_sequence(c: &mut Copier<'_>) -> Option<()> {
    c.skip(4)?;
    let sub_layers = c.u(3)?;
    c.skip(1)?;
    h265_profile(c, sub_layers)?;
    c.ue()?;
    if c.ue()? == 3 {
        c.skip(1)?;
    }
    c.ues(2)?;
    if c.flag()? {
        c.ues(4)?;
    }
    c.ues(2)?;
    let order_bits = c.count(12)? + 4;
    h265_ordering(c, sub_layers)?;
    c.ues(6)?;
    if c.flag()? && c.flag()? {
        h265_scaling(c)?;
    }
    c.skip(2)?;
    if c.flag()? {
        c.skip(8)?;
        c.ues(2)?;
        c.skip(1)?;
    }
    h265_reference_sets(c)?;
    if c.flag()? {
        let count = c.count(32)?;
        c.skip(count * (order_bits + 1))?;
    }
    c.skip(2)?;
    if c.flag()? {
        h265_usability(c, sub_layers)?;
    }
    if c.flag()? {
        // Range, layers, depth, screen content, and four that nothing is known of.
        let [range, layers, depth, screen] = [c.flag()?, c.flag()?, c.flag()?, c.flag()?];
        c.bits.take(4)?;
        c.out.put(0, 4);
        if depth || screen {
            return None;
        }
        c.skip(if range { 9 } else { 0 } + u32::from(layers))?;
    }
    Some(())
}

fn h265_scaling(c: &mut Copier<'_>) -> Option<()> {
    for size in 0..4u32 {
        for _ in 0..if size == 3 { 2 } else { 6 } {
            if !c.flag()? {
                c.ue()?;
                continue;
            }
            if size > 1 {
                c.se()?;
            }
            c.ues(64.min(1 << (4 + 2 * size)))?;
        }
    }
    Some(())
}

fn h265_reference_sets(c: &mut Copier<'_>) -> Option<()> {
    let count = c.count(64)?;
    let mut pictures = 0;
    for number in 0..count {
        if number > 0 && c.flag()? {
            c.skip(1)?;
            c.ue()?;
            let mut next = 0;
            for _ in 0..=pictures {
                let used = c.flag()?;
                next += u32::from(used || c.flag()?);
            }
            pictures = next;
        } else {
            let (before, after) = (c.count(16)?, c.count(16)?);
            pictures = before + after;
            for _ in 0..pictures {
                c.ue()?;
                c.skip(1)?;
            }
        }
    }
    Some(())
}

fn h265_usability(c: &mut Copier<'_>, sub_layers: u32) -> Option<()> {
    picture_format(c)?;
    c.skip(3)?;
    if c.flag()? {
        c.ues(4)?;
    }
    if c.flag()? {
        c.skip(64)?;
        if c.flag()? {
            c.ue()?;
        }
        if c.flag()? {
            h265_buffer(c, true, sub_layers)?;
        }
    }
    if c.flag()? {
        c.skip(3)?;
        c.ues(5)?;
    }
    Some(())
}

pub(super) fn h265_picture(c: &mut Copier<'_>) -> Option<()> {
    c.ues(2)?;
    c.skip(7)?;
    c.ues(2)?;
    c.se()?;
    c.skip(1)?;
    let transform_skip = c.flag()?;
    if c.flag()? {
        c.ue()?;
    }
    c.ues(2)?;
    c.skip(4)?;
    let tiles = c.flag()?;
    c.skip(1)?;
    if tiles {
        let (columns, rows) = (c.count(1000)?, c.count(1000)?);
        if !c.flag()? {
            c.ues(columns + rows)?;
        }
        c.skip(1)?;
    }
    c.skip(1)?;
    if c.flag()? {
        c.skip(1)?;
        if !c.flag()? {
            c.ues(2)?;
        }
    }
    if c.flag()? {
        h265_scaling(c)?;
    }
    c.skip(1)?;
    c.ue()?;
    if c.flag()? {
        // Slices would carry bytes that are there to be skipped.
        return None;
    }
    if c.flag()? {
        let range = c.flag()?;
        let others = c.bits.take(3)?;
        c.bits.take(4)?;
        c.out.put(0, 7);
        // Layers and depth are left out; screen content comes after them.
        if others & 1 == 1 {
            return None;
        }
        if range {
            if transform_skip {
                c.ue()?;
            }
            c.skip(1)?;
            if c.flag()? {
                c.ue()?;
                let count = c.count(5)?;
                c.ues(2 * (count + 1))?;
            }
            c.ues(2)?;
        }
    }
    Some(())
}
