"""torch without what no command that ends after an answer needs of it."""

from __future__ import annotations

import atexit
import gc
import sys
from importlib import import_module
from types import ModuleType

# What tensors without values become, operator by operator: a third of the time to import torch.
_SHAPES = "torch._meta_registrations"


def start() -> None:
    """Import torch without its shape functions, where it is not imported yet.

    Only for a process of Footnote's own: `finish` comes before any other library that uses torch.
    Nothing of torch is garbage before the process ends, nor worth collecting then: looking for it
    took an eighth of the import, and kept a shell waiting for .6 s after the answer.
    """
    if "torch" in sys.modules:
        return
    sys.modules[_SHAPES] = placeholder = ModuleType(_SHAPES)
    collecting = gc.isenabled()
    gc.disable()
    try:
        import torch
    finally:
        if collecting:
            gc.enable()
    gc.freeze()
    atexit.register(gc.freeze)

    if sys.modules.get(_SHAPES) is placeholder:
        del sys.modules[_SHAPES]
    if getattr(torch, "_meta_registrations", None) is placeholder:
        del torch._meta_registrations


def finish() -> None:
    """Load what `start` has left out."""
    import_module(_SHAPES)
