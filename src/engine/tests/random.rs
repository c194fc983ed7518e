//! Random expressions: what a sweep gives is, bit for bit, what each lane gives by itself.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{LEVELS, finish, settings};
use crate::engine::plan::paths::segments;
use crate::engine::{Demand, Engine, EngineSettings};
use crate::frame::FillRule;
use crate::math::cubic_bezier::cubic_bezier;
use crate::math::curve::ArcTable;
use crate::math::spring::spring;
use crate::math::{Real, arith, hash, wave};
use crate::program::{Builder, ChannelKind, Node, Op, PathRow, Type, Value};

/// A number as a lane or a signal holds it.
#[derive(Clone, Copy, Debug)]
enum Number {
    /// A uniform float.
    Wide(f64),
    /// A lane.
    Float(f32),
    Int(i32),
    Bool(bool),
}

impl Number {
    fn lane(self) -> f32 {
        match self {
            Self::Wide(x) => x as f32,
            Self::Float(x) => x,
            _ => unreachable!("asked of floats only"),
        }
    }

    fn int(self) -> i32 {
        if let Self::Int(x) = self { x } else { unreachable!("asked of ints only") }
    }

    fn truth(self) -> bool {
        if let Self::Bool(x) = self { x } else { unreachable!("asked of bools only") }
    }

    fn bits(self) -> u32 {
        match self {
            Self::Wide(x) => arith::canonical(x as f32).to_bits(),
            Self::Float(x) => arith::canonical(x).to_bits(),
            Self::Int(x) => x.cast_unsigned(),
            Self::Bool(x) => {
                if x {
                    u32::MAX
                } else {
                    0
                }
            }
        }
    }
}

/// A value of the program and, lane by lane, what it must be; a uniform has one.
struct Known<'b> {
    value: Value<'b>,
    numbers: Vec<Number>,
}

impl Known<'_> {
    fn at(&self, lane: usize) -> Number {
        self.numbers[if self.numbers.len() == 1 { 0 } else { lane }]
    }
}

const FLOATS: [(Op, usize); 28] = [
    (Op::Add, 2),
    (Op::Sub, 2),
    (Op::Mul, 2),
    (Op::Add, 2),
    (Op::Sub, 2),
    (Op::Mul, 2),
    (Op::Div, 2),
    (Op::Min, 2),
    (Op::Max, 2),
    (Op::Mod, 2),
    (Op::Step, 2),
    (Op::Atan2, 2),
    (Op::Pow, 2),
    (Op::WaveSquare, 2),
    (Op::Mix, 3),
    (Op::Smoothstep, 3),
    (Op::Wrap, 3),
    (Op::Neg, 1),
    (Op::Abs, 1),
    (Op::Sqrt, 1),
    (Op::Floor, 1),
    (Op::Fract, 1),
    (Op::FractSigned, 1),
    (Op::SinTurns, 1),
    (Op::CosTurns, 1),
    (Op::Exp, 1),
    (Op::WaveTriangle, 1),
    (Op::InOutElastic, 1),
];

fn floats<R: Real>(op: Op, a: &[R]) -> R {
    match op {
        Op::Add => a[0] + a[1],
        Op::Sub => a[0] - a[1],
        Op::Mul => a[0] * a[1],
        Op::Div => a[0] / a[1],
        Op::Min => arith::min(a[0], a[1]),
        Op::Max => arith::max(a[0], a[1]),
        Op::Mod => arith::modulo(a[0], a[1]),
        Op::Step => arith::step(a[0], a[1]),
        Op::Atan2 => a[0].atan2(a[1]),
        Op::Pow => a[0].pow(a[1]),
        Op::WaveSquare => wave::square(a[0], a[1]),
        Op::Mix => arith::mix(a[0], a[1], a[2]),
        Op::Smoothstep => arith::smoothstep(a[0], a[1], a[2]),
        Op::Wrap => arith::wrap(a[0], a[1], a[2]),
        Op::Neg => -a[0],
        Op::Abs => a[0].abs(),
        Op::Sqrt => a[0].sqrt(),
        Op::Floor => a[0].floor(),
        Op::Fract => arith::fract(a[0]),
        Op::FractSigned => a[0].fract_signed(),
        Op::SinTurns => a[0].sin_cos_turns().0,
        Op::CosTurns => a[0].sin_cos_turns().1,
        Op::Exp => a[0].exp(),
        Op::WaveTriangle => wave::triangle(a[0]),
        _ => crate::math::easing::in_out_elastic(a[0]),
    }
}

