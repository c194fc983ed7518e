//! State: operators that remember. Each is an operator of the builder; what is here are the units, and what is said of
//! arguments that cannot be meant.

use crate::diagnostic::Code;
use crate::language::elaborate::{Call, Elaborator, Typed, computed};
use crate::language::problems::Reported;
use crate::language::source::Problem;
use crate::program::{Builder, EventRef, Type, Unit, Value, limits};

/// Frames per second up to which every delay must fit: the highest common rate.
const DELAY_RATE: f64 = 144.0;

chapter! {
    "State",
    "They remember, one value for a signal and one per element for a field, and are right at any frame \
        rate. A hot swap keeps what they remember as long as the name they stand under stays.";

    "lag" (target: Floats, time: Time) -> First, with lag,
        "Follows a target: after the time it has gone 63 % of the way. Starts at the target. Where an angle or a phase jumps, it goes the short way; whole turns are followed.", ["lag(0.3, 1s)" => [0.3]];
    "slew" (target: Floats, up: Floats, down: Floats = _) -> First, with slew,
        "Follows a target at no more than so much per second, up and (else the same) down. Starts at the target. Angles and phases go the short way; the speed of an angle is an angle, or turns.",
        ["slew(frame, 30)" => [5.0], at 10];
    "spring" (target: Floats, stiffness: Float = _, damping: Float = _, frequency: Rate = _, response: Time = _, bounce: Float = _, velocity: Floats = _) -> First, with spring,
        "Follows a target as a mass of 1 on a spring, exact at any frame rate. Given by stiffness and damping (per second squared and per second), or by how often it would swing in a second (frequency, or response = 1 / frequency) and its bounce: 0, if not given, is as fast as can be without going past the target, 1 swings for ever, below 0 creeps. Starts at the target, with the velocity (per second) or at rest. Where an angle or a phase jumps, it goes the short way.",
        ["spring(0.3, frequency: 2hz, bounce: 0.3)" => [0.3]; "spring(0, 100, 0, velocity: 10)" => [0.8414709848078965], at 6];
    "integrate" (rate: Floats) -> First, with integrate, "The running sum of a rate per second, from 0.",
        ["integrate(2)" => [1.0], at 30];
    "phasor" (rate: Rate) -> Phase, with |e, call| plain(e, call, Unit::Phase, |b, key, [rate]| b.phasor(key, rate)),
        "A phase that moves at a rate that may change without a jump.",
        ["phasor(0.5hz)" => [0.25], at 30];
    "delay" (x: Floats, by: FramesOrTime, max: ConstantTime = _) -> First, with delay,
        "x as it was so many frames or so long ago; its first value until then. A time that changes needs `max`.",
        ["delay(frame, 3)" => [7.0], at 10; "delay(frame, 100ms)" => [4.0], at 10];
    "hold" (x: AnyThen, when: Trigger) -> First, with hold,
        "x while the condition is true, and then what it last was (sample and hold), or x as it was when an event happened last. Starts at x.",
        ["hold(frame, frame % 4 == 0)" => [8.0], at 10; "hold(time / 1s, every(500ms))" => [0.5], at 50];
    "toggle" (trigger: Trigger) -> Bool,
        with |e, call| triggered(e, call, |b, key, event| b.toggle_on(key, event), |b, key, trigger| b.toggle(key, trigger)),
        "Changes sides each time the trigger becomes true, where being true in frame 0 counts, or an event happens.",
        ["toggle(frame % 2 == 1)" => [1.0], at 5; "toggle(every(500ms))" => [1.0], at 40];
    "count" (trigger: Trigger) -> Int,
        with |e, call| triggered(e, call, |b, key, event| b.count_events(key, event), |b, key, trigger| b.count_rises(key, trigger)),
        "How often the trigger has become true, where being true in frame 0 counts, or an event has happened.",
        ["count(frame % 2 == 1)" => [3.0], at 5; "count(every(250ms))" => [4.0], at 60];
    "envelope" (gate: Trigger, attack: Time, decay: Time) -> Float, with envelope,
        "Rises to 1 in `attack` while the gate is true, and falls to 0 in `decay` when it is not. Each time that an event happens, it rises from where it is and falls again, exact at any frame rate.",
        ["envelope(true, 1s, 2s)" => [0.5], at 30; "envelope(every(500ms), 0s, 1s)" => [0.75], at 45];
    "hysteresis" (x: Float, low: Float, high: Float) -> Bool, with hysteresis,
        "Becomes true above high and false below low, and stays as it was between.",
        ["hysteresis(frame, 3, 6)" => [0.0], at 5; "hysteresis(frame, 3, 6)" => [1.0], at 7];
}

fn lag<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    follow(e, call, |e, key| {
        let (target, time) = (call.value(0), call.value(1).value);
        Ok(match target.goes_round() {
            true => e.builder.lag_around(key, target.value, time),
            false => e.builder.lag(key, target.value, time),
        })
    })
}

