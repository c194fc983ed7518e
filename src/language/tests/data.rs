//! Data: from files to the values of elements, and the preview's list of files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::super::{Compiled, compile};
use super::{assert_near, engine_at, value};
use crate::diagnostic::Code;
use crate::math::hash;

/// A patch with its files.
pub(super) fn compiled(patch: &str, files: &[(&str, &str)]) -> Compiled {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    compile(patch, "patch.pav", &files)
}

/// A value of a good patch in a frame.
fn check_in(patch: &str, files: &[(&str, &str)], name: &str, frame: u64, expected: &[f64]) {
    let compiled = compiled(patch, files);
    assert!(compiled.diagnostics.0.is_empty(), "{patch}\n{}", compiled.render());
    let program = compiled.program.expect("it is good");
    let again = crate::program::Program::from_json(&program.to_json(), "again").expect("it reads back");
    assert_eq!(again, program);
    assert_near(&value(&mut engine_at(program, frame), name), expected, &format!("{patch}\n{name}"));
}

const CSV: &str = "name,value,year\nnorth,2,2019\nsouth,0.5,2020\neast,1e1,2020\nwest,-3,2021\n";

/// An expression of the rows of [`CSV`].
fn check(source: &str, expected: &[f64]) {
    let patch =
        format!("data rows from \"values.csv\" {{ name: text, value: float, year: int }}\nx = {source}\n");
    check_in(&patch, &[("values.csv", CSV)], "x", 0, expected);
}

