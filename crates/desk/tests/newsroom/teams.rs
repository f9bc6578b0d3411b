//! One key pair for several desks.

use desk::custody::Over;
use desk::service::{Filter, Mark, Outcome};
use envelope::cert::Revocation;

use super::*;

/// What sources have written, as a desk has it.
fn came(room: &Room, desk: usize) -> Vec<String> {
    let desk = &room.desks[desk].desk;
    let all = desk.inbox(Filter::All).unwrap().conversations;
    let shown = all.iter().map(|one| desk.show(&one.number.to_string(), room.now).unwrap());
    let mut all: Vec<_> = shown.flat_map(|one| one.messages).collect();
    all.sort_by_key(|message| message.at);
    all.into_iter().map(|message| message.text.as_str().to_owned()).collect()
}

/// A room whose first desk has the second and the third in its team.
fn room(seed: u64) -> Room {
    let mut room = Room::new(seed, 4);
    for one in [1, 2] {
        let (city, name) = (room.desks[0].desk.clone(), room.name(one));
        assert!(city.join_team(&name, "", room.now).is_err(), "a reason is due");
        city.join_team(&name, "Works on the harbour.", room.now).unwrap();
        assert!(city.join_team(&name, "Again.", room.now).is_err(), "once");
    }
    for _ in 0..4 {
        room.round();
    }
    room
}

#[test]
fn what_is_written_to_a_team_comes_to_all_of_it_and_to_nobody_else() {
    let mut room = Room::new(41, 4);
    let mut before = Source::new(41, room.desks[0].id);
    before.write(&mut room.site, "Before the team.", room.now);
    room.round();
    for one in [1, 2] {
        let name = room.name(one);
        room.desks[0].desk.join_team(&name, "Works on the harbour.", room.now).unwrap();
    }
    for _ in 0..4 {
        room.round();
    }
    let mut source = Source::new(42, room.desks[0].id);
    source.write(&mut room.site, "The fund is empty.", room.now);
    room.round();
    assert_eq!(came(&room, 0), ["Before the team.", "The fund is empty."]);
    for member in [1, 2] {
        assert_eq!(came(&room, member), ["The fund is empty."], "nothing from before");
        let shown = room.desks[member].desk.show("1", room.now).unwrap();
        assert_eq!(shown.summary.via, Some(room.name(0)));
        assert!(matches!(shown.messages[0].outcome, Outcome::Published { .. }));
    }
    assert!(came(&room, 3).is_empty(), "need to know");
    for _ in 0..3 {
        room.round();
    }
    let id = source.sent[0];
    assert_eq!(source.receipts(&room.site, &id).len(), 1, "one receipt, of the team's desk");

    // A member answers: the source has it, and so have the others of the team.
    room.desks[1].desk.reply("1", "Who told you?", room.now).unwrap();
    for _ in 0..8 {
        room.round();
    }
    assert_eq!(source.replies(&room.site), ["Who told you?"]);
    assert!(came(&room, 0).contains(&"Who told you?".to_owned()));
    assert_eq!(came(&room, 2), ["The fund is empty.", "Who told you?"]);
    assert!(room.desks[2].desk.inbox(Filter::Unanswered).unwrap().conversations.is_empty());
    // The team's desk answers, too.
    room.desks[0].desk.reply("2", "And when?", room.now).unwrap();
    for _ in 0..8 {
        room.round();
    }
    assert_eq!(source.replies(&room.site).len(), 2);
    assert!(came(&room, 1).contains(&"And when?".to_owned()));

    let knows = room.desks[0].desk.who_knows("2").unwrap();
    assert_eq!(knows.len(), 2, "{knows:?}");
    assert!(room.desks[0].desk.who_knows("1").unwrap().iter().all(|one| one.at > START));
    let knows = room.desks[1].desk.who_knows("1").unwrap();
    let mut names: Vec<&str> = knows.iter().map(|one| one.who.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, [room.name(0), room.name(2)]);
    // Everybody knows who is in it.
    let seen = room.desks[3].desk.teams().unwrap();
    assert_eq!((seen[0].name.clone(), seen[0].members.len()), (room.name(0), 2));
    let listed = room.desks[3].desk.colleagues().unwrap();
    assert!(listed.iter().any(|one| one.name == room.name(0) && one.team.len() == 2));
}

