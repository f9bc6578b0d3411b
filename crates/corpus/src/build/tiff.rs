//! TIFF 6.0.

use super::exif::{Directory, Value, directory, tiff};
use super::{png, xmp};
use crate::bytes::zlib;
use crate::plant::{Planter, Sample};

pub(super) fn samples() -> Vec<Sample> {
    vec![one("tiff-plain", 1), one("tiff-deflate", 8)]
}

fn one(name: &'static str, compression: u16) -> Sample {
    let mut p = Planter::new("TIFF", name);
    let spec = "TIFF 6.0, part 1, section 2";
    let mut first = directory(&mut p, "IFD0 ");
    first.0.extend(picture(40, 30, compression, &mut p, "IFD0 "));
    let (sub, page) = (
        p.hidden("SubIFD ImageDescription", "TIFF technical note 1"),
        p.hidden("page 2 ImageDescription", "TIFF 6.0, part 1, section 2"),
    );
    let mut child = picture(8, 6, 1, &mut p, "SubIFD ");
    child.push((0x010e, Value::Ascii(sub)));
    child.push((0x00fe, Value::Long(vec![1])));
    first.0.push((0x014a, Value::Directories(vec![Directory(child)])));
    first.0.push((0x02bc, Value::Bytes(xmp::packet(&mut p, "tag 700 ").into_bytes())));
    first.0.push((0x83bb, Value::Undefined(xmp::iptc(&mut p, "tag 33723 "))));
    first.0.push((0x8649, Value::Bytes(xmp::resources(&mut p, "tag 34377 "))));
    first.0.push((0x8773, Value::Undefined(xmp::icc(&mut p, "tag 34675 "))));
    // An old-style thumbnail: a whole PNG in a private tag.
    first.0.push((0xfdeb, Value::Undefined(png::small(&mut p, "a picture in a private tag "))));
    let mut second = picture(20, 15, compression, &mut p, "page 2 ");
    second.push((0x010e, Value::Ascii(page)));
    let (gap, tail) =
        (p.hidden("bytes of no tag", spec), p.hidden("bytes behind everything", spec));
    let mut out = tiff(vec![first, Directory(second)], gap.as_bytes());
    out.extend(tail.as_bytes());
    p.sample("tif", out)
}

fn picture(
    width: u16,
    height: u16,
    compression: u16,
    p: &mut Planter,
    at: &str,
) -> Vec<(u16, Value)> {
    let mut rows: Vec<u8> = (0..height)
        .flat_map(|y| {
            (0..width).flat_map(move |x| [x * 6 % 256, y * 8 % 256, 77].map(|c| c.to_le_bytes()[0]))
        })
        .collect();
    rows.extend(
        p.hidden(
            format!("{at}bytes of the strip behind the last row"),
            "TIFF 6.0, part 1, section 3",
        )
        .as_bytes(),
    );
    let strip = if compression == 8 { zlib(&rows) } else { rows };
    vec![
        (0x0100, Value::Short(vec![width])),
        (0x0101, Value::Short(vec![height])),
        (0x0102, Value::Short(vec![8, 8, 8])),
        (0x0103, Value::Short(vec![compression])),
        (0x0106, Value::Short(vec![2])),
        (0x0115, Value::Short(vec![3])),
        (0x0116, Value::Short(vec![height])),
        (0x0117, Value::Long(vec![u32::try_from(strip.len()).unwrap()])),
        (0x0111, Value::Blobs(vec![strip])),
        (0x011c, Value::Short(vec![1])),
    ]
}
