//! `cargo bench --bench elements`: elements that know each other, 15 000 of them on one thread, beside the plain scalar Rust
//! that does the same, in the same run.
//!
//! A patch's frame has more to do than the one loop (its sweeps, its schedule): a patch without the operation is measured, too,
//! so what the operation takes is the difference.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pavane::engine::{Engine, EngineSettings};
use pavane::language::{NoFiles, compile};

const COUNT: usize = 15_000;

/// A patch whose dots are as large as an expression says, of `x`, which differs in every frame.
fn engine(size: &str) -> Engine {
    let patch = format!(
        "domain dots[{COUNT}] {{
             x = fract(random(1) + scalar(time))
             k = int(random(2) * {COUNT})
             place = (x, random(3))
             draw circle {{ position: (x, rank), size: {size}, color: #fff }}
         }}"
    );
    let compiled = compile(&patch, "dots.pav", &NoFiles);
    let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let settings = EngineSettings { threads: 1, ..EngineSettings::default() };
    Engine::fitted(program, 1.0, settings).expect("it fits what it needs")
}

/// Numbers in 0..1 without an order.
fn numbers() -> Vec<f32> {
    seeded(1)
}

fn seeded(mut seed: u32) -> Vec<f32> {
    let next = |_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as f32 / (1 << 24) as f32
    };
    (0..COUNT).map(next).collect()
}

fn patches(c: &mut Criterion) {
    let mut group = c.benchmark_group("elements of a patch");
    let ways = [
        ("none of it", "0.01 * x"),
        ("at", "0.01 * (x at k)"),
        ("running_sum", "0.01 * running_sum(x)"),
        ("place", "0.01 * place(x)"),
        ("sum by key", "0.01 * sum(x, by: k)"),
        // Twelve others on average.
        (
            "near",
            "0.001 * count(other near (place, 0.016)) + 0.01 * mean(other.x for other near (place, 0.016))",
        ),
    ];
    for (name, size) in ways {
        let mut engine = engine(size);
        let mut index = 0;
        group.bench_function(name, |b| {
            b.iter(|| {
                index += 1;
                black_box(engine.frame(index).expect("a frame").passes().len())
            });
        });
    }
    group.finish();
}

fn plain(c: &mut Criterion) {
    let mut group = c.benchmark_group("elements in plain Rust");
    let values = numbers();
    let keys: Vec<i32> = numbers().iter().map(|x| (x * COUNT as f32) as i32).collect();
    let mut result = vec![0.0_f32; COUNT];
    group.bench_function("at", |b| {
        b.iter(|| {
            for (result, &key) in result.iter_mut().zip(black_box(&keys)) {
                *result = values[key.clamp(0, COUNT as i32 - 1) as usize];
            }
            black_box(&mut result);
        });
    });
    group.bench_function("running_sum", |b| {
        b.iter(|| {
            let mut sum = 0.0;
            for (result, &value) in result.iter_mut().zip(black_box(&values)) {
                sum += f64::from(value);
                *result = sum as f32;
            }
            black_box(&mut result);
        });
    });
    let mut order: Vec<(u32, u32)> = Vec::with_capacity(COUNT);
    group.bench_function("place, sorted by (key, index)", |b| {
        b.iter(|| {
            order.clear();
            order.extend((0..).zip(black_box(&values)).map(|(k, value)| (value.to_bits(), k)));
            order.sort_unstable_by_key(|&entry| entry);
            for (place, &(_, element)) in (0..).zip(&order) {
                result[element as usize] = f32::from_bits(place);
            }
            black_box(&mut result);
        });
    });
    let mut sums = vec![0.0_f64; COUNT];
    group.bench_function("sum by key", |b| {
        b.iter(|| {
            sums.fill(0.0);
            for (&key, &value) in black_box(&keys).iter().zip(&values) {
                sums[key as usize] += f64::from(value);
            }
            result.iter_mut().zip(&sums).for_each(|(result, &sum)| *result = sum as f32);
            black_box(&mut result);
        });
    });
    group.finish();
}

/// Place, value, element.
type Seat = ([f32; 2], f32, u32);

/// A uniform grid as one writes it by hand: cells as wide as the radius, places in the order of cells.
struct Grid {
    side: usize,
    cells: Vec<u32>,
    starts: Vec<u32>,
    seats: Vec<Seat>,
    found: Vec<(f64, u32, f32)>,
}

impl Grid {
    const RADIUS: f32 = 0.016;
    const MOST: usize = 32;

    fn new() -> Self {
        let side = (1.0 / Self::RADIUS) as usize;
        Self {
            side,
            cells: vec![0; COUNT],
            starts: vec![0; side * side + 1],
            seats: vec![([0.0; 2], 0.0, 0); COUNT],
            found: Vec::with_capacity(COUNT),
        }
    }

