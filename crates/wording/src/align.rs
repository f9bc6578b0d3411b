//! Local alignment of words (Smith and Waterman 1981): a sentence that was turned about, with words changed, left out
//! or put in, still aligns with the one it came from.

use std::ops::Range;

const SAME: i32 = 2;
const OTHER: i32 = -1;
const GAP: i32 = -1;

/// The best local alignment of two rows of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alignment {
    /// Words of the first row that it spans.
    pub(crate) first: Range<usize>,
    /// Words of the second row that it spans.
    pub(crate) second: Range<usize>,
    /// Words that are the same, by their places in the first row.
    pub(crate) same: Vec<usize>,
}

/// Aligns two rows of at most a few hundred words; the time is the product of their lengths.
pub(crate) fn align(first: &[u32], second: &[u32]) -> Option<Alignment> {
    let width = second.len() + 1;
    let mut scores = vec![0_i32; (first.len() + 1) * width];
    let at = |row: usize, column: usize| row * width + column;
    let score = |scores: &[i32], row: usize, column: usize| {
        scores.get(at(row, column)).copied().unwrap_or(0)
    };
    let mut best = (0, 0, 0);
    for (row, a) in first.iter().enumerate() {
        for (column, b) in second.iter().enumerate() {
            let across = score(&scores, row, column) + if a == b { SAME } else { OTHER };
            let down = score(&scores, row, column + 1) + GAP;
            let right = score(&scores, row + 1, column) + GAP;
            let here = across.max(down).max(right).max(0);
            if let Some(cell) = scores.get_mut(at(row + 1, column + 1)) {
                *cell = here;
            }
            if here > best.0 {
                best = (here, row + 1, column + 1);
            }
        }
    }
    let (_, end_row, end_column) = (best.0 > 0).then_some(best)?;
    let (mut row, mut column) = (end_row, end_column);
    let mut same = Vec::new();
    while row > 0 && column > 0 && score(&scores, row, column) > 0 {
        let here = score(&scores, row, column);
        let equal = first.get(row - 1) == second.get(column - 1);
        if here == score(&scores, row - 1, column - 1) + if equal { SAME } else { OTHER } {
            row -= 1;
            column -= 1;
            if equal {
                same.push(row);
            }
        } else if here == score(&scores, row - 1, column) + GAP {
            row -= 1;
        } else {
            column -= 1;
        }
    }
    same.reverse();
    Some(Alignment { first: row..end_row, second: column..end_column, same })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_changed_and_one_left_out() {
        let found = align(&[9, 1, 2, 3, 4, 5, 6], &[1, 2, 7, 4, 6, 8]).unwrap();
        assert_eq!(found.first, 1..7);
        assert_eq!(found.second, 0..5);
        assert_eq!(found.same, [1, 2, 4, 6]);
    }

    #[test]
    fn nothing_in_common() {
        assert_eq!(align(&[1, 2], &[3, 4]), None);
        assert_eq!(align(&[], &[3, 4]), None);
    }
}
