//! What a frame is made of: passes, columns as arrays, a picture.

use std::collections::BTreeMap;

use numpy::{
    PyArray1, PyArray2, PyArray3, PyArrayDyn, PyArrayMethods, PyReadwriteArrayDyn, PyUntypedArrayMethods,
};
use pavane::frame::{Blend, Colors, FieldView, Instance, Lanes, SlotReading};
use pavane::program::Type;
use pavane::render::{ClipInfo, Format, Memory, Output};
use pavane::{InputValue, Raster, RasterSettings, Rgba8, Shape};
use pyo3::exceptions::{PyIndexError, PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::engine::{Engine, Event, Running};
use crate::errors;
use crate::values::seen;

/// A frame of an engine, until the engine goes on.
#[pyclass(frozen, module = "pavane")]
pub(crate) struct Frame {
    pub(crate) engine: Py<Engine>,
    pub(crate) index: u64,
    /// The turn of the engine that it is of.
    pub(crate) turn: u64,
}

/// A pass of a frame: what is drawn of a domain's elements.
#[pyclass(frozen, module = "pavane")]
pub(crate) struct Pass {
    frame: Py<Frame>,
    at: usize,
    #[pyo3(get)]
    /// Its name in the patch.
    name: String,
    #[pyo3(get)]
    /// The name of the domain.
    domain: String,
    #[pyo3(get)]
    /// `ellipse`, `rect`, `polygon`, `star`, `path`, `line`, `text`, `image`.
    shape: &'static str,
    #[pyo3(get)]
    /// How it is combined with what lies under it: `normal`, `add`, ...
    blend: &'static str,
    #[pyo3(get)]
    /// Passes come in ascending layer.
    layer: i32,
    count: usize,
}

impl Frame {
    /// Reads it, while Python waits.
    fn read<R>(&self, py: Python<'_>, body: impl FnOnce(&mut Running) -> PyResult<R>) -> PyResult<R> {
        let mut running = self.engine.get().held(py)?;
        if running.turn != self.turn {
            return Err(errors::stale(py, self.index));
        }
        body(&mut running)
    }

    fn read_frame<R>(
        &self,
        py: Python<'_>,
        body: impl FnOnce(pavane::Frame<'_>) -> PyResult<R>,
    ) -> PyResult<R> {
        let stale = || errors::stale(py, self.index);
        self.read(py, |running| body(running.engine.last_frame().ok_or_else(stale)?))
    }
}

/// What to draw into, or an array of its own.
fn settings(size: Option<(u32, u32)>, canvas: [u32; 2], transparent: bool) -> RasterSettings {
    let [width, height] = size.map_or(canvas, <[u32; 2]>::from);
    RasterSettings { width, height, threads: 1, transparent }
}

/// Draws the last frame, with the raster that is there or a new one.
fn draw(running: &mut Running, settings: RasterSettings) -> Result<&[u8], Fault> {
    let frame = running.engine.last_frame().ok_or(Fault::Stale)?;
    let raster = match running.raster.take().filter(|raster| *raster.settings() == settings) {
        Some(raster) => raster,
        None => Raster::new(settings).map_err(|error| Fault::Picture(error.to_string()))?,
    };
    Ok(running.raster.insert(raster).draw(&frame).pixels())
}

/// Why there is no picture.
enum Fault {
    Stale,
    Picture(String),
}

#[pymethods]
impl Frame {
    /// Its index.
    #[getter]
    fn index(&self) -> u64 {
        self.index
    }

    /// When it starts, in seconds.
    #[getter]
    fn time(&self, py: Python<'_>) -> PyResult<f64> {
        self.read_frame(py, |frame| Ok(frame.time().as_secs_f64()))
    }

    /// Seconds since the frame before; 0 on the first.
    #[getter]
    fn dt(&self, py: Python<'_>) -> PyResult<f64> {
        self.read_frame(py, |frame| Ok(frame.dt()))
    }

    /// A hash of all that its passes hold: two machines that agree on it drew the same.
    #[getter]
    fn hash(&self, py: Python<'_>) -> PyResult<u64> {
        self.read_frame(py, |frame| Ok(frame.hash()))
    }

    /// What is under every pass: red, green, blue, alpha, from 0 to 255.
    #[getter]
    fn background(&self, py: Python<'_>) -> PyResult<(u8, u8, u8, u8)> {
        self.read_frame(py, |frame| Ok(frame.background().to_array().into()))
    }

    /// What is mixed where one colour goes over another: "srgb", its values, or "linear", light.
    #[getter]
    fn blending(&self, py: Python<'_>) -> PyResult<&'static str> {
        self.read_frame(py, |frame| Ok(frame.blending().name()))
    }

    /// How many elements were not drawn because a value was infinite, NaN or out of range.
    #[getter]
    fn left_out(&self, py: Python<'_>) -> PyResult<u64> {
        self.read_frame(py, |frame| Ok(frame.elements_left_out()))
    }

    /// What is drawn, first to last.
    #[getter]
    fn passes(this: &Bound<'_, Self>) -> PyResult<Vec<Pass>> {
        this.get().read_frame(this.py(), |frame| {
            let pass = |(at, pass): (usize, pavane::Pass<'_>)| Pass {
                frame: this.clone().unbind(),
                at,
                name: pass.name.to_owned(),
                domain: pass.domain.to_owned(),
                shape: shape_name(&pass.shape),
                blend: blend_name(pass.blend),
                layer: pass.layer,
                count: pass.elements().len(),
            };
            Ok(frame.passes().enumerate().map(pass).collect())
        })
    }

    /// The value of a signal: a number, a bool, a text or a tuple.
    fn signal(&self, py: Python<'_>, name: &str) -> PyResult<Py<PyAny>> {
        self.read_frame(py, |frame| {
            let reading = frame.slot(name);
            let reading =
                reading.ok_or_else(|| PyKeyError::new_err(format!("there is no signal `{name}`")))?;
            signal(py, &frame, name, &reading)
        })
    }

    /// The values of all signals, by name.
    #[getter]
    fn signals(&self, py: Python<'_>) -> PyResult<BTreeMap<String, Py<PyAny>>> {
        self.read_frame(py, |frame| {
            let pair = |(name, reading): (&str, SlotReading)| {
                Ok((name.to_owned(), signal(py, &frame, name, &reading)?))
            };
            frame.slots().map(pair).collect()
        })
    }

    /// The names of the fields that were evaluated: pairs of domain and field. An `Engine(program, everything=True)` evaluates all.
    #[getter]
    fn fields(&self, py: Python<'_>) -> PyResult<Vec<(String, String)>> {
        self.read_frame(py, |frame| {
            Ok(frame.fields().map(|field| (field.domain.to_owned(), field.name.to_owned())).collect())
        })
    }

    /// How many elements each domain has, by name.
    #[getter]
    fn domains(&self, py: Python<'_>) -> PyResult<BTreeMap<String, u32>> {
        self.read_frame(py, |frame| {
            Ok(frame.domains().map(|(name, count)| (name.to_owned(), count)).collect())
        })
    }

    /// A named value of each element of a domain, in the order of their indices: an array of float32, int32, uint32 or bool, with a
    /// second axis where a value has several numbers; of texts a list. `out` is an array of that kind to write to. What nothing draws is
    /// there only in an `Engine(program, everything=True)`.
    #[pyo3(signature = (domain, name, out=None))]
    fn field<'py>(
        &self,
        py: Python<'py>,
        domain: &str,
        name: &str,
        out: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let field = ByName { frame: self, domain, name };
        match field.read(py, |_, view| Ok(view.ty.component()))? {
            Type::Int => field.column(py, out, |lane| lane.to_bits().cast_signed()),
            Type::Uint | Type::Shape => field.column(py, out, f32::to_bits),
            Type::Bool => field.column(py, out, |lane| lane.to_bits() != 0),
            Type::Float | Type::Vec2 | Type::Vec3 | Type::Color => field.column(py, out, |lane| lane),
            Type::Text if out.is_some() => Err(PyValueError::new_err(format!(
                "`{name}` is of texts, which are a list and take no `out`"
            ))),
            Type::Text => Ok(field.texts(py)?.into_pyobject(py)?.into_any()),
        }
    }

    /// What has happened since the frame before, in order.
    #[getter]
    fn events(&self, py: Python<'_>) -> PyResult<Vec<Event>> {
        self.read(py, |running| Engine::happened(py, &running.engine))
    }

    /// The frame as a picture: an array of rows, columns and red, green, blue, alpha, (H, W, 4) of uint8. `size` is width and height,
    /// the engine's where nothing else is said; `out` an array of that shape to draw into.
    #[pyo3(signature = (size=None, *, transparent=false, out=None))]
    fn image<'py>(
        &self,
        py: Python<'py>,
        size: Option<(u32, u32)>,
        transparent: bool,
        out: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let canvas = self.read(py, |running| Ok(running.engine.canvas()))?;
        let settings = settings(size, canvas, transparent);
        let RasterSettings { width, height, .. } = settings;
        if !(1..=pavane::render::MAX_SIDE).contains(&width)
            || !(1..=pavane::render::MAX_SIDE).contains(&height)
        {
            let message = format!("a picture of {width} x {height} pixels cannot be drawn");
            return Err(PyValueError::new_err(message));
        }
        let shape = [height as usize, width as usize, 4];
        let array = out.unwrap_or_else(|| PyArray3::<u8>::zeros(py, shape, false).into_any());
        let mut pixels = writable::<u8>(&array, &shape)?;
        let pixels = pixels.as_slice_mut()?;
        let turn = self.turn;
        let done = self.engine.get().detached(py, |running| {
            if running.turn != turn {
                return Err(Fault::Stale);
            }
            pixels.copy_from_slice(draw(running, settings)?);
            Ok(())
        })?;
        match done {
            Ok(()) => Ok(array),
            Err(Fault::Stale) => Err(errors::stale(py, self.index)),
            Err(Fault::Picture(message)) => Err(PyValueError::new_err(message)),
        }
    }

    /// The frame as a PNG file, in bytes.
    #[pyo3(signature = (size=None, *, transparent=false))]
    fn png<'py>(
        &self,
        py: Python<'py>,
        size: Option<(u32, u32)>,
        transparent: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (turn, stale) = (self.turn, || errors::stale(py, self.index));
        let done = self.engine.get().detached(py, |running| {
            if running.turn != turn {
                return Ok(None);
            }
            let settings = settings(size, running.engine.canvas(), transparent);
            let frame_rate = running.engine.frame_rate();
            let Some(frame) = running.engine.last_frame() else { return Ok(None) };
            let clip = ClipInfo {
                width: settings.width,
                height: settings.height,
                frame_rate,
                frame_count: 1,
                background: frame.background(),
            };
            let memory = Memory::default();
            let mut sink = Output::to_memory(Format::Png, &memory).open(&clip, settings)?;
            sink.frame(&frame)?;
            sink.finish()?;
            Ok(Some(memory.take()))
        })?;
        let bytes = done.map_err(|error| errors::rendering(py, &error))?.ok_or_else(stale)?;
        Ok(PyBytes::new(py, &bytes))
    }

    fn _repr_png_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.png(py, None, false)
    }

    fn __repr__(&self) -> String {
        format!("<pavane.Frame {}>", self.index)
    }
}

