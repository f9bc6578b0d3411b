//! What DOCX, XLSX and PPTX share (ECMA-376 part 2, and part 1 chapters 15 and 22): the package, its properties,
//! theme, drawings, charts, embedded things.

use super::zip::{self, Member};
use super::{jpeg, ole, png};
use crate::plant::{Date, Planter};

pub(super) const OPC: &str = "ECMA-376-2, OPC";
const CORE: &str = "ECMA-376-2, 11 core properties";
const EXTENDED: &str = "ECMA-376-1, 22.2 extended properties";
const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A package being built.
pub(super) struct Package {
    pub(super) p: Planter,
    members: Vec<Member>,
    types: String,
    relations: Vec<(String, String)>,
}

impl Package {
    pub(super) fn new(format: &'static str, sample: &'static str) -> Self {
        Self {
            p: Planter::new(format, sample),
            members: Vec::new(),
            types: String::new(),
            relations: Vec::new(),
        }
    }

    pub(super) fn h(&mut self, place: &str, spec: &'static str) -> String {
        self.p.hidden(place, spec)
    }

    pub(super) fn part(&mut self, name: &str, kind: &str, data: impl Into<Vec<u8>>) {
        if !kind.is_empty() {
            self.types
                .push_str(&format!("<Override PartName=\"/{name}\" ContentType=\"{kind}\"/>"));
        }
        self.members.push((name.into(), data.into(), true));
    }

