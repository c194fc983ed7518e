//! Frames drawn by a GPU, through wgpu.
//!
//! A [`Renderer`] draws a [`Frame`] into a texture view of the host's, with the shapes, places and colours of the CPU
//! [`Raster`](super::Raster): shapes by the same formulas, a quad each in one buffer; outlines (paths, letters, lines, dashes, trims) as the exact
//! area of their straight pieces, which the GPU adds up in a texture of masks; images from textures that are made once. Every shape and
//! every blend is drawn. Pictures are those of the raster but for rounding: between one shape and the next there are 10 bits, in a canvas of
//! its own, which is copied to the host's view at the end.
//!
//! ```no_run
//! use pavane::render::gpu::{Capacity, Renderer};
//!
//! # fn host(device: &wgpu::Device, queue: &wgpu::Queue, view: &wgpu::TextureView) -> Result<(), Box<dyn std::error::Error>> {
//! let patch = pavane::assets::Shipped::find("gs1").ok_or("no such patch")?;
//! let mut engine = pavane::Engine::for_program(patch.program()?)?;
//! let mut renderer = Renderer::new(device, queue, wgpu::TextureFormat::Rgba8Unorm, Capacity::default())?;
//! for index in 0..60 {
//!     let mut encoder = device.create_command_encoder(&Default::default());
//!     renderer.render(&engine.frame(index)?, &mut encoder, view)?;
//!     queue.submit([encoder.finish()]);
//! }
//! # Ok(())
//! # }
//! ```

mod list;
mod painter;
mod pipelines;
mod records;
mod targets;

use std::fmt;

use super::raster::Parts;
use crate::frame::{Blending, Frame, Ground, Pass, Rgba8};
use list::{List, Step};
pub use painter::Painter;
use pipelines::Pipelines;
use records::{LineRecord, ShapeRecord, SpriteRecord};
use targets::{Atlas, Copies, Images, Records};

/// How much a [`Renderer`] has room for before its buffers grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Elements in a frame: 64 bytes each on the GPU, and as many here.
    pub elements: u32,
    /// Straight pieces of outlines in a frame: 24 bytes each.
    pub pieces: u32,
}

impl Default for Capacity {
    /// 16 384 elements and 65 536 pieces: 2.6 MB.
    fn default() -> Self {
        Self { elements: 1 << 14, pieces: 1 << 16 }
    }
}

impl Capacity {
    /// As [`default`](Self::default), with room for so many elements.
    pub fn elements(count: usize) -> Self {
        Self { elements: u32::try_from(count).unwrap_or(u32::MAX), ..Self::default() }
    }
}

/// Why a frame, a renderer or a painter could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GpuError {
    /// A format of the target that there is no way to yet.
    Format {
        /// The one that was given.
        format: wgpu::TextureFormat,
    },
    /// More records than the device takes in one buffer.
    TooMany {
        /// Bytes that they would take.
        bytes: u64,
        /// Bytes that there may be.
        most: u64,
    },
    /// A canvas that is larger than the device's textures.
    Canvas {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The longest side that there may be.
        most: u32,
    },
    /// There is no GPU, or none that gives a device.
    NoAdapter {
        /// What the system says.
        reason: String,
    },
    /// What is mixed where colours go over each other is not what targets of 8 bits can mix well enough: draw the frame with the
    /// [raster](super::Raster).
    Blending {
        /// What the program wants.
        blending: Blending,
    },
    /// The GPU has gone away, or its driver has failed.
    Lost,
    /// An image that is larger than the device's textures.
    Image {
        /// The name of the pass that shows it.
        pass: String,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The longest side that there may be.
        most: u32,
    },
}

impl fmt::Display for GpuError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { format } => write!(
                f,
                "frames are not drawn to targets of format {format:?}: take Rgba8Unorm, Bgra8Unorm or one of these with Srgb"
            ),
            Self::TooMany { bytes, most } => {
                write!(
                    f,
                    "the frame has {bytes} bytes of records, and this device takes {most}: draw fewer elements"
                )
            }
            Self::Blending { blending } => write!(
                f,
                "`clip {{ blending: {} }}` is drawn by the CPU only: targets of a GPU have 8 bits, too few for light in the dark",
                blending.name()
            ),
            Self::Canvas { width, height, most } => {
                write!(
                    f,
                    "a canvas of {width}x{height} pixels is more than this device has: up to {most} a side"
                )
            }
            Self::NoAdapter { reason } => write!(f, "there is no GPU to draw with: {reason}"),
            Self::Lost => f.write_str("the GPU is lost: make another device"),
            Self::Image { pass, width, height, most } => write!(
                f,
                "the pass `{pass}` shows an image of {width}x{height} pixels, and this device has up to {most} a side: make it \
                 smaller"
            ),
        }
    }
}

impl std::error::Error for GpuError {}

