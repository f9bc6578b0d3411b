//! JPEG (ITU-T T.81): the picture's own codes are walked bit by bit and copied, everything around them is written
//! afresh.
//!
//! Why copied and not decoded and encoded again: the pixels stay exactly what they were, which matters for evidence;
//! a second lossy coding would not hide the first (double quantisation shows) and is ten times slower. The
//! walk proves that each bit of a scan belongs to a coefficient; bits after the last one are dropped, as are
//! tables that no scan uses and symbols of tables that no code stands for. What this way must leave, the
//! quantisation tables and the order of scans, tells which kind of program compressed the picture: the report says so,
//! and the level of pixels encodes afresh.

mod bits;
mod frame;
mod huffman;
mod scan;
mod slots;
mod strict;
mod walk;

pub(super) use strict::verify;

use crate::Refusal;
use frame::{Frame, Process, Progress, Scan};
use slots::Slots;

/// Scans that a picture may have; encoders make some ten.
const SCANS: usize = 128;

/// What stands in a JPEG file beside the picture.
#[derive(Default)]
pub(super) struct Found {
    /// Exif, without its name: for the orientation.
    pub(super) exif: Option<Vec<u8>>,
    /// The colour profile, put together.
    pub(super) profile: Vec<u8>,
    /// Name and number of each segment left out.
    pub(super) segments: Vec<(&'static str, u64)>,
    /// Bytes after the end of the picture.
    pub(super) trailing: usize,
    /// Bytes in the picture's data that paint nothing.
    pub(super) unused: usize,
    /// Components: 1, 3 or 4.
    pub(super) components: usize,
    /// Width and height in pixels.
    pub(super) size: (u32, u32),
}

/// Writes a marker segment; the body is never longer than such a segment can be.
fn segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    out.extend([0xff, marker]);
    out.extend((body.len() as u16 + 2).to_be_bytes());
    out.extend(body);
}

/// The only JFIF header that we write: version 1.1, square pixels.
const JFIF: &[u8] = b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
/// The only Exif that we write: an orientation, whose value comes after it.
const EXIF: &[u8] = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0";

/// How the components make colours, where the file says so.
#[derive(Clone, Copy, Default)]
struct Colours {
    jfif: bool,
    /// The transform of Adobe's segment.
    adobe: Option<u8>,
}

/// Rebuilds a picture. `orientation` of 2 to 8 is written into the new file, in the shortest Exif there is.
///
/// # Errors
/// [`Refusal`] if it is damaged, cut off, too large, or coded in a way that ordinary viewers do not show either.
pub(super) fn rebuild(
    input: &[u8],
    pixels: u64,
    orientation: impl Fn(&Found) -> u8,
) -> Result<(Vec<u8>, Found), Refusal> {
    let mut state = State {
        input,
        at: 2,
        out: Vec::with_capacity(input.len() + 64),
        found: Found::default(),
        colours: Colours::default(),
        quantisation: Default::default(),
        slots: Slots::default(),
        frame: None,
        masks: Vec::new(),
        restart: (0, 0),
        scans: 0,
        progress: Progress::default(),
        profile: Vec::new(),
    };
    state.out.extend([0xff, 0xd8]);
    while let Some((marker, body)) = state.next()? {
        state.segment(marker, body, pixels, &orientation)?;
    }
    state.finish()
}

struct State<'a> {
    input: &'a [u8],
    at: usize,
    out: Vec<u8>,
    found: Found,
    colours: Colours,
    quantisation: [Option<Vec<u8>>; 4],
    slots: Slots,
    frame: Option<Frame>,
    masks: walk::Masks,
    /// The restart interval: as read, as written.
    restart: (u32, u32),
    scans: usize,
    progress: Progress,
    profile: Vec<(u8, &'a [u8])>,
}

impl<'a> State<'a> {
    /// The next segment, or `None` at the end of the picture.
    fn next(&mut self) -> Result<Option<(u8, &'a [u8])>, Refusal> {
        let at = self.at;
        let bad = move |reason: &str| Refusal::damaged("JPEG", format!("byte {at}"), reason);
        let rest = self.input.get(self.at..).unwrap_or_default();
        // Bytes between segments paint nothing; viewers look for the next marker.
        let skipped = memchr::memchr(0xff, rest).unwrap_or(rest.len());
        let fill = rest.iter().skip(skipped).take_while(|byte| **byte == 0xff).count();
        self.found.unused += skipped + fill.saturating_sub(1);
        let marker = rest.get(skipped + fill).copied();
        self.at += skipped + fill + 1;
        match marker {
            Some(0xd9) => Ok(None),
            // Everything was there but the end.
            None if self.frame.as_ref().is_some_and(|frame| self.progress.finished(frame)) => {
                Ok(None)
            }
            None => Err(bad("it ends before the picture")),
            Some(0x00 | 0x01 | 0xd0..=0xd7) => {
                self.found.unused += 2;
                self.next_again()
            }
            Some(0xd8) => Err(bad("a second picture begins inside the first")),
            Some(marker) => {
                let rest = rest.get(skipped + fill + 1..).unwrap_or_default();
                let length = rest.first_chunk().map(|raw| usize::from(u16::from_be_bytes(*raw)));
                let body = length.and_then(|length| rest.get(2..length));
                let body = body.ok_or_else(|| bad("a segment is cut off"))?;
                self.at += body.len() + 2;
                Ok(Some((marker, body)))
            }
        }
    }

