//! Value and gradient noise on the integer lattice, in one to three dimensions, and their fractal sums.
//!
//! Lattice coordinates are `floor` of the position, as `u32` modulo 2^32; corners are hashed with
//! `hash(x ^ hash(y ^ hash(z ^ hash(seed))))`. Seed 0 and trailing zeros drop out of the hash.
//! No tables: gradients are selected by hash bits, so everything vectorises.

use super::Real;
use super::arith::{fade_cubic, fade_quintic, fade_quintic_slope, mix};
use super::hash::{hash, turns_of_uint};

/// Most octaves of a fractal sum: at the usual lacunarity of 2 the last one is 2^15 times finer than the first, which leaves
/// an `f32` position eight bits inside a cell.
pub const OCTAVES_MAX: u32 = 16;

/// The lattice cell of a coordinate and the position inside it, in `[0, 1]` (1 where a tiny negative coordinate
/// rounds up: the same point seen from its other cell).
#[inline(always)]
fn cell<R: Real>(p: R) -> (u32, R) {
    let floor = p.floor();
    (floor.to_cell(), p - floor)
}

/// The hashes of a cell and the next one along x, with everything else folded into `rest`.
#[inline(always)]
fn ends(x: u32, rest: u32) -> (u32, u32) {
    (hash(x ^ rest), hash(x.wrapping_add(1) ^ rest))
}

/// The corner values of value noise are whole: 24 hash bits. Scaling the result instead of every corner to `[0, 1)` gives
/// the same bits, since the factor is a power of two.
const VALUE_UNIT: f64 = 1.0 / 16_777_216.0;

/// One corner of value noise, in [`VALUE_UNIT`].
#[inline(always)]
fn corner<R: Real>(hash: u32) -> R {
    R::from_i32((hash >> 8).cast_signed())
}

/// Cubic fade between the corners at both ends of cell `i`, in [`VALUE_UNIT`]; `u` is the faded position.
#[inline(always)]
fn value_row<R: Real>(i: u32, u: R, rest: u32) -> R {
    let (a, b) = ends(i, rest);
    mix(corner(a), corner(b), u)
}

/// Between the four corners in x and y, in [`VALUE_UNIT`].
#[inline(always)]
fn value_plane<R: Real>(i: u32, j: u32, u: R, v: R, rest: u32) -> R {
    let (near, far) = ends(j, rest);
    mix(value_row(i, u, near), value_row(i, u, far), v)
}

/// [`value1`] with seed 0 in cell `i` at `f` of `[0, 1]`.
#[inline(always)]
pub fn value_in_cell<R: Real>(i: u32, f: R) -> R {
    value_row(i, fade_cubic(f), 0) * R::of(VALUE_UNIT)
}

/// Value noise in one dimension, in `[0, 1)`: at whole `x` it is `unit_float(hash(x ^ hash(seed)))`, between them it
/// fades with `f * f * (3 - 2f)`.
#[inline(always)]
pub fn value1<R: Real>(x: R, seed: u32) -> R {
    let (i, f) = cell(x);
    value_row(i, fade_cubic(f), hash(seed)) * R::of(VALUE_UNIT)
}

/// Value noise in two dimensions, in `[0, 1)`.
#[inline(always)]
pub fn value2<R: Real>(x: R, y: R, seed: u32) -> R {
    let (i, f) = cell(x);
    let (j, g) = cell(y);
    value_plane(i, j, fade_cubic(f), fade_cubic(g), hash(seed)) * R::of(VALUE_UNIT)
}

/// Value noise in three dimensions, in `[0, 1)`.
#[inline(always)]
pub fn value3<R: Real>(x: R, y: R, z: R, seed: u32) -> R {
    let (i, f) = cell(x);
    let (j, g) = cell(y);
    let (k, h) = cell(z);
    let (front, back) = ends(k, hash(seed));
    let (u, v) = (fade_cubic(f), fade_cubic(g));
    let (front, back) = (value_plane(i, j, u, v, front), value_plane(i, j, u, v, back));
    mix(front, back, fade_cubic(h)) * R::of(VALUE_UNIT)
}

/// `x` or `-x`, by a bit.
#[inline(always)]
fn signed<R: Real>(x: R, negative: u32) -> R {
    R::select(negative == 0, x, -x)
}

/// Height at distance `x` from a corner on its slope, which is even over `[-2, 2)`: the most that two opposite slopes
/// can reach is then 1.
#[inline(always)]
fn slope1<R: Real>(hash: u32, x: R) -> R {
    turns_of_uint::<R>(hash) * R::of(4.0) * x
}

