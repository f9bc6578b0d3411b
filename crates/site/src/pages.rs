//! The pages of an edition, laid out so that answering one costs no allocation but its headers.

use std::collections::HashMap;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

/// One page with its headers ready.
#[derive(Debug, Clone)]
struct Item {
    body: Bytes,
    gzip: Option<Bytes>,
    content_type: HeaderValue,
    cache_control: HeaderValue,
    etag: HeaderValue,
}

/// Everything that is served by path, in one edition.
#[derive(Debug)]
pub(crate) struct Shelf {
    by_path: HashMap<String, Item>,
    not_found: Item,
}

/// What to answer: status, headers beside those that every answer has, body.
pub(crate) struct Found {
    pub(crate) status: StatusCode,
    pub(crate) headers: [Option<(HeaderName, HeaderValue)>; 6],
    pub(crate) body: Bytes,
}

impl Shelf {
    pub(crate) fn new(pages: &press::Pages) -> Self {
        let by_path = pages.iter().map(|(path, page)| (path.to_owned(), item(page))).collect();
        Self { by_path, not_found: item(pages.not_found()) }
    }

    /// How many paths there are.
    pub(crate) fn len(&self) -> usize {
        self.by_path.len()
    }

    /// The answer to a GET of `path` with these request headers.
    pub(crate) fn get(&self, path: &str, request: &HeaderMap) -> Found {
        match self.by_path.get(path) {
            Some(item) if item.is_known_to(request) => item.not_modified(),
            Some(item) => item.found(StatusCode::OK, request),
            None if self.by_path.contains_key(&format!("{path}/")) => to_slash(path),
            None => self.not_found.found(StatusCode::NOT_FOUND, request),
        }
    }
}

fn item(page: &press::Page) -> Item {
    Item {
        body: page.body.clone(),
        gzip: page.gzip.clone(),
        content_type: HeaderValue::from_static(page.content_type),
        cache_control: HeaderValue::from_static(page.cache.header()),
        etag: HeaderValue::from_str(&page.etag).unwrap_or(HeaderValue::from_static("\"\"")),
    }
}

/// `/world` was meant to be `/world/`.
fn to_slash(path: &str) -> Found {
    // Two slashes in front would be an address elsewhere.
    let target = format!("/{}/", path.trim_start_matches('/'));
    let location = HeaderValue::from_str(&target).unwrap_or(HeaderValue::from_static("/"));
    Found {
        status: StatusCode::PERMANENT_REDIRECT,
        headers: [
            Some((header::LOCATION, location)),
            Some((header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))),
            None,
            None,
            None,
            None,
        ],
        body: Bytes::new(),
    }
}

impl Item {
    fn is_known_to(&self, request: &HeaderMap) -> bool {
        request.get_all(header::IF_NONE_MATCH).iter().any(|known| {
            let tags = known.to_str().unwrap_or_default().split(',');
            tags.map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| self.etag == tag)
        })
    }

    fn not_modified(&self) -> Found {
        Found { status: StatusCode::NOT_MODIFIED, headers: self.headers(false), body: Bytes::new() }
    }

    fn found(&self, status: StatusCode, request: &HeaderMap) -> Found {
        let gzip = self.gzip.as_ref().filter(|_| takes_gzip(request));
        Found {
            status,
            headers: self.headers(gzip.is_some()),
            body: gzip.unwrap_or(&self.body).clone(),
        }
    }

    fn headers(&self, gzip: bool) -> [Option<(HeaderName, HeaderValue)>; 6] {
        // A strong tag names exact bytes, so the compressed ones have it as a weak one.
        let etag = match self.etag.to_str() {
            Ok(tag) if gzip => HeaderValue::from_str(&format!("W/{tag}")),
            _ => Ok(self.etag.clone()),
        };
        let vary = HeaderValue::from_static("accept-encoding");
        [
            Some((header::CONTENT_TYPE, self.content_type.clone())),
            Some((header::CACHE_CONTROL, self.cache_control.clone())),
            etag.ok().map(|etag| (header::ETAG, etag)),
            self.gzip.as_ref().map(|_| (header::VARY, vary)),
            gzip.then(|| (header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))),
            None,
        ]
    }
}

/// Whether `Accept-Encoding` names gzip, and not with `q=0`.
fn takes_gzip(request: &HeaderMap) -> bool {
    request.get_all(header::ACCEPT_ENCODING).iter().any(|value| {
        value.to_str().unwrap_or_default().split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
            let refused = parts.any(|q| {
                q.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
            });
            gzip && !refused
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(value: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
        takes_gzip(&headers)
    }

    #[test]
    fn who_takes_gzip() {
        assert!(takes("gzip, deflate, br, zstd"));
        assert!(takes("br;q=1.0, GZIP;q=0.5"));
        assert!(!takes("gzip;q=0, br"));
        assert!(!takes("br"));
        assert!(!takes(""));
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn a_redirect_never_leaves_the_site() {
        let found = to_slash("//evil.example");
        let (_, location) = found.headers.into_iter().flatten().next().unwrap();
        assert_eq!(location, "/evil.example/");
    }
}
