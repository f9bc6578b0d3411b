//! PDF: rebuilt page by page from what is painted.

use crate::{Context, Format, Refusal};

pub(crate) fn clean(
    input: &[u8],
    _format: Format,
    _cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    Err(Refusal::unknown(input))
}
