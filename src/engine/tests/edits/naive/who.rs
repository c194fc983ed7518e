//! Which elements there are: counted, born, or given by the host.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::program::{Kind, RADIUS, random};
use super::{Naive, SECOND, Turn};
use crate::program::Full;

/// Who an element of the next frame is.
pub(super) enum Who {
    Stays(usize),
    Returns(usize),
    New { key: u64, came: u64, dies: u64 },
}

impl Naive {
    pub(super) fn counted(&self, turn: &Turn) -> Vec<Who> {
        let count =
            if turn.number.is_nan() { 0 } else { turn.number.floor().clamp(0.0, self.max as f64) as u64 };
        let who = |key: u64| match self.ghosts.iter().position(|ghost| ghost.was.key == key) {
            _ if (key as usize) < self.living.len() => Who::Stays(key as usize),
            Some(ghost) => Who::Returns(ghost),
            None => Who::New { key, came: turn.now, dies: 0 },
        };
        (0..count).map(who).collect()
    }

    /// Births and deaths in the order of time.
    pub(super) fn born(&mut self, turn: &Turn, full: Full) -> Vec<Who> {
        let (mut at, period) = (turn.previous as f64, turn.every * SECOND);
        let mut news: Vec<[u64; 3]> = Vec::new();
        // The next birth, to a whole flick.
        let next = |at: f64, phase: f64| (at + (1.0 - phase) * period + 1e-3).floor();
        while period > 0.0 && next(at, self.phase) <= turn.now as f64 {
            at = next(at, self.phase);
            (self.phase, self.births) = (0.0, self.births + 1);
            let time = at as u64;
            let alive = |deaths: &mut dyn Iterator<Item = u64>| deaths.filter(|&death| death > time).count();
            let alive =
                alive(&mut self.living.iter().map(|e| e.dies)) + alive(&mut news.iter().map(|n| n[2]));
            if alive >= self.max {
                match full {
                    Full::Refuse => {
                        self.refused += 1;
                        continue;
                    }
                    Full::Evict => {
                        self.evicted += 1;
                        let deaths = self.living.iter_mut().map(|element| &mut element.dies);
                        let mut deaths = deaths.chain(news.iter_mut().map(|new| &mut new[2]));
                        *deaths.find(|death| **death > time).expect("it is full") = time;
                    }
                }
            }
            let life = turn.life + f64::from(random(self.births, 5)) * 0.25;
            news.push([self.births, time, time + (life * SECOND) as u64]);
        }
        if period > 0.0 {
            self.phase += (turn.now as f64 - at) / period;
        }
        let lives = |death: u64| death > turn.now;
        let stays = (0..self.living.len()).filter(|&at| lives(self.living[at].dies)).map(Who::Stays);
        let news = news.into_iter().filter(|&[_, _, dies]| lives(dies));
        stays.chain(news.map(|[key, came, dies]| Who::New { key, came, dies })).collect()
    }

    pub(super) fn given(&self, turn: &Turn) -> Vec<Who> {
        let Some(given) = &turn.given else { return (0..self.living.len()).map(Who::Stays).collect() };
        let there: HashMap<u64, usize> =
            self.living.iter().enumerate().map(|(at, element)| (element.host, at)).collect();
        let gone: HashMap<u64, usize> =
            self.ghosts.iter().enumerate().map(|(at, ghost)| (ghost.was.host, at)).collect();
        let mut who: Vec<Who> = given
            .iter()
            .map(|given| match (there.get(&given.id), gone.get(&given.id)) {
                (Some(&at), _) => Who::Stays(at),
                (None, Some(&at)) => Who::Returns(at),
                (None, None) => Who::New { key: given.id, came: turn.now, dies: 0 },
            })
            .collect();
        if self.kind != Kind::Nearest {
            return who;
        }
        // Each that is new asks for the nearest one whose id is gone; of those that ask for the same, the nearest gets it.
        let ids: HashSet<u64> = given.iter().map(|given| given.id).collect();
        let free: Vec<usize> =
            (0..self.living.len()).filter(|&at| !ids.contains(&self.living[at].host)).collect();
        let mut asked: BTreeMap<usize, (f32, u64, usize)> = BTreeMap::new();
        for (at, given) in given.iter().enumerate().filter(|&(at, _)| matches!(who[at], Who::New { .. })) {
            let squared = |old: usize| {
                let [x, y] = [0, 1].map(|k| self.living[old].place[k] - given.place[k]);
                x * x + y * y
            };
            let best = free
                .iter()
                .map(|&old| (squared(old), old))
                .min_by(|a, b| a.partial_cmp(b).expect("a number"));
            let Some((squared, old)) = best.filter(|&(squared, _)| squared < RADIUS * RADIUS) else {
                continue;
            };
            let claim = (squared, given.id, at);
            asked
                .entry(old)
                .and_modify(|known| *known = if claim < *known { claim } else { *known })
                .or_insert(claim);
        }
        for (old, (_, _, at)) in asked {
            who[at] = Who::Stays(old);
        }
        who
    }
}