    /// The segment after one that means nothing, in a loop and not by recursion, for there may be millions.
    fn next_again(&mut self) -> Result<Option<(u8, &'a [u8])>, Refusal> {
        loop {
            let rest = self.input.get(self.at..).unwrap_or_default();
            match rest {
                [0xff, 0x00 | 0x01 | 0xd0..=0xd7, ..] => {
                    self.found.unused += 2;
                    self.at += 2;
                }
                [0xff, 0xff, ..] => {
                    self.found.unused += 1;
                    self.at += 1;
                }
                [0xff, ..] | [] => return self.next_strict(),
                _ => {
                    let skip = memchr::memchr(0xff, rest).unwrap_or(rest.len());
                    self.found.unused += skip;
                    self.at += skip;
                }
            }
        }
    }

    fn next_strict(&mut self) -> Result<Option<(u8, &'a [u8])>, Refusal> {
        match self.input.get(self.at + 1) {
            Some(0x00 | 0x01 | 0xd0..=0xd7) => {
                Err(Refusal::damaged("JPEG", format!("byte {}", self.at), "stray markers"))
            }
            _ => self.next(),
        }
    }

    fn segment(
        &mut self,
        marker: u8,
        body: &'a [u8],
        pixels: u64,
        orientation: &impl Fn(&Found) -> u8,
    ) -> Result<(), Refusal> {
        let bad = |reason: &str| Refusal::damaged("JPEG", "its segments", reason);
        match marker {
            0xdb => self.quantisation(body)?,
            0xc4 => self.slots.read(body, &mut self.out)?,
            0xc0..=0xcf if self.frame.is_some() => return Err(bad("a second frame")),
            0xcc => {
                return Err(Refusal::Unsupported {
                    format: "JPEG",
                    what: "arithmetic coding".to_owned(),
                    advice: "save it as PNG or ordinary JPEG first",
                });
            }
            0xc0..=0xcf => {
                let frame = Frame::read(marker, body, pixels)?;
                if frame.process == Process::Progressive {
                    let blocks = frame.components.iter().map(|c| (c.stride * c.rows) as usize);
                    self.masks = blocks.map(|blocks| vec![0; blocks]).collect();
                }
                self.found.components = frame.components.len();
                self.found.size = (frame.width, frame.height);
                self.frame = Some(frame);
            }
            0xdd => {
                let interval = body.first_chunk().filter(|_| body.len() == 2);
                let interval =
                    interval.ok_or_else(|| bad("a restart interval of an odd length"))?;
                self.restart.0 = u32::from(u16::from_be_bytes(*interval));
            }
            0xda => self.scan(body, orientation)?,
            0xdc => {
                return Err(Refusal::Unsupported {
                    format: "JPEG",
                    what: "a height that comes after the picture".to_owned(),
                    advice: "save it as PNG or ordinary JPEG first",
                });
            }
            _ => self.other(marker, body),
        }
        Ok(())
    }

    fn quantisation(&mut self, mut body: &[u8]) -> Result<(), Refusal> {
        let bad = |reason: &str| Refusal::damaged("JPEG", "a quantisation table", reason);
        while let Some((head, rest)) = body.split_first() {
            let length = if *head < 16 { 64 } else { 128 };
            let values = rest.get(..length).ok_or_else(|| bad("cut off"))?;
            let slot = self.quantisation.get_mut(usize::from(head & 15)).filter(|_| *head < 32);
            let slot = slot.ok_or_else(|| bad("a number that cannot be"))?;
            let known = [&[head & 16][..], values].concat();
            if self.scans > 0 && slot.as_ref().is_some_and(|old| *old != known) {
                return Err(bad("it changes in the middle of the picture"));
            }
            *slot = Some(known);
            body = rest.get(length..).unwrap_or_default();
        }
        Ok(())
    }

    /// What stands before the first scan.
    fn head(&mut self, orientation: u8) -> Result<(), Refusal> {
        let Some(frame) = &self.frame else {
            return Err(Refusal::damaged("JPEG", "its segments", "a scan before the frame"));
        };
        let ids: Vec<u8> = frame.components.iter().map(|component| component.id).collect();
        let rgb = ids.as_slice() == b"RGB";
        let adobe = match (frame.components.len(), self.colours) {
            (3, Colours { jfif: false, adobe: Some(0) }) => Some(0),
            (3, Colours { jfif: false, adobe: None }) if rgb => Some(0),
            (4, Colours { adobe: Some(transform), .. }) => Some(if transform == 2 { 2 } else { 0 }),
            _ => None,
        };
        match adobe {
            Some(transform) => {
                let body = [&b"Adobe\0\x64\0\0\0\0"[..], &[transform]].concat();
                segment(&mut self.out, 0xee, &body);
            }
            None if frame.components.len() == 4 => {}
            None => segment(&mut self.out, 0xe0, JFIF),
        }
        if (2..=8).contains(&orientation) {
            segment(&mut self.out, 0xe1, &[EXIF, &[orientation, 0, 0, 0, 0, 0, 0]].concat());
        }
        let mut numbers = [0; 4];
        let mut next = 0_u8;
        for (old, new) in (0..4).zip(&mut numbers) {
            if !frame.components.iter().any(|component| component.quantisation == old) {
                continue;
            }
            let table = self.quantisation.get(old).and_then(Option::as_ref).ok_or_else(|| {
                Refusal::damaged("JPEG", "the frame header", "a quantisation table is missing")
            })?;
            let (depth, values) = table.split_first().unwrap_or((&0, &[]));
            segment(&mut self.out, 0xdb, &[&[depth | next], values].concat());
            *new = usize::from(next);
            next += 1;
        }
        frame.write(&numbers, &mut self.out);
        Ok(())
    }

