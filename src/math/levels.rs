//! The vector levels that loops are compiled for.
//!
//! On x86: SSE2, which everybody has, AVX2 and AVX-512. SSE4.2 has no code of its own: what 5 to 25 % on processors from
//! before 2013 cost is a fifth of the vector code that everybody compiles.

/// Runs an expression with the instructions of a level. What it calls has to be `#[inline(always)]`.
macro_rules! at_level {
    ($level:expr, $simd:ident => $run:expr) => {{
        let level: fearless_simd::Level = $level;
        #[cfg(all(any(target_arch = "x86", target_arch = "x86_64"), target_feature = "sse2"))]
        {
            use fearless_simd::Simd as _;
            if let Some($simd) = level.as_avx512() {
                $simd.vectorize(
                    #[inline(always)]
                    || $run,
                )
            } else if let Some($simd) = level.as_avx2() {
                $simd.vectorize(
                    #[inline(always)]
                    || $run,
                )
            } else if let Some($simd) = level.as_sse2() {
                $simd.vectorize(
                    #[inline(always)]
                    || $run,
                )
            } else {
                // Nowhere: every level of such a target has SSE2.
                Default::default()
            }
        }
        #[cfg(not(all(any(target_arch = "x86", target_arch = "x86_64"), target_feature = "sse2")))]
        {
            fearless_simd::dispatch!(level, $simd => {
                // Plain loops are compiled for the level, and ask nothing of it.
                let _ = $simd;
                $run
            })
        }
    }};
}

pub(crate) use at_level;
