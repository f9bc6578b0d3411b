//! Formats that we know by name and do not clean, each with the advice what to make of it.

use crate::Refusal;

/// Offset, signature, name, advice.
type Row = (usize, &'static [u8], &'static str, &'static str);

const UNPACK: &str = "unpack it and clean what is inside, or pack it again as ZIP";
const PICTURE: &str = "save it as PNG or JPEG";
const PROGRAM: &str = "a program cannot be cleaned; leave it out";
const MOVIE: &str = "convert it to MP4 or MKV";
const SOUND: &str = "convert it to FLAC or MP3";
const FONT: &str = "a font cannot be cleaned; leave it out";
const PRINT: &str = "save it as PDF";

const ROWS: &[Row] = &[
    (0, b"\x1f\x8b", "a gzip archive", UNPACK),
    (0, b"BZh", "a bzip2 archive", UNPACK),
    (0, b"\xfd7zXZ\0", "an XZ archive", UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive", UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (0, b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (0, b"LZIP", "an lzip archive", UNPACK),
    (0, b"\x1f\x9d", "a compressed file (Z)", UNPACK),
    (0, b"MSCF", "a Cabinet archive", UNPACK),
    (0, b"!<arch>\n", "an ar archive or Debian package", UNPACK),
    (0, b"070701", "a cpio archive", UNPACK),
    (32769, b"CD001", "a disc image (ISO)", UNPACK),
    (0, b"PK\x07\x08", "a ZIP archive in several parts", "put the parts together first"),
    (0, b"BM", "a BMP picture", PICTURE),
    (0, b"\0\0\x01\0", "an icon (ICO)", PICTURE),
    (0, b"8BPS", "a Photoshop picture", PICTURE),
    (0, b"gimp xcf", "a GIMP picture", PICTURE),
    (0, b"\0\0\0\x0cjP  ", "a JPEG 2000 picture", "save it as PNG"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 picture", "save it as PNG"),
    (0, b"\0\0\0\x0cJXL ", "a JPEG XL picture", PICTURE),
    (0, b"\xff\x0a", "a JPEG XL picture", PICTURE),
    (0, b"v/1\x01", "an OpenEXR picture", PICTURE),
    (0, b"#?RADIANCE", "an HDR picture", PICTURE),
    (0, b"qoif", "a QOI picture", PICTURE),
    (0, b"FUJIFILMCCD-RAW", "a raw camera picture (RAF)", "develop it and save it as JPEG"),
    (0, b"IIRO", "a raw camera picture (ORF)", "develop it and save it as JPEG"),
    (0, b"IIU\0", "a raw camera picture (RW2)", "develop it and save it as JPEG"),
    (0, b"AT&TFORM", "a DjVu document", PRINT),
    (0, b"%!PS", "PostScript", PRINT),
    (0, b"\x04%!PS", "PostScript", PRINT),
    (0, b"\xc5\xd0\xd3\xc6", "PostScript (EPS)", PRINT),
    (0, b"\xd7\xcd\xc6\x9a", "a Windows metafile", "save it as SVG or PNG"),
    (40, b" EMF", "a Windows metafile", "save it as SVG or PNG"),
    (60, b"BOOKMOBI", "a Kindle book", "convert it to EPUB"),
    (0, b"ITSF", "a Windows help file", PRINT),
    (0, b"!BDN", "an Outlook mailbox (PST)", "save the messages as EML"),
    (0, b"SQLite format 3\0", "a database (SQLite)", "export what matters as CSV"),
    (4, b"Standard Jet DB", "a database (Access)", "export what matters as CSV"),
    (4, b"Standard ACE DB", "a database (Access)", "export what matters as CSV"),
    (0, b"PAR1", "a Parquet table", "export it as CSV"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media file", MOVIE),
    (0, b"FLV\x01", "a Flash video", MOVIE),
    (0, b"\0\0\x01\xba", "an MPEG program stream", MOVIE),
    (0, b"\0\0\x01\xb3", "an MPEG video", MOVIE),
    (0, b".RMF", "a RealMedia file", MOVIE),
    (0, b"FORM", "an IFF file (AIFF sound or an old picture)", "convert it to WAV, FLAC or PNG"),
    (0, b"MAC ", "Monkey's Audio", SOUND),
    (0, b"wvpk", "WavPack sound", SOUND),
    (0, b"#!AMR", "AMR sound", SOUND),
    (0, b"#!SILK", "SILK sound", SOUND),
    (0, b"caff", "Apple sound (CAF)", SOUND),
    (0, b".snd", "AU sound", SOUND),
    (0, b"MThd", "a MIDI file", SOUND),
    (0, b"RF64", "a WAV file in the 64-bit form", "save it as FLAC"),
    (0, b"BW64", "a WAV file in the 64-bit form", "save it as FLAC"),
    (0, b"riff\x2e\x91\xcf\x11", "a WAV file in Sony's 64-bit form", "save it as FLAC"),
    (0, b"MZ", "a Windows program", PROGRAM),
    (0, b"\x7fELF", "a program", PROGRAM),
    (0, b"\xca\xfe\xba\xbe", "a program", PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", "a program", PROGRAM),
    (0, b"\xce\xfa\xed\xfe", "a program", PROGRAM),
    (0, b"\0asm", "a program (WebAssembly)", PROGRAM),
    (0, b"dex\n", "a program (Android)", PROGRAM),
    (0, b"CWS", "a Flash film", PROGRAM),
    (0, b"FWS", "a Flash film", PROGRAM),
    (0, b"L\0\0\0\x01\x14\x02\0", "a Windows shortcut", "leave it out"),
    (0, b"bplist00", "an Apple property list", "export it as text"),
    (0, b"wOFF", "a web font", FONT),
    (0, b"wOF2", "a web font", FONT),
    (0, b"OTTO", "a font", FONT),
    (0, b"\0\x01\0\0\0", "a font", FONT),
    (0, b"-----BEGIN PGP MESSAGE-----", "a PGP message", "decrypt it first"),
    (0, b"-----BEGIN PGP SIGNATURE-----", "a PGP signature", "leave it out"),
    (0, b"-----BEGIN CERTIFICATE", "a certificate", "leave it out"),
    (0, b"age-encryption.org/", "an encrypted file (age)", "decrypt it first"),
    (0, b"\xac\xed\0\x05", "Java objects", "export it as text"),
];

/// The refusal for a signature that we know.
pub(super) fn known(input: &[u8]) -> Option<Refusal> {
    let at = |offset: usize, magic: &[u8]| {
        input.get(offset..).is_some_and(|rest| rest.starts_with(magic))
    };
    if at(0, b"MZ") || at(0, b"BM") || at(0, b"CWS") || at(0, b"FWS") || at(0, b"FORM") {
        // Letters that a plain text can begin with: only with bytes that no text has.
        let head = input.get(..64.min(input.len())).unwrap_or(input);
        if !head.contains(&0) && !head.iter().any(|byte| *byte >= 0xf8) {
            return None;
        }
    }
    let (_, _, what, advice) = ROWS.iter().find(|(offset, magic, _, _)| at(*offset, magic))?;
    Some(named(what, advice))
}

/// A refusal by name.
pub(super) fn named(what: &str, advice: &str) -> Refusal {
    Refusal::Unknown { what: what.to_owned(), advice: advice.to_owned() }
}
