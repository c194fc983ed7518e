//! The store, case by case; `random.rs` compares it with a sorted map, `allocations.rs` counts what it allocates.

mod model;
mod random;

use super::*;
use crate::time::Flicks;

const SLOT: Flicks = Flicks(11_760_000);
const CHANNEL: ChannelId = ChannelId(0);

fn at(offset: u64, microstep: u32) -> Tag {
    Tag::new(Flicks(offset), microstep)
}

fn store(policy: Policy, spacing: u64) -> Cues<f64> {
    Cues::new(100, &[ChannelRules { policy, spacing: Flicks(spacing) }], SLOT)
}

fn push(cues: &mut Cues<f64>, tag: Tag, payload: f64) -> Pushed {
    cues.push(tag, CHANNEL, payload).unwrap_or_else(|error| panic!("{error}"))
}

fn payloads(cues: &mut Cues<f64>, tag: Tag) -> Vec<f64> {
    cues.get_current(tag).iter().map(|cue| cue.payload).collect()
}

/// Everything that is pending, in order, each taken out behind.
fn drain(cues: &mut Cues<f64>) -> Vec<(Tag, f64)> {
    let mut all = Vec::new();
    while let Some(tag) = cues.next_tag() {
        all.extend(payloads(cues, tag).into_iter().map(|payload| (tag, payload)));
        cues.clear_older_than(tag.next());
    }
    all
}

#[test]
fn tags_are_in_order_and_delays_forget_the_microstep() {
    assert!(at(1, 7) < at(2, 0));
    assert!(at(1, 1) < at(1, 2));
    assert_eq!(at(5, 3).after(Flicks::ZERO), at(5, 4));
    assert_eq!(at(5, 3).after(Flicks(2)), at(7, 0));
    assert_eq!(at(5, u32::MAX).next(), at(6, 0));
    assert_eq!(at(u64::MAX, 1).after(Flicks(2)), at(u64::MAX, 0));
}

#[test]
fn what_comes_out_of_order_is_read_in_order() {
    let mut cues = store(Policy::Queue, 0);
    for offset in [30, 10, 20] {
        push(&mut cues, at(offset, 0), offset as f64);
    }
    assert_eq!(cues.next_tag(), Some(at(10, 0)));
    for offset in [10, 20, 30] {
        let tag = at(offset, 0);
        assert_eq!(payloads(&mut cues, tag), [offset as f64]);
        // Reading takes nothing out.
        assert_eq!(payloads(&mut cues, tag), [offset as f64]);
        cues.clear_older_than(tag.next());
    }
    assert_eq!(payloads(&mut cues, at(20, 0)), [0.0; 0]);
    assert_eq!((cues.next_tag(), cues.len()), (None, 0));
}

#[test]
fn later_tags_can_be_read_as_well() {
    let mut cues = store(Policy::Queue, 0);
    // In the open slot, in the ring, and beyond.
    let tags = [at(5, 0), at(5, 2), at(9, 0), at(40 * SLOT.0, 1), at(5_000 * SLOT.0, 0)];
    for (k, tag) in tags.into_iter().enumerate() {
        push(&mut cues, tag, k as f64);
    }
    for (k, tag) in tags.into_iter().enumerate().rev() {
        assert_eq!(payloads(&mut cues, tag), [k as f64], "{tag}");
        assert_eq!(payloads(&mut cues, tag.next()), [0.0; 0], "{tag}");
    }
    assert_eq!(cues.next_tag(), Some(tags[0]));
}

#[test]
fn at_one_tag_channels_are_in_order_and_then_pushes() {
    let mut cues = Cues::new(100, &[], SLOT);
    for (channel, payload) in [(2, 0.0), (0, 1.0), (1, 2.0), (0, 3.0), (2, 4.0)] {
        cues.push(at(7, 0), ChannelId(channel), payload).unwrap();
    }
    assert_eq!(payloads(&mut cues, at(7, 0)), [1.0, 3.0, 2.0, 0.0, 4.0]);
    // What is pushed between two reads is there in the second.
    cues.push(at(7, 0), ChannelId(1), 5.0).unwrap();
    assert_eq!(payloads(&mut cues, at(7, 0)), [1.0, 3.0, 2.0, 5.0, 0.0, 4.0]);
}

