//! What desks send each other, and what they bring to the site.

use assent::{Package, Policy, Publication};
use envelope::{
    keys::{DeskIdentity, Signing, Verifying},
    letter::{Letter, ParcelId, Piece},
    mail::Mail,
    parcel::Parcel,
    sizes,
};
use zeroize::Zeroizing;

use crate::targets::{DESK, rng, sign, signed, site};

/// The one desk of the fuzzer's newsroom.
fn desk() -> Verifying<DeskIdentity> {
    Verifying::from_bytes(&site().0).expect("a key")
}

/// Any bytes as a letter; and cut into letters, they come back.
pub fn letter(data: &[u8]) {
    if let Ok(letter) = Letter::decode(data) {
        let _ = letter.open(&site(), &DESK);
    }
    let Ok(pieces) = Piece::cut(ParcelId([5; 16]), data) else { return };
    let mut joined = Vec::new();
    // Sealing is dear: the first two are enough.
    for piece in pieces.iter().take(2) {
        let letter = piece.seal(&site(), &DESK.public(), &mut rng(4)).expect("a key");
        let opened = letter.open(&site(), &DESK).expect("our own");
        joined.extend_from_slice(&opened.body);
    }
    assert!(data.starts_with(&joined), "what was cut comes back");
}

/// A tick's mail, signed by a hostile desk.
pub fn mail(data: &[u8]) {
    for bytes in [data.to_vec(), signed(b"subrosa/1 mail", data)] {
        let Ok(mail) = Mail::decode(&bytes) else { continue };
        assert_eq!(bytes.len(), sizes::MAIL, "one size");
        if let Ok(mail) = mail.verify(&site(), &desk()) {
            assert_eq!(mail.letters.len(), sizes::LETTERS);
        }
    }
}

/// A parcel, signed by a hostile desk.
pub fn parcel(data: &[u8]) {
    let to = desk().desk_id();
    let between = [site().0.as_slice(), &to.0].concat();
    for bytes in [data.to_vec(), sign(b"subrosa/1 parcel", &between, data)] {
        if let Ok(parcel) = Parcel::decode(Zeroizing::new(bytes)) {
            let _ = parcel.verify(&site(), &to);
        }
    }
}

/// A policy, a publication, a package: an error, or the same bytes again.
pub fn approvals(data: &[u8]) {
    if let Ok(policy) = Policy::open(data, &site()) {
        assert_eq!(policy.as_bytes(), data, "one way to write a policy");
    }
    if let Ok(publication) = Publication::decode(data) {
        assert_eq!(publication.encode(), data, "one way to write a publication");
    }
    if let Ok(package) = Package::decode(data) {
        assert_eq!(package.encode(), data, "one way to write a package");
    }
    let text = String::from_utf8_lossy(data);
    let _ = Policy::parse(&text, &site());
    let _ = Publication::parse(&text);
}

/// Well-formed bytes to begin with.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let identity = Signing::<DeskIdentity>::from_seed(&[7; 32]);
    let letter = || Letter::cover(&site(), &mut rng(6)).expect("a letter");
    match target {
        "letter" => vec![letter().as_bytes().to_vec(), vec![7; 4_000]],
        "desk-mail" => {
            let letters = [letter(), letter(), letter(), letter()];
            let length = envelope::time::TickLength::HOUR;
            let mail = Mail::issue(&identity, &site(), (1, length), &letters).expect("a mail");
            let bytes = mail.as_bytes().to_vec();
            vec![bytes[..bytes.len() - sizes::SIGNATURE].to_vec(), bytes]
        }
        "parcel" => vec![[&[1, b'Q'][..], &[0; 300]].concat()],
        "approvals" => {
            let root = envelope::keys::Signing::from_seed(&[7; 32]);
            let policy = Policy::issue(&root, 1, 2, vec![desk().desk_id()], 1).expect("a policy");
            vec![policy.as_bytes().to_vec(), policy.text().into_bytes()]
        }
        _ => Vec::new(),
    }
}
