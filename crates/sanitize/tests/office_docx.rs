//! Texts: what hides in them goes, what the page shows stays.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
#![allow(dead_code)]

mod office;

use office::{archive, clean, member, only_shown, rels, removed, types};
use sanitize::{Format, Kind};

const W: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006""#;

/// A text with this body and these other parts: name, relationship, content type, content.
fn docx(body: &str, more: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    let mut kinds = vec![("word/document.xml", "wordprocessingml.document.main")];
    let mut links = Vec::new();
    for (at, (name, kind, content_type, _)) in more.iter().enumerate() {
        kinds.push((name, content_type));
        links.push((format!("rId{}", at + 1), *kind, name.trim_start_matches("word/")));
    }
    let links: Vec<_> = links.iter().map(|(id, kind, to)| (id.as_str(), *kind, *to)).collect();
    let document = format!("<w:document {W}><w:body>{body}</w:body></w:document>");
    let (types, top, inner) =
        (types(&kinds), rels(&[("rId1", "officeDocument", "word/document.xml")]), rels(&links));
    let mut members = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", top.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", inner.as_bytes()),
    ];
    members.extend(more.iter().map(|(name, _, _, content)| (*name, content.as_bytes())));
    archive(&members)
}

fn run(text: &str) -> String {
    format!(r#"<w:r w:rsidR="00HIDDEN"><w:t xml:space="preserve">{text}</w:t></w:r>"#)
}

fn formatted(properties: &str, text: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")
}

fn p(content: &str) -> String {
    format!(r#"<w:p w14:paraId="0HIDDEN0" w:rsidR="00HIDDEN">{content}</w:p>"#)
}

#[test]
fn a_plain_text_stays_and_its_properties_go() {
    let core = r#"<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:creator>HIDDEN</dc:creator></cp:coreProperties>"#;
    let input = docx(&p(&run("SHOWN")), &[("docProps/core.xml", "x", "x", core)]);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    assert_eq!(cleaned.format, Format::Docx);
    assert!(removed(&cleaned, Kind::Properties) && removed(&cleaned, Kind::Identifiers));
    assert_eq!(clean(&cleaned.bytes, &[]).unwrap().bytes, cleaned.bytes, "clean is a fixed point");
}

#[test]
fn hidden_white_and_tiny_text_goes_or_is_kept() {
    let style = format!(
        r#"<w:styles {W}><w:style w:type="character" w:styleId="Ghost"><w:name w:val="HIDDEN style"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>"#
    );
    let body = p(&(run("SHOWN")
        + &formatted("<w:vanish/>", "HIDDEN1")
        + &formatted(r#"<w:rStyle w:val="Ghost"/>"#, "HIDDEN2")
        + &formatted(r#"<w:color w:val="FFFFFF"/>"#, "HIDDEN3")
        + &formatted(r#"<w:color w:val="FEFEFE"/>"#, "HIDDEN4")
        + &formatted(r#"<w:sz w:val="2"/>"#, "HIDDEN5")
        + &formatted(r#"<w:vanish w:val="0"/>"#, "SHOWN2")
        + &formatted(
            r#"<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000000"/>"#,
            "SHOWN3",
        )
        + &formatted(r#"<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>"#, "SHOWN4")
        + &formatted(r#"<w:color w:val="000000"/><w:highlight w:val="black"/>"#, "HIDDEN6")
        + &formatted(
            r#"<w:color w:val="123456"/><w:shd w:val="clear" w:fill="123456"/>"#,
            "HIDDEN7",
        )
        + &formatted("<w14:textFill><w14:noFill/></w14:textFill>", "HIDDEN8")
        + &formatted(
            "<w14:textOutline><w14:solidFill/></w14:textOutline><w14:textFill><w14:noFill/></w14:textFill>",
            "SHOWN5",
        )))
        + r#"<w:p><w:pPr><w:framePr w:w="100" w:x="-9000" w:y="1" w:hAnchor="page"/></w:pPr><w:r><w:t>HIDDEN9</w:t></w:r></w:p>"#
        + r#"<w:p><w:pPr><w:framePr w:w="9500" w:x="-9000" w:y="1" w:hAnchor="page"/></w:pPr><w:r><w:t>SHOWN6</w:t></w:r></w:p>"#
        + r#"<w:p><w:pPr><w:framePr w:w="100" w:x="-9000" w:y="1" w:hAnchor="text"/></w:pPr><w:r><w:t>SHOWN7</w:t></w:r></w:p>"#;
    let input = docx(&body, &[("word/styles.xml", "styles", "wordprocessingml.styles", &style)]);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let text = member(&cleaned.bytes, "word/document.xml");
    assert!(text.contains("SHOWN2") && text.contains("SHOWN3"), "{text}");
    assert!(removed(&cleaned, Kind::HiddenText));
    let kept = clean(&input, &[Kind::HiddenText]).unwrap();
    let text = member(&kept.bytes, "word/document.xml");
    assert!((1..=5).all(|n| text.contains(&format!("HIDDEN{n}"))), "{text}");
    assert!(kept.report.kept.iter().any(|entry| entry.kind == Kind::HiddenText));
}

#[test]
fn changes_are_accepted_or_kept_without_who_and_when() {
    let mark = r#"w:id="4" w:author="HIDDEN" w:date="2020-01-01T00:00:00Z""#;
    let body = p(&(run("SHOWN one ")
        + &format!("<w:ins {mark}>{}</w:ins>", run("put in "))
        + &format!("<w:del {mark}><w:r><w:delText>HIDDENtaken out </w:delText></w:r></w:del>")
        + &format!("<w:moveTo {mark}>{}</w:moveTo>", run("moved"))))
        + &format!("<w:p><w:pPr><w:rPr><w:del {mark}/></w:rPr></w:pPr>{}</w:p>", run("runs "))
        + &p(&run("on"));
    let input = docx(&body, &[]);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let text = member(&cleaned.bytes, "word/document.xml");
    assert!(text.contains("put in") && text.contains("moved"));
    assert_eq!(text.matches("<w:p>").count(), 2, "{text}");
    assert!(removed(&cleaned, Kind::TrackedChanges));

    let kept = clean(&input, &[Kind::TrackedChanges]).unwrap();
    let text = member(&kept.bytes, "word/document.xml");
    assert!(text.contains(r#"<w:del w:id="2" w:author="Author">"#), "{text}");
    assert!(text.contains("taken out") && !text.contains("2020"), "{text}");
}

#[test]
fn fields_become_their_results_and_page_numbers_stay_fields() {
    let field = |code: &str, result: &str| {
        format!(
            r#"<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>"#,
            run(result)
        )
    };
    let body = p(&(field(" INCLUDEPICTURE http://HIDDEN.example/x.png ", "SHOWN result")
        + &field(" PAGE \\* HIDDEN ", "7")
        + r#"<w:fldSimple w:instr=" AUTHOR HIDDEN "><w:r><w:t>SHOWN author</w:t></w:r></w:fldSimple>"#
        + r#"<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="HIDDEN"/><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>"#));
    let cleaned = clean(&docx(&body, &[]), &[]).unwrap();
    only_shown(&cleaned);
    let text = member(&cleaned.bytes, "word/document.xml");
    assert!(text.contains("SHOWN result") && text.contains("SHOWN author"), "{text}");
    assert!(text.contains(r#"<w:fldSimple w:instr="PAGE">"#) && text.contains('☒'), "{text}");
    assert!(removed(&cleaned, Kind::ExternalReferences));
}

#[test]
fn comments_go_or_stay_without_who_and_when() {
    let comments = format!(
        r#"<w:comments {W}><w:comment w:id="5" w:author="HIDDENname" w:initials="HI" w:date="2020-01-01T00:00:00Z"><w:p><w:r><w:t>HIDDENsaid</w:t></w:r></w:p></w:comment></w:comments>"#
    );
    let body = p(&format!(
        r#"<w:commentRangeStart w:id="5"/>{}<w:commentRangeEnd w:id="5"/><w:r><w:commentReference w:id="5"/></w:r>"#,
        run("SHOWN")
    ));
    let part = ("word/comments.xml", "comments", "wordprocessingml.comments", comments.as_str());
    let input = docx(&body, &[part]);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    assert!(!member(&cleaned.bytes, "word/document.xml").contains("comment"));
    assert!(removed(&cleaned, Kind::Comments));
    let kept = clean(&input, &[Kind::Comments]).unwrap();
    let text = member(&kept.bytes, "word/comments.xml");
    assert!(
        text.contains("HIDDENsaid") && !text.contains("HIDDENname") && !text.contains("2020"),
        "{text}"
    );
}

#[test]
fn only_used_styles_lists_notes_and_margins_stay() {
    let styles = format!(
        r#"<w:styles {W}><w:latentStyles><w:lsdException w:name="HIDDEN"/></w:latentStyles><w:style w:type="paragraph" w:default="1" w:styleId="HIDDENa"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="HIDDENb"><w:name w:val="HIDDEN house style"/><w:basedOn w:val="HIDDENa"/><w:pPr><w:jc w:val="center"/></w:pPr></w:style><w:style w:type="paragraph" w:styleId="unused"><w:name w:val="HIDDENc"/></w:style></w:styles>"#
    );
    let numbering = format!(
        r#"<w:numbering {W}><w:abstractNum w:abstractNumId="3"><w:nsid w:val="HIDDEN"/><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="SHOWN*"/></w:lvl><w:lvl w:ilvl="1"><w:lvlText w:val="HIDDEN*"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:lvlText w:val="HIDDEN"/></w:lvl></w:abstractNum><w:num w:numId="9"><w:abstractNumId w:val="3"/></w:num><w:num w:numId="8"><w:abstractNumId w:val="4"/></w:num></w:numbering>"#
    );
    let notes = format!(
        r#"<w:footnotes {W}><w:footnote w:id="-1" w:type="separator"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:id="7"><w:p><w:r><w:t>SHOWNnote</w:t></w:r></w:p></w:footnote><w:footnote w:id="8"><w:p><w:r><w:t>HIDDENnote</w:t></w:r></w:p></w:footnote></w:footnotes>"#
    );
    let header =
        |text: &str| format!(r#"<w:hdr {W}><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:hdr>"#);
    let body = p(&(r#"<w:pPr><w:pStyle w:val="HIDDENb"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="9"/></w:numPr></w:pPr>"#.to_owned()
        + &run("SHOWN")
        + r#"<w:r><w:footnoteReference w:id="7"/></w:r>"#))
        + r#"<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:headerReference w:type="first" r:id="rId5"/></w:sectPr>"#;
    let input = docx(
        &body,
        &[
            ("word/styles.xml", "styles", "wordprocessingml.styles", &styles),
            ("word/numbering.xml", "numbering", "wordprocessingml.numbering", &numbering),
            ("word/footnotes.xml", "footnotes", "wordprocessingml.footnotes", &notes),
            ("word/header7.xml", "header", "wordprocessingml.header", &header("SHOWNhead")),
            ("word/header8.xml", "header", "wordprocessingml.header", &header("HIDDENhead")),
        ],
    );
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let all = office::unpacked(&cleaned.bytes);
    for shown in [
        "SHOWN*",
        "SHOWNnote",
        "SHOWNhead",
        r#"<w:jc w:val="center"/>"#,
        r#"<w:name w:val="Style 1"/>"#,
    ] {
        assert!(all.contains(shown), "{shown} in {all}");
    }
}

#[test]
fn wrappers_are_opened_and_targets_of_links_go() {
    let body = p(&format!(
        r#"<w:sdt><w:sdtPr><w:tag w:val="HIDDEN"/><w:alias w:val="HIDDEN"/></w:sdtPr><w:sdtContent><w:smartTag w:uri="HIDDEN" w:element="x"><w:hyperlink r:id="rId1" w:tooltip="HIDDEN">{}</w:hyperlink></w:smartTag></w:sdtContent></w:sdt><w:bookmarkStart w:id="1" w:name="HIDDENmark"/><w:hyperlink w:anchor="HIDDENmark">{}</w:hyperlink><w:bookmarkEnd w:id="1"/>"#,
        run("SHOWN"),
        run("SHOWN to a place in the text")
    ));
    let links = rels(&[("rId1", "hyperlink", "https://HIDDEN.example/")]);
    let document = format!("<w:document {W}><w:body>{body}</w:body></w:document>");
    let top = rels(&[("rId1", "officeDocument", "word/document.xml")]);
    let kinds = types(&[("word/document.xml", "wordprocessingml.document.main")]);
    let input = archive(&[
        ("[Content_Types].xml", kinds.as_bytes()),
        ("_rels/.rels", top.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", links.as_bytes()),
    ]);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let text = member(&cleaned.bytes, "word/document.xml");
    assert!(
        text.contains(r#"<w:hyperlink w:anchor="b0">"#) && text.contains(r#"w:name="b0""#),
        "{text}"
    );
    assert!(removed(&cleaned, Kind::ExternalReferences));
}

#[test]
fn a_document_merged_into_another_goes_and_is_told() {
    let chunk = docx(
        &p(&run("SHOWN")).replace("</w:p>", r#"</w:p><w:altChunk r:id="rId1"/>"#),
        &[("word/chunk.html", "aFChunk", "x", "<p>HIDDEN</p>")],
    );
    let cleaned = clean(&chunk, &[]).unwrap();
    only_shown(&cleaned);
    assert!(removed(&cleaned, Kind::EmbeddedObjects));
    assert!(cleaned.report.remains.join(" ").contains("another document in the middle"));
}

#[test]
fn what_cannot_be_rebuilt_is_refused() {
    let pixels = sanitize::Options { level: sanitize::Level::Pixels, ..Default::default() };
    let mut rng = <rand_chacha::ChaCha20Rng as rand_core::SeedableRng>::from_seed([7; 32]);
    let said =
        sanitize::clean(&docx(&p(&run("x")), &[]), &pixels, &mut rng).unwrap_err().to_string();
    assert!(said.contains("print it to PDF"), "{said}");
}
