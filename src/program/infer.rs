//! What follows from a program's rows: the type and the domain of every node, and what a node reads.

use std::collections::{HashMap, HashSet};

use smallvec::{SmallVec, smallvec};

use super::format::{
    Action, Camera, Domain, Effect, ElementInput, EventSource, Live, Node, PassRow, ProgramData, Resource,
    ShapeRow,
};
use super::meaning::{Meaning, Near, Whole};
use super::op::{Immediate, Op, Signature, SignatureError};
use super::types::Type;
use crate::draw::{ATTRIBUTES, AttributeRow, Kind};

/// Why the type or the domain of a node cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InferError {
    /// An immediate is missing or points nowhere.
    Immediate(&'static str),
    /// The arguments do not fit.
    Signature(SignatureError),
    /// Two domains meet: argument indices whose domains differ.
    Domains(u32, u32),
}

/// Pairs of elements are elements as well, of a domain that has no row: this, and the number of the node that finds them.
pub(crate) const PAIRS: u32 = 1 << 31;

/// The type of `node`, whose arguments have the types `args`.
pub(crate) fn node_type(data: &ProgramData, node: &Node, args: &[Type]) -> Result<Type, InferError> {
    if node.op.signature() != Signature::Leaf {
        let result = node.op.result(args).map_err(InferError::Signature)?;
        // A ring gives what was pushed into it; what does not fit is told by its own check. Fields and tables give what they hold.
        let row = node.index.map(|row| row as usize);
        let held = match node.op {
            Op::DelayTime => row.and_then(|row| data.cells.get(row)).map(|ring| ring.ty),
            Op::At => row.and_then(|row| data.fields.get(row)).map(|field| field.ty),
            Op::Lookup => row.and_then(|row| data.tables.get(row)).map(|table| table.ty),
            _ => None,
        };
        return Ok(held.unwrap_or(result));
    }
    if !args.is_empty() {
        return Err(InferError::Signature(SignatureError::Arity { expected: 0 }));
    }
    let row = node.index.ok_or(InferError::Immediate("index"))? as usize;
    let missing = InferError::Immediate("index");
    match node.op.immediate() {
        Immediate::Constant => node.ty.ok_or(InferError::Immediate("type")),
        Immediate::Channel => data.channels.get(row).map(|c| c.ty).ok_or(missing),
        Immediate::Slot => slot_row(data, row as u32).map(|row| data.slots[row].ty).ok_or(missing),
        Immediate::Cell | Immediate::Ring if node.op == Op::Fresh => {
            data.cells.get(row).map(|_| Type::Bool).ok_or(missing)
        }
        Immediate::Cell | Immediate::Ring => data.cells.get(row).map(|c| c.ty).ok_or(missing),
        Immediate::Field | Immediate::Neighbor | Immediate::FieldAt => {
            data.fields.get(row).map(|f| f.ty).ok_or(missing)
        }
        Immediate::ElementInput => {
            let domain = node.domain.ok_or(InferError::Immediate("domain"))?;
            element_input(data, domain, row as u32).map(|input| input.ty).ok_or(missing)
        }
        Immediate::Event if node.op == Op::Happened => {
            data.events.get(row).map(|_| Type::Bool).ok_or(missing)
        }
        Immediate::Event => data.events.get(row).and_then(|event| event.ty).ok_or(missing),
        Immediate::Column => column_type(data, Some(row as u32), node).ok_or(missing),
        Immediate::RowColumn => {
            let event = data.events.get(row).ok_or(missing)?;
            column_type(data, event.list, node).ok_or(InferError::Immediate("count"))
        }
        Immediate::None
        | Immediate::Domain
        | Immediate::DomainSalt
        | Immediate::Period
        | Immediate::Component
        | Immediate::Seed
        | Immediate::Octaves
        | Immediate::Base
        | Immediate::Path
        | Immediate::Table
        | Immediate::Style
        | Immediate::Fade
        | Immediate::Near
        | Immediate::Continuity => Err(missing),
    }
}

