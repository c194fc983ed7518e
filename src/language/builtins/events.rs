//! Events: what makes them happen, and how one is made of another.

use crate::diagnostic::Code;
use crate::language::elaborate::{Call, Elaborator, Typed};
use crate::language::problems::Reported;
use crate::language::source::Problem;
use crate::program::{EventRef, TIMER_LEAST, Type, Unit, Value};

chapter! {
    "Events",
    "Something that happens, any number of times, each at its own exact time: the same at any frame rate. Where a value is \
        asked for, an event is whether it has happened since the frame before.";

    "every" (period: Period) -> Event, with every,
        "At every multiple of a time (or so often a second), from the first on. A time that changes is asked at each tick how long to wait for the next.",
        ["count(every(250ms))" => [4.0], at 60; "count(every(2hz))" => [1.0], at 59];
    "rise" (condition: Bool) -> Event, with |e, call| condition(e, call, |value| value),
        "When a condition becomes true; being true in frame 0 counts. It is looked at once a frame, and whenever a reaction has changed what it is made of.",
        ["count(rise(frame % 4 == 1))" => [3.0], at 10];
    "fall" (condition: Bool) -> Event, with |e, call| condition(e, call, |value| !value),
        "When a condition becomes false; being false in frame 0 counts.",
        ["count(fall(frame < 5))" => [1.0], at 10];
    "changed" (x: Any) -> Event, with changed,
        "When a value becomes another. It carries the new one.",
        ["count(changed(floor(frame / 10)))" => [2.0], at 25];
    "after" (delay: TimeThen, event: Event) -> Event,
        with |e, call| timed(e, call, [0, 1], |e, key, event, delay| e.builder.after(key, delay.value, event)),
        "So long after each time that an event happens; it carries the same. The time is taken when the event happens.",
        ["count(after(250ms, every(500ms)))" => [2.0], at 80];
    "merge" (event: Event, other: Event = _; ..) -> Event, with merge,
        "Whenever one of some events happens. It carries what they carry, where they all carry the same; give it a name to read that: `event any = merge(a, b)`.",
        ["count(merge(every(500ms), every(300ms)))" => [5.0], at 60];
    "debounce" (event: Event, quiet: TimeThen) -> Event,
        with |e, call| timed(e, call, [1, 0], |e, key, event, quiet| e.builder.debounce(key, event, quiet.value)),
        "When an event has not happened again for so long: once for a whole series.",
        ["count(debounce(every(100ms), 50ms))" => [9.0], at 60; "count(debounce(every(100ms), 150ms))" => [0.0], at 60];
    "throttle" (event: Event, least: TimeThen) -> Event,
        with |e, call| timed(e, call, [1, 0], |e, key, event, least| e.builder.throttle(key, event, least.value)),
        "When an event happens, but not sooner than so long after the time before.",
        ["count(throttle(every(100ms), 250ms))" => [4.0], at 60];
    "hover" (elements: Domain, at: Vec2 = _) -> Event, with |e, call| e.hover(call),
        "In every frame in which an element of a domain is drawn where `pointer` is, or in another place: once, for the uppermost, by what the last frame has drawn. It carries the element's `index`.",
        ["count(hover(dots, (0.5, 0.5)))" => [0.0], at each];
    "since" (event: Event) -> TimeSpan, with since,
        "How long ago an event happened last; infinite before the first time.",
        ["since(every(500ms))" => [0.25], at 45];
}

fn every<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (period, span) = e.uniform_argument(call, 0, "the time of `every`")?;
    let Some(seconds) = period.number() else {
        return Ok(e.new_event(|e, key| e.builder.timer(key, period.value)));
    };
    if !(seconds >= TIMER_LEAST.as_secs_f64() && seconds.is_finite()) {
        let message = format!("something cannot happen every {seconds} s");
        return e.fail(Problem::new(Code::OutOfRange, span, message).help("use a microsecond or more"));
    }
    Ok(e.new_event(|e, key| e.builder.every(key, seconds)))
}

fn condition<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    of: impl FnOnce(Value<'b>) -> Value<'b>,
) -> Result<Typed<'b>, Reported> {
    let (value, _) = e.uniform_argument(call, 0, "the condition of an event")?;
    Ok(e.new_event(|e, key| e.builder.rise(key, of(value.value))))
}

fn changed<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (value, _) = e.uniform_argument(call, 0, "the value that `changed` looks at")?;
    Ok(e.new_event(|e, key| e.builder.change_of(key, value.value, value.unit)))
}

/// An event of another one and a time.
fn timed<'a, 'b>(
    e: &mut Elaborator<'a, 'b>,
    call: &Call<'a, 'b>,
    [time, event]: [usize; 2],
    make: impl FnOnce(&mut Elaborator<'a, 'b>, &str, EventRef<'b>, Typed<'b>) -> EventRef<'b>,
) -> Result<Typed<'b>, Reported> {
    let (time, _) = e.uniform_argument(call, time, "the time of an event")?;
    let event = e.event_argument(call, event)?;
    Ok(e.made_event(event, true, |e, key| make(e, key, event, time)))
}

fn merge<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let events: Vec<EventRef<'b>> = call.values().into_iter().filter_map(|value| value.event).collect();
    Ok(e.new_event(|e, key| e.builder.merge(key, &events)))
}

fn since<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let event = e.event_argument(call, 0)?;
    e.remembered(|e, key| Ok(Typed::new(e.builder.since(key, event), Unit::Second, None)))
}

/// `wrap(phase)`: the event that a phase begins anew.
pub(super) fn wrapped<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let (phase, span) = e.uniform_argument(call, 0, "the phase that begins anew")?;
    if phase.ty != Type::Float {
        let message = format!(
            "`wrap` of one argument is the event that a phase begins anew, and this is {}",
            phase.what()
        );
        let problem = Problem::new(Code::WrongType, span, message);
        return e
            .fail(problem.help("give the range as well: `wrap(x, 0, 1)`, or a phase: `wrap(cycle(2s))`"));
    }
    Ok(e.new_event(|e, key| e.builder.wrap_event(key, phase.value)))
}
