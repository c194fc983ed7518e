//! Hot swap: what goes on, what starts anew and how it is reported, and that nothing else is touched.

use super::{bits, finish, lanes, of, programs, settings, signal};
use crate::engine::{Demand, Engine, EngineError, EngineSettings};
use crate::program::{Builder, ChannelKind, DomainRef, Op, Program, ProgramData, Storage, Type};
use crate::world::Capacity;

/// A program made by some calls.
pub(super) fn program(make: impl Fn(&Builder)) -> Program {
    let b = Builder::new("program");
    make(&b);
    finish(&b)
}

/// A program with other rows than the builder gives.
pub(super) fn edited(program: &Program, edit: impl Fn(&mut ProgramData)) -> Program {
    let mut data = program.data().clone();
    edit(&mut data);
    Program::new(data).unwrap_or_else(|error| panic!("{error}"))
}

/// An engine with room for all of some programs, at the first of them.
pub(super) fn room_for(programs: &[&Program], demand: Demand) -> Engine {
    Engine::with_settings(programs[0].clone(), room(programs, demand)).expect("it fits")
}

pub(super) fn room(programs: &[&Program], demand: Demand) -> EngineSettings {
    let needs = programs.iter().map(|program| Engine::needs(program, demand));
    EngineSettings { capacity: needs.fold(Capacity::NONE, Capacity::max), ..settings(programs[0], demand) }
}

pub(super) fn play(engine: &mut Engine, frames: std::ops::Range<u64>) -> Vec<Vec<u64>> {
    frames.map(|index| bits(&engine.frame(index).expect("a frame"))).collect()
}

