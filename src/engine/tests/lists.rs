//! Lists: what reactions do to them, numbers of their rows, and domains that show views.

use crate::diagnostic::Code;
use crate::engine::lists::Lists;
use crate::program::{CellRef, ChannelKind, ListRef, ListRow, Program, ProgramData, Total, Type};
use crate::{Builder, Engine, EngineError, EngineSettings};

/// `value` and `done` of each row; events for all that can be done; numbers of it.
pub(super) fn tasks(capacity: u32) -> Program {
    let b = Builder::new("tasks");
    let least = b.channel("least", Type::Float, &[0.0], ChannelKind::Hold);
    let list = b.list("tasks", capacity, &[("value", Type::Float), ("done", Type::Bool)]);
    let (value, done) = (b.column(list, 0), b.column(list, 1));
    let open = b.view_where(list, !done);
    let high = b.view_where(list, value.ge(least));
    let sorted = b.view_sorted(open, value, true);
    for (view, name) in [(open, "open"), (high, "high"), (sorted, "sorted")] {
        b.name_view(view, name);
    }
    let count = b.total("count", list, Total::Count, None);
    let left = b.total("left", open, Total::Count, None);
    let all_done = b.total("all_done", list, Total::Every, Some(done));
    for (name, number) in [
        ("count", count),
        ("left", left),
        ("all_done", all_done),
        ("high", b.total("high", high, Total::Count, None)),
        ("sum", b.total("sum", open, Total::Sum, Some(value))),
        ("top", b.total("top", sorted, Total::Max, Some(value))),
    ] {
        b.signal(name, number);
    }
    let changes = b.count_events("changes", b.change("left_changes", left));
    b.signal("changes", changes);
    let add = b.host_event("add", Some(Type::Float));
    add.reaction()
        .append(list, &[add.payload(), b.bool(false)])
        .set_rows(list, 1, b.bool(false), None)
        .done();
    let first = b.host_event("first", Some(Type::Float));
    first.reaction().insert(list, &[first.payload(), b.bool(false)], Some(b.int(0))).done();
    let toggle = b.row_event("toggle", list);
    toggle.reaction().set_row(1, !toggle.column(1)).done();
    let drop = b.row_event("drop", list);
    drop.reaction().remove_row().done();
    b.host_event("toggle_all", None).reaction().set_rows(list, 1, !all_done, None).done();
    b.host_event("tidy", None).reaction().remove_rows(list, Some(done)).done();
    b.host_event("clear", None).reaction().remove_rows(list, None).done();
    shown(&b, sorted);
    b.finish().unwrap()
}

/// A dot for each row of a view at its value, with how many frames it is old.
fn shown(b: &Builder, view: crate::program::ViewRef) {
    let rows = b.domain_of_view("rows", view);
    let frames: CellRef<'_> = b.cell("frames", Type::Float, 0.0, Some(rows));
    frames.next(frames.get() + 1.0);
    let position = b.vec2(b.element_column(rows, 0), frames.get());
    b.pass("rows", rows).position(position).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
}

fn numbers(engine: &mut Engine, names: &[&str]) -> Vec<f64> {
    let frame = engine.last_frame().unwrap();
    names.iter().map(|name| frame.slot(name).unwrap().components[0]).collect()
}

fn places(engine: &mut Engine) -> Vec<(f32, f32)> {
    let frame = engine.last_frame().unwrap();
    let pass = frame.passes().next().unwrap();
    (0..pass.count).map(|row| (pass.x.get(row), pass.y.get(row))).collect()
}

const ALL: [&str; 6] = ["count", "left", "all_done", "high", "sum", "top"];

