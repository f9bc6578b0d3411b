//! `subrosa replies`.

use envelope::passphrase::Passphrase;
use serde::Serialize;
use source::{
    clock::{Clock, SystemClock},
    deaddrop,
    http::Site,
    tip::verified_keys,
    visit::KEY_LIST_LIMIT,
};

use crate::{
    cli,
    out::{Ending, Out, Outcome, visible},
    secrets,
    tip::may_connect,
};

#[derive(Serialize)]
struct Report<'a> {
    replies: &'a [deaddrop::Reply],
    confirmed: &'a [deaddrop::Confirmed],
    receipts: Vec<Receipt<'a>>,
}

#[derive(Serialize)]
struct Receipt<'a> {
    message: String,
    confirmed_by: Option<&'a str>,
}

/// Loads the dead drop as any page does, and shows what the passphrase finds in it.
pub(crate) fn run(args: &cli::Replies, out: &mut Out) -> Outcome {
    let site = Site::new(&args.newsroom.site)?;
    may_connect(&site, args.in_the_open, out)?;
    let passphrase =
        Passphrase::parse(&secrets::line("The seven words of your passphrase:", out)?)?;
    let now = SystemClock::start().unix();
    let bytes = site.get("/keys", KEY_LIST_LIMIT)?;
    let keys = verified_keys(&bytes, &args.newsroom.newsroom, now)?;
    let chunks = deaddrop::load(&site, &keys)?;
    let master = passphrase.master(&keys.site);
    let found = deaddrop::scan(&chunks, &keys, &master, &args.message);
    let confirmed = deaddrop::confirmed(&chunks, &keys, &master);
    let receipts: Vec<Receipt<'_>> = args
        .message
        .iter()
        .zip(&found.receipts)
        .map(|(message, desk)| Receipt {
            message: hex::encode(message.0),
            confirmed_by: desk.as_deref(),
        })
        .collect();
    if args.json {
        out.json(&Report { replies: &found.replies, confirmed: &confirmed, receipts })?;
        return Ok(Ending::Done);
    }
    for receipt in &receipts {
        match receipt.confirmed_by {
            Some(desk) => {
                out.line(format!("{}: decrypted and on the disk of {desk}", receipt.message))?
            }
            None => out.line(format!("{}: not yet confirmed", receipt.message))?,
        }
    }
    if args.message.is_empty() {
        let n = confirmed.len();
        out.line(format!("{n} of your messages of the last seven days are confirmed: decrypted and on a desk's disk"))?;
    }
    for reply in &found.replies {
        match &reply.text {
            Some(text) => out.line(format!("\n{}:\n\n{}", reply.desk, visible(text)))?,
            None => out.line(format!(
                "\n{}: a reply of which {} parts are still to come",
                reply.desk, reply.missing
            ))?,
        }
    }
    if found.replies.is_empty() {
        out.line("No reply in the last seven days.")?;
    }
    Ok(Ending::Done)
}
