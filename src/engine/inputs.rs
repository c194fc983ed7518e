//! Inputs: what the host stages between frames, and the snapshot that a frame sees.

mod kept;

use std::collections::BTreeMap;

use super::events::Queue;
use super::texts::TextNumber;
use super::texts::holders::Marker;
use super::{ElementValues, EngineError};
use crate::id::EventId;
use crate::math::hash;
use crate::program::{ChannelKind, EventSource, Program, Type};

pub(crate) use kept::KeptInputs;

/// The components of all channels, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// What the host has set.
    pub(super) staged: Vec<f64>,
    /// What this frame sees.
    snapshot: Vec<f64>,
    /// Another number whenever the snapshot may be another one.
    version: u64,
    defaults: Vec<f64>,
    /// Components that go back to their default after a frame.
    pub(super) momentary: Vec<bool>,
    /// Components of `staged` and of `snapshot` that the host has set: the others follow a default that is edited.
    pub(super) staged_set: Vec<bool>,
    pub(super) snapshot_set: Vec<bool>,
    /// Of each channel, its first component and how many there are, of all its values.
    pub(super) places: Vec<[u32; 2]>,
    /// The components of what the host gives, for a moment: with room for the longest array.
    pub(super) given: Vec<f64>,
}

/// The canvas that frames are meant for: width and height in pixels, above 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Canvas(pub(crate) [f64; 2]);

/// An input channel of an engine: found once by its name, then set without a look-up.
///
/// It belongs to the engine that gave it and survives every [`swap`](super::Engine::swap), as the channel's value does:
/// it means the channel of that name, wherever the running program has it.
///
/// ```
/// use pavane::{Builder, Engine};
/// use pavane::program::{ChannelKind, Type};
///
/// let b = Builder::new("follow");
/// let pointer = b.channel("pointer", Type::Vec2, &[0.5, 0.5], ChannelKind::Hold);
/// let dots = b.domain("dots", 1);
/// b.pass("dots", dots).position(pointer).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
/// let mut engine = Engine::for_program(b.finish()?)?;
/// let pointer = engine.channel("pointer")?;
/// for index in 0..3 {
///     engine.set_channel(pointer, [index as f32 * 0.25, 0.5])?;
///     let frame = engine.frame(index)?;
///     assert_eq!(frame.passes().next().unwrap().x.get(0), index as f32 * 0.25);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Channel(u32);

/// An event of an engine that the host sends: found once by its key, then sent without a look-up, as a [`Channel`] is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventChannel(u32);

/// The names of one kind of every program that an engine has run, by number: what a [`Channel`] or an [`EventChannel`] points
/// into.
#[derive(Debug)]
pub(crate) struct Names<P> {
    names: Vec<String>,
    by_name: BTreeMap<String, u32>,
    /// Where the running program has it; none where it has none of that name.
    places: Vec<Option<P>>,
}

impl<P> Default for Names<P> {
    fn default() -> Self {
        Self { names: Vec::new(), by_name: BTreeMap::new(), places: Vec::new() }
    }
}

/// The channels and the events of the host.
#[derive(Debug, Default)]
pub(crate) struct Channels {
    values: Names<ChannelPlace>,
    events: Names<EventPlace>,
}

/// The row of an event, and what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EventPlace {
    pub(crate) event: EventId,
    pub(crate) ty: Option<Type>,
}

/// The components of a channel in [`Inputs`], and what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChannelPlace {
    pub(crate) ty: Type,
    /// How many values, where it is an array.
    pub(crate) count: Option<u32>,
    pub(crate) offset: u32,
}

impl<P: Copy> Names<P> {
    /// Forgets all places; names keep their numbers.
    fn leave(&mut self) {
        self.places.fill_with(|| None);
    }

    fn enter(&mut self, name: &str, place: P) {
        let number = match self.by_name.get(name) {
            Some(&number) => number,
            None => {
                self.names.push(name.into());
                self.places.push(None);
                self.by_name.insert(name.into(), self.names.len() as u32 - 1);
                self.names.len() as u32 - 1
            }
        };
        self.places[number as usize] = Some(place);
    }

