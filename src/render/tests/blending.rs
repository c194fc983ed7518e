//! Blend modes and opacity against the formulas of <https://www.w3.org/TR/compositing-1/>.

use pavane::frame::{Blend, Blending, Colors, Ground, Lanes, Pass, Rgba8, Shape, Stroke};
use pavane::render::RasterSettings;

use super::support::{check_golden, draw, draw_with, pass, stroke};

const BLENDS: [Blend; 8] = [
    Blend::Normal,
    Blend::Add,
    Blend::Multiply,
    Blend::Screen,
    Blend::Darken,
    Blend::Lighten,
    Blend::Difference,
    Blend::Overlay,
];
const BACKGROUND: Rgba8 = Rgba8::new(68, 102, 136, 255);
const NOTHING: [f64; 4] = [0.0; 4];

/// Premultiplied components in `0..=1`.
fn premultiplied(color: Rgba8, opacity: f64) -> [f64; 4] {
    let [r, g, b, a] = color.to_array().map(|component| f64::from(component) / 255.0);
    [r * a, g * a, b * a, a].map(|component| component * opacity)
}

/// `source` over `backdrop`, both premultiplied: section 5.1 (`B` per mode) into section 5 of the specification; add is
/// its `plus-lighter`.
fn composite(blend: Blend, source: [f64; 4], backdrop: [f64; 4]) -> [f64; 4] {
    let (sa, ba) = (source[3], backdrop[3]);
    let straight = |color: [f64; 4], k: usize| if color[3] > 0.0 { color[k] / color[3] } else { 0.0 };
    let mut out = [0.0; 4];
    for k in 0..3 {
        let (s, b) = (straight(source, k), straight(backdrop, k));
        let hard_light = |s: f64, b: f64| {
            if s <= 0.5 { b * 2.0 * s } else { b + (2.0 * s - 1.0) - b * (2.0 * s - 1.0) }
        };
        let mixed = match blend {
            Blend::Add => {
                out[k] = (source[k] + backdrop[k]).min(1.0);
                continue;
            }
            Blend::Normal => s,
            Blend::Multiply => s * b,
            Blend::Screen => s + b - s * b,
            Blend::Darken => s.min(b),
            Blend::Lighten => s.max(b),
            Blend::Difference => (s - b).abs(),
            Blend::Overlay => hard_light(b, s),
        };
        out[k] = sa * (1.0 - ba) * s + sa * ba * mixed + (1.0 - sa) * ba * b;
    }
    out[3] = if blend == Blend::Add { (sa + ba).min(1.0) } else { sa + ba * (1.0 - sa) };
    out
}

/// A component of sRGB in `0..=1` as light, and back: the curve of IEC 61966-2-1.
fn light(component: f64) -> f64 {
    if component <= 0.04045 { component / 12.92 } else { libm::pow((component + 0.055) / 1.055, 2.4) }
}

fn encoded(light: f64) -> f64 {
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * libm::pow(light, 1.0 / 2.4) - 0.055 }
}

/// A premultiplied colour with another curve for its components.
fn by(curve: impl Fn(f64) -> f64, [r, g, b, a]: [f64; 4]) -> [f64; 4] {
    let part = |part: f64| if a > 0.0 { curve((part / a).min(1.0)) * a } else { 0.0 };
    [part(r), part(g), part(b), a]
}

/// Compares a pixel premultiplied, since a colour means nothing where alpha is near 0.
fn check(actual: [u8; 4], expected: [f64; 4], what: &str) {
    let [r, g, b, a] = actual;
    let actual = premultiplied(Rgba8::new(r, g, b, a), 1.0);
    // Two steps: the raster rounds each paint to 8 bits, and the picture once more.
    let off = (0..4).map(|k| (actual[k] - expected[k]).abs() * 255.0).fold(0.0, f64::max);
    assert!(off <= 2.0, "{what}: {:?} and {:?}", actual.map(|c| c * 255.0), expected.map(|c| c * 255.0));
}

