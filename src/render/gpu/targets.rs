//! Buffers and textures that a renderer keeps.

use std::marker::PhantomData;

use super::GpuError;
use super::list::Area;
use super::pipelines::Pipelines;
use super::records::Record;
use crate::frame::{Image, Pass, Shape};

/// Records on their way to a vertex shader.
pub(super) struct Records<R> {
    label: &'static str,
    buffer: wgpu::Buffer,
    of: PhantomData<R>,
}

impl<R: Record> Records<R> {
    pub(super) fn new(device: &wgpu::Device, label: &'static str, count: u64) -> Result<Self, GpuError> {
        Ok(Self { label, buffer: Self::make(device, label, count)?, of: PhantomData })
    }

    fn make(device: &wgpu::Device, label: &'static str, count: u64) -> Result<wgpu::Buffer, GpuError> {
        let (bytes, most) = (count.max(1) * size_of::<R>() as u64, device.limits().max_buffer_size);
        if bytes > most {
            return Err(GpuError::TooMany { bytes, most });
        }
        Ok(device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size: bytes,
            usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        }))
    }

    /// Writes a frame's; where there is no room for them, makes it.
    pub(super) fn write(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        records: &[R],
    ) -> Result<(), GpuError> {
        if size_of_val(records) as u64 > self.buffer.size() {
            // Half as much again, so that a frame that grows does not make one each time; where that is too much, what it takes.
            let count = records.len() as u64;
            self.buffer = Self::make(device, self.label, count + count / 2)
                .or_else(|_| Self::make(device, self.label, count))?;
        }
        if !records.is_empty() {
            queue.write_buffer(&self.buffer, 0, bytemuck::cast_slice(records));
        }
        Ok(())
    }

    pub(super) fn buffer(&self) -> &wgpu::Buffer {
        &self.buffer
    }
}

/// A size, for a shader.
pub(super) fn uniform(device: &wgpu::Device, queue: &wgpu::Queue, size: [u32; 2]) -> wgpu::Buffer {
    let [width, height] = size.map(|side| side as f32);
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("size"),
        size: 16,
        usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    queue.write_buffer(&buffer, 0, bytemuck::bytes_of(&[width, height, 0.0, 0.0]));
    buffer
}

fn texture(
    device: &wgpu::Device,
    label: &'static str,
    [width, height]: [u32; 2],
    format: wgpu::TextureFormat,
    usage: wgpu::TextureUsages,
) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage,
        view_formats: &[],
    })
}

/// The format of masks: blended, and exact for sums of 1/1024 up to 2.
pub(super) const MASKS: wgpu::TextureFormat = wgpu::TextureFormat::R16Float;
/// Its sides, where the canvas is not larger: 2 MB.
const ATLAS_SIDE: u32 = 1024;

/// Masks of outlines.
pub(super) struct Atlas {
    size: [u32; 2],
    view: Option<(wgpu::TextureView, wgpu::BindGroup)>,
    nothing: wgpu::TextureView,
    /// Whether it is another one than in the last frame.
    pub(super) is_new: bool,
}

impl Atlas {
    pub(super) fn new(device: &wgpu::Device) -> Self {
        let usage = wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING;
        let nothing = texture(device, "no masks", [1, 1], MASKS, usage).create_view(&Default::default());
        Self { size: [0; 2], view: None, nothing, is_new: true }
    }

    pub(super) fn size(&self) -> [u32; 2] {
        self.size
    }

    /// Makes it large enough for any mask of a canvas: two of its size fit below each other, where the device has so much.
    pub(super) fn fit(&mut self, device: &wgpu::Device, pipelines: &Pipelines, canvas: [u32; 2]) {
        let most = device.limits().max_texture_dimension_2d;
        let size = [canvas[0].max(ATLAS_SIDE), (2 * canvas[1]).max(ATLAS_SIDE)].map(|side| side.min(most));
        if self.view.is_some() && size == self.size {
            return;
        }
        let usage = wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING;
        let view = texture(device, "masks of outlines", size, MASKS, usage).create_view(&Default::default());
        self.view = Some((view, pipelines.atlas_group(device, size)));
        (self.size, self.is_new) = (size, true);
    }

    pub(super) fn view(&self) -> &wgpu::TextureView {
        self.view.as_ref().map_or(&self.nothing, |(view, _)| view)
    }

    pub(super) fn bind(&self) -> Option<&wgpu::BindGroup> {
        self.view.as_ref().map(|(_, bind)| bind)
    }
}

/// The format of the canvas: two bits more than pictures have, so that what is rounded does not add up under many translucent shapes, and,
/// as in pictures, no number above 1. It is opaque, so two bits for alpha are enough.
pub(super) const CANVAS: wgpu::TextureFormat = wgpu::TextureFormat::Rgb10a2Unorm;

/// The canvas and, for shapes that read what is under them, a copy of it.
#[derive(Default)]
pub(super) struct Copies {
    made: Option<Made>,
    /// Whether they are others than in the last frame.
    pub(super) is_new: bool,
}

