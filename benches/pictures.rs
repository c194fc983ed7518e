//! Milliseconds per 1920x1080 picture of 15 000 small shapes.

use criterion::{Criterion, criterion_group, criterion_main};
use pavane::frame::{Blend, Cap, Colors, Join, Lanes, Pass, Rgba8, Shape, Stroke, View};
use pavane::render::{Raster, RasterSettings};

/// Elements of the scene.
const COUNT: usize = 15_000;
const BLACK: Rgba8 = Rgba8::new(8, 9, 12, 255);

/// Values in `0..1` that look random and are the same everywhere.
fn noise(index: usize, channel: u32) -> f32 {
    let mut bits = (index as u32).wrapping_mul(0x9e37_79b9) ^ channel.wrapping_mul(0x85eb_ca6b);
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x7feb_352d);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x846c_a68b);
    (bits >> 8) as f32 / 16_777_216.0
}

struct Scene {
    lanes: Vec<Vec<f32>>,
    colors: Vec<Rgba8>,
}

impl Scene {
    fn new() -> Self {
        let lane = |channel, low: f32, high: f32| {
            (0..COUNT).map(|k| low + noise(k, channel) * (high - low)).collect()
        };
        let lanes = vec![
            lane(0, -0.38, 1.38),
            lane(1, 0.0, 1.0),
            lane(2, 2.0 / 1080.0, 20.0 / 1080.0),
            lane(3, 2.0 / 1080.0, 20.0 / 1080.0),
            lane(4, 0.0, 6.0),
        ];
        let byte = |k, channel| (noise(k, channel) * 255.0) as u8;
        let colors = (0..COUNT)
            .map(|k| Rgba8::new(byte(k, 5), byte(k, 6), byte(k, 7), 128 + byte(k, 8) / 2))
            .collect();
        Self { lanes, colors }
    }

    /// Elements `from..to` as a pass.
    fn pass(&self, shape: Shape<'static>, from: usize, to: usize) -> Pass<'_> {
        let lane = |k: usize| Lanes::Each(&self.lanes[k][from..to]);
        Pass {
            name: "shapes",
            domain: "shapes",
            shape,
            blend: Blend::Normal,
            layer: 0,
            view: View::default(),
            count: to - from,
            order: None,
            x: lane(0),
            y: lane(1),
            depth: None,
            width: lane(2),
            height: lane(2),
            rotation: Lanes::Uniform(0.0),
            fill: Some(Colors::Each(&self.colors[from..to])),
            stroke: None,
            opacity: Lanes::Uniform(1.0),
            corners: None,
        }
    }

    fn mixed(&self) -> Vec<Pass<'_>> {
        let third = COUNT / 3;
        let discs = self.pass(Shape::Ellipse, 0, third);
        let rects = self.pass(Shape::Rect { corner: 0.0 }, third, 2 * third);
        let turned = self.pass(Shape::Rect { corner: 0.0 }, 2 * third, COUNT);
        let (height, rotation) = (&self.lanes[3], &self.lanes[4]);
        let rects = Pass { height: Lanes::Each(&height[third..2 * third]), ..rects };
        let turned = Pass { rotation: Lanes::Each(&rotation[2 * third..]), ..turned };
        vec![discs, rects, turned]
    }

    fn stroked(&self, shape: Shape<'static>, trim_end: f32) -> Vec<Pass<'_>> {
        let pass = self.pass(shape, 0, COUNT);
        let stroke = Stroke {
            color: Colors::Each(&self.colors),
            width: Lanes::Uniform(1.5 / 1080.0),
            trim_start: Lanes::Uniform(0.0),
            trim_end: Lanes::Uniform(trim_end),
            dash: None,
            cap: Cap::Round,
            join: Join::Round,
        };
        vec![Pass { fill: None, stroke: Some(stroke), ..pass }]
    }
}

fn raster(c: &mut Criterion) {
    let scene = Scene::new();
    let mut group = c.benchmark_group("raster_1080p_15000");
    group.sample_size(10);
    let scenes = [
        ("mixed", scene.mixed()),
        ("discs", vec![scene.pass(Shape::Ellipse, 0, COUNT)]),
        ("rounded_rects", vec![scene.pass(Shape::Rect { corner: 0.5 }, 0, COUNT)]),
        ("stars", vec![scene.pass(Shape::Star { points: 5, inner: 0.5 }, 0, COUNT)]),
        ("rings", scene.stroked(Shape::Ellipse, 1.0)),
        ("trimmed_rings", scene.stroked(Shape::Ellipse, 0.6)),
        ("line", scene.stroked(Shape::Line { closed: false }, 1.0)),
        ("screen", vec![Pass { blend: Blend::Screen, ..scene.pass(Shape::Ellipse, 0, COUNT) }]),
    ];
    let settings = [
        ("one_thread", RasterSettings::default()),
        ("two_threads", RasterSettings { threads: 2, ..Default::default() }),
        ("transparent", RasterSettings { transparent: true, ..Default::default() }),
    ];
    for (name, passes) in &scenes {
        // The settings are compared on one scene, the scenes at one setting.
        let settings = &settings[..if *name == "mixed" { settings.len() } else { 1 }];
        for (setting, settings) in settings {
            let mut raster = Raster::new(*settings).expect("1080p is a size");
            group.bench_function(format!("{name}/{setting}"), |b| {
                b.iter(|| raster.draw_passes(BLACK, passes).pixels()[0]);
            });
        }
    }
    group.finish();
}

criterion_group!(benches, raster);
criterion_main!(benches);