    fn sort(&mut self, [x, y]: [&[f32]; 2], values: &[f32]) {
        let column = |part: f32| ((part * self.side as f32) as usize).min(self.side - 1);
        self.starts.fill(0);
        for (cell, (&x, &y)) in self.cells.iter_mut().zip(x.iter().zip(y)) {
            *cell = (column(y) * self.side + column(x)) as u32;
            self.starts[*cell as usize] += 1;
        }
        let mut end = 0;
        for start in &mut self.starts {
            end += *start;
            *start = end;
        }
        for row in (0..COUNT).rev() {
            let start = &mut self.starts[self.cells[row] as usize];
            *start -= 1;
            self.seats[*start as usize] = ([x[row], y[row]], values[row], row as u32);
        }
    }

    /// Calls back for every seat with those that may be near it, in three pieces.
    fn each<'a>(&'a self, mut f: impl FnMut(&Seat, [&'a [Seat]; 3])) {
        let Self { side, starts, seats, .. } = self;
        let seats_of = |from: usize, to: usize| &seats[starts[from] as usize..starts[to] as usize];
        for row in 0..*side {
            for column in 0..*side {
                let [left, right] = [column.saturating_sub(1), (column + 2).min(*side)];
                let pieces = [0, 1, 2].map(|step| match (row + step).checked_sub(1) {
                    Some(row) if row < *side => seats_of(row * side + left, row * side + right),
                    _ => &[],
                });
                let cell = row * side + column;
                seats_of(cell, cell + 1).iter().for_each(|seat| f(seat, pieces));
            }
        }
    }

    /// How many others each has, and the mean of their values: added up as they come, in f32 distances.
    fn fold(&mut self, places: [&[f32]; 2], values: &[f32], counts: &mut [u32], means: &mut [f32]) {
        self.sort(places, values);
        let square = Self::RADIUS * Self::RADIUS;
        self.each(|&([x, y], _, own), pieces| {
            let (mut count, mut sum) = (0, 0.0);
            for piece in pieces {
                for &([there_x, there_y], value, other) in piece {
                    let (x, y) = (x - there_x, y - there_y);
                    if x * x + y * y < square && other != own {
                        count += 1;
                        sum += f64::from(value);
                    }
                }
            }
            counts[own as usize] = count;
            means[own as usize] = if count > 0 { (sum / f64::from(count)) as f32 } else { 0.0 };
        });
    }

    /// The same as pavane has it: distances in f64, no more than the nearest 32, added up in the order of the elements.
    fn fold_in_order(&mut self, places: [&[f32]; 2], values: &[f32], counts: &mut [u32], means: &mut [f32]) {
        self.sort(places, values);
        let square = f64::from(Self::RADIUS) * f64::from(Self::RADIUS);
        let mut found = std::mem::take(&mut self.found);
        self.each(|&([x, y], _, own), pieces| {
            found.clear();
            for piece in pieces {
                for &([there_x, there_y], value, other) in piece {
                    let (x, y) = (f64::from(x) - f64::from(there_x), f64::from(y) - f64::from(there_y));
                    let apart = x * x + y * y;
                    if apart < square && other != own {
                        found.push((apart, other, value));
                    }
                }
            }
            if found.len() > Self::MOST {
                found.select_nth_unstable_by(Self::MOST, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                found.truncate(Self::MOST);
            }
            found.sort_unstable_by_key(|&(_, other, _)| other);
            let sum: f64 = found.iter().map(|&(_, _, value)| f64::from(value)).sum();
            let count = found.len() as u32;
            counts[own as usize] = count;
            means[own as usize] = if count > 0 { (sum / f64::from(count)) as f32 } else { 0.0 };
        });
        self.found = found;
    }
}

fn plain_near(c: &mut Criterion) {
    let mut group = c.benchmark_group("elements in plain Rust");
    let (x, y) = (numbers(), seeded(77));
    let (mut counts, mut means) = (vec![0; COUNT], vec![0.0; COUNT]);
    let mut grid = Grid::new();
    group.bench_function("near, nearest 32 in order", |b| {
        b.iter(|| {
            grid.fold_in_order([black_box(&x), &y], &x, &mut counts, &mut means);
            black_box(&mut means);
        });
    });
    group.bench_function("near, as they come", |b| {
        b.iter(|| {
            grid.fold([black_box(&x), &y], &x, &mut counts, &mut means);
            black_box(&mut means);
        });
    });
    group.finish();
}

criterion_group!(benches, patches, plain, plain_near);
criterion_main!(benches);
