//! Domains whose elements are counted: an element is its index.

use super::NEW;
use super::edit::Edit;

/// From so many elements to others. What lingers are the ones behind the living, by index.
pub(super) fn change(edit: &mut Edit, [living, lingering]: [u32; 2], count: u32) {
    edit.begin([living, lingering]);
    let known = living + lingering;
    edit.from.extend(0..count.min(known));
    edit.from.extend((known..count).map(|_| NEW));
    edit.gone.extend(count..known);
}
