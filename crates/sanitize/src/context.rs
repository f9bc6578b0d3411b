//! What a rebuild carries along: options, report, bounds, randomness.

use crate::{Entry, Format, Kind, Level, Options, Refusal, Report, clean_in};
use rand_core::CryptoRng;

/// What a rebuild carries along.
pub struct Context<'a> {
    options: &'a Options,
    report: &'a mut Report,
    rng: &'a mut dyn CryptoRng,
    /// Places of the documents around this one, outermost first, each ending in " > ".
    prefix: String,
    depth: u32,
    spent: u64,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        options: &'a Options,
        report: &'a mut Report,
        rng: &'a mut dyn CryptoRng,
    ) -> Self {
        Self { options, report, rng, prefix: String::new(), depth: 0, spent: 0 }
    }

    /// The level asked for.
    #[must_use]
    pub fn level(&self) -> Level {
        self.options.level
    }

    /// What the person asked for.
    #[must_use]
    pub fn options(&self) -> &Options {
        self.options
    }

    /// Randomness, for noise.
    pub fn rng(&mut self) -> &mut dyn CryptoRng {
        self.rng
    }

    /// Whether this kind of hidden content stays.
    #[must_use]
    pub fn keeps(&self, kind: Kind) -> bool {
        kind.may_be_kept() && self.options.keep.contains(&kind)
    }

    /// Notes that something is not in the output. What the person wanted to keep, and cannot be kept clean, is named as such.
    pub fn removed(&mut self, kind: Kind, place: impl AsRef<str>, what: impl Into<String>) {
        let mut what = what.into();
        if self.keeps(kind) {
            what.push_str(": cannot be kept here");
        }
        let entry = self.entry(kind, place.as_ref(), what);
        add(&mut self.report.removed, entry);
    }

    /// Notes that something hidden is in the output because the person said so.
    pub fn kept(&mut self, kind: Kind, place: impl AsRef<str>, what: impl Into<String>) {
        let entry = self.entry(kind, place.as_ref(), what.into());
        add(&mut self.report.kept, entry);
    }

    /// Notes something that may remain whatever we do; each sentence once.
    pub fn remains(&mut self, sentence: &str) {
        if !self.report.remains.iter().any(|known| known == sentence) {
            self.report.remains.push(sentence.to_owned());
        }
    }

    /// Counts bytes read or unpacked against the limit.
    ///
    /// # Errors
    /// [`Refusal::TooMuch`] when everything together is over the limit.
    pub fn charge(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.spent = self.spent.saturating_add(bytes as u64);
        if self.spent > self.options.limits.total_bytes {
            return Err(Refusal::TooMuch {
                what: "what the file unpacks to",
                limit: format!("{} bytes", self.options.limits.total_bytes),
                advice: "clean its parts one by one",
            });
        }
        Ok(())
    }

    /// Rebuilds a document inside this one (a picture of a page, a member of an archive).
    ///
    /// # Errors
    /// As [`crate::clean`]; [`Refusal::TooMuch`] when documents are nested too deep.
    pub fn clean_inside(
        &mut self,
        input: &[u8],
        place: &str,
    ) -> Result<(Vec<u8>, Format), Refusal> {
        self.clean_inside_as(input, place, None)
    }

    /// The same for a document whose format is known from what is around it.
    ///
    /// # Errors
    /// As [`Self::clean_inside`].
    pub(crate) fn clean_inside_as(
        &mut self,
        input: &[u8],
        place: &str,
        format: Option<Format>,
    ) -> Result<(Vec<u8>, Format), Refusal> {
        if self.depth >= self.options.limits.depth {
            return Err(Refusal::TooMuch {
                what: "documents inside documents",
                limit: format!("{} levels", self.options.limits.depth),
                advice: "unpack it by hand and clean what is inside",
            });
        }
        let length = self.prefix.len();
        self.prefix.push_str(place);
        self.prefix.push_str(" > ");
        self.depth += 1;
        let result = clean_in(input, format, self);
        self.depth -= 1;
        self.prefix.truncate(length);
        result
    }

    fn entry(&self, kind: Kind, place: &str, what: String) -> Entry {
        Entry { kind, place: format!("{}{place}", self.prefix), what, count: 1 }
    }
}

fn add(list: &mut Vec<Entry>, entry: Entry) {
    match list.iter_mut().find(|known| {
        known.kind == entry.kind && known.place == entry.place && known.what == entry.what
    }) {
        Some(known) => known.count = known.count.saturating_add(1),
        None => list.push(entry),
    }
}
