//! The text fields of a program, and the hand that types into them: key presses become events of the host.
//!
//! What is in a field is a state of the program; here is the model that says what a key makes of it. So after every frame it is read
//! again, and what a patch has made of a text in the meantime counts.

use super::field::{Field, TextEdit};
use crate::engine::{Engine, EngineError, EventChannel};
use crate::frame::Frame;
use crate::program::Type;

/// What a hand does where text fields are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldPress {
    /// Edits the text of the field that has the focus.
    Edit(TextEdit<'static>),
    /// Types something, or puts in what another program has copied.
    Type(String),
    /// Keeps what is selected, to be pasted.
    Copy,
    /// The same, and removes it.
    Cut,
    /// Puts in what was kept last.
    Paste,
    /// The event `enter` of the field that has the focus.
    Enter,
    /// The event `escape` of the field that has the focus, which then loses that.
    Escape,
    /// The focus goes to the next field, or with `back` to the one before: round in a circle.
    Tab {
        /// Whether it goes back.
        back: bool,
    },
    /// The focus goes to a field by its place among [`Fields::names`], or away from all.
    Focus(Option<usize>),
}

/// The events by which a host edits a text field, and what was in it after the last frame.
#[derive(Debug)]
struct Bound {
    name: String,
    typed: EventChannel,
    moved: EventChannel,
    turned: EventChannel,
    enter: EventChannel,
    escape: EventChannel,
    field: Field,
    /// Whether the program knows where the caret is.
    is_placed: bool,
    has_focus: bool,
}

/// The text fields of a program, in the order in which they stand in the patch, and what was kept to be pasted.
///
/// ```
/// use pavane::play::{FieldPress, Fields};
/// use pavane::{Engine, NoFiles, compile};
///
/// let patch = r#"
///     input draft: text field
///     state sent = "nothing"
///     on draft.enter { sent = draft; draft = "" }
///     draw circle { position: (0.5 + 0.01 * draft.caret, 0.5), size: if sent == "a" then 0.2 else 0.1, color: #fff }"#;
/// let mut engine = Engine::for_program(compile(patch, "a.pav", &NoFiles).program.unwrap())?;
/// let mut fields = Fields::default();
/// fields.follow(&engine);
/// let mut presses = vec![FieldPress::Focus(Some(0)), FieldPress::Type("a".into()), FieldPress::Enter];
/// for index in 0..4 {
///     while !presses.is_empty() && !fields.send(&mut engine, &presses.remove(0))? {}
///     engine.frame(index)?;
///     fields.see(&mut engine);
/// }
/// assert_eq!(engine.last_frame().unwrap().text("sent"), Some("a"));
/// assert_eq!(fields.focused(), Some((0, "")));
/// # Ok::<(), pavane::EngineError>(())
/// ```
#[derive(Debug, Default)]
pub struct Fields {
    bound: Vec<Bound>,
    kept: String,
}

impl Fields {
    /// Learns which fields the program of an engine has: to be called once, and after every swap.
    pub fn follow(&mut self, engine: &Engine) {
        let data = engine.program().data();
        let bound = data.events.iter().filter(|event| event.ty == Some(Type::Text)).filter_map(|event| {
            let find = |part: &str, ty: Option<Type>| {
                let key = format!("{}{part}", event.key);
                let is_there = data.events.iter().any(|event| event.key == key && event.ty == ty);
                engine.event(&key).ok().filter(|_| is_there)
            };
            Some(Bound {
                name: event.key.clone(),
                typed: find("", Some(Type::Text))?,
                moved: find(".caret", Some(Type::Vec2))?,
                turned: find(".focus", Some(Type::Bool))?,
                enter: find(".enter", None)?,
                escape: find(".escape", None)?,
                field: Field::default(),
                is_placed: true,
                has_focus: false,
            })
        });
        let mut bound: Vec<Bound> = bound.collect();
        for new in &mut bound {
            if let Some(old) = self.bound.iter_mut().find(|old| old.name == new.name) {
                (new.field, new.has_focus) = (std::mem::take(&mut old.field), old.has_focus);
            }
        }
        self.bound = bound;
    }

