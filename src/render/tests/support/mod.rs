//! What picture tests share: passes written by hand, and the comparison with golden pictures.
#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(unreachable_pub, reason = "a test has no users outside")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod golden;
mod svg;

use std::path::{Path, PathBuf};

#[allow(unused_imports, reason = "each test file uses some of it")]
pub use golden::{check_golden, read_png};
use pavane::frame::{Blend, Cap, Colors, Ground, Join, Lanes, Pass, Rgba8, Shape, Stroke, View};
use pavane::render::{Picture, Raster, RasterSettings};
#[allow(unused_imports, reason = "each test file uses some of it")]
pub use svg::{share_apart, svg_pictures, svg_text};

/// Opaque colours for pictures.
pub const WHITE: Rgba8 = Rgba8::new(255, 255, 255, 255);
pub const NIGHT: Rgba8 = Rgba8::new(16, 20, 32, 255);
pub const CORAL: Rgba8 = Rgba8::new(255, 112, 88, 255);
pub const TEAL: Rgba8 = Rgba8::new(32, 176, 168, 255);
pub const AMBER: Rgba8 = Rgba8::new(248, 192, 64, 255);

/// One shape in the middle of the canvas.
pub fn pass(shape: Shape<'_>) -> Pass<'_> {
    Pass {
        name: "test",
        domain: "test",
        shape,
        blend: Blend::Normal,
        layer: 0,
        view: View::default(),
        count: 1,
        order: None,
        x: Lanes::Uniform(0.5),
        y: Lanes::Uniform(0.5),
        depth: None,
        width: Lanes::Uniform(0.7),
        height: Lanes::Uniform(0.7),
        rotation: Lanes::Uniform(0.0),
        fill: Some(Colors::Uniform(CORAL)),
        stroke: None,
        opacity: Lanes::Uniform(1.0),
        corners: None,
    }
}

/// A stroke in one colour, whole, with round ends and corners. `width` is in world units.
pub fn stroke(color: Rgba8, width: f32) -> Stroke<'static> {
    Stroke {
        color: Colors::Uniform(color),
        width: Lanes::Uniform(width),
        trim_start: Lanes::Uniform(0.0),
        trim_end: Lanes::Uniform(1.0),
        dash: None,
        cap: Cap::Round,
        join: Join::Round,
    }
}

/// Draws at a size with otherwise default settings.
pub fn draw(width: u32, height: u32, passes: &[Pass<'_>]) -> Picture {
    draw_with(RasterSettings { width, height, ..Default::default() }, NIGHT, passes)
}

pub fn draw_with(settings: RasterSettings, ground: impl Into<Ground>, passes: &[Pass<'_>]) -> Picture {
    Raster::new(settings).unwrap().draw_passes(ground, passes).clone()
}

/// An empty folder for one test.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
