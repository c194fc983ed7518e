//! SVG as another program draws it.

use pavane::frame::{Ground, Pass};
use pavane::render::{ClipInfo, Output, Picture, SvgSink};
use pavane::time::FrameRate;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// Writes an SVG of one frame; `name` is the file's, without its ending.
pub fn svg_text(
    name: &str,
    (width, height): (u32, u32),
    ground: impl Into<Ground>,
    passes: &[Pass<'_>],
) -> String {
    let ground = ground.into();
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("svg");
    let clip =
        ClipInfo { width, height, frame_rate: FrameRate::SIXTY, frame_count: 1, background: ground.color };
    let output = Output::from_path(path.to_str().unwrap()).unwrap();
    SvgSink::create(&output, &clip, false).unwrap().draw(0, ground, passes).unwrap();
    std::fs::read_to_string(path).unwrap()
}

/// What resvg makes of an opaque SVG of ours: at its size, and as the mean of what it draws four times as large.
///
/// Neither is the truth about soft edges. Of its own edges resvg knows some 16 steps only, which the mean refines; and
/// edges that lie over each other let through what is under them, here as there, but not in the mean.
pub fn svg_pictures(text: &str, size: (u32, u32)) -> [Picture; 2] {
    [1, 4].map(|finer| svg_picture(text, size, finer))
}

/// The mean of what resvg draws `finer` times as large.
///
/// It knows all of our SVG but the blend mode `plus-lighter`: what has that is drawn by itself and added here, as
/// <https://www.w3.org/TR/compositing-1/> says, the sum of both premultiplied.
fn svg_picture(text: &str, (width, height): (u32, u32), finer: u32) -> Picture {
    let mut pixels = Pixmap::new(width * finer, height * finer).unwrap();
    let (head, body) = text.split_once(">\n").unwrap();
    let body = body.strip_suffix("</svg>\n").unwrap();
    // Not isolated, since what comes later blends with what is drawn already.
    let head = head.replace(" style=\"isolation:isolate\"", "");
    let styles: String = body.lines().filter(|line| line.starts_with("<style>")).collect();
    let tree =
        |part: &str| Tree::from_str(&format!("{head}>{styles}{part}</svg>"), &Options::default()).unwrap();
    let larger = Transform::from_scale(finer as f32, finer as f32);
    let render = |part: &str, onto: &mut Pixmap| resvg::render(&tree(part), larger, &mut onto.as_mut());
    let mut rest = String::new();
    for part in things(body) {
        let Some(children) = part.strip_prefix("<g class=\"plus-lighter\"") else {
            rest.push_str(part);
            continue;
        };
        render(&std::mem::take(&mut rest), &mut pixels);
        let (attributes, children) = children.split_once(">\n").unwrap();
        for child in things(children.strip_suffix("</g>\n").unwrap()) {
            add(&tree(&format!("<g{attributes}>{child}</g>")), &mut pixels, finer);
        }
    }
    render(&rest, &mut pixels);
    mean(&pixels, (width, height), finer)
}

/// Adds what is drawn of `tree` where it is.
fn add(tree: &Tree, pixels: &mut Pixmap, finer: u32) {
    let (width, height) = (pixels.width(), pixels.height());
    let bounds = tree.root().abs_layer_bounding_box();
    let clamped = |at: f32, side: u32| (at * finer as f32).clamp(0.0, side as f32);
    let (x0, y0) = (clamped(bounds.left(), width) as u32, clamped(bounds.top(), height) as u32);
    let x1 = clamped(bounds.right(), width).ceil() as u32;
    let y1 = clamped(bounds.bottom(), height).ceil() as u32;
    let Some(mut alone) = Pixmap::new(x1 - x0, y1 - y0) else { return };
    let place = Transform::from_scale(finer as f32, finer as f32).post_translate(-(x0 as f32), -(y0 as f32));
    resvg::render(tree, place, &mut alone.as_mut());
    for (y, row) in (y0..).zip(alone.data().chunks((x1 - x0) as usize * 4)) {
        let sums = pixels.data_mut()[(y * width + x0) as usize * 4..].iter_mut();
        sums.zip(row).for_each(|(sum, more)| *sum = sum.saturating_add(*more));
    }
}

/// Opaque pixels are the same premultiplied or not.
fn mean(pixels: &Pixmap, (width, height): (u32, u32), finer: u32) -> Picture {
    let mut picture = Picture::new(width, height).unwrap();
    for (at, pixel) in picture.pixels_mut().chunks_mut(4).enumerate() {
        let (x, y) = (at as u32 % width * finer, at as u32 / width * finer);
        for (k, component) in pixel.iter_mut().enumerate() {
            let row = |y: u32| (y * width * finer + x) as usize * 4;
            let of_row = |y| pixels.data()[row(y)..].iter().skip(k).step_by(4).take(finer as usize);
            let sum: u32 = (y..y + finer).flat_map(of_row).map(|&value| u32::from(value)).sum();
            *component = ((sum + finer * finer / 2) / (finer * finer)) as u8;
        }
    }
    picture
}

/// The elements of a document, each with all that is in it. Ours have an element, or the begin or end of one, a line.
fn things(body: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut start, mut at) = (0, 0, 0);
    body.split_inclusive('\n').filter_map(move |line| {
        at += line.len();
        depth += i32::from(line.starts_with("<g")) - i32::from(line.starts_with("</g>"));
        (depth == 0).then(|| &body[std::mem::replace(&mut start, at)..at])
    })
}

/// The share of pixels of which some component differs by more than 24 of 255 from each of `others`.
pub fn share_apart(picture: &Picture, others: &[Picture]) -> f64 {
    let near = |a: &[u8], b: &[u8]| a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 24);
    let apart = |&(at, pixel): &(usize, &[u8])| {
        others.iter().all(|other| !near(pixel, &other.pixels()[at * 4..at * 4 + 4]))
    };
    let apart = picture.pixels().chunks(4).enumerate().filter(apart).count();
    apart as f64 / f64::from(picture.width() * picture.height())
}
