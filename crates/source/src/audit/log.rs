//! The public log: whether every story that is shown stands in it as it is shown, and whether it only ever grew.

use std::collections::BTreeMap;

use envelope::{cert::Certificate, keys::SiteId};
use sha2::{Digest, Sha256};
use tlog::{Checkpoint, Client, KeyType, Note, VerifierKey};

use super::{Expected, Findings, pages::PAGE_LIMIT};
use crate::http::{HttpError, Site};

const CHECK: &str = "public log";
/// Where the root says which key is the log's, and the bytes that this may take.
const CERTIFICATE: &str = "/log/certificate";
const CERTIFICATE_LIMIT: usize = 512;
/// Most entries that are read.
const MOST: u64 = 1 << 20;
/// Most stories that are compared.
const STORIES: usize = 20_000;

/// What was learned of the log.
#[derive(Default)]
pub(super) struct Seen {
    /// Its key, certified by the root.
    pub(super) key: Option<VerifierKey>,
    /// Its newest checkpoint, which it has signed.
    pub(super) note: Option<Note>,
    /// Whether everything is as it should be, so that the next audit may compare with this checkpoint.
    pub(super) whole: bool,
}

/// Checks the log.
pub(super) fn check(
    site: &Site,
    newsroom: &SiteId,
    now: u64,
    expected: &Expected<'_>,
    findings: &mut Findings,
) -> Seen {
    let mut found = Seen::default();
    let certificate = match site.get(CERTIFICATE, CERTIFICATE_LIMIT) {
        Ok(bytes) => bytes,
        Err(HttpError::Status { status: 404, .. }) => {
            let seen = "there is none: nobody can prove later what was printed here, or when it was changed";
            findings.note(CHECK, seen.to_owned());
            return found;
        }
        Err(error) => {
            findings.broken(CHECK, error.to_string());
            return found;
        }
    };
    match read(site, newsroom, now, &certificate, expected, &mut found) {
        Ok(seen) => {
            found.whole = true;
            findings.kept(CHECK, seen);
        }
        Err(why) => findings.broken(CHECK, why),
    }
    found
}

/// Fetches the key of a site's public log; it is the log's if the newsroom's root says so.
///
/// # Errors
/// In words.
pub fn key(site: &Site, newsroom: &SiteId, now: u64) -> Result<VerifierKey, String> {
    let certificate = site.get(CERTIFICATE, CERTIFICATE_LIMIT).map_err(|why| why.to_string())?;
    certified(&certificate, newsroom, now)
}

fn certified(certificate: &[u8], newsroom: &SiteId, now: u64) -> Result<VerifierKey, String> {
    let certificate = Certificate::decode(certificate)
        .map_err(|why| format!("its certificate: {why}"))?
        .verify(newsroom, now, &[])
        .map_err(|why| format!("its certificate: {why}"))?;
    let key = certificate.log().ok_or("its certificate is not a log's")?;
    let key = VerifierKey::new(certificate.name.as_str(), KeyType::Ed25519, &key.to_bytes());
    key.map_err(|why| format!("its key: {why}"))
}

fn read(
    site: &Site,
    newsroom: &SiteId,
    now: u64,
    certificate: &[u8],
    expected: &Expected<'_>,
    found: &mut Seen,
) -> Result<String, String> {
    let words = |what: &str, why: &dyn std::fmt::Display| format!("{what}: {why}");
    let key = certified(certificate, newsroom, now)?;
    found.key = Some(key.clone());
    let keys = [key];
    let [key] = &keys;
    let origin = key.name();
    let bytes =
        site.get("/log/checkpoint", tlog::MAX_NOTE).map_err(|why| words("its checkpoint", &why))?;
    let note = Note::decode(&bytes).map_err(|why| words("its checkpoint", &why))?;
    let checkpoint = note.checkpoint(&keys).map_err(|why| words("its checkpoint", &why))?;
    if checkpoint.origin() != origin {
        return Err("its checkpoint is of another log".to_owned());
    }
    found.note = Some(note);
    let fetch = |path: &str| site.get(&format!("/log/{path}"), 1 << 25);
    let mut client = Client::new(fetch);
    client.check(&checkpoint).map_err(|why| words("its tiles do not make its root", &why))?;
    if let Some(before) = expected.log_before {
        let before = Note::decode(before.as_bytes())
            .and_then(|note| note.checkpoint(&keys))
            .map_err(|why| words("the checkpoint of the last audit", &why))?;
        if before.size() > checkpoint.size() {
            let (then, now) = (before.size(), checkpoint.size());
            return Err(format!(
                "it had {then} entries at the last audit and has {now} now: it was cut"
            ));
        }
        client
            .consistency(&before, &checkpoint)
            .map_err(|why| words("it does not continue what the last audit saw", &why))?;
    }
    let newest = entries(&mut client, &checkpoint)?;
    let stories = compare(site, &newest, expected)?;
    let grown = match expected.log_before {
        Some(_) => ", and continues what the last audit saw",
        None => "",
    };
    Ok(format!(
        "{} entries under {origin}; all {stories} stories stand in it as they are shown{grown}",
        checkpoint.size()
    ))
}

/// The newest entry of each address: the hash of its words.
fn entries<F>(
    client: &mut Client<F>,
    checkpoint: &Checkpoint,
) -> Result<BTreeMap<String, String>, String>
where
    F: FnMut(&str) -> Result<Vec<u8>, HttpError>,
{
    if checkpoint.size() > MOST {
        return Err(format!("it has more than {MOST} entries, which this program does not read"));
    }
    let mut newest = BTreeMap::new();
    for index in 0..checkpoint.size().div_ceil(u64::from(tlog::TILE_WIDTH)) {
        let bundle = client
            .bundle(index, checkpoint)
            .map_err(|why| format!("its entries are not those of its tree: {why}"))?;
        for entry in bundle {
            let text = String::from_utf8(entry).map_err(|_| "an entry is not text".to_owned())?;
            let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
            if let (Some(path), Some(words)) = (field("path: "), field("words: ")) {
                newest.insert(path.to_owned(), words.to_owned());
            }
        }
    }
    Ok(newest)
}

/// Compares every story of the sitemap with the log; gives how many there are.
fn compare(
    site: &Site,
    newest: &BTreeMap<String, String>,
    expected: &Expected<'_>,
) -> Result<usize, String> {
    let map = site.get("/sitemap.xml", 1 << 25).map_err(|why| format!("the sitemap: {why}"))?;
    let map = String::from_utf8_lossy(&map);
    let mut stories = 0;
    for location in map.split("<loc>").skip(1).filter_map(|rest| rest.split("</loc>").next()) {
        let Some((_, path)) = location.split_once("/story/") else { continue };
        let path = format!("/story/{path}");
        stories += 1;
        if stories > STORIES {
            return Err(format!(
                "there are more than {STORIES} stories, which this program does not read"
            ));
        }
        let page = site.get(&path, PAGE_LIMIT).map_err(|why| format!("{path}: {why}"))?;
        let said = std::str::from_utf8(&page).ok().and_then(expected.words);
        let said = said.ok_or_else(|| format!("{path} has no article"))?;
        let shown: String = Sha256::digest(said).iter().map(|byte| format!("{byte:02x}")).collect();
        match newest.get(&path) {
            Some(logged) if *logged == shown => {}
            Some(_) => {
                return Err(format!(
                    "{path} is shown with other words than those that were logged"
                ));
            }
            None => return Err(format!("{path} is shown and was never logged")),
        }
    }
    Ok(stories)
}
