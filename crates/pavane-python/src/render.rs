//! Clips and pictures as files, and in notebooks.

use base64::Engine as _;
use pavane::render::{ClipInfo, Format, Memory, Output};
use pavane::{EngineSettings, FrameRate, RasterSettings};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::engine::{frame_rate, threads};
use crate::errors;
use crate::program::Program;
use crate::values::Given;

/// What a clip is made with.
struct Clip {
    settings: EngineSettings,
    /// Size of the picture, threads, and whether the background is left out.
    raster: RasterSettings,
    first: u64,
    count: u64,
    step: u64,
}

/// Renders a program into a file: .png (with `%05d` in the name one for each frame), .apng, .gif, .svg, .mp4 and .webm. `frames` is
/// a range; without it the whole clip. `inputs` are values of inputs, by name.
#[pyfunction]
#[pyo3(signature = (
    program, path, *, size=None, fps=None, seed=0, frames=None, threads=1, transparent=false, inputs=None
))]
#[expect(clippy::too_many_arguments, reason = "they are keywords")]
pub(crate) fn render(
    py: Python<'_>,
    program: &Program,
    path: std::path::PathBuf,
    size: Option<(u32, u32)>,
    fps: Option<&Bound<'_, PyAny>>,
    seed: u32,
    frames: Option<&Bound<'_, PyAny>>,
    threads: usize,
    transparent: bool,
    inputs: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    let threads = self::threads(threads)?;
    let canvas = size.map(<[u32; 2]>::from);
    let [width, height] = canvas.unwrap_or(program.program.data().clip.size);
    let frame_rate = fps.map(frame_rate).transpose()?;
    let settings = EngineSettings { frame_rate, seed, threads, canvas, ..EngineSettings::default() };
    let (first, count, step) = match frames {
        Some(frames) => range(frames)?,
        None => (0, program.frames_at(frame_rate), 1),
    };
    let raster = RasterSettings { width, height, threads, transparent };
    let clip = Clip { settings, raster, first, count, step };
    let output = Output::from_path(&path.to_string_lossy()).map_err(|error| errors::rendering(py, &error))?;
    write(py, program, &output, &clip, inputs)
}

/// The first, the number and the step of a range.
fn range(frames: &Bound<'_, PyAny>) -> PyResult<(u64, u64, u64)> {
    let wrong = || PyValueError::new_err("`frames` is a range of frames from 0 on that is not empty");
    let part = |name: &str| frames.getattr(name).and_then(|part| part.extract::<i64>()).map_err(|_| wrong());
    let [start, stop, step] = [part("start")?, part("stop")?, part("step")?];
    let (Ok(first), Ok(step)) = (u64::try_from(start), u64::try_from(step)) else { return Err(wrong()) };
    match u64::try_from(stop.saturating_sub(start)) {
        Ok(span) if span > 0 && step > 0 => Ok((first, span.div_ceil(step), step)),
        _ => Err(wrong()),
    }
}

fn write(
    py: Python<'_>,
    program: &Program,
    output: &Output,
    clip: &Clip,
    inputs: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    let Clip { settings, raster, first, count, step } = clip;
    let of_engine = |error| errors::engine(py, &error);
    let of_file = |error| errors::rendering(py, &error);
    let engine = pavane::Engine::fitted(program.program.clone(), 1.0, *settings);
    let mut engine = engine.map_err(of_engine)?;
    for (name, value) in inputs.into_iter().flatten() {
        let name: String = name.extract()?;
        let value = Given::of(&value)?;
        value.set(&mut engine, &name).map_err(|error| errors::engine(py, &error))?;
    }
    let info = ClipInfo {
        width: raster.width,
        height: raster.height,
        frame_rate: engine.frame_rate(),
        frame_count: *count,
        background: engine.frame(0).map_err(of_engine)?.background(),
    };
    let play = || -> Result<(), Stop> {
        let mut sink = output.open(&info, *raster).map_err(Stop::File)?;
        for at in 0..*count {
            // Ctrl-C ends it, and leaves nothing half-written.
            Python::attach(|py| py.check_signals()).map_err(Stop::Signal)?;
            let frame = engine.seek(first + at * step).map_err(Stop::Engine)?;
            sink.frame(&frame).map_err(Stop::File)?;
        }
        sink.finish().map_err(Stop::File)
    };
    py.detach(play).map_err(|stop| match stop {
        Stop::Engine(error) => of_engine(error),
        Stop::File(error) => of_file(error),
        Stop::Signal(error) => error,
    })
}

/// What ends a clip before its end.
enum Stop {
    Engine(pavane::EngineError),
    File(pavane::RenderError),
    Signal(PyErr),
}

/// The most frames and pixels a side that a notebook is given.
const SHOWN_FRAMES: u64 = 120;
const SHOWN_SIDE: u32 = 480;

/// A clip as an element of a page: an animated PNG within it.
pub(crate) fn clip_html(py: Python<'_>, program: &Program) -> PyResult<String> {
    let [width, height] = program.program.data().clip.size;
    let longer = width.max(height).max(1);
    let shown = |side: u32| {
        let side = u64::from(side) * u64::from(SHOWN_SIDE) / u64::from(longer);
        u32::try_from(side.max(1)).unwrap_or(SHOWN_SIDE)
    };
    let (width, height) = if longer > SHOWN_SIDE { (shown(width), shown(height)) } else { (width, height) };
    // At most 30 frames a second: the page would be twice as large for nothing.
    let rate = program.program.frame_rate();
    let most = FrameRate::new(30, 1).filter(|most| most.as_f64() < rate.as_f64());
    let frames = program.frames_at(most).min(SHOWN_FRAMES);
    let settings =
        EngineSettings { frame_rate: most, canvas: Some([width, height]), ..EngineSettings::default() };
    let raster = RasterSettings { width, height, ..RasterSettings::default() };
    let memory = Memory::default();
    let output = Output::to_memory(Format::Apng, &memory);
    let clip = Clip { settings, raster, first: 0, count: frames, step: 1 };
    write(py, program, &output, &clip, None)?;
    let picture = base64::engine::general_purpose::STANDARD.encode(memory.take());
    Ok(format!(
        "<img width=\"{width}\" height=\"{height}\" alt=\"\" src=\"data:image/png;base64,{picture}\">"
    ))
}
