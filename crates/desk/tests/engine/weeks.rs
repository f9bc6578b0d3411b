//! What passes over a desk: restarts, weeks, clocks, keys, other newsrooms.

use super::*;

/// The process is ended after each single step of a round, in every combination that a round has.
#[test]
fn exactly_once_over_restarts_at_every_step() {
    for cut in 0..7 {
        let (mut site, mut desk, mut now) = ready(20);
        let mut source = Source::new(20, desk.id);
        let text = noise(20, 4000);
        for n in 0..6 {
            source.write(&mut site, &format!("{n} {text}"), now);
            now += HOUR;
            site.advance(now);
            // Up to `cut` steps, then the process ends; then a whole round.
            let steps = |desk: &mut TestDesk, site: &mut FakeSite| {
                if cut == 0 {
                    return;
                }
                desk.engine.take_keys(&site.keys(now), now).unwrap();
                let plan = desk.engine.plan(now).unwrap();
                if cut == 1 {
                    return;
                }
                for tick in &plan.batches {
                    desk.engine.take_batch(*tick, &site.batches[tick], now).unwrap();
                }
                if cut == 2 {
                    return;
                }
                let live = envelope::drop::block_of(now / HOUR);
                for block in plan.blocks.iter().copied().chain([live]) {
                    desk.engine.take_chunk(&site.chunk(block)).unwrap();
                }
                if cut == 3 {
                    return;
                }
                let bundle = desk.engine.bundle(now).unwrap();
                if cut == 4 {
                    return;
                }
                assert!(site.post(&bundle.bytes, now));
                if cut == 5 {
                    return;
                }
                desk.engine.sent(bundle.tick).unwrap();
            };
            steps(&mut desk, &mut site);
            desk.restart(n);
            desk.round(&mut site, now + 30).unwrap();
            if n == 2 {
                desk.desk.reply("1", &noise(21, 2500), now).unwrap();
            }
        }
        for _ in 0..4 {
            now += HOUR;
            desk.round(&mut site, now).unwrap();
        }
        let mut want: Vec<_> = (0..6).map(|n| format!("{n} {text}")).collect();
        want.push(noise(21, 2500));
        want.sort();
        assert_eq!(texts(&desk, now), want, "cut {cut}");
        for message in &source.sent {
            assert_eq!(source.receipts(&site, message).len(), 1, "cut {cut}");
        }
        assert_eq!(source.replies(&site), [noise(21, 2500)]);
    }
}

#[test]
fn three_weeks_away_and_nothing_is_lost() {
    let (mut site, mut desk, mut now) = ready(24);
    let mut source = Source::new(24, desk.id);
    let away = now;
    // Until the desk's key of that week ends, which is 15 days after the week's start.
    for n in 0..11 {
        source.write(&mut site, &format!("day {n:02}"), now);
        now += 86_400;
        site.advance(now);
    }
    now = away + 20 * 86_400;
    desk.restart(5);
    desk.round(&mut site, now).unwrap();
    assert_eq!(texts(&desk, now).len(), 11);
    assert!(
        desk.desk.status(now).unwrap().weeks.len() == 1,
        "the old key goes once it is not needed"
    );
}

#[test]
fn old_keys_are_erased_and_reply_keys_move_on() {
    let (mut site, mut desk, mut now) = ready(25);
    let mut source = Source::new(25, desk.id);
    source.write(&mut site, "hello", now);
    for _ in 0..8 * 7 {
        now += 12 * HOUR;
        desk.round(&mut site, now).unwrap();
        let status = desk.desk.status(now).unwrap();
        assert!(status.weeks.iter().all(|w| w.from + 21 * 86_400 > now), "kept too long");
        assert!(status.weeks.iter().any(|w| w.week == week(now)));
        assert!(status.weeks.len() <= 4);
    }
    // Four weeks later the conversation still works, in both directions.
    source.write(&mut site, "still here", now);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    assert_eq!(texts(&desk, now), ["hello", "still here"]);
    desk.desk.reply("1", "so are we", now).unwrap();
    for _ in 0..2 {
        now += HOUR;
        desk.round(&mut site, now).unwrap();
    }
    assert_eq!(source.replies(&site), ["so are we"]);
}

