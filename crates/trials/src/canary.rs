//! Searches a folder for words that must not be in it.
//!
//! A canary is a word made up for one test. It is looked for as plain bytes, in UTF-16, in base64, in hexadecimal
//! and percent-encoded, in every file as it is and in what [`crate::unpack`] can take out of it. A passphrase is
//! made of common words, so it is looked for as a crowd: several of its words close together, in any order.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::unpack;
use crate::{During, Result};

/// Words of a passphrase within this many bytes of each other count as one sighting.
const NEAR: usize = 512;
/// So many different words of it have to be there. Fewer also occur by chance in word lists.
const ENOUGH: usize = 4;

/// What to look for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Words that are nowhere else in the world.
    pub canaries: Vec<String>,
    /// The words of a passphrase.
    pub passphrase: Vec<String>,
}

/// One sighting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// The file, below the folder searched.
    pub file: PathBuf,
    /// What was seen.
    pub what: String,
    /// In which form: `plain`, `UTF-16`, `gzip: plain` ….
    pub form: String,
}

/// What a search came to.
#[derive(Debug, Default)]
pub struct Report {
    /// How many files were read.
    pub files: usize,
    /// How many bytes they held.
    pub bytes: u64,
    /// How many bytes were unpacked from them besides.
    pub unpacked: u64,
    /// What was seen, without repetition.
    pub sightings: Vec<Sighting>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} files, {} bytes, {} unpacked", self.files, self.bytes, self.unpacked)?;
        for s in &self.sightings {
            writeln!(f, "  {} holds {:?} ({})", s.file.display(), s.what, s.form)?;
        }
        Ok(())
    }
}

/// Searches every file below `folder`.
///
/// # Errors
/// When the folder cannot be read. Files that vanish meanwhile are passed over.
pub fn search(folder: &Path, wanted: &Wanted) -> Result<Report> {
    let needles = Needles::new(wanted)?;
    let mut report = Report::default();
    let mut folders = vec![folder.to_owned()];
    std::fs::read_dir(folder).during("folder to search")?;
    while let Some(next) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file()
                && let Ok(bytes) = std::fs::read(&path)
            {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
                look_into(&path, &name, &bytes, &needles, wanted, &mut report);
            }
        }
    }
    report.sightings.sort();
    report.sightings.dedup();
    Ok(report)
}

fn look_into(
    path: &Path,
    name: &Path,
    bytes: &[u8],
    needles: &Needles,
    wanted: &Wanted,
    report: &mut Report,
) {
    report.files += 1;
    report.bytes += bytes.len() as u64;
    let mut seen = |haystack: &[u8], prefix: &str| {
        for (what, form) in needles.look(haystack, &wanted.passphrase) {
            report.sightings.push(Sighting {
                file: name.to_owned(),
                what,
                form: format!("{prefix}{form}"),
            });
        }
    };
    seen(name.as_os_str().as_encoded_bytes(), "file name: ");
    seen(bytes, "");
    let mut unpacked = unpack::unpack(bytes);
    if bytes.starts_with(b"SQLite format 3\0") {
        unpacked.extend(unpack::database(path));
    }
    // Packed within packed: a compressed answer in a cache table, say.
    let inner: Vec<_> = unpacked.iter().flat_map(|(_, plain)| unpack::unpack(plain)).collect();
    unpacked.extend(inner);
    for (how, plain) in &unpacked {
        seen(plain, &format!("{how}: "));
    }
    report.unpacked += unpacked.iter().map(|(_, plain)| plain.len() as u64).sum::<u64>();
}

/// Everything to look for, as automata: one for the canaries in all their forms, one for the passphrase's words.
struct Needles {
    forms: AhoCorasick,
    names: Vec<(String, &'static str)>,
    words: AhoCorasick,
}

impl Needles {
    fn new(wanted: &Wanted) -> Result<Self> {
        let (needles, names): (Vec<_>, Vec<_>) = wanted
            .canaries
            .iter()
            .flat_map(|c| forms(c).into_iter().map(|(n, f)| (n, (c.clone(), f))))
            .unzip();
        Ok(Self {
            forms: AhoCorasick::new(needles).during("canaries")?,
            names,
            words: AhoCorasick::new(&wanted.passphrase).during("passphrase")?,
        })
    }

    fn look(&self, haystack: &[u8], passphrase: &[String]) -> Vec<(String, &'static str)> {
        let mut seen: Vec<_> = self
            .forms
            .find_overlapping_iter(haystack)
            .filter_map(|m| self.names.get(m.pattern().as_usize()).cloned())
            .collect();
        if !passphrase.is_empty() {
            seen.extend(self.crowd(haystack, passphrase).map(|w| (w, "passphrase, plain")));
            // The same with every second byte gone, which turns UTF-16 into plain text.
            for odd in [0, 1] {
                let half: Vec<u8> = haystack.iter().skip(odd).step_by(2).copied().collect();
                seen.extend(self.crowd(&half, passphrase).map(|w| (w, "passphrase, UTF-16")));
            }
        }
        seen
    }

