use std::{fs, io};

use assent::{Act, Draft, Publication, ReportOf};

use super::*;
use crate::approvals::tests::{House, NOW};
use crate::disk::SystemDisk;

#[test]
fn a_store_without_room_publishes_nothing_and_goes_on_when_there_is_some() {
    let house = House::new();
    let policy = house.set_policy(1);
    house.approve(&policy, 1, 2);
    let content = house.dir.path().to_owned();
    let open = || SqliteRecords::open(&content.join("store.sqlite")).unwrap();
    let parts = Parts {
        content: content.clone(),
        base_url: "https://news.example".to_owned(),
        site: house.site(),
        mix_on_premises: false,
        approvals: Approvals::Policy,
        clock: Arc::new(|| NOW),
        disk: Arc::new(SystemDisk),
        status: Status::to(io::sink()),
        cache: BuildCache::default(),
        log: None,
    };
    let printer = Printer::start(parts, open()).unwrap();
    let front = "+++\ntitle = \"More\"\nsection = \"trade\"\ndate = 2026-11-12\nbyline = \"A. Writer\"\n\
                 summary = \"A summary.\"\n+++\n";
    // Larger than the room that is left in a page of the store.
    let source = front.to_owned() + &"\nAnd more of it.\n".repeat(2_000);
    let page = Package::page("more", &source, &[]).unwrap();
    let report = ReportOf::new(source.as_bytes(), b"report");
    let read = Draft::new(page).read(&report).unwrap();
    let statement = read.statement(&policy, Act::Publish, 1, vec![]).unwrap();
    let mut publication = Publication::new(statement);
    for (key, certificate) in &house.desks {
        publication.approve(key, certificate, NOW).unwrap();
    }
    let package = Package { publication, source, pictures: Vec::new() };
    let limit = |pages| printer.records.lock().unwrap().limit_pages(pages).unwrap();
    let before = (printer.shelf().read().unwrap().len(), open().log().unwrap());

    limit(1);
    let refused = printer.publish(&package).unwrap_err().to_string();
    assert!(refused.contains("store.sqlite: the disk is full. Nothing was published"), "{refused}");
    assert_eq!((printer.shelf().read().unwrap().len(), open().log().unwrap()), before);
    assert_eq!(open().coming().unwrap(), None);
    assert!(!content.join("stories/more.md").exists());
    assert!(!content.join("stories/.more.md.new").exists(), "its room is given back");
    // What is out already is printed again meanwhile.
    printer.reload().unwrap();

    limit(100_000);
    printer.publish(&package).unwrap();
    assert_eq!(open().log().unwrap().len(), before.1.len() + 1);
    assert_eq!(fs::read_to_string(content.join("stories/more.md")).unwrap(), package.source);
}
