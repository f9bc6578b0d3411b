//! MP3: frames of MPEG audio Layer III and nothing else.
//!
//! Each frame's main data may begin in the frames before it (the bit reservoir). The side information says where it
//! begins and how long it is, so the bits that belong to no frame's sound can be told: encoders write their name
//! there, and anybody else may write anything. They become zero.

mod frames;
mod header;
mod info;

use super::found::Found;
use crate::{Kind, Refusal};
use frames::Frame;
use header::Side;
use info::Info;

pub(super) const NAME: &str = "MP3";

pub(super) fn rebuild(input: &[u8], found: &mut Found) -> Result<Vec<u8>, Refusal> {
    let mut frames = frames::frames(input, found)?;
    let info = frames.first().and_then(Info::read);
    if info.is_some() {
        frames.remove(0);
    }
    let first =
        frames.first().ok_or_else(|| Refusal::damaged(NAME, "byte 0", "it has no sound"))?;
    let (like, emphasis) = (first.header, first.header.emphasis);
    let mut out = Vec::with_capacity(input.len());
    if let Some(info) = info {
        let lengths: Vec<usize> = frames.iter().map(|frame| frame.bytes.len()).collect();
        let fresh = info.write(&like, emphasis, &lengths);
        if !input.starts_with(&fresh) {
            found.removed(Kind::Fingerprints, "first frame", "the encoder's name and settings");
        }
        out.extend_from_slice(&fresh);
    }
    write(&frames, emphasis, &mut out, found)?;
    Ok(out)
}

fn write(
    frames: &[Frame<'_>],
    emphasis: u8,
    out: &mut Vec<u8>,
    found: &mut Found,
) -> Result<(), Refusal> {
    let mut reservoir = Reservoir::default();
    let mut heads = Vec::with_capacity(frames.len());
    let (mut flags, mut private) = (0, 0);
    for (number, frame) in frames.iter().enumerate() {
        let damaged = || Refusal::damaged(NAME, format!("frame {number}"), "it is too short");
        let head = frame.header.head_length();
        let side = frame.bytes.get(head - frame.header.side_length()..head).ok_or_else(damaged)?;
        let side = Side::read(&frame.header, side).ok_or_else(damaged)?;
        reservoir.frame(frame.bytes.get(head..).ok_or_else(damaged)?, &side);
        let header = frame.header.write(emphasis);
        flags += u64::from(frame.header.flags != 0 || frame.header.emphasis != emphasis);
        private += u64::from(side.private);
        let mut fresh = header.to_vec();
        if frame.header.checked {
            fresh.extend_from_slice(&header::check_sum(&header, &side.bytes));
        }
        fresh.extend_from_slice(&side.bytes);
        heads.push((fresh, frame.bytes.len() - head));
    }
    let mut main = reservoir.sound.as_slice();
    for (head, length) in heads {
        out.extend_from_slice(&head);
        let (own, rest) = main.split_at_checked(length).unwrap_or((main, &[]));
        out.extend_from_slice(own);
        main = rest;
    }
    found.counted(
        Kind::Identifiers,
        "frame headers",
        flags,
        "marks for copyright, original, private use",
    );
    found.counted(Kind::UnusedData, "side information", private, "private bits");
    let hidden = reservoir.all.iter().zip(&reservoir.sound).filter(|(all, sound)| all != sound);
    found.counted(Kind::UnusedData, "frames", hidden.count() as u64, "bytes beside the sound");
    Ok(())
}

/// The main data of all frames as one run of bytes.
#[derive(Default)]
struct Reservoir {
    all: Vec<u8>,
    /// The same with zeros wherever no frame's sound is.
    sound: Vec<u8>,
}

impl Reservoir {
    fn frame(&mut self, own: &[u8], side: &Side) {
        let start = self.all.len().saturating_sub(side.begins_before) * 8;
        // Cut from a longer recording: the beginning of this sound is not in the file.
        let missing = side.begins_before.saturating_sub(self.all.len()) * 8;
        self.all.extend_from_slice(own);
        self.sound.resize(self.all.len(), 0);
        let end = (start + side.bits.saturating_sub(missing)).min(self.all.len() * 8);
        let bytes = start / 8..end.div_ceil(8);
        let from = self.all.get(bytes.clone()).unwrap_or_default();
        let to = self.sound.get_mut(bytes.clone()).unwrap_or_default();
        let last = from.len().saturating_sub(1);
        for (place, (from, to)) in from.iter().zip(to).enumerate() {
            let mask =
                if place == last && !end.is_multiple_of(8) { !(0xFFu8 >> (end % 8)) } else { 0xFF };
            *to |= from & mask;
        }
    }
}
