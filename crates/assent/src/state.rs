//! The stations of a story. Each consumes the one before.

use envelope::{DecodeError, keys::DeskId};

use crate::{
    AssentError, Hash, Page, Policy, Publication, Statement, When, hash,
    statement::{self, Act},
};

/// A page that somebody has written.
#[derive(Debug)]
pub struct Draft {
    page: Page,
}

/// The report of a source read, bound to the source that was read: made from both at once, where the read is done.
#[derive(Debug, Clone, Copy)]
pub struct ReportOf {
    source: Hash,
    report: Hash,
}

impl ReportOf {
    /// Binds a report to the bytes of the source that it is about.
    #[must_use]
    pub fn new(source: &[u8], report: &[u8]) -> Self {
        let source = Page::source_hash(source);
        let report = hash(b"subrosa/1 source read", [source.as_slice(), report]);
        Self { source, report }
    }
}

/// A draft whose source read is done. Only this makes statements to be signed.
#[derive(Debug)]
pub struct SourceRead {
    page: Page,
    report: Hash,
}

/// A page with the approvals that the policy wants.
#[derive(Debug)]
pub struct Approved {
    publication: Publication,
}

/// A page that may be printed.
#[derive(Debug)]
pub struct Story {
    publication: Publication,
}

impl Draft {
    /// Begins.
    #[must_use]
    pub fn new(page: Page) -> Self {
        Self { page }
    }

    /// The page.
    #[must_use]
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Takes the source read's report.
    ///
    /// # Errors
    /// [`AssentError::OtherDraft`] if the report is about another text: also an earlier one of this draft.
    pub fn read(self, report: &ReportOf) -> Result<SourceRead, AssentError> {
        if report.source == self.page.source {
            Ok(SourceRead { page: self.page, report: report.report })
        } else {
            Err(AssentError::OtherDraft)
        }
    }

    /// Goes all the way at the site, which never has the report: its hash is in the statement that the desks signed.
    ///
    /// # Errors
    /// [`AssentError`].
    pub fn publish(
        self,
        publication: Publication,
        policy: &Policy,
        when: When<'_>,
    ) -> Result<Story, AssentError> {
        let report = publication.statement().report;
        SourceRead { page: self.page, report }
            .approve(publication, policy, when)
            .map(Approved::publish)
    }
}

impl SourceRead {
    /// What the desks are to sign.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if the revision or the authors are out of range.
    pub fn statement(
        &self,
        policy: &Policy,
        act: Act,
        revision: u32,
        mut authors: Vec<DeskId>,
    ) -> Result<Statement, DecodeError> {
        authors.sort();
        statement::check(revision, &authors)?;
        Ok(Statement {
            site: policy.site,
            policy: policy.hash(),
            act,
            page: self.page.clone(),
            revision,
            report: self.report,
            authors,
        })
    }

    /// Takes the approvals.
    ///
    /// # Errors
    /// [`AssentError`]: they are for another page, or not what the policy wants.
    pub fn approve(
        self,
        publication: Publication,
        policy: &Policy,
        when: When<'_>,
    ) -> Result<Approved, AssentError> {
        let statement = publication.statement();
        if statement.page.name != self.page.name {
            return Err(AssentError::OtherStory(statement.page.name.clone()));
        }
        if statement.page.source != self.page.source {
            return Err(AssentError::OtherText);
        }
        if statement.page.assets != self.page.assets {
            return Err(AssentError::OtherAssets);
        }
        if statement.report != self.report {
            return Err(AssentError::OtherDraft);
        }
        publication.verify(policy, when)?;
        Ok(Approved { publication })
    }
}

impl Approved {
    /// The last step.
    #[must_use]
    pub fn publish(self) -> Story {
        Story { publication: self.publication }
    }
}

impl Story {
    /// What was signed.
    #[must_use]
    pub fn statement(&self) -> &Statement {
        self.publication.statement()
    }
}
