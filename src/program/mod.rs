//! The program: the compiled, immutable form of a patch. Dense tables, index = id, nothing at run time looks at names.
//!
//! A [`Program`] comes from a [`Builder`] or from JSON ([`Program::from_json`]); either way it is checked in full
//! before anything runs it.

mod build;
mod format;
pub(crate) mod infer;
pub mod limits;
pub(crate) mod meaning;
pub mod op;
mod packed;
mod part;
mod read;
#[cfg(test)]
mod schema;
#[cfg(test)]
pub(crate) mod testing;
mod types;
mod validate;
mod write;

pub use crate::draw::{DrawOrder, ShapeKind};
pub(crate) use build::FlatStep;
pub use build::{
    Arg, Births, Builder, CellRef, Continuity, DomainRef, EventRef, ListRef, PassBuilder, ReactionBuilder,
    StrokeBuilder, TableRef, Value, ViewRef,
};
pub use format::{
    About, Action, Aggregate, Camera, Cell, Channel, ChannelKind, Clip, Constants, ContinuityRow, Domain,
    Edge, Effect, ElementInput, Event, EventSource, FORMAT, FadeRow, Field, FontRow, Full, Gather,
    GroupTotal, Groups, ImageRow, KeptIds, LettersRow, ListRow, Live, Nearest, Node, PassRow, PathRow, Phase,
    PhaseRow, Policy, ProgramData, Reaction, Reduction, Resource, Ring, ShapeRow, Shows, Slot, Source, Step,
    StrokeRow, StyleRow, TableRow, TextRow, Total, VERSION, ViewRow,
};
pub(crate) use infer::{SetTwice, set_twice};
pub(crate) use limits::TIMER_LEAST;
pub use op::Op;
pub use packed::Packed;
pub(crate) use packed::{Beside, MAKE_ANEW, Unpacked, Unread, deflated, inflated};
pub(crate) use read::parse_strict;
pub use types::{Storage, Type, Unit};

use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::draw::Image;
use crate::letters::{Family, Weight};
use crate::math::hash;
use crate::time::FrameRate;

/// A checked program. It never changes, and its clones share it.
///
/// ```
/// use pavane::{Builder, Program};
///
/// let b = Builder::new("dot");
/// let dots = b.domain("dots", 1);
/// b.pass("dots", dots).position(b.vec2(b.phase(2.0), 0.5)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
/// let program = b.finish()?;
/// let json = program.to_json();
/// assert_eq!(Program::from_json(&json, "dot.json")?, program);
/// let mistakes = Program::from_json("{}", "empty.json").unwrap_err();
/// assert_eq!((mistakes.0[0].file.as_str(), mistakes.0[0].line), ("empty.json", 1));
/// # Ok::<(), pavane::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Program(Arc<Checked>);

/// Programs are equal when their tables are: all else follows from these, but for who has the files of the family.
impl PartialEq for Program {
    fn eq(&self, other: &Self) -> bool {
        self.0.data == other.0.data
    }
}

#[derive(Debug)]
struct Checked {
    data: ProgramData,
    /// Per node.
    types: Vec<Type>,
    /// Per node; none is uniform.
    domains: Vec<Option<u32>>,
    /// Per text, the number by which an engine knows it.
    text_numbers: Vec<u32>,
    images: Vec<Image>,
    /// What texts are drawn with that name no font.
    family: Family,
}

impl Program {
    /// Checks the tables.
    ///
    /// # Errors
    /// Everything that is wrong with them, in table order.
    pub fn new(mut data: ProgramData) -> Result<Self, Diagnostics> {
        packed::unpack(&mut data, &packed::NothingBeside)?;
        let checked = validate::check(&data)?;
        Ok(Self::of(data, checked.types, checked.domains, Family::builtin()))
    }

