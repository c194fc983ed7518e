//! Lists, from source to what is in their rows.

use super::{played, program, value};
use crate::engine::Engine;
use crate::program::Program;

const SCORES: &str =
    "list scores max 6 { value: float, hot: bool = false } = [{ value: 3 }, { value: 5, hot: true }]
event add: float
event go
";

/// Sends events, one frame each; then values are looked at.
fn check(source: &str, sent: &[(&str, Option<f64>)], expected: &[(&str, &[f64])]) {
    let source = format!("{SCORES}{source}");
    let mut engine = played(&source, 0);
    for (at, &(event, carried)) in sent.iter().enumerate() {
        match carried {
            Some(carried) => engine.send(event, carried).unwrap(),
            None => engine.send(event, ()).unwrap(),
        }
        engine.frame(at as u64 + 1).unwrap();
    }
    for (name, expected) in expected {
        assert_eq!(value(&mut engine, name), *expected, "{name} of {source}");
    }
}

const TOTALS: &str = "
    many = count(scores)
    total = sum(scores.value)
    hots = count(scores where hot)
";

#[test]
fn reactions_edit_rows() {
    let edits: &[(&str, [f64; 3])] = &[
        ("", [2.0, 8.0, 1.0]),
        ("append scores { value: 7 }", [3.0, 15.0, 1.0]),
        ("append scores { hot: 2 > 1, value: count(scores) }", [3.0, 10.0, 2.0]),
        ("remove scores where value < 4", [1.0, 5.0, 1.0]),
        ("remove scores where not hot and value < 1", [2.0, 8.0, 1.0]),
        ("clear scores", [0.0, 0.0, 0.0]),
        ("scores.hot = true", [2.0, 8.0, 2.0]),
        ("scores.hot = value < 4", [2.0, 8.0, 1.0]),
        ("scores.value = value * 2 where hot", [2.0, 13.0, 1.0]),
        ("scores.hot = not hot where value > 4", [2.0, 8.0, 0.0]),
        // Reads before writes: each finds the rows as they were.
        ("scores.value = value + 1; scores.hot = value == 3", [2.0, 10.0, 1.0]),
        ("append scores { value: total }; scores.value = 1", [3.0, 10.0, 1.0]),
        ("clear scores; append scores { value: 4 }", [1.0, 4.0, 0.0]),
    ];
    for (edit, [many, total, hots]) in edits {
        let source = format!("{TOTALS}\non go {{ {edit} }}");
        check(&source, &[("go", None)], &[("many", &[*many]), ("total", &[*total]), ("hots", &[*hots])]);
    }
}

#[test]
fn what_an_event_carries_goes_into_rows() {
    let source = format!(
        "{TOTALS}\non add {{ append scores {{ value: add }} }}\non go {{ remove scores where value > limit }}\nlimit = total / 4"
    );
    check(&source, &[("add", Some(4.0)), ("add", Some(0.5))], &[("many", &[4.0]), ("total", &[12.5])]);
    check(&source, &[("add", Some(4.0)), ("go", None)], &[("many", &[1.0]), ("total", &[3.0])]);
}

#[test]
fn numbers_of_all_rows() {
    let source = "
        open = scores where not hot
        least = min(scores.value)
        most = max(scores.value)
        middle = mean(scores.value)
        twice = sum(scores.value * 2 + 1)
        some = any(scores.value > 4)
        each = all(scores.value > 4)
        none = all((scores where value > 9).hot)
        best = sum((scores sort by value desc take 1).value)
        both = count(open) + count(scores where value > 1)
        fn half(rows) = sum(rows.value) / 2
        halves = half(scores) - half(open)
    ";
    let expected: &[(&str, &[f64])] = &[
        ("least", &[3.0]),
        ("most", &[5.0]),
        ("middle", &[4.0]),
        ("twice", &[18.0]),
        ("some", &[1.0]),
        ("each", &[0.0]),
        ("none", &[1.0]),
        ("best", &[5.0]),
        ("both", &[3.0]),
        ("halves", &[2.5]),
    ];
    check(source, &[], expected);
}

