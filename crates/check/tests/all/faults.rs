//! Everything that can be wrong with a ledger, each with the exact words in which it is said.

use crate::fault;

/// A sound ledger to which a fault is added.
const BASE: &str = r#"
[[people]]
names = ["Ana", "Ben", "Cem"]
[[source]]
name = "nightjar"
[[circle]]
name = "two"
people = ["Ana", "Ben"]
[[circle]]
name = "one"
people = ["Cem"]
"#;

fn with(more: &str) -> String {
    fault(&[("ledger.toml", &format!("{BASE}{more}"))])
}

fn lines() -> usize {
    BASE.lines().count()
}

#[test]
fn the_base_is_sound() {
    assert_eq!(with(""), "nothing is wrong");
}

#[test]
fn a_circle_that_contradicts_its_lattice() {
    let got = with(
        "[[fact]]\nname = \"f\"\n[[fact.wording]]\ntext = \"exact\"\ncircle = \"two\"\ncoarser = [\"coarse\"]\n[[fact.wording]]\ntext = \"coarse\"\ncircle = \"one\"\n",
    );
    assert_eq!(
        got,
        format!(
            "ledger.toml:{}: fact \"f\": \"coarse\" is coarser than \"exact\", so everybody who could have known the finer one could have known it too; but Ana, Ben are missing from its circle: widen the circle of \"coarse\" or correct that of \"exact\"",
            lines() + 7
        )
    );
}

#[test]
fn unknown_names_of_every_kind() {
    for (more, line, want) in [
        (
            "[[circle]]\nname = \"x\"\npeople = [\"Anna\"]\n",
            3,
            "no person is named \"Anna\" (did you mean \"Ana\"?): add it, or correct the name",
        ),
        (
            "[[circle]]\nname = \"x\"\nunits = [\"Legal\"]\n",
            3,
            "no unit is named \"Legal\": add it, or correct the name",
        ),
        (
            "[[circle]]\nname = \"x\"\ncircles = [\"tow\"]\n",
            3,
            "no circle is named \"tow\" (did you mean \"two\"?): add it, or correct the name",
        ),
        (
            "[[fact]]\nname = \"f\"\nsource = \"nightjr\"\n",
            3,
            "no source is named \"nightjr\" (did you mean \"nightjar\"?): add it, or correct the name",
        ),
        (
            "[[fact]]\nname = \"f\"\norigin = \"the meeting\"\n",
            3,
            "no origin is named \"the meeting\": add it, or correct the name",
        ),
        (
            "[[fact]]\nname = \"f\"\n[[fact.wording]]\ntext = \"w\"\ncircle = \"nobody\"\n",
            5,
            "no circle is named \"nobody\": add it, or correct the name",
        ),
        (
            "[[source]]\nname = \"s\"\nperson = \"Bem\"\n",
            3,
            "no person is named \"Bem\" (did you mean \"Ben\"?): add it, or correct the name",
        ),
        (
            "[[overlap]]\nof = [\"two\"]\ninside = \"thre\"\n",
            3,
            "no circle is named \"thre\": add it, or correct the name",
        ),
        (
            "[[release]]\nname = \"r\"\nkind = \"story\"\nat = 2019-03-01\ngave = [{ fact = \"f\", wording = \"w\" }]\n",
            5,
            "no fact is named \"f\": add it, or correct the name",
        ),
        (
            "[[unit]]\nname = \"u\"\npart_of = \"v\"\n",
            3,
            "no unit is named \"v\": add it, or correct the name",
        ),
    ] {
        assert_eq!(with(more), format!("ledger.toml:{}: {want}", lines() + line));
    }
}

