//! Parts of a program: tables, or values that may be left out.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::read::Rows;
use super::write::Out;

/// A part of a program.
pub(super) trait Part: Sized {
    fn absent() -> Self;

    /// Whether it is left out of the JSON.
    fn is_absent(&self) -> bool {
        self.rows() == 0
    }

    /// How many rows it has.
    fn rows(&self) -> usize;

    /// Reads it; what is not good is reported and left out.
    fn read(rows: &mut Rows<'_, '_>, key: &'static str, most: usize) -> Self;

    fn write(&self, out: &mut Out, key: &str);
}

impl<T: Serialize + DeserializeOwned> Part for Vec<T> {
    fn absent() -> Self {
        Self::new()
    }

    fn rows(&self) -> usize {
        self.len()
    }

    fn read(rows: &mut Rows<'_, '_>, key: &'static str, most: usize) -> Self {
        rows.table(key, most)
    }

    fn write(&self, out: &mut Out, key: &str) {
        out.table(key, self);
    }
}

impl<T: Serialize + DeserializeOwned> Part for Option<T> {
    fn absent() -> Self {
        None
    }

    fn rows(&self) -> usize {
        usize::from(self.is_some())
    }

    fn read(rows: &mut Rows<'_, '_>, key: &'static str, _most: usize) -> Self {
        rows.optional(key)
    }

    fn write(&self, out: &mut Out, key: &str) {
        if let Some(value) = self {
            out.value(key, value);
        }
    }
}