/// A cell that counts frames, in units of `step`; a slot shows it.
fn count(b: &Builder, key: &str, ty: Type, domain: Option<DomainRef>) {
    let cell = b.cell(key, ty, 0.0, domain);
    cell.next(cell.get() + if ty == Type::Int { b.int(1) } else { b.float(1.0) });
    match domain {
        None => {
            b.signal(key, cell.get());
        }
        Some(domain) => {
            b.field(domain, key, cell.get());
        }
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn reports_say_what_was_kept_and_why_not() {
    #[track_caller]
    fn check(old: impl Fn(&Builder), new: impl Fn(&Builder), expected: &str) {
        let (old, new) = (program(old), program(new));
        let mut engine = room_for(&[&old, &new], Demand::Everything);
        play(&mut engine, 0..4);
        assert_eq!(engine.swap(new).expect("it fits").to_string(), expected);
    }
    let float = |b: &Builder, key: &str| count(b, key, Type::Float, None);
    check(|_| (), |_| (), "no state to keep");
    check(|b| float(b, "a"), |b| float(b, "a"), "kept 1 cell");
    check(
        |b| ["a", "b", "c"].map(|key| float(b, key)).into_iter().collect(),
        |b| ["c", "b"].map(|key| float(b, key)).into_iter().collect(),
        "kept 2 cells; dropped `a`",
    );
    check(
        |b| float(b, "a"),
        |b| float(b, "b"),
        "dropped `a`; new: `b`\n`a` is gone and `b` is new: a renamed value starts anew",
    );
    // With two that it could be, or of another shape, nothing is said.
    check(
        |b| float(b, "a"),
        |b| ["b", "c"].map(|key| float(b, key)).into_iter().collect(),
        "dropped `a`; new: `b`, `c`",
    );
    check(|b| float(b, "a"), |b| count(b, "b", Type::Vec2, None), "dropped `a`; new: `b`");
    check(|b| float(b, "a"), |b| count(b, "a", Type::Vec2, None), "reset `a` (float became vec2)");
    check(
        |b| float(b, "a"),
        |b| count(b, "a", Type::Float, Some(b.domain("dots", 3))),
        "reset `a` (one value for all became one per element of `dots`)",
    );
    check(
        |b| count(b, "a", Type::Int, Some(b.domain("dots", 3))),
        |b| count(b, "a", Type::Int, Some(b.domain("points", 3))),
        "reset `a` (one per element of `dots` became one per element of `points`)",
    );
    check(
        |b| count(b, "a", Type::Int, Some(b.domain("dots", 100))),
        |b| count(b, "a", Type::Int, Some(b.domain("dots", 200))),
        "kept 1 cell\n`dots` has 200 elements instead of 100: those that it had go on, the new ones start anew",
    );
    check(
        |b| count(b, "a", Type::Int, Some(b.domain("dots", 2))),
        |b| count(b, "a", Type::Int, Some(b.domain("dots", 1))),
        "kept 1 cell\n`dots` has 1 element instead of 2: those that are left go on",
    );
    check(
        |b| _ = b.signal("a", b.keyed_phase("a", Op::Phase, 8.0)),
        |b| _ = b.signal("a", b.keyed_phase("a", Op::Phase, 5.0)),
        "no state to keep\n`a` goes on where it was, with a period of 5.000 s instead of 8.000 s",
    );
    check(
        |b| {
            b.signal("a", b.delay("a", b.time(), 5));
        },
        |b| {
            b.signal("a", b.delay("a", b.time(), 1));
        },
        "reset `a` (a delay of 5 frames became a delay of 1 frame)",
    );
    check(
        |b| {
            b.signal("a", b.delay("a", b.time(), 5));
        },
        |b| {
            b.signal("a", b.delay_time("a", b.time(), 0.1, 5));
        },
        "reset `a` (a delay of 5 frames became a delay by time over 5 frames)",
    );
    check(
        |b| float(b, "a"),
        |b| {
            b.signal("a", b.delay("a", b.time(), 2));
        },
        "reset `a` (no delay became a delay of 2 frames)",
    );
    check(
        |_| (),
        |b| (0..7).map(|k| float(b, &format!("c{k}"))).collect(),
        "new: `c0`, `c1`, `c2`, `c3`, `c4` and 2 more",
    );
    check(
        |b| {
            float(b, "a");
            b.channel("size", Type::Float, &[1.0], ChannelKind::Hold);
        },
        |b| {
            float(b, "a");
            b.channel("size", Type::Int, &[1.0], ChannelKind::Hold);
            b.clip(10.0, 30, [10, 10]);
        },
        "kept 1 cell\nback at their default, with another type or kind: `size`\n60 became 30 frames per second: \
         frame 3 is now frame 2",
    );
    let old = program(|b| float(b, "a"));
    let mut engine = of(&old);
    let narrow = edited(&old, |data| data.cells[0].storage = Storage::F32);
    let expected = "reset `a` (f64 became f32)";
    assert_eq!(engine.swap(narrow).expect("it fits").to_string(), expected);
    engine.swap(old.clone()).expect("it fits");
    // A rate written in another way is no other rate.
    let report = engine.swap(edited(&old, |data| data.clip.frame_rate = [120, 2])).expect("it fits");
    assert_eq!(report.rate, None);
}

/// Values of every storage and shape find their places, wherever the programs put them.
#[test]
fn values_go_along() {
    let make = |kept_first: bool| {
        program(|b| {
            let others = |tag: &str| {
                let d = b.domain(&format!("other{tag}"), 9);
                count(b, &format!("{tag}f"), Type::Float, None);
                count(b, &format!("{tag}i"), Type::Int, None);
                count(b, &format!("{tag}l"), Type::Float, Some(d));
                b.field(d, "late", b.delay(&format!("{tag}d"), b.time(), 4));
            };
            if !kept_first {
                others("x");
            }
            let d = b.domain("d", 5);
            for ty in [Type::Float, Type::Vec3, Type::Int] {
                count(b, &format!("kept {ty}"), ty, None);
                count(b, &format!("kept {ty} lane"), ty, Some(d));
            }
            let flip = b.cell("flip", Type::Bool, 1.0, Some(d));
            flip.next(!flip.get());
            b.field(d, "flip", flip.get());
            let moving = b.frame() + b.index(d).to_float();
            b.signal("late", b.delay("late", b.vec2(b.frame(), b.time()), 3));
            b.signal("echo", b.delay_time("echo", b.frame(), 0.07, 5));
            b.field(d, "late", b.delay("lane late", moving, 3));
            b.field(d, "echo", b.delay_time("lane echo", moving, 0.07, 5));
            if kept_first {
                others("y");
            }
        })
    };
    let (old, new) = (make(true), make(false));
    for at in [0, 1, 2, 5, 13] {
        let mut engine = room_for(&[&old, &new], Demand::Everything);
        let mut never = of(&old);
        play(&mut engine, 0..at + 1);
        play(&mut never, 0..at + 1);
        let report = engine.swap(new.clone()).expect("it fits");
        assert_eq!((report.kept.len(), report.reset.len()), (11, 0), "{report}");
        for index in at..at + 20 {
            let (found, expected) =
                (engine.frame(index).expect("a frame"), never.frame(index).expect("a frame"));
            for name in ["kept float", "kept vec3", "kept int", "late", "echo"] {
                assert_eq!(found.slot(name), expected.slot(name), "{name} of frame {index}, swapped at {at}");
            }
            for name in ["kept float lane", "kept vec3 lane", "kept int lane", "flip", "late", "echo"] {
                assert_eq!(lanes(&found, name, 0), lanes(&expected, name, 0), "{name} of frame {index}");
            }
            assert_eq!(signal(&found, "xf"), (index - at) as f64, "new ones count from the swap on");
        }
    }
}

#[test]
fn elements_that_both_programs_have_go_on() {
    let make = |count: u32| {
        let whole = program(|b| {
            let d = b.domain("d", 8);
            let cell = b.cell("a", Type::Int, 100.0, Some(d));
            cell.next(cell.get() + b.index(d) + b.int(1));
            b.field(d, "a", cell.get());
        });
        edited(&whole, |data| data.domains[0].count = count)
    };
    let mut engine = of(&make(5));
    play(&mut engine, 0..3);
    assert_eq!(engine.swap(make(7)).expect("it fits").kept, ["a"]);
    let shown = lanes(&engine.last_frame().expect("a frame"), "a", 0);
    assert_eq!(shown, [102.0, 104.0, 106.0, 108.0, 110.0, 100.0, 100.0]);
    engine.swap(make(2)).expect("it fits");
    engine.swap(make(4)).expect("it fits");
    // Those that were gone for a while start anew.
    assert_eq!(lanes(&engine.last_frame().expect("a frame"), "a", 0), [102.0, 104.0, 100.0, 100.0]);
}

/// The same program again, and another one for a while: nothing that is seen changes by a bit.
#[test]
fn what_a_host_gave_goes_on_and_what_is_new_has_its_default() {
    let program = |max: u32, has_size: bool| {
        let b = Builder::new("host");
        let stars = b.host_domain("stars", max);
        let x = b.element_input(stars, "x", Type::Float, &[0.5]);
        let sum = match has_size {
            true => x + b.element_input(stars, "size", Type::Float, &[0.25]),
            false => x,
        };
        b.field(stars, "sum", sum);
        finish(&b)
    };
    let room = settings(&program(500, true), Demand::Everything);
    let mut engine = Engine::with_settings(program(500, false), room).unwrap();
    let ids: Vec<u64> = (0..400).collect();
    let xs: Vec<f32> = ids.iter().map(|&id| id as f32).collect();
    engine.elements("stars").unwrap().set(&ids, &[("x", (&xs).into())]).unwrap();
    engine.frame(0).unwrap();
    engine.swap(program(500, true)).unwrap();
    let expected: Vec<f64> = xs.iter().map(|&x| f64::from(x) + 0.25).collect();
    assert_eq!(lanes(&engine.last_frame().unwrap(), "stars.sum", 0), expected);
    assert_eq!(lanes(&engine.frame(1).unwrap(), "stars.sum", 0), expected);
    // Fewer may be there: the first ones stay, and the host can go on with any.
    engine.swap(program(3, true)).unwrap();
    assert_eq!(lanes(&engine.frame(2).unwrap(), "stars.sum", 0), expected[..3]);
    engine.elements("stars").unwrap().set(&[7, 2], &[("x", (&[1.0, 2.0]).into())]).unwrap();
    assert_eq!(lanes(&engine.frame(3).unwrap(), "stars.sum", 0), [1.25, 2.25]);
}

#[test]
fn the_same_program_shows_the_same() {
    for program in programs::all() {
        let name = &program.data().about.name;
        let other = edited(&program, |data| data.about.title = "Edited".into());
        let mut engine = of(&program);
        let expected = play(&mut of(&program), 0..12);
        for (index, expected) in expected.iter().enumerate() {
            assert!(bits(&engine.frame(index as u64).expect("a frame")) == *expected, "`{name}` at {index}");
            for next in [&other, &program] {
                let report = engine.swap(next.clone()).expect("it fits");
                assert_eq!(report.kept.len(), program.data().cells.len());
                let shown = engine.last_frame().expect("a frame");
                assert!(bits(&shown) == *expected, "`{name}` after a swap at {index}");
            }
        }
    }
}

#[test]
fn a_program_that_does_not_fit_changes_nothing() {
    let old = programs::all().remove(2);
    let (mut engine, mut twin) = (of(&old), of(&old));
    let more = edited(&old, |data| {
        data.domains[0].capacity += 1;
        let more = data.domains[0].capacity;
        for cell in data.cells.iter_mut().filter(|cell| cell.domain == Some(0)) {
            cell.size = cell.size / (more - 1) * more;
        }
    });
    // At a frame per day the next one can lie beyond 64 bits of flicks.
    let slow = edited(&old, |data| data.clip.frame_rate = [1, 86_400]);
    for index in 0..6 {
        assert_eq!(bits(&engine.frame(index).expect("it runs")), bits(&twin.frame(index).expect("it runs")));
        let error = engine.swap(more.clone()).unwrap_err();
        assert!(
            matches!(&error, EngineError::Capacity(error) if error.setting == "elements" && error.asked == 20_001),
            "{error}"
        );
        assert!(
            error.to_string().ends_with("raise `Capacity::elements` to 20001 or more (E0201)"),
            "{error}"
        );
        assert_eq!(bits(&engine.last_frame().expect("it runs")), bits(&twin.last_frame().expect("it runs")));
        assert_eq!(engine.program(), &old);
    }
    let far = |engine: &mut Engine| bits(&engine.frame(1 << 40).expect("a frame"));
    assert_eq!(far(&mut engine), far(&mut twin));
    let mut engine = of(&edited(&old, |data| data.clip.frame_rate = [1000, 86_400]));
    let last = engine.frame_rate().frame_at(crate::time::Flicks(u64::MAX));
    let before = bits(&engine.frame(last).expect("a frame"));
    let error = engine.swap(slow).unwrap_err();
    assert!(matches!(error, EngineError::BeyondTime { .. }), "{error}");
    assert_eq!(bits(&engine.last_frame().expect("a frame")), before);
}

/// Until something was committed there is nothing to keep: the engine is a new one.
#[test]
fn a_swap_before_or_at_the_first_frame_is_a_new_engine() {
    let make = |initial: f64| {
        program(|b| {
            let cell = b.cell("a", Type::Float, initial, None);
            cell.next(cell.get() * 2.0);
            b.signal("a", cell.get());
            b.signal("fresh", cell.fresh());
        })
    };
    let expected = play(&mut of(&make(3.0)), 0..5);
    for shown in [false, true] {
        let mut engine = of(&make(1.0));
        if shown {
            engine.frame(0).expect("a frame");
        }
        engine.swap(make(3.0)).expect("it fits");
        assert_eq!(engine.last_frame().is_some(), shown);
        assert_eq!(play(&mut engine, 0..5), expected);
        assert_eq!(bits(&engine.seek(2).expect("a frame")), expected[2]);
    }
}

#[test]
fn seek_and_reset_then_know_the_new_program_alone() {
    let all = programs::all();
    let (old, new) = (&all[2], &all[3]);
    for new in [new, old] {
        let new = edited(new, |data| data.clip.frame_rate = [50, 1]);
        let mut engine = room_for(&[old, &new], Demand::Everything);
        let fresh =
            || Engine::with_settings(new.clone(), room(&[old, &new], Demand::Everything)).expect("it fits");
        play(&mut engine, 0..9);
        engine.swap(new.clone()).expect("it fits");
        for index in [11, 11, 8, 3] {
            let found = bits(&engine.seek(index).expect("a frame"));
            assert!(found == bits(&fresh().seek(index).expect("a frame")), "seek to {index}");
        }
        engine.swap(old.clone()).expect("it fits");
        engine.swap(new.clone()).expect("it fits");
        engine.reset();
        assert!(engine.last_frame().is_none());
        assert!(play(&mut engine, 0..6) == play(&mut fresh(), 0..6), "after a reset");
    }
}

/// The same swap at the same frame gives the same bits, and so do threads.
#[test]
fn swaps_are_deterministic() {
    let all = programs::all();
    let run = |threads: usize| {
        let settings = EngineSettings { threads, ..room(&all.iter().collect::<Vec<_>>(), Demand::Drawn) };
        let mut engine = Engine::with_settings(all[0].clone(), settings).expect("it fits");
        let mut seen = Vec::new();
        for index in 0..12 {
            seen.push(bits(&engine.frame(index).expect("a frame")));
            engine.swap(all[index as usize * 5 % all.len()].clone()).expect("it fits");
            seen.push(bits(&engine.last_frame().expect("a frame")));
        }
        seen
    };
    let reference = run(1);
    assert!(run(1) == reference);
    for threads in [2, 4] {
        if cfg!(feature = "parallel") {
            let found = std::thread::scope(|scope| scope.spawn(|| run(threads)).join());
            assert!(found.expect("no panic") == reference, "{threads} threads");
        }
    }
}

/// A slot that nothing writes any more is not what it was, and a host may write where another one wrote.
#[test]
fn slots_and_their_stamps_start_clean() {
    let old = program(|b| {
        b.signal("x", b.time() + 1.0);
    });
    let new = edited(&old, |data| data.steps.clear());
    let mut engine = of(&old);
    play(&mut engine, 0..3);
    engine.swap(new).expect("it fits");
    assert_eq!(signal(&engine.last_frame().expect("a frame"), "x"), 0.0);
    engine.write_slot("x", 5.0).expect("the first writer");
    assert!(matches!(engine.write_slot("x", 6.0), Err(EngineError::TwoWriters { .. })));
    assert_eq!(signal(&engine.last_frame().expect("a frame"), "x"), 5.0);
    engine.swap(old.clone()).expect("it fits");
    assert!(matches!(engine.write_slot("x", 6.0), Err(EngineError::TwoWriters { .. })));
    // Before the first frame the host may have been the writer, of a slot in the same place.
    let mut early = of(&old);
    early.write_slot("x", 6.0).expect("the first writer");
    early.swap(edited(&old, |data| data.slots[0].name = "y".into())).expect("it fits");
    early.write_slot("y", 7.0).expect("the first writer");
    // The store of another class is another place.
    let narrow = program(|b| {
        b.signal("x", b.time() + 1.0);
    });
    engine.swap(edited(&narrow, |data| data.slots[0].storage = Storage::F32)).expect("it fits");
    assert_eq!(signal(&engine.last_frame().expect("a frame"), "x"), f64::from((2.0 / 60.0 + 1.0) as f32));
}
