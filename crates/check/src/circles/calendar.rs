//! The people of a calendar entry (iCalendar, RFC 5545): organiser and attendees.

use super::Named;
use crate::fault::Problem;

/// Everybody named as organiser or attendee. Somebody who declined is not counted out: they had the invitation.
///
/// # Errors
/// If it is not a calendar, or names nobody.
pub(crate) fn people(text: &str) -> Result<Vec<Named>, Problem> {
    let mut all: Vec<Named> = Vec::new();
    let mut calendar = false;
    for line in unfold(text) {
        let upper = line.to_ascii_uppercase();
        calendar |= upper.starts_with("BEGIN:VCALENDAR");
        if !(upper.starts_with("ATTENDEE") || upper.starts_with("ORGANIZER")) {
            continue;
        }
        let (head, value) = split(&line);
        // A room is not a person.
        let kind = parameter(head, "CUTYPE").unwrap_or_default().to_ascii_uppercase();
        if kind == "ROOM" || kind == "RESOURCE" {
            continue;
        }
        let address = match value.get(..7) {
            Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => value.get(7..).unwrap_or(""),
            _ => value,
        };
        let named = Named {
            name: parameter(head, "CN").unwrap_or_default(),
            address: address.trim().to_owned(),
        };
        let nobody = named.name.is_empty() && named.address.is_empty();
        if !nobody && !all.contains(&named) {
            all.push(named);
        }
    }
    match (calendar, all.is_empty()) {
        (false, _) => Err(Problem::text(
            "this is not a calendar entry: it should be an .ics file that begins with BEGIN:VCALENDAR",
        )),
        (_, true) => Err(Problem::text(
            "no attendee is named in this calendar entry: list the people instead",
        )),
        _ => Ok(all),
    }
}

/// Lines, with those joined that were folded (a line that begins with a space goes on with the one before).
fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some(last)) => last.push_str(more),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Name with parameters, and value: at the first colon outside quotation marks.
fn split(line: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ':' if !quoted => {
                return (line.get(..at).unwrap_or(""), line.get(at + 1..).unwrap_or(""));
            }
            _ => {}
        }
    }
    (line, "")
}

fn parameter(head: &str, wanted: &str) -> Option<String> {
    let mut quoted = false;
    let parts = head.split(|c: char| {
        if c == '"' {
            quoted = !quoted;
        }
        c == ';' && !quoted
    });
    parts.skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.eq_ignore_ascii_case(wanted).then(|| value.trim_matches('"').trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attendees_are_found_folded_and_quoted() {
        let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nORGANIZER;CN=\"Weber; Ana\":mailto:ana@example.org\r\n\
            ATTENDEE;PARTSTAT=DECLINED;CN=Ben Ode:MAILTO:ben@exam\r\n ple.org\r\n\
            ATTENDEE;CUTYPE=ROOM;CN=\"Room 4\":mailto:room4@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let got: Vec<_> = people(text).unwrap().into_iter().map(|n| (n.name, n.address)).collect();
        let want = [("Weber; Ana", "ana@example.org"), ("Ben Ode", "ben@example.org")];
        assert_eq!(got, want.map(|(n, a)| (n.to_owned(), a.to_owned())));
        assert!(
            people("hello").unwrap_err().to_string().starts_with("this is not a calendar entry")
        );
        assert!(people("BEGIN:VCALENDAR\n").unwrap_err().to_string().starts_with("no attendee"));
    }
}
