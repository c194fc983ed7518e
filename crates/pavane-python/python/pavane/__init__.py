"""Deterministic animation frames as numpy arrays and pictures.

`compile` makes a `Program` of a patch, an `Engine` runs it, a `Frame` has passes (columns as numpy arrays), a hash and a picture;
`render` writes pictures and clips.
"""

from ._errors import Diagnostic, EngineError, PatchError, RenderError, StaleFrameError
from ._pavane import (
    Engine,
    Event,
    Frame,
    Input,
    Pass,
    Program,
    SwapReport,
    __version__,
    compile,
    compile_file,
    render,
)
from ._records import INSTANCE

__all__ = [
    "INSTANCE",
    "Diagnostic",
    "Engine",
    "EngineError",
    "Event",
    "Frame",
    "Input",
    "Pass",
    "PatchError",
    "Program",
    "RenderError",
    "StaleFrameError",
    "SwapReport",
    "__version__",
    "compile",
    "compile_file",
    "render",
]
