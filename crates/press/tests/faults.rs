//! What a newsroom can get wrong: each gets file, line and mend, and nothing hostile gets onto a page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use common::{FRONT, PAPER, load, rendered};
use press::{Edition, PageContext};

/// The error for a story of this front matter and body.
fn refused(front: &str, body: &str) -> String {
    let svg: &[u8] =
        b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 3'><path d='M0 0h4v3z'/></svg>";
    match load(PAPER, &[("a.md", &format!("{front}{body}"))], &[("a.svg", svg)]) {
        Err(error) => error,
        Ok(_) => panic!("accepted: {front}{body}"),
    }
}

fn page(body: &str) -> String {
    let edition = load(PAPER, &[("a.md", &format!("{FRONT}{body}"))], &[]).unwrap();
    let pages = rendered(&edition);
    String::from_utf8(pages.get("/story/a/").unwrap().body.to_vec()).unwrap()
}

#[test]
fn front_matter_faults_name_line_and_mend() {
    for (old, new, place, words) in [
        (
            "byline = \"B\"",
            "byline = \"B\"\nauthor = \"B\"",
            "stories/a.md:6",
            "unknown key `author`",
        ),
        ("section = \"world\"", "section = \"wordl\"", "stories/a.md:3", "choose one of world"),
        ("title = \"A\"", "title = \" \"", "stories/a.md:2", "`title` is empty"),
        ("date = 2026-11-20", "date = 2026-11-20T09:30:00", "stories/a.md:4", "zone"),
        ("date = 2026-11-20", "date = \"yesterday\"", "stories/a.md:4", "mend this line"),
        ("date = 2026-11-20", "date = 2026-02-30", "stories/a.md:4", ""),
        (
            "date = 2026-11-20",
            "date = 2026-11-20\nupdated = 2026-11-19",
            "stories/a.md:5",
            "before",
        ),
        ("summary = \"C\"\n", "", "stories/a.md:", "missing key `summary`"),
        ("title = \"A\"", "title = \"A", "stories/a.md:2", ""),
        (
            "title = \"A\"",
            "title = \"A\"\nimage = \"x.png\"",
            "stories/a.md:3",
            "no picture images/x.png",
        ),
        ("title = \"A\"", "title = \"A\"\nimage = \"a.svg\"", "stories/a.md:3", "image_alt"),
        ("title = \"A\"", "title = \"A\"\nimage_alt = \"x\"", "stories/a.md:3", "no `image`"),
        ("title = \"A\"", "title = \"A\"\nslug = \"A b\"", "stories/a.md:3", "not a slug"),
        ("title = \"A\"", "title = \"A\"\nrelated = [\"b\"]", "stories/a.md:3", "no other story"),
    ] {
        assert!(FRONT.contains(old));
        let error = refused(&FRONT.replace(old, new), "Text.\n");
        assert!(error.starts_with(place) && error.contains(words), "{new}: {error}");
    }
    let error = refused("title = \"A\"\n", "");
    assert!(error.starts_with("stories/a.md:1: no front matter"), "{error}");
    let error = refused("\n+++\ntitle = \"A\"\n", "");
    assert!(error.starts_with("stories/a.md:2: the front matter does not end"), "{error}");
}

#[test]
fn text_faults_name_line_and_mend() {
    for (body, line, words) in [
        ("One.\n\n<script>alert(1)</script>\n", 10, "HTML (<script>)"),
        ("One <img src=x onerror=alert(1)> two.\n", 8, "HTML (<img>)"),
        ("<iframe src=\"https://evil.example\"></iframe>\n", 8, "HTML (<iframe>)"),
        ("[x](javascript:alert(1))\n", 8, "begin links with https://"),
        ("[x](JaVaScRiPt&colon;alert(1))\n", 8, "begin links with"),
        ("[x](data:text/html,1)\n", 8, "begin links with"),
        ("[x](//evil.example/)\n", 8, "begin links with"),
        ("[x](/\\evil.example)\n", 8, "begin links with"),
        ("<javascript:alert(1)>\n", 8, "begin links with"),
        ("One.\n\n[x](/story/gone/)\n", 10, "which this paper does not have"),
        ("# Head\n", 8, "begin subheads with ##"),
        ("![x](https://evil.example/x.png)\n", 8, "no picture"),
        ("![x](images/../newsroom.toml)\n", 8, "no picture"),
        ("![](images/a.svg)\n", 8, "without words"),
        ("> [denied]\n> No.\n", 8, "whose it is"),
        ("> [anonymous: an official]\n> Yes.\n", 8, "`sources` in the front matter"),
        ("One.\n\n> [denied: X]\n", 10, "says nothing"),
        ("One[^a].\n", 8, "no note"),
        ("One.\n\n[^a]: Note.\n", 10, "mentioned nowhere"),
        ("One[^a].\n\n[^a]: Note.\n\n[^a]: Again.\n", 12, "two notes"),
    ] {
        let error = refused(FRONT, body);
        assert!(error.starts_with(&format!("stories/a.md:{line}: ")), "{body}: {error}");
        assert!(error.contains(words), "{body}: {error}");
    }
}