#[test]
fn policies_at_the_same_tag() {
    let check = |policy, expected: &[f64], outcome| {
        let mut cues = store(policy, 0);
        let first = push(&mut cues, at(7, 1), 1.0);
        // Others in between: the pending one is found where it is.
        push(&mut cues, at(7, 2), 10.0);
        push(&mut cues, at(7, 0), 20.0);
        assert_eq!(payloads(&mut cues, at(7, 1)), [1.0]);
        let second = push(&mut cues, at(7, 1), 2.0);
        assert_eq!(second.outcome, outcome);
        assert_eq!(payloads(&mut cues, at(7, 1)), expected, "{policy:?}");
        assert_eq!(payloads(&mut cues, at(7, 0)), [20.0]);
        assert_eq!(payloads(&mut cues, at(7, 2)), [10.0]);
        match outcome {
            Outcome::Scheduled => assert_ne!(second.id, first.id),
            Outcome::Dropped => assert_eq!(second.id, CueId::NONE),
            Outcome::Moved | Outcome::Replaced | Outcome::Coalesced => assert_eq!(second.id, first.id),
        }
    };
    check(Policy::Queue, &[1.0, 2.0], Outcome::Scheduled);
    check(Policy::Replace, &[2.0], Outcome::Replaced);
    check(Policy::Drop, &[1.0], Outcome::Dropped);
    check(Policy::Coalesce, &[3.0], Outcome::Coalesced);
}

#[test]
fn policies_within_a_spacing() {
    // Each is pushed 4 flicks after the one before, and 10 is the least.
    let check = |policy, expected: &[(u64, f64)]| {
        let mut cues = store(policy, 10);
        for k in 0..4_u32 {
            push(&mut cues, at(100 + 4 * u64::from(k), 5 * k), f64::from(1 << k));
        }
        let found: Vec<_> = drain(&mut cues).iter().map(|(tag, payload)| (tag.offset.0, *payload)).collect();
        assert_eq!(found, expected, "{policy:?}");
    };
    check(Policy::Queue, &[(100, 1.0), (110, 2.0), (120, 4.0), (130, 8.0)]);
    check(Policy::Replace, &[(100, 4.0), (112, 8.0)]);
    check(Policy::Drop, &[(100, 1.0), (112, 8.0)]);
    check(Policy::Coalesce, &[(100, 7.0), (112, 8.0)]);
}

#[test]
fn what_time_has_passed_keeps_its_distance_and_what_was_cancelled_does_not() {
    for policy in [Policy::Queue, Policy::Replace, Policy::Coalesce, Policy::Drop] {
        let mut cues = store(policy, 10);
        push(&mut cues, at(100, 0), 1.0);
        cues.clear_older_than(at(101, 0));
        let pushed = push(&mut cues, at(103, 0), 2.0);
        if policy == Policy::Drop {
            assert_eq!(pushed, Pushed { id: CueId::NONE, tag: at(103, 0), outcome: Outcome::Dropped });
        } else {
            assert_eq!((pushed.tag, pushed.outcome), (at(110, 0), Outcome::Moved), "{policy:?}");
            assert!(cues.cancel(pushed.id));
        }
        let pushed = push(&mut cues, at(111, 0), 3.0);
        assert_eq!((pushed.tag, pushed.outcome), (at(111, 0), Outcome::Scheduled), "{policy:?}");
    }
}

