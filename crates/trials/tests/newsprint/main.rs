//! What a paper prints that the demonstration does not have: corrections, a withdrawn story, an author who is introduced, photographs in
//! several widths, Arabic; and the preview that follows what is saved.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use site::Preview;
use trials::axe;
use trials::browser::{Browser, Kind, Look};

const ENGLISH: &str = "name = \"The Harbour Ledger\"\nlanguage = \"en\"\nlogo = \"logo.svg\"\ntype = \"old-style\"\n\
    [[authors]]\nname = \"Ada Quill\"\nabout = \"Covers the harbour.\"\npicture = \"quay.png\"\n\
    [[sections]]\nname = \"World\"\n";
const ARABIC: &str = "name = \"دفتر الميناء\"\nlanguage = \"ar\"\nwords_reviewed_by = \"a trial\"\n\
    [[authors]]\nname = \"Ada Quill\"\nabout = \"تغطي الميناء.\"\npicture = \"quay.png\"\n\
    [[sections]]\nname = \"العالم\"\nslug = \"world\"\n";
const LOGO: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 600 100'><path fill='#8f1d1d' d='M0 10h600v30H0zM0 60h420v30H0z'/></svg>";

/// Coarse noise, which neither form of PNG makes small.
fn photograph() -> Vec<u8> {
    let (width, height) = (1600_u32, 900_u32);
    let pixels: Vec<u8> = (0..width * height)
        .flat_map(|i| {
            let (x, y) = (i % width / 8, i / width / 8);
            let noise = (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77))
                .wrapping_mul(0xc2b2_ae3d);
            [(noise >> 24) as u8, (noise >> 16) as u8, (i % 251) as u8]
        })
        .collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    out
}

fn story(title: &str, text: &str, end: &str) -> String {
    format!(
        "+++\ntitle = \"{title}\"\nsection = \"world\"\ndate = 2026-11-20\nbyline = \"Ada Quill\"\n\
         summary = \"A ministry denied a list and printed it.\"\nimage = \"quay.png\"\nimage_alt = \"The quay\"\n\
         [[corrections]]\ndate = 2026-11-22\ntext = \"An earlier version named the wrong pier.\"\n{end}+++\n\n{text}\n\n\
         ![The quay again](images/quay.png \"The quay\")\n\n> [attributed: the indictment]\n> It was printed.\n\n\
         > [denied: the minister]\n> There is no list.\n"
    )
}

fn paper(dir: &Path, newsroom: &str) {
    for folder in ["stories", "images"] {
        fs::create_dir_all(dir.join(folder)).unwrap();
    }
    let write = |name: &str, bytes: &[u8]| fs::write(dir.join(name), bytes).unwrap();
    write("newsroom.toml", newsroom.as_bytes());
    write("images/quay.png", &photograph());
    write("images/logo.svg", LOGO.as_bytes());
    write(
        "stories/list.md",
        story("The list that nobody had", "Printed in the basement.", "").as_bytes(),
    );
    let withdrawn = "[withdrawn]\ndate = 2026-12-01\nreason = \"The list was forged.\"\n";
    write("stories/gone.md", story("A forged list", "Gone.", withdrawn).as_bytes());
    for n in 0..45 {
        write(
            &format!("stories/more-{n}.md"),
            story(&format!("Story {n}"), "More.", "").as_bytes(),
        );
    }
}

fn preview(dir: &Path) -> (Preview, String) {
    let preview = Preview::start(dir.to_owned(), "127.0.0.1:0".parse().unwrap(), |_| {}).unwrap();
    let url = format!("http://{}", preview.address());
    (preview, url)
}

/// How far things have moved while the page came in.
async fn shifted(browser: &Browser) -> f64 {
    let script = "return new Promise((done) => {
        let sum = 0;
        new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; })
          .observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => done(sum), 400);
      })";
    browser.run(script, vec![]).await.unwrap().as_f64().unwrap()
}

/// Every new kind of page: nothing for axe to say, every picture from this address and there, and (in Chromium, which measures it) nothing moved.
async fn printed(kind: Kind, looks: &[(&str, &str, Look)]) {
    for (name, newsroom, look) in looks {
        let dir = tempfile::tempdir().unwrap();
        paper(dir.path(), newsroom);
        let (_preview, url) = preview(dir.path());
        let browser = Browser::start(kind, look).await.unwrap();
        for (page, path) in [
            ("story", "/story/list/"),
            ("withdrawn", "/story/gone/"),
            ("author", "/authors/ada-quill/"),
            ("section", "/world/page/2/"),
        ] {
            browser.goto(&format!("{url}{path}")).await.unwrap();
            browser.shot(&format!("newsprint-{name}-{page}")).await.unwrap();
            assert_eq!(
                axe::violations(&browser).await.unwrap(),
                Vec::<String>::new(),
                "{name} {page}"
            );
            if kind == Kind::Chromium {
                let moved = shifted(&browser).await;
                assert!(moved.abs() < f64::EPSILON, "{name} {page}: {moved}");
            }
            let pictures = "return [...document.images].map((i) => [i.currentSrc.startsWith(location.origin), i.naturalWidth > 0])";
            for picture in browser.run(pictures, vec![]).await.unwrap().as_array().unwrap() {
                assert_eq!(picture, &json!([true, true]), "{name} {page}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_newsprint() {
    let phone = Look { phone: true, size: (390, 844), ..Look::default() };
    printed(
        Kind::Chromium,
        &[
            ("light", ENGLISH, Look::default()),
            ("phone-dark", ENGLISH, Look { dark: true, ..phone.clone() }),
            ("arabic-phone", ARABIC, phone),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_firefox_newsprint() {
    printed(Kind::Firefox, &[("arabic-dark", ARABIC, Look { dark: true, ..Look::default() })])
        .await;
}

/// Waits until a script says yes.
async fn until(browser: &Browser, script: &str) {
    let start = Instant::now();
    loop {
        // The page may be on its way out.
        if browser.run(script, vec![]).await.is_ok_and(|v| v == Value::Bool(true)) {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "never: {script}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A telephone takes a narrow copy; a faulty save is named above the old page; a good one is shown.
#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_preview_follows_what_is_saved() {
    let dir = tempfile::tempdir().unwrap();
    paper(dir.path(), ENGLISH);
    let (_preview, url) = preview(dir.path());
    let look = Look { phone: true, size: (390, 844), ..Look::default() };
    let browser = Browser::start(Kind::Chromium, &look).await.unwrap();
    browser.goto(&format!("{url}/story/list/")).await.unwrap();
    let widths = "return [...document.querySelectorAll('main img')].map((i) => /-800\\./.test(i.currentSrc))";
    assert_eq!(browser.run(widths, vec![]).await.unwrap(), json!([true, true]));
    let save = |text: &str| fs::write(dir.path().join("stories/list.md"), text).unwrap();
    let old = story("The list that nobody had", "Printed in the basement.", "");

    save(&old.replace("summary", "sumary"));
    until(&browser, "return /stories\\/list\\.md:\\d+: /.test(document.getElementById('preview-fault')?.textContent ?? '')").await;
    let still =
        "return document.querySelector('.text p').textContent === 'Printed in the basement.'";
    assert_eq!(browser.run(still, vec![]).await.unwrap(), json!(true));
    browser.shot("newsprint-preview-fault").await.unwrap();
    assert_eq!(axe::violations(&browser).await.unwrap(), Vec::<String>::new());

    save(&old.replace("in the basement", "on the quay"));
    until(&browser, "return document.querySelector('.text p')?.textContent === 'Printed on the quay.' && !document.getElementById('preview-fault')").await;
}
