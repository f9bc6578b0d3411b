use super::*;
use crate::Options;
use proptest::prelude::*;
use rand_core::SeedableRng as _;

/// What is left of a text, and the kinds of what was found in it.
fn check(text: &str, want: &str, kinds: &[(Kind, usize)]) {
    let found = marks(text);
    assert_eq!(without(text), want, "{text:?} {found:?}");
    for kind in [Kind::ZeroWidth, Kind::Homoglyphs, Kind::OddSpaces] {
        let count = found.iter().filter(|mark| mark.kind == kind).count();
        let wanted = kinds.iter().find(|(k, _)| *k == kind).map_or(0, |(_, n)| *n);
        assert_eq!(count, wanted, "{kind:?} in {text:?}: {found:?}");
    }
    assert_eq!(without(want), want, "cleaning a clean text changes it: {text:?}");
}

fn zero_width(text: &str, want: &str, count: usize) {
    check(text, want, &[(Kind::ZeroWidth, count)]);
}

fn homoglyphs(text: &str, want: &str, count: usize) {
    check(text, want, &[(Kind::Homoglyphs, count)]);
}

fn odd_spaces(text: &str, want: &str, count: usize) {
    check(text, want, &[(Kind::OddSpaces, count)]);
}

fn stays(text: &str) {
    check(text, text, &[]);
}

#[test]
fn characters_that_show_nothing_go() {
    for c in [
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{2060}',
        '\u{2061}',
        '\u{2062}',
        '\u{2063}',
        '\u{2064}',
        '\u{feff}',
        '\u{ad}',
        '\u{34f}',
        '\u{180e}',
        '\u{200e}',
        '\u{200f}',
        '\u{61c}',
        '\u{202a}',
        '\u{202b}',
        '\u{202c}',
        '\u{202d}',
        '\u{202e}',
        '\u{2066}',
        '\u{2067}',
        '\u{2068}',
        '\u{2069}',
        '\u{206a}',
        '\u{206f}',
        '\u{fe00}',
        '\u{fe0e}',
        '\u{fe0f}',
        '\u{e0100}',
        '\u{e01ef}',
        '\u{e0001}',
        '\u{e0041}',
        '\u{e007f}',
        '\u{fff9}',
        '\u{fffc}',
        '\u{3164}',
        '\u{ffa0}',
        '\u{115f}',
        '\u{17b4}',
        '\u{1d173}',
        '\u{1bca0}',
        '\u{0}',
        '\u{1}',
        '\u{8}',
        '\u{1b}',
        '\u{7f}',
        '\u{9f}',
        '\u{fdd0}',
        '\u{1ffff}',
        '\u{2065}',
    ] {
        zero_width(&format!("pa{c}per"), "paper", 1);
        zero_width(&format!("{c}paper"), "paper", 1);
        zero_width(&format!("paper {c}"), "paper ", 1);
    }
    zero_width("a\u{200b}\u{200c}\u{200d}b", "ab", 3);
}

#[test]
fn emoji_keep_what_they_are_made_of() {
    stays("👩\u{200d}💻 and 👨\u{200d}👩\u{200d}👧\u{200d}👦");
    stays("❤\u{fe0f}\u{200d}🔥, ☺\u{fe0f}, 1\u{fe0f}\u{20e3}, ⌚\u{fe0e}");
    stays("🏳\u{fe0f}\u{200d}🌈 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}");
    stays("🤦🏽\u{200d}♂\u{fe0f} 🇫🇷");
    zero_width("😀\u{fe0f}", "😀", 1);
    zero_width("😀\u{e0100}\u{e0101}\u{e01ef}", "😀", 3);
    zero_width("❤\u{fe0f}\u{fe0f}", "❤\u{fe0f}", 1);
    zero_width("🍎\u{200d}🍏", "🍎🍏", 1);
    zero_width("5\u{fe0f}", "5", 1);
    zero_width("🏴\u{e0061}\u{e0062}\u{e0063}\u{e007f}", "🏴", 4);
}

