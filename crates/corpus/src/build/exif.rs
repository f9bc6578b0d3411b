//! Exif and TIFF: directories of tagged values, with a marker in every tag that holds text or bytes.

use crate::bytes::{join, le16, le32, utf16le};
use crate::plant::{Date, Planter};

const EXIF: &str = "Exif 3.0 (CIPA DC-008), 4.6";
const TIFF: &str = "TIFF 6.0, part 1, sections 8 and 12";
const GPS: &str = "Exif 3.0, 4.6.6";
const DNG: &str = "DNG 1.7.1, chapters 4 and 6";

/// Tags of the first directory that hold ASCII text.
const TEXT_TAGS: [(u16, &str, &str); 30] = [
    (0x000b, "ProcessingSoftware", "Exif private tags"),
    (0x010d, "DocumentName", TIFF),
    (0x010e, "ImageDescription", TIFF),
    (0x010f, "Make", TIFF),
    (0x0110, "Model", TIFF),
    (0x011d, "PageName", TIFF),
    (0x0131, "Software", TIFF),
    (0x013b, "Artist", TIFF),
    (0x013c, "HostComputer", TIFF),
    (0x014d, "InkNames", "TIFF 6.0, section 16"),
    (0x0151, "TargetPrinter", "TIFF 6.0, section 16"),
    (0x800d, "ImageID", "TIFF technical note OPI"),
    (0x80a4, "WangAnnotation", "Wang TIFF annotation"),
    (0x8298, "Copyright", TIFF),
    (0x87b1, "GeoAsciiParams", "GeoTIFF 1.1, 7.1"),
    (0xa480, "GDAL metadata", "GDAL GTiff driver"),
    (0xa481, "GDAL no data", "GDAL GTiff driver"),
    (0xc614, "UniqueCameraModel", DNG),
    (0xc615, "LocalizedCameraModel", DNG),
    (0xc62f, "CameraSerialNumber", DNG),
    (0xc68b, "OriginalRawFileName", DNG),
    (0xc6f3, "CameraCalibrationSignature", DNG),
    (0xc6f4, "ProfileCalibrationSignature", DNG),
    (0xc6f6, "AsShotProfileName", DNG),
    (0xc6f8, "ProfileName", DNG),
    (0xc6fe, "ProfileCopyright", DNG),
    (0xc716, "PreviewApplicationName", DNG),
    (0xc718, "PreviewSettingsName", DNG),
    (0xc789, "ReelName", DNG),
    (0xfde8, "a private tag", "TIFF 6.0, section 2, private fields"),
];

/// Tags of the first directory that hold bytes of no stated meaning.
const BYTE_TAGS: [(u16, &str, &str); 8] = [
    (0x935c, "ImageSourceData", "Photoshop TIFF technical notes"),
    (0xc4a5, "PrintImageMatching", "PIM"),
    (0xc634, "DNGPrivateData", DNG),
    (0xc65d, "RawDataUniqueID", DNG),
    (0xc68c, "OriginalRawFileData", DNG),
    (0xc6d3, "private camera data", DNG),
    (0xea1c, "Padding", "Windows Imaging Component"),
    (0xfde9, "a private tag of bytes", "TIFF 6.0, section 2, private fields"),
];

/// Text tags of the Exif directory.
const EXIF_TEXT: [(u16, &str); 20] = [
    (0x8824, "SpectralSensitivity"),
    (0x9010, "OffsetTime"),
    (0x9011, "OffsetTimeOriginal"),
    (0x9012, "OffsetTimeDigitized"),
    (0x9290, "SubSecTime"),
    (0x9291, "SubSecTimeOriginal"),
    (0xa004, "RelatedSoundFile"),
    (0xa420, "ImageUniqueID"),
    (0xa430, "CameraOwnerName"),
    (0xa431, "BodySerialNumber"),
    (0xa433, "LensMake"),
    (0xa434, "LensModel"),
    (0xa435, "LensSerialNumber"),
    (0xa436, "ImageTitle"),
    (0xa437, "Photographer"),
    (0xa438, "ImageEditor"),
    (0xa439, "CameraFirmware"),
    (0xa43a, "RAWDevelopingSoftware"),
    (0xa43b, "ImageEditingSoftware"),
    (0xa43c, "MetadataEditingSoftware"),
];

