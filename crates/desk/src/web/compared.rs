//! The words of a document before and after, side by side: what went is struck, what is the same is folded away.

use std::collections::HashMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::text::{Run, runs};
use crate::material::{LOOK_BYTES, LOOK_LINES};

/// Equal lines that stay in sight before and after what changed.
const NEAR: usize = 2;
/// How far to look for the line that one became.
const FAR: usize = 12;
/// Steps that comparing lines word by word may take, for all of them together: the product of their lengths.
const FINE: usize = 20_000_000;

/// The comparison.
pub(crate) struct Compared {
    pub(crate) parts: Vec<Part>,
    /// Lines that went, lines that are other ones now.
    pub(crate) gone: usize,
    pub(crate) other: usize,
    /// Not all words were compared.
    pub(crate) cut: bool,
}

/// Lines one after the other.
pub(crate) enum Part {
    /// Equal on both sides.
    Same(Vec<Vec<Run>>),
    /// The same, folded away.
    Folded(Vec<Vec<Run>>),
    /// Before and after.
    Rows(Vec<(Option<Side>, Option<Side>)>),
}

/// A line of one side: stretches, and whether the other side lacks them.
pub(crate) type Side = Vec<(bool, Vec<Run>)>;

/// Compares.
pub(crate) fn compare(before: &str, after: &str) -> Compared {
    let (old, old_cut) = lines(before);
    let (new, new_cut) = lines(after);
    let mut ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    // Where one side was cut off, the rest of the other is no difference.
    if let Some(DiffOp::Insert { .. }) = ops.last().filter(|_| old_cut) {
        ops.pop();
    } else if let Some(DiffOp::Delete { .. }) = ops.last().filter(|_| new_cut) {
        ops.pop();
    }
    let mut out = Compared { parts: Vec::new(), gone: 0, other: 0, cut: old_cut || new_cut };
    let (last, mut room) = (ops.len(), FINE);
    for (at, op) in ops.iter().enumerate() {
        let old = old.get(op.old_range()).unwrap_or_default();
        let new = new.get(op.new_range()).unwrap_or_default();
        match op {
            DiffOp::Equal { .. } => same(old, at == 0, at + 1 == last, &mut out.parts),
            _ => {
                let rows = rows(old, new, &mut room);
                out.gone += rows.iter().filter(|(_, new)| new.is_none()).count();
                out.other += rows.iter().filter(|(_, new)| new.is_some()).count();
                out.parts.push(Part::Rows(rows));
            }
        }
    }
    out
}

fn lines(text: &str) -> (Vec<&str>, bool) {
    let cut = text.len() > LOOK_BYTES || text.lines().nth(LOOK_LINES).is_some();
    (text.lines().take(LOOK_LINES).collect(), cut)
}

/// Of a long stretch of equal lines, those near a difference stay in sight.
fn same(lines: &[&str], first: bool, last: bool, parts: &mut Vec<Part>) {
    let head = if first { 0 } else { NEAR };
    let tail = if last { 0 } else { NEAR };
    let shown = |lines: &[&str]| lines.iter().map(|line| runs(line)).collect::<Vec<_>>();
    // A fold that hides a line or two only costs a click.
    if lines.len() <= head + tail + 2 {
        return parts.push(Part::Same(shown(lines)));
    }
    let (head, rest) = lines.split_at(head);
    let (folded, tail) = rest.split_at(rest.len().saturating_sub(tail));
    for (lines, part) in
        [(head, Part::Same as fn(_) -> _), (folded, Part::Folded), (tail, Part::Same)]
    {
        if !lines.is_empty() {
            parts.push(part(shown(lines)));
        }
    }
}

/// Each line before beside the one that it became, if there is one that is like it.
fn rows(old: &[&str], new: &[&str], room: &mut usize) -> Vec<(Option<Side>, Option<Side>)> {
    let whole = |line: &str| vec![(true, runs(line))];
    let mut out = Vec::new();
    let mut rest = new;
    for line in old {
        let like = rest.iter().take(FAR).position(|other| alike(line, other));
        match like.and_then(|at| rest.split_at_checked(at)) {
            Some((skipped, [other, after @ ..])) => {
                out.extend(skipped.iter().map(|line| (None, Some(whole(line)))));
                let (before, after_words) = within(line, other, room);
                out.push((Some(before), Some(after_words)));
                rest = after;
            }
            _ => out.push((Some(whole(line)), None)),
        }
    }
    out.extend(rest.iter().map(|line| (None, Some(whole(line)))));
    out
}

/// Whether two lines share more than a third of the letters of the shorter one, counted by words.
fn alike(one: &str, other: &str) -> bool {
    let mut words: HashMap<&str, usize> = HashMap::new();
    for word in one.split(char::is_whitespace) {
        *words.entry(word).or_default() += 1;
    }
    let mut shared = 0;
    for word in other.split(char::is_whitespace) {
        if let Some(left) = words.get_mut(word).filter(|left| **left > 0) {
            *left -= 1;
            shared += word.len();
        }
    }
    // Lines of one word each are alike if they are the same but for what cannot be seen.
    shared * 3 > one.len().min(other.len()) || letters(one) == letters(other)
}