#[test]
fn scripts_keep_what_they_need() {
    stays("می\u{200c}خواهم");
    stays("श्री क्\u{200d}ष क्\u{200c}ष");
    stays("שלום\u{200f}! 123");
    stays("سعر \u{2066}ABC 12\u{2069} هنا");
    stays("辻\u{e0100}さん 葛\u{fe00}");
    stays("ខ្ញុំ\u{200b}ទៅ");
    zero_width("دا\u{200c}ر", "دار", 1);
    zero_width("שלו\u{200f}ם", "שלום", 1);
    zero_width("שלום \u{202b}עולם\u{202c}", "שלום עולם", 2);
    zero_width("שלום \u{2066}abc", "שלום abc", 1);
    zero_width("辻\u{e0100}\u{e0101}", "辻\u{e0100}", 1);
}

#[test]
fn letters_of_another_alphabet_go() {
    homoglyphs("The p\u{430}per w\u{430}s h\u{435}re", "The paper was here", 3);
    homoglyphs("it is \u{430} test", "it is a test", 1);
    homoglyphs("\u{41c}\u{410}\u{422}\u{415}RIAL", "MATERIAL", 4);
    homoglyphs("this is T\u{39f}P work", "this is TOP work", 1);
    homoglyphs("the c\u{3b1}t sat", "the cat sat", 1);
    homoglyphs("Он пришёл в гоpод и a нет", "Он пришёл в город и а нет", 2);
    homoglyphs("th\u{585}se, \u{13a0}BLE", "those, DBLE", 2);
    homoglyphs("the \u{501}og and t\u{4bb}e \u{51d}ay", "the dog and the way", 3);
    homoglyphs("bi\u{261} stu\u{1d0f}nds", "big stuonds", 2);
    homoglyphs("p\u{200b}\u{430}per".replace('\u{200b}', "").as_str(), "paper", 1);
    check("p\u{200b}\u{430}per", "paper", &[(Kind::ZeroWidth, 1), (Kind::Homoglyphs, 1)]);
}

#[test]
fn real_words_of_other_alphabets_stay() {
    stays("Der Begriff «самиздат» kommt aus dem Russischen.");
    stays("TNFα, IFNγ, NFκB, 5 μg, ΔT, π, β-blocker");
    stays("Компания HP и PC, PDFка, IT-отдел");
    stays("Ο Νίκος και η Άννα");
    homoglyphs("A. Петров, А. Петров", "А. Петров, А. Петров", 1);
    stays("հայերեն and ᏣᎳᎩ");
    stays("[ˈbɪɡ] kapı ılık");
    stays("日本語Ⅳ");
}

#[test]
fn one_way_to_write_a_letter() {
    homoglyphs("cafe\u{301}", "café", 1);
    homoglyphs("10 k\u{2126}, \u{212a}elvin, \u{212b}", "10 kΩ, Kelvin, Å", 3);
    homoglyphs("of\u{fb01}ce", "office", 1);
    homoglyphs("well\u{2010}known, non\u{2011}stop", "well-known, non-stop", 2);
    homoglyphs("one\u{201a} two", "one, two", 1);
    homoglyphs("\u{2169}\u{217c}", "Xl", 2);
    stays("„so‚ dass".replace('‚', ",").as_str());
    stays("‚so‘, „so“, it’s, 1⁄2, −5");
}

#[test]
fn spaces_of_unusual_kind_go_unless_typography_asks_for_them() {
    for c in [
        '\u{a0}', '\u{2002}', '\u{2003}', '\u{2007}', '\u{2009}', '\u{200a}', '\u{202f}',
        '\u{205f}', '\u{3000}', '\u{1680}', '\u{2800}',
    ] {
        odd_spaces(&format!("two{c}words"), "two words", 1);
    }
    stays("Quoi\u{a0}? «\u{a0}Rien\u{a0}» : 10\u{202f}000\u{a0}%");
    stays("東京\u{3000}大阪");
    odd_spaces("a\u{a0}: b\u{a0}: c : d", "a\u{a0}: b\u{a0}: c\u{a0}: d", 1);
    odd_spaces("a : b : c\u{a0}: d", "a : b : c : d", 1);
}

#[test]
fn doubled_and_trailing_spaces_go_columns_stay() {
    odd_spaces("One.  Two  three", "One. Two three", 2);
    odd_spaces("one \ntwo\t\nthree", "one\ntwo\nthree", 2);
    odd_spaces("a \tb", "a\tb", 1);
    stays("    indented");
    stays("name  age\nanna  34");
    stays("name   age  x");
    stays("ends with ");
    odd_spaces("a\r\nb\r\nc", "a\nb\nc", 2);
    odd_spaces("a\r\nb\nc\u{2028}d\u{85}e\u{c}", "a\nb\nc\nd\ne\n", 4);
}

