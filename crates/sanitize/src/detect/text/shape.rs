//! Kinds of text that show in the shape of their lines: messages, tables, Markdown.

/// Header fields of which a message has at least two (RFC 5322, MIME).
const FIELDS: &[&str] = &[
    "from",
    "to",
    "cc",
    "date",
    "subject",
    "received",
    "message-id",
    "mime-version",
    "return-path",
    "delivered-to",
    "reply-to",
    "content-type",
    "in-reply-to",
    "references",
    "dkim-signature",
    "content-transfer-encoding",
    "sender",
    "arc-seal",
    "authentication-results",
];

/// A message: a block of header fields, two or more of them well known, from the very first line.
pub(super) fn is_mail(text: &str) -> bool {
    let mut known = Vec::new();
    for line in text.lines() {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) && !known.is_empty() {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return false;
        }
        let name = name.to_ascii_lowercase();
        if FIELDS.contains(&name.as_str()) && !known.contains(&name) {
            known.push(name);
        } else if known.is_empty() && !name.contains('-') {
            // The first field of a real message is one of ours or has a dash in its name.
            return false;
        }
    }
    let structural =
        ["from", "received", "return-path", "message-id", "mime-version", "delivered-to"];
    known.len() >= 2 && known.iter().any(|name| structural.contains(&name.as_str()))
}

/// A table: every record has as many separators as the first, and they do not look like prose.
pub(super) fn is_csv(text: &str) -> bool {
    [',', ';', '\t', '|'].into_iter().any(|separator| {
        let (counts, prose) = records(text, separator);
        let Some(first) = counts.first().copied().filter(|count| *count > 0) else { return false };
        let needed = if first == 1 { 3 } else { 2 };
        let total: usize = counts.iter().sum();
        let quoted_table = separator != '|' || !text.starts_with('|');
        counts.len() >= needed
            && counts.iter().all(|n| *n == first)
            && prose * 2 <= total
            && quoted_table
    })
}

/// Separators in each of the first records, quotes heeded (RFC 4180), and how many of them are followed by a
/// space or a line's end as a comma in prose is.
fn records(text: &str, separator: char) -> (Vec<usize>, usize) {
    let (mut counts, mut prose, mut here) = (Vec::new(), 0, 0);
    let (mut quoted, mut fresh, mut blank) = (false, true, true);
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        if c == '"' && (quoted || fresh) {
            quoted = !quoted;
            blank = false;
        } else if quoted {
            continue;
        } else if c == separator {
            here += 1;
            (fresh, blank) = (true, false);
            let next = letters.peek();
            prose += usize::from(separator != '\t' && next.is_some_and(|c| *c == ' '));
            continue;
        } else if c == '\n' {
            if !blank {
                counts.push(here);
            }
            (here, fresh, blank) = (0, true, true);
            if counts.len() >= 64 {
                return (counts, prose);
            }
            continue;
        } else if c != '\r' {
            blank = false;
        }
        fresh = false;
    }
    if !blank && !quoted {
        counts.push(here);
    }
    (counts, prose)
}

/// Markdown: two signs of it, or one that nothing else has.
pub(super) fn is_markdown(text: &str) -> bool {
    let (mut headings, mut deeper, mut fences, mut lists, mut quotes, mut rules, mut tables) =
        (0, 0, 0, 0, 0, 0, 0);
    let mut previous = "";
    for line in text.lines().take(2000) {
        let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
        let after = line.get(hashes..).unwrap_or_default();
        if (1..=6).contains(&hashes) && after.starts_with(' ') {
            headings += 1;
            deeper += usize::from(hashes > 1);
        }
        fences += usize::from(line.starts_with("```") || line.starts_with("~~~"));
        lists += usize::from(["- ", "* ", "+ ", "1. "].iter().any(|mark| line.starts_with(mark)));
        quotes += usize::from(line.starts_with("> "));
        let underline = line.len() >= 3
            && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'));
        rules += usize::from(underline && !previous.trim().is_empty());
        tables += usize::from(
            line.contains("--") && line.contains('|') && line.bytes().all(|b| b"|-: ".contains(&b)),
        );
        previous = line;
    }
    let links = text.contains("](") && text.contains('[');
    let strong = text.matches("**").count() >= 2 || text.matches("__").count() >= 2;
    let front_matter =
        text.starts_with("---\n") && text.get(4..).is_some_and(|t| t.contains("\n---"));
    let code = text.matches('`').count() >= 2;
    let signs = [headings > 0, fences >= 2, lists >= 2, quotes > 0, rules > 0, links, strong, code];
    let sure = deeper > 0 || tables > 0 || links || front_matter || fences >= 2;
    sure || signs.iter().filter(|sign| **sign).count() >= 2
        || (headings == 1
            && text.starts_with("# ")
            && text.lines().nth(1).is_some_and(str::is_empty))
}
