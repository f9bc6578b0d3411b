//! What an element looks like, as far as it decides whether its text is seen.

use super::value::{Declaration, Piece};
use std::collections::HashMap;

/// Lengths beyond which something is off the page, in CSS pixels.
const AWAY: f32 = -500.0;
/// Text of fewer pixels is not read.
const TINY: f32 = 3.0;
/// Colours closer than this, of 255, are one.
const ALIKE: f32 = 24.0;
/// Less than this shows through everything.
const CLEAR: f32 = 0.08;

/// What text inherits.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Look {
    /// Red, green and blue to 255, opacity to 1.
    colour: [f32; 4],
    /// The colour behind it, if it is one.
    ground: Option<[f32; 3]>,
    /// In pixels.
    size: f32,
    seen: bool,
    opacity: f32,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            colour: [0.0, 0.0, 0.0, 1.0],
            ground: Some([255.0; 3]),
            size: 16.0,
            seen: true,
            opacity: 1.0,
        }
    }
}

impl Look {
    /// The look of an element inside; or why nothing of it is seen.
    pub(in super::super) fn inside(&self, declared: &[Declaration]) -> Result<Self, &'static str> {
        let mut look = *self;
        // Of a property that is set twice, the last counts.
        let last: HashMap<&str, usize> =
            declared.iter().enumerate().map(|(at, set)| (set.name.as_str(), at)).collect();
        let (mut placed, mut away, mut nothing, mut cut, mut clip) =
            (false, false, false, false, false);
        for (at, Declaration { name, value, .. }) in declared.iter().enumerate() {
            if last.get(name.as_str()) != Some(&at) {
                continue;
            }
            let word =
                |wanted: &str| value.iter().any(|p| matches!(p, Piece::Word(w) if w == wanted));
            let length = |piece: &Piece| look.length(piece);
            let first = value.first().and_then(length);
            match name.as_str() {
                "display" if word("none") => return Err("elements that are not displayed"),
                "content-visibility" if word("hidden") => {
                    return Err("elements that are not displayed");
                }
                "mso-hide" if word("all") => return Err("elements that are not displayed"),
                "visibility" if word("hidden") || word("collapse") => look.seen = false,
                "visibility" if word("visible") => look.seen = true,
                "opacity" => look.opacity *= share(value).unwrap_or(1.0),
                "filter"
                    if function(value, "opacity").and_then(share).is_some_and(|v| v < CLEAR) =>
                {
                    return Err("transparent elements");
                }
                "font-size" => look.size = first.unwrap_or(look.size),
                "font" => look.size = value.iter().find_map(length).unwrap_or(look.size),
                "color" | "-webkit-text-fill-color" => {
                    look.colour = colour(value).unwrap_or(look.colour);
                }
                "background" | "background-color" => look.behind(value),
                "background-image" if !word("none") && !value.is_empty() => look.ground = None,
                "position" => placed = word("absolute") || word("fixed") || word("relative"),
                "left" | "top" | "right" | "bottom" => away |= first.is_some_and(|v| v < AWAY),
                "margin" | "margin-left" | "margin-top" | "text-indent"
                    if value.iter().filter_map(length).any(|v| v < AWAY) =>
                {
                    return Err("elements outside the page");
                }
                "transform" => {
                    let far = |piece: &Piece| length(piece).is_some_and(|v| v < AWAY);
                    if value.iter().any(far) {
                        return Err("elements outside the page");
                    }
                    let scale = value.iter().zip(value.iter().skip(1));
                    if scale.into_iter().any(|(name, by)| {
                        matches!(name, Piece::Function(f) if f.starts_with("scale"))
                            && matches!(by, Piece::Number(n, _) if n.abs() < 0.02)
                    }) {
                        return Err("elements of no size");
                    }
                }
                "clip" => {
                    clip = function(value, "rect").is_some_and(|sides| {
                        sides.iter().filter_map(length).all(|side| side.abs() <= 1.0)
                    });
                }
                "clip-path" if clipped_away(value) => return Err("elements clipped away"),
                "height" | "max-height" | "width" | "max-width" => {
                    nothing |= first.is_some_and(|v| v <= 1.0);
                }
                "overflow" | "overflow-x" | "overflow-y" => {
                    cut |= word("hidden") || word("clip");
                }
                _ => {}
            }
        }
        if placed && away {
            return Err("elements outside the page");
        }
        if placed && clip {
            return Err("elements clipped away");
        }
        if nothing && cut {
            return Err("elements of no size");
        }
        if look.opacity < CLEAR {
            return Err("transparent elements");
        }
        Ok(look)
    }

    /// The size of text, in pixels.
    pub(in super::super) fn size(&self) -> f32 {
        self.size
    }

    /// Whether nothing of this look is seen, pictures neither.
    pub(in super::super) fn invisible(&self) -> bool {
        !self.seen
    }

    /// Why text of this look is not seen, if it is not.
    pub(in super::super) fn unseen(&self) -> Option<&'static str> {
        let [r, g, b, alpha] = self.colour;
        let same = |ground: [f32; 3]| {
            [r, g, b].iter().zip(ground).all(|(one, other)| (one - other).abs() < ALIKE)
        };
        if !self.seen {
            Some("invisible text")
        } else if self.size < TINY {
            Some("text too small to be read")
        } else if alpha * self.opacity < CLEAR {
            Some("transparent text")
        } else if self.ground.is_some_and(same) {
            Some("text in the colour of its background")
        } else {
            None
        }
    }

    fn behind(&mut self, value: &[Piece]) {
        let picture = value.iter().any(|piece| match piece {
            Piece::Address(_) => true,
            Piece::Function(name) => name.ends_with("gradient") || name.starts_with("image"),
            _ => false,
        });
        match colour(value) {
            _ if picture => self.ground = None,
            Some([r, g, b, alpha]) if alpha > 0.5 => self.ground = Some([r, g, b]),
            _ => {}
        }
    }

    /// A length in pixels; a size in percent is of the text's.
    fn length(&self, piece: &Piece) -> Option<f32> {
        let Piece::Number(value, unit) = piece else { return None };
        let pixels = match unit.as_str() {
            // In drawings; elsewhere it has none but 0.
            "" | "px" => 1.0,
            "pt" => 4.0 / 3.0,
            "pc" | "rem" => 16.0,
            "in" => 96.0,
            "cm" => 37.8,
            "mm" => 3.78,
            "em" => self.size,
            "ex" | "ch" => self.size / 2.0,
            "%" => self.size / 100.0,
            "vw" | "vh" | "vmin" | "vmax" => 10.0,
            _ => return None,
        };
        Some(value * pixels)
    }
}

