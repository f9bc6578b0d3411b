//! The members of a TAR archive: POSIX, GNU and the old kind.

use super::{Member, Take, read_whole, shown, too_many};
use crate::{Context, Kind, Refusal};
use std::io::Cursor;
use tar::{Archive, EntryType};

const NAME: &str = "TAR archive";

pub(super) fn members(
    input: &[u8],
    cx: &mut Context<'_>,
    take: &mut Take<'_>,
) -> Result<(), Refusal> {
    let mut archive = Archive::new(Cursor::new(input));
    let limit = cx.options().limits.items;
    let broken = |_| Refusal::damaged(NAME, "header", "a member's header cannot be read");
    let mut count: u64 = 0;
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        count = count.saturating_add(1);
        if count > limit {
            return Err(too_many(limit));
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                let size = entry.size();
                let bytes = read_whole(&mut entry, &name, NAME, cx)?;
                if bytes.len() as u64 != size {
                    return Err(Refusal::damaged(
                        NAME,
                        shown(&name),
                        "the file ends before it does",
                    ));
                }
                take(Member { name, bytes }, cx)?;
            }
            EntryType::Directory => {
                cx.removed(Kind::Properties, shown(&name), "a folder's name");
            }
            EntryType::Link | EntryType::Symlink => {
                cx.removed(Kind::UnusedData, shown(&name), "a link to another file");
            }
            EntryType::Char | EntryType::Block | EntryType::Fifo => {
                cx.removed(Kind::UnusedData, shown(&name), "a device");
            }
            EntryType::XGlobalHeader | EntryType::XHeader => {
                cx.removed(Kind::Properties, "archive", "header for all members");
            }
            // A label of the volume (GNU) is a name; other letters are private and say who wrote the archive.
            kind if kind.as_byte() == b'V' => {
                cx.removed(Kind::Properties, "archive", "the label of its volume");
            }
            _ => return Err(Refusal::damaged(NAME, shown(&name), "a member of unknown kind")),
        }
    }
    Ok(())
}
