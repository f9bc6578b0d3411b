//! The pages' templates and what they are filled with.

use askama::Template;

use super::{
    App,
    format::{self, Said, When, said},
    guard::Visitor,
    pages,
    text::{Run, runs},
};
use crate::service::{
    Conversation, Direction, Filter, Inbox, Message, Outcome, Status, Summary, Unfinished,
};

/// Days before its end at which a certificate is worth a warning.
const CERTIFICATE_WARNING: u64 = 30 * 86_400;

/// What every page has.
pub(crate) struct Frame {
    pub(super) base: String,
    pub(super) csrf: String,
    pub(super) title: String,
    pub(super) desk: String,
    pub(super) trouble: Vec<String>,
}

impl Frame {
    pub(crate) fn new(app: &App, visitor: &Visitor, status: &Status, title: &str) -> Self {
        Self {
            base: app.guard.path().to_owned(),
            csrf: visitor.csrf.clone(),
            title: title.to_owned(),
            desk: status.name.clone(),
            trouble: trouble(status, app.clock.now()),
        }
    }
}

/// What has to be said on every page.
fn trouble(status: &Status, now: u64) -> Vec<String> {
    let mut out = Vec::new();
    if status.newsroom.is_none() {
        out.push(
            "This desk is not enrolled yet. Have the newsroom’s root sign desk.request, then install the certificate."
                .to_owned(),
        );
        return out;
    }
    if let Some(words) = &status.contact.trouble {
        out.push(format!(
            "The last round with the site failed: {words}. It is tried again; nothing is lost."
        ));
    }
    match status.certificate_until {
        Some(until) if until <= now => out.push(
            "This desk’s certificate has ended: the site does not take anything from it. Ask the newsroom’s root for a new one."
                .to_owned(),
        ),
        Some(until) if until < now + CERTIFICATE_WARNING => out.push(format!(
            "This desk’s certificate ends on {}. Ask the newsroom’s root for a new one before that.",
            format::day(until).words
        )),
        _ => {}
    }
    if status.contact.last_good.is_some() && !status.listed {
        out.push(
            "The site does not list this desk, so that no source can write to it. A new desk is listed after its first \
             bundle; otherwise its certificate is missing at the site, or was revoked."
                .to_owned(),
        );
    }
    if status.weak_passphrase {
        out.push(
            "A demonstration vault: its passphrase is easy to guess. Not for real sources."
                .to_owned(),
        );
    }
    out
}

#[derive(Template)]
#[template(path = "refusal.html")]
pub(crate) struct RefusalPage<'a> {
    pub(crate) title: &'a str,
    pub(crate) why: &'a str,
}

#[derive(Template)]
#[template(path = "inbox.html")]
pub(crate) struct InboxPage {
    frame: Frame,
    rows: Vec<Row>,
    tabs: Vec<Tab>,
    state: String,
    unfinished: u64,
    damaged: usize,
    filter_words: &'static str,
}

struct Tab {
    name: &'static str,
    label: String,
    here: bool,
}

struct Row {
    one: Summary,
    last: When,
    preview: Vec<Run>,
    messages: String,
}

impl InboxPage {
    pub(crate) fn new(frame: Frame, inbox: Inbox, filter: Filter, status: &Status) -> Self {
        let tick = status.tick_secs.unwrap_or(3600);
        let tab = |name, this, words: &str, n: u64| Tab {
            name,
            label: format!("{words} {n}"),
            here: filter == this,
        };
        let open = inbox.all - inbox.junk;
        Self {
            frame,
            state: pages::state_of(&inbox),
            tabs: vec![
                tab("open", Filter::Open, "Open", open),
                tab("unread", Filter::Unread, "Unread", inbox.unread),
                tab("unanswered", Filter::Unanswered, "To answer", inbox.unanswered),
                tab("junk", Filter::Junk, "Junk", inbox.junk),
            ],
            unfinished: inbox.unfinished,
            damaged: inbox.damaged,
            filter_words: match filter {
                Filter::Open => {
                    "No one has written yet. The daemon looks after every tick; nothing needs to be done."
                }
                Filter::Unread => "Everything has been read.",
                Filter::Unanswered => "Everything has been answered.",
                Filter::Junk => "Nothing is marked as junk.",
                Filter::All => "No one has written yet.",
            },
            rows: inbox
                .conversations
                .into_iter()
                .map(|one| Row {
                    last: format::when(one.last, tick),
                    preview: runs(one.preview.as_str()),
                    messages: format!(
                        "{}, {}",
                        format::count(one.incoming, "message", "messages"),
                        format::count(one.outgoing, "reply", "replies")
                    ),
                    one,
                })
                .collect(),
        }
    }
}

