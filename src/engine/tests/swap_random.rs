//! Hot swap under random edits: what an edit does not touch goes on as if there had been none, bit for bit.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::finish;
use super::swap::{edited, room};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::frame::Frame;
use crate::math::{arith, hash};
use crate::program::{Builder, Camera, ChannelKind, DomainRef, Edge, Op, Program, Reduction, Type, Value};

/// Parts that every version of the program has, in any order; the rest comes and goes.
const LASTING: usize = 4;
const PARTS: usize = 12;

/// Builds parts in some order. Channels and domains appear where they are first asked for.
struct Draft<'b> {
    b: &'b Builder,
    channels: Vec<(&'static str, Value<'b>)>,
    domains: Vec<(&'static str, DomainRef)>,
}

impl<'b> Draft<'b> {
    fn channel(&mut self, name: &'static str, ty: Type, kind: ChannelKind) -> Value<'b> {
        if let Some((_, value)) = self.channels.iter().find(|(known, _)| *known == name) {
            return *value;
        }
        let value = self.b.channel(name, ty, &[0.25; 4][..ty.stride() as usize], kind);
        self.channels.push((name, value));
        value
    }

    fn domain(&mut self, name: &'static str, count: u32) -> DomainRef {
        if let Some((_, domain)) = self.domains.iter().find(|(known, _)| *known == name) {
            return *domain;
        }
        let domain = self.b.domain(name, count);
        self.domains.push((name, domain));
        domain
    }

    /// The lasting ones have names that begin with `L`.
    #[expect(clippy::too_many_lines, reason = "a row for each part")]
    fn part(&mut self, part: usize) {
        let b = self.b;
        let white = b.rgba(1.0, 1.0, 1.0, 1.0);
        match part {
            0 => {
                let pointer = self.channel("pointer", Type::Vec2, ChannelKind::Hold);
                let key = self.channel("key", Type::Float, ChannelKind::Momentary);
                let slow = b.signal("L slow", b.lag("slow", pointer + b.time().sin(), 0.3));
                let late = b.signal("L late", b.delay("late", slow, 3));
                b.signal("L echo", b.delay_time("echo", late.x() + b.time(), 0.06, 4));
                let presses = b.cell("presses", Type::Int, 3.0, None);
                presses
                    .next(presses.get() + key.gt(0.5).select(b.int(1), b.int(0)) + b.period(Op::Pulse, 0.1));
                b.signal("L presses", presses.get());
            }
            1 => {
                let d = self.domain("dots", 37);
                let turn = b.field(d, "L turn", b.phasor("turn", b.random(d, 1) + 0.2));
                let back = b.field(d, "L back", b.delay("back", b.vec2(turn, b.rank(d)), 2));
                let smooth = b.field(d, "L smooth", b.delay_time("smooth", turn * 3.0, 0.06, 4));
                let flip = b.cell("flip", Type::Bool, 1.0, Some(d));
                flip.next(!flip.get());
                let size = flip.get().select(0.01, 0.02);
                b.pass("L dots", d)
                    .position(back)
                    .size(size)
                    .rotation(smooth)
                    .color(b.hsv(turn, 1.0, 1.0))
                    .draw();
            }
            2 => {
                // Enough for several threads.
                let d = self.domain("marks", 9_000);
                let pointer = self.channel("pointer", Type::Vec2, ChannelKind::Hold);
                let drawn = b.integrate("sum", b.random(d, 7) * pointer.x());
                let follow = b.slew("follow", drawn.sin_turns(), 0.7, 2.0);
                b.pass("L marks", d).position(b.vec2(follow, b.rank(d))).size(0.01).color(white).draw();
            }
            3 => {
                let d = self.domain("dots", 37);
                let wave = b.field(d, "L wave", (b.rank(d) + b.time()).sin_turns());
                let slope = b.field(d, "L slope", b.neighbor(wave, 1, Edge::Wrap) - wave);
                let uneven = b.field(d, "L uneven", slope * b.random(d, 3));
                let mean = b.reduce("L mean", uneven, Reduction::Mean);
                b.signal("L held", b.sample_and_hold("held", mean, b.period(Op::Pulse, 0.07).gt(b.int(0))));
            }
            4 => {
                b.signal("sway", b.lag("sway", b.time().cos(), 0.1));
            }
            5 => {
                let d = self.domain("dots", 37);
                b.field(d, "lag", b.lag("of dots", b.rank(d) * b.time(), 0.2));
                b.field(d, "delay", b.delay("of dots late", b.vec3(b.rank(d), b.time(), 1.0), 4));
            }
            6 => {
                let d = self.domain("others", 20);
                let camera = Camera::Perspective {
                    eye: None,
                    target: None,
                    up: None,
                    fov: None,
                    near: None,
                    far: None,
                };
                let z = b.slew("depth", b.random(d, 2) * b.time(), 1.0, 1.0);
                let pass = b.pass("deep", d).position(b.vec3(b.rank(d), 0.5, z)).size(0.1).layer(-1);
                pass.camera(b.camera(camera)).depth_order().color(white).draw();
            }
            7 => {
                let wind = self.channel("wind", Type::Color, ChannelKind::Hold);
                b.background(wind);
                b.signal("wind", b.delay_time("wind", wind.component(1), 0.05, 6));
            }
            8 => {
                // Work that is done once and held in a buffer.
                let d = self.domain("marks", 9_000);
                let fixed = b.random(d, 7).sqrt().sin_turns() + b.affine_turns(d, 0.3, b.float(0.1));
                b.pass("still", d)
                    .position(b.vec2(fixed, b.rank(d)))
                    .size(b.time() * 0.01)
                    .color(white)
                    .draw();
            }
            9 => {
                let key = self.channel("key", Type::Float, ChannelKind::Momentary);
                b.signal("keys", b.integrate("keys", key));
            }
            10 => {
                let d = self.domain("dots", 37);
                let cell = b.cell("trail", Type::Vec2, 0.5, Some(d));
                cell.next(cell.get() * 0.9 + b.vec2(b.rank(d), b.time()));
                b.pass("trail", d).position(cell.get()).size(0.01).color(white).draw();
            }
            _ => {
                let d = self.domain("more", 300);
                let field = b.field(d, "height", b.rank(d) * b.time());
                b.signal("most", b.reduce("top", field, Reduction::Max) + 1.0);
            }
        }
    }
}

/// The lasting parts and those of a mask, in an order that a seed gives.
fn version(mask: u16, seed: u32) -> Program {
    let mut parts: Vec<usize> = (0..PARTS).filter(|&part| part < LASTING || mask >> part & 1 != 0).collect();
    parts.sort_by_key(|&part| hash::hash2(part as u32, seed));
    let b = Builder::new("version");
    let mut draft = Draft { b: &b, channels: Vec::new(), domains: Vec::new() };
    parts.into_iter().for_each(|part| draft.part(part));
    // The builder seeds a domain by its row, which an edit elsewhere moves.
    edited(&finish(&b), |data| {
        for domain in &mut data.domains {
            domain.seed = domain.name.bytes().fold(0, |seed, byte| hash::hash2(seed, u32::from(byte)));
        }
    })
}

/// Everything of a frame that lasts, as bits.
fn lasting(frame: &Frame<'_>) -> Vec<(String, Vec<u64>)> {
    let float = |x: f32| u64::from(arith::canonical(x).to_bits());
    let mut all = vec![("frame".to_owned(), vec![frame.index(), frame.time().0, frame.dt().to_bits()])];
    for (name, reading) in frame.slots().filter(|(name, _)| name.starts_with('L')) {
        all.push((name.into(), reading.components().iter().map(|x| x.to_bits()).collect()));
    }
    for field in frame.fields().filter(|field| field.name.starts_with('L')) {
        let lanes = field.components().iter().flat_map(|lanes| lanes.iter().map(|&x| float(x)));
        all.push((field.name.into(), lanes.collect()));
    }
    for pass in frame.passes().filter(|pass| pass.name.starts_with('L')) {
        let color = |k| pass.fill.map_or(0, |fill| u64::from(fill.get(k).0));
        let each = |k: usize| {
            let lanes = [pass.x, pass.y, pass.width, pass.height, pass.rotation];
            lanes.map(|lanes| float(lanes.get(k))).into_iter().chain([color(k)])
        };
        let listed = pass.order.map_or(0, |order| order.len() as u64);
        all.push((pass.name.into(), (0..pass.count).flat_map(each).chain([listed]).collect()));
    }
    all.sort();
    all
}

/// What happens in a run.
#[derive(Clone, Debug)]
struct Event {
    /// Frames that are left out before it.
    skip: u64,
    input: Option<(u8, f32)>,
    swap: Option<(u16, u32)>,
    redraw: bool,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let input = proptest::option::of((any::<u8>(), 0.0_f32..1.0));
    let swap = proptest::option::of(any::<(u16, u32)>());
    let event = (prop_oneof![4 => Just(0), 1 => 1_u64..9], input, swap, any::<bool>());
    let event = event.prop_map(|(skip, input, swap, redraw)| Event { skip, input, swap, redraw });
    proptest::collection::vec(event, 4..16)
}

/// Plays the events, with their swaps or without.
fn run(
    first: &Program,
    settings: EngineSettings,
    events: &[Event],
    swaps: bool,
) -> Vec<Vec<(String, Vec<u64>)>> {
    let mut engine = Engine::with_settings(first.clone(), settings).expect("it fits");
    let (mut seen, mut index) = (Vec::new(), 0);
    for event in events {
        if let Some((channel, value)) = event.input {
            let value = f64::from(value);
            let set = match channel % 3 {
                0 => engine.set("pointer", [value, 1.0 - value]),
                1 => engine.set("key", value),
                _ => engine.set("wind", [value; 4]).or(Ok(())),
            };
            set.expect("a channel");
        }
        index += event.skip;
        seen.push(lasting(&engine.frame(index).expect("a frame")));
        if let Some((mask, seed)) = event.swap.filter(|_| swaps) {
            let report = engine.swap(version(mask, seed)).expect("it fits");
            assert_eq!(report.reset, []);
        }
        if event.redraw {
            engine.redraw().expect("a frame");
        }
        seen.push(lasting(&engine.last_frame().expect("a frame")));
        index += 1;
    }
    seen
}

fn check(cases: u32, threads: usize) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let first = any::<(u16, u32)>();
    let result =
        TestRunner::new(config).run(&(first, events(), any::<bool>()), |((mask, seed), events, all)| {
            let demand = if all { Demand::Everything } else { Demand::Drawn };
            let first = version(mask, seed);
            let mut settings = EngineSettings { threads, ..room(&[&first, &version(u16::MAX, 0)], demand) };
            // What is worth a buffer depends on the order too.
            settings.capacity.field_buffers += 16;
            let expected = run(&first, EngineSettings { threads: 1, ..settings }, &events, false);
            let found = run(&first, settings, &events, true);
            for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
                for (name, found) in found {
                    // Which fields are held, where not all of them are, depends on the rest.
                    let expected = expected.iter().find(|(known, _)| known == name);
                    prop_assert!(
                        expected.map_or(!all, |(_, expected)| found == expected),
                        "`{}` of look {}",
                        name,
                        at
                    );
                }
            }
            Ok(())
        });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn edits_elsewhere_change_nothing() {
    check(150, 1);
}