#[test]
fn the_next_microstep_is_free_and_never_below_the_least() {
    let mut cues = store(Policy::Queue, 0);
    let offset = Flicks(500);
    assert_eq!(cues.next_microstep(offset, 0), 0);
    assert_eq!(cues.next_microstep(offset, 2), 2);
    let pushed = push(&mut cues, Tag::new(offset, 2), 1.0);
    assert_eq!(cues.next_microstep(offset, 0), 3);
    assert_eq!(cues.next_microstep(offset, 7), 7);
    // Another offset in between changes nothing.
    assert_eq!(cues.next_microstep(Flicks(501), 1), 1);
    assert_eq!(cues.next_microstep(offset, 0), 3);
    // Nor does reading.
    assert_eq!(payloads(&mut cues, Tag::new(offset, 2)), [1.0]);
    assert_eq!(cues.next_microstep(offset, 0), 3);
    cues.cancel(pushed.id);
    assert_eq!(cues.next_microstep(offset, 0), 0);
    push(&mut cues, Tag::new(offset, 4), 1.0);
    cues.clear_older_than(Tag::new(offset, 6));
    assert_eq!(cues.next_microstep(offset, 0), 6, "what is before now is too late");
    cues.clear_older_than(at(501, 0));
    assert_eq!(cues.next_microstep(offset, 1), 1, "the instant is gone");
}

#[test]
fn pruning_keeps_the_tag_and_what_is_later() {
    let mut cues = store(Policy::Queue, 0);
    for microstep in 0..3 {
        push(&mut cues, at(50, microstep), f64::from(microstep));
    }
    push(&mut cues, at(49, 9), 9.0);
    cues.clear_older_than(at(50, 1));
    assert_eq!((cues.len(), cues.now()), (2, at(50, 1)));
    assert_eq!(drain(&mut cues), [(at(50, 1), 1.0), (at(50, 2), 2.0)]);
    // Time does not go back.
    let now = cues.now();
    cues.clear_older_than(at(3, 0));
    assert_eq!(cues.now(), now);
}

#[test]
fn advancing_takes_out_what_was_given_and_nothing_else() {
    let mut cues = store(Policy::Queue, 0);
    for (tag, payload) in [(at(0, 0), 1.0), (at(5, 0), 2.0), (at(5, 1), 3.0), (at(900 * SLOT.0, 0), 4.0)] {
        push(&mut cues, tag, payload);
    }
    // What is now was not given yet.
    assert_eq!(cues.advance(Flicks(5)), Some(at(0, 0)));
    assert_eq!(payloads(&mut cues, at(0, 0)), [1.0]);
    push(&mut cues, at(0, 0).after(Flicks::ZERO), 1.5);
    assert_eq!(cues.advance(Flicks(5)), Some(at(0, 1)));
    assert_eq!(cues.advance(Flicks(5)), Some(at(5, 0)));
    assert_eq!((cues.len(), cues.now()), (3, at(5, 0)));
    assert_eq!(cues.advance(Flicks(5)), Some(at(5, 1)));
    assert_eq!(cues.advance(Flicks(5)), None);
    // Time is behind the last tag that it gave.
    assert_eq!((cues.len(), cues.now()), (1, at(5, 2)));
    push(&mut cues, at(5, 2), 5.0);
    assert_eq!(cues.advance(Flicks(900 * SLOT.0 - 1)), Some(at(5, 2)));
    cues.clear_older_than(at(900 * SLOT.0, 0));
    assert_eq!(cues.advance(Flicks(900 * SLOT.0)), Some(at(900 * SLOT.0, 0)));
    assert_eq!((cues.advance(Flicks(u64::MAX)), cues.len()), (None, 0));
}

#[test]
fn late_is_typed_and_changes_nothing() {
    let mut cues = store(Policy::Coalesce, 0);
    let pushed = push(&mut cues, at(60, 3), 1.0);
    cues.clear_older_than(at(60, 2));
    let before = (cues.len(), cues.counters(), cues.now(), cues.high_water());
    let late = Late { asked: at(60, 1), now: at(60, 2) };
    assert_eq!(cues.push(at(60, 1), CHANNEL, 2.0), Err(PushError::Late(late)));
    assert_eq!(cues.reschedule(pushed.id, at(60, 1)), Err(RescheduleError::Late(late)));
    assert_eq!((cues.len(), cues.counters(), cues.now(), cues.high_water()), before);
    assert_eq!(late.to_string(), "too late for 60+1: logical time is at 60+2");
    assert_eq!(drain(&mut cues), [(at(60, 3), 1.0)]);
}

