//! Playing, as tables of commands and the frames that follow.

use super::*;
use crate::engine::EngineSettings;
use crate::program::{Builder, Type};

const RATE: u32 = 50;

/// One second of a dot whose place is how often it was evaluated, in hundredths.
fn counting() -> Program {
    let b = builder();
    let count = b.cell("count", Type::Float, 0.0, None);
    count.next(count.get() + 1.0);
    dot(&b, b.vec2(count.get() * 0.01, 0.5))
}

/// The same without state: its place is the frame.
fn stateless() -> Program {
    let b = builder();
    dot(&b, b.vec2(b.frame() * 0.01, 0.5))
}

fn builder() -> Builder {
    let b = Builder::new("clip");
    b.clip(1.0, RATE, [100, 50]);
    b
}

fn dot(b: &Builder, position: crate::program::Value<'_>) -> Program {
    let dots = b.domain("dots", 1);
    b.pass("dots", dots).position(position).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    b.finish().unwrap()
}

/// A player that shows its first frame.
fn player(program: Program) -> Player {
    let mut player = Player::new(Engine::for_program(program).unwrap());
    player.tick(Duration::from_secs(5)).unwrap();
    assert_eq!(shown(&mut player), 0, "the first call shows the first frame");
    player
}

/// The frame that is shown.
fn shown(player: &mut Player) -> u64 {
    player.frame().unwrap().index()
}

/// The dot's place in hundredths.
fn x(player: &mut Player) -> u64 {
    let frame = player.frame().unwrap();
    (f64::from(frame.passes().next().unwrap().x.get(0)) * 100.0).round() as u64
}

/// Lets milliseconds pass, one after the other, and compares the frames shown after each.
fn check(player: &mut Player, steps: &[(u64, u64)]) {
    for (step, &(milliseconds, expected)) in steps.iter().enumerate() {
        player.tick(Duration::from_millis(milliseconds)).unwrap();
        assert_eq!(shown(player), expected, "step {step} of {steps:?}");
    }
}

#[test]
fn time_is_what_the_host_says() {
    let mut player = player(counting());
    check(&mut player, &[(19, 0), (1, 1), (100, 6), (10_000, 506), (0, 506)]);
    // Four evaluations: a late host takes one step.
    assert_eq!(x(&mut player), 3);
    player.pause();
    check(&mut player, &[(10_000, 506)]);
    player.play();
    // What has passed up to here passed in the pause.
    check(&mut player, &[(10_000, 506), (20, 507)]);
    // 2 to 5, and 7 to 505.
    assert_eq!(player.frames_skipped(), 4 + 499);
    player.seek(600);
    check(&mut player, &[(0, 600), (20, 601)]);
    assert_eq!(player.frames_skipped(), 4 + 499);
}

#[test]
fn speeds_stretch_time() {
    let mut player = player(stateless());
    for (speed, milliseconds, expected) in
        [(1.0, 100, 5), (0.5, 100, 7), (0.5, 20, 8), (2.0, 100, 18), (0.0, 10_000, 18), (3.0, 20, 21)]
    {
        player.set_speed(speed).unwrap();
        check(&mut player, &[(milliseconds, expected)]);
        assert_eq!(player.speed(), speed);
    }
    for speed in [-1.0, f64::NAN, f64::INFINITY] {
        let error = player.set_speed(speed).unwrap_err();
        assert!(error.to_string().contains("Player::set_speed"), "{error}");
        assert_eq!(player.speed(), 3.0);
    }
}

#[test]
fn waiting_is_as_long_as_the_next_frame_is_away() {
    let mut player = player(counting());
    let mut wait = |speed: f64| {
        player.set_speed(speed).unwrap();
        player.until_next_frame()
    };
    assert_eq!(wait(1.0), Some(Duration::from_millis(20)));
    assert_eq!(wait(0.5), Some(Duration::from_millis(40)));
    assert_eq!(wait(4.0), Some(Duration::from_millis(5)));
    assert_eq!(wait(0.0), None);
    player.set_speed(1.0).unwrap();
    player.seek(3);
    assert_eq!(player.until_next_frame(), Some(Duration::ZERO));
    player.tick(Duration::ZERO).unwrap();
    player.pause();
    assert_eq!(player.until_next_frame(), None);
}

#[test]
fn a_loop_keeps_the_time_that_is_left() {
    for program in [counting(), stateless()] {
        let mut player = player(program);
        player.set_looping(true);
        check(
            &mut player,
            &[(980, 49), (20, 0), (20, 1), (1_000, 1), (2_960, 49), (50, 1), (20, 2), (20, 3)],
        );
        // As if every frame of the turn had been played.
        assert_eq!(x(&mut player), 3);
        // 1 to 48; 2 to 49 and 0; 2 to 49 and, two turns on, 0 to 48; 0.
        assert_eq!(player.frames_skipped(), 48 + 49 + (48 + 49) + 1);
    }
}

