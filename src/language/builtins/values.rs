//! Names that mean something without being defined, and words that are kept for later versions.

use crate::diagnostic::Code;
use crate::language::elaborate::{Affine, Elaborator, Element, Typed};
use crate::language::problems::Reported;
use crate::language::source::Problem;
use crate::math::constants::{GOLDEN_ANGLE_TURNS, GOLDEN_RATIO};
use crate::program::{Op, Unit};

/// A name with a value of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BuiltinValue {
    pub(crate) name: &'static str,
    pub(crate) origin: Origin,
    pub(crate) ty: &'static str,
    pub(crate) about: &'static str,
    /// Whether a patch may define the name: its own definition goes first. Others are reserved.
    pub(crate) gives_way: bool,
}

/// Where a value comes from, and how it is made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    /// The frame, the run or nothing: it is the same everywhere.
    Frame(for<'a, 'b> fn(&mut Elaborator<'a, 'b>) -> Typed<'b>),
    /// The element, or its domain: it is there inside a domain block, and as a member of a domain.
    Element(for<'a, 'b> fn(&mut Elaborator<'a, 'b>, Element) -> Result<Typed<'b>, Reported>),
}

impl BuiltinValue {
    pub(crate) fn is_per_element(&self) -> bool {
        matches!(self.origin, Origin::Element(_))
    }

    /// The value of a name.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        BUILTIN_VALUES.iter().find(|known| known.name == name)
    }
}

macro_rules! values {
    ($( $name:literal $ty:literal $about:literal $origin:ident $lower:expr $(, $gives_way:ident)?; )*) => {
        /// Every value, in the order of the reference.
        pub(crate) static BUILTIN_VALUES: &[BuiltinValue] = &[$( BuiltinValue {
            name: $name,
            origin: Origin::$origin($lower),
            ty: $ty,
            about: $about,
            gives_way: values!(@ $($gives_way)?),
        }, )*];
    };
    (@) => { false };
    (@ gives_way) => { true };
}

values! {
    "time" "time" "Seconds since frame 0."
        Frame |e| Typed::new(e.builder.time(), Unit::Second, None);
    "dt" "time" "Seconds since the frame before; 0 on the first."
        Frame |e| Typed::new(e.builder.dt(), Unit::Second, None);
    "frame" "float" "The frame index."
        Frame |e| Typed::new(e.builder.frame(), Unit::Scalar, None);
    "seed" "int" "The seed of the run (`--seed`), 0 to 4294967295; in arithmetic of ints its 32 bits."
        Frame |e| Typed::new(e.seed_as_int(e.builder.op(Op::Seed, &[])), Unit::Scalar, None);
    "canvas.width" "float" "Width of the canvas in pixels: `--size`, the picture in the preview's window, else the clip's size."
        Frame |e| Typed::new(e.builder.canvas().x(), Unit::Scalar, None);
    "canvas.height" "float" "Height of the canvas in pixels."
        Frame |e| Typed::new(e.builder.canvas().y(), Unit::Scalar, None);
    "canvas.aspect" "float" "Width of the canvas over its height."
        Frame |e| Typed::new(e.builder.canvas().x() / e.builder.canvas().y(), Unit::Scalar, None);
    "pi" "float" "Half a turn in radians, 3.14159..."
        Frame |e| e.float(std::f64::consts::PI);
    "tau" "float" "A whole turn in radians, 6.28318..."
        Frame |e| e.float(std::f64::consts::TAU);
    "golden_ratio" "float" "1.61803..."
        Frame |e| e.float(GOLDEN_RATIO);
    "golden_angle" "angle" "137.5 degrees: turned by it, elements never line up."
        Frame |e| Typed { unit: Unit::Turn, ..e.float(GOLDEN_ANGLE_TURNS) };
    "index" "int" "The element's place in its domain, from 0. In what reactions do to rows of a list, the place of the row."
        Element index;
    "rank" "float" "(index + 0.5) / count: inside 0 to 1, evenly."
        Element rank;
    "count" "int" "How many elements the domain has."
        Element |e, element| Ok(e.count_in(element.domain));
    "id" "int" "The element's identity: stays with it. Of a row of a list, in a domain or where rows are looked at, its id: 1, 2, 3 in the order of creation."
        Element id;
    "age" "time" "Seconds since the element came; where it was born, since its own exact time."
        Element |e, element| Ok(Typed::new(e.builder.age(element.domain), Unit::Second, Some(element))), gives_way;
    "life" "float" "How much of its life an element that was born has lived, in [0, 1)."
        Element life, gives_way;
    "is_new" "bool" "Whether the element came in this frame."
        Element |e, element| Ok(Typed::new(e.builder.is_new(element.domain), Unit::Scalar, Some(element))), gives_way;
}

fn index<'b>(e: &mut Elaborator<'_, 'b>, element: Element) -> Result<Typed<'b>, Reported> {
    if e.each_of(element.domain).is_some() {
        return Ok(e.index_in(element));
    }
    let b = e.builder;
    let affine = Affine { scale: b.float(1.0), offset: b.float(0.0), of_index: true };
    Ok(Typed { affine: Some(affine), ..Typed::new(b.index(element.domain), Unit::Scalar, Some(element)) })
}

fn rank<'b>(e: &mut Elaborator<'_, 'b>, element: Element) -> Result<Typed<'b>, Reported> {
    if let Some(each) = e.each_of(element.domain) {
        return Ok(e.rank_in(element, each));
    }
    let b = e.builder;
    let count = b.count(element.domain).to_float();
    let affine = Affine { scale: 1.0 / count, offset: 0.5 / count, of_index: false };
    Ok(Typed { affine: Some(affine), ..Typed::new(b.rank(element.domain), Unit::Scalar, Some(element)) })
}

fn id<'b>(e: &mut Elaborator<'_, 'b>, element: Element) -> Result<Typed<'b>, Reported> {
    let id = match e.builder.list_of_domain(element.domain) {
        Some(_) => e.builder.element_row_id(element.domain),
        None => e.builder.element(Op::Id, element.domain, &[]),
    };
    let id = id.op(Op::UintToInt, &[]);
    Ok(Typed::new(id, Unit::Scalar, Some(element)))
}

fn life<'b>(e: &mut Elaborator<'_, 'b>, element: Element) -> Result<Typed<'b>, Reported> {
    if e.is_born(element.domain) {
        return Ok(Typed::new(e.builder.life(element.domain), Unit::Scalar, Some(element)));
    }
    let name = e.builder.domain_name(element.domain);
    let message = format!("elements of `{name}` have no life: only those that are born have one");
    let help = "let them be born, `[born every 50ms, lives 2s, max 500]`; `age` is how long an element has been there";
    e.fail(Problem::new(Code::UnknownMember, element.span, message).help(help))
}