/// The slope of a corner, one of 8: the directions `(±1, ±2)`, `(±2, ±1)` (Gustavson).
#[inline(always)]
fn direction2<R: Real>(hash: u32) -> [R; 2] {
    let swap = hash & 4 != 0;
    let (one, two) = (signed(R::of(1.0), hash & 1), signed(R::of(2.0), hash & 2));
    [R::select(swap, two, one), R::select(swap, one, two)]
}

/// Height at `(x, y)` from a corner.
#[inline(always)]
fn slope2<R: Real>(hash: u32, x: R, y: R) -> R {
    let [along_x, along_y] = direction2::<R>(hash);
    along_x * x + along_y * y
}

/// Height at `(x, y, z)` from a corner, on one of the 12 slopes toward the edges of a cube, 4 of them twice (Perlin
/// 2002).
#[inline(always)]
fn slope3<R: Real>(hash: u32, x: R, y: R, z: R) -> R {
    let u = R::select(hash & 8 == 0, x, y);
    let v = R::select(hash & 12 == 0, y, R::select(hash & 13 == 12, x, z));
    signed(u, hash & 1) + signed(v, hash & 2)
}

/// Gradient noise in one dimension, in `[-1, 1]`, 0 at whole `x`; quintic fade.
#[inline(always)]
pub fn gradient1<R: Real>(x: R, seed: u32) -> R {
    let (i, f) = cell(x);
    let (a, b) = ends(i, hash(seed));
    mix(slope1(a, f), slope1(b, f - R::of(1.0)), fade_quintic(f))
}

/// Between the slopes at two corners along x, at distance `y` from both.
#[inline(always)]
fn row2<R: Real>(i: u32, f: R, y: R, u: R, rest: u32) -> R {
    let (a, b) = ends(i, rest);
    mix(slope2(a, f, y), slope2(b, f - R::of(1.0), y), u)
}

/// Gradient noise in two dimensions, in `[-1, 1]`, 0 at lattice points; quintic fade.
#[inline(always)]
pub fn gradient2<R: Real>(x: R, y: R, seed: u32) -> R {
    let (i, f) = cell(x);
    let (j, g) = cell(y);
    let u = fade_quintic(f);
    let (near, far) = ends(j, hash(seed));
    let sum = mix(row2(i, f, g, u, near), row2(i, f, g - R::of(1.0), u, far), fade_quintic(g));
    sum * R::of(GRADIENT2_SCALE)
}

/// Between the slopes at two corners along x, at distances `y` and `z` from both.
#[inline(always)]
fn row3<R: Real>(i: u32, f: R, y: R, z: R, u: R, rest: u32) -> R {
    let (a, b) = ends(i, rest);
    mix(slope3(a, f, y, z), slope3(b, f - R::of(1.0), y, z), u)
}

/// Between the slopes at four corners in x and y, at distance `z` from all; `uv` are the fades of `fg`.
#[inline(always)]
fn plane3<R: Real>(ij: (u32, u32), fg: (R, R), z: R, uv: (R, R), rest: u32) -> R {
    let (near, far) = ends(ij.1, rest);
    let near = row3(ij.0, fg.0, fg.1, z, uv.0, near);
    let far = row3(ij.0, fg.0, fg.1 - R::of(1.0), z, uv.0, far);
    mix(near, far, uv.1)
}

/// Gradient noise in three dimensions, in `[-1, 1]`, 0 at lattice points; quintic fade.
#[inline(always)]
pub fn gradient3<R: Real>(x: R, y: R, z: R, seed: u32) -> R {
    let (i, f) = cell(x);
    let (j, g) = cell(y);
    let (k, h) = cell(z);
    let uv = (fade_quintic(f), fade_quintic(g));
    let (front, back) = ends(k, hash(seed));
    let front = plane3((i, j), (f, g), h, uv, front);
    let back = plane3((i, j), (f, g), h - R::of(1.0), uv, back);
    mix(front, back, fade_quintic(h)) * R::of(GRADIENT3_SCALE)
}

/// A fade along one axis: how far it is, and its slope.
#[inline(always)]
fn fade<R: Real>(f: R) -> (R, R) {
    (fade_quintic(f), fade_quintic_slope(f))
}

/// What lies between two ends along an axis: the height, and behind it its slope along every axis, of which this one's (its place is
/// `axis`) has what the fade adds.
#[inline(always)]
fn between<R: Real, const N: usize>(a: [R; N], b: [R; N], (share, slope): (R, R), axis: usize) -> [R; N] {
    let mut all = a;
    for k in 0..N {
        all[k] = mix(a[k], b[k], share);
    }
    all[axis] = all[axis] + slope * (b[0] - a[0]);
    all
}

