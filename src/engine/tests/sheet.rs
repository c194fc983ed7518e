//! The sheet that ships: sums of columns, of lines and of all follow every edit of a cell.

use crate::assets::Shipped;
use crate::{Engine, EngineSettings};

const COLUMNS: usize = 26;
const LINES: usize = 100;

/// Something that a hand does.
#[derive(Clone, Copy, Debug)]
enum Cue {
    /// A click on a cell, by its column and its line.
    Click(usize, usize),
    Put(f64),
    Make(i32),
    Wheel(f64),
    Key(&'static str),
}

use Cue::{Click, Key, Make, Put, Wheel};

/// Numbers of all cells, none of one with a formula, and the formulas.
#[derive(Clone, Debug, PartialEq)]
struct Sheet {
    numbers: Vec<f64>,
    formulas: Vec<f64>,
}

impl Sheet {
    fn of(engine: &Engine) -> Self {
        let cells = engine.list("cells").unwrap();
        let column = |name: &str| -> Vec<f64> {
            (0..cells.len()).map(|at| cells.value(name, at).unwrap().components()[0]).collect()
        };
        Self { numbers: column("value"), formulas: column("formula") }
    }

    fn sum(&self, is_in: impl Fn(usize, usize) -> bool) -> f64 {
        let cells = self.numbers.iter().zip(&self.formulas).enumerate();
        let mine = cells.filter(|&(at, (_, formula))| *formula == 0.0 && is_in(at % COLUMNS, at / COLUMNS));
        mine.map(|(_, (number, _))| number).sum()
    }
}

/// Whether all sums are what is made of the cells anew.
fn check_sums(engine: &mut Engine, sheet: &Sheet) {
    let frame = engine.last_frame().unwrap();
    let close = |found: f64, expected: f64, name: &str| {
        assert!((found - expected).abs() < 1e-4 * expected.max(1.0), "{name}: {found}, not {expected}");
    };
    close(frame.slot("total").unwrap().components[0], sheet.sum(|_, _| true), "total");
    let columns = frame.field("columns", "sum_of").unwrap();
    (0..COLUMNS).for_each(|k| close(columns.get(k, 0), sheet.sum(|column, _| column == k), "column"));
    let lines = frame.field("lines", "sum_of").unwrap();
    (0..LINES).for_each(|k| close(lines.get(k, 0), sheet.sum(|_, line| line == k), "line"));
}

/// An engine whose sheet is filled, and the next frame.
fn filled(threads: usize) -> (Engine, u64) {
    let program = Shipped::find("sheet").unwrap().program().unwrap();
    let settings = EngineSettings { threads, ..EngineSettings::default() };
    let mut engine = Engine::fitted(program, 1.0, settings).unwrap();
    // A cell a millisecond, and a hand that keeps it from playing by itself.
    engine.frame(0).unwrap();
    engine.send("put", 1.0).unwrap();
    for frame in 1..=160 {
        engine.frame(frame).unwrap();
    }
    (engine, 161)
}

#[test]
fn a_full_sheet_has_its_sums() {
    let (mut engine, _) = filled(1);
    let sheet = Sheet::of(&engine);
    assert_eq!(sheet.numbers.len(), COLUMNS * LINES);
    let of = |formula: f64| sheet.formulas.iter().filter(|&&other| other == formula).count();
    assert_eq!([of(1.0), of(2.0), of(3.0)], [COLUMNS - 1, LINES - 1, 1]);
    assert!(sheet.numbers.iter().zip(&sheet.formulas).all(|(number, formula)| {
        if *formula == 0.0 { (10.0..90.0).contains(number) } else { *number == 0.0 }
    }));
    check_sums(&mut engine, &sheet);
    let total = engine.last_frame().unwrap().slot("total").unwrap().components[0];
    assert!((115_000.0..132_000.0).contains(&total), "{total}");
}

#[test]
fn every_sum_follows_an_edit() {
    let run = |threads: usize| {
        let (mut engine, mut frame) = filled(threads);
        let mut go = |engine: &mut Engine, cue| {
            match cue {
                Click(column, line) => {
                    let place = [0.043 + 0.0352 * column as f64, -0.1 + 0.01215 * line as f64];
                    engine.send("click", place).unwrap();
                }
                Put(number) => engine.send("put", number).unwrap(),
                Make(formula) => engine.send("make", formula).unwrap(),
                Wheel(by) => engine.send("wheel", by).unwrap(),
                Key(key) => engine.send(key, ()).unwrap(),
            }
            engine.frame(frame).unwrap();
            frame += 1;
        };
        // Of each cue the cell that it changes, and the number and formula that this has then.
        type Changed = ((usize, usize), f64, f64);
        let table: &[(Cue, Option<Changed>)] = &[
            (Put(50.0), None),
            (Click(3, 7), None),
            (Put(50.0), Some(((3, 7), 50.0, 0.0))),
            (Key("key_up"), Some(((3, 7), 60.0, 0.0))),
            (Wheel(-2.0), Some(((3, 7), 50.0, 0.0))),
            (Put(250.0), Some(((3, 7), 100.0, 0.0))),
            (Key("key_up"), None),
            (Click(24, 98), None),
            (Put(-3.0), Some(((24, 98), 0.0, 0.0))),
            (Key("key_down"), None),
            // A cell with a sum has no number of its own, and one that gets a sum loses it.
            (Click(25, 7), None),
            (Put(9.0), None),
            (Make(0), Some(((25, 7), 0.0, 0.0))),
            (Put(9.0), Some(((25, 7), 9.0, 0.0))),
            (Make(2), Some(((25, 7), 0.0, 2.0))),
            (Make(4), None),
            // A second click lets it go.
            (Click(25, 7), None),
            (Make(0), None),
            (Click(0, 0), None),
            (Click(1, 0), None),
            (Put(1.0), Some(((1, 0), 1.0, 0.0))),
        ];
        for &(cue, changed) in table {
            let mut expected = Sheet::of(&engine);
            go(&mut engine, cue);
            if let Some(((column, line), number, formula)) = changed {
                let at = line * COLUMNS + column;
                assert!(expected.numbers[at] != number || expected.formulas[at] != formula, "{cue:?}");
                (expected.numbers[at], expected.formulas[at]) = (number, formula);
            }
            assert!(Sheet::of(&engine) == expected, "{cue:?}");
            check_sums(&mut engine, &expected);
        }
        engine.last_frame().unwrap().hash()
    };
    assert_eq!(run(1), run(4));
}

#[test]
fn totals_glide() {
    let (mut engine, frame) = filled(1);
    let width = |engine: &mut Engine| engine.last_frame().unwrap().slot("grand").unwrap().components[0];
    engine.send("click", [0.043, -0.1]).unwrap();
    for frame in frame..frame + 120 {
        engine.frame(frame).unwrap();
    }
    let before = width(&mut engine);
    engine.send("put", 100.0).unwrap();
    let widths: Vec<f64> = (frame + 120..frame + 240)
        .map(|frame| {
            engine.frame(frame).unwrap();
            width(&mut engine)
        })
        .collect();
    let after = engine.last_frame().unwrap().slot("total").unwrap().components[0] / 247_500.0;
    assert!(
        after > before && (widths[0] - before) < 0.3 * (after - before),
        "{before} {after} {}",
        widths[0]
    );
    assert!(widths.is_sorted() && (widths[119] - after).abs() < 1e-6, "{widths:?}");
}
