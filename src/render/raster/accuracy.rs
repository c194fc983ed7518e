//! Coverage against the share of a pixel's samples that are within a shape; sums of faint layers; seams; the pictures of
//! passes, worked out in several ways and beside those of outlines.

use fearless_simd::Level;
use kurbo::Affine;

use super::super::outline::Circles;
use super::item::{Form, Item, Paint};
use super::outlines::Outliner;
use super::pieces::Layer;
use super::setup::Setup;
use super::tiler::{Scene, Tiler};
use crate::frame::{
    Blend, Cap, Colors, FillRule, Join, Lanes, Pass, Rgba8, Shape as PassShape, Stroke, View,
};

/// Samples along a pixel's side. They are wrong themselves by up to 4 of 255 at an edge along them, and 1 on average.
const SAMPLES: usize = 32;

/// Values in `0..1` that look random.
fn noise() -> impl FnMut() -> f64 {
    let mut state = 7_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1_u32 << 24)
    }
}

/// A shape without a place: half its sides, the radius of its corners, half of its stroke's width.
#[derive(Clone, Copy, Debug)]
struct Shape {
    form: Form,
    half: [f64; 2],
    corner: f64,
    pen: f64,
}

impl Shape {
    /// Whether a point in the shape's own axes is drawn.
    fn holds(&self, u: f64, v: f64) -> bool {
        let [a, b] = self.half;
        let within = |grown: f64| match self.form {
            Form::Disc => u * u + v * v <= (a + grown).max(0.0) * (a + grown).max(0.0),
            Form::Upright | Form::Turned => u.abs() <= a + grown && v.abs() <= b + grown,
            Form::Rounded => {
                let (p, q) = (u.abs() - (a - self.corner), v.abs() - (b - self.corner));
                libm::hypot(p.max(0.0), q.max(0.0)) + p.max(q).min(0.0) <= self.corner + grown
            }
            Form::Outline => false,
            Form::Ellipse | Form::Sliver => (u / a) * (u / a) + (v / b) * (v / b) <= 1.0,
        };
        if self.pen > 0.0 { within(self.pen) && !within(-self.pen) } else { within(0.0) }
    }

    /// The share of a pixel, from `x`, `y` to one more, of an upright rectangle that is exact without samples.
    fn upright_share(&self, x: f64, y: f64) -> f64 {
        let overlap = |at: f64, half: f64| ((at + 1.0).min(half) - at.max(-half)).max(0.0);
        let within = |grown: f64| overlap(x, self.half[0] + grown) * overlap(y, self.half[1] + grown);
        if self.pen > 0.0 { within(self.pen) - within(-self.pen) } else { within(0.0) }
    }

    /// White on black in a square canvas: the share of every pixel by formula and by samples.
    fn draw(&self, at: [f64; 2], angle: f64, side: usize) -> Vec<[f64; 2]> {
        let (sin, cos) = libm::sincos(angle);
        let mut tiler = Tiler::new(side as u32, side as u32, 1, Level::new());
        tiler.scene.items.push(Item {
            center: at.map(|part| part as f32),
            axis: [cos as f32, sin as f32],
            half: self.half.map(|part| part as f32),
            corner: self.corner as f32,
            pen: self.pen as f32,
            opacity: 1.0,
            fill: [255; 4],
            stroke: [255; 4],
            bounds: [0, 0, side as u16, side as u16],
            form: self.form,
            paint: if self.pen > 0.0 { Paint::Stroke } else { Paint::Fill },
            blend: Blend::Normal,
            round_join: false,
            rule: FillRule::NonZero,
            sprite: 0,
        });
        let mut pixels = vec![0; side * side * 4];
        tiler.finish([0, 0, 0, 255], &mut pixels, side);
        let share = |place: usize| {
            if self.form == Form::Upright {
                return self.upright_share((place % side) as f64 - at[0], (place / side) as f64 - at[1]);
            }
            let part = |k: usize| (k as f64 + 0.5) / SAMPLES as f64;
            let held = (0..SAMPLES * SAMPLES).filter(|k| {
                let x = (place % side) as f64 + part(k % SAMPLES) - at[0];
                let y = (place / side) as f64 + part(k / SAMPLES) - at[1];
                self.holds(x * cos + y * sin, y * cos - x * sin)
            });
            held.count() as f64 / (SAMPLES * SAMPLES) as f64
        };
        pixels.chunks_exact(4).enumerate().map(|(k, pixel)| [f64::from(pixel[0]) / 255.0, share(k)]).collect()
    }
}