#[test]
fn a_wrong_clock_changes_nothing_and_says_so() {
    let (mut site, mut desk, mut now) = ready(33);
    let mut source = Source::new(33, desk.id);
    source.write(&mut site, "before", now);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    let before = desk.desk.status(now).unwrap();
    let list = site.keys(now);
    for wrong in [now + 400 * 86_400, now - 400 * 86_400, now + 5 * HOUR] {
        let error = desk.engine.take_keys(&list, wrong).unwrap_err();
        assert!(matches!(error, EngineError::Clock(_)), "{error}");
        assert!(error.to_string().contains("clock"));
        // Without a fresh key list nothing that cannot be undone is done.
        assert!(matches!(desk.engine.tidy(wrong), Err(EngineError::NoKeys)));
        assert!(matches!(desk.engine.bundle(wrong), Err(EngineError::NoKeys)));
        assert!(matches!(desk.engine.plan(wrong), Err(EngineError::NoKeys)));
    }
    let after = desk.desk.status(now).unwrap();
    assert_eq!((after.weeks, after.receipts_waiting), (before.weeks, before.receipts_waiting));
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    assert_eq!(source.receipts(&site, &source.sent[0]).len(), 1);
}

#[test]
fn another_newsrooms_lists_batches_and_chunks_are_refused() {
    let (mut site, mut desk, mut now) = ready(34);
    let (mut stranger, _) = support_stranger(now);
    now += HOUR;
    site.advance(now);
    stranger.advance(now);
    let error = desk.engine.take_keys(&stranger.keys(now), now).unwrap_err();
    assert!(matches!(error, EngineError::Verify(VerifyError::Stranger(_))), "{error}");
    desk.engine.take_keys(&site.keys(now), now).unwrap();
    let tick = now / HOUR;
    assert!(desk.engine.take_batch(tick, &stranger.batches[&tick], now).is_err());
    assert!(desk.engine.take_chunk(&stranger.chunk(tick / 12)).is_err());
    let mut list = site.keys(now);
    let middle = list.len() / 2;
    list[middle] ^= 1;
    assert!(desk.engine.take_keys(&list, now).is_err());
}

fn support_stranger(now: u64) -> (FakeSite, u64) {
    (FakeSite::new(999, TickLength::HOUR, now), now)
}

#[test]
fn a_revoked_desk_sees_that_it_is_not_listed() {
    let (mut site, mut desk, mut now) = ready(35);
    assert!(desk.desk.status(now).unwrap().listed);
    let serial = site.desks[&desk.id].0.serial;
    site.revocations.push(Revocation::issue(&site.root, serial));
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    let status = desk.desk.status(now).unwrap();
    assert!(!status.listed);
    assert_eq!(status.receipts_per_tick, 0);
}

#[test]
fn another_tick_length_begins_anew_without_loss() {
    let (mut site, mut desk, mut now) = ready(37);
    let mut source = Source::new(37, desk.id);
    source.write(&mut site, "in the old time", now);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    desk.desk.reply("1", "in the new time", now).unwrap();
    site.tick = TickLength::new(600).unwrap();
    site.at = now / 600;
    site.records.clear();
    site.batches.clear();
    site.bundles.clear();
    for _ in 0..4 {
        now += 600;
        desk.round(&mut site, now).unwrap();
    }
    assert_eq!(source.replies(&site), ["in the new time"]);
    assert_eq!(source.receipts(&site, &source.sent[0]).len(), 1);
}

#[test]
fn before_it_is_enrolled_a_desk_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let name = envelope::cert::Name::new("New").unwrap();
    let kdf = vault::Kdf::weak_for_demo_and_tests();
    let rng = || ChaCha20Rng::seed_from_u64(1);
    let new = desk::init(dir.path(), &pass(), kdf, &name, rng()).unwrap();
    let again = desk::init(dir.path(), &pass(), kdf, &name, rng());
    assert!(again.err().is_some_and(|error| error.to_string().contains("holds a desk already")));
    let (mut site, now) = site(40);
    let other_dir = tempfile::tempdir().unwrap();
    let other =
        desk::init(other_dir.path(), &pass(), kdf, &name, ChaCha20Rng::seed_from_u64(2)).unwrap();
    let request = std::fs::read_to_string(other.request).unwrap();
    let foreign = site.enrol(&request, now);
    let error = desk::install(&new.vault, &foreign, Some(site.site), now).unwrap_err();
    assert!(matches!(error, desk::InstallError::OtherDesk));
    let request = desk::request_text(&new.vault).unwrap();
    let certificate = site.enrol(&request, now);
    let elsewhere = Some(envelope::keys::SiteId([7; 32]));
    let error = desk::install(&new.vault, &certificate, elsewhere, now).unwrap_err();
    assert!(matches!(error, desk::InstallError::OtherNewsroom { .. }));
    let late = now + 400 * 86_400;
    assert!(desk::install(&new.vault, &certificate, None, late).is_err());
    let vault = std::sync::Arc::new(new.vault);
    assert!(matches!(desk::DeskEngine::open(vault.clone()), Err(EngineError::NotEnrolled)));
    desk::install(&vault, &certificate, None, now).unwrap();
    assert!(desk::DeskEngine::open(vault).is_ok());
}
