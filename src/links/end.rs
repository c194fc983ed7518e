//! One end of a link.

use std::collections::VecDeque;

use super::error::LinkError;
use super::{Handle, Message, Node, Packet, Parcel};

/// How patient a link is, and how much it holds. Both ends have the same window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkSettings {
    /// The most messages that wait at either end; 0 counts as 1.
    pub window: u32,
    /// How many frames after it was sent a message that was not taken is sent again; 0 counts as 1.
    pub resend_after: u64,
    /// How many frames a message may wait to be taken, and a row that is to go for its answer.
    pub timeout: u64,
    /// How many frames after it was sent a message is due; 0 counts as 1, for effects are those of a later frame.
    pub latency: u64,
}

impl Default for LinkSettings {
    /// At 60 frames a second: again after a tenth of one, and silent after five.
    fn default() -> Self {
        Self { window: 64, resend_after: 6, timeout: 300, latency: 2 }
    }
}

/// What became of all messages and packets of an end.
///
/// `received = delivered + twice + refused + waiting`, where as many wait as came before an earlier one or before they are due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct LinkCounters {
    /// Messages that were given to it to be sent, answers included.
    pub sent: u64,
    /// Messages that were sent once more.
    pub resent: u64,
    /// Messages that the other end has taken.
    pub taken: u64,
    /// Packets with a message that came.
    pub received: u64,
    /// Messages that were handed out, in order, and answers.
    pub delivered: u64,
    /// Messages that came again.
    pub twice: u64,
    /// Messages that came when there was no room for them.
    pub refused: u64,
}

/// What the other end wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked<T> {
    /// Something is to happen.
    Cue {
        /// What it happens to.
        to: Handle,
        /// What it is.
        cue: T,
    },
    /// A row is to go, and there has to be an [answer](End::answer) when it had time to.
    Destroy {
        /// The row.
        row: Handle,
    },
}

/// A message that is handed out, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due<T> {
    /// In which frame it is due: an earlier one than now where it comes late.
    pub frame: u64,
    /// What is wanted.
    pub asked: Asked<T>,
}

/// What became of a row that was to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Destroyed {
    /// The row.
    pub row: Handle,
    /// Whether it is gone; else its node has let it stay.
    pub is_gone: bool,
}

/// A message that the other end has not taken.
#[derive(Clone, Debug)]
struct Waiting<T> {
    number: u64,
    since: u64,
    sent_at: Option<u64>,
    message: Message<T>,
}

/// A row that was to go.
#[derive(Clone, Copy, Debug)]
struct Going {
    row: Handle,
    since: u64,
    is_gone: Option<bool>,
}

/// One end of a link between two nodes: see the [module](super).
///
/// In each frame a host lets it [send](Self::outgoing), gives it what has [come](Self::receive), and takes what is
/// [due](Self::next). Everything is allocated at construction, but for what is in cues.
#[derive(Clone, Debug)]
pub struct End<T> {
    own: Node,
    peer: Node,
    settings: LinkSettings,
    waiting: VecDeque<Waiting<T>>,
    /// The number of the next message.
    next: u64,
    /// Messages that have come, from the one on that is expected next.
    arrived: VecDeque<Option<(u64, Message<T>)>>,
    expected: u64,
    /// Whether the other end is to be told how much was taken.
    owes: bool,
    /// Rows that are to go here, and were not answered for.
    asked: Vec<Handle>,
    /// Answers that there was no room for among what waits.
    answers: VecDeque<(Handle, bool)>,
    going: Vec<Going>,
    counters: LinkCounters,
}

impl<T: Clone> End<T> {
    /// The end of one node, with another one at the other end.
    pub fn new(own: Node, peer: Node, settings: LinkSettings) -> Self {
        let LinkSettings { window, resend_after, timeout, latency } = settings;
        let settings = LinkSettings {
            window: window.max(1),
            resend_after: resend_after.max(1),
            timeout,
            latency: latency.max(1),
        };
        let room = settings.window as usize;
        let mut arrived = VecDeque::with_capacity(room);
        arrived.resize_with(room, || None);
        Self {
            own,
            peer,
            settings,
            waiting: VecDeque::with_capacity(room),
            next: 0,
            arrived,
            expected: 0,
            owes: false,
            asked: Vec::with_capacity(room),
            answers: VecDeque::with_capacity(room),
            going: Vec::with_capacity(room),
            counters: LinkCounters::default(),
        }
    }

    /// What became of all messages and packets so far.
    pub fn counters(&self) -> LinkCounters {
        self.counters
    }

