//! Every patch that ships, as an SVG drawn by another program, against our picture of it.
#![cfg(feature = "render")]

mod support;

use pavane::engine::{Demand, Engine, EngineSettings};
use pavane::render::Picture;
use support::{draw_with, share_apart, svg_picture, svg_text};

#[test]
fn shipped_patches_look_the_same_as_svg() {
    let mut shares = Vec::new();
    for shipped in pavane::assets::PATCHES {
        let program = shipped.compile().program.expect(shipped.name);
        let clip = program.data().clip.clone();
        let capacity = Engine::needs(&program, Demand::Drawn);
        let mut engine =
            Engine::with_settings(program, EngineSettings { capacity, ..Default::default() }).unwrap();
        // Somewhere in its middle, where most of a patch is under way.
        let index = engine.frame_rate().frame_at(clip.duration) * 2 / 5;
        let frame = engine.seek(index).unwrap();
        let size = (clip.size[0] * 360 / clip.size[1] * 2, 720);
        let passes: Vec<_> = frame.passes().collect();
        let settings = pavane::render::RasterSettings { width: size.0, height: size.1, ..Default::default() };
        let ours = draw_with(settings, frame.background(), &passes);
        let text = svg_text(shipped.name, size, frame.background(), &passes);
        let apart = share_apart(&halved(&ours), &halved(&svg_picture(&text, size)));
        shares.push((shipped.name, apart));
    }
    shares.retain(|&(_, apart)| apart >= 0.005);
    assert!(shares.is_empty(), "{shares:?} of the pixels");
}

/// Every two by two pixels as one: the other program covers edges in steps of a sixteenth, which is as much as is allowed.
fn halved(picture: &Picture) -> Picture {
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    let mut half = Picture::new(width, height).expect("half a picture");
    let row = picture.width() as usize * 4;
    for (at, component) in half.pixels_mut().iter_mut().enumerate() {
        let (pixel, channel) = (at / 4, at % 4);
        let (x, y) = (pixel % width as usize, pixel / width as usize);
        let corner = 2 * y * row + 8 * x + channel;
        let four = [corner, corner + 4, corner + row, corner + row + 4];
        let sum: u32 = four.iter().map(|&at| u32::from(picture.pixels()[at])).sum();
        *component = (sum / 4) as u8;
    }
    half
}
