//! How the elements of domains come and go, and what keeps edits from being seen.

use std::collections::HashSet;

use super::super::format::{Domain, ElementInput, LettersRow, Live, Policy};
use super::super::infer;
use super::super::limits;
use super::super::meaning::Meaning;
use super::super::op::Op;
use super::super::types::Type;
use super::Check;
use crate::diagnostic::{Code, Diagnostic, JsonPath};

/// The least bounce of a spring that never comes to rest.
const BOUNCE_END: f64 = 1.0;

impl Check<'_> {
    /// Checks the nodes by which the elements of domains come and go, once their types are known.
    pub(super) fn live(&mut self) {
        for row in 0..self.data.domains.len() {
            let domain = &self.data.domains[row];
            let at = JsonPath::row("domains", row).key("live");
            for (name, node, types) in infer::live_nodes(domain) {
                let at = at.keys(kind_name(domain)).key(name);
                if !self.row(node, self.data.nodes.len(), "node", &at) {
                    continue;
                }
                let what = format!("`{name}` of {}", self.domain_name(row as u32));
                if let Some(ty) = self.types[node as usize].filter(|ty| !types.contains(ty)) {
                    let expected = match types {
                        [Type::Text] => "a text",
                        [_] => "a float",
                        _ => "a float or an int",
                    };
                    let message = format!("{what} is {}, expected {expected}", super::names::a(ty));
                    let diagnostic = Diagnostic::error(Code::TargetType, message).at(&at);
                    self.push(diagnostic.related("the value", JsonPath::row("nodes", node)));
                } else if name == "lives" {
                    self.life(row as u32, node, &at);
                } else if let Some(Some(of)) = self.domains[node as usize] {
                    self.not_uniform(&what, node, of, at.clone());
                } else if name != "count" && self.needs_itself(row as u32, node) {
                    let message = format!("{what} needs the elements of the same domain to be known");
                    let diagnostic = Diagnostic::error(Code::Cycle, message).at(&at);
                    self.push(diagnostic.help("read last frame's value from a state cell"));
                }
            }
        }
    }

    /// A life is worked out when an element is born: before it has an index, state or fields.
    fn life(&mut self, domain: u32, root: u32, at: &JsonPath) {
        let (mut stack, mut seen) = (vec![root], HashSet::new());
        while let Some(index) = stack.pop() {
            let node = &self.data.nodes[index as usize];
            if !seen.insert(index) || self.domains[index as usize].is_none() {
                continue;
            }
            let is_lane = self.domains[index as usize] != Some(None);
            let reads_set = infer::live_domain(self.data, node) == Some(domain);
            let is_of_pairs = matches!(node.op.meaning(), Meaning::Near(_));
            let is_known = matches!(node.op, Op::Id | Op::Random);
            if !is_known && (reads_set || is_lane && (node.args.is_empty() || is_of_pairs)) {
                let message = format!(
                    "the life of {} needs {}, which is not known when an element is born",
                    self.domain_name(domain),
                    self.node_name(index)
                );
                let help = "make it of numbers that are the same for all elements, of `id` and of `random`";
                let diagnostic = Diagnostic::error(Code::LifeAtBirth, message).at(at);
                self.push(diagnostic.related("it is read here", JsonPath::row("nodes", index)).help(help));
                return;
            }
            stack.extend(&node.args);
        }
    }

    /// Whether a node that says how many elements a domain has needs to know which ones it has.
    fn needs_itself(&self, domain: u32, root: u32) -> bool {
        let (mut stack, mut seen) = (vec![root], HashSet::new());
        while let Some(index) = stack.pop() {
            let Some(node) = self.data.nodes.get(index as usize) else { continue };
            if !seen.insert(index) {
                continue;
            }
            if infer::live_domain(self.data, node) == Some(domain) {
                return true;
            }
            stack.extend(&node.args);
            stack.extend(infer::set_nodes(self.data, node));
        }
        false
    }

    /// Checks a domain's row as far as it stands for itself.
    pub(super) fn live_row(&mut self, row: usize, domain: &Domain) {
        let at = JsonPath::row("domains", row);
        let Some(live) = &domain.live else { return };
        if domain.count > 0 {
            let message = format!("the count is {}, expected 0 beside `live`", domain.count);
            let help = "`live` says how many elements there are";
            self.push(Diagnostic::error(Code::DomainSize, message).at(at.key("count")).help(help));
        }
        if let Live::BornOn { event, .. } = *live {
            self.row(event, self.data.events.len(), "event", at.key("live").key("born_on").key("event"));
        }
        let Live::Host { inputs, nearest, ids, view, letters } = live else { return };
        let at = at.key("live").key("host");
        self.own_ids(ids, domain.capacity, inputs.is_empty(), &at);
        if let Some(view) = *view {
            self.of_view(domain.capacity, (view, inputs), &at);
        }
        if let Some(letters) = letters {
            let others = nearest.is_some() || view.is_some() || !ids.is_empty();
            self.letters(domain.capacity, (letters, inputs), others, &at);
        }
        let names = inputs.iter().map(|input| input.name.as_str());
        let path = at.clone();
        self.names("input", "name", names, |input| path.key("inputs").index(input).key("name"));
        if inputs.len() > limits::ELEMENT_INPUTS_MAX {
            let message =
                format!("{} inputs per element, the most is {}", inputs.len(), limits::ELEMENT_INPUTS_MAX);
            self.error(Code::Limit, at.key("inputs"), message);
        }
        for (input, row) in inputs.iter().enumerate() {
            let at = at.key("inputs").index(input);
            if row.ty == Type::Text && (view.is_some() || letters.is_some()) {
                self.given_text(&at, &row.default);
                continue;
            }
            self.given(&at, (row.ty, row.unit), &row.default, 1);
        }
        let Some(nearest) = nearest else { return };
        let at = at.key("nearest");
        if !(nearest.radius.is_finite() && nearest.radius > 0.0) {
            let message = format!("the radius is {}, expected a number above 0", nearest.radius);
            self.error(Code::ImmediateRange, at.key("radius"), message);
        }
        if self.row(nearest.input, inputs.len(), "input", at.key("input")) {
            let ty = inputs[nearest.input as usize].ty;
            if !matches!(ty, Type::Vec2 | Type::Vec3) {
                let message =
                    format!("places are told by {}, expected a vec2 or a vec3", super::names::a(ty));
                self.error(Code::TargetType, at.key("input"), message);
            }
        }
    }

    /// Checks a domain of the letters of a text, but for its nodes.
    fn letters(
        &mut self,
        capacity: u32,
        (letters, inputs): (&LettersRow, &[ElementInput]),
        has_others: bool,
        at: &JsonPath,
    ) {
        if has_others {
            let message =
                "letters are given by their text alone: not by a view, nor by ids, nor matched by places";
            self.error(Code::TypeNotAllowed, at.key("letters"), message);
        }
        if capacity > LettersRow::MOST {
            let message = format!("{capacity} letters, the most is {}", LettersRow::MOST);
            self.error(Code::Limit, at.key("letters"), message);
        }
        for (row, input) in inputs.iter().enumerate() {
            let known = LettersRow::COLUMNS.iter().find(|(name, _)| *name == input.name);
            if known.is_none_or(|&(_, ty)| ty != input.ty) {
                let columns: Vec<String> =
                    LettersRow::COLUMNS.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
                let message = format!(
                    "letters have no {}: {}; they have {}",
                    crate::diagnostic::quote(&input.name),
                    input.ty,
                    columns.join(", ")
                );
                self.error(Code::TypeNotAllowed, at.key("inputs").index(row), message);
            }
        }
        self.weight(letters.weight, at.key("letters").key("weight"));
        if let Some(font) = letters.font {
            self.row(font, self.data.fonts.len(), "font", at.key("letters").key("font"));
        }
    }

    /// Checks the ids of elements that the program itself gives.
    fn own_ids(&mut self, ids: &[u64], capacity: u32, has_no_inputs: bool, at: &JsonPath) {
        if ids.is_empty() {
            return;
        }
        if ids.len() > capacity as usize {
            let message = format!("there are {} ids, and the capacity is {capacity}", ids.len());
            self.error(Code::DomainSize, at.key("ids"), message);
        }
        if !has_no_inputs {
            let message = "elements that the program itself gives have no inputs";
            self.error(Code::TypeNotAllowed, at.key("inputs"), message);
        }
        let mut known = HashSet::with_capacity(ids.len());
        if let Some(again) = ids.iter().position(|id| !known.insert(id)) {
            let message = format!("the id {} is there twice", ids[again]);
            self.error(Code::DuplicateName, at.key("ids").index(again), message);
        }
    }

    /// Checks the tables of continuities and fades.
    pub(super) fn continuities(&mut self) {
        let data = self.data;
        let keys = data.continuities.iter().map(|row| row.key.as_str());
        self.names("continuity", "key", keys, |row| JsonPath::row("continuities", row).key("key"));
        for (row, continuity) in data.continuities.iter().enumerate() {
            let at = JsonPath::row("continuities", row);
            self.row(continuity.domain, data.domains.len(), "domain", at.key("domain"));
            if let Policy::Spring { bounce, .. } = continuity.policy
                && !(0.0..BOUNCE_END).contains(&bounce)
            {
                let message = format!("the bounce is {bounce}, expected 0 up to but not including 1");
                self.error(Code::ImmediateRange, at.key("policy").key("spring").key("bounce"), message);
            }
        }
        let keys = data.fades.iter().map(|row| row.key.as_str());
        self.names("fade", "key", keys, |row| JsonPath::row("fades", row).key("key"));
        for (row, fade) in data.fades.iter().enumerate() {
            let at = JsonPath::row("fades", row).key("domain");
            self.row(fade.domain, data.domains.len(), "domain", at);
        }
    }

    /// Whether what a node reads of an element is there.
    pub(super) fn element_node(&mut self, node: &super::super::Node, at: &JsonPath) -> bool {
        let (domain, row) = (node.domain.unwrap_or(0), node.index.unwrap_or(0));
        let live = self.data.domains[domain as usize].live.as_ref();
        match node.op {
            Op::ElementInput => {
                let inputs = match live {
                    Some(Live::Host { inputs, .. }) => inputs.len(),
                    Some(Live::Counted { .. } | Live::Born { .. } | Live::BornOn { .. }) | None => 0,
                };
                self.row(row, inputs, "input of an element", at.clone())
            }
            Op::Life if !matches!(live, Some(Live::Born { .. } | Live::BornOn { .. })) => {
                let message = format!("elements of {} have no life", self.domain_name(domain));
                let help = "only elements that are born have one: see `live` of the domain";
                self.push(Diagnostic::error(Code::TypeNotAllowed, message).at(at).help(help));
                false
            }
            Op::AtBirth if !matches!(live, Some(Live::BornOn { .. })) => {
                let message = format!("elements of {} are not born on an event", self.domain_name(domain));
                let help = "`at_birth` takes values as they are when an event bears an element";
                self.push(Diagnostic::error(Code::TypeNotAllowed, message).at(at).help(help));
                false
            }
            _ => true,
        }
    }
}

/// The name of a way to come and go in programs.
fn kind_name(domain: &Domain) -> &'static str {
    match domain.live {
        Some(Live::Counted { .. }) => "counted",
        Some(Live::Born { .. }) => "born",
        Some(Live::BornOn { .. }) => "born_on",
        Some(Live::Host { letters: Some(_), .. }) => "host.letters",
        Some(Live::Host { .. }) | None => "host",
    }
}
