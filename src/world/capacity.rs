//! Every limit of an engine, given at construction.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! capacity {
    ($( $field:ident $default:literal ..= $limit:literal $doc:literal; )*) => {
        /// How much an engine can hold. All of it is allocated at construction; a frame allocates nothing.
        ///
        /// [`Capacity::for_program`] is what one program needs; the default holds most programs, whichever comes.
        ///
        /// Every field has a default and a limit, and the engine keeps a high-water mark of each
        /// ([`Engine::usage`](crate::engine::Engine::usage)). Going over one is a [`CapacityError`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Capacity {
            $( #[doc = $doc] #[doc = concat!("Default ", $default, ", at most ", $limit, ".")] pub $field: u32, )*
        }

        impl Default for Capacity {
            fn default() -> Self {
                Self { $( $field: $default, )* }
            }
        }

        impl Capacity {
            /// Name, value and limit of every field.
            pub fn rows(&self) -> impl Iterator<Item = (&'static str, u32, u32)> + use<> {
                [$( (stringify!($field), self.$field, $limit), )*].into_iter()
            }

            /// The larger of both, field by field.
            #[must_use]
            pub fn max(self, other: Self) -> Self {
                Self { $( $field: self.$field.max(other.$field), )* }
            }

            /// So many times as much of every field, rounded up: 1 leaves all as it is, 1.5 is half as much again. What is
            /// below 1 or not a number counts as 1. No field is raised beyond its limit.
            ///
            /// ```
            /// use pavane::world::Capacity;
            ///
            /// let needs = Capacity { elements: 101, passes: 1, ..Capacity::NONE };
            /// assert_eq!(needs.with_headroom(1.5), Capacity { elements: 152, passes: 2, ..Capacity::NONE });
            /// ```
            #[must_use]
            pub fn with_headroom(self, headroom: f64) -> Self {
                Self { $( $field: roomy(self.$field, headroom, $limit), )* }
            }

            /// Nothing at all.
            pub const NONE: Self = Self { $( $field: 0, )* };
        }
    };
}

capacity! {
    elements 15_000 ..= 16_777_216 "Elements of one domain: the lanes of every buffer.";
    field_buffers 64 ..= 4_096 "Buffers of f32 or u32 lanes for what passes, neighbours and reductions read, and for what is computed once.";
    lane_state 16 ..= 4_096 "Buffers of per-element state; each has a spare, for what comes next and for what a rollback gives back.";
    slots 1_024 ..= 1_048_576 "Rows of the slot store of each storage class; a vec3 takes three.";
    state 1_024 ..= 16_777_216 "Rows of the state store of each storage class; a ring takes as many as it is long.";
    inputs 256 ..= 65_536 "Components of all input channels together.";
    cues 4_096 ..= 1_048_576 "Cues of events that are pending, and events of the host in one frame. Taken by programs with events only.";
    occurrences 1_024 ..= 1_048_576 "Occurrences of events in one frame that can be read behind it; what is more is counted.";
    passes 32 ..= 4_096 "Render passes; each has a list of the elements to draw.";
    texts 8_192 ..= 1_048_576 "Texts: those of the program and those that come in while it runs. Taken by programs with texts only.";
    text_bytes 524_288 ..= 268_435_456 "Bytes of all texts together.";
    laid_texts 1_024 ..= 1_048_576 "Texts that are laid out, each once for every way in which it is, and texts of elements whose sizes are known. Taken by programs that draw or measure texts of elements only; the two that follow by those that draw some.";
    glyphs 32_768 ..= 16_777_216 "Glyphs of all texts that are laid out.";
    outlines 2_048 ..= 65_536 "Outlines of glyphs, each once for every font.";
    projections 4 ..= 4_096 "Passes that are projected by a perspective camera.";
}

fn roomy(value: u32, headroom: f64, limit: u32) -> u32 {
    let more = f64::from(value) * if headroom > 1.0 { headroom } else { 1.0 };
    let whole = more as u32;
    whole.saturating_add(u32::from(f64::from(whole) < more)).min(limit).max(value)
}

/// A limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapacityError {
    /// The field of [`Capacity`] to raise.
    pub setting: &'static str,
    /// What it is set to.
    pub capacity: u32,
    /// What was asked for.
    pub asked: u64,
    /// The most it can be set to.
    pub limit: u32,
}

impl fmt::Display for CapacityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { setting, capacity, asked, limit } = self;
        write!(f, "the program needs {asked} {}, the engine holds {capacity}: ", setting.replace('_', " "))?;
        if *asked <= u64::from(*limit) {
            write!(f, "raise `Capacity::{setting}` to {asked} or more")
        } else {
            write!(f, "no engine holds more than {limit}, so make the program smaller")
        }
    }
}

impl std::error::Error for CapacityError {}

impl Capacity {
    /// Whether this holds `needs`, and whether every field is within its limit.
    ///
    /// # Errors
    /// The first field that does not.
    pub fn check(&self, needs: &Self) -> Result<(), CapacityError> {
        for ((setting, capacity, limit), (_, asked, _)) in self.rows().zip(needs.rows()) {
            if capacity > limit {
                return Err(CapacityError { setting, capacity, asked: u64::from(capacity), limit });
            }
            if asked > capacity {
                return Err(CapacityError { setting, capacity, asked: u64::from(asked), limit });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_setting_and_the_way_out() {
        let check = |capacity: Capacity, needs: Capacity, expected: &str| {
            assert_eq!(capacity.check(&needs).map_or_else(|e| e.to_string(), |()| "fits".into()), expected);
        };
        let default = Capacity::default();
        check(default, default, "fits");
        check(
            default,
            Capacity { field_buffers: 65, ..Capacity::NONE },
            "the program needs 65 field buffers, the engine holds 64: raise `Capacity::field_buffers` to 65 or more",
        );
        check(
            default,
            Capacity { elements: 20_000_000, ..Capacity::NONE },
            "the program needs 20000000 elements, the engine holds 15000: no engine holds more than 16777216, so make \
             the program smaller",
        );
        assert!(Capacity { slots: u32::MAX, ..default }.check(&Capacity::NONE).is_err());
    }

    #[test]
    fn headroom_rounds_up_and_stays_within_the_limits() {
        let check = |elements: u32, headroom: f64, expected: u32| {
            let found = Capacity { elements, ..Capacity::NONE }.with_headroom(headroom);
            assert_eq!(
                found,
                Capacity { elements: expected, ..Capacity::NONE },
                "{elements} times {headroom}"
            );
        };
        check(0, 2.0, 0);
        check(1, 1.5, 2);
        check(100, 1.0, 100);
        check(100, 1.25, 125);
        check(101, 1.25, 127);
        check(15_000, 1.5, 22_500);
        for nothing in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            check(100, nothing, 100);
        }
        check(16_777_216, 1.5, 16_777_216);
        check(3, f64::INFINITY, 16_777_216);
        // What is beyond a limit already is for the check to refuse.
        check(u32::MAX, 1.5, u32::MAX);
    }
}
