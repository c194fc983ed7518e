//! An engine: frames, what it is given, edits.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use numpy::{PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pavane::engine::{Demand, ElementValues};
use pavane::program::{Live, Type};
use pavane::{EngineError, EngineSettings, Flicks, FrameRate, InputValue, Payload, Raster, Snapshots};
use pyo3::exceptions::{PyKeyError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors;
use crate::frame::Frame;
use crate::program::Program;
use crate::values::{Given, seen};

/// How much more room than it needs an edited program gets, where the one before had less.
const HEADROOM: f64 = 1.5;
/// No machine has more.
const THREADS_MOST: usize = 1024;

/// Runs a program frame by frame.
#[pyclass(frozen, module = "pavane")]
pub(crate) struct Engine {
    running: Mutex<Running>,
}

/// What a call has for itself.
pub(crate) struct Running {
    pub(crate) engine: pavane::Engine,
    /// Made when something is first drawn.
    pub(crate) raster: Option<Raster>,
    /// Another number whenever frames before are over.
    pub(crate) turn: u64,
}

/// What became of state in a swap: names of cells.
#[pyclass(frozen, module = "pavane", get_all)]
pub(crate) struct SwapReport {
    /// That go on.
    kept: Vec<String>,
    /// That both programs have, but not alike: they begin anew.
    reset: Vec<String>,
    /// That the old program did not have.
    added: Vec<String>,
    /// That the new program does not have.
    dropped: Vec<String>,
    text: String,
}

#[pymethods]
impl SwapReport {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("<pavane.SwapReport: {}>", self.text)
    }
}

/// Something that has happened.
#[pyclass(frozen, module = "pavane", get_all)]
pub(crate) struct Event {
    /// What it is called in the patch.
    name: String,
    /// When, in seconds.
    time: f64,
    /// What it carried, or None.
    value: Py<PyAny>,
}

#[pymethods]
impl Event {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<pavane.Event {} at {} s: {}>", self.name, self.time, self.value.bind(py).repr()?))
    }
}

fn setting(message: String) -> PyErr {
    PyValueError::new_err(message)
}

/// A frame rate: a number, or two whole ones of which the first is divided by the second.
pub(crate) fn frame_rate(fps: &Bound<'_, PyAny>) -> PyResult<FrameRate> {
    let rate = match fps.extract::<(u32, u32)>() {
        Ok((numerator, denominator)) => FrameRate::new(numerator, denominator),
        Err(_) => FrameRate::from_decimal(fps.extract()?),
    };
    rate.ok_or_else(|| setting(format!("{fps} is no frame rate")))
}

/// How many threads, of those that a machine may have.
pub(crate) fn threads(threads: usize) -> PyResult<usize> {
    match threads {
        1..=THREADS_MOST => Ok(threads),
        _ => Err(setting(format!("`threads` is {threads}; it is 1 to {THREADS_MOST}"))),
    }
}

impl Engine {
    /// Runs something that takes long, while other threads of the interpreter go on.
    pub(crate) fn detached<R: Send>(
        &self,
        py: Python<'_>,
        body: impl FnOnce(&mut Running) -> R + Send,
    ) -> PyResult<R> {
        // The lock is let go before the interpreter is taken again, so nobody waits for both.
        py.detach(|| self.running.lock().ok().map(|mut running| body(&mut running)))
            .ok_or_else(|| errors::half_way(py))
    }