/// A number from 0 to 1, or a percentage.
fn share(value: &[Piece]) -> Option<f32> {
    value.iter().find_map(|piece| match piece {
        Piece::Number(value, unit) if unit == "%" => Some(value / 100.0),
        Piece::Number(value, _) => Some(*value),
        _ => None,
    })
}

/// What follows a function's name.
fn function<'a>(value: &'a [Piece], name: &str) -> Option<&'a [Piece]> {
    let at = value.iter().position(|piece| matches!(piece, Piece::Function(f) if f == name))?;
    value.get(at + 1..)
}

fn clipped_away(value: &[Piece]) -> bool {
    let first = |name: &str| {
        function(value, name).and_then(|sides| sides.first()).and_then(|piece| match piece {
            Piece::Number(value, unit) => Some((*value, unit == "%")),
            _ => None,
        })
    };
    first("inset").is_some_and(|(by, percent)| percent && by >= 50.0)
        || first("circle").is_some_and(|(by, _)| by <= 1.0)
        || first("ellipse").is_some_and(|(by, _)| by <= 1.0)
}

/// The first colour in a value.
pub(in super::super) fn colour(value: &[Piece]) -> Option<[f32; 4]> {
    let opaque = |(r, g, b): (u8, u8, u8)| [f32::from(r), f32::from(g), f32::from(b), 1.0];
    value.iter().enumerate().find_map(|(at, piece)| match piece {
        Piece::Hash(hex) => {
            let (r, g, b, alpha) = cssparser::color::parse_hash_color(hex.as_bytes()).ok()?;
            Some([f32::from(r), f32::from(g), f32::from(b), alpha])
        }
        Piece::Word(word) if word == "transparent" => Some([0.0; 4]),
        Piece::Word(word) => cssparser::color::parse_named_color(word).ok().map(opaque),
        Piece::Function(name) => {
            let numbers: Vec<(f32, bool)> = value
                .get(at + 1..)?
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Number(value, unit) => Some((*value, unit == "%")),
                    _ => None,
                })
                .take(4)
                .collect();
            let [first, second, third, rest @ ..] = numbers.as_slice() else { return None };
            let alpha =
                rest.first().map_or(1.0, |(a, percent)| if *percent { a / 100.0 } else { *a });
            match name.as_str() {
                "rgb" | "rgba" => {
                    let part = |(v, percent): &(f32, bool)| if *percent { v * 2.55 } else { *v };
                    Some([part(first), part(second), part(third), alpha])
                }
                "hsl" | "hsla" => Some(from_hsl(first.0, second.0 / 100.0, third.0 / 100.0, alpha)),
                _ => None,
            }
        }
        _ => None,
    })
}

