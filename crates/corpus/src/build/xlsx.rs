//! XLSX (ECMA-376 part 1, SpreadsheetML, chapter 18).

use super::opc::Package;
use crate::plant::Sample;

const MAIN: &str = "xl/workbook.xml";
const NS: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
const X: &str = "ECMA-376-1, 18.3";

pub(super) fn samples() -> Vec<Sample> {
    let mut k = Package::new("XLSX", "xlsx");
    workbook(&mut k);
    strings(&mut k);
    sheets(&mut k);
    beside(&mut k);
    k.common("xl", MAIN);
    vec![k.finish("xlsx")]
}

fn part(k: &mut Package, file: &str, kind: &str, id: &str, relation: &str, body: String) {
    k.part(
        &format!("xl/{file}"),
        &format!("application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"),
        body,
    );
    if !id.is_empty() {
        k.relate(MAIN, id, relation, file, false);
    }
}

fn workbook(k: &mut Package) {
    let w = "ECMA-376-1, 18.2";
    let (seen, second) = (k.p.visible("sheet name", w), k.p.visible("second sheet name", w));
    let mut n = |place: &str| k.p.hidden(place, w);
    let body = format!(
        "<workbook {NS}><fileSharing userName=\"{}\"/><fileVersion appName=\"{}\" codeName=\"{{1}}\"/><workbookPr codeName=\"{}\"/><workbookProtection workbookHashValue=\"{}\"/><sheets><sheet name=\"{seen}\" sheetId=\"1\" r:id=\"rIdS1\"/><sheet name=\"{second}\" sheetId=\"2\" r:id=\"rIdS2\"/><sheet name=\"{}\" sheetId=\"3\" state=\"hidden\" r:id=\"rIdS3\"/><sheet name=\"{}\" sheetId=\"4\" state=\"veryHidden\" r:id=\"rIdS4\"/></sheets><functionGroups><functionGroup name=\"{}\"/></functionGroups><definedNames><definedName name=\"{}\" comment=\"{}\" description=\"{}\" hidden=\"1\">{}!$A$1</definedName></definedNames><customWorkbookViews><customWorkbookView name=\"{}\" guid=\"{{1}}\" activeSheetId=\"1\" windowWidth=\"1\" windowHeight=\"1\"/></customWorkbookViews><smartTagTypes><smartTagType name=\"{}\"/></smartTagTypes><webPublishing/><webPublishObjects><webPublishObject id=\"1\" divId=\"{}\" destinationFile=\"{}\"/></webPublishObjects><extLst><ext uri=\"{}\"/></extLst></workbook>",
        n("file sharing, user name"),
        n("file version, application"),
        n("workbook code name"),
        n("workbook protection hash"),
        n("hidden sheet, name"),
        n("very hidden sheet, name"),
        n("function group"),
        n("defined name"),
        n("defined name, comment"),
        n("defined name, description"),
        n("defined name, target"),
        n("custom view, name"),
        n("smart tag type"),
        n("web publishing, div"),
        n("web publishing, file"),
        n("workbook extension")
    );
    k.part(
        MAIN,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        body,
    );
    k.relate("", "rId1", "officeDocument", MAIN, false);
}

