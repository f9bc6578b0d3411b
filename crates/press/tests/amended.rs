//! What a paper says of a story after it was printed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use common::{FRONT, PAPER, load, rendered, text};
use press::Pages;

const PICTURE: &[u8] =
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 3'><path d='M0 0h4v3z'/></svg>";
const CORRECTIONS: &str = "corrections = [\n\
    { date = 2026-11-25, text = \"The harbour has \\\"six\\\" cranes, not seven.\" },\n\
    { date = 2026-11-20, text = \"Ada Quill's name was misspelt.\" },\n]\n";
const WITHDRAWN: &str = "[withdrawn]\ndate = 2026-12-01\nreason = \"The <list> was forged.\"\n";

/// Story a with these lines at the end of its front matter, and story b of the day before.
fn printed(lines: &str) -> Pages {
    let front = FRONT
        .replace("title = \"A\"", "title = \"The list\"\nimage = \"a.svg\"\nimage_alt = \"X\"");
    let front = front.replace("C\"\n+++", &format!("C\"\nlead = true\n{lines}+++"));
    let other = FRONT.replace("2026-11-20", "2026-11-19\nrelated = [\"a\"]");
    let other = format!("{other}See [the list](/story/a/).\n");
    let stories = [("a.md", &*format!("{front}It was printed.\n")), ("b.md", &*other)];
    rendered(&load(PAPER, &stories, &[("a.svg", PICTURE)]).unwrap())
}

fn refused(lines: &str) -> String {
    let front = FRONT.replace("C\"\n+++", &format!("C\"\n{lines}+++"));
    load(PAPER, &[("a.md", &front)], &[]).unwrap_err()
}

fn data(page: &str) -> serde_json::Value {
    let block = page.split("<script type=\"application/ld+json\">").nth(1).unwrap();
    serde_json::from_str(block.split("</script>").next().unwrap()).unwrap()
}

fn items(pages: &Pages, path: &str) -> Vec<serde_json::Value> {
    let feed: serde_json::Value = serde_json::from_str(&text(pages, path)).unwrap();
    feed["items"].as_array().unwrap().clone()
}

#[test]
fn corrections_are_shown_with_their_days_and_told_to_machines() {
    let pages = printed(CORRECTIONS);
    let page = text(&pages, "/story/a/");
    let list = page.split("<section class=\"corrections\"").nth(1).unwrap();
    let list = list.split("</section>").next().unwrap();
    let (first, second) =
        (list.find("Ada Quill’s name was misspelt.").unwrap(), list.find("“six” cranes").unwrap());
    assert!(first < second, "{list}");
    assert!(list.contains("<time datetime=\"2026-11-25\">25 November 2026</time>"), "{list}");
    // The head of the story says so, too, and leads there.
    assert!(page.contains("<a href=\"#corrections\">Corrected <time datetime=\"2026-11-25\">"));
    assert!(page.find("id=\"corrections\"").unwrap() > page.find("It was printed.").unwrap());

    let data = data(&page);
    assert_eq!(data["dateModified"], "2026-11-25");
    assert_eq!(data["datePublished"], "2026-11-20");
    assert_eq!(data["correction"][1]["text"], "The harbour has “six” cranes, not seven.");
    assert_eq!(data["correction"][1]["datePublished"], "2026-11-25");
    assert!(text(&pages, "/feed.xml").contains("<updated>2026-11-25T00:00:00Z</updated>"));
    assert_eq!(items(&pages, "/feed.json")[0]["date_modified"], "2026-11-25T00:00:00Z");
    assert!(text(&pages, "/sitemap.xml").contains("/story/a/</loc><lastmod>2026-11-25</lastmod>"));

    // Without any there is no trace of the word.
    let page = text(&printed(""), "/story/a/");
    assert!(!page.contains("Correct") && !page.contains("correction"), "{page}");
}