/// CSS Color 4, 7.1.
fn from_hsl(hue: f32, saturation: f32, light: f32, alpha: f32) -> [f32; 4] {
    let part = |n: f32| {
        let k = (n + hue / 30.0).rem_euclid(12.0);
        let a = saturation * light.min(1.0 - light);
        255.0 * (light - a * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0))
    };
    [part(0.0), part(8.0), part(4.0), alpha]
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::{Key, Sheet, declarations};
    use super::*;

    fn unseen(css: &str) -> bool {
        let look = Look::default().inside(&declarations(css));
        look.map_or(true, |look| look.unseen().is_some())
    }

    #[test]
    fn what_hides_is_known() {
        for css in [
            "display:none",
            "DISPLAY : NoNe !important",
            "d\\69splay:none",
            "dis/**/play:x;display:/* x */none",
            "color:#fff",
            "color:white",
            "color: rgb(255 255 255)",
            "color:rgba(0,0,0,0)",
            "color:hsl(0,0%,100%)",
            "background:#000;color:#010101",
            "font-size:0",
            "font:1px/1 serif",
            "position:absolute;left:-9999px",
            "position:absolute;clip:rect(0 0 0 0)",
            "height:0;overflow:hidden",
            "text-indent:-9999px",
            "transform:scale(0)",
            "clip-path:inset(50%)",
            "opacity:0",
            "visibility:hidden",
        ] {
            assert!(unseen(css), "{css}");
        }
    }

    #[test]
    fn what_does_not_is_seen() {
        for css in [
            "",
            "color:#666",
            "background:#000;color:#fff",
            "color:#fff;background:url(x.png)",
            "left:-9999px",
            "font-size:80%",
            "font:12px serif",
            "overflow:hidden",
            "height:1px",
            "display:block",
            "color:var(--x)",
            "margin:-10px",
        ] {
            assert!(!unseen(css), "{css}");
        }
    }

    #[test]
    fn rules_reach_elements_by_name_class_and_id() {
        let mut sheet = Sheet::default();
        sheet.add(
            "/* x */ .a, #b > p { display: none } div .c { color: white } @media print { i { display: none } } \
             @media screen { u { display: none } } a:hover { display: none } p.x { display: none } p.x { display: block }",
        );
        let key = |name: &str, id: Option<&str>, class: &str| Key {
            name: name.to_owned(),
            id: id.map(str::to_owned),
            classes: class.split_whitespace().map(str::to_owned).collect(),
        };
        let hidden = |line: &[Key]| {
            let look = Look::default().inside(&sheet.of(line, Vec::new()));
            look.map_or(true, |look| look.unseen().is_some())
        };
        assert!(hidden(&[key("p", None, "z a")]));
        assert!(hidden(&[key("div", Some("b"), ""), key("p", None, "")]));
        assert!(!hidden(&[key("div", Some("b"), ""), key("i", None, ""), key("p", None, "")]));
        assert!(hidden(&[key("div", None, ""), key("i", None, ""), key("p", None, "c")]));
        assert!(!hidden(&[key("p", None, "c")]));
        assert!(hidden(&[key("u", None, "")]));
        for seen in [key("i", None, ""), key("a", None, ""), key("p", None, "x")] {
            assert!(!hidden(&[seen]));
        }
    }

    #[test]
    fn hostile_sheets_end() {
        for css in [
            "{".repeat(100_000),
            "a{".repeat(50_000),
            "(".repeat(100_000),
            "@media screen{".repeat(50_000),
        ] {
            Sheet::default().add(&css);
            let _ = declarations(&css);
        }
    }
}
