//! The chat that ships: what is said comes as rows, old ones leave, and whoever reads back goes on seeing the same.

use crate::assets::Shipped;
use crate::{Engine, EngineSettings};

/// Something that happens, in a frame of its own.
#[derive(Clone, Copy, Debug)]
enum Cue {
    /// What is then in the field.
    Typed(&'static str),
    Enter,
    Received(&'static str),
    Wheel(f64),
    /// So many frames go by.
    Wait(u64),
}

use Cue::{Enter, Received, Typed, Wait, Wheel};

fn engine(threads: usize) -> Engine {
    let program = Shipped::find("chat").unwrap().program().unwrap();
    Engine::fitted(program, 1.0, EngineSettings { threads, ..EngineSettings::default() }).unwrap()
}

fn send(engine: &mut Engine, cue: Cue) {
    match cue {
        Typed(text) => engine.send_text(engine.event("draft").unwrap(), text).unwrap(),
        Enter => engine.send("draft.enter", ()).unwrap(),
        Received(text) => engine.send_text(engine.event("receive").unwrap(), text).unwrap(),
        Wheel(by) => engine.send("wheel", by).unwrap(),
        Wait(_) => {}
    }
}

/// The messages, those of one's own behind `>`.
fn said(engine: &Engine) -> Vec<String> {
    let messages = engine.list("messages").unwrap();
    let line = |at| {
        let is_own = messages.value("mine", at) == Some(true.into());
        format!("{}{}", if is_own { ">" } else { "" }, messages.text("said", at).unwrap())
    };
    (0..messages.len()).map(line).collect()
}

fn slot(engine: &mut Engine, name: &str) -> f64 {
    engine.last_frame().unwrap().slot(name).unwrap().components[0]
}

fn played(engine: &mut Engine, cues: &[Cue], is_together: bool) {
    let mut frame = 1;
    for &cue in cues {
        send(engine, cue);
        let frames = if let Wait(frames) = cue { frames } else { u64::from(!is_together) };
        for _ in 0..frames {
            engine.frame(frame).unwrap();
            frame += 1;
        }
    }
    engine.frame(frame).unwrap();
}

#[test]
fn what_is_said_and_heard_is_there_in_order() {
    let check = |cues: &[Cue], expected: &[&str], draft: &str| {
        for (threads, is_together) in [(1, false), (4, false), (1, true)] {
            let mut engine = engine(threads);
            engine.frame(0).unwrap();
            assert_eq!(said(&engine).len(), 3);
            played(&mut engine, cues, is_together);
            assert_eq!(said(&engine)[3..], *expected, "{cues:?}");
            assert_eq!(engine.last_frame().unwrap().text("draft"), Some(draft), "{cues:?}");
        }
    };
    check(&[Typed(" Hello "), Enter], &[">Hello"], "");
    check(&[Typed("  "), Enter, Received(" ")], &[], "  ");
    check(&[Received("Who?"), Typed("I"), Enter, Received("Ah")], &["Who?", ">I", "Ah"], "");
    check(&[Typed("Yes"), Enter, Typed("Yes"), Enter, Typed("No")], &[">Yes", ">Yes"], "No");
    // Who is answered waits 1.7 s for that.
    check(&[Typed("Hello"), Enter, Wait(90)], &[">Hello"], "");
    check(&[Typed("Hello"), Enter, Wait(110)], &[">Hello", "I have to go out and look"], "");
}

#[test]
fn lines_are_as_many_as_letters_take() {
    for (text, expected) in [
        ("a", 1),
        ("26 letters are in one line", 1),
        ("27 letters are in two lines", 2),
        ("far too long ", 3),
    ] {
        let text = if expected == 3 { text.repeat(40) } else { text.to_owned() };
        let mut engine = engine(1);
        engine.frame(0).unwrap();
        engine.send_text(engine.event("receive").unwrap(), &text).unwrap();
        engine.frame(1).unwrap();
        assert_eq!(engine.list("messages").unwrap().value("lines", 3), Some(expected.into()), "{text}");
    }
}

#[test]
fn forty_stay_and_who_reads_back_sees_the_same() {
    let mut engine = engine(1);
    engine.frame(0).unwrap();
    let mut frame = 1;
    let mut go = |engine: &mut Engine, cue| {
        send(engine, cue);
        engine.frame(frame).unwrap();
        frame += 1;
    };
    for at in 0..60 {
        go(&mut engine, Received("One of very many"));
        assert_eq!(said(&engine).len(), (4 + at).min(40));
    }
    assert_eq!(engine.list("messages").unwrap().ids().collect::<Vec<_>>(), (24..=63).collect::<Vec<_>>());
    let close =
        |found: f64, expected: f64| assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
    close(slot(&mut engine, "tall"), 40.0 * 0.084);
    // At the bottom it follows; further up it stays where it is.
    close(slot(&mut engine, "back"), 0.0);
    go(&mut engine, Wheel(5.0));
    close(slot(&mut engine, "back"), 0.4);
    go(&mut engine, Received("27 letters are in two lines"));
    close(slot(&mut engine, "back"), 0.4 + 0.118);
    go(&mut engine, Wheel(-1.0));
    close(slot(&mut engine, "back"), 0.438);
    // Neither further than to the first nor behind the last.
    go(&mut engine, Wheel(100.0));
    let most = slot(&mut engine, "tall") - 0.9;
    close(slot(&mut engine, "back"), most);
    go(&mut engine, Wheel(-100.0));
    close(slot(&mut engine, "back"), 0.0);
    go(&mut engine, Wheel(5.0));
    go(&mut engine, Typed("Back"));
    go(&mut engine, Enter);
    close(slot(&mut engine, "back"), 0.0);
    // All in one frame is no more than there is room for.
    for _ in 0..100 {
        send(&mut engine, Received("At once"));
    }
    go(&mut engine, Wait(0));
    assert_eq!(said(&engine), vec!["At once"; 40]);
}