/// Everything that was built so far, by kind.
struct Pool<'b> {
    b: &'b Builder,
    count: usize,
    curve: Value<'b>,
    curve_table: ArcTable<f64>,
    floats: Vec<Known<'b>>,
    ints: Vec<Known<'b>>,
    bools: Vec<Known<'b>>,
}

impl<'b> Pool<'b> {
    fn new(b: &'b Builder, count: u32) -> Self {
        let d = b.domain("d", count);
        let lanes = |f: &dyn Fn(u32) -> Number| (0..count).map(f).collect::<Vec<Number>>();
        let known = |value, numbers| Known { value, numbers };
        let n = count as f32;
        let random = |i: u32| hash::unit_float::<f32>(hash::hash3(hash::hash2(i, 1), 9, 0));
        let floats = vec![
            known(b.index(d).to_float() * 0.125 - 3.0, lanes(&|i| Number::Float(i as f32 * 0.125 - 3.0))),
            known(b.rank(d), lanes(&|i| Number::Float((i as f32 + 0.5) / n))),
            known(b.random(d, 9), lanes(&|i| Number::Float(random(i)))),
            known(b.float(0.3), vec![Number::Wide(0.3)]),
            known(b.channel("a", Type::Float, &[-1.7], ChannelKind::Hold), vec![Number::Wide(-1.7)]),
            known(b.channel("b", Type::Float, &[2.0], ChannelKind::Hold), vec![Number::Wide(2.0)]),
        ];
        let ints = vec![
            known(b.index(d), lanes(&|i| Number::Int(i as i32))),
            known(b.channel("i", Type::Int, &[-7.0], ChannelKind::Hold), vec![Number::Int(-7)]),
        ];
        let bools = vec![
            known(b.index(d).lt(b.int(9)), lanes(&|i| Number::Bool(i < 9))),
            known(b.channel("t", Type::Bool, &[1.0], ChannelKind::Hold), vec![Number::Bool(true)]),
        ];
        let points = [[-0.5, 0.1], [0.3, -0.9], [0.4, 0.4], [0.1, 0.2], [-0.3, 0.5], [0.2, -0.2]];
        let curve = b.path("curve", "MQLMQZ", &[&points[..], &[[0.0, 0.3]]].concat());
        let row = PathRow {
            name: String::new(),
            verbs: "MQLMQZ".into(),
            points: [&points[..], &[[0.0, 0.3]]].concat(),
            fill_rule: FillRule::NonZero,
        };
        let curve_table = ArcTable::new(&segments(&row));
        Self { b, count: count as usize, curve, curve_table, floats, ints, bools }
    }

