//! Which objects there may be, and which entries each has.

use super::syntax::Dict;
use super::syntax::Value;

/// What an object is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Catalog,
    Tree,
    Page,
    Resources,
    Graphics,
    Mask,
    Transfer,
    Font,
    Composite,
    Simple,
    Painted,
    Descendant,
    System,
    Descriptor,
    Program,
    ToUnicode,
    Encoding,
    Content,
    Glyph,
    XObject,
    Form,
    Image,
    Alpha,
    Predictor,
    Palette,
    Group,
    Pattern,
    Tiling,
    Shaded,
    Shading,
    Stitching,
    Piece,
}

/// What an entry holds.
pub(super) enum Want {
    Name(&'static [&'static str]),
    /// `F`, `X`, `P`, `G` or `g` and a number.
    Made,
    Text(&'static str),
    Number,
    Bool,
    /// Two of them.
    Bools,
    /// So many numbers; 0 for any.
    Numbers(usize),
    /// Another object or an inline dictionary of that role.
    Of(Role),
    /// A list of those.
    List(Role),
    /// Names to those.
    Map(Role),
    /// A colour space.
    Space,
    /// Numbers within a list.
    Widths,
    /// A number and then made names.
    Differences,
    /// The object that contains this one.
    Parent,
    MaskOrNone,
}

