//! The artwork that a patch names: each file is read once, by the rules of used files.

use std::collections::HashMap;
use std::sync::Arc;

use super::{FILES_MAX, Loader, Place, SOURCE_BYTES_MAX, SOURCES_BYTES_MAX, Wanted};
use crate::diagnostic::{Code, quote};
use crate::language::artwork::{self, Artwork};
use crate::language::problems::{Problems, Reported};
use crate::language::project::Parsed;
use crate::language::source::Problem;
use crate::language::syntax::{ItemKind, Text};

/// What files are known by, and what became of each.
type Rows = HashMap<String, Result<u16, Reported>>;

impl Loader<'_> {
    /// Reads the artwork of all files.
    pub(super) fn all_artwork(&mut self, parsed: &[Parsed], problems: &mut Problems) {
        let mut rows = Rows::new();
        let mut known: HashMap<u16, Result<Arc<Artwork>, Reported>> = HashMap::new();
        for item in parsed.iter().flat_map(|parsed| &parsed.tree.items) {
            let ItemKind::Artwork { name, path } = &item.kind else { continue };
            let read = self.artwork_file(path, &mut rows, problems).and_then(|file| {
                known
                    .entry(file)
                    .or_insert_with(|| {
                        let (wanted, named) = (quote(&path.text), path.span);
                        let text = &self.sources.file(file).text;
                        let source = artwork::Source { wanted, file, text, named };
                        artwork::read(&source, &self.known.artworks, problems)
                    })
                    .clone()
            });
            self.artworks.insert(name.span, read);
        }
    }

    /// The row of a file among the sources.
    fn artwork_file(
        &mut self,
        path: &Text,
        rows: &mut Rows,
        problems: &mut Problems,
    ) -> Result<u16, Reported> {
        let found = self.find(path, rows, Wanted::Artwork).map_err(|problem| problems.report(problem))?;
        match found {
            Place::Known(row) => row,
            Place::New { identity, path: plain, is_outside } => {
                let row = self.open_artwork(path, &plain, is_outside);
                let row = row.map_err(|problem| problems.report(problem));
                rows.insert(identity, row);
                row
            }
        }
    }

    fn open_artwork(&mut self, written: &Text, path: &str, is_outside: bool) -> Result<u16, Problem> {
        let wanted = quote(&written.text);
        let problem =
            |code, message: String, help: &str| Problem::new(code, written.span, message).help(help);
        let name = self.files.name(path);
        self.names.push(name.clone());
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        if !ending.eq_ignore_ascii_case("svg") {
            let help = match ending.to_ascii_lowercase().as_str() {
                "svgz" => "unpack it first: `gunzip -S z logo.svgz`",
                _ => "artwork ends in `.svg`",
            };
            return Err(problem(Code::ArtworkFile, format!("{wanted} is no SVG file by its name"), help));
        }
        if self.sources.files().len() >= FILES_MAX {
            let message = format!("{wanted} is one file too many");
            return Err(problem(Code::ArtworkFile, message, "use fewer files"));
        }
        let text = self.files.read(path).map_err(|why| {
            let message = format!("cannot read {wanted}: {why}");
            problem(Code::ArtworkFile, message, Code::ArtworkFile.way_out())
        })?;
        if text.len() > SOURCE_BYTES_MAX {
            let message = format!("{wanted} has more than {SOURCE_BYTES_MAX} bytes, the most of artwork");
            return Err(problem(Code::PatchTooLarge, message, "simplify it in the program that drew it"));
        }
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes > SOURCES_BYTES_MAX {
            let message = format!(
                "with {wanted} the files of the patch have {} bytes, the most is {SOURCES_BYTES_MAX}",
                self.bytes
            );
            return Err(problem(Code::PatchTooLarge, message, "use fewer or smaller files"));
        }
        let row = self.sources.add(&name, text);
        if is_outside {
            self.sources.hide(row);
        }
        Ok(row)
    }
}
