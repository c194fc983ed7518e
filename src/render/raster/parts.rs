//! The items of a frame and the lines of their outlines, for those who draw them with something else than tiles.

use super::item::Item;
use super::outlines::Outliner;
use super::pieces::{Pieces, Segment};
use super::setup::Setup;
use super::sprites::{Fill, Sprites};
use super::tiler::Scene;
use crate::frame::{Image, Pass, Shape};

/// Makes items as the raster does; keeps its buffers.
pub(in crate::render) struct Parts {
    scene: Scene,
    outliner: Outliner,
    /// Of a canvas of so many pixels.
    size: [u32; 2],
}

impl Parts {
    /// With room for so many items and lines.
    pub(in crate::render) fn new(items: usize, segments: usize) -> Self {
        let mut pieces = Pieces::new(0, 0);
        pieces.segments = Some(Vec::with_capacity(segments));
        let scene = Scene { items: Vec::with_capacity(items), pieces, sprites: Sprites::default() };
        Self { scene, outliner: Outliner::new(), size: [0; 2] }
    }

    /// Takes a frame, for a canvas of that size.
    pub(in crate::render) fn collect<'a>(&mut self, passes: impl Iterator<Item = Pass<'a>>, size: [u32; 2]) {
        let Self { scene, outliner, .. } = self;
        scene.items.clear();
        scene.sprites.begin();
        scene.pieces.clear();
        if size != self.size {
            self.size = size;
            scene.pieces.resize(size);
        }
        for pass in passes {
            let mut setup = Setup::new(scene, &pass, size[0], size[1]);
            outliner.begin();
            if matches!(pass.shape, Shape::Line { .. }) {
                setup.push_line(scene, outliner, &pass);
                continue;
            }
            for index in pass.elements() {
                setup.push(scene, outliner, &pass, index);
            }
        }
    }

    /// What is drawn, first to last.
    pub(in crate::render) fn items(&self) -> &[Item] {
        &self.scene.items
    }

    /// The lines of outlines: in the order of their items, those of a fill before those of its stroke.
    pub(in crate::render) fn segments(&self) -> &[Segment] {
        self.scene.pieces.segments.as_deref().unwrap_or_default()
    }

    /// How the pixels of an item are filled that shows an image.
    pub(in crate::render) fn fill(&self, item: &Item) -> Option<(&Fill, &Image)> {
        self.scene.sprites.fill(item.sprite)
    }
}