    /// The number of a name, where the running program has it.
    fn find(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied().filter(|&number| self.place(number).is_some())
    }

    fn place(&self, number: u32) -> Option<P> {
        self.places.get(number as usize).copied().flatten()
    }

    /// The name; empty for a number of another engine that has more of them.
    fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }
}

impl Channels {
    /// Points everything to its place in another program.
    pub(crate) fn follow(&mut self, program: &Program) {
        self.values.leave();
        let mut offset = 0;
        for row in &program.data().channels {
            self.values.enter(&row.name, ChannelPlace { ty: row.ty, count: row.count, offset });
            offset += row.components();
        }
        self.events.leave();
        for (row, event) in (0..).zip(&program.data().events) {
            if matches!(event.source, EventSource::Host { .. }) {
                self.events.enter(&event.key, EventPlace { event: EventId(row), ty: event.ty });
            }
        }
    }

    /// The channel of a name, where the running program has one.
    pub(crate) fn find(&self, name: &str) -> Option<Channel> {
        self.values.find(name).map(Channel)
    }

    /// None where the running program has no such channel.
    pub(crate) fn place(&self, Channel(number): Channel) -> Option<ChannelPlace> {
        self.values.place(number)
    }

    /// The name; empty for a channel of another engine that has more of them.
    pub(crate) fn name(&self, Channel(number): Channel) -> &str {
        self.values.name(number)
    }

    /// The event of a key, where the running program has one that the host sends.
    pub(crate) fn find_event(&self, key: &str) -> Option<EventChannel> {
        self.events.find(key).map(EventChannel)
    }

    /// None where the running program has no such event.
    pub(crate) fn event_place(&self, EventChannel(number): EventChannel) -> Option<EventPlace> {
        self.events.place(number)
    }

    /// The key; empty for an event of another engine that has more of them.
    pub(crate) fn event_name(&self, EventChannel(number): EventChannel) -> &str {
        self.events.name(number)
    }
}

/// What an event carries: nothing, [`from`](From) `()`, or a value.
///
/// ```
/// use pavane::{InputValue, Payload};
///
/// assert_eq!(Payload::from(()), Payload(None));
/// assert_eq!(Payload::from(0.5), Payload(Some(InputValue::Float(0.5))));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Payload(pub Option<InputValue>);

impl From<()> for Payload {
    fn from((): ()) -> Self {
        Self(None)
    }
}

impl From<InputValue> for Payload {
    fn from(value: InputValue) -> Self {
        Self(Some(value))
    }
}

/// A value for a channel or a slot, [`from`](From) a number, a bool or an array of 2 to 4 numbers.
///
/// ```
/// use pavane::InputValue;
///
/// assert_eq!(InputValue::from(0.5), InputValue::Float(0.5));
/// assert_eq!(InputValue::from([0.25_f32, 0.5]), InputValue::Vec2([0.25, 0.5]));
/// assert_eq!(InputValue::from(true), InputValue::Bool(true));
/// ```
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
    /// For a text channel: a text of the engine, from [`Engine::known_text`](super::Engine::known_text). One that an engine has
    /// given may be gone after the next frame.
    Text(TextNumber),
}

/// What a channel is given: a value, [`from`](From) what an [`InputValue`] is made of, or of an array all values, from a slice of
/// them.
///
/// ```
/// use pavane::{ChannelValue, InputValue};
///
/// assert!(matches!(ChannelValue::from(0.5), ChannelValue::One(InputValue::Float(0.5))));
/// assert!(matches!(ChannelValue::from(&[0.5_f32, 0.25, 1.0]), ChannelValue::Array(_)));
/// assert!(matches!(ChannelValue::from(&vec![[0.5_f32, 0.25]; 64]), ChannelValue::Array(_)));
/// ```
#[derive(Clone, Copy, Debug)]
pub enum ChannelValue<'v> {
    /// For a channel that is one value.
    One(InputValue),
    /// For a channel that is an array: as many values as it has.
    Array(ElementValues<'v>),
    /// For a channel that is a text: it is copied.
    Text(&'v str),
    /// For an array of any type: the components of one value after the other. Ints are whole, bools 0 and 1.
    Components {
        /// The type of the values.
        ty: Type,
        /// As many for each value as the type has.
        components: &'v [f64],
    },
}

/// What a channel is to be given later.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum OwnedValue {
    One(InputValue),
    Text(String),
    Array { ty: Type, components: Vec<f64> },
}

