//! Makes every program that ships with pavane, and their pictures.
//!
//! ```text
//! generate_assets                      writes assets/programs/*.json and their index.txt
//! generate_assets --check              compares instead, and names those that differ
//! generate_assets --pictures           draws assets/pictures/*.png
//! generate_assets --sheets DIR [NAME]  draws six frames of each program side by side
//! ```

mod common;
mod fields;
mod grids;
mod gs1;
mod memory;
mod palette;
mod pictures;
mod space;
mod strokes;

use std::path::Path;
use std::process::ExitCode;

use pavane::program::{Builder, Program};

/// What builds a program.
type Make = fn(&Builder);

/// Every program, in the order of the gallery.
const PROGRAMS: &[(&str, Make)] = &[
    ("golden_spiral", grids::golden_spiral),
    ("wave_3d", space::wave_3d),
    ("feedback_loop", memory::feedback_loop),
    ("path_drawing", strokes::path_drawing),
    ("noise_field", fields::noise_field),
    ("orbital_rings", space::orbital_rings),
    ("kaleidoscope", strokes::kaleidoscope),
    ("truchet", grids::truchet),
    ("string_art", strokes::string_art),
    ("magnet", fields::magnet),
    ("spark_wheel", memory::spark_wheel),
    ("rain", space::rain),
    ("breathing_grid", grids::breathing_grid),
    ("murmuration", memory::murmuration),
    ("halftone", grids::halftone),
    ("gs1", gs1::gs1),
];

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => write(&assets.join("programs"))?,
        ["--check"] => return check(&assets.join("programs")),
        ["--pictures"] => pictures::posters(&build(&[])?, &assets.join("pictures"))?,
        ["--sheets", folder, ref names @ ..] => pictures::sheets(&build(names)?, Path::new(folder))?,
        _ => return Err("usage: generate_assets [--check | --pictures | --sheets FOLDER [NAME...]]".into()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the programs of these names, or all.
fn build(names: &[&str]) -> Result<Vec<Program>, Failure> {
    let mut programs = Vec::new();
    for (name, make) in PROGRAMS {
        if names.is_empty() || names.contains(name) {
            let b = Builder::new(name);
            make(&b);
            programs.push(b.finish().map_err(|problems| format!("{name}: {problems}"))?);
        }
    }
    Ok(programs)
}

/// File names and contents of everything in `assets/programs`.
fn files() -> Result<Vec<(String, String)>, Failure> {
    let programs = build(&[])?;
    let name = |program: &Program| program.data().about.name.clone();
    let index: String = programs.iter().map(|program| name(program) + "\n").collect();
    let mut files = vec![("index.txt".to_owned(), index)];
    files.extend(programs.iter().map(|program| (name(program) + ".json", program.to_json())));
    Ok(files)
}

fn write(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    for (name, text) in files()? {
        println!("{name}: {} bytes", text.len());
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// The files that differ from what would be written.
fn stale(folder: &Path) -> Result<Vec<String>, Failure> {
    let files = files()?;
    let differs = |(name, text): &&(String, String)| {
        std::fs::read_to_string(folder.join(name)).ok().as_deref() != Some(text)
    };
    let mut stale: Vec<String> = files.iter().filter(differs).map(|(name, _)| name.clone()).collect();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !files.iter().any(|(known, _)| *known == name) {
            stale.push(format!("{name} (no program of this name is made)"));
        }
    }
    Ok(stale)
}

fn check(folder: &Path) -> Result<ExitCode, Failure> {
    let stale = stale(folder)?;
    for name in &stale {
        println!("{name}");
    }
    if stale.is_empty() {
        println!("everything in {} is up to date", folder.display());
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("these differ: run `cargo run --release --example generate_assets` and look at them");
    Ok(ExitCode::FAILURE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_what_is_made() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/programs");
        assert_eq!(stale(&folder).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn loops_close() {
        // These have state or run on; all others must end where they began.
        let open = ["feedback_loop", "magnet", "spark_wheel", "murmuration", "gs1"];
        for program in build(&[]).unwrap() {
            let name = program.data().about.name.clone();
            if !open.contains(&name.as_str()) {
                let gap = pictures::loop_gap(&program, 120).unwrap();
                assert!(gap <= 2, "{name}: first and last picture differ by {gap} of 255");
            }
        }
    }
}
