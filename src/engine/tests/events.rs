//! Events: turns, exact times, inputs in order, circles, swaps, and what becomes of what is sent.

use super::super::{Engine, EngineError, EngineSettings, EventOccurrence, InputValue};
use super::program;
use crate::cues::Tag;
use crate::time::{Flicks, FrameRate};
use crate::world::Capacity;

fn engine_at(source: &str, rate: u32) -> Engine {
    let settings = EngineSettings { frame_rate: FrameRate::new(rate, 1), ..EngineSettings::default() };
    Engine::fitted(program(source), 1.0, settings).unwrap()
}

fn engine(source: &str) -> Engine {
    engine_at(source, 60)
}

/// The components of a slot in the last frame.
fn slot(engine: &mut Engine, name: &str) -> Vec<f64> {
    let frame = engine.last_frame().unwrap();
    let slot = frame.slot(name).unwrap_or_else(|| panic!("no slot {name}"));
    slot.components[..slot.ty.stride() as usize].to_vec()
}

fn number(engine: &mut Engine, name: &str) -> f64 {
    slot(engine, name)[0]
}

/// Something that has happened, kept.
#[derive(Clone, Debug, PartialEq)]
struct Happened {
    event: String,
    tag: Tag,
    carried: Option<InputValue>,
}

fn happened(engine: &Engine) -> Vec<Happened> {
    let kept = |EventOccurrence { event, tag, carried }: EventOccurrence<'_>| Happened {
        event: event.to_owned(),
        tag,
        carried,
    };
    engine.events().map(kept).collect()
}

const SKETCH: &str = "
event beat = every(70ms)
state n = 0
state last = 0
on beat { n = n + 1; last = scalar(time) }
";

#[test]
fn the_sketch_says_the_same_at_any_frame_rate() {
    for rate in [5, 24, 30, 60, 144] {
        let mut engine = engine_at(SKETCH, rate);
        for index in 0..=3 * u64::from(rate) {
            engine.frame(index).unwrap();
        }
        assert_eq!(number(&mut engine, "n"), 42.0, "{rate}");
        assert!((number(&mut engine, "last") - 2.94).abs() < 1e-12, "{rate}");
        // In one step, too.
        let mut engine = engine_at(SKETCH, rate);
        engine.frame(3 * u64::from(rate)).unwrap();
        assert_eq!(number(&mut engine, "n"), 42.0, "{rate} in one step");
    }
}

/// Timers that meet, chains, conditions on cells, payloads: everything whose times do not depend on frames.
const EXACT: &str = "
event a = every(50ms)
event b = every(75ms)
event c = after(30ms, a)
event odd = a when n % 2 == 1
event both = merge(odd, b)
event many = rise(n >= 7)
event again = changed(div(n, 3))
event calm = debounce(b, 74ms)
event rare = throttle(a, 120ms)
event tick = every(40ms + 10ms * (n % 3))
event round = wrap(cycle(110ms))
state n = 0
state sum = 0
state last = 0s
on a { n = n + 1 }
on again { sum = sum + again }
on both { last = time }
held = hold(n, c)
flip = toggle(rare)
level = envelope(round, 20ms, 300ms)
ago = since(calm)
ticks = count(tick)
";

#[test]
fn what_happens_does_not_depend_on_frames() {
    let names = ["n", "sum", "last", "held", "flip", "level", "ago", "ticks"];
    let mut expected: Option<(Vec<Happened>, Vec<Vec<f64>>)> = None;
    for rate in [24, 30, 60, 144] {
        let mut engine = engine_at(EXACT, rate);
        let (mut trace, mut values) = (Vec::new(), Vec::new());
        for index in 0..=2 * u64::from(rate) {
            engine.frame(index).unwrap();
            trace.extend(happened(&engine));
            assert_eq!(engine.events_missed(), 0);
            // Times that all rates have.
            if index % u64::from(rate / 6) == 0 {
                values.push(names.iter().map(|name| number(&mut engine, name)).collect());
            }
        }
        assert!(trace.len() > 150, "{}", trace.len());
        assert!(trace.windows(2).all(|pair| pair[0].tag <= pair[1].tag));
        match &expected {
            None => expected = Some((trace, values)),
            Some((first, at)) => {
                assert_eq!(*first, trace, "{rate}");
                assert_eq!(*at, values, "{rate}");
            }
        }
    }
}

