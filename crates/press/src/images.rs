//! A newsroom's pictures: read once, rebuilt so that they show the same and tell nothing else (the crate `sanitize`),
//! measured, and served under a name that holds their hash.

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use sanitize::Format;
use sha2::{Digest, Sha256};

use crate::error::PressError;
use crate::pages::{Cache, Page, short_hash};

mod measure;

/// A picture's largest side times the other; more is a mistake that would make every reader pay.
const LARGEST: usize = 4 << 20;

/// One picture.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    /// Where it is served, `/images/quay.0a1b2c3d.jpg`.
    pub(crate) path: String,
    pub(crate) content_type: &'static str,
    /// In pixels.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
    bytes: Bytes,
    /// SHA-256 of the file that it was made from: what is approved.
    pub(crate) digest: [u8; 32],
}

/// All pictures of a content folder, by file name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Images {
    by_name: BTreeMap<String, Image>,
}

impl Images {
    /// Reads the folder; none at all is fine.
    pub(crate) fn load(dir: &Path) -> Result<Self, PressError> {
        let mut by_name = BTreeMap::new();
        if !dir.exists() {
            return Ok(Self { by_name });
        }
        let read = |e| PressError::read(dir, e);
        for entry in std::fs::read_dir(dir).map_err(read)? {
            let path = entry.map_err(read)?.path();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
            if name.is_empty() || name.starts_with('.') || path.is_dir() {
                continue;
            }
            let bytes = std::fs::read(&path).map_err(|e| PressError::read(&path, e))?;
            let image = Image::new(&name, bytes)?;
            by_name.insert(name, image);
        }
        Ok(Self { by_name })
    }

    /// One more picture, or another in the place of one.
    pub(crate) fn add(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), PressError> {
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
    fn new(name: &str, bytes: Vec<u8>) -> Result<Self, PressError> {
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
        if Format::of(&bytes).ok() != Some(format) {
            return Err(fault(
                &format!("not a picture of the kind .{extension}"),
                "export it again, or mend its ending",
            ));
        }
        let digest = Sha256::digest(&bytes).into();
        let bytes = match sanitize::rebuild(&bytes) {
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
        let path = format!("/images/{stem}.{}.{extension}", short_hash(&bytes, 8));
        Ok(Self { path, content_type, width, height, bytes: bytes.into(), digest })
    }

    pub(crate) fn page(&self) -> Page {
        Page::new(self.content_type, self.bytes.clone(), Cache::Immutable)
    }

    /// Social networks draw these; none of them draws SVG.
    pub(crate) fn is_raster(&self) -> bool {
        self.content_type != "image/svg+xml"
    }
}
