//! Images as they are drawn, against a plain model: pixel by pixel, in f64.

use crate::frame::{Blend, Colors, Filter, Image, Lanes, Pass, Rgba8, Shape, Sprite, View};
use crate::render::{Raster, RasterSettings};

const SIDE: u32 = 64;
const GROUND: Rgba8 = Rgba8::new(0, 0, 0, 255);
const WHITE: Rgba8 = Rgba8::new(255, 255, 255, 255);

/// An element on the canvas and what it shows, in pixels.
#[derive(Clone, Copy, Debug)]
struct Case {
    center: [f64; 2],
    size: [f64; 2],
    rotation: f64,
    source: [f64; 4],
    filter: Filter,
    tint: Rgba8,
}

fn draw(image: &Image, case: &Case, blend: Blend) -> Vec<[u8; 4]> {
    let share = |pixels: f64| Lanes::Uniform((pixels / f64::from(SIDE)) as f32);
    let source = case.source.map(|number| Lanes::Uniform(number as f32));
    let pass = Pass {
        name: "one",
        domain: "one",
        shape: Shape::Image(Sprite { image, source, corner: Lanes::Uniform(0.0), filter: case.filter }),
        blend,
        layer: 0,
        view: View::default(),
        count: 1,
        order: None,
        x: share(case.center[0]),
        y: share(case.center[1]),
        depth: None,
        width: share(case.size[0]),
        height: share(case.size[1]),
        rotation: Lanes::Uniform(case.rotation as f32),
        fill: Some(Colors::Uniform(case.tint)),
        stroke: None,
        opacity: Lanes::Uniform(1.0),
        corners: None,
    };
    let settings = RasterSettings { width: SIDE, height: SIDE, ..RasterSettings::default() };
    let mut raster = Raster::new(settings).unwrap();
    let picture = raster.draw_passes(GROUND, &[pass]);
    (0..SIDE * SIDE).map(|at| picture.pixel(at % SIDE, at / SIDE).unwrap()).collect()
}

/// Where the middle of a pixel is in the box of an element, as shares of its sides from its left top corner, and how many pixels it is
/// inside.
fn inside(case: &Case, [x, y]: [f64; 2]) -> ([f64; 2], f64) {
    let (sin, cos) = libm::sincos(case.rotation);
    let (x, y) = (x - case.center[0], y - case.center[1]);
    let off = [x * cos + y * sin, y * cos - x * sin];
    let beside = [0, 1].map(|k| case.size[k].abs() * 0.5 - off[k].abs());
    ([0, 1].map(|k| off[k] / case.size[k] + 0.5), beside[0].min(beside[1]))
}

/// A premultiplied pixel of an image of a size, where the four around a place have their parts.
fn between(pixels: &dyn Fn(i64, i64) -> [f64; 4], [u, v]: [f64; 2]) -> [f64; 4] {
    let (u, v) = (u - 0.5, v - 0.5);
    let (x, y) = (libm::floor(u), libm::floor(v));
    let (along, down) = (u - x, v - y);
    let at = |k: i64, l: i64| pixels(x as i64 + k, y as i64 + l);
    let [a, b, c, d] = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
    [0, 1, 2, 3].map(|k| {
        let (upper, lower) = (a[k] + (b[k] - a[k]) * along, c[k] + (d[k] - c[k]) * along);
        upper + (lower - upper) * down
    })
}

