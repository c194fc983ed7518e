//! Every shipped patch under random edits: in the frame of an edit no element is drawn further away than in the same frame
//! without it, but for the share of earlier edits that goes away in that frame.
//!
//! What passes draw is continued by the host's default, a slew, unless the patch says how: places, sizes and rotations. What
//! is not continued may jump, and is not looked at:
//!
//! - Cameras. Places are continued in the world, and what a perspective camera makes of them moves as the camera does: all
//!   passes of [`THROUGH_A_CAMERA`].
//! - Colours, opacities, trims and dashes. Colours have 8 bits a component, the others are not continued by a default.
//! - What a draw makes of continued values. Where a patch says itself what goes on, that does, and not what its draws compute
//!   from it: of those patches only what is behind a `~` is edited ([`BEHIND`]).
//! - Which rows there are. Of elements that are born the rows move in nearly every frame, so that only swaps are looked at,
//!   which bear nobody: [`BORN`].

use crate::assets::{PATCHES, Shipped};
use crate::engine::{Engine, EngineSettings};
use crate::frame::Frame;
use crate::language::{NoFiles, compile};
use crate::math::hash;
use crate::program::{Live, Policy, Program, Type};
use crate::time::Flicks;

/// How long it takes until 37 % are left of an edit.
const TAU: f64 = 0.2;

/// A turn in radians.
const TURN: f64 = std::f64::consts::TAU;

/// Patches that are seen through a perspective camera.
const THROUGH_A_CAMERA: &[&str] = &["wave_3d", "orbital_rings", "links", "murmuration", "phyllotaxis"];

/// Patches whose elements are born.
const BORN: &[&str] = &["fountain", "fireworks", "queue"];

/// Edits of patches that say themselves what goes on: the patch, what is replaced, and by what.
const BEHIND: &[(&str, &str, &str)] = &[
    ("bouquet", "rank * 1turn + cycle(24s)", "rank * 0.9turn + cycle(24s)"),
    ("bouquet", "0.62 / count", "0.5 / count"),
    ("playlist", "top + tall * index\n", "top + 0.9 * tall * index\n"),
    ("chat", "= 0.975 - (tall", "= 0.94 - (tall"),
    ("chat", "running_sum(high + 0.016)", "running_sum(high + 0.02)"),
    ("queue", "1.22 - 0.078 * index", "1.2 - 0.07 * index"),
    ("queue", "* index, 0.6)", "* index, 0.55)"),
    ("sorting", "(index + 0.5) / 24                  ~", "(index + 0.4) / 25                  ~"),
    ("todos", "= 0.18 + 0.086 * index", "= 0.2 + 0.08 * index"),
    ("todos", "(if done then 1.0 else 0.0)", "(if done then 0.9 else 0.1)"),
    ("two_layouts", "(row + 0.5) / side - 0.5) * 0.8", "(row + 0.5) / side - 0.5) * 0.7"),
    ("two_layouts", "polar(0.42 * sqrt(rank)", "polar(0.36 * sqrt(rank)"),
    ("two_layouts", "0.66 / side", "0.5 / side"),
    ("with_and_without", "polar(0.19, rank * 1turn + spin)", "polar(0.15, rank * 0.8turn + spin)"),
    ("with_and_without", "0.3 / count + 0.02", "0.25 / count + 0.03"),
];

fn engine(program: &Program, strength: f32) -> Engine {
    let settings = EngineSettings {
        default_continuity: Some(Policy::Slew { tau: Flicks::from_millis((TAU * 1000.0) as u64) }),
        continuity: strength,
        ..EngineSettings::default()
    };
    Engine::fitted(program.clone(), 1.0, settings).expect("it fits")
}

/// Place, size and rotation of the living elements of a pass.
struct Drawn {
    pass: String,
    lanes: [Vec<f32>; 5],
}

fn drawn(frame: &Frame<'_>) -> Vec<Drawn> {
    let flat = frame.passes().filter(|pass| pass.depth.is_none());
    let of = flat.map(|pass| {
        let (_, living) = frame.domains().find(|(name, _)| *name == pass.domain).expect("a domain");
        let count = pass.count.min(living as usize);
        let lanes = [pass.x, pass.y, pass.width, pass.height, pass.rotation];
        Drawn { pass: pass.name.into(), lanes: lanes.map(|lanes| (0..count).map(|k| lanes.get(k)).collect()) }
    });
    of.collect()
}