/// The type of the column of a list that a node names.
fn column_type(data: &ProgramData, list: Option<u32>, node: &Node) -> Option<Type> {
    data.lists.get(list? as usize)?.column_type(node.count?)
}

/// The domain that a node names itself, or that what it names is of.
fn named_domain(data: &ProgramData, node: &Node) -> Option<u32> {
    let row = node.index.map(|row| row as usize);
    match node.op.immediate() {
        Immediate::Domain | Immediate::DomainSalt | Immediate::ElementInput => node.domain,
        Immediate::Field | Immediate::Neighbor | Immediate::FieldAt => {
            data.fields.get(row?).map(|field| field.domain)
        }
        Immediate::Cell | Immediate::Ring => data.cells.get(row?)?.domain,
        Immediate::Fade => data.fades.get(row?).map(|fade| fade.domain),
        Immediate::Continuity => data.continuities.get(row?).map(|value| value.domain),
        Immediate::None
        | Immediate::Constant
        | Immediate::Channel
        | Immediate::Slot
        | Immediate::Period
        | Immediate::Component
        | Immediate::Seed
        | Immediate::Octaves
        | Immediate::Base
        | Immediate::Path
        | Immediate::Near
        | Immediate::Table
        | Immediate::Style
        | Immediate::Column
        | Immediate::RowColumn
        | Immediate::Event => None,
    }
}

/// The domain of `node` (none: uniform), whose arguments have the domains `args`.
pub(crate) fn node_domain(
    data: &ProgramData,
    node: &Node,
    args: &[Option<u32>],
) -> Result<Option<u32>, InferError> {
    // How many elements there are, and whether a cell was committed, is the same for all of them; whose value is read by an
    // index is of whom the index is.
    let own = named_domain(data, node).filter(|_| !matches!(node.op, Op::Count | Op::Fresh | Op::At));
    // The elements that are folded are not those that take them.
    let folds = matches!(node.op.meaning(), Meaning::Whole(Whole::ByKey(_)));
    let mut found = own.filter(|_| !folds).map(|domain| (domain, None));
    for (at, arg) in args.iter().enumerate() {
        let Some(domain) = *arg else { continue };
        match found {
            None => found = Some((domain, Some(at as u32))),
            Some((first, from)) if first != domain => {
                return Err(InferError::Domains(from.unwrap_or(at as u32), at as u32));
            }
            Some(_) => {}
        }
    }
    Ok(if folds { own } else { found.map(|(domain, _)| domain) })
}

/// The domain of node `index`, which has to do with pairs, and whose arguments have the domains `args`. `elements_of` gives the
/// domain of the elements that a node finds pairs of.
///
/// # Errors
/// The argument that is of another domain than it has to be.
pub(crate) fn near_domain(
    near: Near,
    index: u32,
    args: [Option<u32>; 2],
    elements_of: impl Fn(u32) -> Option<u32>,
) -> Result<u32, u32> {
    let [first, second] = args;
    if near == Near::Pairs {
        return match (first, second) {
            (Some(elements), None) if elements < PAIRS => Ok(PAIRS + index),
            (Some(elements), Some(_)) if elements < PAIRS => Err(1),
            _ => Err(0),
        };
    }
    let pairs = second.filter(|&domain| domain >= PAIRS).ok_or(1_u32)?;
    let elements = elements_of(pairs - PAIRS).ok_or(1_u32)?;
    let (expected, result) = match near {
        Near::Pairs | Near::End(_) => (elements, pairs),
        Near::Fold(_) => (pairs, elements),
    };
    // One value for all goes with every element, and with every pair.
    if first.is_none_or(|domain| domain == expected) { Ok(result) } else { Err(0) }
}