#[test]
fn who_leaves_opens_nothing_that_comes_after() {
    let mut room = room(43);
    let mut source = Source::new(43, room.desks[0].id);
    source.write(&mut room.site, "One.", room.now);
    room.round();
    assert_eq!(came(&room, 1), ["One."]);
    let first = room.name(1);
    let city = room.desks[0].desk.clone();
    assert!(city.leave_team("Nobody", "On leave.", room.now).is_err());
    city.leave_team(&first, "On leave.", room.now).unwrap();
    room.round();
    // The site lists the new key now.
    source.write(&mut room.site, "Two.", room.now);
    for _ in 0..4 {
        room.round();
    }
    assert_eq!(came(&room, 0), ["One.", "Two."]);
    assert_eq!(came(&room, 1), ["One."], "the keys are new");
    assert_eq!(came(&room, 2), ["One.", "Two."], "and the others have them");
    assert_eq!(
        room.desks[1].desk.teams().unwrap()[0].until,
        Some(city.team().unwrap()[1].left.as_ref().unwrap().0)
    );
    assert!(city.team().unwrap().iter().any(|one| one.name == first && one.left.is_some()));
    // Who comes back reads what comes then.
    city.join_team(&first, "Back again.", room.now).unwrap();
    for _ in 0..4 {
        room.round();
    }
    source.write(&mut room.site, "Three.", room.now);
    for _ in 0..2 {
        room.round();
    }
    assert_eq!(came(&room, 1), ["One.", "Three."]);
}

#[test]
fn keys_that_come_late_open_what_was_there_already() {
    let mut room = Room::new(44, 3);
    let name = room.name(1);
    room.desks[0].desk.join_team(&name, "Works on the harbour.", room.now).unwrap();
    // The member's desk is off while the key goes out and a tip comes.
    let mut source = Source::new(44, room.desks[0].id);
    for hour in 0..4 {
        room.now += HOUR;
        if hour == 2 {
            source.write(&mut room.site, "While you slept.", room.now);
        }
        for one in [0, 2] {
            room.desks[one].round(&mut room.site, room.now).unwrap();
        }
    }
    room.round();
    room.round();
    assert_eq!(came(&room, 1), ["While you slept."]);
    assert_eq!(came(&room, 0), ["While you slept."]);
}

#[test]
fn a_new_week_brings_new_keys_in_time() {
    let mut room = room(45);
    // Two days before the week begins its key is made, and goes round.
    let monday = START + 4 * 86_400;
    room.now = monday - 2 * 86_400;
    for _ in 0..4 {
        room.round();
    }
    // Then the members are off until it has begun.
    room.now = monday;
    for _ in 0..2 {
        room.now += HOUR;
        room.desks[0].round(&mut room.site, room.now).unwrap();
    }
    let mut source = Source::new(45, room.desks[0].id);
    source.write(&mut room.site, "A new week.", room.now);
    let from = room.now;
    room.now += HOUR;
    for desk in &mut room.desks {
        // Before any letter of this week has been read.
        desk.round(&mut room.site, room.now).unwrap();
    }
    assert_eq!(envelope::time::week(from), envelope::time::week(START) + 1);
    for desk in 0..3 {
        assert_eq!(came(&room, desk), ["A new week."], "desk {desk}");
    }
    assert!(came(&room, 3).is_empty());
}

