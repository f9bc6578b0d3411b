//! Pictures of a book: each cleaned as a file of its own, once.

use super::super::media;
use super::super::package::Package;
use crate::{Context, Kind, Refusal};
use base64::Engine as _;
use std::collections::BTreeMap;

/// The pictures that are shown.
#[derive(Default)]
pub(super) struct Pictures {
    /// New names by old ones.
    pub(super) known: BTreeMap<String, String>,
    pub(super) parts: Vec<(String, Vec<u8>)>,
}

impl Pictures {
    /// The new name of a picture of the package; nothing if it is not there.
    ///
    /// # Errors
    /// [`Refusal::TooMuch`]; a picture that cannot be rebuilt becomes a grey point.
    pub(super) fn get(
        &mut self,
        path: &str,
        package: &mut Package<'_>,
        cx: &mut Context<'_>,
    ) -> Result<Option<String>, Refusal> {
        if let Some(name) = self.known.get(path) {
            return Ok(Some(name.clone()));
        }
        let Some(bytes) = package.get(path, cx)? else {
            cx.removed(Kind::ExternalReferences, path, "a picture that is not in the book");
            return Ok(None);
        };
        let name = self.put(&bytes, path, cx)?;
        self.known.insert(path.to_owned(), name.clone());
        Ok(Some(name))
    }

    /// The same for a picture inside its own address (RFC 2397).
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(super) fn inside(
        &mut self,
        address: &str,
        place: &str,
        cx: &mut Context<'_>,
    ) -> Result<Option<String>, Refusal> {
        let Some((_, data)) = address.split_once(";base64,") else { return Ok(None) };
        let packed: String = data.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(packed) else {
            return Ok(None);
        };
        self.put(&bytes, place, cx).map(Some)
    }

    fn put(&mut self, bytes: &[u8], place: &str, cx: &mut Context<'_>) -> Result<String, Refusal> {
        let (bytes, extension, _) = media::clean(bytes, place, cx)?;
        let name = format!("image{}.{extension}", self.parts.len() + 1);
        self.parts.push((name.clone(), bytes));
        Ok(name)
    }
}
