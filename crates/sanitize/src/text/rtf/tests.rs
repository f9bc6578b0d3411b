use crate::{Cleaned, Format, Kind, Options, Refusal, clean as clean_file};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

fn try_clean(text: &[u8]) -> Result<Cleaned, Refusal> {
    clean_file(text, &Options::default(), &mut ChaCha20Rng::seed_from_u64(1))
}

/// What is in the body.
fn body(text: &str) -> String {
    let done = try_clean(format!("{{\\rtf1\\ansi\\ansicpg1252 {text}}}").as_bytes()).unwrap();
    assert_eq!(done.format, Format::Html);
    let page = String::from_utf8(done.bytes).unwrap();
    let start = page.find("<body>").unwrap() + 6;
    page[start..page.find("</body>").unwrap()].replace('\n', "")
}

#[test]
fn text_and_its_emphasis_stay() {
    assert_eq!(
        body("one {\\b two {\\i three}}\\par four\\line five{\\super 6}"),
        "<p>one <b>two </b><b><i>three</i></b></p><p>four<br>five<sup>6</sup></p>"
    );
    assert_eq!(
        body("\\trowd\\cellx1\\cellx2\\intbl a\\cell b\\cell\\row\\pard c"),
        "<table><tbody><tr><td><p>a</p></td><td><p>b</p></td></tr></tbody></table><p>c</p>"
    );
}

#[test]
fn characters_of_all_kinds_are_read() {
    assert_eq!(
        body("gr\\'fcn \\u8364? \\u-10179?\\u-8704? \\{x\\} \\emdash"),
        "<p>grün € \u{1f600} {x} —</p>"
    );
    assert_eq!(
        body(
            "{\\fonttbl{\\f0 A;}{\\f1\\fcharset204 B;}{\\f2\\fcharset128 C;}}{\\f1 \\'ef\\'f0\\'e8} {\\f2 \\'93\\'fa}"
        ),
        "<p>при 日</p>"
    );
    assert_eq!(body("\\uc2\\u8364 EUx{\\upr{ansi}{\\*\\ud{seen}}}"), "<p>€xseen</p>");
}

#[test]
fn what_is_not_shown_goes() {
    let text = "{\\colortbl;\\red0\\green0\\blue0;\\red255\\green255\\blue255;}{\\info{\\author secret}}{\\*\\unknown secret}\
        {\\v secret}{\\deleted secret}{\\cf2 secret}{\\fs2 secret}{\\*\\annotation secret}{\\field{\\*\\fldinst secret}{\\fldrslt seen}}\
        {\\headerl secret}{\\header seen}{\\shp{\\*\\shpinst\\shpright-9{\\sp{\\sn x}{\\sv secret}}{\\shptxt secret}}}\
        {\\shp{\\*\\shpinst{\\sp{\\sn fHidden}{\\sv 1}}{\\shptxt secret}}}{\\shp{\\*\\shpinst{\\shptxt seen}}}\
        {\\object{\\*\\objdata 00}{\\result seen}}{\\cf2\\highlight1 seen}\
        \\trowd\\clcbpat1\\cellx1\\intbl\\cf2 seen\\cell\\row";
    let done = try_clean(format!("{{\\rtf1 {text}}}secret").as_bytes()).unwrap();
    let page = String::from_utf8(done.bytes).unwrap();
    assert!(!page.contains("secret"), "{page}");
    assert_eq!(page.matches("seen").count(), 6, "{page}");
    for kind in [
        Kind::Properties,
        Kind::HiddenText,
        Kind::TrackedChanges,
        Kind::Comments,
        Kind::ExternalReferences,
        Kind::EmbeddedObjects,
        Kind::UnusedData,
        Kind::FormatChanged,
    ] {
        assert!(done.report.removed.iter().any(|entry| entry.kind == kind), "{}", kind.name());
    }
}

#[test]
fn hostile_documents_end() {
    for text in [
        "{\\rtf1 ".repeat(1 << 16),
        format!("{{\\rtf1 {}", "}".repeat(1 << 20)),
        format!("{{\\rtf1 {}", "\\'".repeat(1 << 20)),
        format!("{{\\rtf1 {}", "\\u1?".repeat(1 << 18)),
        format!("{{\\rtf1 {}", "\\bin2147483647 ".repeat(1 << 10)),
        format!("{{\\rtf1 {}", "\\u-99999999999 \\uc99999999 x\\fs-1 \\cf-1 y".repeat(100)),
        format!("{{\\rtf1 {}", "{\\footnote a}".repeat(1 << 14)),
        format!("{{\\rtf1 {}", "\\cell\\row".repeat(1 << 16)),
        format!("{{\\rtf1 {{\\pict\\pngblip {}", "0".repeat(1 << 20)),
        "{\\rtf1\\".to_owned(),
    ] {
        for cut in [text.len(), text.len() / 2, 7] {
            let _ = try_clean(&text.as_bytes()[..cut]);
        }
    }
    let deep = format!("{{\\rtf1 {}x", "{".repeat(100_000));
    assert!(matches!(try_clean(deep.as_bytes()), Err(Refusal::Damaged { .. })));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(2026), ..Default::default() })]

    #[test]
    fn any_document_is_read_or_refused(text in "([{}]|\\\\(par|cell|row|intbl|pard|b|i0|u-300|uc0|bin3|pict|pngblip|shp|shptxt|\\*|'e9|footnote|header|fonttbl|f1|cf1|upr|ud|object|result|sn|sv|line) ?|x|;| ){0,60}") {
        match try_clean(format!("{{\\rtf1 {text}").as_bytes()) {
            Ok(_) | Err(Refusal::Unsupported { .. } | Refusal::Damaged { .. }) => {}
            Err(other) => proptest::prop_assert!(false, "{other}"),
        }
    }
}
