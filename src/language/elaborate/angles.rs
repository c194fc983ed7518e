//! Angles and phases, as what turns with them needs them.

use super::Elaborator;
use super::value::Typed;
use crate::program::{Op, Unit};

impl<'b> Elaborator<'_, 'b> {
    /// An angle for something that turns round with it: of a multiple of the index, exact for any index.
    pub(in crate::language) fn wrapped(&mut self, angle: Typed<'b>) -> Typed<'b> {
        match (angle.affine, angle.element) {
            (Some(affine), Some(element)) if affine.of_index && angle.unit == Unit::Turn => {
                let value = self.builder.affine_turns(element.domain, affine.scale, affine.offset);
                Typed::new(value, Unit::Turn, Some(element))
            }
            _ => angle,
        }
    }

    /// An angle as radians; a plain number counts them already.
    pub(in crate::language) fn radians(&mut self, angle: Typed<'b>) -> Typed<'b> {
        if angle.unit != Unit::Turn {
            return angle;
        }
        let wrapped = self.wrapped(angle);
        self.apply(Op::TurnsToRad, &[wrapped], Unit::Scalar)
    }

    /// A number of cycles as a phase. The end of a cycle, where `pingpong` turns, is not taken for its start.
    pub(in crate::language) fn in_cycle(&mut self, cycles: Typed<'b>) -> Typed<'b> {
        let (half, wrapped) = (self.float(0.5), self.apply(Op::Fract, &[cycles], Unit::Phase));
        let from_middle = self.apply(Op::Sub, &[cycles, half], Unit::Scalar);
        let from_middle = self.apply(Op::Abs, &[from_middle], Unit::Scalar);
        let is_inside = self.apply(Op::Le, &[from_middle, half], Unit::Scalar);
        self.apply(Op::Select, &[is_inside, cycles, wrapped], Unit::Phase)
    }
}
