//! What was there, what went and what stayed.

use serde::{Deserialize, Serialize};

/// A kind of thing found in a document. The names are those of `--keep KIND` and of the JSON report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Kind {
    // hidden content: a decision of the person's; by default dropped
    TrackedChanges,
    Comments,
    Notes,
    HiddenSheets,
    HiddenRows,
    HiddenSlides,
    HiddenText,
    CoveredText,
    AltText,
    Thumbnails,
    EmbeddedObjects,
    ZeroWidth,
    Homoglyphs,
    OddSpaces,
    // never kept
    /// Title, author, dates, camera, place: what the format calls metadata.
    Properties,
    /// Macros, scripts, actions, form logic.
    Code,
    /// References to other machines or files, which tell on whoever opens the document.
    ExternalReferences,
    /// Identifiers: revision ids, instance ids, object names, unused styles.
    Identifiers,
    /// Bytes that belong to nothing shown.
    UnusedData,
    /// Signatures and encryption envelopes.
    Signatures,
    /// Names of fonts, tools, colour profiles.
    Fingerprints,
    /// The format was changed to a safer one.
    FormatChanged,
    /// Tracking dots and other faint patterns.
    FaintPatterns,
}

impl Kind {
    /// Every kind that [`Self::may_be_kept`].
    pub const KEEPABLE: [Self; 14] = [
        Self::TrackedChanges,
        Self::Comments,
        Self::Notes,
        Self::HiddenSheets,
        Self::HiddenRows,
        Self::HiddenSlides,
        Self::HiddenText,
        Self::CoveredText,
        Self::AltText,
        Self::Thumbnails,
        Self::EmbeddedObjects,
        Self::ZeroWidth,
        Self::Homoglyphs,
        Self::OddSpaces,
    ];

    /// The name in `--keep` and in reports; the same as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TrackedChanges => "tracked-changes",
            Self::Comments => "comments",
            Self::Notes => "notes",
            Self::HiddenSheets => "hidden-sheets",
            Self::HiddenRows => "hidden-rows",
            Self::HiddenSlides => "hidden-slides",
            Self::HiddenText => "hidden-text",
            Self::CoveredText => "covered-text",
            Self::AltText => "alt-text",
            Self::Thumbnails => "thumbnails",
            Self::EmbeddedObjects => "embedded-objects",
            Self::ZeroWidth => "zero-width",
            Self::Homoglyphs => "homoglyphs",
            Self::OddSpaces => "odd-spaces",
            Self::Properties => "properties",
            Self::Code => "code",
            Self::ExternalReferences => "external-references",
            Self::Identifiers => "identifiers",
            Self::UnusedData => "unused-data",
            Self::Signatures => "signatures",
            Self::Fingerprints => "fingerprints",
            Self::FormatChanged => "format-changed",
            Self::FaintPatterns => "faint-patterns",
        }
    }

    /// Whether `--keep` may name it.
    #[must_use]
    pub const fn may_be_kept(self) -> bool {
        matches!(
            self,
            Self::TrackedChanges
                | Self::Comments
                | Self::Notes
                | Self::HiddenSheets
                | Self::HiddenRows
                | Self::HiddenSlides
                | Self::HiddenText
                | Self::CoveredText
                | Self::AltText
                | Self::Thumbnails
                | Self::EmbeddedObjects
                | Self::ZeroWidth
                | Self::Homoglyphs
                | Self::OddSpaces
        )
    }
}

/// One line of the report: so many things of one kind at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Where it was: part, page, chunk, member.
    pub place: String,
    /// In plain words, without quoting the document.
    pub what: String,
    /// How many.
    pub count: u64,
}

/// What was there, what went and what stayed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What the output lacks.
    pub removed: Vec<Entry>,
    /// What the output still has because the person said so.
    pub kept: Vec<Entry>,
    /// What may remain whatever we do, with advice.
    pub remains: Vec<String>,
}
