//! What an engine takes from the allocator: nothing per frame, and at construction what its budget says.
//!
//! A binary of its own with a single test, so that whatever is counted is the engine's.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.

extern crate pavane;

mod programs;

use std::alloc::System;

use pavane::Shape;
use pavane::assets::PATCHES;
use pavane::engine::{ChangeReader, Engine, EngineSettings, Snapshots};
use pavane::lists::{Item, Read};
use pavane::program::{Births, Builder, ChannelKind, Continuity, Edge, Full, Program, Reduction, Type, Unit};
use pavane::world::{Budget, Capacity};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The programs of the patches that ship.
fn assets() -> Vec<Program> {
    PATCHES.iter().map(|shipped| shipped.program().unwrap_or_else(|error| panic!("{error}"))).collect()
}

fn steady_frames(program: &Program, threads: usize) {
    let name = &program.data().about.name;
    let settings = EngineSettings {
        capacity: Capacity::for_program(program, 1.0),
        threads,
        ..EngineSettings::default()
    };
    let mut engine = Engine::with_settings(program.clone(), settings).expect("it fits");
    // From the very first frame on: threads were warmed up with the engine. The harness, and pools of earlier engines as
    // they end, use the allocator too, now and then: so the quietest of some stretches counts, and one that is quiet is
    // enough. What frames take shows in every one of them.
    let mut left_out = 0;
    let mut quietest = (usize::MAX, usize::MAX, usize::MAX);
    for from in [0, 1_000, 5_000, 100_000] {
        let region = Region::new(ALLOCATOR);
        for index in from..from + 200 {
            let frame = engine.frame(index).expect("a frame");
            left_out += frame.non_finite().map(|bad| bad.count).sum::<u32>();
        }
        let change = region.change();
        quietest = quietest.min((change.allocations, change.reallocations, change.deallocations));
        if quietest == (0, 0, 0) {
            break;
        }
    }
    assert_eq!(quietest, (0, 0, 0), "`{name}` on {threads} threads");
    assert!(name != "fading" || left_out > 0, "elements go NaN in that program");
}

/// Frames of which snapshots are taken, as many as there is room for and then in place of others.
fn snapshots(program: &Program) {
    let name = &program.data().about.name;
    let settings = EngineSettings {
        snapshots: Some(Snapshots { count: 5, every: 3, inputs: 50 }),
        ..EngineSettings::default()
    };
    let mut engine = Engine::fitted(program.clone(), 1.0, settings).expect("it fits");
    let mut quietest = (usize::MAX, usize::MAX, usize::MAX);
    for from in (0..).step_by(30).take(3) {
        let region = Region::new(ALLOCATOR);
        for index in from..from + 30 {
            engine.frame(index).expect("a frame");
        }
        let change = region.change();
        quietest = quietest.min((change.allocations, change.reallocations, change.deallocations));
        // And frames behind a seek.
        engine.seek(from + 12).expect("a frame");
        engine.seek(from + 29).expect("a frame");
    }
    assert_eq!(quietest, (0, 0, 0), "`{name}` with snapshots");
}

/// Frames right after a swap, and before it, allocate nothing; and nothing is left behind by swaps.
fn swaps(programs: &[Program], threads: usize) {
    let needs = programs.iter().map(|program| Capacity::for_program(program, 1.0));
    let settings = EngineSettings {
        capacity: needs.fold(Capacity::NONE, Capacity::max),
        threads,
        ..EngineSettings::default()
    };
    let mut engine = Engine::with_settings(programs[0].clone(), settings).expect("it fits");
    let mut index = 0;
    let mut play = |engine: &mut Engine, frames: u64| {
        let region = Region::new(ALLOCATOR);
        for _ in 0..frames {
            engine.frame(index).expect("a frame");
            index += 1;
        }
        let change = region.change();
        (change.allocations, change.reallocations, change.deallocations)
    };
    play(&mut engine, 50);
    for program in programs {
        let name = &program.data().about.name;
        let quietest = (0..4).map(|_| {
            engine.swap(program.clone()).expect("it fits");
            play(&mut engine, 20)
        });
        assert_eq!(quietest.min(), Some((0, 0, 0)), "`{name}` on {threads} threads, swapped in");
    }
    if threads > 1 {
        return;
    }
    // Round and round, a thousand times.
    let mut rounds = Vec::new();
    for _ in 0..5 {
        let region = Region::new(ALLOCATOR);
        for program in programs.iter().cycle().take(200 / programs.len() * programs.len()) {
            engine.swap(program.clone()).expect("it fits");
        }
        let change = region.change();
        rounds.push(change.bytes_allocated as i64 - change.bytes_deallocated as i64);
    }
    assert!(rounds.contains(&0), "bytes left behind by 200 swaps each: {rounds:?}");
}

