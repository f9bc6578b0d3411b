//! Frame and scan headers (ITU-T T.81, B.2.2 and B.2.3).

use crate::Refusal;

/// How the picture is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Process {
    /// SOF0 or SOF1 with Huffman coding.
    Sequential,
    /// SOF2.
    Progressive,
}

/// A component of the frame.
#[derive(Clone, Debug)]
pub(super) struct Component {
    pub(super) id: u8,
    pub(super) across: u32,
    pub(super) down: u32,
    pub(super) quantisation: usize,
    /// Blocks that show something of the picture.
    pub(super) blocks: (u32, u32),
    /// Blocks in all, to whole units.
    pub(super) stride: u32,
    pub(super) rows: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) process: Process,
    pub(super) baseline: bool,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: Vec<Component>,
    /// Interleaved units.
    pub(super) units: (u32, u32),
}

fn bad(reason: &str) -> Refusal {
    Refusal::damaged("JPEG", "the frame header", reason)
}

impl Frame {
    /// Reads a SOF segment. `pixels` is the most that a picture may have.
    pub(super) fn read(marker: u8, body: &[u8], pixels: u64) -> Result<Self, Refusal> {
        let process = match marker {
            0xc0 | 0xc1 => Process::Sequential,
            0xc2 => Process::Progressive,
            _ => {
                return Err(Refusal::Unsupported {
                    format: "JPEG",
                    what: "lossless, hierarchical or arithmetic coding".to_owned(),
                    advice: "save it as PNG or ordinary JPEG first",
                });
            }
        };
        let [precision, h1, h0, w1, w0, count, rest @ ..] = body else {
            return Err(bad("cut off"));
        };
        if *precision != 8 {
            return Err(Refusal::Unsupported {
                format: "JPEG",
                what: format!("a depth of {precision} bits"),
                advice: "save it as PNG or 8-bit JPEG first",
            });
        }
        let height = u32::from(u16::from_be_bytes([*h1, *h0]));
        let width = u32::from(u16::from_be_bytes([*w1, *w0]));
        if height == 0 || width == 0 {
            return Err(bad("no height or no width"));
        }
        if u64::from(height) * u64::from(width) > pixels {
            return Err(super::super::too_large(pixels));
        }
        if !matches!(count, 1 | 3 | 4) || rest.len() != usize::from(*count) * 3 {
            return Err(bad("an odd number of components"));
        }
        let mut components = Vec::new();
        for part in rest.chunks_exact(3) {
            let [id, sampling, table] = part else { return Err(bad("cut off")) };
            let (across, down) = (u32::from(sampling >> 4), u32::from(sampling & 15));
            if !(1..=4).contains(&across) || !(1..=4).contains(&down) || *table > 3 {
                return Err(bad("a component that cannot be"));
            }
            let quantisation = usize::from(*table);
            components.push(Component {
                id: *id,
                across,
                down,
                quantisation,
                blocks: (0, 0),
                stride: 0,
                rows: 0,
            });
        }
        let mut frame =
            Self { process, baseline: marker == 0xc0, width, height, components, units: (0, 0) };
        frame.measure()?;
        Ok(frame)
    }

    fn measure(&mut self) -> Result<(), Refusal> {
        let most = |f: fn(&Component) -> u32| self.components.iter().map(f).max().unwrap_or(1);
        let (across, down) = (most(|c| c.across), most(|c| c.down));
        self.units = (self.width.div_ceil(8 * across), self.height.div_ceil(8 * down));
        let (width, height, units) = (self.width, self.height, self.units);
        for component in &mut self.components {
            let wide = (width * component.across).div_ceil(across);
            let high = (height * component.down).div_ceil(down);
            component.blocks = (wide.div_ceil(8), high.div_ceil(8));
            component.stride = units.0 * component.across;
            component.rows = units.1 * component.down;
        }
        let mut ids: Vec<u8> = self.components.iter().map(|c| c.id).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() == self.components.len() {
            Ok(())
        } else {
            Err(bad("two components of one name"))
        }
    }

    /// The segment as we write it: components numbered from 1, tables by the given numbers.
    pub(super) fn write(&self, tables: &[usize; 4], out: &mut Vec<u8>) {
        let marker = match (self.process, self.baseline) {
            (Process::Progressive, _) => 0xc2,
            (Process::Sequential, true) => 0xc0,
            (Process::Sequential, false) => 0xc1,
        };
        let mut body = vec![8];
        body.extend((self.height as u16).to_be_bytes());
        body.extend((self.width as u16).to_be_bytes());
        body.push(self.components.len() as u8);
        for (number, component) in (1_u8..).zip(&self.components) {
            let table = tables.get(component.quantisation).copied().unwrap_or(0);
            body.extend([number, (component.across << 4 | component.down) as u8, table as u8]);
        }
        super::segment(out, marker, &body);
    }
}