#[test]
fn random_steps_of_time_change_nothing() {
    let steps = |seed: u64| {
        let mut engine = engine_at(EXACT, 1000);
        let (mut state, mut index, mut trace) = (seed, 0, Vec::new());
        while index < 2000 {
            engine.frame(index).unwrap();
            trace.extend(happened(&engine));
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            index += 1 + (state >> 33) % 200;
        }
        engine.frame(2000).unwrap();
        trace.extend(happened(&engine));
        trace
    };
    let first = steps(1);
    for seed in 2..20 {
        assert_eq!(steps(seed), first, "{seed}");
    }
}

#[test]
fn every_occurrence_is_a_turn_of_its_own() {
    let source = "
event click
event up
event down
event all
event clear
event add: int
state a = false
state b = false
state c = true
state value = 0
state list = 0
on all { a = not (a and b and c); b = not (a and b and c); c = not (a and b and c) }
on merge(up, down) { value = value + (if up then 0 else 0) }
on clear { list = 0 }
on add { list = list * 10 + add }
clicks = count(click)
double = toggle(click)
ups = count(up) - count(down)
";
    let mut engine = engine(source);
    let check = |engine: &mut Engine, index: u64, expected: &[(&str, f64)]| {
        engine.frame(index).unwrap();
        for &(name, value) in expected {
            assert_eq!(number(engine, name), value, "{name} in frame {index}");
        }
    };
    for _ in 0..3 {
        engine.send("click", ()).unwrap();
    }
    check(&mut engine, 0, &[("clicks", 3.0), ("double", 1.0)]);
    engine.send("click", ()).unwrap();
    engine.send("click", ()).unwrap();
    check(&mut engine, 1, &[("clicks", 5.0), ("double", 1.0)]);
    engine.send("up", ()).unwrap();
    engine.send("down", ()).unwrap();
    check(&mut engine, 2, &[("ups", 0.0), ("clicks", 5.0)]);
    // F F T gives T T T, and then F F F.
    engine.send("all", ()).unwrap();
    check(&mut engine, 3, &[("a", 1.0), ("b", 1.0), ("c", 1.0)]);
    engine.send("all", ()).unwrap();
    check(&mut engine, 4, &[("a", 0.0), ("b", 0.0), ("c", 0.0)]);
    // What is appended keeps its order, and what was cleared between is gone.
    for digit in [1, 2] {
        engine.send("add", digit).unwrap();
    }
    check(&mut engine, 5, &[("list", 12.0)]);
    engine.send("add", 3).unwrap();
    engine.send("clear", ()).unwrap();
    engine.send("add", 3).unwrap();
    check(&mut engine, 6, &[("list", 3.0)]);
    let trace: Vec<(String, u32)> =
        happened(&engine).into_iter().map(|one| (one.event, one.tag.microstep)).collect();
    let names: Vec<&str> = trace.iter().map(|(event, _)| event.as_str()).collect();
    assert_eq!(names, ["add", "clear", "add"]);
    assert!(trace.windows(2).all(|pair| pair[0].1 < pair[1].1), "each in a step of its own: {trace:?}");
}

#[test]
fn ticks_that_are_due_are_as_many_turns() {
    let mut engine = engine("event t = every(10ms)\nstate x = 1\non t { x = x * 2 % 1000003 }\nn = count(t)");
    engine.frame(0).unwrap();
    engine.frame(60).unwrap();
    assert_eq!(number(&mut engine, "n"), 100.0);
    let expected = (0..100).fold(1_u64, |x, _| x * 2 % 1_000_003);
    assert_eq!(number(&mut engine, "x"), expected as f64);
}