fn context<R>(keep: &[Kind], run: impl FnOnce(&mut Context<'_>) -> R) -> (R, crate::Report) {
    let options = Options { keep: keep.iter().copied().collect(), ..Options::default() };
    let mut report = crate::Report::default();
    let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
    let result = run(&mut Context::new(&options, &mut report, &mut rng));
    (result, report)
}

#[test]
fn whole_files_lose_what_follows_the_last_line() {
    let (text, report) = context(&[], |cx| clean_whole("a  \n\n \n", "text", cx).into_owned());
    assert_eq!(text, "a\n");
    assert_eq!(report.removed.len(), 2, "{report:?}");
    let (text, _) = context(&[], |cx| clean_whole("a \n", "text", cx).into_owned());
    assert_eq!(text, "a\n");
    let (text, _) = context(&[], |cx| clean_whole("a ", "text", cx).into_owned());
    assert_eq!(text, "a");
}

#[test]
fn what_was_chosen_to_be_kept_is_kept_and_said() {
    let text = "p\u{200b}\u{430}per  is\r\n";
    let (same, report) = context(&[Kind::ZeroWidth, Kind::Homoglyphs, Kind::OddSpaces], |cx| {
        clean_whole(text, "text", cx).into_owned()
    });
    assert_eq!(same, text);
    assert!(report.removed.is_empty());
    assert_eq!(report.kept.len(), 4, "{report:?}");
    let (some, report) =
        context(&[Kind::ZeroWidth], |cx| clean_text(text, "text", cx).into_owned());
    assert_eq!(some, "p\u{200b}aper is\n");
    assert_eq!((report.kept.len(), report.removed.len()), (1, 3));
    let (_, report) = context(&[], |cx| clean_text("a\u{200b}b\u{200b}c", "part", cx).into_owned());
    assert_eq!(report.removed[0].count, 2);
    assert_eq!(report.removed[0].place, "part");
}

#[test]
fn runs_of_a_paragraph_are_one_text() {
    let mut runs = ["The p\u{430}", "p\u{435}", "r ", " here", "\u{200b}"].map(String::from);
    let (_, report) = context(&[], |cx| clean_pieces(&mut runs, "p", cx));
    assert_eq!(runs, ["The pa", "pe", "r", " here", ""]);
    assert_eq!(report.removed.iter().map(|e| e.count).sum::<u64>(), 4);
    let (text, _) = context(&[], |cx| clean_text("tail ", "p", cx).into_owned());
    assert_eq!(text, "tail ");
    let mut runs = ["plain ", "text", "", " in runs"].map(String::from);
    context(&[], |cx| clean_pieces(&mut runs, "p", cx));
    assert_eq!(runs, ["plain ", "text", "", " in runs"]);
}

#[test]
fn long_lines_take_linear_time() {
    let started = std::time::Instant::now();
    for part in ["\u{200b}", "e\u{301}", "\u{fb01}", "a  b ", "\u{202a}", "р", "аb ", "\u{2066}א"]
    {
        let text = part.repeat(200_000);
        let _ = without(&text);
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

proptest! {
    // Always the same texts, so that a change that fails here is the change's doing.
    #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(2026), ..ProptestConfig::default() })]

    // Accents apart, which can turn a letter without a twin into one that has none.
    #[test]
    fn any_text_is_cleaned_once_and_for_all(text in "\\PC{0,40}|[a-c \\u{200b}-\\u{2030}аеоαρ\\r\\n\\t\\u{fe0f}❤א]{0,30}") {
        let once = without(&text).into_owned();
        prop_assert_eq!(without(&once), once.as_str());
        let mut end = 0;
        for mark in marks(&text) {
            prop_assert!(mark.offset >= end || mark.length == 0 || mark.offset < text.len());
            prop_assert!(text.get(mark.offset..mark.offset + mark.length).is_some());
            end = mark.offset;
        }
    }

    #[test]
    fn cutting_a_text_into_runs_changes_nothing(text in "[a-c \\u{200b}аеоα\\u{301}]{0,30}", cut in 0usize..30) {
        let cut = (0..=cut.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        let mut runs = [text[..cut].to_owned(), text[cut..].to_owned()];
        context(&[], |cx| clean_pieces(&mut runs, "p", cx));
        prop_assert_eq!(runs.concat(), without(&text));
    }
}