/// Every frame, the first included. A system looks for its tables when it first runs, and a thread allocates when it first
/// tries to take work from another, which on a busy machine may be in any frame: 16 threads share whatever cores there are.
/// Nothing else runs meanwhile, so every frame counts, not the quietest.
fn not_even_the_first_frame(program: &Program, threads: usize) {
    let settings = EngineSettings { threads, ..EngineSettings::default() };
    let mut engine = Engine::fitted(program.clone(), 1.0, settings).expect("it fits");
    let region = Region::new(ALLOCATOR);
    for index in 0..300 {
        engine.frame(index).expect("a frame");
    }
    let change = region.change();
    let bytes = change.bytes_allocated;
    assert_eq!((change.allocations, change.reallocations), (0, 0), "{bytes} bytes on {threads} threads");
    let more = engine.settings().capacity.with_headroom(2.0);
    engine.raise_capacity(Capacity { lane_state: 2, projections: 1, ..more }).expect("there is room");
    let region = Region::new(ALLOCATOR);
    for index in 300..400 {
        engine.frame(index).expect("a frame");
    }
    let change = region.change();
    assert_eq!((change.allocations, change.reallocations), (0, 0), "on {threads} threads, grown");
}

/// A thousand cues in every frame: of the host, of timers, of what follows them; and a million that nobody reads.
fn events() {
    let b = Builder::new("events");
    let pointer = b.channel("pointer", Type::Float, &[0.0], ChannelKind::Hold);
    let click = b.host_event("click", Some(Type::Float));
    let tick = b.every("tick", 0.00005);
    b.host_event("unread", None);
    b.signal("clicks", b.count_events("clicks", click));
    b.signal("held", b.hold_carried("held", click.payload() + pointer, click));
    b.signal("late", b.count_events("late", b.after("after", 0.1, click)));
    b.signal("calm", b.count_events("calm", b.debounce("debounce", tick, 0.00002)));
    b.signal("level", b.envelope_on("level", b.throttle("throttle", tick, 0.01), 0.005, 0.05));
    let rise = b.rise("rise", b.toggle_on("flip", tick));
    b.signal("rises", b.count_events("rises", rise));
    let program = b.finish().expect("a program");
    let settings = EngineSettings {
        capacity: Capacity { cues: 8_000, ..Capacity::for_program(&program, 1.0) },
        ..EngineSettings::default()
    };
    let mut engine = Engine::with_settings(program, settings).expect("it fits");
    engine.keep_taken(true);
    let (pointer, click) = (engine.channel("pointer").expect("it"), engine.event("click").expect("it"));
    let unread = engine.event("unread").expect("it");
    // As from another thread: what it sends is taken over in the frame.
    let sender = engine.input_sender(1_000);
    let mut quietest = (usize::MAX, usize::MAX, usize::MAX);
    for round in 0..5 {
        let region = Region::new(ALLOCATOR);
        for index in round * 100..(round + 1) * 100 {
            for k in 0..200 {
                match k % 2 {
                    0 => sender.set(pointer, f64::from(k)).expect("there is room"),
                    _ => engine.set_channel(pointer, f64::from(k)).expect("a value"),
                }
                engine.send_event(click, f64::from(k)).expect("there is room");
            }
            for _ in 0..2_000 {
                engine.send_event(unread, ()).expect("there is room");
            }
            engine.frame(index).expect("a frame");
        }
        let change = region.change();
        quietest = quietest.min((change.allocations, change.reallocations, change.deallocations));
    }
    assert_eq!(quietest, (0, 0, 0), "frames of a thousand cues");
    let counters = engine.input_counters();
    assert_eq!((counters.received, counters.rejected, counters.carried), (500 * 2_400, 0, 0), "{counters:?}");
    let slot = |engine: &mut Engine, name: &str| {
        engine.last_frame().expect("a frame").slot(name).expect("it").components[0]
    };
    assert_eq!(slot(&mut engine, "clicks"), 100_000.0, "every click is there");
    let made = ["late", "calm", "rises"].map(|name| slot(&mut engine, name));
    assert!(made.iter().all(|&count| count > 10_000.0), "{made:?}");
}

