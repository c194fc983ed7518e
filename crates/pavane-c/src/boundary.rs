//! Where pointers of C become references: every check that can be made, and all reads and writes through them.

use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, TryLockError};

use crate::error::{
    Fault, PAVANE_ERROR_ARGUMENT, PAVANE_ERROR_BUSY, PAVANE_ERROR_HANDLE, PAVANE_ERROR_PANIC,
    PAVANE_ERROR_SIZE, PAVANE_ERROR_TEXT, PAVANE_OK, pavane_error, pavane_status,
};

/// The length of a text that ends with a NUL.
pub const PAVANE_NUL: usize = usize::MAX;

/// A text that belongs to the library: so many bytes of UTF-8, without a NUL behind them. How long it stays is said where it
/// comes from.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_string {
    /// The first byte; never null.
    pub bytes: *const c_char,
    /// How many bytes.
    pub length: usize,
}

impl From<&str> for pavane_string {
    fn from(text: &str) -> Self {
        Self { bytes: text.as_ptr().cast(), length: text.len() }
    }
}

/// A type that the header does not open, and what is behind it.
pub(crate) trait Opaque {
    type Inner;
    /// The number at its head, by which a handle of another kind is seen.
    const KIND: u64;
    const NAME: &str;
}

#[repr(C)]
struct Handle<T> {
    kind: u64,
    inner: T,
}

/// What a freed handle has at its head until its memory is used for something else.
const FREED: u64 = 0x6465_6572_665f_7670;

/// A new handle, which [`free`] takes back.
pub(crate) fn handle<H: Opaque>(inner: H::Inner) -> *mut H {
    Box::into_raw(Box::new(Handle { kind: H::KIND, inner })).cast()
}

/// What is behind a handle.
pub(crate) unsafe fn behind<'a, H: Opaque>(handle: *const H) -> Result<&'a H::Inner, Fault> {
    let handle: *const Handle<H::Inner> = handle.cast();
    let number: *const u64 = handle.cast();
    check_pointer(number, H::NAME)?;
    // SAFETY: it is neither null nor askew, and a handle of any kind begins with its number.
    if unsafe { number.read() } != H::KIND {
        let message = format!("this is no {} of pavane, or one that was freed", H::NAME);
        return Err(Fault::new(PAVANE_ERROR_HANDLE, message));
    }
    // SAFETY: it has the number that `handle` gives, so it came from there, and it is not freed during the call.
    Ok(unsafe { &(*handle).inner })
}

/// Takes a handle back. Null is none; of another kind it is left alone.
pub(crate) unsafe fn free<H: Opaque>(handle: *mut H) {
    // SAFETY: as the caller of this function says.
    if unsafe { behind(handle) }.is_err() {
        return;
    }
    let handle: *mut Handle<H::Inner> = handle.cast();
    // SAFETY: it came from `handle`, which made a box of it, and nobody uses it any more.
    let mut owned = unsafe { Box::from_raw(handle) };
    // Whatever becomes of the memory, it is no handle from here on; the compiler may not leave that out.
    // SAFETY: the place is that of the box.
    unsafe { std::ptr::write_volatile(&raw mut owned.kind, FREED) };
    // A panic of a destructor ends here.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(owned)));
}

/// What a handle has for one call at a time.
pub(crate) fn lock<T>(shared: &Mutex<T>) -> Result<MutexGuard<'_, T>, Fault> {
    shared.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => Fault::new(
            PAVANE_ERROR_BUSY,
            "another call has it at this moment: one thread at a time may use a handle".into(),
        ),
        TryLockError::Poisoned(_) => Fault::new(
            PAVANE_ERROR_PANIC,
            "an earlier call has left it half-way: free it and make another one".into(),
        ),
    })
}

