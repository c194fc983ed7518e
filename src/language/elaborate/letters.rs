//! Texts that are known before the first frame, as rows of their letters, and how wide they are.

use std::rc::Rc;

use super::rows::{Table, TableColumn, Values};
use super::value::Typed;
use super::{Call, Elaborator};
use crate::diagnostic::Code;
use crate::draw::{Align, Anchor, FillRule, Verb};
use crate::language::path::Outline;
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};
use crate::letters::{Placed, Room, Setting, Sheet};
use crate::program::{Op, Type, Unit};

/// The column of rows of letters that `draw glyph` draws.
pub(super) const GLYPH: &str = "glyph";

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

impl<'b> Elaborator<'_, 'b> {
    /// `text("Hello", size: 0.1)`: a row per letter.
    pub(in crate::language) fn rows_of_letters(
        &mut self,
        call: &Call<'_, 'b>,
    ) -> Result<Typed<'b>, Reported> {
        let text = self.known_text(call, 0)?;
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

    fn table_of_letters(
        &mut self,
        sheet: &Sheet,
        text: &str,
        letters: &[Letter],
        size: f64,
        span: Span,
    ) -> Result<Table<'static>, Reported> {
        let mut shapes = Vec::with_capacity(letters.len());
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
        let text = self.known_text(call, 0)?;
        let fonts = self.fonts_asked(call.font(4), call.constant(2) as u16);
        let order: Vec<u16> = (0..fonts.len() as u16).collect();
        let tracking = self.known_number(call, 3, "what is put between letters")? as f32;
        let setting = Setting { tracking, ..Setting::default() };
        let width = crate::letters::Typesetter::new(text.len()).lay(&text, &fonts, &order, &setting).width;
        let ems = self.float(f64::from(width));
        Ok(self.apply(Op::Mul, &[ems, call.value(1)], Unit::Scalar))
    }

    /// A text that is known before the first frame.
    fn known_text(&mut self, call: &Call<'_, 'b>, at: usize) -> Result<String, Reported> {
        let (value, span) = call.placed(at);
        if let Some([number, ..]) = value.constant {
            return Ok(self.texts.text(number as u32).to_owned());
        }
        let message = "letters are laid out before the first frame, and this text is not known by then";
        let help = "write it: `\"Hello\"`; a text that changes is drawn whole: `draw text(title) { ... }`";
        self.fail(Problem::new(Code::NeedsConstant, span, message).help(help))
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
