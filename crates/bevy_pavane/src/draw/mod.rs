//! Animations in a scene: an [`Animation`] that has a [`PavaneCanvas`] is a sprite.
//!
//! The elements of a pass go to the GPU as the library's records, in a storage buffer, and a material draws them, a quad each, by the formulas
//! of the CPU raster. Passes are drawn into an image as large as the canvas, blended as they are encoded, whatever the scene's
//! own cameras do: so a picture is the one that `pavane render` gives, but for rounding. A frame with anything that has no formula (paths, texts,
//! images, blends that read what is under them: [`Why`]) is drawn by the CPU raster instead, as a whole, and [`PavaneCanvas::drawn_by`] says so.
//!
//! ```no_run
//! use bevy_app::{App, Startup};
//! use bevy_ecs::prelude::*;
//! use bevy_pavane::{Animation, PavanePlugin, draw::{PavaneCanvas, PavaneDrawPlugin}};
//! use bevy_transform::components::Transform;
//!
//! fn spawn(mut commands: Commands) -> Result {
//!     let patch = pavane::assets::Shipped::find("golden_spiral").ok_or("no such patch")?;
//!     let animation = Animation::new(patch.program()?)?;
//!     commands.spawn((animation, PavaneCanvas::new([720, 720]), Transform::from_xyz(100.0, 0.0, 0.0)));
//!     Ok(())
//! }
//!
//! // In an app of the crate `bevy` (0.20): `App::new().add_plugins(DefaultPlugins)`, and a `Camera2d` somewhere.
//! let mut app = App::new();
//! app.add_plugins((PavanePlugin::default(), PavaneDrawPlugin));
//! app.add_systems(Startup, spawn);
//! ```

mod material;
mod pack;

use std::fmt;
use std::sync::{Mutex, PoisonError};

use bevy_app::{App, First, Plugin, PostUpdate};
use bevy_asset::{Assets, Handle};
use bevy_camera::visibility::{NoFrustumCulling, RenderLayers, Visibility, VisibilitySystems};
use bevy_camera::{Camera, Camera2d, ClearColorConfig, CompositingSpace, Hdr, RenderTarget};
use bevy_color::Color;
use bevy_core_pipeline::tonemapping::{DebandDither, Tonemapping};
use bevy_ecs::message::MessageUpdateSystems;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use bevy_image::{Image, ImageSampler};
use bevy_mesh::{Mesh, Mesh2d};
use bevy_render::render_resource::{TextureFormat, TextureUsages};
use bevy_render::renderer::RenderDevice;
use bevy_render::storage::ShaderBuffer;
use bevy_render::view::Msaa;
use bevy_shader::Shader;
use bevy_sprite::Sprite;
use bevy_sprite_render::{Material2dPlugin, MeshMaterial2d};
use bevy_transform::components::{GlobalTransform, Transform};
use pavane::render::{MAX_SIDE, Raster, RasterSettings};
use pavane::{EngineError, Frame};

use crate::Animation;
use material::{BlendKey, PassMaterial};
use pack::Packed;
pub use pack::Why;

/// Draws every [`Animation`] that has a [`PavaneCanvas`]. Add it behind Bevy's renderer and sprites (`DefaultPlugins`).
#[derive(Clone, Copy, Debug, Default)]
pub struct PavaneDrawPlugin;

impl Plugin for PavaneDrawPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(Material2dPlugin::<PassMaterial>::default());
        app.init_resource::<Quads>().add_message::<NotDrawn>();
        let mut shaders = app.world_mut().get_resource_or_init::<Assets<Shader>>();
        // Nothing else has this name, so there is nothing to fail.
        let _ = shaders.insert(&material::SHADER, material::shader());
        app.add_systems(First, (forget, fit).chain().after(MessageUpdateSystems));
        app.add_systems(PostUpdate, draw.before(VisibilitySystems::VisibilityPropagate));
    }
}

/// Where an [`Animation`] is drawn: an image of so many pixels, which the entity's [`Sprite`] shows in the scene, by its transform.
///
/// Whatever else is to show it (a material, a node of a user interface) takes [`image`](Self::image); hide the entity then.
#[derive(Component, Clone, Debug, PartialEq)]
#[require(Sprite)]
pub struct PavaneCanvas {
    size: [u32; 2],
    image: Handle<Image>,
    drawn_by: DrawnBy,
}

