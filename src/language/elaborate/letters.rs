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
use crate::letters::{Letter, Room, Setting, Sheet, Spelling, Typesetter};
use crate::program::{DomainRef, ElementInput, LettersRow, Live, Op, StyleRow, Type, Unit};

/// The column of rows of letters that `draw glyph` draws.
pub(super) const GLYPH: &str = LettersRow::GLYPH;
/// The column that it draws where it says how heavy they are. No patch has such a name.
pub(super) const WRITTEN: &str = "glyphs, written down";
/// How many letters of a text that changes there are at most, where it is not said.
const USUAL_MOST: u32 = 256;

/// The columns of letters of a text that changes. What it is drawn by, only `draw glyph` reads.
pub(super) fn columns() -> impl Iterator<Item = &'static str> {
    LettersRow::COLUMNS.iter().map(|(name, _)| *name).filter(|name| *name != GLYPH)
}

/// The weight of letters where it moves: what they are before the first frame.
const REGULAR: u16 = 400;
/// From one line to the next, where nothing else is said.
const LEADING: f64 = 1.2;

/// How a text is laid out that is measured.
struct Style {
    weight: u16,
    leading: f64,
    tracking: f64,
    font: Option<u32>,
}

/// The glyphs of letters that are known, and what they are of.
pub(super) struct Lettered {
    /// Of each letter.
    pub(super) written: Vec<String>,
    font: Option<u32>,
    weight: u16,
}

/// Letters whose glyphs are drawn in a font, and not as paths.
#[derive(Clone, Copy)]
pub(super) struct Glyphs {
    domain: DomainId,
    /// The column that has them.
    column: &'static str,
    /// The font that they were laid out in, and how heavy.
    pub(super) font: Option<u32>,
    pub(super) weight: u16,
    pub(super) moving_weight: Option<u32>,
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// `text("Hello", size: 0.1)`: a row per letter. Of a text that changes, or is laid out in another way from frame to frame, the
    /// letters are known while it runs.
    pub(in crate::language) fn rows_of_letters(
        &mut self,
        call: &Call<'_, 'b>,
    ) -> Result<Typed<'b>, Reported> {
        let numbers = [1, 2, 5, 6, 7].into_iter().filter_map(|at| call.optional(at));
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
        let (weight, font) = (self.known_weight(call, 5)?, call.font(8));
        self.look_for_glyphs(call.placed(0), font, weight);
        let mut sheet = Sheet::new(self.fonts_asked(font, weight), room(&text));
        let order: Vec<u16> = (0..sheet.fonts().len() as u16).collect();
        let mut spelling = Spelling::default();
        if sheet.spell(&text, &order, &setting, &mut spelling).is_err() {
            let (_, span) = call.placed(0);
            let message = "the letters of this text have more points than there is room for";
            let problem = Problem::new(Code::OutOfRange, span, message);
            return self.fail(problem.help("take a font with simpler letters, or a shorter text"));
        }
        let hand = (font, weight, order.as_slice());
        let table = self.table_of_letters((&mut sheet, &spelling), &text, size, hand, call.span)?;
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
        let moving_weight = match call.value(5).constant {
            Some(_) => None,
            None => number(5, "the weight of letters")?,
        };
        let weight = match moving_weight {
            None => self.known_weight(call, 5)?,
            Some(_) => {
                self.look_for_weights(call.font(8), call.placed(5).1);
                REGULAR
            }
        };
        let Some(size) = size else { return self.contradiction(call.span, "letters have no size") };
        let row = LettersRow {
            text: text.value.node(),
            size,
            width,
            leading,
            tracking,
            align: Align::from_name(call.word(3)).unwrap_or_default(),
            anchor: Anchor::from_name(call.word(4)).unwrap_or_default(),
            weight,
            moving_weight,
            font: call.font(8).map(|font| self.font_row(font)),
        };
        self.letters.push((row, call.font(8)));
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
        self.domain_letters.insert(id, letters);
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
            letters: Some(self.letters[letters as usize].0),
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

