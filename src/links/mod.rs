//! Links: cues from one engine to another, over a wire that loses, doubles, delays and reorders what it carries.
//!
//! Engines share nothing. What one names of another is a [`Handle`]: a node and an id. What one wants of another goes there as a
//! message, and has its effect as a cue of a later frame. An [`End`] is one side of a link, between a host and whatever carries
//! [`Packet`]s: it numbers messages, sends each again until the other end has taken it, drops what comes twice, and hands out
//! messages in the order in which they were sent. So each is delivered at least once and has its effect exactly once.
//!
//! - **Time** is in frames, which the host counts. A message that is sent in frame `f` is due in frame `f + latency` of the other
//!   end. What comes late is handed out at once, and says when it was due: a host then sends it for the frame it is in, or, with
//!   [`EngineSettings::rollback`](crate::EngineSettings::rollback), [for the time](crate::Engine::send_at) that it was due at, and the
//!   engine is as if it had come in time, bit for bit.
//! - **Rows that are to go** are answered for: [`destroy`](End::destroy) ends in a [`Destroyed`] that says whether the row is gone, or
//!   in [`LinkError::DestroyTimedOut`].
//! - **Room** is bounded, and taken at construction: no more than [`LinkSettings::window`] messages wait at either end. Where the
//!   other end takes nothing, sending is [`LinkError::Full`]; a message that nobody takes for too long is [`LinkError::Silent`].
//!
//! Both ends begin together, with message 0: an end that begins anew has another one begin anew as well.
//!
//! A [`Loopback`] is a wire for tests and for two engines in one process, whose faults follow from a seed.
//!
//! ```
//! use pavane::links::{Asked, End, Faults, Handle, LinkSettings, Loopback, Node};
//! use pavane::{Engine, NoFiles, compile};
//!
//! let patch = "
//!     list dots max 10 { x: float }
//!     event add: float
//!     event drop: row(dots)
//!     on add { append dots { x: add } }
//!     on drop { remove drop }
//!     domain rows from dots { draw circle { position: (x, 0.5), size: 0.1, color: #fff } }";
//! let mut engine = Engine::for_program(compile(patch, "dots.pav", &NoFiles).program.unwrap())?;
//!
//! // Node 1 edits the list of node 2. Of 1000 packets 300 are lost and 200 come twice, each up to 3 frames late.
//! let (one, two) = (Node(1), Node(2));
//! let mut hand = End::new(one, two, LinkSettings::default());
//! let mut list = End::new(two, one, LinkSettings::default());
//! let mut wire = Loopback::new(7, Faults { lost: 300, doubled: 200, delay: 3 }, 256);
//! hand.send(0, two.itself(), 0.25)?;
//! hand.send(0, two.itself(), 0.75)?;
//! hand.destroy(0, two.row(1))?;
//!
//! for frame in 0..60 {
//!     for end in [&mut hand, &mut list] {
//!         end.outgoing(frame, |packet| wire.send(frame, packet))?;
//!     }
//!     while let Some(packet) = wire.receive(frame) {
//!         if packet.to == one { hand.receive(packet)? } else { list.receive(packet)? }
//!     }
//!     let mut asked = Vec::new();
//!     while let Some(due) = list.next(frame) {
//!         match due.asked {
//!             Asked::Cue { cue, .. } => engine.send("add", cue)?,
//!             Asked::Destroy { row } => {
//!                 engine.send("drop", row.id as u32)?;
//!                 asked.push(row);
//!             }
//!         }
//!     }
//!     engine.frame(frame)?;
//!     for row in asked {
//!         list.answer(row, engine.list("dots")?.find(row.id).is_none())?;
//!     }
//!     // Answers are among what the other end takes.
//!     while hand.next(frame).is_some() {}
//! }
//! assert_eq!(engine.list("dots")?.ids().collect::<Vec<_>>(), [2]);
//! assert!(hand.outcome(60).unwrap()?.is_gone);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod end;
mod error;
mod loopback;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use end::{Asked, Destroyed, Due, End, LinkCounters, LinkSettings};
pub use error::LinkError;
pub use loopback::{Faults, Loopback};

/// An engine, as others call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Node(pub u32);

impl Node {
    /// The handle of the node itself.
    pub fn itself(self) -> Handle {
        Handle { node: self, id: 0 }
    }

    /// The handle of a row of one of its lists.
    pub fn row(self, id: u64) -> Handle {
        Handle { node: self, id }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Names something of a node. It keeps nothing alive: once that is gone it names nothing, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Handle {
    /// Whose it is.
    pub node: Node,
    /// Of a row its id, which no other row ever has; 0 is the node itself. Which list it is of, the cue knows.
    pub id: u64,
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            0 => write!(f, "node {}", self.node),
            id => write!(f, "row {id} of node {}", self.node),
        }
    }
}

/// What goes over a wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packet<T> {
    /// Who has sent it.
    pub from: Node,
    /// Who it is for.
    pub to: Node,
    /// What is in it.
    pub parcel: Parcel<T>,
}

/// What is in a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Parcel<T> {
    /// A message, possibly not for the first time.
    Message {
        /// Its place among all of its sender, from 0 on.
        number: u64,
        /// In which frame of its receiver it is due.
        due: u64,
        /// What it says.
        message: Message<T>,
    },
    /// The messages before a number were taken.
    Taken {
        /// The number.
        below: u64,
    },
}

/// What one node has to say to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message<T> {
    /// Something is to happen.
    Cue {
        /// What it happens to.
        to: Handle,
        /// What it is.
        cue: T,
    },
    /// A row is to go, and there is to be an answer.
    Destroy {
        /// The row.
        row: Handle,
    },
    /// The answer to that.
    Answer {
        /// The row.
        row: Handle,
        /// Whether it is gone.
        is_gone: bool,
    },
}
