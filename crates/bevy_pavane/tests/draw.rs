//! Scenes drawn by Bevy, against the pictures of the CPU raster.
//!
//! Where there is no adapter a test says so and is skipped; with `PAVANE_REQUIRE_GPU` in the environment that is a failure.
//! `PAVANE_GPU_PICTURES=DIR` writes the pictures that differ most, side by side.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

#[path = "../examples/scene/headless.rs"]
mod headless;

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use bevy_app::App;
use bevy_asset::Assets;
use bevy_camera::visibility::NoFrustumCulling;
use bevy_camera::{Camera2d, RenderTarget};
use bevy_ecs::message::Messages;
use bevy_ecs::prelude::*;
use bevy_image::Image;
use bevy_pavane::draw::{CanvasError, DrawnBy, NotDrawn, PavaneCamera, PavaneCanvas, Why};
use bevy_pavane::{Advance, Animation};
use bevy_render::render_resource::{TextureFormat, TextureUsages};
use bevy_sprite::Sprite;
use bevy_transform::components::Transform;
use pavane::render::{Raster, RasterSettings};
use pavane::{Engine, NoFiles, compile};

/// One app at a time: each has threads and a device of its own.
static ONE: Mutex<()> = Mutex::new(());

/// Runs a test where there is a GPU.
fn with_gpu(test: impl FnOnce(App)) {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    match catch_unwind(AssertUnwindSafe(headless::app)) {
        Ok(app) => test(app),
        Err(problem) => {
            let text = problem.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| problem.downcast_ref::<&str>().copied()).unwrap_or_default();
            assert!(text.contains("Unable to find a GPU"), "no app: {text}");
            assert!(std::env::var_os("PAVANE_REQUIRE_GPU").is_none(), "there is no GPU");
            eprintln!("skipped: there is no GPU (Debian: mesa-vulkan-drivers draws on the CPU)");
        }
    }
}

/// How far two pictures are apart.
#[derive(Debug)]
struct Apart {
    /// Of a component, of 255.
    mean: f64,
    /// The share of components.
    above_32: f64,
    most: u8,
}

fn apart(ours: &[u8], theirs: &[u8]) -> Apart {
    assert_eq!(ours.len(), theirs.len(), "pictures of one size");
    let differences: Vec<u8> = ours.iter().zip(theirs).map(|(a, b)| a.abs_diff(*b)).collect();
    let count = differences.len() as f64 / 4.0 * 3.0;
    Apart {
        mean: differences.iter().map(|d| f64::from(*d)).sum::<f64>() / count,
        above_32: differences.iter().filter(|d| **d > 32).count() as f64 / count,
        most: differences.iter().copied().max().unwrap_or(0),
    }
}

/// The two side by side, and behind them where they differ.
fn keep(name: &str, [width, height]: [u32; 2], ours: &[u8], theirs: &[u8]) {
    let Some(folder) = std::env::var_os("PAVANE_GPU_PICTURES") else { return };
    let path = std::path::Path::new(&folder).join(format!("bevy_{name}.png"));
    let mut encoder = png::Encoder::new(std::fs::File::create(path).unwrap(), width * 3, height);
    encoder.set_color(png::ColorType::Rgba);
    let line = width as usize * 4;
    let rows = ours.chunks(line).zip(theirs.chunks(line)).flat_map(|(a, b)| {
        let off = a.iter().zip(b).enumerate().map(|(k, (a, b))| match k % 4 {
            3 => 255,
            _ => a.abs_diff(*b).saturating_mul(8),
        });
        a.iter().chain(b).copied().chain(off).collect::<Vec<u8>>()
    });
    encoder.write_header().unwrap().write_image_data(&rows.collect::<Vec<u8>>()).unwrap();
}

/// What the raster draws of the frame that an animation has.
fn drawn(app: &mut App, entity: Entity, [width, height]: [u32; 2]) -> Vec<u8> {
    let mut raster = Raster::new(RasterSettings { width, height, ..Default::default() }).unwrap();
    let mut animation = app.world_mut().get_mut::<Animation>(entity).unwrap();
    raster.draw(&animation.frame().unwrap()).pixels().to_vec()
}

/// What the canvas of an entity shows.
fn shown(app: &mut App, entity: Entity) -> Vec<u8> {
    let canvas = app.world().get::<PavaneCanvas>(entity).unwrap();
    let (image, size) = (canvas.image().clone(), canvas.size());
    headless::read(app, &image, size).unwrap()
}

fn drawn_by(app: &App, entity: Entity) -> DrawnBy {
    app.world().get::<PavaneCanvas>(entity).unwrap().drawn_by()
}

/// An animation of a patch that stays at a frame.
fn still(patch: &str, frame: u64) -> Animation {
    let compiled = compile(patch, "test.pav", &NoFiles);
    let program = compiled.program.unwrap_or_else(|| panic!("{}", compiled.diagnostics));
    let mut engine = Engine::for_program(program).unwrap();
    engine.seek(frame).unwrap();
    Animation::of(engine).advancing(Advance::Not)
}

