//! The one accent colour, checked for contrast so that no choice makes a page hard to read.

/// Light and dark paper, as the style sheet has them.
const LIGHT: [u8; 3] = [0xfd, 0xfb, 0xf7];
const DARK: [u8; 3] = [0x16, 0x15, 0x13];
/// WCAG 2.2, success criterion 1.4.3, for text of any size.
const CONTRAST: f64 = 4.5;

/// An accent colour for light paper and one for dark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accent {
    pub(crate) light: String,
    pub(crate) dark: String,
}

/// What is wrong with a colour, and where.
#[derive(Debug)]
pub(crate) struct ColourError {
    pub(crate) at: usize,
    pub(crate) problem: String,
    pub(crate) mend: &'static str,
}

impl Accent {
    /// Reads the colours, each with its place in the file.
    pub(crate) fn parse(
        light: Option<(&str, usize)>,
        dark: Option<(&str, usize)>,
    ) -> Result<Self, ColourError> {
        if let (Some((_, at)), None) | (None, Some((_, at))) = (light, dark) {
            return Err(ColourError {
                at,
                problem: "`accent` and `accent_dark` go together".into(),
                mend: "give both, or neither",
            });
        }
        let light = light.unwrap_or(("#8f1d1d", 0));
        let dark = dark.unwrap_or(("#f0978a", 0));
        Ok(Self { light: checked(light, LIGHT, "light")?, dark: checked(dark, DARK, "dark")? })
    }
}

fn checked((text, at): (&str, usize), paper: [u8; 3], name: &str) -> Result<String, ColourError> {
    let Some(colour) = rgb(text) else {
        return Err(ColourError {
            at,
            problem: format!("{text:?} is not a colour"),
            mend: "write it as \"#8c1d18\"",
        });
    };
    let ratio = contrast(colour, paper);
    if ratio < CONTRAST {
        return Err(ColourError {
            at,
            problem: format!("{text} on {name} paper has a contrast of {ratio:.1}, less than 4.5"),
            mend: if name == "light" { "choose a darker one" } else { "choose a lighter one" },
        });
    }
    Ok(text.to_ascii_lowercase())
}

/// Red, green and blue of `#8c1d18`.
pub(crate) fn rgb(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#')?;
    let mut colour = [0; 3];
    hex::decode_to_slice(digits, &mut colour).ok()?;
    Some(colour)
}

/// WCAG contrast ratio, 1 to 21.
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let linear = colour.map(|channel| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    linear.iter().zip([0.2126, 0.7152, 0.0722]).map(|(c, weight)| c * weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_on_white_is_twenty_one() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
    }

    #[test]
    fn pale_accents_are_refused() {
        let error = Accent::parse(Some(("#f0c0c0", 3)), Some(("#f0978a", 9))).unwrap_err();
        assert_eq!(error.at, 3);
        assert!(error.problem.contains("contrast"), "{}", error.problem);
        assert!(Accent::parse(Some(("red", 0)), Some(("#f0978a", 0))).is_err());
        assert!(Accent::parse(Some(("#8c1d18", 0)), None).is_err());
        assert!(Accent::parse(None, None).is_ok());
    }
}
