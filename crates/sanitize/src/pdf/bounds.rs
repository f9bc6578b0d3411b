//! What a file unpacks and unfolds to, counted before anything of it is unpacked.

use super::PDF;
use crate::{Context, Refusal};
use flate2::{Decompress, FlushDecompress, Status};
use hayro::hayro_syntax::content::UntypedIter;
use hayro::hayro_syntax::object::{Dict, Name, Object, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::Resources;
use hayro::hayro_syntax::{Filter, Pdf};
use std::collections::HashMap;

/// Bytes of one stream. A page of 10,000 by 10,000 points of colour needs 300 MB.
const MAX_STREAM: u64 = 1 << 29;
/// Instructions of the whole document, with forms counted wherever they are used.
const MAX_INSTRUCTIONS: u64 = 100_000_000;
/// Forms within forms.
const MAX_FORMS: u32 = 40;
/// Bytes that are looked at for what may be packed, from each place that says "stream".
const STREAM: &[u8] = b"stream";

/// Counts what the streams of a file unpack to, without knowing which are used: a file is opened only after that.
pub(super) fn before_opening(input: &[u8], cx: &mut Context<'_>) -> Result<(), Refusal> {
    let mut at = 0;
    while let Some(found) = find(input, at) {
        let start = found + STREAM.len();
        at = start;
        let rest = input.get(start..).unwrap_or_default();
        let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        // a zlib header: deflate, window, check bits
        if let [first, second, ..] = *rest
            && first & 0x0F == 8
            && (u16::from(first) * 256 + u16::from(second)) % 31 == 0
        {
            let (size, used) = inflated(rest)?;
            charge(size, cx)?;
            at = start.saturating_add(used);
        }
    }
    Ok(())
}

fn find(input: &[u8], from: usize) -> Option<usize> {
    let rest = input.get(from..)?;
    let mut skipped = 0;
    let mut rest_of = rest;
    while let Some(first) = rest_of.iter().position(|byte| *byte == b's') {
        let candidate = rest_of.get(first..)?;
        if candidate.starts_with(STREAM) {
            return Some(from + skipped + first);
        }
        skipped += first + 1;
        rest_of = rest_of.get(first + 1..)?;
    }
    None
}

fn charge(size: u64, cx: &mut Context<'_>) -> Result<(), Refusal> {
    if size > MAX_STREAM {
        return Err(too_much());
    }
    cx.charge(usize::try_from(size).map_err(|_| too_much())?)
}

fn too_much() -> Refusal {
    Refusal::TooMuch {
        what: "what a part of the PDF unpacks to",
        limit: format!("{MAX_STREAM} bytes"),
        advice: "print it to a new PDF first",
    }
}

/// The size that packed bytes have unpacked, and how many of them there are; stops at the limit.
fn inflated(data: &[u8]) -> Result<(u64, usize), Refusal> {
    let mut decoder = Decompress::new(true);
    let mut room = vec![0_u8; 1 << 16];
    loop {
        let used = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
        let input = data.get(used..).unwrap_or_default();
        let before = (decoder.total_in(), decoder.total_out());
        let status = decoder.decompress(input, &mut room, FlushDecompress::None);
        if decoder.total_out() > MAX_STREAM {
            return Err(too_much());
        }
        let stuck = before == (decoder.total_in(), decoder.total_out());
        match status {
            Ok(Status::Ok | Status::BufError) if !stuck => {}
            _ => {
                let used = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
                return Ok((decoder.total_out(), used));
            }
        }
    }
}

/// Counts what cannot be seen from outside: other ways of packing, packing twice, and forms that use forms.
pub(super) fn after_opening(pdf: &Pdf, cx: &mut Context<'_>) -> Result<(), Refusal> {
    for object in pdf.objects() {
        if let Object::Stream(stream) = object {
            packed(&stream, cx)?;
        }
    }
    let mut forms = Forms { known: HashMap::new(), total: 0 };
    for page in pdf.pages().iter() {
        let own = page.page_stream().unwrap_or_default();
        let count = forms.count(own, page.resources(), 0)?;
        forms.total = forms.total.saturating_add(count);
        if forms.total > MAX_INSTRUCTIONS {
            return Err(too_many());
        }
    }
    Ok(())
}

/// A stream that is packed in another way than plain zlib.
fn packed(stream: &Stream<'_>, cx: &mut Context<'_>) -> Result<(), Refusal> {
    let filters = stream.filters();
    let packing = |filter: &Filter| {
        matches!(filter, Filter::FlateDecode | Filter::LzwDecode | Filter::RunLengthDecode)
    };
    match filters.as_slice() {
        [] | [Filter::FlateDecode] => Ok(()),
        filters if filters.iter().filter(|filter| packing(filter)).count() > 1 => {
            Err(Refusal::Unsupported {
                format: PDF,
                what: "a stream that is packed twice".into(),
                advice: "print it to a new PDF first",
            })
        }
        [Filter::LzwDecode, ..] => charge(lzw_size(&stream.raw_data()), cx),
        [Filter::RunLengthDecode, ..] => charge(stream.raw_data().len() as u64 * 64, cx),
        // text in front of packed bytes; the text itself does not unpack to more
        [Filter::AsciiHexDecode | Filter::Ascii85Decode, rest @ ..] if rest.iter().any(packing) => {
            let plain = match filters.first() {
                Some(Filter::AsciiHexDecode) => from_hex(&stream.raw_data()),
                _ => from_base85(&stream.raw_data()),
            };
            match rest.first() {
                Some(Filter::FlateDecode) => charge(inflated(&plain)?.0, cx),
                Some(Filter::LzwDecode) => charge(lzw_size(&plain), cx),
                _ => charge(plain.len() as u64 * 64, cx),
            }
        }
        _ => Ok(()),
    }
}

/// The size of what LZW unpacks to, from the lengths of its codes alone.
fn lzw_size(data: &[u8]) -> u64 {
    let mut lengths: Vec<u64> = vec![1; 258];
    let mut total = 0_u64;
    let mut before: Option<u64> = None;
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in data {
        held = (held << 8 | u32::from(*byte)) & 0x00FF_FFFF;
        bits += 8;
        let width = match lengths.len() {
            0..=510 => 9,
            511..=1022 => 10,
            1023..=2046 => 11,
            _ => 12,
        };
        if bits < width {
            continue;
        }
        bits -= width;
        let code = (held >> bits) & ((1 << width) - 1);
        match code {
            256 => {
                lengths.truncate(258);
                before = None;
            }
            257 => break,
            code => {
                let known = usize::try_from(code).ok().and_then(|code| lengths.get(code)).copied();
                let length = known.unwrap_or_else(|| before.unwrap_or(0) + 1);
                total = total.saturating_add(length);
                if let Some(before) = before
                    && lengths.len() < 4096
                {
                    lengths.push(before + 1);
                }
                before = Some(length);
            }
        }
        if total > MAX_STREAM {
            break;
        }
    }
    total
}

fn from_hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data
        .iter()
        .take_while(|byte| **byte != b'>')
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits
        .chunks(2)
        .map(|pair| match *pair {
            [high, low] => high << 4 | low,
            [high] => high << 4,
            _ => 0,
        })
        .collect()
}

