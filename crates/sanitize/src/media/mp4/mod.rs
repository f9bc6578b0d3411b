//! MP4 (ISO/IEC 14496-12, -14, -15) and QuickTime: a fresh container around the samples of sound and picture.

mod atom;
mod audio;
mod fragment;
mod model;
mod pcm;
mod read;
mod table;
mod video;
mod write;

use super::found::Found;
use crate::Refusal;

pub(super) const NAME: &str = "MP4";

pub(super) fn rebuild(input: &[u8], found: &mut Found) -> Result<Vec<u8>, Refusal> {
    let movie = read::movie(input, found)?;
    write::movie(input, &movie, found)
}
