//! Every patch that ships, as an SVG drawn by another program, against our picture of it; and SVG files as artwork against what
//! that program makes of them.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.
#![cfg(feature = "render")]

#[cfg(feature = "artwork")]
mod artwork_pictures;
mod support;

use pavane::engine::Engine;
use support::{draw_with, share_apart, svg_pictures, svg_text};

#[test]
fn shipped_patches_look_the_same_as_svg() {
    let mut shares = Vec::new();
    for shipped in pavane::assets::PATCHES {
        let program = shipped.compile().program.expect(shipped.name);
        let clip = program.data().clip.clone();
        let mut engine = Engine::for_program(program).unwrap();
        // Somewhere in its middle, where most of a patch is under way; 240 pixels high, for on less some sparks are a
        // tenth of a pixel thin, and hundreds of them add up what the other program is off by in each.
        let index = engine.frame_rate().frame_at(clip.duration) * 2 / 5;
        let frame = engine.seek(index).unwrap();
        let size = (clip.size[0] * 240 / clip.size[1], 240);
        let passes: Vec<_> = frame.passes().collect();
        // The other program is built without decoders of images.
        if passes.iter().any(|pass| matches!(pass.shape, pavane::Shape::Image(_))) {
            continue;
        }
        let settings = pavane::render::RasterSettings { width: size.0, height: size.1, ..Default::default() };
        let ours = draw_with(settings, frame.ground(), &passes);
        let text = svg_text(shipped.name, size, frame.ground(), &passes);
        let apart = share_apart(&ours, &svg_pictures(&text, size));
        shares.push((shipped.name, apart));
    }
    assert!(shares.iter().all(|(_, apart)| *apart < 0.005), "shares of the pixels: {shares:?}");
}
