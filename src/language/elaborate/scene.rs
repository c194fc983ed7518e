//! What all draws have in common: cameras, the background and the clip.

use super::value::Typed;
use super::{Done, Elaborator};
use crate::diagnostic::Code;
use crate::draw::{Entry as Known, Kind, Limits};
use crate::language::problems::Reported;
use crate::language::project::ModuleId;
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Entry, Expr, Name};
use crate::program::{Camera, Op, Type, Unit, limits};
use crate::time::{Flicks, FrameRate};

const fn entry(name: &'static str, kind: Kind, limits: Limits, about: &'static str) -> Known {
    Known { name, kind, limits, about }
}

pub(in crate::language) const CAMERAS: &[&str] = &["perspective", "orthographic"];

pub(in crate::language) const PERSPECTIVE: &[Known] = &[
    entry("eye", Kind::Vec3, Limits::Any, "Where the camera is."),
    entry("target", Kind::Vec3, Limits::Any, "What it looks at; (0.5, 0.5, 0)."),
    entry("up", Kind::Vec3, Limits::Any, "Which way is up on screen; (0, -1, 0)."),
    entry("fov", Kind::Angle, Limits::BelowHalfTurn, "Field of view along the shorter side; 45deg."),
    entry("near", Kind::Float, Limits::Positive, "The nearest distance that is drawn; 0.01."),
    entry("far", Kind::Float, Limits::Any, "The furthest distance that is drawn; 100."),
];

pub(in crate::language) const ORTHOGRAPHIC: &[Known] = &[
    entry("center", Kind::Vec2, Limits::Any, "The point in the middle; (0.5, 0.5)."),
    entry("extent", Kind::Float, Limits::Positive, "How much of the world the shorter side shows; 1."),
    entry("rotation", Kind::Angle, Limits::Any, "Turns the camera."),
    entry("near", Kind::Float, Limits::Any, "Elements with a z above it are not drawn."),
    entry("far", Kind::Float, Limits::Any, "Elements with a z below it are not drawn."),
];

pub(in crate::language) const CLIP: &[Known] = &[
    entry("duration", Kind::ConstantTime, Limits::Any, "How long it is; 10s."),
    entry("rate", Kind::ConstantFloat, Limits::Any, "Frames per second; 60."),
    entry("size", Kind::ConstantPoint, Limits::Any, "Width and height in pixels; (1080, 1080)."),
    entry(
        "blending",
        Kind::Blending,
        Limits::Any,
        "What is mixed where colours go over each other: values of sRGB, or light (`linear`); srgb.",
    ),
];

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn camera(&mut self, kind: &'a Name, entries: &'a [Entry]) -> Result<Done<'b>, Reported> {
        let known = match kind.text.as_str() {
            "perspective" => PERSPECTIVE,
            "orthographic" => ORTHOGRAPHIC,
            _ => {
                let problem = self.unknown_word(kind, CAMERAS, "cameras are");
                return self.fail(problem);
            }
        };
        let base = self.project.tasks[self.task].key.clone();
        let before = self.problems.len();
        let known: Vec<&Known> = known.iter().collect();
        let given = self.attributes(entries, &known, &format!("`camera {}`", kind.text), &base);
        for (name, value) in &given.values {
            if let Ok((value, span)) = *value {
                let _ = self.uniform(value, span, &format!("`{name}`"));
            }
        }
        self.problems.none_since(before)?;
        given.all_good()?;
        let radians = |this: &mut Self, name: &str| {
            given.get(name).map(|(angle, _)| this.apply(Op::TurnsToRad, &[angle], Unit::Scalar).value.node())
        };
        let node = |name: &str| given.node(name);
        let camera = match kind.text.as_str() {
            "perspective" => Camera::Perspective {
                eye: node("eye"),
                target: node("target"),
                up: node("up"),
                fov: radians(self, "fov"),
                near: node("near"),
                far: node("far"),
            },
            _ => Camera::Orthographic {
                center: node("center"),
                extent: node("extent"),
                rotation: radians(self, "rotation"),
                near: node("near"),
                far: node("far"),
            },
        };
        self.camera_tasks.push(self.task);
        Ok(Done::Camera(self.builder.camera(camera)))
    }

    /// The background of the patch; that of a used file is looked at only.
    pub(super) fn background(&mut self, module: ModuleId, expr: &'a Expr) -> Result<Done<'b>, Reported> {
        let value = self.expr(expr)?;
        let value = self.convert(value, Type::Color, Unit::Scalar, expr.span, "the background")?;
        let value = self.uniform(value, expr.span, "the background")?;
        if module == 0 {
            self.builder.background(value.value);
        }
        Ok(Done::Effect)
    }

    /// How the patch is meant to be shown; of a used file it is looked at only.
    pub(super) fn clip(&mut self, module: ModuleId, entries: &'a [Entry]) -> Result<Done<'b>, Reported> {
        let known: Vec<&Known> = CLIP.iter().collect();
        let given = self.attributes(entries, &known, "`clip`", "clip");
        let mut clip = self.builder.current_clip();
        let seconds = given.get("duration").and_then(|(value, _)| value.number());
        clip.duration = seconds.and_then(Flicks::from_secs_f64).unwrap_or(clip.duration);
        if let Some((value, span)) = given.get("rate") {
            clip.frame_rate = self.frame_rate(value, span)?;
        }
        if let Some((value, span)) = given.get("size") {
            let [width, height, ..] = self.constant(value, span, "the size")?;
            let good = |x: f64| x.fract() == 0.0 && (1.0..=f64::from(limits::SIZE_MAX)).contains(&x);
            if !good(width) || !good(height) {
                let message = format!(
                    "the size is {width} x {height}, expected whole numbers of pixels from 1 to {}",
                    limits::SIZE_MAX
                );
                let problem = Problem::new(Code::OutOfRange, span, message);
                return self.fail(problem.help("use a size such as `(1920, 1080)`"));
            }
            clip.size = [width as u32, height as u32];
        }
        clip.blending = self.word(entries, "blending")?.unwrap_or(clip.blending);
        given.all_good()?;
        if module == 0 {
            self.builder.set_clip(clip);
        }
        Ok(Done::Effect)
    }

    /// Frames per second as a ratio: whole, or the x/1.001 of television.
    fn frame_rate(&mut self, value: Typed<'b>, span: Span) -> Result<[u32; 2], Reported> {
        let rate = self.constant(value, span, "the rate")?[0];
        if let Some(rate) = FrameRate::from_decimal(rate) {
            return Ok([rate.numerator(), rate.denominator()]);
        }
        let message = format!("{rate} frames per second is not a rate whose frames start on whole flicks");
        let help = "use 24, 25, 30, 48, 50, 60, 90, 100, 120 or 144, or 29.97 and the like";
        self.fail(Problem::new(Code::OutOfRange, span, message).help(help))
    }
}
