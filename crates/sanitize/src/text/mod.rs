//! Text, Markdown, CSV, HTML, SVG, mail and RTF.

use crate::{Context, Format, Refusal};

pub(crate) fn clean(
    input: &[u8],
    _format: Format,
    _cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    Err(Refusal::unknown(input))
}
