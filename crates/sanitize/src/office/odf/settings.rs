//! Of the settings only the switches that decide over the layout (LibreOffice writes them; part 3, 3.10).

use super::super::model;
use super::super::package::Package;
use super::super::xml::{self, Node};
use crate::{Context, Kind, Refusal};

const SETTINGS: &str = "settings.xml";

/// The switches, or nothing if there are none.
///
/// # Errors
/// As [`xml::parse`].
pub(super) fn read(
    package: &mut Package<'_>,
    cx: &mut Context<'_>,
) -> Result<Option<Node>, Refusal> {
    let Some(bytes) = package.get(SETTINGS, cx)? else { return Ok(None) };
    let root = xml::parse(&bytes, package.format(), SETTINGS, cx)?;
    let (mut kept, mut gone) = (Vec::new(), 0_u64);
    root.each(&mut |set| {
        let layout = set.attr("config:name") == Some("ooo:configuration-settings");
        for item in set.nodes().filter(|node| node.name == "config:config-item") {
            let mut item = item.clone();
            let dropped = model::prune(&mut item, false);
            let fine = layout && !dropped.any() && item.attr("config:name").is_some();
            gone += u64::from(!fine);
            if fine {
                kept.push(item);
            }
        }
    });
    for _ in 0..gone {
        cx.removed(Kind::Fingerprints, SETTINGS, "settings of programs, printers and views");
    }
    if kept.is_empty() {
        return Ok(None);
    }
    let set = Node::new("config:config-item-set", &[("config:name", "ooo:configuration-settings")])
        .with(kept);
    Ok(Some(
        Node::new("office:document-settings", &[("office:version", "1.3")]).with([Node::new(
            "office:settings",
            &[],
        )
        .with([set])]),
    ))
}
