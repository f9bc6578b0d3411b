//! Drafts between desks.

use super::*;

const TEXT: &str = "The harbour fund is empty.\n\nNobody has said so until today.";

fn text(room: &Room, desk: usize, number: u64) -> String {
    room.desks[desk].desk.draft_text(number).unwrap()
}

#[test]
fn a_draft_goes_to_one_colleague_and_nothing_shows_that_it_does() {
    let mut room = Room::new(1, 3);
    let quiet = room.site.mails.len();
    let city = &room.desks[0].desk;
    let draft = city.new_draft("Harbour", TEXT, room.now).unwrap();
    let to = room.name(1);
    room.desks[0].desk.send_draft(draft, &to, room.now).unwrap();
    room.until(1, "the draft \u{201c}Harbour\u{201d}");
    let there = room.desks[1].desk.drafts().unwrap();
    assert_eq!(there.len(), 1);
    assert_eq!(text(&room, 1, there[0].number), TEXT);
    assert!(room.desks[2].desk.drafts().unwrap().is_empty(), "need to know");
    for _ in 0..3 {
        room.round();
    }
    let sent = room.desks[0].desk.sent().unwrap();
    assert!(sent[0].got.is_some() && sent[0].gone == sent[0].of, "{sent:?}");
    // On the wire every desk posts as much in every tick.
    let sizes: Vec<usize> = room.site.mails.values().map(Vec::len).collect();
    assert!(sizes.iter().all(|size| *size == envelope::sizes::MAIL));
    assert_eq!((sizes.len() - quiet) % 3, 0, "one post of each desk in each tick");
}

#[test]
fn versions_follow_each_other_and_conflicts_are_shown() {
    let mut room = Room::new(2, 2);
    let (one, two) = (room.name(0), room.name(1));
    let draft = room.desks[0].desk.new_draft("Harbour", TEXT, room.now).unwrap();
    room.desks[0].desk.send_draft(draft, &two, room.now).unwrap();
    room.until(1, "the draft");
    let theirs = room.desks[1].desk.drafts().unwrap()[0].number;

    // Made from what stands here: it takes its place, and that can be undone.
    let longer = format!("{TEXT}\n\nThe minister has not answered.");
    room.desks[1].desk.save_draft(theirs, longer.clone(), room.now).unwrap();
    room.desks[1].desk.send_draft(theirs, &one, room.now).unwrap();
    room.until(0, "another version");
    assert_eq!(text(&room, 0, draft), longer);
    room.desks[0].desk.undo_draft(draft, room.now).unwrap();
    assert_eq!(text(&room, 0, draft), TEXT);
    room.desks[0].desk.save_draft(draft, longer.clone(), room.now).unwrap();

    // Both write on: neither is lost.
    let (mine, other) = (format!("{longer}\n\nMine."), format!("{longer}\n\nTheirs."));
    room.desks[0].desk.save_draft(draft, mine.clone(), room.now).unwrap();
    room.desks[1].desk.save_draft(theirs, other.clone(), room.now).unwrap();
    room.desks[1].desk.send_draft(theirs, &one, room.now).unwrap();
    room.until(0, "another version");
    assert_eq!(text(&room, 0, draft), mine, "never merged silently");
    let beside = room.desks[0].desk.versions_beside(draft).unwrap();
    assert_eq!((beside.len(), beside[0].text.as_str()), (1, other.as_str()));
    assert!(room.desks[0].desk.settle_draft(draft, "Nobody", true, room.now).is_err());
    room.desks[0].desk.settle_draft(draft, &two, true, room.now).unwrap();
    assert_eq!(text(&room, 0, draft), other);
    assert!(room.desks[0].desk.versions_beside(draft).unwrap().is_empty());
}

#[test]
fn what_cannot_be_sent_says_why() {
    let room = Room::new(3, 2);
    let desk = &room.desks[0].desk;
    let draft = desk.new_draft("Harbour", TEXT, room.now).unwrap();
    let to = |who: &str| desk.send_draft(draft, who, room.now).unwrap_err().to_string();
    assert!(to("Nobody").contains("no desk called Nobody"), "{}", to("Nobody"));
    assert!(to(&room.name(0)).contains("no desk called"), "not to oneself");
    let far = room.now + 40 * 86_400;
    let late = desk.send_draft(draft, &room.name(1), far).unwrap_err().to_string();
    assert!(late.contains("has not been seen lately"), "{late}");
}

#[test]
fn letters_that_the_site_did_not_take_go_again() {
    let mut room = Room::new(4, 2);
    let to = room.name(1);
    let draft = room.desks[0].desk.new_draft("Harbour", TEXT, room.now).unwrap();
    room.desks[0].desk.send_draft(draft, &to, room.now).unwrap();
    // Made, and the site is away; the desk's computer is switched off and on.
    room.now += HOUR;
    room.site.advance(room.now);
    room.desks[0].engine.take_keys(&room.site.keys(room.now), room.now).unwrap();
    let lost = room.desks[0].engine.mail(room.now).unwrap();
    room.desks[0].restart(99);
    room.desks[0].engine.take_keys(&room.site.keys(room.now), room.now).unwrap();
    assert_eq!(
        room.desks[0].engine.mail(room.now).unwrap().bytes,
        lost.bytes,
        "the same in a tick"
    );
    room.until(1, "the draft");
    assert_eq!(room.desks[1].desk.drafts().unwrap().len(), 1);
}
