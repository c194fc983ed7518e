//! Elements that come and go, once more and naively: plain vectors of elements that know who they are, written from what the
//! reference and the contract say. Nothing here has rows, mappings or buffers.

mod who;

use std::collections::HashMap;

use self::who::Who;
use super::program::{FADE, Kind, random, ways};
use super::script::Turn;

/// Flicks in a second.
const SECOND: f64 = 705_600_000.0;

/// What is smaller is gone.
const GONE: f32 = 1e-6;

/// What is left of edits in a value of an element.
#[derive(Clone, Copy, Debug)]
struct Left {
    /// At the last edit.
    value: f32,
    /// Of springs: what is on screen moves so fast, in the frame of an edit; from the next one on the rate of the rest. NaN where
    /// there is none.
    rate: f32,
}

const NOTHING: Left = Left { value: 0.0, rate: f32::NAN };

/// An element.
#[derive(Clone, Debug)]
pub(super) struct Element {
    /// Tells it from all others there ever were.
    serial: u64,
    /// Who it is, and the id by which the host knows it.
    pub(super) key: u64,
    host: u64,
    /// When it came and when it will die, in flicks.
    came: u64,
    dies: u64,
    pub(super) is_new: bool,
    pub(super) random: [f32; 2],
    place: [f32; 2],
    pub(super) frames: f32,
    pub(super) walk: f32,
    /// The last values of what is delayed, this frame's the last.
    ticks: Vec<f32>,
    pub(super) mood: f32,
    /// How far it was in sight when it came.
    level: f32,
    pub(super) base: [f32; 5],
    /// In the frame before; NaN where it was not there.
    before: [f32; 5],
    left: [Left; 5],
    /// What passes draw.
    pub(super) shown: [f32; 5],
}

impl Element {
    pub(super) fn late(&self) -> f32 {
        self.ticks[0]
    }

    pub(super) fn age(&self, now: u64) -> f64 {
        (now - self.came) as f64 / SECOND
    }

    pub(super) fn life(&self, now: u64) -> f64 {
        (now - self.came) as f64 / (self.dies - self.came) as f64
    }

    pub(super) fn level(&self, now: u64) -> f32 {
        (self.level + ((now - self.came) as f64 / SECOND / FADE[0]) as f32).min(1.0)
    }
}

/// One that is gone and still drawn.
#[derive(Clone, Debug)]
pub(super) struct Ghost {
    pub(super) was: Element,
    went: u64,
    /// How far it was in sight when it went.
    from: f32,
}

impl Ghost {
    pub(super) fn level(&self, now: u64) -> f32 {
        (self.from - ((now - self.went) as f64 / SECOND / FADE[1]) as f32).max(0.0)
    }
}

/// A domain.
pub(super) struct Naive {
    kind: Kind,
    max: usize,
    pub(super) living: Vec<Element>,
    pub(super) ghosts: Vec<Ghost>,
    /// Serials of what is drawn, first to last.
    pub(super) drawn: Vec<u64>,
    serials: u64,
    /// Births so far, how far the next one has come, and how often there was no room.
    births: u64,
    phase: f64,
    pub(super) refused: u64,
    pub(super) evicted: u64,
    pub(super) dropped: u64,
    /// Per value: when the last edit was, and whether the next frame is the first one behind it.
    since: [u64; 5],
    is_behind: [bool; 5],
    /// How long the last frame was, in seconds; none before there was one.
    last_dt: Option<f64>,
    /// Frames whose set of elements was another one than before.
    pub(super) edits: u32,
}

impl Naive {
    pub(super) fn new(kind: Kind, max: usize) -> Self {
        Self {
            kind,
            max,
            living: Vec::new(),
            ghosts: Vec::new(),
            drawn: Vec::new(),
            serials: 0,
            births: 0,
            phase: 0.0,
            refused: 0,
            evicted: 0,
            dropped: 0,
            since: [0; 5],
            is_behind: [false; 5],
            last_dt: None,
            edits: 0,
        }
    }

    /// A frame.
    pub(super) fn step(&mut self, turn: &Turn) {
        self.commit();
        let who = match self.kind {
            Kind::Counted => self.counted(turn),
            Kind::Born(full) => self.born(turn, full),
            Kind::Host | Kind::Nearest => self.given(turn),
        };
        let returns = who.iter().any(|who| matches!(who, Who::Returns(_)));
        let stays = |(at, who): (usize, &Who)| matches!(who, Who::Stays(old) if *old == at);
        let is_edit = who.len() != self.living.len() || !who.iter().enumerate().all(stays);
        self.edits += u32::from(is_edit);
        let taken = self.taken(turn, [is_edit, returns]);
        let screen = self.move_to(who, turn, &taken);
        self.look(turn);
        self.go_on(turn, taken, &screen);
        self.last_dt = Some(turn.dt);
    }

    /// What the last frame left is what this one reads.
    fn commit(&mut self) {
        let nexts: Vec<f32> = (0..self.living.len()).map(|at| self.next(at)).collect();
        for (element, next) in self.living.iter_mut().zip(nexts) {
            element.is_new = false;
            element.frames += 1.0;
            element.walk = element.walk * 0.5 + next;
        }
    }

