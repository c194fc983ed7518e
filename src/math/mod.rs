//! Every formula on numbers, once: generic over [`Real`], so that the same source serves `f64` signals and `f32` lanes.
//!
//! The same bits on every machine: only IEEE-exact operations (`+ - * /`, square root, bits, integers, conversions)
//! and our own polynomials; `f64` transcendentals come from the `libm` crate. No fused multiply-add, no platform
//! functions. Every `f32` path is straight-line code that a plain loop over slices vectorises.
//!
//! In reading order: the number itself, its `f32` building blocks, then what is made of them.

pub mod constants;
pub(crate) mod levels;
pub mod real;

pub mod exponential;
pub mod rounding;
pub mod trigonometry;

pub mod arith;
pub mod divisor;
pub mod hash;

pub mod color;
pub mod cubic_bezier;
pub mod curve;
pub mod easing;
pub mod fixed;
pub mod noise;
pub mod spring;
pub mod wave;
pub(crate) mod written;

#[cfg(test)]
mod accuracy;

pub use real::Real;
