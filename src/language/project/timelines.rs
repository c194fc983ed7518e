//! A timeline as tasks: one for when its parts begin and end, and one for each value that is read of it.

use std::collections::HashMap;

use super::super::source::{Problem, Span};
use super::super::syntax::{Expr, Name, Part};
use super::collect::Collector;
use super::{Meaning, PatchTimeline, Scope, TaskKind, TimelineValue};
use crate::diagnostic::{Code, quote};

/// The values that every timeline has beside its parts.
pub(in crate::language) const TIMELINE_VALUES: [(&str, TimelineValue); 3] =
    [("end", TimelineValue::End), ("playing", TimelineValue::Playing), ("time", TimelineValue::Time)];

impl<'a> Collector<'_, 'a> {
    pub(super) fn timeline(
        &mut self,
        scope: Scope,
        name: &'a Name,
        over: Option<&'a Expr>,
        parts: &'a [Part],
    ) {
        let task = self.push(scope, name.span, &name.text, TaskKind::Timeline { over, parts });
        let mut names = HashMap::new();
        let value = |this: &mut Self, span: Span, own: &str, value| {
            let kind = TaskKind::OfTimeline { timeline: task, value };
            this.push(scope, span, &format!("{}.{own}", name.text), kind)
        };
        for (own, kind) in TIMELINE_VALUES {
            names.insert(own, value(self, name.span, own, kind));
        }
        for (row, part) in parts.iter().enumerate() {
            let (own, span): (&'a str, Span) = (&part.name.text, part.name.span);
            if TIMELINE_VALUES.iter().any(|(known, _)| *known == own) {
                let message = format!("{} has a meaning of its own in every timeline", quote(own));
                let help = format!("choose another name, such as `my_{own}`");
                self.problems.report(Problem::new(Code::ReservedName, span, message).help(help));
            } else if let Some(&first) = names.get(own) {
                let first = self.project.tasks[first].span;
                let message = format!("two parts are called {}", quote(own));
                let problem =
                    Problem::new(Code::Redefined, span, message).related("the first is here", first);
                self.problems.report(problem.help("rename one of them"));
            } else {
                names.insert(own, value(self, span, own, TimelineValue::Part(row)));
            }
        }
        let id = self.project.timelines.len();
        self.project.timelines.push(PatchTimeline { name, task, names });
        self.define(scope, name, Meaning::Timeline(id));
    }
}