    /// Has the engine while Python waits: nobody who has it then waits for Python.
    pub(crate) fn held(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, Running>> {
        self.running.lock().map_err(|_| errors::half_way(py))
    }

    /// Evaluates a frame; frames before it are over.
    fn evaluate(
        this: &Bound<'_, Self>,
        body: impl FnOnce(&mut pavane::Engine) -> Result<(), EngineError> + Send,
    ) -> PyResult<Frame> {
        let py = this.py();
        let done = this.get().detached(py, |running| {
            running.turn += 1;
            body(&mut running.engine)?;
            Ok((running.engine.at(), running.turn))
        })?;
        match done {
            Ok((Some(index), turn)) => Ok(Frame { engine: this.clone().unbind(), index, turn }),
            Ok((None, _)) => Err(setting("there is no frame yet: ask for one first".into())),
            Err(error) => Err(errors::engine(py, &error)),
        }
    }

    /// Does something that evaluates nothing.
    fn does<R>(
        &self,
        py: Python<'_>,
        body: impl FnOnce(&mut pavane::Engine) -> Result<R, EngineError>,
    ) -> PyResult<R> {
        let done = body(&mut self.held(py)?.engine);
        done.map_err(|error| errors::engine(py, &error))
    }
}

#[pymethods]
impl Engine {
    /// An engine of a program, which gets all its memory now.
    #[new]
    #[pyo3(signature = (
        program, *, size=None, fps=None, seed=0, threads=1, everything=false, snapshots=false, rollback=0, memory_limit=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords")]
    fn new(
        py: Python<'_>,
        program: &Program,
        size: Option<(u32, u32)>,
        fps: Option<&Bound<'_, PyAny>>,
        seed: u32,
        threads: usize,
        everything: bool,
        snapshots: bool,
        rollback: u32,
        memory_limit: Option<u64>,
    ) -> PyResult<Self> {
        let none = EngineSettings::default();
        let settings = EngineSettings {
            frame_rate: fps.map(frame_rate).transpose()?,
            seed,
            threads: self::threads(threads)?,
            demand: if everything { Demand::Everything } else { none.demand },
            canvas: size.map(<[u32; 2]>::from),
            snapshots: snapshots.then_some(Snapshots::PLAYING),
            rollback,
            memory_limit: memory_limit.unwrap_or(none.memory_limit),
            ..none
        };
        // Here and not detached: with several threads it is this one that is one of them.
        let engine = pavane::Engine::fitted(program.program.clone(), 1.0, settings);
        let engine = engine.map_err(|error| errors::engine(py, &error))?;
        Ok(Self { running: Mutex::new(Running { engine, raster: None, turn: 0 }) })
    }

    /// Evaluates a frame, in one step from the one before, whichever that was.
    fn frame(this: &Bound<'_, Self>, index: u64) -> PyResult<Frame> {
        Self::evaluate(this, |engine| engine.frame(index).map(drop))
    }

    /// Goes to any frame, as if all frames before it had been played.
    fn seek(this: &Bound<'_, Self>, index: u64) -> PyResult<Frame> {
        Self::evaluate(this, |engine| engine.seek(index).map(drop))
    }

    /// Adds seconds that have passed to the host's clock, and evaluates the frame that is on screen then.
    fn tick(this: &Bound<'_, Self>, seconds: f64) -> PyResult<Frame> {
        let elapsed = Duration::try_from_secs_f64(seconds)
            .map_err(|_| setting(format!("{seconds} seconds cannot have passed")))?;
        Self::evaluate(this, move |engine| engine.tick(elapsed).map(drop))
    }

    /// Evaluates the frame that it is at once more, with inputs and size as they are now.
    fn redraw(this: &Bound<'_, Self>) -> PyResult<Frame> {
        Self::evaluate(this, |engine| engine.redraw().map(drop))
    }

    /// Back to before the first frame: state has its first values; inputs stay.
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        let mut running = self.held(py)?;
        running.turn += 1;
        running.engine.reset();
        Ok(())
    }

    /// The index of the frame that it is at, or None.
    #[getter]
    fn index(&self, py: Python<'_>) -> PyResult<Option<u64>> {
        Ok(self.held(py)?.engine.at())
    }

    /// Width and height of the canvas in pixels.
    #[getter]
    fn size(&self, py: Python<'_>) -> PyResult<(u32, u32)> {
        Ok(self.held(py)?.engine.canvas().into())
    }

    #[setter]
    fn set_size(&self, py: Python<'_>, size: (u32, u32)) -> PyResult<()> {
        self.does(py, |engine| engine.set_canvas(size.into()))
    }

    /// Frames per second.
    #[getter]
    fn fps(&self, py: Python<'_>) -> PyResult<f64> {
        Ok(self.held(py)?.engine.frame_rate().as_f64())
    }

