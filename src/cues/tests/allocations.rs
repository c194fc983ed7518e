//! A store of cues allocates at construction, what it says it keeps, and never again: at any depth and distribution,
//! with cancelled cues, snapshots and a million cues that nobody reads.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.

use std::alloc::System;

use pavane::Flicks;
use pavane::cues::{ChannelId, ChannelRules, Cues, Policy, Snapshot, Tag};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const FRAME: Flicks = Flicks(11_760_000);

fn rules() -> Vec<ChannelRules> {
    let policies = [Policy::Queue, Policy::Replace, Policy::Drop, Policy::Coalesce];
    policies
        .iter()
        .flat_map(|&policy| [0, 1_000_000].map(|spacing| ChannelRules { policy, spacing: Flicks(spacing) }))
        .collect()
}

/// Whether something allocates nothing. The test harness does, now and then, so it has three tries.
fn is_quiet(mut run: impl FnMut()) -> bool {
    (0..3).any(|_| {
        let region = Region::new(ALLOCATOR);
        run();
        let change = region.change();
        (change.allocations, change.reallocations, change.deallocations) == (0, 0, 0)
    })
}

/// Fills a store, keeps it full for a while and empties it.
fn work(cues: &mut Cues<f64>, snapshot: &mut Snapshot<f64>, delay: impl Fn(u64) -> u64) {
    let depth = u64::from(cues.capacity());
    for k in 0..depth {
        let _ = cues.push(cues.now().after(Flicks(delay(k))), ChannelId(k as u32 % 9), 1.0);
    }
    let (mut delivered, mut is_saved) = (0, false);
    while let Some(tag) = cues.next_tag()
        && delivered < 4 * depth
    {
        cues.clear_older_than(tag);
        cues.next_microstep(tag.offset, 0);
        let (first, count) = (cues.get_current(tag)[0].id, cues.get_current(tag).len() as u64);
        let _ = cues.reschedule(first, tag.after(Flicks(delay(delivered))));
        if delivered % 7 == 0 {
            cues.cancel(first);
        }
        for k in delivered..delivered + count {
            let _ = cues.push(tag.after(Flicks(delay(k))), ChannelId(k as u32 % 9), 1.0);
        }
        cues.clear_older_than(tag.next());
        delivered += count;
        if delivered > depth && !is_saved {
            is_saved = true;
            cues.snapshot(snapshot);
            cues.restore(snapshot);
        }
    }
    cues.clear();
}

fn unread(cues: &mut Cues<f64>) {
    for k in 0..1_000_000_u64 {
        cues.push(Tag::at(Flicks(k * 1_000_000)), ChannelId(0), 1.0).expect("there is room");
        cues.clear_older_than(Tag::at(Flicks(k * 1_000_000 + 1)));
    }
    cues.push(Tag::new(Flicks(1 << 60), 1 << 31), ChannelId(0), 1.0).expect("there is room");
    assert_eq!(cues.get_current(Tag::new(Flicks(1 << 60), 1 << 31)).len(), 1, "only the last is left");
    cues.clear();
}

#[test]
fn nothing_is_allocated_after_construction() {
    let rules = rules();
    for depth in [1, 16, 1024, 65_536] {
        let says_what_it_keeps = (0..3).any(|_| {
            let region = Region::new(ALLOCATOR);
            let cues = Cues::<f64>::new(depth, &rules, FRAME);
            let change = region.change();
            change.bytes_allocated - change.bytes_deallocated == cues.bytes()
        });
        assert!(says_what_it_keeps, "depth {depth}");

        let mut cues = Cues::new(depth, &rules, FRAME);
        let mut snapshot = cues.new_snapshot();
        let scatter = |k: u64, most: u64| k.wrapping_mul(0x9e37_79b9_7f4a_7c15) % most;
        let delays: [(&str, &dyn Fn(u64) -> u64); 5] = [
            ("none", &|_| 0),
            ("a frame", &|_| FRAME.0),
            ("up to 100 frames", &|k| scatter(k, 100 * FRAME.0)),
            ("whole frames", &|k| scatter(k, 100) * FRAME.0),
            ("up to 10 000 frames", &|k| scatter(k, 10_000 * FRAME.0)),
        ];
        for (name, delay) in delays {
            assert!(is_quiet(|| work(&mut cues, &mut snapshot, delay)), "depth {depth}, delay: {name}");
        }
        assert!(is_quiet(|| unread(&mut cues)), "depth {depth}, unread");
    }
}
