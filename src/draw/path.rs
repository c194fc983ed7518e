//! Fixed outlines, and the corners of lines.

use super::FillRule;

/// A step of a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Start a subpath at one point.
    Move,
    /// Straight line to one point.
    Line,
    /// Quadratic Bezier: control point, end point.
    Quad,
    /// Cubic Bezier: two control points, end point.
    Cubic,
    /// Close the subpath; no points.
    Close,
}

impl Verb {
    /// How many points the verb takes.
    pub const fn points(self) -> usize {
        match self {
            Self::Move | Self::Line => 1,
            Self::Quad => 2,
            Self::Cubic => 3,
            Self::Close => 0,
        }
    }
}

/// A fixed outline in unit coordinates: `-0.5..0.5` covers the element's width and height.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// The steps, the first of which is [`Verb::Move`].
    pub verbs: Vec<Verb>,
    /// The points the steps take, in order.
    pub points: Vec<[f32; 2]>,
    /// What of it is filled.
    pub fill_rule: FillRule,
}

impl Path {
    /// How far the outline may reach from the element's centre, along x and along y, in element widths and heights:
    /// 0.5 where it fills the box, more where it leaves it. Curves stay among their control points, so these count as
    /// well; points that are not finite do not.
    pub fn reach(&self) -> [f32; 2] {
        let finite = self.points.iter().filter(|point| point.iter().all(|value| value.is_finite()));
        finite.fold([0.0; 2], |[x, y], point| [x.max(point[0].abs()), y.max(point[1].abs())])
    }
}

/// A corner of the line that a pass of [`Shape::Line`](super::Shape::Line) draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinePoint {
    /// Where it is, in world units.
    pub position: [f32; 2],
    /// Whether the line begins anew here, without a segment from the point before.
    pub starts: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reaches_as_far_as_its_points() {
        let check = |points: &[[f32; 2]], expected: [f32; 2]| {
            assert_eq!(Path { points: points.to_vec(), ..Path::default() }.reach(), expected, "{points:?}");
        };
        check(&[], [0.0, 0.0]);
        check(&[[0.25, -0.5], [-0.5, 0.0]], [0.5, 0.5]);
        check(&[[-3.0, 0.0], [1.0, 2.0]], [3.0, 2.0]);
        check(&[[f32::NAN, 9.0], [0.5, f32::INFINITY], [0.1, 0.2]], [0.1, 0.2]);
    }
}
