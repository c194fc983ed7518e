//! How much memory pictures take: the canvas bounds it, not the number or the size of what is drawn.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.
#![cfg(feature = "render")]

mod support;

use std::alloc::System;

use pavane::frame::{Colors, Dash, Filter, Image, Lanes, Pass, Rgba8, Shape, Sprite, Stroke, View};
use pavane::render::{Raster, RasterSettings};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use support::{NIGHT, pass, stroke};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const MIB: usize = 1 << 20;

/// What a raster keeps after such a frame, in bytes: its buffers grow to what the frame needs, and stay.
fn kept(passes: &[Pass<'_>]) -> usize {
    let settings = RasterSettings { width: 320, height: 240, ..Default::default() };
    let region = Region::new(ALLOCATOR);
    let mut raster = Raster::new(settings).expect("a raster");
    raster.draw_passes(NIGHT, passes);
    let change = region.change();
    change.bytes_allocated.saturating_sub(change.bytes_deallocated)
}

fn dashed(period: f32, width: f32, size: f32) -> Pass<'static> {
    let [on, off, offset, scale] = [period * 0.5, period * 0.5, 0.0, 1.0].map(Lanes::Uniform);
    let dash = Some(Dash { on, off, offset, scale });
    Pass {
        width: Lanes::Uniform(size),
        height: Lanes::Uniform(size),
        fill: None,
        stroke: Some(Stroke { dash, ..stroke(NIGHT, width) }),
        ..pass(Shape::Ellipse)
    }
}

// One test, since what other threads allocate would count.
#[test]
fn the_canvas_bounds_the_memory() {
    let check = |what: &str, most: usize, passes: &[Pass<'_>]| {
        let kept = kept(passes);
        assert!(kept < most * MIB, "{what}: {:.1} MiB", kept as f64 / MIB as f64);
    };
    check("nothing", 2, &[]);
    let veil = Pass {
        count: 20_000,
        width: Lanes::Uniform(1.3),
        height: Lanes::Uniform(1.3),
        fill: Some(Colors::Uniform(Rgba8::new(255, 80, 40, 3))),
        ..pass(Shape::Ellipse)
    };
    check("veils", 96, &[veil]);
    check("dashes of 2 pixels on a circle 10 units wide", 8, &[dashed(0.016, 0.01, 10.0)]);
    check(
        "dashes on a circle of 1000 units",
        8,
        &[Pass { y: Lanes::Uniform(500.5), ..dashed(0.4, 0.1, 1000.0) }],
    );
    // An ordinary patch, near to.
    let near = View { extent: 0.001, ..View::default() };
    let turns: Vec<f32> = (0..1000).map(|k| 0.5 + 0.4 * libm::sinf(k as f32 * 0.37)).collect();
    let rings = Pass { count: 1000, x: Lanes::Each(&turns), view: near, ..dashed(0.01, 0.02, 0.4) };
    check("a zoom onto dashed rings", 8, &[rings]);
    let line = Pass { shape: Shape::Line { closed: false }, y: Lanes::Each(&turns), ..rings };
    check("a zoom onto a dashed line", 8, &[line]);
    let discs = Pass {
        count: 1000,
        x: Lanes::Each(&turns),
        fill: Some(Colors::Uniform(NIGHT)),
        ..pass(Shape::Ellipse)
    };
    let boxes = Pass { shape: Shape::Rect { corner: 0.1 }, stroke: Some(stroke(NIGHT, 0.01)), ..discs };
    let fewer = [Pass { count: 700, ..discs }, Pass { count: 1000, ..boxes }];
    let image = Image::new(40, 30, vec![200; 4_800]).expect("as many bytes as its size says");
    let source = [0.0, 0.0, 40.0, 30.0].map(Lanes::Uniform);
    let corner = Lanes::Uniform(0.2);
    let sprite = Sprite { image: &image, source, corner, filter: Filter::Smooth };
    let images = Pass { shape: Shape::Image(sprite), width: Lanes::Uniform(0.05), ..discs };
    a_frame_of_formulas_allocates_nothing(&[discs, boxes, images], &fewer);
}

/// Once the largest frame was drawn, and by one thread: others are begun for each frame.
fn a_frame_of_formulas_allocates_nothing(most: &[Pass<'_>], fewer: &[Pass<'_>]) {
    let settings = RasterSettings { width: 320, height: 240, threads: 1, ..Default::default() };
    let mut raster = Raster::new(settings).expect("a raster");
    raster.draw_passes(NIGHT, most);
    let region = Region::new(ALLOCATOR);
    for _ in 0..10 {
        raster.draw_passes(NIGHT, fewer);
        raster.draw_passes(NIGHT, most);
    }
    let change = region.change();
    assert_eq!((change.allocations, change.reallocations), (0, 0), "formulas");
}
