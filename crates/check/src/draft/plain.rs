//! Plain text: an empty line ends a paragraph.

use super::Builder;

pub(super) fn read(text: &str, build: &mut Builder) {
    for (n, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            build.end();
        } else {
            build.words(line, n as u64 + 1);
            build.gap();
        }
    }
}
