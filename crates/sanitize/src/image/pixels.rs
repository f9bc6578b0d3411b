//! The level of pixels: what can be done so that a picture is no longer the very picture that a printer, a camera or a
//! document system marked. It makes such marks unreadable as far as they are faint; it cannot find what is drawn
//! in plain sight.

use crate::{Context, Kind};
use image::{DynamicImage, Rgb, RgbImage, imageops};
use rand_core::CryptoRng;

/// Resampling: near enough to look the same, far enough that no pixel grid survives.
const SCALE: f64 = 0.93;
/// Pictures smaller than this on a side are not resampled: letters of a few pixels would be lost.
const SMALL: u32 = 48;
/// How light a place must be, of 255, to be paper.
const PAPER: u8 = 200;
/// How much blue may be missing on paper for it to be a faint yellow mark. More is a colour that somebody meant.
const FAINT: std::ops::RangeInclusive<i16> = 3..=110;
/// The largest such mark, in pixels of area.
const DOT: usize = 144;
/// Noise, at most so far from the value.
const NOISE: i16 = 3;

/// Flattens a picture: takes out faint yellow dots on light ground, resamples, adds noise. The size becomes 93 % of
/// what it was.
pub(crate) fn flatten(picture: RgbImage, cx: &mut Context<'_>) -> RgbImage {
    let mut picture = picture;
    let dots = take_out_dots(&mut picture);
    if dots > 0 {
        let what = format!("{dots} faint yellow marks on light ground, as colour printers leave");
        cx.removed(Kind::FaintPatterns, "picture", what);
    }
    let mut small = resample(picture);
    add_noise(&mut small, cx.rng());
    cx.removed(Kind::FaintPatterns, "picture", "the grid of pixels: resampled, with noise added");
    cx.remains(
        "What a picture shows, stays: a visible watermark, a crease, handwriting, the choice of \
         words. If only the words matter, retype them.",
    );
    small
}

/// The same for a picture with transparency, which stays.
pub(super) fn flatten_any(picture: DynamicImage, cx: &mut Context<'_>) -> DynamicImage {
    if !picture.color().has_alpha() {
        return DynamicImage::ImageRgb8(flatten(picture.into_rgb8(), cx));
    }
    let rgba = picture.into_rgba8();
    let alpha = image::GrayImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        image::Luma([rgba.get_pixel_checked(x, y).map_or(0, |pixel| pixel.0[3])])
    });
    let rgb = flatten(DynamicImage::ImageRgba8(rgba).into_rgb8(), cx);
    let alpha = imageops::resize(&alpha, rgb.width(), rgb.height(), imageops::FilterType::Triangle);
    let mut out = image::RgbaImage::new(rgb.width(), rgb.height());
    for ((to, from), transparency) in out.pixels_mut().zip(rgb.pixels()).zip(alpha.pixels()) {
        let [r, g, b] = from.0;
        let [a] = transparency.0;
        to.0 = if a == 0 { [0; 4] } else { [r, g, b, a] };
    }
    DynamicImage::ImageRgba8(out)
}

fn resample(picture: RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    if width < SMALL || height < SMALL {
        return picture;
    }
    let scaled = |side: u32| ((f64::from(side) * SCALE).round() as u32).max(1);
    imageops::resize(&picture, scaled(width), scaled(height), imageops::FilterType::Lanczos3)
}

fn add_noise(picture: &mut RgbImage, rng: &mut dyn CryptoRng) {
    // Two dice make a triangle: most values move little.
    let mut dice = [0_u8; 4096];
    for block in picture.chunks_mut(dice.len() / 2) {
        rng.fill_bytes(&mut dice);
        for (value, pair) in block.iter_mut().zip(dice.chunks_exact(2)) {
            let throw: i16 = pair.iter().map(|byte| i16::from(byte % (NOISE as u8 + 1))).sum();
            *value = (i16::from(*value) + throw - NOISE).clamp(0, 255) as u8;
        }
    }
}

/// Printers mark pages with dots of yellow, a fraction of a millimetre wide: on white paper only the blue channel sees
/// them. Each small group of pixels that lacks blue, with light paper around it, becomes as blue as its
/// surroundings. How many there were.
fn take_out_dots(picture: &mut RgbImage) -> u64 {
    let (width, height) = picture.dimensions();
    let at = |x: u32, y: u32| (y as usize) * (width as usize) + x as usize;
    let mut suspect = vec![false; (width as usize) * (height as usize)];
    for (slot, pixel) in suspect.iter_mut().zip(picture.pixels()) {
        let [r, g, b] = pixel.0;
        let lacking = i16::from(r.min(g)) - i16::from(b);
        *slot = r >= PAPER && g >= PAPER && FAINT.contains(&lacking);
    }
    let (mut dots, mut stack, mut group) = (0, Vec::new(), Vec::new());
    for y in 0..height {
        for x in 0..width {
            if suspect.get(at(x, y)) != Some(&true) {
                continue;
            }
            group.clear();
            stack.push((x, y));
            if let Some(slot) = suspect.get_mut(at(x, y)) {
                *slot = false;
            }
            while let Some((x, y)) = stack.pop() {
                if group.len() <= DOT {
                    group.push((x, y));
                }
                for (nx, ny) in around(x, y, width, height) {
                    if let Some(slot) = suspect.get_mut(at(nx, ny)).filter(|slot| **slot) {
                        *slot = false;
                        stack.push((nx, ny));
                    }
                }
            }
            if group.len() <= DOT && fill(picture, &group) {
                dots += 1;
            }
        }
    }
    dots
}