/// A field of a frame, by its names.
struct ByName<'a> {
    frame: &'a Frame,
    domain: &'a str,
    name: &'a str,
}

impl ByName<'_> {
    fn read<R>(
        &self,
        py: Python<'_>,
        body: impl FnOnce(&pavane::Frame<'_>, &FieldView<'_>) -> PyResult<R>,
    ) -> PyResult<R> {
        let Self { frame, domain, name } = *self;
        frame.read(py, |running| {
            let stale = || errors::stale(py, frame.index);
            let shown = running.engine.last_frame().ok_or_else(stale)?;
            if let Some(view) = shown.field(domain, name) {
                return body(&shown, &view);
            }
            let data = running.engine.program().data();
            let of = |row: u32| data.domains.get(row as usize).map(|row| row.name.as_str());
            let is_there = data.fields.iter().any(|row| row.name == name && of(row.domain) == Some(domain));
            Err(PyKeyError::new_err(if is_there {
                format!("nothing draws `{name}` of `{domain}`: make an Engine(program, everything=True)")
            } else {
                format!("there is no field `{name}` of `{domain}`")
            }))
        })
    }

    /// All of it as an array.
    fn column<'py, T: numpy::Element + Copy + Default>(
        &self,
        py: Python<'py>,
        out: Option<Bound<'py, PyAny>>,
        number: impl Fn(f32) -> T,
    ) -> PyResult<Bound<'py, PyAny>> {
        let [count, stride] =
            self.read(py, |_, view| Ok([view.components[0].len(), view.components().len()]))?;
        let shape = if stride == 1 { vec![count] } else { vec![count, stride] };
        let array = out.unwrap_or_else(|| PyArrayDyn::<T>::zeros(py, shape.clone(), false).into_any());
        let mut values = writable::<T>(&array, &shape)?;
        let values = values.as_slice_mut()?;
        // As long as nobody has the engine the frame is the same one; else it is over, and this an error.
        self.read(py, |_, view| {
            for (component, lanes) in view.components().iter().enumerate() {
                let own = values.iter_mut().skip(component).step_by(stride);
                own.zip(*lanes).for_each(|(value, lane)| *value = number(*lane));
            }
            Ok(())
        })?;
        Ok(array)
    }

    fn texts(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.read(py, |frame, view| {
            let all = 0..view.components[0].len();
            Ok(all.map(|element| frame.field_text(view, element).unwrap_or_default().to_owned()).collect())
        })
    }
}

