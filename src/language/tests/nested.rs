//! Domains inside of domains, against nested loops.

use super::data::compiled;
use super::{assert_near, engine_at, played, program, value};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::program::Program;
use crate::world::Capacity;

/// Every way in which elements of the two domains see one another.
const ALL: &str = "
    domain bars[N] {
        y = (index * 7 + 3) % 5
        state steps = y
        next steps = steps + 1
        timeline rise over time - 10ms * index { up: 100ms }
        domain digits[M] {
            v       = (index * 5 + parent.index * 3 + 1) % 7
            outer   = y * 100 + parent.y * 10 + parent.index
            own     = index
            share   = rank
            many    = count
            others  = parent.count
            lifted  = steps
            risen   = rise.up
            total   = sum(v)
            middle  = mean(v)
            least   = min(v)
            most    = max(v)
            placed  = place(v)
            ordered = order(v)
            sort    = sorted(v)
            running = running_sum(v)
            highest = running_max(v)
            passed  = running_count(v > 2)
            behind  = next(v)
            before  = previous(v, edge: wrap)
            further = neighbor(v, 2)
            taken   = v at (index + 1) wrap
            held    = v at (index - 1)
            begin   = first(v)
            end     = last(v)
            half    = median(v)
            counted = tally(v > 2)
            is_any  = if any(v > 5) then 1 else 0
            is_all  = if all(v > 0) then 1 else 0
            best    = argmax(v)
            every   = sum(bars.y)
            third   = bars.y at 2
            state s = y
            next s  = s + v
            later   = delay(v, 1)
        }
        domain marks[2] { seen = sum(digits.v) + index }
        total = sum(digits.v)
        least = min(digits.v)
        third = digits.v at 1
        many  = digits.count
        worst = argmin(digits.v)
        seen  = sum(marks.seen)
    }
    all   = sum(bars.digits.v)
    most  = max(bars.digits.v)
    many  = bars.digits.count
    fifth = bars.digits.v at 4
";

/// What elements have, by the name of the value.
struct Naive {
    bars: Vec<f64>,
    /// Of each bar.
    digits: Vec<Vec<f64>>,
}

impl Naive {
    fn new(n: usize, m: usize) -> Self {
        let digit = |bar: usize, own: usize| ((own * 5 + bar * 3 + 1) % 7) as f64;
        let digits = (0..n).map(|bar| (0..m).map(|own| digit(bar, own)).collect()).collect();
        Self { bars: (0..n).map(|bar| ((bar * 7 + 3) % 5) as f64).collect(), digits }
    }

    /// A value of each digit, of what its bar is and has, the digits of that and its own place among them.
    fn inner(&self, of: impl Fn(usize, f64, &[f64], usize) -> f64) -> Vec<f64> {
        let bars = self.bars.iter().zip(&self.digits).enumerate();
        bars.flat_map(|(bar, (&y, v))| (0..v.len()).map(move |own| (bar, y, v, own)))
            .map(|(bar, y, v, own)| of(bar, y, v, own))
            .collect()
    }

    fn outer(&self, of: impl Fn(&[f64]) -> f64) -> Vec<f64> {
        self.digits.iter().map(|v| of(v)).collect()
    }
}

/// The places of values from the smallest on, ties by their index.
fn order(v: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..v.len()).collect();
    order.sort_by(|&a, &b| v[a].total_cmp(&v[b]));
    order
}

fn fold(v: &[f64], of: fn(f64, f64) -> f64) -> f64 {
    v.iter().copied().reduce(of).unwrap_or(0.0)
}

fn median(v: &[f64]) -> f64 {
    let sorted: Vec<f64> = order(v).into_iter().map(|at| v[at]).collect();
    (sorted[(v.len() - 1) / 2] + sorted[v.len() / 2]) / 2.0
}

/// The first of those with the largest value.
fn argmax(v: &[f64]) -> usize {
    (0..v.len()).fold(0, |best, at| if v[at] > v[best] { at } else { best })
}

fn engine_of(program: Program, threads: usize, frame: u64) -> Engine {
    let capacity = Capacity::default().max(Engine::needs(&program, Demand::Everything));
    let settings =
        EngineSettings { demand: Demand::Everything, capacity, threads, ..EngineSettings::default() };
    let mut engine = Engine::with_settings(program, settings).unwrap();
    for index in 0..=frame {
        engine.frame(index).unwrap();
    }
    engine
}

