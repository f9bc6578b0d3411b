//! Plain text: UTF-8 with line feeds, without marks.

use super::{decode::decode, escapes, marks};
use crate::{Context, Refusal};

pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let text = decode(input, None, "text", "text", cx)?;
    let text = escapes::without(&text, "text", cx);
    let fresh = marks::clean_whole(&text, "text", cx).into_owned();
    if fresh.trim().is_empty() {
        return Err(Refusal::Unsupported {
            format: "text",
            what: "a file in which nothing is to be seen".into(),
            advice: "look whether it is the right one",
        });
    }
    Ok(fresh.into_bytes())
}
