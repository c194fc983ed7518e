//! Elements that come and go, and what keeps edits from being seen.

use super::super::format::{ContinuityRow, Domain, ElementInput, FadeRow, Full, Live, Nearest, Node, Policy};
use super::super::op::Op;
use super::super::types::{Type, Unit};
use super::{Builder, DomainRef, EventRef, Value};
use crate::math::easing::Ease;
use crate::time::Flicks;

/// How elements of a domain are born.
#[derive(Clone, Copy, Debug)]
pub struct Births<'b> {
    /// Uniform float: seconds between two births.
    pub every: Value<'b>,
    /// What happens to births when there is no room.
    pub full: Full,
}

/// How the difference that an edit makes goes away; see [`Policy`]. Times are in seconds, 0 or more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Continuity {
    /// It stays.
    Preserve,
    /// `exp(-t / tau)`: after `tau` seconds 37 % of it are left.
    Slew(f64),
    /// A damped spring: the velocity is kept, too. `bounce` is 0 up to but not including 1.
    Spring {
        /// About how many seconds it takes.
        response: f64,
        /// 0 never swings over.
        bounce: f64,
    },
    /// From one value to the other along a curve.
    Crossfade {
        /// After so many seconds it is gone.
        window: f64,
        /// The curve; straight without one.
        curve: Option<Ease>,
    },
}

/// Elements that come and go.
impl Builder {
    pub(super) fn live(&self, name: &str, max: u32, live: Live) -> DomainRef {
        let seed = self.inner.borrow().data.domains.len() as u32;
        let live = Some(live);
        self.add_domain(Domain { name: name.into(), capacity: max.max(1), count: 0, seed, live })
    }