const FRAME: u64 = 3;

/// A value of an inner element: of its bar's index and `y`, the values of all of that bar, and its place among them.
type Inner<'a> = dyn Fn(usize, f64, &[f64], usize) -> f64 + 'a;

fn compare(n: usize, m: usize, engine: &mut Engine) {
    let naive = Naive::new(n, m);
    let mut check = |name: &str, expected: Vec<f64>| {
        assert_near(&value(engine, name), &expected, &format!("{name} of {n} times {m}"));
    };
    let frames = FRAME as f64;
    let mut inner = |name: &str, of: &Inner<'_>| {
        check(&format!("bars.digits.{name}"), naive.inner(of));
    };
    inner("v", &|_, _, v, own| v[own]);
    inner("outer", &|bar, y, _, _| y * 110.0 + bar as f64);
    inner("own", &|_, _, _, own| own as f64);
    inner("share", &|_, _, v, own| (own as f64 + 0.5) / v.len() as f64);
    inner("lifted", &|_, y, _, _| y + frames);
    inner("risen", &|bar, _, _, _| ((frames / 60.0 - 0.01 * bar as f64) / 0.1).clamp(0.0, 1.0));
    inner("total", &|_, _, v, _| v.iter().sum());
    inner("middle", &|_, _, v, _| v.iter().sum::<f64>() / v.len() as f64);
    inner("least", &|_, _, v, _| fold(v, f64::min));
    inner("most", &|_, _, v, _| fold(v, f64::max));
    inner("placed", &|_, _, v, own| order(v).iter().position(|&at| at == own).unwrap() as f64);
    inner("ordered", &|_, _, v, own| order(v)[own] as f64);
    inner("sort", &|_, _, v, own| v[order(v)[own]]);
    inner("running", &|_, _, v, own| v[..=own].iter().sum());
    inner("highest", &|_, _, v, own| fold(&v[..=own], f64::max));
    inner("passed", &|_, _, v, own| v[..=own].iter().filter(|&&v| v > 2.0).count() as f64);
    inner("behind", &|_, _, v, own| v[(own + 1).min(v.len() - 1)]);
    inner("before", &|_, _, v, own| v[(own + v.len() - 1) % v.len()]);
    inner("further", &|_, _, v, own| v[(own + 2).min(v.len() - 1)]);
    inner("taken", &|_, _, v, own| v[(own + 1) % v.len()]);
    inner("held", &|_, _, v, own| v[own.saturating_sub(1)]);
    inner("begin", &|_, _, v, _| v[0]);
    inner("end", &|_, _, v, _| v[v.len() - 1]);
    inner("half", &|_, _, v, _| median(v));
    inner("counted", &|_, _, v, _| v.iter().filter(|&&v| v > 2.0).count() as f64);
    inner("is_any", &|_, _, v, _| f64::from(v.iter().any(|&v| v > 5.0)));
    inner("is_all", &|_, _, v, _| f64::from(v.iter().all(|&v| v > 0.0)));
    inner("best", &|_, _, v, _| argmax(v) as f64);
    inner("s", &|_, y, v, own| y + frames * v[own]);
    inner("later", &|_, _, v, own| v[own]);
    // Of all bars they are one value.
    check("bars.digits.third", vec![naive.bars.get(2.min(n.saturating_sub(1))).copied().unwrap_or(0.0)]);
    check("bars.digits.every", vec![naive.bars.iter().sum()]);
    let total = |v: &[f64]| v.iter().sum::<f64>();
    check("bars.total", naive.outer(total));
    check("bars.least", naive.outer(|v| fold(v, f64::min)));
    check("bars.third", naive.outer(|v| v.get(1.min(v.len().saturating_sub(1))).copied().unwrap_or(0.0)));
    check("bars.seen", naive.outer(|v| 2.0 * total(v) + 1.0));
    let worst = |v: &[f64]| argmax(&v.iter().map(|v| -v).collect::<Vec<_>>()) as f64;
    check("bars.worst", naive.outer(worst));
    let all: Vec<f64> = naive.inner(|_, _, v, own| v[own]);
    check("all", vec![all.iter().sum()]);
    check("most", vec![fold(&all, f64::max)]);
    check("many", vec![all.len() as f64]);
    check("fifth", vec![all.get(4.min(all.len().saturating_sub(1))).copied().unwrap_or(0.0)]);
}

