//! How the elements of a pass are drawn, the same for every sink: those that [`Pass::draws`] has something for, in
//! pixels.

use kurbo::Vec2;

use super::outline::Pen;
use crate::frame::{Blend, Pass, Rgba8};

/// The visible paint of an element, or of a line.
#[derive(Clone, Copy)]
pub(super) struct Paint {
    /// A colour with alpha above 0.
    pub(super) fill: Option<Rgba8>,
    /// A colour with alpha above 0, and a pen that draws something.
    pub(super) stroke: Option<(Rgba8, Pen)>,
    /// Above 0, up to 1.
    pub(super) opacity: f32,
}

impl Paint {
    /// The paint of element `index`; `scale` is pixels per world unit. `None` where none of it is visible.
    pub(super) fn of(pass: &Pass<'_>, index: usize, scale: f64) -> Option<Self> {
        let opacity = pass.opacity.get(index);
        if !(opacity > 0.0 && opacity.is_finite()) {
            return None;
        }
        let visible = |color: &Rgba8| color.to_array()[3] > 0;
        let stroke = pass.stroke.as_ref().and_then(|stroke| {
            let color = Some(stroke.color.get(index)).filter(visible)?;
            Pen::of(stroke, index, scale).map(|pen| (color, pen))
        });
        let fill = pass.fill.map(|fill| fill.get(index)).filter(visible);
        let opacity = opacity.min(1.0);
        (fill.is_some() || stroke.is_some()).then_some(Self { fill, stroke, opacity })
    }

    /// Whether the stroke has to be drawn over the fill first, and the two then over what is under them as one.
    /// Otherwise drawing one after the other gives the same.
    pub(super) fn is_group(&self, blend: Blend) -> bool {
        self.fill.is_some() && self.stroke.is_some() && (self.opacity < 1.0 || blend != Blend::Normal)
    }
}

/// An element that is drawn.
pub(super) struct Element {
    /// Centre in world units.
    pub(super) position: [f64; 2],
    /// Radians, clockwise on screen.
    pub(super) rotation: f32,
    /// Width and height in pixels, neither 0; a negative one mirrors the shape along its axis.
    pub(super) size: Vec2,
    pub(super) paint: Paint,
}

impl Element {
    /// Element `index`; `scale` is pixels per world unit. `None` where [`Pass::draws`] says that nothing is drawn.
    pub(super) fn of(pass: &Pass<'_>, index: usize, scale: f64) -> Option<Self> {
        let (x, y, rotation) = (pass.x.get(index), pass.y.get(index), pass.rotation.get(index));
        let (width, height) = (pass.width.get(index), pass.height.get(index));
        let finite = x.is_finite() && y.is_finite() && rotation.is_finite();
        if !(finite && width.is_finite() && height.is_finite() && width != 0.0 && height != 0.0) {
            return None;
        }
        let paint = Paint::of(pass, index, scale)?;
        let size = Vec2::new(f64::from(width) * scale, f64::from(height) * scale);
        Some(Self { position: [f64::from(x), f64::from(y)], rotation, size, paint })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Cap, Colors, Dash, Join, Lanes, Shape, Stroke, View};

    /// The numbers of an element, one after the other.
    const PLAIN: [f32; 13] = [0.5, 0.5, 0.2, 0.2, 0.0, 1.0, 0.1, 0.0, 1.0, 0.1, 0.1, 0.0, 1.0];

    #[test]
    fn sinks_draw_what_a_pass_says_it_draws() {
        let (clear, ink) = (Rgba8::new(1, 2, 3, 0), Rgba8::new(1, 2, 3, 9));
        let mut drawn = [0, 0];
        for (changed, value) in (0..PLAIN.len())
            .flat_map(|k| [f32::NAN, f32::INFINITY, -1.0, 0.0, 0.5, 2.0].map(|value| (k, value)))
        {
            for (fill, edge) in [(None, ink), (Some(clear), ink), (Some(ink), clear), (Some(ink), ink)] {
                for cap in [Cap::Butt, Cap::Round] {
                    let mut numbers = PLAIN;
                    numbers[changed] = value;
                    let lanes = numbers.map(Lanes::Uniform);
                    let [
                        x,
                        y,
                        width,
                        height,
                        rotation,
                        opacity,
                        pen,
                        trim_start,
                        trim_end,
                        on,
                        off,
                        offset,
                        scale,
                    ] = lanes;
                    let stroke = Stroke {
                        color: Colors::Uniform(edge),
                        width: pen,
                        trim_start,
                        trim_end,
                        dash: Some(Dash { on, off, offset, scale }),
                        cap,
                        join: Join::Miter,
                    };
                    let pass = Pass {
                        name: "one",
                        domain: "one",
                        shape: Shape::Ellipse,
                        blend: Blend::Normal,
                        layer: 0,
                        view: View::default(),
                        count: 1,
                        order: None,
                        x,
                        y,
                        depth: None,
                        width,
                        height,
                        rotation,
                        fill: fill.map(Colors::Uniform),
                        stroke: Some(stroke),
                        opacity,
                        corners: None,
                    };
                    let is_drawn = Element::of(&pass, 0, 100.0).is_some();
                    assert_eq!(is_drawn, pass.draws(0), "{changed}: {value}, {fill:?} {edge:?} {cap:?}");
                    drawn[usize::from(is_drawn)] += 1;
                }
            }
        }
        assert!(drawn.iter().all(|count| *count > 50), "{drawn:?}");
    }
}