/// What has drawn the frame that a [`PavaneCanvas`] shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DrawnBy {
    /// Nothing: there has been no frame yet.
    #[default]
    Nothing,
    /// The GPU, from records.
    Gpu,
    /// The CPU raster, as a whole: slower.
    Cpu(Why),
}

impl PavaneCanvas {
    /// A canvas of so many pixels wide and high. Its sprite is as large, in units of the scene; `custom_size` of the [`Sprite`] changes that.
    pub fn new(size: [u32; 2]) -> Self {
        Self { size, image: Handle::default(), drawn_by: DrawnBy::Nothing }
    }

    /// Width and height in pixels.
    pub fn size(&self) -> [u32; 2] {
        self.size
    }

    /// Gives it another size, from the next update on. Its image stays the same asset.
    pub fn resize(&mut self, size: [u32; 2]) {
        self.size = size;
    }

    /// The image: there from the first update on that finds the canvas in `First`.
    pub fn image(&self) -> &Handle<Image> {
        &self.image
    }

    /// What has drawn the frame that it shows.
    pub fn drawn_by(&self) -> DrawnBy {
        self.drawn_by
    }
}

/// Marks the cameras that draw canvases, one for each, in layers of their own from 64 on: so that queries can leave them out.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct PavaneCamera;

/// A canvas cannot be drawn. It is said once, and again for another size.
#[derive(Message, Clone, Debug, PartialEq)]
pub struct NotDrawn {
    /// The entity that has the canvas.
    pub of: Entity,
    /// Why not.
    pub error: CanvasError,
}

/// Why a [`PavaneCanvas`] is not drawn.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CanvasError {
    /// It has no pixels, or more than the device takes.
    Size {
        /// Width and height in pixels.
        size: [u32; 2],
        /// The longest side that there may be.
        side: u32,
        /// So many pixels there may be in all.
        pixels: u64,
    },
    /// The engine does not take it.
    Engine(EngineError),
}

