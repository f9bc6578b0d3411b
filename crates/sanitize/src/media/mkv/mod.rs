//! Matroska and WebM (RFC 9559): a fresh segment around the frames of sound and picture.

mod block;
mod codec;
mod ebml;
mod id;
mod read;
mod track;
mod write;

use super::found::Found;
use crate::Refusal;

pub(super) const NAME: &str = "Matroska";

pub(super) fn rebuild(input: &[u8], found: &mut Found) -> Result<Vec<u8>, Refusal> {
    let film = read::film(input, found)?;
    write::film(input, &film, found)
}
