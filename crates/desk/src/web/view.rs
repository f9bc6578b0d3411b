//! The pages' templates and what they are filled with.

use askama::Template;

use super::{
    App,
    format::{self, When},
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
    base: String,
    csrf: String,
    title: String,
    desk: String,
    trouble: Vec<String>,
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
    pub(crate) room: Option<String>,
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
    unfinished: Vec<String>,
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
    state: String,
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
            0 | 1 => format!("one entry every {}", format::span(u64::from(tick))),
            desks => format!("one entry every {}", format::span(u64::from(tick) * desks as u64)),
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

fn unfinished(one: &Unfinished, tick: u32) -> String {
    format!(
        "A message is still arriving: {} of {} pieces have come since {}. It is shown once it is whole.",
        one.pieces,
        one.of,
        format::when(one.since, tick).words
    )
}

fn letter(message: &Message, last: bool, tick: u32) -> Letter {
    let from_source = message.direction == Direction::In;
    let expected = message.expected.map(|at| format::when(at, tick).words);
    let state = match (from_source, message.outcome) {
        (_, Outcome::Unreadable) => {
            "No receipt is sent: the source is not told that this arrived.".to_owned()
        }
        (true, Outcome::Published { at }) => {
            format!("Receipt published {}.", format::when(at, tick).words)
        }
        (true, Outcome::Waiting) => match expected {
            Some(at) => format!("Receipt waits, to be published {at}."),
            None => "Receipt waits until the site lists this desk.".to_owned(),
        },
        (false, Outcome::Published { at }) => format!(
            "Published {}. Whether the source has read it cannot be known.",
            format::when(at, tick).words
        ),
        (false, Outcome::Waiting) => {
            let so_far = match (message.published, message.pieces) {
                (_, 1) => String::new(),
                (done, all) => format!(", {done} of {all} entries published"),
            };
            match expected {
                Some(at) => format!("Waits for its place in the dead drop{so_far}; expected {at}."),
                None => format!("Waits until the site lists this desk{so_far}."),
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
    facts: Vec<(&'static str, String)>,
}

impl StatusPage {
    pub(crate) fn new(frame: Frame, status: Status, now: u64) -> Self {
        let tick = status.tick_secs.unwrap_or(3600);
        let when = |at: Option<u64>, none: &str| match at {
            Some(at) => format::when(at, tick).words,
            None => none.to_owned(),
        };
        let contact = &status.contact;
        let certificate = match status.certificate_until {
            Some(until) => format!(
                "until {} ({} left)",
                format::day(until).words,
                format::count(until.saturating_sub(now) / 86_400, "day", "days")
            ),
            None => "none".to_owned(),
        };
        let groups = vec![
            Group {
                title: "The site",
                facts: vec![
                    ("Last round", when(contact.last_round, "none yet")),
                    ("Last round without trouble", when(contact.last_good, "none yet")),
                    (
                        "Last bundle taken",
                        match contact.last_bundle {
                            Some(bundle) => {
                                when(
                                    status.tick_secs.map(|secs| bundle * u64::from(secs)),
                                    "none yet",
                                ) + ", its tick"
                            }
                            None => "none yet".to_owned(),
                        },
                    ),
                    ("Newest batch read", when(status.last_batch, "none yet")),
                    ("Batches read", status.batches_read.to_string()),
                    ("Batches that the site never made", status.batches_absent.to_string()),
                    ("Batches to be fetched again", status.batches_missed.to_string()),
                    ("The site’s key list holds until", when(status.keys_expire, "none seen")),
                    (
                        "Tick",
                        match status.tick_secs {
                            Some(secs) => format!(
                                "every {}, the next {}",
                                format::span(u64::from(secs)),
                                when(status.next_tick, "unknown")
                            ),
                            None => "unknown".to_owned(),
                        },
                    ),
                ],
            },
            Group {
                title: "What waits",
                facts: vec![
                    ("Entries of replies", status.parts_waiting.to_string()),
                    ("Last of them published", when(status.queue_empty_at, "nothing waits")),
                    (
                        "Receipts",
                        format!(
                            "{}, at most {} per tick",
                            status.receipts_waiting, status.receipts_per_tick
                        ),
                    ),
                    ("Messages still arriving", status.unfinished.to_string()),
                ],
            },
            Group {
                title: "This desk",
                facts: vec![
                    ("Name", status.name.clone()),
                    ("Desk", status.desk.clone()),
                    (
                        "Newsroom",
                        status.newsroom.clone().unwrap_or_else(|| "not enrolled".to_owned()),
                    ),
                    ("Certificate", certificate),
                    (
                        "Desks that the site lists",
                        match status.listed {
                            true => format!("{}, this one among them", status.desks),
                            false => format!("{}, this one not among them", status.desks),
                        },
                    ),
                ],
            },
        ];
        Self {
            frame,
            groups,
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
