//! Pictures of patches: posters, the gallery, and contact sheets to look at while designing.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use pavane::Engine;
use pavane::program::Program;
use pavane::render::{Picture, Raster, RasterSettings};
use pavane::time::Flicks;
use png::{BitDepth, ColorType, Compression, Encoder};

use crate::Failure;
use crate::palette::Indexed;

/// Frames on a contact sheet.
const SHEET_FRAMES: u64 = 6;
/// Height of a frame on a contact sheet in pixels.
const SHEET_HEIGHT: u32 = 360;

/// Draws frames of one program at one size.
struct Studio {
    engine: Engine,
    raster: Raster,
}

impl Studio {
    /// `height` is that of the picture in pixels; its width follows from the program's clip.
    fn new(program: &Program, height: u32) -> Result<Self, Failure> {
        let [across, down] = program.data().clip.size;
        let width = (height * across).div_ceil(down);
        let engine = Engine::for_program(program.clone())?;
        let raster = Raster::new(RasterSettings { width, height, threads: 2, ..RasterSettings::default() })?;
        Ok(Self { engine, raster })
    }

    /// How many frames the clip has.
    fn frames(&self) -> u64 {
        self.engine.frame_rate().frame_at(self.engine.program().data().clip.duration)
    }

    fn draw(&mut self, index: u64) -> Result<&Picture, Failure> {
        let frame = self.engine.seek(index)?;
        for lost in frame.left_out() {
            println!("  {} elements are not drawn, {:?}: {}", lost.count, lost.reason, lost.source);
        }
        Ok(self.raster.draw(&frame))
    }
}

/// An opaque picture that others are put into.
struct Canvas {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Canvas {
    fn new(width: u32, height: u32, color: [u8; 3]) -> Self {
        let rgb = color.iter().copied().cycle().take(width as usize * height as usize * 3).collect();
        Self { width, height, rgb }
    }

    fn of(picture: &Picture) -> Self {
        let mut canvas = Self::new(picture.width(), picture.height(), [0; 3]);
        canvas.put(picture, 0, 0);
        canvas
    }

    /// Copies a picture to column `x` of row `y`; what does not fit is left out.
    fn put(&mut self, picture: &Picture, x: u32, y: u32) {
        let rows = picture.height().min(self.height.saturating_sub(y));
        let columns = picture.width().min(self.width.saturating_sub(x)) as usize;
        for row in 0..rows {
            let from = (row * picture.width()) as usize * 4;
            let to = ((y + row) * self.width + x) as usize * 3;
            let pixels = picture.pixels()[from..].chunks_exact(4).take(columns);
            for (to, pixel) in self.rgb[to..].chunks_exact_mut(3).zip(pixels) {
                to.copy_from_slice(&pixel[..3]);
            }
        }
    }

    fn save(&self, path: &Path) -> Result<(), Failure> {
        let mut encoder = encoder(path, self.width, self.height, Compression::Fast)?;
        encoder.set_color(ColorType::Rgb);
        Ok(encoder.write_header()?.write_image_data(&self.rgb)?)
    }

    /// Saves with at most `colors` colours and as small as it gets.
    fn save_small(&self, path: &Path, colors: usize) -> Result<(), Failure> {
        let indexed = Indexed::new(&self.rgb, self.width as usize, colors);
        let mut encoder = encoder(path, self.width, self.height, Compression::High)?;
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(indexed.palette);
        encoder.set_filter(png::Filter::NoFilter);
        encoder.write_header()?.write_image_data(&indexed.indices)?;
        println!("{}: {} bytes", path.display(), std::fs::metadata(path)?.len());
        Ok(())
    }
}

fn encoder(
    path: &Path,
    width: u32,
    height: u32,
    compression: Compression,
) -> Result<Encoder<'static, BufWriter<File>>, Failure> {
    let mut encoder = Encoder::new(BufWriter::new(File::create(path)?), width, height);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(compression);
    Ok(encoder)
}

/// Six frames of each program side by side, and how far its loop is from closing.
pub(crate) fn sheets(programs: &[Program], folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    for program in programs {
        let about = &program.data().about;
        let mut studio = Studio::new(program, SHEET_HEIGHT)?;
        let frames = studio.frames();
        let width = studio.raster.settings().width;
        let mut sheet = Canvas::new((width + 4) * 3 - 4, (SHEET_HEIGHT + 4) * 2 - 4, [90; 3]);
        for k in 0..SHEET_FRAMES {
            let picture = studio.draw(frames * k / SHEET_FRAMES)?;
            let (column, row) = ((k % 3) as u32, (k / 3) as u32);
            sheet.put(picture, column * (width + 4), row * (SHEET_HEIGHT + 4));
        }
        sheet.save(&folder.join(format!("{}.png", about.name)))?;
        let elements: u32 = program.data().domains.iter().map(|domain| domain.count).sum();
        let gap = loop_gap(program, SHEET_HEIGHT)?;
        println!("{}: {elements} elements; first and last picture differ by {gap} of 255", about.name);
    }
    Ok(())
}

