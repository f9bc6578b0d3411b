//! Files made to break whoever reads them.

use crate::bytes::{be32, crc32, deflate, gzip, join, le16, le32, zlib};
use crate::{build::ole, samples};

/// A hostile file.
#[derive(Clone, Debug)]
pub struct Hostile {
    /// What it is.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// The names of the refusals that are right for it, as in `Refusal`'s variants. None means that a clean copy
    /// is right as well.
    pub refusals: Option<&'static [&'static str]>,
}

const DAMAGED: Option<&[&str]> = Some(&["Damaged", "Unknown", "Unsupported", "TooMuch"]);
const TOO_MUCH: Option<&[&str]> = Some(&["TooMuch", "Damaged", "Unsupported"]);

/// Files that must be refused for the stated reasons, or cleaned where that is allowed; never a panic, never a hang.
#[must_use]
pub fn hostile() -> Vec<Hostile> {
    let mut all = Vec::new();
    let mut add = |name: &str, bytes: Vec<u8>, refusals| {
        all.push(Hostile { name: name.into(), bytes, refusals })
    };
    add("empty", Vec::new(), Some(&["Empty"]));
    add("one byte", vec![0], None);
    add("zeros", vec![0; 4096], Some(&["Unknown", "Damaged"]));
    add("an ELF program", join([b"\x7fELF\x02\x01\x01", &[0; 200]]), Some(&["Unknown"]));
    add(
        "noise",
        (0..5000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect(),
        None,
    );
    archives(&mut add);
    markup(&mut add);
    pdfs(&mut add);
    pictures(&mut add);
    media(&mut add);
    derived(&mut add);
    all
}

type Add<'a> = dyn FnMut(&str, Vec<u8>, Option<&'static [&'static str]>) + 'a;

struct Member<'a> {
    name: &'a str,
    packed: Vec<u8>,
    size: usize,
    flags: usize,
}

fn zip(members: &[Member<'_>]) -> Vec<u8> {
    let (mut out, mut index) = (Vec::new(), Vec::new());
    for member in members {
        let fields = join([
            &le16(member.flags),
            &le16(8),
            &[0; 8],
            &le32(member.packed.len()),
            &le32(member.size),
            &le16(member.name.len()),
            &[0, 0],
        ]);
        index.extend(join([
            b"PK\x01\x02\x14\x00\x14\x00",
            &fields,
            &[0; 10],
            &le32(out.len()),
            member.name.as_bytes(),
        ]));
        out.extend(join([b"PK\x03\x04\x14\x00", &fields, member.name.as_bytes(), &member.packed]));
    }
    let start = out.len();
    out.extend(&index);
    out.extend(join([
        b"PK\x05\x06\0\0\0\0",
        &le16(members.len()),
        &le16(members.len()),
        &le32(index.len()),
        &le32(start),
        &[0, 0],
    ]));
    out
}

fn member<'a>(name: &'a str, data: &[u8]) -> Member<'a> {
    Member { name, packed: deflate(data), size: data.len(), flags: 0 }
}