fn around(x: u32, y: u32, width: u32, height: u32) -> impl Iterator<Item = (u32, u32)> {
    let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
    let (top, bottom) = (y.saturating_sub(1), (y + 1).min(height - 1));
    (top..=bottom)
        .flat_map(move |ny| (left..=right).map(move |nx| (nx, ny)))
        .filter(move |place| *place != (x, y))
}

/// Paints a group in the mean of the paper right around it; not if there is no paper.
fn fill(picture: &mut RgbImage, group: &[(u32, u32)]) -> bool {
    let (width, height) = picture.dimensions();
    let (mut sum, mut count) = ([0_u32; 3], 0_u32);
    for (x, y) in group {
        for place in around(*x, *y, width, height).filter(|place| !group.contains(place)) {
            let Some(Rgb([r, g, b])) = picture.get_pixel_checked(place.0, place.1).copied() else {
                continue;
            };
            if r.min(g).min(b) < PAPER {
                // The soft edge of a letter, not a dot on paper.
                return false;
            }
            for (total, value) in sum.iter_mut().zip([r, g, b]) {
                *total += u32::from(value);
            }
            count += 1;
        }
    }
    if count == 0 {
        return false;
    }
    let paper = sum.map(|total| (total / count) as u8);
    for (x, y) in group {
        if let Some(pixel) = picture.get_pixel_mut_checked(*x, *y) {
            pixel.0 = paper;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Level, Options, Report};
    use rand_core::SeedableRng;

    fn with_context<T>(f: impl FnOnce(&mut Context<'_>) -> T) -> (T, Report) {
        let options = Options { level: Level::Pixels, ..Options::default() };
        let mut report = Report::default();
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(7);
        let out = f(&mut Context::new(&options, &mut report, &mut rng));
        (out, report)
    }

    /// Paper with a black letter and a grid of yellow dots as a printer sets them at 150 dpi.
    fn page(dots: bool) -> RgbImage {
        let mut page = RgbImage::from_pixel(300, 300, Rgb([250, 250, 248]));
        for y in 100..200 {
            (140..150).for_each(|x| page.put_pixel(x, y, Rgb([10, 10, 10])));
        }
        if dots {
            for (n, (x, y)) in (10..300)
                .step_by(30)
                .flat_map(|y| (10..300).step_by(20).map(move |x| (x, y)))
                .enumerate()
            {
                if n % 3 != 0 && !(135..155).contains(&x) {
                    page.put_pixel(x, y, Rgb([250, 248, 190]));
                    page.put_pixel(x + 1, y, Rgb([250, 249, 215]));
                }
            }
        }
        page
    }

    fn least_blue(page: &RgbImage) -> i16 {
        let lack = |p: &Rgb<u8>| i16::from(p.0[0].min(p.0[1])) - i16::from(p.0[2]);
        page.pixels().filter(|p| p.0[0] > 220).map(lack).max().unwrap()
    }

    #[test]
    fn tracking_dots_go_and_letters_stay() {
        assert!(least_blue(&page(true)) > 50);
        let (flat, report) = with_context(|cx| flatten(page(true), cx));
        assert_eq!(flat.dimensions(), (279, 279));
        // Only noise is left.
        assert!(least_blue(&flat) <= 4 * NOISE, "{}", least_blue(&flat));
        let letter = flat.get_pixel(135, 140);
        assert!(letter.0[0] < 40, "{letter:?}");
        assert!(report.removed.iter().any(|entry| entry.what.contains("faint yellow marks")));
        assert!(report.remains.iter().any(|line| line.contains("retype")));
        let (_, report) = with_context(|cx| flatten(page(false), cx));
        assert!(!report.removed.iter().any(|entry| entry.what.contains("yellow")));
    }

    #[test]
    fn no_pixel_pattern_survives() {
        // A mark in the lowest bits, as a screen would put it under a page.
        let marked =
            RgbImage::from_fn(200, 200, |x, y| Rgb([240 + ((x / 2 + y / 3) % 2) as u8; 3]));
        let (flat, _) = with_context(|cx| flatten(marked, cx));
        let mut same = 0;
        let total = flat.width() * flat.height();
        for (x, y, pixel) in flat.enumerate_pixels() {
            let (sx, sy) = ((f64::from(x) / SCALE) as u32, (f64::from(y) / SCALE) as u32);
            same += u32::from((pixel.0[0] > 240) == ((sx / 2 + sy / 3) % 2 == 1));
        }
        let share = f64::from(same) / f64::from(total);
        assert!((0.45..0.70).contains(&share), "{share}");
    }

    #[test]
    fn tiny_and_odd_pictures() {
        for (w, h) in [(1, 1), (1, 300), (47, 47), (48, 48)] {
            let (flat, _) = with_context(|cx| flatten(RgbImage::new(w, h), cx));
            assert!(flat.width() > 0 && flat.height() > 0);
        }
    }
}
