//! From a draft to a page.

use assent::{Package, Policy, When};
use desk::{
    draft::Marking,
    story::{Act, Front, Prepare, State, StoryError},
};

use super::*;

const BODY: &str = "The fund is empty, says a paper of the ministry. The minister denies it.";

/// A room with a policy; its second desk may override.
fn room(seed: u64) -> (Room, Policy) {
    let room = Room::new(seed, 3);
    let policy = Policy::issue(&room.site.root, 1, 2, vec![room.desks[1].id], room.now).unwrap();
    for desk in &room.desks {
        desk.engine.take_policy(policy.as_bytes()).unwrap();
    }
    (room, policy)
}

fn front() -> Front {
    Front {
        title: "The \"empty\" fund".into(),
        section: "harbour".into(),
        byline: "Ada Quill".into(),
        summary: "A paper says so.".into(),
        date: "2026-11-29".into(),
    }
}

fn prepare(act: Act) -> Prepare {
    Prepare { name: "the-fund".into(), act, authors: Vec::new(), out: 0 }
}

/// A draft in which nothing comes from a source, with its front.
fn draft(room: &Room) -> u64 {
    let desk = &room.desks[0].desk;
    let draft = desk.new_draft("The fund", BODY, room.now).unwrap();
    let early = desk.prepare_story(draft, &prepare(Act::Publish), room.now).unwrap_err();
    assert!(early.to_string().contains("put them in front"), "{early}");
    desk.put_front(draft, &front(), room.now).unwrap();
    assert!(desk.put_front(draft, &front(), room.now).is_err(), "once");
    draft
}

#[test]
fn two_approve_and_it_goes_out() {
    let (mut room, policy) = room(11);
    let draft = draft(&room);
    let city = room.desks[0].desk.clone();
    city.prepare_story(draft, &prepare(Act::Publish), room.now).unwrap();
    let seen = city.story(draft).unwrap();
    assert_eq!((seen.approved.len(), seen.want, seen.revision), (1, 2, 1));
    assert!(seen.missing.unwrap().contains("one more desk must"));
    let early = city.page_for_site(draft, room.now).err().unwrap().to_string();
    assert!(early.contains("1 of 2 approvals are there"), "{early}");

    let to = room.name(2);
    city.ask_approval(draft, &to, "The figure is from the paper.", room.now).unwrap();
    room.until(2, "a page to approve: the-fund");
    let other = room.desks[2].desk.clone();
    let requests = other.requests().unwrap();
    let asked = &requests[0];
    assert!(asked.text.contains(BODY) && asked.read.clear && asked.state == State::Open);
    assert_eq!((asked.note.as_str(), asked.approved.len()), ("The figure is from the paper.", 1));
    other.approve(&asked.statement, room.now).unwrap();
    assert!(other.approve(&asked.statement, room.now).is_ok(), "again changes nothing");
    room.until(0, "an approval of the-fund");
    assert_eq!(city.story(draft).unwrap().missing, None);

    let page = city.page_for_site(draft, room.now).unwrap();
    let package = Package::decode(page.bytes()).unwrap();
    package.publication.verify(&policy, When::Now { now: room.now, revoked: &[] }).unwrap();
    assert!(package.source.contains("title = \"The \\\"empty\\\" fund\""));
    city.has_gone_out(&page, room.now).unwrap();
    assert_eq!(city.story(draft).unwrap().editions.len(), 1);
    room.until(1, "the-fund is out");
    assert_eq!(room.desks[1].desk.story_log().unwrap()[0].revision, 1);

    // A correction is the next edition, and cannot be a first one.
    let again = city.prepare_story(draft, &prepare(Act::Publish), room.now).unwrap_err();
    assert!(again.to_string().contains("correct it"), "{again}");
    city.prepare_story(draft, &prepare(Act::Correct), room.now).unwrap();
    assert_eq!(city.story(draft).unwrap().revision, 2);
}

