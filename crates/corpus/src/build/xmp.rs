//! XMP, IPTC, Photoshop resources and ICC profiles: the blocks that many formats carry.

use crate::bytes::{be16, be32, join, utf16be};
use crate::plant::{Date, Planter};

const XMP: &str = "XMP (ISO 16684-1), 8";
const IIM: &str = "IPTC IIM 4.2, chapter 6";
const PSIR: &str = "Photoshop file formats, image resource IDs";
const ICC: &str = "ICC.1:2022, 9 and 10";

/// Namespaces, and their properties that hold text.
const NAMESPACES: [(&str, &str, &str); 15] = [
    (
        "dc",
        "http://purl.org/dc/elements/1.1/",
        "contributor coverage creator description format identifier language publisher relation rights source subject title type",
    ),
    ("xmp", "http://ns.adobe.com/xap/1.0/", "BaseURL CreatorTool Identifier Label Nickname"),
    (
        "xmpRights",
        "http://ns.adobe.com/xap/1.0/rights/",
        "Certificate Marked Owner UsageTerms WebStatement",
    ),
    (
        "xmpMM",
        "http://ns.adobe.com/xap/1.0/mm/",
        "DocumentID InstanceID OriginalDocumentID ManageTo Manager RenditionParams VersionID",
    ),
    (
        "photoshop",
        "http://ns.adobe.com/photoshop/1.0/",
        "AuthorsPosition CaptionWriter Category City Country Credit Headline History Instructions Source State SupplementalCategories TransmissionReference",
    ),
    (
        "Iptc4xmpCore",
        "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
        "CountryCode Location Scene SubjectCode AltTextAccessibility",
    ),
    (
        "Iptc4xmpExt",
        "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        "AddlModelInfo DigImageGUID Event OrganisationInImageName PersonInImage",
    ),
    ("plus", "http://ns.useplus.org/ldf/xmp/1.0/", "ImageSupplierImageID ModelReleaseID"),
    (
        "tiff",
        "http://ns.adobe.com/tiff/1.0/",
        "Artist Copyright ImageDescription Make Model Software",
    ),
    ("exif", "http://ns.adobe.com/exif/1.0/", "GPSLatitude GPSLongitude ImageUniqueID UserComment"),
    ("aux", "http://ns.adobe.com/exif/1.0/aux/", "Firmware Lens LensID OwnerName SerialNumber"),
    ("crs", "http://ns.adobe.com/camera-raw-settings/1.0/", "CameraProfile RawFileName"),
    ("pdf", "http://ns.adobe.com/pdf/1.3/", "Keywords Producer"),
    (
        "xmpDM",
        "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
        "artist album comment engineer logComment shotLocation tapeName projectName",
    ),
    ("own", "urn:example:own/", "anything"),
];

