//! Texts that are known before the first frame, as rows of their letters, and how wide they are.

use std::rc::Rc;

use super::rows::{Table, TableColumn, Values};
use super::value::{Element, Other, Typed};
use super::{Call, Elaborator};
use crate::diagnostic::Code;
use crate::draw::{Align, Anchor, FillRule, Verb};
use crate::language::path::Outline;
use crate::language::problems::Reported;
use crate::language::project::DomainId;
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Expr, Name};
use crate::letters::{Placed, Room, Setting, Sheet, Typesetter};
use crate::program::{DomainRef, ElementInput, LettersRow, Live, Op, StyleRow, Type, Unit};

/// The column of rows of letters that `draw glyph` draws.
pub(super) const GLYPH: &str = LettersRow::GLYPH;
/// How many letters of a text that changes there are at most, where it is not said.
const USUAL_MOST: u32 = 256;

/// The columns of letters of a text that changes. What it is drawn by, only `draw glyph` reads.
pub(super) fn columns() -> impl Iterator<Item = &'static str> {
    LettersRow::COLUMNS.iter().map(|(name, _)| *name).filter(|name| *name != GLYPH)
}

/// From one line to the next, where nothing else is said.
const LEADING: f64 = 1.2;

/// How a text is laid out that is measured.
struct Style {
    weight: u16,
    leading: f64,
    tracking: f64,
    font: Option<u32>,
}

/// A letter of a text: what belongs together however many glyphs it has.
struct Letter {
    /// Its glyphs, from left to right, with their outlines.
    glyphs: Vec<(Placed, u32)>,
}

