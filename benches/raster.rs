//! `cargo bench --bench raster`: pictures of 1920x1080 by formulas and by outlines, in turn, on one thread.
//!
//! Beside a shape that no formula covers, here a star out of sight, all of a frame is outlined: so both are measured in one
//! run, and the ratio of their minima is the figure to trust. First six scenes, then frames of shipped patches; those whose
//! ratio is 1 have something that no formula covers.

use std::time::Instant;

use pavane::assets::Shipped;
use pavane::engine::{Engine, EngineSettings};
use pavane::frame::{Blend, Colors, Lanes, Pass, Rgba8, Shape, Stroke, View};
use pavane::render::{Raster, RasterSettings};

/// Values in `0..1` that look random and are the same everywhere.
fn noise(index: usize, channel: u32) -> f32 {
    let mut bits = (index as u32).wrapping_mul(0x9e37_79b9) ^ channel.wrapping_mul(0x85eb_ca6b);
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x7feb_352d);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x846c_a68b);
    (bits >> 8) as f32 / 16_777_216.0
}

/// Shapes at random places, with sides in pixels from one to the other.
struct Scene {
    x: Vec<f32>,
    y: Vec<f32>,
    width: Vec<f32>,
    height: Vec<f32>,
    rotation: Vec<f32>,
    colors: Vec<Rgba8>,
}

impl Scene {
    fn new(count: usize, width: [f32; 2], height: [f32; 2], alpha: u8) -> Self {
        let lane = |channel, [low, high]: [f32; 2]| {
            (0..count).map(|k| low + noise(k, channel) * (high - low)).collect()
        };
        let side = |[low, high]: [f32; 2]| [low / 1080.0, high / 1080.0];
        let byte = |k, channel| (noise(k, channel) * 255.0) as u8;
        Self {
            x: lane(0, [-0.38, 1.38]),
            y: lane(1, [0.0, 1.0]),
            width: lane(2, side(width)),
            height: lane(3, side(height)),
            rotation: lane(4, [0.0, 6.0]),
            colors: (0..count).map(|k| Rgba8::new(byte(k, 5), byte(k, 6), byte(k, 7), alpha)).collect(),
        }
    }

    fn pass(&self, shape: Shape<'static>) -> Pass<'_> {
        Pass {
            name: "shapes",
            domain: "shapes",
            shape,
            blend: Blend::Normal,
            layer: 0,
            view: View::default(),
            count: self.x.len(),
            order: None,
            x: Lanes::Each(&self.x),
            y: Lanes::Each(&self.y),
            depth: None,
            width: Lanes::Each(&self.width),
            height: Lanes::Each(&self.width),
            rotation: Lanes::Uniform(0.0),
            fill: Some(Colors::Each(&self.colors)),
            stroke: None,
            opacity: Lanes::Uniform(1.0),
            corners: None,
        }
    }

    fn boxes(&self) -> Pass<'_> {
        let (height, rotation) = (Lanes::Each(&self.height), Lanes::Each(&self.rotation));
        Pass { height, rotation, ..self.pass(Shape::Rect { corner: 0.0 }) }
    }

    fn rings(&self) -> Pass<'_> {
        let stroke = Stroke {
            color: Colors::Each(&self.colors),
            width: Lanes::Uniform(2.0 / 1080.0),
            trim_start: Lanes::Uniform(0.0),
            trim_end: Lanes::Uniform(1.0),
            dash: None,
            cap: pavane::frame::Cap::Round,
            join: pavane::frame::Join::Round,
        };
        Pass { fill: None, stroke: Some(stroke), ..self.pass(Shape::Ellipse) }
    }
}

/// Prints what a frame costs either way.
fn compare(name: &str, background: Rgba8, passes: &[Pass<'_>]) {
    let star = Scene::new(1, [1.0, 1.0], [1.0, 1.0], 255);
    let unseen = Pass { x: Lanes::Uniform(1e3), ..star.pass(Shape::Star { points: 5, inner: 0.5 }) };
    let outlined = [passes, &[unseen]].concat();
    let new = || Raster::new(RasterSettings::default()).expect("1080p is a size");
    let (mut own, mut other) = (new(), new());
    let mut least = [f64::INFINITY; 2];
    for round in 0..ROUNDS {
        let ways = [(&mut own, passes), (&mut other, outlined.as_slice())];
        for ((raster, passes), least) in ways.into_iter().zip(&mut least) {
            let begin = Instant::now();
            std::hint::black_box(raster.draw_passes(background, passes).pixels()[0]);
            let spent = begin.elapsed().as_secs_f64() * 1e3;
            // The first ones grow buffers.
            if round > 1 {
                *least = least.min(spent);
            }
        }
    }
    let [own, other] = least;
    println!("{name:<24} {own:7.2} ms  outlines {other:7.2} ms  ratio {:.2}", own / other);
}

const ROUNDS: usize = 14;
const NIGHT: Rgba8 = Rgba8::new(8, 9, 12, 255);
/// Patches, each at a frame at which it is busy.
const PATCHES: [(&str, u64); 6] = [
    ("golden_spiral", 60),
    ("string_art", 200),
    ("feedback_loop", 200),
    ("rain", 200),
    ("lissajous", 200),
    ("wave_3d", 200),
];

fn main() {
    let veils = Scene::new(5_000, [6.0, 26.0], [6.0, 26.0], 140);
    compare("5 000 translucent discs", NIGHT, &[veils.pass(Shape::Ellipse)]);
    let dots = Scene::new(15_000, [2.0, 12.0], [2.0, 12.0], 255);
    compare("15 000 small discs", NIGHT, &[dots.pass(Shape::Ellipse)]);
    let third = Scene::new(5_000, [2.0, 20.0], [2.0, 20.0], 190);
    let upright = Pass { rotation: Lanes::Uniform(0.0), ..third.boxes() };
    compare("15 000 mixed", NIGHT, &[third.pass(Shape::Ellipse), upright, third.boxes()]);
    let lines = Scene::new(900, [600.0, 2000.0], [1.0, 2.0], 160);
    compare("900 long lines", NIGHT, &[lines.boxes()]);
    let rings = Scene::new(3_000, [16.0, 120.0], [16.0, 120.0], 200);
    compare("3 000 rings", NIGHT, &[rings.rings()]);
    let huge = Scene::new(100, [300.0, 1500.0], [300.0, 1500.0], 20);
    compare("200 huge", NIGHT, &[huge.pass(Shape::Ellipse), huge.boxes()]);
    for (name, index) in PATCHES {
        let program = Shipped::find(name).expect("it ships").program().expect("it compiles");
        let settings = EngineSettings::default();
        let mut engine = Engine::fitted(program, 1920.0 / 1080.0, settings).expect("it fits");
        let frame = engine.seek(index).expect("it runs");
        let passes: Vec<_> = frame.passes().collect();
        compare(name, frame.background(), &passes);
    }
}