    /// A relation of `from` ("" is the package). The last part of the type's address is enough.
    pub(super) fn relate(
        &mut self,
        from: &str,
        id: &str,
        kind: &str,
        target: &str,
        external: bool,
    ) {
        let kind = if kind.contains(':') { kind.to_owned() } else { format!("{REL}/{kind}") };
        let mode = if external { " TargetMode=\"External\"" } else { "" };
        self.relations.push((
            from.into(),
            format!("<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"{mode}/>"),
        ));
    }

    /// Properties, thumbnail, custom XML, signatures, theme and the media that all three formats may hold.
    pub(super) fn common(&mut self, folder: &str, main: &str) {
        self.properties();
        let thumbnail = jpeg::thumbnail(&mut self.p, "docProps/thumbnail.jpeg ");
        self.part("docProps/thumbnail.jpeg", "", thumbnail);
        self.relate(
            "",
            "rIdT",
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail",
            "docProps/thumbnail.jpeg",
            false,
        );

        let (data, namespace, root) = (
            self.h("custom XML part", "ECMA-376-1, 15.2.5"),
            self.h("custom XML part, namespace", "ECMA-376-1, 15.2.5"),
            self.p.hex("custom XML properties, item ID", "ECMA-376-1, 22.5", 32),
        );
        self.part(
            "customXml/item1.xml",
            "",
            format!("<root xmlns=\"urn:{namespace}\"><name>{data}</name></root>"),
        );
        self.part("customXml/itemProps1.xml", "application/vnd.openxmlformats-officedocument.customXmlProperties+xml", format!("<ds:datastoreItem xmlns:ds=\"http://schemas.openxmlformats.org/officeDocument/2006/customXml\" ds:itemID=\"{{{root}}}\"/>"));
        self.relate("customXml/item1.xml", "rId1", "customXmlProps", "itemProps1.xml", false);
        self.relate(main, "rIdC", "customXml", "../customXml/item1.xml", false);

        let (printer, embedded) = (
            self.h("printer settings", "ECMA-376-1, 15.2.15"),
            ole::object(&mut self.p, "embeddings/oleObject1.bin "),
        );
        self.part(
            &format!("{folder}/printerSettings/printerSettings1.bin"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings",
            printer,
        );
        self.relate(main, "rIdP", "printerSettings", "printerSettings/printerSettings1.bin", false);
        self.part(
            &format!("{folder}/embeddings/oleObject1.bin"),
            "application/vnd.openxmlformats-officedocument.oleObject",
            embedded,
        );
        let code = ole::vba(&mut self.p, "vbaProject.bin ");
        self.part(
            &format!("{folder}/vbaProject.bin"),
            "application/vnd.ms-office.vbaProject",
            code,
        );
        self.relate(
            main,
            "rIdV",
            "http://schemas.microsoft.com/office/2006/relationships/vbaProject",
            "vbaProject.bin",
            false,
        );

        let picture = png::small(&mut self.p, "media/image1.png ");
        self.part(&format!("{folder}/media/image1.png"), "", picture);
        let comment = self.h("media/photo.jpeg COM", "ITU T.81, B.2.4");
        let photo =
            [&jpeg::plain()[..2], &jpeg::segment(0xfe, comment.as_bytes()), &jpeg::plain()[2..]]
                .concat();
        self.part(&format!("{folder}/media/photo.jpeg"), "", photo);
        let (unused, orphan, ribbon) = (
            self.h("media that nothing shows", OPC),
            self.h("part without a relationship", OPC),
            self.h("custom UI of the ribbon", "MS-CUSTOMUI"),
        );
        self.part(&format!("{folder}/media/unused.bin"), "", unused);
        self.part("orphan/data.xml", "application/xml", format!("<x>{orphan}</x>"));
        self.part("customUI/customUI.xml", "application/xml", format!("<customUI xmlns=\"http://schemas.microsoft.com/office/2006/01/customui\" onLoad=\"{ribbon}\"/>"));
        self.relate(
            "",
            "rIdU",
            "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
            "customUI/customUI.xml",
            false,
        );
        self.signature();
        self.theme(folder, main);
        let (target, unknown) =
            (self.h("external relationship", OPC), self.h("relationship ID", OPC));
        self.relate(
            main,
            &unknown,
            "attachedTemplate",
            &format!("file:///C:/Users/{target}/x.dotx"),
            true,
        );
    }

    fn properties(&mut self) {
        let mut core = String::new();
        for name in [
            "dc:title",
            "dc:subject",
            "dc:creator",
            "cp:keywords",
            "dc:description",
            "cp:lastModifiedBy",
            "cp:category",
            "cp:contentStatus",
            "dc:identifier",
            "dc:language",
            "cp:version",
            "cp:contentType",
            "cp:revision",
        ] {
            core.push_str(&format!(
                "<{name}>{}</{name}>",
                self.h(&format!("docProps/core.xml {name}"), CORE)
            ));
        }
        for name in ["dcterms:created", "dcterms:modified"] {
            core.push_str(&format!(
                "<{name} xsi:type=\"dcterms:W3CDTF\">{}</{name}>",
                self.p.date(format!("docProps/core.xml {name}"), CORE, Date::Iso)
            ));
        }
        core.push_str(&format!(
            "<cp:lastPrinted>{}</cp:lastPrinted>",
            self.p.date("docProps/core.xml cp:lastPrinted", CORE, Date::Iso)
        ));
        self.part("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml", format!("<?xml version=\"1.0\"?><cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">{core}</cp:coreProperties>"));
        self.relate(
            "",
            "rIdM",
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
            "docProps/core.xml",
            false,
        );

        let mut app = String::new();
        for name in [
            "Template",
            "Manager",
            "Company",
            "PresentationFormat",
            "Application",
            "HyperlinkBase",
            "AppVersion",
        ] {
            app.push_str(&format!(
                "<{name}>{}</{name}>",
                self.h(&format!("docProps/app.xml {name}"), EXTENDED)
            ));
        }
        let (title, link, signature) = (
            self.h("docProps/app.xml TitlesOfParts", EXTENDED),
            self.h("docProps/app.xml HLinks", EXTENDED),
            self.h("docProps/app.xml DigSig", EXTENDED),
        );
        app.push_str(&format!("<TitlesOfParts><vt:vector size=\"1\" baseType=\"lpstr\"><vt:lpstr>{title}</vt:lpstr></vt:vector></TitlesOfParts><HLinks><vt:vector size=\"1\" baseType=\"variant\"><vt:variant><vt:lpwstr>{link}</vt:lpwstr></vt:variant></vt:vector></HLinks><DigSig><vt:blob>{signature}</vt:blob></DigSig>"));
        self.part("docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml", format!("<?xml version=\"1.0\"?><Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\" xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\">{app}</Properties>"));
        self.relate("", "rIdA", "extended-properties", "docProps/app.xml", false);

        let spec = "ECMA-376-1, 22.3 custom properties";
        let (name, value, label) = (
            self.h("docProps/custom.xml name", spec),
            self.h("docProps/custom.xml value", spec),
            self.p.hex(
                "docProps/custom.xml sensitivity label",
                "MS-OFFCRYPTO, label information",
                32,
            ),
        );
        self.part("docProps/custom.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml", format!("<?xml version=\"1.0\"?><Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\" xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\"><property fmtid=\"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}\" pid=\"2\" name=\"{name}\"><vt:lpwstr>{value}</vt:lpwstr></property><property fmtid=\"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}\" pid=\"3\" name=\"MSIP_Label_{label}_Enabled\"><vt:lpwstr>true</vt:lpwstr></property></Properties>"));
        self.relate("", "rIdX", "custom-properties", "docProps/custom.xml", false);
        let label = self.h("docMetadata/LabelInfo.xml", "MS-OFFCRYPTO 2.6, label information");
        self.part("docMetadata/LabelInfo.xml", "application/vnd.ms-office.classificationlabels+xml", format!("<clbl:labelList xmlns:clbl=\"http://schemas.microsoft.com/office/2020/mipLabelMetadata\"><clbl:label id=\"{{{label}}}\"/></clbl:labelList>"));
        self.relate(
            "",
            "rIdL",
            "http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels",
            "docMetadata/LabelInfo.xml",
            false,
        );
    }

    fn signature(&mut self) {
        let (subject, reason) = (
            self.h("signature, X509SubjectName", "ECMA-376-2, 13"),
            self.h("signature, SignatureComments", "MS-OFFCRYPTO 2.5.2.5"),
        );
        self.part("_xmlsignatures/sig1.xml", "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml", format!("<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><KeyInfo><X509Data><X509SubjectName>{subject}</X509SubjectName></X509Data></KeyInfo><Object><SignatureComments>{reason}</SignatureComments></Object></Signature>"));
        self.part(
            "_xmlsignatures/origin.sigs",
            "application/vnd.openxmlformats-package.digital-signature-origin",
            "",
        );
        self.relate(
            "",
            "rIdS",
            "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin",
            "_xmlsignatures/origin.sigs",
            false,
        );
        self.relate("_xmlsignatures/origin.sigs", "rId1", "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/signature", "sig1.xml", false);
    }

    fn theme(&mut self, folder: &str, main: &str) {
        let spec = "ECMA-376-1, 20.1.6";
        let mut n = |what: &str| self.p.hidden(format!("theme {what}"), spec);
        let (name, colours, fonts, formats, custom, extension) = (
            n("name"),
            n("name of the colour scheme"),
            n("name of the font scheme"),
            n("name of the format scheme"),
            n("custom colour name"),
            n("extension"),
        );
        let colour: String = [
            "dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5",
            "accent6", "hlink", "folHlink",
        ]
        .iter()
        .enumerate()
        .map(|(i, c)| {
            format!(
                "<a:{c}><a:srgbClr val=\"{:02X}{:02X}66\"/></a:{c}>",
                if i == 1 { 250 } else { i * 9 },
                if i == 1 { 250 } else { i * 7 }
            )
        })
        .collect();
        let font =
            "<a:latin typeface=\"Liberation Sans\"/><a:ea typeface=\"\"/><a:cs typeface=\"\"/>";
        let fill = "<a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill>".repeat(3);
        let line = format!(
            "<a:ln w=\"6350\">{}</a:ln>",
            "<a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill>"
        )
        .repeat(3);
        let effect = "<a:effectStyle><a:effectLst/></a:effectStyle>".repeat(3);
        self.part(&format!("{folder}/theme/theme1.xml"), "application/vnd.openxmlformats-officedocument.theme+xml", format!("<?xml version=\"1.0\"?><a:theme xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" name=\"{name}\"><a:themeElements><a:clrScheme name=\"{colours}\">{colour}</a:clrScheme><a:fontScheme name=\"{fonts}\"><a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme><a:fmtScheme name=\"{formats}\"><a:fillStyleLst>{fill}</a:fillStyleLst><a:lnStyleLst>{line}</a:lnStyleLst><a:effectStyleLst>{effect}</a:effectStyleLst><a:bgFillStyleLst>{fill}</a:bgFillStyleLst></a:fmtScheme></a:themeElements><a:custClrLst><a:custClr name=\"{custom}\"><a:srgbClr val=\"112233\"/></a:custClr></a:custClrLst><a:extLst><a:ext uri=\"{{{extension}}}\"/></a:extLst></a:theme>"));
        self.relate(main, "rIdTheme", "theme", "theme/theme1.xml", false);
    }

    /// A bar chart: titles are seen; the cached formula, names and the embedded workbook are not.
    pub(super) fn chart(&mut self, folder: &str) {
        let spec = "ECMA-376-1, 21.2";
        let (title, category) =
            (self.p.visible("chart title", spec), self.p.visible("chart category", spec));
        let mut n = |what: &str| self.p.hidden(format!("chart {what}"), spec);
        let (formula, hidden, user, external, alt) = (
            n("c:f formula"),
            n("name in a cache that nothing shows"),
            n("c:userShapes"),
            n("c:externalData target"),
            n("c:extLst"),
        );
        self.part(&format!("{folder}/charts/chart1.xml"), "application/vnd.openxmlformats-officedocument.drawingml.chart+xml", format!("<?xml version=\"1.0\"?><c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"{REL}\"><!-- {user} --><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:layout/><c:barChart><c:barDir val=\"col\"/><c:ser><c:idx val=\"0\"/><c:order val=\"0\"/><c:cat><c:strRef><c:f>[{formula}.xlsx]S!$A$1</c:f><c:strCache><c:ptCount val=\"1\"/><c:pt idx=\"0\"><c:v>{category}</c:v></c:pt><c:extLst><c:ext uri=\"x\"><x xmlns=\"urn:x\">{hidden}</x></c:ext></c:extLst></c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>S!$B$1</c:f><c:numCache><c:ptCount val=\"1\"/><c:pt idx=\"0\"><c:v>3</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser><c:axId val=\"1\"/><c:axId val=\"2\"/></c:barChart><c:catAx><c:axId val=\"1\"/><c:scaling/><c:delete val=\"0\"/><c:axPos val=\"b\"/><c:crossAx val=\"2\"/></c:catAx><c:valAx><c:axId val=\"2\"/><c:scaling/><c:delete val=\"0\"/><c:axPos val=\"l\"/><c:crossAx val=\"1\"/></c:valAx></c:plotArea></c:chart><c:externalData r:id=\"rId1\"/><c:extLst><c:ext uri=\"{{{alt}}}\"/></c:extLst></c:chartSpace>"));
        let cell = self.h("workbook embedded in a chart", "ECMA-376-1, 15.2.11");
        let book = zip::plain(&[(
            "xl/sharedStrings.xml".into(),
            format!("<sst><si><t>{cell}</t></si></sst>").into_bytes(),
            true,
        )]);
        self.part(&format!("{folder}/embeddings/book1.xlsx"), "", book);
        self.relate(
            &format!("{folder}/charts/chart1.xml"),
            "rId1",
            "package",
            "../embeddings/book1.xlsx",
            false,
        );
        self.relate(
            &format!("{folder}/charts/chart1.xml"),
            "rId2",
            "oleObject",
            &format!("file:///C:/{external}.xlsx"),
            true,
        );
    }

    /// The finished package, with everything that ZIP offers planted too.
    pub(super) fn finish(mut self, extension: &str) -> crate::Sample {
        let (kind, default) = (
            self.h("[Content_Types].xml, override of no part", OPC),
            self.h("[Content_Types].xml, comment", OPC),
        );
        let types = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><!-- {default} --><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/><Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/><Default Extension=\"bin\" ContentType=\"application/octet-stream\"/><Default Extension=\"xlsx\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\"/><Override PartName=\"/none.xml\" ContentType=\"application/{kind}\"/>{}</Types>",
            self.types
        );
        let mut all = vec![("[Content_Types].xml".to_owned(), types.into_bytes(), true)];
        let mut from: Vec<String> = self.relations.iter().map(|(from, _)| from.clone()).collect();
        from.sort();
        from.dedup();
        for source in from {
            let body: String = self
                .relations
                .iter()
                .filter(|(from, _)| *from == source)
                .map(|(_, text)| text.as_str())
                .collect();
            let (folder, name) = source
                .rsplit_once('/')
                .map_or((String::new(), source.as_str()), |(folder, name)| {
                    (format!("{folder}/"), name)
                });
            all.push((format!("{folder}_rels/{name}.rels"), format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{body}</Relationships>").into_bytes(), true));
        }
        all.append(&mut self.members);
        let bytes = zip::archive(&mut self.p, &all);
        self.p.sample(extension, bytes)
    }
}
