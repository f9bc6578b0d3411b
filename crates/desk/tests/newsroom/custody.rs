//! Who guards what.

use desk::custody::{Caring, CustodyError, Hands, Over, Retention};
use desk::service::{Direction, Filter};

use super::*;

/// A room whose first desk has a conversation.
fn room(seed: u64) -> (Room, Source) {
    let mut room = Room::new(seed, 3);
    let mut source = Source::new(seed as u8, room.desks[0].id);
    source.write(&mut room.site, "The fund is empty.", room.now);
    room.round();
    assert_eq!(texts(&room, 0), ["The fund is empty."]);
    (room, source)
}

fn texts(room: &Room, desk: usize) -> Vec<String> {
    let desk = &room.desks[desk].desk;
    let all = desk.inbox(Filter::All).unwrap().conversations;
    let shown = all.iter().map(|one| desk.show(&one.number.to_string(), room.now).unwrap());
    shown.flat_map(|one| one.messages).map(|m| m.text.as_str().to_owned()).collect()
}

#[test]
fn a_conversation_is_handed_over_with_what_comes_later_until_it_is_taken_back() {
    let (mut room, mut source) = room(21);
    let to = room.name(1);
    let city = room.desks[0].desk.clone();
    let over = Over::Conversation("1".into());
    assert!(city.hand_over(&over, &to, "", room.now).is_err(), "a reason is due");
    let hands = city.hand_over(&over, &to, "She knows the harbour.", room.now).unwrap();
    assert!(matches!(hands, Hands::Mailed));
    room.until(1, "a conversation");
    assert_eq!(texts(&room, 1), ["The fund is empty."]);
    assert!(texts(&room, 2).is_empty(), "need to know");

    source.write(&mut room.site, "And here is the number.", room.now);
    room.until(1, "a further message");
    assert_eq!(texts(&room, 1).len(), 2);
    // The colleague answers, and the source has it from the same conversation.
    room.desks[1].desk.reply("1", "Thank you.", room.now).unwrap();
    for _ in 0..6 {
        room.round();
    }
    assert_eq!(source.replies(&room.site), ["Thank you."]);
    let shown = room.desks[1].desk.show("1", room.now).unwrap().messages;
    assert_eq!(shown.iter().filter(|m| m.direction == Direction::Out).count(), 1);
    // Who handed it over sees what was answered; and the other way round.
    assert!(texts(&room, 0).contains(&"Thank you.".to_owned()));
    city.reply("1", "We both thank you.", room.now).unwrap();
    room.until(1, "a further message");
    assert!(texts(&room, 1).contains(&"We both thank you.".to_owned()));

    let log = city.hand_overs().unwrap();
    assert_eq!((log[0].with.as_str(), log[0].conversation), (to.as_str(), Some(1)));
    assert_eq!(log[0].why, "She knows the harbour.");
    assert!(!room.desks[1].desk.hand_overs().unwrap()[0].gave, "both write it down");
    city.take_back(&log[0].id, "She is on leave.", room.now).unwrap();
    assert!(city.take_back(&log[0].id, "Again.", room.now).is_err());
    room.until(1, "taken back");
    source.write(&mut room.site, "One more.", room.now);
    for _ in 0..3 {
        room.round();
    }
    assert!(texts(&room, 0).contains(&"One more.".to_owned()));
    assert!(!texts(&room, 1).contains(&"One more.".to_owned()), "what comes later stays here");
    let knows = city.who_knows("1").unwrap();
    assert!(knows[0].who == to && knows[0].back.is_some(), "{knows:?}");
}

