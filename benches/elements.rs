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
    let mut seed = 1_u32;
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

criterion_group!(benches, patches, plain);
criterion_main!(benches);
