//! Walks the codes of a scan without painting: to know that every bit belongs to the picture, and where the last
//! one is. (ITU-T T.81, F.2.2 and G.2.)

use super::{
    bits::Bits,
    frame::{Frame, Process, Scan},
    slots::{Slot, Slots},
};

/// Which coefficients of each block are not zero yet: what a refining scan must know. One entry per component.
pub(super) type Masks = Vec<Vec<u64>>;

/// The codes do not make sense.
pub(super) struct Nonsense;

type Walked = Result<(), Nonsense>;

/// State of a scan that goes on over its intervals.
pub(super) struct Walk<'a> {
    frame: &'a Frame,
    scan: &'a Scan,
    /// Units of the scan gone by.
    unit: u32,
    /// Units of one row, and in all.
    row: u32,
    pub(super) units: u32,
}

impl<'a> Walk<'a> {
    pub(super) fn new(frame: &'a Frame, scan: &'a Scan) -> Self {
        let single = scan.parts.first().filter(|_| scan.parts.len() == 1);
        let component = single.and_then(|(index, _, _)| frame.components.get(*index));
        let (row, rows) = component.map_or(frame.units, |component| component.blocks);
        Self { frame, scan, unit: 0, row, units: row.saturating_mul(rows) }
    }

    /// Units still to come.
    pub(super) fn left(&self) -> u32 {
        self.units.saturating_sub(self.unit)
    }

    /// Goes through the next units, which begin with a fresh run of empty blocks.
    pub(super) fn interval(
        &mut self,
        units: u32,
        bits: &mut Bits<'_>,
        slots: &mut Slots,
        masks: &mut Masks,
    ) -> Walked {
        let mut empty = 0_u32;
        for _ in 0..units {
            for (index, dc, ac) in &self.scan.parts {
                let component = self.frame.components.get(*index).ok_or(Nonsense)?;
                let alone = self.scan.parts.len() == 1;
                let (across, down) =
                    if alone { (1, 1) } else { (component.across, component.down) };
                let dc = slots.dc.get_mut(*dc).and_then(Option::as_mut);
                let ac = slots.ac.get_mut(*ac).and_then(Option::as_mut);
                if self.frame.process == Process::Sequential {
                    let (Some(dc), Some(ac)) = (dc, ac) else { return Err(Nonsense) };
                    for _ in 0..across * down {
                        sequential(bits, dc, ac)?;
                    }
                } else if self.scan.first == 0 {
                    let mut dc = dc;
                    for _ in 0..across * down {
                        progressive_dc(bits, dc.as_deref_mut(), self.scan.high == 0)?;
                    }
                } else {
                    let at = (self.unit / self.row) * component.stride + self.unit % self.row;
                    let mask = masks.get_mut(*index).and_then(|all| all.get_mut(at as usize));
                    let (Some(mask), Some(ac)) = (mask, ac) else { return Err(Nonsense) };
                    if self.scan.high == 0 {
                        progressive_ac(bits, ac, self.scan, &mut empty, mask)?;
                    } else {
                        refine_ac(bits, ac, self.scan, &mut empty, mask)?;
                    }
                }
            }
            self.unit += 1;
            if bits.overrun() {
                return Err(Nonsense);
            }
        }
        if empty == 0 { Ok(()) } else { Err(Nonsense) }
    }
}

/// One code by the careful way; its symbol is noted.
#[inline]
fn symbol(bits: &mut Bits<'_>, slot: &mut Slot) -> Result<u8, Nonsense> {
    let code = slot.table.one(bits.peek()).ok_or(Nonsense)?;
    bits.skip(code.length);
    if let Some(used) = slot.used.get_mut(code.index as usize) {
        *used = true;
    }
    Ok(code.symbol)
}

