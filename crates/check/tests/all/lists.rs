//! Lists of people from what offices have: CSV, XLSX, mail, calendars, logs.

use std::io::Write;
use std::time::Instant;

use check::load;

use crate::{Folder, fault, folder};

const LEDGER: &str = "[[people]]\nfile = \"staff.csv\"\n[[circle]]\nname = \"legal\"\nfilter = 'unit = Legal and present contains 2019-03-14'\n";

fn staff(text: &str) -> String {
    fault(&[("ledger.toml", LEDGER), ("staff.csv", text)])
}

#[test]
fn broken_rows_are_named() {
    for (text, want) in [
        ("", "staff.csv: the file is empty: its first row has to name the columns"),
        (
            "title,unit\nx,y\n",
            "staff.csv:1: no column is called \"name\": say which one it is, name = \"…\". The columns are title, unit",
        ),
        (
            "name,unit,present\nAna,Legal,2019-03-14\nBen,Legal\n",
            "staff.csv:3: this row has 2 cells, the first row has 3: correct the separators, or put quotation marks around a cell that holds one",
        ),
        (
            "name,unit,present\n,Legal,2019-03-14\n",
            "staff.csv:2: this row has no name: give it one, or take it out",
        ),
        (
            "name,unit,unit\nAna,Legal,Press\n",
            "staff.csv:1: two columns are called \"unit\": give one of them another name",
        ),
        (
            "name,unit,present\nAna,Legal,\"2019-03-14\nBen,Legal,2019-03-14\n",
            "staff.csv:2: a quotation mark is opened here and not closed: close it, or write it twice if it belongs to the text",
        ),
        (
            "name,unti,present\nAna,Legal,2019-03-14\n",
            "ledger.toml:5: circle \"legal\": there is no column \"unit\" (did you mean \"unti\"?): the columns are present, unti, name, email\n    unit = Legal and present contains 2019-03-14\n    ^^^^",
        ),
    ] {
        assert_eq!(staff(text), want);
    }
    assert_eq!(
        fault(&[("ledger.toml", LEDGER), ("staf.csv", "name\n")]),
        "ledger.toml:2: the file \"staff.csv\" is not beside the ledger (did you mean \"staf.csv\"?): put it there, or correct the name"
    );
}

#[test]
fn separators_and_encodings_of_spreadsheets() {
    let names = |bytes: Vec<u8>| {
        let mut files = folder(&[("ledger.toml", "[[people]]\nfile = \"staff.csv\"\n")]);
        files.insert("staff.csv".into(), bytes);
        let resolved = load(&files).unwrap().resolve(&files, None).unwrap();
        let roster = resolved.roster();
        (0..roster.len()).map(|r| roster.name(r).to_owned()).collect::<Vec<_>>()
    };
    let want = ["Müller, Jo", "Ode"];
    assert_eq!(names("name;unit\n\"Müller, Jo\";Legal\n\nOde;x\n".into()), want);
    assert_eq!(names("name\tunit\nMüller, Jo\tLegal\nOde\t\n".into()), want);
    assert_eq!(names(b"name,unit\n\"M\xfcller, Jo\",Legal\nOde,\n".to_vec()), want);
    let wide = "name;unit\nMüller, Jo;Legal\nOde;x\n".encode_utf16();
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(wide.flat_map(u16::to_le_bytes)).collect();
    assert_eq!(names(wide), want);
}

/// A list of `n` people, of whom every hundredth was present.
fn long(n: usize, broken: Option<usize>) -> Vec<u8> {
    let mut out = Vec::from(*b"name,email,unit,present\n");
    for i in 0..n {
        if Some(i + 2) == broken {
            out.extend_from_slice(b"Somebody, without, all\n");
            continue;
        }
        let day = if i % 100 == 0 { "2019-03-14" } else { "2019-03-13" };
        let unit = ["Legal", "Press", "Works", "Health"][i % 4];
        writeln!(out, "Person {i},p{i}@example.org,{unit},{day}").unwrap();
    }
    out
}

fn million(broken: Option<usize>) -> Folder {
    let mut files = folder(&[("ledger.toml", LEDGER)]);
    files.insert("staff.csv".into(), long(1_000_000, broken));
    files
}

#[test]
fn a_million_rows_are_read_and_one_broken_line_is_named() {
    let begun = Instant::now();
    let files = million(None);
    let made = begun.elapsed();
    let begun = Instant::now();
    let resolved = load(&files).unwrap().resolve(&files, None).unwrap();
    let circle = resolved.exposure.find_circle("legal").unwrap();
    assert_eq!(resolved.exposure.people_in(circle).unwrap().len(), 10_000);
    let read = begun.elapsed();
    eprintln!("a million rows: made in {made:?}, read and filtered in {read:?}");
    let files = million(Some(765_432));
    let fault = load(&files).unwrap().resolve(&files, None).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "staff.csv:765432: this row has 3 cells, the first row has 4: correct the separators, or put quotation marks around a cell that holds one"
    );
    // An open quotation mark swallows what follows, and is found where it stands.
    let mut files = million(None);
    let text = String::from_utf8(files.remove("staff.csv").unwrap()).unwrap();
    let text = text.replacen("Person 400000,", "\"Person 400000,", 1);
    files.insert("staff.csv".into(), text.into_bytes());
    let fault = load(&files).unwrap().resolve(&files, None).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "staff.csv:400002: a quotation mark is opened here and not closed: close it, or write it twice if it belongs to the text"
    );
    // As is one byte of another encoding.
    let mut files = million(None);
    let bytes = files.get_mut("staff.csv").unwrap();
    let at = bytes.windows(14).position(|w| w == b"Person 500000,").unwrap();
    bytes[at] = 0xfc;
    let early = bytes.windows(11).position(|w| w == b"Person 100,").unwrap();
    bytes.splice(early..early + 2, "ü".bytes());
    let fault = load(&files).unwrap().resolve(&files, None).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "staff.csv:500002: this line is not UTF-8, while others are: save the file as UTF-8"
    );
}

