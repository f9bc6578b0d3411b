//! Serves a content folder on loopback, with the headers a site sets, to look at while writing or designing:
//! `cargo run -p press --example preview -- crates/press/demo 127.0.0.1:8080`. The site's own routes are not there.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use press::{Edition, PageContext, Pages, headers};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let dir = arguments.next().unwrap_or_else(|| "crates/press/demo".to_owned());
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(address)?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let edition = Edition::load(Path::new(&dir))?;
    let ctx = PageContext {
        site_id: [7; 32],
        base_url: base_url.clone(),
        mix_on_premises: false,
        contact: edition.contact(),
    };
    let pages = edition.render(&ctx)?;
    let mut out = std::io::stdout();
    writeln!(out, "{}: {} stories at {base_url}/", edition.name(), edition.story_count())?;
    out.flush()?;
    for stream in listener.incoming() {
        let pages = pages.clone();
        std::thread::spawn(move || {
            stream.map_err(Box::from).and_then(|s| answer(s, &pages)).is_ok()
        });
    }
    Ok(())
}

fn answer(stream: TcpStream, pages: &Pages) -> Result<(), Box<dyn Error>> {
    let mut reader = BufReader::new(&stream);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let path = request.split(' ').nth(1).unwrap_or("/");
    let path = path.split('?').next().unwrap_or("/");
    let (status, page) = match pages.get(path) {
        Some(page) => ("200 OK", page),
        None => ("404 Not Found", pages.not_found()),
    };
    let mut head = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: {}\r\n",
        page.content_type
    );
    for (name, value) in headers::SECURITY {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!(
        "cache-control: {}\r\ncontent-length: {}\r\n\r\n",
        page.cache.header(),
        page.body.len()
    ));
    let mut stream = &stream;
    stream.write_all(head.as_bytes())?;
    stream.write_all(&page.body)?;
    Ok(())
}