#[test]
fn the_sketch() {
    let patch = "
        weights = [10, 20, 40]
        data rows from \"values.csv\" { name: text, value: float }
        domain bars from rows {
            p = -value
            w = weights[index]
            draw rect { position: (0.5, 0.1 * p), size: (0.05 * value, 0.05), color: #fff }
        }
        total = sum(bars.value)";
    let files = [("values.csv", "name,value\na,10\nb,2\nc,5\n")];
    check_in(patch, &files, "total", 0, &[17.0]);
    check_in(patch, &files, "bars.p", 0, &[-10.0, -2.0, -5.0]);
    check_in(patch, &files, "bars.w", 0, &[10.0, 20.0, 40.0]);
}

#[test]
fn columns_are_arrays() {
    check("rows.value[2]", &[10.0]);
    check("rows.value[int(frame) + 1]", &[0.5]);
    check("rows.count", &[4.0]);
    check("length(rows)", &[4.0]);
    check("length(rows.year)", &[4.0]);
    check("rows.year[-1, wrap] - 2000", &[21.0]);
    check("interpolate(rows.value, 0.5)", &[1.25]);
    check("if rows.name[1] == \"south\" then 1 else 0", &[1.0]);
}

#[test]
fn rows_are_chosen_and_sorted() {
    check("(rows where value > 0).count", &[3.0]);
    check("(rows where value > 0 and year == 2020).value[1]", &[10.0]);
    check("(rows where not (value > 0) or name == \"east\").count", &[2.0]);
    check("(rows where name != \"east\" and value * 2 < 3).count", &[2.0]);
    check("(rows where true).count", &[4.0]);
    check("(rows sort by value).value[0]", &[-3.0]);
    check("(rows sort by value desc).value[0]", &[10.0]);
    check("(rows sort by -value).year[0]", &[2020.0]);
    check("(rows sort by name).value[1]", &[2.0]);
    check("(rows sort by name desc take 2).value[1]", &[0.5]);
    check("(rows sort by year desc).value[1]", &[0.5]);
    check("(rows take 2).count", &[2.0]);
    check("(rows take 9).count", &[4.0]);
    check("(rows skip 1).value[0]", &[0.5]);
    check("(rows skip 9).count", &[0.0]);
    check("(rows skip 1 take 2).value[1]", &[10.0]);
    check("(rows take 2 skip 1).count", &[1.0]);
    check("(rows distinct year).count", &[3.0]);
    check("(rows distinct year).value[1]", &[0.5]);
    check("(rows distinct value > 1).value[1]", &[0.5]);
    check("(rows sort by value distinct year).value[1]", &[0.5]);
    check("(rows distinct 0 * value).count", &[1.0]);
    check("(rows where year == 2020 sort by value desc take 1).value[0]", &[10.0]);
    check("(rows where value > 100).count", &[0.0]);
    check("{ n = 2020  (rows where year == n).count }", &[2.0]);
}

#[test]
fn domains_have_an_element_per_row() {
    let data = "data rows from \"values.csv\" { name: text, value: float, year: int }\n";
    let files = [("values.csv", CSV)];
    let check = |patch: &str, name: &str, expected: &[f64]| {
        check_in(&format!("{data}{patch}"), &files, name, 0, expected);
    };
    check("domain d from rows { x = value + year }", "d.x", &[2021.0, 2020.5, 2030.0, 2018.0]);
    check("domain d from rows { x = rank }\ny = sum(d.value)", "y", &[9.5]);
    check("domain d from rows sort by value desc take 2 { x = value }", "d.x", &[10.0, 2.0]);
    check(
        "top = rows where value > 0\n    sort by value\ndomain d from top { x = value }",
        "d.x",
        &[0.5, 2.0, 10.0],
    );
    check("domain d from rows { x = if name == \"west\" then 1 else 0 }", "d.x", &[0.0, 0.0, 0.0, 1.0]);
    check("domain d from (rows where value > 99) { x = value }\ny = d.count", "y", &[0.0]);
    check("domain d from rows { value = 7\nx = value * index }", "d.x", &[0.0, 7.0, 14.0, 21.0]);
    check("value = 3\ndomain d from rows { x = value }", "d.x", &[2.0, 0.5, 10.0, -3.0]);
}

#[test]
fn tables_are_read_as_they_are_written() {
    let check = |name: &str, text: &str, expected: &[f64]| {
        let patch =
            format!("data rows from \"{name}\" {{ a: text, b: float }}\ndomain d from rows {{ x = b }}");
        check_in(&patch, &[(name, text)], "d.x", 0, expected);
    };
    check("v.csv", "a,b\nx,1\ny,2", &[1.0, 2.0]);
    check("v.csv", "\u{feff}a,b\r\nx,1\r\ny,2\r\n", &[1.0, 2.0]);
    check("v.csv", "a;b\nx,y;1\ny;2\n", &[1.0, 2.0]);
    check("v.tsv", "a\tb\nx, y\t1\n", &[1.0]);
    check("v.csv", "b,more,a\n1,,x\n2,3,y\n", &[1.0, 2.0]);
    check("v.csv", "a,b\n\"x, y\",1\n\"two\nlines\",2\n\"a \"\"b\"\"\",3\n", &[1.0, 2.0, 3.0]);
    check("v.csv", "a,b\n\nx,1\n\n\ny,2\n", &[1.0, 2.0]);
    check("v.csv", "a, b\nx, -1.5e3 \n", &[-1500.0]);
    check("v.json", "[{\"a\": \"x\", \"b\": 1}, {\"b\": 2.5, \"c\": [1], \"a\": \"\\u00e4\"}]", &[1.0, 2.5]);
    check("v.jsonl", "{\"a\": \"x\", \"b\": 1}\n\n{\"b\": 2e0, \"a\": \"y\"}\n", &[1.0, 2.0]);
    check("v.ndjson", "{\"a\": \"x\", \"b\": 1}", &[1.0]);
}

#[test]
fn columns_of_every_type() {
    let patch =
        "data rows from \"v.csv\" { i: int, b: bool, c: color, p: vec2, q: vec3, n: float from \"a name\" }
        domain d from rows { x = p + q.yz  r = c.g  y = if b then i else n }";
    let patch = patch.replace("  r", "\nr").replace("  y", "\ny");
    let csv = "i,b,c,p,q,a name\n-3,yes,#0f0,\"(1, 2)\",1 2 3,0.5\n7,false,#00000080,3 4,\"4,5,6\",-1\n";
    let files = [("v.csv", csv)];
    check_in(&patch, &files, "d.x", 0, &[3.0, 5.0, 8.0, 10.0]);
    check_in(&patch, &files, "d.r", 0, &[1.0, 0.0]);
    check_in(&patch, &files, "d.y", 0, &[-3.0, -1.0]);
    let json =
        "[{\"i\": -3, \"b\": true, \"c\": \"#0f0\", \"p\": [1, 2], \"q\": [1, 2, 3], \"a name\": 0.5}]";
    let patch = patch.replace("v.csv", "v.json");
    check_in(&patch, &[("v.json", json)], "d.x", 0, &[3.0, 5.0]);
}

#[test]
fn bad_rows_are_left_out_with_a_word() {
    let patch = "data rows from \"v.csv\" { a: float } skip bad\nx = rows.count + rows.a[1]";
    let compiled = compiled(patch, &[("v.csv", "a\n1\nn/a\n2,3\n5\n")]);
    let codes: Vec<Code> = compiled.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, [Code::DataCell], "{}", compiled.render());
    let mut engine = engine_at(compiled.program.expect("a warning only"), 0);
    assert_eq!(value(&mut engine, "x"), [7.0]);
}

