//! DOCX (ECMA-376 part 1, WordprocessingML, chapter 17) and Microsoft's extensions.

use super::opc::Package;
use crate::plant::{Date, Planter, Sample};

const W: &str = "ECMA-376-1, 17";
const MAIN: &str = "word/document.xml";
const NAMES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\" xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\" xmlns:w15=\"http://schemas.microsoft.com/office/word/2012/wordml\" xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\" xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" mc:Ignorable=\"w14 w15\"";

pub(super) fn samples() -> Vec<Sample> {
    let mut k = Package::new("DOCX", "docx");
    let mut body = seen(&mut k.p);
    body.push_str(&changes(&mut k.p));
    body.push_str(&unseen(&mut k.p));
    body.push_str(&drawings(&mut k.p));
    let (comment, instruction) = (
        k.h("comment in document.xml", "XML 1.0, 2.5"),
        k.h("processing instruction in document.xml", "XML 1.0, 2.6"),
    );
    let background = k.p.visible("header", "ECMA-376-1, 17.10");
    let foot = k.p.visible("footer", "ECMA-376-1, 17.10");
    let (unused_header, section) = (
        k.h("header that no section uses", "ECMA-376-1, 17.10"),
        k.p.hex("rsidSect", "ECMA-376-1, 17.6", 8),
    );
    k.part(MAIN, "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- {comment} --><?x {instruction}?><w:document {NAMES}><w:body>{body}<w:sectPr w:rsidSect=\"{section}\"><w:headerReference w:type=\"default\" r:id=\"rIdH\"/><w:footerReference w:type=\"default\" r:id=\"rIdF\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>"));
    k.relate("", "rId1", "officeDocument", MAIN, false);
    let wml = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
    for (id, kind, tag, file, text) in [
        ("rIdH", "header", "hdr", "header1", &background),
        ("rIdF", "footer", "ftr", "footer1", &foot),
        ("rIdH2", "header", "hdr", "header2", &unused_header),
    ] {
        k.part(
            &format!("word/{file}.xml"),
            &format!("{wml}{kind}+xml"),
            format!("<w:{tag} {NAMES}><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{tag}>"),
        );
        k.relate(MAIN, id, kind, &format!("{file}.xml"), false);
    }
    notes(&mut k, wml);
    settings(&mut k, wml);
    k.common("word", MAIN);
    k.chart("word");
    k.relate(MAIN, "rIdChart", "chart", "charts/chart1.xml", false);
    k.relate(MAIN, "rIdImg", "image", "media/image1.png", false);
    k.relate(MAIN, "rIdOle", "oleObject", "embeddings/oleObject1.bin", false);
    let (link, image, chunk) = (
        k.h("address of a link", "ECMA-376-1, 17.16.22"),
        k.h("address of an outside picture", "ECMA-376-1, 20.1.8.13"),
        k.h("altChunk", "ECMA-376-1, 17.17.2"),
    );
    k.relate(MAIN, "rIdLink", "hyperlink", &format!("https://example.org/?id={link}"), true);
    k.relate(MAIN, "rIdImgX", "image", &format!("https://example.org/{image}.png"), true);
    k.relate(MAIN, "rIdAlt", "aFChunk", "chunk.html", false);
    k.part(
        "word/chunk.html",
        "text/html",
        format!("<html><!-- {chunk} --><p>Imported.</p></html>"),
    );
    vec![k.finish("docx")]
}

fn paragraph(inside: &str) -> String {
    format!("<w:p>{inside}</w:p>")
}

