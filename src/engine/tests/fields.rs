//! Fields: neighbours, reductions, stages, and domains of odd sizes.

use super::{engine, finish, lanes, of, signal};
use crate::frame::Frame;
use crate::program::{Builder, Edge, Program, Reduction, Type};

#[test]
fn neighbours_at_the_ends() {
    for count in [1_u32, 2, 7, 513] {
        for offset in [0, 1, -1, 3, -3, 512, -512, 5_000, i32::MAX, i32::MIN] {
            let b = Builder::new("neighbours");
            let d = b.domain("d", count);
            let x = b.field(d, "x", b.index(d) + b.frame().to_int());
            b.field(d, "clamp", b.neighbor(x, offset, Edge::Clamp));
            b.field(d, "wrap", b.neighbor(x, offset, Edge::Wrap));
            let mut engine = engine(&b);
            let frame = engine.frame(9).expect("a frame");
            let (clamp, wrap) = (lanes(&frame, "clamp", 0), lanes(&frame, "wrap", 0));
            for i in 0..i64::from(count) {
                let at = i + i64::from(offset);
                let what = format!("{offset} from {i} of {count}");
                assert_eq!(clamp[i as usize], at.clamp(0, i64::from(count) - 1) as f64 + 9.0, "clamp {what}");
                assert_eq!(wrap[i as usize], at.rem_euclid(i64::from(count)) as f64 + 9.0, "wrap {what}");
            }
        }
    }
}

/// Neighbours of neighbours, of uniforms, of state, of vectors and bools.
#[test]
fn neighbours_of_anything() {
    let b = Builder::new("chains");
    let d = b.domain("d", 10);
    let x = b.field(d, "x", b.index(d).to_float());
    let next = b.field(d, "next", b.neighbor(x, 1, Edge::Wrap) * 10.0);
    b.field(d, "twice", b.neighbor(next, 1, Edge::Wrap) + next);
    let uniform = b.field(d, "uniform", b.time() + 2.0);
    b.field(d, "same", b.neighbor(uniform, 3, Edge::Clamp));
    let cell = b.cell("cell", Type::Float, 0.0, Some(d));
    let state = b.field(d, "state", cell.get());
    let shifted = b.neighbor(state, -1, Edge::Wrap);
    cell.next(shifted + x);
    b.field(d, "shifted", shifted);
    let pair = b.field(d, "pair", b.vec2(x, -x));
    b.field(d, "pairs", b.neighbor(pair, 1, Edge::Clamp));
    let even = b.field(d, "even", b.index(d).modulo(b.int(2)).equals(b.int(0)));
    b.field(d, "odd", b.neighbor(even, 1, Edge::Wrap).select(1.0, 0.0));
    let mut engine = engine(&b);
    let mut state = [0.0; 10];
    for index in 0..5 {
        let frame = engine.frame(index).expect("a frame");
        for i in 0..10 {
            let n = |k: usize| ((i + k) % 10) as f64;
            assert_eq!(lanes(&frame, "twice", 0)[i], n(2) * 10.0 + n(1) * 10.0);
            assert_eq!(lanes(&frame, "same", 0)[i], lanes(&frame, "uniform", 0)[0]);
            assert_eq!(lanes(&frame, "shifted", 0)[i], state[(i + 9) % 10]);
            assert_eq!(lanes(&frame, "pairs", 1)[i], -((i + 1).min(9) as f64));
            assert_eq!(lanes(&frame, "odd", 0)[i], (i % 2) as f64);
        }
        state = std::array::from_fn(|i| state[(i + 9) % 10] + i as f64);
    }
}

/// A field that is NaN where its index is 3, if it has that many.
fn reductions(count: u32, capacity: u32, with_nan: bool) -> Program {
    let b = Builder::new("reductions");
    let d = b.domain("d", capacity);
    let x = b.index(d).to_float() - 2.0;
    let bad = b.index(d).equals(b.int(3)).and(b.bool(with_nan));
    let value = b.field(d, "value", bad.select(b.float(0.0) / (x * 0.0), b.vec2(x, x * x).x()));
    for (name, reduction) in
        [("sum", Reduction::Sum), ("mean", Reduction::Mean), ("min", Reduction::Min), ("max", Reduction::Max)]
    {
        b.reduce(name, value, reduction);
    }
    b.field(d, "moving", b.rank(d) + b.time());
    b.pass("dots", d).position(b.vec2(b.rank(d), 0.5)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    let mut data = finish(&b).data().clone();
    data.domains[0].count = count;
    Program::new(data).expect("it loads")
}

#[test]
fn reductions_of_any_size() {
    let all = |frame: &Frame<'_>| ["sum", "mean", "min", "max"].map(|name| signal(frame, name));
    for (count, capacity) in [(0, 1), (0, 700), (1, 1), (1, 20), (7, 7), (8, 9), (600, 700)] {
        let mut engine = of(&reductions(count, capacity, false));
        let frame = engine.frame(1).expect("a frame");
        let n = f64::from(count);
        let sum = n * (n - 1.0) / 2.0 - 2.0 * n;
        let expected = if count == 0 { [0.0; 4] } else { [sum, sum / n, -2.0, n - 3.0] };
        assert_eq!(all(&frame), expected, "{count} of {capacity}");
        assert_eq!(lanes(&frame, "moving", 0).len(), count as usize);
        let pass = frame.passes().next().expect("a pass");
        assert_eq!((pass.count, pass.elements().len()), (count as usize, count as usize));
        if count > 0 {
            assert_eq!(
                lanes(&frame, "moving", 0)[0],
                f64::from(0.5 / count as f32 + (1.0_f64 / 60.0) as f32)
            );
        }
    }
    let mut engine = of(&reductions(7, 7, true));
    assert!(all(&engine.frame(0).expect("a frame")).iter().all(|x| x.is_nan()), "NaN goes through");
}

/// From elements to a signal to the elements of another domain and back, stage by stage.
#[test]
fn chains_of_stages() {
    let b = Builder::new("stages");
    let (d, e) = (b.domain("d", 100), b.domain("e", 30));
    let mut height = b.field(d, "h0", b.index(d).to_float() + b.time() * 0.0);
    let mut expected: Vec<f64> = (0..100).map(f64::from).collect();
    let mut sums = Vec::new();
    for stage in 1..6 {
        let most = b.reduce(&format!("most{stage}"), height, Reduction::Max);
        let scaled = b.signal(&format!("scaled{stage}"), most / 2.0);
        let other = b.field(e, &format!("e{stage}"), b.index(e).to_float() + scaled);
        let sum = b.reduce(&format!("sum{stage}"), other, Reduction::Sum);
        let near = b.neighbor(height, 1, Edge::Clamp);
        height = b.field(d, &format!("h{stage}"), (near + sum) / 4.0);
        let most = expected.iter().copied().fold(f64::MIN, f64::max);
        let sum: f64 = (0..30).map(|i| f64::from(i) + most / 2.0).sum();
        expected = (0..100).map(|i| (expected[(i + 1).min(99)] + sum) / 4.0).collect();
        sums.push(sum);
    }
    let mut engine = engine(&b);
    for index in [0, 1, 5] {
        let frame = engine.frame(index).expect("a frame");
        for (stage, sum) in sums.iter().enumerate() {
            super::assert_close(signal(&frame, &format!("sum{}", stage + 1)), *sum, 1e-5, "sum");
        }
        for (found, expected) in lanes(&frame, "h5", 0).iter().zip(&expected) {
            super::assert_close(*found, *expected, 1e-5, "height");
        }
    }
}
