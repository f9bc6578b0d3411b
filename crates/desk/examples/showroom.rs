//! A desk with made-up content, to look at its page: `cargo run -p desk --example showroom`. Prints an address to open,
//! once; Enter prints a new one. Nothing leaves this computer, and nothing is kept.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    io::{BufRead, Write},
    sync::Arc,
};

use desk::{
    clock::{Clock, SystemClock},
    service::Mark,
    web,
};
use envelope::{Suite, time::TickLength};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use support::*;

#[tokio::main]
async fn main() {
    let mut now = SystemClock.now() - 9 * HOUR;
    let mut site = FakeSite::new(1, TickLength::HOUR, now);
    let mut desk = TestDesk::new(&mut site, 1, now);
    desk.listed(&mut site, &mut now);
    let hour = |desk: &mut TestDesk, site: &mut FakeSite, now: &mut u64| {
        *now += HOUR;
        desk.round(site, *now).unwrap();
    };
    let letters = [
        "I worked in the office that drew up the tender of last spring. Three of the five offers came from the same \
         printer, and the committee knew. I have the covering notes, but nine people have them.\n\nPlease do not name the \
         month.",
        "Buy our pills at once!!! http://example.invalid",
        "They know that I kept a copy. I am at my sister's. If I do not write by Friday, something is wrong.",
        "The file is called annual\u{202e}fdp.exe and the watermark is\u{200b} here.\n<script>alert(1)</script> & so on: \
         https://example.invalid/averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongaddress",
        "مرحبا، لدي وثائق عن العقد الذي وقعته الوزارة في الربيع الماضي.",
        "Nobody asked us about the second pipeline. The pressure readings were changed the night before the inspection.",
    ];
    let mut sources = Vec::new();
    for (n, text) in (1..).zip(letters) {
        let mut source = Source::new(n, desk.id);
        source.write(&mut site, text, now);
        sources.push(source);
        if n != 2 {
            hour(&mut desk, &mut site, &mut now);
        }
    }
    // A message of which only the first piece came.
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let long: String = (0..4000).map(|_| char::from(b'a' + (rng.next_u32() % 26) as u8)).collect();
    let fragments = sources[0].fragments(&long, now, &mut rng);
    let items = sources[0].seal(&mut site, Suite::XWing, &fragments[..1]);
    site.pool.extend(items);
    desk.desk
        .reply("1", "Thank you. Who else held the notes: all nine, at the same time?", now)
        .unwrap();
    hour(&mut desk, &mut site, &mut now);
    sources[0].write(&mut site, "All nine, from the Monday on. Two have left since.", now);
    hour(&mut desk, &mut site, &mut now);
    hour(&mut desk, &mut site, &mut now);
    let long_reply: String = (0..300).map(|n| format!("word{} ", n * 7919 % 8191)).collect();
    desk.desk.reply("3", &long_reply, now).unwrap();
    desk.desk.mark("3", Mark::Danger(true), now).unwrap();
    desk.desk.mark("2", Mark::Junk(true), now).unwrap();
    desk.desk.mark("1", Mark::Owner(Some("Ana M.".into())), now).unwrap();
    let clock = Arc::new(SystemClock);
    let port = std::env::args().nth(1).map_or(0, |port| port.parse().unwrap());
    let page = web::bind(desk.desk.clone(), clock, ([127, 0, 0, 1], port).into()).await.unwrap();
    let address = page.address();
    let print = |link: String| writeln!(std::io::stdout().lock(), "{link}").unwrap();
    print(page.link(SystemClock.now()).unwrap());
    tokio::spawn(page.serve(std::future::pending()));
    let again = desk.desk.clone();
    let asked = tokio::task::spawn_blocking(move || {
        for _ in std::io::stdin().lock().lines() {
            print(web::link(&again, address, SystemClock.now()).unwrap());
        }
    });
    asked.await.unwrap();
}
