//! The EFF long word list (Electronic Frontier Foundation, CC BY 3.0 US), sorted by bytes.

use std::sync::LazyLock;

static LIST: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("../data/eff_long.txt").lines().collect());

/// All 7,776 words, sorted.
pub(crate) fn list() -> &'static [&'static str] {
    &LIST
}

#[cfg(test)]
mod tests {
    #[test]
    fn is_the_whole_list_sorted() {
        let list = super::list();
        assert_eq!(list.len(), 7776);
        assert!(list.is_sorted_by(|a, b| a < b));
        assert!(list.iter().all(|w| w.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
    }
}
