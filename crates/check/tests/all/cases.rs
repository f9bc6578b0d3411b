//! Every shipped case says what history showed.

#[test]
fn every_case_says_what_history_showed() {
    let names = check::cases::names();
    assert!(names.len() >= 8, "{names:?}");
    let mut wrong = Vec::new();
    for name in names {
        let case = check::cases::run(&name).unwrap_or_else(|e| panic!("{name}: {e}"));
        wrong.extend(case.wrong.iter().map(|w| format!("{name}: {w}")));
        assert!(!case.about.cite.is_empty(), "{name} cites nothing");
        assert!(case.about.expect.verdict.is_some(), "{name} expects no verdict");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
