//! What a frame is made of: passes, records, columns, events.

use library::InputValue;
use library::frame::{Blend, Colors, FullInstance, Instance, Lanes, Pass, Shape};

use crate::boundary::{Versioned, fill_struct, give, pavane_string, room};
use crate::engine::{Running, pavane_engine, shown, with};
use crate::error::{Fault, PAVANE_ERROR_ARGUMENT, pavane_error, pavane_status};
use crate::program::{PAVANE_TYPE_NONE, type_number};

/// An ellipse that fills the element's box.
pub const PAVANE_SHAPE_ELLIPSE: u32 = 0;
/// A rectangle; `parameter` is its corner radius as a share of half its shorter side.
pub const PAVANE_SHAPE_RECT: u32 = 1;
/// A regular polygon of `corners`, the first one up.
pub const PAVANE_SHAPE_POLYGON: u32 = 2;
/// A star of `corners` tips; `parameter` is its inner radius as a share of the outer.
pub const PAVANE_SHAPE_STAR: u32 = 3;
/// A path, which `pavane_draw` draws.
pub const PAVANE_SHAPE_PATH: u32 = 4;
/// One line through the places of all elements; `parameter` is 1 where its ends are joined.
pub const PAVANE_SHAPE_LINE: u32 = 5;
/// A text, which `pavane_draw` draws.
pub const PAVANE_SHAPE_TEXT: u32 = 6;
/// An image, which `pavane_draw` draws.
pub const PAVANE_SHAPE_IMAGE: u32 = 7;

/// Source over destination.
pub const PAVANE_BLEND_NORMAL: u32 = 0;
/// The sum of both.
pub const PAVANE_BLEND_ADD: u32 = 1;
/// The product of both.
pub const PAVANE_BLEND_MULTIPLY: u32 = 2;
/// The inverse product of the inverses.
pub const PAVANE_BLEND_SCREEN: u32 = 3;
/// The darker of both, per component.
pub const PAVANE_BLEND_DARKEN: u32 = 4;
/// The lighter of both, per component.
pub const PAVANE_BLEND_LIGHTEN: u32 = 5;
/// The absolute difference.
pub const PAVANE_BLEND_DIFFERENCE: u32 = 6;
/// Multiplied in the dark, screened in the light.
pub const PAVANE_BLEND_OVERLAY: u32 = 7;

/// Values of sRGB are mixed, as in CSS.
pub const PAVANE_BLENDING_SRGB: u32 = 0;
/// Light is mixed: what is under an element is decoded from sRGB, and encoded again.
pub const PAVANE_BLENDING_LINEAR: u32 = 1;

/// Centre, x, in world units.
pub const PAVANE_COLUMN_X: u32 = 0;
/// Centre, y, in world units, down.
pub const PAVANE_COLUMN_Y: u32 = 1;
/// Full width in world units; below 0 mirrored.
pub const PAVANE_COLUMN_WIDTH: u32 = 2;
/// Full height in world units; below 0 mirrored.
pub const PAVANE_COLUMN_HEIGHT: u32 = 3;
/// Radians, clockwise on screen.
pub const PAVANE_COLUMN_ROTATION: u32 = 4;
/// Of fill and stroke as one thing.
pub const PAVANE_COLUMN_OPACITY: u32 = 5;
/// Width of the stroke in world units; 0 without a stroke.
pub const PAVANE_COLUMN_STROKE_WIDTH: u32 = 6;
/// Distance from the camera; 0 without perspective.
pub const PAVANE_COLUMN_DEPTH: u32 = 7;

/// Colours of the fill; alpha 0 without one.
pub const PAVANE_COLORS_FILL: u32 = 0;
/// Colours of the stroke; alpha 0 without one.
pub const PAVANE_COLORS_STROKE: u32 = 1;

/// An element as it is drawn: 32 bytes for an upload.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_instance {
    /// Centre in world units, y down.
    pub position: [f32; 2],
    /// Full width and height in world units.
    pub extent: [f32; 2],
    /// Radians, clockwise on screen.
    pub rotation: f32,
    /// Red, green, blue, alpha; alpha 0 where the pass has no fill.
    pub fill: [u8; 4],
    /// Red, green, blue, alpha; alpha 0 where the pass has no stroke.
    pub stroke: [u8; 4],
    /// Width of the stroke in world units, centred on the outline.
    pub stroke_width: f32,
}

