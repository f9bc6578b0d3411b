use super::Scanner;
use crate::bytes::{deflate, gzip, join, utf16be, utf16le, zlib};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

const MARK: &str = "Zq7kabcd2345wx";

fn path(bytes: &[u8]) -> Option<String> {
    Scanner::new([MARK]).scan(bytes).hits.get(&0).cloned()
}

#[track_caller]
fn found(bytes: impl AsRef<[u8]>) -> String {
    path(bytes.as_ref()).expect("the marker is found")
}

fn zip(name: &str, data: &[u8]) -> Vec<u8> {
    let packed = deflate(data);
    join([
        b"junk",
        b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0",
        &[0; 8],
        &[u8::try_from(name.len()).unwrap(), 0, 0, 0],
        name.as_bytes(),
        &packed,
        b"PK\x01\x02",
    ])
}

#[test]
fn nothing_is_found_where_nothing_is() {
    assert_eq!(path(b""), None);
    assert_eq!(path(b"Zq7kabcd2345w"), None);
    assert_eq!(path(&zlib(b"Some text without any mark at all.")), None);
    assert_eq!(path(&(0..=255).cycle().take(100_000).collect::<Vec<u8>>()), None);
}

#[test]
fn plain_text_in_either_case() {
    assert_eq!(found(format!("x{MARK}y")), "");
    assert_eq!(found(MARK.to_uppercase()), "");
}

#[test]
fn three_layers_and_their_path() {
    let inner = STANDARD.encode(hex::encode(format!("a text with {MARK} in it")));
    let at = found(zip("member.txt", inner.as_bytes()));
    assert_eq!(at, "member.txt > base64 at 0 > hex at 0");
}

#[test]
fn compressed() {
    let text = format!("a text with {MARK} in it, {MARK}");
    assert!(found(join([b"xyz", &zlib(text.as_bytes()), b"tail"])).starts_with("zlib at 3"));
    assert!(found(gzip(text.as_bytes(), "name", "comment")).starts_with("gzip at 0"));
    assert_eq!(found(zip("a/b.xml", text.as_bytes())), "a/b.xml");
    // Cut off: what came out before is searched all the same.
    let whole = zlib(format!("{text}{}", "0123456789".repeat(2000)).as_bytes());
    found(&whole[..whole.len() - 8]);
}

#[test]
fn base64_at_every_alignment_and_over_lines() {
    for shift in 0..4 {
        let text = STANDARD.encode(format!("{}{MARK} and some more text", "x".repeat(shift)));
        for before in ["", "a", "ab", "abc"] {
            found(format!("{before}{text}"));
        }
    }
    let long = STANDARD.encode(format!("{}{MARK}", "long text ".repeat(9)));
    let lines: Vec<&str> =
        long.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    found(lines.join("\r\n"));
    found(URL_SAFE_NO_PAD.encode(format!("\u{ff}\u{fe}\u{fb}{MARK}")));
}

#[test]
fn hexadecimal_at_both_alignments_and_over_lines() {
    let text = hex::encode(format!("x{MARK}y"));
    found(&text);
    found(format!("f{text}"));
    found(
        text.as_bytes()
            .chunks(10)
            .map(|line| String::from_utf8_lossy(line))
            .collect::<Vec<_>>()
            .join("\n"),
    );
}

#[test]
fn encodings_of_text() {
    let each = |form: &dyn Fn(u8) -> String| MARK.bytes().map(form).collect::<String>();
    assert_eq!(found(each(&|b| format!("={b:02X}"))), "quoted-printable");
    found(format!("{}=\r\n{}", &MARK[..5], &MARK[5..]));
    assert_eq!(found(each(&|b| format!("%{b:02x}"))), "percent");
    assert_eq!(found(each(&|b| format!("&#{b};"))), "entities");
    assert_eq!(found(each(&|b| format!("&#x{b:X};"))), "entities");
    assert_eq!(found(each(&|b| format!("\\x{b:02x}"))), "escapes");
    assert_eq!(found(each(&|b| format!("\\u{b:04x}"))), "escapes");
    assert_eq!(found(each(&|b| format!("\\'{b:02x}"))), "escapes");
    assert_eq!(found(each(&|b| format!("\\u{b}?"))), "escapes");
    found(each(&|b| format!("\\{b:03o}")));
    found(each(&|b| format!("\\{b:06x}")));
    assert_eq!(found(format!("<r>{}</r><r a='1'>{}</r>", &MARK[..5], &MARK[5..])), "tags removed");
    assert_eq!(
        found(format!("{{\\rtf1 {{\\b {}}}{{\\i0 {}}}}}", &MARK[..5], &MARK[5..])),
        "rtf control words removed"
    );
    // UTF-7 is base64 of UTF-16.
    found(format!("+{}-", STANDARD.encode(utf16be(MARK))));
}

