//! Pictures: decoded to pixels, and encoded afresh.

use super::model::PictureId;
use super::store::{Failure, Store};
use hayro::hayro_interpret::{CacheKey, Image, ImageData, Paint};
use hayro::hayro_syntax::Filter;

/// Pixels without anything around them.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Pixels,
    /// Of the same or another size: width, height, one byte to the pixel.
    pub(super) alpha: Option<(u32, u32, Vec<u8>)>,
    /// Whether it came in a lossy form and may go in one.
    pub(super) photo: bool,
    /// Whether viewers are to smooth it.
    pub(super) smooth: bool,
}

/// Rows from the top.
#[derive(Clone, Debug)]
pub(super) enum Pixels {
    /// One byte to the pixel.
    Gray(Vec<u8>),
    /// Three bytes to the pixel.
    Rgb(Vec<u8>),
    /// One byte to the pixel, 255 where the ink goes.
    Stencil(Vec<u8>),
}

impl Picture {
    /// From red, green, blue and opacity, with the lowest row first.
    pub(super) fn from_rgba_bottom_up(data: &[u8], width: u32, height: u32) -> Option<Self> {
        let count = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
        let stride = usize::try_from(width).ok()?.checked_mul(4)?;
        if stride == 0 || data.len() != count.checked_mul(4)? {
            return None;
        }
        let mut rgb = Vec::with_capacity(count * 3);
        let mut alpha = Vec::with_capacity(count);
        for row in data.chunks_exact(stride).rev() {
            for pixel in row.chunks_exact(4) {
                if let [red, green, blue, opacity] = *pixel {
                    rgb.extend([red, green, blue]);
                    alpha.push(opacity);
                }
            }
        }
        let alpha = alpha.iter().any(|value| *value != 255).then_some((width, height, alpha));
        Some(Self { width, height, pixels: Pixels::Rgb(rgb), alpha, photo: false, smooth: false })
    }
}

/// The picture in the store, and its paint if it is a stencil.
pub(super) fn of<'a>(
    image: &Image<'a, '_>,
    store: &mut Store,
) -> Option<(PictureId, Option<Paint<'a>>)> {
    let stencil = matches!(image, Image::Stencil(_));
    let key = image.cache_key() ^ u128::from(stencil);
    let known = store.picture_keys.get(&key).copied();
    let mut paint = None;
    let id = match known {
        Some(known) => known,
        None => {
            let id = if store.decodes(image.width(), image.height()) {
                let picture = decode(image, &mut paint);
                if picture.is_none() {
                    store.fail(Failure::Picture);
                }
                picture.map(|picture| store.add_picture(picture))
            } else {
                None
            };
            store.picture_keys.insert(key, id);
            id
        }
    };
    if let Image::Stencil(image) = image
        && paint.is_none()
    {
        // the smallest rendering: only the paint is wanted
        image.with_stencil(|_, found| paint = Some(found.clone()), Some((1, 1)));
    }
    if stencil && paint.is_none() {
        return None;
    }
    id.map(|id| (id, paint))
}

fn decode<'a>(image: &Image<'a, '_>, paint: &mut Option<Paint<'a>>) -> Option<Picture> {
    let mut picture = None;
    match image {
        Image::Stencil(stencil) => stencil.with_stencil(
            |luma, found| {
                *paint = Some(found.clone());
                picture = Some(Picture {
                    width: luma.width,
                    height: luma.height,
                    pixels: Pixels::Stencil(luma.data),
                    alpha: None,
                    photo: false,
                    smooth: luma.interpolate,
                });
            },
            None,
        ),
        Image::Raster(raster) => {
            let photo = raster
                .stream()
                .filters()
                .iter()
                .any(|filter| matches!(filter, Filter::DctDecode | Filter::JpxDecode));
            raster.with_rgba(
                |data, alpha| {
                    let (width, height) = (data.width(), data.height());
                    let smooth = data.interpolate();
                    let pixels = match data {
                        ImageData::Rgb(rgb) => Pixels::Rgb(rgb.data),
                        ImageData::Luma(luma) => Pixels::Gray(luma.data),
                    };
                    let alpha = alpha.map(|alpha| (alpha.width, alpha.height, alpha.data));
                    let mut shown = Picture { width, height, pixels, alpha, photo, smooth };
                    shown.forget_unseen();
                    picture = Some(shown);
                },
                None,
            );
        }
    }
    picture.filter(|picture| picture.width > 0 && picture.height > 0)
}

impl Picture {
    /// Colours where the mask lets nothing through become those of the nearest pixel before them in the row that shows, so that
    /// nothing hides there and a viewer that smooths finds no edge.
    fn forget_unseen(&mut self) {
        let Some((across, down, mask)) = self.alpha.take() else { return };
        let (width, height) = (self.width as usize, self.height as usize);
        if width == 0 {
            return;
        }
        let size = (across as usize, down as usize);
        let (channels, values) = match &mut self.pixels {
            Pixels::Gray(values) => (1, values),
            Pixels::Rgb(values) => (3, values),
            Pixels::Stencil(_) => return,
        };
        // Those mask values that a viewer may mix for one pixel of a picture of another size.
        let reach = |at: usize, of: usize, masks: usize| {
            let first = at * masks / of.max(1);
            let last = ((at + 1) * masks).div_ceil(of.max(1));
            let more = usize::from(masks != of);
            first.saturating_sub(more)..(last + more).min(masks)
        };
        let mut last = vec![255_u8; channels];
        for (y, row) in values.chunks_exact_mut(width * channels).enumerate().take(height) {
            let rows = reach(y, height, size.1);
            let unseen = |x: usize| {
                let columns = reach(x, width, size.0);
                rows.clone().all(|r| {
                    let line = mask.get(r * size.0..(r + 1) * size.0).unwrap_or_default();
                    line.get(columns.clone()).unwrap_or_default().iter().all(|value| *value == 0)
                })
            };
            for (x, pixel) in row.chunks_exact_mut(channels).enumerate() {
                if unseen(x) {
                    pixel.copy_from_slice(&last);
                } else {
                    last.copy_from_slice(pixel);
                }
            }
        }
        self.alpha = Some((across, down, mask));
    }

    /// Sets one pixel: a colour, or no ink.
    pub(super) fn set(&mut self, column: u32, row: u32, colour: [u8; 3]) {
        let index = row as usize * self.width as usize + column as usize;
        match &mut self.pixels {
            Pixels::Gray(values) => {
                let [red, green, blue] = colour.map(u16::from);
                if let Some(value) = values.get_mut(index) {
                    *value = u8::try_from((red + green + blue) / 3).unwrap_or(0);
                }
            }
            Pixels::Rgb(values) => {
                if let Some(pixel) = values.get_mut(index * 3..index * 3 + 3) {
                    pixel.copy_from_slice(&colour);
                }
            }
            Pixels::Stencil(values) => {
                if let Some(value) = values.get_mut(index) {
                    *value = 0;
                }
            }
        }
    }
}
