//! What a paper looks like, as far as `newsroom.toml` may say.

use toml::Spanned;

use super::{Fault, Named};
use crate::colour::Accent;
use crate::error::PressError;

/// Families of type, each a list of fonts that systems have: what `type` may say, serif (headlines and text), sans (the rest).
/// The first is that of base.css.
const FACES: [(&str, &str); 4] = [
    ("book", ""),
    (
        "old-style",
        "--serif: \"Iowan Old Style\", \"Palatino Linotype\", Palatino, \"URW Palladio L\", P052, \"Book Antiqua\", serif; \
         --sans: Optima, Candara, \"Gill Sans\", \"Gill Sans MT\", \"Noto Sans\", \"Liberation Sans\", sans-serif;",
    ),
    (
        "slab",
        "--serif: Rockwell, \"Rockwell Nova\", \"Roboto Slab\", \"DejaVu Serif\", \"Sitka Small\", Georgia, serif; \
         --sans: Bahnschrift, \"DIN Alternate\", \"Franklin Gothic Medium\", \"DejaVu Sans\", sans-serif;",
    ),
    (
        "plain",
        "--serif: system-ui, \"Segoe UI\", \"Helvetica Neue\", \"Noto Sans\", \"Liberation Sans\", Arial, sans-serif; \
         --sans: var(--serif);",
    ),
];

/// Colours, type and logo.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// The accent colour on light and on dark paper.
    pub(crate) accent: Accent,
    /// Custom properties for the style sheet; empty for the usual type.
    pub(crate) face: &'static str,
    /// Stands for the name at the head of every page.
    pub(crate) logo: Option<Logo>,
}

/// The logo, and the one for dark paper.
#[derive(Clone, Debug)]
pub(crate) struct Logo {
    pub(crate) light: Named,
    pub(crate) dark: Option<Named>,
}

pub(super) fn face(
    raw: Option<&Spanned<String>>,
    fault: &Fault<'_>,
) -> Result<&'static str, PressError> {
    let Some(raw) = raw else { return Ok("") };
    let face = FACES.iter().find(|(name, _)| name == raw.get_ref()).map(|(_, style)| *style);
    face.ok_or_else(|| {
        let known: Vec<_> = FACES.iter().map(|(name, _)| *name).collect();
        let problem = format!("there is no type {:?}", raw.get_ref());
        fault.at(raw.span().start, problem, &format!("choose one of {}", known.join(", ")))
    })
}

pub(super) fn logo(
    light: Option<Spanned<String>>,
    dark: Option<Spanned<String>>,
    fault: &Fault<'_>,
) -> Result<Option<Logo>, PressError> {
    for raw in light.iter().chain(&dark) {
        if !raw.get_ref().ends_with(".svg") && !raw.get_ref().ends_with(".png") {
            let problem = format!("a logo that is neither SVG nor PNG: {:?}", raw.get_ref());
            return Err(fault.at(raw.span().start, problem, "export it as .svg, or as .png"));
        }
    }
    match (light, dark) {
        (Some(light), dark) => {
            Ok(Some(Logo { light: fault.named(light), dark: dark.map(|d| fault.named(d)) }))
        }
        (None, Some(dark)) => Err(fault.at(
            dark.span().start,
            "`logo_dark` without `logo`",
            "add `logo`, which is shown on light paper",
        )),
        (None, None) => Ok(None),
    }
}
