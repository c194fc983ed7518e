//! The long text of every code.

use super::Code;

/// What the code means, an example, and the way out.
pub(super) const fn text(code: Code) -> &'static str {
    code.title()
}
