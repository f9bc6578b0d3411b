//! ZIP (APPNOTE 6.3.10) and TAR (POSIX.1-2017, pax).

use super::{jpeg, png};
use crate::bytes::{crc32, deflate, gzip, join, le16, le32};
use crate::plant::{Planter, Sample};

const ZIP: &str = "APPNOTE 6.3.10, 4.3 to 4.5";
const PAX: &str = "POSIX.1-2017, pax, 4.100";

/// A member: name, data, whether it is compressed.
pub(super) type Member = (String, Vec<u8>, bool);

fn header(
    signature: &[u8; 4],
    central: bool,
    name: &str,
    data: &[u8],
    packed: &[u8],
    method: usize,
    extra: usize,
) -> Vec<u8> {
    let made: &[u8] = if central { &[30, 3] } else { &[] };
    join([
        signature,
        made,
        &[20, 0, 0, 0],
        &le16(method),
        &[0x21, 0x4a, 0x77, 0x4b],
        &crc32(data).to_le_bytes(),
        &le32(packed.len()),
        &le32(data.len()),
        &le16(name.len()),
        &le16(extra),
    ])
}

/// An archive with markers in everything that is not a member's name or data.
pub(super) fn archive(p: &mut Planter, members: &[Member]) -> Vec<u8> {
    let (mut out, mut index) = (Vec::new(), Vec::new());
    let mut h = |place: &str, spec| p.hidden(format!("ZIP {place}"), spec);
    let comment = h("comment of the archive", ZIP);
    let (member, gap, orphan, orphan_name) = (
        h("comment of a member", ZIP),
        h("bytes between members", ZIP),
        h("member that the directory does not list", ZIP),
        h("name of a member that the directory does not list", ZIP),
    );
    let (local, central, unicode) = (
        h("extra field, local", ZIP),
        h("extra field, central", ZIP),
        h("extra field, Unicode comment", "APPNOTE 6.3.10, 4.6.8"),
    );
    let (before, archive_extra) = (
        h("bytes before the directory", ZIP),
        h("digital signature record", "APPNOTE 6.3.10, 4.3.13"),
    );
    let unix = p.hidden("ZIP extra field, Info-ZIP Unix", "Info-ZIP extra fields, 0x5855");
    let ntfs = p.raw("ZIP extra field, NTFS times", "APPNOTE 6.3.10, 4.5.5", 24);
    let field = |id: usize, data: &[u8]| join([&le16(id), &le16(data.len()), data]);
    for (number, (name, data, packs)) in members.iter().enumerate() {
        let (method, packed) = if *packs { (8, deflate(data)) } else { (0, data.clone()) };
        // The first member of ODF and EPUB may have no extra field.
        let (mut near, mut far, mut remark) = (Vec::new(), Vec::new(), "");
        if number == 1 {
            near = [field(0x5855, unix.as_bytes()), field(0x4f4d, local.as_bytes())].concat();
            far = [
                field(0x000a, &join([&[0; 4], &le16(1), &le16(24), &ntfs])),
                field(0x6375, &join([&[1, 0, 0, 0, 0], unicode.as_bytes()])),
                field(0x4f4d, central.as_bytes()),
            ]
            .concat();
            remark = &member;
        }
        let offset = out.len();
        out.extend(join([
            &header(b"PK\x03\x04", false, name, data, &packed, method, near.len()),
            name.as_bytes(),
            &near,
            &packed,
        ]));
        index.extend(join([
            &header(b"PK\x01\x02", true, name, data, &packed, method, far.len()),
            &le16(remark.len()),
            &[0, 0, 0, 0],
            &[0, 0, 0xa4, 0x81],
            &le32(offset),
            name.as_bytes(),
            &far,
            remark.as_bytes(),
        ]));
        if number == 1 {
            out.extend(gap.as_bytes());
            let packed = deflate(orphan.as_bytes());
            out.extend(join([
                &header(b"PK\x03\x04", false, &orphan_name, orphan.as_bytes(), &packed, 8, 0),
                orphan_name.as_bytes(),
                &packed,
            ]));
        }
    }
    out.extend(before.as_bytes());
    let start = out.len();
    index.extend(join([b"PK\x05\x05", &le16(archive_extra.len()), archive_extra.as_bytes()]));
    out.extend(&index);
    out.extend(join([
        b"PK\x05\x06\0\0\0\0",
        &le16(members.len()),
        &le16(members.len()),
        &le32(index.len()),
        &le32(start),
        &le16(comment.len()),
        comment.as_bytes(),
    ]));
    out
}

