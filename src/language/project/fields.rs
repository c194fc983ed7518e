//! A text field as tasks: one for its text, which is a state that the host edits, and one for each of its parts.

use super::super::source::Problem;
use super::super::syntax::{Edit, Expr, Name};
use super::collect::Collector;
use super::{FieldPart, Meaning, Project, Scope, TaskId, TaskKind};
use crate::diagnostic::{Code, nearest, quote};

/// What every text field has beside its text.
pub(super) const FIELD_PARTS: [(&str, FieldPart); 6] = [
    ("caret", FieldPart::Caret),
    ("anchor", FieldPart::Anchor),
    ("focus", FieldPart::Focus),
    ("enter", FieldPart::Enter),
    ("escape", FieldPart::Escape),
    ("blur", FieldPart::Blur),
];

impl FieldPart {
    /// Whether reactions may set it.
    fn is_settable(self) -> bool {
        match self {
            Self::Caret | Self::Anchor | Self::Focus => true,
            Self::Enter | Self::Escape | Self::Blur => false,
        }
    }
}

impl Project<'_> {
    /// The task of a part of a text field, by the task of the field.
    pub(in crate::language) fn part_of_field(&self, field: TaskId, part: &str) -> Option<TaskId> {
        let at = FIELD_PARTS.iter().position(|(name, _)| *name == part)?;
        Some(self.text_fields.get(&field)?[at])
    }

    /// The problem of a part that text fields do not have.
    pub(in crate::language) fn unknown_part_of_field(&self, field: TaskId, part: &Name) -> Problem {
        let names = FIELD_PARTS.map(|(name, _)| name);
        let (own, name) = (&self.tasks[field], quote(&part.text));
        let message = format!("the text field {} has no part {name}", quote(&own.key));
        let help = match nearest(&part.text, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", names.join(", ")),
        };
        Problem::new(Code::UnknownMember, part.span, message).help(help).related("the field", own.span)
    }
}

impl<'a> Collector<'_, 'a> {
    pub(super) fn text_field(&mut self, scope: Scope, name: &'a Name, default: Option<&'a Expr>) {
        let field = self.push(scope, name.span, &name.text, TaskKind::TextField { default });
        let part = |(own, part): (&str, FieldPart)| {
            self.push(scope, name.span, &format!("{}.{own}", name.text), TaskKind::OfField { field, part })
        };
        let parts = FIELD_PARTS.map(part).to_vec();
        self.project.text_fields.insert(field, parts);
        self.define(scope, name, Meaning::Value(field));
    }

    /// Whether what a reaction does to a column is about a text field: `draft.focus = true` is written like that.
    pub(super) fn is_of_field(&self, scope: Scope, edit: &Edit) -> bool {
        let field = self.own_value(scope, &edit.rows().text);
        matches!(edit, Edit::Set { .. })
            && field.is_some_and(|field| self.project.text_fields.contains_key(&field))
    }

    /// The part of a text field that a reaction sets; reports one that none has, and one that only happens.
    pub(super) fn set_part(&mut self, scope: Scope, field: &Name, part: &Name) -> Option<TaskId> {
        let field = self.own_value(scope, &field.text)?;
        let found = self.project.part_of_field(field, &part.text);
        if found.is_some_and(|part| self.is_settable(part)) {
            return found;
        }
        let problem = match found {
            Some(_) => {
                let own = &self.project.tasks[field].key;
                let (name, span) = (quote(&format!("{own}.{}", part.text)), part.span);
                let message = format!("{name} is an event, which happens and is not set");
                let help = format!(
                    "set `{own}.focus`, `{own}.caret`, `{own}.anchor`, or the text itself: `{own} = \"\"`"
                );
                Problem::new(Code::NextWithoutState, span, message).help(help)
            }
            None => self.project.unknown_part_of_field(field, part),
        };
        self.problems.report(problem);
        None
    }

    /// Whether reactions may set what a task is.
    pub(super) fn is_settable(&self, task: TaskId) -> bool {
        match self.project.tasks[task].kind {
            TaskKind::State { .. } | TaskKind::TextField { .. } => true,
            TaskKind::OfField { part, .. } => part.is_settable(),
            TaskKind::Value(_)
            | TaskKind::Continued { .. }
            | TaskKind::AtBirth { .. }
            | TaskKind::Broken(_)
            | TaskKind::Combine { .. }
            | TaskKind::Next { .. }
            | TaskKind::List { .. }
            | TaskKind::Event { .. }
            | TaskKind::On { .. }
            | TaskKind::Input { .. }
            | TaskKind::Parameter { .. }
            | TaskKind::Domain { .. }
            | TaskKind::Timeline { .. }
            | TaskKind::OfTimeline { .. }
            | TaskKind::Draw { .. }
            | TaskKind::Camera { .. }
            | TaskKind::Data(_)
            | TaskKind::Artwork(_)
            | TaskKind::Image(_)
            | TaskKind::Font { .. }
            | TaskKind::Background(_)
            | TaskKind::Clip(_) => false,
        }
    }
}
