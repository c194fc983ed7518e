//! A wire within one process, with the faults of a bad one.

use crate::math::hash::hash3;

/// What a wire does to packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Faults {
    /// How many of 1000 are lost.
    pub lost: u32,
    /// How many of 1000 come twice.
    pub doubled: u32,
    /// How many frames longer than one it may take, so that later ones come earlier.
    pub delay: u64,
}

/// A wire: what is sent comes in a later frame, or not, or twice. What becomes of a packet follows from the seed and from how many
/// were sent before it, so it is the same in every run.
#[derive(Clone, Debug)]
pub struct Loopback<P> {
    seed: u32,
    faults: Faults,
    count: u32,
    /// When each comes, and which of those that come together is first.
    under_way: Vec<(u64, u32, P)>,
    room: usize,
}

impl<P: Clone> Loopback<P> {
    /// A wire on which at most so many packets are under way: others are lost.
    pub fn new(seed: u32, faults: Faults, room: u32) -> Self {
        let room = room as usize;
        Self { seed, faults, count: 0, under_way: Vec::with_capacity(room), room }
    }

    /// Packets that are under way.
    pub fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// Other faults from now on.
    pub fn set_faults(&mut self, faults: Faults) {
        self.faults = faults;
    }

    /// Sends a packet in a frame.
    pub fn send(&mut self, now: u64, packet: P) {
        self.count = self.count.wrapping_add(1);
        let random = |what: u32| hash3(self.seed, self.count, what);
        let Faults { lost, doubled, delay } = self.faults;
        if random(0) % 1000 < lost {
            return;
        }
        let copies = 1 + u32::from(random(1) % 1000 < doubled);
        for copy in 0..copies {
            let late = u64::from(random(2 + 2 * copy)) % delay.saturating_add(1);
            if self.under_way.len() < self.room {
                self.under_way.push((now.saturating_add(1 + late), random(3 + 2 * copy), packet.clone()));
            }
        }
    }

    /// A packet that has come by a frame; none where there is none any more.
    pub fn receive(&mut self, now: u64) -> Option<P> {
        let has_come = self.under_way.iter().enumerate().filter(|(_, (due, _, _))| *due <= now);
        let (at, _) = has_come.min_by_key(|(_, (due, order, _))| (*due, *order))?;
        Some(self.under_way.swap_remove(at).2)
    }
}
