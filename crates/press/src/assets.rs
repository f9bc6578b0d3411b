//! The embedded files: style, and the reader script with its import specifiers rewritten to names that hold
//! a hash, so that browsers may keep every module for a year.

use std::collections::{BTreeMap, BTreeSet};

use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use crate::error::PressError;
use crate::pages::{Cache, Page, short_hash};

#[derive(RustEmbed)]
#[folder = "reader/"]
#[allow_missing = true]
struct Reader;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Style;

/// The style sheet, in the order of the cascade; `drawer.css` from `reader/` comes last.
const STYLE: [&str; 6] =
    ["base.css", "masthead.css", "front.css", "story.css", "dark.css", "print.css"];

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// One file of the reader script as it is served, for whoever compares a site with what was released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderAsset {
    /// Where it is served, `/assets/page.0a1b2c3d.js`.
    pub path: String,
    /// SHA-256 of the bytes as served, 32 bytes.
    pub sha256: [u8; 32],
}

/// Every file of the reader script in this build, in the order of the paths. Sites serve them byte for byte.
///
/// # Errors
/// [`PressError::Reader`] if the modules of the build do not fit together.
pub fn reader_assets() -> Result<Vec<ReaderAsset>, PressError> {
    let script = Script::embedded()?;
    Ok(script
        .files
        .values()
        .map(|file| ReaderAsset {
            path: file.path.clone(),
            sha256: Sha256::digest(&file.bytes).into(),
        })
        .collect())
}

/// A file of the script, ready to serve.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
    /// Names of the modules it imports itself.
    imports: BTreeSet<String>,
}

impl File {
    pub(crate) fn page(&self) -> Page {
        Page::new(SCRIPT, self.bytes.clone(), Cache::Immutable)
    }
}

/// The reader script: its files by name.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) files: BTreeMap<String, File>,
}

impl Script {
    pub(crate) fn embedded() -> Result<Self, PressError> {
        let mut modules = BTreeMap::new();
        let own = |name: &str| {
            name.ends_with(".js") && !name.contains('/') && !name.ends_with(".test.js")
        };
        for name in Reader::iter().filter(|name| own(name)) {
            let Some(file) = Reader::get(&name) else { continue };
            let source = text(&name, file.data.to_vec())?;
            modules.insert(name.to_string(), without_comments(&source));
        }
        let files = link(&modules)?;
        Ok(Self { files })
    }

    /// Where a file is served, if there is one of that name.
    pub(crate) fn path(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|file| file.path.as_str())
    }

    /// Where the modules are that `entry` imports, directly or not, without itself: for preloading.
    pub(crate) fn imported_by(&self, entry: &str) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut queue = vec![entry.to_owned()];
        while let Some(name) = queue.pop() {
            for import in self.files.get(&name).into_iter().flat_map(|file| &file.imports) {
                if seen.insert(import.clone()) {
                    queue.push(import.clone());
                }
            }
        }
        seen.iter().filter_map(|name| self.path(name)).map(str::to_owned).collect()
    }
}

/// The style sheet of an edition.
pub(crate) fn style(extra: &str) -> String {
    let mut sheet = String::new();
    for name in STYLE {
        if let Some(file) = Style::get(name) {
            sheet.push_str(&String::from_utf8_lossy(&file.data));
        }
    }
    if let Some(file) = Reader::get("drawer.css") {
        sheet.push_str(&String::from_utf8_lossy(&file.data));
    }
    sheet.push_str(extra);
    without_remarks(&sheet)
}

/// A style sheet without comments and indentation. No string of ours holds what looks like one.
fn without_remarks(sheet: &str) -> String {
    let mut parts = sheet.split("/*");
    let mut bare = parts.next().unwrap_or_default().to_owned();
    bare.extend(parts.map(|part| part.split_once("*/").map_or("", |(_, after)| after)));
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.fold(String::with_capacity(bare.len()), |sheet, line| sheet + line + "\n")
}

/// `/assets/page.0a1b2c3d.js` for `page.js`.
pub(crate) fn hashed(name: &str, bytes: &[u8]) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
    format!("/assets/{stem}.{}.{extension}", short_hash(bytes, 8))
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String, PressError> {
    String::from_utf8(bytes)
        .map_err(|_| PressError::Reader { module: name.to_owned(), problem: "is not UTF-8".into() })
}

/// Rewrites each module's `"./name.js"` literals, those it imports first, because a name holds the hash of what it
/// leads to.
fn link(modules: &BTreeMap<String, String>) -> Result<BTreeMap<String, File>, PressError> {
    let mut done = BTreeMap::new();
    for name in modules.keys() {
        link_one(name, modules, &mut done, &mut Vec::new())?;
    }
    Ok(done)
}

