//! The people of an e-mail: From, Sender, To, Cc and, in a sender's own copy, Bcc.

use mail_parser::{Address, MessageParser};

use super::Named;
use crate::fault::Problem;

/// Everybody whom the headers name.
///
/// # Errors
/// If it is not a message, or names nobody.
pub(crate) fn people(bytes: &[u8]) -> Result<Vec<Named>, Problem> {
    let message = MessageParser::new().with_address_headers().parse_headers(bytes);
    let mut all = Vec::new();
    if let Some(message) = &message {
        let headers = [message.from(), message.sender(), message.to(), message.cc(), message.bcc()];
        for address in headers.into_iter().flatten() {
            collect(address, &mut all);
        }
    }
    all.dedup();
    if all.is_empty() {
        return Err(Problem::text(
            "there are no people in the headers of this message: it should be a saved e-mail (.eml) that begins with From and To",
        ));
    }
    Ok(all)
}

fn collect(address: &Address<'_>, all: &mut Vec<Named>) {
    for one in address.iter() {
        let text = |t: &Option<std::borrow::Cow<'_, str>>| {
            t.as_deref().map(str::trim).unwrap_or_default().to_owned()
        };
        let named = Named { name: text(&one.name), address: text(&one.address) };
        if !named.name.is_empty() || !named.address.is_empty() {
            all.push(named);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_and_cc_are_found_folded_and_encoded() {
        let mail = b"From: Ana Weber <ana@example.org>\r\nTo: =?utf-8?q?J=C3=BCrgen?= <j@example.org>,\r\n \
            \"Ode, Ben\" <ben@example.org>\r\nCc: Board: c@example.org, d@example.org;\r\nSubject: x\r\n\r\nTo: nobody@example.org\r\n";
        let got: Vec<_> = people(mail).unwrap().into_iter().map(|n| (n.name, n.address)).collect();
        let want = [
            ("Ana Weber", "ana@example.org"),
            ("Jürgen", "j@example.org"),
            ("Ode, Ben", "ben@example.org"),
            ("", "c@example.org"),
            ("", "d@example.org"),
        ];
        assert_eq!(got, want.map(|(n, a)| (n.to_owned(), a.to_owned())));
        assert!(people(b"just text").is_err());
        assert!(people(b"").is_err());
    }
}
