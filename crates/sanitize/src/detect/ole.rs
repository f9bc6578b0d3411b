//! OLE2 compound files: the old Office formats, Outlook messages, and the shell around encrypted new ones.
//! None of them is rebuilt; each gets the advice that fits it.

use super::refused::named;
use crate::Refusal;

/// What the refusal says, by the name of a stream in the directory ([MS-CFB] 2.6: entries of 128 bytes, names in
/// UTF-16LE).
pub(super) fn refusal(input: &[u8]) -> Refusal {
    let has = |name: &str| {
        let wanted: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        // Entries lie on multiples of 128 bytes, wherever their sector is.
        input.chunks(128).any(|entry| entry.starts_with(&wanted))
    };
    if has("EncryptedPackage") {
        return Refusal::Encrypted { format: "Office document" };
    }
    let table = [
        ("WordDocument", "an old Word document (DOC)", "save it as DOCX"),
        ("Workbook", "an old Excel workbook (XLS)", "save it as XLSX"),
        ("Book", "an old Excel workbook (XLS)", "save it as XLSX"),
        ("PowerPoint Document", "an old PowerPoint presentation (PPT)", "save it as PPTX"),
        ("VisioDocument", "a Visio drawing", "save it as PDF"),
        ("__properties_version1.0", "an Outlook message (MSG)", "save it as EML"),
        ("Catalog", "a thumbnail cache of Windows", "leave it out"),
        ("Quill", "a Publisher document", "save it as PDF"),
    ];
    table.iter().find(|(stream, _, _)| has(stream)).map_or_else(
        || named("an old Microsoft document (OLE2)", "save it as PDF, DOCX, XLSX or PPTX"),
        |(_, what, advice)| named(what, advice),
    )
}