/// An archive without anything but its members.
pub(super) fn plain(members: &[Member]) -> Vec<u8> {
    let (mut out, mut index) = (Vec::new(), Vec::new());
    for (name, data, packs) in members {
        let (method, packed) = if *packs { (8, deflate(data)) } else { (0, data.clone()) };
        let offset = out.len();
        out.extend(join([
            &header(b"PK\x03\x04", false, name, data, &packed, method, 0),
            name.as_bytes(),
            &packed,
        ]));
        index.extend(join([
            &header(b"PK\x01\x02", true, name, data, &packed, method, 0),
            &[0; 6],
            &[0, 0, 0xa4, 0x81],
            &le32(offset),
            name.as_bytes(),
        ]));
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

/// Documents to put into archives: each with something seen and something hidden.
fn members(p: &mut Planter) -> Vec<Member> {
    let seen = p.visible("text of a member", "plain text");
    let inner = p.visible("text of a member of an archive in the archive", "plain text");
    let (zero, comment, deep) = (
        p.hidden("zero-width characters in a member", "Unicode 16, 23.2"),
        p.hidden("comment of a picture in the archive", "ITU T.81, B.2.4"),
        p.hidden("comment of a picture in an archive in the archive", "ITU T.81, B.2.4"),
    );
    let photo = |text: &str| {
        join([&jpeg::plain()[..2], &jpeg::segment(0xfe, text.as_bytes()), &jpeg::plain()[2..]])
    };
    let nested = plain(&[
        ("inner.txt".into(), format!("Inner text {inner}\n").into_bytes(), true),
        ("inner.jpg".into(), photo(&deep), false),
    ]);
    vec![
        (
            "letter.txt".into(),
            format!("A letter. {seen}\n{}\n", super::text::zero_width(&zero)).into_bytes(),
            true,
        ),
        ("photo.jpg".into(), photo(&comment), false),
        ("picture.png".into(), png::small(p, "picture in the archive: "), true),
        ("nested.zip".into(), nested, true),
    ]
}

pub(super) fn zips() -> Vec<Sample> {
    let mut p = Planter::new("ZIP", "zip");
    let all = members(&mut p);
    let bytes = archive(&mut p, &all);
    let first = p.sample("zip", bytes);

    let mut p = Planter::new("ZIP", "zip-prefixed");
    let seen = p.visible("text of a member", "plain text");
    let (before, after) = (
        p.hidden("bytes before the first member", "APPNOTE 6.3.10, 4.1.9"),
        p.hidden("bytes behind the archive", ZIP),
    );
    let body = plain(&[("letter.txt".into(), format!("{seen}\n").into_bytes(), true)]);
    // A local header first, so that the file is known for what it is; no directory lists it.
    let stray = join([
        &header(b"PK\x03\x04", false, "x", before.as_bytes(), before.as_bytes(), 0, 0),
        b"x",
        before.as_bytes(),
    ]);
    let shift = stray.len();
    let mut bytes = [stray, body].concat();
    // Offsets count from the start of the file.
    let central = bytes.len() - 22 - 46 - "letter.txt".len();
    bytes[central + 42..central + 46].copy_from_slice(&le32(shift));
    let end = bytes.len() - 6;
    bytes[end..end + 4].copy_from_slice(&le32(central));
    bytes.extend(after.as_bytes());
    vec![first, p.sample("zip", bytes)]
}

struct Owner<'a> {
    user: &'a str,
    group: &'a str,
    ids: &'a str,
}

/// One header of 512 bytes, the data and its padding (filled with `fill`).
fn entry(name: &str, kind: u8, data: &[u8], owner: &Owner<'_>, fill: &str) -> Vec<u8> {
    let mut head = vec![0u8; 512];
    let mut put = |at: usize, bytes: &[u8]| head[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, owner.ids.as_bytes());
    put(116, b"0001750\0");
    put(124, format!("{:011o}\0", data.len()).as_bytes());
    put(136, b"04013265371\0");
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    put(265, owner.user.as_bytes());
    put(297, owner.group.as_bytes());
    if kind == b'0' && fill.len() >= 28 {
        // The last 12 bytes of the header belong to no field.
        put(500, &fill.as_bytes()[14..26]);
    }
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let padded = data.len().next_multiple_of(512);
    let mut body = data.to_vec();
    if padded - data.len() >= 14 && !fill.is_empty() {
        body.extend(&fill.as_bytes()[..14]);
    }
    body.resize(padded, 0);
    [head, body].concat()
}

pub(super) fn tars() -> Vec<Sample> {
    let (p, bytes) = tar("tar");
    let first = p.sample("tar", bytes);
    let (mut p, bytes) = tar("tar-gzip");
    let (name, comment) =
        (p.hidden("gzip file name", "RFC 1952, 2.3"), p.hidden("gzip comment", "RFC 1952, 2.3"));
    let bytes = gzip(&bytes, &name, &comment);
    vec![first, p.sample("tgz", bytes)]
}

fn tar(name: &'static str) -> (Planter, Vec<u8>) {
    let mut p = Planter::new("TAR", name);
    let all = members(&mut p);
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let (user, group, padding, tail) = (
        h("user name", PAX),
        h("group name", PAX),
        h("padding behind a member", PAX),
        h("bytes behind the end blocks", PAX),
    );
    let mut records = |at: &str| -> Vec<u8> {
        [
            "comment",
            "uname",
            "gname",
            "SCHILY.xattr.user.note",
            "LIBARCHIVE.creationtime",
            "GNU.sparse.name",
            "VENDOR.own",
            "hdrcharset",
            "charset",
        ]
        .into_iter()
        .flat_map(|key| {
            let body = format!(" {key}={}\n", p.hidden(format!("{at} {key}"), PAX));
            let length = body.len() + 2;
            format!("{length}{body}").into_bytes()
        })
        .collect()
    };
    let (global, local) = (records("pax global header"), records("pax extended header"));
    let spare = p.short("header bytes of no field", PAX);
    let (header_name, global_name) =
        (p.hidden("name of a pax header", PAX), p.hidden("name of a global pax header", PAX));
    let volume = p.hidden("GNU volume label", "GNU tar, basic format");
    let fill = format!("{padding}{spare}------");
    let owner = Owner { user: &user, group: &group, ids: "0001750\0" };
    let mut out = entry(&global_name, b'g', &global, &owner, "");
    out.extend(entry(&volume, b'V', b"", &owner, ""));
    for (number, (name, data, _)) in all.iter().enumerate() {
        if number == 1 {
            out.extend(entry(&header_name, b'x', &local, &owner, ""));
        }
        out.extend(entry(name, b'0', data, &owner, &fill));
    }
    out.extend([0; 1024]);
    out.extend(tail.as_bytes());
    out.resize(out.len().next_multiple_of(10240), 0);
    (p, out)
}
