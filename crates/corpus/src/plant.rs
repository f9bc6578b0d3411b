//! Markers: unique, recognisable, and the same in every run.

use sha2::{Digest, Sha256};

/// One marker and where it was put.
#[derive(Clone, Debug)]
pub struct Plant {
    /// The place in the file, in the words of its specification.
    pub place: String,
    /// The specification and its section.
    pub spec: &'static str,
    /// What to look for. Letters match in either case.
    pub needle: Vec<u8>,
    /// Whether a reader of the document sees it. What is visible must survive, what is not must go.
    pub visible: bool,
}

/// A document of the corpus.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The format's name, as in [`crate::FORMATS`].
    pub format: &'static str,
    /// A file name for it, with the usual extension.
    pub file: String,
    /// The document.
    pub bytes: Vec<u8>,
    /// Every marker in it.
    pub plants: Vec<Plant>,
}

impl Sample {
    /// The markers that must go.
    pub fn hidden(&self) -> impl Iterator<Item = &Plant> {
        self.plants.iter().filter(|plant| !plant.visible)
    }

    /// The markers that must stay.
    pub fn visible(&self) -> impl Iterator<Item = &Plant> {
        self.plants.iter().filter(|plant| plant.visible)
    }
}

/// How a date is written.
#[derive(Clone, Copy, Debug)]
pub enum Date {
    /// `1987-03-11T04:21:47Z`
    Iso,
    /// `1987:03:11 04:21:47`
    Exif,
    /// `19870311042147`
    Digits,
}

/// Hands out the markers of one sample.
#[derive(Debug)]
pub struct Planter {
    format: &'static str,
    sample: &'static str,
    plants: Vec<Plant>,
}

impl Planter {
    /// A planter for one file of a format.
    #[must_use]
    pub fn new(format: &'static str, sample: &'static str) -> Self {
        Self { format, sample, plants: Vec::new() }
    }

    /// A marker of 14 letters and digits, starting with a letter, that must go.
    pub fn hidden(&mut self, place: impl Into<String>, spec: &'static str) -> String {
        self.text(place.into(), spec, 12, false)
    }

    /// A marker of 8 letters and digits, for short fields.
    pub fn short(&mut self, place: impl Into<String>, spec: &'static str) -> String {
        self.text(place.into(), spec, 6, false)
    }

    /// A marker of 14 letters and digits that a reader sees and that must stay.
    pub fn visible(&mut self, place: impl Into<String>, spec: &'static str) -> String {
        self.text(place.into(), spec, 12, true)
    }

    /// A marker of `length` hexadecimal digits (at most 64), for identifiers.
    pub fn hex(&mut self, place: impl Into<String>, spec: &'static str, length: usize) -> String {
        let place = place.into();
        let text = hex::encode_upper(self.hash(&place, spec))[..length].to_owned();
        self.add(place, spec, text.clone().into_bytes(), false);
        text
    }

    /// A marker of `length` raw bytes (at most 32), for numbers.
    pub fn raw(&mut self, place: impl Into<String>, spec: &'static str, length: usize) -> Vec<u8> {
        let place = place.into();
        let bytes = self.hash(&place, spec)[..length].to_vec();
        self.add(place, spec, bytes.clone(), false);
        bytes
    }

    /// A date between 1981 and 1999 that must go. The time zone is not part of the marker.
    pub fn date(&mut self, place: impl Into<String>, spec: &'static str, form: Date) -> String {
        let place = place.into();
        let h = self.hash(&place, spec);
        let (year, month, day) = (1981 + u32::from(h[0] % 19), h[1] % 12 + 1, h[2] % 28 + 1);
        let (hour, minute, second) = (h[3] % 24, h[4] % 60, h[5] % 60);
        let text = match form {
            Date::Iso => {
                format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
            }
            Date::Exif => {
                format!("{year}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}")
            }
            Date::Digits => format!("{year}{month:02}{day:02}{hour:02}{minute:02}{second:02}"),
        };
        self.add(place, spec, text.trim_end_matches('Z').as_bytes().to_vec(), false);
        text
    }

    /// Something of the caller's making that must go.
    pub fn own(
        &mut self,
        place: impl Into<String>,
        spec: &'static str,
        needle: impl Into<Vec<u8>>,
    ) {
        self.add(place.into(), spec, needle.into(), false);
    }

    /// Takes back a marker that turned out not to fit.
    pub fn forget(&mut self, place: &str) {
        self.plants.retain(|plant| plant.place != place);
    }

    /// The finished sample, called `<sample>.<extension>`.
    #[must_use]
    pub fn sample(self, extension: &str, bytes: Vec<u8>) -> Sample {
        Sample {
            format: self.format,
            file: format!("{}.{extension}", self.sample),
            bytes,
            plants: self.plants,
        }
    }

    fn text(&mut self, place: String, spec: &'static str, length: usize, visible: bool) -> String {
        let hash = self.hash(&place, spec);
        let tail = hash
            .iter()
            .map(|byte| char::from(b"abcdefghijklmnopqrstuvwxyz234567"[usize::from(byte % 32)]));
        let text: String = "Zq".chars().chain(tail.take(length)).collect();
        self.add(place, spec, text.clone().into_bytes(), visible);
        text
    }

    fn add(&mut self, place: String, spec: &'static str, needle: Vec<u8>, visible: bool) {
        assert!(
            !self.plants.iter().any(|plant| plant.place == place),
            "two plants at {place} of {}",
            self.sample
        );
        self.plants.push(Plant { place, spec, needle, visible });
    }

    fn hash(&self, place: &str, spec: &str) -> [u8; 32] {
        Sha256::digest(format!("{}\0{}\0{place}\0{spec}", self.format, self.sample)).into()
    }
}