    /// What the fields are called.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.bound.iter().map(|bound| bound.name.as_str())
    }

    /// The field that keys go to, and what is selected in it.
    pub fn focused(&self) -> Option<(usize, &str)> {
        let at = self.bound.iter().position(|bound| bound.has_focus)?;
        Some((at, self.bound[at].field.selected()))
    }

    /// The field that is drawn at a place in world units: one whose name a draw has there, as it is or behind a dot.
    pub fn drawn_at(&self, frame: &Frame<'_>, at: [f64; 2]) -> Option<usize> {
        let is_met = |name: &str| {
            let is_its = |pass: &str| {
                pass.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
            };
            frame.passes().any(|pass| is_its(pass.name) && frame.hit_of_pass(pass.name, at).is_some())
        };
        self.names().position(is_met)
    }

    /// What was copied or cut last.
    pub fn kept(&self) -> &str {
        &self.kept
    }

    /// Keeps something to be pasted: what another program has copied.
    pub fn keep(&mut self, text: &str) {
        text.clone_into(&mut self.kept);
    }

    /// Sends what a press means, for the next frame. Whether that frame has to come before the next press is sent: what the patch
    /// does may be to the text that this would edit.
    ///
    /// # Errors
    /// When the engine has no room for the text or for one more event; the field then is as it was.
    pub fn send(&mut self, engine: &mut Engine, press: &FieldPress) -> Result<bool, EngineError> {
        let at = self.bound.iter().position(|bound| bound.has_focus);
        let to = match press {
            FieldPress::Focus(to) => *to,
            FieldPress::Tab { back } => self.next(at, *back),
            FieldPress::Edit(_)
            | FieldPress::Type(_)
            | FieldPress::Copy
            | FieldPress::Cut
            | FieldPress::Paste
            | FieldPress::Enter
            | FieldPress::Escape => {
                let Some(at) = at else { return Ok(false) };
                return self.press(engine, at, press);
            }
        };
        if to == at {
            return Ok(false);
        }
        match (at, to.and_then(|to| self.bound.get(to))) {
            // It takes the focus from the others.
            (_, Some(to)) => engine.send_event(to.turned, true)?,
            (Some(at), None) => engine.send_event(self.bound[at].turned, false)?,
            (None, None) => return Ok(false),
        }
        Ok(true)
    }

    /// The field after another one, or before it.
    fn next(&self, at: Option<usize>, back: bool) -> Option<usize> {
        let count = self.bound.len();
        let last = count.checked_sub(1)?;
        Some(match (at, back) {
            (Some(at), false) => (at + 1) % count,
            (Some(at), true) => at.checked_sub(1).unwrap_or(last),
            (None, false) => 0,
            (None, true) => last,
        })
    }

    /// Sends what a press in a field means.
    fn press(&mut self, engine: &mut Engine, at: usize, press: &FieldPress) -> Result<bool, EngineError> {
        let bound = &mut self.bound[at];
        let edit = match press {
            FieldPress::Enter => {
                engine.send_event(bound.enter, ())?;
                return Ok(true);
            }
            FieldPress::Escape => {
                engine.send_event(bound.escape, ())?;
                engine.send_event(bound.turned, false)?;
                return Ok(true);
            }
            FieldPress::Copy | FieldPress::Cut => {
                let selected = bound.field.selected();
                if !selected.is_empty() {
                    selected.clone_into(&mut self.kept);
                }
                if *press == FieldPress::Copy || selected.is_empty() {
                    return Ok(false);
                }
                TextEdit::Insert("")
            }
            FieldPress::Paste => TextEdit::Insert(&self.kept),
            FieldPress::Type(text) => TextEdit::Insert(text),
            FieldPress::Edit(edit) => *edit,
            FieldPress::Tab { .. } | FieldPress::Focus(_) => return Ok(false),
        };
        let mut field = bound.field.clone();
        field.edit(edit);
        // A text that is typed again is typed, though it is the same.
        if field.text() != bound.field.text() || matches!(edit, TextEdit::Insert(text) if !text.is_empty()) {
            engine.send_text(bound.typed, field.text())?;
        } else if field == bound.field {
            return Ok(false);
        }
        bound.field = field;
        bound.place(engine).map(|()| false)
    }

    /// Reads what a frame has left in the fields: to be called after each.
    pub fn see(&mut self, engine: &mut Engine) {
        let Some(frame) = engine.last_frame() else { return };
        for bound in &mut self.bound {
            let number = |part: &str| {
                let reading = frame.slot(&format!("{}.{part}", bound.name))?;
                reading.components().first().copied()
            };
            let place = |part: &str| number(part).unwrap_or(-1.0) as i32;
            let places = [place("caret"), place("anchor")];
            bound.field = Field::at(frame.text(&bound.name).unwrap_or_default(), places[0], places[1]);
            bound.is_placed = places == [bound.field.caret(), bound.field.anchor()];
            bound.has_focus = number("focus").is_some_and(|focus| focus != 0.0);
        }
    }

    /// Tells the program where the caret is, where it has left that to the host: to be called before each frame.
    ///
    /// # Errors
    /// When the engine has no room for one more event.
    pub fn place(&mut self, engine: &mut Engine) -> Result<(), EngineError> {
        self.bound
            .iter_mut()
            .filter(|bound| bound.has_focus && !bound.is_placed)
            .try_for_each(|bound| bound.place(engine))
    }
}

