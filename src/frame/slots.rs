//! Named signals as a frame shows them.

use crate::program::{Storage, Type};
use crate::world::tables::{Handle, SlotValue};

/// The value of a slot: its type and its components.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlotReading {
    /// The slot's type.
    pub ty: Type,
    /// Its components; those beyond the type's are 0. Bools are 0 and 1.
    pub components: [f64; 4],
}

impl SlotReading {
    /// The components that the type has.
    pub fn components(&self) -> &[f64] {
        &self.components[..self.ty.stride() as usize]
    }
}

/// The slot stores as slices.
#[derive(Clone, Copy)]
pub(crate) struct SlotSlices<'a> {
    pub(crate) f64: &'a [SlotValue<f64>],
    pub(crate) f32: &'a [SlotValue<f32>],
    pub(crate) i32: &'a [SlotValue<i32>],
    pub(crate) u32: &'a [SlotValue<u32>],
    pub(crate) object: &'a [SlotValue<Handle>],
}

impl SlotSlices<'_> {
    pub(crate) fn get(&self, storage: Storage, row: u32) -> f64 {
        let row = row as usize;
        match storage {
            Storage::F64 => self.f64[row].0,
            Storage::F32 => f64::from(self.f32[row].0),
            Storage::I32 => f64::from(self.i32[row].0),
            Storage::U32 => f64::from(self.u32[row].0),
            Storage::Object => f64::from(self.object[row].0.0),
        }
    }
}

/// A slot's components from its store.
pub(super) fn reading(ty: Type, at: impl Fn(u32) -> f64) -> SlotReading {
    let mut components = [0.0; 4];
    for (component, k) in components.iter_mut().zip(0..ty.stride()) {
        *component = at(k);
    }
    SlotReading { ty, components }
}
