//! Hot swap: time, inputs and the frame on screen; and frames that are drawn once more without one.

use super::swap::{edited, play, program, room, room_for};
use super::{assert_close, bits, of, programs, signal};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::program::{Builder, Camera, ChannelKind, Op, Program, Type};
use crate::time::FrameRate;

/// Shows time, and what adds up over it.
fn clock(rate: [u32; 2]) -> Program {
    let program = program(|b| {
        b.signal("t", b.time());
        b.signal("dt", b.dt());
        b.signal("sum", b.integrate("sum", b.float(1.0)));
        let beats = b.cell("beats", Type::Int, 0.0, None);
        let counted = beats.get() + b.period(Op::Pulse, 0.125);
        beats.next(counted);
        b.signal("beats", counted);
    });
    edited(&program, |data| data.clip.frame_rate = rate)
}

#[test]
fn time_goes_on_at_another_frame_rate() {
    let rates = [[60, 1], [24, 1], [30_000, 1001], [144, 1], [1, 1], [7, 3], [1_000_000, 1]];
    for from in rates {
        for to in rates {
            for at in [0_u64, 1, 2, 3, 59, 60, 1000] {
                let mut engine = of(&clock(from));
                for index in 0..=at {
                    engine.frame(index).expect("a frame");
                }
                let before = engine.last_frame().expect("a frame").time();
                let report = engine.swap(clock(to)).expect("it fits");
                let what = format!("{from:?} to {to:?} at {at}: {report}");
                assert_eq!(report.rate.is_some(), from != to, "{what}");
                let rate = FrameRate::new(to[0], to[1]).expect("a rate");
                let frame = engine.last_frame().expect("a frame");
                let (index, now) = (frame.index(), frame.time());
                // The first frame that starts no earlier.
                assert_eq!(Some(now), rate.start(index), "{what}");
                assert!(now >= before, "{what}");
                assert!(index == 0 || rate.start(index - 1).expect("earlier") < before, "{what}");
                assert_eq!(report.rate.and_then(|rate| rate.frames), (from != to).then_some((at, index)));
                // Neither a stretch of time nor a beat is lost or counted twice.
                for index in index..index + 4 {
                    let frame = engine.frame(index).expect("a frame");
                    let t = frame.time().as_secs_f64();
                    assert_close(signal(&frame, "sum"), t, 1e-9, &what);
                    assert_eq!(signal(&frame, "beats"), (t * 8.0).floor(), "{what}");
                    assert!(signal(&frame, "dt") >= 0.0, "{what}");
                }
            }
        }
    }
}

#[test]
fn pinned_settings_stay() {
    let (old, new) = (clock([60, 1]), clock([24, 1]));
    let deep = |size: [u32; 2]| {
        let program = program(|b| {
            let d = b.domain("d", 400);
            let camera =
                Camera::Perspective { eye: None, target: None, up: None, fov: None, near: None, far: None };
            let position = b.vec3(b.rank(d) * 3.0 - 1.0, 0.5, 0.0);
            let pass = b.pass("row", d).position(position).size(0.001).camera(b.camera(camera));
            pass.color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
        });
        edited(&program, |data| data.clip.size = size)
    };
    let seen = |engine: &mut Engine| {
        let frame = engine.last_frame().expect("a frame");
        let pass = frame.passes().next().expect("a pass");
        pass.order.map_or(pass.count, <[u32]>::len)
    };
    for pinned in [false, true] {
        let settings = EngineSettings {
            frame_rate: pinned.then_some(FrameRate::SIXTY),
            canvas: pinned.then_some([100, 100]),
            ..room(&[&old, &new, &deep([100, 100])], Demand::Everything)
        };
        let mut engine = Engine::with_settings(old.clone(), settings).expect("it fits");
        play(&mut engine, 0..7);
        let report = engine.swap(new.clone()).expect("it fits");
        assert_eq!((report.rate.is_none(), engine.frame_rate() == FrameRate::SIXTY), (pinned, pinned));
        assert_eq!(engine.last_frame().expect("a frame").index(), if pinned { 6 } else { 3 });
        engine.swap(deep([100, 100])).expect("it fits");
        let square = seen(&mut engine);
        engine.swap(deep([200, 100])).expect("it fits");
        assert_eq!(seen(&mut engine) == square, pinned, "a wide canvas shows more");
    }
}

#[test]
fn a_host_clock_goes_on() {
    let step = std::time::Duration::from_millis(7);
    let (mut engine, mut twin) = (of(&clock([60, 1])), of(&clock([60, 1])));
    for k in 0..200 {
        if k % 9 == 4 {
            engine.swap(clock([60, 1])).expect("it fits");
        }
        assert_eq!(
            bits(&engine.tick(step).expect("a frame")),
            bits(&twin.tick(step).expect("a frame")),
            "{k}"
        );
    }
    engine.swap(clock([24, 1])).expect("it fits");
    let time = engine.tick(step).expect("a frame").time().as_secs_f64();
    assert!((time - 201.0 * 0.007).abs() < 1.0 / 24.0, "{time}");
}

