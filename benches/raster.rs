//! `cargo bench --bench raster`: pictures of 1920x1080 by our raster and by `vello_cpu`, in turn, on one thread.
//!
//! Both are measured in one run, and the ratio of their minima is the figure to trust; with `-- --keep` the ratios are added to
//! `benches/figures.json`. First scenes, then frames of shipped
//! patches. `vello_cpu` is handed the shapes of a pass one by one, as this crate did before it had a raster of its own: polygons
//! with the area of a circle, rectangles, and kurbo's strokes, at the vector level that has the same pixels everywhere.

#![expect(clippy::disallowed_methods, reason = "what is compared is made by the geometry library")]

mod figures;

use std::time::Instant;

use figures::Row;
use pavane::assets::Shipped;
use pavane::engine::{Engine, EngineSettings};
use pavane::frame::{Blend, Colors, Ground, Lanes, Pass, Rgba8, Shape, Stroke, View};
use pavane::render::{Picture, Raster, RasterSettings};
use vello_cpu::kurbo::{self, Affine, BezPath, Cap, Join, Point, Shape as _, Vec2};
use vello_cpu::peniko::{BlendMode, Compose, Mix};
use vello_cpu::{
    PixmapMut, RasterizerSettings, RenderContext, RenderSettings, Resources, TargetInit, color::AlphaColor,
};

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

/// The raster that is handed outlines.
struct Peer {
    context: RenderContext,
    resources: Resources,
    pixels: Vec<u8>,
    path: BezPath,
}

const SIZE: [u16; 2] = [1920, 1080];
/// How far a polygon may be from its circle, and a curve from its lines.
const NEAR: f64 = 0.02;

impl Peer {
    fn new() -> Self {
        let settings = RenderSettings { level: vello_cpu::Level::baseline(), num_threads: 0 };
        let context = RenderContext::new_with(SIZE[0], SIZE[1], settings);
        let pixels = vec![0; usize::from(SIZE[0]) * usize::from(SIZE[1]) * 4];
        Self { context, resources: Resources::new(), pixels, path: BezPath::new() }
    }

