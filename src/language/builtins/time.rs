//! Time: cycles, ramps and pulses from the exact time of the frame, functions of any time, keys and staggers.

use super::ORDERS;
use crate::diagnostic::Code;
use crate::language::elaborate::{Call, Elaborator, Element, Typed};
use crate::language::problems::Reported;
use crate::language::source::Problem;
use crate::program::{Op, Unit, Value};

/// Tells the order of a stagger from other random numbers.
const ORDER_SALT: u32 = 0x57a6_6e12;
/// The shortest share of a stagger that an element has.
const SHORTEST: f64 = 1e-6;

chapter! {
    "Time",
    "All from the exact time of the frame: nothing drifts, and seeking gives what playing gives; only `scaled` remembers, where its \
        speed changes. A time may be given to a timeline, `over loop(time, 4s)`, to `keys` or to another of these functions.";

    "cycle" (period: ConstantTime) -> Phase, with |e, call| Ok(e.phase(Op::Phase, call.constant(0))), "Where time stands in a cycle, in [0, 1), exact for ever. An edit of the period while it plays does not jump: the phase goes on from where it is.",
        ["cycle(2s)" => [0.25], at 30];
    "pingpong" (period: ConstantTime) -> Phase, with |e, call| Ok(e.phase(Op::PhasePingPong, call.constant(0))),
        "0 to 1 in one period, back to 0 in the next.", ["pingpong(1s)" => [0.5], at 90];
    "progress" (duration: ConstantTime) -> Float, with |e, call| period(e, call, Op::Progress), "0 to 1 over a duration, then 1.",
        ["progress(1s)" => [0.5], at 30; "progress(1s)" => [1.0], at 120];
    "pulse" (period: ConstantTime) -> Int, with |e, call| period(e, call, Op::Pulse), "How many periods ended within this frame.",
        ["pulse(500ms)" => [1.0], at 30; "pulse(500ms)" => [0.0], at 31];
    "phase" (x: Cycles) -> Phase, with |e, call| Ok(e.apply(Op::Fract, &[call.value(0)], Unit::Phase)), "A number of cycles as a phase in [0, 1): `phase(t / 4s)` is where any time stands in a cycle.", ["phase(2.25)" => [0.25]];
    "loop" (t: Time, period: ConstantTime) -> First, with |e, call| around(e, call, Op::Phase),
        "A time that begins again at 0 after every period. Of `time` itself it is exact for ever, and goes on from where it is when the period is edited.",
        ["loop(time, 2s) / 1s" => [0.5], at 150; "loop(5s, 2s) / 1s" => [1.0]];
    "ping_pong" (t: Time, period: ConstantTime) -> First, with |e, call| around(e, call, Op::PhasePingPong),
        "A time that goes there and back: 0 to the period, and in the next period back to 0; `pingpong` is the same as a phase.",
        ["ping_pong(time, 2s) / 1s" => [1.5], at 150; "ping_pong(5s, 2s) / 1s" => [1.0]];
    "scaled" (t: Time, speed: Float) -> First, with scaled,
        "A time at another speed: 2 is twice as fast, 0 stands still, -1 goes back. A speed that is known before the first frame only multiplies; one that changes is added up frame by frame, so that a change never jumps: `scaled(time, if held then 0 else 1)` pauses.",
        ["scaled(time, 0.5) / 1s" => [1.0], at 120; "scaled(time, if time < 1s then 1 else 0) / 1s" => [0.9833333333333333], at 150];
    "keys" (t: Time, key: Keys; ..) -> First, with |e, call| e.contradiction(call.span, "keys are not read as such"),
        "Keyframes: the value of the first key until that is reached, then from key to key, and the value of the last from there on. See above.",
        ["keys(time, 0s: 0, 1s: 1 ease.out_quad, 2s: 0)" => [0.75], at 30; "keys(time, 0s: 0, 1s: 1 ease.out_quad, 2s: 0)" => [0.5], at 90];
    "stagger" (progress: Float, place: Float, overlap: Float = 0.5, from: Word(ORDERS) = start, count: Float = _) -> Float, with stagger,
        "A share of 0 to 1 of the whole as one of each element, one after another: at overlap 0 each begins when the one before it has ended, at 1 all go together, between each takes the share overlap + (1 - overlap) / count of the whole. `place` says when: `rank`, `index`, or any number from 0 to 1. `from` turns that round: start, end, center, edges (both in pairs), or random. `count` is needed only where there are no elements.",
        ["stagger(0.5, rank, overlap: 0)" => [1.0, 1.0, 0.0, 0.0], at each; "stagger(0.5, rank, overlap: 1)" => [0.5, 0.5, 0.5, 0.5], at each; "stagger(0.25, rank, overlap: 0, from: center)" => [0.0, 0.5, 0.5, 0.0], at each];
}

