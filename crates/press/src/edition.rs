//! A content folder, read and checked.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use crate::cache::{self, BuildCache};
use crate::error::PressError;
use crate::images::Images;
use crate::labels;
use crate::markdown::{self, Body, Source};
use crate::paper::{self, Author, Paper};
use crate::parallel;
use crate::story::Story;
use crate::{Contact, PageContext, Pages, render};

/// A newspaper, ready to be printed for a site.
#[derive(Clone, Debug)]
pub struct Edition {
    pub(crate) paper: Paper,
    /// Newest first; stories of the same moment in the order of their slugs.
    pub(crate) stories: Vec<Arc<Story>>,
    pub(crate) images: Images,
    pub(crate) about: Option<Body>,
}

/// A story's file and what belongs to it, from the very bytes that are printed.
#[derive(Debug)]
pub struct Manuscript<'a> {
    /// Its path below the content folder, such as `stories/a.md`.
    pub file: &'a str,
    /// Where it is read, such as `/story/a/`.
    pub path: String,
    /// All of the file.
    pub source: &'a str,
    /// Names and SHA-256 of the pictures' files.
    pub pictures: Vec<(&'a str, [u8; 32])>,
    /// How many corrections it shows.
    pub corrections: u32,
    /// Whether it is a page that says why the story is gone.
    pub withdrawn: bool,
}

/// A story that is to be printed, and is not in the folder yet.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// File name in `stories/`, such as `a.md`; it takes the place of a file of that name.
    pub file: &'a str,
    /// All of the file.
    pub source: &'a str,
    /// Names in `images/` and bytes of its pictures.
    pub pictures: &'a [(String, Vec<u8>)],
}

/// Someone with a page of their own.
pub(crate) struct Writer<'a> {
    pub(crate) slug: String,
    pub(crate) name: &'a str,
    /// What `newsroom.toml` says of them.
    pub(crate) introduced: Option<&'a Author>,
    /// Newest first.
    pub(crate) stories: Vec<&'a Story>,
}

impl Edition {
    /// Reads `newsroom.toml`, `words.ftl`, `about.md`, `stories/*.md` and `images/` below `dir`, and checks all of it.
    ///
    /// # Errors
    /// [`PressError::Read`] if a file cannot be read, [`PressError::Content`] with file and line if one is not
    /// right. The first fault found is reported; files are read in the order of their names.
    pub fn load(dir: &Path) -> Result<Self, PressError> {
        Self::load_with(dir, &BuildCache::default())
    }

    /// As [`Edition::load`]; what `cache` has of these very files is not read into pages or rebuilt again.
    ///
    /// # Errors
    /// As [`Edition::load`]; the cache keeps what it had.
    pub fn load_with(dir: &Path, cache: &BuildCache) -> Result<Self, PressError> {
        Self::load_incoming(dir, cache, None)
    }

