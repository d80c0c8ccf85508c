"""transformers draws progress bars of its own; over ours they make neither readable."""

from __future__ import annotations

from rag.networks import starting


def quiet() -> None:
    """No bars and no advice from transformers. Imports it, on a whole torch."""
    starting.finish()
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