/// The height at `(x, y)` from a corner, and the slope that it is on.
#[inline(always)]
fn corner2<R: Real>(hash: u32, x: R, y: R) -> [R; 3] {
    let [along_x, along_y] = direction2::<R>(hash);
    [along_x * x + along_y * y, along_x, along_y]
}

/// The height at `(x, y, z)` from a corner, and the slope that it is on.
#[inline(always)]
fn corner3<R: Real>(hash: u32, x: R, y: R, z: R) -> [R; 4] {
    let (zero, one) = (R::of(0.0), R::of(1.0));
    let along = |x, y, z| slope3(hash, x, y, z);
    [along(x, y, z), along(one, zero, zero), along(zero, one, zero), along(zero, zero, one)]
}

/// [`gradient2`] and its slopes along x and y, before they are scaled.
#[inline(always)]
fn slopes2<R: Real>((i, j): (u32, u32), (f, g): (R, R), seed: u32) -> [R; 3] {
    let one = R::of(1.0);
    let row = |y: R, rest: u32| {
        let (a, b) = ends(i, rest);
        between(corner2(a, f, y), corner2(b, f - one, y), fade(f), 1)
    };
    let (near, far) = ends(j, hash(seed));
    between(row(g, near), row(g - one, far), fade(g), 2)
}

/// [`gradient3`] and its slopes along x, y and z, before they are scaled.
#[inline(always)]
fn slopes3<R: Real>((i, j, k): (u32, u32, u32), (f, g, h): (R, R, R), seed: u32) -> [R; 4] {
    let one = R::of(1.0);
    let row = |y: R, z: R, rest: u32| {
        let (a, b) = ends(i, rest);
        between(corner3(a, f, y, z), corner3(b, f - one, y, z), fade(f), 1)
    };
    let plane = |z: R, rest: u32| {
        let (near, far) = ends(j, rest);
        between(row(g, z, near), row(g - one, z, far), fade(g), 2)
    };
    let (front, back) = ends(k, hash(seed));
    between(plane(h, front), plane(h - one, back), fade(h), 3)
}

/// The slopes of [`gradient2`], turned by a quarter: a flow along its contour lines, which neither gathers nor thins out.
#[inline(always)]
pub fn curl2<R: Real>(x: R, y: R, seed: u32) -> [R; 2] {
    let ((i, f), (j, g)) = (cell(x), cell(y));
    let [_, along_x, along_y] = slopes2((i, j), (f, g), seed);
    let scale = R::of(GRADIENT2_SCALE);
    [along_y * scale, -along_x * scale]
}

/// The curl of three [`gradient3`], whose seeds follow one another: a flow in space, which neither gathers nor thins out
/// (Bridson, Houriham, Nordenstam 2007).
#[inline(always)]
pub fn curl3<R: Real>(x: R, y: R, z: R, seed: u32) -> [R; 3] {
    let ((i, f), (j, g), (k, h)) = (cell(x), cell(y), cell(z));
    let of = |more: u32| slopes3((i, j, k), (f, g, h), seed.wrapping_add(more));
    let [_, _, a_y, a_z] = of(0);
    let [_, b_x, _, b_z] = of(1);
    let [_, c_x, c_y, _] = of(2);
    let scale = R::of(GRADIENT3_SCALE);
    [(c_y - b_z) * scale, (a_z - c_x) * scale, (b_x - a_y) * scale]
}

/// One over the largest height that the slopes of [`slope2`] can sum to, 1.5111.
const GRADIENT2_SCALE: f64 = 0.6615;
/// The same for [`slope3`], 1.0362.
const GRADIENT3_SCALE: f64 = 0.965;

/// One term of a fractal sum: `weight * noise(position * frequency, seed)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Octave<R> {
    /// Factor on the position.
    pub frequency: R,
    /// Factor on the noise; those of all octaves sum to 1.
    pub weight: R,
    /// Seed of the noise.
    pub seed: u32,
}

