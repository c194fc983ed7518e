//! Links over bad wires: every message once and in order, engines with the same bits, room that ends, and errors that say so.

use super::*;
use crate::engine::Snapshots;
use crate::math::hash::{hash2, hash3};
use crate::program::Program;
use crate::{Engine, EngineSettings, NoFiles, compile};

const ONE: Node = Node(1);
const TWO: Node = Node(2);
const BAD: Faults = Faults { lost: 250, doubled: 200, delay: 4 };
const DEAD: Faults = Faults { lost: 1000, doubled: 0, delay: 0 };

fn ends<T: Clone>(settings: LinkSettings) -> [End<T>; 2] {
    [End::new(ONE, TWO, settings), End::new(TWO, ONE, settings)]
}

/// Lets both ends send in a frame, and gives them what has come.
fn carry<T: Clone>(
    ends: &mut [End<T>; 2],
    wire: &mut Loopback<Packet<T>>,
    now: u64,
) -> [Result<(), LinkError>; 2] {
    let sent = ends.each_mut().map(|end| end.outgoing(now, |packet| wire.send(now, packet)));
    while let Some(packet) = wire.receive(now) {
        let end = &mut ends[usize::from(packet.to == TWO)];
        end.receive(packet).unwrap();
    }
    sent
}

#[test]
fn each_message_comes_once_and_in_order() {
    let settings = LinkSettings { window: 8, resend_after: 3, timeout: 2_000, latency: 2 };
    let (mut resent, mut twice, mut full) = (0, 0, 0);
    for seed in 0..200 {
        let mut ends = ends::<u32>(settings);
        let mut wire = Loopback::new(seed, BAD, 64);
        let mut sent: [u32; 2] = [0; 2];
        let mut taken: [u32; 2] = [0; 2];
        for now in 0..400 {
            for (at, end) in ends.iter_mut().enumerate() {
                // In bursts, and nothing in the last frames.
                let burst = (hash3(now as u32, seed, at as u32) % 7).saturating_sub(3);
                for _ in 0..burst * u32::from(now < 200) {
                    match end.send(now, [TWO, ONE][at].row(7), sent[at]) {
                        Ok(()) => sent[at] += 1,
                        Err(LinkError::Full { window: 8 }) => full += 1,
                        Err(other) => panic!("{other}"),
                    }
                }
                assert!(end.waiting() <= 8 && wire.under_way() <= 64);
            }
            for sent in carry(&mut ends, &mut wire, now) {
                sent.unwrap();
            }
            for (at, end) in ends.iter_mut().enumerate() {
                // Now and then nobody takes anything.
                while !hash3(now as u32, seed, 9).is_multiple_of(3)
                    && let Some(due) = end.next(now)
                {
                    let expected = Asked::Cue { to: [ONE, TWO][at].row(7), cue: taken[at] };
                    assert_eq!(due.asked, expected, "seed {seed}, frame {now}");
                    assert!(due.frame <= now && due.frame >= settings.latency);
                    taken[at] += 1;
                }
            }
        }
        assert_eq!([taken[1], taken[0]], sent, "seed {seed}");
        for end in &ends {
            let counters = end.counters();
            assert_eq!((counters.taken, end.waiting()), (counters.sent, 0));
            assert_eq!(counters.received, counters.delivered + counters.twice + counters.refused);
            resent += counters.resent;
            twice += counters.twice;
        }
    }
    assert!(resent > 4_000 && twice > 4_000 && full > 400, "{resent}, {twice}, {full}");
}