#[test]
fn an_old_story_that_is_corrected_comes_first_in_the_feed() {
    let old = FRONT.replace("2026-11-20", "2020-01-01");
    let mended = old.replace(
        "C\"\n+++",
        "C\"\ncorrections = [{ date = 2026-12-01, text = \"It was Tuesday.\" }]\n+++",
    );
    let newest = |a: &str| {
        let many: Vec<_> = (0..60).map(|n| (format!("b{n}.md"), FRONT)).collect();
        let stories = many.iter().map(|(name, text)| (name.as_str(), *text)).chain([("a.md", a)]);
        let pages = rendered(&load(PAPER, &stories.collect::<Vec<_>>(), &[]).unwrap());
        items(&pages, "/feed.json")[0]["url"].as_str().unwrap().to_owned()
    };
    assert!(newest(&mended).ends_with("/story/a/"));
    assert!(!newest(&old).ends_with("/story/a/"));
}

#[test]
fn a_withdrawn_story_leaves_a_tombstone_and_nothing_else() {
    let before = printed("");
    let pages = printed(&format!("{CORRECTIONS}{WITHDRAWN}"));
    let tomb = text(&pages, "/story/a/");
    for there in [
        "<h1>The list</h1>",
        "The &#60;list&#62; was forged.",
        "Withdrawn <time datetime=\"2026-12-01\">1 December 2026</time>",
        "20 November 2026",
        "misspelt",
    ] {
        assert!(tomb.contains(there), "{there} is not in\n{tomb}");
    }
    let card = "href=\"/story/a/\"";
    for (path, gone) in [
        ("/story/a/", "It was printed."),
        ("/story/a/", "<img"),
        ("/story/a/", "ld+json"),
        ("/", card),
        ("/world/", card),
        ("/sitemap.xml", "/story/a/"),
    ] {
        assert!(!text(&pages, path).contains(gone), "{path}: {gone}");
        assert!(text(&before, path).contains(gone), "{path}: {gone} was never there");
    }
    let more = |pages: &Pages| text(pages, "/story/b/").contains("aria-labelledby=\"more\"");
    assert!(more(&before) && !more(&pages));
    let pictures = |pages: &Pages| pages.iter().filter(|(p, _)| p.starts_with("/images/")).count();
    // One picture and the cards of two stories; the card of the other is left.
    assert_eq!((pictures(&before), pictures(&pages)), (3, 1));

    for path in ["/feed.json", "/world/feed.json"] {
        let entry = &items(&pages, path)[0];
        assert_eq!(entry["id"], "http://127.0.0.1:1/story/a/");
        assert_eq!(entry["title"], "Withdrawn: The list");
        assert_eq!(entry["summary"], "The <list> was forged.");
        assert_eq!(entry["date_modified"], "2026-12-01T00:00:00Z");
    }
}

#[test]
fn a_headline_that_does_harm_can_be_replaced() {
    let pages = printed(&format!("{WITHDRAWN}headline = \"A story about a list\"\n"));
    for path in ["/story/a/", "/feed.xml", "/feed.json", "/"] {
        assert!(!text(&pages, path).contains("The list"), "{path}");
    }
    assert!(text(&pages, "/story/a/").contains("<h1>A story about a list</h1>"));
}

#[test]
fn faults_name_line_and_mend() {
    let date = "date = 2026-12-01";
    for (lines, place, words) in [
        (CORRECTIONS.replace("text = \"Ada", "txt = \"Ada"), 9, "unknown key `txt`"),
        (CORRECTIONS.replace("2026-11-20", "2026-11-19"), 9, "a correction is before `date`; mend"),
        (CORRECTIONS.replace("2026-11-20", "09:30:00"), 9, "a time without a date; write 2026"),
        ("corrections = [{ date = 2026-11-25, text = \" \" }]\n".into(), 7, "`text` is empty"),
        ("corrections = [{ date = 2026-11-25 }]\n".into(), 7, "missing key `text`"),
        ("corrections = \"none\"\n".into(), 7, "mend this line"),
        (WITHDRAWN.replace(date, "date = 2026-11-19"), 8, "the withdrawal is before `date`"),
        (WITHDRAWN.replace(date, "day = 2026-12-01"), 8, "unknown key `day`"),
        (WITHDRAWN.replace("The <list> was forged.", ""), 9, "`reason` is empty; fill it in"),
        (format!("{WITHDRAWN}headline = \"\"\n"), 10, "`headline` is empty"),
        ("withdrawn = true\n".into(), 7, "mend this line"),
    ] {
        let error = refused(&lines);
        let place = format!("stories/a.md:{place}: ");
        assert!(error.starts_with(&place) && error.contains(words), "{lines}: {error}");
    }
}
