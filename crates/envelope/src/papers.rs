//! The small files that travel between a desk or a site and the person who keeps the newsroom's root: requests,
//! certificates, revocations. They are text, so that they can be read before they are signed, sent by any way and read out on
//! the telephone. None of them is secret.
//!
//! ```text
//! subrosa certificate request
//! role: desk
//! name: Night desk
//! key: 64 hexadecimal digits
//! proof: 128 hexadecimal digits
//! ```
//!
//! `proof` is Ed25519 by `key` over `"subrosa/1 certificate request" ‖ role (1: 1 site signer, 2 desk) ‖ key (32) ‖ name`:
//! whoever asks for a certificate has the private key. Certificates and revocations carry their bytes of the wire in hexadecimal;
//! their other lines are for people and count for nothing.

use thiserror::Error;

use crate::{
    DecodeError, Untrusted,
    cert::{Certificate, Holder, Name, Revocation},
    keys::{DeskIdentity, PublicLog, Signing, SigningRole, SiteId, SiteSigner, Verifying},
};

const REQUEST: &str = "subrosa certificate request";
const CERTIFICATE: &str = "subrosa certificate";
const REVOCATION: &str = "subrosa revocation";
const PROOF: &[u8] = b"subrosa/1 certificate request";
/// No paper is longer.
const MAX: usize = 4096;

/// A paper that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PaperError {
    /// Its first line names another kind of paper.
    #[error("this is no {0} (the first line should say so)")]
    Kind(&'static str),
    /// A line is missing, doubled, or not understood.
    #[error("line `{0}:` is missing, given twice, or not as it should be")]
    Line(&'static str),
    /// The key's owner did not sign the request.
    #[error(
        "the proof does not fit the key: the request was altered, or made without the private key"
    )]
    Proof,
    /// A field is not as it should be.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// A request for a certificate whose proof has been checked: who made it has the private key. Whether it is the
/// person it should be is for the root's keeper to find out, by comparing the key on another way.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The key to be certified, with its role.
    pub holder: Holder,
    /// The name that it asks for.
    pub name: Name,
}

impl Request {
    /// The text of a desk's request.
    #[must_use]
    pub fn for_desk(key: &Signing<DeskIdentity>, name: &Name) -> String {
        text(key, 2, "desk", name)
    }

    /// The text of a site signer's request.
    #[must_use]
    pub fn for_signer(key: &Signing<SiteSigner>, name: &Name) -> String {
        text(key, 1, "site", name)
    }

    /// The text of a public log's request.
    #[must_use]
    pub fn for_log(key: &Signing<PublicLog>, name: &Name) -> String {
        text(key, 3, "log", name)
    }

    /// Reads a request and checks its proof.
    ///
    /// # Errors
    /// [`PaperError`] names the line.
    pub fn parse(text: &str) -> Result<Self, PaperError> {
        let lines = lines(text, REQUEST)?;
        let name = Name::new(field(&lines, "name")?)?;
        let key: [u8; 32] = hexadecimal(&lines, "key")?;
        let proof: [u8; 64] = hexadecimal(&lines, "proof")?;
        let holder = match field(&lines, "role")? {
            "desk" => {
                let desk = Verifying::<DeskIdentity>::from_bytes(&key)?;
                prove(&desk, 2, &name, &proof).map(|()| Holder::Desk(desk))?
            }
            "site" => {
                let signer = Verifying::<SiteSigner>::from_bytes(&key)?;
                prove(&signer, 1, &name, &proof).map(|()| Holder::Signer(signer))?
            }
            "log" => {
                let log = Verifying::<PublicLog>::from_bytes(&key)?;
                prove(&log, 3, &name, &proof).map(|()| Holder::Log(log))?
            }
            _ => return Err(PaperError::Line("role")),
        };
        Ok(Self { holder, name })
    }
}

fn text<R: SigningRole>(key: &Signing<R>, role: u8, role_name: &str, name: &Name) -> String {
    let public = key.verifying().to_bytes();
    let proof = key.sign(PROOF, &[&[role], &public, name.as_str().as_bytes()]);
    format!(
        "{REQUEST}\nrole: {role_name}\nname: {}\nkey: {}\nproof: {}\n",
        name.as_str(),
        hex::encode(public),
        hex::encode(proof)
    )
}

fn prove<R: SigningRole>(
    key: &Verifying<R>,
    role: u8,
    name: &Name,
    proof: &[u8; 64],
) -> Result<(), PaperError> {
    key.verify("request", PROOF, &[&[role], &key.to_bytes(), name.as_str().as_bytes()], proof)
        .map_err(|_| PaperError::Proof)
}

