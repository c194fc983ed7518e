//! The hash of a frame: how two machines, two thread counts or two targets are compared.

use std::hash::Hasher;

use twox_hash::XxHash3_64;

use super::{Blending, Colors, Frame, Lanes, Lettering, Pass, Path, Shape, Sprite};
use crate::math::arith::canonical;
use crate::world::tables::Piece;

/// Feeds numbers to the hash in little-endian bytes.
pub(super) struct Feed(XxHash3_64);

impl Feed {
    pub(super) fn u32(&mut self, value: u32) {
        self.0.write(&value.to_le_bytes());
    }

    pub(super) fn f32(&mut self, value: f32) {
        self.u32(canonical(value).to_bits());
    }

    pub(super) fn u32s(&mut self, values: impl ExactSizeIterator<Item = u32>) {
        self.u32(values.len() as u32);
        let mut bytes = [0_u8; 1024];
        let mut used = 0;
        for value in values {
            bytes[used..used + 4].copy_from_slice(&value.to_le_bytes());
            used += 4;
            if used == bytes.len() {
                self.0.write(&bytes);
                used = 0;
            }
        }
        self.0.write(&bytes[..used]);
    }

    pub(super) fn lanes(&mut self, lanes: Lanes<'_>) {
        match lanes {
            Lanes::Uniform(value) => {
                self.u32(0);
                self.f32(value);
            }
            Lanes::Each(values) => {
                self.u32(1);
                self.u32s(values.iter().map(|&value| canonical(value).to_bits()));
            }
        }
    }

    pub(super) fn colors(&mut self, colors: Option<Colors<'_>>) {
        match colors {
            None => self.u32(2),
            Some(Colors::Uniform(color)) => {
                self.u32(0);
                self.u32(color.0);
            }
            Some(Colors::Each(colors)) => {
                self.u32(1);
                self.u32s(colors.iter().map(|color| color.0));
            }
        }
    }

    fn outline(&mut self, path: &Path) {
        self.u32s(path.verbs.iter().map(|&verb| verb as u32));
        self.u32s(path.points.as_flattened().iter().map(|value| value.to_bits()));
    }

    /// What is drawn of a text; numbers of outlines say nothing, for they depend on what was drawn before.
    fn text(&mut self, text: Lettering<'_>) {
        let Lettering { outlines, glyphs, .. } = text;
        self.u32(glyphs.len() as u32);
        for glyph in glyphs {
            self.u32(outlines.digest(glyph.outline));
            glyph.at.into_iter().for_each(|place| self.f32(place));
        }
    }

    pub(super) fn shape(&mut self, shape: Shape<'_>) {
        let (kind, a, b) = match shape {
            Shape::Ellipse => (0, 0, 0.0),
            Shape::Rect { corner } => (1, 0, corner),
            Shape::Polygon { sides } => (2, sides, 0.0),
            Shape::Star { points, inner } => (3, points, inner),
            Shape::Path(path) => {
                self.outline(path);
                (4, path.fill_rule as u32, 0.0)
            }
            Shape::Paths(paths) => {
                for path in paths.all() {
                    self.outline(path);
                    self.u32(path.fill_rule as u32);
                }
                self.u32s(paths.which.iter().copied());
                (6, paths.all().len() as u32, 0.0)
            }
            Shape::Text(text) => {
                self.text(text);
                (7, 1, 0.0)
            }
            Shape::Texts(texts) => {
                (0..texts.len()).for_each(|index| self.text(texts.get(index)));
                (8, texts.len() as u32, 0.0)
            }
            Shape::Image(Sprite { image, source, corner, filter }) => {
                let digest = image.digest();
                self.u32(digest as u32);
                self.u32((digest >> 32) as u32);
                source.into_iter().chain([corner]).for_each(|lanes| self.lanes(lanes));
                (9, filter as u32, 0.0)
            }
            Shape::Line { closed } => (5, u32::from(closed), 0.0),
        };
        self.u32(kind);
        self.u32(a);
        self.f32(b);
    }
}

/// Hashes all pass data of a frame, passes in drawing order. Names are left out.
pub(super) fn passes(frame: &Frame<'_>) -> u64 {
    let mut feed = Feed(XxHash3_64::with_seed(0));
    feed.u32(frame.background().0);
    match frame.blending() {
        Blending::Srgb => {}
        Blending::Linear => feed.u32(u32::MAX - 4),
    }
    frame.whole_passes().for_each(|pass| pass.feed(&mut feed));
    if let Some(pieces) = frame.drawn.pieces {
        feed.u32(u32::MAX - 3);
        for Piece { pass, listed } in pieces {
            feed.u32(*pass);
            feed.u32s(listed.unwrap_or_default().into_iter());
        }
    }
    feed.0.finish()
}

/// Hashes all data of a pass.
pub(super) fn pass(pass: &Pass<'_>) -> u64 {
    let mut feed = Feed(XxHash3_64::with_seed(0));
    pass.feed(&mut feed);
    feed.0.finish()
}