    /// Gives an input a value, from the next frame on: a number, a bool, a text, a tuple, or of an array all its values.
    fn set(&self, py: Python<'_>, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = Given::of(value)?;
        self.does(py, |engine| value.set(engine, name))
    }

    fn __setitem__(&self, py: Python<'_>, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.set(py, name, value)
    }

    /// Sends an event, with what it carries: it happens in the next frame, or at a time of its own, in seconds.
    #[pyo3(signature = (name, value=None, *, at=None))]
    fn send(
        &self,
        py: Python<'_>,
        name: &str,
        value: Option<&Bound<'_, PyAny>>,
        at: Option<f64>,
    ) -> PyResult<()> {
        let at = at.map(|seconds| {
            let at = Flicks::from_secs_f64(seconds);
            at.ok_or_else(|| setting(format!("there is no time {seconds} s")))
        });
        let at = at.transpose()?;
        let value = value.map(Given::of).transpose()?;
        self.does(py, |engine| {
            let event = engine.event(name)?;
            let row = engine.program().data().events.iter().find(|row| row.key == name);
            let carried = match (value, row.and_then(|row| row.ty)) {
                (None, _) => None,
                (Some(Given::Text(text)), _) => Some(engine.known_text(&text)?),
                (Some(Given::Numbers(numbers)), Some(ty)) => {
                    Some(InputValue::from_numbers(name, ty, &numbers)?)
                }
                (Some(Given::Numbers(_)), None) => {
                    let (found, expected) = ("a value".into(), "none".into());
                    return Err(EngineError::Value { name: name.into(), found, expected });
                }
            };
            match at {
                Some(at) => engine.send_at(event, at, Payload(carried)),
                None => engine.send_event(event, Payload(carried)),
            }
        })
    }

    /// Gives the elements of a domain that the host gives (`domain stars[host max 500]`): their ids, and a column for each of its
    /// inputs, of which those that are missing have their default.
    #[pyo3(signature = (domain, ids, **columns))]
    fn set_elements(
        &self,
        py: Python<'_>,
        domain: &str,
        ids: &Bound<'_, PyAny>,
        columns: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let ids: PyReadonlyArrayDyn<'_, u64> = contiguous(ids, "uint64")?.extract()?;
        let types = self.given_types(py, domain)?;
        let mut given = Vec::new();
        for (name, values) in columns.into_iter().flatten() {
            let name: String = name.extract()?;
            let ty = types.iter().find(|(known, _)| **known == name).map(|(_, ty)| *ty);
            let ty = ty.ok_or_else(|| PyKeyError::new_err(format!("`{domain}` has no input `{name}`")))?;
            given.push((name, Column::of(ty, &contiguous(&values, Column::kind(ty)?)?)?));
        }
        let ids = ids.as_slice()?;
        let columns: PyResult<Vec<(&str, ElementValues<'_>)>> =
            given.iter().map(|(name, column)| Ok((name.as_str(), column.values()?))).collect();
        let columns = columns?;
        self.does(py, |engine| engine.elements(domain)?.set(ids, &columns))
    }

    /// Goes on with another program: values of state stay under the names that stay, and time goes on.
    fn swap(&self, py: Python<'_>, program: &Program) -> PyResult<SwapReport> {
        let next = program.program.clone();
        let report = self.detached(py, |running| {
            running.turn += 1;
            running.engine.swap_and_grow(next, HEADROOM)
        })?;
        let report = report.map_err(|error| errors::engine(py, &error))?;
        let text = report.to_string();
        let reset = report.reset.into_iter().map(|cell| cell.key).collect();
        Ok(SwapReport { kept: report.kept, reset, added: report.new, dropped: report.dropped, text })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let running = self.held(py)?;
        let name = &running.engine.program().data().about.name;
        Ok(match running.engine.at() {
            Some(at) => format!("<pavane.Engine of {name:?} at frame {at}>"),
            None => format!("<pavane.Engine of {name:?} before its first frame>"),
        })
    }
}

impl Engine {
    /// The inputs of a domain that the host gives.
    fn given_types(&self, py: Python<'_>, domain: &str) -> PyResult<BTreeMap<String, Type>> {
        let running = self.held(py)?;
        let mut rows = running.engine.program().data().domains.iter();
        let inputs = rows.find(|row| row.name == domain).and_then(|row| match &row.live {
            Some(Live::Host { inputs, .. }) => Some(inputs),
            Some(Live::Counted { .. } | Live::Born { .. } | Live::BornOn { .. }) | None => None,
        });
        Ok(inputs.into_iter().flatten().map(|input| (input.name.clone(), input.ty)).collect())
    }