#[test]
fn coverage_is_near_the_area() {
    let (mut next, mut faults) = (noise(), Vec::new());
    let mut check = |form, size: [f64; 2], ratio: f64, corner: f64, pen: f64, most: [f64; 3]| {
        let (mut sum, mut count, mut worst, mut ink) = (0.0, 0, 0.0_f64, [f64::INFINITY, 0.0]);
        for _ in 0..12 {
            let a = size[0] + next() * (size[1] - size[0]);
            let shape = Shape { form, half: [a, a * ratio], corner: a * ratio.min(1.0) * corner, pen };
            let side = (2.0 * (a * libm::hypot(1.0, ratio) + pen * 1.5) + 6.0) as usize;
            let at = [0, 1].map(|_| side as f64 * 0.5 + next());
            let angle = if form == Form::Upright { 0.0 } else { next() * 6.0 };
            let shares = shape.draw(at, angle, side);
            for [drawn, area] in &shares {
                let off = (drawn - area).abs() * 255.0;
                worst = worst.max(off);
                if (*area > 0.0 && *area < 1.0) || off > 0.5 {
                    (sum, count) = (sum + off, count + 1);
                }
            }
            let [drawn, area] = [0, 1].map(|k| shares.iter().map(|share| share[k]).sum::<f64>());
            ink = [ink[0].min(drawn / area), ink[1].max(drawn / area)];
        }
        let mean = sum / f64::from(count);
        let what =
            format!("{form:?} {size:?} {ratio} {corner} {pen}: mean {mean}, worst {worst}, ink {ink:?}");
        let keeps_ink = ink[0] >= 1.0 - most[2] && ink[1] <= 1.0 + most[2];
        if mean > most[0] || worst > most[1] || !keeps_ink {
            faults.push(what);
        }
    };
    // Sizes, height to width, corners, pen; mean error, worst error, ink.
    check(Form::Disc, [0.4, 0.75], 1.0, 0.0, 0.0, [1.0, 6.0, 0.04]);
    check(Form::Disc, [0.75, 1.5], 1.0, 0.0, 0.0, [1.0, 6.0, 0.01]);
    check(Form::Disc, [1.5, 3.0], 1.0, 0.0, 0.0, [1.0, 6.0, 0.01]);
    check(Form::Disc, [3.0, 8.0], 1.0, 0.0, 0.0, [1.0, 6.0, 0.005]);
    check(Form::Disc, [8.0, 28.0], 1.0, 0.0, 0.0, [1.0, 6.0, 0.002]);
    check(Form::Disc, [3.0, 15.0], 1.0, 0.0, 0.125, [1.0, 6.0, 0.02]);
    check(Form::Disc, [3.0, 15.0], 1.0, 0.0, 1.0, [1.0, 6.0, 0.005]);
    check(Form::Disc, [3.0, 15.0], 1.0, 0.0, 2.5, [1.0, 9.0, 0.005]);
    check(Form::Ellipse, [1.5, 3.0], 0.6, 0.0, 0.0, [2.2, 16.0, 0.03]);
    check(Form::Ellipse, [3.0, 8.0], 0.6, 0.0, 0.0, [1.0, 8.0, 0.01]);
    check(Form::Ellipse, [8.0, 20.0], 0.6, 0.0, 0.0, [1.0, 6.0, 0.003]);
    check(Form::Sliver, [4.0, 12.0], 0.06, 0.0, 0.0, [2.0, 50.0, 0.06]);
    check(Form::Upright, [0.2, 5.0], 0.7, 0.0, 0.0, [0.4, 0.6, 0.01]);
    check(Form::Upright, [1.0, 5.0], 0.7, 0.0, 0.4, [0.4, 0.6, 0.01]);
    check(Form::Turned, [0.2, 1.0], 1.0, 0.0, 0.0, [3.0, 16.0, 0.03]);
    check(Form::Turned, [1.0, 2.5], 1.0, 0.0, 0.0, [1.1, 10.0, 0.015]);
    check(Form::Turned, [8.0, 20.0], 0.02, 0.0, 0.0, [1.0, 10.0, 0.02]);
    check(Form::Turned, [3.0, 8.0], 0.8, 0.0, 0.6, [1.1, 10.0, 0.01]);
    check(Form::Rounded, [3.0, 9.0], 0.7, 0.5, 0.0, [1.0, 12.0, 0.01]);
    check(Form::Rounded, [1.0, 6.0], 1.2, 0.8, 0.0, [1.6, 16.0, 0.02]);
    check(Form::Rounded, [4.0, 9.0], 0.7, 0.6, 0.5, [1.0, 12.0, 0.01]);
    check(Form::Disc, [0.2, 0.4], 1.0, 0.0, 0.0, [3.5, 20.0, 0.05]);
    assert!(faults.is_empty(), "{faults:#?}");
}

