//! Puts the fingerprint of the sources into the module.

#[path = "../../src/tests/fingerprint.rs"]
mod fingerprint;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for watched in ["src", "crates/pavane-web/src", "crates/pavane-web/Cargo.toml"] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    let target = std::env::var_os("OUT_DIR").unwrap_or_default();
    std::fs::write(Path::new(&target).join("fingerprint"), fingerprint::fingerprint_of_sources(&root)?)
}
