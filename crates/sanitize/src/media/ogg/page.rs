//! Pages of Ogg (RFC 3533).

use super::super::bytes::Reader;
use super::super::found::Found;
use super::NAME;
use crate::{Kind, Refusal};

/// The packets of one stream.
#[derive(Default)]
pub(super) struct Stream {
    pub(super) serial: u32,
    data: Vec<u8>,
    /// Where each packet ends in `data`, and the position in samples that its page gives for it.
    ends: Vec<(usize, Option<i64>)>,
    /// Where the packet begins that is not complete.
    open: usize,
    broken: bool,
}

const PACKETS: usize = 1 << 23;

impl Stream {
    pub(super) fn packets(&self) -> impl Iterator<Item = (&[u8], Option<i64>)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        self.ends.iter().zip(starts).map(|((end, granule), start)| {
            (self.data.get(start..*end).unwrap_or_default(), *granule)
        })
    }

    pub(super) fn first(&self) -> &[u8] {
        self.packets().next().map_or(&[], |(packet, _)| packet)
    }

    fn page(&mut self, page: &Page<'_>, found: &mut Found) {
        let mut body = page.body;
        let mut first = true;
        let before = self.ends.len();
        if !page.continued && self.data.len() > self.open {
            self.data.truncate(self.open);
            found.removed(Kind::UnusedData, "packets", "half a packet");
        }
        // The rest of a packet whose beginning is not there.
        self.broken = page.continued && self.data.len() == self.open && page.start;
        for size in page.sizes {
            let (part, rest) = body.split_at_checked(usize::from(*size)).unwrap_or((body, &[]));
            body = rest;
            let orphan = first && page.continued && (self.broken || self.data.len() == self.open);
            if !orphan {
                self.data.extend_from_slice(part);
            }
            if *size < 255 {
                if self.data.len() > self.open {
                    self.open = self.data.len();
                    self.ends.push((self.open, None));
                }
                first = false;
            }
        }
        if self.ends.len() > before
            && let Some((_, granule)) = self.ends.last_mut()
        {
            *granule = (page.granule >= 0).then_some(page.granule);
        }
    }
}

struct Page<'a> {
    continued: bool,
    start: bool,
    granule: i64,
    serial: u32,
    sizes: &'a [u8],
    body: &'a [u8],
}

/// All streams of a file, in the order in which they begin.
pub(super) fn streams(input: &[u8], found: &mut Found) -> Result<Vec<Stream>, Refusal> {
    let mut streams: Vec<Stream> = Vec::new();
    let mut at = 0;
    let mut junk = 0;
    let mut packets = 0;
    while let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) {
        if !rest.starts_with(b"OggS") {
            let next = rest.windows(4).position(|word| word == b"OggS").unwrap_or(rest.len());
            junk += next as u64;
            at += next;
            continue;
        }
        let (page, length) = read(rest, at)?;
        at += length;
        if page.start {
            if streams.len() >= 64 {
                return Err(Refusal::damaged(
                    NAME,
                    format!("byte {at}"),
                    "it has too many streams",
                ));
            }
            streams.push(Stream { serial: page.serial, ..Stream::default() });
        }
        // A chain may use a number again.
        let Some(stream) = streams.iter_mut().rfind(|stream| stream.serial == page.serial) else {
            found.removed(Kind::UnusedData, "pages", "a page of no stream");
            continue;
        };
        stream.page(&page, found);
        packets += page.sizes.len();
        if packets > PACKETS {
            return Err(Refusal::damaged(NAME, format!("byte {at}"), "it has too many packets"));
        }
    }
    found.counted(Kind::UnusedData, "between pages", junk, "bytes that are no page");
    for stream in &streams {
        if stream.data.len() > stream.open {
            found.removed(Kind::UnusedData, "end", "half a packet");
        }
    }
    Ok(streams)
}

fn read(rest: &[u8], at: usize) -> Result<(Page<'_>, usize), Refusal> {
    let mut reader = Reader::new(NAME, rest, at);
    reader.skip(4)?;
    let (version, flags) = (reader.u8()?, reader.u8()?);
    let granule = reader.u64_le()? as i64;
    let serial = reader.u32_le()?;
    reader.skip(4)?;
    let sum = reader.u32_le()?;
    let count = usize::from(reader.u8()?);
    let sizes = reader.take(count)?;
    let length = sizes.iter().map(|size| usize::from(*size)).sum();
    let body = reader.take(length)?;
    let total = reader.offset() - at;
    let head = rest.get(..22).unwrap_or_default();
    let after = rest.get(26..total).unwrap_or_default();
    if version != 0 || crc(&[head, &[0; 4], after]) != sum {
        return Err(Refusal::damaged(NAME, format!("byte {at}"), "a page's check sum is wrong"));
    }
    let page =
        Page { continued: flags & 1 != 0, start: flags & 2 != 0, granule, serial, sizes, body };
    Ok((page, total))
}

fn crc(parts: &[&[u8]]) -> u32 {
    const TABLE: [u32; 256] = table();
    parts.iter().copied().flatten().fold(0u32, |crc, byte| {
        let index = (crc >> 24) as u8 ^ byte;
        crc << 8 ^ TABLE.get(usize::from(index)).copied().unwrap_or(0)
    })
}

#[allow(clippy::indexing_slicing)]
const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut value = (index as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 0x8000_0000 != 0 { value << 1 ^ 0x04C1_1DB7 } else { value << 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
}

/// Writes the pages of one stream.
pub(super) struct Writer {
    out: Vec<u8>,
    sequence: u32,
    sizes: Vec<u8>,
    body: Vec<u8>,
    granule: i64,
    continued: bool,
}

impl Writer {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            out: Vec::with_capacity(capacity),
            sequence: 0,
            sizes: Vec::new(),
            body: Vec::new(),
            granule: -1,
            continued: false,
        }
    }

    /// Adds a packet; `granule` is the position in samples after it.
    pub(super) fn packet(&mut self, packet: &[u8], granule: i64) {
        let mut rest = packet;
        loop {
            if self.sizes.len() == 255 {
                self.flush(false);
            }
            let now = rest.len().min(255);
            let (part, after) = rest.split_at_checked(now).unwrap_or((rest, &[]));
            self.sizes.push(now as u8);
            self.body.extend_from_slice(part);
            rest = after;
            if now < 255 {
                break;
            }
        }
        self.granule = granule;
    }

    /// Ends the page.
    pub(super) fn flush(&mut self, last: bool) {
        if self.sizes.is_empty() {
            return;
        }
        let start = self.sequence == 0;
        let flags = u8::from(self.continued) | u8::from(start) << 1 | u8::from(last) << 2;
        let mut head = b"OggS\0".to_vec();
        head.push(flags);
        head.extend_from_slice(&self.granule.to_le_bytes());
        head.extend_from_slice(&1u32.to_le_bytes());
        head.extend_from_slice(&self.sequence.to_le_bytes());
        head.extend_from_slice(&[0; 4]);
        head.push(self.sizes.len() as u8);
        head.extend_from_slice(&self.sizes);
        let sum = crc(&[&head, &self.body]);
        if let Some(place) = head.get_mut(22..26) {
            place.copy_from_slice(&sum.to_le_bytes());
        }
        self.out.extend_from_slice(&head);
        self.out.extend_from_slice(&self.body);
        // No packet ends on a page until one does.
        self.continued = self.sizes.last() == Some(&255);
        self.granule = -1;
        self.sequence += 1;
        self.sizes.clear();
        self.body.clear();
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.flush(true);
        self.out
    }
}
