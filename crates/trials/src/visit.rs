//! One visit of a reader or a source behind TLS, and what was seen of it.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;

use crate::browser::{Browser, Kind, Look};
use crate::recorder::{Protocol, Recorder, Rewrite, Seen};
use crate::{Result, Trouble, acts};

/// Slots of the first 48 seconds, in seconds of the visit.
pub const SLOTS: [f64; 4] = [5.0, 15.0, 30.0, 45.0];
/// How long a visit is watched, in seconds.
const WATCHED: f64 = 48.0;

/// Who visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Looks at the page.
    Reader,
    /// Writes a tip in the drawer, which leaves within the visit.
    Source,
}

/// One piece of work that a page or its worker did, reported by a script that was told to ([`SPY`]).
#[derive(Debug, Clone)]
pub struct Work {
    /// `page` or `worker`.
    pub place: String,
    /// `seal` (an AEAD encryption) or `send` (a packet handed to the network).
    pub what: String,
    /// Bytes of it.
    pub size: u64,
    /// Milliseconds, on one clock for both places.
    pub at: f64,
}

/// What is put in front of `worker.js` and `page.js` for their work to be seen in [`Visit::work`].
///
/// An observer on the wire sees only what sealing at the last moment does to the time of sending, and only in many
/// visits. From within, that it is done at all can be seen in one.
pub const SPY: [(&str, &str); 2] = [
    (
        "worker",
        "const tellOf = (what, size) => postMessage({ type: 'spy', place: 'worker', what, size, at: performance.timeOrigin + performance.now() });
         { const seal = SubtleCrypto.prototype.encrypt;
           SubtleCrypto.prototype.encrypt = function (...a) { tellOf('seal', a[2].byteLength); return seal.apply(this, a); };
           const send = fetch;
           globalThis.fetch = (to, how) => { if (String(to).endsWith('/cover')) tellOf('send', how.body.byteLength); return send(to, how); }; }
",
    ),
    (
        "page",
        "globalThis.spied = [];
         { const note = (what, size) => spied.push({ place: 'page', what, size, at: performance.timeOrigin + performance.now() });
           const seal = SubtleCrypto.prototype.encrypt;
           SubtleCrypto.prototype.encrypt = function (...a) { note('seal', a[2].byteLength); return seal.apply(this, a); };
           const send = fetch;
           globalThis.fetch = (to, how) => { if (String(to).endsWith('/cover')) note('send', how.body.byteLength); return send(to, how); };
           const plain = Worker;
           globalThis.Worker = class extends plain { constructor(...a) { super(...a);
             this.addEventListener('message', ({ data }) => data.type === 'spy' && spied.push(data)); } }; }
",
    ),
];

/// A packet is sealed 2.5 s before its slot; the last seal before a packet leaves is at least this old.
const SEALED_AHEAD_MS: f64 = 1_000.0;

/// What a visit's work gives away: anything sealed or sent by the page itself, or sealed when it has to leave.
#[must_use]
pub fn work_faults(visit: &Visit) -> Vec<String> {
    let mut faults = Vec::new();
    let mut sealed = f64::MIN;
    for work in &visit.work {
        if work.place != "worker" {
            faults.push(format!("the page itself did this: {work:?}"));
        }
        if work.what == "seal" {
            sealed = work.at;
        } else if work.at - sealed < SEALED_AHEAD_MS {
            faults.push(format!("sealed {:.0} ms before it left", work.at - sealed));
        }
    }
    faults
}

/// What was seen of a visit.
#[derive(Debug)]
pub struct Visit {
    /// Who it was.
    pub role: Role,
    /// Pages, scripts, styles, pictures, in the order of their names: how a browser orders them is chance.
    pub loaded: Vec<String>,
    /// Everything else in the order in which it came: a request's whole look, with what differs from one visit to
    /// the next (port, number of a block) taken out.
    pub sent: Vec<String>,
    /// When each packet came, in seconds of the visit.
    pub packets: Vec<f64>,
    /// The work done inside, in order, if the scripts were made to tell.
    pub work: Vec<Work>,
}

