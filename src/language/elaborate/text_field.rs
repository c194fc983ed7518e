//! Text fields: `input draft: text field`. A state that the host edits by events, and beside it where the caret is, what is
//! selected, whether keys go to it, and what is pressed in it that changes no text.
//!
//! The host knows an event for each of what it does: `draft` carries the text, `draft.caret` how many characters are before the
//! caret and before the other end of what is selected, `draft.focus` whether keys go there, `draft.enter` and `draft.escape`
//! nothing. It reads what there is from signals of the same names; what it reads as a caret is negative where the patch has set the
//! text, and the caret belongs behind it.

use super::events::HostEvent;
use super::state::StateCell;
use super::value::Typed;
use super::{Done, Elaborator};
use crate::diagnostic::{Code, quote};
use crate::language::problems::Reported;
use crate::language::project::{FieldPart, TaskId};
use crate::language::source::Problem;
use crate::language::syntax::{Expr, Name};
use crate::program::{CellRef, EventRef, Gather, Op, Type, Unit, Value};

/// Behind the text, wherever that ends.
const BEHIND: i32 = -1;

/// What a text field is made of, beside its text.
#[derive(Clone, Copy)]
pub(super) struct Cells<'b> {
    caret: CellRef<'b>,
    anchor: CellRef<'b>,
    focus: CellRef<'b>,
    enter: EventRef<'b>,
    escape: EventRef<'b>,
    /// It has, or has lost, the focus.
    turned: EventRef<'b>,
}

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn text_field(&mut self, at: TaskId, default: Option<&'a Expr>) -> Result<Done<'b>, Reported> {
        let task = &self.project.tasks[at];
        let number = match default {
            Some(expr) => {
                let value = self.expr(expr)?;
                let value = self.convert(value, Type::Text, Unit::Scalar, expr.span, "the default")?;
                self.constant(value, expr.span, "the default of an input")?[0] as u32
            }
            None => 0,
        };
        let (b, key) = (self.builder, task.key.as_str());
        let name = |part: &str| format!("{key}.{part}");
        let text = b.text_cell(key, b.text_row(self.texts.text(number), number), None);
        let behind = f64::from(BEHIND);
        let caret = b.cell(&name("caret"), Type::Int, behind, None);
        let anchor = b.cell(&name("anchor"), Type::Int, behind, None);
        let focus = b.cell(&name("focus"), Type::Bool, 0.0, None);
        let parts = [(text, ""), (caret, ".caret"), (anchor, ".anchor"), (focus, ".focus")];
        self.keys.made(self.sources, parts.map(|(cell, part)| (cell.row(), part.to_owned())).to_vec());

        let typed = self.field_event(at, key, Some(Type::Text))?;
        let moved = self.field_event(at, &name("caret"), Some(Type::Vec2))?;
        let turns = self.field_event(at, &name("focus"), Some(Type::Bool))?;
        let enter = self.field_event(at, &name("enter"), None)?;
        let escape = self.field_event(at, &name("escape"), None)?;
        let behind = b.int(BEHIND);
        typed.reaction().set(text, typed.payload()).set(caret, behind).set(anchor, behind).done();
        let [before, selected] =
            [moved.payload().x(), moved.payload().y()].map(|place| place.op(Op::ToInt, &[]));
        moved.reaction().set(caret, before).set(anchor, selected).done();
        turns.reaction().set(focus, turns.payload()).done();
        // Under a name of its own: that of the field is the host's.
        self.keys.rebase(name("turned"));
        let turned = self.new_event(|e, key| e.builder.change(key, focus.get()));
        self.keys.rebase(key.to_owned());
        let Some(turned) = turned.event else { return self.contradiction(task.span, "a field has no focus") };
        self.text_fields.push((at, Cells { caret, anchor, focus, enter, escape, turned }));
        self.states.insert(at, StateCell::of_part(text, Type::Text, task.span));
        let value = self.cell_value(text, Unit::Scalar, None);
        Ok(Done::Value(self.named(at, value)))
    }

    /// An event by which the host edits a text field. Every text counts, for it may be entered before the next; of carets the latest is
    /// enough.
    fn field_event(&mut self, at: TaskId, name: &str, ty: Option<Type>) -> Result<EventRef<'b>, Reported> {
        if self.host_events.contains_key(name) {
            let message =
                format!("the text field {} needs an event of this name, and there is one", quote(name));
            let problem = Problem::new(Code::Redefined, self.project.tasks[at].span, message);
            return self
                .fail(problem.help("give one of them another name: a host knows events by their names"));
        }
        let gather = match ty {
            Some(Type::Vec2) => Gather::Latest,
            Some(_) | None => Gather::Each,
        };
        let carries = ty.map(|ty| (ty, Unit::Scalar));
        let event = self.builder.host_event_of(name, carries, gather);
        self.host_events.insert(name.to_owned(), HostEvent { event, carries, gather, row_of: None });
        Ok(event)
    }

    /// A part of a text field under its name.
    pub(super) fn of_field(
        &mut self,
        at: TaskId,
        field: TaskId,
        part: FieldPart,
    ) -> Result<Done<'b>, Reported> {
        let span = self.project.tasks[at].span;
        let Some(&(_, cells)) = self.text_fields.iter().find(|(of, _)| *of == field) else {
            return self.contradiction(span, "a text field is read before it is there");
        };
        let cell = |e: &mut Self, cell: CellRef<'b>, ty| {
            e.states.insert(at, StateCell::of_part(cell, ty, span));
            let value = e.cell_value(cell, Unit::Scalar, None);
            e.named(at, value)
        };
        Ok(Done::Value(match part {
            FieldPart::Caret | FieldPart::Anchor => {
                let place =
                    cell(self, if part == FieldPart::Caret { cells.caret } else { cells.anchor }, Type::Int);
                // Until the host has said where the text ends.
                let zero = Typed::new(self.builder.int(0), Unit::Scalar, None);
                self.apply(Op::Max, &[place, zero], Unit::Scalar)
            }
            FieldPart::Focus => cell(self, cells.focus, Type::Bool),
            FieldPart::Enter => self.event_value(cells.enter),
            FieldPart::Escape => self.event_value(cells.escape),
            FieldPart::Blur => {
                let Cells { focus, turned, .. } = cells;
                self.new_event(|e, key| {
                    let blur = e.builder.made_event(key, None);
                    turned.reaction().when(!focus.get()).pass(blur, None).done();
                    blur
                })
            }
        }))
    }

    /// Where a reaction sets the texts of fields, the caret goes behind them, unless it says where it goes.
    pub(super) fn carets_behind(&self, sets: &[(TaskId, &Name, &Expr)]) -> Vec<(CellRef<'b>, Value<'b>)> {
        let is_set = |task: Option<TaskId>| sets.iter().any(|&(state, ..)| Some(state) == task);
        let texts = self.text_fields.iter().filter(|(field, _)| is_set(Some(*field)));
        let cells = texts.flat_map(|(field, cells)| {
            let parts = [("caret", cells.caret), ("anchor", cells.anchor)];
            parts.into_iter().filter(|(part, _)| !is_set(self.project.part_of_field(*field, part)))
        });
        cells.map(|(_, cell)| (cell, self.builder.int(BEHIND))).collect()
    }

    /// Where there are several text fields, the one that gets the focus takes it from the others.
    pub(super) fn one_field_has_focus(&mut self) {
        for (field, Cells { focus, turned, .. }) in &self.text_fields {
            let others = self.text_fields.iter().filter(|(other, _)| other != field);
            let reaction = turned.reaction().when(focus.get());
            let reaction = others
                .fold(reaction, |reaction, (_, other)| reaction.set(other.focus, self.builder.bool(false)));
            if self.text_fields.len() > 1 {
                reaction.done();
            }
        }
    }
}