#[test]
fn data_is_among_the_files_that_are_watched() {
    let patch = "use \"a.pav\" as a\ndata rows from \"./v.csv\" { a: float }\nx = rows.a[0] + a.y";
    let used = "data own from \"x/../v.csv\" { a: float }\ny = own.a[0]";
    let compiled = compiled(patch, &[("a.pav", used), ("v.csv", "a\n21\n")]);
    assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
    assert_eq!(compiled.files, ["patch.pav", "a.pav", "v.csv"]);
    assert_eq!(compiled.text("v.csv"), Some("a\n21\n"));
    // One that is not there is looked for.
    assert_eq!(self::compiled(patch, &[("a.pav", used)]).files, ["patch.pav", "a.pav", "v.csv"]);
}

#[test]
fn series_are_sampled() {
    let csv = "country,year,value\nb,2000,10\na,2000,1\na,2010,5\nb,2020,30\na,2004,2\nc,1990,7\n";
    let data = "data gdp from \"v.csv\" { country: text, year: int, value: float }\n";
    let check = |patch: &str, name: &str, frame: u64, expected: &[f64]| {
        check_in(&format!("{data}{patch}"), &[("v.csv", csv)], name, frame, expected);
    };
    let of =
        |key: &str, at: &str| format!("x = sample(gdp.value, gdp.year, {at}, keys: gdp.country, key: {key})");
    for (key, at, expected) in [
        ("\"a\"", "1900", 1.0),
        ("\"a\"", "2002", 1.5),
        ("\"a\"", "2004", 2.0),
        ("\"a\"", "2007", 3.5),
        ("\"a\"", "2090", 5.0),
        ("\"b\"", "2005", 15.0),
        ("\"c\"", "2005", 7.0),
    ] {
        check(&of(key, at), "x", 0, &[expected]);
    }
    check(&of("\"b\"", "2000 + 2 * frame"), "x", 5, &[20.0]);
    let bars = format!("now = 2000 + frame\ndomain d from gdp take 3 {{ {} }}", of("country", "now"));
    check(&bars, "d.x", 0, &[10.0, 1.0, 1.0]);
    check(&bars, "d.x", 2, &[12.0, 1.5, 1.5]);
    let other = "names = [\"c\", \"nobody\", \"a\", \"b\"]\ndomain d[4] { ";
    check(&format!("{other}{} }}", of("names[index]", "2010")), "d.x", 0, &[7.0, 0.0, 5.0, 20.0]);
    check(&format!("{other}{} }}", of("\"b\"", "2000 + 10 * index")), "d.x", 0, &[10.0, 20.0, 30.0, 30.0]);
    // Long ones, against the plain way.
    let many: Vec<(u32, f64)> = (0..1000).map(|k| (k, f64::from(hash::hash(k) % 1000))).collect();
    let rows: String = many.iter().rev().map(|(k, v)| format!("{},{v}\n", k * 3)).collect();
    let patch = "data s from \"v.csv\" { t: float, v: float }\n\
                 domain d[3000] { x = sample(s.v, s.t, index) }\nx = sample(s.v, s.t, 40 * frame)";
    let plain = |at: u32| {
        let (row, share) = ((at / 3).min(999) as usize, f64::from(at % 3) / 3.0);
        let next = (row + 1).min(999);
        many[row].1 + (many[next].1 - many[row].1) * if row == next { 0.0 } else { share }
    };
    let expected: Vec<f64> = (0..3000).map(plain).collect();
    check_in(patch, &[("v.csv", &format!("t,v\n{rows}"))], "d.x", 0, &expected);
    check_in(patch, &[("v.csv", &format!("t,v\n{rows}"))], "x", 17, &[plain(680)]);
}

