//! Fuzzes one decoder, the one named in `FUZZ_TARGET`. Built and started by `fuzz/run`.
#![no_main]

mod between;
mod log;
mod seeds;
mod targets;

use std::path::Path;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

static CHOSEN: OnceLock<targets::Run> = OnceLock::new();

fn begin() {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    if name == "list" {
        targets::ALL.iter().for_each(|(name, _)| println!("{name}"));
        std::process::exit(0);
    }
    if let Some(folder) = std::env::var_os("FUZZ_SEEDS") {
        seeds::write(Path::new(&folder), &name);
        std::process::exit(0);
    }
    quiet_libraries();
    let all = targets::ALL.iter().chain(targets::CONTROLS);
    match all.into_iter().find(|(known, _)| *known == name) {
        Some((_, run)) => CHOSEN.set(*run).unwrap_or(()),
        None => panic!("no fuzz target {name:?}; FUZZ_TARGET=list names them"),
    }
}

/// The fuzzer takes every panic for a finding. One in a library that reads documents is none: the child that cleans
/// documents catches it and refuses the document. One in our own code is.
fn quiet_libraries() {
    let finding = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let library = |file: &str| file.contains("/registry/src/");
        if !panic.location().is_some_and(|place| library(place.file())) {
            finding(panic);
        }
    }));
}

fuzz_target!(init: begin(), |data: &[u8]| {
    if let Some(run) = CHOSEN.get() {
        run(data);
    }
});