#[test]
fn a_message_is_due_in_a_later_frame() {
    let check = |latency: u64, delay: u64, at: u64, late: u64| {
        let mut ends = ends::<u32>(LinkSettings { latency, ..LinkSettings::default() });
        let mut wire = Loopback::new(0, Faults::default(), 64);
        ends[0].send(10, TWO.itself(), 5).unwrap();
        for now in 10.. {
            // Where nobody asked for packets for some frames, it comes late.
            if now >= 10 + delay {
                for sent in carry(&mut ends, &mut wire, now) {
                    sent.unwrap();
                }
            }
            if let Some(due) = ends[1].next(now) {
                assert_eq!((now, now - due.frame), (at, late), "{latency}, {delay}");
                break;
            }
        }
    };
    check(0, 0, 11, 0);
    check(1, 0, 11, 0);
    check(4, 0, 14, 0);
    check(4, 9, 20, 6);
}

#[test]
fn a_wire_that_carries_nothing_is_a_typed_error() {
    let settings = LinkSettings { window: 3, resend_after: 2, timeout: 20, latency: 1 };
    let mut ends = ends::<u32>(settings);
    let mut wire = Loopback::new(1, DEAD, 64);
    ends[0].send(5, TWO.itself(), 1).unwrap();
    ends[0].destroy(6, TWO.row(9)).unwrap();
    ends[0].send(6, TWO.itself(), 2).unwrap();
    assert_eq!(ends[0].send(6, TWO.itself(), 3), Err(LinkError::Full { window: 3 }));
    assert_eq!(ends[0].destroy(6, TWO.row(8)), Err(LinkError::Full { window: 3 }));
    for now in 6..25 {
        assert_eq!(carry(&mut ends, &mut wire, now), [Ok(()), Ok(())], "frame {now}");
        assert_eq!(ends[0].outcome(now), None);
    }
    let silent = |waited| Err(LinkError::Silent { peer: TWO, number: 0, waited });
    assert_eq!(carry(&mut ends, &mut wire, 25)[0], silent(20));
    let timed_out = LinkError::DestroyTimedOut { row: TWO.row(9), waited: 20 };
    assert_eq!((ends[0].outcome(26), ends[0].outcome(26)), (Some(Err(timed_out)), None));
    assert_eq!(carry(&mut ends, &mut wire, 40)[0], silent(35));
    assert!(ends[1].next(40).is_none());
    // The wire is there again: nothing was lost of what was sent.
    wire.set_faults(Faults::default());
    let mut cues = Vec::new();
    for now in 41..60 {
        let sent = carry(&mut ends, &mut wire, now);
        assert!(sent[0].is_ok() || now <= 45, "frame {now}");
        while let Some(due) = ends[1].next(now) {
            match due.asked {
                Asked::Cue { cue, .. } => cues.push(cue),
                Asked::Destroy { row } => ends[1].answer(row, true).unwrap(),
            }
        }
        while ends[0].next(now).is_some() {}
    }
    assert_eq!(cues, [1, 2]);
    // The answer comes when it is no longer waited for.
    assert_eq!((ends[0].outcome(60), ends[0].waiting()), (None, 0));
}

#[test]
fn what_does_not_belong_to_a_link_is_refused() {
    let mut ends = ends::<u32>(LinkSettings::default());
    let other = LinkError::OtherNode { handle: ONE.row(3), peer: TWO };
    assert_eq!(ends[0].send(0, ONE.row(3), 1), Err(other));
    assert_eq!(ends[0].destroy(0, ONE.row(3)), Err(other));
    let packet = Packet { from: Node(3), to: ONE, parcel: Parcel::Taken { below: 9 } };
    assert_eq!(ends[0].receive(packet), Err(LinkError::OtherLink { from: Node(3), to: ONE }));
    assert_eq!(ends[0].answer(ONE.row(1), true), Err(LinkError::NotAsked { row: ONE.row(1) }));
    assert_eq!(other.to_string(), "row 3 of node 1 is not of node 2, which is at the other end of this link");
    // A message that is far ahead has no room, and takes none.
    let message = Message::Cue { to: ONE.itself(), cue: 1 };
    let packet = |number| Packet { from: TWO, to: ONE, parcel: Parcel::Message { number, due: 0, message } };
    for number in [64, u64::MAX] {
        ends[0].receive(packet(number)).unwrap();
    }
    assert_eq!((ends[0].counters().refused, ends[0].next(9)), (2, None));
}

