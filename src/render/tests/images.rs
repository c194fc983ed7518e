//! Images, one fact each.

use pavane::Engine;
use pavane::language::{MemoryFiles, compile};
use pavane::render::{Picture, Raster, RasterSettings};

use super::support::check_golden;

/// A file of pixels.
fn png(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
    let pixels: Vec<u8> = (0..width * height).flat_map(|at| pixel(at % width, at / width)).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&pixels).expect("as many pixels");
    writer.finish().expect("an end");
    bytes
}

/// 12 x 8 pixels: a white edge, red from left to right, green downwards, and a blue corner at the left top.
fn photo() -> Vec<u8> {
    png(12, 8, |x, y| match (x, y) {
        (1..=2, 1..=2) => [40, 80, 255, 255],
        (0 | 11, _) | (_, 0 | 7) => [255; 4],
        _ => [(x * 22) as u8, (y * 34) as u8, 60, 255],
    })
}

/// 32 x 16: a fine pattern on the left, discs of two colours with nothing around them on the right.
fn pattern() -> Vec<u8> {
    png(32, 16, |x, y| {
        if x < 16 {
            return if (x + y) % 2 == 0 { [255, 255, 255, 255] } else { [0, 0, 0, 255] };
        }
        let (dx, dy) = (x as i32 * 2 - 47, y as i32 * 2 - 15);
        match dx * dx + dy * dy {
            0..=60 => [255, 200, 60, 255],
            61..=200 => [220, 40, 90, 255],
            _ => [0; 4],
        }
    })
}

/// Four pictures of 6 x 6: one to four dots, each of them on another colour.
fn sheet() -> Vec<u8> {
    png(12, 12, |x, y| {
        let number = x / 6 + y / 6 * 2;
        let is_dot = [(1, 1), (4, 4), (4, 1), (1, 4)]
            .into_iter()
            .take(number as usize + 1)
            .any(|dot| dot == (x % 6, y % 6));
        let ground = [[120, 30, 40, 255], [30, 110, 60, 255], [40, 60, 140, 255], [130, 100, 20, 255]];
        if is_dot { [255; 4] } else { ground[number as usize] }
    })
}

fn picture(draws: &str) -> Picture {
    let files: MemoryFiles =
        [("photo.png", photo()), ("pattern.png", pattern()), ("sheet.png", sheet())].into_iter().collect();
    let patch = format!(
        "background = #223\nimage photo from \"photo.png\"\nimage pattern from \"pattern.png\"\nimage dots from \"sheet.png\"\n{draws}"
    );
    let compiled = compile(&patch, "test.pav", &files);
    assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
    let mut engine = Engine::for_program(compiled.program.expect("a program")).expect("it fits");
    let frame = engine.frame(0).expect("a frame");
    let settings = RasterSettings { width: 48, height: 48, ..RasterSettings::default() };
    Raster::new(settings).expect("a small canvas").draw(&frame).clone()
}

fn golden(name: &str, draws: &str) {
    check_golden(name, &picture(draws));
}

#[test]
fn images_fit_their_size() {
    let fitted = |fit: &str| {
        format!(
            "draw rect {{ position: (0.5, 0.5), size: (0.5, 0.75), color: #888 }}
             draw image(photo) {{ position: (0.5, 0.5), size: (0.5, 0.75), fit: {fit}, filter: nearest }}"
        )
    };
    golden("image_contained", &fitted("contain"));
    golden("image_covers", &fitted("cover"));
    golden("image_stretched", &fitted("stretch"));
    // A size of one number is a square, into which all of it goes.
    assert_eq!(
        picture("draw image(photo) { position: (0.5, 0.5), size: 0.75 }"),
        picture("draw image(photo) { position: (0.5, 0.5), size: (0.75, 0.5), fit: stretch }")
    );
}

#[test]
fn a_part_of_an_image_is_shown() {
    golden(
        "image_source",
        "draw image(photo) { position: (0.5, 0.5), size: 0.75, source: (0, 0), source_size: (6, 4), filter: nearest }",
    );
    golden(
        "image_beyond_its_edges",
        "draw image(photo) { position: (0.5, 0.5), size: 0.75, source: (-4, -4), source_size: (16, 16) }",
    );
    golden(
        "image_frames_of_a_sheet",
        "domain all[8] { draw image(dots) { position: (0.14 + 0.24 * (index % 4), 0.3 + 0.3 * div(index, 4)), size: 0.22, sheet: (2, 2), frame: index - 1.5, filter: nearest } }",
    );
}

#[test]
fn images_are_drawn_larger_and_smaller() {
    golden("image_smooth", "draw image(photo) { position: (0.5, 0.5), size: 0.9 }");
    golden("image_nearest", "draw image(photo) { position: (0.5, 0.5), size: 0.9, filter: nearest }");
    golden(
        "image_much_smaller",
        "draw image(pattern) { position: (0.3, 0.5), size: 4 / 48 }
        draw image(pattern) { position: (0.7, 0.5), size: 18 / 48 }",
    );
    golden(
        "image_clear_around",
        "draw image(pattern) { position: (0.5, 0.5), size: 0.9, source: (16, 0), source_size: (16, 16) }",
    );
}

#[test]
fn images_are_turned_mirrored_and_seen_by_cameras() {
    golden("image_turned", "draw image(photo) { position: (0.5, 0.5), size: 0.8, rotation: 30deg }");
    golden(
        "image_mirrored",
        "draw image(photo) { position: (0.5, 0.5), size: 0.8, scale: (-1, 1), filter: nearest }",
    );
    golden(
        "image_through_a_camera",
        "camera perspective { eye: (0.5, 0.5, 1), target: (0.5, 0.5, 0) }
         domain all[3] { draw image(photo) { position: (0.25 + 0.25 * index, 0.5, -0.8 * index), size: 0.5, order: depth } }",
    );
}

#[test]
fn images_have_corners_a_tint_and_an_opacity() {
    golden("image_corners", "draw image(photo) { position: (0.5, 0.5), size: 0.9, corner: 0.6 }");
    golden(
        "image_tinted",
        "draw image(photo) { position: (0.5, 0.5), size: 0.9, tint: #f80, filter: nearest }",
    );
    golden(
        "image_faded",
        "draw rect { position: (0.5, 0.5), size: (0.2, 0.9), color: #fff }
        draw image(photo) { position: (0.5, 0.5), size: 0.9, opacity: 0.5, filter: nearest }",
    );
    golden(
        "image_multiplied",
        "draw rect { position: (0.3, 0.5), size: (0.4, 0.9), color: #f80 }
        draw image(photo) { position: (0.5, 0.5), size: 0.9, blend: multiply, filter: nearest }",
    );
}

#[test]
fn images_side_by_side_have_no_seam() {
    // A half each, at whole pixels: as one.
    let halves = picture(
        "domain all[2] { draw image(photo) { position: (0.25 + 0.5 * index, 0.5), size: (0.5, 0.6666666667), fit: stretch,
             source: (6 * index, 0), source_size: (6, 8), filter: nearest } }",
    );
    let whole = picture(
        "draw image(photo) { position: (0.5, 0.5), size: (1, 0.6666666667), fit: stretch, filter: nearest }",
    );
    assert_eq!(halves, whole);
    // Edges are as opaque as what is within.
    let smooth = picture("draw image(photo) { position: (0.5, 0.5), size: (1, 1), fit: stretch }");
    assert_eq!(smooth.pixel(0, 0), Some([255; 4]));
    assert_eq!(smooth.pixel(47, 47), Some([255; 4]));
}
