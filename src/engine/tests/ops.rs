//! Every operation that is more than a leaf: as a signal and over lanes, of every type it takes, with uniforms in every
//! place, against plain f64; and with the same bits at every vector level.

use super::model::{self, Numbers};
use super::{LEVELS, assert_close, bits, finish, lanes, settings};
use crate::engine::{Demand, Engine, EngineSettings, InputValue, SimdLevel};
use crate::frame::Frame;
use crate::program::meaning::Meaning;
use crate::program::op::{Immediate, Signature};
use crate::program::{Builder, ChannelKind, DomainRef, Node, Op, Type, Value};

/// The element whose value a uniform argument has.
const UNIFORM: u32 = 39;

/// Whether an operation is a leaf or a layout, which [`leaves`](super::leaves) checks one by one.
pub(super) fn is_leaf(op: Op) -> bool {
    op.signature() == Signature::Leaf
        || matches!(
            op.immediate(),
            Immediate::Domain
                | Immediate::DomainSalt
                | Immediate::FieldAt
                | Immediate::Period
                | Immediate::Path
                | Immediate::Table
                | Immediate::Fade
                | Immediate::Continuity
                | Immediate::Event
        )
        || matches!(op.meaning(), Meaning::Near(_) | Meaning::Text(_))
        || matches!(op, Op::Time | Op::Dt | Op::FrameIndex | Op::Seed | Op::Canvas | Op::DelayTime)
}

/// Every list of argument types that is worth a case.
fn overloads(op: Op) -> Vec<Vec<Type>> {
    use Type::*;
    let all =
        |types: &[Type], n: u8| -> Vec<Vec<Type>> { types.iter().map(|&t| vec![t; n as usize]).collect() };
    let floats = |n: u8| {
        let mut found = all(&[Float, Vec2, Vec3, Color], n);
        // A float goes with every component of a vector, in any place.
        for k in 0..usize::from(n) * usize::from(n > 1) {
            for (most, other) in [(Vec2, Float), (Float, Vec3)] {
                let mut types = vec![most; n as usize];
                types[k] = other;
                found.push(types);
            }
        }
        found
    };
    match op.signature() {
        Signature::Leaf => Vec::new(),
        // Two colours and a float are mixed by their alphas.
        Signature::Floats(n) if op == Op::Mix => {
            [floats(n), vec![vec![Color, Color, Float], vec![Float, Color, Float], vec![Color, Float, Float]]]
                .concat()
        }
        Signature::Floats(n) => floats(n),
        Signature::Numbers(n) => [floats(n), all(&[Int, Uint], n)].concat(),
        Signature::Integers(n) => all(&[Int, Uint], n),
        // A host cannot give texts: the language compares those of tables.
        Signature::Compare => all(&[Float, Int, Uint], 2),
        Signature::Logic(n) => all(&[Bool], n),
        Signature::Select => {
            [Float, Int, Uint, Bool, Vec2, Vec3, Color].iter().map(|&t| vec![Bool, t, t]).collect()
        }
        Signature::VectorPair => all(&[Vec2, Vec3], 2),
        Signature::VectorToFloat | Signature::Vector => all(&[Vec2, Vec3], 1),
        // Of elements that events bear only.
        Signature::Any => Vec::new(),
        // Of pairs of elements.
        Signature::Near | Signature::Paired | Signature::PairedFloats => Vec::new(),
        Signature::Space(n) => {
            let first = [Float, Vec2, Vec3].iter();
            first.map(|&t| [vec![t], vec![Float; n as usize]].concat()).collect()
        }
        Signature::Component => all(&[Vec2, Vec3, Color], 1),
        Signature::Fixed(types, _) => vec![types.to_vec()],
    }
}