/// Byte tags of the Exif directory.
const EXIF_BYTES: [(u16, &str); 7] = [
    (0x8828, "OECF"),
    (0x927c, "MakerNote"),
    (0xa20c, "SpatialFrequencyResponse"),
    (0xa302, "CFAPattern"),
    (0xa40b, "DeviceSettingDescription"),
    (0xa462, "SourceExposureTimesOfCompositeImage"),
    (0xfdea, "a tag of no standard"),
];

/// A value of a directory.
pub(super) enum Value {
    Ascii(String),
    Bytes(Vec<u8>),
    Undefined(Vec<u8>),
    Short(Vec<u16>),
    Long(Vec<u32>),
    Rational(Vec<u8>),
    /// Written elsewhere; the value is where.
    Blobs(Vec<Vec<u8>>),
    Directories(Vec<Directory>),
}

/// Tagged values, in the order of their tags.
#[derive(Default)]
pub(super) struct Directory(pub(super) Vec<(u16, Value)>);

/// A file of such directories, one after another, with bytes between that belong to none.
pub(super) fn tiff(chain: Vec<Directory>, gap: &[u8]) -> Vec<u8> {
    let mut out = join([b"II*\0", &[0; 4], gap]);
    let mut next = 0;
    for directory in chain.into_iter().rev() {
        next = put(&mut out, directory, next);
    }
    out[4..8].copy_from_slice(&le32(next));
    out
}

fn put(out: &mut Vec<u8>, Directory(mut entries): Directory, next: usize) -> usize {
    entries.sort_by_key(|(tag, _)| *tag);
    let mut table = le16(entries.len()).to_vec();
    for (tag, value) in entries {
        let longs =
            |offsets: Vec<usize>| -> Vec<u8> { offsets.into_iter().flat_map(le32).collect() };
        let (kind, size, data) = match value {
            Value::Ascii(text) => (2, 1, [text.as_bytes(), b"\0"].concat()),
            Value::Bytes(data) => (1, 1, data),
            Value::Undefined(data) => (7, 1, data),
            Value::Short(numbers) => {
                (3, 2, numbers.into_iter().flat_map(u16::to_le_bytes).collect())
            }
            Value::Long(numbers) => {
                (4, 4, numbers.into_iter().flat_map(u32::to_le_bytes).collect())
            }
            Value::Rational(data) => (5, 8, data),
            Value::Blobs(blobs) => {
                (4, 4, longs(blobs.into_iter().map(|blob| append(out, &blob)).collect()))
            }
            Value::Directories(list) => {
                (4, 4, longs(list.into_iter().map(|one| put(out, one, 0)).collect()))
            }
        };
        table.extend(tag.to_le_bytes());
        table.extend(le16(kind));
        table.extend(le32(data.len() / size));
        if data.len() <= 4 {
            table.extend(data.iter().copied().chain([0; 4]).take(4));
        } else {
            table.extend(le32(append(out, &data)));
        }
    }
    table.extend(le32(next));
    append(out, &table)
}

fn append(out: &mut Vec<u8>, data: &[u8]) -> usize {
    if out.len() % 2 == 1 {
        out.push(0);
    }
    out.extend_from_slice(data);
    out.len() - data.len()
}

