//! Limits: going over one is an error that names it, and leaves everything usable.

use super::{finish, programs};
use crate::engine::{Demand, Engine, EngineError, EngineSettings};
use crate::program::Builder;
use crate::world::{Budget, Capacity, RESOURCES};

type Change = fn(&mut Capacity) -> &mut u32;

const FIELDS: [(&str, Change); 8] = [
    ("elements", |c| &mut c.elements),
    ("field_buffers", |c| &mut c.field_buffers),
    ("lane_state", |c| &mut c.lane_state),
    ("slots", |c| &mut c.slots),
    ("state", |c| &mut c.state),
    ("inputs", |c| &mut c.inputs),
    ("passes", |c| &mut c.passes),
    ("projections", |c| &mut c.projections),
];

#[test]
fn every_limit_is_an_error_that_names_it() {
    let mut met = std::collections::BTreeSet::new();
    for program in programs::all() {
        for demand in [Demand::Drawn, Demand::Everything] {
            let needs = Engine::needs(&program, demand);
            let with = |capacity| {
                Engine::with_settings(
                    program.clone(),
                    EngineSettings { capacity, demand, ..EngineSettings::default() },
                )
            };
            for (name, field) in FIELDS {
                let mut capacity = needs;
                let need = *field(&mut capacity);
                if need == 0 {
                    continue;
                }
                met.insert(name);
                *field(&mut capacity) = need - 1;
                let Err(EngineError::Capacity(error)) = with(capacity) else { panic!("{name} is over") };
                assert_eq!((error.setting, error.capacity, error.asked), (name, need - 1, u64::from(need)));
            }
            // With exactly what it needs it runs, and everything is in use to the brim.
            let mut engine = with(needs).expect("it fits");
            engine.frame(3).expect("a frame");
            // But for cues: of them there are as many as happen.
            let mut tables = engine.usage().filter(|usage| usage.setting != "cues");
            let usage = || engine.usage().collect::<Vec<_>>();
            assert!(tables.all(|usage| usage.high_water == usage.capacity), "{:?}", usage());
        }
    }
    assert_eq!(met.len(), FIELDS.len(), "{met:?}");
}

/// Every frame's hash and slots are what they are in an engine that had the room from the start.
#[test]
fn an_engine_grows_between_two_frames_and_nothing_else_changes() {
    for program in programs::all() {
        for demand in [Demand::Drawn, Demand::Everything] {
            let settings = EngineSettings { demand, ..EngineSettings::default() };
            let mut small = Engine::fitted(program.clone(), 1.0, settings).expect("it fits");
            let mut large = Engine::fitted(program.clone(), 3.0, settings).expect("it fits");
            for index in 0..12 {
                if index == 5 {
                    small
                        .raise_capacity(small.settings().capacity.with_headroom(2.5))
                        .expect("there is room");
                }
                if index == 8 {
                    // Kinds of which there was none.
                    let one =
                        Capacity { lane_state: 3, passes: 40, projections: 2, inputs: 9, ..Capacity::NONE };
                    small.raise_capacity(one).expect("there is room");
                }
                let expected = large.frame(index).expect("a frame").hash();
                let slots: Vec<_> =
                    large.last_frame().expect("shown").slots().map(|(_, slot)| slot).collect();
                let found = small.frame(index).expect("a frame");
                let name = &program.data().about.name;
                assert_eq!(found.hash(), expected, "{name}, frame {index}");
                let bits = |slot: &crate::frame::SlotReading| slot.components.map(f64::to_bits);
                assert!(found.slots().map(|(_, slot)| bits(&slot)).eq(slots.iter().map(bits)), "{name}");
            }
            assert!(small.usage().all(|usage| usage.high_water <= usage.capacity));
        }
    }
}

/// What the last frame has overwritten can still be restored: a frame is drawn again as it was.
#[test]
fn a_frame_can_be_drawn_again_after_growing() {
    for program in programs::all() {
        let mut engine = Engine::fitted(program.clone(), 1.0, EngineSettings::default()).expect("it fits");
        for index in 0..9 {
            let expected = engine.frame(index).expect("a frame").hash();
            if index % 3 == 1 {
                let more = engine.settings().capacity.with_headroom(1.5);
                engine.raise_capacity(more).expect("there is room");
            }
            let again = engine.redraw().expect("a frame").expect("one was shown").hash();
            assert_eq!(again, expected, "{}, frame {index}", program.data().about.name);
        }
    }
}