/// The colour of a pixel by the definition; none where it hangs on the last bit.
fn model(image: &Image, case: &Case, share: [f64; 2]) -> Option<[f64; 4]> {
    let [x, y, width, height] = case.source;
    let place = [x + width * share[0], y + height * share[1]];
    let sides = [f64::from(image.width()), f64::from(image.height())];
    let low = [x.max(0.0), y.max(0.0)];
    let high = [(x + width).min(sides[0]), (y + height).min(sides[1])];
    let levels = image.levels();
    let level = |number: usize, place: [f64; 2]| {
        let level = levels.level(number);
        let size = [level.width, level.height].map(f64::from);
        let pixels = levels.pixels(level);
        let place = [0, 1].map(|k| {
            let scale = size[k] / sides[k];
            let (low, high) = (low[k] * scale + 0.5, high[k] * scale - 0.5);
            if low <= high { (place[k] * scale).clamp(low, high) } else { (low + high) * 0.5 }
        });
        let pixel = |x: i64, y: i64| {
            let x = x.clamp(0, i64::from(level.width) - 1) as usize;
            let y = y.clamp(0, i64::from(level.height) - 1) as usize;
            pixels[y * level.width as usize + x].map(f64::from)
        };
        between(&pixel, place)
    };
    let color = match case.filter {
        Filter::Nearest => {
            let is_sure = place.iter().all(|&place| (place - libm::round(place)).abs() > 1e-3);
            if !is_sure {
                return None;
            }
            let at = [0, 1].map(|k| place[k].clamp(libm::floor(low[k]), libm::ceil(high[k]) - 1.0) as usize);
            let whole = levels.level(0);
            levels.pixels(whole)[at[1] * whole.width as usize + at[0]].map(f64::from)
        }
        Filter::Smooth => {
            let times = (width / case.size[0]).abs().max((height / case.size[1]).abs());
            let power = libm::log2(times.max(1.0)).min(levels.last() as f64);
            let (lower, part) = (libm::floor(power), power - libm::floor(power));
            let upper = (lower as usize + 1).min(levels.last());
            let (a, b) = (level(lower as usize, place), level(upper, place));
            [0, 1, 2, 3].map(|k| a[k] + (b[k] - a[k]) * part)
        }
    };
    let tint = case.tint.to_array().map(|part| f64::from(part) / 255.0);
    Some([
        color[0] * tint[0] * tint[3],
        color[1] * tint[1] * tint[3],
        color[2] * tint[2] * tint[3],
        color[3] * tint[3],
    ])
}

/// Smooth, with corners that are opaque and a middle that is not.
fn image(width: u32, height: u32) -> Image {
    let pixel = |at: u32| {
        let (x, y) = (at % width, at / width);
        let alpha = if (x + y) % 5 == 0 { 120 } else { 255 };
        [x * 255 / width, y * 255 / height, (x * 37 + y * 91) % 256, alpha].map(|part| part as u8)
    };
    Image::new(width, height, (0..width * height).flat_map(pixel).collect::<Vec<u8>>()).unwrap()
}