/// The row of the slot with an id.
pub(crate) fn slot_row(data: &ProgramData, id: u32) -> Option<usize> {
    // Ids are ascending in a checked program, but this also serves programs that are being checked.
    match data.slots.binary_search_by_key(&id, |slot| slot.id) {
        Ok(row) => Some(row),
        Err(_) => data.slots.iter().position(|slot| slot.id == id),
    }
}

/// What the host gives of each element of a domain.
pub(crate) fn element_input(data: &ProgramData, domain: u32, row: u32) -> Option<&ElementInput> {
    match data.domains.get(domain as usize)?.live.as_ref()? {
        Live::Host { inputs, .. } => inputs.get(row as usize),
        Live::Counted { .. } | Live::Born { .. } | Live::BornOn { .. } => None,
    }
}

/// The nodes that say how the elements of a domain come and go, with what they are and which types fit.
pub(crate) fn live_nodes(domain: &Domain) -> SmallVec<[(&'static str, u32, &'static [Type]); 2]> {
    match domain.live {
        Some(Live::Host { letters: Some(letters), .. }) => {
            let types = |name: &str| if name == "text" { &[Type::Text][..] } else { &[Type::Float][..] };
            letters.nodes().map(|(name, node)| (name, node, types(name))).collect()
        }
        Some(Live::Counted { number }) => smallvec![("number", number, &[Type::Float, Type::Int][..])],
        Some(Live::Born { every, lives, .. }) => {
            smallvec![("every", every, &[Type::Float][..]), ("lives", lives, &[Type::Float][..])]
        }
        Some(Live::BornOn { count, lives, .. }) => {
            smallvec![("count", count, &[Type::Float, Type::Int][..]), ("lives", lives, &[Type::Float][..])]
        }
        Some(Live::Host { .. }) | None => SmallVec::new(),
    }
}

/// The domain whose elements have to be known before a node can be evaluated, if they come and go.
pub(crate) fn live_domain(data: &ProgramData, node: &Node) -> Option<u32> {
    // A field is evaluated when they are known.
    let is_field = matches!(node.op.immediate(), Immediate::Field | Immediate::Neighbor);
    let own = named_domain(data, node).filter(|_| !is_field)?;
    data.domains.get(own as usize)?.live.is_some().then_some(own)
}

/// What a node reads itself, without its arguments.
pub(crate) fn leaf_resource(data: &ProgramData, node: &Node) -> Option<Resource> {
    let index = node.index?;
    Some(match node.op.immediate() {
        Immediate::Channel => Resource::Channel(index),
        Immediate::Table => Resource::Channel(data.tables.get(index as usize)?.channel?),
        Immediate::Slot => Resource::Slot(index),
        Immediate::Cell | Immediate::Ring => Resource::Cell(index),
        Immediate::Field | Immediate::Neighbor | Immediate::FieldAt => Resource::Field(index),
        Immediate::None
        | Immediate::Constant
        | Immediate::Domain
        | Immediate::DomainSalt
        | Immediate::Period
        | Immediate::Component
        | Immediate::Seed
        | Immediate::Octaves
        | Immediate::Base
        | Immediate::Path
        | Immediate::Style
        | Immediate::ElementInput
        | Immediate::Fade
        | Immediate::Continuity
        | Immediate::Near
        | Immediate::Column
        | Immediate::RowColumn
        | Immediate::Event => return None,
    })
}

/// The nodes that say which elements there are, where a node needs to know.
pub(crate) fn set_nodes(data: &ProgramData, node: &Node) -> SmallVec<[u32; 2]> {
    let domain = live_domain(data, node).and_then(|domain| data.domains.get(domain as usize));
    // What a turn evaluates is as of the frame before.
    let domain = domain.filter(|domain| !matches!(domain.live, Some(Live::BornOn { .. })));
    domain.into_iter().flat_map(live_nodes).map(|(_, node, _)| node).collect()
}

/// What two reactions of one turn set both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SetTwice {
    Cell(u32),
    /// A column of a list.
    Column(u32, u32),
    /// The places of a list's rows.
    Places(u32),
}