/// Arrays that are set in every frame, between events and from another thread too, with and without a log of what frames take.
fn arrays(count: u32, snapshots: Option<Snapshots>) {
    let b = Builder::new("arrays");
    let levels = b.channel_array("levels", Type::Float, count, &[0.5], ChannelKind::Hold);
    let places = b.channel_array("places", Type::Vec2, count, &[0.5, 0.5], ChannelKind::Momentary);
    let click = b.host_event("click", None);
    let seen = b.cell("seen", Type::Float, 0.0, None);
    click.reaction().set(seen, seen.get() * 0.5 + b.lookup(levels, b.int(1), Edge::Clamp)).done();
    b.signal("seen", seen.get());
    let dots = b.domain("dots", count);
    let (level, place) =
        (b.lookup(levels, b.index(dots), Edge::Wrap), b.lookup(places, b.index(dots), Edge::Clamp));
    b.pass("dots", dots).circle().position(place).size(level).color(b.rgba(1.0, 0.0, 0.0, 1.0)).draw();
    let program = b.finish().expect("a program");
    let settings = EngineSettings {
        capacity: Capacity::for_program(&program, 1.0),
        snapshots,
        ..EngineSettings::default()
    };
    let mut engine = Engine::with_settings(program, settings).expect("it fits");
    let (levels, places) = (engine.channel("levels").expect("it"), engine.channel("places").expect("it"));
    let click = engine.event("click").expect("it");
    let sender = engine.input_sender(4);
    let mut given = vec![0.5_f32; count as usize];
    let all = vec![[0.25_f64, 0.75]; count as usize];
    let mut quietest = (usize::MAX, usize::MAX, usize::MAX);
    for from in (0..).step_by(40).take(4) {
        let region = Region::new(ALLOCATOR);
        for index in from..from + 40 {
            for _ in 0..3 {
                given[1] += 1.0;
                engine.set_channel(levels, &given).expect("all of them");
                engine.send_event(click, ()).expect("there is room");
            }
            sender.set(places, &all).expect("there is room");
            let frame = engine.frame(index).expect("a frame");
            let last = frame.passes().next().expect("one").x.get(count as usize - 1);
            assert_eq!(last, 0.25, "the array is there");
        }
        let change = region.change();
        quietest = quietest.min((change.allocations, change.reallocations, change.deallocations));
    }
    assert_eq!(quietest, (0, 0, 0), "arrays of {count} in every frame");
    let counters = engine.input_counters();
    assert_eq!((counters.received, counters.rejected, counters.coalesced), (160 * 7, 0, 0), "{counters:?}");
}

