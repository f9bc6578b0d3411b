//! The example of `docs/ledger.md` is a ledger.

use check::report::Verdict;

use crate::{Folder, check, folder};

pub(crate) const PAGE: &str = include_str!("../../../../docs/ledger.md");

pub(crate) fn example() -> Folder {
    let start = PAGE.find("```toml\n").unwrap() + 8;
    let end = start + PAGE[start..].find("```").unwrap();
    let mut staff = String::from("name,email,unit,present\n");
    for n in 0..11 {
        staff.push_str(&format!("Lawyer {n},l{n}@example.org,Legal,2019-03-14\n"));
    }
    staff.push_str("Ana Weber,ana@example.org,Legal,2019-03-01..2019-03-20\n");
    let mut ics = String::from("BEGIN:VCALENDAR\nORGANIZER;CN=Ana Weber:mailto:ana@example.org\n");
    for n in 0..10 {
        ics.push_str(&format!("ATTENDEE:mailto:l{n}@example.org\n"));
    }
    folder(&[
        ("ledger.toml", &PAGE[start..end]),
        ("staff.csv", &staff),
        ("invitation.ics", &ics),
        ("memo.eml", "From: Ana Weber <ana@example.org>\nTo: all-legal@example.org\n\nx"),
        (
            "access.log",
            "h - ana@example.org [14/Mar/2019:09:40:00 +0000] \"GET /memo.pdf HTTP/1.1\" 200 5\n",
        ),
    ])
}

#[test]
fn the_example_is_a_ledger_and_its_draft_is_checked() {
    let draft = "In mid-March they met.\n\nThe memo says: “we cannot defend this”, and more.\n";
    let report = check(draft, &example()).unwrap();
    assert_eq!(report.sentences.len(), 2);
    assert_eq!(report.verdict, Verdict::Clear, "{report:#?}");
    assert_eq!((report.left.lo, report.left.hi), (40, 60));
    assert!(report.clear, "{report:#?}");
    assert_eq!(report.published.len(), 1);
}

#[test]
fn the_case_in_the_page_is_one() {
    let start = PAGE.rfind("```toml\n").unwrap() + 8;
    let end = start + PAGE[start..].find("```").unwrap();
    let case: check::cases::About = toml::from_str(&PAGE[start..end]).unwrap();
    assert_eq!(case.expect.plan_cost, Some(3));
}
