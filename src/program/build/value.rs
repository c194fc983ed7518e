//! Values of a builder, and the operations on them.

use std::ops;

use super::super::format::Node;
use super::super::op::Op;
use super::super::types::Type;
use super::{Builder, DomainRef};
use crate::math::hash;

/// A value of a [`Builder`]: a node of its program.
#[derive(Clone, Copy)]
pub struct Value<'b> {
    pub(super) builder: &'b Builder,
    pub(super) node: u32,
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Value").field("node", &self.node).finish_non_exhaustive()
    }
}

/// An argument of an operation: a value, or a number that becomes a float constant.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'b> {
    /// A value.
    Value(Value<'b>),
    /// A float constant.
    Float(f64),
}

impl<'b> From<Value<'b>> for Arg<'b> {
    fn from(value: Value<'b>) -> Self {
        Self::Value(value)
    }
}

impl From<f64> for Arg<'_> {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl<'b> Arg<'b> {
    pub(super) fn value(self, builder: &'b Builder) -> Value<'b> {
        match self {
            Self::Value(value) => value,
            Self::Float(value) => builder.float(value),
        }
    }
}

impl<'b> Value<'b> {
    /// The type.
    pub fn ty(self) -> Type {
        self.builder.inner.borrow().types[self.node as usize]
    }

    /// The domain whose elements each have their own, or `None` if the value is uniform.
    pub fn domain(self) -> Option<DomainRef> {
        self.builder.inner.borrow().domains[self.node as usize].map(DomainRef)
    }

    /// The node while building; [`Builder::finish`] renumbers.
    pub fn node(self) -> u32 {
        self.node
    }

    /// Any operation that takes only arguments, this value first.
    pub fn op(self, op: Op, rest: &[Arg<'b>]) -> Value<'b> {
        let mut args = vec![self.node];
        args.extend(rest.iter().map(|arg| arg.value(self.builder).node));
        self.builder.node(Node::new(op, &args))
    }

    /// Component `index` of a vector or colour.
    pub fn component(self, index: u32) -> Value<'b> {
        self.builder.node(Node { index: Some(index), ..Node::new(Op::Component, &[self.node]) })
    }

    /// The first component.
    pub fn x(self) -> Value<'b> {
        self.component(0)
    }

    /// The second component.
    pub fn y(self) -> Value<'b> {
        self.component(1)
    }

    /// The third component.
    pub fn z(self) -> Value<'b> {
        self.component(2)
    }

    /// `a` where this bool is true, else `b`.
    pub fn select(self, a: impl Into<Arg<'b>>, b: impl Into<Arg<'b>>) -> Value<'b> {
        self.op(Op::Select, &[a.into(), b.into()])
    }
}

macro_rules! methods {
    ($( $name:ident $op:ident ($($arg:ident),*); )*) => {
        impl<'b> Value<'b> {
            $(
                #[doc = concat!("[`Op::", stringify!($op), "`] of this value.")]
                pub fn $name(self $(, $arg: impl Into<Arg<'b>>)*) -> Value<'b> {
                    self.op(Op::$op, &[$($arg.into()),*])
                }
            )*
        }
    };
}

methods! {
    abs Abs (); sign Sign (); floor Floor (); ceil Ceil (); round Round (); trunc Trunc (); fract Fract (); fract_signed FractSigned ();
    sqrt Sqrt (); exp Exp (); ln Ln (); pow Pow (exponent); modulo Mod (divisor); wrap Wrap (lo, hi);
    min Min (other); max Max (other); clamp Clamp (lo, hi); clamp01 Clamp01 (); mix Mix (to, t);
    step_from Step (x); smoothstep Smoothstep (edge1, x);
    lt Lt (other); le Le (other); gt Gt (other); ge Ge (other); equals Eq (other);
    and And (other); or Or (other);
    sin Sin (); cos Cos (); tan Tan (); sin_turns SinTurns (); cos_turns CosTurns (); tanh Tanh ();
    to_float ToFloat (); to_int ToInt (); to_uint ToUint (); uint_to_float UintToFloat ();
    bool_to_float BoolToFloat (); int_to_uint IntToUint ();
    hash Hash (); unit_float UnitFloat (); turns_of_uint TurnsOfUint ();
    wave_sine WaveSine (); wave_triangle WaveTriangle (); wave_square WaveSquare (duty);
    length Length (); distance Distance (other); dot Dot (other); normalize Normalize (); rotate Rotate (radians);
    path_point PathPoint (share); path_direction PathDirection (share);
    near_own NearOwn (pairs); near_other NearOther (pairs); near_sum NearSum (pairs); near_mean NearMean (pairs);
    near_min NearMin (pairs); near_max NearMax (pairs); near_count NearCount (pairs); near_nearest NearNearest (pairs);
    with_alpha WithAlpha (alpha); mix_oklab MixOklab (to, t); mix_linear MixLinear (to, t);
    mix_oklch MixOklch (to, t); mix_hsv MixHsv (to, t);
}

macro_rules! operators {
    ($( $trait:ident $method:ident $op:ident; )*) => {
        $(
            impl<'b, A: Into<Arg<'b>>> ops::$trait<A> for Value<'b> {
                type Output = Value<'b>;
                fn $method(self, other: A) -> Value<'b> {
                    self.op(Op::$op, &[other.into()])
                }
            }
            impl<'b> ops::$trait<Value<'b>> for f64 {
                type Output = Value<'b>;
                fn $method(self, other: Value<'b>) -> Value<'b> {
                    other.builder.float(self).op(Op::$op, &[other.into()])
                }
            }
        )*
    };
}

operators! { Add add Add; Sub sub Sub; Mul mul Mul; Div div Div; }

impl<'b> ops::Neg for Value<'b> {
    type Output = Value<'b>;
    fn neg(self) -> Value<'b> {
        self.op(Op::Neg, &[])
    }
}

