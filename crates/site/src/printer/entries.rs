//! The entries of the public log.

use std::collections::HashMap;

use assent::{Act, Statement};
use sha2::{Digest, Sha256};

/// Which of these the log does not end with, each for its address.
pub(super) fn unlogged(log: &[Vec<u8>], entries: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let path = |entry: &[u8]| -> Option<Vec<u8>> {
        entry
            .split(|byte| *byte == b'\n')
            .find(|line| line.starts_with(b"path: "))
            .map(<[u8]>::to_vec)
    };
    let newest: HashMap<_, _> = log.iter().map(|entry| (path(entry), entry)).collect();
    entries.iter().filter(|entry| newest.get(&path(entry)) != Some(entry)).cloned().collect()
}

/// What the public log says of a story: where it is, which edition of what, and a hash of the words that readers see.
pub(super) fn entry(pages: &press::Pages, path: &str, statement: &Statement) -> Option<Vec<u8>> {
    let page = pages.get(path)?;
    let words = press::article_words(std::str::from_utf8(&page.body).ok()?)?;
    let act = match statement.act {
        Act::Publish => "publish",
        Act::Correct => "correct",
        Act::Withdraw => "withdraw",
    };
    let text = format!(
        "subrosa publication\npath: {path}\nstory: {}\nedition: {}\nact: {act}\nstatement: {}\nwords: {}\n",
        statement.page.name,
        statement.revision,
        hex::encode(statement.hash()),
        hex::encode(Sha256::digest(words))
    );
    Some(text.into_bytes())
}