    fn scan(&mut self, body: &[u8], orientation: &impl Fn(&Found) -> u8) -> Result<(), Refusal> {
        self.scans += 1;
        if self.scans > SCANS {
            return Err(Refusal::TooMuch {
                what: "scans of one picture",
                limit: SCANS.to_string(),
                advice: "save it as PNG or ordinary JPEG first",
            });
        }
        if self.scans == 1 {
            let turned = orientation(&self.found);
            self.head(turned)?;
        }
        let Some(frame) = &self.frame else {
            return Err(Refusal::damaged("JPEG", "its segments", "a scan before the frame"));
        };
        let scan = Scan::read(body, frame)?;
        self.progress.take(&scan)?;
        let (dc, ac) = scan.needs(frame.process);
        for (_, dc_table, ac_table) in &scan.parts {
            let (dc, ac) = (dc.then_some(*dc_table), ac.then_some(*ac_table));
            self.slots.write(dc, ac, &mut self.out)?;
        }
        if self.restart.0 != self.restart.1 {
            segment(&mut self.out, 0xdd, &(self.restart.0 as u16).to_be_bytes());
            self.restart.1 = self.restart.0;
        }
        scan.write(&mut self.out);
        let mut left = scan::Left::default();
        let taken = scan::copy(
            self.input.get(self.at..).unwrap_or_default(),
            (frame, &scan),
            self.restart.0,
            (&mut self.slots, &mut self.masks),
            &mut left,
            &mut self.out,
        )?;
        self.found.unused += left.bytes;
        self.at += taken;
        Ok(())
    }

    /// Application segments and comments: read for what they say of colours, never copied.
    fn other(&mut self, marker: u8, body: &'a [u8]) {
        let name = match (marker, body) {
            (0xe0, [b'J', b'F', b'I', b'F', 0, ..]) => {
                self.colours.jfif = true;
                // A header that everybody writes is not worth a line, unless a picture hides in it.
                if body.len() <= 14 {
                    return;
                }
                "a small picture of the picture"
            }
            (0xe0, [b'J', b'F', b'X', b'X', 0, ..]) => "a small picture of the picture",
            (0xe1, [b'E', b'x', b'i', b'f', 0, _, rest @ ..]) => {
                self.found.exif.get_or_insert_with(|| rest.to_vec());
                "Exif: camera, time, place and settings"
            }
            (0xe1, [b'h', b't', b't', b'p', ..]) => "XMP: history, authors, rights",
            (
                0xe2,
                [
                    b'I',
                    b'C',
                    b'C',
                    b'_',
                    b'P',
                    b'R',
                    b'O',
                    b'F',
                    b'I',
                    b'L',
                    b'E',
                    0,
                    number,
                    _,
                    rest @ ..,
                ],
            ) => {
                self.profile.push((*number, rest));
                return;
            }
            (0xe2, [b'M', b'P', b'F', 0, ..]) => "a list of further pictures",
            (0xed, _) => "IPTC and Photoshop data",
            (0xee, [b'A', b'd', b'o', b'b', b'e', _, _, _, _, _, _, transform, ..]) => {
                self.colours.adobe = Some(*transform);
                return;
            }
            (0xfe, _) => "a comment",
            (0xe0..=0xef, _) => "data of a program or camera",
            _ => "a segment without meaning",
        };
        match self.found.segments.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => self.found.segments.push((name, 1)),
        }
    }

    fn finish(mut self) -> Result<(Vec<u8>, Found), Refusal> {
        if self.scans == 0 {
            return Err(Refusal::damaged("JPEG", "its end", "there is no picture in it"));
        }
        if !self.frame.as_ref().is_some_and(|frame| self.progress.complete(frame)) {
            return Err(Refusal::damaged("JPEG", "its end", "a colour of the picture is missing"));
        }
        self.slots.close(&mut self.out);
        self.out.extend([0xff, 0xd9]);
        self.found.trailing = self.input.len().saturating_sub(self.at);
        self.profile.sort_by_key(|(number, _)| *number);
        self.found.profile =
            self.profile.iter().flat_map(|(_, part)| part.iter().copied()).collect();
        Ok((self.out, self.found))
    }
}