/// Runs a call: its faults and panics become a status, and an error where the caller wants one.
pub(crate) unsafe fn call(
    error: *mut *mut pavane_error,
    body: impl FnOnce() -> Result<(), Fault>,
) -> pavane_status {
    let done = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        let message = format!("this is a fault of pavane itself, please report it: {said}");
        // What was thrown may throw again when it is dropped.
        std::mem::forget(panic);
        Err(Fault::new(PAVANE_ERROR_PANIC, message))
    });
    let (status, made) = match done {
        Ok(()) => (PAVANE_OK, None),
        Err(fault) => (fault.status, Some(fault)),
    };
    if !error.is_null() && error.is_aligned() {
        let made = made.map_or(std::ptr::null_mut(), |fault| handle::<pavane_error>(fault.into()));
        // SAFETY: it is neither null nor askew, and the caller has room for a pointer there.
        unsafe { error.write(made) };
    }
    status
}

fn check_pointer<T>(pointer: *const T, what: &str) -> Result<(), Fault> {
    let fault = |why: &str| Err(Fault::new(PAVANE_ERROR_ARGUMENT, format!("`{what}` is {why}")));
    if pointer.is_null() {
        return fault("null");
    }
    if !pointer.is_aligned() {
        return fault("not aligned as its type is");
    }
    Ok(())
}

fn check_length<T>(length: usize, what: &str) -> Result<(), Fault> {
    match length.checked_mul(size_of::<T>().max(1)) {
        Some(bytes) if bytes <= isize::MAX.cast_unsigned() => Ok(()),
        _ => {
            let message = format!("`{what}` has {length} entries, which is more than a memory holds");
            Err(Fault::new(PAVANE_ERROR_ARGUMENT, message))
        }
    }
}

/// Entries that the caller gives. Null is fine for none.
pub(crate) unsafe fn entries<'a, T>(first: *const T, count: usize, what: &str) -> Result<&'a [T], Fault> {
    if count == 0 {
        return Ok(&[]);
    }
    check_pointer(first, what)?;
    check_length::<T>(count, what)?;
    // SAFETY: it is neither null nor askew, no larger than a memory, and the caller says that so many are there.
    Ok(unsafe { std::slice::from_raw_parts(first, count) })
}

/// Room of the caller for entries, all of them bytes of 0. Null is fine for none.
///
/// `T` is plain numbers, so that 0 is a value of it.
pub(crate) unsafe fn room<'a, T: Plain>(
    first: *mut T,
    count: usize,
    what: &str,
) -> Result<&'a mut [T], Fault> {
    if count == 0 {
        return Ok(&mut []);
    }
    check_pointer(first, what)?;
    check_length::<T>(count, what)?;
    // SAFETY: it is neither null nor askew, no larger than a memory, and the caller says that there is room for so many. The
    // caller need not have written there, so that is done before there is a reference.
    unsafe {
        std::ptr::write_bytes(first, 0, count);
        Ok(std::slice::from_raw_parts_mut(first, count))
    }
}

/// Types of numbers alone, of which every byte may be 0.
///
/// # Safety
/// It is so.
pub(crate) unsafe trait Plain: Copy {}

macro_rules! plain {
    ($( $type:ty )*) => { $(
        // SAFETY: numbers, and records of numbers.
        unsafe impl Plain for $type {}
    )* };
}
plain! { u8 u32 f32 f64 [u8; 4] library::frame::Instance library::frame::FullInstance }

/// Writes what a call gives.
pub(crate) unsafe fn give<T>(to: *mut T, value: T, what: &str) -> Result<(), Fault> {
    check_pointer(to, what)?;
    // SAFETY: it is neither null nor askew, and the caller has room there. What was there needs no destructor: it is C's.
    unsafe { to.write(value) };
    Ok(())
}

/// As [`give`], where null means that nobody wants it.
pub(crate) unsafe fn give_if_wanted<T>(to: *mut T, value: T, what: &str) -> Result<(), Fault> {
    if to.is_null() {
        return Ok(());
    }
    // SAFETY: as the caller of this function says.
    unsafe { give(to, value, what) }
}

