//! A paper that prints what the demonstration does not have: corrections, a withdrawn story, an author who is introduced, photographs in
//! several widths, a long list.

use std::fs;
use std::path::Path;

/// What differs between the papers.
pub(crate) struct Paper {
    pub(crate) name: &'static str,
    pub(crate) direction: &'static str,
    pub(crate) newsroom: &'static str,
    headline: &'static str,
    summary: &'static str,
    text: [&'static str; 2],
    corrected: &'static str,
    said: [(&'static str, &'static str); 3],
}

pub(crate) const ENGLISH: Paper = Paper {
    name: "english",
    direction: "ltr",
    newsroom: "name = \"The Harbour Ledger\"\ntagline = \"What the tide brings in\"\nlanguage = \"en\"\nlogo = \"logo.svg\"\ntype = \"old-style\"\n\
        contact = [\"By post: 4 Quay Street\", \"In person: weekdays from nine to five\"]\n\
        [[authors]]\nname = \"Ada Quill\"\nabout = \"Covers the harbour.\"\npicture = \"quay.png\"\n\
        [[sections]]\nname = \"World\"\nabout = \"Governments, and the people inside them\"\n[[sections]]\nname = \"Courts\"\n\
        [[sections]]\nname = \"Money\"\n[[sections]]\nname = \"The Trade\"\nslug = \"trade\"\n",
    headline: "The list that nobody had",
    summary: "A ministry denied that there was a list, and printed it.",
    text: [
        "Printed in the basement, carried up the back stairs, and read by eleven people who say that they never saw it.",
        "The harbour office kept a copy.[^copy] It has since been asked for it twice, and has twice said that there is none.",
    ],
    corrected: "An earlier version named the wrong pier.",
    said: [
        ("attributed: the indictment, 4 May", "The list was printed on 9 May."),
        ("denied: the minister", "There is no list."),
        ("on the record: Ada Quill, harbour master", "I held it in my hands."),
    ],
};

pub(crate) const ARABIC: Paper = Paper {
    name: "arabic",
    direction: "rtl",
    newsroom: "name = \"دفتر الميناء\"\ntagline = \"ما يأتي به المد\"\nlanguage = \"ar\"\nwords_reviewed_by = \"a trial\"\n\
        contact = [\"بالبريد: شارع الرصيف 4\", \"شخصيا: أيام العمل من التاسعة إلى الخامسة\"]\n\
        [[authors]]\nname = \"Ada Quill\"\nabout = \"تغطي الميناء.\"\npicture = \"quay.png\"\n\
        [[sections]]\nname = \"العالم\"\nslug = \"world\"\nabout = \"الحكومات ومن يعملون فيها\"\n[[sections]]\nname = \"المحاكم\"\nslug = \"courts\"\n\
        [[sections]]\nname = \"المال\"\nslug = \"money\"\n[[sections]]\nname = \"المهنة\"\nslug = \"trade\"\n",
    headline: "القائمة التي لم تكن لدى أحد",
    summary: "نفت الوزارة وجود القائمة، ثم طبعتها.",
    text: [
        "طبعت في القبو، وحملت على الدرج الخلفي، وقرأها أحد عشر شخصا يقولون إنهم لم يروها قط.",
        "احتفظ مكتب الميناء بنسخة منها.[^copy] وقد طلبت منه مرتين منذ ذلك الحين، وقال مرتين إنها غير موجودة.",
    ],
    corrected: "ذكرت نسخة سابقة رصيفا غير صحيح.",
    said: [
        ("attributed: لائحة الاتهام", "طبعت القائمة في 9 مايو."),
        ("denied: الوزير", "لا توجد قائمة."),
        ("on the record: Ada Quill", "كانت في يدي."),
    ],
};

const LOGO: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 600 100'><path fill='#8f1d1d' d='M0 10h600v30H0zM0 60h420v30H0z'/></svg>";

impl Paper {
    /// Writes its content folder.
    pub(crate) fn write(&self, dir: &Path) {
        for folder in ["stories", "images"] {
            fs::create_dir_all(dir.join(folder)).unwrap();
        }
        let write = |name: &str, text: &str| fs::write(dir.join(name), text).unwrap();
        write("newsroom.toml", self.newsroom);
        fs::write(dir.join("images/quay.png"), photograph()).unwrap();
        write("images/logo.svg", LOGO);
        write("stories/list.md", &self.list());
        let withdrawn = "[withdrawn]\ndate = 2026-12-01\nreason = \"The list was forged.\"\n";
        write("stories/gone.md", &self.story(self.headline, self.text[0], "", withdrawn));
        for n in 0..45 {
            write(
                &format!("stories/more-{n}.md"),
                &self.story(&format!("{} {n}", self.headline), self.text[1], "", ""),
            );
        }
    }

    /// The story that has everything.
    pub(crate) fn list(&self) -> String {
        self.story(self.headline, self.text[0], "lead = true\n", "")
    }

    fn story(&self, title: &str, text: &str, line: &str, table: &str) -> String {
        let said = self.said.map(|(who, what)| format!("> [{who}]\n> {what}\n\n")).concat();
        format!(
            "+++\ntitle = \"{title}\"\nsection = \"world\"\ndate = 2026-11-20\nbyline = \"Ada Quill\"\n\
             summary = \"{}\"\nimage = \"quay.png\"\nimage_alt = \"{title}\"\nsources = \"{}\"\n{line}\
             [[corrections]]\ndate = 2026-11-22\ntext = \"{}\"\n{table}+++\n\n{text}\n\n{}\n\n\
             ![{title}](images/quay.png \"{}\")\n\n{said}## {title}\n\n{}\n\n\
             | | 2025 | 2026 |\n|---|--:|--:|\n| A | 1 | 2 |\n\n[^copy]: {}\n",
            self.summary,
            self.summary,
            self.corrected,
            self.text[1],
            self.summary,
            self.text[0],
            self.corrected,
        )
    }
}

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
