//! Values while they are elaborated: a node of the builder with what the program does not keep.

use super::arrays::ArrayRef;
use super::constant::Constant;
use crate::language::source::Span;
use crate::program::{DomainRef, EventRef, Type, Unit, Value};

/// Where a value per element comes from.
#[derive(Clone, Copy)]
pub(crate) struct Element {
    pub(crate) domain: DomainRef,
    /// What brought the elements in.
    pub(crate) span: Span,
}

/// `index * scale + offset` with uniform scale and offset, in the unit of the value.
#[derive(Clone, Copy)]
pub(crate) struct Affine<'b> {
    pub(crate) scale: Value<'b>,
    pub(crate) offset: Value<'b>,
    /// Whether the index itself is in it, so that `f32` would lose digits; a rank alone stays below 1.
    pub(crate) of_index: bool,
}

/// Something with a name that is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    /// A font, by its number.
    Font(u32),
    /// The letters of a text that changes, by their number.
    Letters(u32),
}

/// A value with its type, unit and cardinality.
#[derive(Clone, Copy)]
pub(crate) struct Typed<'b> {
    pub(crate) value: Value<'b>,
    pub(crate) ty: Type,
    /// One of scalar, second, turn, phase and hertz; always scalar but for floats.
    pub(crate) unit: Unit,
    /// None where it is one value for all.
    pub(crate) element: Option<Element>,
    pub(crate) affine: Option<Affine<'b>>,
    /// The components, where they are known.
    pub(crate) constant: Option<Constant>,
    /// Written with digits only, under a name or not, so that it may be an int as well.
    pub(crate) is_literal: bool,
    /// A colour whose alpha is known to be 1 although the rest is not known.
    pub(crate) has_full_alpha: bool,
    /// The event that it says of whether it has happened.
    pub(crate) event: Option<EventRef<'b>>,
    /// The array that it is: then it is no value, and only what takes arrays sees it.
    pub(crate) array: Option<ArrayRef<'b>>,
    /// The rows of data that it is, no value either.
    pub(crate) rows: Option<u32>,
    /// The rows of a list that it is, which come and go: no value either.
    pub(crate) live: Option<u32>,
    /// That it is the row of a list that an event carries: its columns are values.
    pub(crate) row: Option<EventRef<'b>>,
    /// What else it is that is no value either.
    pub(crate) other: Option<Other>,
}

impl<'b> Typed<'b> {
    /// A value of no special kind.
    pub(crate) fn new(value: Value<'b>, unit: Unit, element: Option<Element>) -> Self {
        let ty = value.ty();
        Self {
            value,
            ty,
            unit,
            element,
            affine: None,
            constant: None,
            is_literal: false,
            has_full_alpha: false,
            event: None,
            array: None,
            rows: None,
            live: None,
            row: None,
            other: None,
        }
    }

    /// The font that it is.
    pub(crate) fn font(&self) -> Option<u32> {
        match self.other? {
            Other::Font(font) => Some(font),
            Other::Letters(_) => None,
        }
    }

    /// The letters of a text that changes which it is.
    pub(crate) fn letters(&self) -> Option<u32> {
        match self.other? {
            Other::Letters(letters) => Some(letters),
            Other::Font(_) => None,
        }
    }

    /// Whether it is an array, rows or one row, and so no value.
    pub(crate) fn is_many(&self) -> bool {
        self.array.is_some()
            || self.rows.is_some()
            || self.live.is_some()
            || self.row.is_some()
            || self.other.is_some()
    }

    /// Its type and unit, for people: `an angle`, `a vec2`.
    pub(crate) fn what(&self) -> &'static str {
        if self.live.is_some() {
            return "rows of a list";
        }
        if self.row.is_some() {
            return "a row of a list";
        }
        match self.other {
            Some(Other::Font(_)) => return "a font",
            Some(Other::Letters(_)) => return "letters of a text that changes",
            None => {}
        }
        match (self.event, self.array, self.rows) {
            (Some(_), ..) => "an event",
            (None, Some(_), _) => "an array",
            (None, None, Some(_)) => "rows of data",
            (None, None, None) => describe(self.ty, self.unit),
        }
    }

    /// The number, where it is known.
    pub(crate) fn number(&self) -> Option<f64> {
        self.constant.filter(|_| self.ty.stride() == 1).map(|c| c[0])
    }

    /// Whether it is a colour whose alpha is known to be 1.
    pub(crate) fn is_opaque(&self) -> bool {
        self.ty == Type::Color && (self.has_full_alpha || self.constant.is_some_and(|c| c[3] == 1.0))
    }

    /// Whether it goes round: an angle or a phase, of which there is a short way to another.
    pub(crate) fn goes_round(&self) -> bool {
        matches!(self.unit, Unit::Turn | Unit::Phase)
    }

    /// Whether it counts as a plain number wherever one is needed.
    pub(crate) fn is_soft(&self) -> bool {
        self.unit != Unit::Turn
    }
}

/// The unit of what is computed with a value: a place in a cycle does not stay one.
pub(crate) fn computed(unit: Unit) -> Unit {
    match unit {
        Unit::Phase => Unit::Scalar,
        Unit::Scalar
        | Unit::Second
        | Unit::Millisecond
        | Unit::Turn
        | Unit::Radian
        | Unit::Degree
        | Unit::Hertz => unit,
    }
}

/// A type with its unit, for people.
pub(crate) fn describe(ty: Type, unit: Unit) -> &'static str {
    match (ty, unit) {
        (Type::Float, Unit::Second | Unit::Millisecond) => "a time",
        (Type::Float, Unit::Turn | Unit::Radian | Unit::Degree) => "an angle",
        (Type::Float, Unit::Phase) => "a phase",
        (Type::Float, Unit::Hertz) => "a frequency",
        (Type::Float, Unit::Scalar) => "a plain number",
        (Type::Int | Type::Uint, _) => "an int",
        (Type::Bool, _) => "a bool",
        (Type::Vec2, _) => "a vec2",
        (Type::Vec3, _) => "a vec3",
        (Type::Color, _) => "a color",
        (Type::Shape, _) => "a shape",
        (Type::Text, _) => "a text",
    }
}
