//! Inputs: what the host stages between frames, and the snapshot that a frame sees.

use bevy_ecs::prelude::{Res, ResMut, Resource};

use super::EngineError;
use super::clock::Clock;
use crate::program::{ChannelKind, Program, Type};

/// The components of all channels, one after the other.
#[derive(Resource, Debug, Default)]
pub(crate) struct Inputs {
    /// What the host has set.
    staged: Vec<f64>,
    /// What this frame sees.
    snapshot: Vec<f64>,
    defaults: Vec<f64>,
    /// Components that go back to their default after a frame.
    momentary: Vec<bool>,
    /// Components of `staged` and of `snapshot` that the host has set: the others follow a default that is edited.
    staged_set: Vec<bool>,
    snapshot_set: Vec<bool>,
}

/// The canvas that frames are meant for: width and height in pixels, above 0.
#[derive(Resource, Clone, Copy, Debug)]
pub(crate) struct Canvas(pub(crate) [f64; 2]);

/// A value for a channel or a slot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InputValue {
    /// For a float channel.
    Float(f64),
    /// For an int channel.
    Int(i32),
    /// For a uint channel.
    Uint(u32),
    /// For a bool channel.
    Bool(bool),
    /// For a vec2 channel.
    Vec2([f64; 2]),
    /// For a vec3 channel.
    Vec3([f64; 3]),
    /// For a color channel: red, green, blue, alpha.
    Color([f64; 4]),
}

macro_rules! from {
    ($( $variant:ident $type:ty, )*) => {
        $( impl From<$type> for InputValue {
            fn from(value: $type) -> Self { Self::$variant(value) }
        } )*
    };
}

from! { Float f64, Int i32, Uint u32, Bool bool, Vec2 [f64; 2], Vec3 [f64; 3], Color [f64; 4], }

impl InputValue {
    /// The type of channel that takes it.
    pub fn ty(self) -> Type {
        match self {
            Self::Float(_) => Type::Float,
            Self::Int(_) => Type::Int,
            Self::Uint(_) => Type::Uint,
            Self::Bool(_) => Type::Bool,
            Self::Vec2(_) => Type::Vec2,
            Self::Vec3(_) => Type::Vec3,
            Self::Color(_) => Type::Color,
        }
    }

    /// A value of a type from its components: ints are rounded toward 0, a bool is true where it is not 0. None for a shape,
    /// which no channel has.
    pub fn from_components(ty: Type, [x, y, z, w]: [f64; 4]) -> Option<Self> {
        Some(match ty {
            Type::Float => Self::Float(x),
            Type::Int => Self::Int(x as i32),
            Type::Uint => Self::Uint(x as u32),
            Type::Bool => Self::Bool(x != 0.0),
            Type::Vec2 => Self::Vec2([x, y]),
            Type::Vec3 => Self::Vec3([x, y, z]),
            Type::Color => Self::Color([x, y, z, w]),
            Type::Shape => return None,
        })
    }

    pub(crate) fn components(self) -> [f64; 4] {
        match self {
            Self::Float(x) => [x, 0.0, 0.0, 0.0],
            Self::Int(x) => [f64::from(x), 0.0, 0.0, 0.0],
            Self::Uint(x) => [f64::from(x), 0.0, 0.0, 0.0],
            Self::Bool(x) => [f64::from(u8::from(x)), 0.0, 0.0, 0.0],
            Self::Vec2([x, y]) => [x, y, 0.0, 0.0],
            Self::Vec3([x, y, z]) => [x, y, z, 0.0],
            Self::Color(color) => color,
        }
    }

    /// Whether it goes into a channel or slot of a type.
    pub(crate) fn check(self, name: &str, expected: Type) -> Result<(), EngineError> {
        let wrong =
            |found: String, expected: String| EngineError::Value { name: name.into(), found, expected };
        if self.ty() != expected {
            return Err(wrong(format!("a {}", self.ty()), format!("a {expected}")));
        }
        match self.components().into_iter().find(|c| !c.is_finite()) {
            Some(bad) => Err(wrong(bad.to_string(), "finite numbers".into())),
            None => Ok(()),
        }
    }
}

impl Inputs {
    pub(crate) fn new(program: &Program) -> Self {
        let channels = &program.data().channels;
        let defaults: Vec<f64> =
            channels.iter().flat_map(|channel| channel.default.iter().copied()).collect();
        let momentary: Vec<bool> = channels
            .iter()
            .flat_map(|c| std::iter::repeat_n(c.kind == ChannelKind::Momentary, c.ty.stride() as usize))
            .collect();
        let unset = vec![false; defaults.len()];
        Self {
            staged: defaults.clone(),
            snapshot: defaults.clone(),
            defaults,
            momentary,
            staged_set: unset.clone(),
            snapshot_set: unset,
        }
    }

    pub(crate) fn stage(&mut self, offset: u32, stride: u32, value: InputValue) {
        let range = offset as usize..(offset + stride) as usize;
        self.staged_set[range.clone()].fill(true);
        self.staged[range].copy_from_slice(&value.components()[..stride as usize]);
    }

    /// Makes what is staged this frame's, and lets momentary channels go.
    pub(crate) fn snapshot(&mut self) {
        self.snapshot.copy_from_slice(&self.staged);
        self.snapshot_set.copy_from_slice(&self.staged_set);
        let rest = self.staged.iter_mut().zip(&mut self.staged_set).zip(&self.defaults).zip(&self.momentary);
        for (((staged, set), default), momentary) in rest {
            if *momentary {
                (*staged, *set) = (*default, false);
            }
        }
    }

    /// What is staged for channels that hold becomes the snapshot's, for a frame that is evaluated once more.
    pub(crate) fn refresh(&mut self) {
        for row in (0..self.staged.len()).filter(|&row| !self.momentary[row]) {
            self.snapshot[row] = self.staged[row];
            self.snapshot_set[row] = self.staged_set[row];
        }
    }

    /// Takes over what the host has set of a channel that lies at `from` in `old` and at `to` here.
    pub(crate) fn carry(&mut self, old: &Self, from: usize, to: usize, stride: usize) {
        for k in 0..stride {
            if old.staged_set[from + k] {
                (self.staged[to + k], self.staged_set[to + k]) = (old.staged[from + k], true);
            }
            if old.snapshot_set[from + k] {
                (self.snapshot[to + k], self.snapshot_set[to + k]) = (old.snapshot[from + k], true);
            }
        }
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.snapshot
    }
}

/// 2. What the host staged becomes this frame's snapshot.
pub(crate) fn publish(mut inputs: ResMut<Inputs>, clock: Res<Clock>) {
    if !clock.again && !clock.idle {
        inputs.snapshot();
    }
}
