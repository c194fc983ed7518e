//! Outlines: from a call of `path`, `polyline` or `bezier` to a path of the program.

use super::Elaborator;
use super::call::{Arguments, Taken};
use super::value::Typed;
use crate::diagnostic::Code;
use crate::draw::FillRule;
use crate::language::functions::Special;
use crate::language::path::{self, Bounds, Fault, Outline};
use crate::language::source::{Problem, Span};
use crate::program::{PathRow, Unit};

/// A path of the program, for what is said where it is drawn.
pub(super) struct Drawn {
    span: Span,
    bounds: Bounds,
    /// Its call says what it is drawn in the units of.
    is_fitted: bool,
}

/// How many times larger than its element a path may be before it is taken for one in units of its own.
const LARGE: f64 = 8.0;
/// Sides of the view boxes that icons have.
const ICON_SIDES: [f64; 12] = [16.0, 20.0, 24.0, 32.0, 48.0, 64.0, 100.0, 128.0, 256.0, 512.0, 960.0, 1024.0];

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn shape(&mut self, special: Special, arguments: &Arguments<'a, 'b>) -> Option<Typed<'b>> {
        // The last two are `fit` and `fill_rule`.
        let fit = arguments.taken.len() - 2;
        let (mut outline, span) = self.outline(special, arguments, fit)?;
        let is_fitted = self.fit(&mut outline, arguments, fit)?;
        let fill_rule = FillRule::from_name(arguments.word(fit + 1)).unwrap_or_default();
        let points = outline.points.iter().map(|point| point.map(|x| x as f32)).collect();
        let mut row = PathRow { name: String::new(), verbs: outline.verbs.clone(), points, fill_rule };
        let content = format!("{fill_rule:?}{}{:?}", row.verbs, row.points);
        // What is drawn alike under one name is one path.
        let place = (self.task, content);
        if let Some(&known) = self.paths.get(&place) {
            return Some(known);
        }
        // Told apart by its number until all names are known.
        let at = self.builder.path_count();
        row.name = format!("#{at}");
        let value = Typed::new(self.builder.add_path(row), Unit::Scalar, None);
        self.keys.made_path(self.sources, at, &place.1);
        let bounds = outline.bounds().unwrap_or_default();
        self.drawn.push(Drawn { span, bounds, is_fitted });
        self.paths.insert(place, value);
        Some(value)
    }

    /// The outline of the arguments before `end`, and where it is written.
    fn outline(
        &mut self,
        special: Special,
        arguments: &Arguments<'a, 'b>,
        end: usize,
    ) -> Option<(Outline, Span)> {
        let (outline, span) = match (special, arguments.taken.first()?) {
            (Special::PathText, &Taken::Text(text, span)) => (path::parse(text), span),
            (Special::PathText, _) => return None,
            _ => {
                // The points, and behind them whether they are closed.
                let points = (0..end - 1).filter_map(|at| arguments.value(at)?.constant);
                let points: Vec<[f64; 2]> = points.map(|c| [c[0], c[1]]).collect();
                let is_closed = arguments.word(end - 1) == "yes";
                let outline = match special {
                    Special::Polyline => path::polyline(&points, is_closed),
                    _ => path::bezier(&points, is_closed),
                };
                (outline, arguments.span)
            }
        };
        match outline {
            Ok(outline) => Some((outline, span)),
            Err(Fault { message, help }) => {
                let letters = "a path is letters and numbers as in SVG: `M 0 0 L 0.5 0 C ... Z`, within -0.5 to 0.5 or \
                               with a `fit`";
                let help = if special == Special::PathText { letters } else { help };
                self.fail(Problem::new(Code::OutOfRange, span, message).help(help))
            }
        }
    }

    /// Brings an outline that is in units of its own into the box from -0.5 to 0.5; false where it is there already.
    fn fit(&mut self, outline: &mut Outline, arguments: &Arguments<'a, 'b>, at: usize) -> Option<bool> {
        let span = arguments.spans[at];
        let bounds = match arguments.taken[at] {
            Taken::Word("yes") => {
                let bounds = outline.bounds().unwrap_or_default();
                if bounds[0] == bounds[1] {
                    let message = "the outline is a point: there is nothing to fit";
                    let help = "leave out `fit`, or give the box that it is drawn in: `fit: 24`";
                    return self.fail(Problem::new(Code::OutOfRange, span, message).help(help));
                }
                bounds
            }
            Taken::Text(text, span) => match path::view_box(text) {
                Ok(bounds) => bounds,
                Err(Fault { message, help }) => {
                    return self.fail(Problem::new(Code::OutOfRange, span, message).help(help));
                }
            },
            Taken::Value(value) => {
                let [width, height, ..] = value.constant?;
                let height = if value.ty.stride() == 1 { width } else { height };
                if width <= 0.0 || height <= 0.0 {
                    let message =
                        format!("the box to fit is {width} wide and {height} high, expected above 0");
                    let help = "give the size of the box that the path is drawn in: `fit: (24, 24)`";
                    return self.fail(Problem::new(Code::OutOfRange, span, message).help(help));
                }
                [[0.0; 2], [width, height]]
            }
            Taken::Word(_) | Taken::Missing => return Some(false),
        };
        outline.fit(bounds);
        Some(true)
    }

    /// Warns where a path that is drawn lies so far outside of its element that it was surely not meant to.
    pub(super) fn check_box(&mut self, shape: Typed<'b>, draw: Span) {
        for row in self.builder.paths_of(shape.value) {
            let Some(&Drawn { span, bounds: [low, high], is_fitted }) = self.drawn.get(row as usize) else {
                continue;
            };
            let beside = (0..2).any(|k| ((low[k] + high[k]) * 0.5).abs() > 0.5);
            let large = (0..2).any(|k| high[k] - low[k] > LARGE);
            if is_fitted || !(beside || large) {
                continue;
            }
            let number = |x: f64| format!("{}", x as f32);
            let [low, high] = [low, high].map(|[x, y]| format!("({}, {})", number(x), number(y)));
            let message = format!(
                "an element is the box from (-0.5, -0.5) to (0.5, 0.5), and this path runs from {low} to {high}"
            );
            let side = self.drawn[row as usize].icon_side();
            let help = match side {
                Some(side) => format!(
                    "say which units it is drawn in: `fit: {side}` for a view box from 0 to {side}, or `fit: yes` for \
                     the box around the path"
                ),
                None => "`fit: yes` scales it into the box; or write the path around (0, 0)".into(),
            };
            let problem = Problem::new(Code::PathOutside, span, message).related("it is drawn here", draw);
            self.warning(problem.help(help));
        }
    }
}

impl Drawn {
    /// The side of the view box that an icon was probably drawn in.
    fn icon_side(&self) -> Option<f64> {
        let [low, high] = self.bounds;
        let most = high[0].max(high[1]);
        let is_icon = low[0].min(low[1]) >= 0.0 && most > 4.0;
        ICON_SIDES.into_iter().find(|&side| is_icon && most <= side)
    }
}