#[test]
fn what_reactions_do_is_in_numbers_and_rows() {
    let mut engine = Engine::for_program(tasks(8)).unwrap();
    engine.frame(0).unwrap();
    assert_eq!(numbers(&mut engine, &ALL), [0.0, 0.0, 1.0, 0.0, 0.0, f64::NEG_INFINITY]);
    for value in [1.0, 5.0, 3.0] {
        engine.send("add", value).unwrap();
    }
    engine.frame(1).unwrap();
    assert_eq!(numbers(&mut engine, &ALL), [3.0, 3.0, 0.0, 3.0, 9.0, 5.0]);
    assert_eq!(places(&mut engine), [(5.0, 0.0), (3.0, 0.0), (1.0, 0.0)]);
    // Ids are from 1 in the order of creation; elements keep what they have.
    engine.send("toggle", 2_u32).unwrap();
    engine.frame(2).unwrap();
    assert_eq!(numbers(&mut engine, &ALL), [3.0, 2.0, 0.0, 3.0, 4.0, 3.0]);
    assert_eq!(places(&mut engine), [(3.0, 1.0), (1.0, 1.0)]);
    engine.send("drop", 3_u32).unwrap();
    engine.send("drop", 3_u32).unwrap();
    engine.send("toggle", 99_u32).unwrap();
    engine.send("first", 4.0).unwrap();
    engine.frame(3).unwrap();
    assert_eq!(places(&mut engine), [(4.0, 0.0), (1.0, 2.0)]);
    engine.send("tidy", ()).unwrap();
    engine.frame(4).unwrap();
    assert_eq!(numbers(&mut engine, &["count", "left"]), [2.0, 2.0]);
    engine.send("clear", ()).unwrap();
    engine.send("add", 7.0).unwrap();
    engine.frame(5).unwrap();
    assert_eq!(numbers(&mut engine, &ALL), [1.0, 1.0, 0.0, 1.0, 7.0, 7.0]);
}

#[test]
fn a_turn_reads_what_was_before_it() {
    let mut engine = Engine::for_program(tasks(8)).unwrap();
    for value in [1.0, 2.0, 3.0, 4.0] {
        engine.send("add", value).unwrap();
    }
    engine.send("toggle", 4_u32).unwrap();
    // False, false, false, true: all become true, and then all false.
    engine.send("toggle_all", ()).unwrap();
    engine.frame(0).unwrap();
    assert_eq!(numbers(&mut engine, &["left", "all_done"]), [0.0, 1.0]);
    engine.send("toggle_all", ()).unwrap();
    engine.frame(1).unwrap();
    assert_eq!(numbers(&mut engine, &["left", "all_done"]), [4.0, 0.0]);
    // Each change was heard in the next step, after the first look, which is none: three adds, one row, all, all.
    assert_eq!(numbers(&mut engine, &["changes"]), [6.0]);
}

#[test]
fn views_ask_again_when_what_they_read_changes() {
    let mut engine = Engine::for_program(tasks(8)).unwrap();
    for value in [1.0, 2.0, 3.0] {
        engine.send("add", value).unwrap();
    }
    for (frame, (least, expected)) in [(0.0, 3.0), (2.0, 2.0), (9.0, 0.0), (1.5, 2.0)].into_iter().enumerate()
    {
        engine.set("least", least).unwrap();
        engine.frame(frame as u64).unwrap();
        assert_eq!(numbers(&mut engine, &["high"]), [expected], "{least}");
    }
}

#[test]
fn a_full_list_is_an_error_and_the_instant_did_not_happen() {
    let mut engine = Engine::for_program(tasks(2)).unwrap();
    engine.send("add", 1.0).unwrap();
    engine.frame(0).unwrap();
    for value in [2.0, 3.0] {
        engine.send("add", value).unwrap();
    }
    let error = engine.frame(1).unwrap_err();
    assert!(matches!(&error, EngineError::ListFull { list, capacity: 2, .. } if list == "tasks"), "{error}");
    engine.frame(2).unwrap();
    assert_eq!(numbers(&mut engine, &["count", "sum"]), [1.0, 1.0]);
    engine.send("add", 4.0).unwrap();
    engine.frame(3).unwrap();
    assert_eq!(numbers(&mut engine, &["count", "sum"]), [2.0, 5.0]);
}

#[test]
fn what_is_sent_behind_an_error_waits_for_a_later_time() {
    let mut engine = Engine::for_program(tasks(2)).unwrap();
    (0..3).for_each(|_| engine.send("add", 1.0).unwrap());
    assert!(matches!(engine.frame(0), Err(EngineError::ListFull { .. })));
    engine.send("add", 4.0).unwrap();
    engine.frame(0).unwrap();
    assert_eq!(numbers(&mut engine, &["count"]), [0.0]);
    engine.frame(1).unwrap();
    assert_eq!(numbers(&mut engine, &["count", "sum"]), [1.0, 4.0]);
}