/// Shared strings, styles.
fn strings(k: &mut Package) {
    let s = "ECMA-376-1, 18.4";
    let (one, rich, phonetic, unused, note) = (
        k.p.visible("shared string", s),
        k.p.visible("rich shared string", s),
        k.h("phonetic run", "ECMA-376-1, 18.4.6"),
        k.h("shared string that no cell uses", s),
        k.h("comment in the shared strings", "XML 1.0, 2.5"),
    );
    let hidden: Vec<String> = [
        "in a hidden row",
        "in a hidden column",
        "in a hidden sheet",
        "in a very hidden sheet",
        "in a cell formatted ;;;",
        "in white on white",
        "in a row of no height",
        "in a filtered row",
        "in a collapsed group",
    ]
    .iter()
    .map(|place| k.h(&format!("cell {place}"), X))
    .collect();
    let items: String = hidden.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    let (a, b) = rich.split_at(5);
    part(
        k,
        "sharedStrings.xml",
        "sharedStrings",
        "rIdStr",
        "sharedStrings",
        format!(
            "<!-- {note} --><sst {NS} count=\"13\" uniqueCount=\"13\"><si><t>{one}</t></si><si><r><t>{a}</t></r><r><rPr><b/></rPr><t>{b}</t></r><rPh sb=\"0\" eb=\"1\"><t>{phonetic}</t></rPh></si>{items}<si><t>{unused}</t></si></sst>"
        ),
    );
    let (style, dxf, format, font, table, colour) = (
        k.h("name of a cell style", "ECMA-376-1, 18.8.7"),
        k.h("differential format that nothing uses", "ECMA-376-1, 18.8.14"),
        k.h("number format that no cell uses", "ECMA-376-1, 18.8.30"),
        k.h("name of a font that no cell uses", "ECMA-376-1, 18.8.22"),
        k.h("name of a table style", "ECMA-376-1, 18.8.40"),
        k.h("styles extension", "ECMA-376-1, 18.2.10"),
    );
    part(
        k,
        "styles.xml",
        "styles",
        "rIdSty",
        "styles",
        format!(
            "<styleSheet {NS}><numFmts><numFmt numFmtId=\"164\" formatCode=\";;;\"/><numFmt numFmtId=\"165\" formatCode=\"&quot;{format}&quot;0\"/></numFmts><fonts><font><sz val=\"11\"/><name val=\"Liberation Sans\"/></font><font><sz val=\"11\"/><color rgb=\"FFFFFFFF\"/><name val=\"Liberation Sans\"/></font><font><name val=\"{font}\"/></font></fonts><fills><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders><border/></borders><cellStyleXfs><xf numFmtId=\"0\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\" fontId=\"0\" xfId=\"0\"/><xf numFmtId=\"164\" fontId=\"0\" xfId=\"0\"/><xf numFmtId=\"0\" fontId=\"1\" xfId=\"0\"/></cellXfs><cellStyles><cellStyle name=\"{style}\" xfId=\"0\"/></cellStyles><dxfs><dxf><numFmt numFmtId=\"170\" formatCode=\"&quot;{dxf}&quot;\"/></dxf></dxfs><tableStyles><tableStyle name=\"{table}\"/></tableStyles><extLst><ext uri=\"{colour}\"/></extLst></styleSheet>"
        ),
    );
}