/// An element with everything that is drawn of it: 64 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_full_instance {
    /// Place, size and colours.
    pub instance: pavane_instance,
    /// The part of the outline that is stroked, in shares of its length.
    pub trim: [f32; 2],
    /// Lengths of a dash and of the gap behind it, and how far into the pattern the part starts, in world units.
    pub dash: [f32; 3],
    /// Of fill and stroke as one thing.
    pub opacity: f32,
    /// Corner radius of a rectangle, inner radius of a star.
    pub parameter: f32,
    /// `PAVANE_SHAPE_...`, and corners or which path.
    pub shape: [u16; 2],
}

const _: () = {
    assert!(size_of::<pavane_instance>() == size_of::<Instance>(), "the header's record is the library's");
    assert!(
        size_of::<pavane_full_instance>() == size_of::<FullInstance>(),
        "the header's record is the library's"
    );
    assert!(align_of::<pavane_full_instance>() == align_of::<FullInstance>(), "and lies as that does");
};

/// A pass: what is drawn of a domain's elements.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_pass_info {
    /// `sizeof(pavane_pass_info)`, set by the caller.
    pub size: u32,
    /// `PAVANE_SHAPE_...`.
    pub shape: u32,
    /// `PAVANE_BLEND_...`: how it is combined with what lies under it.
    pub blend: u32,
    /// Passes come in ascending layer.
    pub layer: i32,
    /// Elements that are drawn.
    pub count: u32,
    /// Corners of a polygon, tips of a star.
    pub corners: u32,
    /// What the shape says.
    pub parameter: f32,
    /// The world point in the middle of the canvas.
    pub center: [f32; 2],
    /// World units along the shorter side of the canvas.
    pub extent: f32,
    /// Rotation of the camera in radians.
    pub rotation: f32,
    /// 1 where it has a fill.
    pub has_fill: u8,
    /// 1 where it has a stroke.
    pub has_stroke: u8,
    /// Nothing yet.
    pub reserved: [u8; 2],
    /// Its name in the patch; stays until the engine goes on with another program or is freed.
    pub name: pavane_string,
    /// The name of the domain; stays likewise.
    pub domain: pavane_string,
}

// SAFETY: `repr(C)`, its size first, and 0 is a number and a null pointer.
unsafe impl Versioned for pavane_pass_info {
    const NAME: &str = "pavane_pass_info";
    const LEAST: usize = 80;
}

/// Something that has happened.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_event_info {
    /// `sizeof(pavane_event_info)`, set by the caller.
    pub size: u32,
    /// `PAVANE_TYPE_...` of what it carried.
    pub value_type: u32,
    /// When, in flicks.
    pub flicks: u64,
    /// What it carried; those that its type lacks are 0.
    pub numbers: [f64; 4],
    /// What it is called in the patch; stays until the engine goes on with another program or is freed.
    pub name: pavane_string,
    /// The text that it carried, else empty; stays until the next call of the engine.
    pub text: pavane_string,
}

// SAFETY: `repr(C)`, its size first, and 0 is a number and a null pointer.
unsafe impl Versioned for pavane_event_info {
    const NAME: &str = "pavane_event_info";
    const LEAST: usize = 80;
}

fn blend_number(blend: Blend) -> u32 {
    match blend {
        Blend::Normal => PAVANE_BLEND_NORMAL,
        Blend::Add => PAVANE_BLEND_ADD,
        Blend::Multiply => PAVANE_BLEND_MULTIPLY,
        Blend::Screen => PAVANE_BLEND_SCREEN,
        Blend::Darken => PAVANE_BLEND_DARKEN,
        Blend::Lighten => PAVANE_BLEND_LIGHTEN,
        Blend::Difference => PAVANE_BLEND_DIFFERENCE,
        Blend::Overlay => PAVANE_BLEND_OVERLAY,
    }
}

