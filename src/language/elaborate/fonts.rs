//! Fonts: what is set of one, and which ones a text is drawn with.

use std::sync::Arc;

use super::Elaborator;
use super::arguments::expected;
use super::value::{Other, Typed};
use crate::diagnostic::{Code, quote};
use crate::draw::{Entry as Known, Kind, Limits};
use crate::language::problems::Reported;
use crate::language::project::FoundFont;
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Entry, Expr, ExprKind, Text};
use crate::letters::{Axis, Font, Weight};
use crate::program::{FontRow, Packed};

/// How a text gets a font.
const HOW: &str =
    "name one: `font title from \"Inter.ttf\"`, and `draw text(\"Hello\") { font: title, ... }`";
/// How many missing characters are named.
const MISSING_NAMED: usize = 8;
/// The faces of a collection that can be asked for.
const FACES_MAX: i64 = 65_535;

const fn entry(name: &'static str, kind: Kind, about: &'static str) -> Known {
    Known { name, kind, limits: Limits::Any, about }
}

/// What is set of a font.
pub(in crate::language) const FONT: &[Known] = &[
    entry("face", Kind::ConstantInt, "Of a collection which of its faces, from 0; 0."),
    entry("weight", Kind::ConstantFloat, "How heavy, whatever texts say; without it they say it."),
    entry("width", Kind::ConstantFloat, "How wide: 100 is usual, in percent."),
    entry("slant", Kind::ConstantFloat, "How far letters lean, in degrees; to the right below 0."),
    entry("italic", Kind::ConstantFloat, "How italic, 0 to 1."),
    entry("optical_size", Kind::ConstantFloat, "For which size, in points, letters are made."),
    entry(
        "fallback",
        Kind::Font,
        "The font, or the fonts in brackets, that are asked for characters which it has not; the family that comes with pavane is asked last.",
    ),
];

/// Axes by the names that they have here.
const AXES: [(&str, [u8; 4]); 5] = [
    ("weight", *b"wght"),
    ("width", *b"wdth"),
    ("slant", *b"slnt"),
    ("italic", *b"ital"),
    ("optical_size", *b"opsz"),
];

