//! What a drawing may consist of.

/// What an attribute's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Numbers with units, or `auto`.
    Numbers,
    Path,
    Transform,
    /// A colour, a pattern or gradient, or none.
    Paint,
    Colour,
    /// Of [`WORDS`].
    Word,
    Fonts,
    /// `url(#name)`
    Reference,
    /// `#name`, or a picture.
    Address,
    /// The name of this element.
    Name,
}

/// Elements that are written.
pub(super) const ELEMENTS: &[&str] = &[
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "textPath",
    "image",
    "linearGradient",
    "radialGradient",
    "stop",
    "pattern",
    "clipPath",
    "mask",
    "marker",
];

/// Elements that are shown only where something refers to them.
pub(super) fn is_definition(name: &str) -> bool {
    matches!(
        name,
        "symbol" | "linearGradient" | "radialGradient" | "pattern" | "clipPath" | "mask" | "marker"
    )
}

/// What is written with what values. Properties may also come from style sheets.
pub(super) fn value(name: &str) -> Option<(Value, bool)> {
    let (value, property) = match name {
        "x" | "y" | "width" | "height" | "cx" | "cy" | "r" | "rx" | "ry" => (Value::Numbers, false),
        "x1" | "y1" | "x2" | "y2" | "dx" | "dy" | "fx" | "fy" | "fr" | "rotate" | "textLength"
        | "offset" | "points" | "viewBox" | "markerWidth" | "markerHeight" | "refX" | "refY"
        | "orient" | "startOffset" | "pathLength" => (Value::Numbers, false),
        "d" => (Value::Path, false),
        "transform" | "gradientTransform" | "patternTransform" => (Value::Transform, false),
        "preserveAspectRatio"
        | "gradientUnits"
        | "spreadMethod"
        | "patternUnits"
        | "patternContentUnits"
        | "clipPathUnits"
        | "maskUnits"
        | "maskContentUnits"
        | "markerUnits"
        | "lengthAdjust"
        | "method"
        | "spacing" => (Value::Word, false),
        "href" => (Value::Address, false),
        "id" => (Value::Name, false),
        "fill" | "stroke" => (Value::Paint, true),
        "color" | "stop-color" => (Value::Colour, true),
        "opacity" | "fill-opacity" | "stroke-opacity" | "stop-opacity" | "stroke-width"
        | "stroke-miterlimit" | "stroke-dasharray" | "stroke-dashoffset" | "font-size"
        | "letter-spacing" | "word-spacing" => (Value::Numbers, true),
        "fill-rule" | "clip-rule" | "stroke-linecap" | "stroke-linejoin" | "font-weight"
        | "font-style" | "font-variant" | "text-anchor" | "dominant-baseline"
        | "alignment-baseline" | "baseline-shift" | "text-decoration" | "writing-mode"
        | "paint-order" | "vector-effect" | "image-rendering" | "shape-rendering"
        | "text-rendering" | "overflow" | "visibility" | "mask-type" => (Value::Word, true),
        "font-family" => (Value::Fonts, true),
        "clip-path" | "mask" | "marker-start" | "marker-mid" | "marker-end" => {
            (Value::Reference, true)
        }
        _ => return None,
    };
    Some((value, property))
}

/// Every word that a value may have.
pub(super) const WORDS: &[&str] = &[
    "auto",
    "auto-start-reverse",
    "none",
    "inherit",
    "normal",
    "visible",
    "hidden",
    "scroll",
    "collapse",
    "userSpaceOnUse",
    "objectBoundingBox",
    "strokeWidth",
    "pad",
    "reflect",
    "repeat",
    "xMinYMin",
    "xMidYMin",
    "xMaxYMin",
    "xMinYMid",
    "xMidYMid",
    "xMaxYMid",
    "xMinYMax",
    "xMidYMax",
    "xMaxYMax",
    "meet",
    "slice",
    "spacing",
    "spacingAndGlyphs",
    "align",
    "stretch",
    "exact",
    "nonzero",
    "evenodd",
    "butt",
    "round",
    "square",
    "miter",
    "bevel",
    "arcs",
    "miter-clip",
    "bold",
    "bolder",
    "lighter",
    "100",
    "200",
    "300",
    "400",
    "500",
    "600",
    "700",
    "800",
    "900",
    "italic",
    "oblique",
    "small-caps",
    "start",
    "middle",
    "end",
    "baseline",
    "alphabetic",
    "central",
    "hanging",
    "mathematical",
    "ideographic",
    "text-before-edge",
    "text-after-edge",
    "before-edge",
    "after-edge",
    "text-top",
    "text-bottom",
    "top",
    "bottom",
    "sub",
    "super",
    "underline",
    "overline",
    "line-through",
    "horizontal-tb",
    "vertical-rl",
    "vertical-lr",
    "lr-tb",
    "rl-tb",
    "tb-rl",
    "lr",
    "rl",
    "tb",
    "fill",
    "stroke",
    "markers",
    "non-scaling-stroke",
    "optimizeSpeed",
    "optimizeQuality",
    "optimizeLegibility",
    "geometricPrecision",
    "crispEdges",
    "pixelated",
    "luminance",
    "alpha",
];

/// Fonts that many people have; the name of another can tell whose drawing it is.
pub(super) const FONTS: &[&str] = &[
    "serif",
    "sans-serif",
    "monospace",
    "cursive",
    "fantasy",
    "system-ui",
    "Arial",
    "Helvetica",
    "Helvetica Neue",
    "Times",
    "Times New Roman",
    "Courier",
    "Courier New",
    "Verdana",
    "Georgia",
    "Tahoma",
    "Trebuchet MS",
    "Calibri",
    "Cambria",
    "Segoe UI",
    "Roboto",
    "Open Sans",
    "Noto Sans",
    "Noto Serif",
    "DejaVu Sans",
    "DejaVu Serif",
    "DejaVu Sans Mono",
    "Liberation Sans",
    "Liberation Serif",
    "Liberation Mono",
    "Ubuntu",
    "Lato",
    "Palatino",
    "Garamond",
    "Impact",
    "Comic Sans MS",
    "Menlo",
    "Consolas",
];

pub(super) const UNITS: &[&str] =
    &["px", "pt", "pc", "in", "cm", "mm", "em", "ex", "rem", "%", "deg", "rad"];