/// Number, corners and parameter.
fn shape_numbers(shape: &Shape<'_>) -> (u32, u32, f32) {
    match *shape {
        Shape::Ellipse => (PAVANE_SHAPE_ELLIPSE, 0, 0.0),
        Shape::Rect { corner } => (PAVANE_SHAPE_RECT, 4, corner),
        Shape::Polygon { sides } => (PAVANE_SHAPE_POLYGON, sides, 0.0),
        Shape::Star { points, inner } => (PAVANE_SHAPE_STAR, points, inner),
        Shape::Path(_) | Shape::Paths(_) => (PAVANE_SHAPE_PATH, 0, 0.0),
        Shape::Line { closed } => (PAVANE_SHAPE_LINE, 0, f32::from(u8::from(closed))),
        Shape::Text(_) | Shape::Texts(_) => (PAVANE_SHAPE_TEXT, 0, 0.0),
        Shape::Image(_) => (PAVANE_SHAPE_IMAGE, 0, 0.0),
    }
}

/// A pass of the frame that the engine is at, from 0 on, in the order in which they are drawn.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_pass_at(
    engine: *mut pavane_engine,
    at: u32,
    info: *mut pavane_pass_info,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |pass: Pass<'_>| {
        let (shape, corners, parameter) = shape_numbers(&pass.shape);
        let value = pavane_pass_info {
            size: 0,
            shape,
            blend: blend_number(pass.blend),
            layer: pass.layer,
            count: pass.elements().len() as u32,
            corners,
            parameter,
            center: pass.view.center,
            extent: pass.view.extent,
            rotation: pass.view.rotation,
            has_fill: u8::from(pass.fill.is_some()),
            has_stroke: u8::from(pass.stroke.is_some()),
            reserved: [0; 2],
            name: pass.name.into(),
            domain: pass.domain.into(),
        };
        // SAFETY: the head of the header.
        unsafe { fill_struct(info, value) }
    };
    // SAFETY: the head of the header.
    unsafe { with_pass(engine, at, error, body) }
}

/// Writes the elements of a pass as records of 32 bytes, in the order in which they are drawn, as many as there is room for, and
/// says how many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_pass_instances(
    engine: *mut pavane_engine,
    at: u32,
    records: *mut pavane_instance,
    room_for: usize,
    count: *mut usize,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |pass: Pass<'_>| {
        // SAFETY: the head of the header, and the two types lie alike.
        let records = unsafe { room_of(&pass, records.cast::<Instance>(), room_for, count, "records") }?;
        pass.write_instances(records);
        Ok(())
    };
    // SAFETY: the head of the header.
    unsafe { with_pass(engine, at, error, body) }
}

/// As `pavane_pass_instances`, with everything that is drawn of an element: records of 64 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_pass_full_instances(
    engine: *mut pavane_engine,
    at: u32,
    records: *mut pavane_full_instance,
    room_for: usize,
    count: *mut usize,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |pass: Pass<'_>| {
        // SAFETY: the head of the header, and the two types lie alike.
        let records = unsafe { room_of(&pass, records.cast::<FullInstance>(), room_for, count, "records") }?;
        pass.write_full_instances(records);
        Ok(())
    };
    // SAFETY: the head of the header.
    unsafe { with_pass(engine, at, error, body) }
}

/// Writes one attribute of the elements of a pass, in the order in which they are drawn, as many as there is room for, and says how
/// many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_pass_column(
    engine: *mut pavane_engine,
    at: u32,
    column: u32,
    values: *mut f32,
    room_for: usize,
    count: *mut usize,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |pass: Pass<'_>| {
        let none = Lanes::Uniform(0.0);
        let lanes = match column {
            PAVANE_COLUMN_X => pass.x,
            PAVANE_COLUMN_Y => pass.y,
            PAVANE_COLUMN_WIDTH => pass.width,
            PAVANE_COLUMN_HEIGHT => pass.height,
            PAVANE_COLUMN_ROTATION => pass.rotation,
            PAVANE_COLUMN_OPACITY => pass.opacity,
            PAVANE_COLUMN_STROKE_WIDTH => pass.stroke.map_or(none, |stroke| stroke.width),
            PAVANE_COLUMN_DEPTH => pass.depth.unwrap_or(none),
            _ => {
                let message = format!("{column} is no column: see `PAVANE_COLUMN_...`");
                return Err(Fault::new(PAVANE_ERROR_ARGUMENT, message));
            }
        };
        // SAFETY: the head of the header.
        let values = unsafe { room_of(&pass, values, room_for, count, "values") }?;
        values.iter_mut().zip(pass.elements()).for_each(|(value, element)| *value = lanes.get(element));
        Ok(())
    };
    // SAFETY: the head of the header.
    unsafe { with_pass(engine, at, error, body) }
}