/// Draws frames on a GPU. A steady frame, one that needs no more than those before it, allocates nothing here.
pub struct Renderer {
    device: wgpu::Device,
    queue: wgpu::Queue,
    format: wgpu::TextureFormat,
    pipelines: Pipelines,
    parts: Parts,
    list: List,
    shapes: Records<ShapeRecord>,
    sprites: Records<SpriteRecord>,
    lines: Records<LineRecord>,
    atlas: Atlas,
    copies: Copies,
    images: Images,
    group: Option<Group>,
}

/// What shaders read, for a canvas and its textures.
struct Group {
    size: [u32; 2],
    is_copied: bool,
    bind: wgpu::BindGroup,
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer").field("format", &self.format).finish_non_exhaustive()
    }
}

impl Renderer {
    /// A renderer for targets of a format: `Rgba8Unorm`, `Bgra8Unorm`, or one of these with `Srgb`, which give the same picture, for colours
    /// are blended as they are encoded. The limits of [`wgpu::Limits::downlevel_defaults`] are enough.
    ///
    /// # Errors
    /// [`GpuError::Format`] for any other format, [`GpuError::TooMany`] for a capacity beyond the device's buffers.
    pub fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        format: wgpu::TextureFormat,
        capacity: Capacity,
    ) -> Result<Self, GpuError> {
        let plain = format.remove_srgb_suffix();
        if !matches!(plain, wgpu::TextureFormat::Rgba8Unorm | wgpu::TextureFormat::Bgra8Unorm) {
            return Err(GpuError::Format { format });
        }
        let Capacity { elements, pieces } = capacity;
        let shapes = Records::new(device, "shapes", elements.into())?;
        let lines = Records::new(device, "pieces of outlines", pieces.into())?;
        Ok(Self {
            pipelines: Pipelines::new(device, queue, format),
            parts: Parts::new(elements as usize, pieces as usize),
            list: List::new(elements as usize, pieces as usize),
            shapes,
            sprites: Records::new(device, "parts of images", 64)?,
            lines,
            atlas: Atlas::new(device),
            copies: Copies::default(),
            images: Images::default(),
            group: None,
            device: device.clone(),
            queue: queue.clone(),
            format,
        })
    }

    /// The format of its targets.
    pub fn format(&self) -> wgpu::TextureFormat {
        self.format
    }

    /// Draws a frame over its background, in all of `view`, whose size is the canvas. The commands are `encoder`'s; what they read is written to
    /// the queue at once, so submit them before the next frame is drawn.
    ///
    /// # Errors
    /// What the device has no room for, and [`GpuError::Blending`] for a clip that blends light. Nothing is drawn then.
    pub fn render(
        &mut self,
        frame: &Frame<'_>,
        encoder: &mut wgpu::CommandEncoder,
        view: &wgpu::TextureView,
    ) -> Result<(), GpuError> {
        self.render_passes(frame.ground(), frame.passes(), encoder, view)
    }

    /// As [`render`](Self::render), for passes that come from elsewhere.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub fn render_passes<'a>(
        &mut self,
        ground: impl Into<Ground>,
        passes: impl Iterator<Item = Pass<'a>> + Clone,
        encoder: &mut wgpu::CommandEncoder,
        view: &wgpu::TextureView,
    ) -> Result<(), GpuError> {
        let Ground { color: background, blending } = ground.into();
        match blending {
            Blending::Srgb => {}
            Blending::Linear => return Err(GpuError::Blending { blending }),
        }
        let size = [view.texture().width(), view.texture().height()];
        let most = self.device.limits().max_texture_dimension_2d;
        // Records have 16 bits for a pixel.
        if size.iter().any(|side| *side > most.min(super::MAX_SIDE)) {
            return Err(GpuError::Canvas {
                width: size[0],
                height: size[1],
                most: most.min(super::MAX_SIDE),
            });
        }
        let Self { device, queue, .. } = self;
        for pass in passes.clone() {
            self.images.prepare(device, queue, &self.pipelines, &pass)?;
        }
        self.parts.collect(passes, size);
        self.atlas.fit(device, &self.pipelines, size);
        self.list.fill(&self.parts, &mut self.images, self.atlas.size(), size);
        let is_copied = self.list.is_copied;
        self.shapes.write(device, queue, &self.list.shapes)?;
        self.sprites.write(device, queue, &self.list.sprites)?;
        self.lines.write(device, queue, &self.list.lines)?;
        self.copies.fit(device, &self.pipelines, size, is_copied);
        self.prepare(size, is_copied);
        self.encode(background, encoder, view);
        self.images.forget();
        Ok(())
    }

    /// What shaders read.
    fn prepare(&mut self, size: [u32; 2], is_copied: bool) {
        let is_new = self.atlas.is_new || self.copies.is_new;
        let is_good = |group: &Group| group.size == size && group.is_copied == is_copied && !is_new;
        if self.group.as_ref().is_some_and(is_good) {
            return;
        }
        let canvas = targets::uniform(&self.device, &self.queue, size);
        let under = if is_copied { self.copies.under() } else { None };
        let bind = self.pipelines.group(&self.device, &canvas, self.atlas.view(), under);
        (self.atlas.is_new, self.copies.is_new) = (false, false);
        self.group = Some(Group { size, is_copied, bind });
    }

    fn encode(&self, background: Rgba8, encoder: &mut wgpu::CommandEncoder, view: &wgpu::TextureView) {
        let (Some(group), Some(target), Some(whole)) =
            (&self.group, self.copies.canvas(), self.copies.whole())
        else {
            return;
        };
        let [r, g, b] = [0, 1, 2].map(|k| f64::from(background.to_array()[k]) / 255.0);
        let ground = wgpu::LoadOp::Clear(wgpu::Color { r, g, b, a: 1.0 });
        let mut steps = self.list.steps.iter().peekable();
        let mut load = ground;
        if !steps.peek().is_some_and(|step| step.is_draw()) {
            // What reads the canvas finds its ground there.
            drop(begin(encoder, "ground", target, ground));
            load = wgpu::LoadOp::Load;
        }
        loop {
            // What has to be there before the next shapes.
            while let Some(step) = steps.next_if(|step| !step.is_draw()) {
                match step {
                    Step::Masks(lines) => self.masks(encoder, lines.clone()),
                    Step::Copy(area) => self.copies.copy(encoder, *area),
                    Step::Shapes { .. } | Step::Sprites { .. } => {}
                }
            }
            let mut pass = begin(encoder, "frame", target, load);
            pass.set_bind_group(0, &group.bind, &[]);
            while let Some(step) = steps.next_if(|step| step.is_draw()) {
                match step {
                    Step::Shapes { blend, range } => {
                        pass.set_pipeline(self.pipelines.shapes(*blend));
                        pass.set_vertex_buffer(0, self.shapes.buffer().slice(..));
                        pass.draw(0..4, range.clone());
                    }
                    Step::Sprites { blend, image, range } => {
                        let Some(image) = self.images.bind(*image) else { continue };
                        pass.set_pipeline(self.pipelines.sprites(*blend));
                        pass.set_bind_group(1, image, &[]);
                        pass.set_vertex_buffer(0, self.sprites.buffer().slice(..));
                        pass.draw(0..4, range.clone());
                    }
                    Step::Masks(_) | Step::Copy(_) => {}
                }
            }
            drop(pass);
            load = wgpu::LoadOp::Load;
            if steps.peek().is_none() {
                break;
            }
        }
        let mut pass = begin(encoder, "frame to its target", view, ground);
        pass.set_pipeline(self.pipelines.whole());
        pass.set_bind_group(0, whole, &[]);
        pass.draw(0..3, 0..1);
    }

    /// Makes masks anew of some lines.
    fn masks(&self, encoder: &mut wgpu::CommandEncoder, lines: std::ops::Range<u32>) {
        let Some(size) = self.atlas.bind() else { return };
        let nothing = wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT);
        let mut pass = begin(encoder, "masks of outlines", self.atlas.view(), nothing);
        pass.set_pipeline(self.pipelines.masks());
        pass.set_bind_group(0, size, &[]);
        pass.set_vertex_buffer(0, self.lines.buffer().slice(..));
        pass.draw(0..4, lines);
    }
}