impl<'b> ops::Not for Value<'b> {
    type Output = Value<'b>;
    fn not(self) -> Value<'b> {
        self.op(Op::Not, &[])
    }
}

/// Leaves and constructors.
impl Builder {
    /// A float constant.
    pub fn float(&self, value: f64) -> Value<'_> {
        self.constant(Type::Float, value)
    }

    /// An int constant.
    pub fn int(&self, value: i32) -> Value<'_> {
        self.constant(Type::Int, f64::from(value))
    }

    /// A uint constant.
    pub fn uint(&self, value: u32) -> Value<'_> {
        self.constant(Type::Uint, f64::from(value))
    }

    /// A bool constant.
    pub fn bool(&self, value: bool) -> Value<'_> {
        self.constant(Type::Bool, f64::from(u8::from(value)))
    }

    /// A text constant: at most [`TEXT_MAX`](crate::program::limits::TEXT_MAX) bytes.
    pub fn text(&self, text: &str) -> Value<'_> {
        self.known_text(text, hash::text(text))
    }

    /// A text, and the number by which the caller knows it.
    pub(crate) fn known_text(&self, text: &str, number: u32) -> Value<'_> {
        let row = self.text_row(text, number);
        self.constant(Type::Text, f64::from(row))
    }

    /// The row of a text among those of the program.
    pub(crate) fn text_row(&self, text: &str, number: u32) -> u32 {
        self.inner.borrow_mut().text(text, number)
    }

    fn constant(&self, ty: Type, value: f64) -> Value<'_> {
        let storage = ty.signal_storage();
        let row = self.inner.borrow_mut().constant(storage, value);
        self.node(Node {
            ty: Some(ty),
            storage: Some(storage),
            index: Some(row),
            ..Node::new(Op::Const, &[])
        })
    }

    /// Any operation that takes only arguments.
    pub fn op<'b>(&'b self, op: Op, args: &[Arg<'b>]) -> Value<'b> {
        let args: Vec<u32> = args.iter().map(|arg| arg.value(self).node).collect();
        self.node(Node::new(op, &args))
    }

    /// A vector of two.
    pub fn vec2<'b>(&'b self, x: impl Into<Arg<'b>>, y: impl Into<Arg<'b>>) -> Value<'b> {
        self.op(Op::Vec2, &[x.into(), y.into()])
    }

    /// A vector of three.
    pub fn vec3<'b>(
        &'b self,
        x: impl Into<Arg<'b>>,
        y: impl Into<Arg<'b>>,
        z: impl Into<Arg<'b>>,
    ) -> Value<'b> {
        self.op(Op::Vec3, &[x.into(), y.into(), z.into()])
    }

    /// A colour of sRGB components and alpha.
    pub fn rgba(&self, red: f64, green: f64, blue: f64, alpha: f64) -> Value<'_> {
        self.op(Op::Color, &[red.into(), green.into(), blue.into(), alpha.into()])
    }

    /// A colour of hue (turns), saturation and value.
    pub fn hsv<'b>(
        &'b self,
        hue: impl Into<Arg<'b>>,
        saturation: impl Into<Arg<'b>>,
        value: impl Into<Arg<'b>>,
    ) -> Value<'b> {
        self.op(Op::Hsv, &[hue.into(), saturation.into(), value.into()])
    }

    /// A colour of Oklch lightness, chroma and hue (turns).
    pub fn oklch<'b>(
        &'b self,
        lightness: impl Into<Arg<'b>>,
        chroma: impl Into<Arg<'b>>,
        hue: impl Into<Arg<'b>>,
    ) -> Value<'b> {
        self.op(Op::Oklch, &[lightness.into(), chroma.into(), hue.into()])
    }

    /// As [`oklch`](Self::oklch), with less chroma where there is no such colour in sRGB.
    pub fn oklch_inside<'b>(
        &'b self,
        lightness: impl Into<Arg<'b>>,
        chroma: impl Into<Arg<'b>>,
        hue: impl Into<Arg<'b>>,
    ) -> Value<'b> {
        self.op(Op::OklchInside, &[lightness.into(), chroma.into(), hue.into()])
    }

    /// A vector of a radius and an angle in turns.
    pub fn polar_turns<'b>(&'b self, radius: impl Into<Arg<'b>>, turns: impl Into<Arg<'b>>) -> Value<'b> {
        self.op(Op::PolarTurns, &[radius.into(), turns.into()])
    }

    /// Seconds since frame 0.
    pub fn time(&self) -> Value<'_> {
        self.op(Op::Time, &[])
    }

    /// Width and height of the canvas in pixels.
    pub fn canvas(&self) -> Value<'_> {
        self.op(Op::Canvas, &[])
    }

    /// Seconds since the previous frame.
    pub fn dt(&self) -> Value<'_> {
        self.op(Op::Dt, &[])
    }

    /// The frame index as a float.
    pub fn frame(&self) -> Value<'_> {
        self.op(Op::FrameIndex, &[])
    }

    /// The phase of time in a cycle of `seconds`, in `[0, 1)`.
    pub fn phase(&self, seconds: f64) -> Value<'_> {
        self.period(Op::Phase, seconds)
    }

    /// As [`period`](Self::period), of a phase or a ping-pong phase that has a key: when a program with another period
    /// [takes over](crate::engine::Engine::swap), it continues from where it is.
    pub fn keyed_phase(&self, key: &str, op: Op, seconds: f64) -> Value<'_> {
        let period = self.flicks(op.name(), seconds).0;
        let row = self.add_phase(key);
        self.node(Node { period: Some(period), index: Some(row), ..Node::new(op, &[]) })
    }

    /// A leaf with a period in seconds: phase, ping-pong phase, progress or pulse.
    pub fn period(&self, op: Op, seconds: f64) -> Value<'_> {
        let period = self.flicks(op.name(), seconds).0;
        self.node(Node { period: Some(period), ..Node::new(op, &[]) })
    }

    /// A leaf of a domain, or a layout with its arguments.
    pub fn element<'b>(&'b self, op: Op, domain: DomainRef, args: &[Arg<'b>]) -> Value<'b> {
        let args: Vec<u32> = args.iter().map(|arg| arg.value(self).node).collect();
        self.node(Node { domain: Some(domain.0), ..Node::new(op, &args) })
    }

    /// How many elements a domain has, as an int.
    pub fn count(&self, domain: DomainRef) -> Value<'_> {
        self.element(Op::Count, domain, &[])
    }

    /// The element's position in its domain, as an int from 0.
    pub fn index(&self, domain: DomainRef) -> Value<'_> {
        self.element(Op::Index, domain, &[])
    }

    /// `(index + 0.5) / count`.
    pub fn rank(&self, domain: DomainRef) -> Value<'_> {
        self.element(Op::Rank, domain, &[])
    }

    /// A number in `[0, 1)` that belongs to the element and the salt.
    pub fn random(&self, domain: DomainRef, salt: u32) -> Value<'_> {
        self.node(Node { domain: Some(domain.0), index: Some(salt), ..Node::new(Op::Random, &[]) })
    }

    /// `index * step + offset` in turns, exact for any index.
    pub fn affine_turns<'b>(
        &'b self,
        domain: DomainRef,
        step: impl Into<Arg<'b>>,
        offset: impl Into<Arg<'b>>,
    ) -> Value<'b> {
        self.element(Op::AffineTurns, domain, &[step.into(), offset.into()])
    }

    /// Value noise at `index * scale + offset`, exact for any index.
    pub fn affine_noise<'b>(
        &'b self,
        domain: DomainRef,
        scale: impl Into<Arg<'b>>,
        offset: impl Into<Arg<'b>>,
    ) -> Value<'b> {
        self.element(Op::AffineNoise, domain, &[scale.into(), offset.into()])
    }

    /// Value or gradient noise at a float, vec2 or vec3; the curl of gradient noise at a vec2 or vec3.
    pub fn noise<'b>(&'b self, op: Op, at: Value<'b>, seed: u32) -> Value<'b> {
        self.node(Node { index: Some(seed), ..Node::new(op, &[at.node]) })
    }

    /// Fractal noise: octaves with lacunarity 2 and gain 0.5.
    pub fn fractal<'b>(&'b self, op: Op, at: Value<'b>, seed: u32, octaves: u32) -> Value<'b> {
        self.octaves(op, [at, self.float(2.0), self.float(0.5)], seed, octaves)
    }

    /// Fractal noise of a place, a lacunarity and a gain.
    pub(crate) fn octaves<'b>(&'b self, op: Op, args: [Value<'b>; 3], seed: u32, octaves: u32) -> Value<'b> {
        let args = args.map(|value| value.node);
        self.node(Node { index: Some(seed), count: Some(octaves), ..Node::new(op, &args) })
    }

    /// The radical inverse: the digits of a uint in a base, mirrored at the point.
    pub(crate) fn radical_inverse<'b>(&'b self, value: Value<'b>, base: u32) -> Value<'b> {
        self.node(Node { count: Some(base), ..Node::new(Op::RadicalInverse, &[value.node]) })
    }
}