/// Elements are those of their keys, whatever becomes of the file: state, order and those that come and go.
#[test]
fn keys_say_which_element_is_which() {
    let patch = "data rows from \"v.csv\" { name: text, value: float }
        domain bars from rows sort by value desc keyed by name {
            state frames = 0
            next frames = frames + 1
            x = value ~ preserve
            who = if name == \"a\" then 1 else if name == \"b\" then 2 else if name == \"c\" then 3 else 4
            draw circle { position: (x, 0.5), size: 0.1, color: #fff }
        }
        many = bars.count";
    let program = |csv: &str| {
        let compiled = compiled(patch, &[("v.csv", csv)]);
        assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
        compiled.program.expect("it is good")
    };
    let mut engine = engine_at(program("name,value\na,0.1\nb,0.3\nc,0.2\n"), 0);
    let check = |engine: &mut crate::engine::Engine, name: &str, expected: &[f64]| {
        assert_near(&value(engine, name), expected, name);
    };
    check(&mut engine, "bars.who", &[2.0, 3.0, 1.0]);
    check(&mut engine, "many", &[3.0]);
    engine.frame(1).expect("frame 1");
    engine.frame(2).expect("frame 2");
    check(&mut engine, "bars.frames", &[2.0, 2.0, 2.0]);
    // Another order, one that is gone and one that is new.
    engine.swap(program("name,value\nd,0.5\nc,0.4\na,0.45\n")).expect("it fits");
    check(&mut engine, "bars.who", &[4.0, 1.0, 3.0]);
    check(&mut engine, "bars.frames", &[0.0, 2.0, 2.0]);
    // What was on screen is on screen: a at 0.1, c at 0.2, and d where it belongs.
    let shown: Vec<f32> = {
        let frame = engine.last_frame().expect("a frame");
        let pass = frame.passes().next().expect("a pass");
        (0..3).map(|element| pass.x.get(element)).collect()
    };
    assert_near(&shown.into_iter().map(f64::from).collect::<Vec<_>>(), &[0.5, 0.1, 0.2], "what is shown");
    engine.frame(3).expect("frame 3");
    check(&mut engine, "bars.frames", &[1.0, 3.0, 3.0]);
    check(&mut engine, "bars.who", &[4.0, 1.0, 3.0]);
    // From the start again, and by a seek.
    engine.reset();
    engine.seek(2).expect("frame 2");
    check(&mut engine, "bars.who", &[4.0, 1.0, 3.0]);
    check(&mut engine, "bars.frames", &[2.0, 2.0, 2.0]);
    engine.seek(1).expect("frame 1");
    check(&mut engine, "bars.frames", &[1.0, 1.0, 1.0]);
}

/// Large files are read in a time that is linear, and what is over a limit is refused with the limit.
#[test]
fn many_rows() {
    let rows = |count: u32| -> String {
        let row = |k: u32| format!("name {},{},{}\n", k % 1000, f64::from(hash::hash(k)) / 1e3, k / 1000);
        std::iter::once("name,value,year\n".to_owned()).chain((0..count).map(row)).collect()
    };
    let patch = "data rows from \"v.csv\" { name: text, value: float, year: int }
        top = rows where year >= 50 and value > 1000 sort by value desc take 100
        domain d from top { x = value }
        domain all from rows { y = value * year }
        z = rows.value[int(frame)]";
    let compiled = compiled(patch, &[("v.csv", &rows(100_000))]);
    assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
    let program = compiled.program.expect("it is good");
    assert_eq!(program.data().domains.iter().map(|domain| domain.count).collect::<Vec<_>>(), [100, 100_000]);
    let again = crate::program::Program::from_json(&program.to_json(), "again").expect("it reads back");
    assert_eq!(again, program);
    let compiled = self::compiled(patch, &[("v.csv", &rows((1 << 20) + 1))]);
    let first = compiled.diagnostics.iter().next().expect("there are too many");
    assert_eq!(
        (first.code, first.message.contains("1048576")),
        (Code::PatchTooLarge, true),
        "{}",
        first.message
    );
}

/// A folder of its own, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("pavane-data-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder of its own");
        Self(folder)
    }

    /// The first thing that is said about a patch that reads a file of the folder.
    fn said(&self, file: &str) -> (Code, String) {
        let patch = self.0.join("patch.pav");
        let text = format!("data rows from \"{file}\" {{ a: float }}\nx = rows.a[0]\n");
        let compiled = compile(&text, &patch.to_string_lossy(), &super::super::Folder::of(&patch));
        let first = compiled.diagnostics.iter().next().expect("something is wrong");
        (first.code, first.message.clone())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn files_that_are_no_texts() {
    let folder = Folder::new("no-texts");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.0.join(name), bytes).expect("it is written");
    write("wide.csv", &[0xff, 0xfe, b'a', 0, b'\n', 0, b'1', 0]);
    write("latin.csv", b"a\n\xe4\n");
    std::fs::create_dir(folder.0.join("folder.csv")).expect("a folder");
    for name in ["wide.csv", "latin.csv", "folder.csv", "none.csv"] {
        let (code, message) = folder.said(name);
        assert_eq!(code, Code::DataFile, "{name}: {message}");
        assert!(message.contains("cannot read"), "{name}: {message}");
    }
    assert!(folder.said("wide.csv").1.contains("UTF-8"));
    // A line of ten megabytes, with its place.
    write("long.csv", format!("a\n{}x\n", "1".repeat(10 << 20)).as_bytes());
    let (code, message) = folder.said("long.csv");
    assert_eq!(code, Code::DataCell);
    assert!(message.len() < 200, "{}", message.len());
    // More columns than anybody means.
    write("wide_row.csv", format!("a{}\n1{}\n", ",b".repeat(200_000), ",2".repeat(199_999)).as_bytes());
    assert_eq!(folder.said("wide_row.csv").0, Code::DataRow);
}

