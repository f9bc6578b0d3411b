//! What is fuzzed. A target fails by panicking: in the decoder, or here when a decoder took what it must not take.
//!
//! A mutated signature or tag is always refused, so fuzzing sealed bytes alone would see little of the code. Where
//! it can be done, a second target signs or seals the fuzzer's bytes properly first, as a hostile insider would.

use std::sync::{LazyLock, Mutex};

use aes_gcm::aead::{AeadInOut, KeyInit};
use ed25519_dalek::{Signer, SigningKey};
use envelope::keys::{DeskWeek, KemSecret, MixEpoch, SiteId, SiteSigner, Verifying};
use envelope::message::Assembly;
use envelope::passphrase::{Passphrase, ReplyKey};
use envelope::payload::{Body, Fragment};
use envelope::{
    batch, bundle, cert, deskkey, drop, fetch, inner, keylist, message, packet, papers, reply,
    sizes,
};
use hpke::{Deserializable, OpModeS, Serializable};
use mix::link::{Frames, FromMix, ToMix};
use rand_core::SeedableRng;
use sanitize::Format as Clean;

use crate::{between, log};

/// One target.
pub type Run = fn(&[u8]);

/// 23 November 2026.
const NOW: u64 = 1_795_435_200;
const WEEK: u32 = (NOW / 604_800) as u32;

