//! OLE2 compound files (MS-CFB): embedded objects and macros.

use crate::bytes::{join, le16, le32, utf16le};
use crate::plant::Planter;
use std::io::{Cursor, Write};
use std::time::UNIX_EPOCH;

fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, data) in streams {
        let parents: Vec<&str> = path.split('/').collect();
        if let [folder, _] = parents[..] {
            let folder = format!("/{folder}");
            if !file.is_storage(&folder) {
                file.create_storage(&folder).unwrap();
            }
        }
        file.create_stream(format!("/{path}")).unwrap().write_all(data).unwrap();
    }
    // The same bytes in every run.
    for (path, _) in streams {
        if let Some((folder, _)) = path.split_once('/') {
            file.set_created_time(format!("/{folder}"), UNIX_EPOCH).unwrap();
            file.set_modified_time(format!("/{folder}"), UNIX_EPOCH).unwrap();
        }
    }
    file.set_modified_time("/", UNIX_EPOCH).unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// A document behind a password (MS-OFFCRYPTO 2.3): what is in the streams is noise.
pub(crate) fn encrypted() -> Vec<u8> {
    compound(&[("EncryptionInfo", vec![0x5a; 300]), ("EncryptedPackage", vec![0xa5; 9000])])
}

/// MS-OVBA 2.4.1, all literals.
fn compress(source: &[u8]) -> Vec<u8> {
    let body: Vec<u8> = source.chunks(8).flat_map(|eight| [&[0], eight].concat()).collect();
    join([&[1], &le16(0xb000 | (body.len() + 2 - 3)), &body])
}

/// A macro project.
pub(super) fn vba(p: &mut Planter, at: &str) -> Vec<u8> {
    let spec = "MS-OVBA 2.3";
    let (module, project, comment) = (
        p.hidden(format!("{at}VBA module source"), spec),
        p.hidden(format!("{at}VBA PROJECT stream"), spec),
        p.hidden(format!("{at}VBA dir stream, project description"), spec),
    );
    compound(&[
        (
            "VBA/Module1",
            compress(format!("Sub AutoOpen()\r\n' {module}\r\nEnd Sub\r\n").as_bytes()),
        ),
        ("VBA/dir", compress(comment.as_bytes())),
        ("VBA/_VBA_PROJECT", vec![0xcc, 0x61, 0xff, 0xff, 0, 0, 0]),
        ("PROJECT", format!("ID=\"{{{project}}}\"\r\nModule=Module1\r\n").into_bytes()),
    ])
}

/// A packaged file (MS-OLEDS 2.3), with property sets (MS-OLEPS).
pub(super) fn object(p: &mut Planter, at: &str) -> Vec<u8> {
    let spec = "MS-OLEDS 2.3 and MS-OLEPS 2";
    let mut h = |what: &str| p.hidden(format!("{at}OLE object {what}"), spec);
    let (label, path, data, author, stream, wide) = (
        h("label"),
        h("path"),
        h("data"),
        h("author"),
        h("stream of an unknown kind"),
        h("user type, UTF-16"),
    );
    let native = join([
        &[2, 0],
        label.as_bytes(),
        &[0],
        format!("C:\\Users\\{path}").as_bytes(),
        &[0, 0, 0, 3, 0],
        &le32(data.len()),
        data.as_bytes(),
    ]);
    let summary = join([
        &[0xfe, 0xff, 0, 0, 6, 1, 2, 0],
        &[0; 16],
        &le32(1),
        &[0; 16],
        &le32(48),
        &le32(8 + 8 + 8 + author.len()),
        &le32(1),
        &le32(4),
        &le32(16),
        &le32(30),
        &le32(author.len()),
        author.as_bytes(),
    ]);
    compound(&[
        ("\u{1}Ole10Native", join([&le32(native.len()), &native])),
        ("\u{5}SummaryInformation", summary),
        ("Contents", [stream.into_bytes(), vec![b'.'; 5000]].concat()),
        ("\u{1}CompObj", [vec![0; 28], utf16le(&wide)].concat()),
    ])
}
