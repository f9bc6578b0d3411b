//! OpenDocument: what hides in it goes, what the page shows stays.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
#![allow(dead_code)]

mod office;

use office::{archive, clean, member, only_shown, removed, unpacked};
use sanitize::{Format, Kind, Refusal};

const NAMES: &str = concat!(
    r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" "#,
    r#"xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" "#,
    r#"xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" "#,
    r#"xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" "#,
    r#"xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" "#,
    r#"xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" "#,
    r#"xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0" office:version="1.3""#
);
const MANIFEST: &str = r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/"/></manifest:manifest>"#;

/// A document of a kind with automatic styles, a body, the inside of the styles part, and other members.
fn document(
    kind: &str,
    automatic: &str,
    body: &str,
    styles: &str,
    more: &[(&str, &[u8])],
) -> Vec<u8> {
    let mimetype = format!("application/vnd.oasis.opendocument.{kind}");
    let content = format!(
        "<office:document-content {NAMES}><office:automatic-styles>{automatic}</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    );
    let styles = format!("<office:document-styles {NAMES}>{styles}</office:document-styles>");
    let mut members = vec![
        ("mimetype", mimetype.as_bytes()),
        ("content.xml", content.as_bytes()),
        ("styles.xml", styles.as_bytes()),
    ];
    if !more.iter().any(|(name, _)| *name == "META-INF/manifest.xml") {
        members.push(("META-INF/manifest.xml", MANIFEST.as_bytes()));
    }
    members.extend_from_slice(more);
    archive(&members)
}

fn odt(automatic: &str, body: &str, styles: &str) -> Vec<u8> {
    document("text", automatic, body, styles, &[])
}

fn style(name: &str, family: &str, inside: &str) -> String {
    format!(r#"<style:style style:name="{name}" style:family="{family}">{inside}</style:style>"#)
}

fn span(style: &str, text: &str) -> String {
    format!(r#"<text:span text:style-name="{style}">{text}</text:span>"#)
}

fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(2, 2, image::Rgb([9, 9, 9]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

#[test]
fn a_plain_text_stays_and_its_properties_go() {
    let meta = format!(
        "<office:document-meta {NAMES}><dc:creator>HIDDEN</dc:creator></office:document-meta>"
    );
    let settings = format!(
        r#"<office:document-settings {NAMES}><office:settings><config:config-item-set config:name="ooo:configuration-settings"><config:config-item config:name="AddParaTableSpacing" config:type="boolean">true</config:config-item><config:config-item config:name="PrinterName" config:type="string">HIDDEN</config:config-item><config:config-item config:name="TabOverMargin" config:type="string">HIDDEN</config:config-item></config:config-item-set></office:settings></office:document-settings>"#
    );
    let input = document(
        "text",
        "",
        r#"<text:p xml:id="HIDDEN">SHOWN</text:p>"#,
        "",
        &[("meta.xml", meta.as_bytes()), ("settings.xml", settings.as_bytes())],
    );
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    assert_eq!(cleaned.format, Format::Odt);
    assert!(
        cleaned.bytes[30..].starts_with(b"mimetypeapplication/vnd.oasis.opendocument.text"),
        "first and stored"
    );
    assert!(member(&cleaned.bytes, "settings.xml").contains("AddParaTableSpacing"));
    assert!(removed(&cleaned, Kind::Properties) && removed(&cleaned, Kind::Fingerprints));
    assert_eq!(clean(&cleaned.bytes, &[]).unwrap().bytes, cleaned.bytes, "clean is a fixed point");
}

#[test]
fn hidden_white_tiny_and_clear_text_goes_or_is_kept() {
    let text = |inside: &str| format!("<style:text-properties {inside}/>");
    let common = style("Ghost", "text", &text(r#"text:display="none""#))
        + r#"<style:style style:name="Heir" style:family="text" style:parent-style-name="Ghost"/>"#;
    let automatic = style("w", "text", &text(r##"fo:color="#fefefe""##))
        + &style("t", "text", &text(r#"fo:font-size="1%""#))
        + &style("p", "text", &text(r#"style:text-position="super 2%""#))
        + &style("o", "text", &text(r##"fo:color="#000000" loext:opacity="0%""##))
        + &style("same", "text", &text(r##"fo:color="#102030" fo:background-color="#112131""##))
        + &style("auto", "text", &text(r#"style:use-window-font-color="true" loext:opacity="0%""#))
        + &style("back", "text", &text(r##"fo:color="#ffffff" fo:background-color="#000000""##))
        + &style(
            "B",
            "paragraph",
            r##"<style:paragraph-properties fo:background-color="#000000"/>"##,
        );
    let body = format!(
        r#"<text:p>SHOWN{}{}{}{}{}{}{}{}</text:p><text:p text:style-name="B">{}</text:p>"#,
        span("Heir", "HIDDEN1"),
        span("w", "HIDDEN2"),
        span("t", "HIDDEN3"),
        span("p", "HIDDEN4"),
        span("o", "HIDDEN5"),
        span("auto", "SHOWN2"),
        span("back", "SHOWN3"),
        span("same", "HIDDEN6"),
        span("w", "SHOWN4"),
    );
    let input = odt(&automatic, &body, &format!("<office:styles>{common}</office:styles>"));
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let all = unpacked(&cleaned.bytes);
    assert!((2..=4).all(|n| all.contains(&format!("SHOWN{n}"))), "{all}");
    assert!(!all.contains("Ghost") && !all.contains("display=\"none\""), "{all}");
    let kept = clean(&input, &[Kind::HiddenText]).unwrap();
    let all = unpacked(&kept.bytes);
    assert!((1..=6).all(|n| all.contains(&format!("HIDDEN{n}"))), "{all}");
}

#[test]
fn changes_and_comments_go_or_stay_without_who_and_when() {
    let who = "<dc:creator>HIDDENname</dc:creator><dc:date>1999-01-01T00:00:00</dc:date>";
    let body = format!(
        r#"<text:tracked-changes><text:changed-region xml:id="HIDDENid" text:id="HIDDENid"><text:deletion><office:change-info>{who}</office:change-info><text:p>HIDDENgone</text:p></text:deletion></text:changed-region></text:tracked-changes><text:p>SHOWN<text:change text:change-id="HIDDENid"/><office:annotation office:name="HIDDENmark">{who}<text:p>HIDDENsaid</text:p></office:annotation>x<office:annotation-end office:name="HIDDENmark"/></text:p>"#
    );
    let input = odt("", &body, "");
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    assert!(removed(&cleaned, Kind::TrackedChanges) && removed(&cleaned, Kind::Comments));
    let text = |keep| member(&clean(&input, &[keep]).unwrap().bytes, "content.xml");
    let kept = text(Kind::TrackedChanges);
    assert!(kept.contains("HIDDENgone") && kept.contains(r#"text:change-id="c1""#), "{kept}");
    assert!(
        !kept.contains("HIDDENname") && !kept.contains("HIDDENid") && !kept.contains("1999"),
        "{kept}"
    );
    let kept = text(Kind::Comments);
    assert!(kept.contains("HIDDENsaid") && kept.contains(r#"office:name="i1""#), "{kept}");
    assert!(
        !kept.contains("HIDDENname") && !kept.contains("HIDDENmark") && !kept.contains("1999"),
        "{kept}"
    );
}

#[test]
fn what_fields_say_they_showed_is_not_believed() {
    let body = r#"<text:p>SHOWN <text:page-number>HIDDEN1</text:page-number><text:page-count>HIDDEN2</text:page-count><text:chapter text:display="name">HIDDEN3</text:chapter><text:note text:note-class="footnote"><text:note-citation>HIDDEN4</text:note-citation><text:note-body><text:p>SHOWN note</text:p></text:note-body></text:note><text:note text:note-class="footnote"><text:note-citation text:label="HIDDEN label">HIDDEN5</text:note-citation><text:note-body><text:p>x</text:p></text:note-body></text:note><text:file-name text:display="full">SHOWN field</text:file-name></text:p>"#;
    let cleaned = clean(&odt("", body, ""), &[]).unwrap();
    only_shown(&cleaned);
    let text = member(&cleaned.bytes, "content.xml");
    assert!(
        text.contains("SHOWN note")
            && text.contains("SHOWN field")
            && text.contains("<text:page-number>1</text:page-number>"),
        "{text}"
    );
}

#[test]
fn styles_are_followed_renamed_and_the_rest_goes() {
    let automatic = r#"<style:style style:name="HIDDEN1" style:family="paragraph" style:parent-style-name="HIDDEN2" style:list-style-name="HIDDENlist" style:master-page-name="HIDDENmaster"/><text:list-style style:name="HIDDENlist"><text:list-level-style-bullet text:level="1" text:bullet-char="*"/></text:list-style>"#;
    let styles = r#"<office:styles><style:style style:name="HIDDEN2" style:display-name="HIDDEN house" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/><style:text-properties style:font-name="HIDDEN face"/></style:style><style:style style:name="unused" style:family="paragraph"><style:paragraph-properties fo:text-align="justify"/></style:style></office:styles><office:automatic-styles><style:page-layout style:name="HIDDENlay"><style:page-layout-properties fo:page-width="11cm"/></style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="Standard" style:page-layout-name="HIDDENlay"/><style:master-page style:name="HIDDENmaster" style:page-layout-name="HIDDENlay"><style:footer><text:p>SHOWN foot</text:p></style:footer></style:master-page><style:master-page style:name="third" style:page-layout-name="HIDDENlay"><style:footer><text:p>HIDDEN foot<draw:frame svg:width="1cm"><draw:image xlink:href="Pictures/a.png"/></draw:frame></text:p></style:footer></style:master-page></office:master-styles>"#;
    let body = r#"<text:p text:style-name="HIDDEN1">SHOWN</text:p><text:p text:style-name="HIDDENnone">x</text:p>"#;
    let input = document("text", automatic, body, styles, &[("Pictures/a.png", &picture())]);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let all = unpacked(&cleaned.bytes);
    for shown in [
        "SHOWN foot",
        r#"fo:text-align="center""#,
        r#"text:bullet-char="*""#,
        r#"fo:page-width="11cm""#,
        "Arial",
    ] {
        assert!(all.contains(shown), "{shown} in {all}");
    }
    assert!(!all.contains("justify") && !all.contains("Pictures/"), "{all}");
    assert!(removed(&cleaned, Kind::Identifiers) && removed(&cleaned, Kind::Fingerprints));
}

#[test]
fn texts_that_lists_notes_and_margins_could_show_go_where_they_do_not() {
    let automatic = r#"<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-prefix="SHOWN part "/><text:list-level-style-number text:level="2" style:num-format="1" style:num-suffix="HIDDEN"/></text:list-style>"#;
    let styles = r#"<office:styles><text:notes-configuration text:note-class="endnote" style:num-prefix="HIDDEN"/><text:notes-configuration text:note-class="footnote" style:num-prefix="SHOWN "><text:note-continuation-notice-forward>HIDDEN</text:note-continuation-notice-forward></text:notes-configuration><text:linenumbering-configuration text:number-lines="false"><text:linenumbering-separator>HIDDEN</text:linenumbering-separator></text:linenumbering-configuration></office:styles><office:master-styles><style:master-page style:name="Standard"><style:header><text:p>SHOWN head</text:p></style:header><style:header-left style:display="false"><text:p>HIDDEN</text:p></style:header-left></style:master-page></office:master-styles>"#;
    let body = r#"<text:list text:style-name="L"><text:list-item><text:p>x<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>y</text:p></text:note-body></text:note></text:p></text:list-item></text:list>"#;
    let cleaned = clean(&odt(automatic, body, styles), &[]).unwrap();
    only_shown(&cleaned);
    let all = unpacked(&cleaned.bytes);
    assert!(
        all.contains("SHOWN part ")
            && all.contains("SHOWN head")
            && all.contains(r#"style:num-prefix="SHOWN ""#),
        "{all}"
    );
}

#[test]
fn one_picture_for_a_frame_and_none_from_elsewhere() {
    let frame = |inside: &str| {
        format!(
            r#"<draw:frame draw:name="HIDDEN" svg:width="1cm" svg:height="1cm">{inside}</draw:frame>"#
        )
    };
    let image = |href: &str| format!(r#"<draw:image xlink:href="{href}"/>"#);
    let body = format!(
        "<text:p>SHOWN{}{}{}</text:p>",
        frame(
            &(image("Pictures/broken.svg") + &image("./Pictures/a.png") + &image("Pictures/b.png"))
        ),
        frame(&image("https://example.org/HIDDEN.png")),
        frame(
            &(r#"<draw:object xlink:href="./Object 1"/>"#.to_owned() + &image("../../HIDDEN.png"))
        ),
    );
    let input = document(
        "text",
        "",
        &body,
        "",
        &[
            ("Pictures/broken.svg", b"<svg>HIDDEN"),
            ("Pictures/a.png", &picture()),
            ("Pictures/b.png", &picture()),
            ("Object 1/content.xml", b"<HIDDEN/>"),
        ],
    );
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let text = member(&cleaned.bytes, "content.xml");
    assert_eq!(text.matches("<draw:image").count(), 1, "{text}");
    assert_eq!(text.matches("<draw:frame").count(), 1, "{text}");
    assert_eq!(unpacked(&cleaned.bytes).matches("== Pictures/").count(), 1);
    assert!(
        removed(&cleaned, Kind::ExternalReferences) && removed(&cleaned, Kind::EmbeddedObjects)
    );
}

fn cell(attributes: &str, text: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>"#
    )
}

#[test]
fn hidden_sheets_rows_columns_and_cells_go_or_stay() {
    let automatic = r#"<number:number-style style:name="N"><style:map style:condition="value()&gt;=0" style:apply-style-name="N0"/></number:number-style><number:number-style style:name="N0"/>"#.to_owned()
        + r#"<style:style style:name="blank" style:family="table-cell" style:data-style-name="N"/>"#
        + &style("flat", "table-row", r#"<style:table-row-properties style:row-height="0cm"/>"#)
        + &style("off", "table", r#"<style:table-properties table:display="false"/>"#);
    let row = |attributes: &str, cells: &str| {
        format!("<table:table-row {attributes}>{cells}</table:table-row>")
    };
    let body = format!(
        r#"<table:table table:name="SHOWN sheet" table:print-ranges="$'SHOWN sheet'.$A$1:.B2"><table:table-column/><table:table-column table:visibility="collapse"/>{}{}{}<table:table-row-group table:display="false">{}</table:table-row-group>{}</table:table><table:table table:name="HIDDENsheet" table:style-name="off">{}</table:table>"#,
        row("", &(cell("", "SHOWN") + &cell("", "HIDDENrow1"))),
        row(r#"table:visibility="filter""#, &cell("", "HIDDENrow2")),
        row(r#"table:style-name="flat""#, &cell("", "HIDDENrow3")),
        row("", &cell("", "HIDDENrow4")),
        row(
            "",
            r#"<table:table-cell table:style-name="blank" office:value-type="float" office:value="777001"><text:p>HIDDEN</text:p></table:table-cell>"#
        ),
        row("", &cell("", "HIDDENcell")),
    );
    let input = document("spreadsheet", &automatic, &body, "", &[]);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let text = member(&cleaned.bytes, "content.xml");
    assert!(text.contains("SHOWN sheet") && !text.contains("777001"), "{text}");
    assert!(text.contains(r#"table:print-ranges=".A1:.B2""#), "{text}");
    assert!(
        removed(&cleaned, Kind::HiddenSheets)
            && removed(&cleaned, Kind::HiddenRows)
            && removed(&cleaned, Kind::HiddenText)
    );
    let kept = |keep| member(&clean(&input, &[keep]).unwrap().bytes, "content.xml");
    let rows = kept(Kind::HiddenRows);
    assert!((1..=4).all(|n| rows.contains(&format!("HIDDENrow{n}"))), "{rows}");
    assert!(kept(Kind::HiddenSheets).contains("HIDDENcell"));
    assert!(kept(Kind::HiddenText).contains("777001"));
}

#[test]
fn texts_of_numbers_are_written_anew_and_repeats_have_an_end() {
    let body = r#"<table:table table:name="a"><table:table-column table:number-columns-repeated="99999999999"/><table:table-row table:number-rows-repeated="99999999999999999999999"><table:table-cell office:value-type="float" office:value="2.50"><text:p>HIDDEN</text:p></table:table-cell><table:table-cell table:formula="of:=HIDDEN" office:value-type="string" office:string-value="SHOWN"/><table:table-cell office:value-type="date" office:date-value="HIDDEN"><text:p>HIDDEN</text:p></table:table-cell></table:table-row></table:table>"#;
    let cleaned = clean(&document("spreadsheet", "", body, "", &[]), &[]).unwrap();
    only_shown(&cleaned);
    let text = member(&cleaned.bytes, "content.xml");
    assert!(text.contains(r#"office:value="2.5""#), "{text}");
    assert!(
        text.contains(r#"columns-repeated="16384""#) && text.contains(r#"rows-repeated="1048576""#),
        "{text}"
    );
}

#[test]
fn slides_show_what_they_showed() {
    let automatic = style(
        "hid",
        "drawing-page",
        r#"<style:drawing-page-properties presentation:visibility="hidden"/>"#,
    ) + &style(
        "nofoot",
        "drawing-page",
        r#"<style:drawing-page-properties presentation:display-footer="false"/>"#,
    ) + &style("white", "text", r##"<style:text-properties fo:color="#ffffff"/>"##)
        + &style(
            "dark",
            "graphic",
            r##"<style:graphic-properties draw:fill="solid" draw:fill-color="#000000"/>"##,
        );
    let frame = |attributes: &str, text: &str| {
        format!(
            r#"<draw:frame svg:x="1cm" svg:y="1cm" svg:width="5cm" svg:height="1cm" {attributes}><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"#
        )
    };
    let page = |attributes: &str, inside: &str| {
        format!(
            r#"<draw:page draw:name="HIDDENpage" draw:master-page-name="HIDDENm" {attributes}>{inside}</draw:page>"#
        )
    };
    let body = r#"<presentation:footer-decl presentation:name="HIDDENf">HIDDEN footer</presentation:footer-decl>"#.to_owned()
        + &page(
            r#"draw:style-name="nofoot" presentation:use-footer-name="HIDDENf""#,
            &(frame("", "SHOWN") + &frame(r#"draw:layer="HIDDENlayer""#, "HIDDEN layer") + &frame("", &span("white", "HIDDEN white"))
                + r#"<draw:frame svg:x="40cm" svg:y="1cm" svg:width="5cm" svg:height="1cm"><draw:text-box><text:p>HIDDEN off</text:p></draw:text-box></draw:frame>"#
                + "<presentation:notes>" + &frame("", "HIDDEN notes") + "</presentation:notes>"),
        )
        + &page(r#"draw:style-name="nofoot""#, &frame(r#"draw:style-name="dark""#, &span("white", "SHOWN white on dark")))
        + &page(r#"draw:style-name="hid""#, &frame("", "HIDDEN slide"));
    let styles = format!(
        r#"<office:automatic-styles><style:page-layout style:name="L"><style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm"/></style:page-layout></office:automatic-styles><office:master-styles><draw:layer-set><draw:layer draw:name="HIDDENlayer" draw:display="none"/></draw:layer-set><style:master-page style:name="HIDDENm" style:page-layout-name="L"><style:header><text:p>HIDDEN header</text:p></style:header>{}{}{}</style:master-page><style:master-page style:name="other" style:page-layout-name="L">{}</style:master-page></office:master-styles>"#,
        frame("", "SHOWN on every slide"),
        frame(r#"presentation:class="footer""#, "HIDDEN foot"),
        frame(r#"presentation:class="title" presentation:placeholder="true""#, "HIDDEN prompt"),
        frame("", "HIDDEN other"),
    );
    let input = document("presentation", &automatic, &body, &styles, &[]);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let all = unpacked(&cleaned.bytes);
    assert!(all.contains("SHOWN on every slide") && all.contains("SHOWN white on dark"), "{all}");
    for kind in [Kind::HiddenSlides, Kind::Notes, Kind::HiddenText] {
        assert!(removed(&cleaned, kind), "{kind:?}");
    }
    let kept = |keep| unpacked(&clean(&input, &[keep]).unwrap().bytes);
    assert!(kept(Kind::HiddenSlides).contains("HIDDEN slide"));
    assert!(kept(Kind::Notes).contains("HIDDEN notes"));
    assert!(kept(Kind::HiddenText).contains("HIDDEN off"));
}

#[test]
fn an_encrypted_document_is_refused_as_one() {
    let encrypted = MANIFEST.replace(
        "manifest:full-path=\"/\"/>",
        "manifest:full-path=\"/\"><manifest:encryption-data manifest:checksum=\"x\"/></manifest:file-entry>",
    );
    let with =
        |more: &[(&str, &[u8])]| clean(&document("text", "", "<text:p>x</text:p>", "", more), &[]);
    let refused = with(&[("META-INF/manifest.xml", encrypted.as_bytes())]).unwrap_err();
    assert!(matches!(refused, Refusal::Encrypted { format: "ODT" }), "{refused}");
    assert!(matches!(with(&[("encrypted-package", b"x")]), Err(Refusal::Encrypted { .. })));
    assert!(with(&[]).is_ok(), "the control");
}

#[test]
fn a_type_that_lies_and_pages_as_pixels_are_refused() {
    let lying = archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", format!("<office:document-content {NAMES}><office:body><office:text/></office:body></office:document-content>").as_bytes()),
        ("META-INF/manifest.xml", MANIFEST.as_bytes()),
    ]);
    let refused = clean(&lying, &[]).unwrap_err();
    assert!(matches!(refused, Refusal::Damaged { format: "ODS", .. }), "{refused}");
    let pixels = sanitize::Options { level: sanitize::Level::Pixels, ..Default::default() };
    let mut rng = <rand_chacha::ChaCha20Rng as rand_core::SeedableRng>::from_seed([7; 32]);
    let said = sanitize::clean(&odt("", "<text:p>x</text:p>", ""), &pixels, &mut rng)
        .unwrap_err()
        .to_string();
    assert!(said.contains("print it to PDF"), "{said}");
}

#[test]
fn what_is_broken_deep_or_cut_is_refused_and_never_panics() {
    let whole = odt(
        &style("w", "text", r#"<style:text-properties fo:font-size="1pt"/>"#),
        r#"<text:p>SHOWN<text:span text:style-name="w">x</text:span></text:p>"#,
        "",
    );
    assert!(clean(&whole, &[]).is_ok(), "the control");
    for length in (0..whole.len()).step_by(7) {
        assert!(clean(&whole[..length], &[]).is_err(), "{length}");
    }
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        let _ = clean(&bytes, &[]);
    }
    let deep = |open: &str, close: &str| {
        clean(&odt("", &(open.repeat(50_000) + &close.repeat(50_000)), ""), &[])
            .unwrap_err()
            .to_string()
    };
    assert!(deep("<text:section>", "</text:section>").contains("deep"));
    assert!(deep("<text:nothing>", "</text:nothing>").contains("deep"));
    // Styles that build on each other in a circle.
    let circle = r#"<style:style style:name="a" style:family="text" style:parent-style-name="b"/><style:style style:name="b" style:family="text" style:parent-style-name="a"/>"#;
    assert!(
        clean(&odt(circle, &format!("<text:p>{}</text:p>", span("a", "SHOWN")), ""), &[]).is_ok()
    );
}

#[test]
fn a_bomb_does_not_go_off() {
    let input = odt("", &format!("<text:p>{}</text:p>", "a".repeat(150 << 20)), "");
    office::does_not_go_off(&input);
}
