//! Drafts at the desk: marks, what has gone out, and taking changes back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod support;

use desk::draft::{DraftError, Gone, Marking, PlanStep};
use serde_json::{Value, json};
use support::*;

const TEXT: &str =
    "Paid twice\n\nThe fund paid 4,218 invoices twice.\n\nTwelve sat in the meeting. Nobody spoke.";

/// A draft of two marks at a desk of its own.
struct Room {
    desk: TestDesk,
    draft: u64,
}

impl Room {
    fn new(seed: u64) -> Self {
        let mut site = FakeSite::new(seed, envelope::time::TickLength::HOUR, START);
        let desk = TestDesk::new(&mut site, seed, START);
        let draft = desk.desk.new_draft("Paid twice", TEXT, START).unwrap();
        let room = Self { desk, draft };
        room.mark("The fund paid 4,218 invoices twice.", "the annex", "6");
        room.mark("Twelve sat in the meeting.", "the meeting", "12");
        room
    }

    fn mark(&self, words: &str, who: &str, many: &str) -> Value {
        let now = self.read();
        let text = now["text"].as_str().unwrap().to_owned();
        let start = text.find(words).unwrap();
        let marking =
            json!({ "start": start, "end": start + words.len(), "who": who, "many": many });
        let marking: Marking = serde_json::from_value(marking).unwrap();
        json(self.desk.desk.mark_draft(self.draft, text, &marking, START).unwrap())
    }

    fn read(&self) -> Value {
        json(self.desk.desk.read_draft(self.draft, None, START).unwrap())
    }

    fn text(&self) -> String {
        self.read()["text"].as_str().unwrap().to_owned()
    }

    fn follow_the_plan(&self) -> Value {
        let now = self.read();
        let steps = now["plan"].as_array().unwrap().iter();
        let steps: Vec<PlanStep> =
            steps.map(|s| serde_json::from_value(s.clone()).unwrap()).collect();
        assert!(!steps.is_empty());
        json(self.desk.desk.apply_plan(self.draft, self.text(), &steps, START).unwrap())
    }

    fn undo(&self) -> Result<Value, DraftError> {
        self.desk.desk.undo_draft(self.draft, START).map(json)
    }

    fn gone(&self, gone: Value) -> Result<Value, DraftError> {
        let gone: Gone = serde_json::from_value(gone).unwrap();
        self.desk.desk.record_draft(self.draft, self.text(), &gone, START).map(json)
    }
}

