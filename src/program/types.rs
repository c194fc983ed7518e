//! The types of values, the units they are measured in and the storage classes they live in.

use serde::{Deserialize, Serialize};

use crate::scalar::Kind;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// A number: f64 in signals, f32 in lanes.
    Float,
    /// A signed 32-bit integer, wrapping.
    Int,
    /// An unsigned 32-bit integer, wrapping: ids, hashes, fixed-point turns.
    Uint,
    /// True or false.
    Bool,
    /// Two floats.
    Vec2,
    /// Three floats.
    Vec3,
    /// Red, green, blue, alpha: sRGB-encoded, straight alpha, nominally `0..=1`.
    Color,
    /// A handle to one of the program's paths.
    Shape,
    /// A number that equal texts have in common, and no others of one program.
    Text,
}

impl Type {
    /// Every type.
    pub const ALL: [Self; 9] = [
        Self::Float,
        Self::Int,
        Self::Uint,
        Self::Bool,
        Self::Vec2,
        Self::Vec3,
        Self::Color,
        Self::Shape,
        Self::Text,
    ];

    /// How many scalars make up a value.
    pub const fn stride(self) -> u32 {
        match self {
            Self::Float | Self::Int | Self::Uint | Self::Bool | Self::Shape | Self::Text => 1,
            Self::Vec2 => 2,
            Self::Vec3 => 3,
            Self::Color => 4,
        }
    }

    /// The type of one component.
    pub const fn component(self) -> Self {
        match self {
            Self::Vec2 | Self::Vec3 | Self::Color => Self::Float,
            scalar => scalar,
        }
    }

    /// Whether the type is made of floats.
    pub const fn is_floats(self) -> bool {
        matches!(self.component(), Self::Float)
    }

    /// The storage class of a signal of this type.
    pub const fn signal_storage(self) -> Storage {
        match self.component() {
            Self::Int => Storage::I32,
            Self::Uint | Self::Bool | Self::Text => Storage::U32,
            Self::Shape => Storage::Object,
            Self::Float | Self::Vec2 | Self::Vec3 | Self::Color => Storage::F64,
        }
    }

    /// The storage class of a field of this type.
    pub const fn field_storage(self) -> Storage {
        match self.signal_storage() {
            Storage::F64 => Storage::F32,
            Storage::Object | Storage::U32 => Storage::U32,
            Storage::F32 => Storage::F32,
            Storage::I32 => Storage::I32,
        }
    }

    /// Whether values of this type may live in `storage`.
    pub const fn fits(self, storage: Storage) -> bool {
        match self.component() {
            Self::Int => matches!(storage, Storage::I32),
            Self::Uint | Self::Bool | Self::Text => matches!(storage, Storage::U32),
            Self::Shape => matches!(storage, Storage::Object | Storage::U32),
            Self::Float | Self::Vec2 | Self::Vec3 | Self::Color => {
                matches!(storage, Storage::F64 | Storage::F32)
            }
        }
    }

    /// The name in programs and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Float => "float",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Bool => "bool",
            Self::Vec2 => "vec2",
            Self::Vec3 => "vec3",
            Self::Color => "color",
            Self::Shape => "shape",
            Self::Text => "text",
        }
    }
}

impl Kind {
    /// How the components of a type are read.
    pub(crate) fn of(ty: Type) -> Self {
        match ty {
            Type::Int => Self::Int,
            Type::Uint | Type::Shape | Type::Text => Self::Uint,
            Type::Bool => Self::Bool,
            Type::Float | Type::Vec2 | Type::Vec3 | Type::Color => Self::Float,
        }
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What a float measures. Units are for people and for the patch language; the engine computes with plain numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A plain number.
    #[default]
    Scalar,
    /// Seconds.
    Second,
    /// Milliseconds.
    Millisecond,
    /// Whole turns.
    Turn,
    /// Radians.
    Radian,
    /// Degrees.
    Degree,
    /// A position in a cycle, `[0, 1)`.
    Phase,
    /// Cycles per second.
    Hertz,
}

impl Unit {
    /// Whether this is [`Unit::Scalar`].
    pub fn is_scalar(&self) -> bool {
        *self == Self::Scalar
    }
}

/// A storage class: which store a slot, a cell or a constant lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Storage {
    /// 64-bit floats.
    F64,
    /// 32-bit floats.
    F32,
    /// Signed 32-bit integers.
    I32,
    /// Unsigned 32-bit integers.
    U32,
    /// Handles to objects (paths).
    Object,
}

impl Storage {
    /// Every storage class.
    pub const ALL: [Self; 5] = [Self::F64, Self::F32, Self::I32, Self::U32, Self::Object];

    /// The name in programs and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::F64 => "f64",
            Self::F32 => "f32",
            Self::I32 => "i32",
            Self::U32 => "u32",
            Self::Object => "object",
        }
    }

    /// The value as this class would hold it: rounded or wrapped.
    pub fn quantise(self, value: f64) -> f64 {
        match self {
            Self::F64 => value,
            Self::F32 => f64::from(value as f32),
            Self::I32 => f64::from(value as i64 as i32),
            Self::U32 | Self::Object => f64::from(value as i64 as u32),
        }
    }
}

impl std::fmt::Display for Storage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