#[test]
fn a_document_goes_by_hand_where_it_is_large() {
    let (mut room, _) = room(22);
    let city = room.desks[0].desk.clone();
    let mut noise = vec![0u8; 2 << 20];
    let mut state = 7u32;
    for byte in &mut noise {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (state >> 24) as u8;
    }
    let number = city.give_material("list.bin", &noise, room.now).unwrap();
    city.material_of(number, Some("1")).unwrap();
    let to = room.name(1);
    let hands = city.hand_over(&Over::Document(number), &to, "To be checked.", room.now).unwrap();
    let Hands::File(file) = hands else { panic!("2 MB by mail") };
    let open = |desk: usize, bytes: &[u8]| room.desks[desk].desk.open_parcel(bytes, room.now);
    assert!(open(2, &file).unwrap_err().to_string().contains("another desk"));
    let cut = open(1, &file[..file.len() - 3000]).unwrap_err().to_string();
    assert!(cut.contains("not whole"), "{cut}");
    let mut changed = file.clone();
    changed[5000] ^= 1;
    assert!(open(1, &changed).is_err());
    assert!(open(1, b"hello").is_err());
    open(1, &file).unwrap();
    let raw = room.desks[1].desk.raw(1).unwrap().for_verification();
    assert!(raw.as_slice() == noise);
    assert_eq!(city.who_knows("1").unwrap()[0].who, to);
    // A small one goes by mail.
    let small = city.give_material("note.txt", b"a note", room.now).unwrap();
    assert!(matches!(
        city.hand_over(&Over::Document(small), &to, "Too.", room.now),
        Ok(Hands::Mailed)
    ));
    room.until(1, "document 2");
}

#[test]
fn stop_freezes_what_rests_on_a_source_at_every_desk_that_has_it() {
    let (mut room, source) = room(23);
    let to = room.name(1);
    let city = room.desks[0].desk.clone();
    city.hand_over(&Over::Conversation("1".into()), &to, "She writes it.", room.now).unwrap();
    room.until(1, "a conversation");
    let draft = city.new_draft("Harbour", "The fund is empty.", room.now).unwrap();
    let free = city.new_draft("Weather", "It rains.", room.now).unwrap();
    city.cite(draft, "1", true).unwrap();
    let other = room.desks[1].desk.clone();
    let theirs = other.new_draft("Harbour too", "The fund is empty, too.", room.now).unwrap();
    other.cite(theirs, "1", true).unwrap();

    assert!(city.stop("1", "Somebody was arrested.", true, room.now).is_err(), "no words agreed");
    assert!(city.save_draft(draft, "Still free.".into(), room.now).is_ok(), "nothing was changed");
    city.take_care("1", Caring::Words("The ferry does not run today.".into()), room.now).unwrap();
    city.take_care("1", Caring::Support("The lawyer at the quay".into()), room.now).unwrap();
    let done = city.stop("1", "Somebody was arrested.", true, room.now).unwrap();
    assert_eq!(
        (done.frozen, done.told, done.written),
        (vec!["Harbour".to_owned()], vec![to], true)
    );
    let frozen = city.save_draft(draft, "More.".into(), room.now).unwrap_err().to_string();
    assert!(frozen.contains("frozen") && frozen.contains("arrested"), "{frozen}");
    assert!(city.send_draft(draft, &room.name(2), room.now).is_err());
    city.save_draft(free, "It pours.".into(), room.now).unwrap();
    room.until(1, "STOP");
    assert!(other.save_draft(theirs, "More.".into(), room.now).is_err());
    for _ in 0..6 {
        room.round();
    }
    assert_eq!(source.replies(&room.site), ["The ferry does not run today."]);
    city.take_care("1", Caring::Decision("Wants to stay.".into()), room.now).unwrap();
    let care = city.care("1").unwrap();
    assert_eq!((care.decisions[0].text.as_str(), care.stopped.is_some()), ("Wants to stay.", true));
    let rests = city.rests_on("1").unwrap();
    assert!(rests.len() == 1 && rests[0].alone && rests[0].draft == "Harbour");
    city.go_on("1").unwrap();
    city.save_draft(draft, "On.".into(), room.now).unwrap();
}