#[test]
fn what_was_approved_is_what_was_read() {
    let (mut room, _) = room(12);
    let draft = draft(&room);
    let city = room.desks[0].desk.clone();
    city.prepare_story(draft, &prepare(Act::Publish), room.now).unwrap();
    city.ask_approval(draft, &room.name(2), "", room.now).unwrap();
    room.until(2, "a page to approve");
    // Changed after it was asked for.
    let text = city.draft_text(draft).unwrap();
    city.save_draft(draft, format!("{text} And more."), room.now).unwrap();
    assert!(city.story(draft).unwrap().changed);
    assert!(matches!(city.page_for_site(draft, room.now), Err(StoryError::Changed)));
    assert!(matches!(city.ask_approval(draft, "x", "", room.now), Err(StoryError::Post(_))));
    // Read again, the approval of the old text does not count.
    city.prepare_story(draft, &prepare(Act::Publish), room.now).unwrap();
    let other = room.desks[2].desk.clone();
    other.approve(&other.requests().unwrap()[0].statement, room.now).unwrap();
    room.until(0, "a text that has changed since");
    assert_eq!(city.story(draft).unwrap().approved.len(), 1);
    // And who does not approve says why.
    city.ask_approval(draft, &room.name(2), "", room.now).unwrap();
    room.until(2, "a page to approve");
    let open = other.requests().unwrap().into_iter().find(|one| one.state == State::Open).unwrap();
    assert!(other.decline(&open.statement, " ", room.now).is_err(), "a reason is due");
    other.decline(&open.statement, "The figure is old.", room.now).unwrap();
    room.until(0, "does not approve");
    let asked = city.story(draft).unwrap().asked;
    assert_eq!(asked[0].1.as_deref(), Some("The figure is old."));
}

#[test]
fn what_the_source_read_refuses_goes_out_by_an_editor_with_a_reason_only() {
    let (mut room, policy) = room(13);
    let draft = draft(&room);
    let city = room.desks[0].desk.clone();
    let text = city.draft_text(draft).unwrap();
    let start = text.find("The fund is").unwrap();
    let marking: Marking = serde_json::from_value(serde_json::json!({
        "start": start, "end": start + 17, "who": "the fund's board", "many": "4",
    }))
    .unwrap();
    city.mark_draft(draft, text, &marking, room.now).unwrap();
    let refused = city.prepare_story(draft, &prepare(Act::Publish), room.now).unwrap_err();
    assert!(matches!(refused, StoryError::Refused(_)), "{refused}");
    // This desk is no editor; the second is.
    let over = city.override_story(draft, &prepare(Act::Publish), "Lives depend on it.", room.now);
    assert!(over.err().unwrap().to_string().contains("policy does not let"));
    city.send_draft(draft, &room.name(1), room.now).unwrap();
    room.until(1, "the draft");
    let editor = room.desks[1].desk.clone();
    let number = editor.drafts().unwrap()[0].number;
    assert!(editor.override_story(number, &prepare(Act::Publish), "ok", room.now).is_err());
    let page = editor
        .override_story(number, &prepare(Act::Publish), "Lives depend on it.", room.now)
        .unwrap();
    let package = Package::decode(page.bytes()).unwrap();
    package.publication.verify(&policy, When::Now { now: room.now, revoked: &[] }).unwrap();
    editor.has_gone_out(&page, room.now).unwrap();
    room.until(0, "the-fund is out");
    let log = city.story_log().unwrap();
    assert_eq!(log[0].overridden.as_deref(), Some("Lives depend on it."));
}

#[test]
fn an_older_policy_does_not_come_back() {
    let (room, policy) = room(14);
    let desk = &room.desks[0];
    let second = Policy::issue(&room.site.root, 2, 3, vec![], room.now).unwrap();
    desk.desk.install_policy(&second.text()).unwrap();
    let old = desk.desk.install_policy(&policy.text()).unwrap_err().to_string();
    assert!(old.contains("has been replaced by 2"), "{old}");
    assert!(desk.engine.take_policy(policy.as_bytes()).is_err());
    let stranger = FakeSite::new(77, TickLength::HOUR, START);
    let foreign = Policy::issue(&stranger.root, 9, 1, vec![], room.now).unwrap();
    assert!(desk.desk.install_policy(&foreign.text()).is_err());
}