/// Every target by its name.
pub const ALL: &[(&str, Run)] = &[
    ("packet", |data| {
        if let Ok(packet) = packet::Packet::decode(data) {
            let _ = packet.open(&site(), &MIX);
        }
    }),
    ("packet-sealed", packet_sealed),
    ("inner", |data| {
        if let Ok(envelope) = inner::InnerEnvelope::decode(data) {
            let _ = envelope.open(&site(), &DESK);
        }
    }),
    ("inner-sealed", inner_sealed),
    ("payload", |data| {
        if let Some(payload) = data.first_chunk::<{ sizes::PAYLOAD }>() {
            if let Ok(fragment) = Fragment::decode(payload) {
                let again = fragment.encode().expect("what was read can be written");
                assert_eq!(again.as_slice(), payload, "one way to write a payload");
                let _ = Assembly::begin(&fragment).text();
            }
        }
    }),
    ("message", |data| {
        let pieces: Vec<Body> = data.chunks(700).map(|c| Body(c.to_vec())).collect();
        if let Ok(text) = message::join(pieces.iter()) {
            assert!(text.len() <= sizes::MAX_MESSAGE);
        }
    }),
    ("message-split", |data| {
        let Ok(text) = std::str::from_utf8(data) else { return };
        if let Ok(pieces) = message::pieces(text, sizes::PAYLOAD_BODY, sizes::MAX_FRAGMENTS) {
            let joined = message::join(pieces.iter()).expect("what was split can be joined");
            assert_eq!(joined.as_str(), text);
        }
    }),
    ("reply", |data| {
        if let Some(entry) = data.first_chunk::<{ sizes::ENTRY }>() {
            let _ = reply::Part::open(entry, &reply_key());
        }
    }),
    ("reply-sealed", reply_sealed),
    ("chunk", |data| {
        if let Ok(chunk) = drop::Chunk::decode(data) {
            let _ = chunk.verify(&site(), &signer());
        }
    }),
    ("chunk-signed", |data| {
        let bytes = signed(b"subrosa/1 dead drop", data);
        if let Ok(Ok(chunk)) = drop::Chunk::decode(&bytes).map(|c| c.verify(&site(), &signer())) {
            assert_eq!(chunk.as_bytes(), bytes, "nothing is taken for granted");
            chunk.ticks().for_each(|(_, record)| assert_eq!(record.receipts().count(), 48));
        }
    }),
    ("certificate", |data| {
        if let Ok(certificate) = cert::Certificate::decode(data) {
            let _ = certificate.verify(&site(), NOW, &[]);
        }
    }),
    ("certificate-signed", |data| {
        // The site's id is part of what is signed, at byte 18.
        let mut body = data.to_vec();
        if let Some(place) = body.get_mut(18..50) {
            place.copy_from_slice(&site().0);
        }
        let bytes = sign(b"subrosa/1 certificate", &[], &body);
        if let Ok(certificate) = cert::Certificate::decode(&bytes) {
            let _ = certificate.verify(&site(), NOW, &[]);
        }
    }),
    ("revocation", |data| {
        if let Ok(revocation) = cert::Revocation::decode(data) {
            let _ = revocation.verify(&site());
        }
    }),
    ("desk-key", |data| {
        if let Ok(key) = deskkey::DeskKey::decode(data) {
            let desk = Verifying::from_bytes(&site().0).expect("a key");
            let _ = key.verify(&site(), &desk, NOW);
        }
    }),
    ("key-list", |data| {
        if let Ok(list) = keylist::KeyList::decode(data) {
            let _ = list.verify(&site(), NOW);
        }
    }),
    ("batch", |data| {
        if let Ok(batch) = batch::Batch::decode(data) {
            let _ = batch.verify(&site(), &signer());
        }
    }),
    ("batch-signed", |data| {
        let bytes = signed(b"subrosa/1 batch", data);
        if let Ok(Ok(batch)) = batch::Batch::decode(&bytes).map(|b| b.verify(&site(), &signer())) {
            let id = signing().verifying_key().to_bytes();
            let desk = Verifying::<envelope::keys::DeskIdentity>::from_bytes(&id)
                .expect("a key")
                .desk_id();
            let _ = batch.open(&site(), &desk, &DESK);
        }
    }),
    ("bundle", |data| {
        if let Ok(bundle) = bundle::Bundle::decode(data) {
            let _ = bundle.verify(&site(), &Verifying::from_bytes(&site().0).expect("a key"));
        }
    }),
    ("bundle-signed", |data| {
        let bytes = signed(b"subrosa/1 bundle", data);
        if let Ok(bundle) = bundle::Bundle::decode(&bytes) {
            let _ = bundle.verify(&site(), &Verifying::from_bytes(&site().0).expect("a key"));
        }
    }),
    ("desk-token", |data| {
        if let Ok(token) = fetch::Token::decode(data) {
            let _ = token.verify(
                &site(),
                &Verifying::from_bytes(&site().0).expect("a key"),
                NOW,
                "/desk/batch/1",
            );
        }
    }),
    ("papers", |data| {
        let text = String::from_utf8_lossy(data);
        let _ = papers::Request::parse(&text);
        let _ = papers::claimed_newsroom(&text);
        if let Ok(certificate) = papers::parse_certificate(&text) {
            let _ = certificate.verify(&site(), NOW, &[]);
        }
        if let Ok(revocation) = papers::parse_revocation(&text) {
            let _ = revocation.verify(&site());
        }
    }),
    ("passphrase", |data| {
        let text = String::from_utf8_lossy(data);
        if let Ok(phrase) = Passphrase::parse(&text) {
            let again = Passphrase::parse(phrase.reveal()).expect("its own form");
            assert_eq!(again.reveal(), phrase.reveal());
        }
    }),
    ("armour", |data| {
        if let Ok(inners) = source::armour::unwrap(&String::from_utf8_lossy(data)) {
            let again =
                source::armour::unwrap(&source::armour::wrap(&inners)).expect("its own form");
            assert_eq!(again.len(), inners.len());
        }
    }),
    ("link-to-mix", |data| {
        frames(data).for_each(|frame| {
            let _ = ToMix::decode(frame);
        });
    }),
    ("link-from-mix", |data| {
        frames(data).for_each(|frame| {
            let _ = FromMix::decode(frame);
        });
    }),
    ("story", |data| edition("stories/one.md", data)),
    ("newsroom", |data| edition("newsroom.toml", data)),
    ("draft-markdown", |data| draft(check::draft::Format::Markdown, data)),
    ("draft-html", |data| draft(check::draft::Format::Html, data)),
    ("draft-mail", |data| draft(check::draft::Format::Mail, data)),
    ("draft-text", |data| draft(check::draft::Format::Plain, data)),
    ("draft-docx", |data| draft(check::draft::Format::Docx, data)),
    ("draft-docx-part", |data| draft(check::draft::Format::Docx, &docx(data))),
    ("ledger", |data| ledger("ledger.toml", data)),
    ("ledger-csv", |data| ledger("staff.csv", data)),
    ("ledger-xlsx", |data| ledger("staff.xlsx", data)),
    ("ledger-mail", |data| ledger("mail.eml", data)),
    ("ledger-calendar", |data| ledger("calendar.ics", data)),
    ("ledger-log", |data| ledger("access.log", data)),
    ("filter", |data| {
        let Ok(text) = std::str::from_utf8(data) else { return };
        if let Err(error) = check::filter::Filter::parse(text) {
            let _ = error.to_string();
        }
    }),
    ("detect", |data| {
        if let Err(refusal) = sanitize::Format::of(data) {
            assert!(!refusal.to_string().is_empty());
        }
    }),
    ("jpeg", |data| cleaned(data, &[Clean::Jpeg])),
    ("png", |data| cleaned(data, &[Clean::Png])),
    ("gif", |data| cleaned(data, &[Clean::Gif])),
    ("webp", |data| cleaned(data, &[Clean::WebP])),
    ("tiff", |data| cleaned(data, &[Clean::Tiff])),
    ("heic", |data| cleaned(data, &[Clean::Heic, Clean::Avif])),
    ("pdf", |data| cleaned(data, &[Clean::Pdf])),
    ("office", |data| cleaned(&packed(data), OFFICE)),
    ("office-archive", |data| cleaned(data, OFFICE)),
    ("opendocument", |data| cleaned(&opendocument(data), OPENDOCUMENT)),
    ("opendocument-archive", |data| cleaned(data, OPENDOCUMENT)),
    ("markup", |data| cleaned(data, &[Clean::Svg, Clean::Html, Clean::Markdown])),
    ("text", |data| cleaned(data, &[Clean::Txt, Clean::Csv])),
    ("mail", |data| cleaned(data, &[Clean::Eml, Clean::Rtf])),
    ("archive", |data| cleaned(data, &[Clean::Zip, Clean::Tar])),
    ("sound", |data| cleaned(data, &[Clean::Mp3, Clean::Flac, Clean::Ogg, Clean::Wav])),
    ("film", |data| cleaned(data, &[Clean::Mp4, Clean::Matroska])),
    ("letter", between::letter),
    ("desk-mail", between::mail),
    ("parcel", between::parcel),
    ("approvals", between::approvals),
    ("log-note", log::note),
    ("log-witness", log::witness),
    ("log-reader", log::reader),
];