/// A font that a patch names.
pub(super) struct OwnFont {
    name: String,
    /// Its row in the program.
    row: u32,
    font: Font,
    /// Those that are asked behind it, among all that are named.
    fallback: Vec<u32>,
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// `font title from "Inter.ttf" { width: 90 }`.
    pub(super) fn font(
        &mut self,
        key: &str,
        path: &'a Text,
        FoundFont { bytes, face: usual }: &FoundFont,
        settings: &'a [Entry],
    ) -> Result<Typed<'b>, Reported> {
        let before = self.problems.len();
        let known: Vec<&Known> = FONT.iter().collect();
        let given = self.attributes(settings, &known, "`font`", key);
        let face =
            given.get("face").map(|(value, span)| self.constant_int(value, span, "`face`", 0, FACES_MAX));
        let set: Vec<_> = AXES
            .iter()
            .filter_map(|&(name, tag)| given.get(name).map(|(value, span)| (name, tag, value, span)))
            .map(|(name, tag, value, span)| {
                let number = self.constant(value, span, &format!("`{name}`"))?[0];
                Ok((name, tag, number as f32, span))
            })
            .collect();
        let fallback = self.fallback_of(settings);
        self.problems.none_since(before)?;
        given.all_good()?;
        let set = set.into_iter().collect::<Result<Vec<_>, Reported>>()?;
        let (face, fallback) = (face.transpose()?.map_or(*usual, |face| face as u32), fallback?);
        let font = match Font::new(bytes.to_vec(), face) {
            Ok(font) => font,
            Err(error) => {
                let message = format!("{}: {error}", quote(&path.text));
                return self.fail(Problem::new(Code::FontFile, path.span, message));
            }
        };
        let there = font.axes();
        for &(name, tag, number, span) in &set {
            self.look_for_axis((name, tag), number, &there, span);
        }
        let axes: Vec<([u8; 4], f32)> = set.iter().map(|&(_, tag, number, _)| (tag, number)).collect();
        let rows = fallback.iter().map(|&font| self.fonts[font as usize].row).collect();
        let letters = |tag: &[u8; 4]| tag.iter().map(|&letter| char::from(letter)).collect::<String>();
        let row = self.builder.font(FontRow {
            name: key.to_owned(),
            face,
            axes: axes.iter().map(|(tag, _)| letters(tag)).collect(),
            places: axes.iter().map(|&(_, place)| f64::from(place)).collect(),
            fallback: rows,
            data: Packed::new(Arc::clone(bytes)),
        });
        let number = self.fonts.len() as u32;
        self.fonts.push(OwnFont { name: key.to_owned(), row, font: font.at(&axes), fallback });
        Ok(Typed { other: Some(Other::Font(number)), ..self.float(0.0) })
    }

    /// Warns where a font has not what is set of it, or not so much of it.
    fn look_for_axis(&mut self, (name, tag): (&str, [u8; 4]), number: f32, there: &[Axis], span: Span) {
        let named = |axis: &Axis| {
            let known = AXES.iter().find(|(_, tag)| *tag == axis.tag).map(|(name, _)| *name);
            let tag: String = axis.tag.iter().map(|&letter| char::from(letter)).collect();
            format!("{} from {} to {}", known.unwrap_or(&tag), axis.least, axis.most)
        };
        let message = match there.iter().find(|axis| axis.tag == tag) {
            Some(axis) if (axis.least..=axis.most).contains(&number) => return,
            Some(axis) => {
                format!("the font has {}, and this is {number}: it is drawn at the end", named(axis))
            }
            None if there.is_empty() => format!("the font has no axis `{name}`: nothing of it can be set"),
            None => {
                let all: Vec<String> = there.iter().map(named).collect();
                format!("the font has no axis `{name}`; it has {}", all.join(", "))
            }
        };
        self.warning(Problem::new(Code::FontAxis, span, message));
    }

    /// The fonts behind `fallback`, each with those that it asks itself.
    fn fallback_of(&mut self, settings: &'a [Entry]) -> Result<Vec<u32>, Reported> {
        let Some(entry) = settings.iter().find(|entry| entry.name.text == "fallback") else {
            return Ok(Vec::new());
        };
        let Some(value) = &entry.value else {
            let problem = Problem::new(Code::UnknownWord, entry.name.span, "`fallback` lacks its font");
            return self.fail(problem.help("write `fallback: other`, the name of another font"));
        };
        let items: &'a [Expr] = match &value.kind {
            ExprKind::Array(items) => items,
            _ => std::slice::from_ref(value),
        };
        let found: Vec<_> = items.iter().map(|item| self.font_named(item)).collect();
        let mut fonts = Vec::new();
        for font in found.into_iter().collect::<Result<Vec<u32>, Reported>>()? {
            for font in std::iter::once(font).chain(self.fonts[font as usize].fallback.iter().copied()) {
                if !fonts.contains(&font) {
                    fonts.push(font);
                }
            }
        }
        Ok(fonts)
    }

    /// The font that an expression names.
    fn font_named(&mut self, expr: &'a Expr) -> Result<u32, Reported> {
        let value = self.expr_or_array(expr)?;
        match value.font() {
            Some(font) => Ok(font),
            None => self.no_font(value, expr.span, "this"),
        }
    }

    /// Reports that something is no font.
    pub(super) fn no_font<T>(&mut self, value: Typed<'b>, span: Span, what: &str) -> Result<T, Reported> {
        self.fail(expected(value, span, what, "a font").help(HOW))
    }

    /// The font of a draw, where it names one.
    pub(super) fn font_of(&mut self, entries: &'a [Entry]) -> Result<Option<u32>, Reported> {
        let Some(entry) = entries.iter().find(|entry| entry.name.text == "font") else { return Ok(None) };
        match &entry.value {
            Some(value) => self.font_named(value).map(Some),
            None => {
                let problem = Problem::new(Code::UnknownWord, entry.name.span, "`font` lacks its font");
                self.fail(problem.help(HOW))
            }
        }
    }

    /// The row of a font in the program.
    pub(super) fn font_row(&self, font: u32) -> u32 {
        self.fonts[font as usize].row
    }

    /// What can be set of how heavy a font is, where it has that and does not say it itself.
    pub(super) fn weights_of(&self, font: u32) -> Option<Axis> {
        self.fonts[font as usize].font.weights()
    }

    /// The fonts that are asked for the characters of a text, one after the other.
    pub(super) fn fonts_asked(&self, font: Option<u32>, weight: u16) -> Vec<Font> {
        let own = font
            .into_iter()
            .flat_map(|font| std::iter::once(font).chain(self.fonts[font as usize].fallback.iter().copied()));
        let heavy = |font: u32| self.fonts[font as usize].font.at_weight(f32::from(weight));
        own.map(heavy).chain(Font::builtin(Weight(weight))).collect()
    }

    /// Warns of characters of a text that is known for which its fonts have no letters.
    pub(super) fn look_for_glyphs(
        &mut self,
        (value, span): (Typed<'b>, Span),
        font: Option<u32>,
        weight: u16,
    ) {
        let Some([number, ..]) = value.constant else { return };
        let text = self.texts.text(number as u32);
        let fonts = self.fonts_asked(font, weight);
        let mut missing: Vec<char> = fonts.first().map_or_else(Vec::new, |font| font.lacks(text));
        missing.retain(|&character| !fonts.iter().any(|font| font.has(character)));
        if missing.is_empty() {
            return;
        }
        let named: Vec<String> = missing.iter().take(MISSING_NAMED).map(|c| quote(&c.to_string())).collect();
        let more = if missing.len() > MISSING_NAMED { ", ..." } else { "" };
        let whose = match font.map(|font| &self.fonts[font as usize]) {
            None => "the font has".to_owned(),
            Some(own) => {
                let mut names: Vec<&str> = vec![&own.name];
                names.extend(own.fallback.iter().map(|&font| self.fonts[font as usize].name.as_str()));
                format!("{} and the family that comes with pavane have", names.join(", "))
            }
        };
        let message = format!("{whose} no {}{more}: a sign for what is missing is drawn", named.join(", "));
        let help = match font {
            None => {
                "it has Latin, Greek and Cyrillic letters, digits and signs; name a font that has them: `font own from \"Own.ttf\"`"
            }
            Some(_) => "name a font that has them: `font title from \"Inter.ttf\" { fallback: other }`",
        };
        self.warning(Problem::new(Code::MissingGlyph, span, message).help(help));
    }
}