/// A pipe would be waited for.
#[cfg(unix)]
#[test]
fn pipes_are_not_read() {
    let folder = Folder::new("pipes");
    let made = std::process::Command::new("mkfifo").arg(folder.0.join("pipe.csv")).status();
    if made.is_ok_and(|status| status.success()) {
        let (code, message) = folder.said("pipe.csv");
        assert_eq!(code, Code::DataFile);
        assert!(message.contains("pipe"), "{message}");
    }
}

/// Whatever a file holds, it is read or something is said about it, with a place that there is.
#[test]
fn rubbish_is_read_or_refused() {
    let good = [
        ("v.csv", "a,b\n1,\"x, \"\"y\"\"\"\n-2.5e3,\u{e4}\n"),
        ("v.json", "[{\"a\": 1, \"b\": \"x\"}, {\"b\": \"\\u00e4\", \"a\": -2.5e3, \"c\": [1, {}]}]"),
        ("v.jsonl", "{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2, \"b\": null}\n"),
    ];
    let pieces = [
        "\"",
        ",",
        "\n",
        "\r",
        "{",
        "}",
        "[",
        "]",
        "\u{feff}",
        "\0",
        "1e999",
        "\\",
        "\u{1f600}",
        ":",
        ";",
        "\t",
    ];
    for (file, text) in good {
        let patch = format!("data rows from \"{file}\" {{ a: float, b: text }}\nx = rows.count");
        let characters: Vec<char> = text.chars().collect();
        for round in 0..600_u32 {
            let random = |salt: u32, below: usize| hash::hash2(round, salt) as usize % below.max(1);
            let mut changed = characters.clone();
            for change in 0..=random(1, 3) as u32 {
                let at = random(2 + 4 * change, changed.len());
                match random(3 + 4 * change, 3) {
                    0 => changed.truncate(at),
                    1 if at < changed.len() => drop(changed.remove(at)),
                    _ => {
                        let piece = pieces[random(4 + 4 * change, pieces.len())];
                        changed.splice(at..at, piece.chars());
                    }
                }
            }
            let changed: String = changed.into_iter().collect();
            let compiled = compiled(&patch, &[(file, &changed)]);
            assert_eq!(compiled.program.is_none(), compiled.diagnostics.has_errors(), "{changed:?}");
            for diagnostic in &compiled.diagnostics {
                assert!(diagnostic.line > 0 && diagnostic.help.is_some(), "{diagnostic:?} of {changed:?}");
            }
            compiled.render();
        }
    }
}

