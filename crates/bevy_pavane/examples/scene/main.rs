//! A scene of two animations and a camera, drawn by Bevy without a window, to `scene.png`.
//!
//! ```text
//! cargo run -p bevy_pavane --features draw --ignore-rust-version --example scene
//! ```

mod headless;

use std::error::Error;
use std::fs::File;

use bevy_asset::Assets;
use bevy_camera::{Camera2d, RenderTarget};
use bevy_image::Image;
use bevy_pavane::{Animation, draw::PavaneCanvas};
use bevy_render::render_resource::{TextureFormat, TextureUsages};
use bevy_transform::components::Transform;

const SIZE: [u32; 2] = [640, 360];

fn animation(name: &str) -> Result<Animation, Box<dyn Error>> {
    let patch = pavane::assets::Shipped::find(name).ok_or("no such patch")?;
    Ok(Animation::new(patch.program()?)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut app = headless::app();
    let [width, height] = SIZE;
    let mut target = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
    target.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    let target = app.world_mut().resource_mut::<Assets<Image>>().add(target);
    let world = app.world_mut();
    world.spawn((Camera2d, RenderTarget::from(target.clone())));
    let left = Transform::from_xyz(-150.0, 0.0, 0.0);
    world.spawn((animation("golden_spiral")?, PavaneCanvas::new([300, 300]), left));
    // One is turned, smaller, and over the other.
    let right = Transform::from_xyz(120.0, 20.0, 1.0)
        .with_rotation(bevy_math::Quat::from_rotation_z(0.3))
        .with_scale(bevy_math::Vec3::splat(0.75));
    world.spawn((animation("letters")?, PavaneCanvas::new([320, 320]), right));
    for _ in 0..30 {
        app.update();
    }
    let pixels = headless::read(&mut app, &target, SIZE).ok_or("nothing has been drawn")?;
    let mut encoder = png::Encoder::new(File::create("scene.png")?, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header()?.write_image_data(&pixels)?;
    println!("scene.png has {width}x{height} pixels");
    Ok(())
}
