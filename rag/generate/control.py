"""Names of control tokens in what people and documents say: taken apart, so that no text can end
its turn and begin one of another role."""

from __future__ import annotations

from collections.abc import Iterable

from rag import lazy_re

# As models of different families write them. A server reads its own in any message, and does not
# tell which they are.
_SHAPES = lazy_re.compile(
    r"<[|｜][^<>\s]{1,40}>|<[^<>\s]{1,40}[|｜]>|\[\|[^\[\]\s]{1,40}\|\]"
    r"|</?s>|<(?:start|end)_of_turn>"
    r"|<(?:bos|eos|pad|unk|sop|eop)>|\[/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|TOOL_RESULTS)\]"
    r"|<</?SYS>>|\[gMASK\]"
)


def looking_like(text: str) -> list[str]:
    """What looks like the name of a control token of some model, as it stands in `text`."""
    return [found[0] for found in _SHAPES.finditer(text)]


def apart(text: str, names: Iterable[str]) -> str:
    """`text` with each of `names` broken by a space, the first of them first."""
    for name in names:
        if name.strip() and name in text:
            text = text.replace(name, f"{name[:1]} {name[1:]}")
    return text
