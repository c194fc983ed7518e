//! Artwork as rows of its parts, and what of it is drawn as one.

use std::rc::Rc;

use super::Elaborator;
use super::rows::{Table, TableColumn, Values};
use super::value::Typed;
use crate::draw::Join;
use crate::language::artwork::{Artwork, Part};
use crate::language::path::{Bounds, Outline};
use crate::language::source::Span;
use crate::program::Type;

/// The least size of a part: an element of no size is not drawn, and a dot may have a stroke.
const SIZE_MIN: f64 = 1e-6;
/// Up to how many parts are joined to one outline.
const JOINED_MAX: usize = 64;

/// Artwork that has been made rows.
pub(super) struct Drawing<'a> {
    table: Rc<Table<'a>>,
    artwork: &'a Artwork,
    /// Where it is given its name.
    span: Span,
    /// The path of each part by itself, once something asks for them.
    shapes: Option<Vec<f64>>,
}

/// The box of a part: its middle, and its width and height.
fn place(part: &Part) -> ([f64; 2], [f64; 2]) {
    let [low, high] = part.outline.bounds().unwrap_or_default();
    ([0, 1].map(|axis| (low[axis] + high[axis]) * 0.5), [0, 1].map(|axis| high[axis] - low[axis]))
}

fn size(part: &Part) -> f64 {
    let (_, [width, height]) = place(part);
    width.max(height).max(SIZE_MIN)
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// `artwork logo from "logo.svg"`: a row per part.
    pub(super) fn artwork(&mut self, name: &str, span: Span, artwork: &'a Artwork) -> Typed<'b> {
        let parts = &artwork.parts;
        let of_each = |f: &dyn Fn(&Part) -> f64| Values::Made(parts.iter().map(f).collect());
        let several = |f: &dyn Fn(&Part) -> Vec<f64>| Values::Made(parts.iter().flat_map(f).collect());
        let mut texts = |f: &dyn Fn(&'a Part) -> &'a str| -> Values<'a> {
            Values::Made(parts.iter().map(|part| f64::from(self.texts.number(f(part)))).collect())
        };
        let (ids, groups) = (texts(&|part| &part.id), texts(&|part| &part.group));
        // What is not there is clear, and 0 wide.
        let dash = |part: &Part| part.pen.and_then(|pen| pen.dash);
        let columns = [
            ("home", Type::Vec2, several(&|part| place(part).0.to_vec())),
            ("size", Type::Float, of_each(&size)),
            ("extent", Type::Vec2, several(&|part| place(part).1.to_vec())),
            ("fill", Type::Color, several(&|part| part.fill.unwrap_or_default().to_vec())),
            ("stroke", Type::Color, several(&|part| part.pen.map_or([0.0; 4], |pen| pen.color).to_vec())),
            ("stroke_width", Type::Float, of_each(&|part| part.pen.map_or(0.0, |pen| pen.width))),
            (
                "dash",
                Type::Vec2,
                several(&|part| dash(part).map_or([1.0, 0.0], |dash| [dash.on, dash.off]).to_vec()),
            ),
            ("dash_offset", Type::Float, of_each(&|part| dash(part).map_or(0.0, |dash| dash.offset))),
            ("opacity", Type::Float, of_each(&|part| part.opacity)),
            ("id", Type::Text, ids),
            ("group", Type::Text, groups),
            ("part", Type::Int, Values::Made((0..parts.len()).map(|at| at as f64).collect())),
            ("shape", Type::Shape, Values::Parts(self.drawings.len() as u32)),
        ];
        let columns = columns.into_iter().map(|(name, ty, values)| TableColumn { name, ty, values });
        let table = Rc::new(Table { rows: parts.len() as u32, columns: columns.collect() });
        self.drawings.push(Drawing { table: Rc::clone(&table), artwork, span, shapes: None });
        self.add_rows(name.to_owned(), table, None)
    }

    /// The path of each part of artwork by itself, which fills the box of an element along its longer side.
    pub(super) fn shapes_of_parts(&mut self, drawing: u32) -> Vec<f64> {
        let Drawing { artwork, span, ref shapes, .. } = self.drawings[drawing as usize];
        if let Some(shapes) = shapes {
            return shapes.clone();
        }
        let shapes: Vec<f64> = artwork
            .parts
            .iter()
            .map(|part| {
                let ([x, y], size) = (place(part).0, size(part));
                let points = part.outline.points.iter().map(|&[u, v]| [(u - x) / size, (v - y) / size]);
                let outline = Outline { verbs: part.outline.verbs.clone(), points: points.collect() };
                let shape = self.add_path(&outline, part.rule, span, true);
                f64::from(self.builder.path_row(shape.value).unwrap_or_default())
            })
            .collect();
        self.drawings[drawing as usize].shapes = Some(shapes.clone());
        shapes
    }

    /// The parts of artwork that rows are, in their order; `None` where these are other rows.
    pub(super) fn parts_of_rows(&self, rows: u32) -> Option<Vec<&'a Part>> {
        let (table, order) = self.table_of_rows(rows);
        let drawing = self.drawings.iter().find(|drawing| Rc::ptr_eq(&drawing.table, table))?;
        let artwork: &'a Artwork = drawing.artwork;
        Some(order.into_iter().filter_map(|row| artwork.parts.get(row as usize)).collect())
    }
}

/// Parts that follow one another as outlines that are drawn at once: those with the same paint that lie beside one another.
/// Where each is trimmed by itself none are joined.
pub(super) fn joined(parts: &[&Part], is_each: bool) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    // The boxes of the parts of the last one.
    let mut boxes: Vec<Bounds> = Vec::new();
    for part in parts {
        let own = seen(part);
        let fits = |last: &&mut Part| {
            let paint = |part: &Part| (part.rule, part.fill, part.pen, part.opacity);
            !is_each
                && paint(last) == paint(part)
                && boxes.len() < JOINED_MAX
                && boxes.iter().all(|other| are_apart(*other, own))
        };
        match joined.last_mut().filter(fits) {
            Some(last) => {
                last.outline.verbs.push_str(&part.outline.verbs);
                last.outline.points.extend(&part.outline.points);
                boxes.push(own);
            }
            None => {
                joined.push((*part).clone());
                boxes = vec![own];
            }
        }
    }
    joined
}

/// The box of all that is seen of a part.
fn seen(part: &Part) -> Bounds {
    let [low, high] = part.outline.bounds().unwrap_or_default();
    let half = part.pen.map_or(0.0, |pen| match pen.join {
        Join::Miter => pen.width * 2.0,
        Join::Round | Join::Bevel => pen.width,
    });
    [low.map(|side| side - half), high.map(|side| side + half)]
}

fn are_apart([low, high]: Bounds, [other_low, other_high]: Bounds) -> bool {
    (0..2).any(|axis| high[axis] <= other_low[axis] || other_high[axis] <= low[axis])
}
