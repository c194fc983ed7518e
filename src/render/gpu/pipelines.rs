//! Pipelines: one for each blend, of shapes and of parts of images; those of masks, and of a whole picture.

use super::records::{LineRecord, Record, ShapeRecord, SpriteRecord};
use super::targets::{CANVAS, MASKS, uniform};
use crate::frame::Blend;

const SHAPES: &str = concat!(include_str!("cover.wgsl"), "\n", include_str!("shapes.wgsl"));
const IMAGES: &str =
    concat!(include_str!("cover.wgsl"), "\n", include_str!("shapes.wgsl"), "\n", include_str!("images.wgsl"));
const LINES: &str = include_str!("masks.wgsl");
const WHOLE: &str = include_str!("whole.wgsl");

pub(super) struct Pipelines {
    shapes: Vec<wgpu::RenderPipeline>,
    sprites: Vec<wgpu::RenderPipeline>,
    masks: wgpu::RenderPipeline,
    whole: wgpu::RenderPipeline,
    shared: wgpu::BindGroupLayout,
    size: wgpu::BindGroupLayout,
    picture: wgpu::BindGroupLayout,
    /// Where nothing is copied.
    nothing: wgpu::TextureView,
    sizes: wgpu::Queue,
}

/// How a blend is made of what a shader gives and what is there, which is opaque; and the shader's name.
fn state(blend: Blend) -> (Option<wgpu::BlendState>, &'static str) {
    use wgpu::BlendFactor::{Dst, One, OneMinusSrc, OneMinusSrcAlpha};
    let of = |src_factor, dst_factor| wgpu::BlendComponent {
        src_factor,
        dst_factor,
        operation: wgpu::BlendOperation::Add,
    };
    let over = of(One, OneMinusSrcAlpha);
    let (color, name) = match blend {
        Blend::Normal => (Some(over), "plain"),
        Blend::Add => (Some(of(One, One)), "plain"),
        Blend::Multiply => (Some(of(Dst, OneMinusSrcAlpha)), "plain"),
        Blend::Screen => (Some(of(One, OneMinusSrc)), "plain"),
        Blend::Darken => (None, "darken"),
        Blend::Lighten => (None, "lighten"),
        Blend::Difference => (None, "difference"),
        Blend::Overlay => (None, "overlay"),
    };
    (color.map(|color| wgpu::BlendState { color, alpha: over }), name)
}

/// Where the pipeline of a blend is.
fn place(blend: Blend) -> usize {
    match blend {
        Blend::Normal => 0,
        Blend::Add => 1,
        Blend::Multiply => 2,
        Blend::Screen => 3,
        Blend::Darken => 4,
        Blend::Lighten => 5,
        Blend::Difference => 6,
        Blend::Overlay => 7,
    }
}

/// The blends by their [`place`].
const BLENDS: [Blend; 8] = [
    Blend::Normal,
    Blend::Add,
    Blend::Multiply,
    Blend::Screen,
    Blend::Darken,
    Blend::Lighten,
    Blend::Difference,
    Blend::Overlay,
];

/// What makes pipelines.
struct Maker<'d> {
    device: &'d wgpu::Device,
}

impl Maker<'_> {
    fn module(&self, label: &'static str, text: &'static str) -> wgpu::ShaderModule {
        self.device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(label),
            source: wgpu::ShaderSource::Wgsl(text.into()),
        })
    }

    fn group_layout(&self, label: &'static str, types: &[wgpu::BindingType]) -> wgpu::BindGroupLayout {
        let entries: Vec<_> = (0..)
            .zip(types)
            .map(|(binding, &ty)| wgpu::BindGroupLayoutEntry {
                binding,
                visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                ty,
                count: None,
            })
            .collect();
        let descriptor = wgpu::BindGroupLayoutDescriptor { label: Some(label), entries: &entries };
        self.device.create_bind_group_layout(&descriptor)
    }

    /// A pipeline of quads, or of whole pictures where there are no records.
    fn pipeline(
        &self,
        module: &wgpu::ShaderModule,
        [vertex, fragment]: [&str; 2],
        records: Option<(usize, &[wgpu::VertexAttribute])>,
        groups: &[&wgpu::BindGroupLayout],
        target: wgpu::ColorTargetState,
    ) -> wgpu::RenderPipeline {
        let groups: Vec<_> = groups.iter().map(|group| Some(*group)).collect();
        let layout = self.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(fragment),
            bind_group_layouts: &groups,
            immediate_size: 0,
        });
        let buffer = records.map(|(size, attributes)| wgpu::VertexBufferLayout {
            array_stride: size as u64,
            step_mode: wgpu::VertexStepMode::Instance,
            attributes,
        });
        let topology = match records {
            Some(_) => wgpu::PrimitiveTopology::TriangleStrip,
            None => wgpu::PrimitiveTopology::TriangleList,
        };
        let buffers = buffer.map(|buffer| [Some(buffer)]);
        self.device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some(fragment),
            layout: Some(&layout),
            vertex: wgpu::VertexState {
                module,
                entry_point: Some(vertex),
                compilation_options: Default::default(),
                buffers: buffers.as_ref().map_or(&[], |buffers| buffers.as_slice()),
            },
            primitive: wgpu::PrimitiveState { topology, ..Default::default() },
            depth_stencil: None,
            multisample: wgpu::MultisampleState::default(),
            fragment: Some(wgpu::FragmentState {
                module,
                entry_point: Some(fragment),
                compilation_options: Default::default(),
                targets: &[Some(target)],
            }),
            multiview_mask: None,
            cache: None,
        })
    }
}

