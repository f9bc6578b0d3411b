//! Comma- and tab-separated values (RFC 4180): every cell without marks, written anew in one way.

use super::{decode::decode, marks};
use crate::{Context, Kind, Refusal};
use ::csv::{QuoteStyle, ReaderBuilder, Terminator, WriterBuilder};

const NAME: &str = "CSV";

/// What may stand between cells; the first wins where two fit as well.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// How many rows are read to find the delimiter.
const SAMPLE: usize = 50;

const FORMULA: &str = "Cells that start with =, +, - or @ stay as they are: a spreadsheet may run them as formulas. \
     Look at them as text before you open the table in one.";

pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let text = decode(input, None, NAME, "table", cx)?;
    let delimiter = delimiter(&text);
    if let Some(line) = unclosed(&text, delimiter) {
        // Everything behind it would be one cell, and nobody would see that rows are gone.
        let reason = "a quotation mark opens a cell and is never closed; close it, or take it out";
        return Err(Refusal::damaged(NAME, format!("line {line}"), reason));
    }
    let mut rows = rows(&text, delimiter)?;
    for cell in rows.iter_mut().flatten() {
        *cell = marks::clean_whole(cell, "cell", cx).trim().to_owned();
        // A number may have a sign.
        if cell.starts_with(['=', '+', '-', '@']) && cell.replace(',', ".").parse::<f64>().is_err()
        {
            cx.remains(FORMULA);
        }
    }
    // A line of blanks is no row; a row of empty cells is one, and shown.
    rows.retain(|row| row.len() > 1 || row.iter().any(|cell| !cell.is_empty()));
    let output = write(&rows, delimiter)?;
    if output != text.as_bytes() {
        cx.removed(Kind::Fingerprints, "table", "the way of quoting, blanks and line ends");
    }
    Ok(output)
}

/// A table is what its own writer makes of its rows.
pub(super) fn verify(text: &str) -> Result<(), Refusal> {
    let sound = DELIMITERS.iter().any(|delimiter| {
        rows(text, *delimiter)
            .and_then(|rows| write(&rows, *delimiter))
            .is_ok_and(|again| again == text.as_bytes())
    });
    if sound { Ok(()) } else { Err(Refusal::unsound(NAME, 0, "not written in the one way")) }
}

/// The line of a quotation mark that opens a cell and has no end (RFC 4180, 2.5 to 2.7).
fn unclosed(text: &str, delimiter: u8) -> Option<usize> {
    let (mut line, mut opened, mut fresh) = (1_usize, None, true);
    for byte in text.bytes() {
        match byte {
            b'"' if opened.is_some() => opened = None,
            // Two of them inside a cell are one: the second opens it again.
            b'"' if fresh => opened = Some(line),
            _ => {}
        }
        // Behind a mark that closes a cell, or is the first of two, another one counts.
        fresh = opened.is_none()
            && (byte == b'"' || matches!(byte, b'\n' | b'\r') || byte == delimiter);
        line = line.saturating_add(usize::from(byte == b'\n'));
    }
    opened
}

/// The delimiter that gives the most rows of the same width.
fn delimiter(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let widths: Vec<usize> = reader(text, delimiter)
            .records()
            .take(SAMPLE)
            .filter_map(|row| row.ok().map(|row| row.len()))
            .collect();
        let first = widths.first().copied().unwrap_or_default();
        let same = widths.iter().filter(|width| **width == first).count();
        if first < 2 { (0, 0) } else { (same.saturating_mul(100) / widths.len().max(1), first) }
    };
    let mut best = (b',', (0, 0));
    for delimiter in DELIMITERS {
        let found = score(delimiter);
        if found > best.1 {
            best = (delimiter, found);
        }
    }
    best.0
}

fn reader(text: &str, delimiter: u8) -> ::csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

fn rows(text: &str, delimiter: u8) -> Result<Vec<Vec<String>>, Refusal> {
    reader(text, delimiter)
        .records()
        .map(|row| {
            row.map(|row| row.iter().map(str::to_owned).collect())
                .map_err(|error| Refusal::damaged(NAME, "table", error))
        })
        .collect()
}

fn write(rows: &[Vec<String>], delimiter: u8) -> Result<Vec<u8>, Refusal> {
    let mut writer = WriterBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::Any(b'\n'))
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|error| Refusal::damaged(NAME, "table", error))?;
    }
    writer.into_inner().map_err(|error| Refusal::damaged(NAME, "table", error.to_string()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::{Options, clean as clean_file};
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    fn cleaned(text: &str) -> (String, crate::Report) {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let done = clean_file(text.as_bytes(), &Options::default(), &mut rng).unwrap();
        (String::from_utf8(done.bytes).unwrap(), done.report)
    }

    #[test]
    fn quoting_blanks_and_line_ends_tell_nothing() {
        let (text, report) = cleaned("\u{feff}name,\"age\"\r\n\"A, B\",1  \r\nB\u{200b},\"2\"\r\n");
        assert_eq!(text, "name,age\n\"A, B\",1\nB,2\n");
        for kind in [Kind::Fingerprints, Kind::ZeroWidth] {
            assert!(report.removed.iter().any(|entry| entry.kind == kind), "{}", kind.name());
        }
    }

    #[test]
    fn a_quotation_mark_without_an_end_is_named() {
        let end = |text| unclosed(text, b',');
        assert_eq!(end("a,\"b\"\n1,\"x, \"\"y\"\"\nz\"\n\"\",2\n"), None);
        assert_eq!(end("a,5\" nail\n1,it\"s\n"), None, "inside a cell it is a character");
        assert_eq!(end("a,b\n1,\"2\n3,4\n"), Some(2));
        assert_eq!(end("a,b\n1,\"2\"\"\n3,4\n"), Some(2), "two of them close nothing");
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let text = b"a,b,c\n1,2,3\n4,5,6\n7,\"8,9\n1,2,3\n";
        let refused = clean_file(text, &Options::default(), &mut rng).unwrap_err().to_string();
        assert!(refused.contains("line 4"), "{refused}");
    }

    #[test]
    fn the_delimiter_stays() {
        assert_eq!(cleaned("a;b,c\n\"1\";2,5\n3;4,5\n").0, "a;b,c\n1;2,5\n3;4,5\n");
        assert_eq!(cleaned("a\tb\n1\t2\n3\t4\n").0, "a\tb\n1\t2\n3\t4\n");
    }

    #[test]
    fn formulas_are_named() {
        let said = |text| cleaned(text).1.remains.iter().any(|sentence| sentence == FORMULA);
        assert!(said("a,b\n=1+1,2\n3,4\n5,6\n"));
        assert!(!said("a,b\n1,-2\n3,4\n5,6\n"));
    }

    #[test]
    fn the_check_catches_what_we_do_not_write() {
        assert!(verify("a,b\n\"c,d\",e\n").is_ok());
        assert!(verify("a,b\n\"c\",d\n").is_err(), "quotes that nothing needs");
        assert!(verify("a,b\r\n").is_err(), "other line ends");
    }
}
