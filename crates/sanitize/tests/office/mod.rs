//! Documents built by hand, and what a test asks of the clean ones.

use rand_core::SeedableRng as _;
use sanitize::{Cleaned, Kind, Options, Refusal};
use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;

/// An archive of these members, in their order.
pub(crate) fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let time = zip::DateTime::from_date_and_time(2021, 3, 4, 5, 6, 8).unwrap();
        writer.start_file(*name, SimpleFileOptions::default().last_modified_time(time)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Cleans with some kinds kept.
pub(crate) fn clean(input: &[u8], keep: &[Kind]) -> Result<Cleaned, Refusal> {
    let options = Options { keep: keep.iter().copied().collect(), ..Options::default() };
    let mut rng = rand_chacha::ChaCha20Rng::from_seed([7; 32]);
    sanitize::clean(input, &options, &mut rng)
}

/// Every member of an archive, unpacked, one after the other, with its name.
pub(crate) fn unpacked(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut all = String::new();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        member.read_to_end(&mut content).unwrap();
        all.push_str(&format!(
            "\n== {}\n{}",
            member.name().unwrap(),
            String::from_utf8_lossy(&content)
        ));
    }
    all
}

/// One member.
pub(crate) fn member(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut content = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut content).unwrap();
    content
}

/// Nothing that is called hidden is in the file, and everything that is called shown is.
pub(crate) fn only_shown(cleaned: &Cleaned) {
    let all = unpacked(&cleaned.bytes);
    let found = all.find("HIDDEN").map(|at| &all[at.saturating_sub(200)..(at + 60).min(all.len())]);
    assert!(found.is_none(), "{found:?}");
    assert!(all.contains("SHOWN"), "{all}");
}

/// Whether the report says that something of this kind went.
pub(crate) fn removed(cleaned: &Cleaned, kind: Kind) -> bool {
    cleaned.report.removed.iter().any(|entry| entry.kind == kind)
}

/// Content types of an Office package: parts and their types.
pub(crate) fn types(parts: &[(&str, &str)]) -> String {
    let mut all = String::from(
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>"#,
    );
    for (part, kind) in parts {
        all.push_str(&format!(
            r#"<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/>"#
        ));
    }
    all + "</Types>"
}

/// Relationships: id, last word of the type, target; a target with a colon is outside.
pub(crate) fn rels(all: &[(&str, &str, &str)]) -> String {
    let mut out = String::from(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    );
    for (id, kind, target) in all {
        let mode = if target.contains(':') { r#" TargetMode="External""# } else { "" };
        out.push_str(&format!(
            r#"<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"{mode}/>"#
        ));
    }
    out + "</Relationships>"
}

/// The archive with other words in one member.
pub(crate) fn replaced(bytes: &[u8], name: &str, old: &str, new: &str) -> Vec<u8> {
    let mut source = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut members = Vec::new();
    for at in 0..source.len() {
        let mut member = source.by_index(at).unwrap();
        let (here, mut content) = (member.name().unwrap().to_string(), Vec::new());
        member.read_to_end(&mut content).unwrap();
        if here == name {
            let text = String::from_utf8(content).unwrap();
            assert!(text.contains(old), "{text}");
            content = text.replace(old, new).into_bytes();
        }
        members.push((here, content));
    }
    let members: Vec<_> =
        members.iter().map(|(name, all)| (name.as_str(), all.as_slice())).collect();
    archive(&members)
}

/// A small file that unpacks to more than it may is refused.
pub(crate) fn does_not_go_off(input: &[u8]) {
    assert!(input.len() < 1 << 20);
    let mut options = Options::default();
    options.limits.total_bytes = 100 << 20;
    let mut rng = rand_chacha::ChaCha20Rng::from_seed([7; 32]);
    let refused = sanitize::clean(input, &options, &mut rng).unwrap_err();
    assert!(matches!(refused, Refusal::TooMuch { .. }), "{refused}");
}
