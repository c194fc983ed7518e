//! Every limit of an engine, given at construction.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! capacity {
    ($( $field:ident $default:literal ..= $limit:literal $doc:literal; )*) => {
        /// How much an engine can hold. All of it is allocated at construction; a frame allocates nothing.
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

            /// Nothing at all.
            pub const NONE: Self = Self { $( $field: 0, )* };
        }
    };
}

capacity! {
    elements 15_000 ..= 16_777_216 "Elements of one domain: the lanes of every buffer.";
    field_buffers 64 ..= 4_096 "Buffers of f32 or u32 lanes for what passes, neighbours and reductions read, and for what is computed once.";
    lane_state 16 ..= 4_096 "Buffers of per-element state; each is held twice (current and next).";
    slots 1_024 ..= 1_048_576 "Rows of the slot store of each storage class; a vec3 takes three.";
    state 1_024 ..= 16_777_216 "Rows of the state store of each storage class; a ring takes as many as it is long.";
    inputs 256 ..= 65_536 "Components of all input channels together.";
    passes 32 ..= 4_096 "Render passes; each has a list of the elements to draw.";
    projections 4 ..= 4_096 "Passes that are projected by a perspective camera.";
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
}
