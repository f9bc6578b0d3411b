//! Asks the public log's witnesses for their signatures: when the site starts, when the log has grown, and again as long as
//! one is missing. In the background: a story is out before anybody was asked, and no witness can hold it up.

use std::collections::BTreeSet;
use std::io::Read;
use std::mem::discriminant;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tlog::Refusal;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::config::{AskedWitness, PublicLog};
use crate::log::Log;
use crate::status::Status;

/// For one request, answer included; and for the connection.
const TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT: Duration = Duration::from_secs(10);
/// How old a signature may become before it is asked for anew: readers want to know that a list is the newest.
const FRESH: Duration = Duration::from_secs(86_400);
/// Most bytes of an answer.
const MOST: u64 = 16 * 1024;
/// Most characters of a witness's words that are passed on.
const WORDS: usize = 120;

/// Starts asking, each witness by itself, until `stop` says so.
pub(crate) fn start(
    config: &PublicLog,
    log: Option<&Arc<Log>>,
    status: &Status,
    stop: &watch::Sender<bool>,
) -> Vec<JoinHandle<()>> {
    let Some(log) = log else {
        if !config.witnesses.is_empty() {
            status
                .line("public log: it is not certified, so there is nothing for witnesses to sign");
        }
        return Vec::new();
    };
    let count = Arc::new(Mutex::new(Count::default()));
    let all = config.witnesses.len();
    let asker = |witness: &AskedWitness| Asker {
        log: log.clone(),
        witness: witness.clone(),
        agent: agent(&witness.url),
        all,
        needed: config.needed,
        retry: config.retry,
        count: count.clone(),
        status: status.clone(),
    };
    let askers = config.witnesses.iter().map(asker);
    askers.map(|asker| tokio::spawn(asker.run(stop.subscribe()))).collect()
}

/// Who was asked about the newest checkpoint, and what was said of it last.
#[derive(Default)]
struct Count {
    size: u64,
    asked: BTreeSet<String>,
    enough: Option<bool>,
}

/// What came of asking.
enum Outcome {
    Signed,
    /// Nobody answered.
    Away(String),
    /// Another answer than those of a witness that has seen this log grow.
    Refused(String),
    /// The witness has signed what this log does not begin with.
    Forked(u64),
}

#[derive(Clone)]
struct Asker {
    log: Arc<Log>,
    witness: AskedWitness,
    agent: ureq::Agent,
    all: usize,
    needed: usize,
    retry: Duration,
    count: Arc<Mutex<Count>>,
    status: Status,
}

impl Asker {
    async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut size = self.log.size();
        let mut before = None;
        // The first request finds out what the witness has signed last.
        let mut old = 0;
        loop {
            let asked = *size.borrow_and_update();
            let outcome = tokio::select! {
                (outcome, known) = self.ask(old) => { old = known; outcome }
                _ = stop.wait_for(|stop| *stop) => return,
            };
            let kind = discriminant(&outcome);
            if before != Some(kind) {
                self.say(&outcome);
            }
            before = Some(kind);
            self.count(asked);
            let pause = if matches!(outcome, Outcome::Signed) { FRESH } else { self.retry };
            tokio::select! {
                _ = size.changed() => {}
                () = tokio::time::sleep(pause) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Asks once, on a thread of its own, which nobody waits for when the site stops. Gives also what the witness is now
    /// known to have signed.
    async fn ask(&self, old: u64) -> (Outcome, u64) {
        let (tell, told) = oneshot::channel();
        let asker = self.clone();
        let ask = move || drop(tell.send(asker.ask_now(old)));
        if let Err(error) = std::thread::Builder::new().name("witness".into()).spawn(ask) {
            return (Outcome::Away(error.to_string()), old);
        }
        told.await.unwrap_or_else(|_| (Outcome::Away("the thread has ended".to_owned()), old))
    }

    fn ask_now(&self, mut old: u64) -> (Outcome, u64) {
        // A second time if the witness is further than was known here.
        for _ in 0..2 {
            let Some((size, request)) = self.log.request(old) else {
                return (Outcome::Forked(old), old);
            };
            let (status, body) = match self.post(&request.encode()) {
                Ok(answer) => answer,
                Err(why) => return (Outcome::Away(why), old),
            };
            match (status, Refusal::known_size(&body)) {
                (200, _) => {
                    return match self.log.cosign(size, &body, &self.witness.key) {
                        Ok(()) => (Outcome::Signed, size),
                        Err(error) => (Outcome::Refused(error.to_string()), old),
                    };
                }
                // One root for one size: some witnesses say it in this way.
                (409, Some(known)) if known == old => return (Outcome::Forked(old), old),
                (409, Some(known)) => old = known,
                (422, _) => return (Outcome::Forked(old), old),
                (status, _) => {
                    let words = String::from_utf8_lossy(&body);
                    let words: String = words.trim().chars().take(WORDS).collect();
                    return (Outcome::Refused(format!("it answered {status}: {words}")), old);
                }
            }
        }
        (Outcome::Refused("it changes its mind about what it has signed".to_owned()), old)
    }

    fn post(&self, request: &str) -> Result<(u16, Vec<u8>), String> {
        let url = format!("{}/add-checkpoint", self.witness.url);
        let request = self.agent.post(url).content_type("text/plain; charset=utf-8").send(request);
        let answer = request.map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        let read = answer.into_body().into_with_config().limit(u64::MAX).reader();
        read.take(MOST).read_to_end(&mut body).map_err(|error| error.to_string())?;
        Ok((status, body))
    }

    fn say(&self, outcome: &Outcome) {
        let what = match outcome {
            Outcome::Signed => "has signed the public log".to_owned(),
            Outcome::Away(why) => {
                format!("cannot be reached ({why}); asked again every {} s", self.retry.as_secs())
            }
            Outcome::Refused(why) => format!("has not signed: {why}"),
            Outcome::Forked(known) => format!(
                "REFUSES: it has signed {known} entries of this public log, and this is not how they go on. Was an \
                 old store.sqlite put back? See docs/operate.md, \"A witness refuses\""
            ),
        };
        self.status.line(&format!("witness {}: {what}", self.witness.key.name()));
    }

    /// Says whether enough have signed, when that has changed and everybody was asked.
    fn count(&self, size: u64) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        if count.size != size {
            (count.size, count.asked) = (size, BTreeSet::new());
        }
        count.asked.insert(self.witness.key.name().to_owned());
        let (signed, all) = (self.log.cosigners(), self.all);
        let enough = signed >= self.needed;
        if count.enough == Some(enough) || !(enough || count.asked.len() == all) {
            return;
        }
        count.enough = Some(enough);
        let fewer = match enough {
            true => String::new(),
            false => format!("; {} are needed, so audits that ask for them fail", self.needed),
        };
        self.status.line(&format!("public log: {signed} of {all} witnesses have signed{fewer}"));
    }
}

/// A client for one witness. Onion addresses go through the SOCKS proxy at 127.0.0.1:9050, where Tor listens.
fn agent(url: &str) -> ureq::Agent {
    let uri: Option<ureq::http::Uri> = url.parse().ok();
    let onion = uri.and_then(|uri| uri.host().map(|host| host.ends_with(".onion")));
    let proxy = match onion {
        Some(true) => ureq::Proxy::new("socks5://127.0.0.1:9050").ok(),
        _ => None,
    };
    ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .timeout_connect(Some(CONNECT))
        .http_status_as_error(false)
        .max_redirects(0)
        // Asked so rarely that a kept connection would be a broken one.
        .max_idle_connections(0)
        .proxy(proxy)
        .user_agent("")
        .build()
        .new_agent()
}