/// How far every value is from one frame to another, of elements that both have.
fn apart(from: &[Drawn], to: &[Drawn]) -> Vec<[Vec<f64>; 5]> {
    let of_pass = |(a, b): (&Drawn, &Drawn)| {
        assert_eq!(a.pass, b.pass);
        [0, 1, 2, 3, 4].map(|k| {
            let each = a.lanes[k].iter().zip(&b.lanes[k]);
            each.map(|(&a, &b)| {
                let step = if a == b { 0.0 } else { f64::from(a) - f64::from(b) };
                // A whole turn is no step.
                let turns = if k == 4 { libm::round(step / TURN) } else { 0.0 };
                (step - turns * TURN).abs()
            })
            .collect()
        })
    };
    from.iter().zip(to).map(of_pass).collect()
}

/// Holds steps against the most that each may be, and what rounding makes of it. What is no number is not drawn.
fn check(
    name: &str,
    what: &str,
    shown: &[Drawn],
    steps: &[[Vec<f64>; 5]],
    most: impl Fn(usize, usize, usize) -> f64,
) {
    const LANES: [&str; 5] = ["x", "y", "width", "height", "rotation"];
    for (at, (pass, steps)) in shown.iter().zip(steps).enumerate() {
        for (k, steps) in steps.iter().enumerate() {
            for (row, (&step, &value)) in steps.iter().zip(&pass.lanes[k]).enumerate() {
                let most = most(at, k, row);
                let rounded = 2e-6 + 1e-6 * f64::from(value.abs());
                let is_good = step <= most + rounded || step.is_nan() || most.is_nan();
                let place = format!("{name}, {}, {} of element {row}", pass.pass, LANES[k]);
                assert!(is_good, "{place}: moves by {step} {what}, at most {most}, to {value}");
            }
        }
    }
}

/// Random numbers of a patch.
struct Chance(u32);

impl Chance {
    fn of(name: &str) -> Self {
        Self(name.bytes().fold(1, |seed, byte| hash::hash2(seed, u32::from(byte))))
    }

    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9);
        hash::hash(self.0) % end
    }

    fn unit(&mut self) -> f64 {
        f64::from(self.below(1024)) / 1024.0
    }
}

/// Sets every input of some engines to the same random values.
fn set_inputs(engines: &mut [&mut Engine], program: &Program, chance: &mut Chance) {
    for channel in &program.data().channels {
        let [x, y] = [chance.unit(), chance.unit()];
        let values: Vec<f32> = (0..channel.count.unwrap_or(0)).map(|_| chance.unit() as f32).collect();
        for engine in &mut *engines {
            match channel.ty {
                Type::Float if channel.count.is_some() => {
                    engine.set(&channel.name, values.as_slice()).expect("a channel");
                }
                Type::Float => engine.set(&channel.name, x * 1.5).expect("a channel"),
                Type::Vec2 => engine.set(&channel.name, [x, y]).expect("a channel"),
                Type::Bool => engine.set(&channel.name, x < 0.5).expect("a channel"),
                other => panic!("no shipped patch has an input of {other}"),
            }
        }
    }
}

fn nudge(engine: &mut Engine, program: &Program) {
    program.data().domains.iter().for_each(|domain| engine.nudge(&domain.name).expect("a domain"));
}

/// How much of what is left of edits goes away in the frame on screen.
fn share_of(engine: &mut Engine) -> f64 {
    1.0 - libm::exp(-engine.last_frame().expect("a frame").dt() / TAU)
}