    /// Tables that were checked, with what the check found of every node.
    fn of(data: ProgramData, types: Vec<Type>, domains: Vec<Option<u32>>, family: Family) -> Self {
        let text_numbers = text_numbers(&data.texts);
        let image = |row: &ImageRow| Image::new(row.width, row.height, row.pixels.bytes()?.clone());
        let images = data.images.iter().filter_map(image).collect();
        Self(Arc::new(Checked { data, types, domains, text_numbers, images, family }))
    }

    /// Reads and checks a program. `file` is how diagnostics call it.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line and column.
    pub fn from_json(text: &str, file: &str) -> Result<Self, Diagnostics> {
        Self::from_json_with(text, file, Family::builtin())
    }

    /// Reads and checks a program, for a host that has the family of its texts by itself: [`weights_of_family`](Self::weights_of_family) says
    /// which of its faces the program needs, and [`with_family`](Self::with_family) gives it another one.
    ///
    /// ```
    /// use pavane::letters::{Family, Font, Weight};
    /// use pavane::{Engine, NoFiles, Program, compile};
    ///
    /// let patch = "draw text(\"Hello\") { position: (0.5, 0.5), size: 0.1, color: #fff }";
    /// let json = compile(patch, "hello.pav", &NoFiles).program.ok_or("no program")?.to_json();
    /// let program = Program::from_json_with(&json, "hello.json", Family::given(None, None))?;
    /// assert_eq!(program.weights_of_family(), [Weight::REGULAR]);
    /// assert!(Engine::for_program(program.clone()).is_err());
    /// // A file that the host has read.
    /// let regular = Font::builtin(Weight::REGULAR);
    /// assert!(Engine::for_program(program.with_family(Family::given(regular, None))).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line and column.
    pub fn from_json_with(text: &str, file: &str, family: Family) -> Result<Self, Diagnostics> {
        let (program, diagnostics) = read::read(text, file, &packed::NothingBeside, family);
        program.ok_or(diagnostics)
    }

    /// Reads and checks a program and gives warnings too, which a good program may have.
    /// There is no program exactly when one of the diagnostics is an error.
    pub fn diagnose(text: &str, file: &str) -> (Option<Self>, Diagnostics) {
        read::read(text, file, &packed::NothingBeside, Family::builtin())
    }

    /// As [`diagnose`](Self::diagnose), with what may stand in files beside the program.
    pub(crate) fn diagnose_beside(
        text: &str,
        file: &str,
        beside: &dyn Beside,
    ) -> (Option<Self>, Diagnostics) {
        read::read(text, file, beside, Family::builtin())
    }

    /// Its JSON with other images and fonts.
    pub(crate) fn to_json_with(&self, images: Vec<ImageRow>, fonts: Vec<FontRow>) -> String {
        write::write(&ProgramData { images, fonts, ..self.0.data.clone() })
    }

    /// The same program, whose texts are drawn with another family where they name no font.
    #[must_use]
    pub fn with_family(self, family: Family) -> Self {
        let checked = match Arc::try_unwrap(self.0) {
            Ok(checked) => Checked { family, ..checked },
            Err(shared) => {
                let Checked { data, types, domains, text_numbers, images, family: _ } = &*shared;
                let (data, types, domains) = (data.clone(), types.clone(), domains.clone());
                let (text_numbers, images) = (text_numbers.clone(), images.clone());
                Checked { data, types, domains, text_numbers, images, family }
            }
        };
        Self(Arc::new(checked))
    }

    /// What texts are drawn with that name no font.
    pub fn family(&self) -> &Family {
        &self.0.family
    }