impl fmt::Display for CanvasError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size { size: [width, height], side, pixels } => write!(
                f,
                "a canvas of {width}x{height} pixels is not drawn: a side has 1 to {side} pixels, and all of it up to {pixels}"
            ),
            Self::Engine(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for CanvasError {}

/// Layers from here on are those of canvases.
const FIRST_LAYER: usize = 64;
/// Canvases are drawn before whatever shows them.
const FIRST_ORDER: isize = -(1 << 20);

/// What draws a canvas.
#[derive(Component)]
struct Drawing {
    /// Size that it was made for, or that was refused.
    size: [u32; 2],
    layer: usize,
    /// None where the size was refused.
    camera: Option<Entity>,
    passes: Vec<DrawnPass>,
    /// The hash of the frame that is shown.
    hash: Option<u64>,
    /// For frames that have no formulas. A raster is not `Sync`; the lock is never taken, for it is only reached through `&mut`.
    raster: Mutex<Option<Raster>>,
}

struct DrawnPass {
    entity: Entity,
    words: Handle<ShaderBuffer>,
    material: Handle<PassMaterial>,
    blend: BlendKey,
    /// The mesh has two to the power of this quads.
    level: u32,
}

/// Cameras and passes go with the canvas that they are drawn for.
#[derive(Component)]
#[relationship(relationship_target = DrawnWith)]
struct DrawnFor(Entity);

#[derive(Component)]
#[relationship_target(relationship = DrawnFor, linked_spawn)]
struct DrawnWith(Vec<Entity>);

/// Meshes of quads, by the power of two that their number is; shared by all passes.
#[derive(Resource, Default)]
struct Quads([Option<Handle<Mesh>>; 32]);

impl Quads {
    fn level(count: usize) -> u32 {
        count.max(1).next_power_of_two().trailing_zeros().min(24)
    }

    fn mesh(&mut self, meshes: &mut Assets<Mesh>, level: u32) -> Handle<Mesh> {
        let made = &mut self.0[level as usize];
        made.get_or_insert_with(|| meshes.add(material::quads(1 << level))).clone()
    }
}

/// Takes away what draws an animation that has lost its canvas.
fn forget(mut commands: Commands, without: Query<Entity, (With<Drawing>, Without<PavaneCanvas>)>) {
    for entity in &without {
        commands.entity(entity).despawn_related::<DrawnWith>().remove::<Drawing>();
    }
}

/// Makes canvases as large as they are to be.
fn fit(
    mut commands: Commands,
    mut canvases: Query<(Entity, &mut Animation, &mut PavaneCanvas, &mut Sprite, Option<&Drawing>)>,
    mut images: ResMut<Assets<Image>>,
    device: Option<Res<RenderDevice>>,
    mut not_drawn: MessageWriter<NotDrawn>,
) {
    let Some(device) = device else { return };
    let mut layers: Vec<usize> = canvases.iter().filter_map(|(.., drawing)| Some(drawing?.layer)).collect();
    for (entity, mut animation, mut canvas, mut sprite, drawing) in &mut canvases {
        let size = canvas.size;
        if drawing.as_ref().is_some_and(|drawing| drawing.size == size) {
            continue;
        }
        let layer = drawing.map_or_else(
            || (FIRST_LAYER..).find(|layer| !layers.contains(layer)).unwrap_or(FIRST_LAYER),
            |drawing| drawing.layer,
        );
        layers.push(layer);
        let engine = &mut animation.bypass_change_detection().engine;
        let is_good =
            check(size, &device).and_then(|()| engine.set_canvas(size).map_err(CanvasError::Engine));
        // What drew it at another size goes.
        commands.entity(entity).despawn_related::<DrawnWith>();
        let camera = match is_good {
            Ok(()) => {
                show(&mut canvas, &mut sprite, &mut images);
                Some(commands.spawn((camera(&canvas, layer), DrawnFor(entity))).id())
            }
            Err(error) => {
                not_drawn.write(NotDrawn { of: entity, error });
                None
            }
        };
        let (passes, raster) = (Vec::new(), Mutex::new(None));
        commands.entity(entity).insert(Drawing { size, layer, camera, passes, hash: None, raster });
    }
}

fn raster(of: &mut Mutex<Option<Raster>>) -> &mut Option<Raster> {
    of.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a device takes a canvas, and a picture of it in a buffer.
fn check(size: [u32; 2], device: &RenderDevice) -> Result<(), CanvasError> {
    let limits = device.limits();
    let side = limits.max_texture_dimension_2d.min(MAX_SIDE);
    let most = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
    let is_good = size.iter().all(|own| (1..=side).contains(own)) && pack::picture_bytes(size) <= most;
    is_good.then_some(()).ok_or(CanvasError::Size {
        size,
        side,
        pixels: most / 4 - pack::picture_bytes([0; 2]) / 4,
    })
}

/// Gives a canvas its image, or its image another size, and shows it by the sprite, unless that shows something else.
fn show(canvas: &mut PavaneCanvas, sprite: &mut Sprite, images: &mut Assets<Image>) {
    let [width, height] = canvas.size;
    let mut image = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
    image.sampler = ImageSampler::linear();
    // Whoever wants the picture may read it.
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    let is_own = sprite.image == canvas.image;
    // In place, so that whoever has the handle shows the new one.
    let is_there = canvas.image != Handle::default() && images.insert(&canvas.image, image.clone()).is_ok();
    if !is_there {
        canvas.image = images.add(image);
    }
    if is_own {
        sprite.image = canvas.image.clone();
    }
}

/// Draws a canvas, blended as colours are encoded, each pixel once; with 16 bits, since 8 add up their rounding where many translucent
/// elements lie on each other.
fn camera(canvas: &PavaneCanvas, layer: usize) -> impl Bundle {
    (
        Camera2d,
        Camera { order: FIRST_ORDER + layer as isize, ..Camera::default() },
        RenderTarget::from(canvas.image.clone()),
        RenderLayers::none().with(layer),
        CompositingSpace::Srgb,
        Hdr,
        Msaa::Off,
        Tonemapping::None,
        DebandDither::Disabled,
        PavaneCamera,
    )
}

/// Where what is drawn is kept.
#[derive(SystemParam)]
struct Kept<'w> {
    meshes: ResMut<'w, Assets<Mesh>>,
    materials: ResMut<'w, Assets<PassMaterial>>,
    buffers: ResMut<'w, Assets<ShaderBuffer>>,
    quads: ResMut<'w, Quads>,
}

/// Puts the frames that animations have into what the GPU draws.
fn draw(
    mut commands: Commands,
    mut canvases: Query<(Entity, &mut Animation, &mut PavaneCanvas, &mut Drawing)>,
    mut cameras: Query<&mut Camera, With<PavaneCamera>>,
    mut shown: Query<(&mut Mesh2d, &mut Visibility), With<DrawnFor>>,
    mut kept: Kept<'_>,
    device: Option<Res<RenderDevice>>,
) {
    let Some(device) = device else { return };
    let limits = device.limits();
    let most = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
    for (entity, mut animation, mut canvas, mut drawing) in &mut canvases {
        let camera = drawing.camera.and_then(|camera| cameras.get_mut(camera).ok());
        let frame = animation.bypass_change_detection().engine.last_frame();
        let (Some(mut camera), Some(frame)) = (camera, frame) else { continue };
        let hash = frame.hash();
        if drawing.hash == Some(hash) {
            continue;
        }
        drawing.hash = Some(hash);
        let [red, green, blue, _] = frame.background().to_array();
        camera.clear_color = ClearColorConfig::Custom(Color::srgb_u8(red, green, blue));
        let size = drawing.size;
        let (packed, drawn_by) = match pack::passes(&frame, size, most) {
            Ok(packed) => (packed, DrawnBy::Gpu),
            Err(why) => (vec![picture(&mut drawing, &frame)], DrawnBy::Cpu(why)),
        };
        if canvas.drawn_by != drawn_by {
            canvas.drawn_by = drawn_by;
        }
        put(&mut commands, entity, &mut drawing, packed, &mut shown, &mut kept);
    }
}

/// A frame as the CPU raster draws it.
fn picture(drawing: &mut Drawing, frame: &Frame<'_>) -> Packed {
    let [width, height] = drawing.size;
    let own = raster(&mut drawing.raster);
    if own.is_none() {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        // Its size has been looked at.
        *own = Raster::new(RasterSettings { width, height, threads, transparent: false }).ok();
    }
    let pixels = own.as_mut().map_or(&[][..], |raster| raster.draw(frame).pixels());
    pack::picture(pixels, drawing.size)
}

/// Shows passes, one over the other, and hides what was shown beyond them.
fn put(
    commands: &mut Commands<'_, '_>,
    canvas: Entity,
    drawing: &mut Drawing,
    packed: Vec<Packed>,
    shown: &mut Query<'_, '_, (&mut Mesh2d, &mut Visibility), With<DrawnFor>>,
    kept: &mut Kept<'_>,
) {
    let count = packed.len();
    for (at, Packed { blend, quads, words }) in packed.into_iter().enumerate() {
        let level = Quads::level(quads);
        let words = ShaderBuffer::new(words, bevy_asset::RenderAssetUsages::RENDER_WORLD);
        let Some(pass) = drawing.passes.get_mut(at) else {
            let words = kept.buffers.add(words);
            let material = kept.materials.add(PassMaterial { words: words.clone(), blend });
            let mesh = kept.quads.mesh(&mut kept.meshes, level);
            let place = Transform::from_xyz(0.0, 0.0, at as f32);
            let entity = commands.spawn((
                Mesh2d(mesh),
                MeshMaterial2d(material.clone()),
                place,
                GlobalTransform::from(place),
                RenderLayers::none().with(drawing.layer),
                NoFrustumCulling,
                DrawnFor(canvas),
            ));
            let entity = entity.id();
            drawing.passes.push(DrawnPass { entity, words, material, blend, level });
            continue;
        };
        if let Some(mut own) = kept.buffers.get_mut(&pass.words) {
            *own = words;
        }
        if pass.blend != blend
            && let Some(mut material) = kept.materials.get_mut(&pass.material)
        {
            (pass.blend, material.blend) = (blend, blend);
        }
        if let Ok((mut mesh, mut visibility)) = shown.get_mut(pass.entity) {
            if pass.level != level {
                pass.level = level;
                mesh.0 = kept.quads.mesh(&mut kept.meshes, level);
            }
            visibility.set_if_neq(Visibility::Inherited);
        }
    }
    for pass in drawing.passes.iter().skip(count) {
        if let Ok((_, mut visibility)) = shown.get_mut(pass.entity) {
            visibility.set_if_neq(Visibility::Hidden);
        }
    }
}
