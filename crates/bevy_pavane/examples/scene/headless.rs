//! Bevy's renderer without a window: what an app needs for 2D scenes, and how to read an image that it draws.

use bevy_app::{App, PluginsState, TaskPoolPlugin};
use bevy_asset::{AssetPlugin, Handle};
use bevy_camera::CameraPlugin;
use bevy_core_pipeline::CorePipelinePlugin;
use bevy_diagnostic::FrameCountPlugin;
use bevy_ecs::prelude::*;
use bevy_image::{Image, ImagePlugin};
use bevy_mesh::MeshPlugin;
use bevy_pavane::{PavanePlugin, draw::PavaneDrawPlugin};
use bevy_render::RenderPlugin;
use bevy_render::gpu_readback::{Readback, ReadbackComplete};
use bevy_sprite::SpritePlugin;
use bevy_sprite_render::SpriteRenderPlugin;
use bevy_time::TimePlugin;
use bevy_transform::TransformPlugin;
use bevy_window::{ExitCondition, WindowPlugin};

/// An app that draws to images, with pavane in it. In a game all of Bevy's plugins are those of `DefaultPlugins`.
pub(crate) fn app() -> App {
    let mut app = App::new();
    app.add_plugins((TaskPoolPlugin::default(), FrameCountPlugin, TimePlugin, TransformPlugin));
    let window = WindowPlugin {
        primary_window: None,
        exit_condition: ExitCondition::DontExit,
        ..WindowPlugin::default()
    };
    app.add_plugins((
        window,
        AssetPlugin::default(),
        ImagePlugin::default_linear(),
        MeshPlugin,
        CameraPlugin,
    ));
    // Pipelines are there in the first frame that needs them.
    app.add_plugins(RenderPlugin { synchronous_pipeline_compilation: true, ..RenderPlugin::default() });
    app.add_plugins((CorePipelinePlugin, SpritePlugin, SpriteRenderPlugin));
    app.add_plugins((PavanePlugin::default(), PavaneDrawPlugin));
    while app.plugins_state() == PluginsState::Adding {
        std::thread::yield_now();
    }
    app.finish();
    app.cleanup();
    app.init_resource::<Read>();
    app
}

/// What was read last.
#[derive(Resource, Default)]
struct Read(Option<Vec<u8>>);

/// The pixels of an image as the next updates draw it, four bytes each, row by row. Nothing when it does not come.
pub(crate) fn read(app: &mut App, image: &Handle<Image>, [width, height]: [u32; 2]) -> Option<Vec<u8>> {
    app.world_mut().resource_mut::<Read>().0 = None;
    let keep = |complete: On<ReadbackComplete>, mut read: ResMut<Read>| {
        read.0 = Some(complete.data.clone());
    };
    let reader = app.world_mut().spawn(Readback::texture(image.clone())).observe(keep).id();
    let mut bytes = None;
    // What is read is what was drawn some updates before.
    for _ in 0..100 {
        app.update();
        bytes = app.world_mut().resource_mut::<Read>().0.take();
        if bytes.is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    app.world_mut().despawn(reader);
    let row = width as usize * 4;
    let padded = bytes.as_ref()?.len() / height as usize;
    Some(bytes?.chunks(padded).flat_map(|line| line[..row].to_vec()).collect())
}