impl OwnedValue {
    /// Of a channel of a type, and of so many values where it is an array. None for a type that no channel has.
    #[cfg_attr(
        not(any(feature = "cli", feature = "preview")),
        allow(dead_code, reason = "for what is set from outside")
    )]
    pub(crate) fn from_components(ty: Type, count: Option<u32>, components: &[f64]) -> Option<Self> {
        if count.is_some() {
            return Some(Self::Array { ty, components: components.to_vec() });
        }
        let mut one = [0.0; 4];
        one.iter_mut().zip(components).for_each(|(to, &from)| *to = from);
        InputValue::from_components(ty, one).map(Self::One)
    }

    /// Whether a channel takes it.
    pub(crate) fn is_for(&self, channel: &crate::program::Channel) -> bool {
        let value = ChannelValue::from(self);
        (value.ty(), value.count()) == (channel.ty, channel.count.map(|count| count as usize))
    }

    /// Its components, one value after the other.
    pub(crate) fn components(&self) -> Vec<f64> {
        let mut numbers = Vec::new();
        ChannelValue::from(self).write(&mut numbers);
        numbers
    }
}

impl<'v> From<&'v OwnedValue> for ChannelValue<'v> {
    fn from(value: &'v OwnedValue) -> Self {
        match value {
            OwnedValue::One(value) => Self::One(*value),
            OwnedValue::Text(text) => Self::Text(text),
            OwnedValue::Array { ty, components } => Self::Components { ty: *ty, components },
        }
    }
}

impl<'v> From<&'v str> for ChannelValue<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(text)
    }
}

impl From<InputValue> for ChannelValue<'_> {
    fn from(value: InputValue) -> Self {
        Self::One(value)
    }
}

macro_rules! from_slices {
    ($( $type:ty: $convert:expr; )*) => {
        $(
            impl<'v> From<&'v [$type]> for ChannelValue<'v> {
                fn from(values: &'v [$type]) -> Self { $convert(values) }
            }
            impl<'v> From<&'v Vec<$type>> for ChannelValue<'v> {
                fn from(values: &'v Vec<$type>) -> Self { $convert(values.as_slice()) }
            }
            impl<'v, const N: usize> From<&'v [$type; N]> for ChannelValue<'v> {
                fn from(values: &'v [$type; N]) -> Self { $convert(values.as_slice()) }
            }
        )*
    };
}

from_slices! {
    f32: |values| Self::Array(ElementValues::Float(values));
    i32: |values| Self::Array(ElementValues::Int(values));
    u32: |values| Self::Array(ElementValues::Uint(values));
    bool: |values| Self::Array(ElementValues::Bool(values));
    [f32; 2]: |values| Self::Array(ElementValues::Vec2(values));
    [f32; 3]: |values| Self::Array(ElementValues::Vec3(values));
    [f32; 4]: |values| Self::Array(ElementValues::Color(values));
    f64: |components| Self::Components { ty: Type::Float, components };
    [f64; 2]: |values: &'v [[f64; 2]]| Self::Components { ty: Type::Vec2, components: values.as_flattened() };
    [f64; 3]: |values: &'v [[f64; 3]]| Self::Components { ty: Type::Vec3, components: values.as_flattened() };
    [f64; 4]: |values: &'v [[f64; 4]]| Self::Components { ty: Type::Color, components: values.as_flattened() };
}

