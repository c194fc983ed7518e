//! `pavane compile`.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::input::{self, Input, Outside};
use super::out::Out;
use super::refuse;
use crate::bundle::{Bundle, BundleFile};
use crate::diagnostic::{Code, Diagnostic, json_text, one_line};
use crate::language::open_regular;
use crate::program::limits;
use crate::render::write_whole;

/// Compile a patch to a program: the JSON that the engine runs
#[derive(Debug, Args)]
#[command(
    after_help = "Photos and fonts are inside of the program. With `--bundle` they are files beside it, by hashes of what they hold:\n\
the folder can be moved, or sent to a farm, fonts of this machine with it, and has the same frames everywhere.\n\n\
                        Examples:\n  \
                        pavane compile spiral.pav -o spiral.json\n  \
                        pavane compile title.pav --bundle -o title/     # title/title.json and title/files/\n  \
                        pavane compile examples:golden_spiral | less"
)]
pub(super) struct Arguments {
    /// Patch (.pav), `-` for standard input, or `examples:NAME`
    file: String,
    /// Where the program goes; with `--bundle` also a folder (with `/` at its end), in which it gets the name of the patch [default: standard
    /// output]
    #[arg(short, long, value_name = "OUT")]
    output: Option<String>,
    /// Write images and fonts as files in the folder `files` beside the program, each once
    #[arg(long)]
    bundle: bool,
    #[command(flatten)]
    outside: Outside,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let options = arguments.outside.options();
    let input = input::read(&arguments.file, &options)?;
    if arguments.bundle {
        return bundle(arguments.output.as_deref(), &input);
    }
    let json = input.program.to_json();
    let json = json_text(&json);
    if json.len() > limits::BYTES_MAX {
        let message = format!(
            "the program has {} bytes with all that is in it, the most is {}",
            json.len(),
            limits::BYTES_MAX
        );
        let help = "let its images and fonts be files beside it: `--bundle -o out/`";
        return Err(Failure::diagnosed(Diagnostic::error(Code::Limit, message).help(help)));
    }
    match arguments.output.as_deref() {
        None | Some("-") => out.exact(&json),
        Some(target) => {
            refuse::inputs(&input.files, &[target.into()])?;
            write_whole(target, json.as_bytes()).map_err(Failure::opening)
        }
    }
}

/// Writes the files, and then the program: whoever sees it finds all that it names.
fn bundle(output: Option<&str>, input: &Input) -> Result<(), Failure> {
    let target = target(output, &input.program.data().about.name)?;
    let folder = target.parent().unwrap_or(Path::new("")).to_path_buf();
    let bundle = Bundle::of(&input.program);
    let json = json_text(bundle.json());
    let new: Vec<(PathBuf, &BundleFile)> = bundle
        .files()
        .iter()
        .map(|file| (folder.join(&file.name), file))
        .filter(|(path, file)| !holds(path, &file.bytes))
        .collect();
    let outputs: Vec<PathBuf> = new.iter().map(|(path, _)| path.clone()).chain([target.clone()]).collect();
    refuse::inputs(&input.files, &outputs)?;
    let last = outputs.iter().rev().filter_map(|path| path.parent());
    for folder in last.filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| {
            let folder = one_line(&folder.display().to_string()).into_owned();
            Failure::Arguments(format!("cannot make the folder `{folder}`: {error}"))
        })?;
    }
    for (path, file) in &new {
        write_whole(&path.to_string_lossy(), &file.bytes).map_err(Failure::opening)?;
    }
    write_whole(&target.to_string_lossy(), json.as_bytes()).map_err(Failure::opening)
}

/// Where the program of a bundle goes.
fn target(output: Option<&str>, name: &str) -> Result<PathBuf, Failure> {
    let output = match output {
        None | Some("-") => {
            let message = "a bundle is a program and files beside it: say where they go, such as `-o out/`";
            return Err(Failure::Arguments(message.into()));
        }
        Some(output) => output,
    };
    let path = Path::new(output);
    if output.ends_with(['/', std::path::MAIN_SEPARATOR]) || path.is_dir() {
        return Ok(path.join(format!("{name}.json")));
    }
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
        return Ok(path.into());
    }
    let message = format!(
        "`{}` is no program: name a folder that ends in `/`, or a file in one that ends in .json",
        one_line(output)
    );
    Err(Failure::Arguments(message))
}

/// Whether a file is there and holds these bytes.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    let mut found = Vec::new();
    let read = open_regular(path).and_then(|file| file.take(bytes.len() as u64 + 1).read_to_end(&mut found));
    read.is_ok() && found == bytes
}
