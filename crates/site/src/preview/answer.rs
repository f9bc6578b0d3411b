//! One request, one answer.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::PoisonError;
use std::time::Duration;

use super::Board;

const SCRIPT: &str = include_str!("preview.js");
const STYLE: &str = include_str!("preview.css");
/// What the preview adds to a page's head.
const TAGS: &str = "<link rel=\"stylesheet\" href=\"/preview/preview.css\">\
                    <script type=\"module\" src=\"/preview/preview.js\"></script></head>";
/// Longer requests are no browser's.
const LONGEST: u64 = 16 << 10;

/// Answers a request. `address` is what the preview listens on.
pub(super) fn answer(stream: &TcpStream, address: SocketAddr, board: &Board) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(stream.take(LONGEST)).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let mut host = String::new();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("host")
        {
            host = value.trim().to_ascii_lowercase();
        }
    }
    let mut parts = first.split(' ');
    let (method, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let path = path.split('?').next().unwrap_or_default();
    // Another name that leads here (DNS rebinding) would let a web page read drafts.
    let ours = host == address.to_string() || host == format!("localhost:{}", address.port());
    let (status, kind, body) = match (method, path) {
        _ if !ours => ("421 Misdirected Request", "text/plain", b"not this name\n".to_vec()),
        ("GET" | "HEAD", "/preview/preview.js") => ("200 OK", "text/javascript", SCRIPT.into()),
        ("GET" | "HEAD", "/preview/preview.css") => ("200 OK", "text/css", STYLE.into()),
        ("GET" | "HEAD", "/preview/state") => ("200 OK", "application/json", state(board)),
        ("GET" | "HEAD", _) => page(path, board),
        _ => ("405 Method Not Allowed", "text/plain", Vec::new()),
    };
    let mut head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: {kind}\r\n");
    for (name, value) in press::headers::SECURITY {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("cache-control: no-store\r\ncontent-length: {}\r\n\r\n", body.len()));
    let mut stream = stream;
    stream.write_all(head.as_bytes())?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    Ok(())
}

fn page(path: &str, board: &Board) -> (&'static str, &'static str, Vec<u8>) {
    let shown = board.lock().unwrap_or_else(PoisonError::into_inner);
    let (status, page) = match shown.pages.get(path) {
        Some(page) => ("200 OK", page),
        None => ("404 Not Found", shown.pages.not_found()),
    };
    let body = if page.content_type.starts_with("text/html") {
        String::from_utf8_lossy(&page.body).replacen("</head>", TAGS, 1).into_bytes()
    } else {
        page.body.to_vec()
    };
    (status, page.content_type, body)
}

fn state(board: &Board) -> Vec<u8> {
    let shown = board.lock().unwrap_or_else(PoisonError::into_inner);
    let state = serde_json::json!({ "edition": shown.edition, "fault": shown.fault });
    state.to_string().into_bytes()
}
