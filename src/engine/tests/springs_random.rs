//! Springs over ten thousand random interruptions at 24, 60 and 144 Hz: floats, vectors, angles and colours.
//!
//! Of a value the base `b`, its velocity `B` and what was on screen, `b + e`, are followed in f64 by the closed form of the
//! damped spring `e'' = -w^2 e - 2 zeta w e'`, with `w = 2 / response` and `zeta = 1 - bounce`. Three things hold:
//!
//! - **Place.** In the frame of an edit the value is where it would have been without: the base goes on at its velocity, and
//!   what is left of earlier edits goes away for that frame as well. To 1e-6.
//! - **Velocity.** In the frame behind it `B + e'` is the velocity `V` that was on screen. To 1e-4 of the larger of it and 1.
//!   In between it is not known how fast the base moves that was edited; a second edit just then takes it to be at rest.
//! - **Steps.** With the energy `E = e'^2 + w^2 e^2`, which never grows (`E' = -4 zeta w e'^2`), `|e''| <= w^2 |e| + 2 zeta w |e'|
//!   <= (1 + 2 zeta) w sqrt(E)`. The mean velocities of two frames of `dt` and `dt'` are apart by at most that times
//!   `(dt + dt') / 2`, and by what the velocity of the base itself changes where none of the two is an edit.

use super::edits::Way;
use super::elements::at_rate;
use crate::engine::Engine;
use crate::frame::Frame;
use crate::math::hash;
use crate::program::{Builder, ChannelKind, Continuity, Op, Type, Unit};

/// The most elements.
const MAX: u32 = 6;

/// The lanes of an element: field, component, and whether it is an angle.
const LANES: [(&str, usize, bool); 8] = [
    ("float", 0, false),
    ("vec2", 0, false),
    ("vec2", 1, false),
    ("angle", 0, true),
    ("colour", 0, false),
    ("colour", 1, false),
    ("colour", 2, false),
    ("colour", 3, false),
];

/// Response and bounce of a field's spring.
fn spring(field: &str) -> (f64, f64) {
    match field {
        "float" => (0.3, 0.0),
        "vec2" => (0.5, 0.25),
        "angle" => (0.4, 0.0),
        "colour" => (0.25, 0.5),
        other => panic!("no field {other}"),
    }
}

/// Values that move by themselves, around targets that edits set.
fn engine(rate: u32) -> Engine {
    let b = Builder::new("springs");
    let number = |name: &str| b.channel(name, Type::Float, &[0.25], ChannelKind::Hold);
    let d = b.counted_domain("d", MAX, number("count"));
    let way = |field: &str| {
        let (response, bounce) = spring(field);
        Continuity::Spring { response, bounce }
    };
    let wave = |salt: u32, period: f64| (b.random(d, salt) + b.phase(period)).sin_turns() * 0.125;
    let [u, v] = ["u", "v"].map(number);
    let spread = b.rank(d) * 0.25;
    let float = b.continued("float", d, spread + u + wave(1, 3.0), Unit::Scalar, way("float"));
    let place = b.vec2(spread + v + wave(2, 2.5), u * 0.5 + wave(3, 4.0));
    let vec2 = b.continued("vec2", d, place, Unit::Scalar, way("vec2"));
    // Goes round by itself, over the end of a turn.
    let turn = b.random(d, 4) + b.phase(5.0);
    let turn = turn - turn.floor() + u + spread;
    let angle = b.continued("angle", d, turn, Unit::Turn, way("angle"));
    let [red, green] = [u, v].map(|target| target * 0.5 + spread + 0.125);
    let parts = [red + wave(5, 3.5), green + wave(6, 2.0), spread + u * 0.25 + 0.25, v * 0.25 + 0.5];
    let color = b.op(Op::Color, &parts.map(Into::into));
    let colour = b.continued("colour", d, color, Unit::Scalar, way("colour"));
    for (name, value) in [("float", float), ("vec2", vec2), ("angle", angle), ("colour", colour)] {
        b.field(d, name, value);
    }
    b.pass("discs", d).position(vec2).size(float + 2.0).rotation(angle).color(colour).draw();
    at_rate(&b, rate)
}

/// The short way round of a turn.
fn short(step: f64, turns: bool) -> f64 {
    if turns { step - libm::round(step) } else { step }
}

/// A lane as it was followed so far.
#[derive(Clone, Copy)]
struct Followed {
    base: f64,
    shown: f64,
    /// How fast the base moved by itself.
    own: f64,
    /// Residual and rate at the last edit, and when that was.
    left: [f64; 2],
    since: f64,
    /// Behind an edit: what moved on screen.
    velocity: Option<f64>,
    /// The mean velocity of the last frame as drawn, and how long that was.
    drawn: Option<[f64; 2]>,
    energy: f64,
}

/// A frame as a lane sees it.
#[derive(Clone, Copy)]
struct Seen {
    time: f64,
    dt: f64,
    is_edit: bool,
    base: f64,
    shown: f64,
}

impl Followed {
    fn new(seen: Seen) -> Self {
        let Seen { time, base, shown, .. } = seen;
        Self { base, shown, own: 0.0, left: [0.0; 2], since: time, velocity: None, drawn: None, energy: 0.0 }
    }