#[test]
fn rows_are_grouped() {
    let check = |groups: &str, value: &str, expected: &[f64]| {
        check(&format!("{{ g = rows group by {groups}  {value} }}"), expected);
    };
    check("year { n: count() }", "g.count", &[3.0]);
    check("year { n: count() }", "g.n[1]", &[2.0]);
    check("year { n: count() }", "g.year[1]", &[2020.0]);
    check("year { total: sum(value), best: max(value) }", "g.total[1]", &[10.5]);
    check("year { total: sum(value * 2 + year), best: max(value) }", "g.total[1]", &[4061.0]);
    check("year { who: last(name) }", "if g.who[1] == \"east\" then 1 else 0", &[1.0]);
    check("old: year < 2020 { n: count(value > 1), m: mean(value) }", "g.n[1]", &[1.0]);
    check(
        "old: year < 2020 { any: any(value > 1)\n all: all(value > 1) }",
        "if g.any[1] and not g.all[1] then 1 else 0",
        &[1.0],
    );
    check("year, up: value > 1 {}", "g.count", &[4.0]);
    check("year { n: count() } where n == 1 sort by year desc take 1", "g.year[0]", &[2021.0]);
    check("year { n: count() } group by n { k: count() }", "g.k[0]", &[2.0]);
    check("n: 1 { half: median(value) }", "g.half[0]", &[1.25]);
    check("n: round(value / 100) { k: count() }", "g.k[0]", &[4.0]);
    let patch = "data rows from \"v.csv\" { name: text, value: float, year: int }
        domain bars from rows group by year { total: sum(value) } keyed by year { x = total + year; state s = total; next s = s }
        total = sum(bars.total)";
    check_in(patch, &[("v.csv", CSV)], "bars.x", 0, &[2021.0, 2030.5, 2018.0]);
    check_in(patch, &[("v.csv", CSV)], "bars.s", 2, &[2.0, 10.5, -3.0]);
    let empty = patch.replace("from rows group", "from rows where year > 3000 group");
    check_in(&empty, &[("v.csv", CSV)], "total", 0, &[0.0]);
}

