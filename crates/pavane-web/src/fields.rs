//! What is pressed where text fields are, in JSON.

use pavane::play::{FieldPress, Fields, Motion, TextEdit};
use serde::Deserialize;

use crate::answer::Fault;

/// A press: `{"key": "type", "text": "a"}`. What is copied and pasted is the page's.
#[derive(Debug, Deserialize)]
#[serde(tag = "key", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Press {
    /// Types a text, or puts in one that was copied.
    Type {
        text: String,
    },
    /// Moves the caret, and with `select` selects from where it was.
    Move {
        to: Motion,
        #[serde(default)]
        select: bool,
    },
    /// Removes what is selected, or up to there.
    Delete {
        to: Motion,
    },
    SelectAll,
    Enter,
    Escape,
    /// On to the next field.
    Tab {
        #[serde(default)]
        back: bool,
    },
    /// To a field by its number, or away from all.
    Focus {
        field: Option<usize>,
    },
}

impl Press {
    /// What it is to the fields of a program.
    pub(crate) fn meant(self, fields: &Fields) -> Result<FieldPress, Fault> {
        Ok(match self {
            Self::Type { text } => FieldPress::Type(text),
            Self::Move { to, select: false } => FieldPress::Edit(TextEdit::Move(to)),
            Self::Move { to, select: true } => FieldPress::Edit(TextEdit::Select(to)),
            Self::Delete { to } => FieldPress::Edit(TextEdit::Delete(to)),
            Self::SelectAll => FieldPress::Edit(TextEdit::SelectAll),
            Self::Enter => FieldPress::Enter,
            Self::Escape => FieldPress::Escape,
            Self::Tab { back } => FieldPress::Tab { back },
            Self::Focus { field } => {
                let count = fields.names().len();
                if let Some(field) = field.filter(|field| *field >= count) {
                    return Err(Fault::request(format!("there is no text field {field}: there are {count}")));
                }
                FieldPress::Focus(field)
            }
        })
    }
}
