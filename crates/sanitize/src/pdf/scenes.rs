//! From the pages of one document to a fresh one.

use super::fonts::{self, Fonts};
use super::hidden::{self, Found, Keeps};
use super::model::Scene;
use super::record::Recorder;
use super::resources::Sink;
use super::store::{Failure, Store};
use super::words::Words;
use super::write::number;
use super::{PDF, emit, fields, standard};
use crate::{Context, Kind, Refusal};
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_interpret::{
    Context as Interpreter, InterpreterCache, InterpreterSettings, RenderContent, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Rect;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Points. What viewers show at most is 14,400 units; larger ones are lies.
const MAX_SIDE: f64 = 200_000.0;

/// The fresh document.
pub(super) fn rebuild(pdf: &Pdf, cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let keeps = Keeps { hidden: cx.keeps(Kind::HiddenText), covered: cx.keeps(Kind::CoveredText) };
    let mut scenes = Vec::new();
    let store = each_page(pdf, cx, &mut |mut scene, place, store, cx| {
        let found = hidden::remove(&mut scene, keeps, store);
        tell(&found, keeps, place, cx)?;
        scenes.push(scene);
        Ok(())
    })?;
    Ok(write(&scenes, &store))
}

/// The words of all pages.
pub(super) fn words(pdf: &Pdf, cx: &mut Context<'_>) -> Result<String, Refusal> {
    let mut pages = Vec::new();
    each_page(pdf, cx, &mut |scene, _, store, cx| {
        let mut words = Words::default();
        words.read(&scene.items, store);
        let text = words.finish();
        cx.charge(text.len())?;
        pages.push(text);
        Ok(())
    })?;
    Ok(pages.join("\n\n"))
}

/// What becomes of a page: what it paints, its place, what the pages share.
type EachPage<'f> =
    dyn FnMut(Scene, &str, &mut Store, &mut Context<'_>) -> Result<(), Refusal> + 'f;

/// Interprets the pages, one after another.
fn each_page(pdf: &Pdf, cx: &mut Context<'_>, each: &mut EachPage<'_>) -> Result<Store, Refusal> {
    let limits = cx.options().limits;
    let missing = Arc::new(AtomicBool::new(false));
    let mut settings = standard::settings(missing.clone());
    settings.render_content = RenderContent::PAGE;
    let mut store = Store {
        missing,
        max_count: limits.items.saturating_mul(20),
        max_pixels: limits.pixels,
        ..Store::default()
    };
    let cache = InterpreterCache::new();
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err(Refusal::damaged(PDF, "the file", "it has no pages"));
    }
    if pages.len() as u64 > limits.items {
        return Err(Refusal::TooMuch {
            what: "the number of pages",
            limit: limits.items.to_string(),
            advice: "split the document first",
        });
    }
    for (index, page) in pages.iter().enumerate() {
        let place = format!("page {}", index + 1);
        let scene = record(page, &cache, &settings, &mut store)?;
        refuse(&store.failures, &place)?;
        each(scene, &place, &mut store, cx)?;
    }
    Ok(store)
}

fn record<'a>(
    page: &Page<'a>,
    cache: &InterpreterCache<'a>,
    settings: &InterpreterSettings,
    store: &mut Store,
) -> Result<Scene, Refusal> {
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width), f64::from(height));
    if !(width <= MAX_SIDE && height <= MAX_SIDE) {
        return Err(Refusal::TooMuch {
            what: "the size of a page",
            limit: format!("{MAX_SIDE} points"),
            advice: "print it to a new PDF of a usual size first",
        });
    }
    let unit = page.raw().get::<f64>(b"UserUnit").unwrap_or(1.0);
    let unit = if (0.01..=100.0).contains(&unit) { unit } else { 1.0 };
    let transform = page.initial_transform(false).to_kurbo();
    let bounds = Rect::new(0.0, 0.0, width, height);
    let mut interpreter = Interpreter::new(transform, bounds, cache, page.xref(), settings.clone());
    let mut recorder = Recorder::new(store);
    interpret_page(page, &mut interpreter, &mut recorder);
    fields::paint(page, &mut interpreter, &mut recorder);
    Ok(Scene { items: recorder.finish(), width, height, unit })
}

