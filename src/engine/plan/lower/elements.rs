//! Elements that come and go: what is known of them, in which stage, and what passes show of continued values.

use std::f32::consts::TAU;

use smallvec::{SmallVec, smallvec};

use super::super::NONE;
use super::super::elements::{ElementColumn, LoweredContinuity, LoweredSet, Set};
use super::super::events::{EffectPlan, EventsPlan, ReactionPlan};
use super::super::expr::{Atom, Expr, Exprs, Kind, Prim};
use super::super::inputs::FrameInput;
use super::super::passes::{LoweredPass, Unpacked};
use super::{Lower, Lowered, Parts};
use crate::draw::Attributes;
use crate::id::{DomainId, EventId, ExprId, ReactionId};
use crate::letters::Setting;
use crate::program::meaning::{ByKey, Leaf, Meaning, Running, Whole};
use crate::program::{LettersRow, Live, Node, Policy, Type};

/// What nodes are lowered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// What a program computes: continued values are as they are.
    Values,
    /// What passes draw: continued values with what is left of the last edit.
    Shown,
    /// The life of an element that is being born.
    Birth,
    /// What a new element of a domain takes at its birth of the turn of an event: everything uniform as it is then.
    Taken(DomainId),
}

impl Context {
    /// Its row among the tables of what was lowered.
    pub(super) fn row(self) -> usize {
        match self {
            Self::Values => 0,
            Self::Shown => 1,
            Self::Birth => 2,
            Self::Taken(domain) => 3 + domain.index(),
        }
    }

    /// How many there are.
    pub(super) fn count(domains: usize) -> usize {
        3 + domains
    }
}

