//! Fields: values that have names, of the elements of a domain.

use std::ffi::c_char;

use library::Frame;
use library::frame::FieldView;

use crate::boundary::{Versioned, behind, call, fill_struct, give, name, pavane_string, room};
use crate::engine::{Running, pavane_engine, shown, with};
use crate::error::{
    Fault, PAVANE_ERROR_ARGUMENT, PAVANE_ERROR_NAME, PAVANE_ERROR_VALUE, pavane_error, pavane_status,
};
use crate::program::{Compiled, pavane_program, type_number};

/// A field: a value of each element of a domain.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_field_info {
    /// `sizeof(pavane_field_info)`, set by the caller.
    pub size: u32,
    /// `PAVANE_TYPE_...`.
    pub value_type: u32,
    /// Numbers of a value: 4 of a colour, 1 of a number.
    pub components: u32,
    /// How many elements there are in the frame that the engine is at; 0 where a program tells it.
    pub count: u32,
    /// The name of the domain in the patch; stays until the program is freed, or the engine goes on with another one or is freed.
    pub domain: pavane_string,
    /// Its own name; stays likewise.
    pub name: pavane_string,
}

// SAFETY: `repr(C)`, its size first, and 0 is a number and a null pointer.
unsafe impl Versioned for pavane_field_info {
    const NAME: &str = "pavane_field_info";
    const LEAST: usize = 48;
}

/// A field of a program, from 0 on: what `pavane_field` tells.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_program_field(
    program: *const pavane_program,
    at: u32,
    info: *mut pavane_field_info,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = || {
        // SAFETY: the head of the header.
        let Compiled { program, .. } = unsafe { behind(program) }?;
        let data = program.data();
        let missing = || Fault::new(PAVANE_ERROR_ARGUMENT, format!("the program has no field {at}"));
        let field = data.fields.get(at as usize).ok_or_else(missing)?;
        let domain = data.domains.get(field.domain as usize).ok_or_else(missing)?;
        let value = pavane_field_info {
            size: 0,
            value_type: type_number(field.ty),
            components: field.ty.stride(),
            count: 0,
            domain: domain.name.as_str().into(),
            name: field.name.as_str().into(),
        };
        // SAFETY: the head of the header.
        unsafe { fill_struct(info, value) }
    };
    // SAFETY: the head of the header.
    unsafe { call(error, body) }
}

/// A field as the frame that the engine is at has it. What nothing draws is there only in an engine that has `PAVANE_EVERYTHING` among
/// its flags.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_field(
    engine: *mut pavane_engine,
    domain: *const c_char,
    field: *const c_char,
    info: *mut pavane_field_info,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |_: Frame<'_>, field: FieldView<'_>| {
        let value = pavane_field_info {
            size: 0,
            value_type: type_number(field.ty),
            components: field.ty.stride(),
            count: field.components[0].len() as u32,
            domain: field.domain.into(),
            name: field.name.into(),
        };
        // SAFETY: the head of the header.
        unsafe { fill_struct(info, value) }
    };
    // SAFETY: the head of the header.
    unsafe { with_field(engine, domain, field, error, body) }
}

/// Writes one component of a field, from 0 on, a number of each element in the order of their indices, as many as there is room for, and
/// says how many there are. Bools are 0 and 1; of a text it is a number that equal texts share.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_field_numbers(
    engine: *mut pavane_engine,
    domain: *const c_char,
    field: *const c_char,
    component: u32,
    numbers: *mut f64,
    room_for: usize,
    count: *mut usize,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |_: Frame<'_>, field: FieldView<'_>| {
        let own = field.ty.stride();
        if component >= own {
            let message = format!("`{}` is a {}: its last component is {}", field.name, field.ty, own - 1);
            return Err(Fault::new(PAVANE_ERROR_ARGUMENT, message));
        }
        let all = field.components[0].len();
        // SAFETY: the head of the header.
        let numbers = unsafe {
            give(count, all, "count")?;
            room(numbers, room_for.min(all), "numbers")?
        };
        numbers.iter_mut().enumerate().for_each(|(at, number)| *number = field.get(at, component as usize));
        Ok(())
    };
    // SAFETY: the head of the header.
    unsafe { with_field(engine, domain, field, error, body) }
}

/// What a field of texts says of an element. It stays until the next call of the engine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_field_text(
    engine: *mut pavane_engine,
    domain: *const c_char,
    field: *const c_char,
    element: u32,
    text: *mut pavane_string,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |frame: Frame<'_>, field: FieldView<'_>| {
        let said = frame.field_text(&field, element as usize).ok_or_else(|| {
            let all = field.components[0].len();
            if element as usize >= all {
                let message = format!("there is no element {element}: `{}` has {all}", field.domain);
                return Fault::new(PAVANE_ERROR_ARGUMENT, message);
            }
            Fault::new(PAVANE_ERROR_VALUE, format!("`{}` is a {}, not a text", field.name, field.ty))
        })?;
        // SAFETY: the head of the header.
        unsafe { give(text, said.into(), "text") }
    };
    // SAFETY: the head of the header.
    unsafe { with_field(engine, domain, field, error, body) }
}

unsafe fn with_field(
    engine: *mut pavane_engine,
    domain: *const c_char,
    field: *const c_char,
    error: *mut *mut pavane_error,
    body: impl FnOnce(Frame<'_>, FieldView<'_>) -> Result<(), Fault>,
) -> pavane_status {
    let body = |running: &mut Running| {
        // SAFETY: the head of the header.
        let (domain, field) = unsafe { (name(domain, "domain")?, name(field, "field")?) };
        let frame = shown(&mut running.engine)?;
        if let Some(view) = frame.field(domain, field) {
            return body(frame, view);
        }
        let data = running.engine.program().data();
        let of = |row: u32| data.domains.get(row as usize).map(|domain| domain.name.as_str());
        let is_there = data.fields.iter().any(|row| row.name == field && of(row.domain) == Some(domain));
        let message = if is_there {
            format!(
                "nothing draws `{field}` of `{domain}`, so it has no values: make the engine with PAVANE_EVERYTHING"
            )
        } else {
            format!(
                "there is no field `{field}` of `{domain}`; `pavane_program_field` tells those that there are"
            )
        };
        Err(Fault::new(PAVANE_ERROR_NAME, message))
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}