#[test]
fn shipped_patches_look_as_the_raster_draws_them() {
    with_gpu(|mut app| {
        let (mut table, mut bad, mut on_gpu) = (String::new(), Vec::new(), 0);
        for shipped in pavane::assets::PATCHES {
            let program = shipped.compile().program.expect(shipped.name);
            let clip = program.data().clip.clone();
            let mut engine = Engine::for_program(program).unwrap();
            let index = engine.frame_rate().frame_at(clip.duration) * 2 / 5;
            let size = [clip.size[0] * 360 / clip.size[1], 360];
            engine.set_canvas(size).unwrap();
            engine.seek(index).unwrap();
            let animation = Animation::of(engine).advancing(Advance::Not);
            let entity = app.world_mut().spawn((animation, PavaneCanvas::new(size))).id();
            app.update();
            let ours = shown(&mut app, entity);
            let theirs = drawn(&mut app, entity, size);
            let found = apart(&ours, &theirs);
            let by = drawn_by(&app, entity);
            on_gpu += usize::from(by == DrawnBy::Gpu);
            let Apart { mean, above_32, most } = found;
            writeln!(
                table,
                "{:<18} mean {mean:.3}  above 32: {:.4} %  most {most}  {by:?}",
                shipped.name,
                above_32 * 100.0
            )
            .unwrap();
            // Dots of two or three pixels on each other, of which each multiplies.
            let limit = if shipped.name == "halftone" { 3.0 } else { 1.5 };
            if mean > limit || above_32 > 0.001 || (matches!(by, DrawnBy::Cpu(_)) && most > 0) {
                bad.push(shipped.name);
            }
            if most > 8 {
                keep(shipped.name, size, &ours, &theirs);
            }
            app.world_mut().despawn(entity);
        }
        println!("{table}");
        assert!(bad.is_empty(), "{bad:?}:\n{table}");
        assert!(on_gpu >= 15, "few are drawn by the GPU:\n{table}");
    });
}

/// Overlapping shapes of every kind and blend, on a camera that is turned.
#[test]
fn shapes_and_blends_are_those_of_the_raster() {
    let shapes = [
        ("circle", ""),
        ("circle", "stroke: #fc2a\n stroke_width: 0.03\n opacity: 0.7"),
        ("circle", "size: (0.02 + 0.3 * rank, 0.15)"),
        ("circle", "size: (0.02 + 0.3 * rank, 0.1)\n stroke: #fc2a\n stroke_width: 0.02"),
        ("rect", "size: (0.02 + 0.3 * rank, 0.15)"),
        ("rect(corner: 0.5)", "stroke: #fc2a\n stroke_width: 0.02"),
        ("rect", "stroke: #fc2a\n stroke_width: 0.02\n join: round\n opacity: 0.2 + 0.8 * rank"),
        ("polygon(sides: 5)", ""),
        ("polygon(sides: 3)", "size: (0.02 + 0.3 * rank, 0.15)"),
        ("star(points: 5, inner: 0.4)", "opacity: 0.2 + 0.8 * rank"),
    ];
    let size = [240, 160];
    with_gpu(|mut app| {
        let mut bad = String::new();
        for (shape, more) in shapes {
            for blend in ["normal", "add", "multiply", "screen", "difference"] {
                let size_too = if more.contains("size") { "" } else { "size: 0.02 + 0.2 * rank" };
                let patch = format!(
                    "camera orthographic {{ center: (0.45, 0.52), extent: 0.9, rotation: 0.3rad }}
                    background = #3c82be
                    domain dots[60] {{ draw {shape} {{
                        position: (1.4 * fract(index * 0.618034) - 0.2, fract(index * 0.381966))
                        rotation: index * 0.1rad
                        color: hsl(rank, 0.8, 0.6, 0.3 + 0.6 * rank)
                        blend: {blend}
                        {size_too}
                        {more}
                    }} }}"
                );
                let entity = app.world_mut().spawn((still(&patch, 0), PavaneCanvas::new(size))).id();
                app.update();
                let ours = shown(&mut app, entity);
                let theirs = drawn(&mut app, entity, size);
                let found = apart(&ours, &theirs);
                let by = drawn_by(&app, entity);
                let wanted = if blend == "difference" { DrawnBy::Cpu(Why::Blend) } else { DrawnBy::Gpu };
                if found.mean > 1.0 || found.above_32 > 0.001 || by != wanted {
                    keep(&format!("{shape}_{blend}"), size, &ours, &theirs);
                    writeln!(bad, "{shape} {more} {blend}: {found:?} {by:?}").unwrap();
                }
                app.world_mut().despawn(entity);
            }
        }
        assert!(bad.is_empty(), "{bad}");
    });
}

fn green() -> &'static str {
    "background = #123\n draw circle { position: (0.5, 0.5), size: 0.5, color: #2f6 }"
}