#[test]
fn people_in_headers_are_found_by_address_then_by_name() {
    let files = folder(&[
        (
            "ledger.toml",
            "[[people]]\nfile = \"staff.csv\"\n[[list]]\naddress = \"ALL@x.org\"\nunits = [\"Legal\"]\n[[circle]]\nname = \"mail\"\nmail = [\"m.eml\"]\n",
        ),
        ("staff.csv", "name,email,unit\nAna,ana@x.org,Press\nBen,,Press\nCem,cem@x.org,Legal\n"),
        (
            "m.eml",
            "From: A. W. <ANA@x.org>\nTo: Ben <b@elsewhere.org>, all@x.org\nCc: Zoe <zoe@x.org>\n\nx",
        ),
    ]);
    let resolved = load(&files).unwrap().resolve(&files, None).unwrap();
    let circle = resolved.exposure.find_circle("mail").unwrap();
    let people = resolved.exposure.people_in(circle).unwrap();
    let names: Vec<_> = people.iter().map(|p| resolved.describe(exposure::PersonId(p))).collect();
    assert_eq!(names, ["Ana", "Ben", "Cem", "Zoe"]);
    assert_eq!(
        resolved.notes,
        [
            "m.eml names Zoe, on no list of people: each is counted as one more person. An address that stands for many has to be written down as a [[list]]."
        ]
    );
}

#[test]
fn units_hold_their_parts_and_those_without_names() {
    let files = folder(&[(
        "ledger.toml",
        "[[unit]]\nname = \"house\"\nheads = 100\n[[unit]]\nname = \"legal\"\nheads = 14\npart_of = \"house\"\n[[person]]\nname = \"Ana\"\nunit = \"legal\"\n[[person]]\nname = \"Ben\"\nunit = \"house\"\n[[circle]]\nname = \"l\"\nunits = [\"legal\"]\n[[circle]]\nname = \"h\"\ncircles = [\"house\"]\n",
    )]);
    let resolved = load(&files).unwrap().resolve(&files, None).unwrap();
    let set = |name: &str| {
        let id = resolved.exposure.find_circle(name).unwrap();
        resolved.exposure.people_in(id).unwrap().clone()
    };
    assert_eq!((set("l").len(), set("h").len()), (14, 100));
    assert!(set("l").is_subset(&set("h")));
    assert_eq!(resolved.exposure.listed_people(), 100);
    let other = set("l").iter().find(|p| *p > 1).unwrap();
    assert_eq!(resolved.describe(exposure::PersonId(other)), "somebody in legal");
}

fn xlsx(sheet: &str) -> Vec<u8> {
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let workbook = format!(
        "<workbook {main} xmlns:r=\"{relations}\"><sheets><sheet name=\"Staff\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let links = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let root = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let sheet = format!("<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>");
    crate::documents::packed(&[
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn row(n: usize, cells: &[&str]) -> String {
    let cell = |(i, text): (usize, &&str)| {
        let at = char::from(b'A' + u8::try_from(i).unwrap());
        format!("<c r=\"{at}{n}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let cells: String = cells.iter().enumerate().map(cell).collect();
    format!("<row r=\"{n}\">{cells}</row>")
}

#[test]
fn a_workbook_is_a_list_too() {
    let ledger = "[[people]]\nfile = \"staff.xlsx\"\nname = \"Who\"\n[[circle]]\nname = \"legal\"\nfilter = 'unit = Legal'\n";
    let read = |book: Vec<u8>| {
        let mut files = folder(&[("ledger.toml", ledger)]);
        files.insert("staff.xlsx".into(), book);
        load(&files).unwrap().resolve(&files, None)
    };
    let head = row(1, &["Who", "Email", "Unit"]);
    let rows =
        format!("{head}{}{}", row(2, &["Ana", "a@x.org", "Legal"]), row(4, &["Ben", "", "Press"]));
    let resolved = read(xlsx(&rows)).unwrap();
    assert_eq!((resolved.roster().len(), resolved.roster().email(0)), (2, "a@x.org"));
    let id = resolved.exposure.find_circle("legal").unwrap();
    assert_eq!(resolved.exposure.size_of(id).unwrap().lo(), 1);
    // A cell in the last row and column costs nothing, and is refused where it stands.
    let far = format!(
        "{rows}<row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>x</t></is></c></row>"
    );
    assert_eq!(
        read(xlsx(&far)).unwrap_err().to_string(),
        "staff.xlsx:1048576: there is something in column 16384, and a list of people has at most 256: delete what is not a list of people"
    );
    let nameless = format!("{head}{}", row(3, &["", "", "Legal"]));
    assert_eq!(
        read(xlsx(&nameless)).unwrap_err().to_string(),
        "staff.xlsx:3: this row has no name: give it one, or take it out"
    );
    assert_eq!(
        read(xlsx("")).unwrap_err().to_string(),
        "staff.xlsx: the sheet is empty: its first row has to name the columns"
    );
    assert!(
        read(b"PK\x03\x04x".to_vec())
            .unwrap_err()
            .to_string()
            .starts_with("staff.xlsx: the file is damaged")
    );
}
