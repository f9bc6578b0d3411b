//! Samples made by ffmpeg, and what ffmpeg thinks of the cleaned copies.

use rand_core::SeedableRng;
use sanitize::{Cleaned, Options, Refusal};
use std::path::PathBuf;
use std::process::Command;

/// Put into every field that ffmpeg writes; must be in each sample and in no copy.
pub(crate) const MARK: &str = "SUBROSAMARK";

/// A moving picture of two seconds, and a tone whose pitch changes.
pub(crate) const PICTURE: &[&str] =
    &["-f", "lavfi", "-i", "testsrc2=size=192x108:rate=25:duration=2"];
pub(crate) const SOUND: &[&str] =
    &["-f", "lavfi", "-i", "aevalsrc='sin(600*t*t)|0.3*sin(900*t)':s=48000:d=2"];

pub(crate) fn tool(program: &str) -> Command {
    let there = Command::new(program).arg("-version").output();
    assert!(
        there.is_ok_and(|output| output.status.success()),
        "{program} is missing: these tests need it (Debian's package ffmpeg)"
    );
    Command::new(program)
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("it starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    }
}

/// A file made by ffmpeg with the marker in its title, comment and tracks.
pub(crate) fn made(extension: &str, inputs: &[&[&str]], arguments: &[&str]) -> Vec<u8> {
    let place = Place::new();
    let path = place.path(&format!("sample.{extension}"));
    let mut command = tool("ffmpeg");
    command.args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y"]);
    for input in inputs {
        command.args(*input);
    }
    for word in ["title", "comment", "artist", "encoder"] {
        command.arg("-metadata").arg(format!("{word}={MARK} {word}"));
    }
    command.args(["-metadata", "creation_time=2026-11-23T10:00:00Z"]);
    command.args(["-metadata:s:0", &format!("title={MARK}"), "-metadata:s:0", "language=fra"]);
    command.args(arguments).arg(&path);
    run(&mut command);
    std::fs::read(path).expect("ffmpeg's file")
}

pub(crate) fn clean(bytes: &[u8]) -> Result<Cleaned, Refusal> {
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    sanitize::clean(bytes, &Options::default(), &mut rng)
}

/// How two files are compared.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Compare {
    /// A sum over every decoded frame of sound and picture, with its time.
    Frames,
    /// The same before a player cuts: ffmpeg does not honour edit lists in files of fragments.
    Uncut,
    /// One sum over all decoded samples: for what was encoded anew in frames of another length.
    Samples,
}

pub(crate) fn decoded(bytes: &[u8], compare: Compare) -> String {
    let place = Place::new();
    let path = place.put("file", bytes);
    let mut command = tool("ffmpeg");
    command.args(["-hide_banner", "-loglevel", "error", "-nostdin"]);
    if compare == Compare::Uncut {
        command.args(["-ignore_editlist", "1"]);
    }
    command.arg("-i").arg(path).args(["-map", "0:V?", "-map", "0:a?", "-c:a", "pcm_f64le"]);
    let form = if compare == Compare::Samples { "streamhash" } else { "framemd5" };
    let output = run(command.args(["-f", form, "-"]));
    let about = |line: &&str| !line.starts_with("#software") && !line.starts_with("#version");
    let mut lines: Vec<&str> = output.lines().filter(about).collect();
    if compare == Compare::Uncut {
        // In which order tracks take turns depends on where their samples are.
        lines.sort_unstable();
    }
    let frames = lines.iter().filter(|line| !line.starts_with('#')).count();
    assert!(frames > 5 || compare == Compare::Samples && frames > 0, "{output}");
    lines.join("\n")
}

/// Tags, chapters and side data that ffprobe sees, without those that every file of the format has.
pub(crate) fn tags(bytes: &[u8]) -> Vec<String> {
    let place = Place::new();
    let path = place.put("file", bytes);
    let mut command = tool("ffprobe");
    command.args(["-v", "error", "-show_entries"]);
    command.arg("format_tags:stream_tags:chapter:program_tags").args(["-of", "flat"]).arg(path);
    let neutral = [
        "major_brand=\"isom\"",
        "major_brand=\"qt  \"",
        "minor_version=\"512\"",
        "compatible_brands=\"isomiso2mp41\"",
        "compatible_brands=\"qt  \"",
        "language=\"und\"",
        // Fields that the specifications want, saying nothing; LAME's is the mark that players look for.
        "encoder=\"-\"",
        "encoder=\"LAME\"",
        "vendor_id=\"[0][0][0][0]\"",
    ];
    let output = run(&mut command);
    let told = |line: &&str| !neutral.iter().any(|end| line.ends_with(end));
    output.lines().filter(told).map(str::to_owned).collect()
}

pub(crate) fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// The whole promise: same frames, no tags, no marker, no encoder's name, a report, and nothing to do a second time.
pub(crate) fn promise(sample: &[u8], compare: Compare) -> Cleaned {
    assert!(holds(sample, MARK), "the sample has no marker: this test would prove nothing");
    let cleaned = clean(sample).expect("it can be cleaned");
    if let Ok(folder) = std::env::var("MEDIA_KEEP") {
        let name = std::thread::current().name().unwrap_or("x").replace("::", "-");
        let path = PathBuf::from(folder).join(name);
        std::fs::write(path.with_extension("before"), sample).expect("a file");
        std::fs::write(path.with_extension("after"), &cleaned.bytes).expect("a file");
    }
    let (before, after) = (decoded(sample, compare), decoded(&cleaned.bytes, compare));
    let differs = before.lines().zip(after.lines()).find(|(before, after)| before != after);
    assert_eq!(differs, None, "the decoded frames differ");
    assert_eq!(before.len(), after.len(), "frames are missing, or there are more of them");
    assert_eq!(tags(&cleaned.bytes), Vec::<String>::new());
    for word in [MARK, "Lavf", "Lavc", "x264", "x265", "libvpx", "libopus", "Handler"] {
        assert!(!holds(&cleaned.bytes, word), "'{word}' is still there");
    }
    assert!(!cleaned.report.removed.is_empty(), "nothing is reported");
    assert!(!cleaned.report.remains.is_empty(), "no word on what may remain");
    let again = clean(&cleaned.bytes).expect("a clean file can be cleaned");
    assert_eq!(again.report.removed, [], "a second time finds something");
    assert!(again.bytes == cleaned.bytes, "a second time changes something");
    cleaned
}
