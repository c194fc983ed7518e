//! Upper bounds on accepted programs. Everything later may rely on them, so that a hostile file can make no stage run
//! for ever or fill the memory; the limits of a host are the engine's `Capacity`.

use crate::time::Flicks;

/// Bytes of a program as JSON.
pub const BYTES_MAX: usize = 64 << 20;
/// JSON values of a program.
pub const VALUES_MAX: usize = 1 << 23;
/// How deep JSON values may be nested; a good program needs 7 levels.
pub const NESTING_MAX: usize = 32;
/// Nodes.
pub const NODES_MAX: usize = 1 << 20;
/// Entries of each constant pool.
pub const CONSTANTS_MAX: usize = 1 << 20;
/// Rows of each other table but sources, of which there may be one per node.
pub const ROWS_MAX: usize = 1 << 16;
/// Points of all paths together.
pub const POINTS_MAX: usize = 1 << 20;
/// Verbs of all paths together.
pub const VERBS_MAX: usize = 1 << 20;
/// Paths that points are taken along (`path_point`, `path_direction`): each takes 72 KiB in an engine.
pub const PATHS_MEASURED_MAX: usize = 256;
/// Nodes that all steps evaluate together, each counted once per step.
pub const EVALUATIONS_MAX: usize = 1 << 24;
/// Elements of a domain: up to here every index is exact as f32.
pub const CAPACITY_MAX: u32 = 1 << 24;
/// What a host gives of each element.
pub const ELEMENT_INPUTS_MAX: usize = 64;
/// Rows of each slot store, of each scalar cell store, and of the lane cells.
pub const STORE_MAX: u32 = 1 << 24;
/// Field buffers.
pub const FIELD_BUFFERS_MAX: u32 = 1 << 16;
/// Pairs that an element is in, of those near it.
pub const NEAR_MAX: u32 = 256;
/// Pairs of all elements of a domain together.
pub const PAIRS_MAX: u64 = 1 << 28;
/// Pushes that a ring holds.
pub const RING_MAX: u32 = 1 << 16;
/// Numbers of all tables together.
pub const TABLE_VALUES_MAX: usize = 1 << 22;
/// Components of all channels together.
pub const CHANNEL_VALUES_MAX: u32 = 1 << 16;
/// Pixels along either side of a clip.
pub const SIZE_MAX: u32 = 16_384;
/// Pixels along either side of an image.
pub const IMAGE_SIDE_MAX: u32 = 32_768;
/// Pixels of all images together: 4 bytes each, and 6 more in an engine.
pub const IMAGE_PIXELS_MAX: usize = 1 << 26;
/// Fonts.
pub const FONTS_MAX: usize = 256;
/// Bytes of all fonts together.
pub const FONT_BYTES_MAX: usize = 1 << 27;
/// Axes that are set of a font.
pub const AXES_MAX: usize = 64;
/// Bytes of a text.
pub const TEXT_MAX: usize = 1 << 14;
/// Bytes of all texts of a program together.
pub const TEXTS_MAX: usize = 1 << 22;
/// Characters of a name.
pub const NAME_MAX: usize = 256;
/// Sides of a polygon and tips of a star.
pub const SIDES_MAX: u32 = 1_000;
/// Octaves of fractal noise.
pub const OCTAVES_MAX: u32 = 16;
/// The largest base of a radical inverse.
pub const BASE_MAX: u32 = 36;
/// The shortest period of an event: a microsecond.
pub const TIMER_LEAST: Flicks = Flicks(705);
