//! Names of what is durable.

use std::fmt;

use twox_hash::XxHash3_128;

/// Names a durable cell, a list, or a column of a list: a hash of names, never an index, so what a program keeps is found
/// again when its statements are moved, and what is renamed is something else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DurableKey(u128);

impl DurableKey {
    /// XXH3-128 (seed 0) of the names one behind the other, each behind the number of its bytes as a little-endian u32.
    /// A part of the file format: it never changes.
    pub fn of(names: &[&str]) -> Self {
        let mut bytes = Vec::with_capacity(names.iter().map(|name| 4 + name.len()).sum());
        for name in names {
            // Names of a patch are far below 4 GiB.
            bytes.extend((name.len() as u32).to_le_bytes());
            bytes.extend(name.as_bytes());
        }
        Self(XxHash3_128::oneshot(&bytes))
    }

    /// Little-endian.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }

    /// Of [`to_bytes`](Self::to_bytes).
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_le_bytes(bytes))
    }
}

/// 32 hexadecimal digits.
impl fmt::Display for DurableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for DurableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