    /// What has happened since the frame before.
    pub(crate) fn happened(py: Python<'_>, engine: &pavane::Engine) -> PyResult<Vec<Event>> {
        let text = |value| match value {
            InputValue::Text(number) => Some(engine.text(number)),
            _ => None,
        };
        let event = |event: pavane::EventOccurrence<'_>| {
            let value = event.carried.map(|value| seen(py, value, text)).transpose()?;
            Ok(Event {
                name: event.event.to_owned(),
                time: event.tag.offset.as_secs_f64(),
                value: value.unwrap_or_else(|| py.None()),
            })
        };
        engine.events().map(event).collect()
    }
}

/// An array of a kind of numbers that lies in one piece.
fn contiguous<'py>(value: &Bound<'py, PyAny>, kind: &str) -> PyResult<Bound<'py, PyAny>> {
    value.py().import("numpy")?.call_method1("ascontiguousarray", (value, kind))
}

/// A column of elements, as the engine takes it.
enum Column<'py> {
    Floats(Type, PyReadonlyArrayDyn<'py, f32>),
    Ints(PyReadonlyArrayDyn<'py, i32>),
    Uints(PyReadonlyArrayDyn<'py, u32>),
    Bools(PyReadonlyArrayDyn<'py, bool>),
}

impl<'py> Column<'py> {
    /// What numpy calls the numbers of a type.
    fn kind(ty: Type) -> PyResult<&'static str> {
        match ty {
            Type::Float | Type::Vec2 | Type::Vec3 | Type::Color => Ok("float32"),
            Type::Int => Ok("int32"),
            Type::Uint => Ok("uint32"),
            Type::Bool => Ok("bool"),
            Type::Text | Type::Shape => {
                Err(PyTypeError::new_err("columns of texts and shapes cannot be given"))
            }
        }
    }

    fn of(ty: Type, array: &Bound<'py, PyAny>) -> PyResult<Self> {
        let column = match ty {
            Type::Int => Self::Ints(array.extract()?),
            Type::Uint => Self::Uints(array.extract()?),
            Type::Bool => Self::Bools(array.extract()?),
            Type::Float | Type::Vec2 | Type::Vec3 | Type::Color | Type::Text | Type::Shape => {
                Self::Floats(ty, array.extract()?)
            }
        };
        let shape = match &column {
            Self::Floats(_, values) => values.shape(),
            Self::Ints(values) => values.shape(),
            Self::Uints(values) => values.shape(),
            Self::Bools(values) => values.shape(),
        };
        let stride = ty.stride() as usize;
        match shape {
            [_] if stride == 1 => Ok(column),
            [_, components] if *components == stride => Ok(column),
            _ => Err(PyValueError::new_err(format!(
                "a column of {ty}s has the shape (elements{}), and not {shape:?}",
                if stride == 1 { ",".to_owned() } else { format!(", {stride}") }
            ))),
        }
    }

    fn values(&self) -> PyResult<ElementValues<'_>> {
        Ok(match self {
            Self::Floats(Type::Vec2, values) => ElementValues::Vec2(values.as_slice()?.as_chunks().0),
            Self::Floats(Type::Vec3, values) => ElementValues::Vec3(values.as_slice()?.as_chunks().0),
            Self::Floats(Type::Color, values) => ElementValues::Color(values.as_slice()?.as_chunks().0),
            Self::Floats(_, values) => ElementValues::Float(values.as_slice()?),
            Self::Ints(values) => ElementValues::Int(values.as_slice()?),
            Self::Uints(values) => ElementValues::Uint(values.as_slice()?),
            Self::Bools(values) => ElementValues::Bool(values.as_slice()?),
        })
    }
}
