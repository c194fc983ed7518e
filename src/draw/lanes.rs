//! Numbers of elements, as slices that are borrowed.

/// One scalar attribute of a pass: the same for every element, or a value per element.
#[derive(Clone, Copy, Debug)]
pub enum Lanes<'a> {
    /// The same value for every element.
    Uniform(f32),
    /// One value per element, in index order.
    Each(&'a [f32]),
}

impl Lanes<'_> {
    /// The value of element `index`.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    #[inline]
    pub fn get(&self, index: usize) -> f32 {
        match self {
            Self::Uniform(value) => *value,
            Self::Each(values) => values[index],
        }
    }
}
