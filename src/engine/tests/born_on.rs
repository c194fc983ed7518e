//! Elements that events bear: at exact times, with values of their turn, the same at any frame rate.

use super::elements::at_rate;
use super::{finish, lanes, program};
use crate::engine::{Engine, EngineError, EngineSettings, InputValue, Snapshots};
use crate::frame::Frame;
use crate::program::{Births, Builder, Full, Value};
use crate::time::{Flicks, FrameRate};

fn engine(source: &str) -> Engine {
    let settings = EngineSettings { demand: crate::engine::Demand::Everything, ..EngineSettings::default() };
    Engine::fitted(program(source), 1.0, settings).unwrap()
}

fn count(frame: &Frame<'_>) -> u32 {
    frame.domains().next().expect("a domain").1
}

#[test]
fn each_click_bears_as_many_as_it_says() {
    let check = |header: &str, carried: &[f64], expected: u32| {
        let source = format!("event hit: float\ndomain d[born on hit, {header}] {{ x = rank }}");
        let mut engine = engine(&source);
        engine.frame(0).unwrap();
        for &carried in carried {
            engine.send("hit", carried).unwrap();
        }
        assert_eq!(count(&engine.frame(1).unwrap()), expected, "{header} {carried:?}");
        // Two seconds later they are gone.
        assert_eq!(count(&engine.frame(121).unwrap()), 0, "{header} {carried:?}");
    };
    check("lives 2s, max 60", &[], 0);
    check("lives 2s, max 60", &[1.0], 1);
    check("count 3, lives 2s, max 60", &[1.0, 1.0, 1.0], 9);
    check("count 3, lives 2s, max 7", &[1.0, 1.0, 1.0], 7);
    check("count 3, lives 2s, max 7, evict oldest", &[1.0, 1.0, 1.0], 7);
    check("count hit, lives 2s, max 60", &[2.9, 0.0, -3.0, f64::from(f32::MIN_POSITIVE), 4.0], 6);
    check("count hit * 1e30, lives 2s, max 60", &[1.0, 1.0], 60);
    check("count 0.5 + hit, lives 2s, max 60", &[0.6], 1);
    check("count 2, lives 1s * hit, max 60", &[0.0, 1.0, -1.0], 2);
    check("count 1000000, lives 2s, max 4", &[1.0], 4);
}

#[test]
fn who_is_without_room_is_counted() {
    let check = |evict: &str, [refused, evicted]: [u64; 2], ids: [u64; 2]| {
        let source = format!(
            "event hit\ndomain d[born on hit, count 3, lives 1s, max 4{evict}] {{ at birth x = random(1) }}"
        );
        let mut engine = engine(&source);
        engine.frame(0).unwrap();
        (0..2).for_each(|_| engine.send("hit", ()).unwrap());
        engine.frame(1).unwrap();
        let usage = engine.domain_usage().next().unwrap();
        assert_eq!((usage.refused, usage.evicted, usage.living), (refused, evicted, 4), "{evict}");
        let first = lanes(&engine.last_frame().unwrap(), "d.x", 0);
        // Numbers of births count those without room, too: the next ones are others.
        engine.frame(70).unwrap();
        engine.send("hit", ()).unwrap();
        let next = lanes(&engine.frame(71).unwrap(), "d.x", 0);
        assert_eq!(next.len(), 3);
        assert!(next.iter().all(|x| !first.contains(x)), "{first:?} {next:?} {ids:?}");
    };
    check("", [2, 0], [1, 4]);
    check(", evict oldest", [0, 2], [3, 6]);
}