fn letters(line: &str) -> String {
    line.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Two lines word by word, or rather by stretches of letters and of all else.
fn within(one: &str, other: &str, room: &mut usize) -> (Side, Side) {
    let (old, new) = (stretches(one), stretches(other));
    let Some(left) = room.checked_sub(old.len().saturating_mul(new.len())) else {
        return (vec![(true, runs(one))], vec![(true, runs(other))]);
    };
    *room = left;
    let (mut before, mut after) = (Side::new(), Side::new());
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let differs = !matches!(op, DiffOp::Equal { .. });
        for (side, all, range) in
            [(&mut before, &old, op.old_range()), (&mut after, &new, op.new_range())]
        {
            let words = all.get(range).unwrap_or_default().concat();
            if !words.is_empty() {
                side.push((differs, if differs { marked(&words) } else { runs(&words) }));
            }
        }
    }
    (before, after)
}

/// Spaces that differ are named: nobody would see them. Ordinary ones among other characters are seen.
fn marked(words: &str) -> Vec<Run> {
    let only_space = words.chars().all(char::is_whitespace);
    let mut out = Vec::new();
    for part in words.split_inclusive(char::is_whitespace) {
        let space = part.chars().next_back().filter(|c| c.is_whitespace());
        let space = space.filter(|c| only_space || *c != ' ');
        let seen = space.and_then(|space| part.strip_suffix(space)).unwrap_or(part);
        if !seen.is_empty() {
            out.extend(runs(seen));
        }
        out.extend(space.map(|space| Run::Mark(format!("U+{:04X}", u32::from(space)), "a space")));
    }
    out
}

fn stretches(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut from, mut before) = (0, None);
    for (at, c) in line.char_indices() {
        let letter = c.is_alphanumeric();
        if before.is_some_and(|before| before != letter || !letter) {
            out.extend(line.get(from..at));
            from = at;
        }
        before = Some(letter);
    }
    out.extend(line.get(from..).filter(|rest| !rest.is_empty()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(side: &Option<Side>) -> String {
        let mut out = String::new();
        for (differs, words) in side.iter().flatten() {
            let mark = if *differs { "|" } else { "" };
            out.push_str(mark);
            for run in words {
                match run {
                    Run::Text(words) | Run::Mark(words, _) => out.push_str(words),
                }
            }
            out.push_str(mark);
        }
        out
    }

    fn shown(compared: &Compared) -> Vec<String> {
        let line = |line: &Vec<Run>| plain(&Some(vec![(false, runs_of(line))]));
        let mut out = Vec::new();
        for part in &compared.parts {
            match part {
                Part::Same(lines) => out.extend(lines.iter().map(|l| format!("= {}", line(l)))),
                Part::Folded(lines) => out.push(format!("… {}", lines.len())),
                Part::Rows(rows) => {
                    out.extend(rows.iter().map(|(a, b)| format!("{} / {}", plain(a), plain(b))));
                }
            }
        }
        out
    }

    fn runs_of(line: &[Run]) -> Vec<Run> {
        line.iter()
            .map(|run| match run {
                Run::Text(words) => Run::Text(words.clone()),
                Run::Mark(code, what) => Run::Mark(code.clone(), what),
            })
            .collect()
    }

    #[test]
    fn what_went_is_struck() {
        let before = "The fund paid 3,000 invoices.\nJane Roe told us.\nThe end.";
        let after = "The fund paid invoices.\nThe end.";
        let seen = compare(before, after);
        assert_eq!(
            shown(&seen),
            [
                "The fund paid |3,000 |invoices. / The fund paid invoices.",
                "|Jane Roe told us.| / ",
                "= The end."
            ]
        );
        assert_eq!((seen.gone, seen.other, seen.cut), (1, 1, false));
    }

    #[test]
    fn what_cannot_be_seen_is_pointed_out() {
        let seen = compare("the\u{200b} copy\u{2009}of p\u{430}per  ", "the copy of paper");
        assert_eq!(shown(&compare("a  b c", "a b c")), ["a |U+0020|b c / a b c"]);
        assert_eq!(
            shown(&seen),
            ["the|U+200B| copy|U+2009of| |p\u{430}per |  / the copy |of| |paper|"]
        );
    }

    #[test]
    fn two_texts_that_share_nothing_do_not_keep_the_page_waiting() {
        let text = |letter: &str| format!("{}\n", format!("{letter} same ").repeat(600)).repeat(80);
        let seen = compare(&text("a"), &text("b"));
        assert_eq!((seen.gone, seen.other), (0, 80));
        let Some(Part::Rows(rows)) = seen.parts.first() else { panic!("rows") };
        let whole = |side: &Option<Side>| side.as_ref().is_some_and(|side| side.len() == 1);
        assert!(!whole(&rows[0].0), "the first is compared word by word");
        assert!(whole(&rows[79].0), "the last is not any more");
    }

    #[test]
    fn what_is_the_same_is_folded() {
        let lines: Vec<String> = (0..100).map(|n| format!("line {n}")).collect();
        let mut after = lines.clone();
        after.remove(50);
        let seen = compare(&lines.join("\n"), &after.join("\n"));
        assert_eq!(
            shown(&seen),
            ["… 48", "= line 48", "= line 49", "|line 50| / ", "= line 51", "= line 52", "… 47"]
        );
        assert!(compare("a\nb", "a\nb").parts.iter().all(|part| matches!(part, Part::Same(_))));
    }

    #[test]
    fn where_one_side_is_cut_the_rest_of_the_other_is_no_difference() {
        let before: Vec<String> = (0..=LOOK_LINES).map(|n| format!("line {n}")).collect();
        let mut after = before[5..].to_vec();
        after.push("more".to_owned());
        let seen = compare(&before.join("\n"), &after.join("\n"));
        assert!(seen.cut);
        assert_eq!((seen.gone, seen.other), (5, 0));
    }
}