/// The directory 0 with everything below it that says something about the picture's making.
pub(super) fn directory(p: &mut Planter, at: &str) -> Directory {
    let mut all = Vec::new();
    for (tag, name, spec) in TEXT_TAGS {
        all.push((tag, Value::Ascii(p.hidden(format!("{at}{name}"), spec))));
    }
    for (tag, name, spec) in BYTE_TAGS {
        all.push((tag, Value::Bytes(p.hidden(format!("{at}{name}"), spec).into_bytes())));
    }
    for (tag, name) in [
        (0x9c9b, "XPTitle"),
        (0x9c9c, "XPComment"),
        (0x9c9d, "XPAuthor"),
        (0x9c9e, "XPKeywords"),
        (0x9c9f, "XPSubject"),
    ] {
        let text = p.hidden(format!("{at}{name}"), "Windows GDI+ property tags");
        all.push((tag, Value::Bytes([utf16le(&text), vec![0, 0]].concat())));
    }
    all.push((0x0132, Value::Ascii(p.date(format!("{at}DateTime"), TIFF, Date::Exif))));
    all.push((0xc71b, Value::Ascii(p.date(format!("{at}PreviewDateTime"), DNG, Date::Iso))));
    all.push((0x8769, Value::Directories(vec![exif(p, at)])));
    all.push((0x8825, Value::Directories(vec![gps(p, at)])));
    Directory(all)
}

fn exif(p: &mut Planter, at: &str) -> Directory {
    let mut all = vec![(0x9000, Value::Undefined(b"0300".to_vec()))];
    for (tag, name) in EXIF_TEXT {
        all.push((tag, Value::Ascii(p.hidden(format!("{at}Exif {name}"), EXIF))));
    }
    for (tag, name) in EXIF_BYTES {
        all.push((tag, Value::Undefined(p.hidden(format!("{at}Exif {name}"), EXIF).into_bytes())));
    }
    for (tag, name) in [(0x9003, "DateTimeOriginal"), (0x9004, "DateTimeDigitized")] {
        all.push((tag, Value::Ascii(p.date(format!("{at}Exif {name}"), EXIF, Date::Exif))));
    }
    let comment = p.hidden(format!("{at}Exif UserComment"), EXIF);
    all.push((0x9286, Value::Undefined([b"UNICODE\0", &utf16le(&comment)[..]].concat())));
    all.push((
        0xa005,
        Value::Directories(vec![Directory(vec![
            (1, Value::Ascii(p.hidden(format!("{at}Interoperability index"), EXIF))),
            (0x1000, Value::Ascii(p.hidden(format!("{at}RelatedImageFileFormat"), EXIF))),
        ])]),
    ));
    Directory(all)
}

fn gps(p: &mut Planter, at: &str) -> Directory {
    let mut all = vec![(0, Value::Bytes(vec![2, 3, 0, 0]))];
    for (tag, name) in [(2, "GPSLatitude"), (4, "GPSLongitude"), (0x14, "GPSDestLatitude")] {
        all.push((tag, Value::Rational(p.raw(format!("{at}{name}"), GPS, 24))));
    }
    for (tag, name) in [(8, "GPSSatellites"), (0x12, "GPSMapDatum"), (0x1d, "GPSDateStamp")] {
        all.push((tag, Value::Ascii(p.hidden(format!("{at}{name}"), GPS))));
    }
    for (tag, name) in [(0x1b, "GPSProcessingMethod"), (0x1c, "GPSAreaInformation")] {
        let text = p.hidden(format!("{at}{name}"), GPS);
        all.push((tag, Value::Undefined([b"ASCII\0\0\0", text.as_bytes()].concat())));
    }
    Directory(all)
}

/// A whole Exif block as other formats carry it: directories 0 and 1, with a thumbnail that has its own comment.
pub(super) fn block(p: &mut Planter, at: &str) -> Vec<u8> {
    let at = format!("{at}Exif: ");
    let first = directory(p, &at);
    let thumbnail = super::jpeg::thumbnail(p, &format!("{at}thumbnail "));
    let second = Directory(vec![
        (0x0103, Value::Short(vec![6])),
        (0x010e, Value::Ascii(p.hidden(format!("{at}IFD1 ImageDescription"), EXIF))),
        (0x0110, Value::Ascii(p.hidden(format!("{at}IFD1 Model"), EXIF))),
        (0x0201, Value::Blobs(vec![thumbnail.clone()])),
        (0x0202, Value::Long(vec![u32::try_from(thumbnail.len()).unwrap()])),
    ]);
    let gap = p.hidden(format!("{at}bytes between directories"), "TIFF 6.0, section 2");
    tiff(vec![first, second], gap.as_bytes())
}