impl ChannelValue<'_> {
    pub(crate) fn ty(&self) -> Type {
        match self {
            Self::One(value) => value.ty(),
            Self::Text(_) => Type::Text,
            Self::Array(values) => values.ty(),
            Self::Components { ty, .. } => *ty,
        }
    }

    /// How many values, of an array.
    fn count(&self) -> Option<usize> {
        match self {
            Self::One(_) | Self::Text(_) => None,
            Self::Array(values) => Some(values.len()),
            Self::Components { ty, components } => Some(components.len() / ty.stride() as usize),
        }
    }

    /// The first value that is no value of its type.
    fn broken(&self) -> Option<usize> {
        match self {
            Self::One(value) => value.components().into_iter().any(|c| !c.is_finite()).then_some(0),
            Self::Text(_) => None,
            Self::Array(values) => values.broken(),
            Self::Components { ty, components } => {
                let is_bad = |&value: &f64| match ty {
                    Type::Float | Type::Vec2 | Type::Vec3 | Type::Color => !value.is_finite(),
                    Type::Int => f64::from(value as i32) != value,
                    Type::Uint | Type::Text | Type::Shape => f64::from(value as u32) != value,
                    Type::Bool => value != 0.0 && value != 1.0,
                };
                let stride = ty.stride() as usize;
                let ragged = (components.len() % stride != 0).then_some(components.len());
                components.iter().position(is_bad).or(ragged).map(|at| at / stride)
            }
        }
    }

    /// Whether a channel takes it.
    pub(crate) fn fits(&self, place: ChannelPlace) -> bool {
        self.ty() == place.ty
            && self.count() == place.count.map(|count| count as usize)
            && self.broken().is_none()
    }

    /// Why a channel does not take it, if it does not.
    pub(crate) fn check(&self, name: &str, place: ChannelPlace) -> Result<(), EngineError> {
        let wrong =
            |found: String, expected: String| EngineError::Value { name: name.into(), found, expected };
        if let (Self::One(value), None) = (self, place.count) {
            return value.check(name, place.ty);
        }
        let count = place.count.map(|count| count as usize);
        if (self.ty(), self.count()) != (place.ty, count) {
            return Err(wrong(said(self.ty(), self.count()), said(place.ty, count)));
        }
        match self.broken() {
            Some(at) => {
                let found = match *self {
                    Self::Components { ty, components } if ty.stride() == 1 => {
                        components.get(at).map_or_else(|| "none".into(), f64::to_string)
                    }
                    _ => "what is no finite number".to_owned(),
                };
                let expected = match place.ty {
                    Type::Int | Type::Uint | Type::Text | Type::Shape => "whole numbers",
                    Type::Bool => "0 and 1",
                    Type::Float | Type::Vec2 | Type::Vec3 | Type::Color => "finite numbers",
                };
                Err(wrong(format!("{found} as value {at}"), expected.into()))
            }
            None => Ok(()),
        }
    }

    /// Its components, one value after the other, in place of what is there.
    pub(crate) fn write(&self, numbers: &mut Vec<f64>) {
        numbers.clear();
        match self {
            Self::One(value) => numbers.extend(&value.components()[..value.ty().stride() as usize]),
            Self::Text(text) => numbers.push(f64::from(hash::text(text))),
            Self::Array(values) => values.components(numbers),
            Self::Components { components, .. } => numbers.extend_from_slice(components),
        }
    }
}

/// A type, or an array of one, as it is said: `a float`, `an array of 64 floats`.
pub(crate) fn said(ty: Type, count: Option<usize>) -> String {
    match count {
        None if ty == Type::Int => format!("an {ty}"),
        None => format!("a {ty}"),
        Some(1) => format!("an array of 1 {ty}"),
        Some(count) => format!("an array of {count} {ty}s"),
    }
}

macro_rules! from {
    ($( $variant:ident $type:ty: $convert:expr; )*) => {
        $( impl From<$type> for InputValue {
            fn from(value: $type) -> Self { Self::$variant($convert(value)) }
        }
        impl From<$type> for Payload {
            fn from(value: $type) -> Self { Self(Some(value.into())) }
        }
        impl From<$type> for ChannelValue<'_> {
            fn from(value: $type) -> Self { Self::One(value.into()) }
        } )*
    };
}

