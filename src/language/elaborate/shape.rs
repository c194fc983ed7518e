//! Outlines as paths of the program, and the warning about one outside of its element.

use super::Elaborator;
use super::value::Typed;
use crate::diagnostic::Code;
use crate::draw::FillRule;
use crate::language::path::{Bounds, Outline};
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

impl<'b> Elaborator<'_, 'b> {
    /// An outline as a path of the program. `span` is where it is written.
    pub(in crate::language) fn add_path(
        &mut self,
        outline: &Outline,
        fill_rule: FillRule,
        span: Span,
        is_fitted: bool,
    ) -> Typed<'b> {
        let points = outline.points.iter().map(|point| point.map(|x| x as f32)).collect();
        let mut row = PathRow { name: String::new(), verbs: outline.verbs.clone(), points, fill_rule };
        let content = format!("{fill_rule:?}{}{:?}", row.verbs, row.points);
        // What is drawn alike under one name is one path.
        let place = (self.task, content);
        if let Some(&known) = self.paths.get(&place) {
            return known;
        }
        // Told apart by its number until all names are known.
        let at = self.builder.path_count();
        row.name = format!("#{at}");
        let value = Typed::new(self.builder.add_path(row), Unit::Scalar, None);
        self.keys.made_path(self.sources, at, &place.1);
        let bounds = outline.bounds().unwrap_or_default();
        self.drawn.push(Drawn { span, bounds, is_fitted });
        self.paths.insert(place, value);
        value
    }

    /// Warns about a drawn path that is so far outside of its element that it was surely not meant to be.
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
