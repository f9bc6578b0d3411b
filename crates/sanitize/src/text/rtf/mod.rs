//! RTF (1.9.1): becomes a page with what a reader sees.

mod flow;
mod read;
#[cfg(test)]
mod tests;
mod token;
mod words;

use super::html::{self, tree};
use crate::{Context, Kind, Refusal};

const NAME: &str = "RTF";

/// What becomes of the look.
const LOOK: &str = "The copy is a page with the text, its emphasis, tables and pictures, and without the layout. If the layout matters, print the original to PDF and clean that.";

pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    // A tree takes several times its text: charged, so that the limit holds for memory too.
    cx.charge(input.len().saturating_mul(4))?;
    let mut body = read::document(input, cx)?;
    tree::tidy(&mut body, "document", cx);
    cx.removed(Kind::FormatChanged, "document", "RTF; the copy is HTML");
    cx.remains(LOOK);
    html::page(body)
}
