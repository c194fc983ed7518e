//! SVG as another program draws it.

use pavane::frame::{Pass, Rgba8};
use pavane::render::{ClipInfo, Output, Picture, SvgSink};
use pavane::time::FrameRate;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// Writes an SVG of one frame; `name` is the file's, without its ending.
pub fn svg_text(name: &str, (width, height): (u32, u32), background: Rgba8, passes: &[Pass<'_>]) -> String {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("svg");
    let clip = ClipInfo { width, height, frame_rate: FrameRate::SIXTY, frame_count: 1, background };
    let output = Output::from_path(path.to_str().unwrap()).unwrap();
    SvgSink::create(&output, &clip, false).unwrap().draw(0, background, passes).unwrap();
    std::fs::read_to_string(path).unwrap()
}

/// How much larger than the picture resvg draws, along each side. Its soft edges have some 16 steps; the mean of what it
/// draws larger shows where they lie.
const FINER: u32 = 4;

/// What resvg makes of an opaque SVG of ours.
///
/// It knows all of it but the blend mode `plus-lighter`: what has that is drawn by itself and added here, as
/// <https://www.w3.org/TR/compositing-1/> says, the sum of both premultiplied.
pub fn svg_picture(text: &str, (width, height): (u32, u32)) -> Picture {
    let blank = || Pixmap::new(width * FINER, height * FINER).unwrap();
    let mut pixels = blank();
    let (head, body) = text.split_once(">\n").unwrap();
    let body = body.strip_suffix("</svg>\n").unwrap();
    // Not isolated, since what comes later blends with what is drawn already.
    let head = head.replace(" style=\"isolation:isolate\"", "");
    let styles: String = body.lines().filter(|line| line.starts_with("<style>")).collect();
    let render = |part: &str, onto: &mut Pixmap| {
        let tree = Tree::from_str(&format!("{head}>{styles}{part}</svg>"), &Options::default()).unwrap();
        let larger = Transform::from_scale(FINER as f32, FINER as f32);
        resvg::render(&tree, larger, &mut onto.as_mut());
    };
    let mut rest = String::new();
    for part in things(body) {
        let Some(children) = part.strip_prefix("<g class=\"plus-lighter\"") else {
            rest.push_str(part);
            continue;
        };
        render(&std::mem::take(&mut rest), &mut pixels);
        let (attributes, children) = children.split_once(">\n").unwrap();
        for child in things(children.strip_suffix("</g>\n").unwrap()) {
            let mut alone = blank();
            render(&format!("<g{attributes}>{child}</g>"), &mut alone);
            let sums = pixels.data_mut().iter_mut().zip(alone.data());
            sums.for_each(|(sum, more)| *sum = sum.saturating_add(*more));
        }
    }
    render(&rest, &mut pixels);
    mean(&pixels, width, height)
}

/// Opaque pixels are the same premultiplied or not.
fn mean(pixels: &Pixmap, width: u32, height: u32) -> Picture {
    let mut picture = Picture::new(width, height).unwrap();
    for (at, pixel) in picture.pixels_mut().chunks_mut(4).enumerate() {
        let (x, y) = (at as u32 % width * FINER, at as u32 / width * FINER);
        for (k, component) in pixel.iter_mut().enumerate() {
            let row = |y: u32| (y * width * FINER + x) as usize * 4;
            let of_row = |y| pixels.data()[row(y)..].iter().skip(k).step_by(4).take(FINER as usize);
            let sum: u32 = (y..y + FINER).flat_map(of_row).map(|&value| u32::from(value)).sum();
            *component = ((sum + FINER * FINER / 2) / (FINER * FINER)) as u8;
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

/// The share of pixels of which some component differs by more than 24 of 255.
pub fn share_apart(a: &Picture, b: &Picture) -> f64 {
    let pixels = a.pixels().chunks(4).zip(b.pixels().chunks(4));
    let apart = pixels.filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > 24)).count();
    apart as f64 / f64::from(a.width() * a.height())
}