    /// Which faces of the family it needs, of [`Weight::REGULAR`] and [`Weight::BOLD`]: those of its texts, of letters of texts that change,
    /// and of texts that are measured. Texts with a font of their own need one for what that font has not.
    pub fn weights_of_family(&self) -> Vec<Weight> {
        let data = self.data();
        let of_pass = |pass: &PassRow| match pass.shape {
            ShapeRow::Text { weight, moving_weight: None, .. } => vec![weight],
            ShapeRow::Text { moving_weight: Some(_), .. } => vec![Weight::REGULAR.0, Weight::BOLD.0],
            ShapeRow::Circle {}
            | ShapeRow::Ellipse {}
            | ShapeRow::Rect { .. }
            | ShapeRow::Polygon { .. }
            | ShapeRow::Star { .. }
            | ShapeRow::Line { .. }
            | ShapeRow::Path { .. }
            | ShapeRow::Image { .. } => Vec::new(),
        };
        let of_domain = |domain: &Domain| match &domain.live {
            Some(Live::Host { letters: Some(LettersRow { weight, moving_weight: None, .. }), .. }) => {
                vec![*weight]
            }
            Some(Live::Host { letters: Some(_), .. }) => vec![Weight::REGULAR.0, Weight::BOLD.0],
            Some(
                Live::Host { letters: None, .. }
                | Live::Counted { .. }
                | Live::Born { .. }
                | Live::BornOn { .. },
            )
            | None => Vec::new(),
        };
        let of_letters = data.domains.iter().flat_map(of_domain);
        let measured = data.styles.iter().map(|row| row.weight);
        let asked: Vec<u16> =
            data.passes.iter().flat_map(of_pass).chain(of_letters).chain(measured).collect();
        let is_needed = |&weight: &Weight| asked.iter().any(|&asked| Weight(asked).of_family() == weight);
        [Weight::REGULAR, Weight::BOLD].into_iter().filter(is_needed).collect()
    }

    /// The program as JSON, a row per line. The same program gives the same bytes.
    pub fn to_json(&self) -> String {
        write::write(&self.0.data)
    }

    /// The tables.
    pub fn data(&self) -> &ProgramData {
        &self.0.data
    }

    /// The images, by row.
    pub fn images(&self) -> &[Image] {
        &self.0.images
    }

    /// The frame rate it is meant for.
    pub fn frame_rate(&self) -> FrameRate {
        let [numerator, denominator] = self.0.data.clip.frame_rate;
        FrameRate::new(numerator, denominator).unwrap_or(FrameRate::SIXTY)
    }

    /// The type of a node.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn node_type(&self, node: u32) -> Type {
        self.0.types[node as usize]
    }

    /// The domain of a node; `None` if it is uniform. Of a value per pair of elements ([`Op::Near`]) it is no row of the domains, but
    /// 2^31 and the node that finds the pairs.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn node_domain(&self, node: u32) -> Option<u32> {
        self.0.domains[node as usize]
    }

    /// The name of a node in the source, or what it is: `dots.size`, `node 12 (mul)`.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn node_name(&self, node: u32) -> String {
        match self.0.data.sources.iter().find(|source| source.node == node) {
            Some(source) => source.name.clone(),
            None => format!("node {node} ({})", self.0.data.nodes[node as usize].op.name()),
        }
    }

    /// A component of a value of a type as the engine has it: of a text its number, where the program has its row.
    pub(crate) fn known(&self, ty: Type, value: f64) -> f64 {
        match ty {
            Type::Text => self.0.text_numbers.get(value as usize).map_or(0.0, |&number| f64::from(number)),
            Type::Float
            | Type::Int
            | Type::Uint
            | Type::Bool
            | Type::Vec2
            | Type::Vec3
            | Type::Color
            | Type::Shape => value,
        }
    }

    /// The JSON Schema of the program format (2020-12), a JSON document: what a program may look like, without the rules
    /// that only the full check can hold. A test derives it anew from the types that are read.
    pub const JSON_SCHEMA: &str = include_str!("schema.json");
}

/// The numbers of texts: they follow from the texts, and those of different ones differ. 0 is the empty text.
fn text_numbers(texts: &[TextRow]) -> Vec<u32> {
    let mut taken = std::collections::HashSet::from([0]);
    let number = |TextRow { text }: &TextRow| {
        let mut number = hash::text(text);
        while !text.is_empty() && !taken.insert(number) {
            number = number.wrapping_add(1);
        }
        number
    };
    texts.iter().map(number).collect()
}