#[test]
fn what_goes_wrong_before_an_instant_undoes_no_frame() {
    let source = "
input period = 0.0
list tasks max 4 { value: float }
event add: float
event tick = every(period * 1s)
state ticks = 0
on add { append tasks { value: add } }
on tick { ticks = ticks + 1 }
n = count(tasks)
";
    let mut engine = Engine::for_program(super::program(source)).unwrap();
    let add = engine.event("add").unwrap();
    engine.frame(0).unwrap();
    engine.send("add", 1.0).unwrap();
    engine.frame(1).unwrap();
    engine.set("period", 1.0).unwrap();
    engine.frame(2).unwrap();
    while engine.send_at(add, crate::time::Flicks(1 << 50), 2.0).is_ok() {}
    // There is no room for the first tick.
    let error = engine.frame(3).unwrap_err();
    assert!(matches!(error, EngineError::TooManyCues { .. }), "{error}");
    assert_eq!(engine.list("tasks").unwrap().len(), 1);
}

/// Sends some of everything, by the number of the frame.
pub(super) fn drive(engine: &mut Engine, frame: u64) {
    let random = crate::math::hash::hash2(frame as u32, 7);
    let row = random % 20 + 1;
    match random >> 8 & 7 {
        0..=2 => engine.send("add", f64::from(row)).unwrap(),
        3 => engine.send("first", f64::from(row)).unwrap(),
        4 => engine.send("toggle", row).unwrap(),
        5 => engine.send("drop", row).unwrap(),
        6 => engine.send("toggle_all", ()).unwrap(),
        _ => engine.send("tidy", ()).unwrap(),
    }
}

#[test]
fn the_bits_are_the_same_at_any_thread_count_and_after_a_seek() {
    let run = |threads: usize| {
        let settings = EngineSettings {
            threads,
            snapshots: Some(crate::engine::Snapshots { count: 4, every: 8, inputs: 4096 }),
            ..EngineSettings::default()
        };
        let mut engine = Engine::fitted(tasks(400), 1.0, settings).unwrap();
        let hashes: Vec<u64> = (0..120)
            .map(|frame| {
                drive(&mut engine, frame);
                engine.frame(frame).unwrap().hash()
            })
            .collect();
        for back in [100, 17, 90, 0, 119] {
            assert_eq!(engine.seek(back).unwrap().hash(), hashes[back as usize], "seek to {back}");
        }
        hashes
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(4));
    assert!(one.windows(2).any(|pair| pair[0] != pair[1]));
}

#[test]
fn a_swap_goes_on_with_the_rows() {
    let mut engine = Engine::for_program(tasks(8)).unwrap();
    for value in [1.0, 5.0] {
        engine.send("add", value).unwrap();
    }
    engine.frame(0).unwrap();
    engine.swap_and_grow(tasks(16), 1.0).unwrap();
    engine.send("toggle", 2_u32).unwrap();
    engine.frame(1).unwrap();
    assert_eq!(numbers(&mut engine, &["count", "left", "sum"]), [2.0, 1.0, 1.0]);
    assert_eq!(places(&mut engine), [(1.0, 1.0)]);
}

#[test]
fn lists_go_through_json_and_start_with_their_rows() {
    let mut data: ProgramData = tasks(8).data().clone();
    let list: &mut ListRow = &mut data.lists[0];
    list.rows = vec![vec![2.0, 0.0], vec![6.0, 1.0]];
    let program = Program::new(data).unwrap();
    let again = Program::from_json(&program.to_json(), "tasks.json").unwrap();
    assert_eq!(again, program);
    let mut engine = Engine::for_program(again).unwrap();
    for _ in 0..2 {
        engine.frame(0).unwrap();
        assert_eq!(numbers(&mut engine, &["count", "left", "sum"]), [2.0, 1.0, 2.0]);
        engine.send("clear", ()).unwrap();
        engine.frame(1).unwrap();
        assert_eq!(numbers(&mut engine, &["count"]), [0.0]);
        engine.reset();
    }
}

#[test]
fn a_row_is_read_where_one_is_looked_at() {
    let b = Builder::new("outside");
    let list: ListRef = b.list("tasks", 8, &[("value", Type::Float)]);
    b.signal("value", b.column(list, 0));
    let error = b.finish().unwrap_err();
    assert_eq!(error.0[0].code, Code::RowOutside, "{error}");
}

