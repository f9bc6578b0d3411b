//! The pages: cookies, third parties, headers, and the script they run.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use envelope::keys::SiteId;
use sha2::{Digest, Sha256};

use super::{Expected, Findings, markup};
use crate::http::{Answer, Site};

/// Most bytes of a page that are read.
pub(super) const PAGE_LIMIT: usize = 4 * 1024 * 1024;
/// Pages looked at beside the front page.
const MORE_PAGES: usize = 12;
/// A page with script and styles stays below this, in bytes as served.
const WEIGHT: usize = 60_000;

/// Checks the front page and some that it leads to; gives the newsroom that it names.
pub(super) fn check(
    site: &Site,
    front: &Answer,
    expected: &Expected<'_>,
    findings: &mut Findings,
) -> Option<SiteId> {
    let mut seen = Seen::default();
    let first = seen.look("/", front, expected);
    let paths: BTreeSet<&String> = first
        .links
        .iter()
        .filter(|link| link.starts_with('/') && !link.starts_with("//"))
        .collect();
    for path in paths.into_iter().filter(|path| *path != "/").take(MORE_PAGES) {
        match site.fetch(path, PAGE_LIMIT) {
            Ok(answer) if is_html(&answer) => {
                seen.look(path, &answer, expected);
            }
            Ok(_) => {}
            Err(error) => seen.unreachable.push(error.to_string()),
        }
    }
    // A tag that names the content is the same for everybody; one that names the visitor is a cookie by another name.
    if let Ok(again) = site.fetch("/", PAGE_LIMIT)
        && again.header("etag") != front.header("etag")
    {
        seen.cookies.push(
            "/: the etag differs from visit to visit, so it can recognise a reader".to_owned(),
        );
    }
    seen.report(findings);
    script(site, &first, expected, findings);
    let id = URL_SAFE_NO_PAD.decode(first.newsroom?).ok()?;
    Some(SiteId(id.try_into().ok()?))
}

fn is_html(answer: &Answer) -> bool {
    answer.header("content-type").is_some_and(|value| value.starts_with("text/html"))
}

/// What all pages together came to.
#[derive(Default)]
struct Seen {
    pages: usize,
    cookies: Vec<String>,
    strangers: BTreeSet<String>,
    inline: BTreeSet<String>,
    headers: BTreeSet<String>,
    no_switch: Vec<String>,
    unreachable: Vec<String>,
}

impl Seen {
    fn look(&mut self, path: &str, answer: &Answer, expected: &Expected<'_>) -> markup::Markup {
        self.pages += 1;
        let page = markup::read(&String::from_utf8_lossy(&answer.body));
        if answer.header("set-cookie").is_some() {
            self.cookies.push(format!("{path} sets a cookie"));
        }
        let stranger = |load: &&String| !load.starts_with('/') || load.starts_with("//");
        let inert = |load: &&String| !load.starts_with("data:");
        self.strangers.extend(page.loads.iter().filter(stranger).filter(inert).cloned());
        self.inline.extend(page.inline.iter().cloned());
        for (name, want) in expected.headers {
            match answer.header(name) {
                Some(got) if got == *want => {}
                Some(_) => drop(self.headers.insert(format!("{path}: {name} is not as released"))),
                None => drop(self.headers.insert(format!("{path}: {name} is missing"))),
            }
        }
        for telling in ["report-to", "nel", "reporting-endpoints", "accept-ch"] {
            if answer.header(telling).is_some() {
                self.headers.insert(format!("{path}: {telling} can recognise or report a reader"));
            }
        }
        if !page.has_switch {
            self.no_switch.push(path.to_owned());
        }
        page
    }

    fn report(&self, findings: &mut Findings) {
        let pages = self.pages;
        findings.all("cookies", &self.cookies, format!("no cookie on {pages} pages"));
        let strangers: Vec<String> = self.strangers.iter().map(|s| format!("loads {s}")).collect();
        findings.all("third parties", &strangers, "pages load from this site only".to_owned());
        let inline: Vec<String> = self.inline.iter().map(|i| format!("{i} in a page")).collect();
        findings.all("inline script", &inline, "no inline script or style".to_owned());
        let headers: Vec<String> = self.headers.iter().cloned().collect();
        findings.all("headers", &headers, "the released header policy on every page".to_owned());
        let missing: Vec<String> =
            self.no_switch.iter().map(|path| format!("{path} lacks the switch")).collect();
        findings.all(
            "consent",
            &missing,
            "every page says what it sends and can be turned off".to_owned(),
        );
        if !self.unreachable.is_empty() {
            findings.note("reach", self.unreachable.join("; "));
        }
    }
}

/// Compares the script that is served with the one that was released, byte for byte.
fn script(site: &Site, front: &markup::Markup, expected: &Expected<'_>, findings: &mut Findings) {
    let mut wrong = Vec::new();
    let mut weight = 0;
    let known = |path: &String| expected.script.iter().any(|(released, _)| released == path);
    for path in front.scripts.iter().chain(&front.worker).filter(|path| !known(path)) {
        wrong.push(format!("{path} is not in the release"));
    }
    if front.scripts.is_empty() {
        wrong.push("the page has no script: nothing hides a source here".to_owned());
    }
    for (path, hash) in expected.script {
        match site.get(path, PAGE_LIMIT) {
            Ok(bytes) if <[u8; 32]>::from(Sha256::digest(&bytes)) == *hash => weight += bytes.len(),
            Ok(_) => wrong.push(format!("{path} differs from the release")),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    findings.all(
        "script",
        &wrong,
        format!("all {} script files equal the release, by SHA-256", expected.script.len()),
    );
    if weight > 2 * WEIGHT {
        findings.note("weight", format!("the script is {weight} bytes before compression"));
    }
}
