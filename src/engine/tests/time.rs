//! Time: exact for ever, the same at any frame rate, never back; seeking is playing.

use std::time::Duration;

use super::{bits, engine, finish, of, programs, settings, signal};
use crate::engine::{Demand, Engine, EngineError, EngineSettings};
use crate::program::{Builder, Op, Program, Type};
use crate::time::{FLICKS_PER_SECOND, FrameRate};

fn clock() -> Program {
    let b = Builder::new("clock");
    for (name, op) in
        [("phase", Op::Phase), ("back", Op::PhasePingPong), ("progress", Op::Progress), ("pulse", Op::Pulse)]
    {
        b.signal(name, b.period(op, 0.7));
    }
    b.signal("time", b.time());
    b.signal("dt", b.dt());
    b.signal("frame", b.frame());
    let pulses = b.cell("pulses", Type::Int, 0.0, None);
    pulses.next(pulses.get() + b.period(Op::Pulse, 0.7));
    b.signal("pulses", pulses.get() + b.period(Op::Pulse, 0.7));
    finish(&b)
}

fn at_rate(program: &Program, rate: &str) -> Engine {
    let frame_rate = Some(rate.parse::<FrameRate>().expect("a rate"));
    let settings = EngineSettings { frame_rate, ..settings(program, Demand::Everything) };
    Engine::with_settings(program.clone(), settings).expect("it fits")
}

#[test]
fn leaves_of_time_are_exact() {
    let period = 7 * FLICKS_PER_SECOND / 10;
    for (rate, n, d) in [
        ("24", 24, 1),
        ("25", 25, 1),
        ("30", 30, 1),
        ("60", 60, 1),
        ("144", 144, 1),
        ("30000/1001", 30_000, 1001),
    ] {
        let mut engine = at_rate(&clock(), rate);
        let mut before = None;
        for index in [0_u64, 1, 2, 100, 101, 1_000, 1_000_000, 1_000_000_000, 1_000_000_001] {
            let frame = engine.frame(index).expect("a frame");
            let flicks = (u128::from(index) * u128::from(FLICKS_PER_SECOND) * d / n) as u64;
            let what = format!("{rate} fps, frame {index}");
            assert_eq!(frame.time().0, flicks, "{what}");
            let share = (flicks % period) as f64 / period as f64;
            let back = if (flicks / period).is_multiple_of(2) { share } else { 1.0 - share };
            let crossed = flicks / period - before.unwrap_or(flicks) / period;
            let dt = (flicks - before.unwrap_or(flicks)) as f64 / FLICKS_PER_SECOND as f64;
            let expected = [
                ("phase", share),
                ("back", back),
                ("progress", (flicks as f64 / period as f64).min(1.0)),
                ("pulse", crossed as f64),
                ("pulses", (flicks / period) as f64),
                ("frame", index as f64),
            ];
            for (name, expected) in expected {
                assert_eq!(signal(&frame, name), expected, "{name}, {what}");
            }
            super::assert_close(
                signal(&frame, "time"),
                flicks as f64 / FLICKS_PER_SECOND as f64,
                1e-15,
                &what,
            );
            super::assert_close(signal(&frame, "dt"), dt, 1e-15, &what);
            before = Some(flicks);
        }
    }
}

#[test]
fn frames_never_go_back() {
    let mut engine = of(&clock());
    assert!(engine.last_frame().is_none());
    engine.frame(5).expect("a first frame may be any");
    assert_eq!(engine.frame(4).unwrap_err(), EngineError::TimeWentBack { at: 5, asked: 4 });
    let again = bits(&engine.frame(5).expect("the same frame"));
    assert_eq!(again, bits(&engine.last_frame().expect("a frame")));
    let beyond = EngineError::BeyondTime { asked: u64::MAX };
    assert_eq!(engine.frame(u64::MAX).unwrap_err(), beyond);
    assert_eq!(engine.seek(u64::MAX).unwrap_err(), beyond);
    // The last good frame is still there, and time goes on from it.
    assert_eq!(again, bits(&engine.last_frame().expect("a frame")));
    assert_eq!(engine.frame(6).expect("the next").index(), 6);
}

/// Wherever an engine comes from, a frame that was sought is the frame that is played.
#[test]
fn seeking_is_playing() {
    let mut all = programs::all();
    all.push(clock());
    for program in all {
        let name = program.data().about.name.clone();
        let mut played = of(&program);
        let play: Vec<Vec<u64>> =
            (0..=24).map(|index| bits(&played.frame(index).expect("a frame"))).collect();
        let check = |engine: &mut Engine, index: usize, from: &str| {
            assert!(
                bits(&engine.seek(index as u64).expect("a frame")) == play[index],
                "`{name}`: {index} {from}"
            );
        };
        let mut engine = of(&program);
        check(&mut engine, 13, "from the start");
        check(&mut engine, 13, "again");
        check(&mut engine, 4, "back");
        check(&mut engine, 24, "forth");
        check(&mut engine, 0, "to the start");
        engine.frame(20).expect("a skip");
        check(&mut engine, 20, "after a skip to it");
        check(&mut engine, 7, "after a skip beyond it");
        engine.frame(11).expect("a skip");
        check(&mut engine, 24, "after a skip before it");
        check(&mut engine, 3, "once more");
        assert!(bits(&engine.frame(4).expect("the next")) == play[4], "`{name}` plays on");
        engine.reset();
        assert!(bits(&engine.frame(0).expect("frame 0")) == play[0], "`{name}` after a reset");
    }
}

#[test]
fn a_host_clock_ticks() {
    let ms = Duration::from_millis;
    let mut engine = of(&clock());
    let index = |engine: &mut Engine, elapsed| engine.tick(elapsed).expect("a frame").index();
    assert_eq!(index(&mut engine, ms(0)), 0);
    assert_eq!(index(&mut engine, ms(16)), 0);
    assert_eq!(index(&mut engine, ms(1)), 1);
    assert_eq!(index(&mut engine, ms(1000)), 61, "a stall is one step");
    engine.seek(600).expect("forth");
    assert_eq!(index(&mut engine, ms(50)), 603, "the clock goes on from where it was put");
    engine.seek(30).expect("back");
    assert_eq!(index(&mut engine, ms(50)), 33);
    engine.frame(100).expect("a skip");
    assert_eq!(index(&mut engine, ms(50)), 103);
    engine.reset();
    assert_eq!(index(&mut engine, ms(50)), 3);
    assert!(engine.tick(Duration::MAX).is_ok_and(|frame| frame.index() > 1_000_000_000));
}

/// The first frame has no frame before it, so no time has passed and no boundary was crossed.
#[test]
fn the_first_frame_has_no_past() {
    let b = Builder::new("first");
    b.signal("pulse", b.period(Op::Pulse, 0.001));
    b.signal("dt", b.dt());
    let mut engine = engine(&b);
    for first in [0, 1_000] {
        engine.reset();
        let frame = engine.frame(first).expect("a frame");
        assert_eq!((signal(&frame, "pulse"), signal(&frame, "dt")), (0.0, 0.0));
    }
}
