use crate::{Context, Kind, Options, Refusal, Report, clean as clean_file};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

fn cleaned(text: &str) -> (String, Report) {
    let (mut report, mut rng) = (Report::default(), ChaCha20Rng::seed_from_u64(1));
    let options = Options::default();
    let mut cx = Context::new(&options, &mut report, &mut rng);
    let bytes = super::clean(text.as_bytes(), &mut cx).unwrap();
    let fresh = String::from_utf8(bytes).unwrap();
    super::verify(&fresh).unwrap();
    (fresh, report)
}

/// What is in the body.
fn body(text: &str) -> String {
    let page = cleaned(text).0;
    let start = page.find("<body>").unwrap() + 6;
    page[start..page.find("</body>").unwrap()].replace('\n', "")
}

fn try_clean(text: &str) -> Result<crate::Cleaned, Refusal> {
    clean_file(text.as_bytes(), &Options::default(), &mut ChaCha20Rng::seed_from_u64(1))
}

#[test]
fn what_is_shown_stays() {
    for page in [
        "<h1>One</h1><p>two <b>three</b> &amp; four</p>",
        "<ul><li>one</li><li>two<ol start=\"3\"><li>three</li></ol></li></ul>",
        "<table><tbody><tr><td colspan=\"2\">one</td><td></td></tr></tbody></table>",
        "<p>one<br>two<sup>3</sup></p><hr><blockquote>four</blockquote>",
        "<p dir=\"rtl\">אחת</p>",
    ] {
        assert_eq!(body(page), page);
    }
    assert_eq!(cleaned("<pre>one\n  two</pre>").0.lines().nth(3), Some("  two</pre>"));
}

#[test]
fn what_is_not_shown_goes() {
    let page = "<!-- secret --><title>secret</title><meta name=secret content=secret><style>.h{display:none}.secret{}</style>\
        <p class=h>secret</p><p hidden>secret</p><div style='color:#fff'>secret<b>secret</b><i style='color:red'>seen</i></div>\
        <script>secret</script><a href='https://secret.example/'>seen</a><p data-x=secret>seen</p><input value=secret>\
        <table><tr><td bgcolor=black><font color=black>secret</font></table><svg><text>secret</text></svg>\
        <img src='https://secret.example/x.png' alt='secret'>";
    let (text, report) = cleaned(page);
    assert!(!text.contains("secret"), "{text}");
    assert_eq!(text.matches("seen").count(), 3, "{text}");
    for kind in [
        Kind::Properties,
        Kind::HiddenText,
        Kind::Code,
        Kind::ExternalReferences,
        Kind::Identifiers,
        Kind::AltText,
        Kind::UnusedData,
    ] {
        assert!(report.removed.iter().any(|entry| entry.kind == kind), "{}", kind.name());
    }
}

#[test]
fn elements_that_end_late_hide_what_a_browser_hides() {
    // The paragraph does not end the hidden element; the control is one that is ended.
    assert_eq!(body("<p>seen</p><div hidden><p>secret</p><p>secret"), "<p>seen</p>");
    assert_eq!(body("<p hidden>secret<p>seen"), "<p>seen</p>");
    assert_eq!(
        body("<p>seen</p><span hidden><b>secret<table><tr><td>secret</table>secret"),
        "<p>seen</p>"
    );
}

#[test]
fn what_browsers_move_is_moved_before_it_is_written() {
    for page in [
        "<h1><span><h2>x</h2></span></h1>",
        "<p><marquee><p>x</p></marquee>y</p>",
        "<table><div>x</div><tr><td>y</table>z",
        "<b><p>x</b>y</p>z",
        "<math><mi><p>x</p></mi><mtext><b>y</b></mtext></math>",
        "<a>x<a>y<div>z</a></a>",
        "<pre>\n\nx\n</pre>\n\ny",
        "<dl><dd>x<dt>y<dd>z</dl>",
        "<ruby>a<rp>(</rp><rt>b</rt></ruby>",
        "<frameset><frame></frameset>x",
        "<p>x &#0; &nbsp; z",
    ] {
        match try_clean(page) {
            Ok(_) | Err(Refusal::Unsupported { .. }) => {}
            Err(other) => panic!("{page}: {other}"),
        }
    }
}

#[test]
fn encodings_that_a_page_lies_about_are_seen_through() {
    let page = b"<html><head><meta charset=\"windows-1251\"></head><body>\xef\xf0\xe8\xe2\xe5\xf2</body></html>";
    let done = clean_file(page, &Options::default(), &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
    assert!(String::from_utf8(done.bytes).unwrap().contains("привет"));
    // It says Latin 1 and is UTF-8.
    assert!(body("<html><meta charset=iso-8859-1><body>grün").contains("grün"));
}

#[test]
fn hostile_pages_end() {
    for text in [
        "<".repeat(2 << 20),
        "<p>".repeat(1 << 18),
        "</p>".repeat(1 << 17),
        "<table>x".repeat(400),
        "&".repeat(1 << 18),
        "<p title=".repeat(1 << 15),
        "<!--".repeat(1 << 18),
        format!("<style>{}</style><p>x", ".a .b,".repeat(1 << 15)),
    ] {
        let _ = try_clean(&format!("<html>{text}"));
    }
    for tag in ["<div>", "<b>", "<table><tr><td>", "<math><mrow>", "<svg><g>"] {
        let refused = try_clean(&format!("<html>{}x", tag.repeat(20_000)));
        assert!(matches!(refused, Err(Refusal::Damaged { .. })), "{tag}");
    }
    let formatting: String = (0..400).map(|n| format!("<b id={n}>")).collect();
    let refused = try_clean(&format!("<html><p>{formatting}{}", "<p>x".repeat(200_000)));
    assert!(matches!(refused, Err(Refusal::TooMuch { .. })));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(2026), ..Default::default() })]

    #[test]
    fn any_page_passes_its_check(text in "(<(/?)(p|div|b|i|a|table|tr|td|ul|li|h1|h2|pre|br|ruby|rt|math|mi|dd|form|details|marquee|select|template|svg|title|body|caption)>|x|\n| |&lt;){0,40}") {
        match try_clean(&format!("<html>{text}")) {
            Ok(_) | Err(Refusal::Unsupported { .. }) => {}
            Err(other) => proptest::prop_assert!(false, "{other}"),
        }
    }
}