    /// The random number of the element behind one.
    pub(super) fn next(&self, at: usize) -> f32 {
        self.living[(at + 1) % self.living.len()].random[0]
    }

    /// Of the element in front of one; the first has its own.
    pub(super) fn previous(&self, at: usize) -> f32 {
        self.living[at.saturating_sub(1)].random[0]
    }

    /// Per value: whose residuals are taken anew: nobody's, only of those that return, everybody's.
    fn taken(&self, turn: &Turn, [is_edit, returns]: [bool; 2]) -> [Option<bool>; 5] {
        [0, 1, 2, 3, 4].map(|value| match self.last_dt {
            None => None,
            Some(_) if turn.is_nudged => Some(true),
            Some(_) if is_edit && (self.kind == Kind::Counted || ways(self.kind)[value].is_of_set) => {
                Some(true)
            }
            Some(_) => returns.then_some(false),
        })
    }

    /// What would be on screen now without the edit, how fast that moves, and whether anything is left of earlier edits.
    fn screen(&self, element: &Element, value: usize, is_all: bool, turn: &Turn) -> (f32, f32, bool) {
        let kept = ways(self.kind)[value];
        let way = kept.way;
        let Left { value: left, rate } = element.left[value];
        let own = kept.step(element.before[value], element.base[value]);
        let own = f64::from(own) / self.last_dt.unwrap_or(f64::NAN);
        let own = if way.is_spring() && own.is_finite() { own } else { 0.0 };
        let [own, rate] = match (self.is_behind[value], rate.is_finite()) {
            (true, true) => [0.0, f64::from(rate)],
            (true, false) | (false, false) => [own, 0.0],
            (false, true) => [own, f64::from(rate)],
        };
        let passed = (turn.now - self.since[value]) as f64 / SECOND;
        let [left, moves] = way.after(passed, [f64::from(left), rate]);
        let on_base = if is_all { f64::from(element.base[value]) + own * turn.dt } else { 0.0 };
        let is_left = left.abs().max(moves.abs()) >= f64::from(GONE);
        ((on_base + left) as f32, (own + moves) as f32, is_left)
    }

    /// Lets the elements of the next frame be there. Gives of each what would be on screen.
    fn move_to(
        &mut self,
        who: Vec<Who>,
        turn: &Turn,
        taken: &[Option<bool>; 5],
    ) -> Vec<[(f32, f32, bool); 5]> {
        const NOBODY: (f32, f32, bool) = (f32::NAN, f32::NAN, false);
        let mut screens = Vec::new();
        let mut living: Vec<Element> = Vec::new();
        let mut stays = vec![false; self.living.len()];
        let mut returned = vec![false; self.ghosts.len()];
        for who in who {
            let screen = |element: &Element| {
                [0, 1, 2, 3, 4]
                    .map(|k| taken[k].map_or(NOBODY, |is_all| self.screen(element, k, is_all, turn)))
            };
            match who {
                Who::Stays(at) => {
                    stays[at] = true;
                    screens.push(screen(&self.living[at]));
                    living.push(self.living[at].clone());
                }
                Who::Returns(at) => {
                    returned[at] = true;
                    let Ghost { was, .. } = &self.ghosts[at];
                    screens.push(was.shown.map(|shown| (shown, 0.0, false)));
                    let level = self.ghosts[at].level(turn.now);
                    living.push(Element { serial: was.serial, level, ..fresh(was.key, was.host, turn) });
                }
                Who::New { key, came, dies } => {
                    screens.push([NOBODY; 5]);
                    self.serials += 1;
                    let is_there = self.last_dt.is_none() && !matches!(self.kind, Kind::Born(_));
                    let level = f32::from(u8::from(is_there));
                    living.push(Element { serial: self.serials, came, dies, level, ..fresh(key, key, turn) });
                }
            }
        }
        self.leave(&living, turn, [stays, returned]);
        self.living = living;
        screens
    }