/// A packet with a marker in every property of the common schemas, in structures, attributes and padding.
pub(super) fn packet(p: &mut Planter, at: &str) -> String {
    let at = format!("{at}XMP: ");
    let (mut names, mut body) = (String::new(), String::new());
    for (prefix, uri, properties) in NAMESPACES {
        names.push_str(&format!(" xmlns:{prefix}=\"{uri}\""));
        for property in properties.split(' ') {
            let text = p.hidden(format!("{at}{prefix}:{property}"), XMP);
            let text = match (prefix, property) {
                (
                    "dc",
                    "creator" | "contributor" | "subject" | "language" | "publisher" | "relation"
                    | "type",
                ) => format!("<rdf:Bag><rdf:li>{text}</rdf:li></rdf:Bag>"),
                ("dc", "title" | "description" | "rights") => {
                    format!("<rdf:Alt><rdf:li xml:lang=\"x-default\">{text}</rdf:li></rdf:Alt>")
                }
                _ => text,
            };
            body.push_str(&format!("<{prefix}:{property}>{text}</{prefix}:{property}>\n"));
        }
    }
    for (name, place) in [
        ("xmp:CreateDate", "CreateDate"),
        ("xmp:ModifyDate", "ModifyDate"),
        ("xmp:MetadataDate", "MetadataDate"),
        ("photoshop:DateCreated", "DateCreated"),
    ] {
        body.push_str(&format!(
            "<{name}>{}</{name}>\n",
            p.date(format!("{at}{place}"), XMP, Date::Iso)
        ));
    }
    let mut h = |place: &str| p.hidden(format!("{at}{place}"), XMP);
    let (event, agent, changed) =
        (h("xmpMM:History stEvt:instanceID"), h("stEvt:softwareAgent"), h("stEvt:parameters"));
    let (path, derived, ingredient) =
        (h("stRef:filePath"), h("xmpMM:DerivedFrom stRef:documentID"), h("xmpMM:Ingredients"));
    let (image, about, comment, instruction, padding, attribute) = (
        h("xmp:Thumbnails xmpGImg:image"),
        h("rdf:about"),
        h("a comment"),
        h("a processing instruction"),
        h("padding of the packet"),
        h("a property as attribute"),
    );
    let (face, toolkit) = (h("mwg-rs:RegionList mwg-rs:Name"), h("x:xmptk"));
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
<x:xmpmeta xmlns:x=\"adobe:ns:meta/\" x:xmptk=\"{toolkit}\"><!-- {comment} --><?note {instruction}?>\n\
<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
<rdf:Description rdf:about=\"uuid:{about}\"{names} xmlns:stEvt=\"http://ns.adobe.com/xap/1.0/sType/ResourceEvent#\" \
xmlns:stRef=\"http://ns.adobe.com/xap/1.0/sType/ResourceRef#\" xmlns:xmpGImg=\"http://ns.adobe.com/xap/1.0/g/img/\" \
xmlns:mwg-rs=\"http://www.metadataworkinggroup.com/schemas/regions/\" own:attribute=\"{attribute}\">\n{body}\
<xmpMM:History><rdf:Seq><rdf:li stEvt:action=\"saved\" stEvt:instanceID=\"{event}\" stEvt:softwareAgent=\"{agent}\" stEvt:parameters=\"{changed}\"/></rdf:Seq></xmpMM:History>\n\
<xmpMM:DerivedFrom stRef:documentID=\"{derived}\" stRef:filePath=\"{path}\"/>\n\
<xmpMM:Ingredients><rdf:Bag><rdf:li stRef:documentID=\"{ingredient}\"/></rdf:Bag></xmpMM:Ingredients>\n\
<xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType=\"Resource\"><xmpGImg:format>JPEG</xmpGImg:format><xmpGImg:image>{image}</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails>\n\
<mwg-rs:Regions rdf:parseType=\"Resource\"><mwg-rs:RegionList><rdf:Bag><rdf:li mwg-rs:Name=\"{face}\"/></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>\n\
</rdf:Description></rdf:RDF></x:xmpmeta>\n   {padding}   \n<?xpacket end=\"w\"?>"
    )
}

/// Datasets of record 2 that hold text.
const DATASETS: [(u8, &str); 26] = [
    (5, "Object Name"),
    (7, "Edit Status"),
    (15, "Category"),
    (20, "Supplemental Category"),
    (22, "Fixture Identifier"),
    (25, "Keywords"),
    (26, "Content Location Code"),
    (27, "Content Location Name"),
    (40, "Special Instructions"),
    (65, "Originating Program"),
    (70, "Program Version"),
    (80, "By-line"),
    (85, "By-line Title"),
    (90, "City"),
    (92, "Sub-location"),
    (95, "Province/State"),
    (100, "Country Code"),
    (101, "Country Name"),
    (103, "Original Transmission Reference"),
    (105, "Headline"),
    (110, "Credit"),
    (115, "Source"),
    (116, "Copyright Notice"),
    (118, "Contact"),
    (120, "Caption"),
    (122, "Writer"),
];

pub(super) fn iptc(p: &mut Planter, at: &str) -> Vec<u8> {
    let mut all = Vec::new();
    for (number, name) in DATASETS {
        let text = p.hidden(format!("{at}IPTC 2:{number} {name}"), IIM);
        all.extend(join([&[0x1c, 2, number], &be16(text.len()), text.as_bytes()]));
    }
    for (record, number, name) in [
        (1, 5, "Destination"),
        (1, 100, "UNO"),
        (7, 10, "a dataset of record 7"),
        (8, 10, "Subfile"),
    ] {
        let text = p.hidden(format!("{at}IPTC {record}:{number} {name}"), IIM);
        all.extend(join([&[0x1c, record, number], &be16(text.len()), text.as_bytes()]));
    }
    all
}