fn slew<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    follow(e, call, |e, key| {
        let target = call.value(0);
        let up = speed(e, call, 1)?;
        let down = if call.optional(2).is_some() { speed(e, call, 2)? } else { up };
        Ok(match target.goes_round() {
            true => e.builder.slew_around(key, target.value, up, down),
            false => e.builder.slew(key, target.value, up, down),
        })
    })
}

fn spring<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    follow(e, call, |e, key| {
        let target = call.value(0);
        let [stiffness, damping] = spring_of(e, call)?;
        let velocity = match call.optional_placed(6) {
            Some((velocity, span)) => {
                let unit = computed(target.unit);
                Some(e.convert(velocity, target.ty, unit, span, "the velocity of this spring")?.value)
            }
            None => None,
        };
        Ok(match target.goes_round() {
            true => e.builder.spring_around(key, target.value, stiffness, damping, velocity),
            false => e.builder.spring(key, target.value, stiffness, damping, velocity),
        })
    })
}

/// An operator that is told by an event or by a bool.
fn triggered<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    on_event: impl FnOnce(&'b Builder, &str, EventRef<'b>) -> Value<'b>,
    on_bool: impl FnOnce(&'b Builder, &str, Value<'b>) -> Value<'b>,
) -> Result<Typed<'b>, Reported> {
    let trigger = call.value(0);
    e.remembered(|e, key| {
        Ok(match trigger.event {
            Some(event) => Typed::new(on_event(e.builder, key, event), Unit::Scalar, None),
            None => Typed::new(on_bool(e.builder, key, trigger.value), Unit::Scalar, call.element()),
        })
    })
}

fn hold<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (x, when) = (call.value(0), call.value(1));
    match when.event {
        None => plain(e, call, x.unit, |b, key, [x, when]| b.sample_and_hold(key, x, when)),
        Some(event) => {
            let (x, _) = e.uniform_argument(call, 0, "what is held when an event happens")?;
            // What an event carries is there while it happens only: before the first time it is nothing.
            let is_carried = e.is_carried(x.value);
            e.remembered(|e, key| {
                let held = match is_carried {
                    true => e.builder.hold_carried(key, x.value, event),
                    false => e.builder.hold_on(key, x.value, event),
                };
                Ok(Typed::new(held, x.unit, None))
            })
        }
    }
}

fn envelope<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let Some(event) = call.value(0).event else {
        return plain(e, call, Unit::Scalar, |b, key, [gate, attack, decay]| {
            b.envelope(key, gate, attack, decay)
        });
    };
    let (attack, _) = e.uniform_argument(call, 1, "the attack of an event")?;
    let (decay, _) = e.uniform_argument(call, 2, "the decay of an event")?;
    e.remembered(|e, key| {
        let level = e.builder.envelope_on(key, event, attack.value, decay.value);
        Ok(Typed::new(level, Unit::Scalar, None))
    })
}

/// A value that follows a target: in the target's unit, and a phase that has left its cycle is wrapped.
fn follow<'a, 'b>(
    e: &mut Elaborator<'a, 'b>,
    call: &Call<'_, 'b>,
    make: impl FnOnce(&mut Elaborator<'a, 'b>, &str) -> Result<Value<'b>, Reported>,
) -> Result<Typed<'b>, Reported> {
    let unit = call.value(0).unit;
    e.remembered(|e, key| {
        let value = make(e, key)?;
        let value = Typed::new(value, unit, call.element());
        Ok(if unit == Unit::Phase { e.in_cycle(value) } else { value })
    })
}

/// An operation on arguments that are not checked any further.
fn plain<'b, const N: usize>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    unit: Unit,
    make: impl FnOnce(&'b Builder, &str, [Value<'b>; N]) -> Value<'b>,
) -> Result<Typed<'b>, Reported> {
    let values = std::array::from_fn(|at| call.value(at).value);
    e.remembered(|e, key| Ok(Typed::new(make(e.builder, key, values), unit, call.element())))
}

fn integrate<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let unit = match call.value(0).unit {
        unit @ (Unit::Turn | Unit::Second) => unit,
        _ => Unit::Scalar,
    };
    plain(e, call, unit, |b, key, [rate]| b.integrate(key, rate))
}

fn hysteresis<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let ((low, low_span), (high, high_span)) = (call.placed(1), call.placed(2));
    if let (Some(l), Some(h)) = (low.number(), high.number())
        && l > h
    {
        let message = format!("`low` {l} of `hysteresis` is above `high` {h}: nothing lies between them");
        let problem = Problem::new(Code::OutOfRange, low_span, message).related("the upper end", high_span);
        return e.fail(problem.help("give the lower end first"));
    }
    plain(e, call, Unit::Scalar, |b, key, [x, low, high]| b.hysteresis(key, x, low, high))
}

