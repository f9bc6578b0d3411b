//! PPTX (ECMA-376 part 1, PresentationML, chapter 19).

use super::opc::Package;
use crate::plant::{Date, Sample};

const MAIN: &str = "ppt/presentation.xml";
const NS: &str = "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
const P: &str = "ECMA-376-1, 19.3";
const PML: &str = "application/vnd.openxmlformats-officedocument.presentationml.";

/// A shape with text at a place given in EMU.
fn shape(id: usize, attributes: &str, at: (i64, i64), properties: &str, text: &str) -> String {
    format!(
        "<p:sp><p:nvSpPr><p:cNvPr id=\"{id}\" {attributes}/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x=\"{}\" y=\"{}\"/><a:ext cx=\"3000000\" cy=\"500000\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:p><a:r><a:rPr lang=\"en-GB\">{properties}</a:rPr><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>",
        at.0, at.1
    )
}

fn tree(inside: &str) -> String {
    format!(
        "<p:spTree><p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{inside}</p:spTree>"
    )
}

pub(super) fn samples() -> Vec<Sample> {
    let mut k = Package::new("PPTX", "pptx");
    presentation(&mut k);
    slide(&mut k);
    others(&mut k);
    masters(&mut k);
    k.common("ppt", MAIN);
    k.chart("ppt");
    vec![k.finish("pptx")]
}

fn presentation(k: &mut Package) {
    let s = "ECMA-376-1, 19.2";
    let mut n = |place: &str| k.p.hidden(place, s);
    let body = format!(
        "<p:presentation {NS}><!-- {} --><p:sldMasterIdLst><p:sldMasterId id=\"2147483648\" r:id=\"rIdM1\"/></p:sldMasterIdLst><p:notesMasterIdLst><p:notesMasterId r:id=\"rIdNM\"/></p:notesMasterIdLst><p:handoutMasterIdLst><p:handoutMasterId r:id=\"rIdHM\"/></p:handoutMasterIdLst><p:sldIdLst><p:sldId id=\"256\" r:id=\"rIdS1\"/><p:sldId id=\"257\" r:id=\"rIdS2\"/><p:sldId id=\"258\" r:id=\"rIdS3\"/></p:sldIdLst><p:sldSz cx=\"9144000\" cy=\"6858000\"/><p:notesSz cx=\"6858000\" cy=\"9144000\"/><p:custShowLst><p:custShow name=\"{}\" id=\"0\"><p:sldLst/></p:custShow></p:custShowLst><p:photoAlbum/><p:custDataLst><p:tags r:id=\"rIdTag\"/></p:custDataLst><p:modifyVerifier hashData=\"{}\" saltData=\"{}\"/><p:embeddedFontLst><p:embeddedFont><p:font typeface=\"{}\"/></p:embeddedFont></p:embeddedFontLst><p:extLst><p:ext uri=\"x\"><p14:sectionLst xmlns:p14=\"http://schemas.microsoft.com/office/powerpoint/2010/main\"><p14:section name=\"{}\" id=\"{{1}}\"/></p14:sectionLst></p:ext></p:extLst></p:presentation>",
        n("comment in presentation.xml"),
        n("custom show"),
        n("modify verifier, hash"),
        n("modify verifier, salt"),
        n("embedded font, name"),
        n("section name")
    );
    k.part(MAIN, &format!("{PML}presentation.main+xml"), body);
    k.relate("", "rId1", "officeDocument", MAIN, false);
    let (tag, value, view, show, font) = (
        k.h("tag, name", "ECMA-376-1, 19.3.3"),
        k.h("tag, value", "ECMA-376-1, 19.3.3"),
        k.h("view properties", "ECMA-376-1, 19.2.2"),
        k.h("presentation properties, HTML publishing", "ECMA-376-1, 19.2.1"),
        k.h("embedded font, data", "ECMA-376-1, 15.2.13"),
    );
    let (style, name) = (
        k.h("table style, name", "ECMA-376-1, 20.1.4.2"),
        k.h("comment author", "ECMA-376-1, 19.4"),
    );
    let initials = k.p.short("comment author, initials", "ECMA-376-1, 19.4");
    for (file, kind, id, relation, body) in [
        (
            "tags/tag1.xml",
            "tags",
            "rIdTag",
            "tags",
            format!("<p:tagLst {NS}><p:tag name=\"{tag}\" val=\"{value}\"/></p:tagLst>"),
        ),
        (
            "viewProps.xml",
            "viewProps",
            "rIdView",
            "viewProps",
            format!("<p:viewPr {NS}><p:extLst><p:ext uri=\"{view}\"/></p:extLst></p:viewPr>"),
        ),
        (
            "presProps.xml",
            "presProps",
            "rIdProps",
            "presProps",
            format!("<p:presentationPr {NS}><p:htmlPubPr title=\"{show}\"/></p:presentationPr>"),
        ),
        (
            "tableStyles.xml",
            "tableStyles",
            "rIdTab",
            "tableStyles",
            format!(
                "<a:tblStyleLst xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" def=\"{{1}}\"><a:tblStyle styleId=\"{{1}}\" styleName=\"{style}\"/></a:tblStyleLst>"
            ),
        ),
        (
            "commentAuthors.xml",
            "commentAuthors",
            "rIdAuth",
            "commentAuthors",
            format!(
                "<p:cmAuthorLst {NS}><p:cmAuthor id=\"0\" name=\"{name}\" initials=\"{initials}\" lastIdx=\"1\" clrIdx=\"0\"/></p:cmAuthorLst>"
            ),
        ),
    ] {
        k.part(&format!("ppt/{file}"), &format!("{PML}{kind}+xml"), body);
        k.relate(MAIN, id, relation, file, false);
    }
    k.part("ppt/fonts/font1.fntdata", "application/x-fontdata", font);
    k.relate(MAIN, "rIdFnt", "font", "fonts/font1.fntdata", false);
}

