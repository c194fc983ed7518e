//! Programs of every kind of domain, with everything that an element may have.

use super::way::Way;
use crate::engine::tests::finish;
use crate::math::easing::Ease;
use crate::math::hash;
use crate::program::{Births, Builder, ChannelKind, Continuity, Edge, Full, Program, Type, Unit};

/// Seconds in which elements come into sight and leave it.
pub(super) const FADE: [f64; 2] = [0.1, 0.25];

/// How near an element is that may go on under a new id.
pub(super) const RADIUS: f32 = 0.125;

/// How the elements of a domain come and go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Counted,
    Born(Full),
    Host,
    Nearest,
}

/// How a value is continued.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    pub(super) way: Way,
    pub(super) turns: bool,
    /// Whether it is made of which elements there are.
    pub(super) is_of_set: bool,
}

impl Kept {
    /// From one value to another; of an angle the short way round.
    pub(super) fn step(&self, from: f32, to: f32) -> f32 {
        let step = to - from;
        if self.turns { step - libm::roundf(step) } else { step }
    }
}

/// The five continued values: `x`, `y`, `width`, `height`, `turn`.
pub(super) fn ways(kind: Kind) -> [Kept; 5] {
    let kept = |way, is_of_set, turns| Kept { way, turns, is_of_set };
    let x = match kind {
        Kind::Counted => Way::Slew(0.1),
        Kind::Born(_) => Way::Crossfade(0.3, |share| share),
        Kind::Host | Kind::Nearest => Way::Slew(0.2),
    };
    [
        kept(x, false, false),
        kept(Way::Spring { response: 0.25, bounce: 0.3 }, true, false),
        kept(Way::Crossfade(0.3, |share| 1.0 - (1.0 - share) * (1.0 - share) * (1.0 - share)), true, false),
        kept(Way::Preserve, true, false),
        kept(Way::Spring { response: 0.4, bounce: 0.0 }, true, true),
    ]
}

/// The same for a program.
pub(super) fn continuity(kind: Kind) -> [Continuity; 5] {
    let x = match kind {
        Kind::Counted => Continuity::Slew(0.1),
        Kind::Born(_) => Continuity::Crossfade { window: 0.3, curve: None },
        Kind::Host | Kind::Nearest => Continuity::Slew(0.2),
    };
    [
        x,
        Continuity::Spring { response: 0.25, bounce: 0.3 },
        Continuity::Crossfade { window: 0.3, curve: Some(Ease::OutCubic) },
        Continuity::Preserve,
        Continuity::Spring { response: 0.4, bounce: 0.0 },
    ]
}

pub(super) const CONTINUED: [&str; 5] = ["x", "y", "width", "height", "turn"];

/// The random number of an element for a salt, in the only domain of a program.
pub(super) fn random(key: u64, salt: u32) -> f32 {
    hash::unit_float(hash::hash3(hash::hash2(key as u32, 1), salt, 0))
}

/// Everything that an element may have.
pub(super) fn program(kind: Kind, max: u32) -> Program {
    let b = Builder::new("edits");
    let number = |name: &str| b.channel(name, Type::Float, &[0.0], ChannelKind::Hold);
    let d = match kind {
        Kind::Counted => b.counted_domain("d", max, number("number")),
        Kind::Born(full) => {
            let d = b.born_domain("d", max, Births { every: number("every"), full });
            b.lives(d, number("life") + b.random(d, 5) * 0.25);
            b.field(d, "life", b.life(d));
            d
        }
        Kind::Host | Kind::Nearest => b.host_domain("d", max),
    };
    let at = match kind {
        Kind::Counted | Kind::Born(_) => b.random(d, 2),
        Kind::Host | Kind::Nearest => b.element_input(d, "at", Type::Float, &[0.0]),
    };
    if kind == Kind::Nearest {
        let place = b.element_input(d, "place", Type::Vec2, &[0.0, 0.0]);
        b.match_nearest(d, place, f64::from(RADIUS));
    }
    let random = b.field(d, "random", b.random(d, 1));
    let next = b.field(d, "next", b.neighbor(random, 1, Edge::Wrap));
    b.field(d, "previous", b.neighbor(random, -1, Edge::Clamp));
    let frames = b.cell("frames", Type::Float, 3.0, Some(d));
    frames.next(frames.get() + 1.0);
    b.field(d, "frames", frames.get());
    let walk = b.cell("walk", Type::Float, 0.5, Some(d));
    walk.next(walk.get() * 0.5 + next);
    b.field(d, "walk", walk.get());
    b.field(d, "late", b.delay("late", random + b.frame(), 3));
    b.field(d, "mood", b.at_birth("mood", d, number("mood")));
    b.field(d, "age", b.age(d));
    b.field(d, "is new", b.is_new(d).select(b.float(1.0), b.float(0.0)));
    let fade = b.field(d, "fade", b.fade("fade", d, FADE[0], FADE[1]));
    let sway = number("sway");
    let bases = [
        at + sway,
        b.rank(d) * 0.5 + sway,
        next * 0.25 + 0.5,
        b.index(d).to_float() * 0.000_976_562_5 + 0.5,
        b.rank(d) + sway,
    ];
    let [x, y, width, height, turn] = [0, 1, 2, 3, 4].map(|k| {
        let unit = if k == 4 { Unit::Turn } else { Unit::Scalar };
        let value = b.continued(CONTINUED[k], d, bases[k], unit, continuity(kind)[k]);
        b.field(d, CONTINUED[k], value);
        value
    });
    b.pass("discs", d)
        .ellipse()
        .position(b.vec2(x, y))
        .size(b.vec2(width, height))
        .rotation(turn)
        .color(b.rgba(1.0, 1.0, 1.0, 1.0).with_alpha(fade))
        .draw();
    finish(&b)
}