#[test]
fn what_is_due_is_destroyed_and_a_hold_stops_it() {
    let (mut room, mut source) = room(24);
    let city = room.desks[0].desk.clone();
    assert!(city.set_retention(Retention { days: 5, warn: 5 }).is_err());
    city.set_retention(Retention { days: 10, warn: 3 }).unwrap();
    assert!(!city.keeping("1", room.now).unwrap().soon);
    let due = city.keeping("1", room.now).unwrap().until.unwrap();
    source.write(&mut room.site, "More.", room.now);
    room.round();
    room.round();
    assert!(city.keeping("1", room.now).unwrap().until.unwrap() > due, "new content extends it");
    let number = city.give_material("list.txt", b"Ana Weber", room.now).unwrap();
    city.material_of(number, Some("1")).unwrap();
    city.take_care("1", Caring::Hold(Some("A court has asked.".into())), room.now).unwrap();
    let held = city.destroy_source("1", room.now).unwrap_err();
    assert!(
        matches!(&held, CustodyError::Hold { why, .. } if why == "A court has asked."),
        "{held}"
    );
    assert!(city.policy_text(room.now).unwrap().contains("Legal holds that stand today: 1"));
    let mut later = room.now + 11 * 86_400;
    room.now = later;
    room.round();
    assert_eq!(texts(&room, 0).len(), 2, "the hold stands");
    city.take_care("1", Caring::Hold(None), room.now).unwrap();
    assert!(city.keeping("1", room.now).unwrap().soon);
    room.round();
    assert!(texts(&room, 0).is_empty(), "destroyed when it was due");
    assert!(city.material(number).is_err());
    later = room.now;
    let notes = city.status(later).unwrap().notes;
    assert!(notes.iter().any(|note| note.text.contains("destroyed with their keys")));
}

#[test]
fn a_source_who_asks_is_forgotten() {
    let (room, _) = room(25);
    let city = room.desks[0].desk.clone();
    let alone = city.new_draft("Harbour", "The fund is empty.", room.now).unwrap();
    city.cite(alone, "1", true).unwrap();
    city.destroy_source("1", room.now).unwrap();
    assert!(texts(&room, 0).is_empty() && city.drafts().unwrap().is_empty());
    assert!(city.hand_overs().unwrap().is_empty());
}

#[test]
fn what_waits_to_leave_is_destroyed_with_its_source() {
    let (mut room, _) = room(27);
    let (city, to) = (room.desks[0].desk.clone(), room.name(1));
    let draft = city.new_draft("Harbour", "The fund is empty.", room.now).unwrap();
    city.cite(draft, "1", true).unwrap();
    city.send_draft(draft, &to, room.now).unwrap();
    city.hand_over(&Over::Conversation("1".into()), &to, "She writes it.", room.now).unwrap();
    let waits = |room: &Room| -> Vec<String> {
        room.desks[0].desk.sent().unwrap().into_iter().map(|one| one.what).collect()
    };
    assert_eq!(waits(&room).len(), 2);
    city.destroy_source("1", room.now).unwrap();
    assert_eq!(waits(&room), ["word of a destruction"], "and that one leaves");
    for _ in 0..4 {
        room.round();
    }
    assert!(texts(&room, 1).is_empty() && room.desks[1].desk.drafts().unwrap().is_empty());
}

#[test]
fn everybody_sees_who_has_the_night() {
    let mut room = Room::new(26, 2);
    let nights = room.desks[0].desk.nights(room.now, 7).unwrap();
    assert!(nights.iter().all(|night| night.name.is_none()) && nights.len() == 7);
    let day = nights[1].day.clone();
    room.desks[0].desk.take_night(&day, true, room.now).unwrap();
    room.until(1, "has duty on");
    let there = room.desks[1].desk.nights(room.now, 7).unwrap();
    let night = there.iter().find(|night| night.day == day).unwrap();
    assert_eq!(night.name, Some(room.name(0)));
    assert!(room.desks[0].desk.take_night("2020-01-01", true, room.now).is_err());
}