#[test]
fn a_full_store_says_so_and_still_replaces() {
    let rules = ChannelRules { policy: Policy::Replace, spacing: Flicks::ZERO };
    let mut cues = Cues::new(2, &[rules], SLOT);
    push(&mut cues, at(1, 0), 1.0);
    let second = push(&mut cues, at(2, 0), 2.0);
    let full = Err(PushError::Full(Full { capacity: 2 }));
    assert_eq!(cues.push(at(3, 0), CHANNEL, 3.0), full);
    assert_eq!(push(&mut cues, at(2, 0), 4.0).outcome, Outcome::Replaced);
    // It may move: it has its row.
    assert_eq!(cues.reschedule(second.id, at(3, 0)).map(|pushed| pushed.id), Ok(second.id));
    assert_eq!(drain(&mut cues), [(at(1, 0), 1.0), (at(3, 0), 4.0)]);
    assert_eq!((cues.high_water(), cues.counters().pushed), (2, 3));
    let mut none = Cues::new(0, &[], SLOT);
    assert_eq!(none.push(at(1, 0), CHANNEL, 1.0), Err(PushError::Full(Full { capacity: 0 })));
    assert_eq!(none.next_tag(), None);
}

#[test]
fn ids_end_with_their_cues() {
    let mut cues = store(Policy::Queue, 0);
    let first = push(&mut cues, at(1, 0), 1.0).id;
    assert!(cues.cancel(first));
    assert!(!cues.cancel(first));
    // The row is used again, and the old id is not the new one's.
    let second = push(&mut cues, at(1, 0), 2.0).id;
    assert_ne!(first, second);
    assert!(!cues.cancel(first));
    assert_eq!(cues.reschedule(first, at(2, 0)), Err(RescheduleError::NotPending));
    cues.clear_older_than(at(2, 0));
    assert!(!cues.cancel(second));
    assert!(!cues.cancel(CueId::NONE));
    assert_eq!(CueId::default(), CueId::NONE);
}

#[test]
fn rescheduling_is_cancelling_and_pushing_under_the_same_id() {
    let mut cues = store(Policy::Queue, 0);
    let timer = push(&mut cues, at(10, 0), 1.0).id;
    push(&mut cues, at(20, 0), 2.0);
    // There and back: it comes once, behind what was scheduled in the meantime.
    for offset in [10, 20, 5, 20] {
        assert_eq!(cues.reschedule(timer, at(offset, 0)).map(|pushed| pushed.id), Ok(timer));
    }
    assert_eq!(drain(&mut cues), [(at(20, 0), 2.0), (at(20, 0), 1.0)]);

    let mut cues = store(Policy::Replace, 0);
    let one = push(&mut cues, at(10, 0), 1.0).id;
    let two = push(&mut cues, at(20, 0), 2.0).id;
    let pushed = cues.reschedule(one, at(20, 0)).unwrap();
    assert_eq!((pushed.id, pushed.outcome), (two, Outcome::Replaced));
    assert!(!cues.cancel(one));
    assert_eq!(drain(&mut cues), [(at(20, 0), 1.0)]);
}

