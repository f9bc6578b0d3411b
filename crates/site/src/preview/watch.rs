//! Whether a content folder changed: names, times and sizes of its files, asked a few times a second. That finds what every editor
//! does on every system, and costs a thousandth of a processor for a thousand stories.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

const PAUSE: Duration = Duration::from_millis(250);

type Files = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// What a folder looked like when it was looked at last.
pub(super) struct Watch {
    content: PathBuf,
    files: Files,
}

impl Watch {
    pub(super) fn new(content: &Path) -> Self {
        Self { content: content.to_owned(), files: files(content) }
    }

    /// Waits for a change. `false` if it is time to stop.
    pub(super) fn changed(&mut self, stop: &AtomicBool) -> bool {
        loop {
            thread::sleep(PAUSE);
            if stop.load(Ordering::Relaxed) {
                return false;
            }
            let now = files(&self.content);
            if now != self.files {
                self.files = now;
                return true;
            }
        }
    }
}

/// What the press reads; a folder that is not there has no files.
fn files(content: &Path) -> Files {
    let folders = [content.to_owned(), content.join("stories"), content.join("images")];
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let about = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
            Some((path, (about.modified().ok(), about.len())))
        })
        .collect()
}