/// Photoshop's image resources, IPTC among them.
pub(super) fn resources(p: &mut Planter, at: &str) -> Vec<u8> {
    let mut all = Vec::new();
    let mut put = |id: usize, name: &str, data: &[u8]| {
        let mut pascal = vec![u8::try_from(name.len()).unwrap()];
        pascal.extend_from_slice(name.as_bytes());
        pascal.resize(pascal.len().next_multiple_of(2), 0);
        all.extend(join([b"8BIM", &be16(id), &pascal, &be32(data.len()), data]));
        all.resize(all.len().next_multiple_of(2), 0);
    };
    put(0x0404, "", &iptc(p, at));
    let name = p.hidden(format!("{at}Photoshop resource name"), PSIR);
    put(0x0fa0, &name, b"plug-in");
    for (id, what) in [
        (0x03ee, "alpha channel names"),
        (0x03f0, "caption"),
        (0x040b, "URL"),
        (0x0422, "Exif data 1"),
        (0x0423, "Exif data 3"),
        (0x0425, "caption digest"),
        (0x041e, "URL list"),
        (0x0bb7, "clipping path name"),
        (0x07d0, "path"),
        (0x1b58, "Image Ready variables"),
        (0x0fa1, "plug-in resource"),
    ] {
        let text = p.hidden(format!("{at}Photoshop {what}"), PSIR);
        put(id, "", text.as_bytes());
    }
    for (id, what) in [(0x0415, "unicode alpha names"), (0x041a, "slices")] {
        let text = p.hidden(format!("{at}Photoshop {what}"), PSIR);
        put(id, "", &utf16be(&text));
    }
    let thumbnail = super::jpeg::thumbnail(p, &format!("{at}Photoshop thumbnail "));
    let head = join([
        &be32(1),
        &be32(16),
        &be32(12),
        &be32(48),
        &be32(576),
        &be32(thumbnail.len()),
        &be16(24),
        &be16(1),
    ]);
    put(0x040c, "", &[head, thumbnail].concat());
    all
}

/// A matrix profile like sRGB, with markers in its texts, in a private tag, and in its gaps.
pub(super) fn icc(p: &mut Planter, at: &str) -> Vec<u8> {
    let mut h = |what: &str| p.hidden(format!("{at}ICC {what}"), ICC);
    let text = |kind: &[u8; 4], data: &[u8]| join([kind, &[0; 4], data]);
    let mluc = |marker: &str| {
        let data = utf16be(marker);
        join([b"mluc", &[0; 4], &be32(1), &be32(12), b"enUS", &be32(data.len()), &be32(28), &data])
    };
    let xyz = |x: u32, y: u32, z: u32| {
        join([b"XYZ ", &[0; 4], &x.to_be_bytes(), &y.to_be_bytes(), &z.to_be_bytes()])
    };
    let curve = join([b"curv", &[0; 4], &be32(1), &[2, 0x33, 0, 0]]);
    let tags: Vec<([u8; 4], Vec<u8>)> = vec![
        (*b"desc", mluc(&h("profileDescription"))),
        (*b"cprt", mluc(&h("copyright"))),
        (*b"dmnd", mluc(&h("deviceMfgDesc"))),
        (*b"dmdd", mluc(&h("deviceModelDesc"))),
        (*b"vued", mluc(&h("viewingCondDesc"))),
        (*b"scrd", mluc(&h("screeningDesc"))),
        (*b"targ", text(b"text", h("charTarget").as_bytes())),
        (*b"priv", text(b"data", h("a private tag").as_bytes())),
        (*b"meta", text(b"dict", h("metadata").as_bytes())),
        (*b"wtpt", xyz(0xf6d6, 0x10000, 0xd32d)),
        (*b"rXYZ", xyz(0x6fa2, 0x38f5, 0x390)),
        (*b"gXYZ", xyz(0x6299, 0xb785, 0x18da)),
        (*b"bXYZ", xyz(0x24a0, 0xf84, 0xb6cf)),
        (*b"rTRC", curve.clone()),
        (*b"gTRC", curve.clone()),
        (*b"bTRC", curve),
    ];
    let gap = h("bytes of no tag");
    let mut table = be32(tags.len()).to_vec();
    let mut data = gap.into_bytes();
    let start = 128 + 4 + 12 * tags.len();
    for (name, tag) in tags {
        data.resize(data.len().next_multiple_of(4), 0);
        table.extend(join([&name, &be32(start + data.len()), &be32(tag.len())]));
        data.extend(tag);
    }
    let mut head = vec![0; 128];
    head[..4].copy_from_slice(&be32(start + data.len()));
    head[8] = 4;
    head[12..24].copy_from_slice(b"mntrRGB XYZ ");
    head[36..40].copy_from_slice(b"acsp");
    head[68..80].copy_from_slice(&[0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d]);
    head[84..100].copy_from_slice(&p.raw(format!("{at}ICC profile ID"), ICC, 16));
    let reserved = p.hidden(format!("{at}ICC reserved bytes of the header"), ICC);
    head[100..114].copy_from_slice(reserved.as_bytes());
    [head, table, data].concat()
}
