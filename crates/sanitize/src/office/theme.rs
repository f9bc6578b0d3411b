//! The theme: colours, fonts and fills that the parts refer to.

use super::drawing::{Drawings, Place, finish};
use super::opc::{self, Fresh, Rels};
use super::package::Package;
use super::xml::Node;
use crate::{Context, Refusal};

const THEME: &str = "application/vnd.openxmlformats-officedocument.theme+xml";

/// Carries the theme of a part over and gives its new name.
///
/// # Errors
/// [`Refusal`] if it is damaged.
pub(super) fn carry(
    rels: &Rels,
    package: &mut Package<'_>,
    fresh: &mut Fresh,
    drawings: &mut Drawings,
    owner: &str,
    root: &str,
    cx: &mut Context<'_>,
) -> Result<(), Refusal> {
    let Some(old) = opc::of_kind(rels, "theme").map(str::to_owned) else { return Ok(()) };
    let Some(mut theme) = opc::read(package, &old, cx)? else { return Ok(()) };
    let rels = opc::rels(package, &old, cx)?;
    let number = drawings.number();
    let new = format!("{root}/theme/theme{number}.xml");
    neutral(&mut theme);
    let place = Place { old: &old, new: &new, root, rels: &rels };
    drawings.clean(&mut theme, &place, package, fresh, cx)?;
    finish(&mut theme, &old, cx);
    fresh.xml(&new, THEME, &theme);
    fresh.relate(owner, "theme", &new);
    Ok(())
}

fn neutral(theme: &mut Node) {
    theme.each_mut(&mut |node| {
        if matches!(node.name, "a:theme" | "a:clrScheme" | "a:fontScheme" | "a:fmtScheme") {
            node.set("name", "Theme 1");
        }
    });
}