    /// Those that are gone are drawn for a while, in their old order.
    fn leave(&mut self, next: &[Element], turn: &Turn, [stays, returned]: [Vec<bool>; 2]) {
        let place: HashMap<u64, usize> =
            self.drawn.iter().enumerate().map(|(at, &serial)| (serial, at)).collect();
        let mut ghosts: Vec<Ghost> = Vec::new();
        for (ghost, _) in self.ghosts.drain(..).zip(returned).filter(|(_, returned)| !returned) {
            ghosts.push(ghost);
        }
        for (element, _) in self.living.drain(..).zip(stays).filter(|(_, stays)| !stays) {
            let went = if matches!(self.kind, Kind::Born(_)) { element.dies } else { turn.now };
            ghosts.push(Ghost { from: element.level(went), was: element, went });
        }
        let whole = (FADE[1] * SECOND) as u64;
        ghosts.retain(|ghost| turn.now - ghost.went < whole);
        // The ones nearest their end make room; of those that went together the ones that are drawn first.
        ghosts.sort_by_key(|ghost| (ghost.went, place[&ghost.was.serial]));
        let surplus = (ghosts.len() + next.len()).saturating_sub(self.max);
        self.dropped += surplus as u64;
        ghosts.drain(..surplus);
        ghosts.sort_by_key(|ghost| place[&ghost.was.serial]);
        // A ghost is drawn before the first one that was drawn behind it. What is new keeps to the one that follows it.
        let mut places: Vec<usize> =
            next.iter().map(|e| *place.get(&e.serial).unwrap_or(&usize::MAX)).collect();
        for at in (1..places.len()).rev() {
            if places[at - 1] == usize::MAX {
                places[at - 1] = places[at];
            }
        }
        let mut waiting = ghosts.iter().map(|ghost| ghost.was.serial).peekable();
        self.drawn.clear();
        for (element, before) in next.iter().zip(places) {
            while let Some(ghost) = waiting.next_if(|serial| place[serial] < before) {
                self.drawn.push(ghost);
            }
            self.drawn.push(element.serial);
        }
        self.drawn.extend(waiting);
        self.ghosts = ghosts;
    }

    /// What the program computes of its elements.
    fn look(&mut self, turn: &Turn) {
        let count = self.living.len();
        let nexts: Vec<f32> = (0..count).map(|at| self.next(at)).collect();
        for (at, element) in self.living.iter_mut().enumerate() {
            if let Some(given) = &turn.given {
                (element.host, element.place) = (given[at].id, given[at].place);
                element.random[1] = given[at].at;
            }
            let tick = element.random[0] + turn.index as f32;
            element.ticks.push(tick);
            if element.ticks.len() > 4 {
                element.ticks.remove(0);
            }
            let rank = (at as f32 + 0.5) / count as f32;
            element.before = element.base;
            element.base = [
                element.random[1] + turn.sway,
                rank * 0.5 + turn.sway,
                nexts[at] * 0.25 + 0.5,
                at as f32 * 0.000_976_562_5 + 0.5,
                rank + turn.sway,
            ];
        }
    }

    /// What is left of edits, and what is drawn.
    fn go_on(&mut self, turn: &Turn, taken: [Option<bool>; 5], screens: &[[(f32, f32, bool); 5]]) {
        for (value, taken) in taken.into_iter().enumerate() {
            let kept = ways(self.kind)[value];
            for (element, screen) in self.living.iter_mut().zip(screens) {
                let (base, left) = (element.base[value], &mut element.left[value]);
                if let Some(is_all) = taken {
                    let (screen, rate, is_left) = screen[value];
                    // One that comes back is new, but it was on screen.
                    let value = if is_all || element.is_new { kept.step(base, screen) } else { screen };
                    let is_moved = value.abs() >= GONE;
                    *left = Left {
                        value: if is_moved { value } else { 0.0 },
                        rate: if is_moved || is_left { rate } else { f32::NAN },
                    };
                } else if self.is_behind[value] && turn.dt > 0.0 {
                    let own = f64::from(kept.step(element.before[value], base)) / turn.dt;
                    left.rate = (f64::from(left.rate) - own) as f32;
                }
            }
            if taken.is_some() {
                self.since[value] = turn.now;
            }
            self.is_behind[value] = taken.is_some() && kept.way.is_spring();
            let passed = (turn.now - self.since[value]) as f64 / SECOND;
            for element in &mut self.living {
                let Left { value: left, rate } = element.left[value];
                let rate = if rate.is_finite() { f64::from(rate) } else { 0.0 };
                let [left, _] = kept.way.after(passed, [f64::from(left), rate]);
                let left = if left.abs() < f64::from(GONE) { 0.0 } else { left as f32 };
                element.shown[value] = element.base[value] + left;
            }
        }
    }

    /// Of a serial what is drawn, and how far it is in sight.
    pub(super) fn drawn_of(&self) -> HashMap<u64, Result<usize, usize>> {
        let living = self.living.iter().enumerate().map(|(at, element)| (element.serial, Ok(at)));
        let ghosts = self.ghosts.iter().enumerate().map(|(at, ghost)| (ghost.was.serial, Err(at)));
        living.chain(ghosts).collect()
    }

    /// What was drawn is what goes on: from here on what the engine drew stands for it, so that nothing adds up.
    pub(super) fn draw(&mut self, at: usize, shown: [f32; 5]) {
        self.living[at].shown = shown;
    }
}

/// An element that has come in this frame.
fn fresh(key: u64, host: u64, turn: &Turn) -> Element {
    Element {
        serial: 0,
        key,
        host,
        came: turn.now,
        dies: 0,
        is_new: true,
        random: [1, 2].map(|salt| random(key, salt)),
        place: [0.0; 2],
        frames: 3.0,
        walk: 0.5,
        ticks: Vec::new(),
        mood: turn.mood,
        level: 0.0,
        base: [f32::NAN; 5],
        before: [f32::NAN; 5],
        left: [NOTHING; 5],
        shown: [0.0; 5],
    }
}