#[test]
fn what_was_set_before_an_event_is_there_when_it_happens() {
    let source = "
input pointer: vec2 = (0.5, 0.5)
event click
state at = (0, 0)
state before = (0, 0)
on click { before = at; at = pointer }
p = pointer
";
    let mut engine = engine(source);
    for (place, sends) in [([0.1, 0.2], true), ([0.3, 0.4], false), ([0.5, 0.6], true), ([0.7, 0.8], false)] {
        engine.set("pointer", place).unwrap();
        if sends {
            engine.send("click", ()).unwrap();
        }
    }
    engine.frame(0).unwrap();
    assert_eq!(slot(&mut engine, "before"), [0.1, 0.2]);
    assert_eq!(slot(&mut engine, "at"), [0.5, 0.6]);
    assert_eq!(slot(&mut engine, "p"), [0.7, 0.8]);
    let counters = engine.input_counters();
    assert_eq!((counters.received, counters.emitted, counters.coalesced), (6, 5, 1), "{counters:?}");
    engine.frame(1).unwrap();
    assert_eq!(slot(&mut engine, "p"), [0.7, 0.8], "it stays");
}

#[test]
fn a_tick_sees_the_values_of_the_frame_before_it() {
    let source = "
input x = 1
event beat = every(10ms)
state sum = 0
on beat { sum = sum + x }
";
    let mut engine = engine_at(source, 10);
    engine.set("x", 2.0).unwrap();
    engine.frame(0).unwrap();
    engine.set("x", 3.0).unwrap();
    // Ten ticks, the last one at the very time of the frame, before the value.
    engine.frame(1).unwrap();
    assert_eq!(number(&mut engine, "sum"), 20.0);
    assert_eq!(number(&mut engine, "x"), 3.0);
    engine.frame(2).unwrap();
    assert_eq!(number(&mut engine, "sum"), 50.0);
}

#[test]
fn what_is_sent_for_a_time_finds_the_values_that_were_set() {
    let source = "
input p = 0
event click
event beat = every(30ms)
state clicked = 0
state ticked = 0
on click { clicked = p }
on beat { ticked = ticked * 10 + p }
";
    let mut engine = engine_at(source, 10);
    engine.frame(0).unwrap();
    engine.set("p", 3.0).unwrap();
    engine.send_at(engine.event("click").unwrap(), Flicks::from_millis(50), ()).unwrap();
    engine.frame(1).unwrap();
    assert_eq!(number(&mut engine, "clicked"), 3.0);
    // At 30 ms the value was not there, at 60 and 90 ms it was.
    assert_eq!(number(&mut engine, "ticked"), 33.0);
}

/// What is sent, and what of it happens: a click, some notches of a wheel, a place of the pointer, a value of an input.
#[test]
fn events_are_gathered_between_those_that_count() {
    let source = "
input at: vec2 = (0, 0)
event click
event wheel: int sum
event moved: vec2 latest
event drag: vec2 sum
event tick latest
state seen = (0, 0)
on moved { seen = at }
";
    let check = |sent: &str, expected: &str| {
        let mut engine = engine(source);
        let number = |text: &str| text.parse::<f64>().unwrap();
        for (k, word) in sent.split_whitespace().enumerate() {
            let place = [k as f64, 1.0];
            match word.split_at(1) {
                ("c", _) => engine.send("click", ()),
                ("w", by) => engine.send("wheel", number(by) as i32),
                ("m", _) => engine.set("at", place).and_then(|()| engine.send("moved", place)),
                ("d", _) => engine.send("drag", place),
                ("t", _) => engine.send("tick", ()),
                _ => panic!("{word}"),
            }
            .unwrap();
        }
        engine.frame(0).unwrap();
        let happened = engine.events().map(|event| match event.carried {
            None => format!("{} ", &event.event[..1]),
            Some(value) => {
                let [x, y, ..] = value.components();
                format!(
                    "{}{x}{} ",
                    &event.event[..1],
                    if event.event == "wheel" { String::new() } else { format!(",{y}") }
                )
            }
        });
        let happened: String = happened.collect();
        assert_eq!(happened.trim(), expected, "{sent}");
        let counters = engine.input_counters();
        let sum = counters.emitted
            + counters.coalesced
            + counters.deduplicated
            + counters.carried
            + counters.rejected;
        assert_eq!(counters.received, sum, "{counters:?}");
        // A reaction to the latest place sees the inputs of that place.
        if let Some(last) = sent.split_whitespace().collect::<Vec<_>>().iter().rposition(|word| *word == "m")
        {
            assert_eq!(slot(&mut engine, "seen"), [last as f64, 1.0], "{sent}");
        }
    };
    check("w1 w2 w3", "w6");
    check("w1 c w2 w3 c c w-5", "w1 c w5 c c w-5");
    check("m m m c m m", "m2,1 c m5,1");
    check("w1 m w1 m", "w2 m3,1");
    check("d d d t t c t", "d3,3 t c t");
    check("m c", "m0,1 c");
}