impl Letter {
    fn first(&self) -> &Placed {
        &self.glyphs[0].0
    }
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// `text("Hello", size: 0.1)`: a row per letter. Of a text that changes, or is laid out in another way from frame to frame, the
    /// letters are known while it runs.
    pub(in crate::language) fn rows_of_letters(
        &mut self,
        call: &Call<'_, 'b>,
    ) -> Result<Typed<'b>, Reported> {
        let numbers = [1, 2, 6, 7].into_iter().filter_map(|at| call.optional(at));
        let is_known = |value: &Typed<'b>| value.constant.is_some() || self.builder.is_constant(value.value);
        let are_known = numbers.into_iter().all(|value| is_known(&value));
        let Some([number, ..]) = call.value(0).constant.filter(|_| are_known) else {
            return self.live_letters(call);
        };
        let text = self.texts.text(number as u32).to_owned();
        let size = self.known_number(call, 1, "the size of letters")?;
        let width = match call.optional(2) {
            Some(_) => self.known_number(call, 2, "the width of lines")? / size,
            None => f64::INFINITY,
        };
        let setting = Setting {
            align: Align::from_name(call.word(3)).unwrap_or_default(),
            anchor: Anchor::from_name(call.word(4)).unwrap_or_default(),
            width: width as f32,
            leading: self.known_number(call, 6, "the distance of lines")? as f32,
            tracking: self.known_number(call, 7, "what is put between letters")? as f32,
        };
        let (weight, font) = (call.constant(5) as u16, call.font(8));
        self.look_for_glyphs(call.placed(0), font, weight);
        let mut sheet = Sheet::new(self.fonts_asked(font, weight), room(&text));
        let letters = letters(&mut sheet, &text, &setting);
        let table = self.table_of_letters(&sheet, &text, &letters, size, call.span)?;
        Ok(self.add_rows("letters".to_owned(), Rc::new(table), None))
    }

    /// The letters of a text that changes.
    fn live_letters(&mut self, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
        let (text, span) = call.placed(0);
        let text = self.uniform(text, span, "a text whose letters are elements")?;
        let mut number = |at: usize, what: &str| -> Result<Option<u32>, Reported> {
            let Some(value) = call.optional(at) else { return Ok(None) };
            let (_, span) = call.placed(at);
            // Those that do not change have their range from the start.
            if value.constant.is_some() {
                self.known_number(call, at, what)?;
            }
            Ok(Some(self.uniform(value, span, what)?.value.node()))
        };
        let size = number(1, "the size of letters")?;
        let width = number(2, "the width of lines")?;
        let leading = number(6, "the distance of lines")?;
        let tracking = number(7, "what is put between letters")?;
        let Some(size) = size else { return self.contradiction(call.span, "letters have no size") };
        let font = call.font(8).map(|font| self.font_row(font));
        self.letters.push(LettersRow {
            text: text.value.node(),
            size,
            width,
            leading,
            tracking,
            align: Align::from_name(call.word(3)).unwrap_or_default(),
            anchor: Anchor::from_name(call.word(4)).unwrap_or_default(),
            weight: call.constant(5) as u16,
            font,
        });
        Ok(Typed { other: Some(Other::Letters(self.letters.len() as u32 - 1)), ..self.float(0.0) })
    }

    /// An element per letter of a text that changes.
    pub(super) fn of_letters(
        &mut self,
        id: DomainId,
        letters: u32,
        key: Option<&'a Name>,
        most: Option<&'a Expr>,
    ) -> Result<DomainRef, Reported> {
        self.domain_letters.insert(id);
        if let Some(key) = key {
            let message = "letters stay themselves where the text changes elsewhere";
            let problem = Problem::new(Code::Misplaced, key.span, message);
            return self.fail(problem.help(format!("leave `keyed by {}` out", key.text)));
        }
        let capacity = match most {
            Some(most) => {
                let value = self.expr(most)?;
                let limit = i64::from(LettersRow::MOST);
                self.constant_int(value, most.span, "the largest number of letters", 1, limit)? as u32
            }
            None => USUAL_MOST,
        };
        let input = |&(name, ty): &(&str, Type)| ElementInput {
            name: name.to_owned(),
            ty,
            unit: Unit::Scalar,
            default: vec![0.0; ty.stride() as usize],
        };
        let live = Live::Host {
            inputs: LettersRow::COLUMNS.iter().map(input).collect(),
            nearest: None,
            ids: Vec::new(),
            view: None,
            letters: Some(self.letters[letters as usize]),
        };
        Ok(self.add_domain(self.project.domains[id].full.clone(), capacity, 0, Some(live)))
    }

    /// What a letter of a text that changes has in a column.
    pub(super) fn column_of_letter(
        &mut self,
        element: Element,
        name: &str,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let Some(at) = LettersRow::COLUMNS.iter().position(|(known, _)| *known == name) else {
            return self.contradiction(span, "letters have a column that is not known");
        };
        let value = self.builder.element_column(element.domain, at as u32);
        Ok(Typed::new(value, Unit::Scalar, Some(element)))
    }

    /// Whether the elements of a domain are letters of a text that changes.
    pub(super) fn has_live_letters(&self, domain: DomainId) -> bool {
        self.domain_letters.contains(&domain)
    }

    /// The glyph of a letter of a text that changes, in the block of its domain.
    pub(super) fn own_live_glyph(&mut self, span: Span) -> Option<Result<Typed<'b>, Reported>> {
        let domain = self.scope.domain.filter(|domain| self.domain_letters.contains(domain))?;
        let element = self.element_of(domain, span);
        Some(element.and_then(|element| self.column_of_letter(element, GLYPH, span)))
    }

    /// Letters of a text that changes, where a value was expected.
    pub(super) fn no_letters(&self, span: Span) -> Problem {
        let message = "these are letters of a text that changes, which are not known before the first frame";
        let help = "have an element of each, `domain letters[64] from text(said) { ... }`, and ask these: `letters.count`";
        Problem::new(Code::NotAValue, span, message).help(help)
    }

    /// Reports rows that are more than it is said that there are, or of which nothing can be said.
    pub(super) fn has_most(&mut self, rows: Typed<'b>, most: &'a Expr) -> Result<(), Reported> {
        let are_letters = rows
            .rows
            .is_some_and(|rows| self.table_of_rows(rows).0.columns.iter().any(|column| column.name == GLYPH));
        let Some(rows) = rows.rows.filter(|_| are_letters) else {
            let message = "how many there are at most is said of letters alone: rows know it themselves";
            let text = self.sources.short(most.span, "64");
            let help = format!("leave `[{text}]` out");
            return self.fail(Problem::new(Code::Misplaced, most.span, message).help(help));
        };
        let count = self.row_count(rows);
        let value = self.expr(most)?;
        let limit = i64::from(LettersRow::MOST);
        let most_of = self.constant_int(value, most.span, "the largest number of letters", 1, limit)?;
        if i64::from(count) > most_of {
            let message = format!("the text has {count} letters, and there are {most_of} at most");
            let help = format!("write `[{count}]`, or leave it out: the letters of this text are known");
            return self.fail(Problem::new(Code::OutOfRange, most.span, message).help(help));
        }
        Ok(())
    }

    fn table_of_letters(
        &mut self,
        sheet: &Sheet,
        text: &str,
        letters: &[Letter],
        size: f64,
        span: Span,
    ) -> Result<Table<'static>, Reported> {
        let mut shapes = Vec::with_capacity(letters.len());
        if letters.is_empty() {
            // What draws letters is a path, also where there are none.
            let point = Outline { verbs: "MLZ".to_owned(), points: vec![[0.0; 2]; 2] };
            self.add_path(&point, FillRule::NonZero, span, true);
        }
        for letter in letters {
            let shape = self.add_path(&outline(sheet, letter), FillRule::NonZero, span, true);
            let Some(row) = self.builder.path_row(shape.value) else {
                return self.contradiction(span, "the outline of a letter is no path");
            };
            shapes.push(f64::from(row));
        }
        let each = |f: &dyn Fn(usize, &Letter) -> f64| -> Values<'static> {
            Values::Made(letters.iter().enumerate().map(|(at, letter)| f(at, letter)).collect())
        };
        let homes = letters.iter().flat_map(|letter| letter.first().at.map(|place| f64::from(place) * size));
        let homes = Values::Made(homes.collect());
        let advance = each(&|_, letter| {
            letter.glyphs.iter().map(|(placed, _)| f64::from(placed.advance)).sum::<f64>() * size
        });
        let characters = letters.iter().map(|letter| {
            let from = letter.first().cluster as usize;
            text[from..]
                .chars()
                .next()
                .map_or(0.0, |c| f64::from(self.texts.number(c.encode_utf8(&mut [0; 4]))))
        });
        let characters = Values::Made(characters.collect());
        let column = |name, ty, values| TableColumn { name, ty, values };
        let columns = vec![
            column("home", Type::Vec2, homes),
            column("advance", Type::Float, advance),
            column("letter", Type::Int, each(&|at, _| at as f64)),
            column("word", Type::Int, each(&|_, letter| f64::from(letter.first().word))),
            column("line", Type::Int, each(&|_, letter| f64::from(letter.first().line))),
            column("character", Type::Text, characters),
            column("size", Type::Float, each(&|_, _| size)),
            column(GLYPH, Type::Shape, Values::Made(shapes)),
        ];
        Ok(Table { rows: letters.len() as u32, columns })
    }

    /// `text_width("Hello", 0.1)`.
    pub(in crate::language) fn width_of_text(&mut self, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
        let tracking = self.known_number(call, 3, "what is put between letters")?;
        let style = Style { weight: call.constant(2) as u16, leading: LEADING, tracking, font: call.font(4) };
        let width = self.measured(call, None, &style, &[Op::TextWidth])?[0];
        Ok(self.apply(Op::Mul, &[width, call.value(1)], Unit::Scalar))
    }

    /// `text_box("Hello", 0.1, width: 0.5)`.
    pub(in crate::language) fn box_of_text(&mut self, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
        let leading = self.known_number(call, 4, "the distance of lines")?;
        let tracking = self.known_number(call, 5, "what is put between letters")?;
        let style = Style { weight: call.constant(3) as u16, leading, tracking, font: call.font(6) };
        let sides = self.measured(call, call.optional_placed(2), &style, &[Op::TextWidth, Op::TextHeight])?;
        let sides = self.apply(Op::Vec2, &sides, Unit::Scalar);
        Ok(self.apply(Op::Mul, &[sides, call.value(1)], Unit::Scalar))
    }

    /// Sides of a text, in sizes, of which the call has the size as its second argument. What is known is measured now.
    fn measured(
        &mut self,
        call: &Call<'_, 'b>,
        width: Option<(Typed<'b>, Span)>,
        style: &Style,
        sides: &[Op],
    ) -> Result<Vec<Typed<'b>>, Reported> {
        let ((text, span), size) = (call.placed(0), call.value(1));
        let numbers = [Some(size), width.map(|(width, _)| width)];
        let is_known = |value: &Typed<'b>| value.number().is_some();
        let are_known = width.is_none() || numbers.iter().flatten().all(is_known);
        if let Some([number, ..]) = text.constant.filter(|_| are_known) {
            let text = self.texts.text(number as u32).to_owned();
            let fonts = self.fonts_asked(style.font, style.weight);
            let order: Vec<u16> = (0..fonts.len() as u16).collect();
            let [size, width] = numbers.map(|number| number.and_then(|number| number.number()));
            let lines = width.zip(size).map_or(0.0, |(width, size)| width / size);
            let setting = Setting {
                width: if lines > 0.0 { lines as f32 } else { f32::INFINITY },
                leading: style.leading as f32,
                tracking: style.tracking as f32,
                ..Setting::default()
            };
            let found = Typesetter::new(text.len()).lay(&text, &fonts, &order, &setting).sides();
            let side = |op: &Op| if *op == Op::TextHeight { found[1] } else { found[0] };
            return Ok(sides.iter().map(|op| self.float(side(op))).collect());
        }
        let lines = match width {
            None => self.float(0.0),
            Some((width, _)) => self.apply(Op::Div, &[width, size], Unit::Scalar),
        };
        let mut all = vec![(text, span)];
        all.extend(width.map(|(_, span)| (lines, span)));
        self.one_domain(&[all.as_slice(), &[(size, call.placed(1).1)]].concat())?;
        let element = all.iter().find_map(|(value, _)| value.element);
        if let Some(element) = element.filter(|element| self.builder.is_of_pairs(element.domain)) {
            let message = "a text is measured of elements, and this is one of pairs of them";
            let problem = Problem::new(Code::InFold, span, message).related("of these pairs", element.span);
            return self.fail(problem.help("measure it where the element is, and read that: `other.width`"));
        }
        let row = StyleRow {
            weight: style.weight,
            leading: style.leading,
            tracking: style.tracking,
            font: style.font.map(|font| self.font_row(font)),
        };
        let side = |op: &Op| {
            let value = self.builder.measured(*op, [text.value, lines.value], row);
            Typed::new(value, Unit::Scalar, element)
        };
        Ok(sides.iter().map(side).collect())
    }

    fn known_number(&mut self, call: &Call<'_, 'b>, at: usize, what: &str) -> Result<f64, Reported> {
        let (value, span) = call.placed(at);
        let number = self.constant(value, span, what)?[0];
        // The first two are lengths.
        if at < 3 && number <= 0.0 {
            let message = format!("{what} is {number}, expected above 0");
            return self.fail(
                Problem::new(Code::OutOfRange, span, message).help("use a share of the shorter side: `0.1`"),
            );
        }
        Ok(number)
    }
}

