//! Packed files from strangers: weighed before they are opened.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::fault::Problem;

/// More parts than any document has.
const MOST_PARTS: usize = 5_000;

/// What to do about a file that is better not opened.
pub(crate) const MEND: &str =
    "copy what is needed into a new file, on a computer that has nothing else on it";

/// An opened archive.
pub(crate) type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

pub(crate) fn open(bytes: &[u8]) -> Result<Archive<'_>, Problem> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| {
        Problem::text(format!(
            "the file is damaged, needs a password, or is not what its name says ({e}): save it again, without a password"
        ))
    })?;
    if archive.len() > MOST_PARTS {
        return Err(Problem::text(format!(
            "the file has {} parts, more than any document, and is not opened: {MEND}",
            archive.len()
        )));
    }
    Ok(archive)
}

/// Unpacks everything without keeping it, and refuses what unpacks to more than `most` bytes. What the archive itself says about
/// its sizes is not believed.
pub(crate) fn weigh(bytes: &[u8], most: u64) -> Result<(), Problem> {
    let mut archive = open(bytes)?;
    let mut left = most;
    let mut buffer = vec![0; 1 << 16];
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).map_err(|e| damaged(&e))?;
        loop {
            let n = part.read(&mut buffer).map_err(|e| damaged(&e))? as u64;
            if n == 0 {
                break;
            }
            left = left.checked_sub(n).ok_or_else(|| bomb(most))?;
        }
    }
    Ok(())
}

/// One part, if it is there; refused if it unpacks to more than `most` bytes.
pub(crate) fn part(
    archive: &mut Archive<'_>,
    name: &str,
    most: u64,
) -> Result<Option<Vec<u8>>, Problem> {
    let part = match archive.by_name(name) {
        Ok(part) => part,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(e) => return Err(damaged(&e)),
    };
    let mut out = Vec::new();
    part.take(most + 1).read_to_end(&mut out).map_err(|e| damaged(&e))?;
    if out.len() as u64 > most { Err(bomb(most)) } else { Ok(Some(out)) }
}

fn damaged(error: &dyn std::fmt::Display) -> Problem {
    Problem::text(format!("a part of the file cannot be unpacked ({error}): save it again"))
}

fn bomb(most: u64) -> Problem {
    Problem::text(format!(
        "the file unpacks to more than {} MB, far more than it could need, and is not opened: {MEND}",
        most >> 20
    ))
}