/// What two effects of one turn set, and the rows of their reactions.
pub(crate) fn set_twice(data: &ProgramData) -> Option<(SetTwice, [usize; 2])> {
    let turns = Turns::new(data);
    let cell = turns.roots().find_map(|root| {
        let mut setters: HashMap<u32, usize> = HashMap::new();
        let turn = turns.reactions(root);
        let effects = turn
            .iter()
            .flat_map(|&(row, _)| data.reactions[row].effects.iter().map(move |effect| (row, effect)));
        effects.into_iter().find_map(|(row, effect)| {
            let Effect::Set { cell, .. } = *effect else { return None };
            let first = setters.insert(cell, row)?;
            Some((SetTwice::Cell(cell), [first.min(row), first.max(row)]))
        })
    });
    // What happens with an event always happens with it in whichever turn.
    let has_edits = !data.lists.is_empty();
    let mut events = (0..data.events.len()).filter(|_| has_edits);
    cell.or_else(|| events.find_map(|event| rows_set_twice(data, &turns.reactions(event))))
}

/// What two reactions of one turn do to the same rows whatever happens: one of them to all rows of a list, and always. Where both
/// depend on something, they may be about different rows, and the later reaction counts.
fn rows_set_twice(data: &ProgramData, turn: &[(usize, bool)]) -> Option<(SetTwice, [usize; 2])> {
    let mut setters: HashMap<SetTwice, Vec<(usize, bool)>> = HashMap::new();
    for &(row, is_certain) in turn {
        let reaction = &data.reactions[row];
        let carried = data.events[reaction.event as usize].list;
        for effect in &reaction.effects {
            let what = match *effect {
                Effect::SetRow { column, .. } => carried.map(|list| (SetTwice::Column(list, column), false)),
                Effect::SetRows { list, column, when, .. } => {
                    Some((SetTwice::Column(list, column), when.is_none()))
                }
                Effect::MoveRow { .. } => carried.map(|list| (SetTwice::Places(list), false)),
                Effect::MoveRows { list, when, .. } => Some((SetTwice::Places(list), when.is_none())),
                Effect::Set { .. }
                | Effect::Pass { .. }
                | Effect::Hit { .. }
                | Effect::Schedule { .. }
                | Effect::Append { .. }
                | Effect::RemoveRow {}
                | Effect::RemoveRows { .. } => None,
            };
            let Some((what, is_of_all)) = what else { continue };
            let is_sure = is_of_all && is_certain && reaction.when.is_none();
            let known = setters.entry(what).or_default();
            let other =
                known.iter().find(|&&(other, is_other_sure)| other != row && (is_sure || is_other_sure));
            if let Some(&(other, _)) = other {
                return Some((what, [other.min(row), other.max(row)]));
            }
            known.push((row, is_sure));
        }
    }
    None
}

/// What may happen together.
struct Turns<'d> {
    data: &'d ProgramData,
    of_event: Vec<Vec<usize>>,
    is_scheduled: Vec<bool>,
}

impl<'d> Turns<'d> {
    fn new(data: &'d ProgramData) -> Self {
        let mut of_event: Vec<Vec<usize>> = vec![Vec::new(); data.events.len()];
        let mut is_scheduled = vec![false; data.events.len()];
        for (row, reaction) in data.reactions.iter().enumerate() {
            of_event[reaction.event as usize].push(row);
            for effect in &reaction.effects {
                if let Effect::Schedule { event, .. } = *effect {
                    is_scheduled[event as usize] = true;
                }
            }
        }
        Self { data, of_event, is_scheduled }
    }

    /// Turns begin with an event that nothing else passes on.
    fn roots(&self) -> impl Iterator<Item = usize> {
        let begins = |row: &usize| {
            !matches!(self.data.events[*row].source, EventSource::Reactions {}) || self.is_scheduled[*row]
        };
        (0..self.data.events.len()).filter(begins)
    }