impl Lower<'_> {
    /// Lowers something as passes show it, or as it is.
    pub(in crate::engine::plan) fn showing<T>(&mut self, shows: bool, f: impl FnOnce(&mut Self) -> T) -> T {
        let is_there = !self.program.data().continuities.is_empty();
        let context = if shows && is_there { Context::Shown } else { Context::Values };
        let before = std::mem::replace(&mut self.context, context);
        let result = f(self);
        self.context = before;
        result
    }

    pub(super) fn live(&self, domain: DomainId) -> Option<&'_ Live> {
        self.program.data().domains[domain.index()].live.as_ref()
    }

    /// The stage from which on the elements of a domain are known.
    pub(in crate::engine::plan) fn set_stage(&mut self, domain: DomainId) -> u32 {
        if let Some(stage) = self.set_stages[domain.index()] {
            return stage;
        }
        let context = std::mem::replace(&mut self.context, Context::Values);
        let stage = match self.live(domain) {
            Some(&Live::Counted { number }) => {
                let number = self.node(number);
                self.exprs.stage(number[0])
            }
            Some(&Live::Born { every, lives, .. }) => {
                let every = self.node(every);
                self.context = Context::Birth;
                let lives = self.node(lives);
                self.exprs.stage(every[0]).max(self.exprs.stage(lives[0]))
            }
            Some(&Live::Host { letters: Some(letters), .. }) => {
                let numbers = letters.nodes().map(|(_, node)| self.node(node)[0]);
                let numbers: SmallVec<[ExprId; 5]> = numbers.collect();
                numbers.into_iter().map(|number| self.exprs.stage(number)).max().unwrap_or(0)
            }
            Some(Live::BornOn { .. } | Live::Host { .. }) | None => 0,
        };
        self.context = context;
        self.set_stages[domain.index()] = Some(stage);
        stage
    }

    /// How the elements of every domain come and go.
    pub(super) fn sets(&mut self) -> Vec<Option<LoweredSet>> {
        let domains = &self.program.data().domains;
        let mut letters_before = 0;
        (0..domains.len())
            .map(|row| {
                let domain = DomainId(row as u32);
                let stage = self.set_stage(domain);
                let set = match *self.live(domain)? {
                    Live::Counted { number } => {
                        let number = self.node(number)[0];
                        LoweredSet::Counted { count: self.count(domain), number, stage }
                    }
                    Live::Born { every, lives, full } => {
                        let every = self.node(every)[0];
                        self.context = Context::Birth;
                        let lives = self.node(lives)[0];
                        self.context = Context::Values;
                        LoweredSet::Born { every, lives, full, stage }
                    }
                    // Its reaction comes when it is known what it takes.
                    Live::BornOn { full, .. } => LoweredSet::BornOn { full, reaction: ReactionId(NONE) },
                    Live::Host { letters: Some(letters), .. } => {
                        letters_before += 1;
                        self.letters(letters_before - 1, letters, stage)
                    }
                    Live::Host { .. } => LoweredSet::Host,
                };
                Some(set)
            })
            .collect()
    }

    /// A text, and how its letters are laid out. What is not said is what a text has anyway.
    fn letters(&mut self, row: u32, letters: LettersRow, stage: u32) -> LoweredSet {
        let LettersRow { text, size, width, leading, tracking, weight, moving_weight, .. } = letters;
        let mut number = |node: Option<u32>, otherwise: f64| match node {
            Some(node) => self.node(node)[0],
            None => self.exprs.float(otherwise),
        };
        let numbers = [
            number(Some(size), 0.0),
            number(width, 0.0),
            number(leading, f64::from(Setting::LEADING)),
            number(tracking, 0.0),
            number(moving_weight, f64::from(weight)),
        ];
        LoweredSet::Letters { row, text: self.node(text)[0], numbers, stage }
    }

    /// How many elements a domain has.
    pub(super) fn count(&mut self, domain: DomainId) -> ExprId {
        match self.live(domain) {
            None => self.leaf(Atom::Frame(FrameInput::Count(domain)), Kind::Int, None, 0),
            Some(&Live::Counted { number }) => {
                let number = self.value(number)[0];
                let expr = Expr {
                    atom: Atom::Count(domain),
                    args: smallvec![number],
                    kind: Kind::Int,
                    domain: None,
                };
                self.exprs.add(expr, 0)
            }
            // Births are behind the signals of their stage.
            Some(Live::Born { .. } | Live::BornOn { .. }) => {
                let stage = self.set_stage(domain) + 1;
                self.leaf(Atom::Frame(FrameInput::LiveCount(domain)), Kind::Int, None, stage)
            }
            // The program itself says which there are.
            Some(Live::Host { ids, .. }) if !ids.is_empty() => {
                let count = ids.len() as f64;
                self.exprs.constant_of(Kind::Int, count)
            }
            // As births are.
            Some(Live::Host { letters: Some(_), .. }) => {
                let stage = self.set_stage(domain) + 1;
                self.leaf(Atom::Frame(FrameInput::LiveCount(domain)), Kind::Int, None, stage)
            }
            Some(Live::Host { .. }) => {
                self.leaf(Atom::Frame(FrameInput::LiveCount(domain)), Kind::Int, None, 0)
            }
        }
    }

    /// A leaf of a domain's lanes.
    fn of_domain(&mut self, atom: Atom, kind: Kind, domain: DomainId) -> ExprId {
        let stage = self.set_stage(domain);
        self.leaf(atom, kind, Some(domain), stage)
    }

    /// The place of an element in its domain.
    pub(super) fn index(&mut self, domain: Option<DomainId>) -> ExprId {
        let domain = domain.unwrap_or(DomainId(0));
        self.of_domain(Atom::Index, Kind::Int, domain)
    }

    /// `(index + 0.5) / count`.
    pub(super) fn rank(&mut self, domain: Option<DomainId>) -> ExprId {
        let domain = domain.unwrap_or(DomainId(0));
        if self.live(domain).is_none() {
            return self.leaf(Atom::Rank, Kind::Float, Some(domain), 0);
        }
        let (index, count) = (self.index(Some(domain)), self.count(domain));
        let e = &mut self.exprs;
        let (index, count) = (e.op(Prim::IntToFloat, &[index]), e.op(Prim::IntToFloat, &[count]));
        let half = e.float(0.5);
        let middle = e.op(Prim::Add, &[index, half]);
        e.op(Prim::Div, &[middle, count])
    }

    /// Who an element is, where that is not its place.
    fn identity(&mut self, domain: DomainId) -> Option<ExprId> {
        match self.live(domain)? {
            Live::Counted { .. } => None,
            Live::Born { .. } | Live::BornOn { .. } | Live::Host { .. } => Some(match self.context {
                Context::Birth => self.leaf(Atom::Newborn(domain), Kind::Uint, None, 0),
                Context::Values | Context::Shown | Context::Taken(_) => {
                    self.element(domain, ElementColumn::Id, Kind::Uint)
                }
            }),
        }
    }

    pub(super) fn id(&mut self, domain: DomainId) -> ExprId {
        self.identity(domain).unwrap_or_else(|| self.of_domain(Atom::Id, Kind::Uint, domain))
    }

    /// `unit_float(hash3(id, salt, seed))`, as of elements that are their place.
    pub(super) fn random(&mut self, domain: DomainId, salt: u32) -> ExprId {
        let Some(id) = self.identity(domain) else {
            return self.of_domain(Atom::Random(salt), Kind::Float, domain);
        };
        let seed = self.leaf(Atom::Frame(FrameInput::Seed), Kind::Uint, None, 0);
        let e = &mut self.exprs;
        let salt = e.constant_of(Kind::Uint, f64::from(salt));
        let seed = e.op_kind(Prim::Hash, &[seed], Kind::Uint);
        let both = e.op_kind(Prim::BitXor, &[salt, seed], Kind::Uint);
        let hash = e.op_kind(Prim::Hash2, &[id, both], Kind::Uint);
        e.op(Prim::UnitFloat, &[hash])
    }

    /// What is worked out of all elements together: a stage later than what they have.
    pub(super) fn whole(&mut self, whole: Whole, node: &Node) -> ExprId {
        let to = DomainId(node.domain.unwrap_or(0));
        let of = match whole {
            Whole::ByKey(_) => node.args.iter().find_map(|&arg| self.program.node_domain(arg)),
            Whole::Place | Whole::Order | Whole::Sorted | Whole::Running(_) | Whole::Side(_) => None,
        };
        let of = of.map_or(to, DomainId);
        let args: SmallVec<[ExprId; 5]> = node.args.iter().map(|&arg| self.value(arg)[0]).collect();
        let set_stage = self.set_stage(of).max(self.set_stage(to));
        let stage = args.iter().map(|&arg| self.exprs.stage(arg)).fold(set_stage, u32::max) + 1;
        let kind = match whole {
            Whole::Place | Whole::Order | Whole::Running(Running::Count) | Whole::ByKey(ByKey::Count) => {
                Kind::Int
            }
            Whole::Sorted | Whole::Running(_) | Whole::ByKey(_) | Whole::Side(_) => Kind::Float,
        };
        self.exprs.add(Expr { atom: Atom::Whole { whole, of }, args, kind, domain: Some(to) }, stage)
    }

    /// A column that the engine keeps of the elements of a domain.
    pub(super) fn element(&mut self, domain: DomainId, column: ElementColumn, kind: Kind) -> ExprId {
        let key = (domain, column);
        let row = self.columns.iter().position(|&known| known == key).unwrap_or_else(|| {
            self.columns.push(key);
            self.columns.len() - 1
        });
        self.of_domain(Atom::Element(row as u32), kind, domain)
    }

    /// Seconds since an element came. What is always there came with frame 0.
    pub(super) fn age(&mut self, domain: DomainId) -> ExprId {
        match self.live(domain) {
            None => self.leaf(Atom::Frame(FrameInput::Time), Kind::Float, None, 0),
            Some(_) => self.element(domain, ElementColumn::Age, Kind::Float),
        }
    }

    pub(super) fn is_new(&mut self, domain: DomainId) -> ExprId {
        self.element(domain, ElementColumn::IsNew, Kind::Bool)
    }

    pub(super) fn element_input(&mut self, node: &Node, ty: Type) -> Parts {
        let domain = DomainId(node.domain.unwrap_or(0));
        let row = node.index.unwrap_or(0);
        let before = match self.live(domain) {
            Some(Live::Host { inputs, .. }) => {
                inputs.iter().take(row as usize).map(|input| input.ty.stride()).sum()
            }
            Some(Live::Counted { .. } | Live::Born { .. } | Live::BornOn { .. }) | None => 0,
        };
        let column = |k| ElementColumn::Input(before + k);
        (0..ty.stride()).map(|k| self.element(domain, column(k), Kind::of(ty))).collect()
    }

    /// How far elements have come into sight.
    pub(super) fn fade(&mut self, row: u32) -> ExprId {
        let fade = &self.program.data().fades[row as usize];
        let domain = DomainId(fade.domain);
        self.element(domain, ElementColumn::Fade(row), Kind::Float)
    }

    /// A continued value: as it is, or in passes as it is shown.
    pub(super) fn continued(&mut self, row: u32, value: &Parts) -> Parts {
        let domain = DomainId(self.program.data().continuities[row as usize].domain);
        match self.context {
            Context::Values | Context::Birth | Context::Taken(_) => value.clone(),
            Context::Shown => {
                let set_stage = self.set_stage(domain);
                shown(&mut self.exprs, row, (domain, set_stage), value)
            }
        }
    }

    /// What an element that an event bears takes at its birth.
    pub(super) fn at_birth(&mut self, node: &Node) -> Parts {
        let domain = DomainId(node.domain.unwrap_or(0));
        let outer = std::mem::replace(&mut self.context, Context::Taken(domain));
        let parts = self.node(node.args[0]);
        self.context = outer;
        parts
    }

    /// A node of what is taken, as a value: what is uniform in it is as of the turn.
    pub(super) fn take(&mut self, index: u32, domain: DomainId) -> Parts {
        let outer = std::mem::replace(&mut self.context, Context::Values);
        let parts = self.node(index);
        self.context = outer;
        // A path is asked for as it is, by what takes it for all elements.
        if self.program.node_type(index) == Type::Shape {
            return parts;
        }
        parts.into_iter().map(|part| self.take_part(part, domain)).collect()
    }

    fn take_part(&mut self, part: ExprId, domain: DomainId) -> ExprId {
        let expr = self.exprs.get(part);
        let kind = expr.kind;
        // Whether state of elements is fresh is uniform as a node, and differs by element.
        if matches!(expr.atom, Atom::Const(_)) || expr.domain.is_some() {
            return part;
        }
        let key = (domain, part);
        if !self.taken.contains(&key) {
            self.taken.push(key);
        }
        let of_domain = self.taken.iter().filter(|(other, _)| *other == domain);
        let row = of_domain.take_while(|known| **known != key).count() as u32;
        self.element(domain, ElementColumn::Taken(row, kind), kind)
    }

    /// Whether a node of what is taken is taken as a whole.
    pub(super) fn is_taken_whole(&self, index: u32) -> bool {
        let node = &self.program.data().nodes[index as usize];
        let takes_uniforms =
            matches!(node.op.meaning(), Meaning::Indexed(_) | Meaning::Leaf(Leaf::DelayTime));
        self.program.node_domain(index).is_none() || takes_uniforms
    }

    /// Lets events bear elements: adds to the reactions to them, when it is known what is taken of their turns.
    pub(super) fn bears(&mut self, events: &mut EventsPlan<ExprId>, sets: &mut [Option<LoweredSet>]) {
        for (domain, set) in (0..).map(DomainId).zip(sets) {
            let (Some(&Live::BornOn { event, count, lives, .. }), Some(Set::BornOn { reaction, .. })) =
                (self.live(domain), set)
            else {
                continue;
            };
            let count = self.node(count)[0];
            self.context = Context::Birth;
            let lives = self.node(lives)[0];
            self.context = Context::Values;
            let taken = self.taken.iter().filter(|(of, _)| *of == domain).map(|&(_, part)| part).collect();
            let effects = vec![EffectPlan::Bear { domain, count, lives, taken }];
            *reaction = events.reactions.push(ReactionPlan {
                event,
                when: None,
                effects,
                lanes: Vec::new(),
                sweeps: 0..0,
            });
            events.events[EventId(event)].reactions.push(*reaction);
        }
    }

    /// The continued values of a program, by row of the table; none where nothing is continued by a row.
    pub(super) fn continuities(&mut self) -> Vec<LoweredContinuity> {
        let data = self.program.data();
        let mut found: Vec<LoweredContinuity> = data
            .continuities
            .iter()
            .map(|row| LoweredContinuity {
                key: row.key.clone(),
                domain: DomainId(row.domain),
                policy: row.policy,
                turn: row.turns.then_some(1.0),
                parts: Parts::new(),
                stage: 0,
                shown: Parts::new(),
            })
            .collect();
        for (index, node) in (0..).zip(&data.nodes) {
            if node.op != crate::program::Op::Continued || self.context_nodes(Context::Shown, index).is_none()
            {
                continue;
            }
            let row = node.index.unwrap_or(NONE) as usize;
            self.context = Context::Values;
            let parts = self.node(node.args[0]);
            let parts = self.exprs.as_drawn(&parts).map_or(parts, Parts::from_iter);
            self.context = Context::Shown;
            let shown = self.node(index);
            self.context = Context::Values;
            let stage = shown.iter().map(|&part| self.exprs.stage(part)).max().unwrap_or(1) - 1;
            let continuity = &mut found[row];
            (continuity.parts, continuity.shown, continuity.stage) = (parts, shown, stage);
        }
        found
    }
}