fn signal(
    py: Python<'_>,
    frame: &pavane::Frame<'_>,
    name: &str,
    reading: &SlotReading,
) -> PyResult<Py<PyAny>> {
    if reading.ty == Type::Text {
        return Ok(frame.text(name).unwrap_or_default().into_pyobject(py)?.into_any().unbind());
    }
    match InputValue::from_components(reading.ty, reading.components) {
        Some(value) => seen(py, value, |_| None),
        // A shape is the number of a path.
        None => Ok((reading.components[0] as u32).into_pyobject(py)?.into_any().unbind()),
    }
}

/// An array that can be written to, of a type and a shape.
fn writable<'py, T: numpy::Element>(
    array: &Bound<'py, PyAny>,
    shape: &[usize],
) -> PyResult<PyReadwriteArrayDyn<'py, T>> {
    let wrong = || {
        let kind = T::get_dtype(array.py());
        PyValueError::new_err(format!(
            "`out` is no array of {kind} with the shape {shape:?} that lies in one piece and can be written to"
        ))
    };
    let array = array.cast::<PyArrayDyn<T>>().map_err(|_| wrong())?;
    if array.shape() != shape || !array.is_c_contiguous() {
        return Err(wrong());
    }
    array.try_readwrite().map_err(|_| wrong())
}

