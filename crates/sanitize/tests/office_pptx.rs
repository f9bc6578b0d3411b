//! Presentations: slides as they are shown.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
#![allow(dead_code)]

mod office;

use office::{archive, clean, only_shown, rels, removed, types, unpacked};
use sanitize::{Format, Kind};

const P: &str = r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main""#;
const TREE: &str = r#"<p:nvGrpSpPr><p:cNvPr id="1" name="HIDDEN"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>"#;

fn shape(names: &str, at: &str, text: &str) -> String {
    format!(
        r#"<p:sp><p:nvSpPr><p:cNvPr id="5" name="HIDDEN name" {names}/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off {at}/><a:ext cx="100" cy="100"/></a:xfrm></p:spPr><p:txBody><a:bodyPr/><a:p>{text}</a:p></p:txBody></p:sp>"#
    )
}

fn run(text: &str) -> String {
    format!(r#"<a:r><a:rPr lang="en-GB" dirty="0"/><a:t>{text}</a:t></a:r>"#)
}

fn pptx(slides: &[(&str, String)]) -> Vec<u8> {
    let prompt = format!(
        r#"<p:sp><p:nvSpPr><p:cNvPr id="2" name="HIDDEN"/><p:cNvSpPr/><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p>{}</a:p></p:txBody></p:sp>"#,
        run("HIDDEN prompt")
    );
    let page = |root: &str, content: &str, after: &str| {
        format!(
            r#"<p:{root} {P}><p:cSld name="HIDDEN"><p:spTree>{TREE}{content}</p:spTree></p:cSld>{after}</p:{root}>"#
        )
    };
    let mut parts = vec![
        (
            "ppt/slideLayouts/slideLayout4.xml".to_owned(),
            page("sldLayout", &prompt, ""),
            "presentationml.slideLayout",
        ),
        (
            "ppt/slideLayouts/slideLayout5.xml".to_owned(),
            page("sldLayout", &shape("", r#"x="1" y="1""#, &run("HIDDEN unused layout")), ""),
            "presentationml.slideLayout",
        ),
        (
            "ppt/slideMasters/slideMaster2.xml".to_owned(),
            page(
                "sldMaster",
                &prompt,
                r#"<p:clrMap bg1="lt1"/><p:sldLayoutIdLst><p:sldLayoutId id="99" r:id="rId9"/></p:sldLayoutIdLst>"#,
            ),
            "presentationml.slideMaster",
        ),
        (
            "ppt/notesSlides/notesSlide1.xml".to_owned(),
            page("notes", &shape("", r#"x="1" y="1""#, &run("HIDDEN notes")), ""),
            "presentationml.notesSlide",
        ),
    ];
    let mut links = vec![
        ("_rels/.rels".to_owned(), rels(&[("rId1", "officeDocument", "ppt/presentation.xml")])),
        (
            "ppt/slideLayouts/_rels/slideLayout4.xml.rels".into(),
            rels(&[("rId1", "slideMaster", "../slideMasters/slideMaster2.xml")]),
        ),
        (
            "ppt/slideLayouts/_rels/slideLayout5.xml.rels".into(),
            rels(&[("rId1", "slideMaster", "../slideMasters/slideMaster2.xml")]),
        ),
        (
            "ppt/slideMasters/_rels/slideMaster2.xml.rels".into(),
            rels(&[("rId9", "slideLayout", "../slideLayouts/slideLayout4.xml")]),
        ),
    ];
    let (mut ids, mut main) = (String::new(), Vec::new());
    for (at, (attrs, content)) in slides.iter().enumerate() {
        let slide = page(
            "sld",
            content,
            r#"<p:transition><p:fade/></p:transition><p:extLst><p:ext uri="HIDDEN"/></p:extLst>"#,
        );
        parts.push((
            format!("ppt/slides/slide{at}.xml"),
            slide.replacen("<p:sld ", &format!("<p:sld {attrs} "), 1),
            "presentationml.slide",
        ));
        links.push((
            format!("ppt/slides/_rels/slide{at}.xml.rels"),
            rels(&[
                ("rId1", "slideLayout", "../slideLayouts/slideLayout4.xml"),
                ("rId2", "notesSlide", "../notesSlides/notesSlide1.xml"),
                ("rId3", "hyperlink", "https://HIDDEN.example/"),
            ]),
        ));
        ids.push_str(&format!(r#"<p:sldId id="{}" r:id="rId{at}"/>"#, 300 + at));
        main.push((format!("rId{at}"), format!("slides/slide{at}.xml")));
    }
    parts.push(("ppt/presentation.xml".into(), format!(r#"<p:presentation {P}><p:sldIdLst>{ids}</p:sldIdLst><p:sldSz cx="1000" cy="1000"/><p:notesSz cx="1" cy="1"/><p:modifyVerifier hashData="HIDDEN"/></p:presentation>"#), "presentationml.presentation.main"));
    let main: Vec<_> = main.iter().map(|(id, to)| (id.as_str(), "slide", to.as_str())).collect();
    links.push(("ppt/_rels/presentation.xml.rels".into(), rels(&main)));
    let kinds: Vec<_> = parts.iter().map(|(name, _, kind)| (name.as_str(), *kind)).collect();
    let kinds = types(&kinds);
    let mut members = vec![("[Content_Types].xml", kinds.as_bytes())];
    members.extend(links.iter().map(|(a, b)| (a.as_str(), b.as_bytes())));
    members.extend(parts.iter().map(|(a, b, _)| (a.as_str(), b.as_bytes())));
    archive(&members)
}

#[test]
fn what_a_slide_shows_stays_and_the_rest_goes() {
    let on = r#"x="10" y="10""#;
    let first = shape(r#"descr="HIDDEN alt" title="HIDDEN""#, on, &run("SHOWN"))
        + &shape(r#"hidden="1""#, on, &run("HIDDEN set"))
        + &shape("", r#"x="-500" y="10""#, &run("HIDDEN off"))
        + &shape("", r#"x="10" y="1000""#, &run("HIDDEN below"))
        + &shape("", on, r#"<a:r><a:rPr sz="100"/><a:t>HIDDEN tiny</a:t></a:r>"#)
        + &shape("", on, r#"<a:fld id="{HIDDEN}" type="datetime1"><a:t>SHOWN date</a:t></a:fld>"#)
        + &shape(
            "",
            on,
            r#"<a:r><a:rPr><a:hlinkClick r:id="rId3" tooltip="HIDDEN"/></a:rPr><a:t>SHOWN link</a:t></a:r>"#,
        );
    let input = pptx(&[("", first), (r#"show="0""#, shape("", on, &run("HIDDEN slide")))]);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    assert_eq!(cleaned.format, Format::Pptx);
    let all = unpacked(&cleaned.bytes);
    assert!(
        all.contains("SHOWN date") && all.contains("SHOWN link") && all.contains(r#"u="sng""#),
        "{all}"
    );
    for kind in
        [Kind::HiddenSlides, Kind::HiddenText, Kind::AltText, Kind::Notes, Kind::ExternalReferences]
    {
        assert!(removed(&cleaned, kind), "{kind:?}");
    }
    assert_eq!(clean(&cleaned.bytes, &[]).unwrap().bytes, cleaned.bytes, "clean is a fixed point");

    let kept =
        clean(&input, &[Kind::HiddenSlides, Kind::HiddenText, Kind::Notes, Kind::AltText]).unwrap();
    let all = unpacked(&kept.bytes);
    for text in
        ["HIDDEN slide", "HIDDEN off", "HIDDEN tiny", "HIDDEN notes", "HIDDEN alt", "HIDDEN set"]
    {
        assert!(all.contains(text), "{text}");
    }
    assert!(!all.contains("HIDDEN name") && !all.contains("HIDDEN prompt"), "{all}");
}

/// Text in the colour of the slide goes, but not where something of another colour may be behind it.
#[test]
fn text_in_the_colour_of_the_slide() {
    let white = |text: &str| {
        format!(
            r#"<a:r><a:rPr><a:solidFill><a:srgbClr val="FEFEFE"/></a:solidFill></a:rPr><a:t>{text}</a:t></a:r>"#
        )
    };
    let fill = r#"<p:sp><p:nvSpPr><p:cNvPr id="9" name="HIDDEN"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="500" y="500"/><a:ext cx="90" cy="90"/></a:xfrm><a:solidFill><a:srgbClr val="102030"/></a:solidFill></p:spPr></p:sp>"#;
    let slide = shape("", r#"x="10" y="10""#, &(white("HIDDEN white") + &run("SHOWN black")))
        + fill
        + &shape("", r#"x="550" y="550""#, &white("SHOWN on a box"));
    let input = pptx(&[("", slide)]);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let all = unpacked(&cleaned.bytes);
    assert!(all.contains("SHOWN black") && all.contains("SHOWN on a box"), "{all}");
    assert!(removed(&cleaned, Kind::HiddenText));
    let kept = unpacked(&clean(&input, &[Kind::HiddenText]).unwrap().bytes);
    assert!(kept.contains("HIDDEN white"));
    // On a dark slide the same white is what is seen, and the dark is hidden.
    let dark = pptx(&[(
        "",
        shape(
            "",
            r#"x="10" y="10""#,
            &(white("SHOWN white")
                + r#"<a:r><a:rPr><a:solidFill><a:srgbClr val="102030"/></a:solidFill></a:rPr><a:t>HIDDEN dark</a:t></a:r>"#),
        ),
    )]);
    let dark = office::replaced(
        &dark,
        "ppt/slides/slide0.xml",
        "<p:cSld name=\"HIDDEN\">",
        r#"<p:cSld name="HIDDEN"><p:bg><p:bgPr><a:solidFill><a:srgbClr val="102030"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>"#,
    );
    let cleaned = clean(&dark, &[]).unwrap();
    only_shown(&cleaned);
    assert!(unpacked(&cleaned.bytes).contains("SHOWN white"));
}
