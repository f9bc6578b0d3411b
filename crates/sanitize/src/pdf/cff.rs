//! A font program from outlines alone: Compact Font Format (Adobe Technical Note 5176), CID-keyed, with Type 2
//! charstrings (Technical Note 5177). No names, no hints, no tables of anything else.

use hayro::kurbo::{BezPath, PathEl, Point};

/// A glyph's outline in 1/1000 em and its advance.
pub(super) struct Outline<'a> {
    pub(super) path: Option<&'a BezPath>,
    pub(super) advance: f64,
}

/// The program: glyph 0 is the empty one that the format demands, then the given ones in order.
pub(super) fn program(glyphs: &[Outline<'_>]) -> Vec<u8> {
    let count = glyphs.len() + 1;
    let mut strings = vec![charstring(&Outline { path: None, advance: 0.0 })];
    strings.extend(glyphs.iter().map(charstring));
    let strings = index(&strings);

    let header = [1, 0, 4, 4];
    let names = index(&[b"F".to_vec()]);
    let string_index = index(&[b"Adobe".to_vec(), b"Identity".to_vec()]);
    let global = index(&[]);
    // one range: glyph n is character n
    let mut charset = vec![2];
    if count > 1 {
        charset.extend(be16(1));
        charset.extend(be16(count.saturating_sub(2)));
    }
    // one range: all glyphs are of font dictionary 0
    let mut select = vec![3];
    select.extend(be16(1));
    select.extend(be16(0));
    select.push(0);
    select.extend(be16(count));
    let private = dict(&[(&[0.0], &[20]), (&[0.0], &[21])]);

    let top = |charset_at: usize, select_at: usize, strings_at: usize, fonts_at: usize| {
        let mut top = Vec::new();
        for number in [391, 392] {
            top.extend(dict_integer(number));
        }
        top.extend(dict_number(0.0));
        top.extend([12, 30]);
        top.extend(dict_integer(count));
        top.extend([12, 34]);
        for (at, operator) in [
            (charset_at, &[15][..]),
            (select_at, &[12, 37]),
            (strings_at, &[17]),
            (fonts_at, &[12, 36]),
        ] {
            top.extend(dict_integer(at));
            top.extend(operator);
        }
        index(&[top])
    };
    // all integers take the same room, so the sizes are known before the places
    let start =
        header.len() + names.len() + top(0, 0, 0, 0).len() + string_index.len() + global.len();
    let charset_at = start;
    let select_at = charset_at + charset.len();
    let strings_at = select_at + select.len();
    let private_at = strings_at + strings.len();
    let fonts_at = private_at + private.len();
    let mut font = Vec::new();
    font.extend(dict_integer(private.len()));
    font.extend(dict_integer(private_at));
    font.push(18);
    let fonts = index(&[font]);

    let mut out = header.to_vec();
    out.extend(names);
    out.extend(top(charset_at, select_at, strings_at, fonts_at));
    out.extend(string_index);
    out.extend(global);
    out.extend(charset);
    out.extend(select);
    out.extend(strings);
    out.extend(private);
    out.extend(fonts);
    out
}

fn be16(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap_or(u16::MAX).to_be_bytes()
}

/// An INDEX with offsets of four bytes.
fn index(items: &[Vec<u8>]) -> Vec<u8> {
    let mut out = be16(items.len()).to_vec();
    if items.is_empty() {
        return out;
    }
    out.push(4);
    let mut offset = 1_u32;
    out.extend(offset.to_be_bytes());
    for item in items {
        offset = offset.saturating_add(u32::try_from(item.len()).unwrap_or(u32::MAX));
        out.extend(offset.to_be_bytes());
    }
    for item in items {
        out.extend_from_slice(item);
    }
    out
}

fn dict(entries: &[(&[f64], &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (operands, operator) in entries {
        for operand in *operands {
            out.extend(dict_number(*operand));
        }
        out.extend_from_slice(operator);
    }
    out
}

/// An integer of a dictionary, always in five bytes.
fn dict_integer(value: usize) -> [u8; 5] {
    let [a, b, c, d] = u32::try_from(value).unwrap_or(0).to_be_bytes();
    [29, a, b, c, d]
}

/// A whole number of a dictionary.
fn dict_number(value: f64) -> [u8; 5] {
    let [a, b, c, d] = (value as i32).to_be_bytes();
    [29, a, b, c, d]
}

/// Numbers of charstrings are kept in 1/65536.
type Fixed = i32;

fn fixed(value: f64) -> Fixed {
    // half of the range, so that differences fit as well
    (value.clamp(-16_000.0, 16_000.0) * 64.0).round() as i32 * 1024
}

fn charstring(glyph: &Outline<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, fixed(glyph.advance.round()));
    let mut pen = Pen { out, at: (0, 0), start: Point::ZERO, last: Point::ZERO, open: false };
    for element in glyph.path.map(BezPath::elements).unwrap_or_default() {
        match *element {
            PathEl::MoveTo(point) => pen.move_to(point),
            PathEl::LineTo(point) => pen.line_to(point),
            PathEl::QuadTo(control, point) => {
                let from = pen.last;
                pen.curve_to(from.lerp(control, 2.0 / 3.0), point.lerp(control, 2.0 / 3.0), point);
            }
            PathEl::CurveTo(first, second, point) => pen.curve_to(first, second, point),
            PathEl::ClosePath => {
                pen.last = pen.start;
                pen.open = false;
            }
        }
    }
    pen.out.push(14);
    pen.out
}

struct Pen {
    out: Vec<u8>,
    at: (Fixed, Fixed),
    start: Point,
    last: Point,
    open: bool,
}

impl Pen {
    fn step(&mut self, to: Point) {
        let next = (fixed(to.x), fixed(to.y));
        put(&mut self.out, next.0.saturating_sub(self.at.0));
        put(&mut self.out, next.1.saturating_sub(self.at.1));
        self.at = next;
        self.last = to;
    }

    fn move_to(&mut self, to: Point) {
        self.step(to);
        self.out.push(21);
        self.start = to;
        self.open = true;
    }

    /// A subpath that goes on after it was closed begins anew where it began.
    fn reopen(&mut self) {
        if !self.open {
            let start = self.start;
            self.move_to(start);
        }
    }

    fn line_to(&mut self, to: Point) {
        self.reopen();
        self.step(to);
        self.out.push(5);
    }

    fn curve_to(&mut self, first: Point, second: Point, to: Point) {
        self.reopen();
        self.step(first);
        self.step(second);
        self.step(to);
        self.out.push(8);
    }
}

/// A number of a charstring: one, two or three bytes if whole, else five.
fn put(out: &mut Vec<u8>, value: Fixed) {
    let whole = value >> 16;
    if value & 0xFFFF != 0 {
        out.push(255);
        out.extend(value.to_be_bytes());
    } else if let -107..=107 = whole {
        out.push(u8::try_from(whole + 139).unwrap_or(139));
    } else if let 108..=1131 = whole {
        let rest = whole - 108;
        out.push(u8::try_from(247 + rest / 256).unwrap_or(247));
        out.push(u8::try_from(rest % 256).unwrap_or(0));
    } else if let -1131..=-108 = whole {
        let rest = -whole - 108;
        out.push(u8::try_from(251 + rest / 256).unwrap_or(251));
        out.push(u8::try_from(rest % 256).unwrap_or(0));
    } else {
        out.push(28);
        out.extend(i16::try_from(whole).unwrap_or(0).to_be_bytes());
    }
}

/// Whether a program is one of ours: the same sections in the same order with nothing between them, no names but
/// the one letter, and charstrings of nothing but numbers, moves, lines, curves and an end.
pub(super) fn only_outlines(data: &[u8]) -> Option<()> {
    let rest = data.strip_prefix(&[1, 0, 4, 4])?;
    let (names, rest) = read_index(rest)?;
    let (tops, rest) = read_index(rest)?;
    let (strings, rest) = read_index(rest)?;
    let (globals, rest) = read_index(rest)?;
    let [top] = tops.as_slice() else { return None };
    if names != [&b"F"[..]] || strings != [&b"Adobe"[..], b"Identity"] || !globals.is_empty() {
        return None;
    }
    // charset: format, first, left; selection: format, ranges, first, dictionary, end
    let (charset, rest) = rest.split_first_chunk::<5>()?;
    let (select, rest) = rest.split_first_chunk::<8>()?;
    let (charstrings, rest) = read_index(rest)?;
    let count = charstrings.len();
    let [left_high, left_low] = be16(count.saturating_sub(2));
    let [count_high, count_low] = be16(count);
    if *charset != [2, 0, 1, left_high, left_low]
        || *select != [3, 0, 1, 0, 0, 0, count_high, count_low]
        || !charstrings.iter().all(|one| only_drawing(one).is_some())
    {
        return None;
    }
    // the private dictionary: two widths of 0; then the font dictionary that points to it
    let (private, rest) = rest.split_at_checked(12)?;
    let (fonts, rest) = read_index(rest)?;
    let sizes = top.len() == 50 && fonts.iter().map(|font| font.len()).collect::<Vec<_>>() == [11];
    (private == dict(&[(&[0.0], &[20]), (&[0.0], &[21])]) && sizes && rest.is_empty()).then_some(())
}

fn read_index(data: &[u8]) -> Option<(Vec<&[u8]>, &[u8])> {
    let (count, rest) = data.split_first_chunk::<2>()?;
    let count = usize::from(u16::from_be_bytes(*count));
    if count == 0 {
        return Some((Vec::new(), rest));
    }
    let rest = rest.strip_prefix(&[4])?;
    let (offsets, mut rest) = rest.split_at_checked((count + 1) * 4)?;
    let mut before = None;
    let mut items = Vec::with_capacity(count);
    for offset in offsets.chunks_exact(4) {
        let offset = u32::from_be_bytes(offset.try_into().ok()?);
        if let Some(before) = before {
            let length = usize::try_from(offset.checked_sub(before)?).ok()?;
            let (item, after) = rest.split_at_checked(length)?;
            items.push(item);
            rest = after;
        } else if offset != 1 {
            return None;
        }
        before = Some(offset);
    }
    Some((items, rest))
}

fn only_drawing(mut code: &[u8]) -> Option<()> {
    loop {
        let (first, rest) = code.split_first()?;
        let skip = match first {
            14 => return rest.is_empty().then_some(()),
            5 | 8 | 21 | 32..=246 => 0,
            247..=254 => 1,
            28 => 2,
            255 => 4,
            _ => return None,
        };
        code = rest.get(skip..)?;
    }
}
