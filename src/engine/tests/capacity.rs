//! Limits: going over one is an error that names it, and leaves everything usable.

use super::{finish, programs};
use crate::engine::{Demand, Engine, EngineError, EngineSettings};
use crate::program::Builder;
use crate::world::Capacity;

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
            assert!(
                engine.usage().all(|usage| usage.high_water == usage.capacity),
                "{:?}",
                engine.usage().collect::<Vec<_>>()
            );
        }
    }
    assert_eq!(met.len(), FIELDS.len(), "{met:?}");
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
