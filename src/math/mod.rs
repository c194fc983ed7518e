//! placeholder until the math room lands
pub mod real {
    /// r
    pub trait Real: Sized {
        /// s
        fn sin_cos_turns(self) -> (Self, Self);
    }
    impl Real for f64 {
        fn sin_cos_turns(self) -> (f64, f64) {
            libm::sincos(self * std::f64::consts::TAU)
        }
    }
}
