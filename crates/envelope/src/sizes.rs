//! Every size on the wire, in bytes, in one place. `docs/wire.md` explains each; the tests at the end of
//! this file prove that they fit together.

/// A packet, as it is posted to `/cover`.
pub const PACKET: usize = 4096;
/// Suite and epoch, in front of a packet; they are its associated data.
pub const PACKET_HEADER: usize = 2;
/// AES-256-GCM tag.
pub const TAG: usize = 16;
/// X25519 public key and encapsulation (RFC 9180, `Npk` and `Nenc` of DHKEM(X25519)).
pub const X25519_KEY: usize = 32;
/// MLKEM768-X25519 (X-Wing) public key.
pub const XWING_KEY: usize = 1216;
/// MLKEM768-X25519 (X-Wing) encapsulation.
pub const XWING_ENC: usize = 1120;
/// What X25519 saves in encapsulation, made up by zeros inside the ciphertext.
pub const X25519_PADDING: usize = XWING_ENC - X25519_KEY;
/// An inner envelope, sealed to a desk.
pub const INNER: usize = PACKET - PACKET_HEADER - XWING_ENC - TAG - 2;
/// The payload of an inner envelope, equal in both suites.
pub const PAYLOAD: usize = INNER - 1 - XWING_ENC - TAG;
/// The fixed fields in front of a payload's body.
pub const PAYLOAD_HEADER: usize = 74;
/// The room for text (compressed) in one payload.
pub const PAYLOAD_BODY: usize = PAYLOAD - PAYLOAD_HEADER;
/// Most fragments of one message.
pub const MAX_FRAGMENTS: usize = 8;
/// Most bytes that a message may inflate to.
pub const MAX_MESSAGE: usize = 262_144;

/// A reply entry in the dead drop.
pub const ENTRY: usize = 1024;
/// Salt in front of a reply entry.
pub const ENTRY_SALT: usize = 16;
/// Plaintext of a reply entry.
pub const ENTRY_PLAIN: usize = ENTRY - ENTRY_SALT - TAG;
/// The fixed fields in front of a reply entry's body.
pub const ENTRY_HEADER: usize = 30;
/// The room for text (compressed) in one reply entry.
pub const ENTRY_BODY: usize = ENTRY_PLAIN - ENTRY_HEADER;
/// Most entries of one reply.
pub const MAX_PARTS: usize = 8;

/// A receipt tag.
pub const RECEIPT: usize = 8;
/// Receipt places in a record.
pub const RECEIPTS_PER_RECORD: usize = 48;
/// What one tick adds to the dead drop: one entry and 48 receipt tags.
pub const RECORD: usize = ENTRY + RECEIPTS_PER_RECORD * RECEIPT;
/// Records (ticks) in a block of the dead drop.
pub const RECORDS_PER_BLOCK: usize = 12;
/// The fixed fields in front of a chunk.
pub const CHUNK_HEADER: usize = 16;
/// A closed block: header, twelve records, signature.
pub const CLOSED_BLOCK: usize = CHUNK_HEADER + RECORDS_PER_BLOCK * RECORD + SIGNATURE;
/// Closed blocks that a page loads beside the live one: seven days of hourly ticks.
pub const WINDOW_BLOCKS: u64 = 14;

/// Ed25519 signature.
pub const SIGNATURE: usize = 64;
/// Room for a name in a certificate.
pub const NAME: usize = 64;
/// A certificate.
pub const CERTIFICATE: usize = 227;
/// A revocation.
pub const REVOCATION: usize = 114;
/// A desk's keys of one week.
pub const DESK_KEY: usize = 14 + 16 + X25519_KEY + XWING_KEY + SIGNATURE;
/// One mix key in a key list.
pub const MIX_KEY: usize = 1 + 8 + 8 + X25519_KEY + XWING_KEY;
/// Slots whose crowd a key list tells.
pub const CROWD_SLOTS: usize = 24;
/// Most mix keys in a key list.
pub const MAX_MIX_KEYS: usize = 4;
/// Most desks in a key list.
pub const MAX_DESKS: usize = 16;
/// Most revocations in a key list.
pub const MAX_REVOCATIONS: usize = 64;

/// A desk's bundle.
pub const BUNDLE: usize = 32 + ENTRY + RECEIPTS_PER_RECORD * RECEIPT + DESK_KEY + SIGNATURE;
/// Letters that a desk sends to its colleagues in every tick, real or random.
pub const LETTERS: usize = 4;
/// The fixed fields in front of a letter's body.
pub const LETTER_HEADER: usize = 2 + 16 + 4 + 4 + 2;
/// The room for a piece of a parcel in one letter.
pub const LETTER_BODY: usize = PAYLOAD - LETTER_HEADER;
/// A desk's mail of one tick.
pub const MAIL: usize = 32 + LETTERS * INNER + SIGNATURE;
/// The fixed fields in front of a parcel's body.
pub const PARCEL_HEADER: usize = 2 + CERTIFICATE + 8;
/// Most bytes of what is in a parcel: a document of 48 MiB and what is said about it.
pub const MAX_PARCEL: usize = 50 << 20;
/// The fixed fields in front of a batch.
pub const BATCH_HEADER: usize = 16;
/// One desk's sealed content key in a batch.
pub const BATCH_SLOT: usize = 16 + 4 + XWING_ENC + 32 + TAG;
/// An item of a batch: inner envelope, crowd code, slot number.
pub const BATCH_ITEM: usize = INNER + 2;

/// The size of a batch with `items` items for `desks` desks.
#[must_use]
pub const fn batch(items: usize, desks: usize) -> usize {
    BATCH_HEADER + 1 + desks * BATCH_SLOT + items * BATCH_ITEM + TAG + SIGNATURE
}

/// The size of a chunk of the dead drop with `records` records.
#[must_use]
pub const fn chunk(records: usize) -> usize {
    CHUNK_HEADER + records * RECORD + SIGNATURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_the_wire_document() {
        assert_eq!((INNER, PAYLOAD, PAYLOAD_BODY), (2956, 1819, 1745));
        assert_eq!((ENTRY_PLAIN, ENTRY_BODY, RECORD), (992, 962, 1408));
        assert_eq!((CLOSED_BLOCK, DESK_KEY, MIX_KEY, BUNDLE), (16_976, 1342, 1265, 2846));
        assert_eq!((LETTER_BODY, MAIL, PARCEL_HEADER), (1791, 11_920, 237));
        assert_eq!((BATCH_SLOT, BATCH_ITEM, X25519_PADDING), (1188, 2958, 1088));
    }

    #[test]
    fn outer_plaintext_fits_both_suites() {
        assert_eq!(PACKET_HEADER + XWING_ENC + 2 + INNER + TAG, PACKET);
        assert_eq!(PACKET_HEADER + X25519_KEY + 2 + INNER + X25519_PADDING + TAG, PACKET);
        assert_eq!(1 + X25519_KEY + PAYLOAD + X25519_PADDING + TAG, INNER);
    }

    #[test]
    fn the_window_is_a_week_and_small() {
        assert!(WINDOW_BLOCKS as usize * RECORDS_PER_BLOCK >= 7 * 24);
        let window = WINDOW_BLOCKS as usize * CLOSED_BLOCK + chunk(RECORDS_PER_BLOCK - 1);
        assert_eq!(window, 253_232);
        assert!(window < 256_000);
    }
}