fn period<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, op: Op) -> Result<Typed<'b>, Reported> {
    Ok(Typed::new(e.builder.period(op, call.constant(0)), Unit::Scalar, None))
}

/// A time that stays within a period: the phase of the frame's time is exact, other times are divided.
fn around<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, op: Op) -> Result<Typed<'b>, Reported> {
    let (t, period) = (call.value(0), call.value(1));
    if t.value.node() == e.builder.time().node() {
        let phase = e.phase(op, call.constant(1));
        return Ok(e.apply(Op::Mul, &[phase, period], Unit::Second));
    }
    if op == Op::Phase {
        return Ok(e.apply(Op::Mod, &[t, period], Unit::Second));
    }
    let both = e.float(2.0 * call.constant(1));
    let there = e.apply(Op::Mod, &[t, both], Unit::Second);
    let back = e.apply(Op::Sub, &[both, there], Unit::Second);
    Ok(e.apply(Op::Min, &[there, back], Unit::Second))
}

fn scaled<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (t, speed) = (call.value(0), call.value(1));
    if e.builder.is_constant(speed.value) {
        return Ok(e.apply(Op::Mul, &[t, speed], Unit::Second));
    }
    e.remembered(|e, key| {
        Ok(Typed::new(e.builder.scaled_time(key, t.value, speed.value), Unit::Second, call.element()))
    })
}

/// Where elements are in their order: from 0 to 1, and how many places there are one after another.
struct Order<'b> {
    place: Typed<'b>,
    places: Option<Typed<'b>>,
}

fn stagger<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (progress, (overlap, span)) = (call.value(0), call.placed(2));
    if let Some(overlap) = overlap.number().filter(|overlap| !(0.0..=1.0).contains(overlap)) {
        let message = format!("the overlap of this stagger is {overlap}, expected 0 to 1");
        let help = "0 is strictly one after another, 1 all together";
        return e.fail(Problem::new(Code::OutOfRange, span, message).help(help));
    }
    let overlap = e.apply(Op::Clamp01, &[overlap], Unit::Scalar);
    let Order { place, places } = order(e, call)?;
    let one = e.float(1.0);
    let plain = Unit::Scalar;
    // How much of the whole an element has, and how much of it passes until it begins.
    let apart = e.apply(Op::Sub, &[one, overlap], plain);
    let own = match places {
        Some(places) => {
            let step = e.apply(Op::Div, &[apart, places], plain);
            e.apply(Op::Add, &[overlap, step], plain)
        }
        None => {
            let least = e.float(SHORTEST);
            e.apply(Op::Max, &[overlap, least], plain)
        }
    };
    let before = e.apply(Op::Sub, &[one, own], plain);
    let start = e.apply(Op::Mul, &[before, place], plain);
    let gone = e.apply(Op::Sub, &[progress, start], plain);
    let share = e.apply(Op::Div, &[gone, own], plain);
    let share = e.apply(Op::Clamp01, &[share], plain);
    // What is over is over for all, whatever a lane rounds.
    let is_going = e.apply(Op::Lt, &[progress, one], plain);
    Ok(e.apply(Op::Select, &[is_going, share, one], plain))
}