fn slide(k: &mut Package) {
    let (title, body, cell, link, grouped, field) = (
        k.p.visible("title", P),
        k.p.visible("text", P),
        k.p.visible("table cell", "ECMA-376-1, 21.1.3"),
        k.p.visible("text of a link", "ECMA-376-1, 21.1.2.3.5"),
        k.p.visible("text in a group", P),
        k.p.visible("field", "ECMA-376-1, 21.1.2.2.4"),
    );
    let mut n = |place: &str, spec| k.p.hidden(place, spec);
    let mut inside = shape(
        2,
        &format!(
            "name=\"{}\" descr=\"{}\" title=\"{}\"",
            n("shape, name", "ECMA-376-1, 19.3.1.12"),
            n("shape, description (alt text)", "ECMA-376-1, 19.3.1.12"),
            n("shape, title (alt text)", "ECMA-376-1, 19.3.1.12")
        ),
        (300_000, 300_000),
        "",
        &title,
    );
    inside.push_str(&shape(3, "name=\"b\"", (300_000, 900_000), "", &body));
    inside.push_str(&shape(
        4,
        "name=\"l\"",
        (300_000, 1_500_000),
        &format!(
            "<a:hlinkClick r:id=\"rIdLink\" tooltip=\"{}\"/>",
            n("link, tooltip", "ECMA-376-1, 21.1.2.3.5")
        ),
        &link,
    ));
    inside.push_str(&format!("<p:grpSp><p:nvGrpSpPr><p:cNvPr id=\"5\" name=\"{}\" descr=\"{}\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{}</p:grpSp>", n("group, name", P), n("group, alt text", P), shape(6, "name=\"g\"", (300_000, 2_100_000), "", &grouped)));
    inside.push_str(&format!("<p:sp><p:nvSpPr><p:cNvPr id=\"7\" name=\"f\"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x=\"5000000\" y=\"300000\"/><a:ext cx=\"3000000\" cy=\"500000\"/></a:xfrm></p:spPr><p:txBody><a:bodyPr/><a:p><a:fld id=\"{{1}}\" type=\"{}\"><a:t>{field}</a:t></a:fld></a:p></p:txBody></p:sp>", n("field, type", "ECMA-376-1, 21.1.2.2.4")));
    inside.push_str(&format!("<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"8\" name=\"t\"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x=\"5000000\" y=\"900000\"/><a:ext cx=\"3000000\" cy=\"500000\"/></p:xfrm><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/table\"><a:tbl><a:tblGrid><a:gridCol w=\"3000000\"/></a:tblGrid><a:tr h=\"370840\"><a:tc><a:txBody><a:bodyPr/><a:p><a:r><a:t>{cell}</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"));
    inside.push_str("<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"9\" name=\"c\"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x=\"5000000\" y=\"2000000\"/><a:ext cx=\"3000000\" cy=\"2000000\"/></p:xfrm><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" r:id=\"rIdChart\"/></a:graphicData></a:graphic></p:graphicFrame>");
    inside.push_str(&format!("<p:pic><p:nvPicPr><p:cNvPr id=\"10\" name=\"{}\" descr=\"{}\"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed=\"rIdImg\"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm><a:off x=\"300000\" y=\"3000000\"/><a:ext cx=\"952500\" cy=\"714375\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></p:spPr></p:pic>", n("picture, name", P), n("picture, alt text", P)));
    for (id, place, attributes, at, properties) in [
        (20, "text outside the slide", "name=\"o\"", (-9_000_000, 0), ""),
        (21, "text of a hidden shape", "name=\"h\" hidden=\"1\"", (300_000, 5_000_000), ""),
        (
            22,
            "text, white on white",
            "name=\"w\"",
            (300_000, 5_200_000),
            "<a:solidFill><a:srgbClr val=\"FFFFFF\"/></a:solidFill>",
        ),
        (23, "text, no fill", "name=\"n\"", (300_000, 5_200_000), "<a:noFill/>"),
        (
            24,
            "text, fully transparent",
            "name=\"a\"",
            (300_000, 5_200_000),
            "<a:solidFill><a:srgbClr val=\"000000\"><a:alpha val=\"0\"/></a:srgbClr></a:solidFill>",
        ),
        (25, "text under a box", "name=\"u\"", (5_000_000, 5_500_000), ""),
    ] {
        let text = n(place, P);
        inside.push_str(&shape(id, attributes, at, properties, &text));
    }
    inside.push_str("<p:sp><p:nvSpPr><p:cNvPr id=\"30\" name=\"box\"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x=\"4900000\" y=\"5400000\"/><a:ext cx=\"3300000\" cy=\"800000\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val=\"000000\"/></a:solidFill></p:spPr></p:sp>");
    let (empty, name, timing, ext, control, data) = (
        n("placeholder prompt", P),
        n("slide, name", "ECMA-376-1, 19.3.1.16"),
        n("animation, variable", "ECMA-376-1, 19.5"),
        n("slide extension", P),
        n("control, name", "ECMA-376-1, 19.3.2.1"),
        n("transition, sound name", "ECMA-376-1, 19.5.68"),
    );
    k.part("ppt/slides/slide1.xml", &format!("{PML}slide+xml"), format!("<p:sld {NS}><!-- {empty} --><p:cSld name=\"{name}\">{}<p:controls><p:control name=\"{control}\" r:id=\"rIdX\"/></p:controls></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr><p:transition><p:sndAc><p:stSnd><p:snd r:embed=\"rIdSnd\" name=\"{data}\"/></p:stSnd></p:sndAc></p:transition><p:timing><p:tnLst><p:par><p:cTn id=\"1\"><p:childTnLst><p:cmd type=\"call\" cmd=\"{timing}\"/></p:childTnLst></p:cTn></p:par></p:tnLst></p:timing><p:extLst><p:ext uri=\"{ext}\"/></p:extLst></p:sld>", tree(&inside)));
    let sound = k.h("sound of a transition", "ECMA-376-1, 15.2.2");
    k.part("ppt/media/sound.wav", "audio/wav", sound);
    let from = "ppt/slides/slide1.xml";
    let link = k.h("address of a link", "ECMA-376-1, 21.1.2.3.5");
    k.relate(from, "rIdLink", "hyperlink", &format!("https://example.org/?id={link}"), true);
    for (id, kind, target) in [
        ("rIdL", "slideLayout", "../slideLayouts/slideLayout1.xml"),
        ("rIdN", "notesSlide", "../notesSlides/notesSlide1.xml"),
        ("rIdC", "comments", "../comments/comment1.xml"),
        ("rIdChart", "chart", "../charts/chart1.xml"),
        ("rIdImg", "image", "../media/image1.png"),
        ("rIdSnd", "audio", "../media/sound.wav"),
        ("rIdDia", "diagramData", "../diagrams/data1.xml"),
    ] {
        k.relate(from, id, kind, target, false);
    }
    k.relate(MAIN, "rIdS1", "slide", "slides/slide1.xml", false);
}