fn from_base85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut group = Vec::with_capacity(5);
    let mut flush = |group: &mut Vec<u8>| {
        let filled = group.len();
        if filled < 2 {
            group.clear();
            return;
        }
        group.resize(5, 84);
        let value = group
            .iter()
            .fold(0_u32, |value, digit| value.wrapping_mul(85).wrapping_add(u32::from(*digit)));
        out.extend(value.to_be_bytes().into_iter().take(filled - 1));
        group.clear();
    };
    for byte in data {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => {
                group.extend([0; 5]);
                flush(&mut group);
            }
            b'!'..=b'u' => {
                group.push(byte - b'!');
                if group.len() == 5 {
                    flush(&mut group);
                }
            }
            _ => {}
        }
    }
    flush(&mut group);
    out
}

/// Forms and how many instructions each comes to with those that it uses; nothing while it is being counted.
struct Forms {
    known: HashMap<ObjectIdentifier, Option<u64>>,
    total: u64,
}

impl Forms {
    fn count(
        &mut self,
        content: &[u8],
        resources: &Resources<'_>,
        depth: u32,
    ) -> Result<u64, Refusal> {
        if depth > MAX_FORMS {
            return Err(too_many());
        }
        let mut total = 0_u64;
        let mut instructions = UntypedIter::new(content);
        let mut names: HashMap<Vec<u8>, u64> = HashMap::new();
        while let Some(instruction) = instructions.next() {
            total = total.saturating_add(1);
            if &**instruction.operator == b"Do"
                && let Some(Object::Name(name)) = instruction.operands().next()
            {
                *names.entry(name.to_vec()).or_default() += 1;
            }
        }
        for (name, times) in names {
            let name = Name::new_unescaped(&name);
            let Some(form) = resources.get_x_object(&name) else { continue };
            if form.dict().get::<Name<'_>>(b"Subtype").as_deref() != Some(b"Form") {
                continue;
            }
            let inside = self.form(&form, resources, depth)?;
            total = total.saturating_add(inside.saturating_mul(times));
        }
        if total > MAX_INSTRUCTIONS {
            return Err(too_many());
        }
        Ok(total)
    }

    fn form(
        &mut self,
        form: &Stream<'_>,
        around: &Resources<'_>,
        depth: u32,
    ) -> Result<u64, Refusal> {
        let id = form.obj_id();
        match self.known.get(&id) {
            Some(Some(known)) => return Ok(*known),
            Some(None) => {
                return Err(Refusal::damaged(PDF, "a form", "it uses itself"));
            }
            None => {}
        }
        self.known.insert(id, None);
        let own = form.dict().get::<Dict<'_>>(b"Resources").map(Resources::new);
        let content = form.decoded_data().unwrap_or_default();
        let count = self.count(&content, own.as_ref().unwrap_or(around), depth + 1)?;
        self.known.insert(id, Some(count));
        Ok(count)
    }
}

fn too_many() -> Refusal {
    Refusal::TooMuch {
        what: "what forms inside forms unfold to",
        limit: format!("{MAX_INSTRUCTIONS} instructions, {MAX_FORMS} levels"),
        advice: "print it to a new PDF first",
    }
}
