//! Gallery: patches that ship, drawn side by side: a small `gallery.png` in the temp folder.
//!
//! ```text
//! cargo run --release --example gallery                               the small gallery
//! cargo run --release --example gallery -- --posters                  assets/pictures: a poster each, and the gallery
//! cargo run --release --example gallery -- --posters NAME...          of these patches alone
//! cargo run --release --example gallery -- --sheets FOLDER [NAME...]  six frames of each patch, to look at its motion
//! ```

mod palette;
mod pictures;

use std::path::Path;

use pavane::assets::{PATCHES, Shipped};
use pavane::program::Program;

type Failure = Box<dyn std::error::Error>;

/// Height of a tile of the gallery in pixels: in the README, and as it is drawn without arguments.
const TILES: (u32, u32) = (270, 90);

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let folder = std::env::temp_dir().join("pavane_gallery");
            std::fs::create_dir_all(&folder)?;
            pictures::gallery(TILES.1, &folder.join("gallery.png"))
        }
        ["--posters"] => {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pictures");
            pictures::posters(&programs(&[])?, &folder)?;
            // With and without continuity: the edit of its first second.
            let strip = folder.join("with_and_without_strip.png");
            pictures::strip(&program("with_and_without")?, 60, 150, &strip)?;
            pictures::gallery(TILES.0, &folder.join("gallery.png"))
        }
        ["--posters", ref names @ ..] => {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pictures");
            pictures::posters(&programs(names)?, &folder)
        }
        ["--sheets", folder, ref names @ ..] => pictures::sheets(&programs(names)?, Path::new(folder)),
        _ => Err("usage: gallery [--posters [NAME...] | --sheets FOLDER [NAME...]]".into()),
    }
}

/// The programs of these patches, or of all.
fn programs(names: &[&str]) -> Result<Vec<Program>, Failure> {
    if names.is_empty() {
        return PATCHES.iter().map(|shipped| Ok(shipped.program()?)).collect();
    }
    names.iter().map(|name| program(name)).collect()
}

/// The program of a patch that ships.
fn program(name: &str) -> Result<Program, Failure> {
    Ok(Shipped::find(name).ok_or_else(|| format!("no patch `{name}` ships"))?.program()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pavane::program::Op;

    #[test]
    fn loops_close() {
        let mut closed = 0;
        for program in programs(&[]).unwrap() {
            let data = program.data();
            // What remembers or counts time itself runs on; all others end where they began.
            let runs_on = data.nodes.iter().any(|node| matches!(node.op, Op::Time | Op::Dt | Op::FrameIndex));
            let comes_and_goes = data.domains.iter().any(|domain| domain.live.is_some());
            if runs_on || comes_and_goes || !data.cells.is_empty() {
                continue;
            }
            let gap = pictures::loop_gap(&program, 120).unwrap();
            assert!(gap <= 2, "{}: first and last picture differ by {gap} of 255", data.about.name);
            closed += 1;
        }
        assert!(closed >= 11, "only {closed} patches are loops");
    }
}