/// A struct whose first field is its size, of which later versions have more fields.
///
/// # Safety
/// It is `repr(C)`, begins with a `u32` that is its size, and every field may be bytes of 0.
pub(crate) unsafe trait Versioned: Copy {
    const NAME: &str;
    /// The size that it had in the first version.
    const LEAST: usize;
}

/// No version is that large, so it is garbage and nothing behind it is read.
const STRUCT_MOST: usize = 4096;

unsafe fn size_of_struct<T: Versioned>(at: *const T) -> Result<usize, Fault> {
    check_pointer(at, T::NAME)?;
    // SAFETY: it is neither null nor askew, and begins with its size.
    let size = unsafe { at.cast::<u32>().read() } as usize;
    if !(T::LEAST..=STRUCT_MOST).contains(&size) {
        let message = format!(
            "the field `size` of `{}` is {size}; set it to `sizeof({})` before the call",
            T::NAME,
            T::NAME
        );
        return Err(Fault::new(PAVANE_ERROR_SIZE, message));
    }
    Ok(size)
}

/// Reads a struct of any version; fields that the caller's version lacks are 0.
pub(crate) unsafe fn read_struct<T: Versioned>(at: *const T) -> Result<T, Fault> {
    // SAFETY: as the caller of this function says.
    let size = unsafe { size_of_struct(at) }?;
    // SAFETY: every field may be bytes of 0.
    let mut value: T = unsafe { std::mem::zeroed() };
    // SAFETY: the caller says that so many bytes are there, and no more are written than `value` has.
    unsafe {
        std::ptr::copy_nonoverlapping(at.cast::<u8>(), (&raw mut value).cast(), size.min(size_of::<T>()));
    };
    if size > size_of::<T>() {
        // SAFETY: the caller says that so many bytes are there.
        let rest =
            unsafe { std::slice::from_raw_parts(at.cast::<u8>().add(size_of::<T>()), size - size_of::<T>()) };
        if rest.iter().any(|&byte| byte != 0) {
            let message = format!("`{}` sets fields that this version of pavane does not know", T::NAME);
            return Err(Fault::new(PAVANE_ERROR_SIZE, message));
        }
    }
    Ok(value)
}

/// Fills a struct of the caller, as much of it as the caller's version has. Its size stays what the caller has set.
pub(crate) unsafe fn fill_struct<T: Versioned>(to: *mut T, value: T) -> Result<(), Fault> {
    // SAFETY: as the caller of this function says.
    let size = unsafe { size_of_struct(to) }?;
    let (from, head) = ((&raw const value).cast::<u8>(), size_of::<u32>());
    let to = to.cast::<u8>();
    // SAFETY: the caller has room for `size` bytes, and no more are read than `value` has.
    unsafe {
        std::ptr::copy_nonoverlapping(from.add(head), to.add(head), size.min(size_of::<T>()) - head);
    };
    Ok(())
}

/// A text: so many bytes, or up to a NUL. Null is fine for none.
pub(crate) unsafe fn text<'a>(bytes: *const c_char, length: usize, what: &str) -> Result<&'a str, Fault> {
    let bytes = match length {
        PAVANE_NUL => {
            check_pointer(bytes, what)?;
            // SAFETY: it is not null, and the caller says that a NUL follows.
            unsafe { CStr::from_ptr(bytes) }.to_bytes()
        }
        // SAFETY: as the caller of this function says.
        _ => unsafe { entries(bytes.cast::<u8>(), length, what) }?,
    };
    std::str::from_utf8(bytes).map_err(|error| {
        let message = format!("`{what}` is not UTF-8 from byte {} on", error.valid_up_to());
        Fault::new(PAVANE_ERROR_TEXT, message)
    })
}

/// A name, which ends with a NUL.
pub(crate) unsafe fn name<'a>(bytes: *const c_char, what: &str) -> Result<&'a str, Fault> {
    // SAFETY: as the caller of this function says.
    unsafe { text(bytes, PAVANE_NUL, what) }
}