fn begin<'e>(
    encoder: &'e mut wgpu::CommandEncoder,
    label: &'static str,
    view: &wgpu::TextureView,
    load: wgpu::LoadOp<wgpu::Color>,
) -> wgpu::RenderPass<'e> {
    let ops = wgpu::Operations { load, store: wgpu::StoreOp::Store };
    let attachment = wgpu::RenderPassColorAttachment { view, depth_slice: None, resolve_target: None, ops };
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some(label),
        color_attachments: &[Some(attachment)],
        ..Default::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Shipped;
    use crate::engine::Engine;

    #[test]
    fn a_steady_frame_takes_no_more_room() {
        for name in ["golden_spiral", "kaleidoscope", "string_art", "spring_chain", "gs1"] {
            let program = Shipped::find(name).and_then(|shipped| shipped.program().ok()).expect(name);
            let mut engine = Engine::for_program(program).expect(name);
            let (mut parts, mut list, mut images) =
                (Parts::new(1 << 14, 1 << 18), List::new(1 << 14, 1 << 18), Images::default());
            let mut room = Vec::new();
            for index in 0..12 {
                parts.collect(engine.frame(index).expect(name).passes(), [320, 240]);
                list.fill(&parts, &mut images, [1024, 1024], [320, 240]);
                room.push((
                    list.shapes.as_ptr(),
                    list.lines.as_ptr(),
                    parts.items().as_ptr(),
                    parts.segments().as_ptr(),
                ));
            }
            assert!(!list.shapes.is_empty(), "{name}");
            assert!(room.iter().all(|now| *now == room[0]), "{name}: buffers have moved");
        }
    }
}
