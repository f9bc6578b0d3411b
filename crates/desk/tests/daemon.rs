//! The daemon against a site that speaks HTTP on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod support;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use desk::{
    clock::{Clock, SystemClock},
    daemon::{self, Config, Event},
    service::Outcome,
};
use envelope::{drop::block_of, fetch::Token, time::TickLength};
use support::*;

#[derive(Clone)]
struct Served {
    site: Arc<Mutex<FakeSite>>,
    /// Statuses with which to answer everything, while it is set.
    broken: Arc<Mutex<Option<StatusCode>>>,
}

type Answer = Result<Vec<u8>, StatusCode>;

impl Served {
    fn site(&self) -> Result<std::sync::MutexGuard<'_, FakeSite>, StatusCode> {
        if let Some(status) = *self.broken.lock().unwrap() {
            return Err(status);
        }
        let mut site = self.site.lock().unwrap();
        site.advance(SystemClock.now());
        Ok(site)
    }
}

async fn keys(State(served): State<Served>) -> Answer {
    Ok(served.site()?.keys(SystemClock.now()))
}

async fn batch(State(served): State<Served>, Path(tick): Path<u64>, headers: HeaderMap) -> Answer {
    let site = served.site()?;
    let token = headers.get("authorization").ok_or(StatusCode::UNAUTHORIZED)?;
    let token = token.to_str().unwrap().strip_prefix("Subrosa ").unwrap();
    let token = Token::decode(&URL_SAFE_NO_PAD.decode(token).unwrap()).unwrap();
    let (certificate, _) = &site.desks[&token.claimed_desk()];
    let path = format!("/desk/batch/{tick}");
    token.verify(&site.site, certificate.desk().unwrap(), SystemClock.now(), &path).unwrap();
    site.batches.get(&tick).cloned().ok_or(StatusCode::NOT_FOUND)
}

async fn live(State(served): State<Served>) -> Answer {
    let mut site = served.site()?;
    let block = block_of(site.at);
    Ok(site.chunk(block))
}

async fn block(State(served): State<Served>, Path(block): Path<u64>) -> Answer {
    Ok(served.site()?.chunk(block))
}

async fn bundle(State(served): State<Served>, body: Bytes) -> Result<StatusCode, StatusCode> {
    match served.site()?.post(&body, SystemClock.now()) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(StatusCode::CONFLICT),
    }
}

async fn mail(State(served): State<Served>, Path(tick): Path<u64>) -> Answer {
    Ok(served.site()?.mail(tick))
}

async fn post_mail(State(served): State<Served>, body: Bytes) -> Result<StatusCode, StatusCode> {
    match served.site()?.post_mail(&body, SystemClock.now()) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(StatusCode::CONFLICT),
    }
}

async fn serve(site: FakeSite) -> (Served, String) {
    let served = Served { site: Arc::new(Mutex::new(site)), broken: Arc::default() };
    let app = Router::new()
        .route("/keys", routing::get(keys))
        .route("/desk/batch/{tick}", routing::get(batch))
        .route("/desk/bundle", routing::post(bundle))
        .route("/desk/mail", routing::post(post_mail))
        .route("/desk/mail/{tick}", routing::get(mail))
        .route("/drop/live", routing::get(live))
        .route("/drop/{block}", routing::get(block))
        .with_state(served.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    (served, format!("http://{address}"))
}

async fn until(what: &str, check: impl Fn() -> bool) {
    for _ in 0..600 {
        if check() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("waited in vain: {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daemon_works_alone_and_commands_work_beside_it() {
    let now = SystemClock.now();
    let mut site = FakeSite::new(90, TickLength::new(2).unwrap(), now);
    let mut desk = TestDesk::new(&mut site, 90, now);
    let id = desk.id;
    let (served, address) = serve(site).await;
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let config = || Config {
        vault: desk.desk.vault().clone(),
        site: address.parse().unwrap(),
        page: "127.0.0.1:0".parse().unwrap(),
        clock: Arc::new(SystemClock),
        notice_hours: Vec::new(),
        lock_after: 0,
    };
    let told = events.clone();
    let running =
        daemon::start(config(), move |event| told.lock().unwrap().push(event)).await.unwrap();
    // A second one on the same vault is refused, and told which one has it.
    let second = daemon::start(config(), |_| {}).await.err().unwrap().to_string();
    assert!(second.contains(&running.address().to_string()), "{second}");

    until("the site lists the desk", || desk.desk.status(SystemClock.now()).unwrap().listed).await;
    let mut source = Source::new(90, id);
    let now = SystemClock.now();
    source.write(&mut served.site.lock().unwrap(), "over real sockets", now);
    until("the tip", || desk.desk.inbox(Default::default()).unwrap().all == 1).await;

    // A command in another process: its own connection to the same vault.
    desk.restart(91);
    desk.desk.reply("1", "an answer from the command line", SystemClock.now()).unwrap();

    // The site fails for a while; nothing is lost and it is said.
    *served.broken.lock().unwrap() = Some(StatusCode::BAD_GATEWAY);
    let told = |words: &str| {
        let of = |event: &Event| matches!(event, Event::Trouble(told) if told.contains(words));
        events.lock().unwrap().iter().any(of)
    };
    until("trouble is told", || told("502")).await;
    let shown = || desk.desk.status(SystemClock.now()).unwrap().contact.trouble;
    until("trouble is shown", || shown().is_some_and(|words| words.contains("502"))).await;
    *served.broken.lock().unwrap() = None;

    let done = || {
        let shown = desk.desk.show("1", SystemClock.now()).unwrap();
        shown.messages.len() == 2
            && shown.messages.iter().all(|m| matches!(m.outcome, Outcome::Published { .. }))
    };
    until("receipt and reply published", done).await;
    {
        let site = served.site.lock().unwrap();
        assert_eq!(source.replies(&site), ["an answer from the command line"]);
        assert_eq!(source.receipts(&site, &source.sent[0]).len(), 1);
        // One bundle per tick at most, whatever happened.
        let mut ticks: Vec<u64> = site.posted.iter().map(|(tick, _)| *tick).collect();
        let all = ticks.len();
        ticks.dedup();
        assert_eq!(ticks.len(), all);
    }
    until("trouble is over", || shown().is_none()).await;
    running.stop().await;
    assert!(desk.desk.status(SystemClock.now()).unwrap().daemon.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_that_is_down_is_trouble_and_no_more() {
    let now = SystemClock.now();
    let mut site = FakeSite::new(92, TickLength::new(2).unwrap(), now);
    let desk = TestDesk::new(&mut site, 92, now);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (sender, events) = std::sync::mpsc::channel();
    let config = Config {
        vault: desk.desk.vault().clone(),
        site: format!("http://{free}").parse().unwrap(),
        page: "127.0.0.1:0".parse().unwrap(),
        clock: Arc::new(SystemClock),
        notice_hours: Vec::new(),
        lock_after: 0,
    };
    let running = daemon::start(config, move |event| drop(sender.send(event))).await.unwrap();
    let event =
        tokio::task::spawn_blocking(move || events.recv_timeout(Duration::from_secs(30)).unwrap());
    assert!(
        matches!(event.await.unwrap(), Event::Trouble(words) if words.contains("cannot be reached"))
    );
    running.stop().await;
}
