//! Workbooks: values stay, what computes or hides goes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
#![allow(dead_code)]

mod office;

use office::{archive, clean, member, only_shown, rels, removed, types, unpacked};
use sanitize::{Format, Kind};

const X: &str = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;

/// A workbook with these sheets (state, content), texts and styles.
fn xlsx(sheets: &[(&str, &str)], strings: &str, styles: &str, names: &str) -> Vec<u8> {
    let mut kinds = vec![
        ("xl/workbook.xml".to_owned(), "spreadsheetml.sheet.main"),
        ("xl/styles.xml".to_owned(), "spreadsheetml.styles"),
        ("xl/sharedStrings.xml".to_owned(), "spreadsheetml.sharedStrings"),
    ];
    let (mut list, mut links, mut parts) = (String::new(), Vec::new(), Vec::new());
    for (at, (state, content)) in sheets.iter().enumerate() {
        let name = format!("xl/worksheets/sheet{}.xml", at + 1);
        kinds.push((name.clone(), "spreadsheetml.worksheet"));
        let called = if state.is_empty() { "Shown".into() } else { format!("HIDDEN{at}") };
        list.push_str(
            &format!(
                r#"<sheet name="{called} {at}" sheetId="{}" state="{state}" r:id="rId{}"/>"#,
                at + 7,
                at + 1
            )
            .replace(r#"state="""#, ""),
        );
        links.push((
            format!("rId{}", at + 1),
            "worksheet".to_owned(),
            format!("worksheets/sheet{}.xml", at + 1),
        ));
        parts.push((name, format!("<worksheet {X}>{content}</worksheet>")));
    }
    links.push(("rId90".into(), "styles".into(), "styles.xml".into()));
    links.push(("rId91".into(), "sharedStrings".into(), "sharedStrings.xml".into()));
    parts.push(("xl/styles.xml".into(), format!("<styleSheet {X}>{styles}</styleSheet>")));
    parts.push(("xl/sharedStrings.xml".into(), format!("<sst {X}>{strings}</sst>")));
    parts.push((
        "xl/workbook.xml".into(),
        format!(r#"<workbook {X}><fileSharing userName="HIDDEN"/><workbookPr codeName="HIDDEN" date1904="1"/><sheets>{list}</sheets><definedNames>{names}</definedNames></workbook>"#),
    ));
    let kinds: Vec<_> = kinds.iter().map(|(a, b)| (a.as_str(), *b)).collect();
    let links: Vec<_> =
        links.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    parts.push(("[Content_Types].xml".into(), types(&kinds)));
    parts.push(("_rels/.rels".into(), rels(&[("rId1", "officeDocument", "xl/workbook.xml")])));
    parts.push(("xl/_rels/workbook.xml.rels".into(), rels(&links)));
    parts.reverse();
    let members: Vec<_> = parts.iter().map(|(a, b)| (a.as_str(), b.as_bytes())).collect();
    archive(&members)
}

fn texts(all: &[&str]) -> String {
    all.iter()
        .map(|text| {
            format!("<si><t>{text}</t><rPh sb=\"0\" eb=\"1\"><t>HIDDENreading</t></rPh></si>")
        })
        .collect()
}

#[test]
fn values_stay_and_formulas_texts_and_names_that_are_not_shown_go() {
    let sheet = r#"<sheetData><row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1"><f>SUM(HIDDEN!A1)</f><v>42</v></c><c r="C1" t="str"><f>"HIDDEN"</f><v>SHOWN formula text</v></c><c r="D1" t="inlineStr"><is><t>SHOWN inline</t></is></c><c r="E1" t="b"><v>1</v></c><c r="F1" t="e"><v>#DIV/0!</v></c></row></sheetData><hyperlinks><hyperlink ref="A1" location="HIDDEN"/></hyperlinks><dataValidations><dataValidation sqref="A1" prompt="HIDDEN"><formula1>"HIDDEN"</formula1></dataValidation></dataValidations>"#;
    let names = r#"<definedName name="HIDDEN">1</definedName><definedName name="_xlnm.Print_Area" localSheetId="0">'Shown 0'!$A$1:$C$3</definedName>"#;
    let input = xlsx(&[("", sheet)], &texts(&["HIDDEN unused", "SHOWN"]), "", names);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    assert_eq!(cleaned.format, Format::Xlsx);
    let sheet = member(&cleaned.bytes, "xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains("<v>42</v>") && sheet.contains("<v>#DIV/0!</v>") && !sheet.contains("<f"),
        "{sheet}"
    );
    let all = unpacked(&cleaned.bytes);
    assert!(all.contains("SHOWN formula text") && all.contains("SHOWN inline"), "{all}");
    assert!(all.contains("$A$1:$C$3") && all.contains(r#"date1904="1""#), "{all}");
    assert!(removed(&cleaned, Kind::Code) && removed(&cleaned, Kind::ExternalReferences));
    assert_eq!(clean(&cleaned.bytes, &[]).unwrap().bytes, cleaned.bytes, "clean is a fixed point");
}

#[test]
fn hidden_sheets_rows_columns_and_cells_go_or_are_kept() {
    let styles = r#"<numFmts><numFmt numFmtId="164" formatCode=";;;"/><numFmt numFmtId="165" formatCode="0&quot;SHOWNunit&quot;;-0&quot;HIDDENunit&quot;"/><numFmt numFmtId="166" formatCode="&quot;HIDDENunused&quot;"/></numFmts><fonts><font><name val="Arial"/></font><font><color rgb="FFFFFFFF"/><name val="HIDDEN font"/></font></fonts><fills><fill/><fill/></fills><borders><border/></borders><cellXfs><xf numFmtId="0" fontId="0" fillId="0"/><xf numFmtId="164" fontId="0" fillId="0"/><xf numFmtId="165" fontId="0" fillId="0"/><xf numFmtId="0" fontId="1" fillId="0"/><xf numFmtId="166"/></cellXfs><cellStyles><cellStyle name="HIDDEN style" xfId="0"/></cellStyles>"#;
    let sheet = r#"<cols><col min="2" max="2" hidden="1" width="9"/></cols><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" s="1" t="s"><v>2</v></c><c r="D1" s="2"><v>5</v></c><c r="E1" s="3" t="s"><v>3</v></c></row><row r="2" hidden="1"><c r="A2" t="s"><v>4</v></c></row><row r="3"><c r="A3" t="s"><v>0</v></c><c r="C3" t="s"><v>5</v></c></row></sheetData><mergeCells><mergeCell ref="A3:D3"/></mergeCells>"#;
    let secret = r#"<sheetData><row r="1"><c r="A1" t="s"><v>6</v></c></row></sheetData>"#;
    let strings =
        texts(&["SHOWN", "HIDDEN1", "HIDDEN2", "HIDDEN3", "HIDDEN4", "HIDDEN5", "HIDDEN6"]);
    let input =
        xlsx(&[("", sheet), ("hidden", secret), ("veryHidden", secret)], &strings, styles, "");
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let all = unpacked(&cleaned.bytes);
    assert!(all.contains("SHOWNunit"), "{all}");
    for kind in [Kind::HiddenSheets, Kind::HiddenRows, Kind::HiddenText, Kind::Identifiers] {
        assert!(removed(&cleaned, kind), "{kind:?}");
    }
    let kept = clean(&input, &[Kind::HiddenSheets, Kind::HiddenRows, Kind::HiddenText]).unwrap();
    let all = unpacked(&kept.bytes);
    assert!((1..=6).all(|n| all.contains(&format!("HIDDEN{n}"))), "{all}");
}

#[test]
fn a_workbook_of_hidden_sheets_is_refused_with_the_mend() {
    let input = xlsx(&[("hidden", "<sheetData/>")], "", "", "");
    let said = clean(&input, &[]).unwrap_err().to_string();
    assert!(said.contains("show a sheet first"), "{said}");
}

#[test]
fn rules_of_look_stay_if_they_name_no_text() {
    let sheet = r#"<sheetData/><conditionalFormatting sqref="A1:A9"><cfRule type="expression" dxfId="0" priority="1"><formula>MOD(ROW(),2)=0</formula></cfRule><cfRule type="expression" dxfId="1" priority="2"><formula>A1="HIDDEN"</formula></cfRule></conditionalFormatting><headerFooter><oddHeader>&amp;CSHOWN&amp;G</oddHeader><firstHeader>HIDDEN</firstHeader></headerFooter>"#;
    let styles = r#"<dxfs><dxf><fill><patternFill><bgColor rgb="FFFF0000"/></patternFill></fill></dxf><dxf><numFmt numFmtId="170" formatCode="&quot;HIDDEN&quot;"/></dxf></dxfs>"#;
    let cleaned = clean(&xlsx(&[("", sheet)], "", styles, ""), &[]).unwrap();
    only_shown(&cleaned);
    assert!(member(&cleaned.bytes, "xl/worksheets/sheet1.xml").contains("MOD(ROW(),2)=0"));
}
