//! The material of a pass: its words in a storage buffer, and how it is blended.

use bevy_asset::{Asset, Handle, RenderAssetUsages, uuid_handle};
use bevy_mesh::{Indices, Mesh, MeshVertexBufferLayoutRef, PrimitiveTopology};
use bevy_reflect::TypePath;
use bevy_render::render_resource::{
    AsBindGroup, BlendComponent, BlendFactor, BlendOperation, BlendState, RenderPipelineDescriptor,
    SpecializedMeshPipelineError,
};
use bevy_render::storage::ShaderBuffer;
use bevy_shader::{Shader, ShaderRef};
use bevy_sprite_render::{AlphaMode2d, Material2d, Material2dKey, Material2dPipeline};
use pavane::frame::Blend;

/// Where the shader is among the assets.
pub(super) const SHADER: Handle<Shader> = uuid_handle!("5d6fb1c4-86f5-4b1b-9a36-0f4a3d2be5a1");

/// The shader: the library's formulas, and what reads records.
pub(super) fn shader() -> Shader {
    let text = format!("{}\n{}", pavane::render::COVER_WGSL, include_str!("pass.wgsl"));
    Shader::from_wgsl(text, "bevy_pavane/pass.wgsl")
}

/// A pass. Its words change with every frame, in the buffer; the material itself with the blend alone.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
#[bind_group_data(BlendKey)]
pub(super) struct PassMaterial {
    #[storage(0, read_only)]
    pub(super) words: Handle<ShaderBuffer>,
    pub(super) blend: BlendKey,
}

/// A blend that fixed function makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(super) enum BlendKey {
    Normal,
    Add,
    Multiply,
    Screen,
    /// The lesser of both: sums end at 1, of a canvas whose numbers go on.
    Limit,
}

impl BlendKey {
    /// None for a blend that reads what is under it.
    pub(super) fn of(blend: Blend) -> Option<Self> {
        match blend {
            Blend::Normal => Some(Self::Normal),
            Blend::Add => Some(Self::Add),
            Blend::Multiply => Some(Self::Multiply),
            Blend::Screen => Some(Self::Screen),
            Blend::Darken | Blend::Lighten | Blend::Difference | Blend::Overlay => None,
        }
    }

    /// Of premultiplied colours over a canvas that is opaque.
    fn state(self) -> BlendState {
        use BlendFactor::{Dst, One, OneMinusSrc, OneMinusSrcAlpha};
        let of = |src_factor, dst_factor| BlendComponent {
            src_factor,
            dst_factor,
            operation: BlendOperation::Add,
        };
        let over = of(One, OneMinusSrcAlpha);
        let color = match self {
            Self::Limit => {
                let least = BlendComponent { operation: BlendOperation::Min, ..of(One, One) };
                return BlendState { color: least, alpha: least };
            }
            Self::Normal => over,
            Self::Add => of(One, One),
            Self::Multiply => of(Dst, OneMinusSrcAlpha),
            Self::Screen => of(One, OneMinusSrc),
        };
        BlendState { color, alpha: over }
    }
}

impl From<&PassMaterial> for BlendKey {
    fn from(material: &PassMaterial) -> Self {
        material.blend
    }
}

impl Material2d for PassMaterial {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    /// All of them go by their order, one after the other.
    fn alpha_mode(&self) -> AlphaMode2d {
        AlphaMode2d::Blend
    }

    fn specialize(
        _: &Material2dPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        key: Material2dKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        let corners = layout.0.get_layout(&[Mesh::ATTRIBUTE_POSITION.at_shader_location(0)])?;
        descriptor.vertex.buffers = vec![corners];
        descriptor.vertex.entry_point = Some("vertex".into());
        if let Some(fragment) = &mut descriptor.fragment {
            fragment.entry_point = Some("fragment".into());
            for target in fragment.targets.iter_mut().flatten() {
                target.blend = Some(key.bind_group_data.state());
            }
        }
        Ok(())
    }
}

/// So many quads: of each corner 0 or 1 along both axes, and the number of the quad.
pub(super) fn quads(count: usize) -> Mesh {
    let corners = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
    // Numbers up to 2^24 are exact.
    let positions: Vec<[f32; 3]> =
        (0..count).flat_map(|quad| corners.map(|[x, y]| [x, y, quad as f32])).collect();
    let indices = (0..count as u32).flat_map(|quad| [0, 1, 2, 2, 1, 3].map(|corner| quad * 4 + corner));
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_indices(Indices::U32(indices.collect()))
}
