//! The members of a ZIP archive, as its central directory names them.

use super::{Member, Take, read_whole, shown, too_many};
use crate::{Context, Kind, Refusal};
use std::io::Cursor;
use zip::ZipArchive;

const NAME: &str = "ZIP archive";

pub(super) fn members(
    input: &[u8],
    cx: &mut Context<'_>,
    take: &mut Take<'_>,
) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(input))
        .map_err(|_| Refusal::damaged(NAME, "end of file", "its directory cannot be read"))?;
    let limit = cx.options().limits.items;
    if archive.len() as u64 > limit {
        return Err(too_many(limit));
    }
    // The directory is a map by name: of two members with one name, one would vanish unseen.
    if let Some(stated) = stated_members(input).filter(|stated| *stated != archive.len()) {
        let reason =
            format!("it names {stated} members, of which {} can be told apart", archive.len());
        return Err(Refusal::damaged(NAME, "directory", reason));
    }
    if !archive.comment().is_empty() {
        cx.removed(Kind::Comments, "archive", "comment of the archive");
    }
    if archive.offset() > 0 {
        cx.removed(Kind::UnusedData, "archive", "data before the archive");
    }
    for index in 0..archive.len() {
        let mut file = archive
            .by_index_raw(index)
            .map_err(|_| Refusal::damaged(NAME, index, "a member cannot be found"))?;
        if file.encrypted() {
            return Err(Refusal::Encrypted { format: NAME });
        }
        let name = file
            .name()
            .map(|name| name.into_owned())
            .map_err(|_| Refusal::damaged(NAME, index, "a member's name cannot be read"))?;
        if !file.comment_raw().is_empty() {
            cx.removed(Kind::Comments, shown(&name), "comment of a member");
        }
        if file.is_dir() {
            cx.removed(Kind::Properties, shown(&name), "a folder's name");
            continue;
        }
        if file.is_symlink() {
            cx.removed(Kind::UnusedData, shown(&name), "a link to another file");
            continue;
        }
        drop(file);
        file = archive.by_index(index).map_err(|_| {
            Refusal::damaged(NAME, shown(&name), "it is packed in a way that cannot be read")
        })?;
        let bytes = read_whole(&mut file, &name, NAME, cx)?;
        drop(file);
        take(Member { name, bytes }, cx)?;
    }
    Ok(())
}

/// How many members the end record states (APPNOTE 4.3.16), unless ZIP64 has the number elsewhere.
fn stated_members(input: &[u8]) -> Option<usize> {
    const END: &[u8] = b"PK\x05\x06";
    let from = input.len().saturating_sub(22 + 65_535);
    let tail = input.get(from..)?;
    let at = tail.windows(END.len()).rposition(|window| window == END)?;
    let count = tail.get(at.checked_add(10)?..at.checked_add(12)?)?;
    let count = usize::from(u16::from_le_bytes(count.try_into().ok()?));
    (count != 0xffff).then_some(count)
}