#[test]
fn wide_characters_at_any_offset() {
    for start in ["", "x"] {
        assert_eq!(found(join([start.as_bytes(), &utf16le(MARK)])), "utf-16le");
        assert_eq!(found(join([start.as_bytes(), &utf16be(MARK)])), "utf-16be");
    }
    found(MARK.bytes().flat_map(|b| [b, 0, 0, 0]).collect::<Vec<_>>());
    found(MARK.bytes().flat_map(|b| [0, 0, 0, b]).collect::<Vec<_>>());
}

#[test]
fn invisible_characters() {
    let bits = |zero: char, one: char| -> String {
        MARK.bytes()
            .flat_map(|b| (0..8).rev().map(move |i| if b >> i & 1 == 1 { one } else { zero }))
            .collect()
    };
    assert_eq!(found(format!("a{}b", bits('\u{200b}', '\u{200c}'))), "zero-width bits");
    let white = MARK
        .bytes()
        .map(|b| {
            format!(
                "line{}\n",
                (0..8).rev().map(|i| if b >> i & 1 == 1 { '\t' } else { ' ' }).collect::<String>()
            )
        })
        .collect::<String>();
    assert_eq!(found(white), "trailing white space");
    assert_eq!(
        found(
            MARK.bytes()
                .map(|b| char::from_u32(0xe0000 + u32::from(b)).unwrap())
                .collect::<String>()
        ),
        "tag characters"
    );
    assert_eq!(
        found(
            MARK.bytes()
                .map(|b| char::from_u32(0xe0100 + u32::from(b) - 16).unwrap())
                .collect::<String>()
        ),
        "variation selectors"
    );
    assert_eq!(
        found(format!("{}\u{200d}{}", &MARK[..6], &MARK[6..])),
        "zero-width characters removed"
    );
}

#[test]
fn pdf_filters_and_strings() {
    let stream = |filter: &str, data: &[u8]| {
        join([
            b"1 0 obj\n<< /Filter ",
            filter.as_bytes(),
            b" /Length 9 >>\nstream\r\n",
            data,
            b"\nendstream",
        ])
    };
    found(stream("/FlateDecode", &zlib(MARK.as_bytes())));
    found(stream(
        "[/ASCIIHexDecode /FlateDecode]",
        (hex::encode(zlib(MARK.as_bytes())) + ">").as_bytes(),
    ));
    let run = join([&[13], MARK.as_bytes(), &[128]]);
    found(stream("/RunLengthDecode", &run));
    // Made with another encoder: base64.a85encode of Python.
    found(stream("/ASCII85Decode", b">&cK:@:E_W1,CaEGBa~>"));
    // LZW of codes of nine bits: clear, the letters, end.
    let mut bits = String::new();
    for code in std::iter::once(256).chain(MARK.bytes().map(u32::from)).chain([257]) {
        bits.push_str(&format!("{code:09b}"));
    }
    let data: Vec<u8> = bits
        .as_bytes()
        .chunks(8)
        .map(|byte| {
            u8::from_str_radix(&format!("{:0<8}", std::str::from_utf8(byte).unwrap()), 2).unwrap()
        })
        .collect();
    found(stream("/LZWDecode", &data));
    // A row of PNG prediction: each byte is the difference to the one before.
    let mut last = 0u8;
    let row: Vec<u8> = std::iter::once(1)
        .chain(MARK.bytes().map(|b| {
            let d = b.wrapping_sub(last);
            last = b;
            d
        }))
        .collect();
    found(stream("/FlateDecode /DecodeParms << /Predictor 15 /Columns 14 >>", &zlib(&row)));
    assert_eq!(found(format!("[({}) -20 ({})] TJ", &MARK[..5], &MARK[5..])), "pdf strings");
    assert_eq!(
        found(format!("[<{}> 3 <{}>] TJ", hex::encode(&MARK[..5]), hex::encode(&MARK[5..]))),
        "pdf strings"
    );
    assert_eq!(found(format!("({}\\\n{})", &MARK[..5], &MARK[5..])), "pdf strings");
}

#[test]
fn cycles_and_bombs_end() {
    let mut bomb = vec![0; 20 << 20];
    for _ in 0..3 {
        bomb = gzip(&bomb, "", "");
    }
    let found = Scanner::new([MARK]).scan(&bomb);
    assert!(found.hits.is_empty() && found.layers < 1000);
    let mut deep = MARK.as_bytes().to_vec();
    for _ in 0..10 {
        deep = zlib(hex::encode(&deep).as_bytes());
    }
    assert!(Scanner::new([MARK]).scan(&deep).stopped);
}