/// Nested loops say the same, for many sizes, and any number of threads gives the same bits.
#[test]
fn all_is_as_in_nested_loops() {
    for (n, m) in [(1, 1), (2, 3), (10, 3), (3, 10), (7, 1), (1, 9), (31, 17), (400, 13), (0, 3), (3, 0)] {
        let source = ALL.replace('N', &n.to_string()).replace('M', &m.to_string());
        let program = program(&source);
        let again = Program::from_json(&program.to_json(), "again").unwrap();
        let mut first = engine_of(program, 1, FRAME);
        compare(n, m, &mut first);
        for threads in [2, 4] {
            let mut other = engine_of(again.clone(), threads, FRAME);
            for name in
                ["outer", "lifted", "total", "sort", "half", "s"].map(|name| format!("bars.digits.{name}"))
            {
                let [a, b] = [&mut first, &mut other].map(|engine| value(engine, &name));
                let bits = |values: Vec<f64>| values.into_iter().map(f64::to_bits).collect::<Vec<_>>();
                assert_eq!(bits(a), bits(b), "{name} of {n} times {m} on {threads} threads");
            }
        }
    }
}

#[track_caller]
fn check(source: &str, name: &str, expected: &[f64]) {
    assert_near(&value(&mut played(source, 0), name), expected, source);
}

#[test]
fn three_deep() {
    let source = "
        domain a[2] {
            k = index + 1
            domain b[3] {
                k2 = k * 10 + index
                domain c[4] {
                    x = parent.index * 10 + parent.parent.index * 100 + index
                    y = k2 + k * 1000
                    z = sum(x)
                    n = count
                }
                s = sum(c.x)
                many = c.count
            }
            t = sum(b.s)
            u = max(b.c.x)
            v = b.c.x at 5
        }
        all = a.b.c.count
    ";
    let x = |a: usize, b: usize, c: usize| (b * 10 + a * 100 + c) as f64;
    let rows = |a: usize, b: usize| (0..4).map(move |c| x(a, b, c));
    let all: Vec<(usize, usize)> = (0..2).flat_map(|a| (0..3).map(move |b| (a, b))).collect();
    check(source, "a.b.c.x", &all.iter().flat_map(|&(a, b)| rows(a, b)).collect::<Vec<_>>());
    let sums: Vec<f64> = all.iter().map(|&(a, b)| rows(a, b).sum()).collect();
    check(source, "a.b.s", &sums);
    check(source, "a.b.c.z", &sums.iter().flat_map(|&sum| [sum; 4]).collect::<Vec<_>>());
    let outer = |a: usize, b: usize| ((a + 1) * 1010 + b) as f64;
    check(source, "a.b.c.y", &all.iter().flat_map(|&(a, b)| [outer(a, b); 4]).collect::<Vec<_>>());
    check(source, "a.t", &[sums[..3].iter().sum(), sums[3..].iter().sum()]);
    check(source, "a.u", &[x(0, 2, 3), x(1, 2, 3)]);
    check(source, "a.v", &[x(0, 1, 1), x(1, 1, 1)]);
    check(source, "all", &[24.0]);
}

#[test]
fn what_blocks_see_of_one_another() {
    let check = |inner: &str, expected: &[f64]| {
        let source = format!(
            "y = 5\nfn twice(x) = x * 2\nfn place_of() = index\ndomain a[2] {{ z = index * 10\n color = #f00\n domain b[2] {{ {inner} }} }}"
        );
        check(&source, "a.b.x", expected);
    };
    check("x = y + z * 1", &[5.0, 5.0, 15.0, 15.0]);
    check("y = 7; x = y + index", &[7.0, 8.0, 7.0, 8.0]);
    check("z = index; x = z + parent.z", &[0.0, 1.0, 10.0, 11.0]);
    check("x = twice(z) + place_of()", &[0.0, 1.0, 20.0, 21.0]);
    check("x = parent.rank + index", &[0.25, 1.25, 0.75, 1.75]);
    check("parent = 3; x = parent + index", &[3.0, 4.0, 3.0, 4.0]);
    check("p = (z, index); x = p.x + p.y", &[0.0, 1.0, 10.0, 11.0]);
    check("x = parent.color.r + index", &[1.0, 2.0, 1.0, 2.0]);
    check("x = if z > 5 then 1 else index", &[0.0, 1.0, 1.0, 1.0]);
    check("state s = z; next s = s; x = s + index", &[0.0, 1.0, 10.0, 11.0]);
    check("at birth s = z; x = s + index", &[0.0, 1.0, 10.0, 11.0]);
    check("position = (index * 0.1, z * 0.1); x = count(other near (position, 0.15))", &[1.0; 4]);
    check(
        "position = (index * 0.1, z * 0.1); x = sum(other.z + other.index for other near (position, 0.15))",
        &[1.0, 0.0, 11.0, 10.0],
    );
    check("x = stagger(0.25, rank, overlap: 0)", &[0.5, 0.0, 0.5, 0.0]);
}

