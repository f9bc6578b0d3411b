//! Apple ProRes (SMPTE RDD 36): frames with a neutral encoder's name and without reserved bytes.

use super::super::bytes::Reader;
use super::{Broken, Dropped};

/// Bytes of a frame header before its matrices.
const FIXED: usize = 20;

pub(super) fn rewrite(
    sample: &[u8],
    out: &mut Vec<u8>,
    dropped: &mut Dropped,
) -> Result<(), Broken> {
    let start = out.len();
    read(sample, out, dropped).ok_or(Broken("a frame is not ProRes"))?;
    let length = u32::try_from(out.len() - start).map_err(|_| Broken("a frame is too long"))?;
    if let Some(size) = out.get_mut(start..start + 4) {
        size.copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}

fn read(sample: &[u8], out: &mut Vec<u8>, dropped: &mut Dropped) -> Option<()> {
    let mut reader = Reader::new("ProRes", sample, 0);
    let size = reader.u32().ok()? as usize;
    if reader.array::<4>().ok()? != *b"icpf" || size > sample.len() {
        return None;
    }
    let header = usize::from(reader.u16().ok()?);
    let mut fixed: [u8; FIXED - 2] = reader.array().ok()?;
    let flags = fixed.get(17).copied()?;
    let matrices = (usize::from(flags & 2 != 0) + usize::from(flags & 1 != 0)) * 64;
    let tables = reader.take(matrices).ok()?;
    reader.skip(header.checked_sub(FIXED + matrices)?).ok()?;
    // The creator: four letters of the encoder's maker.
    let old = fixed;
    fixed.get_mut(2..6)?.fill(0);
    *fixed.get_mut(15)? &= 0x0F;
    *fixed.get_mut(16)? = 0;
    *fixed.get_mut(17)? &= 3;
    if fixed != old || header != FIXED + matrices {
        dropped.add("the encoder's name in frames");
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(b"icpf");
    out.extend_from_slice(&((FIXED + matrices) as u16).to_be_bytes());
    out.extend_from_slice(&fixed);
    out.extend_from_slice(tables);
    // One picture, or two fields.
    let interlaced = fixed.get(10)? >> 2 & 3 != 0;
    for _ in 0..if interlaced { 2 } else { 1 } {
        let mut head = Reader::new("ProRes", reader.rest(), 0);
        head.skip(1).ok()?;
        let length = head.u32().ok()? as usize;
        out.extend_from_slice(reader.take(length).ok()?);
    }
    let shown = sample.len() - reader.left();
    if shown != sample.len() {
        dropped.add("bytes after a picture");
    }
    Some(())
}