/// One line of the report, if there is anything to tell.
fn note(cx: &mut Context<'_>, kept: bool, kind: Kind, place: &str, count: u64, what: &str) {
    if count > 0 && kept {
        cx.kept(kind, place, format!("{count} {what}"));
    } else if count > 0 {
        cx.removed(kind, place, format!("{count} {what}"));
    }
}

/// Puts what was hidden into the report.
fn tell(found: &Found, keeps: Keeps, place: &str, cx: &mut Context<'_>) -> Result<(), Refusal> {
    if found.unsure {
        return Err(Refusal::TooMuch {
            what: "what is painted over each other on a page",
            limit: "what can be told apart".into(),
            advice: "use --pixels",
        });
    }
    let letters = [
        (found.invisible, "letters without ink, as scanners add for search"),
        (found.outside, "letters outside the page or cut away"),
        (found.tiny, "letters too small to read"),
        (found.same_colour, "letters in the colour of what is under them"),
    ];
    for (count, what) in letters {
        if keeps.hidden {
            note(cx, true, Kind::HiddenText, place, count, what);
        } else {
            note(cx, false, Kind::HiddenText, place, count, what);
        }
    }
    let what = "letters under boxes or pictures";
    if keeps.covered {
        note(cx, true, Kind::CoveredText, place, found.covered, what);
    } else {
        note(cx, false, Kind::CoveredText, place, found.covered, what);
        note(
            cx,
            false,
            Kind::CoveredText,
            place,
            found.parts,
            "pictures of which a part was covered or cut away",
        );
    }
    note(cx, false, Kind::UnusedData, place, found.drawings, "drawings that are not to be seen");
    note(cx, false, Kind::UnusedData, place, found.pictures, "pictures that are not to be seen");
    Ok(())
}

fn refuse(failures: &[Failure], place: &str) -> Result<(), Refusal> {
    let Some(failure) = failures.first() else { return Ok(()) };
    let unsupported = |what: &str| Refusal::Unsupported {
        format: PDF,
        what: format!("{what} on {place}"),
        advice: "use --pixels",
    };
    Err(match failure {
        Failure::Picture => unsupported("a picture"),
        Failure::Nesting => unsupported("a pattern, mask or glyph deep inside others"),
        Failure::Unbalanced => Refusal::damaged(PDF, place, "its instructions do not nest"),
        Failure::TooMany => Refusal::TooMuch {
            what: "the number of things painted",
            limit: "twenty for each item allowed".into(),
            advice: "split the document first",
        },
        Failure::TooLarge => Refusal::TooMuch {
            what: "the size of the pictures",
            limit: "the pixels allowed".into(),
            advice: "make them smaller first",
        },
    })
}

/// The file of these pages.
pub(super) fn write(scenes: &[Scene], store: &Store) -> Vec<u8> {
    let canvas = scenes.iter().fold(Rect::ZERO, |canvas, scene| {
        canvas.union(Rect::new(0.0, 0.0, scene.width, scene.height))
    });
    let mut sink = Sink::new(canvas);
    let root = sink.objects.reserve();
    let tree = sink.objects.reserve();
    let mut used = BTreeSet::new();
    for scene in scenes {
        fonts::used(&scene.items, store, &mut used);
    }
    let fonts = Fonts::assign(&used, store, &mut sink);
    let mut kids = Vec::with_capacity(scenes.len());
    for scene in scenes {
        let (content, resources) = emit::stream(&scene.items, false, store, &fonts, &mut sink);
        let stream = sink.objects.reserve();
        sink.objects.set_stream(stream, "", &content);
        let unit = if (scene.unit - 1.0).abs() < 1e-9 {
            String::new()
        } else {
            format!("/UserUnit {}", number(scene.unit))
        };
        let page = sink.objects.add(format!(
            "<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {} {}]{unit}/Resources{}/Contents {stream} 0 R>>",
            number(scene.width),
            number(scene.height),
            resources.dict()
        ));
        kids.push(format!("{page} 0 R"));
    }
    fonts.write(store, &mut sink);
    sink.objects.set(root, format!("<</Type/Catalog/Pages {tree} 0 R>>"));
    sink.objects
        .set(tree, format!("<</Type/Pages/Count {}/Kids[{}]>>", kids.len(), kids.join(" ")));
    sink.objects.finish()
}
