use crate::{Cleaned, Format, Kind, Options, Refusal, clean as clean_file};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

fn try_clean(text: &[u8]) -> Result<Cleaned, Refusal> {
    clean_file(text, &Options::default(), &mut ChaCha20Rng::seed_from_u64(1))
}

/// What is inside the root.
fn inside(text: &str) -> String {
    let text = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' viewBox='0 0 100 100'>{text}</svg>"
    );
    let done = try_clean(text.as_bytes()).unwrap();
    assert_eq!(done.format, Format::Svg);
    let text = String::from_utf8(done.bytes).unwrap();
    let start = text.find('>').unwrap() + 1;
    text[start..text.rfind("</svg>").unwrap()].to_owned()
}

#[test]
fn the_short_way_to_say_a_font_is_read() {
    let font = |font: &str| inside(&format!("<text y='9' style='{font}'>x</text>"));
    assert_eq!(
        font("font:italic bold 12px/1.4 Secret, serif"),
        "<text font-family=\"serif\" font-size=\"12px\" font-style=\"italic\" font-weight=\"bold\" y=\"9\">x</text>"
    );
    assert_eq!(
        font("font:700 9pt serif;font-size:8px"),
        "<text font-family=\"serif\" font-size=\"8px\" font-weight=\"700\" y=\"9\">x</text>"
    );
    assert_eq!(font("font:caption"), "<text y=\"9\">x</text>");
    // Too small to be seen, said the short way.
    let two = inside("<text y='9'>x</text><text y='9' style='font:0px serif'>hidden</text>");
    assert_eq!(two, "<text y=\"9\">x</text>");
}

#[test]
fn shapes_and_text_stay() {
    assert_eq!(
        inside(
            "<g transform='translate(1,2)'><rect width='9' height='9' fill='#f00' stroke='none'/></g>"
        ),
        "<g transform=\"translate(1 2)\"><rect fill=\"rgb(255,0,0)\" height=\"9\" stroke=\"none\" width=\"9\"/></g>"
    );
    assert_eq!(
        inside("<path d='m1-2.5a1 1 0 011.5.5z'/>"),
        "<path d=\"m1 -2.5a1 1 0 0 1 1.5 0.5z\"/>"
    );
    assert_eq!(
        inside("<text x='5' y='9'>one  <tspan>two</tspan></text>"),
        "<text x=\"5\" y=\"9\">one <tspan>two</tspan></text>"
    );
}

#[test]
fn names_are_new_and_only_those_that_are_used() {
    let text = inside(
        "<defs><linearGradient id='secret1'><stop offset='1' stop-color='red'/></linearGradient><linearGradient id='secret2'/></defs><rect id='secret3' width='9' height='9' style='fill:url(#secret1)'/><use xlink:href='#secret3'/>",
    );
    assert!(!text.contains("secret"), "{text}");
    assert!(
        text.contains("id=\"a1\"")
            && text.contains("fill=\"url(#a1)\"")
            && text.contains("xlink:href=\"#a2\""),
        "{text}"
    );
}

