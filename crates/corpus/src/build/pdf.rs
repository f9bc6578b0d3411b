//! PDF 2.0 (ISO 32000-2).

use super::pdf_parts::{annotations, catalog, page_extras, unseen};
use super::{jpeg, xmp};
use crate::bytes::{be32, join, zlib};
use crate::plant::{Planter, Sample};

/// Objects by number; 1 is the catalog, 2 the pages, 3 the first page.
pub(super) struct Objects(pub(super) Vec<Vec<u8>>);

impl Objects {
    pub(super) fn new(reserved: usize) -> Self {
        Self(vec![Vec::new(); reserved])
    }

    pub(super) fn add(&mut self, body: impl Into<Vec<u8>>) -> String {
        self.0.push(body.into());
        format!("{} 0 R", self.0.len())
    }

    pub(super) fn set(&mut self, number: usize, body: impl Into<Vec<u8>>) {
        self.0[number - 1] = body.into();
    }

    /// A stream, compressed.
    pub(super) fn stream(&mut self, entries: &str, data: &[u8]) -> String {
        let packed = zlib(data);
        self.add(stream(&format!("{entries} /Filter /FlateDecode"), &packed))
    }

    /// A stream as it is.
    pub(super) fn plain(&mut self, entries: &str, data: &[u8]) -> String {
        self.add(stream(entries, data))
    }
}

fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    join([
        format!("<< {entries} /Length {} >>\nstream\n", data.len()).as_bytes(),
        data,
        b"\nendstream",
    ])
}

/// Objects from `first` on, a classic table and a trailer. `start` is what stands before in the file.
fn write(mut out: Vec<u8>, objects: &[(usize, Vec<u8>)], trailer: &str, between: &str) -> Vec<u8> {
    let mut table = String::new();
    for (index, (number, body)) in objects.iter().enumerate() {
        table.push_str(&format!("{number} 1\n{:010} 00000 n \n", out.len()));
        out.extend(join([format!("{number} 0 obj\n").as_bytes(), body, b"\nendobj\n"]));
        if index == 0 && !between.is_empty() {
            out.extend(format!("{between}\n").into_bytes());
        }
    }
    let at = out.len();
    out.extend(format!("xref\n0 1\n0000000000 65535 f \n{table}trailer\n<< /Size {} {trailer} >>\nstartxref\n{at}\n%%EOF\n", objects.iter().map(|(n, _)| n + 1).max().unwrap().max(8)).into_bytes());
    out
}

pub(super) fn samples() -> Vec<Sample> {
    vec![main(), streams(), updates()]
}

/// Text at a place, in points.
pub(super) fn show(x: i32, y: i32, text: &str) -> String {
    format!("BT /F1 12 Tf {x} {y} Td ({text}) Tj ET\n")
}

/// A picture with a comment, an alternate, a profile and metadata of its own.
fn image(p: &mut Planter, o: &mut Objects) -> String {
    let comment = p.hidden("image, COM in its DCT data", "ITU T.81, B.2.4");
    let data =
        join([&jpeg::plain()[..2], &jpeg::segment(0xfe, comment.as_bytes()), &jpeg::plain()[2..]]);
    let profile = xmp::icc(p, "image, ICCBased ");
    let icc = o.stream("/N 3", &profile);
    let packet = xmp::packet(p, "image, Metadata ");
    let metadata = o.stream("/Type /Metadata /Subtype /XML", packet.as_bytes());
    let alternate = jpeg::thumbnail(p, "image, Alternates ");
    let alternate = o.plain("/Type /XObject /Subtype /Image /Width 16 /Height 12 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode", &alternate);
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let (opi, id, name) = (
        h("image, OPI file", "ISO 32000-2, 14.11.7"),
        h("image, ID", "ISO 32000-2, 14.10"),
        h("image, Name", "ISO 32000-2, 8.9.5"),
    );
    let entries = format!(
        "/Type /XObject /Subtype /Image /Width 64 /Height 48 /ColorSpace [/ICCBased {icc}] /BitsPerComponent 8 /Filter /DCTDecode /Name /{name} /ID ({id}) /Metadata {metadata} /Alternates [<< /Image {alternate} >>] /OPI << /2.0 << /Type /OPI /Version 2.0 /F ({opi}) >> >>"
    );
    o.plain(&entries, &data)
}