/// What is in an archive of one of these.
const OFFICE: &[Clean] = &[Clean::Docx, Clean::Xlsx, Clean::Pptx];
/// The same, of archives that begin with the name of their kind.
const OPENDOCUMENT: &[Clean] = &[Clean::Odt, Clean::Ods, Clean::Odp, Clean::Epub];

/// What a reader of a draft relies on: places within the text, in order, and marks that are found where they are made.
fn draft(format: check::draft::Format, data: &[u8]) {
    let Ok(document) = check::Document::read_as(format, "draft", data) else { return };
    let mut end = 0;
    for sentence in &document.sentences {
        assert!(sentence.range.start >= end, "sentences do not overlap");
        end = sentence.range.end;
        assert!(!document.words(&sentence.range).is_empty());
        let _ = document.place(sentence.range.start).to_string();
    }
    for comment in &document.comments {
        assert!(document.text.get(comment.range.clone()).is_some(), "comments are about words");
    }
    if let Some(first) = document.sentences.first() {
        let finder = check::Finder::new(&document);
        let mark = finder.mark(&first.range, "fact", "wording");
        assert!(!matches!(finder.find(&mark), check::Where::Changed(_)), "nothing has changed");
    }
}

fn docx(part: &[u8]) -> Vec<u8> {
    archive(["word/document.xml", "word/comments.xml"].map(|name| (name.to_owned(), part)))
}

/// One file of a ledger; the others are sound.
fn ledger(name: &str, data: &[u8]) {
    let list = if name == "staff.xlsx" { name } else { "staff.csv" };
    let main = crate::seeds::LEDGER.replace("staff.csv", list);
    let mut files = std::collections::BTreeMap::from([
        ("ledger.toml".to_owned(), main.into_bytes()),
        ("staff.csv".to_owned(), crate::seeds::STAFF.as_bytes().to_vec()),
        ("mail.eml".to_owned(), crate::seeds::MAIL.as_bytes().to_vec()),
        ("calendar.ics".to_owned(), crate::seeds::CALENDAR.as_bytes().to_vec()),
        ("access.log".to_owned(), crate::seeds::LOG.as_bytes().to_vec()),
    ]);
    files.insert(name.to_owned(), data.to_vec());
    match check::load(&files).and_then(|l| l.resolve(&files, None).map(|_| l)) {
        Err(fault) => assert!(!fault.to_string().is_empty()),
        Ok(loaded) => {
            let text = loaded.ledger.to_toml().expect("what was read can be written");
            let mut again = check::Loaded::default();
            again.add("ledger.toml", text.as_bytes()).expect("what was written can be read");
            assert_eq!(again.ledger, loaded.ledger);
        }
    }
}

/// Positive controls: each has a fault planted in it that has to be found.
pub const CONTROLS: &[(&str, Run)] = &[
    // Behind four bytes and a number: nobody finds it by throwing dice, coverage does.
    ("planted", |data| {
        if let [b'r', b'o', b's', b'e', high, low, ..] = data
            && u16::from_be_bytes([*high, *low]) == 0x1234
        {
            panic!("the planted fault was found");
        }
    }),
    // In the code under test: a decoder that takes a whole chunk of no records.
    ("planted-in-chunk", |data| {
        if drop::Chunk::decode(&[data, &[0; 64]].concat()).is_ok() {
            panic!("the planted fault was found");
        }
    }),
];