    /// The letters in whose block a draw stands, where their glyphs are drawn in a font: those of a text that changes are, others
    /// where it is said how heavy they are. Then the weight that the text has from frame to frame is none of theirs.
    pub(super) fn own_glyphs(&self, is_weighed: bool) -> Option<Glyphs> {
        let own = self.scope.domain?;
        if let Some(&letters) = self.domain_letters.get(&own) {
            let (LettersRow { weight, moving_weight, .. }, font) = self.letters[letters as usize];
            let moving_weight = moving_weight.filter(|_| !is_weighed);
            return Some(Glyphs { domain: own, column: GLYPH, font, weight, moving_weight });
        }
        if !is_weighed {
            return None;
        }
        for domain in std::iter::once(own).chain(self.project.outers(own)) {
            if self.project.domains[domain].names.contains_key(GLYPH) {
                return None;
            }
            let Some(&rows) = self.domain_rows.get(&domain) else { continue };
            let glyphs = |column: &TableColumn<'a>| match &column.values {
                Values::Glyphs(lettered) => Some((lettered.font, lettered.weight)),
                Values::File(_) | Values::Made(_) | Values::Parts(_) => None,
            };
            if let Some((font, weight)) = self.table_of_rows(rows).0.columns.iter().find_map(glyphs) {
                return Some(Glyphs { domain, column: WRITTEN, font, weight, moving_weight: None });
            }
        }
        None
    }

    /// The glyphs of each letter, written down.
    pub(super) fn column_of_glyphs(&mut self, glyphs: Glyphs, span: Span) -> Result<Typed<'b>, Reported> {
        self.outer_column(glyphs.domain, glyphs.column, span)
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
        (sheet, spelling): (&mut Sheet, &Spelling),
        text: &str,
        size: f64,
        (font, weight, order): (Option<u32>, u16, &[u16]),
        span: Span,
    ) -> Result<Table<'static>, Reported> {
        let letters = &spelling.letters;
        let mut written = Vec::with_capacity(letters.len());
        let mut shapes = Vec::with_capacity(letters.len());
        if letters.is_empty() {
            // What draws letters is a path, also where there are none.
            let point = Outline { verbs: "MLZ".to_owned(), points: vec![[0.0; 2]; 2] };
            self.add_path(&point, FillRule::NonZero, span, true);
        }
        for letter in letters {
            let mut own = String::new();
            spelling.write_glyphs(letter, order, &mut own);
            written.push(own);
            let shape = self.add_path(&outline(sheet, spelling, letter), FillRule::NonZero, span, true);
            let Some(row) = self.builder.path_row(shape.value) else {
                return self.contradiction(span, "the outline of a letter is no path");
            };
            shapes.push(f64::from(row));
        }
        let each = |f: &dyn Fn(usize, &Letter) -> f64| -> Values<'static> {
            Values::Made(letters.iter().enumerate().map(|(at, letter)| f(at, letter)).collect())
        };
        let homes = letters.iter().flat_map(|letter| letter.at.map(|place| f64::from(place) * size));
        let homes = Values::Made(homes.collect());
        let characters = letters.iter().map(|letter| {
            let [from, _] = letter.bytes.map(|byte| byte as usize);
            text[from..]
                .chars()
                .next()
                .map_or(0.0, |c| f64::from(self.texts.number(c.encode_utf8(&mut [0; 4]))))
        });
        let characters = Values::Made(characters.collect());
        let column = |name, ty, values| TableColumn { name, ty, values };
        let columns = vec![
            column("home", Type::Vec2, homes),
            column("advance", Type::Float, each(&|_, letter| letter.advance * size)),
            column("letter", Type::Int, each(&|at, _| at as f64)),
            column("word", Type::Int, each(&|_, letter| f64::from(letter.word))),
            column("line", Type::Int, each(&|_, letter| f64::from(letter.line))),
            column("character", Type::Text, characters),
            column("size", Type::Float, each(&|_, _| size)),
            column(GLYPH, Type::Shape, Values::Made(shapes)),
            column(WRITTEN, Type::Text, Values::Glyphs(Lettered { written, font, weight })),
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

    fn known_weight(&mut self, call: &Call<'_, 'b>, at: usize) -> Result<u16, Reported> {
        let (value, span) = call.placed(at);
        self.constant_int(value, span, "the weight of letters", 1, 1000).map(|weight| weight as u16)
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

/// Points of the outlines of a text, of as many as its letters need or more.
const POINTS: u32 = 1 << 16;

/// Room for a text alone: every letter may be another outline, of many points.
fn room(text: &str) -> Room {
    let letters = text.len() as u32 + 1;
    let glyphs = letters.saturating_mul(2);
    Room {
        texts: 1,
        glyphs,
        outlines: glyphs,
        points: glyphs.saturating_mul(256).max(POINTS),
        bytes: letters,
    }
}

/// The outline of a letter around the origin of its first glyph, in ems.
fn outline(sheet: &mut Sheet, spelling: &Spelling, letter: &Letter) -> Outline {
    let [left, top] = letter.at;
    let (mut verbs, mut points) = (String::new(), Vec::new());
    for placed in spelling.glyphs(letter) {
        // Each was read as the text was spelled.
        let Ok(Some(outline)) = sheet.outline_of(placed.font, placed.glyph) else { continue };
        let outline = sheet.outline(outline);
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
