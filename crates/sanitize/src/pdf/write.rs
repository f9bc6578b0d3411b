//! The file itself: numbered objects, one table, one trailer, nothing between them.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// What every file of ours begins with: the version, and four bytes that say "not text".
pub(super) const HEADER: &[u8] = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";

/// Objects by number, from 1.
#[derive(Default)]
pub(super) struct Objects {
    bodies: Vec<Vec<u8>>,
}

impl Objects {
    /// A number for an object that is given later.
    pub(super) fn reserve(&mut self) -> usize {
        self.bodies.push(Vec::new());
        self.bodies.len()
    }

    /// Gives the object of that number.
    pub(super) fn set(&mut self, number: usize, body: impl Into<Vec<u8>>) {
        if let Some(place) = number.checked_sub(1).and_then(|index| self.bodies.get_mut(index)) {
            *place = body.into();
        }
    }

    /// Adds an object.
    pub(super) fn add(&mut self, body: impl Into<Vec<u8>>) -> usize {
        let number = self.reserve();
        self.set(number, body);
        number
    }

    /// Gives a stream: `entries` are those of its dictionary besides length and filter.
    pub(super) fn set_stream(&mut self, number: usize, entries: &str, data: &[u8]) {
        let packed = deflate(data);
        self.set_raw_stream(number, &format!("{entries}/Filter/FlateDecode"), &packed);
    }

    /// Gives a stream that is already encoded.
    pub(super) fn set_raw_stream(&mut self, number: usize, entries: &str, data: &[u8]) {
        let mut body = format!("<<{entries}/Length {}>>\nstream\n", data.len()).into_bytes();
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream");
        self.set(number, body);
    }

    /// The file. Object 1 is the root.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut out = HEADER.to_vec();
        let mut offsets = Vec::with_capacity(self.bodies.len());
        for (index, body) in self.bodies.iter().enumerate() {
            offsets.push(out.len());
            out.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
            out.extend_from_slice(body);
            out.extend_from_slice(b"\nendobj\n");
        }
        let table = out.len();
        out.extend_from_slice(&tail(&offsets, table));
        out
    }
}

/// Table and trailer of a file whose objects are at these places and whose table is at that.
pub(super) fn tail(offsets: &[usize], table: usize) -> Vec<u8> {
    let size = offsets.len() + 1;
    let mut out = format!("xref\n0 {size}\n0000000000 65535 f \n").into_bytes();
    for offset in offsets {
        out.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    out.extend_from_slice(
        format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n").as_bytes(),
    );
    out
}

/// Whether this is the one way to write this number: whole, or without needless digits.
pub(super) fn is_number(text: &str, value: f64) -> bool {
    if value.fract() == 0.0 {
        text == format!("{value:.0}")
    } else {
        !text.ends_with('0') && text == format!("{value}")
    }
}

/// Compresses with zlib, always in the same way.
pub(super) fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(data.len() / 2), Compression::new(6));
    // writing to memory does not fail
    let _ = encoder.write_all(data);
    encoder.finish().unwrap_or_default()
}

/// A number as PDF writes it: no exponent, no more digits than five that count.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".into();
    }
    let value = value.clamp(-1e9, 1e9);
    let size = value.abs();
    let digits = if size >= 100.0 {
        3
    } else if size >= 10.0 {
        4
    } else if size >= 0.01 {
        5
    } else {
        8
    };
    let mut text = format!("{value:.digits$}");
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    if text == "-0" || text.is_empty() { "0".into() } else { text }
}

/// Numbers with spaces between them.
pub(super) fn numbers(values: &[f64]) -> String {
    values.iter().map(|value| number(*value)).collect::<Vec<_>>().join(" ")
}
