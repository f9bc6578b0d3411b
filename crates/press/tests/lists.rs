//! Authors' pages, and lists that are longer than a page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::collections::BTreeSet;

use common::{FRONT, PAPER, load, rendered, text};
use press::Pages;

const AUTHORS: &str = "[[authors]]\nname = \"Ada Quill\"\nabout = \"Covers the harbour.\"\npicture = \"ada.svg\"\n\
    [[authors]]\nname = \"Ни кто\"\nslug = \"ni-kto\"\n";
const PICTURE: &[u8] =
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 3'><path d='M0 0h4v3z'/></svg>";

fn by(byline: &str) -> String {
    FRONT.replace("byline = \"B\"", &format!("byline = {byline}"))
}

fn printed() -> Pages {
    let stories = [
        ("a.md", by("[\"Ada Quill\", \"José Peña\", \"Bo\"]")),
        ("b.md", by("\"Ada Quill\"")),
        ("c.md", by("\"الكاتب\"")),
        (
            "d.md",
            by("\"Gone\"").replacen(
                "C\"\n+++",
                "C\"\n[withdrawn]\ndate = 2026-12-01\nreason = \"x\"\n+++",
                1,
            ),
        ),
    ];
    let stories: Vec<_> = stories.iter().map(|(name, text)| (*name, text.as_str())).collect();
    rendered(&load(&format!("{PAPER}{AUTHORS}"), &stories, &[("ada.svg", PICTURE)]).unwrap())
}

#[test]
fn bylines_lead_to_the_authors_stories() {
    let pages = printed();
    let story = text(&pages, "/story/a/");
    assert!(story.contains(
        "By <a href=\"/authors/ada-quill/\">Ada Quill</a>, <a href=\"/authors/jose-pena/\">José Peña</a> \
         and <a href=\"/authors/bo/\">Bo</a>"
    ));
    let page = text(&pages, "/authors/ada-quill/");
    assert!(page.contains("<h1>Ada Quill</h1>") && page.contains("<p>Covers the harbour.</p>"));
    assert!(page.contains("<img src=\"/images/ada."), "{page}");
    for (author, stories) in [
        ("ada-quill", vec!["a", "b"]),
        ("jose-pena", vec!["a"]),
        ("bo", vec!["a"]),
        ("ni-kto", vec![]),
    ] {
        let page = text(&pages, &format!("/authors/{author}/"));
        let found: Vec<_> = ["a", "b", "c", "d"]
            .into_iter()
            .filter(|s| page.contains(&format!("<h2><a href=\"/story/{s}/\">")))
            .collect();
        assert_eq!(found, stories, "{author}");
        assert_eq!(page.contains("Nothing of theirs"), stories.is_empty(), "{author}");
        let sitemap = text(&pages, "/sitemap.xml");
        assert!(sitemap.contains(&format!("<loc>http://127.0.0.1:1/authors/{author}/</loc>")));
    }
    // A name that makes no address is printed without a link; who has nothing in the paper has no page.
    assert!(text(&pages, "/story/c/").contains("By الكاتب</span>"));
    assert!(pages.get("/authors/gone/").is_none() && pages.get("/authors//").is_none());
}

#[test]
fn machines_are_told_who_the_authors_are() {
    let pages = printed();
    let page = text(&pages, "/story/a/");
    let data = page.split("<script type=\"application/ld+json\">").nth(1).unwrap();
    let data: serde_json::Value =
        serde_json::from_str(data.split("</script>").next().unwrap()).unwrap();
    assert_eq!(data["author"].as_array().unwrap().len(), 3);
    assert_eq!(data["author"][1]["name"], "José Peña");
    assert_eq!(data["author"][1]["url"], "http://127.0.0.1:1/authors/jose-pena/");
    assert!(text(&pages, "/feed.xml").contains(
        "<author><name>Ada Quill</name><uri>http://127.0.0.1:1/authors/ada-quill/</uri></author>"
    ));
    assert!(text(&pages, "/feed.xml").contains("<author><name>الكاتب</name></author>"));
    let feed: serde_json::Value = serde_json::from_str(&text(&pages, "/feed.json")).unwrap();
    let author = |item: usize| &feed["items"][item]["authors"][0];
    assert_eq!(author(1)["url"], "http://127.0.0.1:1/authors/ada-quill/");
    // The author of nothing but a withdrawn story has no page to lead to.
    assert_eq!(author(0), &serde_json::json!({ "name": "Gone" }));
}

#[test]
fn faults_in_names_are_told() {
    let refused = |paper: &str, stories: &[(&str, &str)]| load(paper, stories, &[]).unwrap_err();
    for (authors, place, words) in [
        ("[[authors]]\nname = \"A\"\nage = 7\n", 7, "unknown key `age`"),
        ("[[authors]]\nname = \"ا\"\n", 5, "cannot be a path; give the author"),
        ("[[authors]]\nname = \"A\"\npicture = \"a.svg\"\n", 7, "no picture images/a.svg"),
        ("[[authors]]\nname = \"A\"\n[[authors]]\nname = \"a\"\n", 7, "two authors"),
    ] {
        let error = refused(&format!("{PAPER}{authors}"), &[]);
        assert!(error.starts_with(&format!("newsroom.toml:{place}: ")), "{error}");
        assert!(error.contains(words), "{error}");
    }
    let error = refused(PAPER, &[("a.md", &by("\"Ada Quill\"")), ("b.md", &by("\"Ada quill\""))]);
    assert!(error.contains("both have the address /authors/ada-quill/; write"), "{error}");
    for (byline, words) in [
        ("[]", "`byline` is empty"),
        ("[\"A\", \" \"]", "`byline` is empty"),
        ("7", "neither a name"),
    ] {
        let error = refused(PAPER, &[("a.md", &by(byline))]);
        assert!(error.starts_with("stories/a.md:5: ") && error.contains(words), "{error}");
    }
}

#[test]
fn a_long_list_has_several_pages_and_every_story_once() {
    let days = ["20", "19", "18"];
    let stories: Vec<_> = (0..95)
        .map(|n| (format!("s{n}.md"), FRONT.replace("11-20", &format!("11-{}", days[n / 40]))))
        .collect();
    let stories: Vec<_> =
        stories.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let pages = rendered(&load(PAPER, &stories, &[]).unwrap());
    for first in ["/world/", "/authors/b/"] {
        let (mut path, mut seen, mut count) = (first.to_owned(), BTreeSet::new(), 0);
        loop {
            let page = text(&pages, &path);
            assert!(page.contains(&format!("rel=\"canonical\" href=\"http://127.0.0.1:1{path}\"")));
            let list = page.split("<h2><a href=\"/story/").skip(1);
            seen.extend(list.map(|rest| rest.split('/').next().unwrap().to_owned()));
            count += 1;
            assert_eq!(page.contains("rel=\"prev\""), count > 1);
            let Some((before, _)) = page.split_once("\" rel=\"next\"") else { break };
            path = before.rsplit('"').next().unwrap().to_owned();
        }
        assert_eq!((count, seen.len()), (3, 95), "{first}");
        assert_eq!(path, format!("{first}page/3/"));
        assert!(pages.get(&format!("{first}page/4/")).is_none());
    }
}
