//! What a page is to somebody who hears it: whether Chromium's accessibility tree has what a screen reader needs to go about.
//! axe-core looks at the markup; this looks at what comes of it.

use std::collections::HashMap;

use serde_json::Value;

use crate::browser::Browser;
use crate::screen_reader::{self, children, value};
use crate::{During, Result};

/// What one can act on.
const CONTROLS: [&str; 22] = [
    "button",
    "link",
    "textbox",
    "searchbox",
    "checkbox",
    "radio",
    "combobox",
    "listbox",
    "spinbutton",
    "slider",
    "switch",
    "tab",
    "menuitem",
    "option",
    "MenuListOption",
    "ComboBoxSelect",
    "ComboBoxMenuButton",
    "PopUpButton",
    "DisclosureTriangle",
    "Date",
    "InputTime",
    "ColorWell",
];
/// What has to say what it is, too.
const NAMED: [&str; 6] = ["image", "img", "dialog", "alertdialog", "toolbar", "navigation"];

/// A thing in the tree.
struct Node {
    role: String,
    name: String,
    description: String,
    properties: HashMap<String, String>,
    /// Its place in the order of reading, and that of the first thing after all that is in it.
    ends: usize,
}

/// What is wrong with the page as it is now, one line each; empty is good.
///
/// # Errors
/// When the browser gives no tree.
pub async fn faults(browser: &Browser) -> Result<Vec<String>> {
    let tree = tree(browser).await?;
    let mut wrong = Vec::new();
    let count = |role: &str| tree.iter().filter(|node| node.role == role).count();
    if count("main") != 1 {
        wrong.push(format!("{} main landmarks", count("main")));
    }
    if tree.first().is_none_or(|root| root.name.is_empty()) {
        wrong.push("the page has no title".to_owned());
    }
    wrong.extend(headings(&tree));
    for node in &tree {
        let role = node.role.as_str();
        if (CONTROLS.contains(&role) || NAMED.contains(&role)) && node.name.trim().is_empty() {
            wrong.push(format!("an unnamed {role}"));
        }
    }
    wrong.extend(tables(&tree));
    wrong.extend(invalid(&tree));
    wrong.extend(states(browser, &tree).await?);
    Ok(wrong)
}

/// Whether these words are in something that is spoken by itself as soon as it is there: an alert or a status.
///
/// # Errors
/// When the browser gives no tree.
pub async fn announces(browser: &Browser, words: &str) -> Result<bool> {
    let tree = tree(browser).await?;
    Ok(tree.iter().enumerate().any(|(at, node)| {
        let live = matches!(node.role.as_str(), "alert" | "status");
        live && text(&tree, at).contains(words)
    }))
}

/// One of level 1, and no level left out on the way down.
fn headings(tree: &[Node]) -> Vec<String> {
    let mut wrong = Vec::new();
    let (mut first, mut before) = (0, 0);
    for node in tree.iter().filter(|node| node.role == "heading") {
        let level = node.properties.get("level").and_then(|level| level.parse().ok()).unwrap_or(0);
        first += usize::from(level == 1);
        if level > before + 1 {
            wrong.push(format!("heading {:?} of level {level} after one of {before}", node.name));
        }
        if node.name.trim().is_empty() {
            wrong.push(format!("a heading of level {level} without words"));
        }
        before = level;
    }
    if first != 1 {
        wrong.push(format!("{first} headings of level 1"));
    }
    wrong
}

/// A table is one for a screen reader, too, and says what its columns or rows are.
fn tables(tree: &[Node]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, node) in tree.iter().enumerate() {
        if node.role == "LayoutTable" {
            wrong.push("a table that is none to a screen reader".to_owned());
        }
        let inside = tree.get(at..node.ends).unwrap_or_default();
        let head = |node: &Node| matches!(node.role.as_str(), "columnheader" | "rowheader");
        if matches!(node.role.as_str(), "table" | "grid") && !inside.iter().any(head) {
            wrong.push(format!("a table {:?} without headers", node.name));
        }
    }
    wrong
}

