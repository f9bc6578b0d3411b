//! The Huffman tables in force, and what of them is written and when.

use super::{
    huffman::{Spec, Table, WINDOW},
    segment,
};
use crate::Refusal;

/// A table in force.
pub(super) struct Slot {
    spec: Spec,
    pub(super) table: Table,
    /// Codes that a scan used, by their place in the table.
    pub(super) used: [bool; 256],
    /// Windows of the fast way that a scan looked at.
    pub(super) seen: Vec<bool>,
    /// Where its symbols stand in the output.
    written: Option<usize>,
}

/// All eight.
#[derive(Default)]
pub(super) struct Slots {
    pub(super) dc: [Option<Slot>; 4],
    pub(super) ac: [Option<Slot>; 4],
}

impl Slots {
    /// Reads a DHT segment (B.2.4.2).
    pub(super) fn read(&mut self, mut body: &[u8], out: &mut [u8]) -> Result<(), Refusal> {
        let bad = || Refusal::damaged("JPEG", "a Huffman table", "cut off");
        while let Some((head, rest)) = body.split_first() {
            let counts: [u8; 16] = *rest.first_chunk().ok_or_else(bad)?;
            let total: usize = counts.iter().map(|count| usize::from(*count)).sum();
            let symbols = rest.get(16..16 + total).ok_or_else(bad)?.to_vec();
            let class = if *head < 16 { &mut self.dc } else { &mut self.ac };
            let slot = class.get_mut(usize::from(head & 15)).filter(|_| *head < 32);
            let slot = slot.ok_or_else(bad)?;
            let spec = Spec { counts, symbols };
            let table = Table::new(&spec, *head >= 16)?;
            if let Some(old) = slot.take() {
                old.close(out);
            }
            let seen = vec![false; if *head >= 16 { 1 << WINDOW } else { 0 }];
            *slot = Some(Slot { spec, table, used: [false; 256], seen, written: None });
            body = rest.get(16 + total..).unwrap_or_default();
        }
        Ok(())
    }

    /// Writes the tables that a scan needs and that are not in the output yet.
    pub(super) fn write(
        &mut self,
        dc: Option<usize>,
        ac: Option<usize>,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        for (class, wanted, slots) in [(0_u8, dc, &mut self.dc), (16, ac, &mut self.ac)] {
            let Some(number) = wanted else { continue };
            let missing = || Refusal::damaged("JPEG", "a scan", "its Huffman table is missing");
            let slot = slots.get_mut(number).and_then(Option::as_mut).ok_or_else(missing)?;
            if slot.written.is_none() {
                let mut body = vec![class | number as u8];
                body.extend(slot.spec.counts);
                body.extend(&slot.spec.symbols);
                segment(out, 0xc4, &body);
                slot.written = Some(out.len() - slot.spec.symbols.len());
            }
        }
        Ok(())
    }

    /// The last word on all tables: see [`Slot::close`].
    pub(super) fn close(self, out: &mut [u8]) {
        self.dc.into_iter().chain(self.ac).flatten().for_each(|slot| slot.close(out));
    }
}

impl Slot {
    /// Overwrites, in the output, the symbols that no code stood for.
    fn close(mut self, out: &mut [u8]) {
        let Some(at) = self.written else { return };
        for window in (0..self.seen.len()).filter(|window| self.seen.get(*window) == Some(&true)) {
            self.table.mark(window, &mut self.used);
        }
        let neutral = self.table.neutral(&self.used);
        let place = out.get_mut(at..at.saturating_add(neutral.len()));
        if let Some(place) = place {
            place.copy_from_slice(&neutral);
        }
    }
}
