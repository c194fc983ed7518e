//! Passes of a builder.

use super::super::format::{PassRow, ShapeRow, StrokeRow};
use super::{Arg, Builder, DomainRef, Value};
use crate::draw::{Align, Anchor, Blend, Cap, DrawOrder, Filter, Join};

/// A pass being built; [`draw`](Self::draw) adds it to the program.
#[must_use = "a pass is drawn only after `draw()`"]
pub struct PassBuilder<'b> {
    builder: &'b Builder,
    row: PassRow,
    has_position: bool,
}

impl std::fmt::Debug for PassBuilder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PassBuilder").field("row", &self.row).finish_non_exhaustive()
    }
}

/// The outline of a pass being built.
pub struct StrokeBuilder<'b> {
    builder: &'b Builder,
    row: StrokeRow,
}

impl std::fmt::Debug for StrokeBuilder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StrokeBuilder").field("row", &self.row).finish_non_exhaustive()
    }
}

impl<'b> StrokeBuilder<'b> {
    /// Which part of the outline is drawn, as shares of its length; they wrap: see [`Stroke::part`].
    ///
    /// [`Stroke::part`]: crate::frame::Stroke::part
    pub fn trim(mut self, start: impl Into<Arg<'b>>, end: impl Into<Arg<'b>>) -> Self {
        self.row.trim_start = Some(start.into().value(self.builder).node);
        self.row.trim_end = Some(end.into().value(self.builder).node);
        self
    }

    /// Draws dashes: the lengths of a dash and of the gap after it (vec2), and how far into that pattern the drawn part
    /// starts (float), all in world units.
    pub fn dash(mut self, on_off: Value<'b>, offset: impl Into<Arg<'b>>) -> Self {
        self.row.dash = Some(on_off.node);
        self.row.dash_offset = Some(offset.into().value(self.builder).node);
        self
    }

    /// Ends and corners.
    pub fn style(mut self, cap: Cap, join: Join) -> Self {
        (self.row.cap, self.row.join) = (cap, join);
        self
    }
}

impl<'b> PassBuilder<'b> {
    pub(super) fn new(builder: &'b Builder, name: &str, domain: DomainRef) -> Self {
        let row = PassRow::new(name.into(), domain.0, ShapeRow::Circle {}, 0);
        Self { builder, row, has_position: false }
    }

    /// Draws discs.
    pub fn circle(self) -> Self {
        self.shape(ShapeRow::Circle {})
    }

    /// Draws ellipses that fill the element's box.
    pub fn ellipse(self) -> Self {
        self.shape(ShapeRow::Ellipse {})
    }

    /// Draws rectangles; `corner` is the corner radius as a share of half the shorter side, uniform.
    pub fn rect(self, corner: impl Into<Arg<'b>>) -> Self {
        let corner = Some(corner.into().value(self.builder).node);
        self.shape(ShapeRow::Rect { corner })
    }

    /// Draws regular polygons.
    pub fn polygon(self, sides: u32) -> Self {
        self.shape(ShapeRow::Polygon { sides })
    }

    /// Draws stars; `inner` is the inner radius as a share of the outer, uniform.
    pub fn star(self, points: u32, inner: impl Into<Arg<'b>>) -> Self {
        let inner = Some(inner.into().value(self.builder).node);
        self.shape(ShapeRow::Star { points, inner })
    }

    /// Draws one line through all elements in index order.
    pub fn line(self, closed: bool) -> Self {
        self.shape(ShapeRow::Line { closed })
    }

    /// Draws texts, each at the size of an em, from their position on.
    pub fn text(self, text: impl Into<Arg<'b>>) -> Self {
        let text = text.into().value(self.builder).node;
        let (align, anchor) = (Align::default(), Anchor::default());
        let (width, leading, tracking) = (None, None, None);
        let (weight, moving_weight, font, glyphs) = (400, None, None, false);
        self.shape(ShapeRow::Text {
            text,
            width,
            leading,
            tracking,
            align,
            anchor,
            weight,
            moving_weight,
            font,
            glyphs,
        })
    }

