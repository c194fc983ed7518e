//! What an engine has beside its tables.

use bevy_ecs::prelude::{Resource, World};

use super::clock::Clock;
use super::continuity::ContinuityBook;
use super::elements::Elements;
use super::error::FaultFlag;
use super::events::Events;
use super::inputs::{Canvas, Inputs};
use super::lanes::LaneRunner;
use super::letters::Letters;
use super::lists::Lists;
use super::order::Pieces;
use super::passes::{Lines, Pools};
use super::plan::Plan;
use super::signals::{Registers, SignalTables, Signals};
use super::snapshots::Ring;
use super::state::{State, StateBook};
use super::texts::RunTexts;
use crate::draw::Path;

/// Everything beside the tables, as *one* resource: looking one up takes some hundred instructions, and a frame of few elements
/// takes a few thousand. Systems borrow the parts that they name, so who writes what is still seen in their first lines.
#[derive(Resource)]
pub(crate) struct Parts {
    pub(crate) plan: Plan,
    pub(crate) clock: Clock,
    pub(crate) canvas: Canvas,
    /// What went wrong in this frame.
    pub(crate) fault: FaultFlag,
    pub(crate) events: Events,
    pub(crate) inputs: Inputs,
    pub(crate) registers: Registers,
    pub(crate) texts: RunTexts,
    pub(crate) lists: Lists,
    pub(crate) elements: Elements,
    pub(crate) continuity: ContinuityBook,
    pub(crate) runner: LaneRunner,
    pub(crate) state: StateBook,
    pub(crate) ring: Ring,
    /// The paths of the program.
    pub(crate) paths: Vec<Path>,
    pub(crate) letters: Letters,
    pub(crate) lines: Lines,
    pub(crate) pieces: Pieces,
    pub(crate) pools: Pools,
}

impl Parts {
    pub(crate) fn of(world: &World) -> &Self {
        world.resource::<Self>()
    }

    pub(crate) fn of_mut(world: &mut World) -> &mut Self {
        world.resource_mut::<Self>().into_inner()
    }

    /// What signals need, and the rest.
    pub(crate) fn split<'a, 's>(&'a mut self, tables: SignalTables<'a, 's>) -> (Signals<'a, 's>, Rest<'a>) {
        let Self {
            plan,
            clock,
            canvas,
            fault,
            events,
            inputs,
            registers,
            texts,
            lists,
            elements,
            continuity,
            runner,
            state,
            ring,
            paths,
            letters,
            lines,
            pieces,
            pools,
        } = self;
        let SignalTables { slots, state: rows, buffers } = tables;
        let state = State::new(state, rows);
        (
            Signals { plan, clock, canvas, inputs, registers, slots, state, texts, buffers, fault },
            Rest { events, lists, elements, continuity, runner, ring, paths, letters, lines, pieces, pools },
        )
    }
}

/// Parts that signals have nothing to do with.
pub(crate) struct Rest<'a> {
    pub(crate) events: &'a mut Events,
    pub(crate) lists: &'a mut Lists,
    pub(crate) elements: &'a mut Elements,
    pub(crate) continuity: &'a mut ContinuityBook,
    pub(crate) runner: &'a mut LaneRunner,
    pub(crate) ring: &'a mut Ring,
    pub(crate) paths: &'a [Path],
    pub(crate) letters: &'a mut Letters,
    pub(crate) lines: &'a Lines,
    pub(crate) pieces: &'a Pieces,
    pub(crate) pools: &'a Pools,
}