    /// Messages that the other end has not taken: no more than the window.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn window(&self) -> usize {
        self.settings.window as usize
    }

    fn push(&mut self, now: u64, message: Message<T>) -> Result<(), LinkError> {
        if self.waiting.len() >= self.window() {
            return Err(LinkError::Full { window: self.settings.window });
        }
        self.waiting.push_back(Waiting { number: self.next, since: now, sent_at: None, message });
        self.next += 1;
        self.counters.sent += 1;
        Ok(())
    }

    fn is_of_peer(&self, handle: Handle) -> Result<(), LinkError> {
        match handle.node == self.peer {
            true => Ok(()),
            false => Err(LinkError::OtherNode { handle, peer: self.peer }),
        }
    }

    /// Sends a cue in a frame, to something of the other node.
    ///
    /// # Errors
    /// [`LinkError::Full`], [`LinkError::OtherNode`].
    pub fn send(&mut self, now: u64, to: Handle, cue: T) -> Result<(), LinkError> {
        self.is_of_peer(to)?;
        self.push(now, Message::Cue { to, cue })
    }

    /// Asks in a frame for a row of the other node to go. [`outcome`](Self::outcome) says what became of it.
    ///
    /// # Errors
    /// [`LinkError::Full`], also where as many outcomes were not looked at; [`LinkError::OtherNode`].
    pub fn destroy(&mut self, now: u64, row: Handle) -> Result<(), LinkError> {
        self.is_of_peer(row)?;
        if self.going.len() >= self.window() {
            return Err(LinkError::Full { window: self.settings.window });
        }
        self.push(now, Message::Destroy { row })?;
        self.going.push(Going { row, since: now, is_gone: None });
        Ok(())
    }

    /// What became of one of the rows that were to go, each told once; none where there is nothing new.
    ///
    /// # Errors
    /// [`LinkError::DestroyTimedOut`]. An answer that comes after that is not looked at.
    pub fn outcome(&mut self, now: u64) -> Option<Result<Destroyed, LinkError>> {
        let waited = |going: &Going| now.saturating_sub(going.since);
        let is_over = |going: &Going| going.is_gone.is_some() || waited(going) >= self.settings.timeout;
        let going = self.going.remove(self.going.iter().position(is_over)?);
        Some(match going.is_gone {
            Some(is_gone) => Ok(Destroyed { row: going.row, is_gone }),
            None => Err(LinkError::DestroyTimedOut { row: going.row, waited: waited(&going) }),
        })
    }

    /// Gives `wire` all packets that are to go out in a frame: messages that are new, those that were not taken for too long, and
    /// how much was taken here.
    ///
    /// # Errors
    /// [`LinkError::Silent`]. All packets went out.
    pub fn outgoing(&mut self, now: u64, mut wire: impl FnMut(Packet<T>)) -> Result<(), LinkError> {
        while self.waiting.len() < self.window()
            && let Some((row, is_gone)) = self.answers.pop_front()
        {
            self.push(now, Message::Answer { row, is_gone })?;
        }
        let Self { own: from, peer: to, settings, .. } = *self;
        if std::mem::take(&mut self.owes) {
            wire(Packet { from, to, parcel: Parcel::Taken { below: self.expected } });
        }
        for waiting in &mut self.waiting {
            let is_due = waiting.sent_at.is_none_or(|at| now.saturating_sub(at) >= settings.resend_after);
            if is_due {
                self.counters.resent += u64::from(waiting.sent_at.is_some());
                waiting.sent_at = Some(now);
                let (number, message) = (waiting.number, waiting.message.clone());
                let due = waiting.since.saturating_add(settings.latency);
                wire(Packet { from, to, parcel: Parcel::Message { number, due, message } });
            }
        }
        match self.waiting.front() {
            Some(oldest) if now.saturating_sub(oldest.since) >= settings.timeout => {
                let waited = now - oldest.since;
                Err(LinkError::Silent { peer: to, number: oldest.number, waited })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Takes a packet in.
    ///
    /// # Errors
    /// [`LinkError::OtherLink`].
    pub fn receive(&mut self, packet: Packet<T>) -> Result<(), LinkError> {
        let Packet { from, to, parcel } = packet;
        if (from, to) != (self.peer, self.own) {
            return Err(LinkError::OtherLink { from, to });
        }
        match parcel {
            Parcel::Taken { below } => {
                while self.waiting.pop_front_if(|waiting| waiting.number < below).is_some() {
                    self.counters.taken += 1;
                }
            }
            Parcel::Message { number, due, message } => {
                self.counters.received += 1;
                let ahead = number.checked_sub(self.expected);
                let place = ahead.map(|ahead| usize::try_from(ahead).unwrap_or(usize::MAX));
                match place.map(|place| self.arrived.get_mut(place)) {
                    Some(Some(free @ None)) => *free = Some((due, message)),
                    // The other end has not heard that it was taken, so it is told again.
                    Some(Some(Some(_))) | None => {
                        self.counters.twice += 1;
                        self.owes = true;
                    }
                    Some(None) => self.counters.refused += 1,
                }
            }
        }
        Ok(())
    }

    /// The next message in order, where it has come and is due by now: it is taken then, and not handed out again.
    pub fn next(&mut self, now: u64) -> Option<Due<T>> {
        loop {
            let (due, message) = self.arrived.front()?.as_ref()?;
            let has_room = self.asked.len() + self.answers.len() < self.window();
            if *due > now || (matches!(message, Message::Destroy { .. }) && !has_room) {
                return None;
            }
            let (frame, message) = self.arrived.pop_front()??;
            self.arrived.push_back(None);
            self.expected += 1;
            self.owes = true;
            self.counters.delivered += 1;
            let asked = match message {
                Message::Cue { to, cue } => Asked::Cue { to, cue },
                Message::Destroy { row } => {
                    self.asked.push(row);
                    Asked::Destroy { row }
                }
                Message::Answer { row, is_gone } => {
                    let is_it = |going: &&mut Going| going.row == row && going.is_gone.is_none();
                    if let Some(going) = self.going.iter_mut().find(is_it) {
                        going.is_gone = Some(is_gone);
                    }
                    continue;
                }
            };
            return Some(Due { frame, asked });
        }
    }

    /// Answers for a row that was to go.
    ///
    /// # Errors
    /// [`LinkError::NotAsked`].
    pub fn answer(&mut self, row: Handle, is_gone: bool) -> Result<(), LinkError> {
        let at = self.asked.iter().position(|asked| *asked == row).ok_or(LinkError::NotAsked { row })?;
        self.asked.remove(at);
        self.answers.push_back((row, is_gone));
        Ok(())
    }
}
