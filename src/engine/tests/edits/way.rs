//! How what an edit changed goes away, by the formulas of the contract and of textbooks.

/// How what an edit changed goes away.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine::tests) enum Way {
    Slew(f64),
    Crossfade(f64, fn(f64) -> f64),
    Preserve,
    Spring { response: f64, bounce: f64 },
}

impl Way {
    /// What becomes of a residual and its rate after some seconds.
    pub(in crate::engine::tests) fn after(self, t: f64, [value, rate]: [f64; 2]) -> [f64; 2] {
        match self {
            Self::Slew(tau) => [value * libm::exp(-t / tau), 0.0],
            Self::Crossfade(window, curve) => [value * (1.0 - curve((t / window).min(1.0))), 0.0],
            Self::Preserve => [value, 0.0],
            Self::Spring { response, bounce } => {
                let w = 2.0 / response;
                let fall = w * (1.0 - bounce);
                let decay = libm::exp(-fall * t);
                if bounce == 0.0 {
                    let slope = rate + w * value;
                    return [decay * (value + slope * t), decay * (rate - w * slope * t)];
                }
                let swing = libm::sqrt(w * w - fall * fall);
                let (sin, cos) = libm::sincos(swing * t);
                let slope = (rate + fall * value) / swing;
                let here = decay * (value * cos + slope * sin);
                [here, decay * swing * (slope * cos - value * sin) - fall * here]
            }
        }
    }

    pub(super) fn is_spring(self) -> bool {
        matches!(self, Self::Spring { .. })
    }
}