#[test]
fn in_and_out_points() {
    for program in [counting(), stateless()] {
        let mut player = player(program);
        assert_eq!(player.range(), 0..50);
        player.set_range(Some(10..20)).unwrap();
        assert_eq!(player.range(), 10..20);
        // It stays at the last frame of the range, and waits for nothing.
        check(&mut player, &[(0, 10), (100, 15), (80, 19)]);
        assert_eq!(player.until_next_frame(), None);
        check(&mut player, &[(20, 19), (9_000, 19)]);
        assert!(!player.is_paused());
        player.set_looping(true);
        check(&mut player, &[(20, 10), (190, 19), (10, 10), (0, 10)]);
        assert_eq!(x(&mut player), 10);
        // Where it is inside of a new range, it stays.
        player.set_range(Some(5..11)).unwrap();
        check(&mut player, &[(0, 10), (20, 5)]);
        player.set_range(None).unwrap();
        check(&mut player, &[(880, 49)]);
    }
    let mut player = player(stateless());
    for bad in [3..3, 0..u64::MAX] {
        player.set_range(Some(bad)).unwrap_err();
        assert_eq!(player.range(), 0..50);
    }
}

#[test]
fn seeks_give_what_playing_gives() {
    for program in [counting(), stateless()] {
        let mut player = player(program);
        check(&mut player, &[(400, 20)]);
        let mut check = |command: fn(&mut Player), expected| {
            command(&mut player);
            player.tick(Duration::from_secs(1)).unwrap();
            assert_eq!((shown(&mut player), x(&mut player)), (expected, expected));
        };
        check(|player| player.step(-1), 19);
        check(|player| player.step(10), 29);
        check(|player| player.step(-50), 0);
        check(|player| player.seek(49), 49);
        check(|player| player.seek(10), 10);
        check(Player::restart, 0);
        check(|player| player.step(3), 3);
        check(|player| player.seek(3), 3);
    }
}

#[test]
fn a_seek_goes_a_frame_at_a_time() {
    let mut player = player(counting());
    player.take_new();
    player.seek(4);
    for done in 1..=4 {
        assert!(player.is_due() && !player.take_new());
        player.evaluate().unwrap();
        let position = player.position();
        assert_eq!((position.index, position.seeking), (4, (done < 4).then_some(done)));
    }
    assert!(!player.is_due() && player.take_new() && !player.take_new());
    // Back: from the start. Another goal on the way: the frames that were played count.
    player.seek(3);
    player.evaluate().unwrap();
    player.evaluate().unwrap();
    player.seek(2);
    player.evaluate().unwrap();
    assert_eq!((shown(&mut player), x(&mut player), player.is_due()), (2, 2, false));
    player.evaluate().unwrap();
    assert_eq!(shown(&mut player), 2, "nothing was due");
}

#[test]
fn a_hand_scrubs_through_the_turn_that_is_shown() {
    let mut player = player(counting());
    player.scrub(0.5);
    check(&mut player, &[(0, 0), (1_200, 60)]);
    player.start_scrub();
    for (fraction, expected) in [(1.0, 99), (-3.0, 50), (0.5, 75)] {
        player.scrub(fraction);
        check(&mut player, &[(300, expected)]);
        assert!(player.is_scrubbing() && player.is_paused());
        assert_eq!(x(&mut player), expected);
    }
    player.end_scrub();
    check(&mut player, &[(300, 75), (20, 76)]);
    player.pause();
    player.start_scrub();
    player.end_scrub();
    assert!(player.is_paused(), "what was paused before stays so");
}

#[test]
fn a_swap_that_needs_more_room_keeps_state_and_time() {
    let many = |count: u32| {
        let b = builder();
        let played = b.cell("count", Type::Float, 0.0, None);
        played.next(played.get() + 1.0);
        let dots = b.domain("dots", count);
        let pass = b.pass("dots", dots).position(b.vec2(played.get() * 0.01, b.rank(dots)));
        pass.size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
        b.finish().unwrap()
    };
    let mut player = player(counting());
    check(&mut player, &[(20, 1), (20, 2)]);
    player.take_new();
    for count in [100_000, 3] {
        let report = player.swap(many(count)).unwrap();
        assert_eq!(report.kept, ["count"]);
        assert!(player.take_new());
        assert_eq!((shown(&mut player), x(&mut player)), (2, 2));
        assert_eq!(player.frame().unwrap().passes().next().unwrap().count, count as usize);
    }
    check(&mut player, &[(20, 3)]);
    assert_eq!(x(&mut player), 3);
    // On the way of a seek the frames behind it do not count.
    player.seek(10);
    player.evaluate().unwrap();
    player.swap(counting()).unwrap();
    check(&mut player, &[(0, 10)]);
    assert_eq!(x(&mut player), 10);
}

