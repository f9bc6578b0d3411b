//! Quotation marks, apostrophes and dashes as English print has them, for the words of the front matter; the text
//! itself gets them from the Markdown parser.

/// `"so" -- it's` as `“so” – it’s`. Marks that are set already stay.
pub(crate) fn english(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for c in text.replace("---", "—").replace("--", "–").replace("...", "…").chars() {
        let opens = before.is_whitespace() || "([{—–“‘/".contains(before);
        before = match (c, opens) {
            ('"', true) => '“',
            ('"', false) => '”',
            ('\'', true) => '‘',
            ('\'', false) => '’',
            _ => c,
        };
        out.push(before);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_set() {
        assert_eq!(english("\"So\" -- it's 'done'..."), "“So” – it’s ‘done’…");
        assert_eq!(english("He said (\"no\")—\"never\""), "He said (“no”)—“never”");
        assert_eq!(english("“Already” set – fine"), "“Already” set – fine");
    }
}