/// A picture of raw samples with a soft mask: bytes behind its rows, and colours where it is transparent.
fn masked(p: &mut Planter, o: &mut Objects) -> String {
    let (tail, clear) = (
        p.hidden("image, bytes behind its rows", "ISO 32000-2, 8.9.5"),
        p.hidden("image, colours under a mask of 0", "ISO 32000-2, 11.6.5.2"),
    );
    let mask = o.stream("/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8", &[[0; 8], [0; 8], [255; 8], [255; 8], [255; 8], [255; 8], [255; 8], [255; 8]].concat());
    let mut rows: Vec<u8> = (0..192u8).collect();
    rows[..14].copy_from_slice(clear.as_bytes());
    rows.extend(tail.as_bytes());
    o.stream(&format!("/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceRGB /BitsPerComponent 8 /SMask {mask}"), &rows)
}

fn main() -> Sample {
    let mut p = Planter::new("PDF", "pdf");
    let mut o = Objects::new(3);
    let mut v = |place: &str| p.visible(place, "ISO 32000-2, 9.4");
    let (one, array, hex_text, escaped, form_text, second) = (
        v("text"),
        v("text shown in pieces"),
        v("text as hexadecimal"),
        v("text with escapes"),
        v("text in a form XObject"),
        v("text of the second page"),
    );
    let escaped: String = escaped.bytes().map(|byte| format!("\\{byte:03o}")).collect();
    let mut content = show(60, 780, &one);
    content.push_str(&format!(
        "BT /F1 12 Tf 60 760 Td [({}) -20 ({})] TJ ET\n",
        &array[..7],
        &array[7..]
    ));
    content.push_str(&format!("BT /F1 12 Tf 60 740 Td <{}> Tj ET\n", hex::encode(&hex_text)));
    content.push_str(&show(60, 720, &escaped));
    let comment = p.hidden("comment in a content stream", "ISO 32000-2, 7.2.4");
    content.push_str(&format!("% {comment}\nq 64 0 0 48 60 640 cm /Im1 Do Q\nq 64 0 0 64 160 640 cm /Im2 Do Q\nq 1 0 0 1 0 0 cm /Fm1 Do Q\n"));
    content.push_str(&unseen(&mut p));
    let tail = p.hidden("bytes in a content stream behind its end", "ISO 32000-2, 7.8.2");
    content.push_str(&format!("\n% {tail}"));
    let content = o.stream("", content.as_bytes());
    let (image, masked) = (image(&mut p, &mut o), masked(&mut p, &mut o));

    let mut h = |place: &str, spec| p.hidden(place, spec);
    let (form_piece, form_ref, form_name, form_opi) = (
        h("form XObject, PieceInfo", "ISO 32000-2, 14.5"),
        h("form XObject, Ref", "ISO 32000-2, 8.10.4"),
        h("form XObject, Name", "ISO 32000-2, 8.10.2"),
        h("form XObject, content that is not marked for show", "ISO 32000-2, 8.10"),
    );
    let form = o.stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Name /{form_name} /Resources << /Font << /F1 4 0 R >> >> /PieceInfo << /Own << /Private ({form_piece}) >> >> /Ref << /F ({form_ref}) /Page 0 >>"), format!("% {form_opi}\n{}", show(60, 600, &form_text)).as_bytes());
    let (unused, unused_font, orphan, orphan_stream, to_unicode) = (
        h("XObject that no content uses", "ISO 32000-2, 7.8.3"),
        h("font that no content uses", "ISO 32000-2, 9.6"),
        h("object that nothing refers to", "ISO 32000-2, 7.3.10"),
        h("stream that nothing refers to", "ISO 32000-2, 7.3.8"),
        h("comment in a ToUnicode map", "ISO 32000-2, 9.10.3"),
    );
    let cmap = o.stream("", format!("%{to_unicode}\n/CIDInit /ProcSet findresource begin 12 dict begin begincmap endcmap end end").as_bytes());
    let unused = o.stream("/Type /XObject /Subtype /Form /BBox [0 0 1 1]", unused.as_bytes());
    let unused_font = o.add(format!("<< /Type /Font /Subtype /Type1 /BaseFont /{unused_font} >>"));
    o.add(format!("<< /Note ({orphan}) >>"));
    o.stream("", orphan_stream.as_bytes());
    // Object 4 is the first content stream's place: fonts are found by their own number below.
    let font = o.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode @ >>".replace('@', &cmap));
    let (group, hidden_group, group_usage, properties) = (
        p.hidden("optional content group, name", "ISO 32000-2, 8.11.2"),
        p.hidden("optional content group that is off, name", "ISO 32000-2, 8.11.2"),
        p.hidden("optional content group, usage", "ISO 32000-2, 8.11.4.4"),
        p.hidden("property list that no content uses", "ISO 32000-2, 14.6.2"),
    );
    let ocg = o.add(format!("<< /Type /OCG /Name ({group}) /Usage << /CreatorInfo << /Creator ({group_usage}) /Subtype /Artwork >> >> >>"));
    let ocg_off = o.add(format!("<< /Type /OCG /Name ({hidden_group}) >>"));
    let resources = format!(
        "<< /Font << /F1 {font} /Fx {unused_font} >> /XObject << /Im1 {image} /Im2 {masked} /Fm1 {form} /Un {unused} >> /Properties << /OC1 {ocg} /OC2 {ocg_off} /Px << /Own ({properties}) >> >> /ExtGState << /Gs0 << /ca 0 /CA 0 >> >> >>"
    );
    for body in &mut o.0 {
        // The form's fonts are those of the page.
        if let Some(at) = crate::bytes::find(body, b"/F1 4 0 R") {
            body.splice(at..at + 9, format!("/F1 {font}").into_bytes());
        }
    }
    let (annots, widget) = annotations(&mut p, &mut o, &font);
    let extras = page_extras(&mut p, &mut o);
    o.set(3, format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /CropBox [0 0 595 842] /Resources {resources} /Contents {content} /Annots {annots} {extras} >>"));
    let text2 = o.stream("", show(60, 780, &second).as_bytes());
    let page2 = o.add(format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 {font} >> >> /Contents {text2} >>"));
    o.set(2, format!("<< /Type /Pages /Kids [3 0 R {page2}] /Count 2 >>"));
    let (catalog, info) = catalog(
        &mut p,
        &mut o,
        &widget,
        &format!(
            "/OCProperties << /OCGs [{ocg} {ocg_off}] /D << /ON [{ocg}] /OFF [{ocg_off}] /Order [{ocg} {ocg_off}] >> >>"
        ),
    );
    o.set(1, catalog);

    let mut h = |place: &str, spec| p.hidden(place, spec);
    let (header, between, tail, own) = (
        h("comment behind the header", "ISO 32000-2, 7.5.2"),
        h("bytes between objects", "ISO 32000-2, 7.5.3"),
        h("bytes behind %%EOF", "ISO 32000-2, 7.5.5"),
        h("entry of the trailer of no standard", "ISO 32000-2, annex E"),
    );
    let ids = [
        p.hex("trailer ID, permanent", "ISO 32000-2, 14.4", 32),
        p.hex("trailer ID, changing", "ISO 32000-2, 14.4", 32),
        p.hex("trailer DocChecksum", "LibreOffice", 32),
    ];
    let objects: Vec<(usize, Vec<u8>)> =
        o.0.into_iter().enumerate().map(|(index, body)| (index + 1, body)).collect();
    let mut bytes = write(
        format!("%PDF-2.0\n%\u{e2}\u{e3}\n% {header}\n").into_bytes(),
        &objects,
        &format!(
            "/Root 1 0 R /Info {info} /ID [<{}> <{}>] /DocChecksum /{} /Own ({own})",
            ids[0], ids[1], ids[2]
        ),
        &format!("% {between}"),
    );
    bytes.extend(tail.into_bytes());
    p.sample("pdf", bytes)
}

/// Object streams, a cross-reference stream, and every filter for text.
fn streams() -> Sample {
    let mut p = Planter::new("PDF", "pdf-object-streams");
    let (text, lzw_text, a85_text) = (
        p.visible("text behind ASCIIHex and Flate", "ISO 32000-2, 7.4.2"),
        p.visible("text behind RunLength", "ISO 32000-2, 7.4.5"),
        p.visible("text behind ASCII85", "ISO 32000-2, 7.4.3"),
    );
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let (orphan, title, gap, header, trailing, key) = (
        h("object in an object stream that nothing refers to", "ISO 32000-2, 7.5.7"),
        h("Info Title in an object stream", "ISO 32000-2, 14.3.3"),
        h("bytes between objects of an object stream", "ISO 32000-2, 7.5.7"),
        h("entry of an object stream of no standard", "ISO 32000-2, annex E"),
        h("bytes behind the data of a Flate stream", "ISO 32000-2, 7.4.4"),
        h("entry of the cross-reference stream of no standard", "ISO 32000-2, 7.5.8"),
    );
    let parts = [
        (1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned()),
        (3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents [7 0 R 8 0 R 9 0 R] >>".to_owned()),
        (4, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned()),
        (5, format!("<< /Title ({title}) >>")),
        (6, format!("({orphan})")),
    ];
    let (mut index, mut body) = (String::new(), format!("{gap} "));
    for (number, part) in &parts {
        index.push_str(&format!("{number} {} ", body.len()));
        body.push_str(part);
        body.push(' ');
    }
    let first = index.len();
    let packed = zlib(format!("{index}{body}").as_bytes());
    let mut out = b"%PDF-1.7\n%\xe2\xe3\n".to_vec();
    let mut offsets = [(0usize, 0usize); 12];
    let mut put = |out: &mut Vec<u8>, number: usize, body: Vec<u8>| {
        offsets[number] = (1, out.len());
        out.extend(join([format!("{number} 0 obj\n").as_bytes(), &body, b"\nendobj\n"]));
    };
    let one = hex::encode(zlib(show(60, 780, &text).as_bytes())) + ">";
    put(&mut out, 7, stream("/Filter [/ASCIIHexDecode /FlateDecode]", one.as_bytes()));
    let two: Vec<u8> = show(60, 760, &lzw_text).into_bytes();
    let two = [vec![u8::try_from(two.len() - 1).unwrap()], two, vec![128]].concat();
    put(&mut out, 8, stream("/Filter /RunLengthDecode", &two));
    put(
        &mut out,
        9,
        stream("/Filter /ASCII85Decode", &ascii85(show(60, 740, &a85_text).as_bytes())),
    );
    put(
        &mut out,
        10,
        stream(
            &format!(
                "/Type /ObjStm /N {} /First {first} /Own ({header}) /Filter /FlateDecode",
                parts.len()
            ),
            &join([&packed, trailing.as_bytes()]),
        ),
    );
    for (index, (number, _)) in parts.iter().enumerate() {
        offsets[*number] = (2, index);
    }
    let at = out.len();
    offsets[11] = (1, at);
    let table: Vec<u8> = offsets
        .iter()
        .flat_map(|(kind, value)| match kind {
            2 => join([&[2], &be32(10), &[u8::try_from(*value).unwrap()]]),
            1 => join([&[1], &be32(*value), &[0]]),
            _ => vec![0; 6],
        })
        .collect();
    let body = stream(
        &format!(
            "/Type /XRef /Size 12 /W [1 4 1] /Root 1 0 R /Info 5 0 R /Own ({key}) /Filter /FlateDecode"
        ),
        &zlib(&table),
    );
    out.extend(join([
        b"11 0 obj\n",
        &body,
        format!("\nendobj\nstartxref\n{at}\n%%EOF\n").as_bytes(),
    ]));
    p.sample("pdf", out)
}

fn ascii85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for four in data.chunks(4) {
        let mut group = [0; 4];
        group[..four.len()].copy_from_slice(four);
        let mut value = u32::from_be_bytes(group);
        let mut digits = [0u8; 5];
        for digit in digits.iter_mut().rev() {
            *digit = u8::try_from(value % 85).unwrap() + b'!';
            value /= 85;
        }
        if four.len() == 4 && group == [0; 4] {
            out.push(b'z');
        } else {
            out.extend(&digits[..=four.len()]);
        }
    }
    out.extend(b"~>");
    out
}

/// Earlier versions stay in the file when it is saved by appending.
fn updates() -> Sample {
    let mut p = Planter::new("PDF", "pdf-updates");
    let now = p.visible("text of the last version", "ISO 32000-2, 7.5.6");
    let mut h = |place: &str| p.hidden(place, "ISO 32000-2, 7.5.6");
    let (before, deleted, title, old_title, between) = (
        h("text of the version before"),
        h("object deleted in the last version"),
        h("Info Title of the last version"),
        h("Info Title of the version before"),
        h("bytes between two versions"),
    );
    let mut o = Objects::new(3);
    o.set(1, "<< /Type /Catalog /Pages 2 0 R >>");
    o.set(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    o.set(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>");
    o.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    o.stream("", show(60, 780, &before).as_bytes());
    o.add(format!("<< /Title ({old_title}) >>"));
    o.add(format!("({deleted})"));
    let objects: Vec<(usize, Vec<u8>)> =
        o.0.into_iter().enumerate().map(|(index, body)| (index + 1, body)).collect();
    let mut out = write(b"%PDF-1.4\n%\xe2\xe3\n".to_vec(), &objects, "/Root 1 0 R /Info 6 0 R", "");
    let previous = String::from_utf8_lossy(&out)
        .rsplit("startxref\n")
        .next()
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();
    out.extend(format!("% {between}\n").into_bytes());
    let content = stream("/Filter /FlateDecode", &zlib(show(60, 780, &now).as_bytes()));
    let out = write(
        out,
        &[(5, content), (6, format!("<< /Title ({title}) >>").into_bytes())],
        &format!("/Root 1 0 R /Info 6 0 R /Prev {previous}"),
        "",
    );
    p.sample("pdf", out)
}