fn texture() -> wgpu::BindingType {
    wgpu::BindingType::Texture {
        sample_type: wgpu::TextureSampleType::Float { filterable: false },
        view_dimension: wgpu::TextureViewDimension::D2,
        multisampled: false,
    }
}

fn uniform_type() -> wgpu::BindingType {
    wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Uniform,
        has_dynamic_offset: false,
        min_binding_size: None,
    }
}

fn records<R: Record>() -> Option<(usize, &'static [wgpu::VertexAttribute])> {
    Some((size_of::<R>(), R::ATTRIBUTES))
}

impl Pipelines {
    pub(super) fn new(device: &wgpu::Device, queue: &wgpu::Queue, format: wgpu::TextureFormat) -> Self {
        let maker = Maker { device };
        let shared = maker.group_layout("canvas, masks, copy", &[uniform_type(), texture(), texture()]);
        let size = maker.group_layout("size", &[uniform_type()]);
        let picture = maker.group_layout("picture", &[texture()]);
        let target =
            |blend| wgpu::ColorTargetState { format: CANVAS, blend, write_mask: wgpu::ColorWrites::ALL };
        let module = maker.module("shapes", SHAPES);
        let shapes = BLENDS.map(|blend| {
            let (state, name) = state(blend);
            let name = if name == "plain" { name.to_owned() } else { format!("plain_{name}") };
            maker.pipeline(&module, ["shape", &name], records::<ShapeRecord>(), &[&shared], target(state))
        });
        let module = maker.module("parts of images", IMAGES);
        let sprites = BLENDS.map(|blend| {
            let (state, name) = state(blend);
            let names = ["sprite", &format!("sprite_{name}")];
            maker.pipeline(&module, names, records::<SpriteRecord>(), &[&shared, &picture], target(state))
        });
        let module = maker.module("masks of outlines", LINES);
        let one = wgpu::BlendComponent {
            src_factor: wgpu::BlendFactor::One,
            dst_factor: wgpu::BlendFactor::One,
            operation: wgpu::BlendOperation::Add,
        };
        let added = wgpu::ColorTargetState {
            format: MASKS,
            blend: Some(wgpu::BlendState { color: one, alpha: one }),
            write_mask: wgpu::ColorWrites::ALL,
        };
        let masks = maker.pipeline(&module, ["line", "winding"], records::<LineRecord>(), &[&size], added);
        let module = maker.module("whole picture", WHOLE);
        let copied = if format.is_srgb() { "decoded" } else { "copied" };
        let given = wgpu::ColorTargetState { format, ..target(None) };
        let whole = maker.pipeline(&module, ["whole", copied], None, &[&picture], given);
        let nothing = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("nothing"),
            size: wgpu::Extent3d { width: 1, height: 1, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: CANVAS,
            usage: wgpu::TextureUsages::TEXTURE_BINDING,
            view_formats: &[],
        });
        Self {
            shapes: shapes.into(),
            sprites: sprites.into(),
            masks,
            whole,
            shared,
            size,
            picture,
            nothing: nothing.create_view(&Default::default()),
            sizes: queue.clone(),
        }
    }

    pub(super) fn shapes(&self, blend: Blend) -> &wgpu::RenderPipeline {
        &self.shapes[place(blend)]
    }

    pub(super) fn sprites(&self, blend: Blend) -> &wgpu::RenderPipeline {
        &self.sprites[place(blend)]
    }

    pub(super) fn masks(&self) -> &wgpu::RenderPipeline {
        &self.masks
    }

    pub(super) fn whole(&self) -> &wgpu::RenderPipeline {
        &self.whole
    }

    /// What shapes read: the size of the canvas, masks, and a copy of what is under them.
    pub(super) fn group(
        &self,
        device: &wgpu::Device,
        canvas: &wgpu::Buffer,
        masks: &wgpu::TextureView,
        under: Option<&wgpu::TextureView>,
    ) -> wgpu::BindGroup {
        let under = under.unwrap_or(&self.nothing);
        let resources = [
            canvas.as_entire_binding(),
            wgpu::BindingResource::TextureView(masks),
            wgpu::BindingResource::TextureView(under),
        ];
        group(device, "canvas, masks, copy", &self.shared, &resources)
    }

    /// What masks read.
    pub(super) fn atlas_group(&self, device: &wgpu::Device, size: [u32; 2]) -> wgpu::BindGroup {
        let size = uniform(device, &self.sizes, size);
        group(device, "size of the masks", &self.size, &[size.as_entire_binding()])
    }

    pub(super) fn image_group(&self, device: &wgpu::Device, view: &wgpu::TextureView) -> wgpu::BindGroup {
        group(device, "image", &self.picture, &[wgpu::BindingResource::TextureView(view)])
    }

    pub(super) fn whole_group(&self, device: &wgpu::Device, view: &wgpu::TextureView) -> wgpu::BindGroup {
        group(device, "canvas", &self.picture, &[wgpu::BindingResource::TextureView(view)])
    }
}

fn group(
    device: &wgpu::Device,
    label: &'static str,
    layout: &wgpu::BindGroupLayout,
    resources: &[wgpu::BindingResource<'_>],
) -> wgpu::BindGroup {
    let entries: Vec<_> = (0..)
        .zip(resources)
        .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource: resource.clone() })
        .collect();
    device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some(label), layout, entries: &entries })
}