/// A plain second slide, a hidden one, notes, comments, a diagram.
fn others(k: &mut Package) {
    let (second, hidden, notes, note_head) = (
        k.p.visible("text of the second slide", P),
        k.h("text of a hidden slide", "ECMA-376-1, 19.3.1.38"),
        k.h("speaker notes", "ECMA-376-1, 19.3.1.26"),
        k.h("notes, shape name", "ECMA-376-1, 19.3.1.26"),
    );
    for (number, attributes, text) in [(2, "", &second), (3, " show=\"0\"", &hidden)] {
        k.part(
            &format!("ppt/slides/slide{number}.xml"),
            &format!("{PML}slide+xml"),
            format!(
                "<p:sld {NS}{attributes}><p:cSld>{}</p:cSld></p:sld>",
                tree(&shape(2, "name=\"x\"", (300_000, 300_000), "", text))
            ),
        );
        k.relate(
            &format!("ppt/slides/slide{number}.xml"),
            "rIdL",
            "slideLayout",
            "../slideLayouts/slideLayout1.xml",
            false,
        );
        k.relate(
            MAIN,
            &format!("rIdS{number}"),
            "slide",
            &format!("slides/slide{number}.xml"),
            false,
        );
    }
    k.part(
        "ppt/notesSlides/notesSlide1.xml",
        &format!("{PML}notesSlide+xml"),
        format!(
            "<p:notes {NS}><p:cSld>{}</p:cSld></p:notes>",
            tree(&shape(2, &format!("name=\"{note_head}\""), (0, 0), "", &notes))
        ),
    );
    let c = "ECMA-376-1, 19.4";
    let (comment, modern, date) = (
        k.h("comment", c),
        k.h("modern comment", "MS-PPTX 2.8"),
        k.p.date("comment, date", c, Date::Iso),
    );
    k.part("ppt/comments/comment1.xml", &format!("{PML}comments+xml"), format!("<p:cmLst {NS}><p:cm authorId=\"0\" dt=\"{date}\" idx=\"1\"><p:pos x=\"1\" y=\"1\"/><p:text>{comment}</p:text></p:cm></p:cmLst>"));
    k.part("ppt/comments/modernComment1.xml", "application/vnd.ms-powerpoint.comments+xml", format!("<p188:cmLst xmlns:p188=\"http://schemas.microsoft.com/office/powerpoint/2018/8/main\"><!-- {modern} --></p188:cmLst>"));
    k.relate(
        "ppt/slides/slide1.xml",
        "rIdMC",
        "http://schemas.microsoft.com/office/2018/10/relationships/comments",
        "../comments/modernComment1.xml",
        false,
    );
    let (point, title) = (
        k.h("diagram point that nothing shows", "ECMA-376-1, 21.4"),
        k.h("diagram, model ID", "ECMA-376-1, 21.4"),
    );
    k.part("ppt/diagrams/data1.xml", "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml", format!("<dgm:dataModel xmlns:dgm=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><dgm:ptLst><dgm:pt modelId=\"{title}\"><dgm:t><a:p><a:r><a:t>{point}</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"));
}