/// Texts that come, are made and go, more of them than there is room for at once.
fn texts(snapshots: Option<Snapshots>, are_read: bool) {
    let patch = r#"
        input draft: text = "none"
        event add: text
        list todos max 40 { title: text } = [{ title: "a" }]
        state last = "b"
        on add when count(todos) < 40 { append todos { title: trim(add) } }
        on add { last = upper(add); todos.title = "{add}, {id}" where length(title) > 9 }
        on add when count(todos) == 40 { remove todos where id % 2 == 0 }
        sorted = todos sort by lower(title)
        words = sorted group by is_long: length(title) > 8, word: trim(lower(title)) { many: count(), last: last(title), long: mean(length(title)) }
        sizes = words group by many { first: first(word), sum: sum(long), middle: median(long) }
        domain of_words from words sort by word { draw circle { position: (long / 20, 0.1 * index), size: 0.01 * length(last), color: #fff } }
        domain of_sizes from sizes { draw circle { position: (sum / 20, middle), size: 0.01 * length(first), color: #fff } }
        label = "{draft}, then {last}"
        domain rows from sorted {
            draw circle { position: (0.5, 0.1 * index), size: 0.01 * length(title), color: #fff }
        }"#;
    let compiled = pavane::compile(patch, "texts.pav", &pavane::NoFiles);
    let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let settings = EngineSettings {
        capacity: Capacity::for_program(&program, 1.0),
        snapshots,
        ..EngineSettings::default()
    };
    let mut engine = Engine::with_settings(program, settings).expect("it fits");
    let (draft, add) = (engine.channel("draft").expect("it"), engine.event("add").expect("it"));
    let names = if are_read { &["todos", "sorted"][..] } else { &[] };
    let mut readers: Vec<(ChangeReader, Vec<Item>)> = names
        .iter()
        .map(|name| (engine.subscribe(name).expect("it is there"), Vec::with_capacity(64)))
        .collect();
    let words: Vec<String> = (0..4_000).map(|k| format!(" word {k} ")).collect();
    let mut quietest = (usize::MAX, usize::MAX, usize::MAX);
    for words in words.chunks(1_000) {
        let first = engine.at().map_or(0, |at| at + 1);
        let region = Region::new(ALLOCATOR);
        for (index, words) in (first..).zip(words.chunks(2)) {
            engine.set_text(draft, &words[0]).expect("there is room");
            engine.send_text(add, &words[1]).expect("there is room");
            let frame = engine.frame(index).expect("a frame");
            assert!(
                frame.text("label").is_some_and(|label| label.starts_with(words[0].as_str())),
                "the label"
            );
            for (reader, order) in &mut readers {
                match engine.read_changes(*reader).expect("it reads") {
                    Read::Behind(all) => order.clone_from(&all.items),
                    Read::Deltas(deltas) => deltas.for_each(|delta| delta.apply(order)),
                }
            }
        }
        let change = region.change();
        quietest = quietest.min((change.allocations, change.reallocations, change.deallocations));
    }
    assert_eq!(quietest, (0, 0, 0), "texts in every frame");
}

/// Texts that are longer than what there is room for at load: the room for one grows once, and stays.
fn long_texts() {
    let line = "A line of words that go on and on, number after number. ";
    let patch = format!(
        "n = floor(time * 60 + 0.5)
         list rows max 3 {{ said: text }} = [{{ said: \"{0}\" }}, {{ said: \"short\" }}]
         long = \"{{n}} {0}\"
         draw text(long) {{ position: (0.5, 0.5), size: 0.02, color: #fff, width: 1 }}
         wide = text_box(long, 0.02, width: 1)
         draw rect {{ position: (0.5, 0.5), size: wide, color: #fff }}
         domain letters[400] from text(long, size: 0.02, width: 1) {{ draw glyph {{ position: home, size, color: #fff }} }}
         domain all from rows {{
             fit = text_width(\"{{n}} {{said}}\", 0.02)
             draw text(\"{{n}} {{said}}\") {{ position: (0.5, 0.5), size: 0.02, color: #fff, width: fit / 50 }}
         }}",
        line.repeat(60)
    );
    let compiled = pavane::compile(&patch, "long.pav", &pavane::NoFiles);
    let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let mut engine = Engine::for_program(program).expect("it fits");
    let mut quietest = (usize::MAX, usize::MAX, usize::MAX);
    for chunk in 0..4 {
        let region = Region::new(ALLOCATOR);
        for index in chunk * 20..(chunk + 1) * 20 {
            engine.frame(index).expect("a frame");
        }
        let change = region.change();
        quietest = quietest.min((change.allocations, change.reallocations, change.deallocations));
    }
    assert_eq!(quietest, (0, 0, 0), "long texts");
}

/// Texts that are drawn: one that counts, and rows whose titles change and come and go, so that what is laid out is again and again
/// more than there is room for.
fn letters() {
    let patch = r#"
        event add: text
        list rows max 12 { title: text } = [{ title: "Anna" }]
        on add when count(rows) < 12 { append rows { title: add } }
        on add { rows.title = add where id % 3 == 0 }
        on add when count(rows) == 12 { remove rows where id % 2 == 0 }
        n = time * 100
        label = "{fixed(n, 2)} of {count(rows)}"
        draw text(label) { position: (0.5, 0.5), size: 0.1, color: #fff, align: center, tracking: 0.05 }
        draw text("Title") { position: (0.1, 0.5), size: 0.1 + 0.1 * cycle(3s), color: #fff, weight: 700 }
        wide = text_width(label, 0.1)
        draw rect { position: (0.5, 0.6), size: (wide, text_box(label, 0.1, width: 0.5).y), color: #fff }
        clock = date(n, "%H:%M:%S")
        way = unit(n, "m")
        domain counting[24] from text("{label} {clock} {way}", size: 0.05, width: 0.4) {
            at = home ~ slew(100ms)
            swing = lag(0.01 * index, 200ms)
            draw glyph { position: at + (0, swing), size: size * fade(in: 0ms, out: 200ms), color: #fff }
        }
        domain all from rows {
            y = 0.1 * index ~ slew(200ms)
            draw text(title) { position: (0.1, y), size: 0.05, color: #fff, width: 0.3 }
            draw text("{upper(title)}: " + grouped(fixed(n * index, 1), ",")) { position: (0.6, y), size: 0.05, color: #fff }
            pill = text_box("{upper(title)}: " + grouped(fixed(n * index, 1), ","), 0.05, width: 0.3 + 0.01 * index)
            draw rect { position: (0.6, y), size: (text_width(title, 0.05) + pill.x, pill.y), color: #fff }
        }"#;
    let compiled = pavane::compile(patch, "letters.pav", &pavane::NoFiles);
    let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let settings =
        EngineSettings { capacity: Capacity::for_program(&program, 1.0), ..EngineSettings::default() };
    let mut engine = Engine::with_settings(program, settings).expect("it fits");
    let add = engine.event("add").expect("it");
    let words: Vec<String> = (0..400).map(|k| format!("Title {k} of some words")).collect();
    let mut quietest = (usize::MAX, usize::MAX, usize::MAX);
    let mut glyphs = 0;
    for words in words.chunks(100) {
        let first = engine.at().map_or(0, |at| at + 1);
        let region = Region::new(ALLOCATOR);
        for (index, word) in (first..).zip(words) {
            engine.send_text(add, word).expect("there is room");
            let frame = engine.frame(index).expect("a frame");
            for pass in frame.passes() {
                for element in pass.elements() {
                    if let Shape::Text(text) = pass.shape.of(element) {
                        glyphs += text.glyphs.len();
                    }
                }
            }
        }
        let change = region.change();
        quietest = quietest.min((change.allocations, change.reallocations, change.deallocations));
    }
    assert_eq!(quietest, (0, 0, 0), "texts that are drawn");
    assert!(glyphs > 20_000, "{glyphs}");
}

/// Letters whose weight moves: once every step was drawn, nothing is allocated.
fn weights() {
    let patch = r#"
        font own from "boxes.ttf"
        heavy = 650 + 250 * wave.sine(cycle(2s))
        clock = date(time * 100, "%H:%M:%S AB")
        domain told[24] from text("{clock}", size: 0.1, font: own) {
            at = home ~ slew(100ms)
            draw glyph { position: at, size: size * fade(in: 0ms, out: 200ms), color: #fff, weight: heavy + 20 * index }
        }
        domain laid[24] from text(clock, size: 0.1, weight: heavy, font: own) {
            draw glyph { position: home, size, color: #fff }
        }
        domain known from text("AB BA", size: 0.1, font: own) {
            draw glyph { position: home, size, color: #fff, weight: 1300 - heavy }
        }"#;
    let font = include_bytes!("../../../assets/fonts/boxes.ttf").to_vec();
    let files: pavane::MemoryFiles = [("boxes.ttf", font)].into_iter().collect();
    let compiled = pavane::compile(patch, "weights.pav", &files);
    let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let mut engine = Engine::for_program(program).expect("it fits");
    let mut quietest = (usize::MAX, usize::MAX, usize::MAX);
    for round in 0..4 {
        let region = Region::new(ALLOCATOR);
        for index in round * 240..(round + 1) * 240 {
            engine.frame(index).expect("a frame");
        }
        let change = region.change();
        quietest = quietest.min((change.allocations, change.reallocations, change.deallocations));
    }
    assert_eq!(quietest, (0, 0, 0), "letters whose weight moves");
}

/// All that a hand does to the todo list that ships, ten times over: after the first time nothing is allocated, and afterwards as much
/// is held as before.
fn todo_list(snapshots: Option<Snapshots>) {
    let program =
        assets().into_iter().find(|program| program.data().about.name == "todos").expect("it ships");
    let settings = EngineSettings { snapshots, ..EngineSettings::default() };
    let mut engine = Engine::fitted(program, 1.0, settings).expect("it fits");
    let [draft, revised] = ["draft", "revised"].map(|field| engine.event(field).expect("a field"));
    let mut ids = Vec::with_capacity(300);
    let (mut frame, mut held) = (0, None);
    for round in 0..10 {
        let titles: Vec<String> = (0..200).map(|k| format!("Todo {:05}", round * 1_000 + k)).collect();
        let edited: Vec<String> = (0..50).map(|k| format!("Todo {round} {k} *")).collect();
        let region = Region::new(ALLOCATOR);
        let mut step = |engine: &mut Engine| {
            engine.frame(frame).expect("a frame");
            frame += 1;
        };
        let go = |engine: &mut Engine, event: &str| engine.send(event, ()).expect("there is room");
        for title in &titles {
            engine.send_text(draft, title).expect("there is room");
            go(&mut engine, "draft.enter");
            step(&mut engine);
        }
        for filter in [0, 1] {
            engine.send("choose", filter).expect("there is room");
            for _ in 0..20 {
                go(&mut engine, "toggle_all");
                step(&mut engine);
            }
        }
        ids.clear();
        ids.extend(engine.list("todos").expect("it is there").ids().map(|id| id as u32));
        for &id in ids.iter().step_by(3) {
            engine.send("toggle", id).expect("there is room");
            step(&mut engine);
        }
        for k in 0..150 {
            engine.send("choose", [1, 2, 0][k % 3]).expect("there is room");
            step(&mut engine);
        }
        for (k, title) in edited.iter().enumerate() {
            engine.send("edit", ids[(37 * k + 11) % ids.len()]).expect("there is room");
            step(&mut engine);
            engine.send_text(revised, title).expect("there is room");
            match k % 2 {
                0 => go(&mut engine, "revised.enter"),
                _ => engine.send("revised.focus", false).expect("there is room"),
            }
            step(&mut engine);
        }
        for event in ["clear_completed", "toggle_all", "clear_completed"] {
            go(&mut engine, event);
            step(&mut engine);
        }
        assert_eq!(engine.list("todos").map(|list| list.len()), Ok(0), "all are cleared");
        engine.send_text(draft, "Buy milk").expect("there is room");
        go(&mut engine, "draft.enter");
        step(&mut engine);
        let change = region.change();
        let found = (change.allocations, change.reallocations, change.deallocations);
        // Bytes that were taken and are not given back: those of what the engine held before the round are no part of that.
        let bytes = change.bytes_allocated as i64 - change.bytes_deallocated as i64;
        assert!(round == 0 || (found, bytes) == ((0, 0, 0), 0), "round {round}: {found:?}, {bytes} bytes");
        let total = engine.budget().total();
        assert_eq!(*held.get_or_insert(total), total, "round {round}");
    }
}

/// A thousand turns in every frame that set states of elements, while their number changes; with sums that are held in two rows.
fn elements(threads: usize) {
    let b = Builder::new("elements");
    let n = b.channel("n", Type::Float, &[30.0], ChannelKind::Hold);
    let click = b.host_event("click", Some(Type::Float));
    let tick = b.every("tick", 0.00004);
    let dots = b.counted_domain("dots", 60, n);
    let cell = |key: &str| b.cell(key, Type::Float, 0.0, Some(dots));
    let [hits, sum, glow] = ["dots.hits", "dots.sum", "dots.glow"].map(cell);
    sum.next((sum.get() + b.rank(dots) * 0.01).fract());
    glow.next(glow.get() * 0.5);
    click.reaction().set(hits, hits.get() + click.payload()).set(glow, b.rank(dots)).done();
    tick.reaction().set(sum, sum.get() + 0.125).done();
    // Each click looks for an element, and every frame does.
    let pointer = b.channel("pointer", Type::Vec2, &[0.5, 0.5], ChannelKind::Hold);
    let found = b.count_events("found", b.hit("hit", click, dots, pointer));
    let over = b.count_events("over", b.hover("hover", dots, pointer));
    [("found", found), ("over", over)].into_iter().for_each(|(name, count)| _ = b.signal(name, count));
    let place = b.vec2(b.rank(dots), 0.5);
    b.pass("dots", dots).circle().position(place).size(0.2).color(b.rgba(1.0, 0.0, 0.0, 1.0)).draw();
    let fields =
        [("hits", hits), ("sum", sum), ("glow", glow)].map(|(name, cell)| b.field(dots, name, cell.get()));
    b.reduce("most", fields[0], Reduction::Max);
    b.reduce("sums", b.field(dots, "both", fields[1] + fields[2]), Reduction::Sum);
    let program = b.finish().expect("a program");
    let settings = EngineSettings {
        capacity: Capacity::for_program(&program, 1.0),
        threads,
        ..EngineSettings::default()
    };
    let mut engine = Engine::with_settings(program, settings).expect("it fits");
    let (n, click) = (engine.channel("n").expect("it"), engine.event("click").expect("it"));
    let mut quietest = (usize::MAX, usize::MAX, usize::MAX);
    for round in 0..4 {
        let region = Region::new(ALLOCATOR);
        for index in round * 6..(round + 1) * 6 {
            engine.set_channel(n, f64::from(30 + 10 * (index as u32 % 4))).expect("a value");
            for _ in 0..600 {
                engine.send_event(click, 1.0).expect("there is room");
            }
            engine.frame(index).expect("a frame");
        }
        let change = region.change();
        quietest = quietest.min((change.allocations, change.reallocations, change.deallocations));
    }
    assert_eq!(quietest, (0, 0, 0), "frames of a thousand turns on {threads} threads");
    let frame = engine.last_frame().expect("a frame");
    let [most, found, over] =
        ["most", "found", "over"].map(|name| frame.slot(name).expect("it").components[0]);
    assert_eq!([found, over], [600.0 * 23.0, 23.0], "all frames but the first have one before");
    assert_eq!(most, 600.0 * 23.0, "the first elements were there for every click but those of frame 0");
}

/// Frames in which domains change: counts by one, by half, to 0 and to all there may be, births and deaths at 10 000 a second,
/// other elements of the host in another order; with state, delays, fades and continued values that follow.
fn edits(threads: usize) {
    let b = Builder::new("edits");
    let n = b.channel("n", Type::Float, &[2000.0], ChannelKind::Hold);
    let dots = b.counted_domain("dots", 4000, n);
    let every = b.float(0.0001);
    let sparks = b.born_domain("sparks", 4000, Births { every, full: Full::Evict });
    b.lives(sparks, b.random(sparks, 1) * 0.3 + 0.1);
    let stars = b.host_domain("stars", 4000);
    let place = b.element_input(stars, "place", Type::Vec2, &[0.5, 0.5]);
    b.match_nearest(stars, place, 0.01);
    for (name, domain) in [("dots", dots), ("sparks", sparks), ("stars", stars)] {
        let key = |what: &str| format!("{name}.{what}");
        let spring = Continuity::Spring { response: 0.3, bounce: 0.2 };
        let x = b.continued(&key("x"), domain, b.rank(domain), Unit::Scalar, spring);
        let y =
            b.continued(&key("y"), domain, b.rank(domain) + b.time(), Unit::Scalar, Continuity::Slew(0.2));
        let late = b.delay(&key("late"), b.random(domain, 2), 4);
        let fade = b.fade(&key("fade"), domain, 0.1, 0.2);
        let color = b.hsv(late, 0.5, b.at_birth(&key("first"), domain, b.time()).sin()).with_alpha(fade);
        b.pass(name, domain).position(b.vec2(x, y)).size(0.01).color(color).draw();
    }
    let settings = EngineSettings { threads, ..EngineSettings::default() };
    let mut engine = Engine::fitted(b.finish().expect("a program"), 1.0, settings).expect("it fits");
    let mut ids: Vec<u64> = (0..3000).collect();
    let places: Vec<[f32; 2]> = (0..4000_u16).map(|k| [f32::from(k) / 4000.0, 0.5]).collect();
    let counts = [2000.0, 2001.0, 2000.0, 1000.0, 0.0, 4000.0, 1999.0, 4000.0];
    let mut quietest = (usize::MAX, usize::MAX);
    for round in 0..4_u64 {
        let region = Region::new(ALLOCATOR);
        for (index, &n) in (round * 96..).zip(counts.iter().cycle().take(96)) {
            engine.set("n", n).expect("a channel");
            ids.rotate_left(7);
            ids[0] = 10_000 + index;
            let given = &places[..ids.len()];
            engine
                .elements("stars")
                .expect("the host's")
                .set(&ids, &[("place", given.into())])
                .expect("good");
            engine.frame(index).expect("a frame");
        }
        let change = region.change();
        quietest = quietest.min((change.allocations, change.reallocations));
    }
    assert_eq!(quietest, (0, 0), "edits on {threads} threads");
}

/// Bytes that a value keeps.
fn held<T>(make: impl FnOnce() -> T) -> (T, u64) {
    let region = Region::new(ALLOCATOR);
    let value = make();
    let change = region.change();
    // Both count what a reallocation adds or gives back.
    let kept = change.bytes_allocated as i64 - change.bytes_deallocated as i64;
    (value, u64::try_from(kept).expect("it keeps something"))
}

fn budget_is_true() {
    let program = Builder::new("empty").finish().expect("an empty program");
    let engine = |capacity| held(|| Engine::new(program.clone(), capacity).expect("it fits"));
    // The first engine of a process warms up what all of them share.
    drop(engine(Capacity::NONE));
    let (_empty, base) = engine(Capacity::NONE);
    let tiny = Capacity {
        texts: 0,
        text_bytes: 0,
        laid_texts: 0,
        glyphs: 0,
        outlines: 0,
        elements: 100,
        field_buffers: 5,
        lane_state: 4,
        slots: 20,
        state: 30,
        inputs: 4,
        cues: 0,
        occurrences: 0,
        passes: 4,
        projections: 4,
    };
    let large = Capacity { elements: 200_000, slots: 100_000, state: 500_000, ..Capacity::default() };
    let mut wrong = Vec::new();
    for capacity in [Capacity::default(), tiny, large] {
        let (_engine, bytes) = engine(capacity);
        let (found, budget) =
            (bytes - base + Budget::new(&Capacity::NONE).total(), Budget::new(&capacity).total());
        let off = (found as f64 - budget as f64) / found as f64;
        if off.abs() > 0.01 {
            wrong.push(format!(
                "{capacity:?} holds {found} bytes, its budget says {budget}: {:.2} %",
                off * 100.0
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn frames_allocate_nothing_and_budgets_are_true() {
    budget_is_true();
    events();
    for are_read in [false, true] {
        texts(None, are_read);
        texts(Some(Snapshots { count: 5, every: 3, inputs: 50 }), are_read);
    }
    letters();
    weights();
    long_texts();
    todo_list(None);
    todo_list(Some(Snapshots { count: 5, every: 3, inputs: 50 }));
    for count in [64, 10_000] {
        arrays(count, None);
        arrays(count, Some(Snapshots { count: 5, every: 3, inputs: 50 }));
    }
    // More elements than stay on one thread.
    let large = assets().into_iter().find(|program| program.data().about.name == "gs1").expect("gs1 ships");
    for threads in [1, 2, 4, 16] {
        std::thread::scope(|scope| {
            scope.spawn(|| not_even_the_first_frame(&large, threads));
        });
        // The threads of that pool end in their own time, and use the allocator for it.
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    for threads in [1, 2] {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                edits(threads);
                elements(threads);
            });
        });
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let programs: Vec<Program> = programs::all().into_iter().chain(assets()).collect();
    for program in &programs {
        snapshots(program);
    }
    // One thread first: the pools of earlier engines end in their own time, and use the allocator for it.
    for threads in [1, 2, 4] {
        if threads < 4 {
            std::thread::scope(|scope| {
                scope.spawn(|| swaps(&programs::all(), threads));
            });
        }
        for program in &programs {
            // On a thread of its own, which then is one of the workers.
            std::thread::scope(|scope| {
                scope.spawn(|| steady_frames(program, threads));
            });
        }
    }
}