fn json(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn quotes(reading: &Value) -> Vec<&str> {
    reading["marks"].as_array().unwrap().iter().map(|m| m["quote"].as_str().unwrap()).collect()
}

#[test]
fn each_change_can_be_taken_back() {
    let room = Room::new(1);
    let before = room.read();
    assert_eq!(before["undo"], "the mark");
    assert_eq!(before["crowd"], json!({ "of": 12, "left": [1, 6], "k": 20 }));
    let after = room.follow_the_plan();
    assert_eq!(after["undo"], "the plan");
    assert!(!room.text().contains("4,218"));
    assert!(!room.text().contains("\n\n\n"), "no empty paragraph stays: {:?}", room.text());

    assert_eq!(after["verdict"]["state"], "empty");
    assert_eq!(after["crowd"], json!({ "of": 20, "left": [20, 20], "k": 20 }));

    let back = room.undo().unwrap();
    assert_eq!(room.text(), TEXT);
    assert_eq!(quotes(&back), quotes(&before));
    assert_eq!(back["verdict"], before["verdict"]);
    // A mark put in another's place, and back.
    room.mark("The fund paid 4,218 invoices twice.", "the house", "400");
    assert_eq!(room.undo().unwrap()["marks"], before["marks"]);
    // The two marks, then nothing is left to take back.
    room.undo().unwrap();
    assert_eq!(quotes(&room.undo().unwrap()), Vec::<&str>::new());
    assert_eq!(room.read()["undo"], Value::Null);
    assert!(matches!(room.undo(), Err(DraftError::Input(_))));
}

#[test]
fn an_edit_is_one_change_until_a_pause() {
    let room = Room::new(2);
    let desk = &room.desk.desk;
    for (n, words) in [(0, " One"), (2, " One more"), (1000, " One more, later")] {
        desk.save_draft(room.draft, format!("{TEXT}{words}"), START + n).unwrap();
    }
    room.undo().unwrap();
    assert!(room.text().ends_with(" One more"));
    room.undo().unwrap();
    assert_eq!(room.text(), TEXT);
    // What was typed and not yet kept is a change of its own before the mark that came with it.
    let typed = format!("{TEXT} Typed.");
    let marking = json!({ "start": 0, "end": 10, "who": "all", "many": "500" });
    let marking: Marking = serde_json::from_value(marking).unwrap();
    desk.mark_draft(room.draft, typed.clone(), &marking, START).unwrap();
    room.undo().unwrap();
    assert_eq!(room.text(), typed);
    room.undo().unwrap();
    assert_eq!(room.text(), TEXT);
}

#[test]
fn what_has_gone_out_stays_out() {
    let room = Room::new(3);
    let refused = |gone: Value| match room.gone(gone) {
        Err(DraftError::Input(why)) => why,
        other => panic!("{other:?}"),
    };
    assert!(refused(json!({ "kind": "question", "to": " " })).contains("who"));
    assert!(refused(json!({ "kind": "story", "on": "2999-01-01" })).contains("not come yet"));
    assert!(refused(json!({ "kind": "story", "on": "soon" })).contains("not a date"));
    assert!(refused(json!({ "kind": "story", "marks": [] })).contains("nothing to record"));
    assert_eq!(room.read()["history"], json!([]));

    // Only the meeting was put to the ministry, and an older story comes before it.
    let meeting = room.read()["marks"][1]["id"].clone();
    let question = json!({ "kind": "question", "to": "the ministry", "marks": [meeting] });
    let after = room.gone(question).unwrap();
    assert_eq!(after["history"][0]["to"], "the ministry");
    assert_eq!(after["history"][0]["kind"], "sent for comment");
    assert_eq!(after["history"][0]["left"][1], 12);
    assert_eq!(after["history"][1]["left"][1], 6, "with this draft");
    let annex = room.read()["marks"][0]["id"].clone();
    let story =
        json!({ "kind": "story", "name": "First story", "on": "2020-01-02", "marks": [annex] });
    let after = room.gone(story).unwrap();
    let names: Vec<_> = after["history"].as_array().unwrap().iter().map(|p| &p["name"]).collect();
    assert_eq!(names, ["First story", "Paid twice", "this draft"]);
    assert_eq!(after["history"][0]["at"], "2020-01-02");

    // Undoing the marks leaves what is out.
    while room.undo().is_ok() {}
    let bare = room.read();
    assert_eq!(quotes(&bare), Vec::<&str>::new());
    assert_eq!(bare["history"].as_array().unwrap().len(), 2);
    assert_eq!(bare["history"][1]["left"][1], 6);
}

#[test]
fn the_coarser_wording_is_offered_again() {
    let room = Room::new(4);
    let text = room.text();
    let start = text.find("Twelve").unwrap();
    let marking = json!({
        "start": start, "end": start + 26, "who": "the meeting", "many": "",
        "coarser": "Officials knew.", "coarser_who": "the house", "coarser_many": "300-400",
    });
    let marking: Marking = serde_json::from_value(marking).unwrap();
    let after = json(room.desk.desk.mark_draft(room.draft, text, &marking, START).unwrap());
    let coarser = json!({ "text": "Officials knew.", "who": "the house", "many": "300–400" });
    assert!(after["marks"].as_array().unwrap().iter().any(|m| m["coarser"] == coarser), "{after}");
}

#[test]
fn an_audience_has_seen_less_than_everybody() {
    let room = Room::new(8);
    let id = |n: usize| room.read()["marks"][n]["id"].clone();
    let limit = |audience: &str, k: u64| {
        let limits = serde_json::from_value(json!({ "audience": audience, "k": k })).unwrap();
        room.desk.desk.limit_draft(room.draft, room.text(), &limits, START).map(json)
    };
    room.gone(json!({ "kind": "copy", "to": "Ann", "marks": [id(0)] })).unwrap();
    room.gone(json!({ "kind": "question", "to": "Bob", "marks": [id(1)] })).unwrap();
    while room.undo().is_ok() {}
    let left =
        |seen: &Value| seen["history"].as_array().unwrap().last().unwrap()["left"][1].clone();
    assert_eq!(left(&room.read()), 6);
    let bob = limit("Bob", 12).unwrap();
    assert_eq!((left(&bob), bob["history"].as_array().unwrap().len()), (json!(12), 1));
    assert_eq!((&bob["audience"], &bob["crowd"]["k"]), (&json!("Bob"), &json!(12)));
    assert_eq!(bob["audiences"], json!(["Ann", "Bob"]));
    assert_eq!(left(&limit(" ", 20).unwrap()), 6);
    assert!(matches!(limit("", 1), Err(DraftError::Input(_))));
}

#[test]
fn what_was_agreed_is_kept_to() {
    let room = Room::new(7);
    let mark = |agreed: Value| {
        let text = room.text();
        let start = text.find("Twelve").unwrap();
        let marking = json!({ "start": start, "end": start + 26, "who": "the meeting", "many": "", "agreed": agreed });
        let marking: Marking = serde_json::from_value(marking).unwrap();
        room.desk.desk.mark_draft(room.draft, text, &marking, START).map(json)
    };
    let broken = |agreed: Value| mark(agreed).unwrap()["broken"].clone();
    assert_eq!(broken(json!({})), json!([]));
    for (agreed, word) in [
        (json!({ "terms": "off the record" }), "off the record"),
        (json!({ "terms": "taken back" }), "taken it back"),
        (json!({ "asked": "first" }), "asked"),
        (json!({ "not_before": "2999-01-01" }), "2999-01-01"),
    ] {
        let told = broken(agreed.clone());
        assert!(told[0].as_str().unwrap().contains(word), "{told}");
        // The box shows it again.
        let marks = room.read()["marks"].clone();
        let seen = marks.as_array().unwrap().iter().find(|m| m["who"] == "the meeting").unwrap();
        let (key, value) = agreed.as_object().unwrap().iter().next().unwrap();
        assert_eq!(&seen["agreed"][key], value);
    }
    assert_eq!(broken(json!({ "terms": "on the record", "asked": "yes" })), json!([]));
    assert!(matches!(mark(json!({ "not_before": "soon" })), Err(DraftError::Input(_))));
}

#[test]
fn lists_that_exclude_each_other_are_named() {
    let room = Room::new(5);
    let desk = &room.desk.desk;
    desk.add_circle("one.csv", b"name,email\nAnn,ann@example.org\n").unwrap();
    desk.add_circle("two.csv", b"name,email\nBob,bob@example.org\n").unwrap();
    while room.undo().is_ok() {}
    room.mark("The fund paid 4,218 invoices twice.", "one", "");
    let seen = room.mark("Twelve sat in the meeting.", "two", "");
    assert!(seen["verdict"]["line"].as_str().unwrap().contains("nobody could have told"), "{seen}");
    assert_eq!(seen["nobody"].as_array().unwrap().len(), 2, "{seen}");
    assert_eq!(seen["crowd"]["left"], json!([0, 0]));
    // After something is out that leaves too few, too.
    let seen = room.gone(json!({ "kind": "story" })).unwrap();
    assert!(seen["verdict"]["line"].as_str().unwrap().contains("nobody could have told"), "{seen}");
    assert_eq!(seen["crowd"]["left"], json!([0, 0]));
}

#[test]
fn the_sources_own_words() {
    let room = Room::new(6);
    let desk = &room.desk.desk;
    let compare =
        |text: Option<&str>| json(desk.draft_words(room.draft, text.map(str::to_owned)).unwrap());
    assert_eq!(compare(None), json!({ "papers": [], "found": [], "unseen": [] }));
    let memo = "To the board.\n\nThe fund paid 4,218 invoices twice, it is said.\n";
    desk.add_paper(room.draft, "C:\\papers\\memo.txt", memo.as_bytes()).unwrap();
    desk.add_paper(room.draft, "memo.txt", b"# Other\n\nNothing of the kind.").unwrap();
    let found = compare(None);
    assert_eq!(found["papers"][0]["name"], "memo.txt");
    assert_eq!(found["papers"][1]["name"], "memo.txt (2)");
    let first = &found["found"][0];
    assert_eq!(first["what"], "word for word");
    assert_eq!(first["there"][0]["at"], "memo.txt, line 3");
    assert_eq!(first["rarity"], "once, in 1 of 2 documents");
    let units = |n: &Value| usize::try_from(n.as_u64().unwrap()).unwrap();
    let (start, end) = (units(&first["start"]), units(&first["end"]));
    assert!(TEXT[start..end].contains("paid 4,218 invoices twice"), "{}", &TEXT[start..end]);
    // In UTF-16 units, and in the text that is being typed.
    let typed = compare(Some(&format!("𝄞𝄞 {TEXT}")));
    assert_eq!(units(&typed["found"][0]["start"]), start + 5);
    let marked = compare(Some(&format!("𝄞𝄞 {TEXT} pa\u{200b}id")));
    let at = units(&marked["unseen"][0]["start"]);
    assert_eq!(at, TEXT.encode_utf16().count() + 5 + 3);
    assert_eq!(marked["unseen"][0]["at"], "the draft");

    // The verdict does not move, another draft has other papers, and bad files are named.
    assert_eq!(room.read()["verdict"]["state"], "refused");
    let other = desk.new_draft("Other", TEXT, START).unwrap();
    assert_eq!(json(desk.draft_words(other, None).unwrap())["papers"], json!([]));
    let error =
        |name: &str, bytes: &[u8]| desk.add_paper(room.draft, name, bytes).unwrap_err().to_string();
    assert!(error("empty.eml", b"").starts_with("empty.eml"), "{}", error("empty.eml", b""));
    assert!(error("bad.docx", b"PK\x03\x04 no").starts_with("bad.docx"));
    assert!(error("long.txt", &vec![b'a'; 5 << 20]).contains("over 4 MB"));
    assert!(error(" ", b"text").contains("name"));
    desk.remove_paper(room.draft, 1).unwrap();
    assert!(desk.remove_paper(room.draft, 1).is_err());
    assert_eq!(compare(None)["found"], json!([]));

    // Cleaned, and back.
    let dirty = format!("{TEXT} pa\u{200b}id");
    let clean = json(desk.clean_draft(room.draft, dirty.clone(), START).unwrap());
    assert_eq!(clean["text"], format!("{TEXT} paid"));
    assert_eq!(clean["undo"], "the cleaning");
    room.undo().unwrap();
    assert_eq!(room.text(), dirty);
}

#[test]
fn a_deleted_draft_takes_everything_of_its_own_along() {
    let room = Room::new(7);
    let desk = &room.desk.desk;
    let memo = b"The fund paid 4,218 invoices twice.";
    desk.add_paper(room.draft, "memo.txt", memo).unwrap();
    let other = desk.new_draft("Other", TEXT, START).unwrap();
    desk.add_paper(other, "memo.txt", memo).unwrap();
    let reading = room.read();
    let first = &reading["marks"][0]["id"];
    room.gone(
        json!({ "kind": "story", "what": "Paid twice", "on": "2020-01-02", "marks": [first] }),
    )
    .unwrap();

    desk.delete_draft(room.draft).unwrap();
    let gone = |error| matches!(error, DraftError::NoDraft(n) if n == room.draft);
    assert!(gone(desk.read_draft(room.draft, None, START).unwrap_err()));
    assert!(gone(desk.delete_draft(room.draft).unwrap_err()));
    let left = desk.drafts().unwrap();
    assert_eq!(left.iter().map(|d| d.number).collect::<Vec<_>>(), [other]);
    // The other's paper is there, and what has gone out counts for it.
    let words = json(desk.draft_words(other, None).unwrap());
    assert_eq!(words["papers"].as_array().unwrap().len(), 1);
    let seen = json(desk.read_draft(other, None, START).unwrap());
    assert_eq!(seen["history"].as_array().unwrap().len(), 1, "{seen}");
    // A new draft of the same name begins without anything of the old one's.
    let again = desk.new_draft("Paid twice", TEXT, START).unwrap();
    let seen = json(desk.read_draft(again, None, START).unwrap());
    assert_eq!((&seen["marks"], &seen["undo"]), (&json!([]), &Value::Null));
    assert_eq!(json(desk.draft_words(again, None).unwrap())["papers"], json!([]));
}
