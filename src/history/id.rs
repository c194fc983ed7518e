//! Names of revisions and of texts: hashes of what they name, the same on every machine.

use std::fmt;

pub(super) use crate::journal::ID_BYTES;

macro_rules! ids {
    ($( $(#[$doc:meta])* $name:ident; )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub(super) u128);

            impl $name {
                /// XXH3-128 of some bytes. It tells any two texts that people write apart; it is no defence against
                /// somebody who constructs two with the same hash.
                pub(super) fn of(bytes: &[u8]) -> Self {
                    Self(twox_hash::XxHash3_128::oneshot(bytes))
                }

                /// Little-endian.
                pub fn to_bytes(self) -> [u8; ID_BYTES] {
                    self.0.to_le_bytes()
                }

                /// Of [`to_bytes`](Self::to_bytes).
                pub fn from_bytes(bytes: [u8; ID_BYTES]) -> Self {
                    Self(u128::from_le_bytes(bytes))
                }
            }

            /// 32 hexadecimal digits; with a precision, the first of them: `{id:.8}`.
            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    let digits = format!("{:032x}", self.0);
                    f.write_str(&digits[..f.precision().unwrap_or(digits.len()).min(digits.len())])
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "{self:.8}")
                }
            }
        )*
    };
}

ids! {
    /// Names a revision: the hash of its parents, its texts, its time and its note.
    RevisionId;
    /// Names a text: its hash.
    TextId;
}

impl RevisionId {
    /// The revision before every other: nothing was written yet. Every history has it, so any two of them have a common
    /// base.
    pub const ROOT: Self = Self(0);

    /// An id of a test or a bench, where no text is behind it. Never the root's.
    #[doc(hidden)]
    pub const fn from_number(number: u64) -> Self {
        // An odd factor: different numbers give different ids, whose order is not the numbers'.
        Self((number as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
    }
}
