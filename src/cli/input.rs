//! From what is called FILE, and what is given with it, to a program and its inputs, or to the way a verb ends.

use clap::Args;

use super::failure::{Failure, tell};
use super::script::Script;
use crate::engine::OwnedValue;
use crate::load::{self, Loaded, Options};
use crate::program::Program;

/// Where a patch may read.
#[derive(Clone, Debug, Args)]
pub(super) struct Outside {
    /// Let a patch use files outside of its folder; what is wrong in them is told without their text
    #[arg(long)]
    allow_outside: bool,
    /// Read another file in place of the one that a `data` statement of the patch names, from wherever it lies; may be repeated
    #[arg(long, value_name = "NAME=FILE", value_parser = name_and_file)]
    data: Vec<(String, String)>,
}

impl Outside {
    pub(super) fn options(&self) -> Options {
        Options { data: self.data.clone(), allow_outside: self.allow_outside, ..Options::default() }
    }
}

/// Values of parameters and inputs.
#[derive(Clone, Debug, Args)]
pub(super) struct Parameters {
    /// Give a `param` of the patch or an `input` a value as a patch writes it: 0.2, 250ms, #f80, 0.2,0.5; of an array all values, or one for all; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value)]
    set: Vec<(String, String)>,
}

impl Parameters {
    /// Names and values.
    pub(super) fn given(&self) -> &[(String, String)] {
        &self.set
    }
}

/// What is given with FILE.
#[derive(Clone, Debug, Args)]
pub(super) struct Given {
    #[command(flatten)]
    parameters: Parameters,
    #[command(flatten)]
    outside: Outside,
}

/// Where inputs over time come from.
#[derive(Clone, Debug, Args)]
pub(super) struct Table {
    /// Inputs over time: a CSV table or a JSON object per line, `-` for standard input; columns are `time` (seconds) or
    /// `frame`, and inputs by name, of a vector `name.x` and `name.y`, of an array `name[0]`, `name[1]`. Floats, vectors and colors go straight from row to
    /// row, bools and ints hold; `momentary` inputs have a row's value in one frame
    #[arg(long, value_name = "FILE")]
    inputs: Option<String>,
}

impl Table {
    /// Refuses to read standard input twice, as `file` and as inputs.
    pub(super) fn beside(&self, file: &str) -> Result<(), Failure> {
        match self.inputs.as_deref() {
            Some("-") if file == "-" => Err(Failure::Arguments(
                "FILE and `--inputs` are both `-`, and standard input can be read once: give one of them a name".into(),
            )),
            _ => Ok(()),
        }
    }

    /// Whether inputs over time come from standard input.
    pub(super) fn is_standard_input(&self) -> bool {
        self.inputs.as_deref() == Some("-")
    }

    /// Whether there are inputs over time.
    pub(super) fn is_given(&self) -> bool {
        self.inputs.is_some()
    }

    /// The file that the inputs come from, if it is one.
    pub(super) fn file(&self) -> Option<String> {
        self.inputs.clone().filter(|file| file != "-")
    }
}

impl Given {
    pub(super) fn options(&self) -> Options {
        Options { given: self.parameters.given().to_vec(), ..self.outside.options() }
    }
}

/// Reads `name=value`.
fn name_and_value(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
    match parts {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => Ok((name.into(), value.into())),
        _ => Err("write a name and a value, such as `radius=0.3`".into()),
    }
}

/// Reads `name=file`.
fn name_and_file(text: &str) -> Result<(String, String), String> {
    name_and_value(text).map_err(|_| "write a name and a file, such as `gdp=newest.csv`".into())
}

/// A good FILE.
pub(super) struct Input {
    pub(super) program: Program,
    /// The names of all files that it is made of.
    pub(super) files: Vec<String>,
    /// Values of inputs that `--set` gives.
    given: Vec<(String, OwnedValue)>,
}

impl Input {
    /// Whether `--set` gives an input a value, and not only parameters.
    pub(super) fn sets_inputs(&self) -> bool {
        !self.given.is_empty()
    }

    /// The inputs of every frame.
    pub(super) fn script(&self, table: &Table) -> Result<Script, Failure> {
        Script::new(&self.program, &self.given, table.inputs.as_deref())
    }
}

/// Reads and checks FILE. Warnings and all errors are reported.
pub(super) fn read(file: &str, options: &Options) -> Result<Input, Failure> {
    take(load::load(file, options))
}

/// What was read of FILE, if it is good. Warnings and all errors are reported.
pub(super) fn take(loaded: Loaded) -> Result<Input, Failure> {
    tell(&loaded.render(load::TERMINAL));
    let program = loaded.program.ok_or(Failure::Told)?;
    Ok(Input { program, given: loaded.inputs, files: loaded.files })
}