/// Room for a text alone: every letter may be another outline, of many points.
fn room(text: &str) -> Room {
    let letters = text.len() as u32 + 1;
    let glyphs = letters.saturating_mul(2);
    Room { texts: 1, glyphs, outlines: glyphs, points: glyphs.saturating_mul(256), bytes: letters }
}

/// The letters of a text in the order in which they are read; spaces are none.
fn letters(sheet: &mut Sheet, text: &str, setting: &Setting) -> Vec<Letter> {
    let order: Vec<u16> = (0..sheet.fonts().len() as u16).collect();
    let placed = sheet.place(text, &order, setting);
    let mut letters: Vec<Letter> = Vec::new();
    let mut sorted: Vec<(Placed, u32)> = placed;
    // Glyphs of one letter stay in the order in which they are seen.
    sorted.sort_by_key(|(placed, _)| placed.cluster);
    for (placed, outline) in sorted {
        match letters.last_mut().filter(|letter| letter.first().cluster == placed.cluster) {
            Some(letter) => letter.glyphs.push((placed, outline)),
            None => letters.push(Letter { glyphs: vec![(placed, outline)] }),
        }
    }
    letters
        .retain(|letter| letter.glyphs.iter().any(|&(_, outline)| !sheet.outline(outline).verbs.is_empty()));
    letters
}

/// The outline of a letter around the origin of its first glyph, in ems.
fn outline(sheet: &Sheet, letter: &Letter) -> Outline {
    let [left, top] = letter.first().at;
    let (mut verbs, mut points) = (String::new(), Vec::new());
    for (placed, outline) in &letter.glyphs {
        let outline = sheet.outline(*outline);
        verbs.extend(outline.verbs.iter().map(|verb| match verb {
            Verb::Move => 'M',
            Verb::Line => 'L',
            Verb::Quad => 'Q',
            Verb::Cubic => 'C',
            Verb::Close => 'Z',
        }));
        let (across, down) = (placed.at[0] - left, placed.at[1] - top);
        points.extend(outline.points.iter().map(|&[x, y]| [f64::from(x + across), f64::from(y + down)]));
    }
    Outline { verbs, points }
}
