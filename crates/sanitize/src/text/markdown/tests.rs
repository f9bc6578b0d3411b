use crate::{Kind, Options, Refusal, clean as clean_file};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

fn cleaned(text: &str) -> (String, crate::Report) {
    let mut cx = (crate::Report::default(), ChaCha20Rng::seed_from_u64(1));
    let options = Options::default();
    let mut context = crate::Context::new(&options, &mut cx.0, &mut cx.1);
    let bytes = super::clean(text.as_bytes(), &mut context).unwrap();
    let fresh = String::from_utf8(bytes).unwrap();
    super::verify(&fresh).unwrap();
    (fresh, cx.0)
}

fn same(text: &str) {
    assert_eq!(cleaned(text).0, text);
}

#[test]
fn what_is_shown_stays() {
    same("# One\n\ntwo *three* **four** ~~five~~ `six`\n");
    same("- one\n- two\n  - three\n");
    same("1. one\n2. two\n");
    assert_eq!(cleaned("> one\n> two\n").0, " > \n > one\n > two\n");
    same("|a|b|\n|-|-|\n|1|2|\n");
    same("- [ ] one\n- [x] two\n");
    same("five \\* six \\< seven &amp; eight\n");
}

#[test]
fn links_become_their_text_and_definitions_go() {
    let (text, report) = cleaned(
        "A [link](https://x.example/ \"t\"), [another][r] and <https://seen.example/>.\n\n[r]: https://x.example/2\n[//]: # (secret)\n",
    );
    assert_eq!(text, "A link, another and https://seen.example/.\n");
    assert!(report.removed.iter().any(|entry| entry.kind == Kind::ExternalReferences));
}

#[test]
fn html_leaves_its_text() {
    let (text, report) = cleaned(
        "# T\n\n<div class=\"x\">One <b>two</b><br>three</div>\n\nfour <span title=\"t\">five</span><!-- six --> seven\n",
    );
    assert_eq!(text, "# T\n\nOne two  \nthree\n\nfour five seven\n");
    assert!(report.removed.iter().any(|entry| entry.kind == Kind::UnusedData));
}

#[test]
fn hidden_html_hides_markdown_too() {
    for hiding in [
        "<div hidden>",
        "<div style=\"display:none\">",
        "<style>.a{color:#fff}</style>\n\n<div class=\"a\">",
        "<details><template>",
    ] {
        let text = format!(
            "# T\n\n{hiding}\n\nsecret **secret** `secret`\n\n- secret\n\n</div></template></details>\n\nseen\n"
        );
        let (text, report) = cleaned(&text);
        assert!(!text.contains("secret") && text.contains("seen"), "{hiding}: {text}");
        assert!(report.removed.iter().any(|entry| entry.kind == Kind::HiddenText), "{hiding}");
    }
    // The control: the same without what hides.
    assert!(cleaned("# T\n\n<div>\n\nsecret\n\n</div>\n").0.contains("secret"));
}

#[test]
fn notes_are_numbered_and_unused_ones_go() {
    let (text, _) =
        cleaned("A[^who] b[^x].\n\n[^x]: second\n\n[^who]: first\n\n[^unused]: secret\n");
    assert!(
        text.starts_with("A[^1] b[^2].\n") && !text.contains("who") && !text.contains("secret"),
        "{text}"
    );
    assert!(text.contains("[^2]: second") && text.contains("[^1]: first"), "{text}");
}

#[test]
fn what_carries_names_goes() {
    let (text, _) = cleaned(
        "---\nauthor: secret\n---\n\n# T {#secret}\n\n```rust secret\nx\n```\n\n![secret](https://secret.example/)\n",
    );
    assert!(!text.contains("secret") && text.contains("# T\n"), "{text}");
}

#[test]
fn hostile_texts_end() {
    for text in [
        "<".repeat(1 << 20),
        "[".repeat(1 << 18),
        "![".repeat(1 << 17),
        "*a ".repeat(1 << 16),
        "`".repeat(1 << 18),
        "<div>".repeat(1 << 16),
        "\n<div>\n".repeat(1 << 14),
        "[a]: b\n".repeat(1 << 14),
        "| a ".repeat(1 << 14),
    ] {
        let _ = clean_file(
            format!("# T\n\n## U\n\n{text}").as_bytes(),
            &Options::default(),
            &mut ChaCha20Rng::seed_from_u64(1),
        );
    }
    let deep = format!("# T\n\n## U\n\n{} a\n", ">".repeat(10_000));
    let refused =
        clean_file(deep.as_bytes(), &Options::default(), &mut ChaCha20Rng::seed_from_u64(1));
    assert!(matches!(refused, Err(Refusal::Damaged { .. })));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(2026), ..Default::default() })]

    // Whatever is read is written in a way that is read again as the same.
    #[test]
    fn any_text_passes_its_check(text in "([#>*_`~ \\n\\[\\]()!<a-c1.|:&\\\\$^-]|\\[a\\]\\(b\\)|<b>|</b>|<br>|\n\n|```\n){0,60}") {
        let options = Options::default();
        let (mut report, mut rng) = (crate::Report::default(), ChaCha20Rng::seed_from_u64(1));
        let mut cx = crate::Context::new(&options, &mut report, &mut rng);
        if let Ok(bytes) = super::clean(text.as_bytes(), &mut cx) {
            let fresh = String::from_utf8(bytes).unwrap();
            proptest::prop_assert!(super::verify(&fresh).is_ok(), "{fresh:?}");
        }
    }
}
