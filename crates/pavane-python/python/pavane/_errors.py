"""What goes wrong."""

from typing import NamedTuple


class Diagnostic(NamedTuple):
    """One thing that is wrong with a patch. Lines and columns are from 1; 0 where there is none."""

    code: str
    severity: str
    message: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    help: str | None


class PatchError(ValueError):
    """A patch or a program has mistakes. Its text has every one of them with the line underlined."""

    def __init__(self, text: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(text)
        self.diagnostics = tuple(diagnostics)

    @property
    def _first(self) -> Diagnostic | None:
        errors = (one for one in self.diagnostics if one.severity == "error")
        return next(errors, None)

    @property
    def line(self) -> int:
        """The line of the first error, from 1; 0 where there is none."""
        return self._first.line if self._first else 0

    @property
    def column(self) -> int:
        """The column of the first error in characters, from 1; 0 where there is none."""
        return self._first.column if self._first else 0


class EngineError(RuntimeError):
    """What an engine has not done. Its text begins with a code."""


class StaleFrameError(RuntimeError):
    """A frame was read after its engine had gone on to another one."""


class RenderError(RuntimeError):
    """A picture or a clip could not be written."""
