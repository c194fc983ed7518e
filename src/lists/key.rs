//! Keys as numbers: what comes first has the lower one.

use super::texts::TextId;

/// Which way an order goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The least first.
    #[default]
    Ascending,
    /// The greatest first.
    Descending,
}

/// What a key is made of. NaN comes last either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// A number, an integer or a truth value, with its direction in the [`key`](self).
    Number,
    /// A text, compared by what it says.
    Text(Direction),
}

/// Behind all numbers.
const LAST: u64 = u64::MAX;

impl Direction {
    fn turn(self, ascending: u64) -> u64 {
        match self {
            Self::Ascending => ascending,
            Self::Descending => !ascending,
        }
    }

    /// The key of a number. NaN is behind all others, either way; -0 and 0 are equal.
    #[inline]
    pub fn number(self, x: f64) -> u64 {
        if x.is_nan() {
            return LAST;
        }
        // Without the sign of a zero.
        let bits = (x + 0.0).to_bits();
        let ascending = if bits >> 63 == 0 { bits | 1 << 63 } else { !bits };
        self.turn(ascending)
    }

    /// The key of an integer.
    #[inline]
    pub fn integer(self, x: i64) -> u64 {
        self.turn(x.cast_unsigned() ^ 1 << 63)
    }

    /// The key of a truth value: false is less.
    #[inline]
    pub fn truth(self, x: bool) -> u64 {
        self.turn(u64::from(x))
    }
}

/// The key of a text, of a [`KeyKind::Text`]. It has to last as long as the item has the key: a text of a cell, or one of the
/// program.
#[inline]
pub fn text(text: TextId) -> u64 {
    text.to_bits()
}

/// The number of an ascending key; none where it is NaN.
pub(super) fn number_of(key: u64) -> Option<f64> {
    let bits = if key >> 63 == 0 { !key } else { key & !(1 << 63) };
    (key != LAST).then_some(f64::from_bits(bits))
}
