//! What happens, by chance: edits of every kind, in bursts and seldom, and time that jumps.

use super::program::Kind;
use crate::math::hash;
use crate::time::{FLICKS_PER_SECOND, FrameRate};

/// What a host gives of an element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    pub(super) id: u64,
    pub(super) at: f32,
    pub(super) place: [f32; 2],
}

/// A frame, and what is new in it.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) index: u64,
    /// In flicks.
    pub(super) now: u64,
    pub(super) previous: u64,
    pub(super) dt: f64,
    pub(super) number: f64,
    pub(super) every: f64,
    pub(super) life: f64,
    pub(super) given: Option<Vec<Given>>,
    pub(super) mood: f32,
    pub(super) sway: f32,
    pub(super) is_nudged: bool,
}

/// What happens, by chance.
pub(super) struct Script {
    state: u32,
    kind: Kind,
    pub(super) max: u32,
    /// Edits come in nearly every frame, or seldom.
    is_busy: bool,
    turn: Turn,
    there: Vec<Given>,
    /// Ids that are gone.
    gone: Vec<u64>,
    ids: u64,
}

impl Script {
    pub(super) fn new(kind: Kind, max: u32) -> Self {
        let turn = Turn {
            index: 0,
            now: 0,
            previous: 0,
            dt: 0.0,
            number: f64::from(max / 2),
            every: 0.0371,
            life: 0.3,
            given: None,
            mood: 0.0,
            sway: 0.0,
            is_nudged: false,
        };
        Self { state: max, kind, max, is_busy: true, turn, there: Vec::new(), gone: Vec::new(), ids: 0 }
    }

    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.state = self.state.wrapping_add(0x9e37_79b9);
        hash::hash(self.state) % end
    }

    fn unit(&mut self) -> f32 {
        self.below(4096) as f32 / 4096.0
    }

    /// Goes on to the next frame.
    pub(super) fn next(&mut self) -> Turn {
        if self.turn.now > 0 || self.turn.mood > 0.0 {
            let step = match self.below(100) {
                0 => 100 + self.below(5000),
                1..10 => 2 + self.below(8),
                _ => 1,
            };
            self.turn.index += u64::from(step);
        }
        self.turn.previous = self.turn.now;
        self.turn.now = FrameRate::SIXTY.start(self.turn.index).expect("a time").0;
        self.turn.dt = (self.turn.now - self.turn.previous) as f64 / FLICKS_PER_SECOND as f64;
        if self.below(40) == 0 {
            self.is_busy = !self.is_busy;
        }
        let is_edit = if self.is_busy { self.below(10) < 8 } else { self.below(20) == 0 };
        self.turn.mood = 1.0 + self.unit();
        // Up and down, so that it moves all the time and never jumps.
        let sway = (self.turn.index % 1024) as f32 / 512.0;
        self.turn.sway = if sway > 1.0 { 2.0 - sway } else { sway };
        self.turn.is_nudged = self.turn.index > 0 && self.below(50) == 0;
        self.turn.given = None;
        let moves = is_edit || self.below(2) == 0;
        match self.kind {
            Kind::Counted if is_edit => self.number(),
            Kind::Born(_) if is_edit => self.rates(),
            Kind::Host | Kind::Nearest if moves => self.elements(is_edit),
            Kind::Counted | Kind::Born(_) | Kind::Host | Kind::Nearest => {}
        }
        self.turn.clone()
    }

    fn number(&mut self) {
        let (number, max) = (self.turn.number, f64::from(self.max));
        self.turn.number = match self.below(9) {
            0 => number + 1.0,
            1 => number - 1.0,
            2 => (number / 2.0).floor(),
            3 => 0.0,
            4 => max,
            5 => max + 3.75,
            6 => -2.0,
            _ => f64::from(self.unit()) * max,
        };
    }

    fn rates(&mut self) {
        match self.below(4) {
            // So many that threads share them; whole flicks, as births are at whole ones.
            0 => {
                let flicks = [26_177_760, 7_973_280, 141_331_680, 3_598_560, 0][self.below(5) as usize];
                self.turn.every = f64::from(flicks / self.max.div_ceil(12)) / FLICKS_PER_SECOND as f64;
            }
            1 => self.turn.life = [0.05, 0.3, 0.8][self.below(3) as usize],
            _ => {}
        }
    }

    fn elements(&mut self, is_edit: bool) {
        let max = self.max as usize;
        if is_edit {
            let some = self.below(self.there.len() as u32 + 1) as usize;
            match self.below(10) {
                0 if some < self.there.len() => self.drop(some..some + 1),
                1 => self.drop(some..self.there.len()),
                2 => self.drop(0..some),
                3 => self.drop(0..self.there.len()),
                4 => self.there.reverse(),
                5 => self.there.rotate_left(some),
                // All go on under other ids, each near to where it was.
                6 => {
                    for given in &mut self.there {
                        self.ids += 1;
                        self.gone.push(given.id);
                        given.id = self.ids;
                    }
                }
                7 => self.add(max - self.there.len(), some),
                _ => {
                    let more = (1 + self.below(3) as usize).min(max - self.there.len());
                    self.add(more, some);
                }
            }
        }
        for at in 0..self.there.len() {
            let [x, y] = [self.unit(), self.unit()].map(|unit| (unit - 0.5) * 0.125);
            let is_far = self.below(16) == 0;
            let given = &mut self.there[at];
            given.at += x * 0.25;
            given.place = [given.place[0] + x, given.place[1] + y];
            if is_far {
                given.place[0] += 0.5;
            }
        }
        self.turn.given = Some(self.there.clone());
    }

    fn drop(&mut self, range: std::ops::Range<usize>) {
        self.gone.extend(self.there.drain(range).map(|given| given.id));
        let surplus = self.gone.len().saturating_sub(2 * self.max as usize);
        self.gone.drain(..surplus);
    }

    /// Gives more elements, of which some were there before.
    fn add(&mut self, count: usize, before: usize) {
        for _ in 0..count {
            let id = match self.gone.len() as u32 {
                known if known > 0 && self.below(3) > 0 => {
                    let at = known - 1 - self.below(known.min(6));
                    self.gone.remove(at as usize)
                }
                _ => {
                    self.ids += 1;
                    self.ids
                }
            };
            let (at, place) = (self.unit(), [self.unit(), self.unit()]);
            self.there.insert(before, Given { id, at, place });
        }
    }
}
