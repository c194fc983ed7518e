//! The programs that ship inside the library.

use crate::diagnostic::Diagnostics;
use crate::program::Program;

/// A program that ships inside the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// The name it is asked for by: `examples:NAME` on the command line.
    pub name: &'static str,
    /// The program.
    pub json: &'static str,
}

macro_rules! programs {
    ($( $name:literal )*) => {
        /// Every program that ships, in the order in which it is listed.
        pub const PROGRAMS: &[Shipped] = &[$( Shipped {
            name: $name,
            json: include_str!(concat!("../assets/programs/", $name, ".json")),
        }, )*];
    };
}

programs! {
    "golden_spiral"
    "wave_3d"
    "feedback_loop"
    "path_drawing"
    "noise_field"
    "orbital_rings"
    "kaleidoscope"
    "truchet"
    "string_art"
    "magnet"
    "spark_wheel"
    "rain"
    "breathing_grid"
    "murmuration"
    "halftone"
    "gs1"
}

impl Shipped {
    /// The program of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        PROGRAMS.iter().find(|shipped| shipped.name == name)
    }

    /// Reads and checks it.
    ///
    /// # Errors
    /// None for the programs of [`PROGRAMS`]: a test holds them to that.
    pub fn program(&self) -> Result<Program, Diagnostics> {
        Program::from_json(self.json, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_programs_are_good_and_go_by_their_name() {
        for shipped in PROGRAMS {
            let (program, diagnostics) = Program::diagnose(shipped.json, shipped.name);
            assert!(diagnostics.0.is_empty(), "{diagnostics}");
            let program = program.unwrap();
            let about = &program.data().about;
            assert_eq!(about.name, shipped.name);
            assert!(!about.title.is_empty() && !about.shows.is_empty(), "{}", shipped.name);
            assert_eq!(Shipped::find(shipped.name), Some(shipped));
            // The README's gallery is true.
            let elements: u32 = program.data().domains.iter().map(|domain| domain.count).sum();
            let row = format!("| `{}` | {elements} | {} |", shipped.name, about.shows);
            assert!(include_str!("../README.md").contains(&row), "the README lacks {row}");
        }
        let listed: Vec<&str> = include_str!("../assets/programs/index.txt").lines().collect();
        assert_eq!(PROGRAMS.iter().map(|shipped| shipped.name).collect::<Vec<_>>(), listed);
        assert_eq!(Shipped::find("no such program"), None);
        // The generator keeps the list; this is where it is compiled in.
        let index = include_str!("../assets/programs/index.txt");
        assert_eq!(
            PROGRAMS.iter().map(|shipped| shipped.name).collect::<Vec<_>>(),
            index.lines().collect::<Vec<_>>()
        );
    }

    #[test]
    fn every_program_that_is_made_is_shipped() {
        let made: Vec<_> = include_str!("../assets/programs/index.txt").lines().collect();
        let shipped: Vec<_> = PROGRAMS.iter().map(|shipped| shipped.name).collect();
        assert_eq!(shipped, made);
    }
}