    /// As it will be when a story has been laid into the folder: tried before anything is written.
    ///
    /// # Errors
    /// As [`Edition::load`].
    pub fn load_incoming(
        dir: &Path,
        cache: &BuildCache,
        incoming: Option<&Incoming<'_>>,
    ) -> Result<Self, PressError> {
        let paper_text = read(&dir.join(paper::FILE))?;
        let words = dir.join(labels::FILE);
        let words = if words.exists() { Some(read(&words)?) } else { None };
        let paper = Paper::parse(&paper_text, words.as_deref())?;
        let mut images = Images::load(&dir.join("images"), cache)?;
        for (name, bytes) in incoming.iter().flat_map(|story| story.pictures) {
            images.add(name, bytes)?;
        }
        paper.check(&images)?;
        let folder = dir.join("stories");
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(|e| PressError::read(&folder, e))? {
            let path = entry.map_err(|e| PressError::read(&folder, e))?.path();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
            let other = incoming.is_none_or(|story| story.file != name);
            if name.ends_with(".md") && !name.starts_with('.') && other {
                files.push((format!("stories/{name}"), path));
            }
        }
        files.sort();
        // A story's page depends on its file, on the paper, and on names and sizes of pictures.
        let around = words.unwrap_or_default();
        let around = cache::key(&[paper_text.as_bytes(), around.as_bytes(), &images.digest()]);
        let mut stories = parallel::map(&files, |(name, path)| {
            let text = read(path)?;
            let key = cache::key(&[&around, name.as_bytes(), text.as_bytes()]);
            cache.stories.get(key, || Story::parse(name, &text, &paper, &images).map(Arc::new))
        })?;
        if let Some(Incoming { file, source, .. }) = incoming {
            let story = Story::parse(&format!("stories/{file}"), source, &paper, &images)?;
            stories.push(Arc::new(story));
        }
        let about = match dir.join("about.md") {
            path if path.exists() => {
                let text = read(&path)?;
                let source = Source { file: "about.md", text: &text, first_line: 1 };
                Some(markdown::story(&source, &images, &paper)?)
            }
            _ => None,
        };
        stories.sort_by(|a, b| b.date.unix().cmp(&a.date.unix()).then_with(|| a.slug.cmp(&b.slug)));
        let edition = Self { paper, stories, images, about };
        edition.check()?;
        cache.images.sweep();
        cache.stories.sweep();
        Ok(edition)
    }

    /// The contact lines of `newsroom.toml`, to be handed on in [`PageContext::contact`].
    #[must_use]
    pub fn contact(&self) -> Contact {
        Contact { lines: self.paper.contact.clone() }
    }