    /// Draws an image of [`Builder::image`], all of it; other parts and corners with [`shape`](Self::shape). The colour multiplies those
    /// of the image: white leaves them as they are.
    pub fn image(self, image: u32) -> Self {
        let (source, source_size, corner) = (None, None, None);
        self.shape(ShapeRow::Image { image, source, source_size, corner, filter: Filter::default() })
    }

    /// Draws any shape, of nodes of this builder ([`Value::node`]).
    pub fn shape(mut self, shape: ShapeRow) -> Self {
        self.row.shape = shape;
        self
    }

    /// Draws a path.
    pub fn path(self, path: Value<'b>) -> Self {
        let path = path.node;
        self.shape(ShapeRow::Path { path })
    }

    /// The centre: vec2 or vec3.
    pub fn position(mut self, position: Value<'b>) -> Self {
        (self.row.position, self.has_position) = (position.node, true);
        self
    }

    /// The full size: float or vec2, 0 or more.
    pub fn size(mut self, size: impl Into<Arg<'b>>) -> Self {
        self.row.size = Some(size.into().value(self.builder).node);
        self
    }

    /// Radians, clockwise on screen.
    pub fn rotation(mut self, rotation: impl Into<Arg<'b>>) -> Self {
        self.row.rotation = Some(rotation.into().value(self.builder).node);
        self
    }

    /// Multiplies the size: float or vec2; a negative one mirrors.
    pub fn scale(mut self, scale: impl Into<Arg<'b>>) -> Self {
        self.row.scale = Some(scale.into().value(self.builder).node);
        self
    }

    /// The fill.
    pub fn color(mut self, color: Value<'b>) -> Self {
        self.row.color = Some(color.node);
        self
    }

    /// Multiplies the alpha of the element as drawn, fill and stroke as one thing.
    pub fn opacity(mut self, opacity: impl Into<Arg<'b>>) -> Self {
        self.row.opacity = Some(opacity.into().value(self.builder).node);
        self
    }

    /// The outline.
    pub fn stroke(
        mut self,
        color: Value<'b>,
        width: impl Into<Arg<'b>>,
        more: impl FnOnce(StrokeBuilder<'b>) -> StrokeBuilder<'b>,
    ) -> Self {
        let row = StrokeRow::new(color.node, width.into().value(self.builder).node);
        self.row.stroke = Some(more(StrokeBuilder { builder: self.builder, row }).row);
        self
    }

    /// How it is combined with what is under it.
    pub fn blend(mut self, blend: Blend) -> Self {
        self.row.blend = blend;
        self
    }

    /// Passes are drawn in ascending layer.
    pub fn layer(mut self, layer: i32) -> Self {
        self.row.layer = layer;
        self
    }

    /// Draws far elements first.
    pub fn depth_order(mut self) -> Self {
        self.row.order = DrawOrder::Depth;
        self
    }

    /// Draws elements one by one together with the pass before it, which is of the same domain: all of one, then all of the next.
    pub fn element_order(mut self) -> Self {
        self.row.order = DrawOrder::Element;
        self
    }

    /// Draws far elements first, together with those of all passes of the layer that say so: they have one camera.
    pub fn layer_depth_order(mut self) -> Self {
        self.row.order = DrawOrder::LayerDepth;
        self
    }

    /// A camera of [`Builder::camera`].
    pub fn camera(mut self, camera: u32) -> Self {
        self.row.camera = Some(camera);
        self
    }

    /// Shows edits at once, whatever the values and the host say.
    pub fn cuts(mut self) -> Self {
        self.row.cuts = true;
        self
    }

    /// Adds the pass to the program.
    pub fn draw(self) {
        if !self.has_position {
            let text = format!("pass `{}` has no position", self.row.name);
            return self.builder.inner.borrow_mut().problem(text);
        }
        self.builder.add_pass(self.row);
    }
}