/// A pass that covers the canvas.
fn cover(color: Rgba8, blend: Blend, opacity: f32) -> Pass<'static> {
    Pass {
        width: Lanes::Uniform(2.0),
        height: Lanes::Uniform(2.0),
        fill: Some(Colors::Uniform(color)),
        blend,
        opacity: Lanes::Uniform(opacity),
        ..pass(Shape::Rect { corner: 0.0 })
    }
}

#[test]
fn every_blend_follows_its_formula() {
    let colors = [
        Rgba8::new(136, 68, 0, 255),
        Rgba8::new(255, 255, 255, 255),
        Rgba8::new(10, 200, 120, 160),
        Rgba8::new(250, 40, 90, 60),
    ];
    for blend in BLENDS {
        for color in colors {
            for under in [None, Some(Rgba8::new(200, 30, 180, 128)), Some(Rgba8::new(20, 240, 90, 255))] {
                for (transparent, opacity) in [(false, 1.0), (true, 1.0), (false, 0.5), (true, 0.25)] {
                    let mut passes = Vec::new();
                    let mut expected = if transparent { NOTHING } else { premultiplied(BACKGROUND, 1.0) };
                    if let Some(under) = under {
                        passes.push(cover(under, Blend::Normal, 1.0));
                        expected = composite(Blend::Normal, premultiplied(under, 1.0), expected);
                    }
                    passes.push(cover(color, blend, opacity));
                    let source = premultiplied(color, f64::from(opacity));
                    expected = composite(blend, source, expected);
                    let settings = RasterSettings { width: 8, height: 8, transparent, ..Default::default() };
                    let picture = draw_with(settings, BACKGROUND, &passes);
                    let what = format!("{blend:?} {color:?} over {under:?}, {transparent} {opacity}");
                    check(picture.pixel(3, 4).unwrap(), expected, &what);
                }
            }
        }
    }
}

#[test]
fn a_background_is_a_backdrop() {
    for blend in BLENDS {
        let disc = |x| Pass {
            x: Lanes::Uniform(x),
            fill: Some(Colors::Uniform(Rgba8::new(136, 68, 0, 200))),
            blend,
            ..pass(Shape::Ellipse)
        };
        let square = Pass {
            x: Lanes::Uniform(1.0),
            width: Lanes::Uniform(1.0),
            height: Lanes::Uniform(1.0),
            fill: Some(Colors::Uniform(BACKGROUND)),
            ..pass(Shape::Rect { corner: 0.0 })
        };
        let settings = RasterSettings { width: 48, height: 24, ..Default::default() };
        let picture = draw_with(settings, BACKGROUND, &[square, disc(0.0), disc(1.0)]);
        for (x, y) in (0..24).flat_map(|y| (0..24).map(move |x| (x, y))) {
            assert_eq!(picture.pixel(x, y), picture.pixel(x + 24, y), "{blend:?} at {x} {y}");
        }
    }
}

#[test]
fn fill_and_stroke_blend_as_one_thing() {
    let (fill, edge) = (Rgba8::new(200, 90, 30, 220), Rgba8::new(40, 120, 230, 150));
    let outlined = Stroke { color: Colors::Uniform(edge), ..stroke(edge, 0.25) };
    let square = Pass {
        width: Lanes::Uniform(0.5),
        height: Lanes::Uniform(0.5),
        fill: Some(Colors::Uniform(fill)),
        stroke: Some(outlined),
        ..pass(Shape::Rect { corner: 0.0 })
    };
    let corners = ([0.25, 0.75, 0.75, 0.25], [0.25, 0.25, 0.75, 0.75]);
    let line = Pass {
        count: 4,
        x: Lanes::Each(&corners.0),
        y: Lanes::Each(&corners.1),
        shape: Shape::Line { closed: true },
        ..square
    };
    for blend in BLENDS {
        for (opacity, transparent) in [(1.0, false), (0.5, false), (0.5, true)] {
            for (name, shape) in [("rect", square), ("line", line)] {
                let shape = Pass { blend, opacity: Lanes::Uniform(opacity), ..shape };
                let settings = RasterSettings { width: 64, height: 64, transparent, ..Default::default() };
                let picture = draw_with(settings, BACKGROUND, &[shape]);
                let backdrop = if transparent { NOTHING } else { premultiplied(BACKGROUND, 1.0) };
                let (fill, edge) = (premultiplied(fill, 1.0), premultiplied(edge, 1.0));
                let over = composite(Blend::Normal, edge, fill);
                // The middle; the inner half of the stroke, over the fill; its outer half.
                for (x, y, source) in [(32, 32, fill), (20, 32, over), (12, 32, edge)] {
                    let source = source.map(|component| component * f64::from(opacity));
                    let expected = composite(blend, source, backdrop);
                    let what = format!("{name} {blend:?} {opacity} {transparent} at {x}");
                    check(picture.pixel(x, y).unwrap(), expected, &what);
                }
                let outside = picture.pixel(3, 32).unwrap();
                check(outside, backdrop, "outside");
            }
        }
    }
}

