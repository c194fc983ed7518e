//! Inputs that other threads send.

use super::super::{Engine, EngineSettings, InputSender, InputValue, Payload, SentInput, TakenItem, Unsent};
use super::program;
use crate::world::Capacity;

const PATCH: &str = "
input a = 0.0
input b = 0.0
input c = 0.0
input d = 0.0
event note: vec2
event click
n = count(note)
clicks = count(click)
sum = a + b + c + d
draw circle { position: (sum, 0.001 * n), size: 0.1 + 0.01 * clicks, color: #fff }
";

fn engine() -> Engine {
    Engine::for_program(program(PATCH)).unwrap()
}

/// Sends until there is room; how often there was none.
fn send_whatever_it_takes(sender: &InputSender, mut input: SentInput) -> u64 {
    let mut full = 0;
    loop {
        match sender.give(input.clone()) {
            Ok(()) => return full,
            Err(Unsent::Full(back)) => {
                assert_eq!(back, input, "what was not sent comes back");
                (input, full) = (back, full + 1);
                std::thread::yield_now();
            }
            Err(closed) => panic!("{closed}"),
        }
    }
}

#[test]
fn four_threads_send_and_nothing_is_lost_or_moved() {
    const EACH: u32 = 5_000;
    let mut engine = engine();
    engine.keep_taken(true);
    let channels = ["a", "b", "c", "d"].map(|name| engine.channel(name).unwrap());
    let note = engine.event("note").unwrap();
    // Smaller than what is sent, so that it is full now and then.
    let sender = engine.input_sender(64);
    let threads: Vec<_> = (0..4_u32)
        .map(|thread| {
            let (sender, channel) = (sender.clone(), channels[thread as usize]);
            std::thread::spawn(move || {
                for k in 0..EACH {
                    let value = SentInput::Value(channel, InputValue::Float(f64::from(k)));
                    send_whatever_it_takes(&sender, value);
                    let payload = Payload::from([f64::from(thread), f64::from(k)]);
                    send_whatever_it_takes(&sender, SentInput::Event(note, payload));
                }
            })
        })
        .collect();
    // What frames took: of each thread in its order, and the value that was set before an event is there by then.
    let (mut next, mut values) = ([0; 4], [-1.0; 4]);
    let mut index = 0;
    while next != [EACH; 4] {
        engine.frame(index).unwrap();
        index += 1;
        let taken = engine.taken();
        assert_eq!(taken.missed, 0);
        for item in taken.items() {
            match item {
                TakenItem::Value { channel, value: InputValue::Float(value), .. } => {
                    values["abcd".find(channel).unwrap()] = value;
                }
                TakenItem::Event { carried: Some(InputValue::Vec2([thread, k])), .. } => {
                    let thread = thread as usize;
                    assert_eq!(k, f64::from(next[thread]), "thread {thread}");
                    assert_eq!(values[thread].max(0.0), k, "thread {thread}");
                    next[thread] += 1;
                }
                TakenItem::Canvas(_) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(index < 1_000_000);
        // A frame takes less time than a thread that waits for its turn.
        std::thread::yield_now();
    }
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let frame = engine.frame(index).unwrap();
    let pass = frame.passes().next().unwrap();
    assert_eq!((pass.x.get(0), pass.y.get(0)), (4.0 * 4_999.0, 20.0), "everything is there");
    let counters = engine.input_counters();
    assert_eq!(counters.received, u64::from(8 * EACH));
    assert_eq!((counters.carried, counters.rejected), (0, 0));
    assert_eq!(
        counters.received,
        counters.emitted + counters.coalesced + counters.deduplicated,
        "{counters:?}"
    );
}

#[test]
fn a_full_queue_gives_back_what_it_does_not_take() {
    let mut engine = engine();
    let (a, click) = (engine.channel("a").unwrap(), engine.event("click").unwrap());
    let sender = engine.input_sender(3);
    for _ in 0..3 {
        sender.send(click, ()).unwrap();
    }
    let full = sender.set(a, 0.5).unwrap_err();
    assert_eq!(full, Unsent::Full(SentInput::Value(a, InputValue::Float(0.5))));
    engine.frame(0).unwrap();
    sender.give(full.input()).unwrap();
    assert_eq!(engine.frame(0).unwrap().passes().next().unwrap().x.get(0), 0.0, "no frame was evaluated");
    let frame = engine.frame(1).unwrap();
    let pass = frame.passes().next().unwrap();
    assert_eq!((pass.x.get(0), pass.width.get(0)), (0.5, 0.13));
    // A new sender closes the one before, and so does the end of the engine.
    let other = engine.input_sender(0);
    assert_eq!(sender.send(click, ()), Err(Unsent::Closed(SentInput::Event(click, Payload(None)))));
    other.send(click, ()).unwrap();
    assert!(matches!(other.send(click, ()), Err(Unsent::Full(_))), "there is room for one at least");
    drop(engine);
    assert!(matches!(other.send(click, ()), Err(Unsent::Closed(_))));
}

#[test]
fn what_the_engine_has_no_room_for_waits() {
    let program = program(PATCH);
    // A frame takes as many events as there is room for cues.
    let capacity = Capacity::for_program(&program, 1.0);
    let most = u64::from(capacity.cues);
    let settings = EngineSettings { capacity, ..EngineSettings::default() };
    let mut engine = Engine::with_settings(program, settings).unwrap();
    let click = engine.event("click").unwrap();
    let sender = engine.input_sender(5 * most as usize);
    for _ in 0..5 * most {
        sender.send(click, ()).unwrap();
    }
    for index in 0..5 {
        let frame = engine.frame(index).unwrap();
        let (found, expected) =
            (frame.passes().next().unwrap().width.get(0), 0.1 + 0.01 * ((index + 1) * most) as f32);
        assert!((found - expected).abs() < 1e-4, "frame {index}: {found}, expected {expected}");
        let counters = engine.input_counters();
        // Of what has arrived, the engine takes over as much as it has room for.
        assert_eq!(counters.received, ((index + 2) * most).min(5 * most), "frame {index}");
        assert_eq!(counters.rejected, 0);
    }
}

#[test]
fn what_does_not_fit_is_counted() {
    let mut engine = engine();
    let (a, click, note) =
        (engine.channel("a").unwrap(), engine.event("click").unwrap(), engine.event("note").unwrap());
    let sender = engine.input_sender(100);
    sender.set(a, [0.5, 0.5]).unwrap();
    sender.set(a, f64::NAN).unwrap();
    sender.send(click, 1.0).unwrap();
    sender.send(note, ()).unwrap();
    sender.set(a, 0.25).unwrap();
    engine.frame(0).unwrap();
    let counters = engine.input_counters();
    assert_eq!((counters.received, counters.rejected, counters.emitted), (5, 4, 1), "{counters:?}");
    // Handles are for the names: they find nothing in a program that has none, and go on in one that has them.
    engine.swap(program("draw circle { position: (0.5, 0.5), size: 0.1, color: #fff }")).unwrap();
    sender.send(click, ()).unwrap();
    sender.set(a, 0.5).unwrap();
    engine.frame(1).unwrap();
    assert_eq!(engine.input_counters().rejected, 6);
    engine.swap(program(PATCH)).unwrap();
    sender.set(a, 0.75).unwrap();
    // A paused frame sees what has arrived, too.
    engine.redraw().unwrap();
    assert_eq!(engine.last_frame().unwrap().passes().next().unwrap().x.get(0), 0.75);
    assert_eq!(engine.input_counters().rejected, 6);
}
