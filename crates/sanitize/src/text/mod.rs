//! Text, Markdown, CSV, HTML, SVG, mail and RTF.

use crate::{Context, Format, Refusal};

pub(crate) fn clean(
    input: &[u8],
    _format: Format,
    _cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    Err(Refusal::unknown(input))
}

/// Text of any kind is UTF-8.
pub(crate) fn verify(output: &[u8], _format: Format) -> Result<(), Refusal> {
    std::str::from_utf8(output)
        .map(drop)
        .map_err(|error| Refusal::unsound("text", error.valid_up_to(), "not UTF-8"))
}