#[test]
fn packets_go_through_json() {
    let message = Message::Destroy::<u32> { row: TWO.row(4) };
    let packet = Packet { from: ONE, to: TWO, parcel: Parcel::Message { number: 1, due: 3, message } };
    let text = serde_json::to_string(&packet).unwrap();
    assert_eq!(serde_json::from_str::<Packet<u32>>(&text).unwrap(), packet);
}

/// What is done to the list of the other node.
#[derive(Clone, Debug)]
enum Edit {
    Add(String),
    Toggle,
    All,
    Tidy,
}

/// A cue of node one for node two, or a row that is to go.
type Step = (u64, Option<(Handle, Edit)>, Handle);

const PATCH: &str = r#"
list todos max 60 { title: text, done: bool = false } = [{ title: "Buy groceries" }, { title: "Clean room" }]
event add: text
event toggle: row(todos)
event drop: row(todos)
event toggle_all
event tidy
on add when trim(add) != "" { append todos { title: trim(add) } }
on toggle { toggle.done = not toggle.done }
on drop { remove drop }
on toggle_all { todos.done = not all(todos.done) }
on tidy { remove todos where done }
open = todos where not done sort by title
domain rows from open {
    y = index * 0.05 ~ slew(250ms)
    draw rect { position: (0.5, y), size: (0.01 * length(title), 0.03), color: #fff }
}
"#;

fn todos() -> Program {
    compile(PATCH, "todos.pav", &NoFiles).program.unwrap()
}

/// What node one does in each of 50 frames, by a seed.
fn script(seed: u32) -> Vec<Step> {
    // Rows that there were by then: ids are in the order of creation, and so are messages.
    let mut rows = 2;
    let steps = (0..50).filter_map(|now| {
        let random = hash3(now, seed, 1);
        let row = TWO.row(u64::from(random >> 8) % rows + 1);
        rows += u64::from(random % 10 < 3);
        let edit = match random % 10 {
            0..=2 => Some((TWO.itself(), Edit::Add(format!(" todo {} ", random >> 20)))),
            3 | 4 => Some((row, Edit::Toggle)),
            5 => Some((TWO.itself(), Edit::All)),
            6 if random >> 24 < 60 => Some((TWO.itself(), Edit::Tidy)),
            7 => None,
            _ => return None,
        };
        Some((u64::from(now), edit, row))
    });
    steps.collect()
}

fn engine(program: &Program, rollback: u32) -> Engine {
    let snapshots = Some(Snapshots { count: 24, every: 5, inputs: 4_000 });
    let settings = EngineSettings { rollback, snapshots, ..EngineSettings::default() };
    Engine::fitted(program.clone(), 1.0, settings).unwrap()
}

/// Does something for the time of a frame, or now.
fn act(engine: &mut Engine, frame: Option<u64>, to: Handle, edit: &Edit) {
    let (event, text) = match edit {
        Edit::Add(title) => ("add", Some(title)),
        Edit::Toggle => ("toggle", None),
        Edit::All => ("toggle_all", None),
        Edit::Tidy => ("tidy", None),
    };
    give(engine, frame, event, to, text);
}

fn give(engine: &mut Engine, frame: Option<u64>, event: &str, to: Handle, text: Option<&String>) {
    let channel = engine.event(event).unwrap();
    let payload: crate::engine::Payload = match text {
        Some(text) => engine.known_text(text).unwrap().into(),
        None if to.id > 0 => (to.id as u32).into(),
        None => ().into(),
    };
    match frame {
        Some(frame) => {
            let time = engine.frame_rate().start(frame).unwrap();
            engine.send_at(channel, time, payload).unwrap();
        }
        None => engine.send_event(channel, payload).unwrap(),
    }
}

fn lines(engine: &Engine) -> Vec<String> {
    let todos = engine.list("todos").unwrap();
    let line = |(at, id)| format!("{id} {:?} {:?}", todos.text("title", at), todos.value("done", at));
    todos.ids().enumerate().map(line).collect()
}

const LATENCY: u64 = 2;
const FRAMES: u64 = 140;

/// The engine that is given all of a script when it is due.
fn direct(program: &Program, script: &[Step]) -> Engine {
    let mut engine = engine(program, 0);
    let mut steps = script.iter().peekable();
    for now in 0..FRAMES {
        while let Some((_, edit, row)) = steps.next_if(|step| step.0 + LATENCY == now) {
            match edit {
                Some((to, edit)) => act(&mut engine, Some(now), *to, edit),
                None => give(&mut engine, Some(now), "drop", *row, None),
            }
        }
        engine.frame(now).unwrap();
    }
    engine
}

/// The engine that is given it over a bad wire: for the time that each is due, or when it comes. How many came late.
fn linked(program: &Program, script: &[Step], seed: u32, is_in_time: bool) -> (Engine, u32) {
    let mut engine = engine(program, if is_in_time { 100 } else { 0 });
    let mut ends = ends::<Edit>(LinkSettings { window: 64, resend_after: 3, timeout: 130, latency: LATENCY });
    let mut wire = Loopback::new(seed, BAD, 512);
    let mut steps = script.iter().peekable();
    let (mut late, mut asked, mut outcomes) = (0, Vec::new(), 0);
    for now in 0..FRAMES {
        for sent in carry(&mut ends, &mut wire, now) {
            sent.unwrap();
        }
        while let Some(due) = ends[1].next(now) {
            late += u32::from(due.frame < now);
            let frame = is_in_time.then_some(due.frame);
            match due.asked {
                Asked::Cue { to, cue } => act(&mut engine, frame, to, &cue),
                Asked::Destroy { row } => {
                    give(&mut engine, frame, "drop", row, None);
                    asked.push(row);
                }
            }
        }
        engine.frame(now).unwrap();
        for row in asked.drain(..) {
            let is_gone = engine.list("todos").unwrap().find(row.id).is_none();
            ends[1].answer(row, is_gone).unwrap();
        }
        while ends[0].next(now).is_some() {}
        while let Some((_, edit, row)) = steps.next_if(|step| step.0 == now) {
            match edit {
                Some((to, edit)) => ends[0].send(now, *to, edit.clone()).unwrap(),
                None => ends[0].destroy(now, *row).unwrap(),
            }
        }
        while let Some(outcome) = ends[0].outcome(now) {
            assert!(outcome.unwrap().is_gone);
            outcomes += 1;
        }
    }
    assert_eq!(outcomes, script.iter().filter(|step| step.1.is_none()).count(), "seed {seed}");
    (engine, late)
}

#[test]
fn an_engine_behind_a_bad_wire_has_the_same_bits() {
    let program = todos();
    let (mut late, mut hashes) = (0, std::collections::BTreeSet::new());
    for seed in 0..200 {
        let script = script(hash2(seed, 77));
        let mut near = direct(&program, &script);
        let (mut far, came_late) = linked(&program, &script, seed, true);
        assert_eq!(lines(&far), lines(&near), "seed {seed}");
        let hash = near.last_frame().unwrap().hash();
        assert_eq!(far.last_frame().unwrap().hash(), hash, "seed {seed}");
        late += came_late;
        hashes.insert(hash);
    }
    assert!(late > 1_000 && hashes.len() > 100, "{late} came late, {} hashes", hashes.len());
}

#[test]
fn without_a_rollback_the_list_is_the_same_and_later() {
    let program = todos();
    for seed in 1_000..1_100 {
        let script = script(seed);
        let (far, _) = linked(&program, &script, seed, false);
        assert_eq!(lines(&far), lines(&direct(&program, &script)), "seed {seed}");
    }
}
