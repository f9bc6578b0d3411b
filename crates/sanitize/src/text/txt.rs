//! Plain text: UTF-8 with line feeds, without marks.

use super::{decode::decode, marks};
use crate::{Context, Refusal};

pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let text = decode(input, None, "text", "text", cx)?;
    Ok(marks::clean_whole(&text, "text", cx).into_owned().into_bytes())
}