/// The text of a certificate's file.
#[must_use]
pub fn certificate_text(certificate: &Certificate) -> String {
    let role = match &certificate.holder {
        Holder::Desk(_) => "desk",
        Holder::Signer(_) => "site",
        Holder::Log(_) => "log",
    };
    format!(
        "{CERTIFICATE}\nrole: {role}\nname: {}\nserial: {}\nvalid until: {} (Unix seconds)\nbytes: {}\n",
        certificate.name.as_str(),
        hex::encode(certificate.serial.0),
        certificate.not_after,
        hex::encode(certificate.as_bytes())
    )
}

/// Reads a certificate's file; whether it holds is for [`Untrusted::<Certificate>::verify`].
///
/// # Errors
/// [`PaperError`] names the line.
pub fn parse_certificate(text: &str) -> Result<Untrusted<Certificate>, PaperError> {
    let lines = lines(text, CERTIFICATE)?;
    let bytes = hex::decode(field(&lines, "bytes")?).map_err(|_| PaperError::Line("bytes"))?;
    Ok(Certificate::decode(&bytes)?)
}

/// The newsroom that a certificate's file says it is of, unchecked: to say which one, and to pin the first.
///
/// # Errors
/// [`PaperError`] names the line.
pub fn claimed_newsroom(text: &str) -> Result<SiteId, PaperError> {
    let lines = lines(text, CERTIFICATE)?;
    let bytes = hex::decode(field(&lines, "bytes")?).map_err(|_| PaperError::Line("bytes"))?;
    let site = bytes.get(18..50).and_then(|site| site.try_into().ok());
    site.map(SiteId).ok_or(PaperError::Line("bytes"))
}

/// The text of a revocation's file. Whoever has it can end the certificate: kept safe until it is needed.
#[must_use]
pub fn revocation_text(revocation: &Revocation, name: &Name) -> String {
    format!(
        "{REVOCATION}\nname: {}\nserial: {}\nbytes: {}\n",
        name.as_str(),
        hex::encode(revocation.serial.0),
        hex::encode(revocation.as_bytes())
    )
}

/// Reads a revocation's file; whether it is the newsroom's is for [`Untrusted::<Revocation>::verify`].
///
/// # Errors
/// [`PaperError`] names the line.
pub fn parse_revocation(text: &str) -> Result<Untrusted<Revocation>, PaperError> {
    let lines = lines(text, REVOCATION)?;
    let bytes = hex::decode(field(&lines, "bytes")?).map_err(|_| PaperError::Line("bytes"))?;
    Ok(Revocation::decode(&bytes)?)
}

/// `name: value` lines after a first line that says what it is. Empty lines are skipped.
fn lines<'a>(text: &'a str, kind: &'static str) -> Result<Vec<(&'a str, &'a str)>, PaperError> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if text.len() > MAX || lines.next() != Some(kind) {
        return Err(PaperError::Kind(kind));
    }
    Ok(lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect())
}

fn field<'a>(lines: &[(&'a str, &'a str)], name: &'static str) -> Result<&'a str, PaperError> {
    let mut found = lines.iter().filter(|(line, _)| *line == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Ok(value),
        _ => Err(PaperError::Line(name)),
    }
}

fn hexadecimal<const N: usize>(
    lines: &[(&str, &str)],
    name: &'static str,
) -> Result<[u8; N], PaperError> {
    let mut out = [0; N];
    hex::decode_to_slice(field(lines, name)?, &mut out).map_err(|_| PaperError::Line(name))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    #[test]
    fn a_request_proves_its_key_and_any_change_is_found() {
        let key = Signing::<DeskIdentity>::generate(&mut ChaCha20Rng::seed_from_u64(4));
        let name = Name::new("Night desk: south").unwrap();
        let text = Request::for_desk(&key, &name);
        let request = Request::parse(&text).unwrap();
        assert_eq!(request, Request { holder: Holder::Desk(key.verifying()), name });
        assert!(Request::parse(&text.replace('\n', "\r\n\r\n")).is_ok());
        let changed = [
            text.replace("Night desk", "Day desk"),
            text.replace("role: desk", "role: site"),
            text.replace("role: desk", "role: root"),
            text.replace("name: ", "nome: "),
            text.replace("proof: ", "proof: 00"),
            format!("{text}name: another\n"),
            text.replace("request", "certificate"),
            text.chars().take(text.len() - 3).collect(),
            String::new(),
        ];
        for bad in changed {
            assert!(Request::parse(&bad).is_err(), "{bad}");
        }
        let proof = text.find("proof: ").unwrap() + 7;
        for at in (proof..text.len() - 1).step_by(7) {
            let mut bad = text.clone().into_bytes();
            bad[at] = if bad[at] == b'0' { b'1' } else { b'0' };
            let bad = String::from_utf8(bad).unwrap();
            assert_eq!(Request::parse(&bad), Err(PaperError::Proof));
        }
    }
}