fn shape_name(shape: &Shape<'_>) -> &'static str {
    match shape {
        Shape::Ellipse => "ellipse",
        Shape::Rect { .. } => "rect",
        Shape::Polygon { .. } => "polygon",
        Shape::Star { .. } => "star",
        Shape::Path(_) | Shape::Paths(_) => "path",
        Shape::Line { .. } => "line",
        Shape::Text(_) | Shape::Texts(_) => "text",
        Shape::Image(_) => "image",
    }
}

fn blend_name(blend: Blend) -> &'static str {
    match blend {
        Blend::Normal => "normal",
        Blend::Add => "add",
        Blend::Multiply => "multiply",
        Blend::Screen => "screen",
        Blend::Darken => "darken",
        Blend::Lighten => "lighten",
        Blend::Difference => "difference",
        Blend::Overlay => "overlay",
    }
}

impl Pass {
    fn read<R>(&self, py: Python<'_>, body: impl FnOnce(pavane::Pass<'_>) -> PyResult<R>) -> PyResult<R> {
        self.frame.get().read_frame(py, |frame| {
            let missing = || PyIndexError::new_err("the frame has no such pass");
            body(frame.passes().nth(self.at).ok_or_else(missing)?)
        })
    }

    fn colors<'py>(
        &self,
        py: Python<'py>,
        out: Option<Bound<'py, PyAny>>,
        of: impl FnOnce(&pavane::Pass<'_>) -> Option<[u8; 4]>,
        each: impl Fn(&pavane::Pass<'_>, usize) -> [u8; 4],
    ) -> PyResult<Bound<'py, PyAny>> {
        let shape = [self.count, 4];
        let array = out.unwrap_or_else(|| PyArray2::<u8>::zeros(py, shape, false).into_any());
        let mut values = writable::<u8>(&array, &shape)?;
        let values = values.as_slice_mut()?.as_chunks_mut::<4>().0;
        self.read(py, |pass| {
            match of(&pass) {
                Some(one) => values.fill(one),
                None => values.iter_mut().zip(pass.elements()).for_each(|(to, at)| *to = each(&pass, at)),
            }
            Ok(())
        })?;
        Ok(array)
    }
}

/// The colour of an element, of a pass that has one of that kind.
fn color(colors: Option<Colors<'_>>, element: usize) -> [u8; 4] {
    colors.map_or([0; 4], |colors| colors.get(element).to_array())
}

/// The colour of all elements, where it is one.
fn one_color(colors: Option<Colors<'_>>) -> Option<[u8; 4]> {
    match colors {
        None => Some([0; 4]),
        Some(Colors::Uniform(Rgba8(color))) => Some(Rgba8(color).to_array()),
        Some(Colors::Each(_)) => None,
    }
}

