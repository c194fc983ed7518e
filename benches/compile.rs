//! Criterion benchmark of the compiler of patches.

#[path = "../src/language/tests/large_patch.rs"]
mod large_patch;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pavane::language::{NoFiles, compile};

fn patches(c: &mut Criterion) {
    let mut group = c.benchmark_group("compile");
    for parts in [4, 40, 160] {
        let text = large_patch::large_patch(parts);
        let lines = text.lines().count();
        group.throughput(Throughput::Elements(lines as u64));
        group.bench_function(format!("{lines} lines"), |b| {
            b.iter(|| compile(&text, "large.pav", &NoFiles).program.expect("a good patch"));
        });
    }
    group.finish();
}

criterion_group!(benches, patches);
criterion_main!(benches);