/// What passes show of a continued value. `value` is what it is as passes compute it: what it is of itself is lowered with the
/// rows of the table. The elements of its domain are known from a stage on.
fn shown(exprs: &mut Exprs, continuity: u32, (domain, set_stage): (DomainId, u32), value: &Parts) -> Parts {
    // All components are shown together, when the last of them is known.
    let stage = value.iter().map(|&part| exprs.stage(part)).fold(set_stage, u32::max) + 1;
    let show = |(component, &part): (u32, &ExprId)| {
        let atom = Atom::Shown { continuity, component };
        let kind = exprs.get(part).kind;
        exprs.add(Expr { atom, args: SmallVec::new(), kind, domain: Some(domain) }, stage)
    };
    (0..).zip(value).map(show).collect()
}

impl Lowered<'_, Unpacked> {
    /// Continues values of passes that say nothing of their own, behind everything that changes them.
    pub(in crate::engine::plan) fn continue_passes(&mut self, policy: Policy) {
        let mut passes = std::mem::take(&mut self.passes);
        passes.iter_mut().for_each(|pass| self.continue_pass(pass, policy));
        self.passes = passes;
    }

    /// Continues the values of a pass that say nothing of their own.
    fn continue_pass(&mut self, pass: &mut LoweredPass<Unpacked>, policy: Policy) {
        if pass.cuts {
            return;
        }
        let name = self.program.data().passes[pass.row as usize].name.clone();
        let domain = pass.domain;
        let go_on = |lower: &mut Self, what: &str, parts: &mut [&mut ExprId]| {
            let values: Parts = parts.iter().map(|part| **part).collect();
            if values.iter().any(|&part| lower.is_shown(part)) {
                return;
            }
            let row = lower.continuities.len() as u32;
            let set_stage = lower.set_stages[domain.index()];
            let shown = shown(&mut lower.exprs, row, (domain, set_stage), &values);
            let stage = shown.iter().map(|&part| lower.exprs.stage(part)).max().unwrap_or(1) - 1;
            parts.iter_mut().zip(&shown).for_each(|(part, &shown)| **part = shown);
            let key = format!("pass {name} {what}");
            lower.continuities.push(LoweredContinuity {
                key,
                domain,
                policy,
                // Rotations of passes are in radians.
                turn: (what == "rotation").then_some(TAU),
                parts: values,
                shown,
                stage,
            });
        };
        let Attributes { x, y, z, width, height, rotation, fill, stroke, .. } = &mut pass.attributes;
        let mut place: SmallVec<[&mut ExprId; 3]> = smallvec![x, y];
        place.extend(z.as_mut());
        go_on(self, "position", &mut place);
        go_on(self, "size", &mut [width, height]);
        go_on(self, "rotation", &mut [rotation]);
        // A colour that is the same for all elements is packed from an f64: as lanes it might round to another one.
        let colors = [("color", fill.as_mut()), ("stroke", stroke.as_mut().map(|stroke| &mut stroke.color))];
        for (what, color) in colors {
            if let Some(color) =
                color.filter(|color| color.iter().any(|&part| self.exprs.get(part).domain.is_some()))
            {
                *color = self.exprs.as_drawn(color).unwrap_or(*color);
                let [r, g, b, a] = color;
                go_on(self, what, &mut [r, g, b, a]);
            }
        }
        if let Some(stroke) = stroke {
            go_on(self, "stroke width", &mut [&mut stroke.width]);
        }
    }

    /// Whether a value is continued or fades already.
    fn is_shown(&self, root: ExprId) -> bool {
        let (mut stack, mut seen) = (vec![root], std::collections::HashSet::new());
        while let Some(id) = stack.pop() {
            let expr = self.exprs.get(id);
            let is_fade = |row: u32| matches!(self.columns[row as usize].1, ElementColumn::Fade(_));
            match expr.atom {
                Atom::Shown { .. } => return true,
                Atom::Element(row) if is_fade(row) => return true,
                _ if seen.insert(id) => stack.extend(&expr.args),
                _ => {}
            }
        }
        false
    }
}
