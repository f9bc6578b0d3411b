//! JPEG that holds pixels and nothing else (ITU-T T.81, annex B).

/// Whether a file is one image with its tables: no comments, no application data besides the plain JFIF header, no
/// bytes after the end.
pub(super) fn only_pixels(data: &[u8]) -> Option<()> {
    let mut rest = data.strip_prefix(b"\xFF\xD8")?;
    let mut scanned = false;
    loop {
        let (marker, after) = rest.split_first_chunk::<2>()?;
        let [0xFF, kind] = *marker else { return None };
        if kind == 0xD9 {
            return (after.is_empty() && scanned).then_some(());
        }
        let length = usize::from(u16::from_be_bytes(*after.first_chunk::<2>()?));
        let body = after.get(2..length)?;
        rest = after.get(length..)?;
        match kind {
            // the header: version, units, density, no thumbnail
            0xE0 if body.starts_with(b"JFIF\0") && body.len() == 14 && body.ends_with(&[0, 0]) => {}
            // tables, frame, restart interval
            0xDB | 0xC4 | 0xC0..=0xC2 | 0xDD => {}
            0xDA => {
                scanned = true;
                // to the next marker that is neither stuffing nor a restart
                let end = rest
                    .windows(2)
                    .position(|pair| matches!(pair, [0xFF, kind] if *kind != 0 && !(0xD0..=0xD7).contains(kind)))?;
                rest = rest.get(end..)?;
            }
            _ => return None,
        }
    }
}