    /// A value of some others: uniform where all of them are.
    fn derive(&self, value: Value<'b>, of: &[&Known<'b>], f: impl Fn(&[Number]) -> Number) -> Known<'b> {
        let uniform = of.iter().all(|known| known.numbers.len() == 1 && self.count > 1)
            || of.iter().all(|known| known.value.domain().is_none());
        let lanes = if uniform { 1 } else { self.count };
        let numbers = (0..lanes).map(|lane| f(&of.iter().map(|k| k.at(lane)).collect::<Vec<_>>())).collect();
        Known { value, numbers }
    }

    fn float(&self, op: Op, of: &[&Known<'b>]) -> Known<'b> {
        let args: Vec<u32> = of.iter().map(|known| known.value.node()).collect();
        let value = self.b.node(Node::new(op, &args));
        self.derive(value, of, |numbers| {
            let wide: Option<Vec<f64>> =
                numbers.iter().map(|n| if let Number::Wide(x) = n { Some(*x) } else { None }).collect();
            match wide {
                Some(wide) => Number::Wide(floats(op, &wide)),
                None => Number::Float(floats(op, &numbers.iter().map(|n| n.lane()).collect::<Vec<_>>())),
            }
        })
    }

    /// Adds what a seed says: an operation and which of the values so far it takes.
    #[expect(clippy::too_many_lines, reason = "a row for each operation")]
    fn grow(&mut self, op: u8, picks: [u16; 4]) {
        let float = |k: usize| &self.floats[picks[k] as usize % self.floats.len()];
        let int = |k: usize| &self.ints[picks[k] as usize % self.ints.len()];
        let bool = |k: usize| &self.bools[picks[k] as usize % self.bools.len()];
        let at = op as usize % (FLOATS.len() + 19);
        let widen =
            |uniform: bool, x: f32| if uniform { Number::Wide(f64::from(x)) } else { Number::Float(x) };
        if let Some(&(op, arity)) = FLOATS.get(at) {
            let of: Vec<&Known<'_>> = (0..arity).map(float).collect();
            let made = self.float(op, &of);
            return self.floats.push(made);
        }
        let integer = |op: Op, f: fn(i32, i32) -> i32| {
            let of = [int(0), int(1)];
            let value = of[0].value.op(op, &[of[1].value.into()]);
            self.derive(value, &of, |n| Number::Int(f(n[0].int(), n[1].int())))
        };
        match at - FLOATS.len() {
            // Both halves of a point on a circle: what polar superinstructions are made of.
            0 | 1 => {
                let (sin, cos) =
                    (self.float(Op::SinTurns, &[float(0)]), self.float(Op::CosTurns, &[float(0)]));
                let (x, y) = (self.float(Op::Mul, &[&cos, float(1)]), self.float(Op::Mul, &[float(1), &sin]));
                let made = [self.float(Op::Add, &[&x, float(2)]), self.float(Op::Add, &[float(3), &y])];
                self.floats.extend(made);
            }
            2 => {
                let of = [float(0), float(1)];
                let value = of[0].value.lt(of[1].value);
                let made = self.derive(value, &of, |n| {
                    Number::Bool(match (n[0], n[1]) {
                        (Number::Wide(a), Number::Wide(b)) => a < b,
                        (a, b) => a.lane() < b.lane(),
                    })
                });
                self.bools.push(made);
            }
            3 | 4 => {
                let of = [bool(0), float(1), float(2)];
                let value = of[0].value.select(of[1].value, of[2].value);
                let uniform = of.iter().all(|known| known.value.domain().is_none());
                let made = self.derive(value, &of, |n| {
                    let taken = if n[0].truth() { n[1] } else { n[2] };
                    if uniform { taken } else { Number::Float(taken.lane()) }
                });
                self.floats.push(made);
            }
            5 => {
                let of = [bool(0), int(1), int(2)];
                let value = of[0].value.select(of[1].value, of[2].value);
                let made = self.derive(value, &of, |n| if n[0].truth() { n[1] } else { n[2] });
                self.ints.push(made);
            }
            6 => {
                let of = [bool(0), bool(1)];
                let value = of[0].value.op(Op::Xor, &[(!of[1].value).into()]);
                let made = self.derive(value, &of, |n| Number::Bool(n[0].truth() == n[1].truth()));
                self.bools.push(made);
            }
            7 => {
                let of = [int(0), int(1)];
                let value = of[0].value.ge(of[1].value);
                let made = self.derive(value, &of, |n| Number::Bool(n[0].int() >= n[1].int()));
                self.bools.push(made);
            }
            8 => self.ints.push(integer(Op::Add, i32::wrapping_add)),
            9 => self.ints.push(integer(Op::Mul, i32::wrapping_mul)),
            10 => self.ints.push(integer(Op::Mod, arith::mod_i32)),
            11 => self.ints.push(integer(Op::Shr, |a, b| a >> (b & 31))),
            12 => self.ints.push(integer(Op::Hash2, |a, b| {
                hash::hash2(a.cast_unsigned(), b.cast_unsigned()).cast_signed()
            })),
            13 => {
                let of = [float(0)];
                let made = self.derive(of[0].value.to_int(), &of, |n| {
                    Number::Int(match n[0] {
                        Number::Wide(x) => x.to_i32(),
                        other => other.lane().to_i32(),
                    })
                });
                self.ints.push(made);
            }
            14 => {
                let of = [int(0)];
                let uniform = of[0].value.domain().is_none();
                let made = self.derive(of[0].value.to_float(), &of, |n| match uniform {
                    true => Number::Wide(f64::from(n[0].int())),
                    false => Number::Float(n[0].int() as f32),
                });
                self.floats.push(made);
            }
            15 => {
                let of = [float(0)];
                let (point, heading) =
                    (self.curve.path_point(of[0].value), self.curve.path_direction(of[0].value));
                let lanes = self.curve_table.narrow();
                let made = [point.x(), point.y(), heading].into_iter().enumerate().map(|(k, value)| {
                    self.derive(value, &of, |n| match n[0] {
                        Number::Wide(x) => Number::Wide(self.curve_table.at(x)[k]),
                        other => Number::Float(lanes.at(other.lane())[k]),
                    })
                });
                let made: Vec<Known<'_>> = made.collect();
                self.floats.extend(made);
            }
            16 => {
                let of = [float(0), float(1), float(2), float(3), float(0)];
                let args: Vec<u32> = of.iter().map(|known| known.value.node()).collect();
                let value = self.b.node(Node::new(Op::CubicBezier, &args));
                let uniform = of.iter().all(|known| known.value.domain().is_none());
                let made = self.derive(value, &of, |n| {
                    let wide = |k: usize| match (uniform, n[k]) {
                        (true, Number::Wide(x)) => x,
                        (_, other) => f64::from(other.lane()),
                    };
                    let height = cubic_bezier(wide(0), wide(1), wide(2), wide(3), wide(4));
                    if uniform { Number::Wide(height) } else { Number::Float(height as f32) }
                });
                self.floats.push(made);
            }
            17 => {
                let of = [float(0), float(1), float(2)];
                let args: Vec<u32> = of.iter().map(|known| known.value.node()).collect();
                let step = self.b.node(Node::new(Op::Spring, &args));
                let uniform = of.iter().all(|known| known.value.domain().is_none());
                let made: Vec<Known<'_>> = (0..3)
                    .map(|k: u32| {
                        self.derive(step.component(k), &of, |n| match (uniform, n) {
                            (true, &[Number::Wide(a), Number::Wide(b), Number::Wide(c)]) => {
                                Number::Wide(spring(a, b, c)[k as usize])
                            }
                            _ => Number::Float(spring(n[0].lane(), n[1].lane(), n[2].lane())[k as usize]),
                        })
                    })
                    .collect();
                self.floats.extend(made);
            }
            _ => {
                let of = [bool(0)];
                let uniform = of[0].value.domain().is_none();
                let made = self.derive(of[0].value.bool_to_float(), &of, |n| {
                    widen(uniform, f32::from(u8::from(n[0].truth())))
                });
                self.floats.push(made);
            }
        }
    }
}

#[test]
fn sweeps_agree_with_lanes_by_themselves() {
    let config = Config { cases: 250, failure_persistence: None, ..Config::default() };
    let seeds = proptest::collection::vec(any::<(u8, [u16; 4])>(), 1..70);
    let counts = proptest::sample::select(vec![1_u32, 2, 16, 17, 100, 513, 1100]);
    let result = TestRunner::new(config).run(&(seeds, counts, any::<bool>()), |(seeds, count, all)| {
        let b = Builder::new("random");
        let mut pool = Pool::new(&b, count);
        seeds.iter().for_each(|&(op, picks)| pool.grow(op, picks));
        let d = pool.floats[0].value.domain().expect("lanes");
        // With all values named nothing can be fused; with the last ones only, nearly everything can.
        let mut fields = Vec::new();
        for (kind, values) in [("f", &pool.floats), ("i", &pool.ints), ("b", &pool.bools)] {
            let from = if all { 0 } else { values.len().saturating_sub(4) };
            for (k, known) in values.iter().enumerate().skip(from) {
                let name = format!("{kind}{k}");
                b.field(d, &name, known.value);
                fields.push((name, known));
            }
        }
        let program = finish(&b);
        for level in LEVELS {
            let settings = EngineSettings { level, ..settings(&program, Demand::Everything) };
            let mut engine = Engine::with_settings(program.clone(), settings).expect("it fits");
            let frame = engine.frame(0).expect("frame 0");
            for (name, known) in &fields {
                let found = frame.field("d", name).expect("everything is evaluated").components[0];
                for (lane, found) in found.iter().enumerate() {
                    let expected = known.at(lane);
                    let bits = match expected {
                        Number::Wide(_) | Number::Float(_) => arith::canonical(*found).to_bits(),
                        _ => found.to_bits(),
                    };
                    prop_assert_eq!(
                        bits,
                        expected.bits(),
                        "{} of lane {} is {}, not {:?}",
                        name,
                        lane,
                        found,
                        expected
                    );
                }
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
