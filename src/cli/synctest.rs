//! `pavane bench --synctest`: in every frame some frames back, and all of them again: each must be what it was.

use std::collections::VecDeque;

use serde::Serialize;
use twox_hash::XxHash3_64;

use super::failure::Failure;
use super::feed::Feed;
use crate::engine::{Engine, Snapshots};

/// Values and events that are remembered: more than scripts give in the frames that are played again.
const INPUTS: u32 = 100_000;

/// What was compared.
#[derive(Debug, Serialize)]
pub(super) struct Synced {
    pub(super) frames: u64,
    pub(super) frames_back: u64,
    /// Frames that were played again and were the same.
    pub(super) compared: u64,
    pub(super) last_frame_hash: String,
}

/// What two plays of a frame must agree on.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    frame: u64,
    hash: u64,
    passes: Vec<u64>,
    /// Of all that has happened since the frame before.
    events: u64,
}

impl Seen {
    fn of(engine: &mut Engine, frame: u64) -> Self {
        let events: Vec<String> = engine.events().map(|event| format!("{event:?}")).collect();
        let events = XxHash3_64::oneshot(events.join("\n").as_bytes());
        let (hash, passes) = engine.last_frame().map_or_else(Default::default, |frame| {
            (frame.hash(), frame.whole_passes().map(|pass| pass.hash()).collect())
        });
        Self { frame, hash, passes, events }
    }

    /// What of another play is not the same.
    fn difference(&self, other: &Self, engine: &mut Engine) -> Option<String> {
        let pass = self.passes.iter().zip(&other.passes).position(|(a, b)| a != b);
        if let Some(at) = pass {
            let name =
                engine.last_frame().and_then(|frame| frame.whole_passes().nth(at).map(|pass| pass.name));
            let [was, is] = [self.passes[at], other.passes[at]];
            return Some(format!("pass `{}` was {was:#018x} and is {is:#018x}", name.unwrap_or_default()));
        }
        if self.events != other.events {
            return Some("other events have happened".into());
        }
        let [was, is] = [self.hash, other.hash];
        (self != other)
            .then(|| format!("its background or its order of drawing: it was {was:#018x} and is {is:#018x}"))
    }
}

/// Plays so many frames, and behind each goes `back` frames back and plays them again.
pub(super) fn synctest(
    engine: &mut Engine,
    feed: &mut Feed,
    [frames, back]: [u64; 2],
) -> Result<Synced, Failure> {
    let count = u32::try_from(back + 2).unwrap_or(u32::MAX);
    engine.set_snapshots(Snapshots { count, every: 1, inputs: INPUTS });
    let mut seen: VecDeque<Seen> = VecDeque::new();
    let mut compared = 0;
    for index in 0..frames {
        feed.apply(engine, index)?;
        engine.frame(index)?;
        seen.push_back(Seen::of(engine, index));
        if seen.len() as u64 <= back {
            continue;
        }
        for before in &seen {
            look_again(engine, before, back)?;
            compared += 1;
        }
        seen.pop_front();
    }
    let last_frame_hash = engine.last_frame().map_or(0, |frame| frame.hash());
    Ok(Synced { frames, frames_back: back, compared, last_frame_hash: format!("{last_frame_hash:#018x}") })
}

/// Goes to a frame and compares it with what it was.
fn look_again(engine: &mut Engine, before: &Seen, back: u64) -> Result<(), Failure> {
    engine.seek(before.frame)?;
    let again = Seen::of(engine, before.frame);
    match before.difference(&again, engine) {
        None => Ok(()),
        Some(difference) => Err(Failure::Run(format!(
            "frame {} is another one when it is played again from {back} frames back: {difference}",
            before.frame
        ))),
    }
}

/// For people.
pub(super) fn summary(synced: &Synced) -> String {
    let Synced { frames, frames_back, compared, last_frame_hash } = synced;
    format!(
        "frames      {frames}, behind each {frames_back} frames back\ncompared    {compared} frames that were played again: all the same\n\
         last hash   {last_frame_hash}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::PATCHES;
    use crate::cli::script::Script;
    use crate::engine::{Demand, EngineSettings};

    fn engine(name: &str) -> Engine {
        let shipped = PATCHES.iter().find(|patch| patch.name == name).expect("it ships");
        let settings = EngineSettings { demand: Demand::Drawn, ..EngineSettings::default() };
        Engine::fitted(shipped.program().expect("it compiles"), 1.0, settings).expect("it fits")
    }

    #[test]
    fn every_shipped_patch_is_in_sync() {
        for shipped in PATCHES {
            let synced = synctest(&mut engine(shipped.name), &mut Feed::Script(Script::default()), [14, 8]);
            assert_eq!(synced.map_err(|_| shipped.name).expect("in sync").compared, 6 * 9);
        }
    }

    #[test]
    fn what_is_not_the_same_is_named() {
        let mut engine = engine("gs1");
        engine.frame(3).expect("a frame");
        let seen = Seen::of(&mut engine, 3);
        let name = engine
            .last_frame()
            .and_then(|frame| frame.whole_passes().next().map(|pass| pass.name.to_owned()));
        assert_eq!(seen.difference(&Seen::of(&mut engine, 3), &mut engine), None);
        let mut other = |change: fn(&mut Seen)| {
            let mut other = Seen::of(&mut engine, 3);
            change(&mut other);
            seen.difference(&other, &mut engine).expect("another one")
        };
        let pass = other(|seen| seen.passes[0] = 9);
        assert!(pass.starts_with(&format!("pass `{}` was 0x", name.expect("a pass"))), "{pass}");
        assert!(pass.ends_with(" and is 0x0000000000000009"), "{pass}");
        assert_eq!(other(|seen| seen.events = 9), "other events have happened");
        assert!(other(|seen| seen.hash = 9).starts_with("its background or its order of drawing"));
        let before = Seen { hash: 1, passes: vec![1], ..seen };
        let failure = look_again(&mut engine, &before, 8).expect_err("another one");
        let Failure::Run(message) = failure else { panic!("{failure:?}") };
        assert!(
            message.starts_with("frame 3 is another one when it is played again from 8 frames back: pass `"),
            "{message}"
        );
    }
}
