//! PDF: rebuilt page by page from what is painted.

use crate::{Context, Format, Refusal};

pub(crate) fn clean(
    input: &[u8],
    _format: Format,
    _cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    Err(Refusal::unknown(input))
}

/// Reads an output again and accounts for every byte range.
pub(crate) fn verify(output: &[u8], format: Format) -> Result<(), Refusal> {
    match Format::of(output) {
        Ok(found) if found == format => Ok(()),
        _ => Err(Refusal::unsound(format.name(), 0, "not what it should be")),
    }
}