#[test]
fn a_larger_program_grows_the_engine_and_state_goes_on() {
    let counting = |dots: u32| {
        let b = Builder::new("counting");
        let count = b.cell("count", crate::program::Type::Float, 0.0, None);
        let now = b.signal("now", count.get() + 1.0);
        count.next(now);
        let dots = b.domain("dots", dots);
        let pass = b.pass("dots", dots).position(b.vec2(b.rank(dots), now * 0.01)).size(0.1);
        pass.color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
        finish(&b)
    };
    let mut engine = Engine::fitted(counting(10), 1.5, EngineSettings::default()).expect("it fits");
    assert_eq!(engine.settings().capacity.elements, 15);
    engine.seek(9).expect("a frame");
    assert!(
        matches!(engine.swap(counting(16)), Err(EngineError::Capacity(error)) if error.setting == "elements")
    );
    for (dots, elements) in [(15, 15), (16, 24), (24, 24), (1_000, 1_500), (3, 1_500)] {
        let report = engine.swap_and_grow(counting(dots), 1.5).expect("there is room");
        assert_eq!(report.to_string(), "kept 1 cell");
        assert_eq!(engine.settings().capacity.elements, elements);
        let frame = engine.last_frame().expect("shown");
        assert_eq!(frame.slot("now").expect("a slot").components[0], 10.0);
        assert_eq!(frame.passes().next().expect("a pass").count, dots as usize);
    }
    assert_eq!(engine.frame(10).expect("a frame").slot("now").expect("a slot").components[0], 11.0);
}

#[test]
fn memory_is_asked_for_before_it_is_taken() {
    let b = Builder::new("huge");
    let dots = b.domain("dots", 1 << 24);
    let mut value = b.rank(dots);
    for index in 0..200 {
        value = b.field(dots, &format!("f{index}"), value + b.time());
    }
    b.pass("dots", dots).position(b.vec2(value, value)).size(value).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    let program = finish(&b);
    let settings = EngineSettings { demand: Demand::Everything, ..EngineSettings::default() };
    let capacity = Engine::needs(&program, Demand::Everything);
    for found in [
        Engine::with_settings(program.clone(), EngineSettings { capacity, ..settings }),
        Engine::fitted(program.clone(), 1.5, settings),
    ] {
        let Err(EngineError::Memory(error)) = found else { panic!("that is over 12 GiB") };
        assert_eq!((error.buffer, error.limit), ("field buffers", crate::world::MEMORY_LIMIT));
        assert!(error.buffer_bytes >= 200 << 26 && error.asked > error.buffer_bytes);
    }
    // The same holds for an engine that runs, and it runs on.
    let small = finish(&Builder::new("small"));
    let mut engine = Engine::with_settings(small, settings).expect("it fits");
    engine.frame(0).expect("a frame");
    let before = engine.settings().capacity;
    assert!(matches!(engine.raise_capacity(capacity), Err(EngineError::Memory(_))));
    assert!(matches!(engine.swap_and_grow(program, 1.0), Err(EngineError::Memory(_))));
    assert_eq!(engine.settings().capacity, before);
    assert_eq!(engine.frame(1).expect("a frame").index(), 1);
    // Headroom is given where there is memory for it.
    let limit = Budget::new(&before).total();
    let one = |memory_limit| {
        let b = Builder::new("one");
        b.domain("dots", 1_000);
        let settings = EngineSettings { memory_limit, ..EngineSettings::default() };
        Engine::fitted(finish(&b), 2.0, settings).map(|engine| engine.settings().capacity.elements)
    };
    assert_eq!(one(limit), Ok(2_000));
}

#[test]
fn no_capacity_at_all_runs_an_empty_program() {
    let program = finish(&Builder::new("empty"));
    let mut engine = Engine::new(program, Capacity::NONE).expect("it fits");
    let frame = engine.frame(0).expect("a frame");
    assert_eq!((frame.passes().len(), frame.slots().len(), frame.fields().count()), (0, 0, 0));
    assert!(frame.slot("x").is_none() && frame.field("d", "x").is_none());
    assert!(engine.set("x", 1.0).is_err() && engine.write_slot("x", 1.0).is_err());
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let program = || finish(&Builder::new("empty"));
    for canvas in [[0, 1], [1, 0], [0, 0]] {
        let settings = EngineSettings { canvas: Some(canvas), ..EngineSettings::default() };
        let error = Engine::with_settings(program(), settings).unwrap_err();
        assert!(matches!(error, EngineError::Setting { name: "EngineSettings::canvas", .. }), "{error}");
    }
    let beyond = Capacity { slots: u32::MAX, ..Capacity::NONE };
    assert!(
        matches!(Engine::new(program(), beyond), Err(EngineError::Capacity(error)) if error.setting == "slots")
    );
}

/// What the budget takes for the index of entities rests on it.
#[test]
fn what_is_no_row_of_a_table_is_counted() {
    let engine = Engine::new(finish(&Builder::new("empty")), Capacity::NONE).expect("it fits");
    assert_eq!(u64::from(engine.world.entities().count_spawned()), RESOURCES);
}