/// The largest difference between the first picture and the one that follows the last.
pub(crate) fn loop_gap(program: &Program, height: u32) -> Result<u8, Failure> {
    let mut studio = Studio::new(program, height)?;
    let first = studio.draw(0)?.clone();
    let last = studio.draw(studio.frames())?;
    let gaps = first.pixels().iter().zip(last.pixels()).map(|(a, b)| a.abs_diff(*b));
    Ok(gaps.max().unwrap_or(0))
}

/// When a program looks its best, as a share of its clip.
fn moment(name: &str) -> f64 {
    match name {
        "bar_race" => 0.667,
        "beeswarm" => 0.645,
        "equaliser" => 0.52,
        "boids" => 0.56,
        "breathing_grid" => 0.88,
        "feedback_loop" => 0.43,
        "graph" => 0.55,
        "gs1" => 0.155,
        "histogram" => 0.56,
        "kaleidoscope" => 0.5,
        "lorenz" => 0.36,
        "murmuration" => 0.95,
        "path_drawing" => 0.55,
        "orbital_rings" => 0.67,
        "links" => 0.25,
        "drum_machine" => 0.38,
        "relay" => 0.48,
        "ripples" => 0.37,
        "pong" => 0.17,
        "spark_wheel" => 0.36,
        "string_art" => 0.25,
        "truchet" => 0.5,
        "wave_3d" => 0.33,
        "flow_dots" => 0.4,
        "counter" => 0.21,
        "spring_chain" => 0.25,
        "moire" => 0.32,
        "letters" => 0.35,
        "logo_reveal" => 0.55,
        "emblem" => 0.66,
        "icons" => 0.5,
        "title_sequence" => 0.44,
        "lower_third" => 0.5,
        "kinetic_title" => 0.5,
        "calendar" => 0.22,
        "river" => 0.4,
        "contact_sheet" => 0.08,
        "runners" => 0.3,
        "fountain" => 0.2,
        "fireworks" => 0.475,
        "bouquet" => 0.3,
        "two_layouts" => 0.5,
        "queue" => 0.6,
        "todos" => 0.48,
        "playlist" => 0.108,
        "sorting" => 0.146,
        "chat" => 0.9,
        "sheet" => 0.5,
        "with_and_without" => 0.13,
        _ => 0.0,
    }
}

/// A picture of a program at its moment. `square` cuts off the sides of a wide clip.
fn poster(program: &Program, height: u32, square: bool) -> Result<Picture, Failure> {
    let clip = &program.data().clip;
    let mut studio = Studio::new(program, height)?;
    if square {
        let settings = RasterSettings { width: height, ..*studio.raster.settings() };
        studio.raster = Raster::new(settings)?;
    }
    let seconds = clip.duration.as_secs_f64() * moment(&program.data().about.name);
    let at = Flicks::from_secs_f64(seconds).unwrap_or_default();
    let index = studio.engine.frame_rate().frame_at(at);
    Ok(studio.draw(index)?.clone())
}

/// A poster of each program.
pub(crate) fn posters(programs: &[Program], folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    for program in programs {
        let [width, height] = program.data().clip.size;
        let picture = poster(program, if width == height { 480 } else { 360 }, false)?;
        let name = &program.data().about.name;
        Canvas::of(&picture).save_small(&folder.join(format!("{name}.png")), 112)?;
    }
    Ok(())
}

/// Frames of one edit, side by side: from the one before it on, every third one.
pub(crate) fn strip(program: &Program, edit: u64, height: u32, path: &Path) -> Result<(), Failure> {
    const FRAMES: u32 = 8;
    let mut studio = Studio::new(program, height)?;
    let width = studio.raster.settings().width;
    let mut canvas = Canvas::new((width + 2) * FRAMES - 2, height, [90; 3]);
    for k in 0..FRAMES {
        let picture = studio.draw(edit - 1 + 3 * u64::from(k))?;
        canvas.put(picture, k * (width + 2), 0);
    }
    canvas.save_small(path, 112)
}

/// The rows of the gallery; a name in capitals is a wide tile.
const GALLERY: [[&str; 4]; 4] = [
    ["golden_spiral", "WAVE_3D", "phyllotaxis", "lissajous"],
    ["path_drawing", "clock", "NOISE_FIELD", "truchet"],
    ["SPRING_CHAIN", "flow_dots", "string_art", "moire"],
    ["kaleidoscope", "RAIN", "halftone", "spark_wheel"],
];
/// The gap between two tiles in pixels.
const GAP: u32 = 6;

/// The gallery: rows of tiles, `tile` pixels high.
pub(crate) fn gallery(tile: u32, path: &Path) -> Result<(), Failure> {
    let wide = (tile * 16).div_ceil(9);
    let (width, height) = (wide + 3 * (tile + GAP), GALLERY.len() as u32 * (tile + GAP) - GAP);
    let mut canvas = Canvas::new(width, height, [13, 14, 22]);
    for (y, row) in (0..).step_by((tile + GAP) as usize).zip(GALLERY) {
        let mut x = 0;
        for name in row {
            let square = name.chars().any(char::is_lowercase);
            let picture = poster(&crate::program(&name.to_lowercase())?, tile, square)?;
            canvas.put(&picture, x, y);
            x += picture.width() + GAP;
        }
    }
    canvas.save_small(path, 256)
}