#[test]
fn a_swap_that_fits_nowhere_changes_nothing() {
    let settings = EngineSettings { memory_limit: 1 << 20, ..EngineSettings::default() };
    let mut player = Player::new(Engine::fitted(counting(), 1.0, settings).unwrap());
    check(&mut player, &[(0, 0), (20, 1)]);
    let b = builder();
    let dots = b.domain("dots", 1_000_000);
    let pass = b.pass("dots", dots).position(b.vec2(b.rank(dots), 0.5));
    pass.size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    assert!(matches!(player.swap(b.finish().unwrap()), Err(EngineError::Memory(_))));
    check(&mut player, &[(20, 2)]);
    assert_eq!(x(&mut player), 2);
}

#[test]
fn another_canvas_shows_the_same_frame_once_more() {
    let b = builder();
    let mut player = player(dot(&b, b.vec2(b.canvas().x() * 0.001, 0.5)));
    player.take_new();
    for (size, is_new, expected) in [([300, 150], true, 30), ([300, 150], false, 30), ([100, 50], true, 10)] {
        player.set_canvas(size).unwrap();
        assert_eq!((player.take_new(), x(&mut player), shown(&mut player)), (is_new, expected, 0));
    }
    player.set_canvas([0, 7]).unwrap_err();
    assert!(!player.is_paused());
}

/// One second of a dot whose place is how many clicks there were, in hundredths, and how far a slider is, in tenths.
fn clicking() -> Player {
    let b = builder();
    let slider = b.channel("slider", Type::Float, &[0.0], crate::program::ChannelKind::Hold);
    let click = b.host_event("click", None);
    player(dot(&b, b.vec2(b.count_events("clicks", click).to_float() * 0.01 + slider * 0.1, 0.5)))
}

#[test]
fn scrubbing_shows_what_was_seen_and_playing_on_shows_it_again() {
    let mut player = clicking();
    let frame = Duration::from_millis(20);
    for (clicks, slider) in [(1, 0.0), (2, 1.0), (0, 0.0), (1, 2.0)] {
        (0..clicks).for_each(|_| player.engine_mut().send("click", ()).unwrap());
        player.engine_mut().set("slider", slider).unwrap();
        player.tick(frame).unwrap();
    }
    assert_eq!((shown(&mut player), x(&mut player)), (4, 24));
    player.seek(2);
    player.tick(Duration::ZERO).unwrap();
    assert_eq!((shown(&mut player), x(&mut player)), (2, 13));
    for (index, expected) in [(3, 3), (4, 24), (5, 24)] {
        player.tick(frame).unwrap();
        assert_eq!((shown(&mut player), x(&mut player)), (index, expected));
    }
    // Two frames at once: the ones that were played are played.
    player.seek(2);
    player.tick(Duration::ZERO).unwrap();
    player.tick(2 * frame).unwrap();
    assert_eq!((shown(&mut player), x(&mut player)), (4, 24));
    player.seek(2);
    player.tick(Duration::ZERO).unwrap();
    player.engine_mut().send("click", ()).unwrap();
    player.tick(frame).unwrap();
    assert_eq!((shown(&mut player), x(&mut player)), (3, 14));
    player.tick(frame).unwrap();
    assert_eq!((shown(&mut player), x(&mut player)), (4, 14), "what came behind it is not any more");
}

#[test]
fn another_turn_of_a_loop_begins_without_what_was_sent() {
    let mut player = clicking();
    player.set_looping(true);
    player.tick(Duration::from_millis(500)).unwrap();
    player.engine_mut().send("click", ()).unwrap();
    player.engine_mut().set("slider", 3.0).unwrap();
    player.tick(Duration::from_millis(490)).unwrap();
    assert_eq!((shown(&mut player), x(&mut player)), (49, 31));
    for (milliseconds, frame) in [(10, 0), (700, 35)] {
        player.tick(Duration::from_millis(milliseconds)).unwrap();
        assert_eq!((shown(&mut player), x(&mut player)), (frame, 30));
    }
}

#[test]
fn the_host_may_move_the_engine_itself() {
    let mut engine = Engine::for_program(counting()).unwrap();
    engine.frame(7).unwrap();
    let mut player = Player::new(engine);
    assert!(player.take_new() && !player.is_due());
    check(&mut player, &[(0, 7), (20, 8)]);
    player.engine_mut().frame(12).unwrap();
    check(&mut player, &[(20, 12)]);
    assert_eq!(player.into_engine().at(), Some(12));
}