/// An upright rectangle in pixels.
fn upright([x0, y0, x1, y1]: [f32; 4], fill: [u8; 4], opacity: f32) -> Item {
    let pixel = |at: f32| at.max(0.0) as u16;
    Item {
        center: [(x0 + x1) * 0.5, (y0 + y1) * 0.5],
        axis: [1.0, 0.0],
        half: [(x1 - x0) * 0.5, (y1 - y0) * 0.5],
        corner: 0.0,
        pen: 0.0,
        opacity,
        fill,
        stroke: [0; 4],
        bounds: [pixel(x0), pixel(y0), pixel(x1 + 1.0), pixel(y1 + 1.0)],
        form: Form::Upright,
        paint: Paint::Fill,
        blend: Blend::Normal,
        round_join: false,
        rule: FillRule::NonZero,
        sprite: 0,
    }
}

#[test]
fn light_over_a_whole_tile_is_clamped_once() {
    // Light, a veil over it, and light again, over what is drawn already.
    let tile = [0.0, 0.0, 63.0, 31.0];
    let light = Item { blend: Blend::Add, ..upright(tile, [200, 60, 20, 255], 0.4) };
    let veil = upright(tile, [0, 0, 255, 255], 0.5);
    let mut tiler = Tiler::new(63, 31, 1, Level::new());
    tiler.scene.items.push(upright([10.0, 10.0, 12.5, 12.5], [90, 90, 90, 255], 1.0));
    tiler.scene.items.extend([light, light, light, light, veil, light]);
    let mut pixels = vec![0; 63 * 31 * 4];
    tiler.finish([20, 40, 200, 255], &mut pixels, 63);
    for (found, (under, over, veil)) in
        pixels[(20 * 63 + 30) * 4..].iter().zip([(20.0, 200.0, 0.0), (40.0, 60.0, 0.0), (200.0, 20.0, 255.0)])
    {
        let add = |times: u32, under: f64| (0..times).fold(under, |sum, _| (sum + over * 0.4_f64).min(255.0));
        let expected = add(1, (add(4, under) + veil) * 0.5);
        assert!((f64::from(*found) - expected).abs() < 1.0, "{found} {expected}");
    }
}