    /// The paper's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.paper.name
    }

    /// How many stories there are.
    #[must_use]
    pub fn story_count(&self) -> usize {
        self.stories.len()
    }

    /// Every story, newest first, with those that were withdrawn.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Story> {
        self.stories.iter().map(Arc::as_ref)
    }

    /// The stories that were not withdrawn, newest first.
    pub(crate) fn standing(&self) -> impl Iterator<Item = &Story> {
        self.all().filter(|s| s.withdrawn.is_none())
    }

    /// Names of the pictures that some page shows. What only a withdrawn story showed is not among them.
    pub(crate) fn pictures(&self) -> BTreeSet<&str> {
        let own = self.standing().filter_map(|s| s.picture.as_ref()).map(|p| &p.name);
        let bodies = self.standing().map(|s| &s.body).chain(&self.about);
        let named = self.paper.pictures().map(|p| &p.name);
        own.chain(bodies.flat_map(|b| &b.pictures)).chain(named).map(String::as_str).collect()
    }

    /// Everyone who has a page: who is introduced, and whose byline a story carries.
    pub(crate) fn authors(&self) -> Vec<Writer<'_>> {
        let mut writers: BTreeMap<String, Writer<'_>> = BTreeMap::new();
        for author in &self.paper.authors {
            let writer = Writer {
                slug: author.slug.clone(),
                name: &author.name,
                introduced: Some(author),
                stories: Vec::new(),
            };
            writers.insert(author.slug.clone(), writer);
        }
        for story in self.standing() {
            for name in &story.byline {
                let Some(slug) = self.paper.author_slug(name) else { continue };
                let new =
                    || Writer { slug: slug.clone(), name, introduced: None, stories: Vec::new() };
                writers.entry(slug.clone()).or_insert_with(new).stories.push(story);
            }
        }
        writers.into_values().collect()
    }

    /// Prints every page, feed and asset for a site.
    ///
    /// # Errors
    /// [`PressError::Context`] if `ctx` is not usable; [`PressError::Content`] if a contact line is not;
    /// the others only by a fault in the build.
    pub fn render(&self, ctx: &PageContext) -> Result<Pages, PressError> {
        self.render_with(ctx, &BuildCache::default())
    }

    /// As [`Edition::render`]; pages that `cache` has are not compressed, and cards not drawn, again.
    ///
    /// # Errors
    /// As [`Edition::render`].
    pub fn render_with(&self, ctx: &PageContext, cache: &BuildCache) -> Result<Pages, PressError> {
        render::pages(self, ctx, cache)
    }

    /// What no file can be blamed for alone.
    fn check(&self) -> Result<(), PressError> {
        self.check_names()?;
        self.check_links()
    }

    /// Two spellings of a name would share a page.
    fn check_names(&self) -> Result<(), PressError> {
        let listed = self.paper.authors.iter().map(|a| (a.slug.clone(), a.name.as_str()));
        let mut names: HashMap<String, &str> = listed.collect();
        for story in &self.stories {
            for name in &story.byline {
                let Some(slug) = self.paper.author_slug(name) else { continue };
                let first = *names.entry(slug.clone()).or_insert(name);
                if first != name {
                    let problem =
                        format!("{name:?} and {first:?} both have the address /authors/{slug}/");
                    let mend = "write the name alike, or give one of them a `slug` under [[authors]] in newsroom.toml";
                    return Err(PressError::content(&story.file, 1, problem, mend));
                }
            }
        }
        Ok(())
    }

    /// Every story as those who approve it must see it: its file, and the pictures that its page shows.
    pub fn manuscripts(&self) -> impl Iterator<Item = Manuscript<'_>> {
        self.stories.iter().map(|story| {
            let front = story.picture.as_ref().map(|picture| picture.name.as_str());
            // A picture's path holds its hash, so that no other text on the page can be taken for it.
            let shown = self.images.iter().filter(|(name, image)| {
                front == Some(name) || story.body.html.contains(image.path.as_str())
            });
            Manuscript {
                file: &story.file,
                path: story.path(),
                source: &story.source,
                pictures: shown.map(|(name, image)| (name, image.digest)).collect(),
                corrections: u32::try_from(story.corrections.len()).unwrap_or(u32::MAX),
                withdrawn: story.withdrawn.is_some(),
            }
        })
    }

    fn check_links(&self) -> Result<(), PressError> {
        let mut slugs = BTreeSet::new();
        for story in &self.stories {
            if !slugs.insert(story.slug.as_str()) {
                let mend = "give one of them another `slug` or file name";
                let problem = format!("another story has the address {}", story.path());
                return Err(PressError::content(&story.file, 1, problem, mend));
            }
        }
        let mut known: BTreeSet<String> =
            ["/", "/about/", "/contact/", "/feed.xml", "/feed.json"].map(str::to_owned).into();
        known.extend(self.stories.iter().map(|s| s.path()));
        known.extend(self.authors().into_iter().map(|a| format!("/authors/{}/", a.slug)));
        for section in &self.paper.sections {
            known.extend(["", "feed.xml", "feed.json"].map(|f| format!("/{}/{f}", section.slug)));
        }
        let about = self.about.iter().map(|body| ("about.md", body));
        let bodies = self.stories.iter().map(|s| (s.file.as_str(), &s.body)).chain(about);
        for (file, body) in bodies {
            for (link, line) in &body.links {
                let path = link.split('#').next().unwrap_or_default();
                if !known.contains(path) {
                    return Err(PressError::content(
                        file,
                        *line,
                        format!("a link to {link}, which this paper does not have"),
                        "stories are at /story/<slug>/, sections at /<slug>/, each with a slash at the end",
                    ));
                }
            }
        }
        for story in &self.stories {
            for (slug, line) in &story.related {
                if !slugs.contains(slug.as_str()) || *slug == story.slug {
                    let problem = format!("`related` names {slug:?}, which is no other story");
                    return Err(PressError::content(
                        &story.file,
                        *line,
                        problem,
                        "write another story's slug",
                    ));
                }
            }
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<String, PressError> {
    std::fs::read_to_string(path).map_err(|e| PressError::read(path, e))
}
