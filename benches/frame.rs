//! Criterion benchmarks that mirror the phases of a frame, and whole frames of GS1.

mod limit;
#[path = "limit/patch.rs"]
mod patch;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use fearless_simd::Level;
use pavane::engine::{Engine, EngineSettings, SimdLevel};
use pavane::frame::{FullInstance, Instance};
use pavane::program::{Builder, Op, Program, Reduction};
use pavane::world::Capacity;

fn built(build: impl FnOnce(&Builder)) -> Program {
    let builder = Builder::new("bench");
    build(&builder);
    builder.finish().expect("a good program")
}

fn engine(program: Program, threads: usize, level: SimdLevel) -> Engine {
    let capacity = Capacity::default().max(Capacity::for_program(&program, 1.0));
    let settings = EngineSettings { capacity, threads, level, ..EngineSettings::default() };
    Engine::with_settings(program, settings).expect("it fits")
}

/// Frame after frame of one engine.
fn frames(c: &mut Criterion, group: &str, name: &str, elements: u64, mut engine: Engine) {
    let mut group = c.benchmark_group(group);
    group.throughput(Throughput::Elements(elements));
    let mut index = 0;
    group.bench_function(name, |b| {
        b.iter(|| {
            index += 1;
            engine.frame(index).expect("frames go on").index()
        });
    });
}

fn load(c: &mut Criterion) {
    let program = built(|b| {
        let domain = b.domain("d", 1_000);
        let mut x = b.rank(domain);
        for k in 0..100 {
            x = b.field(domain, &format!("f{k}"), (x * 0.5 + b.time() * f64::from(k)).sin());
        }
        b.pass("p", domain).position(b.vec2(x, x)).size(x).color(b.hsv(x, 1.0, 1.0)).draw();
    });
    let json = program.to_json();
    c.bench_function("load/100 expressions from JSON", |b| {
        b.iter(|| Program::from_json(&json, "bench").expect("it was written by us"));
    });
    c.bench_function("load/100 expressions into an engine", |b| {
        let capacity = Capacity::for_program(&program, 1.0);
        b.iter(|| Engine::new(program.clone(), capacity).expect("it fits"));
    });
}

fn phases(c: &mut Criterion) {
    let one = |program| engine(program, 1, SimdLevel::Native);
    frames(c, "frame", "empty program", 1, one(built(|_| {})));
    frames(
        c,
        "signals",
        "1000 operations, 500 checked slots",
        1_000,
        one(built(|b| {
            for k in 0..500 {
                b.signal(&format!("s{k}"), b.time() * (f64::from(k) + 0.25) + f64::from(k) * 3.0);
            }
        })),
    );
    frames(
        c,
        "state",
        "250 lags",
        250,
        one(built(|b| {
            for k in 0..250 {
                let name = format!("s{k}");
                b.signal(&name, b.lag(&name, b.time() * f64::from(k), 0.25));
            }
        })),
    );
    frames(
        c,
        "state",
        "15000 lags, per element",
        15_000,
        one(built(|b| {
            let domain = b.domain("d", 15_000);
            let x = b.lag("x", b.rank(domain) * b.phase(4.0), 0.25);
            b.pass("p", domain).position(b.vec2(x, 0.5)).size(0.01).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
        })),
    );
    for (name, op) in [("fractal noise", Op::FractalGradient), ("fractal value noise", Op::FractalValue)] {
        let program = built(|b| {
            let domain = b.domain("d", 15_000);
            let at = b.vec2(b.rank(domain) * 40.0, b.phase(8.0) * 5.0);
            let y = b.fractal(op, at, 7, 4);
            let position = b.vec2(b.rank(domain), y);
            b.pass("p", domain).position(position).size(0.01).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
        });
        frames(c, "fields", name, 15_000, one(program));
    }
    frames(
        c,
        "fields",
        "sum of 15000",
        15_000,
        one(built(|b| {
            let domain = b.domain("d", 15_000);
            let x = b.field(domain, "x", b.rank(domain) * b.phase(4.0));
            b.reduce("sum", x, Reduction::Sum);
        })),
    );
    frames(
        c,
        "passes",
        "15000 in perspective, depth-ordered",
        15_000,
        one(built(|b| {
            let domain = b.domain("d", 15_000);
            let (x, y) = (b.random(domain, 1), b.random(domain, 2));
            let position = b.vec3(x, y, b.random(domain, 3) - b.phase(4.0));
            let camera = b.camera(pavane::program::Camera::Perspective {
                eye: None,
                target: None,
                up: None,
                fov: None,
                near: None,
                far: None,
            });
            let pass = b.pass("p", domain).position(position).size(0.01).color(b.rgba(1.0, 1.0, 1.0, 1.0));
            pass.camera(camera).depth_order().draw();
        })),
    );
    let mut hashed = one(patch::gs1(15_000));
    c.bench_function("hash/gs1 15000", |b| {
        let frame = hashed.frame(1).expect("frames go on");
        b.iter(|| frame.hash());
    });
    instances(c);
}

/// What a GPU is uploaded, per pass.
fn instances(c: &mut Criterion) {
    let mut engine = engine(patch::gs1(15_000), 1, SimdLevel::Native);
    let frame = engine.frame(1).expect("frames go on");
    let mut records = vec![Instance::default(); 15_000];
    c.bench_function("instances/gs1 15000, 32 bytes", |b| {
        b.iter(|| frame.passes().map(|pass| pass.write_instances(&mut records)).sum::<usize>());
    });
    let mut records = vec![FullInstance::default(); 15_000];
    c.bench_function("instances/gs1 15000, 64 bytes", |b| {
        b.iter(|| frame.passes().map(|pass| pass.write_full_instances(&mut records)).sum::<usize>());
    });
}

fn gs1_frames(c: &mut Criterion) {
    for elements in [1_000, 15_000, 150_000, 1_500_000] {
        for threads in [1, 2] {
            let engine = engine(patch::gs1(elements), threads, SimdLevel::Native);
            let name = format!("engine, {threads} threads/{elements}");
            frames(c, "gs1", &name, u64::from(elements), engine);
        }
        let mut group = c.benchmark_group("gs1");
        group.throughput(Throughput::Elements(u64::from(elements)));
        let (mut limit, mut index) = (limit::Gs1::new(elements as usize), 0);
        group.bench_function(BenchmarkId::new("hand-written loop", elements), |b| {
            b.iter(|| {
                index += 1;
                limit.frame(Level::new(), index);
                limit.x[0]
            });
        });
    }
}

criterion_group!(benches, load, phases, gs1_frames);
criterion_main!(benches);