    fn next(&mut self, seen: Seen, field: &str, turns: bool, what: &dyn Fn() -> String) {
        let (response, bounce) = spring(field);
        let (way, w) = (Way::Spring { response, bounce }, 2.0 / response);
        let Seen { time, dt, is_edit, base, shown } = seen;
        let before = *self;
        let energy = |[value, rate]: [f64; 2]| rate * rate + w * w * value * value;
        if is_edit {
            let [own, rate] = match self.velocity {
                Some(velocity) => [0.0, velocity],
                None => [self.own, self.left[1]],
            };
            self.energy = energy(way.after(self.passed(time - dt), [self.left[0], rate]));
            let [left, moves] = way.after(time - self.since, [self.left[0], rate]);
            let place = self.base + own * dt + left;
            let apart = short(shown - place, turns).abs();
            assert!(apart <= 1e-6, "{}: at {shown} where {place} would have been", what());
            self.left = [short(shown - base, turns), f64::NAN];
            (self.since, self.velocity) = (time, Some(own + moves));
        } else {
            let own = short(base - self.base, turns) / dt;
            if let Some(velocity) = self.velocity.take() {
                // The rate of the residual, from what is drawn: the closed form is linear in it.
                let [of_value, of_rate] = [[1.0, 0.0], [0.0, 1.0]].map(|unit| way.after(dt, unit)[0]);
                let rate = (short(shown - base, turns) - of_value * self.left[0]) / of_rate;
                let found = own + rate;
                let is_kept = (found - velocity).abs() <= 1e-4 * velocity.abs().max(1.0);
                assert!(is_kept, "{}: moves at {found}, and on screen it was {velocity}", what());
                self.left[1] = velocity - own;
            }
            self.energy = energy(way.after(self.passed(time - dt), self.left));
            let [left, _] = way.after(time - self.since, self.left);
            let apart = short(shown - base - left, turns).abs();
            assert!(apart <= 3e-6, "{}: {} is left, not {left}", what(), shown - base);
            self.own = own;
        }
        (self.base, self.shown) = (base, shown);
        self.check_step(&before, seen, turns, (1.0 + 2.0 * (1.0 - bounce)) * w, what);
    }

    /// Seconds from the last edit to a time.
    fn passed(&self, time: f64) -> f64 {
        (time - self.since).max(0.0)
    }

    /// Compares the step as drawn with the one before it. `stiffness` times the root of the energy bounds the acceleration.
    fn check_step(
        &mut self,
        before: &Self,
        seen: Seen,
        turns: bool,
        stiffness: f64,
        what: &dyn Fn() -> String,
    ) {
        let Seen { dt, is_edit, shown, .. } = seen;
        let velocity = short(shown - before.shown, turns) / dt;
        if let Some([last, last_dt]) = before.drawn {
            let pull = stiffness * self.energy.max(before.energy).sqrt() * (dt + last_dt) / 2.0;
            let was_edit = before.velocity.is_some();
            let own = if is_edit || was_edit { 0.0 } else { (self.own - before.own).abs() };
            // Four numbers of f32 were rounded, and what falls below a millionth is gone.
            let most = own + pull + 3e-6 / dt.min(last_dt);
            let found = (velocity - last).abs();
            assert!(found <= most, "{}: from {last} to {velocity}, {found} apart, at most {most}", what());
        }
        self.drawn = Some([velocity, dt]);
    }
}

/// Follows every lane of a frame.
fn follow(frame: &Frame<'_>, lanes: &mut Vec<[Followed; 8]>, time: f64, is_edit: bool) {
    let fields: Vec<_> = LANES
        .iter()
        .map(|&(name, k, _)| {
            let [base, shown] = [frame.base_field("d", name), frame.field("d", name)]
                .map(|view| view.expect("a field").components[k]);
            (base, shown)
        })
        .collect();
    let count = fields[0].0.len();
    lanes.truncate(count);
    for at in 0..count {
        let seen = |lane: usize| {
            let (base, shown) = fields[lane];
            let [base, shown] = [base[at], shown[at]].map(f64::from);
            Seen { time, dt: frame.dt(), is_edit, base, shown }
        };
        match lanes.get_mut(at) {
            Some(known) => {
                for (lane, (followed, (field, k, turns))) in known.iter_mut().zip(LANES).enumerate() {
                    let what = || format!("{field} {k} of element {at} in frame {}", frame.index());
                    followed.next(seen(lane), field, turns, &what);
                }
            }
            None => lanes.push([0, 1, 2, 3, 4, 5, 6, 7].map(|lane| Followed::new(seen(lane)))),
        }
    }
}

/// Interrupts again and again, now and then in every frame.
fn interrupt(rate: u32, interruptions: u32) {
    let mut engine = engine(rate);
    let mut state = rate;
    let mut below = |end: u32| {
        state = state.wrapping_add(0x9e37_79b9);
        hash::hash(state) % end
    };
    let (mut lanes, mut index, mut is_busy, mut done, mut count) = (Vec::new(), 0_u64, true, 0, MAX);
    engine.set("count", f64::from(count)).expect("a channel");
    while done < interruptions {
        if below(50) == 0 {
            is_busy = !is_busy;
        }
        let is_edit = index > 0 && if is_busy { below(3) > 0 } else { below(12) == 0 };
        if is_edit {
            done += 1;
            let targets = [below(1024), below(1024)].map(|target| f64::from(target) / 2048.0);
            for (name, target) in ["u", "v"].into_iter().zip(targets) {
                engine.set(name, target).expect("a channel");
            }
            if below(3) == 0 {
                count = 2 + below(MAX - 1);
            }
            engine.nudge("d").expect("a domain");
            engine.set("count", f64::from(count)).expect("a channel");
        }
        let frame = engine.frame(index).expect("a frame");
        follow(&frame, &mut lanes, frame.time().as_secs_f64(), is_edit);
        index += if below(20) == 0 { 2 + u64::from(below(3)) } else { 1 };
    }
}

#[test]
fn at_24_hz() {
    interrupt(24, 3400);
}

#[test]
fn at_60_hz() {
    interrupt(60, 3400);
}

#[test]
fn at_144_hz() {
    interrupt(144, 3400);
}
