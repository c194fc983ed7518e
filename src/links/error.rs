//! Why a link did not do what it was asked.

use std::fmt;

use super::{Handle, Node};

/// Why something was not sent, or what has not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkError {
    /// As many messages wait for the other end as there may: send again when it has taken some. Nothing was sent.
    Full {
        /// The most that wait: [`LinkSettings::window`](super::LinkSettings::window).
        window: u32,
    },
    /// A handle is of another node than the one at the other end. Nothing was sent.
    OtherNode {
        /// What was named.
        handle: Handle,
        /// The node at the other end.
        peer: Node,
    },
    /// A packet is between other nodes. It was left alone.
    OtherLink {
        /// Who has sent it.
        from: Node,
        /// Who it is for.
        to: Node,
    },
    /// The other end has not taken a message for as long as it may. It is sent on, so this ends when the other end is there again.
    Silent {
        /// The node at the other end.
        peer: Node,
        /// The oldest message that it has not taken.
        number: u64,
        /// For how many frames.
        waited: u64,
    },
    /// It is not known whether a row is gone: no answer has come for as long as it may take.
    DestroyTimedOut {
        /// The row.
        row: Handle,
        /// How many frames ago that was asked for.
        waited: u64,
    },
    /// An answer is for a row that nobody has asked about.
    NotAsked {
        /// The row.
        row: Handle,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { window } => {
                write!(
                    f,
                    "{window} messages wait for the other end, and that is the most: send this one later"
                )
            }
            Self::OtherNode { handle, peer } => {
                write!(f, "{handle} is not of node {peer}, which is at the other end of this link")
            }
            Self::OtherLink { from, to } => {
                write!(f, "a packet from node {from} to node {to} does not belong to this link")
            }
            Self::Silent { peer, number, waited } => {
                write!(f, "node {peer} has not taken message {number} for {waited} frames")
            }
            Self::DestroyTimedOut { row, waited } => {
                write!(f, "whether {row} is gone is not known: no answer has come for {waited} frames")
            }
            Self::NotAsked { row } => write!(f, "nobody waits for an answer about {row}"),
        }
    }
}

impl std::error::Error for LinkError {}