#[test]
fn circular_and_missing_wordings() {
    let fact = |steps: &[(&str, &str)]| {
        let mut text = String::from("[[fact]]\nname = \"f\"\n");
        for (name, coarser) in steps {
            text.push_str(&format!(
                "[[fact.wording]]\ntext = \"{name}\"\ncircle = \"two\"\ncoarser = [\"{coarser}\"]\n"
            ));
        }
        with(&text)
    };
    assert_eq!(
        fact(&[("a", "b"), ("b", "a")]),
        format!(
            "ledger.toml:{}: fact \"f\": the wordings \"a\", \"b\" go round in a circle, each coarser than the one before: take one of these steps out",
            lines() + 3
        )
    );
    assert_eq!(
        fact(&[("a", "b")]),
        format!(
            "ledger.toml:{}: fact \"f\": the wording \"a\" names \"b\" as coarser, but there is no such wording: add it, or correct the name",
            lines() + 6
        )
    );
    assert_eq!(
        with("[[fact]]\nname = \"f\"\n"),
        format!(
            "ledger.toml:{}: fact \"f\" has no wording: give at least the exact one, with its circle",
            lines() + 2
        )
    );
    assert_eq!(
        with(
            "[[fact]]\nname = \"f\"\nsay = { agreed = [{ wording = \"b\" }] }\n[[fact.wording]]\ntext = \"a\"\ncircle = \"two\"\n"
        ),
        format!(
            "ledger.toml:{}: fact \"f\": the wording \"what was agreed\" names \"b\" as coarser, but there is no such wording: add it, or correct the name",
            lines() + 3
        )
    );
    assert_eq!(
        with(
            "[[fact]]\nname = \"f\"\n[[fact.wording]]\ntext = \"a\"\ncircle = \"two\"\nloss = 5\ncoarser = [\"b\"]\n[[fact.wording]]\ntext = \"b\"\ncircle = \"two\"\nloss = 2\n"
        ),
        format!(
            "ledger.toml:{}: fact \"f\": \"b\" costs the story 2, less than the finer \"a\" at 5: a coarser wording cannot lose less",
            lines() + 8
        )
    );
}

#[test]
fn estimates_that_cannot_be() {
    for (circle, line, want) in [
        (
            "estimate = \"15..8\"",
            3,
            "the estimate 15 to 8 runs backwards: give the smaller number first",
        ),
        (
            "estimate = \"many\"",
            3,
            "\"many\" is not a number of people: write 12, or 8..15 for an estimate",
        ),
        ("estimate = -3", 3, "-3 people cannot be: write a number from 0 up"),
        (
            "estimate = 12\nwithin = \"two\"",
            3,
            "circle \"x\" is estimated at no less than 12, but its group \"two\" has only 2 people: lower the estimate or widen the group",
        ),
        (
            "estimate = 1\npeople = [\"Ana\"]",
            1,
            "circle \"x\" is a list and an estimate at once: keep the list, or draw the estimate from it with \"within\"",
        ),
        (
            "people = [\"Ana\"]\nwithin = \"two\"",
            1,
            "circle \"x\" has \"within\" and no estimate: say how many of them there were, estimate = \"8..15\"",
        ),
        (
            "",
            1,
            "circle \"x\" says nobody: give people, units, a filter, mail, a calendar, a log, or an estimate",
        ),
        (
            "estimate = 0",
            2,
            "circle \"x\" has nobody in it: name the people or the units, or give an estimate",
        ),
        (
            "people = [\"Ana\"]\nmissed = 0.6",
            4,
            "circle \"x\": the part of those inside who did not know after all (δ) is 600 in 1000, and at most 500 in 1000 makes sense: correct the circle instead",
        ),
        (
            "people = [\"Ana\"]\nhearsay = 0.3",
            4,
            "circle \"x\": the part of those outside who did know (ε) is 300 in 1000, and at most 200 in 1000 makes sense: correct the circle instead",
        ),
        (
            "people = [\"Ana\"]\nhearsay = 0.0001",
            4,
            "0.0001 is finer than thousandths, which nobody can know: round it",
        ),
        (
            "circles = [\"x\"]",
            3,
            "circle \"x\" includes itself by way of others, or more than 32 levels of them: take one step out",
        ),
    ] {
        let got = with(&format!("[[circle]]\nname = \"x\"\n{circle}\n"));
        assert_eq!(got, format!("ledger.toml:{}: {want}", lines() + line), "{circle}");
    }
}

#[test]
fn toml_that_is_not_a_ledger() {
    for (more, line, want) in [
        (
            "[[circle]]\nname = \"x\"\npeopel = []\n",
            3,
            "there is no key \"peopel\" here (did you mean \"people\"?): correct it or take it out. Keys here: name, people, units, circles, filter, mail, calendar, log, estimate, within, missed, hearsay, as_of, evidence",
        ),
        (
            "[[release]]\nname = \"r\"\nkind = \"leak\"\nat = 2019-03-01\n",
            3,
            "\"leak\" cannot stand here: write one of \"story\", \"question\", \"copy\", \"statement\", \"sourcing note\"",
        ),
        ("[[release]]\nname = \"r\"\nkind = \"story\"\n", 1, "this entry has no \"at\": add it"),
        (
            "[[origin]]\nname = \"o\"\ndate = \"14 March\"\n",
            3,
            "\"14 March\" is not a date: write it as 2019-03-14 or 2019-03-14T09:40:00Z",
        ),
        (
            "[[origin]]\nname = \"o\"\ndate = 1951-03-14\n",
            3,
            "1951-03-14 is not a day since 1970: write it as 2019-03-14 or 2019-03-14T09:40:00Z",
        ),
    ] {
        assert_eq!(with(more), format!("ledger.toml:{}: {want}", lines() + line));
    }
    assert!(with("[[circle]\n").starts_with(&format!("ledger.toml:{}: ", lines() + 1)));
    assert_eq!(
        fault(&[("other.txt", "x")]),
        "ledger.toml: there is no such file: a ledger begins with one. See docs/ledger.md"
    );
}