/// Makes a visit and watches it for 48 seconds.
///
/// # Errors
/// When the browser or the drawer fails.
pub async fn make(
    role: Role,
    kind: Kind,
    protocol: Protocol,
    site: SocketAddr,
    rewrite: Option<Rewrite>,
) -> Result<Visit> {
    let browser = Browser::start(kind, &Look::default()).await?;
    let recorder = Recorder::start_with(protocol, site, rewrite).await?;
    browser.goto(&recorder.origin()).await?;
    if role == Role::Source {
        acts::open_drawer(&browser).await?;
        acts::begin(&browser).await?;
        acts::ready(&browser).await?;
        acts::send(&browser, "They meet at noon, every week, on the third floor.").await?;
        acts::await_state(&browser, "once", Duration::from_secs(50)).await?;
    }
    loop {
        let seen = recorder.seen();
        // The visit begins one second before it asks for the keys.
        let begin = seen.iter().find(|s| s.path == "/keys").map(|s| s.at.as_secs_f64() - 1.0);
        if let Some(begin) = begin {
            // The recorder's clock started when the visit did or before.
            let now = recorder.elapsed().as_secs_f64() - begin;
            if now > WATCHED {
                let mut visit = summary(role, &seen, begin, &recorder.origin());
                visit.work = work(&browser).await?;
                return Ok(visit);
            }
        } else if recorder.elapsed() > Duration::from_secs(60) {
            return Err(Trouble(format!("{}: the page never asked for the keys", kind.name())));
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

async fn work(browser: &Browser) -> Result<Vec<Work>> {
    let spied = browser.run("return globalThis.spied ?? []", vec![]).await?;
    let text =
        |v: &Value, key: &str| v.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut all: Vec<Work> = spied
        .as_array()
        .into_iter()
        .flatten()
        .map(|v| Work {
            place: text(v, "place"),
            what: text(v, "what"),
            size: v.get("size").and_then(Value::as_u64).unwrap_or_default(),
            at: v.get("at").and_then(Value::as_f64).unwrap_or_default(),
        })
        .collect();
    all.sort_by(|a, b| a.at.total_cmp(&b.at));
    Ok(all)
}

fn summary(role: Role, seen: &[Seen], begin: f64, origin: &str) -> Visit {
    let of_visit = |s: &Seen| s.at.as_secs_f64() - begin;
    let watched = || seen.iter().filter(move |s| of_visit(s) <= WATCHED);
    let mut loaded: Vec<String> =
        watched().filter(|s| !is_channel(s)).map(|s| look(s, origin)).collect();
    loaded.sort();
    Visit {
        role,
        loaded,
        sent: watched().filter(|s| is_channel(s)).map(|s| look(s, origin)).collect(),
        packets: watched().filter(|s| s.path == "/cover").map(of_visit).collect(),
        work: Vec::new(),
    }
}

/// Whether a request belongs to the channel, whose order is fixed, rather than to the loading of a page.
fn is_channel(seen: &Seen) -> bool {
    seen.method != "GET" || seen.path == "/keys" || seen.path.starts_with("/drop/")
}

/// Everything of a request that an observer or the edge could tell apart.
fn look(seen: &Seen, origin: &str) -> String {
    let place = origin.trim_start_matches("https://");
    let number = |path: &str| match path.strip_prefix("/drop/") {
        Some(block) if block.bytes().all(|b| b.is_ascii_digit()) => {
            format!("/drop/<{} digits>", block.len())
        }
        _ => path.to_owned(),
    };
    let headers: Vec<String> =
        seen.headers.iter().map(|(n, v)| format!("{n}: {}", v.replace(place, "<site>"))).collect();
    format!(
        "{} {} body {} head {} | {}",
        seen.method,
        number(&seen.path),
        seen.body,
        seen.head.map_or_else(|| "-".to_owned(), |h| h.to_string()),
        headers.join(" | ")
    )
}

/// How two visits differ, in words; `None` if an observer could not tell.
#[must_use]
pub fn difference(one: &Visit, other: &Visit) -> Option<String> {
    if one.loaded != other.loaded {
        return Some(format!("loaded:\n{:#?}\n{:#?}", one.loaded, other.loaded));
    }
    for (place, (a, b)) in one.sent.iter().zip(&other.sent).enumerate() {
        if a != b {
            return Some(format!(
                "request {place} of the channel:\n  {:?} {a}\n  {:?} {b}",
                one.role, other.role
            ));
        }
    }
    (one.sent.len() != other.sent.len()).then(|| {
        format!(
            "{:?} made {} requests, {:?} {}",
            one.role,
            one.sent.len(),
            other.role,
            other.sent.len()
        )
    })
}

/// What is wrong with a visit by itself: a request that no reader makes, a packet of another size, one outside the
/// window of its slot. Empty is good.
///
/// The window is generous, since this machine may be busy: what is later than a second is not sent at all.
#[must_use]
pub fn faults(visit: &Visit) -> Vec<String> {
    let allowed = [
        "POST /cover body 4096 ",
        "GET /keys body 0 ",
        "GET /drop/live body 0 ",
        "GET /drop/<",
        "GET / body 0 ",
        "GET /assets/",
        "GET /images/",
        "GET /icon",
        "GET /favicon",
    ];
    let all = visit.loaded.iter().chain(&visit.sent);
    let mut faults: Vec<String> = all
        .filter(|r| !allowed.iter().any(|a| r.starts_with(a)))
        .map(|r| format!("not a reader's request: {r}"))
        .collect();
    if visit.packets.len() != SLOTS.len() {
        faults.push(format!("{} packets in {} slots", visit.packets.len(), SLOTS.len()));
    }
    for (at, slot) in visit.packets.iter().zip(SLOTS) {
        if !(slot - 0.5..=slot + 0.25 + 1.25).contains(at) {
            faults.push(format!("a packet at {at:.2} s for the slot at {slot} s"));
        }
    }
    faults
}