/// Two sliders and a key; the key is counted.
fn controls(default: f64, extra: bool) -> Program {
    program(|b: &Builder| {
        if extra {
            b.channel("extra", Type::Color, &[0.1, 0.2, 0.3, 0.4], ChannelKind::Hold);
        }
        let key = b.channel("key", Type::Bool, &[0.0], ChannelKind::Momentary);
        let [moved, still] =
            ["moved", "still"].map(|name| b.channel(name, Type::Float, &[default], ChannelKind::Hold));
        b.signal("moved", moved);
        b.signal("still", still);
        b.signal("key", key.bool_to_float());
        let presses = b.cell("presses", Type::Float, 0.0, None);
        presses.next(presses.get() + key.bool_to_float());
        b.signal("presses", presses.get());
        b.signal("area", b.integrate("area", moved));
    })
}

#[test]
fn inputs_go_on() {
    let (old, new) = (controls(1.0, false), controls(2.0, true));
    let mut engine = room_for(&[&old, &new], Demand::Everything);
    let see = |engine: &mut Engine| {
        let frame = engine.last_frame().expect("a frame");
        ["moved", "still", "key", "presses"].map(|name| signal(&frame, name))
    };
    engine.set("moved", 7.0).expect("a channel");
    engine.set("key", true).expect("a channel");
    engine.frame(0).expect("a frame");
    assert_eq!(see(&mut engine), [7.0, 1.0, 1.0, 0.0]);
    // What the host has not set follows the program; the key is still down in this frame, and counts once.
    engine.swap(new.clone()).expect("it fits");
    assert_eq!(see(&mut engine), [7.0, 2.0, 1.0, 0.0]);
    engine.set("key", true).expect("a channel");
    engine.set("moved", 8.0).expect("a channel");
    engine.swap(old).expect("it fits");
    // What is set for the next frame waits for it.
    assert_eq!(see(&mut engine), [7.0, 1.0, 1.0, 0.0]);
    engine.frame(1).expect("a frame");
    assert_eq!(see(&mut engine), [8.0, 1.0, 1.0, 1.0]);
    engine.swap(new.clone()).expect("it fits");
    engine.frame(2).expect("a frame");
    assert_eq!(see(&mut engine), [8.0, 2.0, 0.0, 2.0]);
    // Of another type or kind it is another channel.
    let changed = edited(&new, |data| data.channels[1].kind = ChannelKind::Hold);
    engine.set("key", true).expect("a channel");
    assert_eq!(engine.swap(changed).expect("it fits").channels, ["key"]);
    engine.frame(3).expect("a frame");
    assert_eq!(see(&mut engine), [8.0, 2.0, 0.0, 2.0]);
}

/// Drawing a frame again, however often, changes neither it nor a later one by a bit.
#[test]
fn redrawing_changes_nothing() {
    for program in programs::all() {
        let name = &program.data().about.name;
        let (mut engine, mut twin) = (of(&program), of(&program));
        assert!(engine.redraw().expect("nothing to draw").is_none());
        for index in [0, 1, 2, 3, 30, 31, 32, 33, 34] {
            let expected = bits(&twin.frame(index).expect("a frame"));
            assert!(bits(&engine.frame(index).expect("a frame")) == expected, "`{name}` at {index}");
            for _ in 0..index % 4 {
                let again = engine.redraw().expect("a frame").expect("one was shown");
                assert!(bits(&again) == expected, "`{name}` at {index} again");
            }
        }
        assert!(
            bits(&engine.seek(40).expect("a frame")) == bits(&twin.seek(40).expect("a frame")),
            "`{name}`"
        );
        engine.reset();
        assert!(engine.redraw().expect("nothing to draw").is_none());
    }
}

/// A frame is drawn again with the sliders as they are now, as if they had been there all along.
#[test]
fn redrawing_follows_sliders_and_leaves_keys_alone() {
    let mut engine = of(&controls(1.0, false));
    play(&mut engine, 0..3);
    engine.set("key", true).expect("a channel");
    for moved in [5.0, 6.0, 9.0] {
        engine.set("moved", moved).expect("a channel");
        let frame = engine.redraw().expect("a frame").expect("one was shown");
        assert_eq!((signal(&frame, "moved"), signal(&frame, "key")), (moved, 0.0));
        assert_close(
            signal(&frame, "area"),
            (1.0 + moved) / 60.0,
            1e-12,
            "two frames, the last at its height",
        );
    }
    let frame = engine.frame(3).expect("a frame");
    assert_eq!((signal(&frame, "key"), signal(&frame, "presses")), (1.0, 0.0));
    assert_close(signal(&frame, "area"), (1.0 + 9.0 + 9.0) / 60.0, 1e-12, "three frames");
    assert_eq!(signal(&engine.redraw().expect("a frame").expect("one was shown"), "key"), 1.0);
    let frame = engine.frame(4).expect("a frame");
    assert_eq!((signal(&frame, "key"), signal(&frame, "presses")), (0.0, 1.0));
}