#[inline]
fn sequential(bits: &mut Bits<'_>, dc: &mut Slot, ac: &mut Slot) -> Walked {
    bits.refill();
    let size = symbol(bits, dc)?;
    if size > 11 {
        return Err(Nonsense);
    }
    bits.skip(u32::from(size));
    let mut at = 1;
    while at < 64 {
        bits.refill();
        let (step, window) = ac.table.some(bits.peek());
        let to = at + step.advance();
        // The window may reach into the next block: whole only if this block does not end inside it.
        if step.bits() != 0 && (to < 64 || (to == 64 && !step.ends())) {
            bits.skip(step.bits());
            if let Some(seen) = ac.seen.get_mut(window) {
                *seen = true;
            }
            at = to;
            if step.ends() {
                return Ok(());
            }
            continue;
        }
        let code = symbol(bits, ac)?;
        let (run, size) = (u32::from(code >> 4), u32::from(code & 15));
        if size == 0 && run != 15 {
            // The end of the block; anything but 0 is not defined here.
            return if run == 0 { Ok(()) } else { Err(Nonsense) };
        }
        at += run + 1;
        if at > 64 || size > 10 {
            return Err(Nonsense);
        }
        bits.skip(size);
    }
    Ok(())
}

fn progressive_dc(bits: &mut Bits<'_>, dc: Option<&mut Slot>, first: bool) -> Walked {
    bits.refill();
    if !first {
        bits.skip(1);
        return Ok(());
    }
    let size = symbol(bits, dc.ok_or(Nonsense)?)?;
    if size > 11 {
        return Err(Nonsense);
    }
    bits.skip(u32::from(size));
    Ok(())
}

fn progressive_ac(
    bits: &mut Bits<'_>,
    ac: &mut Slot,
    scan: &Scan,
    empty: &mut u32,
    mask: &mut u64,
) -> Walked {
    if *empty > 0 {
        *empty -= 1;
        return Ok(());
    }
    let mut at = scan.first;
    while at <= scan.last {
        bits.refill();
        let code = symbol(bits, ac)?;
        let (run, size) = (u32::from(code >> 4), u32::from(code & 15));
        if size == 0 && run < 15 {
            *empty = (1 << run) - 1 + bits.take(run);
            return Ok(());
        }
        at += run;
        if size == 0 {
            at += 1;
            continue;
        }
        if at > scan.last {
            return Err(Nonsense);
        }
        *mask |= 1 << at;
        bits.skip(size);
        at += 1;
    }
    Ok(())
}

fn refine_ac(
    bits: &mut Bits<'_>,
    ac: &mut Slot,
    scan: &Scan,
    empty: &mut u32,
    mask: &mut u64,
) -> Walked {
    let mut at = scan.first;
    let known = *mask;
    if *empty == 0 {
        while at <= scan.last {
            bits.refill();
            let code = symbol(bits, ac)?;
            let (run, size) = (u32::from(code >> 4), code & 15);
            if size == 0 && run < 15 {
                *empty = (1 << run) + bits.take(run);
                break;
            }
            if size > 1 {
                return Err(Nonsense);
            }
            bits.skip(u32::from(size));
            // Over as many blank places as the run says; each place that was not blank has a bit of its own.
            let (mut blank, mut corrections) = (run, 0);
            while at <= scan.last {
                if known & (1 << at) != 0 {
                    corrections += 1;
                } else if blank == 0 {
                    break;
                } else {
                    blank -= 1;
                }
                at += 1;
            }
            skip_many(bits, corrections);
            if size == 1 {
                if at > scan.last {
                    return Err(Nonsense);
                }
                *mask |= 1 << at;
            }
            at += 1;
        }
    }
    if *empty > 0 {
        if at <= scan.last {
            let places = (u64::MAX << at) & (u64::MAX >> (63 - scan.last));
            skip_many(bits, (known & places).count_ones());
        }
        *empty -= 1;
    }
    Ok(())
}

/// At most 63 bits.
fn skip_many(bits: &mut Bits<'_>, count: u32) {
    bits.refill();
    bits.skip(count.min(32));
    bits.refill();
    bits.skip(count.saturating_sub(32));
}