/// In which order elements follow one another.
fn order<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Order<'b>, Reported> {
    let ((place, span), from) = (call.placed(1), call.word(3));
    let [zero, one, two, half] = [0.0, 1.0, 2.0, 0.5].map(|number| e.float(number));
    let plain = Unit::Scalar;
    let own = place.element.map(|element| {
        let count = e.count_in(element.domain);
        e.int_to_float(count)
    });
    let count = call.optional(4).or(own);
    let count = count.map(|count| e.apply(Op::Max, &[count, one], plain));
    if from == "random" {
        let Some(element) = place.element else {
            let message = "a random order is one of elements, and this place is none of an element";
            let help = "put the `stagger` into a domain, with `rank` for its place";
            return e.fail(Problem::new(Code::NotPerElement, span, message).help(help));
        };
        let place = Typed::new(e.builder.random(element.domain, ORDER_SALT), plain, Some(element));
        return Ok(Order { place, places: count });
    }
    let ranked = place.element.filter(|_| call.optional(4).is_none()).and_then(|at| rank_of(e, place, at));
    let is_paired = matches!(from, "center" | "edges");
    let mut place = ranked.unwrap_or(place);
    if is_paired {
        let doubled = e.apply(Op::Mul, &[place, two], plain);
        let from_middle = e.apply(Op::Sub, &[doubled, one], plain);
        place = e.apply(Op::Abs, &[from_middle], plain);
    }
    // Ranks keep half a place from 0 and from 1; what is nearest to the middle is in it where they are odd.
    if let (Some(_), Some(count)) = (ranked, count) {
        let gap = e.apply(Op::Div, &[if is_paired { one } else { half }, count], plain);
        let high = e.apply(Op::Sub, &[one, gap], plain);
        let low = if is_paired {
            let odd = e.apply(Op::Mod, &[count, two], plain);
            let is_odd = e.apply(Op::Gt, &[odd, half], plain);
            e.apply(Op::Select, &[is_odd, zero, gap], plain)
        } else {
            gap
        };
        let range = e.apply(Op::Sub, &[high, low], plain);
        let least = e.float(SHORTEST);
        let range = e.apply(Op::Max, &[range, least], plain);
        let above = e.apply(Op::Sub, &[place, low], plain);
        place = e.apply(Op::Div, &[above, range], plain);
    }
    place = e.apply(Op::Clamp01, &[place], plain);
    if matches!(from, "end" | "edges") {
        place = e.apply(Op::Sub, &[one, place], plain);
    }
    let places = count.map(|count| {
        if !is_paired {
            return count;
        }
        let pairs = e.apply(Op::Mul, &[count, half], plain);
        e.apply(Op::Ceil, &[pairs], plain)
    });
    Ok(Order { place, places })
}

/// The rank of an element, where its place is that or its index.
fn rank_of<'b>(e: &mut Elaborator<'_, 'b>, place: Typed<'b>, element: Element) -> Option<Typed<'b>> {
    if let Some(each) = e.each_of(element.domain) {
        let (rank, index) = (e.rank_in(element, each), e.index_in(element));
        let index_as_float = e.int_to_float(index);
        let is_place = |value: Typed<'b>| value.value.node() == place.value.node();
        return [rank, index, index_as_float].into_iter().any(is_place).then_some(rank);
    }
    let (affine, count) = (place.affine?, e.builder.count(element.domain).to_float());
    let is = |scale: Value<'b>, offset: Value<'b>| {
        affine.scale.node() == scale.node() && affine.offset.node() == offset.node()
    };
    let is_index = is(e.builder.float(1.0), e.builder.float(0.0));
    let is_rank = is(1.0 / count, 0.5 / count);
    let rank = || Typed::new(e.builder.rank(element.domain), Unit::Scalar, Some(element));
    (is_index || is_rank).then(rank)
}
