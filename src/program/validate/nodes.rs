//! Nodes: arguments, types and domains.

use super::super::build::finish;
use super::super::format::{Node, ShapeRow};
use super::super::infer::{self, InferError};
use super::super::limits;
use super::super::meaning::{Leaf, Meaning, Near, Whole};
use super::super::op::{Immediate, Op, SignatureError};
use super::super::types::Type;
use super::names::a;
use super::{Check, cycle};
use crate::diagnostic::{Code, Diagnostic, JsonPath};

impl Check<'_> {
    pub(super) fn nodes(&mut self) {
        self.later_arguments();
        for index in 0..self.data.nodes.len() {
            let node = &self.data.nodes[index];
            let rows_exist = self.settings(index);
            let arity = self.arity(index, node);
            let arguments_exist = node.args.iter().all(|&arg| (arg as usize) < index);
            if !rows_exist || !arity || !arguments_exist {
                continue;
            }
            self.types[index] = self.node_type(index, node);
            self.domains[index] = self.node_domain(index, node);
            if self.types[index].is_some() {
                self.ranges(index);
            }
        }
    }

    /// Reports arguments that do not exist or come too late.
    fn later_arguments(&mut self) {
        let nodes = &self.data.nodes;
        let edges = |vertex: usize, k: usize| {
            // No operation takes more arguments, so what follows is not looked at: `nth` would take too long.
            let args = nodes[vertex].args.iter().take(8);
            let mut good = args.filter(|&&arg| (arg as usize) < nodes.len());
            good.nth(k).map(|&arg| arg as usize)
        };
        let later = |(index, node): (usize, &Node)| node.args.iter().any(|&arg| arg as usize >= index);
        if !nodes.iter().enumerate().any(later) {
            return;
        }
        let component = cycle::components(nodes.len(), &edges);
        let mut reported = std::collections::HashSet::new();
        for (index, node) in nodes.iter().enumerate() {
            for (at, &arg) in node.args.iter().enumerate() {
                let path = JsonPath::row("nodes", index).key("args").index(at);
                if (arg as usize) < index || !self.row(arg, nodes.len(), "node", &path) {
                    continue;
                }
                if component[arg as usize] != component[index] {
                    let message = format!("node {index} uses node {arg}, which comes later");
                    let diagnostic = Diagnostic::error(Code::ArgumentLater, message).at(path);
                    let help = "arguments stand before the nodes that use them: move the argument up";
                    self.push(diagnostic.related("the argument", JsonPath::row("nodes", arg)).help(help));
                } else if reported.insert(component[index]) {
                    let way = cycle::cycle(index, &component, &edges);
                    let way = cycle::print(&way, |node| self.node_name(node as u32));
                    let message = format!("a cycle that crosses no state: {way}");
                    let help = "break it with a state cell: read last frame's value with `cell`, write the next one \
                                with a `next` step";
                    self.push(Diagnostic::error(Code::Cycle, message).at(path).help(help));
                }
            }
        }
    }

    fn arity(&mut self, index: usize, node: &Node) -> bool {
        let (found, expected) = (node.args.len(), node.op.arity());
        if found == expected {
            return true;
        }
        let arguments = match expected {
            0 => "no arguments".to_string(),
            1 => "one argument".to_string(),
            n => format!("{n} arguments"),
        };
        let message = format!("`{}` takes {arguments}, found {found}", node.op.name());
        let path = JsonPath::row("nodes", index).key("args");
        self.push(Diagnostic::error(Code::Arity, message).at(path).help(node.op.description()));
        false
    }

    fn node_type(&mut self, index: usize, node: &Node) -> Option<Type> {
        let args: Option<Vec<Type>> = node.args.iter().map(|&arg| self.types[arg as usize]).collect();
        // Slots are looked up here, for ids need not be in order in a program that is being checked.
        if node.op == Op::Slot {
            return self.slot_rows.get(&node.index?).map(|&row| self.data.slots[row].ty);
        }
        match infer::node_type(self.data, node, &args?) {
            Ok(ty) => Some(ty),
            Err(InferError::Signature(SignatureError::Argument { index: at, expected })) => {
                let arg = node.args[at];
                let found = self.types[arg as usize].map_or("?", Type::name);
                let message = format!(
                    "argument {at} of `{}` is {}, expected {expected}: {} gives it",
                    node.op.name(),
                    self.types[arg as usize].map_or("unknown".into(), a),
                    self.node_name(arg),
                );
                let mut diagnostic = Diagnostic::error(Code::ArgumentType, message);
                diagnostic.help = Some(match conversion(found, &expected) {
                    Some(op) => format!("convert it with `{op}`"),
                    None => format!("`{}`: {}", node.op.name(), node.op.description()),
                });
                let diagnostic = diagnostic.at(JsonPath::row("nodes", index).key("args").index(at));
                self.push(diagnostic.related("the argument", JsonPath::row("nodes", arg)));
                None
            }
            // Arity and settings were checked before.
            Err(_) => None,
        }
    }

    /// The domain of a node that has to do with pairs of elements.
    fn near_domain(&mut self, index: usize, node: &Node, near: Near) -> Option<Option<u32>> {
        let &[first, second] = node.args.as_slice() else { return None };
        let args = [self.domains[first as usize]?, self.domains[second as usize]?];
        let elements_of = |found: u32| {
            let place = self.data.nodes.get(found as usize)?.args.first();
            self.domains.get(*place? as usize).copied().flatten().flatten()
        };
        let at = match infer::near_domain(near, index as u32, args, elements_of) {
            Ok(domain) => return Some(Some(domain)),
            Err(at) => at as usize,
        };
        let found = args[at].map_or("one value".into(), |domain| {
            format!("a value per element of {}", self.domain_name(domain))
        });
        let expected = match (near, at) {
            (Near::Pairs, 0) => "a value per element",
            (Near::Pairs, _) => "one value",
            (Near::Fold(_), 0) => "a value of the same pairs",
            (Near::End(_), 0) => "a value per element of the domain of the pairs",
            (Near::End(_) | Near::Fold(_), _) => "the pairs that `near` gives",
        };
        let message = format!("argument {at} of `{}` is {found}, expected {expected}", node.op.name());
        let diagnostic = Diagnostic::error(Code::MixedDomains, message)
            .at(JsonPath::row("nodes", index).key("args").index(at))
            .related("the argument", JsonPath::row("nodes", node.args[at]));
        self.push(diagnostic.help(node.op.description()));
        None
    }

    fn node_domain(&mut self, index: usize, node: &Node) -> Option<Option<u32>> {
        if let Meaning::Near(near) = node.op.meaning() {
            return self.near_domain(index, node, near);
        }
        let own = infer::node_domain(self.data, node, &[]).ok()?;
        let folds = matches!(node.op.meaning(), Meaning::Whole(Whole::ByKey(_)));
        let mut found = own.filter(|_| !folds).map(|domain| (domain, index as u32));
        for &arg in &node.args {
            let Some(domain) = self.domains[arg as usize]? else { continue };
            match found {
                None => found = Some((domain, arg)),
                Some((first, from)) if first != domain => {
                    self.mixed(index, (first, from), (domain, arg));
                    return None;
                }
                Some(_) => {}
            }
        }
        if folds {
            if found.is_none() {
                let message =
                    format!("`{}` folds elements, and none of its arguments has any", node.op.name());
                let at = JsonPath::row("nodes", index).key("args");
                self.push(Diagnostic::error(Code::TargetDomain, message).at(at).help(node.op.description()));
                return None;
            }
            return Some(own);
        }
        let uniform = match node.op.meaning() {
            // Each element may read another one.
            Meaning::Leaf(Leaf::At) => 0,
            // How far back a delay reads.
            Meaning::Leaf(_) | Meaning::Indexed(_) => node.args.len(),
            Meaning::Path(_) => 1,
            Meaning::Text(_)
            | Meaning::Scalar(_)
            | Meaning::Ease(_)
            | Meaning::Factor(_)
            | Meaning::Cast(_)
            | Meaning::Wave { .. }
            | Meaning::Number(_)
            | Meaning::Noise(_)
            | Meaning::Curl(_)
            | Meaning::Vector(_)
            | Meaning::Layout(_)
            | Meaning::Whole(_)
            | Meaning::Color(_)
            | Meaning::Lookup
            | Meaning::Continued
            | Meaning::Near(_)
            | Meaning::AtBirth => 0,
        };
        if uniform > 0 {
            for (at, &arg) in node.args.iter().enumerate().take(uniform) {
                if let Some(Some(domain)) = self.domains[arg as usize] {
                    let what = format!("argument {at} of `{}`", node.op.name());
                    self.not_uniform(&what, arg, domain, JsonPath::row("nodes", index).key("args").index(at));
                    return None;
                }
            }
        }
        Some(found.map(|(domain, _)| domain))
    }

    /// A text that is made for each element is none of those of the run: only passes draw it, it is measured, and other such texts are made of it.
    pub(super) fn said(&mut self) {
        let nodes = &self.data.nodes;
        let mut said = vec![false; nodes.len()];
        for (index, node) in nodes.iter().enumerate() {
            let of_said = |&arg: &u32| said.get(arg as usize).copied().unwrap_or(false);
            let is_made = matches!(node.op.meaning(), Meaning::Text(op) if op.makes_text());
            let is_chosen = node.op == Op::Select && node.args.iter().skip(1).any(of_said);
            said[index] = matches!(self.domains[index], Some(Some(_))) && (is_made || is_chosen);
        }
        if !said.contains(&true) {
            return;
        }
        let is_said = |node: u32| said.get(node as usize).copied().unwrap_or(false);
        let mut wrong = Vec::new();
        for (index, node) in nodes.iter().enumerate().filter(|&(index, _)| !said[index]) {
            // Who measures a text makes it, as who draws it does.
            let measures = matches!(node.op.meaning(), Meaning::Text(op) if op.measures());
            let others = node.args.iter().enumerate().filter(|&(at, _)| !(measures && at == 0));
            for (at, &arg) in others.filter(|&(_, &arg)| is_said(arg)) {
                wrong.push((arg, JsonPath::row("nodes", index).key("args").index(at)));
            }
        }
        let mut named = finish::roots(&mut self.data.clone());
        named.retain(|&node| is_said(node));
        for pass in &self.data.passes {
            if let ShapeRow::Text { text, .. } = pass.shape
                && let Some(at) = named.iter().position(|&node| node == text)
            {
                named.swap_remove(at);
            }
        }
        wrong.extend(named.into_iter().map(|node| (node, JsonPath::row("nodes", node))));
        for (node, path) in wrong {
            let name = self.node_name(node);
            let message = format!(
                "{name} is a text that is made for each element: such a text can only be drawn and measured"
            );
            let diagnostic = Diagnostic::error(Code::NotUniform, message).at(path);
            let help =
                "draw it with a pass whose shape is a text, or make a text of values that have no elements";
            self.push(diagnostic.related("the text", JsonPath::row("nodes", node)).help(help));
        }
    }

    /// Points along a path are looked up in a table of it, and a program cannot ask for tables without end.
    pub(super) fn paths_measured(&mut self) {
        let found = infer::paths_measured(self.data).len();
        if found > limits::PATHS_MEASURED_MAX {
            let most = limits::PATHS_MEASURED_MAX;
            let message = format!("points are taken along {found} paths, the most is {most}");
            let help =
                "`path_point` and `path_direction` need a table of each path they may take points along";
            self.push(Diagnostic::error(Code::Limit, message).at("paths").help(help));
        }
    }

    fn mixed(&mut self, index: usize, first: (u32, u32), second: (u32, u32)) {
        let names = [self.domain_name(first.0), self.domain_name(second.0)];
        let message =
            format!("elements of {} and of {} meet in {}", names[0], names[1], self.node_name(index as u32));
        let mut diagnostic = Diagnostic::error(Code::MixedDomains, message).at(JsonPath::row("nodes", index));
        for ((domain, from), name) in [first, second].into_iter().zip(&names) {
            let leaf = self.origin(from, domain);
            let note = format!("{name} comes from {}", self.node_name(leaf));
            diagnostic = diagnostic.related(note, JsonPath::row("nodes", leaf));
        }
        self.push(diagnostic.help("reduce one of them to a signal first, with a `reduce` step into a slot, or read it by an index, with `at`"));
    }

    /// The node under `node` that brings a domain in.
    pub(super) fn origin(&self, node: u32, domain: u32) -> u32 {
        let mut at = node;
        if self.sink.is_full() {
            return at;
        }
        // Arguments have smaller indices, so this ends.
        while let Some(row) = self.data.nodes.get(at as usize) {
            let of_domain = |&&arg: &&u32| arg < at && self.domains[arg as usize] == Some(Some(domain));
            match row.args.iter().find(of_domain) {
                Some(&arg) => at = arg,
                None => break,
            }
        }
        at
    }

    /// Reports a value per element where one value is needed.
    pub(super) fn not_uniform(&mut self, what: &str, node: u32, domain: u32, path: JsonPath) {
        let leaf = self.origin(node, domain);
        let message = format!(
            "{what} takes one value, but {} has one per element of {}",
            self.node_name(node),
            self.domain_name(domain),
        );
        let note = format!("the elements come in with {}", self.node_name(leaf));
        let diagnostic = Diagnostic::error(Code::NotUniform, message).at(path);
        let help = "make one value of a field with a `reduce` step, or use a value that has no elements";
        self.push(diagnostic.related(note, JsonPath::row("nodes", leaf)).help(help));
    }
}

/// An operation from one scalar type to another.
fn conversion(found: &str, expected: &str) -> Option<&'static str> {
    let float = expected.starts_with("float");
    Some(match (found, expected) {
        ("int", _) if float => "to_float",
        ("uint", _) if float => "uint_to_float",
        ("bool", _) if float => "bool_to_float",
        ("float", "int") => "to_int",
        ("float", "uint") => "to_uint",
        ("int", "uint") => "int_to_uint",
        ("uint", "int") => "uint_to_int",
        _ => return None,
    })
}

/// Whether an operation reads rings.
pub(super) fn reads_rings(op: Op) -> bool {
    op.immediate() == Immediate::Ring
}