#[test]
fn hostile_text_stays_text() {
    let page = page(
        "`<script>` and \\<script> & \"quotes\" &lt;img onerror=1&gt; <!-- a comment -->\n\n    <script>\n",
    );
    let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    assert!(!main.contains("<script>") && !main.contains("<img"), "{main}");
    assert!(main.contains("&lt;script&gt;") && !main.contains("a comment"), "{main}");
}

#[test]
fn inline_html_keeps_nothing_that_acts() {
    let page = page("H<sub onclick=\"x()\" style=\"a\" class=\"b\" id=\"content\">2</sub>O\n");
    assert!(page.contains("H<sub>2</sub>O"), "{page}");
}

#[test]
fn huge_nesting_is_refused_quickly() {
    for body in [
        format!("{} x\n", ">".repeat(20_000)),
        format!("{}x\n", "- ".repeat(20_000)),
        format!("{}x{}\n", "[".repeat(50_000), "](https://a.example)".repeat(2_000)),
        format!("{}x{}\n", "**a _b ".repeat(20_000), "_**".repeat(20_000)),
        format!("{}\n", "![".repeat(50_000)),
    ] {
        let start = std::time::Instant::now();
        let answer = load(PAPER, &[("a.md", &format!("{FRONT}{body}"))], &[]);
        if let Err(error) = answer {
            assert!(error.contains("stories/a.md:8"), "{error}");
        }
        assert!(start.elapsed().as_secs() < 20);
    }
    let deep = refused(FRONT, &format!("{} x\n", ">".repeat(200)));
    assert!(deep.contains("inside one another"), "{deep}");
}

#[test]
fn the_papers_own_file_is_checked() {
    for (paper, place, words) in [
        (
            "name = \"L\"\nlanguage = \"en\"\ncolour = 1\n[[sections]]\nname = \"W\"\n",
            "newsroom.toml:3",
            "unknown key `colour`",
        ),
        (
            "name = \"L\"\nlanguage = \"english!\"\n[[sections]]\nname = \"W\"\n",
            "newsroom.toml:2",
            "language tag",
        ),
        ("name = \"L\"\nlanguage = \"en\"\nsections = []\n", "newsroom.toml:1", "no section"),
        (
            "name = \"L\"\nlanguage = \"en\"\n[[sections]]\nname = \"Assets\"\n",
            "newsroom.toml:3",
            "the site itself",
        ),
        (
            "name = \"L\"\nlanguage = \"en\"\n[[sections]]\nname = \"ا\"\n",
            "newsroom.toml:3",
            "`slug`",
        ),
        (
            "name = \"L\"\nlanguage = \"en\"\n[[sections]]\nname = \"W\"\n[[sections]]\nname = \"W\"\n",
            "newsroom.toml:5",
            "two sections",
        ),
        (
            "name = \"L\"\nlanguage = \"en\"\ndirection = \"up\"\n[[sections]]\nname = \"W\"\n",
            "newsroom.toml:3",
            "\"rtl\"",
        ),
        (
            "name = \"L\"\nlanguage = \"en\"\naccent = \"#ffdddd\"\naccent_dark = \"#ffdddd\"\n[[sections]]\nname = \"W\"\n",
            "newsroom.toml:3",
            "contrast",
        ),
        (
            "name = \"L\"\nlanguage = \"en\"\n[[sections]]\nname = \"W\"\n[labels]\ndate = \"{day}\"\n",
            "newsroom.toml:5",
            "unknown key `labels`",
        ),
        (
            "name = \"L\"\nlanguage = \"de\"\n[[sections]]\nname = \"W\"\n",
            "newsroom.toml:2",
            "a draft that no speaker has reviewed; have a speaker read",
        ),
        (
            "name = \"L\"\nlanguage = \"fr\"\n[[sections]]\nname = \"W\"\n",
            "newsroom.toml:2",
            "no words in \"fr\"; put a words.ftl",
        ),
        (
            "name = \"L\"\nlanguage = \"de\"\nwords_reviewed_by = \" \"\n[[sections]]\nname = \"W\"\n",
            "newsroom.toml:3",
            "names nobody",
        ),
    ] {
        let error = load(paper, &[], &[]).unwrap_err();
        assert!(error.starts_with(place) && error.contains(words), "{paper}: {error}");
    }
}

