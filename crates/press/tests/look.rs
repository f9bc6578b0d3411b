//! Pictures in several sizes, and what a paper may choose of its looks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use common::{FRONT, PAPER, load, photograph, rendered, text};
use press::{BuildCache, Edition, PageContext, Pages};

const SVG: &[u8] =
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 100'><path d='M0 0h400v100z'/></svg>";

fn pictured(width: u32) -> Pages {
    let front = FRONT.replace("title", "image = \"quay.jpg\"\nimage_alt = \"Quay\"\ntitle");
    let story = format!("{front}![The quay](images/quay.jpg)\n");
    let photograph = photograph(width, width / 2);
    rendered(&load(PAPER, &[("a.md", &story)], &[("quay.jpg", &photograph)]).unwrap())
}

/// Widths that a page offers for the first of its pictures, with their paths.
fn offered(page: &str) -> Vec<(String, u32)> {
    let set = page.split(" srcset=\"").nth(1).map_or("", |rest| rest.split('"').next().unwrap());
    let each = set.split(", ").filter(|s| !s.is_empty()).map(|s| s.split_once(' ').unwrap());
    each.map(|(url, w)| (url.to_owned(), w.trim_end_matches('w').parse().unwrap())).collect()
}

#[test]
fn every_width_offered_is_there_and_none_is_wider_than_the_picture() {
    for (width, wanted) in
        [(1600, vec![480, 800, 1280, 1600]), (900, vec![480, 900]), (500, vec![])]
    {
        let pages = pictured(width);
        for path in ["/", "/world/", "/story/a/"] {
            let page = text(&pages, path);
            let offered = offered(&page);
            assert_eq!(offered.iter().map(|o| o.1).collect::<Vec<_>>(), wanted, "{path}");
            for (url, width) in offered {
                let bytes = &pages.get(&url).unwrap_or_else(|| panic!("{url}")).body;
                assert_eq!(image::load_from_memory(bytes).unwrap().width(), width);
            }
            assert_eq!(page.matches(" srcset=").count(), page.matches(" sizes=").count());
            assert!(
                page.contains(&format!("width=\"{width}\" height=\"{}\"", width / 2)),
                "{path}"
            );
        }
        // The text's picture and the one that opens the story.
        let story = text(&pages, "/story/a/");
        assert_eq!(story.matches(" srcset=").count(), if wanted.is_empty() { 0 } else { 2 });
    }
}

/// The cleaner finds nothing to take out of a narrower copy: it is written as fresh as the copy it was made from.
#[test]
fn narrower_copies_hold_pixels_only() {
    const REMARK: &[u8] = b"\xff\xfe\0\x0eTaken by Ada";
    let mut photograph = photograph(1600, 400);
    photograph.splice(2..2, REMARK.iter().copied());
    let front = FRONT.replace("title", "image = \"quay.jpg\"\nimage_alt = \"Quay\"\ntitle");
    let edition = load(PAPER, &[("a.md", &front)], &[("quay.jpg", &photograph)]).unwrap();
    let pages = rendered(&edition);
    let pictures: Vec<_> =
        pages.iter().filter(|(path, _)| path.starts_with("/images/quay")).collect();
    assert_eq!(pictures.len(), 4);
    for (path, page) in pictures {
        assert!(sanitize::rebuild(&page.body).unwrap().bytes == page.body, "{path}");
    }
    assert!(sanitize::rebuild(&photograph).unwrap().bytes != photograph);
}

/// What social networks are told of a story.
fn social(pages: &Pages, path: &str) -> Vec<(String, String)> {
    let page = text(pages, path);
    let tags = page.split("<meta ").skip(1).filter_map(|tag| tag.split_once("\" content=\""));
    let names = tags.filter(|(name, _)| name.contains("og:image") || name.contains("twitter"));
    names
        .map(|(name, rest)| {
            (
                name.rsplit('"').next().unwrap().to_owned(),
                rest.split('"').next().unwrap().to_owned(),
            )
        })
        .collect()
}

#[test]
fn every_story_has_a_card_of_its_own_or_honestly_none() {
    let chinese = FRONT.replace("\"A\"", "\"名簿\"");
    let pictured = chinese.replace("title", "image = \"q.jpg\"\nimage_alt = \"Quay\"\ntitle");
    let stories = [("a.md", FRONT), ("b.md", &chinese), ("c.md", &pictured)];
    let photograph = photograph(400, 200);
    let pages = rendered(&load(PAPER, &stories, &[("q.jpg", &photograph)]).unwrap());
    let tags = social(&pages, "/story/a/");
    let image = tags[0].1.strip_prefix("http://127.0.0.1:1").unwrap();
    let card = pages.get(image).unwrap();
    assert_eq!((card.content_type, card.cache), ("image/png", press::Cache::Immutable));
    let size = image::load_from_memory(&card.body).unwrap();
    assert_eq!((size.width(), size.height()), (1200, 630));
    let rest: Vec<_> = tags[1..].iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(
        rest,
        [
            ("og:image:alt", "A"),
            ("og:image:width", "1200"),
            ("og:image:height", "630"),
            ("twitter:card", "summary_large_image")
        ]
    );
    // The fonts of cards have no Chinese: nothing is drawn, and the story's own picture stands in if there is one.
    assert_eq!(social(&pages, "/story/b/"), []);
    assert!(social(&pages, "/story/c/")[0].1.contains("/images/q."));
    // Another accent, another card.
    let paper = format!("accent = \"#0a5c36\"\naccent_dark = \"#8fd6b0\"\n{PAPER}");
    let green = rendered(&load(&paper, &stories[..1], &[]).unwrap());
    assert_ne!(social(&green, "/story/a/")[0], tags[0]);
}

