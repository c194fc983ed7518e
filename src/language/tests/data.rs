//! Data: from files to the values of elements, and the preview's list of files.

use std::collections::BTreeMap;

use super::super::{Compiled, compile};
use super::{assert_near, engine_at, value};
use crate::diagnostic::Code;

/// A patch with its files.
fn compiled(patch: &str, files: &[(&str, &str)]) -> Compiled {
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
    check("domain d from rows { value = 7\nx = value * 2 }", "d.x", &[14.0; 4]);
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