#[test]
fn a_flood_is_bounded_and_accounted_for() {
    let source = "
input pointer: vec2 = (0.5, 0.5)
event click: int
state last = 0
state in_order = true
on click { in_order = in_order and click == last + 1; last = click }
p = pointer
n = count(click)
";
    let settings = EngineSettings::default();
    let mut engine = Engine::with_settings(program(source), settings).unwrap();
    let (pointer, click) = (engine.channel("pointer").unwrap(), engine.event("click").unwrap());
    let (mut accepted, mut refused) = (0, 0);
    for k in 0..1_000_000_u32 {
        engine.set_channel(pointer, [f64::from(k) * 1e-6, 0.5]).unwrap();
        if k % 100 == 0 {
            match engine.send_event(click, accepted + 1) {
                Ok(()) => accepted += 1,
                Err(EngineError::QueueFull { .. }) => refused += 1,
                Err(error) => panic!("{error}"),
            }
        }
    }
    assert_eq!(accepted + refused, 10_000);
    let most = Capacity::default().cues as i32;
    assert_eq!(accepted, 2 * most);
    let sums = |engine: &Engine| {
        let c = engine.input_counters();
        assert_eq!(c.received, c.emitted + c.coalesced + c.deduplicated + c.carried + c.rejected, "{c:?}");
        c
    };
    assert_eq!(sums(&engine).received, 1_010_000);
    engine.frame(0).unwrap();
    assert_eq!(number(&mut engine, "n"), f64::from(most));
    assert!(sums(&engine).carried > 0);
    engine.frame(1).unwrap();
    assert_eq!(number(&mut engine, "n"), f64::from(accepted));
    assert_eq!(number(&mut engine, "in_order"), 1.0);
    assert_eq!(sums(&engine).carried, 0);
    assert_eq!(sums(&engine).rejected, refused as u64);
}

#[test]
fn a_circle_without_time_is_an_error_and_the_engine_goes_on() {
    let source = "
event click
event slow = every(100ms)
state n = 0
state m = 0
on click { n = n + 1 }
on changed(n) { m = m + 1 }
on changed(m) when m > 0 { n = n + 1 }
ticks = count(slow)
";
    let mut engine = engine(source);
    engine.frame(5).unwrap();
    assert_eq!(number(&mut engine, "n"), 0.0);
    let hash = engine.last_frame().unwrap().hash();
    engine.send("click", ()).unwrap();
    let error = engine.frame(20).unwrap_err();
    let EngineError::EventCircle { events, at } = &error else { panic!("{error}") };
    assert_eq!(*at, FrameRate::SIXTY.start(20).unwrap());
    assert_eq!(events.len(), 2, "{error}");
    assert_eq!(error.code().name(), "E0211");
    // The frame before is still there; state is as it was before the instant.
    assert_eq!(engine.at(), Some(5));
    assert_eq!(engine.last_frame().unwrap().hash(), hash);
    engine.redraw().unwrap();
    engine.frame(20).unwrap();
    assert_eq!((number(&mut engine, "n"), number(&mut engine, "m")), (0.0, 0.0));
    assert_eq!(number(&mut engine, "ticks"), 3.0, "what happened before the instant has happened");
    engine.frame(60).unwrap();
    assert_eq!(number(&mut engine, "ticks"), 10.0);
}

