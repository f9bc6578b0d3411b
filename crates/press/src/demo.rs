//! The demonstration newspaper, carried in the binary, so that one command has something to print.

use std::fs;
use std::io;
use std::path::Path;

use rust_embed::RustEmbed;

use crate::error::PressError;

#[derive(RustEmbed)]
#[folder = "demo/"]
#[include = "newsroom.toml"]
#[include = "about.md"]
#[include = "stories/*.md"]
#[include = "images/*"]
struct Demo;

/// Writes the demonstration newspaper's content folder to `dir`, making it if need be. Files that are there already
/// are left as they are, so that a person may change the paper and start the demo again.
///
/// # Errors
/// [`PressError::Read`] naming the file or folder that could not be written.
pub fn write_demo(dir: &Path) -> Result<(), PressError> {
    for name in Demo::iter() {
        let Some(file) = Demo::get(&name) else { continue };
        let path = dir.join(name.as_ref());
        let folder = path.parent().unwrap_or(dir);
        fs::create_dir_all(folder).map_err(|e| PressError::read(folder, e))?;
        match fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut out) => {
                io::Write::write_all(&mut out, &file.data)
                    .map_err(|e| PressError::read(&path, e))?;
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(PressError::read(&path, e)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Edition;

    #[test]
    fn the_demo_is_a_paper_and_changes_to_it_stay() {
        let dir = tempfile::tempdir().unwrap();
        write_demo(dir.path()).unwrap();
        let edition = Edition::load(dir.path()).unwrap_or_else(|e| panic!("{e}"));
        assert!(edition.story_count() >= 8);
        let paper = dir.path().join("newsroom.toml");
        let changed =
            fs::read_to_string(&paper).unwrap().replace(edition.name(), "The Other Paper");
        fs::write(&paper, changed).unwrap();
        write_demo(dir.path()).unwrap();
        assert_eq!(Edition::load(dir.path()).unwrap().name(), "The Other Paper");
    }
}