/// The range of argument `k`: inside the operation's domain, its width a power of two, so that lanes are exact.
fn range(op: Op, k: usize) -> (f64, f64) {
    let immediate = op.immediate();
    match (op, k) {
        (Op::Clamp | Op::Wrap, 1) => (-3.0, -1.0),
        (Op::Clamp | Op::Wrap, 2) => (1.0, 3.0),
        (Op::Sqrt | Op::Ln | Op::Log2 | Op::Pow, 0) => (0.25, 4.25),
        (Op::Asin | Op::Acos | Op::Tan, _) => (-1.0, 1.0),
        (Op::ToInt | Op::ToUint, _) => (-4096.0, 4096.0),
        (Op::WaveSquare, 1) => (0.0, 1.0),
        (Op::PathPoint | Op::PathDirection, 1) => (-0.5, 1.5),
        (Op::Oklab, 1 | 2) => (-0.25, 0.25),
        (Op::Oklch, 1) => (0.0, 0.25),
        (Op::OklchInside, 1) => (0.0, 0.5),
        (Op::Hsv | Op::Hsl, 0) | (Op::Oklch | Op::OklchInside, 2) => (-2.0, 2.0),
        (Op::Hsv | Op::Hsl, _) => (-0.5, 1.5),
        (Op::Oklab | Op::Oklch | Op::OklchInside, _) => (0.0, 1.0),
        (Op::CubicBezier, 1 | 3) => (-1.0, 2.0),
        (Op::CubicBezier, _) => (-0.5, 1.5),
        (Op::Spring, 0) => (0.0, 128.0),
        (Op::Spring, 1) => (0.0, 32.0),
        (Op::Spring, 2) => (0.0, 0.5),
        (Op::LinearToSrgb | Op::SrgbToLinear | Op::ToHsv | Op::ToHsl | Op::ToOklab | Op::ToOklch, _)
        | (Op::MixOklab | Op::MixLinear | Op::MixOklch | Op::MixHsv | Op::Luminance | Op::WithAlpha, _) => {
            (0.0, 1.0)
        }
        (_, 1) if immediate == Immediate::Octaves => (1.5, 2.5),
        (_, 2) if immediate == Immediate::Octaves => (0.25, 0.75),
        _ if crate::math::easing::Ease::from_name(op.name()).is_some() => (-0.5, 1.5),
        _ => (-4.0, 4.0),
    }
}

/// How far lanes may be off, relative to results above 1.
fn tolerance(op: Op) -> f64 {
    match op {
        Op::FractalValue | Op::FractalGradient => 3e-5,
        // Out of gamut the encoding is 12.92 times as steep as the sums of cubes before it are exact.
        Op::Oklab | Op::Oklch => 3e-5,
        Op::ToOklab | Op::ToOklch | Op::MixOklab | Op::MixLinear | Op::MixHsv => 1e-5,
        // Hues that are mixed lead out of gamut too; and how much chroma fits is found by trying.
        Op::MixOklch | Op::OklchInside => 1e-4,
        Op::Spring => 1e-5,
        Op::RadToDeg => 1e-5,
        _ => 3e-6,
    }
}

/// How far signals may be off.
fn tolerance_of_signals(op: Op) -> f64 {
    match op {
        // What it promises: at an upright place a height is as exact as the curve's parameter.
        Op::CubicBezier => 1e-6,
        // What fits is found by trying, in steps.
        Op::OklchInside => 1e-7,
        _ => 1e-9,
    }
}

/// The bare node of an operation, with immediates where it carries some.
fn node_of(op: Op, types: &[Type]) -> Node {
    let mut node = Node::new(op, &[]);
    match op.immediate() {
        Immediate::Seed => node.index = Some(7),
        Immediate::Octaves => (node.index, node.count) = (Some(7), Some(3)),
        Immediate::Base => node.count = Some(3),
        Immediate::Component => node.index = Some(types[0].stride() - 1),
        _ => {}
    }
    node
}

/// Multiplier and summand of the pattern of component `c` of argument `k`.
fn pattern(k: usize, c: u32) -> (i32, i32) {
    ([7, 11, 13, 17, 19, 23, 29][(k + 2 * c as usize) % 7], 40 * c as i32 + 13 * k as i32)
}

/// Component `c` of argument `k` for element `i`: exact in f32.
fn number(op: Op, ty: Type, k: usize, c: u32, i: u32) -> f64 {
    let (p, q) = pattern(k, c);
    let m = f64::from((i as i32 * p + q).rem_euclid(256));
    let (lo, hi) = range(op, k);
    match ty {
        Type::Bool => f64::from(u8::from(m < 128.0)),
        Type::Shape => f64::from(model::PATH),
        Type::Int => f64::from(integer(k, i)),
        Type::Uint => f64::from(integer(k, i) as u32),
        _ => lo + (hi - lo) / 256.0 * m,
    }
}