fn run(properties: &str, text: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

/// What a reader sees.
fn seen(p: &mut Planter) -> String {
    let mut v = |place: &str, spec| p.visible(place, spec);
    let (
        plain,
        bold,
        heading,
        cell,
        link,
        sdt,
        field,
        list,
        inserted,
        moved,
        box_text,
        math,
        split,
    ) = (
        v("paragraph", "ECMA-376-1, 17.3.1"),
        v("bold run", "ECMA-376-1, 17.3.2"),
        v("heading", "ECMA-376-1, 17.7"),
        v("table cell", "ECMA-376-1, 17.4"),
        v("text of a link", "ECMA-376-1, 17.16.22"),
        v("content control", "ECMA-376-1, 17.5.2"),
        v("field result", "ECMA-376-1, 17.16"),
        v("list item", "ECMA-376-1, 17.9"),
        v("insertion, as accepted", "ECMA-376-1, 17.13.5.18"),
        v("moved text at its new place", "ECMA-376-1, 17.13.5.25"),
        v("text box", "ECMA-376-1, 17.17"),
        v("formula", "ECMA-376-1, 22.1"),
        v("word in two runs", "ECMA-376-1, 17.3.2"),
    );
    let author = p.hidden("insertion, its author", "ECMA-376-1, 17.13.5.18");
    let mover = p.hidden("move, its author", "ECMA-376-1, 17.13.5.25");
    let date = p.date("insertion, its date", "ECMA-376-1, 17.13.5.18", Date::Iso);
    let (anchor, tip, frame, docloc) = (
        p.hidden("link, anchor", "ECMA-376-1, 17.16.22"),
        p.hidden("link, tooltip", "ECMA-376-1, 17.16.22"),
        p.hidden("link, target frame", "ECMA-376-1, 17.16.22"),
        p.hidden("link, location in the target", "ECMA-376-1, 17.16.22"),
    );
    [
        format!("<w:p w:rsidR=\"{}\" w:rsidRDefault=\"{}\" w14:paraId=\"{}\" w14:textId=\"{}\"><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr>{}</w:p>", p.hex("rsidR", "ECMA-376-1, 17.3.1.22", 8), p.hex("rsidRDefault", "ECMA-376-1, 17.3.1.22", 8), p.hex("w14:paraId", "MS-DOCX 2.6", 8), p.hex("w14:textId", "MS-DOCX 2.6", 8), run("", &heading)),
        paragraph(&format!("{}{}", run("", &plain), run("<w:b/>", &bold))),
        paragraph(&format!("{}{}", run("", &split[..6]), run("<w:i/>", &split[6..]))),
        format!("<w:tbl><w:tblPr><w:tblCaption w:val=\"{}\"/><w:tblDescription w:val=\"{}\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w=\"4000\" w:type=\"dxa\"/></w:tcPr>{}</w:tc></w:tr></w:tbl>", p.hidden("table caption (alt text)", "ECMA-376-1, 17.4.61"), p.hidden("table description (alt text)", "ECMA-376-1, 17.4.47"), paragraph(&run("", &cell))),
        paragraph(&format!("<w:hyperlink r:id=\"rIdLink\" w:anchor=\"{anchor}\" w:tooltip=\"{tip}\" w:tgtFrame=\"{frame}\" w:docLocation=\"{docloc}\">{}</w:hyperlink>", run("", &link))),
        format!("<w:sdt><w:sdtPr><w:alias w:val=\"{}\"/><w:tag w:val=\"{}\"/><w:id w:val=\"12345\"/><w:dataBinding w:xpath=\"/{}\" w:storeItemID=\"{{1}}\"/><w:placeholder><w:docPart w:val=\"{}\"/></w:placeholder><w:dropDownList><w:listItem w:displayText=\"{}\" w:value=\"x\"/></w:dropDownList></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>", p.hidden("content control, alias", "ECMA-376-1, 17.5.2.1"), p.hidden("content control, tag", "ECMA-376-1, 17.5.2.42"), p.hidden("content control, data binding", "ECMA-376-1, 17.5.2.6"), p.hidden("content control, placeholder", "ECMA-376-1, 17.5.2.25"), p.hidden("content control, item not chosen", "ECMA-376-1, 17.5.2.15"), paragraph(&run("", &sdt))),
        paragraph(&format!("<w:fldSimple w:instr=\" DOCPROPERTY {} \">{}</w:fldSimple>", p.hidden("field instruction, simple", "ECMA-376-1, 17.16.19"), run("", &field))),
        paragraph(&format!("<w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:name w:val=\"{}\"/><w:helpText w:val=\"{}\"/><w:textInput><w:default w:val=\"{}\"/></w:textInput></w:ffData></w:fldChar></w:r><w:r><w:instrText> INCLUDETEXT \"C:\\\\{}\" </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>", p.short("form field, name", "ECMA-376-1, 17.16.27"), p.hidden("form field, help text", "ECMA-376-1, 17.16.26"), p.hidden("form field, default", "ECMA-376-1, 17.16.10"), p.hidden("field instruction, complex", "ECMA-376-1, 17.16.23"))),
        format!("<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>{}</w:p>", run("", &list)),
        paragraph(&format!("<w:ins w:id=\"1\" w:author=\"{author}\" w:date=\"{date}\">{}</w:ins>", run("", &inserted))),
        paragraph(&format!("<w:moveTo w:id=\"2\" w:author=\"{mover}\" w:date=\"2001-01-01T00:00:00Z\">{}</w:moveTo>", run("", &moved))),
        paragraph(&format!("<w:r><w:pict><v:shape id=\"{}\" alt=\"{}\" o:spid=\"_x0000_s1026\" style=\"width:200pt;height:40pt\"><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>", p.hidden("VML shape ID", "ECMA-376-4, 19"), p.hidden("VML alt text", "ECMA-376-4, 19"), paragraph(&run("", &box_text)))),
        paragraph(&format!("<m:oMath><m:r><m:t>{math}</m:t></m:r></m:oMath>")),
    ]
    .concat()
}

/// Tracked changes, comments, ranges.
fn changes(p: &mut Planter) -> String {
    let by = |p: &mut Planter, what: &str, spec| {
        format!(
            "w:id=\"9\" w:author=\"{}\" w:date=\"2001-01-01T00:00:00Z\"",
            p.hidden(format!("{what}, its author"), spec)
        )
    };
    let mut all = String::new();
    let (text, who) = (
        p.hidden("deletion", "ECMA-376-1, 17.13.5.14"),
        by(p, "deletion", "ECMA-376-1, 17.13.5.14"),
    );
    all.push_str(&paragraph(&format!(
        "<w:del {who}><w:r><w:delText>{text}</w:delText></w:r></w:del>"
    )));
    let (text, who) = (
        p.hidden("moved text at its old place", "ECMA-376-1, 17.13.5.22"),
        by(p, "move from", "ECMA-376-1, 17.13.5.22"),
    );
    let name = p.hidden("name of a move", "ECMA-376-1, 17.13.5.24");
    all.push_str(&paragraph(&format!("<w:moveFromRangeStart w:id=\"7\" w:name=\"{name}\"/><w:moveFrom {who}><w:r><w:t>{text}</w:t></w:r></w:moveFrom><w:moveFromRangeEnd w:id=\"7\"/>")));
    let text = p.hidden("deleted field instruction", "ECMA-376-1, 17.16.13");
    all.push_str(&paragraph(&format!("<w:del w:id=\"8\" w:author=\"x\"><w:r><w:delInstrText>{text}</w:delInstrText></w:r></w:del>")));
    for (outer, change, spec) in [
        ("rPr", "rPrChange", "ECMA-376-1, 17.13.5.31"),
        ("pPr", "pPrChange", "ECMA-376-1, 17.13.5.29"),
    ] {
        let who = by(p, change, spec);
        let style = p.hidden(format!("{change}, former style"), spec);
        let inner = if outer == "rPr" {
            format!(
                "<w:r><w:rPr><w:rPrChange {who}><w:rPr><w:rStyle w:val=\"{style}\"/></w:rPr></w:rPrChange></w:rPr><w:t>changed</w:t></w:r>"
            )
        } else {
            format!(
                "<w:pPr><w:pPrChange {who}><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr></w:pPrChange></w:pPr>"
            )
        };
        all.push_str(&paragraph(&inner));
    }
    let (who, row) = (
        by(p, "deleted row", "ECMA-376-1, 17.13.5.12"),
        p.hidden("text of a deleted row", "ECMA-376-1, 17.13.5.12"),
    );
    all.push_str(&format!("<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid><w:tr><w:trPr><w:del {who}/></w:trPr><w:tc><w:tcPr/>{}</w:tc></w:tr><w:tr><w:tc><w:tcPr/>{}</w:tc></w:tr></w:tbl>", paragraph(&format!("<w:del w:id=\"3\" w:author=\"x\"><w:r><w:delText>{row}</w:delText></w:r></w:del>")), paragraph(&run("", "row"))));
    let mut n = |place: &str, spec| p.hidden(place, spec);
    all.push_str(&paragraph(&format!("<w:bookmarkStart w:id=\"0\" w:name=\"{}\"/><w:bookmarkEnd w:id=\"0\"/><w:commentRangeStart w:id=\"0\"/>{}<w:commentRangeEnd w:id=\"0\"/><w:r><w:commentReference w:id=\"0\"/></w:r><w:permStart w:id=\"5\" w:ed=\"{}\"/><w:permEnd w:id=\"5\"/><w:smartTag w:uri=\"urn:{}\" w:element=\"{}\"><w:smartTagPr><w:attr w:name=\"x\" w:val=\"{}\"/></w:smartTagPr>{}</w:smartTag><w:customXml w:element=\"{}\" w:uri=\"urn:{}\"/><w:proofErr w:type=\"spellStart\"/>",
        n("bookmark", "ECMA-376-1, 17.13.6.2"), run("", "commented"), n("editor of a permitted range", "ECMA-376-1, 17.13.7.2"), n("smart tag, URI", "ECMA-376-1, 17.5.1.9"), n("smart tag, element", "ECMA-376-1, 17.5.1.9"), n("smart tag, attribute", "ECMA-376-1, 17.5.1.1"), run("", "tagged"), n("custom XML element", "ECMA-376-1, 17.5.1.3"), n("custom XML element, URI", "ECMA-376-1, 17.5.1.3"))));
    all
}

/// Text that is there and not shown.
fn unseen(p: &mut Planter) -> String {
    let mut all = String::new();
    for (place, properties) in [
        ("text, w:vanish", "<w:vanish/>"),
        ("text, w:specVanish", "<w:vanish/><w:specVanish/>"),
        ("text, white", "<w:color w:val=\"FFFFFF\"/>"),
        ("text, nearly white", "<w:color w:val=\"FDFDFD\"/>"),
        ("text, half a point", "<w:sz w:val=\"1\"/>"),
        ("text, one hundredth wide", "<w:w w:val=\"1\"/><w:sz w:val=\"2\"/>"),
        ("text, black on black", "<w:color w:val=\"000000\"/><w:highlight w:val=\"black\"/>"),
        (
            "text, black on black shading",
            "<w:color w:val=\"000000\"/><w:shd w:val=\"clear\" w:fill=\"000000\"/>",
        ),
        ("text, style that hides", "<w:rStyle w:val=\"Secret\"/>"),
        ("text, transparent fill", "<w14:textFill><w14:noFill/></w14:textFill>"),
    ] {
        let text = p.hidden(place, W);
        all.push_str(&paragraph(&run(properties, &text)));
    }
    // Hidden in the view of a web page, and printed.
    let printed = p.visible("text, w:webHidden", "ECMA-376-1, 17.3.2.44");
    all.push_str(&paragraph(&run("<w:webHidden/>", &printed)));
    let hidden = p.hidden("text of a paragraph style that hides", W);
    all.push_str(&format!(
        "<w:p><w:pPr><w:pStyle w:val=\"SecretP\"/></w:pPr>{}</w:p>",
        run("", &hidden)
    ));
    let (frame, row, zero, tags) = (
        p.hidden("frame outside the page", "ECMA-376-1, 17.3.1.11"),
        p.hidden("hidden table row", "ECMA-376-1, 17.4.20"),
        p.hidden("zero-width characters", "Unicode 16, 23.2"),
        p.hidden("tag characters", "Unicode 16, 23.9"),
    );
    all.push_str(&format!("<w:p><w:pPr><w:framePr w:w=\"100\" w:x=\"-9000\" w:y=\"-9000\" w:hAnchor=\"page\" w:vAnchor=\"page\"/></w:pPr>{}</w:p>", run("", &frame)));
    all.push_str(&format!("<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid><w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:tcPr/>{}</w:tc></w:tr></w:tbl>", paragraph(&run("<w:vanish/>", &row))));
    all.push_str(&paragraph(&run(
        "",
        &format!("plain{}text{}", super::text::zero_width(&zero), super::text::tags(&tags)),
    )));
    let (choice, fallback) = (
        p.hidden("mc:Choice of an unknown namespace", "ECMA-376-3, 10"),
        p.hidden("attribute of an ignorable namespace", "ECMA-376-3, 10"),
    );
    all.push_str(&paragraph(&format!("<w:r w14:own=\"{fallback}\"><mc:AlternateContent><mc:Choice Requires=\"w15\"><w:t/><w15:own>{choice}</w15:own></mc:Choice><mc:Fallback><w:t>fallback</w:t></mc:Fallback></mc:AlternateContent></w:r>")));
    all.push_str("<w:altChunk r:id=\"rIdAlt\"/>");
    all
}

fn drawings(p: &mut Planter) -> String {
    let d = "ECMA-376-1, 20.4 and 20.2";
    let mut n = |place: &str| p.hidden(place, d);
    let (name, descr, title, cname, cdescr, click, macro_name, bext, cropped) = (
        n("drawing, name"),
        n("drawing, description (alt text)"),
        n("drawing, title (alt text)"),
        n("picture, name"),
        n("picture, description"),
        n("drawing, tooltip of its link"),
        n("picture, file name"),
        n("drawing, extension"),
        n("drawing, identifier"),
    );
    let picture = format!(
        "<a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"0\" name=\"{cname}\" descr=\"{cdescr}\"><a:hlinkClick r:id=\"\" tooltip=\"{macro_name}\"/></pic:cNvPr><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"rIdImg\"><a:extLst><a:ext uri=\"{{{bext}}}\"/></a:extLst></a:blip><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"952500\" cy=\"714375\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>"
    );
    let first = format!(
        "<w:r><w:drawing><wp:inline w14:editId=\"{cropped}\"><wp:extent cx=\"952500\" cy=\"714375\"/><wp:docPr id=\"1\" name=\"{name}\" descr=\"{descr}\" title=\"{title}\"><a:hlinkClick r:id=\"rIdLink\" tooltip=\"{click}\"/></wp:docPr>{picture}</wp:inline></w:drawing></w:r>"
    );
    let chart = "<w:r><w:drawing><wp:inline><wp:extent cx=\"2000000\" cy=\"1500000\"/><wp:docPr id=\"2\" name=\"Chart\"/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><c:chart r:id=\"rIdChart\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>";
    let (prog, shape) = (
        p.hidden("OLE object, ProgID", "ECMA-376-1, 15.2.11"),
        p.hidden("drawing that is hidden, its text", "ECMA-376-1, 20.1.2.2.8"),
    );
    let object = format!(
        "<w:r><w:object><o:OLEObject Type=\"Embed\" ProgID=\"{prog}\" ShapeID=\"x\" DrawAspect=\"Icon\" ObjectID=\"_1\" r:id=\"rIdOle\"/></w:object></w:r>"
    );
    let hidden = format!(
        "<w:r><w:drawing><wp:inline><wp:extent cx=\"9525\" cy=\"9525\"/><wp:docPr id=\"3\" name=\"s\" hidden=\"1\"/><a:graphic><a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr/><wps:spPr/><wps:txbx><w:txbxContent>{}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>",
        paragraph(&run("", &shape))
    );
    [paragraph(&first), paragraph(chart), paragraph(&object), paragraph(&hidden)].concat()
}

/// Comments in all their parts, footnotes and endnotes.
fn notes(k: &mut Package, wml: &str) {
    let spec = "ECMA-376-1, 17.13.4";
    let (text, author, initials, person) = (
        k.h("comment", spec),
        k.h("comment, author", spec),
        k.p.short("comment, initials", spec),
        k.h("people.xml, author", "MS-DOCX 2.5"),
    );
    let date = k.p.date("comment, date", spec, Date::Iso);
    let (user, extended, durable, reaction) = (
        k.h("people.xml, user ID", "MS-DOCX 2.5"),
        k.p.hex("commentsExtended.xml paraId", "MS-DOCX 2.5", 8),
        k.p.hex("commentsIds.xml durableId", "MS-DOCX 2.7", 8),
        k.h("commentsExtensible.xml", "MS-DOCX 2.8"),
    );
    k.part("word/comments.xml", &format!("{wml}comments+xml"), format!("<w:comments {NAMES}><w:comment w:id=\"0\" w:author=\"{author}\" w:initials=\"{initials}\" w:date=\"{date}\">{}</w:comment></w:comments>", paragraph(&run("", &text))));
    k.relate(MAIN, "rIdCo", "comments", "comments.xml", false);
    for (file, body, relation) in [
        (
            "people",
            format!(
                "<w15:people {NAMES}><w15:person w15:author=\"{person}\"><w15:presenceInfo w15:providerId=\"AD\" w15:userId=\"{user}\"/></w15:person></w15:people>"
            ),
            "2011/relationships/people",
        ),
        (
            "commentsExtended",
            format!(
                "<w15:commentsEx {NAMES}><w15:commentEx w15:paraId=\"{extended}\" w15:done=\"0\"/></w15:commentsEx>"
            ),
            "2011/relationships/commentsExtended",
        ),
        (
            "commentsIds",
            format!(
                "<c:commentsIds xmlns:c=\"http://schemas.microsoft.com/office/word/2016/wordml/cid\"><c:commentId c:durableId=\"{durable}\"/></c:commentsIds>"
            ),
            "2016/09/relationships/commentsIds",
        ),
        (
            "commentsExtensible",
            format!(
                "<c:commentsExtensible xmlns:c=\"http://schemas.microsoft.com/office/word/2018/wordml/cex\"><!-- {reaction} --></c:commentsExtensible>"
            ),
            "2018/08/relationships/commentsExtensible",
        ),
    ] {
        k.part(&format!("word/{file}.xml"), &format!("{wml}{file}+xml"), body);
        k.relate(
            MAIN,
            &format!("rId{file}"),
            &format!("http://schemas.microsoft.com/office/{relation}"),
            &format!("{file}.xml"),
            false,
        );
    }
    for (file, tag) in [("footnotes", "footnote"), ("endnotes", "endnote")] {
        let unused = k.h(&format!("{tag} that nothing refers to"), "ECMA-376-1, 17.11");
        k.part(
            &format!("word/{file}.xml"),
            &format!("{wml}{file}+xml"),
            format!(
                "<w:{file} {NAMES}><w:{tag} w:id=\"7\">{}</w:{tag}></w:{file}>",
                paragraph(&run("", &unused))
            ),
        );
        k.relate(MAIN, &format!("rId{file}"), file, &format!("{file}.xml"), false);
    }
}

/// Settings, styles, numbering, fonts, glossary: all that stands beside the text.
fn settings(k: &mut Package, wml: &str) {
    let s = "ECMA-376-1, 17.15";
    let mut n = |place: &str, spec| k.p.hidden(place, spec);
    let body = format!(
        "<w:settings {NAMES}><w:writeProtection w:hash=\"{}\"/><w:mailMerge><w:mainDocumentType w:val=\"formLetters\"/><w:connectString w:val=\"{}\"/><w:query w:val=\"{}\"/></w:mailMerge><w:documentProtection w:salt=\"{}\"/><w:docVars><w:docVar w:name=\"{}\" w:val=\"{}\"/></w:docVars><w:saveThroughXslt w:solutionID=\"{}\"/><w:captions><w:caption w:name=\"{}\"/></w:captions><w:clickAndTypeStyle w:val=\"{}\"/><w:smartTagType w:name=\"{}\"/><w:attachedSchema w:val=\"urn:{}\"/><w:activeWritingStyle w:appName=\"{}\"/>",
        n("write protection hash", s),
        n("mail merge, connection", "ECMA-376-1, 17.14"),
        n("mail merge, query", "ECMA-376-1, 17.14"),
        n("protection salt", s),
        n("document variable, name", "ECMA-376-1, 17.15.1.32"),
        n("document variable, value", "ECMA-376-1, 17.15.1.32"),
        n("XSLT solution", s),
        n("caption name", s),
        n("click-and-type style", s),
        n("smart tag type", s),
        n("attached schema", s),
        n("writing style", s)
    );
    let ids = format!(
        "<w:rsids><w:rsidRoot w:val=\"{}\"/><w:rsid w:val=\"{}\"/></w:rsids><w14:docId w14:val=\"{}\"/><w15:docId w15:val=\"{{{}}}\"/></w:settings>",
        k.p.hex("settings, rsidRoot", s, 8),
        k.p.hex("settings, rsid", s, 8),
        k.p.hex("settings, w14:docId", "MS-DOCX 2.6", 8),
        k.p.hex("settings, w15:docId", "MS-DOCX 2.5", 32)
    );
    k.part("word/settings.xml", &format!("{wml}settings+xml"), body + &ids);
    k.relate(MAIN, "rIdSet", "settings", "settings.xml", false);
    let (merge, template) = (
        k.h("mail merge, data source", "ECMA-376-1, 17.14"),
        k.h("attached template", "ECMA-376-1, 17.15.1.6"),
    );
    k.relate(
        "word/settings.xml",
        "rId1",
        "mailMergeSource",
        &format!("file:///C:/{merge}.mdb"),
        true,
    );
    k.relate(
        "word/settings.xml",
        "rId2",
        "attachedTemplate",
        &format!("file:///C:/{template}.dotm"),
        true,
    );
    let mut n = |place: &str, spec| k.p.hidden(place, spec);
    let y = "ECMA-376-1, 17.7";
    let styles = format!(
        "<w:styles {NAMES}><w:style w:type=\"paragraph\" w:styleId=\"Heading1\"><w:name w:val=\"heading 1\"/><w:aliases w:val=\"{}\"/><w:rPr><w:b/><w:sz w:val=\"32\"/></w:rPr></w:style><w:style w:type=\"character\" w:styleId=\"Secret\"><w:name w:val=\"Secret\"/><w:rPr><w:vanish/></w:rPr></w:style><w:style w:type=\"paragraph\" w:styleId=\"SecretP\"><w:name w:val=\"SecretP\"/><w:rPr><w:vanish/></w:rPr></w:style><w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"{}\"><w:name w:val=\"{}\"/></w:style><w:latentStyles><w:lsdException w:name=\"{}\"/></w:latentStyles></w:styles>",
        n("style alias", y),
        n("ID of a style that nothing uses", y),
        n("name of a style that nothing uses", y),
        n("latent style", y)
    );
    k.part("word/styles.xml", &format!("{wml}styles+xml"), styles);
    k.relate(MAIN, "rIdSty", "styles", "styles.xml", false);
    let mut n = |place: &str, spec| k.p.hidden(place, spec);
    let numbering = format!(
        "<w:numbering {NAMES}><w:abstractNum w:abstractNumId=\"0\"><w:nsid w:val=\"11111111\"/><w:name w:val=\"{}\"/><w:styleLink w:val=\"{}\"/><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1.\"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:lvlText w:val=\"{}\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>",
        n("numbering, name", "ECMA-376-1, 17.9"),
        n("numbering, style link", "ECMA-376-1, 17.9"),
        n("numbering that nothing uses", "ECMA-376-1, 17.9")
    );
    k.part("word/numbering.xml", &format!("{wml}numbering+xml"), numbering);
    k.relate(MAIN, "rIdNum", "numbering", "numbering.xml", false);
    let mut n = |place: &str, spec| k.p.hidden(place, spec);
    let fonts = format!(
        "<w:fonts {NAMES}><w:font w:name=\"{}\"><w:altName w:val=\"{}\"/><w:embedRegular r:id=\"rId1\" w:fontKey=\"{{{}}}\"/></w:font></w:fonts>",
        n("font table, name", "ECMA-376-1, 17.8"),
        n("font table, alternative name", "ECMA-376-1, 17.8"),
        n("font table, key", "ECMA-376-1, 17.8")
    );
    k.part("word/fontTable.xml", &format!("{wml}fontTable+xml"), fonts);
    k.relate(MAIN, "rIdFont", "fontTable", "fontTable.xml", false);
    let font = k.h("embedded font", "ECMA-376-1, 17.8.1");
    k.part(
        "word/fonts/font1.odttf",
        "application/vnd.openxmlformats-officedocument.obfuscatedFont",
        font,
    );
    k.relate("word/fontTable.xml", "rId1", "font", "fonts/font1.odttf", false);
    let (web, glossary, gallery, keys, sticky) = (
        k.h("web settings, div", "ECMA-376-1, 17.15.2"),
        k.h("glossary text", "ECMA-376-1, 17.12"),
        k.h("glossary entry name", "ECMA-376-1, 17.12"),
        k.h("customizations.xml", "MS-DOCX 2.1"),
        k.h("sticky ink part", "ECMA-376-1, 15.2.10"),
    );
    k.part("word/webSettings.xml", &format!("{wml}webSettings+xml"), format!("<w:webSettings {NAMES}><w:frameset><w:frame><w:name w:val=\"{web}\"/></w:frame></w:frameset></w:webSettings>"));
    k.relate(MAIN, "rIdWeb", "webSettings", "webSettings.xml", false);
    k.part("word/glossary/document.xml", &format!("{wml}document.glossary+xml"), format!("<w:glossaryDocument {NAMES}><w:docParts><w:docPart><w:docPartPr><w:name w:val=\"{gallery}\"/></w:docPartPr><w:docPartBody>{}</w:docPartBody></w:docPart></w:docParts></w:glossaryDocument>", paragraph(&run("", &glossary))));
    k.relate(MAIN, "rIdGlo", "glossaryDocument", "glossary/document.xml", false);
    k.part(
        "word/customizations.xml",
        "application/vnd.ms-word.keyMapCustomizations+xml",
        format!("<x>{keys}</x>"),
    );
    k.relate(
        MAIN,
        "rIdKey",
        "http://schemas.microsoft.com/office/2006/relationships/keyMapCustomizations",
        "customizations.xml",
        false,
    );
    k.part(
        "word/ink/ink1.xml",
        "application/inkml+xml",
        format!(
            "<ink xmlns=\"http://www.w3.org/2003/InkML\"><annotation>{sticky}</annotation></ink>"
        ),
    );
    k.relate(MAIN, "rIdInk", "customXml", "ink/ink1.xml", false);
    let active = k.h("ActiveX control", "ECMA-376-1, 15.2.8");
    k.part("word/activeX/activeX1.xml", "application/vnd.ms-office.activeX+xml", format!("<ax:ocx xmlns:ax=\"http://schemas.microsoft.com/office/2006/activeX\" ax:license=\"{active}\"/>"));
    k.relate(MAIN, "rIdAx", "control", "activeX/activeX1.xml", false);
}