#[test]
fn rows_in_groups() {
    let source = "
        input limit = 4.0
        on add { append scores { value: add, hot: add > 4 } }
        on go { scores.hot = not hot where value < 4 }
        teams = scores group by hot {
            n: count(), all: sum(value), best: max(value), least: min(value), middle: median(value), mean: mean(value),
            first: first(value), last: last(value), high: count(value > limit), some: any(value > limit), each: all(value > limit)
        }
        many = count(teams)
        sums = sum(teams.all * teams.n)
        of_hot = sum((teams where hot).all)
        firsts = sum(teams.first * 100 + teams.last)
        highs = sum(teams.high)
        spread = sum(teams.best - teams.least)
        middles = sum(teams.middle)
        means = sum(teams.mean)
        somes = count(teams where some and not each)
        by_size = (scores group by round: floor(value), hot { n: count() } where n > 1 group by n { groups: count() })
        pairs = sum(by_size.groups)
        order = sum((teams take 1).best)
    ";
    let expected = |values: [f64; 11]| -> Vec<(&'static str, [f64; 1])> {
        let names = [
            "many", "sums", "of_hot", "firsts", "highs", "spread", "middles", "means", "somes", "pairs",
            "order",
        ];
        names.into_iter().zip(values.map(|value| [value])).collect()
    };
    let tell = |sent: &[(&str, Option<f64>)], values: [f64; 11]| {
        let expected = expected(values);
        let expected: Vec<(&str, &[f64])> =
            expected.iter().map(|(name, value)| (*name, &value[..])).collect();
        check(source, sent, &expected);
    };
    // 3; hot: 5.
    tell(&[], [2.0, 8.0, 5.0, 808.0, 1.0, 0.0, 8.0, 8.0, 0.0, 0.0, 3.0]);
    // 3, 3.5; hot: 5, 8.
    let sent = [("add", Some(3.5)), ("add", Some(8.0))];
    tell(&sent, [2.0, 39.0, 13.0, 811.5, 2.0, 3.5, 9.75, 9.75, 0.0, 1.0, 3.5]);
    // hot: 3, 5, 3.5, 8.
    let sent = [("add", Some(3.5)), ("add", Some(8.0)), ("go", None)];
    tell(&sent, [1.0, 78.0, 19.5, 308.0, 2.0, 5.0, 4.25, 4.875, 1.0, 1.0, 8.0]);
    // None.
    check(
        "teams = scores group by hot { n: count() }\nmany = count(teams)\non go { clear scores }",
        &[("go", None)],
        &[("many", &[0.0])],
    );
}