fn signing() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// One key pair plays the root, the signer and the desk: whoever fuzzes holds them all.
pub(crate) fn site() -> SiteId {
    SiteId(signing().verifying_key().to_bytes())
}

fn signer() -> Verifying<SiteSigner> {
    Verifying::from_bytes(&site().0).expect("a key")
}

fn reply_key() -> ReplyKey {
    ReplyKey::new(WEEK, [3; 32]).expect("a week of the protocol")
}

/// Private keys of both suites, 32 bytes each.
const MIX_SECRET: [u8; 64] = [0x41; 64];
const DESK_SECRET: [u8; 64] = [0x42; 64];
static MIX: LazyLock<KemSecret<MixEpoch>> =
    LazyLock::new(|| KemSecret::from_bytes(&MIX_SECRET).expect("keys"));
pub(crate) static DESK: LazyLock<KemSecret<DeskWeek>> =
    LazyLock::new(|| KemSecret::from_bytes(&DESK_SECRET).expect("keys"));

pub(crate) fn rng(seed: u64) -> rand_chacha::ChaCha8Rng {
    rand_chacha::ChaCha8Rng::seed_from_u64(seed)
}

pub(crate) fn sign(context: &[u8], between: &[u8], body: &[u8]) -> Vec<u8> {
    let signature = signing().sign(&[context, between, body].concat());
    [body, &signature.to_bytes()].concat()
}

pub(crate) fn signed(context: &[u8], body: &[u8]) -> Vec<u8> {
    sign(context, &site().0, body)
}

/// HPKE with X25519, HKDF-SHA256 and AES-256-GCM, as `docs/wire.md` says.
fn hpke_seal(secret: &[u8; 64], context: &[u8], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    type Kem = hpke::kem::X25519HkdfSha256;
    let secret = <Kem as hpke::Kem>::PrivateKey::from_bytes(&secret[..32]).expect("a key");
    let key = <Kem as hpke::Kem>::sk_to_pk(&secret);
    let info = [context, &site().0].concat();
    let (encapsulation, sealed) = hpke::single_shot_seal_with_rng::<
        hpke::aead::AesGcm256,
        hpke::kdf::HkdfSha256,
        Kem,
    >(&OpModeS::Base, &key, &info, plain, aad, &mut rng(3))
    .expect("sealing");
    [encapsulation.to_bytes().as_slice(), &sealed].concat()
}

fn resized(data: &[u8], length: usize) -> Vec<u8> {
    let mut plain = data.to_vec();
    plain.resize(length, 0);
    plain
}

fn packet_sealed(data: &[u8]) {
    let header = [1, 9];
    let plain = resized(data, sizes::PACKET - 2 - 32 - 16);
    let sealed = hpke_seal(&MIX_SECRET, b"subrosa/1 outer", &header, &plain);
    let bytes = [header.as_slice(), &sealed].concat();
    let opened = packet::Packet::decode(&bytes).expect("a packet").open(&site(), &MIX);
    let fine = plain[0] <= 1 && plain[2 + sizes::INNER..].iter().all(|b| *b == 0);
    assert_eq!(opened.is_ok(), fine, "flag and padding decide");
}

fn inner_sealed(data: &[u8]) {
    let plain = resized(data, sizes::INNER - 1 - 32 - 16);
    let sealed = hpke_seal(&DESK_SECRET, b"subrosa/1 inner", &[1], &plain);
    let bytes = [[1].as_slice(), &sealed].concat();
    let opened = inner::InnerEnvelope::decode(&bytes).expect("an envelope").open(&site(), &DESK);
    assert_eq!(opened.is_ok(), plain[sizes::PAYLOAD..].iter().all(|b| *b == 0), "padding decides");
    if let Ok(payload) = opened {
        let _ = Fragment::decode(&payload);
    }
}

