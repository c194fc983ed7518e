//! Images: which one a draw shows, and which part of it where.

use super::draw::Given;
use super::{Done, Elaborator};
use crate::diagnostic::{Code, nearest, quote};
use crate::draw::{Attribute, Filter, Fit};
use crate::language::images::Decoded;
use crate::language::problems::Reported;
use crate::language::project::{FoundImage, Meaning};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Argument, Entry, Name, dotted};
use crate::program::{ImageRow, Op, Packed, PassRow, ShapeRow, Type};

/// How a draw names its image.
const HOW: &str =
    "name it: `image photo from \"photo.jpg\"`, and `draw image(photo) { position: (0.5, 0.5), size: 0.8 }`";
/// The most pictures along a side of a sheet.
const SHEET_MAX: f64 = 4_096.0;
/// What is divided by in place of nothing: an image in no room.
const LEAST: f64 = 1e-30;

/// An image that is drawn: its row, and its width and height.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    row: u32,
    size: [u32; 2],
}

/// What is known of the draw of an image before the first frame.
#[derive(Clone, Copy)]
pub(super) struct Settings {
    image: Shown,
    /// How many pictures are on it, across and down.
    sheet: Option<[f64; 2]>,
    fit: Fit,
    filter: Filter,
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// An image of a file.
    pub(super) fn image(&mut self, name: &str, FoundImage { decoded, file }: &FoundImage) -> Done<'b> {
        let &Decoded { width, height, ref pixels, .. } = &**decoded;
        let pixels = Packed::new(pixels.clone()).of_file(file.clone());
        let row = self.builder.image(ImageRow { name: name.to_owned(), width, height, pixels });
        Done::Image(row, [width, height])
    }

    /// The image that `draw image(photo)` draws.
    pub(super) fn image_of(&mut self, shape: &'a Name, arguments: &'a [Argument]) -> Result<Shown, Reported> {
        let Some((first, rest)) = arguments.split_first() else {
            let problem =
                Problem::new(Code::MissingArgument, shape.span, "`image` lacks the image that it draws");
            return self.fail(problem.help(HOW));
        };
        if let Some(argument) = rest.first() {
            let problem = Problem::new(Code::ExtraArgument, argument.value.span, "`image` takes one image");
            return self.fail(
                problem.help("all else stands between the braces: `draw image(photo) { fit: cover }`"),
            );
        }
        if let Some(label) = first.name.as_ref().filter(|label| label.text != "image") {
            let message = format!("`image` has no parameter {}", quote(&label.text));
            return self.fail(Problem::new(Code::ExtraArgument, label.span, message).help(HOW));
        }
        let span = first.value.span;
        let Some(parts) = dotted(&first.value) else { return self.no_image(span, None) };
        let found = self.project.follow(self.scope, &parts);
        match found {
            Some((Meaning::Image(task), used)) if used == parts.len() => match self.done[task] {
                Done::Image(row, size) => Ok(Shown { row, size }),
                Done::Poisoned(reported) => Err(reported),
                Done::Pending | Done::Value(_) | Done::Domain(_) | Done::Camera(_) | Done::Effect => {
                    self.contradiction(self.project.tasks[task].span, "an image is used before it is there")
                }
            },
            _ => self.no_image(span, parts.first().map(|(name, _)| *name)),
        }
    }

    /// Reports that something is no image.
    fn no_image<T>(&mut self, span: Span, name: Option<&str>) -> Result<T, Reported> {
        let module = &self.project.modules[self.scope.module];
        let images = module.names.iter().filter(|(_, (meaning, _))| matches!(meaning, Meaning::Image(_)));
        let mut images: Vec<&str> = images.map(|(&name, _)| name).collect();
        images.sort_unstable();
        let near = name.and_then(|name| nearest(name, images.iter().copied()));
        let message = match name {
            Some(name) => format!("there is no image {}", quote(name)),
            None => "`image` takes the name of an image".to_owned(),
        };
        let help = match (near, images.is_empty()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, true) => HOW.to_owned(),
            (None, false) => format!("there are {}", images.join(", ")),
        };
        self.fail(Problem::new(Code::UnknownWord, span, message).help(help))
    }

    /// What a draw says of its image in words and constants.
    pub(super) fn image_settings(
        &mut self,
        entries: &'a [Entry],
        given: &Given<'a, 'b>,
        image: Result<Shown, Reported>,
    ) -> Result<Settings, Reported> {
        let fit = self.word::<Fit>(entries, "fit");
        let filter = self.word::<Filter>(entries, "filter");
        let sheet = self.sheet_of(given);
        let (fit, filter) = (fit?.unwrap_or_default(), filter?.unwrap_or_default());
        Ok(Settings { image: image?, sheet: sheet?, fit, filter })
    }

    /// How many pictures are on a sheet, across and down.
    fn sheet_of(&mut self, given: &Given<'a, 'b>) -> Result<Option<[f64; 2]>, Reported> {
        let frame = given.place("frame");
        let Some(sheet) = given.value("sheet") else {
            let Some(span) = frame else { return Ok(None) };
            let problem =
                Problem::new(Code::MissingAttribute, span, "`frame` is one of the pictures of a sheet");
            return self.fail(problem.help("say how many are beside and below each other: `sheet: (8, 4)`"));
        };
        let (value, span) = sheet?;
        let [across, down, ..] = self.constant(value, span, "`sheet`")?;
        let is_count = |side: f64| (1.0..=SHEET_MAX).contains(&side) && side.fract() == 0.0;
        if !is_count(across) || !is_count(down) {
            let message =
                format!("a sheet of {across} by {down}, expected whole numbers from 1 to {SHEET_MAX}");
            let help = "it says how many pictures are beside and below each other: `sheet: (8, 4)`";
            return self.fail(Problem::new(Code::OutOfRange, span, message).help(help));
        }
        Ok(Some([across, down]))
    }

    /// Gives the pass of an image what part of it is shown where: of the source the picture of its sheet, and as it fits.
    pub(super) fn place_image(
        &mut self,
        row: &mut PassRow,
        given: &Given<'a, 'b>,
        Settings { image: Shown { row: of, size }, sheet, fit, filter: how }: Settings,
    ) {
        if let ShapeRow::Image { image, filter, .. } = &mut row.shape {
            (*image, *filter) = (of, how);
        }
        let b = self.builder;
        let value = |name: &str| given.get(name).map(|(value, _)| value.value);
        if row.color.is_none() {
            let tint = value("tint").unwrap_or_else(|| b.rgba(1.0, 1.0, 1.0, 1.0));
            row.set(Attribute::Color, tint.node());
        }
        let [width, height] = size.map(f64::from);
        let (mut source, mut shown) = (value("source"), value("source_size"));
        if let Some([across, down]) = sheet {
            let whole = shown.unwrap_or_else(|| b.vec2(width, height));
            let one = b.vec2(whole.x() / across, whole.y() / down);
            let number = value("frame").unwrap_or_else(|| b.float(0.0)).op(Op::Floor, &[]);
            let line = (number / across).op(Op::Floor, &[]);
            let place = b.vec2(number - line * across, line - (line / down).op(Op::Floor, &[]) * down);
            let corner = b.vec2(place.x() * one.x(), place.y() * one.y());
            source = Some(source.map_or(corner, |source| source + corner));
            shown = Some(one);
        }
        if let (Some(box_size), true) = (value("size"), fit != Fit::Stretch) {
            let part = shown.unwrap_or_else(|| b.vec2(width, height));
            let is_square = box_size.ty() == Type::Float;
            let (x, y) = if is_square { (box_size, box_size) } else { (box_size.x(), box_size.y()) };
            let (across, down) = (x / part.x(), y / part.y());
            if fit == Fit::Contain {
                let scale = across.op(Op::Min, &[down.into()]);
                row.set(Attribute::Size, b.vec2(part.x() * scale, part.y() * scale).node());
            } else {
                let scale = across.op(Op::Max, &[down.into()]).op(Op::Max, &[LEAST.into()]);
                let seen = b.vec2(x / scale, y / scale);
                let beside = b.vec2((part.x() - seen.x()) * 0.5, (part.y() - seen.y()) * 0.5);
                source = Some(source.map_or(beside, |source| source + beside));
                shown = Some(seen);
            }
        }
        source.into_iter().for_each(|source| row.set(Attribute::Source, source.node()));
        shown.into_iter().for_each(|shown| row.set(Attribute::SourceSize, shown.node()));
    }
}