#[test]
fn what_is_taken_is_of_the_turn() {
    let source = "
input pointer: vec2 = (0, 0)
event hit: float
event late = after(50ms, hit)
state n = 0
on hit { n = n + 1 }
fn twice(x) = x * 2
domain d[born on hit, count 2, lives 5s, max 60] {
    spot = pointer + (0, rank * 0)
    at birth place = spot
    at birth carried = hit
    at birth both = twice(hit) + 10 * pointer.x + index * 0
    at birth came = time
    at birth hits = n
    at birth own = random(3) + 0 * hit
    at birth whole = floor(hit) == 3
    is = if whole then 1 else 0
    drawn = place ~ slew(100ms)
}
";
    let mut engine = engine(source);
    engine.frame(0).unwrap();
    for (x, carried) in [(0.25, 1.0), (0.5, 3.0)] {
        engine.set("pointer", InputValue::from([x, 2.0 * x])).unwrap();
        engine.send("hit", carried).unwrap();
    }
    engine.set("pointer", InputValue::from([0.9, 0.9])).unwrap();
    engine.send_at(engine.event("hit").unwrap(), Flicks::from_millis(70), 8.0).unwrap();
    let expected = |frame: &Frame<'_>| {
        // The one with a time of its own was sent last and happened first, when only the first values counted.
        assert_eq!(lanes(frame, "d.carried", 0), [8.0, 8.0, 1.0, 1.0, 3.0, 3.0]);
        assert_eq!(lanes(frame, "d.place", 0), [0.25, 0.25, 0.25, 0.25, 0.5, 0.5]);
        assert_eq!(lanes(frame, "d.place", 1), [0.5, 0.5, 0.5, 0.5, 1.0, 1.0]);
        assert_eq!(lanes(frame, "d.both", 0), [18.5, 18.5, 4.5, 4.5, 11.0, 11.0]);
        assert_eq!(lanes(frame, "d.hits", 0), [0.0, 0.0, 1.0, 1.0, 2.0, 2.0]);
        assert_eq!(lanes(frame, "d.is", 0), [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
        let came = lanes(frame, "d.came", 0);
        assert!((came[0] - 0.07).abs() < 1e-7 && (came[3] - 0.1).abs() < 1e-7, "{came:?}");
        let mut own = lanes(frame, "d.own", 0);
        own.sort_by(f64::total_cmp);
        own.dedup();
        assert_eq!(own.len(), 6);
    };
    expected(&engine.frame(6).unwrap());
    engine.set("pointer", InputValue::from([0.1, 0.1])).unwrap();
    // Evaluated again, with another pointer, and later: what was taken stays.
    expected(&engine.redraw().unwrap().unwrap());
    expected(&engine.redraw().unwrap().unwrap());
    expected(&engine.frame(7).unwrap());
    expected(&engine.frame(90).unwrap());
}

/// Elements of a domain that is made twice: born by time, and on the ticks of a timer.
fn pair(b: &Builder, full: Full) {
    let event = b.every("tick", 0.07);
    let every = b.float(0.07);
    let life = |domain| b.random(domain, 1) * 0.5 + 0.2;
    let by_time = b.born_domain("a", 6, Births { every, full });
    b.lives(by_time, life(by_time));
    let by_event = b.born_on_domain("b", 6, event, b.int(1), full);
    b.lives(by_event, life(by_event));
    for (name, domain) in [("a", by_time), ("b", by_event)] {
        let key = |what: &str| format!("{name}.{what}");
        let value: Value<'_> = b.at_birth(&key("first"), domain, b.random(domain, 2));
        b.field(domain, "first", value);
        b.field(domain, "age", b.age(domain));
        b.field(domain, "life", b.life(domain));
        b.field(domain, "fade", b.fade(&key("fade"), domain, 0.1, 0.0));
    }
}

#[test]
fn births_on_a_timer_are_births_by_time() {
    for full in [Full::Refuse, Full::Evict] {
        for rate in [7, 24, 60, 144] {
            let b = Builder::new("pair");
            pair(&b, full);
            let mut engine = at_rate(&b, rate);
            let mut state = 1_u64;
            let mut index = 0;
            while index < 4 * u64::from(rate) {
                let frame = engine.frame(index).unwrap();
                // Each domain has a seed of its own; everything else is the same.
                let counts: Vec<u32> = frame.domains().map(|(_, count)| count).collect();
                if full == Full::Refuse {
                    assert!(counts[0] <= 6 && counts[1] <= 6);
                }
                let [a, b] = ["a.age", "b.age"].map(|field| lanes(&frame, field, 0));
                let newest = |ages: &[f64]| ages.last().map(|age| age.to_bits());
                if index > u64::from(rate) && full == Full::Evict {
                    assert_eq!(newest(&a), newest(&b), "{rate} {index}");
                }
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                index += 1 + (state >> 33) % 3;
            }
        }
    }
}

#[test]
fn births_do_not_depend_on_frames() {
    const SOURCE: &str = "
event beat = every(70ms)
event other = after(30ms + 10ms * (n % 3), beat)
state n = 0
on beat { n = n + 1 }
domain d[born on other, count 1 + n % 2, lives 0.2s + 0.3s * random(1), max 9] {
    at birth a = n
    at birth came = time
    x = a + scalar(age)
    whole = life
}
";
    for evict in ["", ", evict oldest"] {
        let source = SOURCE.replace("max 9", &format!("max 9{evict}"));
        let mut expected: Option<Vec<Vec<f64>>> = None;
        for (rate, skips) in [(24, 1), (30, 1), (60, 1), (144, 1), (60, 5), (144, 12)] {
            let settings = EngineSettings {
                frame_rate: FrameRate::new(rate, 1),
                demand: crate::engine::Demand::Everything,
                ..EngineSettings::default()
            };
            let mut engine = Engine::fitted(program(&source), 1.0, settings).unwrap();
            let mut found = Vec::new();
            for index in (0..=3 * u64::from(rate)).filter(|index| index % skips == 0) {
                let frame = engine.frame(index).unwrap();
                if index % u64::from(rate / 2) == 0 {
                    found.push(
                        ["d.a", "d.came", "d.x", "d.whole"].map(|field| lanes(&frame, field, 0)).concat(),
                    );
                }
            }
            assert!(found.iter().skip(1).all(|values| values.len() > 8), "{found:?}");
            match &expected {
                None => expected = Some(found),
                Some(expected) => assert_eq!(*expected, found, "{rate}, every {skips}"),
            }
        }
    }
}

#[test]
fn threads_seeks_and_plays_agree() {
    const SOURCE: &str = "
event beat = every(20ms)
domain d[born on beat, count 40, lives 2s, max 5000] {
    at birth v = polar(0.3, random(1) * 1turn) + (0, wave.sine(cycle(3s)))
    draw circle { position: (0.5, 0.5) + v * scalar(age), size: 0.01, color: #fff * fade(in: 100ms, out: 200ms) }
}
";
    let hash = |threads: usize, seek: Option<u64>| {
        let snapshots = seek.map(|_| Snapshots { count: 5, every: 7, inputs: 0 });
        let settings = EngineSettings { threads, snapshots, ..EngineSettings::default() };
        let mut engine = Engine::fitted(program(SOURCE), 1.0, settings).unwrap();
        match seek {
            None => (0..150).for_each(|index| {
                engine.frame(index).unwrap();
            }),
            Some(first) => {
                for index in [first, 149, first / 2, 140, first / 2 + 1, 149] {
                    engine.seek(index).unwrap();
                }
            }
        }
        engine.last_frame().unwrap().hash()
    };
    let played = hash(1, None);
    for (threads, seek) in [(2, None), (4, None), (1, Some(149)), (2, Some(10)), (1, Some(300))] {
        assert_eq!(hash(threads, seek), played, "{threads} {seek:?}");
    }
}

#[test]
fn an_instant_that_is_undone_bears_nobody() {
    let mut engine = engine(
        "
event click
event calm
state n = 0
state m = 0
on click { n = n + 1 }
on changed(n) { m = m + 1 }
on changed(m) when m > 0 { n = n + 1 }
event both = merge(click, calm)
domain d[born on both, count 2, lives 9s, max 60] { at birth x = random(1) }
",
    );
    engine.frame(0).unwrap();
    engine.send_at(engine.event("calm").unwrap(), Flicks::from_millis(50), ()).unwrap();
    engine.send("click", ()).unwrap();
    let error = engine.frame(6).unwrap_err();
    assert!(matches!(error, EngineError::EventCircle { .. }), "{error}");
    assert_eq!(count(&engine.last_frame().unwrap()), 0);
    // What was born before that instant is there.
    let frame = engine.frame(7).unwrap();
    assert_eq!(count(&frame), 2);
    let before = lanes(&frame, "d.x", 0);
    // And numbers of births are as if nobody else had been born.
    engine.send("calm", ()).unwrap();
    let frame = engine.frame(8).unwrap();
    let after = lanes(&frame, "d.x", 0);
    assert_eq!((after.len(), &after[..2]), (4, &before[..]));
}

#[test]
fn a_swap_keeps_who_is_there_and_what_they_took() {
    let source = |extra: &str, header: &str| {
        format!(
            "input p = 0\nevent hit: float\n{extra}\ndomain d[born on {header}] {{ at birth a = hit + p\n{} }}",
            if extra.is_empty() { "" } else { "at birth b = p * 2\n" }
        )
    };
    let header = "hit, count 2, lives 9s, max 60";
    let settings = || {
        let programs = [source("", header), source("y = 1", header)].map(|source| program(&source));
        super::swap::room(&[&programs[0], &programs[1]], crate::engine::Demand::Everything)
    };
    let new_engine = || {
        let mut engine = Engine::with_settings(program(&source("", header)), settings()).unwrap();
        engine.frame(0).unwrap();
        engine.set("p", 10.0).unwrap();
        engine.send("hit", 1.0).unwrap();
        engine.send("hit", 2.0).unwrap();
        engine.frame(1).unwrap();
        engine
    };
    let expected = [11.0, 11.0, 12.0, 12.0];
    // In the frame of the births, and later.
    for later in [1, 2, 30] {
        for next in [source("", "hit, count 2, lives 9s, max 60, evict oldest"), source("y = 1", header)] {
            let mut engine = new_engine();
            engine.frame(later).unwrap();
            engine.swap(program(&next)).unwrap();
            let frame = engine.last_frame().unwrap();
            let found = lanes(&frame, "d.a", 0);
            if later == 1 && next.contains("at birth b") {
                // What is taken is another number of things: of these four it is as of the swap, and of the last hit.
                assert_eq!(found, [12.0; 4]);
                assert_eq!(lanes(&frame, "d.b", 0), [20.0; 4]);
            } else {
                assert_eq!(found, expected, "{later} {next}");
            }
            let frame = engine.frame(later + 1).unwrap();
            assert_eq!(lanes(&frame, "d.a", 0), found, "{later} {next}");
        }
        // From births on an event to births by time, and back: who is there stays.
        let mut engine = new_engine();
        engine.frame(later).unwrap();
        engine.swap(program("domain d[born every 1s, lives 9s, max 60] { x = rank }")).unwrap();
        assert_eq!(count(&engine.frame(later + 1).unwrap()), 4);
        assert_eq!(count(&engine.frame(later + 61).unwrap()), 5);
        engine.swap(program(&source("", header))).unwrap();
        engine.frame(later + 62).unwrap();
        engine.send("hit", 5.0).unwrap();
        assert_eq!(count(&engine.frame(later + 63).unwrap()), 7);
    }
}

#[test]
fn mistakes_of_builders() {
    let check = |make: &dyn Fn(&Builder), code: &str| {
        let b = Builder::new("wrong");
        make(&b);
        let error = b.finish().expect_err(code);
        assert!(error.to_string().contains(code), "{error}");
    };
    let domain = |b: &Builder, carried: bool| {
        let event = b.host_event("a", Some(crate::program::Type::Float));
        let other = b.host_event("b", Some(crate::program::Type::Float));
        let count = if carried { event.payload() } else { other.payload() };
        let d = b.born_on_domain("d", 5, event, count, Full::Refuse);
        b.lives(d, b.float(1.0));
        b.field(d, "x", b.rank(d));
    };
    let good = Builder::new("good");
    domain(&good, true);
    finish(&good);
    check(&|b| domain(b, false), "E0170");
    check(
        &|b| {
            let event = b.host_event("a", None);
            let d = b.born_on_domain("d", 5, event, b.bool(true), Full::Refuse);
            b.lives(d, b.float(1.0));
        },
        "float or an int",
    );
}