fn sheets(k: &mut Package) {
    let (inline, formula, number, header, validation_seen) = (
        k.p.visible("inline string", X),
        k.p.visible("formula result", X),
        k.p.visible("header of the page", "ECMA-376-1, 18.3.1.39"),
        k.p.visible("table column", "ECMA-376-1, 18.5"),
        k.p.visible("text of a linked cell", X),
    );
    let mut n = |place: &str, spec| k.p.hidden(place, spec);
    let cell = |at: &str, index: usize| format!("<c r=\"{at}\" t=\"s\"><v>{index}</v></c>");
    let body = format!(
        "<worksheet {NS}><!-- {} --><sheetPr codeName=\"{}\" filterMode=\"1\"/><dimension ref=\"A1:D30\"/><cols><col min=\"4\" max=\"4\" hidden=\"1\" width=\"9\"/><col min=\"5\" max=\"5\" width=\"0\" customWidth=\"1\"/></cols><sheetData><row r=\"1\" spans=\"1:4\">{}{}<c r=\"C1\" t=\"inlineStr\"><is><t>{inline}</t></is></c>{}</row><row r=\"2\" hidden=\"1\">{}</row><row r=\"3\"><c r=\"A3\" t=\"str\"><f>CONCATENATE(\"{}\",N(\"{}\"))</f><v>{formula}</v></c><c r=\"B3\" s=\"1\" t=\"s\"><v>6</v></c><c r=\"C3\" s=\"2\" t=\"s\"><v>7</v></c></row><row r=\"4\" ht=\"0\" customHeight=\"1\">{}</row><row r=\"5\" hidden=\"1\">{}</row><row r=\"6\" hidden=\"1\" outlineLevel=\"1\" collapsed=\"1\">{}</row><row r=\"7\"><c r=\"A7\" t=\"inlineStr\"><is><t>{validation_seen}</t></is></c></row><row r=\"20\"><c r=\"A20\" t=\"inlineStr\"><is><t>{header}</t></is></c></row></sheetData><sheetProtection hashValue=\"{}\"/><protectedRanges><protectedRange name=\"{}\" sqref=\"A1\"/></protectedRanges><scenarios><scenario name=\"{}\" user=\"{}\" comment=\"{}\"><inputCells r=\"A1\" val=\"{}\"/></scenario></scenarios><autoFilter ref=\"A1:A6\"><filterColumn colId=\"0\"><filters><filter val=\"{}\"/></filters></filterColumn></autoFilter><customSheetViews><customSheetView guid=\"{{1}}\"><headerFooter><oddHeader>{}</oddHeader></headerFooter></customSheetView></customSheetViews><conditionalFormatting sqref=\"A1\"><cfRule type=\"containsText\" priority=\"1\" operator=\"containsText\" text=\"{}\"/></conditionalFormatting><dataValidations><dataValidation type=\"list\" sqref=\"A1\" errorTitle=\"{}\" error=\"{}\" promptTitle=\"{}\" prompt=\"{}\"><formula1>\"{}\"</formula1></dataValidation></dataValidations><hyperlinks><hyperlink ref=\"A7\" r:id=\"rIdLink\" display=\"{}\" tooltip=\"{}\" location=\"{}\"/></hyperlinks><headerFooter><oddHeader>&amp;C{number}</oddHeader><firstHeader>{}</firstHeader></headerFooter><customProperties><customPr name=\"{}\" r:id=\"rIdCP\"/></customProperties><cellWatches><cellWatch r=\"A1\"/></cellWatches><smartTags><cellSmartTags r=\"A1\"><cellSmartTag type=\"0\"><cellSmartTagPr key=\"{}\" val=\"{}\"/></cellSmartTag></cellSmartTags></smartTags><drawing r:id=\"rIdD\"/><legacyDrawing r:id=\"rIdVml\"/><oleObjects><oleObject progId=\"{}\" shapeId=\"1\" r:id=\"rIdOle\"/></oleObjects><controls><control shapeId=\"2\" name=\"{}\" r:id=\"rIdCtl\"/></controls><webPublishItems><webPublishItem id=\"1\" divId=\"{}\" sourceType=\"sheet\" destinationFile=\"{}\" title=\"{}\"/></webPublishItems><tableParts count=\"1\"><tablePart r:id=\"rIdT\"/></tableParts><extLst><ext uri=\"{}\"/></extLst></worksheet>",
        n("comment in a sheet", "XML 1.0, 2.5"),
        n("sheet code name", X),
        cell("A1", 0),
        cell("B1", 1),
        cell("D1", 3),
        cell("A2", 2),
        n("formula, its text", "ECMA-376-1, 18.3.1.40"),
        n("formula, a note in it", "ECMA-376-1, 18.3.1.40"),
        cell("A4", 8),
        cell("A5", 9),
        cell("A6", 10),
        n("sheet protection hash", X),
        n("protected range", "ECMA-376-1, 18.3.1.71"),
        n("scenario", "ECMA-376-1, 18.3.1.76"),
        n("scenario, user", "ECMA-376-1, 18.3.1.76"),
        n("scenario, comment", "ECMA-376-1, 18.3.1.76"),
        n("scenario, value", "ECMA-376-1, 18.3.1.76"),
        n("filter value", "ECMA-376-1, 18.3.2"),
        n("custom view, header", "ECMA-376-1, 18.3.1.25"),
        n("conditional format, text", "ECMA-376-1, 18.3.1.10"),
        n("data validation, error title", "ECMA-376-1, 18.3.1.32"),
        n("data validation, error", "ECMA-376-1, 18.3.1.32"),
        n("data validation, prompt title", "ECMA-376-1, 18.3.1.32"),
        n("data validation, prompt", "ECMA-376-1, 18.3.1.32"),
        n("data validation, list", "ECMA-376-1, 18.3.1.32"),
        n("link, display", "ECMA-376-1, 18.3.1.47"),
        n("link, tooltip", "ECMA-376-1, 18.3.1.47"),
        n("link, location", "ECMA-376-1, 18.3.1.47"),
        n("header of a first page that is not different", "ECMA-376-1, 18.3.1.42"),
        n("custom property, name", "ECMA-376-1, 18.3.1.22"),
        n("smart tag, key", "ECMA-376-1, 18.3.1.14"),
        n("smart tag, value", "ECMA-376-1, 18.3.1.14"),
        n("OLE object, ProgID", "ECMA-376-1, 18.3.1.59"),
        n("control, name", "ECMA-376-1, 18.3.1.19"),
        n("publish item, div", X),
        n("publish item, file", X),
        n("publish item, title", X),
        n("sheet extension", "ECMA-376-1, 18.2.10")
    );
    part(k, "worksheets/sheet1.xml", "worksheet", "rIdS1", "worksheet", body);
    for (number, index) in [(2, 0), (3, 4), (4, 5)] {
        part(
            k,
            &format!("worksheets/sheet{number}.xml"),
            "worksheet",
            &format!("rIdS{number}"),
            "worksheet",
            format!(
                "<worksheet {NS}><sheetData><row r=\"1\">{}</row></sheetData></worksheet>",
                cell("A1", index)
            ),
        );
    }
    let sheet = "xl/worksheets/sheet1.xml";
    let link = k.h("address of a link", "ECMA-376-1, 18.3.1.47");
    k.relate(sheet, "rIdLink", "hyperlink", &format!("https://example.org/?id={link}"), true);
    for (id, kind, target) in [
        ("rIdD", "drawing", "../drawings/drawing1.xml"),
        ("rIdVml", "vmlDrawing", "../drawings/vml1.vml"),
        ("rIdOle", "oleObject", "../embeddings/oleObject1.bin"),
        ("rIdT", "table", "../tables/table1.xml"),
        ("rIdCo", "comments", "../comments1.xml"),
        ("rIdCP", "customProperty", "../customProperty1.bin"),
        ("rIdQ", "pivotTable", "../pivotTables/pivotTable1.xml"),
    ] {
        k.relate(sheet, id, kind, target, false);
    }
    k.relate(
        sheet,
        "rIdTh",
        "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment",
        "../threadedComments/threadedComment1.xml",
        false,
    );
}

