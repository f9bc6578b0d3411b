//! A new file in an embedded folder must be noticed: the derive macro tracks only the files it saw.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "cargo:rerun-if-changed=reader")?;
    writeln!(out, "cargo:rerun-if-changed=assets")?;
    writeln!(out, "cargo:rerun-if-changed=templates")?;
    writeln!(out, "cargo:rerun-if-changed=demo")?;
    writeln!(out, "cargo:rerun-if-changed=build.rs")
}