#[test]
fn faint_veils_add_up() {
    // Over a whole tile, over a part of one, and with something drawn before.
    for (k, area) in [[0.0, 0.0, 63.0, 31.0], [3.0, 5.0, 40.0, 30.0]].into_iter().enumerate() {
        for dotted in [false, true] {
            let mut tiler = Tiler::new(63, 31, 1, Level::new());
            if dotted {
                tiler.scene.items.push(upright([10.0, 10.0, 12.5, 12.5], [90, 90, 90, 255], 1.0));
            }
            // 127 of 255, so faint that an 8-bit canvas would not change at all.
            let veil = upright(area, [250, 120, 30, 127], 0.002 * 255.0 / 127.0);
            tiler.scene.items.extend((0..2000).map(|_| veil));
            let mut pixels = vec![0; 63 * 31 * 4];
            tiler.finish([20, 40, 200, 255], &mut pixels, 63);
            let left = (0..2000).fold(1.0, |left, _| left * 0.998);
            for (found, (under, over)) in
                pixels[(20 * 63 + 30) * 4..].iter().zip([(20.0, 250.0), (40.0, 120.0), (200.0, 30.0)])
            {
                let expected = under * left + over * (1.0 - left);
                assert!((f64::from(*found) - expected).abs() < 2.0, "{k} {dotted}: {found} {expected}");
            }
        }
    }
}

#[test]
fn rectangles_side_by_side_leave_the_seam_of_their_coverage() {
    // White on black: where two cover t and 1 - t of a pixel, 1 - t (1 - t) of it is white.
    for step in 0..=10 {
        let part = f64::from(step) / 10.0;
        let edge = 70.0 + part as f32;
        let mut tiler = Tiler::new(140, 40, 1, Level::new());
        tiler.scene.items.push(upright([0.0, 0.0, edge, 40.0], [255; 4], 1.0));
        tiler.scene.items.push(upright([edge, 0.0, 140.0, 40.0], [255; 4], 1.0));
        let mut pixels = vec![0; 140 * 40 * 4];
        tiler.finish([0, 0, 0, 255], &mut pixels, 140);
        for (k, pixel) in pixels.chunks_exact(4).enumerate() {
            let expected = if k % 140 == 70 { 1.0 - part * (1.0 - part) } else { 1.0 };
            assert!((f64::from(pixel[0]) - expected * 255.0).abs() <= 1.0, "{part} at {k}: {pixel:?}");
        }
    }
}

const SIDE: u32 = 300;
const BACKGROUND: Rgba8 = Rgba8::new(68, 102, 136, 255);

/// 200 shapes in a spiral: places, widths, heights, angles.
struct Spiral([Vec<f32>; 5]);

impl Spiral {
    fn new() -> Self {
        let lane = |of: &dyn Fn(f64) -> f64| (0..200).map(|k| of(f64::from(k)) as f32).collect();
        let size = |k: f64| if k % 7.0 == 0.0 { 0.9 } else { 0.004 + 0.1 * (0.5 + 0.5 * libm::sin(k * 1.3)) };
        Self([
            lane(&|k| 0.5 + k / 250.0 * libm::cos(k * 0.7)),
            lane(&|k| 0.5 + k / 250.0 * libm::sin(k * 0.7)),
            lane(&size),
            lane(&|k| size(k) * (0.2 + 0.8 * libm::fabs(libm::cos(k * 0.31)))),
            lane(&|k| k * 0.37),
        ])
    }

