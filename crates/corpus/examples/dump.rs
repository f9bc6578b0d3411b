//! Writes the corpus to a directory, to look at it with other programs.
#![allow(clippy::unwrap_used, clippy::expect_used)]

fn main() -> std::io::Result<()> {
    let target = std::env::args_os().nth(1).expect("usage: dump DIRECTORY");
    let target = std::path::Path::new(&target);
    std::fs::create_dir_all(target)?;
    for sample in corpus::samples() {
        std::fs::write(target.join(&sample.file), &sample.bytes)?;
    }
    for hostile in corpus::hostile() {
        std::fs::write(target.join(format!("hostile-{}", hostile.name)), &hostile.bytes)?;
    }
    Ok(())
}