impl Bound {
    fn place(&mut self, engine: &mut Engine) -> Result<(), EngineError> {
        let places = [self.field.caret(), self.field.anchor()].map(f64::from);
        self.is_placed = true;
        engine.send_event(self.moved, places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::play::Motion;
    use crate::{NoFiles, Program, compile};

    const PATCH: &str = r#"
        input draft: text field
        input title: text field = "old"
        state sent = ""
        state typed = 0
        state left = 0
        state dropped = 0
        on draft.enter when draft != " " { sent = draft; draft = "" }
        on changed(draft) { typed = typed + 1 }
        on title.blur { left = left + 1 }
        on title.escape { dropped = dropped + 1; title = "old" }
        carets = (draft.caret, draft.anchor)
        focus = (if draft.focus then 1 else 0, if title.focus then 1 else 0)
        is_old = title == "old"
        draw circle { position: (0.5, 0.5), size: 0.1, color: #fff }"#;

    struct Typist {
        engine: Engine,
        fields: Fields,
        index: u64,
    }

    fn program(patch: &str) -> Program {
        let compiled = compile(patch, "a.pav", &NoFiles);
        assert!(compiled.diagnostics.0.is_empty(), "{:?}", compiled.diagnostics);
        compiled.program.unwrap()
    }

    impl Typist {
        fn new() -> Self {
            let engine = Engine::for_program(program(PATCH)).unwrap();
            let mut fields = Fields::default();
            fields.follow(&engine);
            Self { engine, fields, index: 0 }
        }

        /// Sends presses, with as few frames between them as there may be, and a frame behind them.
        fn press(&mut self, presses: &[FieldPress]) {
            for press in presses {
                if self.fields.send(&mut self.engine, press).unwrap() {
                    self.frame();
                }
            }
            self.frame();
        }

        fn frame(&mut self) {
            self.fields.place(&mut self.engine).unwrap();
            self.engine.frame(self.index).unwrap();
            self.fields.see(&mut self.engine);
            self.index += 1;
        }

        fn text(&mut self, name: &str) -> String {
            self.engine.last_frame().unwrap().text(name).unwrap().to_owned()
        }

        fn number(&mut self, name: &str) -> Vec<f64> {
            self.engine.last_frame().unwrap().slot(name).unwrap().components().to_vec()
        }
    }

    fn typed(text: &str) -> FieldPress {
        FieldPress::Type(text.to_owned())
    }

    #[test]
    fn what_is_typed_arrives_also_where_it_is_typed_again() {
        let mut typist = Typist::new();
        assert_eq!(typist.fields.names().collect::<Vec<_>>(), ["draft", "title"]);
        // Nobody listens yet.
        typist.press(&[typed("x"), FieldPress::Enter]);
        assert_eq!((typist.text("draft"), typist.text("sent")), (String::new(), String::new()));
        typist.press(&[FieldPress::Focus(Some(0)), typed("a"), typed("b")]);
        assert_eq!(typist.text("draft"), "ab");
        assert_eq!((typist.number("carets"), typist.number("focus")), (vec![2.0, 2.0], vec![1.0, 0.0]));
        assert_eq!(typist.number("typed"), [2.0], "every text counts, in one frame, too");
        assert!(typist.fields.send(&mut typist.engine, &FieldPress::Enter).unwrap());
        typist.engine.frame(typist.index).unwrap();
        assert_eq!(typist.number("carets"), [0.0, 0.0], "behind the text that the patch has set, at once");
        typist.fields.see(&mut typist.engine);
        typist.index += 1;
        typist.frame();
        assert_eq!((typist.text("draft"), typist.text("sent")), (String::new(), "ab".to_owned()));
        assert_eq!(typist.number("carets"), [0.0, 0.0]);
        // The same again, and Enter, and the next: all of it typed without waiting.
        typist.press(&[typed("ab"), FieldPress::Enter, typed("c")]);
        assert_eq!((typist.text("draft"), typist.text("sent")), ("c".to_owned(), "ab".to_owned()));
        assert_eq!(typist.number("typed"), [6.0]);
        // A patch that does not take a text leaves it where it is.
        typist.press(&[FieldPress::Edit(TextEdit::SelectAll), typed(" "), FieldPress::Enter, typed("d")]);
        assert_eq!((typist.text("draft"), typist.text("sent")), (" d".to_owned(), "ab".to_owned()));
        // Selected and typed over with the same: it is typed.
        typist.press(&[
            FieldPress::Edit(TextEdit::SelectAll),
            FieldPress::Copy,
            FieldPress::Paste,
            FieldPress::Paste,
        ]);
        assert_eq!(typist.text("draft"), " d d");
        typist.press(&[FieldPress::Edit(TextEdit::Select(Motion::Home)), FieldPress::Cut]);
        assert_eq!((typist.text("draft"), typist.fields.kept()), (String::new(), " d d"));
    }

    #[test]
    fn one_field_has_the_focus() {
        let mut typist = Typist::new();
        let check = |typist: &mut Typist, press: FieldPress, focus: [f64; 2], left: f64| {
            typist.press(std::slice::from_ref(&press));
            assert_eq!(
                (typist.number("focus"), typist.number("left")),
                (focus.to_vec(), vec![left]),
                "{press:?}"
            );
        };
        check(&mut typist, FieldPress::Tab { back: true }, [0.0, 1.0], 0.0);
        check(&mut typist, FieldPress::Tab { back: false }, [1.0, 0.0], 1.0);
        check(&mut typist, FieldPress::Tab { back: false }, [0.0, 1.0], 1.0);
        check(&mut typist, FieldPress::Focus(Some(1)), [0.0, 1.0], 1.0);
        check(&mut typist, FieldPress::Focus(None), [0.0, 0.0], 2.0);
        check(&mut typist, FieldPress::Focus(None), [0.0, 0.0], 2.0);
        check(&mut typist, FieldPress::Focus(Some(1)), [0.0, 1.0], 2.0);
        typist.press(&[typed("er")]);
        assert_eq!((typist.text("title"), typist.number("is_old")), ("older".to_owned(), vec![0.0]));
        check(&mut typist, FieldPress::Escape, [0.0, 0.0], 3.0);
        assert_eq!((typist.number("dropped"), typist.number("is_old")), (vec![1.0], vec![1.0]));
    }

    #[test]
    fn an_edit_of_the_patch_keeps_what_is_typed() {
        let mut typist = Typist::new();
        typist.press(&[FieldPress::Focus(Some(0)), typed("one two")]);
        typist.press(&[FieldPress::Edit(TextEdit::Move(Motion::WordLeft))]);
        let edited = program(&format!("input more: text field\n{PATCH}"));
        typist.engine.swap_and_grow(edited, 1.0).unwrap();
        typist.fields.follow(&typist.engine);
        typist.press(&[typed("and ")]);
        assert_eq!(typist.text("draft"), "one and two");
        assert_eq!(typist.number("carets"), [8.0, 8.0]);
    }

    #[test]
    fn a_field_is_where_a_draw_has_its_name() {
        let patch = "
            input name: text field
            input draft: text field
            draw rect as draft { position: (0.25, 0.5), size: 0.3, color: #fff }
            draw circle as name { position: (0.75, 0.5), size: 0.3, color: #fff }
            draw rect as overdraft { position: (0.5, 0.1), size: 0.1, color: #fff }
            use \"part.pav\" as part";
        let part = "draw rect as draft { position: (0.5, 0.9), size: 0.1, color: #fff }";
        let files = std::collections::BTreeMap::from([("part.pav", part)]);
        let mut engine = Engine::for_program(compile(patch, "a.pav", &files).program.unwrap()).unwrap();
        let mut fields = Fields::default();
        fields.follow(&engine);
        let frame = engine.frame(0).unwrap();
        let cases = [
            ([0.25, 0.5], Some(1)),
            ([0.11, 0.36], Some(1)),
            ([0.75, 0.5], Some(0)),
            ([0.89, 0.64], None),
            ([0.5, 0.1], None),
            ([0.5, 0.9], Some(1)),
            ([f64::NAN, 0.5], None),
        ];
        for (at, expected) in cases {
            assert_eq!(fields.drawn_at(&frame, at), expected, "{at:?}");
        }
    }
}