#[test]
fn a_frame_that_is_evaluated_again_does_nothing_twice() {
    let mut engine = engine("input x = 0\nevent click\nn = count(click)\nt = count(every(10ms))\ny = x + n");
    engine.frame(0).unwrap();
    engine.send("click", ()).unwrap();
    engine.frame(6).unwrap();
    let before = ["n", "t"].map(|name| number(&mut engine, name));
    assert_eq!(before, [1.0, 10.0]);
    engine.set("x", 5.0).unwrap();
    for _ in 0..3 {
        engine.redraw().unwrap();
        assert_eq!(["n", "t"].map(|name| number(&mut engine, name)), before);
        assert_eq!(number(&mut engine, "y"), 6.0);
    }
    engine.frame(12).unwrap();
    assert_eq!(["n", "t"].map(|name| number(&mut engine, name)), [1.0, 20.0]);
}

#[test]
fn seeking_gives_what_playing_gives() {
    let mut played = engine(EXACT);
    for index in 0..=500 {
        played.frame(index).unwrap();
    }
    let mut sought = engine(EXACT);
    sought.seek(700).unwrap();
    sought.seek(500).unwrap();
    for name in ["n", "sum", "last", "held", "flip", "level", "ago", "ticks"] {
        assert_eq!(number(&mut played, name), number(&mut sought, name), "{name}");
    }
}

#[test]
fn what_is_pending_goes_on_over_a_swap() {
    let first = "event click\nevent late = after(500ms, click)\nn = count(late)\nt = count(every(1s))";
    let second = "event other = every(300ms)\nevent click\nevent late = after(200ms, click)\nt = count(every(1s))\nn = count(late) * 1";
    let mut engine = engine(first);
    engine.frame(0).unwrap();
    engine.send("click", ()).unwrap();
    engine.frame(6).unwrap();
    engine.frame(50).unwrap();
    let report = engine.swap(program(second)).unwrap();
    assert_eq!(report.cues, 0, "{report}");
    engine.frame(59).unwrap();
    assert_eq!((number(&mut engine, "n"), number(&mut engine, "t")), (1.0, 0.0));
    engine.frame(61).unwrap();
    assert_eq!(number(&mut engine, "t"), 1.0, "a timer that stays keeps its ticks");
    engine.send("click", ()).unwrap();
    engine.frame(62).unwrap();
    let report = engine.swap(program("event click\nn = count(click)")).unwrap();
    assert_eq!(report.cues, 1, "{report}");
}

#[test]
fn a_period_that_is_edited_keeps_its_place() {
    let mut engine = engine("n = count(every(1s))");
    engine.frame(90).unwrap();
    assert_eq!(number(&mut engine, "n"), 1.0);
    // Half of the second is over, so half of two is to come.
    engine.swap(program("n = count(every(2s))")).unwrap();
    engine.frame(149).unwrap();
    assert_eq!(number(&mut engine, "n"), 1.0);
    engine.frame(150).unwrap();
    assert_eq!(number(&mut engine, "n"), 2.0);
}

