//! Where a canvas is cut into tiles makes no difference: what is moved by whole pixels is the same picture, moved.

use pavane::frame::{Cap, Colors, Dash, FillRule, Lanes, Pass, Path, Shape, Stroke, Verb};

use super::support::{AMBER, CORAL, NIGHT, TEAL, draw, pass, stroke};

/// Pixels of the canvas and units of the world: places at whole pixels are exact.
const SIDE: u32 = 256;

/// Hands on a pass at a place of the world.
type At<'a> = &'a dyn Fn([f32; 2], &dyn Fn(Pass<'_>));

/// Draws what is at a place, and moved, where components may be off by so much.
#[track_caller]
fn check(name: &str, most: u8, at: At<'_>) {
    let picture = |place: [u32; 2]| {
        let picture = std::cell::RefCell::new(None);
        let place = place.map(|pixels| pixels as f32 / SIDE as f32);
        at(place, &|pass| *picture.borrow_mut() = Some(draw(SIDE, SIDE, &[pass])));
        picture.into_inner().expect("a picture")
    };
    let start = [96, 96];
    let before = picture(start);
    let is_ink = |pixel: &[u8]| pixel[..3] != NIGHT.to_array()[..3];
    assert!(
        before.pixels().chunks_exact(4).filter(|pixel| is_ink(pixel)).count() > 200,
        "{name}: nothing to be seen"
    );
    for by in [[1, 0], [0, 1], [13, 7], [31, 29], [32, 16], [64, 64], [37, 50]] {
        let after = picture([start[0] + by[0], start[1] + by[1]]);
        let (mut off, mut apart) = (0, 0);
        for y in 0..SIDE - by[1] {
            for x in 0..SIDE - by[0] {
                let pixel = |x: u32, y: u32| ((y * SIDE + x) * 4) as usize;
                let (from, to) = (pixel(x, y), pixel(x + by[0], y + by[1]));
                for k in 0..4 {
                    let apart_here = before.pixels()[from + k].abs_diff(after.pixels()[to + k]);
                    off = off.max(apart_here);
                    apart += u32::from(apart_here > 0);
                }
            }
        }
        assert!(
            off <= most && apart < 200,
            "{name} moved by {by:?}: {apart} components are off by up to {off}"
        );
    }
}

fn check_shape(name: &str, most: u8, shape: Shape<'_>, pen: Option<Stroke<'static>>) {
    check(name, most, &|[x, y], draw| {
        draw(Pass {
            x: Lanes::Uniform(x),
            y: Lanes::Uniform(y),
            width: Lanes::Uniform(0.47),
            height: Lanes::Uniform(0.31),
            rotation: Lanes::Uniform(0.7),
            fill: Some(Colors::Uniform(CORAL)),
            stroke: pen,
            ..pass(shape)
        });
    });
}

#[test]
fn shapes_by_formulas_are_the_same_in_any_tile() {
    let pen = Some(stroke(TEAL, 0.03));
    for pen in [None, pen] {
        check_shape("ellipse", 0, Shape::Ellipse, pen);
        check_shape("rect", 0, Shape::Rect { corner: 0.0 }, pen);
        check_shape("rounded rect", 0, Shape::Rect { corner: 0.6 }, pen);
    }
}

/// Outlines are cut at the borders of tiles on a grid of 1/512 and 1/1024 of a pixel, which their slopes in the next pixels may show by a step.
#[test]
fn outlines_are_the_same_in_any_tile_but_for_a_step() {
    let [on, off, offset, scale] = [0.07, 0.05, 0.0, 1.0].map(Lanes::Uniform);
    let dashed =
        Some(Stroke { dash: Some(Dash { on, off, offset, scale }), cap: Cap::Round, ..stroke(AMBER, 0.02) });
    let heart = Path {
        verbs: vec![Verb::Move, Verb::Cubic, Verb::Cubic, Verb::Close],
        points: vec![
            [0.0, 0.5],
            [-1.0, -0.3],
            [-0.3, -0.7],
            [0.0, -0.25],
            [0.3, -0.7],
            [1.0, -0.3],
            [0.0, 0.5],
        ],
        fill_rule: FillRule::NonZero,
    };
    for pen in [None, dashed] {
        check_shape("star", 1, Shape::Star { points: 7, inner: 0.4 }, pen);
        check_shape("path", 1, Shape::Path(&heart), pen);
        check_shape("dashes along an ellipse", 1, Shape::Ellipse, pen);
    }
    check("line", 1, &|[x, y], draw| {
        let corners = [[-0.25, 0.125], [0.0, -0.1875], [0.125, 0.25], [0.3125, -0.125]];
        let (xs, ys) = (corners.map(|corner| corner[0] + x), corners.map(|corner| corner[1] + y));
        let line = Shape::Line { closed: false };
        let (x, y) = (Lanes::Each(&xs), Lanes::Each(&ys));
        draw(Pass { count: 4, x, y, fill: None, stroke: Some(stroke(TEAL, 0.06)), ..pass(line) });
    });
}
