//! Write your own sink: frames as letters in the terminal, and a statistic of what they drew.
//!
//! Whatever takes frames is a [`Sink`]: files, a socket, a wall of lamps. This one has a small raster of its own and
//! prints a letter per pixel, darker letters for darker pixels.
//!
//! ```text
//! cargo run --release --example write_your_own_sink
//! ```

use std::io::{self, Write};

use pavane::render::{Raster, RasterSettings, RenderError};
use pavane::{Engine, Frame, NoFiles, Sink, compile};

const SHIPPED: &str = include_str!("../assets/patches/golden_spiral.pav");
/// From dark to light.
const LETTERS: &[u8] = b" .:-=+*#%@";

/// Prints frames as letters.
struct TerminalSink<W> {
    out: W,
    raster: Raster,
    frames: u64,
    drawn: u64,
}

impl<W: Write> TerminalSink<W> {
    /// `rows` of letters, twice as many across, since letters are about twice as high as wide.
    fn new(out: W, rows: u32) -> Result<Self, RenderError> {
        // Two rows of pixels per row of letters.
        let settings = RasterSettings { width: rows * 2, height: rows * 2, ..RasterSettings::default() };
        Ok(Self { out, raster: Raster::new(settings)?, frames: 0, drawn: 0 })
    }
}

impl<W: Write> Sink for TerminalSink<W> {
    type Error = io::Error;

    fn frame(&mut self, frame: &Frame<'_>) -> Result<(), io::Error> {
        let picture = self.raster.draw(frame);
        let (width, height) = (picture.width(), picture.height());
        let light = |x, y| {
            let [r, g, b, _] = picture.pixel(x, y).unwrap_or_default().map(u32::from);
            (2 * r + 5 * g + b) / 8
        };
        let mut text = String::new();
        for y in (0..height).step_by(2) {
            let letters =
                (0..width).map(|x| (light(x, y) + light(x, y + 1)) as usize / 2 * LETTERS.len() / 256);
            let row: String = letters.map(|letter| char::from(LETTERS[letter])).collect();
            text += row.trim_end();
            text.push('\n');
        }
        self.frames += 1;
        self.drawn += frame.passes().map(|pass| pass.elements().len() as u64).sum::<u64>();
        writeln!(self.out, "{text}frame {} at {:.2} s", frame.index(), frame.time().as_secs_f64())
    }

    fn finish(&mut self) -> Result<(), io::Error> {
        writeln!(self.out, "{} frames, {} elements drawn", self.frames, self.drawn)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let compiled = compile(SHIPPED, "golden_spiral.pav", &NoFiles);
    let program = compiled.program.ok_or(compiled.diagnostics)?;
    let mut engine = Engine::for_program(program)?;
    let mut sink = TerminalSink::new(io::stdout().lock(), 34)?;
    for index in [0, 240, 480] {
        sink.frame(&engine.frame(index)?)?;
    }
    sink.finish()?;
    Ok(())
}
