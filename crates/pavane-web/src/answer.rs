//! What goes back: a status, and beside it a text in JSON.

use pavane::render::RenderError;
use pavane::{Diagnostics, EngineError};
use serde_json::{Value, json};

/// Why a call did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Fault(Value);

impl Fault {
    /// The request itself is wrong; `message` says how to mend it.
    pub(crate) fn request(message: impl Into<String>) -> Self {
        Self(json!({ "kind": "request", "message": message.into() }))
    }

    /// There is no program to do it with.
    pub(crate) fn no_program() -> Self {
        Self::request("there is no program yet: compile a patch or load a program first")
    }

    /// A program has texts, and the files of their fonts were not given.
    #[cfg(not(feature = "language"))]
    pub(crate) fn fonts(lacking: &[&str]) -> Self {
        let message =
            format!("the program has texts in Noto Sans, and there is no file `{}`", lacking.join("`, `"));
        Self(json!({ "kind": "fonts", "message": message, "lacking": lacking }))
    }

    /// What is wrong with a patch or a program: every diagnostic, and all of them for people.
    pub(crate) fn patch(diagnostics: &Diagnostics, text: String) -> Self {
        let all = diagnostics.to_json();
        Self(json!({ "kind": "patch", "message": text, "diagnostics": all["diagnostics"] }))
    }

    /// As `{"error": ...}`.
    pub(crate) fn json(self) -> Value {
        json!({ "error": self.0 })
    }
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        Self(json!({ "kind": "engine", "code": error.code().name(), "message": error.to_string() }))
    }
}

impl From<RenderError> for Fault {
    fn from(error: RenderError) -> Self {
        Self(json!({ "kind": "picture", "message": error.to_string() }))
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::request(format!("this is no request: {error}"))
    }
}