/// As `pavane_pass_column`, for colours: 4 bytes each, red first. `room_for` is how many colours.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_pass_colors(
    engine: *mut pavane_engine,
    at: u32,
    which: u32,
    colors: *mut [u8; 4],
    room_for: usize,
    count: *mut usize,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |pass: Pass<'_>| {
        let own = match which {
            PAVANE_COLORS_FILL => pass.fill,
            PAVANE_COLORS_STROKE => pass.stroke.map(|stroke| stroke.color),
            _ => {
                let message = format!("{which} is neither PAVANE_COLORS_FILL nor PAVANE_COLORS_STROKE");
                return Err(Fault::new(PAVANE_ERROR_ARGUMENT, message));
            }
        };
        let own = own.unwrap_or(Colors::Uniform(library::Rgba8(0)));
        // SAFETY: the head of the header.
        let colors = unsafe { room_of(&pass, colors, room_for, count, "colors") }?;
        colors
            .iter_mut()
            .zip(pass.elements())
            .for_each(|(color, element)| *color = own.get(element).to_array());
        Ok(())
    };
    // SAFETY: the head of the header.
    unsafe { with_pass(engine, at, error, body) }
}

/// Something that has happened since the frame before, from 0 on, in order: events of the host, and those that the patch makes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_event_at(
    engine: *mut pavane_engine,
    at: u32,
    info: *mut pavane_event_info,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| {
        let engine = &running.engine;
        let Some(event) = engine.events().nth(at as usize) else {
            let message = format!("there is no event {at}: {} have happened", engine.events().len());
            return Err(Fault::new(PAVANE_ERROR_ARGUMENT, message));
        };
        let text = match event.carried {
            Some(InputValue::Text(number)) => engine.text(number),
            _ => "",
        };
        let value = pavane_event_info {
            size: 0,
            value_type: event.carried.map_or(PAVANE_TYPE_NONE, |value| type_number(value.ty())),
            flicks: event.tag.offset.0,
            numbers: event.carried.map_or([0.0; 4], numbers),
            name: event.event.into(),
            text: text.into(),
        };
        // SAFETY: the head of the header.
        unsafe { fill_struct(info, value) }
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

/// The numbers of a value; a text has none.
fn numbers(value: InputValue) -> [f64; 4] {
    match value {
        InputValue::Float(x) => [x, 0.0, 0.0, 0.0],
        InputValue::Int(x) => [f64::from(x), 0.0, 0.0, 0.0],
        InputValue::Uint(x) => [f64::from(x), 0.0, 0.0, 0.0],
        InputValue::Bool(x) => [f64::from(u8::from(x)), 0.0, 0.0, 0.0],
        InputValue::Vec2([x, y]) => [x, y, 0.0, 0.0],
        InputValue::Vec3([x, y, z]) => [x, y, z, 0.0],
        InputValue::Color(color) => color,
        InputValue::Text(_) => [0.0; 4],
    }
}

/// Room for a record of each element of a pass, as far as the caller has it; says how many elements there are.
unsafe fn room_of<'a, T: crate::boundary::Plain>(
    pass: &Pass<'_>,
    records: *mut T,
    room_for: usize,
    count: *mut usize,
    what: &str,
) -> Result<&'a mut [T], Fault> {
    let all = pass.elements().len();
    // SAFETY: the head of the header.
    unsafe {
        give(count, all, "count")?;
        room(records, room_for.min(all), what)
    }
}

unsafe fn with_pass(
    engine: *mut pavane_engine,
    at: u32,
    error: *mut *mut pavane_error,
    body: impl FnOnce(Pass<'_>) -> Result<(), Fault>,
) -> pavane_status {
    let body = |running: &mut Running| {
        let frame = shown(&mut running.engine)?;
        let count = frame.passes().len();
        let missing =
            || Fault::new(PAVANE_ERROR_ARGUMENT, format!("there is no pass {at}: the frame has {count}"));
        body(frame.passes().nth(at as usize).ok_or_else(missing)?)
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}