#[test]
fn opacity_fades_things_as_drawn() {
    let rings = Pass {
        count: 4,
        x: Lanes::Each(&[0.2, 0.4, 0.6, 0.8]),
        width: Lanes::Uniform(0.34),
        height: Lanes::Uniform(0.7),
        stroke: Some(stroke(Rgba8::new(32, 176, 168, 255), 0.1)),
        opacity: Lanes::Each(&[0.25, 0.5, 0.75, 1.0]),
        ..pass(Shape::Ellipse)
    };
    check_golden("opacity_of_fill_and_stroke", &draw(48, 48, &[rings]));
    let nothing = draw(48, 48, &[]);
    for opacity in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let gone = Pass { opacity: Lanes::Uniform(opacity), ..rings };
        assert_eq!(draw(48, 48, &[gone]), nothing, "{opacity}");
    }
    let whole = |opacity| draw(48, 48, &[Pass { opacity: Lanes::Uniform(opacity), ..rings }]);
    assert_eq!(whole(7.0), whole(1.0));
}

#[test]
fn light_is_blended_where_the_ground_says_so() {
    let under = Rgba8::new(200, 30, 180, 128);
    let colors = [
        Rgba8::new(136, 68, 0, 255),
        Rgba8::new(255, 255, 255, 128),
        Rgba8::new(10, 200, 120, 160),
        Rgba8::new(250, 40, 90, 60),
    ];
    for blend in BLENDS {
        for color in colors {
            for (transparent, opacity) in [(false, 1.0), (true, 1.0), (false, 0.5), (true, 0.25)] {
                let passes = [cover(under, Blend::Normal, 1.0), cover(color, blend, opacity)];
                let ground = if transparent { NOTHING } else { by(light, premultiplied(BACKGROUND, 1.0)) };
                let first = composite(Blend::Normal, by(light, premultiplied(under, 1.0)), ground);
                let source = by(light, premultiplied(color, f64::from(opacity)));
                let expected = by(encoded, composite(blend, source, first));
                let settings = RasterSettings { width: 8, height: 8, transparent, ..Default::default() };
                let ground = Ground { color: BACKGROUND, blending: Blending::Linear };
                let picture = draw_with(settings, ground, &passes);
                let what = format!("{blend:?} {color:?} {transparent} {opacity}");
                check(picture.pixel(3, 4).unwrap(), expected, &what);
            }
        }
    }
}

#[test]
fn soft_edges_in_light_are_lighter() {
    // Half of each pixel of a column is white.
    let half = Pass {
        x: Lanes::Uniform(0.25),
        width: Lanes::Uniform(0.5 + 1.0 / 8.0),
        height: Lanes::Uniform(2.0),
        fill: Some(Colors::Uniform(Rgba8::new(255, 255, 255, 255))),
        ..pass(Shape::Rect { corner: 0.0 })
    };
    let settings = RasterSettings { width: 8, height: 8, ..Default::default() };
    let edge = |blending| {
        let ground = Ground { color: Rgba8::new(0, 0, 0, 255), blending };
        draw_with(settings, ground, &[half]).pixel(4, 4).unwrap()
    };
    assert_eq!(edge(Blending::Srgb), [128, 128, 128, 255]);
    assert_eq!(edge(Blending::Linear), [188, 188, 188, 255]);
}