from! {
    Float f64: f64::from;
    Float f32: f64::from;
    Int i32: i32::from;
    Uint u32: u32::from;
    Bool bool: bool::from;
    Vec2 [f64; 2]: <[f64; 2]>::from;
    Vec2 [f32; 2]: widened;
    Vec3 [f64; 3]: <[f64; 3]>::from;
    Vec3 [f32; 3]: widened;
    Color [f64; 4]: <[f64; 4]>::from;
    Color [f32; 4]: widened;
}

fn widened<const N: usize>(value: [f32; N]) -> [f64; N] {
    value.map(f64::from)
}

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
            Self::Text(_) => Type::Text,
        }
    }

    /// A value of a type from its numbers, as many as the type has components: what a host gives that knows numbers and no
    /// types. Nothing is rounded. `name` is whom it is for, in what is said where that takes something else.
    ///
    /// ```
    /// use pavane::InputValue;
    /// use pavane::program::Type;
    ///
    /// assert_eq!(InputValue::from_numbers("pointer", Type::Vec2, &[0.25, 0.5])?, InputValue::Vec2([0.25, 0.5]));
    /// let error = InputValue::from_numbers("many", Type::Int, &[2.5]).unwrap_err();
    /// assert!(error.to_string().contains("`many` was given 2.5"));
    /// # Ok::<(), pavane::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Value`] where there are more or fewer numbers, one is not finite, that of an int or a uint is not whole or
    /// out of range, or that of a bool is neither 0 nor 1; and for texts and shapes, which are no numbers.
    pub fn from_numbers(name: &str, ty: Type, numbers: &[f64]) -> Result<Self, EngineError> {
        let wrong =
            |found: String, expected: String| EngineError::Value { name: name.into(), found, expected };
        let a_type = said(ty, None);
        if matches!(ty, Type::Text | Type::Shape) {
            return Err(wrong(format!("{} numbers", numbers.len()), a_type));
        }
        let stride = ty.stride() as usize;
        if numbers.len() != stride {
            let found = match numbers.len() {
                1 => "1 number".to_owned(),
                count => format!("{count} numbers"),
            };
            return Err(wrong(found, format!("{a_type}, which has {stride}")));
        }
        let mut components = [0.0; 4];
        components[..stride].copy_from_slice(numbers);
        let whole = |least: f64, most: f64| {
            let number = numbers[0];
            match number >= least && number <= most && number.fract() == 0.0 {
                true => Ok(()),
                false => {
                    Err(wrong(number.to_string(), format!("{a_type}: a whole number from {least} to {most}")))
                }
            }
        };
        match ty {
            Type::Int => whole(f64::from(i32::MIN), f64::from(i32::MAX))?,
            Type::Uint => whole(0.0, f64::from(u32::MAX))?,
            Type::Bool => whole(0.0, 1.0)?,
            Type::Float | Type::Vec2 | Type::Vec3 | Type::Color | Type::Shape | Type::Text => {}
        }
        let value = Self::from_components(ty, components);
        let value = value.ok_or_else(|| wrong("numbers".into(), a_type))?;
        value.check(name, ty).map(|()| value)
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
            Type::Text => Self::Text(TextNumber(x as u32)),
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
            Self::Text(TextNumber(number)) => [f64::from(number), 0.0, 0.0, 0.0],
        }
    }

    /// Whether it goes into a channel or slot of a type.
    pub(crate) fn fits(self, expected: Type) -> bool {
        self.ty() == expected && self.components().into_iter().all(f64::is_finite)
    }

    /// Why it does not go into a channel or slot of a type, if it does not.
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
        let defaults: Vec<f64> = channels
            .iter()
            .flat_map(|channel| channel.defaults().map(|value| program.known(channel.ty, value)))
            .collect();
        let momentary: Vec<bool> = channels
            .iter()
            .flat_map(|c| std::iter::repeat_n(c.kind == ChannelKind::Momentary, c.components() as usize))
            .collect();
        let unset = vec![false; defaults.len()];
        let places = channels.iter().scan(0, |next, channel| {
            let [offset, stride] = [*next, channel.components()];
            *next += stride;
            Some([offset, stride])
        });
        let places: Vec<[u32; 2]> = places.collect();
        let longest = places.iter().map(|&[_, stride]| stride).max().unwrap_or(0);
        Self {
            places,
            given: Vec::with_capacity(longest as usize),
            version: 0,
            staged: defaults.clone(),
            snapshot: defaults.clone(),
            defaults,
            momentary,
            staged_set: unset.clone(),
            snapshot_set: unset,
        }
    }

    pub(crate) fn stage(&mut self, offset: u32, parts: [&[f64]; 2]) {
        let mut at = offset as usize;
        for part in parts {
            let rows = at..at + part.len();
            at = rows.end;
            self.staged_set[rows.clone()].fill(true);
            self.staged[rows].copy_from_slice(part);
        }
    }

    /// Gives components a value in the middle of a frame: what was set after an event was sent. Whether it is another one.
    pub(crate) fn apply(&mut self, offset: u32, parts: [&[f64]; 2]) -> bool {
        let (mut at, mut is_other) = (offset as usize, false);
        for part in parts {
            let rows = at..at + part.len();
            at = rows.end;
            is_other |= self.snapshot[rows.clone()] != *part;
            self.snapshot[rows.clone()].copy_from_slice(part);
            self.snapshot_set[rows].fill(true);
        }
        if !self.momentary[offset as usize] {
            self.stage(offset, parts);
        }
        self.version += 1;
        is_other
    }

    /// Makes what is staged this frame's, and lets momentary channels go.
    pub(crate) fn publish(&mut self, queue: &mut Queue) {
        for &[offset, stride] in &self.places {
            let rows = offset as usize..(offset + stride) as usize;
            queue.publish(offset, || self.staged[rows.clone()] != self.snapshot[rows]);
        }
        self.version += 1;
        self.snapshot.copy_from_slice(&self.staged);
        self.snapshot_set.copy_from_slice(&self.staged_set);
        let rest = self.staged.iter_mut().zip(&mut self.staged_set).zip(&self.defaults).zip(&self.momentary);
        for (((staged, set), default), momentary) in rest {
            if *momentary {
                (*staged, *set) = (*default, false);
            }
        }
    }

    /// What is staged for channels that hold becomes the snapshot's, for a frame that is evaluated once more. Whether it is
    /// anything else than that saw before.
    pub(crate) fn refresh(&mut self) -> bool {
        let mut is_other = false;
        self.version += 1;
        for row in (0..self.staged.len()).filter(|&row| !self.momentary[row]) {
            is_other |= self.snapshot[row].to_bits() != self.staged[row].to_bits();
            self.snapshot[row] = self.staged[row];
            self.snapshot_set[row] = self.staged_set[row];
        }
        is_other
    }

    /// Takes over what the host has set of a channel that lies at `from` in `old` and at `to` here.
    pub(crate) fn carry(&mut self, old: &Self, from: usize, to: usize, stride: usize) {
        self.version += 1;
        for k in 0..stride {
            if old.staged_set[from + k] {
                (self.staged[to + k], self.staged_set[to + k]) = (old.staged[from + k], true);
            }
            if old.snapshot_set[from + k] {
                (self.snapshot[to + k], self.snapshot_set[to + k]) = (old.snapshot[from + k], true);
            }
        }
    }

    /// Tells which numbers may be those of texts.
    pub(crate) fn mark_texts(&self, marker: &mut Marker<'_>) {
        marker.numbers(self.staged.iter().chain(&self.snapshot));
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.snapshot
    }

    /// A component as this frame sees it.
    pub(super) fn seen(&self, row: usize) -> f64 {
        self.snapshot[row]
    }

    /// Another number whenever [`values`](Self::values) may be other ones.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }
}