    /// The reactions that may happen with an event, and of each whether its event always happens then.
    fn reactions(&self, root: usize) -> Vec<(usize, bool)> {
        let (mut stack, mut seen, mut reactions) = (vec![(root, true)], HashSet::new(), Vec::new());
        // What always happens is looked at first.
        let mut maybe = Vec::new();
        while let Some((event, is_certain)) = stack.pop().or_else(|| maybe.pop()) {
            if !seen.insert(event) {
                continue;
            }
            for &row in &self.of_event[event] {
                let reaction = &self.data.reactions[row];
                reactions.push((row, is_certain));
                for effect in &reaction.effects {
                    match *effect {
                        Effect::Pass { event, .. } if is_certain && reaction.when.is_none() => {
                            stack.push((event as usize, true));
                        }
                        Effect::Pass { event, .. } | Effect::Hit { event, .. } => {
                            maybe.push((event as usize, false));
                        }
                        Effect::Set { .. }
                        | Effect::Schedule { .. }
                        | Effect::SetRow { .. }
                        | Effect::SetRows { .. }
                        | Effect::Append { .. }
                        | Effect::MoveRow { .. }
                        | Effect::MoveRows { .. }
                        | Effect::RemoveRow {}
                        | Effect::RemoveRows { .. } => {}
                    }
                }
            }
        }
        reactions
    }
}

