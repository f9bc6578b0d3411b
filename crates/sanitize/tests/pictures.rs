//! Pictures through the whole crate: what shows stays, what does not show goes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use image::{DynamicImage, ExtendedColorType, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sanitize::{Cleaned, Format, Kind, Level, Options, Refusal, clean};

const MARK: &[u8] = b"WHISTLEBLOWER-0417";

fn run(input: &[u8], level: Level) -> Result<Cleaned, Refusal> {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    clean(input, &Options { level, ..Options::default() }, &mut rng)
}

fn keep(input: &[u8]) -> Cleaned {
    run(input, Level::KeepLook).unwrap()
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn scene() -> RgbImage {
    RgbImage::from_fn(61, 43, |x, y| Rgb([(x * 4) as u8, (y * 5) as u8, ((x * y) % 251) as u8]))
}

fn jpeg() -> Vec<u8> {
    let mut out = Vec::new();
    let scene = scene();
    JpegEncoder::new_with_quality(&mut out, 85)
        .encode(&scene, 61, 43, ExtendedColorType::Rgb8)
        .unwrap();
    out
}

fn pixels(jpeg: &[u8]) -> Vec<u8> {
    image::load_from_memory(jpeg).unwrap().into_rgb8().into_raw()
}

fn same(one: Vec<u8>, other: Vec<u8>) -> bool {
    one == other
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![0xff, marker];
    out.extend((body.len() as u16 + 2).to_be_bytes());
    out.extend(body);
    out
}

/// Where the first marker of this kind is.
fn find(jpeg: &[u8], marker: u8) -> usize {
    let mut at = 2;
    while jpeg[at + 1] != marker {
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    at
}

fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend([0x0f, 1, 2, 0, 18, 0, 0, 0, 38, 0, 0, 0]);
    tiff.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend([0; 4]);
    tiff.extend(MARK);
    segment(0xe1, &tiff)
}

#[test]
fn a_photo_keeps_every_pixel_and_loses_everything_else() {
    let plain = jpeg();
    let mut planted = vec![0xff, 0xd8];
    planted.extend(exif(1));
    for marker in [0xe1, 0xe2, 0xe3, 0xec, 0xed, 0xef, 0xfe, 0xf7] {
        planted.extend(segment(marker, MARK));
    }
    planted.extend(segment(0xe0, &[b"JFXX\0\x10", MARK].concat()));
    // A table that nothing refers to, fill bytes, and bytes between segments.
    planted.extend(segment(0xdb, &[&[3][..], MARK, &[7; 46]].concat()));
    planted.extend(MARK);
    planted.extend([0xff, 0xff, 0xff]);
    let end = plain.len() - 2;
    planted.extend(&plain[2..end]);
    // After the last bit of the scan, and after the end.
    planted.extend(MARK);
    planted.extend([0xff, 0xd9]);
    planted.extend(MARK);
    assert!(holds(&planted, MARK));
    let cleaned = keep(&planted);
    assert_eq!(cleaned.format, Format::Jpeg);
    assert!(!holds(&cleaned.bytes, MARK));
    assert!(same(pixels(&cleaned.bytes), pixels(&plain)));
    let kinds: Vec<Kind> = cleaned.report.removed.iter().map(|entry| entry.kind).collect();
    for kind in [Kind::Properties, Kind::Comments, Kind::Thumbnails, Kind::UnusedData] {
        assert!(kinds.contains(&kind), "{kind:?}");
    }
    assert!(!cleaned.report.remains.is_empty());
    assert!(keep(&cleaned.bytes).bytes == cleaned.bytes);
}

/// A comment of a picture cannot be kept: whoever asked for it is told.
#[test]
fn what_cannot_be_kept_is_said_to_whom_asked_for_it() {
    let mut photo = jpeg();
    photo.splice(2..2, segment(0xFE, b"taken by Ana"));
    let told = |asked: &[Kind]| {
        let keep = asked.iter().copied().collect();
        let options = Options { keep, ..Options::default() };
        let done = sanitize::clean(&photo, &options, &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
        assert!(!holds(&done.bytes, b"Ana") && done.report.kept.is_empty());
        let what = done.report.removed.iter().find(|entry| entry.kind == Kind::Comments);
        what.unwrap().what.clone()
    };
    assert_eq!(told(&[]), "a comment");
    assert_eq!(told(&[Kind::Comments]), "a comment: cannot be kept here");
}

#[test]
fn symbols_that_no_code_uses_cannot_spell() {
    let plain = jpeg();
    // The encoder's standard AC table has 162 symbols; a picture of this size uses few. The last ones have codes of
    // 16 bits.
    let mut planted = plain.clone();
    let cleaned = keep(&plain);
    let mut at = 2;
    let mut written = 0;
    while planted[at + 1] != 0xda {
        let length = usize::from(u16::from_be_bytes([planted[at + 2], planted[at + 3]]));
        if planted[at + 1] == 0xc4 && length > 100 {
            let end = at + 2 + length;
            planted[end - MARK.len()..end].copy_from_slice(MARK);
            written += 1;
        }
        at += 2 + length;
    }
    assert!(written > 0 && holds(&planted, MARK));
    let again = keep(&planted);
    assert!(!holds(&again.bytes, MARK));
    assert!(again.bytes == cleaned.bytes);
    assert!(same(pixels(&again.bytes), pixels(&plain)));
}

#[test]
fn progressive_restarts_and_grey_stay_exact() {
    for file in [
        &include_bytes!("pictures/progressive.jpg")[..],
        include_bytes!("pictures/restarts.jpg"),
        include_bytes!("pictures/grey.jpg"),
    ] {
        let cleaned = keep(file);
        assert!(same(pixels(&cleaned.bytes), pixels(file)));
        // One bit more or less anywhere in the data is noticed, or is another picture; never a crash.
        for at in (find(file, 0xda) + 14..file.len()).step_by(7) {
            let mut bent = file.to_vec();
            bent[at] ^= 0x10;
            let _ = run(&bent, Level::KeepLook);
            assert!(run(&file[..at], Level::KeepLook).is_err(), "{at}");
        }
    }
}

#[test]
fn the_turn_of_a_photo_is_kept_and_nothing_of_its_exif() {
    let plain = jpeg();
    let turned = [&[0xff, 0xd8], exif(6).as_slice(), &plain[2..]].concat();
    let cleaned = keep(&turned);
    assert!(!holds(&cleaned.bytes, MARK));
    assert!(holds(&cleaned.bytes, b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06"));
    let flat = run(&turned, Level::Pixels).unwrap();
    assert!(!holds(&flat.bytes, b"Exif"));
    let flat = image::load_from_memory(&flat.bytes).unwrap();
    assert!(flat.height() > flat.width(), "the turn is in the pixels");
}

#[test]
fn damaged_photos_are_refused() {
    let plain = jpeg();
    for end in [4, 20, 200, plain.len() / 2, plain.len() - 40] {
        assert!(
            matches!(run(&plain[..end], Level::KeepLook), Err(Refusal::Damaged { .. })),
            "{end}"
        );
    }
    let mut huge = plain.clone();
    let frame = find(&plain, 0xc0);
    huge[frame + 5..frame + 9].fill(0xff);
    assert!(matches!(run(&huge, Level::KeepLook), Err(Refusal::TooMuch { .. })));
    // A second scan of the same colours would paint over a hidden first one.
    let scan = find(&plain, 0xda);
    let twice = [&plain[..plain.len() - 2], &plain[scan..]].concat();
    assert!(run(&twice, Level::KeepLook).unwrap_err().to_string().contains("paints over"));
}

fn png_of(
    colour: png::ColorType,
    depth: png::BitDepth,
    data: &[u8],
    size: (u32, u32),
    extra: &[(&[u8; 4], &[u8])],
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, size.0, size.1);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    if colour == png::ColorType::Indexed {
        encoder.set_palette([&[255, 0, 0, 0, 255, 0, 0, 0, 255][..], MARK].concat());
    }
    let mut writer = encoder.write_header().unwrap();
    for (kind, data) in extra {
        writer.write_chunk(png::chunk::ChunkType(**kind), data).unwrap();
    }
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    out
}

fn rgba(png: &[u8]) -> Vec<u8> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(
        png::Transformations::normalize_to_color8() | png::Transformations::ALPHA,
    );
    let mut reader = decoder.read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut data).unwrap();
    data
}

#[test]
fn a_png_keeps_what_shows() {
    let data: Vec<u8> = (0..16 * 16 * 3).map(|n| (n % 256) as u8).collect();
    let text = [b"Author\0", MARK].concat();
    let extra: &[(&[u8; 4], &[u8])] = &[
        (b"tEXt", &text),
        (b"eXIf", MARK),
        (b"prVt", MARK),
        (b"tIME", &[7, 230, 1, 1, 1, 1, 1]),
        (b"pHYs", &[0, 0, 11, 19, 0, 0, 11, 19, 1]),
    ];
    let mut planted = png_of(png::ColorType::Rgb, png::BitDepth::Eight, &data, (16, 16), extra);
    planted.extend(MARK);
    let cleaned = keep(&planted);
    assert!(holds(&planted, MARK) && !holds(&cleaned.bytes, MARK));
    assert_eq!(rgba(&cleaned.bytes), rgba(&planted));
    assert!(cleaned.report.removed.len() >= 5, "{:?}", cleaned.report.removed);
    assert!(keep(&cleaned.bytes).bytes == cleaned.bytes);
}

#[test]
fn nothing_hides_where_nothing_shows() {
    // Transparent pixels with colours under them.
    let data: Vec<u8> = MARK.chunks(3).flat_map(|c| [c[0], c[1], c[2], 0]).collect();
    let planted = png_of(png::ColorType::Rgba, png::BitDepth::Eight, &data, (6, 1), &[]);
    let cleaned = keep(&planted);
    assert_eq!(rgba(&cleaned.bytes), vec![0; 24]);
    assert!(cleaned.report.removed.iter().any(|e| e.kind == Kind::HiddenText));
    // A palette with entries that no pixel uses, and bits beyond the end of a row.
    let planted = png_of(png::ColorType::Indexed, png::BitDepth::Four, &[0x01, 0x2f], (3, 1), &[]);
    assert!(holds(&planted, MARK));
    let cleaned = keep(&planted);
    assert!(!holds(&cleaned.bytes, MARK));
    assert_eq!(rgba(&cleaned.bytes), [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255]);
}

#[test]
fn png_bombs_and_broken_ones_are_refused() {
    let plain = png_of(png::ColorType::Grayscale, png::BitDepth::Eight, &[5; 64], (8, 8), &[]);
    for end in 8..plain.len() - 1 {
        assert!(run(&plain[..end], Level::KeepLook).is_err(), "{end}");
    }
    let mut huge = plain.clone();
    huge[16..24].fill(0x7f);
    let sum = crc32fast::hash(&huge[12..29]);
    huge[29..33].copy_from_slice(&sum.to_be_bytes());
    assert!(matches!(run(&huge, Level::KeepLook), Err(Refusal::TooMuch { .. })));
}

#[test]
fn colours_of_a_profile_become_srgb() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let red = DynamicImage::ImageRgb8(RgbImage::from_pixel(32, 32, Rgb([200, 40, 40])));
    let mut plain = Vec::new();
    JpegEncoder::new_with_quality(&mut plain, 95)
        .encode(red.as_bytes(), 32, 32, ExtendedColorType::Rgb8)
        .unwrap();
    let tagged = [
        &[0xff, 0xd8],
        segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", profile.as_slice()].concat()).as_slice(),
        &plain[2..],
    ]
    .concat();
    let cleaned = keep(&tagged);
    assert!(!holds(&cleaned.bytes, b"ICC_PROFILE"));
    let shown = pixels(&cleaned.bytes);
    // The same red is farther out in sRGB than in the wider Display P3.
    assert!(shown[0] > 210 && shown[1] < 30, "{:?}", &shown[..3]);
    // sRGB itself changes no pixel.
    let srgb = moxcms::ColorProfile::new_srgb().encode().unwrap();
    let tagged = [
        &[0xff, 0xd8],
        segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", srgb.as_slice()].concat()).as_slice(),
        &plain[2..],
    ]
    .concat();
    assert!(same(pixels(&keep(&tagged).bytes), pixels(&plain)));
}