#[test]
fn errors_name_what_is_wrong() {
    let mut engine = engine("event click\nevent note: float\nn = count(click)\nm = hold(note, note)");
    let check = |found: Result<(), EngineError>, expected: &str| {
        assert_eq!(found.unwrap_err().message(), expected);
    };
    check(engine.send("clik", ()), "there is no event `clik`; there are: click, note");
    check(engine.send("click", 1.0), "`click` was given a float; it takes nothing");
    check(engine.send("note", ()), "`note` was given nothing; it takes a float");
    check(engine.send("note", true), "`note` was given a bool; it takes a float");
    check(engine.send("note", f64::NAN), "`note` was given NaN; it takes finite numbers");
    let few = Capacity { cues: 1023, ..Capacity::default() };
    let error = Engine::new(program("n = count(every(1s))"), few).unwrap_err();
    assert!(error.message().contains("Capacity::cues"), "{error}");
    // Events of another engine, or of a program that is gone.
    let click = engine.event("click").unwrap();
    engine.swap(program("event other\nn = count(other)")).unwrap();
    check(engine.send_event(click, ()), "there is no event `click`; there are: other");
}

#[test]
fn more_than_there_is_room_for_is_an_error_and_nothing_is_lost_before() {
    // A thousand timers, each of which schedules two later ones.
    let source = "
event a = every(1ms)
event b = after(10s, a)
event c = after(20s, a)
n = count(a)
m = count(b) + count(c)
";
    let mut engine = engine(source);
    engine.frame(0).unwrap();
    let error = engine.frame(600).unwrap_err();
    assert!(matches!(error, EngineError::TooManyCues { .. }), "{error}");
    assert!(error.message().contains("Capacity::cues"), "{error}");
    assert_eq!(engine.at(), Some(0));
    engine.last_frame().unwrap();
}

#[test]
fn room_can_be_made_for_more() {
    let mut engine = engine("event click\nevent late = after(1s, click)\nn = count(late)\nm = count(click)");
    engine.frame(0).unwrap();
    engine.send("click", ()).unwrap();
    engine.frame(1).unwrap();
    engine.send("click", ()).unwrap();
    let capacity = engine.settings().capacity;
    engine.raise_capacity(Capacity { cues: 3 * capacity.cues, ..capacity }).unwrap();
    // More than there was room for.
    for _ in 0..2_500 {
        engine.send("click", ()).unwrap();
    }
    engine.frame(2).unwrap();
    engine.frame(62).unwrap();
    assert_eq!((number(&mut engine, "n"), number(&mut engine, "m")), (2_502.0, 2_502.0));
    let cues = engine.usage().find(|usage| usage.setting == "cues").unwrap();
    assert!(cues.high_water > capacity.cues && cues.high_water <= cues.capacity, "{cues:?}");
}

#[test]
fn what_is_scheduled_by_the_host_happens_at_its_own_time() {
    let mut engine = engine(
        "event note: float\nstate at = 0s\nstate pitch = 0\non note { at = time; pitch = note }\nn = count(note)",
    );
    let note = engine.event("note").unwrap();
    let time = |ms: u64| Flicks::from_millis(ms);
    engine.send_at(note, time(500), 3.0).unwrap();
    engine.send_at(note, time(100), 1.0).unwrap();
    engine.send_at(note, time(300), 2.0).unwrap();
    engine.frame(0).unwrap();
    engine.frame(20).unwrap();
    assert_eq!((number(&mut engine, "n"), number(&mut engine, "pitch")), (2.0, 2.0));
    assert!((number(&mut engine, "at") - 0.3).abs() < 1e-12);
    let error = engine.send_at(note, time(200), 9.0).unwrap_err();
    assert!(matches!(error, EngineError::Late { .. }), "{error}");
    assert_eq!(error.code().name(), "E0203");
    engine.frame(60).unwrap();
    assert_eq!((number(&mut engine, "n"), number(&mut engine, "pitch")), (3.0, 3.0));
}

#[test]
fn tags_are_exact() {
    let mut engine = engine("event a = every(100ms)\nevent b = after(0s, a)\nn = count(b)");
    engine.frame(6).unwrap();
    let tags: Vec<(String, Tag)> = happened(&engine).into_iter().map(|one| (one.event, one.tag)).collect();
    let at = Flicks::from_millis(100);
    assert_eq!(tags, [("a".to_owned(), Tag::at(at)), ("b".to_owned(), Tag::new(at, 1))]);
}
