//! A newspaper of ten thousand stories: built from nothing, and built again after one of them was saved. From files to finished pages, gzip
//! and social cards included, as a site does it.
//!
//! `cargo bench -p press`. `beside/` does the same with other programs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use press::{BuildCache, Edition, PageContext, Pages};

const STORIES: usize = 10_000;
const WORDS: [&str; 12] = [
    "harbour", "ledger", "minister", "the", "printed", "a", "list", "and", "nobody", "had", "seen",
    "it",
];

fn story(n: usize, mark: usize) -> String {
    let paragraph = |p: usize| {
        let words: Vec<_> =
            (0..90).map(|w| WORDS[(w * w + n * 7 + p * 5 + w) % WORDS.len()]).collect();
        format!("{} **{n}** [there](https://example.org/{p}).\n\n", words.join(" "))
    };
    let text: String = (0..5).map(paragraph).collect();
    let (month, day) = (n / 28 % 12 + 1, n % 28 + 1);
    format!(
        "+++\ntitle = \"Story {n} of the {} and the {}\"\nsection = \"s{}\"\ndate = {}-{month:02}-{day:02}\n\
         byline = \"Author {}\"\nsummary = \"What became of it, and who says so.\"\n+++\n\n{text}\
         > [denied: the minister]\n> \"It never was.\"\n\n## After that {mark}\n\n{text}",
        WORDS[n % 12],
        WORDS[n / 12 % 12],
        n % 8,
        2000 + n / 336 % 26,
        n % 40,
    )
}

fn write(dir: &Path) {
    let mut paper = "name = \"The Bench\"\nlanguage = \"en\"\n".to_owned();
    for section in 0..8 {
        paper.push_str(&format!(
            "[[sections]]\nname = \"Section {section}\"\nslug = \"s{section}\"\n"
        ));
    }
    fs::create_dir_all(dir.join("stories")).unwrap();
    fs::write(dir.join("newsroom.toml"), paper).unwrap();
    for n in 0..STORIES {
        fs::write(dir.join(format!("stories/story-{n}.md")), story(n, 0)).unwrap();
    }
}

fn build(dir: &Path, cache: &BuildCache) -> Pages {
    let edition = Edition::load_with(dir, cache).unwrap();
    let ctx = PageContext {
        site_id: [7; 32],
        base_url: "https://bench.example".into(),
        mix_on_premises: false,
        contact: edition.contact(),
    };
    edition.render_with(&ctx, cache).unwrap()
}

fn ten_thousand(c: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path());
    let mut group = c.benchmark_group("ten thousand stories");
    group.sample_size(10);
    group.bench_function("from nothing", |b| {
        b.iter(|| black_box(build(dir.path(), &BuildCache::default())));
    });
    let cache = BuildCache::default();
    let before = build(dir.path(), &cache);
    let mut mark = 0;
    group.bench_function("after one change", |b| {
        b.iter(|| {
            mark += 1;
            fs::write(dir.path().join("stories/story-5000.md"), story(5000, mark)).unwrap();
            black_box(build(dir.path(), &cache))
        });
    });
    group.finish();
    let after = build(dir.path(), &cache);
    let page = |pages: &Pages| pages.get("/story/story-5000/").unwrap().etag.clone();
    assert_ne!(page(&before), page(&after));
}

criterion_group!(benches, ten_thousand);
criterion_main!(benches);