fn link_one(
    name: &str,
    modules: &BTreeMap<String, String>,
    done: &mut BTreeMap<String, File>,
    above: &mut Vec<String>,
) -> Result<(), PressError> {
    if done.contains_key(name) {
        return Ok(());
    }
    let fault = |problem: String| PressError::Reader { module: name.to_owned(), problem };
    if above.iter().any(|other| other == name) {
        return Err(fault("imports itself by way of others".into()));
    }
    let source = modules.get(name).ok_or_else(|| {
        fault(format!(
            "is imported by {} and does not exist",
            above.last().map_or("", String::as_str)
        ))
    })?;
    above.push(name.to_owned());
    let mut linked = source.clone();
    let mut imports = BTreeSet::new();
    for import in specifiers(source) {
        link_one(&import, modules, done, above)?;
        let path = done.get(&import).map(|file| file.path.clone()).unwrap_or_default();
        let target = path.rsplit('/').next().unwrap_or_default();
        for quote in ['"', '\''] {
            linked = linked.replace(
                &format!("{quote}./{import}{quote}"),
                &format!("{quote}./{target}{quote}"),
            );
        }
        imports.insert(import);
    }
    above.pop();
    let bytes = linked.into_bytes();
    let file = File { path: hashed(name, &bytes), bytes, imports };
    done.insert(name.to_owned(), file);
    Ok(())
}

/// A module without the lines that are nothing but comment, except its first block, which says what it is and whose.
/// A reader pays for every byte; the lines that are left are the ones that were written.
fn without_comments(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let (mut inside, mut first, mut in_template) = (false, true, false);
    for line in source.lines() {
        let start = line.trim();
        let opens = !inside && !in_template && start.starts_with("/*");
        let closes = (inside || opens) && start.ends_with("*/");
        let comment = inside || (opens && (closes || !start.contains("*/")));
        let remark = !comment && !in_template && start.starts_with("//");
        if (comment && first) || (!comment && !remark) {
            out.push_str(line);
            out.push('\n');
        }
        if !comment && !remark && line.matches('`').count() % 2 == 1 {
            in_template = !in_template;
        }
        inside = comment && !closes;
        first = first && !(comment && closes);
    }
    out
}

/// The names in `"./name.js"` and `'./name.js'` literals, outside comment lines.
fn specifiers(source: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in source.lines() {
        let start = line.trim_start();
        if start.starts_with("//") || start.starts_with('*') || start.starts_with("/*") {
            continue;
        }
        for quote in ['"', '\''] {
            let opening = format!("{quote}./");
            let mut rest = line;
            while let Some((_, after)) = rest.split_once(&opening) {
                let (name, tail) = after.split_once(quote).unwrap_or((after, ""));
                if name.ends_with(".js") && !name.contains('/') {
                    names.insert(name.to_owned());
                }
                rest = tail;
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(list: &[(&str, &str)]) -> BTreeMap<String, String> {
        list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn specifiers_lead_to_hashed_names() {
        let files = link(&modules(&[
            ("page.js", "import { a } from \"./a.js\";\nimport './b.js';\n// see \"./gone.js\"\n"),
            ("a.js", "export { b as a } from './b.js';"),
            ("b.js", "export const b = 1;"),
        ]))
        .unwrap();
        let page = String::from_utf8(files["page.js"].bytes.clone()).unwrap();
        for name in ["a.js", "b.js"] {
            let target = files[name].path.strip_prefix("/assets/").unwrap();
            assert!(page.contains(&format!("./{target}")), "{page}");
        }
        assert!(page.contains("./gone.js"));
    }

    #[test]
    fn a_change_below_changes_every_name_above() {
        let name = |b: &str| {
            let list = modules(&[
                ("page.js", "import './a.js';"),
                ("a.js", "import './b.js';"),
                ("b.js", b),
            ]);
            link(&list).unwrap()["page.js"].path.clone()
        };
        assert_ne!(name("1"), name("2"));
        assert_eq!(name("1"), name("1"));
    }

    #[test]
    fn circles_and_gaps_are_refused() {
        let circle = modules(&[("a.js", "import './b.js';"), ("b.js", "import './a.js';")]);
        assert!(link(&circle).unwrap_err().to_string().contains("imports itself"));
        let gap = modules(&[("a.js", "import './b.js';")]);
        assert!(link(&gap).unwrap_err().to_string().contains("does not exist"));
    }

    #[test]
    fn comments_are_spared_and_code_is_not() {
        let source = "// @ts-check\n/**\n * What it is.\n */\nimport './a.js';\n/** Says. */\nlet a = `\n// kept\n/* kept */`;\n\
                      /** @param {x} y\n * more */\n  // gone\nlet b = 1; // kept\n/* kept */ let c = 2;\n";
        let spared = "/**\n * What it is.\n */\nimport './a.js';\nlet a = `\n// kept\n/* kept */`;\n\
                      let b = 1; // kept\n/* kept */ let c = 2;\n";
        assert_eq!(without_comments(source), spared);
        assert_eq!(without_comments(spared), spared);
    }

    #[test]
    fn a_style_sheet_is_spared_its_remarks() {
        let sheet = "/* What\nit is. */\na {\n  top: 0; /* Why. */\n}\n\n/* b */ b { top: 1px }";
        assert_eq!(without_remarks(sheet), "a {\ntop: 0;\n}\nb { top: 1px }\n");
        assert!(
            !style("").contains("/*")
                && style("").matches('{').count() == style("").matches('}').count()
        );
    }

    #[test]
    fn the_embedded_script_fits_together() {
        let script = Script::embedded().unwrap();
        assert_eq!(reader_assets().unwrap().len(), script.files.len());
    }
}