#[test]
fn groups_by_texts_stay_themselves() {
    let source = |extra: &str| {
        format!(
            "list people max 40 {{ team: text, points: float }}
             event add: text
             event drop: text
             on add {{ append people {{ team: add, points: 1 }} }}
             on drop {{ remove people where team == drop }}
             teams = people group by team: trim(team) {{ points: sum(points), last: last(team) }}
             domain bars from teams {{
                 state age = 0
                 next age = age + 1
                 longest = length(team) + 10 * length(last)
                 draw circle {{ position: (age, points), size: 0.1, color: #fff }}
             }}
             {extra}"
        )
    };
    let mut engine = played(&source(""), 0);
    let mut frame = 0;
    let mut play = |engine: &mut Engine, event: &str, text: &str| {
        frame += 1;
        engine.send_text(engine.event(event).unwrap(), text).unwrap();
        engine.frame(frame).unwrap();
    };
    let shown = |engine: &Engine| -> Vec<(String, f64)> {
        let teams = engine.list("teams").unwrap();
        let points = |at| teams.value("points", at).unwrap().components()[0];
        (0..teams.len()).map(|at| (teams.text("team", at).unwrap().to_owned(), points(at))).collect()
    };
    for text in ["red", " blue", "red ", "green", "blue"] {
        play(&mut engine, "add", text);
    }
    let all = [("red".to_owned(), 2.0), ("blue".to_owned(), 2.0), ("green".to_owned(), 1.0)];
    assert_eq!(shown(&engine), all);
    // Texts come and go; those of keys stay.
    for round in 0..300 {
        play(&mut engine, "add", &format!("  other {round}"));
        play(&mut engine, "drop", &format!("  other {round}"));
    }
    assert_eq!(shown(&engine), all);
    let ids = |engine: &Engine| engine.list("teams").unwrap().ids().collect::<Vec<_>>();
    assert_eq!(ids(&engine), [1, 2, 3]);
    play(&mut engine, "drop", "red");
    assert_eq!((shown(&engine)[1].clone(), ids(&engine)), (("red".to_owned(), 1.0), vec![2, 1, 3]));
    // Another version of the patch goes on with the same groups.
    let ages = |engine: &mut Engine| {
        let pass = engine.last_frame().unwrap().passes().next().unwrap();
        (0..pass.count).map(|row| pass.x.get(row)).collect::<Vec<_>>()
    };
    let before = ages(&mut engine);
    engine.swap_and_grow(program(&source("domain more[3] { x = index }")), 1.0).unwrap();
    assert_eq!((ages(&mut engine), ids(&engine)), (before.clone(), vec![2, 1, 3]));
    play(&mut engine, "add", "white");
    assert_eq!(ids(&engine), [2, 1, 3, 304]);
    let older: Vec<f32> = before.iter().map(|age| age + 1.0).chain([0.0]).collect();
    assert_eq!(ages(&mut engine), older);
    play(&mut engine, "drop", " blue");
    play(&mut engine, "drop", "blue");
    assert_eq!(ids(&engine), [1, 3, 304]);
}

#[test]
fn a_view_follows_what_it_is_made_of() {
    let source = "
        input limit = 4.0
        high = count(scores where value > limit)
        changes = count(changed(high))
    ";
    let mut engine = played(&format!("{SCORES}{source}"), 0);
    engine.set("limit", 1.0).unwrap();
    engine.frame(1).unwrap();
    assert_eq!(value(&mut engine, "high"), [2.0]);
    engine.frame(2).unwrap();
    assert_eq!(value(&mut engine, "changes"), [1.0]);
}

#[test]
fn a_domain_has_an_element_per_row() {
    let source = "
        domain rows from scores sort by value desc take 3 {
            state age0 = 0
            next age0 = age0 + 1
            twice = value * 2
            share = value / total
        }
        total = sum(scores.value)
        on add { append scores { value: add } }
        on go { remove scores where hot }
        widest = max(rows.twice, 0)
    ";
    check(source, &[], &[("rows.twice", &[10.0, 6.0]), ("rows.share", &[0.625, 0.375])]);
    // The new row comes first; the others keep their state.
    check(
        source,
        &[("add", Some(8.0)), ("add", Some(1.0))],
        &[("rows.twice", &[16.0, 10.0, 6.0]), ("rows.age0", &[1.0, 2.0, 2.0])],
    );
    check(source, &[("go", None)], &[("rows.twice", &[6.0])]);
}

#[test]
fn an_event_carries_a_row() {
    let source = format!(
        "{TOTALS}
        event toggle: row(scores)
        event gone: row(scores)
        state last = 0.0
        on toggle {{ toggle.hot = not toggle.hot; last = toggle.value }}
        on gone when gone.value > 4 {{ remove gone }}"
    );
    let mut engine = played(&format!("{SCORES}{source}"), 0);
    let send = |engine: &mut Engine, event: &str, row: u32, frame: u64| {
        engine.send(event, row).unwrap();
        engine.frame(frame).unwrap();
        ["many", "hots", "last"].map(|name| value(engine, name)[0])
    };
    assert_eq!(send(&mut engine, "toggle", 1, 1), [2.0, 2.0, 3.0]);
    assert_eq!(send(&mut engine, "toggle", 2, 2), [2.0, 1.0, 5.0]);
    assert_eq!(send(&mut engine, "gone", 1, 3), [2.0, 1.0, 5.0]);
    assert_eq!(send(&mut engine, "gone", 2, 4), [1.0, 1.0, 5.0]);
}

#[test]
fn a_hit_carries_a_row() {
    let source = format!(
        "{TOTALS}
        event press: vec2
        domain rows from scores sort by value desc {{
            state pressed = 0
            on press(self) {{ pressed = pressed + 1 }}
            draw rect {{ position: (0.5, 0.25 + 0.5 * index), size: (0.9, 0.4), color: #fff }}
        }}
        event pick = press(rows)
        on pick {{ pick.hot = pick.value < 4 }}"
    );
    let mut engine = played(&format!("{SCORES}{source}"), 0);
    engine.send("press", [0.5, 0.75]).unwrap();
    engine.frame(1).unwrap();
    assert_eq!(value(&mut engine, "hots"), [2.0]);
    engine.frame(2).unwrap();
    assert_eq!(value(&mut engine, "rows.pressed"), [0.0, 1.0]);
}

const TODOS: &str = r#"
list todos max 9 { title: text, note: text = "-", size: float } = [
    { title: "milk", size: 1 }
    { title: "bread", note: "dark", size: 2 }
    { title: "Zucchini", size: 3 }
]
event add: text
event go
"#;

/// Events, one frame each, with the texts that they carry.
type Sent<'s> = &'s [(&'s str, Option<&'s str>)];

/// A list of todos with some code, played for a frame and one more for each event that is sent.
fn told(source: &str, sent: &[(&str, Option<&str>)]) -> Engine {
    let mut engine = played(&format!("{TODOS}{source}"), 0);
    for (at, (event, text)) in (1..).zip(sent) {
        let event = engine.event(event).unwrap();
        match text {
            Some(text) => engine.send_text(event, text).unwrap(),
            None => engine.send_event(event, ()).unwrap(),
        }
        engine.frame(at).unwrap();
    }
    engine
}

#[test]
fn columns_hold_texts() {
    let source = "
        on add { append todos { title: add, size: 4 } }
        on go { todos.note = title where note == \"-\" }
        same = sum((todos where title == note).size)
        dark = sum((todos where note == \"dark\").size)
        up = todos sort by title
        down = todos sort by title desc take 2
        domain up_rows from up { at = size }
        domain down_rows from down { at = size; is_milk = title == \"milk\" }
    ";
    let expected: &[(Sent<'_>, &str, &[f64])] = &[
        (&[], "same", &[0.0]),
        (&[], "dark", &[2.0]),
        // As bytes: capitals first.
        (&[], "up_rows.at", &[3.0, 2.0, 1.0]),
        (&[], "down_rows.at", &[1.0, 2.0]),
        (&[], "down_rows.is_milk", &[1.0, 0.0]),
        (&[("go", None)], "same", &[4.0]),
        (&[("add", Some("butter")), ("add", Some(""))], "up_rows.at", &[4.0, 3.0, 2.0, 4.0, 1.0]),
        (&[("add", Some("zz"))], "down_rows.at", &[4.0, 1.0]),
        (&[("add", Some("zz")), ("go", None)], "same", &[8.0]),
    ];
    for (sent, name, expected) in expected {
        assert_eq!(value(&mut told(source, sent), name), *expected, "{name} after {sent:?}");
    }
}

#[test]
fn rows_hold_texts_that_are_made() {
    let source = r#"
        on add when trim(add) != "" { append todos { title: trim(add), size: length(trim(add)) } }
        on go { todos.title = "{title} *" where starts_with(title, "b") }
        many = count(todos)
        size = sum(todos.size)
        starred = count(todos where ends_with(title, " *"))
        domain rows from todos where contains(lower(title), "c") { long = length(title); is_z = starts_with(title, "Z") }
        s = if many == 1 then "" else "s"
        label = "{many} todo{s}, {fixed(size / many, 2)} on average"
        is_label = label == "3 todos, 2.00 on average"
        braces = length("\{\}{1 + 1}{-0.0}") 
    "#;
    let expected: &[(Sent<'_>, &str, &[f64])] = &[
        (&[], "rows.long", &[8.0]),
        (&[], "rows.is_z", &[1.0]),
        (&[], "is_label", &[1.0]),
        (&[], "braces", &[4.0]),
        (&[("add", Some("  ")), ("add", Some(""))], "many", &[3.0]),
        (&[("add", Some("  two words\t"))], "many", &[4.0]),
        (&[("add", Some("  two words\t"))], "size", &[15.0]),
        (&[("add", Some(" Käse\u{a0}")), ("add", Some("MUSIC"))], "size", &[15.0]),
        (&[("add", Some("MUSIC"))], "rows.long", &[8.0, 5.0]),
        (&[("go", None)], "starred", &[1.0]),
        (&[("add", Some("b")), ("go", None), ("go", None)], "starred", &[2.0]),
        (&[("add", Some("b")), ("go", None)], "is_label", &[0.0]),
    ];
    for (sent, name, expected) in expected {
        assert_eq!(value(&mut told(source, sent), name), *expected, "{name} after {sent:?}");
    }
}

/// Three rows as boxes with a handle each; where a place is pointed at, and what is looked at.
const DRAWN: &str = "
list rows max 6 { mark: int = 0, over: int = 0 } = [{ mark: 1 }, { mark: 2 }, { mark: 3 }]
event at: vec2
event place: vec2
state pointer = (9, 9)
on place { pointer = place }
domain shown from rows {
    state own = 0
    state handled = 0
    on at(self) { own = own + 1 }
    on at(self.handle) { handled = handled + 1 }
    y = 0.1 + 0.2 * index
    draw rect as box { position: (0.5, y), size: (0.8, 0.1), color: #345 }
    draw circle as handle { position: (0.8, y), size: 0.06, color: #f66 }
}
event whole = at(shown)
event handle = at(shown.handle)
event over = hover(shown.box)
state wholes = 0
on whole { whole.mark = whole.mark + 10; wholes = wholes + 1 }
on handle { remove handle }
on over { over.over = 1 }
marks = sum(rows.mark)
overs = sum(rows.over)
many = count(rows)
owns = sum(shown.own)
handles = sum(shown.handled)
";

#[test]
fn parts_of_rows_are_met() {
    let json = program(DRAWN).to_json();
    assert_eq!(Program::from_json(&json, "a.json").unwrap().to_json(), json);
    let mut engine = played(DRAWN, 0);
    let mut index = 1;
    let mut check = |place: [f64; 2], expected: [f64; 5]| {
        engine.send("at", place).unwrap();
        engine.frame(index).unwrap();
        // What a turn has changed is drawn by then.
        engine.frame(index + 1).unwrap();
        index += 2;
        let found = ["marks", "wholes", "many", "owns", "handles"].map(|name| value(&mut engine, name)[0]);
        assert_eq!(found, expected, "{place:?}");
    };
    check([0.5, 0.1], [16.0, 1.0, 3.0, 1.0, 0.0]);
    check([0.5, 0.2], [16.0, 1.0, 3.0, 1.0, 0.0]);
    // The handle is part of the row, too, whose marks go with it.
    check([0.8, 0.3], [14.0, 2.0, 2.0, 1.0, 0.0]);
    // The third row is the second by then.
    check([0.2, 0.3], [24.0, 3.0, 2.0, 2.0, 0.0]);
    engine.send("place", [0.5, 0.3]).unwrap();
    engine.frame(index).unwrap();
    engine.frame(index + 1).unwrap();
    assert_eq!(value(&mut engine, "overs"), [1.0], "of the row that is pointed at");
    engine.send("place", [0.5, 0.1]).unwrap();
    engine.frame(index + 2).unwrap();
    engine.frame(index + 3).unwrap();
    assert_eq!(value(&mut engine, "overs"), [2.0]);
}

const LETTERS: &str = "list letters max 9 { value: float = 0, hot: bool = false } = [
    { value: 1 }, { value: 2, hot: true }, { value: 3 }, { value: 4, hot: true }
]
event go
event grab: row(letters)
input n: int = 1
";

/// The rows, each by its id and its value, after some turns: `go` without a row, `grab` with one.
fn lettered(source: &str, sent: &[Option<u32>]) -> Vec<(u64, f64)> {
    let mut engine = played(&format!("{LETTERS}{source}"), 0);
    for (at, row) in (1..).zip(sent) {
        match row {
            Some(row) => engine.send("grab", *row).unwrap(),
            None => engine.send("go", ()).unwrap(),
        }
        engine.frame(at).unwrap();
    }
    let rows = engine.list("letters").unwrap();
    let value = |at: usize| rows.value("value", at).unwrap().components()[0];
    rows.ids().enumerate().map(|(at, id)| (id, value(at))).collect()
}

fn ids(rows: &[(u64, f64)]) -> Vec<u64> {
    rows.iter().map(|row| row.0).collect()
}

#[test]
fn rows_are_put_at_places() {
    let edits: &[(&str, &[u64])] = &[
        ("move letters to 0 where id == 3", &[3, 1, 2, 4]),
        ("move letters to 2 where id == 1", &[2, 3, 1, 4]),
        ("move letters to 1 where id == 2", &[1, 2, 3, 4]),
        ("move letters to n where id == 4", &[1, 4, 2, 3]),
        // Out of range: the ends.
        ("move letters to 99 where id == 1", &[2, 3, 4, 1]),
        ("move letters to -5 where id == 4", &[4, 1, 2, 3]),
        // Several stand there in their order, or have a place each.
        ("move letters to 0 where hot", &[2, 4, 1, 3]),
        ("move letters to count(letters) where hot", &[1, 3, 2, 4]),
        ("move letters to 3 - index", &[4, 3, 2, 1]),
        ("move letters to index where hot", &[1, 2, 3, 4]),
        ("move letters to 0 where index > 1", &[3, 4, 1, 2]),
        ("insert letters { value: 9 } at 0", &[5, 1, 2, 3, 4]),
        ("insert letters { value: 9 } at n + 1", &[1, 2, 5, 3, 4]),
        ("insert letters { value: 9 } at 99; append letters {}", &[1, 2, 3, 4, 5, 6]),
        ("insert letters { } at -1; insert letters { value: 2 } at 0", &[5, 6, 1, 2, 3, 4]),
        // Whichever stands first: removed wins.
        ("move letters to 0 where id == 3; remove letters where id == 3", &[1, 2, 4]),
        ("remove letters where hot; move letters to 9 where id < 3", &[3, 1]),
        ("clear letters; insert letters { value: 1 } at 7", &[5]),
        ("remove letters where index == 1", &[1, 3, 4]),
    ];
    for (edit, expected) in edits {
        assert_eq!(ids(&lettered(&format!("on go {{ {edit} }}"), &[None])), *expected, "{edit}");
    }
    let carried: &[(&str, u32, &[u64])] = &[
        ("on grab { move grab to 0 }", 3, &[3, 1, 2, 4]),
        ("on grab { move grab to grab.index + 1 }", 2, &[1, 3, 2, 4]),
        ("on grab { move grab to grab.index - 1 }", 1, &[1, 2, 3, 4]),
        ("on grab when grab.index == 2 { move grab to 99 }", 3, &[1, 2, 4, 3]),
        ("on grab when grab.index == 2 { move grab to 99 }", 4, &[1, 2, 3, 4]),
        ("on grab { move grab to 0; remove grab }", 3, &[1, 2, 4]),
        ("on grab { move grab to 0; remove letters where hot }", 4, &[1, 3]),
        ("on grab { move letters to grab.index where id == 1 }", 4, &[2, 3, 4, 1]),
        ("on grab { move grab to 0 }", 77, &[1, 2, 3, 4]),
    ];
    for (source, row, expected) in carried {
        assert_eq!(ids(&lettered(source, &[Some(*row)])), *expected, "{source}, {row}");
    }
}

#[test]
fn places_are_read_as_they_were() {
    let rows = lettered("on go { letters.value = index * 10 + n; move letters to 0 where id == 4 }", &[None]);
    assert_eq!(rows, [(4, 31.0), (1, 1.0), (2, 11.0), (3, 21.0)]);
}

#[test]
fn of_two_reactions_in_a_turn_the_later_counts() {
    let values = |rows: &[(u64, f64)]| rows.iter().map(|row| row.1).collect::<Vec<_>>();
    let both = "on go { letters.value = 10 where hot }\non go { letters.value = 20 where id < 3 }";
    assert_eq!(values(&lettered(both, &[None])), [20.0, 20.0, 3.0, 10.0]);
    let other = "on go { letters.value = 20 where id < 3 }\non go { letters.value = 10 where hot }";
    assert_eq!(values(&lettered(other, &[None])), [20.0, 10.0, 3.0, 10.0]);
    // The first needs what is defined after the second, and is the first all the same.
    let late = "on go { letters.value = late where hot }\non go { letters.value = 20 where id < 3 }\nlate = count(letters) * 5";
    assert_eq!(values(&lettered(late, &[None])), [20.0, 20.0, 3.0, 20.0]);
    let late = "on go { letters.value = late where hot }\non go { letters.value = 20 where id < 3 }\nlate = count(letters) * 2.5";
    assert_eq!(values(&lettered(late, &[None])), [20.0, 20.0, 3.0, 10.0]);
    // Likewise an event that is passed on.
    let passed = "event more = go when n > 0\non more { letters.value = 7 where id == 1 }\non go { letters.value = 8 where id < 3 }";
    assert_eq!(values(&lettered(passed, &[None])), [8.0, 8.0, 3.0, 4.0]);
    // Places alike; ids of new rows are in that order, too.
    let moved = "on go { move letters to late where id == 1; append letters { value: late } }
        on go { move letters to 0 where index == 0; append letters {} }
        late = count(letters)";
    assert_eq!(lettered(moved, &[None]), [(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0), (5, 4.0), (6, 0.0)]);
    // A remove counts wherever it stands.
    let removed = "on go { remove letters where hot }\non go { move letters to 0 where hot; letters.value = 5 where hot }";
    assert_eq!(ids(&lettered(removed, &[None])), [1, 3]);
}

/// Events, one frame each, with the numbers that they carry.
type Numbers<'s> = &'s [(&'s str, Option<f64>)];

#[test]
fn views_of_first_ones_and_of_places() {
    let source = "
        state k: int = 1
        on go { k = k + 1 }
        on add { append scores { value: add } }
        here = sum((scores skip k take 1).value)
        behind = count(scores skip 1)
        all = count(scores skip 0)
        kinds = count(scores distinct hot)
        input many: int = 9
        first = sum((scores sort by value desc take many).value)
        tail = sum((scores skip 1 take many skip 1).value)
        domain firsts from scores distinct floor(value / 4) { at = value }
    ";
    let expected: &[(Numbers<'_>, [f64; 6])] = &[
        (&[], [5.0, 1.0, 2.0, 2.0, 8.0, 0.0]),
        (&[("go", None)], [0.0, 1.0, 2.0, 2.0, 8.0, 0.0]),
        (&[("add", Some(7.0)), ("go", None)], [7.0, 2.0, 3.0, 2.0, 15.0, 7.0]),
        (&[("go", None), ("add", Some(7.0)), ("add", Some(1.0))], [7.0, 3.0, 4.0, 2.0, 16.0, 8.0]),
    ];
    for (sent, expected) in expected {
        let names = ["here", "behind", "all", "kinds", "first", "tail"];
        let expected: Vec<(&str, &[f64])> =
            names.into_iter().zip(expected.iter().map(std::slice::from_ref)).collect();
        check(source, sent, &expected);
    }
    check(source, &[("add", Some(7.0)), ("add", Some(9.0))], &[("firsts.at", &[3.0, 5.0, 9.0])]);
    let mut engine = played(&format!("{SCORES}{source}"), 0);
    for (frame, (many, first)) in (1..).zip([(1, 5.0), (0, 0.0), (-3, 0.0), (2, 8.0), (i32::MAX, 8.0)]) {
        engine.set("many", many).unwrap();
        engine.frame(frame).unwrap();
        assert_eq!(value(&mut engine, "first"), [first], "{many}");
    }
}

#[test]
fn a_text_is_the_first_of_its_kind() {
    let source = "
        on add { append todos { title: add, size: 4 } }
        domain kinds from todos distinct lower(title) { at = size }
        notes = count(todos distinct note)
    ";
    let expected: &[(Sent<'_>, &str, &[f64])] = &[
        (&[], "kinds.at", &[1.0, 2.0, 3.0]),
        (&[("add", Some("MILK"))], "kinds.at", &[1.0, 2.0, 3.0]),
        (&[("add", Some("MILKS")), ("add", Some("Bread"))], "kinds.at", &[1.0, 2.0, 3.0, 4.0]),
        (&[], "notes", &[2.0]),
    ];
    for (sent, name, expected) in expected {
        assert_eq!(value(&mut told(source, sent), name), *expected, "{name} after {sent:?}");
    }
}