#[cfg(feature = "parallel")]
#[test]
fn edits_elsewhere_change_nothing_on_any_threads() {
    for threads in [2, 4] {
        // On a thread of its own, which then is one of the workers.
        let found = std::thread::scope(|scope| scope.spawn(|| check(30, threads)).join());
        assert!(found.is_ok(), "{threads} threads");
    }
}

/// What a version with counts and periods has.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    count: u32,
    /// In tenths of a second.
    periods: [u32; 2],
}

fn sizes() -> impl Strategy<Value = Sizes> {
    (1_u32..9, 3_u32..90, 3_u32..90).prop_map(|(count, a, b)| Sizes { count, periods: [a, b] })
}

fn sized(Sizes { count, periods }: Sizes) -> Program {
    let b = Builder::new("sized");
    let [there, back] = periods.map(|tenths| f64::from(tenths) / 10.0);
    b.signal("phase", b.keyed_phase("phase", Op::Phase, there));
    b.signal("back", b.keyed_phase("back", Op::PhasePingPong, back));
    let d = b.domain("d", count);
    let age = b.cell("age", Type::Int, 0.0, Some(d));
    age.next(age.get() + b.int(1));
    b.field(d, "age", age.get());
    let frame = b.frame() + b.rank(d) * 0.0;
    b.field(d, "born", b.sample_and_hold("born", frame, b.bool(false)));
    b.field(d, "late", b.delay("late", frame, 3));
    b.field(d, "echo", b.delay_time("echo", frame, 0.05, 6));
    b.field(d, "lag", b.lag("lag", b.index(d).to_float() + 1.0, 0.3));
    b.field(d, "sum", b.integrate("sum", b.random(d, 1)));
    finish(&b)
}

