//! Values that are known before the first frame: counts, points of paths, periods. Only what people write there: the
//! engine folds everything else.

use super::value::Typed;
use crate::math::{arith, exponential, rounding, trigonometry};
use crate::program::Op;

/// The components of a value; those that its type does not have are 0.
pub(crate) type Constant = [f64; 4];

/// Nothing is known of a value by itself.
pub(crate) fn of(_value: &Typed<'_>) -> Option<Constant> {
    None
}