/// An entry, and whether it must be there.
type Entry = (&'static str, Want, bool);

const STANDARD: &[&str] = &[
    "Helvetica",
    "Helvetica-Bold",
    "Helvetica-Oblique",
    "Helvetica-BoldOblique",
    "Courier",
    "Courier-Bold",
    "Courier-Oblique",
    "Courier-BoldOblique",
    "Times-Roman",
    "Times-Bold",
    "Times-Italic",
    "Times-BoldItalic",
];

const BLENDS: &[&str] = &[
    "Normal",
    "Multiply",
    "Screen",
    "Overlay",
    "Darken",
    "Lighten",
    "ColorDodge",
    "ColorBurn",
    "HardLight",
    "SoftLight",
    "Difference",
    "Exclusion",
    "Hue",
    "Saturation",
    "Color",
    "Luminosity",
];

/// The role of an object that can be one of several.
pub(super) fn refine(role: Role, dict: &Dict) -> Option<Role> {
    let name = |key: &str| match dict.get(key) {
        Some(Value::Name(name)) => name.as_str(),
        _ => "",
    };
    Some(match role {
        Role::Font => match name("Subtype") {
            "Type0" => Role::Composite,
            "Type1" => Role::Simple,
            "Type3" => Role::Painted,
            _ => return None,
        },
        Role::XObject => match name("Subtype") {
            "Form" => Role::Form,
            "Image" => Role::Image,
            _ => return None,
        },
        Role::Pattern => match dict.get("PatternType") {
            Some(Value::Number(1.0)) => Role::Tiling,
            Some(Value::Number(2.0)) => Role::Shaded,
            _ => return None,
        },
        other => other,
    })
}

/// Whether an object of that role has a stream.
pub(super) fn streams(role: Role) -> bool {
    matches!(
        role,
        Role::Transfer
            | Role::Program
            | Role::ToUnicode
            | Role::Content
            | Role::Glyph
            | Role::Form
            | Role::Image
            | Role::Alpha
            | Role::Palette
            | Role::Tiling
    )
}

/// The entries of a role. `Length` and `Filter` of streams are checked with the stream.
pub(super) fn entries(role: Role) -> Vec<Entry> {
    use Want::{
        Bool, Differences, List, Made, Map, MaskOrNone, Name, Number, Numbers, Of, Parent, Space,
        Text, Widths,
    };
    match role {
        Role::Catalog => {
            vec![("Type", Name(&["Catalog"]), true), ("Pages", Of(Role::Tree), true)]
        }
        Role::Tree => vec![
            ("Type", Name(&["Pages"]), true),
            ("Count", Number, true),
            ("Kids", List(Role::Page), true),
        ],
        Role::Page => vec![
            ("Type", Name(&["Page"]), true),
            ("Parent", Parent, true),
            ("MediaBox", Numbers(4), true),
            ("UserUnit", Number, false),
            ("Resources", Of(Role::Resources), true),
            ("Contents", Of(Role::Content), true),
        ],
        Role::Resources => vec![
            ("ExtGState", Map(Role::Graphics), false),
            ("Font", Map(Role::Font), false),
            ("Pattern", Map(Role::Pattern), false),
            ("XObject", Map(Role::XObject), false),
        ],
        Role::Graphics => vec![
            ("ca", Number, true),
            ("CA", Number, true),
            ("BM", Name(BLENDS), true),
            ("SMask", MaskOrNone, true),
        ],
        Role::Mask => vec![
            ("S", Name(&["Alpha", "Luminosity"]), true),
            ("G", Of(Role::Form), true),
            ("BC", Numbers(3), false),
            ("TR", Of(Role::Transfer), false),
        ],
        Role::Transfer => vec![
            ("FunctionType", Number, true),
            ("Domain", Numbers(2), true),
            ("Range", Numbers(2), true),
            ("Size", Numbers(1), true),
            ("BitsPerSample", Number, true),
        ],
        Role::Composite => vec![
            ("Type", Name(&["Font"]), true),
            ("Subtype", Name(&["Type0"]), true),
            ("BaseFont", Made, true),
            ("Encoding", Name(&["Identity-H"]), true),
            ("DescendantFonts", List(Role::Descendant), true),
            ("ToUnicode", Of(Role::ToUnicode), true),
        ],
        Role::Simple => vec![
            ("Type", Name(&["Font"]), true),
            ("Subtype", Name(&["Type1"]), true),
            ("BaseFont", Name(STANDARD), true),
            ("Encoding", Name(&["WinAnsiEncoding"]), true),
            ("FirstChar", Number, true),
            ("LastChar", Number, true),
            ("Widths", Numbers(0), true),
        ],
        Role::Painted => vec![
            ("Type", Name(&["Font"]), true),
            ("Subtype", Name(&["Type3"]), true),
            ("FontBBox", Numbers(4), true),
            ("FontMatrix", Numbers(6), true),
            ("CharProcs", Map(Role::Glyph), true),
            ("Encoding", Of(Role::Encoding), true),
            ("FirstChar", Number, true),
            ("LastChar", Number, true),
            ("Widths", Numbers(0), true),
            ("Resources", Of(Role::Resources), true),
            ("ToUnicode", Of(Role::ToUnicode), true),
        ],
        Role::Encoding => {
            vec![("Type", Name(&["Encoding"]), true), ("Differences", Differences, true)]
        }
        Role::Descendant => vec![
            ("Type", Name(&["Font"]), true),
            ("Subtype", Name(&["CIDFontType0"]), true),
            ("BaseFont", Made, true),
            ("CIDSystemInfo", Of(Role::System), true),
            ("FontDescriptor", Of(Role::Descriptor), true),
            ("DW", Number, true),
            ("W", Widths, true),
        ],
        Role::System => vec![
            ("Registry", Text("Adobe"), true),
            ("Ordering", Text("Identity"), true),
            ("Supplement", Number, true),
        ],
        Role::Descriptor => vec![
            ("Type", Name(&["FontDescriptor"]), true),
            ("FontName", Made, true),
            ("Flags", Number, true),
            ("FontBBox", Numbers(4), true),
            ("ItalicAngle", Number, true),
            ("Ascent", Number, true),
            ("Descent", Number, true),
            ("CapHeight", Number, true),
            ("StemV", Number, true),
            ("FontFile3", Of(Role::Program), true),
        ],
        Role::Program => vec![("Subtype", Name(&["CIDFontType0C"]), true)],
        Role::ToUnicode | Role::Content | Role::Glyph | Role::Palette => vec![],
        Role::Form => vec![
            ("Type", Name(&["XObject"]), true),
            ("Subtype", Name(&["Form"]), true),
            ("BBox", Numbers(4), true),
            ("Group", Of(Role::Group), true),
            ("Resources", Of(Role::Resources), true),
        ],
        Role::Group => vec![
            ("S", Name(&["Transparency"]), true),
            ("CS", Name(&["DeviceRGB"]), true),
            ("I", Bool, false),
        ],
        Role::Image => vec![
            ("Type", Name(&["XObject"]), true),
            ("Subtype", Name(&["Image"]), true),
            ("Width", Number, true),
            ("Height", Number, true),
            ("Interpolate", Bool, false),
            ("SMask", Of(Role::Alpha), false),
            ("ImageMask", Bool, false),
            ("BitsPerComponent", Number, true),
            ("ColorSpace", Space, false),
            ("DecodeParms", Of(Role::Predictor), false),
        ],
        Role::Alpha => vec![
            ("Type", Name(&["XObject"]), true),
            ("Subtype", Name(&["Image"]), true),
            ("Width", Number, true),
            ("Height", Number, true),
            ("BitsPerComponent", Number, true),
            ("ColorSpace", Name(&["DeviceGray"]), true),
            ("DecodeParms", Of(Role::Predictor), false),
        ],
        Role::Predictor => {
            vec![("Predictor", Number, true), ("Colors", Number, true), ("Columns", Number, true)]
        }
        Role::Tiling => vec![
            ("PatternType", Number, true),
            ("PaintType", Number, true),
            ("TilingType", Number, true),
            ("BBox", Numbers(4), true),
            ("XStep", Number, true),
            ("YStep", Number, true),
            ("Matrix", Numbers(6), true),
            ("Resources", Of(Role::Resources), true),
        ],
        Role::Shaded => vec![
            ("PatternType", Number, true),
            ("Matrix", Numbers(6), true),
            ("Shading", Of(Role::Shading), true),
        ],
        Role::Shading => vec![
            ("ShadingType", Number, true),
            ("Coords", Numbers(0), true),
            ("ColorSpace", Name(&["DeviceRGB"]), true),
            ("Extend", Want::Bools, true),
            ("Background", Numbers(3), false),
            ("Function", Of(Role::Stitching), true),
        ],
        Role::Stitching => vec![
            ("FunctionType", Number, true),
            ("Domain", Numbers(2), true),
            ("Functions", List(Role::Piece), true),
            ("Bounds", Numbers(0), true),
            ("Encode", Numbers(0), true),
        ],
        Role::Piece => vec![
            ("FunctionType", Number, true),
            ("Domain", Numbers(2), true),
            ("N", Number, true),
            ("C0", Numbers(3), true),
            ("C1", Numbers(3), true),
        ],
        Role::Font | Role::XObject | Role::Pattern => vec![],
    }
}