#[test]
fn pixels_are_those_of_the_definition() {
    let mut seed = 11_u64;
    let mut next = |low: f64, high: f64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (seed >> 40) as f64 / f64::from(1 << 24) * (high - low)
    };
    let images = [image(40, 30), image(7, 5), image(1, 1), image(200, 3)];
    let mut compared = 0;
    for round in 0..240 {
        let image = &images[round % images.len()];
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let mut source = [0.0, 0.0, width, height];
        if round % 3 == 0 {
            let (x, y) = (next(0.0, width * 0.5), next(0.0, height * 0.5));
            source = [x, y, next(0.2, width - x), next(0.2, height - y)];
        }
        let mirror = if round % 5 == 0 { -1.0 } else { 1.0 };
        let case = Case {
            center: [next(10.0, 54.0), next(10.0, 54.0)],
            size: [next(2.0, 90.0) * mirror, next(2.0, 90.0)],
            rotation: if round % 2 == 0 { 0.0 } else { next(-3.0, 3.0) },
            source,
            filter: if round % 4 < 2 { Filter::Smooth } else { Filter::Nearest },
            tint: if round % 7 == 0 { Rgba8::new(200, 90, 255, 128) } else { WHITE },
        };
        let drawn = draw(image, &case, Blend::Normal);
        for (at, found) in drawn.into_iter().enumerate() {
            let middle = [(at as u32 % SIDE) as f64 + 0.5, (at as u32 / SIDE) as f64 + 0.5];
            let (share, beside) = inside(&case, middle);
            if beside < -1.0 {
                assert_eq!(found, GROUND.to_array(), "{case:?} {middle:?} is outside");
            } else if let Some(expected) = (beside > 1.0).then(|| model(image, &case, share)).flatten() {
                let is_near =
                    found.iter().zip(expected).take(3).all(|(&a, b)| (f64::from(a) - b).abs() < 0.75);
                assert!(is_near, "{case:?} {middle:?}: {found:?}, expected {expected:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 100_000, "{compared}");
}

#[test]
fn as_large_as_it_is_every_pixel_is_its_own() {
    let image = image(40, 30);
    for filter in [Filter::Smooth, Filter::Nearest] {
        let (center, size, source) = ([32.0, 31.0], [40.0, 30.0], [0.0, 0.0, 40.0, 30.0]);
        let case = Case { center, size, rotation: 0.0, source, filter, tint: WHITE };
        let drawn = draw(&image, &case, Blend::Normal);
        let first = image.levels().pixels(image.levels().level(0));
        for (x, y) in (0..30_usize).flat_map(|y| (0..40_usize).map(move |x| (x, y))) {
            let found = drawn[(y + 16) * SIDE as usize + x + 12];
            assert_eq!(found[..3], first[y * 40 + x][..3], "{filter:?} {x} {y}");
        }
    }
}

#[test]
fn what_is_much_smaller_does_not_sparkle() {
    // A fine pattern of black and white, eight and more times smaller, wherever it is.
    let pixels = (0..128 * 128_u32)
        .flat_map(|at| [[0, 255][((at % 128 + at / 128) % 2) as usize]; 3].into_iter().chain([255]));
    let image = Image::new(128, 128, pixels.collect::<Vec<u8>>()).unwrap();
    for k in 0..20 {
        let off = f64::from(k) * 0.37;
        let case = Case {
            center: [30.0 + off, 32.0 - off],
            size: [16.0 - off * 0.5, 16.0 - off * 0.5],
            rotation: off * 0.1,
            source: [0.0, 0.0, 128.0, 128.0],
            filter: Filter::Smooth,
            tint: WHITE,
        };
        for (at, found) in draw(&image, &case, Blend::Normal).into_iter().enumerate() {
            let middle = [(at as u32 % SIDE) as f64 + 0.5, (at as u32 / SIDE) as f64 + 0.5];
            if inside(&case, middle).1 > 1.0 {
                assert!((126..=129).contains(&found[0]), "{case:?} {middle:?}: {found:?}");
            }
        }
    }
}

#[test]
fn sprites_of_a_sheet_do_not_run_into_each_other() {
    // Two by two, each of one colour.
    let colors = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255, 255, 0, 255]];
    let pixels = (0..16 * 16_usize).flat_map(|at| colors[at % 16 / 8 + at / 128 * 2]);
    let image = Image::new(16, 16, pixels.collect::<Vec<u8>>()).unwrap();
    for (number, color) in colors.iter().enumerate() {
        let corner = [(number % 2 * 8) as f64, (number / 2 * 8) as f64];
        for side in [3.0, 4.0, 7.3, 8.0, 30.0] {
            for filter in [Filter::Smooth, Filter::Nearest] {
                let (center, source) = ([32.0; 2], [corner[0], corner[1], 8.0, 8.0]);
                let case = Case { center, size: [side; 2], rotation: 0.3, source, filter, tint: WHITE };
                for (at, found) in draw(&image, &case, Blend::Normal).into_iter().enumerate() {
                    let middle = [(at as u32 % SIDE) as f64 + 0.5, (at as u32 / SIDE) as f64 + 0.5];
                    if inside(&case, middle).1 > 1.0 {
                        assert_eq!(found, *color, "{case:?} {middle:?}");
                    }
                }
            }
        }
    }
}