/// A reply that is being written.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) text: String,
    pub(crate) room: Option<Said>,
    pub(crate) error: Option<String>,
}

#[derive(Template)]
#[template(path = "conversation.html")]
pub(crate) struct ConversationPage {
    frame: Frame,
    one: Summary,
    first: When,
    owner: String,
    letters: Vec<Letter>,
    unfinished: Vec<Said>,
    damaged: usize,
    draft: Draft,
    rhythm: String,
}

struct Letter {
    from_source: bool,
    last: bool,
    at: When,
    text: Vec<Run>,
    crowd: Option<String>,
    state: Said,
    done: bool,
    why: Option<String>,
}

impl ConversationPage {
    pub(crate) fn new(
        frame: Frame,
        conversation: Conversation,
        draft: Draft,
        status: &Status,
    ) -> Self {
        let tick = status.tick_secs.unwrap_or(3600);
        let end = conversation.messages.len();
        let letters = conversation
            .messages
            .iter()
            .zip(1..)
            .map(|(message, n)| letter(message, n == end, tick))
            .collect();
        let rhythm = match status.desks {
            0 | 1 => format!("one entry every {}", format::every(u64::from(tick))),
            desks => format!("one entry every {}", format::every(u64::from(tick) * desks as u64)),
        };
        Self {
            frame,
            first: format::when(conversation.summary.first, tick),
            owner: conversation.summary.owner.clone().unwrap_or_default(),
            one: conversation.summary,
            letters,
            unfinished: conversation.unfinished.iter().map(|one| unfinished(one, tick)).collect(),
            damaged: conversation.damaged,
            draft,
            rhythm,
        }
    }
}

fn unfinished(one: &Unfinished, tick: u32) -> Said {
    let sentence = format!(
        "A message is still arriving: {} of {} pieces have come since {{}}. It is shown once it is whole.",
        one.pieces, one.of
    );
    said(&sentence, format::when(one.since, tick))
}

fn letter(message: &Message, last: bool, tick: u32) -> Letter {
    let from_source = message.direction == Direction::In;
    let expected = message.expected.map(|at| format::when(at, tick));
    let state: Said = match (from_source, message.outcome, expected) {
        (_, Outcome::Unreadable, _) => {
            "No receipt is sent: the source is not told that this arrived.".to_owned().into()
        }
        (true, Outcome::Published { at }, _) => {
            said("Receipt published {}.", format::when(at, tick))
        }
        (true, Outcome::Waiting, Some(at)) => said("Receipt waits, to be published {}.", at),
        (true, Outcome::Waiting, None) => {
            "Receipt waits until the site lists this desk.".to_owned().into()
        }
        (false, Outcome::Published { at }, _) => said(
            "Published {}. Whether the source has read it cannot be known.",
            format::when(at, tick),
        ),
        (false, Outcome::Waiting, expected) => {
            let so_far = match (message.published, message.pieces) {
                (_, 1) => String::new(),
                (done, all) => format!(", {done} of {all} entries published"),
            };
            match expected {
                Some(at) => said(
                    &format!("Waits for its place in the dead drop{so_far}; expected {{}}."),
                    at,
                ),
                None => format!("Waits until the site lists this desk{so_far}.").into(),
            }
        }
    };
    Letter {
        from_source,
        last,
        at: format::when(message.at, tick),
        text: runs(message.text.as_str()),
        crowd: message.crowd_at_least.map(format::crowd),
        done: matches!(message.outcome, Outcome::Published { .. }),
        state,
        why: message.why.clone(),
    }
}