/// An element that stays keeps what it remembers, one that is new begins as all do, and phases never jump.
#[test]
fn counts_and_periods_are_edited_in_any_order() {
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let events = proptest::collection::vec(proptest::option::weighted(0.4, sizes()), 6..30);
    let result = TestRunner::new(config).run(&(sizes(), events), |(first, events)| {
        let most = sized(Sizes { count: 9, ..first });
        let mut engine =
            Engine::with_settings(sized(first), room(&[&most], Demand::Everything)).expect("it fits");
        let mut sizes = first;
        // When each element came, and where the cycles are, in periods.
        let mut born: Vec<u64> = vec![0; first.count as usize];
        let mut places = [0.0_f64; 2];
        let lanes = |frame: &Frame<'_>, name: &str| super::lanes(frame, name, 0);
        for (index, swap) in events.into_iter().enumerate() {
            let index = index as u64;
            engine.frame(index).expect("a frame");
            if index > 0 {
                for (place, tenths) in places.iter_mut().zip(sizes.periods) {
                    *place = (*place + 10.0 / f64::from(tenths) / 60.0) % 2.0;
                }
            }
            if let Some(swap) = swap {
                let report = engine.swap(sized(swap)).expect("it fits");
                prop_assert_eq!((report.kept.len(), report.reset.len()), (6, 0));
                prop_assert_eq!(report.domains.len(), usize::from(swap.count != sizes.count));
                sizes = swap;
                born.resize(sizes.count as usize, index);
            }
            let frame = engine.last_frame().expect("a frame");
            let [there, back] = places;
            let near = |found: f64, expected: f64| (found - expected).abs() < 1e-6;
            let phase = super::signal(&frame, "phase");
            let off = phase - there;
            prop_assert!(near(off - libm::rint(off), 0.0), "{} is not {}", phase, there % 1.0);
            let shown = super::signal(&frame, "back");
            prop_assert!(
                near(shown, if back < 1.0 { back } else { 2.0 - back }),
                "{} is not {}",
                shown,
                back
            );
            let sums = lanes(&frame, "sum");
            for (k, &born) in born.iter().enumerate() {
                let expected = [
                    ("age", index - born),
                    ("born", born),
                    ("late", born.max(index.saturating_sub(3))),
                    ("echo", born.max(index.saturating_sub(3))),
                    ("lag", k as u64 + 1),
                ];
                for (name, expected) in expected {
                    let found = lanes(&frame, name)[k];
                    prop_assert!(near(found, expected as f64), "{} of {} at {} is {}", name, k, index, found);
                }
                let rate = f64::from(hash::unit_float::<f32>(hash::hash3(hash::hash2(k as u32, 1), 1, 0)));
                // An element that comes later begins with the time of the frame that it comes in.
                let expected = rate * (index - born + u64::from(born > 0)) as f64 / 60.0;
                prop_assert!(
                    near(sums[k], expected),
                    "sum of {} at {}: {}, not {}",
                    k,
                    index,
                    sums[k],
                    expected
                );
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