#[test]
fn a_paper_chooses_logo_type_and_colours() {
    let look = "logo = \"logo.svg\"\nlogo_dark = \"images/night.svg\"\ntype = \"old-style\"\n\
                accent = \"#0a5c36\"\naccent_dark = \"#8fd6b0\"\n";
    let paper = format!("{look}{PAPER}");
    let night = String::from_utf8(SVG.to_vec()).unwrap().replace("h400", "h300");
    let images: [(&str, &[u8]); 2] = [("logo.svg", SVG), ("night.svg", night.as_bytes())];
    let pages = rendered(&load(&paper, &[("a.md", FRONT)], &images).unwrap());
    for path in ["/", "/story/a/", "/about/"] {
        let page = text(&pages, path);
        let head = page.split("class=\"name\"").nth(1).unwrap().split("</a>").next().unwrap();
        assert!(
            head.contains("<source media=\"(prefers-color-scheme: dark)\" srcset=\"/images/night.")
        );
        assert!(head.contains("alt=\"Ledger\" width=\"400\" height=\"100\""), "{head}");
    }
    let (_, style) = pages.iter().find(|(path, _)| path.ends_with(".css")).unwrap();
    let style = String::from_utf8(style.body.to_vec()).unwrap();
    for part in ["--accent: #0a5c36;", "--accent: #8fd6b0;", "Palatino"] {
        assert!(style.contains(part), "{part}");
    }
    // Without any of it the name stands there in type, and the usual fonts.
    let pages = rendered(&load(PAPER, &[("a.md", FRONT)], &[]).unwrap());
    assert!(text(&pages, "/").contains("<a class=\"name\" href=\"/\">Ledger</a>"));
    let (_, style) = pages.iter().find(|(path, _)| path.ends_with(".css")).unwrap();
    assert!(!String::from_utf8(style.body.to_vec()).unwrap().contains("Palatino"));
}

#[test]
fn faults_of_looks_name_line_and_mend() {
    for (line, words) in [
        ("type = \"comic\"", "there is no type \"comic\"; choose one of book, old-style"),
        ("logo = \"logo.jpg\"", "neither SVG nor PNG"),
        ("logo = \"logo.svg\"", "no picture images/logo.svg"),
        ("logo_dark = \"logo.svg\"", "`logo_dark` without `logo`; add"),
        (
            "accent = \"#777777\"\naccent_dark = \"#ffffff\"",
            "a contrast of 4.3, less than 4.5; choose a darker",
        ),
    ] {
        let error = load(&format!("{line}\n{PAPER}"), &[], &[]).unwrap_err();
        assert!(error.starts_with("newsroom.toml:1: ") && error.contains(words), "{error}");
    }
}

/// A build with what another has left behind gives the same bytes as one from nothing, whatever changed in between.
#[test]
fn a_build_from_the_cache_is_the_build_from_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::create_dir_all(at("stories")).unwrap();
    std::fs::create_dir_all(at("images")).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(at(name), bytes).unwrap();
    let story = FRONT.replace("title", "image = \"quay.jpg\"\nimage_alt = \"Quay\"\ntitle");
    let cache = BuildCache::default();
    let all = |cache: &BuildCache| {
        let edition = Edition::load_with(dir.path(), cache).unwrap();
        let ctx = PageContext {
            site_id: [0; 32],
            base_url: "http://127.0.0.1:1".into(),
            mix_on_premises: true,
            contact: edition.contact(),
        };
        let pages = edition.render_with(&ctx, cache).unwrap();
        let each = pages
            .iter()
            .map(|(path, p)| (path.to_owned(), p.etag.clone(), p.body.clone(), p.gzip.clone()));
        each.collect::<Vec<_>>()
    };
    write("newsroom.toml", PAPER.as_bytes());
    write("images/quay.jpg", &photograph(900, 450));
    write("stories/a.md", format!("{story}![X](images/quay.jpg)\n").as_bytes());
    write("stories/b.md", FRONT.as_bytes());
    let mut before = all(&cache);
    for (name, bytes) in [
        ("stories/b.md", FRONT.replace("\"A\"", "\"Another\"").into_bytes()),
        ("images/quay.jpg", photograph(1000, 400)),
        (
            "newsroom.toml",
            PAPER
                .replace("World", "The World")
                .replace("\nname = \"The", "\nslug = \"world\"\nname = \"The")
                .into_bytes(),
        ),
        ("newsroom.toml", PAPER.replace("Ledger", "Courier").into_bytes()),
    ] {
        write(name, &bytes);
        let after = all(&cache);
        assert_eq!(after, all(&BuildCache::default()), "{name}");
        assert_ne!(after, before, "{name}");
        before = after;
    }
    // A fault in between loses nothing.
    write("stories/c.md", b"+++\n");
    assert!(Edition::load_with(dir.path(), &cache).is_err());
    std::fs::remove_file(at("stories/c.md")).unwrap();
    assert_eq!(all(&cache), before);
}
