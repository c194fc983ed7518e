//! The hash of a frame: how two machines, two thread counts or two targets are compared.

use std::hash::Hasher;

use twox_hash::XxHash3_64;

use super::{Colors, Frame, Lanes, Shape};
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
}

/// Hashes all pass data of a frame, passes in drawing order. Names are left out.
pub(super) fn passes(frame: &Frame<'_>) -> u64 {
    let mut feed = Feed(XxHash3_64::with_seed(0));
    feed.u32(frame.background().0);
    for pass in frame.passes() {
        feed.shape(pass.shape);
        feed.u32(pass.blend as u32);
        feed.u32(pass.layer.cast_unsigned());
        let view = pass.view;
        [view.center[0], view.center[1], view.extent, view.rotation].into_iter().for_each(|v| feed.f32(v));
        feed.u32(pass.count as u32);
        match pass.order {
            None => feed.u32(0),
            Some(order) => {
                feed.u32(1);
                feed.u32s(order.iter().copied());
            }
        }
        let geometry = [pass.x, pass.y, pass.width, pass.height, pass.rotation];
        geometry.into_iter().chain(pass.depth).for_each(|lanes| feed.lanes(lanes));
        feed.colors(pass.fill);
        feed.colors(pass.stroke.map(|stroke| stroke.color));
        if let Some(stroke) = pass.stroke {
            [stroke.width, stroke.trim_start, stroke.trim_end]
                .into_iter()
                .for_each(|lanes| feed.lanes(lanes));
            feed.u32(stroke.cap as u32);
            feed.u32(stroke.join as u32);
            if let Some(dash) = stroke.dash {
                // No pass begins with this number, so a pass that follows cannot be taken for dashes.
                feed.u32(u32::MAX);
                [dash.on, dash.off, dash.offset, dash.scale].into_iter().for_each(|lanes| feed.lanes(lanes));
            }
        }
        if !matches!(pass.opacity, Lanes::Uniform(1.0)) {
            // As for dashes: no pass begins with this number.
            feed.u32(u32::MAX - 1);
            feed.lanes(pass.opacity);
        }
        if let Some(corners) = pass.corners {
            feed.u32(u32::MAX - 2);
            feed.u32(corners.pen as u32);
            feed.u32s(corners.line.iter().map(|point| u32::from(point.starts)));
            let points = corners.line.iter().map(|point| &point.position).chain(corners.area);
            points.flatten().for_each(|&value| feed.f32(value));
        }
    }
    feed.0.finish()
}