#[test]
fn a_snapshot_brings_everything_back() {
    let mut cues = store(Policy::Queue, 10);
    push(&mut cues, at(100, 0), 1.0);
    cues.clear_older_than(at(101, 0));
    let pending = push(&mut cues, at(120, 0), 2.0).id;
    let mut snapshot = cues.new_snapshot();
    cues.snapshot(&mut snapshot);
    let play = |cues: &mut Cues<f64>| {
        let pushed = push(cues, at(125, 0), 3.0);
        (pushed, cues.next_microstep(Flicks(120), 0), drain(cues), cues.counters())
    };
    let first = play(&mut cues);
    assert_eq!(first.2, [(at(120, 0), 2.0), (at(130, 0), 3.0)]);
    for _ in 0..2 {
        cues.restore(&snapshot);
        assert_eq!((cues.now(), cues.len()), (at(101, 0), 1));
        assert_eq!(play(&mut cues), first);
    }
    cues.restore(&snapshot);
    assert!(cues.cancel(pending));
    // Nothing is pending, and what time has passed still keeps its distance.
    assert_eq!(push(&mut cues, at(102, 0), 4.0).tag, at(110, 0));
}

#[test]
fn clearing_starts_again() {
    let mut cues = store(Policy::Queue, 10);
    let id = push(&mut cues, at(100, 0), 1.0).id;
    cues.clear_older_than(at(101, 0));
    push(&mut cues, at(200, 0), 1.0);
    cues.clear();
    assert_eq!((cues.len(), cues.now(), cues.next_tag()), (0, Tag::ZERO, None));
    assert!(!cues.cancel(id));
    assert_eq!(push(&mut cues, at(3, 0), 2.0).tag, at(3, 0));
    assert_eq!(cues.counters().cleared, 2);
}

#[test]
fn high_microsteps_and_the_end_of_time_cost_nothing_more() {
    let mut cues = store(Policy::Queue, 0);
    let bytes = cues.bytes();
    let tags = [at(10, 1 << 31), at(10, u32::MAX), at(u64::MAX, u32::MAX)];
    for tag in tags {
        push(&mut cues, tag, 1.0);
    }
    assert_eq!(cues.next_microstep(Flicks(10), 0), u32::MAX);
    for tag in tags {
        assert_eq!(cues.next_tag(), Some(tag));
        assert_eq!(payloads(&mut cues, tag), [1.0]);
        cues.clear_older_than(tag.next());
    }
    assert_eq!(cues.bytes(), bytes);
    // The very last tag stays: there is none behind it.
    assert_eq!(cues.len(), 1);
}

#[test]
fn what_nobody_reads_is_gone() {
    let mut cues = store(Policy::Queue, 0);
    let bytes = cues.bytes();
    for k in 0..1_000_000_u64 {
        push(&mut cues, at(k * 1_000_000 + k % 3 * SLOT.0, 0), 1.0);
        cues.clear_older_than(at(k * 1_000_000, 0));
    }
    assert_eq!(cues.bytes(), bytes);
    assert!(cues.len() < 50 && cues.high_water() < 50, "{} are left", cues.len());
    let Counters { pushed, cleared, .. } = cues.counters();
    assert_eq!(pushed, cleared + cues.len() as u64);
}

#[test]
fn timers_that_are_set_again_and_again_do_not_fill_the_store() {
    let mut cues = store(Policy::Queue, 0);
    let timer = push(&mut cues, at(0, 0), 1.0).id;
    let other = push(&mut cues, at(300 * SLOT.0, 0), 2.0).id;
    for k in 0..10_000 {
        // Some in the open slot, some later, some beyond the ring.
        let delay = [1_001, SLOT.0, 9 * SLOT.0, 1_000 * SLOT.0][k as usize % 4];
        cues.clear_older_than(at(k * 1_000, 0));
        cues.reschedule(timer, at(k * 1_000 + delay, 0)).unwrap();
        let other = push(&mut cues, at(k * 1_000 + delay, 1), 3.0);
        assert!(cues.cancel(other.id));
    }
    assert_eq!(cues.len(), 2);
    assert_eq!(cues.next_tag(), Some(at(300 * SLOT.0, 0)));
    assert!(cues.cancel(other) && cues.cancel(timer));
    assert_eq!(cues.next_tag(), None);
}
