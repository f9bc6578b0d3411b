//! The local page, asked by friend and foe.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod support;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use desk::{clock::Clock, web};
use envelope::time::TickLength;
use http_body_util::BodyExt;
use support::*;
use tower::ServiceExt;

struct Hand(AtomicU64);

impl Clock for Hand {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

struct Browser {
    app: Router,
    host: String,
    base: String,
    cookie: String,
    link: String,
    clock: Arc<Hand>,
    desk: TestDesk,
    site: FakeSite,
}

struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Browser {
    /// A desk with one conversation, and its page, without a session yet.
    async fn new(text: &str) -> Self {
        Self::locking(text, 0).await
    }

    /// One that locks itself after so many seconds without use.
    async fn locking(text: &str, lock_after: u64) -> Self {
        let mut now = START + 600;
        let mut site = FakeSite::new(70, TickLength::HOUR, START);
        let mut desk = TestDesk::new(&mut site, 70, now);
        desk.listed(&mut site, &mut now);
        let mut source = Source::new(70, desk.id);
        source.write(&mut site, text, now);
        now += HOUR;
        desk.round(&mut site, now).unwrap();
        let clock = Arc::new(Hand(AtomicU64::new(now)));
        let page = web::bind(desk.desk.clone(), clock.clone(), "127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let page = page.with_lock(lock_after);
        let link = page.link(now).unwrap();
        let host = page.address().to_string();
        let path = link.strip_prefix(&format!("http://{host}")).unwrap().to_owned();
        let base = path.split("/enter").next().unwrap().to_owned();
        let app = page.into_router();
        Self { app, host, base, cookie: String::new(), link: path, clock, desk, site }
    }

    async fn signed_in(text: &str) -> Self {
        Self::new(text).await.enter().await
    }

    async fn enter(mut self) -> Self {
        let browser = &mut self;
        let link = browser.link.clone();
        let got = browser.get(&link).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER);
        let cookie = got.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
        assert!(cookie.contains(&format!("Path={}", browser.base)));
        browser.cookie = cookie.split(';').next().unwrap().to_owned();
        self
    }

    async fn send(&self, request: Request<Body>) -> Got {
        let answer = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Got { status: parts.status, headers: parts.headers, body }
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let mut builder =
            Request::builder().method(method).uri(path).header(header::HOST, &self.host);
        if !self.cookie.is_empty() {
            builder = builder.header(header::COOKIE, &self.cookie);
        }
        builder
    }

    async fn get(&self, path: &str) -> Got {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    async fn page(&self, path: &str) -> Got {
        self.get(&format!("{}{path}", self.base)).await
    }

    fn form(&self, path: &str, body: &str) -> axum::http::request::Builder {
        let _ = body;
        self.request("POST", &format!("{}{path}", self.base))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    async fn post(&self, path: &str, body: &str) -> Got {
        let origin = format!("http://{}", self.host);
        let request = self.form(path, body).header(header::ORIGIN, origin);
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    async fn csrf(&self) -> String {
        let body = self.page("/c/1").await.body;
        let from = body.find("name=\"csrf\" value=\"").unwrap() + 19;
        body[from..].split('"').next().unwrap().to_owned()
    }

    fn replies(&self) -> usize {
        let shown = self.desk.desk.show("1", self.clock.now()).unwrap();
        shown.summary.outgoing as usize
    }
}

#[tokio::test]
async fn the_whole_round_from_the_link_to_a_published_reply() {
    let mut browser = Browser::signed_in("What the minutes do not say.").await;
    let inbox = browser.page("/").await;
    assert_eq!(inbox.status, StatusCode::OK);
    assert!(inbox.body.contains("Conversation 1") && inbox.body.contains("1 unread"));
    assert!(inbox.body.contains("What the minutes do not say."));
    let shown = browser.page("/c/1").await;
    assert!(shown.body.contains("Receipt waits"));
    assert!(shown.body.contains("Some 40 to 79 visits"));
    assert!(!browser.page("/").await.body.contains("1 unread"), "showing it reads it");
    let csrf = browser.csrf().await;
    let measured =
        browser.post("/c/1/reply", &format!("csrf={csrf}&text=Hello+there&action=measure")).await;
    assert!(measured.body.contains("1 of 8 entries") && measured.body.contains("Hello there"));
    assert_eq!(browser.replies(), 0);
    let sent = browser.post("/c/1/reply", &format!("csrf={csrf}&text=Hello+there")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.replies(), 1);
    assert!(browser.page("/c/1").await.body.contains("Waits for its place"));
    for _ in 0..2 {
        let now = browser.clock.0.fetch_add(HOUR, Ordering::SeqCst) + HOUR;
        browser.desk.round(&mut browser.site, now).unwrap();
    }
    let shown = browser.page("/c/1").await;
    assert!(shown.body.contains("Receipt published") && shown.body.contains("cannot be known"));
    let status = browser.page("/status").await;
    assert!(status.body.contains("Private keys") && status.body.contains("this one among them"));
    for (mark, words) in [
        ("danger", "Danger to life"),
        ("unanswered", "value=\"answered\""),
        ("owner&owner=Ana+M.", "Ana M."),
    ] {
        let done = browser.post("/c/1/mark", &format!("csrf={csrf}&mark={mark}")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert!(browser.page("/c/1").await.body.contains(words), "{mark}");
    }
    let shown = browser.page("/c/1").await.body;
    assert!(shown.contains("badge strong") && shown.contains("value=\"Ana M.\""));
    browser.post("/c/1/mark", &format!("csrf={csrf}&mark=junk")).await;
    assert!(!browser.page("/").await.body.contains("/c/1\""));
    assert!(browser.page("/?show=junk").await.body.contains("/c/1\""));
    let left = browser.post("/leave", &format!("csrf={csrf}")).await;
    assert_eq!(left.status, StatusCode::OK);
    assert_eq!(browser.page("/").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_link_opens_one_session_and_only_in_time() {
    let browser = Browser::new("x").await;
    for path in ["/", "/c/1", "/status", "/pulse", "/desk.js"] {
        assert_eq!(browser.page(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(browser.get("/").await.status, StatusCode::FORBIDDEN);
    for wrong in ["", "?token=", "?token=AAAA"] {
        let got = browser.page(&format!("/enter{wrong}")).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN);
        assert!(got.headers.get(header::SET_COOKIE).is_none());
    }
    assert_eq!(browser.get(&browser.link).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get(&browser.link).await.status, StatusCode::FORBIDDEN, "used up");
    // A new link, made by another process on the same vault.
    let now = browser.clock.now();
    let address = browser.host.parse().unwrap();
    let fresh = web::link(&browser.desk.desk, address, now).unwrap();
    let fresh = fresh.strip_prefix(&format!("http://{}", browser.host)).unwrap().to_owned();
    browser.clock.0.fetch_add(601, Ordering::SeqCst);
    assert_eq!(browser.get(&fresh).await.status, StatusCode::FORBIDDEN, "too late");
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it() {
    let browser = Browser::signed_in("x").await;
    browser.clock.0.fetch_add(11 * HOUR, Ordering::SeqCst);
    assert_eq!(browser.page("/").await.status, StatusCode::OK);
    browser.clock.0.fetch_add(12 * HOUR, Ordering::SeqCst);
    assert_eq!(browser.page("/").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn only_its_own_host_is_answered() {
    let browser = Browser::signed_in("a secret word").await;
    let path = format!("{}/", browser.base);
    let port = browser.host.rsplit(':').next().unwrap();
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.2:{port}"),
        format!("localhost:{port}.evil.example"),
        String::new(),
    ] {
        let request = Request::builder()
            .uri(&path)
            .header(header::HOST, &host)
            .header(header::COOKIE, &browser.cookie);
        let got = browser.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(got.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!got.body.contains("secret"));
    }
    let none = Request::builder().uri(&path).header(header::COOKIE, &browser.cookie);
    let got = browser.send(none.body(Body::empty()).unwrap()).await;
    assert_eq!(got.status, StatusCode::MISDIRECTED_REQUEST);
    let two = browser.request("GET", &path).header(header::HOST, "evil.example");
    let got = browser.send(two.body(Body::empty()).unwrap()).await;
    assert_eq!(got.status, StatusCode::MISDIRECTED_REQUEST);
    let local = Request::builder()
        .uri(&path)
        .header(header::HOST, format!("localhost:{port}"))
        .header(header::COOKIE, &browser.cookie);
    assert_eq!(browser.send(local.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn nothing_changes_without_own_origin_session_and_token() {
    let browser = Browser::signed_in("x").await;
    let csrf = browser.csrf().await;
    let good = format!("csrf={csrf}&text=sent+by+somebody+else");
    let own = format!("http://{}", browser.host);
    // Origin: none, null, another, the same host on another port or scheme.
    let origins = [
        None,
        Some("null".to_owned()),
        Some("https://evil.example".to_owned()),
        Some("http://127.0.0.1:1".to_owned()),
        Some(own.replace("http", "https")),
        Some(format!("{own}.evil.example")),
    ];
    for origin in origins {
        let mut request = browser.form("/c/1/reply", &good);
        if let Some(origin) = &origin {
            request = request.header(header::ORIGIN, origin);
        }
        let got = browser.send(request.body(Body::from(good.clone())).unwrap()).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{origin:?}");
    }
    // What the browser itself says of where a request comes from.
    for site in ["cross-site", "same-site"] {
        let request = browser
            .form("/c/1/reply", &good)
            .header(header::ORIGIN, &own)
            .header("sec-fetch-site", site);
        let got = browser.send(request.body(Body::from(good.clone())).unwrap()).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{site}");
        let page = format!("{}/c/1", browser.base);
        let request = browser.request("GET", &page).header("sec-fetch-site", site);
        let got = browser.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{site}");
    }
    // Token: another session's, none, cut.
    for token in [String::new(), "A".repeat(43), csrf[..42].to_owned()] {
        for path in ["/c/1/reply", "/c/1/mark", "/c/1/measure", "/leave"] {
            let got = browser.post(path, &format!("csrf={token}&text=x&mark=junk")).await;
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{path} {token}");
        }
    }
    // Session: none, a made-up one.
    for cookie in ["desk=", "desk=AAAA", "other=1"] {
        let request = Request::builder()
            .method("POST")
            .uri(format!("{}/c/1/reply", browser.base))
            .header(header::HOST, &browser.host)
            .header(header::ORIGIN, &own)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let got = browser.send(request.body(Body::from(good.clone())).unwrap()).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{cookie}");
    }
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
        let request = browser.request(method, &format!("{}/c/1", browser.base));
        let got = browser.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    assert_eq!(browser.replies(), 0);
    assert!(!browser.desk.desk.show("1", browser.clock.now()).unwrap().summary.junk);
    // The same request with everything right goes through: the tests above can fail.
    let got = browser.post("/c/1/reply", &good).await;
    assert_eq!((got.status, browser.replies()), (StatusCode::SEE_OTHER, 1));
}

#[tokio::test]
async fn hostile_text_is_inert_and_visible() {
    let hostile = "</div><script>alert(1)</script><img src=x onerror=alert(2)> &lt;b&gt; \"'\u{202e}txt.exe\u{200b} \
                   https://evil.example/ \u{1b}[31mred";
    let browser = Browser::signed_in(hostile).await;
    for path in ["/", "/c/1"] {
        let body = browser.page(path).await.body;
        assert!(!body.contains("<script>alert") && !body.contains("<img"), "{path}");
        assert!(!body.contains("href=\"https://evil"), "no link is made of a source's text");
        assert!(!body.contains(['\u{202e}', '\u{200b}', '\u{1b}']), "{path}");
        for code in ["U+202E", "U+200B", "U+001B"] {
            assert!(body.contains(code), "{path} {code}");
        }
        assert!(body.contains("&#38;lt;b&#38;gt;"), "{path}: shown as written, not decoded");
    }
}

#[tokio::test]
async fn every_answer_is_dressed() {
    let browser = Browser::signed_in("x").await;
    let pages = ["/", "/c/1", "/status", "/pulse", "/desk.js", "/c/99", "/nowhere", "/enter"];
    for path in pages.iter().map(|path| format!("{}{path}", browser.base)).chain([
        "/desk.css".to_owned(),
        "/icon.svg".to_owned(),
        "/elsewhere".to_owned(),
    ]) {
        let got = browser.get(&path).await;
        let csp = got.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(csp.starts_with("default-src 'none'") && !csp.contains("unsafe"), "{path}");
        assert!(csp.contains("frame-ancestors 'none'") && csp.contains("form-action 'self'"));
        assert_eq!(got.headers[header::CACHE_CONTROL], "no-store", "{path}");
        assert_eq!(got.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(got.headers["cross-origin-resource-policy"], "same-origin", "{path}");
        assert!(!got.body.contains("style=") && !got.body.contains("<style"), "{path}");
        assert!(!got.body.contains(" onclick"), "{path}");
    }
    assert_eq!(browser.page("/c/99").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_reply_that_does_not_fit_comes_back_into_the_form() {
    let browser = Browser::signed_in("x").await;
    let csrf = browser.csrf().await;
    let mut seed = 1u32;
    let mut letter = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + (seed >> 24) as u8 % 26)
    };
    let long: String = (0..30_000).map(|_| letter()).collect();
    let got = browser.post("/c/1/reply", &format!("csrf={csrf}&text={long}")).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.body.contains("too long") && got.body.contains(&long));
    let got = browser.post("/c/1/reply", &format!("csrf={csrf}&text=+%0D%0A+")).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.replies(), 0);
    let room = browser.post("/c/1/measure", &format!("csrf={csrf}&text={long}")).await;
    assert!(room.body.contains("\"fits\":false"));
    let huge = "a".repeat(900_000);
    let got = browser.post("/c/1/reply", &format!("csrf={csrf}&text={huge}")).await;
    assert_eq!(got.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let browser = Browser::new("x").await;
    let clock = browser.clock.clone();
    let bound = web::bind(browser.desk.desk.clone(), clock, "0.0.0.0:0".parse().unwrap()).await;
    assert!(matches!(bound.err(), Some(web::WebError::NotLoopback(_))));
}

/// A page that is not used locks itself, and goes on where it was when the passphrase comes.
#[tokio::test]
async fn a_page_that_nobody_uses_locks_itself() {
    let browser = Browser::locking("The fund is empty.", 900).await.enter().await;
    let csrf = browser.csrf().await;
    let pass = |browser: &Browser, seconds| browser.clock.0.fetch_add(seconds, Ordering::SeqCst);
    pass(&browser, 899);
    assert!(browser.page("/c/1").await.body.contains("The fund is empty."), "used in time");
    // What the page asks for by itself is no use of it; what it asks for because somebody is there is.
    pass(&browser, 600);
    assert_eq!(browser.page("/pulse?awake").await.status, StatusCode::OK);
    pass(&browser, 600);
    assert_eq!(browser.page("/pulse").await.status, StatusCode::OK);
    pass(&browser, 300);
    for path in ["/", "/c/1", "/drafts", "/status", "/pulse", "/pulse?awake", "/kept"] {
        let got = browser.page(path).await;
        assert_eq!(got.status, StatusCode::LOCKED, "{path}");
        assert!(!got.body.contains("The fund is empty."), "{path}");
    }
    // The desk has not stopped, and neither have the checks of the page.
    let stranger = browser.form("/unlock", "").header(header::ORIGIN, "http://evil.example");
    assert_eq!(browser.send(stranger.body(Body::empty()).unwrap()).await.status, 403);
    // What is sent meanwhile waits, and is not done.
    let reply = format!("csrf={csrf}&text=Hello+there");
    let got = browser.post("/c/1/reply", &reply).await;
    assert_eq!(got.status, StatusCode::LOCKED);
    assert!(got.body.contains("What you sent has been kept."));
    assert_eq!(browser.replies(), 0);
    let wrong = format!("csrf={csrf}&passphrase=seven+plain+words");
    let got = browser.post("/unlock", &wrong).await;
    assert!(got.status == StatusCode::LOCKED && got.body.contains("not the passphrase"));
    let right = "passphrase=seven+plain+words+of+the+long+list";
    let got = browser.post("/unlock", &format!("csrf=AAAA&{right}")).await;
    assert_eq!(got.status, StatusCode::LOCKED, "without the session's token");
    let got = browser.post("/unlock", &format!("csrf={csrf}&{right}")).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.replies(), 1, "what waited goes on");
    assert!(browser.page("/c/1").await.body.contains("The fund is empty."));
}

/// Locking by hand keeps what stands in the fields.
#[tokio::test]
async fn what_was_typed_is_there_when_the_page_is_unlocked() {
    let browser = Browser::signed_in("The fund is empty.").await;
    let csrf = browser.csrf().await;
    let base = &browser.base;
    let fields = "%7B%22reply%20text%22%3A%22Half%20a%20sentence%22%7D";
    let back = format!("{base}/c/1");
    let got = browser.post("/lock", &format!("csrf={csrf}&back={back}&fields={fields}")).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER);
    let asked = browser.request("GET", &format!("{base}/kept")).header("sec-fetch-dest", "empty");
    let got = browser.send(asked.body(Body::empty()).unwrap()).await;
    assert_eq!(got.status, StatusCode::LOCKED, "locked means locked");
    // Nobody is sent elsewhere.
    browser.post("/lock", &format!("csrf={csrf}&back=http://evil.example/")).await;
    let right = format!("csrf={csrf}&passphrase=seven+plain+words+of+the+long+list");
    let got = browser.post("/unlock", &right).await;
    assert_eq!(got.headers[header::LOCATION].to_str().unwrap(), back);
    assert_eq!(browser.page("/kept").await.body, r#"{"reply text":"Half a sentence"}"#);
    assert_eq!(browser.page("/kept").await.body, "{}", "once");
    assert_eq!(browser.page("/lock").await.status, StatusCode::SEE_OTHER, "it is open");
}