/// The terms of a fractal sum: frequencies `1, lacunarity, lacunarity^2 ...`, weights in proportion `1, gain, gain^2 ...`,
/// seeds `seed, seed + 1, ...`. `count` is limited to `[1, OCTAVES_MAX]`.
///
/// The `fractal_*` functions add these terms in this order to 0. A loop over lanes does not vectorise around their loop
/// over octaves; looping over octaves outside and lanes inside does, and gives the same bits.
pub fn octaves<R: Real>(seed: u32, count: u32, lacunarity: R, gain: R) -> impl Iterator<Item = Octave<R>> {
    let count = count.clamp(1, OCTAVES_MAX);
    let mut weights = R::of(0.0);
    let mut weight = R::of(1.0);
    for _ in 0..count {
        weights = weights + weight;
        weight = weight * gain;
    }
    let mut next = Octave { frequency: R::of(1.0), weight: R::of(1.0) / weights, seed };
    (0..count).map(move |_| {
        let octave = next;
        next.frequency = next.frequency * lacunarity;
        next.weight = next.weight * gain;
        next.seed = next.seed.wrapping_add(1);
        octave
    })
}

/// Defines the sum of a noise over [`octaves`].
macro_rules! fractal {
    ($fractal:ident, $noise:ident, $range:literal, $($x:ident),+) => {
        #[doc = concat!("Fractal sum of [`", stringify!($noise), "`] over [`octaves`], in ", $range, " for `gain >= 0`.")]
        #[inline(always)]
        pub fn $fractal<R: Real>($($x: R),+, seed: u32, count: u32, lacunarity: R, gain: R) -> R {
            let mut sum = R::of(0.0);
            for octave in octaves(seed, count, lacunarity, gain) {
                sum = sum + octave.weight * $noise($($x * octave.frequency),+, octave.seed);
            }
            sum
        }
    };
}

fractal!(fractal_value1, value1, "`[0, 1]`", x);
fractal!(fractal_value2, value2, "`[0, 1]`", x, y);
fractal!(fractal_value3, value3, "`[0, 1]`", x, y, z);
fractal!(fractal_gradient1, gradient1, "`[-1, 1]`", x);
fractal!(fractal_gradient2, gradient2, "`[-1, 1]`", x, y);
fractal!(fractal_gradient3, gradient3, "`[-1, 1]`", x, y, z);

#[cfg(test)]
mod tests {
    use super::*;

    use crate::math::hash::unit_float;

    /// Scattered positions in ±100.
    fn positions() -> impl Iterator<Item = (f64, f64, f64)> {
        let at = |k: u32| unit_float::<f64>(hash(k)) * 200.0 - 100.0;
        (0..200_000).map(move |k| (at(3 * k), at(3 * k + 1), at(3 * k + 2)))
    }

    #[test]
    fn value1_is_the_smoothstep_of_two_hashes() {
        for (x, _, _) in positions().take(1000) {
            let x = x as f32;
            let floor = libm::floorf(x);
            let corner = |i: i32| unit_float::<f32>(hash(i.cast_unsigned()));
            let (a, b) = (corner(floor as i32), corner(floor as i32 + 1));
            assert_eq!(value1(x, 0), mix(a, b, crate::math::arith::smoothstep(0.0, 1.0, x - floor)));
        }
    }

    #[test]
    fn ranges_are_kept_and_used() {
        let (mut least, mut most) = ([f64::INFINITY; 12], [f64::NEG_INFINITY; 12]);
        for (x, y, z) in positions() {
            let values = [
                value1(x, 5),
                value2(x, y, 5),
                value3(x, y, z, 5),
                fractal_value1(x, 5, 4, 2.0, 0.5),
                fractal_value2(x, y, 5, 4, 2.0, 0.5),
                fractal_value3(x, y, z, 5, 4, 2.0, 0.5),
                gradient1(x, 5),
                gradient2(x, y, 5),
                gradient3(x, y, z, 5),
                fractal_gradient1(x, 5, 4, 2.0, 0.5),
                fractal_gradient2(x, y, 5, 4, 2.0, 0.5),
                fractal_gradient3(x, y, z, 5, 4, 2.0, 0.5),
            ];
            for (k, value) in values.into_iter().enumerate() {
                least[k] = least[k].min(value);
                most[k] = most[k].max(value);
            }
        }
        println!("{least:.3?}\n{most:.3?}");
        for k in 0..6 {
            assert!(least[k] >= 0.0 && least[k] < 0.2 && most[k] < 1.0 && most[k] > 0.8, "value noise {k}");
            assert!(least[k + 6] >= -1.0 && least[k + 6] < -0.5, "gradient noise {k}");
            assert!(most[k + 6] <= 1.0 && most[k + 6] > 0.5, "gradient noise {k}");
        }
    }

