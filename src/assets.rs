//! The patches that ship inside the library.

use crate::diagnostic::Diagnostics;
use crate::language::{Compiled, Files, compile};
use crate::program::Program;

/// A patch that ships inside the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// The name it is asked for by: `examples:NAME` on the command line.
    pub name: &'static str,
    /// The text of the patch.
    pub patch: &'static str,
}

macro_rules! patches {
    ($( $(#[$about:meta])* $list:ident: $( $(#[$when:meta])? $name:literal )* ; )*) => {$(
        $(#[$about])*
        pub const $list: &[Shipped] = &[$( $(#[$when])? Shipped {
            name: $name,
            patch: include_str!(concat!("../assets/patches/", $name, ".pav")),
        }, )*];
    )*};
}

patches! {
    /// Every patch that ships, in the order in which it is listed.
    PATCHES:
    "golden_spiral"
    "wave_3d"
    "feedback_loop"
    "path_drawing"
    "noise_field"
    "orbital_rings"
    "links"
    "kaleidoscope"
    "truchet"
    "string_art"
    "magnet"
    "spark_wheel"
    "rain"
    "fountain"
    "fireworks"
    "bouquet"
    "two_layouts"
    "queue"
    "scoreboard"
    "todos"
    "playlist"
    "sorting"
    "chat"
    "sheet"
    "with_and_without"
    "breathing_grid"
    "murmuration"
    "boids"
    "graph"
    "bar_race"
    "equaliser"
    "beeswarm"
    "histogram"
    "lorenz"
    "halftone"
    "lissajous"
    "phyllotaxis"
    "clock"
    "moire"
    "spring_chain"
    "flow_dots"
    "letters"
    "logo_reveal"
    #[cfg(feature = "artwork")] "emblem"
    #[cfg(feature = "artwork")] "icons"
    "title_sequence"
    "lower_third"
    "kinetic_title"
    "calendar"
    "river"
    #[cfg(feature = "images")] "contact_sheet"
    #[cfg(feature = "images")] "runners"
    "palettes"
    "counter"
    "drum_machine"
    "relay"
    "ripples"
    "pong"
    "quarters"
    "tiles"
    "gs1"
    ;
    /// Files that those patches use: found by name as they are, but not listed.
    PARTS:
    "petals"
    ;
}

/// The files of data and artwork that shipped patches read: a name and a text.
pub const DATA: &[(&str, &str)] = &[
    ("ports.csv", include_str!("../assets/patches/ports.csv")),
    ("finishers.csv", include_str!("../assets/patches/finishers.csv")),
    ("incomes.csv", include_str!("../assets/patches/incomes.csv")),
    ("emblem.svg", include_str!("../assets/patches/emblem.svg")),
    ("icons.svg", include_str!("../assets/patches/icons.svg")),
];

/// The images that shipped patches draw: a name and the bytes of a file.
pub const IMAGES: &[(&str, &[u8])] = &[
    ("bouquet.jpg", include_bytes!("../assets/patches/bouquet.jpg")),
    ("dahlia.jpg", include_bytes!("../assets/patches/dahlia.jpg")),
    ("evening.jpg", include_bytes!("../assets/patches/evening.jpg")),
    ("glass.jpg", include_bytes!("../assets/patches/glass.jpg")),
    ("runner.png", include_bytes!("../assets/patches/runner.png")),
    ("spiral.jpg", include_bytes!("../assets/patches/spiral.jpg")),
    ("wind.jpg", include_bytes!("../assets/patches/wind.jpg")),
];

impl Shipped {
    /// The patch of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        PATCHES.iter().chain(PARTS).find(|shipped| shipped.name == name)
    }

    /// Compiles it with the files that it uses.
    pub fn compile(&self) -> Compiled {
        compile(self.patch, &ShippedFiles.name(self.name), &ShippedFiles)
    }

    /// Its program.
    ///
    /// # Errors
    /// None for what ships: a test holds it to that.
    pub fn program(&self) -> Result<Program, Diagnostics> {
        let Compiled { program, diagnostics, .. } = self.compile();
        program.ok_or(diagnostics)
    }
}

/// What patches that ship find beside them: each other, [`DATA`] and [`IMAGES`]. A patch of yours may use them, too:
///
/// ```
/// use pavane::assets::{PARTS, ShippedFiles};
/// use pavane::compile;
///
/// assert_eq!(PARTS[0].name, "petals");
/// let compiled = compile("use \"petals.pav\" as petals", "mine.pav", &ShippedFiles);
/// assert!(compiled.program.is_some(), "{}", compiled.render());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ShippedFiles;

impl Files for ShippedFiles {
    fn read(&self, path: &str) -> Result<String, String> {
        let shipped = path.strip_suffix(".pav").and_then(Shipped::find).map(|shipped| shipped.patch);
        let data = || DATA.iter().find(|(name, _)| *name == path).map(|(_, text)| *text);
        shipped.or_else(data).map(Into::into).ok_or_else(|| "no such file ships".into())
    }

    fn read_bytes(&self, path: &str, _most: usize) -> Result<Vec<u8>, String> {
        match IMAGES.iter().find(|(name, _)| *name == path) {
            Some((_, bytes)) => Ok(bytes.to_vec()),
            None => self.read(path).map(String::into_bytes),
        }
    }

    fn name(&self, path: &str) -> String {
        format!("examples:{}", path.strip_suffix(".pav").unwrap_or(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[Shipped]) -> Vec<&str> {
        list.iter().map(|shipped| shipped.name).collect()
    }

    #[test]
    fn shipped_patches_are_good_and_go_by_their_name() {
        for shipped in PATCHES.iter().chain(PARTS) {
            let compiled = shipped.compile();
            assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
            let program = compiled.program.unwrap();
            let about = &program.data().about;
            assert_eq!(about.name, shipped.name);
            assert!(!about.title.is_empty() && !about.shows.is_empty(), "{}", shipped.name);
            assert_eq!(Shipped::find(shipped.name), Some(shipped));
        }
        assert_eq!(Shipped::find("no such patch"), None);
    }

    #[test]
    fn every_patch_of_the_folder_ships() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/patches");
        let files = std::fs::read_dir(folder).unwrap();
        let mut found: Vec<String> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter(|name| !DATA.iter().any(|(data, _)| data == name))
            .filter(|name| !IMAGES.iter().any(|(image, _)| image == name))
            .map(|name| {
                name.strip_suffix(".pav").expect("only patches and what they read lie there").to_owned()
            })
            .collect();
        found.sort();
        let mut shipped = [names(PATCHES), names(PARTS)].concat();
        shipped.sort_unstable();
        assert_eq!(shipped, found, "a patch ships by a line in `assets.rs`");
    }

    #[test]
    fn parts_are_what_shipped_patches_use() {
        let used: Vec<String> =
            PATCHES.iter().flat_map(|shipped| shipped.compile().files.split_off(1)).collect();
        for part in names(PARTS) {
            assert!(used.contains(&ShippedFiles.name(part)), "no patch uses {part}: list it in `PATCHES`");
        }
    }

    #[test]
    fn data_is_what_shipped_patches_read() {
        let used: Vec<String> =
            PATCHES.iter().flat_map(|shipped| shipped.compile().files.split_off(1)).collect();
        for (name, _) in DATA {
            assert!(used.contains(&ShippedFiles.name(name)), "no patch reads {name}");
        }
        for (name, bytes) in IMAGES {
            assert!(used.contains(&ShippedFiles.name(name)), "no patch reads {name}");
            assert!(bytes.len() < 40_000, "{name} is large for what everybody carries");
        }
    }

    #[test]
    fn the_readme_shows_every_patch() {
        let readme = include_str!("../README.md");
        for shipped in PATCHES {
            let program = shipped.program().unwrap();
            let elements: u32 = program.data().domains.iter().map(crate::program::Domain::most).sum();
            let (name, shows) = (shipped.name, &program.data().about.shows);
            let row = format!(
                "| <img src=\"assets/pictures/{name}.png\" width=\"120\" alt=\"\"> | `{name}` | {elements} | {shows} |"
            );
            assert!(readme.lines().any(|line| line == row), "the README lacks\n{row}");
        }
    }

    #[test]
    fn their_programs_survive_json() {
        for shipped in PATCHES.iter().chain(PARTS) {
            let program = shipped.program().unwrap();
            let json = program.to_json();
            let (read, diagnostics) = Program::diagnose(&json, shipped.name);
            assert!(diagnostics.0.is_empty(), "{diagnostics}");
            let read = read.unwrap();
            assert_eq!(read.data(), program.data(), "{}", shipped.name);
            assert!(read.to_json() == json, "{}: the text is another", shipped.name);
        }
    }
}