/// Everything that the nodes under `roots` read, ascending and once each.
pub(crate) fn reads(data: &ProgramData, roots: &[u32]) -> Vec<Resource> {
    let mut seen = vec![false; data.nodes.len()];
    let mut stack: Vec<u32> = roots.to_vec();
    let mut found = Vec::new();
    while let Some(index) = stack.pop() {
        let Some(node) = data.nodes.get(index as usize) else { continue };
        if std::mem::replace(&mut seen[index as usize], true) {
            continue;
        }
        found.extend(leaf_resource(data, node));
        stack.extend(&node.args);
        stack.extend(set_nodes(data, node));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The rows of the paths along which nodes may take points, ascending and once each. A shape is a path, a choice of
/// shapes, one of a table or a slot that holds one; it cannot be computed.
pub(crate) fn paths_measured(data: &ProgramData) -> Vec<u32> {
    let measures = |node: &&Node| matches!(node.op, Op::PathPoint | Op::PathDirection);
    let mut stack: Vec<u32> =
        data.nodes.iter().filter(measures).filter_map(|node| node.args.first().copied()).collect();
    let mut seen = vec![false; if stack.is_empty() { 0 } else { data.nodes.len() }];
    let signals = data.steps.iter().filter_map(|step| match step.action {
        Action::Signal { slot, node } => Some((slot, node)),
        Action::Field { .. } | Action::Reduce { .. } | Action::Next { .. } | Action::Pass { .. } => None,
    });
    let slots: HashMap<u32, u32> = if stack.is_empty() { HashMap::new() } else { signals.collect() };
    let mut paths = Vec::new();
    while let Some(index) = stack.pop() {
        let Some(node) = data.nodes.get(index as usize) else { continue };
        if std::mem::replace(&mut seen[index as usize], true) {
            continue;
        }
        match node.op {
            Op::Shape => paths.extend(node.index),
            Op::Lookup => {
                let table = node.index.and_then(|row| data.tables.get(row as usize));
                paths.extend(table.iter().flat_map(|table| &table.values).map(|&row| row as u32));
            }
            Op::Slot => stack.extend(node.index.and_then(|slot| slots.get(&slot))),
            // The condition chooses, it is no shape.
            Op::Select => stack.extend(node.args.iter().skip(1)),
            _ => {}
        }
    }
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// The nodes that a camera evaluates, with the names of what they are for.
pub(crate) fn camera_nodes(camera: &Camera) -> SmallVec<[(&'static str, u32, Type); 6]> {
    let all: [(&'static str, Option<u32>, Type); 6] = match *camera {
        Camera::Orthographic { center, extent, rotation, near, far } => [
            ("center", center, Type::Vec2),
            ("extent", extent, Type::Float),
            ("rotation", rotation, Type::Float),
            ("near", near, Type::Float),
            ("far", far, Type::Float),
            ("", None, Type::Float),
        ],
        Camera::Perspective { eye, target, up, fov, near, far } => [
            ("eye", eye, Type::Vec3),
            ("target", target, Type::Vec3),
            ("up", up, Type::Vec3),
            ("fov", fov, Type::Float),
            ("near", near, Type::Float),
            ("far", far, Type::Float),
        ],
    };
    all.into_iter().filter_map(|(name, node, ty)| node.map(|node| (name, node, ty))).collect()
}

/// A value of a pass: what it is for, its node, the types that fit, and whether it must be uniform.
pub(crate) struct PassValue {
    pub(crate) name: &'static str,
    pub(crate) node: u32,
    pub(crate) types: &'static [Type],
    pub(crate) uniform: bool,
}

/// The types of nodes that fit an attribute; none where it is no node.
const fn types(kind: Kind) -> &'static [Type] {
    match kind {
        Kind::Position => &[Type::Vec2, Type::Vec3],
        Kind::Extent => &[Type::Float, Type::Vec2],
        Kind::Float | Kind::Angle => &[Type::Float],
        Kind::Color => &[Type::Color],
        Kind::Vec2 => &[Type::Vec2],
        Kind::Vec3 => &[Type::Vec3],
        Kind::Bool => &[Type::Bool],
        Kind::Shape => &[Type::Shape],
        Kind::Text => &[Type::Text],
        Kind::ConstantInt | Kind::ConstantFloat | Kind::ConstantTime | Kind::ConstantPoint => &[],
        Kind::Corners(_) | Kind::Blend | Kind::Blending | Kind::Cap | Kind::Join | Kind::Order => &[],
        Kind::Align | Kind::Anchor | Kind::Fit | Kind::Filter => &[],
        Kind::Camera | Kind::Font | Kind::Continuity => &[],
    }
}

/// The nodes that a pass evaluates, without its camera's.
pub(crate) fn pass_values(pass: &PassRow) -> SmallVec<[PassValue; 14]> {
    let of_attribute = |row: &AttributeRow| {
        let types = types(row.entry.kind);
        pass.node(row.id).map(|node| PassValue { name: row.key, node, types, uniform: false })
    };
    let mut found: SmallVec<[PassValue; 14]> = ATTRIBUTES.iter().filter_map(of_attribute).collect();
    let mut push = |name, node: Option<u32>, kind| {
        // Each element may be a path of its own, or say something else.
        let uniform = !matches!(kind, Kind::Shape | Kind::Text);
        found.extend(node.map(|node| PassValue { name, node, types: types(kind), uniform }));
    };
    match pass.shape {
        ShapeRow::Rect { corner } => push("shape.rect.corner", corner, Kind::Float),
        ShapeRow::Star { inner, .. } => push("shape.star.inner", inner, Kind::Float),
        ShapeRow::Path { path } => push("shape.path.path", Some(path), Kind::Shape),
        ShapeRow::Text { text, .. } => push("shape.text.text", Some(text), Kind::Text),
        // Their nodes are attributes.
        ShapeRow::Image { .. } => {}
        ShapeRow::Circle {} | ShapeRow::Ellipse {} | ShapeRow::Polygon { .. } | ShapeRow::Line { .. } => {}
    }
    found
}

/// Everything a pass step reads.
pub(crate) fn pass_reads(data: &ProgramData, pass: &PassRow) -> Vec<Resource> {
    let mut roots: Vec<u32> = pass_values(pass).iter().map(|a| a.node).collect();
    if let Some(camera) = pass.camera.and_then(|c| data.cameras.get(c as usize)) {
        roots.extend(camera_nodes(camera).iter().map(|(_, node, _)| node));
    }
    reads(data, &roots)
}