    /// The largest sums that the slopes allow, over a grid of positions: the gradient scales are their inverses.
    #[test]
    fn gradient_scales() {
        const GRID: u32 = 40;
        let best2 = |x: f64, y: f64| (0..8).map(|h| slope2(h, x, y)).fold(0.0, f64::max);
        let best3 = |x: f64, y: f64, z: f64| (0..16).map(|h| slope3(h, x, y, z)).fold(0.0, f64::max);
        let (mut most2, mut most3) = (0.0_f64, 0.0_f64);
        let grid = || (0..=GRID).map(|k| f64::from(k) / f64::from(GRID));
        for x in grid() {
            for y in grid() {
                let (u, v) = (fade_quintic(x), fade_quintic(y));
                let row = |y: f64| mix(best2(x, y), best2(x - 1.0, y), u);
                most2 = most2.max(mix(row(y), row(y - 1.0), v));
                for z in grid() {
                    let row = |y: f64, z: f64| mix(best3(x, y, z), best3(x - 1.0, y, z), u);
                    let plane = |z: f64| mix(row(y, z), row(y - 1.0, z), v);
                    most3 = most3.max(mix(plane(z), plane(z - 1.0), fade_quintic(z)));
                }
            }
        }
        println!("most {most2} {most3}");
        assert!((0.99..=1.0).contains(&(most2 * GRADIENT2_SCALE)), "{most2}");
        assert!((0.99..=1.0).contains(&(most3 * GRADIENT3_SCALE)), "{most3}");
    }

    #[test]
    fn gradients_vanish_on_the_lattice_and_seeds_differ() {
        for k in -20..20 {
            let x = f64::from(k);
            assert_eq!((gradient1(x, 9), gradient2(x, 3.0, 9), gradient3(x, 3.0, x, 9)), (0.0, 0.0, 0.0));
        }
        assert_ne!(value3(0.3, 0.4, 0.5, 1), value3(0.3, 0.4, 0.5, 2));
        assert_ne!(value2(1.5, 2.5, 0), value2(2.5, 1.5, 0));
    }

    /// Central differences of the noise itself, which are off by less than the third derivative times the square of the step.
    #[test]
    fn curls_are_those_of_the_noise() {
        const STEP: f64 = 1e-5;
        let check = |found: &[f64], expected: &[f64]| {
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-7, "{found} {expected}");
            }
        };
        for (x, y, z) in positions().take(20_000) {
            let slope = |noise: &dyn Fn(f64) -> f64| (noise(STEP) - noise(-STEP)) / (2.0 * STEP);
            let flat = |x, y| gradient2(x, y, 5);
            let expected = [slope(&|d| flat(x, y + d)), -slope(&|d| flat(x + d, y))];
            check(&curl2(x, y, 5), &expected);
            let of = |seed: u32| {
                let at = |dx, dy, dz| gradient3(x + dx, y + dy, z + dz, seed);
                [slope(&|d| at(d, 0.0, 0.0)), slope(&|d| at(0.0, d, 0.0)), slope(&|d| at(0.0, 0.0, d))]
            };
            let [a, b, c] = [of(u32::MAX), of(0), of(1)];
            check(&curl3(x, y, z, u32::MAX), &[c[1] - b[2], a[2] - c[0], b[0] - a[1]]);
        }
    }

    #[test]
    fn lanes_agree_with_signals() {
        for (x, y, z) in positions().take(20_000) {
            let (a, b, c) = (x as f32, y as f32, z as f32);
            let (x, y, z) = (f64::from(a), f64::from(b), f64::from(c));
            let check = |lane: f32, signal: f64| {
                assert!((f64::from(lane) - signal).abs() < 2.0e-6, "{lane} {signal}");
            };
            check(value1(a, 1), value1(x, 1));
            check(value3(a, b, c, 1), value3(x, y, z, 1));
            check(gradient1(a, 1), gradient1(x, 1));
            check(gradient2(a, b, 1), gradient2(x, y, 1));
            check(gradient3(a, b, c, 1), gradient3(x, y, z, 1));
            // Slopes of single precision positions.
            let flat = curl2(a, b, 1).into_iter().zip(curl2(x, y, 1));
            flat.chain(curl3(a, b, c, 1).into_iter().zip(curl3(x, y, z, 1))).for_each(|(lane, signal)| {
                assert!((f64::from(lane) - signal).abs() < 1.0e-5, "{lane} {signal}");
            });
            check(fractal_gradient2(a, b, 1, 3, 2.0, 0.5), fractal_gradient2(x, y, 1, 3, 2.0, 0.5));
        }
        assert_eq!(fractal_value2(0.3_f32, 0.7, 4, 0, 2.0, 0.5), value2(0.3, 0.7, 4));
        assert!(value1(f32::NAN, 0).is_nan() && gradient3(0.0, f64::INFINITY, 0.0, 0).is_nan());
    }
}
