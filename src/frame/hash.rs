//! The hash of a frame: how two machines, two thread counts or two targets are compared.

use std::hash::Hasher;

use twox_hash::XxHash3_64;

use super::{Colors, Corners, Dash, Frame, Lanes, Pass, Shape, Stroke};
use crate::math::arith::canonical;

/// Feeds numbers to the hash in little-endian bytes.
struct Feed(XxHash3_64);

impl Feed {
    fn u32(&mut self, value: u32) {
        self.0.write(&value.to_le_bytes());
    }

    fn f32(&mut self, value: f32) {
        self.u32(canonical(value).to_bits());
    }

    fn u32s(&mut self, values: impl ExactSizeIterator<Item = u32>) {
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

    fn lanes(&mut self, lanes: Lanes<'_>) {
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

    fn colors(&mut self, colors: Option<Colors<'_>>) {
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

    fn shape(&mut self, shape: Shape<'_>) {
        let (kind, a, b) = match shape {
            Shape::Ellipse => (0, 0, 0.0),
            Shape::Rect { corner } => (1, 0, corner),
            Shape::Polygon { sides } => (2, sides, 0.0),
            Shape::Star { points, inner } => (3, points, inner),
            Shape::Path(path) => {
                self.u32s(path.verbs.iter().map(|&verb| verb as u32));
                self.u32s(path.points.as_flattened().iter().map(|value| value.to_bits()));
                (4, path.fill_rule as u32, 0.0)
            }
            Shape::Line { closed } => (5, u32::from(closed), 0.0),
        };
        self.u32(kind);
        self.u32(a);
        self.f32(b);
    }

    /// A pass without its names. What joined later is left out where it has its default, and comes behind a number with
    /// which no pass begins, so that a pass that follows cannot be taken for it.
    fn pass(&mut self, pass: &Pass<'_>) {
        // Every field is named, so that none is forgotten.
        let &Pass {
            name: _,
            domain: _,
            shape,
            blend,
            layer,
            view,
            count,
            order,
            x,
            y,
            depth,
            width,
            height,
            rotation,
            fill,
            stroke,
            opacity,
            corners,
        } = pass;
        self.shape(shape);
        self.u32(blend as u32);
        self.u32(layer.cast_unsigned());
        [view.center[0], view.center[1], view.extent, view.rotation].into_iter().for_each(|v| self.f32(v));
        self.u32(count as u32);
        self.u32(u32::from(order.is_some()));
        if let Some(order) = order {
            self.u32s(order.iter().copied());
        }
        [x, y, width, height, rotation].into_iter().chain(depth).for_each(|lanes| self.lanes(lanes));
        self.colors(fill);
        self.colors(stroke.map(|stroke| stroke.color));
        if let Some(Stroke { color: _, width, trim_start, trim_end, dash, cap, join }) = stroke {
            [width, trim_start, trim_end].into_iter().for_each(|lanes| self.lanes(lanes));
            self.u32(cap as u32);
            self.u32(join as u32);
            if let Some(Dash { on, off, offset, scale }) = dash {
                self.u32(u32::MAX);
                [on, off, offset, scale].into_iter().for_each(|lanes| self.lanes(lanes));
            }
        }
        if !matches!(opacity, Lanes::Uniform(1.0)) {
            self.u32(u32::MAX - 1);
            self.lanes(opacity);
        }
        if let Some(Corners { line, area, pen }) = corners {
            self.u32(u32::MAX - 2);
            self.u32(pen as u32);
            self.u32s(line.iter().map(|point| u32::from(point.starts)));
            let points = line.iter().map(|point| &point.position).chain(area);
            points.flatten().for_each(|&value| self.f32(value));
        }
    }
}

/// Hashes all pass data of a frame, passes in drawing order. Names are left out.
pub(super) fn passes(frame: &Frame<'_>) -> u64 {
    let mut feed = Feed(XxHash3_64::with_seed(0));
    feed.u32(frame.background().0);
    frame.passes().for_each(|pass| feed.pass(&pass));
    feed.0.finish()
}
