//! What is asked in JSON.

#[cfg(feature = "language")]
use std::collections::BTreeMap;

#[cfg(feature = "language")]
use pavane::diagnostic::Code;
#[cfg(feature = "language")]
use pavane::language::{completions, describe};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Fault;
use crate::clip::Wanted;
use crate::fields::Press;
use crate::state::State;

/// How a program begins to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    /// Begins with it, whatever runs.
    pub(crate) anew: bool,
    /// Of the canvas, in pixels, where it begins; that of the program where it is not said.
    pub(crate) size: Option<[u32; 2]>,
    pub(crate) seed: u32,
}

/// A request: `{"do": "set", "name": "speed", "value": 2}`.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Request {
    /// Checks a compiled program, and goes on with it where another one runs.
    Load {
        /// The file that it is in, which is taken away.
        name: String,
        /// Begins with it, whatever runs.
        #[serde(default)]
        anew: bool,
        /// Of the canvas, in pixels, where it begins; that of the program where it is not said.
        size: Option<[u32; 2]>,
        #[serde(default)]
        seed: u32,
    },
    /// Compiles a patch, and goes on with it where another one runs.
    #[cfg(feature = "language")]
    Compile {
        text: String,
        name: String,
        /// Values of `param`s, as a patch writes them.
        #[serde(default)]
        given: BTreeMap<String, String>,
        /// Begins with it, whatever runs.
        #[serde(default)]
        anew: bool,
        /// Of the canvas, in pixels, where it begins; that of the program where it is not said.
        size: Option<[u32; 2]>,
        #[serde(default)]
        seed: u32,
    },
    /// Forgets all files that were given.
    ForgetFiles,
    Set {
        name: String,
        value: Value,
    },
    Send {
        name: String,
        #[serde(default)]
        value: Value,
    },
    /// What has happened since the frame before.
    Events,
    Canvas {
        size: [u32; 2],
    },
    Looping {
        on: bool,
    },
    Speed {
        value: f64,
    },
    /// From a frame up to, but without, another; null plays the clip, or on and on.
    Range {
        frames: Option<[u64; 2]>,
    },
    /// The picture of a pass's element under a point in world units.
    Hit {
        pass: String,
        at: [f64; 2],
    },
    /// A press where text fields are, for the next frame. Whether that has to come before the next press, or event, is sent.
    Press {
        press: Press,
    },
    /// The number of the text field that is drawn at a place in world units; null where there is none.
    FieldAt {
        at: [f64; 2],
    },
    /// What is selected in the text field that has the focus; null where none has it.
    Selected,
    /// Signals by name, with their numbers.
    Signals,
    Clip(Wanted),
    /// Leaves a clip that is under way.
    LeaveClip,
    /// Everything that can be written in a patch.
    #[cfg(feature = "language")]
    Words,
    /// What one of them does.
    #[cfg(feature = "language")]
    Describe {
        name: String,
    },
    /// What a code of a diagnostic means.
    #[cfg(feature = "language")]
    Explain {
        code: String,
    },
    /// What only the whole module does.
    #[cfg(not(feature = "language"))]
    #[serde(rename = "compile", alias = "words", alias = "describe", alias = "explain")]
    OfWhole(serde::de::IgnoredAny),
}

impl Request {
    pub(crate) fn answer(self, state: &mut State) -> Result<Value, Fault> {
        match self {
            Self::Load { name, anew, size, seed } => state.load(&name, Start { anew, size, seed }),
            #[cfg(feature = "language")]
            Self::Compile { text, name, given, anew, size, seed } => {
                let given: Vec<_> = given.into_iter().collect();
                state.compile(&text, &name, &given, Start { anew, size, seed })
            }
            Self::ForgetFiles => {
                state.files = pavane::MemoryFiles::default();
                Ok(Value::Null)
            }
            Self::Set { name, value } => state.set(name, value),
            Self::Send { name, value } => {
                crate::values::send(state.player()?.engine_mut(), &name, &value)?;
                Ok(Value::Null)
            }
            Self::Events => Ok(crate::values::events(state.player()?.engine())),
            Self::Canvas { size } => state.set_canvas(size),
            Self::Looping { on } => {
                state.player()?.set_looping(on);
                Ok(Value::Null)
            }
            Self::Speed { value } => {
                state.player()?.set_speed(value)?;
                Ok(Value::Null)
            }
            Self::Range { frames } => {
                state.player()?.set_range(frames.map(|[from, to]| from..to))?;
                Ok(Value::Null)
            }
            Self::Hit { pass, at } => {
                let frame = state.player()?.frame();
                Ok(json!(frame.and_then(|frame| frame.hit_of_pass(&pass, at))))
            }
            Self::Press { press } => state.press(press),
            Self::FieldAt { at } => state.field_at(at),
            Self::Selected => Ok(json!(state.fields.focused().map(|(_, selected)| selected))),
            Self::Signals => state.signals(),
            Self::Clip(wanted) => state.begin_clip(&wanted),
            Self::LeaveClip => {
                state.clip = None;
                Ok(Value::Null)
            }
            #[cfg(feature = "language")]
            Self::Words => words(),
            #[cfg(feature = "language")]
            Self::Describe { name } => Ok(json!(describe(&name))),
            #[cfg(feature = "language")]
            Self::Explain { code } => Ok(match Code::from_name(&code) {
                Some(code) => json!({ "code": code.name(), "title": code.title(), "text": code.explain() }),
                None => Value::Null,
            }),
            #[cfg(not(feature = "language"))]
            Self::OfWhole(_) => Err(Fault::request(
                "this module plays programs that are compiled, and has no compiler: take `pavane.wasm.lzma` for patches, or compile them with \
                 `pavane compile`",
            )),
        }
    }
}

#[cfg(feature = "language")]
fn words() -> Result<Value, Fault> {
    Ok(serde_json::to_value(completions())?)
}
