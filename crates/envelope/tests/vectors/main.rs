//! Test vectors of the wire, as files in `vectors/` that Rust and the browser code both pass.
//!
//! `UPDATE_VECTORS=1 cargo test -p envelope --test vectors` writes them anew. Without it, the files must be exactly
//! what is produced, and what each vector says must hold when it is read back from its file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod craft;
mod json;
mod make_chunk;
mod make_keys;
mod make_papers;
mod make_sealed;
mod read;
mod read_papers;
mod world;

use serde_json::Value;
use std::{fs, path::PathBuf, sync::LazyLock};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
}

/// Makes every file, and writes them if that is asked for.
static MADE: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let world = world::World::new();
    let files: Vec<(String, String)> = [
        make_sealed::packet(&world),
        make_sealed::inner(&world),
        make_sealed::message(),
        make_sealed::reply(),
        make_chunk::chunk(&world),
        make_keys::key_list(&world),
        make_keys::passphrase(&world),
        make_papers::certificate(&world),
        make_papers::revocation(&world),
        make_papers::deskkey(&world),
        make_papers::bundle(&world),
        make_papers::batch(&world),
        make_papers::token(&world),
    ]
    .into_iter()
    .map(|mut file| {
        json::compact(&mut file);
        file
    })
    .map(|file| (format!("{}.json", file["kind"].as_str().unwrap()), json::text(&file)))
    .collect();
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        for (name, text) in &files {
            fs::write(folder().join(name), text).unwrap();
        }
    }
    files
});

#[test]
fn the_committed_files_are_what_is_produced() {
    let mut total = 0;
    for (name, text) in MADE.iter() {
        let committed = fs::read_to_string(folder().join(name)).unwrap_or_default();
        assert!(
            committed == *text,
            "vectors/{name} is not what is produced; if that is meant, run \
             UPDATE_VECTORS=1 cargo test -p envelope --test vectors"
        );
        total += text.len();
    }
    assert!(total < 650_000, "the vectors have grown to {total} bytes");
    let there = fs::read_dir(folder()).unwrap();
    let json = there.filter(|entry| {
        entry.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "json")
    });
    assert_eq!(json.count(), MADE.len(), "a file in vectors/ that nothing produces");
}

/// Reads a file back and holds every vector against `check`.
fn hold(kind: &str, check: impl Fn(&Value, &Value) -> Result<Value, &'static str>) {
    LazyLock::force(&MADE);
    let path = folder().join(format!("{kind}.json"));
    let mut file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    json::expand(&mut file);
    assert_eq!(file["kind"], kind);
    let vectors = file["vectors"].as_array().unwrap();
    let mut names: Vec<&str> = vectors.iter().map(|v| v["name"].as_str().unwrap()).collect();
    let refused = vectors.iter().filter(|vector| vector.get("error").is_some()).count();
    assert!(refused > 0 && refused < vectors.len(), "{kind}: some must pass and some be refused");
    for vector in vectors {
        let name = &vector["name"];
        match (vector.get("expect"), vector.get("error")) {
            (Some(expect), None) => assert_eq!(check(&file, vector).as_ref(), Ok(expect), "{name}"),
            (None, Some(class)) => {
                assert_eq!(check(&file, vector).err(), class.as_str(), "{kind}: {name}");
            }
            _ => panic!("{kind}: {name} must have either expect or error"),
        }
    }
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{kind}: a name appears twice");
}

macro_rules! kinds {
    ($($module:ident: $($kind:ident)*;)*) => {$($(
        #[test]
        fn $kind() {
            hold(stringify!($kind), $module::$kind);
        }
    )*)*};
}

kinds! {
    read: packet inner message reply chunk keylist passphrase;
    read_papers: certificate revocation deskkey bundle batch token;
}
