//! Pages, pictures and index as files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::crowd::Crowd;
use crate::page::{self, Social};
use crate::reckon::Reckoning;
use crate::{Case, ReplayError, card, words};

/// How pages are written.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where the folder will be served, such as `https://example.org/replay`; social networks want absolute addresses of pictures. Without it
    /// the pages name the picture as a file beside them.
    pub base_url: Option<String>,
}

/// Writes one page and one picture for each case and an index of them into `folder`, making it if need be. Returns what was written.
///
/// # Errors
/// [`ReplayError::File`] naming the file; others if a case is faulty.
pub fn write(
    folder: &Path,
    cases: &[(Case, Reckoning)],
    options: &Options,
) -> Result<Vec<PathBuf>, ReplayError> {
    fs::create_dir_all(folder).map_err(|e| ReplayError::file(folder, e))?;
    let mut written = Vec::new();
    let mut put = |name: String, bytes: &[u8]| -> Result<(), ReplayError> {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(|e| ReplayError::file(&path, e))?;
        written.push(path);
        Ok(())
    };
    for (i, (case, sums)) in cases.iter().enumerate() {
        let (step, left) = page::pictured(case, sums);
        let base = options.base_url.as_deref().map(|b| format!("{}/", b.trim_end_matches('/')));
        let social = Social {
            page: base.as_ref().map(|b| format!("{b}{}.html", case.name)).unwrap_or_default(),
            picture: format!("{}{}.png", base.unwrap_or_default(), case.name),
            alt: format!(
                "A crowd of people in the dark. {} in the light.",
                words::left(left.people)
            ),
        };
        let next = cases.get((i + 1) % cases.len()).filter(|_| cases.len() > 1);
        let next = next.map(|(c, _)| (c.name.as_str(), c.happened.title.as_str()));
        put(format!("{}.html", case.name), page::case_page(case, sums, &social, next)?.as_bytes())?;
        let crowd = Crowd::of(sums.everybody);
        let picture =
            card::draw(&case.name, &crowd, &sums.classes, page::needed(case, sums, step), &left)?;
        put(format!("{}.png", case.name), &picture)?;
    }
    put("index.html".to_owned(), page::index_page(cases)?.as_bytes())?;
    Ok(written)
}
