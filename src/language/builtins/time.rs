//! Time: cycles, ramps and pulses from the exact time of the frame.

use crate::language::elaborate::{Call, Elaborator, Typed};
use crate::language::problems::Reported;
use crate::program::{Op, Unit};

chapter! {
    "Time",
    "All from the exact time of the frame: nothing drifts, and seeking gives what playing gives.";

    "cycle" (period: ConstantTime) -> Phase, with |e, call| Ok(e.phase(Op::Phase, call.constant(0))), "Where time stands in a cycle, in [0, 1), exact for ever.",
        ["cycle(2s)" => [0.25], at 30];
    "pingpong" (period: ConstantTime) -> Phase, with |e, call| Ok(e.phase(Op::PhasePingPong, call.constant(0))),
        "0 to 1 in one period, back to 0 in the next.", ["pingpong(1s)" => [0.5], at 90];
    "progress" (duration: ConstantTime) -> Float, with |e, call| period(e, call, Op::Progress), "0 to 1 over a duration, then 1.",
        ["progress(1s)" => [0.5], at 30; "progress(1s)" => [1.0], at 120];
    "pulse" (period: ConstantTime) -> Int, with |e, call| period(e, call, Op::Pulse), "How many periods ended within this frame.",
        ["pulse(500ms)" => [1.0], at 30; "pulse(500ms)" => [0.0], at 31];
    "phase" (x: Cycles) -> Phase, with |e, call| Ok(e.apply(Op::Fract, &[call.value(0)], Unit::Phase)), "A number of cycles as a phase in [0, 1).", ["phase(2.25)" => [0.25]];
}

fn period<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, op: Op) -> Result<Typed<'b>, Reported> {
    Ok(Typed::new(e.builder.period(op, call.constant(0)), Unit::Scalar, None))
}