/// Rows make both kinds, and keys of the outer one go on in the inner one.
#[test]
fn of_rows() {
    let csv = "name,size\nnorth,3\nsouth,-1\neast,8\n";
    let patch = "data rows from \"v.csv\" { name: text, size: float }
        domain bars from rows keyed by name {
            domain digits[2] { x = size + index; y = parent.size; state s = 0; next s = s + size }
            domain all from rows { z = size + parent.size * 10 }
            total = sum(digits.x)
        }";
    let find = |csv: &str, patch: &str| compiled(patch, &[("v.csv", csv)]).program.unwrap();
    let program = find(csv, patch);
    let read = Program::from_json(&program.to_json(), "again").unwrap();
    assert_eq!(read.data(), program.data());
    let mut engine = engine_at(read, 4);
    assert_eq!(value(&mut engine, "bars.digits.x"), [3.0, 4.0, -1.0, 0.0, 8.0, 9.0]);
    assert_eq!(value(&mut engine, "bars.digits.y"), [3.0, 3.0, -1.0, -1.0, 8.0, 8.0]);
    assert_eq!(value(&mut engine, "bars.total"), [7.0, -1.0, 17.0]);
    assert_eq!(value(&mut engine, "bars.all.z"), [33.0, 29.0, 38.0, -7.0, -11.0, -2.0, 83.0, 79.0, 88.0]);
    // Another order and a row less, and one digit more: what stays goes on.
    let edited = patch.replace("digits[2]", "digits[3]");
    engine.swap(find("name,size\neast,8\nnorth,3\n", &edited)).unwrap();
    assert_eq!(value(&mut engine, "bars.digits.s"), [32.0, 32.0, 0.0, 12.0, 12.0, 0.0]);
}

/// An edit of either count keeps the state of the elements that stay.
#[test]
fn edits_keep_state() {
    let patch = |n: u32, m: u32| {
        program(&format!(
            "domain bars[{n}] {{ domain digits[{m}] {{ state s = parent.index * 10 + index; next s = s + 100 }} }}"
        ))
    };
    let mut engine = engine_at(patch(2, 2), 1);
    assert_eq!(value(&mut engine, "bars.digits.s"), [100.0, 101.0, 110.0, 111.0]);
    engine.swap(patch(3, 3)).unwrap();
    assert_eq!(
        value(&mut engine, "bars.digits.s"),
        [100.0, 101.0, 2.0, 110.0, 111.0, 12.0, 20.0, 21.0, 22.0]
    );
    engine.swap(patch(1, 2)).unwrap();
    assert_eq!(value(&mut engine, "bars.digits.s"), [100.0, 101.0]);
}

/// A value of the outer element is what `at` reads, no more: the same program but for names.
#[test]
fn what_is_read_across_is_read_by_an_index() {
    let nested = program(
        "domain bars[10] { y = noise(index * 0.3 + time)\n domain digits[3] { x = y * 2\n draw circle { position: (x, 0.5), size: 0.1, color: #fff } } }",
    );
    let flat = program(
        "domain bars[10] { y = noise(index * 0.3 + time) }\n domain digits[30] { x = (bars.y at div(index, 3)) * 2\n draw circle { position: (x, 0.5), size: 0.1, color: #fff } }",
    );
    let ops = |program: &Program| {
        let mut ops: Vec<String> = program.data().nodes.iter().map(|node| format!("{:?}", node.op)).collect();
        ops.sort();
        ops
    };
    assert_eq!(ops(&nested), ops(&flat));
}
