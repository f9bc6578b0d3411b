use crate::{Format, Refusal};

fn of(input: impl AsRef<[u8]>) -> Format {
    Format::of(input.as_ref()).unwrap()
}

fn refused(input: impl AsRef<[u8]>) -> String {
    Format::of(input.as_ref()).unwrap_err().to_string()
}

fn utf16(text: &str, mark: bool, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xfeff_u16);
    mark.into_iter().chain(text.encode_utf16()).flat_map(order).collect()
}

/// A ZIP archive with the given members; deflated if asked.
fn zip(members: &[(&str, &[u8], bool)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data, deflate) in members {
        let packed =
            if *deflate { miniz_oxide::deflate::compress_to_vec(data, 6) } else { data.to_vec() };
        let mut common = vec![20, 0, 0, 0, if *deflate { 8 } else { 0 }, 0];
        common.extend([0; 8]);
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend((data.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        let at = out.len() as u32;
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let at = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((members.len() as u16).to_le_bytes());
    out.extend((members.len() as u16).to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn office(kind: &str) -> Vec<u8> {
    let types = format!(
        "<Types><Override PartName=\"/a.xml\" ContentType=\"application/vnd.{kind}\"/></Types>"
    );
    zip(&[("[Content_Types].xml", types.as_bytes(), true), ("a.xml", b"<a/>", true)])
}

fn ftyp(brands: &[&[u8; 4]]) -> Vec<u8> {
    let mut brands: Vec<[u8; 4]> = brands.iter().map(|b| **b).collect();
    brands.insert(1, [0; 4]);
    let mut out = (8 + 4 * brands.len() as u32).to_be_bytes().to_vec();
    out.extend(b"ftyp");
    out.extend(brands.concat());
    out.extend(b"\0\0\0\x08mdat");
    out
}

fn mp3_frames() -> Vec<u8> {
    // MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes.
    let mut frame = vec![0xff, 0xfb, 0x90, 0x00];
    frame.resize(417, 0);
    frame.repeat(3)
}

fn tar(magic: bool) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..5].copy_from_slice(b"a.txt");
    header[148..156].copy_from_slice(b"        ");
    if magic {
        header[257..263].copy_from_slice(b"ustar\0");
    }
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

fn ole(stream: &str) -> Vec<u8> {
    let mut out = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    out.resize(512 + 128 * 3, 0);
    out.extend(utf16(stream, false, u16::to_le_bytes));
    out.resize(4096, 0);
    out
}

#[test]
fn pictures() {
    assert_eq!(of(b"\xff\xd8\xff\xe0\0\x10JFIF"), Format::Jpeg);
    assert_eq!(of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Format::Png);
    assert_eq!(of(b"GIF89a\x01\0\x01\0"), Format::Gif);
    assert_eq!(of(b"GIF87a\x01\0\x01\0"), Format::Gif);
    assert_eq!(of(b"RIFF\x10\0\0\0WEBPVP8 "), Format::WebP);
    for magic in [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"] {
        assert_eq!(of(magic), Format::Tiff);
    }
    for brands in [&[b"heic", b"mif1"][..], &[b"mif1", b"heic"], &[b"heix"], &[b"msf1", b"hevc"]] {
        assert_eq!(of(ftyp(brands)), Format::Heic);
    }
    for brands in [&[b"avif", b"mif1"][..], &[b"mif1", b"avif"], &[b"avis", b"msf1"]] {
        assert_eq!(of(ftyp(brands)), Format::Avif);
    }
    let head = "<?xml version=\"1.0\"?>\n<!-- made by hand -->\n\
        <!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x\" [<!ENTITY a \"b\">]>\n";
    for root in ["<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "<s:svg xmlns:s=\"x\">", "<svg>"] {
        assert_eq!(of(format!("{head}{root}")), Format::Svg);
        assert_eq!(of(root), Format::Svg);
    }
    assert_eq!(of(utf16("<?xml version=\"1.0\"?><svg>", true, u16::to_be_bytes)), Format::Svg);
}

#[test]
fn sound_and_film() {
    assert_eq!(of(b"fLaC\0\0\0\x22"), Format::Flac);
    assert_eq!(of(b"OggS\0\x02"), Format::Ogg);
    assert_eq!(of(b"RIFF\x24\0\0\0WAVEfmt "), Format::Wav);
    assert_eq!(of(mp3_frames()), Format::Mp3);
    let mut tagged = b"ID3\x04\0\0\0\0\0\x0a0123456789".to_vec();
    tagged.extend(mp3_frames());
    assert_eq!(of(&tagged), Format::Mp3);
    assert_eq!(of(b"ID3\x04\0\0\0\0\0\0fLaC\0\0\0\x22"), Format::Flac);
    for brands in [&[b"isom", b"mp41"][..], &[b"qt  "], &[b"M4A ", b"isom"], &[b"3gp5"], &[b"mp42"]]
    {
        assert_eq!(of(ftyp(brands)), Format::Mp4);
    }
    assert_eq!(of(b"\0\0\0\x08wide\0\0\x01\0mdat"), Format::Mp4);
    assert_eq!(of(b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska"), Format::Matroska);
    assert_eq!(of(b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm"), Format::Matroska);
}

#[test]
fn documents() {
    assert_eq!(of(b"%PDF-1.7\n"), Format::Pdf);
    assert_eq!(of(b"\x00\x01junk\n%PDF-1.4\n...startxref\n12\n%%EOF"), Format::Pdf);
    for (kind, format) in [
        ("openxmlformats-officedocument.wordprocessingml.document.main+xml", Format::Docx),
        ("ms-word.document.macroEnabled.main+xml", Format::Docx),
        ("openxmlformats-officedocument.spreadsheetml.sheet.main+xml", Format::Xlsx),
        ("openxmlformats-officedocument.presentationml.slideshow.main+xml", Format::Pptx),
    ] {
        assert_eq!(of(office(kind)), format, "{kind}");
    }
    for (kind, format) in [
        ("application/vnd.oasis.opendocument.text", Format::Odt),
        ("application/vnd.oasis.opendocument.text-template", Format::Odt),
        ("application/vnd.oasis.opendocument.spreadsheet", Format::Ods),
        ("application/vnd.oasis.opendocument.presentation\n", Format::Odp),
        ("application/epub+zip", Format::Epub),
    ] {
        let file = zip(&[("mimetype", kind.as_bytes(), false), ("content.xml", b"<a/>", true)]);
        assert_eq!(of(file), format, "{kind}");
    }
}

#[test]
fn archives() {
    let plain = zip(&[("a.txt", b"hello", true), ("b/c.png", b"\x89PNG", false)]);
    assert_eq!(of(&plain), Format::Zip);
    assert_eq!(of(zip(&[])), Format::Zip);
    // A document in an archive is not the archive's kind.
    let inner = office("openxmlformats-officedocument.wordprocessingml.document.main+xml");
    assert_eq!(of(zip(&[("x/mimetype", b"application/epub+zip", false)])), Format::Zip);
    assert_eq!(of(zip(&[("letter.docx", &inner, false)])), Format::Zip);
    assert!(matches!(Format::of(b"PK\x03\x04 and no end"), Err(Refusal::Damaged { .. })));
    assert_eq!(of(tar(true)), Format::Tar);
    assert_eq!(of(tar(false)), Format::Tar);
}

#[test]
fn texts() {
    for (text, format) in [
        ("Dear Sir,\nyours,\n", Format::Txt),
        ("Just one line", Format::Txt),
        ("Прости, я не могу.\nЭто всё.\n", Format::Txt),
        ("{\"json\": [1, 2]}", Format::Txt),
        ("<?xml version=\"1.0\"?><gpx><trk/></gpx>", Format::Txt),
        ("BEGIN:VCARD\nVERSION:4.0\nFN:A\nEND:VCARD\n", Format::Txt),
        ("Note: to be read\nDate: today\n\nHello", Format::Txt),
        ("#!/bin/sh\n# a comment\necho hi\n", Format::Txt),
        ("Time went on. It was late,\nand nobody, as it seemed, came.\n", Format::Txt),
        ("name,age\nA,1\nB,2\n", Format::Csv),
        ("name;age;town\n\"A;B\";1;X\n", Format::Csv),
        ("a\tb\n1\t2\n3\t4\n", Format::Csv),
        ("name,\"long,\ntext\",x\nb,c,d\n", Format::Csv),
        ("# Title\n\nSome text.\n", Format::Markdown),
        ("Text with a [link](https://example.org).\n", Format::Markdown),
        ("---\nheadline: x\n---\nText\n", Format::Markdown),
        ("Title\n=====\n\n- one\n- two\n", Format::Markdown),
        ("<!DOCTYPE html>\n<title>x</title>", Format::Html),
        ("\u{feff}  <!-- c -->\n<HTML lang=en>", Format::Html),
        ("<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>", Format::Html),
        ("<p>Fragment</p>", Format::Html),
        ("{\\rtf1\\ansi hello}", Format::Rtf),
        ("From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nHi\r\n", Format::Eml),
        ("Received: from x\r\n\tby y\r\nMIME-Version: 1.0\r\nX-A: b\r\n\r\n", Format::Eml),
        ("X-Mailer: y\nFrom: a@example.org\nDate: now\n\nHi\n", Format::Eml),
    ] {
        assert_eq!(of(text), format, "{text}");
        if !text.starts_with("{\\rtf") {
            assert_eq!(of(utf16(text, true, u16::to_le_bytes)), format, "UTF-16LE {text}");
            assert_eq!(of(utf16(text, true, u16::to_be_bytes)), format, "UTF-16BE {text}");
        }
    }
    assert_eq!(of(utf16("A plain note, in English.", false, u16::to_le_bytes)), Format::Txt);
    assert_eq!(of(b"Gr\xfc\xdfe aus K\xf6ln, im M\xe4rz.\n"), Format::Txt);
}

#[test]
fn refused_by_name_with_advice() {
    for (input, what, advice) in [
        (&b"\x1f\x8b\x08\0"[..], "gzip", "unpack"),
        (b"BM\x36\0\x0c\0\0\0\0\0\x36\0\0\0", "BMP", "PNG"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "7-Zip", "unpack"),
        (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", "Windows program", "leave it out"),
        (b"RIFF\0\0\0\0AVI LIST", "AVI", "MP4"),
        (b"8BPS\0\x01", "Photoshop", "PNG"),
        (b"%!PS-Adobe-3.0\n", "PostScript", "PDF"),
        (b"\x93\xfa\x11\0\0random\xff\x01", "unknown kind", "PDF"),
    ] {
        let text = refused(input);
        assert!(text.contains(what) && text.contains(advice), "{text}");
    }
    for (input, what, advice) in [
        (ole("WordDocument"), "Word", "DOCX"),
        (ole("Workbook"), "Excel", "XLSX"),
        (ole("PowerPoint Document"), "PowerPoint", "PPTX"),
        (ole("EncryptedPackage"), "encrypted", "without a password"),
        (ole("Something"), "OLE2", "PDF"),
        (office("ms-excel.sheet.binary.macroEnabled.main"), "XLSB", "XLSX"),
        (ftyp(&[b"crx "]), "CR3", "JPEG"),
        (
            zip(&[("mimetype", b"application/vnd.oasis.opendocument.graphics", false)]),
            "drawing",
            "PDF",
        ),
        (b"From a@b Thu Jan 1\nFrom: a@b\nDate: x\nMessage-ID: y\n\nHi".to_vec(), "mailbox", "EML"),
    ] {
        let text = refused(input);
        assert!(text.contains(what) && text.contains(advice), "{text}");
    }
}

#[test]
fn empty_and_hostile() {
    assert!(matches!(Format::of(b""), Err(Refusal::Empty)));
    // No prefix of a real file, and no single byte, makes it stumble.
    let samples = [
        zip(&[("mimetype", b"application/epub+zip", false), ("a", b"b", true)]),
        office("openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
        ftyp(&[b"mif1", b"heic"]),
        mp3_frames(),
        tar(true),
        ole("Workbook"),
        b"ID3\x04\0\x10\x7f\x7f\x7f\x7f".to_vec(),
        utf16("<?xml?><svg", true, u16::to_le_bytes),
    ];
    for sample in samples {
        for end in 0..sample.len() {
            let _ = Format::of(&sample[..end]);
        }
        for at in 0..sample.len() {
            let mut bent = sample.clone();
            bent[at] = 0xff;
            let _ = Format::of(&bent);
        }
    }
    for byte in 0..=255_u8 {
        let _ = Format::of(&[byte]);
        let _ = Format::of(&[byte; 600]);
    }
}