/// How far each coefficient of each component has come: the lowest bit known, or `None`. A scan that brings what was
/// there already would paint over a picture that nobody sees.
#[derive(Default)]
pub(super) struct Progress(Vec<[Option<u8>; 64]>);

impl Progress {
    /// Takes a scan in.
    pub(super) fn take(&mut self, scan: &Scan) -> Result<(), Refusal> {
        let bad = || Refusal::damaged("JPEG", "a scan header", "it paints over another scan");
        for (index, _, _) in &scan.parts {
            if self.0.len() <= *index {
                self.0.resize(index + 1, [None; 64]);
            }
            let known = self.0.get_mut(*index).ok_or_else(bad)?;
            for slot in known.iter_mut().take(scan.last as usize + 1).skip(scan.first as usize) {
                let expected = if scan.high == 0 { None } else { Some(scan.high) };
                if *slot != expected {
                    return Err(bad());
                }
                *slot = Some(scan.low);
            }
        }
        Ok(())
    }

    /// Whether every component has been painted.
    pub(super) fn complete(&self, frame: &Frame) -> bool {
        let painted = |known: &[Option<u8>; 64]| known.first().is_some_and(Option::is_some);
        self.0.len() == frame.components.len() && self.0.iter().all(painted)
    }

    /// Whether nothing more can come.
    pub(super) fn finished(&self, frame: &Frame) -> bool {
        self.complete(frame) && self.0.iter().flatten().all(|low| *low == Some(0))
    }
}

/// What a scan holds.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    /// Index of the component, its DC table, its AC table.
    pub(super) parts: Vec<(usize, usize, usize)>,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) high: u8,
    pub(super) low: u8,
}

impl Scan {
    /// Reads a SOS segment.
    pub(super) fn read(body: &[u8], frame: &Frame) -> Result<Self, Refusal> {
        let bad = |reason: &str| Refusal::damaged("JPEG", "a scan header", reason);
        let (count, rest) = body.split_first().ok_or_else(|| bad("cut off"))?;
        let count = usize::from(*count);
        if !(1..=4).contains(&count) || rest.len() != count * 2 + 3 {
            return Err(bad("an odd number of components"));
        }
        let mut parts = Vec::new();
        let (names, spectrum) = rest.split_at(count * 2);
        for pair in names.chunks_exact(2) {
            let [id, tables] = pair else { return Err(bad("cut off")) };
            let index = frame.components.iter().position(|component| component.id == *id);
            let index = index.ok_or_else(|| bad("a component that the frame has not"))?;
            let (dc, ac) = (usize::from(tables >> 4), usize::from(tables & 15));
            if dc > 3 || ac > 3 || parts.iter().any(|(known, _, _)| *known == index) {
                return Err(bad("a component that cannot be"));
            }
            parts.push((index, dc, ac));
        }
        let [first, last, approximation] = spectrum else { return Err(bad("cut off")) };
        let (high, low) = (approximation >> 4, approximation & 15);
        let (first, last) = (u32::from(*first), u32::from(*last));
        let sound = match frame.process {
            // Some writers put nonsense here; the standard says 0, 63, 0, and decoders do not look.
            Process::Sequential => true,
            Process::Progressive => {
                let spectral =
                    if first == 0 { last == 0 } else { last < 64 && first <= last && count == 1 };
                spectral && low < 14 && (high == 0 || high == low + 1)
            }
        };
        if !sound {
            return Err(bad("a part of the spectrum that cannot be"));
        }
        Ok(match frame.process {
            Process::Sequential => Self { parts, first: 0, last: 63, high: 0, low: 0 },
            Process::Progressive => Self { parts, first, last, high, low },
        })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut body = vec![self.parts.len() as u8];
        for (component, dc, ac) in &self.parts {
            body.extend([*component as u8 + 1, (*dc as u8) << 4 | *ac as u8]);
        }
        body.extend([self.first as u8, self.last as u8, self.high << 4 | self.low]);
        super::segment(out, 0xda, &body);
    }

    /// Whether the scan reads codes of this class.
    pub(super) fn needs(&self, process: Process) -> (bool, bool) {
        match process {
            Process::Sequential => (true, true),
            Process::Progressive => (self.first == 0 && self.high == 0, self.first != 0),
        }
    }
}