#[test]
fn names_given_twice_and_names_of_several() {
    assert_eq!(
        with("[[circle]]\nname = \"two\"\nestimate = 3\n"),
        format!(
            "ledger.toml:{}: there are two circles named \"two\": give one of them another name",
            lines() + 2
        )
    );
    assert_eq!(
        with("[[people]]\nnames = [\"ana\"]\n"),
        format!(
            "ledger.toml:{}: there are two persons named \"ana\": give one of them another name",
            lines() + 2
        )
    );
    let staff = "name,email\nAnn Lee,a@x.org\nAnn Lee,b@x.org\n";
    let ledger = |who: &str| {
        format!(
            "[[people]]\nfile = \"staff.csv\"\n[[circle]]\nname = \"c\"\npeople = [\"{who}\"]\n"
        )
    };
    assert_eq!(
        fault(&[("ledger.toml", &ledger("Ann Lee")), ("staff.csv", staff)]),
        "ledger.toml:5: 2 people are called \"Ann Lee\": name the one who is meant by e-mail address, or give them different names in the list"
    );
    assert_eq!(
        fault(&[("ledger.toml", &ledger("B@x.org")), ("staff.csv", staff)]),
        "nothing is wrong"
    );
}

#[test]
fn units_and_settings() {
    assert_eq!(
        with(
            "[[unit]]\nname = \"u\"\nheads = 1\n[[person]]\nname = \"D\"\nunit = \"u\"\n[[person]]\nname = \"E\"\nunit = \"u\"\n"
        ),
        format!(
            "ledger.toml:{}: unit \"u\" has a head count of 1, but lists and parts name 2: raise the head count, or correct the people's unit",
            lines() + 3
        )
    );
    assert_eq!(
        with("[[unit]]\nname = \"u\"\npart_of = \"v\"\n[[unit]]\nname = \"v\"\npart_of = \"u\"\n"),
        format!(
            "ledger.toml:{}: unit \"u\" is a part of itself: take one \"part_of\" out",
            lines() + 3
        )
    );
    assert_eq!(
        fault(&[("a.toml", "k = 3\n"), ("ledger.toml", "k = 20\n")]),
        "a.toml:1: \"k\" is given in another file already: keep one"
    );
    // An entry of a second file is found in that file.
    assert_eq!(
        fault(&[
            ("ledger.toml", BASE),
            ("more.toml", "\n[[circle]]\nname = \"x\"\npeople = [\"Bob\"]\n")
        ]),
        "more.toml:4: no person is named \"Bob\": add it, or correct the name"
    );
}

#[test]
fn overlaps_that_say_nothing() {
    assert_eq!(
        with("[[overlap]]\nof = [\"two\"]\ninside = \"one\"\nanswer = \"all\"\n"),
        format!(
            "ledger.toml:{}: the question whether those in \"two\" were in \"one\" needs no answer, both are lists: give answers about estimates only",
            lines() + 1
        )
    );
}

#[test]
fn a_mark_of_a_fact_that_is_not_there() {
    let files = crate::folder(&[(
        "ledger.toml",
        &format!("{BASE}[[mark]]\nfact = \"f\"\nwording = \"w\"\nquote = \"q\"\n"),
    )]);
    assert_eq!(
        crate::check("Text.", &files).unwrap_err().to_string(),
        format!("ledger.toml:{}: no fact is named \"f\": add it, or correct the name", lines() + 1)
    );
}

#[test]
fn filters_point_at_the_place() {
    assert_eq!(
        with("[[circle]]\nname = \"x\"\nfilter = \"name = Ana adn name = Ben\"\n"),
        format!(
            "ledger.toml:{}: circle \"x\": \"adn\" cannot stand here (did you mean \"and\"?): after a test comes \"and\", \"or\" or the end\n    name = Ana adn name = Ben\n               ^^^",
            lines() + 3
        )
    );
    assert_eq!(
        with("[[circle]]\nname = \"x\"\nfilter = \"name = Dot\"\n"),
        format!(
            "ledger.toml:{}: circle \"x\": the filter name = Dot is true for nobody: correct it, or the list",
            lines() + 3
        )
    );
}
