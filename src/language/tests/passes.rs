//! Attributes of draw statements, from source to pass.

use super::played;
use crate::frame::{Lanes, Pass};

/// The only pass of a patch, at a frame.
fn check_pass(patch: &str, frame: u64, check: impl Fn(&Pass<'_>)) {
    let mut engine = played(patch, frame);
    check(&engine.last_frame().unwrap().passes().next().unwrap());
}

/// The part of a circle's outline that is drawn with these attributes.
fn check_part(attributes: &str, expected: Option<[f64; 2]>) {
    let patch = format!(
        "draw circle {{ position: (0.5, 0.5), size: 0.5, stroke: #fff, stroke_width: 0.1, {attributes} }}"
    );
    check_pass(&patch, 30, |pass| {
        let part = pass.stroke.unwrap().part(0);
        let near = |(a, b): ([f64; 2], [f64; 2])| (a[0] - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6;
        assert!(part.zip(expected).map_or(part == expected, near), "{attributes}: {part:?}");
    });
}

#[test]
fn trims_wrap_and_shift() {
    check_part("trim: (0.25, 0.75)", Some([0.25, 0.75]));
    check_part("trim: (0.8, 0.2)", Some([0.8, 1.2]));
    check_part("trim: (-0.2, 0.2)", Some([0.8, 1.2]));
    check_part("trim: (1.25, 1.5)", Some([0.25, 0.5]));
    check_part("trim: (0, 1)", Some([0.0, 1.0]));
    check_part("trim: (0.3, 1.3)", Some([0.0, 1.0]));
    check_part("trim: (-1, 3)", Some([0.0, 1.0]));
    check_part("trim: (0.5, 0.5)", None);
    check_part("trim: (1, 0)", None);
    // In half a second.
    check_part("trim: (0.25, 0.75), trim_offset: 0.5", Some([0.75, 1.25]));
    check_part("trim: (0.25, 0.5), trim_offset: -time / 2s", Some([0.0, 0.25]));
    check_part("trim: (0, 0.25), trim_offset: 1000.5", Some([0.5, 0.75]));
    check_part("trim: (0, 1), trim_offset: 0.3", Some([0.0, 1.0]));
    check_part("trim: (0.5, 0.5), trim_offset: 0.3", None);
    check_part("trim: (0, 0.25), trim_offset: phase(time / 2s)", Some([0.25, 0.5]));
}

#[test]
fn offsets_of_trims_keep_empty_and_whole_ones() {
    // Rounding must not make a whole outline of an empty one, nor a gap in a whole one.
    let patch = "domain dots[1000] {
        draw circle as whole { position: (rank, 0), size: 1, stroke: #fff, stroke_width: 0.1, trim: (0, 1), trim_offset: rank * 37 }
        draw circle as empty { position: (rank, 0), size: 1, stroke: #fff, stroke_width: 0.1, trim: (0.7, 0.7), trim_offset: rank * 37 }
    }";
    let mut engine = played(patch, 0);
    let frame = engine.last_frame().unwrap();
    for (pass, expected) in frame.passes().zip([Some([0.0, 1.0]), None]) {
        for k in 0..pass.count {
            assert_eq!(pass.stroke.unwrap().part(k), expected, "{} of {}", k, pass.name);
        }
    }
}

#[test]
fn opacity_is_of_the_element() {
    let check = |paints: &str, alphas: [Option<u8>; 2], opacity: f32| {
        let patch = format!("draw rect {{ position: (0.5, 0.5), size: 0.5, opacity: 0.5, {paints} }}");
        check_pass(&patch, 0, |pass| {
            let alpha =
                |color: Option<crate::frame::Colors<'_>>| color.map(|color| color.get(0).to_array()[3]);
            assert_eq!([alpha(pass.fill), alpha(pass.stroke.map(|stroke| stroke.color))], alphas, "{paints}");
            assert!(matches!(pass.opacity, Lanes::Uniform(found) if found == opacity), "{paints}");
        });
    };
    check("color: #fff", [Some(128), None], 1.0);
    check("stroke: #fff, stroke_width: 0.1", [None, Some(128)], 1.0);
    check("color: #ffffff80, stroke: #fff, stroke_width: 0.1", [Some(128), Some(255)], 0.5);
}

#[test]
fn a_scale_may_be_negative() {
    check_pass(
        "draw rect { position: (0.5, 0.5), size: (0.5, 0.25), scale: (-1, 2), color: #fff }",
        0,
        |pass| {
            assert_eq!((pass.width.get(0), pass.height.get(0), pass.drawn()), (-0.5, 0.5, 1));
        },
    );
}
