//! gs1 timing scratch
#![allow(warnings)]
mod gs1;
#[path = "../../benches/limit/mod.rs"]
mod limit;
use fearless_simd::Level;
use pavane::engine::*;
use pavane::program::Builder;
use pavane::world::Capacity;
fn main() {
    let nat = Level::new();
    for (n, level, l) in [
        (15_000u32, SimdLevel::Native, nat),
        (15_000, SimdLevel::Avx2, Level::Avx2(nat.as_avx2().unwrap())),
        (15_000, SimdLevel::Baseline, Level::baseline()),
        (1_500_000, SimdLevel::Native, nat),
    ] {
        let b = Builder::new("gs1");
        gs1::gs1_of(&b, n);
        let p = b.finish().unwrap();
        let needs = Engine::needs(&p, Demand::Drawn);
        let mut e = Engine::with_settings(p, EngineSettings { capacity: needs, level, ..Default::default() })
            .unwrap();
        e.dump();
        let mut g = limit::Gs1::new(n as usize);
        let (mut best, mut bl) = (vec![], vec![]);
        for i in 0..2000u64.min(60_000_000 / n as u64) {
            let t = std::time::Instant::now();
            let f = e.frame(i).unwrap();
            best.push(t.elapsed().as_secs_f64());
            let t = std::time::Instant::now();
            g.frame(l, i);
            bl.push(t.elapsed().as_secs_f64());
        }
        let f = e.last_frame().unwrap();
        let p = f.passes().next().unwrap();
        let bad = (0..n as usize)
            .filter(|&i| {
                p.x.get(i) != g.x[i]
                    || p.y.get(i) != g.y[i]
                    || p.width.get(i) != g.size[i]
                    || p.fill.unwrap().get(i).0 != g.rgba8[i]
            })
            .count();
        best.sort_by(f64::total_cmp);
        bl.sort_by(f64::total_cmp);
        let m = |v: &Vec<f64>| (v[0] * 1e6, v[v.len() / 2] * 1e6);
        println!(
            "{n} {level:?}: engine {:.2?} limit {:.2?} ratio min {:.3} med {:.3} differing {bad}",
            m(&best),
            m(&bl),
            best[0] / bl[0],
            best[best.len() / 2] / bl[bl.len() / 2]
        );
    }
}