fn docx(document: &str) -> Vec<u8> {
    zip(&[
        member("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>"),
        member("_rels/.rels", b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>"),
        member("word/document.xml", document.as_bytes()),
    ])
}

fn archives(add: &mut Add<'_>) {
    let zeros = deflate(&vec![b' '; 200 << 20]);
    add(
        "zip bomb, flat",
        zip(&[Member { name: "a.txt", packed: zeros.clone(), size: 200 << 20, flags: 0 }]),
        TOO_MUCH,
    );
    add(
        "zip bomb that lies about its size",
        zip(&[Member { name: "a.txt", packed: zeros.clone(), size: 10, flags: 0 }]),
        TOO_MUCH,
    );
    let mut nested = b"deep".to_vec();
    for _ in 0..30 {
        nested = zip(&[member("inner.zip", &nested)]);
    }
    add("zip in zip, thirty deep", nested, TOO_MUCH);
    add(
        "zip that needs a password",
        zip(&[Member { name: "a.txt", packed: deflate(b"x"), size: 1, flags: 1 }]),
        Some(&["Encrypted", "Unsupported", "Damaged"]),
    );
    add(
        "zip with names that climb",
        zip(&[
            member("../../../etc/x.txt", b"text"),
            member("/abs.txt", b"text"),
            member("a\0b.txt", b"text"),
        ]),
        None,
    );
    add(
        "zip with two members of one name",
        zip(&[member("a.txt", b"one"), member("a.txt", b"two")]),
        None,
    );
    let mut overlap = zip(&[member("a.txt", &vec![b'x'; 1 << 20]), member("b.txt", b"y")]);
    // The second entry of the directory points to the first member.
    let at = overlap.len() - 22 - 5 - 4;
    overlap[at..at + 4].copy_from_slice(&[0; 4]);
    add("zip whose members overlap", overlap, None);
    add(
        "zip with 65,535 entries announced",
        join([b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0"]),
        None,
    );
    add("gzip bomb", gzip(&vec![b'<'; 200 << 20], "", ""), DAMAGED);
    let mut tar = vec![0u8; 1024];
    tar[..5].copy_from_slice(b"a.txt");
    tar[124..136].copy_from_slice(b"77777777777\0");
    tar[156] = b'0';
    tar[257..265].copy_from_slice(b"ustar\x0000");
    tar[148..156].fill(b' ');
    let sum: u32 = tar[..512].iter().map(|byte| u32::from(*byte)).sum();
    tar[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    add("tar with a member of 8 GiB announced", tar, DAMAGED);
}

fn markup(add: &mut Add<'_>) {
    let laughs: String = (1..10)
        .map(|i| format!("<!ENTITY l{i} \"{}\">", format!("&l{};", i - 1).repeat(10)))
        .collect();
    let svg = |inside: &str| {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">{inside}</svg>")
    };
    add(
        "svg, billion laughs",
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY l0 \"lol\">{laughs}]>{}",
            svg("<text>&l9;</text>")
        )
        .into_bytes(),
        None,
    );
    add(
        "svg, outside entity",
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}",
            svg("<text>&x;</text>")
        )
        .into_bytes(),
        None,
    );
    add("svg, a hundred thousand deep", svg(&"<g>".repeat(100_000)).into_bytes(), None);
    add("svg that uses itself", svg("<g id=\"a\"><use href=\"#a\"/></g>").into_bytes(), None);
    add(
        "svg, exponential use",
        svg(&format!(
            "<g id=\"u0\"><rect width=\"1\" height=\"1\"/></g>{}",
            (1..30)
                .map(|i| format!(
                    "<g id=\"u{i}\"><use href=\"#u{0}\"/><use href=\"#u{0}\"/></g>",
                    i - 1
                ))
                .collect::<String>()
        ))
        .into_bytes(),
        None,
    );
    add(
        "html, two hundred thousand deep",
        format!("<!DOCTYPE html><html><body>{}", "<div>".repeat(200_000)).into_bytes(),
        None,
    );
    add(
        "html, one tag that never ends",
        format!("<!DOCTYPE html><html><p {}", "a=\"b\" ".repeat(100_000)).into_bytes(),
        None,
    );
    let document = |inside: &str| format!("<?xml version=\"1.0\"?>{inside}");
    let body = |inside: &str| {
        format!(
            "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{inside}</w:body></w:document>"
        )
    };
    add(
        "docx, billion laughs",
        docx(&document(&format!(
            "<!DOCTYPE x [<!ENTITY l0 \"lol\">{laughs}]>{}",
            body("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>")
        ))),
        None,
    );
    add(
        "docx, outside entity",
        docx(&document(&format!(
            "<!DOCTYPE x [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}",
            body("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>")
        ))),
        None,
    );
    add(
        "docx, tables fifty thousand deep",
        docx(&document(&body(&"<w:tbl><w:tr><w:tc>".repeat(50_000)))),
        None,
    );
    add("docx that needs a password", ole::encrypted(), Some(&["Encrypted"]));
    add("docx, not XML", docx("this is no XML"), None);
    add(
        "docx, bomb in a part",
        {
            let big = vec![b' '; 200 << 20];
            zip(&[member("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>"), member("word/document.xml", &big)])
        },
        TOO_MUCH,
    );
    let ods = "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"x\"><table:table-row table:number-rows-repeated=\"2147483647\"><table:table-cell table:number-columns-repeated=\"2147483647\"><text:p>x<text:s text:c=\"2147483647\"/></text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>";
    let mut sheet = zip(&[
        Member {
            name: "mimetype",
            packed: deflate(b"application/vnd.oasis.opendocument.spreadsheet"),
            size: 46,
            flags: 0,
        },
        member("content.xml", ods.as_bytes()),
    ]);
    add("ods, two thousand million repeated cells", std::mem::take(&mut sheet), None);
    add(
        "rtf, a million groups deep",
        format!("{{\\rtf1 {}", "{".repeat(1_000_000)).into_bytes(),
        None,
    );
    add("rtf, a binary run that lies", b"{\\rtf1 {\\pict\\bin2147483647 x}}".to_vec(), None);
    add(
        "rtf, numbers that overflow",
        b"{\\rtf1\\fs99999999999999999999\\u99999999999 x}".to_vec(),
        None,
    );
    let mut mail = String::from("From: a@example.org\r\nMIME-Version: 1.0\r\n");
    for i in 0..2000 {
        mail.push_str(&format!("Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n"));
    }
    add("eml, two thousand parts deep", mail.into_bytes(), None);
    add(
        "eml, messages a thousand deep",
        format!(
            "From: a@example.org\r\nMIME-Version: 1.0\r\n{}",
            "Content-Type: message/rfc822\r\n\r\nFrom: a@example.org\r\n".repeat(1000)
        )
        .into_bytes(),
        None,
    );
    add("eml, empty boundary", b"From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\nx\r\n----\r\n".to_vec(), None);
    add("markdown, half a million brackets", "[".repeat(500_000).into_bytes(), None);
    add("text, not in UTF-8", b"caf\xe9 na\xefve \xff\xfe".to_vec(), None);
    add(
        "csv, one field that never ends",
        format!("a,b\n\"{}", "x,".repeat(500_000)).into_bytes(),
        None,
    );
}