#[derive(Template)]
#[template(path = "status.html")]
pub(crate) struct StatusPage {
    frame: Frame,
    groups: Vec<Group>,
    weeks: Vec<(When, When)>,
    notes: Vec<(When, String)>,
    daemon: Option<String>,
}

struct Group {
    title: &'static str,
    facts: Vec<(&'static str, Said)>,
}

impl StatusPage {
    pub(crate) fn new(frame: Frame, status: Status, now: u64, notice: &[u8]) -> Self {
        let tick = status.tick_secs.unwrap_or(3600);
        let at = |at: Option<u64>, none: &str| match at {
            Some(at) => said("{}", format::when(at, tick)),
            None => none.to_owned().into(),
        };
        let number = |n: u64| Said::from(n.to_string());
        let contact = &status.contact;
        let bundle = contact.last_bundle.zip(status.tick_secs);
        let bundle = bundle.map(|(bundle, secs)| bundle * u64::from(secs));
        let certificate = match status.certificate_until {
            Some(until) => {
                let left = until.saturating_sub(now) / 86_400;
                let left = format::count(left, "day", "days");
                said(&format!("until {{}} ({left} left)"), format::day(until))
            }
            None => "none".to_owned().into(),
        };
        let rhythm = match (status.tick_secs, status.next_tick) {
            (Some(secs), Some(next)) => {
                let every = format::every(u64::from(secs));
                said(&format!("every {every}, the next {{}}"), format::when(next, tick))
            }
            _ => "unknown".to_owned().into(),
        };
        let listed = if status.listed { "this one among them" } else { "this one not among them" };
        let site = Group {
            title: "The site",
            facts: vec![
                ("Last round", at(contact.last_round, "none yet")),
                ("Last round without trouble", at(contact.last_good, "none yet")),
                ("Last bundle taken, for the tick", at(bundle, "none yet")),
                ("Newest batch read", at(status.last_batch, "none yet")),
                ("Batches read", number(status.batches_read)),
                ("Batches that the site never made", number(status.batches_absent)),
                ("Batches to be fetched again", number(status.batches_missed)),
                ("The site’s key list holds until", at(status.keys_expire, "none seen")),
                ("Tick", rhythm),
            ],
        };
        let receipts =
            format!("{}, at most {} per tick", status.receipts_waiting, status.receipts_per_tick);
        let waits = Group {
            title: "What waits",
            facts: vec![
                ("Entries of replies", number(status.parts_waiting)),
                ("Last of them published", at(status.queue_empty_at, "nothing waits")),
                ("Receipts", receipts.into()),
                ("Messages still arriving", number(status.unfinished)),
            ],
        };
        let desk = Group {
            title: "This desk",
            facts: vec![
                ("Name", status.name.clone().into()),
                ("Desk", status.desk.clone().into()),
                (
                    "Newsroom",
                    status.newsroom.clone().unwrap_or_else(|| "not enrolled".to_owned()).into(),
                ),
                ("Certificate", certificate),
                ("Desks that the site lists", format!("{}, {listed}", status.desks).into()),
                ("“Look at the desk”", notice_words(notice).into()),
            ],
        };
        Self {
            frame,
            groups: vec![site, waits, desk],
            weeks: status
                .weeks
                .iter()
                .rev()
                .map(|week| (format::day(week.from), format::day(week.erased)))
                .collect(),
            notes: status
                .notes
                .into_iter()
                .rev()
                .map(|note| (format::when(note.at, tick), note.text))
                .collect(),
            daemon: status.daemon,
        }
    }
}

/// When the notice comes that carries nothing.
fn notice_words(hours: &[u8]) -> String {
    let times: Vec<String> = hours.iter().map(|hour| format!("{hour:02}:00")).collect();
    match times.is_empty() {
        true => "never said".to_owned(),
        false => format!("said at {} UTC, whether or not anything came", times.join(", ")),
    }
}
