//! Users in access logs: the common and combined formats of web servers, or CSV with a column for the user.

use std::collections::BTreeSet;

use super::Named;
use crate::fault::{Fault, Problem, hint};
use crate::ledger::document::Log;
use crate::people::Rows;

/// Everybody who opened what the log is asked about, each once.
///
/// # Errors
/// Lines that are not in the format, a missing column, nobody found; with file and line.
pub(crate) fn people(log: &Log, text: &str) -> Result<Vec<Named>, Fault> {
    let users = if log.file.to_lowercase().ends_with(".csv") || log.user.is_some() {
        from_csv(log, text)?
    } else {
        from_common(log, text)?
    };
    if users.is_empty() {
        let what = match &log.path {
            Some(path) => format!("nobody in this log opened \"{path}\": correct the path"),
            None => "there is no user in this log: list the people instead".to_owned(),
        };
        return Err(Fault::in_file(&log.file, Problem::Text(what)));
    }
    Ok(users.into_iter().map(|address| Named { name: String::new(), address }).collect())
}

fn wanted(log: &Log, path: &str) -> bool {
    let plain = path.split(['?', '#']).next().unwrap_or(path);
    log.path.as_ref().is_none_or(|p| p == plain || p == path)
}

fn from_csv(log: &Log, text: &str) -> Result<BTreeSet<String>, Fault> {
    let mut rows = Rows::new(&log.file, text)?;
    let header = rows.header.clone();
    let place = |name: &str| {
        header.iter().position(|h| h.eq_ignore_ascii_case(name)).ok_or_else(|| {
            let hint = hint(name, header.iter().map(String::as_str));
            let all = header.join(", ");
            Fault::on_line(
                &log.file,
                1,
                Problem::Text(format!(
                    "there is no column \"{name}\"{hint}: the columns are {all}"
                )),
            )
        })
    };
    let user = place(log.user.as_deref().unwrap_or("user"))?;
    let path = match (&log.path, &log.column) {
        (None, _) => None,
        (Some(_), column) => Some(place(column.as_deref().unwrap_or("path"))?),
    };
    let mut users = BTreeSet::new();
    while let Some((_, row)) = rows.next()? {
        let name = row.get(user).unwrap_or("").trim();
        let opened = path.is_none_or(|at| wanted(log, row.get(at).unwrap_or("").trim()));
        if !name.is_empty() && name != "-" && opened && !users.contains(name) {
            users.insert(name.to_owned());
        }
    }
    Ok(users)
}

/// `host ident user [date] "GET /path HTTP/1.1" status size …`
fn from_common(log: &Log, text: &str) -> Result<BTreeSet<String>, Fault> {
    let mut users = BTreeSet::new();
    for (n, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let parsed = (|| {
            let (head, rest) = line.split_once(" [")?;
            let (_, rest) = rest.split_once("] \"")?;
            let (request, _) = rest.split_once('"')?;
            // A user name may have spaces in it; host and ident may not.
            let mut head = head.splitn(3, ' ');
            let user = head.nth(2)?;
            Some((user, request.split(' ').nth(1).unwrap_or("")))
        })();
        let Some((user, path)) = parsed else {
            return Err(Fault::on_line(
                &log.file,
                n as u64 + 1,
                Problem::text(
                    "this line is not in the common log format (host ident user [date] \"request\" …): convert the log to CSV with the columns user and path",
                ),
            ));
        };
        if user != "-" && wanted(log, path) && !users.contains(user) {
            users.insert(user.to_owned());
        }
    }
    Ok(users)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMON: &str = "10.0.0.1 - ana [14/Mar/2019:09:40:00 +0000] \"GET /memo.pdf?x=1 HTTP/1.1\" 200 5\n\
        10.0.0.2 - ben [14/Mar/2019:09:41:00 +0000] \"GET /other HTTP/1.1\" 200 5 \"-\" \"Agent\"\n\
        10.0.0.3 - - [14/Mar/2019:09:41:00 +0000] \"GET /memo.pdf HTTP/1.1\" 401 5\n";

    fn users(log: &Log, text: &str) -> Result<Vec<String>, String> {
        people(log, text)
            .map(|all| all.into_iter().map(|n| n.address).collect())
            .map_err(|e| e.to_string())
    }

    #[test]
    fn users_of_both_formats() {
        let log =
            Log { file: "access.log".into(), path: Some("/memo.pdf".into()), ..Log::default() };
        assert_eq!(users(&log, COMMON), Ok(vec!["ana".to_owned()]));
        let all = Log { path: None, ..log.clone() };
        assert_eq!(users(&all, COMMON), Ok(vec!["ana".to_owned(), "ben".to_owned()]));
        let csv = Log { file: "a.csv".into(), ..log.clone() };
        let text = "time;user;path\n1;ana;/memo.pdf\n2;ben;/x\n3;ana;/memo.pdf\n";
        assert_eq!(users(&csv, text), Ok(vec!["ana".to_owned()]));
        assert_eq!(
            users(&log, "nonsense\n").unwrap_err(),
            "access.log:1: this line is not in the common log format (host ident user [date] \"request\" …): convert the log to CSV with the columns user and path"
        );
        let no = Log { path: Some("/nix".into()), ..log };
        assert_eq!(
            users(&no, COMMON).unwrap_err(),
            "access.log: nobody in this log opened \"/nix\": correct the path"
        );
        let column = Log { user: Some("usr".into()), ..csv };
        assert_eq!(
            users(&column, text).unwrap_err(),
            "a.csv:1: there is no column \"usr\" (did you mean \"user\"?): the columns are time, user, path"
        );
    }
}