fn integer(k: usize, i: u32) -> i32 {
    match k {
        0 => (i as i32).wrapping_mul(1_103_515_245).wrapping_add(12_345),
        1 => (i % 7) as i32 - 3,
        _ => (i % 11) as i32 * 100_000_000,
    }
}

/// The paths of a program that takes points along one of them.
fn add_paths(b: &Builder, types: &[Type]) {
    if types.contains(&Type::Shape) {
        b.path("other", "MQ", &[[0.5, 0.5], [0.1, 0.3], [0.2, 0.2]]);
        b.path("model", &model::PATH_LINES.map(|_| "ML").concat(), model::PATH_LINES.as_flattened());
    }
}

/// The path that the model knows.
fn shape(b: &Builder) -> Value<'_> {
    b.node(Node { index: Some(model::PATH), ..Node::new(Op::Shape, &[]) })
}

/// As [`number`], in a program; uniform where `uniform` says so.
fn component<'b>(
    b: &'b Builder,
    d: DomainRef,
    (op, ty, k, c): (Op, Type, usize, u32),
    uniform: bool,
) -> Value<'b> {
    let constant = number(op, ty, k, c, UNIFORM);
    let index = b.index(d);
    let (p, q) = pattern(k, c);
    let m = || (index * b.int(p) + b.int(q)).modulo(b.int(256));
    let (lo, hi) = range(op, k);
    match ty {
        Type::Shape => shape(b),
        Type::Bool if uniform => b.bool(constant != 0.0),
        Type::Bool => m().lt(b.int(128)),
        Type::Int | Type::Uint => {
            let int = match k {
                _ if uniform => b.int(integer(k, UNIFORM)),
                0 => index * b.int(1_103_515_245) + b.int(12_345),
                1 => index.modulo(b.int(7)) - b.int(3),
                _ => index.modulo(b.int(11)) * b.int(100_000_000),
            };
            if ty == Type::Uint { int.int_to_uint() } else { int }
        }
        _ if uniform => b.float(constant),
        _ => m().to_float() * ((hi - lo) / 256.0) + lo,
    }
}

