//! A newsroom's pictures: read once, rebuilt so that they show the same and tell nothing else (the crate `sanitize`),
//! measured, and served under a name that holds their hash.

use std::collections::BTreeMap;
use std::path::Path;

use image::ImageFormat;
use sanitize::Format;
use sha2::{Digest, Sha256};

use crate::cache::{self, BuildCache};
use crate::error::PressError;
use crate::pages::{Cache, Page, short_hash};
use crate::parallel;

mod measure;
mod smaller;

/// A picture's largest side times the other; more is a mistake that would make every reader pay.
const LARGEST: usize = 4 << 20;

/// One picture.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    /// Where it is served, `/images/quay.0a1b2c3d.jpg`.
    pub(crate) path: String,
    /// In pixels.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
    /// SHA-256 of the file that it was made from: what is approved.
    pub(crate) digest: [u8; 32],
    /// Whether social networks draw it; none of them draws SVG.
    pub(crate) is_raster: bool,
    /// Path and answer of the picture, then of its narrower copies.
    pub(crate) pages: Vec<(String, Page)>,
    /// What `srcset` says; empty if there are no narrower copies.
    pub(crate) srcset: String,
}

/// All pictures of a content folder, by file name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Images {
    by_name: BTreeMap<String, Image>,
}

impl Images {
    /// Reads the folder; none at all is fine.
    pub(crate) fn load(dir: &Path, cache: &BuildCache) -> Result<Self, PressError> {
        if !dir.exists() {
            return Ok(Self::default());
        }
        let read = |e| PressError::read(dir, e);
        let mut files = Vec::new();
        for entry in std::fs::read_dir(dir).map_err(read)? {
            let path = entry.map_err(read)?.path();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
            if !name.is_empty() && !name.starts_with('.') && !path.is_dir() {
                files.push((name, path));
            }
        }
        files.sort();
        let images = parallel::map(&files, |(name, path)| {
            let bytes = std::fs::read(path).map_err(|e| PressError::read(path, e))?;
            let key = cache::key(&[name.as_bytes(), &bytes]);
            cache.images.get(key, || Image::new(name, &bytes))
        })?;
        let names = files.into_iter().map(|(name, _)| name);
        Ok(Self { by_name: names.zip(images).collect() })
    }

    /// A hash of what pages say of pictures: names, paths, sizes.
    pub(crate) fn digest(&self) -> cache::Key {
        let of = |(name, image): (&String, &Image)| {
            format!("{name} {} {} {} {}", image.path, image.width, image.height, image.srcset)
        };
        let all: Vec<_> = self.by_name.iter().map(of).collect();
        cache::key(&all.iter().map(String::as_bytes).collect::<Vec<_>>())
    }

    /// One more picture, or another in the place of one.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), PressError> {
        self.by_name.insert(name.to_owned(), Image::new(name, bytes)?);
        Ok(())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Image> {
        self.by_name.get(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Image)> {
        self.by_name.iter().map(|(name, image)| (name.as_str(), image))
    }
}

impl Image {
    fn new(name: &str, bytes: &[u8]) -> Result<Self, PressError> {
        let file = format!("images/{name}");
        let fault = |problem: &str, mend: &str| PressError::content(&file, 1, problem, mend);
        if bytes.len() > LARGEST {
            return Err(fault("the picture has more than 4 MiB", "make it smaller"));
        }
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.';
        if stem.is_empty() || !name.chars().all(plain) {
            return Err(fault(
                "the picture's name holds other characters than letters, digits, - and _",
                "rename it",
            ));
        }
        let (format, content_type) = match extension {
            "jpg" | "jpeg" => (Format::Jpeg, "image/jpeg"),
            "png" => (Format::Png, "image/png"),
            "webp" => (Format::WebP, "image/webp"),
            "svg" => (Format::Svg, "image/svg+xml"),
            _ => {
                return Err(fault("a picture of unknown kind", "use .jpg, .png, .webp or .svg"));
            }
        };
        if Format::of(bytes).ok() != Some(format) {
            return Err(fault(
                &format!("not a picture of the kind .{extension}"),
                "export it again, or mend its ending",
            ));
        }
        let digest = Sha256::digest(bytes).into();
        let bytes = match sanitize::rebuild(bytes) {
            Ok(done) if done.bytes.len() <= LARGEST => done.bytes,
            Ok(_) => {
                return Err(fault(
                    "the rebuilt picture has more than 4 MiB",
                    "make it smaller, or export it as .jpg",
                ));
            }
            Err(why) => return Err(fault(&why.to_string(), "export it again")),
        };
        let size = match format {
            Format::Jpeg => measure::jpeg(&bytes),
            Format::Png => measure::png(&bytes),
            Format::WebP => measure::webp(&bytes),
            _ => measure::svg(&bytes),
        };
        let Some((width, height)) = size.filter(|&(w, h)| w > 0 && h > 0) else {
            return Err(fault(
                "a picture without a size",
                "export it again (an SVG needs a viewBox)",
            ));
        };
        let copies = match format {
            Format::Jpeg => smaller::copies(&bytes, ImageFormat::Jpeg),
            Format::Png => smaller::copies(&bytes, ImageFormat::Png),
            Format::WebP => smaller::copies(&bytes, ImageFormat::WebP),
            _ => Ok(Vec::new()),
        };
        let copies = copies.map_err(|why| {
            fault(&format!("the picture cannot be made smaller: {why}"), "export it again")
        })?;
        let path = |mark: &str, bytes: &[u8]| {
            format!("/images/{stem}{mark}.{}.{extension}", short_hash(bytes, 8))
        };
        let own = path("", &bytes);
        let mut srcset = String::new();
        let mut pages = vec![(own.clone(), Page::new(content_type, bytes, Cache::Immutable))];
        for (to, bytes) in copies {
            // What is served is what the cleaner writes, without exception.
            let bytes = match sanitize::rebuild(&bytes) {
                Ok(done) => done.bytes,
                Err(why) => return Err(fault(&why.to_string(), "export the picture again")),
            };
            let path = path(&format!("-{to}"), &bytes);
            srcset.push_str(&format!("{path} {to}w, "));
            pages.push((path, Page::new(content_type, bytes, Cache::Immutable)));
        }
        if !srcset.is_empty() {
            srcset.push_str(&format!("{own} {width}w"));
        }
        let is_raster = format != Format::Svg;
        Ok(Self { path: own, width, height, is_raster, pages, srcset, digest })
    }
}