/// Groups of many rows, against plain loops.
#[test]
fn groups_are_as_in_plain_loops() {
    for count in [1_u32, 2, 7, 60, 900] {
        let random = |row: u32, salt: u32| hash::hash(row * 8 + salt);
        let rows: Vec<(u32, u32, f64)> = (0..count)
            .map(|row| {
                (random(row, 1) % 7, random(row, 2) % 3, f64::from(random(row, 3) % 2000) / 8.0 - 100.0)
            })
            .collect();
        let mut csv = "a,b,v\n".to_owned();
        rows.iter().for_each(|(a, b, v)| csv += &format!("{a},t{b},{v}\n"));
        let mut groups: Vec<(u32, u32, Vec<f64>)> = Vec::new();
        for &(a, b, v) in &rows {
            match groups.iter_mut().find(|group| (group.0, group.1) == (a, b)) {
                Some(group) => group.2.push(v),
                None => groups.push((a, b, vec![v])),
            }
        }
        let patch = "data rows from \"v.csv\" { a: int, b: text, v: float }
            domain d from rows group by a, b {
                n: count(), up: count(v > 0), total: sum(v), middle: mean(v), least: min(v), most: max(v)
                half: median(v), begin: first(v), end: last(v)
            } {
                x = a; y = n; z = up; t = total; m = middle; l = least; h = most; k = half; f = begin; e = end
            }";
        let check = |name: &str, of: &dyn Fn(&[f64]) -> f64| {
            let expected: Vec<f64> = groups.iter().map(|group| of(&group.2)).collect();
            check_in(patch, &[("v.csv", &csv)], &format!("d.{name}"), 0, &expected);
        };
        let sorted = |v: &[f64]| {
            let mut v = v.to_vec();
            v.sort_by(f64::total_cmp);
            v
        };
        let keys: Vec<f64> = groups.iter().map(|group| f64::from(group.0)).collect();
        check_in(patch, &[("v.csv", &csv)], "d.x", 0, &keys);
        check("y", &|v| v.len() as f64);
        check("z", &|v| v.iter().filter(|&&v| v > 0.0).count() as f64);
        check("t", &|v| v.iter().sum());
        check("m", &|v| v.iter().sum::<f64>() / v.len() as f64);
        check("l", &|v| sorted(v)[0]);
        check("h", &|v| sorted(v)[v.len() - 1]);
        check("k", &|v| (sorted(v)[(v.len() - 1) / 2] + sorted(v)[v.len() / 2]) / 2.0);
        check("f", &|v| v[0]);
        check("e", &|v| v[v.len() - 1]);
    }
}

/// A graph whose links are rows of two indexes.
#[test]
fn a_graph_of_rows() {
    let patch = "data edges from \"edges.csv\" { from: int, to: int }
        domain nodes[4] {
            state place = (index, 10 * index)
            pull   = sum(links.force, by: links.to) - sum(links.force, by: links.from)
            degree = tally(by: links.from) + tally(by: links.to)
            next place = place + pull / 2
            draw circle { position: place, size: 0.01 * degree, color: #fff }
        }
        domain links from edges {
            a = nodes.place at from
            b = nodes.place at to
            force = a - b
            draw rect { position: (a + b) / 2, size: (distance(a, b), 0.002), rotation: heading(b - a), color: #888 }
        }";
    let files = [("edges.csv", "from,to\n0,1\n0,2\n2,3\n")];
    check_in(patch, &files, "nodes.degree", 0, &[2.0, 1.0, 2.0, 1.0]);
    check_in(patch, &files, "links.force", 0, &[-1.0, -10.0, -2.0, -20.0, -1.0, -10.0]);
    check_in(patch, &files, "nodes.place", 1, &[1.5, 15.0, 0.5, 5.0, 1.5, 15.0, 2.5, 25.0]);
}