/// A value of its components.
fn combine<'b>(b: &'b Builder, ty: Type, parts: &[Value<'b>]) -> Value<'b> {
    let args: Vec<_> = parts.iter().map(|&part| part.into()).collect();
    match ty {
        Type::Vec2 => b.op(Op::Vec2, &args),
        Type::Vec3 => b.op(Op::Vec3, &args),
        Type::Color => b.op(Op::Color, &args),
        _ => parts[0],
    }
}

/// Which components of which arguments are uniform.
#[derive(Clone, Copy, Debug)]
enum Variant {
    /// A bit per argument.
    Mask(u32),
    /// Every other component of all of them, from the first or the second on.
    Every2nd(u32),
}

impl Variant {
    fn uniform(self, k: usize, c: u32) -> bool {
        match self {
            Self::Mask(mask) => mask >> k & 1 != 0,
            Self::Every2nd(parity) => (k as u32 + c) % 2 == parity,
        }
    }

    /// Those that leave some lanes.
    fn all(types: &[Type]) -> Vec<Self> {
        let mut all: Vec<Self> = (0..(1 << types.len()) - 1).map(Self::Mask).collect();
        let places: u32 = types.iter().map(|ty| ty.stride()).sum();
        if places > types.len() as u32 {
            all.extend([Self::Every2nd(0), Self::Every2nd(1)]);
        }
        // A shape is the same for all lanes.
        let shape = types.iter().position(|&ty| ty == Type::Shape);
        all.retain(|variant| shape.is_none_or(|k| variant.uniform(k, 0)));
        all
    }
}

struct Case {
    field: String,
    types: Vec<Type>,
    variant: Variant,
}

/// One program with a field per overload and variant.
fn program(op: Op, count: u32, first_only: bool) -> (crate::program::Program, Vec<Case>) {
    let b = Builder::new("op");
    let d = b.domain("d", count);
    let mut cases = Vec::new();
    let all = overloads(op);
    let all = if first_only { &all[..1] } else { &all[..] };
    all.first().into_iter().for_each(|types| add_paths(&b, types));
    for types in all {
        for variant in Variant::all(types) {
            let args: Vec<Value<'_>> = types
                .iter()
                .enumerate()
                .map(|(k, &ty)| {
                    let parts: Vec<Value<'_>> = (0..ty.stride())
                        .map(|c| component(&b, d, (op, ty.component(), k, c), variant.uniform(k, c)))
                        .collect();
                    combine(&b, ty, &parts)
                })
                .collect();
            let nodes: Vec<u32> = args.iter().map(|arg| arg.node()).collect();
            let node = Node { args: nodes.into(), ..node_of(op, types) };
            let field = format!("f{}", cases.len());
            b.field(d, &field, b.node(node));
            cases.push(Case { field, types: types.clone(), variant });
        }
    }
    (finish(&b), cases)
}

#[track_caller]
fn check(op: Op, frame: &Frame<'_>, case: &Case, count: u32) {
    let node = node_of(op, &case.types);
    let width = frame.field("d", &case.field).expect("everything is evaluated").components().len();
    let found: Vec<Vec<f64>> = (0..width).map(|k| lanes(frame, &case.field, k)).collect();
    for i in 0..count {
        let args: Vec<Numbers> = case
            .types
            .iter()
            .enumerate()
            .map(|(k, &ty)| {
                let at = |c| if case.variant.uniform(k, c) { UNIFORM } else { i };
                (0..ty.stride()).map(|c| number(op, ty.component(), k, c, at(c))).collect()
            })
            .collect();
        if model::is_undecided(op, &args) {
            continue;
        }
        let expected = model::evaluate(&node, &case.types, &args).expect("the model knows every operation");
        assert_eq!(expected.len(), width, "{op:?} {:?}", case.types);
        // The hue of what is nearly grey is whatever rounding left.
        let grey = op == Op::ToOklch && expected[1] < 0.01;
        for (k, &expected) in expected.iter().enumerate().filter(|(k, _)| !(grey && *k == 2)) {
            let what = || format!("{op:?} {:?} {:?} of {args:?}, component {k}", case.types, case.variant);
            let found = found[k][i as usize];
            if super::close(found, expected, tolerance(op)) {
                continue;
            }
            assert_close(found, expected, tolerance(op), &what());
        }
    }
}

#[test]
fn operations_over_lanes() {
    let few = [SimdLevel::Baseline, SimdLevel::Native];
    for &op in Op::ALL.iter().filter(|&&op| !is_leaf(op)) {
        let counts: [(u32, &[SimdLevel]); 9] = [
            (1, &LEVELS),
            (15, &few),
            (16, &few),
            (17, &LEVELS),
            (511, &few),
            (512, &few),
            (513, &LEVELS),
            (1023, &LEVELS),
            (15_000, &few),
        ];
        for (count, levels) in counts {
            let (program, cases) = program(op, count, count > 2000);
            let mut reference = None;
            for &level in levels {
                let settings = EngineSettings { level, ..settings(&program, Demand::Everything) };
                let mut engine = Engine::with_settings(program.clone(), settings).expect("it fits");
                let frame = engine.frame(0).expect("frame 0");
                if reference.is_none() {
                    cases.iter().for_each(|case| check(op, &frame, case, count));
                }
                let found = bits(&frame);
                assert!(
                    *reference.get_or_insert_with(|| found.clone()) == found,
                    "{op:?}: {level:?} differs with {count} elements"
                );
            }
        }
    }
}

/// An input of a type from numbers.
fn input(ty: Type, c: &[f64]) -> InputValue {
    match ty {
        Type::Int => (c[0] as i32).into(),
        Type::Uint => (c[0] as u32).into(),
        Type::Bool => (c[0] != 0.0).into(),
        Type::Vec2 => [c[0], c[1]].into(),
        Type::Vec3 => [c[0], c[1], c[2]].into(),
        Type::Color => [c[0], c[1], c[2], c[3]].into(),
        _ => c[0].into(),
    }
}

#[test]
fn operations_as_signals() {
    for &op in Op::ALL.iter().filter(|&&op| !is_leaf(op)) {
        for types in overloads(op) {
            let b = Builder::new("op");
            add_paths(&b, &types);
            let numbers = |i: u32| -> Vec<Numbers> {
                let of = |(k, ty): (usize, &Type)| -> Numbers {
                    (0..ty.stride()).map(|c| number(op, ty.component(), k, c, i)).collect()
                };
                types.iter().enumerate().map(of).collect()
            };
            let names: Vec<String> = (0..types.len()).map(|k| format!("a{k}")).collect();
            let named = types.iter().zip(&names);
            let inputs: Vec<u32> = named
                .map(|(&ty, name)| {
                    if ty == Type::Shape {
                        return shape(&b).node();
                    }
                    b.channel(name, ty, &vec![0.0; ty.stride() as usize], ChannelKind::Hold).node()
                })
                .collect();
            b.signal("out", b.node(Node { args: inputs.into(), ..node_of(op, &types) }));
            // The same of constants is folded, by other code.
            let constants = numbers(UNIFORM);
            let folded: Vec<u32> = types
                .iter()
                .zip(&constants)
                .map(|(&ty, parts)| {
                    let parts: Vec<Value<'_>> = parts
                        .iter()
                        .map(|&part| match ty {
                            Type::Int => b.int(part as i32),
                            Type::Uint => b.uint(part as u32),
                            Type::Bool => b.bool(part != 0.0),
                            Type::Shape => shape(&b),
                            _ => b.float(part),
                        })
                        .collect();
                    combine(&b, ty, &parts).node()
                })
                .collect();
            b.signal("folded", b.node(Node { args: folded.into(), ..node_of(op, &types) }));
            let mut engine = super::engine(&b);
            for (frame, i) in (0..40).chain([77, 128, 200, 255]).chain([UNIFORM]).enumerate() {
                let args = numbers(i);
                let given = names.iter().zip(&types).zip(&args);
                for ((name, &ty), value) in given.filter(|((_, ty), _)| **ty != Type::Shape) {
                    engine.set(name, input(ty, value)).expect("the channel takes it");
                }
                let frame = engine.frame(frame as u64).expect("a frame");
                let found = frame.slot("out").expect("the slot");
                let expected =
                    model::evaluate(&node_of(op, &types), &types, &args).expect("the model knows it");
                if model::is_undecided(op, &args) {
                    continue;
                }
                for (k, (&found, &expected)) in found.components().iter().zip(&expected).enumerate() {
                    // Of a grey hue nothing is left but rounding.
                    if op == Op::ToOklch && k == 2 && args[0][0] == args[0][1] && args[0][1] == args[0][2] {
                        continue;
                    }
                    let what = format!("{op:?} {types:?} of {args:?}, {k}");
                    assert_close(found, expected, tolerance_of_signals(op), &what);
                }
                if i == UNIFORM {
                    let folded = frame.slot("folded").expect("the slot");
                    assert_eq!(
                        found.components.map(f64::to_bits),
                        folded.components.map(f64::to_bits),
                        "{op:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn no_operation_is_forgotten() {
    for &op in Op::ALL {
        let here = overloads(op).into_iter().any(|types| {
            let args: Vec<Numbers> = types.iter().map(|ty| vec![1.0; ty.stride() as usize]).collect();
            model::evaluate(&node_of(op, &types), &types, &args).is_some()
        });
        let leaf = super::leaves::CHECKED.contains(&op);
        assert!(here != leaf, "{op:?} is checked {} times", u8::from(here) + u8::from(leaf));
        assert_eq!(leaf, is_leaf(op), "{op:?}");
    }
}

/// A constant of a vector type takes as many constants as it has components.
#[test]
fn constants_of_every_type() {
    let b = Builder::new("constants");
    b.signal("v", b.vec3(1.0, 2.0, 3.0));
    let mut data = finish(&b).data().clone();
    let vector = data.nodes.iter().position(|node| node.op == Op::Vec3).expect("the vector");
    data.nodes[vector] = Node {
        ty: Some(Type::Vec3),
        storage: Some(crate::program::Storage::F64),
        index: Some(0),
        ..Node::new(Op::Const, &[])
    };
    let program = crate::program::Program::new(data).expect("it loads");
    let mut engine = super::of(&program);
    let frame = engine.frame(0).expect("frame 0");
    assert_eq!(frame.slot("v").expect("the slot").components, [1.0, 2.0, 3.0, 0.0]);
}