fn reply_sealed(data: &[u8]) {
    let mut plain = resized(data, sizes::ENTRY - 16 - 16);
    let salt = [5; 16];
    let mut key = [0; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(Some(&salt), &[3; 32])
        .expand(b"subrosa/1 reply entry", &mut key)
        .expect("32 bytes");
    let tag = aes_gcm::Aes256Gcm::new(&key.into())
        .encrypt_inout_detached(&Default::default(), &[], plain.as_mut_slice().into())
        .expect("sealing");
    let entry = [salt.as_slice(), &plain, tag.as_slice()].concat();
    let entry = entry.first_chunk::<{ sizes::ENTRY }>().expect("an entry");
    if let Ok(part) = reply::Part::open(entry, &reply_key()) {
        let again = part.seal(&reply_key(), &mut rng(4)).expect("what was read can be written");
        assert!(reply::Part::open(&again, &reply_key()).is_ok());
    }
}

/// The fuzzer's bytes as a stream that comes in pieces.
fn frames(data: &[u8]) -> impl Iterator<Item = mix::link::Frame> {
    let mut frames = Frames::new();
    let mut found = Vec::new();
    for piece in data.chunks(1000) {
        frames.push(piece);
        while let Ok(Some(frame)) = frames.next_frame() {
            found.push(frame);
        }
    }
    found.into_iter()
}

/// Whatever is cleaned passes its own check; the limits are small, so that a bomb shows as a hang.
///
/// A library that panics is not a finding: the child that cleans documents catches that (see `quiet_libraries`).
fn cleaned(data: &[u8], formats: &[Clean]) {
    if !Clean::of(data).is_ok_and(|format| formats.contains(&format)) {
        return;
    }
    let mut options = sanitize::Options::default();
    options.limits.total_bytes = 4 << 20;
    options.limits.pixels = 1 << 18;
    options.limits.items = 1 << 16;
    let result = std::panic::catch_unwind(|| sanitize::clean(data, &options, &mut rng(5)));
    match result {
        Ok(Err(sanitize::Refusal::Unsound { place, reason, .. })) => {
            panic!("a copy that does not pass its own check: {reason} at {place}");
        }
        Ok(Err(refusal)) => assert!(!refusal.to_string().is_empty()),
        Ok(Ok(_)) | Err(_) => {}
    }
    // Its words, to be looked at. What draws SVG is not ours.
    if !formats.contains(&Clean::Svg)
        && let Ok(Ok((shown, Clean::Txt))) =
            std::panic::catch_unwind(|| sanitize::look(data, &options, &mut rng(5)))
    {
        let words = std::str::from_utf8(&shown).expect("words are UTF-8");
        assert!(words.lines().count() <= sanitize::LOOK_LINES + 1, "more words than there may be");
    }
}

/// The same with a kind in front, chosen by the first byte.
fn opendocument(data: &[u8]) -> Vec<u8> {
    let (kind, rest) = data.split_first().unwrap_or((&0, data));
    let kind = match kind % 4 {
        0 => "application/vnd.oasis.opendocument.text",
        1 => "application/vnd.oasis.opendocument.spreadsheet",
        2 => "application/vnd.oasis.opendocument.presentation",
        _ => "application/epub+zip",
    };
    packed(&[b"mimetype\0", kind.as_bytes(), b"\0", rest].concat())
}

/// An archive of members that are not compressed: the fuzzer's bytes are names and contents, each ended by a zero.
fn packed(data: &[u8]) -> Vec<u8> {
    let mut pieces = data.split(|byte| *byte == 0);
    let members = std::iter::from_fn(|| {
        Some((String::from_utf8_lossy(pieces.next()?).into_owned(), pieces.next()?))
    });
    archive(members)
}

fn archive<'a>(members: impl IntoIterator<Item = (String, &'a [u8])>) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in members {
        if zip.start_file(name, options).is_ok() {
            zip.write_all(content).expect("memory");
        }
    }
    zip.finish().expect("memory").into_inner()
}

/// A newsroom's folder in which one file is the fuzzer's.
fn edition(file: &str, data: &[u8]) {
    static FOLDER: LazyLock<Mutex<tempfile::TempDir>> = LazyLock::new(|| {
        let base = if std::path::Path::new("/dev/shm").is_dir() {
            "/dev/shm".into()
        } else {
            std::env::temp_dir()
        };
        let folder = tempfile::tempdir_in(base).expect("a folder");
        std::fs::create_dir(folder.path().join("stories")).expect("a folder");
        std::fs::write(folder.path().join("newsroom.toml"), crate::seeds::NEWSROOM)
            .expect("a file");
        std::fs::write(folder.path().join("stories/one.md"), crate::seeds::STORY).expect("a file");
        Mutex::new(folder)
    });
    let folder = FOLDER.lock().expect("one thread");
    std::fs::write(folder.path().join(file), data).expect("a file");
    if let Ok(edition) = press::Edition::load(folder.path()) {
        let context = press::PageContext {
            site_id: [1; 32],
            base_url: "https://news.example".to_owned(),
            mix_on_premises: false,
            contact: edition.contact(),
        };
        let _ = edition.render(&context);
    }
}
