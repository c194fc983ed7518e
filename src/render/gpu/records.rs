//! What a GPU gets of shapes, parts of images and outlines, as its shaders read it.

use bytemuck::{Pod, Zeroable};

use super::super::raster::{Fill, Form, Item, Paint};
use crate::frame::{FillRule, Filter};

/// A shape: `Shape` of `shapes.wgsl`.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct ShapeRecord {
    pub(super) bounds: [u16; 4],
    place: [f32; 4],
    size: [f32; 4],
    opacity: f32,
    pub(super) flags: u32,
    fill: [u8; 4],
    stroke: [u8; 4],
    /// Where the masks of fill and stroke begin in the atlas.
    pub(super) at: [u16; 4],
}

/// A part of an image: `Sprite` of `images.wgsl`.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct SpriteRecord {
    bounds: [u16; 4],
    place: [f32; 4],
    size: [f32; 4],
    flags: u32,
    u: [f32; 3],
    v: [f32; 3],
    shown: [f32; 4],
    tint: [f32; 4],
    more: [f32; 4],
}

/// A straight piece of an outline: `Line` of `masks.wgsl`.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct LineRecord {
    pub(super) ends: [f32; 4],
    pub(super) mask: [u16; 4],
}

/// What is in a buffer of records.
pub(super) trait Record: Pod {
    const ATTRIBUTES: &'static [wgpu::VertexAttribute];
}

impl Record for ShapeRecord {
    const ATTRIBUTES: &'static [wgpu::VertexAttribute] = &wgpu::vertex_attr_array![
        0 => Uint16x4, 1 => Float32x4, 2 => Float32x4, 3 => Float32, 4 => Uint32, 5 => Unorm8x4, 6 => Unorm8x4, 7 => Uint16x4,
    ];
}

impl Record for SpriteRecord {
    const ATTRIBUTES: &'static [wgpu::VertexAttribute] = &wgpu::vertex_attr_array![
        0 => Uint16x4, 1 => Float32x4, 2 => Float32x4, 3 => Uint32, 4 => Float32x3, 5 => Float32x3, 6 => Float32x4,
        7 => Float32x4, 8 => Float32x4,
    ];
}

impl Record for LineRecord {
    const ATTRIBUTES: &'static [wgpu::VertexAttribute] =
        &wgpu::vertex_attr_array![0 => Float32x4, 1 => Uint16x4];
}

/// Bits of [`ShapeRecord::flags`] that say which masks there are.
pub(super) const HAS_FILL: u32 = 1 << 7;
pub(super) const HAS_STROKE: u32 = 1 << 8;

/// Form, paint and the rest, as the shaders take them.
fn flags(item: &Item) -> u32 {
    let form = match item.form {
        Form::Upright => 0,
        Form::Turned => 1,
        Form::Rounded => 2,
        Form::Disc => 3,
        Form::Ellipse => 4,
        Form::Sliver => 5,
        Form::Outline => 6,
    };
    let paint = match item.paint {
        Paint::Fill => 0,
        Paint::Stroke => 1,
        Paint::Both => 2,
    };
    form | paint << 3 | u32::from(item.round_join) << 5 | u32::from(item.rule == FillRule::EvenOdd) << 6
}

impl ShapeRecord {
    pub(super) fn new(item: &Item) -> Self {
        let Item { center: [x, y], axis: [along, across], half: [width, height], corner, pen, .. } = *item;
        Self {
            bounds: item.bounds,
            place: [x, y, along, across],
            size: [width, height, corner, pen],
            opacity: item.opacity,
            flags: flags(item),
            fill: item.fill,
            stroke: item.stroke,
            at: [0; 4],
        }
    }
}

impl SpriteRecord {
    pub(super) fn new(item: &Item, fill: &Fill) -> Self {
        let ShapeRecord { bounds, place, size, flags, .. } = ShapeRecord::new(item);
        let part = match fill.filter {
            // The raster's own sign for it.
            Filter::Nearest => -1.0,
            Filter::Smooth => fill.part,
        };
        Self {
            bounds,
            place,
            size,
            flags,
            u: fill.u,
            v: fill.v,
            shown: fill.bounds,
            // Textures give bytes as shares of 255.
            tint: fill.tint.map(|part| part * 255.0),
            more: [fill.at[0], fill.at[1], fill.level as f32, part],
        }
    }
}
