//! pavane for Python: what `import pavane` has, besides the exceptions and the type of records in `python/pavane/`.
//!
//! Whatever takes long (compiling, frames, pictures, clips) runs detached from the interpreter, so other threads go on.

#![allow(clippy::needless_pass_by_value, reason = "what Python gives comes by value where it is converted")]

mod engine;
mod errors;
mod frame;
mod program;
mod render;
mod values;

use pyo3::prelude::*;

#[pymodule]
mod _pavane {
    #[pymodule_export]
    use crate::engine::{Engine, Event, SwapReport};
    #[pymodule_export]
    use crate::frame::{Frame, Pass};
    #[pymodule_export]
    use crate::program::{Input, Program, compile, compile_file};
    #[pymodule_export]
    use crate::render::render;

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