#[test]
fn a_revoked_member_is_out_at_once() {
    let mut room = room(46);
    let mut source = Source::new(46, room.desks[0].id);
    let id = room.desks[1].id;
    let serial = room.site.desks[&id].0.serial;
    // Control: what is sealed to the key that it has, it opens.
    source.write(&mut room.site, "Before the theft.", room.now);
    room.now += HOUR;
    for one in [0, 2, 3] {
        room.desks[one].round(&mut room.site, room.now).unwrap();
    }
    room.site.revocations.push(Revocation::issue(&room.site.root, serial));
    // Whoever has the computer can still read the key list; its own rounds are of no use to it.
    for _ in 0..3 {
        room.now += HOUR;
        for one in [0, 2, 3] {
            room.desks[one].round(&mut room.site, room.now).unwrap();
        }
    }
    let team = room.desks[0].desk.team().unwrap();
    let out = team.iter().find(|one| one.desk == id.to_string()).unwrap();
    assert!(out.left.as_ref().unwrap().1.contains("certificate"), "{out:?}");
    source.write(&mut room.site, "After the theft.", room.now);
    for _ in 0..2 {
        room.now += HOUR;
        for one in [0, 2, 3] {
            room.desks[one].round(&mut room.site, room.now).unwrap();
        }
    }
    assert_eq!(came(&room, 2), ["Before the theft.", "After the theft."]);
    // It gets the batches from somebody, before it reads in a letter that its keys are to go.
    let _ = room.desks[1].round(&mut room.site, room.now);
    assert_eq!(came(&room, 1), ["Before the theft."]);
}

#[test]
fn marks_stop_and_destruction_are_told_to_the_team() {
    let mut room = room(47);
    let mut source = Source::new(47, room.desks[0].id);
    source.write(&mut room.site, "The fund is empty.", room.now);
    room.round();
    room.desks[1].desk.mark("1", Mark::Danger(true), room.now).unwrap();
    room.desks[1].desk.mark("1", Mark::Owner(Some("Ana M.".into())), room.now).unwrap();
    for _ in 0..4 {
        room.round();
    }
    for desk in [0, 2] {
        let seen = room.desks[desk].desk.show("1", room.now).unwrap().summary;
        assert!(seen.danger && seen.owner.as_deref() == Some("Ana M."), "{seen:?}");
    }
    let theirs = room.desks[2].desk.clone();
    let draft = theirs.new_draft("Harbour", "The fund is empty.", room.now).unwrap();
    theirs.cite(draft, "1", true).unwrap();
    let done = room.desks[1].desk.stop("1", "Somebody was arrested.", false, room.now).unwrap();
    assert_eq!(done.told, [room.name(0), room.name(2)]);
    room.until(2, "STOP");
    assert!(theirs.save_draft(draft, "More.".into(), room.now).is_err(), "frozen");
    room.desks[1].desk.destroy_source("1", room.now).unwrap();
    assert!(came(&room, 1).is_empty());
    room.until(2, "Destroy it, too");
    let notes = theirs.status(room.now).unwrap().notes;
    assert!(notes.iter().any(|note| note.text.contains("conversation 1")), "{notes:?}");
}

#[test]
fn strangers_have_no_say_in_a_team() {
    let mut room = room(48);
    let mut source = Source::new(48, room.desks[0].id);
    source.write(&mut room.site, "The fund is empty.", room.now);
    room.round();
    // A desk outside has the conversation by hand-over: it is no member, and its marks stay with it.
    let name = room.name(3);
    let over = Over::Conversation("1".into());
    room.desks[1].desk.hand_over(&over, &name, "She knows the harbour.", room.now).unwrap();
    room.until(3, "a conversation");
    room.desks[3].desk.mark("1", Mark::Junk(true), room.now).unwrap();
    room.desks[3].desk.reply("1", "Hello.", room.now).unwrap();
    for _ in 0..8 {
        room.round();
    }
    for desk in [0, 1, 2] {
        assert!(!room.desks[desk].desk.show("1", room.now).unwrap().summary.junk);
    }
    // Its answer goes to who handed it over, and from there to the team.
    for desk in [0, 1, 2] {
        assert_eq!(came(&room, desk), ["The fund is empty.", "Hello."]);
    }
}

#[test]
fn a_site_that_keeps_an_old_key_is_noticed() {
    for stubborn in [false, true] {
        let mut room = room(49);
        room.site.stubborn = stubborn;
        let (city, name) = (room.desks[0].desk.clone(), room.name(1));
        city.leave_team(&name, "On leave.", room.now).unwrap();
        for _ in 0..7 {
            room.round();
        }
        let notes = city.status(room.now).unwrap().notes;
        let told =
            notes.iter().filter(|note| note.text.contains("an old key of this desk")).count();
        assert_eq!(told, usize::from(stubborn), "{notes:?}");
    }
}