#[test]
fn what_programs_may_not_do_with_rows() {
    type Wrong = fn(&Builder, ListRef);
    let wrong: [(Wrong, Code); 5] = [
        (|b, list| _ = b.view_where(list, b.row_place(list).lt(b.uint(2))), Code::RowOutside),
        (|b, list| _ = b.view_live_window(list, None, Some(b.float(2.0))), Code::TargetType),
        (|b, list| _ = b.view_distinct(list, b.vec2(b.column(list, 0), 1.0)), Code::TargetType),
        (
            |b, list| {
                let go = b.host_event("go", None);
                go.reaction().set_rows(list, 0, b.float(1.0), None).done();
                go.reaction().set_rows(list, 0, b.float(2.0), Some(b.column(list, 0).lt(3.0))).done();
            },
            Code::SetTwice,
        ),
        (
            |b, list| {
                let grab = b.row_event("grab", list);
                grab.reaction().move_row(b.int(0)).done();
                grab.reaction().move_rows(list, b.int(3), None).done();
            },
            Code::SetTwice,
        ),
    ];
    for (at, (make, code)) in wrong.into_iter().enumerate() {
        let b = Builder::new("wrong");
        make(&b, b.list("tasks", 8, &[("value", Type::Float)]));
        let error = b.finish().unwrap_err();
        assert_eq!(error.0[0].code, code, "{at}: {error}");
    }
}

#[test]
fn memory_is_known_before_there_are_lists() {
    // Every operator, every type of a column, and room that is and is not a power of two.
    let program = |capacity: u32| {
        let b = Builder::new("all");
        let types = [Type::Float, Type::Int, Type::Bool, Type::Vec2, Type::Vec3, Type::Color, Type::Text];
        let names = ["a", "b", "c", "d", "e", "f", "g"];
        let columns: Vec<_> = names.into_iter().zip(types).collect();
        let list = b.list("all", capacity, &columns);
        let view = b.view_where(list, b.column(list, 2));
        let view = b.view_sorted(view, b.column(list, 6), true);
        let view = b.view_distinct(view, b.column(list, 0));
        let view = b.view_live_window(view, None, Some(b.int(3)));
        let view = b.view_window(view, 1, Some(5));
        let sum = b.total("sum", view, Total::Sum, Some(b.column(list, 0)));
        b.signal("sum", sum);
        b.list("none", capacity / 2 + 1, &[]);
        b.finish().unwrap()
    };
    for capacity in [1, 2, 64, 1_000, 4_096, 70_001] {
        let engine = Engine::for_program(program(capacity)).unwrap();
        let (found, known) = (engine.parts().lists.bytes() as u64, Lists::bytes_for(&engine.parts().plan));
        // The table of views has room for some more.
        assert!((found..found + 8_192).contains(&known), "{capacity}: {found}, {known}");
    }
}

#[test]
fn a_list_that_has_no_room_is_refused_by_its_name() {
    let patch = |most: u32| {
        format!(
            "list few max 10 {{ value: float }}
             list many max {most} {{ value: float, name: text }}
             sorted = many where value > 1 sort by name
             n = sum(sorted.value) + count(few)
             draw circle {{ position: (0.5, 0.5), size: 0.01 * n, color: #fff }}"
        )
    };
    let compiled = |most| crate::compile(&patch(most), "many.pav", &crate::NoFiles);
    let found = Engine::for_program(compiled(1 << 24).program.unwrap()).unwrap_err();
    let EngineError::ListMemory { list, max, bytes, error } = &found else { panic!("{found}") };
    assert_eq!((list.as_str(), *max, error.buffer), ("many", 1 << 24, "lists"));
    assert!(*bytes > 4 << 30 && error.asked > *bytes && error.limit == crate::world::MEMORY_LIMIT);
    let start = "the list `many` has room for 16777216 rows, which takes ";
    let said = found.to_string();
    assert!(said.starts_with(start) && said.contains("with its views: give it a lower `max`"), "{said}");
    // One that runs goes on, and more than any list may have is no program.
    let mut engine =
        Engine::fitted(compiled(1_000).program.unwrap(), 1.5, EngineSettings::default()).unwrap();
    engine.frame(0).unwrap();
    let grown = engine.swap_and_grow(compiled(1 << 24).program.unwrap(), 1.0);
    assert!(matches!(grown, Err(EngineError::ListMemory { .. })), "{grown:?}");
    engine.frame(1).unwrap();
    let compiled = compiled(2_000_000_000);
    let said = compiled.diagnostics.to_string();
    assert!(compiled.program.is_none(), "{said}");
    assert!(said.contains("the largest number of rows") && said.contains("16777216"), "{said}");
}