    /// Different words of a passphrase near each other.
    fn crowd(&self, haystack: &[u8], passphrase: &[String]) -> Option<String> {
        let places: Vec<(usize, usize)> = self
            .words
            .find_overlapping_iter(haystack)
            .map(|m| (m.start(), m.pattern().as_usize()))
            .collect();
        places.iter().enumerate().find_map(|(i, (from, _))| {
            let near = places
                .get(i..)
                .unwrap_or_default()
                .iter()
                .take_while(|(at, _)| at.saturating_sub(*from) <= NEAR);
            let words: BTreeSet<usize> = near.map(|(_, word)| *word).collect();
            (words.len() >= ENOUGH).then(|| {
                words
                    .iter()
                    .filter_map(|w| passphrase.get(*w))
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
        })
    }
}

fn forms(canary: &str) -> Vec<(Vec<u8>, &'static str)> {
    let plain = canary.as_bytes();
    let hex: String = plain.iter().map(|b| format!("{b:02x}")).collect();
    let percent: String = plain.iter().map(|b| format!("%{b:02X}")).collect();
    let mut all = vec![
        (plain.to_vec(), "plain"),
        (canary.encode_utf16().flat_map(u16::to_le_bytes).collect(), "UTF-16"),
        (canary.encode_utf16().flat_map(u16::to_be_bytes).collect(), "UTF-16"),
        (hex.to_uppercase().into_bytes(), "hexadecimal"),
        (hex.into_bytes(), "hexadecimal"),
        (percent.into_bytes(), "percent-encoded"),
    ];
    for shift in 0..3 {
        // Only the characters that the neighbours cannot change.
        let padded: Vec<u8> = std::iter::repeat_n(0, shift).chain(plain.iter().copied()).collect();
        let text = STANDARD_NO_PAD.encode(&padded);
        let from = (shift * 8).div_ceil(6);
        let to = padded.len() * 8 / 6;
        all.push((text.get(from..to).unwrap_or_default().as_bytes().to_vec(), "base64"));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sstable::tests::table;

    const CANARY: &str = "quillfeather-48151623";
    const WORDS: [&str; 7] = ["acorn", "ballot", "cargo", "dainty", "eclipse", "flatly", "gravel"];

    fn found(name: &str, content: &[u8]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("below")).unwrap();
        std::fs::write(dir.path().join("below").join(name), content).unwrap();
        let wanted = Wanted {
            canaries: vec![CANARY.to_owned()],
            passphrase: WORDS.iter().map(|w| (*w).to_owned()).collect(),
        };
        let report = search(dir.path(), &wanted).unwrap();
        assert_eq!(report.files, 1);
        report.sightings.into_iter().map(|s| s.form).collect()
    }

    fn around(middle: &[u8]) -> Vec<u8> {
        [&[7, 200, 0][..], middle, &[0, 9]].concat()
    }

    #[test]
    fn every_form_is_seen_and_nothing_else() {
        assert!(found("f", b"quillfeather-4815162 and base64 of nothing").is_empty());
        assert_eq!(found("f", &around(CANARY.as_bytes())), ["plain"]);
        let wide: Vec<u8> = CANARY.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found("f", &around(&wide)), ["UTF-16"]);
        for before in ["", "x", "xy"] {
            let text = STANDARD_NO_PAD.encode(format!("{before}{CANARY} and more"));
            assert_eq!(found("f", text.as_bytes()), ["base64"], "after {before:?}");
        }
        assert_eq!(found(&format!("{CANARY}.txt"), b""), ["file name: plain"]);
    }

    #[test]
    fn packed_text_is_seen() {
        let text = format!("{{\"value\":\"{CANARY} {CANARY} {CANARY}\"}}");
        let zlib = miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), 6);
        assert_eq!(found("f", &around(&zlib)), ["zlib: plain"]);
        let mut gzip = vec![0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3];
        gzip.extend(b"name\0");
        gzip.extend(miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6));
        assert_eq!(found("f", &around(&gzip)), ["gzip: plain"]);
        let mut moz = b"mozLz40\0".to_vec();
        moz.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        moz.extend(lz4_flex::block::compress(text.as_bytes()));
        assert!(found("f", &moz).contains(&"mozLz4: plain".to_owned()));
        assert!(found("f", &table(text.as_bytes())).contains(&"LevelDB table: plain".to_owned()));
    }

    #[test]
    fn packed_values_of_a_database_are_seen() {
        let dir = tempfile::tempdir().unwrap();
        let base = rusqlite::Connection::open(dir.path().join("data")).unwrap();
        base.execute("CREATE TABLE t (k TEXT, v BLOB)", []).unwrap();
        // Wide and compressed, as Firefox stores what pages store.
        let text: Vec<u8> =
            format!("{CANARY} {CANARY}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let value = snap::raw::Encoder::new().compress_vec(&text).unwrap();
        base.execute("INSERT INTO t VALUES ('k', ?1)", [value]).unwrap();
        drop(base);
        let wanted = Wanted { canaries: vec![CANARY.to_owned()], passphrase: Vec::new() };
        let report = search(dir.path(), &wanted).unwrap();
        assert!(report.sightings.iter().any(|s| s.form == "snappy value: UTF-16"), "{report}");
    }

    #[test]
    fn a_passphrase_is_seen_in_any_arrangement() {
        assert_eq!(found("f", WORDS.join(" ").as_bytes()), ["passphrase, plain"]);
        assert_eq!(
            found("f", br#"["gravel","x","dainty","acorn","cargo"]"#),
            ["passphrase, plain"]
        );
        let wide: Vec<u8> = WORDS.join("\0").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found("f", &wide), ["passphrase, UTF-16"]);
        assert!(found("f", b"an acorn, a ballot, some cargo").is_empty(), "three words are chance");
    }
}
