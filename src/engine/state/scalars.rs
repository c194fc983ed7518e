//! Rows of scalar state, in the store of their storage class.

use bevy_ecs::prelude::Query;

use crate::program::Storage;
use crate::world::tables::{Current, column_mut};

/// The scalar state stores as slices.
pub(crate) struct Scalars<'a> {
    pub(super) f64: &'a mut [Current<f64>],
    pub(super) f32: &'a mut [Current<f32>],
    pub(super) i32: &'a mut [Current<i32>],
    pub(super) u32: &'a mut [Current<u32>],
}

/// The tables of the scalar stores.
pub(super) type ScalarTables<'a, 'w, 's> = (
    &'a mut Query<'w, 's, &'static mut Current<f64>>,
    &'a mut Query<'w, 's, &'static mut Current<f32>>,
    &'a mut Query<'w, 's, &'static mut Current<i32>>,
    &'a mut Query<'w, 's, &'static mut Current<u32>>,
);

impl<'a> Scalars<'a> {
    pub(super) fn new((f64, f32, i32, u32): ScalarTables<'a, '_, '_>) -> Self {
        Self { f64: column_mut(f64), f32: column_mut(f32), i32: column_mut(i32), u32: column_mut(u32) }
    }

    /// What was committed last.
    pub(crate) fn get(&self, storage: Storage, row: u32) -> f64 {
        let row = row as usize;
        match storage {
            Storage::F64 => self.f64[row].0,
            Storage::F32 => f64::from(self.f32[row].0),
            Storage::I32 => f64::from(self.i32[row].0),
            Storage::U32 | Storage::Object => f64::from(self.u32[row].0),
        }
    }

    /// Gives a row a value, and gives the bits of the one it had.
    pub(super) fn replace(&mut self, storage: Storage, row: u32, value: f64) -> u64 {
        use std::mem::replace;
        let row = row as usize;
        match storage {
            Storage::F64 => replace(&mut self.f64[row].0, value).to_bits(),
            Storage::F32 => replace(&mut self.f32[row].0, value as f32).to_bits().into(),
            Storage::I32 => replace(&mut self.i32[row].0, value as i64 as i32).cast_unsigned().into(),
            Storage::U32 | Storage::Object => replace(&mut self.u32[row].0, value as i64 as u32).into(),
        }
    }

    /// The bits of a row.
    pub(super) fn bits(&self, storage: Storage, row: u32) -> u64 {
        let row = row as usize;
        match storage {
            Storage::F64 => self.f64[row].0.to_bits(),
            Storage::F32 => self.f32[row].0.to_bits().into(),
            Storage::I32 => self.i32[row].0.cast_unsigned().into(),
            Storage::U32 | Storage::Object => self.u32[row].0.into(),
        }
    }

    /// Gives a row the bits it had, which are of its own width.
    pub(super) fn set_bits(&mut self, storage: Storage, row: u32, bits: u64) {
        let row = row as usize;
        match storage {
            Storage::F64 => self.f64[row].0 = f64::from_bits(bits),
            Storage::F32 => self.f32[row].0 = f32::from_bits(bits as u32),
            Storage::I32 => self.i32[row].0 = (bits as u32).cast_signed(),
            Storage::U32 | Storage::Object => self.u32[row].0 = bits as u32,
        }
    }
}