    fn pass(&self, shape: PassShape<'static>, is_turned: bool, pen: f32, fill: Option<Rgba8>) -> Pass<'_> {
        let [x, y, width, height, rotation] = &self.0;
        let stroke = Stroke {
            color: Colors::Uniform(Rgba8::new(250, 200, 40, 180)),
            width: Lanes::Uniform(pen),
            trim_start: Lanes::Uniform(0.0),
            trim_end: Lanes::Uniform(1.0),
            dash: None,
            cap: Cap::Round,
            join: Join::Round,
        };
        Pass {
            name: "shapes",
            domain: "shapes",
            shape,
            blend: Blend::Normal,
            layer: 0,
            view: View::default(),
            count: x.len(),
            order: None,
            x: Lanes::Each(x),
            y: Lanes::Each(y),
            depth: None,
            width: Lanes::Each(width),
            height: Lanes::Each(if is_turned { height } else { width }),
            rotation: if is_turned { Lanes::Each(rotation) } else { Lanes::Uniform(0.0) },
            fill: fill.map(Colors::Uniform),
            stroke: (pen > 0.0).then_some(stroke),
            opacity: Lanes::Uniform(1.0),
            corners: None,
        }
    }
}

fn draw(passes: &[Pass<'_>], transparent: bool, tiler: &mut Tiler) -> Vec<u8> {
    let mut pixels = vec![0; (SIDE * SIDE * 4) as usize];
    let ground = if transparent { [0; 4] } else { BACKGROUND.to_array() };
    tiler.draw(&mut Outliner::new(), passes, ground, &mut pixels, [SIDE; 2]);
    pixels
}

const SHAPES: [PassShape<'static>; 3] =
    [PassShape::Ellipse, PassShape::Rect { corner: 0.0 }, PassShape::Rect { corner: 0.6 }];

#[test]
fn levels_threads_and_room_change_no_pixel() {
    let spiral = Spiral::new();
    let colors = [None, Some(Rgba8::new(40, 120, 200, 120)), Some(Rgba8::new(200, 60, 90, 255))];
    for (k, &blend) in Blend::ALL.iter().enumerate() {
        for (shape, is_turned) in SHAPES.into_iter().flat_map(|shape| [(shape, false), (shape, true)]) {
            for pen in [0.0, 0.02] {
                let fill = if pen > 0.0 { colors[k % 3] } else { colors[1 + k % 2] };
                let pass = spiral.pass(shape, is_turned, pen, fill);
                let passes = [pass, Pass { blend, opacity: Lanes::Uniform(0.7), ..pass }];
                for transparent in [false, true] {
                    let mut one = Tiler::new(SIDE, SIDE, 1, Level::new());
                    let expected = draw(&passes, transparent, &mut one);
                    let what = format!("{blend:?} {shape:?} {is_turned} {pen} {transparent}");
                    // What a frame leaves behind is not in the next.
                    assert!(draw(&passes, transparent, &mut one) == expected, "again: {what}");
                    one.bins.room = 0;
                    assert!(draw(&passes, transparent, &mut one) == expected, "tile by tile: {what}");
                    let mut other = Tiler::new(SIDE, SIDE, 3, Level::baseline());
                    assert!(
                        draw(&passes, transparent, &mut other) == expected,
                        "three threads, baseline: {what}"
                    );
                }
            }
        }
    }
}

#[test]
fn where_tiles_are_cut_changes_no_pixel() {
    // The same shapes further right and down by whole pixels, of which there are 256 to a unit, so that places are exact.
    const ACROSS: usize = 13;
    const DOWN: usize = 7;
    const SIDE: usize = 256;
    let draw = |pass: Pass<'_>| {
        let mut pixels = vec![0; SIDE * SIDE * 4];
        let mut tiler = Tiler::new(SIDE as u32, SIDE as u32, 1, Level::new());
        tiler.draw(&mut Outliner::new(), &[pass], [0, 0, 0, 255], &mut pixels, [SIDE as u32; 2]);
        pixels
    };
    let mut spiral = Spiral::new();
    for at in spiral.0[..2].iter_mut().flatten() {
        *at = (*at * 4096.0).round() / 4096.0;
    }
    let moved =
        |lane: &[f32], by: usize| -> Vec<f32> { lane.iter().map(|at| at + by as f32 / 256.0).collect() };
    let (x, y) = (moved(&spiral.0[0], ACROSS), moved(&spiral.0[1], DOWN));
    let stars = [PassShape::Star { points: 5, inner: 0.4 }];
    for (shape, is_turned) in
        SHAPES.into_iter().chain(stars).flat_map(|shape| [(shape, false), (shape, true)])
    {
        for (pen, fill) in [(0.0, true), (0.001, false), (0.012, false), (0.02, true)] {
            let fill = fill.then_some(Rgba8::new(255, 255, 255, 255));
            for order in (0..60_u32).map(|k| [k * 3]) {
                let pass = Pass { order: Some(&order), ..spiral.pass(shape, is_turned, pen, fill) };
                let (here, there) =
                    (draw(pass), draw(Pass { x: Lanes::Each(&x), y: Lanes::Each(&y), ..pass }));
                for row in 0..SIDE - DOWN {
                    let width = (SIDE - ACROSS) * 4;
                    let here = &here[row * SIDE * 4..][..width];
                    let there = &there[((row + DOWN) * SIDE + ACROSS) * 4..][..width];
                    let what = || format!("{shape:?} {is_turned} {pen} {fill:?} {order:?} in row {row}");
                    // Covers of whole tiles are rounded otherwise.
                    let worst = here.iter().zip(there).map(|(a, b)| a.abs_diff(*b)).max();
                    assert!(worst <= Some(1), "{}: {worst:?}", what());
                }
            }
        }
    }
}

/// What is pushed for a pass.
fn scene(pass: &Pass<'_>) -> Vec<Item> {
    let mut tiler = Tiler::new(SIDE, SIDE, 1, Level::new());
    let mut setup = Setup::new(&mut tiler.scene, pass, SIDE, SIDE);
    let mut outliner = Outliner::new();
    pass.elements().for_each(|index| setup.push(&mut tiler.scene, &mut outliner, pass, index));
    std::mem::take(&mut tiler.scene.items)
}

/// The outlines of a stroked circle as it is by definition: where the pen is wide, its stroker cuts corners at the inner edge.
fn two_circles(scene: &mut Scene, pass: &Pass<'_>, index: usize) {
    let circles = Circles::new();
    scene.pieces.clear();
    let at = [pass.x.get(index), pass.y.get(index)].map(|at| f64::from(at) * f64::from(SIDE));
    let radius = f64::from(pass.width.get(index)) * f64::from(SIDE) * 0.5;
    let pen = f64::from(pass.stroke.expect("it has one").width.get(index)) * f64::from(SIDE) * 0.5;
    for item in 0..scene.items.len() {
        let mut circle = |is_stroke, radius: f64, side: f64| {
            let place =
                Affine::translate((at[0], at[1])).pre_scale_non_uniform(2.0 * radius * side, 2.0 * radius);
            scene.pieces.push(Layer::new(item, is_stroke), &circles.pick(radius).unit, place);
        };
        if pass.fill.is_some() {
            circle(false, radius, 1.0);
        }
        circle(true, radius + pen, 1.0);
        // Round the other way.
        circle(true, (radius - pen).max(0.0), -1.0);
    }
}

#[test]
fn formulas_draw_what_outlines_do() {
    let spiral = Spiral::new();
    // A thick stroke of a narrow ellipse has corners on its inner side, where a pixel may be off by more.
    let cases = [
        (PassShape::Ellipse, false, 4),
        (PassShape::Ellipse, true, 2),
        (PassShape::Rect { corner: 0.0 }, true, 4),
        // Nor is a hairline round turned corners of a radius below a pixel.
        (PassShape::Rect { corner: 0.6 }, true, 1),
    ];
    for (shape, is_turned, pens) in cases {
        for (pen, fill) in [(0.0, true), (0.004, false), (0.02, false), (0.02, true)].into_iter().take(pens) {
            // Single shapes: what many do over each other adds up.
            let fill = fill.then_some(Rgba8::new(255, 255, 255, 255));
            for order in (0..40_u32).map(|k| [k * 5]) {
                let pass = Pass { order: Some(&order), ..spiral.pass(shape, is_turned, pen, fill) };
                let mut tiler = Tiler::new(SIDE, SIDE, 1, Level::new());
                let found = draw(&[pass], false, &mut tiler);
                let mut setup = Setup::new(&mut tiler.scene, &pass, SIDE, SIDE);
                setup.has_formulas = false;
                setup.push(&mut tiler.scene, &mut Outliner::new(), &pass, order[0] as usize);
                assert!(tiler.scene.items.iter().all(|item| item.form == Form::Outline));
                if pen > 0.0 && matches!(shape, PassShape::Ellipse) && !is_turned {
                    two_circles(&mut tiler.scene, &pass, order[0] as usize);
                }
                let mut outlined = vec![0; found.len()];
                tiler.finish(BACKGROUND.to_array(), &mut outlined, SIDE as usize);
                let off = found.iter().zip(&outlined).map(|(a, b)| a.abs_diff(*b));
                let (worst, sum) =
                    off.fold((0, 0), |(worst, sum), off| (off.max(worst), sum + u32::from(off)));
                let what = format!("{shape:?} {is_turned} {pen} {fill:?} {order:?}: {worst} {sum}");
                assert!(worst <= 40, "{what}");
            }
        }
    }
}

#[test]
fn what_has_no_formula_is_outlined() {
    let spiral = Spiral::new();
    let pass = spiral.pass(PassShape::Rect { corner: 0.0 }, true, 0.02, None);
    let takes = |pass: Pass<'_>| scene(&pass).iter().all(|item| item.form != Form::Outline);
    let stroke = pass.stroke.expect("it has one");
    let with = |stroke| Pass { stroke: Some(stroke), ..pass };
    assert!(takes(pass));
    assert!(!takes(Pass { shape: PassShape::Star { points: 5, inner: 0.5 }, ..pass }));
    assert!(!takes(with(Stroke { join: Join::Bevel, ..stroke })));
    assert!(!takes(with(Stroke { trim_end: Lanes::Uniform(0.5), ..stroke })));
    // Of any size where its edges are straight, or where the canvas is all inside or all outside.
    let sized = |shape, size: f32, y: f32| {
        let (width, height) = (Lanes::Uniform(size), Lanes::Uniform(size));
        takes(Pass { shape, width, height, y: Lanes::Uniform(y), ..pass })
    };
    for size in [1e-30, 1e-3, 1.0, 1e3, 1e12, 1e30, -4.0, 0.0, f32::NAN, f32::INFINITY] {
        assert!(sized(PassShape::Rect { corner: 0.0 }, size, 0.5), "{size}");
        assert!(sized(PassShape::Ellipse, size, 0.5), "{size}");
    }
    assert!(sized(PassShape::Ellipse, 1e4, 9e3));
    assert!(!sized(PassShape::Ellipse, 1e4, 5e3), "an edge that far from its middle");
}

#[test]
fn discs_have_a_middle() {
    // Where a pixel's centre, or that of a quarter of it, is the disc's, nothing says which way its edge is.
    for (radius, most) in [(0.41_f32, 0.12), (0.8, 0.05), (1.5, 0.05), (2.2, 0.05)] {
        for at in [10.0, 10.25, 10.5, 10.75_f32] {
            let mut tiler = Tiler::new(21, 21, 1, Level::new());
            let disc = Item {
                center: [at; 2],
                half: [radius; 2],
                bounds: [0, 0, 21, 21],
                form: Form::Disc,
                ..upright([0.0; 4], [255; 4], 1.0)
            };
            tiler.scene.items.push(disc);
            let mut pixels = vec![0; 21 * 21 * 4];
            tiler.finish([0, 0, 0, 255], &mut pixels, 21);
            let ink: f64 = pixels.chunks_exact(4).map(|pixel| f64::from(pixel[0]) / 255.0).sum();
            let area = f64::from(radius * radius) * std::f64::consts::PI;
            assert!((ink / area - 1.0).abs() < most, "{radius} at {at}: {ink} of {area}");
        }
    }
}