fn pdfs(add: &mut Add<'_>) {
    let pdf = |objects: &str, trailer: &str| {
        let body = format!("%PDF-1.7\n{objects}");
        format!("{body}xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 9 /Root 1 0 R {trailer} >>\nstartxref\n{}\n%%EOF\n", body.len()).into_bytes()
    };
    add(
        "pdf, page tree that loops",
        pdf(
            "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>\nendobj\n",
            "",
        ),
        DAMAGED,
    );
    add(
        "pdf, table that points to itself",
        {
            let mut bytes = pdf("1 0 obj\n<< /Type /Catalog >>\nendobj\n", "/Prev 46");
            bytes.extend(b"startxref\n46\n%%EOF");
            bytes
        },
        DAMAGED,
    );
    add(
        "pdf, needs a password",
        pdf(
            "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n3 0 obj\n<< /Filter /Standard /V 5 /R 6 /Length 256 /O (x) /U (x) /P -4 >>\nendobj\n",
            "/Encrypt 3 0 R /ID [<00> <00>]",
        ),
        Some(&["Encrypted", "Damaged"]),
    );
    add(
        "pdf, arrays a hundred thousand deep",
        pdf(&format!("1 0 obj\n{}\nendobj\n", "[".repeat(100_000)), ""),
        DAMAGED,
    );
    add(
        "pdf, dictionaries a hundred thousand deep",
        pdf(&format!("1 0 obj\n{}\nendobj\n", "<< /A ".repeat(100_000)), ""),
        DAMAGED,
    );
    let mut bomb = vec![b' '; 100 << 20];
    for _ in 0..2 {
        bomb = zlib(&bomb);
    }
    let content = String::from_utf8_lossy(&[]).into_owned();
    let mut bytes = format!("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>\nendobj\n4 0 obj\n<< /Filter [/FlateDecode /FlateDecode] /Length {} >>\nstream\n{content}", bomb.len()).into_bytes();
    bytes.extend(&bomb);
    bytes.extend(b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R /Size 5 >>\n%%EOF\n");
    add("pdf, bomb in a content stream", bytes, TOO_MUCH);
    add(
        "pdf, a form that shows itself",
        pdf(
            "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >> /Contents 5 0 R >>\nendobj\n4 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >> /Length 5 >>\nstream\n/F Do\nendstream\nendobj\n5 0 obj\n<< /Length 5 >>\nstream\n/F Do\nendstream\nendobj\n",
            "",
        ),
        None,
    );
    add("pdf, only a header", b"%PDF-1.7\n".to_vec(), DAMAGED);
    add(
        "pdf, a page of a million inches",
        pdf(
            "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e30 1e30] >>\nendobj\n",
            "",
        ),
        None,
    );
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = join([name, data]);
    join([&be32(data.len()), &body, &crc32(&body).to_be_bytes()])
}

fn pictures(add: &mut Add<'_>) {
    let png = |width: usize, height: usize, data: &[u8]| {
        join([
            b"\x89PNG\r\n\x1a\n",
            &chunk(b"IHDR", &join([&be32(width), &be32(height), &[8, 2, 0, 0, 0]])),
            &chunk(b"IDAT", &zlib(data)),
            &chunk(b"IEND", &[]),
        ])
    };
    add("png, two thousand million wide", png(0x7fff_ffff, 0x7fff_ffff, b"x"), TOO_MUCH);
    add("png, sixty thousand wide and empty", png(60_000, 60_000, b""), TOO_MUCH);
    add("png, no width", png(0, 9, b"x"), DAMAGED);
    add(
        "png, bomb in a text chunk",
        join([
            b"\x89PNG\r\n\x1a\n",
            &chunk(b"IHDR", &join([&be32(1), &be32(1), &[8, 0, 0, 0, 0]])),
            &chunk(b"zTXt", &join([b"a\0\0", &zlib(&vec![b' '; 200 << 20])])),
            &chunk(b"IDAT", &zlib(&[0, 0])),
            &chunk(b"IEND", &[]),
        ]),
        None,
    );
    add("png, bomb in its data", png(1, 1, &vec![0; 100 << 20]), None);
    add("jpeg, sixty-five thousand wide", join([b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xda\0\x0c\x03\x01\0\x02\x11\x03\x11\0\x3f\0\xff\xd9"]), TOO_MUCH);
    add(
        "gif, sixty-five thousand wide",
        join([b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\x01\x44\0;"]),
        TOO_MUCH,
    );
    let tiff = |entries: &[(usize, usize, usize, usize)], next: usize| {
        let table: Vec<u8> = entries
            .iter()
            .flat_map(|(tag, kind, count, value)| {
                join([&le16(*tag), &le16(*kind), &le32(*count), &le32(*value)])
            })
            .collect();
        join([b"II*\0\x08\0\0\0", &le16(entries.len()), &table, &le32(next)])
    };
    add("tiff, directories that loop", tiff(&[(256, 4, 1, 4), (257, 4, 1, 4)], 8), DAMAGED);
    add(
        "tiff, a value of four thousand million bytes",
        tiff(&[(256, 4, 1, 4), (257, 4, 1, 4), (273, 4, 0xffff_ffff, 8)], 0),
        DAMAGED,
    );
    add(
        "tiff, four thousand million wide",
        tiff(
            &[
                (256, 4, 1, 0xffff_ffff),
                (257, 4, 1, 0xffff_ffff),
                (258, 3, 1, 8),
                (262, 3, 1, 1),
                (273, 4, 1, 8),
                (279, 4, 1, 4),
            ],
            0,
        ),
        TOO_MUCH,
    );
    add(
        "webp, a chunk longer than the file",
        join([b"RIFF\xff\xff\xff\x7fWEBPVP8L\xff\xff\xff\x7f\x2f"]),
        DAMAGED,
    );
    add(
        "heic, a location outside the file",
        join([
            &be32(24),
            b"ftypheic\0\0\0\0mif1heic",
            &be32(30),
            b"meta\0\0\0\0",
            &be32(18),
            b"iloc\0\0\0\0\x44\0\xff\xff\0\x01",
        ]),
        DAMAGED,
    );
}

fn media(add: &mut Add<'_>) {
    let ftyp = join([&be32(20), b"ftypisom\0\0\0\0isom"]);
    add("mp4, a box of no length", join([&ftyp, &be32(0), b"moov"]), DAMAGED);
    add(
        "mp4, a box of 2^63 bytes",
        join([&ftyp, &be32(1), b"mdat\x7f\xff\xff\xff\xff\xff\xff\xff"]),
        DAMAGED,
    );
    let mut deep = Vec::new();
    for _ in 0..20_000 {
        deep = join([&be32(8 + deep.len()), b"moov", &deep]);
    }
    add("mp4, boxes twenty thousand deep", join([&ftyp, &deep]), DAMAGED);
    add("matroska, a length of all ones", b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff\x16\x54\xae\x6b\x01\xff\xff\xff\xff\xff\xff\xfe".to_vec(), DAMAGED);
    add("flac, a block longer than the file", b"fLaC\x00\x00\x00\x22\x10\x00".to_vec(), DAMAGED);
    add("mp3, a tag longer than the file", b"ID3\x03\0\0\x7f\x7f\x7f\x7fTIT2".to_vec(), DAMAGED);
    add(
        "ogg, pages of nothing",
        b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0".repeat(10_000),
        DAMAGED,
    );
    add("wav, data of four gigabytes", join([b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\xff\xff\xff\xff\0\0"]), None);
    add("wav, no channels, no bits", join([b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0data\x08\0\0\0\0\0\0\0\0\0\0\0"]), None);
}

/// Every document of the corpus, cut off and with bytes changed.
fn derived(add: &mut Add<'_>) {
    for sample in samples() {
        let length = sample.bytes.len();
        for part in [1, 10, 50, 90, 99] {
            add(
                &format!("{} cut at {part} percent", sample.file),
                sample.bytes[..length * part / 100].to_vec(),
                None,
            );
        }
        for seed in 1..=4u32 {
            let mut bytes = sample.bytes.clone();
            let mut state = seed;
            for _ in 0..=length / 400 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = state as usize % length;
                bytes[at] = bytes[at].wrapping_add((state >> 24).to_le_bytes()[0] | 1);
            }
            add(&format!("{} with bytes changed, {seed}", sample.file), bytes, None);
        }
    }
}
