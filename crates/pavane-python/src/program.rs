//! From the text of a patch to a program.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pavane::bundle::Bundle;
use pavane::program::EventSource;
use pavane::{Files, Flicks, Folder, FrameRate, MemoryFiles, NoFiles, compile_with};
use pyo3::exceptions::{PyOSError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::errors;
use crate::render::clip_html;
use crate::values::{parameters, type_name};

/// A compiled patch. It never changes; several threads may make engines of one.
#[pyclass(frozen, module = "pavane")]
pub(crate) struct Program {
    pub(crate) program: pavane::Program,
    warnings: String,
}

/// An input, an event or a signal of a program.
#[pyclass(frozen, module = "pavane", get_all)]
pub(crate) struct Input {
    /// `float`, `int`, `uint`, `bool`, `vec2`, `vec3`, `color`, `text`; None of an event that carries nothing.
    r#type: Option<String>,
    /// Of an input that is an array how many values it has.
    count: Option<u32>,
}

#[pymethods]
impl Input {
    fn __repr__(&self) -> String {
        let ty = self.r#type.as_deref().unwrap_or("nothing");
        match self.count {
            Some(count) => format!("<{ty}[{count}]>"),
            None => format!("<{ty}>"),
        }
    }
}

/// Where used files come from.
enum Source {
    None,
    Folder(Folder),
    Memory(MemoryFiles),
}

impl Source {
    fn files(&self) -> &dyn Files {
        match self {
            Self::None => &NoFiles,
            Self::Folder(folder) => folder,
            Self::Memory(memory) => memory,
        }
    }

    /// Nothing, a folder's path, or a dict of paths and their texts or bytes.
    fn of(files: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let Some(files) = files else { return Ok(Self::None) };
        if let Ok(files) = files.cast::<PyDict>() {
            let mut memory = MemoryFiles::default();
            for (path, content) in files.iter() {
                let path: String = path.extract()?;
                if let Ok(bytes) = content.cast::<PyBytes>() {
                    memory.insert(path, bytes.as_bytes());
                } else if let Ok(text) = content.extract::<String>() {
                    memory.insert(path, text);
                } else {
                    return Err(PyTypeError::new_err(format!("the file `{path}` is neither str nor bytes")));
                }
            }
            return Ok(Self::Memory(memory));
        }
        let folder: PathBuf = files.extract()?;
        // The folder of a file is what a `Folder` is of.
        Ok(Self::Folder(Folder::of(folder.join("patch.pav"))))
    }
}

/// Compiles a patch. `files` are those that it may use: the path of a folder, or a dict from paths to str or bytes. `parameters` are
/// values for some of its `param`s.
///
/// Raises PatchError where it has mistakes.
#[pyfunction]
#[pyo3(signature = (text, file="patch.pav", *, files=None, parameters=None))]
pub(crate) fn compile(
    py: Python<'_>,
    text: &str,
    file: &str,
    files: Option<&Bound<'_, PyAny>>,
    parameters: Option<&Bound<'_, PyDict>>,
) -> PyResult<Program> {
    compiled(py, text, file, &Source::of(files)?, parameters)
}

/// Compiles a file, with the files that lie beside it.
///
/// Raises PatchError where it has mistakes, and OSError where it cannot be read.
#[pyfunction]
#[pyo3(signature = (path, *, parameters=None))]
pub(crate) fn compile_file(
    py: Python<'_>,
    path: PathBuf,
    parameters: Option<&Bound<'_, PyDict>>,
) -> PyResult<Program> {
    let folder = Folder::of(&path);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let text = folder.read(name);
    let text = text.map_err(|why| PyOSError::new_err(format!("cannot read `{}`: {why}", path.display())))?;
    compiled(py, &text, &path.to_string_lossy(), &Source::Folder(folder), parameters)
}

fn compiled(
    py: Python<'_>,
    text: &str,
    file: &str,
    source: &Source,
    given: Option<&Bound<'_, PyDict>>,
) -> PyResult<Program> {
    let given = parameters(given)?;
    // What comes of it shares texts in a way that threads do not, so it is looked at before the interpreter is back.
    enum Done {
        Program(Program),
        Unknown(String),
    }
    let done = py.detach(|| {
        let compiled = compile_with(text, file, source.files(), &given);
        let warnings = compiled.render();
        let Some(program) = compiled.program.clone() else { return Err((warnings, compiled.diagnostics)) };
        let unknown = given.iter().find(|(name, _)| !compiled.parameters.contains(name));
        Ok(match unknown {
            Some((name, _)) => Done::Unknown(format!(
                "the patch has no parameter `{name}`; there are: {}",
                compiled.parameters.join(", ")
            )),
            None => Done::Program(Program { program, warnings }),
        })
    });
    match done {
        Ok(Done::Program(program)) => Ok(program),
        Ok(Done::Unknown(message)) => Err(PyValueError::new_err(message)),
        Err((text, diagnostics)) => Err(errors::patch(py, text, &diagnostics)),
    }
}

impl Program {
    /// Frames of its clip at a frame rate, which is its own where nothing else is said.
    pub(crate) fn frames_at(&self, rate: Option<FrameRate>) -> u64 {
        let duration = self.program.data().clip.duration;
        let rate = rate.unwrap_or_else(|| self.program.frame_rate());
        rate.frame_at(Flicks(duration.0.saturating_sub(1))) + 1
    }
}

#[pymethods]
impl Program {
    /// Reads a program from the JSON that `pavane compile` and `to_json` write. `files` are those beside a program that
    /// `pavane compile --bundle` has written: the path of its folder, or a dict from names to bytes.
    ///
    /// Raises PatchError where it is no program, or a file is missing or another one.
    #[staticmethod]
    #[pyo3(signature = (json, file="program.json", *, files=None))]
    fn from_json(py: Python<'_>, json: &str, file: &str, files: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let source = Source::of(files)?;
        let (program, diagnostics) = py.detach(|| Bundle::read(json, file, source.files()));
        let warnings = diagnostics.to_string();
        match program {
            Some(program) => Ok(Self { program, warnings }),
            None => Err(errors::patch(py, warnings, &diagnostics)),
        }
    }

    /// The program as JSON. The same program gives the same text.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| self.program.to_json())
    }

    /// The program as `pavane compile --bundle` writes it: its JSON, and the files beside it, images and fonts, by their names.
    /// `from_json` with these as `files` gives the program again.
    fn bundle<'py>(&self, py: Python<'py>) -> PyResult<(String, Bound<'py, PyDict>)> {
        let bundle = py.detach(|| Bundle::of(&self.program));
        let files = PyDict::new(py);
        for file in bundle.files() {
            files.set_item(&file.name, PyBytes::new(py, &file.bytes))?;
        }
        Ok((bundle.json().to_owned(), files))
    }

    /// What it is called.
    #[getter]
    fn name(&self) -> &str {
        &self.program.data().about.name
    }

    /// Its heading; empty where it has none.
    #[getter]
    fn title(&self) -> &str {
        &self.program.data().about.title
    }

    /// What is probably not meant so, each with its line underlined; empty where there is nothing.
    #[getter]
    fn warnings(&self) -> &str {
        &self.warnings
    }

    /// Width and height of the canvas in pixels that it is meant for.
    #[getter]
    fn size(&self) -> (u32, u32) {
        self.program.data().clip.size.into()
    }

    /// Frames per second.
    #[getter]
    fn fps(&self) -> f64 {
        self.program.frame_rate().as_f64()
    }

    /// Frames of its clip.
    #[getter]
    fn frames(&self) -> u64 {
        self.frames_at(None)
    }

    /// Seconds of its clip.
    #[getter]
    fn seconds(&self) -> f64 {
        self.program.data().clip.duration.as_secs_f64()
    }

    /// What an engine of it can be given, by name.
    #[getter]
    fn inputs(&self) -> BTreeMap<&str, Input> {
        let channels = self.program.data().channels.iter();
        let input = |ty, count| Input { r#type: Some(type_name(ty)), count };
        channels.map(|channel| (channel.name.as_str(), input(channel.ty, channel.count))).collect()
    }

    /// The events that a host sends, by name.
    #[getter]
    fn events(&self) -> BTreeMap<&str, Input> {
        let events = self.program.data().events.iter();
        let sent = events.filter(|event| matches!(event.source, EventSource::Host { .. }));
        sent.map(|event| (event.key.as_str(), Input { r#type: event.ty.map(type_name), count: None }))
            .collect()
    }

    /// The signals that a frame has, by name.
    #[getter]
    fn signals(&self) -> BTreeMap<&str, Input> {
        let slots = self.program.data().slots.iter();
        slots
            .map(|slot| (slot.name.as_str(), Input { r#type: Some(type_name(slot.ty)), count: None }))
            .collect()
    }

    fn __repr__(&self) -> String {
        let [width, height] = self.program.data().clip.size;
        format!("<pavane.Program {:?}: {width} x {height}, {} frames>", self.name(), self.frames())
    }

    /// A notebook plays it: up to 120 frames as an animated picture of at most 480 pixels.
    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        clip_html(py, self)
    }
}