#[test]
fn pictures_are_checked() {
    for (name, bytes, words) in [
        ("a.gif", &b"GIF89a"[..], "unknown kind"),
        ("a.png", b"not a png", "not a picture"),
        ("a b.svg", b"<svg viewBox='0 0 1 1'/>", "rename it"),
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><script>1</script></svg>",
            "nothing is to be seen",
        ),
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0h4v3z'/></svg>",
            "viewBox",
        ),
    ] {
        let error = load(PAPER, &[], &[(name, bytes)]).unwrap_err();
        assert!(
            error.starts_with(&format!("images/{name}:1: ")) && error.contains(words),
            "{error}"
        );
    }
}

/// Every picture of the corpus goes out without what was planted in it. That the originals have it, and that the scanner finds
/// it there, is proved beside the corpus.
#[test]
fn pictures_go_out_clean() {
    let mut kinds = std::collections::BTreeSet::new();
    for sample in corpus::samples() {
        let Some(ending) = [("JPEG", "jpg"), ("PNG", "png"), ("WebP", "webp"), ("SVG", "svg")]
            .into_iter()
            .find_map(|(format, ending)| (format == sample.format).then_some(ending))
        else {
            continue;
        };
        let name = format!("picture.{ending}");
        let story = format!("{FRONT}![What it shows](images/{name})\n");
        let edition = load(PAPER, &[("a.md", &story)], &[(&name, &sample.bytes)]).unwrap();
        let pages = rendered(&edition);
        let mut served = pages.iter().filter(|(path, _)| path.starts_with("/images/")).peekable();
        assert!(served.peek().is_some());
        for (path, page) in served {
            let verdict = corpus::judge(&sample, &page.body);
            assert!(verdict.left.is_empty() && !verdict.stopped, "{} as {path}", sample.file);
            // Of narrower copies it is enough that they tell nothing.
            assert!(path.contains('-') || verdict.lost.is_empty(), "{} as {path}", sample.file);
        }
        assert!(!corpus::Scanner::of(&sample).scan(&sample.bytes).hits.is_empty());
        kinds.insert(ending);
    }
    assert_eq!(kinds.len(), 4);
}

#[test]
fn two_stories_cannot_share_an_address() {
    let second = FRONT.replace("title", "slug = \"a\"\ntitle");
    let error = load(PAPER, &[("a.md", FRONT), ("b.md", &second)], &[]).unwrap_err();
    assert!(error.contains("stories/b.md:1") || error.contains("stories/a.md:1"), "{error}");
}

#[test]
fn a_missing_folder_is_named() {
    let error =
        Edition::load(std::path::Path::new("/nonexistent/newsroom")).unwrap_err().to_string();
    assert!(error.contains("/nonexistent/newsroom/newsroom.toml"), "{error}");
}

#[test]
fn a_right_to_left_paper_says_so_and_speaks_its_language() {
    let paper = "name = \"الميناء\"\nlanguage = \"ar\"\nwords_reviewed_by = \"Bo Reed\"\n[[sections]]\nname = \"عالم\"\nslug = \"world\"\n";
    let edition = load(paper, &[("a.md", FRONT), ("b.md", FRONT)], &[]).unwrap();
    let ctx = PageContext {
        site_id: [0; 32],
        base_url: "https://a.example".into(),
        mix_on_premises: true,
        contact: edition.contact(),
    };
    let pages = edition.render(&ctx).unwrap();
    let page = String::from_utf8(pages.get("/story/a/").unwrap().body.to_vec()).unwrap();
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">") && page.contains("اقرأ أيضا"));
}
