//! Text, Markdown, CSV, HTML, SVG, mail and RTF.

mod css;
mod csv;
mod decode;
mod eml;
mod escapes;
mod html;
mod look;
mod markdown;
pub mod marks;
mod picture;
mod rtf;
mod svg;
mod txt;

pub(crate) use look::{drawing, page_words, words};
pub(crate) use picture::percent;

use crate::{Context, Format, Level, Refusal};

pub(crate) fn clean(
    input: &[u8],
    format: Format,
    cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    if cx.level() == Level::Pixels {
        return Err(Refusal::Unsupported {
            format: format.name(),
            what: "text as a picture".into(),
            advice: "retype it, or print it to PDF and clean that with --pixels",
        });
    }
    cx.remains(STYLE);
    match format {
        Format::Txt => Ok((txt::clean(input, cx)?, Format::Txt)),
        Format::Csv => Ok((csv::clean(input, cx)?, Format::Csv)),
        Format::Eml => eml::clean(input, cx),
        Format::Html => Ok((html::clean(input, cx)?, Format::Html)),
        Format::Markdown => Ok((markdown::clean(input, cx)?, Format::Markdown)),
        Format::Svg => Ok((svg::clean(input, cx)?, Format::Svg)),
        Format::Rtf => Ok((rtf::clean(input, cx)?, Format::Html)),
        _ => Err(Refusal::unknown(input)),
    }
}

/// What no tool can take out of a text.
const STYLE: &str = "The wording itself can tell whose copy this is, and the style who wrote it. If that matters, \
     retype it in other words, or compare it with a second copy.";

/// Text of any kind is UTF-8; the rest is the format's own check.
pub(crate) fn verify(output: &[u8], format: Format) -> Result<(), Refusal> {
    let text = std::str::from_utf8(output)
        .map_err(|error| Refusal::unsound("text", error.valid_up_to(), "not UTF-8"))?;
    match format {
        Format::Csv => csv::verify(text),
        Format::Html => html::verify(text),
        Format::Markdown => markdown::verify(text),
        Format::Svg => svg::verify(text),
        _ => Ok(()),
    }
}