#[test]
fn what_is_not_shown_goes() {
    for hidden in [
        "<title>secret</title>",
        "<metadata>secret</metadata>",
        "<!-- secret -->",
        "<script>secret</script>",
        "<text y='9' display='none'>secret</text>",
        "<g style='display:none'><text y='9'>secret</text></g>",
        "<style>.h{visibility:hidden}</style><text y='9' class='h'>secret</text>",
        "<text y='9' fill-opacity='0'>secret</text>",
        "<text y='9' fill='white'>secret</text>",
        "<text y='9' x='900'>secret</text>",
        "<circle cx='90' cy='90' r='5'/><text y='50' fill='white'>secret</text>",
        "<text y='9'>secret</text><rect width='99' height='99'/>",
        "<g transform='scale(0)'><text y='9'>secret</text></g>",
        "<rect width='9' height='9' data-x='secret' onclick='secret'/>",
        "<a xlink:href='https://secret.example/'><rect width='9' height='9'/></a>",
        "<image width='9' height='9' xlink:href='https://secret.example/x.png'/>",
        "<foreignObject>secret</foreignObject>",
        "<o xmlns='urn:x'>secret</o>",
        "<text y='9' text-anchor='secret' font-family='secret'>x</text>",
    ] {
        let text = inside(&format!("{hidden}<circle r='5'/>"));
        assert!(!text.contains("secret") && text.contains("<circle"), "{hidden}: {text}");
    }
    // The controls: the same without what hides.
    for shown in [
        "<text y='9'>seen</text>",
        "<rect width='99' height='99'/><text y='9' fill='white'>seen</text>",
        "<path d='M0 0h99v99H0z'/><text y='9' fill='white'>seen</text>",
        "<circle cx='5' cy='50' r='50'/><text y='50' fill='white'>seen</text>",
        "<text y='9'>seen</text><rect width='9' height='99'/>",
        "<text y='9'>seen</text><rect width='99' height='99' fill='none'/>",
    ] {
        assert!(inside(shown).contains("seen"), "{shown}");
    }
}

#[test]
fn entities_are_texts_and_never_grow() {
    let drawing = |declared: &str, used: &str| {
        try_clean(format!("<!DOCTYPE svg [{declared}]><svg xmlns=\"http://www.w3.org/2000/svg\"><text y=\"9\">{used}</text></svg>").as_bytes())
    };
    let done = drawing("<!ENTITY a \"seen\">", "&a;").unwrap();
    assert!(String::from_utf8(done.bytes).unwrap().contains("seen"));
    assert!(done.report.removed.iter().any(|entry| entry.kind == Kind::UnusedData));
    for (declared, used) in [
        ("<!ENTITY a \"xx\"><!ENTITY b \"&a;&a;\">", "&b;"),
        ("<!ENTITY a SYSTEM \"file:///etc/passwd\">", "&a;"),
        ("", "&a;"),
    ] {
        assert!(matches!(drawing(declared, used), Err(Refusal::Damaged { .. })), "{declared}");
    }
}

#[test]
fn hostile_drawings_end() {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\">";
    for text in [
        "<".repeat(1 << 20),
        "<g>".repeat(1 << 16),
        "&#x0;".repeat(10),
        "<rect width='9' height='9'/><text>x</text>".repeat(1 << 13),
        format!("<path d='{}'/>", "M0 0 1e999".repeat(1 << 14)),
        format!("<path transform='{}' d='M0 0'/>", "scale(1e38)".repeat(1 << 10)),
        "<use href='#a' id='a'/>".repeat(1 << 10),
        "<clipPath id='a' clip-path='url(#a)'/><g clip-path='url(#a)'/>".repeat(100),
        format!("<style>{}</style>", "g g g{fill:red}".repeat(1 << 14)),
    ] {
        let _ = try_clean(format!("{svg}{text}</svg>").as_bytes());
        let _ = try_clean(format!("{svg}{}", &text[..text.len() / 2]).as_bytes());
    }
    let deep = format!("{svg}{}{}</svg>", "<g>".repeat(500), "</g>".repeat(500));
    assert!(matches!(try_clean(deep.as_bytes()), Err(Refusal::Damaged { .. })));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(2026), ..Default::default() })]

    #[test]
    fn any_value_passes_its_check(name in "(d|transform|fill|stroke-width|x|font-family|text-anchor|points|clip-path|stroke-dasharray|viewBox|style)", text in "([-0-9.,e%# ();:a-zA-Z]|url\\(#a\\)|rgb\\(|scale\\(|M|none|px|fill:){0,20}") {
        let drawing = format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><g id=\"a\" {name}=\"{text}\"><rect width=\"9\" height=\"9\" {}=\"{text}\"/></g></svg>", if matches!(name.as_str(), "d" | "x") { "y" } else { name.as_str() });
        match try_clean(drawing.as_bytes()) {
            Ok(_) | Err(Refusal::Damaged { .. } | Refusal::Unsupported { .. }) => {}
            Err(other) => proptest::prop_assert!(false, "{drawing}: {other}"),
        }
    }
}
