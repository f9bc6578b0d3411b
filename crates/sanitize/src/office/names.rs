//! Namespaces, and the one prefix that each has in what we write.

/// Prefix and the namespaces it stands for: the one that is written first, then others that mean the same
/// (ISO 29500 strict).
const SPACES: &[(&str, &[&str])] = &[
    (
        "w",
        &[
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        ],
    ),
    (
        "r",
        &[
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        ],
    ),
    (
        "a",
        &[
            "http://schemas.openxmlformats.org/drawingml/2006/main",
            "http://purl.oclc.org/ooxml/drawingml/main",
        ],
    ),
    (
        "wp",
        &[
            "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
            "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
        ],
    ),
    (
        "xdr",
        &[
            "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
            "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing",
        ],
    ),
    (
        "pic",
        &[
            "http://schemas.openxmlformats.org/drawingml/2006/picture",
            "http://purl.oclc.org/ooxml/drawingml/picture",
        ],
    ),
    (
        "c",
        &[
            "http://schemas.openxmlformats.org/drawingml/2006/chart",
            "http://purl.oclc.org/ooxml/drawingml/chart",
        ],
    ),
    (
        "m",
        &[
            "http://schemas.openxmlformats.org/officeDocument/2006/math",
            "http://purl.oclc.org/ooxml/officeDocument/math",
        ],
    ),
    (
        "x",
        &[
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        ],
    ),
    (
        "p",
        &[
            "http://schemas.openxmlformats.org/presentationml/2006/main",
            "http://purl.oclc.org/ooxml/presentationml/main",
        ],
    ),
    ("dgm", &["http://schemas.openxmlformats.org/drawingml/2006/diagram"]),
    ("dsp", &["http://schemas.microsoft.com/office/drawing/2008/diagram"]),
    ("mc", &["http://schemas.openxmlformats.org/markup-compatibility/2006"]),
    ("wps", &["http://schemas.microsoft.com/office/word/2010/wordprocessingShape"]),
    ("wpg", &["http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"]),
    ("wpc", &["http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas"]),
    ("wp14", &["http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing"]),
    ("w14", &["http://schemas.microsoft.com/office/word/2010/wordml"]),
    ("a14", &["http://schemas.microsoft.com/office/drawing/2010/main"]),
    ("v", &["urn:schemas-microsoft-com:vml"]),
    ("o", &["urn:schemas-microsoft-com:office:office"]),
    ("w10", &["urn:schemas-microsoft-com:office:word"]),
    ("xvml", &["urn:schemas-microsoft-com:office:excel"]),
    ("rel", &["http://schemas.openxmlformats.org/package/2006/relationships"]),
    ("ct", &["http://schemas.openxmlformats.org/package/2006/content-types"]),
    ("office", &["urn:oasis:names:tc:opendocument:xmlns:office:1.0"]),
    ("style", &["urn:oasis:names:tc:opendocument:xmlns:style:1.0"]),
    ("text", &["urn:oasis:names:tc:opendocument:xmlns:text:1.0"]),
    ("table", &["urn:oasis:names:tc:opendocument:xmlns:table:1.0"]),
    ("draw", &["urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"]),
    ("fo", &["urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"]),
    ("svg", &["urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"]),
    ("number", &["urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"]),
    ("presentation", &["urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"]),
    ("chart", &["urn:oasis:names:tc:opendocument:xmlns:chart:1.0"]),
    ("dr3d", &["urn:oasis:names:tc:opendocument:xmlns:dr3d:1.0"]),
    ("form", &["urn:oasis:names:tc:opendocument:xmlns:form:1.0"]),
    ("script", &["urn:oasis:names:tc:opendocument:xmlns:script:1.0"]),
    ("config", &["urn:oasis:names:tc:opendocument:xmlns:config:1.0"]),
    ("anim", &["urn:oasis:names:tc:opendocument:xmlns:animation:1.0"]),
    ("manifest", &["urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"]),
    ("meta", &["urn:oasis:names:tc:opendocument:xmlns:meta:1.0"]),
    ("dc", &["http://purl.org/dc/elements/1.1/"]),
    ("xlink", &["http://www.w3.org/1999/xlink"]),
    ("math", &["http://www.w3.org/1998/Math/MathML"]),
    ("loext", &["urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"]),
    ("calcext", &["urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"]),
    ("h", &["http://www.w3.org/1999/xhtml"]),
    ("vg", &["http://www.w3.org/2000/svg"]),
    ("epub", &["http://www.idpf.org/2007/ops"]),
    ("opf", &["http://www.idpf.org/2007/opf"]),
    ("cn", &["urn:oasis:names:tc:opendocument:xmlns:container"]),
    ("ncx", &["http://www.daisy.org/z3986/2005/ncx/"]),
    ("xml", &["http://www.w3.org/XML/1998/namespace"]),
];

/// Our prefix for a namespace.
pub(super) fn prefix(space: &str) -> Option<&'static str> {
    SPACES.iter().find(|(_, all)| all.contains(&space)).map(|(prefix, _)| *prefix)
}

/// The namespace that is written for one of our prefixes.
pub(super) fn space(prefix: &str) -> Option<&'static str> {
    SPACES.iter().find(|(known, _)| *known == prefix).and_then(|(_, all)| all.first().copied())
}