    /// A domain of as many elements as a uniform number says (a float is rounded down), 0 to `max`.
    ///
    /// ```
    /// use pavane::{Builder, Engine};
    ///
    /// let b = Builder::new("growing");
    /// let dots = b.counted_domain("dots", 9, b.time() * 2.0);
    /// b.pass("dots", dots).position(b.vec2(b.rank(dots), 0.5)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// assert_eq!(engine.frame(90)?.passes().next().unwrap().count, 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn counted_domain(&self, name: &str, max: u32, number: Value<'_>) -> DomainRef {
        self.live(name, max, Live::Counted { number: number.node })
    }

    /// A domain whose elements are born one by one and die. How long they live has to be said by [`lives`](Self::lives).
    pub fn born_domain(&self, name: &str, max: u32, births: Births<'_>) -> DomainRef {
        let Births { every, full } = births;
        let never = self.float(0.0).node;
        self.live(name, max, Live::Born { every: every.node, lives: never, full })
    }

    /// A domain whose elements are born when an event happens, `count` at a time (a uniform float or int, rounded down), and die.
    /// How long they live has to be said by [`lives`](Self::lives). What an event carries may be in both.
    ///
    /// ```
    /// use pavane::program::Full;
    /// use pavane::{Builder, Engine};
    ///
    /// let b = Builder::new("sparks");
    /// let click = b.host_event("click", None);
    /// let sparks = b.born_on_domain("sparks", 50, click, b.int(3), Full::Evict);
    /// b.lives(sparks, b.float(2.0));
    /// b.pass("sparks", sparks).position(b.vec2(b.random(sparks, 1), 0.5)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// engine.frame(0)?;
    /// engine.send("click", ())?;
    /// assert_eq!(engine.frame(1)?.passes().next().unwrap().count, 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn born_on_domain(
        &self,
        name: &str,
        max: u32,
        event: EventRef<'_>,
        count: Value<'_>,
        full: Full,
    ) -> DomainRef {
        let never = self.float(0.0).node;
        self.live(name, max, Live::BornOn { event: event.row(), count: count.node, lives: never, full })
    }

    /// How many seconds the elements of a born domain live: uniform, or made of the element's id and
    /// [`random`](Self::random) numbers; taken when it is born.
    pub fn lives(&self, domain: DomainRef, seconds: Value<'_>) {
        let draft = &mut *self.inner.borrow_mut();
        match draft.data.domains[domain.0 as usize].live.as_mut() {
            Some(Live::Born { lives, .. } | Live::BornOn { lives, .. }) => *lives = seconds.node,
            Some(Live::Counted { .. } | Live::Host { .. }) | None => {
                draft.problem("lives() is for domains whose elements are born".into());
            }
        }
    }

    /// A domain of elements that the host gives: `Engine::elements`.
    pub fn host_domain(&self, name: &str, max: u32) -> DomainRef {
        self.live(
            name,
            max,
            Live::Host { inputs: Vec::new(), nearest: None, ids: Vec::new(), view: None, letters: None },
        )
    }

    /// What the host gives of each element of a host's domain; `default` has as many numbers as the type has components.
    pub fn element_input(&self, domain: DomainRef, name: &str, ty: Type, default: &[f64]) -> Value<'_> {
        let input = ElementInput { name: name.into(), ty, unit: Unit::Scalar, default: default.into() };
        self.add_element_input(domain, input)
    }

    pub(crate) fn add_element_input(&self, domain: DomainRef, input: ElementInput) -> Value<'_> {
        let row = {
            let draft = &mut *self.inner.borrow_mut();
            match draft.data.domains[domain.0 as usize].live.as_mut() {
                Some(Live::Host { inputs, .. }) => {
                    inputs.push(input);
                    Some(inputs.len() as u32 - 1)
                }
                Some(Live::Counted { .. } | Live::Born { .. } | Live::BornOn { .. }) | None => {
                    draft.problem("element_input() is for domains that the host gives".into());
                    None
                }
            }
        };
        let Some(row) = row else { return self.float(0.0) };
        self.node(Node { index: Some(row), domain: Some(domain.0), ..Node::new(Op::ElementInput, &[]) })
    }

    /// Elements with new ids go on as the nearest ones whose ids are gone, if these are nearer than `radius`; `place` is a
    /// vec2 or vec3 that [`element_input`](Self::element_input) gave.
    pub fn match_nearest(&self, domain: DomainRef, place: Value<'_>, radius: f64) {
        let draft = &mut *self.inner.borrow_mut();
        let input = draft.leaf(place.node, Op::ElementInput);
        match (draft.data.domains[domain.0 as usize].live.as_mut(), input) {
            (Some(Live::Host { nearest, .. }), Some(input)) => *nearest = Some(Nearest { input, radius }),
            _ => draft.problem("match_nearest() takes an input of the elements of a host's domain".into()),
        }
    }

    fn of_element(&self, op: Op, domain: DomainRef) -> Value<'_> {
        self.node(Node { domain: Some(domain.0), ..Node::new(op, &[]) })
    }

    /// Seconds since the element came; one that was born has its own exact time.
    pub fn age(&self, domain: DomainRef) -> Value<'_> {
        self.of_element(Op::Age, domain)
    }

    /// How much of its life an element that was born has lived, 0 up to but not including 1.
    pub fn life(&self, domain: DomainRef) -> Value<'_> {
        self.of_element(Op::Life, domain)
    }

    /// Whether the element came in this frame.
    pub fn is_new(&self, domain: DomainRef) -> Value<'_> {
        self.of_element(Op::IsNew, domain)
    }

    /// A value as it is when the element comes; with it the value stays. A uniform `value` needs the domain. Where elements are
    /// born on an event, what is uniform in it is as of the turn of the event, and may be what that carries.
    pub fn at_birth<'b>(&'b self, key: &str, domain: DomainRef, value: Value<'b>) -> Value<'b> {
        let is_of_event = {
            let draft = self.inner.borrow();
            matches!(draft.data.domains[domain.0 as usize].live, Some(Live::BornOn { .. }))
        };
        let value = if is_of_event {
            self.node(Node { domain: Some(domain.0), ..Node::new(Op::AtBirth, &[value.node]) })
        } else {
            value
        };
        let cell = self.cell(key, value.ty(), 0.0, Some(domain));
        let taken = cell.fresh().select(value, cell.get());
        cell.next(taken);
        taken
    }

    /// How far an element has come into sight: rises from 0 to 1 in `enter` seconds when it has come, and falls in `leave`
    /// seconds when it is gone. So long passes that use it still draw it, with everything else as it was last.
    pub fn fade(&self, key: &str, domain: DomainRef, enter: f64, leave: f64) -> Value<'_> {
        let [enter, leave] =
            [("enter", enter), ("leave", leave)].map(|(what, time)| self.time_of(key, what, time));
        let row = {
            let fades = &mut self.inner.borrow_mut().data.fades;
            fades.push(FadeRow { key: key.into(), domain: domain.0, enter, leave });
            fades.len() as u32 - 1
        };
        self.node(Node { index: Some(row), ..Node::new(Op::Fade, &[]) })
    }

    /// A value that passes draw without a jump when elements come and go, or another program takes over: what an edit
    /// changes goes away as `continuity` says. `value` is made of floats; a uniform one needs the domain. Of an angle in
    /// turns (`Unit::Turn`) the short way round is taken. What is computed from it elsewhere than in passes sees the value
    /// itself.
    pub fn continued<'b>(
        &'b self,
        key: &str,
        domain: DomainRef,
        value: Value<'b>,
        unit: Unit,
        continuity: Continuity,
    ) -> Value<'b> {
        let policy = self.policy(key, continuity);
        let row = {
            let rows = &mut self.inner.borrow_mut().data.continuities;
            rows.push(ContinuityRow { key: key.into(), domain: domain.0, turns: unit == Unit::Turn, policy });
            rows.len() as u32 - 1
        };
        self.node(Node { index: Some(row), ..Node::new(Op::Continued, &[value.node]) })
    }

    pub(crate) fn policy(&self, key: &str, continuity: Continuity) -> Policy {
        match continuity {
            Continuity::Preserve => Policy::Preserve {},
            Continuity::Slew(tau) => Policy::Slew { tau: self.time_of(key, "tau", tau) },
            Continuity::Spring { response, bounce } => {
                Policy::Spring { response: self.time_of(key, "response", response), bounce }
            }
            Continuity::Crossfade { window, curve } => {
                Policy::Crossfade { window: self.time_of(key, "window", window), curve }
            }
        }
    }

    /// A time of 0 or more.
    fn time_of(&self, key: &str, what: &str, seconds: f64) -> Flicks {
        Flicks::from_secs_f64(seconds).unwrap_or_else(|| {
            let problem = format!("the {what} of `{key}` is {seconds} s, which is no time of 0 or more");
            self.inner.borrow_mut().problem(problem);
            Flicks::ZERO
        })
    }

    /// The rows of continuities and fades so far.
    pub(crate) fn continuity_counts(&self) -> [u32; 2] {
        let draft = self.inner.borrow();
        [draft.data.continuities.len() as u32, draft.data.fades.len() as u32]
    }

    /// Gives a continuity its final key.
    pub(crate) fn rename_continuity(&self, row: u32, key: String) {
        self.inner.borrow_mut().data.continuities[row as usize].key = key;
    }

    /// Gives a fade its final key.
    pub(crate) fn rename_fade(&self, row: u32, key: String) {
        self.inner.borrow_mut().data.fades[row as usize].key = key;
    }
}