/// A field that is not right says why.
fn invalid(tree: &[Node]) -> Vec<String> {
    let alerts: Vec<String> = tree
        .iter()
        .enumerate()
        .filter(|(_, node)| node.role == "alert")
        .map(|(at, _)| text(tree, at))
        .filter(|text| !text.is_empty())
        .collect();
    let is_invalid = |node: &&Node| {
        node.properties.get("invalid").is_some_and(|value| value == "true") && !alerts.is_empty()
    };
    let silent = |node: &&Node| !alerts.iter().any(|alert| node.description.contains(alert));
    let fields = tree.iter().filter(is_invalid).filter(silent);
    fields.map(|node| format!("the field {:?} does not say what is wrong", node.name)).collect()
}

/// What the markup says of a state comes through: pressed, expanded, current, invalid.
async fn states(browser: &Browser, tree: &[Node]) -> Result<Vec<String>> {
    let script = "const seen = (what) => [...document.querySelectorAll(what)].filter((e) => e.checkVisibility()).length;
        return [seen('[aria-pressed]'), seen('[aria-expanded], summary'), seen('[aria-invalid=true]'), seen('[required]'), seen(':disabled')];";
    let asked = browser.run(script, vec![]).await?;
    let triggers = ["button", "DisclosureTriangle", "link", "combobox"];
    let has = |key: &str, value: Option<&str>| {
        let have = |node: &&Node| match (node.properties.get(key), value) {
            (Some(have), Some(value)) => have == value,
            (have, None) => have.is_some() && triggers.contains(&node.role.as_str()),
            (None, Some(_)) => false,
        };
        tree.iter().filter(have).count()
    };
    let told = [
        ("pressed", has("pressed", None)),
        ("expanded", has("expanded", None)),
        ("invalid", has("invalid", Some("true"))),
        ("required", has("required", Some("true"))),
        ("disabled", has("disabled", Some("true"))),
    ];
    let asked = asked.as_array().during("states")?;
    let pairs = asked.iter().map(|n| n.as_u64().unwrap_or(u64::MAX)).zip(told);
    let lost = pairs.filter(|(asked, (_, told))| *asked > *told as u64);
    Ok(lost
        .map(|(asked, (state, told))| format!("{state}: {asked} in the page, {told} told"))
        .collect())
}

/// All the words in a thing.
fn text(tree: &[Node], at: usize) -> String {
    let ends = tree.get(at).map_or(at, |node| node.ends);
    let inside = tree.get(at..ends).unwrap_or_default().iter();
    let words = inside.filter(|node| node.role == "StaticText").map(|node| node.name.trim());
    words.collect::<Vec<_>>().join(" ")
}

/// The tree in the order of reading, without what a screen reader leaves out.
async fn tree(browser: &Browser) -> Result<Vec<Node>> {
    let nodes = screen_reader::nodes(browser).await?;
    let mut all = Vec::new();
    walk(nodes.first().during("root")?, &screen_reader::by_id(&nodes), &mut all);
    Ok(all)
}

fn walk(node: &Value, by_id: &HashMap<&str, &Value>, all: &mut Vec<Node>) {
    let at = all.len();
    let kept = node.get("ignored") != Some(&Value::Bool(true));
    if kept {
        let properties = node.get("properties").and_then(Value::as_array).into_iter().flatten();
        let properties = properties.filter_map(|property| {
            let name = property.get("name").and_then(Value::as_str)?;
            Some((name.to_owned(), value(property, "value")))
        });
        all.push(Node {
            role: value(node, "role"),
            name: value(node, "name"),
            description: value(node, "description"),
            properties: properties.collect(),
            ends: at,
        });
    }
    for child in children(node, by_id) {
        walk(child, by_id, all);
    }
    let ends = all.len();
    if let Some(node) = all.get_mut(at).filter(|_| kept) {
        node.ends = ends;
    }
}
