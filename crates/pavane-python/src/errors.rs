//! Faults as exceptions: those of `pavane._errors`.

use pavane::EngineError;
use pavane::diagnostic::{Diagnostic, Diagnostics};
use pavane::render::RenderError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// An exception of a class of `pavane._errors`; what stops that from being made is one as well.
fn exception<'py>(py: Python<'py>, class: &str, arguments: impl pyo3::call::PyCallArgs<'py>) -> PyErr {
    let made = py.import("pavane._errors").and_then(|module| module.getattr(class)?.call1(arguments));
    made.map_or_else(|error| error, PyErr::from_value)
}

/// What is wrong with a patch or a program: `text` for people, with the lines underlined.
pub(crate) fn patch(py: Python<'_>, text: String, diagnostics: &Diagnostics) -> PyErr {
    let one = |diagnostic: &Diagnostic| -> PyResult<Py<PyAny>> {
        let class = py.import("pavane._errors")?.getattr("Diagnostic")?;
        let Diagnostic { line, column, end_line, end_column, .. } = *diagnostic;
        let (code, severity) = (diagnostic.code.name(), diagnostic.severity.name());
        let (message, file, help) = (&diagnostic.message, &diagnostic.file, &diagnostic.help);
        Ok(class.call1((code, severity, message, file, line, column, end_line, end_column, help))?.unbind())
    };
    let all: PyResult<Vec<Py<PyAny>>> = diagnostics.iter().map(one).collect();
    match all.and_then(|all| PyTuple::new(py, all)) {
        Ok(all) => exception(py, "PatchError", (text, all)),
        Err(error) => error,
    }
}

/// What an engine has not done.
pub(crate) fn engine(py: Python<'_>, error: &EngineError) -> PyErr {
    exception(py, "EngineError", (error.to_string(),))
}

/// A file that could not be written, or a picture of an impossible size.
pub(crate) fn rendering(py: Python<'_>, error: &RenderError) -> PyErr {
    exception(py, "RenderError", (error.to_string(),))
}

/// A frame whose engine has gone on.
pub(crate) fn stale(py: Python<'_>, index: u64) -> PyErr {
    let message =
        format!("frame {index} is over: its engine has gone on, so read a frame before the next one");
    exception(py, "StaleFrameError", (message,))
}

/// A fault of pavane itself that has stopped an engine half-way.
pub(crate) fn half_way(py: Python<'_>) -> PyErr {
    let message = "an earlier call has left this engine half-way; make another one";
    exception(py, "EngineError", (message,))
}