/// Inputs that jump, counts that follow them, and edits in the middle of what is left of those.
#[test]
fn inputs_and_nudges() {
    for shipped in PATCHES {
        let (program, name) = (shipped.program().expect("it compiles"), shipped.name);
        let domains = &program.data().domains;
        let is_born =
            domains.iter().any(|domain| matches!(domain.live, Some(Live::Born { .. } | Live::BornOn { .. })));
        assert_eq!(is_born, BORN.contains(&name), "{name}");
        if is_born {
            continue;
        }
        let mut chance = Chance::of(name);
        // As it is drawn, without the edit, and with edits that cut: what the program computes.
        let [mut with, mut without, mut cuts] = [1.0, 1.0, 0.0].map(|strength| engine(&program, strength));
        let first = 2 + u64::from(chance.below(600));
        for index in [0, 1, first] {
            for engine in [&mut with, &mut without, &mut cuts] {
                engine.frame(index).expect("a frame");
            }
        }
        let show = |engine: &mut Engine, index: u64| drawn(&engine.frame(index).expect("a frame"));
        let says_itself = !program.data().continuities.is_empty();
        let bases = [first, first + 1].map(|index| show(&mut cuts, index));
        let before = show(&mut with, first + 1);
        show(&mut without, first + 1);
        let edited: &mut [&mut Engine] =
            if says_itself { &mut [&mut with] } else { &mut [&mut with, &mut cuts] };
        set_inputs(edited, &program, &mut chance);
        nudge(&mut with, &program);
        let [shown, other, base] = [&mut with, &mut without, &mut cuts].map(|engine| show(engine, first + 2));
        // Springs go on at the velocity of the frame before, which is not quite that of this one.
        let bend = |at: usize, k: usize, row: usize| {
            let lane = |drawn: &[Drawn]| drawn[at].lanes[k].get(row).copied().map_or(f64::NAN, f64::from);
            let [a, b, c] = [&bases[0], &bases[1], &base].map(|drawn| lane(drawn));
            if says_itself { (a - 2.0 * b + c).abs() } else { 0.0 }
        };
        let (motion, left) = (apart(&before, &other), apart(&bases[1], &before));
        let share = share_of(&mut with);
        let most = |at: usize, k: usize, row: usize| {
            let part = |of: &[[Vec<f64>; 5]]| of[at][k].get(row).copied().unwrap_or(f64::NAN);
            part(&motion) + share * part(&left) + bend(at, k, row)
        };
        check(name, "in an edit", &shown, &apart(&before, &shown), most);
        if says_itself {
            continue;
        }
        // From here on nothing jumps by itself, and in between there is another edit.
        let (mut shown, mut bare) = (shown, base);
        for step in 3..9 {
            let left = apart(&bare, &shown);
            if step % 2 == 0 {
                nudge(&mut with, &program);
            }
            let (next, next_bare) = (show(&mut with, first + step), show(&mut cuts, first + step));
            let share = share_of(&mut with);
            let motion = apart(&bare, &next_bare);
            let most = |at: usize, k: usize, row: usize| motion[at][k][row] + share * left[at][k][row];
            check(name, "behind an edit", &next, &apart(&shown, &next), most);
            (shown, bare) = (next, next_bare);
        }
    }
}

/// A slightly edited program, if that is one that runs.
fn slightly_edited(name: &str, program: &Program, chance: &mut Chance) -> Option<Program> {
    if BEHIND.iter().any(|&(patch, ..)| patch == name) {
        return Some(edited_behind(name, chance));
    }
    let mut data = program.data().clone();
    let (doubles, singles) = (data.constants.f64.len() as u32, data.constants.f32.len() as u32);
    let at = chance.below((doubles + singles).max(1)) as usize;
    let factor = 0.9 + 0.2 * chance.unit();
    match at.checked_sub(doubles as usize) {
        None => data.constants.f64[at] *= factor,
        Some(at) => *data.constants.f32.get_mut(at)? *= factor as f32,
    }
    Program::new(data).ok()
}

/// A patch with some of its edits.
fn edited_behind(name: &str, chance: &mut Chance) -> Program {
    let mut source = Shipped::find(name).expect("it ships").patch.to_owned();
    for (_, from, to) in BEHIND.iter().filter(|&&(patch, ..)| patch == name) {
        assert!(source.contains(from), "{name} has no `{from}`");
        if chance.below(2) == 0 {
            source = source.replacen(from, to, 1);
        }
    }
    compile(&source, name, &NoFiles).program.expect("it compiles")
}

/// Another program takes over: the frame on screen is evaluated again, and nothing moves.
#[test]
fn swaps_to_slightly_edited_programs() {
    for shipped in PATCHES {
        let (program, name) = (shipped.program().expect("it compiles"), shipped.name);
        let mut chance = Chance::of(name);
        let mut engine = engine(&program, 1.0);
        let first = 2 + u64::from(chance.below(600));
        for index in [0, 1, first] {
            engine.frame(index).expect("a frame");
        }
        let frame = engine.last_frame().expect("a frame");
        let is_flat = frame.passes().all(|pass| pass.depth.is_none());
        assert_eq!(!is_flat, THROUGH_A_CAMERA.contains(&name), "{name}");
        let mut running = program;
        for index in first + 1..first + 6 {
            let before = drawn(&engine.frame(index).expect("a frame"));
            let Some(next) = slightly_edited(name, &running, &mut chance) else { continue };
            engine.swap_and_grow(next.clone(), 1.0).expect("it fits");
            let shown = drawn(&engine.last_frame().expect("a frame"));
            check(name, "in a swap", &shown, &apart(&before, &shown), |_, _, _| 0.0);
            running = next;
        }
    }
}