/// What can happen to a canvas, and to the entity that has it.
#[test]
fn canvases_come_and_go() {
    with_gpu(|mut app| {
        let of = |app: &mut App, entity| {
            let size = app.world().get::<PavaneCanvas>(entity).unwrap().size();
            apart(&shown(app, entity), &drawn(app, entity, size))
        };
        let entity = app.world_mut().spawn((still(green(), 0), PavaneCanvas::new([64, 48]))).id();
        app.update();
        assert!(of(&mut app, entity).most <= 3);
        let image = app.world().get::<PavaneCanvas>(entity).unwrap().image().clone();
        assert_eq!(app.world().get::<Sprite>(entity).unwrap().image, image, "the sprite shows it");
        // A second one draws in a layer of its own.
        let other = app
            .world_mut()
            .spawn((still(&green().replace("#2f6", "#f26"), 0), PavaneCanvas::new([40, 40])))
            .id();
        app.update();
        assert!(of(&mut app, entity).most <= 3 && of(&mut app, other).most <= 3);
        // Another size, in the same asset.
        app.world_mut().get_mut::<PavaneCanvas>(entity).unwrap().resize([90, 30]);
        app.update();
        assert!(of(&mut app, entity).most <= 3);
        assert_eq!(*app.world().get::<PavaneCanvas>(entity).unwrap().image(), image);
        // Sizes that cannot be are said, and a good one is drawn again.
        for size in [[0, 10], [10, 100_000]] {
            app.world_mut().get_mut::<PavaneCanvas>(entity).unwrap().resize(size);
            app.update();
            let told = app.world_mut().resource_mut::<Messages<NotDrawn>>().drain().collect::<Vec<_>>();
            let [NotDrawn { of, error: CanvasError::Size { size: said, .. } }] = &told[..] else {
                panic!("{told:?}")
            };
            assert_eq!((*of, *said), (entity, size));
            assert!(told[0].error.to_string().contains("a side has 1 to "), "{told:?}");
            app.update();
            assert!(app.world_mut().resource_mut::<Messages<NotDrawn>>().drain().next().is_none(), "once");
        }
        app.world_mut().get_mut::<PavaneCanvas>(entity).unwrap().resize([50, 50]);
        app.update();
        assert!(of(&mut app, entity).most <= 3);
        // An edit: other passes, drawn by the raster, and back.
        let text = "draw text(\"Ag\") { position: (0.2, 0.7), size: 0.5, color: #fff }";
        for (patch, by) in [(text, DrawnBy::Cpu(Why::Text)), (green(), DrawnBy::Gpu)] {
            let program = compile(patch, "test.pav", &NoFiles).program.unwrap();
            let mut animation = app.world_mut().get_mut::<Animation>(entity).unwrap();
            animation.engine_mut().swap_and_grow(program, 1.0).unwrap();
            animation.engine_mut().redraw().unwrap();
            app.update();
            assert!(of(&mut app, entity).most <= 3, "{by:?}");
            assert_eq!(drawn_by(&app, entity), by);
        }
        // What draws a canvas goes with it.
        let mut cameras = app.world_mut().query::<&PavaneCamera>();
        assert_eq!(cameras.iter(app.world()).count(), 2);
        app.world_mut().despawn(entity);
        app.update();
        assert_eq!(cameras.iter(app.world()).count(), 1);
        app.world_mut().entity_mut(other).remove::<PavaneCanvas>();
        app.update();
        assert_eq!(cameras.iter(app.world()).count(), 0);
        let mut passes = app.world_mut().query_filtered::<Entity, With<NoFrustumCulling>>();
        assert_eq!(passes.iter(app.world()).count(), 0);
    });
}

/// A canvas in a scene: the user's camera shows it by its transform, y up, and what lies before it covers it.
#[test]
fn a_scene_shows_canvases_where_they_are() {
    with_gpu(|mut app| {
        let size = [200, 100];
        let mut target = Image::new_target_texture(size[0], size[1], TextureFormat::Rgba8UnormSrgb, None);
        target.texture_descriptor.usage |= TextureUsages::COPY_SRC;
        let target = app.world_mut().resource_mut::<Assets<Image>>().add(target);
        app.world_mut().spawn((Camera2d, RenderTarget::from(target.clone())));
        let plain = |color: &str| {
            format!("background = {color}\n draw circle {{ position: (0.5, 0.25), size: 0.2, color: #fff }}")
        };
        for (color, x, z) in [("#f00", -50.0, 0.0), ("#00f", -30.0, 1.0)] {
            let place = Transform::from_xyz(x, 10.0, z);
            app.world_mut().spawn((still(&plain(color), 0), PavaneCanvas::new([40, 40]), place));
        }
        for _ in 0..3 {
            app.update();
        }
        let pixels = headless::read(&mut app, &target, size).unwrap();
        let at = |x: usize, y: usize| {
            let first = (y * 200 + x) * 4;
            [pixels[first], pixels[first + 1], pixels[first + 2]]
        };
        // The middle of the first is at 50, 40 of the picture; its dot is above that. The second begins at x 50 and lies over it.
        assert_eq!([at(35, 55), at(45, 25)], [[255, 0, 0]; 2]);
        assert_eq!([at(52, 55), at(85, 40)], [[0, 0, 255]; 2]);
        assert_eq!(at(70, 30), [255, 255, 255]);
        assert_eq!(at(70, 50), [0, 0, 255], "the dot is above the middle");
        assert_ne!(at(10, 40), [255, 0, 0]);
    });
}