/// Comments, drawings, tables, pivot caches, connections, revisions.
fn beside(k: &mut Package) {
    let c = "ECMA-376-1, 18.7";
    let mut n = |place: &str, spec| k.p.hidden(place, spec);
    let comments = format!(
        "<comments {NS}><authors><author>{}</author></authors><commentList><comment ref=\"A1\" authorId=\"0\"><text><t>{}</t></text></comment></commentList></comments>",
        n("comment, author", c),
        n("comment", c)
    );
    let threaded = format!(
        "<ThreadedComments xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments\"><threadedComment ref=\"A1\" personId=\"{{1}}\" id=\"{{2}}\"><text>{}</text></threadedComment></ThreadedComments>",
        n("threaded comment", "MS-XLSX 2.6.203")
    );
    let people = format!(
        "<personList xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments\"><person displayName=\"{}\" userId=\"{}\" id=\"{{1}}\" providerId=\"AD\"/></personList>",
        n("person, name", "MS-XLSX 2.6.204"),
        n("person, user ID", "MS-XLSX 2.6.204")
    );
    let table = format!(
        "<table {NS} id=\"1\" name=\"{}\" displayName=\"{}\" comment=\"{}\" ref=\"A20:A20\"><tableColumns count=\"1\"><tableColumn id=\"1\" name=\"x\" totalsRowLabel=\"{}\" uniqueName=\"{}\"><calculatedColumnFormula>{}</calculatedColumnFormula></tableColumn></tableColumns></table>",
        n("table, name", "ECMA-376-1, 18.5"),
        n("table, display name", "ECMA-376-1, 18.5"),
        n("table, comment", "ECMA-376-1, 18.5"),
        n("table column, totals label that is not shown", "ECMA-376-1, 18.5"),
        n("table column, unique name", "ECMA-376-1, 18.5"),
        n("table column, formula", "ECMA-376-1, 18.5")
    );
    let drawing = format!(
        "<xdr:wsDr xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><xdr:oneCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>8</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx=\"952500\" cy=\"714375\"/><xdr:pic macro=\"{}\"><xdr:nvPicPr><xdr:cNvPr id=\"2\" name=\"{}\" descr=\"{}\" title=\"{}\"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed=\"rId1\"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>",
        n("drawing, macro", "ECMA-376-1, 20.5"),
        n("drawing, name", "ECMA-376-1, 20.5"),
        n("drawing, description (alt text)", "ECMA-376-1, 20.5"),
        n("drawing, title (alt text)", "ECMA-376-1, 20.5")
    );
    let vml = format!(
        "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><v:shape id=\"{}\" alt=\"{}\"><x:ClientData ObjectType=\"Note\"/></v:shape></xml>",
        n("VML shape ID", "ECMA-376-4, 19"),
        n("VML alt text", "ECMA-376-4, 19")
    );
    let connections = format!(
        "<connections {NS}><connection id=\"1\" name=\"{}\" description=\"{}\" odcFile=\"{}\" sourceFile=\"{}\"><dbPr connection=\"{}\" command=\"{}\"/><textPr sourceFile=\"{}\"/><webPr url=\"https://{}/\" post=\"{}\"/></connection></connections>",
        n("connection, name", "ECMA-376-1, 18.13"),
        n("connection, description", "ECMA-376-1, 18.13"),
        n("connection, ODC file", "ECMA-376-1, 18.13"),
        n("connection, source file", "ECMA-376-1, 18.13"),
        n("connection string", "ECMA-376-1, 18.13"),
        n("connection, command", "ECMA-376-1, 18.13"),
        n("text connection, file", "ECMA-376-1, 18.13"),
        n("web connection, address", "ECMA-376-1, 18.13"),
        n("web connection, post", "ECMA-376-1, 18.13")
    );
    let cache = format!(
        "<pivotCacheDefinition {NS} refreshedBy=\"{}\" r:id=\"rId1\"><cacheSource type=\"worksheet\"><worksheetSource ref=\"A1:B2\" sheet=\"{}\"/></cacheSource><cacheFields><cacheField name=\"{}\"><sharedItems><s v=\"{}\"/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>",
        n("pivot cache, refreshed by", "ECMA-376-1, 18.10"),
        n("pivot cache, source sheet", "ECMA-376-1, 18.10"),
        n("pivot cache, field", "ECMA-376-1, 18.10"),
        n("pivot cache, item", "ECMA-376-1, 18.10")
    );
    let records = format!(
        "<pivotCacheRecords {NS}><r><s v=\"{}\"/></r></pivotCacheRecords>",
        n("pivot cache, record", "ECMA-376-1, 18.10")
    );
    let pivot = format!(
        "<pivotTableDefinition {NS} name=\"{}\" cacheId=\"1\" dataCaption=\"{}\" tag=\"{}\"/>",
        n("pivot table, name", "ECMA-376-1, 18.10"),
        n("pivot table, caption that is not shown", "ECMA-376-1, 18.10"),
        n("pivot table, tag", "ECMA-376-1, 18.10")
    );
    let users = format!(
        "<users {NS}><userInfo guid=\"{{1}}\" name=\"{}\" id=\"1\" dateTime=\"2001-01-01T00:00:00\"/></users>",
        n("shared workbook, user", "ECMA-376-1, 18.11")
    );
    let headers = format!(
        "<headers {NS} guid=\"{{1}}\"><header guid=\"{{1}}\" dateTime=\"2001-01-01T00:00:00\" userName=\"{}\" r:id=\"rId1\"/></headers>",
        n("revision header, user", "ECMA-376-1, 18.11")
    );
    let log = format!(
        "<revisions {NS}><rcc rId=\"1\" sId=\"1\"><oc r=\"A1\" t=\"inlineStr\"><is><t>{}</t></is></oc></rcc><rcmt sheetId=\"1\" cell=\"A1\" author=\"{}\"/></revisions>",
        n("revision log, former value", "ECMA-376-1, 18.11"),
        n("revision log, author", "ECMA-376-1, 18.11")
    );
    let external = format!(
        "<externalLink {NS}><externalBook r:id=\"rId1\"><sheetNames><sheetName val=\"{}\"/></sheetNames><sheetDataSet><sheetData sheetId=\"0\"><row r=\"1\"><cell r=\"A1\" t=\"str\"><v>{}</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>",
        n("external book, sheet name", "ECMA-376-1, 18.14"),
        n("external book, cached cell", "ECMA-376-1, 18.14")
    );
    let map = format!(
        "<MapInfo {NS} SelectionNamespaces=\"\"><Schema ID=\"S\"><x xmlns=\"urn:{}\"/></Schema><Map ID=\"1\" Name=\"{}\" RootElement=\"x\" SchemaID=\"S\"/></MapInfo>",
        n("XML map, schema", "ECMA-376-1, 18.17"),
        n("XML map, name", "ECMA-376-1, 18.17")
    );
    let query = format!(
        "<queryTable {NS} name=\"{}\" connectionId=\"1\"/>",
        n("query table", "ECMA-376-1, 18.15")
    );
    let meta = format!(
        "<metadata {NS}><metadataTypes><metadataType name=\"{}\"/></metadataTypes><metadataStrings><s v=\"{}\"/></metadataStrings></metadata>",
        n("metadata type", "ECMA-376-1, 18.9"),
        n("metadata string", "ECMA-376-1, 18.9")
    );
    let chain = format!(
        "<calcChain {NS}><c r=\"A3\" i=\"1\"/><extLst><ext uri=\"{}\"/></extLst></calcChain>",
        n("calculation chain, extension", "ECMA-376-1, 18.6")
    );
    let property = n("custom property, data", "ECMA-376-1, 15.2.4");
    let (path, single) = (
        n("external book, path", "ECMA-376-1, 18.14"),
        n("volatile dependency", "ECMA-376-1, 18.16"),
    );
    for (file, kind, id, relation, body) in [
        ("comments1.xml", "comments", "", "", comments),
        ("tables/table1.xml", "table", "", "", table),
        ("connections.xml", "connections", "rIdCon", "connections", connections),
        (
            "pivotCache/pivotCacheDefinition1.xml",
            "pivotCacheDefinition",
            "rIdPC",
            "pivotCacheDefinition",
            cache,
        ),
        ("pivotCache/pivotCacheRecords1.xml", "pivotCacheRecords", "", "", records),
        ("pivotTables/pivotTable1.xml", "pivotTable", "", "", pivot),
        ("revisions/userNames.xml", "userNames", "rIdUsr", "usernames", users),
        ("revisions/revisionHeaders.xml", "revisionHeaders", "rIdRev", "revisionHeaders", headers),
        ("revisions/revisionLog1.xml", "revisionLog", "", "", log),
        ("externalLinks/externalLink1.xml", "externalLink", "rIdExt", "externalLink", external),
        ("xmlMaps.xml", "xmlMaps", "rIdMap", "xmlMaps", map),
        ("queryTables/queryTable1.xml", "queryTable", "rIdQT", "queryTable", query),
        ("metadata.xml", "sheetMetadata", "rIdMeta", "sheetMetadata", meta),
        ("calcChain.xml", "calcChain", "rIdCalc", "calcChain", chain),
        (
            "volatileDependencies.xml",
            "volatileDependencies",
            "rIdVol",
            "volatileDependencies",
            format!(
                "<volTypes {NS}><volType type=\"realTimeData\"><main first=\"{single}\"/></volType></volTypes>"
            ),
        ),
    ] {
        part(k, file, kind, id, relation, body);
    }
    k.relate(
        "xl/externalLinks/externalLink1.xml",
        "rId1",
        "externalLinkPath",
        &format!("file:///C:/{path}.xlsx"),
        true,
    );
    k.relate(
        "xl/pivotCache/pivotCacheDefinition1.xml",
        "rId1",
        "pivotCacheRecords",
        "pivotCacheRecords1.xml",
        false,
    );
    k.relate("xl/revisions/revisionHeaders.xml", "rId1", "revisionLog", "revisionLog1.xml", false);
    k.relate("xl/drawings/drawing1.xml", "rId1", "image", "../media/image1.png", false);
    k.part(
        "xl/drawings/drawing1.xml",
        "application/vnd.openxmlformats-officedocument.drawing+xml",
        drawing,
    );
    k.part("xl/drawings/vml1.vml", "application/vnd.openxmlformats-officedocument.vmlDrawing", vml);
    k.part(
        "xl/threadedComments/threadedComment1.xml",
        "application/vnd.ms-excel.threadedcomments+xml",
        threaded,
    );
    k.part("xl/persons/person.xml", "application/vnd.ms-excel.person+xml", people);
    k.relate(
        MAIN,
        "rIdPer",
        "http://schemas.microsoft.com/office/2017/10/relationships/person",
        "persons/person.xml",
        false,
    );
    k.part(
        "xl/customProperty1.bin",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.customProperty",
        property,
    );
}
