//! A drawing as a picture, on white. Nothing outside of it is read. Its letters are those of the standard fonts, so that only
//! those of Western European languages are drawn.

use super::NAME;
use crate::{Context, Refusal, pdf};
use image::{DynamicImage, RgbImage};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::{Database, FaceInfo, ID, Source, Stretch, Style, Weight};
use resvg::usvg::{Font, FontFamily, FontResolver, FontStyle, ImageHrefResolver, Options, Tree};
use std::sync::Arc;

/// Draws it so that its longer side has so many pixels.
pub(in crate::text) fn draw(
    input: &[u8],
    side: u32,
    cx: &mut Context<'_>,
) -> Result<DynamicImage, Refusal> {
    let damaged = |reason: &str| Refusal::damaged(NAME, "the drawing", reason);
    let tree = Tree::from_str(&super::text(input, cx)?, &options());
    let tree = tree.map_err(|error| damaged(&error.to_string()))?;
    let size = tree.size();
    let scale = side as f32 / size.width().max(size.height());
    let across = |length: f32| ((length * scale).ceil() as u32).clamp(1, side);
    let pixmap = Pixmap::new(across(size.width()), across(size.height()));
    let mut pixmap = pixmap.ok_or_else(|| damaged("it has no size"))?;
    pixmap.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let (width, height) = (pixmap.width(), pixmap.height());
    let rgb = pixmap.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
    let picture = RgbImage::from_raw(width, height, rgb.collect());
    Ok(picture.ok_or_else(|| damaged("it cannot be drawn"))?.into())
}

fn options() -> Options<'static> {
    let mut fonts = Database::new();
    let ids: Vec<ID> =
        (0..).zip(pdf::letters()).map(|(number, file)| add(&mut fonts, number, file)).collect();
    Options {
        resources_dir: None,
        image_href_resolver: ImageHrefResolver {
            resolve_string: Box::new(|_, _| None),
            ..ImageHrefResolver::default()
        },
        font_resolver: FontResolver {
            select_font: Box::new(move |font, _| ids.get(number_of(font)).copied()),
            select_fallback: Box::new(|_, _, _| None),
        },
        fontdb: Arc::new(fonts),
        ..Options::default()
    }
}

fn add(fonts: &mut Database, number: usize, file: Vec<u8>) -> ID {
    fonts.push_face_info(FaceInfo {
        id: ID::dummy(),
        source: Source::Binary(Arc::new(file)),
        index: 0,
        families: Vec::new(),
        post_script_name: String::new(),
        style: if number & 2 == 0 { Style::Normal } else { Style::Italic },
        weight: if number & 1 == 0 { Weight::NORMAL } else { Weight::BOLD },
        stretch: Stretch::Normal,
        monospaced: number / 4 == 1,
    })
}

/// Which of the standard fonts stands for one that is asked for, by its name.
fn number_of(font: &Font) -> usize {
    let family = font.families().iter().find_map(|family| match family {
        FontFamily::Serif => Some(2),
        FontFamily::SansSerif => Some(0),
        FontFamily::Monospace => Some(1),
        FontFamily::Named(name) => {
            let name = name.to_ascii_lowercase();
            let like = |words: &[&str]| words.iter().any(|word| name.contains(word));
            if like(&["mono", "courier", "consol"]) {
                Some(1)
            } else if like(&["times", "georgia", "garamond", "roman", "serif"])
                && !name.contains("sans")
            {
                Some(2)
            } else {
                like(&["arial", "helvetica", "verdana", "sans"]).then_some(0)
            }
        }
        _ => None,
    });
    let italic = font.style() != FontStyle::Normal;
    family.unwrap_or(0) * 4 + usize::from(font.weight() >= 600) + 2 * usize::from(italic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::second_look::NoChance;
    use crate::{Options as Wanted, Report};

    /// The dark pixels of a drawing of 100 by 100: how many, the first and the last column.
    fn dark(inside: &str) -> (usize, u32, u32) {
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100' width='20' height='20'>{inside}</svg>"
        );
        let (wanted, mut report, mut rng) = (Wanted::default(), Report::default(), NoChance);
        let mut cx = Context::new(&wanted, &mut report, &mut rng);
        let picture = draw(svg.as_bytes(), 100, &mut cx).unwrap().into_rgb8();
        assert_eq!(picture.dimensions(), (100, 100));
        let dark = picture.enumerate_pixels().filter(|(.., pixel)| pixel.0[0] < 100);
        let columns: Vec<u32> = dark.map(|(x, ..)| x).collect();
        let (first, last) = (columns.iter().min(), columns.iter().max());
        (columns.len(), first.copied().unwrap_or_default(), last.copied().unwrap_or_default())
    }

    #[test]
    fn shapes_and_letters_are_drawn() {
        assert_eq!(dark(""), (0, 0, 0));
        assert_eq!(dark("<rect x='10' y='10' width='20' height='20'/>"), (400, 10, 29));
        let text =
            |style: &str| dark(&format!("<text x='5' y='80' font-size='80' {style}>H</text>"));
        let (plain, bold) =
            (text("font-family='Arial'"), text("font-family='Arial' font-weight='bold'"));
        assert!(plain.0 > 800 && plain.1 > 5 && plain.2 < 70, "{plain:?}");
        assert!(bold.0 > plain.0 * 5 / 4, "{plain:?} {bold:?}");
        let (serif, mono) = (text("font-family='serif'"), text("font-family='monospace'"));
        let slanted = text("font-style='italic'");
        assert!(serif != plain && mono != plain && slanted != plain && serif != mono);
        let (one, two) =
            (text("font-family='Arial'"), dark("<text x='5' y='80' font-size='40'>HH</text>"));
        assert!(two.2 > 40 && one != two, "letters stand beside each other: {two:?}");
    }

    #[test]
    fn nothing_outside_is_read() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pictures/progressive.jpg");
        let bytes = std::fs::read(file).unwrap();
        let inside = {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.encode(&bytes)
        };
        let image = |href: &str| dark(&format!("<image href='{href}' width='100' height='100'/>"));
        let shown = image(&format!("data:image/jpeg;base64,{inside}"));
        assert!(shown.0 > 0, "a picture that is in it is drawn");
        assert_eq!(image(file).0, 0);
        assert_eq!(image(&format!("file://{file}")).0, 0);
    }
}