fn masters(k: &mut Package) {
    let s = "ECMA-376-1, 19.3.1.42";
    let (seen, prompt, layout, unused, note, handout) = (
        k.p.visible("text of the master", s),
        k.h("placeholder prompt of the master", s),
        k.h("layout, name", "ECMA-376-1, 19.3.1.39"),
        k.h("layout that no slide uses", "ECMA-376-1, 19.3.1.39"),
        k.h("notes master, text", "ECMA-376-1, 19.3.1.27"),
        k.h("handout master, text", "ECMA-376-1, 19.3.1.24"),
    );
    let master = tree(&[shape(2, "name=\"m\"", (300_000, 6_300_000), "", &seen), format!("<p:sp><p:nvSpPr><p:cNvPr id=\"3\" name=\"p\"/><p:cNvSpPr/><p:nvPr><p:ph type=\"title\"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>{prompt}</a:t></a:r></a:p></p:txBody></p:sp>")].concat());
    let map = "<p:clrMap bg1=\"lt1\" tx1=\"dk1\" bg2=\"lt2\" tx2=\"dk2\" accent1=\"accent1\" accent2=\"accent2\" accent3=\"accent3\" accent4=\"accent4\" accent5=\"accent5\" accent6=\"accent6\" hlink=\"hlink\" folHlink=\"folHlink\"/>";
    for (file, tag, kind, id, body) in [
        (
            "slideMasters/slideMaster1.xml",
            "sldMaster",
            "slideMaster",
            "rIdM1",
            format!(
                "<p:cSld>{master}</p:cSld>{map}<p:sldLayoutIdLst><p:sldLayoutId id=\"2147483649\" r:id=\"rId1\"/><p:sldLayoutId id=\"2147483650\" r:id=\"rId2\"/></p:sldLayoutIdLst>"
            ),
        ),
        (
            "slideLayouts/slideLayout1.xml",
            "sldLayout",
            "slideLayout",
            "",
            format!("<p:cSld name=\"{layout}\">{}</p:cSld>", tree("")),
        ),
        (
            "slideLayouts/slideLayout2.xml",
            "sldLayout",
            "slideLayout",
            "",
            format!("<p:cSld>{}</p:cSld>", tree(&shape(2, "name=\"u\"", (0, 0), "", &unused))),
        ),
        (
            "notesMasters/notesMaster1.xml",
            "notesMaster",
            "notesMaster",
            "rIdNM",
            format!("<p:cSld>{}</p:cSld>{map}", tree(&shape(2, "name=\"n\"", (0, 0), "", &note))),
        ),
        (
            "handoutMasters/handoutMaster1.xml",
            "handoutMaster",
            "handoutMaster",
            "rIdHM",
            format!(
                "<p:cSld>{}</p:cSld>{map}",
                tree(&shape(2, "name=\"d\"", (0, 0), "", &handout))
            ),
        ),
    ] {
        k.part(
            &format!("ppt/{file}"),
            &format!("{PML}{kind}+xml"),
            format!("<p:{tag} {NS}>{body}</p:{tag}>"),
        );
        if !id.is_empty() {
            k.relate(MAIN, id, kind, file, false);
        }
    }
    for number in 1..=2 {
        k.relate(
            "ppt/slideMasters/slideMaster1.xml",
            &format!("rId{number}"),
            "slideLayout",
            &format!("../slideLayouts/slideLayout{number}.xml"),
            false,
        );
        k.relate(
            &format!("ppt/slideLayouts/slideLayout{number}.xml"),
            "rId1",
            "slideMaster",
            "../slideMasters/slideMaster1.xml",
            false,
        );
    }
    k.relate("ppt/slideMasters/slideMaster1.xml", "rIdTh", "theme", "../theme/theme1.xml", false);
}
