//! A source's text as the page shows it: inert, with everything that a reader would not see made visible.

/// A stretch of text, or a character that would be invisible or would turn the text around.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Run {
    /// To be shown as it is.
    Text(String),
    /// To be shown as a mark: its code point and what it is.
    Mark(String, &'static str),
}

/// Splits a text into what can be shown and what has to be pointed out.
pub(crate) fn runs(text: &str) -> Vec<Run> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut previous = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let joins = matches!(c, '\u{200c}' | '\u{200d}')
            && [previous, rest.peek().copied()].iter().all(|near| {
                // Scripts and emoji that need joiners; between Latin letters they hide something.
                near.is_some_and(|near| near > '\u{2ff}' && hidden(near).is_none())
            });
        match hidden(c).filter(|_| !joins) {
            Some(what) => {
                if !plain.is_empty() {
                    out.push(Run::Text(std::mem::take(&mut plain)));
                }
                out.push(Run::Mark(format!("U+{:04X}", u32::from(c)), what));
            }
            None => plain.push(c),
        }
        previous = Some(c);
    }
    if !plain.is_empty() {
        out.push(Run::Text(plain));
    }
    out
}

/// What an invisible character is.
fn hidden(c: char) -> Option<&'static str> {
    Some(match c {
        '\n' | '\t' => return None,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {
            "turns the direction of text"
        }
        '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{180e}' => {
            "has no width"
        }
        '\u{ad}' => "soft hyphen",
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}' => "looks like a space",
        '\u{e0000}'..='\u{e007f}' => "invisible tag",
        '\u{e0100}'..='\u{e01ef}' => "invisible variant selector",
        '\u{2028}' | '\u{2029}' => "line separator",
        '\u{fff9}'..='\u{fffb}' => "annotation mark",
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => {
            "private character without a meaning"
        }
        c if c.is_control() => "control character",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Run {
        Run::Text(text.to_owned())
    }

    #[test]
    fn what_cannot_be_seen_is_pointed_out() {
        let mark = |code: &str, what| Run::Mark(code.to_owned(), what);
        assert_eq!(
            runs("pay\u{202e}fdp.exe"),
            [text("pay"), mark("U+202E", "turns the direction of text"), text("fdp.exe")]
        );
        assert_eq!(
            runs("the\u{200b} copy"),
            [text("the"), mark("U+200B", "has no width"), text(" copy")]
        );
        assert_eq!(runs("a\u{200d}b").len(), 3, "a joiner between Latin letters hides something");
        assert_eq!(runs("\u{1b}[2Jx")[0], mark("U+001B", "control character"));
        assert_eq!(runs("\u{e0041}"), [mark("U+E0041", "invisible tag")]);
    }

    #[test]
    fn ordinary_writing_stays_whole() {
        for whole in ["Zeile\n\tzwei", "👩‍💻", "می‌خواهم", "क्‍ष", "e\u{301}", "日本語", ""]
        {
            let shown = runs(whole);
            assert!(shown.len() <= 1 && shown.iter().all(|run| *run == text(whole)), "{whole:?}");
        }
    }
}