#[pymethods]
impl Pass {
    /// One attribute of its elements in the order in which they are drawn: `x`, `y`, `width`, `height`, `rotation`, `opacity`,
    /// `stroke_width` or `depth`, as an array of float32. `out` is an array of as many to write to.
    #[pyo3(signature = (name, out=None))]
    fn column<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        out: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let shape = [self.count];
        let array = out.unwrap_or_else(|| PyArray1::<f32>::zeros(py, self.count, false).into_any());
        let mut values = writable::<f32>(&array, &shape)?;
        let values = values.as_slice_mut()?;
        self.read(py, |pass| {
            let none = Lanes::Uniform(0.0);
            let lanes = match name {
                "x" => pass.x,
                "y" => pass.y,
                "width" => pass.width,
                "height" => pass.height,
                "rotation" => pass.rotation,
                "opacity" => pass.opacity,
                "stroke_width" => pass.stroke.map_or(none, |stroke| stroke.width),
                "depth" => pass.depth.unwrap_or(none),
                _ => return Err(PyKeyError::new_err(format!("a pass has no column `{name}`"))),
            };
            match (lanes, pass.order) {
                (Lanes::Uniform(value), _) => values.fill(value),
                (Lanes::Each(lanes), None) => values.copy_from_slice(&lanes[..values.len()]),
                (Lanes::Each(lanes), Some(order)) => {
                    values.iter_mut().zip(order).for_each(|(to, &at)| *to = lanes[at as usize]);
                }
            }
            Ok(())
        })?;
        Ok(array)
    }

    /// Centres, x, in world units.
    #[getter]
    fn x<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.column(py, "x", None)
    }

    /// Centres, y, in world units, down.
    #[getter]
    fn y<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.column(py, "y", None)
    }

    /// Full widths in world units; below 0 mirrored.
    #[getter]
    fn width<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.column(py, "width", None)
    }

    /// Full heights in world units; below 0 mirrored.
    #[getter]
    fn height<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.column(py, "height", None)
    }

    /// Radians, clockwise on screen.
    #[getter]
    fn rotation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.column(py, "rotation", None)
    }

    /// Of fill and stroke as one thing.
    #[getter]
    fn opacity<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.column(py, "opacity", None)
    }

    /// Widths of strokes in world units; 0 without a stroke.
    #[getter]
    fn stroke_width<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.column(py, "stroke_width", None)
    }

    /// Distances from the camera; 0 without perspective.
    #[getter]
    fn depth<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.column(py, "depth", None)
    }

    /// Colours of the fill, (count, 4) of uint8; alpha 0 without one.
    #[getter]
    fn fill<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.colors(py, None, |pass| one_color(pass.fill), |pass, at| color(pass.fill, at))
    }

    /// Colours of the stroke, (count, 4) of uint8; alpha 0 without one.
    #[getter]
    fn stroke<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let own = |pass: &pavane::Pass<'_>| one_color(pass.stroke.map(|stroke| stroke.color));
        self.colors(py, None, own, |pass, at| color(pass.stroke.map(|stroke| stroke.color), at))
    }

    /// All of it as records of 32 bytes, for a GPU: an array of `pavane.INSTANCE`. `out` is such an array to write to.
    #[pyo3(signature = (out=None))]
    fn instances<'py>(&self, py: Python<'py>, out: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        let record = py.import("pavane._records")?.getattr("INSTANCE")?;
        let array = match out {
            Some(array) => array,
            None => py.import("numpy")?.call_method1("zeros", (self.count, &record))?,
        };
        let wrong = || PyValueError::new_err("`out` is no array of pavane.INSTANCE");
        if !array.getattr("dtype").map_err(|_| wrong())?.eq(&record)? {
            return Err(wrong());
        }
        let bytes = array.call_method1("view", ("uint8",))?;
        let mut bytes = writable::<u8>(&bytes, &[self.count * size_of::<Instance>()])?;
        let bytes = bytes.as_slice_mut()?;
        self.read(py, |pass| {
            let mut records = vec![Instance::default(); self.count];
            pass.write_instances(&mut records);
            bytes.copy_from_slice(bytemuck::cast_slice(&records));
            Ok(())
        })?;
        Ok(array)
    }

    fn __len__(&self) -> usize {
        self.count
    }

    fn __repr__(&self) -> String {
        format!("<pavane.Pass {:?}: {} of {}>", self.name, self.count, self.shape)
    }
}