struct Made {
    canvas: (wgpu::Texture, wgpu::TextureView),
    under: Option<(wgpu::Texture, wgpu::TextureView)>,
    whole: wgpu::BindGroup,
}

impl Copies {
    pub(super) fn fit(
        &mut self,
        device: &wgpu::Device,
        pipelines: &Pipelines,
        size: [u32; 2],
        is_copied: bool,
    ) {
        let is_good = |made: &Made| {
            [made.canvas.0.width(), made.canvas.0.height()] == size && (made.under.is_some() || !is_copied)
        };
        if self.made.as_ref().is_some_and(is_good) {
            return;
        }
        let make = |label, usage| {
            let texture = texture(device, label, size, CANVAS, usage | wgpu::TextureUsages::TEXTURE_BINDING);
            let view = texture.create_view(&Default::default());
            (texture, view)
        };
        let canvas = make("canvas", wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC);
        let under = is_copied.then(|| make("copy of the canvas", wgpu::TextureUsages::COPY_DST));
        let whole = pipelines.whole_group(device, &canvas.1);
        self.made = Some(Made { canvas, under, whole });
        self.is_new = true;
    }

    pub(super) fn canvas(&self) -> Option<&wgpu::TextureView> {
        self.made.as_ref().map(|made| &made.canvas.1)
    }

    pub(super) fn under(&self) -> Option<&wgpu::TextureView> {
        self.made.as_ref()?.under.as_ref().map(|(_, view)| view)
    }

    pub(super) fn whole(&self) -> Option<&wgpu::BindGroup> {
        self.made.as_ref().map(|made| &made.whole)
    }

    /// Copies some pixels of the canvas.
    pub(super) fn copy(&self, encoder: &mut wgpu::CommandEncoder, [left, top, right, bottom]: Area) {
        let Some(made) = &self.made else { return };
        let Some((under, _)) = &made.under else { return };
        let part = |texture| wgpu::TexelCopyTextureInfo {
            texture,
            mip_level: 0,
            origin: wgpu::Origin3d { x: left, y: top, z: 0 },
            aspect: wgpu::TextureAspect::All,
        };
        let size = wgpu::Extent3d { width: right - left, height: bottom - top, depth_or_array_layers: 1 };
        encoder.copy_texture_to_texture(part(&made.canvas.0), part(under), size);
    }
}

/// Images as textures, by what is in them.
#[derive(Default)]
pub(super) struct Images {
    all: Vec<Kept>,
}

struct Kept {
    digest: u64,
    size: [u32; 2],
    bind: wgpu::BindGroup,
    /// Frames since it was drawn.
    idle: u32,
}

/// An image that so many frames have not drawn is forgotten.
const IDLE_MAX: u32 = 600;

impl Images {
    /// Makes the texture of a pass that shows an image, where there is none.
    pub(super) fn prepare(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        pipelines: &Pipelines,
        pass: &Pass<'_>,
    ) -> Result<(), GpuError> {
        let Shape::Image(sprite) = &pass.shape else { return Ok(()) };
        let image = sprite.image;
        if let Some(at) = self.find(image) {
            self.all[at].idle = 0;
            return Ok(());
        }
        let (width, height, most) = (image.width(), image.height(), device.limits().max_texture_dimension_2d);
        if width.max(height) > most {
            return Err(GpuError::Image { pass: pass.name.to_owned(), width, height, most });
        }
        let levels = image.levels();
        let count = levels.last() as u32 + 1;
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("image"),
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: count,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8Unorm,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        for number in 0..count {
            let level = levels.level(number as usize);
            let size = wgpu::Extent3d { width: level.width, height: level.height, depth_or_array_layers: 1 };
            queue.write_texture(
                wgpu::TexelCopyTextureInfo { mip_level: number, ..texture.as_image_copy() },
                levels.pixels(level).as_flattened(),
                wgpu::TexelCopyBufferLayout {
                    offset: 0,
                    bytes_per_row: Some(level.width * 4),
                    rows_per_image: None,
                },
                size,
            );
        }
        let bind = pipelines.image_group(device, &texture.create_view(&Default::default()));
        self.all.push(Kept { digest: image.digest(), size: [width, height], bind, idle: 0 });
        Ok(())
    }

    /// Which one an image is.
    pub(super) fn find(&self, image: &Image) -> Option<usize> {
        let (digest, size) = (image.digest(), [image.width(), image.height()]);
        self.all.iter().position(|kept| kept.digest == digest && kept.size == size)
    }

    pub(super) fn bind(&self, at: usize) -> Option<&wgpu::BindGroup> {
        self.all.get(at).map(|kept| &kept.bind)
    }

    /// Behind a frame: forgets what nobody has drawn for long.
    pub(super) fn forget(&mut self) {
        self.all.retain_mut(|kept| {
            kept.idle += 1;
            kept.idle <= IDLE_MAX
        });
    }
}
