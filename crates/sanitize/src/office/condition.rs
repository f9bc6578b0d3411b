//! Formulas of conditional formats: they decide how a cell looks, and so they stay if they say nothing else.

/// Functions that a condition may use.
const FUNCTIONS: [&str; 40] = [
    "ROW", "ROWS", "COLUMN", "COLUMNS", "MOD", "AND", "OR", "NOT", "XOR", "IF", "ISEVEN", "ISODD",
    "ISBLANK", "ISNUMBER", "ISTEXT", "ISERROR", "ISNA", "LEN", "ABS", "INT", "ROUND", "SUM",
    "AVERAGE", "MIN", "MAX", "COUNT", "COUNTA", "COUNTIF", "MEDIAN", "LARGE", "SMALL", "RANK",
    "TODAY", "WEEKDAY", "DAY", "MONTH", "YEAR", "TRIM", "SUBTOTAL", "STDEV",
];

/// Whether a formula is made of cells, numbers, operators and known functions alone: no text, no name, no other
/// sheet.
pub(super) fn fits(formula: &str) -> bool {
    let mut rest = formula;
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '$' | '.')))
            .unwrap_or(rest.len());
        if end == 0 {
            if !matches!(
                first,
                '(' | ')'
                    | ','
                    | '+'
                    | '-'
                    | '*'
                    | '/'
                    | '^'
                    | '='
                    | '<'
                    | '>'
                    | ':'
                    | '%'
                    | ' '
                    | ';'
            ) {
                // Nothing between quotes is text that hides nothing.
                let Some(after) = rest.strip_prefix("\"\"") else { return false };
                rest = after;
                continue;
            }
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (word, after) = rest.split_at(end);
        let fine = word.parse::<f64>().is_ok_and(f64::is_finite) && word.len() <= 17
            || matches!(word, "TRUE" | "FALSE")
            || after.starts_with('(') && FUNCTIONS.contains(&word)
            || reference(word);
        if !fine {
            return false;
        }
        rest = after;
    }
    formula.len() <= 500
}

fn reference(word: &str) -> bool {
    let word = word.strip_prefix('$').unwrap_or(word);
    let row = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = word.len() - row.len();
    let row = row.strip_prefix('$').unwrap_or(row);
    matches!(letters, 1..=3) && row.len() <= 7 && row.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_numbers_but_no_words() {
        for good in ["MOD(ROW(),2)=0", "$A1>100", "AND(A1<>\"\",B$2<=0.5)", "A1:B3"] {
            assert!(fits(good), "{good}");
        }
        for bad in
            ["A1=\"MARKER\"", "MARKER", "Secret!A1", "VLOOKUP(A1,B:C,2)", "'x'!A1", "MARKER(1)"]
        {
            assert!(!fits(bad), "{bad}");
        }
    }
}
