//! What a screen reader is told: Chromium's accessibility tree, a line for each thing, in the order of reading.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{During, Result, Trouble};

/// Roles that say nothing by themselves, or repeat what another line says.
const SILENT: [&str; 8] = [
    "none",
    "generic",
    "InlineTextBox",
    "ListMarker",
    "LineBreak",
    "LabelText",
    "MenuListPopup",
    "RootWebArea",
];

/// States that are said when they are true.
const STATES: [&str; 7] =
    ["focused", "modal", "disabled", "required", "readonly", "multiline", "selected"];

/// The tree as it is now: `heading 2 "Your seven words" focused`. Text within a named thing is left out.
///
/// # Errors
/// When the browser gives no tree.
pub async fn told(browser: &Browser) -> Result<Vec<String>> {
    let nodes = nodes(browser).await?;
    let mut lines = Vec::new();
    walk(nodes.first().during("root")?, &by_id(&nodes), "", &mut lines);
    Ok(lines)
}

/// The nodes of the tree, the root first.
pub(crate) async fn nodes(browser: &Browser) -> Result<Vec<Value>> {
    let tree = browser.page()?.cdp().send_raw("Accessibility.getFullAXTree", json!({})).await;
    let mut tree = tree.during("accessibility tree")?;
    match tree.get_mut("nodes").map(Value::take) {
        Some(Value::Array(nodes)) => Ok(nodes),
        _ => Err(Trouble("the browser gave no accessibility tree".to_owned())),
    }
}

pub(crate) fn by_id(nodes: &[Value]) -> HashMap<&str, &Value> {
    nodes.iter().filter_map(|node| Some((node.get("nodeId")?.as_str()?, node))).collect()
}

/// What is in a node, in the order of reading.
pub(crate) fn children<'a>(
    node: &'a Value,
    by_id: &'a HashMap<&str, &'a Value>,
) -> impl Iterator<Item = &'a Value> {
    let ids = node.get("childIds").and_then(Value::as_array).into_iter().flatten();
    ids.filter_map(|id| by_id.get(id.as_str()?).copied())
}

fn walk(node: &Value, by_id: &HashMap<&str, &Value>, above: &str, lines: &mut Vec<String>) {
    let mut name = above.to_owned();
    if node.get("ignored") != Some(&Value::Bool(true))
        && let Some(line) = line(node, by_id, above)
    {
        lines.push(line);
        name = if is_live(node) { content(node, by_id) } else { value(node, "name") };
    }
    for child in children(node, by_id) {
        walk(child, by_id, &name, lines);
    }
}

/// Text that is read out when it changes has no name: what counts is what it says.
fn is_live(node: &Value) -> bool {
    matches!(value(node, "role").as_str(), "status" | "alert" | "log")
}

/// All text in a node.
fn content(node: &Value, by_id: &HashMap<&str, &Value>) -> String {
    if value(node, "role") == "StaticText" {
        return value(node, "name");
    }
    children(node, by_id).map(|child| content(child, by_id)).collect()
}

fn line(node: &Value, by_id: &HashMap<&str, &Value>, above: &str) -> Option<String> {
    let role = value(node, "role");
    let name = if is_live(node) { content(node, by_id) } else { value(node, "name") };
    let said_already = role == "StaticText" && above.contains(name.trim());
    if SILENT.contains(&role.as_str()) || said_already {
        return None;
    }
    let mut line = role;
    let property = |wanted: &str| {
        let all = node.get("properties").and_then(Value::as_array).into_iter().flatten();
        let mut found = all.filter(|p| p.get("name").and_then(Value::as_str) == Some(wanted));
        found.next().map(|p| value(p, "value"))
    };
    if let Some(level) = property("level").filter(|_| line == "heading") {
        line.push_str(&format!(" {level}"));
    }
    if !name.is_empty() {
        line.push_str(&format!(" {name:?}"));
    }
    for (key, before) in [("value", "= "), ("description", "– ")] {
        let text = value(node, key);
        if !text.is_empty() {
            line.push_str(&format!(" {before}{text:?}"));
        }
    }
    let live = property("live").filter(|live| live != "off");
    line.extend(live.map(|live| format!(" {live}")));
    for state in STATES.iter().filter(|state| property(state).is_some_and(|v| v == "true")) {
        line.push_str(&format!(" {state}"));
    }
    Some(line)
}

/// A member `{ "value": … }` as text.
pub(crate) fn value(node: &Value, key: &str) -> String {
    match node.get(key).and_then(|member| member.get("value")) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}