    fn draw(&mut self, background: Rgba8, passes: &[Pass<'_>]) {
        self.context.reset();
        let ink = |color: Rgba8, opacity: f32| {
            let [r, g, b, a] = color.to_array();
            AlphaColor::from_rgba8(r, g, b, a).multiply_alpha(opacity)
        };
        let ground = ink(background, 1.0);
        let blends = passes.iter().any(|pass| pass.blend != Blend::Normal);
        if blends {
            self.context.set_paint(ground);
            self.context.fill_rect(&kurbo::Rect::new(0.0, 0.0, f64::from(SIZE[0]), f64::from(SIZE[1])));
        }
        for pass in passes {
            let view = Affine::new(pass.view.to_canvas(SIZE[0].into(), SIZE[1].into()));
            let scale = pass.view.scale(SIZE[0].into(), SIZE[1].into());
            self.context.set_blend_mode(match pass.blend {
                Blend::Add => BlendMode::new(Mix::Normal, Compose::Plus),
                Blend::Normal => BlendMode::default(),
                other => panic!("{other:?} is in none of these"),
            });
            for index in pass.elements().filter(|&index| pass.draws(index)) {
                let center = view * Point::new(pass.x.get(index).into(), pass.y.get(index).into());
                let turn = Affine::rotate(pass.rotation.get(index).into());
                self.context.set_transform(Affine::translate(center.to_vec2()) * turn);
                let side = |lanes: Lanes<'_>| f64::from(lanes.get(index)).abs() * scale;
                let size = Vec2::new(side(pass.width), side(pass.height));
                let opacity = pass.opacity.get(index);
                if let Some(fill) = pass.fill {
                    self.outline(&pass.shape, size);
                    self.context.set_paint(ink(fill.get(index), opacity));
                    self.context.fill_path(&self.path);
                }
                if let Some(stroke) = pass.stroke {
                    self.context.set_paint(ink(stroke.color.get(index), opacity));
                    self.stroke(&pass.shape, size, side(stroke.width));
                }
            }
        }
        self.context.flush();
        let target_init =
            if blends { TargetInit::Clear(AlphaColor::TRANSPARENT) } else { TargetInit::Clear(ground) };
        let settings = RasterizerSettings { target_init, ..Default::default() };
        let target = PixmapMut::new(SIZE[0], SIZE[1], &mut self.pixels).expect("it has that size");
        self.context.render_with(target, &mut self.resources, settings);
    }

    fn outline(&mut self, shape: &Shape<'_>, size: Vec2) {
        self.path.truncate(0);
        match *shape {
            Shape::Ellipse => ellipse(&mut self.path, size * 0.5, 1.0),
            Shape::Rect { corner } => {
                let radius = f64::from(corner) * size.x.min(size.y) * 0.5;
                let rect = kurbo::Rect::from_center_size(Point::ORIGIN, size.to_size());
                if radius > 0.0 {
                    self.path.extend(rect.to_rounded_rect(radius).path_elements(NEAR));
                } else {
                    self.path.extend(rect.path_elements(NEAR));
                }
            }
            ref other => panic!("{other:?} is in none of these"),
        }
    }

    fn stroke(&mut self, shape: &Shape<'_>, size: Vec2, width: f64) {
        if matches!(shape, Shape::Ellipse) && size.x == size.y {
            let (radius, half) = (size.x * 0.5, width * 0.5);
            self.path.truncate(0);
            ellipse(&mut self.path, Vec2::new(radius + half, radius + half), 1.0);
            if radius > half {
                ellipse(&mut self.path, Vec2::new(radius - half, radius - half), -1.0);
            }
            self.context.fill_path(&self.path);
            return;
        }
        self.outline(shape, size);
        let style = kurbo::Stroke::new(width).with_caps(Cap::Round).with_join(Join::Miter);
        self.context.fill_path(&kurbo::stroke(self.path.iter(), &style, &Default::default(), NEAR));
    }
}

/// A polygon with the area of an ellipse, round one way or the other.
fn ellipse(path: &mut BezPath, half: Vec2, way: f64) {
    let radius = half.x.max(half.y);
    let corners = [12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];
    let step = |corners: i32| std::f64::consts::TAU / f64::from(corners);
    let corners = corners.into_iter().find(|&n| radius * step(n) * step(n) <= 0.6).unwrap_or(1024);
    let step = step(corners);
    let grown = libm::sqrt(step / libm::sin(step));
    for k in 0..corners {
        let (sin, cos) = libm::sincos(step * f64::from(k) * way);
        let corner = Point::new(half.x * grown * sin, -half.y * grown * cos);
        if k == 0 { path.move_to(corner) } else { path.line_to(corner) }
    }
    path.close_path();
}

/// Prints what a frame costs either way.
fn compare(name: &str, ground: Ground, passes: &[Pass<'_>]) -> Row {
    let mut own = Raster::new(RasterSettings::default()).expect("1080p is a size");
    let mut other = Peer::new();
    let mut picture = Picture::new(1920, 1080).expect("1080p is a size");
    let mut least = [f64::INFINITY; 2];
    let mut measure = |round: usize, which: usize, draw: &mut dyn FnMut() -> u8| {
        let begin = Instant::now();
        std::hint::black_box(draw());
        // The first ones grow buffers.
        if round > 1 {
            least[which] = least[which].min(begin.elapsed().as_secs_f64() * 1e3);
        }
    };
    for round in 0..ROUNDS {
        measure(round, 0, &mut || {
            own.draw_into(ground, passes, &mut picture).expect("it has that size");
            picture.pixels()[0]
        });
        measure(round, 1, &mut || {
            other.draw(ground.color, passes);
            other.pixels[0]
        });
    }
    let [own, other] = least;
    println!("{name:<24} {own:7.2} ms  vello_cpu {other:7.2} ms  ratio {:.2}", own / other);
    Row { name: name.to_owned(), least: own / other, windows: None }
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
    println!("{}", figures::machine());
    let mut rows = Vec::new();
    let mut compare =
        |name: &str, ground: Ground, passes: &[Pass<'_>]| rows.push(compare(name, ground, passes));
    let veils = Scene::new(5_000, [6.0, 26.0], [6.0, 26.0], 140);
    compare("5 000 translucent discs", NIGHT.into(), &[veils.pass(Shape::Ellipse)]);
    let dots = Scene::new(15_000, [2.0, 12.0], [2.0, 12.0], 255);
    compare("15 000 small discs", NIGHT.into(), &[dots.pass(Shape::Ellipse)]);
    let third = Scene::new(5_000, [2.0, 20.0], [2.0, 20.0], 190);
    let upright = Pass { rotation: Lanes::Uniform(0.0), ..third.boxes() };
    compare("15 000 mixed", NIGHT.into(), &[third.pass(Shape::Ellipse), upright, third.boxes()]);
    let lines = Scene::new(900, [600.0, 2000.0], [1.0, 2.0], 160);
    compare("900 long lines", NIGHT.into(), &[lines.boxes()]);
    let rings = Scene::new(3_000, [16.0, 120.0], [16.0, 120.0], 200);
    compare("3 000 rings", NIGHT.into(), &[rings.rings()]);
    let huge = Scene::new(100, [300.0, 1500.0], [300.0, 1500.0], 20);
    compare("200 huge", NIGHT.into(), &[huge.pass(Shape::Ellipse), huge.boxes()]);
    for (name, index) in PATCHES {
        let program = Shipped::find(name).expect("it ships").program().expect("it compiles");
        let settings = EngineSettings::default();
        let mut engine = Engine::fitted(program, 1920.0 / 1080.0, settings).expect("it fits");
        let frame = engine.seek(index).expect("it runs");
        let passes: Vec<_> = frame.passes().collect();
        compare(name, frame.ground(), &passes);
    }
    figures::keep("raster", &mut rows);
}
