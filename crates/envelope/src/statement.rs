//! Signatures over the documents of the `assent` crate, which says what they hold. One method for each purpose, on
//! the key of the role that may: no other crate can have anything else signed. Each document carries the newsroom's
//! id itself, and each purpose has a context of its own in front of what is signed.

use crate::{
    error::VerifyError,
    keys::{DeskIdentity, Root, Signing, Verifying},
    sizes::SIGNATURE,
};

const POLICY: &[u8] = b"subrosa/1 policy";
const APPROVAL: &[u8] = b"subrosa/1 approval";
const OVERRIDE: &[u8] = b"subrosa/1 override";

impl Signing<Root> {
    /// Signs a newsroom's policy.
    #[must_use]
    pub fn sign_policy(&self, document: &[u8]) -> [u8; SIGNATURE] {
        self.sign(POLICY, &[document])
    }
}

impl Verifying<Root> {
    /// Checks the signature of a policy.
    ///
    /// # Errors
    /// [`VerifyError::Signature`].
    pub fn verify_policy(
        &self,
        document: &[u8],
        signature: &[u8; SIGNATURE],
    ) -> Result<(), VerifyError> {
        self.verify("policy", POLICY, &[document], signature)
    }
}

impl Signing<DeskIdentity> {
    /// Signs that this desk approves.
    #[must_use]
    pub fn sign_approval(&self, document: &[u8]) -> [u8; SIGNATURE] {
        self.sign(APPROVAL, &[document])
    }

    /// Signs that this desk overrides the need for approvals.
    #[must_use]
    pub fn sign_override(&self, document: &[u8]) -> [u8; SIGNATURE] {
        self.sign(OVERRIDE, &[document])
    }
}

impl Verifying<DeskIdentity> {
    /// Checks the signature of an approval.
    ///
    /// # Errors
    /// [`VerifyError::Signature`].
    pub fn verify_approval(
        &self,
        document: &[u8],
        signature: &[u8; SIGNATURE],
    ) -> Result<(), VerifyError> {
        self.verify("approval", APPROVAL, &[document], signature)
    }

    /// Checks the signature of an override.
    ///
    /// # Errors
    /// [`VerifyError::Signature`].
    pub fn verify_override(
        &self,
        document: &[u8],
        signature: &[u8; SIGNATURE],
    ) -> Result<(), VerifyError> {
        self.verify("override", OVERRIDE, &[document], signature)
    }
}