/// How fast a target is followed: by a plain number, or by what the target is itself.
fn speed<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, at: usize) -> Result<Value<'b>, Reported> {
    let (target, (by, span)) = (call.value(0), call.placed(at));
    if by.ty.stride() > 1 {
        let what = if target.ty == Type::Float { "the speed of a number" } else { "the speed" };
        return Ok(e.convert(by, target.ty, Unit::Scalar, span, what)?.value);
    }
    if by.unit == Unit::Turn && target.unit == Unit::Turn {
        return Ok(by.value);
    }
    let what = format!("the argument `{}` of `slew`", if at == 1 { "up" } else { "down" });
    Ok(e.convert(by, Type::Float, Unit::Scalar, span, &what)?.value)
}

/// The words that a spring is given by: the parameter, its name and its range.
const SPRING_WORDS: [(usize, &str, f64, f64); 5] = [
    (1, "stiffness", 0.0, f64::INFINITY),
    (2, "damping", 0.0, f64::INFINITY),
    (3, "frequency", 0.0, f64::INFINITY),
    (4, "response", 0.0, f64::INFINITY),
    (5, "bounce", -1.0, 1.0),
];

/// The stiffness and the damping of a spring, in whichever words it is given.
fn spring_of<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<[Value<'b>; 2], Reported> {
    for (at, name, low, high) in SPRING_WORDS {
        let Some((value, span)) = call.optional_placed(at) else { continue };
        if let Some(number) = value.number().filter(|number| !(low..=high).contains(number)) {
            let range = if high.is_finite() { format!("{low} to {high}") } else { "0 or more".into() };
            let message = format!("the {name} of this spring is {number}, expected {range}");
            let problem = Problem::new(Code::OutOfRange, span, message);
            return e.fail(problem.help("use a value in that range"));
        }
    }
    let given = SPRING_WORDS.map(|(at, ..)| call.optional(at).map(|value| value.value));
    match given {
        [Some(stiffness), Some(damping), None, None, None] => Ok([stiffness, damping]),
        [None, None, Some(frequency), None, bounce] => {
            let bounce = bounce.unwrap_or(e.builder.float(0.0));
            Ok(e.builder.spring_of_frequency(frequency, bounce))
        }
        [None, None, None, Some(response), bounce] => {
            let bounce = bounce.unwrap_or(e.builder.float(0.0));
            Ok(e.builder.spring_of_frequency(1.0 / response, bounce))
        }
        _ => {
            let problem = spring_words(call, given.map(|value| value.is_some()));
            e.fail(problem)
        }
    }
}

/// The problem of the words that a spring is given by.
fn spring_words(call: &Call<'_, '_>, has: [bool; 5]) -> Problem {
    let names: Vec<String> =
        (0..5).filter(|&at| has[at]).map(|at| format!("`{}`", SPRING_WORDS[at].1)).collect();
    let (by_physics, by_swing) = (has[0] || has[1], has[2] || has[3] || has[4]);
    let message = if by_physics && by_swing || has[2] && has[3] {
        format!("this spring is given in two ways: by {}", names.join(" and "))
    } else if let [name] = names.as_slice() {
        format!("{name} alone does not make a spring")
    } else {
        "nothing says how strong this spring is".to_owned()
    };
    let help = "give `stiffness` and `damping`, or `frequency` (or `response`, which is 1 / frequency) \
                and perhaps `bounce`: `spring(x, frequency: 2hz, bounce: 0.3)`";
    Problem::new(Code::SpringWords, call.span, message).help(help)
}

fn delay<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    e.remembered(|e, key| {
        let (x, by) = (call.value(0), call.value(1));
        let value = match by.unit {
            Unit::Second => {
                let longest = longest_delay(e, call)?;
                e.builder.delay_up_to(key, x.value, by.value, longest)
            }
            _ => e.builder.delay(key, x.value, call.constant(1) as u32),
        };
        Ok(Typed::new(value, x.unit, call.element()))
    })
}

/// How far back a delay in time may reach, in seconds.
fn longest_delay<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<f64, Reported> {
    let (by, span) = call.placed(1);
    e.uniform(by, span, "the time of a delay")?;
    let longest = match (call.optional(2).and_then(|max| max.number()), by.number()) {
        (Some(max), _) => max,
        (None, Some(seconds)) if seconds >= 0.0 => seconds,
        (None, Some(seconds)) => {
            let message = format!("the time of a delay is {seconds} s, and the future is not known");
            return e.fail(Problem::new(Code::OutOfRange, span, message).help("use a time of 0 or more"));
        }
        (None, None) => {
            let message = "the time of this delay changes, and how much to remember must be known before";
            let help = "say how long it gets at most: `delay(x, t, max: 2s)`";
            return e.fail(Problem::new(Code::MissingArgument, span, message).help(help));
        }
    };
    let samples = (longest * DELAY_RATE).ceil() + 2.0;
    if samples > f64::from(limits::RING_MAX) {
        let most = limits::RING_MAX;
        let message = format!("a delay of {longest} s would remember {samples} frames, the most is {most}");
        return e.fail(Problem::new(Code::OutOfRange, span, message).help("use a shorter time"));
    }
    Ok(longest)
}
